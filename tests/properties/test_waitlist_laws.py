"""Who waits, and who is served when something is given back: never out of turn, never twice (H3, H4)."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from bookable import BookableError, BookingStatus, Interval, Ranking, Scheduler
from bookable.domain.counting import Counting
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from tests.properties.small_worlds import requests, schedulers
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, a_booking, a_calendar, a_member, a_scheduler, at

SOON = NOW + timedelta(minutes=5)


@st.composite
def waits(draw) -> tuple[Scheduler, Waitlist]:
    """A scheduler that is nearly full, and those who wait for something in it."""
    state = draw(schedulers(rich=True))
    entries = []
    for number in range(draw(st.integers(0, 5))):
        first = draw(st.sampled_from([9, 10, 12]))
        within = Interval(at(f"{first:02}:00"), at(f"{first:02}:00") + 3 * HOUR)
        entries.append(
            WaitlistEntry(
                f"W-{number}",
                draw(requests(state.catalogue)),
                within,
                NOW - draw(st.integers(0, 2)) * HOUR,
                priority=draw(st.integers(0, 1)),
                customer_id=draw(st.sampled_from([None, "c-1"])),
            )
        )
    return state, Waitlist(draw(st.permutations(entries)))


def next_served(state, entries):
    """The first of them who can be served now, with the state after that; None if nobody can."""
    for entry in entries:
        alone = state.plan_promotion(Waitlist([entry]), now=NOW)
        if alone.promoted:
            return entry, state.apply(alone.plan)
    return None


@given(waits())
def test_nobody_is_served_while_somebody_before_them_could_be(world):
    state, waitlist = world
    promotion = state.plan_promotion(waitlist, now=NOW)

    turn, waiting = state, list(waitlist.entries)
    while (found := next_served(turn, waiting)) is not None:
        entry, turn = found
        waiting.remove(entry)
    assert promotion.waitlist.entries == tuple(waiting)
    assert turn.bookings == state.apply(promotion.plan).bookings
    assert all(each.booking.status is BookingStatus.HOLD for each in promotion.promoted)


@given(waits())
def test_a_promotion_is_one_plan_that_breaks_nothing(world):
    state, waitlist = world
    promotion = state.plan_promotion(waitlist, now=NOW)
    after = state.apply(promotion.plan)

    assert after.version == state.version + bool(promotion.promoted)
    assert after.violations(now=NOW) == state.violations(now=NOW)
    after.check()
    everybody = [each.entry for each in (*promotion.promoted, *promotion.passed_over)]
    assert sorted(everybody, key=lambda each: each.place) == [*waitlist.entries]
    assert promotion.waitlist == Waitlist([each.entry for each in promotion.passed_over])
    for each in promotion.passed_over:
        assert (each.why is None) is not (each.error is None)


@given(waits())
def test_promoting_twice_changes_nothing_more(world):
    state, waitlist = world
    after, left = state.promote(waitlist, now=NOW)

    assert after.promote(waitlist, now=NOW) == (after, left)
    assert after.plan_promotion(waitlist, now=NOW).plan.is_empty


@given(waits())
def test_the_order_in_which_they_are_given_does_not_matter(world):
    state, waitlist = world
    other = Waitlist()
    for entry in reversed(waitlist.entries):
        other = other.add(entry).add(entry)

    assert other == waitlist
    assert state.plan_promotion(other, now=NOW).plan == state.plan_promotion(waitlist, now=NOW).plan


@given(waits())
def test_what_expires_is_as_free_as_before(world):
    state, waitlist = world
    after, left = state.promote(waitlist, now=NOW)

    # The holds are gone, so whoever is left finds what those before them found.
    late, fresh = after.plan_promotion(left, now=SOON), state.plan_promotion(left, now=SOON)
    assert late.plan.bookings_after == fresh.plan.bookings_after


@given(waits(), st.sampled_from(["confirm", "cancel"]))
def test_holds_of_a_promotion_are_holds_like_any_other(world, event):
    state, waitlist = world
    promotion = state.plan_promotion(waitlist, now=NOW)
    after = state.apply(promotion.plan)
    before = after.violations(now=NOW)

    for each in promotion.promoted:
        after = getattr(after, event)(each.booking.id, now=NOW)
    assert after.violations(now=NOW) == before
    after.check()


# What counts ------------------------------------------------------------------

STATUSES = [each for each in BookingStatus if each.value not in {"declined", "expired"}]


@given(
    st.frozensets(st.sampled_from(STATUSES)),
    st.sampled_from([None, HOUR, 4 * HOUR]),
    st.lists(st.sampled_from(STATUSES), max_size=5),
    st.lists(st.sampled_from(["cancel", "mark_no_show", "complete", "check_in"]), max_size=5),
)
def test_fairness_counts_the_bookings_whose_status_counts(statuses, within, given_, events):
    counting = Counting(statuses, within)
    calendar = a_calendar(
        member_ids=["ada"], kind="round_robin", ranking=Ranking(counting=counting)
    )
    bookings = []
    for number, status in enumerate(given_):
        first, last = f"{9 + number:02}:00", f"{10 + number:02}:00"
        times = {"created_at": NOW, "expires_at": at("20:00")} if status == "hold" else {}
        bookings.append(
            a_booking(
                f"B-{number}",
                first,
                last,
                calendar_id="massage",
                host_ids=["ada"],
                status=status,
                **times,
            )
        )
    state = a_scheduler(calendar, a_member(), bookings=bookings)
    for number, event in enumerate(events[: len(bookings)]):
        start = state.booking(f"B-{number}").start
        when = {"at": start} if event != "cancel" else {"now": start - 2 * HOUR}
        try:
            state = getattr(state, event)(f"B-{number}", **when)
        except BookableError as error:
            assert error.code in {"wrong_state", "too_late", "too_early"}
        (ada,) = state.host_standings("massage", now=NOW)
        assert ada.bookings == sum(map(counting.counts, state.bookings.values()))
    state.check()
    rebuilt = type(state)(state.catalogue, state.bookings.values())
    assert rebuilt.host_standings("massage", now=NOW) == state.host_standings("massage", now=NOW)

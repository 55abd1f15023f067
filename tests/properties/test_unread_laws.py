"""Who could not be read: never offered by any question, until it is told; then as if nothing had been."""

from __future__ import annotations

import attrs
from hypothesis import assume, given

from bookable import BookingStatus, Calendar, Chain, FreeBusy, Scheduler, SearchLimitError, Segment
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.testing import realise
from tests.properties.histories import WHOLE, starts
from tests.properties.test_busy_times_laws import (
    EVERYTHING,
    SUBJECTS,
    states,
    tellings,
    windows,
)
from tests.properties.test_unknown_laws import ALWAYS, asking, cases, facts, listed
from tests.support import strategies as st

THERE = ["free", "elsewhere", "tentative", "busy", "maintenance", "out_of_office"]
narrowings = st.fixed_dictionaries(
    {},
    optional={
        "blocking_kinds": st.lists(st.sampled_from(THERE), max_size=2),
        "override": st.lists(st.sampled_from(["busy", "full", "notice_too_short"]), max_size=3),
        "use_delegates": st.booleans(),
    },
)


def without_a_word(scheduler: Scheduler, ids, within=ALWAYS) -> Scheduler:
    """The state after a source told that it could not read them."""
    unread = FreeBusy(within, {}, dict.fromkeys(ids, "no permission"))
    return scheduler.with_busy_times(unread, source="google")


def closed(scheduler: Scheduler, ids) -> set[str]:
    """They, and the rooms that share a part with one of them."""
    sharing = scheduler.catalogue.overlapping_rooms
    return {*ids}.union(*(sharing.get(key, ()) for key in ids))


def taken(slots) -> set[str]:
    """All that is offered in some slots."""
    return {
        key
        for slot in slots
        for key in (
            *slot.host_ids,
            *slot.room_ids,
            *slot.allocation.resource_ids,
            *(each for able in slot.options.values() for each in able),
        )
    }


def offered(scheduler: Scheduler, request, now):
    """The slots that every question about a request offers."""
    yield from scheduler.free_slots(request, within=WHOLE, now=now)
    first = scheduler.first_slot(request, within=WHOLE, now=now)
    yield from () if first is None else (first,)
    yield from scheduler.list_slots([request, request], within=WHOLE, now=now)
    for start in (WHOLE.start, WHOLE.start + (WHOLE.end - WHOLE.start) / 2):
        for each in scheduler.alternatives(request, start=start, now=now, within=WHOLE):
            yield each.slot
    chain = Chain([Segment(request), Segment(request)])
    for each in scheduler.chain_slots(chain, within=WHOLE, now=now, limit=3):
        yield from each.slots


@given(cases(), narrowings)
def test_who_was_not_read_is_never_offered_by_any_question(case, narrowed):
    pair, request, ids = case
    state, now = without_a_word(pair.scheduler, ids), realise.moment(pair.now)
    gone, request = closed(state, ids), attrs.evolve(request, **narrowed)

    try:
        assert not taken(offered(state, request, now)) & gone
    except SearchLimitError:
        assume(False)
    waiting = Waitlist([WaitlistEntry("W", request, WHOLE, now)])
    for each in state.plan_promotion(waiting, now=now).promoted:
        assert not {*each.booking.resource_ids} & gone
    for booking_id, booking in state.bookings.items():
        written = (
            booking.calendar_id in state.catalogue and booking.status is BookingStatus.CONFIRMED
        )
        if written and state.booking(booking_id, now=now).status is booking.status:
            assert not {*state.stand_ins(booking_id, now=now)} & gone


@given(cases())
def test_nobody_has_to_name_who_was_not_read(case):
    pair, request, ids = case
    state = without_a_word(pair.scheduler, ids)
    found = listed(state, asking(request, []), pair.now)
    named = listed(pair.scheduler, asking(request, ids), pair.now)

    assert list(map(facts, found)) == list(map(facts, named))
    assert found.unknown_ids == named.unknown_ids
    assert [each.unknown_ids for each in found] == [each.unknown_ids for each in named]


@given(cases(), st.integers(-10, 40), st.integers(1, 20))
def test_a_slot_knows_of_some_of_those_of_whom_its_listing_does(case, first, length):
    pair, request, ids = case
    state = without_a_word(pair.scheduler, ids, realise.interval(first, first + length))
    slots = listed(state, request, pair.now)

    for slot in slots:
        assert {*slot.unknown_ids} <= {*slots.unknown_ids}
    assert (
        starts(state, request, pair.now)
        or not starts(pair.scheduler, request, pair.now)
        or ({*slots.unknown_ids} & {*ids})
    )


@given(cases())
def test_of_a_calendar_that_was_not_read_nothing_is_offered(case):
    pair, request, _ = case
    assume(request.calendar_id is not None)
    state = without_a_word(pair.scheduler, [request.calendar_id])
    found = listed(state, request, pair.now)

    assert len(found) == 0
    assert request.calendar_id in found.unknown_ids


@given(cases())
def test_what_is_booked_already_is_no_violation(case):
    pair, _, ids = case
    state, now = without_a_word(pair.scheduler, ids), realise.moment(pair.now)
    every = [each.id for each in state.catalogue if isinstance(each, Calendar)]

    assert without_a_word(state, every).violations(now=now) == state.violations(now=now)
    assert state.violations(now=now) == pair.scheduler.violations(now=now)
    told = state.busy_times(ids, within=WHOLE, now=now)
    assert set(told.unknown) == {*ids}
    for key in ids:
        assert [*state.free_busy(key, within=WHOLE, now=now)] == [WHOLE]


# Read again ------------------------------------------------------------------


@given(states(), tellings(), st.lists(windows, max_size=3))
def test_reading_again_gives_back_exactly_what_was(state, told, inside):
    """However often nobody could read them in between, in whatever parts of the window."""
    whole = attrs.evolve(told, within=EVERYTHING, unknown={})
    known = state.with_busy_times(whole, source="google")

    unread = known
    for window in (*inside, EVERYTHING):
        unread = without_a_word(unread, whole.busy, window)
    unread.check()

    assert without_a_word(unread, whole.busy, EVERYTHING) is unread
    assert set(unread.busy_times(SUBJECTS, within=EVERYTHING, now=EVERYTHING.start).unknown) >= {
        *whole.busy
    }
    assert unread.with_busy_times(whole, source="google") == known


@given(states(sources=("google",)), windows, windows)
def test_a_part_that_is_read_again_leaves_the_rest_unknown(state, first, second):
    unread = without_a_word(state, ["ada"], first)
    after = unread.with_busy_times(FreeBusy(second, {"ada": []}), source="google")

    told = after.busy_times(["ada"], within=first, now=EVERYTHING.start)
    assert ("ada" in told.unknown) is not second.encloses(first)

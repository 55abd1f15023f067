"""SPEC N33: a command that is told twice has the result of one."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given

from bookable.availability.series import SeriesPolicy
from bookable.errors import BookingRefused, IdConflictError, UnknownIdError
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.pair import Pair
from bookable.testing.plain import PlainBooking
from bookable.testing.strategies import intervals, numbers
from tests.properties.histories import WHOLE, histories
from tests.support import strategies as st
from tests.support.builders import HOUR


def same(first: Scheduler, second: Scheduler) -> bool:
    """Equal in all that is stored, and in the version."""
    return (
        first.version == second.version
        and first.bookings == second.bookings
        and first.blocks == second.blocks
        and first.catalogue == second.catalogue
    )


def moment_of(booking: PlainBooking) -> datetime:
    return realise.moment(booking.start)


@given(histories(), numbers(), numbers())
def test_booking_twice_under_one_id_books_once(pair: Pair, which, how):
    _, request = pair.question(which, how)
    now = realise.moment(pair.now)
    slot = pair.scheduler.first_slot(request, within=WHOLE, now=now)
    if slot is None:
        return
    once = pair.scheduler.book(slot, booking_id="new", now=now, customer_id="ada")
    twice = once.book(slot, booking_id="new", now=now, customer_id="ada")

    assert same(once, twice)
    with pytest.raises(IdConflictError):
        once.book(slot, booking_id="new", now=now, customer_id="bob")
    with pytest.raises(IdConflictError):
        once.cancel("new", now=now).book(slot, booking_id="new", now=now, customer_id="ada")


series_policies = st.builds(
    SeriesPolicy,
    st.sampled_from(["all_or_nothing", "skip", "next_free"]),
    st.sampled_from(["decline", "truncate"]),
    st.none() | st.integers(0, 3),
    st.sampled_from([0, 50, 100]),
    st.sampled_from([HOUR, 5 * HOUR]),
)


@given(
    histories(),
    numbers(),
    numbers(),
    st.lists(st.integers(0, 30), min_size=1, max_size=6),
    series_policies,
    st.sets(st.sampled_from(["cancel", "unblock", "book", "block", "later"])),
)
def test_booking_a_series_twice_books_it_once(pair, which, how, hours, policy, between):
    """Whatever has become free or taken since, what was left out stays left out."""
    _, request = pair.question(which, how)
    first, now = pair.scheduler, realise.moment(pair.now)
    # Some that can be booked, and some that most often cannot.
    free = [each.start for each in first.free_slots(request, within=WHOLE, now=now)]
    starts = [free[each % len(free)] if free and each % 2 else now + each * HOUR for each in hours]
    said = {"booking_ids": [f"S{number}" for number, _ in enumerate(hours)], "policy": policy}
    plan = first.plan_series(request, starts, now=now, **said)
    if not plan.is_accepted:
        return
    once = first.apply(plan.plan)
    changed = meanwhile(once, set(first.bookings), request, now, between)
    then = now + 3 * HOUR if "later" in between else now

    again = changed.plan_series(request, starts, now=then, **said)

    assert again.is_accepted
    assert again.plan.is_empty
    assert same(changed, changed.book_series(request, starts, now=then, **said))
    for before, after in zip(plan.occurrences, again.occurrences, strict=True):
        assert (after.booking_id, after.asked, after.start) == (
            before.booking_id,
            before.asked,
            before.start,
        )
        assert after.outcome == (before.outcome if before.start else "left_out")
    # Once one of them is gone it is another series.
    gone = next(each.booking_id for each in plan.occurrences if each.start)
    with pytest.raises(IdConflictError):
        changed.cancel(gone, now=then).book_series(request, starts, now=then, **said)


def meanwhile(state, others, request, now, between):
    """The state after others have come and gone."""
    for booking_id in sorted(others) if "cancel" in between else ():
        state = state.cancel(booking_id, now=now)
    for block_id in sorted(state.blocks) if "unblock" in between else ():
        state = state.unblock(block_id)
    slot = state.first_slot(request, within=WHOLE, now=now) if "book" in between else None
    if slot is not None:
        state = state.book(slot, booking_id="other", now=now)
    for each in state.catalogue.calendars() if "block" in between else ():
        state = state.block(each.id, WHOLE, block_id=f"all of {each.id}")
    return state


@given(histories(), numbers())
def test_cancelling_twice_cancels_once(pair: Pair, which):
    booking = pair.some_booking(which)
    if booking is None:
        return
    once = pair.scheduler.cancel(booking.id, now=realise.moment(pair.now))

    assert same(once, once.cancel(booking.id, now=realise.moment(pair.now)))


@given(histories(), st.sampled_from(["ada", "massage"]), intervals())
def test_blocking_twice_blocks_once(pair: Pair, resource_id, interval):
    once = pair.scheduler.block(resource_id, interval, block_id="new")

    assert same(once, once.block(resource_id, interval, block_id="new"))
    with pytest.raises(IdConflictError):
        once.block(resource_id, interval, block_id="new", kind="maintenance")


@given(histories(), numbers())
def test_moving_a_booking_to_where_it_is_changes_nothing(pair: Pair, which):
    booking = pair.some_booking(which)
    if booking is None or not booking.is_blocking or booking.id not in pair.answered:
        return
    slot = pair.answered[booking.id].slot
    now = realise.moment(min(pair.now, booking.start))
    # Never changed since it was made from that very slot.
    is_there = pair.scheduler.booking(booking.id).version == 1
    try:
        moved = pair.scheduler.reschedule(booking.id, to=slot, now=now)
    except BookingRefused:
        # It was moved away meanwhile, and its first place is no longer free.
        assert not is_there
        return

    if is_there:
        assert same(pair.scheduler, moved)
    # Told again, it stays where it is, whatever would be preferred by now.
    assert same(moved, moved.reschedule(booking.id, to=slot, now=now))


@given(histories())
def test_giving_the_same_catalogue_again_changes_nothing(pair: Pair):
    assert same(pair.scheduler, pair.scheduler.with_catalogue(pair.scheduler.catalogue))


@given(histories())
def test_an_unknown_booking_or_block_is_named_in_the_error(pair: Pair):
    with pytest.raises(UnknownIdError):
        pair.scheduler.cancel("nobody", now=realise.moment(0))
    with pytest.raises(UnknownIdError):
        pair.scheduler.unblock("nothing")
    with pytest.raises(UnknownIdError):
        pair.scheduler.booking("nobody")

"""Moving everything in time by the same amount moves every answer and changes none."""

from __future__ import annotations

from datetime import timedelta

import attrs
from hypothesis import given

from bookable.domain.block import Block
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.request import Request
from bookable.domain.resources import Equipment, OutOfService
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.pair import Pair
from bookable.timeline.grid import FixedStarts
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet
from tests.properties.histories import WHOLE, histories
from tests.support import strategies as st

# Any number of microseconds, years away if need be, and each of them in its own right.
shifts = st.integers(-(10**15), 10**15).map(lambda us: timedelta(microseconds=us))


def moved(interval: Interval, by: timedelta) -> Interval:
    return Interval(interval.start + by, interval.end + by)


def moved_equipment(item: Equipment, by: timedelta) -> Equipment:
    if isinstance(item.out_of_service, int):
        return item
    parts = [OutOfService(moved(p.interval, by), p.units) for p in item.out_of_service]
    return attrs.evolve(item, out_of_service=parts)


def timeless(catalogue: Catalogue, by: timedelta) -> Catalogue:
    """The catalogue without opening hours and grids, which belong to wall clocks."""
    return Catalogue(
        rooms=[attrs.evolve(room, hours=None) for room in catalogue.rooms()],
        equipment=[
            moved_equipment(attrs.evolve(item, hours=None), by) for item in catalogue.equipment()
        ],
        members=[attrs.evolve(member, hours=None) for member in catalogue.members()],
        calendars=[
            attrs.evolve(calendar, hours=None, grid=None) for calendar in catalogue.calendars()
        ],
    )


def moved_booking(booking: Booking, by: timedelta) -> Booking:
    return attrs.evolve(booking, start=booking.start + by, end=booking.end + by)


def moved_scheduler(old: Scheduler, by: timedelta) -> Scheduler:
    return Scheduler(
        timeless(old.catalogue, by),
        [moved_booking(booking, by) for booking in old.bookings.values()],
        [
            Block(block.id, block.resource_id, moved(block.interval, by), block.kind)
            for block in old.blocks.values()
        ],
    )


@given(histories("book", "book", "block", "change", "tick"), shifts)
def test_moving_everything_moves_every_answer(pair: Pair, by):
    here, there = moved_scheduler(pair.scheduler, timedelta(0)), moved_scheduler(pair.scheduler, by)
    now, window = realise.moment(pair.now), moved(WHOLE, by)
    asked = [here.request(calendar_id) for calendar_id in sorted(pair.world.calendars)]
    asked += [attrs.evolve(request, hours=None, grid=None) for request in pair.requests]
    for request in asked:
        periods = here.start_periods(request, within=WHOLE, now=now)
        expected = IntervalSet(moved(piece, by) for piece in periods)
        assert expected == there.start_periods(request, within=window, now=now + by)
        free = here.free_periods(request, within=WHOLE, now=now)
        expected = IntervalSet(moved(piece, by) for piece in free)
        assert expected == there.free_periods(request, within=window, now=now + by)
    for id_ in sorted({*pair.world.rooms, *pair.world.equipment, *pair.world.members}):
        busy = here.free_busy(id_, within=WHOLE, now=now)
        expected = IntervalSet(moved(piece, by) for piece in busy)
        assert expected == there.free_busy(id_, within=window, now=now + by)
    violations = [
        attrs.evolve(each, interval=moved(each.interval, by)) for each in here.violations(now=now)
    ]
    assert violations == list(there.violations(now=now + by))


@given(histories("book", "book", "block"), shifts, st.frozensets(st.integers(8, 39), max_size=6))
def test_moving_a_list_of_starts_moves_the_slots(pair: Pair, by, units):
    here, there = moved_scheduler(pair.scheduler, timedelta(0)), moved_scheduler(pair.scheduler, by)
    now = realise.moment(pair.now)
    listed = [realise.moment(unit) for unit in sorted(units)]
    for request in pair.requests:
        first: Request = attrs.evolve(request, hours=None, grid=FixedStarts(listed))
        second: Request = attrs.evolve(first, grid=FixedStarts([start + by for start in listed]))
        slots = here.free_slots(first, within=WHOLE, now=now)
        other = there.free_slots(second, within=moved(WHOLE, by), now=now + by)
        assert [(slot.start + by, slot.allocation) for slot in slots] == [
            (slot.start, slot.allocation) for slot in other
        ]

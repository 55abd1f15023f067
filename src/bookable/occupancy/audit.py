"""The truth worked out a second time, without index, profile or ledger.

Nothing here reads what the scheduler decides by: claims are derived from the bookings
themselves and summed by one plain sweep over sorted events. So a fault in the fast
structures cannot hide itself; `check_ledger` holds the two to each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import attrs

from bookable.domain.block import Block
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.policy import KNOWN_KINDS, BufferPolicy, BusyKind
from bookable.domain.refusal import Detail, Violation, ViolationCode
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.occupancy.ledger import Ledger
from bookable.timeline.interval import Interval


class _Load(NamedTuple):
    start: int
    end: int
    units: int
    booking_ids: tuple[str, ...]


def find_violations(
    catalogue: Catalogue,
    bookings: Iterable[Booking],
    blocks: Iterable[Block],
    *,
    now: datetime,
    kinds: Collection[BusyKind] = KNOWN_KINDS,
) -> tuple[Violation, ...]:
    """Everything that no command would have allowed, by rule, subject, start, bookings.

    ``kinds`` of blocks count: where nobody knows whether somebody is free, nothing is wrong yet. ``now`` matters for bookings of resources that the catalogue lacks: they are reported
    while they are still to come. O(n log n + k).
    """
    blocking = sorted((each for each in bookings if each.is_blocking), key=lambda each: each.id)
    by_resource: dict[str, list[Booking]] = defaultdict(list)
    for booking in blocking:
        for resource_id in filter(booking.has, booking.resource_ids):
            by_resource[resource_id].append(booking)
        if booking.calendar_id is not None:
            by_resource[booking.calendar_id].append(booking)
    found: list[Violation] = []
    for resource_id, users in by_resource.items():
        entry = catalogue.settled(resource_id)
        if entry is None:
            found += _unknown(resource_id, users, now)
        elif isinstance(entry, Calendar):
            found += _overfull(entry, users)
        else:
            found += _unknown(resource_id, _misnamed(entry, users), now)
            found += _overcommitted(catalogue, entry, users)
            found += _in_parts(catalogue, entry.id, by_resource)
    closed: dict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.kind in kinds:
            closed[block.resource_id].append(block)
    for resource_id, group in closed.items():
        for user_id in (resource_id, *catalogue.overlapping_rooms.get(resource_id, ())):
            found += _blocked(group, user_id, by_resource.get(user_id, []))
    return tuple(sorted(found, key=_violation_key))


def _violation_key(each: Violation) -> tuple[int, str, int, int, tuple[str, ...], str]:
    order, detail = list(ViolationCode).index(each.rule), repr(each.detail)
    interval = each.interval
    return order, each.subject, interval.start_us, interval.end_us, each.booking_ids, detail


def _footprint(booking: Booking, resource_id: str) -> tuple[int, int]:
    if resource_id == booking.calendar_id:
        return booking.start_us, booking.end_us
    return _keeps(booking, resource_id)


def _keeps(booking: Booking, resource_id: str) -> tuple[int, int]:
    """What nobody else may have: the footprint, or the body where buffers may be shared (N15)."""
    if booking.buffers_on(resource_id).policy is BufferPolicy.EXCLUSIVE:
        return booking.footprint_us(resource_id)
    return booking.body_us(resource_id)


def _unknown(resource_id: str, users: list[Booking], now: datetime) -> Iterator[Violation]:
    for booking in users:
        if booking.end > now:
            rule = ViolationCode.UNKNOWN_RESOURCE
            yield Violation(rule, resource_id, booking.interval, (booking.id,))


def _misnamed(entry: Resource, users: list[Booking]) -> list[Booking]:
    """The bookings that use a resource as something that it is not."""

    def named(booking: Booking) -> bool:
        if isinstance(entry, Member):
            return entry.id in booking.host_ids
        return entry.id in (booking.room_ids if isinstance(entry, Room) else booking.equipment)

    return [booking for booking in users if not named(booking)]


def _overcommitted(
    catalogue: Catalogue, entry: Resource, users: list[Booking]
) -> Iterator[Violation]:
    once = list(_once_per_session(catalogue, entry.id, users))
    if isinstance(entry, Room):
        each = (
            _Load(*_keeps(booking, entry.id), booking.party_size, (booking.id,))
            for booking in users
        )
        seats, at_once = entry.seat_limit, entry.booking_limit
        if seats is not None:
            yield from _above(entry.id, "seats", list(each), [], seats)
        if at_once is not None:
            yield from _above(entry.id, "bookings", once, [], at_once)
    elif isinstance(entry, Equipment):
        broken, quantity = [], entry.quantity * (100 + entry.overbook_percent) // 100
        if isinstance(entry.out_of_service, int):
            quantity -= entry.out_of_service
        else:
            broken = [
                _Load(part.interval.start_us, part.interval.end_us, part.units, ())
                for part in entry.out_of_service
            ]
        yield from _above(entry.id, "units", once, broken, quantity)
    else:
        yield from _crowded(catalogue, entry.id, users, once)


def _crowded(
    catalogue: Catalogue, host_id: str, users: list[Booking], once: list[_Load]
) -> Iterator[Violation]:
    """Where a host does too much at once: one thing, or several bookings of one calendar."""
    crowds: dict[str, list[_Load]] = defaultdict(list)
    for booking in users:
        calendar = catalogue.calendar_or_none(booking.calendar_id)
        if calendar is not None and calendar.bookings_per_host > 1:
            crowds[calendar.id].append(_Load(*_keeps(booking, host_id), 1, (booking.id,)))
    loads = once
    for calendar_id, crowd in crowds.items():
        limit = catalogue.calendar(calendar_id).bookings_per_host
        yield from _above(host_id, "bookings", crowd, [], limit)
        # To everybody else the whole crowd is one thing that goes on.
        gone = {each.booking_ids for each in crowd}
        loads = [each for each in loads if each.booking_ids not in gone] + _merged(crowd)
    times = {booking.id: _keeps(booking, host_id) for booking in users}
    for each in _above(host_id, "bookings", loads, [], 1):
        first, last = each.interval.start_us, each.interval.end_us
        there = [key for key in each.booking_ids if times[key][0] < last and first < times[key][1]]
        yield attrs.evolve(each, booking_ids=tuple(there))


def _merged(crowd: list[_Load]) -> list[_Load]:
    """Maximal times in which at least one of these goes on, as one load each."""
    found: list[_Load] = []
    for load in sorted(crowd):
        if found and load.start < found[-1].end:
            last = found.pop()
            ids = tuple(sorted({*last.booking_ids, *load.booking_ids}))
            load = _Load(last.start, max(last.end, load.end), 1, ids)  # noqa: PLW2901  grown
        found.append(load)
    return found


def _in_parts(
    catalogue: Catalogue, room_id: str, by_resource: dict[str, list[Booking]]
) -> Iterator[Violation]:
    """Where a room is used together with one that shares a part with it; named once for each pair."""
    for other_id in catalogue.overlapping_rooms.get(room_id, ()):
        ones, others = by_resource.get(room_id, []), by_resource.get(other_id, [])
        if others and other_id < room_id:
            continue
        own = [_keeps(each, room_id) for each in ones]
        theirs = [_keeps(each, other_id) for each in others]
        for one, other in _meetings(own, theirs):
            ids = {ones[one].id, others[other].id}
            if len(ids) == 2:
                interval = _common(own[one], theirs[other])
                detail: dict[str, Detail] = {"what": "parts", "taken": 2, "capacity": 1}
                rule = ViolationCode.OVERCOMMITTED
                yield Violation(rule, room_id, interval, tuple(sorted(ids)), detail)


def _common(one: tuple[int, int], other: tuple[int, int]) -> Interval:
    return Interval.from_us(max(one[0], other[0]), min(one[1], other[1]))


def _meetings(
    ones: list[tuple[int, int]], others: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Every pair of positions whose times share an instant, by one sweep over both."""
    events = [(low, 1, 0, number) for number, (low, _) in enumerate(ones)]
    events += [(high, 0, 0, number) for number, (_, high) in enumerate(ones)]
    events += [(low, 1, 1, number) for number, (low, _) in enumerate(others)]
    events += [(high, 0, 1, number) for number, (_, high) in enumerate(others)]
    present: tuple[set[int], set[int]] = set(), set()
    for _, is_start, kind, number in sorted(events):
        if not is_start:
            present[kind].discard(number)
            continue
        present[kind].add(number)
        for other in present[1 - kind]:
            yield (other, number) if kind else (number, other)


def _once_per_session(
    catalogue: Catalogue, resource_id: str, users: list[Booking]
) -> Iterator[_Load]:
    """What the bookings take, with the claims of one session counted once (SPEC N12)."""
    shared: dict[object, _Load] = {}
    for booking in users:
        start, end = _keeps(booking, resource_id)
        units = booking.equipment.get(resource_id, 1)
        load = _Load(start, end, units, (booking.id,))
        calendar = catalogue.calendar_or_none(booking.calendar_id)
        is_shared = calendar is not None and calendar.has_sessions
        if not is_shared or resource_id in booking.individual_ids:
            yield load
            continue
        key = (booking.session_key, start, end, units)
        present = shared.get(key)
        ids = (*present.booking_ids, booking.id) if present else (booking.id,)
        shared[key] = load._replace(booking_ids=ids)
    yield from shared.values()


def _above(
    subject: str, what: str, loads: list[_Load], broken: list[_Load], capacity: int
) -> Iterator[Violation]:
    """The maximal intervals in which the loads sum to more than the capacity."""
    crowd = _Crowd(capacity)
    every = [*loads, *broken]
    events = [(load.start, 1, number) for number, load in enumerate(every)]
    events += [(load.end, 0, number) for number, load in enumerate(every)]
    events.sort()
    for time, group in groupby(events, key=itemgetter(0)):
        for _, is_start, number in group:
            crowd.change(number, every[number], enters=bool(is_start))
        opened = crowd.settle(time)
        if opened is not None:
            involved, peak = crowd.report()
            ids = sorted({key for each in involved for key in every[each].booking_ids})
            detail: dict[str, Detail] = {"what": what, "taken": peak, "capacity": capacity}
            interval = Interval.from_us(opened, time)
            yield Violation(ViolationCode.OVERCOMMITTED, subject, interval, tuple(ids), detail)


class _Crowd:
    """Who is there while a sweep goes on, and since when there were too many."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.present: set[int] = set()
        self.arrived: list[int] = []
        self.level = self.booked = self.peak = 0
        self.since: int | None = None
        self.involved: list[int] = []

    def change(self, number: int, load: _Load, *, enters: bool) -> None:
        """Somebody comes or goes."""
        sign = 1 if enters else -1
        self.level += sign * load.units
        self.booked += sign * bool(load.booking_ids)
        if enters:
            self.present.add(number)
            self.arrived.append(number)
        else:
            self.present.discard(number)

    def settle(self, time: int) -> int | None:
        """After all changes of an instant: since when there were too many, if that ends now."""
        arrived, self.arrived = self.arrived, []
        # Out of service beyond what is booked breaks no promise to anybody.
        if self.level > self.capacity and self.booked:
            if self.since is None:
                self.since, self.involved, self.peak = time, list(self.present), 0
            else:
                self.involved += arrived
            self.peak = max(self.peak, self.level)
            return None
        since, self.since = self.since, None
        return since

    def report(self) -> tuple[list[int], int]:
        """Everybody who was there in the interval that has just ended, and how many at most."""
        return self.involved, self.peak


def _overfull(calendar: Calendar, users: list[Booking]) -> Iterator[Violation]:
    if not calendar.has_sessions:
        return
    sessions: dict[object, list[Booking]] = defaultdict(list)
    for booking in users:
        sessions[booking.session_key].append(booking)
    for members in sessions.values():
        people = sum(booking.party_size for booking in members)
        if people > calendar.seats:
            ids = tuple(booking.id for booking in members)
            detail = {"taken": people, "capacity": calendar.seats}
            rule = ViolationCode.SESSION_OVERFULL
            yield Violation(rule, calendar.id, members[0].interval, ids, detail)


def _blocked(blocks: list[Block], user_id: str, users: list[Booking]) -> Iterator[Violation]:
    """Every pair of a block and a booking of what it closes that share an instant."""
    footprints = [_footprint(booking, user_id) for booking in users]
    closed = [(block.interval.start_us, block.interval.end_us) for block in blocks]
    for user, block in _meetings(footprints, closed):
        rule, detail = ViolationCode.BLOCKED, {"block_id": blocks[block].id}
        interval = _common(footprints[user], closed[block])
        yield Violation(rule, user_id, interval, (users[user].id,), detail)


def check_ledger(ledger: Ledger) -> None:
    """Assert that the ledger is what its bookings and blocks make it, record by record."""
    fresh = Ledger.of(ledger.bookings.values(), ledger.blocks.values(), ledger.rules)
    # Every record, whether it was ever touched or not, holds exactly what it must.
    for key in {*ledger.record_ids, *fresh.record_ids}:
        record, wanted = ledger.record(key), fresh.record(key)
        for profile in record.profiles().values():
            profile.check()
        assert record.profiles() == wanted.profiles(), key
        assert record.index.entries() == wanted.index.entries(), key
        assert dict(record.shares) == dict(wanted.shares), key
        assert dict(record.blocks) == dict(wanted.blocks), key
    # A version follows from what a record holds, however it came to hold it.
    assert all(ledger.record(key).version == fresh.record(key).version for key in fresh.record_ids)
    # The sessions are those of the blocking bookings, and are found on their days.
    assert ledger.sessions == fresh.sessions
    for session in ledger.sessions:
        assert session in ledger.sessions_of(session[0], session[1], session[1] + 1), session

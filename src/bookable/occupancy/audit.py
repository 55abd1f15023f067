"""The truth worked out a second time, without index, profile or ledger.

Nothing here reads what the scheduler decides by: claims are derived from the bookings
themselves and summed by one plain sweep over sorted events. So a fault in the fast
structures cannot hide itself; `check_ledger` holds the two to each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from bookable.domain.booking import Block, Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
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
    catalogue: Catalogue, bookings: Iterable[Booking], blocks: Iterable[Block], *, now: datetime
) -> tuple[Violation, ...]:
    """Everything that no command would have allowed, by rule, subject, start, bookings.

    ``now`` matters for bookings of resources that the catalogue lacks: they are reported
    while they are still to come. O(n log n + k).
    """
    blocking = sorted((each for each in bookings if each.is_blocking), key=lambda each: each.id)
    by_resource: dict[str, list[Booking]] = defaultdict(list)
    for booking in blocking:
        for resource_id in booking.resource_ids:
            by_resource[resource_id].append(booking)
        if booking.calendar_id is not None:
            by_resource[booking.calendar_id].append(booking)
    found: list[Violation] = []
    for resource_id, users in by_resource.items():
        entry = catalogue.get(resource_id)
        if entry is None:
            found += _unknown(resource_id, users, now)
        elif isinstance(entry, Calendar):
            found += _overfull(entry, users)
        else:
            found += _unknown(resource_id, _misnamed(entry, users), now)
            found += _overcommitted(catalogue, entry, users)
    for block in blocks:
        found += _blocked(block, by_resource.get(block.resource_id, []))
    return tuple(sorted(found, key=_violation_key))


def _violation_key(each: Violation) -> tuple[int, str, int, int, tuple[str, ...], str]:
    order, detail = list(ViolationCode).index(each.rule), repr(each.detail)
    interval = each.interval
    return order, each.subject, interval.start_us, interval.end_us, each.booking_ids, detail


def _footprint(booking: Booking, resource_id: str) -> tuple[int, int]:
    if resource_id == booking.calendar_id:
        return booking.interval.start_us, booking.interval.end_us
    return booking.footprint_us(resource_id)


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
            _Load(*booking.footprint_us(entry.id), booking.party_size, (booking.id,))
            for booking in users
        )
        yield from _above(entry.id, "seats", list(each), [], entry.capacity)
        if entry.max_concurrent is not None:
            yield from _above(entry.id, "bookings", once, [], entry.max_concurrent)
    elif isinstance(entry, Equipment):
        broken, quantity = [], entry.quantity
        if isinstance(entry.out_of_service, int):
            quantity -= entry.out_of_service
        else:
            broken = [
                _Load(part.interval.start_us, part.interval.end_us, part.units, ())
                for part in entry.out_of_service
            ]
        yield from _above(entry.id, "units", once, broken, quantity)
    else:
        yield from _above(entry.id, "bookings", once, [], 1)


def _once_per_session(
    catalogue: Catalogue, resource_id: str, users: list[Booking]
) -> Iterator[_Load]:
    """What the bookings take, with the claims of one session counted once (SPEC N12)."""
    shared: dict[object, _Load] = {}
    for booking in users:
        start, end = booking.footprint_us(resource_id)
        units = booking.equipment.get(resource_id, 1)
        load = _Load(start, end, units, (booking.id,))
        calendar = catalogue.calendar_or_none(booking.calendar_id)
        if calendar is None or not calendar.has_sessions:
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
    events: list[tuple[int, int, int]] = []
    for number, load in enumerate([*loads, *broken]):
        events += [(load.start, 1, number), (load.end, 0, number)]
    every = [*loads, *broken]
    level, active, opened = 0, set[int](), None
    involved: set[int] = set()
    peak = 0
    events.sort()
    for position, (time, is_start, number) in enumerate(events):
        level += every[number].units if is_start else -every[number].units
        if is_start:
            active.add(number)
        else:
            active.discard(number)
        if position + 1 < len(events) and events[position + 1][0] == time:
            continue
        # Out of service beyond what is booked breaks no promise to anybody.
        over = level > capacity and any(every[each].booking_ids for each in active)
        if over:
            opened = time if opened is None else opened
            involved |= active
            peak = max(peak, level)
        elif opened is not None:
            ids = sorted({key for each in involved for key in every[each].booking_ids})
            detail: dict[str, Detail] = {"what": what, "taken": peak, "capacity": capacity}
            interval = Interval.from_us(opened, time)
            yield Violation(ViolationCode.OVERCOMMITTED, subject, interval, tuple(ids), detail)
            opened, involved, peak = None, set(), 0


def _overfull(calendar: Calendar, users: list[Booking]) -> Iterator[Violation]:
    if not calendar.has_sessions:
        return
    sessions: dict[object, list[Booking]] = defaultdict(list)
    for booking in users:
        sessions[booking.session_key].append(booking)
    for members in sessions.values():
        people = sum(booking.party_size for booking in members)
        if people > calendar.seats_per_slot:
            ids = tuple(booking.id for booking in members)
            detail = {"taken": people, "capacity": calendar.seats_per_slot}
            rule = ViolationCode.SESSION_OVERFULL
            yield Violation(rule, calendar.id, members[0].interval, ids, detail)


def _blocked(block: Block, users: list[Booking]) -> Iterator[Violation]:
    start, end = block.interval.start_us, block.interval.end_us
    for booking in users:
        low, high = _footprint(booking, block.resource_id)
        if low < end and start < high:
            interval = Interval.from_us(max(low, start), min(high, end))
            rule, detail = ViolationCode.BLOCKED, {"block_id": block.id}
            yield Violation(rule, block.resource_id, interval, (booking.id,), detail)


def check_ledger(ledger: Ledger) -> None:
    """Assert that the ledger is what its bookings and blocks make it, record by record."""
    fresh = Ledger.of(ledger.bookings.values(), ledger.blocks.values(), ledger.in_session)
    # Every record, whether it was ever touched or not, holds exactly what it must.
    for key in {*ledger.record_ids, *fresh.record_ids}:
        record, wanted = ledger.record(key), fresh.record(key)
        for profile in (record.load, record.seats, record.blocked):
            profile.check()
        assert record.load == wanted.load, key
        assert record.seats == wanted.seats, key
        assert record.blocked == wanted.blocked, key
        assert record.index.entries() == wanted.index.entries(), key
        assert dict(record.shares) == dict(wanted.shares), key
        assert dict(record.blocks) == dict(wanted.blocks), key
    # The sessions are those of the blocking bookings.
    assert ledger.sessions == fresh.sessions

"""Blocks, and what the catalogue has to do with the history: decisions that need no predicate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bookable.checks import check_id
from bookable.domain.block import Block
from bookable.domain.booking import NO_BUFFERS, Booking, Buffers
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.life import TRANSITIONS, Event
from bookable.domain.references import kind_of, unknown
from bookable.domain.resources import Member
from bookable.errors import IdConflictError, ResourceInUseError, UnknownIdError
from bookable.frozen_map import FrozenMap
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan

# Blocks --------------------------------------------------------------------


def plan_block(ledger: Ledger, block: Block) -> Plan:
    """Decide a block; an empty plan where it is there already."""
    present = ledger.blocks.get(block.id)
    if present == block:
        return Plan("block")
    if present is not None:
        raise IdConflictError("block", block.id)
    return Plan("block", blocks_after=(block,))


def plan_unblock(ledger: Ledger, block_id: str) -> Plan:
    """Decide the end of a block."""
    block = ledger.blocks.get(check_id(block_id, "block_id"))
    if block is None:
        raise UnknownIdError("block", block_id, "block_id")
    return Plan("unblock", blocks_before=(block,))


# The catalogue -------------------------------------------------------------


def check_known(catalogue: Catalogue, entry_id: str, field: str) -> str:
    """The id of something in the catalogue, or `UnknownIdError`."""
    if check_id(entry_id, field) not in catalogue:
        raise unknown("resource or calendar", entry_id, field, catalogue)
    return entry_id


def with_buffers(bookings: Iterable[Booking], catalogue: Catalogue) -> Iterator[Booking]:
    """The bookings with buffers: their own, else those of the catalogue (SPEC N15)."""
    known: dict[tuple[object, ...], FrozenMap[str, Buffers]] = {}
    single: dict[tuple[str | None, str], Buffers] = {}
    for booking in bookings:
        if booking.buffers is not None:
            yield booking
            continue
        key = booking.calendar_id, booking.host_ids, booking.room_ids, *booking.equipment
        buffers = known.get(key)
        if buffers is None:
            every = {}
            for resource_id in sorted(booking.resource_ids):
                one = booking.calendar_id, resource_id
                if one not in single:
                    single[one] = _buffers_on(resource_id, booking.calendar_id, catalogue)
                every[resource_id] = single[one]
            buffers = known[key] = FrozenMap(every)
        yield booking.keeping_clear(buffers)


def _buffers_on(resource_id: str, calendar_id: str | None, catalogue: Catalogue) -> Buffers:
    """What the catalogue says about a resource that is booked through a calendar."""
    calendar = None if calendar_id is None else catalogue.settled(calendar_id)
    default, entry = NO_BUFFERS, catalogue.settled(resource_id)
    if isinstance(calendar, Calendar):
        default = Buffers(calendar.buffer_before, calendar.buffer_after, calendar.buffer_policy)
    if entry is None or isinstance(entry, Member | Calendar):
        return default
    return Buffers(
        default.before if entry.buffer_before is None else entry.buffer_before,
        default.after if entry.buffer_after is None else entry.buffer_after,
        default.policy if entry.buffer_policy is None else entry.buffer_policy,
    )


def _uses(booking: Booking, entry_id: str) -> bool:
    """Whether a booking names an entry, and does not only stand in its way."""
    return entry_id in booking.resource_ids or entry_id == booking.calendar_id


def users_of(ledger: Ledger, entry_id: str, now: datetime | None) -> tuple[list[str], list[str]]:
    """The blocking bookings, those that end after ``now`` where it is given, and the blocks."""
    record = ledger.record(entry_id)
    bookings = [
        booking_id
        for booking_id in record.index.entries()
        if ledger.bookings[booking_id].status.is_blocking
        and (now is None or ledger.bookings[booking_id].end > now)
        and _uses(ledger.bookings[booking_id], entry_id)
    ]
    blocks = [key for key in record.blocks if ledger.blocks[key].resource_id == entry_id]
    return sorted(bookings), sorted(blocks)


def cancellable(ledger: Ledger, booking_ids: list[str]) -> list[str]:
    """Those of the bookings that may be cancelled: not what somebody checked in to."""
    return [
        key for key in booking_ids if (ledger.bookings[key].status, Event.CANCEL) in TRANSITIONS
    ]


def check_unused(catalogue: Catalogue, ledger: Ledger, entry_id: str, now: datetime | None) -> None:
    """Refuse to do without an entry that is used."""
    bookings, blocks = users_of(ledger, entry_id, now)
    entry = catalogue.get(entry_id)
    if entry is not None and (bookings or blocks):
        remedy = "Scheduler.remove with cascade=True cancels its bookings and lifts its blocks"
        raise ResourceInUseError(kind_of(entry), entry_id, (*bookings, *blocks), remedy)

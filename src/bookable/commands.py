"""What the commands decide: each gives a plan or refuses, and changes nothing.

The same predicate that lists a slot decides it (SPEC N3): every plan is made from a
`Search` over the state that the command is given.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from bookable.availability.assignment import Allocation, assign
from bookable.availability.explain import explain
from bookable.availability.question import Candidate
from bookable.availability.search import Search
from bookable.availability.slot import Slot
from bookable.checks import check_id
from bookable.domain.booking import Block, Booking, BookingStatus, Buffers
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.policy import Access
from bookable.domain.references import kind_of
from bookable.domain.resources import Member
from bookable.domain.stamp import MODULUS
from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidTransitionError,
    InvalidValueError,
    ResourceInUseError,
    StaleLedgerError,
    UnknownIdError,
)
from bookable.frozen_map import FrozenMap
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import instant_us

# Bookings ------------------------------------------------------------------


def plan_book(search: Search, slot: Slot, booking_id: str, customer_id: str | None) -> Plan:
    """Decide a booking; an empty plan where it is booked already (SPEC N33)."""
    check_id(booking_id, "booking_id")
    instant_us(slot.start, "slot.start")
    if customer_id is not None:
        check_id(customer_id, "customer_id")
    present = search.ledger.bookings.get(booking_id)
    if present is not None:
        if present.customer_id == customer_id and _is_met(search, slot, present):
            return Plan("book")
        raise IdConflictError("booking", booking_id)
    allocation = _decide(search, slot)
    booking = Booking(
        id=booking_id,
        start=slot.start,
        end=slot.end,
        calendar_id=slot.request.calendar_id,
        party_size=slot.party_size,
        host_ids=allocation.host_ids,
        room_ids=allocation.room_ids,
        equipment=allocation.equipment,
        status=_status_for(search),
        customer_id=customer_id,
        buffers=allocation.buffers,
        location_id=search.question.location_id,
        tags=search.question.tags,
        individual_ids=allocation.individual_ids,
    )
    rests_on = versions_of(search.catalogue, search.ledger, booking)
    return search.ledger.plan("book", after=(booking,), rests_on=rests_on)


def _status_for(search: Search) -> BookingStatus:
    """Confirmed at once, or waiting for approval where the customer may only ask."""
    if search.question.access is Access.REQUEST:
        return BookingStatus.PENDING
    return BookingStatus.CONFIRMED


def plan_cancel(ledger: Ledger, booking_id: str) -> Plan:
    """Decide a cancellation; an empty plan where it is cancelled already."""
    booking = booking_of(ledger, booking_id)
    if booking.status is BookingStatus.CANCELLED:
        return Plan("cancel")
    cancelled = attrs.evolve(booking, status=BookingStatus.CANCELLED, version=booking.version + 1)
    return ledger.plan("cancel", before=(booking,), after=(cancelled,))


def plan_reschedule(ledger: Ledger, search: Search, slot: Slot, booking: Booking) -> Plan:
    """Decide a move; ``search`` reads the ledger as it is without the booking (SPEC N28)."""
    instant_us(slot.start, "to.start")
    if not booking.is_blocking:
        raise InvalidTransitionError(booking.id, booking.status.value, "reschedule")
    if slot.request.calendar_id != booking.calendar_id:
        expected = f"a slot of the booking's own calendar, {booking.calendar_id!r}"
        raise InvalidValueError("to", slot.request.calendar_id, expected, "other_calendar")
    if _is_met(search, slot, booking):
        return Plan("reschedule")
    allocation = _decide(search, slot)
    moved = attrs.evolve(
        booking,
        start=slot.start,
        end=slot.end,
        party_size=slot.party_size,
        host_ids=allocation.host_ids,
        room_ids=allocation.room_ids,
        equipment=allocation.equipment,
        buffers=allocation.buffers,
        individual_ids=allocation.individual_ids,
        version=booking.version + 1,
    )
    rests_on = versions_of(search.catalogue, ledger, moved)
    return ledger.plan("reschedule", before=(booking,), after=(moved,), rests_on=rests_on)


def _decide(search: Search, slot: Slot) -> Allocation:
    """What the slot would take in this state; the predicate runs again here."""
    start = instant_us(slot.start, "slot.start")
    offer = search.at(start)
    if not offer.bookable:
        raise BookingRefused(explain(search, start))
    return offer.details(start).allocation


def _is_met(search: Search, slot: Slot, booking: Booking) -> bool:
    """Whether a booking is already what the slot's request asks for."""
    question, request = search.question, slot.request
    same = (booking.calendar_id, booking.start, booking.end, booking.party_size) == (
        request.calendar_id,
        slot.start,
        slot.end,
        request.party_size,
    )
    if not same or not booking.is_blocking:
        return False
    if request.calendar_id is not None:
        return question.wants(booking.host_ids)
    if len(booking.resource_ids) != sum(role.count for role in question.roles):
        return False
    held = tuple(
        tuple(candidate for candidate in role.candidates if _holds(booking, candidate))
        for role in question.roles
    )
    return assign(question, held, search.ledger) is not None


def _holds(booking: Booking, candidate: Candidate) -> bool:
    """Whether a booking takes just what a candidate would give; buffers may have changed since."""
    key = candidate.resource.id
    return key in booking.resource_ids and booking.equipment.get(key, 1) == candidate.units


def versions_of(catalogue: Catalogue, ledger: Ledger, booking: Booking) -> FrozenMap[str, int]:
    """The versions of everything that a booking takes, and of its calendar."""
    ids = (*booking.resource_ids, *filter(None, [booking.calendar_id]))
    return FrozenMap({key: _version(catalogue, ledger, key) for key in sorted(ids)})


def _version(catalogue: Catalogue, ledger: Ledger, entry_id: str) -> int:
    """A number for all that decides about an entry: its own rules and what is taken of it."""
    return (3 * ledger.record(entry_id).version + catalogue.stamp(entry_id)) % MODULUS


def check_fresh(plan: Plan, catalogue: Catalogue, ledger: Ledger) -> None:
    """Refuse a plan when something that it rests on has changed."""
    for entry_id, expected in plan.rests_on.items():
        actual = _version(catalogue, ledger, entry_id)
        if actual != expected:
            raise StaleLedgerError(entry_id, expected, actual)


def booking_of(ledger: Ledger, booking_id: str) -> Booking:
    """The booking of this id, or `UnknownIdError`."""
    booking = ledger.bookings.get(check_id(booking_id, "booking_id"))
    if booking is None:
        raise UnknownIdError("booking", booking_id, "booking_id")
    return booking


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
        raise UnknownIdError("resource or calendar", entry_id, field)
    return entry_id


def with_buffers(booking: Booking, catalogue: Catalogue) -> Booking:
    """The booking with buffers: its own, else those of the catalogue (SPEC N15)."""
    if booking.buffers is not None:
        return booking
    calendar = None if booking.calendar_id is None else catalogue.settled(booking.calendar_id)
    default = Buffers()
    if isinstance(calendar, Calendar):
        default = Buffers(calendar.buffer_before, calendar.buffer_after, calendar.buffer_policy)
    buffers: dict[str, Buffers] = {}
    for resource_id in booking.resource_ids:
        entry = catalogue.settled(resource_id)
        before, after, policy = default.before, default.after, default.policy
        if entry is not None and not isinstance(entry, Member | Calendar):
            before = before if entry.buffer_before is None else entry.buffer_before
            after = after if entry.buffer_after is None else entry.buffer_after
            policy = policy if entry.buffer_policy is None else entry.buffer_policy
        buffers[resource_id] = Buffers(before, after, policy)
    return attrs.evolve(booking, buffers=buffers)


def users_of(ledger: Ledger, entry_id: str, now: datetime | None) -> tuple[list[str], list[str]]:
    """The blocking bookings, those that end after ``now`` where it is given, and the blocks."""
    record = ledger.record(entry_id)
    bookings = [
        booking_id
        for booking_id in record.index.entries()
        if now is None or ledger.bookings[booking_id].end > now
    ]
    return sorted(bookings), sorted(record.blocks)


def check_unused(catalogue: Catalogue, ledger: Ledger, entry_id: str, now: datetime | None) -> None:
    """Refuse to do without an entry that is used."""
    bookings, blocks = users_of(ledger, entry_id, now)
    entry = catalogue.get(entry_id)
    if entry is not None and (bookings or blocks):
        remedy = "Scheduler.remove with cascade=True cancels its bookings and lifts its blocks"
        raise ResourceInUseError(kind_of(entry), entry_id, (*bookings, *blocks), remedy)

"""What the commands decide: each gives a plan or refuses, and changes nothing.

The same predicate that lists a slot decides it (SPEC N3): every plan is made from a
`Search` over the state that the command is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from bookable.availability.assignment import assign
from bookable.availability.chain import ChainSlot, Decided, Links, decide_chain
from bookable.availability.drafting import as_booking, status_for, tags_for
from bookable.availability.explain import explain
from bookable.availability.feasibility import Starts
from bookable.availability.freshness import ids_behind, versions, versions_of
from bookable.availability.limiting import counted_in
from bookable.availability.question import Candidate, Question
from bookable.availability.reassignment import HandOver
from bookable.availability.search import Search
from bookable.availability.series import Asked, Series, SeriesPolicy, decide_series, known_series
from bookable.availability.serving import with_roles
from bookable.availability.slot import Details, Slot
from bookable.checks import check_id
from bookable.domain.booking import OVERBOOKED, Block, Booking, BookingStatus
from bookable.domain.catalogue import Catalogue
from bookable.domain.limit import LimitSubject
from bookable.domain.references import kind_of, unknown
from bookable.domain.request import Request
from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidTransitionError,
    InvalidValueError,
    ResourceInUseError,
    UnknownIdError,
)
from bookable.frozen_map import FrozenMap
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import from_us, instant_us

# Bookings ------------------------------------------------------------------


def asked_by(question: Question, customer_id: str | None) -> Request:
    """The request of a question as this customer's own; as it is where nobody minds who books.

    Raises:
        InvalidValueError: If it is another customer's (field ``customer_id``, code ``other_customer``).
    """
    request = question.request
    if customer_id is None:
        return request
    check_id(customer_id, "customer_id")
    if request.customer_id not in {None, customer_id}:
        expected = f"the customer of the request, {request.customer_id!r}, or None"
        raise InvalidValueError("customer_id", customer_id, expected, "other_customer")
    calendar = question.calendar
    has_policy = calendar is not None and calendar.policy is not None
    if has_policy or any(LimitSubject.CUSTOMER in limit.per for limit in question.limits):
        return attrs.evolve(request, customer_id=customer_id)
    return request


def plan_book(search: Search, slot: Slot, booking_id: str, customer_id: str | None) -> Plan:
    """Decide a booking; an empty plan where it is booked already (SPEC N33)."""
    check_id(booking_id, "booking_id")
    instant_us(slot.start, "slot.start")
    if booking_id in search.ledger.bookings:
        check_same(search, slot, booking_id, customer_id)
        return Plan("book")
    booking = _drafted(search, slot, booking_id, customer_id)
    rests_on = versions_of(search, search.ledger, booking)
    return search.ledger.plan("book", after=(booking,), rests_on=rests_on)


def _drafted(search: Search, slot: Slot, booking_id: str, customer_id: str | None) -> Booking:
    """The booking that a slot becomes in this state."""
    details, start = _decide(search, slot), instant_us(slot.start, "slot.start")
    if customer_id is None:
        customer_id = search.question.request.customer_id
    return as_booking(search, start, details, booking_id, customer_id)


def check_same(search: Search, slot: Slot, booking_id: str, customer_id: str | None) -> None:
    """Refuse an id that is taken by anything but what is asked for (SPEC N33)."""
    present = search.ledger.bookings[booking_id]
    same = present.customer_id == (customer_id or search.question.request.customer_id)
    same &= present.tags - {OVERBOOKED} == search.question.tags
    if not same or not _is_met(search, slot, present):
        raise IdConflictError("booking", booking_id)


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
    search = _keeping(search, booking)
    details = _decide(search, slot)
    allocation = details.allocation
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
        attendee_ids=search.question.request.attendee_ids,
        companion_ids=allocation.companion_ids,
        location_id=details.location_id,
        tags=tags_for(search.question.tags, details),
        status=status_for(search, booking.status),
        version=booking.version + 1,
    )
    rests_on = versions_of(search, ledger, moved)
    return ledger.plan("reschedule", before=(booking,), after=(moved,), rests_on=rests_on)


def plan_reassign(ledger: Ledger, hand_over: HandOver) -> Plan:
    """Decide who serves instead, for all bookings of a session; an empty plan where they do already."""
    before, after = hand_over.bookings, hand_over.decided()
    if before == after:
        return Plan("reassign")
    first, *others = hand_over.searches
    # They differ in whom and what limits count, and in nothing else.
    ids = ids_behind(first, ledger, after)
    ids = ids.union(*(counted_in(each.question, each.catalogue, ledger) for each in others))
    rests_on = versions(first.catalogue, ledger, ids)
    return ledger.plan("reassign", before=before, after=after, rests_on=rests_on)


def _keeping(search: Search, booking: Booking) -> Search:
    """The search for a move: the booking keeps its tags, and its place where none is asked for."""
    question, tags = search.question, booking.tags - {OVERBOOKED}
    location_id = question.location_id or booking.location_id
    if (tags, location_id) == (question.tags, question.location_id):
        return search
    kept = attrs.evolve(question, tags=tags, location_id=location_id)
    return attrs.evolve(search, question=kept)


def _decide(search: Search, slot: Slot) -> Details:
    """What the slot would take in this state; the predicate runs again here."""
    start = instant_us(slot.start, "slot.start")
    offer = search.at(start)
    if not offer.bookable:
        raise BookingRefused(explain(search, start))
    return offer.details(start)


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
    if {*question.request.attendee_ids} != {*booking.attendee_ids}:
        return False
    if request.calendar_id is not None:
        # What the calendar brings beside what is asked for is its own affair.
        return (
            question.wants(booking.serving_ids)
            and _lies_there(search, booking)
            and _has_add_ons(search, booking)
        )
    if len(booking.resource_ids) != sum(role.count for role in question.roles):
        return False
    return _fills(search, booking)


def _lies_there(search: Search, booking: Booking) -> bool:
    """Whether a booking takes place where is asked for, in rooms such as are asked for."""
    question, request = search.question, search.question.request
    if request.location_id is not None:
        within = search.catalogue.settings.is_within
        named = booking.location_id
        if not (booking.room_ids if named is None else within(named, request.location_id)):
            return False
    return question.suits(booking.room_ids)


def _has_add_ons(search: Search, booking: Booking) -> bool:
    """Whether a booking has what the add-ons that are asked for need."""
    roles = [
        role
        for role in search.question.roles
        if any(each.is_for_add_on for each in role.candidates)
    ]
    if not roles:
        return True
    return _fills(attrs.evolve(search, question=with_roles(search.question, roles)), booking)


def _fills(search: Search, booking: Booking) -> bool:
    """Whether what a booking takes fills every role of the question."""
    held = tuple(
        tuple(candidate for candidate in role.candidates if _holds(booking, candidate))
        for role in search.question.roles
    )
    return assign(search, held) is not None


def _holds(booking: Booking, candidate: Candidate) -> bool:
    """Whether a booking takes just what a candidate would give; buffers may have changed since."""
    key = candidate.resource.id
    return key in booking.resource_ids and booking.equipment.get(key, 1) == candidate.units


def booking_of(ledger: Ledger, booking_id: str) -> Booking:
    """The booking of this id, or `UnknownIdError`."""
    booking = ledger.bookings.get(check_id(booking_id, "booking_id"))
    if booking is None:
        raise UnknownIdError("booking", booking_id, "booking_id")
    return booking


# Chains --------------------------------------------------------------------


def plan_chain(
    links: Links, slot: ChainSlot, booking_ids: tuple[str, ...], customer_id: str | None
) -> Plan:
    """Decide all segments of a chain at once; an empty plan where they are booked already."""
    starts = _starts_of(links, slot)
    if len(booking_ids) != len(starts):
        expected = f"one id for each of the {len(starts)} segments, each once"
        raise InvalidValueError("booking_ids", booking_ids, expected, "ids")
    first = links.searches[0]
    ledger, known = first.ledger, [key for key in booking_ids if key in first.ledger.bookings]
    parts = tuple(zip(links.searches, slot.slots, booking_ids, strict=True))
    if known:
        if len(known) < len(parts):
            # A chain is booked as a whole: what is there already is not of this one.
            raise IdConflictError("booking", known[0])
        for search, each, key in parts:
            check_same(search, each, key, customer_id)
        return Plan("book_chain")
    found = decide_chain(links, starts)
    if not isinstance(found, Decided):
        raise BookingRefused(found)
    bookings = tuple(
        attrs.evolve(booking, id=key, customer_id=customer_id or booking.customer_id)
        for booking, key in zip(found.bookings, booking_ids, strict=True)
    )
    rests_on: dict[str, int] = {}
    for search, booking in zip(links.searches, bookings, strict=True):
        rests_on |= versions_of(search, ledger, booking)
    return ledger.plan("book_chain", after=bookings, rests_on=FrozenMap(rests_on))


def _starts_of(links: Links, slot: ChainSlot) -> tuple[int, ...]:
    """The starts of a chain slot, one for each segment and within the gaps."""
    starts = tuple(instant_us(each.start, "chain_slot.slots") for each in slot.slots)
    requests = tuple(each.request for each in slot.slots)
    fits = requests == tuple(each.request for each in slot.chain.segments)
    for number in range(1, len(starts) if fits else 0):
        first, last = links.gap(number, starts)
        fits = fits and first <= starts[number] <= last
    if not fits:
        expected = "a slot for each segment of its chain, as chain_slots answers"
        raise InvalidValueError("chain_slot", slot.slots, expected, "slot")
    return starts


# Series --------------------------------------------------------------------


def plan_series(
    search: Search, asked: Sequence[Asked], policy: SeriesPolicy, customer_id: str | None
) -> Series:
    """Decide a series, with one plan for all of its bookings; an empty one where it is declined.

    Where it is booked already nothing is decided again: neither what it left out then, nor
    whether it would be accepted now (SPEC N33).
    """

    def slot_of(state: Search, start: int) -> Slot:
        return Slot(state.question.request, from_us(start), state.offer(Starts(())))

    def book(state: Search, start: int, booking_id: str) -> Plan:
        # What it rests on is told of the whole series, once.
        booking = _drafted(state, slot_of(state, start), booking_id, customer_id)
        return state.ledger.plan("book", after=(booking,))

    def check(start: int, booking_id: str) -> None:
        check_same(search, slot_of(search, start), booking_id, customer_id)

    known = known_series(search, asked, policy, check)
    if known is not None:
        return Series(known, is_accepted=True, plan=Plan("book_series"))
    decided, ledger = decide_series(search, asked, policy, book), search.ledger
    if not decided.is_accepted:
        return Series(decided.occurrences, is_accepted=False, plan=Plan("book_series"))
    rests_on = versions_of(search, ledger, *decided.bookings)
    plan = ledger.plan("book_series", after=decided.bookings, rests_on=rests_on)
    return Series(decided.occurrences, is_accepted=True, plan=plan)


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


def _uses(booking: Booking, entry_id: str) -> bool:
    """Whether a booking names an entry, and does not only stand in its way."""
    return entry_id in booking.resource_ids or entry_id == booking.calendar_id


def users_of(ledger: Ledger, entry_id: str, now: datetime | None) -> tuple[list[str], list[str]]:
    """The blocking bookings, those that end after ``now`` where it is given, and the blocks."""
    record = ledger.record(entry_id)
    bookings = [
        booking_id
        for booking_id in record.index.entries()
        if (now is None or ledger.bookings[booking_id].end > now)
        and _uses(ledger.bookings[booking_id], entry_id)
    ]
    blocks = [key for key in record.blocks if ledger.blocks[key].resource_id == entry_id]
    return sorted(bookings), sorted(blocks)


def check_unused(catalogue: Catalogue, ledger: Ledger, entry_id: str, now: datetime | None) -> None:
    """Refuse to do without an entry that is used."""
    bookings, blocks = users_of(ledger, entry_id, now)
    entry = catalogue.get(entry_id)
    if entry is not None and (bookings or blocks):
        remedy = "Scheduler.remove with cascade=True cancels its bookings and lifts its blocks"
        raise ResourceInUseError(kind_of(entry), entry_id, (*bookings, *blocks), remedy)

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
from bookable.availability.limiting import counted_in
from bookable.availability.question import Candidate, Question
from bookable.availability.reassignment import HandOver
from bookable.availability.search import Search
from bookable.availability.series import Asked, Series, SeriesPolicy, decide_series, known_series
from bookable.availability.slot import Details, Slot
from bookable.availability.standing import judged_hosts
from bookable.checks import check_id
from bookable.domain.booking import OVERBOOKED, Block, Booking, BookingStatus, Buffers
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.limit import LimitSubject
from bookable.domain.references import kind_of, unknown
from bookable.domain.request import Request
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
from bookable.occupancy.claims import customer_key
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
    details, start = _decide(search, slot), instant_us(slot.start, "slot.start")
    if customer_id is None:
        customer_id = search.question.request.customer_id
    booking = as_booking(search, start, details, booking_id, customer_id)
    rests_on = versions_of(search, search.ledger, booking)
    return search.ledger.plan("book", after=(booking,), rests_on=rests_on)


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
        location_id=search.question.location_id,
        tags=tags_for(search.question.tags, details),
        status=status_for(search, booking.status),
        version=booking.version + 1,
    )
    rests_on = versions_of(search, ledger, moved)
    return ledger.plan("reschedule", before=(booking,), after=(moved,), rests_on=rests_on)


def plan_reassign(ledger: Ledger, hand_over: HandOver, host_ids: tuple[str, ...] | None) -> Plan:
    """Decide who serves instead, for all bookings of a session; an empty plan where they do already."""
    before, after = hand_over.bookings, hand_over.decided(host_ids)
    if before == after:
        return Plan("reassign")
    rests_on: dict[str, int] = {}
    for search in hand_over.searches:
        for booking in after:
            rests_on |= versions_of(search, ledger, booking)
    return ledger.plan("reassign", before=before, after=after, rests_on=FrozenMap(rests_on))


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
        here = request.location_id in {None, booking.location_id}
        return question.wants(booking.host_ids) and here
    if len(booking.resource_ids) != sum(role.count for role in question.roles):
        return False
    held = tuple(
        tuple(candidate for candidate in role.candidates if _holds(booking, candidate))
        for role in question.roles
    )
    return assign(search, held) is not None


def _holds(booking: Booking, candidate: Candidate) -> bool:
    """Whether a booking takes just what a candidate would give; buffers may have changed since."""
    key = candidate.resource.id
    return key in booking.resource_ids and booking.equipment.get(key, 1) == candidate.units


def versions_of(search: Search, ledger: Ledger, booking: Booking) -> FrozenMap[str, int]:
    """The versions of all that a booking takes, of its calendar, and of what else decided about it."""
    ids = {*booking.resource_ids, *filter(None, [booking.calendar_id])}
    ids |= {*judged_hosts(search.question.calendar)}
    calendar = search.question.calendar
    if calendar is not None and search.question.delegate_ids.intersection(booking.host_ids):
        # Who stands in does so only while somebody is away.
        ids |= {*calendar.member_ids}
    ids |= counted_in(search.question, search.catalogue, ledger)
    return FrozenMap({key: _version(search.catalogue, ledger, key) for key in sorted(ids)})


def _version(catalogue: Catalogue, ledger: Ledger, entry_id: str) -> int:
    """A number for all that decides about an entry: its own rules and what is taken of it."""
    # A customer, or what the catalogue has lost, has no rules, only bookings.
    stamp = catalogue.stamp(entry_id) if entry_id in catalogue else 0
    return (3 * ledger.record(entry_id).version + stamp) % MODULUS


def check_fresh(plan: Plan, catalogue: Catalogue, ledger: Ledger) -> None:
    """Refuse a plan when something that it rests on has changed."""
    for entry_id, expected in plan.rests_on.items():
        actual = _version(catalogue, ledger, entry_id)
        if actual != expected:
            subject = entry_id.removeprefix(customer_key(""))
            kind = "" if subject == entry_id else "customer"
            raise StaleLedgerError(subject, expected, actual, kind=kind)


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
        return plan_book(state, slot_of(state, start), booking_id, customer_id)

    def check(start: int, booking_id: str) -> None:
        check_same(search, slot_of(search, start), booking_id, customer_id)

    known = known_series(search, asked, policy, check)
    if known is not None:
        return Series(known, is_accepted=True, plan=Plan("book_series"))
    decided, ledger = decide_series(search, asked, policy, book), search.ledger
    if not decided.is_accepted:
        return Series(decided.occurrences, is_accepted=False, plan=Plan("book_series"))
    rests_on: dict[str, int] = {}
    for booking in decided.bookings:
        rests_on |= versions_of(search, ledger, booking)
    plan = ledger.plan("book_series", after=decided.bookings, rests_on=FrozenMap(rests_on))
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

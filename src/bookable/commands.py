"""What the commands decide: each gives a plan or refuses, and changes nothing.

The same predicate that lists a slot decides it (SPEC N3): every plan is made from a
`Search` over the state that the command is given.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import attrs
from attrs import frozen

from bookable.availability.assignment import assign
from bookable.availability.chain import ChainSlot, Decided, Links, decide_chain
from bookable.availability.details import Details
from bookable.availability.drafting import as_booking, check_in_for, status_for, tags_for
from bookable.availability.explain import explain
from bookable.availability.freshness import ids_behind, versions, versions_of
from bookable.availability.limiting import counted_in
from bookable.availability.question import Candidate, Question
from bookable.availability.reassignment import HandOver
from bookable.availability.search import Search
from bookable.availability.serving import with_roles
from bookable.availability.slot import Slot
from bookable.checks import check_amount, check_flag, check_id
from bookable.domain.booking import OVERBOOKED, Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.effective import next_status
from bookable.domain.life import BookingStatus, Event
from bookable.domain.limit import LimitSubject
from bookable.domain.metadata import NO_METADATA
from bookable.domain.request import Request
from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidValueError,
    StaleVersionError,
    UnknownIdError,
    WrongTimeError,
)
from bookable.frozen_map import FrozenMap
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import from_us, instant_us, to_us

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


@frozen
class Terms:
    """On which terms an existing booking is changed: its version as the caller knows it, and whether
    cut-offs are left aside.
    """

    version: int | None = None
    ignores_cut_off: bool = False

    def check(self, booking: Booking, catalogue: Catalogue, event: Event, now: datetime) -> None:
        """Refuse a stale version, and what comes later than the calendar allows (inclusive).

        A hold is given back at any time: nothing is agreed to yet.
        """
        check_version(booking, self.version)
        calendar = None if booking.calendar_id is None else catalogue.settled(booking.calendar_id)
        is_free = self.ignores_cut_off or booking.status is BookingStatus.HOLD
        if is_free or not isinstance(calendar, Calendar) or calendar.policy is None:
            return
        policy = calendar.policy
        notice = policy.cancel_notice if event is Event.CANCEL else policy.reschedule_notice
        if notice is not None and now > booking.start - notice:
            bound = booking.start - notice
            raise WrongTimeError(booking.id, event.value, now, bound, "too_late")


NO_TERMS: Final = Terms()


def terms_of(version: int | None, ignores_cut_off: bool) -> Terms:  # noqa: FBT001  as it was given
    """The terms that a caller states."""
    return Terms(version, check_flag(ignores_cut_off, "ignore_cut_off"))


def check_version(booking: Booking, version: int | None) -> None:
    """Refuse a change key that is not the booking's."""
    if version is not None and check_amount(version, "version", minimum=1) != booking.version:
        raise StaleVersionError(booking.id, version, booking.version)


def plan_book(
    search: Search,
    slot: Slot,
    booking_id: str,
    customer_id: str | None,
    metadata: FrozenMap[str, str] = NO_METADATA,
) -> Plan:
    """Decide a booking; an empty plan where it is booked already (SPEC N33)."""
    check_id(booking_id, "booking_id")
    instant_us(slot.start, "slot.start")
    if booking_id in search.ledger.bookings:
        check_same(search, slot, booking_id, customer_id, metadata)
        return Plan("book")
    booking = drafted(search, slot, booking_id, customer_id, metadata)
    rests_on = versions_of(search, search.ledger, booking)
    return search.ledger.plan("book", after=(booking,), rests_on=rests_on, at=from_us(search.now))


def drafted(
    search: Search,
    slot: Slot,
    booking_id: str,
    customer_id: str | None,
    metadata: FrozenMap[str, str] = NO_METADATA,
) -> Booking:
    """The booking that a slot becomes in this state."""
    details, start = _decide(search, slot), instant_us(slot.start, "slot.start")
    if customer_id is None:
        customer_id = search.question.request.customer_id
    return as_booking(search, start, details, booking_id, customer_id, metadata)


def check_same(
    search: Search,
    slot: Slot,
    booking_id: str,
    customer_id: str | None,
    metadata: FrozenMap[str, str] = NO_METADATA,
    *,
    is_hold: bool = False,
) -> None:
    """Refuse an id that is taken by anything but what is asked for, as a booking or a hold (SPEC N33)."""
    present = search.ledger.bookings[booking_id]
    # What was held and confirmed since has kept the time when it would have expired.
    same = present.expires_at is not None if is_hold else present.status is not BookingStatus.HOLD
    same &= present.customer_id == (customer_id or search.question.request.customer_id)
    same &= present.tags - {OVERBOOKED} == search.question.tags
    # What it was booked with is known only while nobody has changed it.
    same &= present.metadata == metadata or present.version > 1
    if not same or not is_met(search, slot, present):
        raise IdConflictError("booking", booking_id)


def plan_cancel(
    ledger: Ledger, catalogue: Catalogue, booking_id: str, now: datetime, terms: Terms
) -> Plan:
    """Decide a cancellation; an empty plan where it is cancelled already."""
    booking = booking_of(ledger, booking_id)
    if booking.status is BookingStatus.CANCELLED:
        return Plan("cancel")
    status = next_status(booking, Event.CANCEL)
    terms.check(booking, catalogue, Event.CANCEL, now)
    version = booking.version + 1
    cancelled = attrs.evolve(booking, status=status, cancelled_at=now, version=version)
    return ledger.plan("cancel", before=(booking,), after=(cancelled,), at=now)


def plan_reschedule(
    ledger: Ledger, search: Search, slot: Slot, booking: Booking, terms: Terms = NO_TERMS
) -> Plan:
    """Decide a move; ``search`` reads the ledger as it is without the booking (SPEC N28)."""
    instant_us(slot.start, "to.start")
    next_status(booking, Event.RESCHEDULE)
    if slot.request.calendar_id != booking.calendar_id:
        expected = f"a slot of the booking's own calendar, {booking.calendar_id!r}"
        raise InvalidValueError("to", slot.request.calendar_id, expected, "other_calendar")
    if stays(search, slot, booking):
        return Plan("reschedule")
    now = from_us(search.now)
    terms.check(booking, search.catalogue, Event.RESCHEDULE, now)
    search = _keeping(search, booking)
    details = _decide(search, slot)
    allocation = details.allocation
    moved = attrs.evolve(
        booking,
        start=slot.start,
        end=slot.end,
        check_in=check_in_for(search, allocation.room_ids, to_us(slot.start)),
        rooms_until=None,
        party_size=slot.party_size,
        host_ids=allocation.host_ids,
        room_ids=allocation.room_ids,
        equipment=allocation.equipment,
        buffers=allocation.buffers,
        individual_ids=allocation.individual_ids,
        attendee_ids=search.question.attendee_ids,
        companion_ids=allocation.companion_ids,
        location_id=details.location_id,
        tags=tags_for(search.question.tags, details),
        override=details.override,
        **_asking(search, booking),
        version=booking.version + 1,
    )
    rests_on = versions_of(search, ledger, moved)
    return ledger.plan("reschedule", before=(booking,), after=(moved,), rests_on=rests_on, at=now)


def _asking(search: Search, booking: Booking) -> dict[str, Any]:
    """Where a moved booking stands: who may only ask for it asks again, for a hold by its confirmation."""
    status = status_for(search, booking.status)
    if booking.status is BookingStatus.HOLD:
        return {"needs_approval": status is BookingStatus.PENDING}
    return {"status": status}


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
    at = from_us(first.now)
    return ledger.plan("reassign", before=before, after=after, rests_on=rests_on, at=at)


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


def stays(search: Search, slot: Slot, booking: Booking) -> bool:
    """Whether a move to the slot would change nothing."""
    return booking.rooms_until is None and is_met(search, slot, booking)


def is_met(search: Search, slot: Slot, booking: Booking) -> bool:
    """Whether a booking is already what the slot's request asks for."""
    question, request = search.question, slot.request
    end = booking.planned_end or booking.end
    same = (booking.calendar_id, booking.start, end, booking.party_size) == (
        request.calendar_id,
        slot.start,
        slot.end,
        request.party_size,
    )
    if not same or not (booking.status.is_blocking or booking.status.is_over):
        return False
    if {*question.attendee_ids} != {*booking.attendee_ids}:
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
    links: Links,
    slot: ChainSlot,
    booking_ids: tuple[str, ...],
    customer_id: str | None,
    metadata: FrozenMap[str, str] = NO_METADATA,
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
            check_same(search, each, key, customer_id, metadata)
        return Plan("book_chain")
    found = decide_chain(links, starts)
    if not isinstance(found, Decided):
        raise BookingRefused(found)
    bookings = tuple(
        attrs.evolve(
            booking, id=key, customer_id=customer_id or booking.customer_id, metadata=metadata
        )
        for booking, key in zip(found.bookings, booking_ids, strict=True)
    )
    rests_on: dict[str, int] = {}
    for search, booking in zip(links.searches, bookings, strict=True):
        rests_on |= versions_of(search, ledger, booking)
    at = from_us(first.now)
    return ledger.plan("book_chain", after=bookings, rests_on=FrozenMap(rests_on), at=at)


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

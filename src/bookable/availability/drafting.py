"""The booking that a start becomes, once what it takes is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bookable.domain.booking import OVERBOOKED, Booking
from bookable.domain.life import BookingStatus, CheckIn
from bookable.domain.metadata import NO_METADATA
from bookable.domain.policy import Access
from bookable.domain.resources import Room
from bookable.timeline.instant import from_us

if TYPE_CHECKING:
    from bookable.availability.details import Details
    from bookable.availability.search import Search
    from bookable.frozen_map import FrozenMap


def as_booking(
    search: Search,
    start: int,
    details: Details,
    booking_id: str,
    customer_id: str | None,
    metadata: FrozenMap[str, str] = NO_METADATA,
) -> Booking:
    """The booking of a request at a start, with these details."""
    question, allocation = search.question, details.allocation
    calendar = question.calendar
    return Booking(
        id=booking_id,
        start=from_us(start),
        end=from_us(start + question.duration),
        calendar_id=question.request.calendar_id,
        party_size=question.party_size,
        host_ids=allocation.host_ids,
        room_ids=allocation.room_ids,
        equipment=allocation.equipment,
        status=status_for(search, BookingStatus.CONFIRMED),
        customer_id=customer_id,
        buffers=allocation.buffers,
        location_id=details.location_id,
        tags=tags_for(question.tags, details),
        individual_ids=allocation.individual_ids,
        pending_blocks=calendar is None or calendar.pending_blocks,
        check_in=check_in_for(search, allocation.room_ids, start),
        attendee_ids=question.attendee_ids,
        companion_ids=allocation.companion_ids,
        override=details.override,
        metadata=metadata,
    )


def check_in_for(search: Search, room_ids: Iterable[str], start: int) -> CheckIn | None:
    """The check-in policy of a booking: its calendar's, else that of the first of its rooms that has one.

    None where it is too late to come in time: what is booked then would be given up at once.
    """
    calendar, catalogue = search.question.calendar, search.catalogue
    rooms = (catalogue.settled_resource(key) for key in room_ids)
    policies = [] if calendar is None else [calendar.check_in]
    policies += [room.check_in for room in rooms if isinstance(room, Room)]
    policy = next((policy for policy in policies if policy is not None), None)
    times = from_us(start), from_us(start + search.question.duration)
    return CheckIn.in_time(policy, *times, from_us(search.now))


def status_for(search: Search, otherwise: BookingStatus) -> BookingStatus:
    """Waiting for approval where the customer may only ask."""
    return BookingStatus.PENDING if search.question.access is Access.REQUEST else otherwise


def tags_for(tags: frozenset[str], details: Details) -> frozenset[str]:
    """The tags, with the library's own where more is taken than there nominally is."""
    return tags | {OVERBOOKED} if details.is_overbooked else tags

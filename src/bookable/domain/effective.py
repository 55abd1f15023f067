"""What a booking is at an instant: expired, released, or as it was written (SPEC N27, N29).

No job has to run: whoever reads a booking at ``now`` reads it as it is by then. What this answers
depends on the booking, on ``now`` and on whether its calendar has sessions (``in_session``) alone, and
answering twice is answering once for the later instant.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from bookable.domain.booking import Booking
from bookable.domain.life import TRANSITIONS, BookingStatus, CheckInScope, Event
from bookable.errors import InvalidTransitionError


def due_at(booking: Booking, *, in_session: bool = False) -> datetime | None:
    """When a booking becomes something else if nobody does anything; None for never."""
    if booking.status is BookingStatus.HOLD:
        return booking.expires_at
    policy = booking.check_in
    if booking.status is not BookingStatus.CONFIRMED or policy is None:
        return None
    done = booking.rooms_until is not None or not booking.room_ids or in_session
    if policy.scope is CheckInScope.ROOM and done:
        return None
    return policy.deadline(booking.start, booking.end)


def as_of(booking: Booking, now: datetime, *, in_session: bool = False) -> Booking:
    """The booking as it is at ``now``; itself where nothing has become of it."""
    due = due_at(booking, in_session=in_session)
    if due is None or now < due:
        return booking
    if booking.status is BookingStatus.HOLD:
        return attrs.evolve(booking, status=BookingStatus.EXPIRED)
    assert booking.check_in is not None
    if booking.check_in.scope is CheckInScope.ROOM:
        return attrs.evolve(booking, rooms_until=due)
    return ended(booking, due, BookingStatus.RELEASED, in_session=in_session)


def ended(
    booking: Booking, at: datetime, status: BookingStatus, *, in_session: bool = False
) -> Booking:
    """The booking over at an instant: what is left of its time is free, the buffer after it follows.

    A session ends as a whole: one of its bookings that is over keeps its time. What ended before it
    started has no time at all.
    """
    at = max(booking.start, min(booking.end, at))
    if in_session or at in {booking.start, booking.end}:
        return attrs.evolve(booking, status=status, ended_at=at)
    rooms = booking.rooms_until
    return attrs.evolve(
        booking,
        status=status,
        ended_at=at,
        end=at,
        planned_end=booking.planned_end or booking.end,
        rooms_until=None if rooms is None else min(rooms, at),
    )


def next_status(booking: Booking, event: Event) -> BookingStatus:
    """The state that an event leads to, or `InvalidTransitionError`."""
    status = TRANSITIONS.get((booking.status, event))
    if status is None:
        raise InvalidTransitionError(booking.id, booking.status.value, event.value)
    return status

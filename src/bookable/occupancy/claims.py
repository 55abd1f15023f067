"""What a booking takes: its claims, worked out in one place for all who need them."""

from __future__ import annotations

from typing import NamedTuple

from bookable.domain.booking import Booking, Claim, SessionKey
from bookable.timeline.instant import duration_us, to_us
from bookable.timeline.interval import Interval

ShareKey = tuple[SessionKey, int, int, int]
"""A session on one resource with its footprint and units: claimed once (SPEC N12)."""


class Taken(NamedTuple):
    """A claim in integers, for the ledger's own use."""

    resource_id: str
    start: int
    end: int
    units: int
    seats: int
    booking_id: str
    session: SessionKey | None

    @property
    def share(self) -> ShareKey | None:
        """What claims of the same session have in common, so that units count once."""
        if self.session is None:
            return None
        return self.session, self.start, self.end, self.units


def taken_by(booking: Booking, *, in_session: bool) -> tuple[Taken, ...]:
    """What a booking takes of each resource; nothing when it does not block (SPEC N26).

    A host gives its one unit, a room one of its concurrent bookings and ``party_size``
    seats, equipment the units booked (SPEC N10). ``in_session`` tells whether its
    calendar lets bookings of the same time share (SPEC N12).
    """
    if not booking.is_blocking:
        return ()
    key, session = booking.id, booking.session_key if in_session else None
    start, end = to_us(booking.start), to_us(booking.end)
    claims: list[Taken] = []
    for resource_id in booking.resource_ids:
        buffers = booking.buffers_on(resource_id)
        low, high = start - duration_us(buffers.before), end + duration_us(buffers.after)
        units = booking.equipment.get(resource_id, 1)
        seats = booking.party_size if resource_id in booking.room_ids else 0
        claims.append(Taken(resource_id, low, high, units, seats, key, session))
    return tuple(claims)


def as_claim(taken: Taken) -> Claim:
    """The claim as plain data of the domain."""
    return Claim(
        resource_id=taken.resource_id,
        footprint=Interval.from_us(taken.start, taken.end),
        units=taken.units,
        seats=taken.seats,
        booking_id=taken.booking_id,
        session=taken.session,
    )

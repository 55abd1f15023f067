"""What becomes of a booking when its time comes and nobody does anything (SPEC N27, N29)."""

from __future__ import annotations

from dataclasses import replace

from bookable.testing.plain import PlainBooking


def as_of(booking: PlainBooking, now: int, *, in_session: bool) -> PlainBooking:
    """What a booking is by then, without anybody having done anything."""
    if booking.status == "hold" and booking.expires is not None and now >= booking.expires:
        return replace(booking, status="expired")
    deadline = deadline_of(booking)
    if booking.status != "confirmed" or deadline is None or now < deadline:
        return booking
    assert booking.check_in is not None
    if booking.check_in.scope == "booking":
        return over(booking, deadline, "released", in_session=in_session)
    if in_session or not booking.rooms or booking.rooms_until is not None:
        return booking
    return replace(booking, rooms_until=deadline)


def deadline_of(booking: PlainBooking) -> int | None:
    """The first unit in which it is too late to come; None where nothing is given up."""
    if booking.check_in is None or booking.check_in.grace is None:
        return None
    return min(booking.start + booking.check_in.grace, booking.end)


def in_time(booking: PlainBooking, now: int) -> PlainBooking:
    """The booking as it is made at a time: without a deadline that nobody can keep any more."""
    deadline = deadline_of(booking)
    return replace(booking, check_in=None) if deadline is not None and deadline <= now else booking


def over(booking: PlainBooking, at: int, status: str, *, in_session: bool) -> PlainBooking:
    """The booking, over at a unit; who leaves a session early leaves its time as it is."""
    at = max(booking.start, min(booking.end, at))
    ended = replace(booking, status=status, ended=at)
    if in_session or at in (booking.start, booking.end):
        return ended
    rooms_until = None if booking.rooms_until is None else min(booking.rooms_until, at)
    return replace(ended, end=at, planned_end=booking.last, rooms_until=rooms_until)

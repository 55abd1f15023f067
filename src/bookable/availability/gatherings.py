"""The sessions of a calendar as they stand: who is in them, and whether they are too small."""

from __future__ import annotations

from datetime import datetime

import attrs
from attrs import frozen

from bookable.availability.question import Question
from bookable.availability.search import Search
from bookable.availability.session_window import sessions_between
from bookable.availability.sessions import Session
from bookable.timeline.instant import from_us
from bookable.timeline.interval import Interval


@frozen
class SessionState:
    """Bookings that share one time, one host and one room (SPEC N12).

    ``attendees`` is how many people come, ``seats_left`` how many still could. A session is short
    while fewer than ``minimum_attendees`` come: that is only reported, worked out from the bookings
    whenever it is asked, and never keeps anything from being booked or offered.
    """

    calendar_id: str
    start: datetime
    end: datetime
    host_ids: tuple[str, ...]
    room_ids: tuple[str, ...]
    booking_ids: tuple[str, ...]
    attendees: int
    seats_left: int
    minimum_attendees: int

    @property
    def is_short(self) -> bool:
        """Whether fewer people come than the calendar asks for; only told, nothing follows from it."""
        return self.attendees < self.minimum_attendees


def session_states(search: Search, window: Interval) -> tuple[SessionState, ...]:
    """The sessions that start in the window, whatever their duration."""
    question, ledger = search.question, search.ledger
    low, high = window.start_us, window.end_us
    keys = (
        () if question.seats_per_slot is None else ledger.sessions_of(question.subject, low, high)
    )
    found: list[SessionState] = []
    for duration in sorted({key[2] - key[1] for key in keys}):
        same = attrs.evolve(search, question=attrs.evolve(question, duration=duration))
        found += [_state(question, session) for session in sessions_between(same, low, high)]
    return tuple(sorted(found, key=lambda each: (each.start, each.end)))


def _state(question: Question, session: Session) -> SessionState:
    calendar_id, start, end, host_ids, room_ids = session.key
    return SessionState(
        calendar_id=calendar_id,
        start=from_us(start),
        end=from_us(end),
        host_ids=host_ids,
        room_ids=room_ids,
        booking_ids=tuple(booking.id for booking in session.bookings),
        attendees=sum(booking.party_size for booking in session.bookings),
        seats_left=session.seats_left,
        minimum_attendees=1 if question.calendar is None else question.calendar.minimum_attendees,
    )

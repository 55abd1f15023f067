"""Sessions that a booking may join: same calendar, time, hosts and rooms (SPEC N12).

Who joins takes seats and nothing else; hosts, equipment and room concurrency are held
already. All the same, nothing may be wrong with what the session holds: a session
whose room was blocked, whose host is double-booked or whose equipment broke takes
nobody else (SPEC N9).
"""

from __future__ import annotations

from collections import defaultdict

from attrs import frozen

from bookable.availability.feasibility import hours_shape, limits, open_starts
from bookable.availability.question import Place, Question
from bookable.domain.booking import Booking, SessionKey
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.resources import Equipment, Room
from bookable.occupancy.ledger import Ledger
from bookable.timeline.instant import duration_us


@frozen
class Session:
    """Bookings that share one time, one host and one room.

    ``seats_left`` is how many people may still join; ``is_wanted`` tells whether its hosts are
    among those asked for; ``trouble`` names the resources that keep anybody from joining.
    """

    key: SessionKey
    bookings: tuple[Booking, ...]
    seats_left: int
    is_wanted: bool
    trouble: tuple[str, ...]

    @property
    def start(self) -> int:
        """The start in microseconds since the epoch."""
        return self.key[1]

    def has_room_for(self, party_size: int) -> bool:
        """Whether so many people may join."""
        return self.is_wanted and not self.trouble and self.seats_left >= party_size


def sessions_between(
    ledger: Ledger, catalogue: Catalogue, question: Question, low: int, high: int
) -> tuple[Session, ...]:
    """The sessions of the question's calendar and duration that start in ``[low, high)``.

    Ordered by start, then fewest seats left, then hosts and rooms; full ones included.
    """
    if question.calendar is None or question.seats_per_slot is None:
        return ()
    found = [
        _session(ledger, catalogue, question, key)
        for key in ledger.sessions_of(question.calendar.id, low, high)
        if key[2] - key[1] == question.duration
    ]
    return tuple(sorted(found, key=lambda each: (each.start, each.seats_left, each.key)))


def joinable(sessions: tuple[Session, ...], party_size: int) -> tuple[Session, ...]:
    """Those that so many people may join, in the same order."""
    return tuple(session for session in sessions if session.has_room_for(party_size))


def held_places(question: Question, sessions: tuple[Session, ...]) -> dict[Place, list[int]]:
    """Where no second session can be opened, with the starts.

    A session without hosts is told from others of its calendar and time by its rooms alone.
    So a room that has one gets no second: who books there joins it.
    """
    starts: dict[str, list[int]] = defaultdict(list)
    for session in sessions:
        if not session.key[3]:
            for room_id in session.key[4]:
                starts[room_id].append(session.start)
    return {
        (number, position): starts[candidate.resource.id]
        for number, role in enumerate(question.roles)
        for position, candidate in enumerate(role.candidates)
        if candidate.resource.id in starts
    }


def placeless_starts(question: Question, sessions: tuple[Session, ...]) -> list[int]:
    """The starts of sessions without hosts and rooms, which there is only one of at a time.

    They matter where another booking might have neither hosts nor rooms as well.
    """
    if any(
        all(not isinstance(candidate.resource, Equipment) for candidate in role.candidates)
        for role in question.roles
    ):
        return []
    return [session.start for session in sessions if not session.key[3] and not session.key[4]]


def _session(ledger: Ledger, catalogue: Catalogue, question: Question, key: SessionKey) -> Session:
    bookings = ledger.session(key)
    left = (question.seats_per_slot or 0) - sum(booking.party_size for booking in bookings)
    trouble: list[str] = []
    for resource_id in sorted({each for booking in bookings for each in booking.resource_ids}):
        if not _is_sound(ledger, catalogue, question, bookings, resource_id):
            trouble.append(resource_id)
        entry = catalogue.get(resource_id)
        if isinstance(entry, Room):
            record = ledger.record(resource_id)
            for start, end in _footprints(bookings, resource_id):
                left = min(left, entry.capacity - record.seats.peak(start, end))
    return Session(key, bookings, max(left, 0), question.wants(key[3]), tuple(trouble))


def _footprints(bookings: tuple[Booking, ...], resource_id: str) -> set[tuple[int, int]]:
    return {
        booking.footprint_us(resource_id)
        for booking in bookings
        if resource_id in booking.resource_ids
    }


def _is_sound(
    ledger: Ledger,
    catalogue: Catalogue,
    question: Question,
    bookings: tuple[Booking, ...],
    resource_id: str,
) -> bool:
    """Whether a resource of a session is active, open, unblocked and within its capacity."""
    entry = catalogue.get(resource_id)
    if entry is None or isinstance(entry, Calendar) or not entry.is_active:
        return False
    record, start = ledger.record(resource_id), bookings[0].interval.start_us
    buffers = bookings[0].buffers_on(resource_id)
    shape = hours_shape(question, duration_us(buffers.before), duration_us(buffers.after))
    if not open_starts(entry.hours, shape, start, start + 1):
        return False
    return all(
        not record.blocked.peak(low, high)
        and all(load.peak(low, high) <= limit for load, limit in limits(record, entry))
        for low, high in _footprints(bookings, resource_id)
    )

"""Sessions that a booking may join: same calendar, time, hosts and rooms (SPEC N12).

Who joins takes seats and nothing else; hosts, equipment and room concurrency are held
already. All the same, nothing may be wrong with what the session holds: a session
whose room was blocked, whose host is double-booked or whose equipment broke takes
nobody else (SPEC N9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import attrs
from attrs import frozen

from bookable.availability.feasibility import counted_times, hours_shape, limits, open_starts
from bookable.availability.hosts import hours_here
from bookable.availability.limiting import joining_refusals, place_refusals
from bookable.availability.question import Place, Question
from bookable.availability.serving import serving_of
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.claim import SessionKey
from bookable.domain.references import Entry
from bookable.domain.refusal import RefusalCode
from bookable.domain.resources import Equipment, Resource, Room
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.record import Record
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import duration_us

if TYPE_CHECKING:
    from bookable.availability.search import Search


@frozen
class Session:
    """Bookings that share one time, one host and one room.

    ``seats_left`` is how many people may still join; ``is_wanted`` tells whether its hosts are
    among those asked for; ``trouble`` names the resources that keep anybody from joining, and
    ``is_limited`` whether limits of its place do.
    """

    key: SessionKey
    bookings: tuple[Booking, ...]
    seats_left: int
    is_wanted: bool
    trouble: tuple[str, ...]
    is_limited: bool = False

    @property
    def start(self) -> int:
        """The start in microseconds since the epoch."""
        return self.key[1]

    @property
    def resource_ids(self) -> set[str]:
        """All that its bookings take."""
        return {key for each in self.bookings for key in each.resource_ids}

    def has_room_for(self, party_size: int) -> bool:
        """Whether so many people may join."""
        return (
            self.is_wanted
            and not self.trouble
            and not self.is_limited
            and self.seats_left >= party_size
        )

    @property
    def location_id(self) -> str | None:
        """Where it takes place, for whoever joins as well; None where nobody said."""
        return place_of(self.bookings)


def sessions_between(search: Search, low: int, high: int) -> tuple[Session, ...]:
    """The sessions of the question's calendar and duration that start in ``[low, high)``.

    Ordered by start, then fewest seats left, then hosts and rooms; full ones included. Of the window that was
    asked about last those are taken over that nothing happened to: O(1) for each.
    """
    question = search.question
    if question.calendar is None or question.seats_per_slot is None:
        return ()
    # Limits read what others have as well, and may follow the clock; single starts are not asked twice.
    is_kept = high - low > 1 and not question.limits
    kept = question.kept.get(("sessions", low, high)) if is_kept else None
    known = kept if isinstance(kept, _KeptSessions) else _NONE_KEPT
    taken = search.ledger.record(question.calendar.id)
    if known.calendar is taken and known.are_same(search.ledger):
        return known.sessions
    found = {
        key: _session(search, key, known)
        for key in search.ledger.sessions_of(question.calendar.id, low, high)
        if key[2] - key[1] == question.duration
    }
    every = sorted(found.values(), key=lambda each: (each.start, each.seats_left, each.key))
    if found and is_kept:
        records = {
            key: search.ledger.record(key)
            for key in {key for each in every for key in each.resource_ids}
        }
        question.keep(("sessions", low, high), _KeptSessions(taken, records, found, tuple(every)))
    return tuple(every)


@frozen(eq=False)
class _KeptSessions:
    """The sessions of one window, with the records that they were read from."""

    calendar: Record | None
    records: dict[str, Record]
    by_key: dict[SessionKey, Session]
    sessions: tuple[Session, ...]

    def are_same(self, ledger: Ledger) -> bool:
        """Whether nothing happened to anything that any of them takes."""
        return all(ledger.record(key) is record for key, record in self.records.items())

    def of(self, ledger: Ledger, key: SessionKey, bookings: tuple[Booking, ...]) -> Session | None:
        """The session as it was, where nothing happened to it or to what it takes."""
        session = self.by_key.get(key)
        if session is None or session.bookings != bookings:
            return None
        same = all(ledger.record(each) is self.records[each] for each in session.resource_ids)
        return session if same else None


_NONE_KEPT: Final = _KeptSessions(None, {}, {}, ())


def joinable(sessions: tuple[Session, ...], party_size: int) -> tuple[Session, ...]:
    """Those that so many people may join, in the same order."""
    return tuple(session for session in sessions if session.has_room_for(party_size))


def held_places(question: Question, sessions: tuple[Session, ...]) -> dict[Place, list[int]]:
    """Where no second session can be opened, with the starts.

    A session without hosts is told from others of its calendar and time by its rooms alone.
    So a room that has one gets no second: who books there joins it. Nor does a host who has one,
    which matters where it does not count that hosts are busy.
    """
    starts: dict[str, list[int]] = defaultdict(list)
    for session in sessions:
        for resource_id in holders(question, session):
            starts[resource_id].append(session.start)
    return {
        (number, position): starts[candidate.resource.id]
        for number, role in enumerate(question.roles)
        for position, candidate in enumerate(role.candidates)
        if candidate.resource.id in starts
    }


def holders(question: Question, session: Session) -> tuple[str, ...]:
    """What tells a session from others of its calendar and time, where it is not busy for that."""
    if not session.key[3]:
        return session.key[4]
    return session.key[3] if RefusalCode.BUSY in question.aside else ()


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


def _session(search: Search, key: SessionKey, known: _KeptSessions = _NONE_KEPT) -> Session:
    question, bookings = search.question, search.ledger.session(key)
    kept = known.of(search.ledger, key, bookings)
    if kept is not None:
        return kept
    left = (question.seats_per_slot or 0) - sum(booking.party_size for booking in bookings)
    trouble: list[str] = []
    there = joining(search, bookings)
    for resource_id in sorted({each for booking in bookings for each in booking.resource_ids}):
        if not _is_sound(search, bookings, resource_id) or any(
            joining_refusals(there, bookings, resource_id)
        ):
            trouble.append(resource_id)
        left = min(left, _left_in(search, bookings, resource_id, left))
    limited = there is not search and any(place_refusals(there, bookings))
    wanted = _is_wanted(search, bookings)
    return Session(key, bookings, max(left, 0), wanted, tuple(trouble), limited)


def place_of(bookings: Iterable[Booking]) -> str | None:
    """The place of the bookings of a session: the first that one of them names."""
    return min(
        (each.location_id for each in bookings if each.location_id is not None), default=None
    )


def joining(search: Search, bookings: tuple[Booking, ...]) -> Search:
    """The search of whoever joins a session: limits count them where it takes place."""
    question, place = search.question, place_of(bookings)
    if place == question.location_id or not question.limits:
        return search
    return attrs.evolve(search, question=attrs.evolve(question, location_id=place))


def _is_wanted(search: Search, bookings: tuple[Booking, ...]) -> bool:
    """Whether the request would do with the hosts, rooms and place of a session, and nothing beside."""
    question, room_ids = search.question, bookings[0].room_ids
    request, asked = question.request, question.location_id
    if request.attendee_ids or request.add_on_ids or not question.wants(serving_of(bookings)):
        return False
    settings, places = search.catalogue.settings, {booking.location_id for booking in bookings}
    if asked is not None and not all(
        settings.is_within(place, asked) for place in places if place is not None
    ):
        return False
    if request.location_id is not None and places == {None} and not room_ids:
        return False
    return question.suits(room_ids)


def _left_in(search: Search, bookings: tuple[Booking, ...], resource_id: str, least: int) -> int:
    """How many people one resource of a session still has room for, or units for (SPEC N12)."""
    entry = search.catalogue.settled(resource_id)
    record, candidate = search.ledger.record(resource_id), search.question.candidate_of(resource_id)
    if not any(resource_id in booking.individual_ids for booking in bookings):
        candidate = None
    for start, end in _times(bookings, entry, resource_id):
        if isinstance(entry, Room) and entry.seat_limit is not None:
            least = min(least, entry.seat_limit - record.seats.peak(start, end))
        elif isinstance(entry, Equipment) and candidate is not None and candidate.individual:
            units, people = candidate.individual
            free = min(limit - load.peak(start, end) for load, limit in limits(record, entry))
            least = min(least, max(free, 0) // units * people)
    return least


def crowding(search: Search, session: Session) -> tuple[set[str], tuple[int, int]]:
    """The bookings, beside a session's own too, that leave too few seats or units for the party.

    And in what time: that of the session, with as much of its buffers as they are in the way of.
    """
    found: set[str] = set()
    low, high = session.key[1], session.key[2]
    party, catalogue = search.question.party_size, search.catalogue
    for resource_id in session.resource_ids:
        if _left_in(search, session.bookings, resource_id, party) >= party:
            continue
        entry, record = catalogue.settled(resource_id), search.ledger.record(resource_id)
        for times in _times(session.bookings, entry, resource_id):
            for piece in _too_full(search, record, entry, times):
                found.update(record.index.overlapping(*piece))
                low, high = min(low, piece[0]), max(high, piece[1])
    return found, (low, high)


def _too_full(
    search: Search, record: Record, entry: Entry | None, times: tuple[int, int]
) -> Pieces:
    """Where a resource of a session that has too few seats or units left has too few of them."""
    party = search.question.party_size
    pieces: Pieces = ()
    if isinstance(entry, Room):
        assert entry.seat_limit is not None
        return record.seats.above(entry.seat_limit - party, *times)
    assert isinstance(entry, Equipment)
    candidate = search.question.candidate_of(entry.id)
    assert candidate is not None
    assert candidate.individual is not None
    units, people = candidate.individual
    needed = -(-party // people) * units
    for load, limit in limits(record, entry):
        pieces = kernel.union(pieces, load.above(limit - needed, *times))
    return pieces


def _times(
    bookings: tuple[Booking, ...], entry: Entry | None, resource_id: str
) -> set[tuple[int, int]]:
    """When who joins would be on a resource: the footprint, without buffers that do not count there."""
    if entry is None or isinstance(entry, Calendar):
        return set()
    return {
        counted_times(
            entry,
            each.buffers_on(resource_id).policy,
            each.footprint_us(resource_id),
            each.body_us(resource_id),
        )
        for each in _unlike(bookings)
        if resource_id in each.resource_ids
    }


def _unlike(bookings: tuple[Booking, ...]) -> Iterable[Booking]:
    """Those of the bookings of a session that might have a resource at different times, or for others.

    Most share everything but their customers.
    """
    first = bookings[0]
    yield first
    for each in bookings[1:]:
        if (
            each.buffers is not first.buffers
            or each.rooms_until is not first.rooms_until
            or each.end_us != first.end_us
            or each.equipment is not first.equipment
        ):
            yield each


def _is_sound(search: Search, bookings: tuple[Booking, ...], resource_id: str) -> bool:
    """Whether a resource of a session is active, open, unblocked and within its capacity."""
    question, entry = search.question, search.catalogue.settled(resource_id)
    if entry is None or isinstance(entry, Calendar) or is_closed_down(question, entry):
        return False
    record, start = search.ledger.record(resource_id), bookings[0].start_us
    buffers = bookings[0].buffers_on(resource_id)
    shape = hours_shape(question, duration_us(buffers.before), duration_us(buffers.after))
    if not open_starts(hours_here(question, entry, search.catalogue), shape, start, start + 1):
        return False
    return all(
        _is_within(search, entry, *times)
        and (
            RefusalCode.BUSY in question.aside
            or not (record.blocked_by(question.blocking_kinds, *times) or record.whole.peak(*times))
        )
        for times in _kept(bookings, resource_id)
    )


def is_closed_down(question: Question, resource: Resource) -> bool:
    """Whether a resource takes no new bookings, and that counts."""
    return not resource.is_active and RefusalCode.INACTIVE not in question.aside


def _is_within(search: Search, resource: Resource, low: int, high: int) -> bool:
    """Whether no more of a resource is taken than there is, but for what is left aside."""
    record, aside = search.ledger.record(resource.id), search.question.aside
    loads = (
        (load, limit)
        for load, limit in limits(record, resource)
        if (RefusalCode.FULL if load is record.seats else RefusalCode.BUSY) not in aside
    )
    if all(load.peak(low, high) <= limit for load, limit in loads):
        return True
    return keeps_within(search.ledger, resource, low, high)


def _kept(bookings: tuple[Booking, ...], resource_id: str) -> set[tuple[int, int]]:
    return {
        each.kept_us(resource_id) for each in _unlike(bookings) if resource_id in each.resource_ids
    }


def keeps_within(ledger: Ledger, resource: Resource, low: int, high: int) -> bool:
    """Whether a resource is within its capacity, buffers that may be shared left aside."""
    record = ledger.record(resource.id)
    users = [ledger.bookings[key] for key in record.index.overlapping(low, high)]
    if all(each.kept_us(resource.id) == each.footprint_us(resource.id) for each in users):
        return False
    kept = Record.of(
        (
            claim._replace(start=times[0], end=times[1])
            for each in users
            for claim in ledger.claims_of(each)
            if claim.resource_id == resource.id
            for times in [each.kept_us(resource.id)]
        ),
        {},
    )
    return all(load.peak(low, high) <= limit for load, limit in limits(kept, resource))

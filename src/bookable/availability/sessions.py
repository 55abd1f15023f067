"""Sessions that a booking may join: same calendar, time, hosts and rooms (SPEC N12).

Who joins takes seats and nothing else; hosts, equipment and room concurrency are held
already. All the same, nothing may be wrong with what the session holds: a session
whose room was blocked, whose host is double-booked or whose equipment broke takes
nobody else (SPEC N9).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from bookable.availability.feasibility import counted_times, hours_shape, limits, open_starts
from bookable.availability.hosts import hours_here
from bookable.availability.limiting import joining_refusals, place_refusals
from bookable.availability.question import Question
from bookable.availability.serving import serving_of
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.claim import SessionKey
from bookable.domain.hours import OpeningHours
from bookable.domain.references import Entry
from bookable.domain.refusal import RefusalCode
from bookable.domain.resources import Equipment, Resource, Room
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.record import Record
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import duration_us
from bookable.timeline.profile import Profile

if TYPE_CHECKING:
    from bookable.availability.search import Search


@frozen
class Session:
    """Bookings that share one time, one host and one room.

    ``resource_ids`` are all that they take; ``seats_left`` is how many people may still join; ``is_wanted`` tells whether its hosts are
    among those asked for; ``trouble`` names the resources that keep anybody from joining, and
    ``is_limited`` whether limits of its place do.
    """

    key: SessionKey
    bookings: tuple[Booking, ...]
    resource_ids: tuple[str, ...]
    seats_left: int
    is_wanted: bool
    trouble: tuple[str, ...]
    is_limited: bool = False

    @property
    def start(self) -> int:
        """The start in microseconds since the epoch."""
        return self.key[1]

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


def joinable(sessions: Iterable[Session], party_size: int) -> tuple[Session, ...]:
    """Those that so many people may join, in the same order."""
    return tuple(session for session in sessions if session.has_room_for(party_size))


def holders(question: Question, key: SessionKey) -> tuple[str, ...]:
    """What tells a session from others of its calendar and time, where it is not busy for that."""
    if not key[3]:
        return key[4]
    return key[3] if RefusalCode.BUSY in question.aside else ()


@frozen(eq=False)
class Standing:
    """What a resource is like for the sessions of a question, whenever they are.

    ``is_usable`` is whether it may be booked at all and is not unknown, ``is_calm`` whether it is never blocked and nowhere
    is more taken of it than there is.
    """

    entry: Entry | None
    hours: OpeningHours | None
    is_usable: bool
    is_calm: bool

    @classmethod
    def of(cls, search: Search, resource_id: str) -> Standing:
        """What it is like in a state. O(√n)."""
        entry, record = search.catalogue.settled(resource_id), search.ledger.record(resource_id)
        if entry is None or isinstance(entry, Calendar):
            return cls(entry, None, is_usable=False, is_calm=False)
        hours = hours_here(search.question, entry, search.catalogue)
        is_calm = (
            not record.blocks
            and not record.whole.highest
            and all(
                isinstance(load, Profile) and load.highest <= limit
                for load, limit in limits(record, entry)
            )
        )
        is_usable = not is_closed_down(search.question, entry)
        is_usable &= resource_id not in search.question.unknown
        return cls(entry, hours, is_usable=is_usable, is_calm=is_calm)


def session_of(search: Search, key: SessionKey, standings: dict[str, Standing]) -> Session:
    """A session as it stands; what its resources are like is added to what is known of some."""
    question, bookings = search.question, search.ledger.session(key)
    left = (question.seats_per_slot or 0) - sum(booking.party_size for booking in bookings)
    trouble: list[str] = []
    there, unlike = joining(search, bookings), _unlike(bookings)
    resource_ids = sorted({each for booking in unlike for each in booking.resource_ids})
    for resource_id in resource_ids:
        standing = standings.get(resource_id)
        if standing is None:
            standing = standings[resource_id] = Standing.of(search, resource_id)
        if not _is_sound(search, unlike, resource_id, standing) or (
            question.limits and any(joining_refusals(there, bookings, resource_id))
        ):
            trouble.append(resource_id)
        left = min(left, _left_in(search, unlike, resource_id, left))
    limited = there is not search and any(place_refusals(there, bookings))
    wanted = _is_wanted(search, bookings)
    return Session(
        key, bookings, tuple(resource_ids), max(left, 0), wanted, tuple(trouble), limited
    )


def place_of(bookings: Iterable[Booking]) -> str | None:
    """The place of the bookings of a session: the first that one of them names."""
    return min(
        (each.location_id for each in bookings if each.location_id is not None), default=None
    )


def joining(search: Search, bookings: tuple[Booking, ...]) -> Search:
    """The search of whoever joins a session: limits count them where it takes place."""
    question = search.question
    place = place_of(bookings) if question.limits else question.location_id
    if place == question.location_id:
        return search
    return attrs.evolve(search, question=attrs.evolve(question, location_id=place))


def _is_wanted(search: Search, bookings: tuple[Booking, ...]) -> bool:
    """Whether the request would do with the hosts, rooms and place of a session, and nothing beside."""
    question, room_ids = search.question, bookings[0].room_ids
    request, asked = question.request, question.location_id
    if question.attendee_ids or request.add_on_ids:
        return False
    if question.is_choosy and not question.wants(serving_of(bookings)):
        return False
    settings, places = search.catalogue.settings, {booking.location_id for booking in bookings}
    if asked is not None and not all(
        settings.is_within(place, asked) for place in places if place is not None
    ):
        return False
    if request.location_id is not None and places == {None} and not room_ids:
        return False
    return question.suits(room_ids)


def _left_in(search: Search, unlike: tuple[Booking, ...], resource_id: str, least: int) -> int:
    """How many people one resource of a session still has room for, or units for (SPEC N12)."""
    entry, record = search.catalogue.settled(resource_id), search.ledger.record(resource_id)
    if isinstance(entry, Room) and entry.seat_limit is not None:
        for times in _times(unlike, entry, resource_id):
            least = min(least, entry.seat_limit - record.seats.peak(*times))
    elif isinstance(entry, Equipment):
        candidate = search.question.candidate_of(resource_id)
        own = any(resource_id in booking.individual_ids for booking in unlike)
        if own and candidate is not None and candidate.individual:
            units, people = candidate.individual
            for times in _times(unlike, entry, resource_id):
                free = min(limit - load.peak(*times) for load, limit in limits(record, entry))
                least = min(least, max(free, 0) // units * people)
    return least


def crowding(search: Search, session: Session) -> tuple[set[str], tuple[int, int]]:
    """The bookings, beside a session's own too, that leave too few seats or units for the party.

    And in what time: that of the session, with as much of its buffers as they are in the way of.
    """
    found: set[str] = set()
    low, high = session.key[1], session.key[2]
    party, catalogue = search.question.party_size, search.catalogue
    unlike = _unlike(session.bookings)
    for resource_id in session.resource_ids:
        if _left_in(search, unlike, resource_id, party) >= party:
            continue
        entry, record = catalogue.settled(resource_id), search.ledger.record(resource_id)
        assert entry is not None
        for times in _times(unlike, entry, resource_id):
            for piece in _too_full(search, record, entry, times):
                # What was given up at the very start is looked at for an instant.
                found.update(record.index.overlapping(piece[0], max(piece[1], piece[0] + 1)))
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


def _times(unlike: tuple[Booking, ...], entry: Entry, resource_id: str) -> set[tuple[int, int]]:
    """When who joins would be on a resource: the footprint, without buffers that do not count there."""
    assert not isinstance(entry, Calendar)
    return {
        counted_times(
            entry,
            each.buffers_on(resource_id).policy,
            each.footprint_us(resource_id),
            each.body_us(resource_id),
        )
        for each in unlike
        if resource_id in each.resource_ids
    }


def _unlike(bookings: tuple[Booking, ...]) -> tuple[Booking, ...]:
    """Those of the bookings of a session that might have a resource at different times, or for others.

    Most share everything but their customers.
    """
    first = bookings[0]
    return (
        first,
        *[
            each
            for each in bookings[1:]
            if each.buffers is not first.buffers
            or each.rooms_until is not first.rooms_until
            or each.end_us != first.end_us
            or each.equipment is not first.equipment
            or each.individual_ids != first.individual_ids
        ],
    )


def _is_sound(
    search: Search, unlike: tuple[Booking, ...], resource_id: str, standing: Standing
) -> bool:
    """Whether a resource of a session is active, open, unblocked and within its capacity."""
    question, start = search.question, unlike[0].start_us
    record = search.ledger.record(resource_id)
    if not standing.is_usable:
        return False
    if standing.hours is not None:
        buffers = unlike[0].buffers_on(resource_id)
        shape = hours_shape(question, duration_us(buffers.before), duration_us(buffers.after))
        if not open_starts(standing.hours, shape, start, start + 1):
            return False
    return standing.is_calm or all(
        _is_within(search, resource_id, *times)
        and not record.blocked_by(question.closing_kinds, *times)
        and (RefusalCode.BUSY in question.aside or not record.whole.peak(*times))
        for times in _kept(unlike, resource_id)
    )


def is_closed_down(question: Question, resource: Resource) -> bool:
    """Whether a resource takes no new bookings, and that counts."""
    return not resource.is_active and RefusalCode.INACTIVE not in question.aside


def _is_within(search: Search, resource_id: str, low: int, high: int) -> bool:
    """Whether no more of a resource is taken than there is, but for what is left aside."""
    resource = search.catalogue.settled_resource(resource_id)
    record, aside = search.ledger.record(resource.id), search.question.aside
    loads = (
        (load, limit)
        for load, limit in limits(record, resource)
        if (RefusalCode.FULL if load is record.seats else RefusalCode.BUSY) not in aside
    )
    if all(load.peak(low, high) <= limit for load, limit in loads):
        return True
    return keeps_within(search.ledger, resource, low, high)


def _kept(unlike: tuple[Booking, ...], resource_id: str) -> set[tuple[int, int]]:
    every = (each.kept_us(resource_id) for each in unlike if resource_id in each.resource_ids)
    # Rooms that were given up at the very start are kept for no time at all.
    return {times for times in every if times[0] < times[1]}


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

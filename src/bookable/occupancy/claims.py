"""What a booking takes: its claims, worked out in one place for all who need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from itertools import repeat
from operator import attrgetter
from typing import Final, NamedTuple
from zlib import crc32

from attrs import frozen

from bookable.domain.booking import Booking, Buffers
from bookable.domain.catalogue import Catalogue
from bookable.domain.claim import Claim, SessionKey
from bookable.domain.counting import NEVER_COUNTED
from bookable.domain.limit import Limit
from bookable.domain.ranking import Ranking
from bookable.frozen_map import FrozenMap
from bookable.timeline.instant import duration_us
from bookable.timeline.interval import Interval
from bookable.timeline.profile import Load, Profile

ShareKey = tuple[SessionKey, int, int, int]
"""A session on one resource with its footprint and units: claimed once (SPEC N12)."""


@frozen
class ClaimRules:
    """What the catalogue says about claims: the same booking under other rules takes other things.

    ``sessions`` are the calendars whose bookings of the same time share (SPEC N12), ``crowds`` those
    that let several bookings run with one host, ``overlapping`` the rooms that share a part.
    ``keeps_history`` is set where something counts bookings that take no time any more.
    """

    sessions: frozenset[str] = frozenset()
    crowds: frozenset[str] = frozenset()
    overlapping: Mapping[str, tuple[str, ...]] = FrozenMap()
    keeps_history: bool = False

    @classmethod
    def of(cls, catalogue: Catalogue) -> ClaimRules:
        """The rules of a catalogue."""
        calendars = catalogue.calendars()
        limits = [*catalogue.settings.limits, *(each for one in calendars for each in one.limits)]
        counted: list[Limit | Ranking] = [*limits, *(each.ranking for each in calendars)]
        return cls(
            frozenset(each.id for each in calendars if each.has_sessions),
            frozenset(each.id for each in calendars if each.bookings_per_host > 1),
            catalogue.overlapping_rooms,
            any(each.counting is not None for each in counted),
        )

    def differing(self, other: ClaimRules) -> frozenset[str]:
        """The calendars and rooms of which other rules say something else."""
        rooms = {*self.overlapping, *other.overlapping}
        moved = {key for key in rooms if self.overlapping.get(key) != other.overlapping.get(key)}
        return (self.sessions ^ other.sessions) | (self.crowds ^ other.crowds) | moved


class Taken(NamedTuple):
    """A claim in integers, for the ledger's own use.

    ``body`` is the booked time without buffers; ``crowd`` the calendar whose bookings may run at
    once with this host; ``whole`` marks what a booking of an overlapping room takes: all of it.
    ``status`` is that of the booking where somebody counts by it.
    """

    resource_id: str
    start: int
    end: int
    units: int
    seats: int
    booking_id: str
    session: SessionKey | None
    body: tuple[int, int]
    crowd: str | None = None
    whole: bool = False
    status: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing special is to be said of it: see `PlainClaims`."""
        return self[6] is None and self[8:] == (None, False, "")

    @property
    def share(self) -> ShareKey | None:
        """What claims of the same session have in common, so that units count once."""
        if self.session is None:
            return None
        return self.session, self.start, self.end, self.units


_PLAIN: Final[tuple[SessionKey | None, str | None, bool, str]] = (None, None, False, "")
_ID_OF: Final = attrgetter("id")
_PARTY_OF: Final = attrgetter("party_size")
_START_OF: Final = attrgetter("start_us")
_END_OF: Final = attrgetter("end_us")


def claim_stamp(claim: Taken) -> int:
    """A number for what a claim says: hashes of numbers alone are the same in every process."""
    # With the session: claims of one session are taken once, those of two sessions twice.
    special = claim.session, claim.crowd, claim.whole, claim.status
    number = 0 if special == _PLAIN else crc32(repr(special).encode())
    kept = claim.start, claim.end, claim.units
    return hash((crc32(claim.booking_id.encode()), kept, claim.seats, *claim.body, number))


def taken_by(booking: Booking, rules: ClaimRules) -> tuple[Taken, ...]:
    """What a booking takes of each resource; nothing when it does not block (SPEC N26).

    A host gives its one unit, a room one of its concurrent bookings and ``party_size``
    seats, equipment the units booked (SPEC N10); rooms that share a part with a room taken are
    taken whole.
    """
    if not booking.is_blocking:
        return ()
    calendar_id = booking.calendar_id
    session = booking.session_key if calendar_id in rules.sessions else None
    claims: list[Taken] = []
    for resource_id in filter(booking.has, booking.resource_ids):
        is_room, is_host = resource_id in booking.room_ids, resource_id in booking.host_ids
        claims.append(
            Taken(
                resource_id,
                *booking.footprint_us(resource_id),
                units=booking.equipment.get(resource_id, 1),
                seats=booking.party_size if is_room else 0,
                booking_id=booking.id,
                session=None if resource_id in booking.individual_ids else session,
                body=booking.body_us(resource_id),
                crowd=calendar_id if is_host and calendar_id in rules.crowds else None,
            )
        )
    return (*claims, *_whole(booking, rules))


class Kind(Enum):
    """What a record is of: it tells what a plain booking takes there."""

    HOST = "host"
    ROOM = "room"
    EQUIPMENT = "equipment"
    FOR = "for"
    """A calendar or customer, for whom it is."""


class PlainClaims:
    """What bookings take of one resource, calendar or customer of which nothing special is to be said.

    They are confirmed, share no session and no host, and keep their rooms to the end; no room that they
    take shares a part with another. So a claim follows from the booking, the key and its kind alone.
    """

    __slots__ = ("_bookings", "_key", "_kind")

    def __init__(self, key: str, kind: Kind, bookings: list[Booking]) -> None:
        self._key, self._kind, self._bookings = key, kind, bookings

    @classmethod
    def gathered(
        cls, bookings: Iterable[Booking], members: Iterable[Booking]
    ) -> Iterator[tuple[str, PlainClaims]]:
        """The claims of all bookings by key; a key comes again where it is of several kinds.

        ``members`` are bookings of sessions, which are plain to their customers alone.
        """
        kinds: dict[Kind, dict[str, list[Booking]]] = {kind: defaultdict(list) for kind in Kind}
        hosts, rooms, equipment, others = kinds.values()
        for booking in bookings:
            for key in booking.host_ids:
                hosts[key].append(booking)
            for key in booking.room_ids:
                rooms[key].append(booking)
            for key in booking.equipment:
                equipment[key].append(booking)
            if booking.calendar_id is not None:
                others[booking.calendar_id].append(booking)
            if booking.customer_id is not None:
                others[customer_key(booking.customer_id)].append(booking)
        for booking in members:
            if booking.customer_id is not None:
                others[customer_key(booking.customer_id)].append(booking)
        for kind, keys in kinds.items():
            for key, group in keys.items():
                yield key, cls(key, kind, group)

    def __len__(self) -> int:
        return len(self._bookings)

    def __iter__(self) -> Iterator[Taken]:
        for booking, (start, end, units) in zip(self._bookings, self.loads(), strict=True):
            body = booking.start_us, booking.end_us
            people = booking.party_size if self._has_people else 0
            yield Taken(self._key, start, end, units, people, booking.id, None, body)

    @property
    def _has_people(self) -> bool:
        return self._kind in {Kind.ROOM, Kind.FOR}

    def entries(self) -> dict[str, tuple[int, int]]:
        """The footprint of each by its id."""
        return {
            booking.id: (start, end)
            for booking, (start, end, _) in zip(self._bookings, self.loads(), strict=True)
        }

    def shares(self) -> dict[ShareKey, int]:
        """Nothing: none is of a session."""
        return {}

    def loads(self) -> list[Load]:
        """Footprint and units of each."""
        starts, ends = self._footprints()
        if self._kind is Kind.EQUIPMENT:
            units = [booking.equipment[self._key] for booking in self._bookings]
            return list(zip(starts, ends, units, strict=True))
        return [(start, end, 1) for start, end in zip(starts, ends, strict=True)]

    def _footprints(self) -> tuple[list[int], list[int]]:
        """Starts and ends: `Booking.footprint_us` of all, which is where a cold answer's time goes.

        Mostly all bookings have the same buffers on a resource.
        """
        bookings = self._bookings
        starts = [booking.start_us for booking in bookings]
        ends = [booking.end_us for booking in bookings]
        if self._kind is Kind.FOR:
            return starts, ends
        known = [booking.buffers for booking in bookings]
        different = dict(zip(map(id, known), known, strict=True))
        spans = {key: self._span(buffers) for key, buffers in different.items()}
        if len(set(spans.values())) > 1:
            each = [spans[id(buffers)] for buffers in known]
            starts = [start - before for start, (before, _) in zip(starts, each, strict=True)]
            ends = [end + after for end, (_, after) in zip(ends, each, strict=True)]
            return starts, ends
        ((before, after),) = set(spans.values())
        if before:
            starts = [start - before for start in starts]
        if after:
            ends = [end + after for end in ends]
        return starts, ends

    def stamps(self) -> Iterator[int]:
        """The stamps of all: those of `claim_stamp`, without making the claims.

        A first booking waits for those of all bookings of its calendar.
        """
        bookings = self._bookings
        numbers = map(crc32, map(str.encode, map(_ID_OF, bookings)))
        people = map(_PARTY_OF, bookings) if self._has_people else repeat(0)
        starts, ends = list(map(_START_OF, bookings)), list(map(_END_OF, bookings))
        # Only resources are kept for longer than the booking, or in more than one unit.
        kept = zip(starts, ends, repeat(1)) if self._kind is Kind.FOR else self.loads()
        return map(hash, zip(numbers, kept, people, starts, ends, repeat(0)))

    def _span(self, buffers: Mapping[str, Buffers] | None) -> tuple[int, int]:
        """The time before and after, in microseconds."""
        kept = None if buffers is None else buffers.get(self._key)
        return (0, 0) if kept is None else (duration_us(kept.before), duration_us(kept.after))

    def profiles(self) -> tuple[Profile, Profile]:
        """The units taken and the people there, over time."""
        if self._kind is Kind.EQUIPMENT:
            return Profile.of(self.loads()), Profile()
        starts, ends = self._footprints()
        taken = Profile.of_units(starts, ends)
        if not self._has_people:
            return taken, Profile()
        people = [booking.party_size for booking in self._bookings]
        if max(people) == 1:
            return taken, taken.twin()
        return taken, Profile.of(zip(starts, ends, people, strict=True))


def _whole(booking: Booking, rules: ClaimRules) -> list[Taken]:
    """What the rooms of a booking leave nothing of: one claim for each room that overlaps them."""
    if not rules.overlapping:
        return []
    times: dict[str, tuple[int, int]] = {}
    for room_id in filter(booking.has, booking.room_ids):
        low, high = booking.footprint_us(room_id)
        for other in rules.overlapping.get(room_id, ()):
            known = times.get(other, (low, high))
            times[other] = min(low, known[0]), max(high, known[1])
    return [
        Taken(
            other,
            low,
            high,
            1,
            0,
            booking.id,
            None,
            booking.body_us(booking.room_ids[0]),
            whole=True,
        )
        for other, (low, high) in times.items()
        if other not in booking.room_ids
    ]


def history_of(booking: Booking, rules: ClaimRules) -> tuple[Taken, ...]:
    """What is remembered of what takes no time any more, for those who count it: its planned time.

    That is a booking that takes none at all, or the rooms that it gave up at once.
    """
    if not rules.keeps_history or booking.status in NEVER_COUNTED:
        return ()
    body = booking.start_us, booking.end_us
    if booking.is_blocking:
        keys = [key for key in booking.room_ids if not booking.has(key)]
    else:
        keys = [*booking.resource_ids, *filter(None, [booking.calendar_id])]
        if booking.customer_id is not None:
            keys.append(customer_key(booking.customer_id))
    return tuple(
        Taken(history_key(key), *body, 1, 0, booking.id, None, body) for key in sorted(keys)
    )


def counted_as(booking: Booking, rules: ClaimRules, claims: tuple[Taken, ...]) -> tuple[Taken, ...]:
    """What a booking takes; where somebody counts by it, with its status and what is remembered of it.

    A change of its status changes all of its records then, so that no decision survives one.
    """
    if not rules.keeps_history:
        return claims
    every = (*claims, *history_of(booking, rules))
    return tuple(each._replace(status=booking.status.value) for each in every)


def history_key(key: str) -> str:
    """The key under which what takes no time any more of a resource, calendar or customer is kept."""
    return f"\n\n{key}"


def customer_key(customer_id: str) -> str:
    """The key under which a customer's bookings are kept; no id has a line break in it."""
    return f"\n{customer_id}"


NOWHERE: Final = customer_key("")
"""The key of what gave up its rooms and has neither calendar nor customer: it takes its time still."""


def as_claim(taken: Taken) -> Claim:
    """The claim as plain data of the domain."""
    return Claim(
        resource_id=taken.resource_id,
        footprint=Interval.from_us(taken.start, taken.end),
        units=taken.units,
        seats=taken.seats,
        booking_id=taken.booking_id,
        session=taken.session,
        whole=taken.whole,
    )

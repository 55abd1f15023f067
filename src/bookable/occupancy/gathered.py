"""A history sorted by how much is to be said of it, so that little is worked out before it is needed.

Most bookings take what they name for all of their time. Of those that share no session a claim follows
from the booking alone (`PlainClaims`), of those that do from the session that it is one of
(`SessionClaims`). Only the others, which are few, are turned into claims one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from attrs import frozen

from bookable.domain.booking import NO_BUFFERS, Booking
from bookable.domain.claim import SessionKey
from bookable.domain.life import BookingStatus
from bookable.occupancy.claims import ClaimRules, Kind, PlainClaims, ShareKey, Taken, claim_stamp
from bookable.timeline.instant import duration_us
from bookable.timeline.profile import Load, Profile


class Members(NamedTuple):
    """Bookings of one session that take the same thing, in no order, and how many people they are.

    ``are_alike`` is whether they have the very same buffers.
    """

    session: SessionKey
    bookings: list[Booking]
    people: int
    are_alike: bool


_KEY_OF: Final = attrgetter("calendar_id", "start_us", "end_us", "host_ids", "room_ids")
"""`Booking.session_key` of what has a calendar and ends when it was planned to."""


@frozen(eq=False)
class Gathered:
    """The bookings of a history: the plain ones, those of sessions that are plain besides, the others."""

    plain: list[Booking]
    sessions: dict[SessionKey, list[Booking]]
    special: list[Booking]

    @classmethod
    def of(cls, bookings: Iterable[Booking], rules: ClaimRules) -> Gathered:
        """The bookings of a history, each in one of the three. O(n)."""
        if rules.overlapping or rules.keeps_history:
            return cls([], {}, list(bookings))
        plain: list[Booking] = []
        special: list[Booking] = []
        sessions: defaultdict[SessionKey, list[Booking]] = defaultdict(list)
        for booking in bookings:
            if booking.status is not BookingStatus.CONFIRMED or booking.rooms_until is not None:
                special.append(booking)
            elif booking.calendar_id in rules.sessions:
                if booking.planned_end is None and not booking.individual_ids:
                    sessions[_KEY_OF(booking)].append(booking)
                else:
                    special.append(booking)
            elif booking.calendar_id in rules.crowds:
                special.append(booking)
            else:
                plain.append(booking)
        return cls(plain, dict(sessions), special)

    def histories(self) -> dict[str, History]:
        """What all but the special ones take, by key."""
        members = chain.from_iterable(self.sessions.values())
        found: dict[str, list[PlainClaims | SessionClaims]] = defaultdict(list)
        for key, plain in PlainClaims.gathered(self.plain, members):
            found[key].append(plain)
        for key, shared in SessionClaims.gathered(self.sessions):
            found[key].append(shared)
        return {
            key: parts[0] if len(parts) == 1 else JointClaims(parts) for key, parts in found.items()
        }


class SessionClaims:
    """What bookings of sessions take of one resource or calendar: units once for those that agree.

    They are confirmed, end when they were planned to, take nothing for themselves alone, and keep their
    rooms to the end; no room that they take shares a part with another.
    """

    __slots__ = ("_count", "_key", "_kind", "_sessions")

    def __init__(self, key: str, kind: Kind, sessions: list[Members]) -> None:
        self._key, self._kind, self._sessions = key, kind, sessions
        self._count = sum(len(each.bookings) for each in sessions)

    @classmethod
    def gathered(
        cls, sessions: dict[SessionKey, list[Booking]]
    ) -> Iterator[tuple[str, SessionClaims]]:
        """The claims of all sessions by key; a key comes again where it is of several kinds."""
        kinds: dict[Kind, dict[str, list[Members]]] = {kind: defaultdict(list) for kind in Kind}
        hosts, rooms, equipment, calendars = kinds.values()
        for key, bookings in sessions.items():
            buffers, are_alike, people = bookings[0].buffers, True, 0
            users: dict[str, list[Booking]] = {}
            for booking in bookings:
                people += booking.party_size
                are_alike = are_alike and booking.buffers is buffers
                if booking.equipment:
                    for item in booking.equipment:
                        users.setdefault(item, []).append(booking)
            members = Members(key, bookings, people, are_alike)
            calendars[key[0]].append(members)
            for host_id in key[3]:
                hosts[host_id].append(members)
            for room_id in key[4]:
                rooms[room_id].append(members)
            for item, own in users.items():
                equipment[item].append(Members(key, own, 0, are_alike=False))
        for kind, keys in kinds.items():
            for entry_id, taken in keys.items():
                yield entry_id, cls(entry_id, kind, taken)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Taken]:
        for (start, end, units), members in self._shared():
            session = members.session
            body = session[1], session[2]
            for booking in members.bookings:
                people = booking.party_size if self._has_people else 0
                yield Taken(self._key, start, end, units, people, booking.id, session, body)

    def stamps(self) -> Iterator[int]:
        """The stamps of all."""
        return map(claim_stamp, self)

    @property
    def _has_people(self) -> bool:
        return self._kind in {Kind.ROOM, Kind.FOR}

    def entries(self) -> dict[str, tuple[int, int]]:
        """The footprint of each by its id."""
        return {
            booking.id: (start, end)
            for (start, end, _), members in self._shared()
            for booking in members.bookings
        }

    def shares(self) -> dict[ShareKey, int]:
        """How many bookings take the same of a session."""
        return {(members.session, *load): len(members.bookings) for load, members in self._shared()}

    def profiles(self) -> tuple[Profile, Profile]:
        """The units taken and the people there, over time."""
        every = list(self._shared())
        if self._kind is Kind.EQUIPMENT:
            return Profile.of([load for load, _ in every]), Profile()
        taken = Profile.of_units([load[0] for load, _ in every], [load[1] for load, _ in every])
        if not self._has_people:
            return taken, Profile()
        return taken, Profile.of([(load[0], load[1], each.people) for load, each in every])

    def _shared(self) -> Iterator[tuple[Load, Members]]:
        """Footprint and units of each session, or of those of its bookings that take the same."""
        is_equipment, units = self._kind is Kind.EQUIPMENT, 1
        # Many sessions share their buffers.
        spans: dict[int, tuple[int, int]] = {}
        for whole in self._sessions:
            _, start, end, _, _ = whole.session
            for each in (whole,) if whole.are_alike else self._alike(whole):
                first = each.bookings[0]
                span = spans.get(id(first.buffers))
                if span is None:
                    kept = NO_BUFFERS if self._kind is Kind.FOR else first.buffers_on(self._key)
                    span = duration_us(kept.before), duration_us(kept.after)
                    spans[id(first.buffers)] = span
                if is_equipment:
                    units = first.equipment[self._key]
                yield (start - span[0], end + span[1], units), each

    def _alike(self, members: Members) -> Iterator[Members]:
        """The bookings of a session, those together that take the same at the same time."""
        found: dict[object, list[Booking]] = {}
        for booking in members.bookings:
            kept, units = booking.buffers_on(self._key), booking.equipment.get(self._key)
            found.setdefault((kept.before, kept.after, units), []).append(booking)
        for own in found.values():
            people = sum(booking.party_size for booking in own)
            yield Members(members.session, own, people, are_alike=True)


class JointClaims:
    """What bookings of several kinds take of one thing: those of sessions, and others."""

    __slots__ = ("_parts",)

    def __init__(self, parts: list[PlainClaims | SessionClaims]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[Taken]:
        return chain.from_iterable(self._parts)

    def stamps(self) -> Iterator[int]:
        """The stamps of all."""
        return chain.from_iterable(each.stamps() for each in self._parts)

    def entries(self) -> dict[str, tuple[int, int]]:
        """The footprint of each by its id."""
        return dict(chain.from_iterable(each.entries().items() for each in self._parts))

    def shares(self) -> dict[ShareKey, int]:
        """How many bookings take the same of a session."""
        return dict(chain.from_iterable(each.shares().items() for each in self._parts))

    def profiles(self) -> tuple[Profile, Profile]:
        """The units taken and the people there, over time."""
        taken, people = zip(*(each.profiles() for each in self._parts), strict=True)
        return Profile.total(taken), Profile.total(people)


History = PlainClaims | SessionClaims | JointClaims
"""What is known of a record that nobody has asked yet."""

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
from typing import Final

from attrs import frozen

from bookable.domain.booking import Booking
from bookable.domain.claim import SessionKey
from bookable.domain.life import BookingStatus
from bookable.occupancy.claims import ClaimRules, Kind, PlainClaims, ShareKey, Taken
from bookable.timeline.instant import duration_us
from bookable.timeline.profile import Load, Profile

Session = tuple[SessionKey, list[Booking]]
"""What its bookings have in common, and the bookings, in no order."""

_KEY_OF: Final = attrgetter("calendar_id", "start_us", "end_us", "host_ids", "room_ids")
"""`Booking.session_key` of what has a calendar and ends when it was planned to."""
_PARTY_OF: Final = attrgetter("party_size")


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

    def histories(self) -> dict[str, list[History]]:
        """What all but the special ones take, by key; more than one where a key is of several kinds."""
        members = chain.from_iterable(self.sessions.values())
        found: dict[str, list[History]] = defaultdict(list)
        for key, history in chain[tuple[str, History]](
            PlainClaims.gathered(self.plain, members), SessionClaims.gathered(self.sessions)
        ):
            found[key].append(history)
        return found


class SessionClaims:
    """What bookings of sessions take of one resource or calendar: units once for those that agree.

    They are confirmed, end when they were planned to, take nothing for themselves alone, and keep their
    rooms to the end; no room that they take shares a part with another.
    """

    __slots__ = ("_key", "_kind", "_sessions")

    def __init__(self, key: str, kind: Kind, sessions: list[Session]) -> None:
        self._key, self._kind, self._sessions = key, kind, sessions

    @classmethod
    def gathered(
        cls, sessions: dict[SessionKey, list[Booking]]
    ) -> Iterator[tuple[str, SessionClaims]]:
        """The claims of all sessions by key; a key comes again where it is of several kinds."""
        kinds: dict[Kind, dict[str, list[Session]]] = {kind: defaultdict(list) for kind in Kind}
        hosts, rooms, equipment, calendars = kinds.values()
        for session in sessions.items():
            calendar_id, _, _, host_ids, room_ids = session[0]
            calendars[calendar_id].append(session)
            for key in host_ids:
                hosts[key].append(session)
            for key in room_ids:
                rooms[key].append(session)
            users: dict[str, list[Booking]] = {}
            for booking in session[1]:
                if booking.equipment:
                    for key in booking.equipment:
                        users.setdefault(key, []).append(booking)
            for key, group in users.items():
                equipment[key].append((session[0], group))
        for kind, keys in kinds.items():
            for key, own in keys.items():
                yield key, cls(key, kind, own)

    def __len__(self) -> int:
        return sum(len(group) for _, group in self._sessions)

    def __iter__(self) -> Iterator[Taken]:
        for session, (start, end, units), group in self._shared():
            body = session[1], session[2]
            for booking in group:
                people = booking.party_size if self._has_people else 0
                yield Taken(self._key, start, end, units, people, booking.id, session, body)

    @property
    def _has_people(self) -> bool:
        return self._kind in {Kind.ROOM, Kind.FOR}

    def entries(self) -> dict[str, tuple[int, int]]:
        """The footprint of each by its id."""
        return {
            booking.id: (start, end)
            for _, (start, end, _), group in self._shared()
            for booking in group
        }

    def shares(self) -> dict[ShareKey, int]:
        """How many bookings take the same of a session."""
        return {(session, *load): len(group) for session, load, group in self._shared()}

    def profiles(self) -> tuple[Profile, Profile]:
        """The units taken and the people there, over time."""
        loads: list[Load] = []
        seats: list[Load] = []
        has_people = self._has_people
        for _, load, group in self._shared():
            loads.append(load)
            if has_people:
                seats.append((load[0], load[1], sum(map(_PARTY_OF, group))))
        return Profile.of(loads), Profile.of(seats)

    def _shared(self) -> Iterator[tuple[SessionKey, Load, list[Booking]]]:
        """The bookings that take the same of a session, with their footprint and units.

        The bookings of most sessions share their buffers, so that each is one.
        """
        for session, group in self._sessions:
            if self._kind is Kind.EQUIPMENT or _are_unlike(group):
                alike: dict[Load, list[Booking]] = {}
                for booking in group:
                    alike.setdefault(self._load_of(session, booking), []).append(booking)
                for load, own in alike.items():
                    yield session, load, own
            else:
                yield session, self._load_of(session, group[0]), group

    def _load_of(self, session: SessionKey, booking: Booking) -> Load:
        kept = booking.buffers_on(self._key)
        units = booking.equipment[self._key] if self._kind is Kind.EQUIPMENT else 1
        return session[1] - duration_us(kept.before), session[2] + duration_us(kept.after), units


def _are_unlike(group: list[Booking]) -> bool:
    """Whether bookings might have different buffers."""
    buffers = group[0].buffers
    for booking in group:  # noqa: SIM110  a generator would take as long as all the rest
        if booking.buffers is not buffers:
            return True
    return False


History = PlainClaims | SessionClaims
"""What is known of a record that nobody has asked yet."""

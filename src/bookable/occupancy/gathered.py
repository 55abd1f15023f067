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

Session = tuple[SessionKey, list[Booking], bool]
"""What its bookings have in common, the bookings in no order, and whether they have the same buffers."""

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
        for key, group in sessions.items():
            buffers, is_alike = group[0].buffers, True
            users: dict[str, list[Booking]] = {}
            for booking in group:
                is_alike = is_alike and booking.buffers is buffers
                if booking.equipment:
                    for item in booking.equipment:
                        users.setdefault(item, []).append(booking)
            session = key, group, is_alike
            calendars[key[0]].append(session)
            for host_id in key[3]:
                hosts[host_id].append(session)
            for room_id in key[4]:
                rooms[room_id].append(session)
            for item, own in users.items():
                equipment[item].append((key, own, False))
        for kind, keys in kinds.items():
            for entry_id, taken in keys.items():
                yield entry_id, cls(entry_id, kind, taken)

    def __len__(self) -> int:
        return sum(len(group) for _, group, _ in self._sessions)

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
        known, before, after = None, 0, 0
        for session, group, is_alike in self._sessions:
            alike = (group,) if is_alike else self._alike(group)
            for own in alike:
                kept = own[0].buffers_on(self._key)
                if kept is not known:
                    known, before, after = kept, duration_us(kept.before), duration_us(kept.after)
                units = own[0].equipment[self._key] if self._kind is Kind.EQUIPMENT else 1
                yield session, (session[1] - before, session[2] + after, units), own

    def _alike(self, group: list[Booking]) -> Iterable[list[Booking]]:
        """The bookings of a session that take the same at the same time."""
        found: dict[object, list[Booking]] = {}
        for booking in group:
            kept, units = booking.buffers_on(self._key), booking.equipment.get(self._key)
            found.setdefault((kept.before, kept.after, units), []).append(booking)
        return found.values()


History = PlainClaims | SessionClaims
"""What is known of a record that nobody has asked yet."""

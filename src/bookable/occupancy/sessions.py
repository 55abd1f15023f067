"""Which bookings share a session, and which sessions start when, as an immutable value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Final

from bookable.domain.booking import Booking
from bookable.domain.claim import SessionKey
from bookable.occupancy.shared_map import SharedMap
from bookable.timeline.instant import DAY

_id_of: Final = attrgetter("id")


_Day = Mapping[int, Sequence[SessionKey]]
"""The sessions of a calendar that start on a day in UTC, by their start."""


class SessionTable:
    """Every session with its blocking bookings; one without bookings is none."""

    __slots__ = ("_days", "_members", "has_hostless")
    _members: SharedMap[SessionKey, list[Booking]]
    _days: SharedMap[tuple[str, int], _Day]
    has_hostless: bool
    """Whether there may be sessions without hosts."""

    def __init__(self, members: Mapping[SessionKey, list[Booking]]) -> None:
        """The sessions with these bookings, in any order. O(n)."""
        days: dict[tuple[str, int], dict[int, list[SessionKey]]] = {}
        for key in members:
            day = days.setdefault((key[0], key[1] // DAY), {})
            day.setdefault(key[1], []).append(key)
        self._members, self._days = SharedMap(members), SharedMap(days)
        self.has_hostless = any(not key[3] for key in members)

    def members(self, key: SessionKey) -> tuple[Booking, ...]:
        """The bookings of a session, by id; none where there is no such session."""
        return tuple(sorted(self._members.get(key, ()), key=_id_of))

    def people(self, key: SessionKey) -> int:
        """How many come to a session."""
        return sum([each.party_size for each in self._members.get(key, ())])

    def starting(self, calendar_id: str, low: int, high: int) -> dict[int, Sequence[SessionKey]]:
        """The sessions of a calendar that start in ``[low, high)``, by their start. O(starts)."""
        found: dict[int, Sequence[SessionKey]] = {}
        for day in range(low // DAY, (high - 1) // DAY + 1):
            starts = self._days.get((calendar_id, day), {})
            if low <= day * DAY and (day + 1) * DAY <= high:
                found.update(starts)
            else:
                found.update({at: keys for at, keys in starts.items() if low <= at < high})
        return found

    def ids(self) -> dict[SessionKey, tuple[str, ...]]:
        """Every session with the ids of its bookings, sorted."""
        return {key: tuple(each.id for each in self.members(key)) for key in self._members}

    def joined(self, bookings: Mapping[SessionKey, list[Booking]]) -> SessionTable:
        """With more bookings in some sessions."""
        return self._with({key: [*self.members(key), *more] for key, more in bookings.items()})

    def left(self, booking_ids: Mapping[SessionKey, Collection[str]]) -> SessionTable:
        """Without some bookings of some sessions."""
        return self._with(
            {
                key: [each for each in self.members(key) if each.id not in gone]
                for key, gone in booking_ids.items()
            }
        )

    def _with(self, changed: dict[SessionKey, list[Booking]]) -> SessionTable:
        if not changed:
            return self
        days: dict[tuple[str, int], dict[int, Sequence[SessionKey]]] = {}
        for key, members in changed.items():
            day = key[0], key[1] // DAY
            if day not in days:
                days[day] = dict(self._days.get(day, {}))
            keys = [each for each in days[day].pop(key[1], ()) if each != key]
            if members:
                keys.append(key)
            if keys:
                days[day][key[1]] = keys
        new = SessionTable.__new__(SessionTable)
        new.has_hostless = self.has_hostless or any(not key[3] for key in changed)
        new._members = self._members.setting(
            {key: members for key, members in changed.items() if members}
        ).without([key for key, members in changed.items() if not members])
        new._days = self._days.setting(
            {day: starts for day, starts in days.items() if starts}
        ).without([day for day, starts in days.items() if not starts])
        return new

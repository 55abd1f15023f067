"""Clocks of calendars that were written elsewhere: civil time to instants and back, as events have it.

A zone of the database is one; so is what a calendar itself tells of when its clock changes. Both
follow SPEC N6: a time that the clock skips is read with the offset before the change, one that it
shows twice is its first occurrence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, Protocol

from attrs import frozen

from bookable.timeline.civil import Zone, check_civil, civil_of_us, event_us
from bookable.timeline.instant import duration_us, from_us, to_us

_ZERO: Final = datetime(1970, 1, 1)  # noqa: DTZ001  a wall clock's zero, not an instant


class Clock(Protocol):
    """What turns the civil times of an event into instants."""

    def instant_us(self, civil: datetime) -> int:
        """The instant of an event's civil time, in microseconds since the epoch."""
        ...

    def civil_of(self, instant_us: int) -> datetime:
        """What the clock shows at an instant, without a zone."""
        ...


@frozen
class ZoneClock:
    """The clock of a zone of the database."""

    zone: Zone

    def instant_us(self, civil: datetime) -> int:
        """The instant of an event's civil time, in microseconds since the epoch."""
        shown = check_civil(civil).replace(tzinfo=self.zone)
        ahead = shown.utcoffset()
        # Nearly always: no change of the clock is near.
        if ahead is not None and ahead == shown.replace(fold=1).utcoffset():
            return duration_us(civil - _ZERO - ahead)
        return event_us(civil, self.zone)

    def civil_of(self, instant_us: int) -> datetime:
        """What the clock shows at an instant, without a zone."""
        return civil_of_us(instant_us, self.zone)


UTC_CLOCK: Final = ZoneClock(Zone("UTC"))


@frozen
class ToldClock:
    """A clock by its changes: from each of the instants on it is so far ahead of UTC.

    >>> clock = ToldClock.of([(datetime(2026, 3, 29, 2), 3_600, 7_200)])
    >>> from_us(clock.instant_us(datetime(2026, 3, 29, 2, 30))).isoformat()
    '2026-03-29T01:30:00+00:00'
    """

    first_us: int
    instants: tuple[int, ...]
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, changes: Iterable[tuple[datetime, int, int]]) -> ToldClock:
        """From changes: what the clock showed before, and its offsets before and after in seconds."""
        found = {}
        for shown, before, after in changes:
            instant = duration_us(shown - _ZERO) - before * 1_000_000
            found[instant] = (before * 1_000_000, after * 1_000_000)
        order = sorted(found)
        first = found[order[0]][0] if order else 0
        return cls(first, tuple(order), tuple(found[instant][1] for instant in order))

    def instant_us(self, civil: datetime) -> int:
        """The instant of an event's civil time, in microseconds since the epoch."""
        wall = duration_us(check_civil(civil) - _ZERO)
        place = bisect_right(self.instants, wall - self._before(0)) if self.instants else 0
        # Offsets differ by less than a day or two: what is near decides.
        low = max(0, place - 3)
        for number in range(low, len(self.instants) + 1):
            offset = self._before(number)
            instant = wall - offset
            end = self.instants[number] if number < len(self.instants) else None
            if end is None or instant < end:
                if number > low and instant < self.instants[number - 1]:
                    return wall - self._before(number - 1)  # skipped
                return instant
        raise AssertionError("after the last change there is no end")

    def civil_of(self, instant_us: int) -> datetime:
        """What the clock shows at an instant, without a zone."""
        offset = self._before(bisect_right(self.instants, instant_us))
        moment = from_us(instant_us + offset)
        return check_civil(moment.replace(tzinfo=None))

    def _before(self, number: int) -> int:
        """The offset before the change of that number."""
        return self.offsets[number - 1] if number else self.first_us


def utc_civil_us(civil: datetime) -> int:
    """The instant that a clock in UTC shows so."""
    return to_us(check_civil(civil).replace(tzinfo=UTC))

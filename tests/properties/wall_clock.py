"""A wall clock that is looked at once a minute: what the zone laws compare with.

It shares no code with the package. Zones are only ever read from UTC to local time,
one instant after the other; nothing is resolved, classified or taken from a rule.
``BOOKABLE_EXHAUSTIVE=1`` makes the laws go through every zone of the database and
every change of its clock from 2000 to 2040; otherwise they take a sample that is
the same in every run.
"""

from __future__ import annotations

import os
import random
from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo, available_timezones

EXHAUSTIVE = os.environ.get("BOOKABLE_EXHAUSTIVE") == "1"
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
MINUTE = 60_000_000

# "localtime" is whatever the host is set to, and no zone of its own.
ZONES = sorted(available_timezones() - {"localtime"})
# Half-hour changes, changes at midnight and at 00:01, skipped dates, two-hour changes,
# winter time that is daylight saving time, odd offsets, several changes in one spring.
ODD_ZONES = (
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Caracas",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Casey",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
)


def minute_of(moment: datetime) -> int:
    """Minutes since 1970."""
    return int(moment.timestamp()) // 60


def _offset(minute: int, zone: ZoneInfo) -> timedelta:
    offset = datetime.fromtimestamp(minute * 60, zone).utcoffset()
    assert offset is not None
    return offset


@cache
def changes(name: str) -> tuple[int, ...]:
    """The minutes since 1970 at which the clock of the zone jumps, from 2000 to 2040."""
    zone = ZoneInfo(name)
    found = []
    probe = minute_of(FIRST)
    before = _offset(probe, zone)
    while probe < minute_of(LAST):
        after = _offset(probe + 720, zone)
        if after != before:
            jump = next(m for m in range(probe + 1, probe + 721) if _offset(m, zone) != before)
            found.append(jump)
            before = after
        probe += 720
    return tuple(found)


def cases(seed: str, sample: int) -> list[tuple[str, int]]:
    """Zones with a change of their clock: all of them, or a sample with the oddest among them."""
    if EXHAUSTIVE:
        return [(name, change) for name in ZONES for change in changes(name)]
    pick = random.Random(seed)
    names = [*ODD_ZONES, *pick.sample(ZONES, sample)]
    return [(name, pick.choice(changes(name))) for name in names if changes(name)]


class Clock:
    """What the clock of a zone shows at each minute of ``[first, last)``."""

    def __init__(self, name: str, first: int, last: int) -> None:
        zone = ZoneInfo(name)
        self.minutes = range(first, last)
        self.shown = [
            datetime.fromtimestamp(minute * 60, zone).replace(tzinfo=None, fold=0)
            for minute in self.minutes
        ]
        # The furthest that the clock has been so far: it only grows, so that a search may halve it.
        self._reached = list(accumulate(self.shown, max))
        self._minutes: dict[datetime, list[int]] = {}
        for minute, shown in zip(self.minutes, self.shown, strict=True):
            self._minutes.setdefault(shown, []).append(minute)

    def first_at(self, wall: datetime) -> int:
        """The first minute at which the clock shows this time or a later one."""
        return self.minutes.start + bisect_left(self._reached, wall)

    def last_at(self, wall: datetime) -> int:
        """The last minute at which the clock shows this time; in a gap, the change."""
        return max(self.showing(wall), default=self.first_at(wall))

    def showing(self, wall: datetime) -> list[int]:
        """Every minute at which the clock shows this time."""
        return self._minutes.get(wall, [])

    def dates(self) -> list[date]:
        """The dates of the clock, those that it skips included."""
        first, last = self.shown[0].date(), self.shown[-1].date()
        return [first + timedelta(days=day) for day in range((last - first).days + 1)]

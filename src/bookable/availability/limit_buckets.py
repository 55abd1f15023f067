"""The buckets that limits count in: local days, weeks, months and years (SPEC N30).

A bucket is every instant whose local date lies in it: nearly always one interval from
local midnight to local midnight, of 23, 24 or 25 hours for a day. Where a clock goes back over
midnight the minutes of a date come twice, and the bucket is in two parts; so buckets are
pieces throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from attrs import frozen

from bookable.domain.limit import Period
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import Zone, date_of_us, offset_runs
from bookable.timeline.instant import DAY
from bookable.timeline.profile import Profile

_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_ONE_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)


@frozen
class Buckets:
    """The days, weeks, months or years of a zone, each named by its first local date.

    ``week_start`` is 0 for Monday to 6 for Sunday.
    """

    period: Period
    zone: Zone
    week_start: int = 0

    def of(self, instant: int) -> date:
        """The bucket that holds an instant."""
        return self._of_date(date_of_us(instant, self.zone))

    def _of_date(self, day: date) -> date:
        if self.period is Period.WEEK:
            return day - timedelta(days=(day.weekday() - self.week_start) % 7)
        if self.period is Period.MONTH:
            return day.replace(day=1)
        return day.replace(month=1, day=1) if self.period is Period.YEAR else day

    def after(self, first: date) -> date:
        """The bucket that follows."""
        if self.period is Period.WEEK:
            return first + _WEEK
        if self.period is Period.MONTH:
            return (first + timedelta(days=31)).replace(day=1)
        return (
            first.replace(year=first.year + 1) if self.period is Period.YEAR else first + _ONE_DAY
        )

    def times(self, first: date) -> Pieces:
        """The instants of a bucket."""
        return _times(_clock_of(first), _clock_of(self.after(first)), self.zone)

    def between(self, low: int, high: int) -> Iterator[date]:
        """All buckets that hold an instant of ``[low, high)``, in order, and any between them."""
        bucket, last = self._ends(low, high)
        while bucket <= last:
            yield bucket
            bucket = self.after(bucket)

    def span(self, low: int, high: int) -> tuple[int, int]:
        """From the begin of the first to the end of the last bucket that `between` gives."""
        first, last = self._ends(low, high)
        return self.times(first)[0][0], self.times(last)[-1][1]

    def _ends(self, low: int, high: int) -> tuple[date, date]:
        # Where a clock goes back over midnight, the last instant need not have the last date.
        runs = offset_runs(low, high, self.zone)
        first = min(start + offset for start, _, offset in runs)
        last = max(end - 1 + offset for _, end, offset in runs)
        return self._of_date(_date_at(first)), self._of_date(_date_at(last))


def _date_at(clock: int) -> date:
    """The date that a clock shows with a time."""
    return date.fromordinal(clock // DAY + _EPOCH_ORDINAL)


def _clock_of(day: date) -> int:
    """The midnight of a date, as clocks show it."""
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY


@lru_cache(maxsize=4_096)
def _times(first: int, last: int, zone: Zone) -> Pieces:
    """When clocks show a time from *first* to before *last*."""
    # No clock is a day or more away from UTC.
    runs = offset_runs(first - DAY, last + DAY, zone)
    return kernel.normalise(
        (max(start, first - offset), min(end, last - offset)) for start, end, offset in runs
    )


def shared_time(start: int, end: int, pieces: Pieces) -> int:
    """How much of ``[start, end)`` lies in the pieces."""
    return sum(high - low for low, high in kernel.clip(pieces, start, end))


def booked_time(booked: Profile, pieces: Pieces) -> int:
    """The time that is booked in the pieces, all bookings added up."""
    return sum(
        level * (until - since)
        for low, high in pieces
        for since, until, level in booked.steps(low, high)
    )


def sharing_more(pieces: Pieces, duration: int, room: int) -> Iterator[tuple[int, int]]:
    """The starts of a booking so long that more than *room* of it lies in the pieces.

    What lies in them grows, stays or shrinks by one with each later start: between two of the
    moments at which that changes, one comparison decides.
    """
    if duration <= room:
        return
    for low, high in pairwise(_moments(pieces, duration)):
        now = shared_time(low, low + duration, pieces)
        later = shared_time(high, high + duration, pieces)
        if now > room:
            yield low, high if later >= now else min(high, low + now - room)
        elif later > room:
            yield low + room - now + 1, high


def _moments(pieces: Pieces, duration: int) -> Iterable[int]:
    ends = {moment for piece in pieces for moment in piece}
    return sorted(ends | {moment - duration for moment in ends})

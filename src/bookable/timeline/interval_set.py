"""Sets of instants, kept as the fewest half-open intervals that hold them.

Two sets are equal exactly when they hold the same instants, however they were
put together: overlapping and touching intervals are one interval. Inside are
integer pairs (`_kernel`); `Interval` objects are made when somebody reads them.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import field, frozen

from bookable.checks import check_duration, check_items
from bookable.timeline import _kernel
from bookable.timeline.instant import duration_us, instant_us
from bookable.timeline.interval import Interval, check_interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bookable.timeline._kernel import Pieces


@frozen(init=False, repr=False)
class IntervalSet:
    """The instants that at least one of the given intervals holds.

    Iterating gives the maximal intervals in order; the empty set is falsy.

    >>> from datetime import UTC, datetime
    >>> nine, ten, noon = (datetime(2026, 3, 2, h, tzinfo=UTC) for h in (9, 10, 12))
    >>> morning = IntervalSet([Interval(ten, noon), Interval(nine, ten)])
    >>> len(morning), morning.duration
    (1, datetime.timedelta(seconds=10800))

    Raises:
        InvalidValueError: If something else than intervals is given.
    """

    pieces_us: Pieces = field()
    """The same set as canonical pairs of microseconds since the epoch."""

    def __init__(self, intervals: Iterable[Interval] = ()) -> None:
        items = check_items(intervals, Interval, "intervals", "an Interval(start, end)")
        self.__attrs_init__(_kernel.normalise((item.start_us, item.end_us) for item in items))

    @classmethod
    def from_us(cls, pieces_us: Pieces) -> IntervalSet:
        """From canonical pairs of microseconds, which are trusted to be canonical."""
        made = cls.__new__(cls)
        made.__attrs_init__(pieces_us)
        return made

    def __iter__(self) -> Iterator[Interval]:
        """The maximal intervals in order."""
        return (Interval.from_us(start, end) for start, end in self.pieces_us)

    def __len__(self) -> int:
        """The number of maximal intervals."""
        return len(self.pieces_us)

    @property
    def duration(self) -> timedelta:
        """The time in the set, all intervals together."""
        return timedelta(microseconds=sum(end - start for start, end in self.pieces_us))

    def contains(self, moment: datetime) -> bool:
        """Whether the instant is in the set; aware, any zone. Complexity: O(log n)."""
        instant = instant_us(moment)
        after = bisect_right(self.pieces_us, instant, key=lambda piece: piece[0])
        return after > 0 and instant < self.pieces_us[after - 1][1]

    def covers(self, interval: Interval) -> bool:
        """Whether every instant of the interval is in the set. Complexity: O(log n)."""
        asked = check_interval(interval, "interval")
        start, end = asked.start_us, asked.end_us
        return _kernel.clip(self.pieces_us, start, end) == ((start, end),)

    def at_least(self, duration: timedelta) -> IntervalSet:
        """The maximal intervals that last no less than *duration*."""
        shortest = duration_us(check_duration(duration, "duration"))
        return IntervalSet.from_us(
            tuple((start, end) for start, end in self.pieces_us if end - start >= shortest)
        )

    def clip(self, interval: Interval) -> IntervalSet:
        """The instants of the set inside the interval. Complexity: O(log n + k)."""
        window = check_interval(interval, "interval")
        return IntervalSet.from_us(_kernel.clip(self.pieces_us, window.start_us, window.end_us))

    def __or__(self, other: IntervalSet) -> IntervalSet:
        """The instants of either."""
        if not isinstance(other, IntervalSet):
            return NotImplemented
        return IntervalSet.from_us(_kernel.union(self.pieces_us, other.pieces_us))

    def __and__(self, other: IntervalSet) -> IntervalSet:
        """The instants of both."""
        if not isinstance(other, IntervalSet):
            return NotImplemented
        return IntervalSet.from_us(_kernel.intersect(self.pieces_us, other.pieces_us))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        """The instants of this one that are not of the other."""
        if not isinstance(other, IntervalSet):
            return NotImplemented
        return IntervalSet.from_us(_kernel.subtract(self.pieces_us, other.pieces_us))

    def __str__(self) -> str:
        return "{" + ", ".join(str(interval) for interval in self) + "}"

    def __repr__(self) -> str:
        return f"IntervalSet({list(self)!r})"

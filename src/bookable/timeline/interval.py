"""One half-open piece of the time line.

Why half-open: ``[9:00, 10:00)`` and ``[10:00, 11:00)`` share no instant, so
back-to-back bookings need no special case anywhere above this module.

Why never empty: an empty interval would have to answer "do you overlap
yourself?" both ways. Absence is ``None``; "no time at all" is an empty
`IntervalSet`.

Why UTC: two datetimes in the same ``ZoneInfo`` subtract and compare by wall
clock, so ``[01:00, 04:00)`` on a spring-forward night would measure 3 h
instead of 2 h.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from attrs import field, frozen

from bookable.checks import check_type
from bookable.errors import InvalidIntervalError
from bookable.timeline.civil import Zone, to_zone, window_us
from bookable.timeline.instant import DAY, check_date, from_us, instant_us, to_us, to_utc


def _start(moment: datetime) -> datetime:
    return to_utc(moment, "start")


def _end(moment: datetime) -> datetime:
    return to_utc(moment, "end")


@frozen(cache_hash=True)
class Interval:
    """The instants *t* with ``start <= t < end`` (SPEC N1).

    Any aware datetime is accepted; both ends are kept in UTC. Intervals have no
    order: sort by a key that says what is meant.

    >>> from datetime import UTC
    >>> nine, ten, noon = (datetime(2026, 3, 2, h, tzinfo=UTC) for h in (9, 10, 12))
    >>> Interval(nine, ten).abuts(Interval(ten, noon))
    True

    Raises:
        NaiveDatetimeError: If an end has no UTC offset.
        InvalidIntervalError: If ``start`` is not before ``end``.
    """

    start: datetime = field(converter=_start)
    end: datetime = field(converter=_end)

    def __attrs_post_init__(self) -> None:
        # Not an attrs validator: a host may switch those off process-wide.
        if not self.start < self.end:
            raise InvalidIntervalError.of(self.start, self.end)

    @classmethod
    def day(cls, day: date, *, zone: Zone | str) -> Interval:
        """The whole local day: 23, 24 or 25 hours long, seldom anything else.

        >>> Interval.day(date(2026, 3, 29), zone="Europe/Berlin").duration
        datetime.timedelta(seconds=82800)

        Raises:
            InvalidIntervalError: If the zone skipped that date altogether.
        """
        start, end = window_us(check_date(day, "day"), 0, DAY, to_zone(zone))
        return cls.from_us(start, end)

    @classmethod
    def from_us(cls, start_us: int, end_us: int) -> Interval:
        """From two instants in microseconds since the epoch."""
        return cls(from_us(start_us), from_us(end_us))

    @property
    def duration(self) -> timedelta:
        """The time that passes between the ends."""
        return self.end - self.start

    @property
    def start_us(self) -> int:
        """The start in microseconds since the epoch."""
        return to_us(self.start)

    @property
    def end_us(self) -> int:
        """The end in microseconds since the epoch."""
        return to_us(self.end)

    def contains(self, moment: datetime) -> bool:
        """Whether the instant lies inside; the end does not."""
        return self.start_us <= instant_us(moment) < self.end_us

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share an instant. Equivalent to ``a & b is not None``."""
        check_interval(other, "other")
        return self.start < other.end and other.start < self.end

    def abuts(self, other: Interval) -> bool:
        """Whether the two touch without sharing an instant."""
        check_interval(other, "other")
        return self.end == other.start or other.end == self.start

    def encloses(self, other: Interval) -> bool:
        """Whether every instant of *other* is an instant of this one."""
        check_interval(other, "other")
        return self.start <= other.start and other.end <= self.end

    def __and__(self, other: Interval) -> Interval | None:
        """The instants of both; None when there are none."""
        if not isinstance(other, Interval):
            return NotImplemented
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None

    def __str__(self) -> str:
        return f"[{self.start.isoformat()}, {self.end.isoformat()})"


def check_interval(value: object, field: str) -> Interval:
    """An `Interval`, for the argument of that name."""
    return check_type(value, Interval, field, "an Interval(start, end)")

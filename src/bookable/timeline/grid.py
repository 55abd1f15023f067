"""Grids: which instants a booking may start at.

A grid is anchored to clocks or to fixed instants, never to what is booked, so
booking something never moves the other starts (SPEC N20, N21).
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from bookable.checks import check_amount, check_duration, listed
from bookable.errors import InvalidValueError, LimitExceededError, SearchLimitError
from bookable.limits import LONGEST_DURATION, MOST_CANDIDATES
from bookable.timeline.civil import Zone, date_of_us, offset_runs, resolve_us, to_zone
from bookable.timeline.instant import DAY, duration_us, to_us, to_utc

if TYPE_CHECKING:
    from collections.abc import Iterable

# Lists of starts that are kept for the next question: at most 16 of this length.
_MOST_KEPT: Final = 50_000


def _step(value: timedelta) -> timedelta:
    return check_duration(value, "step", positive=True)


def _offset(value: timedelta) -> timedelta:
    return check_duration(value, "offset")


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


@frozen(cache_hash=True)
class LocalMidnight:
    """Starts at every *step* of the wall clock, counted from local midnight (SPEC N20).

    An instant is on the grid exactly when the wall time since midnight, less the
    offset, is a multiple of the step. Wall times in a gap do not exist; wall times
    in a fold come twice. The count begins anew at every midnight, so a step that
    does not divide the day ends the day with a shorter one.

    >>> grid = LocalMidnight("Asia/Kathmandu", step=timedelta(minutes=30))
    >>> grid.includes_us(to_us(datetime.fromisoformat("2026-03-02T09:00:00+05:45")))
    True

    Raises:
        InvalidValueError: If the zone is unknown, the step is not above zero or is
            longer than a day, or the offset is negative.
    """

    zone: Zone = field(converter=_zone)
    step: timedelta = field(converter=_step)
    offset: timedelta = field(default=timedelta(0), converter=_offset)

    def __attrs_post_init__(self) -> None:
        if self.step > timedelta(days=1):
            raise InvalidValueError("step", self.step, "a timedelta of at most 24 hours", "step")

    def includes_us(self, instant_us: int) -> bool:
        """Whether a booking may start at that instant."""
        ((_, _, offset),) = offset_runs(instant_us, instant_us + 1, self.zone)
        wall = (instant_us + offset) % DAY
        return (wall - duration_us(self.offset)) % duration_us(self.step) == 0

    def candidate_bound(self, lo_us: int, hi_us: int) -> int:
        """No fewer than the starts in ``[lo_us, hi_us)``. Complexity: O(1)."""
        # Every midnight and every change of the clock may add one start to the even count.
        width = max(hi_us - lo_us, 0)
        return width // duration_us(self.step) + 2 * (width // DAY + 2)

    def starts_us(self, lo_us: int, hi_us: int) -> tuple[int, ...]:
        """The starts *t* with ``lo_us <= t < hi_us``, in order.

        Raises:
            SearchLimitError: If there may be more than a million, before any work.
        """
        return _starts_us(self, lo_us, hi_us)

    def _list_us(self, lo_us: int, hi_us: int) -> Iterable[int]:
        step = duration_us(self.step)
        first = duration_us(self.offset) % step
        for start, end, offset in offset_runs(lo_us, hi_us, self.zone):
            wall, wall_end = start + offset, end + offset
            while wall < wall_end:
                midnight = wall - wall % DAY
                # Where the step divides the day, all days of the run are one progression.
                stop = wall_end if DAY % step == 0 else min(midnight + DAY, wall_end)
                label = midnight + first
                if label < wall:
                    label += -((label - wall) // step) * step
                yield from range(label - offset, stop - offset, step)
                wall = stop


@frozen(cache_hash=True)
class Epoch:
    """Starts at every *step* since 1970-01-01T00:00Z plus the offset, whatever clocks show.

    >>> Epoch(timedelta(minutes=30)).starts_us(0, 3_600_000_000)
    (0, 1800000000)

    Raises:
        InvalidValueError: If the step is not above zero or the offset is negative.
    """

    step: timedelta = field(converter=_step)
    offset: timedelta = field(default=timedelta(0), converter=_offset)

    def includes_us(self, instant_us: int) -> bool:
        """Whether a booking may start at that instant."""
        return (instant_us - duration_us(self.offset)) % duration_us(self.step) == 0

    def candidate_bound(self, lo_us: int, hi_us: int) -> int:
        """No fewer than the starts in ``[lo_us, hi_us)``. Complexity: O(1)."""
        return max(hi_us - lo_us, 0) // duration_us(self.step) + 1

    def starts_us(self, lo_us: int, hi_us: int) -> tuple[int, ...]:
        """The starts *t* with ``lo_us <= t < hi_us``, in order.

        Raises:
            SearchLimitError: If there may be more than a million, before any work.
        """
        return _starts_us(self, lo_us, hi_us)

    def _list_us(self, lo_us: int, hi_us: int) -> Iterable[int]:
        step = duration_us(self.step)
        return range(lo_us + (duration_us(self.offset) - lo_us) % step, hi_us, step)


def _starts(values: Iterable[datetime]) -> tuple[datetime, ...]:
    if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
        expected = "a list of aware datetimes"
        raise InvalidValueError("starts", values, expected, "type")
    starts = tuple(sorted({to_utc(value, "starts") for value in listed(values, "starts")}))
    if len(starts) > MOST_CANDIDATES:
        raise LimitExceededError("starts of a grid", len(starts), MOST_CANDIDATES)
    return starts


@frozen(cache_hash=True)
class FixedStarts:
    """Starts at exactly these instants (no times of day): given sessions, a timetable.

    Aware datetimes in any zone and any order; kept in UTC, in order, each once.

    Raises:
        NaiveDatetimeError: If a start has no UTC offset.
    """

    starts: tuple[datetime, ...] = field(converter=_starts)
    _instants: tuple[int, ...] = field(init=False, repr=False, eq=False)

    @_instants.default
    def _count_instants(self) -> tuple[int, ...]:
        return tuple(to_us(start) for start in self.starts)

    def includes_us(self, instant_us: int) -> bool:
        """Whether a booking may start at that instant. Complexity: O(log n)."""
        return self.starts_us(instant_us, instant_us + 1) != ()

    def candidate_bound(self, lo_us: int, hi_us: int) -> int:
        """No fewer than the starts in ``[lo_us, hi_us)``. Complexity: O(1)."""
        return len(self._instants) if lo_us < hi_us else 0

    def starts_us(self, lo_us: int, hi_us: int) -> tuple[int, ...]:
        """The starts *t* with ``lo_us <= t < hi_us``, in order. Complexity: O(log n + k)."""
        first = bisect_left(self._instants, lo_us)
        return self._instants[first : bisect_left(self._instants, hi_us, lo=first)]


@frozen(cache_hash=True)
class WholeDays:
    """Starts at the beginning of every local date, from where so many whole dates last that long.

    A start is on the grid exactly when it is the beginning of a local date and the beginning of
    the date ``days`` later is ``duration`` later. One date lasts 24 hours, and 23 or 25 where
    the clock changes, so there is one grid for each length.

    >>> grid = WholeDays("Europe/Berlin", days=1, duration=timedelta(hours=23))
    >>> grid.includes_us(to_us(datetime.fromisoformat("2026-03-28T23:00:00+00:00")))
    True

    Raises:
        InvalidValueError: If the zone is unknown, the duration is not above zero, or there is
            not at least one day.
    """

    zone: Zone = field(converter=_zone)
    days: int
    duration: timedelta

    def __attrs_post_init__(self) -> None:
        check_amount(self.days, "days", minimum=1, maximum=LONGEST_DURATION.days)
        check_duration(self.duration, "duration", positive=True)

    def includes_us(self, instant_us: int) -> bool:
        """Whether a booking may start at that instant."""
        day = date_of_us(instant_us, self.zone)
        end = resolve_us(day + timedelta(days=self.days), 0, self.zone)
        is_midnight = resolve_us(day, 0, self.zone) == instant_us
        return is_midnight and end - instant_us == duration_us(self.duration)

    def candidate_bound(self, lo_us: int, hi_us: int) -> int:
        """No fewer than the starts in ``[lo_us, hi_us)``. Complexity: O(1)."""
        # Offsets lie within 32 hours, so no clock ever shows two days more than have passed.
        return max(hi_us - lo_us, 0) // DAY + 3

    def starts_us(self, lo_us: int, hi_us: int) -> tuple[int, ...]:
        """The starts *t* with ``lo_us <= t < hi_us``, in order.

        Raises:
            SearchLimitError: If there may be more than a million, before any work.
        """
        return _starts_us(self, lo_us, hi_us)

    def _list_us(self, lo_us: int, hi_us: int) -> Iterable[int]:
        return (start for start in midnights_us(lo_us, hi_us, self.zone) if self.includes_us(start))


def midnights_us(lo_us: int, hi_us: int, zone: Zone) -> tuple[int, ...]:
    """The beginnings *t* of local dates with ``lo_us <= t < hi_us``, in order.

    A date that the zone skipped has none of its own. Complexity: O(days).
    """
    first, last = date_of_us(lo_us, zone), date_of_us(hi_us, zone)
    # A clock that goes back over midnight has shown a date already that it will show again.
    days = (first + timedelta(days=number) for number in range((last - first).days + 2))
    found = sorted({midnight_us(day, zone) for day in days})
    return tuple(start for start in found if lo_us <= start < hi_us)


@lru_cache(maxsize=4_096)
def midnight_us(day: date, zone: Zone) -> int:
    """The beginning of a local date; where the zone skipped it, that of the next."""
    return resolve_us(day, 0, zone)


Grid = LocalMidnight | Epoch | FixedStarts | WholeDays
"""Everything that can say which instants are starts."""


def _starts_us(grid: LocalMidnight | Epoch | WholeDays, lo_us: int, hi_us: int) -> tuple[int, ...]:
    bound = grid.candidate_bound(lo_us, hi_us)
    if bound > MOST_CANDIDATES:
        raise SearchLimitError("candidate starts of one question", bound, MOST_CANDIDATES)
    if bound > _MOST_KEPT:
        return tuple(grid._list_us(lo_us, hi_us))
    return _kept_starts_us(grid, lo_us, hi_us)


@lru_cache(maxsize=16)
def _kept_starts_us(
    grid: LocalMidnight | Epoch | WholeDays, lo_us: int, hi_us: int
) -> tuple[int, ...]:
    return tuple(grid._list_us(lo_us, hi_us))

"""Grids that depend on what is free: starts packed into each free window (SPEC N20).

Booking something moves them; the grids of `bookable.timeline.grid` never move. A packing is
given the windows: maximal intervals of feasible *starts*, in microseconds. It answers every
start of each of them, in order, whichever part of the time line is asked about.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from bookable.checks import check_duration
from bookable.errors import InvalidValueError, SearchLimitError
from bookable.limits import MOST_CANDIDATES
from bookable.timeline.civil import Zone, offset_runs
from bookable.timeline.grid import Epoch, FixedStarts, Grid, LocalMidnight
from bookable.timeline.instant import HOUR, MINUTE, duration_us

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bookable.timeline._kernel import Pieces

_ROUND: Final = tuple(minutes * MINUTE for minutes in (60, 30, 20, 15, 10, 5))
_FINER: Final = tuple(minutes * MINUTE for minutes in (15, 5, 1))


def _step(value: timedelta) -> timedelta:
    return check_duration(value, "step", positive=True)


@frozen(cache_hash=True)
class WindowStart:
    """Packed by the step from the beginning of each window, whatever time of day that is.

    A *window* is a maximal interval of feasible starts, not of free time: it ends at the last start
    that still fits. The doctest has one, of starts from 9:00 until before 12:00.

    >>> nine, noon = 9 * HOUR, 12 * HOUR
    >>> starts = WindowStart(timedelta(minutes=90)).starts_in(((nine, noon),), Zone("UTC"))
    >>> [start // MINUTE - 9 * 60 for start in starts]
    [0, 90]

    Raises:
        InvalidValueError: If the step is not above zero.
    """

    step: timedelta = field(converter=_step)

    def starts_in(self, windows: Pieces, zone: Zone) -> tuple[int, ...]:
        """The starts of every window, given as intervals of feasible starts.

        Raises:
            SearchLimitError: If there are more than a million, before they are listed.
        """
        return _listed(self.ranges_in(windows, zone))

    def ranges_in(self, windows: Pieces, zone: Zone) -> tuple[range, ...]:
        """The same starts as one progression for each window that has some, not listed."""
        assert zone is not None
        return _ranges(windows, duration_us(self.step))


@frozen(cache_hash=True)
class AlignedHour:
    """As `WindowStart`, the first start of each window being rounded up to a round local time.

    Rounded to the largest of 60, 30, 20, 15, 10 and 5 minutes that divides the step, to whole
    minutes when none does, by what the clock shows. A window without such a time has no start.

    Raises:
        InvalidValueError: If the step is not above zero.
    """

    step: timedelta = field(converter=_step)

    def starts_in(self, windows: Pieces, zone: Zone) -> tuple[int, ...]:
        """The starts of every window, given as intervals of feasible starts.

        Raises:
            SearchLimitError: If there are more than a million, before they are listed.
        """
        return _listed(self.ranges_in(windows, zone))

    def ranges_in(self, windows: Pieces, zone: Zone) -> tuple[range, ...]:
        """The same starts as one progression for each window that has some, not listed."""
        step = duration_us(self.step)
        rounded = ((_rounded_up(low, _alignment(step), zone), high) for low, high in windows)
        return _ranges(rounded, step)


@frozen(cache_hash=True)
class Optimised:
    """As `AlignedHour`, with the roundest first start that costs no slot.

    For each window the first of these that fits as many starts as no rounding at all: the time
    that `AlignedHour` rounds to, 15, 5 and 1 minutes. Where none does, nothing is rounded.

    Raises:
        InvalidValueError: If the step is not above zero.
    """

    step: timedelta = field(converter=_step)

    def starts_in(self, windows: Pieces, zone: Zone) -> tuple[int, ...]:
        """The starts of every window, given as intervals of feasible starts.

        Raises:
            SearchLimitError: If there are more than a million, before they are listed.
        """
        return _listed(self.ranges_in(windows, zone))

    def ranges_in(self, windows: Pieces, zone: Zone) -> tuple[range, ...]:
        """The same starts as one progression for each window that has some, not listed."""
        step = duration_us(self.step)
        rounded = ((_best_first(low, high, step, zone), high) for low, high in windows)
        return _ranges(rounded, step)


Packing = AlignedHour | WindowStart | Optimised
"""Everything that packs starts into free windows."""

AnyGrid = Grid | Packing
"""Everything that can say where bookings start."""


def check_grid(value: object, name: str = "grid") -> AnyGrid:
    """A grid, for the argument of that name."""
    if not isinstance(value, LocalMidnight | Epoch | FixedStarts | Packing):
        expected = (
            "a grid: LocalMidnight, Epoch, FixedStarts, AlignedHour, WindowStart or Optimised"
        )
        raise InvalidValueError(name, value, expected, "type")
    return value


def clipped(starts: range, low: int, high: int) -> range:
    """The part of a progression with ``low <= start < high``."""
    first = starts.start
    if first < low:
        first += -((first - low) // starts.step) * starts.step
    return range(first, min(starts.stop, high), starts.step)


def _ranges(windows: Iterable[tuple[int, int]], step: int) -> tuple[range, ...]:
    return tuple(range(low, high, step) for low, high in windows if low < high)


def _listed(ranges: tuple[range, ...]) -> tuple[int, ...]:
    # `len` of a range is an index and may not hold what `_fitting` can.
    needed = sum(_fitting(each.start, each.stop, each.step) for each in ranges)
    if needed > MOST_CANDIDATES:
        raise SearchLimitError("candidate starts of one question", needed, MOST_CANDIDATES)
    return tuple(start for each in ranges for start in each)


def _fitting(low: int, high: int, step: int) -> int:
    """How many starts fit, *step* apart, from *low* on and before *high*."""
    return max(-((low - high) // step), 0)


def _alignment(step: int) -> int:
    return next((each for each in _ROUND if step % each == 0), MINUTE)


def _rounded_up(instant: int, alignment: int, zone: Zone) -> int:
    """The first instant from that one on at which the clock shows a multiple of the alignment."""
    # Clocks change at most once in three hours, so one of the two runs holds a round hour.
    return next(
        rounded
        for low, high, offset in offset_runs(instant, instant + 3 * HOUR, zone)
        if (rounded := low + -(low + offset) % alignment) < high
    )


def _best_first(low: int, high: int, step: int, zone: Zone) -> int:
    """The first start of a window that is as round as can be without losing one."""
    most = _fitting(low, high, step)
    firsts = (_rounded_up(low, each, zone) for each in (_alignment(step), *_FINER))
    return next((first for first in firsts if _fitting(first, high, step) == most), low)

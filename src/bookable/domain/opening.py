"""How opening hours become instants, whatever kind of hours they are.

Every kind is worked out in aligned blocks of 32 days that are kept per value:
equal values share them, neighbouring questions share them, and an answer is the
blocks joined and clipped. Far from the changes of the clock, which is nearly
always, a window is its wall time less the offset; close to them every window is
resolved by itself, under the policy of `civil`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from bookable.domain.window import Pairs
from bookable.errors import SearchLimitError
from bookable.limits import LONGEST_WINDOW, MOST_OPENING_WINDOWS
from bookable.timeline import _kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import AmbiguousEnd, Zone, offset_runs, window_us
from bookable.timeline.instant import DAY, EPOCH
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.interval_set import IntervalSet

EPOCH_ORDINAL: Final = EPOCH.toordinal()
"""The ordinal of 1970-01-01; dates are counted in days since then."""

_BLOCK: Final = 32 * DAY
# Hours with more windows a day are worked out anew each time: what is kept stays small.
_MOST_KEPT: Final = 8
# A window of a date lies within so many days of the same date in UTC, in any zone.
_DAYS_BEFORE: Final = 3
_DAYS_AFTER: Final = 1
# So many days from a change of the clock, no wall time is in a gap or a fold of it.
_CLEAR: Final = 4


class Opening:
    """What every kind of opening hours answers."""

    __slots__ = ()

    _weight: int
    """No fewer than the windows of any one day."""

    _depth: int
    """How many hours lie inside each other, this one included."""

    def open_within(self, window: Interval) -> IntervalSet:
        """The time it is open, clipped to the window. Complexity: O(days), amortised.

        Raises:
            SearchLimitError: If the window is too long, before any work.
        """
        asked = check_interval(window, "window")
        return IntervalSet.from_us(self.open_us(asked.start_us, asked.end_us))

    def open_us(self, lo_us: int, hi_us: int) -> Pieces:
        """The maximal pieces of ``[lo_us, hi_us)`` in which it is open, in order."""
        days = (hi_us - lo_us) // DAY
        if days > LONGEST_WINDOW.days:
            raise SearchLimitError("days of one window", days, LONGEST_WINDOW.days)
        work = (days + 1) * self._weight
        if work > MOST_OPENING_WINDOWS:
            raise SearchLimitError("opening windows to look at", work, MOST_OPENING_WINDOWS)
        expand = _kept_block if self._weight <= _MOST_KEPT else _block
        joined: list[tuple[int, int]] = []
        for index in range(lo_us // _BLOCK, -(-hi_us // _BLOCK)):
            pieces = expand(self, index)
            if joined and pieces and joined[-1][1] == pieces[0][0]:
                joined[-1] = (joined[-1][0], pieces[0][1])
                joined += pieces[1:]
            else:
                joined += pieces
        return _kernel.clip(tuple(joined), lo_us, hi_us)

    def _open_between(self, lo_us: int, hi_us: int) -> Pieces:
        """The same without memory or limit."""
        raise NotImplementedError


def _block(hours: Opening, index: int) -> Pieces:
    return hours._open_between(index * _BLOCK, (index + 1) * _BLOCK)


_kept_block = lru_cache(maxsize=4_096)(_block)


def resolved(
    pairs_on: Callable[[int], Pairs],
    zone: Zone,
    lo_us: int,
    hi_us: int,
    *,
    ambiguous_end: AmbiguousEnd,
) -> Pieces:
    """The windows of every date, as instants clipped to ``[lo_us, hi_us)``.

    *pairs_on* takes a date as the number of days since 1970.
    """
    found: list[tuple[int, int]] = []
    cursor = lo_us // DAY - _DAYS_BEFORE
    stop = hi_us // DAY + _DAYS_AFTER + 1
    for start, end, offset in offset_runs((cursor - _CLEAR) * DAY, (stop + _CLEAR) * DAY, zone):
        clear_from = min(max(start // DAY + _CLEAR, cursor), stop)
        clear_until = min(max(end // DAY - _CLEAR + 1, clear_from), stop)
        for day in range(cursor, clear_from):
            on = date.fromordinal(day + EPOCH_ORDINAL)
            for opens, closes in pairs_on(day):
                found.append(window_us(on, opens, closes, zone, ambiguous_end=ambiguous_end))
        for day in range(clear_from, clear_until):
            midnight = day * DAY - offset
            for opens, closes in pairs_on(day):
                found.append((midnight + opens, midnight + closes))
        cursor = clear_until
    return _kernel.clip(_kernel.normalise(found), lo_us, hi_us)

"""Starts that are packed into free windows, worked out from what is free (SPEC N20).

A *window* is a maximal interval of feasible starts, notice, horizon and grid aside. What never
closes would be one endless window, so windows are cut at local midnights: where the time that
bookings of the window could take covers the whole local day before that midnight, or the whole
day after it. So the first start of any window lies less than two local days back, and which
starts there are does not depend on the part of the time line that is asked about.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from bookable.availability.session_window import sessions_between
from bookable.errors import SearchLimitError
from bookable.limits import MOST_CANDIDATES, MOST_MASK_BITS
from bookable.timeline._kernel import Pieces
from bookable.timeline.grid import midnights_us
from bookable.timeline.instant import DAY, duration_us
from bookable.timeline.packing import Packing, clipped

if TYPE_CHECKING:
    from bookable.availability.search import Search

# Two local days on each side decide; a local day is shorter than two of 24 hours.
_AROUND: Final = 4 * DAY


@frozen
class PackedStarts:
    """The starts around a part of the time line: one progression for each window, and sessions.

    Nothing is listed until it is asked for. Both are in order.
    """

    ranges: tuple[range, ...]
    sessions: tuple[int, ...]
    _firsts: tuple[int, ...] = field(init=False, repr=False)

    @_firsts.default
    def _find_firsts(self) -> tuple[int, ...]:
        return tuple(each.start for each in self.ranges)

    def between(self, low: int, high: int) -> Iterator[int]:
        """The starts of ``[low, high)``: packed ones in order, then those of sessions."""
        first = max(bisect_right(self._firsts, low) - 1, 0)
        for each in self.ranges[first : bisect_left(self._firsts, high)]:
            yield from clipped(each, low, high)
        yield from self.sessions[bisect_left(self.sessions, low) : bisect_left(self.sessions, high)]


def packing_of(search: Search, grid: Packing, low: int, high: int) -> PackedStarts:
    """How starts are packed in ``[low, high)``, those of sessions that can be joined included."""
    windows = [each for each in free_windows(search, low, high) if each[0] < high and low < each[1]]
    sessions = sessions_between(search, low, high)
    joins = tuple(sessions.joinable_starts(search.question.party_size))
    return PackedStarts(grid.ranges_in(tuple(windows), search.question.zone), joins)


def packed_starts(search: Search, grid: Packing, low: int, high: int) -> tuple[int, ...]:
    """The starts in ``[low, high)``, those of sessions that can be joined included; in order.

    Raises:
        SearchLimitError: If there may be more than a million, before any work.
    """
    _check_size(search, grid, low, high)
    return tuple(sorted({*packing_of(search, grid, low, high).between(low, high)}))


def free_windows(search: Search, low: int, high: int) -> Pieces:
    """The windows around ``[low, high)``; whole are those that meet it.

    The single instant at which a full session keeps its room from a second one neither ends a
    window nor moves its beginning: nobody can book it, but starts are packed from there.
    """
    free = search.free_starts(low - _AROUND, high + _AROUND)
    days = midnights_us(low - 2 * _AROUND, high + 2 * _AROUND, search.question.zone)
    return tuple(part for window in free for part in _cut(search, window, days))


def _cut(search: Search, window: tuple[int, int], days: tuple[int, ...]) -> Pieces:
    """The parts of a window, which a midnight ends where a whole local day beside it is free."""
    low, high = window
    until = high - 1 + search.question.duration
    midnights = days[bisect_left(days, low - _AROUND) : bisect_left(days, high + _AROUND)]
    cuts = [
        here
        for before, here, after in zip(midnights, midnights[1:], midnights[2:], strict=False)
        if low < here < high and (low <= before or after <= until)
    ]
    return tuple(zip([low, *cuts], [*cuts, high], strict=True))


def _check_size(search: Search, grid: Packing, low: int, high: int) -> None:
    """Refuse what is too much, before any work (SPEC N34)."""
    needed = max(high - low, 0) // duration_us(grid.step)
    if needed > MOST_CANDIDATES:
        raise SearchLimitError("candidate starts", needed, MOST_CANDIDATES)
    bits = needed * sum(len(role.candidates) for role in search.question.roles)
    if bits > MOST_MASK_BITS:
        raise SearchLimitError("candidates times starts", bits, MOST_MASK_BITS)

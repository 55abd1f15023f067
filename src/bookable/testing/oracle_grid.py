"""Free windows and the starts that are packed into them (SPEC N20).

A run of free starts is written in steps of 1/10 of a unit: ``10 * start`` is the start of a
unit, ``10 * start + 1`` the first instant after it, and so on up to the next unit.
"""

from __future__ import annotations

from collections.abc import Callable

from bookable.testing.axis import AXIS, DAY
from bookable.testing.oracle_time import units_of_day
from bookable.testing.plain import PlainAsk
from bookable.testing.plain_rules import PlainGrid

SCALE = 10
AROUND = range(-3 * DAY, AXIS + 32)
"""Every start that can matter for windows: a whole date before that of the earliest *now*, from which
rolling horizons count, wherever its midnights lie, and one after the axis.
"""

Pieces = tuple[tuple[int, int], ...]


def merged(pieces: list[tuple[int, int]]) -> Pieces:
    """The same time with pieces that overlap or touch made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def pieces_of(
    within: range, scale: int, at: Callable[[int], bool], between: Callable[[int], bool]
) -> Pieces:
    """The runs of free starts, told whether units and the time between two units are free."""
    pieces: list[tuple[int, int]] = []
    for start in within:
        if at(start):
            pieces.append((start * scale, start * scale + 1))
        if between(start):
            pieces.append((start * scale + 1, (start + 1) * scale))
    return merged(pieces)


def windows_of(free: Pieces, ask: PlainAsk) -> list[tuple[int, int]]:
    """The free windows: single missing instants left aside, and cut at midnights.

    A midnight cuts a window whose bookings could take the whole local date before or after it.
    """
    whole = [(start, end - 1) for start, end in merged([(s, e + 1) for s, e in free])]
    found = []
    for low, high in whole:
        last, began = high - 1 + ask.duration * SCALE, low
        for day in range(-3, 2 + AXIS // DAY + 3):
            after, before = units_of_day(day, ask.shift), units_of_day(day - 1, ask.shift)
            midnight = after.start * SCALE
            covered = low <= before.start * SCALE or after.stop * SCALE <= last
            if low < midnight < high and covered:
                found.append((began, midnight))
                began = midnight
        found.append((began, high))
    return found


def packed(free: Pieces, ask: PlainAsk, grid: PlainGrid) -> frozenset[int]:
    """The starts, by the step from the first start of each window on.

    Every unit begins at a full hour, so that rounding up to one changes nothing here.
    """
    starts = set()
    for low, high in windows_of(free, ask):
        at = low - low % SCALE  # an instant that a session holds belongs to what follows it
        while at < high:
            if at % SCALE == 0:
                starts.add(at // SCALE)
            at += grid.step * SCALE
    return frozenset(starts)

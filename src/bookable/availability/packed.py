"""Starts that are packed into free windows, worked out from what is free (SPEC N20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookable.timeline.packing import Packing

if TYPE_CHECKING:
    from bookable.availability.search import Search


def packed_starts(search: Search, grid: Packing, low: int, high: int) -> tuple[int, ...]:
    """The starts in ``[low, high)``, those of sessions that can be joined included."""
    windows = search.bookable_starts(low, high, timely=False)
    return grid.starts_in(windows, search.question.zone)


def packed_includes(search: Search, grid: Packing, start: int) -> bool:
    """Whether a start is one of them."""
    return start in packed_starts(search, grid, start, start + 1)

"""What a question of many decisions costs, counted while it is answered (SPEC N34).

One allocation tried is one try. Where many resources, days, limits or starts have to be looked
at for it, it counts for more, about as much more as it takes. What bounds the tries so bounds
the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import attrs

from bookable.availability.notice import days_looked
from bookable.availability.search import Search
from bookable.domain.policy import RollingDays
from bookable.errors import SearchLimitError
from bookable.limits import MOST_CANDIDATES, MOST_MASK_BITS, MOST_OPENING_WINDOWS
from bookable.timeline.instant import DAY, duration_us
from bookable.timeline.interval import Interval
from bookable.timeline.packing import Packing

_LOOKS_OF_A_TRY: Final = 32
"""How many days of resources, or buckets of limits, are looked at in the time of one try."""
STARTS_OF_A_TRY: Final = 1_000
_PACKED_DAYS: Final = 9
"""How many days are looked at for one packed start."""


@attrs.define
class Effort:
    """The tries that one question has cost so far, and how many it may."""

    limit: str
    allowed: int
    made: int = 0

    def count(self, tries: int) -> None:
        """So many more.

        Raises:
            SearchLimitError: If they are too many.
        """
        self.made += tries
        if self.made > self.allowed:
            raise SearchLimitError(self.limit, self.made, self.allowed)


def cost_of(search: Search, low: int, high: int) -> int:
    """The tries that deciding about the starts of ``[low, high)`` counts for; at least one.

    To be asked once they have been decided: how far a rolling horizon looked is known then.
    """
    question = search.question
    places = sum(len(role.candidates) for role in question.roles)
    days = 1 + (high - low) // DAY
    looked = days + (_PACKED_DAYS if isinstance(question.listing_grid, Packing) else 0)
    if isinstance(question.booking_horizon, RollingDays):
        # They are read in few and long stretches.
        looked += days_looked(search) // 2
    buckets = days + question.duration // DAY
    limited = sum(places if each.is_for_resources else 1 for each in question.limits)
    looks = (1 + places) * looked + limited * buckets
    return 1 + looks // _LOOKS_OF_A_TRY + starts_bound(search, low, high) // STARTS_OF_A_TRY


def check_together(searches: Iterable[Search], window: Interval) -> None:
    """Refuse listings that are too much together, before any work.

    Raises:
        SearchLimitError: If their grid starts, those times candidates, or their opening windows
            together are more than one listing may look at.
    """
    starts = bits = windows = 0
    days = -(-window.duration // timedelta(days=1))
    for search in searches:
        bound, question = starts_bound(search, window.start_us, window.end_us), search.question
        starts += bound
        bits += bound * sum(len(role.candidates) for role in question.roles)
        windows += days * question.windows_a_day
    for limit, needed, allowed in (
        ("candidate starts of all requests", starts, MOST_CANDIDATES),
        ("candidates times starts of all requests", bits, MOST_MASK_BITS),
        ("opening windows to look at for all requests", windows, MOST_OPENING_WINDOWS),
    ):
        if needed > allowed:
            raise SearchLimitError(limit, needed, allowed)


def starts_bound(search: Search, low: int, high: int) -> int:
    """No fewer than the grid starts that a listing of ``[low, high)`` walks, but for sessions."""
    grid = search.question.listing_grid
    if isinstance(grid, Packing):
        return max(high - low, 0) // duration_us(grid.step) + 1
    return grid.candidate_bound(low, high)

"""All-day bookings: whole local dates, each from its midnight to the next (SPEC N4).

One date lasts 24 hours, and 23 or 25 where the clock changes; so each length is a request of
its own, on the grid of those midnights from which so many dates last that long.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

from bookable.domain.request import Request
from bookable.timeline.civil import Zone, date_of_us, resolve_us
from bookable.timeline.grid import midnights_us
from bookable.timeline.instant import as_duration
from bookable.timeline.interval import Interval


def day_requests(
    request: Request, window: Interval, *, days: int, zone: Zone
) -> tuple[Request, ...]:
    """The request for each length that so many dates, the first beginning in the window, may last.

    Shortest first; none where no date begins in the window. O(days of the window).
    """
    return tuple(
        attrs.evolve(request, duration=as_duration(length), whole_days=days)
        for length in day_lengths(window.start_us, window.end_us, days=days, zone=zone)
    )


def day_lengths(low: int, high: int, *, days: int, zone: Zone) -> tuple[int, ...]:
    """The lengths that so many dates, the first beginning in ``[low, high)``, may last; shortest first."""
    lengths: set[int] = set()
    for start in midnights_us(low, high, zone):
        day_after = date_of_us(start, zone) + timedelta(days=days)
        lengths.add(resolve_us(day_after, 0, zone) - start)
    return tuple(sorted(lengths))

"""Hours made of other hours: both open, closed meanwhile, open only meanwhile (SPEC N8).

Each function only ever takes away. None stands for always open, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from bookable.domain.hours import AnyHours, Hours, OpeningHours
from bookable.domain.weekly_hours import WeeklyHours
from bookable.limits import EARLIEST, LATEST
from bookable.timeline import _kernel as kernel
from bookable.timeline.instant import to_us
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

_EARLIEST: Final = to_us(EARLIEST)
_LATEST: Final = to_us(LATEST)


def both_open(one: OpeningHours | None, other: OpeningHours | None) -> OpeningHours | None:
    """Open where both are; the zone is that of the first one where it has a zone.

    Raises:
        LimitExceededError: If that would be too many hours inside hours.
    """
    return all_open((one, other))


def all_open(values: Iterable[OpeningHours | None]) -> OpeningHours | None:
    """Open where all of them are, as `both_open` is for two."""
    found = tuple(dict.fromkeys(each for each in values if each is not None))
    if len(found) < 2:
        return found[0] if found else None
    first, *others = found
    if isinstance(first, WeeklyHours):
        return Hours(first, restrictions=others)
    if isinstance(first, Hours):
        return attrs.evolve(first, restrictions=(*first.restrictions, *others))
    return Hours(restrictions=found, zone=first.zone)


def closed_during(hours: OpeningHours | None, intervals: Iterable[Interval]) -> OpeningHours | None:
    """The same hours without these times; the same value where there are none."""
    closed = IntervalSet(intervals)
    return _closed(hours, closed) if closed else hours


def open_only_during(hours: OpeningHours | None, intervals: Iterable[Interval]) -> OpeningHours:
    """The same hours, in these times alone."""
    pieces = IntervalSet(intervals).pieces_us
    return _closed(hours, IntervalSet.from_us(kernel.complement(pieces, _EARLIEST, _LATEST)))


def _closed(hours: OpeningHours | None, closed: IntervalSet) -> OpeningHours:
    if hours is None:
        return Hours(closures=closed)
    if isinstance(hours, WeeklyHours):
        return Hours(hours, closures=closed)
    if isinstance(hours, Hours):
        return attrs.evolve(hours, closures=hours.closures | closed)
    return AnyHours(_closed(part, closed) for part in hours.parts)

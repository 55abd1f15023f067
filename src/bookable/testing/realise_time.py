"""Units of the plain axis as instants, intervals and opening hours of `bookable`.

A unit is an hour and the axis begins on Saturday 28 February 2026, at midnight in UTC. Opening
hours are written in turn as weekly hours, as dated hours and as weekly hours with
overrides, so that every form takes part in every test.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from bookable.domain.hours import Hours, OpeningHours, WeeklyHours, Window
from bookable.testing.axis import DAY, FIRST_DATE, Units
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

ORIGIN: Final = datetime(2026, 2, 28, tzinfo=UTC)
UNIT: Final = timedelta(hours=1)
UNIT_US: Final = 3_600_000_000
ORIGIN_US: Final = 492_288 * UNIT_US
ZONE: Final = "Etc/UTC"


@lru_cache(maxsize=1_024)
def moment(unit: int) -> datetime:
    """The instant at which a unit begins."""
    return ORIGIN + unit * UNIT


def unit_of(instant: datetime) -> int:
    """The unit that begins at an instant.

    Raises:
        AssertionError: If none does.
    """
    units, rest = divmod(instant - ORIGIN, UNIT)
    assert not rest, f"{instant} lies between two units"
    return units


@lru_cache(maxsize=4_096)
def interval(start: int, end: int) -> Interval:
    """The units from *start* up to *end*."""
    return Interval(moment(start), moment(end))


def length(units: int | None) -> timedelta | None:
    """So many units of time."""
    return None if units is None else units * UNIT


def interval_set(units: Units | frozenset[int]) -> IntervalSet:
    """Units as a set of time."""
    return IntervalSet(interval(unit, unit + 1) for unit in sorted(units))


def units_in(found: IntervalSet, within: range) -> frozenset[int]:
    """The units of the window that the set covers.

    Raises:
        AssertionError: If it begins or ends inside a unit.
    """
    covered: set[int] = set()
    for piece in found:
        covered.update(range(unit_of(piece.start), unit_of(piece.end)))
    return frozenset(covered & set(within))


def zone(shift: int | None) -> str | None:
    """The zone whose clocks are so many hours ahead of UTC."""
    if shift is None:
        return None
    # The names count the other way round: they say how far UTC is ahead.
    return f"Etc/GMT{-shift:+d}" if shift else ZONE


# Opening hours ---------------------------------------------------------------


def _runs(units: Units) -> list[tuple[int, int]]:
    """The maximal runs of units, split at each midnight."""
    runs: list[tuple[int, int]] = []
    for unit in sorted(units):
        if runs and runs[-1][1] == unit and unit % DAY:
            runs[-1] = (runs[-1][0], unit + 1)
        else:
            runs.append((unit, unit + 1))
    return runs


@lru_cache(maxsize=2_048)
def hours(units: Units | None) -> OpeningHours | None:
    """Opening hours that are open in exactly these units of the axis, and not near it."""
    if units is None:
        return None
    by_day: dict[int, list[Window]] = {}
    for start, end in _runs(units):
        window = Window(time(start % DAY), time(end % DAY))
        by_day.setdefault(start // DAY, []).append(window)
    form = sum(units) % 3
    days = (FIRST_DATE, FIRST_DATE + timedelta(days=1))
    dates = {days[day]: tuple(windows) for day, windows in by_day.items()}
    weekly = {days[day].isoweekday(): tuple(windows) for day, windows in by_day.items()}
    if form == 0:
        return WeeklyHours(weekly, zone=ZONE)
    if form == 1:
        return Hours(overrides=dates, zone=ZONE, layering="dates_only")
    closed: dict[date, tuple[Window, ...]] = dict.fromkeys(days, ())
    every = {day.isoweekday(): (Window(time(0), time(0)),) for day in days}
    return Hours(WeeklyHours(every, zone=ZONE), overrides={**closed, **dates})

"""The first and the last start that notice and horizon leave (SPEC N18, N19).

Both are instants: the first that may be booked, and the one before which every start must
lie. They are worked out once for each search, so that listings, single starts and
reasons all read the same two numbers. A local date goes from the first instant of its midnight
to that of the next.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from bookable.availability.packed import packed_starts
from bookable.domain.hours import OpeningHours
from bookable.domain.policy import (
    DateRange,
    Horizon,
    LastDate,
    Months,
    WorkingDays,
    WorkingTime,
)
from bookable.limits import LATEST, LONGEST_DURATION, MOST_ROLLING_DAYS
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import Zone, civil_of_us, date_of_us, resolve_us
from bookable.timeline.grid import FixedStarts
from bookable.timeline.instant import DAY, as_duration, duration_us, to_us
from bookable.timeline.packing import AnyGrid, Packing

if TYPE_CHECKING:
    from bookable.availability.search import Search

NEVER: Final = to_us(LATEST)
"""The end of the time line: where nothing can be early enough."""

_DAYS_AHEAD: Final = 2 * LONGEST_DURATION.days
"""How many days of opening hours a notice or horizon looks at: what they do not hold is
never reached."""
_FIRST_LOOK: Final = 16
_LAST_WORKING_WEEKDAY: Final = 4


def earliest_start(search: Search) -> int:
    """The earliest start that the notice allows, inclusive (SPEC N18).

    The first date of a `DateRange` bounds it as well. Where working time or days never add up,
    it is the end of the time line: nothing can be booked.
    """
    if "earliest" not in search._bounds:
        search._bounds["earliest"] = _earliest(search)
    return search._bounds["earliest"]


def latest_start(search: Search) -> int | None:
    """The end of the horizon, which starts must be before; None without one (SPEC N19).

    For horizons in dates it is the midnight after the last one.
    """
    if search.question.booking_horizon is None:
        return None
    if "latest" not in search._bounds:
        found = _latest(search, search.question.booking_horizon)
        search._bounds["latest"] = NEVER if found is None else found
    return search._bounds["latest"]


def _earliest(search: Search) -> int:
    notice, question = search.question.minimum_notice, search.question
    horizon = question.booking_horizon
    found: int | None
    if isinstance(notice, timedelta):
        found = search.now + duration_us(notice)
    elif isinstance(notice, Months):
        found = _months_later(search.now, notice.count, notice.zone or question.zone)
    elif isinstance(notice, WorkingTime):
        found = _worked_until(notice.hours or question.hours, search.now, notice.duration)
    else:
        found = search.now if notice.count == 0 else _after_working_days(search, notice)
    earliest = NEVER if found is None else found
    if isinstance(horizon, DateRange):
        earliest = max(earliest, _midnight(horizon.first, horizon.zone or question.zone))
    return earliest


def _latest(search: Search, horizon: Horizon) -> int | None:
    if isinstance(horizon, timedelta):
        return search.now + duration_us(horizon)
    zone = horizon.zone or search.question.zone
    if isinstance(horizon, Months):
        return _months_later(search.now, horizon.count, zone)
    if isinstance(horizon, WorkingDays):
        return _after_working_days(search, horizon)
    if isinstance(horizon, LastDate):
        return _midnight(_later(date_of_us(search.now, zone), horizon.days + 1), zone)
    if isinstance(horizon, DateRange):
        return _midnight(_later(horizon.last, 1), zone)
    return _after_rolling_days(search, horizon.count, zone)


# Calendar months -----------------------------------------------------------


def _months_later(now: int, count: int, zone: Zone) -> int:
    """The same wall time so many months later; a day that the month lacks is its last.

    A wall time that is skipped there is the moment of the change; never before now.
    """
    civil = civil_of_us(now, zone)
    years, month = divmod(civil.month - 1 + count, 12)
    year = civil.year + years
    day = min(civil.day, monthrange(year, month + 1)[1])
    moved = civil.replace(year=year, month=month + 1, day=day)
    us_of_day = duration_us(moved - moved.replace(hour=0, minute=0, second=0, microsecond=0))
    return max(now, resolve_us(moved.date(), us_of_day, zone))


# Working time and days -----------------------------------------------------


def _worked_until(hours: OpeningHours | None, now: int, duration: timedelta) -> int | None:
    """The first instant by which it has been open so long since now; None if it never is."""
    left = duration_us(duration)
    if hours is None or not left:
        return now + left
    for first, last in _looks(_DAYS_AHEAD):
        for start, end in hours.open_us(now + first * DAY, now + last * DAY):
            if end - start >= left:
                return start + left
            left -= end - start
    return None


def _after_working_days(search: Search, rule: WorkingDays) -> int | None:
    """The midnight after the n-th working date that follows today; None if there never is one."""
    zone, today = rule.zone or search.question.zone, search.now
    day = date_of_us(today, zone)
    if rule.count:
        dates = _working_dates(rule.hours or search.question.hours, day, zone)
        found = next(islice(dates, rule.count - 1, None), None)
        if found is None:
            return None
        day = found
    return _midnight(_later(day, 1), zone)


def _working_dates(hours: OpeningHours | None, today: date, zone: Zone) -> Iterator[date]:
    """The dates after today that have any open time, in order."""
    for first, last in _looks(_DAYS_AHEAD):
        low, high = _later(today, first + 1), _later(today, last + 1)
        spans = _days_between(low, high, zone)
        if hours is None:
            yield from (day for day, start, end in spans if day.weekday() <= _LAST_WORKING_WEEKDAY)
            continue
        pieces = hours.open_us(_midnight(low, zone), _midnight(high, zone))
        yield from (day for day, start, end in spans if kernel.clip(pieces, start, end))


# The next dates that have a start ------------------------------------------


def _after_rolling_days(search: Search, count: int, zone: Zone) -> int:
    """The midnight after the n-th date, from today on, on which anything can be booked.

    No farther than `MOST_ROLLING_DAYS` dates, however few of them have a start.
    """
    today = date_of_us(search.now, zone)
    for first, last in _looks(MOST_ROLLING_DAYS):
        low, high = _later(today, first), _later(today, last)
        starts = _bookable(search, _midnight(low, zone), _midnight(high, zone))
        for _, start, end in _days_between(low, high, zone):
            count -= any(_has_start(search, piece) for piece in kernel.clip(starts, start, end))
            if not count:
                return end
    return _midnight(_later(today, MOST_ROLLING_DAYS), zone)


def _bookable(search: Search, low: int, high: int) -> Pieces:
    """The starts that can be booked but for the horizon; those of a packed grid are points."""
    grid, pieces = search.question.listing_grid, search.bookable_starts(low, high, timely=False)
    if isinstance(grid, Packing):
        times = packed_starts(search, grid, low, high)
        pieces = kernel.intersect(pieces, kernel.normalise((time, time + 1) for time in times))
    return kernel.clip(pieces, max(earliest_start(search), low), high)


def _has_start(search: Search, piece: tuple[int, int]) -> bool:
    """Whether the grid has a start in a piece; at the first one it stops looking."""
    grid: AnyGrid = search.question.listing_grid
    if isinstance(grid, Packing):
        return True
    if isinstance(grid, FixedStarts):
        return bool(grid.starts_us(*piece))
    return any(True for _ in grid._list_us(*piece))


# Dates ---------------------------------------------------------------------


def _looks(days: int) -> Iterator[tuple[int, int]]:
    """Ever longer stretches of days, from 0 up to so many: where little is needed, little is read."""
    first, width = 0, _FIRST_LOOK
    while first < days:
        last = min(first + width, days)
        yield first, last
        first, width = last, 2 * width


def _days_between(low: date, high: date, zone: Zone) -> Iterator[tuple[date, int, int]]:
    """The dates from low to before high with their midnights; those that a zone skipped are none."""
    start = _midnight(low, zone)
    for number in range((high - low).days):
        day = _later(low, number)
        end = _midnight(_later(day, 1), zone)
        if start < end:
            yield day, start, end
        start = end


def _later(day: date, days: int) -> date:
    return day + as_duration(days * DAY)


def _midnight(day: date, zone: Zone) -> int:
    return resolve_us(day, 0, zone)

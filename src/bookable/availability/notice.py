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

import attrs
from attrs import frozen

from bookable.availability.days import day_lengths
from bookable.availability.packed import PackedStarts, packing_of
from bookable.domain.hours import OpeningHours
from bookable.domain.policy import (
    DateRange,
    Horizon,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from bookable.limits import LATEST, LONGEST_DURATION, MOST_ROLLING_DAYS
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import Zone, civil_of_us, date_of_us, resolve_us
from bookable.timeline.grid import FixedStarts, Grid, WholeDays, midnight_us
from bookable.timeline.instant import DAY, as_duration, duration_us, to_us
from bookable.timeline.packing import Packing

if TYPE_CHECKING:
    from bookable.availability.question import Question
    from bookable.availability.search import Search
    from bookable.occupancy.ledger import Ledger

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


def days_looked(search: Search) -> int:
    """How many days a rolling horizon has looked at, no farther than twice what it needed; 0 unless asked."""
    latest = search._bounds.get("latest", search.now)
    return (latest - search.now) // DAY


def with_ledger(search: Search, ledger: Ledger) -> Search:
    """The same search over another state; what its bookings cannot change is not worked out again."""
    if ledger is search.ledger:
        return search
    found = attrs.evolve(search, ledger=ledger)
    rolls = isinstance(search.question.booking_horizon, RollingDays)
    found._bounds.update(
        (name, bound) for name, bound in search._bounds.items() if name == "earliest" or not rolls
    )
    return found


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
        earliest = max(earliest, midnight_us(horizon.first, horizon.zone or question.zone))
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
        return midnight_us(_later(date_of_us(search.now, zone), horizon.days + 1), zone)
    if isinstance(horizon, DateRange):
        return midnight_us(_later(horizon.last, 1), zone)
    # What customers are offered counts, whatever is left aside here.
    return _after_rolling_days(search.plain, horizon.count, zone)


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
    return midnight_us(_later(day, 1), zone)


def _working_dates(hours: OpeningHours | None, today: date, zone: Zone) -> Iterator[date]:
    """The dates after today that have any open time, in order."""
    for first, last in _looks(_DAYS_AHEAD):
        low, high = _later(today, first + 1), _later(today, last + 1)
        spans = _days_between(low, high, zone)
        if hours is None:
            yield from (day for day, start, end in spans if day.weekday() <= _LAST_WORKING_WEEKDAY)
            continue
        pieces = hours.open_us(midnight_us(low, zone), midnight_us(high, zone))
        yield from (day for day, start, end in spans if kernel.clip(pieces, start, end))


# The next dates that have a start ------------------------------------------


def _after_rolling_days(search: Search, count: int, zone: Zone) -> int:
    """The midnight after the n-th date, from today on, on which anything can be booked.

    No farther than `MOST_ROLLING_DAYS` dates, however few of them have a start.
    """
    today = date_of_us(search.now, zone)
    for first, last in _looks(MOST_ROLLING_DAYS):
        low, high = _later(today, first), _later(today, last)
        times = midnight_us(low, zone), midnight_us(high, zone)
        found = [_Bookable.of(each, *times) for each in _of_each_length(search, *times)]
        for _, start, end in _days_between(low, high, zone):
            count -= any(each.has_start(start, end) for each in found)
            if not count:
                return end
    return midnight_us(_later(today, MOST_ROLLING_DAYS), zone)


def _of_each_length(search: Search, low: int, high: int) -> list[Search]:
    """The search for each length that whole days beginning there have; else the search itself.

    Whole days are counted at their own length: whichever of them is asked for, the horizon of all
    is the same.
    """
    grid = search.question.listing_grid
    if not isinstance(grid, WholeDays):
        return [search]
    return [
        attrs.evolve(search, question=_lasting(search.question, grid, length))
        for length in day_lengths(low, high, days=grid.days, zone=grid.zone)
    ]


def _lasting(question: Question, grid: WholeDays, length: int) -> Question:
    """The same question, for whole days of that length."""
    duration = as_duration(length)
    request = attrs.evolve(question.request, duration=duration)
    own = attrs.evolve(grid, duration=duration)
    return attrs.evolve(question, request=request, duration=length, grid=own, listing_grid=own)


@frozen
class _Bookable:
    """The starts of some days that can be booked but for the horizon, grid aside, and their grid."""

    pieces: Pieces
    grid: Grid | PackedStarts

    @classmethod
    def of(cls, search: Search, low: int, high: int) -> _Bookable:
        pieces = search.bookable_starts(low, high, timely=False)
        pieces = kernel.clip(pieces, max(earliest_start(search), low), high)
        grid = search.question.listing_grid
        return cls(
            pieces, packing_of(search, grid, low, high) if isinstance(grid, Packing) else grid
        )

    def has_start(self, low: int, high: int) -> bool:
        """Whether any start of ``[low, high)`` is on the grid; at the first one it stops looking."""
        return any(self._has_start(*piece) for piece in kernel.clip(self.pieces, low, high))

    def _has_start(self, low: int, high: int) -> bool:
        grid = self.grid
        if isinstance(grid, FixedStarts):
            return bool(grid.starts_us(low, high))
        listed = grid.between if isinstance(grid, PackedStarts) else grid._list_us
        return any(True for _ in listed(low, high))


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
    start = midnight_us(low, zone)
    for number in range((high - low).days):
        day = _later(low, number)
        end = midnight_us(_later(day, 1), zone)
        if start < end:
            yield day, start, end
        start = end


def _later(day: date, days: int) -> date:
    return day + as_duration(days * DAY)

"""Recurrence rules expanded: the only place that calls dateutil.

dateutil knows what a rule means; it does not know when to stop. It walks from the
start of the series one period at a time and looks for the next occurrence until
there is one, or until the year 9999, or for ever. So it is never left alone:

- it only sees a `Rule`, which the closed grammar has accepted;
- it starts at the period in which the question starts, not at the series' own
  start: where a period starts is arithmetic. What the rule takes from its start
  (the time of day, the weekday, ...) has been written into the rule before;
- it never sees COUNT and UNTIL: both are counted here;
- its interval is a number that counts how often it is added (`_Pace`), which
  dateutil does once for each period, and that stops the walk: behind the end of
  the question, or after so many periods without an occurrence.

Occurrences are civil times. A time in a gap is one too: whoever needs instants asks
`civil.event_us` (SPEC N6).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import prod
from typing import Final, Literal, Self

from attrs import evolve
from dateutil import rrule

from bookable.checks import check_amount, check_flag, check_type
from bookable.errors import InvalidValueError, LimitExceededError, SearchLimitError
from bookable.limits import LATEST, LONGEST_WINDOW, MOST_OCCURRENCES
from bookable.timeline.civil import Zone, check_civil, civil_of_us, to_zone
from bookable.timeline.instant import to_us, to_utc
from bookable.timeline.rule import SUB_DAILY, Frequency, Rule

MOST_IDLE_YEARS: Final = 100
"""The most years that a rule may go without an occurrence.

The calendar alone makes nobody wait longer than 40: for 29 February on a given
weekday, around 2100.
"""

MOST_RULE_WORK: Final = 3_000_000
"""The most work that one expansion may cost, counted in days that dateutil looks at."""

_LAST: Final = datetime(LATEST.year - 2, 12, 31, 23, 59, 59)  # noqa: DTZ001  civil
_FREQUENCIES: Final[dict[Frequency, Literal[0, 1, 2, 3, 4, 5, 6]]] = {
    Frequency.YEARLY: rrule.YEARLY,
    Frequency.MONTHLY: rrule.MONTHLY,
    Frequency.WEEKLY: rrule.WEEKLY,
    Frequency.DAILY: rrule.DAILY,
    Frequency.HOURLY: rrule.HOURLY,
    Frequency.MINUTELY: rrule.MINUTELY,
    Frequency.SECONDLY: rrule.SECONDLY,
}
_PERIODS_PER_YEAR: Final = {
    Frequency.YEARLY: 1,
    Frequency.MONTHLY: 12,
    Frequency.WEEKLY: 53,
    Frequency.DAILY: 366,
}
_DAYS_PER_PERIOD: Final = {Frequency.YEARLY: 366, Frequency.MONTHLY: 31, Frequency.WEEKLY: 7}
# What a step from one period to the next costs, and an occurrence: as looking at so many days.
_STEP_COST: Final = 20
_OCCURRENCE_COST: Final = 5
_LENGTHS: Final = {
    Frequency.WEEKLY: timedelta(weeks=1),
    Frequency.DAILY: timedelta(days=1),
    Frequency.HOURLY: timedelta(hours=1),
    Frequency.MINUTELY: timedelta(minutes=1),
    Frequency.SECONDLY: timedelta(seconds=1),
}
_WEEKDAYS: Final = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)


def expand(
    rule: Rule,
    start: datetime,
    *,
    within: tuple[datetime, datetime] | None = None,
    first: int | None = None,
    limit: int = MOST_OCCURRENCES,
    zone: Zone | str | None = None,
    sub_daily: bool = False,
    may_be_empty: bool = False,
) -> tuple[datetime, ...]:
    """The occurrences of a series in order, as civil times.

    ``within`` asks for those with ``within[0] <= t < within[1]``, in civil time too;
    ``first`` for no more than that many. Otherwise the answer is the whole series. A
    ``zone`` is needed, and UNTIL must then be in UTC, if the series has one.

    ``sub_daily`` admits rules by the hour, minute or second, for calendars that were
    written elsewhere; ``may_be_empty`` answers ``()`` for a series without an
    occurrence, which otherwise is an error.

    >>> monday = datetime(2026, 3, 2, 9)
    >>> expand(Rule.parse("FREQ=WEEKLY;COUNT=2"), monday)
    (datetime.datetime(2026, 3, 2, 9, 0), datetime.datetime(2026, 3, 9, 9, 0))

    Raises:
        InvalidValueError: If the start or UNTIL is no good (``until``), the rule is by
            the hour (``unsupported``), or it never comes true (``empty_series``).
        LimitExceededError: If there are more than *limit* occurrences, no end at all
            (code ``unbounded``), or none for too long.

    Complexity: O(periods between the start of the question and its end), whatever the
    rule; with COUNT, from the start of the series.
    """
    _check_question(rule, start, limit=limit, first=first, sub_daily=sub_daily)
    window = None if within is None else _check_window(within)
    until = _civil_until(rule, zone)
    empty = check_flag(may_be_empty, "may_be_empty")
    if until is not None and until < start and not empty:
        raise InvalidValueError("rule", until, "UNTIL no earlier than the start", "until")
    _check_count(rule, limit=limit, first=first, windowed=window is not None)
    full = rule.spelt_out(start)
    possible = _is_possible(full, start if window is None else max(start, window[0]))
    found = _collect(full, start, until, window, first, limit) if possible else ()
    if not found and not empty and not (possible and window):
        expected = f"a rule with an occurrence before its end, and within {MOST_IDLE_YEARS} years"
        raise InvalidValueError("rule", str(rule), expected, "empty_series")
    return found


def _check_question(
    rule: Rule, start: datetime, *, limit: int, first: int | None, sub_daily: bool
) -> None:
    check_type(rule, Rule, "rule", "a Rule, for example Rule.parse('FREQ=WEEKLY;COUNT=10')")
    if check_civil(start, "start").microsecond:
        raise InvalidValueError("start", start, "a start on a whole second", "whole_seconds")
    check_amount(limit, "limit", minimum=1)
    if first is not None:
        check_amount(first, "first", minimum=1)
    if not check_flag(sub_daily, "sub_daily") and rule.frequency in SUB_DAILY:
        expected = "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"
        raise InvalidValueError("rule", str(rule), expected, "unsupported")


def _check_window(within: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    if type(within) is not tuple or len(within) != 2:
        raise InvalidValueError("within", within, "two civil datetimes", "type")
    lo, hi = (check_civil(moment, "within") for moment in within)
    if lo >= hi:
        code = "empty_interval" if lo == hi else "reversed_interval"
        raise InvalidValueError("within", within, "a start before its end", code)
    if hi - lo > LONGEST_WINDOW:
        raise SearchLimitError("days of one window", (hi - lo).days, LONGEST_WINDOW.days)
    return lo, hi


def _check_count(rule: Rule, *, limit: int, first: int | None, windowed: bool) -> None:
    """Refuse what cannot be answered within the limit, before any work."""
    if rule.count is None:
        if rule.until is None and first is None and not windowed:
            most = min(limit, MOST_OCCURRENCES)
            raise LimitExceededError("occurrences", most + 1, most, "unbounded")
    elif rule.count > limit and (first is None or windowed):
        # COUNT counts from the start of the series: a window does not make it shorter.
        raise LimitExceededError("occurrences", rule.count, limit)


def _civil_until(rule: Rule, zone: Zone | str | None) -> datetime | None:
    """UNTIL as the clock shows it that shows the occurrences."""
    if rule.until is None:
        return None
    if rule.until_is_utc != (zone is not None):
        expected = "UNTIL in UTC beside a zone, in civil time without one"
        raise InvalidValueError("rule", str(rule), expected, "until")
    if zone is None:
        return rule.until
    return civil_of_us(to_us(to_utc(rule.until.replace(tzinfo=UTC), "until")), to_zone(zone))


def _is_possible(rule: Rule, at: datetime) -> bool:
    """Whether any day of the next hundred years has the month, the week, ... that the rule wants.

    One of them alone always comes: 29 February, week 53, day 366.
    """
    days = _DAYS_PER_PERIOD.get(rule.frequency, 1)
    if rule.by_position and min(map(abs, rule.by_position)) > days * _times(rule):
        return False
    wanted = (rule.by_month, rule.by_week, rule.by_year_day, rule.by_month_day, rule.by_day)
    if sum(map(bool, wanted)) < 2:
        return True
    yearly = evolve(
        rule,
        frequency=Frequency.YEARLY,
        interval=1,
        by_day=tuple({(0, weekday) for _, weekday in rule.by_day}),
        by_position=(),
    )
    january = datetime(at.year, 1, 1)  # noqa: DTZ001  civil
    pace = _Pace(yearly, january, _LAST)
    return next(_walk(yearly, january, pace), None) is not None


def _collect(
    rule: Rule,
    start: datetime,
    until: datetime | None,
    window: tuple[datetime, datetime] | None,
    first: int | None,
    limit: int,
) -> tuple[datetime, ...]:
    lo, end = start, until or _LAST
    if window is not None:
        lo, end = window[0], min(end, window[1] - timedelta.resolution)
    begin = _period_start(rule, start, start if rule.count else max(start, lo))
    pace = _Pace(rule, begin, end)
    found: list[datetime] = []
    counted = 0
    for moment in _walk(rule, begin, pace):
        if moment > end:
            return tuple(found)
        if moment < start:
            continue
        counted += 1
        if moment >= lo:
            if len(found) == limit:
                raise LimitExceededError("occurrences", limit + 1, limit)
            found.append(moment)
        if counted == rule.count or len(found) == first:
            return tuple(found)
    if pace.is_worn_out:
        raise LimitExceededError("work for one rule", MOST_RULE_WORK + 1, MOST_RULE_WORK)
    if pace.is_idle and (counted or window):
        limited = "years without an occurrence of a rule"
        raise LimitExceededError(limited, MOST_IDLE_YEARS + 1, MOST_IDLE_YEARS)
    if until is None and window is None and pace.is_at_end:
        raise LimitExceededError("years of a recurrence (101 to 9898)", LATEST.year, _LAST.year)
    return tuple(found)


def _times(rule: Rule) -> int:
    """How many times of a period's day the rule has."""
    return prod(len(of) or 1 for of in (rule.by_hour, rule.by_minute, rule.by_second))


def _period_start(rule: Rule, start: datetime, at: datetime) -> datetime:
    """The start of the last period of the series that begins no later than *at*."""
    base = start.replace(hour=0, minute=0, second=0)
    match rule.frequency:
        case Frequency.YEARLY:
            year = at.year - (at.year - start.year) % rule.interval
            return base.replace(year=year, month=1, day=1)
        case Frequency.MONTHLY:
            passed = (at.year - start.year) * 12 + at.month - start.month
            months = start.year * 12 + start.month - 1 + passed - passed % rule.interval
            return base.replace(year=months // 12, month=months % 12 + 1, day=1)
        case Frequency.WEEKLY:
            base -= timedelta(days=(start.isoweekday() - rule.week_start) % 7)
        case Frequency.HOURLY:
            base = start.replace(minute=0, second=0)
        case Frequency.MINUTELY:
            base = start.replace(second=0)
        case Frequency.SECONDLY:
            base = start
    return at - (at - base) % (_LENGTHS[rule.frequency] * rule.interval)


def _periods(rule: Rule, begin: datetime, end: datetime) -> int:
    """How many periods after the one that starts at *begin* start no later than *end*."""
    if rule.frequency is Frequency.YEARLY:
        return (end.year - begin.year) // rule.interval
    if rule.frequency is Frequency.MONTHLY:
        return ((end.year - begin.year) * 12 + end.month - begin.month) // rule.interval
    return (end - begin) // (_LENGTHS[rule.frequency] * rule.interval)


class _StopWalkError(Exception):
    """Raised through dateutil's walk to end it."""


class _Pace(int):
    """The interval of a rule, which counts how often it is added and ends the walk in time.

    dateutil adds it once for each period, or jumps over periods that it knows to be
    empty: it never adds it more often than there are periods.
    """

    def __new__(cls, rule: Rule, begin: datetime, end: datetime) -> Self:
        """For a walk from the period that starts at *begin* to the one that holds *end*."""
        pace = super().__new__(cls, rule.interval)
        pace.last = _periods(rule, begin, end)
        pace.idle = pace.last
        if rule.frequency in _PERIODS_PER_YEAR:
            years = MOST_IDLE_YEARS * _PERIODS_PER_YEAR[rule.frequency]
            pace.idle = max(1, years // rule.interval)
        looks = _DAYS_PER_PERIOD.get(rule.frequency, 1) * (1 + len(rule.by_position))
        times = _times(rule) if rule.frequency in SUB_DAILY else 0
        pace.cost = _STEP_COST + looks + _OCCURRENCE_COST * times
        pace.work = pace.taken = pace.rested = 0
        return pace

    last: int
    idle: int
    cost: int
    work: int
    taken: int
    rested: int

    def rest(self) -> None:
        """Begin to count idle periods anew: there was an occurrence."""
        self.rested = self.taken
        self.work += _OCCURRENCE_COST
        if self.is_worn_out:
            raise _StopWalkError

    @property
    def is_at_end(self) -> bool:
        """Whether the last period of the question has been looked at."""
        return self.taken >= self.last

    @property
    def is_worn_out(self) -> bool:
        """Whether the walk has cost all that it may."""
        return self.work > MOST_RULE_WORK

    @property
    def is_idle(self) -> bool:
        """Whether nothing has come for too long, though the end is not reached."""
        return not self.is_at_end and self.taken - self.rested >= self.idle

    def __radd__(self, other: int, /) -> int:
        self._step()
        return other + int(self)

    def __mul__(self, other: int, /) -> int:
        # The walk by weeks adds seven times the interval.
        self._step()
        return int(self) * other

    def _step(self) -> None:
        self.work += self.cost
        if self.is_at_end or self.is_idle or self.is_worn_out:
            raise _StopWalkError
        self.taken += 1


def _walk(rule: Rule, begin: datetime, pace: _Pace) -> Iterator[datetime]:
    """Occurrences in order from the period that starts at *begin* on, as long as *pace* allows."""
    try:
        walker = _dateutil_rule(rule, begin, pace)
        # Our only handle on the walk: without it, some rules never end.
        kept = walker._interval  # type: ignore[attr-defined]  # private, hence not in the stubs
        assert kept is pace, "dateutil keeps the interval as it is given"
        moments = iter(walker)
        while True:
            moment = next(moments)
            pace.rest()
            yield moment
    except (_StopWalkError, StopIteration, ValueError):
        # ValueError: no hour or minute of any day is both a multiple of the interval and wanted.
        return


def _dateutil_rule(rule: Rule, begin: datetime, pace: _Pace) -> rrule.rrule:
    days = rule.by_day
    if any(nth for nth, _ in days):
        # dateutil wants a day to be among the plain weekdays *and* the counted ones.
        most = 5 if rule.frequency is Frequency.MONTHLY or rule.by_month else 53
        each = range(1, most + 1)
        days = tuple((n, weekday) for nth, weekday in days for n in ((nth,) if nth else each))
    return rrule.rrule(
        _FREQUENCIES[rule.frequency],
        dtstart=begin,
        interval=pace,
        wkst=rule.week_start - 1,
        bymonth=rule.by_month or None,
        byweekno=rule.by_week or None,
        byyearday=rule.by_year_day or None,
        bymonthday=rule.by_month_day or None,
        byweekday=[_weekday(nth, weekday) for nth, weekday in days] or None,
        byhour=rule.by_hour or None,
        byminute=rule.by_minute or None,
        bysecond=rule.by_second or None,
        bysetpos=rule.by_position or None,
    )


def _weekday(nth: int, weekday: int) -> rrule.weekday:
    each = _WEEKDAYS[weekday - 1]
    return each(nth) if nth else each

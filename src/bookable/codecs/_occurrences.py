"""The occurrences of what repeats in calendars that were written elsewhere, within a budget.

`Series` is an event with its rules, its added and its left out dates, on any `Clock`; `instances`
gives those that meet a span of the time line. Rules are those of `bookable.timeline.rule`, by the
hour and shorter too, and are expanded from the span on, not from the start of the series. What all
rules of one calendar may cost together is counted by a `Work`, which lives for one call.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from attrs import evolve, field, frozen

from bookable.codecs._clocks import Clock, utc_civil_us
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import LONGEST_DURATION
from bookable.timeline.instant import duration_us
from bookable.timeline.recurrence import expand
from bookable.timeline.rule import Frequency, Rule

MOST_INSTANCES: Final = 10_000
"""The most occurrences of one rule inside the span that is asked for; with COUNT, of all of it."""

MOST_WORK: Final = 1_000_000
"""The most that the rules of one calendar may cost together, in units of some 5 microseconds: that is
200,000 occurrences, or 5,000 plain rules."""

_AROUND: Final = timedelta(days=2)
"""Longer than any clock was ever put on or back: how far civil time may lie from its instant."""
_SETUP: Final = 100
_DOUBTFUL: Final = 1_500
"""What it costs to begin a rule, and one of several parts, which may never meet."""
_MOST_FOR_ONE: Final = 250_000
_PER_OCCURRENCE: Final = 5
_DAYS: Final = {Frequency.YEARLY: 366, Frequency.MONTHLY: 31, Frequency.WEEKLY: 7}
"""What a period costs beside the others: its days, as often as a position is looked for in them."""
_LENGTHS: Final = {
    Frequency.YEARLY: timedelta(days=366),
    Frequency.MONTHLY: timedelta(days=31),
    Frequency.WEEKLY: timedelta(weeks=1),
    Frequency.DAILY: timedelta(days=1),
    Frequency.HOURLY: timedelta(hours=1),
    Frequency.MINUTELY: timedelta(minutes=1),
    Frequency.SECONDLY: timedelta(seconds=1),
}


class Work:
    """How much the rules of one calendar have left to cost."""

    def __init__(self, most: int = MOST_WORK) -> None:
        self._left = self._most = most

    def spend(self, cost: int) -> None:
        """Count what is about to be done.

        Raises:
            LimitExceededError: If it is too much for one calendar (code ``work``).
        """
        self._left -= cost
        if self._left < 0:
            limited = "work for the rules of one calendar"
            raise LimitExceededError(limited, self._most - self._left, self._most, "work")


@frozen
class Length:
    """How long an event lasts: so much by its clock, and so much time after that (SPEC N6)."""

    by_clock: timedelta = timedelta(0)
    exact: timedelta = timedelta(0)

    def __attrs_post_init__(self) -> None:
        whole = self.by_clock + self.exact
        if whole < timedelta(0):
            raise InvalidValueError("length", whole, "an end that is not before its start", "end")
        if whole > LONGEST_DURATION:
            raise LimitExceededError("days of one event", whole.days, LONGEST_DURATION.days)

    @property
    def most(self) -> timedelta:
        """No occurrence lasts longer."""
        return self.by_clock + self.exact + _AROUND

    def end_us(self, start: datetime, clock: Clock) -> int:
        """The end of an event that starts so, in microseconds since the epoch."""
        begin = clock.instant_us(start)
        end = clock.instant_us(start + self.by_clock) if self.by_clock else begin
        if self.by_clock and end <= begin:
            # A start that is skipped lies behind the end: the event is as long as it is elsewhere.
            end = begin + duration_us(self.by_clock)
        return end + duration_us(self.exact)


@frozen
class Series:
    """An event and when it happens again: civil times of one clock.

    ``added`` are further starts, ``left_out`` instants and ``left_out_days`` dates at which there
    is no occurrence. ``with_start`` says whether the start is one, whatever the rules say.
    """

    start: datetime
    clock: Clock
    length: Length
    rules: tuple[Rule, ...] = ()
    added: tuple[datetime, ...] = ()
    left_out: frozenset[int] = field(default=frozenset())
    left_out_days: frozenset[date] = field(default=frozenset())
    with_start: bool = True

    def starts(
        self, lo_us: int, hi_us: int, work: Work, *, reach: timedelta = timedelta(0)
    ) -> Iterator[datetime]:
        """Civil starts of the occurrences that may meet a span, in order; others may be among them.

        ``reach`` widens the span, on both sides, for occurrences that are moved.

        Raises:
            InvalidValueError: If a rule cannot be expanded.
            LimitExceededError: If there are too many, or all rules cost too much.
        """
        low = self.clock.civil_of(lo_us) - self.length.most - _AROUND - reach
        high = self.clock.civil_of(hi_us) + _AROUND + reach
        found = {day for day in self.added if low <= day < high}
        for rule in self.rules:
            found.update(occurrences(rule, self.start, low, high, work))
        if (self.with_start or not self.rules) and low <= self.start < high:
            found.add(self.start)
        for start in sorted(found):
            if start.date() in self.left_out_days:
                continue
            if not self.left_out or self.clock.instant_us(start) not in self.left_out:
                yield start


def occurrences(
    rule: Rule, start: datetime, low: datetime, high: datetime, work: Work
) -> tuple[datetime, ...]:
    """The civil times of a rule from *low* until before *high*; its UNTIL is civil time.

    Raises:
        InvalidValueError: If the rule cannot be expanded.
        LimitExceededError: If there are more than 10,000, or it costs too much.
    """
    begin = start if rule.count else max(start, low)
    end = high if rule.until is None else min(high, rule.until)
    if end < begin or high <= low:
        return ()
    periods = (end - begin) // (_LENGTHS[rule.frequency] * rule.interval) + 1
    by_date = (rule.by_month, rule.by_week, rule.by_year_day, rule.by_month_day, rule.by_day)
    setup = _DOUBTFUL if sum(map(bool, by_date)) > 1 else _SETUP
    if rule.count:
        periods = min(periods, rule.count)
    days = _DAYS.get(rule.frequency, 0) * (1 + len(rule.by_position))
    cost = setup + periods * (1 + days // 8)
    if cost > _MOST_FOR_ONE:
        raise LimitExceededError("work for one rule of a calendar", cost, _MOST_FOR_ONE)
    work.spend(cost)
    within = (low, high)
    try:
        found = expand(
            rule, start, within=within, limit=MOST_INSTANCES, sub_daily=True, may_be_empty=True
        )
    except LimitExceededError:
        work.spend(_PER_OCCURRENCE * MOST_INSTANCES // 2)
        raise
    work.spend(_PER_OCCURRENCE * len(found))
    return found


def rule_of(text: str, clock: Clock, *, whole_days: bool, generous: bool) -> Rule:
    """A rule from its text, its UNTIL as the clock shows it.

    An UNTIL that is a date where starts have a time, or in UTC where they are dates, is read so that
    the last day is in, if *generous*: rather one occurrence too many than one too few.

    Raises:
        InvalidValueError: If it is none of `bookable.timeline.rule`.
        LimitExceededError: If it is too long.
    """
    rule = Rule.parse(text.strip().rstrip(";"))
    if rule.until is None:
        return rule
    until = rule.until
    if rule.until_is_utc:
        last_us = utc_civil_us(rule.until)
        until = clock.civil_of(last_us)
        if generous:
            # Shown for the second time: what the clock has shown since the first lies before it.
            until += timedelta(microseconds=last_us - clock.instant_us(until))
    if generous and whole_days:
        until = max(until, rule.until)
    elif generous and _is_day(text):
        until = until.replace(hour=23, minute=59, second=59)
    return evolve(rule, until=until, until_is_utc=False)


def _is_day(text: str) -> bool:
    """Whether the UNTIL of a rule is a date."""
    value = text.upper().partition("UNTIL=")[2].partition(";")[0]
    return "T" not in value

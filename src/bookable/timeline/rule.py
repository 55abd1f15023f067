"""Recurrence rules as values: the closed grammar of RFC 5545 rule text.

Whatever is not listed here is refused, by the name of its part: unknown and
duplicate parts, values out of range, ``COUNT`` together with ``UNTIL``. A `Rule`
that exists is therefore one that can be expanded in bounded work (`recurrence`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from math import prod
from typing import Final

from attrs import evolve, field, frozen

from bookable.checks import check_choice, check_flag
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import LONGEST_RULE
from bookable.timeline.civil import check_civil

MOST_INTERVAL: Final = 1_000
"""The largest INTERVAL; for hours, minutes and seconds it is as many as make so many days."""

MOST_TIMES: Final = 10_000
"""The most times of one day that BYHOUR, BYMINUTE and BYSECOND may make together."""

MOST_POSITIONS: Final = 31
"""The most values of BYSETPOS."""

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""The weekdays of the grammar; the first is ISO weekday 1."""


class Frequency(StrEnum):
    """How long the periods of a rule are, longest first."""

    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"
    HOURLY = "HOURLY"
    MINUTELY = "MINUTELY"
    SECONDLY = "SECONDLY"


SUB_DAILY: Final = frozenset({Frequency.HOURLY, Frequency.MINUTELY, Frequency.SECONDLY})
"""The frequencies with more than one period a day."""

# Part: its field, its lowest and its highest value; what may be negative counts from the end.
_LISTS: Final = {
    "BYMONTH": ("by_month", 1, 12),
    "BYWEEKNO": ("by_week", -53, 53),
    "BYYEARDAY": ("by_year_day", -366, 366),
    "BYMONTHDAY": ("by_month_day", -31, 31),
    "BYHOUR": ("by_hour", 0, 23),
    "BYMINUTE": ("by_minute", 0, 59),
    "BYSECOND": ("by_second", 0, 59),
    "BYSETPOS": ("by_position", -366, 366),
}
_OTHERS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"})
_PERIODS_PER_DAY: Final = {
    Frequency.HOURLY: 24,
    Frequency.MINUTELY: 24 * 60,
    Frequency.SECONDLY: 24 * 60 * 60,
}
# How far BYDAY may count: to the fifth Friday of a month, the 53rd of a year.
_MOST_NTH: Final = {Frequency.MONTHLY: 5, Frequency.YEARLY: 53}
_DIGITS: Final = frozenset("0123456789")


def _bad(value: object, expected: str, code: str = "rule_part") -> InvalidValueError:
    return InvalidValueError("rule", value, expected, code)


def _frequency(value: Frequency | str) -> Frequency:
    return check_choice(value, Frequency, "rule")


def _numbers(values: Iterable[int]) -> tuple[int, ...]:
    if type(values) is not tuple or any(type(number) is not int for number in values):
        raise _bad(values, "a tuple of whole numbers")
    return tuple(sorted(set(values)))


def _is_weekday(value: object) -> bool:
    return type(value) is int and 1 <= value <= len(WEEKDAYS)


def _weekdays(values: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    expected = "a tuple of pairs (which of them or 0 for each, ISO weekday), for example ((0, 1),)"
    if type(values) is not tuple:
        raise _bad(values, expected)
    for pair in values:
        if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not int:
            raise _bad(values, expected)
        if not _is_weekday(pair[1]):
            raise _bad(values, expected)
    return tuple(sorted(set(values)))


@frozen(cache_hash=True, kw_only=True)
class Rule:
    """When something happens again: the rules of RFC 5545, within limits.

    Values are those of RFC 5545. ``by_day`` holds pairs ``(n, ISO weekday)``: the
    *n*-th of that weekday in the month or year, 0 for each of them. ``until`` is
    civil time and inclusive; with ``until_is_utc`` it is what a clock in UTC shows. ``str()`` is its
    text, which `parse` reads as the same rule.

    >>> Rule.parse("FREQ=MONTHLY;BYDAY=-1FR;COUNT=12").by_day
    ((-1, 5),)

    Raises:
        InvalidValueError: With code ``rule_part``, ``interval``, ``count`` or ``until``.
        LimitExceededError: If the text or a list of values is too long.
    """

    frequency: Frequency = field(converter=_frequency)
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    until_is_utc: bool = False
    by_month: tuple[int, ...] = field(default=(), converter=_numbers)
    by_week: tuple[int, ...] = field(default=(), converter=_numbers)
    by_year_day: tuple[int, ...] = field(default=(), converter=_numbers)
    by_month_day: tuple[int, ...] = field(default=(), converter=_numbers)
    by_day: tuple[tuple[int, int], ...] = field(default=(), converter=_weekdays)
    by_hour: tuple[int, ...] = field(default=(), converter=_numbers)
    by_minute: tuple[int, ...] = field(default=(), converter=_numbers)
    by_second: tuple[int, ...] = field(default=(), converter=_numbers)
    by_position: tuple[int, ...] = field(default=(), converter=_numbers)
    week_start: int = 1

    def __attrs_post_init__(self) -> None:
        most = MOST_INTERVAL * _PERIODS_PER_DAY.get(self.frequency, 1)
        if type(self.interval) is not int or not 1 <= self.interval <= most:
            raise _bad(self.interval, f"INTERVAL from 1 to {most:,}", "interval")
        self._check_end()
        if not _is_weekday(self.week_start):
            raise _bad(self.week_start, "WKST as an ISO weekday from 1 to 7")
        for part, (name, low, high) in _LISTS.items():
            _check_range(part, getattr(self, name), low, high)
        self._check_days()
        self._check_sizes()

    def _check_end(self) -> None:
        if self.count is not None and (type(self.count) is not int or self.count < 1):
            raise _bad(self.count, "COUNT of at least 1", "count")
        if self.until is not None:
            if check_civil(self.until, "until").microsecond:
                raise _bad(self.until, "UNTIL in whole seconds", "until")
            if self.count is not None:
                raise _bad(self.until, "either COUNT or UNTIL, not both", "until")
        check_flag(self.until_is_utc, "until_is_utc")

    def _check_days(self) -> None:
        most = _MOST_NTH.get(self.frequency, 0)
        if any(abs(nth) > most for nth, _ in self.by_day):
            like = f"BYDAY counting no further than {most}" if most else "BYDAY without a count"
            raise _bad(self.by_day, f"{like} in a {self.frequency} rule")
        if self.by_week and any(nth for nth, _ in self.by_day):
            raise _bad(self.by_day, "BYDAY without a count beside BYWEEKNO")

    def _check_sizes(self) -> None:
        lists = [getattr(self, name) for name, _, _ in _LISTS.values()]
        if self.by_position and not (self.by_day or any(lists[:-1])):
            raise _bad(self.by_position, "BYSETPOS beside another BY part")
        if len(self.by_position) > MOST_POSITIONS:
            raise LimitExceededError("BYSETPOS values", len(self.by_position), MOST_POSITIONS)
        times = prod(len(of) or 1 for of in (self.by_hour, self.by_minute, self.by_second))
        if times > MOST_TIMES:
            raise LimitExceededError("times of one day in a rule", times, MOST_TIMES)

    @classmethod
    def parse(cls, text: str) -> Rule:
        """From the text of an RRULE property, as ``FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10``.

        Upper or lower case; the parts in any order, each once.
        """
        if type(text) is not str or not text.isascii():
            raise _bad(text, "the text of a rule, for example 'FREQ=WEEKLY;COUNT=10'", "rule")
        if len(text) > LONGEST_RULE:
            raise LimitExceededError("characters of a rule", len(text), LONGEST_RULE)
        given: dict[str, str] = {}
        for item in text.upper().split(";"):
            part, equals, value = item.partition("=")
            if not equals or (part not in _LISTS and part not in _OTHERS):
                raise _bad(item, "parts of RFC 5545, for example FREQ=WEEKLY")
            if part in given:
                raise _bad(item, f"{part} once")
            given[part] = value
        return cls._of_parts(given)

    @classmethod
    def _of_parts(cls, given: dict[str, str]) -> Rule:
        frequency = given.get("FREQ", "")
        if frequency not in Frequency.__members__:
            raise _bad(frequency, f"FREQ, one of {', '.join(Frequency)}")
        until, until_is_utc = _read_until(given["UNTIL"]) if "UNTIL" in given else (None, False)
        return cls(
            frequency=Frequency(frequency),
            interval=_read_number(given.get("INTERVAL", "1"), "interval"),
            count=_read_number(given["COUNT"], "count") if "COUNT" in given else None,
            until=until,
            until_is_utc=until_is_utc,
            by_month=_read_numbers(given, "BYMONTH"),
            by_week=_read_numbers(given, "BYWEEKNO"),
            by_year_day=_read_numbers(given, "BYYEARDAY"),
            by_month_day=_read_numbers(given, "BYMONTHDAY"),
            by_day=_read_days(given["BYDAY"]) if "BYDAY" in given else (),
            by_hour=_read_numbers(given, "BYHOUR"),
            by_minute=_read_numbers(given, "BYMINUTE"),
            by_second=_read_numbers(given, "BYSECOND"),
            by_position=_read_numbers(given, "BYSETPOS"),
            week_start=_read_weekday(given.get("WKST", "MO")),
        )

    def spelt_out(self, start: datetime) -> Rule:
        """The rule with everything written down that it takes from its start."""
        frequency, by_day = self.frequency, self.by_day
        by_month, by_month_day = self.by_month, self.by_month_day
        if not (self.by_week or self.by_year_day or by_month_day or by_day):
            if frequency is Frequency.WEEKLY:
                by_day = ((0, start.isoweekday()),)
            if frequency in {Frequency.YEARLY, Frequency.MONTHLY}:
                by_month_day = (start.day,)
            if frequency is Frequency.YEARLY:
                by_month = by_month or (start.month,)
        by_hour, by_minute, by_second = self.by_hour, self.by_minute, self.by_second
        if frequency not in SUB_DAILY:
            by_hour = by_hour or (start.hour,)
        if frequency not in {Frequency.MINUTELY, Frequency.SECONDLY}:
            by_minute = by_minute or (start.minute,)
        if frequency is not Frequency.SECONDLY:
            by_second = by_second or (start.second,)
        return evolve(
            self,
            by_month=by_month,
            by_month_day=by_month_day,
            by_day=by_day,
            by_hour=by_hour,
            by_minute=by_minute,
            by_second=by_second,
        )

    def __str__(self) -> str:
        parts = [f"FREQ={self.frequency}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            until = self.until.isoformat().replace("-", "").replace(":", "")
            parts.append(f"UNTIL={until}{'Z' if self.until_is_utc else ''}")
        for part, (name, _, _) in _LISTS.items():
            if values := getattr(self, name):
                parts.append(f"{part}={','.join(map(str, values))}")
        if self.by_day:
            days = (f"{nth or ''}{WEEKDAYS[weekday - 1]}" for nth, weekday in self.by_day)
            parts.append(f"BYDAY={','.join(days)}")
        if self.week_start > 1:
            parts.append(f"WKST={WEEKDAYS[self.week_start - 1]}")
        return ";".join(parts)


def _check_range(part: str, numbers: tuple[int, ...], low: int, high: int) -> None:
    for number in numbers:
        if not low <= number <= high or (low < 0 and number == 0):
            expected = f"from {low} to {high}" if low >= 0 else f"from 1 to {high}, or negative"
            raise _bad(number, f"{part} {expected}")


def _read_number(text: str, code: str = "rule_part", *, signed: bool = False) -> int:
    digits = text[1:] if signed and text[:1] in {"+", "-"} else text
    if not digits or not _DIGITS.issuperset(digits):
        raise _bad(text, "a whole number in digits", code)
    return int(text)


def _read_numbers(given: dict[str, str], part: str) -> tuple[int, ...]:
    if part not in given:
        return ()
    signed = _LISTS[part][1] < 0
    return tuple(_read_number(word, signed=signed) for word in given[part].split(","))


def _read_weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise _bad(text, f"a weekday: {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text) + 1


def _read_days(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(_read_day(word) for word in text.split(","))


def _read_day(word: str) -> tuple[int, int]:
    if len(word) == 2:
        return 0, _read_weekday(word)
    nth = _read_number(word[:-2], signed=True)
    if nth == 0:
        raise _bad(word, "BYDAY counting from 1, or from -1")
    return nth, _read_weekday(word[-2:])


def _read_until(text: str) -> tuple[datetime, bool]:
    """A date, for its midnight, or a date and time; with Z in UTC."""
    word = text.removesuffix("Z")
    day, t, clock = word.partition("T")
    shaped = len(day) == 8 and len(clock) == (6 if t else 0) and _DIGITS.issuperset(day + clock)
    if not shaped or (text != word and not t):
        raise _bad(text, "UNTIL as 20260302 or 20260302T090000 or 20260302T080000Z", "until")
    try:
        moment = datetime.fromisoformat(f"{day}T{clock or '000000'}")
    except ValueError as error:
        raise _bad(text, "UNTIL as a date and time that exist", "until") from error
    return moment, text != word

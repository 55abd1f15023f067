"""Windows: wall-clock time on a local date, before any zone makes instants of it (SPEC N4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from functools import lru_cache
from typing import Final

from attrs import field, frozen

from bookable.checks import check_items
from bookable.domain import hours_text
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.timeline.instant import DAY, HOUR, MINUTE, SECOND

MOST_WINDOWS: Final = 1_440
"""The most windows of one day."""

_LONGEST_KEPT: Final = 64
"""The longest text whose windows are kept: rows say the same few again and again."""

Pairs = tuple[tuple[int, int], ...]
"""Windows of one local date, in microseconds of its wall clock."""


def _time(value: object, name: str) -> time:
    if type(value) is not time or value.tzinfo is not None:
        expected = "a time without a zone, for example time(9, 30)"
        raise InvalidValueError(name, value, expected, "not_time")
    return value.replace(fold=0) if value.fold else value


def _opens(value: time) -> time:
    return _time(value, "opens")


def _closes(value: time) -> time:
    return _time(value, "closes")


def _us_of_day(value: time) -> int:
    return value.hour * HOUR + value.minute * MINUTE + value.second * SECOND + value.microsecond


def _time_of_us(us: int) -> time:
    minutes, rest = divmod(us % DAY, MINUTE)
    return time(minutes // 60, minutes % 60, rest // SECOND, rest % SECOND)


@frozen(cache_hash=True)
class Window:
    """The wall-clock times ``opens <= t < closes`` of a date (SPEC N4).

    A closing time that is not after the opening time is on the next local day; so
    midnight closes the day itself, and 00:00 to 00:00 is the whole of it.

    >>> str(Window(time(22), time(2))), str(Window(time(0), time(0)))
    ('22:00-02:00', '00:00-24:00')
    """

    opens: time = field(converter=_opens)
    closes: time = field(converter=_closes)

    @classmethod
    def parse(cls, text: str) -> Window:
        """From text such as ``09:00-12:00``; ``24:00`` closes the day.

        Raises:
            HoursSyntaxError: If the text cannot be read.
        """
        if type(text) is str and len(text) <= _LONGEST_KEPT:
            return _kept_window(text)
        return _window_of(hours_text.parse_window(text))

    @property
    def us_of_day(self) -> tuple[int, int]:
        """Both ends in microseconds of the wall clock since the midnight before it opens."""
        opens, closes = _us_of_day(self.opens), _us_of_day(self.closes)
        return opens, closes if closes > opens else closes + DAY

    def __str__(self) -> str:
        return hours_text.format_windows([self.us_of_day])


@lru_cache(maxsize=4_096)
def _window_of(pair: tuple[int, int]) -> Window:
    """The window of a pair, see `Window.us_of_day`: kept, as thousands of dates have the same few."""
    return Window(_time_of_us(pair[0]), _time_of_us(pair[1]))


@lru_cache(maxsize=1_024)
def _kept_window(text: str) -> Window:
    return _window_of(hours_text.parse_window(text))


def windows_of(text: str) -> tuple[Window, ...]:
    """The windows of one day from text such as ``09:00-12:00,13:00-17:00``.

    Raises:
        HoursSyntaxError: If the text cannot be read.
    """
    if type(text) is str and len(text) <= _LONGEST_KEPT:
        return _kept_windows(text)
    return merged_windows(hours_text.parse_windows(text))


@lru_cache(maxsize=1_024)
def _kept_windows(text: str) -> tuple[Window, ...]:
    return merged_windows(hours_text.parse_windows(text))


def check_windows(values: Iterable[Window]) -> tuple[Window, ...]:
    """The windows of one day, in order and merged."""
    windows = check_items(values, Window, "windows", "a Window(opens, closes)")
    if len(windows) < 2:
        return windows
    return merged_windows(window.us_of_day for window in windows)


def merged_windows(pairs: Iterable[tuple[int, int]]) -> tuple[Window, ...]:
    """The windows of one day in order; those that overlap or touch are one (SPEC N7).

    What would be longer than a day cannot be said as one window and stays as it is.
    """
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(pairs):
        if merged and opens <= merged[-1][1]:
            reach = max(merged[-1][1], closes)
            if reach - merged[-1][0] <= DAY:
                merged[-1] = (merged[-1][0], reach)
                continue
        merged.append((opens, closes))
    if len(merged) > MOST_WINDOWS:
        raise LimitExceededError("windows of one day", len(merged), MOST_WINDOWS)
    return tuple(map(_window_of, merged))


def wall_pairs(windows: Iterable[Window]) -> Pairs:
    """The windows as pairs, see `Window.us_of_day`."""
    return tuple(window.us_of_day for window in windows)

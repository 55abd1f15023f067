"""Opening hours as people write them: ``Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00``.

The notation is the everyday part of OpenStreetMap's ``opening_hours``, read from
left to right by hand: no pattern to backtrack in, and every error says where it
is and what was expected there. ``off`` closes the days before it; a day is named
once, for whether a second mention would add or replace is anybody's guess.

Nothing here knows the hours themselves: times are microseconds since midnight,
a closing time on the next day lies beyond 24 h, weekdays are 1 (Monday) to 7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookable.checks import check_text
from bookable.errors import HoursSyntaxError
from bookable.timeline.instant import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Pair = tuple[int, int]

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_OFF: Final = "off"
_A_TIME: Final = "HH:MM, for example 09:45"
_A_DAY: Final = "a day: " + ", ".join(_DAYS)
_DIGITS: Final = frozenset("0123456789")


def parse_weekly(text: object) -> dict[int, list[Pair]]:
    """The windows of each weekday that the text names."""
    reader = _Reader(check_text(text, "hours"))
    week: dict[int, list[Pair]] = {}
    while True:
        days = _days(reader, week)
        windows = [] if reader.takes(_OFF) else _windows(reader)
        week |= {day: list(windows) for day in days}
        if reader.at_end():
            return week
        reader.take(";", "';', ',' or the end")


def parse_windows(text: object) -> list[Pair]:
    """The windows of one day, separated by commas."""
    reader = _Reader(check_text(text, "windows"))
    windows = _windows(reader)
    if not reader.at_end():
        raise reader.error("',' or the end")
    return windows


def parse_window(text: object) -> Pair:
    """One window."""
    reader = _Reader(check_text(text, "window"))
    window = _window(reader)
    if not reader.at_end():
        raise reader.error("the end")
    return window


def format_weekly(week: Mapping[int, Iterable[Pair]]) -> str:
    """The text of weekly hours; `parse_weekly` reads it back."""
    by_windows: dict[str, list[int]] = {}
    for day in sorted(week):
        by_windows.setdefault(format_windows(week[day]) or _OFF, []).append(day)
    rules = (f"{_format_days(days)} {windows}" for windows, days in by_windows.items())
    return "; ".join(rules) or f"Mo-Su {_OFF}"


def format_windows(windows: Iterable[Pair]) -> str:
    """The text of the windows of one day."""
    return ",".join(
        f"{_format_time(opens)}-{'24:00' if closes == DAY else _format_time(closes % DAY)}"
        for opens, closes in windows
    )


def _format_days(days: list[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [[_DAYS[day - 1] for day in run] for run in runs]
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in names)


def _format_time(us_of_day: int) -> str:
    minutes, rest = divmod(us_of_day, MINUTE)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    if rest:
        text += f":{rest // SECOND:02}"
    if rest % SECOND:
        text += f".{rest % SECOND:06}"
    return text


class _Reader:
    """A text and how far it has been read. Spaces mean nothing between the parts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def at_end(self) -> bool:
        self.skip_spaces()
        return self.position == len(self.text)

    def takes(self, word: str) -> bool:
        """Whether the word comes next, after any spaces; if so, it is read."""
        self.skip_spaces()
        return self.follows(word)

    def follows(self, word: str) -> bool:
        """Whether the word comes next at once; if so, it is read."""
        found = self.text.startswith(word, self.position)
        self.position += len(word) if found else 0
        return found

    def in_word(self) -> bool:
        """Whether a word goes on here: "Mon" is no day."""
        rest = self.text[self.position :]
        return rest[:1].isalpha() and not rest.startswith(_OFF)

    def take(self, word: str, expected: str) -> None:
        if not self.takes(word):
            raise self.error(expected)

    def number(self, digits: int, limit: int) -> int:
        """A number of exactly so many digits that is below the limit; -1 if there is none."""
        word = self.text[self.position : self.position + digits]
        if len(word) < digits or not _DIGITS.issuperset(word) or int(word) >= limit:
            return -1
        self.position += digits
        return int(word)

    def error(self, expected: str, position: int | None = None) -> HoursSyntaxError:
        where = self.position if position is None else position
        return HoursSyntaxError("hours", self.text, expected, position=where)

    def skip_spaces(self) -> None:
        while self.text.startswith(" ", self.position):
            self.position += 1


def _days(reader: _Reader, week: Mapping[int, object]) -> list[int]:
    """The weekdays that a rule begins with."""
    days: list[int] = []
    while True:
        reader.skip_spaces()
        start = reader.position
        first = _day(reader)
        last = _day(reader) if reader.takes("-") else first
        # "Fr-Mo" runs through the end of the week.
        for day in range(first, first + (last - first) % 7 + 1):
            weekday = (day - 1) % 7 + 1
            if weekday in week or weekday in days:
                raise reader.error(f"{_DAYS[weekday - 1]} to be named once", start)
            days.append(weekday)
        if not reader.takes(","):
            return days


def _day(reader: _Reader) -> int:
    reader.skip_spaces()
    start = reader.position
    for weekday, name in enumerate(_DAYS, 1):
        if reader.follows(name):
            if reader.in_word():
                break
            return weekday
    raise reader.error(_A_DAY, start)


def _windows(reader: _Reader) -> list[Pair]:
    windows = [_window(reader)]
    while reader.takes(","):
        windows.append(_window(reader))
    return windows


def _window(reader: _Reader) -> Pair:
    opens = _time(reader, hours=24)
    reader.take("-", "'-' and the closing time")
    closes = _time(reader, hours=25)
    return opens, closes if closes > opens else closes + DAY


def _time(reader: _Reader, *, hours: int) -> int:
    """A time below so many hours; 24:00 is the only one of its hour."""
    reader.skip_spaces()
    start = reader.position
    parts = [reader.number(2, hours), reader.number(2, 60) if reader.follows(":") else -1, 0, 0]
    if reader.follows(":"):
        parts[2] = reader.number(2, 60)
        if reader.follows("."):
            parts[3] = reader.number(6, SECOND)
    us = parts[0] * HOUR + parts[1] * MINUTE + parts[2] * SECOND + parts[3]
    if min(parts) < 0 or us > DAY:
        raise reader.error(_A_TIME, start)
    return us

"""Availability schedules of Cal.com, as opening hours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time
from typing import Final

from attrs import field, frozen

from bookable.checks import check_amount, check_flag, check_text, check_type
from bookable.codecs._bodies import Body, day, flag, items, text, whole, word, zone
from bookable.codecs._forms import errors_at, fault
from bookable.domain.hours import Hours, WeeklyHours
from bookable.domain.window import Window
from bookable.errors import InvalidValueError
from bookable.timeline.instant import DAY, HOUR, MINUTE

MOST_RULES: Final = 10_000
"""The most entries of ``availability``, and the most overrides, that are read."""

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_LAST_MINUTE: Final = DAY - MINUTE
_MIDNIGHT: Final = "00:00"
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_ENDS: Final = re.compile(r"24:00|23:59(:59(\.[0-9]{1,3})?)?")
_LIKE: Final = "a time of day, for example '09:00'"
_DEFAULT: Final = {weekday: [Window(time(9), time(17))] for weekday in range(1, 6)}


def _hours(value: Hours) -> Hours:
    return check_type(value, Hours, "hours", "an Hours(weekly, overrides)")


@frozen
class CalSchedule:
    """A schedule with its name: weekly hours with overrides of single dates, in one zone."""

    name: str
    hours: Hours = field(converter=_hours)
    is_default: bool = False
    id: int | None = None

    def __attrs_post_init__(self) -> None:
        check_text(self.name, "name")
        check_flag(self.is_default, "is_default")
        if self.id is not None:
            check_amount(self.id, "id", maximum=2**53)


def read_schedule(body: object) -> CalSchedule:
    """The schedule of a body, alone or as the ``data`` of an answer.

    Raises:
        CodecError: If it is none.
    """
    document = Body.of(body)
    if "data" in document:
        document = document.read("data", Body.of)
    clock = document.read("timeZone", zone)
    weekly = document.read("availability", items(_read_rule, at_most=MOST_RULES), None)
    dated = document.read("overrides", items(_read_override, at_most=MOST_RULES), ())
    with errors_at(document.path):
        return CalSchedule(
            document.read("name", text),
            Hours(WeeklyHours(_week(weekly), clock), _by_date(dated), zone=clock),
            document.read("isDefault", flag, False),
            document.read("id", whole(0, 2**53), None),
        )


def write_schedule(schedule: CalSchedule) -> dict[str, object]:
    """The body of a schedule: one entry for each window, with the days that have it.

    Raises:
        InvalidValueError: If its hours cannot be said so (code ``not_expressible``): they run past
            midnight, begin or end at 23:59, are finer than minutes, or have closures,
            restrictions, a validity, another layering, or several zones.
    """
    hours = schedule.hours
    weekly = hours.weekly
    plain = Hours(weekly, hours.overrides, zone=hours.zone)
    if weekly is None or plain != hours or weekly.zone != hours.zone:
        expected = "weekly hours with overrides in the same zone, and nothing else"
        raise InvalidValueError("hours", hours, expected, "not_expressible")
    days: dict[tuple[str, str], list[str]] = {}
    for weekday, windows in weekly.days.items():
        for window in windows:
            days.setdefault(_clocks(window), []).append(DAYS[weekday - 1])
    body: dict[str, object] = {} if schedule.id is None else {"id": schedule.id}
    return {
        **body,
        "name": schedule.name,
        "timeZone": weekly.zone.key,
        "availability": [
            {"days": names, "startTime": start, "endTime": end}
            for (start, end), names in sorted(days.items())
        ],
        "isDefault": schedule.is_default,
        "overrides": [
            {"date": when.isoformat(), "startTime": start, "endTime": end}
            for when, windows in hours.overrides.items()
            for start, end in ([_clocks(each) for each in windows] or [(_MIDNIGHT, _MIDNIGHT)])
        ],
    }


def _read_rule(value: object, path: str) -> tuple[tuple[str, ...], Window]:
    body = Body.of(value, path)
    days = body.read("days", items(word(*DAYS), at_most=len(DAYS)))
    window = _read_window(body)
    if window is None:
        given = body.fields["endTime"]
        raise fault(body.at("endTime"), "a time after the start", given, "empty_interval")
    return days, window


def _read_override(value: object, path: str) -> tuple[date, Window | None]:
    body = Body.of(value, path)
    return body.read("date", day), _read_window(body)


def _read_window(body: Body) -> Window | None:
    """The window from the start to the end; None where they are the same."""
    start, end = body.read("startTime", _clock), body.read("endTime", _end)
    if body.fields["startTime"] == body.fields["endTime"]:
        return None
    if (end != time(0) and end < start) or body.fields["endTime"] == _MIDNIGHT:
        given = body.fields["endTime"]
        raise fault(body.at("endTime"), "a time after the start", given, "reversed_interval")
    return Window(start, end)


def _end(value: object, path: str) -> time:
    """A time of day; the last minute of the day is the midnight after it."""
    if type(value) is str and _ENDS.fullmatch(value):
        return time(0)
    return _clock(value, path)


def _clock(value: object, path: str) -> time:
    found = _CLOCK.fullmatch(value) if type(value) is str else None
    if found is None:
        raise fault(path, _LIKE, value, "not_time")
    return time(int(found[1]), int(found[2]))


def _week(
    rules: Iterable[tuple[tuple[str, ...], Window]] | None,
) -> dict[int, list[Window]]:
    if rules is None:
        return _DEFAULT
    found: dict[int, list[Window]] = {}
    for days, window in rules:
        for name in dict.fromkeys(days):
            found.setdefault(DAYS.index(name) + 1, []).append(window)
    return found


def _by_date(dated: Iterable[tuple[date, Window | None]]) -> dict[date, list[Window]]:
    found: dict[date, list[Window]] = {}
    for when, window in dated:
        found.setdefault(when, []).extend([] if window is None else [window])
    return found


def _clocks(window: Window) -> tuple[str, str]:
    opens, closes = window.us_of_day
    if opens % MINUTE or closes % MINUTE or closes > DAY or _LAST_MINUTE in {opens, closes}:
        expected = "windows of whole minutes inside one day, which neither begin nor end at 23:59"
        raise InvalidValueError("hours", str(window), expected, "not_expressible")
    ends = _LAST_MINUTE if closes == DAY else closes
    return _text(opens), _text(ends)


def _text(us_of_day: int) -> str:
    return f"{us_of_day // HOUR:02}:{us_of_day % HOUR // MINUTE:02}"

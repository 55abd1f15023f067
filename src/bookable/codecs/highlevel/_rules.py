"""The rules of a HighLevel schedule: hours of a weekday or a date, as the engine's opening hours and back.

Times are HH:MM from 00:00 to 23:59; an interval that ends at 23:59 lasts until 24:00, and 24:00 is
written so. Nothing goes on past midnight.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Final

import attrs
from attrs import frozen

from bookable.checks import check_items
from bookable.codecs._bodies import Body, day, items, word
from bookable.codecs._forms import errors_at, fault, key_path
from bookable.domain.hours import DateOverride, Hours, Layering, OpeningHours, WeeklyHours, Window
from bookable.domain.window import check_windows
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone
from bookable.timeline.instant import check_date

MOST_RULES: Final = 10_000
"""The most rules of a schedule."""
MOST_INTERVALS: Final = 1_440
"""The most intervals of a rule."""

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The words for weekdays, in the order of the ISO."""

_LAST: Final = time(23, 59)
_MIDNIGHT: Final = time(0)


def _on(value: int | date) -> int | date:
    if type(value) is int and 1 <= value <= len(DAYS):
        return value
    if type(value) is date:
        return check_date(value, "on")
    raise InvalidValueError(
        "on", value, "an ISO weekday from 1 (Monday) to 7, or a date", "weekday"
    )


def _windows(values: Iterable[Window]) -> tuple[Window, ...]:
    """Windows in the order given: a rule is kept as it was stated."""
    found = check_items(values, Window, "windows", "a Window(opens, closes)")
    check_windows(found)
    for each in found:
        ends = each.opens, each.closes
        whole = not any(end.second or end.microsecond for end in ends)
        is_within = each.closes == _MIDNIGHT or each.opens < each.closes
        if not whole or not is_within or _LAST in ends:
            expected = "windows in whole minutes that end on their day, and never at 23:59"
            raise InvalidValueError("windows", each, expected, "windows")
    return found


@frozen(cache_hash=True)
class ScheduleRule:
    """The hours of a weekday, or of a date: those of a date replace the ones of its weekday.

    ``on`` is an ISO weekday from 1 (Monday) to 7, or a date. Without windows that day is closed.

    Raises:
        InvalidValueError: If it is neither, or a window is none that HighLevel can say.
    """

    on: int | date = attrs.field(converter=_on)
    windows: tuple[Window, ...] = attrs.field(default=(), converter=_windows)


def _clock(value: object, path: str) -> time:
    expected = "a time from 00:00 to 23:59, for example '09:30'"
    if type(value) is not str or len(value) not in {4, 5} or not value.isascii():
        raise fault(path, expected, value, "time")
    hours, colon, minutes = value.partition(":")
    if not (colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
        raise fault(path, expected, value, "time")
    if int(hours) > 23 or int(minutes) > 59:
        raise fault(path, expected, value, "time")
    return time(int(hours), int(minutes))


def _interval(value: object, path: str) -> Window:
    body = Body.of(value, path)
    opens, closes = body.read("from", _clock), body.read("to", _clock)
    if not opens < closes:
        expected = f"a time after {opens:%H:%M} of the same day"
        raise fault(body.at("to"), expected, body.fields["to"], "reversed_interval")
    return Window(opens, _MIDNIGHT if closes == _LAST else closes)


def read_rule(value: object, path: str) -> ScheduleRule:
    """A rule of a body.

    Raises:
        CodecError: If it is none, with the path of the first fault.
    """
    body = Body.of(value, path)
    on: int | date
    if body.read("type", word("wday", "date")) == "wday":
        on = DAYS.index(body.read("day", word(*DAYS))) + 1
    else:
        on = body.read("date", day)
    windows = body.read("intervals", items(_interval, at_most=MOST_INTERVALS))
    with errors_at(key_path(path, "intervals")):
        return ScheduleRule(on, windows)


READ_RULES: Final = items(read_rule, at_most=MOST_RULES)


def write_rule(rule: ScheduleRule) -> dict[str, object]:
    """The body of a rule."""
    kind: dict[str, object]
    if isinstance(rule.on, int):
        kind = {"type": "wday", "day": DAYS[rule.on - 1]}
    else:
        kind = {"type": "date", "date": rule.on.isoformat()}
    return {**kind, "intervals": [_written(window) for window in rule.windows]}


def _written(window: Window) -> dict[str, str]:
    closes = _LAST if window.closes == _MIDNIGHT else window.closes
    return {"from": f"{window.opens:%H:%M}", "to": f"{closes:%H:%M}"}


def hours_of(rules: Iterable[ScheduleRule], zone: Zone) -> OpeningHours:
    """The opening hours of rules in a zone: several of one day are joined, a day without any is closed."""
    week: dict[int, list[Window]] = {}
    dates: list[DateOverride] = []
    for rule in rules:
        if isinstance(rule.on, int):
            week.setdefault(rule.on, []).extend(rule.windows)
        else:
            dates.append(DateOverride(rule.on, rule.windows))
    weekly = WeeklyHours(week, zone)
    return Hours(weekly, dates) if dates else weekly


def rules_of(hours: OpeningHours) -> tuple[ScheduleRule, ...] | None:
    """The rules that say these hours: weekdays from Monday on, then dates; None where none can."""
    if isinstance(hours, WeeklyHours):
        hours = Hours(hours)
    if not isinstance(hours, Hours) or hours.weekly is None or hours.zone is None:
        return None
    if hours != Hours(hours.weekly, hours.overrides) or hours.zone != hours.weekly.zone:
        return None
    if hours.layering is not Layering.DATES_OVERRIDE:
        return None
    try:
        weekdays = [ScheduleRule(on, windows) for on, windows in hours.weekly.days.items()]
        dates = [ScheduleRule(on, windows) for on, windows in hours.overrides.items()]
    except InvalidValueError:
        return None
    return (*weekdays, *dates)

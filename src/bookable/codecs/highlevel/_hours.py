"""When a HighLevel calendar is open: ``openHours``, ``availabilities`` and ``availabilityType``.

Weekdays are 0 to 6 from Sunday on (assumed: the schema does not say). A range whose closing time is not
after its opening time ends on the next day (SPEC N4), so that equal ends are 24 hours; 23:60 is 24:00, and
24:00 is written as 23:60. The date of an availability is local although it is written as UTC: its
first ten characters count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Final

import attrs
from attrs import frozen

from bookable.codecs._bodies import Body, flag, items, text, whole
from bookable.codecs._forms import errors_at, fault
from bookable.codecs._hours import HOURS
from bookable.codecs.highlevel._carried import carried, carried_object, plain, same
from bookable.codecs.highlevel._parts import NOTHING, Fields, Part, changed, noting, overlaid
from bookable.codecs.iso import parse_date
from bookable.domain.calendar import Calendar
from bookable.domain.hours import DateOverride, Hours, Layering, OpeningHours, WeeklyHours, Window
from bookable.errors import CodecError
from bookable.timeline.civil import Zone

MOST_ENTRIES: Final = 1_000
"""The most entries of ``openHours``."""
MOST_RANGES: Final = 1_440
"""The most ranges of hours of one entry or date."""
MOST_DATES: Final = 10_000
"""The most ``availabilities``."""

OPEN: Final = "openHours"
DATES: Final = "availabilities"
TYPE: Final = "availabilityType"
_KEYS: Final = (OPEN, DATES, TYPE)
_GIVEN: Final = "hours.given"
_ASIDE: Final = "hours.aside"

_MIDNIGHT: Final = 24 * 60
_DATE_LETTERS: Final = 10
_LONGEST_DATE: Final = 40
_LAYERING: Final = {0: Layering.WEEKLY_ONLY, 1: Layering.DATES_ONLY}


# Ranges of hours -----------------------------------------------------------


def _window(value: object, path: str) -> Window:
    body = Body.of(value, path)
    hour, minute = whole(0, 23), whole(0, 60)
    opens = body.read("openHour", hour) * 60 + body.read("openMinute", minute)
    closes = body.read("closeHour", hour) * 60 + body.read("closeMinute", minute)
    if opens >= _MIDNIGHT:
        expected = "an opening time before 24:00, for example 23 and 59"
        raise fault(body.at("openMinute"), expected, body.fields["openMinute"], "quantity")
    return Window(_time_of(opens), _time_of(closes))


def _time_of(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def _range(window: Window) -> Fields:
    closes = window.closes.hour, window.closes.minute
    hour, minute = (23, 60) if closes == (0, 0) else closes
    return {
        "openHour": window.opens.hour,
        "openMinute": window.opens.minute,
        "closeHour": hour,
        "closeMinute": minute,
    }


_RANGES: Final = items(_window, at_most=MOST_RANGES)


def _is_sayable(windows: Iterable[Window]) -> bool:
    ends = [end for window in windows for end in (window.opens, window.closes)]
    return not any(end.second or end.microsecond for end in ends)


# What a body says ----------------------------------------------------------


@frozen
class Dated:
    """One of the ``availabilities``."""

    day: date
    windows: tuple[Window, ...]
    id: str | None
    is_deleted: bool
    given: object


def _local_date(value: object, path: str) -> date:
    expected = "a date, for example '2023-09-24T00:00:00.000Z'"
    if type(value) is not str or not _DATE_LETTERS <= len(value) <= _LONGEST_DATE:
        raise fault(path, expected, value, "date")
    if len(value) > _DATE_LETTERS and value[_DATE_LETTERS] != "T":
        raise fault(path, expected, value, "date")
    with errors_at(path):
        return parse_date(value[:_DATE_LETTERS])


def _dated(value: object, path: str) -> Dated:
    body = Body.of(value, path)
    return Dated(
        body.read("date", _local_date),
        body.read("hours", _RANGES),
        body.read("id", text, None),
        body.read("deleted", flag, False),
        plain(value, path),
    )


_DATES: Final = items(_dated, at_most=MOST_DATES)


def _entry(value: object, path: str) -> tuple[tuple[int, ...], tuple[Window, ...]]:
    body = Body.of(value, path)
    days = body.read("daysOfTheWeek", items(whole(0, 6), at_most=MOST_ENTRIES))
    return tuple(day or 7 for day in days), body.read("hours", _RANGES)


def _week(body: Body, zone: Zone) -> WeeklyHours:
    week: dict[int, list[Window]] = {}
    for days, windows in body.read(OPEN, items(_entry, at_most=MOST_ENTRIES), ()):
        for day in dict.fromkeys(days):
            week.setdefault(day, []).extend(windows)
    with errors_at(body.at(OPEN)):
        return WeeklyHours(week, zone)


def _layering(value: object, path: str) -> Layering:
    return _LAYERING[whole(0, 1)(value, path)]


def _opening(body: Body, zone: Zone | None, present: OpeningHours | None) -> OpeningHours | None:
    """What a body says, with all else that the present hours have."""
    layering = body.read(TYPE, _layering, Layering.DATES_OVERRIDE)
    if OPEN not in body and DATES not in body and layering is not Layering.DATES_ONLY:
        return None
    if zone is None:
        reason = "opening hours are in the zone of the location, and the location has no time zone"
        raise CodecError(body.at(OPEN if OPEN in body else DATES), reason, "unknown_zone")
    weekly = _week(body, zone)
    dated = [each for each in body.read(DATES, _DATES, ()) if not each.is_deleted]
    with errors_at(body.at(DATES)):
        overrides = [DateOverride(each.day, each.windows) for each in dated]
        if isinstance(present, Hours):
            found: Hours = attrs.evolve(
                present, weekly=weekly, overrides=overrides, layering=layering, zone=zone
            )
        else:
            found = Hours(weekly, overrides, layering=layering)
    return weekly if found == Hours(weekly) else found


# What is said of a calendar ------------------------------------------------


def _written_week(weekly: WeeklyHours) -> list[object]:
    week = sorted((day % 7, windows) for day, windows in weekly.days.items())
    return [
        {"daysOfTheWeek": [day], "hours": [_range(window) for window in windows]}
        for day, windows in week
    ]


def _written(hours: OpeningHours | None, known: Mapping[str, str]) -> Fields:
    """What HighLevel can say of hours; dates with the ids that are known of them."""
    if isinstance(hours, WeeklyHours):
        hours = Hours(hours)
    if not isinstance(hours, Hours) or hours.weekly is None or hours.weekly.zone != hours.zone:
        return NOTHING
    if hours.layering is Layering.UNION:
        return NOTHING
    every = (*hours.weekly.days.values(), *hours.overrides.values())
    if not all(_is_sayable(windows) for windows in every):
        return NOTHING
    found: Fields = {OPEN: _written_week(hours.weekly)}
    if hours.overrides:
        dates = [_written_date(day, windows, known) for day, windows in hours.overrides.items()]
        found[DATES] = dates
    types = {layering: number for number, layering in _LAYERING.items()}
    if hours.layering in types:
        found[TYPE] = types[hours.layering]
    return found


def _written_date(day: date, windows: Iterable[Window], known: Mapping[str, str]) -> Fields:
    text = day.isoformat()
    own: Fields = {"id": known[text]} if text in known else {}
    hours = [_range(window) for window in windows]
    return {"date": f"{text}T00:00:00.000Z", "hours": hours, **own}


# The part ------------------------------------------------------------------


def own_hours(calendar: Calendar) -> OpeningHours | None:
    """The hours of a calendar's own, also where a schedule is in force instead (see `put_aside`)."""
    aside = _aside(calendar)
    if aside is None:
        return calendar.hours
    return _hours_in(aside)


def put_aside(calendar: Calendar, schedule_id: str) -> Calendar:
    """The calendar with the hours of a schedule in place of its own, which are carried."""
    aside = _saying(calendar.hours)
    if calendar.schedule_id is not None:
        aside["schedule"] = calendar.schedule_id
    return noting(changed(calendar, hours=None, schedule_id=schedule_id), _ASIDE, aside)


def taken_back(calendar: Calendar) -> Calendar:
    """The calendar with its own hours again: what `put_aside` began from."""
    aside = _aside(calendar)
    if aside is None:
        return calendar
    schedule_id = aside.get("schedule")
    found = changed(
        calendar,
        hours=_hours_in(aside),
        schedule_id=schedule_id if isinstance(schedule_id, str) else None,
    )
    return noting(found, _ASIDE, None)


def _aside(calendar: Calendar) -> Fields | None:
    """What is put aside; None where no schedule is in force."""
    found = carried(calendar.metadata, _ASIDE)
    return found if isinstance(found, dict) else None


def _saying(hours: OpeningHours | None) -> Fields:
    return {} if hours is None else {"hours": HOURS.write(hours)}


def _hours_in(aside: Mapping[str, object]) -> OpeningHours | None:
    found: OpeningHours | None = None
    if "hours" in aside:
        found = HOURS.read(aside["hours"], "$.hours")
    return found


def _zone_of(calendar: Calendar, present: OpeningHours | None) -> Zone | None:
    return calendar.zone if present is None or present.zone is None else present.zone


def _read(body: Body, calendar: Calendar) -> Calendar:
    present, aside = own_hours(calendar), _aside(calendar)
    found = _opening(body, _zone_of(calendar, present), present)
    if aside is None:
        return _noted(changed(calendar, hours=found), body)
    aside.pop("hours", None)
    return _noted(noting(calendar, _ASIDE, {**aside, **_saying(found)}), body)


def _noted(calendar: Calendar, body: Body) -> Calendar:
    """With the fields as they were given, where they would be written otherwise."""
    given = {key: plain(body.fields[key], body.at(key)) for key in _KEYS if key in body.fields}
    if isinstance(given.get(DATES), list):
        given[DATES] = [each.given for each in body.read(DATES, _DATES) if not each.is_deleted]
    calendar = noting(calendar, _GIVEN, None)
    plainly = _written(own_hours(calendar), {})
    return calendar if same(given, plainly) else noting(calendar, _GIVEN, given or None)


def _write(calendar: Calendar) -> Fields:
    hours = own_hours(calendar)
    given = carried_object(calendar.metadata, _GIVEN)
    if not given:
        return _written(hours, {})
    try:
        is_told = _opening(Body(given), _zone_of(calendar, hours), hours) == hours
        known = {
            each.day.isoformat(): each.id
            for each in Body(given).read(DATES, _DATES, ())
            if each.id is not None
        }
    except CodecError:
        return _written(hours, {})
    return given if is_told else _written(hours, known)


def _merge(written: Mapping[str, object], given: Body) -> Fields:
    """As `overlaid`; of the dates only those that are given change, told by their id or else the date."""
    merged = overlaid(written, given.fields)
    if DATES not in given:
        return merged
    new = given.read(DATES, _DATES)
    ids = {each.id for each in new if each.id is not None}
    held = Body(written).read(DATES, _DATES, ())
    by_id = {each.id for each in held} & ids
    days = {each.day for each in new if each.id not in by_id}
    left = [each.given for each in held if each.id not in by_id and each.day not in days]
    merged[DATES] = left + [each.given for each in new if not each.is_deleted]
    return merged


HOURS_PART: Final = Part(_KEYS, _read, _write, _merge)

"""``getSchedule``: what is asked and answered, as values and as bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from typing import Any, Final

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_flag,
    check_id,
    check_ids,
    check_items,
    check_text,
    check_type,
)
from bookable.codecs import _json
from bookable.codecs._bodies import Body, identifier, items, text, whole
from bookable.codecs._forms import errors_at, fault, read_object
from bookable.codecs.graph._times import (
    GraphTime,
    any_case,
    graph_body,
    loose_flag,
    loose_number,
    read_time,
    span,
    write_time,
)
from bookable.codecs.windows_zones import to_any_zone, windows_name
from bookable.domain.hours import OpeningHours, WeeklyHours
from bookable.domain.window import Window
from bookable.errors import CodecError, InvalidValueError, LimitExceededError
from bookable.timeline.civil import Zone
from bookable.timeline.interval import Interval

MOST_SCHEDULES: Final = 20
"""The most schedules of one query."""

LONGEST_QUERY: Final = timedelta(days=62)
"""A query is shorter than this."""

SHORTEST_INTERVAL: Final = 5
LONGEST_INTERVAL: Final = 1_440
DEFAULT_INTERVAL: Final = 30
"""The minutes of one digit of an ``availabilityView``: from 5 to 1,440, by default 30."""

MOST_TOLD: Final = 1_000
"""The most schedules of an answer that are read."""

MOST_SCHEDULE_ITEMS: Final = 10_000
"""The most items of one schedule that are read."""

STATUSES: Final = ("free", "tentative", "busy", "oof", "workingElsewhere", "unknown")
"""The words of ``freeBusyStatus``."""

_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LONGEST_VIEW: Final = 62 * 24 * 60 // SHORTEST_INTERVAL
_CLOCK: Final = re.compile(r"([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{6})?)0?")
_LAST_INSTANT: Final = "23:59:59.9999999"


# Values ----------------------------------------------------------------------


def _schedules(values: Iterable[str]) -> tuple[str, ...]:
    found = check_ids(values, "schedules", known="ids of schedules")
    if len(found) > MOST_SCHEDULES:
        raise LimitExceededError("schedules of one query", len(found), MOST_SCHEDULES)
    return found


def _check_time(value: object, name: str) -> None:
    check_type(value, GraphTime, name, "a GraphTime(civil, zone)")


@frozen
class ScheduleQuery:
    """When some schedules are busy from ``start`` to ``end``, in steps of so many minutes.

    Raises:
        LimitExceededError: If there are more than 20 schedules, or 62 days or more.
        InvalidIntervalError: If it ends before it starts.
        InvalidAmountError: If the steps are not from 5 to 1,440 minutes.
    """

    schedules: tuple[str, ...] = field(converter=_schedules)
    start: GraphTime
    end: GraphTime
    view_interval: int = DEFAULT_INTERVAL

    def __attrs_post_init__(self) -> None:
        _check_time(self.start, "start")
        _check_time(self.end, "end")
        check_amount(
            self.view_interval, "view_interval", minimum=SHORTEST_INTERVAL, maximum=LONGEST_INTERVAL
        )
        if self.within.duration >= LONGEST_QUERY:
            raise LimitExceededError("days of one query", self.within.duration.days + 1, 61)

    @property
    def within(self) -> Interval:
        """The window that is asked about."""
        return span(self.start, self.end)


@frozen
class ScheduleItem:
    """One piece of a schedule; subject, place and privacy are told to whom they may be told.

    Raises:
        InvalidValueError: If there is no such status, or it ends before it starts (code
            ``reversed_interval``); it may end at once.
    """

    status: str
    start: GraphTime
    end: GraphTime
    subject: str | None = None
    location: str | None = None
    is_private: bool | None = None

    def __attrs_post_init__(self) -> None:
        if self.status not in STATUSES:
            raise InvalidValueError(
                "status", self.status, f"one of {', '.join(STATUSES)}", "choice"
            )
        _check_time(self.start, "start")
        _check_time(self.end, "end")
        if self.end.last_instant < self.start.instant:
            expected = "a time not before the start"
            raise InvalidValueError("end", self.end, expected, "reversed_interval")
        for name in ("subject", "location"):
            if getattr(self, name) is not None:
                check_text(getattr(self, name), name)
        if self.is_private is not None:
            check_flag(self.is_private, "is_private")

    @property
    def interval(self) -> Interval | None:
        """All the time that may be meant; None where it ends as it starts."""
        empty = self.start.instant == self.end.last_instant
        return None if empty else span(self.start, self.end)


def _weekdays(values: Iterable[int]) -> tuple[int, ...]:
    found = check_items(values, int, "days", "an ISO weekday from 1 to 7")
    for each in found:
        check_amount(each, "days", minimum=1, maximum=7)
    return tuple(sorted(set(found)))


def _details(value: str) -> str:
    like = """the text of a JSON object without a name, for example '{"bias": 480}'"""
    if check_text(value, "zone_details") == "":
        return ""
    try:
        found = read_object(_json.parse(value), "$")
        written = _json_text(found, "$")
    except CodecError as error:
        raise InvalidValueError("zone_details", value, like, "text") from error
    if "name" in found:
        raise InvalidValueError("zone_details", value, like, "text")
    return check_text(written, "zone_details") if found else ""


@frozen
class WorkingHours:
    """The weekdays (ISO, 1 is Monday) on which somebody works, from when to when, on which clock.

    ``zone`` is a name, which may be "Customized Time Zone": ``zone_details`` keeps what else its
    body says of it, as JSON text, untouched.
    """

    days: tuple[int, ...] = field(converter=_weekdays)
    start: time
    end: time
    zone: str = "UTC"
    zone_details: str = field(default="", converter=_details)

    def __attrs_post_init__(self) -> None:
        Window(self.start, self.end)
        check_text(self.zone, "zone")

    def hours(self, zone: Zone | None = None) -> WeeklyHours:
        """The same as opening hours, on that clock where one is given.

        Raises:
            InvalidValueError: If its own zone has no name that is known (code ``unknown_zone``).
        """
        clock = to_any_zone(self.zone) if zone is None else zone
        return WeeklyHours({day: [Window(self.start, self.end)] for day in self.days}, clock)

    @classmethod
    def of(cls, hours: OpeningHours | None) -> WorkingHours | None:
        """Weekly hours that are the same one window on all days they have; None for any others."""
        if not isinstance(hours, WeeklyHours):
            return None
        windows = set(hours.days.values())
        if len(windows) != 1 or len(next(iter(windows))) != 1:
            return None
        (window,) = windows.pop()
        name = windows_name(hours.zone) or hours.zone.key
        return cls(tuple(hours.days), window.opens, window.closes, name)


@frozen
class FreeBusyError:
    """Why a schedule could not be told of."""

    message: str = ""
    response_code: str = ""

    def __attrs_post_init__(self) -> None:
        check_text(self.message, "message")
        check_text(self.response_code, "response_code")


def _items(values: Iterable[ScheduleItem] | None) -> tuple[ScheduleItem, ...] | None:
    if values is None:
        return None
    return check_items(values, ScheduleItem, "items", "a ScheduleItem(status, start, end)")


@frozen
class ScheduleInformation:
    """What is told of one schedule: its pieces and the same as digits; or why nobody knows.

    ``view`` has one digit for each step of the query: 0 free, 1 tentative, 2 busy, 3 out of office,
    4 working elsewhere.
    """

    schedule_id: str
    view: str | None = None
    items: tuple[ScheduleItem, ...] | None = field(default=None, converter=_items)
    working_hours: WorkingHours | None = None
    error: FreeBusyError | None = None

    def __attrs_post_init__(self) -> None:
        check_id(self.schedule_id, "schedule_id")
        if self.view is not None:
            with errors_at("view"):
                _read_view(self.view, "view")
        like = "a WorkingHours, or None"
        check_type(self.working_hours, (WorkingHours, type(None)), "working_hours", like)
        check_type(self.error, (FreeBusyError, type(None)), "error", "a FreeBusyError, or None")


# Bodies ----------------------------------------------------------------------


def read_schedule_query(body: object) -> ScheduleQuery:
    """The query of a body of ``POST /me/calendar/getSchedule``.

    Raises:
        CodecError: If it is none, or beyond a limit.
    """
    document = graph_body(body)
    schedules = document.read("schedules", items(identifier, at_most=MOST_SCHEDULES))
    start, end = document.read("startTime", read_time), document.read("endTime", read_time)
    interval = document.read("availabilityViewInterval", _interval, DEFAULT_INTERVAL)
    with errors_at("$.endTime"):
        return ScheduleQuery(schedules, start, end, interval)


def write_schedule_query(query: ScheduleQuery) -> dict[str, object]:
    """The body of a query."""
    return {
        "schedules": list(query.schedules),
        "startTime": write_time(query.start, long=False),
        "endTime": write_time(query.end, long=False),
        "availabilityViewInterval": query.view_interval,
    }


def read_schedules(body: object) -> tuple[ScheduleInformation, ...]:
    """What an answer of ``getSchedule`` tells, in its order.

    Raises:
        CodecError: If it is none.
    """
    return graph_body(body).read("value", items(_read_information, at_most=MOST_TOLD))


def write_schedules(told: Iterable[ScheduleInformation]) -> dict[str, object]:
    """The body of an answer."""
    return {"value": [_write_information(each) for each in told]}


def _interval(value: object, path: str) -> int:
    return whole(SHORTEST_INTERVAL, LONGEST_INTERVAL)(loose_number(value), path)


def _read_information(value: object, path: str) -> ScheduleInformation:
    body = graph_body(value, path)
    return ScheduleInformation(
        body.read("scheduleId", identifier),
        body.read("availabilityView", _read_view, None),
        body.read("scheduleItems", items(_read_item, at_most=MOST_SCHEDULE_ITEMS), None),
        body.read("workingHours", _read_working_hours, None),
        body.read("error", _read_error, None),
    )


def _write_information(told: ScheduleInformation) -> dict[str, object]:
    body: dict[str, object] = {"scheduleId": told.schedule_id}
    if told.view is not None:
        body["availabilityView"] = told.view
    if told.items is not None:
        body["scheduleItems"] = [_write_item(each) for each in told.items]
    if told.working_hours is not None:
        body["workingHours"] = _write_working_hours(told.working_hours)
    if told.error is not None:
        body["error"] = {"message": told.error.message, "responseCode": told.error.response_code}
    return body


def _read_view(value: object, path: str) -> str:
    if type(value) is not str or len(value) > _LONGEST_VIEW or not set(value) <= set("01234"):
        raise fault(path, f"at most {_LONGEST_VIEW:,} digits from 0 to 4", value, "view")
    return value


def _read_item(value: object, path: str) -> ScheduleItem:
    body = graph_body(value, path)
    status = body.read("status", any_case(*STATUSES))
    start, end = body.read("start", read_time), body.read("end", read_time)
    subject, location = body.read("subject", text, None), body.read("location", text, None)
    is_private = body.read("isPrivate", loose_flag, None)
    with errors_at(body.at("end")):
        return ScheduleItem(status, start, end, subject, location, is_private)


def _write_item(item: ScheduleItem) -> dict[str, object]:
    told = {"isPrivate": item.is_private, "subject": item.subject, "location": item.location}
    return {
        "status": item.status,
        **{key: value for key, value in told.items() if value is not None},
        "start": write_time(item.start),
        "end": write_time(item.end),
    }


def _read_error(value: object, path: str) -> FreeBusyError:
    body = graph_body(value, path)
    return FreeBusyError(body.read("message", text, ""), body.read("responseCode", text, ""))


def _read_working_hours(value: object, path: str) -> WorkingHours:
    body = graph_body(value, path)
    days = body.read("daysOfWeek", items(any_case(*_DAYS), at_most=7))
    zone = body.read("timeZone", Body.of)
    rest = {key: value for key, value in zone.fields.items() if key != "name"}
    with errors_at(path):
        return WorkingHours(
            [_DAYS.index(day) + 1 for day in days],
            body.read("startTime", _read_clock),
            body.read("endTime", _read_clock),
            zone.read("name", text),
            _json_text(rest, zone.path) if rest else "",
        )


def _json_text(value: Mapping[str, Any], path: str) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise fault(path, "plain data", value) from error


def _read_clock(value: object, path: str) -> time:
    """A time of day as ``08:00:00.0000000``; the last instant of a day is its end."""
    if value == _LAST_INSTANT:
        return time(0)
    found = _CLOCK.fullmatch(value) if type(value) is str else None
    try:
        return time.fromisoformat(found[1] if found else "")
    except ValueError as error:
        like = "a time of day, for example '08:00:00.0000000'"
        raise fault(path, like, value, "not_time") from error


def _write_working_hours(told: WorkingHours) -> dict[str, object]:
    details: dict[str, object] = json.loads(told.zone_details) if told.zone_details else {}
    return {
        "daysOfWeek": [_DAYS[day - 1] for day in told.days],
        "startTime": f"{told.start.isoformat(timespec='microseconds')}0",
        "endTime": f"{told.end.isoformat(timespec='microseconds')}0",
        "timeZone": {**details, "name": told.zone},
    }

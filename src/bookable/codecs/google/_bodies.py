"""Google's free/busy query and its answer: how they are read and written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from bookable.codecs._bodies import (
    Body,
    identifier,
    instant,
    items,
    offset_text,
    text,
    whole,
    word,
    zone,
)
from bookable.codecs._forms import errors_at, key_path, read_object
from bookable.codecs.google._values import (
    GLOBAL,
    MOST_CALENDARS,
    MOST_ITEMS,
    MOST_PER_GROUP,
    CalendarAnswer,
    FreeBusyAnswer,
    FreeBusyQuery,
    GoogleError,
    GroupAnswer,
)
from bookable.codecs.iso import instant_text
from bookable.errors import CodecError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.interval import Interval

MOST_TIMES: Final = 100_000
MOST_ERRORS: Final = 100
"""The most busy times, and the most errors, of one calendar that are read."""

KIND: Final = "calendar#freeBusy"
_UTC: Final = Zone("UTC")


def read_free_busy_query(body: object) -> FreeBusyQuery:
    """The query that a body asks.

    Raises:
        CodecError: If it asks none; ``timeMin`` has to be before ``timeMax``.
    """
    document = Body.of(body)
    return FreeBusyQuery(
        _window(document),
        document.read("items", items(_item, at_most=MOST_ITEMS), ()),
        document.read("timeZone", zone, None),
        document.read("groupExpansionMax", whole(1, MOST_PER_GROUP), None),
        document.read("calendarExpansionMax", whole(1, MOST_CALENDARS), None),
    )


def write_free_busy_query(query: FreeBusyQuery) -> dict[str, object]:
    """The body of a query; what is None is left out."""
    body: dict[str, object] = {
        "timeMin": instant_text(query.within.start),
        "timeMax": instant_text(query.within.end),
    }
    if query.zone is not None:
        body["timeZone"] = query.zone.key
    if query.group_expansion is not None:
        body["groupExpansionMax"] = query.group_expansion
    if query.calendar_expansion is not None:
        body["calendarExpansionMax"] = query.calendar_expansion
    body["items"] = [{"id": each} for each in query.item_ids]
    return body


def _item(value: object, path: str) -> str:
    return Body.of(value, path).read("id", identifier)


def _window(body: Body) -> Interval:
    start, end = body.read("timeMin", instant), body.read("timeMax", instant)
    with errors_at(body.at("timeMax")):
        return Interval(start, end)


def read_free_busy_answer(body: object, *, within: Interval | None = None) -> FreeBusyAnswer:
    """The answer that a body gives; *within* is the window that was asked, where it names none.

    Raises:
        CodecError: If it gives none.
    """
    document = Body.of(body)
    document.read("kind", word(KIND), KIND)
    named = within is None or "timeMin" in document or "timeMax" in document
    return FreeBusyAnswer(
        _window(document) if named else cast("Interval", within),
        document.read("calendars", _by_id(_read_calendar)),
        document.read("groups", _by_id(_read_group), {}),
    )


def write_free_busy_answer(
    answer: FreeBusyAnswer, *, zone: Zone | str | None = None
) -> dict[str, object]:
    """The body of an answer, its times as a zone's clock shows them, with their offsets; None is UTC.

    Times at which that clock was off by a fraction of a minute (long ago) are written in UTC.
    ``groups`` and ``errors`` are left out where there are none.
    """
    clock = _UTC if zone is None else to_zone(zone)
    body: dict[str, object] = {
        "kind": KIND,
        "timeMin": _time(answer.within.start, clock),
        "timeMax": _time(answer.within.end, clock),
    }
    if answer.groups:
        body["groups"] = {
            key: _with_errors({"calendars": list(each.calendar_ids)}, each.errors)
            for key, each in answer.groups.items()
        }
    body["calendars"] = {
        key: _with_errors({"busy": [_span(time, clock) for time in each.busy]}, each.errors)
        for key, each in answer.calendars.items()
    }
    return body


def _by_id(read: Any) -> Any:
    def read_all(value: object, path: str) -> dict[str, Any]:
        given = read_object(value, path)
        if len(given) > MOST_ITEMS:
            raise CodecError(
                path, f"expected at most {MOST_ITEMS:,} ids, not {len(given):,}", "limit_exceeded"
            )
        places = {key: key_path(path, key) for key in given}
        return {
            identifier(key, places[key]): read(Body.of(each, places[key]))
            for key, each in given.items()
        }

    return read_all


def _read_calendar(body: Body) -> CalendarAnswer:
    return CalendarAnswer(
        body.read("busy", items(_read_span, at_most=MOST_TIMES), ()), _read_errors(body)
    )


def _read_group(body: Body) -> GroupAnswer:
    ids = body.read("calendars", items(identifier, at_most=MOST_ITEMS), ())
    return GroupAnswer(ids, _read_errors(body))


def _read_errors(body: Body) -> tuple[GoogleError, ...]:
    return body.read("errors", items(_read_error, at_most=MOST_ERRORS), ())


def _read_error(value: object, path: str) -> GoogleError:
    body = Body.of(value, path)
    return GoogleError(body.read("reason", text), body.read("domain", text, GLOBAL))


def _read_span(value: object, path: str) -> Interval:
    body = Body.of(value, path)
    start, end = body.read("start", instant), body.read("end", instant)
    with errors_at(path):
        return Interval(start, end)


def _with_errors(body: dict[str, object], errors: Iterable[GoogleError]) -> dict[str, object]:
    told = [{"domain": each.domain, "reason": each.reason} for each in errors]
    return {**body, "errors": told} if told else body


def _span(interval: Interval, clock: Zone) -> dict[str, object]:
    return {"start": _time(interval.start, clock), "end": _time(interval.end, clock)}


def _time(moment: datetime, clock: Zone) -> str:
    offset = moment.astimezone(clock).utcoffset()
    if not offset or offset % timedelta(minutes=1):
        return instant_text(moment)
    return offset_text(moment, clock)

"""Cronofy's availability query and its answers: how they are read and written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, Literal

from bookable.codecs._bodies import (
    Body,
    Reader,
    flag,
    identifier,
    instant,
    items,
    text,
    whole,
    word,
)
from bookable.codecs._forms import errors_at, fault, key_path, read_object
from bookable.codecs.cronofy._values import (
    LONGEST_MINUTES,
    MOST_GROUPS,
    MOST_MEMBERS,
    MOST_PERIODS,
    MOST_RESULTS,
    MOST_SLOTS,
    Availability,
    AvailabilityQuery,
    AvailableTime,
    CronofyErrors,
    Group,
    Participant,
    ResponseFormat,
)
from bookable.codecs.iso import instant_text
from bookable.errors import CodecError
from bookable.timeline.interval import Interval

MOST_TOLD: Final = 10_000
"""The most periods or slots of an answer that are read."""

_MINUTE: Final = timedelta(minutes=1)
_ZERO: Final = timedelta(0)
_ALL: Final = "all"
_NARROWING: Final = ("availability_constraints", "availability_rule_ids")
_MOST_CALENDARS: Final = 1_000
_MOST_ERRORS: Final = 100


def read_availability_query(body: object) -> AvailabilityQuery:
    """The query of a body.

    Raises:
        CodecError: If it is none, or beyond a limit; `errors_of` makes an answer of it.
    """
    document = Body.of(body)
    groups = document.read("participants", items(_read_group, at_most=MOST_GROUPS, at_least=1))
    duration = document.read("required_duration", _minutes(1))
    periods = document.read("query_periods", _spans(MOST_PERIODS), ())
    if "available_periods" in document:
        if "query_periods" in document:
            reason = "this is another name of query_periods, which is there as well"
            raise CodecError("$.available_periods", reason, "duplicate_key")
        periods = document.read("available_periods", _spans(MOST_PERIODS))
    buffer = document.body("buffer")
    slots = items(_read_slot(duration), at_most=MOST_SLOTS)
    step = document.read("start_interval", _minutes(1), None)
    formats = word(*(each.value for each in ResponseFormat))
    with errors_at("$.query_periods"):
        return AvailabilityQuery(
            groups,
            duration,
            periods,
            document.read("query_slots", slots, ()),
            ResponseFormat(document.read("response_format", formats, ResponseFormat.PERIODS.value)),
            step,
            buffer.read("before", _minutes(0), _ZERO),
            buffer.read("after", _minutes(0), _ZERO),
            document.read("max_results", whole(1, MOST_RESULTS), None),
        )


def write_availability_query(query: AvailabilityQuery) -> dict[str, object]:
    """The body of a query; what has its default is left out."""
    body: dict[str, object] = {
        "participants": [_write_group(each) for each in query.groups],
        "required_duration": _write_minutes(query.duration),
    }
    if query.periods:
        body["query_periods"] = [_write_span(each) for each in query.periods]
    if query.slots:
        body["query_slots"] = [_write_span(each) for each in query.slots]
    if query.step is not None:
        body["start_interval"] = _write_minutes(query.step)
    buffers = {"before": query.buffer_before, "after": query.buffer_after}
    if any(buffers.values()):
        body["buffer"] = {key: _write_minutes(each) for key, each in buffers.items() if each}
    if query.response_format is not ResponseFormat.PERIODS:
        body["response_format"] = query.response_format.value
    if query.max_results is not None:
        body["max_results"] = query.max_results
    return body


def _minutes(least: int) -> Reader[timedelta]:
    def read(value: object, path: str) -> timedelta:
        body = Body.of(value, path).only(["minutes"])
        return body.read("minutes", whole(least, LONGEST_MINUTES)) * _MINUTE

    return read


def _write_minutes(duration: timedelta) -> dict[str, object]:
    return {"minutes": duration // _MINUTE}


def _read_group(value: object, path: str) -> Group:
    body = Body.of(value, path)
    members = body.read("members", items(_read_member, at_most=MOST_MEMBERS, at_least=1))
    required = body.read("required", _read_required)
    with errors_at(body.at("members"), {"required": body.fields.get("required")}):
        return Group(members, None if required == _ALL else required)


def _read_required(value: object, path: str) -> int | Literal["all"]:
    if value == _ALL:
        return "all"
    if type(value) is str:
        raise fault(path, "'all' or how many", value, "choice")
    return whole(1, MOST_MEMBERS)(value, path)


def _write_group(group: Group) -> dict[str, object]:
    required = _ALL if group.required is None else group.required
    return {"members": [_write_member(each) for each in group.members], "required": required}


def _read_member(value: object, path: str) -> Participant:
    body = Body.of(value, path)
    for key in _NARROWING:
        if key in body:
            raise CodecError(body.at(key), "this is not supported", "unsupported")
    return Participant(
        body.read("sub", identifier),
        body.read("calendar_ids", items(identifier, at_most=_MOST_CALENDARS), None),
        body.read("available_periods", _spans(MOST_PERIODS), None),
        body.read("managed_availability", flag, False),
    )


def _write_member(member: Participant) -> dict[str, object]:
    body: dict[str, object] = {"sub": member.sub}
    if member.calendar_ids is not None:
        body["calendar_ids"] = list(member.calendar_ids)
    if member.available_periods is not None:
        body["available_periods"] = [_write_span(each) for each in member.available_periods]
    if member.managed_availability:
        body["managed_availability"] = True
    return body


def _spans(at_most: int) -> Reader[tuple[Interval, ...]]:
    return items(_read_span, at_most=at_most)


def _read_span(value: object, path: str) -> Interval:
    body = Body.of(value, path)
    start, end = body.read("start", instant), body.read("end", instant)
    with errors_at(body.at("end")):
        return Interval(start, end)


def _read_slot(duration: timedelta) -> Reader[Interval]:
    """A reader of a slot, whose end may be missing and else has to be right."""

    def read(value: object, path: str) -> Interval:
        body = Body.of(value, path)
        start = body.read("start", instant)
        with errors_at(path):
            right = Interval(start, start + duration)
        if body.read("end", instant, right.end) != right.end:
            like = f"{instant_text(right.end)}, which is the duration after the start"
            raise fault(body.at("end"), like, body.fields["end"], "duration")
        return right

    return read


def _write_span(interval: Interval) -> dict[str, object]:
    return {"start": instant_text(interval.start), "end": instant_text(interval.end)}


# Answers ---------------------------------------------------------------------


def read_availability(body: object) -> Availability:
    """The periods or slots that an answer lists.

    Raises:
        CodecError: If it lists neither.
    """
    document = Body.of(body)
    are_slots = "available_slots" in document
    key = "available_slots" if are_slots else "available_periods"
    return Availability(document.read(key, items(_read_time, at_most=MOST_TOLD)), are_slots)


def write_availability(told: Availability) -> dict[str, object]:
    """The body of an answer."""
    key = "available_slots" if told.are_slots else "available_periods"
    return {key: [_write_time(each) for each in told.times]}


def _read_time(value: object, path: str) -> AvailableTime:
    body = Body.of(value, path)
    subs = body.read("participants", items(_read_sub, at_most=MOST_MEMBERS), ())
    return AvailableTime(_read_span(value, path), subs)


def _read_sub(value: object, path: str) -> str:
    return Body.of(value, path).read("sub", identifier)


def _write_time(told: AvailableTime) -> dict[str, object]:
    return {**_write_span(told.interval), "participants": [{"sub": sub} for sub in told.subs]}


def errors_of(error: CodecError) -> CronofyErrors:
    """The answer to a body that could not be read: the field that is wrong, and why."""
    name = error.path.removeprefix("$").removeprefix(".")
    for mark in (".", "["):
        name = name.partition(mark)[0]
    key = "errors.required" if error.code == "missing_key" else "errors.invalid"
    return CronofyErrors({name: [(key, f"{error.path}: {error.reason}"[:10_000])]})


def read_errors(body: object) -> CronofyErrors:
    """The errors of a refusal.

    Raises:
        CodecError: If it has none.
    """
    return CronofyErrors(Body.of(body).read("errors", _read_fields))


def write_errors(told: CronofyErrors) -> dict[str, object]:
    """The body of a refusal."""
    return {
        "errors": {
            name: [{"key": key, "description": description} for key, description in each]
            for name, each in told.errors.items()
        }
    }


def _read_fields(value: object, path: str) -> dict[str, Iterable[tuple[str, str]]]:
    given = read_object(value, path)
    if len(given) > _MOST_ERRORS:
        raise CodecError(path, f"expected at most {_MOST_ERRORS} fields", "limit_exceeded")
    return {
        text(name, key_path(path, name)): items(_read_error, at_most=_MOST_ERRORS)(
            each, key_path(path, name)
        )
        for name, each in given.items()
    }


def _read_error(value: object, path: str) -> tuple[str, str]:
    body = Body.of(value, path)
    return body.read("key", text), body.read("description", text, "")

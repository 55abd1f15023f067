"""Google Calendar's free/busy query: ``POST /calendar/v3/freeBusy``, its body and its answer.

What is asked are *items*: ids of calendars, and of groups, which the host expands, as nobody else
knows who is in one. In an answer every calendar has its busy times or errors; groups tell who is in
them, or errors of their own.

Limits: of one group at most ``groupExpansionMax`` calendars (100 at most), of one query at most
``calendarExpansionMax`` (50 at most). They are checked in the order of the items: a group that is larger has
the error ``groupTooBig``; a group whose calendars do not all fit any more, as a calendar that does
not, has ``tooManyCalendarsRequested``, and the others are answered all the same. 1,000 items are read.

Traps:

- There is one kind of busy. Tentative and out of office are written as busy, and read as busy; what
  is told as elsewhere does not block and is left out.
- Errors stand inside an answer of status 200: a calendar with errors is *unknown*, never free.
- ``timeZone`` is the zone in which the answer is written; times have offsets in either direction.
- An empty ``busy`` may be left out, as may ``groups``, ``errors`` and the window of an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar, cast

from attrs import evolve, field, frozen

from bookable.checks import check_amount, check_id, check_ids, check_items, check_text, check_type
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
from bookable.codecs._open import not_known
from bookable.codecs.iso import instant_text
from bookable.domain.free_busy import BusyTime, FreeBusy
from bookable.domain.policy import BLOCKING_KINDS, BusyKind
from bookable.errors import CodecError, LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.limits import LONGEST_TEXT
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.interval import Interval, check_interval

MOST_PER_GROUP: Final = 100
"""The largest ``groupExpansionMax``."""

MOST_CALENDARS: Final = 50
"""The largest ``calendarExpansionMax``."""

MOST_ITEMS: Final = 1_000
"""The most items of a query, and the most calendars or groups of an answer, that are read."""

MOST_TIMES: Final = 100_000
MOST_ERRORS: Final = 100
"""The most busy times, and the most errors, of one calendar that are read."""

NOT_FOUND: Final = "notFound"
TOO_MANY: Final = "tooManyCalendarsRequested"
TOO_BIG: Final = "groupTooBig"

T = TypeVar("T")

KIND: Final = "calendar#freeBusy"
_UTC: Final = Zone("UTC")
_GLOBAL: Final = "global"
_REASONS: Final[Mapping[str, str]] = FrozenMap({"not_found": NOT_FOUND})
_OWN_REASONS: Final[Mapping[str, str]] = FrozenMap({word: ours for ours, word in _REASONS.items()})


def _item_ids(values: Iterable[str]) -> tuple[str, ...]:
    found = check_ids(values, "item_ids", known="ids of calendars and groups")
    if len(found) > MOST_ITEMS:
        raise LimitExceededError("items of a query", len(found), MOST_ITEMS)
    return found


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "calendar_ids", known="calendar ids")


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


@frozen
class FreeBusyQuery:
    """When the calendars, and those in the groups, of ``item_ids`` are busy inside ``within``.

    ``zone`` is the clock of the answer; None is UTC. Items come once each, in their order.

    Raises:
        InvalidAmountError: If an expansion is not from 1 to its limit.
        LimitExceededError: If there are more than 1,000 items.
    """

    within: Interval
    item_ids: tuple[str, ...] = field(converter=_item_ids)
    zone: Zone | None = field(default=None, converter=_zone)
    group_expansion: int | None = None
    calendar_expansion: int | None = None

    def __attrs_post_init__(self) -> None:
        check_interval(self.within, "within")
        for name, limit in (
            ("group_expansion", MOST_PER_GROUP),
            ("calendar_expansion", MOST_CALENDARS),
        ):
            if getattr(self, name) is not None:
                check_amount(getattr(self, name), name, minimum=1, maximum=limit)


@frozen
class GoogleError:
    """Why a calendar or group could not be told of, as ``notFound`` in the domain ``global``."""

    reason: str
    domain: str = _GLOBAL

    def __attrs_post_init__(self) -> None:
        check_text(self.reason, "reason")
        check_text(self.domain, "domain")


def _errors(values: Iterable[GoogleError]) -> tuple[GoogleError, ...]:
    return check_items(values, GoogleError, "errors", "a GoogleError(reason)")


def _busy(values: Iterable[Interval]) -> tuple[Interval, ...]:
    return check_items(values, Interval, "busy", "an Interval(start, end)")


@frozen
class CalendarAnswer:
    """When one calendar is busy, as told; or why nobody knows."""

    busy: tuple[Interval, ...] = field(default=(), converter=_busy)
    errors: tuple[GoogleError, ...] = field(default=(), converter=_errors)


@frozen
class GroupAnswer:
    """Who is in a group; or why it was not expanded."""

    calendar_ids: tuple[str, ...] = field(default=(), converter=_ids)
    errors: tuple[GoogleError, ...] = field(default=(), converter=_errors)


def _calendars(values: Mapping[str, CalendarAnswer]) -> FrozenMap[str, CalendarAnswer]:
    return _by_ids(values, CalendarAnswer, "calendars")


def _groups(values: Mapping[str, GroupAnswer]) -> FrozenMap[str, GroupAnswer]:
    return _by_ids(values, GroupAnswer, "groups")


def _by_ids(values: Mapping[str, T], kind: type[T], name: str) -> FrozenMap[str, T]:
    like = f"a mapping of ids to {kind.__name__}"
    given: Mapping[str, T] = check_type(values, Mapping, name, like)
    return FrozenMap(
        {check_id(key, name): check_type(each, kind, name, like) for key, each in given.items()}
    )


@frozen
class FreeBusyAnswer:
    """What was told about a window: of each calendar, and of each group that was asked for."""

    within: Interval
    calendars: FrozenMap[str, CalendarAnswer] = field(default=FrozenMap(), converter=_calendars)
    groups: FrozenMap[str, GroupAnswer] = field(default=FrozenMap(), converter=_groups)

    def __attrs_post_init__(self) -> None:
        check_interval(self.within, "within")


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
        document.read("calendars", _by_id(_read_calendar), {}),
        document.read("groups", _by_id(_read_group), {}),
    )


def write_free_busy_answer(answer: FreeBusyAnswer, *, zone: Zone | str = _UTC) -> dict[str, object]:
    """The body of an answer, its times as a zone's clock shows them, with their offsets.

    Times at which that clock was off by a fraction of a minute (long ago) are written in UTC.
    ``groups`` and ``errors`` are left out where there are none.
    """
    clock = to_zone(zone)
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
    return GoogleError(body.read("reason", text), body.read("domain", text, _GLOBAL))


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


def to_free_busy(answer: FreeBusyAnswer) -> FreeBusy:
    """What an answer tells: busy times of all whom it could read, and why it could not read others.

    A calendar with errors is unknown, for the reasons it gives. A group is nobody's time and is left out; one that
    was not expanded is unknown as well: somebody was asked for in vain.
    """
    busy: dict[str, list[BusyTime]] = {}
    unknown: dict[str, str] = {}
    for key, group in answer.groups.items():
        if group.errors:
            unknown[key] = _reasons(group.errors)
    for key, calendar in answer.calendars.items():
        if calendar.errors:
            unknown[key] = _reasons(calendar.errors)
        else:
            unknown.pop(key, None)
            busy[key] = [BusyTime(each) for each in calendar.busy]
    return FreeBusy(answer.within, busy, unknown)


def from_free_busy(
    free_busy: FreeBusy, *, kinds: Iterable[BusyKind | str] = BLOCKING_KINDS
) -> FreeBusyAnswer:
    """The answer that tells of all subjects; busy is what is of one of these kinds."""
    wanted = tuple(kinds)
    answers = {}
    for subject in free_busy.subjects:
        times = free_busy.times(subject, wanted)
        if times is None:
            reason = free_busy.unknown[subject]
            answers[subject] = CalendarAnswer((), [GoogleError(_REASONS.get(reason, reason))])
        else:
            answers[subject] = CalendarAnswer(times)
    return FreeBusyAnswer(free_busy.within, answers)


def answer_free_busy(
    query: FreeBusyQuery,
    scheduler: Scheduler,
    *,
    now: datetime,
    groups: Mapping[str, Iterable[str]] = FrozenMap(),
    unknown: Mapping[str, str] = FrozenMap(),
) -> FreeBusyAnswer:
    """What a scheduler answers: calendars are its resources, ``groups`` says who is in a group.

    ``unknown`` are those whose time the host could not read, and why: an error, as of whom the catalogue
    does not have (``notFound``). Times are `Scheduler.busy_times`, not opening hours.
    """
    asked = _expanded(query, groups)
    known = [key for key, each in asked.calendars.items() if not each.errors]
    told = scheduler.busy_times(known, within=query.within, now=now)
    answers = from_free_busy(not_known(told, unknown)).calendars
    return evolve(
        asked, calendars={key: answers.get(key, each) for key, each in asked.calendars.items()}
    )


def _expanded(query: FreeBusyQuery, groups: Mapping[str, Iterable[str]]) -> FreeBusyAnswer:
    """The calendars to be answered, without times, and the groups that they come from."""
    per_group = query.group_expansion or MOST_PER_GROUP
    places = query.calendar_expansion or MOST_CALENDARS
    wanted: set[str] = set()
    told: dict[str, CalendarAnswer] = {}
    expanded: dict[str, GroupAnswer] = {}
    for item_id in query.item_ids:
        is_group = item_id in groups
        members = check_ids(groups[item_id], f"groups[{item_id!r}]") if is_group else (item_id,)
        fits = len(wanted.union(members)) <= places
        if is_group and (len(members) > per_group or not fits):
            reason = TOO_BIG if len(members) > per_group else TOO_MANY
            expanded[item_id] = GroupAnswer((), [GoogleError(reason)])
            continue
        if is_group:
            expanded[item_id] = GroupAnswer(members)
        if fits:
            wanted.update(members)
        errors = () if fits else [GoogleError(TOO_MANY)]
        told.update({each: CalendarAnswer((), errors) for each in members})
    return FreeBusyAnswer(query.within, told, expanded)


def _reasons(errors: Iterable[GoogleError]) -> str:
    told = ", ".join(_OWN_REASONS.get(each.reason, each.reason) for each in errors)
    return told[:LONGEST_TEXT]

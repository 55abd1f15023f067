"""Google's free/busy query: what its answer means, and what a scheduler answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from attrs import evolve

from bookable.checks import check_ids
from bookable.codecs._open import not_known
from bookable.codecs.google._values import (
    MOST_CALENDARS,
    MOST_PER_GROUP,
    CalendarAnswer,
    FreeBusyAnswer,
    FreeBusyQuery,
    GoogleError,
    GroupAnswer,
)
from bookable.domain.free_busy import BusyTime, FreeBusy
from bookable.domain.policy import BLOCKING_KINDS, BusyKind
from bookable.frozen_map import FrozenMap
from bookable.limits import LONGEST_TEXT
from bookable.scheduler import Scheduler

NOT_FOUND: Final = "notFound"
TOO_MANY: Final = "tooManyCalendarsRequested"
TOO_BIG: Final = "groupTooBig"

_UNTOLD: Final = "nothing was told"

_REASONS: Final[Mapping[str, str]] = FrozenMap({"not_found": NOT_FOUND})
_OWN_REASONS: Final[Mapping[str, str]] = FrozenMap({word: ours for ours, word in _REASONS.items()})


def to_free_busy(answer: FreeBusyAnswer) -> FreeBusy:
    """What an answer tells: busy times of all whom it could read, and why it could not read others.

    A calendar with errors is unknown, for the reasons it gives. A group is nobody's time and is left out; one that
    was not expanded is unknown as well: somebody was asked for in vain. So is whoever is in a group and
    is not among the calendars.
    """
    busy: dict[str, list[BusyTime]] = {}
    unknown: dict[str, str] = {}
    for key, group in answer.groups.items():
        for each in group.calendar_ids:
            unknown.setdefault(each, _UNTOLD)
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

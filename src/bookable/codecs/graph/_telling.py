"""``getSchedule``: what it means, and what a scheduler answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bookable.checks import check_amount
from bookable.codecs._open import not_known
from bookable.codecs.graph._schedules import (
    LONGEST_INTERVAL,
    SHORTEST_INTERVAL,
    FreeBusyError,
    ScheduleInformation,
    ScheduleItem,
    ScheduleQuery,
    WorkingHours,
)
from bookable.codecs.graph._times import GraphTime
from bookable.domain.free_busy import STRONGEST_FIRST, BusyTime, FreeBusy
from bookable.domain.policy import BusyKind
from bookable.domain.resources import Member
from bookable.frozen_map import FrozenMap
from bookable.scheduler import Scheduler
from bookable.timeline.instant import MINUTE
from bookable.timeline.interval import Interval

DIGITS: Final[Mapping[BusyKind, str]] = FrozenMap(
    {
        BusyKind.FREE: "0",
        BusyKind.TENTATIVE: "1",
        BusyKind.BUSY: "2",
        BusyKind.MAINTENANCE: "2",
        BusyKind.OUT_OF_OFFICE: "3",
        BusyKind.ELSEWHERE: "4",
    }
)
"""The digit of each kind in an ``availabilityView``."""

WORDS: Final[Mapping[BusyKind, str]] = FrozenMap(
    {
        BusyKind.FREE: "free",
        BusyKind.TENTATIVE: "tentative",
        BusyKind.BUSY: "busy",
        BusyKind.MAINTENANCE: "busy",
        BusyKind.OUT_OF_OFFICE: "oof",
        BusyKind.ELSEWHERE: "workingElsewhere",
    }
)
"""The ``freeBusyStatus`` of each kind."""

_KINDS: Final[Mapping[str, BusyKind]] = FrozenMap(
    {
        "free": BusyKind.FREE,
        "tentative": BusyKind.TENTATIVE,
        "busy": BusyKind.BUSY,
        "unknown": BusyKind.BUSY,
        "oof": BusyKind.OUT_OF_OFFICE,
        "workingElsewhere": BusyKind.ELSEWHERE,
    }
)
_KINDS_OF_DIGITS: Final = (
    *(BusyKind.FREE, BusyKind.TENTATIVE, BusyKind.BUSY),
    *(BusyKind.OUT_OF_OFFICE, BusyKind.ELSEWHERE),
)
_STRENGTH: Final = {kind: place for place, kind in enumerate((*STRONGEST_FIRST, BusyKind.FREE))}
_NOT_FOUND: Final = "ErrorMailRecipientNotFound"
_UNTOLD: Final = "nothing was told"
_OTHER_STEPS: Final = "its digits are not those of the steps that were asked for"
_REASONS: Final[Mapping[str, str]] = FrozenMap({"not_found": _NOT_FOUND})
_OWN_REASONS: Final[Mapping[str, str]] = FrozenMap({_NOT_FOUND: "not_found"})


def availability_view(times: Iterable[BusyTime], within: Interval, *, minutes: int = 30) -> str:
    """One digit for each step of a window, whose last may be shorter: the strongest kind in it.

    ``times`` in any order; where several kinds meet, out of office wins, then busy, tentative and
    elsewhere. O(n log n + k) for *n* times and *k* steps.

    >>> from datetime import UTC
    >>> nine, ten, noon = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10, 12))
    >>> availability_view([BusyTime(Interval(ten, noon), "tentative")], Interval(nine, noon))
    '001111'
    """
    check_amount(minutes, "minutes", minimum=SHORTEST_INTERVAL, maximum=LONGEST_INTERVAL)
    step, start = minutes * MINUTE, within.start_us
    found = [BusyKind.FREE] * -(-(within.end_us - start) // step)
    for time in FreeBusy(within, {"subject": times}).busy["subject"]:
        first = (time.interval.start_us - start) // step
        for place in range(first, -(-(time.interval.end_us - start) // step)):
            found[place] = min(found[place], time.kind, key=_STRENGTH.__getitem__)
    return "".join(DIGITS[kind] for kind in found)


def to_free_busy(told: Iterable[ScheduleInformation], query: ScheduleQuery) -> FreeBusy:
    """What an answer to a query tells of everybody in it.

    Its items say it exactly, and its digits where there is no item: for the steps of the query. Who has an
    error, or of whom neither is told, is unknown, as is one whose digits alone tell, and are not as many
    as the steps; an item whose status is unknown counts as busy. Of one who comes twice all times count,
    and an error wins.
    """
    within = query.within
    steps = -(-(within.end_us - within.start_us) // (query.view_interval * MINUTE))
    busy: dict[str, list[BusyTime]] = {}
    unknown: dict[str, str] = {}
    for each in told:
        if each.error is not None:
            code = each.error.response_code
            unknown[each.schedule_id] = _OWN_REASONS.get(code, code or each.error.message)
        elif not each.items and (reason := _why_untold(each, steps)) is not None:
            unknown[each.schedule_id] = reason
        else:
            busy.setdefault(each.schedule_id, []).extend(_times(each, within, query.view_interval))
    return FreeBusy(
        within, {key: times for key, times in busy.items() if key not in unknown}, unknown
    )


def _why_untold(told: ScheduleInformation, steps: int) -> str | None:
    """Why nobody knows of one without items; None where somebody does."""
    if told.view is None:
        return None if told.items is not None else _UNTOLD
    if not told.view:
        return _UNTOLD
    is_free = told.items is not None and not told.view.strip("0")
    return None if is_free or len(told.view) == steps else _OTHER_STEPS


def _times(told: ScheduleInformation, within: Interval, minutes: int) -> list[BusyTime]:
    pairs = ((each.interval, _KINDS[each.status]) for each in told.items or ())
    times = [BusyTime(interval, kind) for interval, kind in pairs if interval is not None]
    if not (told.view or "").strip("0"):
        return times
    exact = availability_view(times, within, minutes=minutes)
    if told.view is None or len(told.view) != len(exact):
        return times
    step, start = minutes * MINUTE, within.start_us
    return times + [
        BusyTime(Interval.from_us(low, low + step), _KINDS_OF_DIGITS[int(digit)])
        for low, digit, own in zip(range(start, within.end_us, step), told.view, exact, strict=True)
        if own == "0" != digit
    ]


def from_free_busy(
    free_busy: FreeBusy,
    query: ScheduleQuery,
    *,
    zone: str = "UTC",
    working_hours: Mapping[str, WorkingHours] = FrozenMap(),
) -> tuple[ScheduleInformation, ...]:
    """What is to be told of the schedules of a query, in its order; times as a zone's clock shows them.

    A subject of which nothing is told is unknown, too.
    """
    return tuple(
        _information(free_busy, subject, query, zone, working_hours.get(subject))
        for subject in query.schedules
    )


def _information(
    free_busy: FreeBusy,
    subject: str,
    query: ScheduleQuery,
    zone: str,
    working_hours: WorkingHours | None,
) -> ScheduleInformation:
    times = free_busy.busy.get(subject)
    if times is None:
        reason = free_busy.unknown.get(subject, _UNTOLD)
        error = FreeBusyError(f"nothing is known of {subject!r}", _REASONS.get(reason, reason))
        return ScheduleInformation(subject, "", (), error=error)
    items = [
        ScheduleItem(
            WORDS[time.kind],
            GraphTime.of(time.interval.start, zone),
            GraphTime.of(time.interval.end, zone),
        )
        for time in times
    ]
    view = availability_view(times, query.within, minutes=query.view_interval)
    return ScheduleInformation(subject, view, items, working_hours)


def answer_get_schedule(
    query: ScheduleQuery,
    scheduler: Scheduler,
    *,
    now: datetime,
    zone: str = "UTC",
    unknown: Mapping[str, str] = FrozenMap(),
) -> tuple[ScheduleInformation, ...]:
    """What a scheduler answers of its resources; ``zone`` is what the client prefers for times.

    Busy times are `Scheduler.busy_times`. Whom the catalogue does not have gets an error, as those whose
    time the host could not read: ``unknown`` maps an address to the code of that error
    (``responseCode``, such as ``ErrorMailRecipientNotFound``). Opening hours are no busy time: they are told as working hours, of members whose weekly hours are the same
    one window on each of their days, as more cannot be said.
    """
    told = scheduler.busy_times(query.schedules, within=query.within, now=now)
    told = not_known(told, unknown)
    hours: dict[str, WorkingHours] = {}
    for subject in told.busy:
        entry = scheduler.catalogue.settled(subject)
        found = WorkingHours.of(entry.hours) if isinstance(entry, Member) else None
        if found is not None:
            hours[subject] = found
    return from_free_busy(told, query, zone=zone, working_hours=hours)

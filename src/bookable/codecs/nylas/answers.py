"""How a `Scheduler` answers Nylas availability and free/busy; see `bookable.codecs.nylas`."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import attrs

from bookable.codecs._open import not_known, unread
from bookable.codecs.nylas.availability import (
    AvailabilityAnswer,
    AvailabilityQuery,
    Participant,
    TimeSlot,
)
from bookable.codecs.nylas.free_busy import FreeBusyQuery
from bookable.codecs.nylas.hours import opening_hours
from bookable.codecs.nylas.limits import Method
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.catalogue import Catalogue
from bookable.domain.free_busy import FreeBusy
from bookable.domain.hours import OpeningHours
from bookable.domain.layers import both_open
from bookable.domain.policy import BLOCKING_KINDS, BufferPolicy, BusyKind
from bookable.domain.ranking import Ranking
from bookable.domain.resources import Member
from bookable.errors import CodecError, shown
from bookable.frozen_map import FrozenMap
from bookable.scheduler import Scheduler
from bookable.timeline.interval import Interval

_MINUTE: Final = timedelta(minutes=1)
_NOT_FOUND: Final = "Unable to resolve e-mail address {}."


def answer_availability(
    query: AvailabilityQuery,
    scheduler: Scheduler,
    *,
    now: datetime,
    unknown_ids: Iterable[str] = (),
) -> AvailabilityAnswer:
    """The slots in order of start, with all who are free for each; for round robin who would be next.

    Decided by the scheduler with a calendar of the query's own, of the same members: as nothing else
    is asked of that, rooms, notice and horizon play no part, save that nothing begins in the past.
    ``unknown_ids`` are those whose time the host could not read: they are never free.
    O(n) in the catalogue beside what `Scheduler.start_periods` costs, once for all or for each of them.

    Raises:
        CodecError: If a participant is no member (code ``unknown_id``), or a group that is named no
            calendar.
        SearchLimitError: If that is too much to look at in one question.
    """
    catalogue = _as_asked(query, scheduler.catalogue)
    calendar = _calendar(query, catalogue)
    state = scheduler.with_catalogue(catalogue.add(calendar))
    kinds = BLOCKING_KINDS - (set() if query.rules.tentative_as_busy else {BusyKind.TENTATIVE})
    within, length = Interval(query.start_time, query.end_time), query.duration_minutes * _MINUTE
    missing = unread(unknown_ids, scheduler)
    together = query.rules.method is Method.COLLECTIVE
    # Any one will do where that one alone will do; whoever is named is asked for, whatever the weight.
    free: dict[datetime, list[str]] = {}
    starts = query.starts()
    for hosts in [sorted(query.emails)] if together else [[each] for each in sorted(query.emails)]:
        request = state.request(
            calendar.id, blocking_kinds=kinds, host_ids=hosts, unknown_ids=missing
        )
        periods = state.start_periods(request, within=within, now=now)
        for each in periods:
            for start in starts[bisect_left(starts, each.start) : bisect_left(starts, each.end)]:
                free.setdefault(start, []).extend(hosts)
    slots = [TimeSlot(start, start + length, free[start]) for start in sorted(free)]
    return AvailabilityAnswer(slots, () if together else _order(query, state, calendar, now))


def answer_free_busy(
    query: FreeBusyQuery,
    scheduler: Scheduler,
    *,
    now: datetime,
    unknown: Mapping[str, str] = FrozenMap(),
) -> FreeBusy:
    """When they are busy; who is no member is unknown, as Nylas says it, and who could not be read.

    ``unknown`` are those whose time the host could not read, and why. Write it with the query's
    ``tentative_as_busy``.
    """
    told = scheduler.busy_times(query.emails, within=query.within, now=now)
    nobody = {
        email: _NOT_FOUND.format(email) if reason == "not_found" else reason
        for email, reason in told.unknown.items()
    }
    return not_known(attrs.evolve(told, unknown=FrozenMap(nobody)), unknown)


# -------------------------------------------------------------------------------


def _as_asked(query: AvailabilityQuery, catalogue: Catalogue) -> Catalogue:
    """The catalogue in which participants keep the hours that the query gives, besides their own."""
    changed: dict[str, Member] = {}
    for number, each in enumerate(query.participants):
        if each.email not in catalogue or not isinstance(catalogue.get(each.email), Member):
            reason = f"{shown(each.email)} is nobody whose time is known here"
            raise CodecError(f"$.participants[{number}].email", reason, "unknown_id")
        hours = _hours_of(each, query)
        own = catalogue.settled_resource(each.email)
        assert isinstance(own, Member)
        narrowed = both_open(own.hours, hours)
        if hours is not None:
            changed[each.email] = attrs.evolve(own, hours=narrowed)
    if not changed:
        return catalogue
    settings = catalogue.settings
    return Catalogue(
        catalogue.rooms(),
        catalogue.equipment(),
        [changed.get(each.id, each) for each in catalogue.members()],
        catalogue.calendars(),
        places=settings.places.values(),
        schedules=settings.schedules,
        limits=settings.limits,
        travel=settings.travel,
    )


def _hours_of(each: Participant, query: AvailabilityQuery) -> OpeningHours | None:
    blocks = query.rules.open_hours if each.open_hours is None else each.open_hours
    return opening_hours(blocks, each.dates, only_dates=each.only_dates)


def _calendar(query: AvailabilityQuery, catalogue: Catalogue) -> Calendar:
    """The query as a calendar under an id that nothing else has.

    What is kept clear before a meeting that exists lies behind the one that is asked for.
    """
    together = query.rules.method is Method.COLLECTIVE
    return Calendar(
        _unused("availability", catalogue),
        query.duration_minutes * _MINUTE,
        kind=CalendarKind.COLLECTIVE if together else CalendarKind.ROUND_ROBIN,
        member_ids=query.emails,
        zone="UTC",
        buffer_before=query.rules.minutes_after * _MINUTE,
        buffer_after=query.rules.minutes_before * _MINUTE,
        buffer_policy=BufferPolicy.SHARED,
    )


def _unused(name: str, catalogue: Catalogue) -> str:
    number, found = 0, name
    while found in catalogue:
        number += 1
        found = f"{name} {number}"
    return found


def _order(
    query: AvailabilityQuery, state: Scheduler, calendar: Calendar, now: datetime
) -> tuple[str, ...]:
    """Who would be next, by what the calendar of the group has given to each."""
    group = calendar
    if query.rules.group_id is not None:
        held = state.catalogue.calendar_or_none(query.rules.group_id)
        if held is None:
            reason = f"there is no calendar {shown(query.rules.group_id)}"
            path = "$.availability_rules.round_robin_group_id"
            raise CodecError(path, reason, "unknown_id")
        group = held
    fair = query.rules.method is Method.MAX_FAIRNESS
    order = (Ranking.equal_distribution() if fair else Ranking.availability()).order
    asked = attrs.evolve(
        calendar, id=group.id, ranking=attrs.evolve(group.ranking, order=order, strict=False)
    )
    standings = state.with_catalogue(state.catalogue.replace(asked))
    return tuple(each.host_id for each in standings.host_standings(group.id, now=now))

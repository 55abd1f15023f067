"""Who serves a calendar, and when they can: hours for it, absences, delegates (SPEC N8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from bookable.availability.pools import Pool, Reading
from bookable.availability.question import Candidate, Question
from bookable.availability.standing import automatic_hosts
from bookable.domain.calendar import ZERO, Calendar, CalendarKind, HostHours
from bookable.domain.catalogue import Catalogue
from bookable.domain.hours import OpeningHours
from bookable.domain.layers import both_open, closed_during, open_only_during
from bookable.domain.refusal import Detail, RefusalCode
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Member, Resource
from bookable.errors import InvalidValueError, UnknownIdError
from bookable.timeline.interval import Interval

# Hours ---------------------------------------------------------------------


def schedule_of(
    member: Member, calendar: Calendar | None, catalogue: Catalogue, *, is_host: bool
) -> OpeningHours | None:
    """The hours of a settled member for a calendar, absences aside.

    Those that the member keeps for this calendar, else the member's own; for its hosts they are
    replaced by the common hours of the calendar, or both must be open.
    """
    if calendar is None:
        return member.hours
    named = member.calendar_schedules.get(calendar.id)
    hours = member.hours if named is None else catalogue.settings.schedules[named]
    if not is_host or calendar.host_hours is None:
        return hours
    if calendar.host_hours_mode is HostHours.REPLACE:
        return calendar.host_hours
    return both_open(hours, calendar.host_hours)


def hours_for(
    resource: Resource, calendar: Calendar | None, catalogue: Catalogue, *, is_host: bool
) -> OpeningHours | None:
    """When a settled resource can serve a calendar: never while a member is away."""
    if not isinstance(resource, Member):
        return resource.hours
    hours = schedule_of(resource, calendar, catalogue, is_host=is_host)
    return closed_during(hours, (absence.interval for absence in resource.absences))


def hours_here(question: Question, resource: Resource, catalogue: Catalogue) -> OpeningHours | None:
    """When a settled resource can serve a question's calendar, asked for or not.

    For members it is what they have in general: a delegate is not tied to an absence here.
    """
    if RefusalCode.OUTSIDE_HOURS in question.aside:
        return None
    calendar = question.calendar
    is_host = calendar is not None and (
        resource.id in calendar.member_ids or resource.id in question.delegate_ids
    )
    return hours_for(resource, calendar, catalogue, is_host=is_host)


def absence_detail(candidate: Candidate, start: int, duration: int) -> dict[str, Detail]:
    """Why a member is away during a time, as the detail ``absence``; empty if none is the cause."""
    resource, end = candidate.resource, start + duration
    if not isinstance(resource, Member):
        return {}
    reasons = [
        absence.reason
        for absence in resource.absences
        if absence.interval.start_us < end and start < absence.interval.end_us
    ]
    return {"absence": ", ".join(dict.fromkeys(filter(None, reasons)))} if reasons else {}


# Who -----------------------------------------------------------------------


def host_pools(reading: Reading) -> list[Pool]:
    """The roles of those who serve the calendar: all of them together, or any one.

    Whoever takes another time than is asked for is left out, and so is, unless asked for by id,
    who has no share in automatic assignment. Delegates are added where the request wants them.

    Raises:
        UnknownIdError: If the request wants a host who does not serve the calendar.
        InvalidValueError: If nobody who is wanted may be booked for so long.
    """
    calendar, request = _calendar(reading), reading.request
    eligible = eligible_hosts(reading)
    wanted = calendar.member_ids if request.host_ids is None else request.host_ids
    together = needs_all(calendar)
    lasting = tuple(key for key in eligible if _may_last(reading, key))
    if (eligible and not lasting) or (together and lasting != eligible):
        raise _duration_error(reading, eligible)
    if not eligible and not _may_last(reading, None):
        raise _duration_error(reading, wanted or (None,))
    if not wanted:
        return []
    stand_ins = _stand_ins(reading, lasting if request.use_delegates else ())
    if not together:
        return [_pool(reading, wanted, lasting, 1, stand_ins)]
    with_own = [key for key in lasting if stand_ins.get(key)]
    others = tuple(key for key in lasting if key not in with_own)
    pools = [_pool(reading, (key,), (key,), 1, {key: stand_ins[key]}) for key in with_own]
    return [*pools, _pool(reading, others, others, len(others), {})] if others else pools


def eligible_hosts(reading: Reading) -> tuple[str, ...]:
    """Those who may be given the booking, in the calendar's order, or the order asked for.

    Raises:
        UnknownIdError: If the request wants a host who does not serve the calendar.
        InvalidValueError: If a collective calendar is asked for some of its members only.
    """
    calendar, wanted = _calendar(reading), reading.request.host_ids
    if wanted is None:
        return automatic_hosts(calendar, reading.catalogue)
    for host_id in wanted:
        if host_id not in calendar.member_ids:
            known = calendar.member_ids
            raise UnknownIdError.among("host of this calendar", host_id, "host_ids", known)
    if calendar.kind is CalendarKind.COLLECTIVE and set(wanted) != set(calendar.member_ids):
        expected = "every member, or None: a collective calendar needs all of them"
        raise InvalidValueError("host_ids", wanted, expected, "host_ids")
    return wanted


def needs_all(calendar: Calendar) -> bool:
    """Whether a booking needs every member of the calendar."""
    return calendar.kind in {CalendarKind.COLLECTIVE, CalendarKind.PERSONAL}


def _calendar(reading: Reading) -> Calendar:
    assert reading.calendar is not None, "only calendars have hosts"
    return reading.calendar


def _pool(
    reading: Reading,
    named: tuple[str, ...],
    hosts: Iterable[str],
    count: int,
    stand_ins: dict[str, dict[str, list[Interval]]],
) -> Pool:
    """A role for these hosts and their delegates; *named* may hold more, who cannot serve now."""
    calendar, catalogue = reading.calendar, reading.catalogue
    found = {key: catalogue.settled_resource(key) for key in hosts}
    away: dict[str, list[Interval]] = defaultdict(list)
    for host_id in sorted(found.keys() & stand_ins.keys()):
        for delegate_id, intervals in stand_ins[host_id].items():
            if delegate_id not in found:
                away[delegate_id] += intervals
    hours: dict[str, OpeningHours] = {}
    for delegate_id, intervals in away.items():
        member = catalogue.settled_resource(delegate_id)
        own = hours_for(member, calendar, catalogue, is_host=True)
        hours[delegate_id] = open_only_during(own, intervals)
        found[delegate_id] = member
    resources = tuple(found[key] for key in sorted(found))
    return Pool(Requirement(named, count=count, name="hosts"), resources, count, True, hours)


def _stand_ins(reading: Reading, host_ids: Iterable[str]) -> dict[str, dict[str, list[Interval]]]:
    """For each host the delegates who could serve so long, with the absences that name them."""
    found: dict[str, dict[str, list[Interval]]] = {}
    for host_id in host_ids:
        own: dict[str, list[Interval]] = defaultdict(list)
        for absence in reading.catalogue.member(host_id).absences:
            key = absence.delegate_id
            if key is not None and _may_last(reading, key):
                own[key].append(absence.interval)
        found[host_id] = dict(own)
    return found


# How long ------------------------------------------------------------------


def _may_last(reading: Reading, host_id: str | None) -> bool:
    """Whether a booking with this host may last as long as is asked for; whole days always may."""
    request = reading.request
    return bool(request.whole_days) or _calendar(reading).allows(
        request.duration, host_id, request.variant_id, request.add_on_ids
    )


def _duration_error(reading: Reading, host_ids: Iterable[str | None]) -> InvalidValueError:
    calendar, request = _calendar(reading), reading.request
    listed: set[timedelta] = set()
    for key in host_ids:
        listed.update(calendar.durations_with(key, request.variant_id, request.add_on_ids))
    allowed = ", ".join(str(each) for each in sorted(listed))
    if request.variant_id is None and (calendar.shortest or calendar.longest):
        low, high = calendar.shortest or ZERO, calendar.longest
        allowed += f", or any from {low}" + ("" if high is None else f" to {high}")
    expected = f"a duration that the calendar allows: {allowed}"
    return InvalidValueError("duration", request.duration, expected, "duration")

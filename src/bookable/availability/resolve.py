"""Reading a request against a catalogue: which rules hold, which roles must be filled by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

import attrs

from bookable.availability.competition import competing, conditions_of
from bookable.availability.question import Candidate, Question, Role
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.catalogue import Catalogue
from bookable.domain.policy import BLOCKING_KINDS, Access
from bookable.domain.ranking import DEFAULT_RANKING
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.errors import InvalidValueError, UnknownIdError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.grid import LocalMidnight
from bookable.timeline.instant import duration_us
from bookable.timeline.packing import AnyGrid

_ONE_DAY: Final = timedelta(days=1)


def resolve(request: Request, catalogue: Catalogue) -> Question:
    """Read a request against a catalogue.

    Raises:
        UnknownIdError: If it names a calendar or resource that does not exist.
        InvalidValueError: If the calendar does not allow its duration or its hosts.
        LimitExceededError: If more than ten roles compete for the same resources.
    """
    if request.calendar_id is None:
        return _own_rules(request, catalogue)
    calendar = catalogue.settled_calendar(request.calendar_id)
    if request.duration not in calendar.allowed_durations:
        allowed = ", ".join(str(value) for value in calendar.allowed_durations)
        expected = f"a duration that the calendar allows: {allowed}"
        raise InvalidValueError("duration", request.duration, expected, "duration")
    needs = list(_calendar_needs(request, calendar, catalogue))
    step = min(calendar.slot_step or calendar.duration, _ONE_DAY)
    zone = zone_of(calendar, catalogue)
    grid = calendar.grid or LocalMidnight(zone, step)
    return _question(request, calendar, needs, (grid, grid), zone, catalogue)


def _own_rules(request: Request, catalogue: Catalogue) -> Question:
    step = min(request.slot_step or request.duration, _ONE_DAY)
    zone = request.zone or _one_zone(_named(request.requirements, catalogue)) or to_zone("UTC")
    listing_grid = request.grid or LocalMidnight(zone, step)
    grid = request.grid if request.slot_step is None else listing_grid
    needs = list(request.requirements)
    return _question(request, None, needs, (grid, listing_grid), zone, catalogue)


def _question(
    request: Request,
    calendar: Calendar | None,
    needs: list[Requirement],
    grids: tuple[AnyGrid | None, AnyGrid],
    zone: Zone,
    catalogue: Catalogue,
) -> Question:
    """The question, under the rules of the calendar or else of the request itself."""
    rules = request if calendar is None else calendar
    roles = _roles(needs, (rules.buffer_before, rules.buffer_after), request.party_size, catalogue)
    seats = calendar.seats if calendar is not None and calendar.has_sessions else None
    return Question(
        request=request,
        calendar=calendar,
        roles=roles,
        groups=competing(roles),
        conditions=conditions_of(roles),
        duration=duration_us(request.duration),
        before=duration_us(rules.buffer_before),
        after=duration_us(rules.buffer_after),
        policy=rules.buffer_policy,
        buffer_within_hours=rules.buffer_within_hours,
        hours=rules.hours,
        booker_hours=None if calendar is None else calendar.booker_hours,
        blocking_kinds=BLOCKING_KINDS if request.blocking_kinds is None else request.blocking_kinds,
        grid=grids[0],
        listing_grid=grids[1],
        zone=zone,
        minimum_notice=rules.minimum_notice,
        booking_horizon=rules.booking_horizon,
        seats_per_slot=seats,
        ranking=DEFAULT_RANKING if calendar is None else calendar.ranking,
        limits=(*(() if calendar is None else calendar.limits), *catalogue.settings.limits),
        access=_access(request, calendar),
        location_id=request.location_id or (None if calendar is None else calendar.location_id),
        tags=request.tags,
    )


def _access(request: Request, calendar: Calendar | None) -> Access:
    """What who books may do."""
    if calendar is None or calendar.policy is None:
        return Access.ALLOW
    names = [] if request.customer_id is None else [request.customer_id]
    return calendar.policy.access_of([*names, *request.groups])


def zone_of(calendar: Calendar, catalogue: Catalogue) -> Zone:
    """The zone whose midnight a calendar's starts are counted from.

    Its own, else that of its hours, else the one zone of all its members' hours, else of the
    hours of all that it requires, else of its rooms' hours, else UTC.
    """
    if calendar.zone is not None:
        return calendar.zone
    if calendar.hours is not None and calendar.hours.zone is not None:
        return calendar.hours.zone
    members = [catalogue.settled_resource(key) for key in calendar.member_ids]
    rooms = [catalogue.settled_resource(room.id) for room in catalogue.rooms_of(calendar.id)]
    zone = _one_zone(members) or _one_zone(_named(calendar.requirements or (), catalogue))
    return zone or _one_zone(rooms) or to_zone("UTC")


def _named(needs: Iterable[Requirement], catalogue: Catalogue) -> list[Resource]:
    return [
        catalogue.settled_resource(key, name="requirements") for need in needs for key in need.pool
    ]


def _one_zone(resources: Iterable[Resource]) -> Zone | None:
    """The one zone of all their opening hours; None where they have several, or none."""
    hours = (each.hours for each in resources if each.hours is not None)
    zones = {each.zone.key: each.zone for each in hours if each.zone is not None}
    return next(iter(zones.values())) if len(zones) == 1 else None


def _calendar_needs(
    request: Request, calendar: Calendar, catalogue: Catalogue
) -> Iterator[Requirement]:
    """The roles of a calendar: hosts by its kind, then what it requires or what serves it."""
    hosts = _hosts(request, calendar)
    if hosts:
        together = calendar.kind in {CalendarKind.COLLECTIVE, CalendarKind.PERSONAL}
        yield Requirement(hosts, count=len(hosts) if together else 1, name="hosts")
    if calendar.requirements is not None:
        yield from calendar.requirements
        return
    rooms = catalogue.rooms_of(calendar.id)
    if rooms:
        yield Requirement([room.id for room in rooms], name="rooms")
    for item in catalogue.equipment_of(calendar.id):
        yield Requirement([item.id], name="equipment")


def _hosts(request: Request, calendar: Calendar) -> tuple[str, ...]:
    if request.host_ids is None:
        return calendar.member_ids
    for host_id in request.host_ids:
        if host_id not in calendar.member_ids:
            raise UnknownIdError("host of this calendar", host_id, "host_ids")
    together = calendar.kind is CalendarKind.COLLECTIVE
    if together and set(request.host_ids) != set(calendar.member_ids):
        expected = "every member, or None: a collective calendar needs all of them"
        raise InvalidValueError("host_ids", request.host_ids, expected, "host_ids")
    return request.host_ids


def _roles(
    needs: list[Requirement],
    buffers: tuple[timedelta, timedelta],
    party_size: int,
    catalogue: Catalogue,
) -> tuple[Role, ...]:
    roles = [
        Role(
            need.name or " ".join(need.pool[:3]),
            tuple(
                _candidate(
                    need, catalogue.settled_resource(key, name="requirements"), buffers, party_size
                )
                for key in sorted(need.pool)
            ),
            need.count,
        )
        for need in needs
    ]
    return tuple(_summed(roles))


def _candidate(
    need: Requirement, resource: Resource, buffers: tuple[timedelta, timedelta], party_size: int
) -> Candidate:
    before, after = need.buffer_before, need.buffer_after
    if not isinstance(resource, Member):
        before = resource.buffer_before if before is None else before
        after = resource.buffer_after if after is None else after
    if need.units != 1 and not isinstance(resource, Equipment):
        expected = f"1, since {resource.id!r} is not equipment"
        raise InvalidValueError("units", need.units, expected, "quantity")
    return Candidate(
        resource=resource,
        units=need.units,
        seats=party_size if isinstance(resource, Room) else 0,
        before=duration_us(buffers[0] if before is None else before),
        after=duration_us(buffers[1] if after is None else after),
        hours=resource.hours,
    )


def _summed(roles: Iterable[Role]) -> Iterator[Role]:
    """The roles, with those for the same single equipment made one: their units add up."""
    single: dict[str, Role] = {}
    others: list[Role] = []
    for role in roles:
        candidate = role.candidates[0]
        key = candidate.resource.id
        if (
            len(role.candidates) > 1
            or role.count > 1
            or not isinstance(candidate.resource, Equipment)
        ):
            others.append(role)
        elif key not in single:
            single[key] = role
            others.append(role)
        else:
            first = single[key].candidates[0]
            both = attrs.evolve(
                first,
                units=first.units + candidate.units,
                before=max(first.before, candidate.before),
                after=max(first.after, candidate.after),
            )
            merged = Role(single[key].name, (both,), 1)
            others[others.index(single[key])] = merged
            single[key] = merged
    yield from others

"""A request as the engine reads it: roles, candidates and what they must satisfy.

A role needs ``count`` different resources of its pool. Which starts can fill all
roles at once is decided by Hall's theorem: for every group of roles whose pools
overlap and every subset of that group, at least as many different resources must be able
to serve as those roles need together (SPEC N14). A question carries these *conditions*
ready made; a condition is a number and, for each resource, the places in the roles
where it could serve. Masks, interval sets and single instants all read the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import combinations
from typing import Final

from attrs import field, frozen

from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.catalogue import Catalogue
from bookable.domain.hours import OpeningHours
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.errors import InvalidValueError, LimitExceededError, UnknownIdError
from bookable.limits import (
    MOST_COMPETING_PLACES,
    MOST_COMPETING_RESOURCES,
    MOST_COMPETING_ROLES,
)
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.grid import Grid, LocalMidnight
from bookable.timeline.instant import duration_us

_ONE_DAY: Final = timedelta(days=1)


@frozen(cache_hash=True)
class Candidate:
    """One resource with what a role would take of it; buffers in microseconds."""

    resource: Resource
    units: int
    seats: int
    before: int
    after: int

    @property
    def shortage(self) -> tuple[str, int, int] | None:
        """What it can never give, with what is needed and what exists; None if it can."""
        resource = self.resource
        if isinstance(resource, Room):
            if self.seats > resource.capacity:
                return "seats", self.seats, resource.capacity
            return None
        held = resource.quantity if isinstance(resource, Equipment) else 1
        if isinstance(resource, Equipment) and isinstance(resource.out_of_service, int):
            held -= resource.out_of_service
        return ("units", self.units, held) if self.units > held else None

    @property
    def can_serve(self) -> bool:
        """Whether it is active and large enough, whatever is booked."""
        return self.resource.is_active and self.shortage is None


@frozen(cache_hash=True)
class Role:
    """So many different resources out of these candidates."""

    name: str
    candidates: tuple[Candidate, ...]
    count: int


Place = tuple[int, int]
"""A role and a candidate in it, by their positions."""


@frozen
class Condition:
    """At least ``needed`` of these resources can serve, each in one of its places."""

    needed: int
    roles: tuple[int, ...]
    resources: tuple[tuple[Place, ...], ...]


@frozen(eq=False)
class Question:
    """A request together with the rules that hold for it in one catalogue.

    Durations are in microseconds. ``grid`` is None when any start may be booked;
    ``listing_grid`` is what a listing walks. ``seats_per_slot`` is None where bookings do
    not share sessions. ``widest_buffers`` are the longest that any of its resources may take;
    ``windows_a_day`` is how many opening windows have to be looked at for one day.
    """

    request: Request
    calendar: Calendar | None
    roles: tuple[Role, ...]
    groups: tuple[tuple[int, ...], ...]
    conditions: tuple[Condition, ...] = field(repr=False)
    duration: int
    before: int
    after: int
    buffer_within_hours: bool
    hours: OpeningHours | None
    grid: Grid | None
    listing_grid: Grid
    minimum_notice: int
    booking_horizon: int | None
    seats_per_slot: int | None
    widest_buffers: tuple[int, int] = field(init=False)
    windows_a_day: int = field(init=False)

    @property
    def subject(self) -> str:
        """The calendar's id; the empty string for a request without one."""
        return "" if self.calendar is None else self.calendar.id

    @widest_buffers.default
    def _find_widest_buffers(self) -> tuple[int, int]:
        every = [each for role in self.roles for each in role.candidates]
        before = max((each.before for each in every), default=0)
        after = max((each.after for each in every), default=0)
        return max(before, self.before), max(after, self.after)

    def wants(self, host_ids: Iterable[str]) -> bool:
        """Whether one of the hosts asked for is there, beside those whom a requirement brings."""
        wanted = self.request.host_ids
        return wanted is None or not set(wanted).isdisjoint(host_ids)

    @windows_a_day.default
    def _count_windows(self) -> int:
        every = {each.resource.hours for role in self.roles for each in role.candidates}
        return sum(hours._weight for hours in {*every, self.hours} if hours is not None)

    @property
    def party_size(self) -> int:
        """The people in the request."""
        return self.request.party_size


def resolve(request: Request, catalogue: Catalogue) -> Question:
    """Read a request against a catalogue.

    Raises:
        UnknownIdError: If it names a calendar or resource that does not exist.
        InvalidValueError: If the calendar does not allow its duration or its hosts.
        LimitExceededError: If more than ten roles compete for the same resources.
    """
    if request.calendar_id is None:
        return _own_rules(request, catalogue)
    calendar = catalogue.calendar(request.calendar_id)
    if request.duration not in calendar.allowed_durations:
        allowed = ", ".join(str(value) for value in calendar.allowed_durations)
        expected = f"a duration that the calendar allows: {allowed}"
        raise InvalidValueError("duration", request.duration, expected, "duration")
    needs = list(_calendar_needs(request, calendar, catalogue))
    step = min(calendar.slot_step or calendar.duration, _ONE_DAY)
    grid = calendar.grid or LocalMidnight(zone_of(calendar, catalogue), step)
    return _question(request, calendar, needs, grid, grid, catalogue)


def _own_rules(request: Request, catalogue: Catalogue) -> Question:
    step = min(request.slot_step or request.duration, _ONE_DAY)
    zone = request.zone or _one_zone(_named(request.requirements, catalogue)) or to_zone("UTC")
    listing_grid = request.grid or LocalMidnight(zone, step)
    grid = request.grid if request.slot_step is None else listing_grid
    return _question(request, None, list(request.requirements), grid, listing_grid, catalogue)


def _question(
    request: Request,
    calendar: Calendar | None,
    needs: list[Requirement],
    grid: Grid | None,
    listing_grid: Grid,
    catalogue: Catalogue,
) -> Question:
    """The question, under the rules of the calendar or else of the request itself."""
    rules = request if calendar is None else calendar
    roles = _roles(needs, (rules.buffer_before, rules.buffer_after), request.party_size, catalogue)
    horizon, seats = rules.booking_horizon, None
    if calendar is not None and calendar.has_sessions:
        seats = calendar.seats_per_slot
    return Question(
        request=request,
        calendar=calendar,
        roles=roles,
        groups=_competing(roles),
        conditions=_conditions(roles),
        duration=duration_us(request.duration),
        before=duration_us(rules.buffer_before),
        after=duration_us(rules.buffer_after),
        buffer_within_hours=rules.buffer_within_hours,
        hours=rules.hours,
        grid=grid,
        listing_grid=listing_grid,
        minimum_notice=duration_us(rules.minimum_notice),
        booking_horizon=None if horizon is None else duration_us(horizon),
        seats_per_slot=seats,
    )


def zone_of(calendar: Calendar, catalogue: Catalogue) -> Zone:
    """The zone whose midnight a calendar's starts are counted from.

    Its own, else that of its hours, else the one zone of all its members' hours, else of the
    hours of all that it requires, else of its rooms' hours, else UTC.
    """
    if calendar.zone is not None:
        return calendar.zone
    if calendar.hours is not None and calendar.hours.zone is not None:
        return calendar.hours.zone
    members = [catalogue.member(key) for key in calendar.member_ids]
    rooms = catalogue.rooms_of(calendar.id)
    zone = _one_zone(members) or _one_zone(_named(calendar.requirements or (), catalogue))
    return zone or _one_zone(rooms) or to_zone("UTC")


def _named(needs: Iterable[Requirement], catalogue: Catalogue) -> list[Resource]:
    return [catalogue.resource(key, name="requirements") for need in needs for key in need.pool]


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
                _candidate(need, catalogue.resource(key, name="requirements"), buffers, party_size)
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
            both = Candidate(
                resource=first.resource,
                units=first.units + candidate.units,
                seats=0,
                before=max(first.before, candidate.before),
                after=max(first.after, candidate.after),
            )
            merged = Role(single[key].name, (both,), 1)
            others[others.index(single[key])] = merged
            single[key] = merged
    yield from others


def _conditions(roles: tuple[Role, ...]) -> tuple[Condition, ...]:
    """What must hold so that all roles can be filled at once (Hall's theorem)."""
    conditions: list[Condition] = []
    for group in _competing(roles):
        _check_group(roles, group)
        for size in range(1, len(group) + 1):
            conditions += [_condition(roles, subset) for subset in combinations(group, size)]
    return tuple(conditions)


def _check_group(roles: tuple[Role, ...], group: tuple[int, ...]) -> None:
    """Competition is decided exactly, so it is bounded (SPEC N34)."""
    if len(group) > MOST_COMPETING_ROLES:
        limit = "requirements whose pools overlap"
        raise LimitExceededError(limit, len(group), MOST_COMPETING_ROLES)
    places = sum(len(roles[number].candidates) for number in group) << len(group) - 1
    if len(group) > 1 and places > MOST_COMPETING_PLACES:
        limit = "candidates in requirements whose pools overlap, for each subset of them"
        raise LimitExceededError(limit, places, MOST_COMPETING_PLACES)
    seats = sum(roles[number].count for number in group)
    if len(group) > 1 and seats > MOST_COMPETING_RESOURCES:
        limit = "resources needed out of pools that overlap"
        raise LimitExceededError(limit, seats, MOST_COMPETING_RESOURCES)


def _condition(roles: tuple[Role, ...], subset: tuple[int, ...]) -> Condition:
    places: dict[str, list[Place]] = {}
    for role in subset:
        for position, candidate in enumerate(roles[role].candidates):
            places.setdefault(candidate.resource.id, []).append((role, position))
    needed = sum(roles[role].count for role in subset)
    return Condition(needed, subset, tuple(tuple(places[key]) for key in sorted(places)))


def _competing(roles: tuple[Role, ...]) -> tuple[tuple[int, ...], ...]:
    """Roles in groups whose pools overlap, directly or in a chain."""
    groups: list[tuple[set[int], set[str]]] = []
    for number, role in enumerate(roles):
        members, pool = {number}, {candidate.resource.id for candidate in role.candidates}
        apart = []
        for others, taken in groups:
            if taken & pool:
                members |= others
                pool |= taken
            else:
                apart.append((others, taken))
        groups = [*apart, (members, pool)]
    return tuple(sorted(tuple(sorted(members)) for members, _ in groups))

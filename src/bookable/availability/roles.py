"""The roles of a question: what each candidate would give, and for how long it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

import attrs

from bookable.availability.hosts import host_pools, hours_for
from bookable.availability.pools import Pool, Reading, pool_of
from bookable.availability.question import Candidate, Role
from bookable.domain.policy import BLOCKING_KINDS, UNREAD, BufferPolicy, BusyKind
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.errors import InvalidValueError
from bookable.timeline.instant import duration_us

_STRICTEST: Final = tuple(BufferPolicy)


def pools_of(reading: Reading) -> list[Pool]:
    """All that must be filled: the hosts, what is required, what add-ons need, and who attends.

    Raises:
        UnknownIdError: If something is named that does not exist.
        InvalidValueError: If nobody may be booked for so long, or not by these hosts.
    """
    calendar, request = reading.calendar, reading.request
    if calendar is None:
        pools = [pool_of(need, reading) for need in request.requirements]
    else:
        pools = [
            *host_pools(reading),
            *(pool_of(need, reading) for need in _calendar_needs(reading)),
            *(
                pool_of(need, reading, is_for_add_on=True)
                for add_on_id in request.add_on_ids
                for need in calendar.add_on(add_on_id).requirements
            ),
        ]
    if request.attendee_ids:
        for member_id in request.attendee_ids:
            reading.catalogue.member(member_id, name="attendee_ids")
        count = len(request.attendee_ids)
        need = Requirement(request.attendee_ids, count=count, name="attendees")
        pools.append(attrs.evolve(pool_of(need, reading), is_attendees=True))
    return pools


def _calendar_needs(reading: Reading) -> Iterator[Requirement]:
    """What a calendar requires, or what serves it: any room, and each piece of equipment."""
    calendar, catalogue = reading.calendar, reading.catalogue
    assert calendar is not None, "a request without a calendar states what it needs"
    if calendar.requirements is not None:
        yield from calendar.requirements
        return
    rooms = catalogue.rooms_of(calendar.id)
    if rooms:
        yield Requirement([room.id for room in rooms], name="rooms")
    for item in catalogue.equipment_of(calendar.id):
        yield Requirement([item.id], name="equipment")


def roles_of(pools: Iterable[Pool], reading: Reading) -> tuple[Role, ...]:
    """A role for each pool; those for the same single equipment are one: their units add up.

    Raises:
        InvalidValueError: If several units are asked of what is no equipment, or the same
            equipment is needed both once and for every so many people.
    """
    roles: list[Role] = []
    single: dict[str, int] = {}
    for pool in pools:
        role = Role(
            _name(pool.need),
            tuple(_candidate(pool, each, reading) for each in pool.resources),
            pool.count,
            pool.need,
        )
        key = _single(pool)
        if key is not None and key in single:
            earlier = roles[single[key]]
            both = _sum_of(earlier.candidates[0], role.candidates[0])
            roles[single[key]] = attrs.evolve(earlier, candidates=(both,))
            continue
        if key is not None:
            single[key] = len(roles)
        roles.append(role)
    return tuple(roles)


def _name(need: Requirement) -> str:
    return need.name or " ".join(need.pool[:3]) or str(need.kind)


def _single(pool: Pool) -> str | None:
    """The only equipment that a requirement names, where it will do."""
    need = pool.need
    if need.kind is not None or len(need.pool) > 1 or need.count > 1:
        return None
    return next((each.id for each in pool.resources if isinstance(each, Equipment)), None)


def candidate_of(resource: Resource, reading: Reading) -> Candidate:
    """A resource as what the request would take of one more of its kind."""
    return _candidate(Pool(Requirement([resource.id]), (resource,), 1), resource, reading)


def kinds_of(reading: Reading) -> frozenset[BusyKind]:
    """The kinds of blocks that count; that of who could not be read always does."""
    kinds = reading.request.blocking_kinds
    return BLOCKING_KINDS if kinds is None else kinds | UNREAD


def _candidate(pool: Pool, resource: Resource, reading: Reading) -> Candidate:
    need, rules, calendar = pool.need, reading.rules, reading.calendar
    party_size = reading.request.party_size
    _check_units(need, resource)
    before = after = policy = None
    if not isinstance(resource, Member):
        before, after = resource.buffer_before, resource.buffer_after
        policy = resource.buffer_policy
    policies = need.buffer_policy, policy, rules.buffer_policy
    crowded = pool.is_hosts and calendar is not None and calendar.bookings_per_host > 1
    return Candidate(
        resource=resource,
        units=need.units_for(party_size),
        seats=party_size if isinstance(resource, Room) else 0,
        before=_first_us(need.buffer_before, before, rules.buffer_before),
        after=_first_us(need.buffer_after, after, rules.buffer_after),
        hours=pool.stand_ins[resource.id]
        if resource.id in pool.stand_ins
        else hours_for(resource, calendar, reading.catalogue, is_host=_is_host(reading, resource)),
        policy=next(each for each in policies if each is not None),
        kinds=kinds_of(reading),
        individual=None if need.per_attendees is None else (need.units, need.per_attendees),
        crowd=calendar.id if calendar is not None and crowded else None,
        at_once=calendar.bookings_per_host if calendar is not None and crowded else 1,
        is_for_add_on=pool.is_for_add_on,
        is_unknown=resource.id in reading.unknown,
    )


def _is_host(reading: Reading, resource: Resource) -> bool:
    return reading.calendar is not None and resource.id in reading.calendar.member_ids


def _first_us(*values: timedelta | None) -> int:
    return duration_us(next(value for value in values if value is not None))


def _check_units(need: Requirement, resource: Resource) -> None:
    """Only equipment comes in units."""
    if isinstance(resource, Equipment):
        return
    for name, value, plain in (
        ("units", need.units, 1),
        ("per_attendees", need.per_attendees, None),
    ):
        if value != plain:
            expected = f"{plain}, since {resource.id!r} is not equipment"
            raise InvalidValueError(name, value, expected, "quantity")


def _sum_of(one: Candidate, other: Candidate) -> Candidate:
    """Two needs of the same equipment: their units add up, the stricter buffers hold."""
    per = [None if each.individual is None else each.individual[1] for each in (one, other)]
    individual = None
    if per[0] != per[1]:
        expected = f"{one.resource.id!r} either once or for every so many people, in all its needs"
        raise InvalidValueError("requirements", per, expected, "per_attendees")
    if one.individual is not None and other.individual is not None:
        individual = one.individual[0] + other.individual[0], one.individual[1]
    return attrs.evolve(
        one,
        units=one.units + other.units,
        before=max(one.before, other.before),
        after=max(one.after, other.after),
        policy=min(one.policy, other.policy, key=_STRICTEST.index),
        individual=individual,
    )

"""Who is preferred: the keys of N14 and N24, worked out from the bookings, in exact fractions."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from bookable.testing.asks import TOGETHER
from bookable.testing.axis import NOBODY, Ids
from bookable.testing.oracle_hours import resource_of
from bookable.testing.oracle_unknown import LEFT_OUT
from bookable.testing.plain import PlainAsk, PlainBooking, PlainMember, PlainRoom
from bookable.testing.plain_rules import PlainRole
from bookable.testing.world import World

LATER = 10**9
"""Behind everything that has no such number."""


def preference(
    world: World, ask: PlainAsk, roles: Iterable[PlainRole], resource_id: str, ignoring: Ids
) -> tuple[object, ...]:
    """What resources are compared by: preferred ones, the keys of the ranking, the id."""
    first = ask.prefer_ids.index(resource_id) if resource_id in ask.prefer_ids else LATER
    keys = [_key(world, ask, roles, name, resource_id, ignoring) for name in ask.ranking.order]
    return (first, *keys, resource_id)


def _key(
    world: World,
    ask: PlainAsk,
    roles: Iterable[PlainRole],
    name: str,
    resource_id: str,
    ignoring: Ids,
) -> Fraction | int:
    resource = resource_of(world, resource_id)
    if name == "least_loaded":
        held = {resource_id} | world.overlapping(resource_id)
        users = blocking(world, ignoring)
        return sum(any(b.time_of(id_) for id_ in held & set(b.resources)) for b in users)
    if isinstance(resource, PlainRoom):
        if name == "smallest_room":
            wasted = resource.capacity - ask.party
            return wasted if wasted >= 0 else LATER - wasted
        return -resource.capacity if name == "largest_room" else 0
    if not isinstance(resource, PlainMember):
        return 0
    if name == "priority":
        return -dict(ask.ranking.priorities).get(resource_id, resource.priority)
    if name == "weight":
        return -weight(world, ask, resource_id)
    if name == "fair_share":
        return -shortfall(
            world, ask, group_of(world, ask, roles, resource_id), resource_id, ignoring
        )
    if name == "least_recent":
        own = [b.start for b in through(world, ask, ignoring) if resource_id in b.hosts]
        return max(own, default=-LATER)
    return 0


def blocking(world: World, ignoring: Ids) -> list[PlainBooking]:
    """The bookings that take anything."""
    return [b for b in world.bookings.values() if b.is_blocking and b.id not in ignoring]


def through(world: World, ask: PlainAsk, ignoring: Ids) -> list[PlainBooking]:
    """Those of the calendar."""
    return [b for b in blocking(world, ignoring) if b.calendar_id == ask.calendar_id]


# Shares (SPEC N24) -------------------------------------------------------------


def weight(world: World, ask: PlainAsk, member_id: str) -> int:
    """The ranking's word, else the member's own."""
    return dict(ask.ranking.weights).get(member_id, world.members[member_id].weight)


def group_of(
    world: World, ask: PlainAsk, roles: Iterable[PlainRole], member_id: str
) -> tuple[str, ...]:
    """Who shares with a member: the calendar's hosts, or the others of a role that brings them."""
    calendar = world.calendars.get(ask.calendar_id or "")
    hosts = calendar.member_ids if calendar is not None else ()
    if member_id in hosts:
        return hosts
    pools = [role.pool for role in roles if member_id in role.pool]
    return tuple(id_ for id_ in pools[0] if id_ in world.members) if pools else (member_id,)


def has_share(world: World, ask: PlainAsk, member_id: str) -> bool:
    """Whether a member is picked without being asked for."""
    return world.members[member_id].is_active and weight(world, ask, member_id) > 0


def had(world: World, ask: PlainAsk, member_id: str, ignoring: Ids) -> Fraction:
    """The bookings or sessions of the calendar that a member has, and what was put on top."""
    counted, ranking = set(), ask.ranking
    for booking in through(world, ask, ignoring):
        if member_id not in booking.hosts:
            continue
        if ranking.counted is None or ranking.counted[0] <= booking.start < ranking.counted[1]:
            counted.add(world.session_of(booking))
    return len(counted) + Fraction(*dict(ranking.calibration).get(member_id, (0, 1)))


def shortfall(
    world: World, ask: PlainAsk, group: tuple[str, ...], member_id: str, ignoring: Ids
) -> Fraction:
    """How many bookings a member is owed: the share by weight of them all, less the own."""
    own = had(world, ask, member_id, ignoring)
    sharing = [id_ for id_ in group if has_share(world, ask, id_)]
    if member_id not in sharing:
        return -own
    everything = sum((had(world, ask, id_, ignoring) for id_ in sharing), Fraction())
    weights = sum(weight(world, ask, id_) for id_ in sharing)
    return everything * weight(world, ask, member_id) / weights - own


def is_next(world: World, ask: PlainAsk, member_id: str, ignoring: Ids = NOBODY) -> bool:
    """Whether strict fairness lets a member serve: those with the largest shortfall."""
    calendar = world.calendars.get(ask.calendar_id or "")
    if calendar is None or not ask.ranking.strict or ask.host_ids is not None:
        return True
    hosts = calendar.member_ids
    if calendar.kind in TOGETHER or member_id not in hosts:
        return True
    passed_by = ask.unknown_ids if ask.unknown == LEFT_OUT else NOBODY
    sharing = [id_ for id_ in hosts if has_share(world, ask, id_) and id_ not in passed_by]
    owed = {id_: shortfall(world, ask, hosts, id_, ignoring) for id_ in sharing}
    return not owed or owed.get(member_id) == max(owed.values())

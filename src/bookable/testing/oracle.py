"""What may be booked, by trying everything.

The judge of the engine, which it neither imports nor resembles: no intervals, no
trees, no masks, no theorem about matchings. A question about a start walks every
unit of every footprint, and a question about several roles tries one assignment after
another in the order of preference. Slow and plain on purpose; it is right when each
function can be held against its rule in SPEC.md by eye.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from bookable.testing.asks import buffers_of, summed
from bookable.testing.plain import (
    Buffer,
    Ids,
    PlainAsk,
    PlainBooking,
    PlainEquipment,
    PlainMember,
    PlainRole,
    PlainRoom,
    Resource,
    SessionKey,
    Units,
    World,
)

NONE: Ids = frozenset()


@dataclass(frozen=True, slots=True)
class Allocation:
    """Exactly what a booking would take; ``joins`` names the session that it joins."""

    hosts: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    equipment: tuple[tuple[str, int], ...] = ()
    buffers: tuple[tuple[str, Buffer], ...] = ()
    joins: SessionKey | None = None

    @property
    def resources(self) -> tuple[str, ...]:
        """Everything that it takes."""
        return self.hosts + self.rooms + tuple(id_ for id_, _ in self.equipment)


# One resource ----------------------------------------------------------------


def is_open(open_units: Units | None, units: range) -> bool:
    """Whether all of the units are open; no hours means always."""
    return open_units is None or all(unit in open_units for unit in units)


def is_blocked(world: World, subject: str, units: range) -> bool:
    """Whether a block on the subject touches one of the units."""
    return any(
        block.resource_id == subject and block.start < units.stop and units.start < block.end
        for block in world.blocks.values()
    )


def capacity_at(resource: Resource, unit: int) -> int:
    """How many sessions (of a member), units (of equipment) or seats (of a room) there are."""
    if isinstance(resource, PlainEquipment):
        return resource.quantity - resource.out_of_service[unit]
    return resource.capacity if isinstance(resource, PlainRoom) else 1


def takes_more(
    world: World,
    resource: Resource,
    units: range,
    *,
    key: SessionKey,
    party: int,
    amount: int,
    ignoring: Ids = NONE,
) -> bool:
    """Whether one more claim fits at every single unit of time (SPEC N9 to N12)."""
    load = world.load(resource.id, ignoring)
    for unit in units:
        here = load.sessions[unit]
        others = len(here) - (key in here)
        if isinstance(resource, PlainRoom):
            if load.people[unit] + party > resource.capacity:
                return False
            if resource.max_concurrent is not None and others + 1 > resource.max_concurrent:
                return False
        elif isinstance(resource, PlainMember):
            if others:
                return False
        else:
            taken = sum(here.values()) - here.get(key, 0) + max(amount, here.get(key, 0))
            if taken > capacity_at(resource, unit):
                return False
    return True


def serves(
    world: World,
    ask: PlainAsk,
    start: int,
    resource_id: str,
    *,
    buffers: Buffer,
    amount: int,
    key: SessionKey,
    ignoring: Ids = NONE,
) -> bool:
    """Whether this resource, looked at on its own, can serve the whole of the booking."""
    resource = world.resource(resource_id)
    if resource is None or not resource.is_active:
        return False
    body = range(start, start + ask.duration)
    footprint = range(body.start - buffers[0], body.stop + buffers[1])
    if not is_open(resource.open_units, footprint if ask.within_hours else body):
        return False
    return not is_blocked(world, resource_id, footprint) and takes_more(
        world, resource, footprint, key=key, party=ask.party, amount=amount, ignoring=ignoring
    )


# The whole question ------------------------------------------------------------


def general_refusals(world: World, ask: PlainAsk, start: int, now: int) -> set[str]:
    """The rules that refuse whichever resources are taken."""
    refusals = set()
    body = range(start, start + ask.duration)
    footprint = range(body.start - ask.before, body.stop + ask.after)
    if not ask.is_active:
        refusals.add("inactive")
    if ask.grid is not None and not ask.grid.includes(start):
        refusals.add("off_grid")
    if start < now + ask.notice:
        refusals.add("notice_too_short")
    if ask.horizon is not None and not start < now + ask.horizon:
        refusals.add("beyond_horizon")
    if not is_open(ask.open_units, footprint if ask.within_hours else body):
        refusals.add("outside_hours")
    if ask.calendar_id is not None and is_blocked(world, ask.calendar_id, footprint):
        refusals.add("busy")
    return refusals


def candidates(
    world: World, ask: PlainAsk, role: PlainRole, start: int, ignoring: Ids = NONE
) -> list[str]:
    """Those of a role's pool that could serve it alone, in the order of preference (SPEC N14)."""
    found = [
        id_
        for id_ in role.pool
        if serves(
            world,
            ask,
            start,
            id_,
            buffers=buffers_of(world, ask, role, id_),
            amount=role.units,
            key=("new",),
            ignoring=ignoring,
        )
    ]
    return sorted(found, key=lambda id_: _preference(world, ask, id_, ignoring))


def _preference(
    world: World, ask: PlainAsk, resource_id: str, ignoring: Ids
) -> tuple[int, int, int, str]:
    resource = world.resource(resource_id)
    wasted = resource.capacity - ask.party if isinstance(resource, PlainRoom) else 0
    priority = resource.priority if isinstance(resource, PlainMember) else 0
    held = sum(
        booking.is_blocking and resource_id in booking.resources and booking.id not in ignoring
        for booking in world.bookings.values()
    )
    return (wasted, -priority, held, resource_id)


def openings(
    world: World, ask: PlainAsk, start: int, ignoring: Ids = NONE
) -> Iterator[tuple[tuple[PlainRole, str], ...]]:
    """Every way to fill all roles with different resources, the preferred way first."""
    roles = summed(world, ask)
    found = [(role, candidates(world, ask, role, start, ignoring)) for role in roles]

    def fill(index: int, used: frozenset[str]) -> Iterator[tuple[tuple[PlainRole, str], ...]]:
        if index == len(found):
            yield ()
            return
        role, free = found[index]
        for chosen in combinations([id_ for id_ in free if id_ not in used], role.count):
            for rest in fill(index + 1, used | set(chosen)):
                yield (*((role, id_) for id_ in chosen), *rest)

    return fill(0, frozenset())


def allocation_of(
    world: World, ask: PlainAsk, picked: tuple[tuple[PlainRole, str], ...]
) -> Allocation:
    """The picked resources by what they are."""
    hosts, rooms, equipment, buffers = [], [], [], []
    for role, id_ in picked:
        buffers.append((id_, buffers_of(world, ask, role, id_)))
        if id_ in world.members:
            hosts.append(id_)
        elif id_ in world.rooms:
            rooms.append(id_)
        else:
            equipment.append((id_, role.units))
    return Allocation(
        tuple(sorted(hosts)),
        tuple(sorted(rooms)),
        tuple(sorted(equipment)),
        tuple(sorted(buffers)),
    )


def sessions_at(
    world: World, ask: PlainAsk, start: int, ignoring: Ids = NONE
) -> dict[SessionKey, list[PlainBooking]]:
    """The sessions of the calendar with exactly this start and end."""
    found: dict[SessionKey, list[PlainBooking]] = {}
    for booking in world.bookings.values():
        here = (booking.calendar_id, booking.start, booking.end)
        there = here == (ask.calendar_id, start, start + ask.duration)
        if there and booking.is_blocking and booking.id not in ignoring and ask.seats is not None:
            found.setdefault(world.session_of(booking), []).append(booking)
    return found


def seats_left(
    world: World,
    ask: PlainAsk,
    start: int,
    allocation: Allocation,
    ignoring: Ids = NONE,
) -> int:
    """How many people could be in it, counting only who is there already (SPEC N12)."""
    limits = []
    if ask.seats is not None:
        members = sessions_at(world, ask, start, ignoring).get(allocation.joins or (), [])
        limits.append(ask.seats - sum(booking.party for booking in members))
    for room_id in allocation.rooms:
        before, after = dict(allocation.buffers)[room_id]
        people = world.load(room_id, ignoring).people
        footprint = range(start - before, start + ask.duration + after)
        limits.append(world.rooms[room_id].capacity - max(people[unit] for unit in footprint))
    return min(limits, default=ask.party)


def allocations(
    world: World, ask: PlainAsk, start: int, ignoring: Ids = NONE
) -> Iterator[Allocation]:
    """Every legal way to serve the question there, rules of time aside, the preferred one first."""
    sessions = sessions_at(world, ask, start, ignoring)
    joined = [
        allocation
        for key, members in sessions.items()
        if (allocation := joining(world, ask, start, key, members, ignoring=ignoring)) is not None
    ]
    joined.sort(
        key=lambda found: (seats_left(world, ask, start, found, ignoring), found.hosts, found.rooms)
    )
    yield from joined
    if not is_bounded(ask):
        return
    held = held_rooms(sessions)
    if held is None and all(any(id_ in world.equipment for id_ in role.pool) for role in ask.roles):
        return
    for picked in openings(world, ask, start, ignoring):
        if not any(id_ in (held or ()) for _, id_ in picked):
            yield allocation_of(world, ask, picked)


def takes_part(ask: PlainAsk, hosts: tuple[str, ...]) -> bool:
    """Whether one of the wanted hosts is there, beside people whom a requirement may bring."""
    return ask.host_ids is None or not ask.host_ids.isdisjoint(hosts)


def is_bounded(ask: PlainAsk) -> bool:
    """Whether the party fits at all: what takes neither a resource nor a seat never does."""
    return bool(ask.roles) if ask.seats is None else ask.party <= ask.seats


def held_rooms(sessions: dict[SessionKey, list[PlainBooking]]) -> frozenset[str] | None:
    """The rooms that take no second session of the calendar at the time of these.

    A session without hosts is told from others by its rooms alone: who books there joins
    it (SPEC N12). One without rooms either leaves None: whatever has neither is the same.
    """
    without_hosts = [bookings[0] for bookings in sessions.values() if not bookings[0].hosts]
    if any(not booking.rooms for booking in without_hosts):
        return None
    return frozenset(room_id for booking in without_hosts for room_id in booking.rooms)


def joining(
    world: World,
    ask: PlainAsk,
    start: int,
    key: SessionKey,
    members: list[PlainBooking],
    *,
    ignoring: Ids = NONE,
) -> Allocation | None:
    """What joining this session takes, if the party fits into it."""
    first = members[0]
    if not takes_part(ask, first.hosts):
        return None
    if sum(booking.party for booking in members) + ask.party > (ask.seats or 0):
        return None
    buffers = dict(first.buffers)  # who joins takes seats; the rest is held already
    units = dict(first.equipment)
    for id_ in first.resources:
        if not serves(
            world,
            ask,
            start,
            id_,
            buffers=buffers[id_],
            amount=units.get(id_, 1),
            key=key,
            ignoring=ignoring,
        ):
            return None
    taken = tuple(sorted(buffers.items()))
    return Allocation(first.hosts, first.rooms, first.equipment, taken, joins=key)


def decide(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> Allocation | None:
    """The preferred allocation, or None when there is no legal one at all."""
    if general_refusals(world, ask, start, now):
        return None
    return next(allocations(world, ask, start, ignoring), None)


def is_met(world: World, ask: PlainAsk, start: int, booking: PlainBooking) -> bool:
    """Whether a booking is already what is asked for: the same time and people, and enough taken.

    What a booking of a calendar takes was decided by the calendar; only its hosts may be
    wanted. Without a calendar, what it takes must fill the roles exactly.
    """
    place = (ask.calendar_id, start, start + ask.duration, ask.party)
    if not booking.is_blocking or place != (
        booking.calendar_id,
        booking.start,
        booking.end,
        booking.party,
    ):
        return False
    if ask.calendar_id is not None:
        return takes_part(ask, booking.hosts)
    units, roles = dict(booking.equipment), summed(world, ask)

    def fills(index: int, left: Ids) -> bool:
        if index == len(roles):
            return not left
        role = roles[index]
        able = [id_ for id_ in role.pool if id_ in left and units.get(id_, 1) == role.units]
        return any(
            fills(index + 1, left - set(chosen)) for chosen in combinations(able, role.count)
        )

    return fills(0, frozenset(booking.resources))

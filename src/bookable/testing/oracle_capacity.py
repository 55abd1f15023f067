"""What one resource can take: seats, sessions and units, buffers and blocks (SPEC N9 to N16)."""

from __future__ import annotations

from bookable.testing.axis import NOBODY, UNREAD, Buffer, Ids, SessionKey
from bookable.testing.oracle_hours import hours_of, is_open, resource_of
from bookable.testing.oracle_unknown import is_unknown
from bookable.testing.plain import PlainAsk, PlainEquipment, PlainMember, PlainRoom, Resource
from bookable.testing.plain_rules import PlainRole
from bookable.testing.world import Load, World


def with_extra(amount: int, percent: int) -> int:
    """So much and the percentage that may be overbooked, in whole ones."""
    return amount + amount * percent // 100


def seat_limit(room: PlainRoom) -> int | None:
    """The people that may be in a room; None where nobody counts them."""
    return None if room.enforce is False else with_extra(room.capacity, room.overbook)


def nominal_concurrent(room: PlainRoom) -> int | None:
    """The bookings at once that a room is meant for: one where nobody counts people."""
    if room.max_concurrent is None and room.enforce is False:
        return 1
    return room.max_concurrent


def booking_limit(room: PlainRoom) -> int | None:
    """The bookings at once that a room takes; None for any number."""
    nominal = nominal_concurrent(room)
    return None if nominal is None else with_extra(nominal, room.overbook)


def unit_limit(item: PlainEquipment) -> int:
    """The units that may be given out where none is out of service."""
    return with_extra(item.quantity, item.overbook)


def is_single(resource: Resource) -> bool:
    """Whether it takes one booking at a time, so that buffers may be shared (SPEC N16)."""
    if isinstance(resource, PlainRoom):
        return booking_limit(resource) == 1 or seat_limit(resource) == 1
    return unit_limit(resource) == 1 if isinstance(resource, PlainEquipment) else True


# Blocks ----------------------------------------------------------------------


def is_blocked(
    world: World, ask: PlainAsk, subject: str, units: range, *, bodies: bool = False
) -> bool:
    """Whether a block that counts touches one of the units, on it or on a room sharing a part."""
    return bool(closing(world, ask, subject, units, bodies=bodies))


def closing(
    world: World, ask: PlainAsk, subject: str, units: range, *, bodies: bool = False
) -> set[str]:
    """The rules by which blocks close it in one of the units: it is busy, or nobody knows."""
    subjects = {subject} | world.overlapping(subject)
    found = set()
    for block in world.blocks.values():
        time = block.body if bodies else block.footprint
        counts = block.kind in ask.kinds | UNREAD
        if block.resource_id in subjects and counts and meet(time, units):
            found.add("unknown" if block.kind in UNREAD else "busy")
    return found


def meet(one: range, other: range) -> bool:
    """Whether two runs of units have one in common."""
    return max(one.start, other.start) < min(one.stop, other.stop)


# Loads -----------------------------------------------------------------------


def takes_more(
    world: World, ask: PlainAsk, resource: Resource, load: Load, units: range, key: SessionKey
) -> bool:
    """Whether one more claim fits at every single unit of time (SPEC N9 to N12).

    The key tells whether it is a host's claim, and ends with the units of equipment wanted.
    """
    amount = key[-1] if isinstance(key[-1], int) else 1
    for unit in units:
        here = load.sessions[unit]
        if unit in load.whole:
            return False
        if isinstance(resource, PlainRoom):
            seats, limit = seat_limit(resource), booking_limit(resource)
            if seats is not None and load.people[unit] + ask.party > seats:
                return False
            if limit is not None and len(here) + 1 > limit:
                return False
        elif isinstance(resource, PlainEquipment):
            if sum(here.values()) + amount > unit_limit(resource) - resource.broken_at(unit):
                return False
        elif not _member_takes_more(world, ask, load, unit, is_host="host" in key):
            return False
    return True


def is_crowd(world: World, ask: PlainAsk, role: PlainRole) -> bool:
    """Whether several bookings of the calendar may be with such a host at once."""
    calendar = world.calendars.get(ask.calendar_id or "")
    return role.are_hosts and calendar is not None and calendar.per_host > 1


def _member_takes_more(
    world: World, ask: PlainAsk, load: Load, unit: int, *, is_host: bool
) -> bool:
    """Nothing else at all; for hosts fewer than so many bookings of the same calendar."""
    calendar = world.calendars.get(ask.calendar_id or "")
    if calendar is None or calendar.per_host == 1 or not is_host:
        return not load.sessions[unit]
    own = load.calendars[unit].get(calendar.id, 0)
    return own == sum(load.calendars[unit].values()) and own + 1 <= calendar.per_host


def is_within_capacity(resource: Resource, load: Load, unit: int) -> bool:
    """Whether what is taken of it then is no more than there is."""
    here = load.sessions[unit]
    if isinstance(resource, PlainRoom):
        seats, limit = seat_limit(resource), booking_limit(resource)
        return not (
            unit in load.whole
            or (seats is not None and load.people[unit] > seats)
            or (limit is not None and len(here) > limit)
        )
    if isinstance(resource, PlainEquipment):
        return sum(here.values()) <= unit_limit(resource) - resource.broken_at(unit)
    return len(here) <= 1


# One resource ----------------------------------------------------------------


def serves(
    world: World,
    ask: PlainAsk,
    start: int,
    role: PlainRole,
    resource_id: str,
    buffer: Buffer,
    ignoring: Ids = NOBODY,
) -> bool:
    """Whether this resource, looked at on its own, can serve the whole of a new booking."""
    resource = resource_of(world, resource_id)
    if resource is None or is_closed(world, resource_id) or is_unknown(world, ask, resource_id):
        return False
    before, after, policy = buffer
    body = range(start, start + ask.duration)
    footprint = range(body.start - before, body.stop + after)
    hours = hours_of(world, ask, resource, role)
    if not is_open(hours, footprint if ask.within_hours else body):
        return False
    stored = world.load(resource_id, ignoring)
    amount = role.units_for(ask.party) if isinstance(resource, PlainEquipment) else 1

    def is_free(units: range, load: Load, *, bodies: bool = False) -> bool:
        return not is_blocked(world, ask, resource_id, units, bodies=bodies) and takes_more(
            world, ask, resource, load, units, ("host" if role.are_hosts else "new", amount)
        )

    if policy == "existing_only":
        return is_free(body, stored)
    if policy == "shared" and is_single(resource) and not is_crowd(world, ask, role):
        bodies = world.load(resource_id, ignoring, counted="body")
        return is_free(body, stored) and is_free(footprint, bodies, bodies=True)
    return is_free(footprint, stored)


def is_closed(world: World, resource_id: str) -> bool:
    """Whether it takes no new bookings: it is inactive, or, as a room, a part of it is."""
    resource = resource_of(world, resource_id)
    if resource is None:
        return False
    room = world.rooms.get(resource_id)
    parts = room.parts if room is not None else ()
    return not resource.is_active or any(is_closed(world, part) for part in parts)


def is_sound(
    world: World, ask: PlainAsk, resource_id: str, buffer: Buffer, start: int, ignoring: Ids
) -> bool:
    """Whether nothing is wrong with what a session that starts then holds of a resource."""
    resource = resource_of(world, resource_id)
    if resource is None or is_closed(world, resource_id) or is_unknown(world, ask, resource_id):
        return False
    before, after, policy = buffer
    body = range(start, start + ask.duration)
    footprint = range(body.start - before, body.stop + after)
    if not is_open(hours_of(world, ask, resource), footprint if ask.within_hours else body):
        return False
    kept = footprint if policy == "exclusive" else body
    if is_blocked(world, ask, resource_id, kept):
        return False
    if any(unit in world.load(resource_id, ignoring).whole for unit in kept):
        return False
    return any(
        all(
            is_within_capacity(resource, world.load(resource_id, ignoring, counted=counted), unit)
            for unit in kept
        )
        for counted in ("footprint", "kept")
    )


def free_seats(world: World, room_id: str, units: range, ignoring: Ids) -> int | None:
    """The people that a room still has seats for all the time; None for any number."""
    room, load = resource_of(world, room_id), world.load(room_id, ignoring)
    limit = seat_limit(room) if isinstance(room, PlainRoom) else None
    return None if limit is None else min(limit - load.people[unit] for unit in units)


def free_units(world: World, item_id: str, units: range, ignoring: Ids) -> int:
    """The units of equipment that are free all the time."""
    item, load = resource_of(world, item_id), world.load(item_id, ignoring)
    assert isinstance(item, PlainEquipment)
    return min(
        unit_limit(item) - item.broken_at(unit) - sum(load.sessions[unit].values())
        for unit in units
    )


def goes_beyond(
    world: World, ask: PlainAsk, resource_id: str, units: range, wanted: int, ignoring: Ids
) -> bool:
    """Whether the party, or so many units more, is more than there nominally is."""
    resource, load = resource_of(world, resource_id), world.load(resource_id, ignoring)
    if resource is None or isinstance(resource, PlainMember) or not resource.overbook:
        return False
    for unit in units:
        here = load.sessions[unit]
        if isinstance(resource, PlainRoom):
            nominal = nominal_concurrent(resource)
            if resource.enforce is not False and load.people[unit] + ask.party > resource.capacity:
                return True
            if wanted and nominal is not None and len(here) + 1 > nominal:
                return True
        elif wanted and sum(here.values()) + wanted > resource.quantity - resource.broken_at(unit):
            return True
    return False

"""What a question of the oracle asks for: a calendar's rules spelled out, roles and buffers."""

from __future__ import annotations

from collections.abc import Iterator

from bookable.testing.plain import (
    Buffer,
    Ids,
    PlainAsk,
    PlainEquipment,
    PlainGrid,
    PlainRole,
    PlainRoom,
    World,
)


def ask_calendar(
    world: World,
    calendar_id: str,
    *,
    party: int = 1,
    duration: int | None = None,
    host_ids: Ids | None = None,
) -> PlainAsk:
    """The question that a calendar's rules make, in the world as it stands."""
    calendar = world.calendars[calendar_id]
    return PlainAsk(
        duration=duration or calendar.duration,
        roles=tuple(_roles(world, calendar_id, host_ids)),
        party=party,
        calendar_id=calendar_id,
        host_ids=host_ids,
        before=calendar.before,
        after=calendar.after,
        within_hours=calendar.within_hours,
        notice=calendar.notice,
        horizon=calendar.horizon,
        grid=calendar.grid or PlainGrid("local", calendar.step or calendar.duration),
        open_units=calendar.open_units,
        seats=calendar.seats if calendar.has_sessions else None,
        is_active=calendar.is_active,
    )


def _roles(world: World, calendar_id: str, host_ids: Ids | None) -> Iterator[PlainRole]:
    """Hosts first, then any one mapped room, then one unit of each mapped equipment."""
    calendar = world.calendars[calendar_id]
    if calendar.member_ids:
        everyone = calendar.kind in ("personal", "collective")
        count = len(calendar.member_ids) if everyone else 1
        pool = tuple(m for m in calendar.member_ids if host_ids is None or m in host_ids)
        yield PlainRole(pool, count)
    if calendar.requirements is not None:
        yield from calendar.requirements
        return
    rooms = tuple(sorted(r.id for r in world.rooms.values() if calendar_id in r.calendar_ids))
    if rooms:
        yield PlainRole(rooms)
    for item in sorted(world.equipment.values(), key=lambda item: item.id):
        if calendar_id in item.calendar_ids:
            yield PlainRole((item.id,))


def buffers_of(world: World, ask: PlainAsk, role: PlainRole, resource_id: str) -> Buffer:
    """The role's own buffers, else the place's own, else those of the question (SPEC N15)."""
    resource = world.resource(resource_id)
    before, after = role.before, role.after
    if isinstance(resource, PlainRoom | PlainEquipment):
        before = resource.before if before is None else before
        after = resource.after if after is None else after
    return (ask.before if before is None else before, ask.after if after is None else after)


def summed(world: World, ask: PlainAsk) -> tuple[PlainRole, ...]:
    """The roles, with those that name the same single equipment made one: units add up."""
    roles: list[PlainRole] = []
    for role in ask.roles:
        places = [n for n, r in enumerate(roles) if r.pool == role.pool and r.count == 1]
        if len(role.pool) > 1 or role.pool[0] not in world.equipment or not places:
            roles.append(role)
            continue
        first = roles[places[0]]
        one, two = (buffers_of(world, ask, each, role.pool[0]) for each in (first, role))
        before, after = max(one[0], two[0]), max(one[1], two[1])
        roles[places[0]] = PlainRole(role.pool, 1, first.units + role.units, before, after)
    return tuple(roles)

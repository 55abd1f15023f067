"""What a question of the oracle asks for: a calendar's rules spelled out, roles and buffers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bookable.testing.axis import DAY, Buffer, Units
from bookable.testing.oracle_capacity import with_extra
from bookable.testing.oracle_hours import is_within, may_serve, resource_of, settled
from bookable.testing.oracle_unknown import going_on
from bookable.testing.plain import PlainAsk, PlainCalendar, PlainEquipment, PlainRoom
from bookable.testing.plain_rules import PlainGrid, PlainRole
from bookable.testing.world import World

WISHES = (
    "duration",
    "party",
    "host_ids",
    "kinds",
    "customer_id",
    "groups",
    "tags",
    "features",
    "where",
    "wanted_location",
    "attendee_ids",
    "optional_ids",
    "prefer_ids",
    "use_delegates",
    "booker_shift",
    "variant_id",
    "add_on_ids",
    "whole_days",
    "unknown_ids",
    "unknown",
)
"""What who asks may say beside the calendar's own rules."""

TOGETHER = ("personal", "collective")
STRICTEST = ("exclusive", "shared", "existing_only")


def wishes_of(ask: PlainAsk) -> dict[str, object]:
    """What was said when a question was asked."""
    return {name: getattr(ask, name) for name in WISHES}


def ask_calendar(world: World, calendar_id: str, **wishes: object) -> PlainAsk:
    """The question that a calendar's rules make, in the world as it stands."""
    calendar = settled(world, world.calendars[calendar_id])
    wishes.setdefault("duration", calendar.duration)
    wish = replace(PlainAsk(1, ()), **wishes)  # type: ignore[arg-type]  # fields by name
    shift = calendar.shift or 0
    step = min(calendar.step or calendar.duration, DAY)
    grid = calendar.grid or PlainGrid("local", step, shift=shift)
    if wish.whole_days:
        grid = PlainGrid("local", DAY, shift=shift)
    return replace(
        wish,
        roles=tuple(_roles(world, calendar, wish)),
        calendar_id=calendar_id,
        before=calendar.before,
        after=calendar.after,
        policy=calendar.policy,
        within_hours=calendar.within_hours,
        notice=calendar.notice,
        horizon=calendar.horizon,
        grid=grid,
        open_units=calendar.open_units,
        booker_units=_booker_units(calendar.booker_units, wish.booker_shift),
        seats=with_extra(calendar.seats, calendar.overbook) if calendar.has_sessions else None,
        nominal_seats=calendar.seats if calendar.has_sessions else None,
        is_active=calendar.is_active,
        shift=shift,
        access=access_of(calendar, wish),
        location_id=_place(world, calendar, wish.wanted_location),
        limits=calendar.limits + world.limits,
        ranking=calendar.ranking,
    )


def _place(world: World, calendar: PlainCalendar, wanted: str | None) -> str | None:
    """Where it takes place: as asked for, or more exactly as the calendar says."""
    if wanted is None or is_within(world, calendar.location_id, wanted):
        return calendar.location_id
    return wanted


def ask_again(world: World, ask: PlainAsk) -> PlainAsk:
    """The same question, as the rules decide it now."""
    if ask.calendar_id is None:
        return replace(ask, limits=world.limits)
    return ask_calendar(world, ask.calendar_id, **wishes_of(ask))


def access_of(calendar: PlainCalendar, wish: PlainAsk) -> str:
    """What who asks may do."""
    policy = calendar.access
    if policy is None:
        return "allow"
    names = {wish.customer_id, *wish.groups}
    if names & policy.deny:
        return "deny"
    if names & policy.allow:
        return "allow"
    return "request" if names & policy.request else policy.otherwise


def _booker_units(units: Units | None, shift: int | None) -> Units | None:
    """The same wall clock in the zone of who books."""
    if units is None or not shift:
        return units
    return frozenset(unit - shift for unit in units)


# Roles -----------------------------------------------------------------------


def _roles(world: World, calendar: PlainCalendar, wish: PlainAsk) -> Iterator[PlainRole]:
    """Hosts, then what is stated, or any mapped room and one unit of each mapped equipment."""
    if calendar.member_ids:
        yield from _hosts(world, calendar, wish)
    if calendar.requirements is not None:
        yield from calendar.requirements
    else:
        rooms = tuple(sorted(r.id for r in world.rooms.values() if calendar.id in r.calendar_ids))
        if rooms:
            yield PlainRole(rooms)
        for item in sorted(world.equipment.values(), key=lambda item: item.id):
            if calendar.id in item.calendar_ids:
                yield PlainRole((item.id,))
    for add_on in calendar.add_ons:
        if add_on.id in wish.add_on_ids:
            yield from (replace(role, is_for_add_on=True) for role in add_on.roles)
    if wish.attendee_ids:
        yield _attendees(wish)


def _attendees(wish: PlainAsk) -> PlainRole:
    return PlainRole(wish.attendee_ids, len(wish.attendee_ids), are_attendees=True)


def _hosts(world: World, calendar: PlainCalendar, wish: PlainAsk) -> Iterator[PlainRole]:
    """The hosts: any one of those who may be picked, or all of them; each with the delegates."""
    pool = [m for m in eligible(world, calendar, wish) if allows(calendar, wish, m)]
    if calendar.kind not in TOGETHER:
        yield _with_delegates(world, calendar, wish, pool)
        return
    alone = []
    for host_id in pool:
        role = _with_delegates(world, calendar, wish, [host_id])
        if role.limited:
            yield role
        else:
            alone.append(host_id)
    if alone:
        yield PlainRole(tuple(alone), len(alone), are_hosts=True)


def _with_delegates(
    world: World, calendar: PlainCalendar, wish: PlainAsk, pool: list[str]
) -> PlainRole:
    """One of these hosts, or while one is away of those who stand in."""
    limited: dict[str, Units] = {}
    for host_id in pool if wish.use_delegates else ():
        for absence in world.members[host_id].absences:
            delegate = absence.delegate_id
            if delegate is None or delegate in pool or not allows(calendar, wish, delegate):
                continue
            away = frozenset(range(absence.start, absence.end))
            limited[delegate] = limited.get(delegate, frozenset()) | away
    return PlainRole((*pool, *limited), are_hosts=True, limited=tuple(sorted(limited.items())))


def eligible(world: World, calendar: PlainCalendar, wish: PlainAsk) -> list[str]:
    """The hosts who may be given the booking: those asked for, else those with a weight."""
    if wish.host_ids is not None:
        return [m for m in calendar.member_ids if m in wish.host_ids]
    if calendar.kind in TOGETHER:
        return list(calendar.member_ids)
    return [m for m in calendar.member_ids if weight_of(world, calendar, m) > 0]


def is_askable(world: World, ask: PlainAsk) -> bool:
    """Whether a calendar can be asked for a duration at all, with the hosts that it has."""
    if ask.calendar_id is None:
        return True
    calendar = settled(world, world.calendars[ask.calendar_id])
    if ask.whole_days > calendar.most_days:
        return False
    if ask.host_ids is not None and not ask.host_ids <= set(calendar.member_ids):
        return False
    hosts = eligible(world, calendar, ask)
    lasting = [host_id for host_id in hosts if allows(calendar, ask, host_id)]
    if not hosts:
        return allows(calendar, ask, None)
    return lasting == hosts if calendar.kind in TOGETHER else bool(lasting)


def weight_of(world: World, calendar: PlainCalendar, member_id: str) -> int:
    """The ranking's word, else the member's own."""
    member = world.members[member_id]
    return dict(calendar.ranking.weights).get(member_id, member.weight)


def allowed_durations(
    calendar: PlainCalendar,
    host_id: str | None,
    variant_id: str | None,
    add_on_ids: tuple[str, ...],
) -> tuple[int, ...]:
    """How long a booking with this host lasts, as listed."""
    extra = sum(add_on.duration for add_on in calendar.add_ons if add_on.id in add_on_ids)
    own, plain = dict(calendar.host_durations), (calendar.duration, *calendar.durations)
    for variant in calendar.variants:
        if variant.id == variant_id:
            own, plain = dict(variant.host_durations), (variant.duration,)
    if host_id in own:
        return (own[host_id] + extra,)
    return tuple(sorted({duration + extra for duration in plain}))


def allows(calendar: PlainCalendar, wish: PlainAsk, host_id: str | None) -> bool:
    """Whether a booking with this host may last as long as is asked for."""
    if wish.whole_days:
        return True
    if wish.duration in allowed_durations(calendar, host_id, wish.variant_id, wish.add_on_ids):
        return True
    if calendar.longest is None or wish.variant_id is not None:
        return False
    return wish.duration <= calendar.longest


def buffers_of(world: World, ask: PlainAsk, role: PlainRole, resource_id: str) -> Buffer:
    """The role's own, else the place's own, else those of the question (SPEC N15)."""
    resource = resource_of(world, resource_id)
    before, after, policy = role.before, role.after, role.policy
    if isinstance(resource, PlainRoom | PlainEquipment):
        before = resource.before if before is None else before
        after = resource.after if after is None else after
        policy = resource.policy if policy is None else policy
    return (
        ask.before if before is None else before,
        ask.after if after is None else after,
        ask.policy if policy is None else policy,
    )


def resolved(world: World, ask: PlainAsk) -> tuple[PlainRole, ...]:
    """The roles with the resources that will do, those for the same single equipment made one."""
    wishes = (ask.attendee_ids, ask.features, ask.where, ask.wanted_location)
    demands = (*wishes, ask.unknown_ids, ask.unknown)
    key = ("resolved", ask.calendar_id, ask.roles, demands, ask.before, ask.after, ask.policy)
    known = world.remembered.get(key)
    if isinstance(known, tuple):
        return known
    roles: list[PlainRole] = []
    named: dict[str, int] = {}
    for role, one in going_on(world, ask, pooled(world, ask))[0]:
        item = _only_equipment(world, role, one.pool)
        if item is not None and item in named:
            place = named[item]
            roles[place] = _sum_of(world, ask, roles[place], one)
            continue
        if item is not None:
            named[item] = len(roles)
        roles.append(one)
    world.remembered[key] = tuple(roles)
    return tuple(roles)


def pooled(world: World, ask: PlainAsk) -> list[tuple[PlainRole, PlainRole]]:
    """The roles as they are asked for, each with the same with those of its pool that will do."""
    given = ask.roles
    if ask.calendar_id is None and ask.attendee_ids:
        given = (*given, _attendees(ask))
    return [(role, replace(role, pool=_pool(world, ask, role))) for role in given]


def _pool(world: World, ask: PlainAsk, role: PlainRole) -> tuple[str, ...]:
    """What a role names, or everything of its kind, that has what is asked of it."""
    shelves = {"room": [*world.rooms], "equipment": [*world.equipment], "member": [*world.members]}
    pool = role.pool
    if role.kind is not None:
        pool = tuple(id_ for id_ in shelves[role.kind] if not role.pool or id_ in role.pool)
    able = []
    for id_ in sorted(pool):
        resource = resource_of(world, id_)
        if resource is not None and may_serve(world, ask, role, resource):
            able.append(id_)
    return tuple(able)


def _only_equipment(world: World, role: PlainRole, able: tuple[str, ...]) -> str | None:
    """The one piece of equipment that a role names, where it will do."""
    if role.kind is None and len(role.pool) == 1 and role.count == 1 and able:
        return able[0] if able[0] in world.equipment else None
    return None


def _sum_of(world: World, ask: PlainAsk, first: PlainRole, second: PlainRole) -> PlainRole:
    """Two roles for the same equipment made one: units add up, the stricter buffers hold."""
    one, two = (buffers_of(world, ask, each, each.pool[0]) for each in (first, second))
    return replace(
        first,
        units=first.units + second.units,
        before=max(one[0], two[0]),
        after=max(one[1], two[1]),
        policy=next(policy for policy in STRICTEST if policy in (one[2], two[2])),
    )

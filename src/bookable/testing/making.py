"""Small worlds, made from a run of choices.

A choice is a function that answers with a number below the one that it is given, so
that the same code serves a seeded generator and Hypothesis. Zero always makes the
simplest choice, and worlds are crowded on purpose: few resources, shared by several
calendars, on a short axis. What the rules beyond the plain ones add is in `making_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bookable.testing.axis import AXIS, MARGIN
from bookable.testing.choices import (
    EVERY_RULE,
    Choices,
    Pick,
    choose,
    is_on,
    open_units,
    some,
)
from bookable.testing.making_rules import (
    adorn_calendar,
    adorn_equipment,
    adorn_member,
    adorn_role,
    adorn_room,
    adorn_world,
)
from bookable.testing.making_wishes import wishes
from bookable.testing.plain import PlainAsk, PlainCalendar, PlainEquipment, PlainMember, PlainRoom
from bookable.testing.plain_rules import PlainGrid, PlainRole
from bookable.testing.world import World

MEMBERS = ("ada", "bob", "cyd")
ROOMS = ("blue", "green", "hall")
EQUIPMENT = ("lamp", "table")
CALENDARS = ("massage", "pilates", "talk")
FEW = 5
"""Of so few rules most take part in a world, of many only some."""
KINDS = ("round_robin", "class", "service", "event", "collective", "personal")


def buffer(pick: Pick) -> int | None:
    """A buffer of its own, for places and roles; mostly none."""
    return choose(pick, (None, None, None, None, 0, 1, 2))


# Resources -------------------------------------------------------------------


def make_room(pick: Pick, id_: str, calendar_ids: Sequence[str]) -> PlainRoom:
    """A room that serves some of the calendars."""
    room = PlainRoom(
        id_,
        capacity=choose(pick, (1, 2, 3, 4, 6, 2, 3, 0)),
        max_concurrent=choose(pick, (None, None, 1, 2)),
        calendar_ids=some(pick, calendar_ids) if calendar_ids and pick(4) else (),
        is_active=pick(20) != 19,
        open_units=open_units(pick),
        before=buffer(pick),
        after=buffer(pick),
    )
    return adorn_room(pick, room)


def make_equipment(pick: Pick, id_: str, calendar_ids: Sequence[str]) -> PlainEquipment:
    """Equipment that serves at most one of the calendars."""
    quantity = choose(pick, (1, 2, 3, 2, 3, 0))
    item = PlainEquipment(
        id_,
        quantity=quantity,
        out_of_service=out_of_service(pick, quantity),
        calendar_ids=(choose(pick, calendar_ids),) if calendar_ids and pick(2) else (),
        is_active=pick(20) != 19,
        open_units=open_units(pick),
        before=buffer(pick),
        after=buffer(pick),
    )
    return adorn_equipment(pick, item)


def out_of_service(pick: Pick, quantity: int) -> tuple[int, ...]:
    """How much is broken: nothing, a number at all times, or slices."""
    form = pick(4)
    if form < 2 or not quantity:
        return (0,) * AXIS
    if form == 2:
        return (pick(quantity),) * AXIS
    broken = [0] * AXIS
    for _ in range(1 + pick(2)):
        start = pick(AXIS - 4)
        for unit in range(start, min(AXIS, start + 1 + pick(12))):
            broken[unit] = min(quantity, broken[unit] + 1)
    return tuple(broken)


def make_member(pick: Pick, id_: str) -> PlainMember:
    """A member."""
    hours = open_units(pick)
    member = PlainMember(id_, hours, choose(pick, (0, 0, 1, -1)), pick(20) != 19)
    return adorn_member(pick, member)


# Rules -----------------------------------------------------------------------


def make_grid(pick: Pick, shift: int = 0) -> PlainGrid | None:
    """A grid of one of the kinds; None stands for the calendar's default."""
    if is_on(pick, "packing") and pick(2):
        return PlainGrid(choose(pick, ("window", "aligned")), choose(pick, (1, 2, 3)))
    form = pick(9)
    if form < 6:
        return None
    step = choose(pick, (1, 2, 1, 3, 5))
    if form == 6:
        return PlainGrid("local", step, pick(step), shift=shift)
    if form == 7:
        return PlainGrid("epoch", step, pick(step))
    return PlainGrid("fixed", starts=frozenset(MARGIN + pick(AXIS - 2 * MARGIN) for _ in range(12)))


def is_equipment(id_: str) -> bool:
    """Whether a resource of that id, made here, is equipment: only that has units to ask for."""
    return id_ in EQUIPMENT or id_.startswith("item")


def is_room(id_: str) -> bool:
    """Whether a resource of that id, made here, is a room."""
    return id_ in ROOMS or id_.startswith("room")


def make_roles(pick: Pick, ids: Sequence[str]) -> tuple[PlainRole, ...]:
    """One to three roles whose pools may well overlap."""
    roles = []
    for _ in range(1 + pick(3)):
        pool = some(pick, ids[:4] if pick(2) else ids[-4:])
        count = min(len(pool), 1 + (pick(4) == 3))
        is_kit = all(is_equipment(id_) for id_ in pool)
        units = 1 + (pick(3) == 2) if is_kit else 1
        role = PlainRole(pool, count, units, buffer(pick), buffer(pick))
        roles.append(adorn_role(pick, role, is_kit=is_kit))
    return consistent(pick, roles)


def consistent(pick: Pick, roles: Iterable[PlainRole]) -> tuple[PlainRole, ...]:
    """Roles that the engine would not call contradictory.

    The same single equipment is needed either once or for every so many people; where rooms share
    parts, only one role takes a room, and only one.
    """
    found: list[PlainRole] = []
    for role in roles:
        same = [each for each in found if each.pool == role.pool]
        each_one = role
        if same and same[0].per_attendees != role.per_attendees:
            each_one = replace(role, per_attendees=same[0].per_attendees)
        if is_on(pick, "parts") and any(is_room(id_) for id_ in role.pool):
            if any(is_room(id_) for other in found for id_ in other.pool):
                continue
            each_one = replace(each_one, count=1)
        found.append(each_one)
    return tuple(found)


def make_calendar(
    pick: Pick, id_: str, member_ids: Sequence[str], places: Sequence[str]
) -> PlainCalendar:
    """A calendar of any kind, with its rules."""
    kind = choose(pick, KINDS)
    staff: tuple[str, ...] = some(pick, member_ids)
    if kind == "event":
        staff = ()
    elif kind == "personal":
        staff = staff[:1]
    stated = places and pick(5) == 4
    shift = choose(pick, (None, 5, -5)) if is_on(pick, "zones") else None
    calendar = PlainCalendar(
        id_,
        duration=choose(pick, (1, 2, 1, 3)),
        kind=kind,
        member_ids=staff,
        step=choose(pick, (1, 1, 1, None, 2)),
        seats=choose(pick, (2, 3, 5)) if kind == "class" or pick(6) == 5 else 1,
        before=choose(pick, (0, 0, 1, 2)),
        after=choose(pick, (0, 1, 0, 2)),
        within_hours=pick(5) == 4,
        notice=choose(pick, (0, 0, 2, 5)),
        horizon=choose(pick, (None, None, None, 16, 30)),
        grid=make_grid(pick, shift or 0),
        open_units=open_units(pick),
        requirements=make_roles(pick, places) if stated else None,
        durations=(1, 4) if pick(4) == 3 else (),
        is_active=pick(30) != 29,
        shift=shift,
    )
    return adorn_calendar(pick, calendar, places, make_roles)


def make_ask(pick: Pick, ids: Sequence[str]) -> PlainAsk:
    """A question of its own rules, without a calendar."""
    ask = PlainAsk(
        duration=choose(pick, (1, 2, 3)),
        roles=make_roles(pick, ids),
        party=1 + pick(3),
        before=choose(pick, (0, 0, 1)),
        after=choose(pick, (0, 0, 1)),
        within_hours=pick(5) == 4,
        notice=choose(pick, (0, 0, 3)),
        horizon=choose(pick, (None, None, None, 20)),
        grid=make_grid(pick),
        open_units=open_units(pick),
    )
    said = wishes(pick, None, [id_ for id_ in ids if id_ in MEMBERS], ids)
    policy = "exclusive"
    if is_on(pick, "policies"):
        policy = choose(pick, ("exclusive", "shared", "existing_only"))
    said["location_id"] = said.get("wanted_location")
    return replace(ask, policy=policy, **said)  # type: ignore[arg-type]  # fields by name


def make_world(pick: Pick, rules: Iterable[str] | None = None) -> World:
    """A whole catalogue, nothing booked yet, in which some of the rules take part."""
    allowed = sorted(EVERY_RULE if rules is None else rules)
    few = len(allowed) < FEW
    on = [rule for rule in allowed if (pick(3) > 0 if few else pick(4) == 3)]
    world = World(rules=frozenset(on))
    chosen = Choices(pick, world.rules)
    calendar_ids = CALENDARS[: 1 + pick(3)]
    fewest = 2 if world.rules & {"rankings", "strict", "weights"} else 1
    members = MEMBERS[: fewest + pick(4 - fewest)]
    rooms, items = ROOMS[: pick(4)], EQUIPMENT[: pick(3)]
    places = (*items, *rooms, *members)
    for id_ in members:
        world.put(make_member(chosen, id_))
    for id_ in calendar_ids:
        world.put(make_calendar(chosen, id_, members, places))
    for id_ in rooms:
        world.put(make_room(chosen, id_, calendar_ids))
    for id_ in items:
        world.put(make_equipment(chosen, id_, calendar_ids))
    adorn_world(chosen, world)
    return world

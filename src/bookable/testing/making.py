"""Small worlds, made from a run of choices.

A choice is a function that answers with a number below the one that it is given, so
that the same code serves a seeded generator and Hypothesis. Zero always makes the
simplest choice, and worlds are crowded on purpose: few resources, shared by several
calendars, on a short axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from bookable.testing.plain import (
    AXIS,
    MARGIN,
    PlainAsk,
    PlainCalendar,
    PlainEquipment,
    PlainGrid,
    PlainMember,
    PlainRole,
    PlainRoom,
    Units,
    World,
)

Pick = Callable[[int], int]
T = TypeVar("T")

MEMBERS = ("ada", "bob", "cyd")
ROOMS = ("blue", "green", "hall")
EQUIPMENT = ("lamp", "table")
CALENDARS = ("massage", "pilates", "talk")
KINDS = ("round_robin", "class", "service", "event", "collective", "personal")


def choose(pick: Pick, values: Sequence[T]) -> T:
    """One of the values."""
    return values[pick(len(values))]


def some(pick: Pick, values: Sequence[str]) -> tuple[str, ...]:
    """At least one of the values, in their order."""
    bits = 1 + pick(2 ** len(values) - 1)
    return tuple(value for place, value in enumerate(values) if bits >> place & 1)


def open_units(pick: Pick) -> Units | None:
    """Always open, or some windows: within a day, over midnight, with a break, never."""
    form = pick(12)
    if form < 8:
        return None
    first = MARGIN + pick(8)
    closes = first + 4 + pick(40)
    units = set(range(first, min(closes, AXIS)))
    if form == 9:
        units -= {first + 2 + pick(8)}
    if form == 10:
        units |= set(range(28, 34 + pick(8)))
    return frozenset() if form == 11 and pick(4) == 3 else frozenset(units)


def buffer(pick: Pick) -> int | None:
    """A buffer of its own, for places and roles; mostly none."""
    return choose(pick, (None, None, None, None, 0, 1, 2))


def make_room(pick: Pick, id_: str, calendar_ids: Sequence[str]) -> PlainRoom:
    """A room that serves some of the calendars."""
    return PlainRoom(
        id_,
        capacity=choose(pick, (1, 2, 3, 4, 6, 2, 3, 0)),
        max_concurrent=choose(pick, (None, None, 1, 2)),
        calendar_ids=some(pick, calendar_ids) if calendar_ids and pick(4) else (),
        is_active=pick(20) != 19,
        open_units=open_units(pick),
        before=buffer(pick),
        after=buffer(pick),
    )


def make_equipment(pick: Pick, id_: str, calendar_ids: Sequence[str]) -> PlainEquipment:
    """Equipment that serves at most one of the calendars."""
    quantity = choose(pick, (1, 2, 3, 2, 3, 0))
    return PlainEquipment(
        id_,
        quantity=quantity,
        out_of_service=out_of_service(pick, quantity),
        calendar_ids=(choose(pick, calendar_ids),) if calendar_ids and pick(2) else (),
        is_active=pick(20) != 19,
        open_units=open_units(pick),
        before=buffer(pick),
        after=buffer(pick),
    )


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
    return PlainMember(id_, open_units(pick), choose(pick, (0, 0, 1, -1)), pick(20) != 19)


def make_grid(pick: Pick) -> PlainGrid | None:
    """A grid of one of the kinds; None stands for the calendar's default."""
    form = pick(9)
    if form < 6:
        return None
    step = choose(pick, (1, 2, 1, 3, 5))
    if form == 6:
        return PlainGrid("local", step, pick(step))
    if form == 7:
        return PlainGrid("epoch", step, pick(step))
    return PlainGrid("fixed", starts=frozenset(MARGIN + pick(AXIS - 2 * MARGIN) for _ in range(12)))


def is_equipment(id_: str) -> bool:
    """Whether a resource of that id, made here, is equipment: only that has units to ask for."""
    return id_ in EQUIPMENT or id_.startswith("item")


def make_roles(pick: Pick, ids: Sequence[str]) -> tuple[PlainRole, ...]:
    """One to three roles whose pools may well overlap."""
    roles = []
    for _ in range(1 + pick(3)):
        pool = some(pick, ids[:4] if pick(2) else ids[-4:])
        count = min(len(pool), 1 + (pick(4) == 3))
        units = 1 + (pick(3) == 2) if all(is_equipment(id_) for id_ in pool) else 1
        roles.append(PlainRole(pool, count, units, buffer(pick), buffer(pick)))
    return tuple(roles)


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
    return PlainCalendar(
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
        grid=make_grid(pick),
        open_units=open_units(pick),
        requirements=make_roles(pick, places) if stated else None,
        durations=(1, 4) if pick(4) == 3 else (),
        is_active=pick(30) != 29,
    )


def make_ask(pick: Pick, ids: Sequence[str]) -> PlainAsk:
    """A question of its own rules, without a calendar."""
    return PlainAsk(
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


def make_world(pick: Pick) -> World:
    """A whole catalogue, nothing booked yet."""
    world = World()
    calendar_ids = CALENDARS[: 1 + pick(3)]
    members = MEMBERS[: 1 + pick(3)]
    rooms, items = ROOMS[: pick(4)], EQUIPMENT[: pick(3)]
    places = (*items, *rooms, *members)
    for id_ in members:
        world.put(make_member(pick, id_))
    for id_ in calendar_ids:
        world.put(make_calendar(pick, id_, members, places))
    for id_ in rooms:
        world.put(make_room(pick, id_, calendar_ids))
    for id_ in items:
        world.put(make_equipment(pick, id_, calendar_ids))
    return world


def spread(*numbers: int) -> Pick:
    """A run of choices out of a few numbers; zeros make the simplest choices."""
    state = 0
    for number in numbers:
        state = state * 1_009 + number

    def pick(below: int) -> int:
        nonlocal state
        state = (state * 6_364_136_223_846_793_005 + (1 if state else 0)) % 2**64
        return (state >> 33) % below

    return pick

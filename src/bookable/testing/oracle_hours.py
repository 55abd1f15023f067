"""What a resource says of itself once its places and schedules have spoken, and when it is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from bookable.testing.axis import Attributes, Names, Units
from bookable.testing.plain import (
    PlainAsk,
    PlainCalendar,
    PlainMember,
    PlainPlace,
    PlainRoom,
    Resource,
)
from bookable.testing.plain_rules import PlainRole
from bookable.testing.world import World

T = TypeVar("T", bound=Resource | PlainCalendar)

ALWAYS: Units = frozenset(range(-200, 300))
"""Far more than is ever looked at."""

INHERITED = (
    "open_units",
    "shift",
    "before",
    "after",
    "max_concurrent",
    "enforce",
    "notice",
    "horizon",
    "check_in",
)


# Places ----------------------------------------------------------------------


def places_around(world: World, location_id: str | None) -> list[PlainPlace]:
    """The place of that id and those around it, innermost first."""
    line = []
    place = world.places.get(location_id or "")
    while place is not None:
        line.append(place)
        place = world.places.get(place.parent_id or "")
    return line


def is_within(world: World, location_id: str | None, outer_id: str) -> bool:
    """Whether a location is another one, or lies inside it."""
    inside = [place.id for place in places_around(world, location_id)]
    return location_id == outer_id or outer_id in inside


def settled(world: World, thing: T) -> T:
    """The thing with what it leaves to its schedule and its places filled in."""
    known = world.remembered.get(("settled", thing.id))
    if isinstance(known, type(thing)):
        return known
    made = thing
    if thing.schedule_id is not None and thing.open_units is None:
        made = replace(made, open_units=world.schedules[thing.schedule_id])
    if not isinstance(thing, PlainMember):
        line = places_around(world, thing.location_id)
        settings: dict[str, Any] = {
            name: _setting(line, name, getattr(made, name), is_stated=_is_stated(made, name))
            for name in INHERITED
            if hasattr(made, name)
        }
        made = replace(made, **settings)
    world.remembered["settled", thing.id] = made
    return made


def _is_stated(thing: object, name: str) -> bool:
    """Whether a thing says something of its own; buffers and notice of 0 are what calendars have."""
    own: object = getattr(thing, name)
    if isinstance(thing, PlainCalendar) and name in ("before", "after", "notice"):
        return own != 0
    return own is not None


def _setting(line: list[PlainPlace], name: str, own: object, *, is_stated: bool) -> object:
    """What is in force at the outermost lock; else what is said itself; else by the nearest place."""
    locked = [_in_force(line[n:], name) for n, place in enumerate(line) if name in place.locked]
    held = [value for value in locked if value is not None]
    if held:
        return held[-1]
    said = _in_force(line, name)
    return own if is_stated or said is None else said


def _in_force(line: list[PlainPlace], name: str) -> object:
    """What the nearest place says; None where none says anything."""
    for place in line:
        if dict(place.settings).get(name) is not None:
            return dict(place.settings)[name]
    return None


def resource_of(world: World, resource_id: str) -> Resource | None:
    """The resource of that id, settled."""
    found = world.resource(resource_id)
    return None if found is None else settled(world, found)


# Hours -----------------------------------------------------------------------


def is_open(open_units: Units | None, units: range) -> bool:
    """Whether all of the units are open; no hours means always."""
    return open_units is None or all(unit in open_units for unit in units)


def hours_of(
    world: World, ask: PlainAsk, resource: Resource, role: PlainRole | None = None
) -> Units | None:
    """When a resource is open for a question (SPEC N8)."""
    if isinstance(resource, PlainRoom):
        return open_with_parts(world, resource)
    if not isinstance(resource, PlainMember):
        return resource.open_units
    calendar = world.calendars.get(ask.calendar_id or "")
    own = resource.open_units
    schedule_id = dict(resource.calendar_schedules).get(ask.calendar_id or "")
    if schedule_id is not None:
        own = world.schedules[schedule_id]
    limited = dict(role.limited).get(resource.id) if role is not None else None
    serves_it = calendar is not None and resource.id in (*calendar.member_ids, *stand_ins(ask))
    if calendar is not None and calendar.host_units is not None and serves_it:
        common = calendar.host_units
        own = common if own is None or calendar.host_mode == "replace" else own & common
    absent = {unit for absence in resource.absences for unit in range(absence.start, absence.end)}
    if absent:
        own = (ALWAYS if own is None else own) - absent
    if limited is not None:
        own = (ALWAYS if own is None else own) & limited
    return own


def open_with_parts(world: World, room: PlainRoom) -> Units | None:
    """When a room and each of its parts are open: a hall is closed while one half is."""
    found = room.open_units
    for part_id in room.parts:
        part = resource_of(world, part_id)
        inner = open_with_parts(world, part) if isinstance(part, PlainRoom) else None
        if inner is not None:
            found = inner if found is None else found & inner
    return found


def stand_ins(ask: PlainAsk) -> list[str]:
    """Those who may serve because somebody is away."""
    return [id_ for role in ask.roles for id_, _ in role.limited]


# Features --------------------------------------------------------------------


def will_do(
    features: Names,
    attributes: Attributes,
    wanted: Names,
    where: Iterable[tuple[str, str, bool | int | str]],
) -> bool:
    """Whether these features and attributes meet all demands; other types never compare."""
    held = dict(attributes)
    for name, operator, value in where:
        if name not in held or type(held[name]) is not type(value):
            return False
        have = held[name]
        if operator == "==" and have != value:
            return False
        if operator == "!=" and have == value:
            return False
        if operator == ">=" and int(have) < int(value):
            return False
        if operator == "<=" and int(have) > int(value):
            return False
    return wanted <= features


def may_serve(world: World, ask: PlainAsk, role: PlainRole, resource: Resource) -> bool:
    """Whether a resource of a role's pool meets the demands of the role and of the question."""
    if not will_do(resource.features, resource.attributes, role.features, role.where):
        return False
    if not isinstance(resource, PlainRoom):
        return True
    if ask.wanted_location is not None and not is_within(
        world, resource.location_id, ask.wanted_location
    ):
        return False
    return will_do(resource.features, resource.attributes, ask.features, ask.where)

"""Changes of the catalogue while bookings stand: made in the world and in the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bookable.errors import ResourceInUseError
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.axis import Ids
from bookable.testing.choices import Pick, choose, is_on, open_units
from bookable.testing.compare import Disagreement
from bookable.testing.making import (
    make_calendar,
    make_equipment,
    make_member,
    make_room,
    out_of_service,
)
from bookable.testing.making_rules import KITS
from bookable.testing.plain import (
    PlainBooking,
    PlainCalendar,
    PlainEquipment,
    PlainMember,
    PlainRoom,
    Resource,
)
from bookable.testing.plain_rules import PlainRole
from bookable.testing.world import World

MOST_OF_A_KIND = 4


@dataclass(frozen=True, slots=True)
class Change:
    """What a change may need to know: choices, fresh names, the time, what has to stay."""

    pick: Pick
    name: Callable[[str], str]
    now: int
    keep: Ids


def change_catalogue(scheduler: Scheduler, world: World, change: Change) -> Scheduler | None:
    """One change, in both; None when it turns out to change nothing."""
    form = change.pick(10)
    if form == 9:
        return _remove(scheduler, world, change)
    if form == 8:
        thing = _another(world, change)
        if thing is None:
            return None
        world.put(thing)
        return scheduler.with_catalogue(scheduler.catalogue.add(realise.entry(thing)))
    shelves = _everything(world)
    old = shelves[choose(change.pick, sorted(shelves))]
    new = _changed(old, change.pick, sorted(world.calendars))
    if form == 0:
        new = replace(old, is_active=not old.is_active)
    if new == old:
        return None
    world.put(new)
    return scheduler.with_catalogue(scheduler.catalogue.replace(realise.entry(new)))


def _everything(world: World) -> dict[str, Resource | PlainCalendar]:
    return {**world.rooms, **world.equipment, **world.members, **world.calendars}


def _changed(
    old: Resource | PlainCalendar, pick: Pick, calendar_ids: list[str]
) -> Resource | PlainCalendar:
    """The same thing with other capacity, hours, rules or, now and then, calendars."""
    moves = pick(5) == 4
    if isinstance(old, PlainRoom):
        fresh = make_room(pick, old.id, calendar_ids)
        served = fresh.calendar_ids if moves else old.calendar_ids
        return replace(fresh, calendar_ids=served, is_active=old.is_active, parts=old.parts)
    if isinstance(old, PlainEquipment):
        if pick(2):
            return replace(old, out_of_service=out_of_service(pick, old.quantity))
        item = make_equipment(pick, old.id, calendar_ids)
        served = item.calendar_ids if moves else old.calendar_ids
        return replace(item, calendar_ids=served, is_active=old.is_active)
    if isinstance(old, PlainCalendar):
        return _other_rules(old, pick)
    fresh_member = make_member(pick, old.id)
    return replace(
        old,
        open_units=open_units(pick),
        priority=pick(3),
        weight=fresh_member.weight if is_on(pick, "weights") else old.weight,
    )


def _other_rules(old: PlainCalendar, pick: Pick) -> PlainCalendar:
    """The calendar with the same people and requirements under other rules."""
    rules = make_calendar(pick, old.id, old.member_ids or ("nobody",), ())
    needs = old.requirements
    if needs and not old.add_ons and is_on(pick, "per_attendees") and pick(3) == 2:
        each = choose(pick, (None, 1, 2))
        needs = tuple(_per_head(role, each) for role in needs)
    made = replace(
        rules,
        kind=old.kind,
        member_ids=old.member_ids,
        requirements=needs,
        add_ons=old.add_ons,
        variants=old.variants,
        seats=choose(pick, (1, 2, 3)) if pick(6) == 5 else old.seats,
    )
    return replace(made, per_host=1) if made.has_sessions else made


def _per_head(role: PlainRole, each: int | None) -> PlainRole:
    """A role for equipment that takes its units for every so many people, or once for all of them."""
    is_kit = role.pool and set(role.pool) <= set(KITS)
    return replace(role, per_attendees=each) if is_kit else role


def _another(world: World, change: Change) -> Resource | PlainCalendar | None:
    """One more resource, unless there are enough of its kind."""
    pick, kind, calendars = change.pick, change.pick(3), sorted(world.calendars)
    if kind == 0 and len(world.rooms) < MOST_OF_A_KIND:
        return make_room(pick, change.name("room"), calendars)
    if kind == 1 and len(world.equipment) < MOST_OF_A_KIND:
        return make_equipment(pick, change.name("item"), calendars)
    if kind == 2 and len(world.members) < MOST_OF_A_KIND:
        return make_member(pick, change.name("member"))
    return None


# Removal ---------------------------------------------------------------------


def _remove(scheduler: Scheduler, world: World, change: Change) -> Scheduler | None:
    """Take something away, what names it and, perhaps, what uses it included."""
    everything = _everything(world)
    allowed = sorted(everything.keys() - change.keep)
    if len(world.calendars) == 1:
        allowed = [id_ for id_ in allowed if id_ not in world.calendars]
    if not allowed:
        return None
    gone, cascade = choose(change.pick, allowed), change.pick(3) > 0
    users = _users(world, gone, change.now)
    left = [_without(each, gone) for each in everything.values() if each.id != gone]
    # What is under way cannot be cancelled.
    stays = any(id_ in world.bookings and _is_under_way(world.bookings[id_]) for id_ in users)
    refused = (not cascade and bool(users)) or stays or any(each is None for each in left)
    try:
        after = scheduler.remove(gone, now=realise.moment(change.now), detach=True, cascade=cascade)
    except ResourceInUseError as error:
        if not refused:
            raise Disagreement(f"{gone} cannot be removed: {error}") from None
        return None
    if refused:
        raise Disagreement(f"{gone} was removed, but is needed, by {users}")
    for id_ in users:
        if id_ in world.bookings:
            gone_too = world.bookings[id_]
            version, now = gone_too.version + 1, change.now
            world.keep(replace(gone_too, status="cancelled", cancelled=now, version=version))
        else:
            world.reopen(id_)
    world.drop(gone)
    for each in left:
        if each is not None:
            world.put(each)
    return after


def _users(world: World, gone: str, now: int) -> list[str]:
    """The bookings that end after *now*, and the blocks, that use it."""
    bookings = [
        booking.id
        for booking in world.bookings.values()
        if booking.status in ("hold", "pending", "confirmed", "checked_in")
        and booking.is_blocking
        and booking.end > now
        and (gone in booking.resources or gone == booking.calendar_id)
    ]
    return bookings + [block.id for block in world.blocks.values() if block.resource_id == gone]


def _is_under_way(booking: PlainBooking) -> bool:
    return booking.status == "checked_in"


def _without(thing: Resource | PlainCalendar, gone: str) -> Resource | PlainCalendar | None:
    """The thing, no longer naming what goes; None where it cannot be without it."""
    if isinstance(thing, PlainMember):
        absences = tuple(
            replace(each, delegate_id=None) if each.delegate_id == gone else each
            for each in thing.absences
        )
        return replace(thing, absences=absences)
    if not isinstance(thing, PlainCalendar):
        left = tuple(id_ for id_ in thing.calendar_ids if id_ != gone)
        if isinstance(thing, PlainRoom):
            thing = replace(thing, parts=tuple(part for part in thing.parts if part != gone))
        return replace(thing, calendar_ids=left)
    members = tuple(id_ for id_ in thing.member_ids if id_ != gone)
    needs = thing.requirements
    if needs is not None:
        needs = tuple(_role_without(role, gone) for role in needs)
    add_ons = tuple(
        replace(each, roles=tuple(_role_without(role, gone) for role in each.roles))
        for each in thing.add_ons
    )
    every = (*(needs or ()), *(role for each in add_ons for role in each.roles))
    if (thing.member_ids and not members) or any(not (role.pool or role.kind) for role in every):
        return None
    return replace(thing, member_ids=members, requirements=needs, add_ons=add_ons)


def _role_without(role: PlainRole, gone: str) -> PlainRole:
    """A role that needed all of its pool needs all that is left of it."""
    pool = tuple(id_ for id_ in role.pool if id_ != gone)
    count = min(role.count, max(1, len(pool))) if role.count >= len(role.pool) else role.count
    return replace(role, pool=pool, count=count)

"""The oracle's answers to whole questions: listings, free time, agendas, violations.

Each follows its sentence in SPEC.md by asking `bookable.testing.oracle` about one start,
or one unit, after another.
"""

from __future__ import annotations

from dataclasses import replace

from bookable.testing.asks import buffers_of, pooled, resolved
from bookable.testing.axis import AXIS, BLOCKING, TOLD, UNREAD, Ids
from bookable.testing.oracle import (
    NONE,
    candidates,
    decide,
    free_starts,
    listing_grid,
)
from bookable.testing.oracle_capacity import (
    booking_limit,
    meet,
    seat_limit,
    serves,
    unit_limit,
)
from bookable.testing.oracle_grid import Pieces, merged
from bookable.testing.oracle_hours import resource_of
from bookable.testing.oracle_sessions import held_rooms, sessions_at
from bookable.testing.oracle_unknown import going_on, in_question
from bookable.testing.plain import PlainAsk, PlainBooking, PlainEquipment, PlainMember, PlainRoom
from bookable.testing.plain_rules import PlainRole
from bookable.testing.world import Load, World

Found = dict[tuple[str, str], tuple[frozenset[int], frozenset[str]]]


def starts(
    world: World, ask: PlainAsk, within: range, now: int, ignoring: Ids = NONE
) -> tuple[int, ...]:
    """Every start inside the window that could be booked, on the grid (SPEC N22).

    A question without a grid may start anywhere, and is listed in steps of its duration.
    """
    listed = replace(ask, grid=listing_grid(ask))
    return tuple(s for s in within if decide(world, listed, s, now, ignoring) is not None)


def candidate_ids(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> frozenset[str]:
    """Everything that could fill one of the roles on its own, in a new session."""
    held = held_rooms(sessions_at(world, ask, start, ignoring)) or NONE
    return frozenset(
        id_
        for role in resolved(world, ask)
        for id_ in candidates(world, ask, role, start, now, ignoring)
        if id_ not in held
    )


def missing(world: World, ask: PlainAsk, start: int, ignoring: Ids = NONE) -> tuple[str, ...]:
    """Those of the optional people who are not free, and those who are left out."""
    role = PlainRole(ask.optional_ids)
    away = {
        id_
        for id_ in ask.optional_ids
        if not serves(world, ask, start, role, id_, buffers_of(world, ask, role, id_), ignoring)
    }
    return tuple(sorted(away | going_on(world, ask, pooled(world, ask))[1]))


def unknown_ids(world: World, ask: PlainAsk, within: range) -> tuple[str, ...]:
    """Those who are unknown, and of whom the question asks anything, for starts inside the window.

    Nobody could tell what is on them, in some of the time that they would be taken, or the question says so.
    """
    roles = [*resolved(world, ask), PlainRole(ask.optional_ids)]
    times = {(id_, *buffers_of(world, ask, role, id_)[:2]) for role in roles for id_ in role.pool}
    times |= {(ask.calendar_id or "", ask.before, ask.after)}
    unread = {
        block.resource_id
        for id_, before, after in times
        for block in world.blocks.values()
        if block.kind in UNREAD
        and block.resource_id in {id_} | world.overlapping(id_)
        and meet(block.footprint, range(within.start - before, within.stop + ask.duration + after))
    }
    named = in_question(world, ask, [able for _, able in pooled(world, ask)])
    return tuple(sorted(unread.union(named)))


def start_pieces(
    world: World, ask: PlainAsk, within: range, now: int, ignoring: Ids = NONE, *, scale: int
) -> Pieces:
    """All bookable starts inside the window, grid aside, in steps of 1/*scale* of a unit."""
    return free_starts(world, ask, within, now, ignoring, scale=scale)


def period_pieces(
    world: World, ask: PlainAsk, within: range, now: int, ignoring: Ids = NONE, *, scale: int
) -> Pieces:
    """The union of every free occupation that lies inside the window (SPEC N22)."""
    last = within.stop - ask.duration
    pieces = start_pieces(world, ask, range(within.start, last + 1), now, ignoring, scale=scale)
    # The final start is the last one that ends with the window: nothing starts after it.
    kept = [(start, min(end, last * scale + 1)) for start, end in pieces]
    length = ask.duration * scale
    return merged([(start, end - 1 + length) for start, end in kept if start < end])


def agenda(world: World, resource_id: str, within: range) -> tuple[str, ...]:
    """The bookings that take a resource inside the window, by start and id."""
    users = {resource_id} | world.overlapping(resource_id)
    found = [
        booking
        for booking in world.bookings.values()
        if booking.is_blocking
        and (
            any(meet(booking.time_of(id_), within) for id_ in users & set(booking.resources))
            or (booking.calendar_id == resource_id and meet(booking.body, within))
        )
    ]
    return tuple(b.id for b in sorted(found, key=lambda b: (b.start, b.id)))


def is_closed(world: World, subject: str, unit: int) -> bool:
    """Whether a block with its buffers stands there, on it or on a room that shares a part."""
    subjects = {subject} | world.overlapping(subject)
    return any(
        block.resource_id in subjects and block.kind in BLOCKING and unit in block.footprint
        for block in world.blocks.values()
    )


def busy_units(world: World, resource_id: str, within: range) -> frozenset[int]:
    """The units in which claims and blocks leave nothing of a resource."""
    return frozenset(
        unit
        for unit in within
        if is_closed(world, resource_id, unit) or is_full(world, resource_id, unit)
    )


def is_full(world: World, resource_id: str, unit: int, ignoring: Ids = NONE) -> bool:
    """Whether claims leave nothing of a resource."""
    resource, load = resource_of(world, resource_id), world.load(resource_id, ignoring)
    here = load.sessions[unit]
    if resource is None or unit in load.whole:
        return True
    if isinstance(resource, PlainRoom):
        limit, seats = booking_limit(resource), seat_limit(resource)
        crowded = limit is not None and len(here) >= limit
        return crowded or (seats is not None and load.people[unit] >= seats)
    if isinstance(resource, PlainEquipment):
        return sum(here.values()) >= unit_limit(resource) - resource.broken_at(unit)
    return bool(here)


STRENGTH = ("out_of_office", "maintenance", "busy", "tentative", "elsewhere", "free")


def busy_kinds(world: World, resource_id: str, within: range) -> list[str | None]:
    """How a resource, or a calendar, is told to be busy in each unit: the strongest that holds.

    None where nobody could tell what is there in some of the window.
    """
    subjects = {resource_id} | world.overlapping(resource_id)
    if any(
        block.resource_id in subjects and block.kind in UNREAD and meet(block.footprint, within)
        for block in world.blocks.values()
    ):
        return [None] * len(within)
    unsure = {b.id for b in world.bookings.values() if b.status in ("hold", "pending")}
    told: list[str | None] = []
    for unit in within:
        kinds = {"free"} | {
            block.kind
            for block in world.blocks.values()
            if block.resource_id in subjects and unit in block.footprint
        }
        if resource_id not in world.calendars and is_full(world, resource_id, unit):
            firm = is_full(world, resource_id, unit, frozenset(unsure))
            kinds.add("busy" if firm else "tentative")
        told.append(next(kind for kind in STRENGTH if kind in kinds))
    return told


# Violations ----------------------------------------------------------------------


def violations(world: World, now: int) -> Found:
    """What is wrong: for each rule and subject the units that it concerns and the bookings."""
    units: dict[tuple[str, str], set[int]] = {}
    ids: dict[tuple[str, str], set[str]] = {}
    for booking in world.bookings.values():
        for rule, subject, wrong in wrongs(world, booking, now):
            units.setdefault((rule, subject), set()).update(wrong)
            ids.setdefault((rule, subject), set()).add(booking.id)
    return {key: (frozenset(units[key]), frozenset(ids[key])) for key in units}


def wrongs(world: World, booking: PlainBooking, now: int) -> list[tuple[str, str, list[int]]]:
    """Each rule that a booking takes part in breaking, with the units where it does."""
    if not booking.is_blocking:
        return []
    found = []
    for id_ in booking.resources:
        kept = booking.kept(id_)
        if not booking.time_of(id_):
            continue
        if world.resource(id_) is None:
            if booking.end > now:
                found.append(("unknown_resource", id_, list(booking.body)))
            continue
        crowded = [unit for unit in kept if is_overcommitted(world, id_, unit)]
        found.append(("overcommitted", id_, crowded))
        found += _in_blocks(world, id_, kept)
        found += _in_parts(world, booking, id_)
    calendar = world.calendars.get(booking.calendar_id or "")
    if booking.calendar_id is not None and calendar is None and booking.end > now:
        found.append(("unknown_resource", booking.calendar_id, list(booking.body)))
    if calendar is not None:
        found += _in_blocks(world, calendar.id, booking.body)
        if calendar.has_sessions and _is_overfull(world, booking):
            found.append(("session_overfull", calendar.id, list(booking.body)))
    return [entry for entry in found if entry[2]]


def _in_blocks(world: World, subject: str, kept: range) -> list[tuple[str, str, list[int]]]:
    """Where what a booking keeps meets a block, buffers of the block aside."""
    subjects = {subject} | world.overlapping(subject)
    return [
        ("blocked", subject, sorted(set(kept) & set(block.body)))
        for block in world.blocks.values()
        if block.resource_id in subjects and block.kind in TOLD
    ]


def _in_parts(
    world: World, booking: PlainBooking, room_id: str
) -> list[tuple[str, str, list[int]]]:
    """Where a room is used together with one that shares a part; the first of both names it."""
    found = []
    for other in world.bookings.values():
        for other_id in other.rooms:
            if (
                other.is_blocking
                and other.id != booking.id
                and other_id in world.overlapping(room_id)
            ):
                both = set(booking.kept(room_id)) & set(other.kept(other_id))
                found.append(("overcommitted", min(room_id, other_id), sorted(both)))
    return found


def _is_overfull(world: World, booking: PlainBooking) -> bool:
    calendar, key = world.calendars[booking.calendar_id or ""], world.session_of(booking)
    people = sum(
        other.party
        for other in world.bookings.values()
        if other.is_blocking and world.session_of(other) == key
    )
    return people > calendar.seats + calendar.seats * calendar.overbook // 100


def is_overcommitted(world: World, resource_id: str, unit: int) -> bool:
    """Whether more is kept of a resource than there is."""
    resource, load = resource_of(world, resource_id), world.load(resource_id, counted="kept")
    here = load.sessions[unit]
    if isinstance(resource, PlainRoom):
        limit, seats = booking_limit(resource), seat_limit(resource)
        crowded = limit is not None and len(here) > limit
        return crowded or (seats is not None and load.people[unit] > seats)
    if isinstance(resource, PlainEquipment):
        return sum(here.values()) > unit_limit(resource) - resource.broken_at(unit)
    assert isinstance(resource, PlainMember)
    return _does_too_much(world, load, unit)


def _does_too_much(world: World, load: Load, unit: int) -> bool:
    """One thing at once; several bookings of one calendar are one where it allows so many."""
    things = len(load.sessions[unit])
    for calendar_id, number in load.calendars[unit].items():
        calendar = world.calendars.get(calendar_id or "")
        if calendar is not None and calendar.per_host > 1:
            if number > calendar.per_host:
                return True
            things -= max(number - 1, 0)
    return things > 1


def axis() -> range:
    """Every unit there is."""
    return range(AXIS)

"""The oracle's answers to whole questions: listings, free time, agendas, violations.

Each follows its sentence in SPEC.md by asking `bookable.testing.oracle` about one start,
or one unit, after another.
"""

from __future__ import annotations

from dataclasses import replace

from bookable.testing.asks import summed
from bookable.testing.oracle import (
    NONE,
    candidates,
    capacity_at,
    decide,
    general_refusals,
    held_rooms,
    is_blocked,
    is_bounded,
    openings,
    sessions_at,
)
from bookable.testing.plain import (
    AXIS,
    Ids,
    PlainAsk,
    PlainBooking,
    PlainEquipment,
    PlainGrid,
    PlainRoom,
    World,
)

Pieces = tuple[tuple[int, int], ...]
Found = dict[tuple[str, str], tuple[frozenset[int], frozenset[str]]]


def starts(
    world: World, ask: PlainAsk, within: range, now: int, ignoring: Ids = NONE
) -> tuple[int, ...]:
    """Every start inside the window that could be booked, on the grid (SPEC N22).

    A question without a grid may start anywhere, and is listed in steps of its duration.
    """
    grid = ask.grid or PlainGrid("local", ask.duration)
    listed = [start for start in within if grid.includes(start)]
    return tuple(s for s in listed if decide(world, ask, s, now, ignoring) is not None)


def candidate_ids(world: World, ask: PlainAsk, start: int, ignoring: Ids = NONE) -> frozenset[str]:
    """Everything that could fill one of the roles on its own, in a new session."""
    held = held_rooms(sessions_at(world, ask, start, ignoring)) or NONE
    return frozenset(
        id_
        for role in summed(world, ask)
        for id_ in candidates(world, ask, role, start, ignoring)
        if id_ not in held
    )


def start_pieces(
    world: World, ask: PlainAsk, within: range, now: int, ignoring: Ids = NONE, *, scale: int
) -> Pieces:
    """All bookable starts inside the window, grid aside, in steps of 1/*scale* of a unit.

    Between two neighbouring units a start is free exactly when some allocation serves
    both of them together, as one booking that is a unit longer; sessions can only be
    joined at their very start.
    """
    anywhere = replace(ask, grid=None)
    pieces: list[tuple[int, int]] = []
    for start in within:
        if decide(world, anywhere, start, now, ignoring) is not None:
            pieces.append((start * scale, start * scale + 1))
        if _free_between(world, anywhere, start, now, ignoring):
            pieces.append((start * scale + 1, (start + 1) * scale))
    return merged(pieces)


def _free_between(world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids) -> bool:
    longer = replace(ask, duration=ask.duration + 1)
    if general_refusals(world, longer, start, now):
        return False
    return is_bounded(ask) and next(openings(world, longer, start, ignoring), None) is not None


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


def merged(pieces: list[tuple[int, int]]) -> Pieces:
    """The same time with pieces that overlap or touch made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def agenda(world: World, resource_id: str, within: range) -> tuple[str, ...]:
    """The bookings that take a resource inside the window, by start and id."""
    found = [
        booking
        for booking in world.bookings.values()
        if booking.is_blocking
        and (resource_id in booking.resources or booking.calendar_id == resource_id)
        and booking.start < within.stop
        and within.start < booking.end
    ]
    return tuple(b.id for b in sorted(found, key=lambda b: (b.start, b.id)))


def busy_units(world: World, resource_id: str, within: range) -> frozenset[int]:
    """The units in which claims and blocks leave nothing of a resource."""
    resource = world.resource(resource_id)
    load = world.load(resource_id)
    busy = set()
    for unit in within:
        here = load.sessions[unit]
        if is_blocked(world, resource_id, range(unit, unit + 1)) or resource is None:
            busy.add(unit)
        elif isinstance(resource, PlainRoom):
            crowded = resource.max_concurrent is not None and len(here) >= resource.max_concurrent
            if crowded or load.people[unit] >= resource.capacity:
                busy.add(unit)
        elif sum(here.values()) >= capacity_at(resource, unit):
            busy.add(unit)
    return frozenset(busy)


def violations(world: World, now: int) -> Found:
    """What is wrong: for each rule and subject the units that it concerns and the bookings."""
    units: dict[tuple[str, str], set[int]] = {}
    ids: dict[tuple[str, str], set[str]] = {}
    for booking in world.bookings.values():
        if not booking.is_blocking:
            continue
        for rule, subject, wrong in _wrongs(world, booking, now):
            units.setdefault((rule, subject), set()).update(wrong)
            ids.setdefault((rule, subject), set()).add(booking.id)
    return {key: (frozenset(units[key]), frozenset(ids[key])) for key in units}


def _wrongs(world: World, booking: PlainBooking, now: int) -> list[tuple[str, str, list[int]]]:
    """Each rule that a booking takes part in breaking, with the units where it does."""
    found = []
    for id_ in booking.resources:
        footprint = booking.footprint(id_)
        if world.resource(id_) is None:
            if booking.end > now:
                found.append(("unknown_resource", id_, list(range(booking.start, booking.end))))
            continue
        crowded = [unit for unit in footprint if _is_overcommitted(world, id_, unit)]
        blocked = [unit for unit in footprint if is_blocked(world, id_, range(unit, unit + 1))]
        found.append(("overcommitted", id_, crowded))
        found.append(("blocked", id_, blocked))
    calendar = world.calendars.get(booking.calendar_id or "")
    body = range(booking.start, booking.end)
    if booking.calendar_id is not None and calendar is None and booking.end > now:
        found.append(("unknown_resource", booking.calendar_id, list(body)))
    if calendar is not None:
        blocked = [unit for unit in body if is_blocked(world, calendar.id, range(unit, unit + 1))]
        found.append(("blocked", calendar.id, blocked))
        if calendar.has_sessions:
            key = world.session_of(booking)
            people = sum(
                other.party
                for other in world.bookings.values()
                if other.is_blocking and world.session_of(other) == key
            )
            if people > calendar.seats:
                found.append(("session_overfull", calendar.id, list(body)))
    return [entry for entry in found if entry[2]]


def _is_overcommitted(world: World, resource_id: str, unit: int) -> bool:
    resource, load = world.resource(resource_id), world.load(resource_id)
    here = load.sessions[unit]
    if isinstance(resource, PlainRoom):
        crowded = resource.max_concurrent is not None and len(here) > resource.max_concurrent
        return crowded or load.people[unit] > resource.capacity
    if isinstance(resource, PlainEquipment):
        return sum(here.values()) > capacity_at(resource, unit)
    return len(here) > 1


def axis() -> range:
    """Every unit there is."""
    return range(AXIS)

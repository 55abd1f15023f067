"""What may be booked, by trying everything.

The judge of the engine, which it neither imports nor resembles: no intervals, no
trees, no masks, no theorem about matchings. A question about a start walks every
unit of every footprint, and a question about several roles tries one assignment after
another in the order of preference. Slow and plain on purpose; it is right when each
function can be held against its rule in SPEC.md by eye.

Its rules are in modules of their own: what resources say (`oracle_hours`) and take (`oracle_capacity`),
dates and limits (`oracle_time`), free windows (`oracle_grid`), who is preferred (`oracle_ranking`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from bookable.testing.asks import buffers_of, resolved
from bookable.testing.axis import Buffer, Ids, SessionKey
from bookable.testing.oracle_capacity import (
    closing,
    free_seats,
    free_units,
    goes_beyond,
    is_single,
    is_sound,
    serves,
)
from bookable.testing.oracle_grid import AROUND, SCALE, Pieces, packed, pieces_of
from bookable.testing.oracle_hours import is_open, resource_of
from bookable.testing.oracle_ranking import is_next, preference
from bookable.testing.oracle_sessions import (
    held_rooms,
    is_wanted,
    place_is_full,
    place_of,
    sessions_at,
)
from bookable.testing.oracle_time import (
    earliest,
    is_beyond,
    joining_reaches,
    limits_reached,
    travels_in_time,
)
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.plain_rules import PlainGrid, PlainRole
from bookable.testing.world import World

NONE: Ids = frozenset()
Picked = tuple[tuple[PlainRole, str], ...]


@dataclass(frozen=True, slots=True)
class Allocation:
    """Exactly what a booking would take; ``joins`` names the session that it joins.

    ``shares`` are the units of equipment that so many people need each for themselves;
    ``companions`` the hosts who come with an add-on, or with the session.
    """

    hosts: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    equipment: tuple[tuple[str, int], ...] = ()
    buffers: tuple[tuple[str, Buffer], ...] = ()
    individual: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    joins: SessionKey | None = None
    place: str | None = None
    shares: tuple[tuple[str, int, int], ...] = ()

    @property
    def resources(self) -> tuple[str, ...]:
        """Everything that it takes."""
        return self.hosts + self.rooms + tuple(id_ for id_, _ in self.equipment)

    def footprint(self, resource_id: str, body: range) -> range:
        """The units that it would take of a resource."""
        before, after, _ = dict(self.buffers)[resource_id]
        return range(body.start - before, body.stop + after)


# The gate ----------------------------------------------------------------------


def general_refusals(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> set[str]:
    """The rules that refuse whichever resources are taken."""
    refusals = set()
    body = range(start, start + ask.duration)
    footprint = range(body.start - ask.before, body.stop + ask.after)
    if not ask.is_active:
        refusals.add("inactive")
    if ask.access == "deny":
        refusals.add("not_allowed")
    if not is_bounded(world, ask):
        refusals.add("never_fits")
    if not ask.anywhere and not on_grid(world, ask, start, now, ignoring):
        refusals.add("off_grid")
    if not ask.timeless and start < earliest(ask, now):
        refusals.add("notice_too_short")
    if not ask.timeless and beyond_horizon(world, ask, start, now, ignoring):
        refusals.add("beyond_horizon")
    if not is_open(ask.open_units, footprint if ask.within_hours else body):
        refusals.add("outside_hours")
    if not is_open(ask.booker_units, body):
        refusals.add("outside_hours")
    if limits_reached(world, ask, start, now, ignoring=ignoring):
        refusals.add("limit_reached")
    kept = body if ask.policy == "existing_only" else footprint
    if ask.calendar_id is not None:
        refusals |= closing(world, ask, ask.calendar_id, kept)
    return refusals


def is_bounded(world: World, ask: PlainAsk) -> bool:
    """Whether the party fits at all: what takes neither a resource nor a seat never does."""
    return bool(resolved(world, ask)) if ask.seats is None else ask.party <= ask.seats


def beyond_horizon(world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE) -> bool:
    """Whether the horizon excludes a start; a date counts where anything on it can be booked."""
    listed = replace(ask, grid=listing_grid(ask), timeless=True, anywhere=False)
    listed = replace(listed, duration=ask.duration - ask.slack, slack=0)

    def has_start(units: range) -> bool:
        return any(
            unit >= earliest(ask, now) and decide(world, listed, unit, now, ignoring) is not None
            for unit in units
        )

    return is_beyond(ask, start, now, has_start)


def listing_grid(ask: PlainAsk) -> PlainGrid:
    """What a listing walks: the grid, or steps of the duration from local midnight."""
    return ask.grid or PlainGrid("local", min(ask.duration - ask.slack, 24), shift=ask.shift)


def on_grid(world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE) -> bool:
    """Whether a booking may start there; packed grids offer the starts of sessions as well."""
    grid = ask.grid
    if grid is None:
        return True
    if not grid.is_packed:
        return grid.includes(start)
    key = ("packed", ask, now, ignoring)
    if key not in world.remembered:
        untimely = replace(ask, timeless=True)
        free = free_starts(world, untimely, AROUND, now, ignoring, scale=SCALE)
        world.remembered[key] = packed(free, ask, grid)
    starts = world.remembered[key]
    assert isinstance(starts, frozenset)
    return start in starts or any(joinings(world, ask, start, now, ignoring))


def free_starts(
    world: World, ask: PlainAsk, within: range, now: int, ignoring: Ids = NONE, *, scale: int
) -> Pieces:
    """All bookable starts inside the window, grid aside, in steps of 1/*scale* of a unit.

    Between two neighbouring units a start is free exactly when some allocation serves
    both of them together, as one booking that is a unit longer; sessions can only be
    joined at their very start.
    """
    anywhere = replace(ask, anywhere=True)
    longer = replace(anywhere, duration=ask.duration + 1, slack=1)

    def at(start: int) -> bool:
        return decide(world, anywhere, start, now, ignoring) is not None

    def between(start: int) -> bool:
        return not general_refusals(world, longer, start, now, ignoring) and any(
            True for _ in new_allocations(world, longer, start, now, ignoring)
        )

    return pieces_of(within, scale, at, between)


# New bookings --------------------------------------------------------------------


def candidates(
    world: World, ask: PlainAsk, role: PlainRole, start: int, now: int, ignoring: Ids = NONE
) -> list[str]:
    """Those of a role's pool that could serve it alone, in the order of preference (SPEC N14)."""
    found = []
    for id_ in role.pool:
        buffer = buffers_of(world, ask, role, id_)
        if not serves(world, ask, start, role, id_, buffer, ignoring):
            continue
        if limits_reached(world, ask, start, now, resource_id=id_, ignoring=ignoring):
            continue
        if id_ in world.members and not (
            is_next(world, ask, id_, ignoring) and travels_in_time(world, ask, id_, start, ignoring)
        ):
            continue
        found.append(id_)
    roles = resolved(world, ask)
    return sorted(found, key=lambda id_: preference(world, ask, roles, id_, ignoring))


def openings(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> Iterator[Picked]:
    """Every way to fill all roles with different resources, the preferred way first."""
    roles = resolved(world, ask)
    found = [(role, candidates(world, ask, role, start, now, ignoring)) for role in roles]

    def fill(index: int, used: frozenset[str]) -> Iterator[Picked]:
        if index == len(found):
            yield ()
            return
        role, free = found[index]
        for chosen in combinations([id_ for id_ in free if id_ not in used], role.count):
            for rest in fill(index + 1, used | set(chosen)):
                yield (*((role, id_) for id_ in chosen), *rest)

    return fill(0, frozenset())


def allocation_of(world: World, ask: PlainAsk, picked: Picked) -> Allocation:
    """The picked resources by what they are."""
    hosts, rooms, equipment, buffers, individual, shares = [], [], [], [], [], []
    for role, id_ in picked:
        buffers.append((id_, buffers_of(world, ask, role, id_)))
        if id_ in world.members:
            hosts.append(id_)
        elif id_ in world.rooms:
            rooms.append(id_)
        else:
            equipment.append((id_, role.units_for(ask.party)))
            if role.per_attendees is not None:
                individual.append(id_)
                shares.append((id_, role.units, role.per_attendees))
    return Allocation(
        tuple(sorted(hosts)),
        tuple(sorted(rooms)),
        tuple(sorted(equipment)),
        tuple(sorted(buffers)),
        tuple(sorted(individual)),
        tuple(sorted(id_ for role, id_ in picked if role.is_for_add_on and id_ in hosts)),
        shares=tuple(shares),
    )


def new_allocations(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> Iterator[Allocation]:
    """Every way to serve the question without joining anybody, the preferred one first."""
    if not is_bounded(world, ask):
        return
    held = held_rooms(sessions_at(world, ask, start, ignoring))
    if held is None and all(
        any(id_ in world.equipment for id_ in role.pool) or not role.pool
        for role in resolved(world, ask)
    ):
        return
    for picked in openings(world, ask, start, now, ignoring):
        if not any(id_ in (held or ()) for _, id_ in picked):
            yield allocation_of(world, ask, picked)


# Sessions --------------------------------------------------------------------------


def joinings(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> list[Allocation]:
    """The sessions that the party fits into: the fullest first."""
    found = []
    for key, members in sessions_at(world, ask, start, ignoring).items():
        joined = one_more_of(world, ask, key, members)
        there = replace(ask, location_id=place_of(members))
        if (
            is_wanted(world, ask, members)
            and not (there != ask and place_is_full(world, there, start, now, ignoring))
            and all(
                is_sound(world, ask, id_, dict(joined.buffers)[id_], start, ignoring)
                and not joining_reaches(
                    world, there, members, now, resource_id=id_, ignoring=ignoring
                )
                for id_ in joined.resources
            )
            and seats_left(world, ask, start, joined, ignoring) >= ask.party
        ):
            found.append(joined)
    found.sort(
        key=lambda each: (seats_left(world, ask, start, each, ignoring), each.hosts, each.rooms)
    )
    return found


def one_more_of(
    world: World, ask: PlainAsk, key: SessionKey, members: list[PlainBooking]
) -> Allocation:
    """The same as the session has, and of what each booking takes for itself as much as it needs.

    What somebody has for themselves though nobody needs any for themselves now, others go without.
    """
    first, shares = members[0], []
    buffers: dict[str, Buffer] = {}
    units = {id_: amount for id_, amount in first.equipment if id_ not in first.individual}
    for booking in members:
        for id_, buffer in booking.buffers:
            buffers.setdefault(id_, buffer)
        for id_ in booking.individual:
            for role in resolved(world, ask):
                if id_ in role.pool and role.per_attendees is not None:
                    units[id_] = role.units_for(ask.party)
                    if (id_, role.units, role.per_attendees) not in shares:
                        shares.append((id_, role.units, role.per_attendees))
                    break
    used = {*first.hosts, *first.rooms, *units}
    return Allocation(
        first.hosts,
        first.rooms,
        tuple(sorted(units.items())),
        tuple(sorted((id_, buffer) for id_, buffer in buffers.items() if id_ in used)),
        tuple(sorted(id_ for id_, _, _ in shares)),
        tuple(sorted({id_ for each in members for id_ in (*each.attendees, *each.companions)})),
        joins=key,
        place=place_of(members),
        shares=tuple(shares),
    )


def counted_time(world: World, allocation: Allocation, resource_id: str, body: range) -> range:
    """The time in which a resource must be free: the body where own buffers give way to others."""
    policy = dict(allocation.buffers)[resource_id][2]
    resource = resource_of(world, resource_id)
    gives_way = policy == "existing_only" or (
        policy == "shared" and resource is not None and is_single(resource)
    )
    return body if gives_way else allocation.footprint(resource_id, body)


def seats_left(
    world: World, ask: PlainAsk, start: int, allocation: Allocation, ignoring: Ids = NONE
) -> int:
    """How many people could be in it, counting only who is there already (SPEC N12)."""
    left = []
    body = range(start, start + ask.duration)
    if ask.seats is not None:
        members = sessions_at(world, ask, start, ignoring).get(allocation.joins or (), [])
        left.append(ask.seats - sum(booking.party for booking in members))
    for id_ in allocation.rooms:
        seats = free_seats(world, id_, counted_time(world, allocation, id_, body), ignoring)
        left += [] if seats is None else [seats]
    for id_, units, people in allocation.shares:
        free = free_units(world, id_, counted_time(world, allocation, id_, body), ignoring)
        left.append(max(free, 0) // units * people)
    return max(min(left, default=ask.party), 0)


# The answer --------------------------------------------------------------------------


def allocations(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> Iterator[Allocation]:
    """Every legal way to serve the question there, rules of time aside, the preferred one first."""
    yield from joinings(world, ask, start, now, ignoring)
    yield from new_allocations(world, ask, start, now, ignoring)


def decide(
    world: World, ask: PlainAsk, start: int, now: int, ignoring: Ids = NONE
) -> Allocation | None:
    """The preferred allocation, or None when there is no legal one at all."""
    if general_refusals(world, ask, start, now, ignoring):
        return None
    return next(allocations(world, ask, start, now, ignoring), None)


def is_overbooked(
    world: World, ask: PlainAsk, start: int, allocation: Allocation, ignoring: Ids = NONE
) -> bool:
    """Whether a booking takes more seats, bookings at once or units than there nominally are."""
    body = range(start, start + ask.duration)
    if ask.nominal_seats is not None:
        there = sessions_at(world, ask, start, ignoring).get(allocation.joins or (), [])
        if sum(booking.party for booking in there) + ask.party > ask.nominal_seats:
            return True
    units = dict(allocation.equipment)
    for id_ in allocation.resources:
        is_new = allocation.joins is None or id_ in allocation.individual
        wanted = units.get(id_, 1) if is_new else 0
        time = counted_time(world, allocation, id_, body)
        if goes_beyond(world, ask, id_, time, wanted, ignoring):
            return True
    return False

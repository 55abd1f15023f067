"""Whether what waited without keeping its time can have it now: as if it were booked (SPEC N15, N27, N30)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bookable.testing.asks import ask_calendar
from bookable.testing.axis import NO_BUFFER
from bookable.testing.oracle_capacity import (
    booking_limit,
    closing,
    free_seats,
    free_units,
    is_closed,
    is_single,
    seat_limit,
    takes_more,
)
from bookable.testing.oracle_hours import resource_of
from bookable.testing.oracle_time import joining_reaches, limits_reached, travels_in_time
from bookable.testing.plain import PlainAsk, PlainBooking, PlainEquipment, PlainRoom, Resource
from bookable.testing.world import Load, World


def in_its_way(world: World, booking: PlainBooking, now: int) -> set[str]:
    """The rules that keep a booking from having what it waits for: its time, what it takes, limits."""
    ask, own = _asked(world, booking), frozenset({booking.id})
    mates = _mates(world, booking)
    found = set()
    if booking.calendar_id is not None:
        around = range(booking.start - ask.before, booking.end + ask.after)
        kept = booking.body if ask.policy == "existing_only" else around
        found |= closing(world, ask, booking.calendar_id, kept)
        found |= set() if ask.is_active else {"inactive"}
    if limits_reached(world, ask, booking.start, now, ignoring=own):
        found.add("limit_reached")
    for id_ in booking.resources:
        resource = resource_of(world, id_)
        if resource is None:
            continue
        if is_closed(world, id_):
            found.add("inactive")
        if id_ in booking.hosts and not mates:
            comes = travels_in_time(world, ask, id_, booking.start, own)
            found |= set() if comes else {"travel_time"}
        if mates:
            found |= _joining(world, booking, resource)
            # Blocks that somebody told are wrong with what is there already.
            closed = closing(world, ask, id_, booking.kept(id_), bodies=True)
            found |= closed & {"unknown"}
            reached = joining_reaches(world, ask, mates, now, resource_id=id_, ignoring=own)
        else:
            for units, load, bodies in _times(world, booking, resource):
                found |= closing(world, ask, id_, units, bodies=bodies)
                found |= _lacking(world, ask, booking, resource, load, units)
            reached = limits_reached(world, ask, booking.start, now, resource_id=id_, ignoring=own)
        found |= {"limit_reached"} if reached else set()
    return found


def _asked(world: World, booking: PlainBooking) -> PlainAsk:
    """The question that a booking answers, as far as capacities and limits go."""
    ask = PlainAsk(booking.end - booking.start, (), limits=world.limits)
    if booking.calendar_id in world.calendars:
        ask = ask_calendar(world, booking.calendar_id or "", duration=ask.duration)
    return replace(
        ask,
        party=booking.party,
        calendar_id=booking.calendar_id,
        customer_id=booking.customer_id,
        location_id=booking.location_id,
        tags=booking.tags - {"overbooked"},
    )


def _mates(world: World, booking: PlainBooking) -> list[PlainBooking]:
    """The others of its session."""
    if not world.is_in_session(booking):
        return []
    key = world.session_of(booking)
    return [
        each
        for each in world.bookings.values()
        if each.id != booking.id and each.is_blocking and world.session_of(each) == key
    ]


def _gives_way(world: World, booking: PlainBooking, resource: Resource) -> str:
    """The policy of its buffers, as it counts there: a crowd shares no buffers, nor do pools."""
    calendar = world.calendars.get(booking.calendar_id or "")
    in_crowd = calendar is not None and calendar.per_host > 1 and resource.id in booking.hosts
    policy = dict(booking.buffers).get(resource.id, NO_BUFFER)[2]
    if policy == "shared" and (in_crowd or not is_single(resource)):
        return "exclusive"
    return policy


def _times(
    world: World, booking: PlainBooking, resource: Resource
) -> Iterator[tuple[range, Load, bool]]:
    """The units that must be free of it, each with what counts as taken there, or only bodies."""
    own, policy = frozenset({booking.id}), _gives_way(world, booking, resource)
    stored = world.load(resource.id, own)
    body, footprint = booking.time_of(resource.id), booking.footprint(resource.id)
    yield (footprint if policy == "exclusive" else body), stored, False
    if policy == "shared":
        yield footprint, world.load(resource.id, own, counted="body"), True


def _lacking(
    world: World,
    ask: PlainAsk,
    booking: PlainBooking,
    resource: Resource,
    load: Load,
    units: range,
) -> set[str]:
    """Whether seats are too few, or anything else is."""
    found = set()
    if isinstance(resource, PlainRoom):
        for unit in units:
            seats, limit = seat_limit(resource), booking_limit(resource)
            if seats is not None and load.people[unit] + booking.party > seats:
                found.add("full")
            if limit is not None and len(load.sessions[unit]) + 1 > limit:
                found.add("busy")
            if unit in load.whole:
                found.add("busy")
        return found
    amount = dict(booking.equipment).get(resource.id, 1)
    kind = "host" if resource.id in booking.hosts else "new"
    return set() if takes_more(world, ask, resource, load, units, (kind, amount)) else {"busy"}


def _joining(world: World, booking: PlainBooking, resource: Resource) -> set[str]:
    """What who joins a session lacks: seats, or units of their own."""
    own, policy = frozenset({booking.id}), _gives_way(world, booking, resource)
    id_ = resource.id
    units = booking.footprint(id_) if policy == "exclusive" else booking.time_of(id_)
    if isinstance(resource, PlainRoom):
        seats = free_seats(world, id_, units, own)
        return {"full"} if seats is not None and seats < booking.party else set()
    if isinstance(resource, PlainEquipment) and id_ in booking.individual:
        wanted = dict(booking.equipment)[id_]
        return {"busy"} if free_units(world, id_, units, own) < wanted else set()
    return set()

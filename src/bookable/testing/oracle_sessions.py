"""The sessions of a calendar at one time, and what they keep from others (SPEC N12)."""

from __future__ import annotations

from dataclasses import replace

from bookable.testing.asks import resolved
from bookable.testing.axis import NOBODY, Ids, SessionKey
from bookable.testing.oracle_hours import is_within
from bookable.testing.oracle_time import limits_reached
from bookable.testing.oracle_unknown import attending
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.world import World


def sessions_at(
    world: World, ask: PlainAsk, start: int, ignoring: Ids = NOBODY
) -> dict[SessionKey, list[PlainBooking]]:
    """The sessions of the calendar with exactly this start and end."""
    found: dict[SessionKey, list[PlainBooking]] = {}
    if ask.seats is None or ask.slack:
        return found
    for booking in world.bookings.values():
        here = (booking.calendar_id, booking.start, booking.last)
        there = here == (ask.calendar_id, start, start + ask.duration)
        if there and booking.is_blocking and booking.id not in ignoring:
            found.setdefault(world.session_of(booking), []).append(booking)
    return found


def held_rooms(sessions: dict[SessionKey, list[PlainBooking]]) -> frozenset[str] | None:
    """The rooms that take no second session of the calendar at the time of these.

    A session without hosts is told from others by its rooms alone: who books there joins
    it (SPEC N12). One without rooms either leaves None: whatever has neither is the same.
    """
    without_hosts = [bookings[0] for bookings in sessions.values() if not bookings[0].hosts]
    if any(not booking.rooms for booking in without_hosts):
        return None
    return frozenset(room_id for booking in without_hosts for room_id in booking.rooms)


def serving(members: list[PlainBooking]) -> tuple[str, ...]:
    """Those hosts who come along for none of the bookings of a session."""
    along = {id_ for each in members for id_ in (*each.attendees, *each.companions)}
    return tuple(id_ for id_ in members[0].hosts if id_ not in along)


def place_of(members: list[PlainBooking]) -> str | None:
    """Where a session takes place: as the first of its bookings says that says something."""
    said = sorted(booking.location_id for booking in members if booking.location_id)
    return said[0] if said else None


def is_there(world: World, ask: PlainAsk, members: list[PlainBooking]) -> bool:
    """Whether a session takes place where is asked for."""
    places = [booking.location_id for booking in members if booking.location_id]
    for place in places:
        if ask.location_id and not is_within(world, place, ask.location_id):
            return False
    return bool(places or members[0].rooms) or not ask.wanted_location


def takes_part(ask: PlainAsk, hosts: tuple[str, ...]) -> bool:
    """Whether one of the wanted hosts is there, or who stands in, beside whom a requirement brings."""
    stand_ins = {id_ for role in ask.roles if role.are_hosts for id_, _ in role.limited}
    return ask.host_ids is None or not (ask.host_ids | stand_ins).isdisjoint(hosts)


def is_wanted(world: World, ask: PlainAsk, members: list[PlainBooking]) -> bool:
    """Whether a session will do: with its hosts, its rooms, its place and nothing beside."""
    if attending(ask) or ask.add_on_ids or not takes_part(ask, serving(members)):
        return False
    if not is_there(world, ask, members):
        return False
    if not (ask.features or ask.where or ask.wanted_location):
        return True
    pools = [role.pool for role in resolved(world, ask)]
    return all(any(room_id in pool for pool in pools) for room_id in members[0].rooms)


def place_is_full(
    world: World, there: PlainAsk, start: int, now: int, ignoring: Ids = NOBODY
) -> bool:
    """Whether a limit of the place where a session is keeps anybody from joining."""
    limits = tuple(limit for limit in there.limits if "location" in limit.per)
    return limits_reached(world, replace(there, limits=limits), start, now, ignoring=ignoring)

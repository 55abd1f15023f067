"""The sessions of a calendar at one time, and what they keep from others (SPEC N12)."""

from __future__ import annotations

from bookable.testing.axis import NOBODY, Ids, SessionKey
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


def takes_part(ask: PlainAsk, hosts: tuple[str, ...]) -> bool:
    """Whether one of the wanted hosts is there, or who stands in, beside whom a requirement brings."""
    stand_ins = {id_ for role in ask.roles if role.are_hosts for id_, _ in role.limited}
    return ask.host_ids is None or not (ask.host_ids | stand_ins).isdisjoint(hosts)

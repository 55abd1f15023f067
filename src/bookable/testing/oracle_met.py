"""Whether a booking is already what is asked for, so that a command changes nothing (SPEC N33)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from bookable.testing.asks import resolved
from bookable.testing.axis import Ids
from bookable.testing.oracle_sessions import is_there, serving, takes_part
from bookable.testing.oracle_unknown import attending
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.plain_rules import PlainRole
from bookable.testing.world import World


def is_met(world: World, ask: PlainAsk, start: int, booking: PlainBooking) -> bool:
    """Whether a booking is already what is asked for: the same time and people, and enough taken.

    What a booking of a calendar takes was decided by the calendar; only its hosts and where
    may be wanted. The same people attend. Without a calendar, what it takes must fill the roles exactly.
    """
    place = (ask.calendar_id, start, start + ask.duration, ask.party)
    gone = ("cancelled", "declined", "expired")
    there = (booking.calendar_id, booking.start, booking.last, booking.party)
    if booking.status in gone or place != there:
        return False
    if set(attending(ask)) != set(booking.attendees):
        return False
    if ask.calendar_id is not None:
        return (
            takes_part(ask, serving([booking]))
            and is_there(world, replace(ask, location_id=ask.wanted_location), [booking])
            and _rooms_will_do(world, ask, booking)
            and _has_add_ons(world, ask, booking)
        )
    return _fills(ask, resolved(world, ask), booking, all_of_it=True)


def _rooms_will_do(world: World, ask: PlainAsk, booking: PlainBooking) -> bool:
    """Whether the rooms that it has are such as are asked for."""
    if not (ask.features or ask.where or ask.wanted_location):
        return True
    pools = [role.pool for role in resolved(world, ask)]
    return all(any(room_id in pool for pool in pools) for room_id in booking.rooms)


def _has_add_ons(world: World, ask: PlainAsk, booking: PlainBooking) -> bool:
    """Whether it has what the add-ons need that are asked for."""
    roles = [role for role in resolved(world, ask) if role.is_for_add_on]
    return _fills(ask, roles, booking, all_of_it=False)


def _fills(
    ask: PlainAsk, roles: Sequence[PlainRole], booking: PlainBooking, *, all_of_it: bool
) -> bool:
    """Whether what a booking has fills the roles, with nothing left over where that is asked for."""
    units = dict(booking.equipment)

    def fills(index: int, left: Ids) -> bool:
        if index == len(roles):
            return not (left and all_of_it)
        role = roles[index]
        able = [
            id_
            for id_ in role.pool
            if id_ in left and units.get(id_, 1) == role.units_for(ask.party)
        ]
        return any(
            fills(index + 1, left - set(chosen)) for chosen in combinations(able, role.count)
        )

    return fills(0, frozenset(booking.resources))

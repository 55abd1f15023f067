"""Whether a booking is already what is asked for, so that a command changes nothing (SPEC N33)."""

from __future__ import annotations

from itertools import combinations

from bookable.testing.asks import resolved
from bookable.testing.axis import Ids
from bookable.testing.oracle_sessions import takes_part
from bookable.testing.plain import PlainAsk, PlainBooking
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
    if set(ask.attendee_ids) != set(booking.attendees):
        return False
    if ask.calendar_id is not None:
        is_there = ask.wanted_location in (None, booking.location_id)
        return takes_part(ask, booking.hosts) and is_there
    units, roles = dict(booking.equipment), resolved(world, ask)

    def fills(index: int, left: Ids) -> bool:
        if index == len(roles):
            return not left
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

"""What the rules of the life of bookings add to a small world."""

from __future__ import annotations

from dataclasses import replace

from bookable.testing.choices import Pick, choose, is_on
from bookable.testing.plain import PlainCalendar
from bookable.testing.plain_rules import PlainAccess, PlainCheckIn


def make_check_in(pick: Pick) -> PlainCheckIn:
    """When people must have come."""
    return PlainCheckIn(
        early=choose(pick, (0, 1, 2, 4)),
        grace=choose(pick, (1, 1, 0, 2, 5, None)),
        scope=choose(pick, ("booking", "booking", "room")),
        most_missed=choose(pick, (None, 1, 2)),
    )


def adorn_life(pick: Pick, calendar: PlainCalendar) -> PlainCalendar:
    """The calendar with what becomes of its bookings."""
    if is_on(pick, "check_in") and pick(2):
        calendar = replace(calendar, check_in=make_check_in(pick))
    if is_on(pick, "pending"):
        calendar = replace(calendar, pending_blocks=choose(pick, (False, True)))
        if pick(3):
            access = calendar.access or PlainAccess()
            calendar = replace(calendar, access=replace(access, otherwise="request"))
    if is_on(pick, "cut_offs") and pick(3):
        bounds = (None, 0, 1, 3, 6)
        cut_off = replace(
            calendar.access or PlainAccess(),
            cancel_notice=choose(pick, bounds),
            reschedule_notice=choose(pick, bounds),
        )
        calendar = replace(calendar, access=cut_off)
    return calendar

"""What one booking takes of one resource: a claim, as plain data."""

from __future__ import annotations

from attrs import frozen

from bookable.checks import check_amount, check_flag, check_id
from bookable.timeline.interval import Interval, check_interval

SessionKey = tuple[str, int, int, tuple[str, ...], tuple[str, ...]]
"""Calendar, start, end, hosts and rooms: what bookings of one session share (SPEC N12)."""


@frozen
class Claim:
    """What one booking takes of one resource, and when.

    ``units`` are taken once per ``session`` where there is one; ``seats`` always
    add up; ``whole`` takes all that there is. Plain data: a database may store it as a row.
    """

    resource_id: str
    footprint: Interval
    units: int
    seats: int
    booking_id: str
    session: SessionKey | None = None
    whole: bool = False

    def __attrs_post_init__(self) -> None:
        check_id(self.resource_id, "resource_id")
        check_interval(self.footprint, "footprint")
        check_amount(self.units, "units", minimum=1)
        check_amount(self.seats, "seats")
        check_id(self.booking_id, "booking_id")
        check_flag(self.whole, "whole")

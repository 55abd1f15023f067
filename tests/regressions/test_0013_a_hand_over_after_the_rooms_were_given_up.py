"""A booking that gave up its rooms at its start has none of their time: a hand-over looked there.

Found by the simulator, seed 1000612.
"""

from __future__ import annotations

from bookable import CheckIn
from tests.support.builders import (
    MINUTE,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
)


def test_who_gave_up_the_room_at_once_can_be_handed_over():
    policy = CheckIn(early=15 * MINUTE, grace=0 * MINUTE, scope="room")
    state = a_scheduler(
        a_calendar(member_ids=["ada", "bob"], check_in=policy),
        a_member("ada"),
        a_member("bob"),
        a_room("attic", calendar_ids=["massage"]),
    )
    state = booked(state, "12:00", calendar="massage", booking_id="B-1")
    (host,) = state.bookings["B-1"].host_ids
    other = "bob" if host == "ada" else "ada"
    assert state.booking("B-1", now=at("12:00")).rooms_until == at("12:00")

    later = state.reassign("B-1", host_ids=[other], now=at("12:00"))

    assert later.bookings["B-1"].host_ids == (other,)

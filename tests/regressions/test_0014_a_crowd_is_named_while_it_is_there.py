"""Of several bookings that may run with one host, all were named wherever one of them met another.

A crowd is one thing to everybody else, but who has left it by then has no part in what goes wrong
(SPEC N9). Found by the simulator, seed 3001192.
"""

from __future__ import annotations

from tests.support.builders import NOW, a_booking, a_calendar, a_member, a_scheduler, monday


def test_only_who_is_there_has_a_part_in_it():
    state = a_scheduler(
        a_calendar(member_ids=["ada"], bookings_per_host=2),
        a_member("ada"),
        bookings=[
            a_booking("B-1", "09:00", "12:00", calendar_id="massage", host_ids=["ada"]),
            a_booking("B-2", "09:00", "10:00", calendar_id="massage", host_ids=["ada"]),
            a_booking("B-3", "11:00", "12:00", host_ids=["ada"]),
        ],
    )

    (found,) = state.violations(now=NOW)

    assert (found.booking_ids, found.interval) == (("B-1", "B-3"), monday("11:00", "12:00"))

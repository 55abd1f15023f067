"""The oracle packed starts from the middle of today's date, and so gave it one that it does not have.

Rules: packed starts follow from the first start of their window, which a midnight begins where the
date before or after it is free (SPEC N20); a rolling horizon counts the dates, from today on, that have a
start which can still be booked (SPEC N19). The engine was right.
"""

from __future__ import annotations

import pytest

from bookable import AlignedHour, Interval, RollingDays, WindowStart
from bookable.testing.simulator import replay
from tests.support.builders import DAY, HOUR, a_calendar, a_room, a_scheduler, at


@pytest.mark.parametrize("anchor", [AlignedHour, WindowStart])
@pytest.mark.parametrize(("step", "days"), [(2 * HOUR, {3, 4}), (23.5 * HOUR, {2, 3})])
def test_a_date_on_which_no_packed_start_is_left_does_not_count(anchor, step, days):
    """At half past eleven at night the next start is that of midnight, or this very moment."""
    calendar = a_calendar(
        duration=3 * HOUR, kind="event", grid=anchor(step), booking_horizon=RollingDays(2)
    )
    state = a_scheduler(calendar, a_room(calendar_ids=["massage"]))
    request, now = state.request("massage"), at("23:30")

    slots = state.free_slots(request, within=Interval(now, now + 9 * DAY), now=now)

    assert {slot.start.day for slot in slots} == days


def test_the_history_that_showed_it():
    history = [
        ("change", 1333, 2594, 4983, 4038),
        ("tick", 3268, 4872, 3819, 1282),
        ("book", 3213, 3825, 3056, 4870),
    ]

    pair = replay(236, history, audit_every=1)

    assert pair.now == -20

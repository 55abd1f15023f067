"""Starts were offered whose end lay beyond the last instant; booking them raised an error.

Rule: a slot is offered iff it could be booked (SPEC N3).
"""

from __future__ import annotations

import pytest

from bookable import Epoch, Interval
from bookable.limits import EARLIEST, LATEST
from tests.support.builders import HOUR, US, a_request, a_scheduler, minutes


@pytest.mark.parametrize("buffers", [{}, {"buffer_before": HOUR, "buffer_after": minutes(45)}])
def test_what_is_offered_at_the_ends_of_time_can_be_booked(buffers):
    request = a_request(grid=Epoch(minutes(15)), **buffers)
    scheduler = a_scheduler()
    for within in (
        Interval(LATEST - 5 * HOUR, LATEST - US),
        Interval(EARLIEST, EARLIEST + 5 * HOUR),
    ):
        slots = scheduler.free_slots(request, within=within, now=EARLIEST)

        assert len(slots) > 0
        for slot in slots:
            booked = scheduler.book(slot, booking_id="B-1", now=EARLIEST)
            assert booked.violations(now=EARLIEST) == ()
            assert booked.cancel("B-1", now=EARLIEST).version == 2

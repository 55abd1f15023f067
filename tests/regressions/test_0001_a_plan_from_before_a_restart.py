"""Versions began anew when a state was pickled or read again, so that a stale plan looked fresh.

Rule: a plan is refused once a resource that it rests on has moved (nothing is double-booked).
"""

from __future__ import annotations

import pickle

import pytest

from bookable import Scheduler, StaleLedgerError
from tests.support.builders import NOW, a_booking, a_request, a_scheduler, at


@pytest.mark.parametrize(
    "restart",
    [
        lambda state: pickle.loads(pickle.dumps(state)),
        lambda state: Scheduler(state.catalogue, state.bookings.values(), state.blocks.values()),
    ],
    ids=["pickled", "read again"],
)
def test_a_plan_from_before_another_booking_is_stale_after_a_restart(restart):
    before = a_scheduler(bookings=[a_booking("old", "07:00", "08:00")])
    slot = before.slot(a_request(), start=at("09:00"), now=NOW)
    plan = before.plan_book(slot, booking_id="late", now=NOW)

    after = restart(before.book(slot, booking_id="early", now=NOW))

    with pytest.raises(StaleLedgerError):
        after.apply(plan)
    assert set(after.bookings) == {"old", "early"}

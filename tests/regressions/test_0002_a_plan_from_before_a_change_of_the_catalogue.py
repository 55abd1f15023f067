"""A plan was applied although its room had meanwhile become inactive and lost its seats.

Rule: what is applied could be booked in the state that it is applied to (SPEC N3).
"""

from __future__ import annotations

import pytest

from bookable import StaleLedgerError
from tests.support.builders import NOW, a_request, a_room, a_scheduler, at


@pytest.mark.parametrize("changed", [a_room(is_active=False), a_room(capacity=0)])
def test_a_plan_is_stale_once_its_room_is_another(changed):
    before = a_scheduler()
    slot = before.slot(a_request(), start=at("09:00"), now=NOW)
    plan = before.plan_book(slot, booking_id="B-1", now=NOW)

    after = before.with_catalogue(before.catalogue.replace(changed))

    with pytest.raises(StaleLedgerError):
        after.apply(plan)
    assert len(after.bookings) == 0

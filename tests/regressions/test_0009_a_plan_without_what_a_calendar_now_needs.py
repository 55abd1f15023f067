"""A plan was applied after its calendar had been given equipment that the plan does not take.

Rule: what is applied could be booked in the state that it is applied to (SPEC N3).
"""

from __future__ import annotations

import pytest

from bookable import StaleLedgerError
from tests.support.builders import NOW, a_calendar, a_room, a_scheduler, an_item, at


@pytest.mark.parametrize("before", [[], [an_item()]], ids=["added", "mapped"])
def test_a_plan_is_stale_once_its_calendar_needs_more(before):
    state = a_scheduler(a_calendar(), a_room(calendar_ids=["massage"]), *before)
    slot = state.slot(state.request("massage"), start=at("09:00"), now=NOW)
    plan = state.plan_book(slot, booking_id="B-1", now=NOW)
    mapped = an_item(calendar_ids=["massage"])
    catalogue = state.catalogue

    catalogue = catalogue.replace(mapped) if before else catalogue.add(mapped)
    after = state.with_catalogue(catalogue)

    with pytest.raises(StaleLedgerError):
        after.apply(plan)
    assert len(after.bookings) == 0

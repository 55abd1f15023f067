"""Booking a taken id for more units, or for roles that it cannot fill, was called the same.

Rule: the same id with other content is a conflict (SPEC N33); roles get distinct resources (N14).
"""

from __future__ import annotations

import pytest

from bookable import IdConflictError, all_of, any_of, units_of
from tests.support.builders import NOW, a_member, a_request, a_scheduler, an_item, at


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([units_of("table", 1)], [units_of("table", 3)]),
        ([all_of("eve")], [any_of("ada", "eve"), all_of("eve")]),
        ([all_of("ada", "eve")], [all_of("eve")]),
    ],
)
def test_a_taken_id_is_not_the_same_booking_of_something_else(first, second):
    scheduler = a_scheduler(an_item(), a_member("ada"), a_member("eve"))

    def slot(needs):
        return scheduler.slot(a_request(*needs), start=at("09:00"), now=NOW)

    once = scheduler.book(slot(first), booking_id="B-1", now=NOW)

    with pytest.raises(IdConflictError):
        once.book(slot(second), booking_id="B-1", now=NOW)
    moved = once.reschedule("B-1", to=slot(second), now=NOW)
    assert moved.booking("B-1").version == 2

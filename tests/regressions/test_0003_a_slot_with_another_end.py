"""The end of a slot was believed: a copy with a later end was booked over another booking.

Rule: booking evaluates the predicate again, for all the time that it takes (SPEC N3).
"""

from __future__ import annotations

import attrs
import pytest

from tests.support.builders import HOUR, NOW, a_booking, a_request, a_scheduler, at


def test_the_end_of_a_slot_follows_from_its_request():
    scheduler = a_scheduler(bookings=[a_booking("B-0", "11:00", "12:00")])
    slot = scheduler.slot(a_request(), start=at("10:00"), now=NOW)

    with pytest.raises((TypeError, AttributeError)):
        attrs.evolve(slot, end=at("12:00"))

    after = scheduler.book(slot, booking_id="B-1", now=NOW)
    assert after.booking("B-1").end == at("10:00") + HOUR
    assert after.violations(now=NOW) == ()

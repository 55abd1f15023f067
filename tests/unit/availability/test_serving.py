"""Who serves bookings and who only comes along, and what of it a move keeps."""

from __future__ import annotations

import pytest

from bookable import Request
from bookable.availability.serving import keeping_attendees, serving_of
from tests.support.builders import HOUR, a_booking


def a_session(*along):
    return [a_booking(f"B-{n}", host_ids=[*"abc"], **each) for n, each in enumerate(along)]


@pytest.mark.parametrize(
    ("along", "serving"),
    [
        ([{}], "abc"),
        ([{"attendee_ids": ["b"]}], "ac"),
        ([{"companion_ids": ["b"]}], "ac"),
        ([{"attendee_ids": ["b"], "companion_ids": ["c"]}, {}], "a"),
        ([{"attendee_ids": ["b"]}, {"companion_ids": ["b", "c"]}], "a"),
        ([{"attendee_ids": [*"abc"]}], ""),
    ],
)
def test_who_comes_along_for_one_booking_of_a_session_serves_none(along, serving):
    assert serving_of(a_session(*along)) == tuple(serving)


def test_a_move_asks_for_the_own_attendees_unless_it_names_some():
    (booking,) = a_session({"attendee_ids": ["b"], "companion_ids": ["c"]})
    (cancelled,) = a_session({"attendee_ids": ["b"], "status": "cancelled"})
    plain = Request(HOUR, calendar_id="massage")
    named = Request(HOUR, calendar_id="massage", attendee_ids=["z"])

    assert keeping_attendees(plain, booking).attendee_ids == ("b",)
    assert keeping_attendees(named, booking) is named
    assert keeping_attendees(plain, cancelled) is plain

"""Rooms that a booking gave up are not asked for; everything else that it needs is."""

from __future__ import annotations

import attrs
import pytest

from bookable import CivilTime, any_of
from bookable.availability.given_up import has_given_up, without_rooms_given_up
from bookable.availability.resolve import resolve
from tests.support.builders import (
    NOW,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
)

GONE = a_booking(host_ids=["ada"], room_ids=["attic"], rooms_until=at("09:00"))


def a_clinic(*needs):
    calendar = a_calendar(requirements=needs, kind="service", member_ids=())
    rooms = [a_room(key, 4, max_concurrent=1) for key in ("attic", "cellar")]
    return a_scheduler(calendar, a_member("ada"), a_member("bob"), *rooms)


@pytest.mark.parametrize(
    ("bookings", "expected"),
    [
        ([GONE], True),
        ([GONE, attrs.evolve(GONE, id="B-2")], True),
        ([GONE, attrs.evolve(GONE, id="B-2", rooms_until=None)], False),
        ([attrs.evolve(GONE, room_ids=())], False),
    ],
)
def test_rooms_are_given_up_by_all_who_share_them(bookings, expected):
    state = a_clinic(any_of("attic"), any_of("ada"))
    question = resolve(state.request("massage"), state.catalogue)

    found = without_rooms_given_up(question, bookings)

    assert has_given_up(bookings) is expected
    assert (found is question) is not expected
    given_up = [[each.is_given_up for each in role.candidates] for role in found.roles]
    assert given_up == [[expected], [False]]


def test_a_role_that_a_room_or_somebody_fills_still_has_its_place():
    state = a_clinic(any_of("ada", "attic", count=2), any_of("bob", "cellar"))
    state = booked(state, "09:00", calendar="massage", booking_id="B-1")
    was = state.bookings["B-1"]
    gone = attrs.evolve(was, rooms_until=was.start)
    state = type(state)(state.catalogue, [gone])
    times = {"B-1": CivilTime(at("10:00").replace(tzinfo=None), "UTC")}

    after = state.re_resolve(times, now=NOW).bookings["B-1"]

    assert was.room_ids
    assert (after.host_ids, after.room_ids) == (was.host_ids, was.room_ids)
    assert (after.start, after.rooms_until) == (at("10:00"), at("10:00"))

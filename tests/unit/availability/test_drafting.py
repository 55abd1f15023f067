"""The booking that a start becomes."""

from __future__ import annotations

import pytest

from bookable import CheckIn, all_of
from bookable.availability.drafting import as_booking, tags_for
from bookable.domain.policy import BookingPolicy
from tests.support.builders import (
    NOW,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    us,
)


@pytest.mark.parametrize(("access", "status"), [("allow", "confirmed"), ("request", "pending")])
def test_it_waits_for_approval_where_the_customer_may_only_ask(access, status):
    calendar = a_calendar(member_ids=["ada"], policy=BookingPolicy(otherwise=access))
    state = a_scheduler(calendar, a_member())
    search = state._search(state.request("massage"), NOW, ())
    booking = as_booking(search, us("09:00"), search.at(us("09:00")).details(us("09:00")), "B", "C")

    assert booking.status == status
    assert (booking.calendar_id, booking.customer_id, booking.host_ids) == (
        "massage",
        "C",
        ("ada",),
    )
    assert booking.interval == monday("09:00", "10:00")


def test_it_carries_the_tags_of_the_request_and_tells_that_it_is_overbooked():
    state = a_scheduler(a_room(overbook_percent=100))
    for party_size, tags in ((1, {"vip"}), (2, {"vip", "overbooked"})):
        request = a_request(all_of("blue room"), tags=["vip"], party_size=party_size)
        search = state._search(request, NOW, ())
        details = search.at(us("09:00")).details(us("09:00"))
        booking = as_booking(search, us("09:00"), details, "B", None)

        assert booking.tags == tags == tags_for(frozenset({"vip"}), details)


@pytest.mark.parametrize(
    ("first", "then", "status"),
    [
        ("allow", "allow", "confirmed"),
        ("allow", "request", "pending"),
        ("request", "allow", "pending"),
    ],
)
def test_a_move_asks_for_approval_again_where_the_customer_may_only_ask(first, then, status):
    def massage(access):
        return a_calendar(member_ids=["ada"], policy=BookingPolicy(otherwise=access))

    state = booked(
        a_scheduler(massage(first), a_member()), "09:00", calendar="massage", booking_id="B"
    )
    state = state.with_catalogue(state.catalogue.replace(massage(then)))
    slot = state.slot(state.request("massage"), start=at("14:00"), now=NOW)
    assert state.reschedule("B", to=slot, now=NOW).booking("B").status == status


def test_a_booking_is_under_the_policy_of_its_calendar_else_of_its_first_room_that_has_one():
    own, rooms = CheckIn(grace=minutes(5)), CheckIn(grace=minutes(10))
    bare, strict = a_room("attic"), a_room("blue room", check_in=rooms)
    needs = [all_of("attic"), all_of("blue room")]
    for calendar, expected in (
        (a_calendar(requirements=needs, check_in=own), own),
        (a_calendar(requirements=needs), rooms),
        (a_calendar(requirements=[all_of("attic")]), None),
    ):
        state = booked(
            a_scheduler(calendar, bare, strict), "09:00", calendar="massage", booking_id="B"
        )
        assert state.booking("B").check_in == expected

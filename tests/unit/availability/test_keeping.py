"""Moves with the same hosts: all who served the booking serve it there too, and nobody else does."""

from __future__ import annotations

import pytest

from bookable import BookingRefused, Requirement, any_of
from bookable.domain.service import Absence, AddOn
from tests.support.builders import (
    NOW,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
    monday,
    refused,
    rules,
)


def moved(state, clock="10:00", calendar="yoga", **asked):
    """Who serves B-1 after a move with its hosts; the refusals where it has to stay."""
    request = state.request(calendar, **asked)
    to = state.slot(request, start=at(clock), now=NOW, ignoring=["B-1"])
    try:
        after = state.reschedule("B-1", to=to, now=NOW, keep_hosts=True).booking("B-1")
    except BookingRefused as error:
        return rules(error.refusals)
    assert after.start == at(clock)
    return after.serving_ids


def test_a_session_of_others_is_not_joined():
    needs = [any_of("y", "z")]
    yoga = a_class("yoga", 9, member_ids=["a", "b"], requirements=needs)
    state = a_scheduler(*map(a_member, "abyz"), yoga)
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1", host_ids=["a"])
    state = booked(state, "10:00", calendar="yoga", booking_id="B-2", host_ids=["b"])
    assert state.booking("B-2").serving_ids == ("b", "z")

    assert moved(state) == ("a", "y")
    state = state.block("y", monday("10:00", "11:00"), block_id="K-1")
    assert moved(state) == [("busy", "y")]


def test_a_session_of_the_same_hosts_is_joined():
    state = a_scheduler(*map(a_member, "ab"), a_class("yoga", 9, member_ids=["a", "b"]))
    for name, clock, host in (("B-1", "09:00", "b"), ("B-2", "10:00", "b"), ("B-3", "10:00", "a")):
        state = booked(state, clock, calendar="yoga", booking_id=name, host_ids=[host])

    assert moved(state) == ("b",)


def test_who_is_brought_by_a_requirement_serves_there_too():
    state = a_scheduler(
        *map(a_member, "ab"),
        a_calendar("yoga", kind="event", seats_per_slot=9, requirements=[any_of("a", "b")]),
    )
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    state = booked(state, "10:00", calendar="yoga", booking_id="B-2", prefer_ids=["b"])
    assert state.booking("B-2").serving_ids == ("b",)

    assert moved(state) == ("a",)


def test_a_delegate_does_not_come_in_for_who_is_kept():
    away = a_member("a", absences=[Absence(monday("10:00", "11:00"), "ill", "z")])
    state = a_scheduler(away, a_member("z"), a_class("yoga", 9, member_ids=["a"]))
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    state = booked(state, "10:00", calendar="yoga", booking_id="B-2", use_delegates=True)
    assert state.booking("B-2").serving_ids == ("z",)

    assert moved(state, use_delegates=True) == [("outside_hours", "a")]


@pytest.mark.parametrize(("needs", "serving"), [(["a", "r"], ("a",)), (["r", "s"], ())])
def test_where_a_room_would_do_as_well_as_who_serves_it_does_not(needs, serving):
    """The room is preferred at the new time, and was taken at the old one."""
    taken = a_booking("X", "09:00", "10:00", room_ids=["r"])
    state = a_scheduler(
        a_member("a"),
        a_room("r", 9, max_concurrent=1),
        a_room("s", 9),
        a_calendar("yoga", kind="event", requirements=[any_of(*needs)]),
        bookings=[taken],
    )
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    assert state.booking("B-1").serving_ids == serving

    assert moved(state, prefer_ids=["r"]) == serving


def test_of_several_who_will_do_with_rooms_just_as_many_serve():
    taken = [a_booking("X", "09:00", "10:00", host_ids=["b"])]
    pool = Requirement(["a", "b", "r"], count=2)
    state = a_scheduler(
        *map(a_member, "ab"),
        a_room("r", 9),
        a_calendar("yoga", kind="event", requirements=[pool]),
        bookings=taken,
    )
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    assert state.booking("B-1").serving_ids == ("a",)

    assert moved(state, prefer_ids=["a", "b"]) == ("a",)


def test_where_fewer_are_needed_by_now_it_stays():
    state = a_scheduler(
        *map(a_member, "ab"), a_calendar("yoga", kind="collective", member_ids=["a", "b"])
    )
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    fewer = a_calendar("yoga", member_ids=["a", "b"])
    state = state.with_catalogue(state.catalogue.replace(fewer))

    assert moved(state) == [("never_fits", "yoga")]
    assert moved(state, "09:00") == ("a", "b")


def test_who_serves_does_not_come_along_for_an_add_on_as_well():
    add_on = AddOn("oil", requirements=[any_of("a", "z")])
    calendar = a_calendar("yoga", member_ids=["a", "b"], add_ons=[add_on])
    state = a_scheduler(*map(a_member, "abz"), calendar)
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1", host_ids=["a"])

    assert moved(state, add_on_ids=["oil"]) == ("a",)
    busy = a_booking("X", "10:00", "11:00", host_ids=["z"])
    state = type(state)(state.catalogue, [*state.bookings.values(), busy])
    to = state.slot(
        state.request("yoga", add_on_ids=["oil"]), start=at("10:00"), now=NOW, ignoring=["B-1"]
    )
    with refused(BookingRefused, "refused") as caught:
        state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)
    assert rules(caught.value.refusals) == [("busy", "z")]


def test_who_attends_does_not_serve_in_place_of_who_is_kept():
    state = a_scheduler(*map(a_member, "ab"), a_calendar("yoga", member_ids=["a", "b"]))
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1", attendee_ids=["b"])
    assert state.booking("B-1").serving_ids == ("a",)

    assert moved(state) == ("a",)
    assert moved(state, attendee_ids=["a"]) == [("roles_compete", "yoga")]

"""Another place for one booking: what is asked for again, and what cannot be."""

from __future__ import annotations

from datetime import timedelta

from bookable import AddOn, Booking, Catalogue, Member, Requirement, Room, Scheduler
from bookable.availability.placing import Placing
from tests.support.builders import (
    HOUR,
    OFFICE,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
    rules,
    us,
)


def placing(state: Scheduler, key: str, now: str = "00:00") -> Placing:
    """The booking to be placed in the state without it."""
    ledger = state._ledger.ignoring([key])
    return Placing.of(ledger, state.catalogue, state.bookings[key], us(now))


def a_salon(**fields: object) -> Scheduler:
    calendar = a_calendar(kind="round_robin", member_ids=["ada", "bob"], hours=OFFICE, **fields)
    return a_scheduler(calendar, a_member("ada"), a_member("bob"), a_member("cyd"))


def test_it_keeps_what_it_can():
    state = booked(a_salon(), "09:00", calendar="massage", booking_id="B-1", host_ids=["bob"])

    assert placing(state, "B-1").same_time().host_ids == ("bob",)


def test_neither_notice_nor_horizon_nor_who_may_book_is_asked_again():
    state = booked(a_salon(), "09:00", calendar="massage", booking_id="B-1")
    calendar = a_calendar(
        kind="round_robin",
        member_ids=["bob"],
        hours=OFFICE,
        minimum_notice=timedelta(days=9),
        booking_horizon=HOUR,
        shortest=2 * HOUR,
        longest=2 * HOUR,
        duration=2 * HOUR,
    )
    state = state.with_catalogue(state.catalogue.replace(calendar))
    moved = placing(state, "B-1").same_time()

    assert (moved.host_ids, moved.end - moved.start, moved.version) == (("bob",), HOUR, 2)


def test_its_own_time_need_not_be_on_the_grid_and_another_must_be():
    booking = a_booking("B-1", "09:10", "10:10", host_ids=["ada"], calendar_id="massage")
    state = Scheduler(a_salon().catalogue, [booking])

    assert placing(state, "B-1").same_time().start == at("09:10")
    assert placing(state, "B-1").other_time().start == at("09:00")
    assert placing(state, "B-1", "09:05").other_time().start == at("10:00")


def test_there_may_be_no_other_time():
    state = booked(a_salon(), "16:00", calendar="massage", booking_id="B-1")

    assert placing(state, "B-1", "16:30").other_time() is None
    assert placing(state, "B-1", "16:30").same_time() is None
    assert rules(placing(state, "B-1", "16:30").reasons()) == [("notice_too_short", "massage")]


def test_who_attends_goes_with_it():
    state = booked(a_salon(), "09:00", calendar="massage", booking_id="B-1", attendee_ids=["cyd"])
    moved = placing(state, "B-1").other_time()

    assert (moved.attendee_ids, moved.start) == (("cyd",), at("09:00"))
    assert "cyd" in moved.host_ids
    gone = Scheduler(state.catalogue.remove("cyd", detach=True), state.bookings.values())
    lost = placing(gone, "B-1")
    assert (lost.same_time(), lost.other_time()) == (None, None)
    assert rules(lost.reasons()) == [("inactive", "cyd")]


def test_who_came_with_an_add_on_goes_with_it_but_what_came_does_not():
    add_on = AddOn("tea", requirements=[Requirement(["cyd"])])
    state = booked(
        a_salon(add_ons=[add_on]), "09:00", calendar="massage", booking_id="B-1", add_on_ids=["tea"]
    )
    moved = placing(state, "B-1").same_time()

    assert (moved.companion_ids, moved.host_ids) == (("cyd",), state.bookings["B-1"].host_ids)
    urn = AddOn("urn", requirements=[Requirement(["urn"])])
    calendar = a_calendar(kind="personal", member_ids=["ada"], add_ons=[urn])
    other = a_scheduler(calendar, a_member("ada"), an_item("urn", 1))
    other = booked(other, "09:00", calendar="massage", booking_id="B-1", add_on_ids=["urn"])
    stuck = placing(other, "B-1")
    assert (stuck.same_time(), stuck.other_time()) == (None, None)
    assert rules(stuck.reasons()) == [("never_fits", "massage")]


def test_a_booking_without_a_calendar_keeps_what_it_has():
    booking = Booking(
        "B-1",
        at("09:00"),
        at("10:00"),
        host_ids=["ada"],
        room_ids=["blue room"],
        equipment={"table": 2},
    )
    state = a_scheduler(a_member("ada"), a_room(), an_item(), bookings=[booking, a_booking("B-2")])
    moved = placing(state, "B-1")

    assert moved.same_time() is None
    assert rules(moved.reasons()) == [("full", "blue room")]
    after = moved.other_time()
    assert after.start == at("08:00")
    assert (after.resource_ids, after.equipment) == (booking.resource_ids, {"table": 2})
    gone = Scheduler(Catalogue(rooms=[Room("ada", 1), Room("blue room", 1)]), [booking])
    assert rules(placing(gone, "B-1").reasons()) == [("inactive", "ada"), ("inactive", "table")]


def test_the_calendar_of_a_booking_may_be_gone():
    state = booked(a_salon(), "09:00", calendar="massage", booking_id="B-1")
    gone = Scheduler(state.catalogue.remove("massage", detach=True), state.bookings.values())

    assert rules(placing(gone, "B-1").reasons()) == [("inactive", "massage")]


def test_an_imported_booking_may_have_what_no_request_can_ask_for():
    catalogue = Catalogue(rooms=[Room("hall", 9, parts=["left"]), Room("left", 4)])
    state = Scheduler(catalogue, [a_booking("B-1", room_ids=["hall", "left"])])

    assert rules(placing(state, "B-1").reasons()) == [("never_fits", "")]


def test_who_is_not_next_may_serve_what_is_moved_and_sessions_are_joined():
    state = a_scheduler(a_class(seats=3, member_ids=["ada"]), Member("ada"))
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    state = booked(state, "09:00", calendar="yoga", booking_id="B-2")

    assert placing(state, "B-1").same_time().session_key == state.bookings["B-2"].session_key

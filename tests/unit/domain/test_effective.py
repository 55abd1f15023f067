"""What becomes of a booking by itself, and when it is over."""

from __future__ import annotations

import attrs
import pytest

from bookable import TRANSITIONS, BookingStatus, CheckIn, Event, InvalidTransitionError
from bookable.domain.effective import as_of, due_at, ended, next_status
from tests.support.builders import US, a_booking, at, minutes, refused

TEN_MINUTES = CheckIn(early=minutes(10), grace=minutes(10))
ROOM_ONLY = attrs.evolve(TEN_MINUTES, scope="room")


def a_hold(**fields):
    times = {"created_at": at("08:00"), "expires_at": at("08:05")}
    return a_booking(status="hold", **times, **fields)


# When ----------------------------------------------------------------------


def test_a_hold_is_due_when_it_expires_and_nothing_else_without_a_policy():
    assert due_at(a_hold()) == at("08:05")
    assert due_at(a_hold(check_in=TEN_MINUTES)) == at("08:05")
    assert due_at(a_booking()) is None


@pytest.mark.parametrize("status", [each for each in BookingStatus if each != "hold"])
def test_only_what_is_confirmed_is_released(status):
    due = due_at(a_booking(status=status, check_in=TEN_MINUTES))

    assert due == (at("09:10") if status == "confirmed" else None)


def test_without_a_grace_nothing_is_due():
    assert due_at(a_booking(check_in=CheckIn(early=minutes(10)))) is None


def test_rooms_are_given_up_once_and_not_in_a_session():
    booking = a_booking(check_in=ROOM_ONLY, host_ids=["ada"], room_ids=["blue room"])

    assert due_at(booking) == at("09:10")
    assert due_at(booking, in_session=True) is None
    assert due_at(attrs.evolve(booking, rooms_until=at("09:10"))) is None
    assert due_at(attrs.evolve(booking, room_ids=[])) is None
    whole = attrs.evolve(booking, check_in=TEN_MINUTES)
    assert due_at(whole, in_session=True) == at("09:10")
    assert due_at(attrs.evolve(whole, rooms_until=at("09:05"))) == at("09:10")


# What ----------------------------------------------------------------------


def test_a_hold_is_itself_until_it_expires():
    hold = a_hold()

    assert as_of(hold, at("08:05") - US) is hold
    assert as_of(hold, at("08:05")) == attrs.evolve(hold, status="expired")
    assert not as_of(hold, at("08:05")).is_blocking


def test_what_nobody_came_to_ends_at_the_deadline():
    booking = a_booking(check_in=TEN_MINUTES)

    assert as_of(booking, at("09:10") - US) is booking
    released = as_of(booking, at("09:10"))
    assert released == as_of(booking, at("23:00"))
    assert (released.status, released.ended_at) == (BookingStatus.RELEASED, at("09:10"))
    assert (released.start, released.end) == (at("09:00"), at("09:10"))
    assert (released.planned_end, released.version) == (at("10:00"), 1)


def test_rooms_end_and_the_people_stay():
    booking = a_booking(check_in=ROOM_ONLY, host_ids=["ada"], room_ids=["blue room"])

    after = as_of(booking, at("09:10"))

    assert after == attrs.evolve(booking, rooms_until=at("09:10"))
    assert as_of(after, at("12:00")) is after


@pytest.mark.parametrize("booking", [a_hold(), a_booking(check_in=TEN_MINUTES)])
def test_twice_is_once_for_the_later(booking):
    for first in ("08:04", "08:05", "09:09", "09:10", "10:00"):
        for then in ("09:09", "09:10", "10:00", "11:00"):
            if first <= then:
                assert as_of(as_of(booking, at(first)), at(then)) == as_of(booking, at(then))


# Over ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "end", "ended_at", "planned", "blocks"),
    [
        ("08:00", "10:00", "09:00", None, False),
        ("09:00", "10:00", "09:00", None, False),
        ("09:25", "09:25", "09:25", "10:00", True),
        ("10:00", "10:00", "10:00", None, True),
        ("11:00", "10:00", "10:00", None, True),
    ],
)
def test_it_ends_between_its_start_and_its_end(moment, end, ended_at, planned, blocks):
    after = ended(a_booking(), at(moment), BookingStatus.COMPLETED)

    assert (after.start, after.end, after.ended_at) == (at("09:00"), at(end), at(ended_at))
    assert after.planned_end == (planned and at(planned))
    assert after.is_blocking is blocks


def test_one_of_a_session_keeps_its_time():
    after = ended(a_booking(), at("09:25"), BookingStatus.COMPLETED, in_session=True)

    assert (after.end, after.ended_at, after.planned_end) == (at("10:00"), at("09:25"), None)


def test_what_ended_twice_keeps_its_first_plan():
    once = ended(a_booking(), at("09:30"), BookingStatus.RELEASED)
    twice = ended(once, at("09:10"), BookingStatus.NO_SHOW)

    assert (twice.end, twice.planned_end) == (at("09:10"), at("10:00"))


def test_rooms_that_were_given_up_are_not_kept_beyond_the_end():
    booking = a_booking(rooms_until=at("09:30"))

    after = ended(booking, at("09:15"), BookingStatus.NO_SHOW)

    assert (after.end, after.rooms_until) == (at("09:15"), at("09:15"))
    assert ended(booking, at("09:45"), BookingStatus.NO_SHOW).rooms_until == at("09:30")


# Whither -------------------------------------------------------------------


@pytest.mark.parametrize("status", BookingStatus)
@pytest.mark.parametrize("event", Event)
def test_an_event_leads_where_the_table_says_or_is_refused(status, event):
    booking = a_hold() if status == "hold" else a_booking(status=status)

    if (status, event) in TRANSITIONS:
        assert next_status(booking, event) is TRANSITIONS[status, event]
        return
    with refused(InvalidTransitionError, "wrong_state") as caught:
        next_status(booking, event)
    assert (caught.value.booking_id, caught.value.status, caught.value.event) == (
        "B-1",
        status.value,
        event.value,
    )

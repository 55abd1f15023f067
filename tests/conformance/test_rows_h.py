"""Holds: rows H1 and H2."""

from __future__ import annotations

import pytest

from bookable import (
    BookingRefused,
    BookingStatus,
    InvalidTransitionError,
    InvalidValueError,
    Limit,
)
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
    WHOLE_DAY,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
    minutes,
    monday,
    offered,
    refused,
    rules,
)

TEN = monday("10:00", "10:01")


def a_clinic(**calendar):
    return a_scheduler(a_calendar(member_ids=["ada"], **calendar), a_member("ada"))


def held(state, clock="10:00", *, calendar="massage", booking_id="H", now=NOW, asked=(), **rest):
    request = state.request(calendar, **dict(asked))
    slot = state.slot(request, start=at(clock), now=now)
    return state.hold(slot, booking_id=booking_id, now=now, **rest)


# H1 --------------------------------------------------------------------------


def test_H1_a_hold_lasts_five_minutes_unless_something_is_said():
    state = held(a_clinic())

    hold = state.booking("H")
    assert (hold.created_at, hold.expires_at) == (NOW, NOW + minutes(5))
    assert held(a_clinic(), expires_at=NOW + HOUR).booking("H").expires_at == NOW + HOUR


def test_H1_it_is_active_until_just_before_it_expires():
    state = held(a_clinic())

    assert offered(state, "massage", TEN, now=NOW + minutes(5) - US) == []
    assert offered(state, "massage", TEN, now=NOW + minutes(5)) == ["10:00"]


def test_H1_extending_and_giving_back_are_transitions_of_a_value():
    state = held(a_clinic())
    longer = state.extend("H", expires_at=NOW + HOUR, now=NOW + minutes(4))
    given_back = state.cancel("H", now=NOW + minutes(4))

    assert offered(longer, "massage", TEN, now=NOW + minutes(59)) == []
    assert offered(longer, "massage", TEN, now=NOW + HOUR) == ["10:00"]
    assert offered(given_back, "massage", TEN, now=NOW + minutes(4)) == ["10:00"]
    assert offered(state, "massage", TEN, now=NOW + minutes(4)) == []


def test_H1_extensions_do_not_keep_it_for_ever():
    state, now = held(a_clinic()), NOW
    while now + minutes(5) < NOW + DAY:
        now += minutes(4)
        state = state.extend("H", expires_at=min(now + minutes(5), NOW + DAY), now=now)

    with refused(InvalidValueError, "hold", "expires_at"):
        state.extend("H", expires_at=NOW + DAY + US, now=now)


def test_H1_a_confirmed_hold_is_a_booking_and_an_expired_one_is_none():
    state = held(a_clinic(), customer_id="ann")

    confirmed = state.confirm("H", now=NOW + minutes(4))
    assert confirmed.booking("H", now=NOW + DAY).status is BookingStatus.CONFIRMED
    assert offered(confirmed, "massage", TEN, now=NOW + HOUR) == []
    with refused(InvalidTransitionError, "wrong_state"):
        state.confirm("H", now=NOW + minutes(5))


def test_H1_whose_hold_it_is_sees_the_slot_all_the_same():
    state = held(a_clinic())
    request = state.request("massage")

    assert not state.free_slots(request, within=TEN, now=NOW)
    assert len(state.free_slots(request, within=TEN, now=NOW, ignoring=["H"])) == 1


# H2 --------------------------------------------------------------------------


def test_H2_a_hold_takes_the_host_from_every_calendar():
    state = a_scheduler(
        a_calendar("massage", member_ids=["ada", "eve"]),
        a_calendar("shiatsu", member_ids=["ada"]),
        a_member("ada"),
        a_member("eve"),
    )
    state = held(state)

    assert state.booking("H").host_ids == ("ada",)
    assert offered(state, "shiatsu", TEN) == []
    assert offered(state, "massage", TEN) == ["10:00"]
    assert offered(held(state, booking_id="I"), "massage", TEN) == []


def test_H2_a_hold_takes_seats_rooms_and_units_as_a_booking_would():
    state = a_scheduler(
        a_class("yoga", 10, member_ids=["ada"]),
        a_calendar("massage", member_ids=["eve"]),
        a_member("ada"),
        a_member("eve"),
        a_room("studio", 6, calendar_ids=["yoga"]),
        an_item("table", 1, calendar_ids=["massage"]),
    )
    state = held(state, calendar="yoga", asked={"party_size": 4})
    request = state.request("yoga", party_size=3)

    assert ("full", "studio") in rules(state.explain(request, start=at("10:00"), now=NOW))
    assert "10:00" in offered(state, "yoga", party_size=2)
    assert not state.explain(request, start=at("10:00"), now=NOW + minutes(5))
    state = held(state, booking_id="M", asked={})
    assert state.free_busy("table", within=WHOLE_DAY, now=NOW).duration == HOUR
    assert not state.free_busy("table", within=WHOLE_DAY, now=NOW + minutes(5))


def test_H2_a_hold_counts_towards_limits_until_it_expires():
    state = held(a_clinic(limits=[Limit(1, "day")]))

    assert offered(state, "massage") == []
    assert "14:00" in offered(state, "massage", now=NOW + minutes(5))


def test_H2_two_never_hold_what_is_there_once():
    state = a_clinic()
    slot = state.slot(state.request("massage"), start=at("10:00"), now=NOW)
    state = state.hold(slot, booking_id="H", now=NOW)

    for take in (state.hold, state.book):
        with refused(BookingRefused, "refused") as caught:
            take(slot, booking_id="I", now=NOW)
        assert rules(caught.value.refusals) == [("busy", "ada")]
        assert caught.value.refusals[0].booking_ids == ("H",)
    assert state.hold(slot, booking_id="I", now=NOW + minutes(5)).booking("I").is_blocking


@pytest.mark.parametrize("first", ["hold", "book"])
def test_H2_taking_over_an_expired_hold_leaves_it_expired(first):
    """What is read as free can be taken: the hold stands in no later way, not even by an index."""
    state = held(a_clinic())
    later = NOW + minutes(5)
    slot = state.slot(state.request("massage"), start=at("10:00"), now=later)

    state = getattr(state, first)(slot, booking_id="I", now=later)

    assert state.booking("H").status is BookingStatus.EXPIRED
    assert state.violations(now=later) == state.violations(now=NOW) == ()
    state.check()


def test_H2_a_hold_stands_beside_bookings_that_leave_room():
    state = a_scheduler(
        a_class("yoga", 3, member_ids=["ada"]), a_member("ada"), a_room("studio", 3)
    )
    state = booked(state, "10:00", calendar="yoga", booking_id="B")
    state = held(state, calendar="yoga")

    (session,) = state.sessions("yoga", within=WHOLE_DAY, now=NOW)
    assert session.booking_ids == ("B", "H")
    (session,) = state.sessions("yoga", within=WHOLE_DAY, now=NOW + minutes(5))
    assert session.booking_ids == ("B",)

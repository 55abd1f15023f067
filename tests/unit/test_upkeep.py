"""What the catalogue has to do with the history: who keeps an entry, and what removal does to them."""

from __future__ import annotations

import attrs
import pytest

from bookable import BookingPolicy, BookingStatus, CheckIn, ResourceInUseError
from bookable.upkeep import users_of
from tests.support.builders import (
    HOUR,
    NOW,
    a_booking,
    a_calendar,
    a_catalogue,
    a_member,
    a_room,
    a_scheduler,
    at,
    minutes,
    refused,
)


def a_hold(id="H", **fields):
    times = {"created_at": NOW, "expires_at": NOW + minutes(5)}
    return a_booking(id, status="hold", **times, **fields)


# Who keeps an entry --------------------------------------------------------


def test_a_hold_keeps_what_it_takes_until_it_expires():
    state = a_scheduler(bookings=[a_hold()])

    with refused(ResourceInUseError, "in_use"):
        state.remove("blue room", now=NOW)
    with refused(ResourceInUseError, "in_use"):
        state.with_catalogue(a_catalogue(a_room("attic")), now=NOW)
    later = NOW + minutes(5)
    assert "blue room" not in state.remove("blue room", now=later).catalogue
    assert "blue room" not in state.with_catalogue(a_catalogue(), now=later).catalogue
    swept = state.swept(now=later)
    assert (
        state.remove("blue room", now=later).catalogue
        == swept.remove("blue room", now=later).catalogue
    )


def test_what_was_released_keeps_nothing():
    grace = CheckIn(grace=minutes(10))
    state = a_scheduler(bookings=[a_booking(check_in=grace)])

    with refused(ResourceInUseError, "in_use"):
        state.remove("blue room", now=at("09:09"))
    assert "blue room" not in state.remove("blue room", now=at("09:10")).catalogue


@pytest.mark.parametrize("status", BookingStatus)
def test_only_what_may_still_take_place_keeps_an_entry(status):
    times = {"created_at": NOW, "expires_at": NOW + HOUR} if status == "hold" else {}
    state = a_scheduler(bookings=[a_booking(status=status, **times)])

    users = users_of(state._ledger, "blue room", NOW)

    assert users == (["B-1"] if status.is_blocking else [], [])


# What removal does ---------------------------------------------------------


def test_a_cascade_cancels_whatever_the_cut_off_and_gives_holds_back():
    policy = BookingPolicy(cancel_notice=24 * HOUR)
    state = a_scheduler(
        a_calendar(member_ids=["ada"], policy=policy),
        a_member("ada"),
        a_member("eve"),
        bookings=[
            a_booking("B-1", calendar_id="massage", host_ids=["ada"]),
            a_hold("H", host_ids=["eve"]),
        ],
    )

    lean = state.remove("massage", now=NOW, cascade=True).remove("eve", now=NOW, cascade=True)

    assert {each.status for each in lean.bookings.values()} == {BookingStatus.CANCELLED}


def test_a_cascade_does_not_trip_over_what_has_expired():
    state = a_scheduler(bookings=[a_hold()])

    lean = state.remove("blue room", now=NOW + HOUR, cascade=True)

    assert lean.booking("H", now=NOW + HOUR).status is BookingStatus.EXPIRED


def test_what_is_under_way_keeps_an_entry_even_so():
    state = a_scheduler(
        bookings=[a_booking(status="checked_in"), a_booking("B-2", "11:00", "12:00")]
    )

    with refused(ResourceInUseError, "in_use") as caught:
        state.remove("blue room", now=at("09:20"), cascade=True)

    assert caught.value.used_by == ("B-1",)
    over = state.check_out("B-1", at=at("09:20"))
    assert (
        over.remove("blue room", now=at("09:20"), cascade=True).booking("B-2").status == "cancelled"
    )


# Standings -----------------------------------------------------------------


def test_whose_turn_it_is_does_not_wait_for_a_job():
    calendar = a_calendar(member_ids=["ada", "eve"], kind="round_robin")
    hold = attrs.evolve(a_hold(host_ids=["ada"]), calendar_id="massage")
    state = a_scheduler(calendar, a_member("ada"), a_member("eve"), bookings=[hold])
    later = NOW + minutes(5)

    now = state.host_standings("massage", now=NOW)
    assert [each.host_id for each in now] == ["eve", "ada"]
    assert state.host_standings("massage", now=later) == state.swept(now=later).host_standings(
        "massage", now=later
    )
    assert [each.host_id for each in state.host_standings("massage", now=later)] == ["ada", "eve"]

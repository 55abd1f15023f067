"""Worked examples of assignment: round robins as other products document them."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from bookable import Interval
from bookable.domain.booking import Booking
from bookable.domain.ranking import Ranking, calibration_for
from tests.support.builders import (
    NOW,
    a_booking,
    a_calendar,
    a_member,
    a_scheduler,
    at,
    booked,
    minutes,
    offered,
)


def a_round_robin(*members, bookings=(), ranking=None, **calendar):
    ranking = Ranking.equal_distribution() if ranking is None else ranking
    ids = [each.id for each in members]
    return a_scheduler(
        *members, a_calendar(member_ids=ids, ranking=ranking, **calendar), bookings=bookings
    )


def had(host, count, first=0):
    """So many short bookings of the calendar, one after the other from *first* on."""
    starts = [at("00:00") + minutes(5 * (first + number)) for number in range(count)]
    return [
        Booking(
            f"{host} {number}",
            start,
            start + minutes(5),
            calendar_id="massage",
            host_ids=[host],
        )
        for number, start in enumerate(starts)
    ]


def shortfalls(state):
    found = {each.host_id: each.shortfall for each in state.host_standings("massage", now=NOW)}
    assert sum(found.values()) == 0
    return found


def test_ex_R1_john_is_next_until_he_has_sixteen():
    jane, john = a_member("jane", weight=100), a_member("john", weight=200)
    state = a_round_robin(jane, john, bookings=[*had("jane", 8), *had("john", 12)])
    assert shortfalls(state) == {"jane": Fraction(-4, 3), "john": Fraction(4, 3)}

    for number in range(4):
        state = booked(state, f"{10 + number}:00", calendar="massage", booking_id=f"B-{number}")
        assert state.booking(f"B-{number}").host_ids == ("john",)

    counts = {each.host_id: each.bookings for each in state.host_standings("massage", now=NOW)}
    assert counts == {"jane": 8, "john": 16}
    assert shortfalls(state) == {"jane": 0, "john": 0}


def test_ex_R6_of_two_that_are_equal_the_least_recent_then_the_lowest_id():
    members = [
        a_member("first", priority=2),
        a_member("one", priority=1),
        a_member("two", priority=1),
    ]
    ranking = Ranking.availability()
    busy = a_booking("X", "12:00", "13:00", host_ids=["first"])

    def picked(*bookings, clock="12:00"):
        state = a_round_robin(*members, bookings=[busy, *bookings], ranking=ranking)
        slot = state.slot(state.request("massage"), start=at(clock), now=NOW)
        return slot.allocation.host_ids

    assert picked(clock="14:00") == ("first",)
    assert picked() == ("one",)
    assert picked(*had("one", 1)) == ("two",)
    assert picked(*had("one", 1, first=9), *had("two", 3, first=1)) == ("two",)


@pytest.mark.parametrize(
    ("options", "credit"),
    [
        ({}, Fraction(7)),
        ({"weights": {"jane": 100, "john": 200}, "weight": 50}, Fraction(7, 3)),
    ],
)
def test_ex_R7_a_new_host_is_credited_by_either_reading(options, credit):
    bookings = {"jane": 6, "john": 8}
    assert calibration_for(bookings, **options) == credit

    ranking = Ranking.equal_distribution(calibration={"new": credit})
    members = [a_member(name) for name in ("jane", "john", "new")]
    history = [*had("jane", 6), *had("john", 8, first=20)]
    state = a_round_robin(*members, bookings=history, ranking=ranking)

    share = (14 + credit) / 3
    assert shortfalls(state) == {
        "jane": share - 6,
        "john": share - 8,
        "new": share - credit,
    }


def test_ex_R8_weight_0_is_never_picked_but_can_be_asked_for():
    nobody, ada = a_member("nobody", weight=0, priority=9), a_member("ada")
    state = a_round_robin(nobody, ada)

    for number in range(6):
        state = booked(state, f"{10 + number}:00", calendar="massage", booking_id=f"B-{number}")
        assert state.booking(f"B-{number}").host_ids == ("ada",)
    assert "10:00" not in offered(state, "massage")
    assert "10:00" in offered(state, "massage", host_ids=["nobody"])
    asked = booked(state, "10:00", calendar="massage", booking_id="B-9", host_ids=["nobody"])
    assert asked.booking("B-9").host_ids == ("nobody",)


def test_ex_P8_the_reply_of_a_round_robin_has_the_order_and_who_is_free():
    def moment(seconds):
        return datetime.fromtimestamp(seconds, UTC)

    first, last = moment(1659367800), moment(1659376800)
    nyla, leyah = a_member("nyla"), a_member("leyah")
    done = Booking(
        "done", moment(1659340800), moment(1659342600), calendar_id="massage", host_ids=["leyah"]
    )
    busy = Booking("busy", last, moment(1659378600), host_ids=["leyah"])
    state = a_round_robin(nyla, leyah, bookings=[done, busy], duration=minutes(30))

    within = Interval(first, moment(1659378600))
    slots = {
        slot.start: slot
        for slot in state.free_slots(state.request("massage"), within=within, now=first)
    }

    order = [each.host_id for each in state.host_standings("massage", now=first)]
    assert order == ["nyla", "leyah"]
    assert slots[first].end == moment(1659369600)
    assert sorted(slots[first].host_ids, key=order.index) == ["nyla", "leyah"]
    assert slots[last].end == moment(1659378600)
    assert slots[last].host_ids == ("nyla",)

"""Rows F1 to F13 of the feature table: who is assigned."""

from __future__ import annotations

import itertools
from collections import Counter
from fractions import Fraction

import pytest

from bookable import BookingRefused, UnknownIdError, all_of, any_of
from bookable.domain.ranking import Ranking, calibration_for
from tests.support.builders import (
    NOW,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    offered,
    refused,
    rules,
)

EVEN = Ranking.equal_distribution()


def a_team(*members, bookings=(), others=(), **calendar):
    members = [each if not isinstance(each, str) else a_member(each) for each in members]
    return a_scheduler(
        *members,
        *others,
        a_calendar(member_ids=[each.id for each in members], **calendar),
        bookings=bookings,
    )


def busy(host, first, last, booking_id=None):
    return a_booking(booking_id or f"{host} {first}", first, last, host_ids=[host])


def through(host, *clocks, calendar_id="massage"):
    """Half-hour bookings of the calendar that a host has already."""
    return [
        a_booking(
            f"{host} {clock}",
            f"{clock:02}:00",
            f"{clock:02}:30",
            host_ids=[host],
            calendar_id=calendar_id,
        )
        for clock in clocks
    ]


def picked(state, clock="12:00", **asked):
    slot = state.slot(state.request("massage", **asked), start=at(clock), now=NOW)
    return slot.allocation.host_ids


def test_F1_a_collective_calendar_is_offered_when_all_are_free():
    state = a_team("ada", "ben", "cem", kind="collective", bookings=[busy("ada", "09:00", "10:00")])
    found = offered(state, "massage", within=monday("08:00", "13:00"))

    assert found == ["08:00", "10:00", "11:00", "12:00"]
    assert picked(state) == ("ada", "ben", "cem")
    request = a_request(all_of("ada", "ben"))
    slots = state.free_slots(request, within=monday("08:00", "11:00"), now=NOW)
    assert [slot.start for slot in slots] == [at("08:00"), at("10:00")]


def test_F2_a_round_robin_offers_what_any_one_can_serve_whole():
    bookings = [busy("ada", "09:00", "10:00"), busy("ben", "10:00", "11:00")]
    state = a_team("ada", "ben", slot_step=minutes(30), bookings=bookings)

    def starts(*hosts):
        return set(offered(state, "massage", within=WHOLE_DAY, host_ids=hosts or None))

    assert starts() == starts("ada") | starts("ben")
    # Half past nine: ben is free until ten and ada from ten on, but nobody hands over.
    assert {"09:00", "10:00"} <= starts()
    assert "09:30" not in starts()


def test_F3_equal_distribution_orders_the_hosts_and_never_removes_a_slot():
    bookings = [*through("ada", 8, 9), *through("ben", 10)]
    plain = a_team("ada", "ben", "cem", bookings=bookings)
    even = a_team("ada", "ben", "cem", bookings=bookings, ranking=EVEN)

    order = [each.host_id for each in even.host_standings("massage", now=NOW)]
    assert order == ["cem", "ben", "ada"]
    assert offered(even, "massage") == offered(plain, "massage")
    assert [picked(even, host_ids=order[number:]) for number in range(3)] == [
        ("cem",),
        ("ben",),
        ("ada",),
    ]


def test_F3_strict_fairness_shows_the_slots_of_the_host_who_is_owed_most():
    bookings = [*through("ada", 8, 9), busy("ben", "12:00", "14:00")]
    strict = Ranking.equal_distribution(strict=True)
    state = a_team("ada", "ben", bookings=bookings, ranking=strict)

    assert offered(state, "massage") == offered(state, "massage", host_ids=["ben"])
    refusals = state.explain(state.request("massage"), start=at("12:00"), now=NOW)
    assert rules(refusals) == [("not_next", "ada"), ("busy", "ben")]
    assert refusals[0].detail["owed_to"] == ("ben",)


def test_F4_the_highest_priority_that_is_free_is_taken():
    members = [a_member("ada", priority=-1), a_member("ben"), a_member("cem", priority=3)]
    state = a_team(*members, bookings=[busy("cem", "14:00", "15:00")])

    assert picked(state) == ("cem",)
    assert picked(state, "14:00") == ("ben",)
    own = a_team(*members, ranking=Ranking(priorities={"ada": 4}))
    assert picked(own) == ("ada",)


def test_F5_weights_share_the_bookings_out_exactly():
    ranking = Ranking.equal_distribution(weights={"ada": 1, "ben": 2, "cem": 3})
    state = a_team("ada", "ben", "cem", ranking=ranking)
    counts = Counter()
    for number, minute in enumerate(range(0, 24 * 60, 60)):
        clock = f"{minute // 60:02}:00"
        state = booked(state, clock, calendar="massage", booking_id=f"B-{number}")
        counts[state.booking(f"B-{number}").host_ids[0]] += 1
        total = sum(counts.values())
        for host, weight in ranking.weights.items():
            assert abs(Fraction(total * weight, 6) - counts[host]) < 1
    assert counts == {"ada": 4, "ben": 8, "cem": 12}


def test_F5_weight_0_is_never_assigned_unasked():
    state = a_team(a_member("ada", weight=0), "ben", bookings=[busy("ben", "12:00", "13:00")])

    assert "12:00" not in offered(state, "massage")
    assert "12:00" in offered(state, "massage", host_ids=["ada"])


def test_F6_who_was_away_is_credited_with_the_average_of_the_others():
    bookings = [*through("ada", 8, 9, 10), *through("ben", 8, 10, 11, 12, 13)]
    state = a_team("ada", "ben", "new", bookings=bookings, ranking=EVEN)
    missed = monday("08:00", "12:00")
    had = {
        each.host_id: each.bookings
        for each in state.host_standings("massage", now=NOW, counted_within=missed)
        if each.host_id != "new"
    }
    assert had == {"ada": 3, "ben": 3}

    credit = calibration_for(had)
    ranking = Ranking.equal_distribution(calibration={"new": credit})
    fair = a_team("ada", "ben", "new", bookings=bookings, ranking=ranking)
    assert credit == 3
    shortfalls = {each.host_id: each.shortfall for each in fair.host_standings("massage", now=NOW)}
    assert shortfalls == {
        "ada": Fraction(2, 3),
        "new": Fraction(2, 3),
        "ben": Fraction(-4, 3),
    }


def test_F7_one_host_of_each_group_and_nobody_in_two_roles():
    members = [a_member(name) for name in ("ada", "ben", "cem")]
    bookings = [busy("ben", "10:00", "11:00"), busy("ada", "11:00", "12:00")]
    state = a_scheduler(*members, bookings=bookings)
    request = a_request(any_of("ada", "ben"), any_of("ben", "cem"))

    def hosts(clock):
        return state.slot(request, start=at(clock), now=NOW).allocation.host_ids

    assert hosts("10:00") == ("ada", "cem")
    assert hosts("11:00") == ("ben", "cem")
    both = a_request(any_of("ben", "cem"), any_of("ben"), all_of("cem"))
    reasons = state.explain(both, start=at("09:00"), now=NOW)
    assert rules(reasons) == [("roles_compete", "")]


def test_F7_the_bookings_of_each_group_are_shared_out_among_its_members():
    members = [a_member(name) for name in ("ada", "ben", "cem", "dan")]
    calendar = a_calendar(requirements=[any_of("ada", "ben"), any_of("cem", "dan")], ranking=EVEN)
    state = a_scheduler(*members, calendar)
    for number in range(4):
        state = booked(state, f"{9 + number:02}:00", calendar="massage", booking_id=f"B-{number}")

    assert [state.booking(f"B-{number}").host_ids for number in range(4)] == [
        ("ada", "cem"),
        ("ben", "dan"),
        ("ada", "cem"),
        ("ben", "dan"),
    ]


def test_F8_two_or_more_hosts_of_one_pool():
    members = [a_member("ada"), a_member("ben", priority=1), a_member("cem", priority=2)]
    state = a_scheduler(*members, bookings=[busy("cem", "10:00", "11:00")])
    request = a_request(any_of("ada", "ben", "cem", count=2))

    def hosts(clock):
        return state.slot(request, start=at(clock), now=NOW).allocation.host_ids

    assert hosts("09:00") == ("ben", "cem")
    assert hosts("10:00") == ("ada", "ben")
    three = a_request(any_of("ada", "ben", "cem", count=3))
    assert rules(state.explain(three, start=at("10:00"), now=NOW)) == [("busy", "cem")]


def test_F9_a_host_who_is_preferred_is_taken_where_free():
    state = a_team(
        a_member("ada", priority=9), "ben", "cem", bookings=[busy("cem", "14:00", "15:00")]
    )

    assert picked(state, prefer_ids=["cem", "ben"]) == ("cem",)
    assert picked(state, "14:00", prefer_ids=["cem", "ben"]) == ("ben",)
    assert picked(state, "14:00", prefer_ids=["cem"]) == ("ada",)
    with refused(BookingRefused, "refused"):
        picked(state, "14:00", host_ids=["cem"])


def test_F9_a_booking_that_is_moved_keeps_its_host_where_asked():
    state = a_team("ada", "ben")
    state = booked(state, "09:00", calendar="massage", booking_id="B-1", host_ids=["ben"])
    to = state.slot(state.request("massage"), start=at("10:00"), now=NOW)

    assert state.reschedule("B-1", to=to, now=NOW).booking("B-1").host_ids == ("ada",)
    kept = state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)
    assert kept.booking("B-1").host_ids == ("ben",)


def test_F10_any_member_or_a_specific_one():
    state = a_team("ada", "ben", bookings=[busy("ada", "09:00", "10:00")])

    assert picked(state, "09:00") == ("ben",)
    assert picked(state, "10:00", host_ids=["ben"]) == ("ben",)
    assert "09:00" not in offered(state, "massage", host_ids=["ada"])
    with refused(UnknownIdError, "unknown_id", "host_ids"):
        state.request("massage", host_ids=["eve"])


def test_F11_pools_that_overlap_are_matched_exactly():
    # Whoever is greedy gives ada to the first role and ben to the second, and has no third.
    members = [a_member("ada", priority=3), a_member("ben", priority=2), a_member("cem")]
    rooms = [a_room("x", 1), a_room("y", 4)]
    request = a_request(
        any_of("ada", "ben", "cem"),
        any_of("ada", "ben"),
        all_of("ada"),
        any_of("x", "y"),
        all_of("x"),
    )
    state = a_scheduler(*members, *rooms)

    allocation = state.slot(request, start=at("09:00"), now=NOW).allocation
    assert allocation.host_ids == ("ada", "ben", "cem")
    assert allocation.room_ids == ("x", "y")


def test_F12_a_booking_goes_to_another_free_host_or_it_is_told_why_not():
    bookings = [busy("ben", "09:30", "10:30"), *through("cem", 12)]
    state = a_team(
        "ada", "ben", "cem", "dan", bookings=bookings, others=[a_room(calendar_ids=["massage"])]
    )
    state = booked(state, "09:00", calendar="massage", booking_id="B-1", host_ids=["ada"])

    assert state.stand_ins("B-1", now=NOW) == ("dan", "cem")
    moved = state.reassign("B-1", now=NOW).booking("B-1")
    assert (moved.host_ids, moved.start, moved.room_ids) == (("dan",), at("09:00"), ("blue room",))
    assert state.reassign("B-1", host_ids=["cem"], now=NOW).booking("B-1").host_ids == ("cem",)
    for name, host in (("K-1", "cem"), ("K-2", "dan")):
        state = state.block(host, monday("08:00", "18:00"), block_id=name)
    assert state.stand_ins("B-1", now=NOW) == ()
    reasons = state.explain_reassign("B-1", now=NOW)
    assert rules(reasons) == [("busy", "ben"), ("busy", "cem"), ("busy", "dan")]
    with refused(BookingRefused, "refused") as caught:
        state.reassign("B-1", now=NOW)
    assert caught.value.refusals == reasons


def test_F12_a_class_is_led_by_another_host_for_all_who_come():
    yoga = a_class("yoga", 5, member_ids=["ada", "ben"])
    state = a_scheduler(a_member("ada"), a_member("ben"), yoga)
    for name in ("Y-1", "Y-2", "Y-3"):
        state = booked(state, "09:00", calendar="yoga", booking_id=name)

    moved = state.reassign("Y-2", now=NOW)

    assert {moved.booking(name).host_ids for name in ("Y-1", "Y-2", "Y-3")} == {("ben",)}


@pytest.mark.parametrize(
    ("change", "host"),
    [
        ({}, "ada"),
        ({"weights": {"cem": 3}}, "cem"),
        ({"weights": {"ben": 3}, "priorities": {"cem": 1}}, "ben"),
        ({"priorities": {"cem": 1}}, "cem"),
        ({"calibration": {"ada": 1, "cem": 1}}, "ben"),
    ],
)
def test_F13_ties_are_broken_as_documented_down_to_the_id(change, host):
    for order in itertools.permutations(["ada", "ben", "cem"]):
        state = a_team(*order, ranking=Ranking.equal_distribution(**change))

        assert picked(state) == (host,)


def test_F13_of_equals_who_was_booked_longest_ago_comes_first():
    bookings = [*through("ada", 8), *through("ben", 7), *through("cem", 9)]

    assert picked(a_team("ada", "ben", "cem", ranking=EVEN, bookings=bookings)) == ("ben",)
    state = a_team("ada", "ben", "cem", ranking=Ranking.availability(), bookings=bookings)
    assert picked(state) == ("ben",)


def test_F13_the_same_state_gives_the_same_host_however_it_came_about():
    one = booked(a_team("ada", "ben"), "09:00", calendar="massage", booking_id="B-1")
    other = booked(a_team("ben", "ada"), "08:00", calendar="massage", booking_id="B-1")
    to = other.slot(other.request("massage"), start=at("09:00"), now=NOW)
    other = other.reschedule("B-1", to=to, now=NOW)

    assert picked(one) == picked(other) == ("ben",)

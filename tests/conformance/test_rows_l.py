"""Why not, and what then: rows L1 to L6."""

from __future__ import annotations

from fractions import Fraction

from bookable import RefusalCode, WeeklyHours, all_of, any_of
from tests.support.builders import (
    HOUR,
    NOW,
    a_block,
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
    rules,
)

MORNING = monday("09:00", "12:00")


def a_studio(**fields):
    """Ada or Bob, in the blue room."""
    calendar = a_calendar(
        member_ids=["ada", "bob"],
        minimum_notice=HOUR,
        hours=WeeklyHours.parse("Mo 10:00-18:00", zone="UTC"),
    )
    return a_scheduler(
        calendar,
        a_member("ada"),
        a_member("bob"),
        a_room("blue room", calendar_ids=["massage"]),
        **fields,
    )


# L1 --------------------------------------------------------------------------


def test_L1_an_empty_list_says_which_rule_removed_the_last_candidates():
    state = a_studio(blocks=[a_block("K", "blue room", "10:00", "12:00")])
    found = state.why_empty(state.request("massage"), within=MORNING, now=NOW)

    assert [(each.rule.value, each.left) for each in found.rules] == [
        ("outside_hours", 2),
        ("busy", 0),
    ]
    assert found.decisive is RefusalCode.BUSY
    assert found.remedies == (RefusalCode.BUSY, RefusalCode.OUTSIDE_HOURS)
    assert str(found) == (
        "of 3 starts none can be booked: 1 is outside opening hours, 2 are taken ('blue room')"
    )


def test_L1_what_can_never_be_is_said_at_once():
    state = a_studio()
    found = state.why_empty(state.request("massage", party_size=9), within=MORNING, now=NOW)

    assert found.decisive is RefusalCode.NEVER_FITS
    assert found.rules[0].left == 0


def test_L1_a_list_with_something_in_it_has_no_such_reason():
    state = a_studio()

    assert state.why_empty(state.request("massage"), within=MORNING, now=NOW) is None


# L2 --------------------------------------------------------------------------


def test_L2_a_score_is_the_sum_of_its_parts():
    state = a_studio(bookings=[a_booking("B-1", "11:00", "12:00", host_ids=["ada"])])
    request = state.request("massage", host_ids=["ada"])
    slots = state.free_slots(request, within=monday("10:00", "15:00"), now=NOW)

    for ranked in slots.ranked({"earliness": 2, "closeness": Fraction(1, 2)}):
        assert set(ranked.terms) == {"earliness", "closeness"}
        assert ranked.score == sum(ranked.terms.values())


def test_L2_an_alternative_tells_what_it_costs_and_what_it_changes():
    state = a_studio(bookings=[a_booking("B-1", "10:00", "11:00", host_ids=["ada"])])
    request = state.request("massage", host_ids=["ada"])
    found = state.alternatives(request, start=at("10:00"), now=NOW)

    assert [(each.kind.value, each.cost, set(each.changes)) for each in found] == [
        ("other_host", 30, {"host_ids"}),
        ("other_start", 60, {"start"}),
        ("other_start", 120, {"start"}),
    ]
    assert str(found[0]) == "2026-03-02 10:00 UTC can be booked with another host"


# L3 --------------------------------------------------------------------------


def test_L3_every_start_names_all_that_is_in_its_way():
    state = a_studio(
        bookings=[
            a_booking("B-1", "11:00", "12:00", host_ids=["ada"], room_ids=["blue room"]),
            a_booking("B-2", "11:00", "11:30", host_ids=["bob"]),
        ],
        blocks=[a_block("K", "massage", "11:45", "13:00")],
    )
    request = state.request("massage")
    found = {
        clock: state.explain(request, start=at(clock), now=at("10:30"))
        for clock in ("10:00", "11:00", "13:00")
    }

    assert rules(found["10:00"]) == [("notice_too_short", "massage")]
    assert rules(found["11:00"]) == [
        ("notice_too_short", "massage"),
        ("busy", "ada"),
        ("busy", "bob"),
        ("busy", "massage"),
        ("full", "blue room"),
    ]
    assert [each.booking_ids for each in found["11:00"][1:]] == [
        ("B-1",),
        ("B-2",),
        (),
        ("B-1",),
    ]
    assert found["11:00"][3].detail["block_ids"] == ("K",)
    assert found["13:00"] == ()


def test_L3_a_host_who_is_busy_is_no_blocker_while_another_is_free():
    state = a_studio(bookings=[a_booking("B-1", "11:00", "12:00", host_ids=["ada"])])
    request = state.request("massage", party_size=2)

    assert rules(state.explain(request, start=at("11:00"), now=NOW)) == [
        ("never_fits", "blue room")
    ]


def test_L3_roles_that_compete_behind_a_busy_host_are_named_as_well():
    state = a_scheduler(a_member("ada"), bookings=[a_booking(host_ids=["ada"])])
    request = a_request(all_of("ada"), all_of("ada"))

    found = state.explain(request, start=at("09:00"), now=NOW)
    assert rules(found) == [("busy", "ada"), ("roles_compete", "")]
    assert found[1].detail["pool"] == ("ada",)


def test_L3_the_violating_roles_and_their_pool_are_as_few_as_can_be():
    people = [a_member(name) for name in ("ada", "bob", "cyd")]
    state = a_scheduler(*people)
    need = any_of("ada", "bob")
    request = a_request(need, need, need, any_of("ada", "bob", "cyd"))
    (found,) = state.explain(request, start=at("09:00"), now=NOW)

    assert found.rule is RefusalCode.ROLES_COMPETE
    assert found.detail["roles"] == ("ada bob", "ada bob", "ada bob")
    assert found.detail["pool"] == ("ada", "bob")
    assert (found.detail["needed"], found.detail["available"]) == (3, 2)


# L4 --------------------------------------------------------------------------


def test_L4_a_slot_names_all_candidates_of_each_role_and_what_would_be_taken():
    state = a_studio(bookings=[a_booking("B-1", "10:00", "11:00", host_ids=["ada"])])
    slots = state.free_slots(state.request("massage"), within=MORNING, now=NOW)

    assert [dict(each.options) for each in slots] == [
        {"hosts": ("bob",), "rooms": ("blue room",)},
        {"hosts": ("ada", "bob"), "rooms": ("blue room",)},
    ]
    for slot in slots:
        taken = set(slot.allocation.resource_ids)
        assert all(taken.intersection(able) for able in slot.options.values())


# L5 --------------------------------------------------------------------------


def test_L5_the_nearest_starts_and_the_smallest_changes_by_cost():
    calendar = a_calendar(
        duration=HOUR,
        member_ids=["ada", "bob"],
        slot_step=minutes(30),
        durations=[minutes(30)],
        minimum_notice=HOUR,
    )
    booking = a_booking("B-1", "09:30", "10:30", host_ids=["ada"])
    state = a_scheduler(calendar, a_member("ada"), a_member("bob"), bookings=[booking])
    request = state.request("massage", host_ids=["ada"])
    found = state.alternatives(request, start=at("09:00"), now=NOW, limit=9)

    assert [(each.kind.value, each.cost, f"{each.slot.start:%H:%M}") for each in found] == [
        ("other_start", 30, "08:30"),
        ("other_host", 30, "09:00"),
        ("other_start", 60, "08:00"),
        ("other_start", 90, "10:30"),
        ("shorter", 90, "09:00"),
        ("other_start", 120, "11:00"),
    ]
    for each in found:
        assert state.book(each.slot, booking_id="new", now=NOW).violations(now=NOW) == ()


def test_L5_less_notice_is_an_alternative_that_somebody_must_allow():
    state = a_studio()
    request = state.request("massage")
    found = state.alternatives(request, start=at("11:00"), now=at("10:30"), limit=9)
    less = next(each for each in found if each.kind.value == "less_notice")

    assert less.changes == {"minimum_notice": minutes(30)}
    assert not less.is_offered
    assert state.explain(request, start=at("11:00"), now=at("10:30")) != ()


def test_L5_each_alternative_is_decided_by_the_one_predicate():
    state = a_scheduler(a_class(seats=4), a_member("ada"))
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1", party_size=3)
    request = state.request("yoga", party_size=3)
    found = state.alternatives(request, start=at("09:00"), now=NOW, limit=9)

    assert [
        (each.kind.value, each.slot.party_size)
        for each in found
        if each.changes.keys() == {"party_size"}
    ] == [("smaller_party", 1)]
    for each in found:
        assert state.slot(each.slot.request, start=each.slot.start, now=NOW) == each.slot


# L6 --------------------------------------------------------------------------


def test_L6_what_another_state_loses_and_gains():
    state = a_studio(blocks=[a_block("K", "blue room", "10:00", "12:00")])
    asked = {"within": monday("09:00", "16:00"), "now": NOW}
    request = state.request("massage")
    then = booked(state.unblock("K"), "14:00", calendar="massage", booking_id="B-1")
    found = state.difference(then, request, **asked)

    assert [f"{slot.start:%H:%M}" for slot in found.lost] == ["14:00"]
    assert [f"{slot.start:%H:%M}" for slot in found.gained] == ["10:00", "11:00"]
    back = then.difference(state, request, **asked)
    assert [f"{slot.start:%H:%M}" for slot in back.gained] == ["14:00"]
    # A catalogue that is only thought about: the room is closed for good.
    closed = state.catalogue.replace(a_room("blue room", calendar_ids=["massage"], is_active=False))
    lost = state.difference(state.with_catalogue(closed), request, **asked).lost
    assert lost == tuple(state.free_slots(request, within=monday("09:00", "16:00"), now=NOW))

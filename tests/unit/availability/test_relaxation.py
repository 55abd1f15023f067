"""Alternatives: the nearest starts, one rule less, what each costs, and in which order."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from bookable import (
    FixedStarts,
    InvalidAmountError,
    Requirement,
    Scheduler,
    UnknownIdError,
    all_of,
    any_of,
)
from bookable.availability.loosening import AlternativeKind
from bookable.availability.relaxation import COSTS
from bookable.domain.block import Block
from bookable.domain.features import Where
from bookable.domain.policy import BusyKind
from bookable.domain.service import Absence
from bookable.timeline.instant import to_utc
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    US,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    minutes,
    monday,
    refused,
)

NINE = monday("09:00", "10:00")


def instead(scheduler, request, *, start="09:00", now=NOW, **asked):
    return scheduler.alternatives(request, start=at(start), now=now, **{"limit": 20, **asked})


def starts(found):
    """The other starts, each with its cost."""
    return [
        (f"{each.slot.start:%H:%M}", each.cost)
        for each in found
        if each.kind is AlternativeKind.OTHER_START
    ]


def changes(found):
    """What else could give way: kind, cost and what changes."""
    return [
        (each.kind.value, each.cost, dict(each.changes))
        for each in found
        if each.kind is not AlternativeKind.OTHER_START
    ]


def only(found):
    (one,) = [each for each in found if each.kind is not AlternativeKind.OTHER_START]
    return one


# Other starts --------------------------------------------------------------


def test_the_two_nearest_starts_on_either_side_come_with_their_distance():
    state = a_scheduler(bookings=[a_booking()])
    request = a_request(slot_step=minutes(30))

    found = instead(state, request)
    assert starts(found) == [("08:00", 60), ("10:00", 60), ("07:30", 90), ("10:30", 90)]
    assert [each.changes["start"] for each in found] == [each.slot.start for each in found]
    assert all(each.is_offered for each in found)


def test_a_start_off_the_grid_has_neighbours_on_it():
    state = a_scheduler()
    request = a_request(grid=FixedStarts([at("08:00"), at("09:30"), at("11:00"), at("12:00")]))

    assert starts(instead(state, request, start="09:20")) == [
        ("09:30", 10),
        ("08:00", 80),
        ("11:00", 100),
    ]


def test_a_start_that_can_be_booked_has_other_starts_only():
    state = a_scheduler(a_member(), a_member("bob"))
    request = a_request(any_of("ada"), attendee_ids=["bob"], slot_step=HOUR)

    found = instead(state, request)
    assert starts(found) == [("08:00", 60), ("10:00", 60), ("07:00", 120), ("11:00", 120)]
    assert changes(found) == []


def test_other_starts_lie_in_the_window_or_a_week_either_way():
    fixed = [at("09:00"), at("09:00", day=9) - US, at("09:00", day=9)]
    request = a_request(grid=FixedStarts(fixed))

    assert [each.slot.start for each in instead(a_scheduler(), request)] == [fixed[1]]
    assert instead(a_scheduler(), request, within=monday("10:00", "12:00")) == ()
    assert instead(a_scheduler(), request, start="09:30", within=NINE)[0].slot.start == fixed[0]


def test_an_exact_distance_is_an_exact_cost():
    request = a_request(grid=FixedStarts([at("09:00:20")]))
    (found,) = instead(a_scheduler(), request)

    assert found.cost == Fraction(1, 3)
    assert str(found) == "2026-03-02 09:00:20 UTC can be booked, 20 seconds later"
    assert found.sentence(zone="Asia/Kathmandu").startswith("2026-03-02 14:45:20 Asia/Kathmandu")


def test_at_the_ends_of_the_time_line_there_is_nothing_beside():
    request = a_request(slot_step=HOUR)
    far = to_utc(at("09:00").replace(year=9899, month=12, day=31)) + 14 * HOUR + minutes(30)

    assert a_scheduler().alternatives(request, start=far, now=NOW, limit=9)[0].slot.start < far
    past = at("09:00").replace(year=100, month=1, day=1)
    assert a_scheduler().alternatives(request, start=past, now=NOW) == ()
    wide = a_request(slot_step=HOUR, buffer_before=3_000 * DAY)
    assert instead_of(wide, past) == ()


def instead_of(request, start):
    return a_scheduler().alternatives(request, start=start, now=NOW)


# One rule less -------------------------------------------------------------


def test_another_host():
    state = a_scheduler(
        a_calendar(member_ids=["ada", "bob"]),
        a_member(),
        a_member("bob"),
        bookings=[a_booking(host_ids=["ada"])],
    )
    found = only(instead(state, state.request("massage", host_ids=["ada"])))

    assert (found.kind.value, found.cost, dict(found.changes)) == (
        "other_host",
        30,
        {"host_ids": None},
    )
    assert found.slot.allocation.host_ids == ("bob",)
    assert str(found) == "2026-03-02 09:00 UTC can be booked with another host"
    state.book(found.slot, booking_id="new", now=NOW)


def test_somebody_who_stands_in():
    away = a_member(absences=[Absence(NINE, "holiday", delegate_id="bob")])
    state = a_scheduler(a_calendar(member_ids=["ada"]), away, a_member("bob"))
    found = only(instead(state, state.request("massage")))

    assert dict(found.changes) == {"use_delegates": True}
    assert found.slot.allocation.host_ids == ("bob",)


def test_another_host_or_room_for_a_request_of_its_own_rules():
    state = a_scheduler(
        a_member(),
        a_member("bob"),
        a_room(),
        a_room("green"),
        bookings=[a_booking(host_ids=["ada"])],
        blocks=[a_block(first="12:00", last="13:00")],
    )
    host = only(instead(state, a_request(all_of("ada"))))
    room = only(instead(state, a_request(), start="12:00"))

    assert (host.kind, host.slot.allocation.host_ids) == (AlternativeKind.OTHER_HOST, ("bob",))
    assert host.changes["requirements"][0].kind == "member"
    assert (room.kind, room.slot.allocation.room_ids) == (AlternativeKind.OTHER_ROOM, ("green",))


def test_a_room_without_a_feature_a_demand_or_in_another_place():
    rooms = [
        a_room("blue", features=["screen", "sink"], attributes={"floor": 1}, location_id="east"),
        a_room("green", features=["sink"], attributes={"floor": 1}, location_id="east"),
        a_room("red", features=["screen", "sink"], attributes={"floor": 2}, location_id="east"),
        a_room("white", features=["screen", "sink"], attributes={"floor": 1}, location_id="west"),
    ]
    any_room = Requirement(kind="room")
    state = a_scheduler(*rooms, blocks=[a_block("K", "blue")])
    request = a_request(
        any_room, features=["screen"], where=[Where("floor", "==", 1)], location_id="east"
    )
    found = [each for each in instead(state, request) if each.kind is AlternativeKind.OTHER_ROOM]

    assert [(each.slot.allocation.room_ids, set(each.changes)) for each in found] == [
        (("green",), {"features"}),
        (("red",), {"where"}),
        (("white",), {"location_id"}),
    ]
    assert [each.what for each in found] == [
        "in a room without 'screen'",
        "whatever its 'floor'",
        "in another location",
    ]


def test_a_requirement_without_a_feature_or_a_demand():
    plain = a_room("green", attributes={"floor": 2})
    need = Requirement(kind="room", features=["screen"], where=[Where("floor", "==", 2)])
    one = a_scheduler(plain, a_room("blue", features=["screen"], attributes={"floor": 2}))
    other = a_scheduler(
        a_room("red", features=["screen"], attributes={"floor": 1}),
        a_room("blue", features=["screen"], attributes={"floor": 2}),
    )

    for state, taken in ((one, "green"), (other, "red")):
        blocked = state.block("blue", NINE, block_id="K")
        found = only(instead(blocked, a_request(need)))
        assert found.slot.allocation.room_ids == (taken,)


def test_a_shorter_time_of_those_that_the_calendar_lists():
    calendar = a_calendar(
        duration=2 * HOUR,
        member_ids=["ada"],
        slot_step=HOUR,
        durations=[minutes(30), HOUR, minutes(90)],
    )
    state = a_scheduler(
        calendar, a_member(), bookings=[a_booking("B", "10:00", "11:00", host_ids=["ada"])]
    )
    found = only(instead(state, state.request("massage")))

    assert (found.kind.value, found.cost) == ("shorter", 60 + 60)
    assert found.changes == {"duration": HOUR}
    assert found.slot.end == at("10:00")
    assert str(found) == "2026-03-02 09:00 UTC can be booked for 1 hour"


def test_a_shorter_time_within_a_range():
    calendar = a_calendar(
        duration=2 * HOUR,
        member_ids=["ada"],
        slot_step=HOUR,
        shortest=minutes(20),
        longest=3 * HOUR,
    )
    booking = a_booking("B", "09:47", "11:00", host_ids=["ada"])
    state = a_scheduler(calendar, a_member(), bookings=[booking])
    request = state.request("massage")

    assert only(instead(state, request)).changes == {"duration": minutes(47)}
    early = a_scheduler(
        calendar, a_member(), bookings=[a_booking("B", "09:19", "11:00", host_ids=["ada"])]
    )
    assert changes(instead(early, request)) == []
    upto = a_calendar(duration=2 * HOUR, member_ids=["ada"], slot_step=HOUR, longest=3 * HOUR)
    state = a_scheduler(
        upto, a_member(), bookings=[a_booking("B", "09:19", "11:00", host_ids=["ada"])]
    )
    assert only(instead(state, request)).changes == {"duration": minutes(19)}


def test_a_listed_duration_wins_over_a_shorter_one_of_the_range():
    calendar = a_calendar(
        duration=2 * HOUR, member_ids=["ada"], slot_step=HOUR, durations=[HOUR], longest=minutes(30)
    )
    state = a_scheduler(
        calendar, a_member(), bookings=[a_booking("B", "10:00", "11:00", host_ids=["ada"])]
    )

    assert only(instead(state, state.request("massage"))).changes == {"duration": HOUR}


def test_a_request_of_its_own_rules_may_be_as_short_as_it_must():
    state = a_scheduler(bookings=[a_booking("B", "09:01", "11:00")])

    assert only(instead(state, a_request())).changes == {"duration": minutes(1)}
    brief = a_request(duration=minutes(1), slot_step=HOUR)
    assert changes(instead(state, brief, start="10:00")) == []


def test_whole_days_are_not_made_shorter():
    state = a_scheduler(bookings=[a_booking()])
    request = a_request(duration=DAY, whole_days=1, slot_step=DAY)

    assert changes(instead(state, request, start="00:00")) == []


def test_without_one_of_those_who_must_come():
    state = a_scheduler(
        a_calendar(member_ids=["ada"]),
        a_member(),
        a_member("bob"),
        a_member("cyd"),
        bookings=[a_booking(host_ids=["bob"])],
    )
    request = a_request_for(state, attendee_ids=["bob", "cyd"])
    found = only(instead(state, request))

    assert (found.kind.value, found.cost) == ("fewer_attendees", 120)
    assert found.changes == {"attendee_ids": ("cyd",), "optional_ids": ("bob",)}
    assert found.slot.missing_ids == ("bob",)


def a_request_for(state, **asked):
    return attrs.evolve(state.request("massage"), **asked)


def test_a_smaller_party():
    state = a_scheduler(a_class(seats=10), a_member())
    slot = state.slot(state.request("yoga", party_size=7), start=at("09:00"), now=NOW)
    state = state.book(slot, booking_id="B-1", now=NOW)
    found = only(instead(state, state.request("yoga", party_size=5)))

    assert (found.kind.value, found.cost) == ("smaller_party", 240)
    assert found.changes == {"party_size": 3}
    assert str(found) == "2026-03-02 09:00 UTC can be booked for 3 of the 5 people"


def test_weak_blocks_can_be_left_aside():
    state = Scheduler(
        a_scheduler(a_calendar(member_ids=["ada"]), a_member()).catalogue,
        blocks=[Block("K", "ada", NINE, "tentative", source="ical")],
    )
    found = only(instead(state, state.request("massage")))

    assert (found.kind.value, found.cost) == ("busy_ignored", 240)
    assert BusyKind.TENTATIVE not in found.changes["blocking_kinds"]
    hard = a_scheduler(a_member(), blocks=[a_block("K", "ada")])
    assert changes(instead(hard, a_request(all_of("ada")))) == []


def test_less_notice_and_a_longer_horizon_need_another_rule():
    calendar = a_calendar(member_ids=["ada"], minimum_notice=2 * HOUR, booking_horizon=DAY)
    state = a_scheduler(calendar, a_member())
    request = state.request("massage")

    soon = only(instead(state, request, now=at("08:30")))
    assert (soon.kind.value, soon.cost) == ("less_notice", 480 + 90)
    assert soon.changes == {"minimum_notice": minutes(30)}
    assert (
        str(soon) == "2026-03-02 09:00 UTC could be booked with 1 hour and 30 minutes less notice"
    )
    far = only(instead(state, request, start="33:00"))
    assert (far.kind.value, far.cost) == ("longer_horizon", 480 + 9 * 60)
    assert far.changes == {"booking_horizon": None}
    assert not soon.is_offered
    assert not far.is_offered
    assert far.slot.allocation.host_ids == ("ada",)
    assert str(far).endswith(" could be booked 9 hours beyond the horizon")


def test_a_request_of_its_own_rules_states_its_notice_itself():
    request = a_request(minimum_notice=2 * HOUR, slot_step=HOUR)
    found = only(instead(a_scheduler(), request, now=at("08:30")))

    assert found.is_offered
    a_scheduler().book(found.slot, booking_id="B-1", now=at("08:30"))


def test_no_notice_helps_with_the_past_nor_with_a_second_rule():
    request = a_request(minimum_notice=HOUR, hours=OFFICE)
    busy = a_scheduler(blocks=[a_block()])

    assert changes(instead(a_scheduler(), request, now=at("09:00") + US)) == []
    assert changes(instead(busy, request, now=at("08:30"))) == []


def test_what_a_calendar_does_not_allow_is_no_alternative():
    state = a_scheduler(
        a_calendar(
            kind="collective",
            duration=2 * HOUR,
            member_ids=["ada"],
            host_durations={"ada": 2 * HOUR},
        ),
        a_member(),
        bookings=[a_booking("B", "10:00", "11:00", host_ids=["ada"])],
    )

    assert changes(instead(state, state.request("massage"))) == []


# Order ---------------------------------------------------------------------


def test_the_cheapest_come_first_and_a_limit_cuts_them():
    state = a_scheduler(
        a_calendar(member_ids=["ada", "bob"], slot_step=minutes(20)),
        a_member(),
        a_member("bob"),
        bookings=[a_booking(host_ids=["ada"])],
    )
    request = state.request("massage", host_ids=["ada"])
    found = instead(state, request)

    assert [(each.kind.value, each.cost) for each in found] == [
        ("other_host", 30),
        ("other_start", 60),
        ("other_start", 60),
        ("other_start", 80),
        ("other_start", 80),
    ]
    assert [each.slot.start for each in found[1:3]] == [at("08:00"), at("10:00")]
    for count in range(6):
        assert instead(state, request, limit=count) == found[:count]
    assert state.alternatives(request, start=at("09:00"), now=NOW) == found[:5]


def test_bookings_can_be_ignored():
    state = a_scheduler(bookings=[a_booking()])

    assert changes(instead(state, a_request(), ignoring=["B-1"])) == []
    with refused(UnknownIdError, "unknown_id", "ignoring"):
        instead(state, a_request(), ignoring=["B-9"])


def test_every_kind_has_a_cost():
    assert set(COSTS) == set(AlternativeKind)


def test_bad_arguments_are_told():
    with refused(InvalidAmountError, "quantity", "limit"):
        instead(a_scheduler(), a_request(), limit=-1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_same_question_has_the_same_answer(count):
    state = a_scheduler(a_member(), a_room(), bookings=[a_booking()])

    assert instead(state, a_request(), limit=count) == instead(state, a_request(), limit=count)

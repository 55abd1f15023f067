"""Blocks of kind unknown: what nobody could tell is never free, and breaks no promise."""

from __future__ import annotations

import pytest

from bookable import (
    Block,
    BookingRefused,
    FreeBusy,
    Room,
    Scheduler,
    all_of,
    any_of,
)
from bookable.codecs.certificates import refusal_certificate
from bookable.domain.life import BookingStatus
from bookable.verify import verify
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
    clocks,
    minutes,
    monday,
    refused,
    rules,
)

MORNING = monday("09:00", "12:00")
PEOPLE = [a_member(key) for key in ("ada", "bob", "grace")]
UNREAD = FreeBusy(MORNING, {}, {"grace": "no permission"})


def unread(subject, first="09:00", last="10:00", key="K", **fields):
    return Block(key, subject, monday(first, last), "unknown", "google", **fields)


def listed(state, request, within=MORNING):
    return clocks(state.free_slots(request, within=within, now=NOW))


def why(state, request, clock="09:00"):
    return state.explain(request, start=at(clock), now=NOW)


# Found by who used it first --------------------------------------------------


def test_who_was_never_read_is_not_offered_though_no_request_names_them():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada", "grace"]))
    state = state.with_busy_times(UNREAD, source="google")
    request = state.request("massage", host_ids=["grace"])

    slots = state.free_slots(request, within=MORNING, now=NOW)
    assert (len(slots), slots.unknown_ids) == (0, ("grace",))
    assert listed(state, request, monday("09:00", "14:00")) == ["12:00", "13:00"]
    everybody = state.free_slots(state.request("massage"), within=MORNING, now=NOW)
    assert [each.host_ids for each in everybody] == [("ada",)] * 3
    assert everybody[0].unknown_ids == ("grace",)


def test_why_says_so():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["grace"]))
    state = state.with_busy_times(UNREAD, source="google")
    request = state.request("massage")
    (told,) = why(state, request)

    assert rules([told]) == [("unknown", "grace")]
    assert str(told) == "nobody knows whether 'grace' is free"
    assert told.detail == {"block_ids": tuple(state.blocks), "sources": ("google",)}
    assert told.interval == monday("09:00", "10:00")
    empty = state.why_empty(request, within=MORNING, now=NOW)
    assert str(empty) == (
        "of 3 starts none can be booked: 3 need 'grace', whose time could not be read"
    )
    one = state.why_empty(request, within=monday("09:00", "10:00"), now=NOW)
    assert str(one) == (
        "the only start cannot be booked: it needs 'grace', whose time could not be read"
    )
    with refused(BookingRefused, "refused") as caught:
        state.slot(request, start=at("09:00"), now=NOW)
    verify(refusal_certificate(state, request, start=at("09:00"), now=NOW))
    assert caught.value.refusals == (told,)


def test_what_is_busy_as_well_is_told_as_both():
    state = a_scheduler(*PEOPLE, blocks=[unread("ada"), a_block("B", "ada", "09:30", "11:00")])
    both = why(state, a_request(all_of("ada")))

    assert rules(both) == [("unknown", "ada"), ("busy", "ada")]
    assert [each.detail["block_ids"] for each in both] == [("K",), ("B",)]
    # Who is named is told once.
    named = why(state, a_request(all_of("ada"), unknown_ids=["ada"]))
    assert rules(named) == [("unknown", "ada"), ("busy", "ada")]
    assert named[0].detail == {}


# Whatever a request says -----------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        {"blocking_kinds": []},
        {"blocking_kinds": ["free"]},
        {"override": ["busy"]},
        {"override": ["busy", "full"]},
        {"buffer_policy": "shared"},
        {"buffer_policy": "shared", "override": ["busy"]},
        {"buffer_policy": "existing_only"},
    ],
)
@pytest.mark.parametrize("capacity", [1, 3])
def test_it_blocks_whatever_a_request_leaves_aside(asked, capacity):
    state = a_scheduler(
        a_room(capacity=capacity, max_concurrent=None), blocks=[unread("blue room")]
    )
    request = a_request(all_of("blue room"), slot_step=HOUR, **asked)

    assert listed(state, request) == ["10:00", "11:00"]
    assert rules(why(state, request)) == [("unknown", "blue room")]
    assert why(state, request, "10:00") == ()
    one = monday("09:00", "10:00")
    assert state.start_periods(request, within=one, now=NOW).pieces_us == ()
    assert [each.rule.value for each in state.why_empty(request, within=one, now=NOW).rules] == [
        "unknown"
    ]


@pytest.mark.parametrize(
    ("policy", "clock", "is_free"),
    [
        ("exclusive", "10:15", False),
        ("exclusive", "10:45", True),
        ("shared", "10:15", False),
        ("shared", "10:30", True),
        ("existing_only", "10:15", True),
        ("existing_only", "10:14", False),
    ],
)
@pytest.mark.parametrize("override", [[], ["busy"]])
def test_buffers_around_it_count_as_around_any_block(policy, clock, is_free, override):
    block = unread("ada", buffer_after=minutes(15))
    state = a_scheduler(*PEOPLE, blocks=[block])
    request = a_request(
        all_of("ada"), buffer_before=minutes(30), buffer_policy=policy, override=override
    )

    assert rules(why(state, request, clock)) == ([] if is_free else [("unknown", "ada")])


@pytest.mark.parametrize("override", [[], ["busy"]])
def test_a_calendar_that_could_not_be_read_takes_nothing(override):
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]), blocks=[unread("massage")])
    request = state.request("massage", override=override)

    assert listed(state, request) == ["10:00", "11:00"]
    assert rules(why(state, request)) == [("unknown", "massage")]
    assert state.free_slots(request, within=MORNING, now=NOW).unknown_ids == ("massage",)
    busy = state.block("massage", monday("09:00", "10:00"), block_id="B")
    both = [("unknown", "massage")] if override else [("unknown", "massage"), ("busy", "massage")]
    assert rules(why(busy, request)) == both


@pytest.mark.parametrize("override", [[], ["busy"]])
def test_nobody_joins_a_session_of_which_nobody_knows(override):
    there = {"calendar_id": "yoga", "host_ids": ["ada"]}
    state = a_scheduler(*PEOPLE, a_class(member_ids=["ada"]), bookings=[a_booking("B", **there)])
    request = state.request("yoga", override=override)
    assert listed(state, request)[0] == "09:00"

    after = state.block("ada", monday("09:00", "10:00"), block_id="K", kind="unknown")
    assert listed(after, request) == ["10:00", "11:00"]
    assert ("unknown", "ada") in rules(why(after, request))
    named = state.request("yoga", override=override, unknown_ids=["ada"])
    assert rules(why(after, named)).count(("unknown", "ada")) <= rules(why(state, named)).count(
        ("unknown", "ada")
    )


def test_no_alternative_drops_it():
    state = a_scheduler(*PEOPLE, blocks=[unread("ada", "09:00", "12:00")])
    request = a_request(all_of("ada"), blocking_kinds=["tentative"], slot_step=HOUR)

    found = state.alternatives(request, start=at("09:00"), now=NOW, within=MORNING)
    assert all("ada" not in each.slot.allocation.host_ids for each in found)


# Who is told -----------------------------------------------------------------


def test_of_rooms_that_share_a_part_the_one_that_was_not_read_is_told():
    state = a_scheduler(Room("left", 4), Room("hall", 8, parts=["left"]), blocks=[unread("left")])
    request = a_request(all_of("hall"), slot_step=HOUR)
    slots = state.free_slots(request, within=MORNING, now=NOW)

    assert (clocks(slots), slots.unknown_ids) == (["10:00", "11:00"], ("left",))
    assert [each.unknown_ids for each in slots] == [(), ()]
    assert rules(why(state, request)) == [("unknown", "hall")]


def test_each_slot_tells_of_its_own_time_with_buffers():
    state = a_scheduler(*PEOPLE, blocks=[unread("ada", "10:00", "11:00")])
    request = a_request(any_of("ada", "bob"), buffer_after=minutes(15), slot_step=minutes(30))
    slots = state.free_slots(request, within=MORNING, now=NOW)

    assert {f"{each.start:%H:%M}": each.unknown_ids for each in slots} == {
        "09:00": ("ada",),
        "09:30": ("ada",),
        "10:00": ("ada",),
        "10:30": ("ada",),
        "11:00": (),
        "11:30": (),
    }
    assert slots[4:].unknown_ids == ("ada",)
    later = state.free_slots(request, within=monday("11:00", "12:00"), now=NOW)
    assert later.unknown_ids == ()


def test_who_may_come_and_could_not_be_read_is_missing_and_unknown():
    state = a_scheduler(*PEOPLE, blocks=[unread("grace")])
    request = a_request(all_of("ada"), optional_ids=["bob", "grace"])
    slot = state.slot(request, start=at("09:00"), now=NOW)

    assert (slot.missing_ids, slot.unknown_ids) == (("grace",), ("grace",))
    assert slot.confidence() == (100 + 49) / 2
    assert slot.confidence(unknown_ids=[]) == 50


def test_who_is_named_is_left_out_and_who_is_not_is_busy():
    state = a_scheduler(*PEOPLE, blocks=[unread("ada"), unread("bob", key="L")])
    both = all_of("ada", "bob", "grace")

    left = a_request(both, unknown_ids=["ada", "bob"], unknown="left_out")
    slot = state.slot(left, start=at("09:00"), now=NOW)
    assert (slot.allocation.host_ids, slot.missing_ids) == (("grace",), ("ada", "bob"))
    assert slot.unknown_ids == ("ada", "bob")
    one = a_request(both, unknown_ids=["ada"], unknown="left_out")
    assert rules(why(state, one)) == [("unknown", "bob")]
    assert why(state, one, "10:00") == ()


# What has its time keeps it --------------------------------------------------


def test_a_booking_there_is_no_violation_and_is_confirmed():
    hold = a_booking(
        "H", host_ids=["ada"], status="hold", created_at=NOW, expires_at=NOW + minutes(5)
    )
    state = a_scheduler(*PEOPLE, bookings=[hold], blocks=[unread("ada")])

    assert state.violations(now=NOW) == ()
    after = state.confirm("H", now=NOW)
    assert after.booking("H").status is BookingStatus.CONFIRMED


@pytest.mark.parametrize("subject", ["ada", "massage"])
def test_what_waited_without_keeping_its_time_is_decided_as_a_booking(subject):
    waiting = a_booking(
        "P", host_ids=["ada"], calendar_id="massage", status="pending", pending_blocks=False
    )
    state = a_scheduler(
        *PEOPLE, a_calendar(member_ids=["ada"]), bookings=[waiting], blocks=[unread(subject)]
    )

    with refused(BookingRefused, "refused") as caught:
        state.confirm("P", now=NOW, version=1)
    assert set(rules(caught.value.refusals)) == {("unknown", subject)}
    assert state.unblock("K").confirm("P", now=NOW, version=1).booking("P").is_blocking
    busy = a_scheduler(
        *PEOPLE,
        a_calendar(member_ids=["ada"]),
        bookings=[waiting],
        blocks=[a_block("K", subject)],
    )
    with refused(BookingRefused, "refused") as caught:
        busy.confirm("P", now=NOW, version=1)
    assert set(rules(caught.value.refusals)) == {("busy", subject)}


def test_it_is_a_block_like_any_other():
    state = a_scheduler(*PEOPLE).block("ada", MORNING, block_id="K", kind="unknown")

    assert Scheduler(state.catalogue, [], state.blocks.values()).blocks == state.blocks
    state.check()
    assert dict(state.unblock("K").blocks) == {}

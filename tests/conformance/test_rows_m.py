"""Free/busy out, how many at once, and partial knowledge: rows M1, T2 and T3."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from bookable import (
    BookingRefused,
    FreeBusy,
    IntervalSet,
    LimitExceededError,
    Request,
    any_of,
)
from tests.support.builders import (
    HOUR,
    NOW,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    at,
    clocks,
    monday,
    refused,
    rules,
)

MORNING = monday("09:00", "12:00")


def shown(free_busy, subject):
    return [
        (f"{each.interval.start:%H:%M}", f"{each.interval.end:%H:%M}", each.kind.value)
        for each in free_busy.busy[subject]
    ]


# M1 --------------------------------------------------------------------------


def test_M1_free_busy_is_merged_clipped_sorted_and_has_errors_by_subject():
    state = a_scheduler(
        a_member("ada"),
        a_room("hall", 2),
        bookings=[
            a_booking("B-1", "08:30", "09:30", host_ids=["ada"]),
            a_booking("B-2", "11:30", "13:00", host_ids=["ada"]),
            a_booking("B-3", "09:00", "12:00", room_ids=["hall"]),
        ],
        blocks=[
            a_block("K-1", "ada", "09:30", "10:00"),
            attrs.evolve(a_block("K-2", "ada", "09:45", "10:30"), kind="tentative"),
        ],
    )
    found = state.busy_times(["nobody", "hall", "ada"], within=MORNING, now=NOW)

    assert list(found.busy) == ["ada", "hall"]
    assert shown(found, "ada") == [
        ("09:00", "10:00", "busy"),
        ("10:00", "10:30", "tentative"),
        ("11:30", "12:00", "busy"),
    ]
    assert shown(found, "hall") == []  # one of two seats is taken
    assert found.unknown == {"nobody": "not_found"}
    assert found.times("ada") == state.free_busy("ada", within=MORNING, now=NOW)


def test_M1_what_one_system_tells_another_can_hear():
    first = a_scheduler(a_member("ada"), bookings=[a_booking(host_ids=["ada"])])
    told = first.busy_times(["ada"], within=WHOLE_DAY, now=NOW)
    second = a_scheduler(a_member("ada")).with_busy_times(told, source="first")

    assert second.busy_times(["ada"], within=WHOLE_DAY, now=NOW) == told
    assert second.with_busy_times(told, source="first") is second
    gone = second.with_busy_times(FreeBusy(WHOLE_DAY, {"ada": []}), source="first")
    assert gone.free_busy("ada", within=WHOLE_DAY, now=NOW) == IntervalSet()


# T2 --------------------------------------------------------------------------


def test_T2_a_question_has_no_cap_on_participants():
    names = [f"m-{number:03}" for number in range(500)]
    state = a_scheduler(
        *map(a_member, names),
        a_room("hall", 500, max_concurrent=1),
        bookings=[a_booking(host_ids=["m-250"])],
    )
    request = Request(HOUR, [any_of("hall")], attendee_ids=names, slot_step=HOUR)

    found = state.free_slots(request, within=MORNING, now=NOW)
    assert clocks(found) == ["10:00", "11:00"]
    booking = state.book(found[0], booking_id="B-2", now=NOW).booking("B-2")
    assert len(booking.attendee_ids) == 500
    optional = Request(HOUR, [any_of("hall")], optional_ids=names, slot_step=HOUR)
    slot = state.slot(optional, start=at("09:00"), now=NOW)
    assert slot.missing_ids == ("m-250",)
    assert slot.confidence() == Fraction(100 * 499, 500)


def test_T2_busy_times_of_a_thousand_are_told_and_one_more_is_a_typed_limit():
    names = [f"m-{number:04}" for number in range(1_001)]
    bookings = [
        a_booking(f"B-{number}", "09:00", "10:00", host_ids=[name])
        for number, name in enumerate(names)
    ]
    state = a_scheduler(*map(a_member, names), bookings=bookings)

    found = state.busy_times(names[:1_000], within=MORNING, now=NOW)
    assert len(found.busy) == 1_000
    assert {tuple(shown(found, name)) for name in found.busy} == {(("09:00", "10:00", "busy"),)}
    with refused(LimitExceededError, "limit_exceeded") as caught:
        state.busy_times(names, within=MORNING, now=NOW)
    assert (caught.value.needed, caught.value.allowed) == (1_001, 1_000)


# T3 --------------------------------------------------------------------------


def a_lesson(**fields):
    """Ada and Grace together."""
    calendar = a_calendar(kind="collective", member_ids=["ada", "grace"], slot_step=HOUR)
    return a_scheduler(a_member("ada"), a_member("grace"), calendar, **fields)


def test_T3_who_is_unknown_counts_as_busy_unless_somebody_says_otherwise():
    state = a_lesson()
    request = state.request("massage", unknown_ids=["grace"])
    found = state.free_slots(request, within=MORNING, now=NOW)

    assert (clocks(found), found.unknown_ids) == ([], ("grace",))
    with refused(BookingRefused, "refused") as caught:
        state.slot(request, start=at("09:00"), now=NOW)
    assert rules(caught.value.refusals) == [("unknown", "grace")]
    assert str(caught.value.refusals[0]) == "nobody knows whether 'grace' is free"
    empty = state.why_empty(request, within=MORNING, now=NOW)
    assert empty.decisive.value == "unknown"


def test_T3_who_is_left_out_is_neither_asked_for_nor_booked_and_is_named():
    state = a_lesson(bookings=[a_booking("B-1", "09:00", "10:00", host_ids=["ada"])])
    request = state.request("massage", unknown_ids=["grace"], unknown="left_out")
    found = state.free_slots(request, within=MORNING, now=NOW)

    assert clocks(found) == ["10:00", "11:00"]
    assert [each.missing_ids for each in found] == [("grace",)] * 2
    assert [each.unknown_ids for each in found] == [("grace",)] * 2
    booking = state.book(found[0], booking_id="B-2", now=NOW).booking("B-2")
    assert booking.host_ids == ("ada",)


@pytest.mark.parametrize("unknown", ["busy", "left_out"])
def test_T3_nobody_is_silently_free(unknown):
    """Where one of several would do, another is taken; where nobody is known, nothing is offered."""
    calendar = a_calendar(member_ids=["ada", "grace"], slot_step=HOUR)
    state = a_scheduler(a_member("ada"), a_member("grace"), calendar)

    def hosts(*ids):
        request = state.request("massage", unknown_ids=ids, unknown=unknown)
        found = state.free_slots(request, within=MORNING, now=NOW)
        assert found.unknown_ids == tuple(sorted(ids))
        return {each.host_ids for each in found}

    assert hosts() == {("ada", "grace")}
    assert hosts("grace") == {("ada",)}
    assert hosts("ada", "grace") == set()


def test_T3_who_could_not_be_read_keeps_the_blocks_that_are_known():
    state = a_lesson(blocks=[attrs.evolve(a_block("K", "grace"), source="google")])
    unread = FreeBusy(WHOLE_DAY, {"ada": []}, {"grace": "no permission"})

    after = state.with_busy_times(unread, source="google")

    assert after.blocks["K"] == state.blocks["K"]
    assert after.free_busy("grace", within=WHOLE_DAY, now=NOW) == IntervalSet([WHOLE_DAY])


def test_T3_confidence_counts_who_is_unknown_by_itself():
    state = a_lesson()
    request = state.request("massage", optional_ids=["grace"], unknown_ids=["grace"])
    request = attrs.evolve(request, unknown="left_out")

    assert state.slot(request, start=at("09:00"), now=NOW).confidence() == 49

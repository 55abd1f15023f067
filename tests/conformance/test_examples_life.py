"""Worked examples of holds, check-in and check-out: H1 to H10."""

from __future__ import annotations

from datetime import datetime

import attrs
import pytest

from bookable import (
    Booking,
    BookingRefused,
    BookingStatus,
    CheckIn,
    StaleVersionError,
    WrongTimeError,
)
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
    WHOLE_DAY,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    offered,
    refused,
)

SECOND = minutes(1) / 60


def a_room_with(policy):
    """A room from ten to eleven, with starts every five minutes."""
    state = a_scheduler(
        a_calendar("meeting", slot_step=minutes(5)),
        a_room(calendar_ids=["meeting"], check_in=policy),
    )
    return booked(state, "10:00", calendar="meeting", booking_id="B")


def ten_and_ten():
    return a_room_with(CheckIn(early=minutes(10), grace=minutes(10)))


@pytest.mark.parametrize(("clock", "is_good"), [("09:50", True), ("09:49", False)])
def test_ex_H1_one_may_come_ten_minutes_early(clock, is_good):
    state = ten_and_ten()

    if is_good:
        assert state.check_in("B", at=at(clock)).booking("B").status is BookingStatus.CHECKED_IN
        return
    with refused(WrongTimeError, "too_early"):
        state.check_in("B", at=at(clock))


def test_ex_H2_the_room_is_free_from_ten_past():
    state = ten_and_ten()

    def busy(now):
        return bool(state.free_busy("blue room", within=monday("10:10", "11:00"), now=now))

    assert busy(at("10:10") - SECOND)
    assert not busy(at("10:10"))
    assert state.agenda("blue room", within=monday("10:10", "11:00"), now=at("10:10")) == ()


def test_ex_H3_a_phone_call_in_the_room_counts_as_check_in():
    state = ten_and_ten().record_activity("blue room", at=at("10:05"))

    assert state.booking("B", now=at("10:10")).status is BookingStatus.CHECKED_IN


def test_ex_H4_who_goes_at_25_past_leaves_the_rest_to_others():
    state = ten_and_ten().check_in("B", at=at("10:00")).check_out("B", at=at("10:25"))

    assert state.booking("B").end == at("10:25")
    starts = offered(state, "meeting", monday("10:00", "11:00"), now=at("10:25"))
    assert starts == ["10:25", "10:30", "10:35", "10:40", "10:45", "10:50", "10:55"]


def an_occurrence(number, **fields):
    start = at("10:00") + number * DAY
    return Booking(
        f"S-{number}",
        start,
        start + HOUR,
        room_ids=["blue room"],
        check_in=CheckIn(grace=minutes(10), most_missed=3),
        series_id="S",
        original_start=datetime(2026, 3, 2 + number, 10),
        **fields,
    )


def test_ex_H5_three_misses_in_a_row_end_the_series():
    state = a_scheduler(bookings=[an_occurrence(number) for number in range(6)])
    third = at("10:10") + 2 * DAY

    assert state.drop_series("S", now=third - US).swept(now=third - US) == state.swept(
        now=third - US
    )
    dropped = state.drop_series("S", now=third)
    assert [dropped.booking(f"S-{number}").status.value for number in range(6)] == [
        *["released"] * 3,
        *["cancelled"] * 3,
    ]


def test_ex_H5_who_came_once_keeps_the_series():
    came = [an_occurrence(0), an_occurrence(1, status="checked_in"), an_occurrence(2)]
    state = a_scheduler(bookings=[*came, an_occurrence(3)])

    kept = state.drop_series("S", now=at("10:10") + 2 * DAY)

    assert kept.booking("S-3").status is BookingStatus.CONFIRMED


def test_ex_H6_the_deadline_is_never_after_the_end():
    policy = CheckIn(early=minutes(15), grace=minutes(20))
    short = Booking("B", at("10:00"), at("10:10"), room_ids=["blue room"], check_in=policy)
    state = a_scheduler(bookings=[short])

    assert policy.deadline(short.start, short.end) == at("10:10")
    assert state.check_in("B", at=at("10:10") - US).booking("B").checked_in_at
    assert state.booking("B", now=at("10:10")).status is BookingStatus.RELEASED


def test_ex_H7_a_stale_key_is_a_conflict_and_nothing_changes():
    state = ten_and_ten()
    request = state.request("meeting")
    to = state.slot(request, start=at("12:00"), now=NOW, ignoring=["B"])
    state = state.reschedule("B", to=to, now=NOW)
    before = state.version, dict(state.bookings)

    with refused(StaleVersionError, "stale_version"):
        state.check_in("B", at=at("12:00"), version=1)
    assert (state.version, dict(state.bookings)) == before


def a_held_slot():
    state = a_scheduler(a_calendar(member_ids=["ada"]), a_member("ada"))
    slot = state.slot(state.request("massage"), start=at("10:00"), now=NOW)
    return state.hold(slot, booking_id="H", now=NOW), slot


def test_ex_H8_a_hold_keeps_others_out_for_five_minutes():
    state, slot = a_held_slot()

    with refused(BookingRefused, "refused"):
        state.book(slot, booking_id="B", now=NOW + 5 * minutes(1) - SECOND)
    assert state.book(slot, booking_id="B", now=NOW + minutes(5)).booking("B").is_blocking


def test_ex_H9_the_owner_sees_the_slot_during_the_own_hold():
    state, slot = a_held_slot()
    slots = state.free_slots(slot.request, within=WHOLE_DAY, now=NOW, ignoring=["H"])

    assert at("10:00") in [each.start for each in slots]
    assert at("10:00") not in [
        each.start for each in state.free_slots(slot.request, within=WHOLE_DAY, now=NOW)
    ]


def test_ex_H10_an_expired_hold_gives_its_capacity_back_without_a_job():
    state, slot = a_held_slot()
    later = NOW + DAY / 4
    written = attrs.evolve(state.booking("H"))

    assert "10:00" in offered(state, "massage", now=later)
    assert state.hold(slot, booking_id="I", now=later).booking("I").is_blocking
    assert state.booking("H") == written
    assert state.booking("H").status is BookingStatus.HOLD

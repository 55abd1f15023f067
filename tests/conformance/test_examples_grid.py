"""Worked examples of packed grids and of what a listing shows, each under its id."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bookable import Interval, InvalidValueError, WeeklyHours, all_of
from bookable.availability.ranked import confidence
from bookable.domain.listing import Listing
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    booked,
    minutes,
    monday,
    offered,
    refused,
)


def hours(text):
    return WeeklyHours.parse(text, zone="UTC")


@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        pytest.param(Optimised(HOUR), ["09:00", "10:15"], id="ex-G23"),
        pytest.param(AlignedHour(HOUR), ["09:00"], id="ex-G23-aligned"),
    ],
)
def test_ex_G23_an_hour_after_a_short_appointment(grid, expected):
    calendar = a_calendar(hours=hours("Mo 09:00-11:30"), grid=grid)
    room = a_room(calendar_ids=["massage"])
    scheduler = a_scheduler(calendar, room, bookings=[a_booking("B-1", "10:00", "10:15")])

    assert offered(scheduler, "massage") == expected


def test_ex_G29_appointments_of_two_hours_with_a_gap_are_packed():
    calendar = a_calendar(
        duration=2 * HOUR,
        hours=hours("Mo 09:00-16:00"),
        buffer_after=minutes(30),
        grid=WindowStart(2 * HOUR + minutes(30)),
    )
    scheduler = a_scheduler(calendar, a_room(calendar_ids=["massage"]))

    assert offered(scheduler, "massage") == ["09:00", "11:30", "14:00"]
    for number, clock in enumerate(["11:30", "09:00", "14:00"]):
        scheduler = booked(scheduler, clock, calendar="massage", booking_id=f"B-{number}")
    assert offered(scheduler, "massage") == []


def test_ex_C10_the_first_slot_is_shown_until_its_seats_are_taken():
    calendar = a_class(seats=2, hours=hours("Mo 09:00-12:00"), listing=Listing(first_per_day=1))
    scheduler = a_scheduler(calendar, a_member())
    shown = [offered(scheduler, "yoga")]

    for number in range(2):
        scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id=f"B-{number}")
        shown.append(offered(scheduler, "yoga"))

    assert shown == [["09:00"], ["09:00"], ["10:00"]]


def test_ex_P9_one_who_is_free_one_unknown_and_one_who_is_busy():
    people = [a_member(name) for name in ("free", "unknown", "busy")]
    request = a_request(all_of("blue room"), optional_ids=["free", "unknown", "busy"])
    taken = a_booking("B-1", "09:00", "10:00", host_ids=["busy"])
    scheduler = a_scheduler(a_room(), *people, bookings=[taken])
    slots = scheduler.free_slots(request, within=monday("09:00", "10:00"), now=NOW)

    found = slots[0].confidence(unknown_ids=["unknown"])

    assert found == confidence(free=1, unknown=1, busy=1) == Fraction(149, 3)
    assert round(float(found), 2) == 49.67
    assert len(slots.confident(49, unknown_ids=["unknown"])) == 1
    assert len(slots.confident(80, unknown_ids=["unknown"])) == 0


def bounded(length, **bounds):
    scheduler = a_scheduler(a_calendar(listing=Listing(**bounds)), a_room(calendar_ids=["massage"]))
    window = Interval(NOW, NOW + length)
    return scheduler.free_slots(scheduler.request("massage"), within=window, now=NOW)


def test_ex_L14_a_window_of_32_days_is_more_than_31():
    assert len(bounded(31 * DAY, longest_window=31 * DAY)) == 31 * 24
    with refused(InvalidValueError, "window", "within"):
        bounded(32 * DAY, longest_window=31 * DAY)


@pytest.mark.parametrize("length", [23 * HOUR, 33 * DAY])
def test_ex_L15_a_window_is_of_24_hours_to_32_days(length):
    bounds = {"shortest_window": DAY, "longest_window": 32 * DAY}

    assert len(bounded(DAY, **bounds)) == 24
    assert len(bounded(32 * DAY, **bounds)) == 32 * 24
    with refused(InvalidValueError, "window", "within"):
        bounded(length, **bounds)

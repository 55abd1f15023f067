"""Rows of the feature table about the slot grid and listings, and about whole days (E, D11)."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from fractions import Fraction

import pytest

from bookable import (
    BookingRefused,
    Epoch,
    FixedStarts,
    Interval,
    InvalidValueError,
    LocalMidnight,
    WeeklyHours,
    any_of,
)
from bookable.domain.listing import Listing
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    clocks,
    minutes,
    monday,
    offered,
    refused,
)

MORNING = WeeklyHours.parse("Mo-Su 09:00-12:00", zone="UTC")


def a_studio(*bookings, duration=HOUR, hours=MORNING, **fields):
    """One room that takes one booking at a time, open in the morning."""
    calendar = a_calendar(duration=duration, hours=hours, **fields)
    return a_scheduler(calendar, a_room(calendar_ids=["massage"]), bookings=bookings)


def listing(scheduler, within=WHOLE_DAY, **asked):
    return scheduler.free_slots(scheduler.request("massage"), within=within, now=NOW, **asked)


# The grid ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (20, ["09:00", "09:20", "09:40", "10:00", "10:20", "10:40", "11:00"]),
        (60, ["09:00", "10:00", "11:00"]),
        (None, ["09:00", "10:00", "11:00"]),
        (90, ["09:00", "10:30"]),
    ],
)
def test_E1_the_step_is_not_the_duration(step, expected):
    scheduler = a_studio(slot_step=None if step is None else minutes(step))

    assert offered(scheduler, "massage") == expected


ANCHORS = [
    (LocalMidnight("UTC", minutes(45)), ["09:00", "09:45", "11:15"]),
    (LocalMidnight("Asia/Kathmandu", HOUR), ["09:15", "11:15"]),
    (Epoch(minutes(50)), ["09:00", "11:30"]),
    (WindowStart(minutes(45)), ["09:00", "09:45", "11:05", "11:50"]),
    (AlignedHour(minutes(45)), ["09:00", "09:45", "11:15"]),
    (Optimised(minutes(45)), ["09:00", "09:45", "11:05", "11:50"]),
    (FixedStarts([at("09:25"), at("10:20"), at("11:33")]), ["09:25", "11:33"]),
]


@pytest.mark.parametrize(("grid", "expected"), ANCHORS)
def test_E2_the_anchor_is_local_midnight_unless_another_is_chosen(grid, expected):
    taken = a_booking("B-1", "10:15", "11:05")
    hours = WeeklyHours.parse("Mo 09:00-12:20", zone="UTC")
    scheduler = a_studio(taken, duration=minutes(30), hours=hours, grid=grid)

    assert offered(scheduler, "massage") == expected


def test_E2_by_default_booking_something_moves_no_other_start():
    scheduler = a_studio(duration=minutes(30))
    before = offered(scheduler, "massage")

    after = booked(scheduler, "09:30", calendar="massage", booking_id="B-1")

    assert offered(after, "massage") == [clock for clock in before if clock != "09:30"]


def test_E3_an_offset_moves_the_start_and_not_the_step():
    grid = LocalMidnight("UTC", minutes(30), minutes(10))
    scheduler = a_studio(duration=minutes(30), grid=grid)

    assert offered(scheduler, "massage") == ["09:10", "09:40", "10:10", "10:40", "11:10"]


def test_E4_optimised_starts_lose_no_slot_and_are_as_round_as_can_be():
    taken = a_booking("B-1", "10:00", "10:20")
    hours = WeeklyHours.parse("Mo 09:00-13:30", zone="UTC")

    def starts(grid):
        return offered(a_studio(taken, hours=hours, grid=grid), "massage")

    assert starts(WindowStart(HOUR)) == ["09:00", "10:20", "11:20", "12:20"]
    assert starts(AlignedHour(HOUR)) == ["09:00", "11:00", "12:00"]
    assert starts(Optimised(HOUR)) == ["09:00", "10:30", "11:30", "12:30"]


# Answers -------------------------------------------------------------------


def test_E5_free_time_comes_as_slots_apart_or_overlapping_as_periods_or_as_starts():
    taken = a_booking("B-1", "10:00", "10:30")
    scheduler = a_studio(taken, slot_step=minutes(15))
    request = scheduler.request("massage")
    asked = {"within": WHOLE_DAY, "now": NOW}

    overlapping = scheduler.free_slots(request, **asked)

    assert clocks(overlapping) == ["09:00", "10:30", "10:45", "11:00"]
    assert clocks(overlapping.apart()) == ["09:00", "10:30"]
    periods = scheduler.free_periods(request, **asked)
    assert list(periods) == [monday("09:00", "10:00"), monday("10:30", "12:00")]
    first, last = scheduler.start_periods(request, **asked)
    assert (first.start, first.duration) == (at("09:00"), timedelta(microseconds=1))
    assert (last.start, last.end) == (at("10:30"), at("11:00") + timedelta(microseconds=1))


def test_E6_only_the_first_slots_of_a_day_or_window_and_the_next_when_they_are_taken():
    per_day = a_studio(slot_step=minutes(30), listing=Listing(first_per_day=1))
    two_days = Interval(at("00:00"), at("24:00", day=3))

    assert [f"{slot.start:%d %H:%M}" for slot in listing(per_day, two_days)] == [
        *["02 09:00", "03 09:00"]
    ]
    after = booked(per_day, "09:00", calendar="massage", booking_id="B-1")
    assert [f"{slot.start:%d %H:%M}" for slot in listing(after, two_days)] == [
        *["02 10:00", "03 09:00"]
    ]
    per_window = a_studio(
        a_booking("B-1", "10:00", "10:30"),
        slot_step=minutes(15),
        listing=Listing(first_per_window=2),
    )
    assert offered(per_window, "massage") == ["09:00", "10:30", "10:45"]


def test_E7_looking_busy_hides_a_share_that_stays_bookable():
    shown = a_studio(slot_step=minutes(15), listing=Listing(look_busy=50, seed="ada"))
    plain = a_studio(slot_step=minutes(15))
    everything, some = offered(plain, "massage"), offered(shown, "massage")

    assert len(some) == len(everything) - len(everything) // 2
    assert set(some) < set(everything)
    assert offered(shown, "massage") == some
    for number, clock in enumerate(sorted(set(everything) - set(some))):
        assert booked(shown, clock, calendar="massage", booking_id=f"B-{number}")
    with pytest.raises(BookingRefused):
        booked(shown, "09:05", calendar="massage", booking_id="B-1")


def test_E7_looking_busy_is_the_same_whatever_the_process_makes_of_hashes():
    program = (
        "from bookable.availability.listing import not_hidden;"
        "print(not_hidden(range(0, 10**9, 10**7), 50, 'ada'))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }

    assert len(told) == 1
    assert told != {"()\n"}


@pytest.mark.parametrize(
    ("bounds", "fitting", "refused_"),
    [
        ({"longest_window": 31 * DAY}, [HOUR, 31 * DAY], [31 * DAY + minutes(1)]),
        ({"shortest_window": DAY}, [DAY, 99 * DAY], [DAY - minutes(1)]),
        ({}, [minutes(1), 400 * DAY], []),
    ],
)
def test_E8_a_calendar_bounds_the_window_of_one_question(bounds, fitting, refused_):
    scheduler = a_studio(listing=Listing(**bounds))

    for length in fitting:
        assert listing(scheduler, Interval(NOW, NOW + length)) is not None
    for length in refused_:
        with refused(InvalidValueError, "window", "within"):
            listing(scheduler, Interval(NOW, NOW + length))


@pytest.mark.parametrize("most", [None, 2])
@pytest.mark.parametrize(
    ("limit", "count", "truncated"), [(2, 2, True), (3, 3, False), (None, 3, False)]
)
def test_E9_a_listing_says_whether_it_was_cut(most, limit, count, truncated):
    scheduler = a_studio(listing=Listing(most_slots=most))

    slots = listing(scheduler, limit=limit)

    expected = (count, truncated) if most is None else (2, True)
    assert (len(slots), slots.truncated) == expected


def test_E10_slots_are_grouped_by_the_local_date_of_the_zone_that_shows_them():
    hours = WeeklyHours.parse("Mo-Su 00:00-24:00", zone="UTC")
    scheduler = a_studio(hours=hours, slot_step=4 * HOUR)
    window = Interval(at("12:00", day=28), at("12:00", day=29))

    grouped = listing(scheduler, window).by_date("Europe/Berlin")

    assert {
        day.isoformat(): [slot.times_in("Europe/Berlin")[0].isoformat() for slot in slots]
        for day, slots in grouped.items()
    } == {
        "2026-03-28": [
            "2026-03-28T13:00:00+01:00",
            "2026-03-28T17:00:00+01:00",
            "2026-03-28T21:00:00+01:00",
        ],
        "2026-03-29": [
            "2026-03-29T01:00:00+01:00",
            "2026-03-29T06:00:00+02:00",
            "2026-03-29T10:00:00+02:00",
        ],
    }
    assert list(grouped) == [date(2026, 3, 28), date(2026, 3, 29)]


def test_E11_slots_are_ranked_by_weighted_terms_and_else_by_time():
    people = [a_member("ada"), a_member("bob")]
    bookings = [
        a_booking("B-1", "10:00", "11:00", host_ids=["bob"]),
        a_booking("B-2", "12:00", "13:00", host_ids=["ada"]),
    ]
    scheduler = a_scheduler(*people, bookings=bookings)
    request = a_request(any_of("ada"), optional_ids=["bob"])
    slots = scheduler.free_slots(request, within=monday("09:00", "12:00"), now=NOW)

    together = slots.ranked({"attendance": 1})
    packed = slots.ranked({"attendance": Fraction(1, 10), "closeness": 24})

    assert clocks(each.slot for each in together) == ["09:00", "11:00", "10:00"]
    assert [each.score for each in together] == [1, 1, 0]
    assert [each.slot.missing_ids for each in together] == [(), (), ("bob",)]
    assert clocks(each.slot for each in packed) == ["11:00", "10:00", "09:00"]
    assert packed[1].terms == {"attendance": 0, "closeness": 23}
    assert clocks(each.slot for each in slots.ranked({})) == ["09:00", "10:00", "11:00"]


def test_E12_given_sessions_are_the_only_starts():
    given = [at("11:10"), at("09:20"), at("09:20"), at("13:00")]
    scheduler = a_studio(grid=FixedStarts(given), duration=minutes(50))

    assert offered(scheduler, "massage") == ["09:20", "11:10"]
    request = scheduler.request("massage")
    with pytest.raises(BookingRefused):
        scheduler.slot(request, start=at("10:00"), now=NOW)


# Whole days ----------------------------------------------------------------


def test_D11_a_booking_may_last_for_days_where_every_layer_is_open_throughout():
    always = a_studio(hours=None, duration=3 * DAY, slot_step=DAY)
    by_day = a_studio(
        hours=WeeklyHours.parse("Mo-Su 09:00-17:00", zone="UTC"), duration=3 * DAY, slot_step=DAY
    )
    week = Interval(at("00:00"), at("24:00", day=8))

    assert len(listing(always, week)) == 7
    assert len(listing(by_day, week)) == 0


def test_D11_an_all_day_booking_goes_from_local_midnight_to_midnight():
    calendar = a_calendar("cottage", zone="America/New_York", most_days=2)
    scheduler = a_scheduler(calendar, a_room(calendar_ids=["cottage"]))
    week = Interval(at("12:00", day=6), at("12:00", day=10))

    slots = scheduler.free_days("cottage", within=week, now=NOW)
    weekend = scheduler.free_days("cottage", within=week, now=NOW, days=2)

    # Clocks go forward on Sunday, 8 March.
    assert [(slot.end - slot.start) // HOUR for slot in slots] == [24, 23, 24, 24]
    assert [slot.times_in("America/New_York")[0].isoformat() for slot in weekend][:2] == [
        *["2026-03-07T00:00:00-05:00", "2026-03-08T00:00:00-05:00"]
    ]
    after = scheduler.book(slots[1], booking_id="B-1", now=NOW)
    left = after.free_days("cottage", within=week, now=NOW)
    assert [slot.start for slot in left] == [slots[0].start, slots[2].start, slots[3].start]
    assert after.violations(now=NOW) == ()

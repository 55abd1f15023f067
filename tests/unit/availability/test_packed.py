"""Windows of free time, and the starts that are packed into them (SPEC N20)."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bookable import Booking, BookingRefused, Interval, RefusalCode, SearchLimitError, WeeklyHours
from bookable.availability import packed
from bookable.domain.policy import RollingDays
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
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
    clocks,
    minutes,
    monday,
    offered,
    rules,
)

BEFORE = at("00:00", day=1)
ROOM = a_room(calendar_ids=["massage"])


def a_packed_day(grid, *taken, hours=None, room=ROOM, **fields):
    """One room with a calendar that packs, and what is booked there: ``("9:00", "10:00")``."""
    calendar = a_calendar(grid=grid, hours=hours, **fields)
    bookings = [a_booking(f"B-{number}", *times) for number, times in enumerate(taken)]
    return a_scheduler(calendar, room, bookings=bookings)


def between(scheduler, first, last, **asked):
    """Day and time of the starts from one moment on and before another, none of them too late."""
    request = scheduler.request("massage", **asked)
    slots = scheduler.free_slots(request, within=Interval(first, last), now=BEFORE)
    return [f"{slot.start:%d %H:%M}" for slot in slots]


def busy(first, last, number):
    return Booking(f"X-{number}", first, last, room_ids=["blue room"])


def a_gap(first, last, *, step=7 * HOUR, **fields):
    """Free from one moment to another, closed before and after; always open, in UTC."""
    calendar = a_calendar(grid=WindowStart(step), **fields)
    around = [
        busy(first - 30 * timedelta(days=1), first, 1),
        busy(last, last + 30 * timedelta(days=1), 2),
    ]
    scheduler = a_scheduler(calendar, ROOM, bookings=around)
    return between(scheduler, first, last)


# Windows -------------------------------------------------------------------


def test_what_is_booked_ends_a_window_and_the_next_is_packed_anew():
    scheduler = a_packed_day(WindowStart(HOUR), ("10:00", "10:20"), hours=OFFICE)

    assert offered(scheduler, "massage") == [
        *["09:00", "10:20", "11:20", "12:20", "13:20", "14:20", "15:20"]
    ]


def test_each_window_is_rounded_up_again():
    scheduler = a_packed_day(AlignedHour(HOUR), ("10:00", "10:20"), hours=OFFICE)

    assert offered(scheduler, "massage") == ["09:00", *[f"{hour}:00" for hour in range(11, 17)]]


def test_a_window_past_midnight_stays_whole():
    hours = WeeklyHours.parse("Mo-Su 22:30-02:00", zone="UTC")
    scheduler = a_packed_day(WindowStart(HOUR), hours=hours)

    assert between(scheduler, at("12:00"), at("12:00", day=3)) == [
        *["02 22:30", "02 23:30", "03 00:30"]
    ]


def test_a_midnight_ends_a_window_that_holds_the_whole_day_before_it():
    # Free from Monday 00:00 on: all of Monday can be taken.
    assert a_gap(at("00:00"), at("10:00", day=3)) == [
        *["02 00:00", "02 07:00", "02 14:00", "02 21:00", "03 00:00", "03 07:00"]
    ]
    # A minute less, and the window stays whole.
    assert a_gap(at("00:01"), at("10:00", day=3)) == [
        *["02 00:01", "02 07:01", "02 14:01", "02 21:01", "03 04:01"]
    ]


def test_a_midnight_ends_a_window_that_holds_the_whole_day_after_it():
    assert a_gap(at("11:00"), at("24:00", day=3)) == [
        *["02 11:00", "02 18:00", "03 00:00", "03 07:00", "03 14:00", "03 21:00"]
    ]
    # A microsecond less, and the window stays whole.
    assert a_gap(at("11:00"), at("24:00", day=3) - timedelta(microseconds=1)) == [
        *["02 11:00", "02 18:00", "03 01:00", "03 08:00", "03 15:00", "03 22:00"]
    ]


def test_the_day_counts_in_the_zone_of_the_calendar():
    scheduler = a_packed_day(WindowStart(7 * HOUR), zone="Asia/Kathmandu")
    slots = scheduler.free_slots(
        scheduler.request("massage"), within=Interval(at("00:00"), at("24:00", day=3)), now=BEFORE
    )

    assert [f"{slot.start.astimezone(ZoneInfo('Asia/Kathmandu')):%H:%M}" for slot in slots] == [
        *["07:00", "14:00", "21:00", "00:00", "07:00", "14:00", "21:00", "00:00"]
    ]


def test_which_starts_there_are_does_not_depend_on_the_window_that_is_asked_about():
    scheduler = a_packed_day(Optimised(minutes(50)), ("10:00", "10:20"), hours=OFFICE)
    whole = between(scheduler, at("00:00"), at("24:00"))

    one_by_one = [
        start
        for quarter in range(96)
        for start in between(
            scheduler, at("00:00") + quarter * minutes(15), at("00:15") + quarter * minutes(15)
        )
    ]

    assert one_by_one == whole != []


def test_notice_and_horizon_move_no_start():
    scheduler = a_packed_day(
        WindowStart(HOUR), hours=OFFICE, minimum_notice=minutes(90), booking_horizon=6 * HOUR
    )

    assert offered(scheduler, "massage", now=at("09:10")) == [
        *["11:00", "12:00", "13:00", "14:00", "15:00"]
    ]


def test_an_own_request_may_pack_its_starts():
    request = a_request(grid=WindowStart(minutes(90)), hours=OFFICE)

    slots = a_scheduler().free_slots(request, within=WHOLE_DAY, now=NOW)

    assert clocks(slots) == ["09:00", "10:30", "12:00", "13:30", "15:00"]


# Sessions ------------------------------------------------------------------


def test_a_session_that_can_be_joined_is_on_the_grid_wherever_it_starts():
    odd = a_booking("B-1", "10:07", "11:07", calendar_id="yoga", host_ids=["ada"])
    scheduler = a_scheduler(
        a_class(seats=2, grid=AlignedHour(HOUR), hours=OFFICE), a_member(), bookings=[odd]
    )

    assert offered(scheduler, "yoga") == [
        "09:00",
        "10:07",
        "12:00",
        *["13:00", "14:00", "15:00", "16:00"],
    ]
    full = booked(scheduler, "10:07", calendar="yoga", booking_id="B-2")
    assert "10:07" not in offered(full, "yoga")
    assert offered(scheduler, "yoga", monday("10:08", "12:00")) == []


@pytest.mark.parametrize(
    ("clock", "last", "expected"),
    [("09:20", "10:20", ["09:00", "10:00", "11:00"]), ("10:00", "11:00", ["09:00", "11:00"])],
)
def test_a_full_session_that_leaves_the_room_free_breaks_no_window_in_two(clock, last, expected):
    calendar = a_calendar(
        "talk",
        kind="event",
        seats_per_slot=2,
        grid=WindowStart(HOUR),
        hours=hours_of("09:00-12:00"),
    )
    full = a_booking("B-1", clock, last, calendar_id="talk", room_ids=["blue room"], party_size=2)
    scheduler = a_scheduler(calendar, a_room(capacity=9, calendar_ids=["talk"]), bookings=[full])

    assert offered(scheduler, "talk") == expected


@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        (WindowStart(HOUR), ["10:20", "11:20"]),
        (Optimised(HOUR), ["09:30", "10:30", "11:30"]),
        (AlignedHour(HOUR), ["10:00", "11:00"]),
    ],
)
@pytest.mark.parametrize("people", [2, 1])
def test_a_full_session_at_which_a_window_begins_is_where_its_starts_are_packed_from(
    grid, expected, people
):
    calendar = a_calendar(
        "talk", kind="event", seats_per_slot=2, grid=grid, hours=hours_of("09:20-12:30")
    )
    full = a_booking(
        "B-1", "09:20", "10:20", calendar_id="talk", room_ids=["blue room"], party_size=people
    )
    room = a_room(capacity=9, calendar_ids=["talk"])
    scheduler = a_scheduler(calendar, room, bookings=[full])

    first = ["09:20"] * (people == 1)
    assert offered(scheduler, "talk") == sorted({*first, *expected})


def test_a_session_of_a_host_holds_no_instant_of_anybody_else():
    odd = a_booking("B-1", "09:00", "09:59:59.999999", calendar_id="yoga", host_ids=["ada"])
    late = Booking("B-2", odd.end, at("11:00"), calendar_id="yoga", host_ids=["ada"])
    calendar = a_class(seats=1, grid=WindowStart(HOUR), hours=OFFICE)
    scheduler = a_scheduler(calendar, a_member(), bookings=[odd, late])

    assert offered(scheduler, "yoga")[0] == "11:00"


def hours_of(text):
    return WeeklyHours.parse(f"Mo {text}", zone="UTC")


# One start -----------------------------------------------------------------


def test_a_start_beside_the_packed_ones_is_off_the_grid():
    scheduler = a_packed_day(WindowStart(HOUR), ("10:00", "10:20"), hours=OFFICE)
    request = scheduler.request("massage")

    assert rules(scheduler.explain(request, start=at("11:00"), now=NOW)) == [
        (RefusalCode.OFF_GRID.value, "massage")
    ]
    assert scheduler.explain(request, start=at("11:20"), now=NOW) == ()
    with pytest.raises(BookingRefused):
        scheduler.slot(request, start=at("11:00"), now=NOW)


def test_a_booking_moves_along_the_starts_that_are_there_without_it():
    scheduler = a_packed_day(WindowStart(HOUR), hours=OFFICE)
    scheduler = booked(scheduler, "10:00", calendar="massage", booking_id="B-1")
    request = scheduler.request("massage")

    slots = scheduler.free_slots(request, within=WHOLE_DAY, now=NOW, ignoring=["B-1"])
    moved = scheduler.reschedule("B-1", to=slots[2], now=NOW)

    assert clocks(slots)[:3] == ["09:00", "10:00", "11:00"]
    assert moved.booking("B-1").start == at("11:00")


# Limits --------------------------------------------------------------------


def test_too_many_starts_are_refused_before_any_work():
    scheduler = a_packed_day(WindowStart(timedelta(microseconds=50)))

    with pytest.raises(SearchLimitError):
        scheduler.free_slots(scheduler.request("massage"), within=WHOLE_DAY, now=NOW)


def test_too_many_starts_times_candidates_are_refused(monkeypatch):
    scheduler = a_packed_day(WindowStart(HOUR))
    monkeypatch.setattr(packed, "MOST_MASK_BITS", 23)

    assert len(offered(scheduler, "massage", monday("00:00", "23:00"))) == 23
    with pytest.raises(SearchLimitError) as caught:
        offered(scheduler, "massage")
    assert (caught.value.needed, caught.value.allowed) == (24, 23)


def test_as_many_starts_as_the_limit_allows_are_listed(monkeypatch):
    scheduler = a_packed_day(WindowStart(HOUR))
    monkeypatch.setattr(packed, "MOST_CANDIDATES", 23)

    assert len(offered(scheduler, "massage", monday("00:00", "23:00"))) == 23
    with pytest.raises(SearchLimitError):
        offered(scheduler, "massage")


def test_packed_starts_are_those_of_every_window_and_of_sessions():
    starts = packed.PackedStarts((range(0, 10, 4), range(12, 30, 5)), (3, 12, 40))

    assert list(starts.between(0, 50)) == [0, 4, 8, 12, 17, 22, 27, 3, 12, 40]
    assert list(starts.between(5, 18)) == [8, 12, 17, 12]
    assert list(starts.between(9, 12)) == []
    assert list(starts.between(13, 13)) == []
    assert list(packed.PackedStarts((), ()).between(0, 50)) == []


def test_starts_that_are_not_listed_are_not_bounded():
    """A rolling horizon only asks whether a date has one."""
    scheduler = a_packed_day(WindowStart(timedelta(microseconds=1)), booking_horizon=RollingDays(2))
    request = scheduler.request("massage")

    assert scheduler.explain(request, start=at("09:00"), now=NOW) == ()

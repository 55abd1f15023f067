"""Rows D1 to D10 of the feature table: buffers, notice, horizon and durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bookable import (
    Block,
    BookingRefused,
    Interval,
    IntervalSet,
    InvalidValueError,
    LimitExceededError,
    LocalMidnight,
    Requirement,
    WeeklyHours,
    all_of,
)
from bookable.domain.policy import (
    BufferPolicy,
    DateRange,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    US,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
    minutes,
    monday,
    offered,
    refused,
    rules,
)


def hours(text, zone="UTC"):
    return WeeklyHours.parse(text, zone=zone)


def is_offered(scheduler, start, now=NOW, calendar="massage"):
    """Asked in three ways, which must agree."""
    request = scheduler.request(calendar)
    within = Interval(start, start + US)
    listed = len(scheduler.free_slots(request, within=within, now=now)) == 1
    assert listed is (scheduler.explain(request, start=start, now=now) == ())
    try:
        slot = scheduler.slot(request, start=start, now=now)
        scheduler.book(slot, booking_id="new", now=now)
    except BookingRefused:
        assert not listed
    else:
        assert listed
    return listed


def around(found, clock):
    """The last start before and the first after."""
    return max(each for each in found if each < clock), min(each for each in found if each > clock)


# Buffers -------------------------------------------------------------------

HALL = {"capacity": 9, "max_concurrent": 1}


def test_D1_time_before_and_after_a_booking_is_kept_clear():
    calendar = a_calendar(
        buffer_before=minutes(10), buffer_after=minutes(20), slot_step=minutes(10)
    )
    scheduler = a_scheduler(calendar, a_room(**HALL, calendar_ids=["massage"]))

    after = booked(scheduler, "12:00", calendar="massage", booking_id="B-1")

    (claim,) = scheduler.plan_book(
        scheduler.slot(scheduler.request("massage"), start=at("12:00"), now=NOW),
        booking_id="B-1",
        now=NOW,
    ).taken
    assert claim.footprint == monday("11:50", "13:20")
    assert after.booking("B-1").interval == monday("12:00", "13:00")
    assert around(offered(after, "massage"), "12:00") == ("10:30", "13:30")
    with refused(InvalidValueError, "duration", "buffer_before"):
        a_calendar(buffer_before=minutes(-1))
    with refused(LimitExceededError, "limit_exceeded"):
        a_calendar(buffer_after=3_661 * DAY)


@pytest.mark.parametrize(
    ("policy", "last", "first"),
    [
        (BufferPolicy.EXCLUSIVE, "10:00", "14:00"),
        (BufferPolicy.SHARED, "10:20", "13:40"),
        (BufferPolicy.EXISTING_ONLY, "10:40", "13:20"),
    ],
)
@pytest.mark.parametrize(
    "entry", [a_room("it", **HALL), a_member("it"), an_item("it", 1)], ids=["room", "host", "item"]
)
def test_D2_buffers_of_neighbours_add_up_overlap_or_only_the_old_ones_count(
    entry, policy, last, first
):
    """20 minutes around what is booked, 40 around what is to be."""
    fields = {"kind": "event", "requirements": [all_of("it")], "slot_step": minutes(20)}
    old = a_calendar("old", buffer_before=minutes(20), buffer_after=minutes(20), **fields)
    new = a_calendar(
        "new",
        buffer_before=minutes(40),
        buffer_after=minutes(40),
        buffer_policy=policy,
        **fields,
    )
    scheduler = booked(a_scheduler(entry, old, new), "12:00", calendar="old", booking_id="B-1")

    assert around(offered(scheduler, "new"), "12:00") == (last, first)
    after = booked(scheduler, first, calendar="new", booking_id="B-2")
    assert after.violations(now=NOW) == ()


def test_D2_where_several_fit_at_once_shared_buffers_are_kept_apart():
    calendar = a_calendar(
        buffer_before=minutes(30), buffer_after=minutes(30), buffer_policy="shared"
    )
    room = a_room(capacity=9, max_concurrent=2, calendar_ids=["massage"])
    scheduler = a_scheduler(calendar, room)
    for number in range(2):
        scheduler = booked(scheduler, "12:00", calendar="massage", booking_id=f"B-{number}")

    assert around(offered(scheduler, "massage"), "12:00") == ("10:00", "14:00")


@pytest.mark.parametrize("policy", BufferPolicy)
def test_D2_hosts_of_several_bookings_at_once(policy):
    calendar = a_calendar(
        member_ids=["ada"],
        bookings_per_host=2,
        buffer_policy=policy,
        buffer_after=minutes(30),
    )
    scheduler = a_scheduler(calendar, a_member("ada"))

    one = booked(scheduler, "09:00", calendar="massage", booking_id="B-1")
    two = booked(one, "09:00", calendar="massage", booking_id="B-2")

    assert "09:00" not in offered(two, "massage")
    assert two.violations(now=NOW) == ()


def test_D2_blocks_have_buffers_too():
    def starts(policy):
        calendar = a_calendar(
            buffer_before=minutes(30), buffer_policy=policy, slot_step=minutes(30)
        )
        room = a_room(**HALL, calendar_ids=["massage"])
        block = a_block_with_buffers("12:00", "13:00", minutes(60))
        return around(offered(a_scheduler(calendar, room, blocks=[block]), "massage"), "12:00")

    # An hour before and after the block is clear; the half hour before a booking as well.
    assert starts("exclusive") == ("10:00", "14:30")
    assert starts("shared") == ("10:00", "14:00")
    assert starts("existing_only") == ("10:00", "14:00")


@pytest.mark.parametrize("policy", BufferPolicy)
def test_D2_a_block_that_does_not_count_is_not_named(policy):
    calendar = a_calendar(buffer_before=minutes(30), buffer_policy=policy)
    blocks = [
        Block(f"K-{kind}", "blue room", monday("12:00", "13:00"), kind)
        for kind in ("elsewhere", "busy")
    ]
    scheduler = a_scheduler(calendar, a_room(**HALL, calendar_ids=["massage"]), blocks=blocks)

    (refusal,) = scheduler.explain(scheduler.request("massage"), start=at("12:00"), now=NOW)

    assert refusal.detail["block_ids"] == ("K-busy",)


def a_block_with_buffers(first, last, buffer):
    return Block("K-1", "blue room", monday(first, last), buffer_before=buffer, buffer_after=buffer)


def test_D3_buffers_stick_out_of_hours_unless_they_must_not():
    def starts(**fields):
        calendar = a_calendar(
            buffer_before=minutes(30),
            buffer_after=minutes(30),
            slot_step=minutes(30),
            hours=hours("Mo 09:00-12:00"),
            **fields,
        )
        return offered(a_scheduler(calendar, a_room(calendar_ids=["massage"])), "massage")

    assert starts() == ["09:00", "09:30", "10:00", "10:30", "11:00"]
    assert starts(buffer_within_hours=True) == ["09:30", "10:00", "10:30"]


def test_D4_a_room_and_a_person_have_buffers_of_their_own():
    calendar = a_calendar(member_ids=["ada"], buffer_after=minutes(10), slot_step=minutes(5))
    room = a_room(**HALL, calendar_ids=["massage"], buffer_after=minutes(30))
    scheduler = a_scheduler(calendar, a_member("ada"), room)

    after = booked(scheduler, "09:00", calendar="massage", booking_id="B-1")

    buffers = after.booking("B-1").buffers
    assert (buffers["ada"].after, buffers["blue room"].after) == (minutes(10), minutes(30))

    def next_of(entry):
        request = a_request(all_of(entry), slot_step=minutes(5))
        return after.first_slot(request, within=monday("09:00", "12:00"), now=NOW).start

    assert (next_of("ada"), next_of("blue room")) == (at("10:10"), at("10:30"))


@pytest.mark.parametrize(
    ("need", "room", "expected"),
    [
        ({}, {}, (minutes(10), minutes(20), "shared")),
        ({}, {"buffer_before": minutes(15)}, (minutes(15), minutes(20), "shared")),
        ({}, {"buffer_policy": "exclusive"}, (minutes(10), minutes(20), "exclusive")),
        (
            {"buffer_after": minutes(0), "buffer_policy": "existing_only"},
            {"buffer_after": minutes(45), "buffer_policy": "exclusive"},
            (minutes(10), minutes(0), "existing_only"),
        ),
    ],
)
def test_D4_the_requirement_has_the_first_word_the_room_the_next(need, room, expected):
    calendar = a_calendar(
        requirements=[Requirement(["blue room"], **need)],
        buffer_before=minutes(10),
        buffer_after=minutes(20),
        buffer_policy="shared",
    )
    scheduler = a_scheduler(calendar, a_room(**HALL, **room))

    kept = booked(scheduler, "09:00", calendar="massage", booking_id="B-1").booking("B-1").buffers

    found = kept["blue room"]
    assert (found.before, found.after, found.policy.value) == expected


# Notice --------------------------------------------------------------------


def ruled(**fields):
    return a_scheduler(a_calendar(**fields), a_room(calendar_ids=["massage"]))


@pytest.mark.parametrize(
    ("notice", "now", "start"),
    [
        (timedelta(0), at("09:00"), at("09:00")),
        (minutes(45), at("08:15"), at("09:00")),
        (5 * HOUR, at("04:00"), at("09:00")),
        (3 * DAY, at("09:00"), at("09:00", day=5)),
        (Months(1), at("09:00"), datetime(2026, 4, 2, 9, tzinfo=UTC)),
        (Months(1), datetime(2026, 1, 31, 9, tzinfo=UTC), datetime(2026, 2, 28, 9, tzinfo=UTC)),
    ],
)
def test_D5_notice_is_kept_until_the_last_moment_in_minutes_to_months(notice, now, start):
    scheduler = ruled(minimum_notice=notice)

    assert is_offered(scheduler, start, now)
    later = now + US if isinstance(notice, timedelta) else now + HOUR + US
    assert not is_offered(scheduler, start, later)
    (refusal,) = scheduler.explain(scheduler.request("massage"), start=start, now=later)
    earliest = datetime.fromisoformat(refusal.detail["earliest"])
    assert refusal.rule.value == "notice_too_short"
    assert start < earliest <= start + HOUR + US


def test_D6_notice_in_working_time_and_in_working_days():
    lunch = hours("Mo-Fr 09:00-12:00,13:00-17:00")
    in_hours = ruled(minimum_notice=WorkingTime(4 * HOUR, lunch), slot_step=HOUR)
    in_days = ruled(minimum_notice=WorkingDays(1, lunch))
    plain = ruled(minimum_notice=4 * HOUR)
    friday = at("15:00", day=6)

    # Two hours on Friday, two on Monday; elapsed time does not know the difference.
    assert is_offered(in_hours, at("11:00", day=9), friday)
    assert not is_offered(in_hours, at("11:00", day=9), friday + US)
    assert is_offered(plain, at("19:00", day=6), friday)
    assert is_offered(in_days, at("00:00", day=10), friday)
    assert not is_offered(in_days, at("23:00", day=9), friday)


# Horizon -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("horizon", "last"),
    [
        (24 * HOUR, at("11:00", day=3)),
        (Months(1), datetime(2026, 4, 2, 11, tzinfo=UTC)),
        (LastDate(0), at("23:00")),
        (LastDate(180), at("23:00") + 180 * DAY),
        (DateRange(date(2026, 2, 1), date(2026, 3, 10)), at("23:00", day=10)),
    ],
)
def test_D7_the_horizon_is_elapsed_time_or_a_last_date(horizon, last):
    scheduler, now = ruled(booking_horizon=horizon), at("11:30")

    assert is_offered(scheduler, last, now)
    assert not is_offered(scheduler, last + HOUR, now)
    request = scheduler.request("massage")
    (refusal,) = scheduler.explain(request, start=last + HOUR, now=now)
    latest = datetime.fromisoformat(refusal.detail["latest"])
    assert rules([refusal]) == [("beyond_horizon", "massage")]
    assert last < latest <= last + HOUR


def test_D7_a_horizon_in_elapsed_time_excludes_its_end_and_today_is_local():
    assert not is_offered(ruled(booking_horizon=24 * HOUR), at("11:00", day=3), at("11:00"))
    # 20:00Z is tomorrow in Kathmandu.
    today = ruled(
        booking_horizon=LastDate(0), zone="Asia/Kathmandu", grid=LocalMidnight("UTC", HOUR)
    )
    assert is_offered(today, at("18:00"), at("11:00"))
    assert not is_offered(today, at("19:00"), at("11:00"))
    assert is_offered(today, at("18:00", day=3), at("20:00"))


def test_D7_before_a_range_of_dates_nothing_is_offered():
    scheduler = ruled(booking_horizon=DateRange(date(2026, 3, 4), date(2026, 3, 5)))

    assert not is_offered(scheduler, at("23:00", day=3))
    assert is_offered(scheduler, at("00:00", day=4))


def dates(scheduler, now=NOW, days=60):
    window = Interval(now, now + days * DAY)
    slots = scheduler.free_slots(scheduler.request("massage"), within=window, now=now)
    return list(dict.fromkeys(slot.start.day for slot in slots if slot.start.month == 3))


def test_D8_working_days_and_the_next_days_that_have_slots():
    friday = at("12:00", day=6)
    working = ruled(hours=hours("Mo-Fr 09:00-10:00"), booking_horizon=WorkingDays(3))
    elsewhere = ruled(hours=hours("Mo-Su 09:00-10:00"), booking_horizon=WorkingDays(1, OFFICE))
    rolling = ruled(hours=hours("Mo,Th 09:00-10:00"), booking_horizon=RollingDays(3))

    assert dates(working, friday) == [9, 10, 11]
    assert dates(elsewhere, friday) == [7, 8, 9]
    assert dates(rolling) == [2, 5, 9]
    assert dates(rolling, at("09:00") + US) == [5, 9, 12]


def test_D8_a_date_that_fills_up_opens_the_next():
    rolling = ruled(hours=hours("Mo,Th 09:00-10:00"), booking_horizon=RollingDays(2))
    full = booked(rolling, "09:00", calendar="massage", booking_id="B-1")

    assert (dates(rolling), dates(full)) == ([2, 5], [5, 9])
    assert is_offered(full, at("09:00", day=9))
    assert not is_offered(rolling, at("09:00", day=9))
    # Moving what filled it is decided without it: the horizon is where it was before.
    request = full.request("massage")
    ninth = full.explain(request, start=at("09:00", day=9), now=NOW, ignoring=["B-1"])
    assert rules(ninth) == [("beyond_horizon", "massage")]
    assert dates(full.cancel("B-1", now=NOW)) == [2, 5]


# Durations -----------------------------------------------------------------


def test_D9_a_duration_has_a_least_and_a_most():
    scheduler = ruled(shortest=minutes(30), longest=2 * HOUR, slot_step=minutes(30))

    for fits in (minutes(30), minutes(31), HOUR, 2 * HOUR):
        slot = scheduler.slot(
            scheduler.request("massage", duration=fits), start=at("09:00"), now=NOW
        )
        assert slot.end - slot.start == fits
    for wrong in (minutes(30) - US, 2 * HOUR + US):
        with refused(InvalidValueError, "duration", "duration"):
            scheduler.request("massage", duration=wrong)
    with refused(InvalidValueError, "duration", "longest"):
        a_calendar(shortest=2 * HOUR, longest=HOUR)


@pytest.mark.parametrize(
    ("fields", "fits", "wrong"),
    [
        ({"longest": 2 * HOUR}, minutes(1), 2 * HOUR + US),
        ({"shortest": minutes(30)}, 99 * HOUR, minutes(29)),
    ],
)
def test_D9_one_bound_alone_leaves_the_other_side_open(fields, fits, wrong):
    scheduler = ruled(**fields)

    assert scheduler.request("massage", duration=fits).duration == fits
    with refused(InvalidValueError, "duration", "duration"):
        scheduler.request("massage", duration=wrong)


def test_D10_one_of_several_durations_is_chosen():
    scheduler = ruled(
        durations=[minutes(90), minutes(30)], slot_step=minutes(30), hours=hours("Mo 09:00-11:00")
    )

    def starts(duration):
        return offered(scheduler, "massage", duration=duration)

    assert starts(None) == ["09:00", "09:30", "10:00"]
    assert starts(minutes(30)) == ["09:00", "09:30", "10:00", "10:30"]
    assert starts(minutes(90)) == ["09:00", "09:30"]
    with refused(InvalidValueError, "duration", "duration"):
        starts(minutes(45))
    request = scheduler.request("massage", duration=minutes(90))
    periods = scheduler.free_periods(request, within=WHOLE_DAY, now=NOW)
    assert periods == IntervalSet([monday("09:00", "11:00")])


def test_D2_a_history_keeps_the_policy_that_it_was_made_under():
    """A calendar that becomes stricter moves nothing; only what is new is decided anew."""
    fields = {"buffer_before": minutes(30), "buffer_after": minutes(30), "slot_step": minutes(30)}
    shared = a_calendar(buffer_policy="shared", **fields)
    taken = a_booking("B-1", "12:00", "13:00", calendar_id="massage", room_ids=["blue room"])
    room = a_room(**HALL, calendar_ids=["massage"])
    scheduler = booked(
        a_scheduler(shared, room, bookings=[taken]), "13:30", calendar="massage", booking_id="B-2"
    )

    strict = scheduler.with_catalogue(scheduler.catalogue.replace(a_calendar(**fields)))

    assert strict.violations(now=NOW) == ()
    assert around(offered(strict, "massage"), "12:30") == ("10:00", "15:30")

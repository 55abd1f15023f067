"""Worked examples of time: windows and clock changes, buffer policies, notice and horizon."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookable import (
    Booking,
    DateOverride,
    Hours,
    Interval,
    IntervalSet,
    Layering,
    LocalMidnight,
    Request,
    WeeklyHours,
    Window,
    all_of,
)
from bookable.availability.series import SeriesPolicy
from bookable.domain.policy import LastDate, RollingDays, WorkingDays, WorkingTime
from bookable.timeline.civil import AmbiguousEnd
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    minutes,
    monday,
    offered,
    rules,
)

NEW_YORK = "America/New_York"
SPRING, AUTUMN = date(2023, 3, 12), date(2023, 11, 5)


def hours(text, zone="UTC"):
    return WeeklyHours.parse(text, zone=zone)


def z(text):
    """``z("2023-03-12 16:30")`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on(day, window, zone, **fields):
    """Hours that are open on one date only."""
    dated = {day: [Window.parse(window)]}
    return Hours(overrides=dated, layering=Layering.DATES_ONLY, zone=zone, **fields)


def opened(open_hours, *, around):
    """What is open within two days around a date."""
    noon = datetime(around.year, around.month, around.day, 12, tzinfo=UTC)
    return list(open_hours.open_within(Interval(noon - 2 * DAY, noon + 2 * DAY)))


def starts_of(open_hours, zone, day, *, step=60, duration=None):
    """The local times that a room with these hours offers, with their offsets."""
    length = minutes(duration or step)
    room = a_room(hours=open_hours, calendar_ids=["massage"])
    calendar = a_calendar(duration=length, grid=LocalMidnight(zone, minutes(step)))
    scheduler = a_scheduler(room, calendar)
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    slots = scheduler.free_slots(
        scheduler.request("massage"),
        within=Interval(noon - 2 * DAY, noon + 2 * DAY),
        now=noon - 3 * DAY,
    )
    local = (slot.start.astimezone(ZoneInfo(zone)) for slot in slots)
    return [f"{each:%H:%M%z}" for each in local if each.date() == day]


def clocks_of(starts):
    return [start[:5] for start in starts]


# Windows and overrides -----------------------------------------------------


def test_ex_W11_a_restriction_takes_away_and_never_adds():
    own, restriction = hours("Mo 07:00-18:00"), hours("Mo 08:00-17:00")

    restricted = Hours(own, restrictions=[restriction])

    assert restricted.open_within(WHOLE_DAY) == IntervalSet([monday("08:00", "17:00")])
    wider = Hours(restriction, restrictions=[own])
    assert wider.open_within(WHOLE_DAY) == restricted.open_within(WHOLE_DAY)


def test_ex_W13_a_date_without_windows_is_closed():
    closed = Hours(hours("Mo 09:00-17:00"), [DateOverride(date(2026, 3, 2), [])])
    room = a_room(hours=closed, calendar_ids=["massage"])
    scheduler = a_scheduler(room, a_calendar())

    assert offered(scheduler, "massage") == []
    assert "09:00" in offered(
        scheduler, "massage", Interval(at("00:00", day=9), at("24:00", day=9))
    )


def test_ex_W14_only_the_dates_count_where_that_is_asked_for():
    weekly, dates = hours("Mo-Fr 09:00-17:00"), {date(2026, 3, 2): [Window.parse("12:00-14:00")]}
    scheduler = a_scheduler(
        a_room(hours=Hours(weekly, dates, layering=Layering.DATES_ONLY), calendar_ids=["massage"]),
        a_calendar(),
    )

    assert offered(scheduler, "massage", Interval(NOW, NOW + 7 * DAY)) == ["12:00", "13:00"]


# Clock changes: windows ----------------------------------------------------


def test_ex_Z1_a_window_inside_the_skipped_hour_is_empty():
    assert opened(on(SPRING, "02:00-03:00", NEW_YORK), around=SPRING) == []
    assert starts_of(on(SPRING, "02:00-03:00", NEW_YORK), NEW_YORK, SPRING, step=15) == []


def test_ex_Z2_a_window_that_ends_in_the_skipped_hour_ends_at_the_change():
    expected = Interval(z("2023-03-12 06:30"), z("2023-03-12 07:00"))

    assert opened(on(SPRING, "01:30-02:30", NEW_YORK), around=SPRING) == [expected]


def test_ex_Z3_an_hour_that_comes_twice_lasts_two_hours():
    expected = Interval(z("2023-11-05 05:00"), z("2023-11-05 07:00"))

    assert opened(on(AUTUMN, "01:00-02:00", NEW_YORK), around=AUTUMN) == [expected]


def test_ex_Z4_a_window_ends_at_the_first_occurrence_unless_the_last_is_asked_for():
    opens = z("2023-11-05 04:30")
    first = on(AUTUMN, "00:30-01:30", NEW_YORK)
    last = on(AUTUMN, "00:30-01:30", NEW_YORK, ambiguous_end=AmbiguousEnd.LAST)

    assert opened(first, around=AUTUMN) == [Interval(opens, z("2023-11-05 05:30"))]
    assert opened(last, around=AUTUMN) == [Interval(opens, z("2023-11-05 06:30"))]


def test_ex_Z5_office_hours_move_with_the_clock_and_days_last_23_and_25_hours():
    office = hours("Su 09:00-17:00", NEW_YORK)

    assert opened(office, around=SPRING) == [Interval(z("2023-03-12 13:00"), z("2023-03-12 21:00"))]
    assert opened(office, around=AUTUMN) == [Interval(z("2023-11-05 14:00"), z("2023-11-05 22:00"))]
    (short,) = opened(on(SPRING, "00:00-24:00", NEW_YORK), around=SPRING)
    (long,) = opened(on(AUTUMN, "00:00-24:00", NEW_YORK), around=AUTUMN)
    assert (short, long) == (
        Interval.day(SPRING, zone=NEW_YORK),
        Interval.day(AUTUMN, zone=NEW_YORK),
    )
    assert (short.duration, long.duration) == (23 * HOUR, 25 * HOUR)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2023, 3, 11), z("2023-03-11 17:30")),
        (SPRING, z("2023-03-12 16:30")),
        (AUTUMN, z("2023-11-05 17:30")),
    ],
)
def test_ex_Z6_half_past_twelve_stays_half_past_twelve(day, expected):
    lunch = hours("Sa-Su 12:30-13:30", NEW_YORK)

    assert expected in [each.start for each in opened(lunch, around=day)]
    assert clocks_of(starts_of(lunch, NEW_YORK, day, step=30, duration=60)) == ["12:30"]


def test_ex_Z8_an_afternoon_in_paris():
    daily = hours("Mo-Su 15:30-16:30", "Europe/Paris")

    found = [each.start for each in opened(daily, around=date(2020, 10, 24))]

    assert found == [
        z("2020-10-22 13:30"),
        z("2020-10-23 13:30"),
        z("2020-10-24 13:30"),
        z("2020-10-25 14:30"),
    ]


# Clock changes: grids ------------------------------------------------------


def test_ex_Z9_labels_that_are_skipped_are_not_offered():
    morning = on(SPRING, "00:00-04:00", NEW_YORK)

    assert clocks_of(starts_of(morning, NEW_YORK, SPRING, step=30)) == [
        "00:00",
        "00:30",
        "01:00",
        "01:30",
        "03:00",
        "03:30",
    ]


def test_ex_Z10_labels_that_come_twice_are_offered_twice():
    morning = on(AUTUMN, "00:00-03:00", NEW_YORK)

    assert starts_of(morning, NEW_YORK, AUTUMN, step=30) == [
        "00:00-0400",
        "00:30-0400",
        "01:00-0400",
        "01:30-0400",
        "01:00-0500",
        "01:30-0500",
        "02:00-0500",
        "02:30-0500",
    ]


def test_ex_Z11_a_change_of_half_an_hour():
    zone = "Australia/Lord_Howe"
    autumn, spring = date(2024, 4, 7), date(2024, 10, 6)

    back = starts_of(on(autumn, "00:00-04:00", zone), zone, autumn)
    forward = starts_of(on(spring, "00:00-04:00", zone), zone, spring)

    assert back == ["00:00+1100", "01:00+1100", "02:00+1030", "03:00+1030"]
    assert forward == ["00:00+1030", "01:00+1030", "03:00+1100"]


def test_ex_Z12_quarter_hour_offsets_keep_round_labels():
    day = date(2026, 3, 2)
    morning = hours("Mo 09:00-12:00", "Asia/Kathmandu")

    found = starts_of(morning, "Asia/Kathmandu", day)

    assert found == ["09:00+0545", "10:00+0545", "11:00+0545"]
    assert opened(morning, around=day)[0].start == z("2026-03-02 03:15")


def test_ex_Z13_a_date_that_never_was_has_no_hours():
    office = hours("Mo-Su 09:00-17:00", "Pacific/Apia")
    skipped = date(2011, 12, 30)

    found = {
        each.start.astimezone(ZoneInfo("Pacific/Apia")).date(): each.start
        for each in opened(office, around=skipped)
    }

    assert skipped not in found
    assert found[date(2011, 12, 29)] == z("2011-12-29 19:00")
    assert found[date(2011, 12, 31)] == z("2011-12-30 19:00")
    assert starts_of(office, "Pacific/Apia", skipped) == []
    assert opened(on(skipped, "09:00-17:00", "Pacific/Apia"), around=skipped) == []


def test_ex_Z14_a_day_whose_midnight_is_skipped():
    day = date(2018, 11, 4)

    (whole,) = opened(on(day, "00:00-24:00", "America/Sao_Paulo"), around=day)

    assert (whole.start, whole.duration) == (z("2018-11-04 03:00"), 23 * HOUR)


# Buffer policies -----------------------------------------------------------


def a_day(policy, *, before, after, duration=60, step=15, open_="00:00-24:00", taken):
    """One room with a service of this policy, and one booking made under it."""
    calendar = a_calendar(
        duration=minutes(duration),
        slot_step=minutes(step),
        buffer_before=minutes(before),
        buffer_after=minutes(after),
        buffer_policy=policy,
        hours=hours(f"Mo {open_}"),
    )
    booking = a_booking("B-1", *taken, calendar_id="massage", room_ids=["blue room"])
    room = a_room(capacity=4, max_concurrent=1, calendar_ids=["massage"])
    return a_scheduler(calendar, room, bookings=[booking])


def around(found, clock):
    """The last start before and the first after."""
    return max(each for each in found if each < clock), min(each for each in found if each > clock)


def test_ex_B3_SHARED_buffers_of_two_neighbours_overlap():
    day = {"before": 30, "after": 30, "open_": "08:00-17:00", "taken": ("10:00", "11:00")}

    found = offered(a_day("shared", **day), "massage")

    assert around(found, "10:00") == ("08:30", "11:30")


@pytest.mark.parametrize(
    ("policy", "last", "first"),
    [
        pytest.param("exclusive", "00:45", "03:15", id="ex-B7"),
        pytest.param("shared", "01:00", "03:00", id="ex-B7-SHARED"),
        pytest.param("existing_only", "01:15", "03:00", id="ex-B7-EXISTING_ONLY"),
    ],
)
def test_ex_B7_under_each_policy(policy, last, first):
    day = {"before": 15, "after": 30, "duration": 30, "taken": ("02:00", "02:30")}

    assert around(offered(a_day(policy, **day), "massage"), "02:00") == (last, first)


def test_ex_B8_only_the_buffers_of_what_is_booked_count():
    scheduler = a_day(
        "existing_only", before=30, after=30, step=30, open_="08:00-14:00", taken=("10:00", "11:00")
    )
    request = scheduler.request("massage")

    free = scheduler.free_periods(request, within=WHOLE_DAY, now=NOW)

    assert free == IntervalSet([monday("08:00", "09:30"), monday("11:30", "14:00")])
    assert around(offered(scheduler, "massage"), "10:00") == ("08:30", "11:30")
    (refusal,) = scheduler.explain(request, start=at("11:00"), now=NOW)
    assert (refusal.rule.value, refusal.booking_ids) == ("busy", ("B-1",))


# Notice and horizon --------------------------------------------------------


def ruled(open_hours, **fields):
    calendar = a_calendar(hours=open_hours, **fields)
    return a_scheduler(calendar, a_room(calendar_ids=["massage"]))


def dates(scheduler, now, *, days=60, calendar="massage"):
    """The local dates on which anything is offered."""
    slots = scheduler.free_slots(
        scheduler.request(calendar), within=Interval(now, now + days * DAY), now=now
    )
    return list(dict.fromkeys(slot.start.date() for slot in slots))


SUNDAY = datetime(2024, 11, 10, 12, tzinfo=UTC)


def test_ex_L2_the_next_three_dates_that_have_a_slot():
    mondays = ruled(hours("Mo 09:00-10:00"), booking_horizon=RollingDays(3))
    first, second, third, fourth = (date(2024, 11, 11) + number * 7 * DAY for number in range(4))

    assert dates(mondays, SUNDAY) == [first, second, third]

    start = datetime(2024, 11, 18, 9, tzinfo=UTC)
    slot = mondays.slot(mondays.request("massage"), start=start, now=SUNDAY)
    filled = mondays.book(slot, booking_id="B-1", now=SUNDAY)
    assert dates(filled, SUNDAY) == [first, third, fourth]
    request = filled.request("massage")
    beyond = datetime(2024, 12, 9, 9, tzinfo=UTC)
    assert rules(filled.explain(request, start=beyond, now=SUNDAY)) == [
        ("beyond_horizon", "massage")
    ]


def test_ex_L3_the_next_three_calendar_days():
    scheduler = ruled(hours("Mo 09:00-10:00"), booking_horizon=LastDate(3))

    assert dates(scheduler, SUNDAY) == [date(2024, 11, 11)]


def is_offered(scheduler, start, now):
    request = scheduler.request("massage")
    listed = scheduler.free_slots(request, within=Interval(start, start + US), now=now)
    assert (len(listed) == 1) is (scheduler.explain(request, start=start, now=now) == ())
    return len(listed) == 1


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (at("09:00", day=3), at("15:00")),
        (at("11:00", day=3), at("09:00", day=3)),
    ],
)
def test_ex_L4_two_working_hours_ahead(start, last):
    office = hours("Mo-Fr 09:00-17:00")
    scheduler = ruled(office, minimum_notice=WorkingTime(2 * HOUR))

    assert is_offered(scheduler, start, last)
    assert not is_offered(scheduler, start, last + US)


def test_ex_L5_working_time_stands_still_over_the_weekend():
    friday = at("18:00", day=6)
    scheduler = ruled(hours("Mo-Fr 08:00-18:00"), minimum_notice=WorkingTime(minutes(120)))

    found = offered(scheduler, "massage", Interval(friday, at("24:00", day=9)), now=friday)

    assert found[0] == "10:00"
    assert dates(scheduler, friday, days=4)[0] == date(2026, 3, 9)


def test_ex_L6_two_working_days_from_friday_is_wednesday():
    friday = at("12:00", day=6)
    scheduler = ruled(hours("Mo-Fr 09:00-17:00"), minimum_notice=WorkingDays(2))

    assert dates(scheduler, friday, days=10)[0] == date(2026, 3, 11)


def test_ex_L7_a_window_of_no_days_is_today():
    scheduler = ruled(hours("Mo-Su 09:00-17:00"), booking_horizon=LastDate(0))

    assert dates(scheduler, NOW) == [date(2026, 3, 2)]


def test_ex_L12_the_last_day_of_the_window_is_in_it():
    scheduler = ruled(hours("Mo-Su 09:00-17:00"), booking_horizon=LastDate(181))

    assert is_offered(scheduler, at("16:00") + 181 * DAY, NOW)
    assert not is_offered(scheduler, at("09:00") + 182 * DAY, NOW)


def test_ex_L13_hours_that_hold_where_the_booker_is():
    host = a_member("ada", hours=hours("Mo-Su 07:00-23:00", "Europe/Berlin"))
    calendar = a_calendar(
        member_ids=["ada"],
        zone="Europe/Berlin",
        booker_hours=hours("Mo-Su 08:00-21:00", "Europe/Berlin"),
    )
    scheduler = a_scheduler(host, calendar)

    def first_and_last(zone):
        request = Request(HOUR, calendar_id="massage", booker_zone=zone)
        slots = scheduler.free_slots(request, within=WHOLE_DAY, now=NOW)
        assert all(not scheduler.explain(request, start=each.start, now=NOW) for each in slots)
        return f"{slots[0].start:%H:%M}", f"{slots[-1].start:%H:%M}"

    assert first_and_last("Europe/Berlin") == ("07:00", "19:00")
    # 08:00 in New York is 13:00Z; Berlin closes at 22:00Z.
    assert first_and_last(NEW_YORK) == ("13:00", "21:00")
    # 21:00 in Kolkata is 15:30Z; Berlin opens at 06:00Z.
    assert first_and_last("Asia/Kolkata") == ("06:00", "14:00")
    assert first_and_last(None) == ("07:00", "19:00")


def test_notice_and_horizon_of_a_request_are_those_of_the_examples():
    scheduler = a_scheduler()
    request = a_request(
        all_of("blue room"),
        hours=hours("Mo-Fr 09:00-17:00"),
        minimum_notice=WorkingTime(2 * HOUR),
        booking_horizon=LastDate(1),
    )

    found = scheduler.free_slots(
        request, within=Interval(NOW, NOW + 9 * DAY), now=at("15:00") + timedelta(seconds=1)
    )

    assert [each.start for each in found] == [at(f"{hour:02}:00", day=3) for hour in range(10, 17)]


# Series --------------------------------------------------------------------


def a_daily_series(*taken, days, policy, **fields):
    """A calendar with one room, taken at 09:00 on some days, asked for 09:00 on every day."""
    bookings = [
        Booking(f"T-{day}", at("09:00", day=day), at("10:00", day=day), room_ids=["blue room"])
        for day in taken
    ]
    calendar = a_calendar(hours=hours("Mo-Su 09:00-12:00"), **fields)
    scheduler = a_scheduler(calendar, a_room(calendar_ids=["massage"]), bookings=bookings)
    starts = [at("09:00") + number * DAY for number in range(days)]
    series = scheduler.plan_series(
        scheduler.request("massage"),
        starts,
        booking_ids=[f"S-{number}" for number in range(days)],
        now=NOW,
        policy=policy,
    )
    after = scheduler.apply(series.plan)
    assert after.violations(now=NOW) == ()
    booked = [
        after.bookings[f"S-{number}"].start
        for number in range(days)
        if f"S-{number}" in after.bookings
    ]
    return series, booked


def outcomes(series):
    return [each.outcome.value for each in series.occurrences]


def test_ex_L8_a_series_may_have_so_many_conflicts():
    lenient = SeriesPolicy("skip", most_conflicts=2, most_percent=20)
    strict = SeriesPolicy("skip", most_conflicts=2, most_percent=10)

    accepted, booked = a_daily_series(4, 7, days=10, policy=lenient)
    declined, nothing = a_daily_series(4, 7, days=10, policy=strict)

    assert accepted.is_accepted
    assert (outcomes(accepted).count("declined"), len(booked)) == (2, 8)
    assert [each.asked.day for each in accepted.occurrences if each.start is None] == [4, 7]
    assert not declined.is_accepted
    assert nothing == []


def test_ex_L9_a_series_beyond_the_window_is_declined_or_cut_off():
    window = {"days": 10, "booking_horizon": LastDate(6)}

    declined, nothing = a_daily_series(policy=SeriesPolicy(beyond_horizon="decline"), **window)
    cut, booked = a_daily_series(policy=SeriesPolicy(beyond_horizon="truncate"), **window)

    assert not declined.is_accepted
    assert nothing == []
    assert {rule for rule, _ in rules(declined.refusals)} == {"beyond_horizon"}
    assert cut.is_accepted
    assert outcomes(cut) == ["booked"] * 7 + ["truncated"] * 3
    assert booked == [at("09:00") + number * DAY for number in range(7)]


def test_ex_L11_what_happens_to_the_day_that_is_taken():
    """To go on regardless, and so to book twice, is the one policy that there is not."""
    skipped, two = a_daily_series(3, days=3, policy=SeriesPolicy("skip"))
    moved, three = a_daily_series(3, days=3, policy=SeriesPolicy("next_free"))
    refused, none = a_daily_series(3, days=3, policy=SeriesPolicy("all_or_nothing"))

    assert outcomes(skipped) == ["booked", "declined", "booked"]
    assert two == [at("09:00"), at("09:00", day=4)]
    assert outcomes(moved) == ["booked", "moved", "booked"]
    assert three == [at("09:00"), at("10:00", day=3), at("09:00", day=4)]
    assert (refused.is_accepted, none) == (False, [])

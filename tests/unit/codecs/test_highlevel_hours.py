"""When a HighLevel calendar is open: its hours and dates, what they mean and what is refused."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from attrs import evolve

from bookable import (
    AnyHours,
    Catalogue,
    CodecError,
    Hours,
    Interval,
    IntervalSet,
    WeeklyHours,
    Window,
)
from bookable.codecs.highlevel.calendars import read_calendar, update_calendar, write_calendar
from bookable.codecs.highlevel.schedules import (
    Schedule,
    ScheduleRule,
    with_schedule,
    without_schedule,
)
from tests.support.builders import at, refused

ZONE = "America/Chicago"
NINE_TO_FIVE = {"openHour": 9, "openMinute": 0, "closeHour": 17, "closeMinute": 0}


def read(zone=ZONE, **fields):
    """A calendar of one person with these fields."""
    body = {
        "locationId": "berlin",
        "name": "cut",
        "calendarType": "personal",
        "teamMembers": [{"userId": "ada"}],
        **fields,
    }
    return read_calendar(body, "c1", zone=zone)


def ranges(*texts):
    found = []
    for text in texts:
        opens, closes = (each.split(":") for each in text.split("-"))
        found.append(
            {
                "openHour": int(opens[0]),
                "openMinute": int(opens[1]),
                "closeHour": int(closes[0]),
                "closeMinute": int(closes[1]),
            }
        )
    return found


def entry(days, *texts):
    return {"daysOfTheWeek": days, "hours": ranges(*texts)}


def dated(day, *texts, **fields):
    return {"date": f"{day}T00:00:00.000Z", "hours": ranges(*texts), **fields}


def test_weekday_0_is_sunday_and_23_60_is_midnight():
    calendar = read(
        openHours=[entry([0, 1], "9:00-12:00", "13:30-23:60"), entry([6], "22:00-2:00")]
    )

    assert str(calendar.hours) == "Mo,Su 09:00-12:00,13:30-24:00; Sa 22:00-02:00"
    assert calendar.hours.zone.key == ZONE
    assert calendar.zone.key == ZONE


def test_what_a_host_says_is_written_with_23_60():
    hours = WeeklyHours.parse("Mo 09:00-24:00; Su 20:00-02:00", zone=ZONE)

    assert write_calendar(evolve(read(), hours=hours))["openHours"] == [
        entry([0], "20:00-2:00"),
        entry([1], "9:00-23:60"),
    ]


def test_equal_ends_are_a_whole_day():
    assert str(read(openHours=[entry([3], "9:00-9:00")]).hours) == "We 09:00-09:00"


def test_hours_need_a_zone():
    with refused(CodecError, "unknown_zone") as caught:
        read(zone=None, openHours=[])
    assert caught.value.path == "$.openHours"

    plain = read(zone=None)
    with refused(CodecError, "unknown_zone") as caught:
        update_calendar(plain, {"availabilities": []})
    assert caught.value.path == "$.availabilities"
    assert update_calendar(plain, {"openHours": []}, zone=ZONE).zone.key == ZONE


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("openHour", 24),
        ("openHour", -1),
        ("openMinute", 61),
        ("closeHour", 24),
        ("closeMinute", 61),
        ("closeMinute", 1.5),
        ("closeHour", "9"),
        ("closeHour", True),
    ],
)
def test_hours_are_numbers_of_a_clock(key, value):
    hours = [NINE_TO_FIVE, {**NINE_TO_FIVE, key: value}]
    with refused(CodecError, "quantity") as caught:
        read(openHours=[{"daysOfTheWeek": [1], "hours": hours}])

    assert caught.value.path == f"$.openHours[0].hours[1].{key}"


@pytest.mark.parametrize("key", NINE_TO_FIVE)
def test_hours_have_all_their_numbers(key):
    hours = {each: value for each, value in NINE_TO_FIVE.items() if each != key}
    with refused(CodecError, "missing_key") as caught:
        read(openHours=[{"daysOfTheWeek": [1], "hours": [hours]}])

    assert caught.value.path == f"$.openHours[0].hours[0].{key}"


def test_nothing_opens_at_24():
    with refused(CodecError, "quantity") as caught:
        read(openHours=[entry([1], "23:60-23:60")])

    assert caught.value.path == "$.openHours[0].hours[0].openMinute"


@pytest.mark.parametrize(
    ("days", "path"),
    [
        ([7], "$.openHours[0].daysOfTheWeek[0]"),
        ([1, -1], "$.openHours[0].daysOfTheWeek[1]"),
        (["monday"], "$.openHours[0].daysOfTheWeek[0]"),
        (None, "$.openHours[0].daysOfTheWeek"),
        (3, "$.openHours[0].daysOfTheWeek"),
    ],
)
def test_days_are_0_to_6(days, path):
    with pytest.raises(CodecError) as caught:
        read(openHours=[entry(days, "9:00-17:00")])

    assert caught.value.path == path


WEEK = [entry([1, 2, 3, 4, 5], "9:00-17:00")]
DATES = [dated("2026-03-02", "10:00-11:00"), dated("2026-03-03")]


@pytest.mark.parametrize(
    ("mode", "monday", "tuesday", "wednesday"),
    [(0, 8, 8, 8), (1, 1, 0, 0), (None, 1, 0, 8)],
)
def test_the_type_says_how_dates_meet_the_week(mode, monday, tuesday, wednesday):
    calendar = read(openHours=WEEK, availabilities=DATES, availabilityType=mode)

    for day, hours in ((2, monday), (3, tuesday), (4, wednesday)):
        within = Interval.day(date(2026, 3, day), zone=ZONE)
        open_time = sum((each.duration for each in calendar.hours.open_within(within)), timedelta())
        assert open_time == timedelta(hours=hours)


def test_dates_without_a_week_are_closed_on_all_others():
    calendar = read(availabilities=DATES)

    assert calendar.hours.weekly == WeeklyHours({}, ZONE)
    assert read(availabilityType=1).hours == Hours(WeeklyHours({}, ZONE), layering="dates_only")
    assert read(availabilityType=0).hours is None


@pytest.mark.parametrize("value", [2, -1, "0", 0.5, True, []])
def test_another_type_of_availability_is_refused(value):
    with pytest.raises(CodecError) as caught:
        read(openHours=WEEK, availabilityType=value)

    assert caught.value.path == "$.availabilityType"


def test_the_date_is_local_whatever_comes_after_it():
    for text in ("2026-03-02T00:00:00.000Z", "2026-03-02T23:59:59-09:00", "2026-03-02"):
        calendar = read(availabilities=[{"date": text, "hours": []}])
        assert list(calendar.hours.overrides) == [date(2026, 3, 2)]


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-3-2", "2026-02-30T00:00:00Z", "02/03/2026T00:00", "2026-03-02 00:00"),
        *(20260302, None, f"2026-03-02T{'0' * 100}"),
    ],
)
def test_another_date_is_refused(text):
    with pytest.raises(CodecError) as caught:
        read(availabilities=[dated("2026-03-01"), {"date": text, "hours": []}])

    assert caught.value.path == "$.availabilities[1].date"


def test_a_deleted_date_is_left_out():
    calendar = read(availabilities=[*DATES, dated("2026-03-04", deleted=True, id="x")])

    assert len(calendar.hours.overrides) == 2
    assert write_calendar(calendar)["availabilities"] == DATES


def days_of(calendar):
    dates = write_calendar(calendar)["availabilities"]
    found = {each["date"][:10]: (each.get("id"), len(each["hours"])) for each in dates}
    assert len(found) == len(dates)
    return found


def test_an_update_changes_the_dates_that_it_names():
    calendar = read(
        openHours=WEEK,
        availabilities=[
            dated("2026-03-02", "10:00-11:00", id="a"),
            dated("2026-03-03", id="b"),
            dated("2026-03-04"),
        ],
    )
    moved = update_calendar(calendar, {"availabilities": [dated("2026-03-09", id="a")]})
    assert days_of(moved) == {
        "2026-03-03": ("b", 0),
        "2026-03-04": (None, 0),
        "2026-03-09": ("a", 0),
    }
    gone = update_calendar(
        calendar, {"availabilities": [dated("2026-03-03", id="b", deleted=True)]}
    )
    assert days_of(gone) == {"2026-03-02": ("a", 1), "2026-03-04": (None, 0)}
    other = update_calendar(calendar, {"availabilities": [dated("2026-03-04", "8:00-9:00")]})
    assert days_of(other) == {
        "2026-03-02": ("a", 1),
        "2026-03-03": ("b", 0),
        "2026-03-04": (None, 1),
    }
    # An id that nothing has is told by its date.
    new = update_calendar(calendar, {"availabilities": [dated("2026-03-04", "8:00-9:00", id="z")]})
    assert days_of(new)["2026-03-04"] == ("z", 1)
    assert update_calendar(calendar, {"availabilities": []}) == calendar
    assert update_calendar(calendar, {"availabilities": None}).hours == calendar.hours.weekly


def test_dates_that_a_host_changed_keep_their_ids():
    calendar = read(openHours=WEEK, availabilities=[dated("2026-03-02", "10:00-11:00", id="a")])
    window = Window(time(8), time(9))
    changed = evolve(
        calendar,
        hours=Hours(calendar.hours.weekly, {date(2026, 3, 2): [window], date(2026, 3, 5): []}),
    )

    assert write_calendar(changed)["availabilities"] == [
        dated("2026-03-02", "8:00-9:00", id="a"),
        dated("2026-03-05"),
    ]


def test_a_year_of_dates_is_carried():
    first = date(2026, 1, 1)
    dates = [
        dated((first + timedelta(days=number)).isoformat(), "9:00-17:00", id=f"id {number}")
        for number in range(365)
    ]
    calendar = read(openHours=WEEK, availabilities=dates)

    assert len(calendar.hours.overrides) == 365
    assert write_calendar(calendar)["availabilities"] == dates


def test_what_highlevel_cannot_say_of_hours_stays_through_an_update():
    closed = IntervalSet([Interval(at("09:00"), at("10:00"))])
    calendar = read(openHours=WEEK)
    hours = Hours(calendar.hours, closures=closed, valid_until=at("00:00", day=9))
    calendar = evolve(calendar, hours=hours)
    found = update_calendar(calendar, {"openHours": [entry([2], "8:00-9:00")]}).hours

    assert (found.closures, found.valid_until) == (closed, at("00:00", day=9))
    assert str(found.weekly) == "Tu 08:00-09:00"


@pytest.mark.parametrize(
    "hours",
    [
        AnyHours([WeeklyHours.parse("Mo 09:00-12:00", zone=ZONE)]),
        Hours(overrides={date(2026, 3, 2): []}, zone=ZONE),
        Hours(WeeklyHours({}, ZONE), layering="union"),
        Hours(WeeklyHours({}, ZONE), zone="UTC"),
        WeeklyHours({1: [Window(time(9, 0, 1), time(10))]}, ZONE),
    ],
)
def test_hours_that_highlevel_cannot_say_are_left_out(hours):
    calendar = evolve(read(), hours=hours)

    assert not {"openHours", "availabilities"} & write_calendar(calendar).keys()
    assert update_calendar(calendar, write_calendar(calendar)) == calendar


def test_the_hours_of_an_event_calendar_are_its_own_while_a_schedule_is_in_force():
    body = {"locationId": "berlin", "name": "fair", "openHours": WEEK}
    event = read_calendar(body, "c1", zone=ZONE)
    schedule = Schedule("s1", "", ZONE, calendar_ids=["c1"], rules=[ScheduleRule(1)])
    catalogue = with_schedule(Catalogue(calendars=[event]), schedule)
    kept = catalogue.calendar("c1")

    assert kept.hours is None
    assert write_calendar(kept) == write_calendar(event)
    changed = update_calendar(kept, {"openHours": [entry([2], "8:00-9:00")]})
    assert (changed.hours, changed.schedule_id) == (None, "s1")
    assert write_calendar(changed)["openHours"] == [entry([2], "8:00-9:00")]
    always = update_calendar(kept, {"openHours": None})
    assert write_calendar(always)["openHours"] is None
    assert without_schedule(catalogue.replace(always), "s1").calendar("c1").hours is None


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"openHours": [entry([])] * 1_001}, "$.openHours"),
        ({"openHours": [entry([1], *["9:00-9:30"] * 1_441)]}, "$.openHours[0].hours"),
        ({"availabilities": [dated("2026-03-02")] * 10_001}, "$.availabilities"),
    ],
)
def test_lists_have_limits(fields, path):
    with refused(CodecError, "limit_exceeded") as caught:
        read(**fields)

    assert caught.value.path == path

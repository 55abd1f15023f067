"""What other products say, and how: rows M5 and M7."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bookable import BusyTime, Interval, WeeklyHours
from bookable.codecs import calcom, cronofy, google, graph
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    a_calendar,
    a_member,
    a_scheduler,
    at,
    minutes,
    monday,
)

STEPS = [5, 30, 1_440]


def a_day(first: str, last: str) -> Interval:
    """15 March 2019 by the clock of Los Angeles, which was seven hours behind."""
    hours = [int(each[:2]) * 60 + int(each[3:]) + 7 * 60 for each in (first, last)]
    midnight = datetime(2019, 3, 15, tzinfo=UTC)
    return Interval(*(midnight + minutes(each) for each in hours))


# M5 --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "view"),
    [
        ([("12:00", "14:00", "busy")], "000220000"),
        (
            [
                ("08:30", "09:30", "busy"),
                ("12:00", "14:00", "busy"),
                ("12:00", "13:00", "tentative"),
                ("13:00", "14:00", "busy"),
                ("16:00", "17:00", "tentative"),
            ],
            "200220010",
        ),
    ],
    ids=["ex-S6-one", "ex-S6-other"],
)
def test_M5_the_documented_views(times, view):
    told = [BusyTime(a_day(first, last), kind) for first, last, kind in times]

    assert graph.availability_view(told, a_day("09:00", "18:00"), minutes=60) == view


@pytest.mark.parametrize(
    ("kind", "digit"),
    [
        ("free", "0"),
        ("tentative", "1"),
        ("busy", "2"),
        ("out_of_office", "3"),
        ("elsewhere", "4"),
    ],
)
def test_M5_one_digit_for_each_kind(kind, digit):
    hour = monday("09:00", "10:00")

    assert graph.availability_view([BusyTime(hour, kind)], hour, minutes=60) == digit


def test_M5_the_strongest_wins_and_elsewhere_is_weaker_than_tentative():
    hour = monday("09:00", "10:00")
    kinds = ["out_of_office", "busy", "tentative", "elsewhere", "free"]
    views = [
        graph.availability_view([BusyTime(hour, each) for each in kinds[place:]], hour, minutes=60)
        for place in range(len(kinds))
    ]

    assert views == ["3", "2", "1", "4", "0"]
    both = [BusyTime(hour, "maintenance"), BusyTime(hour, "tentative")]
    assert graph.availability_view(both, hour, minutes=60) == "2"


@pytest.mark.parametrize("step", STEPS)
def test_M5_steps_from_five_minutes_to_a_day(step):
    view = graph.availability_view(
        [BusyTime(monday("09:00", "09:01"))], monday("00:00", "24:00"), minutes=step
    )

    assert (len(view), view.index("2")) == (1_440 // step, 9 * 60 // step)


def test_M5_thirty_minutes_unless_said_otherwise():
    assert graph.availability_view([], monday("09:00", "12:00")) == "000000"


# M7 --------------------------------------------------------------------------


def a_practice():
    calendar = a_calendar("7", member_ids=["ada"], hours=OFFICE)
    return a_scheduler(calendar, a_member("ada", hours=OFFICE), a_member("ben", hours=OFFICE))


@pytest.mark.parametrize(("form", "end"), [("time", None), ("range", at("10:00"))])
def test_M7_cal_com_slots(form, end):
    """S7: by date; format time gives the start only."""
    asked = {
        "start": "2026-03-02T09:00:00Z",
        "end": "2026-03-02T10:00:00Z",
        "eventTypeId": "7",
        "timeZone": "Europe/Berlin",
        **({} if form == "time" else {"format": form}),
    }
    query = calcom.read_slot_query(asked)
    told = calcom.answer_slots(query, a_practice(), now=NOW)
    body = calcom.write_slots(told, zone=query.zone)

    assert calcom.write_slot_query(query) == asked
    assert told.days == {date(2026, 3, 2): (calcom.CalSlot(at("09:00"), end),)}
    (slot,) = body["data"]["2026-03-02"]
    assert slot["start"] == "2026-03-02T10:00:00.000+01:00"
    assert slot.get("end") == (end and "2026-03-02T11:00:00.000+01:00")
    assert calcom.read_slots(body) == told


def test_M7_cal_com_schedules():
    hours = WeeklyHours.parse("Mo-Fr 09:00-12:00,13:00-24:00", zone="Europe/Rome")
    rules = [("09:00", "12:00"), ("13:00", "23:59")]
    week = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    body = {
        "name": "Practice",
        "timeZone": "Europe/Rome",
        "availability": [
            {"days": week, "startTime": start, "endTime": end} for start, end in rules
        ],
        "isDefault": False,
        "overrides": [],
    }

    assert calcom.read_schedule(body).hours.weekly == hours
    assert calcom.write_schedule(calcom.read_schedule(body)) == body


@pytest.mark.parametrize(
    ("form", "times"),
    [
        ("periods", [monday("09:00", "10:40")]),
        ("slots", [monday("09:00", "10:00")]),
        ("overlapping_slots", [monday("09:00", "10:00"), monday("09:30", "10:30")]),
    ],
)
def test_M7_cronofy_availability(form, times):
    """S8: periods of at least the duration, slots that do not overlap, slots at every step."""
    asked = {
        "participants": [
            {
                "members": [
                    {"sub": "ada", "managed_availability": True},
                    {"sub": "ben", "managed_availability": True},
                ],
                "required": "all",
            }
        ],
        "required_duration": {"minutes": 60},
        "query_periods": [{"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T10:40:00Z"}],
        **({} if form == "periods" else {"response_format": form}),
    }
    query = cronofy.read_availability_query(asked)
    told = cronofy.answer_availability(query, a_practice(), now=NOW)

    assert cronofy.write_availability_query(query) == asked
    assert [each.interval for each in told.times] == times
    assert {each.subs for each in told.times} == {("ada", "ben")}
    assert cronofy.read_availability(cronofy.write_availability(told)) == told


def test_M7_cronofy_lists_all_of_a_pool_who_are_free():
    query = cronofy.AvailabilityQuery(
        [cronofy.Group([cronofy.Participant("ada"), cronofy.Participant("ben")], required=1)],
        HOUR,
        [monday("09:00", "10:00")],
        response_format="slots",
    )

    (slot,) = cronofy.answer_availability(query, a_practice(), now=NOW).times
    assert slot.subs == ("ada", "ben")


def test_M7_google_free_busy():
    """S9: busy times or errors of each calendar; groups expanded."""
    state = a_practice().block("ada", monday("09:00", "10:00"), block_id="K")
    query = google.FreeBusyQuery(monday("00:00", "24:00"), ["team", "zoe"])
    told = google.answer_free_busy(query, state, now=NOW, groups={"team": ["ada", "ben"]})

    assert google.write_free_busy_answer(told) == {
        "kind": "calendar#freeBusy",
        "timeMin": "2026-03-02T00:00:00Z",
        "timeMax": "2026-03-03T00:00:00Z",
        "groups": {"team": {"calendars": ["ada", "ben"]}},
        "calendars": {
            "ada": {"busy": [{"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"}]},
            "ben": {"busy": []},
            "zoe": {"busy": [], "errors": [{"domain": "global", "reason": "notFound"}]},
        },
    }

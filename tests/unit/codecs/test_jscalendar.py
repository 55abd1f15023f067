"""JSCalendar events as busy time (row M4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable import CodecError, Interval, InvalidValueError
from bookable.codecs.jscalendar import read_busy
from tests.support.calendars import MARCH, told

AT_NINE = ["02 09:00-10:00 busy"]


def event(**fields):
    """On Monday 2 March 2026 from 10 to 11 in Berlin, that is from 9 to 10 in UTC."""
    head = {"@type": "Event", "uid": "1", "start": "2026-03-02T10:00:00", "duration": "PT1H"}
    return {**head, "timeZone": "Europe/Berlin", **fields}


def busy(body, **options):
    found = read_busy(body, subject="ada", within=MARCH, **options)
    assert dict(found.unknown) == {}
    return told(found)


def daily(**fields):
    rule = {"@type": "RecurrenceRule", "frequency": "daily", "count": 3}
    return event(recurrenceRules=[rule], **fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, AT_NINE),
        ({"freeBusyStatus": "busy"}, AT_NINE),
        ({"freeBusyStatus": "free"}, []),
        ({"freeBusyStatus": "unheard-of"}, AT_NINE),
        ({"status": "confirmed"}, AT_NINE),
        ({"status": "cancelled"}, []),
        ({"status": "tentative"}, ["02 09:00-10:00 tentative"]),
        ({"status": "tentative", "freeBusyStatus": "free"}, []),
    ],
)
def test_M4_free_busy_status_and_status(fields, expected):
    assert busy(event(**fields)) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"timeZone": "Etc/UTC"}, ["02 10:00-11:00 busy"]),
        ({"duration": "P1DT1H"}, ["02 09:00-03 10:00 busy"]),
        ({"duration": None}, []),
        ({"duration": "PT0S"}, []),
        ({"start": "2026-03-28T10:00:00", "duration": "P1D"}, ["28 09:00-29 08:00 busy"]),
        ({"start": "2026-03-28T10:00:00", "duration": "PT24H"}, ["28 09:00-29 09:00 busy"]),
        ({"start": "2026-03-29T02:30:00"}, ["29 01:30-02:30 busy"]),
    ],
)
def test_M4_a_local_start_in_a_zone_and_a_duration(fields, expected):
    assert busy(event(**fields)) == expected


def test_without_a_zone_the_caller_says_which():
    floating = event(
        timeZone=None, showWithoutTime=True, start="2026-03-02T00:00:00", duration="P1D"
    )

    assert busy(floating, zone="Europe/Berlin") == ["01 23:00-02 23:00 busy"]
    found = read_busy(floating, subject="ada", within=MARCH)
    assert found.unknown["ada"] == "$.timeZone: a time without a zone, and no zone is given for it"


def test_M4_overrides_leave_out_change_and_add_occurrences():
    found = busy(
        daily(
            recurrenceOverrides={
                "2026-03-03T10:00:00": {"excluded": True, "title": "ignored"},
                "2026-03-04T10:00:00": {"start": "2026-03-05T08:00:00", "duration": "PT2H"},
                "2026-03-20T12:00:00": {},
                "2026-03-21T12:00:00": {"status": "tentative", "timeZone": "Etc/UTC"},
                "2026-03-22T12:00:00": {"freeBusyStatus": "free"},
            }
        )
    )

    assert found == [
        "02 09:00-10:00 busy",
        "05 07:00-09:00 busy",
        "20 11:00-12:00 busy",
        "21 12:00-13:00 tentative",
    ]


def test_M4_a_busy_occurrence_of_a_free_series():
    body = daily(
        freeBusyStatus="free",
        recurrenceOverrides={"2026-03-03T10:00:00": {"freeBusyStatus": "busy"}},
    )

    assert busy(body) == ["03 09:00-10:00 busy"]


def test_a_null_in_an_override_takes_the_default():
    body = daily(
        freeBusyStatus="free", recurrenceOverrides={"2026-03-03T10:00:00": {"freeBusyStatus": None}}
    )

    assert busy(body) == ["03 09:00-10:00 busy"]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({"frequency": "daily", "interval": 10}, [2, 12, 22]),
        (
            {
                "frequency": "weekly",
                "byDay": [{"day": "mo"}, {"@type": "NDay", "day": "we"}],
                "count": 4,
            },
            [2, 4, 9, 11],
        ),
        ({"frequency": "monthly", "byDay": [{"day": "fr", "nthOfPeriod": -1}]}, [2, 27]),
        ({"frequency": "monthly", "byMonthDay": [2, -1]}, [2, 31]),
        ({"frequency": "yearly", "byMonth": ["3"], "byMonthDay": [2, 9]}, [2, 9]),
        ({"frequency": "yearly", "byYearDay": [61, 70]}, [2, 11]),
        ({"frequency": "yearly", "byWeekNo": [11], "byDay": [{"day": "mo"}]}, [2, 9]),
        ({"frequency": "daily", "until": "2026-03-04T10:00:00"}, [2, 3, 4]),
        ({"frequency": "daily", "until": "2026-03-04T09:59:59"}, [2, 3]),
        ({"frequency": "monthly", "byDay": [{"day": "mo"}], "bySetPosition": [1, -1]}, [2, 30]),
        (
            {
                "frequency": "weekly",
                "interval": 2,
                "firstDayOfWeek": "su",
                "byDay": [{"day": "su"}],
            },
            [2, 15, 29],
        ),
        (
            {"frequency": "hourly", "interval": 240, "rscale": "gregorian", "skip": "omit"},
            [2, 12, 22],
        ),
        (
            {"frequency": "daily", "byHour": [10], "byMinute": [0], "bySecond": [0], "count": 2},
            [2, 3],
        ),
    ],
)
def test_M4_rules(rule, days):
    assert [int(each[:2]) for each in busy(event(recurrenceRules=[rule]))] == days


def test_groups_and_lists_stand_for_their_events():
    task = {"@type": "Task"}
    group = {"@type": "Group", "entries": [event(), task, event(start="2026-03-03T10:00:00")]}

    assert [each[:2] for each in busy([group, event(start="2026-03-04T10:00:00"), task])] == [
        "02",
        "03",
        "04",
    ]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"start": None}, "$.start"),
        ({"start": "2026-03-02T10:00:00Z"}, "$.start"),
        ({"start": 7}, "$.start"),
        ({"duration": "PT1"}, "$.duration"),
        ({"duration": "-PT1H"}, "$.duration"),
        ({"duration": "+PT1H"}, "$.duration"),
        ({"duration": "P99999999999D"}, "$.duration"),
        ({"timeZone": "/ours"}, "$.timeZone"),
        ({"status": 7}, "$.status"),
        ({"freeBusyStatus": []}, "$.freeBusyStatus"),
        ({"recurrenceRules": {}}, "$.recurrenceRules"),
        ({"recurrenceRules": [{}]}, "$.recurrenceRules[0].frequency"),
        ({"recurrenceRules": [{"frequency": "DAILY"}]}, "$.recurrenceRules[0].frequency"),
        (
            {"recurrenceRules": [{"frequency": "daily", "interval": 0}]},
            "$.recurrenceRules[0].interval",
        ),
        (
            {"recurrenceRules": [{"frequency": "daily", "rscale": "hebrew"}]},
            "$.recurrenceRules[0].rscale",
        ),
        (
            {"recurrenceRules": [{"frequency": "daily", "skip": "forward"}]},
            "$.recurrenceRules[0].skip",
        ),
        (
            {"recurrenceRules": [{"frequency": "daily", "byMonth": ["5L"]}]},
            "$.recurrenceRules[0].byMonth[0]",
        ),
        (
            {"recurrenceRules": [{"frequency": "daily", "byMonth": [5]}]},
            "$.recurrenceRules[0].byMonth[0]",
        ),
        ({"recurrenceRules": [{"frequency": "daily", "byHour": [24]}]}, "$.recurrenceRules[0]"),
        (
            {
                "recurrenceRules": [
                    {"frequency": "weekly", "byDay": [{"day": "mo", "nthOfPeriod": 1}]}
                ]
            },
            "$.recurrenceRules[0]",
        ),
        (
            {
                "recurrenceRules": [
                    {"frequency": "yearly", "byDay": [{"day": "mo", "nthOfPeriod": 0}]}
                ]
            },
            "$.recurrenceRules[0].byDay[0].nthOfPeriod",
        ),
        ({"recurrenceRules": [{"frequency": "secondly"}]}, "$"),
        ({"recurrenceRules": [{"frequency": "minutely", "interval": 3}]}, "$"),
        ({"excludedRecurrenceRules": [{"frequency": "daily"}]}, "$.excludedRecurrenceRules"),
        ({"recurrenceRule": {"frequency": "daily"}}, "$.recurrenceRule"),
        ({"recurrenceOverrides": []}, "$.recurrenceOverrides"),
        ({"recurrenceOverrides": {"soon": {}}}, "$.recurrenceOverrides.soon"),
        (
            {"recurrenceOverrides": {"2026-03-03T10:00:00": {"excluded": 1}}},
            "$.recurrenceOverrides['2026-03-03T10:00:00'].excluded",
        ),
        (
            {"recurrenceOverrides": {"2026-03-03T10:00:00": 1}},
            "$.recurrenceOverrides['2026-03-03T10:00:00']",
        ),
        (
            {"recurrenceOverrides": {"2026-03-03T10:00:00": {"start": "x"}}},
            "$.recurrenceOverrides['2026-03-03T10:00:00'].start",
        ),
    ],
)
def test_an_event_that_cannot_be_read_makes_the_subject_unknown(fields, path):
    found = read_busy(event(**fields), subject="ada", within=MARCH)

    assert dict(found.busy) == {}
    assert found.unknown["ada"].startswith(f"{path}: ")


def test_what_takes_no_time_need_not_be_read():
    assert busy([event(), event(start="soon", status="cancelled")]) == AT_NINE


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("text", "type"),
        (None, "type"),
        ({}, "missing_key"),
        ({"@type": "Meeting"}, "choice"),
        ({"@type": "Group"}, "missing_key"),
        ({"@type": "Group", "entries": [{"@type": "Group"}]}, "choice"),
        ([event()] * 5_001, "limit_exceeded"),
        ([event(recurrenceRules=[{"frequency": "hourly"}])] * 300, "work"),
    ],
)
def test_a_body_that_is_none_is_refused(body, code):
    within = Interval(MARCH.start, MARCH.start + timedelta(days=300))

    with pytest.raises(CodecError) as caught:
        read_busy(body, subject="ada", within=within)

    assert caught.value.code == code


@pytest.mark.parametrize(("events", "overrides"), [(1, 5_000), (2, 2_500), (50, 101)])
def test_more_events_and_overrides_than_the_limit_are_refused(events, overrides):
    start = datetime(2026, 1, 1)
    keys = [(start + timedelta(minutes=each)).isoformat() for each in range(overrides)]
    one = event(recurrenceOverrides={key: {} for key in keys})

    with pytest.raises(CodecError, match="the limit on events and overrides is 5,000") as caught:
        read_busy([one] * events, subject="a", within=MARCH)

    assert caught.value.code == "limit_exceeded"


@pytest.mark.parametrize("options", [{"subject": ""}, {"within": None}, {"zone": "Nowhere"}])
def test_arguments_are_checked(options):
    with pytest.raises(InvalidValueError):
        read_busy(event(), **{"subject": "ada", "within": MARCH, **options})


def test_an_event_long_before_the_window_is_not_in_it():
    within = Interval(datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 2, tzinfo=UTC))

    assert told(read_busy(event(), subject="ada", within=within)) == []

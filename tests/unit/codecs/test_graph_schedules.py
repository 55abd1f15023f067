"""Microsoft Graph's getSchedule."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookable import (
    Block,
    BusyTime,
    CodecError,
    FreeBusy,
    Hours,
    Interval,
    InvalidAmountError,
    InvalidIntervalError,
    InvalidValueError,
    LimitExceededError,
    WeeklyHours,
    Window,
)
from bookable.codecs import graph
from bookable.codecs.graph import (
    FreeBusyError,
    GraphTime,
    ScheduleInformation,
    ScheduleItem,
    ScheduleQuery,
    WorkingHours,
)
from tests.support.builders import (
    HOUR,
    NOW,
    US,
    a_booking,
    a_member,
    a_room,
    a_scheduler,
    at,
    monday,
    refused,
)

PACIFIC = "Pacific Standard Time"
IN_SECONDS = "2019-03-15T{}:00"
LONG = "2019-03-15T{}:00.0000000"


def pacific(clock: str, *, like: str = LONG) -> dict:
    return {"dateTime": like.format(clock), "timeZone": PACIFIC}


def an_item(status: str, first: str, last: str, **more: object) -> dict:
    return {"status": status, **more, "start": pacific(first), "end": pacific(last)}


# The example of the reference: who is asked about, and what is answered.
QUERY = {
    "schedules": ["adelev@contoso.onmicrosoft.com", "meganb@contoso.onmicrosoft.com"],
    "startTime": pacific("09:00", like=IN_SECONDS),
    "endTime": pacific("18:00", like=IN_SECONDS),
    "availabilityViewInterval": 60,
}
WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday"]
OFFICE_HOURS = {
    "daysOfWeek": WEEK,
    "startTime": "08:00:00.0000000",
    "endTime": "17:00:00.0000000",
    "timeZone": {"name": PACIFIC},
}
CUSTOM = {
    "bias": 480,
    "daylightOffset": {"daylightBias": -60, "month": 3, "time": "02:00:00.0000000"},
    "name": "Customized Time Zone",
}
ADELE = {
    "scheduleId": "adelev@contoso.onmicrosoft.com",
    "availabilityView": "000220000",
    "scheduleItems": [
        an_item(
            "busy",
            "12:00",
            "14:00",
            isPrivate=False,
            subject="Let's go for lunch",
            location="Harry's Bar",
        )
    ],
    "workingHours": OFFICE_HOURS,
}
MEGAN = {
    "scheduleId": "meganb@contoso.onmicrosoft.com",
    "availabilityView": "200220010",
    "scheduleItems": [
        an_item("busy", "08:30", "09:30"),
        an_item("busy", "12:00", "14:00"),
        an_item("tentative", "12:00", "13:00"),
        an_item("busy", "13:00", "14:00"),
        an_item("tentative", "16:00", "17:00"),
    ],
    "workingHours": {**OFFICE_HOURS, "timeZone": CUSTOM},
}
ANSWER = {"value": [ADELE, MEGAN]}


def query(*schedules: str, first: str = "09:00", last: str = "12:00", **fields) -> ScheduleQuery:
    return ScheduleQuery(schedules, GraphTime.of(at(first)), GraphTime.of(at(last)), **fields)


# The documented examples -----------------------------------------------------


def test_the_documented_query_is_read_and_written():
    found = graph.read_schedule_query(QUERY)

    assert found.within == Interval(
        datetime(2019, 3, 15, 16, tzinfo=UTC), datetime(2019, 3, 16, 1, tzinfo=UTC)
    )
    assert graph.write_schedule_query(found) == QUERY


def test_the_documented_answer_is_read_and_written():
    assert graph.write_schedules(graph.read_schedules(ANSWER)) == ANSWER


def test_both_documented_views_follow_from_their_items():
    asked = graph.read_schedule_query(QUERY)
    told = graph.to_free_busy(graph.read_schedules(ANSWER), asked)

    assert [
        graph.availability_view(told.busy[key], told.within, minutes=60) for key in asked.schedules
    ] == ["000220000", "200220010"]


def test_the_example_of_the_guide_has_capitals_and_numbers_in_texts():
    asked = graph.read_schedule_query(
        {
            "Schedules": ["AlexW@contoso.com"],
            "StartTime": {"dateTime": "2018-08-06T09:00:00", "timeZone": PACIFIC},
            "EndTime": {"dateTime": "2018-08-06T18:00:00", "timeZone": PACIFIC},
            "availabilityViewInterval": "15",
        }
    )
    day = "2018-08-06T{}:00.0000000"
    items = [
        {
            "status": status,
            "start": {"dateTime": day.format(first), "timeZone": PACIFIC},
            "end": {"dateTime": day.format(last), "timeZone": PACIFIC},
        }
        for status, first, last in (("Tentative", "09:00", "10:30"), ("Busy", "11:00", "13:00"))
    ]
    view = "111111002222222200000000000000000000"
    body = {
        "value": [
            {"scheduleId": "AlexW@contoso.com", "availabilityView": view, "scheduleItems": items}
        ]
    }

    told = graph.to_free_busy(graph.read_schedules(body), asked)
    assert asked.view_interval == 15
    assert graph.availability_view(told.busy["AlexW@contoso.com"], told.within, minutes=15) == view


# Times -----------------------------------------------------------------------


def test_a_time_that_comes_twice_is_all_that_it_may_be():
    twice = GraphTime(datetime(2026, 10, 25, 2, 30), "W. Europe Standard Time")

    assert twice.instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert twice.last_instant == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert ScheduleItem("busy", twice, twice).interval == Interval(
        twice.instant, twice.last_instant
    )


@pytest.mark.parametrize("hour", [0, 1])
def test_such_a_time_is_written_in_utc(hour):
    moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    shown = GraphTime.of(moment, "Europe/Berlin")

    assert (shown.zone, shown.instant, shown.last_instant) == ("UTC", moment, moment)


def test_a_time_that_is_skipped_is_the_moment_of_the_change():
    skipped = GraphTime(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")

    assert skipped.instant == skipped.last_instant == datetime(2026, 3, 29, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time", "code", "path"),
    [
        (
            {"dateTime": "2019-03-15T09:00:00Z", "timeZone": "UTC"},
            "not_civil",
            "$.startTime.dateTime",
        ),
        (
            {"dateTime": "2019-03-15T09:00:00.0000001", "timeZone": "UTC"},
            "not_datetime",
            "$.startTime.dateTime",
        ),
        ({"dateTime": "2019-03-15", "timeZone": "UTC"}, "not_datetime", "$.startTime.dateTime"),
        ({"dateTime": 3, "timeZone": "UTC"}, "not_datetime", "$.startTime.dateTime"),
        ({"timeZone": "UTC"}, "missing_key", "$.startTime.dateTime"),
        ({"dateTime": "2019-03-15T09:00:00"}, "missing_key", "$.startTime.timeZone"),
        (
            {"dateTime": "2019-03-15T09:00:00", "timeZone": "Customized Time Zone"},
            "unknown_zone",
            "$.startTime.timeZone",
        ),
        (
            {"dateTime": "0001-01-01T00:00:00", "timeZone": "UTC"},
            "limit_exceeded",
            "$.startTime.dateTime",
        ),
        ("2019-03-15T09:00:00", "type", "$.startTime"),
    ],
)
def test_a_bad_time_is_refused_where_it_is_bad(time, code, path):
    with refused(CodecError, code) as caught:
        graph.read_schedule_query({**QUERY, "startTime": time})

    assert caught.value.path == path


# The query -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"schedules": None}, "missing_key", "$.schedules"),
        ({"schedules": "ada"}, "type", "$.schedules"),
        ({"schedules": ["a", 3]}, "id", "$.schedules[1]"),
        ({"schedules": [str(key) for key in range(21)]}, "limit_exceeded", "$.schedules"),
        ({"endTime": pacific("09:00")}, "empty_interval", "$.endTime"),
        ({"endTime": pacific("08:00")}, "reversed_interval", "$.endTime"),
        (
            {"endTime": {"dateTime": "2019-05-16T09:00:00", "timeZone": PACIFIC}},
            "limit_exceeded",
            "$.endTime",
        ),
        ({"availabilityViewInterval": 4}, "quantity", "$.availabilityViewInterval"),
        ({"availabilityViewInterval": 1_441}, "quantity", "$.availabilityViewInterval"),
        ({"availabilityViewInterval": "5.5"}, "quantity", "$.availabilityViewInterval"),
        ({"availabilityViewInterval": "٣٠"}, "quantity", "$.availabilityViewInterval"),
        ({"availabilityViewInterval": True}, "quantity", "$.availabilityViewInterval"),
    ],
)
def test_a_bad_query_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        graph.read_schedule_query({**QUERY, **change})

    assert caught.value.path == path


def test_the_limits_of_a_query_are_those_of_its_value():
    start = GraphTime.of(at("00:00"))
    almost = GraphTime.of(at("00:00") + timedelta(days=62) - US)

    assert ScheduleQuery(["a"], start, almost, 5).view_interval == 5
    with refused(LimitExceededError, "limit_exceeded"):
        ScheduleQuery(["a"], start, GraphTime.of(at("00:00") + timedelta(days=62)))
    with refused(LimitExceededError, "limit_exceeded"):
        query(*map(str, range(21)))
    with refused(InvalidAmountError, "quantity", "view_interval"):
        query("a", view_interval=0)
    with refused(InvalidIntervalError, "empty_interval"):
        query("a", last="09:00")
    with refused(InvalidValueError, "type", "start"):
        ScheduleQuery(["a"], at("09:00"), start)


# The answer ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"scheduleId": None}, "missing_key", "$.value[0].scheduleId"),
        ({"availabilityView": "5"}, "view", "$.value[0].availabilityView"),
        ({"availabilityView": "0" * 17_857}, "view", "$.value[0].availabilityView"),
        ({"availabilityView": 0}, "view", "$.value[0].availabilityView"),
        ({"scheduleItems": {}}, "type", "$.value[0].scheduleItems"),
        ({"scheduleItems": [{}]}, "missing_key", "$.value[0].scheduleItems[0].status"),
        (
            {"scheduleItems": [an_item("dancing", "09:00", "10:00")]},
            "choice",
            "$.value[0].scheduleItems[0].status",
        ),
        (
            {"scheduleItems": [an_item("busy", "10:00", "09:00")]},
            "reversed_interval",
            "$.value[0].scheduleItems[0].end",
        ),
        (
            {"scheduleItems": [an_item("busy", "09:00", "10:00", isPrivate="perhaps")]},
            "type",
            "$.value[0].scheduleItems[0].isPrivate",
        ),
        ({"workingHours": []}, "type", "$.value[0].workingHours"),
        (
            {"workingHours": {**OFFICE_HOURS, "daysOfWeek": ["funday"]}},
            "choice",
            "$.value[0].workingHours.daysOfWeek[0]",
        ),
        (
            {"workingHours": {**OFFICE_HOURS, "startTime": "25:00:00"}},
            "not_time",
            "$.value[0].workingHours.startTime",
        ),
        (
            {"workingHours": {**OFFICE_HOURS, "endTime": "17:00:00+01:00"}},
            "not_time",
            "$.value[0].workingHours.endTime",
        ),
        (
            {"workingHours": {**OFFICE_HOURS, "endTime": 17}},
            "not_time",
            "$.value[0].workingHours.endTime",
        ),
        (
            {"workingHours": {**OFFICE_HOURS, "timeZone": {}}},
            "missing_key",
            "$.value[0].workingHours.timeZone.name",
        ),
        (
            {"workingHours": {**OFFICE_HOURS, "timeZone": {"name": "x", "y": float("nan")}}},
            "type",
            "$.value[0].workingHours.timeZone",
        ),
        ({"error": "no"}, "type", "$.value[0].error"),
        ({"error": {"message": 3}}, "type", "$.value[0].error.message"),
    ],
)
def test_a_bad_answer_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        graph.read_schedules({"value": [{**ADELE, **change}]})

    assert caught.value.path == path


@pytest.mark.parametrize("body", [None, [], {}, {"value": None}, {"value": {}}, {"value": [3]}])
def test_what_is_no_answer_is_refused(body):
    with pytest.raises(CodecError):
        graph.read_schedules(body)


def test_the_last_instant_of_a_day_is_its_end():
    hours = {**OFFICE_HOURS, "endTime": "23:59:59.9999999"}
    (told,) = graph.read_schedules({"value": [{**ADELE, "workingHours": hours}]})

    assert told.working_hours.end == time(0)
    assert str(told.working_hours.hours()) == "Mo-Fr 08:00-24:00"


def test_a_customized_zone_is_kept_and_has_to_be_named():
    hours = graph.read_schedules(ANSWER)[1].working_hours

    with refused(InvalidValueError, "unknown_zone"):
        hours.hours()
    assert str(hours.hours(ZoneInfo("UTC"))) == "Mo-Fr 08:00-17:00"


def test_values_check_themselves():
    nine, ten = GraphTime.of(at("09:00")), GraphTime.of(at("10:00"))

    with refused(InvalidValueError, "choice", "status"):
        ScheduleItem("out", nine, ten)
    with refused(InvalidValueError, "reversed_interval", "end"):
        ScheduleItem("busy", ten, nine)
    assert ScheduleItem("busy", nine, nine).interval is None
    for details in ("x", "[]", '{"name": "x"}', '{"x": NaN}'):
        with pytest.raises(InvalidValueError):
            WorkingHours([1], time(9), time(10), zone_details=details)
    assert WorkingHours([1], time(9), time(10), zone_details=" {} ").zone_details == ""
    with refused(InvalidAmountError, "quantity", "days"):
        WorkingHours([8], time(9), time(10))


# What it means ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "digit"),
    [
        (["free"], "0"),
        (["tentative"], "1"),
        (["busy"], "2"),
        (["maintenance"], "2"),
        (["out_of_office"], "3"),
        (["elsewhere"], "4"),
        (["elsewhere", "tentative"], "1"),
        (["elsewhere", "busy"], "2"),
        (["tentative", "busy"], "2"),
        (["busy", "out_of_office", "tentative"], "3"),
        (["maintenance", "out_of_office"], "3"),
    ],
)
def test_the_strongest_status_wins(kinds, digit):
    times = [BusyTime(monday("09:00", "10:00"), kind) for kind in kinds]

    assert graph.availability_view(times, monday("09:00", "10:00"), minutes=60) == digit


def test_a_step_is_as_busy_as_its_busiest_part():
    times = [
        BusyTime(monday("08:00", "09:00"), "busy"),
        BusyTime(monday("09:29", "09:30"), "tentative"),
        BusyTime(monday("09:59", "10:01"), "busy"),
        BusyTime(monday("10:45", "12:00"), "out_of_office"),
    ]

    assert graph.availability_view(times, monday("09:00", "10:50")) == "1223"


@pytest.mark.parametrize("minutes", [4, 1_441, 0, -30])
def test_steps_have_limits(minutes):
    with refused(InvalidAmountError, "quantity", "minutes"):
        graph.availability_view([], monday("09:00", "10:00"), minutes=minutes)


def test_a_long_view_of_many_times_is_made_at_once():
    month = Interval(at("00:00"), at("00:00") + timedelta(days=61))
    times = [
        BusyTime(Interval(at("00:00") + n * US, month.end - n * US), "busy") for n in range(2_000)
    ]

    assert graph.availability_view(times, month, minutes=5) == "2" * (61 * 288)


def test_errors_and_silence_are_unknown():
    told = [
        ScheduleInformation("a", error=FreeBusyError("not there", "ErrorMailRecipientNotFound")),
        ScheduleInformation("b", items=[], error=FreeBusyError("only a message")),
        ScheduleInformation("c"),
        ScheduleInformation("d", items=[]),
    ]

    found = graph.to_free_busy(told, query("a", "b", "c", "d"))
    assert found.unknown == {
        "a": "not_found",
        "b": "only a message",
        "c": "nothing was told",
    }
    assert found.busy == {"d": ()}


def test_an_item_of_unknown_status_is_busy():
    item = ScheduleItem("unknown", GraphTime.of(at("09:00")), GraphTime.of(at("10:00")))
    found = graph.to_free_busy([ScheduleInformation("a", items=[item])], query("a"))

    assert found.busy["a"] == (BusyTime(monday("09:00", "10:00"), "busy"),)


def test_without_items_the_digits_tell():
    told = [ScheduleInformation("a", view="012342")]
    found = graph.to_free_busy(told, query("a", last="12:00"))

    assert [(each.interval, each.kind.value) for each in found.busy["a"]] == [
        (monday("09:30", "10:00"), "tentative"),
        (monday("10:00", "10:30"), "busy"),
        (monday("10:30", "11:00"), "out_of_office"),
        (monday("11:00", "11:30"), "elsewhere"),
        (monday("11:30", "12:00"), "busy"),
    ]


@pytest.mark.parametrize(
    ("view", "items"), [("", None), ("", []), ("00000", None), ("0" * 12, None), ("02", [])]
)
def test_digits_that_are_not_those_of_the_window_are_unknown(view, items):
    told = [ScheduleInformation("a", view=view, items=items)]

    assert set(graph.to_free_busy(told, query("a", last="12:00")).unknown) == {"a"}


def test_digits_tell_where_there_is_no_item():
    item = ScheduleItem("tentative", GraphTime.of(at("09:10")), GraphTime.of(at("09:20")))
    told = [
        ScheduleInformation("a", view="100200", items=[item]),
        ScheduleInformation("b", view="000003", items=[]),
        ScheduleInformation("c", view="00", items=[]),
        ScheduleInformation("d", view="10", items=[item]),
    ]

    found = graph.to_free_busy(told, query("a", "b", "c", "d", last="12:00"))
    assert {
        key: [(each.interval, each.kind.value) for each in times]
        for key, times in found.busy.items()
    } == {
        "a": [(monday("09:10", "09:20"), "tentative"), (monday("10:30", "11:00"), "busy")],
        "b": [(monday("11:30", "12:00"), "out_of_office")],
        "c": [],
        "d": [(monday("09:10", "09:20"), "tentative")],
    }
    assert not found.unknown


def test_an_error_wins_over_what_else_is_told_of_the_same_schedule():
    told = [ScheduleInformation("a", items=[]), ScheduleInformation("a", error=FreeBusyError())]

    assert graph.to_free_busy(told, query("a")).unknown == {"a": ""}


# Answering -------------------------------------------------------------------


def test_a_scheduler_answers_in_the_order_of_the_query():
    state = a_scheduler(
        a_member("ada", hours=WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="America/Los_Angeles")),
        a_room("hall"),
        bookings=[a_booking("B", "10:00", "11:00", room_ids=["hall"])],
        blocks=[Block("K", "ada", monday("09:00", "09:45"), "out_of_office")],
    )
    told = graph.answer_get_schedule(query("hall", "zoe", "ada"), state, now=NOW)

    assert [each.schedule_id for each in told] == ["hall", "zoe", "ada"]
    assert [each.view for each in told] == ["002200", "", "330000"]
    assert told[0].working_hours is None
    assert told[1].error.response_code == "ErrorMailRecipientNotFound"
    assert told[2].working_hours == WorkingHours(range(1, 6), time(9), time(17), PACIFIC)
    assert told[2].items == (
        ScheduleItem("oof", GraphTime.of(at("09:00")), GraphTime.of(at("09:45"))),
    )


def test_times_are_shown_as_the_client_prefers():
    state = a_scheduler(blocks=[Block("K", "blue room", monday("09:00", "09:45"))])
    (told,) = graph.answer_get_schedule(query("blue room"), state, now=NOW, zone=PACIFIC)

    assert told.items[0].start == GraphTime(datetime(2026, 3, 2, 1), PACIFIC)


def test_who_could_not_be_read_has_an_error():
    state = a_scheduler(a_member("ada"), a_member("ben"))
    told = graph.answer_get_schedule(
        query("ada", "ben"), state, now=NOW, unknown={"ben": "no permission", "cem": "no"}
    )

    assert [each.view for each in told] == ["000000", ""]
    assert told[1].error.response_code == "no permission"


def test_who_could_not_be_read_when_it_was_asked_has_an_error_without_a_word():
    state = a_scheduler(a_member("ada"), a_member("ben"))
    unread = FreeBusy(monday("09:00", "09:30"), {}, {"ben": "no permission"})
    state = state.with_busy_times(unread, source="graph")
    told = graph.answer_get_schedule(query("ada", "ben"), state, now=NOW)

    assert [each.view for each in told] == ["000000", ""]
    assert told[1].error.response_code == "no permission"
    assert told[1].items == ()


def test_what_was_not_told_is_unknown():
    (told,) = graph.from_free_busy(FreeBusy(monday("09:00", "12:00")), query("ada"))

    assert told.error.response_code == "nothing was told"


@pytest.mark.parametrize(
    "hours",
    [
        None,
        WeeklyHours({}, "UTC"),
        WeeklyHours.parse("Mo 09:00-17:00; Tu 10:00-17:00", zone="UTC"),
        WeeklyHours.parse("Mo 09:00-12:00,13:00-17:00", zone="UTC"),
        Hours(WeeklyHours.parse("Mo 09:00-17:00", zone="UTC")),
    ],
)
def test_hours_that_are_more_than_one_window_cannot_be_told(hours):
    assert WorkingHours.of(hours) is None


def test_hours_of_one_window_can_even_overnight():
    hours = WeeklyHours({5: [Window(time(22), time(2))]}, "Europe/Vienna")

    assert WorkingHours.of(hours) == WorkingHours([5], time(22), time(2), "Europe/Vienna")
    assert WorkingHours.of(hours).hours() == hours
    assert (
        hours.open_within(Interval(at("22:00", day=6), at("22:00", day=6) + HOUR)).duration == HOUR
    )

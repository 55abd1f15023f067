"""Slots and schedules of Cal.com."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookable import (
    AlignedHour,
    CodecError,
    Hours,
    Interval,
    IntervalSet,
    InvalidAmountError,
    InvalidIntervalError,
    InvalidValueError,
    LimitExceededError,
    SearchLimitError,
    WeeklyHours,
    Window,
)
from bookable.codecs.calcom import (
    CalError,
    CalSchedule,
    CalSlot,
    SlotQuery,
    SlotsAnswer,
    answer_slots,
    offset_starts,
    read_schedule,
    read_slot_query,
    read_slots,
    write_schedule,
    write_slot_query,
    write_slots,
)
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    refused,
)

QUERY = {"start": "2050-09-05", "end": "2050-09-06", "eventTypeId": "100"}
# The documented answer, in both formats.
RANGE = {
    "status": "success",
    "data": {
        "2050-09-05": [
            {"start": "2050-09-05T09:00:00.000+02:00", "end": "2050-09-05T10:00:00.000+02:00"},
            {"start": "2050-09-05T10:00:00.000+02:00", "end": "2050-09-05T11:00:00.000+02:00"},
        ],
        "2050-09-06": [
            {"start": "2050-09-06T09:00:00.000+02:00", "end": "2050-09-06T10:00:00.000+02:00"}
        ],
    },
}
TIME = {
    "status": "success",
    "data": {
        "2050-09-05": [
            {"start": "2050-09-05T09:00:00.000Z"},
            {"start": "2050-09-05T10:00:00.000Z"},
        ]
    },
}
SEATED = {
    "status": "success",
    "data": {
        "2050-09-05": [
            {
                "start": "2050-09-05T09:00:00.000Z",
                "seatsBooked": 4,
                "seatsRemaining": 6,
                "seatsTotal": 10,
                "bookingUid": "3eb5a3f1",
            }
        ]
    },
}
SCHEDULE = {
    "id": 254,
    "name": "One-on-one coaching",
    "timeZone": "Europe/Rome",
    "availability": [
        {"days": ["Monday", "Tuesday"], "startTime": "09:00", "endTime": "10:00"},
        {"days": ["Tuesday", "Sunday"], "startTime": "17:00", "endTime": "23:59"},
    ],
    "isDefault": True,
    "overrides": [
        {"date": "2024-05-20", "startTime": "12:00", "endTime": "14:00"},
        {"date": "2024-05-21", "startTime": "00:00", "endTime": "00:00"},
    ],
}


def ask(first: str = "00:00", last: str = "24:00", **fields) -> SlotQuery:
    if not {"usernames", "event_type_slug"} & set(fields):
        fields.setdefault("event_type_id", 7)
    return SlotQuery(monday(first, last), **fields)


def a_practice(*bookings, **fields):
    calendar = a_calendar("7", member_ids=["ada"], hours=OFFICE, **fields)
    return a_scheduler(calendar, a_member("ada"), a_member("ben"), bookings=bookings)


def starts(found: SlotsAnswer) -> list[str]:
    return [f"{slot.start:%H:%M}" for slots in found.days.values() for slot in slots]


# The query -------------------------------------------------------------------


def test_dates_are_whole_days_in_utc():
    found = read_slot_query(QUERY)

    assert found == SlotQuery(
        Interval(datetime(2050, 9, 5, tzinfo=UTC), datetime(2050, 9, 7, tzinfo=UTC)), 100
    )
    assert write_slot_query(found) == {
        "start": "2050-09-05T00:00:00Z",
        "end": "2050-09-07T00:00:00Z",
        "eventTypeId": "100",
    }


@pytest.mark.parametrize(
    "text", ["2050-09-05T09:00:00Z", "2050-09-05T11:00:00.000+02:00", "2050-09-05T09:00:00"]
)
def test_a_time_without_an_offset_is_utc(text):
    assert read_slot_query({**QUERY, "start": text}).within.start == datetime(
        2050, 9, 5, 9, tzinfo=UTC
    )


def test_everything_that_may_be_asked():
    parameters = {
        "start": "2050-09-05T00:00:00Z",
        "end": "2050-09-06T00:00:00Z",
        "eventTypeSlug": "chat",
        "username": "bob",
        "organizationSlug": "acme",
        "timeZone": "Europe/Rome",
        "duration": "60",
        "format": "RANGE",
        "bookingUidToReschedule": "abc123def456",
    }
    found = read_slot_query(parameters)

    assert (found.minutes, found.format, found.zone.key) == (60, "range", "Europe/Rome")
    assert write_slot_query(found) == {**parameters, "format": "range"}


@pytest.mark.parametrize("names", ["alice,bob", " alice , bob", ["alice", "bob"]])
def test_several_people_are_named_in_one_text(names):
    asked = {"start": "2050-09-05", "end": "2050-09-05", "usernames": names}

    assert read_slot_query(asked).usernames == ("alice", "bob")
    assert write_slot_query(read_slot_query(asked))["usernames"] == "alice,bob"


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"start": None}, "missing_key", "$.start"),
        ({"start": "soon"}, "not_datetime", "$.start"),
        ({"start": "2050-02-30"}, "not_date", "$.start"),
        ({"start": 7}, "type", "$.start"),
        ({"end": "2050-09-04"}, "empty_interval", "$.end"),
        ({"end": "2050-09-01"}, "reversed_interval", "$.end"),
        ({"end": "9999-12-31"}, "limit_exceeded", "$.end"),
        ({"eventTypeId": "x"}, "quantity", "$.eventTypeId"),
        ({"eventTypeId": "-1"}, "quantity", "$.eventTypeId"),
        ({"eventTypeId": "9" * 5_000}, "quantity", "$.eventTypeId"),
        ({"eventTypeId": None}, "subject", "$"),
        ({"username": "bob"}, "subject", "$"),
        ({"usernames": "a,b"}, "subject", "$"),
        ({"eventTypeId": None, "usernames": "a"}, "subject", "$"),
        ({"eventTypeId": None, "usernames": "a,,b"}, "id", "$.usernames[1]"),
        ({"eventTypeId": None, "usernames": ["a,b", "c"]}, "id", "$"),
        ({"eventTypeId": None, "eventTypeSlug": "chat"}, "subject", "$"),
        (
            {"eventTypeId": None, "eventTypeSlug": "chat", "username": "b", "teamSlug": "t"},
            "subject",
            "$",
        ),
        ({"timeZone": "Rome"}, "unknown_zone", "$.timeZone"),
        ({"duration": "0"}, "quantity", "$.duration"),
        ({"duration": "1441"}, "quantity", "$.duration"),
        ({"duration": "1.5"}, "quantity", "$.duration"),
        ({"format": "slot"}, "choice", "$.format"),
        ({"evenTypeId": "1"}, "unknown_key", "$.evenTypeId"),
    ],
)
def test_a_bad_query_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        read_slot_query({**QUERY, **change})

    assert caught.value.path == path


def test_queries_check_themselves():
    with refused(InvalidAmountError, "quantity", "minutes"):
        ask(minutes=0)
    with refused(InvalidAmountError, "quantity", "event_type_id"):
        ask(event_type_id=-1)
    with refused(InvalidValueError, "choice", "format"):
        ask(format="slots")
    with refused(LimitExceededError, "limit_exceeded"):
        ask(usernames=map(str, range(101)))
    with refused(InvalidIntervalError, "empty_interval"):
        CalSlot(at("09:00"), at("09:00"))


# The answer ------------------------------------------------------------------


@pytest.mark.parametrize(("body", "zone"), [(RANGE, "Europe/Rome"), (TIME, "UTC"), (SEATED, "UTC")])
def test_the_documented_answers_are_read_and_written(body, zone):
    assert write_slots(read_slots(body), zone=zone) == body


def test_older_versions_count_attendees():
    slot = {"start": "2050-09-05T09:00:00.000Z", "attendeesCount": 3, "bookingUid": "x"}
    found = read_slots({"status": "success", "data": {"2050-09-05": [slot]}})

    assert found.days[date(2050, 9, 5)] == (
        CalSlot(datetime(2050, 9, 5, 9, tzinfo=UTC), seats_booked=3, booking_id="x"),
    )


def test_an_error_is_an_answer():
    body = {"status": "error", "error": {"code": "NotFoundException", "message": "no such thing"}}

    assert read_slots(body) == CalError("NotFoundException", "no such thing")
    assert write_slots(read_slots(body)) == body


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({}, "missing_key", "$.status"),
        ({"status": "fine"}, "choice", "$.status"),
        ({"status": "error"}, "missing_key", "$.error"),
        ({"status": "error", "error": {}}, "missing_key", "$.error.code"),
        ({"status": "success"}, "missing_key", "$.data"),
        ({"status": "success", "data": []}, "type", "$.data"),
        ({"status": "success", "data": {"today": []}}, "not_date", "$.data.today"),
        ({"status": "success", "data": {"2050-09-05": {}}}, "type", "$.data['2050-09-05']"),
        (
            {"status": "success", "data": {"2050-09-05": [{}]}},
            "missing_key",
            "$.data['2050-09-05'][0].start",
        ),
        (
            {"status": "success", "data": {"2050-09-05": [{"start": "2050-09-05T09:00:00"}]}},
            "naive_datetime",
            "$.data['2050-09-05'][0].start",
        ),
        (
            {
                "status": "success",
                "data": {
                    "2050-09-05": [{"start": "2050-09-05T09:00:00Z", "end": "2050-09-05T09:00:00Z"}]
                },
            },
            "empty_interval",
            "$.data['2050-09-05'][0].end",
        ),
        (
            {
                "status": "success",
                "data": {"2050-09-05": [{"start": "2050-09-05T09:00:00Z", "seatsTotal": -1}]},
            },
            "quantity",
            "$.data['2050-09-05'][0].seatsTotal",
        ),
        (
            {
                "status": "success",
                "data": {str(date(2050, 1, 1) + timedelta(days=n)): [] for n in range(401)},
            },
            "limit_exceeded",
            "$.data",
        ),
    ],
)
def test_a_bad_answer_is_refused_where_it_is_bad(body, code, path):
    with refused(CodecError, code) as caught:
        read_slots(body)

    assert caught.value.path == path


def test_microseconds_are_kept_and_odd_clocks_are_not_used():
    old = datetime(1880, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    body = write_slots(SlotsAnswer({date(1880, 1, 1): [CalSlot(old)]}), zone="Europe/Berlin")

    assert body["data"] == {"1880-01-01": [{"start": "1880-01-01T00:00:00.000001Z"}]}


# Answering -------------------------------------------------------------------


def test_a_scheduler_answers_starts_by_local_date():
    found = answer_slots(ask("09:00", "12:00"), a_practice(), now=NOW)

    assert found == SlotsAnswer(
        {date(2026, 3, 2): [CalSlot(at(f"{h:02}:00")) for h in (9, 10, 11)]}
    )
    late = answer_slots(ask("09:00", "12:00", zone="Pacific/Auckland"), a_practice(), now=NOW)
    assert [str(day) for day in late.days] == ["2026-03-02", "2026-03-03"]


def test_a_range_has_ends():
    found = answer_slots(ask("09:00", "09:30", format="range"), a_practice(), now=NOW)

    assert found.days[date(2026, 3, 2)] == (CalSlot(at("09:00"), at("10:00")),)


def test_notice_is_inclusive():
    state = a_practice(minimum_notice=HOUR)

    assert starts(answer_slots(ask(last="11:00"), state, now=at("08:00"))) == ["09:00", "10:00"]
    assert starts(answer_slots(ask(last="11:00"), state, now=at("08:00:01"))) == ["10:00"]


def test_another_duration_may_be_asked_for():
    state = a_practice(durations=[minutes(30)], slot_step=minutes(30))
    found = answer_slots(ask("16:00", "17:00", minutes=30), state, now=NOW)

    assert starts(found) == ["16:00", "16:30"]
    error = answer_slots(ask(minutes=45), state, now=NOW)
    assert error.code == "BadRequestException"


def test_the_booking_that_is_moved_is_not_in_its_own_way():
    state = a_practice()
    slot = state.slot(state.request("7"), start=at("10:00"), now=NOW)
    state = state.book(slot, booking_id="B-1", now=NOW)

    assert "10:00" not in starts(answer_slots(ask(), state, now=NOW))
    assert "10:00" in starts(answer_slots(ask(rescheduled_id="B-1"), state, now=NOW))
    assert answer_slots(ask(rescheduled_id="B-2"), state, now=NOW).code == "NotFoundException"


def test_a_tiny_query_gets_no_endless_answer():
    state = a_scheduler(a_member("ada"), a_member("ben"))
    for days, is_answered in ((34, True), (35, False)):
        within = Interval(NOW, NOW + days * DAY)
        found = answer_slots(SlotQuery(within, usernames=["ada", "ben"], minutes=1), state, now=NOW)

        assert isinstance(found, SlotsAnswer) is is_answered
    assert found.code == "BadRequestException"
    assert "slots of one answer" in found.message


def test_who_could_not_be_read_is_never_free():
    state = a_practice().block("ben", monday("09:00", "09:45"), block_id="K")
    both = ask("09:00", "11:00", usernames=["ada", "ben"])

    assert starts(answer_slots(ask(), state, now=NOW, unknown_ids=["nobody", "7"]))
    assert not answer_slots(ask(), state, now=NOW, unknown_ids=["ada"]).days
    assert not answer_slots(both, state, now=NOW, unknown_ids=["ben"]).days


def test_what_there_is_not_is_not_found():
    assert answer_slots(ask(event_type_id=8), a_practice(), now=NOW).code == "NotFoundException"
    named = ask(event_type_id=8)
    assert starts(answer_slots(named, a_practice(), now=NOW, calendar_id="7"))[0] == "09:00"


def test_who_guesses_learns_of_nobody_else():
    state = a_practice()
    asked = {
        "there is no event type '10'": ask(event_type_id=10),
        "there is no event type 'ada'": ask(event_type_slug="ada", username="bob"),
        "there is no user 'zoe'": ask(usernames=["ada", "zoe"]),
        "there is no user '7'": ask(usernames=["ada", "7"]),
        "there is no booking 'B-2'": ask(rescheduled_id="B-2"),
    }

    for message, query in asked.items():
        assert answer_slots(query, state, now=NOW) == CalError("NotFoundException", message)
    long = answer_slots(ask(minutes=45), state, now=NOW)
    assert long.message == "expected a duration that the calendar allows: 1:00:00, not 0:45:00"


def test_rooms_are_no_users():
    state = a_scheduler(a_member("ada"), a_room("blue"))

    assert answer_slots(ask(usernames=["ada", "blue"]), state, now=NOW).code == "NotFoundException"


def test_a_query_that_names_nobody_is_told_what_to_name():
    with refused(CodecError, "subject") as caught:
        read_slot_query({key: QUERY[key] for key in ("start", "end")})

    assert caught.value.reason == (
        "expected one of eventTypeId, eventTypeSlug with username or teamSlug, and two or more usernames"
    )


def test_an_event_type_may_go_by_its_slug():
    state = a_scheduler(a_calendar("chat", member_ids=["ada"]), a_member("ada"))
    query = ask("09:00", "10:00", event_type_slug="chat", username="bob")

    assert starts(answer_slots(query, state, now=NOW)) == ["09:00"]


def test_several_people_meet_when_all_are_free():
    state = a_practice().block("ben", monday("09:00", "09:45"), block_id="K")
    query = ask("09:00", "11:00", usernames=["ada", "ben"])

    assert starts(answer_slots(query, state, now=NOW)) == ["10:00", "10:30"]
    assert starts(
        answer_slots(ask("09:00", "11:00", usernames=["ada", "ben"], minutes=60), state, now=NOW)
    ) == ["10:00"]
    assert answer_slots(ask(usernames=["ada", "zoe"]), state, now=NOW).code == "NotFoundException"


def test_seats_are_told_of_classes():
    state = a_scheduler(
        a_class("7", seats=10, member_ids=["ada"]),
        a_member("ada"),
        a_room("studio", 8, calendar_ids=["7"]),
    )
    state = booked(state, "09:00", calendar="7", booking_id="B-1", party_size=3)
    found = answer_slots(ask("09:00", "11:00"), state, now=NOW)

    assert found.days[date(2026, 3, 2)] == (
        CalSlot(at("09:00"), None, 3, 5, 10, "B-1"),
        CalSlot(at("10:00"), None, 0, 8, 10),
    )


def test_what_lies_more_than_a_year_ahead_is_cut():
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    state = a_scheduler(a_calendar("7", DAY, member_ids=["ada"]), a_member("ada"))
    query = SlotQuery(Interval(leap, leap + timedelta(days=800)), 7)

    found = answer_slots(query, state, now=leap)
    assert list(found.days)[-1] == date(2029, 2, 27)
    far = SlotQuery(Interval(leap + timedelta(days=700), leap + timedelta(days=800)), 7)
    assert answer_slots(far, state, now=leap) == SlotsAnswer()


def test_too_much_at_once_is_a_bad_request():
    state = a_scheduler(a_calendar("7", timedelta(seconds=1), member_ids=["ada"]), a_member("ada"))
    query = SlotQuery(Interval(at("00:00"), at("00:00") + timedelta(days=300)), 7)

    assert answer_slots(query, state, now=NOW).code == "BadRequestException"


# The grid --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "interval", "offset", "expected"),
    [
        ("09:00", 60, 0, ["09:00", "10:00", "11:00"]),
        ("09:10", 60, 0, ["10:00", "11:00"]),
        ("09:00", 60, 10, ["09:10", "10:20", "11:30"]),
        ("09:05", 45, 5, ["09:20", "10:10", "11:00", "11:50"]),
        ("09:01", 7, 0, ["09:01", "09:08", "09:15", "09:22", "09:29"]),
    ],
)
def test_an_offset_is_added_to_the_first_start_and_to_the_step(first, interval, offset, expected):
    grid = offset_starts(
        IntervalSet([monday(first, "12:00")]),
        interval=minutes(interval),
        offset=minutes(offset),
        zone="UTC",
    )

    assert [f"{start:%H:%M}" for start in grid.starts][: len(expected)] == expected


def test_without_an_offset_it_is_the_grid_of_the_engine():
    state = a_practice(grid=AlignedHour(minutes(40)), slot_step=None)
    state = state.block("ada", monday("10:10", "11:05"), block_id="K")
    request = state.request("7")
    periods = state.start_periods(request, within=monday("00:00", "24:00"), now=NOW)
    grid = offset_starts(periods, interval=minutes(40), offset=minutes(0), zone="UTC")

    slots = state.free_slots(request, within=monday("00:00", "24:00"), now=NOW)
    assert list(grid.starts) == [slot.start for slot in slots]


def test_a_window_without_a_round_start_has_none():
    grid = offset_starts(
        IntervalSet([monday("09:10", "09:50")]), interval=HOUR, offset=minutes(0), zone="UTC"
    )

    assert grid.starts == ()


def test_starts_are_counted_before_they_are_listed():
    years = IntervalSet([Interval(at("00:00"), at("00:00") + timedelta(days=100))])

    with refused(SearchLimitError, "search_limit"):
        offset_starts(years, interval=timedelta(seconds=1), offset=timedelta(0), zone="UTC")
    with refused(InvalidValueError, "duration", "offset"):
        offset_starts(years, interval=HOUR, offset=-HOUR, zone="UTC")


# Schedules -------------------------------------------------------------------


def test_a_schedule_is_hours_with_overrides():
    found = read_schedule(SCHEDULE)

    assert str(found.hours.weekly) == "Mo 09:00-10:00; Tu 09:00-10:00,17:00-24:00; Su 17:00-24:00"
    assert found.hours.zone.key == "Europe/Rome"
    assert found.hours.overrides == {
        date(2024, 5, 20): (Window(time(12), time(14)),),
        date(2024, 5, 21): (),
    }
    assert (found.name, found.is_default, found.id) == ("One-on-one coaching", True, 254)
    assert write_schedule(found) == SCHEDULE
    assert read_schedule({"status": "success", "data": SCHEDULE}) == found


@pytest.mark.parametrize("end", ["23:59", "24:00", "23:59:59", "23:59:59.999"])
def test_the_last_minute_is_the_end_of_the_day(end):
    rule = {"days": ["Monday"], "startTime": "00:00", "endTime": end}

    assert str(read_schedule({**SCHEDULE, "availability": [rule]}).hours.weekly) == "Mo 00:00-24:00"


@pytest.mark.parametrize("clock", ["00:00", "09:30", "23:59"])
def test_an_override_of_no_length_closes_its_date(clock):
    closed = {"date": "2024-05-20", "startTime": clock, "endTime": clock}

    assert read_schedule({**SCHEDULE, "overrides": [closed]}).hours.overrides == {
        date(2024, 5, 20): ()
    }


def test_several_overrides_of_a_date_are_all_meant():
    first = {"date": "2024-05-20", "startTime": "09:00", "endTime": "10:00"}
    second = {"date": "2024-05-20", "startTime": "14:00", "endTime": "24:00"}
    none = {"date": "2024-05-20", "startTime": "00:00", "endTime": "00:00"}
    found = read_schedule({**SCHEDULE, "overrides": [second, none, first]})

    assert found.hours.overrides == {
        date(2024, 5, 20): (Window(time(9), time(10)), Window(time(14), time(0)))
    }


def test_without_availability_it_is_the_usual_week():
    body = {key: value for key, value in SCHEDULE.items() if key != "availability"}

    assert str(read_schedule(body).hours.weekly) == "Mo-Fr 09:00-17:00"
    never = read_schedule({**body, "availability": []}).hours
    assert not never.open_within(Interval(at("00:00"), at("00:00") + timedelta(days=14)))


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"name": None}, "missing_key", "$.name"),
        ({"timeZone": None}, "missing_key", "$.timeZone"),
        ({"timeZone": "Rome"}, "unknown_zone", "$.timeZone"),
        ({"isDefault": "yes"}, "type", "$.isDefault"),
        ({"id": -1}, "quantity", "$.id"),
        ({"availability": {}}, "type", "$.availability"),
        ({"overrides": [{}]}, "missing_key", "$.overrides[0].date"),
        ({"data": 3}, "type", "$.data"),
    ],
)
def test_a_bad_schedule_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        read_schedule({**SCHEDULE, **change})

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        ({"days": ["monday"]}, "choice", "days[0]"),
        ({"days": ["Monday"] * 8}, "limit_exceeded", "days"),
        ({"startTime": "9:00"}, "not_time", "startTime"),
        ({"startTime": "24:00"}, "not_time", "startTime"),
        ({"endTime": "23:60"}, "not_time", "endTime"),
        ({"endTime": "24:30"}, "not_time", "endTime"),
        ({"endTime": 17}, "not_time", "endTime"),
        ({"endTime": "08:00"}, "reversed_interval", "endTime"),
        ({"endTime": "00:00"}, "reversed_interval", "endTime"),
        ({"endTime": "09:00"}, "empty_interval", "endTime"),
        ({"endTime": None}, "missing_key", "endTime"),
    ],
)
def test_a_bad_rule_is_refused_where_it_is_bad(change, code, key):
    rule = {"days": ["Monday"], "startTime": "09:00", "endTime": "17:00", **change}
    with refused(CodecError, code) as caught:
        read_schedule({**SCHEDULE, "availability": [rule]})

    assert caught.value.path == f"$.availability[0].{key}"


@pytest.mark.parametrize(
    "hours",
    [
        Hours(),
        Hours(OFFICE, closures=IntervalSet([monday("09:00", "10:00")])),
        Hours(OFFICE, restrictions=[OFFICE]),
        Hours(OFFICE, valid_from=at("09:00")),
        Hours(OFFICE, layering="union"),
        Hours(OFFICE, ambiguous_end="last"),
        Hours(OFFICE, {date(2026, 3, 2): ()}, zone="Europe/Rome"),
        Hours(WeeklyHours({5: [Window(time(22), time(2))]}, "UTC")),
        Hours(WeeklyHours({5: [Window(time(9, 0, 1), time(12))]}, "UTC")),
        Hours(WeeklyHours({5: [Window(time(9), time(23, 59))]}, "UTC")),
        Hours(WeeklyHours({5: [Window(time(23, 59), time(0))]}, "UTC")),
        Hours(OFFICE, {date(2026, 3, 2): [Window(time(22), time(2))]}),
    ],
)
def test_what_cannot_be_said_is_not_written(hours):
    with refused(InvalidValueError, "not_expressible", "hours"):
        write_schedule(CalSchedule("x", hours))

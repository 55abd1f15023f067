"""Nylas availability and free/busy: bodies, hours, and what a scheduler answers."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bookable import (
    Block,
    BusyKind,
    BusyTime,
    CodecError,
    FreeBusy,
    Interval,
    InvalidIntervalError,
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    WeeklyHours,
    Window,
)
from bookable.codecs.nylas import (
    ADVISED_PARTICIPANTS,
    MOST_PARTICIPANTS,
    AvailabilityAnswer,
    AvailabilityQuery,
    AvailabilityRules,
    FreeBusyQuery,
    Method,
    OpenHours,
    Participant,
    SpecificTime,
    TimeSlot,
    answer_availability,
    answer_free_busy,
    opening_hours,
    read_answer,
    read_free_busy,
    read_free_busy_query,
    read_query,
    write_answer,
    write_free_busy,
    write_free_busy_query,
    write_query,
)
from bookable.codecs.nylas.limits import MOST_DATES
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    at,
    minutes,
    monday,
    refused,
)

NYLA, LEYAH = "nyla@example.com", "leyah@example.com"
# As the API reference has it.
DOCUMENTED = {
    "participants": [
        {
            "email": NYLA,
            "calendar_ids": ["primary"],
            "open_hours": [
                {
                    "days": [0, 1, 2],
                    "timezone": "America/Toronto",
                    "start": "9:00",
                    "end": "17:00",
                }
            ],
        },
        {"email": LEYAH},
    ],
    "start_time": 1659366000,
    "end_time": 1659733200,
    "duration_minutes": 30,
    "interval_minutes": 30,
    "round_to": 15,
    "availability_rules": {
        "availability_method": "collective",
        "buffer": {"before": 15, "after": 15},
    },
}
ROUND_ROBIN = {
    "request_id": "5fa64c92-e840-4357-86b9-2aa364d35b88",
    "data": {
        "order": [NYLA, LEYAH],
        "time_slots": [
            {"emails": [LEYAH, NYLA], "start_time": 1659367800, "end_time": 1659369600},
            {"emails": [NYLA], "start_time": 1659376800, "end_time": 1659378600},
        ],
    },
}
MIXED = {
    "request_id": "dd3ec9a2-8f15-403d-b269-32b1f1beb9f5",
    "data": [
        {
            "email": "user1@example.com",
            "time_slots": [
                {
                    "start_time": start,
                    "end_time": start + 3_600,
                    "status": "busy",
                    "object": "time_slot",
                }
                for start in (1690898400, 1691064000)
            ],
            "object": "free_busy",
        },
        {
            "email": "user2@example.com",
            "error": "Unable to resolve e-mail address user2@example.com to an "
            "Active Directory object.",
            "object": "error",
        },
    ],
}
ASKED = Interval(datetime.fromtimestamp(1690862400, UTC), datetime.fromtimestamp(1691208000, UTC))


def changed(body, **values):
    """The body with other values at dotted paths."""
    found = copy.deepcopy(body)
    for path, value in values.items():
        *heads, last = path.split("__")
        place = found
        for head in heads:
            place = place[int(head) if head.isdecimal() else head]
        place[int(last) if last.isdecimal() else last] = value
    return found


def moment(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def a_block(days=(1, 2, 3, 4, 5), text="09:00-17:00", zone="UTC", exdates=()):
    return OpenHours(days, zone, Window.parse(text), exdates)


# Bodies ------------------------------------------------------------------------


def test_the_documented_query_is_read_and_written():
    query = read_query(DOCUMENTED)

    assert query.participants == (
        Participant(NYLA, ["primary"], [a_block((0, 1, 2), zone="America/Toronto")]),
        Participant(LEYAH),
    )
    assert (query.start_time, query.end_time) == (moment(1659366000), moment(1659733200))
    assert query.rules == AvailabilityRules("collective", 15, 15)
    assert write_query(query) == DOCUMENTED


def test_what_is_left_out_is_as_nylas_takes_it():
    needed = ("participants", "start_time", "end_time", "duration_minutes")
    query = read_query({key: DOCUMENTED[key] for key in needed})

    assert (query.round_to, query.interval_minutes, query.step) == (15, None, 30)
    assert query.rules == AvailabilityRules(Method.MAX_AVAILABILITY)
    assert query.rules.tentative_as_busy
    assert read_query(write_query(query)) == query


def test_every_rule_is_read_and_written():
    body = changed(
        DOCUMENTED,
        availability_rules={
            "availability_method": "max-fairness",
            "default_open_hours": [
                {
                    "days": [3, 4],
                    "timezone": "Europe/Berlin",
                    "start": "0:00",
                    "end": "23:59",
                    "exdates": ["2022-08-03"],
                }
            ],
            "round_robin_group_id": "group",
            "tentative_as_busy": False,
        },
        participants__1={
            "email": LEYAH,
            "open_hours": [],
            "specific_time_availability": [
                {"date": "2022-08-02", "start": "09:00", "end": "23:59", "timezone": "UTC"},
                {"date": "2022-08-03", "start": "00:00", "end": "00:00", "timezone": "UTC"},
            ],
            "only_specific_time_availability": True,
        },
    )

    query = read_query(body)

    assert write_query(query) == body
    assert query.rules.open_hours == (
        a_block((3, 4), "00:00-24:00", "Europe/Berlin", [date(2022, 8, 3)]),
    )
    assert query.participants[1].dates == (
        SpecificTime(date(2022, 8, 2), "UTC", Window(time(9), time(0))),
        SpecificTime(date(2022, 8, 3), "UTC"),
    )


@pytest.mark.parametrize("end", ["23:59", "24:00"])
def test_the_end_of_the_day_is_written_in_two_ways(end):
    query = read_query(changed(DOCUMENTED, participants__0__open_hours__0__end=end))

    assert query.participants[0].open_hours[0].window == Window(time(9), time(0))


HOURS = "participants__0__open_hours__0__"
IN_HOURS = "$.participants[0].open_hours[0]."


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"start_time": None}, "$.start_time", "missing_key"),
        ({"start_time": "1659366000"}, "$.start_time", "quantity"),
        ({"start_time": 1659366000.5}, "$.start_time", "quantity"),
        ({"start_time": 1659366000000}, "$.start_time", "quantity"),
        ({"start_time": 1659366001}, "$.start_time", "five_minutes"),
        ({"end_time": 1659366000}, "$.end_time", "empty_interval"),
        ({"end_time": 1659365700}, "$.end_time", "reversed_interval"),
        ({"duration_minutes": 0}, "$.duration_minutes", "quantity"),
        ({"duration_minutes": 31}, "$.duration_minutes", "five_minutes"),
        ({"duration_minutes": 1_445}, "$.duration_minutes", "quantity"),
        ({"interval_minutes": 7}, "$.interval_minutes", "five_minutes"),
        ({"round_to": 65}, "$.round_to", "quantity"),
        ({"round_to": 12}, "$.round_to", "five_minutes"),
        ({"participants": []}, "$.participants", "limit_exceeded"),
        ({"participants": [{}]}, "$.participants[0].email", "missing_key"),
        ({"participants": [{"email": NYLA}] * 2}, "$.participants", "duplicate_id"),
        (
            {"participants": [{"email": f"{n}@x"} for n in range(MOST_PARTICIPANTS + 1)]},
            *("$.participants", "limit_exceeded"),
        ),
        ({"end_time": 1659366000 + 300 * 100_001 * 6}, "$.end_time", "limit_exceeded"),
        ({"availability_rules": []}, "$.availability_rules", "type"),
        (
            {"availability_rules__availability_method": "fair"},
            *("$.availability_rules.availability_method", "choice"),
        ),
        (
            {"availability_rules__buffer__before": 125},
            *("$.availability_rules.buffer.before", "quantity"),
        ),
        (
            {"availability_rules__buffer__after": 12},
            *("$.availability_rules.buffer.after", "five_minutes"),
        ),
        ({HOURS + "days": [7]}, IN_HOURS + "days[0]", "quantity"),
        ({HOURS + "days": [0] * 8}, IN_HOURS + "days", "limit_exceeded"),
        ({HOURS + "days": None}, IN_HOURS + "days", "missing_key"),
        ({HOURS + "timezone": "Toronto"}, IN_HOURS + "timezone", "unknown_zone"),
        ({HOURS + "timezone": None}, IN_HOURS + "timezone", "missing_key"),
        *[
            ({HOURS + "start": said}, IN_HOURS + "start", "not_time")
            for said in ("9", "9:0", "24:00", "9:60", "009:00", "-9:00", "9:00:00", "\u0669:00")
        ],
        ({HOURS + "start": 9}, IN_HOURS + "start", "type"),
        ({HOURS + "end": "24:01"}, IN_HOURS + "end", "not_time"),
        ({HOURS + "end": "9:00"}, IN_HOURS + "end", "reversed_interval"),
        ({HOURS + "end": "8:00"}, IN_HOURS + "end", "reversed_interval"),
        (
            {HOURS + "start": "0:00", HOURS + "end": "0:00"},
            *(IN_HOURS + "end", "reversed_interval"),
        ),
        ({HOURS + "end": "0:00"}, IN_HOURS + "end", "reversed_interval"),
        ({HOURS + "exdates": ["3 March"]}, IN_HOURS + "exdates[0]", "not_date"),
        (
            {
                "participants__1__specific_time_availability": [
                    {"date": "2022-08-02", "start": "10:00", "end": "9:00", "timezone": "UTC"}
                ]
            },
            *("$.participants[1].specific_time_availability[0].end", "reversed_interval"),
        ),
        (
            {"participants__1__only_specific_time_availability": "yes"},
            *("$.participants[1].only_specific_time_availability", "type"),
        ),
    ],
)
def test_a_query_that_is_none_is_refused(change, path, code):
    with pytest.raises(CodecError) as caught:
        read_query(changed(DOCUMENTED, **change))
    assert (caught.value.path, caught.value.code) == (path, code)


def test_the_documented_answer_is_read_and_written():
    answer = read_answer(ROUND_ROBIN)

    assert answer == AvailabilityAnswer(
        [
            TimeSlot(moment(1659367800), moment(1659369600), [LEYAH, NYLA]),
            TimeSlot(moment(1659376800), moment(1659378600), [NYLA]),
        ],
        [NYLA, LEYAH],
    )
    assert write_answer(answer, request_id=ROUND_ROBIN["request_id"]) == ROUND_ROBIN


def test_null_is_empty():
    assert read_answer({"data": {"time_slots": None}}) == AvailabilityAnswer()
    slot = {"emails": None, "start_time": 300, "end_time": 600}
    found = read_answer({"data": {"time_slots": [slot], "order": None}})
    assert found.time_slots[0].emails == ()
    assert write_answer(AvailabilityAnswer()) == {"data": {"time_slots": []}}


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ([], "$", "type"),
        ({}, "$.data", "missing_key"),
        ({"data": {"time_slots": {}}}, "$.data.time_slots", "type"),
        ({"data": {"time_slots": [{}]}}, "$.data.time_slots[0].start_time", "missing_key"),
        (
            {"data": {"time_slots": [{"start_time": 5, "end_time": 5}]}},
            *("$.data.time_slots[0].end_time", "empty_interval"),
        ),
        ({"data": {"order": [3]}}, "$.data.order[0]", "id"),
    ],
)
def test_an_answer_that_is_none_is_refused(body, path, code):
    with pytest.raises(CodecError) as caught:
        read_answer(body)
    assert (caught.value.path, caught.value.code) == (path, code)


def test_values_that_cannot_be_are_refused():
    with refused(InvalidValueError, "reversed_interval", "window"):
        a_block(text="22:00-02:00")
    with refused(InvalidValueError, "not_time", "window"):
        SpecificTime(date(2026, 3, 2), "UTC", Window(time(9, 0, 30), time(10)))
    with refused(LimitExceededError, "limit_exceeded"):
        a_block(exdates=[date(2026, 1, 1) + number * DAY for number in range(MOST_DATES + 1)])
    with refused(InvalidValueError, "five_minutes", "duration_minutes"):
        a_query(duration_minutes=31)
    with refused(InvalidValueError, "five_minutes", "start_time"):
        a_query(start_time=NOW + timedelta(microseconds=1))
    with refused(LimitExceededError, "limit_exceeded"):
        a_query(*[f"{number}@example.com" for number in range(MOST_PARTICIPANTS + 1)])
    with refused(InvalidIntervalError, "empty_interval", "end_time"):
        TimeSlot(NOW, NOW)
    with refused(InvalidValueError, "not_datetime", "end_time"):
        TimeSlot(NOW, NOW + timedelta(microseconds=1))
    with refused(NaiveDatetimeError, "naive_datetime"):
        TimeSlot(datetime(2026, 3, 2), NOW)
    with refused(InvalidValueError, "type", "rules"):
        a_query(rules=None)


def test_the_end_of_the_day_is_one_value():
    assert a_block(text="09:00-23:59") == a_block(text="09:00-24:00")


# Hours -------------------------------------------------------------------------


def test_day_0_is_sunday():
    hours = a_block((0, 6)).hours()

    assert hours == WeeklyHours.parse("Sa-Su 09:00-17:00", zone="UTC")


def opened(hours, day):
    return [str(each) for each in hours.open_within(Interval.day(day, zone="UTC"))]


MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
NINE_TO_FIVE = "[2026-03-0{0}T09:00:00+00:00, 2026-03-0{0}T17:00:00+00:00)"


def test_excluded_dates_are_closed():
    hours = opening_hours([a_block(exdates=[MONDAY])])

    assert opened(hours, MONDAY) == []
    assert opened(hours, TUESDAY) == [NINE_TO_FIVE.format(3)]


def test_a_date_replaces_the_weekly_hours_of_its_day_in_every_block():
    blocks = [a_block(text="09:00-12:00"), a_block(text="13:00-17:00", zone="Europe/Berlin")]
    noon = SpecificTime(MONDAY, "UTC", Window.parse("12:00-12:30"))

    hours = opening_hours(blocks, [noon])

    assert opened(hours, MONDAY) == ["[2026-03-02T12:00:00+00:00, 2026-03-02T12:30:00+00:00)"]
    assert len(opened(hours, TUESDAY)) == 1


def test_a_date_from_midnight_to_midnight_is_closed():
    hours = opening_hours([a_block()], [SpecificTime(MONDAY, "UTC")])

    assert opened(hours, MONDAY) == []
    assert opened(hours, TUESDAY) == [NINE_TO_FIVE.format(3)]


def test_only_the_dates_count_where_that_is_asked_for():
    single = SpecificTime(TUESDAY, "UTC", Window.parse("09:00-17:00"))

    hours = opening_hours([a_block()], [single], only_dates=True)

    assert opened(hours, MONDAY) == []
    assert opened(hours, TUESDAY) == [NINE_TO_FIVE.format(3)]
    assert opened(opening_hours([a_block()], only_dates=True), MONDAY) == []


def test_without_blocks_all_other_dates_are_open():
    dates = [
        SpecificTime(MONDAY, "UTC", Window.parse("09:00-17:00")),
        SpecificTime(TUESDAY, "Asia/Tokyo"),
    ]

    hours = opening_hours(None, dates)

    assert opened(hours, MONDAY) == ["[2026-03-02T09:00:00+00:00, 2026-03-02T15:00:00+00:00)"]
    assert opening_hours(None) is None
    assert opened(opening_hours([]), MONDAY) == []


# Answers -----------------------------------------------------------------------


def a_query(*emails, **fields):
    people = [each if isinstance(each, Participant) else Participant(each) for each in emails]
    rules = fields.pop("rules", AvailabilityRules("collective"))
    fields = {"start_time": at("08:00"), "end_time": at("18:00"), "duration_minutes": 60, **fields}
    return AvailabilityQuery(participants=people or [Participant("ada")], rules=rules, **fields)


def team(*others, bookings=(), blocks=(), **hours):
    people = [a_member(each, hours=hours.get(each, OFFICE)) for each in ("ada", "grace")]
    return a_scheduler(a_room(), *people, *others, bookings=bookings, blocks=blocks)


def listed(query, state, now=NOW):
    found = answer_availability(query, state, now=now).time_slots
    return [(f"{each.start_time:%H:%M}", *each.emails) for each in found]


def clocks(query, state):
    return [clock for clock, *_ in listed(query, state)]


def busy(member, first, last, **fields):
    return a_booking(f"{member} {first}", first, last, host_ids=[member], **fields)


def test_all_of_them_are_free_for_a_collective_meeting():
    state = team(bookings=[busy("ada", "10:00", "12:00"), busy("grace", "14:00", "15:00")])

    answer = answer_availability(a_query("grace", "ada"), state, now=NOW)

    assert listed(a_query("grace", "ada"), state) == [
        (clock, "ada", "grace") for clock in ("09:00", "12:00", "13:00", "15:00", "16:00")
    ]
    assert answer.order == ()


def test_any_of_them_will_do_in_a_round_robin_and_all_who_are_free_are_listed():
    state = team(bookings=[busy("ada", "10:00", "17:00"), busy("grace", "09:00", "10:00")])

    found = listed(a_query("ada", "grace", rules=AvailabilityRules()), state)

    assert found[:2] == [("09:00", "ada"), ("10:00", "grace")]
    assert len(found) == 8


def test_starts_are_counted_from_the_first_and_rounded_up():
    nine_05 = a_query(start_time=at("09:05"), interval_minutes=30)

    assert clocks(nine_05, team())[:3] == ["09:15", "09:45", "10:15"]
    close = a_query(start_time=at("09:55"), duration_minutes=30, interval_minutes=15, round_to=5)
    assert clocks(close, team())[:3] == ["09:55", "10:10", "10:25"]
    often = a_query(start_time=at("09:00"), interval_minutes=5, round_to=30)
    assert clocks(often, team())[:3] == ["09:00", "09:30", "10:00"]


def test_a_meeting_ends_in_time():
    assert clocks(a_query(end_time=at("11:30")), team()) == ["09:00", "10:00"]
    assert clocks(a_query(start_time=at("09:00"), end_time=at("09:30")), team()) == []


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [(30, 30, ("09:30", "11:30")), (30, 0, ("09:30", "11:00")), (0, 15, ("10:00", "11:15"))],
)
@pytest.mark.parametrize("kind", ["booking", "block"])
def test_buffers_surround_meetings_that_exist(before, after, kept, kind):
    """Ten to eleven is busy with these buffers around it, as the API reference has it."""
    taken = monday("10:00", "11:00")
    state = (
        team(bookings=[busy("ada", "10:00", "11:00")])
        if kind == "booking"
        else team(blocks=[Block("K", "ada", taken)])
    )
    rules = AvailabilityRules("collective", before, after)
    query = a_query(duration_minutes=5, interval_minutes=5, round_to=5, rules=rules)

    free = set(clocks(query, state))

    around = monday(*kept)
    steps = [at("09:00") + number * minutes(5) for number in range(96)]
    expected = {
        f"{start:%H:%M}"
        for start in steps
        if start + minutes(5) <= around.start or around.end <= start
    }
    assert free == expected


def test_what_is_asked_for_has_no_buffers_of_its_own():
    rules = AvailabilityRules("collective", 60, 60)

    assert clocks(a_query(rules=rules), team()) == [f"{hour:02}:00" for hour in range(9, 17)]


def test_hours_of_a_query_narrow_those_of_the_member():
    early = Participant("ada", open_hours=[a_block(text="07:00-11:00")])

    assert clocks(a_query(early), team()) == ["09:00", "10:00"]
    assert clocks(a_query(early), team(ada=None)) == ["08:00", "09:00", "10:00"]


def test_common_hours_are_for_those_who_give_none():
    rules = AvailabilityRules("max-availability", open_hours=[a_block(text="09:00-10:00")])
    late = Participant("grace", open_hours=[a_block(text="16:00-17:00")])

    found = listed(a_query("ada", late, rules=rules), team())

    assert found == [("09:00", "ada"), ("16:00", "grace")]


def test_tentative_time_is_busy_unless_it_is_said_not_to_be():
    state = team(blocks=[Block("K", "ada", WHOLE_DAY, "tentative")])

    assert clocks(a_query(), state) == []
    rules = AvailabilityRules("collective", tentative_as_busy=False)
    assert len(clocks(a_query(rules=rules), state)) == 8


def test_who_had_the_fewest_is_next():
    calendar = a_calendar("availability", member_ids=["ada"])
    had = [busy("ada", "06:00", "07:00", calendar_id="availability")]
    state = team(calendar, bookings=had)

    def order(method, group_id="availability"):
        rules = AvailabilityRules(method, group_id=group_id)
        return answer_availability(a_query("ada", "grace", rules=rules), state, now=NOW).order

    assert order("max-fairness") == ("grace", "ada")
    assert order("max-availability") == ("grace", "ada")
    assert order("max-fairness", None) == ("ada", "grace")


def test_whoever_has_no_weight_is_asked_for_by_name():
    state = a_scheduler(a_member("ada", weight=0, hours=OFFICE))

    assert len(clocks(a_query(rules=AvailabilityRules()), state)) == 8


def test_who_is_no_member_is_refused():
    for email in ("linus", "blue room"):
        with pytest.raises(CodecError) as caught:
            answer_availability(a_query("ada", email), team(), now=NOW)
        assert (caught.value.path, caught.value.code) == ("$.participants[1].email", "unknown_id")
    rules = AvailabilityRules(group_id="ada")
    with pytest.raises(CodecError) as caught:
        answer_availability(a_query(rules=rules), team(), now=NOW)
    assert caught.value.path == "$.availability_rules.round_robin_group_id"


def test_nothing_begins_in_the_past():
    assert listed(a_query(), team(), now=at("15:30")) == [("16:00", "ada")]


def test_the_state_that_was_asked_stays_as_it_is():
    state = team()
    answer_availability(a_query(Participant("ada", open_hours=[a_block()])), state, now=NOW)

    assert state == team()


def test_nylas_advises_ten_and_more_are_answered():
    people = [a_member(f"m{number}", hours=OFFICE) for number in range(ADVISED_PARTICIPANTS + 1)]
    query = a_query(*[each.id for each in people])

    assert len(answer_availability(query, a_scheduler(*people), now=NOW).time_slots) == 8


# Free/busy ---------------------------------------------------------------------


def test_the_documented_free_busy_query_is_read_and_written():
    body = {"start_time": 1690862400, "end_time": 1691208000, "emails": ["user1@example.com"]}
    query = read_free_busy_query(body)

    assert query.within == ASKED
    assert write_free_busy_query(query) == body
    strict = {**body, "tentative_as_busy": False}
    assert write_free_busy_query(read_free_busy_query(strict)) == strict


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"start_time": None}, "$.start_time", "missing_key"),
        ({"end_time": 1690862400}, "$.end_time", "empty_interval"),
        ({"end_time": 1690862400 + 86_400 * 94}, "$.end_time", "limit_exceeded"),
        ({"emails": []}, "$.emails", "limit_exceeded"),
        ({"emails": "user1"}, "$.emails", "type"),
        ({"emails": [""]}, "$.emails[0]", "id"),
        ({"tentative_as_busy": 1}, "$.tentative_as_busy", "type"),
    ],
)
def test_a_free_busy_query_that_is_none_is_refused(change, path, code):
    body = {"start_time": 1690862400, "end_time": 1691208000, "emails": ["user1@example.com"]}
    with pytest.raises(CodecError) as caught:
        read_free_busy_query({**body, **change})
    assert (caught.value.path, caught.value.code) == (path, code)


def test_who_could_not_be_read_is_unknown_and_never_free():
    told = read_free_busy(MIXED, within=ASKED)

    assert [str(each.start.time()) for each in told.times("user1@example.com")] == [
        "14:00:00",
        "12:00:00",
    ]
    assert told.times("user2@example.com") is None
    assert "Active Directory" in told.unknown["user2@example.com"]
    assert write_free_busy(told, request_id=MIXED["request_id"]) == MIXED


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("busy", BusyKind.BUSY),
        ("Tentative", BusyKind.TENTATIVE),
        ("oof", BusyKind.OUT_OF_OFFICE),
        ("workingElsewhere", BusyKind.ELSEWHERE),
        ("free", BusyKind.FREE),
        ("who knows", BusyKind.BUSY),
        (None, BusyKind.BUSY),
    ],
)
def test_a_status_that_nobody_knows_is_busy(status, kind):
    told = read_free_busy(changed(MIXED, data__0__time_slots__0__status=status), within=ASKED)

    first = Interval(moment(1690898400), moment(1690902000))
    assert told.strongest("user1@example.com", first) is kind


def test_what_is_written_is_never_freer_than_what_is():
    part = timedelta(milliseconds=500)
    times = [BusyTime(Interval(at("10:00") + part, at("11:00") + part), "tentative")]
    told = FreeBusy(WHOLE_DAY, {"ada": [*times, BusyTime(monday("12:00", "13:00"), "elsewhere")]})

    (slot,) = write_free_busy(told)["data"][0]["time_slots"]
    assert slot["end_time"] - slot["start_time"] == 3_601
    assert write_free_busy(told, tentative_as_busy=False)["data"][0]["time_slots"] == []


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({}, "$.data", "missing_key"),
        ({"data": {}}, "$.data", "type"),
        ({"data": [3]}, "$.data[0]", "type"),
        ({"data": [{"email": "a"}]}, "$.data[0].object", "missing_key"),
        ({"data": [{"email": "a", "object": "busy"}]}, "$.data[0].object", "choice"),
        ({"data": [{"email": "a", "object": "error"}] * 2}, "$.data[1].email", "two_answers"),
        (
            {
                "data": [
                    {
                        "email": "a",
                        "object": "free_busy",
                        "time_slots": [{"start_time": 9, "end_time": 9}],
                    }
                ]
            },
            *("$.data[0].time_slots[0].end_time", "reversed_interval"),
        ),
    ],
)
def test_a_free_busy_answer_that_is_none_is_refused(body, path, code):
    with pytest.raises(CodecError) as caught:
        read_free_busy(body, within=ASKED)
    assert (caught.value.path, caught.value.code) == (path, code)


def test_a_free_busy_query_that_cannot_be_is_refused():
    with refused(LimitExceededError, "limit_exceeded"):
        FreeBusyQuery(NOW, NOW + 94 * DAY, ["ada"])
    with refused(LimitExceededError, "limit_exceeded"):
        FreeBusyQuery(NOW, NOW + HOUR, [])
    with refused(InvalidValueError, "not_datetime", "start_time"):
        FreeBusyQuery(NOW + timedelta(microseconds=1), NOW + HOUR, ["ada"])


def test_a_scheduler_tells_who_is_busy_and_whom_it_does_not_know():
    state = team(
        bookings=[busy("ada", "10:00", "11:00")],
        blocks=[Block("K", "grace", monday("12:00", "13:00"), "tentative")],
    )
    query = FreeBusyQuery(at("08:00"), at("18:00"), ["grace", "ada", "linus"])

    told = answer_free_busy(query, state, now=NOW)

    assert told == FreeBusy(
        monday("08:00", "18:00"),
        {
            "ada": [BusyTime(monday("10:00", "11:00"))],
            "grace": [BusyTime(monday("12:00", "13:00"), "tentative")],
        },
        {"linus": "Unable to resolve e-mail address linus."},
    )
    assert [each["object"] for each in write_free_busy(told)["data"]] == [
        *["free_busy", "free_busy", "error"]
    ]


def test_an_error_beside_times_is_unknown_as_well():
    both = {"email": "ada", "object": "free_busy", "time_slots": [], "error": "timed out"}
    told = read_free_busy({"data": [both]}, within=ASKED)

    assert told == FreeBusy(ASKED, {}, {"ada": "timed out"})


def test_whom_the_host_could_not_read_is_free_for_nothing():
    query = FreeBusyQuery(at("08:00"), at("18:00"), ["ada", "grace", "linus"])
    told = answer_free_busy(query, team(), now=NOW, unknown={"ada": "timed out", "bob": "no"})

    assert list(told.busy) == ["grace"]
    assert told.unknown["ada"] == "timed out"
    for rules, free in (("collective", []), ("max-fairness", ["grace"])):
        asked = a_query("ada", "grace", rules=AvailabilityRules(rules))
        answer = answer_availability(asked, team(), now=NOW, unknown_ids=["ada", "nobody"])
        assert sorted({each for slot in answer.time_slots for each in slot.emails}) == free


def test_free_busy_and_availability_agree():
    state = team(bookings=[busy("ada", "10:00", "11:00")], ada=None)
    query = FreeBusyQuery(at("08:00"), at("18:00"), ["ada"])

    taken = answer_free_busy(query, state, now=NOW).times("ada")

    assert clocks(a_query(), state) == [
        f"{hour:02}:00"
        for hour in range(8, 18)
        if not any(each.overlaps(monday(f"{hour}:00", f"{hour + 1}:00")) for each in taken)
    ]


def test_who_could_not_be_read_when_it_was_asked_is_an_error_for_that_reason():
    state = team().with_busy_times(
        FreeBusy(monday("09:00", "12:00"), {}, {"ada": "no permission"}), source="nylas"
    )
    query = FreeBusyQuery(at("08:00"), at("18:00"), ["ada"])

    assert write_free_busy(answer_free_busy(query, state, now=NOW))["data"] == [
        {"email": "ada", "error": "no permission", "object": "error"}
    ]
    assert clocks(a_query(), state) == [f"{hour}:00" for hour in range(12, 17)]

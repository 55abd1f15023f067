"""Cronofy's availability query."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import (
    Block,
    CodecError,
    Interval,
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
)
from bookable.codecs.cronofy import (
    Availability,
    AvailabilityQuery,
    AvailableTime,
    CronofyErrors,
    Group,
    Participant,
    answer_availability,
    errors_of,
    read_availability,
    read_availability_query,
    read_errors,
    write_availability,
    write_availability_query,
    write_errors,
)
from bookable.codecs.cronofy._answering import maximal_periods
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    minutes,
    monday,
    refused,
    us,
)

# The documented query and its answer.
ANN, BOB = "acc_5ba21743f408617d1269ea1e", "acc_64b17d868090ea21640c914c"
ROOMS = (
    "res_5ba21743f408617d12693521",
    "res_5ba21743f4000563a26934ea",
    "res_64b17d868090ea21640ad6e0",
)
QUERY = {
    "participants": [
        {
            "members": [
                {"sub": ANN, "managed_availability": True},
                {"sub": BOB, "managed_availability": True},
            ],
            "required": "all",
        },
        {"members": [{"sub": sub} for sub in ROOMS], "required": 1},
    ],
    "required_duration": {"minutes": 60},
    "query_periods": [
        {"start": "2025-01-21T09:00:00Z", "end": "2025-01-21T18:00:00Z"},
        {"start": "2025-01-22T09:00:00Z", "end": "2025-01-22T18:00:00Z"},
    ],
    "buffer": {"before": {"minutes": 30}, "after": {"minutes": 15}},
    "response_format": "slots",
}


def told(start: str, end: str, *subs: str) -> dict:
    return {"start": start, "end": end, "participants": [{"sub": sub} for sub in subs]}


ANSWER = {
    "available_slots": [
        told("2025-01-21T09:00:00Z", "2025-01-21T10:00:00Z", ANN, BOB, *ROOMS[:2]),
        told("2025-01-22T10:00:00Z", "2025-01-22T11:00:00Z", ANN, BOB, ROOMS[2]),
        told("2025-01-22T11:00:00Z", "2025-01-22T12:00:00Z", ANN, BOB, ROOMS[2]),
    ]
}


def group(*subs: str, required: int | None = None, **fields) -> Group:
    return Group([Participant(sub, **fields) for sub in subs], required)


def ask(*groups: Group, first: str = "09:00", last: str = "12:00", **fields) -> AvailabilityQuery:
    if "slots" not in fields:
        fields.setdefault("periods", [monday(first, last)])
    return AvailabilityQuery(groups, fields.pop("duration", HOUR), **fields)


def a_team(*blocks: tuple[str, str, str]):
    people = [a_member(key, hours=OFFICE) for key in ("ada", "ben", "cem")]
    rooms = [a_room("hall", 5), a_room("box", 5)]
    found = [
        Block(f"K-{number}", subject, monday(first, last))
        for number, (subject, first, last) in enumerate(blocks)
    ]
    return a_scheduler(*people, *rooms, an_item("screen", 1), blocks=found)


def answer(query: AvailabilityQuery, *blocks, **named) -> list[tuple[str, ...]]:
    found = answer_availability(query, a_team(*blocks), now=NOW, **named)
    assert found.are_slots == (query.response_format != "periods")
    return [
        (f"{each.interval.start:%H:%M}-{each.interval.end:%H:%M}", *each.subs)
        for each in found.times
    ]


# Bodies ----------------------------------------------------------------------


def test_the_documented_query_is_read_and_written():
    found = read_availability_query(QUERY)

    assert found.duration == HOUR
    assert [each.count for each in found.groups] == [2, 1]
    assert (found.buffer_before, found.buffer_after) == (minutes(30), minutes(15))
    assert write_availability_query(found) == QUERY


def test_the_documented_answer_is_read_and_written():
    found = read_availability(ANSWER)

    assert found.are_slots
    assert [len(each.subs) for each in found.times] == [4, 3, 3]
    assert write_availability(found) == ANSWER


def test_the_older_name_of_the_periods_is_read():
    body = {key: value for key, value in QUERY.items() if key != "query_periods"}
    older = {**body, "available_periods": QUERY["query_periods"]}

    assert read_availability_query(older) == read_availability_query(QUERY)
    with refused(CodecError, "duplicate_key"):
        read_availability_query({**QUERY, "available_periods": []})


def test_slots_may_be_named_without_their_ends():
    body = {key: value for key, value in QUERY.items() if key != "query_periods"}
    body["query_slots"] = [
        {"start": "2025-01-21T09:00:00Z"},
        {"start": "2025-01-21T09:30:00Z", "end": "2025-01-21T10:30:00Z"},
    ]

    assert [each.duration for each in read_availability_query(body).slots] == [HOUR, HOUR]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"participants": None}, "missing_key", "$.participants"),
        ({"participants": []}, "limit_exceeded", "$.participants"),
        ({"participants": [{}]}, "missing_key", "$.participants[0].members"),
        (
            {"participants": [{"members": [], "required": "all"}]},
            "limit_exceeded",
            "$.participants[0].members",
        ),
        (
            {"participants": [{"members": [{"sub": "a"}]}]},
            "missing_key",
            "$.participants[0].required",
        ),
        (
            {"participants": [{"members": [{"sub": "a"}], "required": "some"}]},
            "choice",
            "$.participants[0].required",
        ),
        (
            {"participants": [{"members": [{"sub": "a"}], "required": 0}]},
            "quantity",
            "$.participants[0].required",
        ),
        (
            {"participants": [{"members": [{"sub": "a"}], "required": 2}]},
            "quantity",
            "$.participants[0].members.required",
        ),
        (
            {"participants": [{"members": [{"sub": "a"}, {"sub": "a"}], "required": "all"}]},
            "duplicate_id",
            "$.participants[0].members",
        ),
        (
            {"participants": [{"members": [{"sub": ""}], "required": "all"}]},
            "id",
            "$.participants[0].members[0].sub",
        ),
        (
            {
                "participants": [
                    {"members": [{"sub": "a", "managed_availability": 1}], "required": "all"}
                ]
            },
            "type",
            "$.participants[0].members[0].managed_availability",
        ),
        (
            {
                "participants": [
                    {"members": [{"sub": "a", "availability_rule_ids": ["x"]}], "required": "all"}
                ]
            },
            "unsupported",
            "$.participants[0].members[0].availability_rule_ids",
        ),
        (
            {
                "participants": [
                    {
                        "members": [{"sub": "a", "availability_constraints": [{}]}],
                        "required": "all",
                    }
                ]
            },
            "unsupported",
            "$.participants[0].members[0].availability_constraints",
        ),
        ({"required_duration": None}, "missing_key", "$.required_duration"),
        ({"required_duration": 60}, "type", "$.required_duration"),
        ({"required_duration": {"minutes": 0}}, "quantity", "$.required_duration.minutes"),
        ({"required_duration": {"minutes": 1_441}}, "quantity", "$.required_duration.minutes"),
        ({"required_duration": {"hours": 1}}, "unknown_key", "$.required_duration.hours"),
        ({"query_periods": None}, "periods", "$.query_periods"),
        ({"query_periods": QUERY["query_periods"] * 26}, "limit_exceeded", "$.query_periods"),
        (
            {"query_periods": [{"start": "2025-01-01T00:00:00Z", "end": "2025-02-05T00:01:00Z"}]},
            "limit_exceeded",
            "$.query_periods",
        ),
        (
            {"query_periods": [{"start": "2025-01-01T00:00:00Z", "end": "2025-01-01T00:00:00Z"}]},
            "empty_interval",
            "$.query_periods[0].end",
        ),
        ({"query_slots": [{"start": "2025-01-01T00:00:00Z"}]}, "periods", "$.query_periods"),
        (
            {
                "query_periods": None,
                "response_format": "periods",
                "query_slots": [{"start": "2025-01-01T00:00:00Z"}],
            },
            "response_format",
            "$.query_periods",
        ),
        (
            {
                "query_periods": None,
                "query_slots": [{"start": "2025-01-01T00:00:00Z", "end": "2025-01-01T00:30:00Z"}],
            },
            "duration",
            "$.query_slots[0].end",
        ),
        ({"start_interval": {"minutes": 0}}, "quantity", "$.start_interval.minutes"),
        ({"buffer": 30}, "type", "$.buffer"),
        ({"buffer": {"before": {"minutes": -1}}}, "quantity", "$.buffer.before.minutes"),
        ({"response_format": "list"}, "choice", "$.response_format"),
        ({"max_results": 0}, "quantity", "$.max_results"),
        ({"max_results": 513}, "quantity", "$.max_results"),
    ],
)
def test_a_bad_query_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        read_availability_query({**QUERY, **change})

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({}, "missing_key", "$.available_periods"),
        ({"available_slots": {}}, "type", "$.available_slots"),
        ({"available_slots": [{}]}, "missing_key", "$.available_slots[0].start"),
        (
            {"available_slots": [told("2025-01-21T09:00:00Z", "2025-01-21T09:00:00Z")]},
            "empty_interval",
            "$.available_slots[0].end",
        ),
        (
            {"available_slots": [{**ANSWER["available_slots"][0], "participants": [{}]}]},
            "missing_key",
            "$.available_slots[0].participants[0].sub",
        ),
    ],
)
def test_a_bad_answer_is_refused_where_it_is_bad(body, code, path):
    with refused(CodecError, code) as caught:
        read_availability(body)

    assert caught.value.path == path


def test_a_refusal_names_the_field():
    body = {"errors": {"query_periods": [{"key": "errors.required", "description": "is required"}]}}

    assert read_errors(body) == CronofyErrors(
        {"query_periods": [("errors.required", "is required")]}
    )
    assert write_errors(read_errors(body)) == body


@pytest.mark.parametrize(
    ("change", "field", "key"),
    [
        ({"required_duration": None}, "required_duration", "errors.required"),
        ({"buffer": {"after": {"minutes": -1}}}, "buffer", "errors.invalid"),
        ({"participants": [{}]}, "participants", "errors.required"),
    ],
)
def test_what_could_not_be_read_is_a_refusal(change, field, key):
    with pytest.raises(CodecError) as caught:
        read_availability_query({**QUERY, **change})
    found = errors_of(caught.value)

    assert list(found.errors) == [field]
    assert found.errors[field][0][0] == key
    assert field in found.errors[field][0][1]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"errors": []},
        {"errors": {"x": {}}},
        {"errors": {"x": [{}]}},
        {"errors": {str(n): [] for n in range(101)}},
    ],
)
def test_what_is_no_refusal_is_refused(body):
    with pytest.raises(CodecError):
        read_errors(body)


def test_values_check_themselves():
    with refused(InvalidValueError, "empty_request", "groups"):
        ask()
    with refused(InvalidValueError, "empty_request", "members"):
        group()
    with refused(InvalidValueError, "duplicate_id", "members"):
        group("ada", "ada")
    with refused(InvalidAmountError, "quantity", "required"):
        group("ada", required=2)
    with refused(InvalidValueError, "duration", "duration"):
        ask(group("ada"), duration=timedelta(seconds=90))
    with refused(InvalidValueError, "zero_step", "step"):
        ask(group("ada"), step=timedelta(0))
    with refused(InvalidValueError, "duration", "buffer_after"):
        ask(group("ada"), buffer_after=timedelta(days=2))
    with refused(InvalidValueError, "periods", "periods"):
        ask(group("ada"), periods=[])
    with refused(InvalidValueError, "choice", "response_format"):
        ask(group("ada"), response_format="list")
    with refused(InvalidAmountError, "quantity", "max_results"):
        ask(group("ada"), max_results=0)
    for groups in ([group("ada")] * 11, [group(*map(str, range(101)))]):
        with refused(LimitExceededError, "limit_exceeded"):
            ask(*groups)
    with refused(LimitExceededError, "limit_exceeded"):
        ask(group("ada", available_periods=[monday("09:00", "10:00")] * 51))


# Answering: slots ------------------------------------------------------------


def test_slots_do_not_overlap_and_name_everybody_who_is_free():
    query = ask(group("ada", "ben"), group("hall", "box", required=1), response_format="slots")

    assert answer(query, ("box", "09:00", "10:30")) == [
        ("09:00-10:00", "ada", "ben", "hall"),
        ("10:00-11:00", "ada", "ben", "hall"),
        ("11:00-12:00", "ada", "ben", "hall", "box"),
    ]


def test_overlapping_slots_start_at_every_step():
    query = ask(group("ada"), last="11:00", response_format="overlapping_slots")

    assert [time for time, _ in answer(query)] == ["09:00-10:00", "09:30-10:30", "10:00-11:00"]
    finer = ask(group("ada"), last="10:20", response_format="overlapping_slots", step=minutes(10))
    assert [time for time, _ in answer(finer)] == ["09:00-10:00", "09:10-10:10", "09:20-10:20"]


def test_a_slot_begins_again_on_a_step_after_a_meeting():
    query = ask(group("ada"), response_format="slots")

    assert [time for time, _ in answer(query, ("ada", "09:00", "09:20"))] == [
        "09:30-10:30",
        "10:30-11:30",
    ]


def test_so_many_of_a_group():
    query = ask(group("ada", "ben", "cem", required=2), last="10:00", response_format="slots")

    assert answer(query, ("ben", "09:00", "10:00")) == [("09:00-10:00", "ada", "cem")]
    assert answer(query, ("ben", "09:00", "10:00"), ("ada", "09:30", "10:00")) == []


def test_who_is_in_two_groups_counts_in_one():
    query = ask(
        group("ada"), group("ada", "ben", required=1), last="10:00", response_format="slots"
    )

    assert answer(query) == [("09:00-10:00", "ada", "ben")]
    assert answer(query, ("ben", "09:00", "10:00")) == []


def test_buffers_surround_the_meetings_that_there_are():
    query = ask(
        group("ada"),
        last="13:00",
        response_format="overlapping_slots",
        step=minutes(5),
        duration=minutes(30),
        buffer_before=minutes(30),
        buffer_after=minutes(15),
    )
    found = [time for time, _ in answer(query, ("ada", "10:30", "11:00"))]

    assert found[0] == "09:00-09:30"
    assert "09:30-10:00" in found
    assert "09:35-10:05" not in found
    assert "11:10-11:40" not in found
    assert "11:15-11:45" in found
    assert found[-1] == "12:30-13:00"


def test_of_a_meeting_with_buffers_of_its_own_the_longer_count():
    query = ask(
        group("hall"),
        last="13:00",
        response_format="slots",
        step=minutes(5),
        buffer_after=minutes(15),
    )
    for buffer, first in ((10, "11:15"), (20, "11:20")):
        state = a_scheduler(
            a_room("hall", buffer_after=minutes(buffer)),
            bookings=[a_booking("B", "10:00", "11:00", room_ids=["hall"])],
        )
        found = answer_availability(query, state, now=NOW)
        assert [f"{each.interval.start:%H:%M}" for each in found.times] == [first]


def test_slots_that_are_named_are_looked_at():
    slots = [monday("09:00", "10:00"), monday("09:17", "10:17"), monday("11:30", "12:30")]
    query = ask(group("ada"), slots=slots, response_format="overlapping_slots")

    assert [time for time, _ in answer(query, ("ada", "11:00", "12:00"))] == [
        "09:00-10:00",
        "09:17-10:17",
    ]


def test_not_more_than_so_many():
    periods = [monday("09:00", "11:00"), monday("13:00", "15:00")]
    query = ask(group("ada"), periods=periods, response_format="slots", max_results=3)

    assert [time for time, _ in answer(query)] == ["09:00-10:00", "10:00-11:00", "13:00-14:00"]


def test_a_slot_lies_in_one_period_and_periods_that_touch_are_one():
    apart = [monday("09:00", "09:30"), monday("10:00", "10:45")]
    touching = [monday("09:30", "10:30"), monday("09:00", "09:30")]

    assert answer(ask(group("ada"), periods=apart, response_format="slots")) == []
    assert answer(ask(group("ada"), periods=touching, response_format="slots")) == [
        ("09:00-10:00", "ada")
    ]


# Answering: hours and periods of members --------------------------------------


def test_hours_count_where_they_are_managed():
    query = ask(group("ada"), first="07:00", last="10:00", response_format="slots")
    managed = ask(
        group("ada", managed_availability=True),
        first="07:00",
        last="10:00",
        response_format="slots",
    )

    assert [time for time, _ in answer(query)] == ["07:00-08:00", "08:00-09:00", "09:00-10:00"]
    assert [time for time, _ in answer(managed)] == ["09:00-10:00"]


def test_a_member_may_have_periods():
    inside = [monday("08:00", "10:00"), monday("11:00", "12:00")]
    for managed, first in ((False, "08:00-09:00"), (True, "09:00-10:00")):
        members = group("ada", available_periods=inside, managed_availability=managed)
        found = answer(ask(members, group("ben"), first="07:00", response_format="slots"))
        assert next(time for time, *_ in found) == first
        assert [time for time, *_ in found][-1] == "11:00-12:00"
    nothing = group("ada", available_periods=[])
    assert answer(ask(nothing, response_format="slots")) == []


def test_who_is_in_two_groups_has_the_bounds_of_both():
    query = ask(
        group("ada", "ben", required=1, available_periods=[monday("09:00", "11:00")]),
        group("ada", "ben", required=1, available_periods=[monday("10:00", "12:00")]),
        response_format="slots",
    )

    assert answer(query) == [("10:00-11:00", "ada", "ben")]


# Answering: periods ----------------------------------------------------------


def test_periods_are_as_long_as_everybody_is_free():
    query = ask(group("ada", "ben"))

    assert answer(query, ("ada", "10:15", "10:30")) == [
        ("09:00-10:15", "ada", "ben"),
        ("10:30-12:00", "ada", "ben"),
    ]
    assert answer(query, ("ada", "10:45", "11:30")) == [("09:00-10:45", "ada", "ben")]


def test_periods_of_a_pool_overlap_where_people_come_and_go():
    query = ask(group("ada", "ben", required=1))

    assert answer(query, ("ada", "10:30", "12:00"), ("ben", "09:00", "09:15")) == [
        ("09:00-10:30", "ada"),
        ("09:15-10:30", "ada", "ben"),
        ("09:15-12:00", "ben"),
    ]


def test_nobody_hands_over_to_somebody_else():
    query = ask(group("ada", "ben", required=1))

    assert answer(query, ("ada", "09:45", "12:00"), ("ben", "09:00", "09:45")) == [
        ("09:45-12:00", "ben")
    ]


def test_periods_begin_on_a_step_where_one_is_given():
    query = ask(group("ada"), step=minutes(30))

    assert answer(query, ("ada", "09:00", "09:10")) == [("09:30-12:00", "ada")]
    assert answer(ask(group("ada")), ("ada", "09:00", "09:10")) == [("09:10-12:00", "ada")]
    assert answer(query, ("ada", "10:00", "10:40"), ("ada", "11:55", "12:00")) == [
        ("09:00-10:00", "ada")
    ]


def test_periods_need_enough_for_all_groups_at_once():
    query = ask(group("ada", "ben", required=1), group("ada", "ben", required=1))

    assert answer(query, ("ben", "11:00", "12:00")) == [("09:00-11:00", "ada", "ben")]


def test_periods_are_cut_at_so_many():
    query = ask(group("ada"), max_results=1)

    assert answer(query, ("ada", "10:15", "10:30")) == [("09:00-10:15", "ada")]


def test_what_is_past_is_not_available():
    found = answer_availability(ask(group("ada")), a_team(), now=at("10:30"))

    assert [each.interval for each in found.times] == [monday("10:30", "12:00")]


@pytest.mark.parametrize(
    ("free", "expected"),
    [
        ({}, []),
        ({"a": ()}, []),
        ({"a": ((0, 5), (7, 9))}, [(0, 5, "a"), (7, 9, "a")]),
        ({"a": ((0, 5),), "b": ((0, 5),)}, [(0, 5, "ab")]),
        ({"a": ((0, 9),), "b": ((3, 5),)}, [(0, 9, "a"), (3, 5, "ab")]),
        ({"a": ((0, 5),), "b": ((3, 9),)}, [(0, 5, "a"), (3, 5, "ab"), (3, 9, "b")]),
        ({"a": ((0, 5),), "b": ((5, 9),)}, [(0, 5, "a"), (5, 9, "b")]),
    ],
)
def test_maximal_periods(free, expected):
    assert [(low, high, "".join(sorted(subs))) for low, high, subs in maximal_periods(free)] == (
        expected
    )


# Answering: who is not there ---------------------------------------------------


def test_who_is_not_there_is_an_error():
    state = a_scheduler(a_calendar("7", kind="event"), a_member("ada"))
    found = answer_availability(ask(group("ada", "zoe", "7")), state, now=NOW)

    assert found == CronofyErrors(
        {
            "participants": [
                ("errors.not_found", "there is no 'zoe'"),
                ("errors.not_found", "there is no '7'"),
            ]
        }
    )


def test_who_could_not_be_read_is_not_free():
    query = ask(group("ada", "ben", required=1), last="10:00", response_format="slots")
    both = ask(group("ada", "ben"), last="10:00")

    assert answer(query, unknown_ids=["ben", "nobody"]) == [("09:00-10:00", "ada")]
    assert answer(both, unknown_ids=["ben"]) == []


def test_a_value_is_an_answer():
    found = answer_availability(ask(group("screen", "hall")), a_team(), now=NOW)

    assert found == Availability([AvailableTime(monday("09:00", "12:00"), ["screen", "hall"])])
    assert us("12:00") - us("09:00") == 3 * 3_600_000_000
    assert isinstance(found.times[0].interval, Interval)

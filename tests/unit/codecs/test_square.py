"""Square's SearchAvailability: bodies, and what a scheduler answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bookable import (
    Catalogue,
    CodecError,
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    Place,
    Scheduler,
    SearchLimitError,
    UnknownIdError,
    Variant,
)
from bookable.codecs import square
from bookable.codecs.square import (
    AppointmentSegment,
    Availability,
    AvailabilitySearch,
    SearchAnswer,
    SegmentFilter,
    SquareError,
    answer_search,
    read_answer,
    read_search,
    read_transition_time,
    respond,
    square_error,
    write_answer,
    write_search,
    write_transition_time,
)
from bookable.codecs.square.bodies import MOST_MEMBERS
from tests.support.builders import (
    DAY,
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
    booked,
    minutes,
    refused,
)

RANGE = {"start_at": "2026-03-02T00:00:00Z", "end_at": "2026-03-03T00:00:00Z"}


def a_filter(**fields):
    found = {"start_at_range": RANGE, "segment_filters": [{"service_variation_id": "cut"}]}
    found.update(fields)
    kept = {key: value for key, value in found.items() if value is not ...}
    return {"query": {"filter": kept}}


def a_search(*segments, **fields):
    fields = {"start_at": NOW, "end_at": NOW + DAY, **fields}
    wanted = [SegmentFilter(each) if isinstance(each, str) else each for each in segments]
    return AvailabilitySearch(segments=wanted, **fields)


def a_salon(*entries, **fields):
    """Ada and Grace cut hair during office hours, for an hour, from every hour."""
    fields = {"member_ids": ["ada", "grace"], **fields}
    hosts = [a_member(each, hours=OFFICE) for each in ("ada", "grace")]
    return a_scheduler(a_calendar("cut", **fields), *hosts, *entries)


def found(search, state, now=NOW):
    """Start and member of every segment of every availability."""
    return [
        [f"{each.start_at:%H:%M}", *(part.team_member_id for part in each.segments)]
        for each in answer_search(search, state, now=now).availabilities
    ]


# Bodies ------------------------------------------------------------------------


def test_a_search_says_range_place_and_services():
    wanted = {
        "service_variation_id": "cut",
        "team_member_id_filter": {"any": ["ada"], "all": [], "none": ["grace"]},
    }
    body = a_filter(location_id="L", segment_filters=[wanted, {"service_variation_id": "wash"}])

    search = read_search(body)

    segments = SegmentFilter("cut", ["ada"], [], ["grace"]), SegmentFilter("wash")
    assert search == AvailabilitySearch(NOW, NOW + DAY, segments, "L")
    assert write_search(search) == body


def test_a_search_may_be_for_another_time_of_a_booking():
    body = a_filter(segment_filters=..., booking_id="B-1")

    assert read_search(body) == AvailabilitySearch(NOW, NOW + DAY, booking_id="B-1")
    assert write_search(read_search(body)) == body


def test_the_range_is_of_24_hours_to_32_days():
    for good in (DAY, 32 * DAY):
        assert a_search("cut", end_at=NOW + good)
    for bad in (DAY - HOUR, 33 * DAY, -DAY, timedelta(0)):
        with refused(InvalidValueError, "range", "start_at_range"):
            a_search("cut", end_at=NOW + bad)


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (None, "$", "type"),
        ({}, "$.query", "missing_key"),
        ({"query": {}}, "$.query.filter", "missing_key"),
        (a_filter(start_at_range=...), "$.query.filter.start_at_range", "missing_key"),
        (
            a_filter(start_at_range={"start_at": RANGE["start_at"]}),
            *("$.query.filter.start_at_range.end_at", "missing_key"),
        ),
        (
            a_filter(start_at_range={**RANGE, "end_at": "2026-03-03T00:00:00"}),
            *("$.query.filter.start_at_range.end_at", "naive_datetime"),
        ),
        (
            a_filter(start_at_range={**RANGE, "end_at": 1}),
            *("$.query.filter.start_at_range.end_at", "not_datetime"),
        ),
        (
            a_filter(start_at_range={**RANGE, "end_at": "2026-03-02T23:00:00Z"}),
            *("$.query.filter.start_at_range", "range"),
        ),
        (a_filter(segment_filters=...), "$.query.filter.segment_filters", "missing_key"),
        (a_filter(segment_filters=[]), "$.query.filter.segment_filters", "missing_key"),
        (a_filter(segment_filters={}), "$.query.filter.segment_filters", "type"),
        (
            a_filter(segment_filters=[{"service_variation_id": "cut"}] * 11),
            *("$.query.filter.segment_filters", "limit_exceeded"),
        ),
        (
            a_filter(segment_filters=[{}]),
            *("$.query.filter.segment_filters[0].service_variation_id", "missing_key"),
        ),
        (
            a_filter(segment_filters=[{"service_variation_id": "c", "team_member_id_filter": []}]),
            *("$.query.filter.segment_filters[0].team_member_id_filter", "type"),
        ),
        (
            a_filter(
                segment_filters=[
                    {"service_variation_id": "c", "team_member_id_filter": {"any": "ada"}}
                ]
            ),
            *("$.query.filter.segment_filters[0].team_member_id_filter.any", "type"),
        ),
        (a_filter(location_id=3), "$.query.filter.location_id", "id"),
        (a_filter(booking_id="B"), "$.query.filter.booking_id", "two_questions"),
        (
            a_filter(segment_filters=..., booking_id="B", location_id="L"),
            *("$.query.filter.booking_id", "two_questions"),
        ),
    ],
)
def test_a_search_that_is_none_is_refused(body, path, code):
    with pytest.raises(CodecError) as caught:
        read_search(body)
    assert (caught.value.path, caught.value.code) == (path, code)


def test_an_answer_may_say_more_than_this_library_does():
    body = {
        "availabilities": [
            {
                "start_at": "2026-03-02T09:00:00Z",
                "location_id": "L",
                "appointment_segments": [
                    {
                        "duration_minutes": 60,
                        "team_member_id": "ada",
                        "service_variation_id": "cut",
                        "service_variation_version": 1599775456731,
                        "intermission_minutes": 5,
                        "any_team_member": True,
                        "resource_ids": ["chair"],
                    }
                ],
            }
        ],
        "errors": [],
    }
    segment = AppointmentSegment(60, "ada", "cut", 1599775456731, 5, True, ["chair"])

    assert read_answer(body) == SearchAnswer([Availability(at("09:00"), [segment], "L")])
    assert write_answer(read_answer(body)) == body
    assert read_answer({"availabilities": None}) == read_answer({}) == SearchAnswer()


def test_errors_are_read_and_written():
    body = {"errors": [{"category": "API_ERROR", "code": "INTERNAL_SERVER_ERROR"}]}

    assert read_answer(body).errors == (SquareError("API_ERROR", "INTERNAL_SERVER_ERROR"),)
    assert write_answer(read_answer(body)) == body


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({"availabilities": {}}, "$.availabilities", "type"),
        ({"availabilities": [{}]}, "$.availabilities[0].start_at", "missing_key"),
        ({"errors": [{"code": "X"}]}, "$.errors[0].category", "missing_key"),
        ({"errors": [{"category": 1, "code": "X"}]}, "$.errors[0].category", "type"),
        *[
            (
                {
                    "availabilities": [
                        {
                            "start_at": "2026-03-02T09:00:00Z",
                            "appointment_segments": [
                                {"duration_minutes": 60, "team_member_id": "ada", key: value}
                            ],
                        }
                    ]
                },
                *(f"$.availabilities[0].appointment_segments[0].{key}", code),
            )
            for key, value, code in (
                ("duration_minutes", 1_501, "quantity"),
                ("duration_minutes", "60", "quantity"),
                ("team_member_id", None, "missing_key"),
                ("service_variation_version", 2**63, "quantity"),
                ("intermission_minutes", -1, "quantity"),
                ("any_team_member", 1, "type"),
                ("resource_ids", "chair", "type"),
            )
        ],
    ],
)
def test_an_answer_that_is_none_is_refused(body, path, code):
    with pytest.raises(CodecError) as caught:
        read_answer(body)
    assert (caught.value.path, caught.value.code) == (path, code)


def test_values_that_cannot_be_are_refused():
    with refused(LimitExceededError, "limit_exceeded"):
        SegmentFilter("cut", [f"m{number}" for number in range(MOST_MEMBERS + 1)])
    with refused(LimitExceededError, "limit_exceeded"):
        a_search(*["cut"] * 11)
    with pytest.raises(InvalidValueError):
        AppointmentSegment(60, "")
    with pytest.raises(InvalidValueError):
        AppointmentSegment(60, "ada", any_team_member=1)
    with pytest.raises(InvalidValueError):
        SquareError("API_ERROR", 3)
    with pytest.raises(NaiveDatetimeError):
        Availability(datetime(2026, 3, 2))


def test_transition_time_is_kept_clear_after_and_never_before():
    calendar = read_transition_time(a_calendar("cut", buffer_before=HOUR), 15)

    assert (calendar.buffer_before, calendar.buffer_after) == (timedelta(0), minutes(15))
    assert write_transition_time(calendar) == 15
    assert write_transition_time(a_calendar("cut", buffer_after=minutes(0.5))) == 1
    with pytest.raises(CodecError) as caught:
        read_transition_time(calendar, -1, "$.booking")
    assert caught.value.path == "$.booking.transition_time_minutes"


# Answers -----------------------------------------------------------------------


def test_each_start_has_one_member():
    state = booked(a_salon(), "10:00", calendar="cut", booking_id="B", host_ids=["ada"])

    times = found(a_search("cut"), state)

    assert times[0] == ["09:00", "grace"]
    assert times[1] == ["10:00", "grace"]
    assert [clock for clock, _ in times] == [f"{hour:02}:00" for hour in range(9, 17)]


def test_who_could_not_be_read_is_never_free():
    state = booked(a_salon(), "10:00", calendar="cut", booking_id="B", host_ids=["ada"])
    missing = ["ada", "cut", "nobody"]

    for search in (a_search("cut"), a_search("cut", "cut")):
        answer = answer_search(search, state, now=NOW, unknown_ids=missing)
        told = {part.team_member_id for each in answer.availabilities for part in each.segments}
        assert told == {"grace"}
    again = answer_search(a_search(booking_id="B"), state, now=NOW, unknown_ids=missing)
    assert again == SearchAnswer()
    status, body = respond(
        a_filter(), state, now=NOW, unknown_ids=(each for each in ["ada", "grace"])
    )
    assert (status, body["availabilities"]) == (200, [])


@pytest.mark.parametrize(
    ("terms", "members"),
    [
        ({}, {"ada"}),
        ({"any_of": ["grace", "nobody"]}, {"grace"}),
        ({"any_of": []}, {"ada"}),
        ({"all_of": ["grace"]}, {"grace"}),
        ({"all_of": ["grace", "ada"]}, set()),
        ({"none_of": ["ada"]}, {"grace"}),
        ({"any_of": ["ada"], "none_of": ["ada"]}, set()),
        ({"any_of": ["nobody"]}, set()),
    ],
)
def test_a_filter_says_who_may_serve(terms, members):
    times = found(a_search(SegmentFilter("cut", **terms)), a_salon())

    assert {member for _, member in times} == members


def test_a_variant_has_the_id_of_its_calendar_before_its_own():
    state = a_salon(
        variants=[Variant("long", minutes(90))],
        metadata={square.VERSION_KEY: "7", f"{square.VERSION_KEY}/long": "8"},
    )

    def first(name):
        return answer_search(a_search(name), state, now=NOW).availabilities[0].segments[0]

    assert first("cut/long") == AppointmentSegment(90, "ada", "cut/long", 8)
    assert first("cut") == AppointmentSegment(60, "ada", "cut", 7)
    for name in ("cut/short", "/long", "cut/", "shave/long", "shave"):
        with refused(UnknownIdError, "unknown_id"):
            first(name)


@pytest.mark.parametrize("told", ["", "seven", "-1", "9" * 19, "\u0661"])
def test_a_version_that_is_no_number_is_not_told(told):
    answer = answer_search(a_search("cut"), a_salon(metadata={square.VERSION_KEY: told}), now=NOW)

    assert answer.availabilities[0].segments[0].service_variation_version is None


def test_a_calendar_may_have_a_slash_in_its_id():
    host = a_member("ada", hours=OFFICE)
    state = a_scheduler(
        a_calendar("cut/long", member_ids=["ada"]), a_calendar("cut", member_ids=["ada"]), host
    )

    assert found(a_search("cut/long"), state)


def test_rooms_and_equipment_are_told_as_resources():
    chair, dryer = a_room("chair", calendar_ids=["cut"]), an_item("dryer", calendar_ids=["cut"])

    answer = answer_search(a_search("cut"), a_salon(chair, dryer), now=NOW)

    assert answer.availabilities[0].segments[0].resource_ids == ("chair", "dryer")


def test_who_is_primary_is_the_one_member_of_all():
    state = a_salon(kind="collective", primary_id="grace")

    assert found(a_search("cut"), state)[0] == ["09:00", "grace"]


def test_several_segments_follow_each_other():
    dye = a_calendar("dye", member_ids=["grace"], slot_step=minutes(30))
    state = a_salon(dye, member_ids=["ada"])

    times = found(a_search("cut", "dye"), state)

    assert times[0] == ["09:00", "ada", "grace"]
    assert times[-1] == ["15:00", "ada", "grace"]


def test_who_does_both_has_the_transition_time_in_between():
    dye = a_calendar("dye", member_ids=["ada"], slot_step=minutes(5))
    state = a_salon(dye, member_ids=["ada"], buffer_after=minutes(15))

    first = answer_search(a_search("cut", "dye"), state, now=NOW).availabilities[0]

    assert [part.intermission_minutes for part in first.segments] == [15, None]


def a_chain_of_houses():
    """A salon in the house, one outside."""
    here = a_calendar("cut", member_ids=["ada"], location_id="floor")
    there = a_calendar("dye", member_ids=["ada"], location_id="barn")
    places = [Place("house"), Place("floor", parent_id="house"), Place("barn")]
    hosts = [a_member("ada", hours=OFFICE)]
    return Scheduler(Catalogue(members=hosts, calendars=[here, there], places=places))


def test_a_service_is_where_its_calendar_is():
    state = a_chain_of_houses()

    def where(name, location_id):
        answer = answer_search(a_search(name, location_id=location_id), state, now=NOW)
        return {each.location_id for each in answer.availabilities}

    assert where("cut", "floor") == {"floor"}
    assert where("cut", "house") == {"house"}
    assert where("cut", None) == {"floor"}
    assert where("cut", "barn") == where("dye", "house") == set()
    with refused(UnknownIdError, "unknown_id"):
        where("cut", "moon")


def test_a_booking_is_moved_with_those_who_serve_it_and_is_not_in_its_own_way():
    state = booked(a_salon(), "10:00", calendar="cut", booking_id="B", host_ids=["grace"])

    times = found(a_search(booking_id="B"), state)

    assert ["10:00", "grace"] in times
    assert {member for _, member in times} == {"grace"}


def test_a_booking_of_a_variant_keeps_its_duration():
    state = a_salon(variants=[Variant("long", minutes(90))], slot_step=HOUR)
    state = booked(state, "10:00", calendar="cut", booking_id="B", variant_id="long")

    part = answer_search(a_search(booking_id="B"), state, now=NOW).availabilities[0].segments[0]

    assert (part.service_variation_id, part.duration_minutes) == ("cut/long", 90)


def test_what_square_has_not_is_refused():
    state = a_scheduler(
        a_calendar("hall", kind="event"),
        a_room("hall room", calendar_ids=["hall"]),
        bookings=[
            a_booking("B", room_ids=["hall room"]),
            a_booking("C", "12:00", "13:00", calendar_id="hall", room_ids=["hall room"]),
        ],
    )

    for search in (a_search("hall"), a_search(booking_id="C")):
        with refused(InvalidValueError, "member_ids", "service_variation_id"):
            answer_search(search, state, now=NOW)
    with refused(InvalidValueError, "booking_id", "booking_id"):
        answer_search(a_search(booking_id="B"), state, now=NOW)
    with refused(UnknownIdError, "unknown_id"):
        answer_search(a_search(booking_id="D"), state, now=NOW)


def test_an_hour_that_was_left_is_not_offered():
    assert found(a_search("cut"), a_salon(), now=at("16:00")) == [["16:00", "ada"]]


# Errors ------------------------------------------------------------------------


def test_a_body_is_answered_with_200():
    state = a_salon()
    expected = 200, write_answer(answer_search(read_search(a_filter()), state, now=NOW))

    assert respond(a_filter(), state, now=NOW) == expected
    assert respond(json.dumps(a_filter()), state, now=NOW) == expected
    assert respond(json.dumps(a_filter()).encode(), state, now=NOW) == expected


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"{", 400, "EXPECTED_JSON_BODY", None),
        (b"\xff", 400, "EXPECTED_JSON_BODY", None),
        ([], 400, "EXPECTED_OBJECT", None),
        ({}, 400, "MISSING_REQUIRED_PARAMETER", "query"),
        (a_filter(segment_filters=...), 400, "MISSING_REQUIRED_PARAMETER", "segment_filters"),
        (a_filter(segment_filters={}), 400, "EXPECTED_ARRAY", "segment_filters"),
        (a_filter(segment_filters=[{}] * 11), 400, "ARRAY_LENGTH_TOO_LONG", "segment_filters"),
        (a_filter(location_id=3), 400, "INVALID_VALUE", "location_id"),
        (a_filter(booking_id="B"), 400, "CONFLICTING_PARAMETERS", "booking_id"),
        (
            a_filter(start_at_range={**RANGE, "end_at": "2026-03-02T23:00:00Z"}),
            *(400, "INVALID_TIME_RANGE", "start_at_range"),
        ),
        (
            a_filter(start_at_range={**RANGE, "end_at": "soon"}),
            *(400, "INVALID_TIME", "start_at_range.end_at"),
        ),
        (
            a_filter(start_at_range={**RANGE, "end_at": "9999-03-02T23:00:00Z"}),
            *(400, "INVALID_TIME", "start_at_range.end_at"),
        ),
        (
            a_filter(segment_filters=[{"service_variation_id": "dye"}]),
            *(404, "NOT_FOUND", None),
        ),
        (a_filter(segment_filters=..., booking_id="B"), 404, "NOT_FOUND", None),
    ],
)
def test_errors_have_the_shape_of_square_s(body, status, code, field):
    found_status, answer = respond(body, a_salon(), now=NOW)

    assert found_status == status
    assert list(answer) == ["errors"]
    error = answer["errors"][0]
    prefix = "query.filter."
    assert error["category"] == "INVALID_REQUEST_ERROR"
    assert (error["code"], error.get("field", "").removeprefix(prefix) or None) == (code, field)
    assert error["detail"]


def test_a_question_that_is_too_wide_is_about_its_range():
    error = square_error(SearchLimitError("allocations tried for one chain", 5_001, 5_000))

    assert error.code == "INVALID_TIME_RANGE"
    assert square_error(InvalidValueError("x", 1, "2")).code == "INVALID_VALUE"
    guessed = square_error(UnknownIdError.among("booking", "B-9", "booking_id", ["B-1"]))
    assert (guessed.code, guessed.detail) == ("NOT_FOUND", "there is no booking 'B-9'")


def test_now_is_the_backend_s():
    with refused(NaiveDatetimeError, "naive_datetime", "now"):
        respond({}, a_salon(), now=datetime(2026, 3, 2))
    assert respond({}, a_salon(), now=datetime(2026, 3, 2, tzinfo=UTC))[0] == 400

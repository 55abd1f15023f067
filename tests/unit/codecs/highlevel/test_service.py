"""The one function: routes, bodies, ids, and what never happens."""

from __future__ import annotations

import json

import pytest

from bookable import InvalidValueError, NaiveDatetimeError
from bookable.codecs.highlevel import NOT_SERVED, ROUTES, handle
from tests.support.builders import NOW, at, refused
from tests.support.highlevel_api import (
    APPOINTMENTS,
    BLOCKS,
    ROOM,
    ROOMS,
    a_business,
    an_appointment,
    asked,
    done,
    failed,
    made,
)

# Routes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "calendars/resources/rooms",
        "/calendar",
        "/calendars//free-slots",
        "/calendars/resources/members",
        "/calendars/resources/Rooms/R1",
        "/calendars/resources/rooms/R1/x",
        "/calendars/resources/rooms//",
        "/v2/calendars",
        "/calendars/groups/G1",
        "/\ud800",
    ],
)
def test_an_unknown_path_is_not_found(path):
    assert failed(a_business(), "GET", path)["statusCode"] == 404


@pytest.mark.parametrize(
    "operation, path, allowed",
    [
        ("PATCH", ROOMS, ["GET", "POST"]),
        ("get", ROOMS, ["GET", "POST"]),
        ("POST", f"{ROOMS}/R1", ["DELETE", "GET", "PUT"]),
        ("GET", APPOINTMENTS, ["POST"]),
        ("DELETE", f"{APPOINTMENTS}/E1", ["GET", "PUT"]),
        ("PUT", "/calendars/events", ["GET"]),
        ("GET", f"{BLOCKS}/K1", ["PUT"]),
        ("PUT", "/calendars/schedules/search", ["GET"]),
        ("PUT", "/calendars/", ["GET", "POST"]),
    ],
)
def test_a_known_path_has_its_methods(operation, path, allowed):
    told = failed(a_business(), operation, path)

    assert (told["statusCode"], told["allow"]) == (405, allowed)


@pytest.mark.parametrize("path, what", NOT_SERVED)
@pytest.mark.parametrize("operation", ["GET", "POST"])
def test_what_is_documented_and_not_served_is_said_to_be_so(operation, path, what):
    told = failed(a_business(), operation, path.replace("{", "").replace("}", ""))

    assert (told["statusCode"], told["message"]) == (404, f"{what} are not served here")


def test_no_path_is_both_served_and_not():
    assert {path for path, _ in NOT_SERVED}.isdisjoint(each.path for each in ROUTES)


def test_a_location_without_a_time_zone_has_no_opening_hours():
    hours = [{"openHour": 9, "openMinute": 0, "closeHour": 17, "closeMinute": 0}]
    body = {"locationId": "elsewhere", "name": "cut"}
    body["openHours"] = [{"daysOfTheWeek": [1], "hours": hours}]

    told = failed(a_business(), "POST", "/calendars/", body)

    assert told["statusCode"] == 422
    assert told["problems"][0]["path"] == "$.openHours"
    assert told["problems"][0]["reason"].endswith("the location has no time zone")


def test_no_answer_speaks_of_python():
    state = a_business()
    taken = failed(state, "POST", ROOMS, {**ROOM, "name": "another"}, new_id="blue")
    short = an_appointment("09:00", endTime=at("09:07").isoformat())
    length = failed(state, "POST", APPOINTMENTS, short)
    empty = {"locationId": "berlin", "name": "cut", "slotDuration": 0}
    nothing = failed(state, "POST", "/calendars/", empty)

    assert taken["message"] == "the room id 'blue' is taken by another room; give another id"
    assert length["problems"][0]["reason"].endswith(", not 0:07:00")
    assert nothing["problems"][0]["reason"] == "expected a duration above zero, not 0:00:00"


def test_no_route_hides_another():
    for route in ROUTES:
        path = route.path.replace("{type}", "rooms").replace("{", "x").replace("}", "")
        segments = tuple(path.strip("/").split("/"))
        first = next(each for each in ROUTES if each.match(segments) is not None)
        assert first is route


def test_one_slash_at_the_end_is_let_through():
    assert done(a_business(), "GET", f"{ROOMS}/blue/") == done(a_business(), "GET", f"{ROOMS}/blue")
    assert failed(a_business(), "GET", f"{ROOMS}/blue//")["statusCode"] == 404


# Bodies ----------------------------------------------------------------------


def test_a_body_may_come_as_text_or_bytes():
    text = json.dumps(ROOM)
    for body in (text, text.encode(), ROOM):
        assert done(a_business(), "POST", ROOMS, body, new_id="R1")[0]["name"] == "yoga room"


@pytest.mark.parametrize(
    "body", [None, b"", "", b"\xff", "{", "[]", "3", [], 3, '"x"', "[" * 100_000, "NaN"]
)
def test_what_is_no_object_is_a_bad_request(body):
    told = failed(a_business(), "POST", ROOMS, body)

    assert told["statusCode"] == 400
    assert told["message"].startswith("the body: ")
    assert told["error"] == "Bad Request"


def test_what_is_no_plain_data_is_a_bad_request():
    endless: dict = dict(ROOM)
    endless["x"] = endless
    for odd in ({**ROOM, "x": object()}, {**ROOM, "x": {1: 2, "1": 3}}, endless):
        assert failed(a_business(), "POST", ROOMS, odd)["statusCode"] == 400
    # Where the host names the id, nobody looks at what is not read.
    assert done(a_business(), "POST", ROOMS, endless, new_id="R1")


def test_numbers_that_no_field_takes_do_not_hinder_where_they_are_not_read():
    text = json.dumps(ROOM)[:-1]
    assert done(a_business(), "POST", ROOMS, text + ', "x": NaN}')
    assert failed(a_business(), "POST", ROOMS, text + ', "capacity": NaN}')["statusCode"] == 422
    digits = "9" * 5_000
    assert done(a_business(), "POST", ROOMS, f'{text}, "x": {digits}}}')


def test_a_key_that_comes_twice_is_refused():
    assert failed(a_business(), "POST", ROOMS, '{"name": "a", "name": "b"}')["statusCode"] == 422


# Ids -------------------------------------------------------------------------


def test_ids_follow_from_the_request_and_the_state():
    def made_id(body=ROOM, now=NOW, state=None, path=ROOMS):
        return done(state or a_business(), "POST", path, body, now=now)[0]["id"]

    first = made_id()
    assert first == made_id() == made_id(dict(reversed(ROOM.items())))
    assert len(first) == 20
    assert first.isalnum()
    assert first.isascii()
    later = NOW.replace(second=1)
    others = {
        first,
        made_id({**ROOM, "name": "x"}),
        made_id(now=later),
        made_id(state=made(a_business())),
    }
    assert len(others) == 4


def test_appointments_and_blocks_get_ids_too():
    told, state = done(a_business(), "POST", APPOINTMENTS, an_appointment())

    assert set(state.bookings) == {told["id"]}
    assert len(told["id"]) == 20


# What is no client's fault ---------------------------------------------------


def test_a_naive_now_raises():
    with refused(NaiveDatetimeError, "naive_datetime", "now"):
        handle("GET", ROOMS, None, None, a_business(), NOW.replace(tzinfo=None))


@pytest.mark.parametrize(
    "arguments, field",
    [
        ((None, ROOMS, None, None, a_business(), NOW), "operation"),
        (("GET", b"/calendars", None, None, a_business(), NOW), "path"),
        (("GET", ROOMS, "limit=3", None, a_business(), NOW), "query"),
        (("GET", ROOMS, None, None, None, NOW), "scheduler"),
        (("GET", ROOMS, None, None, a_business(), "now"), "now"),
    ],
)
def test_other_arguments_raise_too(arguments, field):
    with pytest.raises(InvalidValueError) as caught:
        handle(*arguments)
    assert caught.value.field == field


def test_an_id_of_the_host_is_one():
    with refused(InvalidValueError, "id", "new_id"):
        handle("POST", ROOMS, None, ROOM, a_business(), NOW, new_id="")


def test_the_state_that_failed_is_the_one_that_was_given():
    state = a_business()
    for operation, path in (("GET", "/x"), ("PATCH", ROOMS), ("POST", ROOMS), ("GET", ROOMS)):
        assert asked(state, operation, path)[2] is state

"""The Zoom Rooms check-in: bodies, what they do, and what a client is told."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from bookable import (
    Booking,
    CheckIn,
    CodecError,
    Interval,
    IntervalSet,
    InvalidTransitionError,
    InvalidValueError,
    NaiveDatetimeError,
    StaleVersionError,
    UnknownIdError,
    WrongTimeError,
)
from bookable.codecs import zoom
from bookable.codecs.zoom import (
    OTHER_METHODS,
    CalendarSystem,
    Method,
    RoomEvent,
    apply_event,
    change_key_of,
    dropping_missed,
    error_body,
    handle,
    read_event,
    write_event,
    write_state,
)
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    a_booking,
    a_room,
    a_scheduler,
    at,
    minutes,
    refused,
)

TEN = CheckIn(early=minutes(10), grace=minutes(10))
PATH = "/rooms/blue%20room/events"
OWN = {zoom.RESOURCE_EMAIL: "Blue@example.com", zoom.CALENDAR_ID: "cal-1"}


def a_state(*bookings, policy=TEN, metadata=OWN):
    held = bookings or (a_booking("B-1", "10:00", "11:00", check_in=policy),)
    return a_scheduler(
        a_room(check_in=policy, metadata=metadata), a_room("attic"), bookings=list(held)
    )


def exchange(method="zoomroom.check_in", event_id="B-1", key="1", email="blue@example.com"):
    params = {"event_id": event_id, "change_key": key, "resource_email": email}
    return {"method": method, "params": params}


def google(method="zoomroom.check_in", event_id="B-1", calendar="cal-1"):
    return {"method": method, "params": {"event_id": event_id, "calendar_id": calendar}}


def call(state, body, now, system=CalendarSystem.EXCHANGE, operation="PATCH", path=PATH):
    return handle(operation, path, {}, body, state, now, system=system)


# Bodies ------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["exchange", "office365"])
def test_exchange_names_a_mailbox_and_a_change_key(system):
    event = read_event(exchange(key="7"), system)

    assert event == RoomEvent("zoomroom.check_in", "B-1", 7, None, "blue@example.com")
    assert write_event(event) == exchange(key="7")


def test_google_names_a_calendar():
    event = read_event(google("zoomroom.check_out"), "google")

    assert event == RoomEvent(Method.CHECK_OUT, "B-1", None, "cal-1")
    assert write_event(event) == google("zoomroom.check_out")


def test_keys_of_later_versions_are_let_through():
    body = exchange()
    body["params"] |= {"meeting_number": "123", "force_accept": False, "calendar_id": None}

    assert read_event(body, "exchange").event_id == "B-1"


def changed(body, **params):
    held = {**body["params"], **params}
    return {**body, "params": {key: value for key, value in held.items() if value is not ...}}


@pytest.mark.parametrize(
    ("body", "system", "path", "code"),
    [
        (None, "google", "$", "type"),
        ([], "google", "$", "type"),
        ({}, "google", "$.method", "missing_key"),
        ({"method": "check_in"}, "google", "$.method", "choice"),
        ({"method": ["zoomroom.check_in"]}, "google", "$.method", "choice"),
        *[({"method": each}, "google", "$.method", "unsupported_method") for each in OTHER_METHODS],
        ({"method": "zoomroom.check_in"}, "google", "$.params.event_id", "missing_key"),
        ({"method": "zoomroom.check_in", "params": []}, "google", "$.params", "type"),
        (changed(google(), event_id=3), "google", "$.params.event_id", "exact_type"),
        (changed(google(), event_id=""), "google", "$.params.event_id", "id"),
        (changed(google(), calendar_id=...), "google", "$.params.calendar_id", "missing_key"),
        (changed(google(), change_key="1"), "google", "$.params.change_key", "other_system"),
        (
            changed(google(), resource_email="a@b"),
            *("google", "$.params.resource_email", "other_system"),
        ),
        (exchange(), "google", "$.params.change_key", "other_system"),
        (google(), "office365", "$.params.change_key", "missing_key"),
        (changed(exchange(), change_key=...), "exchange", "$.params.change_key", "missing_key"),
        (
            changed(exchange(), resource_email=...),
            *("exchange", "$.params.resource_email", "missing_key"),
        ),
        (
            changed(exchange(), calendar_id="c"),
            *("exchange", "$.params.calendar_id", "other_system"),
        ),
        (changed(exchange(), change_key=1), "exchange", "$.params.change_key", "type"),
        *[
            (changed(exchange(), change_key=key), "exchange", "$.params.change_key", "change_key")
            for key in ("", "0", "01", "-1", "1.0", "EQAAABYAAAA=", "\u0661", "9" * 19, "1000001")
        ],
    ],
)
def test_a_body_that_is_none_is_refused_with_its_path(body, system, path, code):
    with pytest.raises(CodecError) as caught:
        read_event(body, system)

    expected = "id" if code == "exact_type" else code
    assert (caught.value.path, caught.value.code) == (path, expected)


@pytest.mark.parametrize("method", ["zoomroom.restart", "check_in", None, 3])
def test_a_method_that_is_not_served_is_told_the_ones_that_are(method):
    known = (
        r"this is required" if method is None else r"zoomroom\.check_in' or 'zoomroom\.check_out'"
    )
    with pytest.raises(CodecError, match=known) as caught:
        read_event({"method": method}, "google")
    assert "mute" not in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"method": "open"}, "method"),
        ({"event_id": ""}, "event_id"),
        ({"version": 0}, "version"),
        ({"version": True}, "version"),
        ({"calendar_id": 3}, "calendar_id"),
        ({"resource_email": ""}, "resource_email"),
    ],
)
def test_an_event_that_cannot_be_one_is_refused(fields, name):
    with pytest.raises(InvalidValueError) as caught:
        RoomEvent(**{"method": "zoomroom.check_in", "event_id": "B-1", **fields})
    assert caught.value.field == name


def test_an_unknown_system_is_the_fault_of_the_backend():
    with refused(InvalidValueError, "choice", "system"):
        read_event(google(), "lotus")


# What becomes of it ------------------------------------------------------------


def said(method="zoomroom.check_in", **fields):
    return RoomEvent(method, **{"event_id": "B-1", **fields})


def test_checking_in_and_out_is_the_engine_s():
    state = a_state()

    here = apply_event(state, "blue room", said(version=1), now=at("09:55"))
    gone = apply_event(here, "blue room", said("zoomroom.check_out", version=2), now=at("10:25"))

    assert here == state.check_in("B-1", at=at("09:55"))
    assert gone == here.check_out("B-1", at=at("10:25"))
    assert apply_event(gone, "blue room", said("zoomroom.check_out"), now=at("10:30")) is gone


def test_the_mailbox_and_the_calendar_are_the_room_s_own():
    state = a_state()

    for fields in ({"resource_email": "attic@example.com"}, {"calendar_id": "CAL-1"}):
        with pytest.raises(CodecError) as caught:
            apply_event(state, "blue room", said(**fields), now=at("10:00"))
        assert caught.value.code == "other_room"
        assert caught.value.path == f"$.params.{next(iter(fields))}"
    assert apply_event(state, "blue room", said(resource_email="BLUE@Example.com"), now=at("10:00"))


def test_a_room_that_names_none_takes_any():
    state = a_state(metadata={})

    event = said(resource_email="any@example.com")
    assert apply_event(state, "blue room", event, now=at("10:00")) is not state


@pytest.mark.parametrize(
    ("room_id", "event_id"),
    [("cellar", "B-1"), ("attic", "B-1"), ("blue room", "B-2")],
)
def test_an_event_is_looked_for_in_its_room(room_id, event_id):
    with pytest.raises(UnknownIdError):
        apply_event(a_state(), room_id, said(event_id=event_id), now=at("10:00"))


@pytest.mark.parametrize(
    ("now", "event", "kind", "code"),
    [
        (at("09:49"), said(), WrongTimeError, "too_early"),
        (at("10:10"), said(), InvalidTransitionError, "wrong_state"),
        (at("10:00"), said(version=2), StaleVersionError, "stale_version"),
        (at("10:00"), said("zoomroom.check_out"), InvalidTransitionError, "wrong_state"),
    ],
)
def test_what_cannot_be_is_refused_by_the_engine_and_told(now, event, kind, code):
    state = a_state()
    with refused(kind, code) as caught:
        apply_event(state, "blue room", event, now=now)

    status, body = error_body(caught.value)
    assert (status, body["code"]) == (409, 409)
    assert body["message"] == str(caught.value)


def an_occurrence(number, **fields):
    start = at("10:00") + number * DAY
    return Booking(
        f"S-{number}",
        start,
        start + HOUR,
        room_ids=["blue room"],
        check_in=CheckIn(early=minutes(10), grace=minutes(10), most_missed=2),
        series_id="S",
        original_start=datetime(2026, 3, 2 + number, 10),
        **fields,
    )


def test_what_was_missed_too_often_is_dropped_before_the_next_is_checked_in_to():
    state = a_state(*[an_occurrence(number) for number in range(4)])
    third = at("09:55") + 2 * DAY

    status, body, after = call(state, exchange(event_id="S-2"), third)

    assert (status, after) == (409, state)
    assert "cancelled" in body["message"]
    dropped = dropping_missed(state, now=third)
    assert [dropped.booking(f"S-{number}").status.value for number in (2, 3)] == ["cancelled"] * 2


def test_whoever_came_keeps_the_series():
    state = a_state(*[an_occurrence(number) for number in range(3)])
    second = at("09:55") + DAY

    status, _, after = call(state, exchange(event_id="S-1"), second)

    assert status == 202
    assert dropping_missed(after, now=at("09:55") + 2 * DAY) is after


def test_only_series_whose_misses_count_are_looked_at():
    state = a_state(a_booking("B-1", series_id="T", original_start=datetime(2026, 3, 2, 9)))

    assert dropping_missed(state, now=at("23:00")) is state


# One call for a backend --------------------------------------------------------


def test_a_check_in_is_accepted_and_told():
    state = a_state()

    status, body, after = call(state, exchange(), at("09:50"))

    assert status == 202
    assert body == {
        "room_id": "blue room",
        "event_id": "B-1",
        "status": "checked_in",
        "start_time": "2026-03-02T10:00:00Z",
        "end_time": "2026-03-02T11:00:00Z",
        "change_key": "2",
    }
    assert after == state.check_in("B-1", at=at("09:50"))
    assert body == write_state(after.booking("B-1"), "blue room")
    assert change_key_of(after.booking("B-1")) == "2"


@pytest.mark.parametrize(
    ("left", "told"),
    [("09:55", "10:00"), ("10:00", "10:00"), ("10:25", "10:25"), ("12:00", "11:00")],
)
def test_who_checks_out_is_told_until_when_the_room_was_theirs(left, told):
    """It is free from then on, also where nothing is left of the event."""
    state = a_state().check_in("B-1", at=at("09:50"))

    body, after = call(state, exchange("zoomroom.check_out", key="2"), at(left))[1:]

    assert body["end_time"] == f"2026-03-02T{told}:00Z"
    assert after.busy_times(
        ["blue room"], within=Interval(at("09:00"), at("13:00")), now=at(left)
    ).times("blue room") == IntervalSet([Interval(at("10:00"), at(told))] if told > "10:00" else [])


def test_no_change_key_that_can_be_read_is_more_than_another_version():
    status, body, _ = call(a_state(), exchange(key="1000000"), at("10:00"))

    assert (status, body["code"]) == (409, 409)


@pytest.mark.parametrize("path", ["/v2/rooms/blue%20room/events", "rooms/blue%20room/events/"])
@pytest.mark.parametrize("body", [google(), json.dumps(google()), json.dumps(google()).encode()])
def test_paths_and_bodies_may_be_written_in_several_ways(path, body):
    status, _, _ = call(a_state(), body, at("10:00"), "google", "patch", path)

    assert status == 202


@pytest.mark.parametrize(
    ("body", "field", "message"),
    [
        (b"{", "", "Request Body should be a valid JSON object."),
        (b"\xff", "", "Request Body should be a valid JSON object."),
        ("[]", "", "Request Body should be a valid JSON object."),
        (None, "", "Request Body should be a valid JSON object."),
        ({"method": "zoomroom.restart"}, "method", "Validation Failed."),
        (exchange(email="attic@example.com"), "params.resource_email", "Validation Failed."),
    ],
)
def test_a_bad_body_is_answered_with_400_by_field(body, field, message):
    state = a_state()

    status, problem, after = call(state, body, at("10:00"))

    assert (status, after) == (400, state)
    assert (problem["code"], problem["message"]) == (300, message)
    assert [each["field"] for each in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("path", "operation", "body", "status"),
    [
        ("/rooms/cellar/events", "PATCH", exchange(), 404),
        ("/rooms/attic/events", "PATCH", exchange(email="attic@example.com"), 404),
        (PATH, "PATCH", exchange(event_id="B-9"), 404),
        ("/rooms/blue%20room", "PATCH", exchange(), 404),
        ("/rooms/%00/events", "PATCH", exchange(), 404),
        ("/rooms//events", "PATCH", exchange(), 404),
        ("", "PATCH", exchange(), 404),
        (PATH, "GET", exchange(), 405),
        (PATH, "", exchange(), 405),
        (PATH, "PATCH", exchange(key="2"), 409),
    ],
)
def test_what_is_not_there_or_may_not_be_changes_nothing(path, operation, body, status):
    state = a_state()

    found, problem, after = call(state, body, at("10:00"), operation=operation, path=path)

    assert (found, after) == (status, state)
    assert problem["code"] == status
    assert problem["message"]


def test_any_other_error_of_the_engine_is_a_bad_request():
    error = InvalidValueError("field", 3, "something else")

    assert error_body(error) == (
        400,
        {"code": 300, "message": "expected something else, not 3"},
    )


@pytest.mark.parametrize("path", ["/rooms/nobody/events", "/rooms/ada/events"])
def test_a_client_who_guesses_a_room_learns_of_no_other(path):
    _, problem, _ = call(a_state(), exchange(), at("10:00"), path=path)

    assert problem["message"] == f"there is no room {path.split('/')[2]!r}"


def test_what_the_backend_gives_is_checked():
    with refused(NaiveDatetimeError, "naive_datetime", "now"):
        call(a_state(), exchange(), datetime(2026, 3, 2, 10))
    with refused(InvalidValueError, "choice", "system"):
        call(a_state(), exchange(), NOW, "lotus")

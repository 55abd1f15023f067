"""Block slots: of a calendar or a user, never of both."""

from __future__ import annotations

import pytest

from bookable import Block, BusyKind
from tests.support.builders import NOW, WHOLE_DAY, at, monday, offered
from tests.support.highlevel_api import (
    APPOINTMENTS,
    BLOCKS,
    LOCATION,
    a_business,
    an_appointment,
    asked,
    done,
    failed,
    made,
    ms,
    problem,
)

TIMES = {"startTime": at("09:00").isoformat(), "endTime": at("11:00").isoformat()}
LUNCH = {"title": "Lunch", "locationId": LOCATION, "assignedUserId": "ada", **TIMES}
CLOSED = {"title": "Closed", "locationId": LOCATION, "calendarId": "massage", **TIMES}
DAY = {"locationId": LOCATION, "startTime": ms(at("00:00")), "endTime": ms(at("24:00"))}
LISTED = "/calendars/blocked-slots"


def without(body, *keys):
    return {key: value for key, value in body.items() if key not in keys}


@pytest.mark.parametrize("sent, free", [(LUNCH, "09:00"), (CLOSED, "11:00")])
def test_a_block_lives_its_life(sent, free):
    status, told, state = asked(a_business(), "POST", BLOCKS, sent, new_id="K1")
    assert (status, told) == (201, {"id": "K1", **sent})
    assert state.blocks["K1"].kind is BusyKind.BUSY
    assert offered(state, "massage")[0] == free
    assert done(state, "POST", BLOCKS, sent, new_id="K1")[1] is state

    status, told, state = asked(state, "PUT", f"{BLOCKS}/K1", {"title": "Later"})
    assert (status, told) == (201, {"id": "K1", **sent, "title": "Later"})

    status, told, state = asked(state, "DELETE", "/calendars/events/K1")
    assert (status, told) == (201, {"succeeded": True})
    assert state == a_business()
    assert failed(state, "DELETE", "/calendars/events/K1")["statusCode"] == 404


def test_the_time_of_a_user_is_blocked_for_all_their_calendars():
    state = done(a_business(), "POST", BLOCKS, LUNCH)[1]

    assert offered(state, "talk")[0] == "11:00"
    assert offered(state, "yoga")[0] == "11:00"


def test_an_update_moves_and_hands_over():
    state = done(a_business(), "POST", BLOCKS, LUNCH, new_id="K1")[1]

    sent = {"calendarId": "massage", "endTime": "2026-03-02T13:00:00+01:00"}
    told, state = done(state, "PUT", f"{BLOCKS}/K1", sent)

    assert told == {
        **without({"id": "K1", **LUNCH}, "assignedUserId"),
        "endTime": at("12:00").isoformat(),
        "calendarId": "massage",
    }
    assert state.blocks["K1"].interval == monday("09:00", "12:00")
    assert done(state, "PUT", f"{BLOCKS}/K1", {})[1] is state


def test_times_are_told_by_the_clock_of_the_calendar_or_user():
    sent = {**CLOSED, "startTime": "2026-03-02T14:30:00+05:30"}
    assert done(a_business(), "POST", BLOCKS, sent)[0]["startTime"] == at("09:00").isoformat()


def test_what_is_booked_inside_stays_and_is_reported():
    state = done(made(a_business()), "POST", BLOCKS, CLOSED)[1]

    assert [each.rule.value for each in state.violations(now=NOW)] == ["blocked"]


@pytest.mark.parametrize(
    "body, found",
    [
        (without(LUNCH, "assignedUserId"), ("$.calendarId", "missing_key")),
        ({**LUNCH, "calendarId": "massage"}, ("$.assignedUserId", "two_subjects")),
        (without(LUNCH, "locationId"), ("$.locationId", "missing_key")),
        (without(LUNCH, "startTime"), ("$.startTime", "missing_key")),
        (without(LUNCH, "endTime"), ("$.endTime", "missing_key")),
        ({**LUNCH, "endTime": TIMES["startTime"]}, ("$.endTime", "empty_interval")),
        ({**LUNCH, "endTime": "2026-03-01T09:00:00Z"}, ("$.endTime", "reversed_interval")),
        ({**LUNCH, "startTime": "2026-03-02T09:00:00"}, ("$.startTime", "naive_datetime")),
        ({**LUNCH, "startTime": "soon"}, ("$.startTime", "not_datetime")),
        ({**LUNCH, "startTime": 3}, ("$.startTime", "not_datetime")),
        ({**LUNCH, "startTime": "0001-01-01T00:00:00Z"}, ("$.startTime", "limit_exceeded")),
        ({**LUNCH, "assignedUserId": "bob"}, ("$.assignedUserId", "unknown_id")),
        ({**LUNCH, "assignedUserId": "massage"}, ("$.assignedUserId", "unknown_id")),
        ({**CLOSED, "calendarId": "ada"}, ("$.calendarId", "unknown_id")),
        ({**CLOSED, "calendarId": "elsewhere"}, ("$.locationId", "other_location")),
        ({**LUNCH, "title": 3}, ("$.title", "type")),
    ],
)
def test_a_bad_block_is_refused(body, found):
    assert problem(a_business(), "POST", BLOCKS, body, new_id="K1") == found


@pytest.mark.parametrize(
    "body, found",
    [
        ({"calendarId": "massage", "assignedUserId": "ada"}, ("$.assignedUserId", "two_subjects")),
        ({"endTime": "2026-03-02T08:00:00Z"}, ("$.endTime", "reversed_interval")),
        ({"assignedUserId": "bob"}, ("$.assignedUserId", "unknown_id")),
    ],
)
def test_a_bad_update_is_refused(body, found):
    state = done(a_business(), "POST", BLOCKS, LUNCH, new_id="K1")[1]

    assert problem(state, "PUT", f"{BLOCKS}/K1", body) == found


def test_an_unknown_block_is_not_found():
    assert failed(a_business(), "PUT", f"{BLOCKS}/K1", {})["statusCode"] == 404
    assert failed(made(a_business()), "PUT", f"{BLOCKS}/E1", {})["statusCode"] == 404


def test_events_share_their_ids():
    state = made(a_business(), event_id="E1")
    assert failed(state, "POST", BLOCKS, LUNCH, new_id="E1")["code"] == "id_conflict"

    state = done(a_business(), "POST", BLOCKS, CLOSED, new_id="E1")[1]
    told = failed(state, "POST", APPOINTMENTS, an_appointment("15:00"), new_id="E1")
    assert told["code"] == "id_conflict"
    assert failed(state, "POST", BLOCKS, LUNCH, new_id="E1")["code"] == "id_conflict"

    daily = {"ignoreFreeSlotValidation": True, "rrule": "FREQ=DAILY;COUNT=2"}
    state = made(a_business(), event_id="E1")
    told = failed(state, "POST", APPOINTMENTS, an_appointment("15:00", **daily), new_id="E1")
    assert told["code"] == "id_conflict"
    state = made(a_business(), event_id="E1", **daily)
    for path, body in ((APPOINTMENTS, an_appointment("15:00")), (BLOCKS, LUNCH)):
        assert failed(state, "POST", path, body, new_id="E1")["code"] == "id_conflict"


# Listing ---------------------------------------------------------------------


def test_blocks_are_listed_for_whom_they_are():
    state = done(a_business(), "POST", BLOCKS, LUNCH, new_id="K2")[1]
    state = done(state, "POST", BLOCKS, CLOSED, new_id="K1")[1]

    def listed(**query):
        told = done(state, "GET", LISTED, query={**DAY, **query})[0]
        return [each["id"] for each in told["events"]]

    assert listed(userId="ada") == ["K2"]
    assert listed(userId="grace") == []
    assert listed(calendarId="massage") == listed(groupId="G1") == ["K1"]
    assert listed(groupId="G2") == []
    assert listed(userId="ada", startTime=ms(at("11:00"))) == []
    assert listed(userId="ada", endTime=ms(at("09:00"))) == []
    assert listed(userId="ada", locationId="L2") == []


def test_a_listed_block_has_the_parts_of_an_event():
    state = done(a_business(), "POST", BLOCKS, CLOSED, new_id="K1")[1]

    (event,) = done(state, "GET", LISTED, query={**DAY, "calendarId": "massage"})[0]["events"]

    assert event == {
        "id": "K1",
        **CLOSED,
        "assignedUserId": "",
        "contactId": "",
        "groupId": "G1",
        "appointmentStatus": "",
        "users": [],
    }


@pytest.mark.parametrize("sent, key", [(LUNCH, "userId"), (CLOSED, "calendarId")])
def test_a_listed_block_may_be_told_again_as_it_was_listed(sent, key):
    state = done(a_business(), "POST", BLOCKS, sent, new_id="K1")[1]
    query = {**DAY, key: sent.get("calendarId", "ada")}
    (told,) = done(state, "GET", LISTED, query=query)[0]["events"]

    assert done(state, "PUT", f"{BLOCKS}/K1", told)[1] is state


def test_busy_time_from_elsewhere_belongs_to_the_location_of_its_calendar():
    blocks = [Block("K1", "massage", WHOLE_DAY), Block("K2", "ada", WHOLE_DAY, source="google")]
    state = a_business()
    for block in blocks:
        state = state.block(block.resource_id, block.interval, block_id=block.id)

    def listed(**query):
        told = done(state, "GET", LISTED, query={**DAY, **query})[0]
        return [(each["id"], each["title"]) for each in told["events"]]

    assert listed(calendarId="massage") == [("K1", "")]
    assert listed(userId="ada") == []


@pytest.mark.parametrize("path", [LISTED, "/calendars/events"])
@pytest.mark.parametrize(
    "query, found",
    [
        ({}, ("query.locationId", "missing_key")),
        (DAY, ("query", "missing_key")),
        ({**DAY, "userId": "ada", "calendarId": "yoga"}, ("query", "two_subjects")),
        ({**DAY, "userId": "bob"}, ("query.userId", "unknown_id")),
        ({**DAY, "calendarId": "ada"}, ("query.calendarId", "unknown_id")),
        ({**DAY, "userId": "ada", "startTime": "x"}, ("query.startTime", "quantity")),
        (
            {**DAY, "userId": "ada", "endTime": DAY["startTime"]},
            ("query.endTime", "empty_interval"),
        ),
    ],
)
def test_a_bad_window_is_refused(path, query, found):
    assert problem(a_business(), "GET", path, query=query) == found

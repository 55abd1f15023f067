"""A client who asks for what nobody knows learns of nothing else that there is, and of no Python."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from bookable import CodecError
from bookable.codecs import calcom, cronofy, google, graph, highlevel, nylas, square, zoom
from tests.support.builders import HOUR, NOW, a_calendar, a_member, a_room, a_scheduler

KNOWN = ("secret-ada", "secret-blue", "secret-talk")
START, END = "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"
STATE = a_scheduler(
    a_calendar(KNOWN[2], HOUR, member_ids=[KNOWN[0]]),
    a_member(KNOWN[0]),
    a_room(KNOWN[1], calendar_ids=[KNOWN[2]]),
)
PYTHON = re.compile(
    r"datetime|timedelta|Interval\(|Query\(|Catalogue|Scheduler|zone=|known:|<\w+[. ]|\(\)"
)


def google_says(who: str) -> Any:
    query = google.read_free_busy_query({"timeMin": START, "timeMax": END, "items": [{"id": who}]})
    return google.write_free_busy_answer(google.answer_free_busy(query, STATE, now=NOW))


def graph_says(who: str) -> Any:
    ends = [{"dateTime": each.removesuffix("Z"), "timeZone": "UTC"} for each in (START, END)]
    body = {"schedules": [who], "startTime": ends[0], "endTime": ends[1]}
    query = graph.read_schedule_query(body)
    return graph.write_schedules(graph.answer_get_schedule(query, STATE, now=NOW))


def meeting_says(who: str) -> Any:
    ends = [{"dateTime": each.removesuffix("Z"), "timeZone": "UTC"} for each in (START, END)]
    slots = [{"start": ends[0], "end": ends[1]}]
    body = {
        "attendees": [{"type": "required", "emailAddress": {"address": who}}],
        "timeConstraint": {"timeSlots": slots},
    }
    query = graph.read_meeting_query(body)
    told = graph.answer_find_meeting_times(query, STATE, now=NOW)
    return graph.write_meeting_suggestions(told)


def calcom_says(who: str, **parameters: str) -> Any:
    named = parameters or {"eventTypeSlug": who, "username": "bob"}
    query = calcom.read_slot_query({"start": START, "end": END, **named})
    return calcom.write_slots(calcom.answer_slots(query, STATE, now=NOW))


def cronofy_says(who: str) -> Any:
    body = {
        "participants": [{"members": [{"sub": who}], "required": "all"}],
        "required_duration": {"minutes": 60},
        "query_periods": [{"start": START, "end": END}],
    }
    told = cronofy.answer_availability(cronofy.read_availability_query(body), STATE, now=NOW)
    assert isinstance(told, cronofy.CronofyErrors)
    return cronofy.write_errors(told)


def nylas_says(who: str) -> Any:
    body = {"participants": [{"email": who}], "duration_minutes": 60}
    query = nylas.read_query({**body, "start_time": 1772442000, "end_time": 1772528400})
    with pytest.raises(CodecError) as caught:
        nylas.answer_availability(query, STATE, now=NOW)
    return str(caught.value)


def square_says(who: str) -> Any:
    asked = {
        "start_at_range": {"start_at": START, "end_at": END},
        "segment_filters": [{"service_variation_id": who}],
        "location_id": "L1",
    }
    return square.respond({"query": {"filter": asked}}, STATE, now=NOW)


def square_moves(who: str) -> Any:
    asked = {"start_at_range": {"start_at": START, "end_at": END}, "booking_id": who}
    return square.respond({"query": {"filter": asked}}, STATE, now=NOW)


def highlevel_says(who: str) -> Any:
    body = {"calendarId": KNOWN[2], "locationId": "L1", "contactId": "c", "assignedUserId": who}
    sent = {**body, "startTime": START}
    path = "/calendars/events/appointments"
    body = highlevel.handle("POST", path, None, sent, STATE, NOW)[1]
    missing = highlevel.handle("GET", f"/calendars/{who}", None, None, STATE, NOW)[1]
    return [body, missing]


def zoom_says(who: str) -> Any:
    params = {"event_id": "E1", "change_key": "1", "resource_email": "a@example.com"}
    body = {"method": "zoomroom.check_in", "params": params}
    return zoom.handle("PATCH", f"/rooms/{who}/events", {}, body, STATE, NOW)[:2]


@pytest.mark.parametrize(
    "says",
    [
        *(google_says, graph_says, meeting_says, calcom_says, cronofy_says),
        *(nylas_says, square_says, square_moves, highlevel_says, zoom_says),
    ],
)
def test_who_guesses_learns_of_nothing_that_there_is(says: Callable[[str], Any]) -> None:
    text = json.dumps(says("nobody"))

    assert not any(each in text for each in KNOWN), text
    assert not PYTHON.search(text), text


BAD: list[tuple[Callable[[Any], object], dict[str, Any]]] = [
    (calcom.read_slot_query, {"start": START, "end": END}),
    (calcom.read_slot_query, {"start": START, "end": END, "usernames": "a"}),
    (google.read_free_busy_query, {"timeMin": END, "timeMax": START}),
    (
        cronofy.read_availability_query,
        {
            "participants": [{"members": [{"sub": "a"}], "required": "all"}],
            "required_duration": {"minutes": 60},
        },
    ),
    (
        cronofy.read_availability_query,
        {
            "participants": [{"members": [{"sub": "a"}], "required": "all"}],
            "required_duration": {"minutes": 60},
            "query_periods": [{"start": START, "end": END}],
            "query_slots": [{"start": START}],
        },
    ),
    (
        square.read_search,
        {
            "query": {
                "filter": {"start_at_range": {"start_at": START, "end_at": END}, "location_id": "L"}
            }
        },
    ),
    (
        nylas.read_query,
        {
            "participants": [{"email": "a"}],
            "duration_minutes": 60,
            "start_time": 1772528400,
            "end_time": 1772442000,
        },
    ),
]


@pytest.mark.parametrize("read, body", BAD)
def test_what_cannot_be_read_is_told_without_python(
    read: Callable[[Any], object], body: dict[str, Any]
) -> None:
    with pytest.raises(CodecError) as caught:
        read(body)

    assert not PYTHON.search(str(caught.value)), str(caught.value)

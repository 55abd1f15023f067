"""Google, Microsoft Graph and Cronofy: who is busy, and when all could meet."""

from __future__ import annotations

from functools import cache
from typing import Any

from bookable import Scheduler
from bookable.codecs import cronofy, google, graph
from tests.fuzz.targets import Target, of_json
from tests.support.builders import (
    NOW,
    OFFICE,
    a_block,
    a_booking,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    monday,
)
from tests.unit.codecs import test_cronofy, test_google, test_graph_meetings, test_graph_schedules

GROUPS = {"team": ["ada", "ben"], "crowd": [f"m{number}" for number in range(200)]}


@cache
def a_world() -> Scheduler:
    """Some people and rooms, of whom some are busy."""
    return a_scheduler(
        *(a_member(each, hours=OFFICE) for each in ("ada", "ben", "cem")),
        a_member("alexw@contoso.onmicrosoft.com"),
        a_room("hall", 10, name="The hall"),
        a_room("Conf room Hood", 4),
        an_item("screen", 1),
        blocks=[a_block("K-1", "ada", "09:30", "10:15")],
        bookings=[a_booking("B-1", "10:00", "11:00", host_ids=["ben"])],
    )


# Google ----------------------------------------------------------------------


def _free_busy(query: google.FreeBusyQuery) -> object:
    told = google.answer_free_busy(
        query, a_world(), now=NOW, groups=GROUPS, unknown={"cem": "away"}
    )
    google.to_free_busy(told)
    return google.write_free_busy_answer(told, zone=query.zone or "UTC")


# Graph -----------------------------------------------------------------------


def _time(clock: str, zone: str = "W. Europe Standard Time", day: int = 2) -> dict[str, str]:
    return {"dateTime": f"2026-03-{day:02}T{clock}:00", "timeZone": zone}


SCHEDULES = {
    "schedules": ["ada", "hall", "nobody@contoso.com"],
    "startTime": _time("09:00"),
    "endTime": _time("18:00", "UTC", 4),
    "availabilityViewInterval": 15,
}
MEETING = {
    "attendees": [
        {"type": "required", "emailAddress": {"address": "ada", "name": "Ada"}},
        {"type": "optional", "emailAddress": {"address": "ben"}},
        {"type": "resource", "emailAddress": {"address": "screen"}},
    ],
    "timeConstraint": {
        "activityDomain": "unrestricted",
        "timeSlots": [
            {"start": _time("09:00"), "end": _time("17:00")},
            {"start": _time("09:00", "UTC", 3), "end": _time("17:00", "Asia/Tokyo", 4)},
        ],
    },
    "locationConstraint": {
        "isRequired": True,
        "suggestLocation": True,
        "locations": [{"displayName": "The hall", "locationEmailAddress": "hall"}],
    },
    "meetingDuration": "PT30M",
    "maxCandidates": 3,
    "isOrganizerOptional": True,
    "minimumAttendeePercentage": 50,
}


def _get_schedule(query: graph.ScheduleQuery) -> object:
    told = graph.answer_get_schedule(query, a_world(), now=NOW, zone="Asia/Kathmandu")
    graph.to_free_busy(told, query)
    return graph.write_schedules(told)


def _find_times(query: graph.MeetingQuery) -> object:
    found = graph.answer_find_meeting_times(
        query, a_world(), now=NOW, organizer_id="cem", zone="Europe/Berlin", unknown_ids=["ben"]
    )
    return graph.write_meeting_suggestions(found)


def _of_an_answer(told: Any) -> object:
    """What is told is taken as busy time, and as digits, as of the documented query."""
    query = graph.read_schedule_query(test_graph_schedules.QUERY)
    busy = graph.to_free_busy(told, query)
    return [graph.availability_view(times, busy.within, minutes=60) for times in busy.busy.values()]


# Cronofy ---------------------------------------------------------------------

CRONOFY = {
    **test_cronofy.QUERY,
    "participants": [
        {
            "members": [
                {"sub": "ada", "managed_availability": True},
                {
                    "sub": "ben",
                    "available_periods": [
                        {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T17:00:00Z"}
                    ],
                },
            ],
            "required": 1,
        },
        {"members": [{"sub": "hall"}, {"sub": "ben"}], "required": "all"},
    ],
    "query_periods": [{"start": "2026-03-02T08:00:00Z", "end": "2026-03-05T18:00:00Z"}],
    "start_interval": {"minutes": 15},
}


def _cronofy(query: cronofy.AvailabilityQuery) -> object:
    found = cronofy.answer_availability(query, a_world(), now=NOW, unknown_ids=["cem"])
    if isinstance(found, cronofy.CronofyErrors):
        return cronofy.write_errors(found)
    body = cronofy.write_availability(found)
    assert cronofy.read_availability(body) == found
    return body


TARGETS: tuple[Target, ...] = (
    of_json(
        "cronofy.read_availability_query",
        cronofy.read_availability_query,
        CRONOFY,
        test_cronofy.QUERY,
        {**CRONOFY, "response_format": "overlapping_slots", "max_results": 20},
        {**CRONOFY, "response_format": "periods", "buffer": None},
        write=cronofy.write_availability_query,
        answer=_cronofy,
        weight=2,
    ),
    of_json(
        "cronofy.read_availability",
        cronofy.read_availability,
        test_cronofy.ANSWER,
        {"available_periods": test_cronofy.ANSWER["available_slots"]},
        write=cronofy.write_availability,
    ),
    of_json(
        "cronofy.read_errors",
        cronofy.read_errors,
        {"errors": {"query_periods": [{"key": "errors.required", "description": "required"}]}},
        write=cronofy.write_errors,
    ),
    of_json(
        "google.read_free_busy_query",
        google.read_free_busy_query,
        test_google.QUERY,
        {**test_google.QUERY, "items": [{"id": "ada"}, {"id": "crowd"}, {"id": "nobody"}]},
        {"timeMin": "2026-03-02T01:00:00+01:00", "timeMax": "2026-03-03T00:00:00.000Z"},
        write=google.write_free_busy_query,
        answer=_free_busy,
        weight=2,
    ),
    of_json(
        "google.read_free_busy_answer",
        google.read_free_busy_answer,
        test_google.ANSWER,
        {**test_google.ANSWER, "groups": None},
        write=google.write_free_busy_answer,
        answer=lambda told: sorted(google.to_free_busy(told).subjects),
    ),
    of_json(
        "google.read_free_busy_answer of a window",
        lambda body: google.read_free_busy_answer(body, within=monday("00:00", "24:00")),
        {"calendars": test_google.ANSWER["calendars"]},
    ),
    of_json(
        "graph.read_schedule_query",
        graph.read_schedule_query,
        SCHEDULES,
        test_graph_schedules.QUERY,
        {**SCHEDULES, "availabilityViewInterval": "1440"},
        write=graph.write_schedule_query,
        answer=_get_schedule,
        weight=2,
    ),
    of_json(
        "graph.read_schedules",
        graph.read_schedules,
        test_graph_schedules.ANSWER,
        {"value": [{"scheduleId": "a", "error": {"message": "x", "responseCode": "y"}}]},
        {"value": [{"scheduleId": "a", "availabilityView": "0123420"}]},
        write=graph.write_schedules,
        answer=_of_an_answer,
        weight=2,
    ),
    of_json(
        "graph.read_meeting_query",
        graph.read_meeting_query,
        MEETING,
        test_graph_meetings.QUERY,
        {"meetingDuration": "PT1H", "attendees": []},
        write=graph.write_meeting_query,
        answer=_find_times,
        weight=2,
    ),
    of_json(
        "graph.read_meeting_suggestions",
        graph.read_meeting_suggestions,
        test_graph_meetings.ANSWER,
        {"emptySuggestionsReason": "attendeesUnavailable", "meetingTimeSuggestions": []},
        write=graph.write_meeting_suggestions,
    ),
)

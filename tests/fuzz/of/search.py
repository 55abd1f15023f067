"""Square, Nylas and Cal.com: who is free, asked and answered."""

from __future__ import annotations

from functools import cache
from typing import Any

from bookable import Interval, Scheduler
from bookable.codecs import calcom, nylas, square
from bookable.codecs.nylas.hours import read_open_hours, read_specific_time
from tests.fuzz.targets import RefusedError, Target, as_plain, of_json
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    booked,
)
from tests.unit.codecs import test_calcom, test_nylas
from tests.unit.codecs.test_nylas import LEYAH, NYLA
from tests.unit.codecs.test_square import a_filter

START = int(NOW.timestamp())
PEOPLE = ("ada", "grace", NYLA, LEYAH)


@cache
def a_world() -> Scheduler:
    """A salon with two services and a class, and two people known by their addresses."""
    state = a_scheduler(
        a_calendar("cut", member_ids=["ada", "grace"], buffer_after=HOUR / 4),
        a_calendar("wash", member_ids=["ada", "grace"], duration=HOUR / 2),
        a_calendar("7", member_ids=["ada"], slot_step=HOUR / 2),
        a_class("100", seats=3),
        *(a_member(each, hours=OFFICE) for each in PEOPLE),
        a_room("blue room", 2, calendar_ids=["cut"]),
        blocks=[a_block("K-1", "grace", "12:00", "13:00")],
        bookings=[a_booking("B-2", "10:00", "11:00", host_ids=[NYLA])],
    )
    return booked(state, "09:00", calendar="cut", booking_id="B-1")


# Square ----------------------------------------------------------------------

ANY = {"service_variation_id": "cut", "team_member_id_filter": {"any": ["ada", "grace"]}}
SEARCHES = (
    a_filter(),
    a_filter(location_id=None, segment_filters=[ANY, {"service_variation_id": "wash"}]),
    a_filter(segment_filters=..., booking_id="B-1"),
    a_filter(
        start_at_range={
            "start_at": "2026-03-02T09:00:00+01:00",
            "end_at": "2026-04-03T09:00:00+02:00",
        }
    ),
)
FOUND = {
    "availabilities": [
        {
            "start_at": "2020-11-26T13:00:00Z",
            "location_id": "SNTR5190QMFGM",
            "appointment_segments": [
                {
                    "duration_minutes": 60,
                    "team_member_id": "TMXUrsBWWcHTt79t",
                    "service_variation_id": "RU3PBTZTK7DXZDQFCJHOK2MC",
                    "service_variation_version": 1599775456731,
                    "intermission_minutes": 5,
                    "any_team_member": False,
                    "resource_ids": ["R1"],
                }
            ],
        }
    ],
    "errors": [],
}
WRONG = {
    "errors": [
        {"category": "INVALID_REQUEST_ERROR", "code": "BAD_REQUEST", "detail": "x", "field": "y"}
    ]
}


def _respond(body: object) -> int:
    status, told = square.respond(body, a_world(), now=NOW)
    as_plain(told)
    assert status in {200, 400, 404}
    if status >= 400:
        raise RefusedError(status)
    return status


# Nylas -----------------------------------------------------------------------

WITHIN = Interval(NOW, NOW + DAY)
BLOCK = test_nylas.DOCUMENTED["participants"][0]["open_hours"][0]
SINGLE = {"date": "2026-03-02", "start": "09:00", "end": "12:00", "timezone": "Europe/Berlin"}
MEETING = {
    **test_nylas.DOCUMENTED,
    "participants": [
        {"email": NYLA, "open_hours": [{**BLOCK, "exdates": ["2026-03-03"], "end": "23:59"}]},
        {
            "email": LEYAH,
            "specific_time_availability": [SINGLE, {**SINGLE, "start": "0:00", "end": "0:00"}],
            "only_specific_time_availability": True,
        },
    ],
    "start_time": START,
    "end_time": START + 3 * 86_400,
    "availability_rules": {
        "availability_method": "max-fairness",
        "buffer": {"before": 15, "after": 15},
        "default_open_hours": [BLOCK],
        "round_robin_group_id": "7",
        "tentative_as_busy": False,
    },
}
BUSY = {"start_time": START, "end_time": START + 86_400, "emails": [NYLA, "nobody@example.com"]}


def _free_busy(query: nylas.FreeBusyQuery) -> object:
    told = nylas.answer_free_busy(query, a_world(), now=NOW)
    return nylas.write_free_busy(told, tentative_as_busy=query.tentative_as_busy)


# Cal.com ---------------------------------------------------------------------

CAL_QUERIES = (
    test_calcom.QUERY,
    {
        "start": "2026-03-02",
        "end": "2026-03-06T12:00:00Z",
        "eventTypeId": "7",
        "timeZone": "Asia/Tokyo",
    },
    {"start": "2026-03-02", "end": "2026-03-03", "eventTypeId": "100", "format": "range"},
    {"start": "2026-03-02", "end": "2026-03-03", "usernames": "ada,grace", "duration": "45"},
    {
        "start": "2026-03-02T09:00:00+01:00",
        "end": "2026-03-03",
        "eventTypeSlug": "cut",
        "username": "ada",
        "organizationSlug": "acme",
        "bookingUidToReschedule": "B-1",
    },
)


def _slots(query: calcom.SlotQuery) -> object:
    found = calcom.answer_slots(query, a_world(), now=NOW)
    body = calcom.write_slots(found, zone=query.zone or "UTC")
    calcom.read_slots(as_plain(body))
    return body


def _write_schedule(schedule: Any) -> object:
    return calcom.write_schedule(schedule)


TARGETS: tuple[Target, ...] = (
    of_json(
        "square.read_search",
        square.read_search,
        *SEARCHES,
        write=square.write_search,
        answer=lambda search: square.write_answer(square.answer_search(search, a_world(), now=NOW)),
        weight=2,
    ),
    Target("square.respond", _respond, SEARCHES, takes_bytes=True, refuses=(RefusedError,)),
    of_json("square.read_answer", square.read_answer, FOUND, WRONG, write=square.write_answer),
    of_json(
        "square.read_transition_time",
        lambda body: square.read_transition_time(a_calendar("cut"), body),
        0,
        15,
        write=square.write_transition_time,
    ),
    of_json(
        "nylas.read_query",
        nylas.read_query,
        MEETING,
        test_nylas.DOCUMENTED,
        {**MEETING, "participants": [{"email": NYLA}, {"email": "ada"}]},
        write=nylas.write_query,
        answer=lambda query: nylas.write_answer(
            nylas.answer_availability(query, a_world(), now=NOW)
        ),
        weight=2,
    ),
    of_json(
        "nylas.read_answer",
        nylas.read_answer,
        test_nylas.ROUND_ROBIN,
        {"data": {"time_slots": None, "order": None}},
        write=nylas.write_answer,
    ),
    of_json(
        "nylas.read_free_busy_query",
        nylas.read_free_busy_query,
        BUSY,
        {**BUSY, "tentative_as_busy": False},
        write=nylas.write_free_busy_query,
        answer=_free_busy,
    ),
    of_json(
        "nylas.read_free_busy",
        lambda body: nylas.read_free_busy(body, within=test_nylas.ASKED),
        test_nylas.MIXED,
        {"data": [{"email": NYLA, "object": "free_busy", "time_slots": None}]},
    ),
    of_json(
        "calcom.read_slot_query",
        calcom.read_slot_query,
        *CAL_QUERIES,
        write=calcom.write_slot_query,
        answer=_slots,
        weight=2,
    ),
    of_json(
        "calcom.read_slots",
        calcom.read_slots,
        *(test_calcom.RANGE, test_calcom.TIME, test_calcom.SEATED),
        {"status": "error", "error": {"code": "NotFoundException", "message": "no such event"}},
        write=calcom.write_slots,
    ),
    of_json(
        "calcom.read_schedule",
        calcom.read_schedule,
        test_calcom.SCHEDULE,
        {"status": "success", "data": {**test_calcom.SCHEDULE, "overrides": None}},
        {"name": "", "timeZone": "UTC"},
        write=_write_schedule,
        answer=lambda schedule: str(schedule.hours),
    ),
    of_json(
        "nylas.read_open_hours",
        lambda body: read_open_hours(body, "$"),
        BLOCK,
        {**BLOCK, "days": []},
    ),
    of_json("nylas.read_specific_time", lambda body: read_specific_time(body, "$"), SINGLE),
)

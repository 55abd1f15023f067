"""HighLevel: every route with requests as data and as text, one after the other, and every reader."""

from __future__ import annotations

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlencode

from bookable import Catalogue, Scheduler
from bookable.codecs.highlevel import handle
from bookable.codecs.highlevel.appointments import read_appointment, read_appointment_changes
from bookable.codecs.highlevel.blocks import block_of, read_block_changes, read_block_slot
from bookable.codecs.highlevel.calendars import read_calendar, update_calendar, write_calendar
from bookable.codecs.highlevel.free_slots import answer_free_slots, read_free_slots
from bookable.codecs.highlevel.resources import read_resource, update_resource, write_resource
from bookable.codecs.highlevel.schedules import read_schedule, update_schedule, write_schedule
from tests.fuzz.targets import RefusedError, Target, as_plain, of_json
from tests.support.builders import NOW, OFFICE, a_calendar, a_member, at
from tests.support.highlevel_api import (
    APPOINTMENTS,
    BLOCKS,
    EQUIPMENTS,
    ITEM,
    LOCATION,
    ROOM,
    ROOMS,
    a_business,
    an_appointment,
    done,
    made,
    ms,
)
from tests.unit.codecs import test_highlevel_calendars, test_highlevel_schedules

CALENDAR = test_highlevel_calendars.DOCUMENTED
SCHEDULE = test_highlevel_schedules.DOCUMENTED
SCHEDULES = "/calendars/schedules"
TIMES = {"startTime": at("12:00").isoformat(), "endTime": at("13:00").isoformat()}
TEAM = {"locationId": LOCATION, "name": "cut", "teamMembers": [{"userId": "ada"}]}
USER = {"name": "late", "timezone": "Europe/Berlin", "locationId": LOCATION, "userId": "ada"}
INTERVALS = [{"from": "9:00", "to": "12:00"}, {"from": "13:00", "to": "23:59"}]
OWN_SCHEDULE = {
    **USER,
    "calendarIds": ["talk"],
    "rules": [
        {"type": "wday", "day": "monday", "intervals": INTERVALS},
        {"type": "date", "date": "2026-03-04", "intervals": []},
    ],
}
DAY = {"startDate": ms(at("00:00")), "endDate": ms(at("24:00"))}
MONTH = {"startDate": ms(NOW), "endDate": ms(at("00:00", day=30)), "timezone": "Asia/Tokyo"}
EVENTS = {"locationId": LOCATION, "startTime": ms(at("00:00")), "endTime": ms(at("24:00"))}
LISTED = {"locationId": LOCATION, "limit": "5", "skip": "0"}
SERIES = "RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260303T090000Z"
OVERRIDING = {"ignoreFreeSlotValidation": True, "ignoreDateRange": True}
DETAILS = {"title": "Cut", "notes": "soon", "address": "Here 1", "toNotify": False}


@cache
def a_world() -> Scheduler:
    """A business with something of everything in it."""
    state = made(a_business(), "09:00", "E1", assignedUserId="ada", appointmentStatus="active")
    state = made(state, "11:00", "E2", calendar_id="talk")
    state = made(state, "09:00", "E3", **OVERRIDING, rrule=SERIES, assignedUserId="grace")
    block = {"locationId": LOCATION, "assignedUserId": "grace", **TIMES}
    state = done(state, "POST", BLOCKS, block, new_id="K1")[1]
    return done(state, "POST", SCHEDULES, USER, new_id="S1")[1]


def _request(operation: str, path: str, query: Any = None, body: Any = None) -> dict[str, Any]:
    return {"operation": operation, "path": path, "query": query or {}, "body": body}


RESOURCES = (
    _request("POST", ROOMS, body=ROOM),
    _request("GET", ROOMS, LISTED),
    _request("GET", f"{ROOMS}/blue"),
    _request("PUT", f"{ROOMS}/blue", body={**ROOM, "calendarIds": ["talk"]}),
    _request("DELETE", f"{ROOMS}/blue", {"cascade": "true"}),
    _request("POST", EQUIPMENTS, body=ITEM),
    _request("GET", EQUIPMENTS, LISTED),
    _request("PUT", f"{EQUIPMENTS}/oil", body={"quantity": 3, "outOfService": 1}),
)
SCHEDULING = (
    _request("POST", SCHEDULES, body=OWN_SCHEDULE),
    _request("GET", f"{SCHEDULES}/search", {"locationId": LOCATION, "userId": "ada", "limit": "9"}),
    _request("GET", f"{SCHEDULES}/S1"),
    _request("PUT", f"{SCHEDULES}/S1", body={"rules": OWN_SCHEDULE["rules"], "timezone": "UTC"}),
    _request("DELETE", f"{SCHEDULES}/S1"),
)
CALENDARS = (
    _request("POST", "/calendars/", body=TEAM),
    _request(
        "POST", "/calendars", body={**CALENDAR, "teamMembers": [{"userId": "ada", "priority": 1}]}
    ),
    _request("GET", "/calendars/", {"locationId": LOCATION, "groupId": "G1"}),
    _request("GET", "/calendars/massage"),
    _request("PUT", "/calendars/talk", body={"name": "cut", "slotDuration": 45, "openHours": []}),
    _request("DELETE", "/calendars/elsewhere", {"cascade": "true"}),
    _request("GET", "/calendars/massage/free-slots", {**DAY, "userIds": ["ada", "grace"]}),
    _request("GET", "/calendars/yoga/free-slots", {**MONTH, "userId": "ada"}),
)
BOOKING = (
    _request("POST", APPOINTMENTS, body=an_appointment("10:00", **DETAILS)),
    _request("POST", APPOINTMENTS, body=an_appointment("03:00", **OVERRIDING)),
    _request("POST", APPOINTMENTS, body=an_appointment("12:00", **OVERRIDING, rrule=SERIES)),
    _request("GET", f"{APPOINTMENTS}/E1"),
    _request("PUT", f"{APPOINTMENTS}/E1", body={"startTime": at("15:00").isoformat()}),
    _request("PUT", f"{APPOINTMENTS}/E2", body={"appointmentStatus": "confirmed", "title": "x"}),
    _request("PUT", f"{APPOINTMENTS}/E1", body={"assignedUserId": "grace", **TIMES, **OVERRIDING}),
    _request("PUT", f"{APPOINTMENTS}/E3", body={"appointmentStatus": "cancelled"}),
    _request("POST", BLOCKS, body={"locationId": LOCATION, "calendarId": "massage", **TIMES}),
    _request("PUT", f"{BLOCKS}/K1", body={"title": "Away", "endTime": at("14:00").isoformat()}),
    _request("GET", "/calendars/blocked-slots", {**EVENTS, "userId": "grace"}),
    _request("GET", "/calendars/events", {**EVENTS, "calendarId": "massage"}),
    _request("GET", "/calendars/events", {**EVENTS, "groupId": "G1"}),
    _request("DELETE", "/calendars/events/E1"),
    _request("DELETE", "/calendars/events/E3"),
)
REQUESTS = RESOURCES + SCHEDULING + CALENDARS + BOOKING


# Requests --------------------------------------------------------------------


def _answered(state: Scheduler, request: Any) -> tuple[int, Scheduler]:
    """Status and next state of one request, spoilt or not, of which what is owed is held."""
    given = request if isinstance(request, dict) else {}
    query = given.get("query")
    status, told, after = handle(
        *(given[key] if isinstance(given.get(key), str) else "" for key in ("operation", "path")),
        query if isinstance(query, dict) else {},
        given.get("body"),
        state,
        NOW,
        zone="Europe/Berlin",
    )
    as_plain(told)
    assert 200 <= status < 500, status
    if status >= 400:
        assert after is state
        assert isinstance(told, dict)
        assert told["statusCode"] == status
    return status, after


def _after(request: Any) -> Scheduler:
    """The state after a request; of `handle` no error is owed, not even those of this package."""
    status, after = _answered(a_world(), request)
    if status >= 400:
        raise RefusedError(status)
    return after


def _holds(state: Any) -> None:
    """The records are whole, and nothing is booked twice but where rules were left aside.

    A change of the catalogue is not looked at: what is booked stays, and no longer fits.
    """
    state.check()
    if state.catalogue == a_world().catalogue:
        for each in state.violations(now=NOW):
            assert each.rule.value == "blocked" or any(
                state.bookings[key].override for key in each.booking_ids
            ), each


def _history(given: Any) -> Scheduler:
    state = a_world()
    for request in given if isinstance(given, list) else [given]:
        _, state = _answered(state, request)
    return state


def _as_text(request: dict[str, Any]) -> bytes:
    query = urlencode(request["query"], doseq=True)
    body = "" if request["body"] is None else json.dumps(request["body"])
    return f"{request['operation']} {request['path']}?{query}\n{body}".encode()


def _of_text(given: bytes) -> Scheduler:
    line, _, body = given.partition(b"\n")
    operation, _, target = line.decode("latin-1").partition(" ")
    path, _, query = target.partition("?")
    asked = parse_qs(query, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
    return _after(_request(operation, path, asked, body))


# Readers ---------------------------------------------------------------------


def _read_calendar(body: object) -> Any:
    return read_calendar(body, "c1", zone="America/Chicago")


def _update_calendar(body: object) -> Any:
    return update_calendar(_PRESENT, body, zone="UTC")


_PRESENT = read_calendar(CALENDAR, "c1", zone="America/Chicago")
_ROOM = read_resource(ROOM, "rooms", "R1")
_ITEM = read_resource(ITEM, "equipments", "I1")
_SCHEDULE = read_schedule(SCHEDULE, "s1")


@cache
def _open_world() -> Scheduler:
    members = [a_member("ada", hours=OFFICE), a_member("grace")]
    return Scheduler(
        Catalogue(members=members, calendars=[a_calendar("cut", member_ids=["ada", "grace"])])
    )


TARGETS: tuple[Target, ...] = (
    Target(
        "highlevel.handle",
        _after,
        REQUESTS,
        weight=6,
        holds=_holds,
        refuses=(RefusedError,),
    ),
    Target(
        "highlevel.handle of text",
        _of_text,
        tuple(map(_as_text, REQUESTS)),
        is_text=True,
        weight=3,
        holds=_holds,
        refuses=(RefusedError,),
    ),
    Target(
        "highlevel.handle in a row",
        _history,
        (
            [RESOURCES[0], BOOKING[0], BOOKING[4], BOOKING[13]],
            [BOOKING[2], BOOKING[3], BOOKING[14], RESOURCES[4]],
            [CALENDARS[1], CALENDARS[4], CALENDARS[6], CALENDARS[5]],
            [SCHEDULING[0], SCHEDULING[3], CALENDARS[7], SCHEDULING[4], BOOKING[0]],
        ),
        weight=2,
        refuses=(),
        holds=lambda state: state.check(),
    ),
    of_json(
        "highlevel.read_calendar",
        _read_calendar,
        CALENDAR,
        TEAM,
        {**CALENDAR, "calendarType": "class_booking", "availabilityType": 1},
        write=write_calendar,
        weight=2,
    ),
    of_json("highlevel.update_calendar", _update_calendar, CALENDAR, {"slotDuration": 45}),
    of_json(
        "highlevel.read_resource rooms",
        lambda body: read_resource(body, "rooms", "R1"),
        ROOM,
        {**ROOM, "isActive": False},
        write=write_resource,
    ),
    of_json(
        "highlevel.read_resource equipments",
        lambda body: read_resource(body, "equipments", "I1"),
        ITEM,
        {**ITEM, "calendarIds": []},
        write=write_resource,
    ),
    of_json(
        "highlevel.update_resource",
        lambda body: (update_resource(_ROOM, body), update_resource(_ITEM, body)),
        {"name": "new", "isActive": False},
        {**ITEM, "capacity": 2, "locationId": "L2"},
    ),
    of_json(
        "highlevel.read_schedule",
        lambda body: read_schedule(body, "s1"),
        SCHEDULE,
        OWN_SCHEDULE,
        {"calendarId": "fair", "timezone": "UTC", "rules": OWN_SCHEDULE["rules"]},
        write=write_schedule,
        answer=lambda schedule: str(schedule.hours),
    ),
    of_json(
        "highlevel.update_schedule",
        lambda body: update_schedule(_SCHEDULE, body),
        {key: OWN_SCHEDULE[key] for key in ("name", "timezone", "rules")},
        {"timezone": "Asia/Tokyo", "rules": []},
    ),
    of_json(
        "highlevel.read_appointment",
        read_appointment,
        *(each["body"] for each in BOOKING[:3]),
        an_appointment("10:00", endTime=at("11:00").isoformat(), appointmentStatus="new"),
    ),
    of_json(
        "highlevel.read_appointment_changes",
        read_appointment_changes,
        *(each["body"] for each in BOOKING[4:8]),
    ),
    of_json(
        "highlevel.read_block_slot",
        lambda body: block_of(read_block_slot(body), "K1"),
        {"locationId": LOCATION, "assignedUserId": "ada", "title": "Away", **TIMES},
        {"locationId": LOCATION, "calendarId": "cut", **TIMES},
    ),
    of_json(
        "highlevel.read_block_changes", read_block_changes, {"title": "x", **TIMES}, {"title": ""}
    ),
    of_json(
        "highlevel.read_free_slots",
        lambda query: read_free_slots(query if isinstance(query, dict) else {}),
        {**DAY, "userIds": ["ada"]},
        {**MONTH, "userId": "grace"},
        answer=lambda query: answer_free_slots("cut", query, _open_world(), now=NOW),
    ),
)

"""A small business as HighLevel would have it, and how it is spoken to: on Monday 2 March 2026, in UTC."""

from __future__ import annotations

import json
from datetime import datetime

from bookable import Catalogue, Scheduler
from bookable.codecs.highlevel import handle
from bookable.codecs.highlevel._calls import Reply
from bookable.codecs.highlevel._carried import BODY, carrying
from bookable.domain.policy import Access, BookingPolicy
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    a_calendar,
    a_class,
    a_member,
    a_room,
    an_item,
    at,
    minutes,
)

LOCATION = "L1"
ROOMS = "/calendars/resources/rooms"
EQUIPMENTS = "/calendars/resources/equipments"
APPOINTMENTS = "/calendars/events/appointments"
BLOCKS = "/calendars/events/block-slots"
ROOM = {
    "locationId": LOCATION,
    "name": "yoga room",
    "description": "second floor",
    "quantity": 0,
    "outOfService": 0,
    "capacity": 85,
    "calendarIds": ["massage", "yoga"],
}
ITEM = {**ROOM, "name": "table", "quantity": 3, "outOfService": 1, "capacity": 0}
ITEM["calendarIds"] = ["massage"]


def ms(moment: datetime) -> str:
    """Epoch milliseconds, as a query has them."""
    return str(round(moment.timestamp() * 1_000))


def a_business(**entries: object) -> Scheduler:
    """Ada and Grace give massages in one room, Ada teaches yoga, talks have to be approved."""
    policy = BookingPolicy(otherwise=Access.REQUEST)
    calendars = [
        a_calendar(
            "massage",
            member_ids=["ada", "grace"],
            location_id=LOCATION,
            minimum_notice=HOUR,
            booking_horizon=7 * 24 * HOUR,
            durations=[minutes(30)],
            metadata=carrying({}, {BODY + "groupId": "G1"}),
        ),
        a_class("yoga", seats=3, location_id=LOCATION),
        a_calendar("talk", member_ids=["ada"], location_id=LOCATION, policy=policy),
        a_calendar("elsewhere", member_ids=["ada"], location_id="L2"),
    ]
    found = {
        "rooms": [a_room("blue", 1, calendar_ids=["massage"], location_id=LOCATION)],
        "equipment": [an_item("oil", 2, calendar_ids=["massage"], location_id=LOCATION)],
        "members": [a_member("ada", hours=OFFICE), a_member("grace", hours=OFFICE)],
        "calendars": calendars,
        **entries,
    }
    return Scheduler(Catalogue(**found))


def asked(
    state: Scheduler,
    operation: str,
    path: str,
    body: object = None,
    query: dict[str, object] | None = None,
    *,
    now: datetime = NOW,
    **named: object,
) -> Reply:
    """The reply, of which what every reply owes is held: JSON data, and no change where it failed."""
    status, told, after = handle(operation, path, query, body, state, now, **named)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    if status >= 400:
        assert after is state
        assert told["statusCode"] == status
    return status, told, after


def done(
    state: Scheduler, operation: str, path: str, body: object = None, **more: object
) -> tuple[object, Scheduler]:
    """Body and next state of what succeeds."""
    status, told, after = asked(state, operation, path, body, **more)
    assert status < 300, told
    return told, after


def failed(
    state: Scheduler, operation: str, path: str, body: object = None, **more: object
) -> dict[str, object]:
    """The body of what fails, after its status, with the paths and codes of its problems."""
    status, told, _ = asked(state, operation, path, body, **more)
    assert status >= 400, told
    return told


def problem(
    state: Scheduler, operation: str, path: str, body: object = None, **more: object
) -> tuple[str, str]:
    """Path and code of the one problem of what cannot be processed."""
    told = failed(state, operation, path, body, **more)
    assert told["statusCode"] == 422
    (found,) = told["problems"]
    assert told["message"] == [f"{found['path']}: {found['reason']}"]
    assert told["error"] == "Unprocessable Entity"
    return found["path"], found["code"]


def an_appointment(clock: str = "09:00", calendar_id: str = "massage", **more: object) -> dict:
    """The body of an appointment at that time."""
    body = {"calendarId": calendar_id, "locationId": LOCATION, "contactId": "ann"}
    return {**body, "startTime": at(clock).isoformat(), **more}


def made(state: Scheduler, clock: str = "09:00", event_id: str = "E1", **more: object) -> Scheduler:
    """The state with an appointment."""
    body = an_appointment(clock, **more)
    return done(state, "POST", APPOINTMENTS, body, new_id=event_id)[1]

"""Zoom: check-in, its settings, and the rules of workspaces."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

from bookable import CheckIn, Scheduler
from bookable.codecs import zoom
from bookable.codecs.zoom import CalendarSystem, read_event, write_event
from bookable.codecs.zoom_settings import read_settings, write_settings
from bookable.codecs.zoom_workspaces import calendar_of, read_policy, write_policy
from tests.fuzz.targets import RefusedError, Target, as_plain, of_json
from tests.support.builders import a_booking, a_room, a_scheduler, at, minutes
from tests.unit.codecs.test_zoom import OWN, PATH, exchange, google
from tests.unit.codecs.test_zoom_settings import FULL as SETTINGS
from tests.unit.codecs.test_zoom_workspaces import FULL as POLICY

NOW = at("09:55")


@cache
def a_world() -> Scheduler:
    """Events before, now and later: one that is held, one that is checked in, one of a series."""
    policy = CheckIn(early=minutes(10), grace=minutes(10), most_missed=2)
    bookings = [
        a_booking("B-1", "10:00", "11:00", check_in=policy),
        a_booking(
            "B-2", "09:00", "09:58", check_in=policy, checked_in_at=at("09:00"), status="checked_in"
        ),
        a_booking(
            *("S-0", "10:00", "10:30"),
            check_in=policy,
            series_id="S",
            original_start=datetime(2026, 3, 2, 10),
            room_ids=["attic"],
        ),
    ]
    return a_scheduler(a_room(check_in=policy, metadata=OWN), a_room("attic"), bookings=bookings)


def _request(body: Any, path: str = PATH, system: str = "exchange") -> dict[str, Any]:
    return {"operation": "PATCH", "path": path, "query": {}, "body": body, "system": system}


REQUESTS = (
    _request(exchange()),
    _request(exchange("zoomroom.check_out", "B-2"), f"/v2{PATH}", "office365"),
    _request(google(), PATH, "google"),
    _request(google("zoomroom.check_out", "B-2"), PATH, "google"),
    _request(exchange(event_id="S-0"), "/rooms/attic/events"),
)


def _answered(request: Any) -> Scheduler:
    given, state = request if isinstance(request, dict) else {}, a_world()
    system = given.get("system")
    status, told, after = zoom.handle(
        *(given[key] if isinstance(given.get(key), str) else "" for key in ("operation", "path")),
        {},
        given.get("body"),
        state,
        NOW,
        system=system if system in ("exchange", "office365", "google") else "exchange",
    )
    as_plain(told)
    assert 200 <= status < 500, status
    if status >= 400:
        assert after is state
        raise RefusedError(status)
    return after


def _of_text(given: bytes) -> Scheduler:
    line, _, body = given.partition(b"\n")
    system, _, path = line.decode("latin-1").partition(" ")
    return _answered(_request(body, path, system))


def _holds(state: Scheduler) -> None:
    if state is not a_world():
        state.check()
        assert not state.violations(now=NOW)


def _events(of: CalendarSystem, *seeds: object) -> Target:
    return of_json(
        f"zoom.read_event {of}", lambda body: read_event(body, of), *seeds, write=write_event
    )


TARGETS: tuple[Target, ...] = (
    Target("zoom.handle", _answered, REQUESTS, weight=2, holds=_holds, refuses=(RefusedError,)),
    Target(
        "zoom.handle of text",
        _of_text,
        tuple(
            f"{each['system']} {each['path']}\n{json.dumps(each['body'])}".encode()
            for each in REQUESTS
        ),
        is_text=True,
        weight=2,
        holds=_holds,
        refuses=(RefusedError,),
    ),
    _events(CalendarSystem.EXCHANGE, exchange(), exchange("zoomroom.check_out")),
    _events(CalendarSystem.GOOGLE, google(), google("zoomroom.check_out")),
    of_json(
        "zoom_settings.read_settings",
        read_settings,
        SETTINGS,
        {"check_in": {"enabled": False}},
        write=write_settings,
    ),
    of_json(
        "zoom_workspaces.read_policy",
        read_policy,
        POLICY,
        {"timezone": "UTC"},
        write=write_policy,
        answer=lambda policy: calendar_of(policy, "desks").id,
    ),
)

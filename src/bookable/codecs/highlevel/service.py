"""The HighLevel calendars API as one pure function, for a backend to put behind its sockets.

`handle` finds the endpoint in `ROUTES`, lets it read, ask the engine and write, and gives a status, a body
and the next state. It looks at no token and at no header, keeps nothing and reads no clock: the backend
authenticates (`unauthorized` is what to answer otherwise), decodes the percent signs of paths and
queries, writes the body as JSON, and keeps the state where it likes.

Statuses are those of the documents, where a creation of calendars is answered with 200 and a deletion of
events with 201, save that a creation of appointments answers 201. The answers to what goes wrong
are those of `_answers`. An id that has a slash in it cannot be named by a path.

Not served, and answered with 404: `NOT_SERVED`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from attrs import frozen

from bookable.checks import check_id, check_type
from bookable.codecs.highlevel._answers import answer_of, method_not_allowed, not_found
from bookable.codecs.highlevel._calls import Call, Reply
from bookable.codecs.highlevel._queries import query_of
from bookable.codecs.highlevel.endpoints import (
    appointments,
    blocks,
    calendars,
    events,
    resources,
    schedules,
    slots,
)
from bookable.codecs.highlevel.resources import EQUIPMENTS, ROOMS
from bookable.errors import BookableError
from bookable.frozen_map import FrozenMap
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import to_utc

Endpoint = Callable[[Call], Reply]
"""Answers a call, or raises an error of this package."""


@frozen
class Route:
    """A path, with names in braces for parts of it, and what its methods do.

    ``words`` bounds what such a name may stand for.
    """

    path: str
    endpoints: Mapping[str, Endpoint]
    words: Mapping[str, tuple[str, ...]] = FrozenMap()

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """What the names stand for in a path, or None where it is another one."""
        pattern = tuple(self.path.strip("/").split("/"))
        if len(pattern) != len(segments):
            return None
        parts: dict[str, str] = {}
        for expected, segment in zip(pattern, segments, strict=True):
            name = expected.strip("{}")
            if name == expected:
                if segment != expected:
                    return None
            elif not segment or segment not in self.words.get(name, (segment,)):
                return None
            else:
                parts[name] = segment
        return parts


_TYPES: Final = {"type": (ROOMS, EQUIPMENTS)}

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "/calendars/resources/{type}",
        {"GET": resources.list_all, "POST": resources.create},
        _TYPES,
    ),
    Route(
        "/calendars/resources/{type}/{id}",
        {"GET": resources.get, "PUT": resources.update, "DELETE": resources.delete},
        _TYPES,
    ),
    Route("/calendars/schedules", {"POST": schedules.create}),
    Route("/calendars/schedules/search", {"GET": schedules.search}),
    Route(
        "/calendars/schedules/{id}",
        {"GET": schedules.get, "PUT": schedules.update, "DELETE": schedules.delete},
    ),
    Route("/calendars/blocked-slots", {"GET": blocks.list_blocked}),
    Route("/calendars/events", {"GET": events.list_events}),
    Route("/calendars/events/appointments", {"POST": appointments.create}),
    Route(
        "/calendars/events/appointments/{id}",
        {"GET": appointments.get, "PUT": appointments.update},
    ),
    Route("/calendars/events/block-slots", {"POST": blocks.create}),
    Route("/calendars/events/block-slots/{id}", {"PUT": blocks.update}),
    Route("/calendars/events/{id}", {"DELETE": events.delete}),
    Route("/calendars", {"GET": calendars.list_all, "POST": calendars.create}),
    Route("/calendars/{calendarId}/free-slots", {"GET": slots.list_free}),
    Route(
        "/calendars/{calendarId}",
        {"GET": calendars.get, "PUT": calendars.update, "DELETE": calendars.delete},
    ),
)
"""Every endpoint. The first path that fits is the one that is meant, whatever its methods."""

NOT_SERVED: Final[tuple[tuple[str, str], ...]] = (
    ("/calendars/groups", "groups of calendars"),
    ("/calendars/groups/{id}", "groups of calendars"),
    ("/calendars/groups/{id}/status", "groups of calendars"),
    ("/calendars/{calendarId}/notifications", "notifications"),
    ("/calendars/{calendarId}/notifications/{id}", "notifications"),
    ("/calendars/appointments/{id}/notes", "notes of appointments"),
    ("/calendars/appointments/{id}/notes/{noteId}", "notes of appointments"),
    ("/calendars/schedules/{id}/associations/{calendarId}", "associations of schedules"),
    ("/calendars/schedules/event-calendar/{calendarId}", "schedules of event calendars"),
    ("/calendars/services/{kind}", "services"),
    ("/calendars/services/{kind}/{id}", "services"),
)
"""Paths that the documents have and that are answered with 404, and what they are about."""

_GROUPS: Final = ("calendars", "groups")
_UNSERVED: Final = tuple((Route(path, FrozenMap()), what) for path, what in NOT_SERVED)


def handle(
    operation: str,
    path: str,
    query: Mapping[str, object] | None,
    body: object,
    scheduler: Scheduler,
    now: datetime,
    *,
    new_id: str | None = None,
    zone: Zone | str | None = None,
) -> Reply:
    """The status, the body as plain JSON data, and the next state, for one request.

    ``operation`` is the method; ``path`` begins with a slash, and may end with one; ``query`` maps names to
    texts, or to lists of them; ``body`` is plain JSON data, bytes or text of JSON, or None.
    ``new_id`` is the id of what is created; without it one is made, see `Call.fresh_id`: only with an id of
    the host's own is the same creation, sent twice, the same thing. ``zone`` is the one in which calendars are
    open whose location is no `Place` of the catalogue with a zone of its own: their bodies do not tell it.
    A backend gives it, or loads places: without either, bodies with open hours are refused (422).

    Nothing that a client can send raises: it is answered, from 400 on with the state that was given.

    >>> from datetime import UTC
    >>> from bookable import Catalogue
    >>> now = datetime(2026, 3, 2, tzinfo=UTC)
    >>> path, empty = "/calendars/resources/rooms", Scheduler(Catalogue())
    >>> room = {"locationId": "L1", "name": "yoga room", "description": "", "capacity": 85}
    >>> sent = {**room, "quantity": 0, "outOfService": 0, "calendarIds": []}
    >>> status, body, state = handle("POST", path, None, sent, empty, now, new_id="R1")
    >>> status, body["capacity"], state.catalogue.room("R1").name
    (201, 85, 'yoga room')
    >>> handle("GET", f"{path}/R2", None, None, state, now)[:2]
    (404, {'statusCode': 404, 'message': "there is no room 'R2'", 'error': 'Not Found'})

    Raises:
        NaiveDatetimeError: If ``now`` names no instant.
        InvalidValueError: If another argument is not what it must be.
    """
    check_type(operation, str, "operation", "the method of the request, such as 'GET'")
    check_type(path, str, "path", "the path of the request, such as '/calendars/'")
    check_type(scheduler, Scheduler, "scheduler", "a Scheduler")
    moment, asked = to_utc(now, "now"), query_of(query)
    clock = None if zone is None else to_zone(zone)
    if new_id is not None:
        check_id(new_id, "new_id")
    route, parts = _route_of(path)
    if route is None:
        return (*not_found(_unserved(path)), scheduler)
    endpoint = route.endpoints.get(operation)
    if endpoint is None:
        return (*method_not_allowed(route.endpoints), scheduler)
    call = Call(operation, path, parts, asked, body, scheduler, moment, new_id, clock)
    try:
        return endpoint(call)
    except BookableError as error:
        return (*answer_of(error), scheduler)


def _route_of(path: str) -> tuple[Route | None, dict[str, str]]:
    """The route of a path with what its names stand for."""
    segments = _segments(path)
    for route in () if segments == _GROUPS else ROUTES:
        parts = route.match(segments)
        if parts is not None:
            return route, parts
    return None, {}


def _unserved(path: str) -> str:
    """What is said of a path without a route."""
    for unserved, what in _UNSERVED:
        if unserved.match(_segments(path)) is not None:
            return f"{what} are not served here"
    return "Not Found"


def _segments(path: str) -> tuple[str, ...]:
    return tuple(path[1:].removesuffix("/").split("/")) if path.startswith("/") else ()

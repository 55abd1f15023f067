"""The Zoom Rooms check-in: ``PATCH /rooms/{id}/events``.

>>> from datetime import timedelta
>>> from bookable import Calendar, Catalogue, CheckIn, Scheduler
>>> from bookable.codecs import zoom
>>> nine = datetime.fromisoformat("2026-03-02T09:00:00Z")
>>> room = Room("blue", 1, ["talk"], check_in=CheckIn(timedelta(minutes=10), timedelta(minutes=10)))
>>> state = Scheduler(Catalogue([room], calendars=[Calendar("talk", timedelta(hours=1), "event", zone="UTC")]))
>>> state = state.book(state.slot(state.request("talk"), start=nine, now=nine), booking_id="E1", now=nine)
>>> params = {"event_id": "E1", "change_key": "1", "resource_email": "blue@example.com"}
>>> body = {"method": "zoomroom.check_in", "params": params}
>>> status, told, state = zoom.handle("PATCH", "/rooms/blue/events", {}, body, state, nine)
>>> status, told["status"], told["change_key"]
(202, 'checked_in', '2')

The bodies, by where the events of the account live (``system=``; Exchange unless the backend says otherwise)::

    exchange   {"method": "zoomroom.check_in", "params": {"event_id": "E1", "change_key": "1", "resource_email": "blue@example.com"}}
    office365  {"method": "zoomroom.check_in", "params": {"event_id": "E1", "change_key": "1", "resource_email": "blue@example.com"}}
    google     {"method": "zoomroom.check_in", "params": {"event_id": "E1", "calendar_id": "blue@resource.calendar.google.com"}}

``zoomroom.check_out`` takes the same. Exchange needs ``change_key`` and ``resource_email``, and has no ``calendar_id``.

A client checks in to, or out of, an event of a room. What a body must name depends on the calendar
that the account uses, which the backend knows and the body does not: see `CalendarSystem`. All rules
are the engine's: when check-in opens and when it is too late, what is released, that checking out
shortens the booking (SPEC N29). What has not begun of a series that was missed too often is dropped
before one of its occurrences is checked in to; `dropping_missed` does it for all. Activity in a room is told to
`Scheduler.record_activity` and needs no body.

What stands for what:

- the room of the path is a `Room` by its id, ``event_id`` a booking that has this room;
- ``change_key`` is the booking's version as decimal digits (`change_key_of`); another one than the
  present is refused and nothing changes. Google has none, so nothing is locked there;
- ``resource_email`` and ``calendar_id`` must be the room's own where its metadata names them, under
  ``zoom.resource_email`` (in any case of letters) and ``zoom.calendar_id``; a room that names none
  takes any.

Where Zoom is silent: it calls ``method`` optional, but there is nothing to do without one. Clients
exist that send the fields of every calendar system at once; those of another system than the
backend's are refused. The settings of the feature are those of `bookable.codecs.zoom_settings`.

Not served: `OTHER_METHODS`, which concern meetings and devices, not bookings (400).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from urllib.parse import unquote

from attrs import field, frozen

from bookable.checks import check_amount, check_choice, check_id
from bookable.codecs._bodies import Body, identifier, text
from bookable.codecs._forms import client_text, fault
from bookable.codecs._json import parse
from bookable.codecs.iso import instant_text
from bookable.domain.booking import Booking
from bookable.domain.life import Event
from bookable.domain.resources import Room
from bookable.errors import (
    BookableError,
    CodecError,
    InvalidTransitionError,
    InvalidValueError,
    StaleVersionError,
    UnknownIdError,
    WrongTimeError,
    join_words,
    shown,
)
from bookable.limits import MOST_UNITS
from bookable.scheduler import Scheduler
from bookable.series_plans import is_missed_too_often, lies_ahead
from bookable.timeline.instant import to_utc

RESOURCE_EMAIL: Final = "zoom.resource_email"
"""The key in the metadata of a room for its resource mailbox."""
CALENDAR_ID: Final = "zoom.calendar_id"
"""The key in the metadata of a room for its Google calendar."""

OTHER_METHODS: Final = (
    "zoomroom.mute",
    "zoomroom.unmute",
    "zoomroom.meeting_accept",
    "zoomroom.meeting_decline",
    "zoomroom.restart",
    "zoomroom.meeting_leave",
    "zoomroom.meeting_join",
    "zoomroom.meeting_invite",
    "zoomroom.meeting_cancel",
    "zoomroom.meeting_end",
)
"""What later versions of the API do to the equipment of a room: nothing that the engine knows."""

_MOST_DIGITS: Final = len(str(MOST_UNITS))
_INVALID: Final = 300
_ACCEPTED, _BAD, _MISSING, _NO_METHOD, _CONFLICT = 202, 400, 404, 405, 409


class CalendarSystem(StrEnum):
    """Where the events of an account live: it decides what a body names."""

    EXCHANGE = "exchange"
    OFFICE365 = "office365"
    GOOGLE = "google"

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys of ``params`` beside ``event_id``: all of these, and none of the others."""
        google = self is CalendarSystem.GOOGLE
        return ("calendar_id",) if google else ("change_key", "resource_email")


class Method(StrEnum):
    """What a client may do about an event."""

    CHECK_IN = "zoomroom.check_in"
    CHECK_OUT = "zoomroom.check_out"


_KEYS: Final = ("change_key", "calendar_id", "resource_email")


def _method(value: Method | str) -> Method:
    return check_choice(value, Method, "method")


@frozen
class RoomEvent:
    """What one body says: to check in to or out of an event, known by this version.

    Raises:
        InvalidValueError: If a field cannot be what it must be.
    """

    method: Method = field(converter=_method)
    event_id: str
    version: int | None = None
    calendar_id: str | None = None
    resource_email: str | None = None

    def __attrs_post_init__(self) -> None:
        check_id(self.event_id, "event_id")
        if self.version is not None:
            check_amount(self.version, "version", minimum=1)
        for name in ("calendar_id", "resource_email"):
            if getattr(self, name) is not None:
                check_id(getattr(self, name), name)


def change_key_of(booking: Booking) -> str:
    """The change key of a booking: its version in decimal digits."""
    return str(booking.version)


# Bodies ------------------------------------------------------------------------


def read_event(body: object, system: CalendarSystem | str) -> RoomEvent:
    """What a body says, given the calendar system that the backend uses.

    Raises:
        CodecError: If it is no such body, the method is another (code ``choice``, for those of later
            versions ``unsupported_method``), the system needs a key that is missing (``missing_key``)
            or has no such key (``other_system``).
    """
    of = check_choice(system, CalendarSystem, "system")
    document = Body.of(body)
    method = document.read("method", _method_at)
    params = document.read("params", Body.of, Body({}, document.at("params")))
    event_id = params.read("event_id", identifier)
    for key in _KEYS:
        if key in of.needs and key not in params:
            reason = f"this is required where the calendar is {of.value}"
            raise CodecError(params.at(key), reason, "missing_key")
        if key not in of.needs and key in params:
            reason = f"expected nothing: the calendar is {of.value}, which has {_listed(of.needs)}"
            raise CodecError(params.at(key), reason, "other_system")
    return RoomEvent(
        method,
        event_id,
        params.read("change_key", _version, None),
        params.read("calendar_id", identifier, None),
        params.read("resource_email", identifier, None),
    )


def write_event(event: RoomEvent) -> dict[str, object]:
    """The body that says so; `read_event` gives the same event for the system that it names."""
    params: dict[str, object] = {"event_id": event.event_id}
    if event.version is not None:
        params["change_key"] = str(event.version)
    for name in ("calendar_id", "resource_email"):
        if getattr(event, name) is not None:
            params[name] = getattr(event, name)
    return {"method": event.method.value, "params": params}


def write_state(booking: Booking, room_id: str) -> dict[str, object]:
    """What became of an event, with times in UTC and the change key to use from now on.

    What was left before it began has no time at all: it ends when it starts. Zoom leaves open what a
    response of status 202 says.
    """
    end = booking.end if booking.is_blocking else booking.start
    return {
        "room_id": room_id,
        "event_id": booking.id,
        "status": booking.status.value,
        "start_time": instant_text(booking.start),
        "end_time": instant_text(end),
        "change_key": change_key_of(booking),
    }


def _method_at(value: object, path: str) -> Method:
    if type(value) is str and value in tuple(Method):
        return Method(value)
    known = join_words([shown(each.value) for each in Method], last="or")
    if type(value) is str and value in OTHER_METHODS:
        reason = f"{shown(value)} is not served here; known are {known}"
        raise CodecError(path, reason, "unsupported_method")
    raise fault(path, known, value, "choice")


def _listed(keys: tuple[str, ...]) -> str:
    return " and ".join(keys)


def _version(value: object, path: str) -> int:
    said = text(value, path)
    plain = said.isascii() and said.isdecimal() and not said.startswith("0")
    if not plain or len(said) > _MOST_DIGITS or int(said) > MOST_UNITS:
        expected = "the change_key of an event as it was told, for example '3'"
        raise fault(path, expected, value, "change_key")
    return int(said)


# What becomes of it ------------------------------------------------------------


def apply_event(
    scheduler: Scheduler, room_id: str, event: RoomEvent, *, now: datetime
) -> Scheduler:
    """The next state: somebody checked in or out; twice is once.

    Before, what lies ahead of the event's series is dropped if it was missed too often by ``now``.

    Raises:
        UnknownIdError: If there is no such room, or no such event in it.
        CodecError: If another mailbox or calendar than the room's own is named (``other_room``).
        InvalidTransitionError: If it has been released, is over or does not take place, or if
            nobody has checked in to what is checked out of.
        WrongTimeError: If it is too early, or too late.
        StaleVersionError: If it has another version by now.
    """
    room = scheduler.catalogue.room(room_id, name="id")
    _check_own(room, event)
    booking = _event_of(scheduler, room.id, event.event_id, now)
    state = scheduler
    if booking.series_id is not None:
        state = state.drop_series(booking.series_id, now=now)
    if event.method is Method.CHECK_IN:
        return state.check_in(booking.id, at=now, version=event.version)
    return state.check_out(booking.id, at=now, version=event.version)


def _check_own(room: Room, event: RoomEvent) -> None:
    """Refuse the mailbox or calendar of another room."""
    email, calendar = room.metadata.get(RESOURCE_EMAIL), room.metadata.get(CALENDAR_ID)
    given = event.resource_email
    if email is not None and given is not None and given.casefold() != email.casefold():
        raise _other_room("resource_email", room.id, given)
    if calendar is not None and event.calendar_id not in {None, calendar}:
        raise _other_room("calendar_id", room.id, event.calendar_id)


def _other_room(name: str, room_id: str, given: object) -> CodecError:
    reason = f"{shown(given)} is not that of the room {shown(room_id)}"
    return CodecError(f"$.params.{name}", reason, "other_room")


def _event_of(scheduler: Scheduler, room_id: str, event_id: str, now: datetime) -> Booking:
    booking = scheduler.bookings.get(event_id)
    if booking is None or room_id not in booking.room_ids:
        raise UnknownIdError("event of this room", event_id, "event_id")
    return scheduler.booking(event_id, now=now)


def dropping_missed(scheduler: Scheduler, *, now: datetime) -> Scheduler:
    """The next state, without what lies ahead of every series that was missed too often (SPEC N29).

    For a backend that wants to write it down before anybody asks. O(n) in the bookings, for each series
    that has something to drop.
    """
    to_utc(now, "now")
    series: dict[str, list[str]] = {}
    for booking in scheduler.bookings.values():
        if booking.series_id is not None:
            series.setdefault(booking.series_id, []).append(booking.id)
    for series_id, ids in sorted(series.items()):
        bookings = [scheduler.booking(key, now=now) for key in ids]
        goes_on = any(lies_ahead(each, Event.CANCEL, now) for each in bookings)
        if goes_on and is_missed_too_often(bookings, now):
            scheduler = scheduler.drop_series(series_id, now=now)
    return scheduler


# One call for a backend --------------------------------------------------------


def handle(
    operation: str,
    path: str,
    query: Mapping[str, object],  # noqa: ARG001  all `handle` functions are called alike
    body: object,
    scheduler: Scheduler,
    now: datetime,
    *,
    system: CalendarSystem | str = CalendarSystem.EXCHANGE,
) -> tuple[int, object, Scheduler]:
    """Serve one request: its status, the body of the response, and the next state.

    ``operation`` is the HTTP method, ``path`` is ``/rooms/{id}/events`` with or without ``/v2``
    before it, as it was sent: percent signs are decoded here. ``query`` is not read, and ``body`` is plain data or the text or bytes of it. 202 says
    what became of the event (`write_state`). Errors are ``{code, message}``, with ``errors`` by field
    where one is known: 400 for bodies (``code`` is 300 then, as Zoom documents), 404 for unknown rooms
    and events, 405 for other methods, 409 for stale change keys, for what the state of an event does
    not allow and for the wrong time. Nothing that a client can send raises, and where the status
    is 400 or more, the scheduler is the one that was given. Authentication is the backend's.

    Raises:
        InvalidValueError: If the backend itself gives a naive ``now`` or an unknown system.
    """
    to_utc(now, "now")
    of = check_choice(system, CalendarSystem, "system")
    room_id = _room_of(path)
    if room_id is None:
        return _MISSING, _problem(_MISSING, "No such path."), scheduler
    if operation.upper() != "PATCH":
        return _NO_METHOD, _problem(_NO_METHOD, "The method is PATCH."), scheduler
    try:
        given = parse(body) if isinstance(body, str | bytes) else body
        event = read_event(given, of)
        after = apply_event(scheduler, room_id, event, now=now)
    except BookableError as error:
        status, problem = error_body(error)
        return status, problem, scheduler
    return _ACCEPTED, write_state(after.booking(event.event_id, now=now), room_id), after


def error_body(error: BookableError) -> tuple[int, dict[str, object]]:
    """The status and the body in the shape of Zoom's errors for what `apply_event` raises."""
    if isinstance(error, CodecError):
        if error.code in {"syntax", "encoding"} or error.path == "$":
            return _BAD, _problem(_INVALID, "Request Body should be a valid JSON object.", error)
        return _BAD, _problem(_INVALID, "Validation Failed.", error)
    if isinstance(error, UnknownIdError):
        return _MISSING, _problem(_MISSING, client_text(error))
    if isinstance(error, StaleVersionError | InvalidTransitionError | WrongTimeError):
        return _CONFLICT, _problem(_CONFLICT, str(error))
    return _BAD, _problem(_INVALID, client_text(error))


def _problem(code: int, message: str, error: CodecError | None = None) -> dict[str, object]:
    problem: dict[str, object] = {"code": code, "message": message}
    if error is not None:
        name = error.path.removeprefix("$").removeprefix(".")
        problem["errors"] = [{"field": name, "message": error.reason}]
    return problem


def _room_of(path: str) -> str | None:
    """The id of the room in a path; None where it is another path, or the id can be none."""
    parts = path.removeprefix("/v2/").strip("/").split("/")
    if len(parts) != 3 or (parts[0], parts[2]) != ("rooms", "events"):
        return None
    try:
        return check_id(unquote(parts[1]))
    except InvalidValueError:
        return None

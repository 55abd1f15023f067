"""Appointments of the HighLevel API: their bodies, their statuses, and what is kept beside a booking.

`POST /calendars/events/appointments`, `PUT` and `GET /calendars/events/appointments/{id}`,
`DELETE /calendars/events/{id}`, `GET /calendars/events`.

``contactId`` is the customer, ``assignedUserId`` a host; ``assignedResources`` tells the rooms and
equipment that were taken. ``ignoreDateRange`` leaves notice and horizon aside, ``ignoreFreeSlotValidation``
every rule that an administrator may. Fields that the engine has no place for (`NOTED`) are kept in
the booking's metadata and come back as they were sent; ``toNotify`` concerns one request, not
the appointment, and is not kept.

Statuses: HighLevel's words say more than the engine's in places and less in others. `FITTING` says which
of its states a word may stand for, `USUAL` which word a state has unless one is kept. A word is kept only
where the usual one is another: ``invalid`` for what is cancelled, ``showed`` and ``active`` beside
``completed`` and ``confirmed``, ``new`` for what a calendar confirms by itself.

Series: ``rrule`` counts only with ``ignoreFreeSlotValidation``; without it the documents let it go unread,
which would book one time where ten were asked for, so it is refused here. An update may say it again.
Each instance is a booking with the id ``<id>_<epoch ms>_<seconds>``, of its start when it was booked and
its length.

Traps: creating answers flat, getting one inside ``event``, listing inside ``events``. Times are
written by the clock of the calendar, whatever offset they were sent with.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import frozen

from bookable.codecs._bodies import (
    Body,
    Reader,
    flag,
    identifier,
    identifier_or_none,
    instant,
    offset_text,
    text,
    to_epoch_ms,
    word,
)
from bookable.codecs._forms import errors_at
from bookable.codecs.statuses import HIGHLEVEL
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.life import BookingStatus
from bookable.domain.recurring import Recurrence
from bookable.domain.refusal import DATE_RULES, OVERRIDABLE, RefusalCode
from bookable.errors import CodecError, shown
from bookable.frozen_map import FrozenMap
from bookable.timeline.civil import Zone
from bookable.timeline.interval import Interval

_PLACE: Final = "meetingLocationType"
_PLACES: Final = ("custom", "zoom", "gmeet", "phone", "address", "ms_teams", "google", "default")


def _flag_text(value: object, path: str) -> str:
    return "true" if flag(value, path) else "false"


NOTED: Final[Mapping[str, Reader[str]]] = FrozenMap(
    {
        "title": text,
        "description": text,
        "notes": text,
        "address": text,
        _PLACE: word(*_PLACES),
        "meetingLocationId": text,
        "overrideLocationConfig": _flag_text,
    }
)
"""The fields that are kept as texts in a booking's metadata, under these names."""

LOCATION: Final = "locationId"
STATUS: Final = "appointmentStatus"
RRULE: Final = "rrule"
MASTER: Final = "masterEventId"
ADDED: Final = "dateAdded"
UPDATED: Final = "dateUpdated"
DELETED: Final = "highlevel.deleted"
"""What else the metadata may say; ``deleted`` hides an appointment from this API."""

USUAL: Final[Mapping[BookingStatus, str]] = FrozenMap(
    {
        BookingStatus.HOLD: "new",
        BookingStatus.PENDING: "new",
        BookingStatus.CONFIRMED: "confirmed",
        BookingStatus.CHECKED_IN: "showed",
        BookingStatus.COMPLETED: "completed",
        BookingStatus.NO_SHOW: "noshow",
        BookingStatus.RELEASED: "noshow",
        BookingStatus.CANCELLED: "cancelled",
        BookingStatus.DECLINED: "invalid",
        BookingStatus.EXPIRED: "cancelled",
    }
)
"""The word for each state."""

FITTING: Final[Mapping[str, frozenset[BookingStatus]]] = FrozenMap(
    {
        "new": frozenset({BookingStatus.HOLD, BookingStatus.PENDING, BookingStatus.CONFIRMED}),
        "confirmed": frozenset({BookingStatus.CONFIRMED}),
        "active": frozenset({BookingStatus.CONFIRMED}),
        "showed": frozenset({BookingStatus.CHECKED_IN, BookingStatus.COMPLETED}),
        "completed": frozenset({BookingStatus.COMPLETED}),
        "noshow": frozenset({BookingStatus.NO_SHOW}),
        "cancelled": frozenset(
            {BookingStatus.CANCELLED, BookingStatus.DECLINED, BookingStatus.EXPIRED}
        ),
        "invalid": frozenset({BookingStatus.CANCELLED, BookingStatus.DECLINED}),
    }
)
"""The states that each word may stand for: in any of them nothing has to happen for it."""

_RULE: Final = "RRULE:"
_EXCEPT: Final = "EXDATE:"


@frozen
class Appointment:
    """What a body says of an appointment; None is what it leaves out."""

    calendar_id: str | None = None
    location_id: str | None = None
    contact_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    status: str | None = None
    user_id: str | None = None
    ignore_date_range: bool = False
    ignore_free_slot_validation: bool = False
    rrule: str | None = None
    notes: FrozenMap[str, str] = FrozenMap()

    @property
    def override(self) -> frozenset[RefusalCode]:
        """The rules that it leaves aside."""
        if self.ignore_free_slot_validation:
            return OVERRIDABLE
        return DATE_RULES if self.ignore_date_range else frozenset()


def read_appointment(body: object) -> Appointment:
    """What the body of a creation says.

    >>> body = {"calendarId": "C1", "locationId": "L1", "contactId": "ann"}
    >>> found = read_appointment({**body, "startTime": "2021-06-23T03:30:00+05:30"})
    >>> found.start.isoformat(), found.end
    ('2021-06-22T22:00:00+00:00', None)

    Raises:
        CodecError: If something is missing or cannot be read, or an ``rrule`` stands alone.
    """
    found, given = read_appointment_changes(body), Body.of(body)
    for key in ("calendarId", LOCATION, "contactId"):
        given.read(key, identifier)
    given.read("startTime", instant)
    if found.rrule is not None and not found.ignore_free_slot_validation:
        reason = "this is only applied together with ignoreFreeSlotValidation"
        raise CodecError(given.at(RRULE), reason, "rrule")
    return found


def read_appointment_changes(body: object) -> Appointment:
    """What the body of an update says: every part of it may be left out, and an id be an empty text.

    Raises:
        CodecError: If a part cannot be read, or it ends before it begins.
    """
    given = Body.of(body)
    noted = {key: given.read(key, reader, None) for key, reader in NOTED.items()}
    found = Appointment(
        calendar_id=given.read("calendarId", identifier, None),
        location_id=given.read(LOCATION, identifier_or_none, None),
        contact_id=given.read("contactId", identifier_or_none, None),
        start=given.read("startTime", instant, None),
        end=given.read("endTime", instant, None),
        status=given.read(STATUS, word(*HIGHLEVEL), None),
        user_id=given.read("assignedUserId", identifier_or_none, None),
        ignore_date_range=given.read("ignoreDateRange", flag, False),
        ignore_free_slot_validation=given.read("ignoreFreeSlotValidation", flag, False),
        rrule=given.read(RRULE, text, None),
        notes=FrozenMap({key: value for key, value in noted.items() if value is not None}),
    )
    if found.start is not None and found.end is not None:
        with errors_at(given.at("endTime")):
            Interval(found.start, found.end)
    return found


def read_rrule(rule: str, start: datetime, clock: Zone) -> Recurrence:
    """The recurrence that an ``rrule`` means for what starts then, by a zone's clock.

    One RRULE, its name left out or not, and lines of EXDATE in UTC. A start is the same by the clock
    throughout.

    >>> from bookable.timeline.civil import to_zone
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> len(read_rrule("RRULE:FREQ=DAILY;INTERVAL=1;COUNT=5", nine, to_zone("UTC")).starts())
    5

    Raises:
        CodecError: If it is no such rule.
    """
    first, *lines = [line.strip() for line in rule.strip().splitlines()] or [""]
    outside: list[datetime] = []
    for line in lines:
        if not line.startswith(_EXCEPT):
            reason = f"expected a rule and lines of EXDATE, not {shown(line)}"
            raise CodecError(f"$.{RRULE}", reason, "rule")
        outside += [_exception(each, clock) for each in line.removeprefix(_EXCEPT).split(",")]
    civil = start.astimezone(clock).replace(tzinfo=None, fold=0)
    with errors_at(f"$.{RRULE}"):
        return Recurrence(first.removeprefix(_RULE), civil, clock, exdates=outside)


def _exception(value: str, clock: Zone) -> datetime:
    try:
        found = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return found.astimezone(clock).replace(tzinfo=None, fold=0)
    except (ValueError, OverflowError) as error:
        reason = f"expected instants like 20211105T040000Z in EXDATE, not {shown(value)}"
        raise CodecError(f"$.{RRULE}", reason, "rule") from error


def instance_id(event_id: str, start: datetime, duration: timedelta) -> str:
    """The id of one instance of a series.

    >>> start = datetime(2024, 10, 25, 4, tzinfo=UTC)
    >>> instance_id("ocQHyuzHvysMo5N5VsXc", start, timedelta(minutes=30))
    'ocQHyuzHvysMo5N5VsXc_1729828800000_1800'
    """
    return f"{event_id}_{to_epoch_ms(start)}_{duration // timedelta(seconds=1)}"


def told_note(booking: Booking, key: str) -> str | None:
    """What is told of one of the fields `NOTED`: what is kept, else what stands for it, else None.

    With an address the kind of the place is custom, as documented.
    """
    notes = booking.metadata
    if key == _PLACE and "address" in notes:
        return notes.get(key, "custom")
    return notes.get(key)


def word_of(booking: Booking) -> str:
    """The word for where a booking stands: the one that is kept, where it still fits."""
    kept = booking.metadata.get(STATUS)
    if kept is not None and booking.status in FITTING.get(kept, ()):
        return kept
    return USUAL[booking.status]


def kept_word(said: str, status: BookingStatus) -> Mapping[str, str]:
    """What to keep of a word for what has come to this state: nothing where it is the usual one."""
    return {} if USUAL[status] == said else {STATUS: said}


def assigned_user(booking: Booking, calendar: Calendar | None) -> str | None:
    """The primary owner: the calendar's primary member where they serve, else the first who does."""
    serving = booking.serving_ids
    if calendar is not None and calendar.primary_id in serving:
        return calendar.primary_id
    return serving[0] if serving else None


def location_of(booking: Booking, calendar: Calendar | None) -> str:
    """Where an appointment belongs: as it was sent, else its calendar's place, else its own."""
    own = None if calendar is None else calendar.location_id
    return booking.metadata.get(LOCATION) or own or booking.location_id or ""


def write_appointment(
    booking: Booking, calendar: Calendar | None, clock: Zone, *, event_id: str | None = None
) -> dict[str, object]:
    """The body that creating and updating answer; ``event_id`` is that of a series, for its first.

    What was never said is left out.
    """
    notes, user = booking.metadata, assigned_user(booking, calendar)
    body: dict[str, object] = {
        "id": booking.id if event_id is None else event_id,
        "calendarId": booking.calendar_id or "",
        LOCATION: location_of(booking, calendar),
        "contactId": booking.customer_id or "",
        "startTime": offset_text(booking.start, clock),
        "endTime": offset_text(booking.planned_end or booking.end, clock),
        STATUS: word_of(booking),
    }
    if user is not None:
        body["assignedUserId"] = user
    for key, reader in NOTED.items():
        note = told_note(booking, key)
        if note is not None:
            body[key] = note == "true" if reader is _flag_text else note
    body["isRecurring"] = RRULE in notes
    if RRULE in notes:
        body[RRULE] = notes[RRULE]
    body["assignedResources"] = [*booking.room_ids, *booking.equipment]
    return body


def write_event(
    booking: Booking,
    calendar: Calendar | None,
    clock: Zone,
    *,
    group_id: str = "",
    event_id: str | None = None,
) -> dict[str, object]:
    """The body of an appointment where one is got or several are listed."""
    notes, user = booking.metadata, assigned_user(booking, calendar)
    body = write_appointment(booking, calendar, clock, event_id=event_id)
    body = {"title": "", "assignedUserId": "", **body, "groupId": group_id}
    body["users"] = [each for each in booking.serving_ids if each != user]
    for key in (ADDED, UPDATED, MASTER):
        if key in notes:
            body[key] = notes[key]
    return body

"""The tables of keys: every value of a world as a JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import frozen

from bookable.checks import check_text
from bookable.codecs._forms import (
    CHOICE,
    CHOICE_SET,
    CIVIL,
    DURATION,
    DURATIONS,
    ID,
    ID_SET,
    IDS,
    INSTANT,
    PLAIN,
    UNITS,
    ZONE,
    Form,
    Part,
    list_of,
    map_of,
)
from bookable.codecs._hours import HOURS
from bookable.codecs._rules import (
    ADD_ONS,
    BUFFER_TIMES,
    CHECK_IN,
    FEATURES,
    GRID,
    HORIZON,
    HOST_DURATIONS,
    LIMITS,
    LISTING,
    NOTICE,
    POLICY,
    RANKING,
    REQUIREMENTS,
    VARIANTS,
)
from bookable.domain.block import Block
from bookable.domain.booking import Booking, Buffers
from bookable.domain.calendar import ZERO, Calendar
from bookable.domain.metadata import NO_METADATA
from bookable.domain.place import Place
from bookable.domain.policy import KNOWN_KINDS, BusyKind
from bookable.domain.recurring import Recurrence
from bookable.domain.resources import Equipment, Member, OutOfService, Room
from bookable.domain.service import Absence
from bookable.timeline.interval import Interval
from bookable.timeline.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


_ENDS: Final = {"start": "interval.start", "end": "interval.end"}
_TIMES: Final[dict[str, Part]] = {"start": INSTANT, "end": INSTANT}

# The catalogue --------------------------------------------------------------


def _out_of_service(start: datetime, end: datetime, units: int) -> OutOfService:
    return OutOfService(Interval(start, end), units)


_SLICES: Final = Form(_out_of_service, {**_TIMES, "units": PLAIN}, sources=_ENDS).list_part()


def _read_units(value: object, path: str) -> Any:
    return _SLICES.read(value, path) if isinstance(value, list) else value


def _write_units(value: Any) -> object:
    return value if isinstance(value, int) else _SLICES.write(value)


METADATA: Final[dict[str, Part]] = {"metadata": map_of(PLAIN)}
_PLACE: Final[dict[str, Part]] = {
    "calendar_ids": IDS,
    "name": PLAIN,
    "description": PLAIN,
    "location_id": ID,
    "is_active": PLAIN,
}
_PLACE_RULES: Final[dict[str, Part]] = {
    "hours": HOURS,
    "schedule_id": ID,
    **BUFFER_TIMES,
    "overbook_percent": PLAIN,
    **FEATURES,
}

ROOM: Final = Form(
    Room,
    {
        "id": ID,
        "capacity": PLAIN,
        **_PLACE,
        "max_concurrent": PLAIN,
        "enforce_capacity": PLAIN,
        "parts": IDS,
        "check_in": CHECK_IN,
        **_PLACE_RULES,
        **METADATA,
    },
)

EQUIPMENT: Final = Form(
    Equipment,
    {
        "id": ID,
        "quantity": PLAIN,
        "out_of_service": Part(_read_units, _write_units),
        **_PLACE,
        **_PLACE_RULES,
        **METADATA,
    },
)


def _absence(
    start: datetime, end: datetime, reason: str = "", delegate_id: str | None = None
) -> Absence:
    return Absence(Interval(start, end), reason, delegate_id)


_ABSENCES: Final = Form(
    _absence, {**_TIMES, "reason": PLAIN, "delegate_id": ID}, sources=_ENDS
).list_part()

MEMBER: Final = Form(
    Member,
    {
        "id": ID,
        "hours": HOURS,
        "schedule_id": ID,
        "calendar_schedules": map_of(ID),
        "absences": _ABSENCES,
        "name": PLAIN,
        "priority": PLAIN,
        "weight": PLAIN,
        "is_active": PLAIN,
        **FEATURES,
        **METADATA,
    },
)

CALENDAR: Final = Form(
    Calendar,
    {
        "id": ID,
        "duration": DURATION,
        "kind": CHOICE,
        "member_ids": IDS,
        "primary_id": ID,
        "slot_step": DURATION,
        "seats_per_slot": PLAIN,
        "minimum_attendees": PLAIN,
        "bookings_per_host": PLAIN,
        "overbook_percent": PLAIN,
        **BUFFER_TIMES,
        "buffer_within_hours": PLAIN,
        "minimum_notice": NOTICE,
        "booking_horizon": HORIZON,
        "grid": GRID,
        "zone": ZONE,
        "hours": HOURS,
        "schedule_id": ID,
        "host_hours": HOURS,
        "host_hours_mode": CHOICE,
        "booker_hours": HOURS,
        "requirements": REQUIREMENTS,
        "durations": DURATIONS,
        "shortest": DURATION,
        "longest": DURATION,
        "most_days": PLAIN,
        "host_durations": HOST_DURATIONS,
        "variants": VARIANTS,
        "add_ons": ADD_ONS,
        "limits": LIMITS,
        "policy": POLICY,
        "check_in": CHECK_IN,
        "pending_blocks": PLAIN,
        "ranking": RANKING,
        "listing": LISTING,
        "name": PLAIN,
        "description": PLAIN,
        "location_id": ID,
        "is_active": PLAIN,
        **METADATA,
    },
)

# What the catalogue says beside its entries ---------------------------------

PLACE: Final = Form(
    Place,
    {
        "id": ID,
        "parent_id": ID,
        "name": PLAIN,
        "hours": HOURS,
        "zone": ZONE,
        "buffer_before": DURATION,
        "buffer_after": DURATION,
        "max_concurrent": PLAIN,
        "enforce_capacity": PLAIN,
        "minimum_notice": NOTICE,
        "booking_horizon": HORIZON,
        "check_in": CHECK_IN,
        "locked": ID_SET,
    },
)

SCHEDULES: Final = map_of(HOURS)


@frozen
class Journey:
    """The time that it takes from one location to another."""

    start: str
    end: str
    time: timedelta


def _journey(**keys: Any) -> Journey:
    return Journey(keys["from"], keys["to"], keys["time"])


JOURNEY: Final = Form(
    _journey, {"from": ID, "to": ID, "time": DURATION}, sources={"from": "start", "to": "end"}
)

# What is booked -------------------------------------------------------------

_BUFFERS: Final = Form(Buffers, {"before": DURATION, "after": DURATION, "policy": CHOICE})

BOOKING: Final = Form(
    Booking,
    {
        "id": ID,
        "start": INSTANT,
        "end": INSTANT,
        "calendar_id": ID,
        "party_size": PLAIN,
        "host_ids": IDS,
        "room_ids": IDS,
        "equipment": map_of(UNITS),
        "individual_ids": IDS,
        "attendee_ids": IDS,
        "companion_ids": IDS,
        "status": CHOICE,
        "version": PLAIN,
        "customer_id": ID,
        "location_id": ID,
        "tags": ID_SET,
        "buffers": map_of(_BUFFERS.part),
        "created_at": INSTANT,
        "expires_at": INSTANT,
        "needs_approval": PLAIN,
        "pending_blocks": PLAIN,
        "check_in": CHECK_IN,
        "checked_in_at": INSTANT,
        "check_in_method": CHOICE,
        "ended_at": INSTANT,
        "planned_end": INSTANT,
        "rooms_until": INSTANT,
        "cancelled_at": INSTANT,
        "override": CHOICE_SET,
        "series_id": ID,
        "original_start": CIVIL,
        **METADATA,
    },
)


def _block(
    id: str,  # noqa: A002  the key of the document
    resource_id: str,
    start: datetime,
    end: datetime,
    kind: str = BusyKind.BUSY,
    source: str = "",
    buffer_before: timedelta = ZERO,
    buffer_after: timedelta = ZERO,
    metadata: Mapping[str, str] = NO_METADATA,
) -> Block:
    interval = Interval(start, end)
    return Block(id, resource_id, interval, kind, source, buffer_before, buffer_after, metadata)


_BLOCK: Final[dict[str, Part]] = {"id": ID, "resource_id": ID, **_TIMES}

BLOCK: Final = Form(
    _block,
    {
        **_BLOCK,
        "kind": CHOICE,
        "source": PLAIN,
        "buffer_before": DURATION,
        "buffer_after": DURATION,
        **METADATA,
    },
    sources=_ENDS,
)


def _block_of_version_1(
    id: str,  # noqa: A002  the key of the document
    resource_id: str,
    start: datetime,
    end: datetime,
    kind: str = "busy",
) -> Block:
    known = check_text(kind, "kind") in KNOWN_KINDS
    interval = Interval(start, end)
    return Block(id, resource_id, interval, kind if known else BusyKind.BUSY, "" if known else kind)


def _write_rule(rule: Rule | None) -> object:
    return None if rule is None else str(rule)


RECURRENCE: Final = Form(
    Recurrence,
    {
        "rule": Part(PLAIN.read, _write_rule),
        "start": CIVIL,
        "zone": ZONE,
        "rdates": list_of(CIVIL),
        "exdates": list_of(CIVIL),
    },
)

BLOCK_OF_VERSION_1: Final = Form(_block_of_version_1, {**_BLOCK, "kind": PLAIN})
"""Every block blocked then, and its kind was the host's own word: it becomes the source."""

"""The tables of keys: every value of a world as a JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookable.codecs._forms import (
    CHOICE,
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
    fault,
    list_of,
    map_of,
    read_object,
)
from bookable.codecs._hours import HOURS
from bookable.domain.booking import Block, Booking, Buffers
from bookable.domain.calendar import Calendar
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, OutOfService, Room
from bookable.timeline.grid import Epoch, FixedStarts, Grid, LocalMidnight
from bookable.timeline.interval import Interval

if TYPE_CHECKING:
    from datetime import datetime


def _out_of_service(start: datetime, end: datetime, units: int) -> OutOfService:
    return OutOfService(Interval(start, end), units)


def _block(
    id: str,  # noqa: A002  the key of the document
    resource_id: str,
    start: datetime,
    end: datetime,
    kind: str = "busy",
) -> Block:
    return Block(id, resource_id, Interval(start, end), kind)


_ENDS: Final = {"start": "interval.start", "end": "interval.end"}

_SLICES: Final = list_of(
    Form(_out_of_service, {"start": INSTANT, "end": INSTANT, "units": PLAIN}, sources=_ENDS).part
)


def _read_units(value: object, path: str) -> Any:
    return _SLICES.read(value, path) if isinstance(value, list) else value


def _write_units(value: Any) -> object:
    return value if isinstance(value, int) else _SLICES.write(value)


_GRIDS: Final[dict[str, Form[Any]]] = {
    "local_midnight": Form(LocalMidnight, {"zone": ZONE, "step": DURATION, "offset": DURATION}),
    "epoch": Form(Epoch, {"step": DURATION, "offset": DURATION}),
    "fixed_starts": Form(FixedStarts, {"starts": list_of(INSTANT)}),
}
_ANCHORS: Final = {LocalMidnight: "local_midnight", Epoch: "epoch", FixedStarts: "fixed_starts"}


def _read_grid(value: object, path: str) -> Grid:
    document = read_object(value, path)
    anchor = document.get("anchor")
    if type(anchor) is not str or anchor not in _GRIDS:
        expected = "one of " + ", ".join(repr(name) for name in _GRIDS)
        raise fault(f"{path}.anchor", expected, anchor, "choice")
    rest = {key: given for key, given in document.items() if key != "anchor"}
    grid: Grid = _GRIDS[anchor].read(rest, path)
    return grid


def _write_grid(grid: Grid) -> object:
    anchor = _ANCHORS[type(grid)]
    return {"anchor": anchor, **_GRIDS[anchor].write(grid)}


_REQUIREMENT: Final = Form(
    Requirement,
    {
        "pool": IDS,
        "count": PLAIN,
        "units": PLAIN,
        "buffer_before": DURATION,
        "buffer_after": DURATION,
        "name": PLAIN,
    },
)

_BUFFERS: Final = Form(Buffers, {"before": DURATION, "after": DURATION})

_PLACE: Final[dict[str, Part]] = {
    "calendar_ids": IDS,
    "name": PLAIN,
    "description": PLAIN,
    "location_id": ID,
    "is_active": PLAIN,
}
_PLACE_TIMES: Final[dict[str, Part]] = {
    "hours": HOURS,
    "buffer_before": DURATION,
    "buffer_after": DURATION,
}

ROOM: Final = Form(
    Room,
    {
        "id": ID,
        "capacity": PLAIN,
        **_PLACE,
        "max_concurrent": PLAIN,
        **_PLACE_TIMES,
        "features": ID_SET,
    },
)

EQUIPMENT: Final = Form(
    Equipment,
    {
        "id": ID,
        "quantity": PLAIN,
        "out_of_service": Part(_read_units, _write_units),
        **_PLACE,
        **_PLACE_TIMES,
    },
)

MEMBER: Final = Form(
    Member,
    {
        "id": ID,
        "hours": HOURS,
        "name": PLAIN,
        "priority": PLAIN,
        "weight": PLAIN,
        "is_active": PLAIN,
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
        "buffer_before": DURATION,
        "buffer_after": DURATION,
        "buffer_within_hours": PLAIN,
        "minimum_notice": DURATION,
        "booking_horizon": DURATION,
        "grid": Part(_read_grid, _write_grid),
        "zone": ZONE,
        "hours": HOURS,
        "requirements": list_of(_REQUIREMENT.part),
        "durations": DURATIONS,
        "name": PLAIN,
        "description": PLAIN,
        "location_id": ID,
        "is_active": PLAIN,
    },
)

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
        "status": CHOICE,
        "version": PLAIN,
        "customer_id": ID,
        "buffers": map_of(_BUFFERS.part),
    },
)

BLOCK: Final = Form(
    _block,
    {"id": ID, "resource_id": ID, "start": INSTANT, "end": INSTANT, "kind": PLAIN},
    sources=_ENDS,
)

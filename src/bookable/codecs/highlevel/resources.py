"""Rooms and equipment as the HighLevel API speaks of them: `/calendars/resources/{rooms|equipments}`.

The documents mark ``quantity``, ``outOfService`` and ``capacity`` as required for both kinds,
though each makes sense for one: the numbers of the other kind are let through unread, may be left out,
and are written as 0. Ranges are not published: all are whole numbers, ``quantity`` and ``capacity`` from
0 (never bookable), ``outOfService`` up to ``quantity``. It is a count of units, though
the response describes it like a flag.

Limits: at most 100 calendars for a room, one for a piece of equipment, duplicates aside.
Trap: ``calendarIds`` is part of what create, get and list answer, and absent from what an update does.

Bodies say less than a `Room` or an `Equipment` holds. An update changes what it names and what its body
could say otherwise; hours, features, buffers and the rest stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar, overload

import attrs

from bookable.codecs._bodies import Body, Reader, flag, identifier, items, text, whole
from bookable.codecs.highlevel._places import fields_at
from bookable.domain.resources import Equipment, Room
from bookable.errors import CodecError
from bookable.limits import MOST_CALENDARS_PER_ROOM

P = TypeVar("P", Room, Equipment, Room | Equipment)

ROOMS: Final = "rooms"
EQUIPMENTS: Final = "equipments"

MOST_CALENDARS_GIVEN: Final = 10_000
"""The most calendar ids that a body may list before duplicates go."""


def _calendar_ids(at_most: int) -> Reader[tuple[str, ...]]:
    read_ids = items(identifier, at_most=MOST_CALENDARS_GIVEN)

    def read(value: object, path: str) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(read_ids(value, path)))
        if len(found) > at_most:
            reason = f"expected at most {at_most:,} different calendars, not {len(found):,}"
            raise CodecError(path, reason, "limit_exceeded")
        return found

    return read


_SHARED: Final[dict[str, tuple[str, Reader[Any]]]] = {
    "locationId": ("location_id", identifier),
    "name": ("name", text),
    "description": ("description", text),
    "isActive": ("is_active", flag),
}
_FIELDS: Final[dict[str, dict[str, tuple[str, Reader[Any]]]]] = {
    ROOMS: {
        **_SHARED,
        "capacity": ("capacity", whole()),
        "calendarIds": ("calendar_ids", _calendar_ids(MOST_CALENDARS_PER_ROOM)),
    },
    EQUIPMENTS: {
        **_SHARED,
        "quantity": ("quantity", whole()),
        "outOfService": ("out_of_service", whole()),
        "calendarIds": ("calendar_ids", _calendar_ids(1)),
    },
}
_TYPES: Final[dict[str, type[Room | Equipment]]] = {ROOMS: Room, EQUIPMENTS: Equipment}


@overload
def read_resource(body: object, resource_type: Literal["rooms"], resource_id: str) -> Room: ...
@overload
def read_resource(
    body: object, resource_type: Literal["equipments"], resource_id: str
) -> Equipment: ...
@overload
def read_resource(body: object, resource_type: str, resource_id: str) -> Room | Equipment: ...
def read_resource(body: object, resource_type: str, resource_id: str) -> Room | Equipment:
    """What the body of a creation describes; ``resource_type`` is the word in the path.

    ``isActive`` may be left out, and is true then. Whether its calendars exist is not asked.

    >>> room = {"locationId": "L1", "name": "yoga room", "description": "", "capacity": 85}
    >>> read_resource({**room, "calendarIds": ["C1", "C2", "C1"]}, "rooms", "R1").calendar_ids
    ('C1', 'C2')

    Raises:
        CodecError: If it describes none.
    """
    given = Body.of(body)
    found: dict[str, Any] = {"id": resource_id}
    for key, (name, reader) in _FIELDS[resource_type].items():
        found[name] = (
            given.read(key, reader, True) if key == "isActive" else given.read(key, reader)
        )
    return _built(given, resource_type, lambda: _TYPES[resource_type](**found))


@overload
def update_resource(resource: Room, body: object) -> Room: ...
@overload
def update_resource(resource: Equipment, body: object) -> Equipment: ...
def update_resource(resource: Room | Equipment, body: object) -> Room | Equipment:
    """The resource with what the body of an update names; null is left out.

    Units that are out of service for a time only (`OutOfService`) stay where the body repeats the
    number that `write_resource` tells of them.

    >>> update_resource(Room("R1", 2, features=["camera"]), {"capacity": 3, "isActive": False})
    ... # doctest: +ELLIPSIS
    Room(id='R1', capacity=3, ..., is_active=False, ..., features=frozenset({'camera'}), ...)

    Raises:
        CodecError: If it names what cannot be.
    """
    given, told = Body.of(body), write_resource(resource)
    kind = resource_type(resource)
    changes: dict[str, Any] = {}
    for key, (name, reader) in _FIELDS[kind].items():
        if given.fields.get(key) == told[key] == "":
            continue  # what is in no location is told with an empty one
        value = given.read(key, reader, None)
        if value is not None and (list(value) if key == "calendarIds" else value) != told[key]:
            changes[name] = value
    return _built(given, kind, lambda: attrs.evolve(resource, **changes))


def resource_type(resource: Room | Equipment) -> str:
    """The word for its kind in paths and bodies."""
    return ROOMS if isinstance(resource, Room) else EQUIPMENTS


def write_resource(resource: Room | Equipment) -> dict[str, object]:
    """The body that creating, getting and listing answer; it does not tell the id.

    Of equipment whose units are out of service for a time, ``outOfService`` is the most at once.

    >>> write_resource(Room("R1", 85, name="yoga room", location_id="L1"))["capacity"]
    85
    """
    room = resource if isinstance(resource, Room) else None
    item = resource if isinstance(resource, Equipment) else None
    return {
        "locationId": resource.location_id or "",
        "name": resource.name,
        "resourceType": resource_type(resource),
        "isActive": resource.is_active,
        "description": resource.description,
        "quantity": 0 if item is None else item.quantity,
        "outOfService": 0 if item is None else item.quantity - item.usable,
        "capacity": 0 if room is None else room.capacity,
        "calendarIds": list(resource.calendar_ids),
    }


def write_updated(resource: Room | Equipment) -> dict[str, object]:
    """The body that an update answers: as `write_resource`, without ``calendarIds``."""
    body = write_resource(resource)
    del body["calendarIds"]
    return body


def _built(given: Body, kind: str, make: Callable[[], P]) -> P:
    paths = {name: given.at(key) for key, (name, _) in _FIELDS[kind].items()}
    with fields_at(paths, otherwise=given.path):
        return make()

"""`/calendars/resources/{rooms|equipments}`: create, list, get, update, delete."""

from __future__ import annotations

from typing import Final

from bookable.codecs._bodies import whole
from bookable.codecs.highlevel._answers import missing
from bookable.codecs.highlevel._calls import Call, Reply
from bookable.codecs.highlevel._queries import number, one_id
from bookable.codecs.highlevel.endpoints.entries import with_changed, with_new, without
from bookable.codecs.highlevel.resources import (
    ROOMS,
    read_resource,
    resource_type,
    update_resource,
    write_resource,
    write_updated,
)
from bookable.domain.calendar import Calendar
from bookable.domain.resources import Equipment, Room
from bookable.errors import CodecError, join_words, shown

_MOST_NAMED: Final = 100
_PLACES: Final = {"location_id": "$.locationId"}


def create(call: Call) -> Reply:
    """201 with the resource, and its id beside what the documents show."""
    body = call.plain()
    found = read_resource(body, call.parts["type"], call.fresh_id())
    _check_calendars(call, found)
    state = with_new(call, found, _PLACES)
    return 201, _told(found), state


def list_all(call: Call) -> Reply:
    """200 with a list of those of a location, by id; all three parts of the query are required."""
    location_id = call.query.read("locationId", one_id)
    limit, skip = (call.query.read(key, number(whole())) for key in ("limit", "skip"))
    catalogue = call.scheduler.catalogue
    listed = catalogue.rooms if call.parts["type"] == ROOMS else catalogue.equipment
    found = listed(location_id=location_id, limit=limit, skip=skip)
    return call.answer(200, [_told(each) for each in found])


def get(call: Call) -> Reply:
    """200 with the resource."""
    return call.answer(200, _told(_found(call)))


def update(call: Call) -> Reply:
    """200 with the resource, without its calendars."""
    found = update_resource(_found(call), call.plain())
    _check_calendars(call, found)
    state = with_changed(call, found, _PLACES)
    return 200, {"id": found.id, **write_updated(found)}, state


def delete(call: Call) -> Reply:
    """200; what is used stays (409), unless ``cascade=true`` cancels and lifts what uses it."""
    return 200, {"success": True}, without(call, _found(call).id)


def _told(resource: Room | Equipment) -> dict[str, object]:
    return {"id": resource.id, **write_resource(resource)}


def _found(call: Call) -> Room | Equipment:
    entry = call.entry(call.parts["id"])
    if isinstance(entry, Room | Equipment) and resource_type(entry) == call.parts["type"]:
        return entry
    raise missing("room" if call.parts["type"] == ROOMS else "equipment", call.parts["id"])


def _check_calendars(call: Call, resource: Room | Equipment) -> None:
    """Every calendar that it serves exists, or all that do not are named."""
    catalogue = call.scheduler.catalogue
    unknown = [key for key in resource.calendar_ids if not isinstance(catalogue.get(key), Calendar)]
    if unknown:
        names = join_words([shown(key) for key in unknown[:_MOST_NAMED]])
        raise CodecError("$.calendarIds", f"there are no calendars {names}", "unknown_id")

"""`/calendars/schedules`: create, search, get, update, delete."""

from __future__ import annotations

from typing import Final

from bookable.codecs._bodies import whole
from bookable.codecs.highlevel._answers import missing
from bookable.codecs.highlevel._calls import Call, Reply
from bookable.codecs.highlevel._places import fields_at
from bookable.codecs.highlevel._queries import number, one_id
from bookable.codecs.highlevel.schedules import (
    MOST_SCHEDULES_LISTED,
    SCHEDULES_LISTED,
    Schedule,
    read_schedule,
    schedules_of,
    update_schedule,
    with_schedule,
    without_schedule,
    write_schedule,
)
from bookable.errors import IdConflictError
from bookable.scheduler import Scheduler

_PLACES: Final = {"calendar_ids": "$.calendarIds", "user_id": "$.userId"}


def create(call: Call) -> Reply:
    """201 with the schedule inside ``schedule``; the same content once more changes nothing."""
    schedule = read_schedule(call.plain(), call.fresh_id())
    present = _all(call).get(schedule.id, schedule)
    if present != schedule:
        raise IdConflictError("schedule", schedule.id)
    return 201, {"schedule": _told(schedule)}, _with(call, schedule)


def search(call: Call) -> Reply:
    """200 with the schedules of a user in a location, by id; of one calendar, where asked."""
    location_id, user_id = (call.query.read(key, one_id) for key in ("locationId", "userId"))
    calendar_id = call.query.read("calendarId", one_id, None)
    skip = call.query.read("skip", number(whole()), 0)
    limit = call.query.read("limit", number(whole(1, MOST_SCHEDULES_LISTED)), SCHEDULES_LISTED)
    found = [
        _told(each)
        for _, each in sorted(_all(call).items())
        if (each.location_id, each.user_id) == (location_id, user_id)
        and (calendar_id is None or calendar_id in each.calendar_ids)
    ]
    return call.answer(200, {"schedules": found[skip : skip + limit]})


def get(call: Call) -> Reply:
    """200 with the schedule inside ``schedule``."""
    return call.answer(200, {"schedule": _told(_found(call))})


def update(call: Call) -> Reply:
    """200 with the schedule inside ``schedule``; what is booked stays as it is."""
    schedule = update_schedule(_found(call), call.plain())
    return 200, {"schedule": _told(schedule)}, _with(call, schedule)


def delete(call: Call) -> Reply:
    """200; whoever kept it keeps other hours, or none, from then on."""
    catalogue = without_schedule(call.scheduler.catalogue, _found(call).id)
    state = call.scheduler.with_catalogue(catalogue, now=call.now)
    return 200, {"success": True}, state


def _told(schedule: Schedule) -> dict[str, object]:
    """The body of a schedule; that of an event calendar does not tell its id by itself."""
    return {"id": schedule.id, **write_schedule(schedule)}


def _all(call: Call) -> dict[str, Schedule]:
    return {each.id: each for each in schedules_of(call.scheduler.catalogue)}


def _found(call: Call) -> Schedule:
    schedule = _all(call).get(call.parts["id"])
    if schedule is None:
        raise missing("schedule", call.parts["id"])
    return schedule


def _with(call: Call, schedule: Schedule) -> Scheduler:
    with fields_at(_PLACES):
        catalogue = with_schedule(call.scheduler.catalogue, schedule)
    return call.scheduler.with_catalogue(catalogue, now=call.now)

"""`/calendars/`: create, list, get, update, delete."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

import attrs

from bookable.codecs._bodies import Body, identifier
from bookable.codecs.highlevel._answers import missing
from bookable.codecs.highlevel._calls import Call, Reply
from bookable.codecs.highlevel._queries import one_id, switch
from bookable.codecs.highlevel.calendars import read_calendar, update_calendar, write_calendar
from bookable.codecs.highlevel.endpoints.entries import with_changed, with_new, without
from bookable.codecs.highlevel.endpoints.events import group_of
from bookable.codecs.highlevel.schedules import schedules_of, without_schedule
from bookable.domain.calendar import Calendar
from bookable.errors import ResourceInUseError
from bookable.timeline.civil import Zone

_PLACES: Final = {"member_ids": "$.teamMembers", "location_id": "$.locationId"}


def create(call: Call) -> Reply:
    """200, as documented, with the calendar inside ``calendar``."""
    body = call.plain()
    found = read_calendar(body, call.fresh_id(), zone=_zone(call, Body.of(body)))
    state = with_new(call, found, _PLACES)
    return 200, {"calendar": write_calendar(found, state.catalogue)}, state


def list_all(call: Call) -> Reply:
    """200 with the calendars of a location, by id; of one group, and without drafts, where asked."""
    location_id = call.query.read("locationId", one_id)
    group_id = call.query.read("groupId", one_id, None)
    drafts = call.query.read("showDrafted", switch, True)
    catalogue = call.scheduler.catalogue
    found = [
        write_calendar(each, catalogue)
        for each in catalogue.calendars(location_id=location_id)
        if (drafts or each.is_active) and group_id in {None, group_of(each)}
    ]
    return call.answer(200, {"calendars": found})


def get(call: Call) -> Reply:
    """200 with the calendar inside ``calendar``."""
    found = _found(call)
    return call.answer(200, {"calendar": write_calendar(found, call.scheduler.catalogue)})


def update(call: Call) -> Reply:
    """200 with the calendar inside ``calendar``; what is booked stays as it is."""
    present = _found(call)
    body = {"locationId": present.location_id, **call.body().fields}
    found = update_calendar(present, call.plain(), zone=_zone(call, Body.of(body)))
    state = with_changed(call, found, _PLACES)
    return 200, {"calendar": write_calendar(found, state.catalogue)}, state


def delete(call: Call) -> Reply:
    """200; what is used stays (409), unless ``cascade=true`` cancels and lifts what uses it.

    Rooms and equipment that serve a calendar use it. The common schedule of an event calendar goes
    with it, unless the host has others keep its hours.
    """
    calendar_id, catalogue = _found(call).id, call.scheduler.catalogue
    for schedule in schedules_of(catalogue):
        if schedule.user_id is None and schedule.calendar_ids == (calendar_id,):
            with suppress(ResourceInUseError):
                catalogue = without_schedule(catalogue, schedule.id)
    state = call.scheduler.with_catalogue(catalogue, now=call.now)
    return 200, {"success": True}, without(attrs.evolve(call, scheduler=state), calendar_id)


def _zone(call: Call, body: Body) -> Zone | None:
    """The zone of the location: of its place or the nearest around it, else what the host says of all."""
    location_id = body.read("locationId", identifier, None)
    above = call.scheduler.catalogue.settings.above(location_id)
    return next((place.zone for place in above if place.zone is not None), call.zone)


def _found(call: Call) -> Calendar:
    entry = call.entry(call.parts["calendarId"])
    if not isinstance(entry, Calendar):
        raise missing("calendar", call.parts["calendarId"])
    return entry

"""`/calendars/{calendarId}/free-slots`."""

from __future__ import annotations

from bookable.codecs.highlevel._answers import missing
from bookable.codecs.highlevel._calls import Call, Reply
from bookable.codecs.highlevel._places import fields_at
from bookable.codecs.highlevel.free_slots import answer_free_slots, read_free_slots
from bookable.domain.calendar import Calendar


def list_free(call: Call) -> Reply:
    """200 with the free starts by local date."""
    calendar_id = call.parts["calendarId"]
    if not isinstance(call.entry(calendar_id), Calendar):
        raise missing("calendar", calendar_id)
    asked = read_free_slots(call.query.fields)
    for user_id in asked.user_ids:
        call.user(user_id, "query.userIds")
    with fields_at({"host_ids": "query.userIds", "within": "query.endDate"}):
        found = answer_free_slots(calendar_id, asked, call.scheduler, now=call.now)
    return call.answer(200, found)

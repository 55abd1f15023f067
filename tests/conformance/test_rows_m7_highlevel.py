"""Row M7 of the feature table for HighLevel: what is read is written again, and the other way round."""

from __future__ import annotations

from datetime import date

from bookable import Catalogue, Interval, Scheduler, WeeklyHours
from bookable.codecs.highlevel.blocks import block_of, read_block_slot, write_block
from bookable.codecs.highlevel.calendars import read_calendar, write_calendar
from bookable.codecs.highlevel.resources import read_resource, write_resource
from bookable.codecs.highlevel.schedules import read_schedule, write_schedule
from bookable.timeline.civil import to_zone
from tests.support.builders import NOW, a_calendar, a_member
from tests.support.highlevel_api import APPOINTMENTS, a_business, an_appointment, done, ms


def test_M7_highlevel_shapes_round_trip():
    room = {
        "locationId": "ve9EPM428h8vShlRW1KT",
        "name": "yoga room",
        "resourceType": "rooms",
        "isActive": True,
        "description": "second floor",
        "quantity": 0,
        "outOfService": 0,
        "capacity": 85,
        "calendarIds": ["Jsj0xnlDDjw0SuvX1J13", "oCM5feFC86FAAbcO7lJK"],
    }
    item = {**room, "resourceType": "equipments", "quantity": 3, "outOfService": 1, "capacity": 0}
    item["calendarIds"] = ["Jsj0xnlDDjw0SuvX1J13"]
    for body in (room, item):
        assert write_resource(read_resource(body, str(body["resourceType"]), "R1")) == body

    block = {"id": "K1", "locationId": "L1", "title": "My event"}
    block |= {"startTime": "2021-06-23T03:30:00+05:30", "endTime": "2021-06-23T04:30:00+05:30"}
    block["assignedUserId"] = "0007BWpSzSwfiuSl0tR2"
    kept = block_of(read_block_slot(block), "K1")
    assert write_block(kept, is_calendar=False, clock=to_zone("Asia/Kolkata")) == block

    body = {"locationId": "L1", "name": "cut", "slotBuffer": 10, "eventColor": "#fff"}
    calendar = read_calendar(body, "C1")
    written = write_calendar(calendar)
    assert read_calendar(written, "C1") == calendar
    assert write_calendar(read_calendar(written, "C1")) == written

    rule = {"type": "wday", "day": "monday", "intervals": [{"from": "09:00", "to": "23:59"}]}
    schedule = {"name": "late", "timezone": "Europe/Berlin", "locationId": "L1", "userId": "ada"}
    found = read_schedule({**schedule, "calendarIds": ["C1"], "rules": [rule]}, "S1")
    assert read_schedule(write_schedule(found), "S1") == found
    assert write_schedule(found)["rules"] == [rule]


def test_M7_highlevel_appointments_come_back_as_they_were_sent():
    sent = an_appointment(title="Test Event", address="Zoom", appointmentStatus="active")

    told, state = done(a_business(), "POST", APPOINTMENTS, sent, new_id="E1")

    assert {key: told[key] for key in sent} == sent
    event = done(state, "GET", f"{APPOINTMENTS}/E1")[0]["event"]
    assert {key: event[key] for key in told} == told
    assert done(state, "PUT", f"{APPOINTMENTS}/E1", event)[1] == state


def test_M7_highlevel_free_slots_are_keyed_by_local_date():
    hours = WeeklyHours.parse("Mo 10:00-12:00; Tu 10:00-11:00", zone="America/Chicago")
    calendar = a_calendar("C1", member_ids=["ada"])
    state = Scheduler(Catalogue(members=[a_member(hours=hours)], calendars=[calendar]))
    first, last = (Interval.day(date(2026, 3, day), zone="America/Chicago") for day in (2, 3))
    query = {"startDate": ms(first.start), "endDate": ms(last.end)}

    told = done(state, "GET", "/calendars/C1/free-slots", query=query, now=NOW)[0]

    assert told == {
        "2026-03-02": {"slots": ["2026-03-02T10:00:00-06:00", "2026-03-02T11:00:00-06:00"]},
        "2026-03-03": {"slots": ["2026-03-03T10:00:00-06:00"]},
    }

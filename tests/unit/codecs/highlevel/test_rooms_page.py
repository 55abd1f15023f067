"""What the resource rooms page says, behaviour by behaviour (WIRE R1 to R10)."""

from __future__ import annotations

from bookable import Catalogue, Scheduler
from bookable.codecs.highlevel import unauthorized
from tests.support.builders import OFFICE, a_calendar, a_class, a_member, at
from tests.support.highlevel_api import (
    APPOINTMENTS,
    BLOCKS,
    EQUIPMENTS,
    ITEM,
    LOCATION,
    ROOM,
    ROOMS,
    an_appointment,
    asked,
    done,
    failed,
    made,
    ms,
)


def a_studio(*calendars: object) -> Scheduler:
    """Members and calendars, without any room or equipment."""
    team = [a_member(name, hours=OFFICE) for name in ("ada", "grace")]
    kept = calendars or (
        a_calendar("massage", member_ids=["ada"], location_id=LOCATION),
        a_calendar("head massage", member_ids=["grace"], location_id=LOCATION),
    )
    return Scheduler(Catalogue(members=team, calendars=kept))


def with_room(state: Scheduler, **changes: object) -> Scheduler:
    return done(state, "POST", ROOMS, {**ROOM, **changes}, new_id="R1")[1]


def free(state: Scheduler, calendar_id: str = "massage") -> list[str]:
    query = {"startDate": ms(at("00:00")), "endDate": ms(at("24:00"))}
    told = done(state, "GET", f"/calendars/{calendar_id}/free-slots", query=query)[0]
    return [start[11:16] for day in told.values() for start in day["slots"]]


SHARED = {"capacity": 2, "calendarIds": ["massage", "head massage"]}


def test_r1_operations():
    state = with_room(a_studio(), calendarIds=[])
    query = {"locationId": LOCATION, "limit": "10", "skip": "0"}
    assert len(done(state, "GET", ROOMS, query=query)[0]) == 1
    state = done(state, "PUT", f"{ROOMS}/R1", {"capacity": 1})[1]
    assert state.catalogue.room("R1").capacity == 1
    assert done(state, "DELETE", f"{ROOMS}/R1")[1] == a_studio()


def test_r2_tokens_are_the_backends():
    status, body = unauthorized()
    assert (status, body["error"]) == (401, "Unauthorized")


def test_r3_fields():
    state = with_room(a_studio(), **SHARED)
    room = state.catalogue.room("R1")
    assert (room.name, room.capacity, room.description) == ("yoga room", 2, "second floor")
    assert room.calendar_ids == ("massage", "head massage")


def test_r4_both_team_and_room_must_be_free():
    state = with_room(a_studio(), capacity=1, calendarIds=["massage", "head massage"])
    block = {"locationId": LOCATION, "assignedUserId": "ada"}
    times = {"startTime": at("09:00").isoformat(), "endTime": at("10:00").isoformat()}
    state = done(state, "POST", BLOCKS, {**block, **times})[1]
    state = made(state, "11:00", "E2", calendar_id="head massage")

    assert free(state) == ["10:00", *[f"{hour}:00" for hour in range(12, 17)]]


def test_r5_a_full_room_takes_every_calendar_with_it():
    state = with_room(a_studio(), **SHARED)
    state = made(state, "09:00", "E1")
    assert free(state, "head massage")[0] == "09:00"
    state = made(state, "09:00", "E2", calendar_id="head massage")

    assert free(state)[0] == free(state, "head massage")[0] == "10:00"


def test_r6_equipment_works_the_same_way():
    item = {**ITEM, "quantity": 2, "outOfService": 1, "calendarIds": ["massage"]}
    calendar = a_calendar("massage", member_ids=["ada", "grace"], location_id=LOCATION)
    with_table = done(a_studio(calendar), "POST", EQUIPMENTS, item, new_id="T1")[1]
    with_one = with_room(a_studio(calendar), capacity=1, calendarIds=["massage"])

    for state in (with_table, with_one):
        assert free(made(state))[0] == "10:00"
    assert free(made(a_studio(calendar)))[0] == "09:00"


def test_r7_a_booking_through_one_calendar_takes_the_room_from_all():
    state = with_room(a_studio(), capacity=1, calendarIds=["massage", "head massage"])

    told, state = done(state, "POST", APPOINTMENTS, an_appointment())

    assert told["assignedResources"] == ["R1"]
    refused = failed(state, "POST", APPOINTMENTS, an_appointment(calendar_id="head massage"))
    assert [(each["rule"], each["subject"]) for each in refused["refusals"]] == [("full", "R1")]


def test_r8_a_capacity_of_one_is_one_appointment_at_a_time():
    calendar = a_calendar("massage", member_ids=["ada", "grace"], location_id=LOCATION)
    state = with_room(a_studio(calendar), capacity=1, calendarIds=["massage"])

    state = made(state)

    assert asked(state, "POST", APPOINTMENTS, an_appointment(contactId="bob"))[0] == 400


def test_r9_twenty_in_a_class_and_the_21st_refused():
    yoga = a_class("yoga", seats=20, location_id=LOCATION)
    state = with_room(a_studio(yoga), capacity=20, calendarIds=["yoga"])
    for number in range(20):
        assert free(state, "yoga")[0] == "09:00"
        state = made(state, event_id=f"E{number}", calendar_id="yoga", contactId=f"guest {number}")

    assert free(state, "yoga")[0] == "10:00"
    told = failed(state, "POST", APPOINTMENTS, an_appointment(calendar_id="yoga"))
    assert "full" in {each["rule"] for each in told["refusals"]}


def test_r10_rooms_are_kept_by_location():
    state = with_room(a_studio(), locationId="L2", calendarIds=[])
    query = {"limit": "10", "skip": "0"}
    assert done(state, "GET", ROOMS, query={**query, "locationId": LOCATION})[0] == []
    (room,) = done(state, "GET", ROOMS, query={**query, "locationId": "L2"})[0]
    assert (room["id"], room["locationId"]) == ("R1", "L2")

"""Calendars and schedules by their endpoints; their bodies have tests of their own."""

from __future__ import annotations

import pytest

from bookable import Catalogue, Scheduler
from bookable.domain.place import Place
from tests.support.builders import NOW, OFFICE, a_calendar, a_member, a_room, at
from tests.support.highlevel_api import (
    APPOINTMENTS,
    LOCATION,
    a_business,
    an_appointment,
    asked,
    done,
    failed,
    made,
    ms,
    problem,
)

CALENDARS = "/calendars/"
SCHEDULES = "/calendars/schedules"
CALENDAR = {
    "locationId": LOCATION,
    "name": "Consultation",
    "calendarType": "round_robin",
    "teamMembers": [{"userId": "ada"}],
    "slotDuration": 30,
    "slotInterval": 30,
    "groupId": "G7",
}
OPEN = [{"daysOfTheWeek": [1], "hours": [{"openHour": 9, "openMinute": 0, "closeHour": 10}]}]
OPEN[0]["hours"][0]["closeMinute"] = 0
SCHEDULE = {
    "name": "late",
    "timezone": "Europe/Berlin",
    "locationId": LOCATION,
    "userId": "ada",
    "calendarIds": ["talk"],
    "rules": [{"type": "wday", "day": "monday", "intervals": [{"from": "15:00", "to": "17:00"}]}],
}


def free(state, calendar_id):
    query = {"startDate": ms(at("00:00")), "endDate": ms(at("24:00")), "timezone": "UTC"}
    told = done(state, "GET", f"/calendars/{calendar_id}/free-slots", query=query)[0]
    return [start[11:16] for day in told.values() for start in day["slots"]]


# Calendars -------------------------------------------------------------------


def test_a_calendar_lives_its_life():
    status, told, state = asked(a_business(), "POST", CALENDARS, CALENDAR, new_id="C1")
    assert status == 200
    calendar = told["calendar"]
    assert {key: calendar[key] for key in ("id", "name", "slotDuration", "groupId")} == {
        "id": "C1",
        "name": "Consultation",
        "slotDuration": 30,
        "groupId": "G7",
    }
    assert done(state, "GET", "/calendars/C1")[0] == told
    assert free(state, "C1")[:2] == ["09:00", "09:30"]

    told, state = done(state, "PUT", "/calendars/C1", {"slotDuration": 45, "slotInterval": 45})
    assert (told["calendar"]["slotDuration"], told["calendar"]["name"]) == (45, "Consultation")
    assert done(state, "DELETE", "/calendars/C1/")[0] == {"success": True}
    assert done(state, "DELETE", "/calendars/C1")[1] == a_business()


def test_calendars_are_listed_by_location():
    state = done(a_business(), "POST", CALENDARS, CALENDAR, new_id="C1")[1]
    state = done(state, "PUT", "/calendars/C1", {"isActive": False})[1]

    def listed(**query):
        told = done(state, "GET", "/calendars", query={"locationId": LOCATION, **query})[0]
        return [each["id"] for each in told["calendars"]]

    assert listed() == ["C1", "massage", "talk", "yoga"]
    assert listed(showDrafted="false") == ["massage", "talk", "yoga"]
    assert listed(groupId="G7") == ["C1"]
    assert listed(locationId="L2") == ["elsewhere"]
    assert problem(state, "GET", CALENDARS) == ("query.locationId", "missing_key")


def test_open_hours_are_in_the_zone_of_the_location():
    sent = {**CALENDAR, "openHours": OPEN}
    team = [a_member("ada")]
    places = [Place("house", zone="America/Chicago"), Place(LOCATION, parent_id="house")]
    placed = Scheduler(Catalogue(members=team, places=places))
    unplaced = Scheduler(Catalogue(members=team))

    state = done(placed, "POST", CALENDARS, sent, new_id="C1", zone="Europe/Berlin")[1]
    assert free(state, "C1") == ["15:00", "15:30"]
    state = done(unplaced, "POST", CALENDARS, sent, new_id="C1", zone="Europe/Berlin")[1]
    assert free(state, "C1") == ["08:00", "08:30"]
    assert failed(unplaced, "POST", CALENDARS, sent, new_id="C1")["statusCode"] == 422
    state = done(unplaced, "POST", CALENDARS, CALENDAR, new_id="C1")[1]
    state = done(state, "PUT", "/calendars/C1", {"openHours": OPEN}, zone="Europe/Berlin")[1]
    assert free(state, "C1") == ["08:00", "08:30"]


@pytest.mark.parametrize(
    "change, path",
    [
        ({"teamMembers": [{"userId": "bob"}]}, "$.teamMembers"),
        ({"teamMembers": [{"userId": "blue"}]}, "$.teamMembers"),
        ({"name": None}, "$.name"),
        ({"slotDuration": "x"}, "$.slotDuration"),
    ],
)
def test_a_bad_calendar_is_refused(change, path):
    found = failed(a_business(), "POST", CALENDARS, {**CALENDAR, **change}, new_id="C1")

    assert found["statusCode"] == 422
    assert [each["path"] for each in found["problems"]] == [path]


def test_rules_of_a_calendar_hold_for_its_appointments():
    rules = {"autoConfirm": False, "slotDuration": 1, "slotDurationUnit": "hours"}
    rules |= {"slotInterval": 1, "slotIntervalUnit": "hours", "slotBuffer": 30}
    rules |= {"allowBookingAfter": 2, "allowBookingAfterUnit": "hours"}
    state = done(a_business(), "POST", CALENDARS, {**CALENDAR, **rules}, new_id="C1")[1]
    assert free(state, "C1")[0] == "09:00"

    told, state = done(state, "POST", APPOINTMENTS, an_appointment("10:00", "C1"), new_id="E1")

    assert told["appointmentStatus"] == "new"
    assert free(state, "C1")[:2] == ["12:00", "13:00"]
    late = failed(state, "POST", APPOINTMENTS, an_appointment("12:00", "C1"), now=at("10:30"))
    assert [each["rule"] for each in late["refusals"]] == ["notice_too_short"]


def test_an_unknown_user_is_named():
    sent = {**CALENDAR, "teamMembers": [{"userId": "bob"}]}

    (message,) = failed(a_business(), "POST", CALENDARS, sent)["message"]

    assert "'bob'" in message
    assert "'ada'" not in message


def test_a_calendar_in_use_is_not_deleted_unless_its_users_may_go():
    state = made(a_business())
    assert failed(state, "DELETE", "/calendars/massage")["statusCode"] == 409
    assert failed(a_business(), "DELETE", "/calendars/massage")["usedBy"] == ["blue", "oil"]

    state = done(state, "DELETE", "/calendars/massage", query={"cascade": "true"})[1]

    assert state.booking("E1").status.value == "cancelled"
    assert state.catalogue.room("blue").calendar_ids == ()
    assert state.violations(now=NOW) == ()


@pytest.mark.parametrize("shared", [False, True])
def test_the_schedule_of_an_event_calendar_goes_with_it(shared):
    """Its id is free again, unless the host has somebody else keep those hours."""
    fair = a_calendar("fair", kind="event", seats_per_slot=2, location_id=LOCATION)
    common = {"calendarId": "fair", "timezone": "UTC", "rules": SCHEDULE["rules"]}
    state = done(
        a_business(calendars=[fair], rooms=[], equipment=[]), "POST", SCHEDULES, common, new_id="S1"
    )[1]
    if shared:
        room = a_room("hall", schedule_id="S1")
        state = state.with_catalogue(state.catalogue.add(room))

    state = done(state, "DELETE", "/calendars/fair")[1]

    assert failed(state, "GET", f"{SCHEDULES}/S1")["statusCode"] == 404
    assert ("S1" in state.catalogue.settings.schedules) is shared
    sent = {**SCHEDULE, "calendarIds": []}
    assert asked(state, "POST", SCHEDULES, sent, new_id="S1")[0] == (409 if shared else 201)


@pytest.mark.parametrize("operation", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("calendar_id", ["C9", "ada", "blue"])
def test_an_unknown_calendar_is_not_found(operation, calendar_id):
    told = failed(a_business(), operation, f"/calendars/{calendar_id}", {})

    assert told["statusCode"] == 404


def test_an_id_that_is_taken_is_a_conflict():
    assert failed(a_business(), "POST", CALENDARS, CALENDAR, new_id="talk")["code"] == "id_conflict"


# Schedules -------------------------------------------------------------------


def test_a_schedule_lives_its_life():
    status, told, state = asked(a_business(), "POST", SCHEDULES, SCHEDULE, new_id="S1")
    assert status == 201
    assert {key: told["schedule"][key] for key in SCHEDULE} == SCHEDULE
    assert told["schedule"]["id"] == "S1"
    assert free(state, "talk") == ["14:00", "15:00"]
    assert free(state, "yoga")[0] == "09:00"
    assert done(state, "POST", SCHEDULES, SCHEDULE, new_id="S1")[1] == state
    assert done(state, "GET", f"{SCHEDULES}/S1")[0] == told

    told, state = done(state, "PUT", f"{SCHEDULES}/S1", {"timezone": "UTC"})
    assert told["schedule"]["timezone"] == "UTC"
    assert free(state, "talk") == ["15:00", "16:00"]
    told, state = done(state, "DELETE", f"{SCHEDULES}/S1")
    assert told == {"success": True}
    assert free(state, "talk") == free(a_business(), "talk")
    assert failed(state, "DELETE", f"{SCHEDULES}/S1")["statusCode"] == 404


def test_schedules_are_found_by_user_and_location():
    state = a_business()
    for name, changes in (
        ("S2", {}),
        ("S1", {"calendarIds": ["yoga"]}),
        ("S3", {"userId": "grace"}),
    ):
        sent = {**SCHEDULE, "calendarIds": [], **changes}
        state = done(state, "POST", SCHEDULES, sent, new_id=name)[1]

    def found(**query):
        query = {"locationId": LOCATION, "userId": "ada", **query}
        told = done(state, "GET", f"{SCHEDULES}/search", query=query)[0]
        return [each["id"] for each in told["schedules"]]

    assert found() == ["S1", "S2"]
    assert found(userId="grace") == ["S3"]
    assert found(locationId="L2") == []
    assert found(calendarId="yoga") == ["S1"]
    assert found(skip="1", limit="1") == ["S2"]
    for query in ({"limit": "501"}, {"limit": "0"}, {"skip": "-1"}):
        both = {"locationId": LOCATION, "userId": "ada", **query}
        path, code = problem(state, "GET", f"{SCHEDULES}/search", query=both)
        assert (path, code) == (f"query.{next(iter(query))}", "quantity")
    assert problem(state, "GET", f"{SCHEDULES}/search", query={"userId": "ada"}) == (
        "query.locationId",
        "missing_key",
    )


@pytest.mark.parametrize(
    "change, found",
    [
        ({"userId": "bob"}, ("$.userId", "unknown_id")),
        ({"calendarIds": ["C9"]}, ("$.calendarIds", "unknown_id")),
        ({"timezone": "Mars"}, ("$.timezone", "unknown_zone")),
    ],
)
def test_a_bad_schedule_is_refused(change, found):
    assert problem(a_business(), "POST", SCHEDULES, {**SCHEDULE, **change}) == found


def test_an_id_of_other_hours_is_a_conflict():
    hours = Catalogue(
        members=[a_member("ada")], rooms=[a_room(schedule_id="S1")], schedules={"S1": OFFICE}
    )
    sent = {**SCHEDULE, "calendarIds": []}
    told = failed(Scheduler(hours), "POST", SCHEDULES, sent, new_id="S1")
    assert told["code"] == "id_conflict"
    assert failed(Scheduler(hours), "GET", f"{SCHEDULES}/S1")["statusCode"] == 404
    state = done(a_business(), "POST", SCHEDULES, SCHEDULE, new_id="S1")[1]
    other = {**SCHEDULE, "name": "early"}
    assert failed(state, "POST", SCHEDULES, other, new_id="S1")["code"] == "id_conflict"

"""Rooms and equipment: documented bodies, limits, and what their endpoints do."""

from __future__ import annotations

import attrs
import pytest

from bookable import CodecError, Interval, OutOfService, WeeklyHours
from bookable.codecs.highlevel.resources import (
    read_resource,
    update_resource,
    write_resource,
    write_updated,
)
from tests.support.builders import NOW, a_room, an_item, at, refused
from tests.support.highlevel_api import (
    EQUIPMENTS,
    ITEM,
    LOCATION,
    ROOM,
    ROOMS,
    a_business,
    asked,
    done,
    failed,
    made,
    problem,
)

S2 = {
    "locationId": "ve9EPM428h8vShlRW1KT",
    "name": "yoga room",
    "resourceType": "rooms",
    "isActive": True,
    "description": "A room",
    "quantity": 0,
    "outOfService": 0,
    "capacity": 85,
    "calendarIds": ["Jsj0xnlDDjw0SuvX1J13", "oCM5feFC86FAAbcO7lJK"],
}
"""What creating a room answers, with the documented example of each field."""


def without(body, *keys):
    return {key: value for key, value in body.items() if key not in keys}


def codec_error(code, path):
    """Exactly this fault of a body."""
    return pytest.raises(CodecError, check=lambda error: (error.code, error.path) == (code, path))


# S2 --------------------------------------------------------------------------


def test_s2_is_reproduced():
    sent = without(S2, "resourceType", "isActive")

    body = write_resource(read_resource(sent, "rooms", "R1"))

    assert body == S2
    assert list(body) == list(S2)


def test_s2_from_the_endpoint_has_the_id_beside_it():
    sent = {**without(S2, "resourceType", "isActive"), "calendarIds": ["massage", "yoga"]}

    status, body, state = asked(a_business(), "POST", ROOMS, sent, new_id="R1")

    assert status == 201
    assert body == {"id": "R1", **S2, "calendarIds": ["massage", "yoga"]}
    assert state.catalogue.room("R1").capacity == 85


# Reading ---------------------------------------------------------------------


def test_numbers_of_the_other_kind_are_let_through():
    odd = {"quantity": -3.5, "outOfService": None}
    assert read_resource({**ROOM, **odd}, "rooms", "R1") == read_resource(ROOM, "rooms", "R1")
    item = read_resource(ITEM, "equipments", "R1")
    assert read_resource({**ITEM, "capacity": "many"}, "equipments", "R1") == item
    assert read_resource(without(ITEM, "capacity"), "equipments", "R1") == item
    assert read_resource(without(ROOM, "quantity", "outOfService"), "rooms", "R1").capacity == 85


def test_a_whole_number_may_be_written_with_a_point():
    assert read_resource({**ROOM, "capacity": 85.0}, "rooms", "R1").capacity == 85


@pytest.mark.parametrize("key", ["locationId", "name", "description", "capacity", "calendarIds"])
def test_a_room_needs(key):
    with codec_error("missing_key", f"$.{key}"):
        read_resource(without(ROOM, key), "rooms", "R1")


@pytest.mark.parametrize("key", ["quantity", "outOfService"])
def test_equipment_needs(key):
    with codec_error("missing_key", f"$.{key}"):
        read_resource(without(ITEM, key), "equipments", "R1")


@pytest.mark.parametrize(
    "change, code, path",
    [
        ({"capacity": -1}, "quantity", "$.capacity"),
        ({"capacity": 1.5}, "quantity", "$.capacity"),
        ({"capacity": True}, "quantity", "$.capacity"),
        ({"capacity": "20"}, "quantity", "$.capacity"),
        ({"capacity": 10**19}, "quantity", "$.capacity"),
        ({"name": 3}, "type", "$.name"),
        ({"name": "\ud800"}, "text", "$.name"),
        ({"name": "x" * 10_001}, "limit_exceeded", "$.name"),
        ({"description": ["x"]}, "type", "$.description"),
        ({"locationId": ""}, "id", "$.locationId"),
        ({"isActive": "yes"}, "type", "$.isActive"),
        ({"calendarIds": "massage"}, "type", "$.calendarIds"),
        ({"calendarIds": {}}, "type", "$.calendarIds"),
        ({"calendarIds": ["massage", 3]}, "id", "$.calendarIds[1]"),
        ({"calendarIds": ["C"] * 10_001}, "limit_exceeded", "$.calendarIds"),
    ],
)
def test_a_bad_room_is_refused(change, code, path):
    with codec_error(code, path):
        read_resource({**ROOM, **change}, "rooms", "R1")
    with codec_error(code, path):
        update_resource(a_room(location_id=LOCATION), change)


def test_out_of_service_is_a_count_up_to_the_quantity():
    assert read_resource({**ITEM, "outOfService": 3}, "equipments", "R1").usable == 0
    with codec_error("quantity", "$.outOfService"):
        read_resource({**ITEM, "outOfService": 4}, "equipments", "R1")
    with codec_error("quantity", "$.outOfService"):
        update_resource(an_item("R1", 3, out_of_service=2), {"quantity": 1})


def test_a_hundred_calendars_for_a_room_after_duplicates_go():
    ids = [f"C{number}" for number in range(100)]
    assert len(read_resource({**ROOM, "calendarIds": ids * 2}, "rooms", "R1").calendar_ids) == 100
    with codec_error("limit_exceeded", "$.calendarIds"):
        read_resource({**ROOM, "calendarIds": [*ids, "C100"]}, "rooms", "R1")


def test_one_calendar_for_a_piece_of_equipment():
    twice = {**ITEM, "calendarIds": ["massage", "massage"]}
    assert read_resource(twice, "equipments", "R1").calendar_ids == ("massage",)
    with codec_error("limit_exceeded", "$.calendarIds"):
        read_resource({**ITEM, "calendarIds": ["massage", "yoga"]}, "equipments", "R1")


@pytest.mark.parametrize("body", [None, [], "room", 3])
def test_a_body_is_an_object(body):
    with codec_error("type", "$"):
        read_resource(body, "rooms", "R1")


# Updating --------------------------------------------------------------------


def test_an_update_changes_what_it_names_and_nothing_else():
    hours = WeeklyHours.parse("Mo 09:00-12:00", zone="UTC")
    room = a_room(hours=hours, features=["camera"], max_concurrent=1, metadata={"floor": "2"})

    changed = update_resource(room, {"capacity": 9, "isActive": False, "name": None})

    assert changed == attrs.evolve(room, capacity=9, is_active=False)


def test_an_update_of_what_it_was_told_changes_nothing():
    slices = [OutOfService(Interval(at("09:00"), at("10:00")), 2)]
    item = an_item(out_of_service=slices, location_id=LOCATION)
    told = write_resource(item)

    assert told["outOfService"] == 2
    assert update_resource(item, told) == item
    assert update_resource(item, {"outOfService": 1}).out_of_service == 1
    nowhere = a_room()
    assert update_resource(nowhere, write_resource(nowhere)) == nowhere
    with refused(CodecError, "id"):
        update_resource(attrs.evolve(nowhere, location_id=LOCATION), {"locationId": ""})


def test_an_update_answers_without_calendars():
    assert write_updated(a_room()) == without(write_resource(a_room()), "calendarIds")


# Endpoints -------------------------------------------------------------------


def test_equipment_lives_its_life():
    told, state = done(a_business(), "POST", EQUIPMENTS, ITEM, new_id="T1")
    expected = {"id": "T1", **ITEM, "resourceType": "equipments", "isActive": True}
    assert told == expected
    assert done(state, "GET", f"{EQUIPMENTS}/T1")[0] == expected

    told, state = done(state, "PUT", f"{EQUIPMENTS}/T1/", {"outOfService": 0, "isActive": False})
    assert told == without({**expected, "outOfService": 0, "isActive": False}, "calendarIds")
    assert done(state, "GET", f"{EQUIPMENTS}/T1")[0]["calendarIds"] == ["massage"]

    told, state = done(state, "DELETE", f"{EQUIPMENTS}/T1")
    assert told == {"success": True}
    assert failed(state, "GET", f"{EQUIPMENTS}/T1")["statusCode"] == 404
    assert state == a_business()


def test_rooms_are_listed_by_location_in_pages():
    state = a_business()
    for name in ("R3", "R1", "R2"):
        state = done(state, "POST", ROOMS, ROOM, new_id=name)[1]
    state = done(state, "POST", ROOMS, {**ROOM, "locationId": "L2"}, new_id="R0")[1]

    def listed(**query):
        return [each["id"] for each in done(state, "GET", ROOMS, query=query)[0]]

    assert listed(locationId=LOCATION, limit="10", skip="0") == ["R1", "R2", "R3", "blue"]
    assert listed(locationId=LOCATION, limit="2", skip="1") == ["R2", "R3"]
    assert listed(locationId=["L2"], limit=["9"], skip="0") == ["R0"]
    assert listed(locationId="L3", limit="10", skip="0") == []


@pytest.mark.parametrize(
    "query, found",
    [
        ({"limit": "1", "skip": "0"}, ("query.locationId", "missing_key")),
        ({"locationId": "L1", "skip": "0"}, ("query.limit", "missing_key")),
        ({"locationId": "L1", "limit": "1"}, ("query.skip", "missing_key")),
        ({"locationId": "L1", "limit": "1", "skip": ""}, ("query.skip", "missing_key")),
        ({"locationId": "L1", "limit": "x", "skip": "0"}, ("query.limit", "quantity")),
        ({"locationId": "L1", "limit": "-1", "skip": "0"}, ("query.limit", "quantity")),
        ({"locationId": "L1", "limit": "9" * 5_000, "skip": "0"}, ("query.limit", "quantity")),
        ({"locationId": "L1", "limit": "²", "skip": "0"}, ("query.limit", "quantity")),
        ({"locationId": "L1", "limit": ["1", "2"], "skip": "0"}, ("query.limit", "repeated")),
        ({"locationId": "\0", "limit": "1", "skip": "0"}, ("query.locationId", "id")),
    ],
)
def test_a_list_needs_all_three_parts_of_its_query(query, found):
    assert problem(a_business(), "GET", ROOMS, query=query) == found


def test_unknown_calendars_are_all_named():
    sent = {**ROOM, "calendarIds": ["massage", "ada", "C2"]}
    for operation, path in (("POST", ROOMS), ("PUT", f"{ROOMS}/blue")):
        told = failed(a_business(), operation, path, sent)
        assert told["message"] == ["$.calendarIds: there are no calendars 'ada' and 'C2'"]


def test_a_room_is_no_equipment():
    for operation in ("GET", "PUT", "DELETE"):
        assert failed(a_business(), operation, f"{EQUIPMENTS}/blue", {})["statusCode"] == 404
        assert failed(a_business(), operation, f"{ROOMS}/oil", {})["statusCode"] == 404


def test_an_id_that_is_taken_is_a_conflict_unless_it_is_the_same():
    state = done(a_business(), "POST", ROOMS, ROOM, new_id="R1")[1]

    assert done(state, "POST", ROOMS, ROOM, new_id="R1")[1] is state
    told = failed(state, "POST", ROOMS, {**ROOM, "capacity": 1}, new_id="R1")
    assert (told["statusCode"], told["code"]) == (409, "id_conflict")


def test_what_is_used_is_not_deleted_unless_its_users_may_go():
    state = made(a_business(), event_id="E1")

    told = failed(state, "DELETE", f"{ROOMS}/blue")
    assert (told["statusCode"], told["usedBy"]) == (409, ["E1"])
    assert failed(state, "DELETE", f"{ROOMS}/blue", query={"cascade": "false"})["statusCode"] == 409
    assert problem(state, "DELETE", f"{ROOMS}/blue", query={"cascade": "1"})[0] == "query.cascade"

    state = done(state, "DELETE", f"{ROOMS}/blue", query={"cascade": "true"})[1]
    assert "blue" not in state.catalogue
    assert state.booking("E1").status.value == "cancelled"
    assert state.violations(now=NOW) == ()


def test_an_unlocated_room_says_so():
    assert write_resource(a_room())["locationId"] == ""
    with refused(CodecError, "id"):
        read_resource(without(write_resource(a_room())), "rooms", "R1")

"""HighLevel's API: bodies are read as they were written, and no request does harm, however odd."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache

import attrs
from hypothesis import given, settings

from bookable import Block, Equipment, Interval, Room, Scheduler
from bookable.codecs.highlevel import ROUTES, handle
from bookable.codecs.highlevel.appointments import read_appointment
from bookable.codecs.highlevel.blocks import (
    block_of,
    changed_block,
    read_block_changes,
    read_block_slot,
    write_block,
)
from bookable.codecs.highlevel.free_slots import LONGEST_RANGE, read_free_slots
from bookable.codecs.highlevel.resources import read_resource, update_resource, write_resource
from bookable.timeline.civil import to_zone
from tests.support import strategies as st
from tests.support.builders import NOW, OFFICE, a_calendar, a_member, at
from tests.support.file_strategies import equipment, room, schedulers, zones
from tests.support.highlevel_api import (
    APPOINTMENTS,
    BLOCKS,
    ITEM,
    LOCATION,
    ROOM,
    ROOMS,
    a_business,
    an_appointment,
    asked,
    done,
    made,
    ms,
)

SHARE_OF_EXAMPLES = 5  # a whole world costs as much as many small examples
ids = st.text(st.characters(codec="ascii", categories=["L", "Nd"]), min_size=1, max_size=5)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
shared = {
    "locationId": ids,
    "name": texts,
    "isActive": st.booleans(),
    "description": texts,
}
room_bodies = st.fixed_dictionaries(
    {
        **shared,
        "resourceType": st.just("rooms"),
        "quantity": st.just(0),
        "outOfService": st.just(0),
        "capacity": st.integers(0, 1_000_000),
        "calendarIds": st.lists(ids, max_size=4, unique=True),
    }
)
item_bodies = st.fixed_dictionaries(
    {
        **shared,
        "resourceType": st.just("equipments"),
        "quantity": st.integers(5, 1_000_000),
        "outOfService": st.integers(0, 5),
        "capacity": st.just(0),
        "calendarIds": st.lists(ids, max_size=1),
    }
)
instants = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(seconds=1), timedelta(days=40))
some_blocks = st.builds(
    lambda start, length, title: Block(
        "K1", "ada", Interval(start, start + length), metadata={"title": title, "locationId": "L1"}
    ),
    instants,
    lengths,
    texts,
)


# Round trips -----------------------------------------------------------------


@given(st.one_of(room_bodies, item_bodies))
def test_canonical_resources_are_written_as_they_were_read(body):
    resource = read_resource(body, body["resourceType"], "R1")

    assert write_resource(resource) == body
    assert list(write_resource(resource)) == [
        *("locationId", "name", "resourceType", "isActive", "description"),
        *("quantity", "outOfService", "capacity", "calendarIds"),
    ]
    assert read_resource(write_resource(resource), body["resourceType"], "R1") == resource


@given(room("a room"), equipment("table"))
def test_an_update_with_what_was_told_changes_nothing_at_all(place: Room, item: Equipment):
    for each in (place, item):
        assert update_resource(each, write_resource(each)) == each
        assert update_resource(each, {}) == each


@given(room("a room"), room_bodies)
def test_an_update_changes_only_what_bodies_say(place: Room, body):
    changed = update_resource(place, body)

    assert write_resource(changed) == body
    own = ("location_id", "name", "is_active", "description", "capacity", "calendar_ids")
    kept = {name: getattr(changed, name) for name in own}
    assert attrs.evolve(place, **kept) == changed


@given(some_blocks, zones)
def test_blocks_are_read_as_they_were_written(block: Block, zone):
    clock = to_zone(zone)
    body = write_block(block, is_calendar=False, clock=clock)
    again = block_of(read_block_slot(body), "K1")

    assert again == block
    assert write_block(again, is_calendar=False, clock=clock) == body
    assert changed_block(block, read_block_changes(body)) == block


@given(instants, lengths)
def test_windows_of_free_slots_are_read_to_the_millisecond(start, length):
    within = Interval(start, start + length)
    found = read_free_slots({"startDate": ms(start), "endDate": [ms(within.end)]}).within

    for mine, theirs in ((found.start, start), (found.end, within.end)):
        assert abs(mine - theirs) <= timedelta(milliseconds=1)


@given(
    st.sampled_from(["massage", "talk"]),
    st.sampled_from(["new", "confirmed", "active", "cancelled", "invalid", None]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("title", "notes", "address"), texts)),
    st.integers(9, 15),
)
def test_appointments_come_back_as_they_were_sent(calendar_id, status, fields, hour):
    sent = an_appointment(f"{hour}:00", calendar_id, **fields)
    if status is not None:
        sent["appointmentStatus"] = status

    told, state = done(a_business(), "POST", APPOINTMENTS, sent, new_id="E1")

    assert {key: told[key] for key in sent} == sent
    assert read_appointment(told) == attrs.evolve(
        read_appointment(sent),
        end=datetime.fromisoformat(told["endTime"]),
        user_id=told["assignedUserId"],
        status=told["appointmentStatus"],
        notes=read_appointment(told).notes,
    )
    event = done(state, "GET", f"{APPOINTMENTS}/E1")[0]["event"]
    assert done(state, "PUT", f"{APPOINTMENTS}/E1", event)[1] == state


# Any request -----------------------------------------------------------------

KNOWN = (
    *("massage", "yoga", "talk", "elsewhere", "ada", "grace", "blue", "oil"),
    *("E1", "E2", "K1", "S1", "rooms", "equipments", "search", "L1", "G1"),
)
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([10**19, -1, 1.5, float("nan"), float("inf"), "", "\0", "\ud800", "x" * 200]),
    st.sampled_from([[], {}, [[]], [None], {"": 1}, ["a", 3]]),
    st.sampled_from(KNOWN),
    texts,
)
moments = st.sampled_from(
    [
        *(at(clock).isoformat() for clock in ("08:00", "09:00", "09:30", "10:00", "16:00")),
        *("2026-03-03T09:00:00Z", "2026-03-02T10:00:00+01:00", "2026-03-02T09:00:00"),
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "soon"),
    ]
)
milliseconds = st.sampled_from(
    [ms(at("00:00")), ms(at("12:00")), ms(at("24:00")), "0", "-1", "9" * 19, "253402300800000"]
)
values = {
    "locationId": st.sampled_from(["L1", "L2"]),
    "calendarId": st.sampled_from(["massage", "talk", "yoga", "elsewhere"]),
    "contactId": st.sampled_from(["ann", "bob"]),
    "assignedUserId": st.sampled_from(["ada", "grace"]),
    "userId": st.sampled_from(["ada", "grace"]),
    "startTime": moments,
    "endTime": moments,
    "appointmentStatus": st.sampled_from(
        ["new", "confirmed", "cancelled", "showed", "noshow", "invalid", "active", "completed"]
    ),
    "ignoreDateRange": st.booleans(),
    "ignoreFreeSlotValidation": st.booleans(),
    "rrule": st.sampled_from(
        ["RRULE:FREQ=DAILY;COUNT=3", "FREQ=WEEKLY", "FREQ=DAILY;COUNT=2\nEXDATE:20260303T090000Z"]
    ),
    "title": texts,
    "name": texts,
    "description": texts,
    "isActive": st.booleans(),
    "capacity": st.integers(0, 3),
    "quantity": st.integers(0, 3),
    "outOfService": st.integers(0, 3),
    "calendarIds": st.lists(st.sampled_from(["massage", "talk", "C9"]), max_size=2),
    "timezone": st.sampled_from(["Europe/Berlin", "UTC", "Mars"]),
    "slotDuration": st.integers(0, 90),
    "teamMembers": st.just([{"userId": "ada"}]),
    "rules": st.just([{"type": "wday", "day": "monday", "intervals": []}]),
}
strays = st.one_of(
    *(
        st.fixed_dictionaries({key: st.one_of(value, value, value, junk)})
        for key, value in values.items()
    )
)
"""One field, which may not be what it must be, or have no business there."""

DAY = {"startDate": ms(at("00:00")), "endDate": ms(at("24:00"))}
EVENTS = {"locationId": LOCATION, "startTime": ms(at("00:00")), "endTime": ms(at("24:00"))}
TIMES = {"startTime": at("12:00").isoformat(), "endTime": at("13:00").isoformat()}
SCHEDULE = {
    "name": "late",
    "timezone": "Europe/Berlin",
    "locationId": LOCATION,
    "userId": "ada",
    "calendarIds": ["talk"],
    "rules": [],
}
CALENDAR = {"locationId": LOCATION, "name": "cut", "teamMembers": [{"userId": "ada"}]}
RIGHT_BODIES = {
    "rooms": [ROOM, {**ROOM, "capacity": 1}],
    "equipments": [ITEM],
    "schedules": [SCHEDULE],
    "appointments": [
        an_appointment("10:00"),
        an_appointment("12:00", "talk"),
        an_appointment("03:00", ignoreFreeSlotValidation=True),
        an_appointment(ignoreFreeSlotValidation=True, rrule="RRULE:FREQ=DAILY;COUNT=3"),
        {"startTime": at("15:00").isoformat()},
        {"appointmentStatus": "cancelled"},
    ],
    "block-slots": [
        {"locationId": LOCATION, "assignedUserId": "ada", **TIMES},
        {"locationId": LOCATION, "calendarId": "massage", **TIMES},
    ],
    "calendars": [CALENDAR, {"name": "cut", "slotDuration": 45}],
}
RIGHT_IDS = {
    "rooms": ["blue"],
    "equipments": ["oil"],
    "schedules": ["S1"],
    "appointments": ["E1", "E2"],
    "block-slots": ["K1"],
    "events": ["E1", "E2", "K1"],
    "calendars": ["massage", "yoga", "talk", "elsewhere"],
}
RIGHT_QUERIES = {
    "rooms": {"locationId": LOCATION, "limit": "5", "skip": "0"},
    "equipments": {"locationId": LOCATION, "limit": "5", "skip": "0"},
    "search": {"locationId": LOCATION, "userId": "ada"},
    "events": {**EVENTS, "userId": "ada"},
    "blocked-slots": {**EVENTS, "userId": "grace"},
    "free-slots": DAY,
    "calendars": {"locationId": LOCATION},
}
stray_parts = st.fixed_dictionaries(
    {},
    optional={
        "locationId": st.sampled_from(["L1", "L2", "", ["L1"], ["L1", "L2"]]),
        "limit": st.sampled_from(["0", "5", "-1", "x", "9" * 30]),
        "skip": st.sampled_from(["0", "1", ""]),
        "startDate": milliseconds,
        "endDate": milliseconds,
        "startTime": milliseconds,
        "endTime": milliseconds,
        "timezone": st.sampled_from(["Asia/Tokyo", "Mars"]),
        "userId": st.sampled_from([*KNOWN, "bob", ""]),
        "userIds": st.lists(st.sampled_from([*KNOWN, "bob"]), max_size=2),
        "calendarId": st.sampled_from(KNOWN),
        "groupId": st.sampled_from(["G1", "G2"]),
        "cascade": st.sampled_from(["true", "true", "false", "yes"]),
        "showDrafted": st.sampled_from(["true", "no"]),
    },
)
odds = st.integers(0, 9)
odd_bodies = st.one_of(junk, st.binary(max_size=8))
odd_ids = st.sampled_from([*KNOWN, "nothing", "\0", "a b"])


@st.composite
def requests(draw):
    """A request to some route, with what fits it, in which a part or two may not."""
    route = draw(st.sampled_from(ROUTES))
    operation = draw(st.sampled_from([*route.endpoints] * 5 + ["PATCH"]))
    path = route.path.replace("{type}", draw(st.sampled_from(["rooms", "equipments"])))
    words = [each for each in path.split("/") if each and "{" not in each]
    for name in ("{id}", "{calendarId}"):
        right = st.sampled_from(RIGHT_IDS.get(words[-1 if name == "{id}" else 0], ["E1"]))
        path = path.replace(name, draw(odd_ids if draw(odds) == 0 else right))
    path += draw(st.sampled_from([""] * 8 + ["/", "//", "/x"]))
    query = RIGHT_QUERIES.get(words[-1], {})
    if draw(odds) < 3:
        query = {**query, **draw(stray_parts)}
    body = draw(st.sampled_from(RIGHT_BODIES.get(words[-1], [{}])))
    if draw(odds) < 4:
        body = {**body, **draw(strays)}
    return operation, path, query, draw(odd_bodies) if draw(odds) == 0 else body


@cache
def a_busy_business() -> Scheduler:
    """The business with something of everything in it."""
    state = made(a_business(), "09:00", "E1", assignedUserId="ada", appointmentStatus="active")
    state = made(state, "11:00", "E2", calendar_id="talk")
    body = {"locationId": LOCATION, "assignedUserId": "grace"}
    times = {"startTime": at("14:00").isoformat(), "endTime": at("15:00").isoformat()}
    state = done(state, "POST", BLOCKS, {**body, **times}, new_id="K1")[1]
    schedule = {"name": "late", "timezone": "UTC", "locationId": LOCATION, "userId": "ada"}
    return done(state, "POST", "/calendars/schedules", schedule, new_id="S1")[1]


nows = st.sampled_from([NOW, at("09:30"), at("17:00", day=4)])


@given(st.lists(requests(), min_size=1, max_size=4), nows, st.booleans())
def test_no_request_raises_and_what_fails_changes_nothing(several, now, by_host):
    state = before = a_busy_business()
    facts = repr((before.catalogue, dict(before.bookings), dict(before.blocks)))
    for number, (operation, path, query, body) in enumerate(several):
        named = {"new_id": f"N{number}"} if by_host else {}
        _, _, state = asked(state, operation, path, body, query, now=now, **named)
        state.check()

    assert repr((before.catalogue, dict(before.bookings), dict(before.blocks))) == facts


@given(st.lists(requests(), min_size=1, max_size=4), nows)
def test_what_is_told_of_an_appointment_may_be_told_again(several, now):
    state = a_busy_business()
    for number, (operation, path, query, body) in enumerate(several):
        state = asked(state, operation, path, body, query, now=now, new_id=f"N{number}")[2]
    for event_id in state.bookings:
        path = f"{APPOINTMENTS}/{event_id}"
        status, told, _ = asked(state, "GET", path, now=now)
        if status == 200:
            after = done(state, "PUT", path, told["event"], now=now)[1]
            again = done(after, "GET", path, now=now)[0]["event"]
            assert {**again, "dateUpdated": ""} == {**told["event"], "dateUpdated": ""}


creations = st.fixed_dictionaries(
    {},
    optional={
        "calendarId": st.sampled_from(["massage", "yoga", "talk"]),
        "startTime": st.sampled_from([at(f"{hour}:00").isoformat() for hour in (10, 13, 16)]),
        "assignedUserId": st.just("ada"),
        "appointmentStatus": st.sampled_from(["new", "active", "confirmed"]),
        "title": st.sampled_from(["", "Trial"]),
        "rrule": st.sampled_from(["FREQ=DAILY;COUNT=2", "FREQ=WEEKLY;COUNT=1"]),
    },
)


@given(creations, nows, nows, st.sampled_from([{}, {"title": "Course"}]))
def test_a_creation_that_comes_again_changes_nothing_however_late(sent, now, later, change):
    ignored = {"ignoreFreeSlotValidation": True} if "rrule" in sent else {}
    body = an_appointment(**sent, **ignored)
    status, _, state = asked(a_busy_business(), "POST", APPOINTMENTS, body, now=now, new_id="N1")
    if status == 201:
        if change:
            state = done(state, "PUT", f"{APPOINTMENTS}/N1", change, now=now)[1]
        assert done(state, "POST", APPOINTMENTS, body, now=later, new_id="N1")[1] is state


@given(requests(), nows)
def test_the_same_request_to_the_same_state_has_the_same_answer(request, now):
    operation, path, query, body = request

    first = handle(operation, path, query, body, a_busy_business(), now)

    assert first == handle(operation, path, query, body, a_busy_business(), now)


@given(
    st.sampled_from([json.dumps(each).encode() for each in (ROOM, an_appointment())]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_bytes_that_were_spoilt_are_answered(good, spoilt):
    body = bytearray(good)
    for position, byte in spoilt:
        body[position % len(body)] = byte
    for path in (ROOMS, APPOINTMENTS, BLOCKS, "/calendars/"):
        asked(a_busy_business(), "POST", path, bytes(body), new_id="N1")


@settings(max_examples=max(10, settings.default.max_examples // SHARE_OF_EXAMPLES))
@given(schedulers, requests(), st.data())
def test_any_world_answers(state: Scheduler, request, data):
    operation, path, query, body = request
    entry = data.draw(st.sampled_from([*map(str, state.bookings), *state.blocks, *KNOWN]))

    asked(state, operation, path.replace("massage", entry), body, query, new_id="N1")


# What is offered -------------------------------------------------------------


@given(st.integers(0, 31 * 24 * 4), st.sampled_from(["massage", "yoga", "talk"]), nows)
def test_what_is_listed_can_be_booked_and_nothing_else(quarters, calendar_id, now):
    state, start = a_busy_business(), at("00:00") + timedelta(minutes=15 * quarters)
    window = {"startDate": ms(start), "endDate": ms(start + LONGEST_RANGE)}
    told = done(state, "GET", f"/calendars/{calendar_id}/free-slots", query=window, now=now)[0]
    listed = [each for day in told.values() for each in day["slots"]]

    body = an_appointment(calendar_id=calendar_id, startTime=start.isoformat())
    status = asked(state, "POST", APPOINTMENTS, body, now=now)[0]

    assert status == (201 if start.isoformat() in listed else 400)


@given(st.integers(1, 3), st.integers(1, 4))
def test_a_room_takes_as_many_appointments_as_it_has_capacity(capacity, asking):
    members = [a_member(f"m{number}", hours=OFFICE) for number in range(4)]
    team = [each.id for each in members]
    calendars = [a_calendar(name, member_ids=team, location_id=LOCATION) for name in ("a", "b")]
    state = a_business(members=members, calendars=calendars, rooms=[], equipment=[])
    body = {**ROOM, "capacity": capacity, "calendarIds": ["a", "b"]}
    state = done(state, "POST", ROOMS, body, new_id="R1")[1]

    statuses = []
    for number in range(asking):
        sent = an_appointment(calendar_id="ab"[number % 2], contactId=f"c{number}")
        status, _, state = asked(state, "POST", APPOINTMENTS, sent)
        statuses.append(status)

    assert statuses.count(201) == min(capacity, asking)
    assert state.violations(now=NOW) == ()

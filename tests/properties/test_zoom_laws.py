"""Zoom: bodies lose nothing, no client can break the check-in, and the engine has the last word."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given

from bookable import BookableError, CheckIn, CodecError, WeeklyHours
from bookable.codecs.zoom import (
    OTHER_METHODS,
    CalendarSystem,
    Method,
    RoomEvent,
    handle,
    read_event,
    write_event,
)
from bookable.codecs.zoom_settings import (
    CheckInSettings,
    read_settings,
    settings_of,
    with_settings,
    write_settings,
)
from bookable.codecs.zoom_workspaces import (
    INCREMENTS,
    Quota,
    WorkspacePolicy,
    calendar_of,
    read_policy,
    write_policy,
)
from bookable.domain.place import Place
from tests.support import strategies as st
from tests.support.builders import a_booking, a_room, a_scheduler, at, minutes
from tests.support.file_strategies import dates, windows, zones
from tests.support.spoiled import broken, plain_data

ids = st.one_of(st.sampled_from(["B-1", "B-2", "blue room"]), st.text("abü/ %", min_size=1))
ids = ids.filter(str.strip)
systems = st.sampled_from(CalendarSystem)


@st.composite
def events(draw, system: CalendarSystem) -> RoomEvent:
    method, event_id = draw(st.sampled_from(Method)), draw(ids)
    if system is CalendarSystem.GOOGLE:
        return RoomEvent(method, event_id, calendar_id=draw(ids))
    return RoomEvent(method, event_id, draw(st.integers(1, 1_000_000)), None, draw(ids))


known = systems.flatmap(lambda system: st.tuples(st.just(system), events(system)))


@given(known)
def test_reading_what_was_written_gives_the_same_event(case) -> None:
    system, event = case
    body = write_event(event)

    assert read_event(json.loads(json.dumps(body)), system) == event
    assert write_event(read_event(body, system)) == body


@given(known, systems)
def test_a_body_is_read_for_its_own_kind_of_calendar_alone(case, other) -> None:
    system, event = case
    if other.needs == system.needs:
        assert read_event(write_event(event), other) == event
        return
    try:
        read_event(write_event(event), other)
    except CodecError as error:
        assert error.code in {"missing_key", "other_system"}
        assert error.path.removeprefix("$.params.") in (*system.needs, *other.needs)
        return
    raise AssertionError("it was read")


# The handler ---------------------------------------------------------------------

KEYS = ["method", "params", "event_id", "change_key", "calendar_id", "resource_email"]
VALUES = [*Method, *OTHER_METHODS, "B-1", "B-2", "1", "2", "blue@example.com"]
good = st.builds(
    lambda method, event_id, key: {
        "method": method,
        "params": {"event_id": event_id, "change_key": key, "resource_email": "a@b"},
    },
    st.sampled_from([each.value for each in Method]),
    st.sampled_from(["B-1", "B-2", "B-3"]),
    st.sampled_from(["1", "2", "3"]),
)
garbage = st.one_of(plain_data(KEYS), st.sampled_from(VALUES))
bodies = st.one_of(
    good,
    broken(good, garbage),
    garbage,
    st.binary(max_size=20),
    broken(good, garbage).map(lambda body: json.dumps(body).encode("utf-8", "surrogatepass")),
)
paths = st.one_of(
    st.just("/rooms/blue room/events"),
    st.sampled_from(["/rooms/attic/events", "/v2/rooms/x/events", "/", "", "/rooms/%ff/events"]),
    st.text(max_size=12),
)
operations = st.one_of(st.just("PATCH"), st.text(max_size=6))
instants = st.integers(-20, 80).map(lambda number: at("10:00") + number * minutes(1))


def a_state():
    """Two meetings in the blue room, the second one under way."""
    policy = CheckIn(early=minutes(10), grace=minutes(10))
    return a_scheduler(
        a_room(),
        a_room("attic"),
        bookings=[
            a_booking("B-1", "10:00", "11:00", check_in=policy),
            a_booking("B-2", "09:00", "10:00", status="checked_in", version=2),
            a_booking("B-3", "11:00", "12:00", room_ids=["attic"]),
        ],
    )


@given(operations, paths, bodies, instants, systems)
def test_no_client_can_break_it(operation, path, body, now, system) -> None:
    state = a_state()

    status, answer, after = handle(operation, path, {}, body, state, now, system=system)

    json.dumps(answer).encode()
    if status == 202:
        assert answer["change_key"] == str(after.booking(answer["event_id"]).version)
        after.check()
        return
    assert after is state
    assert status in {400, 404, 405, 409}
    assert type(answer["code"]) is int
    assert type(answer["message"]) is str


@given(good, instants)
def test_it_does_what_the_engine_does_and_nothing_else(body, now) -> None:
    state, params = a_state(), body["params"]
    commands = {"zoomroom.check_in": state.check_in, "zoomroom.check_out": state.check_out}

    status, _, after = handle("PATCH", "/rooms/blue room/events", {}, body, state, now)

    if params["event_id"] == "B-3":
        assert (status, after) == (404, state)
        return
    try:
        expected = commands[body["method"]](
            params["event_id"], at=now, version=int(params["change_key"])
        )
    except BookableError:
        assert (status, after) == (409, state)
        return
    assert (status, after) == (202, expected)


# Settings and policies -------------------------------------------------------------

policies = st.one_of(
    st.none(),
    st.builds(
        CheckIn,
        st.integers(0, 1_440).map(minutes),
        st.one_of(st.none(), st.integers(0, 1_440).map(minutes)),
        st.sampled_from(["booking", "room"]),
        st.one_of(st.none(), st.integers(1, 9)),
    ),
)
settings = st.builds(CheckInSettings, policies, st.booleans())


@given(settings)
def test_settings_are_the_same_after_a_journey(stated) -> None:
    body = write_settings(stated)

    assert read_settings(json.loads(json.dumps(body))) == stated
    assert write_settings(read_settings(body)) == body
    assert settings_of(with_settings(Place("floor", locked=["zone"]), stated)) == stated


@st.composite
def workspace_policies(draw) -> WorkspacePolicy:
    zone, increment = draw(zones), draw(st.sampled_from(INCREMENTS))
    longest = draw(st.integers(1, 24))
    week = st.dictionaries(st.integers(1, 7), windows, max_size=3)
    quotas = st.one_of(
        st.none(),
        st.builds(Quota, st.integers(0, 50), st.sampled_from(["day", "week", "month", "year"])),
    )
    return WorkspacePolicy(
        zone,
        draw(st.integers(0, 181)),
        increment,
        draw(st.integers(1, longest * 60 // increment)) * increment,
        draw(st.integers(1, 5)),
        longest,
        draw(quotas),
        draw(quotas),
        draw(st.one_of(st.none(), week.map(lambda days: WeeklyHours(days, zone)))),
        draw(st.lists(dates, max_size=3)),
        draw(st.booleans()),
        draw(policies),
    )


@given(workspace_policies())
def test_a_workspace_policy_is_the_same_after_a_journey(policy) -> None:
    body = write_policy(policy)

    assert read_policy(json.loads(json.dumps(body))) == policy
    assert write_policy(read_policy(body)) == body


@given(workspace_policies())
def test_every_duration_of_a_policy_is_a_multiple_of_its_increment(policy) -> None:
    calendar = calendar_of(policy, "desks")
    step, longest = minutes(policy.increment_minutes), timedelta(hours=policy.longest_hours)

    count = longest // step
    assert calendar.allowed_durations == tuple(step * number for number in range(1, count + 1))
    assert calendar.duration == minutes(policy.default_minutes)


POLICY_KEYS = list(write_policy(WorkspacePolicy("UTC")))
wrong_policies = broken(workspace_policies().map(write_policy), plain_data(POLICY_KEYS))
wrong_settings = broken(settings.map(write_settings), plain_data(["check_in", "enabled"]))


@given(wrong_policies)
def test_a_policy_is_read_or_refused_with_a_path(body) -> None:
    try:
        read_policy(body)
    except CodecError as error:
        assert error.path.startswith("$")


@given(wrong_settings)
def test_settings_are_read_or_refused_with_a_path(body) -> None:
    try:
        read_settings(body)
    except CodecError as error:
        assert error.path.startswith("$")

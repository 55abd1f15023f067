"""Another zone database: what was agreed by the clock, resolved again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable import (
    CivilTime,
    InvalidValueError,
    LimitExceededError,
    Recurrence,
    ResolvedKind,
    Room,
    Scheduler,
    SearchLimitError,
    StaleLedgerError,
    UnknownIdError,
    WeeklyHours,
    resolutions,
)
from bookable.limits import MOST_OCCURRENCES
from bookable.series_plans import occurrence_id
from tests.support.builders import (
    HOUR,
    NOW,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
    refused,
    rules,
)
from tests.support.zones import zone_with

NINE = datetime(2026, 3, 2, 9)
WEEK = timedelta(weeks=1)
NAME = "Europe/Berlin"
OLD = zone_with(NAME, HOUR)
NEW = zone_with(NAME, HOUR, (datetime(2026, 3, 12), 2 * HOUR))
"""From the 12th of March on the clock is an hour ahead of what everybody thought."""
WEEKLY = Recurrence("FREQ=WEEKLY;COUNT=4", NINE, OLD)


def a_series(*bookings):
    """Nine o'clock in Berlin, four Mondays, booked under the old data."""
    state = a_scheduler(bookings=bookings)
    return state.book_recurring(a_request(), WEEKLY, series_id="S", now=NOW)


def id_of(number):
    return occurrence_id("S", NINE + number * WEEK)


def kinds(found):
    return [each.kind.value for each in found.resolved]


def hours(state):
    return [each.start.hour for each in state.occurrences("S")]


def shown(zone, **clocks):
    """Times of the 2nd of March by the clock, for bookings by their names."""
    return {key: CivilTime(NINE.replace(hour=hour), zone) for key, hour in clocks.items()}


AHEAD = zone_with(NAME, HOUR)
"""A clock that was thought to be UTC, and is an hour ahead of it."""


# Series ----------------------------------------------------------------------


def test_stored_instants_do_not_move_until_they_are_resolved_again():
    state = a_series()
    assert hours(state) == [8, 8, 8, 8]

    times = state.civil_times("S", NEW, now=NOW)
    found = state.plan_re_resolve(times, now=NOW)

    assert hours(state) == [8, 8, 8, 8]
    assert kinds(found) == ["unchanged", "unchanged", "moved", "moved"]
    assert [each.start.hour for each in found.resolved] == [8, 8, 7, 7]
    after = state.re_resolve(times, now=NOW)
    assert after == state.apply(found.plan)
    assert hours(after) == [8, 8, 7, 7]
    moved = after.booking(id_of(2))
    assert (moved.series_id, moved.original_start) == ("S", NINE + 2 * WEEK)
    assert (moved.end - moved.start, moved.version) == (HOUR, 2)
    assert after.recurrence_of("S", Recurrence(WEEKLY.rule, NINE, NEW)).zone is NEW


def test_under_the_same_data_nothing_changes():
    state = a_series()

    found = state.plan_re_resolve(state.civil_times("S", OLD, now=NOW), now=NOW)

    assert found.plan.is_empty
    assert kinds(found) == 4 * ["unchanged"]
    assert state.re_resolve({}, now=NOW) is state


def test_once_more_changes_nothing():
    state = a_series()
    times = state.civil_times("S", NEW, now=NOW)
    after = state.re_resolve(times, now=NOW)

    assert after.re_resolve(times, now=NOW) is after


def test_a_conflict_tells_every_blocker_and_stays():
    other = a_booking("X", "07:30", "08:00")
    moved = {"start": other.start + 2 * WEEK, "end": other.end + 2 * WEEK}
    state = a_series(a_booking("Y"), type(other)("X", **moved, room_ids=["blue room"]))

    found = state.plan_re_resolve(state.civil_times("S", NEW, now=NOW), now=NOW)

    assert kinds(found) == ["unchanged", "unchanged", "conflict", "moved"]
    (conflict,) = found.conflicts
    assert (conflict.before, conflict.after) == (state.booking(id_of(2)), conflict.before)
    assert rules(conflict.refusals) == [("full", "blue room")]
    assert conflict.refusals[0].booking_ids == ("X",)
    assert [each.before.id for each in found.moved] == [id_of(3)]
    assert hours(state.apply(found.plan)) == [8, 8, 8, 7]


def test_what_was_moved_by_itself_keeps_its_time_where_the_old_data_tell():
    state = a_series()
    slot = state.slot(a_request(), start=at("08:00", day=17), now=NOW)
    state = state.reschedule(id_of(2), to=slot, now=NOW)

    assert tuple(state.civil_times("S", NEW, now=NOW, was=OLD)) == tuple(map(id_of, (0, 1, 3)))
    assert tuple(state.civil_times("S", NEW, now=NOW)) == tuple(map(id_of, range(4)))
    after = state.re_resolve(state.civil_times("S", NEW, now=NOW, was=OLD), now=NOW)
    assert [(each.start.day, each.start.hour) for each in after.occurrences("S")] == [
        (2, 8),
        (9, 8),
        (17, 8),
        (23, 7),
    ]


def test_what_has_begun_or_was_cancelled_is_settled():
    state = a_series().cancel(id_of(2), now=NOW)
    times = state.civil_times("S", NEW, now=NOW)
    assert id_of(2) not in times
    now = at("08:30", day=23) - timedelta(days=7)
    every = {id_of(n): CivilTime(NINE + n * WEEK, NEW) for n in range(4)}

    found = state.plan_re_resolve(every, now=now)

    assert kinds(found) == ["settled", "settled", "settled", "moved"]
    assert tuple(state.civil_times("S", NEW, now=now)) == (id_of(3),)
    assert {each.kind for each in found.resolved} == {ResolvedKind.SETTLED, ResolvedKind.MOVED}


def test_a_series_that_nobody_knows_and_zones_that_are_none():
    state = a_series()
    with refused(UnknownIdError, "unknown_id"):
        state.civil_times("T", NEW, now=NOW)
    with refused(InvalidValueError, "unknown_zone", "zone"):
        state.civil_times("S", "Berlin", now=NOW)
    with refused(InvalidValueError, "unknown_zone", "was"):
        state.civil_times("S", NEW, now=NOW, was="Berlin")


# Any bookings ----------------------------------------------------------------


def test_all_that_move_leave_first():
    bookings = [a_booking("A", "09:00", "10:00"), a_booking("B", "10:00", "11:00")]
    state = a_scheduler(bookings=bookings)
    behind = zone_with(NAME, -HOUR)

    for zone, starts in ((AHEAD, (8, 9)), (behind, (10, 11))):
        after = state.re_resolve(shown(zone, A=9, B=10), now=NOW)
        assert [each.start.hour for each in after.bookings.values()] == [*starts]
        assert after.violations(now=NOW) == ()


def test_what_stays_is_in_the_way_of_what_would_take_its_place():
    bookings = [a_booking("A", "09:00", "10:00"), a_booking("B", "10:00", "11:00")]
    state = a_scheduler(bookings=bookings).block("blue room", a_block().interval, block_id="K")
    state = state.unblock("K").block(
        "blue room", a_block("K", first="08:00", last="08:30").interval, block_id="K"
    )

    found = state.plan_re_resolve(shown(AHEAD, A=9, B=10), now=NOW)

    assert kinds(found) == ["conflict", "conflict"]
    assert rules(found.conflicts[0].refusals) == [("busy", "blue room")]
    assert found.conflicts[1].refusals[0].booking_ids == ("A",)
    assert found.plan.is_empty


def test_what_stays_is_tried_once_more_in_the_end():
    """D gives way to C, which then finds D in its way, and so leaves D what both want."""
    bookings = [a_booking("C", "13:00", "14:00"), a_booking("D", "10:30", "11:30")]
    state = a_scheduler(bookings=bookings)

    found = state.plan_re_resolve(shown("UTC", C=10, D=10), now=NOW)

    assert [(each.before.id, each.kind.value) for each in found.resolved] == [
        ("D", "moved"),
        ("C", "conflict"),
    ]
    assert found.conflicts[0].refusals[0].booking_ids == ("D",)
    assert state.apply(found.plan).booking("D").start == at("10:00")


def test_nothing_moves_into_the_past():
    state = a_scheduler(bookings=[a_booking("A", "09:00", "10:00")])

    found = state.plan_re_resolve(shown(AHEAD, A=9), now=at("08:30"))

    assert kinds(found) == ["conflict"]
    assert [each.rule.value for each in found.conflicts[0].refusals] == ["notice_too_short"]


def test_it_moves_with_just_what_it_has():
    hosts = [a_member("a"), a_member("b", weight=0), a_member("c")]
    calendar = a_calendar(kind="service", member_ids=["a", "b"], booking_horizon=12 * HOUR)
    rooms = [a_room(key, 2, calendar_ids=["massage"]) for key in ("east", "west")]
    state = a_scheduler(calendar, *hosts, *rooms, an_item(calendar_ids=["massage"]))
    state = state.block("east", a_block(first="09:00", last="10:00").interval, block_id="K")
    asked = {"host_ids": ["b"], "attendee_ids": ["c"], "tags": ["trial"]}
    state = booked(state, "09:00", calendar="massage", booking_id="A", **asked).unblock("K")
    was = state.booking("A")
    assert (was.host_ids, was.room_ids) == (("b", "c"), ("west",))

    after = state.re_resolve(shown(AHEAD, A=9), now=NOW).booking("A")

    assert after.start == at("08:00")
    for name in ("host_ids", "attendee_ids", "room_ids", "equipment", "tags", "status"):
        assert getattr(after, name) == getattr(was, name)
    busy = state.block("west", a_block(first="08:00", last="09:00").interval, block_id="K")
    found = busy.plan_re_resolve(shown(AHEAD, A=9), now=NOW)
    assert rules(found.conflicts[0].refusals) == [("busy", "west")]


def test_hours_are_asked_again():
    room = a_room(hours=WeeklyHours.parse("Mo 09:00-12:00", zone="UTC"))
    state = a_scheduler(room, bookings=[a_booking("A")])

    found = state.plan_re_resolve(shown(AHEAD, A=9), now=NOW)

    assert rules(found.conflicts[0].refusals) == [("outside_hours", "blue room")]


def test_what_needs_less_by_now_than_it_has_stays():
    calendar = a_calendar(kind="service", member_ids=["a"])
    state = a_scheduler(calendar, a_member("a"), a_room(calendar_ids=["massage"]))
    state = booked(state, "09:00", calendar="massage", booking_id="A")
    state = state.with_catalogue(state.catalogue.replace(a_room(calendar_ids=[])))

    found = state.plan_re_resolve(shown(AHEAD, A=9), now=NOW)

    assert rules(found.conflicts[0].refusals) == [("never_fits", "massage")]


def test_what_lost_something_stays():
    booking = a_booking("A", room_ids=["gone"])
    state = Scheduler(a_scheduler().catalogue, [booking])

    found = state.plan_re_resolve(shown(AHEAD, A=9), now=NOW)

    assert rules(found.conflicts[0].refusals) == [("inactive", "gone")]


def test_a_session_moves_together():
    state = a_scheduler(a_class("yoga", 2), a_member("ada"))
    for key in "AB":
        state = booked(state, "09:00", calendar="yoga", booking_id=key)

    after = state.re_resolve(shown(AHEAD, A=9, B=9), now=NOW)

    assert {each.session_key for each in after.bookings.values()} == {
        after.booking("A").session_key
    }
    assert after.booking("B").start == at("08:00")
    assert after.violations(now=NOW) == ()


def test_a_plan_grows_stale():
    state = a_scheduler(bookings=[a_booking("A")])
    plan = state.plan_re_resolve(shown(AHEAD, A=9), now=NOW).plan
    other = state.slot(a_request(), start=at("08:00"), now=NOW)

    with pytest.raises(StaleLedgerError):
        state.book(other, booking_id="B", now=NOW).apply(plan)


def test_what_is_no_mapping_of_bookings_to_times():
    state = a_scheduler(bookings=[a_booking("A")])
    with refused(InvalidValueError, "type", "civil_times"):
        state.re_resolve([("A", CivilTime(NINE, "UTC"))], now=NOW)
    with refused(InvalidValueError, "type", "civil_times['A']"):
        state.re_resolve({"A": datetime(2026, 3, 2, 9, tzinfo=UTC)}, now=NOW)
    with refused(UnknownIdError, "unknown_id", "civil_times"):
        state.re_resolve({"B": CivilTime(NINE, "UTC")}, now=NOW)
    many = {f"B-{number}": CivilTime(NINE, "UTC") for number in range(MOST_OCCURRENCES + 1)}
    with refused(LimitExceededError, "limit_exceeded"):
        state.re_resolve(many, now=NOW)


def test_the_work_is_bounded(monkeypatch):
    monkeypatch.setattr(resolutions, "MOST_SERIES_TRIES", 1)
    rooms = [Room(key, 1) for key in "AB"]
    bookings = [a_booking(key, room_ids=[key]) for key in "AB"]

    with refused(SearchLimitError, "search_limit"):
        a_scheduler(*rooms, bookings=bookings).re_resolve(shown(AHEAD, A=9, B=9), now=NOW)

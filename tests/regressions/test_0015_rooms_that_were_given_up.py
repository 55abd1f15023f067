"""Rooms that were given up were asked for once more, taken again, or held against who was never due.

A hand-over and another zone database looked for the room of a booking that has none any more, a
change of its series to the same times took it back, and a booking whose guests declined counted as
one that nobody came to.
"""

from __future__ import annotations

from datetime import datetime

import attrs
import pytest

from bookable import (
    BookingRefused,
    CheckIn,
    CivilTime,
    DeclineRule,
    Interval,
    Limit,
    Recurrence,
    any_of,
)
from tests.support.builders import (
    HOUR,
    MINUTE,
    NOW,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    rules,
)

NINE = datetime(2026, 3, 2, 9)
DAILY = Recurrence("FREQ=DAILY;COUNT=5", NINE, "UTC")
LATER = Recurrence("FREQ=DAILY;COUNT=5", NINE + HOUR, "UTC")
TEN = {"B-1": CivilTime(NINE + HOUR, "UTC")}


def a_clinic(*entries, check_in=None, **calendar):
    """Ada, or Bob, in the attic."""
    room = a_room("attic", 4, max_concurrent=1, calendar_ids=["massage"], check_in=check_in)
    hosts = {"kind": "round_robin", "member_ids": ["ada", "bob"]}
    calendar = a_calendar(**{**hosts, **calendar})
    return a_scheduler(calendar, a_member("ada"), a_member("bob"), room, *entries)


def declined(state, booking_id="B-1"):
    """The state in which its guests have declined, so that it has given up its room."""
    replies = {"a guest": "declined"}
    return state.release_declined(booking_id, replies=replies, now=NOW, rule=DeclineRule())


def a_declined(state, **asked):
    return declined(booked(state, "09:00", calendar="massage", booking_id="B-1", **asked))


def taken(state, *days):
    """The state in which somebody else has the attic, from nine to eleven on these days."""
    asked = a_request(any_of("attic"), duration=2 * HOUR)
    for day in days:
        slot = state.slot(asked, start=at("09:00", day=day), now=NOW)
        state = state.book(slot, booking_id=f"C-{day}", now=NOW)
    return state


def closed(state):
    """The state without what there was: the attic takes no more bookings, and is blocked."""
    attic = attrs.evolve(state.catalogue.get("attic"), is_active=False, capacity=0)
    times = Interval(at("00:00"), at("24:00"))
    return state.with_catalogue(state.catalogue.replace(attic)).block(
        "attic", times, block_id="K-1"
    )


def unmapped(state):
    attic = attrs.evolve(state.catalogue.get("attic"), calendar_ids=())
    return state.with_catalogue(state.catalogue.replace(attic))


CHANGES = {
    "free": lambda state: state,
    "taken": lambda state: taken(state, 2),
    "closed": closed,
    "of another calendar": unmapped,
    "removed": lambda state: state.remove("attic", now=NOW, cascade=True),
}
CHANGED = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


# Hand-overs --------------------------------------------------------------------


@CHANGED
def test_a_hand_over_leaves_rooms_given_up(change):
    state = change(a_declined(a_clinic()))
    was = state.bookings["B-1"]

    after = state.reassign("B-1", now=NOW).bookings["B-1"]

    assert {*was.host_ids, *after.host_ids} == {"ada", "bob"}
    same = {"host_ids": was.host_ids, "buffers": was.buffers, "version": was.version}
    assert attrs.evolve(after, **same) == was


def test_a_hand_over_asks_for_no_room_that_was_released():
    policy = CheckIn(grace=10 * MINUTE, scope="room")
    state = booked(a_clinic(check_in=policy), "09:00", calendar="massage", booking_id="B-1")
    slot = state.slot(
        a_request(any_of("attic"), duration=minutes(30)), start=at("09:10"), now=at("09:10")
    )
    state = state.book(slot, booking_id="C-1", now=at("09:10"))

    # What runs is not handed over: somebody's clock is late.
    after = state.reassign("B-1", now=at("09:00")).bookings["B-1"]

    assert (after.room_ids, after.rooms_until) == (("attic",), at("09:10"))


def test_a_hand_over_still_asks_for_the_room_that_a_booking_has():
    state = booked(a_clinic(), "09:00", calendar="massage", booking_id="B-1")

    with pytest.raises(BookingRefused) as caught:
        closed(state).reassign("B-1", now=NOW)

    assert ("inactive", "attic") in rules(caught.value.refusals)


def test_who_comes_in_has_to_be_free_though_the_room_was_given_up():
    state = a_declined(a_clinic())
    (host,) = state.bookings["B-1"].host_ids
    other = "bob" if host == "ada" else "ada"
    state = state.block(other, Interval(at("09:30"), at("10:00")), block_id="K-1")

    with pytest.raises(BookingRefused) as caught:
        taken(state, 2).reassign("B-1", now=NOW)

    assert rules(caught.value.refusals) == [("busy", other)]


# Another zone database -----------------------------------------------------------


@CHANGED
def test_a_booking_is_resolved_again_without_the_rooms_that_it_gave_up(change):
    state = change(a_declined(a_clinic()))
    was = state.bookings["B-1"]

    found = state.plan_re_resolve(TEN, now=NOW)

    times = {"start": at("10:00"), "end": at("11:00"), "rooms_until": at("10:00"), "version": 3}
    assert [each.after for each in found.moved] == [attrs.evolve(was, **times)]
    after = state.apply(found.plan)
    assert after.re_resolve(TEN, now=NOW) is after
    assert [each.rule.value for each in after.violations(now=NOW)] == [
        each.rule.value for each in state.violations(now=NOW)
    ]


@pytest.mark.parametrize("change", [CHANGES["free"], CHANGES["taken"], closed])
def test_what_has_nothing_but_the_room_that_it_gave_up_is_resolved_again(change):
    calendar = {"kind": "event", "member_ids": ()}
    for state in (a_declined(a_clinic(**calendar)), declined(of_no_calendar())):
        after = change(state).re_resolve(TEN, now=NOW).bookings["B-1"]

        assert (after.start, after.room_ids, after.rooms_until) == (
            at("10:00"),
            ("attic",),
            at("10:00"),
        )


def of_no_calendar():
    state = a_clinic()
    slot = state.slot(a_request(any_of("attic")), start=at("09:00"), now=NOW)
    return state.book(slot, booking_id="B-1", now=NOW)


def test_its_hosts_have_to_be_free_where_it_is_resolved_again():
    state = a_declined(a_clinic())
    (host,) = state.bookings["B-1"].host_ids
    state = taken(state, 2).block(host, Interval(at("10:30"), at("11:00")), block_id="K-1")

    found = state.plan_re_resolve(TEN, now=NOW)

    assert [rules(each.refusals) for each in found.conflicts] == [[("busy", host)]]
    assert found.plan.is_empty


def test_a_limit_of_rooms_says_nothing_about_a_room_that_was_given_up():
    limit = Limit(1, "day", per=["resource"])
    state = taken(a_declined(a_clinic(limits=[limit])), 2)
    for day in (2, 3):
        assert state.bookings["B-1"].rooms_until is not None
        times = {"B-1": CivilTime(NINE.replace(day=day, hour=10), "UTC")}
        state = state.re_resolve(times, now=NOW)
        assert state.bookings["B-1"].start == at("10:00", day=day)


def test_a_room_that_may_be_overbooked_marks_nothing_that_gave_it_up():
    state = a_declined(a_clinic())
    attic = attrs.evolve(state.catalogue.get("attic"), overbook_percent=100)
    state = taken(state.with_catalogue(state.catalogue.replace(attic)), 2)

    assert state.re_resolve(TEN, now=NOW).bookings["B-1"].tags == frozenset()


# Changes of series -----------------------------------------------------------------


def a_series(state):
    request = state.request("massage")
    return state.book_recurring(request, DAILY, series_id="S", now=NOW)


def changed(state, to, **said):
    request = state.request("massage")
    return state.change_series("S", DAILY, to=to, request=request, now=NOW, **said)


SECOND = "S/20260303T090000"


@pytest.mark.parametrize("days", [(), (3,)])
def test_a_change_of_series_to_the_same_times_changes_nothing(days):
    state = taken(declined(a_series(a_clinic()), SECOND), *days)

    assert changed(state, DAILY) is state


def test_a_change_of_series_that_leaves_some_at_their_times_leaves_their_rooms_given_up():
    state = taken(declined(a_series(a_clinic()), SECOND), 3)
    to = Recurrence("FREQ=DAILY;COUNT=2", NINE, "UTC")

    after = changed(state, to)

    assert after.bookings[SECOND] == state.bookings[SECOND]


def test_a_change_of_series_to_another_time_takes_rooms_anew():
    state = declined(a_series(a_clinic()), SECOND)

    after = changed(state, LATER)

    assert {each.rooms_until for each in after.occurrences("S")} == {None}
    with pytest.raises(BookingRefused) as caught:
        changed(taken(state, 3), LATER)
    assert rules(caught.value.refusals) == [("busy", "attic")]


# Missed check-ins --------------------------------------------------------------------


def a_checked(scope, grace=15 * MINUTE):
    policy = CheckIn(early=10 * MINUTE, grace=grace, scope=scope, most_missed=1)
    return a_series(a_clinic(check_in=policy))


@pytest.mark.parametrize("scope", ["booking", "room"])
@pytest.mark.parametrize("grace", [15 * MINUTE, 0 * MINUTE, None])
def test_a_series_whose_guests_declined_is_not_dropped_before_anybody_was_due(scope, grace):
    state = declined(a_checked(scope, grace), SECOND)

    assert state.drop_series("S", now=NOW) is state


def test_who_has_no_room_to_come_to_has_missed_nothing():
    state = declined(a_checked("room"), SECOND).check_in("S/20260302T090000", at=at("09:00"))

    assert state.drop_series("S", now=at("12:00", day=3)) is state
    late = state.drop_series("S", now=at("09:15", day=4))
    assert [each.status.value for each in late.occurrences("S", now=at("09:15", day=4))] == [
        "checked_in",
        "confirmed",
        "confirmed",
        "cancelled",
        "cancelled",
    ]


def test_what_is_released_though_its_room_was_given_up_was_missed():
    state = declined(a_checked("booking"), SECOND).check_in("S/20260302T090000", at=at("09:00"))

    assert state.drop_series("S", now=at("09:14", day=3)) is state
    after = state.drop_series("S", now=at("09:15", day=3))
    assert [each.status.value for each in after.bookings.values()].count("cancelled") == 3


def test_rooms_that_are_given_up_by_the_deadline_are_missed_from_then_on():
    deadline = at("09:15")
    state = a_checked("room").swept(now=deadline)

    assert not state.plan_drop_series("S", now=deadline).is_empty
    # Asked about an earlier instant it was not missed yet, whatever was written since.
    assert state.plan_drop_series("S", now=deadline - MINUTE).is_empty

"""Calendars: their kinds, their durations and what each field accepts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import (
    Calendar,
    CalendarKind,
    Epoch,
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
    all_of,
)
from tests.support.builders import DAY, HOUR, OFFICE, US, a_calendar, minutes, refused


def test_a_calendar_needs_only_an_id_and_a_duration():
    calendar = Calendar("massage", HOUR)

    assert calendar.kind is CalendarKind.ROUND_ROBIN
    assert (calendar.member_ids, calendar.primary_id, calendar.requirements) == ((), None, None)
    assert (calendar.buffer_before, calendar.minimum_notice) == (0 * HOUR, 0 * HOUR)
    assert (calendar.booking_horizon, calendar.grid, calendar.zone) == (None, None, None)
    assert (calendar.seats_per_slot, calendar.slot_step, calendar.is_active) == (1, None, True)


@pytest.mark.parametrize("kind", list(CalendarKind))
def test_a_kind_may_be_given_as_text(kind):
    members = [] if kind is CalendarKind.EVENT else ["ada"]

    assert a_calendar(kind=kind.value, member_ids=members).kind is kind


@pytest.mark.parametrize("kind", ["meeting", "PERSONAL", "", None, 3])
def test_an_unknown_kind_is_refused(kind):
    with refused(InvalidValueError, "choice", "kind"):
        a_calendar(kind=kind)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("personal", []),
        ("personal", ["ada", "grace"]),
        ("collective", []),
        ("event", ["ada"]),
    ],
)
def test_a_kind_that_its_members_do_not_suit_is_refused(kind, members):
    with refused(InvalidValueError, "member_ids", "member_ids"):
        a_calendar(kind=kind, member_ids=members)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("personal", ["ada"]),
        ("collective", ["ada"]),
        ("collective", ["ada", "grace"]),
        ("event", []),
        ("round_robin", []),
        ("class", []),
        ("service", []),
    ],
)
def test_a_kind_that_its_members_suit_is_accepted(kind, members):
    assert a_calendar(kind=kind, member_ids=members).member_ids == tuple(members)


def test_the_primary_is_one_of_the_members():
    team = ["ada", "grace"]

    calendar = a_calendar(kind="collective", member_ids=team, primary_id="grace")

    assert calendar.primary_id == "grace"
    with refused(InvalidValueError, "member_ids", "primary_id"):
        a_calendar(kind="collective", member_ids=team, primary_id="linus")


@pytest.mark.parametrize(
    ("kind", "seats", "has_sessions"),
    [("class", 1, True), ("class", 9, True), ("service", 1, False), ("service", 2, True)],
)
def test_bookings_share_sessions_in_a_class_or_where_a_slot_has_several_seats(
    kind, seats, has_sessions
):
    assert a_calendar(kind=kind, seats_per_slot=seats).has_sessions is has_sessions


def test_allowed_durations_are_the_duration_and_those_beside_it_shortest_first():
    calendar = a_calendar(duration=HOUR, durations=[2 * HOUR, minutes(30), HOUR, 2 * HOUR])

    assert calendar.allowed_durations == (minutes(30), HOUR, 2 * HOUR)
    assert a_calendar(duration=HOUR).allowed_durations == (HOUR,)
    assert calendar == a_calendar(duration=HOUR, durations=[HOUR, minutes(30), 2 * HOUR])


@pytest.mark.parametrize("name", ["duration", "slot_step", "booking_horizon"])
def test_what_must_last_is_not_zero(name):
    assert getattr(a_calendar(**{name: US}), name) == US
    with refused(InvalidValueError, "zero_step", name):
        a_calendar(**{name: 0 * HOUR})


@pytest.mark.parametrize(
    "name",
    [
        "duration",
        "slot_step",
        "booking_horizon",
        "buffer_before",
        "buffer_after",
        "minimum_notice",
    ],
)
def test_durations_are_neither_negative_nor_longer_than_ten_years(name):
    assert getattr(a_calendar(**{name: 3660 * DAY}), name) == 3660 * DAY
    with refused(InvalidValueError, "duration", name):
        a_calendar(**{name: -US})
    with pytest.raises(LimitExceededError, match=name):
        a_calendar(**{name: 3660 * DAY + US})


@pytest.mark.parametrize("name", ["buffer_before", "buffer_after", "minimum_notice"])
@pytest.mark.parametrize("value", [None, 15, 1.5, "15", float("nan")])
def test_a_duration_is_a_timedelta_and_nothing_else(name, value):
    with refused(InvalidValueError, "duration", name):
        a_calendar(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "kind", "code"),
    [
        ("id", "a\u202eb", InvalidValueError, "id"),
        ("name", 1, InvalidValueError, "text"),
        ("description", 1, InvalidValueError, "text"),
        ("location_id", "", InvalidValueError, "id"),
        ("is_active", "yes", InvalidValueError, "flag"),
        ("buffer_within_hours", 0, InvalidValueError, "flag"),
        ("seats_per_slot", 0, InvalidAmountError, "quantity"),
        ("seats_per_slot", True, InvalidAmountError, "quantity"),
        ("hours", "Mo", InvalidValueError, "type"),
        ("grid", HOUR, InvalidValueError, "type"),
        ("zone", "Europe", InvalidValueError, "unknown_zone"),
        ("member_ids", "ada", InvalidValueError, "ids"),
        ("requirements", all_of("ada"), InvalidValueError, "type"),
        ("durations", HOUR, InvalidValueError, "type"),
        ("durations", [60], InvalidValueError, "type"),
        ("durations", [0 * HOUR], InvalidValueError, "zero_step"),
    ],
)
def test_a_calendar_with_a_bad_field_is_refused(name, value, kind, code):
    with refused(kind, code, name):
        a_calendar(**{name: value})


def test_a_calendar_keeps_every_good_field():
    calendar = a_calendar(
        grid=Epoch(HOUR),
        zone="Europe/Berlin",
        hours=OFFICE,
        requirements=[all_of("studio")],
        location_id="berlin",
        buffer_within_hours=True,
        name="Massage",
        description="an hour",
        is_active=False,
    )

    assert (calendar.grid, calendar.zone.key) == (Epoch(HOUR), "Europe/Berlin")
    assert (calendar.hours, calendar.requirements) == (OFFICE, (all_of("studio"),))
    assert (calendar.location_id, calendar.name, calendar.is_active) == ("berlin", "Massage", False)
    assert calendar.buffer_within_hours


def test_requirements_may_be_none_at_all():
    assert a_calendar(requirements=[]).requirements == ()
    assert a_calendar(requirements=None).requirements is None


def test_a_subclass_of_timedelta_is_no_duration():
    class Odd(timedelta):
        pass

    with refused(InvalidValueError, "duration", "duration"):
        a_calendar(duration=Odd(hours=1))

"""Workspace reservation: what a policy says is what the engine keeps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bookable import (
    BookingRefused,
    CheckIn,
    CodecError,
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
    WeeklyHours,
)
from bookable.codecs.zoom_settings import OFF
from bookable.codecs.zoom_workspaces import (
    INCREMENTS,
    MOST_HOLIDAYS,
    Quota,
    WorkspacePolicy,
    calendar_of,
    read_policy,
    write_policy,
)
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    a_room,
    a_scheduler,
    at,
    minutes,
    offered,
    refused,
    rules,
)

WEEK = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")
FULL = {
    "timezone": "Europe/Berlin",
    "days_ahead": 14,
    "increment_minutes": 30,
    "default_minutes": 480,
    "desks_at_once": 5,
    "max_hours_per_reservation": 9,
    "restrict_to_business_hours": True,
    "max_reservations": {"most": 3, "per": "week"},
    "max_hours": {"most": 20, "per": "month"},
    "business_hours": "Mo-Th 09:00-17:00; Fr 09:00-15:00",
    "holidays": ["2026-12-25", "2027-01-01"],
    "check_in": {"enabled": True, "minutes_before": 10},
}


def desks(count=1, **fields):
    """Desks, and their state, under a policy in UTC."""
    calendar = calendar_of(WorkspacePolicy("UTC", **fields), "desks")
    rooms = [a_room(f"desk {number}", calendar_ids=["desks"]) for number in range(count)]
    return a_scheduler(calendar, *rooms)


def reserve(state, clock, booking_id, *, day=2, duration=HOUR, customer="ann"):
    request = state.request("desks", duration=duration, customer_id=customer)
    slot = state.slot(request, start=at(clock, day=day), now=NOW)
    return state.book(slot, booking_id=booking_id, now=NOW)


def why_not(state, clock, *, day=2, duration=HOUR, customer="ann"):
    request = state.request("desks", duration=duration, customer_id=customer)
    return [rule for rule, _ in rules(state.explain(request, start=at(clock, day=day), now=NOW))]


# What the engine keeps ---------------------------------------------------------


def test_the_last_day_ahead_is_in_and_the_next_is_out():
    state = desks()

    request = state.request("desks")
    assert not state.explain(request, start=at("16:00") + 181 * DAY, now=NOW)
    found = state.explain(request, start=at("09:00") + 182 * DAY, now=NOW)
    assert rules(found) == [("beyond_horizon", "desks")]
    assert not why_not(desks(days_ahead=0), "23:00")
    assert why_not(desks(days_ahead=0), "00:00", day=3) == ["beyond_horizon"]


@pytest.mark.parametrize("increment", INCREMENTS)
def test_starts_and_durations_are_multiples_of_the_increment(increment):
    state = desks(increment_minutes=increment, longest_hours=2)

    assert not why_not(state, f"09:{increment:02}")
    if increment > 1:
        assert why_not(state, "09:01") == ["off_grid"]
    assert not why_not(state, "09:00", duration=minutes(120 - increment))
    for wrong in (minutes(increment - 0.5), minutes(120 + increment)):
        with refused(InvalidValueError, "duration"):
            why_not(state, "09:00", duration=wrong)


def test_one_user_has_so_many_desks_at_once():
    state = desks(4, desks_at_once=2)
    for number in range(2):
        state = reserve(state, "09:00", f"B-{number}")

    assert why_not(state, "09:30") == ["limit_reached"]
    assert not why_not(state, "10:00")
    assert not why_not(state, "09:30", customer="bob")


def test_reservations_and_hours_are_limited_in_a_period():
    state = reserve(desks(reservations=Quota(1, "week")), "09:00", "B-1")
    assert why_not(state, "12:00", day=8) == ["limit_reached"]
    assert not why_not(state, "12:00", day=9)

    state = reserve(desks(hours=Quota(3, "day")), "09:00", "B-1", duration=2 * HOUR)
    assert not why_not(state, "12:00")
    assert why_not(state, "12:00", duration=2 * HOUR) == ["limit_reached"]
    assert not why_not(state, "12:00", day=3, duration=2 * HOUR)


def test_business_hours_count_only_where_reservations_are_restricted_to_them():
    holiday = {"business_hours": WEEK, "holidays": [date(2026, 3, 3)]}
    free, kept = desks(**holiday), desks(**holiday, is_restricted=True)

    assert not why_not(free, "20:00") + why_not(free, "12:00", day=3)
    assert why_not(kept, "20:00") == ["outside_hours"]
    assert why_not(kept, "12:00", day=3) == ["outside_hours"]
    assert offered(kept, "desks")[::28] == ["09:00", "16:00"]


def test_a_reservation_lasts_as_long_as_is_usual_unless_somebody_says():
    state = desks(default_minutes=480)

    assert state.request("desks").duration == 8 * HOUR
    assert state.request("desks", duration=15 * minutes(1)).duration == minutes(15)


def test_check_in_may_be_asked_for_with_or_without_release():
    released = CheckIn(minutes(5), minutes(10))
    for policy, becomes in ((released, "released"), (CheckIn(minutes(5)), "confirmed")):
        state = reserve(desks(check_in=policy), "09:00", "B-1")
        assert state.booking("B-1", now=at("09:10")).status.value == becomes


def test_a_refused_reservation_changes_nothing():
    state = reserve(desks(2), "09:00", "B-1")
    with pytest.raises(BookingRefused):
        reserve(state, "09:00", "B-2")
    assert list(state.bookings) == ["B-1"]


# Policies and bodies -----------------------------------------------------------


def test_a_body_says_every_rule():
    policy = read_policy(FULL)

    assert policy == WorkspacePolicy(
        "Europe/Berlin",
        14,
        30,
        480,
        5,
        9,
        Quota(3, "week"),
        Quota(20, "month"),
        WeeklyHours.parse("Mo-Th 09:00-17:00; Fr 09:00-15:00", zone="Europe/Berlin"),
        [date(2027, 1, 1), date(2026, 12, 25)],
        is_restricted=True,
        check_in=CheckIn(minutes(10)),
    )
    assert write_policy(policy) == FULL


def test_only_the_zone_has_to_be_said():
    policy = read_policy({"timezone": "UTC"})

    assert policy == WorkspacePolicy("UTC") == read_policy(write_policy(policy))
    assert (policy.days_ahead, policy.increment_minutes, policy.desks_at_once) == (181, 15, 1)
    assert policy.opening_hours is None
    assert read_policy({"timezone": "UTC", "check_in": {"enabled": False}}).check_in == OFF


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"timezone": None}, "$.timezone", "missing_key"),
        ({"timezone": "Mars"}, "$.timezone", "unknown_zone"),
        ({"days_ahead": 182}, "$.days_ahead", "quantity"),
        ({"days_ahead": True}, "$.days_ahead", "quantity"),
        ({"increment_minutes": 10}, "$.increment_minutes", "choice"),
        ({"increment_minutes": 60}, "$.increment_minutes", "quantity"),
        ({"default_minutes": 470}, "$.default_minutes", "increment"),
        ({"default_minutes": 600}, "$.default_minutes", "quantity"),
        ({"desks_at_once": 6}, "$.desks_at_once", "quantity"),
        ({"desks_at_once": 0}, "$.desks_at_once", "quantity"),
        ({"max_hours_per_reservation": 25}, "$.max_hours_per_reservation", "quantity"),
        ({"max_reservations": 3}, "$.max_reservations", "type"),
        ({"max_reservations": {"most": 3}}, "$.max_reservations.per", "missing_key"),
        ({"max_hours": {"most": -1, "per": "day"}}, "$.max_hours.most", "quantity"),
        ({"max_hours": {"most": 1, "per": "active"}}, "$.max_hours.per", "choice"),
        ({"max_hours": {"most": 1, "per": "day", "x": 1}}, "$.max_hours.x", "unknown_key"),
        ({"business_hours": "weekdays"}, "$.business_hours", "hours_syntax"),
        ({"business_hours": 9}, "$.business_hours", "type"),
        ({"holidays": ["25.12."]}, "$.holidays[0]", "not_date"),
        ({"holidays": ["2026-12-25"] * (MOST_HOLIDAYS + 1)}, "$.holidays", "limit_exceeded"),
        ({"restrict_to_business_hours": "no"}, "$.restrict_to_business_hours", "type"),
        ({"check_in": True}, "$.check_in", "type"),
        ({"reserve": 1}, "$.reserve", "unknown_key"),
    ],
)
def test_a_body_that_is_none_is_refused(change, path, code):
    with pytest.raises(CodecError) as caught:
        read_policy({**FULL, **change})
    assert (caught.value.path, caught.value.code) == (path, code)


@pytest.mark.parametrize(
    ("fields", "kind", "name"),
    [
        ({"days_ahead": 182}, InvalidAmountError, "days_ahead"),
        ({"increment_minutes": 7}, InvalidValueError, "increment_minutes"),
        ({"longest_hours": 0}, InvalidAmountError, "longest_hours"),
        ({"default_minutes": 20}, InvalidValueError, "default_minutes"),
        ({"desks_at_once": 6}, InvalidAmountError, "desks_at_once"),
        ({"reservations": 3}, InvalidValueError, "reservations"),
        ({"hours": timedelta(hours=3)}, InvalidValueError, "hours"),
        ({"business_hours": "Mo"}, InvalidValueError, "business_hours"),
        ({"business_hours": WeeklyHours({}, "Asia/Tokyo")}, InvalidValueError, "business_hours"),
        ({"is_restricted": 1}, InvalidValueError, "is_restricted"),
        ({"check_in": CheckIn(minutes(0.5))}, InvalidValueError, "check_in.early"),
    ],
)
def test_a_policy_that_cannot_be_one_is_refused(fields, kind, name):
    with pytest.raises(kind) as caught:
        WorkspacePolicy("UTC", **fields)
    assert caught.value.field == name


def test_quotas_and_holidays_have_bounds():
    with refused(InvalidAmountError, "quantity", "most"):
        Quota(10_001, "day")
    with refused(InvalidValueError, "choice", "period"):
        Quota(1, "concurrent")
    many = [date(2026, 1, 1) + number * DAY for number in range(MOST_HOLIDAYS + 1)]
    with refused(LimitExceededError, "limit_exceeded"):
        WorkspacePolicy("UTC", holidays=many)
    with refused(InvalidValueError, "type", "policy"):
        calendar_of(None, "desks")


def test_the_words_that_are_known_are_told_as_they_are_written():
    body = {"timezone": "UTC", "max_hours": {"most": 1, "per": "active"}}
    with pytest.raises(CodecError) as caught:
        read_policy(body)

    assert caught.value.reason == "expected one of 'day', 'week', 'month' or 'year', not 'active'"

"""Requests: by a calendar's rules or by their own, never by both."""

from __future__ import annotations

import pytest

from bookable import (
    Epoch,
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
    Request,
    all_of,
)
from tests.support.builders import DAY, HOUR, OFFICE, US, a_request, refused


def test_a_request_for_a_calendar_says_only_what_the_calendar_leaves_open():
    request = Request(HOUR, calendar_id="massage", party_size=2, host_ids=["grace", "ada"])

    assert (request.duration, request.party_size) == (HOUR, 2)
    assert request.host_ids == ("grace", "ada")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requirements", [all_of("studio")]),
        ("buffer_before", HOUR),
        ("buffer_after", HOUR),
        ("buffer_within_hours", True),
        ("minimum_notice", HOUR),
        ("booking_horizon", HOUR),
        ("slot_step", HOUR),
        ("grid", Epoch(HOUR)),
        ("zone", "Europe/Berlin"),
        ("hours", OFFICE),
    ],
)
def test_a_rule_beside_a_calendar_is_refused(name, value):
    with refused(InvalidValueError, "two_rules", name):
        Request(HOUR, calendar_id="massage", **{name: value})


def test_a_request_for_nothing_is_refused():
    with refused(InvalidValueError, "empty_request", "requirements"):
        Request(HOUR)
    with refused(InvalidValueError, "empty_request", "requirements"):
        Request(HOUR, [])


def test_no_hosts_are_not_the_same_as_any_host():
    assert Request(HOUR, calendar_id="massage").host_ids is None
    with refused(InvalidValueError, "empty_request", "host_ids"):
        Request(HOUR, calendar_id="massage", host_ids=[])


def test_hosts_without_a_calendar_are_refused():
    with refused(InvalidValueError, "host_ids", "host_ids"):
        a_request(host_ids=["ada"])


def test_a_request_may_state_all_its_own_rules():
    request = a_request(
        buffer_before=HOUR,
        buffer_after=2 * HOUR,
        buffer_within_hours=True,
        minimum_notice=DAY,
        booking_horizon=30 * DAY,
        slot_step=HOUR,
        grid=Epoch(HOUR),
        zone="Europe/Berlin",
        hours=OFFICE,
        party_size=3,
    )

    assert (request.buffer_before, request.buffer_after) == (HOUR, 2 * HOUR)
    assert (request.minimum_notice, request.booking_horizon) == (DAY, 30 * DAY)
    assert (request.slot_step, request.grid) == (HOUR, Epoch(HOUR))
    assert (request.zone.key, request.hours) == ("Europe/Berlin", OFFICE)
    assert (request.buffer_within_hours, request.party_size) == (True, 3)


def test_equal_requests_are_one_key():
    assert hash(a_request()) == hash(a_request())
    assert a_request() == a_request()
    assert a_request() != a_request(party_size=2)


@pytest.mark.parametrize(
    ("name", "value", "kind", "code"),
    [
        ("duration", 0 * HOUR, InvalidValueError, "zero_step"),
        ("duration", -US, InvalidValueError, "duration"),
        ("duration", 60, InvalidValueError, "duration"),
        ("duration", None, InvalidValueError, "duration"),
        ("party_size", 0, InvalidAmountError, "quantity"),
        ("party_size", True, InvalidAmountError, "quantity"),
        ("buffer_before", -US, InvalidValueError, "duration"),
        ("buffer_after", None, InvalidValueError, "duration"),
        ("buffer_within_hours", 1, InvalidValueError, "flag"),
        ("minimum_notice", -US, InvalidValueError, "duration"),
        ("booking_horizon", 0 * HOUR, InvalidValueError, "zero_step"),
        ("slot_step", 0 * HOUR, InvalidValueError, "zero_step"),
        ("grid", "hourly", InvalidValueError, "type"),
        ("zone", "../../etc/passwd", InvalidValueError, "unknown_zone"),
        ("hours", "always", InvalidValueError, "type"),
        ("requirements", "blue room", InvalidValueError, "type"),
        ("calendar_id", "", InvalidValueError, "id"),
    ],
)
def test_a_request_with_a_bad_field_is_refused(name, value, kind, code):
    with refused(kind, code, name):
        Request(**{"duration": HOUR, "requirements": [all_of("blue room")], name: value})


def test_a_request_has_at_most_fifty_requirements():
    with pytest.raises(LimitExceededError):
        Request(HOUR, [all_of(f"r{number}") for number in range(51)])

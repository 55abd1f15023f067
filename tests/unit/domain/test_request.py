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
from bookable.domain.refusal import RefusalCode
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
        ("buffer_policy", "shared"),
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


@pytest.mark.parametrize(("name", "value"), [("variant_id", "long"), ("add_on_ids", ["oil"])])
def test_variants_and_add_ons_are_those_of_a_calendar(name, value):
    assert getattr(Request(HOUR, calendar_id="massage", **{name: value}), name)
    with refused(InvalidValueError, name, name):
        a_request(**{name: value})


@pytest.mark.parametrize("name", ["location_id", "customer_id", "variant_id"])
def test_who_and_where_are_ids(name):
    assert getattr(Request(HOUR, calendar_id="massage", **{name: "x"}), name) == "x"
    with refused(InvalidValueError, "id", name):
        Request(HOUR, calendar_id="massage", **{name: ""})


@pytest.mark.parametrize("days", [-1, 3_660, True, 1.0, None])
def test_whole_days_are_a_number_of_them(days):
    assert a_request(whole_days=3_659).whole_days == 3_659
    with refused(InvalidAmountError, "quantity", "whole_days"):
        a_request(whole_days=days)


def test_lists_of_words_and_ids_keep_what_their_order_means():
    request = a_request(
        attendee_ids=["eve", "ada", "eve"],
        prefer_ids=["b", "a"],
        tags=["x", "y", "x"],
        blocking_kinds=["busy", "free", "busy"],
    )

    assert request.attendee_ids == ("eve", "ada")
    assert request.prefer_ids == ("b", "a")
    assert request.tags == {"x", "y"}
    assert request.blocking_kinds == {"busy", "free"}
    assert a_request().blocking_kinds is None


def test_the_tag_of_overbooking_is_the_library_s_own():
    with refused(InvalidValueError, "tags", "tags") as caught:
        Request(HOUR, [all_of("ada")], tags=["vip", "overbooked"])
    assert caught.value.value == "overbooked"
    assert Request(HOUR, [all_of("ada")], tags=["vip"]).tags == {"vip"}


@pytest.mark.parametrize(
    ("override", "code"),
    [
        ("busy", "type"),
        ({"busy": True}, "type"),
        (3, "type"),
        (["no_rule"], "choice"),
        (["busy", "never_fits"], "override"),
    ],
)
def test_an_override_is_a_list_of_rules_that_can_be_left_aside(override, code):
    with refused(InvalidValueError, code, "override"):
        a_request(override=override)


def test_rules_are_given_as_themselves_or_as_texts():
    assert a_request(override=["busy", RefusalCode.FULL]).override == {"busy", "full"}

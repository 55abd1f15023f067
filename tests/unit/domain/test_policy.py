"""Rules of time and access as values: what they accept, and what they say of wrong input."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import repeat
from zoneinfo import ZoneInfo

import pytest

from bookable import InvalidAmountError, InvalidValueError, LimitExceededError
from bookable.domain.policy import (
    BLOCKING_KINDS,
    Access,
    BookingPolicy,
    BusyKind,
    DateRange,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
    check_horizon,
    check_kinds,
    check_notice,
)
from tests.support.builders import DAY, HOUR, OFFICE, refused

ZERO = timedelta(0)
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 6)


# Busy kinds ----------------------------------------------------------------


def test_all_kinds_from_tentative_up_block():
    assert BusyKind.UNKNOWN in BLOCKING_KINDS
    assert set(BusyKind) - BLOCKING_KINDS == {BusyKind.FREE, BusyKind.ELSEWHERE}


def test_kinds_are_given_as_themselves_or_as_text_each_once():
    given = ["busy", BusyKind.BUSY, "out_of_office"]

    assert check_kinds(given, "kinds") == {BusyKind.BUSY, BusyKind.OUT_OF_OFFICE}
    assert check_kinds([], "kinds") == frozenset()
    assert check_kinds(None, "kinds") is None


@pytest.mark.parametrize("given", ["busy", b"busy", 3, BusyKind.BUSY, {}, {"busy": 1}])
def test_kinds_are_a_list(given):
    with refused(InvalidValueError, "type", "kinds"):
        check_kinds(given, "kinds")


def test_kinds_without_an_end_are_refused():
    with refused(LimitExceededError, "limit_exceeded"):
        check_kinds(repeat("busy"), "kinds")


def test_a_kind_is_one_of_those_there_are():
    with refused(InvalidValueError, "choice", "kinds"):
        check_kinds(["away"], "kinds")


# Notice and horizon --------------------------------------------------------

BOTH = [Months(3), WorkingDays(2), WorkingDays(2, OFFICE, "Europe/Berlin")]
NOTICES = [ZERO, HOUR, WorkingTime(HOUR), WorkingTime(ZERO, OFFICE), *BOTH]
HORIZONS = [None, DAY, LastDate(0), DateRange(FIRST, LAST), RollingDays(1), *BOTH]


@pytest.mark.parametrize("rule", NOTICES, ids=repr)
def test_every_kind_of_notice_is_taken_as_it_is(rule):
    assert check_notice(rule) is rule


@pytest.mark.parametrize("rule", HORIZONS, ids=repr)
def test_every_kind_of_horizon_is_taken_as_it_is(rule):
    assert check_horizon(rule) is rule


@pytest.mark.parametrize("rule", [*HORIZONS[2:5], None, 3, "1 h"], ids=repr)
def test_what_is_no_notice_is_refused(rule):
    with refused(InvalidValueError, "duration", "minimum_notice"):
        check_notice(rule)


@pytest.mark.parametrize("rule", [WorkingTime(HOUR), 3, "1 d"], ids=repr)
def test_what_is_no_horizon_is_refused(rule):
    with refused(InvalidValueError, "duration", "booking_horizon"):
        check_horizon(rule)


def test_a_horizon_of_no_time_is_refused_and_a_notice_of_none_is_not():
    with refused(InvalidValueError, "zero_step", "booking_horizon"):
        check_horizon(ZERO)
    assert check_notice(ZERO) == ZERO


@pytest.mark.parametrize(
    ("kind", "least", "most", "field"),
    [
        (Months, 0, 120, "count"),
        (WorkingDays, 0, 3_660, "count"),
        (LastDate, 0, 3_660, "days"),
        (RollingDays, 1, 366, "count"),
    ],
)
def test_counts_have_bounds(kind, least, most, field):
    assert getattr(kind(least), field) == least
    assert getattr(kind(most), field) == most
    for wrong in (least - 1, most + 1, True, 1.0, None):
        with refused(InvalidAmountError, "quantity", field):
            kind(wrong)


@pytest.mark.parametrize("kind", [Months, WorkingDays, LastDate, RollingDays])
def test_a_zone_may_be_given_by_name_or_left_to_the_calendar(kind):
    assert kind(1).zone is None
    assert kind(1, zone="Asia/Kathmandu").zone == ZoneInfo("Asia/Kathmandu")
    with refused(InvalidValueError, "unknown_zone", "zone"):
        kind(1, zone="Mars/Olympus")


def test_working_time_is_a_duration_of_hours():
    with refused(InvalidValueError, "duration", "duration"):
        WorkingTime(2)
    with refused(LimitExceededError, "limit_exceeded"):
        WorkingTime(3_661 * DAY)
    for kind, amount in ((WorkingTime, HOUR), (WorkingDays, 1)):
        with refused(InvalidValueError, "type", "hours"):
            kind(amount, "Mo-Fr 09:00-17:00")


def test_a_range_of_dates_goes_forward_and_may_be_one_day():
    one = DateRange(FIRST, FIRST, "Europe/Berlin")

    assert (one.first, one.last, one.zone) == (FIRST, FIRST, ZoneInfo("Europe/Berlin"))
    with refused(InvalidValueError, "reversed_interval", "last"):
        DateRange(LAST, FIRST)


@pytest.mark.parametrize("wrong", [datetime(2026, 3, 2), "2026-03-02", None], ids=repr)
def test_a_range_is_made_of_dates(wrong):
    with refused(InvalidValueError, "not_date", "first"):
        DateRange(wrong, LAST)
    with refused(InvalidValueError, "not_date", "last"):
        DateRange(FIRST, wrong)


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        (Months, (2, "Europe/Berlin")),
        (WorkingTime, (HOUR, OFFICE)),
        (WorkingDays, (2, OFFICE, "Europe/Berlin")),
        (LastDate, (7,)),
        (DateRange, (FIRST, LAST)),
        (RollingDays, (3,)),
    ],
)
def test_rules_are_values(kind, arguments):
    one, other = kind(*arguments), kind(*arguments)

    assert one == other
    assert hash(one) == hash(other)


# Who may book --------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["ann"], "allow"),
        (["ann", "guests"], "deny"),
        (["ann", "staff"], "allow"),
        (["bob"], "deny"),
        (["cid", "members"], "request"),
        (["cid", "members", "staff"], "allow"),
        (["cid"], "deny"),
        ([], "deny"),
    ],
)
def test_deny_wins_over_allow_and_that_over_request(names, expected):
    policy = BookingPolicy(
        allow=["ann", "staff"], request=["members"], deny=["bob", "guests"], otherwise="deny"
    )

    assert policy.access_of(names).value == expected


def test_without_words_everybody_may_book():
    assert BookingPolicy().access_of([]) is Access.ALLOW
    assert BookingPolicy(otherwise=Access.REQUEST).access_of(["ann"]) is Access.REQUEST


def test_a_booking_policy_checks_its_names():
    with refused(InvalidValueError, "ids", "customers"):
        BookingPolicy(allow="ann")
    with refused(InvalidValueError, "choice", "otherwise"):
        BookingPolicy(otherwise="maybe")


@pytest.mark.parametrize("name", ["cancel_notice", "reschedule_notice"])
def test_a_cut_off_is_a_duration_or_none(name):
    assert getattr(BookingPolicy(), name) is None
    for notice in (timedelta(0), timedelta(days=3660)):
        assert getattr(BookingPolicy(**{name: notice}), name) == notice
    for wrong in (-timedelta(seconds=1), 3, "PT1H"):
        with refused(InvalidValueError, "duration", name):
            BookingPolicy(**{name: wrong})

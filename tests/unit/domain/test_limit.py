from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bookable import InvalidAmountError, InvalidValueError, LimitExceededError
from bookable.domain.limit import Limit, LimitSubject, Period
from bookable.timeline.civil import to_zone
from tests.support.builders import refused


def test_a_limit_counts_the_bookings_of_a_calendar_unless_it_says_otherwise():
    limit = Limit(2, "day")

    assert (limit.maximum, limit.period) == (2, Period.DAY)
    assert limit.per == {LimitSubject.CALENDAR}
    assert (limit.zone, limit.week_start, limit.tag, limit.name) == (None, 0, None, "")


def test_subjects_and_zones_are_given_by_name():
    limit = Limit(2, "week", per=["host", "customer"], zone="Europe/Berlin")

    assert limit.per == {LimitSubject.HOST, LimitSubject.CUSTOMER}
    assert limit.zone is to_zone("Europe/Berlin")
    assert limit == Limit(2, Period.WEEK, per=("customer", "host"), zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ([], False),
        (["calendar", "customer", "location"], False),
        (["host"], True),
        (["resource"], True),
    ],
)
def test_a_limit_for_hosts_or_resources_is_asked_of_each(per, expected):
    assert Limit(1, "day", per=per).is_for_resources is expected


@pytest.mark.parametrize("maximum", [0, 1, 1_000_000, timedelta(0), timedelta(hours=3)])
def test_bookings_and_time_are_limited(maximum):
    assert Limit(maximum, "month").maximum == maximum


@pytest.mark.parametrize("period", ["active", "concurrent"])
def test_only_bookings_are_counted_where_there_are_no_dates(period):
    assert Limit(3, period).maximum == 3
    with refused(InvalidValueError, "quantity", "maximum"):
        Limit(timedelta(hours=3), period)


@pytest.mark.parametrize("maximum", [-1, True, 2.0, None, "2"])
def test_a_maximum_is_a_whole_number_or_a_duration(maximum):
    with refused(InvalidAmountError, "quantity", "maximum"):
        Limit(maximum, "day")


def test_a_duration_is_not_negative():
    with pytest.raises(InvalidValueError) as caught:
        Limit(-timedelta(hours=1), "day")
    assert caught.value.field == "maximum"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"period": "fortnight"}, "period"),
        ({"per": ["crowd"]}, "per"),
        ({"per": "host"}, "per"),
        ({"per": 3}, "per"),
        ({"per": {}}, "per"),
        ({"per": {"host": 1}}, "per"),
        ({"per": ["host", "resource"]}, "per"),
        ({"zone": "Mars/Base"}, "zone"),
        ({"week_start": 7}, "week_start"),
        ({"week_start": True}, "week_start"),
        ({"tag": ""}, "tag"),
        ({"tag": 3}, "tag"),
        ({"name": 3}, "name"),
    ],
)
def test_what_cannot_be_is_refused_by_name(fields, field):
    with pytest.raises(InvalidValueError) as caught:
        Limit(1, **{"period": "day", **fields})
    assert caught.value.field == field


def test_subjects_without_end_are_refused():
    with pytest.raises(LimitExceededError):
        Limit(1, "day", per=itertools.repeat("host"))


def test_a_name_is_of_bounded_length():
    with pytest.raises(LimitExceededError):
        Limit(1, "day", name="x" * 10_001)

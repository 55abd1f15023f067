"""One half-open interval: its relations, its day, and what is none."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookable.errors import InvalidIntervalError, InvalidValueError, NaiveDatetimeError
from bookable.timeline.interval import Interval, check_interval

BERLIN = ZoneInfo("Europe/Berlin")


def at(hour):
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def hours(start, end):
    return Interval(at(start), at(end))


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("other", "overlaps", "abuts", "common"),
    [
        pytest.param(hours(6, 8), False, False, None, id="completely before"),
        pytest.param(hours(7, 9), False, True, None, id="before, touching"),
        pytest.param(hours(8, 10), True, False, hours(9, 10), id="partly before"),
        pytest.param(hours(9, 10), True, False, hours(9, 10), id="contained, from the start"),
        pytest.param(hours(9, 12), True, False, hours(9, 12), id="the same"),
        pytest.param(hours(8, 13), True, False, hours(9, 12), id="containing"),
        pytest.param(hours(11, 13), True, False, hours(11, 12), id="partly after"),
        pytest.param(hours(12, 13), False, True, None, id="after, touching"),
        pytest.param(hours(13, 14), False, False, None, id="completely after"),
    ],
)
def test_relations_with_nine_to_twelve(other, overlaps, abuts, common, swapped):
    a, b = (other, hours(9, 12)) if swapped else (hours(9, 12), other)

    assert a.overlaps(b) is overlaps
    assert a.abuts(b) is abuts
    assert a & b == common


def test_an_interval_encloses_itself_and_no_more():
    assert hours(9, 12).encloses(hours(9, 12))
    assert hours(9, 12).encloses(hours(10, 11))
    assert not hours(9, 12).encloses(hours(8, 10))
    assert not hours(9, 12).encloses(hours(11, 13))


def test_the_end_is_outside():
    assert hours(9, 12).contains(at(9))
    assert not hours(9, 12).contains(at(12))


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        pytest.param(at(9), at(9), "empty_interval", id="empty"),
        pytest.param(at(10), at(9), "reversed_interval", id="reversed"),
        pytest.param(
            datetime(2026, 3, 2, 10, tzinfo=BERLIN), at(9), "empty_interval", id="empty in UTC"
        ),
        pytest.param(
            datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1),
            datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN, fold=0),
            "reversed_interval",
            id="a fold, in order by the wall clock",
        ),
    ],
)
def test_an_interval_without_an_instant_is_refused(start, end, code):
    with pytest.raises(InvalidIntervalError) as caught:
        Interval(start, end)

    assert caught.value.code == code


def test_a_fold_pair_against_the_order_of_the_wall_clock_is_an_interval():
    first = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN, fold=0)
    second = datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN, fold=1)

    assert Interval(first, second).duration == timedelta(minutes=30)


@pytest.mark.parametrize("field", ["start", "end"])
def test_the_error_names_the_end_that_is_wrong(field):
    ends = {"start": at(9), "end": at(10), field: datetime(2026, 3, 2, 9)}

    with pytest.raises(NaiveDatetimeError) as caught:
        Interval(**ends)

    assert caught.value.field == field


def test_an_interval_is_a_value():
    with pytest.raises(AttributeError):
        hours(9, 10).start = at(8)

    assert pickle.loads(pickle.dumps(hours(9, 10))) == hours(9, 10)
    assert str(hours(9, 10)) == "[2026-03-02T09:00:00+00:00, 2026-03-02T10:00:00+00:00)"


def test_intervals_have_no_order():
    with pytest.raises(TypeError):
        sorted([hours(9, 10), hours(8, 9)])
    with pytest.raises(TypeError):
        hours(9, 10) & (at(9), at(10))


@pytest.mark.parametrize(
    ("day", "zone", "length"),
    [
        (date(2026, 3, 2), "Europe/Berlin", 24),
        (date(2026, 3, 29), "Europe/Berlin", 23),
        (date(2026, 10, 25), "Europe/Berlin", 25),
        (date(2018, 11, 4), "America/Sao_Paulo", 23),
        (date(2024, 10, 6), ZoneInfo("Australia/Lord_Howe"), 23.5),
    ],
)
def test_a_day_is_as_long_as_the_clock_makes_it(day, zone, length):
    assert Interval.day(day, zone=zone).duration == timedelta(hours=length)


def test_a_day_that_the_zone_skipped_is_no_interval():
    with pytest.raises(InvalidIntervalError):
        Interval.day(date(2011, 12, 30), zone="Pacific/Apia")


def test_a_day_is_a_date():
    with pytest.raises(InvalidValueError) as caught:
        Interval.day(datetime(2026, 3, 2), zone="Europe/Berlin")

    assert caught.value.code == "not_date"


def test_whoever_needs_an_interval_takes_nothing_else():
    assert check_interval(hours(9, 10), "within") == hours(9, 10)
    with pytest.raises(InvalidValueError) as caught:
        check_interval((at(9), at(10)), "within")

    assert caught.value.field == "within"

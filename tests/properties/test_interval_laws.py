"""Intervals against the instants that they hold, and the relations against each other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given

from bookable.timeline.interval import Interval
from tests.support import strategies as st

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minute):
    return NINE + minute * MINUTE


intervals = st.builds(
    lambda start, length: Interval(at(start), at(start + length)),
    st.integers(0, 8),
    st.integers(1, 4),
)
zones = st.sampled_from(
    [UTC, timezone(timedelta(hours=-3, minutes=-30)), ZoneInfo("Europe/Berlin")]
)


def minutes(interval):
    return {m for m in range(-2, 15) if interval.start <= at(m) < interval.end}


@given(intervals)
def test_an_interval_holds_its_start_and_not_its_end(a):
    assert a.contains(a.start)
    assert not a.contains(a.end)
    assert minutes(a) == {m for m in range(-2, 15) if a.contains(at(m))}
    assert a.duration == len(minutes(a)) * MINUTE


@given(intervals, intervals)
def test_overlapping_is_sharing_an_instant(a, b):
    assert a.overlaps(b) == b.overlaps(a) == bool(minutes(a) & minutes(b))
    assert a.overlaps(b) == ((a & b) is not None)


@given(intervals, intervals)
def test_the_intersection_holds_what_both_hold(a, b):
    common = a & b

    assert common == b & a
    assert (minutes(common) if common else set()) == minutes(a) & minutes(b)


@given(intervals, intervals)
def test_abutting_is_touching_without_sharing(a, b):
    together = minutes(a) | minutes(b)
    joined = together == set(range(min(together), max(together) + 1))

    assert a.abuts(b) == b.abuts(a) == (joined and not a.overlaps(b))


@given(intervals, intervals)
def test_enclosing_is_holding_all_of_it(a, b):
    assert a.encloses(b) == (minutes(b) <= minutes(a))
    assert (a.encloses(b) and b.encloses(a)) == (a == b)


@given(intervals, zones)
def test_the_zone_that_an_interval_was_given_in_is_forgotten(a, zone):
    same = Interval(a.start.astimezone(zone), a.end.astimezone(zone))

    assert same == a
    assert hash(same) == hash(a)
    assert same.start.tzinfo is UTC


@given(intervals)
def test_microseconds_say_the_same(a):
    assert Interval.from_us(a.start_us, a.end_us) == a

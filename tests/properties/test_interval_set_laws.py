"""Interval sets are a boolean algebra: every operation against sets of minutes."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given

from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet
from tests.support import strategies as st

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
AXIS = range(-2, 15)


def at(minute):
    return NINE + minute * MINUTE


def interval(start, length):
    return Interval(at(start), at(start + length))


intervals = st.builds(interval, st.integers(0, 8), st.integers(1, 4))
sets = st.lists(intervals, max_size=5).map(IntervalSet)
WHOLE = IntervalSet([interval(AXIS.start, len(AXIS))])


def minutes(some):
    return {m for m in AXIS if some.contains(at(m))}


def of_interval(some):
    return {m for m in AXIS if some.start <= at(m) < some.end}


@given(st.lists(intervals, max_size=5))
def test_a_set_holds_what_its_intervals_hold(some):
    assert minutes(IntervalSet(some)) == {m for each in some for m in of_interval(each)}


@given(sets)
def test_the_intervals_of_a_set_are_maximal_and_in_order(a):
    assert all(one.end < other.start for one, other in pairwise(a))
    assert IntervalSet(a) == a
    assert len(a) == len(list(a))
    assert bool(a) == bool(minutes(a))
    assert a.duration == len(minutes(a)) * MINUTE


@given(sets, sets)
def test_sets_are_equal_exactly_when_they_hold_the_same(a, b):
    assert (a == b) == (minutes(a) == minutes(b))
    if a == b:
        assert hash(a) == hash(b)


@given(sets, sets)
def test_the_operators_are_those_of_sets(a, b):
    assert minutes(a | b) == minutes(a) | minutes(b)
    assert minutes(a & b) == minutes(a) & minutes(b)
    assert minutes(a - b) == minutes(a) - minutes(b)


@given(sets, sets, sets)
def test_the_laws_of_a_boolean_algebra_hold(a, b, c):
    assert a | b == b | a
    assert a & b == b & a
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)
    assert a & (b | c) == (a & b) | (a & c)
    assert a | (b & c) == (a | b) & (a | c)
    assert a | (a & b) == a == a & (a | b)
    assert WHOLE - (a | b) == (WHOLE - a) & (WHOLE - b)
    assert WHOLE - (WHOLE - a) == a
    assert a - b == a & (WHOLE - b)


@given(sets, intervals)
def test_covering_is_holding_every_instant(a, some):
    assert a.covers(some) == (of_interval(some) <= minutes(a))


@given(sets, intervals)
def test_clipping_is_intersecting_with_one_interval(a, some):
    assert a.clip(some) == a & IntervalSet([some])


@given(sets, st.integers(0, 5))
def test_at_least_drops_what_is_too_short(a, length):
    kept = a.at_least(length * MINUTE)

    assert list(kept) == [each for each in a if each.duration >= length * MINUTE]


@given(sets)
def test_a_set_survives_pickling_and_its_own_repr(a):
    assert pickle.loads(pickle.dumps(a)) == a
    assert IntervalSet.from_us(a.pieces_us) == a

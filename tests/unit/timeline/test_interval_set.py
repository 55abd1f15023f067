"""Sets of instants: reading them, and what does not go into one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable.errors import InvalidValueError, NaiveDatetimeError
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet


def at(hour):
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def hours(start, end):
    return Interval(at(start), at(end))


def test_touching_intervals_are_one():
    assert list(IntervalSet([hours(10, 12), hours(9, 10)])) == [hours(9, 12)]


def test_the_empty_set_is_false_and_has_no_time_in_it():
    assert not IntervalSet()
    assert len(IntervalSet()) == 0
    assert IntervalSet().duration == timedelta(0)
    assert str(IntervalSet()) == "{}"
    assert not IntervalSet().contains(at(9))


def test_a_set_reads_like_its_intervals():
    some = IntervalSet([hours(9, 10), hours(11, 12)])

    assert str(some) == (
        "{[2026-03-02T09:00:00+00:00, 2026-03-02T10:00:00+00:00), "
        "[2026-03-02T11:00:00+00:00, 2026-03-02T12:00:00+00:00)}"
    )
    assert repr(some) == f"IntervalSet([{hours(9, 10)!r}, {hours(11, 12)!r}])"


def test_the_end_of_a_set_is_outside():
    some = IntervalSet([hours(9, 10), hours(11, 12)])

    assert some.contains(at(9))
    assert not some.contains(at(10))
    assert not some.contains(at(8))
    assert some.contains(at(11))


def test_an_interval_across_a_hole_is_not_covered():
    some = IntervalSet([hours(9, 10), hours(11, 12)])

    assert some.covers(hours(11, 12))
    assert not some.covers(hours(9, 12))


def test_at_least_zero_is_everything():
    some = IntervalSet([hours(9, 10), hours(11, 13)])

    assert some.at_least(timedelta(0)) == some
    assert some.at_least(timedelta(hours=2)) == IntervalSet([hours(11, 13)])


@pytest.mark.parametrize("operate", ["__or__", "__and__", "__sub__"])
def test_sets_combine_with_sets_only(operate):
    assert getattr(IntervalSet(), operate)(hours(9, 10)) is NotImplemented


@pytest.mark.parametrize("intervals", [[(at(9), at(10))], hours(9, 10), "9-10", None, [None]])
def test_a_set_is_made_of_intervals(intervals):
    with pytest.raises(InvalidValueError) as caught:
        IntervalSet(intervals)

    assert caught.value.field == "intervals"


def test_questions_to_a_set_are_checked_too():
    with pytest.raises(NaiveDatetimeError):
        IntervalSet().contains(datetime(2026, 3, 2, 9))
    with pytest.raises(InvalidValueError):
        IntervalSet().covers((at(9), at(10)))
    with pytest.raises(InvalidValueError):
        IntervalSet().clip(at(9))
    with pytest.raises(InvalidValueError) as caught:
        IntervalSet().at_least(-timedelta(hours=1))

    assert caught.value.code == "duration"


def test_a_set_cannot_be_changed():
    with pytest.raises(AttributeError):
        IntervalSet().pieces_us = ((0, 1),)

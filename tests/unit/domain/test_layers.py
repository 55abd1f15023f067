"""Hours made of other hours, judged as sets of instants."""

from __future__ import annotations

import pytest
from hypothesis import given

from bookable import AnyHours, Hours, Interval, IntervalSet, LimitExceededError, WeeklyHours
from bookable.domain.hours import MOST_NESTED
from bookable.domain.layers import all_open, both_open, closed_during, open_only_during
from tests.support import strategies as st
from tests.support.builders import DAY, HOUR, at, monday, us

LOW, HIGH = us("00:00", day=1), us("24:00", day=4)
MORNING = WeeklyHours.parse("Mo-We 06:00-12:00", zone="UTC")
NIGHT = WeeklyHours.parse("Mo-We 20:00-04:00", zone="Asia/Kolkata")
KINDS = (
    None,
    MORNING,
    NIGHT,
    Hours(MORNING, closures=IntervalSet([monday("07:00", "08:00")])),
    Hours(closures=IntervalSet([monday("07:00", "18:00")])),
    AnyHours([MORNING, NIGHT]),
    AnyHours([]),
    AnyHours([AnyHours([Hours(NIGHT, restrictions=[MORNING])]), MORNING]),
)
HOURS = st.sampled_from(KINDS)
AWAY = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 30)).map(
        lambda pair: Interval(
            at("00:00", day=1) + pair[0] * HOUR, at("00:00", day=1) + sum(pair) * HOUR
        )
    ),
    max_size=4,
)


def opening(hours):
    """The instants it is open on these days; None is always."""
    everything = IntervalSet.from_us(((LOW, HIGH),))
    return everything if hours is None else IntervalSet.from_us(hours.open_us(LOW, HIGH))


@given(HOURS, HOURS)
def test_both_are_open_where_each_of_them_is(one, other):
    assert opening(both_open(one, other)) == opening(one) & opening(other)


@given(HOURS, AWAY)
def test_what_is_closed_meanwhile_loses_those_times_alone(hours, away):
    week = [Interval(at("00:00", day=1), at("00:00", day=1) + 4 * DAY)]

    assert opening(closed_during(hours, away)) == opening(hours) - IntervalSet(away)
    assert opening(open_only_during(hours, away)) == opening(hours) & IntervalSet(away)
    assert opening(open_only_during(hours, week)) == opening(hours)


@pytest.mark.parametrize("hours", KINDS)
def test_closing_for_no_time_changes_nothing(hours):
    assert closed_during(hours, []) is hours


@pytest.mark.parametrize("hours", KINDS[1:])
def test_the_zone_of_the_first_one_stays(hours):
    away = [monday("09:00", "10:00")]

    for made in (
        both_open(hours, NIGHT),
        closed_during(hours, away),
        open_only_during(hours, away),
    ):
        assert made.zone == hours.zone


def test_hours_that_cannot_be_nested_deeper_can_be_closed_all_the_same():
    deep = MORNING
    while deep._depth < MOST_NESTED:
        deep = AnyHours([deep])

    assert closed_during(deep, [monday("09:00", "10:00")])._depth == MOST_NESTED
    with pytest.raises(LimitExceededError):
        both_open(deep, NIGHT)


def test_all_open_takes_each_hours_once():
    assert all_open([]) is None
    assert all_open([None, NIGHT, None, NIGHT]) == NIGHT

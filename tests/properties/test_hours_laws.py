"""Opening hours against a clock that is looked at once a minute (SPEC N4, N5, N7, N8).

A sample of zones and changes in every run; with ``BOOKABLE_EXHAUSTIVE=1`` every zone
of the database and every change from 2000 to 2040 (`wall_clock`).
"""

from __future__ import annotations

import pickle
import random
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given

from bookable.domain.hours import (
    AnyHours,
    DateOverride,
    Hours,
    Layering,
    WeeklyHours,
    Window,
    windows_of,
)
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet
from tests.properties.wall_clock import MINUTE, Clock, cases
from tests.support import strategies as st

HOURS = 60
DAY = 24 * HOURS
REACH = 60 * HOURS
INNER = 24 * HOURS


def test_hours_near_a_change_are_open_by_the_wall_clock():
    checked = 0
    for name, change in cases("hours", 25):
        clock = Clock(name, change - REACH, change + REACH)
        pick = random.Random(f"hours {name} {change}")
        for _ in range(4):
            check_hours(pick, name, clock, change)
            checked += 1

    assert checked
    print(f"{checked:,} hours expanded")


def check_hours(pick, name, clock, change):
    """One value drawn near a change: what it opens, minute by minute."""
    week = {weekday: draw_windows(pick, clock) for weekday in range(1, 8) if pick.random() < 0.8}
    dated = {day: draw_windows(pick, clock) for day in clock.dates() if pick.random() < 0.3}
    layering = pick.choice(list(Layering))
    ambiguous_end = pick.choice(["first", "last"])
    hours = Hours(
        WeeklyHours(as_windows(week), zone=name),
        overrides=as_windows(dated),
        layering=layering,
        ambiguous_end=ambiguous_end,
    )
    lo, hi = change - INNER, change + INNER

    ends = clock.last_at if ambiguous_end == "last" else clock.first_at
    wanted = set()
    for day in clock.dates():
        for opens, closes in layered(layering, week.get(day.isoweekday(), []), dated, day):
            midnight = datetime.combine(day, time(0))
            wanted.update(
                range(
                    clock.first_at(midnight + timedelta(minutes=opens)),
                    ends(midnight + timedelta(minutes=closes)),
                )
            )

    assert hours.open_us(lo * MINUTE, hi * MINUTE) == runs(wanted & set(range(lo, hi))), repr(hours)


def layered(layering, weekly, dated, day):
    if layering == "weekly_only":
        return weekly
    if layering == "dates_only":
        return dated.get(day, [])
    if layering == "union":
        return weekly + dated.get(day, [])
    return dated.get(day, weekly)


def draw_windows(pick, clock):
    """Windows that begin and end near what the clock shows before and after it changes."""
    shown = (clock.shown[REACH - 1], clock.shown[REACH])
    near = [(s.hour * 60 + s.minute + step) % DAY for s in shown for step in (-30, 0, 1, 15, 61)]
    windows = []
    for _ in range(pick.choice([0, 1, 1, 2, 3])):
        opens, closes = (pick.choice([*near, 0, pick.randrange(DAY)]) for _ in range(2))
        windows.append((opens, closes if closes > opens else closes + DAY))
    return windows


def as_windows(by_day):
    return {
        day: [Window(as_time(opens), as_time(closes)) for opens, closes in windows]
        for day, windows in by_day.items()
    }


def as_time(minute):
    return time(minute % DAY // 60, minute % 60)


def runs(minutes):
    found = []
    for minute in sorted(minutes):
        if found and found[-1][1] == minute * MINUTE:
            found[-1] = (found[-1][0], (minute + 1) * MINUTE)
        else:
            found.append((minute * MINUTE, (minute + 1) * MINUTE))
    return tuple(found)


# Layers, on a few hours of two days in UTC --------------------------------------

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
AXIS = Interval(MONDAY, MONDAY + timedelta(days=2))


def at(hour):
    return MONDAY + timedelta(hours=hour)


hour_times = st.integers(0, 7).map(lambda hour: time(hour * 3))
windows = st.lists(st.builds(Window, hour_times, hour_times), max_size=3)
weeks = st.dictionaries(st.integers(1, 2) | st.just(7), windows, max_size=3)
weekly_hours = weeks.map(lambda week: WeeklyHours(week, zone="UTC"))
overrides = st.dictionaries(st.sampled_from([date(2026, 3, day) for day in (1, 2, 3)]), windows)
intervals = st.builds(
    lambda start, length: Interval(at(start * 3), at((start + length) * 3)),
    st.integers(0, 12),
    st.integers(1, 4),
)
closures = st.lists(intervals, max_size=2).map(IntervalSet)
bounds = st.none() | intervals
simple_hours = st.builds(
    lambda weekly, dated, closed, layering: Hours(
        weekly, overrides=dated, closures=closed, layering=layering, zone="UTC"
    ),
    weekly_hours | st.none(),
    overrides,
    closures,
    st.sampled_from(list(Layering)),
)
any_hours = st.recursive(
    weekly_hours | simple_hours,
    lambda inner: (
        st.lists(inner, max_size=3).map(AnyHours)
        | st.builds(
            lambda weekly, parts: Hours(weekly, restrictions=parts),
            weekly_hours,
            st.lists(inner, max_size=2),
        )
    ),
    max_leaves=5,
)


@given(simple_hours, closures, bounds, st.lists(any_hours, max_size=2))
def test_layers_are_operations_on_sets(hours, closed, validity, restrictions):
    layered = Hours(
        hours.weekly,
        overrides=hours.overrides,
        layering=hours.layering,
        zone="UTC",
        closures=closed,
        valid_from=validity and validity.start,
        valid_until=validity and validity.end,
        restrictions=restrictions,
    )
    base = Hours(hours.weekly, overrides=hours.overrides, layering=hours.layering, zone="UTC")

    wanted = base.open_within(AXIS) - closed
    if validity:
        wanted = wanted.clip(validity)
    for part in restrictions:
        wanted &= part.open_within(AXIS)

    assert layered.open_within(AXIS) == wanted


@given(st.lists(any_hours, max_size=3))
def test_any_hours_are_the_union_of_their_parts(parts):
    wanted = IntervalSet()
    for part in parts:
        wanted |= part.open_within(AXIS)

    assert AnyHours(parts).open_within(AXIS) == wanted


@given(any_hours, st.lists(st.integers(0, 48), min_size=3, max_size=3, unique=True))
def test_adjoining_windows_open_the_same_as_the_whole(hours, three):
    lo, middle, hi = (at(hour) for hour in sorted(three))
    whole = hours.open_within(Interval(lo, hi))

    parts = hours.open_within(Interval(lo, middle)) | hours.open_within(Interval(middle, hi))

    assert parts == whole


@given(weekly_hours)
def test_the_text_of_weekly_hours_reads_back(hours):
    assert WeeklyHours.parse(str(hours), zone="UTC") == hours


@given(windows.filter(bool))
def test_the_text_of_windows_reads_back(some):
    text = ",".join(str(window) for window in some)

    assert DateOverride(date(2026, 3, 2), windows_of(text)) == DateOverride(date(2026, 3, 2), some)


@given(any_hours)
def test_hours_survive_pickling(hours):
    again = pickle.loads(pickle.dumps(hours))

    assert again == hours
    assert hash(again) == hash(hours)
    assert again.open_within(AXIS) == hours.open_within(AXIS)


@given(weeks, overrides, st.randoms())
def test_the_order_of_windows_and_dates_does_not_matter(week, dated, random):
    def mixed(items):
        return random.sample(items, len(items))

    shuffled = Hours(
        WeeklyHours({day: mixed(week[day]) for day in mixed(list(week))}, zone="UTC"),
        overrides=[DateOverride(day, [w]) for day in mixed(list(dated)) for w in mixed(dated[day])]
        + [DateOverride(day) for day in dated],
    )

    assert shuffled == Hours(WeeklyHours(week, zone="UTC"), overrides=dated)

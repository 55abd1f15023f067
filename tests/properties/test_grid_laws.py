"""Grids against their definitions: the wall clock, looked at once a minute; plain arithmetic."""

from __future__ import annotations

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given

from bookable.timeline.grid import Epoch, FixedStarts, LocalMidnight
from bookable.timeline.instant import from_us
from tests.properties.wall_clock import MINUTE, ODD_ZONES, Clock, cases
from tests.support import strategies as st

HOURS = 60
STEPS = (1, 5, 7, 15, 20, 30, 40, 45, 60, 75, 90, 120, 1_000, 1_440)
OFFSETS = (0, 0, 5, 10, 50, 100, 2_000)


def test_local_grids_near_a_change_start_by_the_wall_clock():
    checked = 0
    for name, change in cases("grid", 25):
        clock = Clock(name, change - 30 * HOURS, change + 30 * HOURS)
        of_day = [shown.hour * 60 + shown.minute for shown in clock.shown]
        pick = random.Random(f"grid {name} {change}")
        for step, offset in [(pick.choice(STEPS), pick.choice(OFFSETS)) for _ in range(4)]:
            wanted = tuple(
                minute * MINUTE
                for minute, shown in zip(clock.minutes, of_day, strict=True)
                if (shown - offset) % step == 0
            )
            check_grid(name, step, offset, clock, wanted)
            checked += 1

    assert checked
    print(f"{checked:,} grids")


def check_grid(name, step, offset, clock, wanted):
    grid = LocalMidnight(ZoneInfo(name), timedelta(minutes=step), timedelta(minutes=offset))
    lo, hi = clock.minutes.start * MINUTE, clock.minutes.stop * MINUTE
    assert grid.starts_us(lo, hi) == wanted, f"{name} {step} {offset}"
    assert grid.candidate_bound(lo, hi) >= len(wanted)
    on = set(wanted)
    for minute in {*clock.minutes[::61], *(start // MINUTE for start in wanted[:10])}:
        assert grid.includes_us(minute * MINUTE) == (minute * MINUTE in on)


zones = st.sampled_from(ODD_ZONES)
steps = st.builds(lambda n, unit: n * unit, st.integers(1, 90), st.sampled_from([7, 10**6, MINUTE]))
grids = st.one_of(
    st.builds(
        lambda zone, step, offset: LocalMidnight(
            zone, timedelta(microseconds=step), timedelta(microseconds=offset)
        ),
        zones,
        st.integers(300_000_000, 86_400_000_000),
        st.integers(0, 10**12),
    ),
    st.builds(
        lambda step, offset: Epoch(timedelta(microseconds=step), timedelta(microseconds=offset)),
        st.integers(300_000_000, 10**12),
        st.integers(0, 10**12),
    ),
    st.lists(st.integers(0, 40 * 24 * 60), max_size=9).map(
        lambda minutes: FixedStarts([from_us(FROM + minute * MINUTE) for minute in minutes])
    ),
)
FROM = 1_772_000_000_000_000
edges = st.integers(0, 40 * 24 * 60).map(lambda minute: FROM + minute * MINUTE)


@given(grids, edges, edges)
def test_the_starts_of_a_window_are_those_that_the_grid_includes(grid, lo, hi):
    starts = grid.starts_us(lo, hi)

    assert list(starts) == sorted(set(starts))
    assert all(lo <= start < hi and grid.includes_us(start) for start in starts)
    assert grid.candidate_bound(lo, hi) >= len(starts)
    for start in starts[:20]:
        assert grid.includes_us(start + 1) == (start + 1 in grid.starts_us(start + 1, start + 2))


@given(grids, st.tuples(edges, edges, edges))
def test_adjoining_windows_list_every_start_once(grid, three):
    lo, middle, hi = sorted(three)

    assert grid.starts_us(lo, middle) + grid.starts_us(middle, hi) == grid.starts_us(lo, hi)


@given(
    st.integers(1, 10**6), st.integers(0, 10**7), st.integers(-(10**6), 10**6), st.integers(0, 9)
)
def test_an_epoch_grid_is_arithmetic(step, offset, lo, count):
    grid = Epoch(timedelta(microseconds=step), timedelta(microseconds=offset))
    hi = lo + count * step

    starts = grid.starts_us(lo, hi)

    assert len(starts) == count
    assert all((start - offset) % step == 0 and lo <= start < hi for start in starts)

"""Civil time at the changes of clocks, against a clock that is looked at once a minute.

A sample of zones and changes in every run; with ``BOOKABLE_EXHAUSTIVE=1`` every zone
of the database and every change from 2000 to 2040 (`wall_clock`).
"""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given

from bookable.timeline import civil
from bookable.timeline.civil import AmbiguousEnd, Fold, Gap, Unambiguous
from tests.properties import wall_clock
from tests.properties.wall_clock import MINUTE, ZONES, Clock, cases, changes
from tests.support import strategies as st

HOURS = 60
REACH = 60 * HOURS
INNER = 30 * HOURS
SIX_DAYS = 6 * 24 * HOURS


def test_every_wall_time_near_a_change_means_what_the_clock_shows():
    checked = 0
    for name, change in cases("civil", 25):
        checked += check_change(name, change)

    assert checked
    print(f"{checked:,} wall times resolved")


def check_change(name, change):
    """Wall times around one change of the clock: its edges and some others."""
    zone = ZoneInfo(name)
    clock = Clock(name, change - REACH, change + REACH)
    before, after = clock.shown[REACH - 1], clock.shown[REACH]
    pick = random.Random(f"{name} {change}")
    edges = {
        shown + step * timedelta(minutes=1) for shown in (before, after) for step in range(-1, 3)
    }
    others = {before + timedelta(minutes=pick.randint(-INNER, INNER)) for _ in range(40)}
    for wall in edges | others:
        check_wall(wall, zone, clock, change, before)
    return len(edges | others)


def check_wall(wall, zone, clock, change, before):
    shows = [minute * MINUTE for minute in clock.showing(wall)]
    reaches, leaves = clock.first_at(wall) * MINUTE, clock.last_at(wall) * MINUTE
    # As if the clock had never been changed.
    unchanged = (change - 1) * MINUTE + (wall - before) // timedelta(microseconds=1)
    match civil.classify(wall, zone):
        case Unambiguous(instant):
            assert shows == [instant]
            assert civil.event_us(wall, zone) == civil.exact_us(wall, zone) == instant
        case Fold(earlier, later):
            assert shows == [earlier, later]
            assert civil.event_us(wall, zone) == earlier
        case Gap(transition, _, _):
            assert shows == []
            assert transition == change * MINUTE
            assert civil.event_us(wall, zone) == unchanged
    day, of_day = wall.date(), (wall.hour * 60 + wall.minute) * MINUTE
    assert civil.resolve_us(day, of_day, zone) == reaches
    assert civil.resolve_us(day, of_day, zone, ambiguous=AmbiguousEnd.LAST) == leaves


def test_reading_the_clock_near_a_change_gives_what_it_shows():
    checked = 0
    for name, change in cases("reading", 25):
        zone = ZoneInfo(name)
        clock = Clock(name, change - 3 * HOURS, change + 3 * HOURS)
        runs = civil.offset_runs(clock.minutes.start * MINUTE, clock.minutes.stop * MINUTE, zone)
        assert [run[0] for run in runs[1:]] == [change * MINUTE]
        for minute, shown in zip(clock.minutes, clock.shown, strict=True):
            at = minute * MINUTE
            assert civil.civil_of_us(at, zone) == shown
            assert civil.date_of_us(at, zone) == shown.date()
            (offset,) = (offset for start, end, offset in runs if start <= at < end)
            assert civil.from_us(at + offset).replace(tzinfo=None) == shown
            checked += 1

    assert checked
    print(f"{checked:,} minutes read")


def test_no_clock_is_changed_twice_within_six_days():
    names = ZONES if wall_clock.EXHAUSTIVE else wall_clock.ODD_ZONES

    gaps = [later - earlier for name in names for earlier, later in pairwise(changes(name))]

    assert min(gaps) > SIX_DAYS
    print(f"{len(names):,} zones, {sum(len(changes(name)) for name in names):,} changes")


@given(
    st.sampled_from(wall_clock.ODD_ZONES),
    st.integers(0, 41 * 365 * 24 * 60).map(lambda m: (m + 15_778_080) * MINUTE),
    st.integers(0, 400 * 24 * 60).map(lambda m: m * MINUTE),
)
def test_offset_runs_have_no_hole_and_no_seam(name, lo, width):
    zone = ZoneInfo(name)
    runs = civil.offset_runs(lo, lo + width, zone)

    assert [end for _, end, _ in runs[:-1]] == [start for start, _, _ in runs[1:]]
    assert all(one[2] != other[2] for one, other in pairwise(runs))
    if width:
        assert (runs[0][0], runs[-1][1]) == (lo, lo + width)
    else:
        assert runs == ()

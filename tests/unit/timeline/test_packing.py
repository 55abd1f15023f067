"""Starts packed into free windows, by the clock of a zone (SPEC N20)."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookable.errors import InvalidValueError, LimitExceededError, SearchLimitError
from bookable.timeline import packing
from bookable.timeline.grid import Epoch, FixedStarts, LocalMidnight, WholeDays
from bookable.timeline.instant import HOUR, MINUTE, from_us, to_us
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart, check_grid

UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
DAY_ZERO = to_us(datetime(2026, 3, 2, tzinfo=UTC))


def minutes(count):
    return timedelta(minutes=count)


def window(first, last):
    """Feasible starts of that Monday in UTC, the last one included: ``window("9:00", "12:30")``."""

    def at(clock):
        hours, _, rest = clock.partition(":")
        return DAY_ZERO + int(hours) * HOUR + int(rest) * MINUTE

    return at(first), at(last) + 1


def clocks(grid, *windows, zone=UTC_ZONE):
    starts = grid.starts_in(windows, zone)
    assert list(starts) == sorted(set(starts))
    return [f"{from_us(start).astimezone(zone):%H:%M}" for start in starts]


def test_window_start_packs_from_the_first_start_of_every_window():
    grid = WindowStart(minutes(45))

    assert clocks(grid, window("9:07", "11:22"), window("14:00", "14:44")) == [
        *["09:07", "09:52", "10:37", "11:22", "14:00"]
    ]


@pytest.mark.parametrize(
    ("step", "first"),
    [
        *[(60, "10:00"), (120, "10:00"), (90, "09:30"), (30, "09:30"), (40, "09:20")],
        *[(80, "09:20"), (45, "09:15"), (15, "09:15"), (50, "09:10"), (10, "09:10")],
        *[(25, "09:10"), (5, "09:10"), (7, "09:07"), (1, "09:07")],
    ],
)
def test_aligned_hour_rounds_up_to_the_largest_round_time_that_divides_the_step(step, first):
    found = clocks(AlignedHour(minutes(step)), window("9:07", "18:00"))

    assert found[0] == first


def test_a_step_that_no_round_time_divides_is_rounded_to_whole_minutes():
    low, high = window("9:07", "9:30")
    grid = AlignedHour(timedelta(minutes=3, seconds=30))

    starts = grid.starts_in(((low - 30_000_000, high),), UTC_ZONE)

    assert starts[:2] == (low, low + 210_000_000)


def test_a_start_that_is_round_already_is_kept():
    assert clocks(AlignedHour(minutes(60)), window("9:00", "11:00")) == ["09:00", "10:00", "11:00"]


def test_each_window_is_rounded_again_and_one_without_a_round_time_has_no_start():
    grid = AlignedHour(minutes(60))

    assert clocks(
        grid, window("8:40", "9:10"), window("9:20", "9:50"), window("10:40", "12:30")
    ) == [*["09:00", "11:00", "12:00"]]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("10:15", "10:30", ["10:15"]),  # 60 would cost the only one
        ("9:05", "10:00", ["10:00"]),  # 60 fits as many
        ("9:05", "10:05", ["09:05", "10:05"]),  # two only from 9:05 on: 5
        ("9:05", "10:20", ["09:15", "10:15"]),  # 15
        ("9:07", "10:08", ["09:07", "10:07"]),  # 1
    ],
)
def test_optimised_takes_the_roundest_first_start_that_costs_no_slot(first, last, expected):
    assert clocks(Optimised(minutes(60)), window(first, last)) == expected


def test_optimised_rounds_to_whole_minutes_at_least_where_that_costs_nothing():
    low, high = window("9:07", "10:08")

    assert Optimised(minutes(60)).starts_in(((low + 30_000_000, high),), UTC_ZONE) == (
        low + MINUTE,
        low + MINUTE + HOUR,
    )


def test_optimised_rounds_nothing_where_even_a_minute_costs_a_slot():
    low, _ = window("9:07", "9:07")
    odd = low + 30_000_000

    assert Optimised(minutes(60)).starts_in(((odd, odd + 1),), UTC_ZONE) == (odd,)
    assert Optimised(minutes(60)).starts_in(((odd, low + HOUR),), UTC_ZONE) == (low + 53 * MINUTE,)


@pytest.mark.parametrize(
    ("zone", "start", "first"),
    [
        # The clock jumps from 02:00 to 03:00: 03:00 is the next full hour.
        ("Europe/Berlin", "2026-03-29T00:40:00+00:00", "03:00 +0200"),
        ("Europe/Berlin", "2026-03-29T01:01:00+00:00", "04:00 +0200"),
        # It goes back from 03:00 to 02:00: 02:00 comes twice.
        ("Europe/Berlin", "2026-10-24T23:40:00+00:00", "02:00 +0200"),
        ("Europe/Berlin", "2026-10-25T00:40:00+00:00", "02:00 +0100"),
        # Half an hour: from 02:00 back to 01:30, from 02:00 on to 02:30.
        ("Australia/Lord_Howe", "2026-04-04T14:40:00+00:00", "02:00 +1030"),
        ("Australia/Lord_Howe", "2026-04-04T14:20:00+00:00", "02:00 +1030"),
        ("Australia/Lord_Howe", "2026-10-03T15:10:00+00:00", "03:00 +1100"),
        ("Asia/Kathmandu", "2026-03-02T03:20:00+00:00", "10:00 +0545"),
    ],
)
def test_round_is_what_the_clock_of_the_zone_shows(zone, start, first):
    low = to_us(datetime.fromisoformat(start))

    found = AlignedHour(minutes(60)).starts_in(((low, low + 5 * HOUR),), ZoneInfo(zone))

    assert f"{from_us(found[0]).astimezone(ZoneInfo(zone)):%H:%M %z}" == first


@pytest.mark.parametrize("kind", [WindowStart, AlignedHour, Optimised])
def test_no_window_has_no_start(kind):
    assert kind(minutes(60)).starts_in((), BERLIN) == ()


@pytest.mark.parametrize("kind", [WindowStart, AlignedHour, Optimised])
def test_too_many_starts_are_refused_before_they_are_listed(kind, monkeypatch):
    monkeypatch.setattr(packing, "MOST_CANDIDATES", 3)
    grid = kind(minutes(60))

    assert len(clocks(grid, window("9:00", "10:00"), window("12:00", "12:00"))) == 3
    with pytest.raises(SearchLimitError) as caught:
        grid.starts_in((window("9:00", "10:00"), window("12:00", "13:00")), UTC_ZONE)
    assert (caught.value.needed, caught.value.allowed) == (4, 3)
    with pytest.raises(SearchLimitError):
        kind(timedelta(microseconds=1)).starts_in(((0, 10**18),), UTC_ZONE)


@pytest.mark.parametrize("kind", [WindowStart, AlignedHour, Optimised])
def test_packings_are_values(kind):
    grid = kind(minutes(60))

    assert pickle.loads(pickle.dumps(grid)) == grid
    assert hash(kind(timedelta(hours=1))) == hash(grid)
    assert len({WindowStart(minutes(60)), AlignedHour(minutes(60)), Optimised(minutes(60))}) == 3
    with pytest.raises(AttributeError):
        grid.step = minutes(5)


@pytest.mark.parametrize("kind", [WindowStart, AlignedHour, Optimised])
@pytest.mark.parametrize(
    ("step", "code"), [(timedelta(0), "zero_step"), (-minutes(1), "duration"), (60, "duration")]
)
def test_a_step_is_above_zero(kind, step, code):
    with pytest.raises(InvalidValueError) as caught:
        kind(step)

    assert (caught.value.field, caught.value.code) == ("step", code)
    with pytest.raises(LimitExceededError):
        kind(timedelta(days=100_000))


@pytest.mark.parametrize(
    "grid",
    [
        LocalMidnight("Europe/Berlin", minutes(60)),
        Epoch(minutes(60)),
        FixedStarts([datetime(2026, 3, 2, 9, tzinfo=UTC)]),
        WindowStart(minutes(60)),
        AlignedHour(minutes(60)),
        Optimised(minutes(60)),
    ],
)
def test_every_anchor_is_a_grid(grid):
    assert check_grid(grid) is grid


@pytest.mark.parametrize(
    "value", [minutes(60), None, WindowStart, WholeDays("UTC", 1, timedelta(days=1))]
)
def test_whoever_needs_a_grid_takes_nothing_else(value):
    with pytest.raises(InvalidValueError) as caught:
        check_grid(value, "grid")

    assert (caught.value.code, caught.value.field) == ("type", "grid")

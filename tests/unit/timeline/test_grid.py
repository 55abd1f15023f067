"""Grids of starts: anchored to local midnight, to the epoch, or given one by one (SPEC N20)."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bookable.errors import (
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    SearchLimitError,
)
from bookable.limits import MOST_CANDIDATES
from bookable.timeline import grid as grids
from bookable.timeline.grid import Epoch, FixedStarts, LocalMidnight, WholeDays, midnights_us
from bookable.timeline.instant import DAY, MINUTE, from_us, to_us
from bookable.timeline.interval import Interval

HALF_HOUR = timedelta(minutes=30)
HOUR = timedelta(hours=1)


def starts(grid, day, zone, *, until):
    """What the clock shows, with its offset, at each start of that day before an hour of it."""
    interval = Interval.day(day, zone=zone)
    found = grid.starts_us(interval.start_us, interval.end_us)
    local = [from_us(start).astimezone(ZoneInfo(zone)) for start in found]
    return [f"{start:%H:%M%z}" for start in local if start.hour < until]


def test_ex_Z9_half_hours_over_a_gap():
    grid = LocalMidnight("America/New_York", HALF_HOUR)

    assert starts(grid, date(2023, 3, 12), "America/New_York", until=4) == [
        *["00:00-0500", "00:30-0500", "01:00-0500", "01:30-0500"],
        *["03:00-0400", "03:30-0400"],
    ]


def test_ex_Z10_half_hours_over_a_fold():
    grid = LocalMidnight("America/New_York", HALF_HOUR)

    assert starts(grid, date(2023, 11, 5), "America/New_York", until=3) == [
        *["00:00-0400", "00:30-0400", "01:00-0400", "01:30-0400"],
        *["01:00-0500", "01:30-0500", "02:00-0500", "02:30-0500"],
    ]


def test_ex_Z11_hours_over_half_an_hour_of_daylight_saving_time():
    grid = LocalMidnight("Australia/Lord_Howe", HOUR)

    assert starts(grid, date(2024, 4, 7), "Australia/Lord_Howe", until=4) == [
        *["00:00+1100", "01:00+1100", "02:00+1030", "03:00+1030"],
    ]
    assert starts(grid, date(2024, 10, 6), "Australia/Lord_Howe", until=4) == [
        *["00:00+1030", "01:00+1030", "03:00+1100"],
    ]


def test_ex_Z12_hours_in_kathmandu_begin_at_a_quarter_past_in_utc():
    grid = LocalMidnight("Asia/Kathmandu", HOUR)
    nine, noon = (datetime(2026, 3, 2, hour, 15, tzinfo=UTC) for hour in (3, 6))

    found = grid.starts_us(to_us(nine), to_us(noon))

    assert [from_us(start) for start in found] == [nine, nine + HOUR, nine + 2 * HOUR]


def test_J6_a_skipped_date_has_no_starts():
    grid = LocalMidnight("Pacific/Apia", HOUR)
    before, after = (to_us(datetime(2011, 12, 30, hour, tzinfo=UTC)) for hour in (9, 11))

    # 23:00 on the 29th, then midnight of the 31st.
    assert grid.starts_us(before, after) == (before, before + 60 * MINUTE)


def test_a_step_that_does_not_divide_the_day_begins_anew_at_midnight():
    grid = LocalMidnight("UTC", timedelta(hours=7), timedelta(hours=1))
    midnight = to_us(datetime(2026, 3, 2, tzinfo=UTC))

    found = grid.starts_us(midnight, midnight + 2 * DAY)

    assert [(start - midnight) // (60 * MINUTE) for start in found] == [
        1,
        8,
        15,
        22,
        25,
        32,
        39,
        46,
    ]


def test_an_offset_longer_than_the_step_moves_by_what_is_left_over():
    once = LocalMidnight("UTC", HALF_HOUR, timedelta(minutes=10))
    more = LocalMidnight("UTC", HALF_HOUR, timedelta(minutes=100))

    assert once.starts_us(0, DAY) == more.starts_us(0, DAY)


def test_microseconds_count():
    grid = LocalMidnight("UTC", timedelta(microseconds=7))

    assert grid.starts_us(8, 30) == (14, 21, 28)
    assert [grid.includes_us(us) for us in (13, 14, 15)] == [False, True, False]


def test_an_epoch_grid_does_not_know_midnight():
    grid = Epoch(timedelta(hours=7), timedelta(hours=1))

    assert grid.starts_us(0, 2 * DAY)[:5] == tuple(
        hour * 60 * MINUTE for hour in (1, 8, 15, 22, 29)
    )
    assert grid.starts_us(-8 * 60 * MINUTE, 0) == (-6 * 60 * MINUTE,)
    assert grid.includes_us(-6 * 60 * MINUTE)
    assert Epoch(timedelta(days=7)).starts_us(0, 8 * DAY) == (0, 7 * DAY)


def test_the_last_instant_before_a_change_is_read_by_the_old_clock():
    change = to_us(datetime(2026, 3, 29, 1, tzinfo=UTC))
    grid = LocalMidnight("Europe/Berlin", HOUR)

    assert [grid.includes_us(change + step) for step in (-1, 0, 1)] == [False, True, False]


def test_fixed_starts_are_kept_in_order_and_once():
    nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    berlin = ZoneInfo("Europe/Berlin")
    grid = FixedStarts([nine + HOUR, nine, nine.astimezone(berlin)])

    assert grid.starts == (nine, nine + HOUR)
    assert grid == FixedStarts([nine, nine + HOUR])
    assert hash(grid) == hash(FixedStarts([nine, nine + HOUR]))
    assert grid.starts_us(to_us(nine), to_us(nine + HOUR)) == (to_us(nine),)
    assert grid.includes_us(to_us(nine + HOUR))
    assert not grid.includes_us(to_us(nine) + 1)
    assert not grid.includes_us(to_us(nine) - 1)


def test_an_empty_window_has_no_starts():
    grid = FixedStarts([datetime(1970, 1, 1, tzinfo=UTC)])

    assert grid.starts_us(0, 0) == LocalMidnight("UTC", HOUR).starts_us(0, 0) == ()
    assert grid.candidate_bound(5, 0) == 0
    assert Epoch(HOUR).starts_us(10, 5) == LocalMidnight("UTC", HOUR).starts_us(10, 5) == ()


@pytest.mark.parametrize("grid", [LocalMidnight("UTC", timedelta(minutes=1)), Epoch(HOUR / 60)])
def test_too_many_starts_are_refused_before_they_are_listed(grid):
    with pytest.raises(SearchLimitError) as caught:
        grid.starts_us(0, 3_653 * DAY)

    assert caught.value.needed >= 5_256_000
    assert caught.value.allowed == MOST_CANDIDATES


def test_as_many_starts_as_the_limit_are_listed(monkeypatch):
    monkeypatch.setattr(grids, "MOST_CANDIDATES", 3)

    assert Epoch(HOUR).starts_us(0, 2 * 60 * MINUTE) == (0, 60 * MINUTE)
    with pytest.raises(SearchLimitError):
        Epoch(HOUR).starts_us(0, 3 * 60 * MINUTE)


def test_the_whole_calendar_by_the_second_is_refused_at_once():
    grid = LocalMidnight("Europe/Berlin", timedelta(seconds=1))

    with pytest.raises(SearchLimitError) as caught:
        grid.starts_us(
            to_us(datetime(101, 1, 1, tzinfo=UTC)), to_us(datetime(9_898, 1, 1, tzinfo=UTC))
        )

    assert caught.value.needed > 3 * 10**11


@pytest.mark.about_a_cache("what it has")
def test_long_lists_are_not_kept():
    grid = LocalMidnight("UTC", timedelta(minutes=1))
    grids._kept_starts_us.cache_clear()

    assert len(grid.starts_us(0, 60 * DAY)) == 60 * 24 * 60
    assert grids._kept_starts_us.cache_info().currsize == 0
    assert grid.starts_us(0, DAY) is grid.starts_us(0, DAY)


@pytest.mark.parametrize("kind", [lambda step: LocalMidnight("UTC", step), Epoch])
@pytest.mark.parametrize(
    ("step", "code"),
    [
        (timedelta(0), "zero_step"),
        (-HOUR, "duration"),
        (30, "duration"),
        (float("nan"), "duration"),
        (Decimal(30), "duration"),
        (None, "duration"),
    ],
)
def test_a_step_is_a_duration_above_zero(kind, step, code):
    with pytest.raises(InvalidValueError) as caught:
        kind(step)

    assert (caught.value.code, caught.value.field) == (code, "step")


@pytest.mark.parametrize("kind", [lambda step: LocalMidnight("UTC", step), Epoch])
def test_a_step_of_a_lifetime_is_refused(kind):
    with pytest.raises(LimitExceededError):
        kind(timedelta.max)


def test_a_local_step_is_no_longer_than_a_day():
    assert LocalMidnight("UTC", timedelta(days=1)).starts_us(0, 2 * DAY) == (0, DAY)
    with pytest.raises(InvalidValueError) as caught:
        LocalMidnight("UTC", timedelta(days=1, microseconds=1))

    assert caught.value.field == "step"


@pytest.mark.parametrize(
    "kind", [lambda offset: LocalMidnight("UTC", HOUR, offset), lambda offset: Epoch(HOUR, offset)]
)
def test_an_offset_is_not_negative(kind):
    with pytest.raises(InvalidValueError) as caught:
        kind(-HOUR)

    assert (caught.value.code, caught.value.field) == ("duration", "offset")


def test_a_local_grid_needs_a_zone_that_exists():
    with pytest.raises(InvalidValueError) as caught:
        LocalMidnight("Europe/Atlantis", HOUR)

    assert caught.value.code == "unknown_zone"


@pytest.mark.parametrize("values", [None, "2026-03-02T09:00Z", 5])
def test_fixed_starts_are_a_list(values):
    with pytest.raises(InvalidValueError) as caught:
        FixedStarts(values)

    assert caught.value.field == "starts"


def test_every_fixed_start_is_an_instant():
    with pytest.raises(NaiveDatetimeError) as caught:
        FixedStarts([datetime(2026, 3, 2, 9)])

    assert caught.value.field == "starts"


def test_fixed_starts_are_limited(monkeypatch):
    monkeypatch.setattr(grids, "MOST_CANDIDATES", 2)
    three = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]

    assert FixedStarts([*three[:2], three[0]]).starts == tuple(three[:2])
    with pytest.raises(LimitExceededError):
        FixedStarts(three)


@pytest.mark.parametrize(
    "grid",
    [
        LocalMidnight("Europe/Berlin", HOUR),
        Epoch(HOUR),
        FixedStarts([datetime(2026, 3, 2, 9, tzinfo=UTC)]),
        WholeDays("Europe/Berlin", 2, 48 * HOUR),
    ],
)
def test_grids_are_values(grid):
    again = pickle.loads(pickle.dumps(grid))

    assert again == grid
    assert hash(again) == hash(grid)
    assert again.starts_us(0, DAY) == grid.starts_us(0, DAY)
    with pytest.raises(AttributeError):
        grid.step = HOUR


# Whole days ----------------------------------------------------------------


def day_starts(zone, days, hours, first, last):
    """The local starts of a grid of whole days, as dates and times with their offsets."""
    window = Interval(first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))
    grid = WholeDays(zone, days, timedelta(hours=hours))
    found = grid.starts_us(window.start_us, window.end_us)
    assert all(map(grid.includes_us, found))
    assert len(found) <= grid.candidate_bound(window.start_us, window.end_us)
    return [f"{from_us(start).astimezone(ZoneInfo(zone)):%d %H:%M}" for start in found]


@pytest.mark.parametrize(
    ("days", "hours", "expected"),
    [
        (1, 24, ["28 00:00", "30 00:00", "31 00:00"]),
        (1, 23, ["29 00:00"]),
        (2, 47, ["28 00:00", "29 00:00"]),
        (2, 48, ["30 00:00", "31 00:00"]),
        (1, 25, []),
    ],
)
def test_whole_days_begin_where_so_many_dates_last_that_long(days, hours, expected):
    first, last = datetime(2026, 3, 27, 12), datetime(2026, 3, 31, 12)

    assert day_starts("Europe/Berlin", days, hours, first, last) == expected


def test_a_date_without_a_midnight_begins_when_the_clock_jumps():
    # Sao Paulo went from 00:00 to 01:00 on 2018-11-04.
    first, last = datetime(2018, 11, 3, 12), datetime(2018, 11, 4, 12)

    assert day_starts("America/Sao_Paulo", 1, 23, first, last) == ["04 01:00"]


def test_a_skipped_date_is_no_day():
    # Apia had no 30 December 2011.
    first, last = datetime(2011, 12, 28, 12), datetime(2012, 1, 1, 12)

    assert day_starts("Pacific/Apia", 1, 24, first, last) == [
        *["29 00:00", "31 00:00", "01 00:00", "02 00:00"]
    ]
    assert day_starts("Pacific/Apia", 2, 24, first, last) == ["29 00:00"]


def test_a_date_that_the_clock_shows_begin_twice_begins_the_first_time():
    # At 00:01 on 7 November 2010, clocks in St John's went back to 23:01.
    zone, change = "America/St_Johns", datetime(2010, 11, 7, 2, 31, tzinfo=UTC)
    window = Interval(change - HOUR, change + HALF_HOUR)
    grid = WholeDays(zone, 1, 25 * HOUR)

    found = midnights_us(window.start_us, window.end_us, ZoneInfo(zone))

    assert found == (to_us(change) - MINUTE,)
    assert grid.starts_us(window.start_us, window.end_us) == found
    assert not grid.includes_us(to_us(change) + 59 * MINUTE)


def test_an_instant_that_is_no_midnight_is_on_no_grid_of_whole_days():
    grid = WholeDays("UTC", 1, timedelta(days=1))

    assert [grid.includes_us(at) for at in (0, 1, DAY - 1, DAY)] == [True, False, False, True]
    assert grid.starts_us(1, DAY) == ()
    assert grid.starts_us(0, DAY + 1) == (0, DAY)
    assert midnights_us(DAY, DAY, ZoneInfo("UTC")) == ()


@pytest.mark.parametrize(
    ("days", "duration", "field"),
    [(0, HOUR, "days"), (True, HOUR, "days"), (1, timedelta(0), "duration"), (1, 3, "duration")],
)
def test_whole_days_need_a_day_and_a_length(days, duration, field):
    with pytest.raises(InvalidValueError) as caught:
        WholeDays("UTC", days, duration)

    assert caught.value.field == field


def test_a_window_of_too_many_days_is_refused_before_any_work(monkeypatch):
    monkeypatch.setattr(grids, "MOST_CANDIDATES", 10)
    grid = WholeDays("UTC", 1, timedelta(days=1))

    assert len(grid.starts_us(0, 7 * DAY)) == 7
    with pytest.raises(SearchLimitError):
        grid.starts_us(0, 8 * DAY)

"""Instants, wall times, dates and durations as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bookable.codecs.iso import (
    duration_text,
    has_offset,
    instant_text,
    parse_civil,
    parse_date,
    parse_duration,
    parse_instant,
)
from bookable.errors import InvalidValueError, LimitExceededError

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2026-03-02T09:00:00Z", NINE),
        ("2026-03-02T09:00Z", NINE),
        ("2026-03-02t09:00:00z", NINE),
        ("2026-03-02 10:00:00+01:00", NINE),
        ("2026-03-02T04:00:00-05:00", NINE),
        ("2026-03-02T14:45:00+05:45", NINE),
        ("2026-03-02T09:00:00-00:00", NINE),
        ("2026-03-02T09:00:00.5Z", NINE + timedelta(milliseconds=500)),
        ("2026-03-02T09:00:00.000001Z", NINE + timedelta(microseconds=1)),
        ("2026-03-01T23:59:59.999999-09:59", NINE + timedelta(minutes=59, microseconds=-1)),
    ],
)
def test_an_instant_is_read_to_the_microsecond(text: str, expected: datetime) -> None:
    assert parse_instant(text) == expected
    assert parse_instant(text).tzinfo is UTC
    assert parse_instant(instant_text(expected)) == expected


@pytest.mark.parametrize(
    "text, code",
    [
        ("2026-03-02T09:00:00", "naive_datetime"),
        ("2026-03-02", "not_datetime"),
        ("", "not_datetime"),
        ("tomorrow", "not_datetime"),
        ("2026-03-02T09:00:00Z ", "not_datetime"),
        ("2026-03-02T09:00:00Z\n", "not_datetime"),
        ("2026-3-2T09:00:00Z", "not_datetime"),
        ("20260302T090000Z", "not_datetime"),
        ("2026-W10-1T09:00:00Z", "not_datetime"),
        ("2026-02-30T09:00:00Z", "not_datetime"),
        ("0000-01-01T00:00:00Z", "not_datetime"),
        ("2026-03-02T24:00:00Z", "not_datetime"),
        ("2026-03-02T09:00:60Z", "not_datetime"),
        ("2026-03-02T09:00:00.1234567Z", "not_datetime"),
        ("２０２６-03-02T09:00:00Z", "not_datetime"),
        ("-026-03-02T09:00:00Z", "not_datetime"),
        ("+12026-03-02T09:00:00Z", "not_datetime"),
        ("2026-03-02T09:00:00+24:00", "offset"),
        ("2026-03-02T09:00:00+01:60", "offset"),
        ("2026-03-02T09:00:00+23:59:59", "not_datetime"),
        (1_772_442_000, "not_datetime"),
        (None, "not_datetime"),
        (NINE, "not_datetime"),
    ],
)
def test_what_is_no_instant_is_refused(text: object, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_instant(text, "start")

    assert (caught.value.code, caught.value.field) == (code, "start")


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "0099-12-31T23:59:59Z",
        "9999-12-31T23:59:59-12:00",
        "9900-01-01T00:00:00Z",
    ],
)
def test_instants_at_the_ends_of_the_calendar_are_beyond_a_limit(text: str) -> None:
    with pytest.raises(LimitExceededError):
        parse_instant(text)


def test_a_wall_time_has_no_offset() -> None:
    assert parse_civil("2026-03-02T09:00") == datetime(2026, 3, 2, 9)
    assert has_offset("2026-03-02T09:00Z")
    assert not has_offset("2026-03-02T09:00")
    with pytest.raises(InvalidValueError) as caught:
        parse_civil("2026-03-02T09:00Z")

    assert caught.value.code == "not_civil"


@pytest.mark.parametrize("text", ["2026-02-29", "2026-3-2", "20260302", "", "2026-03-02T00:00", 7])
def test_what_is_no_date_is_refused(text: object) -> None:
    assert parse_date("2024-02-29") == date(2024, 2, 29)
    with pytest.raises(InvalidValueError) as caught:
        parse_date(text)

    assert caught.value.code == "not_date"


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_dates_at_the_ends_of_the_calendar_are_beyond_a_limit(text: str) -> None:
    with pytest.raises(LimitExceededError):
        parse_date(text)


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("PT0S", 0),
        ("PT30M", 1_800),
        ("PT90M", 5_400),
        ("PT1H30M", 5_400),
        ("P1D", 86_400),
        ("P1DT2H", 93_600),
        ("P2W", 14 * 86_400),
        ("PT1.5S", 1.5),
        ("PT0.000001S", 0.000001),
        ("P0D", 0),
    ],
)
def test_a_duration_is_read_exactly(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        *("", "P", "PT", "P1DT", "30", "PT30", "30M", "pt30m", "P1Y", "P1M", "PT-30M", "-PT30M"),
        *("+PT30M", "PT1,5S", "PT1.5M", "PT1.0000001S", "PT30M ", "PT1M1H", "P1.5D", "PTNaNS"),
        *(True, 30, 30.0, None, timedelta(1), ["PT30M"]),
    ],
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_duration(text, "buffer_after")

    assert (caught.value.code, caught.value.field) == ("duration", "buffer_after")


@pytest.mark.parametrize("text", ["P3661D", "PT999999999999H", "P999999999W", "P3660DT0.000001S"])
def test_a_duration_of_more_than_ten_years_is_beyond_a_limit(text: str) -> None:
    assert parse_duration("P3660D") == timedelta(days=3_660)
    with pytest.raises(LimitExceededError):
        parse_duration(text)


@pytest.mark.parametrize(
    "duration, text",
    [
        (timedelta(0), "PT0S"),
        (timedelta(minutes=90), "PT1H30M"),
        (timedelta(days=1, hours=2), "P1DT2H"),
        (timedelta(hours=24), "P1D"),
        (timedelta(seconds=61, microseconds=500_000), "PT1M1.5S"),
        (timedelta(microseconds=1), "PT0.000001S"),
    ],
)
def test_a_duration_has_one_text(duration: timedelta, text: str) -> None:
    assert duration_text(duration) == text

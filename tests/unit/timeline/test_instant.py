"""What is an instant, and what is refused as one (SPEC N1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bookable.errors import (
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    SkippedTimeError,
)
from bookable.timeline import instant
from bookable.timeline.instant import (
    DAY,
    as_duration,
    check_date,
    duration_us,
    from_us,
    instant_us,
    to_us,
    to_utc,
)

BERLIN = ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Offsetless(tzinfo):
    """A zone that does not say its offset."""

    def utcoffset(self, moment):
        return None

    def dst(self, moment):
        return None


class Wandering(tzinfo):
    """A zone of another kind, whose offset may change from call to call."""

    def utcoffset(self, moment):
        return timedelta(hours=1)

    def dst(self, moment):
        return timedelta(0)


class OddDatetime(datetime):
    """A datetime with an equality of its own."""

    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    "moment",
    [
        NINE,
        datetime(2026, 3, 2, 10, tzinfo=BERLIN),
        datetime(2026, 3, 2, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
def test_the_same_instant_in_any_zone_is_the_same_datetime_in_utc(moment):
    assert to_utc(moment) == NINE
    assert to_utc(moment).tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        pytest.param(datetime(2026, 3, 2, 9), "naive_datetime", id="naive"),
        pytest.param(date(2026, 3, 2), "not_datetime", id="date"),
        pytest.param("2026-03-02T09:00:00Z", "not_datetime", id="text"),
        pytest.param(1_772_442_000, "not_datetime", id="int"),
        pytest.param(1_772_442_000.0, "not_datetime", id="float"),
        pytest.param(Decimal(1_772_442_000), "not_datetime", id="decimal"),
        pytest.param(None, "not_datetime", id="none"),
        pytest.param(OddDatetime(2026, 3, 2, 9, tzinfo=UTC), "exact_type", id="subclass"),
        pytest.param(datetime(2026, 3, 2, 9, tzinfo=Offsetless()), "tz_type", id="no offset"),
        pytest.param(datetime(2026, 3, 2, 9, tzinfo=Wandering()), "tz_type", id="foreign zone"),
        pytest.param(
            datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(seconds=86_399, microseconds=1))),
            "offset",
            id="offset of microseconds",
        ),
    ],
)
def test_what_names_no_instant_is_refused_by_name(moment, code):
    with pytest.raises(InvalidValueError) as caught:
        to_utc(moment, "start")

    assert caught.value.code == code
    assert caught.value.field.startswith("start")


def test_text_is_told_how_it_becomes_an_instant():
    with pytest.raises(
        InvalidValueError, match=r"\(datetime\.fromisoformat reads text\), not 'ten'"
    ):
        to_utc("ten")
    with pytest.raises(InvalidValueError, match=r"tzinfo=UTC\), not 10"):
        to_utc(10)


def test_a_naive_datetime_has_an_error_of_its_own():
    with pytest.raises(NaiveDatetimeError) as caught:
        to_utc(datetime(2026, 3, 2, 9), "start")

    assert caught.value.moment == datetime(2026, 3, 2, 9)


@pytest.mark.parametrize("zone", [UTC, BERLIN, timezone(timedelta(hours=-12))])
@pytest.mark.parametrize("year", [1, 99, 9_900, 9_999])
def test_the_ends_of_the_calendar_are_out_of_bounds_in_every_zone(year, zone):
    with pytest.raises(LimitExceededError):
        to_utc(datetime(year, 1, 1, tzinfo=zone))


@pytest.mark.parametrize(
    "moment",
    [
        datetime(100, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))),
        datetime(9_899, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-1))),
    ],
)
def test_the_bounds_are_decided_in_utc(moment):
    with pytest.raises(LimitExceededError):
        to_utc(moment)


def test_a_wall_time_in_a_gap_is_no_instant():
    with pytest.raises(SkippedTimeError) as caught:
        to_utc(datetime(2026, 3, 29, 2, 30, tzinfo=BERLIN))

    assert (caught.value.civil, caught.value.zone) == (
        datetime(2026, 3, 29, 2, 30),
        "Europe/Berlin",
    )


@pytest.mark.parametrize(("fold", "hour"), [(0, 0), (1, 1)])
def test_the_fold_of_a_repeated_wall_time_decides(fold, hour):
    repeated = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=fold)

    assert to_utc(repeated) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(100, 1, 1, tzinfo=UTC),
        datetime(9_899, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_microseconds_lose_nothing(moment):
    assert from_us(to_us(moment)) == moment
    assert instant_us(moment) == to_us(moment)


def test_durations_count_in_microseconds():
    assert duration_us(timedelta(days=-1, microseconds=1)) == 1 - DAY


@pytest.mark.parametrize("value", [datetime(2026, 3, 2, 9), "2026-03-02", 20_260_302, None])
def test_a_date_is_exactly_a_date(value):
    with pytest.raises(InvalidValueError) as caught:
        check_date(value, "day")

    assert (caught.value.code, caught.value.field) == ("not_date", "day")


@pytest.mark.parametrize("value", [date.min, date(100, 12, 31), date(9_899, 1, 1), date.max])
def test_dates_at_the_ends_of_the_calendar_are_refused(value):
    with pytest.raises(LimitExceededError):
        check_date(value, "day")


def test_microseconds_are_a_duration_again():
    assert as_duration(DAY + 1) == timedelta(days=1, microseconds=1)


@pytest.mark.about_a_cache("the very same moment")
def test_shared_moments_are_those_of_their_instants_and_never_too_many(monkeypatch):
    monkeypatch.setattr(instant, "_MOST_MOMENTS", 3)
    instant._MOMENTS.cache_clear()

    for microseconds in (0, 1, 2, 3, 0, -1, 10**15):
        assert instant.shared_moment(microseconds) == instant.from_us(microseconds)
        assert len(instant._MOMENTS) <= 3
    assert instant.shared_moment(0) is instant.shared_moment(0)

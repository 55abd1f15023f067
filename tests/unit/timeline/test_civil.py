"""Zones by name, and wall times in gaps and folds (SPEC N5, N6)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from bookable.errors import (
    InvalidValueError,
    LimitExceededError,
    RepeatedTimeError,
    SkippedTimeError,
)
from bookable.timeline.civil import (
    AmbiguousEnd,
    Fold,
    Gap,
    Unambiguous,
    check_civil,
    civil_of_us,
    classify,
    date_of_us,
    event_us,
    exact_us,
    offset_runs,
    resolve_us,
    to_zone,
    window_us,
)
from bookable.timeline.instant import DAY, HOUR, MINUTE, to_us

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
GAP = date(2026, 3, 29)
FOLD = date(2026, 10, 25)


def utc(*parts):
    return to_us(datetime(*parts, tzinfo=UTC))


def nameless_zone():
    data = (files("tzdata") / "zoneinfo" / "Europe" / "Berlin").read_bytes()
    return ZoneInfo.from_file(io.BytesIO(data))


def test_a_zone_is_found_by_name_and_by_itself():
    assert to_zone("Europe/Berlin") is BERLIN
    assert to_zone(BERLIN) is BERLIN
    assert to_zone(UTC) is ZoneInfo("UTC")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe",
        "Europe/",
        "../../etc/passwd",
        "/etc/localtime",
        "leapseconds",
        "tzdata.zi",
        "Europe/Atlantis",
        "Europe/Berlin\0",
        "Europe Berlin",
        "Europe/Münster",
        "\ud800",
        "localtime",
        "posixrules",
        "right/Europe/Berlin",
        "X" * 65,
        "X" * 5_000,
        b"Europe/Berlin",
        None,
        1,
        timezone(timedelta(hours=1)),
        type("Name", (str,), {})("Europe/Berlin"),
    ],
)
def test_what_is_not_in_the_zone_database_is_refused(name):
    with pytest.raises(InvalidValueError) as caught:
        to_zone(name, "zone")

    assert (caught.value.code, caught.value.field) == ("unknown_zone", "zone")
    assert len(str(caught.value)) < 300


def test_a_zone_without_a_name_is_refused():
    # Two such zones cannot be told apart, nor written down.
    with pytest.raises(InvalidValueError) as caught:
        to_zone(nameless_zone())

    assert caught.value.code == "unknown_zone"


def test_a_wall_time_is_one_instant_two_or_none():
    assert classify(datetime(2026, 3, 2, 9), BERLIN) == Unambiguous(utc(2026, 3, 2, 8))
    assert classify(datetime(2026, 3, 29, 2, 30), BERLIN) == Gap(
        utc(2026, 3, 29, 1), before_us=utc(2026, 3, 29, 1, 30), after_us=utc(2026, 3, 29, 0, 30)
    )
    assert classify(datetime(2026, 10, 25, 2, 30), BERLIN) == Fold(
        utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)
    )


@pytest.mark.parametrize(
    ("civil", "kind"),
    [
        (datetime(2026, 3, 29, 1, 59, 59, 999_999), Unambiguous),
        (datetime(2026, 3, 29, 2), Gap),
        (datetime(2026, 3, 29, 2, 59, 59, 999_999), Gap),
        (datetime(2026, 3, 29, 3), Unambiguous),
        (datetime(2026, 10, 25, 1, 59, 59, 999_999), Unambiguous),
        (datetime(2026, 10, 25, 2), Fold),
        (datetime(2026, 10, 25, 2, 59, 59, 999_999), Fold),
        (datetime(2026, 10, 25, 3), Unambiguous),
    ],
)
def test_gaps_and_folds_are_half_open(civil, kind):
    assert type(classify(civil, BERLIN)) is kind


def test_the_fold_of_a_civil_time_is_ignored():
    assert event_us(datetime(2026, 10, 25, 2, 30, fold=1), BERLIN) == utc(2026, 10, 25, 0, 30)


def test_windows_clip():
    assert resolve_us(GAP, 2 * HOUR + 1, BERLIN) == utc(2026, 3, 29, 1)
    assert window_us(GAP, 2 * HOUR, 3 * HOUR, BERLIN) == (utc(2026, 3, 29, 1),) * 2
    assert window_us(FOLD, 2 * HOUR, 3 * HOUR, BERLIN) == (
        utc(2026, 10, 25, 0),
        utc(2026, 10, 25, 2),
    )


def test_a_closing_time_may_ask_for_its_last_occurrence():
    first = window_us(FOLD, 2 * HOUR, 2 * HOUR + 30 * MINUTE, BERLIN)
    last = window_us(
        FOLD, 2 * HOUR, 2 * HOUR + 30 * MINUTE, BERLIN, ambiguous_end=AmbiguousEnd.LAST
    )

    assert first == (utc(2026, 10, 25, 0), utc(2026, 10, 25, 0, 30))
    assert last == (utc(2026, 10, 25, 0), utc(2026, 10, 25, 1, 30))


def test_a_window_may_run_into_the_next_days():
    assert window_us(FOLD, 22 * HOUR, DAY + 2 * HOUR, BERLIN) == (
        utc(2026, 10, 25, 21),
        utc(2026, 10, 26, 1),
    )


def test_ex_Z6_a_weekly_event_at_half_past_twelve_keeps_its_wall_time():
    instants = [
        event_us(datetime(2023, month, day, 12, 30), NEW_YORK)
        for month, day in [(3, 11), (3, 12), (11, 5)]
    ]

    assert instants == [
        utc(2023, 3, 11, 17, 30),
        utc(2023, 3, 12, 16, 30),
        utc(2023, 11, 5, 17, 30),
    ]


def test_events_shift_by_the_offset_before_the_gap():
    # 02:22 happens at 03:22.
    assert event_us(datetime(2023, 3, 12, 2, 22), NEW_YORK) == utc(2023, 3, 12, 7, 22)


def test_ex_Z8_a_daily_event_in_paris():
    paris = ZoneInfo("Europe/Paris")

    instants = [event_us(datetime(2020, 10, day, 15, 30), paris) for day in (24, 25, 26)]

    assert instants == [
        utc(2020, 10, 24, 13, 30),
        utc(2020, 10, 25, 14, 30),
        utc(2020, 10, 26, 14, 30),
    ]


def test_an_exact_time_is_never_guessed():
    assert exact_us(datetime(2026, 3, 2, 9), BERLIN) == utc(2026, 3, 2, 8)
    with pytest.raises(SkippedTimeError) as skipped:
        exact_us(datetime(2026, 3, 29, 2, 30), BERLIN)
    with pytest.raises(RepeatedTimeError) as repeated:
        exact_us(datetime(2026, 10, 25, 2, 30), BERLIN)

    assert (skipped.value.civil, skipped.value.zone) == (
        datetime(2026, 3, 29, 2, 30),
        "Europe/Berlin",
    )
    assert to_us(repeated.value.earlier.astimezone(UTC)) == utc(2026, 10, 25, 0, 30)
    assert to_us(repeated.value.later.astimezone(UTC)) == utc(2026, 10, 25, 1, 30)


def test_a_date_may_be_skipped_altogether():
    apia = ZoneInfo("Pacific/Apia")

    assert window_us(date(2011, 12, 30), 0, DAY, apia) == (utc(2011, 12, 30, 10),) * 2
    assert event_us(datetime(2011, 12, 30, 9), apia) == utc(2011, 12, 30, 19)


def test_the_clock_is_read_at_an_instant():
    assert civil_of_us(utc(2026, 10, 25, 1, 30), BERLIN) == datetime(2026, 10, 25, 2, 30)
    assert civil_of_us(utc(2026, 10, 25, 1, 30), BERLIN).fold == 0
    assert date_of_us(utc(2026, 3, 2, 23, 30), BERLIN) == date(2026, 3, 3)


def test_offsets_are_known_between_the_changes():
    lo, hi = utc(2026, 3, 1), utc(2026, 12, 1)

    assert offset_runs(lo, hi, BERLIN) == (
        (lo, utc(2026, 3, 29, 1), HOUR),
        (utc(2026, 3, 29, 1), utc(2026, 10, 25, 1), 2 * HOUR),
        (utc(2026, 10, 25, 1), hi, HOUR),
    )
    assert offset_runs(lo, lo, BERLIN) == ()


@pytest.mark.parametrize(
    ("civil", "code"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "not_civil"),
        (date(2026, 3, 2), "not_datetime"),
        ("2026-03-02T09:00", "not_datetime"),
    ],
)
def test_civil_time_is_a_datetime_without_a_zone(civil, code):
    with pytest.raises(InvalidValueError) as caught:
        check_civil(civil)

    assert caught.value.code == code


@pytest.mark.parametrize("year", [1, 100, 9_899, 9_999])
def test_civil_times_at_the_ends_of_the_calendar_are_refused(year):
    with pytest.raises(LimitExceededError) as caught:
        classify(datetime(year, 6, 1), BERLIN)

    assert (caught.value.needed, caught.value.allowed) == (year, 9_898)


@pytest.mark.parametrize("year", [101, 9_898])
def test_civil_times_just_inside_are_accepted_without_their_fold(year):
    civil = check_civil(datetime(year, 6, 1, fold=1))

    assert (civil, civil.fold) == (datetime(year, 6, 1), 0)

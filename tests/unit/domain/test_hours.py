"""Opening hours: the worked examples, the layers, and what is refused (SPEC N4 to N8)."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from bookable.domain import hours as module
from bookable.domain.hours import (
    AnyHours,
    DateOverride,
    Hours,
    Layering,
    WeeklyHours,
    Window,
    check_hours,
    windows_of,
)
from bookable.errors import (
    InvalidIntervalError,
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
)
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

NEW_YORK = "America/New_York"
BERLIN = "Europe/Berlin"
MONDAY = date(2026, 3, 2)
SPRING, AUTUMN = date(2023, 3, 12), date(2023, 11, 5)


def daily(text, zone=NEW_YORK):
    return WeeklyHours.parse(f"Mo-Su {text}", zone=zone)


def on(hours, day, zone=NEW_YORK):
    """What the hours open on that local date, in UTC."""
    opened = hours.open_within(Interval.day(day, zone=zone))
    return [f"{piece.start:%d %H:%M}-{piece.end:%d %H:%M}" for piece in opened]


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


# Worked examples -----------------------------------------------------------------


def test_ex_Z1_a_window_inside_a_gap_is_empty():
    assert on(daily("02:00-03:00"), SPRING) == []


def test_ex_Z2_a_window_into_a_gap_ends_at_the_change():
    assert on(daily("01:30-02:30"), SPRING) == ["12 06:30-12 07:00"]


def test_ex_Z3_an_hour_of_a_fold_lasts_two():
    assert on(daily("01:00-02:00"), AUTUMN) == ["05 05:00-05 07:00"]


def test_ex_Z4_a_closing_time_in_a_fold_is_its_first_occurrence_or_its_last():
    weekly = daily("00:30-01:30")

    assert on(weekly, AUTUMN) == ["05 04:30-05 05:30"]
    assert on(Hours(weekly), AUTUMN) == ["05 04:30-05 05:30"]
    assert on(Hours(weekly, ambiguous_end="last"), AUTUMN) == ["05 04:30-05 06:30"]


def test_ex_Z5_nine_to_five_keeps_its_wall_time_and_days_their_length():
    assert on(daily("09:00-17:00"), SPRING) == ["12 13:00-12 21:00"]
    assert on(daily("09:00-17:00"), AUTUMN) == ["05 14:00-05 22:00"]
    assert Interval.day(SPRING, zone=NEW_YORK).duration == timedelta(hours=23)
    assert Interval.day(AUTUMN, zone=NEW_YORK).duration == timedelta(hours=25)
    for day in (SPRING, AUTUMN):
        whole = Interval.day(day, zone=NEW_YORK)
        assert list(daily("00:00-24:00").open_within(whole)) == [whole]


def test_ex_Z13_a_window_on_a_date_that_was_skipped_is_empty():
    week = Interval(utc(2011, 12, 29), utc(2012, 1, 1))

    opened = daily("09:00-17:00", "Pacific/Apia").open_within(week)

    # The 29th, then the 31st, one behind the other; there was no 30th.
    assert [piece.start for piece in opened if piece.start > week.start] == [
        utc(2011, 12, 29, 19),
        utc(2011, 12, 30, 19),
        utc(2011, 12, 31, 19),
    ]
    skipped = Hours(
        zone="Pacific/Apia",
        layering="dates_only",
        overrides={date(2011, 12, 30): windows_of("09:00-17:00")},
    )
    assert not skipped.open_within(week)


def test_ex_Z14_a_day_without_a_midnight():
    day = Interval.day(date(2018, 11, 4), zone="America/Sao_Paulo")

    assert (day.start, day.duration) == (utc(2018, 11, 4, 3), timedelta(hours=23))
    assert list(daily("00:00-24:00", "America/Sao_Paulo").open_within(day)) == [day]


def test_ex_W11_a_restriction_only_takes_away():
    own = daily("07:00-18:00", BERLIN)

    hours = Hours(own, restrictions=[daily("08:00-17:00", BERLIN)])

    assert on(hours, MONDAY, BERLIN) == ["02 07:00-02 16:00"]


def test_ex_W13_an_override_without_windows_closes_the_date():
    hours = Hours(daily("09:00-17:00", BERLIN), overrides=[DateOverride(MONDAY)])

    assert on(hours, MONDAY, BERLIN) == []
    assert on(hours, MONDAY + timedelta(days=1), BERLIN) == ["03 08:00-03 16:00"]


def test_ex_W14_with_dates_only_the_weekly_hours_do_not_count():
    hours = Hours(
        daily("09:00-17:00", BERLIN),
        overrides={MONDAY: windows_of("10:00-12:00")},
        layering=Layering.DATES_ONLY,
    )

    assert on(hours, MONDAY, BERLIN) == ["02 09:00-02 11:00"]
    assert on(hours, MONDAY + timedelta(days=1), BERLIN) == []


def test_J6_hours_in_a_zone_of_quarter_hours():
    assert on(daily("09:00-12:00", "Asia/Kathmandu"), MONDAY, "Asia/Kathmandu") == [
        "02 03:15-02 06:15"
    ]


def test_J7_windows_run_past_midnight():
    hours = WeeklyHours.parse("Fr 22:00-02:00", zone=BERLIN)

    assert on(hours, date(2026, 3, 6), BERLIN) == ["06 21:00-06 23:00"]
    assert on(hours, date(2026, 3, 7), BERLIN) == ["06 23:00-07 01:00"]


def test_J8_midnight_closes_the_day():
    for text in ("00:00-24:00", "00:00-00:00"):
        assert on(daily(text, BERLIN), MONDAY, BERLIN) == ["01 23:00-02 23:00"]


# Layers --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layering", "opened"),
    [
        ("weekly_only", ["02 08:00-02 16:00"]),
        ("dates_only", ["02 18:00-02 20:00"]),
        ("dates_override", ["02 18:00-02 20:00"]),
        ("union", ["02 08:00-02 16:00", "02 18:00-02 20:00"]),
    ],
)
def test_C3_layering_says_how_dates_meet_the_week(layering, opened):
    hours = Hours(
        daily("09:00-17:00", BERLIN),
        overrides={MONDAY: windows_of("19:00-21:00")},
        layering=layering,
    )

    assert on(hours, MONDAY, BERLIN) == opened


def test_C2_the_tail_of_the_night_before_an_override_stays():
    hours = Hours(daily("22:00-02:00", BERLIN), overrides={MONDAY: windows_of("10:00-12:00")})

    assert on(hours, MONDAY, BERLIN) == ["01 23:00-02 01:00", "02 09:00-02 11:00"]


def test_several_overrides_of_one_date_are_unioned():
    several = [
        DateOverride(MONDAY, windows_of("13:00-15:00")),
        DateOverride(MONDAY, windows_of("09:00-12:00,12:00-13:00")),
        DateOverride(MONDAY),
    ]

    assert Hours(overrides=several, zone=BERLIN) == Hours(
        overrides={MONDAY: windows_of("09:00-15:00")}, zone=BERLIN
    )


def test_without_weekly_hours_it_is_always_open():
    week = Interval(utc(2026, 3, 2), utc(2026, 3, 9))
    christmas = date(2026, 12, 25)

    assert list(Hours().open_within(week)) == [week]
    assert Hours().zone is None
    assert on(Hours(overrides={christmas: ()}, zone=BERLIN), christmas, BERLIN) == []
    assert on(Hours(overrides={christmas: ()}, zone=BERLIN), MONDAY, BERLIN) == [
        "01 23:00-02 23:00"
    ]
    assert list(Hours(layering="weekly_only").open_within(week)) == [week]
    assert list(Hours(layering="union").open_within(week)) == [week]
    assert not Hours(layering="dates_only").open_within(week)
    day = Interval.day(MONDAY, zone=BERLIN)
    assert list(Hours(overrides={christmas: ()}, zone=BERLIN).open_within(day)) == [day]
    after = Interval.day(date(2026, 12, 26), zone=BERLIN)
    around = Interval(utc(2026, 12, 24, 23), utc(2026, 12, 27))
    assert list(Hours(overrides={christmas: ()}, zone=BERLIN).open_within(around)) == [
        Interval(after.start, around.end)
    ]


def test_an_override_for_an_always_open_resource_replaces_its_date():
    hours = Hours(overrides={MONDAY: windows_of("10:00-12:00")}, zone=BERLIN)

    assert on(hours, MONDAY, BERLIN) == ["02 09:00-02 11:00"]


def test_C5_each_layer_has_a_zone_of_its_own():
    hours = Hours(
        daily("09:00-17:00", BERLIN),
        overrides={MONDAY: windows_of("09:00-17:00")},
        zone=NEW_YORK,
        restrictions=[daily("00:00-20:00", "Europe/London")],
    )

    assert hours.zone is ZoneInfo(NEW_YORK)
    assert on(hours, MONDAY, BERLIN) == ["02 14:00-02 20:00"]
    assert on(hours, MONDAY + timedelta(days=1), BERLIN) == ["03 08:00-03 16:00"]


def test_ex_L13_hours_of_the_host_within_those_of_the_booker():
    host = daily("07:00-23:00", BERLIN)

    hours = Hours(host, restrictions=[daily("08:00-21:00", NEW_YORK)])

    assert on(hours, MONDAY, BERLIN) == ["02 13:00-02 22:00"]


def test_C8_hours_that_move_to_another_zone_on_a_date():
    travel = utc(2026, 3, 3)
    hours = AnyHours(
        [
            Hours(daily("09:00-17:00", BERLIN), valid_until=travel),
            Hours(daily("09:00-17:00", NEW_YORK), valid_from=travel),
        ]
    )

    assert hours.zone is None
    assert on(hours, MONDAY, "UTC") == ["02 08:00-02 16:00"]
    assert on(hours, MONDAY + timedelta(days=1), "UTC") == ["03 14:00-03 22:00"]


def test_validity_cuts_at_the_instant():
    hours = Hours(
        daily("09:00-17:00", "UTC"),
        valid_from=utc(2026, 3, 2, 10, 0, 0, 1),
        valid_until=utc(2026, 3, 3, 9, 30),
    )
    week = Interval(utc(2026, 3, 1), utc(2026, 3, 8))

    assert list(hours.open_within(week)) == [
        Interval(utc(2026, 3, 2, 10, 0, 0, 1), utc(2026, 3, 2, 17)),
        Interval(utc(2026, 3, 3, 9), utc(2026, 3, 3, 9, 30)),
    ]
    assert not hours.open_within(Interval(utc(2027, 1, 1), utc(2027, 2, 1)))


def test_C9_closures_come_last():
    lunch = Interval(utc(2026, 3, 2, 12), utc(2026, 3, 2, 13))
    hours = Hours(daily("09:00-17:00", "UTC"), closures=IntervalSet([lunch]))

    assert on(hours, MONDAY, "UTC") == ["02 09:00-02 12:00", "02 13:00-02 17:00"]


def test_any_of_no_hours_is_never_open():
    assert not AnyHours([]).open_within(Interval(utc(2026, 3, 2), utc(2026, 3, 3)))
    assert AnyHours([]).zone is None


def test_the_zone_of_hours():
    assert Hours(daily("09:00-17:00", BERLIN)).zone is ZoneInfo(BERLIN)
    assert Hours(zone=BERLIN).zone is ZoneInfo(BERLIN)
    assert AnyHours([daily("09:00-10:00", BERLIN), Hours(zone=BERLIN)]).zone is ZoneInfo(BERLIN)


# Values --------------------------------------------------------------------------


def test_hours_are_values():
    hours = Hours(
        daily("09:00-17:00"),
        overrides={SPRING: windows_of("10:00-12:00")},
        closures=IntervalSet([Interval(utc(2026, 3, 2), utc(2026, 3, 3))]),
        restrictions=[daily("00:00-20:00", BERLIN)],
        valid_from=datetime(2020, 1, 1, tzinfo=ZoneInfo(NEW_YORK)),
    )

    for value in (hours, AnyHours([hours, daily("01:00-02:00")]), DateOverride(SPRING)):
        again = pickle.loads(pickle.dumps(value))
        assert again == value
        assert hash(again) == hash(value)
    assert attrs.evolve(hours, layering="union").zone is hours.zone
    assert hours.valid_from == utc(2020, 1, 1, 5)
    assert hours.valid_from.tzinfo is UTC
    with pytest.raises(AttributeError):
        hours.weekly = None


def test_equal_parts_are_kept_once():
    part = daily("09:00-17:00")

    assert AnyHours([part, daily("09:00-17:00")]) == AnyHours([part])
    assert Hours(restrictions=[part, part]).restrictions == (part,)


def test_the_order_of_overrides_does_not_matter():
    dates = {date(2026, 3, day): windows_of("10:00-12:00") for day in (5, 3, 4)}

    hours = Hours(overrides=dates, zone=BERLIN)

    assert list(hours.overrides) == sorted(dates)
    assert hours == Hours(overrides=dict(sorted(dates.items())), zone=BERLIN)


# Bad input -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "field", "code"),
    [
        ({"weekly": "Mo 09:00-17:00"}, "weekly", "type"),
        ({"weekly": Hours()}, "weekly", "type"),
        ({"overrides": 5}, "overrides", "type"),
        ({"overrides": [MONDAY]}, "overrides", "type"),
        ({"overrides": {utc(2026, 3, 2): ()}}, "date", "not_date"),
        ({"overrides": {"2026-03-02": ()}}, "date", "not_date"),
        ({"overrides": {MONDAY: "10:00-12:00"}}, "windows", "type"),
        ({"overrides": {MONDAY: ()}}, "zone", "unknown_zone"),
        ({"closures": [Interval(utc(2026, 3, 2), utc(2026, 3, 3))]}, "closures", "type"),
        ({"layering": "replace"}, "layering", "choice"),
        ({"restrictions": [None]}, "restrictions", "type"),
        ({"restrictions": daily("09:00-17:00")}, "restrictions", "type"),
        ({"valid_from": date(2026, 3, 2)}, "valid_from", "not_datetime"),
        ({"valid_until": "2026-03-02"}, "valid_until", "not_datetime"),
        ({"zone": "Europe/Atlantis"}, "zone", "unknown_zone"),
        ({"ambiguous_end": "both"}, "ambiguous_end", "choice"),
    ],
)
def test_hours_of_wrong_parts_are_refused_by_the_name_of_the_part(parts, field, code):
    with pytest.raises(InvalidValueError) as caught:
        Hours(**parts)

    assert (caught.value.field, caught.value.code) == (field, code)


def test_a_naive_validity_is_refused():
    with pytest.raises(NaiveDatetimeError) as caught:
        Hours(valid_until=datetime(2026, 3, 2))

    assert caught.value.field == "valid_until"


@pytest.mark.parametrize("until", [utc(2026, 3, 1), utc(2026, 3, 2)])
def test_a_validity_that_is_empty_or_reversed_is_refused(until):
    with pytest.raises(InvalidIntervalError):
        Hours(valid_from=utc(2026, 3, 2), valid_until=until)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(100, 6, 1), date(9_999, 12, 31)])
def test_overrides_at_the_ends_of_the_calendar_are_refused(day):
    with pytest.raises(LimitExceededError):
        DateOverride(day)


def test_overrides_are_limited(monkeypatch):
    monkeypatch.setattr(module, "MOST_OVERRIDES", 2)
    dates = {date(2026, 3, day): () for day in (1, 2, 3)}

    assert len(Hours(overrides=dict(list(dates.items())[:2]), zone=BERLIN).overrides) == 2
    with pytest.raises(LimitExceededError) as caught:
        Hours(overrides=dates, zone=BERLIN)

    assert (caught.value.needed, caught.value.allowed) == (3, 2)


@pytest.mark.parametrize(
    "wrap", [lambda part: AnyHours([part]), lambda part: Hours(restrictions=[part])]
)
def test_hours_inside_hours_are_limited(wrap):
    nested = daily("09:00-17:00")
    for _ in range(module.MOST_NESTED - 1):
        nested = wrap(nested)

    assert on(nested, SPRING) == ["12 13:00-12 21:00"]
    with pytest.raises(LimitExceededError) as caught:
        wrap(nested)

    assert (caught.value.needed, caught.value.allowed) == (11, 10)


def test_hours_inside_hours_are_as_deep_as_the_deepest():
    flat = daily("09:00-17:00")
    deep = AnyHours([AnyHours([flat])])

    assert AnyHours([flat, deep])._depth == AnyHours([deep, flat])._depth == 4
    assert Hours(restrictions=[flat, deep])._depth == 4
    assert (AnyHours([])._depth, Hours()._depth, flat._depth) == (1, 1, 1)


def test_the_windows_of_a_day_are_counted_through_all_layers():
    two, three = daily("09:00-10:00,11:00-12:00"), daily("09:00-10:00,11:00-12:00,13:00-14:00")
    lopsided = WeeklyHours.parse("Mo off; Tu 09:00-10:00,11:00-12:00", zone=BERLIN)
    dated = {MONDAY: windows_of("09:00-10:00,11:00-12:00"), SPRING: ()}

    assert (two._weight, lopsided._weight, WeeklyHours({}, "UTC")._weight) == (2, 2, 1)
    assert Hours()._weight == 1
    assert Hours(three, overrides=dated)._weight == 5
    assert Hours(three, restrictions=[two])._weight == 5
    assert AnyHours([two, three])._weight == 6


@pytest.mark.parametrize("parts", [None, daily("09:00-17:00"), [None], ["Mo 09:00-17:00"], "Mo"])
def test_any_hours_are_made_of_hours(parts):
    with pytest.raises(InvalidValueError) as caught:
        AnyHours(parts)

    assert caught.value.field == "parts"


def test_whoever_needs_hours_takes_hours_or_none():
    hours = daily("09:00-17:00")

    assert check_hours(None) is None
    assert check_hours(hours) is hours
    for value in ("Mo 09:00-17:00", Window(time(9), time(17)), ()):
        with pytest.raises(InvalidValueError) as caught:
            check_hours(value, "hours")
        assert (caught.value.code, caught.value.field) == ("type", "hours")

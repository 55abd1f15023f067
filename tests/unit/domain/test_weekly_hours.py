"""Weekly hours as a value; what they open is in test_hours.py."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bookable.domain.weekly_hours import WeeklyHours
from bookable.domain.window import Window
from bookable.errors import HoursSyntaxError, InvalidValueError
from bookable.timeline.interval import Interval

NINE_TO_FIVE = Window(time(9), time(17))


def test_C1_unordered_overlapping_windows_are_accepted_and_normalised():
    messy = WeeklyHours(
        {3: [Window(time(12), time(17)), Window(time(9), time(13))], 1: [NINE_TO_FIVE]}, "UTC"
    )

    assert messy == WeeklyHours({1: (NINE_TO_FIVE,), 3: (NINE_TO_FIVE,)}, zone="UTC")
    assert list(messy.days) == [1, 3]
    assert str(messy) == "Mo,We 09:00-17:00"


def test_weekly_hours_without_a_window_are_never_open():
    never = WeeklyHours({1: ()}, zone="UTC")
    monday = Interval(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))

    assert never == WeeklyHours({}, zone="UTC") == WeeklyHours.parse("Mo-Su off", zone="UTC")
    assert not never.open_within(monday)
    assert str(never) == "Mo-Su off"


def test_the_zone_may_be_a_name():
    assert WeeklyHours({}, "Europe/Berlin").zone is ZoneInfo("Europe/Berlin")
    assert WeeklyHours({}, "Europe/Berlin") == WeeklyHours({}, ZoneInfo("Europe/Berlin"))
    assert WeeklyHours({}, "Europe/Berlin") != WeeklyHours({}, "Europe/Paris")


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ("Mo 09:00-17:00", "type"),
        ([(1, [NINE_TO_FIVE])], "type"),
        (None, "type"),
        ({0: [NINE_TO_FIVE]}, "weekday"),
        ({8: [NINE_TO_FIVE]}, "weekday"),
        ({True: [NINE_TO_FIVE]}, "weekday"),
        ({"Mo": [NINE_TO_FIVE]}, "weekday"),
        ({1: ["09:00-17:00"]}, "type"),
        ({1: NINE_TO_FIVE}, "type"),
    ],
)
def test_days_are_windows_by_iso_weekday(days, code):
    with pytest.raises(InvalidValueError) as caught:
        WeeklyHours(days, zone="UTC")

    assert caught.value.code == code


def test_text_and_zone_are_checked():
    with pytest.raises(HoursSyntaxError):
        WeeklyHours.parse("nine to five", zone="UTC")
    with pytest.raises(InvalidValueError) as caught:
        WeeklyHours.parse("Mo 09:00-17:00", zone="Europe/Atlantis")

    assert caught.value.code == "unknown_zone"


def test_weekly_hours_are_a_value():
    hours = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")

    assert pickle.loads(pickle.dumps(hours)) == hours
    assert hash(hours) == hash(WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin"))
    with pytest.raises(AttributeError):
        hours.zone = ZoneInfo("UTC")
    with pytest.raises(AttributeError):
        hours.days.extra = 1


def test_windows_of_neighbouring_days_join_at_midnight():
    hours = WeeklyHours.parse("Mo 22:00-24:00; Tu 00:00-02:00", zone="UTC")
    monday = datetime(2026, 3, 2, tzinfo=UTC)

    (night,) = hours.open_within(Interval(monday, monday + timedelta(days=7)))

    assert night == Interval(monday + timedelta(hours=22), monday + timedelta(hours=26))

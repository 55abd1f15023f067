"""Hours read anew on the clocks of another zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given

from bookable import AnyHours, Hours, Interval, IntervalSet, InvalidValueError, WeeklyHours, Window
from bookable.domain.hours_zone import in_zone, travelling
from bookable.timeline.civil import to_zone
from bookable.timeline.instant import instant_us
from tests.support import strategies as st
from tests.support.builders import at, monday, refused, us

ZONES = ("UTC", "Europe/Berlin", "Asia/Tokyo", "America/New_York", "Asia/Kathmandu")
OFFICE = WeeklyHours.parse("Mo-Fr 09:00-17:00; Sa 22:00-02:00", zone="Europe/Berlin")
EXACT = monday("12:00", "13:00")
LAYERED = Hours(
    OFFICE,
    {date(2026, 3, 3): [Window.parse("10:00-12:00")]},
    restrictions=[WeeklyHours.parse("Mo-Fr 08:00-16:00", zone="Asia/Tokyo")],
)
STEP = timedelta(minutes=30)


def half_hours(first, last):
    return [first + number * STEP for number in range((last - first) // STEP)]


def is_open(hours, moment):
    instant = instant_us(moment)
    return hours.open_us(instant, instant + 1) != ()


@pytest.mark.parametrize("hours", [OFFICE, LAYERED, AnyHours([OFFICE, LAYERED])])
@pytest.mark.parametrize("name", ZONES)
def test_the_clocks_of_the_other_zone_show_the_same_hours(hours, name):
    """No clock changes in these days, so each wall time of one zone is one of the other."""
    moved, zone, home = in_zone(hours, name), to_zone(name), in_zone(hours, "UTC")

    assert in_zone(moved, "UTC") == home
    for moment in half_hours(at("00:00"), at("24:00", day=4)):
        wall = moment.replace(tzinfo=zone)
        assert is_open(moved, wall) == is_open(home, moment), moment


def test_instants_stay_where_they_are():
    hours = Hours(closures=IntervalSet([EXACT]), valid_from=at("08:00"), valid_until=at("20:00"))

    moved = in_zone(hours, "Asia/Tokyo")

    assert moved.open_us(us("00:00"), us("24:00")) == hours.open_us(us("00:00"), us("24:00"))
    assert moved.zone is not None
    assert moved.zone.key == "Asia/Tokyo"


def test_a_zone_that_does_not_exist_is_refused():
    with refused(InvalidValueError, "unknown_zone"):
        in_zone(OFFICE, "Nowhere/Else")


MOVES = st.dictionaries(
    st.integers(1, 9).map(lambda day: date(2026, 3, day)),
    st.sampled_from([*ZONES, "Pacific/Kiritimati", "Pacific/Niue"]),
    max_size=3,
)


@given(MOVES, st.randoms())
def test_C8_each_move_holds_from_its_midnight_until_the_next_one_takes_effect(moves, random):
    shuffled = [*moves.items()]
    random.shuffle(shuffled)

    hours = travelling(OFFICE, shuffled)

    for moment in half_hours(at("00:00", day=1), at("24:00", day=10)):
        begun = [
            (day, zone)
            for day, zone in moves.items()
            if datetime(day.year, day.month, day.day, tzinfo=to_zone(zone)) <= moment
        ]
        # Of the moves that have taken effect, the one of the latest date counts.
        zone = max(begun)[1] if begun else "Europe/Berlin"
        assert is_open(hours, moment) == is_open(in_zone(OFFICE, zone), moment), moment


def test_C8_without_a_move_the_hours_are_the_same():
    window = us("00:00"), us("24:00", day=9)

    assert travelling(OFFICE, []).open_us(*window) == OFFICE.open_us(*window)


def test_C8_the_switch_is_at_midnight_of_the_new_zone():
    always = WeeklyHours.parse("Mo-Su 00:00-24:00", zone="Europe/Berlin")
    hours = travelling(always, [(date(2026, 3, 3), "Asia/Tokyo")])

    first, second = hours.parts

    # Midnight of 3 March in Tokyo is 15:00 of 2 March in UTC.
    assert (first.valid_until, second.valid_from) == (at("15:00"), at("15:00"))
    assert hours.open_within(Interval(at("00:00"), at("24:00"))) == IntervalSet(
        [Interval(at("00:00"), at("24:00"))]
    )


def test_C8_a_move_that_a_later_one_overtakes_never_takes_effect():
    """Midnight of the 4th on Kiritimati comes an hour before midnight of the 3rd on Niue."""
    moves = [(date(2026, 3, 3), "Pacific/Niue"), (date(2026, 3, 4), "Pacific/Kiritimati")]

    hours = travelling(OFFICE, moves)

    assert [part.zone.key for part in hours.parts] == ["Europe/Berlin", "Pacific/Kiritimati"]
    assert hours.parts[0].valid_until == hours.parts[1].valid_from == at("10:00", day=3)


@pytest.mark.parametrize(
    ("moves", "code"),
    [
        ("tomorrow", "type"),
        (7, "type"),
        ([date(2026, 3, 3)], "type"),
        ([(date(2026, 3, 3),)], "type"),
        ([(at("09:00"), "UTC")], "not_date"),
        ([(date(2026, 3, 3), "Nowhere/Else")], "unknown_zone"),
        ([(date(2026, 3, 3), "UTC"), (date(2026, 3, 3), "Asia/Tokyo")], "duplicate_id"),
    ],
)
def test_C8_moves_that_are_none_are_refused(moves, code):
    with refused(InvalidValueError, code, "moves"):
        travelling(OFFICE, moves)


def test_C8_only_weekly_hours_travel():
    with refused(InvalidValueError, "type", "weekly"):
        travelling(Hours(OFFICE), [])


@pytest.mark.parametrize("value", [None, 5, "Mo 09:00-17:00"])
def test_only_opening_hours_can_be_read_in_a_zone(value):
    with refused(InvalidValueError, "type", "hours"):
        in_zone(value, "UTC")

"""Hours as text: what is read, and where an error points."""

from __future__ import annotations

import pytest

from bookable.domain.hours_text import (
    format_weekly,
    format_windows,
    parse_weekly,
    parse_window,
    parse_windows,
)
from bookable.errors import HoursSyntaxError, InvalidValueError, LimitExceededError
from bookable.timeline.instant import DAY, HOUR, MINUTE, SECOND

NINE_TO_NOON = (9 * HOUR, 12 * HOUR)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Mo 09:00-12:00", [1]),
        ("Mo-Fr 09:00-12:00", [1, 2, 3, 4, 5]),
        ("Mo,We,Fr 09:00-12:00", [1, 3, 5]),
        ("Fr-Mo 09:00-12:00", [1, 5, 6, 7]),
        ("Mo-Mo 09:00-12:00", [1]),
        ("Tu-We,Sa-Su 09:00-12:00", [2, 3, 6, 7]),
        ("  Mo , Tu  09:00 - 12:00 ", [1, 2]),
        ("Mo09:00-12:00", [1]),
    ],
)
def test_days(text, days):
    assert parse_weekly(text) == {day: [NINE_TO_NOON] for day in days}


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("09:00-12:00", NINE_TO_NOON),
        ("00:00-24:00", (0, DAY)),
        ("00:00-00:00", (0, DAY)),
        ("22:00-02:00", (22 * HOUR, 26 * HOUR)),
        ("09:00-09:00", (9 * HOUR, 33 * HOUR)),
        ("09:00:30-09:00:30.000001", (9 * HOUR + 30 * SECOND, 9 * HOUR + 30 * SECOND + 1)),
        ("23:59-24:00:00", (DAY - MINUTE, DAY)),
    ],
)
def test_windows(text, window):
    assert parse_window(text) == window


def test_rules_and_lists():
    assert parse_weekly("Mo 09:00-12:00,22:00-02:00; Tu-We off; Th 00:00-24:00") == {
        1: [NINE_TO_NOON, (22 * HOUR, 26 * HOUR)],
        2: [],
        3: [],
        4: [(0, DAY)],
    }
    assert parse_windows("09:00-12:00, 09:00-12:00") == [NINE_TO_NOON, NINE_TO_NOON]


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("", 0, "a day"),
        ("   ", 3, "a day"),
        ("09:00-12:00", 0, "a day"),
        ("mo 09:00-12:00", 0, "a day"),
        ("Mo-", 3, "a day"),
        ("Mo, 09:00-12:00", 4, "a day"),
        ("Mo-Fr 9:75-17:00", 6, "HH:MM"),
        ("Mo-Fr", 5, "HH:MM"),
        ("Mo 09:60-12:00", 3, "HH:MM"),
        ("Mo 24:00-12:00", 3, "HH:MM"),
        ("Mo 09-12:00", 3, "HH:MM"),
        ("Mo 0९:00-12:00", 3, "HH:MM"),
        ("Mo +9:00-12:00", 3, "HH:MM"),
        ("Mo 09:00", 8, "'-'"),
        ("Mo 09:00-24:01", 9, "HH:MM"),
        ("Mo 09:00-25:00", 9, "HH:MM"),
        ("Mo 09:00-23:60", 9, "HH:MM"),
        ("Mo 09:00-12:00:6", 9, "HH:MM"),
        ("Mo 09:00-12:00:60", 9, "HH:MM"),
        ("Mo 09:00-12:00:30.5", 9, "HH:MM"),
        ("Mo 09:00-24:00:01", 9, "HH:MM"),
        ("Mo 09:00-12:00 13:00-17:00", 15, "';', ',' or the end"),
        ("Mo 09:00-12:00;", 15, "a day"),
        ("Mo 09:00-12:00,", 15, "HH:MM"),
        ("Mon-Fri 09:00-12:00", 0, "a day: Mo, Tu, We, Th, Fr, Sa, Su"),
        ("Mo, Tue 09:00-12:00", 4, "a day: Mo, Tu, We, Th, Fr, Sa, Su"),
        ("monday 09:00-12:00", 0, "a day: Mo, Tu, We, Th, Fr, Sa, Su"),
        ("Mo 09:00-12:00; Mo 13:00-17:00", 16, "Mo to be named once"),
        ("Mo-We,Tu 09:00-12:00", 6, "Tu to be named once"),
        ("Mo offside", 6, "';', ',' or the end"),
    ],
)
def test_an_error_says_where_and_what(text, position, expected):
    with pytest.raises(HoursSyntaxError) as caught:
        parse_weekly(text)

    assert (caught.value.position, caught.value.text) == (position, text)
    assert caught.value.expected.startswith(expected)


def test_the_sentence_of_an_error_shows_an_example():
    with pytest.raises(HoursSyntaxError) as caught:
        parse_weekly("Mo-Fr 9:75-17:00")

    assert str(caught.value) == (
        "expected HH:MM, for example 09:45 at position 6 of 'Mo-Fr 9:75-17:00'"
    )


@pytest.mark.parametrize(
    ("parse", "text", "position"),
    [
        (parse_window, "09:00-12:00,13:00-14:00", 11),
        (parse_window, "", 0),
        (parse_windows, "09:00-12:00;", 11),
        (parse_windows, "Mo 09:00-12:00", 0),
    ],
)
def test_windows_end_with_their_text(parse, text, position):
    with pytest.raises(HoursSyntaxError) as caught:
        parse(text)

    assert caught.value.position == position


@pytest.mark.parametrize("parse", [parse_window, parse_windows, parse_weekly])
def test_hours_are_read_from_text_of_bounded_length(parse):
    for text in (None, b"Mo 09:00-12:00", "Mo\0", "\ud800"):
        with pytest.raises(InvalidValueError):
            parse(text)
    with pytest.raises(LimitExceededError):
        parse("Mo 09:00-12:00; " * 1_000)


def test_days_with_the_same_windows_are_written_together():
    week = {day: [NINE_TO_NOON] for day in (1, 2, 3, 5, 6)} | {7: [(0, DAY)], 4: []}

    assert format_weekly(week) == "Mo-We,Fr,Sa 09:00-12:00; Th off; Su 00:00-24:00"
    assert format_weekly({}) == "Mo-Su off"


def test_times_are_written_as_short_as_they_can_be():
    second, us = 30 * SECOND, 30 * SECOND + 1

    assert format_windows([(0, second)]) == "00:00-00:00:30"
    assert format_windows([(us, 26 * HOUR)]) == "00:00:30.000001-02:00"

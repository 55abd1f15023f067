"""Windows of one local date (SPEC N4)."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, time

import pytest

from bookable.domain.window import (
    MOST_WINDOWS,
    Window,
    check_windows,
    merged_windows,
    wall_pairs,
    windows_of,
)
from bookable.errors import HoursSyntaxError, InvalidValueError, LimitExceededError
from bookable.timeline.instant import DAY, HOUR, MINUTE


@pytest.mark.parametrize(
    ("window", "us_of_day", "text"),
    [
        (Window(time(9), time(17)), (9 * HOUR, 17 * HOUR), "09:00-17:00"),
        (Window(time(22), time(2)), (22 * HOUR, 26 * HOUR), "22:00-02:00"),
        (Window(time(0), time(0)), (0, DAY), "00:00-24:00"),
        (Window(time(9), time(0)), (9 * HOUR, DAY), "09:00-24:00"),
        (Window(time(9), time(9)), (9 * HOUR, 33 * HOUR), "09:00-09:00"),
        (
            Window(time(8, 30, 15, 250_000), time(9)),
            (8 * HOUR + 30 * MINUTE + 15_250_000, 9 * HOUR),
            "08:30:15.250000-09:00",
        ),
    ],
)
def test_a_window_that_does_not_close_later_closes_on_the_next_day(window, us_of_day, text):
    assert window.us_of_day == us_of_day
    assert wall_pairs([window]) == (us_of_day,)
    assert str(window) == text
    assert Window.parse(text) == window


@pytest.mark.parametrize(
    "value",
    ["09:00", 9, None, datetime(2026, 3, 2, 9), time(9, tzinfo=UTC), type("T", (time,), {})(9)],
)
@pytest.mark.parametrize("field", ["opens", "closes"])
def test_both_ends_are_plain_times(field, value):
    with pytest.raises(InvalidValueError) as caught:
        Window(**{"opens": time(9), "closes": time(17), field: value})

    assert (caught.value.code, caught.value.field) == ("not_time", field)


def test_the_fold_of_a_time_means_nothing():
    window = Window(time(2, 30, fold=1), time(3))

    assert window == Window(time(2, 30), time(3))
    assert window.opens.fold == 0


def test_a_window_is_a_value():
    window = Window(time(9), time(17))

    assert pickle.loads(pickle.dumps(window)) == window
    with pytest.raises(AttributeError):
        window.opens = time(8)


@pytest.mark.parametrize(
    ("text", "merged"),
    [
        ("13:00-17:00,09:00-12:00", "09:00-12:00,13:00-17:00"),
        ("09:00-12:00,12:00-17:00", "09:00-17:00"),
        ("09:00-17:00,10:00-11:00", "09:00-17:00"),
        ("00:00-12:00,11:00-24:00", "00:00-24:00"),
        ("18:00-06:00,12:00-18:00", "12:00-06:00"),
        # 30 hours cannot be said as one window.
        ("00:00-18:00,12:00-06:00", "00:00-18:00,12:00-06:00"),
    ],
)
def test_windows_that_overlap_or_touch_are_one(text, merged):
    assert ",".join(map(str, windows_of(text))) == merged


def test_windows_are_a_list_of_windows():
    assert check_windows([]) == ()
    for values in (None, "09:00-12:00", [time(9)], Window(time(9), time(17))):
        with pytest.raises(InvalidValueError) as caught:
            check_windows(values)
        assert caught.value.field == "windows"


def test_text_that_is_no_window_is_refused():
    with pytest.raises(HoursSyntaxError):
        Window.parse("9-5")


@pytest.mark.parametrize("spaces", [0, 1, 99])
def test_text_says_the_same_however_long_it_is_and_however_often_it_is_read(spaces):
    one, two = " " * spaces + "09:00-12:00", " " * spaces + "22:00-02:00"

    for _ in range(2):
        assert Window.parse(one) == Window(time(9), time(12))
        assert windows_of(f"{two},{one}") == (Window.parse(one), Window.parse(two))
        with pytest.raises(HoursSyntaxError):
            windows_of(f"{one},")


@pytest.mark.parametrize("text", [None, 9, b"09:00-12:00", ["09:00-12:00"]])
def test_what_is_no_text_is_no_window(text):
    for read in (Window.parse, windows_of):
        with pytest.raises(InvalidValueError):
            read(text)


def test_the_windows_of_a_day_are_limited():
    pairs = [(2 * number, 2 * number + 1) for number in range(MOST_WINDOWS + 1)]

    assert len(merged_windows(pairs[:-1])) == MOST_WINDOWS
    with pytest.raises(LimitExceededError):
        merged_windows(pairs)

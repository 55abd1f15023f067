"""How hours are worked out in blocks: what is kept, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bookable.domain import opening
from bookable.domain.hours import AnyHours, WeeklyHours, Window
from bookable.errors import InvalidValueError, SearchLimitError
from bookable.limits import LONGEST_WINDOW
from bookable.timeline.interval import Interval

START = datetime(2026, 3, 2, tzinfo=UTC)
OFFICE = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")


def window(**length):
    return Interval(START, START + timedelta(**length))


def many(count):
    """Hours with so many windows every day."""
    minutes = [time(n // 60, n % 60) for n in range(0, 2 * count, 2)]
    windows = [Window(minute, minute.replace(minute=minute.minute + 1)) for minute in minutes]
    return WeeklyHours(dict.fromkeys(range(1, 8), windows), zone="UTC")


@pytest.mark.about_a_cache("what it has")
def test_equal_hours_are_worked_out_once():
    opening._kept_block.cache_clear()
    again = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")

    assert OFFICE.open_within(window(days=7)) == again.open_within(window(days=7))
    assert opening._kept_block.cache_info().misses == 1
    assert OFFICE.open_within(window(days=3)) == again.open_within(window(days=3))
    assert opening._kept_block.cache_info().misses == 1


@pytest.mark.about_a_cache("it is emptied")
def test_what_is_kept_does_not_change_the_answer():
    warm = OFFICE.open_within(window(days=400))
    opening._kept_block.cache_clear()

    assert OFFICE.open_within(window(days=400)) == warm


@pytest.mark.about_a_cache("what it has")
def test_hours_with_a_great_many_windows_are_not_kept():
    opening._kept_block.cache_clear()

    assert len(many(9).open_within(window(days=2))) == 18
    assert opening._kept_block.cache_info().currsize == 0
    assert len(many(8).open_within(window(days=2))) == 16
    assert opening._kept_block.cache_info().currsize == 1


def test_a_piece_across_the_border_of_two_blocks_is_one():
    always = WeeklyHours.parse("Mo-Su 00:00-24:00", zone="Europe/Berlin")

    assert list(always.open_within(window(days=200))) == [window(days=200)]


def test_a_window_of_centuries_is_refused():
    whole = Interval(datetime(101, 1, 1, tzinfo=UTC), datetime(9_898, 1, 1, tzinfo=UTC))

    with pytest.raises(SearchLimitError) as caught:
        OFFICE.open_within(whole)

    assert caught.value.allowed == LONGEST_WINDOW.days


def test_too_many_windows_altogether_are_refused_before_any_work(monkeypatch):
    monkeypatch.setattr(opening, "_kept_block", None)
    monkeypatch.setattr(opening, "_block", None)

    with pytest.raises(SearchLimitError) as caught:
        AnyHours([many(count) for count in range(1, 25)]).open_within(window(days=20_000))

    assert caught.value.needed > caught.value.allowed == opening.MOST_OPENING_WINDOWS


def test_hours_at_the_ends_of_the_calendar():
    for year in (100, 9_899):
        start = datetime(year, 1, 1, tzinfo=UTC)
        assert len(OFFICE.open_within(Interval(start, start + timedelta(days=7)))) == 5


@pytest.mark.parametrize("asked", [None, (START, START), START])
def test_hours_are_asked_about_an_interval(asked):
    with pytest.raises(InvalidValueError) as caught:
        OFFICE.open_within(asked)

    assert caught.value.field == "window"


def test_a_kind_of_hours_says_itself_how_it_opens():
    with pytest.raises(NotImplementedError):
        opening.Opening()._open_between(0, 1)


def test_the_longest_window_is_answered(monkeypatch):
    monkeypatch.setattr(opening, "LONGEST_WINDOW", timedelta(days=7))

    assert len(OFFICE.open_within(window(days=7))) == 5
    with pytest.raises(SearchLimitError) as caught:
        OFFICE.open_within(window(days=8))

    assert (caught.value.needed, caught.value.allowed) == (8, 7)


def test_the_most_windows_are_looked_at(monkeypatch):
    monkeypatch.setattr(opening, "MOST_OPENING_WINDOWS", 16)

    assert len(many(2).open_within(window(days=7))) == 14
    with pytest.raises(SearchLimitError) as caught:
        many(2).open_within(window(days=8))

    assert (caught.value.needed, caught.value.allowed) == (18, 16)

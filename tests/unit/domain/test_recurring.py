"""Recurrences as values: their occurrences, and what is left of them when they are cut."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta

import pytest

from bookable.domain.recurring import Recurrence, key_of, original, original_or_none
from bookable.errors import InvalidValueError, LimitExceededError, SearchLimitError
from bookable.timeline import recurrence
from bookable.timeline.interval import Interval
from bookable.timeline.recurrence import MOST_RULE_WORK
from bookable.timeline.rule import Rule
from tests.support.builders import HOUR, refused

NINE = datetime(2026, 3, 2, 9)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


def weekly(count=5, **fields):
    return Recurrence(f"FREQ=WEEKLY;COUNT={count}", NINE, "Europe/Berlin", **fields)


def days(*numbers):
    return tuple(NINE + number * WEEK for number in numbers)


def window(first, last, zone=UTC):
    return Interval(first.replace(tzinfo=zone), last.replace(tzinfo=zone))


@pytest.fixture
def work(monkeypatch):
    """What the walks of a test have cost, in days that dateutil looks at."""
    walks, walk = [], recurrence._walk

    def watched(rule, begin, pace):
        walks.append(pace)
        return walk(rule, begin, pace)

    monkeypatch.setattr(recurrence, "_walk", watched)
    return lambda: sum(pace.work for pace in walks)


# Values ----------------------------------------------------------------------


def test_a_rule_is_its_text_or_a_value():
    assert weekly().rule == Rule.parse("FREQ=WEEKLY;COUNT=5")
    assert Recurrence(weekly().rule, NINE, "Europe/Berlin") == weekly()
    assert pickle.loads(pickle.dumps(weekly())) == weekly()
    assert hash(weekly()) == hash(weekly())


def test_an_original_start_is_civil_and_on_a_whole_second():
    assert original(NINE.replace(fold=1)).fold == 0
    assert original_or_none(None) is None
    assert original_or_none(NINE) == NINE
    assert key_of(datetime(206, 3, 2, 9)) == "02060302T090000"
    with refused(InvalidValueError, "whole_seconds", "original_start"):
        original(NINE + timedelta(microseconds=1))
    with refused(InvalidValueError, "not_civil", "original_start"):
        original(NINE.replace(tzinfo=UTC))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (7, "type"),
        ("FREQ=HOURLY;COUNT=3", "unsupported"),
        ("FREQ=DAILY;UNTIL=20260401T090000", "until"),
        ("FREQ=DAILY;EXRULE=FREQ", "rule_part"),
        ("FREQ=DAILY;INTERVAL=0", "interval"),
    ],
)
def test_a_rule_that_is_no_good_is_refused(rule, code):
    with refused(InvalidValueError, code, "rule"):
        Recurrence(rule, NINE, "UTC")


def test_a_start_or_a_zone_that_is_no_good_is_refused():
    with refused(InvalidValueError, "not_datetime", "start"):
        Recurrence(None, date(2026, 3, 2), "UTC")
    with refused(InvalidValueError, "unknown_zone", "zone"):
        Recurrence(None, NINE, "Mars/Olympus")


@pytest.mark.parametrize("name", ["rdates", "exdates"])
def test_so_many_dates_and_no_more(name):
    dates = [NINE + number * DAY for number in range(367)]
    assert len(getattr(weekly(**{name: dates[:366]}), name)) == 366
    assert getattr(weekly(**{name: [NINE, NINE]}), name) == (NINE,)
    with pytest.raises(LimitExceededError, match=f"dates in {name}"):
        weekly(**{name: dates})
    for odd in ("20260302", 7):
        with refused(InvalidValueError, "type", name):
            weekly(**{name: odd})


def test_a_count_or_a_text_that_is_too_long():
    with pytest.raises(LimitExceededError, match="occurrences"):
        weekly(1_001)
    with pytest.raises(LimitExceededError, match="characters of a rule"):
        Recurrence("FREQ=DAILY;" + "X" * 512, NINE, "UTC")


# Occurrences -----------------------------------------------------------------


def test_occurrences_are_those_of_the_rule_and_added_dates_without_exceptions():
    found = weekly(3, rdates=[NINE + DAY, NINE], exdates=[NINE + WEEK, NINE + 9 * WEEK])
    assert found.originals() == (NINE, NINE + DAY, NINE + 2 * WEEK)
    assert found.planned() == (NINE, NINE + DAY, NINE + WEEK, NINE + 2 * WEEK)
    assert found.without(NINE).originals() == (NINE + DAY, NINE + 2 * WEEK)


def test_without_a_rule_the_start_is_an_occurrence():
    once = Recurrence(None, NINE, "UTC", rdates=[NINE - DAY])
    assert once.originals() == (NINE - DAY, NINE)
    assert once.originals(within=window(NINE, NINE + DAY)) == (NINE,)


def test_with_a_rule_the_start_is_one_where_the_rule_says_so():
    tuesdays = Recurrence("FREQ=WEEKLY;BYDAY=TU;COUNT=2", NINE, "UTC")
    assert tuesdays.originals() == (NINE + DAY, NINE + DAY + WEEK)


def test_starts_in_utc_are_those_of_the_wall_clock():
    starts = weekly(5).starts()
    assert [start.hour for start in starts] == [8, 8, 8, 8, 7]
    assert all(start.tzinfo is UTC for start in starts)


def test_a_window_holds_what_begins_in_it():
    endless = Recurrence("FREQ=DAILY", NINE, "UTC")
    found = endless.starts(within=window(NINE + DAY, NINE + 3 * DAY))
    assert found == tuple((NINE + number * DAY).replace(tzinfo=UTC) for number in (1, 2))
    assert weekly().starts(within=window(NINE - 2 * WEEK, NINE - WEEK)) == ()


def test_a_window_that_ends_while_the_clock_shows_a_time_again():
    # 02:30 comes first at 00:30 in UTC; at 01:15 the clock shows 02:15 for the second time.
    nightly = Recurrence("FREQ=DAILY", datetime(2026, 10, 20, 2, 30), "Europe/Berlin")
    day = datetime(2026, 10, 25)
    found = nightly.starts(within=window(day, day + timedelta(minutes=75)))
    assert found == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC),)
    # As the clock is put on, 03:15 in the window is 02:15 of the rule.
    early = Recurrence("FREQ=DAILY", datetime(2026, 3, 20, 2, 15), "Europe/Berlin")
    spring = datetime(2026, 3, 29, 1, 15)
    assert early.starts(within=window(spring, spring + HOUR)) == (spring.replace(tzinfo=UTC),)


def test_a_skipped_date_is_not_a_second_occurrence():
    # Samoa had no 30 December 2011: what is shifted would begin with the occurrence of the 31st.
    first = datetime(2011, 12, 28, 9)
    daily = Recurrence("FREQ=DAILY;COUNT=5", first, "Pacific/Apia")
    assert daily.originals() == tuple(first + number * DAY for number in (0, 1, 3, 4))
    without = daily.without(first + 3 * DAY)
    assert without.originals() == tuple(first + number * DAY for number in (0, 1, 4))
    for day in daily.originals():
        before, after = daily.ending_before(day), daily.starting_from(day)
        assert (before.originals() if before else ()) == tuple(
            each for each in daily.originals() if each < day
        )
        assert after.originals() == tuple(each for each in daily.originals() if each >= day)


def test_no_more_than_the_limit():
    assert len(weekly(5).originals(limit=5)) == 5
    assert weekly(5, exdates=[NINE]).originals(limit=4) == days(1, 2, 3, 4)
    with pytest.raises(LimitExceededError) as caught:
        weekly(5).originals(limit=4)
    assert (caught.value.needed, caught.value.allowed) == (5, 4)
    endless = Recurrence("FREQ=DAILY", NINE, "UTC")
    year = window(NINE, NINE + 400 * DAY)
    assert len(endless.originals(within=year, limit=400)) == 400
    with pytest.raises(LimitExceededError, match="occurrences"):
        endless.originals(within=year, limit=399)


def test_an_occurrence_that_lasts_into_the_next():
    daily = Recurrence("FREQ=DAILY;COUNT=3", NINE, "Europe/Berlin")
    assert daily.overlap(DAY) is None
    assert daily.overlap(DAY + HOUR) == window(NINE + DAY - HOUR, NINE + DAY)
    assert daily.without(NINE + DAY).overlap(DAY + HOUR) is None
    # On a day of 23 hours the next begins before the last is over: that is the clock's doing.
    assert Recurrence("FREQ=DAILY;COUNT=60", NINE, "Europe/Berlin").overlap(DAY) is None


# In bounded time -------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "error", "code"),
    [
        ("FREQ=DAILY", LimitExceededError, "unbounded"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", InvalidValueError, "empty_series"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99990101T000000Z",
            LimitExceededError,
            "limit_exceeded",
        ),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", InvalidValueError, "empty_series"),
        ("FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", InvalidValueError, "empty_series"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", LimitExceededError, "unbounded"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", InvalidValueError, "empty_series"),
        ("FREQ=YEARLY;BYMONTH=6;BYWEEKNO=53;COUNT=2", InvalidValueError, "empty_series"),
        ("FREQ=DAILY;UNTIL=20200101T000000Z", InvalidValueError, "until"),
        ("FREQ=DAILY;INTERVAL=0", InvalidValueError, "interval"),
        ("FREQ=DAILY;INTERVAL=-1", InvalidValueError, "interval"),
        ("FREQ=DAILY;INTERVAL=1001", InvalidValueError, "interval"),
        ("FREQ=DAILY;COUNT=1000000000", LimitExceededError, "limit_exceeded"),
        ("FREQ=DAILY;COUNT=0", InvalidValueError, "count"),
        ("FREQ=SECONDLY;COUNT=9", InvalidValueError, "unsupported"),
        ("FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYMINUTE=1", InvalidValueError, "unsupported"),
        ("FREQ=WEEKLY;BYDAY=99999MO;COUNT=2", InvalidValueError, "rule_part"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z", InvalidValueError, "until"),
    ],
)
def test_what_would_hang_ends_in_a_typed_error_at_once(rule, error, code, work):
    with pytest.raises(error) as caught:
        Recurrence(rule, NINE, "Europe/Berlin").originals()
    assert type(caught.value) is error
    assert caught.value.code == code
    # Two milliseconds of the ten that it may take.
    assert work() <= MOST_RULE_WORK // 50


def test_a_window_of_a_series_that_began_long_ago_costs_what_the_window_does(work):
    since = Recurrence("FREQ=WEEKLY", datetime(2015, 1, 5, 9), "Europe/Berlin")
    assert since.originals(within=window(NINE - DAY, NINE + 6 * DAY)) == (NINE,)
    few = work()
    young = Recurrence("FREQ=WEEKLY", NINE - WEEK, "Europe/Berlin")
    assert young.originals(within=window(NINE - DAY, NINE + 6 * DAY)) == (NINE,)
    assert few <= work() - few + 100


def test_a_window_that_is_too_wide_is_refused():
    endless = Recurrence("FREQ=YEARLY", NINE, "UTC")
    with pytest.raises(SearchLimitError):
        endless.originals(within=window(NINE, NINE + 100_000 * DAY))
    with refused(InvalidValueError, "type", "within"):
        endless.originals(within=(NINE, NINE))


# Parts of a recurrence -------------------------------------------------------


@pytest.mark.parametrize("end", ["COUNT=6", "UNTIL=20260406T080000Z"])
def test_what_ends_before_and_what_starts_from(end):
    whole = Recurrence(
        f"FREQ=WEEKLY;{end}",
        NINE,
        "Europe/Berlin",
        rdates=[NINE + DAY, NINE + 3 * WEEK + DAY],
        exdates=[NINE + 4 * WEEK],
    )
    every = whole.originals()
    for day in (*every, NINE + 2 * WEEK + HOUR, NINE + 9 * WEEK):
        before, after = whole.ending_before(day), whole.starting_from(day)
        assert (before.originals() if before else ()) == tuple(d for d in every if d < day)
        assert (after.originals() if after else ()) == tuple(d for d in every if d >= day)


def test_nothing_is_left_where_all_that_is_left_is_an_exception():
    assert weekly(3, exdates=[NINE]).ending_before(NINE + WEEK) is None
    assert weekly(3, exdates=[NINE + 2 * WEEK]).starting_from(NINE + 2 * WEEK) is None
    assert Recurrence(None, NINE, "UTC").ending_before(NINE) is None
    two = Recurrence(None, NINE, "UTC", rdates=[NINE + DAY])
    assert two.starting_from(NINE + DAY) == Recurrence(None, NINE + DAY, "UTC")


def test_a_part_before_the_first_of_the_rule_has_only_the_added_dates():
    late = Recurrence("FREQ=WEEKLY;BYDAY=FR;UNTIL=20260401T000000Z", NINE, "UTC", rdates=[NINE])
    assert late.ending_before(NINE + DAY) == Recurrence(None, NINE, "UTC")


def test_an_endless_rule_ends_at_a_cut_and_an_earlier_end_stays():
    endless = Recurrence("FREQ=WEEKLY", datetime(2015, 1, 5, 9), "Europe/Berlin")
    cut = endless.ending_before(datetime(2015, 2, 2, 9))
    assert str(cut.rule) == "FREQ=WEEKLY;UNTIL=20150202T075959Z"
    assert len(cut.originals()) == 4
    assert cut.ending_before(datetime(2016, 1, 1, 9)) == cut


def test_the_part_from_a_date_on_keeps_the_step_of_the_rule():
    whole = Recurrence("FREQ=MONTHLY;INTERVAL=2;COUNT=6", datetime(2026, 1, 31, 9), "UTC")
    part = whole.starting_from(datetime(2026, 3, 2, 9))
    assert part.originals() == whole.originals()[1:]
    assert whole.starting_from(NINE - WEEK * 9) == whole


@pytest.mark.parametrize(
    "kept",
    [(0, 1, 2), (1, 2, 3, 4, 5), (0, 1, 5), (5,), (0, 2, 4), (0, 1, 2, 3, 4, 5), ()],
)
def test_only_some_of_the_occurrences(kept):
    whole = weekly(6)
    part = whole.only(days(*kept))
    assert (part.originals() if part else ()) == days(*kept)
    assert (part is whole) is (len(kept) == 6)
    assert part is None or len(part.rdates) + len(part.exdates) <= 2


def test_only_what_it_has_and_no_more_than_may_be_left_out():
    with refused(InvalidValueError, "unknown_occurrence", "originals"):
        weekly().only([NINE + DAY])
    daily = Recurrence("FREQ=DAILY;COUNT=900", NINE, "UTC")
    with pytest.raises(LimitExceededError, match="dates in"):
        daily.only(daily.originals()[::2])


def test_only_some_where_an_exception_comes_back():
    whole = weekly(4, exdates=days(1))
    assert whole.only(days(0, 1)).originals() == days(0, 1)
    assert whole.only(days(0, 2, 3)) is whole


def test_only_some_around_a_skipped_time():
    # 02:30 is skipped on 29 March: it happens at 03:30, after the occurrence that is not kept.
    whole = Recurrence(
        "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30;UNTIL=20260330T120000Z",
        datetime(2026, 3, 28, 2),
        "Europe/Berlin",
    )
    every = sorted(whole.originals())
    for size in range(1, len(every)):
        assert sorted(whole.only(every[:size]).originals()) == every[:size]
        assert sorted(whole.only(every[size:]).originals()) == every[size:]
        assert sorted(whole.ending_before(every[size]).originals()) == every[:size]
        assert sorted(whole.starting_from(every[size]).originals()) == every[size:]

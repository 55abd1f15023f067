"""Recurrence rules against a calendar that is gone through day by day (RFC 5545).

The calendar below shares no code with the package and none with dateutil: it lists
the days of a period, strikes out those that a BY part does not want, and counts.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given

from bookable.errors import BookableError, InvalidValueError
from bookable.timeline.recurrence import expand
from bookable.timeline.rule import WEEKDAYS, Rule
from tests.support import strategies as st

START = datetime(2026, 1, 1)


@st.composite
def rules(draw):
    """The parts of a rule by days, as the calendar below understands them."""
    frequency = draw(st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"]))
    parts = {"FREQ": frequency, "INTERVAL": draw(st.integers(1, 3))}
    if draw(st.booleans()):
        parts["BYMONTH"] = draw(numbers(1, 12))
    if draw(st.booleans()):
        parts["BYMONTHDAY"] = draw(numbers(-3, 31, zero=False))
    if draw(st.booleans()):
        counted = frequency == "MONTHLY" and draw(st.booleans())
        nth = st.sampled_from([0, 1, 2, 5, -1, -2]) if counted else st.just(0)
        days = st.tuples(nth, st.integers(1, 7))
        parts["BYDAY"] = draw(st.lists(days, min_size=1, max_size=3, unique=True))
    if draw(st.booleans()):
        parts["BYHOUR"] = draw(numbers(8, 12))
    if len(parts) > 2 and draw(st.booleans()):
        parts["BYSETPOS"] = draw(numbers(-3, 3, zero=False))
    if frequency == "WEEKLY":
        parts["WKST"] = draw(st.integers(1, 7))
    return parts


def numbers(low, high, *, zero=True):
    one = st.integers(low, high).filter(lambda number: zero or number)
    return st.lists(one, min_size=1, max_size=3, unique=True)


starts = st.builds(
    lambda day, hour: START + timedelta(days=day, hours=hour),
    st.integers(0, 400),
    st.sampled_from([0, 9, 23]),
)


def text_of(parts):
    return ";".join(f"{part}={written(part, value)}" for part, value in parts.items())


def written(part, value):
    if part == "WKST":
        return WEEKDAYS[value - 1]
    if part == "BYDAY":
        return ",".join(f"{nth or ''}{WEEKDAYS[day - 1]}" for nth, day in value)
    return ",".join(map(str, value)) if isinstance(value, list) else value


# The calendar -------------------------------------------------------------------


def occurrences(parts, start):
    """Every occurrence from the start on, for the rest of the year and two years more."""
    periods = {}
    # All of the first period and all of the last: BYSETPOS counts what lies outside as well.
    day = date(start.year - 1, 12, 25)
    end = datetime(start.year + 3, 1, 1)
    while day < end.date() + timedelta(days=7):
        number = period_of(parts, start, day)
        if number is not None and is_wanted(parts, start, day):
            hours = parts.get("BYHOUR", [start.hour])
            times = [datetime.combine(day, time(hour)) for hour in sorted(hours)]
            periods.setdefault(number, []).extend(times)
        day += timedelta(days=1)
    found = [moment for each in periods.values() for moment in in_position(parts, each)]
    return sorted(moment for moment in found if start <= moment < end)


def period_of(parts, start, day):
    """The number of the period that the day is in; None for a period that INTERVAL skips."""
    if parts["FREQ"] == "YEARLY":
        number = day.year - start.year
    elif parts["FREQ"] == "MONTHLY":
        number = (day.year - start.year) * 12 + day.month - start.month
    elif parts["FREQ"] == "WEEKLY":
        number = (week_of(day, parts) - week_of(start.date(), parts)).days // 7
    else:
        number = (day - start.date()).days
    return number if number >= 0 and number % parts["INTERVAL"] == 0 else None


def week_of(day, parts):
    return day - timedelta(days=(day.isoweekday() - parts["WKST"]) % 7)


def is_wanted(parts, start, day):
    implied = dict(parts)
    if "BYDAY" not in parts and "BYMONTHDAY" not in parts:
        if parts["FREQ"] == "YEARLY":
            implied.setdefault("BYMONTH", [start.month])
        if parts["FREQ"] in {"YEARLY", "MONTHLY"}:
            implied["BYMONTHDAY"] = [start.day]
        if parts["FREQ"] == "WEEKLY":
            implied["BYDAY"] = [(0, start.isoweekday())]
    if "BYMONTH" in implied and day.month not in implied["BYMONTH"]:
        return False
    if "BYMONTHDAY" in implied and not {day.day, from_end(day)} & set(implied["BYMONTHDAY"]):
        return False
    return "BYDAY" not in implied or any(
        weekday == day.isoweekday()
        and nth in {0, (day.day - 1) // 7 + 1, -((-from_end(day) - 1) // 7 + 1)}
        for nth, weekday in implied["BYDAY"]
    )


def from_end(day):
    """-1 for the last day of the month."""
    first_of_next = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (day - first_of_next).days


def in_position(parts, moments):
    positions = parts.get("BYSETPOS")
    if positions is None:
        return moments
    places = {p - 1 if p > 0 else len(moments) + p for p in positions}
    return [moment for place, moment in enumerate(moments) if place in places]


# The laws -----------------------------------------------------------------------


@given(rules(), starts, st.integers(0, 300), st.integers(1, 300))
def test_the_occurrences_in_a_window_are_those_of_the_calendar(parts, start, skipped, width):
    window = (start + timedelta(days=skipped), start + timedelta(days=skipped + width, hours=1))

    try:
        found = expand(Rule.parse(text_of(parts)), start, within=window)
    except InvalidValueError as error:
        assert error.code == "empty_series"
        found = ()

    wanted = [moment for moment in occurrences(parts, start) if window[0] <= moment < window[1]]
    assert list(found) == wanted


@given(rules(), starts, st.integers(1, 12))
def test_count_counts_from_the_start_of_the_series(parts, start, count):
    wanted = occurrences(parts, start)[:count]
    if len(wanted) < count:
        return  # further away than the calendar goes

    assert list(expand(Rule.parse(f"{text_of(parts)};COUNT={count}"), start)) == wanted
    assert list(expand(Rule.parse(text_of(parts)), start, first=count)) == wanted


@given(rules(), starts, st.integers(0, 300))
def test_until_is_the_last_that_may_be(parts, start, days):
    until = start + timedelta(days=days)

    found = expand(
        Rule.parse(f"{text_of(parts)};UNTIL={until:%Y%m%dT%H%M%S}"), start, may_be_empty=True
    )

    assert list(found) == [moment for moment in occurrences(parts, start) if moment <= until]


@given(rules(), starts, st.integers(1, 12), st.integers(0, 100), st.integers(1, 200))
def test_a_window_shows_what_the_series_has_there(parts, start, count, skipped, width):
    rule = Rule.parse(f"{text_of(parts)};COUNT={count}")
    window = (start + timedelta(days=skipped), start + timedelta(days=skipped + width))

    try:
        whole = expand(rule, start)
    except InvalidValueError:
        return  # a rule that never comes true

    found = expand(rule, start, within=window)
    assert list(found) == [moment for moment in whole if window[0] <= moment < window[1]]


@given(rules())
def test_the_text_of_a_rule_reads_back(parts):
    rule = Rule.parse(text_of(parts))

    assert Rule.parse(str(rule)) == rule


# Every part of the grammar and two that are none, in equal shares with values that fit or do not.
PARTS = """
FREQ INTERVAL COUNT UNTIL BYDAY BYMONTH BYMONTHDAY BYYEARDAY BYWEEKNO BYHOUR BYMINUTE
BYSECOND BYSETPOS WKST BYEASTER EXRULE
"""
VALUES = """
YEARLY MONTHLY WEEKLY DAILY HOURLY MINUTELY SECONDLY 0 1 2 -1 +3 29 30 31 53 -53 366 999
1000000000 MO 1MO -5FR 99999MO 20260302 20260302T090000 20260302T090000Z 1,2,3 MO,TU ,
"""
words = st.sampled_from(PARTS.split())
values = st.sampled_from([*VALUES.split(), ""])


@given(st.lists(st.tuples(words, values), max_size=6), st.booleans())
def test_whatever_the_text_the_answer_is_occurrences_or_a_typed_error(items, windowed):
    text = ";".join(["FREQ=DAILY"] * (not items) + [f"{word}={value}" for word, value in items])
    window = (datetime(2026, 3, 2), datetime(2026, 3, 9)) if windowed else None

    try:
        found = expand(Rule.parse(text), START, within=window, first=5, sub_daily=True)
    except BookableError as error:
        assert str(error)
    else:
        assert len(found) <= 5
        assert list(found) == sorted(set(found))

"""Rules expanded: examples, limits, and the rules that must not keep anybody waiting."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bookable.errors import InvalidValueError, LimitExceededError, SearchLimitError
from bookable.limits import LONGEST_WINDOW
from bookable.timeline import recurrence
from bookable.timeline.recurrence import MOST_RULE_WORK, expand
from bookable.timeline.rule import Rule

MONDAY = datetime(2026, 3, 2, 9)
WEEK = (datetime(2026, 3, 2), datetime(2026, 3, 9))
SIXTY = ",".join(map(str, range(60)))
DAY_HOURS = ",".join(map(str, range(24)))


def days(rule, start=MONDAY, **how):
    return [f"{moment:%Y-%m-%d}" for moment in expand(Rule.parse(rule), start, **how)]


@pytest.fixture
def work(monkeypatch):
    """What the walks of a test have cost, in days that dateutil looks at."""
    walks = []
    walk = recurrence._walk

    def watched(rule, begin, pace):
        walks.append(pace)
        return walk(rule, begin, pace)

    monkeypatch.setattr(recurrence, "_walk", watched)
    return lambda: sum(pace.work for pace in walks)


def test_a_series_with_an_end_is_expanded_whole():
    assert days("FREQ=WEEKLY;COUNT=3") == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert days("FREQ=WEEKLY;UNTIL=20260316T090000") == ["2026-03-02", "2026-03-09", "2026-03-16"]
    assert days("FREQ=WEEKLY;UNTIL=20260316") == ["2026-03-02", "2026-03-09"]
    assert days("FREQ=WEEKLY;UNTIL=20260302T090000") == ["2026-03-02"]


def test_the_start_counts_only_where_the_rule_says_so():
    assert days("FREQ=WEEKLY;BYDAY=TU;COUNT=2") == ["2026-03-03", "2026-03-10"]


def test_a_window_is_half_open():
    nine = timedelta(days=1)

    assert days("FREQ=DAILY", within=(MONDAY, MONDAY + 2 * nine)) == ["2026-03-02", "2026-03-03"]
    assert days("FREQ=DAILY", within=(MONDAY - nine, MONDAY)) == []
    assert days("FREQ=DAILY", within=(MONDAY - nine, MONDAY + timedelta(seconds=1))) == [
        "2026-03-02"
    ]


def test_the_first_of_a_series_without_end():
    assert days("FREQ=YEARLY;INTERVAL=1000", first=2) == ["2026-03-02", "3026-03-02"]
    assert days("FREQ=DAILY;COUNT=1000000000", first=1) == ["2026-03-02"]


def test_the_first_of_a_window():
    assert days("FREQ=DAILY", within=WEEK, first=2) == ["2026-03-02", "2026-03-03"]


def test_a_day_that_a_month_lacks_is_left_out():
    start = datetime(2026, 1, 31)

    assert days("FREQ=MONTHLY;COUNT=3", start) == ["2026-01-31", "2026-03-31", "2026-05-31"]


def test_counted_and_plain_weekdays_go_together():
    # Every Monday, and the last Friday: dateutil alone finds no day that is both.
    assert days("FREQ=MONTHLY;BYDAY=MO,-1FR;COUNT=6") == [
        *["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-27", "2026-03-30"],
    ]
    assert days("FREQ=YEARLY;BYDAY=MO,-1FR;COUNT=2", datetime(2026, 12, 22)) == [
        *["2026-12-25", "2026-12-28"],
    ]


def test_positions_in_the_first_week_count_from_the_start_of_that_week():
    wednesday = datetime(2026, 3, 4, 9)

    # Monday is the first of the set, although the series begins behind it.
    assert days("FREQ=WEEKLY;BYDAY=MO,TH,FR;BYSETPOS=1,2;COUNT=3", wednesday) == [
        *["2026-03-05", "2026-03-09", "2026-03-12"],
    ]


def test_until_in_utc_is_what_the_zone_shows_then():
    rule = "FREQ=DAILY;UNTIL=20260304T080000Z"

    assert days(rule, zone="Europe/Berlin") == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert days(rule, zone="America/New_York") == ["2026-03-02", "2026-03-03"]


@pytest.mark.parametrize(
    ("rule", "zone"),
    [
        pytest.param("FREQ=DAILY;UNTIL=20260304T090000", "Europe/Berlin", id="civil beside a zone"),
        pytest.param("FREQ=DAILY;UNTIL=20260304T090000Z", None, id="UTC without a zone"),
        pytest.param("FREQ=DAILY;UNTIL=20260301", None, id="before the start"),
    ],
)
def test_an_until_that_does_not_fit_the_start_is_refused(rule, zone):
    with pytest.raises(InvalidValueError) as caught:
        days(rule, zone=zone)

    assert caught.value.code == "until"


def test_a_series_without_an_occurrence_is_an_error_unless_said_otherwise():
    for rule in ("FREQ=DAILY;UNTIL=20260301", "FREQ=WEEKLY;BYDAY=FR;UNTIL=20260304"):
        assert days(rule, may_be_empty=True) == []
    with pytest.raises(InvalidValueError) as caught:
        days("FREQ=WEEKLY;BYDAY=FR;UNTIL=20260304")

    assert caught.value.code == "empty_series"


@pytest.mark.parametrize("frequency", ["HOURLY", "MINUTELY", "SECONDLY"])
def test_rules_by_the_hour_are_for_foreign_calendars_only(frequency):
    rule = f"FREQ={frequency};COUNT=2"

    assert len(expand(Rule.parse(rule), MONDAY, sub_daily=True)) == 2
    with pytest.raises(InvalidValueError) as caught:
        days(rule)

    assert caught.value.code == "unsupported"


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), "not_civil"),
        (date(2026, 3, 2), "not_datetime"),
        ("2026-03-02", "not_datetime"),
        (datetime(2026, 3, 2, 9, 0, 0, 1), "whole_seconds"),
    ],
)
def test_a_series_starts_at_a_civil_second(start, code):
    with pytest.raises(InvalidValueError) as caught:
        days("FREQ=DAILY;COUNT=1", start)

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("within", "code"),
    [
        ((MONDAY, MONDAY), "empty_interval"),
        ((MONDAY, WEEK[0]), "reversed_interval"),
        ([*WEEK], "type"),
        ((MONDAY,), "type"),
        ((MONDAY, "later"), "not_datetime"),
    ],
)
def test_a_window_is_two_civil_datetimes_in_order(within, code):
    with pytest.raises(InvalidValueError) as caught:
        days("FREQ=DAILY", within=within)

    assert caught.value.code == code


def test_a_window_of_centuries_is_refused():
    longest = (MONDAY, MONDAY + LONGEST_WINDOW)

    assert len(days("FREQ=YEARLY", within=longest)) == 274
    with pytest.raises(SearchLimitError):
        days("FREQ=YEARLY", within=(MONDAY, longest[1] + timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("rule", "start", "found"),
    [
        (
            "FREQ=YEARLY;INTERVAL=3;BYMONTH=3;BYMONTHDAY=5",
            datetime(226, 6, 1),
            ["2026-03-05", "2029-03-05"],
        ),
        (
            "FREQ=MONTHLY;INTERVAL=7;BYMONTHDAY=5",
            datetime(1734, 7, 1),
            ["2026-03-05", "2026-10-05", "2027-05-05", "2027-12-05", "2028-07-05", "2029-02-05"],
        ),
        (
            "FREQ=WEEKLY;INTERVAL=50;BYDAY=TH",
            datetime(1067, 11, 28),
            ["2026-03-05", "2027-02-18", "2028-02-03", "2029-01-18"],
        ),
    ],
)
def test_periods_are_counted_from_the_start_of_the_series(rule, start, found):
    for day, left in [(datetime(2026, 2, 1), found), (datetime(2026, 4, 1), found[1:])]:
        assert days(rule, start, within=(day, datetime(2029, 4, 1))) == left


@pytest.mark.parametrize(
    "how",
    [
        {"first": 0},
        {"first": True},
        {"limit": 0},
        {"limit": 2.0},
        {"sub_daily": 1},
        {"may_be_empty": "yes"},
        {"zone": "Europe/Atlantis"},
    ],
)
def test_every_option_is_checked(how):
    rule = "FREQ=DAILY;UNTIL=20260304T090000Z" if "zone" in how else "FREQ=DAILY;COUNT=1"

    with pytest.raises(InvalidValueError):
        days(rule, **how)


def test_a_rule_is_a_rule_and_not_its_text():
    with pytest.raises(InvalidValueError) as caught:
        expand("FREQ=DAILY;COUNT=1", MONDAY)

    assert caught.value.field == "rule"


# Limits --------------------------------------------------------------------------


def test_a_series_without_an_end_is_refused():
    with pytest.raises(LimitExceededError) as caught:
        days("FREQ=DAILY")

    assert caught.value.code == "unbounded"
    assert (caught.value.needed, caught.value.allowed) == (1_001, 1_000)


def test_more_occurrences_than_the_limit_are_refused():
    assert len(days("FREQ=DAILY;COUNT=3", limit=3)) == 3
    assert len(days("FREQ=DAILY;COUNT=1", limit=1)) == 1
    for rule, how in [
        ("FREQ=DAILY;COUNT=4", {}),
        ("FREQ=DAILY;UNTIL=20260305T090000", {}),
        ("FREQ=DAILY", {"within": WEEK}),
        ("FREQ=DAILY", {"first": 4}),
        ("FREQ=DAILY;COUNT=4", {"within": (MONDAY, MONDAY + timedelta(days=1)), "first": 1}),
    ]:
        with pytest.raises(LimitExceededError) as caught:
            days(rule, limit=3, **how)
        assert caught.value.limit == "occurrences"
        assert caught.value.needed == 4


def test_a_series_that_leaves_the_calendar_is_refused():
    with pytest.raises(LimitExceededError) as caught:
        days("FREQ=YEARLY;COUNT=3", datetime(9_897, 3, 2))

    assert "years" in caught.value.limit
    assert days("FREQ=YEARLY;COUNT=2", datetime(9_897, 3, 2)) == ["9897-03-02", "9898-03-02"]


def test_a_series_that_falls_silent_is_refused():
    # The year 2000 had a 29 February; the next year in a hundred that has one is 2400.
    rule = "FREQ=YEARLY;INTERVAL=100;BYMONTH=2;BYMONTHDAY=29;COUNT=2"

    with pytest.raises(LimitExceededError) as caught:
        days(rule, datetime(2000, 1, 1))

    assert "without an occurrence" in caught.value.limit
    assert (caught.value.needed, caught.value.allowed) == (101, 100)


# The walks below are bounded by what they cost, not by the time that a machine takes.
NEVER = [
    f"FREQ={frequency};BYMONTH=2;BYMONTHDAY=30"
    for frequency in ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
]


@pytest.mark.parametrize("how", [{"first": 3}, {"within": WEEK}], ids=["first", "within"])
@pytest.mark.parametrize(
    "rule",
    [
        *NEVER,
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=MONTHLY;BYYEARDAY=366;BYWEEKNO=26",
        "FREQ=DAILY;BYHOUR=1;BYSETPOS=366",
        "FREQ=DAILY;BYHOUR=1;BYSETPOS=2",
        "FREQ=DAILY;BYHOUR=1,2;BYSETPOS=3,-3",
        "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYMINUTE=1;BYMONTHDAY=31;BYMONTH=2",
    ],
)
def test_a_rule_that_never_comes_true_is_an_error_at_once(rule, how, work):
    with pytest.raises(InvalidValueError) as caught:
        days(rule, datetime(2000, 1, 1), sub_daily=True, **how)

    assert caught.value.code == "empty_series"
    assert work() <= MOST_RULE_WORK // 50
    assert days(rule, datetime(2000, 1, 1), sub_daily=True, may_be_empty=True, **how) == []


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", datetime(2026, 3, 3)),
        ("FREQ=WEEKLY;BYMONTHDAY=1;BYDAY=MO;BYSETPOS=2", datetime(2026, 3, 3)),
        ("FREQ=MONTHLY;BYMONTH=2;BYDAY=5MO,5TU;BYSETPOS=3", datetime(2026, 3, 3)),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29", datetime(2026, 3, 3)),
        ("FREQ=HOURLY;INTERVAL=2;BYHOUR=3", datetime(2026, 3, 3)),
        ("FREQ=MINUTELY;INTERVAL=1440;BYHOUR=3", datetime(2026, 3, 3)),
        ("FREQ=SECONDLY;INTERVAL=86400;BYHOUR=3;BYMINUTE=4;BYSECOND=0", datetime(2026, 3, 3)),
    ],
)
def test_a_rule_whose_steps_miss_every_wanted_day_is_an_error_too(rule, start, work):
    with pytest.raises(InvalidValueError) as caught:
        days(rule, start, first=1, sub_daily=True)

    assert caught.value.code == "empty_series"
    assert work() <= MOST_RULE_WORK


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=WEEKLY;BYMONTHDAY=1;BYDAY=MO;BYSETPOS=2",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTH=2",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=HOURLY;INTERVAL=2;BYHOUR=3",
    ],
)
def test_a_window_without_an_occurrence_is_empty_and_left_at_its_end(rule, work):
    assert days(rule, datetime(2025, 3, 4), within=WEEK, sub_daily=True) == []
    assert work() <= 3_000


def test_the_work_for_a_rule_has_a_limit():
    with pytest.raises(LimitExceededError) as caught:
        days("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", first=500)

    assert caught.value.limit == "work for one rule"
    assert (caught.value.needed, caught.value.allowed) == (MOST_RULE_WORK + 1, MOST_RULE_WORK)


@pytest.mark.parametrize(
    ("rule", "start", "found"),
    [
        ("FREQ=HOURLY", datetime(1970, 1, 1), 7 * 24),
        ("FREQ=DAILY", datetime(101, 1, 1), 7),
        ("FREQ=WEEKLY;INTERVAL=2", datetime(101, 1, 5), 1),
        ("FREQ=MONTHLY;INTERVAL=1000;BYMONTHDAY=2", datetime(1526, 11, 2), 0),
        ("FREQ=YEARLY;INTERVAL=3;BYMONTH=3;BYMONTHDAY=5", datetime(227, 1, 1), 0),
        ("FREQ=MINUTELY;INTERVAL=30", datetime(2000, 1, 1), 7 * 48),
        ("FREQ=MINUTELY;BYHOUR=9;BYMINUTE=0,30", datetime(2000, 1, 1), 14),
        ("FREQ=SECONDLY;INTERVAL=3600", datetime(2000, 1, 1, 0, 30), 7 * 24),
    ],
)
def test_a_question_about_a_week_costs_a_week_however_old_the_series(rule, start, found, work):
    assert len(days(rule, start, within=WEEK, sub_daily=True)) == found
    assert work() <= 30_000 + 30 * 7 * 24 * 60


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        f"FREQ=HOURLY;BYMINUTE={SIXTY}",
        f"FREQ=DAILY;BYHOUR={DAY_HOURS};BYMINUTE={SIXTY}",
    ],
)
def test_a_week_with_more_occurrences_than_the_limit_is_refused(rule, work):
    with pytest.raises(LimitExceededError) as caught:
        days(rule, datetime(2000, 1, 1), within=WEEK, sub_daily=True)

    assert caught.value.limit == "occurrences"
    assert work() <= MOST_RULE_WORK // 10


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=1000000000", "FREQ=MINUTELY;COUNT=10000000"])
@pytest.mark.parametrize("how", [{}, {"within": WEEK}], ids=["whole", "within"])
def test_a_count_above_the_limit_costs_nothing(rule, how, work):
    with pytest.raises(LimitExceededError) as caught:
        days(rule, sub_daily=True, **how)

    assert caught.value.limit == "occurrences"
    assert work() == 0


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU",
        "FREQ=SECONDLY;BYHOUR=3;BYMINUTE=5;BYSECOND=7;INTERVAL=86399",
        f"FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR={DAY_HOURS};BYMINUTE={SIXTY};BYSECOND=1,2,3",
        f"FREQ=HOURLY;BYMINUTE={SIXTY};BYSECOND={SIXTY};BYMONTH=2;BYMONTHDAY=29;BYDAY=SU",
    ],
)
def test_whatever_the_rule_there_is_an_end_to_the_work(rule, work):
    with pytest.raises(LimitExceededError) as caught:
        days(rule, datetime(2025, 12, 31), first=1_000, sub_daily=True)

    assert caught.value.limit in {"work for one rule", "occurrences"}
    assert work() <= 2 * MOST_RULE_WORK

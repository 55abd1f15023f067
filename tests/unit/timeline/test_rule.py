"""The closed grammar of rule text: what is read, what is refused and by which code."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest

from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import LONGEST_RULE
from bookable.timeline.rule import Frequency, Rule

SECONDS = ",".join(map(str, range(60)))
HOURS = ",".join(map(str, range(24)))


def test_every_part_is_read():
    rule = Rule.parse(
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=3,1;BYWEEKNO=-1,+1;BYYEARDAY=-366;BYMONTHDAY=31,-31;"
        "BYDAY=MO,SU;BYHOUR=23;BYMINUTE=59;BYSECOND=0;BYSETPOS=-1,1;WKST=SU"
    )

    assert rule == Rule(
        frequency=Frequency.YEARLY,
        interval=2,
        count=10,
        by_month=(1, 3),
        by_week=(-1, 1),
        by_year_day=(-366,),
        by_month_day=(-31, 31),
        by_day=((0, 1), (0, 7)),
        by_hour=(23,),
        by_minute=(59,),
        by_second=(0,),
        by_position=(-1, 1),
        week_start=7,
    )
    assert str(rule) == (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,3;BYWEEKNO=-1,1;BYYEARDAY=-366;BYMONTHDAY=-31,31;"
        "BYHOUR=23;BYMINUTE=59;BYSECOND=0;BYSETPOS=-1,1;BYDAY=MO,SU;WKST=SU"
    )


def test_the_order_of_parts_and_their_case_do_not_matter():
    assert Rule.parse("byday=fr,mo;freq=weekly") == Rule.parse("FREQ=WEEKLY;BYDAY=MO,FR,MO")


@pytest.mark.parametrize(
    ("text", "until", "is_utc"),
    [
        ("20260302", datetime(2026, 3, 2), False),
        ("20260302T093000", datetime(2026, 3, 2, 9, 30), False),
        ("20260302T093000Z", datetime(2026, 3, 2, 9, 30), True),
    ],
)
def test_until_is_a_date_or_a_time_of_some_clock(text, until, is_utc):
    rule = Rule.parse(f"FREQ=DAILY;UNTIL={text}")

    assert (rule.until, rule.until_is_utc) == (until, is_utc)
    assert Rule.parse(str(rule)) == rule


def test_counted_weekdays():
    assert Rule.parse("FREQ=MONTHLY;BYDAY=1MO,-5FR,+2TU,SU").by_day == (
        (-5, 5),
        (0, 7),
        (1, 1),
        (2, 2),
    )
    assert str(Rule.parse("FREQ=YEARLY;BYDAY=53MO,-1SU")) == "FREQ=YEARLY;BYDAY=-1SU,53MO"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "rule_part"),
        ("FREQ", "rule_part"),
        ("FREQ=", "rule_part"),
        ("FREQ=FORTNIGHTLY", "rule_part"),
        ("BYDAY=MO", "rule_part"),
        ("FREQ=DAILY;", "rule_part"),
        ("FREQ=DAILY;FREQ=WEEKLY", "rule_part"),
        ("FREQ=DAILY;BYDAY=MO;BYDAY=TU", "rule_part"),
        ("FREQ=YEARLY;BYEASTER=100000", "rule_part"),
        ("FREQ=DAILY;EXRULE=1", "rule_part"),
        ("FREQ=DAILY;X-NAME=1", "rule_part"),
        ("RRULE:FREQ=DAILY", "rule_part"),
        ("FREQ=DAILY;BYHOUR=24", "rule_part"),
        ("FREQ=HOURLY;BYHOUR=99", "rule_part"),
        ("FREQ=DAILY;BYHOUR=-1", "rule_part"),
        ("FREQ=DAILY;BYMINUTE=60", "rule_part"),
        ("FREQ=DAILY;BYSECOND=60", "rule_part"),
        ("FREQ=DAILY;BYMONTH=0", "rule_part"),
        ("FREQ=DAILY;BYMONTH=13", "rule_part"),
        ("FREQ=DAILY;BYMONTHDAY=0", "rule_part"),
        ("FREQ=DAILY;BYMONTHDAY=32", "rule_part"),
        ("FREQ=DAILY;BYMONTHDAY=--1", "rule_part"),
        ("FREQ=DAILY;BYMONTHDAY=", "rule_part"),
        ("FREQ=DAILY;BYMONTHDAY=1,", "rule_part"),
        ("FREQ=DAILY;BYMONTHDAY=٣", "rule"),
        ("FREQ=DAILY;BYMONTHDAY=-32", "rule_part"),
        ("FREQ=DAILY;BYYEARDAY=367", "rule_part"),
        ("FREQ=DAILY;BYYEARDAY=-367", "rule_part"),
        ("FREQ=YEARLY;BYWEEKNO=54", "rule_part"),
        ("FREQ=YEARLY;BYWEEKNO=-54", "rule_part"),
        ("FREQ=MONTHLY;BYSETPOS=-367;BYDAY=MO", "rule_part"),
        ("FREQ=DAILY;BYDAY=XX", "rule_part"),
        ("FREQ=DAILY;BYDAY=MON", "rule_part"),
        ("FREQ=DAILY;BYDAY=M", "rule_part"),
        ("FREQ=DAILY;BYDAY=1MO", "rule_part"),
        ("FREQ=WEEKLY;BYDAY=1MO", "rule_part"),
        ("FREQ=MONTHLY;BYDAY=0MO", "rule_part"),
        ("FREQ=MONTHLY;BYDAY=6MO", "rule_part"),
        ("FREQ=YEARLY;BYDAY=54MO", "rule_part"),
        ("FREQ=YEARLY;BYDAY=1MO;BYWEEKNO=3", "rule_part"),
        ("FREQ=MONTHLY;BYDAY=99999MO", "rule_part"),
        ("FREQ=MONTHLY;BYSETPOS=0;BYDAY=MO", "rule_part"),
        ("FREQ=MONTHLY;BYSETPOS=367;BYDAY=MO", "rule_part"),
        ("FREQ=MONTHLY;BYSETPOS=1", "rule_part"),
        ("FREQ=WEEKLY;WKST=XX", "rule_part"),
        ("FREQ=DAILY;INTERVAL=0", "interval"),
        ("FREQ=DAILY;INTERVAL=0;UNTIL=20260302", "interval"),
        ("FREQ=DAILY;INTERVAL=-1", "interval"),
        ("FREQ=DAILY;INTERVAL=1001", "interval"),
        ("FREQ=HOURLY;INTERVAL=24001", "interval"),
        ("FREQ=MINUTELY;INTERVAL=1440001", "interval"),
        ("FREQ=SECONDLY;INTERVAL=86400001", "interval"),
        ("FREQ=DAILY;INTERVAL=1.5", "interval"),
        ("FREQ=DAILY;COUNT=0", "count"),
        ("FREQ=DAILY;COUNT=-1", "count"),
        ("FREQ=DAILY;COUNT=ten", "count"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20260302", "until"),
        ("FREQ=DAILY;UNTIL=2026-03-02", "until"),
        ("FREQ=DAILY;UNTIL=20260230", "until"),
        ("FREQ=DAILY;UNTIL=20260302Z", "until"),
        ("FREQ=DAILY;UNTIL=20260302T", "until"),
        ("FREQ=DAILY;UNTIL=20260302T0930", "until"),
        ("FREQ=DAILY;UNTIL=20260302T250000", "until"),
        ("FREQ=DAİLY", "rule"),
        (b"FREQ=DAILY", "rule"),
        (None, "rule"),
    ],
)
def test_what_the_grammar_does_not_know_is_refused_by_its_part(text, code):
    with pytest.raises(InvalidValueError) as caught:
        Rule.parse(text)

    assert caught.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("FREQ=DAILY;BYHOUR=" + "1," * 300 + "1", id="long text"),
        pytest.param("FREQ=DAILY;COUNT=" + "9" * 4_301, id="4,301 digits"),
        pytest.param(
            f"FREQ=YEARLY;BYHOUR={HOURS};BYMINUTE={SECONDS};BYSECOND={SECONDS}", id="all BY parts"
        ),
        pytest.param(
            "FREQ=DAILY;BYDAY=MO;BYSETPOS=" + ",".join(map(str, range(1, 33))), id="positions"
        ),
        pytest.param("FREQ=DAILY;UNTIL=99991231", id="year 9999"),
    ],
)
def test_what_would_cost_too_much_is_refused_before_any_work(text):
    with pytest.raises(LimitExceededError):
        Rule.parse(text)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"frequency": "FORTNIGHTLY"}, "choice"),
        ({"frequency": 3}, "choice"),
        ({"interval": True}, "interval"),
        ({"interval": 2.0}, "interval"),
        ({"count": True}, "count"),
        ({"count": 1.0}, "count"),
        ({"until": date(2026, 3, 2)}, "not_datetime"),
        ({"until": datetime(2026, 3, 2, tzinfo=UTC)}, "not_civil"),
        ({"until": datetime(2026, 3, 2, 0, 0, 0, 1)}, "until"),
        ({"until_is_utc": 1}, "flag"),
        ({"by_month": 3}, "rule_part"),
        ({"by_month": [3]}, "rule_part"),
        ({"by_month": (True,)}, "rule_part"),
        ({"by_month": (3.0,)}, "rule_part"),
        ({"by_day": "MO"}, "rule_part"),
        ({"by_day": (1,)}, "rule_part"),
        ({"by_day": ((1,),)}, "rule_part"),
        ({"by_day": ((0.0, 1),)}, "rule_part"),
        ({"by_day": ((0, 8),)}, "rule_part"),
        ({"by_day": ((0, True),)}, "rule_part"),
        ({"week_start": 0}, "rule_part"),
        ({"week_start": "MO"}, "rule_part"),
    ],
)
def test_a_rule_cannot_be_built_around_the_grammar(parts, code):
    with pytest.raises(InvalidValueError) as caught:
        Rule(**{"frequency": "MONTHLY", **parts})

    assert caught.value.code == code


@pytest.mark.parametrize(
    ("frequency", "days"),
    [("DAILY", 1), ("HOURLY", 24), ("MINUTELY", 24 * 60), ("SECONDLY", 24 * 60 * 60)],
)
def test_a_rule_by_the_hour_may_wait_as_long_as_one_by_the_day(frequency, days):
    assert Rule.parse(f"FREQ={frequency};INTERVAL={1_000 * days}").interval == 1_000 * days


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY",
        "FREQ=WEEKLY;WKST=TU",
        "FREQ=YEARLY;INTERVAL=1000",
        "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=-31,-1,1,31",
        "FREQ=YEARLY;BYWEEKNO=-53,-1,1,53;BYYEARDAY=-366,-1,1,366",
        "FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,59;BYSECOND=0,59;BYSETPOS=-366,-1,1,366",
        "FREQ=DAILY;BYSETPOS=" + ",".join(map(str, range(1, 32))) + ";BYDAY=MO",
    ],
)
def test_the_largest_and_the_smallest_values_are_in_the_grammar(text):
    assert str(Rule.parse(text)) == text


def test_a_rule_may_be_as_long_as_the_limit():
    text = "FREQ=DAILY;BYHOUR=12".ljust(LONGEST_RULE - 2, "*").replace("**", ",1") + ",1"

    assert len(text) == LONGEST_RULE
    assert Rule.parse(text).by_hour == (1, 12)
    with pytest.raises(LimitExceededError):
        Rule.parse(text + "2")


def test_a_day_may_have_ten_thousand_times():
    times = {"by_hour": tuple(range(10)), "by_second": tuple(range(20))}

    assert Rule(frequency="DAILY", by_minute=tuple(range(50)), **times).by_minute[-1] == 49
    with pytest.raises(LimitExceededError) as caught:
        Rule(frequency="DAILY", by_minute=tuple(range(51)), **times)

    assert (caught.value.needed, caught.value.allowed) == (10_200, 10_000)


def test_what_a_rule_does_not_say_has_the_defaults_of_the_grammar():
    assert Rule(frequency="DAILY") == Rule.parse("FREQ=DAILY")


def test_a_rule_takes_from_its_start_what_it_does_not_say():
    start = datetime(2026, 3, 2, 9, 30, 15)

    def spelt_out(text):
        return str(Rule.parse(text).spelt_out(start))

    times = "BYHOUR=9;BYMINUTE=30;BYSECOND=15"
    assert spelt_out("FREQ=DAILY") == f"FREQ=DAILY;{times}"
    assert spelt_out("FREQ=WEEKLY") == f"FREQ=WEEKLY;{times};BYDAY=MO"
    assert spelt_out("FREQ=MONTHLY") == f"FREQ=MONTHLY;BYMONTHDAY=2;{times}"
    assert spelt_out("FREQ=YEARLY") == f"FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2;{times}"
    assert spelt_out("FREQ=YEARLY;BYMONTH=5") == f"FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=2;{times}"
    assert spelt_out("FREQ=YEARLY;BYDAY=MO;BYHOUR=8") == (
        "FREQ=YEARLY;BYHOUR=8;BYMINUTE=30;BYSECOND=15;BYDAY=MO"
    )
    assert spelt_out("FREQ=HOURLY") == "FREQ=HOURLY;BYMINUTE=30;BYSECOND=15"
    assert spelt_out("FREQ=MINUTELY") == "FREQ=MINUTELY;BYSECOND=15"
    assert spelt_out("FREQ=SECONDLY") == "FREQ=SECONDLY"


def test_a_rule_is_a_value():
    rule = Rule.parse("FREQ=WEEKLY;BYDAY=MO;COUNT=3")

    assert pickle.loads(pickle.dumps(rule)) == rule
    assert hash(rule) == hash(Rule.parse("COUNT=3;BYDAY=MO;FREQ=WEEKLY"))
    with pytest.raises(AttributeError):
        rule.count = 4

"""When several subjects are busy, in one form whatever was told; and who could not be read."""

from __future__ import annotations

import pickle

import pytest

from bookable import (
    BLOCKING_KINDS,
    BusyKind,
    BusyTime,
    FreeBusy,
    IntervalSet,
    InvalidIntervalError,
    InvalidValueError,
    LimitExceededError,
)
from bookable.domain import free_busy as module
from tests.support.builders import monday, refused

MORNING = monday("09:00", "12:00")


def time(first, last, kind="busy"):
    return BusyTime(monday(first, last), kind)


def told(*times, within=MORNING, **fields):
    return FreeBusy(within, {"ada": times}, **fields)


def shown(free_busy, subject="ada"):
    return [
        (f"{each.interval.start:%H:%M}", f"{each.interval.end:%H:%M}", each.kind.value)
        for each in free_busy.busy[subject]
    ]


# One form ------------------------------------------------------------------


def test_a_busy_time_is_busy_unless_it_says_otherwise():
    assert BusyTime(MORNING).kind is BusyKind.BUSY
    assert BusyTime(MORNING, "tentative") == BusyTime(MORNING, BusyKind.TENTATIVE)
    with refused(InvalidValueError, "choice", "kind"):
        BusyTime(MORNING, "perhaps")
    with refused(InvalidValueError, "type", "interval"):
        BusyTime("09:00")


def test_what_touches_or_overlaps_in_one_kind_is_one_piece():
    found = told(time("10:00", "11:00"), time("09:00", "09:30"), time("09:30", "10:30"))

    assert shown(found) == [("09:00", "11:00", "busy")]


def test_where_kinds_meet_the_strongest_holds():
    found = told(
        time("09:00", "12:00", "elsewhere"),
        time("09:30", "11:30", "tentative"),
        time("10:00", "11:00", "busy"),
        time("10:15", "10:45", "maintenance"),
        time("10:20", "10:30", "out_of_office"),
    )

    assert shown(found) == [
        ("09:00", "09:30", "elsewhere"),
        ("09:30", "10:00", "tentative"),
        ("10:00", "10:15", "busy"),
        ("10:15", "10:20", "maintenance"),
        ("10:20", "10:30", "out_of_office"),
        ("10:30", "10:45", "maintenance"),
        ("10:45", "11:00", "busy"),
        ("11:00", "11:30", "tentative"),
        ("11:30", "12:00", "elsewhere"),
    ]


def test_free_time_and_what_lies_outside_the_window_are_left_out():
    found = told(
        time("07:00", "09:15"),
        time("11:45", "14:00"),
        time("10:00", "11:00", "free"),
        time("07:00", "09:00", "tentative"),
        time("12:00", "13:00", "tentative"),
    )

    assert shown(found) == [("09:00", "09:15", "busy"), ("11:45", "12:00", "busy")]


def test_who_is_never_busy_is_told_of_all_the_same():
    found = told()

    assert shown(found) == []
    assert found.subjects == ("ada",)
    assert found != FreeBusy(MORNING)


def test_subjects_come_in_order_and_equal_ones_are_equal():
    one = FreeBusy(MORNING, {"bob": [time("09:00", "10:00")], "ada": []}, {"zoe": "x", "cem": "y"})
    other = FreeBusy(
        MORNING,
        {"ada": (), "bob": [time("09:30", "10:00"), time("08:00", "09:30")]},
        {"cem": "y", "zoe": "x"},
    )

    assert list(one.busy) == ["ada", "bob"]
    assert list(one.unknown) == ["cem", "zoe"]
    assert one.subjects == ("ada", "bob", "cem", "zoe")
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != FreeBusy(MORNING, one.busy, {"cem": "y", "zoe": "z"})


# Questions -----------------------------------------------------------------


def test_times_are_those_of_the_kinds_that_block_unless_others_are_named():
    found = told(time("09:00", "10:00", "elsewhere"), time("10:00", "11:00", "tentative"))

    assert found.times("ada") == IntervalSet([monday("10:00", "11:00")])
    assert found.times("ada", BLOCKING_KINDS) == found.times("ada")
    assert found.times("ada", ["elsewhere"]) == IntervalSet([monday("09:00", "10:00")])
    assert found.times("ada", ["free"]) == IntervalSet()
    assert found.times("ada", []) == IntervalSet()


def test_nobody_knows_when_who_is_unknown_is_busy():
    found = FreeBusy(MORNING, {}, {"grace": "no permission"})

    assert found.times("grace") is None
    assert found.strongest("grace", MORNING) is None
    assert found.subjects == ("grace",)


def test_those_who_are_unknown_are_told_in_order():
    assert told(unknown={"ida": "", "eve": "no permission"}).unknown_ids == ("eve", "ida")


def test_the_strongest_kind_anywhere_in_an_interval():
    found = told(time("09:00", "09:30", "tentative"), time("09:30", "10:00", "out_of_office"))

    assert found.strongest("ada", monday("09:00", "09:30")) is BusyKind.TENTATIVE
    assert found.strongest("ada", monday("09:15", "09:45")) is BusyKind.OUT_OF_OFFICE
    assert found.strongest("ada", monday("10:00", "12:00")) is BusyKind.FREE
    assert found.strongest("ada", MORNING) is BusyKind.OUT_OF_OFFICE


@pytest.mark.parametrize("interval", [("08:59", "09:30"), ("11:30", "12:01"), ("13:00", "14:00")])
def test_nobody_knows_what_lies_outside_the_window(interval):
    assert told().strongest("ada", monday(*interval)) is None


def test_who_was_not_asked_for_is_no_answer():
    with refused(InvalidValueError, "subject", "subject"):
        told().times("bob")
    with refused(InvalidValueError, "subject", "subject"):
        told().strongest("bob", MORNING)
    with refused(InvalidValueError, "id", "subject"):
        told().times("")
    with refused(InvalidValueError, "type", "interval"):
        told().strongest("ada", None)
    with refused(InvalidValueError, "choice", "kinds"):
        told().times("ada", ["perhaps"])


# What cannot be ------------------------------------------------------------


def test_nobody_is_busy_and_unknown():
    with refused(InvalidValueError, "two_answers", "unknown") as caught:
        told(unknown={"ada": "no permission"})
    assert caught.value.value == "ada"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"within": None}, "type", "within"),
        ({"within": "monday"}, "type", "within"),
        ({"busy": None}, "type", "busy"),
        ({"busy": []}, "type", "busy"),
        ({"busy": {"": []}}, "id", "busy"),
        ({"busy": {7: []}}, "id", "busy"),
        ({"busy": {"ada": None}}, "type", "busy['ada']"),
        ({"busy": {"ada": "09:00"}}, "type", "busy['ada']"),
        ({"busy": {"ada": [MORNING]}}, "type", "busy['ada']"),
        ({"unknown": None}, "type", "unknown"),
        ({"unknown": ["ada"]}, "type", "unknown"),
        ({"unknown": {"a\nb": "x"}}, "id", "unknown"),
        ({"unknown": {"ada": None}}, "text", "unknown['ada']"),
    ],
)
def test_anything_else_is_refused(fields, code, field):
    with refused(InvalidValueError, code, field):
        FreeBusy(**{"within": MORNING, **fields})


def test_a_window_of_no_time_cannot_be():
    with pytest.raises(InvalidIntervalError):
        FreeBusy(monday("09:00", "09:00"))


def test_there_are_only_so_many_times(monkeypatch):
    monkeypatch.setattr(module, "MOST_ITEMS", 3)
    three = [time("09:00", "10:00")] * 3
    assert shown(told(*three)) == [("09:00", "10:00", "busy")]

    with refused(LimitExceededError, "limit_exceeded") as caught:
        FreeBusy(MORNING, {"ada": three, "bob": [time("09:00", "10:00")]})
    assert (caught.value.limit, caught.value.needed, caught.value.allowed) == ("busy times", 4, 3)

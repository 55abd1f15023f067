from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import InvalidAmountError, InvalidValueError, NaiveDatetimeError
from bookable.domain.declining import DeclineRule, Kept, Reply, Response, replies_of
from tests.support.builders import NOW, a_booking, at, refused

HOUR = timedelta(hours=1)
US = timedelta(microseconds=1)


def reasons(replies, now, rule=None, booking=None, **known):
    return (rule or DeclineRule()).reasons(booking or a_booking(), replies, now=now, **known)


@pytest.mark.parametrize(
    ("fields", "error", "code", "field"),
    [
        ({"most_left": -1}, InvalidAmountError, "quantity", "most_left"),
        ({"notice": 10}, InvalidValueError, "duration", "notice"),
        ({"lead": -HOUR}, InvalidValueError, "duration", "lead"),
        ({"longest": "3 h"}, InvalidValueError, "duration", "longest"),
        ({"only_once": 1}, InvalidValueError, "flag", "only_once"),
        ({"exempt_ids": "blue room"}, InvalidValueError, "ids", "exempt_ids"),
    ],
)
def test_a_rule_is_what_it_must_be(fields, error, code, field):
    with refused(error, code, field):
        DeclineRule(**fields)


def test_replies_are_given_in_short_or_in_full():
    found = replies_of({"b": "declined", "a": Response.NONE, "c": Reply("tentative", NOW)})

    assert list(found.items()) == [
        ("a", Reply(Response.NONE)),
        ("b", Reply(Response.DECLINED)),
        ("c", Reply(Response.TENTATIVE, NOW)),
    ]


@pytest.mark.parametrize(
    ("replies", "code"),
    [(["a"], "type"), ({"": "declined"}, "id"), ({"a": "no"}, "choice")],
)
def test_replies_are_answers_of_guests(replies, code):
    with refused(InvalidValueError, code, "replies"):
        reasons(replies, NOW)


def test_times_are_aware():
    with pytest.raises(NaiveDatetimeError):
        Reply("declined", NOW.replace(tzinfo=None))
    with pytest.raises(NaiveDatetimeError):
        reasons({}, NOW.replace(tzinfo=None))
    with refused(InvalidValueError, "flag", "released_before"):
        reasons({}, NOW, released_before=1)


def test_each_bound_is_inclusive():
    all_declined = {"a": "declined"}
    start = at("09:00")
    ten, thirty = timedelta(minutes=10), timedelta(minutes=30)

    assert reasons(all_declined, start - ten) == ()
    assert reasons(all_declined, start - ten + US) == (Kept.DECLINED_LATE,)
    in_time, late = (a_booking(created_at=start - each) for each in (thirty, thirty - US))
    assert reasons(all_declined, NOW, booking=in_time) == ()
    assert reasons(all_declined, NOW, booking=late) == (Kept.AD_HOC,)
    assert reasons(all_declined, start, DeclineRule(notice=None)) == ()


def test_what_ended_early_was_as_long_as_it_was_planned():
    booking = a_booking(planned_end=at("13:00"))
    assert reasons({"a": "declined"}, NOW, booking=booking) == (Kept.TOO_LONG,)


def test_somebody_must_have_declined_however_few_are_left():
    rule = DeclineRule(most_left=5)
    assert reasons({"a": "accepted"}, NOW, rule) == (Kept.NOT_DECLINED,)
    assert reasons({"a": "accepted", "b": "declined"}, NOW, rule) == ()

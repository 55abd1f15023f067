"""The life cycle as one table, and what a check-in policy says."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import pytest

from bookable import (
    TRANSITIONS,
    BookingStatus,
    CheckIn,
    CheckInMethod,
    CheckInScope,
    Event,
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
)
from bookable.limits import LONGEST_EARLY
from tests.support.builders import DAY, US, at, minutes, refused

HOLD, PENDING, CONFIRMED = BookingStatus.HOLD, BookingStatus.PENDING, BookingStatus.CONFIRMED
FINAL = {
    BookingStatus.COMPLETED,
    BookingStatus.NO_SHOW,
    BookingStatus.CANCELLED,
    BookingStatus.DECLINED,
    BookingStatus.EXPIRED,
}


# The table -----------------------------------------------------------------


def test_every_status_blocks_is_over_or_takes_nothing():
    blocking = {each for each in BookingStatus if each.is_blocking}
    over = {each for each in BookingStatus if each.is_over}

    assert blocking == {HOLD, PENDING, CONFIRMED, BookingStatus.CHECKED_IN}
    assert over == {BookingStatus.COMPLETED, BookingStatus.NO_SHOW, BookingStatus.RELEASED}
    assert not blocking & over


def test_nothing_leaves_a_final_state():
    assert {status for status, _ in TRANSITIONS}.isdisjoint(FINAL)
    assert {status for status, _ in TRANSITIONS} | FINAL == set(BookingStatus)


def test_every_state_can_be_reached_from_a_hold_or_a_booking():
    reached, queue = {HOLD, PENDING, CONFIRMED}, deque([HOLD, PENDING, CONFIRMED])
    while queue:
        status = queue.popleft()
        for (before, _), after in TRANSITIONS.items():
            if before is status and after not in reached:
                reached.add(after)
                queue.append(after)

    assert reached == set(BookingStatus)


def test_every_event_happens_somewhere():
    assert {event for _, event in TRANSITIONS} == set(Event)


def test_what_takes_nothing_never_blocks_again():
    for (before, event), after in TRANSITIONS.items():
        assert before.is_blocking or not after.is_blocking, (before, event)


def test_words_are_the_same_in_every_status_and_event():
    assert all(each.value == each.name.lower() for each in (*BookingStatus, *Event))


# Check-in ------------------------------------------------------------------


def test_check_in_opens_early_and_ends_at_the_grace():
    policy = CheckIn(early=minutes(10), grace=minutes(15))

    assert policy.opens(at("10:00")) == at("09:50")
    assert policy.deadline(at("10:00"), at("11:00")) == at("10:15")


def test_the_deadline_is_never_after_the_end():
    policy = CheckIn(grace=minutes(20))

    assert policy.deadline(at("10:00"), at("10:10")) == at("10:10")
    assert policy.deadline(at("10:00"), at("10:20")) == at("10:20")


def test_without_a_grace_nothing_is_given_up():
    assert CheckIn(early=DAY).deadline(at("10:00"), at("11:00")) is None


def test_a_policy_says_little_unless_told():
    policy = CheckIn()

    assert (policy.early, policy.grace, policy.most_missed) == (timedelta(0), None, None)
    assert policy.scope is CheckInScope.BOOKING
    assert CheckIn(scope="room").scope is CheckInScope.ROOM
    assert hash(CheckIn(scope="room")) == hash(CheckIn(scope=CheckInScope.ROOM))


@pytest.mark.parametrize(
    ("fields", "kind", "code", "field"),
    [
        ({"early": -US}, InvalidValueError, "duration", "early"),
        ({"early": 10}, InvalidValueError, "duration", "early"),
        ({"early": None}, InvalidValueError, "duration", "early"),
        ({"grace": -US}, InvalidValueError, "duration", "grace"),
        ({"grace": "10"}, InvalidValueError, "duration", "grace"),
        ({"scope": "desk"}, InvalidValueError, "choice", "scope"),
        ({"scope": None}, InvalidValueError, "choice", "scope"),
        ({"most_missed": 0}, InvalidAmountError, "quantity", "most_missed"),
        ({"most_missed": True}, InvalidAmountError, "quantity", "most_missed"),
    ],
    ids=range(9),
)
def test_a_policy_that_cannot_be_one_is_refused(fields, kind, code, field):
    with refused(kind, code, field):
        CheckIn(**fields)


def test_check_in_opens_at_most_a_day_before():
    assert CheckIn(early=LONGEST_EARLY).early == DAY
    with pytest.raises(LimitExceededError, match="hours in early"):
        CheckIn(early=LONGEST_EARLY + US)


def test_a_policy_is_one_or_none():
    CheckIn.check(None)
    CheckIn.check(CheckIn(), "policy")
    with refused(InvalidValueError, "type", "policy"):
        CheckIn.check(minutes(10), "policy")


def test_the_methods_are_those_of_the_places_api():
    assert [each.value for each in CheckInMethod] == [
        "unspecified",
        "manual",
        "inferred",
        "verified",
    ]

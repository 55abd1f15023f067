"""What is remembered of bookings that take no time any more."""

from __future__ import annotations

import attrs
import pytest

from bookable import BookingStatus, Ranking
from bookable.domain.counting import Counting
from bookable.occupancy.claims import ClaimRules, customer_key, history_key, history_of
from bookable.occupancy.ledger import Ledger
from tests.support.builders import a_booking, a_calendar, a_catalogue, a_member, at, us

CALENDAR = a_calendar(member_ids=["ada"], kind="round_robin")
COUNTING = attrs.evolve(CALENDAR, ranking=Ranking(counting=Counting(["no_show"])))
GONE = a_booking(calendar_id="massage", host_ids=["ada"], customer_id="c-1", status="cancelled")
KEEPING = ClaimRules(keeps_history=True)


def test_history_is_kept_where_somebody_counts_it():
    assert not ClaimRules.of(a_catalogue(CALENDAR, a_member())).keeps_history
    assert ClaimRules.of(a_catalogue(COUNTING, a_member())).keeps_history
    assert history_of(GONE, ClaimRules()) == ()


def test_it_is_kept_for_whom_and_what_was_booked():
    claims = history_of(GONE, KEEPING)

    keys = [customer_key("c-1"), "ada", "massage"]
    assert [each.resource_id for each in claims] == [history_key(key) for key in keys]
    assert {(each.start, each.end) for each in claims} == {(us("09:00"), us("10:00"))}
    nobody = attrs.evolve(GONE, customer_id=None, calendar_id=None)
    assert [each.resource_id for each in history_of(nobody, KEEPING)] == [history_key("ada")]


@pytest.mark.parametrize(
    ("status", "is_kept"),
    [
        (BookingStatus.CONFIRMED, False),
        (BookingStatus.CANCELLED, True),
        (BookingStatus.DECLINED, False),
        (BookingStatus.EXPIRED, False),
    ],
)
def test_what_blocks_or_was_never_agreed_to_is_not_kept(status, is_kept):
    assert bool(history_of(attrs.evolve(GONE, status=status), KEEPING)) is is_kept


def test_what_ended_where_it_began_is_kept():
    missed = attrs.evolve(GONE, status="no_show", ended_at=at("09:00"))
    assert len(history_of(missed, KEEPING)) == 3
    assert history_of(attrs.evolve(missed, ended_at=at("09:30")), KEEPING) == ()


def test_rooms_that_were_given_up_at_once_are_kept_for_whom_they_were():
    left = attrs.evolve(GONE, status="confirmed", room_ids=["attic"], rooms_until=at("09:00"))
    assert [each.resource_id for each in history_of(left, KEEPING)] == [history_key("attic")]
    assert history_of(attrs.evolve(left, rooms_until=at("09:15")), KEEPING) == ()


def test_claims_tell_of_the_status_where_somebody_counts_by_it():
    counted, not_counted = (
        Ledger.of([attrs.evolve(GONE, status=status)], [], rules)
        for rules, status in ((KEEPING, "completed"), (ClaimRules(), "completed"))
    )

    assert {each.status for each in counted.claims_of(counted.bookings["B-1"])} == {"completed"}
    assert {each.status for each in not_counted.claims_of(not_counted.bookings["B-1"])} == {""}
    cancelled = Ledger.of([GONE], [], KEEPING)
    assert {each.status for each in cancelled.claims_of(GONE)} == {"cancelled"}


@pytest.mark.parametrize("rules", [KEEPING, ClaimRules()])
def test_a_change_of_the_status_is_one_of_the_record_where_somebody_counts_by_it(rules):
    before, after = (
        Ledger.of([attrs.evolve(GONE, status=status)], [], rules).record("ada").version
        for status in ("confirmed", "completed")
    )

    assert (before != after) is rules.keeps_history

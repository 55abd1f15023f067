from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from bookable import BookingStatus, InvalidValueError, Limit, Ranking
from bookable.domain.counting import Counting
from tests.support.builders import a_booking, at, refused

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("values", "code"),
    [("no_show", "type"), (3, "type"), (["gone"], "choice"), (["expired"], "statuses")],
)
def test_statuses_are_a_list_of_what_may_count(values, code):
    with refused(InvalidValueError, code, "statuses"):
        Counting(values)


def test_how_late_a_cancellation_is_is_a_duration():
    with refused(InvalidValueError, "duration", "cancelled_within"):
        Counting(["cancelled"], 3)


def test_limits_and_rankings_take_nothing_else():
    for make in (lambda: Limit(1, "day", counting=3), lambda: Ranking(counting=["no_show"])):
        with refused(InvalidValueError, "type", "counting"):
            make()


def test_no_shows_are_counted_beside_what_takes_place():
    usual = Counting.with_no_shows().statuses
    assert BookingStatus.CANCELLED not in usual
    assert {*BookingStatus} - usual == {"cancelled", "declined", "expired"}
    late = Counting.with_no_shows(cancelled_within=HOUR)
    assert late.statuses - usual == {"cancelled"}


def test_only_late_cancellations_count():
    counting = Counting(["cancelled"], HOUR)
    gone = a_booking(status="cancelled")
    in_time, late = (
        attrs.evolve(gone, cancelled_at=at(each)) for each in ("08:00", "08:00:00.000001")
    )
    assert [counting.counts(each) for each in (gone, in_time, late)] == [False, False, True]
    assert not counting.counts(a_booking())
    assert Counting(["confirmed"], HOUR).counts(a_booking())

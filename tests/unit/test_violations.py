"""What the report of violations says of bookings in every state of their life (SPEC N9, N26)."""

from __future__ import annotations

import pytest

from bookable.domain.life import CheckIn
from tests.support.builders import MINUTE, NOW, a_booking, a_room, a_scheduler, at

CHECK_IN = CheckIn(grace=15 * MINUTE)


def found(*bookings: object, now: object = NOW) -> list[tuple[str, str, tuple[str, ...]]]:
    """From when to when too much is taken, and by whom."""
    state = a_scheduler(a_room(), bookings=bookings)
    return [
        (f"{each.interval.start:%H:%M}", f"{each.interval.end:%H:%M}", each.booking_ids)
        for each in state.violations(now=now)
    ]


def beside(status: str, **fields: object) -> list[object]:
    """A confirmed booking from nine to ten, and another one in some state."""
    return [a_booking("B-1"), a_booking("B-2", status=status, **fields)]


WHOLE = [("09:00", "10:00", ("B-1", "B-2"))]


@pytest.mark.parametrize("status", ["pending", "confirmed", "checked_in", "completed"])
def test_what_has_its_time_is_counted(status):
    assert found(*beside(status)) == WHOLE


@pytest.mark.parametrize("status", ["cancelled", "declined", "expired"])
def test_what_does_not_take_place_is_not_counted(status):
    assert found(*beside(status)) == []


def test_a_hold_counts_until_it_expires():
    hold = beside("hold", created_at=at("08:00"), expires_at=at("08:05"))

    assert found(*hold, now=at("08:04:59")) == WHOLE
    assert found(*hold, now=at("08:05")) == []


def test_what_waits_without_blocking_is_not_counted():
    assert found(*beside("pending", pending_blocks=False)) == []


@pytest.mark.parametrize("status", ["completed", "no_show", "released"])
def test_what_ended_early_counts_until_then(status):
    early = a_booking(
        "B-2", "09:00", "09:15", status=status, ended_at=at("09:15"), planned_end=at("10:00")
    )

    assert found(a_booking("B-1"), early) == [("09:00", "09:15", ("B-1", "B-2"))]
    assert found(a_booking("B-1"), *beside(status, ended_at=at("09:00"))[1:]) == []


def test_what_nobody_checks_in_to_counts_until_its_deadline():
    late = a_booking("B-1", "09:30", "10:30")
    released = a_booking("B-2", check_in=CHECK_IN)

    assert found(late, released, now=at("09:14")) == [("09:30", "10:00", ("B-1", "B-2"))]
    assert found(late, released, now=at("09:15")) == []


def test_rooms_that_are_given_up_count_until_then():
    given_up = a_booking("B-2", host_ids=["ada"], room_ids=["blue room"], rooms_until=at("09:20"))

    assert found(a_booking("B-1"), given_up)[0] == ("09:00", "09:20", ("B-1", "B-2"))

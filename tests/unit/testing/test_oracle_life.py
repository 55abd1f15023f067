"""The judge of the life of bookings, held against the examples of the specification."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookable.domain.life import TRANSITIONS
from bookable.testing import answers, oracle_life
from bookable.testing.plain import PlainBooking, PlainCalendar, PlainMember, PlainRoom
from bookable.testing.plain_life import as_of, deadline_of, over
from bookable.testing.plain_rules import PlainAccess, PlainCheckIn
from bookable.testing.realise import booking as realised
from bookable.testing.realise import plain_booking
from bookable.testing.telling_life import edges_of
from bookable.testing.world import World

TEN = PlainCheckIn(early=1, grace=1)
MEETING = PlainBooking("b", 10, 14, None, rooms=("blue",), check_in=TEN)
HOLD = PlainBooking("h", 10, 12, hosts=("ada",), status="hold", created=0, expires=5)
EVERY_STATE = tuple(oracle_life.LATER)


def world_of(*bookings: PlainBooking, now: int = 0, **rules: object) -> World:
    world = World(now=now)
    world.put(PlainMember("ada"))
    world.put(PlainRoom("blue", 4, max_concurrent=1))
    world.put(PlainCalendar("massage", 2, member_ids=("ada",), **rules))
    for booking in bookings:
        world.keep(booking)
    return world


def test_ex_H1_check_in_opens_early_and_no_earlier():
    assert "checked_in" == oracle_life.check_in(MEETING, 9, "manual", None).status
    assert "too_early" == oracle_life.check_in(MEETING, 8, "manual", None)


def test_ex_H2_nobody_comes():
    world = world_of(MEETING, now=10)
    assert {10, 11, 12, 13} == answers.busy_units(world, "blue", range(8, 16))

    world.turn_to(11)
    assert {10} == answers.busy_units(world, "blue", range(8, 16))
    assert "released" == world.bookings["b"].status
    assert "confirmed" == world.written["b"].status, "nobody wrote it down"
    assert "too_late" == oracle_life.may_come(MEETING, 11)


def test_ex_H3_a_call_in_the_room_counts_as_check_in():
    (there,) = oracle_life.activity(world_of(MEETING, now=10), "blue", 10)

    assert ("checked_in", "inferred", 10) == (there.status, there.method, there.checked_in)
    assert [] == oracle_life.activity(
        world_of(there, replace(MEETING, id="c", start=14, end=16)), "blue", 13
    )


def test_ex_H4_who_checks_out_leaves_the_rest():
    came = replace(MEETING, status="checked_in", checked_in=10)
    world = world_of(came, now=12)
    left = oracle_life.check_out(world, came, 12, None)

    assert (12, 14, "completed", 2) == (left.end, left.planned_end, left.status, left.version)
    assert left == oracle_life.check_out(world, left, 13, 99)


def test_ex_H6_the_deadline_is_no_later_than_the_end():
    assert 12 == deadline_of(replace(MEETING, end=12, check_in=PlainCheckIn(grace=5)))
    assert deadline_of(replace(MEETING, check_in=PlainCheckIn())) is None


def test_ex_H7_a_stale_key_changes_nothing():
    world = world_of(MEETING, now=10)
    for answer in (
        oracle_life.check_in(MEETING, 10, "manual", 7),
        oracle_life.cancel(world, MEETING, 0, 7, ignores=False),
        oracle_life.miss(world, MEETING, 12, 7),
        oracle_life.complete(world, MEETING, 12, 7),
        oracle_life.extend(HOLD, 6, 0, 7),
        oracle_life.confirm(world, HOLD, 0, 7),
        oracle_life.decline(replace(MEETING, status="pending"), 7),
        oracle_life.check_out(world, replace(MEETING, status="checked_in"), 12, 7),
    ):
        assert "stale_version" == answer


def test_ex_H8_a_hold_keeps_its_time_until_it_expires():
    world = world_of(HOLD, now=4)
    assert {10, 11} == answers.busy_units(world, "ada", range(8, 16))

    world.turn_to(5)
    assert set() == answers.busy_units(world, "ada", range(8, 16))
    assert "wrong_state" == oracle_life.confirm(world, world.bookings["h"], 5, None)


def test_a_hold_may_be_kept_for_a_day_at_most():
    assert 24 == oracle_life.extend(HOLD, 24, 0, None).expires
    assert "hold" == oracle_life.extend(HOLD, 25, 0, None)
    assert "hold" == oracle_life.extend(HOLD, 3, 3, None)
    assert HOLD == oracle_life.extend(HOLD, 5, 0, 99)


def test_what_waits_may_find_its_time_taken():
    waits = replace(HOLD, status="pending", pending_blocks=False, calendar_id="massage")
    alone = world_of(waits)
    assert "confirmed" == oracle_life.confirm(alone, waits, 0, None).status

    taken = world_of(waits, replace(HOLD, id="other", status="confirmed"))
    assert "refused" == oracle_life.confirm(taken, waits, 0, None)
    asks = replace(HOLD, needs_approval=True)
    waits = oracle_life.confirm(world_of(asks), asks, 0, None)
    assert "pending" == waits.status
    assert waits == oracle_life.confirm(world_of(waits), waits, 0, None)
    assert "confirmed" == oracle_life.confirm(world_of(waits), waits, 0, waits.version).status


def test_a_cut_off_is_inclusive_and_may_be_ignored():
    world = world_of(access=PlainAccess(cancel_notice=3))
    booking = replace(HOLD, calendar_id="massage", status="confirmed")

    assert "cancelled" == oracle_life.cancel(world, booking, 7, None, ignores=False).status
    assert "too_late" == oracle_life.cancel(world, booking, 8, None, ignores=False)
    assert "cancelled" == oracle_life.cancel(world, booking, 8, None, ignores=True).status


def test_rooms_alone_may_be_given_up():
    meeting = replace(MEETING, check_in=replace(TEN, scope="room"), hosts=("ada",))
    world = world_of(meeting, now=11)

    assert {10} == answers.busy_units(world, "blue", range(8, 16))
    assert {10, 11, 12, 13} == answers.busy_units(world, "ada", range(8, 16))
    assert () == answers.agenda(world, "blue", range(11, 16))
    assert as_of(world.bookings["b"], 13, in_session=False) == world.bookings["b"]
    assert as_of(meeting, 13, in_session=True) == meeting


def test_who_is_over_early_gave_up_the_rooms_no_later():
    came = replace(MEETING, rooms_until=13)

    assert 12 == over(came, 12, "completed", in_session=False).rooms_until
    assert 14 == over(came, 12, "completed", in_session=True).end
    assert not over(MEETING, 9, "completed", in_session=False).is_blocking


def test_the_states_that_follow_are_those_of_the_table():
    later = {before: set[str]() for before in EVERY_STATE}
    for (before, _), to in TRANSITIONS.items():
        later[before.value] |= {to.value} - {before.value}
    later["hold"].add("pending")  # who may only ask
    later["confirmed"].add("pending")  # moved by one who may only ask

    assert later == oracle_life.LATER


@pytest.mark.parametrize("status", EVERY_STATE)
def test_a_booking_of_any_state_is_the_same_on_both_sides(status):
    lived = replace(
        MEETING,
        status=status,
        created=1,
        expires=3,
        checked_in=10,
        method="manual",
        ended=12,
        end=12,
        planned_end=14,
        rooms_until=11,
        cancelled=4,
        version=5,
        needs_approval=True,
        pending_blocks=False,
        buffers=(("blue", (0, 0, "exclusive")),),
    )

    assert lived == plain_booking(realised(lived))
    assert lived.is_blocking is realised(lived).is_blocking
    assert {9, 10, 11, 12} <= set(edges_of(lived))


def test_what_is_confirmed_too_late_to_be_kept_is_judged_as_if_it_were_kept():
    """Clocks may go back: what is written down must not take anything twice."""
    missed = PlainCheckIn(grace=0)
    waits = replace(HOLD, status="pending", pending_blocks=False, check_in=missed)
    taken = world_of(waits, replace(HOLD, id="other", status="confirmed"), now=11)

    assert "refused" == oracle_life.confirm(taken, waits, 11, None)

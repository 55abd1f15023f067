"""A repair took time that a booking still kept, and a confirmation more than was left aside for it.

Rules: nothing is taken twice but what an administrator left aside (SPEC N3), and a repair never makes
matters worse.
"""

from __future__ import annotations

import attrs
import pytest

from bookable import BookingPolicy, BookingRefused, Scheduler, any_of, units_of
from tests.support.builders import (
    HOUR,
    NOW,
    a_block,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
)

ASKING = BookingPolicy(request=["cem"])


def test_a_repair_leaves_the_longer_buffers_of_what_stays_alone():
    room = a_room("r", 4, max_concurrent=1, calendar_ids=["massage"])
    state = a_scheduler(a_calendar(kind="event", buffer_after=HOUR), room)
    state = booked(state, "10:00", calendar="massage", booking_id="B-1")
    state = booked(state, "12:00", calendar="massage", booking_id="B-2")
    state = state.with_catalogue(state.catalogue.replace(a_calendar(kind="event")))
    closed = a_block("K", "r", "12:00", "23:00")
    state = state.block("r", closed.interval, block_id="K")

    repaired = state.repair(now=NOW, moving=["B-1"])

    assert {each.rule.value for each in repaired.violations(now=NOW)} <= {"blocked"}


def test_a_repair_leaves_the_units_of_what_stays_alone():
    def kits(units):
        return a_calendar("c1", requirements=[any_of("ada"), units_of("kit", units)])

    two = a_calendar("c2", requirements=[any_of("bob"), units_of("kit", 2)])
    team = [a_member("ada"), a_member("bob"), an_item("kit", 3)]
    state = a_scheduler(kits(3), two, *team)
    state = booked(state, "10:00", calendar="c1", booking_id="B-1")
    state = booked(state, "11:00", calendar="c2", booking_id="B-2")
    state = state.with_catalogue(state.catalogue.replace(kits(1)))
    state = state.block("bob", a_block("K", "bob", "11:00", "23:00").interval, block_id="K")

    repaired = state.repair(now=NOW, moving=["B-1"])

    assert {each.rule.value for each in repaired.violations(now=NOW)} <= {"blocked"}


@pytest.mark.parametrize("moved", [False, True])
def test_only_what_was_left_aside_is_left_aside_when_it_is_confirmed(moved):
    needs = [any_of("ada"), any_of("r")]
    calendar = a_calendar(requirements=needs, policy=ASKING, pending_blocks=False)
    other = a_calendar("other", member_ids=["ada"])
    full = booked(
        a_scheduler(
            calendar,
            other,
            a_member("ada"),
            a_room("r", 1),
            a_calendar("c3", requirements=[any_of("r")]),
        ),
        "10:00",
        calendar="c3",
        booking_id="B-1",
    )
    asked = {"calendar": "massage", "customer_id": "cem", "override": ["full"]}
    state = booked(full, "10:00", booking_id="P", **asked)
    if moved:
        state = state.repair(now=NOW, moving=["P"])
    waits = state.booking("P")
    assert waits.override == (frozenset() if moved else frozenset({"full"}))
    clock = f"{waits.start:%H:%M}"
    state = booked(state, clock, calendar="other", booking_id="B-2")

    with pytest.raises(BookingRefused):
        state.confirm("P", now=NOW, version=waits.version)


def test_a_move_to_the_same_slot_takes_rooms_again_that_were_given_up():
    state = a_scheduler(
        a_calendar(kind="event"), a_room("r", 4, max_concurrent=1, calendar_ids=["massage"])
    )
    state = booked(state, "10:00", calendar="massage", booking_id="B-1")
    gone = attrs.evolve(state.booking("B-1"), rooms_until=at("10:00"))
    state = Scheduler(state.catalogue, [gone])
    slot = state.slot(state.request("massage"), start=at("10:00"), now=NOW, ignoring=["B-1"])

    moved = state.reschedule("B-1", to=slot, now=NOW)

    assert moved.booking("B-1").rooms_until is None
    busy = moved.explain(moved.request("massage"), start=at("10:00"), now=NOW)
    assert [each.rule.value for each in busy] == ["busy"]

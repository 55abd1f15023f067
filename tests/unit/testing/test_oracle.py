"""The judge, held against the examples of SPEC.md; it must not take the engine's word."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bookable.testing import answers, oracle, plain
from bookable.testing.asks import ask_calendar
from bookable.testing.axis import AXIS
from bookable.testing.plain import (
    PlainAsk,
    PlainBlock,
    PlainBooking,
    PlainCalendar,
    PlainEquipment,
    PlainMember,
    PlainRoom,
)
from bookable.testing.plain_rules import PlainGrid, PlainRole
from bookable.testing.world import World

JUDGES = (
    "axis",
    "plain",
    "plain_life",
    "plain_rules",
    "world",
    "asks",
    "answers",
    "oracle",
    "oracle_capacity",
    "oracle_grid",
    "oracle_hours",
    "oracle_approval",
    "oracle_life",
    "oracle_met",
    "oracle_ranking",
    "oracle_sessions",
    "oracle_time",
    "oracle_unknown",
)


def world_of(*things) -> World:
    world = World()
    for thing in things:
        if isinstance(thing, PlainBooking):
            world.keep(thing)
        elif isinstance(thing, PlainBlock):
            world.blocks[thing.id] = thing
        else:
            world.put(thing)
    return world


def starts(world: World, ask: PlainAsk, low: int = 8, high: int = 18) -> list[int]:
    every_unit = replace(ask, grid=ask.grid or PlainGrid("local"))
    return list(answers.starts(world, every_unit, range(low, high), 0))


@pytest.mark.parametrize("name", JUDGES)
def test_the_judge_imports_nothing_of_the_engine(name: str):
    tree = ast.parse(Path(plain.__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    imported = {
        node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
    } | {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    judges = {f"bookable.testing.{each}" for each in JUDGES}

    assert all(
        module in judges
        or module in sys.stdlib_module_names
        or module.partition(".")[0] in sys.stdlib_module_names
        for module in imported
    )


def test_touching_bookings_do_not_conflict():
    world = world_of(PlainMember("ada"), PlainBooking("b", 10, 11, hosts=("ada",)))

    assert [8, 9, 11, 12] == starts(world, PlainAsk(1, (PlainRole(("ada",)),)), 8, 13)


def test_load_is_the_peak_of_the_sum():
    world = world_of(
        PlainRoom("hall", 2),
        PlainBooking("b1", 9, 10, rooms=("hall",)),
        PlainBooking("b2", 10, 11, rooms=("hall",)),
    )

    assert [8, 9, 10] == starts(world, PlainAsk(2, (PlainRole(("hall",)),)), 8, 11)
    assert [11] == starts(world, PlainAsk(2, (PlainRole(("hall",)),), party=2), 8, 12)


def test_an_exclusive_room_takes_one_booking_and_a_shared_one_counts_seats():
    stored = PlainBooking("b", 9, 10, party=2, rooms=("hall",))
    ask = PlainAsk(1, (PlainRole(("hall",)),), party=2)

    assert [8, 9, 10] == starts(world_of(PlainRoom("hall", 4), stored), ask, 8, 11)
    assert [8, 10] == starts(world_of(PlainRoom("hall", 3), stored), ask, 8, 11)
    assert [8, 10] == starts(world_of(PlainRoom("hall", 9, max_concurrent=1), stored), ask, 8, 11)


def test_footprints_keep_both_buffers_apart():
    world = world_of(
        PlainRoom("hall", 1),
        PlainBooking("b", 12, 13, rooms=("hall",), buffers=(("hall", (0, 1, "exclusive")),)),
    )
    ask = PlainAsk(1, (PlainRole(("hall",)),), before=1, after=2)

    assert [8, 9, 15, 16] == starts(world, ask, 8, 17)


def test_bodies_lie_inside_hours_and_footprints_need_not():
    world = world_of(PlainRoom("hall", 1, open_units=frozenset(range(9, 12))))
    ask = PlainAsk(1, (PlainRole(("hall",)),), before=1, after=1)

    assert [9, 10, 11] == starts(world, ask)
    assert [10] == starts(world, replace(ask, within_hours=True))


def test_units_out_of_service_are_taken_from_the_quantity():
    broken = tuple(1 if 9 <= unit < 11 else 0 for unit in range(AXIS))
    world = world_of(PlainEquipment("lamp", 2, broken))

    assert [8, 11] == starts(world, PlainAsk(1, (PlainRole(("lamp",), units=2),)), 8, 12)


def test_a_session_is_claimed_once_and_its_seats_add_up():
    calendar = PlainCalendar("yoga", 1, "class", ("ada",), seats=3)
    first = PlainBooking("b1", 9, 10, "yoga", 2, ("ada",), buffers=(("ada", (0, 0, "exclusive")),))
    world = world_of(PlainMember("ada"), calendar, first)

    assert [8, 9, 10] == starts(world, ask_calendar(world, "yoga"), 8, 11)
    assert [8, 10] == starts(world, ask_calendar(world, "yoga", party=2), 8, 11)
    joined = oracle.decide(world, ask_calendar(world, "yoga"), 9, 0)
    assert joined is not None
    assert 1 == oracle.seats_left(world, ask_calendar(world, "yoga"), 9, joined)


def test_nobody_hands_over():
    world = world_of(
        PlainMember("ada", open_units=frozenset({9, 10})),
        PlainMember("bob", open_units=frozenset({11, 12})),
    )

    assert [9, 11] == starts(world, PlainAsk(2, (PlainRole(("ada", "bob")),)))


def test_a_later_role_may_need_the_preferred_one():
    world = world_of(PlainMember("ada", priority=1), PlainMember("bob"))
    roles = (PlainRole(("ada", "bob")), PlainRole(("ada",)))

    found = oracle.decide(world, PlainAsk(1, roles), 9, 0)

    assert found is not None
    assert ("ada", "bob") == found.hosts
    assert oracle.decide(world, PlainAsk(1, (*roles, PlainRole(("bob",)))), 9, 0) is None


def test_the_choice_is_by_wasted_seats_then_priority_then_load_then_id():
    world = world_of(PlainRoom("big", 9), PlainRoom("small", 2), PlainRoom("tiny", 2))
    found = oracle.decide(world, PlainAsk(1, (PlainRole(("big", "tiny", "small")),), 2), 9, 0)
    assert found is not None
    assert ("small",) == found.rooms

    world = world_of(
        PlainMember("ada"), PlainMember("bob"), PlainBooking("b", 20, 21, hosts=("ada",))
    )
    found = oracle.decide(world, PlainAsk(1, (PlainRole(("ada", "bob")),)), 9, 0)
    assert found is not None
    assert ("bob",) == found.hosts


def test_notice_is_inclusive_and_the_horizon_is_not():
    world = world_of(PlainMember("ada"))
    ask = PlainAsk(1, (PlainRole(("ada",)),), notice=2, horizon=4)

    assert (10, 11) == answers.starts(world, ask, range(8, 18), 8)


def test_grids_begin_anew_at_midnight_or_never():
    assert [20, 22, 24, 26] == [u for u in range(19, 28) if PlainGrid("local", 2).includes(u)]
    assert [20, 24, 29] == [u for u in range(19, 30) if PlainGrid("local", 5).includes(u)]
    epoch = [u for u in range(19, 32) if PlainGrid("epoch", 5).includes(u)]
    assert all(later - earlier == 5 for earlier, later in zip(epoch, epoch[1:], strict=False))


def test_a_block_takes_everything_and_a_cancelled_booking_nothing():
    world = world_of(
        PlainRoom("hall", 9),
        PlainBlock("k", "hall", 9, 10),
        PlainBooking("b", 11, 12, party=9, rooms=("hall",), status="cancelled"),
    )

    assert [8, 10, 11, 12] == starts(world, PlainAsk(1, (PlainRole(("hall",)),)), 8, 13)


def test_free_starts_between_two_units_are_counted_to_the_last_instant():
    world = world_of(PlainMember("ada", open_units=frozenset({9, 10, 11, 14})))
    ask = PlainAsk(1, (PlainRole(("ada",)),))

    assert ((90, 111), (140, 141)) == answers.start_pieces(world, ask, range(8, 18), 0, scale=10)
    assert ((90, 120), (140, 150)) == answers.period_pieces(world, ask, range(8, 18), 0, scale=10)
    assert ((90, 110),) == answers.period_pieces(world, ask, range(8, 11), 0, scale=10)


def test_violations_name_the_units_and_the_bookings():
    world = world_of(
        PlainRoom("hall", 2),
        PlainBooking("b1", 9, 11, party=2, rooms=("hall",)),
        PlainBooking("b2", 10, 12, party=1, rooms=("hall",)),
        PlainBooking("b3", 14, 15, party=1, rooms=("gone",)),
        PlainBlock("k", "hall", 11, 13),
    )

    assert {
        ("overcommitted", "hall"): (frozenset({10}), frozenset({"b1", "b2"})),
        ("blocked", "hall"): (frozenset({11}), frozenset({"b2"})),
        ("unknown_resource", "gone"): (frozenset({14}), frozenset({"b3"})),
    } == answers.violations(world, 0)

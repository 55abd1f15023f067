"""Every rival answers as the engine does, or nothing that is timed means anything."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("benchmarks", reason="the benchmarks are no part of the package")

from benchmarks.asking import answer, answer_in_values, moments
from benchmarks.engine import Engine
from benchmarks.facts import MINUTE, Facts, Pool, Resource, Row, Schedule, Size, Windows
from benchmarks.rivals import RIVALS
from benchmarks.rivals.base import Contestant
from benchmarks.rivals.bisecting import SortedLists
from benchmarks.worlds import WORLDS, world
from benchmarks.worlds.common import FIRST, weekly

TINY = Size("tiny", 6, 3, 4)
CELL = 15 * MINUTE
DAYS = 2
CELLS = DAYS * 96
DST = FIRST + 26 * 86_400  # the Saturday before clocks change in Europe

# Each example asks every rival: a few seconds in any profile.
EXAMPLES = min(settings().max_examples, 60)

contestants = pytest.mark.parametrize("kind", RIVALS, ids=lambda kind: kind.name)


def ready(kind: type[Contestant], facts: Facts) -> Contestant:
    reason = kind.missing()
    if reason is not None:
        pytest.skip(reason)
    made = kind()
    made.load(facts)
    return made


def answers(kind: type[Contestant], facts: Facts) -> list[list[int]]:
    """Cold, warm, the second day alone, and cold again."""
    held, (low, high) = ready(kind, facts), facts.window
    try:
        found = [list(held.starts(low, high)), list(held.starts(low, high))]
        found.append(list(held.starts(low + 86_400 + 60, high)))
        held.forget()
        first = held.first(low, high)
        found += [[] if first is None else [first], list(held.starts(low, high))]
    finally:
        held.close()
    return found


# The worlds ------------------------------------------------------------------


@contestants
@pytest.mark.parametrize("name", WORLDS)
def test_a_rival_answers_as_the_engine_in_every_world(name: str, kind: type[Contestant]) -> None:
    facts = world(name, TINY, seed=7)

    assert answers(kind, facts) == answers(Engine, facts)


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_the_same_for_the_same_seed_and_has_something_free_and_something_taken(
    name: str,
) -> None:
    facts = world(name, "S", seed=3)

    assert world(name, "S", seed=3) == facts
    free = ready(Engine, facts).starts(*facts.window)
    assert 0 < len(free) < len(facts.grid(*facts.window))


@contestants
@pytest.mark.parametrize("name", WORLDS)
def test_a_rival_hands_out_the_same_starts_and_ends_as_the_slots_of_the_engine(
    name: str, kind: type[Contestant]
) -> None:
    facts = world(name, TINY, seed=7)
    engine, held = ready(Engine, facts), ready(kind, facts)
    low, high = moments(*facts.window)
    try:
        pairs = held.pairs(low, high)

        assert pairs == [(slot.start, slot.end) for slot in engine.iterated()] != []
        assert {each.tzinfo for pair in pairs for each in pair} == {UTC}
        assert held.first_pair(low, high) == pairs[0]
        assert answer_in_values(held, *facts.window) == answer_in_values(engine, *facts.window)
        assert held.first_pair(low, low) is None
    finally:
        held.close()


def test_an_answer_that_ends_otherwise_is_another_answer() -> None:
    facts = world("coworking", TINY, seed=7)

    class Late(SortedLists):
        length = timedelta(minutes=5)

    held, late = ready(SortedLists, facts), ready(Late, facts)

    assert answer(held, *facts.window) == answer(late, *facts.window)
    assert answer_in_values(held, *facts.window)[:2] != answer_in_values(late, *facts.window)[:2]


@contestants
def test_a_booking_that_is_taken_shows_in_the_next_answer(kind: type[Contestant]) -> None:
    facts = world("coworking", Size("tiny", 4, 1, 2), seed=1)
    held = ready(kind, facts)
    try:
        before = list(held.starts(*facts.window))
        start = before[len(before) // 2]
        held.take(Row(start, start + facts.duration, (0,)))

        after = list(held.starts(*facts.window))
    finally:
        held.close()

    reach = facts.duration + facts.after
    assert after == [each for each in before if abs(each - start) >= reach]


def test_the_engine_takes_a_booking_as_its_rivals_do() -> None:
    facts = world("coworking", Size("tiny", 4, 1, 2), seed=1)
    engine, plain = ready(Engine, facts), ready(RIVALS[0], facts)
    start = engine.starts(*facts.window)[3]

    for held in (engine, plain):
        held.take(Row(start, start + facts.duration, (0,)))

    assert list(engine.starts(*facts.window)) == plain.starts(*facts.window)


# Odd ones --------------------------------------------------------------------

OPENINGS: tuple[Windows, ...] = (
    (),
    ((9 * 60, 12 * 60),),
    ((9 * 60, 10 * 60), (10 * 60 + 30, 17 * 60)),
    ((0, 24 * 60),),
)
ZONES = ("UTC", "Europe/Berlin", "Asia/Kolkata")


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    days = tuple(draw(st.sampled_from(OPENINGS)) for _ in range(7))
    if not any(days):
        days = weekly(7, (8, 20))
    return Schedule(days, draw(st.sampled_from(ZONES)))


@st.composite
def odd_worlds(draw: st.DrawFn) -> Facts:
    """Histories that overlap, touch and overfill; buffers; seats; hours of several zones."""
    hours = draw(st.lists(schedules(), min_size=1, max_size=2))
    schedule = st.sampled_from([None, *range(len(hours))])
    members = draw(st.integers(0, 3))
    rooms = draw(st.integers(0 if members else 1, 2))
    resources = [
        Resource(f"M-{number}", "member", schedule=draw(schedule)) for number in range(members)
    ]
    for number in range(rooms):
        shared = draw(st.booleans())
        capacity = draw(st.integers(2, 4))
        resources.append(Resource(f"R-{number}", "room", capacity, shared, draw(schedule)))
    if draw(st.booleans()):
        resources.append(
            Resource("kit", "equipment", draw(st.integers(1, 2)), schedule=draw(schedule))
        )
    pools = [Pool(tuple(range(members)))] if members else []
    pools += [Pool(tuple(range(members, members + rooms)))] if rooms else []
    pools += [Pool((number,)) for number, each in enumerate(resources) if each.kind == "equipment"]
    low = draw(st.sampled_from([FIRST, DST]))
    size = 8 if draw(st.booleans()) else CELLS
    return Facts(
        world="odd",
        size="tiny",
        now=low,
        window=(low, low + DAYS * 86_400),
        duration=draw(st.integers(1, 4)) * CELL,
        step=draw(st.sampled_from([CELL, 2 * CELL])),
        resources=tuple(resources),
        pools=tuple(pools),
        rows=draw(st.lists(rows(resources, low + 9 * 3_600, size), max_size=12)),
        schedules=tuple(hours),
        before=draw(st.integers(0, 2)) * CELL,
        after=draw(st.integers(0, 2)) * CELL,
        party=draw(st.integers(1, 2)),
    )


@st.composite
def rows(draw: st.DrawFn, resources: list[Resource], low: int, cells: int) -> Row:
    """A booking of one resource of each kind at most, at times that often touch."""
    first, length = draw(st.integers(-4, cells)), draw(st.integers(1, 5))
    kinds = sorted({each.kind for each in resources})
    chosen = tuple(
        draw(
            st.sampled_from([number for number, each in enumerate(resources) if each.kind == kind])
        )
        for kind in kinds
    )
    some = draw(st.integers(1, len(chosen)))
    start = low + first * CELL
    return Row(start, start + length * CELL, chosen[:some], draw(st.integers(1, 2)))


QUICK = [kind for kind in RIVALS if kind.name not in ("DuckDB", "PostgreSQL")]


@given(facts=odd_worlds())
@settings(max_examples=EXAMPLES)
def test_rivals_answer_as_the_engine_in_odd_worlds(facts: Facts) -> None:
    expected = answers(Engine, facts)

    for kind in QUICK:
        if kind.missing() is None:
            assert answers(kind, facts) == expected, kind.name


@given(facts=odd_worlds())
@settings(max_examples=8)
def test_databases_answer_as_the_engine_in_odd_worlds(facts: Facts) -> None:
    expected = answers(Engine, facts)

    for kind in RIVALS:
        if kind not in QUICK and kind.missing() is None:
            assert answers(kind, facts) == expected, kind.name


@st.composite
def competing_worlds(draw: st.DrawFn) -> Facts:
    """Up to three roles from pools that overlap in any way, over members with few bookings."""
    resources = [Resource(f"M-{number}", "member") for number in range(5)]
    pool = st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True).flatmap(
        lambda some: st.builds(
            Pool, st.just(tuple(sorted(some))), st.integers(1, min(2, len(some)))
        )
    )
    return Facts(
        world="odd",
        size="tiny",
        now=FIRST,
        window=(FIRST, FIRST + DAYS * 86_400),
        duration=2 * CELL,
        step=CELL,
        resources=tuple(resources),
        pools=tuple(draw(st.lists(pool, min_size=1, max_size=3))),
        rows=draw(st.lists(rows(resources, FIRST, 8), max_size=12)),
        by_calendar=False,
    )


@given(facts=competing_worlds())
@settings(max_examples=EXAMPLES)
def test_rivals_answer_as_the_engine_where_pools_compete(facts: Facts) -> None:
    expected = answers(Engine, facts)

    for kind in QUICK:
        if kind.missing() is None:
            assert answers(kind, facts) == expected, kind.name

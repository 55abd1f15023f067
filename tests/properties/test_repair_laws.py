"""A repair moves the fewest bookings out of violations, and makes nothing worse for anybody."""

from __future__ import annotations

from itertools import combinations

import attrs
from hypothesis import given

from bookable import Interval, Scheduler
from bookable.repair import is_movable
from tests.properties.lives import crowded, lives, lowered, moments
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, at


def in_trouble(state: Scheduler, now: object) -> set[str]:
    """The bookings that are in some violation."""
    return {key for each in state.violations(now=now) for key in each.booking_ids}


def movable(state: Scheduler, now: object) -> set[str]:
    return {key for key, each in state.swept(now=now).bookings.items() if is_movable(each, now)}


def without(state: Scheduler, ids: object, now: object) -> Scheduler:
    """The state as if these had been cancelled."""
    gone = set(ids)
    kept = [
        attrs.evolve(each, status="cancelled") if each.id in gone else each
        for each in state.swept(now=now).bookings.values()
    ]
    return Scheduler(state.catalogue, kept, state.blocks.values())


def fewest(state: Scheduler, now: object) -> int:
    """How many must go so that none that could move is in a violation, by trying all sets."""
    able = sorted(movable(state, now))
    for count in range(len(able) + 1):
        for gone in combinations(able, count):
            left = in_trouble(without(state, gone, now), now)
            if left.isdisjoint(able):
                return count
    raise AssertionError("without all of them none is in a violation")


@st.composite
def troubled(draw) -> Scheduler:
    """A state with violations, perhaps: imported, or with less of everything than was booked."""
    if draw(st.booleans()):
        return draw(crowded())
    state = draw(lives())
    return state.with_catalogue(lowered(state.catalogue))


@given(troubled(), moments())
def test_what_is_repaired_is_in_no_violation_and_nothing_is_worse(state, now):
    repair = state.plan_repair(now=now)
    after = state.apply(repair.plan)
    before, left = state.violations(now=now), after.violations(now=now)

    assert repair.left == left
    moved = {each.after.id for each in repair.mended}
    assert moved.isdisjoint(in_trouble(after, now))
    assert in_trouble(after, now) <= in_trouble(state, now)
    for each in left:
        assert any(
            (each.rule, each.subject) == (was.rule, was.subject)
            and was.interval.encloses(each.interval)
            and {*each.booking_ids} <= {*was.booking_ids}
            and each.detail.get("taken", 0) <= was.detail.get("taken", 0)
            for was in before
        ), each
    stuck = {each.booking.id for each in repair.unrepaired}
    assert in_trouble(after, now) & movable(after, now) == stuck
    assert all(each.refusals for each in repair.unrepaired)
    after.check()


@given(troubled(), moments())
def test_a_repair_moves_only_what_may_move_and_leaves_the_rest_alone(state, now):
    repair = state.plan_repair(now=now)
    first, after = state.swept(now=now), state.apply(repair.plan).swept(now=now)
    able = movable(state, now) & in_trouble(state, now)

    assert {each.before.id for each in repair.mended} <= able
    for each in repair.mended:
        was, now_is = each.before, each.after
        assert was == first.bookings[was.id]
        assert now_is == after.bookings[was.id]
        assert now_is.version == was.version + 1
        assert (was.end - was.start, was.party_size, was.status) == (
            now_is.end - now_is.start,
            now_is.party_size,
            now_is.status,
        )
        assert now_is.start >= now
        assert (each.kind.value == "other_resources") == (was.start == now_is.start)
        assert (was.start, was.resource_ids) != (now_is.start, now_is.resource_ids)
    moved = {each.before.id for each in repair.mended}
    assert all(
        after.bookings[key] == first.bookings[key] for key in first.bookings if key not in moved
    )


@given(troubled(), moments())
def test_no_smaller_set_could_have_been_moved(state, now):
    repair = state.plan_repair(now=now)

    assert repair.is_fewest  # there are never more than twelve here
    if not repair.unrepaired and len(repair.mended) < fewest(state, now):
        raise AssertionError("fewer moved than must")
    tried = {each.booking.id for each in repair.unrepaired}
    if not tried and not _stuck_ones(state, now):
        assert len(repair.mended) == fewest(state, now)


def _stuck_ones(state: Scheduler, now: object) -> bool:
    """Whether something that could move finds no place, so that others had to."""
    return any(
        state.plan_repair(now=now, moving=[key]).unrepaired
        for key in sorted(movable(state, now) & in_trouble(state, now))
    )


@given(troubled(), moments(), st.randoms(use_true_random=False))
def test_the_same_state_gives_the_same_repair(state, now, random):
    shuffled = list(state.bookings.values())
    random.shuffle(shuffled)
    other = Scheduler(state.catalogue, shuffled, state.blocks.values())

    assert other.plan_repair(now=now) == state.plan_repair(now=now)


@given(troubled(), moments())
def test_a_repair_is_done_once(state, now):
    after = state.repair(now=now)

    assert after.plan_repair(now=now).plan.is_empty
    assert after.repair(now=now) == after


@given(troubled(), st.integers(9, 14))
def test_only_what_starts_in_the_window_moves(state, hour):
    window = Interval(at(f"{hour}:00"), at(f"{hour}:00") + 2 * HOUR)
    repair = state.plan_repair(now=NOW, within=window)

    assert all(window.start <= each.before.start < window.end for each in repair.mended)
    assert all(window.start <= each.booking.start < window.end for each in repair.unrepaired)


@given(lives(), moments())
def test_without_violations_there_is_nothing_to_repair(state, now):
    if not state.violations(now=now):
        assert state.plan_repair(now=now).plan.is_empty

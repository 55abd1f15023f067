"""All roles at once: exact for pools that overlap, in masks, in pieces and at one start."""

from __future__ import annotations

import itertools

import attrs
import pytest

from bookable import all_of, any_of
from bookable.availability.feasibility import Starts
from bookable.availability.joint import (
    KeptMasks,
    broken_conditions,
    joint_mask,
    joint_starts,
    place_masks,
)
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.ledger import Ledger
from tests.support.builders import (
    NOW,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_catalogue,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    monday,
    us,
)

LOW, HIGH = us("09:00"), us("12:00")


def free_people(*busy, names="abcd"):
    """A ledger in which some of the members a to d are busy from 10 to 11."""
    bookings = [a_booking(f"B-{name}", "10:00", "11:00", host_ids=[name]) for name in busy]
    return Ledger.of(bookings, (), ClaimRules()), [a_member(name) for name in names]


def asking(ledger, question):
    """A search of that ledger; the catalogue does not matter to roles."""
    return Search(ledger, a_catalogue(a_room("attic")), question, us("00:00"))


def can_be_filled(pools, counts, free) -> bool:
    """By trying everything: whether different free people can fill all roles."""
    seats = [pool for pool, count in zip(pools, counts, strict=True) for _ in range(count)]
    people = [[name for name in pool if name in free] for pool in seats]
    return any(len(set(choice)) == len(choice) for choice in itertools.product(*people))


@pytest.mark.parametrize(
    ("pools", "counts"),
    [
        (["ab", "b"], [1, 1]),
        (["ab", "ab"], [1, 1]),
        (["ab", "ab", "ab"], [1, 1, 1]),
        (["abc", "ab"], [2, 1]),
        (["abcd", "ab", "cd"], [2, 1, 1]),
        (["a", "b", "cd"], [1, 1, 2]),
        (["abcd"], [3]),
        (["abcd"], [5]),
    ],
)
def test_roles_can_be_filled_exactly_when_trying_everything_finds_a_way(pools, counts):
    needs = [any_of(*pool, count=count) for pool, count in zip(pools, counts, strict=True)]
    some = Starts((us("10:00"), us("11:00")))
    for size in range(5):
        for busy in itertools.combinations("abcd", size):
            ledger, people = free_people(*busy)
            question = resolve(a_request(*needs), a_catalogue(*people))

            places = place_masks(asking(ledger, question), some)
            found = joint_mask(question, places, 2)
            pieces = joint_starts(asking(ledger, question), LOW, HIGH, {})

            free = set("abcd") - set(busy)
            at_ten, at_eleven = (can_be_filled(pools, counts, each) for each in (free, "abcd"))
            assert (found & 1, found >> 1) == (at_ten, at_eleven)
            assert any(low <= us("10:00") < high for low, high in pieces) is at_ten
            assert any(low <= us("11:00") < high for low, high in pieces) is at_eleven


def test_no_one_hands_over_to_another():
    ledger, people = free_people()
    bookings = [
        a_booking("B-1", "09:00", "10:00", host_ids=["a"]),
        a_booking("B-2", "10:00", "11:00", host_ids=["b"]),
    ]
    ledger = Ledger.of(bookings, (), ClaimRules())
    question = resolve(a_request(any_of("a", "b")), a_catalogue(*people))

    pieces = joint_starts(asking(ledger, question), LOW, HIGH, {})

    # b is free until 10 and from 11 on, a from 10 on: half past nine suits neither.
    assert pieces == ((us("09:00"), us("09:00") + 1), (us("10:00"), us("12:00")))


def test_what_needs_no_role_is_feasible_everywhere():
    ledger, people = free_people()
    question = resolve(a_request(all_of("a")), a_catalogue(*people))
    without = attrs.evolve(question, roles=(), conditions=(), groups=())

    assert joint_mask(without, KeptMasks(None, {}, {}), 3) == 0b111
    assert joint_starts(asking(ledger, without), LOW, HIGH, {}) == ((LOW, HIGH),)


def test_a_place_that_is_held_cannot_serve_at_that_very_start():
    ledger, people = free_people()
    one = resolve(a_request(all_of("a")), a_catalogue(*people))
    two = resolve(a_request(any_of("a", "b")), a_catalogue(*people))
    held = {(0, 0): [us("10:00"), us("10:30")]}

    assert joint_starts(asking(ledger, one), LOW, HIGH, held) == (
        (LOW, us("10:00")),
        (us("10:00") + 1, us("10:30")),
        (us("10:30") + 1, HIGH),
    )
    assert joint_starts(asking(ledger, two), LOW, HIGH, held) == ((LOW, HIGH),)


def test_the_conditions_that_fail_are_told_for_one_start():
    ledger, people = free_people("a", "b")
    needs = [any_of("a", "b"), any_of("b", "c"), all_of("d")]
    question = resolve(a_request(*needs), a_catalogue(*people))

    def broken(clock):
        places = place_masks(asking(ledger, question), Starts((us(clock),))).places
        return {condition.roles for condition in broken_conditions(question, places)}

    assert broken("10:00") == {(0,), (0, 1)}
    assert broken("11:00") == set()


def test_places_know_the_starts_that_each_candidate_can_serve():
    ledger, people = free_people("a")
    question = resolve(
        a_request(any_of("a", "b"), all_of("blue room")), a_catalogue(*people, a_room())
    )

    kept = place_masks(asking(ledger, question), Starts((us("10:00"), us("11:00"))))

    assert kept.places == {(0, 0): 0b10, (0, 1): 0b11, (1, 0): 0b11}


@pytest.mark.about_a_cache("the very same masks")
def test_masks_are_taken_over_where_nothing_happened_to_any_place():
    calendar = a_calendar(member_ids=["ada"])
    state = a_scheduler(calendar, a_member(), a_room())

    def masks(state):
        search = state._search(state.request("massage"), NOW, ())
        starts = search.grid_starts(WHOLE_DAY)
        found = place_masks(search, starts)
        return found, joint_mask(search.question, found, len(starts.times))

    first, joint = masks(state)
    elsewhere = state.block("blue room", monday("09:00", "10:00"), block_id="K-1")
    second, _ = masks(elsewhere)
    assert masks(elsewhere)[0] is second
    assert (second.places, second.versions) == (first.places, first.versions)
    assert second.joint == joint

    # More happens than is remembered: what differs is told by what is there.
    for number in range(200):
        elsewhere = elsewhere.block("blue room", monday("09:00", "10:00"), block_id=f"L-{number}")
    third, _ = masks(elsewhere)
    assert third.places is first.places
    busy, fewer = masks(elsewhere.block("ada", monday("09:00", "10:00"), block_id="M-1"))
    assert busy.places[0, 0] < first.places[0, 0]
    assert fewer < joint

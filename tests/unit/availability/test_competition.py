"""Which roles compete, and the conditions under which all of them can be filled."""

from __future__ import annotations

from itertools import combinations, permutations

import pytest
from hypothesis import given

from bookable import LimitExceededError
from bookable.availability import competition as module
from bookable.availability.competition import competing, conditions_of
from bookable.availability.question import Candidate, Role
from tests.support import strategies as st
from tests.support.builders import a_member

POOLS = st.lists(
    st.tuples(st.sets(st.sampled_from("abcd")), st.integers(1, 3)), min_size=1, max_size=4
)


def roles_of(pools):
    return tuple(
        Role(
            f"role {number}",
            tuple(Candidate(a_member(key), 1, 0, 0, 0) for key in sorted(ids)),
            count,
        )
        for number, (ids, count) in enumerate(pools)
    )


def can_be_filled(pools, free):
    """By trying every order of the free people on every seat."""
    seats = [ids for ids, count in pools for _ in range(count)]
    return any(
        all(person in ids for person, ids in zip(taken, seats, strict=True))
        for taken in permutations(sorted(free), len(seats))
    )


@given(POOLS, st.sets(st.sampled_from("abcd")))
def test_A7_the_conditions_hold_exactly_when_all_roles_can_be_filled(pools, free):
    roles = roles_of(pools)

    hold = all(
        sum(
            roles[group[0][0]].candidates[group[0][1]].resource.id in free
            for group in condition.resources
        )
        >= condition.needed
        for condition in conditions_of(roles)
    )

    assert hold == can_be_filled(pools, free)


@given(POOLS)
def test_roles_compete_when_a_chain_of_pools_connects_them(pools):
    groups = competing(roles_of(pools))

    assert sorted(number for group in groups for number in group) == list(range(len(pools)))
    assert list(groups) == sorted(groups)
    for one, other in combinations(range(len(pools)), 2):
        if pools[one][0] & pools[other][0]:
            assert any({one, other} <= set(group) for group in groups)
    for group in groups:
        # No group falls apart into two that share nobody.
        for size in range(1, len(group)):
            for part in combinations(group, size):
                inside = set().union(*(pools[number][0] for number in part))
                outside = set().union(*(pools[number][0] for number in group if number not in part))
                assert inside & outside


def test_an_empty_pool_stands_alone_and_can_never_be_filled():
    roles = roles_of([(set(), 1), ({"a"}, 1)])

    conditions = conditions_of(roles)

    assert competing(roles) == ((0,), (1,))
    assert [(each.roles, each.needed, each.resources) for each in conditions] == [
        ((0,), 1, ()),
        ((1,), 1, (((1, 0),),)),
    ]


@pytest.mark.parametrize(
    ("limit", "allowed", "needed", "pools"),
    [
        ("MOST_COMPETING_ROLES", 2, 3, [("ab", 1)] * 3),
        ("MOST_COMPETING_PLACES", 7, 8, [("ab", 1)] * 2),
        ("MOST_COMPETING_RESOURCES", 3, 4, [("ab", 2)] * 2),
    ],
)
def test_competition_is_bounded(monkeypatch, limit, allowed, needed, pools):
    roles = roles_of([(set(ids), count) for ids, count in pools])

    monkeypatch.setattr(module, limit, needed)
    assert conditions_of(roles)
    monkeypatch.setattr(module, limit, allowed)
    with pytest.raises(LimitExceededError) as caught:
        conditions_of(roles)
    assert (caught.value.needed, caught.value.allowed) == (needed, allowed)


def test_one_role_alone_is_not_bounded(monkeypatch):
    for limit in ("MOST_COMPETING_PLACES", "MOST_COMPETING_RESOURCES"):
        monkeypatch.setattr(module, limit, 0)

    assert len(conditions_of(roles_of([({"a", "b"}, 2)]))) == 1

"""Masks: sets of positions as integers, against plain sets."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookable.availability import masks


def positions(mask: int) -> set[int]:
    return {place for place in range(mask.bit_length()) if mask >> place & 1}


@pytest.mark.parametrize("size", [0, 1, 8, 64, 65])
def test_everything_is_every_position(size):
    assert positions(masks.everything(size)) == set(range(size))


@pytest.mark.parametrize(
    "ranges",
    [
        [],
        [(0, 0)],
        [(3, 3)],
        [(5, 2)],
        [(0, 1)],
        [(0, 20)],
        [(19, 20)],
        [(0, 8), (8, 16)],
        [(0, 9), (3, 5)],
        [(0, 5), (4, 9)],
        [(0, 5), (5, 9)],
        [(0, 5), (6, 9)],
        [(1, 2), (4, 7), (7, 9), (8, 8), (12, 20)],
        [(2, 4), (2, 9), (3, 3)],
        [(0, 0), (2, 2), (4, 6)],
    ],
)
@pytest.mark.parametrize("size", [20, 21, 24])
def test_a_mask_of_ranges_holds_just_their_positions(ranges, size):
    wanted = {place for first, last in ranges for place in range(first, last)}

    assert positions(masks.of_ranges(iter(ranges), size)) == wanted


def test_every_single_range_of_a_small_size_is_right():
    for first, last in itertools.product(range(18), repeat=2):
        assert positions(masks.of_ranges(iter([(first, last)]), 17)) == set(range(first, last))


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6])
def test_at_least_counts_the_masks_that_hold_a_position(count):
    sets = [{0, 1, 2, 3, 4}, {1, 2, 3, 4}, {2, 3, 4}, {3, 4}, {4}]
    for amount in range(1, 6):
        chosen = sets[:amount]
        numbers = [sum(1 << place for place in each) for each in chosen]

        found = masks.at_least(count, numbers)

        wanted = {place for place in range(6) if sum(place in each for each in chosen) >= count}
        assert positions(found) == wanted


def test_at_least_is_right_for_every_number_of_masks_and_every_count():
    for size in range(1, 9):
        numbers = [sum(1 << place for place in range(number, 9)) for number in range(size)]
        for count in range(1, size + 2):
            wanted = {place for place in range(9) if min(place + 1, size) >= count}
            assert positions(masks.at_least(count, numbers)) == wanted


def test_chosen_gives_the_items_at_the_positions_in_order():
    items = "abcdefghij"

    assert list(masks.chosen(items, 0b1000010011)) == ["a", "b", "e", "j"]
    assert list(masks.chosen(items, 0)) == []
    assert list(masks.chosen(items, masks.everything(10))) == list(items)


@given(
    bits=st.one_of(
        st.lists(st.booleans(), max_size=80),
        st.lists(st.tuples(st.booleans(), st.integers(1, 90)), max_size=8).map(
            lambda runs: [bit for bit, length in runs for _ in range(length)]
        ),
    ),
    limit=st.one_of(st.none(), st.integers(0, 30)),
)
def test_chosen_is_the_same_for_many_runs_and_for_few(bits, limit):
    mask = sum(1 << place for place, bit in enumerate(bits) if bit)
    wanted = [place for place, bit in enumerate(bits) if bit]

    assert list(masks.chosen(range(len(bits)), mask, limit)) == wanted[:limit]


@pytest.mark.parametrize(("mask", "place"), [(1, 0), (0b1000, 3), (0b1010100, 2), (1 << 200, 200)])
def test_lowest_is_the_first_position(mask, place):
    assert masks.lowest(mask) == place

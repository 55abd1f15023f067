"""The sweeps against their definitions, on sets of instants that are written out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from bookable.timeline import _kernel as kernel
from tests.support import strategies as st

# Nine instants: small enough that boundaries meet all the time.
instants = st.integers(0, 8)
pairs = st.lists(st.tuples(instants, st.integers(-2, 4)).map(lambda p: (p[0], p[0] + p[1])))
pieces = pairs.map(kernel.normalise)


def points(some):
    return {t for start, end in some for t in range(start, end)}


def is_canonical(some):
    proper = all(start < end for start, end in some)
    return proper and all(a[1] < b[0] for a, b in pairwise(some))


@given(pairs)
def test_normal_form_holds_the_same_instants(some):
    assert is_canonical(kernel.normalise(some))
    assert points(kernel.normalise(some)) == points(some)


@given(pairs, st.randoms())
def test_normal_form_does_not_know_the_order_it_was_given(some, random):
    mixed = random.sample(some, len(some))

    assert kernel.normalise(mixed) == kernel.normalise(some)


@given(pieces, pieces)
def test_the_same_instants_have_one_form(a, b):
    assert (a == b) == (points(a) == points(b))


@given(pieces, pieces)
def test_union_is_either(a, b):
    assert is_canonical(kernel.union(a, b))
    assert points(kernel.union(a, b)) == points(a) | points(b)


@given(pieces, pieces)
def test_intersection_is_both(a, b):
    assert is_canonical(kernel.intersect(a, b))
    assert points(kernel.intersect(a, b)) == points(a) & points(b)


@given(pieces, pieces)
def test_difference_is_the_one_without_the_other(a, b):
    assert is_canonical(kernel.subtract(a, b))
    assert points(kernel.subtract(a, b)) == points(a) - points(b)


@given(pieces, instants, instants)
def test_complement_is_the_rest_of_the_window(a, lo, hi):
    assert is_canonical(kernel.complement(a, lo, hi))
    assert points(kernel.complement(a, lo, hi)) == set(range(lo, hi)) - points(a)


@given(pieces, instants, instants)
def test_clipping_is_intersection_with_the_window(a, lo, hi):
    assert is_canonical(kernel.clip(a, lo, hi))
    assert points(kernel.clip(a, lo, hi)) == set(range(lo, hi)) & points(a)


@given(st.integers(1, 4), st.lists(pieces, max_size=4))
def test_at_least_counts_the_sets_that_hold_an_instant(count, sets):
    found = kernel.at_least(count, sets)

    assert is_canonical(found)
    assert points(found) == {
        t for t in range(-3, 13) if sum(t in points(each) for each in sets) >= count
    }


@given(pieces, st.integers(1, 4))
def test_a_start_fits_when_all_of_its_length_lies_in_one_piece(a, length):
    found = kernel.starts_fitting(a, length)

    assert is_canonical(found)
    assert points(found) == {t for t in range(-3, 13) if set(range(t, t + length)) <= points(a)}


@given(pieces, st.integers(1, 4))
def test_dilation_is_every_length_from_every_instant(a, length):
    found = kernel.dilate(a, length)

    assert is_canonical(found)
    assert points(found) == {t + step for t in points(a) for step in range(length)}


@given(pieces, st.integers(1, 4))
def test_eroding_and_dilating_keeps_the_pieces_that_are_long_enough(a, length):
    opened = kernel.dilate(starts, length) if (starts := kernel.starts_fitting(a, length)) else ()

    assert opened == tuple(piece for piece in a if piece[1] - piece[0] >= length)


@pytest.mark.parametrize("count", [0, -1])
def test_at_least_none_of_the_sets_is_a_mistake_of_the_caller(count):
    with pytest.raises(AssertionError):
        kernel.at_least(count, [])


@pytest.mark.parametrize("length", [0, -1])
@pytest.mark.parametrize("sweep", [kernel.starts_fitting, kernel.dilate])
def test_a_length_of_nothing_is_a_mistake_of_the_caller(sweep, length):
    with pytest.raises(AssertionError):
        sweep(((0, 5),), length)

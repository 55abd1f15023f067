"""Examples of the sweeps; their definitions are in tests/properties/test_kernel_laws.py."""

from __future__ import annotations

import pytest

from bookable.timeline import _kernel as kernel


@pytest.mark.parametrize(
    ("pairs", "pieces"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param([(5, 5), (7, 6)], (), id="empty and inverted"),
        pytest.param([(1, 3), (3, 5)], ((1, 5),), id="touching"),
        pytest.param([(4, 6), (1, 2)], ((1, 2), (4, 6)), id="out of order"),
        pytest.param([(1, 9), (2, 3)], ((1, 9),), id="one inside the other"),
        pytest.param([(1, 3), (2, 9), (2, 4)], ((1, 9),), id="overlapping"),
    ],
)
def test_pieces_are_the_fewest_that_hold_the_same_instants(pairs, pieces):
    assert kernel.normalise(pairs) == pieces


def test_a_cut_in_the_middle_leaves_both_sides():
    assert kernel.subtract(((0, 10),), ((3, 4), (6, 7))) == ((0, 3), (4, 6), (7, 10))


def test_one_cut_may_reach_into_several_pieces():
    assert kernel.subtract(((0, 3), (4, 6), (8, 9)), ((2, 5), (5, 8))) == ((0, 2), (8, 9))


def test_a_cut_between_two_pieces_takes_nothing():
    cut = kernel.subtract(((0, 10), (20, 30)), ((12, 14), (22, 24)))

    assert cut == ((0, 10), (20, 22), (24, 30))


def test_two_that_touch_are_never_two_at_once():
    assert kernel.at_least(2, [((0, 5),), ((5, 9),)]) == ()
    assert kernel.at_least(1, [((0, 5),), ((5, 9),)]) == ((0, 9),)


def test_a_length_fits_exactly_once_into_a_piece_of_that_length():
    assert kernel.starts_fitting(((10, 15), (20, 24)), 5) == ((10, 11),)


def test_clipping_keeps_what_lies_inside_untouched():
    pieces = ((0, 2), (4, 6), (8, 10))

    assert kernel.clip(pieces, 0, 10) is pieces
    assert kernel.clip(pieces, 1, 99) == ((1, 2), (4, 6), (8, 10))
    assert kernel.clip(pieces, 1, 9) == ((1, 2), (4, 6), (8, 9))
    assert kernel.clip(pieces, 2, 4) == ()
    assert kernel.clip(pieces, 5, 5) == ()
    assert kernel.clip(pieces, 9, 1) == ()

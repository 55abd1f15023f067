"""The index of footprints: half-open overlaps, in order, in versions that never change."""

from __future__ import annotations

import random

import pytest

from bookable.occupancy import index as module
from bookable.occupancy.index import BookingIndex


def test_an_empty_index_finds_nothing():
    index = BookingIndex()

    assert index.overlapping(0, 100) == ()
    assert (len(index), index.entries()) == (0, {})
    assert "B-1" not in index


@pytest.mark.parametrize("make", [lambda: BookingIndex({"B-1": (10, 20)}), None])
@pytest.mark.parametrize(
    ("start", "end", "is_found"),
    [(0, 10, False), (0, 11, True), (19, 30, True), (20, 30, False), (12, 14, True), (0, 99, True)],
)
def test_what_only_touches_is_not_found(make, start, end, is_found):
    index = make() if make else BookingIndex().adding("B-1", 10, 20)

    assert index.overlapping(start, end) == (("B-1",) if is_found else ())


def test_found_bookings_come_by_start_and_then_by_id():
    index = BookingIndex({"d": (10, 20), "a": (12, 20)}).adding("c", 10, 99).adding("b", 10, 11)

    assert index.overlapping(0, 100) == ("b", "c", "d", "a")


def test_equal_footprints_are_two_bookings():
    index = BookingIndex({"B-1": (10, 20), "B-2": (10, 20)})

    assert index.overlapping(10, 11) == ("B-1", "B-2")


def test_a_version_that_was_kept_never_changes():
    one = BookingIndex({"B-1": (10, 20)})
    two = one.adding("B-2", 15, 25)
    three = two.removing("B-1")
    four = three.removing("B-2")

    assert one.overlapping(0, 99) == ("B-1",)
    assert two.overlapping(0, 99) == ("B-1", "B-2")
    assert three.overlapping(0, 99) == ("B-2",)
    assert four.overlapping(0, 99) == ()
    assert [len(each) for each in (one, two, three, four)] == [1, 2, 1, 0]


def test_a_booking_that_left_may_come_back_at_another_time():
    index = BookingIndex({"B-1": (10, 20)}).removing("B-1").adding("B-1", 30, 40)

    assert index.overlapping(10, 20) == ()
    assert index.overlapping(30, 31) == ("B-1",)
    assert index.footprint("B-1") == (30, 40)
    assert index.entries() == {"B-1": (30, 40)}
    assert len(index) == 1
    assert "B-1" not in index.removing("B-1")
    assert index.removing("B-1").overlapping(0, 99) == ()


def test_a_footprint_is_told_from_the_base_and_from_what_was_added():
    index = BookingIndex({"B-1": (10, 20)}).adding("B-2", 30, 40)

    assert (index.footprint("B-1"), index.footprint("B-2")) == ((10, 20), (30, 40))


def test_the_same_id_cannot_be_added_twice_nor_removed_twice():
    index = BookingIndex({"B-1": (10, 20)}).adding("B-2", 10, 20)

    for known in ("B-1", "B-2"):
        with pytest.raises(AssertionError):
            index.adding(known, 30, 40)
    with pytest.raises(AssertionError):
        index.removing("B-3")
    with pytest.raises(AssertionError):
        index.removing("B-1").removing("B-1")


@pytest.mark.parametrize("end", [10, 9])
def test_a_question_about_no_time_is_an_error_and_not_an_empty_answer(end):
    with pytest.raises(AssertionError):
        BookingIndex({"B-1": (0, 99)}).overlapping(10, end)


@pytest.mark.about_a_cache("the very same tree")
def test_the_tree_is_built_once_and_shared_by_all_versions_of_one_base():
    one = BookingIndex({"B-1": (10, 20)})
    tree = one._base.tree

    two = one.adding("B-2", 10, 20).removing("B-1")

    assert two._base.tree is tree
    assert tree.is_empty() is False


def test_a_delta_that_outgrows_its_bound_is_folded_into_a_new_base():
    index = BookingIndex()
    for number in range(64):
        index = index.adding(f"B-{number}", number, number + 1)
    assert len(index._base.entries) == 0

    folded = index.adding("B-64", 64, 65)

    assert len(folded._base.entries) == 65
    assert (folded._added, folded._removed) == ({}, frozenset())
    assert folded.overlapping(0, 99) == tuple(f"B-{number}" for number in range(65))


def test_a_large_base_bears_a_larger_delta(monkeypatch):
    monkeypatch.setattr(module, "_SMALLEST_FOLD", 1)
    base = BookingIndex({f"B-{number}": (number, number + 1) for number in range(96)})

    index = base.removing("B-0").removing("B-1").removing("B-2")

    assert index._base is base._base
    assert index.removing("B-3")._base is not base._base
    assert len(index.removing("B-3")) == 92


@pytest.mark.parametrize("smallest", [0, 3, 64])
def test_a_long_history_answers_like_a_plain_dictionary(monkeypatch, smallest):
    monkeypatch.setattr(module, "_SMALLEST_FOLD", smallest)
    chance, plain, index = random.Random(7), {}, BookingIndex()
    for number in range(400):
        if plain and chance.random() < 0.4:
            gone = chance.choice(sorted(plain))
            del plain[gone]
            index = index.removing(gone)
        else:
            start = chance.randrange(40)
            entry = (start, start + chance.randrange(1, 6))
            key = f"B-{number % 90}"
            if key in plain:
                continue
            plain[key] = entry
            index = index.adding(key, *entry)
        low = chance.randrange(45)
        high = low + chance.randrange(1, 4)
        wanted = sorted(
            (start, key) for key, (start, end) in plain.items() if start < high and low < end
        )
        assert index.overlapping(low, high) == tuple(key for _, key in wanted)
        assert len(index) == len(plain)
    assert index.entries() == plain


def test_a_tree_has_a_time_once_however_many_bookings_have_it():
    # An interval's hash knows no data: in a set of them, equal times are compared one by one.
    index = BookingIndex({f"B-{number:04}": (9, 10) for number in range(5_000)})

    assert len(index._base.tree) == 1
    assert index.removing("B-0001").overlapping(9, 10)[:2] == ("B-0000", "B-0002")
    assert len(index.overlapping(8, 11)) == 5_000

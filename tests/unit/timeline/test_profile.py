"""A profile: levels over time that sum, peak, and never change under their owner."""

from __future__ import annotations

import pytest

from bookable.timeline import profile as module
from bookable.timeline.profile import Profile, ProfileSum


@pytest.fixture
def tiny_chunks(monkeypatch):
    """Chunks of at most four breakpoints, so that a dozen loads make many of them."""
    monkeypatch.setattr(module, "_CHUNK_LENGTH", 2)


def test_an_empty_profile_is_zero_everywhere():
    nothing = Profile()

    assert nothing.level_at(0) == nothing.peak(-5, 5) == nothing.highest == 0
    assert list(nothing.steps(2, 7)) == [(2, 7, 0)]
    assert nothing.above(0, 0, 10) == ()
    assert nothing == Profile.of([])
    nothing.check()


def test_a_load_holds_from_its_start_up_to_but_not_at_its_end():
    one = Profile.of([(10, 20, 3)])

    assert [one.level_at(time) for time in (9, 10, 19, 20)] == [0, 3, 3, 0]


@pytest.mark.parametrize(
    ("start", "end", "peak"),
    [(0, 10, 0), (0, 11, 3), (9, 10, 0), (19, 20, 3), (20, 30, 0), (19, 30, 3), (0, 99, 3)],
)
def test_a_peak_does_not_see_what_only_touches(start, end, peak):
    assert Profile.of([(10, 20, 3)]).peak(start, end) == peak


def test_the_peak_of_two_loads_that_touch_is_not_their_sum():
    morning = Profile.of([(9, 10, 1), (10, 11, 1)])

    assert morning.peak(9, 11) == 1
    assert morning == Profile.of([(9, 11, 1)])


def test_the_peak_is_that_of_the_sum_where_loads_overlap():
    busy = Profile.of([(0, 10, 1), (5, 15, 2), (9, 12, 4)])

    assert [busy.peak(time, time + 1) for time in (0, 5, 9, 10, 12, 15)] == [1, 3, 7, 6, 2, 0]
    assert busy.peak(0, 20) == busy.highest == 7


def test_loads_that_cancel_out_leave_the_empty_profile():
    assert Profile.of([(0, 5, 2), (0, 5, -2)]) == Profile()
    assert Profile().adding(0, 5, 2).adding(0, 5, -2) == Profile()


def test_no_units_change_nothing():
    one = Profile.of([(0, 5, 2)])

    assert one.adding(3, 9, 0) is one


def test_adding_leaves_the_profile_that_was_there():
    before = Profile.of([(0, 5, 2)])

    after = before.adding(3, 9, 1)

    assert list(before.steps(0, 9)) == [(0, 5, 2), (5, 9, 0)]
    assert list(after.steps(0, 9)) == [(0, 3, 2), (3, 5, 3), (5, 9, 1)]


@pytest.mark.parametrize(
    ("load", "steps"),
    [
        ((0, 4, 1), [(0, 4, 1), (4, 10, 0), (10, 20, 2), (20, 30, 0)]),
        ((0, 10, 1), [(0, 10, 1), (10, 20, 2), (20, 30, 0)]),
        ((0, 10, 2), [(0, 20, 2), (20, 30, 0)]),
        ((0, 15, 1), [(0, 10, 1), (10, 15, 3), (15, 20, 2), (20, 30, 0)]),
        ((10, 15, 1), [(0, 10, 0), (10, 15, 3), (15, 20, 2), (20, 30, 0)]),
        ((10, 20, -2), [(0, 30, 0)]),
        ((10, 15, -2), [(0, 15, 0), (15, 20, 2), (20, 30, 0)]),
        ((15, 20, -2), [(0, 10, 0), (10, 15, 2), (15, 30, 0)]),
        ((12, 14, 1), [(0, 10, 0), (10, 12, 2), (12, 14, 3), (14, 20, 2), (20, 30, 0)]),
        ((12, 25, 1), [(0, 10, 0), (10, 12, 2), (12, 20, 3), (20, 25, 1), (25, 30, 0)]),
        ((20, 25, 2), [(0, 10, 0), (10, 25, 2), (25, 30, 0)]),
        ((22, 25, 1), [(0, 10, 0), (10, 20, 2), (20, 22, 0), (22, 25, 1), (25, 30, 0)]),
    ],
)
def test_adding_next_to_across_and_inside_a_load(load, steps):
    after = Profile.of([(10, 20, 2)]).adding(*load)

    assert list(after.steps(0, 30)) == steps
    after.check()


def test_steps_are_clipped_and_cover_the_window_without_a_hole():
    one = Profile.of([(10, 20, 2), (15, 25, 1)])

    assert list(one.steps(12, 22)) == [(12, 15, 2), (15, 20, 3), (20, 22, 1)]
    assert list(one.steps(10, 20)) == [(10, 15, 2), (15, 20, 3)]


def test_above_gives_the_maximal_pieces_that_exceed_the_limit():
    one = Profile.of([(0, 10, 1), (4, 6, 1), (20, 30, 1)])

    assert one.above(0, 0, 40) == ((0, 10), (20, 30))
    assert one.above(1, 0, 40) == ((4, 6),)
    assert one.above(2, 0, 40) == ()
    assert one.above(0, 5, 25) == ((5, 10), (20, 25))
    assert one.above(-1, 0, 40) == ((0, 40),)


def test_two_profiles_can_be_read_as_one():
    one, two = Profile.of([(0, 10, 1)]), Profile.of([(5, 15, 2)])

    for both in (ProfileSum(one, two), ProfileSum(two, one)):
        steps = [(-1, 0, 0), (0, 5, 1), (5, 10, 3), (10, 15, 2), (15, 20, 0)]
        assert list(both.steps(-1, 20)) == steps
        assert both.above(1, -1, 20) == ((5, 15),)
        assert both.above(2, 6, 20) == ((6, 10),)
        assert (both.peak(0, 5), both.peak(0, 6), both.peak(10, 20)) == (1, 3, 2)
    assert list(ProfileSum(one, Profile()).steps(3, 12)) == [(3, 10, 1), (10, 12, 0)]


def test_equal_levels_are_equal_and_hash_alike_however_they_were_made():
    one = Profile.of([(0, 10, 1), (10, 20, 1)])
    two = Profile().adding(5, 20, 1).adding(0, 5, 1)

    assert one == two
    assert hash(one) == hash(two)
    assert one != Profile.of([(0, 20, 2)])
    assert one != ((0, 1), (20, 0))


def test_a_profile_shows_its_loads():
    profile = Profile.of([(0, 5, 2), (5, 9, 1), (20, 21, 3)])

    assert repr(profile) == "Profile([(0, 5, 2), (5, 9, 1), (20, 21, 3)])"


def test_times_before_the_epoch_are_times_like_any_other():
    assert Profile.of([(-20, -10, 1)]).peak(-15, 0) == 1


def many() -> Profile:
    return Profile.of([(10 * number, 10 * number + 5, 1 + number % 3) for number in range(20)])


@pytest.mark.usefixtures("tiny_chunks")
def test_a_long_profile_lies_in_chunks_of_bounded_length():
    assert len(many()._chunks) == 20
    assert all(len(chunk.times) <= 4 for chunk in many()._chunks)
    many().check()


@pytest.mark.usefixtures("tiny_chunks")
def test_a_load_across_many_chunks_shares_those_that_it_does_not_touch():
    before = many()

    after = before.adding(73, 152, 10)

    assert after._chunks[0] is before._chunks[0]
    assert after._chunks[-1] is before._chunks[-1]
    assert after.highest == 13
    assert after.level_at(100) == before.level_at(100) + 10
    assert after.level_at(152) == before.level_at(152)
    assert after.adding(73, 152, -10) == before == many()
    after.check()


@pytest.mark.usefixtures("tiny_chunks")
@pytest.mark.parametrize("start", [-5, 0, 4, 5, 6, 10])
@pytest.mark.parametrize("end", [170, 174, 175, 176, 190, 195, 300])
def test_a_load_may_begin_and_end_on_beside_and_beyond_breakpoints(start, end):
    after = many().adding(start, end, 2)

    for time in range(-10, 310):
        held = many().level_at(time)
        assert after.level_at(time) == held + (2 if start <= time < end else 0)
    after.check()


@pytest.mark.usefixtures("tiny_chunks")
def test_taking_a_load_that_filled_whole_chunks_away_leaves_no_empty_chunk():
    before = Profile.of([(0, 5, 1), (100, 105, 1)])
    full = before
    for number in range(10, 60, 5):
        full = full.adding(number, number + 3, 2)
    for number in range(10, 60, 5):
        full = full.adding(number, number + 3, -2)
        full.check()

    assert full == before


def test_a_profile_of_more_than_two_chunks_of_the_real_length_is_cut():
    profile = Profile.of([(10 * number, 10 * number + 5, 1) for number in range(300)])

    assert [len(chunk.times) for chunk in profile._chunks] == [256, 256, 88]
    assert len(Profile.of([(10 * n, 10 * n + 5, 1) for n in range(256)])._chunks) == 1
    assert profile.peak(0, 3000) == 1
    assert profile.adding(0, 3000, 1).peak(0, 3000) == 2


def test_loads_of_one_unit_have_no_other_attributes():
    with pytest.raises(AttributeError, match="colour"):
        getattr(Profile.of_units([1], [2]), "colour")  # noqa: B009  (the attribute is the test)

"""A profile against a plain array of levels, with chunks of the real length and of two."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given

from bookable.timeline import profile as module
from bookable.timeline.profile import Profile, ProfileSum
from tests.support import strategies as st

AXIS = 12


@pytest.fixture(
    scope="module", params=[1, 2, 256], ids=["chunks of 1", "chunks of 2", "chunks of 256"]
)
def chunk_length(request):
    with patch.object(module, "_CHUNK_LENGTH", request.param):
        yield request.param


@st.composite
def loads(draw, units=st.integers(-3, 3)):
    start = draw(st.integers(0, AXIS - 1))
    length = draw(st.integers(1, AXIS - start))
    return start, start + length, draw(units)


def windows():
    return loads().map(lambda load: load[:2])


def as_levels(given_loads) -> list[int]:
    levels = [0] * AXIS
    for start, end, units in given_loads:
        for time in range(start, end):
            levels[time] += units
    return levels


def levels_of(profile: Profile) -> list[int]:
    return [profile.level_at(time) for time in range(AXIS)]


def built(given_loads) -> Profile:
    profile = Profile()
    for load in given_loads:
        profile = profile.adding(*load)
    return profile


@given(given_loads=st.lists(loads(), max_size=12))
def test_the_level_is_the_sum_of_the_loads_at_that_instant(chunk_length, given_loads):
    for profile in (Profile.of(given_loads), built(given_loads)):
        assert as_levels(given_loads) == levels_of(profile)
        assert profile.level_at(-1) == profile.level_at(AXIS) == 0
        profile.check()


@given(given_loads=st.lists(loads(), max_size=12))
def test_one_form_for_one_meaning(chunk_length, given_loads):
    assert Profile.of(given_loads) == built(given_loads) == built(given_loads[::-1])
    assert hash(Profile.of(given_loads)) == hash(built(given_loads))


@given(first=st.lists(loads(), max_size=8), second=st.lists(loads(), max_size=8))
def test_equality_is_equality_of_all_levels(chunk_length, first, second):
    assert (as_levels(first) == as_levels(second)) == (Profile.of(first) == Profile.of(second))


@given(given_loads=st.lists(loads(), max_size=12), window=windows())
def test_the_peak_is_the_largest_level_inside(chunk_length, given_loads, window):
    start, end = window

    assert max(as_levels(given_loads)[start:end]) == built(given_loads).peak(start, end)


@given(given_loads=st.lists(loads(), max_size=12))
def test_the_highest_is_the_peak_of_everything(chunk_length, given_loads):
    assert max(0, *as_levels(given_loads)) == built(given_loads).highest


@given(given_loads=st.lists(loads(), max_size=12), window=windows())
def test_steps_tell_the_level_of_every_instant_once(chunk_length, given_loads, window):
    start, end = window
    told = [
        (time, level)
        for low, high, level in built(given_loads).steps(start, end)
        for time in range(low, high)
    ]

    assert list(enumerate(as_levels(given_loads)))[start:end] == told


@given(given_loads=st.lists(loads(), max_size=12), window=windows())
def test_neighbouring_steps_differ_in_level(chunk_length, given_loads, window):
    steps = list(built(given_loads).steps(*window))

    assert all(
        one[1] == two[0] and one[2] != two[2] for one, two in zip(steps, steps[1:], strict=False)
    )


@given(given_loads=st.lists(loads(), max_size=12), window=windows(), limit=st.integers(-3, 5))
def test_above_holds_the_instants_over_the_limit_in_maximal_pieces(
    chunk_length, given_loads, window, limit
):
    start, end = window
    pieces = built(given_loads).above(limit, start, end)

    held = {time for low, high in pieces for time in range(low, high)}
    levels = as_levels(given_loads)
    assert {time for time in range(start, end) if levels[time] > limit} == held
    assert all(one[1] < two[0] for one, two in zip(pieces, pieces[1:], strict=False))


@given(spans=st.lists(windows(), max_size=12), window=windows(), limit=st.integers(-3, 5))
def test_loads_of_one_unit_are_told_alike_before_and_after_their_levels_are_counted(
    chunk_length, spans, window, limit
):
    plain = Profile.of([(*span, 1) for span in spans])
    starts, ends = [span[0] for span in spans], [span[1] for span in spans]
    units, other = Profile.of_units(starts, ends), Profile.of_units(starts, ends).twin()

    wanted = plain.above(limit, *window)
    told = [units.above(limit, *window), other.above(limit, *window)]
    assert told == [wanted, wanted]
    assert units == plain == other
    units.check()
    assert units.above(limit, *window) == wanted
    assert units.adding(*window, 2) == plain.adding(*window, 2)


@given(spans=st.lists(windows(), max_size=12), window=windows(), limit=st.integers(-3, 5))
def test_spans_above_are_in_order_and_make_up_what_is_above(chunk_length, spans, window, limit):
    plain = Profile.of([(*span, 1) for span in spans])
    units = Profile.of_units([span[0] for span in spans], [span[1] for span in spans])
    start, end = window

    for profile in (plain, units, ProfileSum(plain, Profile())):
        found = list(profile.spans_above(limit, start, end))
        held = {time for low, high in found for time in range(low, high)}
        wanted = {time for low, high in plain.above(limit, *window) for time in range(low, high)}
        assert held & set(range(start, end)) == wanted
        assert found == sorted(found)
        assert all(low < high and low < end and start < high for low, high in found)


@given(first=st.lists(loads(), max_size=8), second=st.lists(loads(), max_size=8), window=windows())
def test_two_profiles_read_as_one_are_the_sum_at_every_instant(chunk_length, first, second, window):
    both, levels = ProfileSum(Profile.of(first), Profile.of(second)), as_levels([*first, *second])
    start, end = window

    found = [(time, level) for low, high, level in both.steps(*window) for time in range(low, high)]

    assert found == [(time, levels[time]) for time in range(start, end)]
    assert all(low < high for low, high, _ in both.steps(*window))
    assert both.peak(*window) == max(levels[start:end])
    for limit in range(-3, 6):
        assert both.above(limit, *window) == Profile.of([*first, *second]).above(limit, *window)


@given(given_loads=st.lists(loads(), max_size=12), more=st.lists(loads(), max_size=6))
def test_what_is_added_and_taken_away_again_leaves_no_trace(chunk_length, given_loads, more):
    before = built(given_loads)
    after = before
    for load in more:
        after = after.adding(*load)
    for start, end, units in more:
        after = after.adding(start, end, -units)

    assert before == after
    after.check()


@given(given_loads=st.lists(loads(), min_size=1, max_size=12))
def test_a_version_that_was_kept_never_changes(chunk_length, given_loads):
    versions = [Profile()]
    for load in given_loads:
        versions.append(versions[-1].adding(*load))

    for count, version in enumerate(versions):
        assert as_levels(given_loads[:count]) == levels_of(version)
        version.check()

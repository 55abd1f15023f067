"""How a calendar chooses: the order of keys, weights, priorities, and what is credited."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given

from bookable import InvalidAmountError, InvalidValueError, LimitExceededError
from bookable.domain.ranking import (
    DEFAULT_ORDER,
    DEFAULT_RANKING,
    Preference,
    Ranking,
    calibration_for,
)
from tests.support import strategies as st
from tests.support.builders import WHOLE_DAY, refused


def test_without_a_word_the_smallest_room_the_highest_priority_and_the_fewest_bookings_count():
    assert Ranking() == DEFAULT_RANKING
    assert Ranking().order == DEFAULT_ORDER == ("smallest_room", "priority", "least_loaded")


def test_an_order_is_given_by_name_and_has_each_key_once():
    order = Ranking(order=["weight", Preference.PRIORITY, "weight"]).order

    assert order == (Preference.WEIGHT, Preference.PRIORITY)
    assert Ranking(order=()).order == ()


def test_an_order_without_an_end_is_refused():
    with pytest.raises(LimitExceededError):
        Ranking(order=itertools.repeat("priority"))


def test_equal_distribution_looks_at_shortfall_weight_priority_and_recency():
    ranking = Ranking.equal_distribution(strict=True, weights={"a": 2})

    assert [key.value for key in ranking.order] == [
        "smallest_room",
        "fair_share",
        "weight",
        "priority",
        "least_recent",
    ]
    assert ranking.strict
    assert ranking.weights == {"a": 2}


def test_availability_looks_at_priority_and_recency():
    ranking = Ranking.availability(priorities={"a": -2})

    assert [key.value for key in ranking.order] == ["smallest_room", "priority", "least_recent"]
    assert ranking.priorities == {"a": -2}
    assert not ranking.strict


def test_a_credit_may_be_a_fraction_of_either_sign():
    known = Ranking(calibration={"b": Fraction(-1, 10**6), "a": -(10**6)}).calibration

    assert list(known.items()) == [("a", Fraction(-1_000_000)), ("b", Fraction(-1, 1_000_000))]


def test_rankings_are_values():
    one = Ranking(weights={"a": 1, "b": 2}, calibration={"a": 1}, counted_within=WHOLE_DAY)
    other = Ranking(
        weights={"b": 2, "a": 1}, calibration={"a": Fraction(1)}, counted_within=WHOLE_DAY
    )

    assert one == other
    assert hash(one) == hash(other)
    assert one != Ranking()


@pytest.mark.parametrize(
    ("fields", "kind", "code", "field"),
    [
        ({"order": "priority"}, InvalidValueError, "type", "order"),
        ({"order": 3}, InvalidValueError, "type", "order"),
        ({"order": {"priority": 1}}, InvalidValueError, "type", "order"),
        ({"order": ["best"]}, InvalidValueError, "choice", "order"),
        ({"weights": 3}, InvalidValueError, "type", "weights"),
        ({"weights": {"a": -1}}, InvalidAmountError, "quantity", "weights['a']"),
        ({"weights": {"a": True}}, InvalidAmountError, "quantity", "weights['a']"),
        ({"weights": {1: 1, "a": 1}}, InvalidValueError, "id", "weights"),
        ({"calibration": {"a": 1, None: 1}}, InvalidValueError, "id", "calibration"),
        ({"weights": {"": 1}}, InvalidValueError, "id", "weights"),
        ({"priorities": {"a": 0.5}}, InvalidAmountError, "quantity", "priorities['a']"),
        ({"calibration": {"a": 0.5}}, InvalidValueError, "quantity", "calibration['a']"),
        ({"calibration": {"a": True}}, InvalidValueError, "quantity", "calibration['a']"),
        ({"calibration": {"a": 10**6 + 1}}, InvalidValueError, "quantity", "calibration['a']"),
        ({"calibration": {"a": -(10**5000)}}, InvalidValueError, "quantity", "calibration['a']"),
        (
            {"calibration": {"a": Fraction(1, 10**6 + 1)}},
            InvalidValueError,
            "quantity",
            "calibration['a']",
        ),
        ({"calibration": {"": 1}}, InvalidValueError, "id", "calibration"),
        ({"calibration": 3}, InvalidValueError, "type", "calibration"),
        ({"strict": 1}, InvalidValueError, "flag", "strict"),
        ({"counted_within": "March"}, InvalidValueError, "type", "counted_within"),
    ],
)
def test_what_cannot_be_a_ranking_is_refused(fields, kind, code, field):
    with refused(kind, code, field):
        Ranking(**fields)


# Calibration ---------------------------------------------------------------

counts = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 50))


@given(counts.filter(bool))
def test_who_was_away_is_credited_with_the_average_of_the_others(bookings):
    assert calibration_for(bookings) == Fraction(sum(bookings.values()), len(bookings))


@given(counts, st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9)), st.integers(0, 9))
def test_with_weights_everybody_has_had_as_much_for_each_weight(bookings, weights, weight):
    credit = calibration_for(bookings, weights=weights, weight=weight)
    whole = sum(weights.get(key, 1) for key in bookings)

    assert credit * whole == (sum(bookings.values()) * weight if whole else 0)


@pytest.mark.parametrize(
    ("given_", "code", "field"),
    [
        (({"a": -1}, {}), "quantity", "bookings_of_others['a']"),
        (({"a": 1}, {"weights": {"a": 0.5}}), "quantity", "weights['a']"),
        (({"a": 1}, {"weight": -1}), "quantity", "weight"),
    ],
)
def test_a_credit_is_worked_out_from_whole_numbers(given_, code, field):
    bookings, others = given_
    with refused(InvalidAmountError, code, field):
        calibration_for(bookings, **others)

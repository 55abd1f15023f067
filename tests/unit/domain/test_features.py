"""Features by name, attributes by value, and demands on them."""

from __future__ import annotations

from itertools import product

import pytest

from bookable import FrozenMap
from bookable.domain.features import (
    Where,
    check_attributes,
    check_features,
    check_where,
    typed_attributes,
)
from bookable.errors import InvalidAmountError, InvalidValueError, LimitExceededError
from tests.support.builders import refused

VALUES = (True, False, 0, 1, 65, "", "blue", "1")


def test_features_are_names_each_once():
    assert check_features(["screen", "phone", "screen"]) == {"screen", "phone"}


@pytest.mark.parametrize(("value", "code"), [("screen", "ids"), ([""], "id"), (7, "ids")])
def test_what_is_no_list_of_names_is_refused(value, code):
    with refused(InvalidValueError, code, "features"):
        check_features(value)


def test_attributes_are_flags_whole_numbers_and_text():
    given = {"silent": True, "inches": 65, "floor": "second"}

    assert check_attributes(given) == FrozenMap(given)


@pytest.mark.parametrize(
    ("value", "kind", "code", "field"),
    [
        ([("inches", 65)], InvalidValueError, "type", "attributes"),
        ({"": 1}, InvalidValueError, "id", "attributes"),
        ({"inches": 1.5}, InvalidAmountError, "quantity", "attributes['inches']"),
        ({"inches": None}, InvalidAmountError, "quantity", "attributes['inches']"),
        ({"inches": 10**7}, InvalidAmountError, "quantity", "attributes['inches']"),
        ({"note": "\0"}, InvalidValueError, "text", "attributes['note']"),
    ],
)
def test_attributes_of_other_types_are_refused(value, kind, code, field):
    with refused(kind, code, field):
        check_attributes(value)


def test_long_text_is_refused():
    with pytest.raises(LimitExceededError):
        check_attributes({"note": "x" * 10_001})


def test_A5_equal_and_not_equal_part_all_values_of_one_type():
    for held, wanted in product(VALUES, VALUES):
        met = [Where("a", sign, wanted).is_met_by({"a": held}) for sign in ("==", "!=")]
        assert sum(met) == (type(held) is type(wanted)), (held, wanted)
        assert met[0] == (type(held) is type(wanted) and held == wanted)


def test_A5_at_least_and_at_most_compare_whole_numbers():
    for held, wanted in product(range(3), range(3)):
        assert Where("a", ">=", wanted).is_met_by({"a": held}) == (held >= wanted)
        assert Where("a", "<=", wanted).is_met_by({"a": held}) == (held <= wanted)


@pytest.mark.parametrize("sign", ["==", "!=", ">=", "<="])
@pytest.mark.parametrize("attributes", [{}, {"a": "1"}, {"a": True}, {"b": 1}])
def test_A5_without_the_attribute_or_with_another_type_nothing_is_met(sign, attributes):
    assert not Where("a", sign, 1).is_met_by(attributes)


@pytest.mark.parametrize(
    ("fields", "kind", "code", "field"),
    [
        (("", "==", 1), InvalidValueError, "id", "attribute"),
        (("a", "=", 1), InvalidValueError, "choice", "operator"),
        (("a", ["=="], 1), InvalidValueError, "choice", "operator"),
        (("a", "==", 1.5), InvalidAmountError, "quantity", "value"),
        (("a", ">=", "big"), InvalidValueError, "quantity", "value"),
        (("a", "<=", True), InvalidValueError, "quantity", "value"),
    ],
)
def test_a_demand_that_makes_no_sense_is_refused(fields, kind, code, field):
    with refused(kind, code, field):
        Where(*fields)


def test_demands_come_as_a_list():
    where = Where("inches", ">=", 50)

    assert check_where([where]) == (where,)
    for wrong in ("inches", {"inches": 50}, 7, [("inches", ">=", 50)]):
        with refused(InvalidValueError, "type", "where"):
            check_where(wrong)


def test_endless_demands_are_refused(monkeypatch):
    monkeypatch.setattr("bookable.checks.MOST_ITEMS", 5)

    with pytest.raises(LimitExceededError):
        check_where(Where("a", "==", 1) for _ in range(6))


def test_true_is_not_one():
    """Equal demands and equal resources are answered from one memory."""
    assert Where("a", "==", 1) != Where("a", "==", True)
    assert Where("a", "!=", 0) != Where("a", "!=", False)
    assert Where("a", "==", True) == Where("a", "==", True)
    assert typed_attributes({"a": 1, "b": 0}) != typed_attributes({"a": True, "b": 0})
    assert typed_attributes({"a": 1, "b": "x"}) == typed_attributes({"b": "x", "a": 1})

"""A frozen map reads like a dict, hashes like a value, and never changes."""

from __future__ import annotations

import copy
import pickle

import pytest

from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap

UNITS = FrozenMap({"table": 1, "lamp": 2})


def test_it_reads_like_a_mapping() -> None:
    assert UNITS["lamp"] == 2
    assert list(UNITS) == ["table", "lamp"]
    assert len(UNITS) == 2
    assert "lamp" in UNITS
    assert UNITS.get("sofa") is None
    assert dict(UNITS) == {"table": 1, "lamp": 2}
    assert repr(UNITS) == "{'table': 1, 'lamp': 2}"


def test_a_missing_key_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        UNITS["sofa"]


@pytest.mark.parametrize("items", [{"a": 1}, [("a", 1)], iter([("a", 1)]), FrozenMap({"a": 1})])
def test_it_is_made_from_a_mapping_or_from_pairs(items: object) -> None:
    assert FrozenMap(items) == {"a": 1}  # type: ignore[arg-type]  # each of them is one


@pytest.mark.parametrize("items", [None, 7, ["a"], [("a", 1, 2)], {("a", 1), "b"}, [([], 1)]])
def test_it_is_not_made_from_anything_else(items: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        FrozenMap(items)  # type: ignore[arg-type]  # hostile on purpose

    assert caught.value.code == "type"


def test_the_empty_map_has_no_items() -> None:
    assert len(FrozenMap()) == 0
    assert not FrozenMap()
    assert hash(FrozenMap()) == hash(FrozenMap({}))


def test_equality_and_hash_ignore_the_order_of_items() -> None:
    turned = FrozenMap({"lamp": 2, "table": 1})

    assert turned == UNITS
    assert hash(turned) == hash(UNITS)
    assert hash(turned) == hash(turned)
    assert len({turned, UNITS}) == 1


def test_maps_with_other_items_differ() -> None:
    assert FrozenMap({"table": 2}) != FrozenMap({"table": 1})
    assert FrozenMap({"table": 1}) != {"lamp": 1}
    assert FrozenMap() != ()


def test_it_does_not_follow_the_dict_it_was_made_from() -> None:
    source = {"table": 1}
    made = FrozenMap(source)

    source["table"] = 9

    assert made == {"table": 1}


def test_nothing_about_it_can_be_changed() -> None:
    with pytest.raises(AttributeError, match="a FrozenMap cannot be changed"):
        UNITS._items = {}
    with pytest.raises(AttributeError, match="a FrozenMap cannot be changed"):
        del UNITS._items
    with pytest.raises(AttributeError):
        UNITS.novelty = 1  # type: ignore[attr-defined]  # hostile on purpose
    with pytest.raises(TypeError):
        UNITS["lamp"] = 3  # type: ignore[index]  # hostile on purpose
    with pytest.raises(TypeError):
        del UNITS["lamp"]  # type: ignore[attr-defined]  # hostile on purpose

    assert UNITS == {"table": 1, "lamp": 2}


@pytest.mark.parametrize(
    "copied", [lambda m: pickle.loads(pickle.dumps(m)), copy.copy, copy.deepcopy]
)
def test_it_survives_pickling_and_copying(copied: object) -> None:
    again = copied(UNITS)  # type: ignore[operator]  # one of three functions

    assert type(again) is FrozenMap
    assert again == UNITS
    assert hash(again) == hash(UNITS)

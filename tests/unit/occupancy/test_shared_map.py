"""The shared map: a mapping like any other, whose versions never change."""

from __future__ import annotations

import random

import pytest

from bookable.occupancy import shared_map as module
from bookable.occupancy.shared_map import SharedMap


def test_a_new_map_holds_what_it_was_given_and_not_what_came_later():
    items = {"a": 1}

    known = SharedMap(items)
    items["b"] = 2

    assert known == {"a": 1}
    assert dict(SharedMap()) == dict(SharedMap({})) == {}


def test_setting_adds_and_replaces():
    one = SharedMap({"a": 1, "b": 2})

    two = one.setting({"b": 3, "c": 4})

    assert two == {"a": 1, "b": 3, "c": 4}
    assert one == {"a": 1, "b": 2}
    assert (len(one), len(two)) == (2, 3)
    assert two.setting({"c": 5}) == {"a": 1, "b": 3, "c": 5}
    assert len(two.setting({"c": 5})) == 3


def test_nothing_to_set_or_to_remove_gives_the_same_map():
    known = SharedMap({"a": 1})

    assert known.setting({}) is known
    assert known.without([]) is known


def test_removing_takes_keys_of_the_base_and_keys_that_were_set():
    known = SharedMap({"a": 1, "b": 2}).setting({"c": 3, "b": 4})

    assert known.without(["a"]) == {"b": 4, "c": 3}
    assert known.without(["b"]) == {"a": 1, "c": 3}
    assert known.without(["c"]) == {"a": 1, "b": 4}
    assert known.without(["a", "b", "c"]) == {}
    assert len(known.without(["a", "b", "c"])) == 0
    assert known == {"a": 1, "b": 4, "c": 3}


def test_a_removed_key_is_not_there_in_any_way():
    known = SharedMap({"a": 1, "b": 2}).without(["a"])

    assert "a" not in known
    assert known.get("a") is None
    assert list(known) == ["b"]
    with pytest.raises(KeyError):
        known["a"]


def test_an_unknown_key_is_not_there_in_any_way():
    known = SharedMap({"a": 1}).setting({"b": 2})

    assert "z" not in known
    with pytest.raises(KeyError):
        known["z"]


def test_a_key_that_was_removed_can_be_set_again():
    known = SharedMap({"a": 1}).without(["a"]).setting({"a": 2})

    assert known == {"a": 2}
    assert len(known) == 1


def test_the_keys_that_were_never_changed_come_first():
    known = SharedMap({"a": 1, "b": 2}).setting({"c": 3, "a": 4})

    assert list(known.items()) == [("b", 2), ("c", 3), ("a", 4)]


def test_a_map_shows_its_items():
    assert repr(SharedMap({"a": 1}).setting({"b": 2})) == "{'a': 1, 'b': 2}"


def test_changes_are_folded_when_they_outgrow_the_square_root_of_the_base():
    base = SharedMap(dict.fromkeys(range(100), 0))
    bound = 32 + 2 * 10

    small = base.setting(dict.fromkeys(range(1000, 1000 + bound), 1))
    large = small.setting({2000: 1})

    assert small._base is base._base
    assert len(small._changed) == bound
    assert large._base is not base._base
    assert large._changed == {}
    assert len(large) == len(dict(large)) == 100 + bound + 1


@pytest.mark.parametrize("smallest", [0, 2, 32])
def test_a_long_history_answers_like_a_plain_dictionary(monkeypatch, smallest):
    monkeypatch.setattr(module, "_SMALLEST_FOLD", smallest)
    chance, plain, known, kept = random.Random(3), {}, SharedMap(), []
    for number in range(500):
        if plain and chance.random() < 0.45:
            gone = chance.sample(sorted(plain), k=min(len(plain), chance.randrange(1, 3)))
            for key in gone:
                del plain[key]
            known = known.without(gone)
        else:
            items = {chance.randrange(60): number for _ in range(chance.randrange(1, 4))}
            plain.update(items)
            known = known.setting(items)
        assert known == plain
        assert len(known) == len(plain) == len(list(known))
        kept.append((known, dict(plain)))
    assert all(version == was for version, was in kept[::50])


def test_two_mappings_differ_in_the_same_keys_wherever_they_came_from():
    one = SharedMap({"a": 1, "b": 2, "c": 3})
    two = one.setting({"b": 20, "d": 4}).without(["c"])

    for other in (two, SharedMap(dict(two))):
        assert {"b", "c", "d"} == set(other.differing(one)) == set(one.differing(other))
    assert [] == list(one.differing(SharedMap(dict(one))))
    assert [] == list(two.differing(two.setting({"b": 20})))


def test_a_key_that_is_gone_has_the_default():
    two = SharedMap({"a": 1}).without(["a"])

    assert (two.get("a"), two.get("a", 7), two.get("b", 8)) == (None, 7, 8)

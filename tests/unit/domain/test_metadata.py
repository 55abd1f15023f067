"""Texts that a host keeps beside a value: carried along, and never read."""

from __future__ import annotations

import pytest

from bookable import Block, FrozenMap, InvalidValueError, LimitExceededError, Member
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.limits import LONGEST_TEXT, MOST_METADATA
from tests.support.builders import a_calendar, a_member, a_room, an_item, monday, refused


def test_texts_are_kept_in_the_order_of_their_keys():
    kept = to_metadata({"b": "2", "a": "1"})

    assert list(kept.items()) == [("a", "1"), ("b", "2")]
    assert kept == to_metadata({"a": "1", "b": "2"})
    assert hash(kept) == hash(to_metadata({"a": "1", "b": "2"}))
    assert kept != to_metadata({"a": "1"})


def test_nothing_is_one_value():
    assert to_metadata({}) is NO_METADATA
    assert to_metadata(NO_METADATA) is NO_METADATA
    assert to_metadata(FrozenMap()) is NO_METADATA


def test_what_was_given_may_change_afterwards():
    given = {"title": "Trial lesson"}
    kept = to_metadata(given)
    given["title"] = "another"

    assert kept["title"] == "Trial lesson"


@pytest.mark.parametrize(
    ("value", "code", "field"),
    [
        ([], "type", "metadata"),
        ("title", "type", "metadata"),
        (None, "type", "metadata"),
        ({"": "x"}, "id", "metadata"),
        ({7: "x"}, "id", "metadata"),
        ({"a\nb": "x"}, "id", "metadata"),
        ({"a": 7}, "text", "metadata['a']"),
        ({"a": None}, "text", "metadata['a']"),
        ({"a": "\0"}, "text", "metadata['a']"),
        ({"a": "\ud800"}, "text", "metadata['a']"),
    ],
)
def test_anything_but_texts_by_ids_is_refused(value, code, field):
    with refused(InvalidValueError, code, field):
        to_metadata(value)


def test_as_many_and_as_long_as_the_limits_say():
    most = {f"k{number}": "x" * LONGEST_TEXT for number in range(MOST_METADATA)}
    assert len(to_metadata(most)) == MOST_METADATA

    with refused(LimitExceededError, "limit_exceeded") as caught:
        to_metadata(most | {"one more": ""})
    assert (caught.value.limit, caught.value.allowed) == ("entries of metadata", MOST_METADATA)
    with refused(LimitExceededError, "limit_exceeded") as caught:
        to_metadata({"a": "x" * (LONGEST_TEXT + 1)})
    assert caught.value.limit == "characters in metadata['a']"


@pytest.mark.parametrize("make", [a_room, an_item, a_member, a_calendar])
def test_values_differ_where_their_texts_do(make):
    plain, told = make(), make(metadata={"colour": "blue"})

    assert plain.metadata is NO_METADATA
    assert told.metadata["colour"] == "blue"
    assert plain != told
    assert told == make(metadata={"colour": "blue"})


def test_a_block_has_them_as_well():
    block = Block("K", "ada", monday("09:00", "10:00"), metadata={"event": "E-1"})

    assert block.metadata == {"event": "E-1"}


def test_no_decision_rests_on_them():
    assert Member("ada", metadata={"weight": "0"}).weight == 1

"""Texts of the host's own: what they may be, and that every value keeps them as they are."""

from __future__ import annotations

import pickle

import attrs
import pytest

from bookable import FrozenMap, InvalidValueError, LimitExceededError
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.limits import LONGEST_TEXT, MOST_METADATA
from tests.support.builders import (
    a_block,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    an_item,
    refused,
)

VALUES = [a_room(), an_item(), a_member(), a_calendar(), a_booking(), a_block()]
TEXTS = {"title": "Trial lesson", "colour": "#0a84ff"}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_every_value_keeps_what_it_is_given_and_differs_by_it(value):
    kept = attrs.evolve(value, metadata=TEXTS)

    assert value.metadata is NO_METADATA
    assert kept.metadata == TEXTS
    assert kept != value
    assert pickle.loads(pickle.dumps(kept)) == kept
    assert hash(kept) == hash(attrs.evolve(value, metadata=dict(reversed(TEXTS.items()))))
    assert attrs.evolve(kept, metadata={}) == value


def test_they_are_in_the_order_of_their_keys_and_frozen():
    given = dict(TEXTS)
    kept = to_metadata(given)
    given["title"] = "Another"

    assert type(kept) is FrozenMap
    assert list(kept) == ["colour", "title"]
    assert kept["title"] == "Trial lesson"
    assert to_metadata(kept) == kept


def test_those_of_nothing_are_shared():
    assert to_metadata({}) is to_metadata(FrozenMap()) is to_metadata(NO_METADATA) is NO_METADATA


def test_there_are_at_most_a_hundred_of_bounded_length():
    most = {f"key {number}": "" for number in range(MOST_METADATA)}

    assert len(to_metadata(most)) == 100
    with refused(LimitExceededError, "limit_exceeded"):
        to_metadata({**most, "one more": ""})
    assert to_metadata({"notes": "x" * LONGEST_TEXT})
    with refused(LimitExceededError, "limit_exceeded"):
        to_metadata({"notes": "x" * (LONGEST_TEXT + 1)})


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ([("title", "x")], "type", "metadata"),
        ("title", "type", "metadata"),
        (None, "type", "metadata"),
        ({"": "x"}, "id", "metadata"),
        ({3: "x"}, "id", "metadata"),
        ({"title": 3}, "text", "metadata['title']"),
        ({"title": None}, "text", "metadata['title']"),
        ({"title": "\ud800"}, "text", "metadata['title']"),
    ],
)
def test_what_is_no_mapping_of_ids_to_texts_is_refused(given, code, field):
    with refused(InvalidValueError, code, field):
        to_metadata(given)

"""What a host keeps beside a value: texts of its own, which are carried along and never read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bookable.checks import check_id, check_text, check_type, listed
from bookable.errors import LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_METADATA

NO_METADATA: Final[FrozenMap[str, str]] = FrozenMap()
"""Of a value beside which nothing is kept; it is shared."""


def to_metadata(values: Mapping[str, str]) -> FrozenMap[str, str]:
    """Texts by keys, in the order of the keys.

    >>> to_metadata({"title": "Trial lesson"})["title"]
    'Trial lesson'

    Raises:
        InvalidValueError: If it is no mapping of ids to texts.
        LimitExceededError: If there are more than 100, or one is longer than 10,000 characters.
    """
    if values is NO_METADATA:
        return NO_METADATA
    like = "a mapping of keys to texts, for example {'title': 'Trial lesson'}"
    given: Mapping[str, str] = check_type(values, Mapping, "metadata", like)
    if len(given) > MOST_METADATA:
        raise LimitExceededError("entries of metadata", len(given), MOST_METADATA)
    keys = sorted(check_id(key, "metadata") for key in listed(given, "metadata"))
    found = {key: check_text(given[key], f"metadata[{key!r}]") for key in keys}
    return FrozenMap(found) if found else NO_METADATA

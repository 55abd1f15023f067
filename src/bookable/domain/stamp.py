"""A number for what a value says: equal values have equal stamps, in every process.

Versions are made of stamps, so that a plan can tell whether what it rests on is still the same,
wherever it was decided. Not a security boundary: stamps are short.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from zoneinfo import ZoneInfo

import attrs

MODULUS: Final = 2**53 - 1
"""Stamps are below this number, which every JSON reader holds exactly; sums are taken modulo it."""


@lru_cache(maxsize=8_192)
def stamp_of(value: object) -> int:
    """The stamp of a frozen value of the domain; kept, as the same values come again and again.

    >>> stamp_of(frozenset({"a", "b"})) == stamp_of(frozenset({"b", "a"}))
    True
    """
    digest = blake2b(_text(value).encode("utf-8"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % MODULUS


def _text(value: object) -> str:
    """What the value says, whatever the order in which its parts were supplied."""
    if isinstance(value, ZoneInfo):
        return str(value.key)
    if isinstance(value, frozenset):
        return f"{{{','.join(sorted(map(_text, value)))}}}"
    if isinstance(value, tuple):
        return f"({','.join(map(_text, value))})"
    if isinstance(value, Mapping):
        items = sorted(f"{_text(key)}:{_text(item)}" for key, item in value.items())
        return f"{{{','.join(items)}}}"
    fields: tuple[attrs.Attribute[object], ...] | None
    fields = getattr(type(value), "__attrs_attrs__", None)
    if fields is None:
        return repr(value)
    parts = (f"{each.name}={_part(getattr(value, each.name))}" for each in fields if each.eq)
    return f"{type(value).__name__}({','.join(parts)})"


def _part(value: object) -> str:
    """A part of a value: its own values by their stamps, so that shared ones are read once."""
    return f"#{stamp_of(value)}" if hasattr(type(value), "__attrs_attrs__") else _text(value)

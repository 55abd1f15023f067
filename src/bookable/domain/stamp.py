"""A number for what a value says: equal values have equal stamps, in every process.

Versions are made of stamps, so that a plan can tell whether what it rests on is still the same,
wherever it was decided. Not a security boundary: stamps are short.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

MODULUS: Final = 2**53 - 1
"""Stamps are below this number, which every JSON reader holds exactly; sums are taken modulo it."""

_PLAIN: Final = frozenset({str, int, bool, type(None)})


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
    if type(value) in _PLAIN:
        return repr(value)
    if isinstance(value, ZoneInfo):
        return str(value.key)
    if isinstance(value, frozenset):
        return f"{{{','.join(sorted(map(_text, value)))}}}"
    if isinstance(value, tuple):
        return f"({','.join(map(_text, value))})"
    if isinstance(value, Mapping):
        items = sorted(f"{_text(key)}:{_text(item)}" for key, item in value.items())
        return f"{{{','.join(items)}}}"
    names = _names_of(_kind(value))
    if names is None:
        return repr(value)
    parts = (f"{name}={_part(getattr(value, name))}" for name in names)
    return f"{type(value).__name__}({','.join(parts)})"


def _part(value: Any) -> str:
    """A part of a value: its own values by their stamps, so that shared ones are read once."""
    if type(value) in _PLAIN or _names_of(_kind(value)) is None:
        return _text(value)
    return f"#{stamp_of(value)}"


def _kind(value: object) -> Any:
    return type(value)


@lru_cache(maxsize=256)
def _names_of(kind: Any) -> tuple[str, ...] | None:
    """The fields that make values of a type equal; None where the type states none."""
    fields: tuple[attrs.Attribute[object], ...] | None
    fields = getattr(kind, "__attrs_attrs__", None)
    return None if fields is None else tuple(each.name for each in fields if each.eq)

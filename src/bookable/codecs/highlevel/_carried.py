"""What HighLevel says and the engine never asks about, carried in the metadata of a value.

Each thing that is carried has a name and is kept as JSON text under ``highlevel.`` and that name; what is
longer than one text may be goes on under ``highlevel2.`` and so on. A host's own metadata stays beside it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from math import isfinite
from typing import Final

from bookable.codecs._forms import fault, key_path, read_object
from bookable.errors import CodecError
from bookable.limits import LONGEST_TEXT

MOST_DEEP: Final = 30
"""The most lists and objects inside each other in what is carried."""

BODY: Final = "body."
"""Before the names of fields that are carried as they were given."""

_LARGEST: Final = 10**20


def plain(value: object, path: str, *, deep: int = 0) -> object:
    """Any JSON data, as `json.loads` gives it.

    Raises:
        CodecError: If it is anything else, a number that no JSON has, a text that is none in UTF-8 and so
            could not be told again, a key twice, or too deep.
    """
    if deep > MOST_DEEP:
        reason = f"the limit on lists and objects inside each other is {MOST_DEEP}; this needs more"
        raise CodecError(path, reason, "too_deep")
    if value is None or type(value) is bool:
        return value
    if type(value) is str:
        return _text(value, path)
    if type(value) is int and abs(value) < _LARGEST:
        return value
    if type(value) is float and isfinite(value):
        return value
    if isinstance(value, list):
        return [plain(each, f"{path}[{index}]", deep=deep + 1) for index, each in enumerate(value)]
    if isinstance(value, dict):
        items = read_object(value, path).items()
        return {
            _text(key, path): plain(each, key_path(path, key), deep=deep + 1) for key, each in items
        }
    raise fault(path, "JSON data", value)


def _text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise fault(path, "a text without lone surrogates", value, "text") from error
    return value


def as_text(value: object) -> str:
    """JSON data as text: equal texts say the same, true and 1 are two things. ASCII."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def same(first: object, second: object) -> bool:
    """Whether two pieces of JSON data are the same; true is not 1, the order of keys says nothing."""
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def carrying(
    metadata: Mapping[str, str], things: Mapping[str, object], *, without: Collection[str] = ()
) -> dict[str, str]:
    """The metadata with these things carried, by name, and others carried no longer."""
    gone = {*things, *without}
    found = {key: text for key, text in metadata.items() if _name(key) not in gone}
    for name, value in things.items():
        text = as_text(value)
        for number, begin in enumerate(range(0, len(text), LONGEST_TEXT), 1):
            found[_key(name, number)] = text[begin : begin + LONGEST_TEXT]
    return found


def carried(metadata: Mapping[str, str], name: str) -> object:
    """What is carried under a name; None where nothing is, null, or nothing that can be read."""
    parts: list[str] = []
    while (part := metadata.get(_key(name, len(parts) + 1))) is not None:
        parts.append(part)
    try:
        found: object = json.loads("".join(parts)) if parts else None
    except (ValueError, RecursionError):
        return None
    return found


def carried_object(metadata: Mapping[str, str], name: str) -> dict[str, object]:
    """As `carried`, an object: an empty one where nothing like it is carried."""
    found = carried(metadata, name)
    return found if isinstance(found, dict) else {}


def fields_carried(metadata: Mapping[str, str]) -> dict[str, object]:
    """The fields of a body that are carried as they were given, in the order of their keys."""
    names = sorted({name for key in metadata if (name := _name(key)).startswith(BODY)})
    return {name.removeprefix(BODY): carried(metadata, name) for name in names}


def _key(name: str, number: int) -> str:
    return f"highlevel{'' if number == 1 else number}.{name}"


def _name(key: str) -> str:
    """The name under which a text is carried; an empty one for a text of the host's own."""
    head, dot, name = key.partition(".")
    number = head.removeprefix("highlevel")
    is_ours = head.startswith("highlevel") and (not number or number.isdecimal())
    return name if dot and is_ours else ""

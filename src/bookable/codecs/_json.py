"""JSON text to plain Python data and back: strict, bounded, laid out to be read.

Beyond what JSON itself asks for, a key may not come twice in one object. What
Python's reader would let through or stumble over (NaN, numbers of thousands of
digits) becomes a value of a kind that no field accepts, so that the reader above
refuses it with its path.
"""

from __future__ import annotations

import json
from typing import Final

from bookable.errors import CodecError, shown

LARGEST_DOCUMENT: Final = 64 * 1024 * 1024
"""The most bytes of a document."""

_MOST_DIGITS: Final = 20
_WIDTH: Final = 100


class OddNumber:
    """A number that no field takes: NaN, infinite, or with more digits than any limit."""

    def __init__(self, text: str) -> None:
        self._text = text if len(text) <= _MOST_DIGITS else f"a number of {len(text):,} digits"

    def __repr__(self) -> str:
        return self._text


class RepeatedKey(dict[str, object]):
    """An object in which a key comes twice, on its way to being refused."""

    key: str = ""

    def __repr__(self) -> str:
        return shown(dict(self))


def parse(text: str | bytes) -> object:
    """The plain data of a JSON text; of bytes, UTF-8, with or without a byte order mark.

    Raises:
        CodecError: If it is not JSON, not UTF-8, too large or too deep.
    """
    if len(text) > LARGEST_DOCUMENT:
        reason = f"the limit on a document is {LARGEST_DOCUMENT:,} bytes; this has more"
        raise CodecError("$", reason, "too_large")
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            reason = f"expected UTF-8 text; byte {error.start:,} is not"
            raise CodecError("$", reason, "encoding") from error
    try:
        return json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_constant=OddNumber,
        )
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise CodecError("$", reason, "syntax") from error
    except RecursionError as error:
        reason = "objects and lists lie too deep inside each other to be read"
        raise CodecError("$", reason, "too_deep") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeated = RepeatedKey(found)
    seen: set[str] = set()
    repeated.key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # add gives None
    return repeated


def _whole(text: str) -> object:
    return int(text) if len(text) <= _MOST_DIGITS else OddNumber(text)


def layout(value: object, indent: int = 0) -> str:
    """JSON text of plain data: what fits into 100 columns stands on one line.

    >>> print(layout({"rooms": [{"id": "blue room", "capacity": 2}], "blocks": []}))
    {"rooms": [{"id": "blue room", "capacity": 2}], "blocks": []}
    """
    # What has many items is not even tried on one line: each takes three columns or more.
    if not isinstance(value, dict | list) or 3 * len(value) <= _WIDTH:
        flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
        if len(flat) + indent <= _WIDTH or not isinstance(value, dict | list):
            return flat
    pad, inner = " " * indent, " " * (indent + 2)
    if isinstance(value, list):
        items = [inner + layout(item, indent + 2) for item in value]
    else:
        keys = [json.dumps(key, ensure_ascii=False) for key in value]
        items = [
            f"{inner}{key}: {layout(item, indent + 2)}"
            for key, item in zip(keys, value.values(), strict=True)
        ]
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return f"{opening}\n" + ",\n".join(items) + f"\n{pad}{closing}"

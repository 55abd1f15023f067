"""Bodies that nobody would send: what a document may say, said wrongly, and bytes that are none.

Two ways to a bad body. *By shape*: a valid body in which keys are missing, doubled or misspelt, values
are of another type, out of range or of a hostile kind, lists are empty, endless or nested in
themselves. *By bytes*: its text, cut, spliced, repeated and flipped. Both follow from a seed alone.
"""

from __future__ import annotations

import copy
import json
from random import Random

ODD_VALUES = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2**31,
        2**63,
        -(2**63),
        10**30,
        10**400,
        0.5,
        -0.0,
        1e308,
        1e-308,
    ),
    *(float("nan"), float("inf"), float("-inf")),
    *("", " ", "0", "-1", "null", "true", "\0", "\ud800", "é", "e\u0301", "\u202e", "\u200b", "🦄"),
    *(
        "a" * 129,
        "a" * 10_001,
        "../../etc/passwd",
        "Europe",
        "Europe/Nowhere",
        "UTC",
        "leapseconds",
    ),
    *(
        "24:00",
        "23:60",
        "25:61",
        "9:5",
        "00:00",
        "2026-02-30",
        "2026-13-01",
        "0000-00-00",
        "9999-12-31",
    ),
    *(
        "2026-03-02T09:00:00",
        "2026-03-02T09:00:00Z",
        "2026-03-02T09:00:00+25:00",
        "0001-01-01T00:00:00Z",
    ),
    *(
        "9999-12-31T23:59:59.9999999Z",
        "2026-03-29T02:30:00+01:00",
        "PT0S",
        "PT-1H",
        "P99999999999D",
        "P1Y",
    ),
    *(
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=YEARLY;BYDAY=99999MO",
    ),
    *([], {}, [[]], [{}], {"": ""}, [None], ["a"] * 200, {"a": {"b": {"c": {}}}}, [0] * 1_001),
)
"""Values that have broken somebody before."""

_STRAY_KEYS = ("", "__proto__", "constructor", "id", "a" * 200, "\0", "locationId", "self", "$.x")
_STRAY_BYTES = (
    b"\0",
    b"\xff",
    b"\xc3\x28",
    b"\r\n",
    b"\n ",
    b"{",
    b"}",
    b"[",
    b'"',
    b"\\u0000",
    b":",
    b",",
)


def paths_in(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Where anything stands in a document, itself included."""
    found = [path]
    if isinstance(value, dict):
        for key, item in value.items():
            found += paths_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value[:50]):
            found += paths_in(item, (*path, index))
    return found


def deep(depth: int) -> object:
    """Lists inside each other."""
    value: object = []
    for _ in range(depth):
        value = [value]
    return value


def by_shape(body: object, random: Random) -> object:
    """A body with one to four things wrong with it."""
    body = copy.deepcopy(body)
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        body = _one_change(body, random)
    return body


def _one_change(body: object, random: Random) -> object:
    path = random.choice(paths_in(body))
    if not path:
        return random.choice(ODD_VALUES) if random.random() < 0.1 else _changed_keys(body, random)
    *above, last = path
    parent: object = body
    for step in above:
        parent = parent[step]  # type: ignore[index]
    here = parent[last]  # type: ignore[index]
    change = random.randrange(8)
    if change == 0:
        del parent[last]  # type: ignore[attr-defined]
    elif change == 1:
        parent[last] = _near(here, random)  # type: ignore[index]
    elif change == 2:
        parent[last] = [here, here]  # type: ignore[index]
    elif change == 3:
        parent[last] = {"value": here}  # type: ignore[index]
    elif change == 4 and isinstance(here, list):
        parent[last] = here * random.choice((2, 40, 120))  # type: ignore[index]
    elif change == 5 and isinstance(here, dict):
        _changed_keys(here, random)
    elif change == 6 and random.random() < 0.2:
        parent[last] = deep(random.choice((3, 60, 400)))  # type: ignore[index]
    else:
        parent[last] = copy.deepcopy(random.choice(ODD_VALUES))  # type: ignore[index]
    return body


def _changed_keys(body: object, random: Random) -> object:
    if isinstance(body, dict):
        keys = list(body)
        if keys and random.random() < 0.5:
            key = random.choice(keys)
            body[random.choice((str(key).upper(), f"{key} ", str(key)[:-1], f"{key}s"))] = body.pop(
                key
            )
        else:
            body[random.choice(_STRAY_KEYS)] = random.choice(ODD_VALUES)
    return body


def _near(value: object, random: Random) -> object:
    """A value of the same kind that is just outside, or just inside, what is allowed."""
    if isinstance(value, bool):
        return random.choice((not value, int(value), str(value).lower()))
    if isinstance(value, int):
        return random.choice(
            (value + 1, value - 1, -value, value * 1_000, value / 7, str(value), value << 70)
        )
    if isinstance(value, float):
        return random.choice((int(value), -value, value * 1e300, str(value)))
    if isinstance(value, str):
        return _near_text(value, random)
    return random.choice(ODD_VALUES)


def _near_text(text: str, random: Random) -> object:
    position = random.randrange(len(text) + 1)
    stray = random.choice(
        ("0", "9", "-", ":", "Z", "T", "\n", "\0", "é", "\ud800", " ", ";", "=", "+")
    )
    return random.choice(
        (
            text[:position] + stray + text[position + 1 :],
            text[:position] + stray + text[position:],
            text[:position],
            text * 2,
            text * 200,
            text.upper(),
            text.encode("utf-8", "surrogatepass").hex(),
        )
    )


def by_bytes(text: bytes, other: bytes, random: Random) -> bytes:
    """A text with its bytes cut, spliced, repeated, flipped or thrown in, one to six times."""
    found = bytearray(text)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        at = random.randrange(len(found) + 1)
        change = random.randrange(7)
        if change == 0 and found:
            found[at % len(found)] ^= 1 << random.randrange(8)
        elif change == 1:
            found[at:at] = random.choice(_STRAY_BYTES) * random.choice((1, 1, 1, 50))
        elif change == 2:
            del found[at : at + random.choice((1, 2, 8, 64))]
        elif change == 3:
            found = found[:at]
        elif change == 4:
            start = random.randrange(len(other) + 1)
            found[at:at] = other[start : start + random.choice((4, 32, 256))]
        elif change == 5:
            found[at:at] = found[at : at + 64] * random.choice((1, 2, 30))
        else:
            found[at : at + 1] = bytes([random.randrange(256)])
    return bytes(found)


def text_of(body: object) -> bytes:
    """The JSON text of a body, however odd: NaN and lone surrogates included."""
    return json.dumps(body, ensure_ascii=True).encode()

"""Bodies in which something is not as it should be: what every reader has to refuse by its type, or read."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random

from bookable import CodecError
from bookable.codecs import _json
from tests.support import strategies as st

ODD = [
    *(None, True, False, 0, 1, -1, 7, 10**19, -(10**30), 1.5, float("nan"), float("inf"), 2.0**60),
    *("", " ", "x", "0", "-1", "true", "a" * 20_000, "\x00", "\ud800", "\u202e", "é", "UTC"),
    *("2026-03-02", "2026-03-02T09:00:00", "2026-03-02T09:00:00Z", "0001-01-01T00:00:00Z"),
    *("9999-12-31T23:59:59+23:59", "24:00", "23:60", "PT0S", "P9999999D", "P1Y", "all", "busy"),
    *([], [[]], [None], ["x"], {}, {"": {}}, {"id": "x"}, [{}], {"minutes": -1}, {"a": {"b": []}}),
    _json.OddNumber("1" * 5_000),
    _json.parse('{"a": 1, "a": 2}'),
]
"""What may stand where something else should."""

chances = st.integers(0, 2**32).map(Random)


def spoil(body: object, chance: Random) -> object:
    """A copy of plain data with one to three things replaced, removed, repeated or added."""
    spoiled = [copy.deepcopy(body)]
    for _ in range(chance.randint(1, 3)):
        place, key = chance.choice(_places(spoiled))
        change = chance.randrange(6)
        if change == 0 and place is not spoiled:
            del place[key]
        elif change == 1 and isinstance(place[key], list):
            place[key] *= chance.choice([2, 300])
        elif change == 2 and isinstance(place[key], dict):
            place[key][chance.choice(["x", "id", "é", "a" * 300, ""])] = chance.choice(ODD)
        else:
            place[key] = copy.deepcopy(chance.choice(ODD))
    return spoiled[0]


def _places(spoiled: list) -> list[tuple]:
    """Every container with each of its keys."""
    found, pending = [], [spoiled]
    while pending:
        place = pending.pop()
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        for key in keys:
            found.append((place, key))
            if isinstance(place[key], dict | list):
                pending.append(place[key])
    return found


def read_or_refused(read: Callable[[object], object], body: object) -> object:
    """What is read; None where it is refused as it should be: with a path and a code."""
    try:
        return read(body)
    except CodecError as error:
        assert error.path.startswith("$")
        assert error.code
        assert str(error)
        return None

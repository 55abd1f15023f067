"""Bodies that nobody would send: what a document may say, said wrongly, and bytes that are none.

Two ways to a bad body. *By shape*: a valid body in which keys are missing, doubled or misspelt, values
are of another type, out of range or of a hostile kind, lists are empty, endless or nested in
themselves. *By bytes*: its text, cut, spliced, repeated and flipped. Both follow from a seed alone.
"""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

from bookable.codecs import _json
from bookable.errors import shown

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
    *([], {}, [[]], [{}], {"": ""}, [None], {"a": {"b": {"c": {}}}}),
    *(_json.parse(text) for text in ("NaN", "1" * 5_000, '{"a": 1, "a": 2}')),
)
"""Values that have broken somebody before; the last are what the strict reader makes of odd JSON."""

LARGE_VALUES = ("a" * 10_001, ["a"] * 200, [0] * 1_001, [{}] * 10_001, 10**5_000)

_STRAY_KEYS = ("", "__proto__", "constructor", "id", "a" * 200, "\0", "locationId", "self", "$.x")
_STRAY_LETTERS = (
    *("0", "9", "-", ":", "Z", "T", "\n", "\0", "é", "\ud800", " ", ";", "=", "+", ",", "/", "."),
    *("\u0661", "\uff11", "\u2028"),
)
_NEXT_DIGIT = str.maketrans("0123456789", "1234567890")
_MOST_PLACES, _MOST_ITEMS, _MOST_REPEATED, _LARGEST = 3_000, 50, 2_000, 50_000
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


def copied(value: object) -> object:
    """The same plain data, lists and objects of its own."""
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    if type(value) is list:
        return [copied(item) for item in value]
    return copy.copy(value) if isinstance(value, _json.RepeatedKey) else value


def places_in(whole: list[object]) -> list[tuple[Any, Any]]:
    """Everything inside, as what holds it and under which key or index; not all of what is huge."""
    found: list[tuple[Any, Any]] = []
    pending: list[Any] = [whole]
    while pending and len(found) < _MOST_PLACES:
        place = pending.pop()
        keys = list(place) if isinstance(place, dict) else range(min(len(place), _MOST_ITEMS))
        for key in keys:
            found.append((place, key))
            if isinstance(place[key], dict | list):
                pending.append(place[key])
    return found


def size_of(value: object) -> int:
    """How many things are inside, as far as they could be too many to be repeated."""
    size, pending = 1, [value]
    while pending and size < _LARGEST:
        inside = pending.pop()
        if isinstance(inside, dict | list):
            size += len(inside)
            pending += inside.values() if isinstance(inside, dict) else inside
    return size


def deep(depth: int) -> object:
    """Lists inside each other."""
    value: object = []
    for _ in range(depth):
        value = [value]
    return value


def by_shape(body: object, random: Random) -> object:
    """A body with one to four things wrong with it."""
    whole = [copied(body)]
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        try:
            _change_one(whole, random)
        except RecursionError:
            break  # what lies this deep already is odd enough
    return whole[0]


def _change_one(whole: list[object], random: Random) -> None:
    place, key = random.choice(places_in(whole))
    if place is not whole:
        _change(place, key, random)
    elif random.random() < 0.1:
        place[key] = odd(random)
    else:
        _change_keys(place[key], random)


def odd(random: Random) -> object:
    """One of the odd values; those that take time are rare."""
    return copied(random.choice(LARGE_VALUES if random.random() < 0.02 else ODD_VALUES))


def _change(place: Any, key: Any, random: Random) -> None:
    here = place[key]
    change = random.randrange(8)
    if change == 0:
        del place[key]
    elif change == 1:
        place[key] = _near(here, random)
    elif change == 2 and size_of(here) < _LARGEST:
        place[key] = [here, copied(here)]
    elif change == 3:
        place[key] = {"value": here}
    elif change == 4 and isinstance(here, list):
        more = random.choice((2, 40, 120))
        if more * size_of(here) < _LARGEST:
            # Copies: what is changed later inside of one would be changed in all.
            place[key] = [copied(each) for each in (here * more)[:_MOST_REPEATED]]
    elif change == 5 and isinstance(here, dict):
        _change_keys(here, random)
    elif change == 6 and random.random() < 0.2:
        place[key] = deep(random.choice((3, 60, 400)))
    else:
        place[key] = odd(random)


def _change_keys(body: object, random: Random) -> None:
    if isinstance(body, dict):
        keys = list(body)
        if keys and random.random() < 0.5:
            key = random.choice(keys)
            misspelt = random.choice((str(key).upper(), f"{key} ", str(key)[:-1], f"{key}s"))
            body[misspelt] = body.pop(key)
        else:
            body[random.choice(_STRAY_KEYS)] = odd(random)


def _near(value: object, random: Random) -> object:
    """A value of the same kind that is just outside, or just inside, what is allowed."""
    if isinstance(value, bool):
        return random.choice((not value, int(value), str(value).lower()))
    if isinstance(value, int):
        near = (value + 1, value - 1, -value, value * 1_000, float(value % 10**300), value << 70)
        return random.choice((*near, shown(value)))
    if isinstance(value, float):
        return random.choice((value // 1, -value, value * 1e300, str(value)))
    if isinstance(value, str):
        return _near_text(value[:_MOST_REPEATED], random)
    return odd(random)


def _near_text(text: str, random: Random) -> object:
    position = random.randrange(len(text) + 1)
    change = random.randrange(8)
    if change < 2:
        return text[:position] + random.choice(_STRAY_LETTERS) + text[position + 1 - change :]
    if change == 2:
        return text[:position]
    if change == 3:
        return text * 2
    if change == 4:
        return text * random.choice((20, 20, 20, 200))
    if change == 5:
        return text.upper()
    if change == 6:
        return "".join(random.sample(text, len(text)))
    return text[:position] + text[position:].translate(_NEXT_DIGIT)


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


ODD_LINE_VALUES = (
    *("20260302", "20260302T090000", "20260302T090000Z", "19700101T000000", "99991231T235959Z"),
    *("00000101", "01000101T000000", "20260329T023000", "20261025T023000", "20260230T250000"),
    *("PT1H", "-PT1H", "P1D", "PT0S", "P99999999999D", "P3650D", "P1W2D", "20260302T090000Z/PT1H"),
    *("20260302T090000Z/20260301T090000Z", "+0000", "-0000", "+2400", "+235959", "THISANDFUTURE"),
    *("FREQ=SECONDLY", "FREQ=MINUTELY;BYSECOND=0,1,2", "FREQ=HOURLY;BYDAY=MO", "FREQ=DAILY"),
    *("FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=999999", "FREQ=DAILY;UNTIL=99991231T000000Z"),
    *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO"),
    *("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=1,2,3;BYMINUTE=1,2;BYSETPOS=-1,1,200"),
    *("FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=29;BYMONTH=2;COUNT=1000", "FREQ=WEEKLY;WKST=XX"),
    *("", "TRUE", "FREE", "BUSY-TENTATIVE", "TENTATIVE", "CANCELLED", "TRANSPARENT", "mailto:ada"),
    *(
        "Europe/Berlin",
        "W. Europe Standard Time",
        "/x/y/Asia/Tokyo",
        "Nowhere",
        "\\n\\,\\;",
        "é\u2028",
    ),
    *("0", "-1", "2147483648", "9" * 5_000, '"', '";"', "a" * 80),
)
"""What may stand behind the colon of a line of a calendar, where something else should."""

ODD_PARAMETERS = (
    *("VALUE=DATE", "VALUE=DATE-TIME", "VALUE=PERIOD", "TZID=Europe/Berlin", "TZID=Nowhere"),
    *("TZID=Ours", "TZID=", 'TZID="Asia/Tokyo"', "RANGE=THISANDFUTURE", "FBTYPE=FREE", "X"),
    *("FBTYPE=BUSY-UNAVAILABLE", "PARTSTAT=DECLINED", 'X="', "=", "A=1;B=2,3", ";" * 70),
)


def by_lines(text: bytes, other: bytes, random: Random) -> bytes:
    """A text of lines such as ``NAME;PARAMETER=value:value`` with one to four things wrong with it."""
    lines = text.decode().split("\r\n")
    others = other.decode().split("\r\n")
    for _ in range(random.choice((1, 1, 2, 4))):
        _change_lines(lines, others, random)
    return "\r\n".join(lines).encode("utf-8", "surrogatepass")


def _change_lines(lines: list[str], others: list[str], random: Random) -> None:
    at = random.randrange(len(lines))
    change = random.randrange(10)
    name, colon, value = lines[at].partition(":")
    if change == 0:
        del lines[at : at + random.choice((1, 1, 3))]
        lines.append("")
    elif change == 1:
        lines.insert(random.randrange(len(lines)), lines[at])
    elif change == 2:
        start = random.randrange(len(others))
        lines[at:at] = others[start : start + random.choice((1, 3, 12))]
    elif change == 3:
        some = lines[at : at + random.choice((1, 4, 8))]
        lines[at:at] = (some * random.choice((2, 30, 200)))[:_MOST_REPEATED]
    elif change == 4:
        lines[at] = name.partition(";")[0] + f";{random.choice(ODD_PARAMETERS)}{colon}{value}"
    elif change == 5:
        lines[at] = str(_near_text(lines[at][:_MOST_REPEATED], random))
    elif change == 6:
        lines[at] = f"{name}{colon}{_near_text(value[:_MOST_REPEATED], random)}"
    else:
        lines[at] = f"{name}{colon}{random.choice(ODD_LINE_VALUES)}"


def text_of(body: object) -> bytes:
    """The JSON text of a body, however odd: NaN and lone surrogates included."""
    return json.dumps(body, ensure_ascii=True).encode()

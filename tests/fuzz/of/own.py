"""The world files and certificates of this package."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from bookable.codecs import plain
from bookable.codecs.iso import (
    duration_text,
    instant_text,
    parse_civil,
    parse_date,
    parse_duration,
    parse_fraction,
    parse_instant,
)
from bookable.errors import BookableError, CodecError
from bookable.verify import CertificateError, digest, verify
from tests.fuzz.targets import RefusedError, Target, of_json
from tests.properties.test_certificate_laws import samples
from tests.support.builders import NOW
from tests.support.full_world import full_world

WORLD = full_world()
SMALL = {
    "format": "bookable-world",
    "version": 2,
    "rooms": [{"id": "studio", "capacity": 2}],
    "members": [{"id": "ada", "hours": {"weekly": "Mo-Fr 09:00-17:00", "zone": "Europe/Berlin"}}],
    "calendars": [{"id": "yoga", "duration": "PT1H", "kind": "class", "member_ids": ["ada"]}],
    "bookings": [
        {
            "id": "B-1",
            "start": "2026-03-02T08:00:00Z",
            "end": "2026-03-02T09:00:00Z",
            "room_ids": ["studio"],
        }
    ],
}
RECURRENCES = (
    {"rule": "FREQ=WEEKLY;COUNT=3", "start": "2026-03-02T09:00:00", "zone": "Europe/Berlin"},
    {
        "rule": "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1MO,2TU;UNTIL=20271231T000000Z",
        "start": "2026-03-02T09:00:00",
        "zone": "America/New_York",
        "rdates": ["2026-03-05T09:00:00"],
        "exdates": ["2026-03-09T09:00:00"],
    },
    {
        "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=4;WKST=SU;BYSETPOS=1",
        "start": "2028-02-29T09:00:00",
        "zone": "UTC",
    },
)


def _violations(scheduler: Any) -> list[str]:
    return [each.rule.value for each in scheduler.violations(now=NOW)]


@cache
def _certificates() -> tuple[dict[str, Any], ...]:
    found = []
    for each in samples():
        body = json.loads(json.dumps(each))
        del body["digest"]
        found.append(body)
    return tuple(found)


def _verify(body: Any) -> object:
    """Signed again, so that what was spoilt is looked at and not the signature alone."""
    if type(body) is dict and "digest" not in body:
        try:
            body = {**body, "digest": digest(body)}
        except (TypeError, ValueError, RecursionError):
            body = {**body, "digest": "none"}
    verify(body)
    return body


def _texts(given: bytes) -> object:
    """Each of the grammars of single values, at the same text."""
    text = given.decode("utf-8", "surrogateescape")
    found: list[object] = []
    for parse in (parse_instant, parse_civil, parse_date, parse_duration, parse_fraction):
        try:
            found.append(parse(text))
        except BookableError:
            continue
    if not found:
        raise RefusedError("no grammar")
    return text, found


def _holds_texts(value: Any) -> None:
    _, found = value
    for each in found:
        if hasattr(each, "tzinfo") and each.tzinfo is not None:
            assert parse_instant(instant_text(each)) == each
        elif hasattr(each, "days"):
            assert parse_duration(duration_text(each)) == each


TARGETS: tuple[Target, ...] = (
    of_json(
        "plain.decode", plain.decode, SMALL, WORLD, write=plain.encode, answer=_violations, weight=2
    ),
    Target(
        "plain.loads",
        plain.loads,
        tuple(json.dumps(each).encode() for each in (SMALL, SMALL, WORLD)),
        is_text=True,
        weight=2,
        holds=lambda state: _same(state, plain.loads(plain.dumps(state))),
    ),
    of_json(
        "plain.decode_booking",
        plain.decode_booking,
        *(WORLD["bookings"][0], SMALL["bookings"][0]),
        write=plain.encode_booking,
    ),
    of_json(
        "plain.decode_block",
        plain.decode_block,
        WORLD["blocks"][0],
        write=plain.encode_block,
    ),
    of_json(
        "plain.decode_recurrence",
        plain.decode_recurrence,
        *RECURRENCES,
        write=plain.encode_recurrence,
        answer=lambda found: [each.isoformat() for each in found.starts()],
        weight=2,
    ),
    Target(
        "iso",
        _texts,
        tuple(
            each.encode()
            for each in (
                *("2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00.25Z", "2026-03-02T09:00"),
                *("2026-03-02", "P1DT2H3M4.5S", "P2W", "-3/7"),
            )
        ),
        is_text=True,
        holds=_holds_texts,
    ),
    of_json("verify", _verify, *_certificates(), refuses=(CertificateError, CodecError), weight=2),
)


def _same(one: Any, other: Any) -> None:
    assert one == other

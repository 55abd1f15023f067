"""The sections of a world file: what each holds, and where an id is named in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookable.codecs._forms import Form, key_path, read_list
from bookable.codecs._rules import LIMITS
from bookable.codecs._values import (
    BLOCK,
    BLOCK_OF_VERSION_1,
    BOOKING,
    CALENDAR,
    EQUIPMENT,
    JOURNEY,
    MEMBER,
    PLACE,
    ROOM,
    SCHEDULES,
    Journey,
)
from bookable.errors import CodecError, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import timedelta

    from bookable.domain.catalogue import Catalogue

CATALOGUE: Final[dict[str, Form[Any]]] = {
    "rooms": ROOM,
    "equipment": EQUIPMENT,
    "members": MEMBER,
    "calendars": CALENDAR,
}
SETTINGS: Final = ("places", "schedules", "limits", "travel")
LEDGERS: Final[dict[int, dict[str, Form[Any]]]] = {
    1: {"bookings": BOOKING, "blocks": BLOCK_OF_VERSION_1},
    2: {"bookings": BOOKING, "blocks": BLOCK},
}
"""What is booked, by the version of the file."""


def read_sections(document: dict[str, Any], forms: dict[str, Form[Any]]) -> dict[str, list[Any]]:
    """The values of each list; no id comes twice in them.

    Raises:
        CodecError: If one is no list, or describes no value.
    """
    values: dict[str, list[Any]] = {}
    taken: dict[tuple[str, str], str] = {}
    for section, form in forms.items():
        values[section] = []
        for path, item in _items(document, section):
            value = form.read(item, path)
            # Everything in the catalogue shares its ids; bookings and blocks have their own.
            key = ("catalogue" if forms is CATALOGUE else section, value.id)
            _take(key, path, taken)
            values[section].append(value)
    return values


def read_settings(document: dict[str, Any]) -> dict[str, Any]:
    """Places, schedules, limits and travel times.

    Raises:
        CodecError: If they cannot be read, or a place or journey comes twice.
    """
    return {
        **read_sections(document, {"places": PLACE}),
        "schedules": SCHEDULES.read(document.get("schedules", {}), "$.schedules"),
        "limits": LIMITS.read(document.get("limits", []), "$.limits"),
        "travel": _read_travel(document),
    }


def _read_travel(document: dict[str, Any]) -> dict[tuple[str, str], timedelta]:
    times: dict[tuple[str, str], timedelta] = {}
    for path, item in _items(document, "travel"):
        journey = JOURNEY.read(item, path)
        pair = journey.start, journey.end
        if pair in times:
            reason = f"the way from {shown(pair[0])} to {shown(pair[1])} comes twice"
            raise CodecError(path, reason, "duplicate_id")
        times[pair] = journey.time
    return times


def write_settings(catalogue: Catalogue) -> dict[str, object]:
    """The sections that say something, of those that `read_settings` reads."""
    settings = catalogue.settings
    written: dict[str, Any] = {
        "places": [PLACE.write(settings.places[key]) for key in sorted(settings.places)],
        "schedules": SCHEDULES.write(settings.schedules),
        "limits": LIMITS.write(settings.limits),
        "travel": [
            JOURNEY.write(Journey(start, end, time))
            for (start, end), time in settings.travel.items()
        ],
    }
    return {section: values for section, values in written.items() if values}


def _items(document: dict[str, Any], section: str) -> Iterator[tuple[str, Any]]:
    """The items of a section, each with its path."""
    path = f"$.{section}"
    for index, item in enumerate(read_list(document.get(section, []), path)):
        yield f"{path}[{index}]", item


def _take(key: tuple[str, str], path: str, taken: dict[tuple[str, str], str]) -> None:
    first = taken.setdefault(key, path)
    if first != path:
        reason = f"expected an id of its own, not {shown(key[1])}, which {first} has"
        raise CodecError(f"{path}.id", reason, "duplicate_id")


# Where an id is named -------------------------------------------------------


def where_named(document: dict[str, Any], kind: str, wanted: object) -> Iterator[str]:
    """The paths at which the catalogue or a block names that id as one of that kind.

    The document has been read: only what it says together may be wrong.
    """
    for path, named_kind, named in _references(document):
        if named == wanted and named_kind == kind:
            yield path
    for path, block in _items(document, "blocks"):
        if block["resource_id"] == wanted:
            yield f"{path}.resource_id"


_Named = tuple[str, str, object]


def _references(document: dict[str, Any]) -> Iterator[_Named]:
    for path, place in _items(document, "places"):
        yield f"{path}.parent_id", "place", place.get("parent_id")
    for path, way in _items(document, "travel"):
        yield f"{path}.from", "place", way["from"]
        yield f"{path}.to", "place", way["to"]
    for section in CATALOGUE:
        for path, entry in _items(document, section):
            yield f"{path}.schedule_id", "schedule", entry.get("schedule_id")
            yield f"{path}.location_id", "place", entry.get("location_id")
            yield from _listed(f"{path}.calendar_ids", "calendar", entry.get("calendar_ids", []))
            yield from _listed(f"{path}.parts", "room", entry.get("parts", []))
            yield from _listed(f"{path}.member_ids", "member", entry.get("member_ids", []))
            yield from _of_member(path, entry)
            yield from _pools(path, entry.get("requirements"))
            for number, add_on in enumerate(entry.get("add_ons", [])):
                yield from _pools(f"{path}.add_ons[{number}]", add_on.get("requirements"))


def _listed(path: str, kind: str, ids: Iterable[object]) -> Iterator[_Named]:
    for index, each in enumerate(ids):
        yield f"{path}[{index}]", kind, each


def _of_member(path: str, member: Mapping[str, Any]) -> Iterator[_Named]:
    for key, schedule_id in member.get("calendar_schedules", {}).items():
        yield key_path(f"{path}.calendar_schedules", key), "schedule", schedule_id
    for index, absence in enumerate(member.get("absences", [])):
        yield f"{path}.absences[{index}].delegate_id", "member", absence.get("delegate_id")


def _pools(path: str, needs: Iterable[Mapping[str, Any]] | None) -> Iterator[_Named]:
    for number, need in enumerate(needs or ()):
        pool = need.get("pool", [])
        yield from _listed(f"{path}.requirements[{number}].pool", "resource", pool)

"""What a catalogue says beside its entries: places, schedules, limits and travel times.

An entry is *settled* when everything that it leaves to its place or to a named schedule has
been filled in. The engine reads settled entries only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import attrs
from attrs import field, frozen

from bookable.checks import check_duration, check_id, check_items, check_type
from bookable.domain.calendar import Calendar, check_limits
from bookable.domain.hours import OpeningHours, check_hours
from bookable.domain.limit import Limit
from bookable.domain.place import SETTINGS, Place
from bookable.domain.references import Entry, kind_of
from bookable.domain.resources import Equipment, Member, Room
from bookable.errors import InvalidValueError, LimitExceededError, UnknownIdError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_PLACES_DEEP


def _places(values: Iterable[Place]) -> FrozenMap[str, Place]:
    found: dict[str, Place] = {}
    for place in sorted(check_items(values, Place, "places", "a Place"), key=lambda each: each.id):
        if place.id in found:
            expected = "an id that no other place has"
            raise InvalidValueError("places", place.id, expected, "duplicate_id")
        found[place.id] = place
    return FrozenMap(found)


def _schedules(values: Mapping[str, OpeningHours]) -> FrozenMap[str, OpeningHours]:
    like = "a mapping of ids to opening hours"
    given: Mapping[str, OpeningHours] = check_type(values, Mapping, "schedules", like)
    found: dict[str, OpeningHours] = {}
    for key in sorted(check_id(key, "schedules") for key in given):
        hours = check_hours(given[key], f"schedules[{key!r}]")
        if hours is None:
            raise InvalidValueError(f"schedules[{key!r}]", None, "opening hours", "type")
        found[key] = hours
    return FrozenMap(found)


def _limits(values: Iterable[Limit]) -> tuple[Limit, ...]:
    return check_limits(values)


_Travel = Mapping[tuple[str, str], timedelta]


def _travel(values: _Travel) -> FrozenMap[tuple[str, str], timedelta]:
    like = "a mapping of (from, to) location ids to durations"
    given: _Travel = check_type(values, Mapping, "travel", like)
    found: dict[tuple[str, str], timedelta] = {}
    for pair in given:
        if type(pair) is not tuple or len(pair) != 2:
            raise InvalidValueError("travel", pair, "a pair of location ids", "type")
        start, end = (check_id(each, "travel") for each in pair)
        found[start, end] = check_duration(given[pair], f"travel[{pair!r}]")
    return FrozenMap({key: found[key] for key in sorted(found)})


@frozen
class Settings:
    """Places by id, named schedules, limits on everything, and the time from place to place.

    ``travel`` is one-way: ``("a", "b")`` is the way from *a* to *b* and says nothing about the way
    back, so state both. What is not stated, a booking without a location included, takes no time.
    Where any places are given, every location that is named is one of them; where none are,
    locations are free labels. Bookings are history and keep the location that they were made with.

    Raises:
        InvalidValueError: If a field cannot be what it must be, or places contain each other.
        UnknownIdError: If a place lies in one that does not exist, or a way leads there.
        LimitExceededError: If places lie more than 20 deep inside each other.
    """

    places: FrozenMap[str, Place] = field(default=(), converter=_places)
    schedules: FrozenMap[str, OpeningHours] = field(default=FrozenMap(), converter=_schedules)
    limits: tuple[Limit, ...] = field(default=(), converter=_limits)
    travel: FrozenMap[tuple[str, str], timedelta] = field(default=FrozenMap(), converter=_travel)

    def __attrs_post_init__(self) -> None:
        for place in self.places.values():
            if place.parent_id is not None and place.parent_id not in self.places:
                raise self._unknown(place.parent_id, f"place {place.id!r}: parent_id")
        for place_id in self.places:
            self._check_line(place_id)
        for pair in self.travel:
            for location_id in pair:
                self.check_location(location_id, "travel")

    def _check_line(self, place_id: str) -> None:
        """Refuse a place that is inside itself, or too deep."""
        line: list[str] = []
        for place in self.above(place_id):
            if place.id in line:
                expected = "a place that is not inside this one"
                field_name = f"place {place.id!r}: parent_id"
                raise InvalidValueError(field_name, place.parent_id, expected, "parent_id")
            line.append(place.id)
            if len(line) > MOST_PLACES_DEEP:
                raise LimitExceededError("places inside each other", len(line), MOST_PLACES_DEEP)

    def above(self, location_id: str | None) -> Iterator[Place]:
        """The place of this id and those around it, innermost first; nothing where there is none."""
        place = None if location_id is None else self.places.get(location_id)
        while place is not None:
            yield place
            place = None if place.parent_id is None else self.places.get(place.parent_id)

    def is_within(self, location_id: str | None, outer_id: str) -> bool:
        """Whether a location is another one, or lies inside it."""
        return location_id == outer_id or any(
            place.id == outer_id for place in self.above(location_id)
        )

    def settled(self, entry: Entry) -> Entry:
        """The entry with all that it leaves to its schedule and its place filled in."""
        changes: dict[str, Any] = {}
        if entry.schedule_id is not None and entry.hours is None:
            changes["hours"] = self.schedules[entry.schedule_id]
        if not isinstance(entry, Member):
            changes |= self._inherited(entry, changes)
        settled: Entry = attrs.evolve(entry, **changes) if changes else entry
        return settled

    def _inherited(
        self, entry: Room | Equipment | Calendar, known: Mapping[str, object]
    ) -> dict[str, Any]:
        """What an entry takes from its places: what is locked there, else what it leaves open.

        The nearest place that states a setting decides, except that a lock holds for all that is
        inside: what counts then is what is in force at the outermost lock.
        """
        found: dict[str, Any] = {}
        line = list(self.above(entry.location_id))
        if not line:
            return found
        fields = attrs.fields_dict(type(entry))
        for name in sorted(fields.keys() & set(SETTINGS)):
            locked = [depth for depth, place in enumerate(line) if name in place.locked]
            values = [_first_stated(line[depth:], name) for depth in reversed(locked)]
            stated = next((value for value in values if value is not None), None)
            is_open = name not in known and getattr(entry, name) == fields[name].default
            if stated is None and is_open:
                stated = _first_stated(line, name)
            if stated is not None:
                found[name] = stated
        return found

    def check_location(self, location_id: str | None, name: str = "location_id") -> None:
        """Refuse a location that is no place; where no places are given any location is one.

        Raises:
            UnknownIdError: If there are places, and none of that id.
        """
        if self.places and location_id is not None and location_id not in self.places:
            raise self._unknown(location_id, name)

    def _unknown(self, place_id: str, name: str) -> UnknownIdError:
        return UnknownIdError.among("place", place_id, name, self.places)

    def check_entry(self, entry: Entry) -> None:
        """Refuse an entry that names a schedule or a place which does not exist."""
        if not isinstance(entry, Member):
            self.check_location(entry.location_id, f"{kind_of(entry)} {entry.id!r}: location_id")
        named = [] if entry.schedule_id is None else [entry.schedule_id]
        if isinstance(entry, Member):
            named += entry.calendar_schedules.values()
        for schedule_id in named:
            if schedule_id not in self.schedules:
                name = f"{entry.id!r}: schedule_id"
                raise UnknownIdError.among("schedule", schedule_id, name, self.schedules)


def _first_stated(line: Iterable[Place], name: str) -> object:
    """What the innermost of these places states for a setting; None where none states any."""
    return next((value for place in line if (value := getattr(place, name)) is not None), None)

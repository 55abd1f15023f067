"""Everything that can be booked, as one frozen value.

Ids are unique across all kinds, so that one id always names one thing: in a block,
an agenda, a refusal. Every operation returns another catalogue or raises and
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from attrs import field, frozen

from bookable.checks import check_amount, check_flag, check_id, check_items, check_type
from bookable.domain.calendar import Calendar
from bookable.domain.composite import with_parts
from bookable.domain.hours import OpeningHours
from bookable.domain.limit import Limit
from bookable.domain.place import Place
from bookable.domain.references import (
    Entry,
    check_references,
    detached,
    kind_of,
    overlapping,
    references_of,
    served,
    unknown,
)
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.domain.settings import Settings
from bookable.domain.stamp import stamp_of
from bookable.errors import (
    IdConflictError,
    InvalidValueError,
    LimitExceededError,
    ResourceInUseError,
)
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_RESOURCES

T = TypeVar("T", Room, Equipment, Member, Calendar)

_KINDS: tuple[type[Entry], ...] = (Room, Equipment, Member, Calendar)
_SETTINGS = ""  # no entry has an empty id
_LIKE = "a Room, an Equipment, a Member or a Calendar"


def _by_id(entry: Entry) -> str:
    return entry.id


def _rooms(values: Iterable[Room]) -> tuple[Room, ...]:
    return tuple(sorted(check_items(values, Room, "rooms", "a Room"), key=_by_id))


def _equipment(values: Iterable[Equipment]) -> tuple[Equipment, ...]:
    found = check_items(values, Equipment, "equipment", "an Equipment")
    return tuple(sorted(found, key=_by_id))


def _members(values: Iterable[Member]) -> tuple[Member, ...]:
    return tuple(sorted(check_items(values, Member, "members", "a Member"), key=_by_id))


def _calendars(values: Iterable[Calendar]) -> tuple[Calendar, ...]:
    return tuple(sorted(check_items(values, Calendar, "calendars", "a Calendar"), key=_by_id))


@frozen(init=False)
class Catalogue:
    """Rooms, equipment, members and calendars that fit together.

    ``places`` are locations inside each other, whose settings what lies in them inherits: where
    any are given, every ``location_id`` here and of a request is one of them, else these are free
    labels. ``schedules`` are opening hours by id, ``limits`` hold for every booking, and
    ``travel`` is the time from one location to another, ``{(from, to): timedelta}``, one way. What
    an entry leaves to its place or schedule is filled in by `settled`.

    >>> Catalogue(rooms=[Room("blue room", capacity=2)]).room("blue room").capacity
    2

    Raises:
        InvalidValueError: If an id is used twice (code ``duplicate_id``), or rooms or places
            contain each other.
        UnknownIdError: If a calendar, resource, place or schedule that is named does not exist.
        LimitExceededError: If there are more than 100,000 entries, or rooms or places lie more
            than 20 deep inside each other, or the hours of a room and its parts more than 10.
    """

    _entries: FrozenMap[str, Entry] = field(repr=False)
    _rooms_of: Mapping[str, tuple[Room, ...]] = field(repr=False, eq=False)
    _equipment_of: Mapping[str, tuple[Equipment, ...]] = field(repr=False, eq=False)
    settings: Settings = field(default=Settings())
    _overlapping: Mapping[str, tuple[str, ...]] = field(default=FrozenMap(), repr=False, eq=False)
    _settled: dict[str, Entry] = field(factory=dict, init=False, repr=False, eq=False)
    _stamps: dict[str, int] = field(factory=dict, init=False, repr=False, eq=False)
    _own_stamps: dict[str, int] = field(factory=dict, init=False, repr=False, eq=False)

    def __init__(
        self,
        rooms: Iterable[Room] = (),
        equipment: Iterable[Equipment] = (),
        members: Iterable[Member] = (),
        calendars: Iterable[Calendar] = (),
        *,
        places: Iterable[Place] = (),
        schedules: Mapping[str, OpeningHours] = FrozenMap(),
        limits: Iterable[Limit] = (),
        travel: Mapping[tuple[str, str], timedelta] = FrozenMap(),
    ) -> None:
        settings = Settings(places, schedules, limits, travel)
        entries: dict[str, Entry] = {}
        groups = (_rooms(rooms), _equipment(equipment), _members(members), _calendars(calendars))
        for entry in (entry for group in groups for entry in group):
            if entry.id in entries:
                expected = f"an id that no other {kind_of(entries[entry.id])} has"
                raise InvalidValueError(f"{kind_of(entry)}.id", entry.id, expected, "duplicate_id")
            entries[entry.id] = entry
        if len(entries) > MOST_RESOURCES:
            raise LimitExceededError("resources in one catalogue", len(entries), MOST_RESOURCES)
        for entry in entries.values():
            check_references(entry, entries)
            settings.check_entry(entry)
        self.__attrs_init__(
            entries=FrozenMap(entries),
            rooms_of=served(group for group in groups[0]),
            equipment_of=served(group for group in groups[1]),
            settings=settings,
            overlapping=overlapping(entries),
        )
        for room in (each for each in groups[0] if each.parts):
            self.settled(room.id)  # hours that would lie too deep are refused here

    # Questions -------------------------------------------------------------

    def get(self, entry_id: str) -> Entry | None:
        """Whatever has this id, or None."""
        return self._entries.get(check_id(entry_id))

    def __contains__(self, entry_id: object) -> bool:
        return type(entry_id) is str and entry_id in self._entries

    def __iter__(self) -> Iterator[Entry]:
        """Everything, ordered by kind and then by id."""
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def room(self, room_id: str, *, name: str = "room_id") -> Room:
        """The room of this id, or `UnknownIdError`."""
        return self._one(Room, room_id, name)

    def equipment_item(self, equipment_id: str, *, name: str = "equipment_id") -> Equipment:
        """The equipment of this id, or `UnknownIdError`."""
        return self._one(Equipment, equipment_id, name)

    def member(self, member_id: str, *, name: str = "member_id") -> Member:
        """The member of this id, or `UnknownIdError`."""
        return self._one(Member, member_id, name)

    def calendar(self, calendar_id: str, *, name: str = "calendar_id") -> Calendar:
        """The calendar of this id, or `UnknownIdError`."""
        return self._one(Calendar, calendar_id, name)

    def calendar_or_none(self, calendar_id: str | None) -> Calendar | None:
        """The calendar of a booking, where it has one that still exists."""
        entry = None if calendar_id is None else self.get(calendar_id)
        return entry if isinstance(entry, Calendar) else None

    def resource(self, resource_id: str, *, name: str = "resource_id") -> Resource:
        """The room, equipment or member of this id, or `UnknownIdError`."""
        entry = self._entries.get(check_id(resource_id, name))
        if entry is None or isinstance(entry, Calendar):
            raise unknown("resource", resource_id, name, self)
        return entry

    def rooms(
        self, *, location_id: str | None = None, limit: int | None = None, skip: int = 0
    ) -> tuple[Room, ...]:
        """Rooms ordered by id, those of one location where one is given."""
        return self._listed(Room, location_id, limit, skip)

    def equipment(
        self, *, location_id: str | None = None, limit: int | None = None, skip: int = 0
    ) -> tuple[Equipment, ...]:
        """Equipment ordered by id, that of one location where one is given."""
        return self._listed(Equipment, location_id, limit, skip)

    def members(self, *, limit: int | None = None, skip: int = 0) -> tuple[Member, ...]:
        """Members ordered by id."""
        return self._listed(Member, None, limit, skip)

    def calendars(
        self, *, location_id: str | None = None, limit: int | None = None, skip: int = 0
    ) -> tuple[Calendar, ...]:
        """Calendars ordered by id, those of one location where one is given."""
        return self._listed(Calendar, location_id, limit, skip)

    def settled(self, entry_id: str) -> Entry | None:
        """Whatever has this id, with what it leaves to its place or schedule filled in, or None.

        A room is inactive while a part of it is, and closed while a part of it is closed.
        """
        entry = self._settled.get(check_id(entry_id)) or self._entries.get(entry_id)
        if entry is not None and entry_id not in self._settled:
            entry = with_parts(entry, self._entries, self.settings.settled)
            self._settled[entry_id] = entry
        return entry

    def settled_calendar(self, calendar_id: str) -> Calendar:
        """The calendar of this id with what it leaves open filled in, or `UnknownIdError`."""
        entry = self.settled(self.calendar(calendar_id).id)
        assert isinstance(entry, Calendar), "settling keeps the kind"
        return entry

    def settled_resource(self, resource_id: str, *, name: str = "resource_id") -> Resource:
        """The resource of this id with what it leaves open filled in, or `UnknownIdError`."""
        entry = self.settled(self.resource(resource_id, name=name).id)
        assert isinstance(entry, Room | Equipment | Member), "settling keeps the kind"
        return entry

    @property
    def overlapping_rooms(self) -> Mapping[str, tuple[str, ...]]:
        """For each room that shares a part with others, those others."""
        return self._overlapping

    def rooms_of(self, calendar_id: str) -> tuple[Room, ...]:
        """The rooms that serve a calendar, ordered by id."""
        return self._rooms_of.get(check_id(calendar_id, "calendar_id"), ())

    def equipment_of(self, calendar_id: str) -> tuple[Equipment, ...]:
        """The equipment that serves a calendar, ordered by id."""
        return self._equipment_of.get(check_id(calendar_id, "calendar_id"), ())

    def without_those_of(self, other: Catalogue) -> tuple[str, ...]:
        """The ids that the other catalogue lacks, or uses for another kind, sorted."""
        return tuple(
            sorted(
                key
                for key, entry in self._entries.items()
                if type(other._entries.get(key)) is not type(entry)
            )
        )

    def stamp(self, entry_id: str) -> int:
        """A number for all that the catalogue says of an entry; 0 where it has none.

        A calendar's takes in what serves it, and what its grid may follow: the zones of the hours
        of all that it names, and its members' schedules for it.
        """
        stamp = self._stamps.get(check_id(entry_id))
        if stamp is None:
            entry = self._entries.get(entry_id)
            rooms, equipment = self.rooms_of(entry_id), self.equipment_of(entry_id)
            serving: tuple[Room | Equipment, ...] = (*rooms, *equipment)
            named = references_of(entry) if isinstance(entry, Calendar) else ()
            needed = [self.settled_resource(resource_id) for resource_id in named]
            zones = tuple(each.hours.zone for each in needed if each.hours is not None)
            schedules = tuple(
                each.calendar_schedules.get(entry_id) for each in needed if isinstance(each, Member)
            )
            served_by = tuple(self._own_stamp(each.id) for each in serving)
            shared = self._own_stamp(_SETTINGS)
            said = self._own_stamp(entry_id), served_by, zones, schedules, shared
            stamp = 0 if entry is None else stamp_of(said)
            self._stamps[entry_id] = stamp
        return stamp

    def _own_stamp(self, key: str) -> int:
        """The stamp of a settled entry, or of what all entries share: each is worked out once."""
        stamp = self._own_stamps.get(key)
        if stamp is None:
            value = self.settings if key == _SETTINGS else self.settled(key)
            stamp = self._own_stamps[key] = stamp_of(value)
        return stamp

    # Commands: each returns another catalogue ------------------------------

    def add(self, entry: Entry) -> Catalogue:
        """With one more entry; the same content once more changes nothing (SPEC N33).

        O(entries), as for every command here: give many at once to the constructor.

        Raises:
            IdConflictError: If the id is taken by something else.
        """
        check_type(entry, _KINDS, "entry", _LIKE)
        present = self._entries.get(entry.id)
        if present is None:
            return self._with({**self._entries, entry.id: entry})
        if present != entry:
            remedy = "Catalogue.replace changes it" if type(present) is type(entry) else ""
            raise IdConflictError(kind_of(present), entry.id, remedy=remedy)
        return self

    def replace(self, entry: Entry) -> Catalogue:
        """With an entry of the same id and kind in place of the present one.

        Raises:
            UnknownIdError: If there is none of that id and kind.
        """
        check_type(entry, _KINDS, "entry", _LIKE)
        present = self._entries.get(entry.id)
        if type(present) is not type(entry):
            raise unknown(kind_of(entry), entry.id, "id", self)
        return self if present == entry else self._with({**self._entries, entry.id: entry})

    def remove(self, entry_id: str, *, detach: bool = False) -> Catalogue:
        """Without this entry.

        A calendar that rooms or equipment serve, or a resource that a calendar names,
        is only removed with ``detach=True``, which takes it out of those as well;
        bookings are not looked at: that is what `Scheduler.remove` is for. A calendar whose
        last room or equipment goes needs none from then on; to keep the need, make them
        inactive instead.

        Raises:
            UnknownIdError: If there is no such entry.
            ResourceInUseError: If others name it and *detach* is not asked for, or if
                one of them could not be what it is without it.
        """
        check_flag(detach, "detach")
        entry = self._entries.get(check_id(entry_id, "id"))
        if entry is None:
            raise unknown("entry", entry_id, "id", self)
        users = [other for other in self._entries.values() if entry_id in references_of(other)]
        if users and not detach:
            used_by = tuple(other.id for other in users)
            remedy = "detach=True takes it out of them as well"
            raise ResourceInUseError(kind_of(entry), entry_id, used_by, remedy)
        entries = {key: value for key, value in self._entries.items() if key != entry_id}
        entries.update((other.id, detached(other, entry)) for other in users)
        return self._with(entries)

    # -----------------------------------------------------------------------

    def _one(self, kind: type[T], entry_id: str, name: str) -> T:
        entry = self._entries.get(check_id(entry_id, name))
        if not isinstance(entry, kind):
            raise unknown(kind.__name__.lower(), entry_id, name, self)
        return entry

    def _listed(
        self, kind: type[T], location_id: str | None, limit: int | None, skip: int
    ) -> tuple[T, ...]:
        check_amount(skip, "skip")
        if location_id is not None:
            check_id(location_id, "location_id")
        if limit is not None:
            check_amount(limit, "limit")
        found = [
            entry
            for entry in self._entries.values()
            if isinstance(entry, kind)
            and (location_id is None or getattr(entry, "location_id", None) == location_id)
        ]
        return tuple(found[skip : None if limit is None else skip + limit])

    def _with(self, entries: Mapping[str, Entry]) -> Catalogue:
        every = entries.values()
        parts = ([each for each in every if isinstance(each, kind)] for kind in _KINDS)
        return Catalogue(*parts, **_parts(self.settings))  # type: ignore[arg-type]  # in their order

    def with_settings(self, settings: Settings) -> Catalogue:
        """With other places, schedules, limits and travel times."""
        check_type(settings, Settings, "settings", "a Settings")
        parts = self.rooms(), self.equipment(), self.members(), self.calendars()
        return Catalogue(*parts, **_parts(settings))

    def __hash__(self) -> int:
        return hash((self._entries, self.settings))

    def __reduce__(self) -> tuple[object, ...]:
        # Stamps are worked out again: what a catalogue remembers is no part of what it says.
        parts = self.rooms(), self.equipment(), self.members(), self.calendars()
        return _restored, (*parts, self.settings)


def _restored(
    rooms: tuple[Room, ...],
    equipment: tuple[Equipment, ...],
    members: tuple[Member, ...],
    calendars: tuple[Calendar, ...],
    settings: Settings,
) -> Catalogue:
    """A catalogue that was pickled."""
    return Catalogue(rooms, equipment, members, calendars, **_parts(settings))


def _parts(settings: Settings) -> dict[str, Any]:
    return {
        "places": settings.places.values(),
        "schedules": settings.schedules,
        "limits": settings.limits,
        "travel": settings.travel,
    }

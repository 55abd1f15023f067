"""Everything that can be booked, as one frozen value.

Ids are unique across all kinds, so that one id always names one thing: in a block,
an agenda, a refusal. Every operation returns another catalogue or raises and
changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import attrs
from attrs import field, frozen

from bookable.checks import check_amount, check_flag, check_id, check_items, check_type
from bookable.domain.calendar import Calendar
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.domain.stamp import stamp_of
from bookable.errors import (
    IdConflictError,
    InvalidValueError,
    LimitExceededError,
    ResourceInUseError,
    UnknownIdError,
)
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_RESOURCES

Entry = Room | Equipment | Member | Calendar
T = TypeVar("T", Room, Equipment, Member, Calendar)

_KINDS: tuple[type[Entry], ...] = (Room, Equipment, Member, Calendar)
_LIKE = "a Room, an Equipment, a Member or a Calendar"


def kind_of(entry: Entry) -> str:
    """The word for what this is: room, equipment, member or calendar."""
    return type(entry).__name__.lower()


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

    >>> Catalogue(rooms=[Room("blue room", capacity=2)]).room("blue room").capacity
    2

    Raises:
        InvalidValueError: If an id is used twice (code ``duplicate_id``).
        UnknownIdError: If a calendar or resource that is named does not exist.
    """

    _entries: FrozenMap[str, Entry] = field(repr=False)
    _rooms_of: Mapping[str, tuple[Room, ...]] = field(repr=False, eq=False)
    _equipment_of: Mapping[str, tuple[Equipment, ...]] = field(repr=False, eq=False)
    _stamps: dict[str, int] = field(factory=dict, init=False, repr=False, eq=False)

    def __init__(
        self,
        rooms: Iterable[Room] = (),
        equipment: Iterable[Equipment] = (),
        members: Iterable[Member] = (),
        calendars: Iterable[Calendar] = (),
    ) -> None:
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
            _check_references(entry, entries)
        self.__attrs_init__(
            entries=FrozenMap(entries),
            rooms_of=_served(group for group in groups[0]),
            equipment_of=_served(group for group in groups[1]),
        )

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
            raise UnknownIdError("resource", resource_id, name)
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

        A calendar's takes in the rooms and equipment that serve it, and the zones of the hours
        of all that it names, which its grid may follow.
        """
        stamp = self._stamps.get(entry_id)
        if stamp is None:
            entry = self._entries.get(entry_id)
            served = (*self.rooms_of(entry_id), *self.equipment_of(entry_id))
            named = references_of(entry) if isinstance(entry, Calendar) else ()
            hours = (self.resource(resource_id).hours for resource_id in named)
            zones = tuple(each.zone for each in hours if each is not None)
            stamps = tuple(stamp_of(each) for each in served)
            stamp = 0 if entry is None else stamp_of((stamp_of(entry), stamps, zones))
            self._stamps[entry_id] = stamp
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
            raise IdConflictError(kind_of(present), entry.id)
        return self

    def replace(self, entry: Entry) -> Catalogue:
        """With an entry of the same id and kind in place of the present one.

        Raises:
            UnknownIdError: If there is none of that id and kind.
        """
        check_type(entry, _KINDS, "entry", _LIKE)
        present = self._entries.get(entry.id)
        if type(present) is not type(entry):
            raise UnknownIdError(kind_of(entry), entry.id, "id")
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
            raise UnknownIdError("entry", entry_id, "id")
        users = [other for other in self._entries.values() if entry_id in references_of(other)]
        if users and not detach:
            used_by = tuple(other.id for other in users)
            remedy = "detach=True takes it out of them as well"
            raise ResourceInUseError(kind_of(entry), entry_id, used_by, remedy)
        entries = {key: value for key, value in self._entries.items() if key != entry_id}
        entries.update((other.id, _detached(other, entry)) for other in users)
        return self._with(entries)

    # -----------------------------------------------------------------------

    def _one(self, kind: type[T], entry_id: str, name: str) -> T:
        entry = self._entries.get(check_id(entry_id, name))
        if not isinstance(entry, kind):
            raise UnknownIdError(kind.__name__.lower(), entry_id, name)
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
        return Catalogue(
            rooms=[entry for entry in every if isinstance(entry, Room)],
            equipment=[entry for entry in every if isinstance(entry, Equipment)],
            members=[entry for entry in every if isinstance(entry, Member)],
            calendars=[entry for entry in every if isinstance(entry, Calendar)],
        )

    def __hash__(self) -> int:
        return hash(self._entries)

    def __reduce__(self) -> tuple[object, ...]:
        # Stamps are worked out again: what a catalogue remembers is no part of what it says.
        parts = self.rooms(), self.equipment(), self.members(), self.calendars()
        return Catalogue, parts


P = TypeVar("P", Room, Equipment)


def _served(places: Iterable[P]) -> Mapping[str, tuple[P, ...]]:
    """For each calendar the places that serve it, in the order given."""
    served: dict[str, list[P]] = defaultdict(list)
    for place in places:
        for calendar_id in place.calendar_ids:
            served[calendar_id].append(place)
    return {calendar_id: tuple(group) for calendar_id, group in served.items()}


def references_of(entry: Entry) -> tuple[str, ...]:
    """The ids that an entry names: calendars served, members, pools."""
    if isinstance(entry, Member):
        return ()
    if isinstance(entry, Calendar):
        pools = (requirement.pool for requirement in entry.requirements or ())
        return (*entry.member_ids, *(resource_id for pool in pools for resource_id in pool))
    return entry.calendar_ids


def _check_references(entry: Entry, entries: Mapping[str, Entry]) -> None:
    """Every id that the entry names exists and is of the right kind."""
    if isinstance(entry, Calendar):
        for member_id in entry.member_ids:
            if not isinstance(entries.get(member_id), Member):
                raise UnknownIdError("member", member_id, f"calendar {entry.id!r}: member_ids")
        for resource_id in references_of(entry):
            if not isinstance(entries.get(resource_id), Room | Equipment | Member):
                raise UnknownIdError(
                    "resource", resource_id, f"calendar {entry.id!r}: requirements"
                )
        return
    for calendar_id in references_of(entry):
        if not isinstance(entries.get(calendar_id), Calendar):
            place = f"{kind_of(entry)} {entry.id!r}: calendar_ids"
            raise UnknownIdError("calendar", calendar_id, place)


def _detached(user: Entry, gone: Entry) -> Entry:
    """The user without what goes; refused where it could not be without it."""
    if isinstance(user, Room | Equipment):
        left = tuple(key for key in user.calendar_ids if key != gone.id)
        return attrs.evolve(user, calendar_ids=left)
    assert isinstance(user, Calendar), "members name nothing"
    if user.member_ids == (gone.id,):
        # Without hosts it would no longer ask for one.
        remedy = "replace or remove the calendar first: it is its last host"
        raise ResourceInUseError(kind_of(gone), gone.id, (user.id,), remedy)
    try:
        return attrs.evolve(
            user,
            member_ids=tuple(key for key in user.member_ids if key != gone.id),
            primary_id=None if user.primary_id == gone.id else user.primary_id,
            requirements=None
            if user.requirements is None
            else tuple(_without(need, gone.id) for need in user.requirements),
        )
    except InvalidValueError as error:
        remedy = "replace or remove the calendar first: it needs it"
        raise ResourceInUseError(kind_of(gone), gone.id, (user.id,), remedy) from error


def _without(need: Requirement, gone_id: str) -> Requirement:
    """The requirement without one resource; one that needed all needs all that are left."""
    pool = tuple(key for key in need.pool if key != gone_id)
    count = min(need.count, max(1, len(pool))) if need.is_fixed else need.count
    return attrs.evolve(need, pool=pool, count=count)

"""How the entries of a catalogue name each other, and what becomes of a name that goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeVar

import attrs
from attrs import define, field

from bookable.domain.calendar import Calendar
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Room
from bookable.errors import (
    InvalidValueError,
    LimitExceededError,
    ResourceInUseError,
    UnknownIdError,
)
from bookable.limits import MOST_OVERLAPS, MOST_PLACES_DEEP, MOST_ROOMS_PER_PART

Entry = Room | Equipment | Member | Calendar

_OF_KIND: Final[Mapping[str, tuple[type[Entry], ...]]] = {
    "room": (Room,),
    "equipment": (Equipment,),
    "member": (Member,),
    "calendar": (Calendar,),
    "resource": (Room, Equipment, Member),
}


def kind_of(entry: Entry) -> str:
    """The word for what this is: room, equipment, member or calendar."""
    return type(entry).__name__.lower()


def unknown(kind: str, wanted: str, name: str, entries: Iterable[Entry]) -> UnknownIdError:
    """The error for an id that names no entry of a kind, with some that do."""
    like = _OF_KIND.get(kind, (Room, Equipment, Member, Calendar))
    ids = (entry.id for entry in entries if isinstance(entry, like))
    return UnknownIdError.among(kind, wanted, name, ids)


def references_of(entry: Entry) -> tuple[str, ...]:
    """The ids that an entry names: calendars served, members, pools."""
    if isinstance(entry, Member):
        return tuple(each.delegate_id for each in entry.absences if each.delegate_id is not None)
    if isinstance(entry, Calendar):
        pools = (requirement.pool for requirement in requirements_of(entry))
        return (*entry.member_ids, *(resource_id for pool in pools for resource_id in pool))
    if isinstance(entry, Room):
        return (*entry.calendar_ids, *entry.parts)
    return entry.calendar_ids


def requirements_of(calendar: Calendar) -> Iterator[Requirement]:
    """What a calendar states that it requires, its add-ons included."""
    yield from calendar.requirements or ()
    for add_on in calendar.add_ons:
        yield from add_on.requirements


def check_references(entry: Entry, entries: Mapping[str, Entry]) -> None:
    """Every id that the entry names exists and is of the right kind."""
    every = entries.values()
    if isinstance(entry, Calendar):
        for member_id in entry.member_ids:
            if not isinstance(entries.get(member_id), Member):
                raise unknown("member", member_id, f"calendar {entry.id!r}: member_ids", every)
        for resource_id in references_of(entry):
            if not isinstance(entries.get(resource_id), Room | Equipment | Member):
                name = f"calendar {entry.id!r}: requirements"
                raise unknown("resource", resource_id, name, every)
        return
    if isinstance(entry, Member):
        for member_id in references_of(entry):
            if not isinstance(entries.get(member_id), Member):
                place = f"member {entry.id!r}: absences.delegate_id"
                raise unknown("member", member_id, place, every)
        return
    for room_id in entry.parts if isinstance(entry, Room) else ():
        if not isinstance(entries.get(room_id), Room):
            raise unknown("room", room_id, f"room {entry.id!r}: parts", every)
    for calendar_id in entry.calendar_ids:
        if not isinstance(entries.get(calendar_id), Calendar):
            place = f"{kind_of(entry)} {entry.id!r}: calendar_ids"
            raise unknown("calendar", calendar_id, place, every)


@define
class _Atoms:
    """The rooms without parts that each room is made of, itself where it has none.

    Each room is looked at once, however many others it is a part of: ``found`` keeps the answers,
    with how deep rooms lie in it; ``work`` counts what has been put together for them.
    """

    rooms: Mapping[str, Room]
    found: dict[str, tuple[frozenset[str], int]] = field(factory=dict)
    work: int = 0

    def of(self, room_id: str, line: tuple[str, ...] = ()) -> tuple[frozenset[str], int]:
        """What a room is made of, and how deep.

        Raises:
            InvalidValueError: If a room is part of itself.
            LimitExceededError: If rooms lie too deep inside each other, or have too many parts.
        """
        if room_id in line:
            expected = "rooms that do not contain each other"
            raise InvalidValueError("parts", room_id, expected, "parts")
        if room_id not in self.found:
            # A line that is too long already is not followed to its end.
            parts = self.rooms[room_id].parts if len(line) < MOST_PLACES_DEEP else ()
            inner = [self.of(part, (*line, room_id)) for part in parts]
            self.work += sum(len(atoms) for atoms, _ in inner)
            _check_overlaps("parts of rooms", self.work)
            below = [atoms for atoms, _ in inner]
            atoms = frozenset[str]().union(*below) if below else frozenset({room_id})
            self.found[room_id] = atoms, 1 + max((depth for _, depth in inner), default=0)
        deep = len(line) + self.found[room_id][1]
        if deep > MOST_PLACES_DEEP:
            raise LimitExceededError("rooms inside each other", deep, MOST_PLACES_DEEP)
        return self.found[room_id]


def _check_overlaps(what: str, needed: int) -> None:
    if needed > MOST_OVERLAPS:
        raise LimitExceededError(what, needed, MOST_OVERLAPS)


def detached(user: Entry, gone: Entry) -> Entry:
    """The user without what goes; refused where it could not be without it."""
    if isinstance(user, Room | Equipment):
        left = tuple(key for key in user.calendar_ids if key != gone.id)
        changes: dict[str, Any] = {"calendar_ids": left}
        if isinstance(user, Room):
            changes["parts"] = tuple(key for key in user.parts if key != gone.id)
        return attrs.evolve(user, **changes)
    if isinstance(user, Member):
        absences = [
            attrs.evolve(each, delegate_id=None) if each.delegate_id == gone.id else each
            for each in user.absences
        ]
        return attrs.evolve(user, absences=absences)
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
            add_ons=tuple(
                attrs.evolve(
                    each, requirements=[_without(need, gone.id) for need in each.requirements]
                )
                for each in user.add_ons
            ),
        )
    except InvalidValueError as error:
        remedy = "replace or remove the calendar first: it needs it"
        raise ResourceInUseError(kind_of(gone), gone.id, (user.id,), remedy) from error


def _without(need: Requirement, gone_id: str) -> Requirement:
    """The requirement without one resource; one that needed all needs all that are left."""
    pool = tuple(key for key in need.pool if key != gone_id)
    if pool == need.pool:
        return need
    if not pool:
        # With a kind, a pool without anybody would mean everybody of that kind.
        raise InvalidValueError("pool", pool, "at least one resource id", "empty_request")
    count = min(need.count, max(1, len(pool))) if need.is_fixed else need.count
    return attrs.evolve(need, pool=pool, count=count)


def overlapping(entries: Mapping[str, Entry]) -> Mapping[str, tuple[str, ...]]:
    """For each room the others that share a part with it; none where no room has parts.

    Raises:
        InvalidValueError: If a room is part of itself.
        LimitExceededError: If rooms lie too deep inside each other, or too many share parts.
    """
    rooms = {key: entry for key, entry in entries.items() if isinstance(entry, Room)}
    if not any(room.parts for room in rooms.values()):
        return {}
    users: dict[str, list[str]] = defaultdict(list)
    known = _Atoms(rooms)
    atoms = {room_id: known.of(room_id)[0] for room_id in rooms}
    for room_id, parts in atoms.items():
        for part in parts:
            users[part].append(room_id)
    for ids in users.values():
        if len(ids) > MOST_ROOMS_PER_PART:
            raise LimitExceededError("rooms that share one part", len(ids), MOST_ROOMS_PER_PART)
    shared = [len(ids) for ids in users.values() if len(ids) > 1]
    _check_overlaps("pairs of rooms that share a part", sum(number**2 for number in shared))
    others = {
        key: {user for part in parts for user in users[part]} - {key}
        for key, parts in atoms.items()
    }
    return {key: tuple(sorted(found)) for key, found in others.items() if found}


P = TypeVar("P", Room, Equipment)


def served(places: Iterable[P]) -> Mapping[str, tuple[P, ...]]:
    """For each calendar the places that serve it, in the order given."""
    served: dict[str, list[P]] = defaultdict(list)
    for place in places:
        for calendar_id in place.calendar_ids:
            served[calendar_id].append(place)
    return {calendar_id: tuple(group) for calendar_id, group in served.items()}

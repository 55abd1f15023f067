"""How the entries of a catalogue name each other, and what becomes of a name that goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

import attrs

from bookable.domain.calendar import Calendar
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Room
from bookable.errors import InvalidValueError, ResourceInUseError, UnknownIdError

Entry = Room | Equipment | Member | Calendar


def kind_of(entry: Entry) -> str:
    """The word for what this is: room, equipment, member or calendar."""
    return type(entry).__name__.lower()


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
    if isinstance(entry, Member):
        for member_id in references_of(entry):
            if not isinstance(entries.get(member_id), Member):
                place = f"member {entry.id!r}: absences.delegate_id"
                raise UnknownIdError("member", member_id, place)
        return
    for room_id in entry.parts if isinstance(entry, Room) else ():
        if not isinstance(entries.get(room_id), Room):
            raise UnknownIdError("room", room_id, f"room {entry.id!r}: parts")
    for calendar_id in entry.calendar_ids:
        if not isinstance(entries.get(calendar_id), Calendar):
            place = f"{kind_of(entry)} {entry.id!r}: calendar_ids"
            raise UnknownIdError("calendar", calendar_id, place)


def atoms_of(room_id: str, entries: Mapping[str, Entry]) -> frozenset[str]:
    """The rooms without parts that a room is made of, itself where it has none.

    Raises:
        InvalidValueError: If a room is part of itself.
    """
    found: set[str] = set()
    pending = [(room_id, frozenset({room_id}))]
    while pending:
        current, line = pending.pop()
        room = entries[current]
        parts = room.parts if isinstance(room, Room) else ()
        if not parts:
            found.add(current)
        for part in parts:
            if part in line:
                raise InvalidValueError(
                    "parts", part, "rooms that do not contain each other", "parts"
                )
            pending.append((part, line | {part}))
    return frozenset(found)


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
    count = min(need.count, max(1, len(pool))) if need.is_fixed else need.count
    return attrs.evolve(need, pool=pool, count=count)


def overlapping(entries: Mapping[str, Entry]) -> Mapping[str, tuple[str, ...]]:
    """For each room the others that share a part with it; none where no room has parts."""
    rooms = [entry for entry in entries.values() if isinstance(entry, Room)]
    if not any(room.parts for room in rooms):
        return {}
    users: dict[str, list[str]] = defaultdict(list)
    atoms = {room.id: atoms_of(room.id, entries) for room in rooms}
    for room_id, parts in atoms.items():
        for part in parts:
            users[part].append(room_id)
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

"""Everything there is in a plain world, and what is taken of each resource, unit by unit."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from bookable.testing.axis import NOBODY, Ids, Names, SessionKey, Units
from bookable.testing.plain import (
    PlainBlock,
    PlainBooking,
    PlainCalendar,
    PlainEquipment,
    PlainMember,
    PlainPlace,
    PlainRoom,
    Resource,
)
from bookable.testing.plain_life import as_of
from bookable.testing.plain_rules import PlainLimit


@dataclass(slots=True)
class Load:
    """What is taken of one resource, unit by unit.

    ``people``; units for each session; how many bookings of each calendar; and where a booking of a
    room that shares a part with it takes all of it.
    """

    people: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    sessions: dict[int, dict[SessionKey, int]] = field(default_factory=lambda: defaultdict(dict))
    calendars: dict[int, dict[str | None, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    whole: set[int] = field(default_factory=set)


@dataclass(slots=True)
class World:
    """Everything there is, by id. Change it through its methods only: loads are remembered.

    ``bookings`` are as they are ``now``, ``written`` as they were when somebody last did anything.
    """

    rooms: dict[str, PlainRoom] = field(default_factory=dict)
    equipment: dict[str, PlainEquipment] = field(default_factory=dict)
    members: dict[str, PlainMember] = field(default_factory=dict)
    calendars: dict[str, PlainCalendar] = field(default_factory=dict)
    bookings: dict[str, PlainBooking] = field(default_factory=dict)
    blocks: dict[str, PlainBlock] = field(default_factory=dict)
    places: dict[str, PlainPlace] = field(default_factory=dict)
    schedules: dict[str, Units] = field(default_factory=dict)
    limits: tuple[PlainLimit, ...] = ()
    travel: dict[tuple[str, str], int] = field(default_factory=dict)
    rules: Names = frozenset()
    now: int = 0
    written: dict[str, PlainBooking] = field(default_factory=dict)
    _loads: dict[object, Load] = field(default_factory=dict, repr=False, compare=False)
    remembered: dict[object, object] = field(default_factory=dict, repr=False, compare=False)

    def write(self) -> None:
        """Write down all bookings as they are now."""
        self.written = dict(self.bookings)
        self._look_again()

    def turn_to(self, now: int) -> None:
        """Let it be another time; what became of bookings by themselves is seen, not written."""
        self.now = now
        self._look_again()

    def _look_again(self) -> None:
        self.bookings = {
            booking.id: as_of(booking, self.now, in_session=self.is_in_session(booking))
            for booking in self.written.values()
        }
        self._forget()

    def is_in_session(self, booking: PlainBooking) -> bool:
        """Whether a booking shares its time with others (SPEC N12)."""
        calendar = self.calendars.get(booking.calendar_id or "")
        return calendar is not None and calendar.has_sessions

    def resource(self, resource_id: str) -> Resource | None:
        """The room, equipment or member of that id."""
        return (
            self.rooms.get(resource_id)
            or self.equipment.get(resource_id)
            or self.members.get(resource_id)
        )

    def put(self, thing: Resource | PlainCalendar) -> None:
        """Add or replace a part of the catalogue."""
        if isinstance(thing, PlainRoom):
            self.rooms[thing.id] = thing
        elif isinstance(thing, PlainEquipment):
            self.equipment[thing.id] = thing
        elif isinstance(thing, PlainMember):
            self.members[thing.id] = thing
        else:
            self.calendars[thing.id] = thing
        self._look_again()

    def drop(self, id_: str) -> None:
        """Take a part of the catalogue away."""
        for shelf in (self.rooms, self.equipment, self.members, self.calendars):
            shelf.pop(id_, None)
        self._look_again()

    def keep(self, booking: PlainBooking) -> None:
        """Store a booking, in place of the one of the same id; all are written as they are now."""
        self.bookings[booking.id] = booking
        self.write()

    def close(self, block: PlainBlock) -> None:
        """Store a block."""
        self.blocks[block.id] = block
        self._forget()

    def reopen(self, block_id: str) -> None:
        """Take a block away."""
        del self.blocks[block_id]
        self._forget()

    def _forget(self) -> None:
        self._loads.clear()
        self.remembered.clear()

    def copy(self) -> World:
        """Another world that is as this one is now."""
        return World(
            dict(self.rooms),
            dict(self.equipment),
            dict(self.members),
            dict(self.calendars),
            dict(self.bookings),
            dict(self.blocks),
            dict(self.places),
            dict(self.schedules),
            self.limits,
            dict(self.travel),
            self.rules,
            self.now,
            dict(self.written),
        )

    # What is made of what ------------------------------------------------------

    def atoms(self, room_id: str) -> Ids:
        """The rooms without parts that a room is made of."""
        room = self.rooms.get(room_id)
        parts = [part for part in room.parts if part in self.rooms] if room else []
        return frozenset({room_id}).union(*map(self.atoms, parts)) - ({room_id} if parts else set())

    def overlapping(self, resource_id: str) -> Ids:
        """The other rooms that share a part with a room."""
        if resource_id not in self.rooms or not any(room.parts for room in self.rooms.values()):
            return NOBODY
        atoms = self.atoms(resource_id)
        return frozenset(
            other for other in self.rooms if other != resource_id and atoms & self.atoms(other)
        )

    # What is taken -------------------------------------------------------------

    def session_of(self, booking: PlainBooking) -> SessionKey:
        """What it shares its hosts, rooms and equipment under: itself, or its session."""
        calendar_id = booking.calendar_id
        if calendar_id is None or not self.is_in_session(booking):
            return (booking.id,)
        return session_key(calendar_id, booking.start, booking.last, booking.hosts, booking.rooms)

    def load(self, resource_id: str, ignoring: Ids = NOBODY, *, counted: str = "footprint") -> Load:
        """What the stored bookings take of a resource: by footprint, by body, or as kept."""
        key = (resource_id, ignoring, counted)
        if key in self._loads:
            return self._loads[key]
        load, overlapping = Load(), self.overlapping(resource_id)
        for booking in self.bookings.values():
            if not booking.is_blocking or booking.id in ignoring:
                continue
            if resource_id in booking.resources:
                self._add(load, booking, resource_id, counted)
            else:
                for room_id in booking.rooms:
                    if room_id in overlapping:
                        load.whole.update(_time(booking, room_id, counted))
        self._loads[key] = load
        return load

    def _add(self, load: Load, booking: PlainBooking, resource_id: str, counted: str) -> None:
        own = resource_id in booking.individual
        session = (booking.id,) if own else self.session_of(booking)
        units = dict(booking.equipment).get(resource_id, 1)
        for unit in _time(booking, resource_id, counted):
            load.people[unit] += booking.party
            load.calendars[unit][booking.calendar_id] += 1
            here = load.sessions[unit]
            here[session] = max(units, here.get(session, 0))


def _time(booking: PlainBooking, resource_id: str, counted: str) -> range:
    if counted == "body":
        return booking.time_of(resource_id)
    return booking.kept(resource_id) if counted == "kept" else booking.footprint(resource_id)


def session_key(
    calendar_id: str, start: int, end: int, hosts: tuple[str, ...], rooms: tuple[str, ...]
) -> SessionKey:
    """Bookings that agree in all of this share one session (SPEC N12)."""
    return (calendar_id, start, end, tuple(sorted(hosts)), tuple(sorted(rooms)))

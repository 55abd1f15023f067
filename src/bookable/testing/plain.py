"""The booking vocabulary as plain records on a short axis of whole units of time.

Nothing here knows the engine. An instant is a whole number from 0 to `AXIS`; unit *u*
is the time ``[u, u + 1)``. Opening hours are the set of open units, out-of-service
equipment is one number per unit, and a booking is the units that it covers. What such
a world means is decided in `bookable.testing.oracle`, by trying everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field

AXIS = 48
"""The number of units of the axis: two days, when a unit is an hour."""

DAY = 24
"""The units from one midnight to the next."""

MARGIN = 8
"""Starts lie in ``[MARGIN, AXIS - MARGIN)``, so that no footprint leaves the axis."""

EPOCH_UNITS = 492_336
"""The units from 1970 to the first unit of the axis: Monday 2 March 2026, in hours."""

Units = frozenset[int]
Ids = frozenset[str]
SessionKey = tuple[object, ...]
Buffer = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PlainRoom:
    """A place with seats, and perhaps a limit on what goes on in it at once."""

    id: str
    capacity: int
    max_concurrent: int | None = None
    calendar_ids: tuple[str, ...] = ()
    is_active: bool = True
    open_units: Units | None = None
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class PlainEquipment:
    """Like units of a thing; ``out_of_service`` says for each unit of time how many are broken."""

    id: str
    quantity: int
    out_of_service: tuple[int, ...] = (0,) * AXIS
    calendar_ids: tuple[str, ...] = ()
    is_active: bool = True
    open_units: Units | None = None
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class PlainMember:
    """A person, who does one thing at a time."""

    id: str
    open_units: Units | None = None
    priority: int = 0
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class PlainRole:
    """*count* different resources of the pool."""

    pool: tuple[str, ...]
    count: int = 1
    units: int = 1
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class PlainGrid:
    """Starts by wall clock (``local``), by whole steps since 1970 (``epoch``) or as listed."""

    kind: str
    step: int = 1
    offset: int = 0
    starts: Units = frozenset()

    def includes(self, start: int) -> bool:
        """Whether a booking may start there."""
        if self.kind == "fixed":
            return start in self.starts
        since = start % DAY if self.kind == "local" else EPOCH_UNITS + start
        return (since - self.offset) % self.step == 0


@dataclass(frozen=True, slots=True)
class PlainCalendar:
    """What is booked: its staff, places, rules."""

    id: str
    duration: int
    kind: str = "round_robin"
    member_ids: tuple[str, ...] = ()
    step: int | None = None
    seats: int = 1
    before: int = 0
    after: int = 0
    within_hours: bool = False
    notice: int = 0
    horizon: int | None = None
    grid: PlainGrid | None = None
    open_units: Units | None = None
    requirements: tuple[PlainRole, ...] | None = None
    durations: tuple[int, ...] = ()
    is_active: bool = True

    @property
    def has_sessions(self) -> bool:
        """Whether bookings of it can share one session (SPEC N12)."""
        return self.kind == "class" or self.seats > 1


@dataclass(frozen=True, slots=True)
class PlainBooking:
    """A booking and exactly what it takes."""

    id: str
    start: int
    end: int
    calendar_id: str | None = None
    party: int = 1
    hosts: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    equipment: tuple[tuple[str, int], ...] = ()
    buffers: tuple[tuple[str, Buffer], ...] = ()
    status: str = "confirmed"
    customer_id: str | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether it takes anything at all."""
        return self.status in ("pending", "confirmed")

    @property
    def resources(self) -> tuple[str, ...]:
        """Everything that it takes."""
        return self.hosts + self.rooms + tuple(id_ for id_, _ in self.equipment)

    def footprint(self, resource_id: str) -> range:
        """The units that it takes of a resource, buffers included."""
        before, after = dict(self.buffers).get(resource_id, (0, 0))
        return range(self.start - before, self.end + after)


@dataclass(frozen=True, slots=True)
class PlainBlock:
    """Time in which a resource takes no booking."""

    id: str
    resource_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlainAsk:
    """One question, with every rule that decides it spelled out."""

    duration: int
    roles: tuple[PlainRole, ...]
    party: int = 1
    calendar_id: str | None = None
    host_ids: frozenset[str] | None = None
    before: int = 0
    after: int = 0
    within_hours: bool = False
    notice: int = 0
    horizon: int | None = None
    grid: PlainGrid | None = None
    open_units: Units | None = None
    seats: int | None = None
    is_active: bool = True


@dataclass(slots=True)
class Load:
    """What is taken of one resource, unit by unit: people, and units for each session."""

    people: list[int] = field(default_factory=lambda: [0] * AXIS)
    sessions: list[dict[SessionKey, int]] = field(default_factory=lambda: [{} for _ in range(AXIS)])


Resource = PlainRoom | PlainEquipment | PlainMember


@dataclass(slots=True)
class World:
    """Everything there is, by id. Change it through its methods only: loads are remembered."""

    rooms: dict[str, PlainRoom] = field(default_factory=dict)
    equipment: dict[str, PlainEquipment] = field(default_factory=dict)
    members: dict[str, PlainMember] = field(default_factory=dict)
    calendars: dict[str, PlainCalendar] = field(default_factory=dict)
    bookings: dict[str, PlainBooking] = field(default_factory=dict)
    blocks: dict[str, PlainBlock] = field(default_factory=dict)
    _loads: dict[str, Load] = field(default_factory=dict, repr=False, compare=False)

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
        self._loads.clear()

    def drop(self, id_: str) -> None:
        """Take a part of the catalogue away."""
        for shelf in (self.rooms, self.equipment, self.members, self.calendars):
            shelf.pop(id_, None)
        self._loads.clear()

    def keep(self, booking: PlainBooking) -> None:
        """Store a booking, in place of the one of the same id."""
        old = self.bookings.get(booking.id)
        for resource_id in booking.resources + (old.resources if old else ()):
            self._loads.pop(resource_id, None)
        self.bookings[booking.id] = booking

    def session_of(self, booking: PlainBooking) -> SessionKey:
        """What it shares its hosts, rooms and equipment under: itself, or its session."""
        calendar = self.calendars.get(booking.calendar_id or "")
        if calendar is None or not calendar.has_sessions:
            return (booking.id,)
        return session_key(calendar.id, booking.start, booking.end, booking.hosts, booking.rooms)

    def load(self, resource_id: str, ignoring: frozenset[str] = frozenset()) -> Load:
        """What the stored bookings take of a resource, unit by unit."""
        if not ignoring and resource_id in self._loads:
            return self._loads[resource_id]
        load = Load()
        for booking in self.bookings.values():
            if not booking.is_blocking or booking.id in ignoring:
                continue
            if resource_id not in booking.resources:
                continue
            key, units = self.session_of(booking), dict(booking.equipment).get(resource_id, 1)
            for unit in booking.footprint(resource_id):
                load.people[unit] += booking.party
                here = load.sessions[unit]
                here[key] = max(units, here.get(key, 0))
        if not ignoring:
            self._loads[resource_id] = load
        return load


def session_key(
    calendar_id: str, start: int, end: int, hosts: tuple[str, ...], rooms: tuple[str, ...]
) -> SessionKey:
    """Bookings that agree in all of this share one session (SPEC N12)."""
    return (calendar_id, start, end, tuple(sorted(hosts)), tuple(sorted(rooms)))

"""The booking vocabulary as plain records on a short axis of whole units of time.

Nothing here knows the engine. An instant is a whole number from 0 to `AXIS`; unit *u*
is the time ``[u, u + 1)``. Opening hours are the set of open units, out-of-service
equipment is one number per unit, and a booking is the units that it covers. What such
a world means is decided in `bookable.testing.oracle`, by trying everything.
"""

from __future__ import annotations

from dataclasses import dataclass

from bookable.testing.axis import AXIS, BLOCKING, NO_BUFFER, Attributes, Buffer, Ids, Names, Units
from bookable.testing.plain_rules import (
    DEFAULT_RANKING,
    PlainAccess,
    PlainAddOn,
    PlainCheckIn,
    PlainGrid,
    PlainLimit,
    PlainRanking,
    PlainRole,
    PlainTerm,
    PlainVariant,
)

# Resources -------------------------------------------------------------------


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
    policy: str | None = None
    enforce: bool | None = None
    overbook: int = 0
    parts: tuple[str, ...] = ()
    features: Names = frozenset()
    attributes: Attributes = ()
    location_id: str | None = None
    schedule_id: str | None = None
    check_in: PlainCheckIn | None = None


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
    policy: str | None = None
    overbook: int = 0
    features: Names = frozenset()
    attributes: Attributes = ()
    location_id: str | None = None
    schedule_id: str | None = None

    def broken_at(self, unit: int) -> int:
        """How many are out of service; the same number at all times also holds off the axis."""
        if 0 <= unit < len(self.out_of_service):
            return self.out_of_service[unit]
        return self.out_of_service[0] if len(set(self.out_of_service)) == 1 else 0


@dataclass(frozen=True, slots=True)
class PlainAbsence:
    """Time in which a member is away; the delegate stands in, where a question asks for that."""

    start: int
    end: int
    delegate_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlainMember:
    """A person, who does one thing at a time."""

    id: str
    open_units: Units | None = None
    priority: int = 0
    is_active: bool = True
    weight: int = 1
    features: Names = frozenset()
    attributes: Attributes = ()
    schedule_id: str | None = None
    calendar_schedules: tuple[tuple[str, str], ...] = ()
    absences: tuple[PlainAbsence, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainPlace:
    """A location inside another, with what it sets for everything in it; ``locked`` always holds."""

    id: str
    parent_id: str | None = None
    settings: tuple[tuple[str, object], ...] = ()
    locked: Names = frozenset()


Resource = PlainRoom | PlainEquipment | PlainMember


# Calendars --------------------------------------------------------------


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
    notice: int | PlainTerm = 0
    horizon: int | PlainTerm | None = None
    grid: PlainGrid | None = None
    open_units: Units | None = None
    requirements: tuple[PlainRole, ...] | None = None
    durations: tuple[int, ...] = ()
    is_active: bool = True
    policy: str = "exclusive"
    per_host: int = 1
    overbook: int = 0
    limits: tuple[PlainLimit, ...] = ()
    access: PlainAccess | None = None
    ranking: PlainRanking = DEFAULT_RANKING
    location_id: str | None = None
    schedule_id: str | None = None
    shift: int | None = None
    host_units: Units | None = None
    host_mode: str = "replace"
    booker_units: Units | None = None
    longest: int | None = None
    most_days: int = 0
    host_durations: tuple[tuple[str, int], ...] = ()
    variants: tuple[PlainVariant, ...] = ()
    add_ons: tuple[PlainAddOn, ...] = ()
    check_in: PlainCheckIn | None = None
    pending_blocks: bool = True

    @property
    def has_sessions(self) -> bool:
        """Whether bookings of it can share one session (SPEC N12)."""
        return self.kind == "class" or self.seats > 1


# What is booked --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlainBooking:
    """A booking and exactly what it takes; what became of it stands at the end.

    A hold was ``created`` and ``expires``. What was over early ``ended`` at its ``end`` and was to last
    until ``planned_end``; ``rooms_until`` is when its rooms were given up. ``override`` are the
    rules of capacity that were left aside for it.
    """

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
    location_id: str | None = None
    tags: Names = frozenset()
    individual: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    created: int | None = None
    expires: int | None = None
    needs_approval: bool = False
    pending_blocks: bool = True
    check_in: PlainCheckIn | None = None
    checked_in: int | None = None
    method: str | None = None
    ended: int | None = None
    planned_end: int | None = None
    rooms_until: int | None = None
    cancelled: int | None = None
    version: int = 1
    override: Names = frozenset()

    @property
    def is_blocking(self) -> bool:
        """Whether it takes anything at all (SPEC N26)."""
        if self.status == "pending":
            return self.pending_blocks
        if self.status in ("completed", "no_show", "released"):
            return self.ended is None or self.ended > self.start
        return self.status in ("hold", "confirmed", "checked_in")

    @property
    def last(self) -> int:
        """When it was to end, however early it ended."""
        return self.end if self.planned_end is None else self.planned_end

    @property
    def resources(self) -> tuple[str, ...]:
        """Everything that it takes."""
        return self.hosts + self.rooms + tuple(id_ for id_, _ in self.equipment)

    @property
    def body(self) -> range:
        """The booked units, buffers left aside."""
        return range(self.start, self.end)

    def time_of(self, resource_id: str) -> range:
        """The units in which it has a resource, buffers left aside: rooms may be given up before."""
        if self.rooms_until is not None and resource_id in self.rooms:
            return range(self.start, self.rooms_until)
        return self.body

    def footprint(self, resource_id: str) -> range:
        """The units that it takes of a resource, buffers included; none where it never has it."""
        before, after, _ = dict(self.buffers).get(resource_id, NO_BUFFER)
        time = self.time_of(resource_id)
        return range(time.start - before, time.stop + after) if time else time

    def kept(self, resource_id: str) -> range:
        """The units that nobody else may have: without buffers that may be shared."""
        policy = dict(self.buffers).get(resource_id, NO_BUFFER)[2]
        return self.footprint(resource_id) if policy == "exclusive" else self.time_of(resource_id)


@dataclass(frozen=True, slots=True)
class PlainBlock:
    """Time in which a resource takes no booking, with its own buffers."""

    id: str
    resource_id: str
    start: int
    end: int
    kind: str = "busy"
    before: int = 0
    after: int = 0

    @property
    def footprint(self) -> range:
        """The blocked units, buffers included."""
        return range(self.start - self.before, self.end + self.after)

    @property
    def body(self) -> range:
        """The blocked units."""
        return range(self.start, self.end)


@dataclass(frozen=True, slots=True)
class PlainAsk:
    """One question, with every rule that decides it spelled out.

    ``anywhere`` leaves the grid aside, ``timeless`` notice and horizon. With ``slack`` the booking
    moves about inside its duration, which is one unit longer than what it lasts.
    """

    duration: int
    roles: tuple[PlainRole, ...]
    party: int = 1
    calendar_id: str | None = None
    host_ids: Ids | None = None
    before: int = 0
    after: int = 0
    policy: str = "exclusive"
    within_hours: bool = False
    notice: int | PlainTerm = 0
    horizon: int | PlainTerm | None = None
    grid: PlainGrid | None = None
    open_units: Units | None = None
    booker_units: Units | None = None
    seats: int | None = None
    nominal_seats: int | None = None
    is_active: bool = True
    shift: int = 0
    kinds: Names = BLOCKING
    access: str = "allow"
    customer_id: str | None = None
    groups: tuple[str, ...] = ()
    tags: Names = frozenset()
    location_id: str | None = None
    features: Names = frozenset()
    where: tuple[tuple[str, str, bool | int | str], ...] = ()
    wanted_location: str | None = None
    attendee_ids: tuple[str, ...] = ()
    optional_ids: tuple[str, ...] = ()
    prefer_ids: tuple[str, ...] = ()
    use_delegates: bool = False
    booker_shift: int | None = None
    variant_id: str | None = None
    add_on_ids: tuple[str, ...] = ()
    whole_days: int = 0
    unknown_ids: Names = frozenset()
    unknown: str = "busy"
    limits: tuple[PlainLimit, ...] = ()
    ranking: PlainRanking = DEFAULT_RANKING
    anywhere: bool = False
    timeless: bool = False
    slack: int = 0

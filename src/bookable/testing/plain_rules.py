"""The rules of a plain world: roles, grids, notices, limits, rankings."""

from __future__ import annotations

from dataclasses import dataclass

from bookable.testing.axis import DAY, EPOCH_UNITS, Names, Units


@dataclass(frozen=True, slots=True)
class PlainRole:
    """*count* different resources of the pool, or of everything of that kind.

    ``per_attendees`` makes the units those for every so many people begun. ``limited`` are
    resources that may serve in these units of time only: delegates. ``is_for_add_on`` marks what
    an add-on needs, ``are_attendees`` those who only have to be there.
    """

    pool: tuple[str, ...] = ()
    count: int = 1
    units: int = 1
    before: int | None = None
    after: int | None = None
    policy: str | None = None
    kind: str | None = None
    features: Names = frozenset()
    where: tuple[tuple[str, str, bool | int | str], ...] = ()
    per_attendees: int | None = None
    are_hosts: bool = False
    limited: tuple[tuple[str, Units], ...] = ()
    is_for_add_on: bool = False
    are_attendees: bool = False

    def units_for(self, party: int) -> int:
        """The units that so many people take."""
        if self.per_attendees is None:
            return self.units
        groups = 0
        while groups * self.per_attendees < party:
            groups += 1
        return self.units * groups


@dataclass(frozen=True, slots=True)
class PlainGrid:
    """Starts by wall clock (``local``), by whole steps since 1970 (``epoch``) or as listed.

    ``window`` and ``aligned`` are packed into what is free: see `bookable.testing.oracle_grid`.
    """

    kind: str
    step: int = 1
    offset: int = 0
    starts: Units = frozenset()
    shift: int = 0

    @property
    def is_packed(self) -> bool:
        """Whether its starts depend on what is free."""
        return self.kind in ("window", "aligned")

    def includes(self, start: int) -> bool:
        """Whether a booking may start there."""
        if self.kind == "fixed":
            return start in self.starts
        since = (start + self.shift) % DAY if self.kind == "local" else EPOCH_UNITS + start
        return (since - self.offset) % self.step == 0


@dataclass(frozen=True, slots=True)
class PlainTerm:
    """A notice or horizon that a clock or schedule decides; ``shift`` is its zone, if it has one.

    Kinds: ``months``, ``working_time``, ``working_days``, ``last_date``, ``date_range`` (from the day
    ``first`` to the day ``count`` of the axis), ``rolling``.
    """

    kind: str
    count: int
    shift: int | None = None
    open_units: Units | None = None
    first: int = 0


@dataclass(frozen=True, slots=True)
class PlainLimit:
    """At most so many bookings, or so many units of booked time, in a period."""

    maximum: int
    period: str
    per: Names = frozenset({"calendar"})
    is_timed: bool = False
    shift: int | None = None
    week_start: int = 0
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class PlainRanking:
    """The keys by which candidates are compared."""

    order: tuple[str, ...] = ("smallest_room", "priority", "least_loaded")
    weights: tuple[tuple[str, int], ...] = ()
    priorities: tuple[tuple[str, int], ...] = ()
    calibration: tuple[tuple[str, tuple[int, int]], ...] = ()
    counted: tuple[int, int] | None = None
    strict: bool = False


DEFAULT_RANKING = PlainRanking()


@dataclass(frozen=True, slots=True)
class PlainAccess:
    """Who may book: deny, then allow, then request, then everybody else; and until when to undo it."""

    allow: Names = frozenset()
    request: Names = frozenset()
    deny: Names = frozenset()
    otherwise: str = "allow"
    cancel_notice: int | None = None
    reschedule_notice: int | None = None


@dataclass(frozen=True, slots=True)
class PlainCheckIn:
    """From how long before the start one may check in, and until how long after it one has to."""

    early: int = 0
    grace: int | None = None
    scope: str = "booking"
    most_missed: int | None = None


@dataclass(frozen=True, slots=True)
class PlainVariant:
    """A form of a service with a duration of its own, which may depend on the host."""

    id: str
    duration: int
    host_durations: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlainAddOn:
    """Something that makes a booking longer, and may need resources."""

    id: str
    duration: int = 0
    roles: tuple[PlainRole, ...] = ()

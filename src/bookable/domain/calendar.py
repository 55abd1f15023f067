"""A calendar: the rules under which one thing is booked, as a frozen value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final, TypeVar

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_flag,
    check_id,
    check_ids,
    check_items,
    check_text,
    check_type,
)
from bookable.domain.hours import OpeningHours, check_hours
from bookable.domain.life import CheckIn
from bookable.domain.limit import Limit
from bookable.domain.listing import Listing
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.domain.policy import (
    BookingPolicy,
    BufferPolicy,
    Horizon,
    Notice,
    check_horizon,
    check_notice,
)
from bookable.domain.ranking import DEFAULT_RANKING, Ranking
from bookable.domain.requirement import Requirement, check_requirements
from bookable.domain.service import AddOn, Variant, host_durations
from bookable.errors import InvalidValueError, LimitExceededError, UnknownIdError
from bookable.frozen_map import FrozenMap
from bookable.limits import LONGEST_DURATION, MOST_LIMITS
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.packing import AnyGrid, check_grid

ZERO: Final = timedelta(0)


class CalendarKind(StrEnum):
    """Who serves a booking (SPEC, the catalogue)."""

    PERSONAL = "personal"
    """Exactly one member."""
    ROUND_ROBIN = "round_robin"
    """Any one of the members."""
    COLLECTIVE = "collective"
    """All members together, one of them primary."""
    CLASS = "class"
    """One host, many seats: bookings of the same time share one session."""
    EVENT = "event"
    """A place, without a choice of staff."""
    SERVICE = "service"
    """Staff, rooms and equipment."""


def _kind(value: str) -> CalendarKind:
    return check_choice(value, CalendarKind, "kind")


def _member_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "member_ids", known="member ids")


def _requirements(values: Iterable[Requirement] | None) -> tuple[Requirement, ...] | None:
    return None if values is None else check_requirements(values)


def _durations(values: Iterable[timedelta]) -> tuple[timedelta, ...]:
    durations = check_items(values, timedelta, "durations", "a timedelta")
    return tuple(sorted({check_duration(value, "durations", positive=True) for value in durations}))


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


def _policy(value: BufferPolicy | str) -> BufferPolicy:
    return check_choice(value, BufferPolicy, "buffer_policy")


def check_limits(values: Iterable[Limit], name: str = "limits") -> tuple[Limit, ...]:
    """Limits, each once, in the order given."""
    found = tuple(dict.fromkeys(check_items(values, Limit, name, "a Limit(maximum, period)")))
    if len(found) > MOST_LIMITS:
        raise LimitExceededError(name, len(found), MOST_LIMITS)
    return found


def _limits(values: Iterable[Limit]) -> tuple[Limit, ...]:
    return check_limits(values)


N = TypeVar("N", Variant, AddOn)


def _named(values: Iterable[N], kind: type[N], name: str) -> tuple[N, ...]:
    found = check_items(values, kind, name, f"a {kind.__name__}")
    ids = [each.id for each in found]
    for each in found:
        if ids.count(each.id) > 1:
            raise InvalidValueError(name, each.id, "an id used once", "duplicate_id")
    return found


def _variants(values: Iterable[Variant]) -> tuple[Variant, ...]:
    return _named(values, Variant, "variants")


def _add_ons(values: Iterable[AddOn]) -> tuple[AddOn, ...]:
    return _named(values, AddOn, "add_ons")


class HostHours(StrEnum):
    """How the common hours of a calendar's hosts meet the hours of their own."""

    REPLACE = "replace"
    """Only the common hours count."""
    INTERSECT = "intersect"
    """Both must be open."""


def _host_hours_mode(value: HostHours | str) -> HostHours:
    return check_choice(value, HostHours, "host_hours_mode")


@frozen(cache_hash=True)
class Calendar:
    """What can be booked, for how long, by which rules.

    ``kind`` says who serves: ``personal`` exactly one member, ``round_robin`` and ``service`` any
    one of them, ``collective`` all of them, ``class`` any one for many seats, ``event`` nobody.

    Rooms and equipment name the calendars that they serve. A calendar needs its
    hosts by ``kind``, any one of the rooms mapped to it and one unit of each piece of
    equipment mapped to it; ``requirements`` replaces what is needed beside the
    hosts. One that needs nothing at all and has no sessions is never bookable.

    Starts lie on ``grid``, by default every ``duration`` since local midnight in ``zone``, whenever
    it opens and without regard to buffers. ``slot_step`` is another step since midnight; the grid
    ``WindowStart(step)`` begins at each opening. ``zone=None`` is the zone of ``hours``, else the one zone of
    the members' hours, else of what is required, else of its rooms, else UTC: one member from
    elsewhere makes it UTC, so state it. ``durations`` are allowed beside ``duration``. Bookings of the same
    time share a session of ``seats_per_slot`` seats where ``kind`` is ``class`` or
    ``seats_per_slot`` is above one (SPEC N12); it is 1 unless given, for a ``class`` too.

    Buffers surround each booking; by the ``exclusive`` ``buffer_policy`` they count towards
    both neighbours (SPEC N15). Only ``buffer_within_hours`` asks for them to lie inside opening
    hours. A start is offered from ``now + minimum_notice`` on, inclusive, and before
    ``now + booking_horizon``; both have other kinds beside durations (SPEC N18, N19).

    ``variants``, ``add_ons`` and ``host_durations`` decide how long a booking lasts. Where
    ``shortest`` or ``longest`` is given, any duration between the two, add-ons included, is allowed
    as well; so are up to ``most_days`` whole local days. ``host_hours`` replace the hours that the hosts have of
    their own, or with ``host_hours_mode="intersect"`` only narrow them. ``booker_hours`` narrow the
    offer by the clock of who books. ``hours=None`` is open at all hours, unless ``schedule_id`` names
    hours that the catalogue keeps; where both are given, ``hours`` win.

    ``bookings_per_host`` may run at once with one host, where there are no sessions. The seats of
    a session may be overbooked by ``overbook_percent``. ``minimum_attendees`` is only reported:
    `Scheduler.sessions` says which sessions are short; it never keeps anything from being booked.
    ``check_in`` says when people must have come, ``pending_blocks`` whether what waits for approval
    keeps its time.
    ``limits`` bound how much is booked, ``policy`` who books,
    ``ranking`` decides who serves, ``listing`` what is shown. ``metadata`` are texts of the host's own.

    >>> cut = Calendar(
    ...     "cut",
    ...     timedelta(minutes=30),
    ...     member_ids=["ada"],
    ...     variants=[Variant("long hair", timedelta(minutes=50))],
    ...     add_ons=[AddOn("wash", timedelta(minutes=10))],
    ... )
    >>> cut.durations_with("ada", "long hair", ["wash"])
    (datetime.timedelta(seconds=3600),)

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
    """

    id: str
    duration: timedelta
    kind: CalendarKind = field(default=CalendarKind.ROUND_ROBIN, converter=_kind)
    member_ids: tuple[str, ...] = field(default=(), converter=_member_ids)
    primary_id: str | None = None
    slot_step: timedelta | None = None
    seats_per_slot: int = 1
    buffer_before: timedelta = ZERO
    buffer_after: timedelta = ZERO
    buffer_within_hours: bool = False
    minimum_notice: Notice = ZERO
    booking_horizon: Horizon | None = None
    grid: AnyGrid | None = None
    zone: Zone | None = field(default=None, converter=_zone)
    hours: OpeningHours | None = None
    requirements: tuple[Requirement, ...] | None = field(default=None, converter=_requirements)
    durations: tuple[timedelta, ...] = field(default=(), converter=_durations)
    name: str = ""
    description: str = ""
    location_id: str | None = None
    is_active: bool = True
    buffer_policy: BufferPolicy = field(default=BufferPolicy.EXCLUSIVE, converter=_policy)
    limits: tuple[Limit, ...] = field(default=(), converter=_limits)
    policy: BookingPolicy | None = None
    ranking: Ranking = DEFAULT_RANKING
    listing: Listing | None = None
    schedule_id: str | None = None
    host_hours: OpeningHours | None = None
    host_hours_mode: HostHours = field(default=HostHours.REPLACE, converter=_host_hours_mode)
    booker_hours: OpeningHours | None = None
    shortest: timedelta | None = None
    longest: timedelta | None = None
    most_days: int = 0
    host_durations: FrozenMap[str, timedelta] = field(default=FrozenMap(), converter=host_durations)
    variants: tuple[Variant, ...] = field(default=(), converter=_variants)
    add_ons: tuple[AddOn, ...] = field(default=(), converter=_add_ons)
    bookings_per_host: int = 1
    minimum_attendees: int = 1
    overbook_percent: int = 0
    check_in: CheckIn | None = None
    pending_blocks: bool = True
    metadata: FrozenMap[str, str] = field(default=NO_METADATA, converter=to_metadata)

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_text(self.name, "name")
        check_text(self.description, "description")
        check_flag(self.is_active, "is_active")
        check_amount(self.seats_per_slot, "seats_per_slot", minimum=1)
        check_hours(self.hours, "hours")
        check_hours(self.host_hours, "host_hours")
        check_hours(self.booker_hours, "booker_hours")
        for name in ("location_id", "schedule_id"):
            if getattr(self, name) is not None:
                check_id(getattr(self, name), name)
        if self.grid is not None:
            check_grid(self.grid, "grid")
        if self.policy is not None:
            check_type(self.policy, BookingPolicy, "policy", "a BookingPolicy, or None")
        if self.listing is not None:
            check_type(self.listing, Listing, "listing", "a Listing, or None")
        check_type(self.ranking, Ranking, "ranking", "a Ranking")
        CheckIn.check(self.check_in)
        check_flag(self.pending_blocks, "pending_blocks")
        check_amount(self.bookings_per_host, "bookings_per_host", minimum=1)
        check_amount(self.minimum_attendees, "minimum_attendees", minimum=1)
        check_amount(self.overbook_percent, "overbook_percent", maximum=1_000)
        if self.bookings_per_host > 1 and self.has_sessions:
            expected = "1 for a calendar with sessions, whose bookings share a host already"
            raise InvalidValueError(
                "bookings_per_host", self.bookings_per_host, expected, "quantity"
            )
        self._check_durations()
        self._check_members()

    def _check_durations(self) -> None:
        check_duration(self.duration, "duration", positive=True)
        check_duration(self.buffer_before, "buffer_before")
        check_duration(self.buffer_after, "buffer_after")
        check_flag(self.buffer_within_hours, "buffer_within_hours")
        check_notice(self.minimum_notice)
        check_horizon(self.booking_horizon)
        check_amount(self.most_days, "most_days", maximum=LONGEST_DURATION.days - 1)
        for name in ("slot_step", "shortest", "longest"):
            if getattr(self, name) is not None:
                check_duration(getattr(self, name), name, positive=True)
        if self.shortest and self.longest and self.shortest > self.longest:
            raise InvalidValueError("longest", self.longest, "at least the shortest", "duration")

    def _check_members(self) -> None:
        needed = {
            CalendarKind.PERSONAL: "exactly one member id",
            CalendarKind.COLLECTIVE: "at least one member id",
        }.get(self.kind)
        personal_crowd = self.kind is CalendarKind.PERSONAL and len(self.member_ids) != 1
        if needed and (personal_crowd or not self.member_ids):
            raise InvalidValueError("member_ids", self.member_ids, needed, "member_ids")
        if self.kind is CalendarKind.EVENT and self.member_ids:
            expected = "no member ids for a calendar of kind 'event'"
            raise InvalidValueError("member_ids", self.member_ids, expected, "member_ids")
        if (
            self.primary_id is not None
            and check_id(self.primary_id, "primary_id") not in self.member_ids
        ):
            expected = "one of the calendar's member ids"
            raise InvalidValueError("primary_id", self.primary_id, expected, "member_ids")

    @property
    def has_sessions(self) -> bool:
        """Whether bookings of the same time share one session (SPEC N12)."""
        return self.kind is CalendarKind.CLASS or self.seats_per_slot > 1

    @property
    def seats(self) -> int:
        """The seats of one session, with those that may be overbooked."""
        return self.seats_per_slot * (100 + self.overbook_percent) // 100

    @property
    def allowed_durations(self) -> tuple[timedelta, ...]:
        """Every duration that may be booked of itself, shortest first."""
        return tuple(sorted({self.duration, *self.durations}))

    def variant(self, variant_id: str) -> Variant:
        """The variant of this id, or `UnknownIdError`."""
        return _one(self.variants, variant_id, "variant")

    def add_on(self, add_on_id: str) -> AddOn:
        """The add-on of this id, or `UnknownIdError`."""
        return _one(self.add_ons, add_on_id, "add_on")

    def durations_with(
        self, host_id: str | None, variant_id: str | None = None, add_on_ids: Iterable[str] = ()
    ) -> tuple[timedelta, ...]:
        """The listed durations of a booking with this host, shortest first.

        Those between ``shortest`` and ``longest`` are allowed beside them.
        """
        extra = sum((self.add_on(key).duration for key in add_on_ids), ZERO)
        variant = None if variant_id is None else self.variant(variant_id)
        own = self.host_durations if variant is None else variant.host_durations
        if host_id is not None and host_id in own:
            return (own[host_id] + extra,)
        plain = self.allowed_durations if variant is None else (variant.duration,)
        return tuple(duration + extra for duration in plain)

    def allows(
        self,
        duration: timedelta,
        host_id: str | None,
        variant_id: str | None = None,
        add_on_ids: Iterable[str] = (),
    ) -> bool:
        """Whether a booking with this host may last so long, add-ons included."""
        listed = self.durations_with(host_id, variant_id, add_on_ids)
        if duration in listed:
            return True
        if variant_id is not None or (self.shortest is None and self.longest is None):
            return False
        low = ZERO if self.shortest is None else self.shortest
        return low <= duration and (self.longest is None or duration <= self.longest)


def _one(values: Iterable[N], wanted: str, name: str) -> N:
    check_id(wanted, f"{name}_id")
    known = {each.id: each for each in values}
    if wanted not in known:
        raise UnknownIdError.among(name.replace("_", "-"), wanted, f"{name}_id", known)
    return known[wanted]

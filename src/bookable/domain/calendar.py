"""A calendar: the rules under which one thing is booked, as a frozen value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Final

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
)
from bookable.domain.hours import OpeningHours, check_hours
from bookable.domain.requirement import Requirement, check_requirements
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.grid import Grid, check_grid

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


@frozen(cache_hash=True)
class Calendar:
    """What can be booked, for how long, by which rules.

    ``kind`` says who serves: ``personal`` exactly one member, ``round_robin`` and ``service`` any
    one of them, ``collective`` all of them, ``class`` any one for many seats, ``event`` nobody.

    Rooms and equipment name the calendars that they serve. A calendar needs its
    hosts by ``kind``, any one of the rooms mapped to it and one unit of each piece of
    equipment mapped to it; ``requirements`` replaces what is needed beside the
    hosts. One that needs nothing at all and has no sessions is never bookable. Starts lie on ``grid``, by default every ``slot_step`` (the duration,
    unless given) since local midnight in ``zone``. ``durations`` are allowed beside
    ``duration``. Bookings of the same time share a session of ``seats_per_slot``
    seats where ``kind`` is ``class`` or ``seats_per_slot`` is above one (SPEC N12).

    Buffers surround each booking and count towards both neighbours (SPEC N15,
    ``exclusive``); only ``buffer_within_hours`` asks for them to lie inside opening
    hours. A start is offered from ``now + minimum_notice`` on, inclusive, and before
    ``now + booking_horizon``.

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
    minimum_notice: timedelta = ZERO
    booking_horizon: timedelta | None = None
    grid: Grid | None = None
    zone: Zone | None = field(default=None, converter=_zone)
    hours: OpeningHours | None = None
    requirements: tuple[Requirement, ...] | None = field(default=None, converter=_requirements)
    durations: tuple[timedelta, ...] = field(default=(), converter=_durations)
    name: str = ""
    description: str = ""
    location_id: str | None = None
    is_active: bool = True

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_text(self.name, "name")
        check_text(self.description, "description")
        check_flag(self.is_active, "is_active")
        check_amount(self.seats_per_slot, "seats_per_slot", minimum=1)
        check_hours(self.hours, "hours")
        if self.location_id is not None:
            check_id(self.location_id, "location_id")
        if self.grid is not None:
            check_grid(self.grid, "grid")
        self._check_durations()
        self._check_members()

    def _check_durations(self) -> None:
        check_duration(self.duration, "duration", positive=True)
        check_duration(self.buffer_before, "buffer_before")
        check_duration(self.buffer_after, "buffer_after")
        check_flag(self.buffer_within_hours, "buffer_within_hours")
        check_duration(self.minimum_notice, "minimum_notice")
        if self.slot_step is not None:
            check_duration(self.slot_step, "slot_step", positive=True)
        if self.booking_horizon is not None:
            check_duration(self.booking_horizon, "booking_horizon", positive=True)

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
    def allowed_durations(self) -> tuple[timedelta, ...]:
        """Every duration that may be booked, shortest first."""
        return tuple(sorted({self.duration, *self.durations}))

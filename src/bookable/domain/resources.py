"""What can be claimed: rooms, equipment and members, as frozen values.

Every resource is a capacity. A member is a capacity of one, equipment a capacity of
*quantity − out of service*, a room a capacity of seats and, where ``max_concurrent``
says so, of bookings at once (SPEC N9, N10).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_duration,
    check_flag,
    check_id,
    check_ids,
    check_items,
    check_number,
    check_text,
)
from bookable.domain.hours import OpeningHours, check_hours
from bookable.errors import InvalidAmountError, LimitExceededError
from bookable.limits import MOST_CALENDARS_PER_ROOM
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.profile import Profile


def _calendar_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "calendar_ids", known="calendar ids")


def _features(values: Iterable[str]) -> frozenset[str]:
    return frozenset(check_ids(values, "features", known="features"))


@frozen(cache_hash=True)
class Room:
    """A place with seats, shared by up to 100 calendars.

    ``capacity`` is seats, pooled between everything in the room; 0 means never
    bookable. ``max_concurrent=1`` makes the room exclusive (a meeting room); None
    leaves the seats as the only limit (SPEC N10). ``hours=None`` means always open.
    A room takes the calendar's buffers unless it sets its own.

    >>> Room("blue room", capacity=2, calendar_ids=["massage", "massage"]).calendar_ids
    ('massage',)

    Raises:
        InvalidAmountError: If an amount is not a whole number in its bounds.
        LimitExceededError: If more than 100 calendars share the room.
    """

    id: str
    capacity: int
    calendar_ids: tuple[str, ...] = field(default=(), converter=_calendar_ids)
    name: str = ""
    description: str = ""
    location_id: str | None = None
    is_active: bool = True
    max_concurrent: int | None = None
    hours: OpeningHours | None = None
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    features: frozenset[str] = field(default=frozenset(), converter=_features)

    def __attrs_post_init__(self) -> None:
        _check_place(self)
        check_amount(self.capacity, "capacity")
        if self.max_concurrent is not None:
            check_amount(self.max_concurrent, "max_concurrent", minimum=1)
        if len(self.calendar_ids) > MOST_CALENDARS_PER_ROOM:
            raise LimitExceededError(
                "calendar_ids of one room", len(self.calendar_ids), MOST_CALENDARS_PER_ROOM
            )


@frozen
class OutOfService:
    """So many units of equipment that cannot be used during an interval (SPEC N9)."""

    interval: Interval
    units: int

    def __attrs_post_init__(self) -> None:
        check_interval(self.interval, "out_of_service.interval")
        check_amount(self.units, "out_of_service.units", minimum=1)


def _out_of_service(value: int | Iterable[OutOfService]) -> int | tuple[OutOfService, ...]:
    # Any number, however odd, is judged as an amount and not as a list.
    if isinstance(value, int | float | str):
        return check_amount(value, "out_of_service")
    like = "an OutOfService(interval, units)"
    slices = check_items(value, OutOfService, "out_of_service", like)
    return tuple(sorted(slices, key=_slice_key))


def _slice_key(part: OutOfService) -> tuple[int, int, int]:
    return part.interval.start_us, part.interval.end_us, part.units


@frozen(cache_hash=True)
class Equipment:
    """A number of equal units, mapped to at most one calendar.

    ``out_of_service`` is a number of units, or slices in time that may overlap and
    then add up; it never exceeds ``quantity`` (SPEC N9).

    >>> Equipment("table", quantity=3, out_of_service=1).usable
    2

    Raises:
        InvalidAmountError: If an amount is not a whole number in its bounds.
        LimitExceededError: If it is mapped to more than one calendar.
    """

    id: str
    quantity: int
    out_of_service: int | tuple[OutOfService, ...] = field(default=0, converter=_out_of_service)
    calendar_ids: tuple[str, ...] = field(default=(), converter=_calendar_ids)
    name: str = ""
    description: str = ""
    location_id: str | None = None
    is_active: bool = True
    hours: OpeningHours | None = None
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    _slices: Profile = field(init=False, repr=False, eq=False)

    @_slices.default
    def _sum_slices(self) -> Profile:
        slices = () if isinstance(self.out_of_service, int) else self.out_of_service
        return Profile.of(
            (part.interval.start_us, part.interval.end_us, part.units) for part in slices
        )

    def __attrs_post_init__(self) -> None:
        _check_place(self)
        check_amount(self.quantity, "quantity")
        broken = self.out_of_service_profile.highest
        if isinstance(self.out_of_service, int):
            broken = self.out_of_service
        if broken > self.quantity:
            expected = f"at most the quantity, {self.quantity:,}"
            raise InvalidAmountError("out_of_service", broken, expected)
        if len(self.calendar_ids) > 1:
            raise LimitExceededError(
                "calendar_ids of one piece of equipment", len(self.calendar_ids), 1
            )

    @property
    def out_of_service_profile(self) -> Profile:
        """The slices as a load over time; empty when a plain number is given."""
        return self._slices

    @property
    def usable(self) -> int:
        """The units that are in service at every instant."""
        if isinstance(self.out_of_service, int):
            return self.quantity - self.out_of_service
        return self.quantity - self.out_of_service_profile.highest


@frozen(cache_hash=True)
class Member:
    """A person of the team: a capacity of one.

    A higher ``priority`` is chosen first. ``weight`` is the share that balanced
    assignment aims at. ``hours=None`` means always available.
    """

    id: str
    hours: OpeningHours | None = None
    name: str = ""
    priority: int = 0
    weight: int = 1
    is_active: bool = True

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_text(self.name, "name")
        check_number(self.priority, "priority")
        check_amount(self.weight, "weight")
        check_flag(self.is_active, "is_active")
        check_hours(self.hours, "hours")


def _check_place(place: Room | Equipment) -> None:
    """The checks that rooms and equipment have in common."""
    check_id(place.id)
    check_text(place.name, "name")
    check_text(place.description, "description")
    check_flag(place.is_active, "is_active")
    check_hours(place.hours, "hours")
    if place.location_id is not None:
        check_id(place.location_id, "location_id")
    for name in ("buffer_before", "buffer_after"):
        value = getattr(place, name)
        if value is not None:
            check_duration(value, name)


Resource = Room | Equipment | Member

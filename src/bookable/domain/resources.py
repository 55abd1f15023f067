"""What can be claimed: rooms, equipment and members, as frozen values.

Every resource is a capacity. A member is a capacity of one, equipment a capacity of
*quantity − out of service*, a room a capacity of seats and, where ``max_concurrent``
says so, of bookings at once (SPEC N9, N10).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_flag,
    check_id,
    check_ids,
    check_items,
    check_number,
    check_text,
    check_type,
)
from bookable.domain.features import (
    AttributeValue,
    check_attributes,
    check_features,
    typed_attributes,
)
from bookable.domain.hours import OpeningHours, check_hours
from bookable.domain.life import CheckIn
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.domain.policy import BufferPolicy
from bookable.domain.service import Absence
from bookable.errors import InvalidAmountError, InvalidValueError, LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_CALENDARS_PER_ROOM
from bookable.timeline._kernel import Pieces
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.profile import Profile


def _calendar_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "calendar_ids", known="calendar ids")


def _parts(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "parts", known="room ids")


def _policy(value: BufferPolicy | str | None) -> BufferPolicy | None:
    return None if value is None else check_choice(value, BufferPolicy, "buffer_policy")


def _absences(values: Iterable[Absence]) -> tuple[Absence, ...]:
    found = check_items(values, Absence, "absences", "an Absence(interval)")
    return tuple(sorted(found, key=lambda each: (each.interval.start_us, each.interval.end_us)))


def _calendar_schedules(values: Mapping[str, str]) -> FrozenMap[str, str]:
    like = "a mapping of calendar ids to schedule ids"
    found: Mapping[str, str] = check_type(values, Mapping, "calendar_schedules", like)
    ids = sorted(check_id(key, "calendar_schedules") for key in found)
    return FrozenMap({key: check_id(found[key], f"calendar_schedules[{key!r}]") for key in ids})


@frozen(cache_hash=True)
class Room:
    """A place with seats, shared by up to 100 calendars.

    ``capacity`` is seats, pooled between everything in the room; 0 means never
    bookable. ``max_concurrent=1`` makes the room exclusive (a meeting room); None
    leaves the seats as the only limit (SPEC N10). ``enforce_capacity=False`` lets any number of
    people in, one booking at a time unless ``max_concurrent`` says more. ``overbook_percent``
    raises seats and bookings at once, rounded down; bookings that use it are marked.
    ``parts`` are the rooms that this one is made of: who books it has each of them whole, and
    while one of them is booked it is taken itself. It is open only while each of them is, and while
    one is inactive it takes no new bookings either; parts of parts count as well. Its own seats are
    shared as those of any room: ``max_concurrent=1`` lets in one booking at a time.

    ``hours=None`` means always open, unless ``schedule_id`` names hours that the catalogue
    keeps; where both are given, ``hours`` win. A room takes the calendar's buffers and their policy unless it sets its own.

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
    features: frozenset[str] = field(default=frozenset(), converter=check_features)
    attributes: FrozenMap[str, AttributeValue] = field(
        default=FrozenMap(), converter=check_attributes, eq=typed_attributes
    )
    schedule_id: str | None = None
    buffer_policy: BufferPolicy | None = field(default=None, converter=_policy)
    enforce_capacity: bool | None = None
    overbook_percent: int = 0
    parts: tuple[str, ...] = field(default=(), converter=_parts)
    check_in: CheckIn | None = None
    metadata: FrozenMap[str, str] = field(default=NO_METADATA, converter=to_metadata)

    def __attrs_post_init__(self) -> None:
        _check_place(self)
        CheckIn.check(self.check_in)
        check_amount(self.capacity, "capacity")
        if self.max_concurrent is not None:
            check_amount(self.max_concurrent, "max_concurrent", minimum=1)
        if self.enforce_capacity is not None:
            check_flag(self.enforce_capacity, "enforce_capacity")
        if self.id in self.parts:
            raise InvalidValueError("parts", self.id, "other rooms than this one", "parts")
        if len(self.calendar_ids) > MOST_CALENDARS_PER_ROOM:
            raise LimitExceededError(
                "calendar_ids of one room", len(self.calendar_ids), MOST_CALENDARS_PER_ROOM
            )

    @property
    def seat_limit(self) -> int | None:
        """The people that may be in it, overbooked ones included; None where nobody counts them."""
        if self.enforce_capacity is False:
            return None
        return self.capacity * (100 + self.overbook_percent) // 100

    @property
    def nominal_concurrent(self) -> int | None:
        """The bookings at once that it is meant for; None where seats are the only limit."""
        if self.max_concurrent is None and self.enforce_capacity is False:
            return 1
        return self.max_concurrent

    @property
    def booking_limit(self) -> int | None:
        """The bookings at once that it takes, overbooked ones included; None for any number."""
        limit = self.nominal_concurrent
        return None if limit is None else limit * (100 + self.overbook_percent) // 100


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
    then add up; it never exceeds ``quantity`` (SPEC N9). ``overbook_percent`` raises the quantity,
    rounded down to whole units. Hours, schedule and buffers are as for a `Room`.

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
    features: frozenset[str] = field(default=frozenset(), converter=check_features)
    attributes: FrozenMap[str, AttributeValue] = field(
        default=FrozenMap(), converter=check_attributes, eq=typed_attributes
    )
    schedule_id: str | None = None
    buffer_policy: BufferPolicy | None = field(default=None, converter=_policy)
    overbook_percent: int = 0
    metadata: FrozenMap[str, str] = field(default=NO_METADATA, converter=to_metadata)
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
            one = (
                "calendar_ids of one piece of equipment (several calendars may require it instead)"
            )
            raise LimitExceededError(one, len(self.calendar_ids), 1)

    @property
    def out_of_service_profile(self) -> Profile:
        """The slices as a load over time; empty when a plain number is given."""
        return self._slices

    @property
    def unit_limit(self) -> int:
        """The units that may be given out where none is out of service, overbooked ones included."""
        return self.quantity * (100 + self.overbook_percent) // 100

    def broken_pieces(self, units: int, low: int, high: int) -> Pieces:
        """Where in ``[low, high)`` slices out of service alone leave fewer units than so many."""
        return self._slices.above(self.unit_limit - units, low, high)

    @property
    def usable(self) -> int:
        """The units that are in service at every instant."""
        if isinstance(self.out_of_service, int):
            return self.quantity - self.out_of_service
        return self.quantity - self.out_of_service_profile.highest


@frozen(cache_hash=True)
class Member:
    """A person of the team: a capacity of one.

    A higher ``priority`` is chosen first. ``weight`` is the share that balanced assignment aims
    at; a member of weight 0 gets a booking only when asked for by id. ``hours=None`` means always
    available, unless ``schedule_id`` names hours that the catalogue keeps; for single
    calendars ``calendar_schedules`` name other ones. ``absences`` are taken out of them all.

    >>> ada = Member("ada", features=["German"], calendar_schedules={"hotline": "late shift"})
    >>> ada.calendar_schedules["hotline"]
    'late shift'

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
    """

    id: str
    hours: OpeningHours | None = None
    name: str = ""
    priority: int = 0
    weight: int = 1
    is_active: bool = True
    features: frozenset[str] = field(default=frozenset(), converter=check_features)
    attributes: FrozenMap[str, AttributeValue] = field(
        default=FrozenMap(), converter=check_attributes, eq=typed_attributes
    )
    schedule_id: str | None = None
    calendar_schedules: FrozenMap[str, str] = field(
        default=FrozenMap(), converter=_calendar_schedules
    )
    absences: tuple[Absence, ...] = field(default=(), converter=_absences)
    metadata: FrozenMap[str, str] = field(default=NO_METADATA, converter=to_metadata)

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_text(self.name, "name")
        check_number(self.priority, "priority")
        check_amount(self.weight, "weight")
        check_flag(self.is_active, "is_active")
        check_hours(self.hours, "hours")
        if self.schedule_id is not None:
            check_id(self.schedule_id, "schedule_id")
        if self.id in (absence.delegate_id for absence in self.absences):
            raise InvalidValueError("absences.delegate_id", self.id, "another member", "absences")


def _check_place(place: Room | Equipment) -> None:
    """The checks that rooms and equipment have in common."""
    check_id(place.id)
    check_text(place.name, "name")
    check_text(place.description, "description")
    check_flag(place.is_active, "is_active")
    check_hours(place.hours, "hours")
    check_amount(place.overbook_percent, "overbook_percent", maximum=1_000)
    for name in ("location_id", "schedule_id"):
        if getattr(place, name) is not None:
            check_id(getattr(place, name), name)
    for name in ("buffer_before", "buffer_after"):
        value = getattr(place, name)
        if value is not None:
            check_duration(value, name)


Resource = Room | Equipment | Member

"""What is booked: bookings with their claims, and blocks, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import is_
from typing import Any, Final

import attrs
from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_flag,
    check_id,
)
from bookable.domain.booking_fields import (
    NO_BUFFERS,
    NO_EQUIPMENT,
    Buffers,
    to_attendee_ids,
    to_buffers,
    to_companion_ids,
    to_equipment,
    to_host_ids,
    to_individual_ids,
    to_method,
    to_room_ids,
    to_rules_aside,
    to_tags,
)
from bookable.domain.booking_slots import (
    KEPT,
    NO_OVERRIDE,
    NO_TAGS,
    PUTS,
    USUAL,
    VALUES,
    BookingSlots,
    Seldom,
)
from bookable.domain.claim import SessionKey
from bookable.domain.life import BookingStatus, CheckIn, CheckInMethod
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.domain.moments import (
    cancel_moment,
    check_in_moment,
    created_moment,
    end_moment,
    expiry_moment,
    planned_moment,
    rooms_moment,
)
from bookable.domain.policy import BufferPolicy
from bookable.domain.recurring import original_or_none
from bookable.domain.refusal import RefusalCode
from bookable.errors import InvalidIntervalError, InvalidValueError, LimitExceededError, shown
from bookable.frozen_map import FrozenMap
from bookable.limits import EARLIEST, LATEST, LONGEST_DURATION
from bookable.timeline.instant import duration_us, to_us, to_utc
from bookable.timeline.interval import Interval

_EARLIEST: Final = to_us(EARLIEST)
_LATEST: Final = to_us(LATEST)

__all__ = ["NO_BUFFERS", "OVERBOOKED", "Booking", "Buffers"]

OVERBOOKED: Final = "overbooked"
"""The tag of a booking that takes more than there nominally is."""


def _start(value: datetime) -> datetime:
    return to_utc(value, "start")


def _end(value: datetime) -> datetime:
    return to_utc(value, "end")


def _status(value: str) -> BookingStatus:
    return check_choice(value, BookingStatus, "status")


@frozen(slots=False)
class Booking(BookingSlots):
    """Somebody has this time, these hosts, these rooms and this equipment.

    Not made for subclasses: what they would keep beside is lost in copies.
    Any aware datetimes are accepted and kept in UTC. ``buffers`` tells for each
    resource the time kept clear around the booking; None lets a `Scheduler` take
    them from its catalogue when it is handed the booking. ``version`` counts the
    changes of this booking. ``location_id`` is where it takes place, which travel times and
    limits read. ``tags`` are words of the host's own, beside ``overbooked``, which is the
    library's. ``individual_ids`` name the equipment that it takes for itself even inside a
    session.

    Of its life: a hold was ``created_at`` and ``expires_at``, and ``needs_approval`` once it is
    confirmed where who books may only ask. ``pending_blocks`` says whether it keeps its time while
    it waits. ``check_in`` is the policy that it was booked under, ``checked_in_at`` and
    ``check_in_method`` tell who came. What is over ``ended_at`` an instant; where that was early,
    ``end`` is what is left of it and ``planned_end`` when it would have ended. ``rooms_until`` is when
    its rooms were given up, ``cancelled_at`` when it was cancelled. ``override`` are the rules of
    capacity that an administrator left aside for it. An occurrence of a series keeps its ``series_id`` and ``original_start``,
    the wall time that its `Recurrence` gave it, when it is moved. ``metadata`` are texts of the host's own,
    which go wherever the booking goes and decide nothing.

    ``host_ids`` are all members that it takes. Of these ``attendee_ids`` attend, as its request
    asked, and go wherever the booking goes; ``companion_ids`` came with an add-on, or with a
    session that was joined. The others serve it (`serving_ids`). The library sets both when it books.

    >>> from datetime import UTC, datetime, timedelta
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> booking = Booking("B-1", nine, nine + timedelta(hours=1), host_ids=["ada"], tags=["trial"])
    >>> booking.resource_ids, booking.status.is_blocking
    (('ada',), True)

    Raises:
        InvalidIntervalError: If ``start`` is not before ``end``.
        InvalidValueError: If a field cannot be what it must be, or nothing is booked.
    """

    __slots__ = ()

    id: str
    start: datetime = field(converter=_start)
    end: datetime = field(converter=_end)
    calendar_id: str | None = None
    party_size: int = 1
    host_ids: tuple[str, ...] = field(default=(), converter=to_host_ids)
    room_ids: tuple[str, ...] = field(default=(), converter=to_room_ids)
    equipment: FrozenMap[str, int] = field(default=NO_EQUIPMENT, converter=to_equipment)
    status: BookingStatus = field(default=BookingStatus.CONFIRMED, converter=_status)
    version: int = 1
    customer_id: str | None = None
    buffers: FrozenMap[str, Buffers] | None = field(default=None, converter=to_buffers)
    location_id: str | None = None
    tags: frozenset[str] = field(default=NO_TAGS, converter=to_tags)
    individual_ids: tuple[str, ...] = field(default=(), converter=to_individual_ids)
    created_at: datetime | None = field(default=None, converter=created_moment)
    expires_at: datetime | None = field(default=None, converter=expiry_moment)
    needs_approval: bool = False
    pending_blocks: bool = True
    check_in: CheckIn | None = None
    checked_in_at: datetime | None = field(default=None, converter=check_in_moment)
    check_in_method: CheckInMethod | None = field(default=None, converter=to_method)
    ended_at: datetime | None = field(default=None, converter=end_moment)
    planned_end: datetime | None = field(default=None, converter=planned_moment)
    rooms_until: datetime | None = field(default=None, converter=rooms_moment)
    attendee_ids: tuple[str, ...] = field(default=(), converter=to_attendee_ids)
    companion_ids: tuple[str, ...] = field(default=(), converter=to_companion_ids)
    cancelled_at: datetime | None = field(default=None, converter=cancel_moment)
    override: frozenset[RefusalCode] = field(default=NO_OVERRIDE, converter=to_rules_aside)
    series_id: str | None = None
    original_start: datetime | None = field(default=None, converter=original_or_none)
    metadata: FrozenMap[str, str] = field(default=NO_METADATA, converter=to_metadata)
    start_us: int = field(init=False, eq=False, repr=False)
    end_us: int = field(init=False, eq=False, repr=False)

    def __init__(
        self,
        id: str,  # noqa: A002  the name of the field
        start: datetime,
        end: datetime,
        calendar_id: str | None = None,
        party_size: int = 1,
        host_ids: Iterable[str] = (),
        room_ids: Iterable[str] = (),
        equipment: Mapping[str, int] = NO_EQUIPMENT,
        status: BookingStatus | str = BookingStatus.CONFIRMED,
        version: int = 1,
        customer_id: str | None = None,
        buffers: Mapping[str, Buffers] | None = None,
        location_id: str | None = None,
        tags: Iterable[str] = NO_TAGS,
        individual_ids: Iterable[str] = (),
        created_at: datetime | None = None,
        expires_at: datetime | None = None,
        needs_approval: bool = False,  # noqa: FBT001, FBT002  each field may be given in its place
        pending_blocks: bool = True,  # noqa: FBT001, FBT002  so may this
        check_in: CheckIn | None = None,
        checked_in_at: datetime | None = None,
        check_in_method: CheckInMethod | str | None = None,
        ended_at: datetime | None = None,
        planned_end: datetime | None = None,
        rooms_until: datetime | None = None,
        attendee_ids: Iterable[str] = (),
        companion_ids: Iterable[str] = (),
        cancelled_at: datetime | None = None,
        override: Iterable[RefusalCode | str] = NO_OVERRIDE,
        series_id: str | None = None,
        original_start: datetime | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> None:
        # By hand, as attrs would give each field a slot of its own.
        begins, ends = _start(start), _end(end)
        seldom = (
            *(tags, individual_ids, needs_approval, pending_blocks, checked_in_at),
            *(check_in_method, ended_at, planned_end, rooms_until, attendee_ids, companion_ids),
            *(cancelled_at, override, series_id, original_start, metadata),
        )
        kept = (
            *(
                _told(seldom),
                to_buffers(buffers),
                calendar_id,
                check_in,
                created_moment(created_at),
            ),
            *(customer_id, ends, to_us(ends), to_equipment(equipment), expiry_moment(expires_at)),
            *(to_host_ids(host_ids), id, location_id, party_size, to_room_ids(room_ids)),
            *(begins, to_us(begins), _status(status), version),
        )
        for put, value in zip(PUTS, kept, strict=True):
            put(self, value)
        self._check()

    def _check(self) -> None:
        check_id(self.id)
        if not self.start < self.end:
            raise InvalidIntervalError.of(self.start, self.end)
        self._check_life()
        check_duration(self.end - self.start, "end - start")
        check_amount(self.party_size, "party_size", minimum=1)
        check_amount(self.version, "version", minimum=1)
        for name in ("calendar_id", "customer_id", "location_id", "series_id"):
            value = getattr(self, name)
            if value is not None:
                check_id(value, name)
        ids = self.resource_ids
        if len(set(ids)) < len(ids) or self.calendar_id in ids:
            expected = "each id once, as calendar, host, room or equipment"
            raise InvalidValueError("room_ids", ids, expected, "duplicate_id")
        self._check_company()
        for resource_id in self.buffers or ():
            low, high = self.footprint_us(resource_id)
            if low < _EARLIEST or high >= _LATEST:
                limit = f"years in the footprint on {shown(resource_id)} (100 to 9899)"
                raise LimitExceededError(limit, self.start.year, LATEST.year - 1)
        if not ids and self.calendar_id is None:
            expected = "a calendar or at least one resource"
            raise InvalidValueError("calendar_id", None, expected, "empty_request")

    def _check_life(self) -> None:
        CheckIn.check(self.check_in)
        is_hold = self.status is BookingStatus.HOLD
        if is_hold and (self.expires_at is None or self.created_at is None):
            raise InvalidValueError("expires_at", None, "when a hold expires", "hold")
        if self.expires_at is not None and not (
            self.created_at is not None and self.created_at < self.expires_at
        ):
            expected = f"an instant after created_at, {self.created_at}"
            raise InvalidValueError("expires_at", self.expires_at, expected, "hold")
        if self._seldom is USUAL:
            return
        check_flag(self.needs_approval, "needs_approval")
        check_flag(self.pending_blocks, "pending_blocks")
        if self.planned_end is not None and self.planned_end < self.end:
            expected = f"an instant that is not before the end, {self.end}"
            raise InvalidValueError("planned_end", self.planned_end, expected, "planned_end")
        if self.rooms_until is not None and not self.start <= self.rooms_until <= self.end:
            expected = "an instant from the start to the end"
            raise InvalidValueError("rooms_until", self.rooms_until, expected, "rooms_until")
        if (self.series_id is None) != (self.original_start is None):
            wrong = "original_start", self.original_start, "one beside a series_id, none without"
            raise InvalidValueError(*wrong, "series")

    def _check_company(self) -> None:
        """Whoever comes along is one of the hosts, and in one way only."""
        if self._seldom is USUAL:
            return
        left = {*self.host_ids}
        for name in ("attendee_ids", "companion_ids"):
            beside = sorted({*getattr(self, name)} - left)
            if beside:
                expected = "some of host_ids, each as an attendee or as a companion"
                raise InvalidValueError(name, beside[0], expected, name)
            left.difference_update(getattr(self, name))

    @property
    def interval(self) -> Interval:
        """The booked time without buffers; what is left of it, where it ended early."""
        return Interval(self.start, self.end)

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """Everything that the booking takes: hosts, rooms, equipment."""
        return (*self.host_ids, *self.room_ids, *self.equipment)

    @property
    def serving_ids(self) -> tuple[str, ...]:
        """The members who serve it: those who neither attend nor come along otherwise."""
        along = {*self.attendee_ids, *self.companion_ids}
        return tuple(each for each in self.host_ids if each not in along)

    @property
    def is_blocking(self) -> bool:
        """Whether the booking has claims: until it expires or ends those of all of its time (SPEC N26)."""
        if self.status.is_over:
            return self.ended_at is None or self.ended_at > self.start
        if self.status is BookingStatus.PENDING:
            return self.pending_blocks
        return self.status.is_blocking

    @property
    def session_key(self) -> SessionKey | None:
        """What bookings of one session share; None without a calendar."""
        if self.calendar_id is None:
            return None
        start, end = to_us(self.start), to_us(self.planned_end or self.end)
        return self.calendar_id, start, end, self.host_ids, self.room_ids

    def buffers_on(self, resource_id: str) -> Buffers:
        """The buffers on one of its resources; none where nothing is said."""
        return NO_BUFFERS if self.buffers is None else self.buffers.get(resource_id, NO_BUFFERS)

    def keeping_clear(self, buffers: FrozenMap[str, Buffers]) -> Booking:
        """The booking with buffers on each of its resources, which were checked before.

        What was checked when it was made is not checked again, save near the ends of time: histories
        come without buffers, and there are many of them.
        """
        if not _FIRST_SAFE_YEAR < self.start.year <= self.end.year < _LAST_SAFE_YEAR:
            return attrs.evolve(self, buffers=buffers)
        new = object.__new__(Booking)
        for put, value in zip(PUTS, VALUES(self), strict=True):
            put(new, value)
        _PUT_BUFFERS(new, buffers)
        return new

    def footprint_us(self, resource_id: str) -> tuple[int, int]:
        """The time kept on a resource, buffers included, in microseconds since the epoch."""
        buffers = self.buffers_on(resource_id)
        before, after = duration_us(buffers.before), duration_us(buffers.after)
        start, end = self.body_us(resource_id)
        return start - before, end + after

    def has(self, resource_id: str) -> bool:
        """Whether it takes any time of one of its resources: rooms may be given up at the start."""
        return self.rooms_until != self.start or resource_id not in self.room_ids

    def body_us(self, resource_id: str) -> tuple[int, int]:
        """The time in which it has a resource, buffers left aside: rooms may be given up before."""
        if self.rooms_until is not None and resource_id in self.room_ids:
            return self.start_us, to_us(self.rooms_until)
        return self.start_us, self.end_us

    def kept_us(self, resource_id: str) -> tuple[int, int]:
        """The time in which nobody else may have the resource: without buffers that may be shared."""
        if self.buffers_on(resource_id).policy is BufferPolicy.EXCLUSIVE:
            return self.footprint_us(resource_id)
        return self.body_us(resource_id)


_PUT_BUFFERS: Final = PUTS[KEPT.index("buffers")]
_CONVERTERS: Final[tuple[Any, ...]] = tuple(
    attrs.fields_dict(Booking)[name].converter for name in Seldom._fields
)


def _told(given: tuple[object, ...]) -> Seldom:
    """What few bookings tell, as it is kept."""
    if all(map(is_, given, USUAL)):
        return USUAL
    told = Seldom._make(
        value if converter is None else converter(value)
        for converter, value in zip(_CONVERTERS, given, strict=True)
    )
    return USUAL if all(map(is_, told, USUAL)) else told


_FIRST_SAFE_YEAR: Final = EARLIEST.year + LONGEST_DURATION.days // 365 + 1
_LAST_SAFE_YEAR: Final = LATEST.year - LONGEST_DURATION.days // 365 - 1
"""Between these no footprint reaches an end of time, whatever the buffers."""

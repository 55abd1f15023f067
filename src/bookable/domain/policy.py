"""Rules of time and access that a calendar may state: notice, horizon, buffers, who may book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from bookable.checks import check_amount, check_choice, check_duration, check_ids, listed
from bookable.domain.hours import OpeningHours, check_hours
from bookable.errors import InvalidValueError
from bookable.limits import LONGEST_DURATION
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import check_date

if TYPE_CHECKING:
    from typing import TypeGuard

_MOST_MONTHS: Final = 120
_MOST_DAYS: Final = LONGEST_DURATION.days


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


class BufferPolicy(StrEnum):
    """What buffers keep apart; the policy of what is being booked decides (SPEC N15)."""

    EXCLUSIVE = "exclusive"
    """Buffers of both count: the gap is at least ``after`` of the one plus ``before`` of the other."""
    SHARED = "shared"
    """Buffers may overlap each other but no booking: the gap is at least the longer of the two.
    On what has room for more than one booking it is ``exclusive`` (SPEC N16)."""
    EXISTING_ONLY = "existing_only"
    """Only the buffers of what is booked already count."""


class BusyKind(StrEnum):
    """How strongly a block stands for absence, weakest first; ``unknown`` is what nobody could tell."""

    FREE = "free"
    ELSEWHERE = "elsewhere"
    """Working somewhere else."""
    TENTATIVE = "tentative"
    BUSY = "busy"
    MAINTENANCE = "maintenance"
    """As strong as busy."""
    OUT_OF_OFFICE = "out_of_office"
    UNKNOWN = "unknown"
    """Nobody could tell; it blocks whatever kinds a request names.

    `Scheduler.with_busy_times` makes such blocks; bookings there are no violations. Who is left out by
    ``Request.unknown`` is left out for being named there, not for a block.
    """


UNREAD: Final = frozenset({BusyKind.UNKNOWN})
"""The kind of time that nobody could tell: it is never free, and booking there broke no promise."""

KNOWN_KINDS: Final = frozenset(
    {BusyKind.TENTATIVE, BusyKind.BUSY, BusyKind.MAINTENANCE, BusyKind.OUT_OF_OFFICE}
)
"""The kinds that block unless a request says otherwise, of those that somebody could tell."""

BLOCKING_KINDS: Final = KNOWN_KINDS | UNREAD
"""The kinds that block unless a request says otherwise; ``unknown`` cannot be taken out."""


class Unknown(StrEnum):
    """What becomes of who is needed while nobody knows whether they are free."""

    BUSY = "busy"
    """They count as busy at every time."""
    LEFT_OUT = "left_out"
    """The question goes on without them."""


def check_kinds(values: Iterable[BusyKind | str] | None, name: str) -> frozenset[BusyKind] | None:
    """Busy kinds, or None for those that block by default."""
    if values is None:
        return None
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        expected = "a list of busy kinds, for example ['busy', 'tentative']"
        raise InvalidValueError(name, values, expected, "type")
    return frozenset(check_choice(value, BusyKind, name) for value in listed(values, name))


# Notice and horizon --------------------------------------------------------


@frozen(cache_hash=True)
class Months:
    """So many calendar months from ``now``, by the wall clock of the zone (SPEC N18).

    A day that the month does not have becomes its last. ``zone=None`` is the calendar's.
    """

    count: int
    zone: Zone | None = field(default=None, converter=_zone)

    def __attrs_post_init__(self) -> None:
        check_amount(self.count, "count", maximum=_MOST_MONTHS)


@frozen(cache_hash=True)
class WorkingTime:
    """So much open time of a schedule between ``now`` and the start (SPEC N18).

    ``hours=None`` is the schedule of the calendar: its own hours, else always open.
    """

    duration: timedelta
    hours: OpeningHours | None = None

    def __attrs_post_init__(self) -> None:
        check_duration(self.duration, "duration")
        check_hours(self.hours, "hours")


@frozen(cache_hash=True)
class WorkingDays:
    """So many local dates after today on which a schedule is open at all.

    As a notice they must have passed; as a horizon the last of them is the last date
    (SPEC N18, N19). ``hours=None`` is the calendar's, else Monday to Friday.
    """

    count: int
    hours: OpeningHours | None = None
    zone: Zone | None = field(default=None, converter=_zone)

    def __attrs_post_init__(self) -> None:
        check_amount(self.count, "count", maximum=_MOST_DAYS)
        check_hours(self.hours, "hours")


@frozen(cache_hash=True)
class LastDate:
    """Starts up to so many local dates after today, that date included; 0 is today (SPEC N19)."""

    days: int
    zone: Zone | None = field(default=None, converter=_zone)

    def __attrs_post_init__(self) -> None:
        check_amount(self.days, "days", maximum=_MOST_DAYS)


def _first(value: date) -> date:
    return check_date(value, "first")


def _last(value: date) -> date:
    return check_date(value, "last")


@frozen(cache_hash=True)
class DateRange:
    """Starts on local dates from ``first`` to ``last``, both included (SPEC N19)."""

    first: date = field(converter=_first)
    last: date = field(converter=_last)
    zone: Zone | None = field(default=None, converter=_zone)

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            expected = f"a date not before the first, {self.first}"
            raise InvalidValueError("last", self.last, expected, "reversed_interval")


@frozen(cache_hash=True)
class RollingDays:
    """Starts on the next so many local dates that have any, today included (SPEC N19).

    When one of these dates fills up, the next one opens.
    """

    count: int
    zone: Zone | None = field(default=None, converter=_zone)

    def __attrs_post_init__(self) -> None:
        check_amount(self.count, "count", minimum=1, maximum=366)


Notice = timedelta | Months | WorkingTime | WorkingDays
"""Every kind of minimum notice."""

Horizon = timedelta | Months | WorkingDays | LastDate | DateRange | RollingDays
"""Every kind of booking horizon."""


def check_notice(value: object, name: str = "minimum_notice") -> Notice:
    """A minimum notice: a timedelta, or one of the kinds that a clock or schedule decides."""
    if isinstance(value, Months | WorkingTime | WorkingDays):
        return value
    if type(value) is not timedelta:
        kinds = "a timedelta, Months, WorkingTime or WorkingDays"
        raise InvalidValueError(name, value, kinds, "duration")
    return check_duration(value, name)


def check_horizon(value: object, name: str = "booking_horizon") -> Horizon | None:
    """A booking horizon, or None for none."""
    if value is None or _is_dated(value):
        return value
    if type(value) is not timedelta:
        kinds = "a timedelta, Months, WorkingDays, LastDate, DateRange, RollingDays or None"
        raise InvalidValueError(name, value, kinds, "duration")
    return check_duration(value, name, positive=True)


def _is_dated(value: object) -> TypeGuard[Horizon]:
    return isinstance(value, Months | WorkingDays | LastDate | DateRange | RollingDays)


# Who may book --------------------------------------------------------------


class Access(StrEnum):
    """What somebody may do."""

    ALLOW = "allow"
    """Book."""
    REQUEST = "request"
    """Ask for a booking, which then waits for approval."""
    DENY = "deny"


def _names(values: Iterable[str]) -> frozenset[str]:
    return frozenset(check_ids(values, "customers", known="customer ids or groups"))


def _access(value: Access | str) -> Access:
    return check_choice(value, Access, "otherwise")


@frozen(cache_hash=True)
class BookingPolicy:
    """Who may book, customers by id or by one of their groups, and how late one may think again.

    ``deny`` wins over ``allow``, and that over ``request``; ``otherwise`` is for everybody else.
    A booking may be cancelled until ``cancel_notice`` before its start, inclusive, and moved until
    ``reschedule_notice`` before it; None sets no bound.
    """

    allow: frozenset[str] = field(default=frozenset(), converter=_names)
    request: frozenset[str] = field(default=frozenset(), converter=_names)
    deny: frozenset[str] = field(default=frozenset(), converter=_names)
    otherwise: Access = field(default=Access.ALLOW, converter=_access)
    cancel_notice: timedelta | None = None
    reschedule_notice: timedelta | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("cancel_notice", "reschedule_notice"):
            if getattr(self, name) is not None:
                check_duration(getattr(self, name), name)

    def access_of(self, names: Iterable[str]) -> Access:
        """What somebody with this id and these groups may do.

        >>> BookingPolicy(deny=["guests"]).access_of(["ann", "guests"]).value
        'deny'
        """
        given = set(names)
        if given & self.deny:
            return Access.DENY
        if given & self.allow:
            return Access.ALLOW
        return Access.REQUEST if given & self.request else self.otherwise

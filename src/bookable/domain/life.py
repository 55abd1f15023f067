"""The life of a booking: its states, the events that lead from one to the next, check-in.

The life cycle is one table, `TRANSITIONS`. What is not in it cannot happen; commands that find
their event already done change nothing instead (SPEC N33).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from bookable.checks import check_amount, check_choice, check_duration, check_type
from bookable.errors import LimitExceededError
from bookable.limits import LONGEST_EARLY


class BookingStatus(StrEnum):
    """Where a booking stands."""

    HOLD = "hold"
    """Kept for somebody until it expires; blocks until then (SPEC N27)."""
    PENDING = "pending"
    """Waits for approval; blocks, unless its calendar says otherwise (SPEC N26)."""
    CONFIRMED = "confirmed"
    """Takes place; blocks."""
    CHECKED_IN = "checked_in"
    """Is taking place: somebody came; blocks."""
    COMPLETED = "completed"
    """Took place; keeps the time until it ended."""
    NO_SHOW = "no_show"
    """Nobody came, and somebody wrote it down; keeps the time until it was given up."""
    CANCELLED = "cancelled"
    """Does not take place; kept as history, claims nothing."""
    DECLINED = "declined"
    """Was not approved; claims nothing."""
    RELEASED = "released"
    """Nobody checked in before the deadline; keeps the time until then (SPEC N29)."""
    EXPIRED = "expired"
    """A hold that nobody confirmed in time; claims nothing."""

    @property
    def is_blocking(self) -> bool:
        """Whether a booking in this status holds all its claims (SPEC N26)."""
        return self in _BLOCKING

    @property
    def is_over(self) -> bool:
        """Whether it keeps only the time until it ended (SPEC N26)."""
        return self in _OVER


_BLOCKING: Final = frozenset(
    {
        BookingStatus.HOLD,
        BookingStatus.PENDING,
        BookingStatus.CONFIRMED,
        BookingStatus.CHECKED_IN,
    }
)
_OVER: Final = frozenset({BookingStatus.COMPLETED, BookingStatus.NO_SHOW, BookingStatus.RELEASED})

GIVEN_BACK: Final = frozenset(
    {BookingStatus.CANCELLED, BookingStatus.DECLINED, BookingStatus.EXPIRED}
)
"""What does not take place, and never did."""


class Event(StrEnum):
    """What may happen to a booking, by a command or because its time has come."""

    EXTEND = "extend"
    """A hold is kept for longer."""
    EXPIRE = "expire"
    """A hold's time is over; nobody has to do anything for it."""
    CONFIRM = "confirm"
    """What was held, or waited for approval, takes place."""
    DECLINE = "decline"
    """What waited for approval does not take place."""
    CANCEL = "cancel"
    """It does not take place; a hold is given back."""
    RESCHEDULE = "reschedule"
    """It moves to another slot."""
    REASSIGN = "reassign"
    """Other hosts serve it."""
    CHECK_IN = "check_in"
    """Somebody came, or something happened in the room."""
    CHECK_OUT = "check_out"
    """It ends, perhaps early."""
    COMPLETE = "complete"
    """It took place, though nobody checked in or out."""
    RELEASE = "release"
    """Nobody checked in before the deadline; nobody has to do anything for it."""
    MISS = "miss"
    """Nobody came, and somebody writes it down."""


def _table() -> dict[tuple[BookingStatus, Event], BookingStatus]:
    hold, pending, confirmed = (
        BookingStatus.HOLD,
        BookingStatus.PENDING,
        BookingStatus.CONFIRMED,
    )
    arrived, over = BookingStatus.CHECKED_IN, BookingStatus.COMPLETED
    cancelled, missed = BookingStatus.CANCELLED, BookingStatus.NO_SHOW
    return {
        (hold, Event.EXTEND): hold,
        (hold, Event.EXPIRE): BookingStatus.EXPIRED,
        (hold, Event.CONFIRM): confirmed,
        (hold, Event.CANCEL): cancelled,
        (hold, Event.RESCHEDULE): hold,
        (hold, Event.REASSIGN): hold,
        (pending, Event.CONFIRM): confirmed,
        (pending, Event.DECLINE): BookingStatus.DECLINED,
        (pending, Event.CANCEL): cancelled,
        (pending, Event.RESCHEDULE): pending,
        (pending, Event.REASSIGN): pending,
        (confirmed, Event.CANCEL): cancelled,
        (confirmed, Event.RESCHEDULE): confirmed,
        (confirmed, Event.REASSIGN): confirmed,
        (confirmed, Event.CHECK_IN): arrived,
        (confirmed, Event.COMPLETE): over,
        (confirmed, Event.RELEASE): BookingStatus.RELEASED,
        (confirmed, Event.MISS): missed,
        (arrived, Event.REASSIGN): arrived,
        (arrived, Event.CHECK_OUT): over,
        (arrived, Event.COMPLETE): over,
        (BookingStatus.RELEASED, Event.MISS): missed,
    }


TRANSITIONS: Final[Mapping[tuple[BookingStatus, Event], BookingStatus]] = _table()
"""The life cycle: the state that an event leads to, for each state in which it may happen.

A calendar whose policy lets the customer only ask makes `pending` of what would be `confirmed`.
"""


# Check-in --------------------------------------------------------------------


class CheckInScope(StrEnum):
    """What is given up when nobody checks in."""

    BOOKING = "booking"
    """All of it."""
    ROOM = "room"
    """Its rooms; the people meet elsewhere."""


class CheckInMethod(StrEnum):
    """How it was noticed that somebody is there."""

    UNSPECIFIED = "unspecified"
    MANUAL = "manual"
    """Somebody pressed the button."""
    INFERRED = "inferred"
    """By activity, such as a call or a meeting that was started in the room."""
    VERIFIED = "verified"
    """By a sensor or a badge."""


def _hours(duration: timedelta) -> int:
    return duration // timedelta(hours=1)


def _scope(value: CheckInScope | str) -> CheckInScope:
    return check_choice(value, CheckInScope, "scope")


@frozen(cache_hash=True)
class CheckIn:
    """When people must have come, else what they booked is given up (SPEC N29).

    Check-in opens ``early`` before the start. The deadline is ``grace`` after it, at the latest
    the end; None gives nothing up, however late people come. After ``most_missed`` missed
    check-ins in a row the rest of a series may be dropped.

    >>> CheckIn(early=timedelta(minutes=10), grace=timedelta(minutes=10)).scope.value
    'booking'

    Raises:
        InvalidValueError: If a field cannot be what it must be.
    """

    early: timedelta = timedelta(0)
    grace: timedelta | None = None
    scope: CheckInScope = field(default=CheckInScope.BOOKING, converter=_scope)
    most_missed: int | None = None

    def __attrs_post_init__(self) -> None:
        check_duration(self.early, "early")
        if self.early > LONGEST_EARLY:
            raise LimitExceededError("hours in early", _hours(self.early), _hours(LONGEST_EARLY))
        if self.grace is not None:
            check_duration(self.grace, "grace")
        if self.most_missed is not None:
            check_amount(self.most_missed, "most_missed", minimum=1)

    @staticmethod
    def check(value: CheckIn | None, name: str = "check_in") -> None:
        """Refuse what is neither a `CheckIn` nor None."""
        if value is not None:
            check_type(value, CheckIn, name, "a CheckIn, or None")

    def opens(self, start: datetime) -> datetime:
        """The first instant at which one may check in to what starts then."""
        return start - self.early

    @staticmethod
    def in_time(
        policy: CheckIn | None, start: datetime, end: datetime, now: datetime
    ) -> CheckIn | None:
        """The policy where somebody may still come in time, else None: nothing is given up then."""
        deadline = None if policy is None else policy.deadline(start, end)
        return policy if deadline is None or now < deadline else None

    def deadline(self, start: datetime, end: datetime) -> datetime | None:
        """The first instant at which it is too late; None where nothing is given up."""
        return None if self.grace is None else min(start + self.grace, end)

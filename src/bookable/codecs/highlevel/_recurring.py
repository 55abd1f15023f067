"""Recurring appointments of a HighLevel calendar: what is said of them, and what bookers make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from bookable.availability.series import SeriesPolicy
from bookable.codecs._bodies import Body, flag, whole, word
from bookable.codecs.statuses import HIGHLEVEL
from bookable.domain.calendar import Calendar
from bookable.domain.life import BookingStatus
from bookable.domain.refusal import CAPACITY_RULES, RefusalCode
from bookable.errors import CodecError

MOST_RECURRENCES: Final = 24
"""The most appointments of a recurring one."""

ENABLED: Final = "enableRecurring"
RECURRING: Final = "recurring"

_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY")
_OPTIONS: Final = ("skip", "continue", "book_next")
_STATUSES: Final = ("confirmed", "new")


@frozen
class RecurringPolicy:
    """How recurring appointments of a calendar are booked.

    ``rule`` is the recurrence rule (RFC 5545), None where no frequency is said. ``policy`` decides what
    becomes of an occurrence whose slot is taken (SPEC N31): it is left out, or moves to the next
    free slot of the following day. Where it is booked all the same, ``override`` are the rules that
    the request leaves aside, so that it is marked as overbooked, and ``overlap_status`` is the
    status that such a booking is to have.
    """

    rule: str | None
    policy: SeriesPolicy
    override: frozenset[RefusalCode] = frozenset()
    overlap_status: BookingStatus = BookingStatus.CONFIRMED


_POLICIES: Final[Mapping[str, SeriesPolicy]] = {
    "skip": SeriesPolicy("skip"),
    "continue": SeriesPolicy("skip"),
    "book_next": SeriesPolicy("next_free"),
}


def policy_of(body: Body) -> RecurringPolicy:
    """What is said under ``recurring``; where no option is said, a slot that is taken is skipped.

    Raises:
        CodecError: If a word is none of HighLevel's or the count is not 0 to 24.
    """
    frequency = body.read("freq", word(*_FREQUENCIES), None)
    count = body.read("count", whole(0, MOST_RECURRENCES), 0)
    option = body.read("bookingOption", word(*_OPTIONS), "skip")
    status = body.read("bookingOverlapDefaultStatus", word(*_STATUSES), "confirmed")
    ending = f";COUNT={count}" if count else ""
    return RecurringPolicy(
        None if frequency is None else f"FREQ={frequency}{ending}",
        _POLICIES[option],
        CAPACITY_RULES if option == "continue" else frozenset(),
        HIGHLEVEL[status],
    )


def check_enabled(value: object, path: str, calendar: Calendar) -> None:
    """Check ``enableRecurring``: only of a calendar with one member at most.

    Raises:
        CodecError: If it is no flag, or true where there are several members.
    """
    if flag(value, path) and len(calendar.member_ids) > 1:
        reason = f"recurring appointments need one member; there are {len(calendar.member_ids)}"
        raise CodecError(path, reason, "member_ids")

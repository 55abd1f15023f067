"""What commands for series decide: each gives one plan for all occurrences, or refuses.

Model: a recurring series is the bookings with its ``series_id``, one for each original start. Its
`Recurrence` is the host's to keep; what is booked is its occurrences without exceptions, each at its own time or where
it was moved to.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import attrs
from attrs import frozen

from bookable import commands
from bookable.availability.feasibility import Starts
from bookable.availability.freshness import versions_of
from bookable.availability.search import Search
from bookable.availability.series import Asked, Series, SeriesPolicy, decide_series, known_series
from bookable.availability.slot import Slot
from bookable.checks import check_id
from bookable.commands import Terms
from bookable.domain.booking import OVERBOOKED, Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.life import GIVEN_BACK, TRANSITIONS, BookingStatus, CheckInScope, Event
from bookable.domain.metadata import NO_METADATA
from bookable.domain.recurring import Recurrence, key_of
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.errors import BookingRefused, IdConflictError, InvalidValueError, UnknownIdError
from bookable.frozen_map import FrozenMap
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import from_us, to_us

_MISSED: Final = frozenset({BookingStatus.RELEASED, BookingStatus.NO_SHOW})
_MET: Final = frozenset({BookingStatus.CHECKED_IN, BookingStatus.COMPLETED})


@frozen
class RecurringSeries(Series):
    """The decision about a recurring series: as `Series`, with what it is booked by.

    ``recurrence`` has as exceptions what is not booked; None where the series is declined, or where all
    of it was given back since.
    """

    recurrence: Recurrence | None


def occurrence_id(series_id: str, original_start: datetime) -> str:
    """The id of the booking for an occurrence of a series.

    >>> occurrence_id("yoga", datetime(2026, 3, 2, 9))
    'yoga/20260302T090000'
    """
    return f"{series_id}/{key_of(original_start)}"


def occurrences_of(ledger: Ledger, series_id: str) -> tuple[Booking, ...]:
    """The bookings of a series, whatever became of them, by original start. O(bookings).

    Raises:
        UnknownIdError: If there is none.
    """
    found = members_of(ledger, check_id(series_id, "series_id"))
    if not found:
        raise UnknownIdError("series", series_id, "series_id")
    return tuple(found)


def recurrence_of(bookings: Sequence[Booking], recurrence: Recurrence) -> Recurrence | None:
    """The recurrence with those of its occurrences that are booked; None where none is."""
    return recurrence.only(day for each in alive(bookings) for day in day_of(each))


def members_of(ledger: Ledger, series_id: str) -> list[Booking]:
    """As `occurrences_of`, perhaps none."""
    found = [each for each in ledger.bookings.values() if each.series_id == series_id]
    return sorted(found, key=lambda each: (*day_of(each), each.id))


def day_of(booking: Booking) -> tuple[datetime, ...]:
    """The original start of a booking; none where it is of no series."""
    return () if booking.original_start is None else (booking.original_start,)


def alive(bookings: Sequence[Booking]) -> list[Booking]:
    """Those that are booked or were: not cancelled, declined or expired."""
    return [each for each in bookings if each.status not in GIVEN_BACK]


def lies_ahead(booking: Booking, event: Event, now: datetime) -> bool:
    """Whether a booking has not begun, and this may happen to it."""
    return booking.start > now and (booking.status, event) in TRANSITIONS


# Booking -------------------------------------------------------------------


def plan_series(
    search: Search,
    asked: Sequence[Asked],
    policy: SeriesPolicy,
    customer_id: str | None,
    metadata: FrozenMap[str, str] = NO_METADATA,
) -> Series:
    """Decide a series, with one plan for all of its bookings; an empty one where it is declined.

    Where it is booked already nothing is decided again: neither what it left out then, nor
    whether it would be accepted now (SPEC N33).
    """

    def slot_of(state: Search, start: int) -> Slot:
        return Slot(state.question.request, from_us(start), state.offer(Starts(())))

    def book(state: Search, start: int, booking_id: str) -> Plan:
        # What it rests on is told of the whole series, once.
        slot = slot_of(state, start)
        booking = commands.drafted(state, slot, booking_id, customer_id, metadata)
        return state.ledger.plan("book", after=(booking,))

    def check(start: int, booking_id: str) -> None:
        commands.check_same(search, slot_of(search, start), booking_id, customer_id, metadata)

    known = known_series(search, asked, policy, check)
    if known is not None:
        return Series(known, is_accepted=True, plan=Plan("book_series"))
    decided, ledger = decide_series(search, asked, policy, book), search.ledger
    if not decided.is_accepted:
        return Series(decided.occurrences, is_accepted=False, plan=Plan("book_series"))
    rests_on, at = versions_of(search, ledger, *decided.bookings), from_us(search.now)
    plan = ledger.plan("book_series", after=decided.bookings, rests_on=rests_on, at=at)
    return Series(decided.occurrences, is_accepted=True, plan=plan)


def plan_recurring(
    search: Search,
    recurrence: Recurrence,
    series_id: str,
    policy: SeriesPolicy,
    customer_id: str | None,
    metadata: FrozenMap[str, str] = NO_METADATA,
) -> RecurringSeries:
    """Decide a recurring series like one of explicit starts (SPEC N31).

    Where it is booked already, an occurrence that was changed since is the same by its id, series and
    original start, customer, calendar and tags; any other by all that is asked for (SPEC N33).
    """
    days = recurrence.originals()
    if not days:
        raise InvalidValueError("recurrence", days, "at least one occurrence", "empty_series")
    check_overlap(search, recurrence, series_id)
    ids = {occurrence_id(check_id(series_id, "series_id"), day): day for day in days}
    present = {each.id for each in members_of(search.ledger, series_id)}
    if not present.issubset(ids):
        raise IdConflictError("series", series_id)
    asked = tuple(
        Asked(to_us(recurrence.at(day)), key, _is_settled(search, key, series_id, day, customer_id))
        for key, day in ids.items()
    )
    found = plan_series(search, asked, policy, customer_id, metadata)
    bookings = tuple(
        attrs.evolve(each, series_id=series_id, original_start=ids[each.id])
        for each in found.plan.bookings_after
    )
    booked = [ids[each.booking_id] for each in found.occurrences if each.start is not None]
    return RecurringSeries(
        found.occurrences,
        found.is_accepted,
        attrs.evolve(found.plan, command="book_recurring", bookings_after=bookings),
        recurrence.only(booked) if found.is_accepted else None,
    )


def _is_settled(
    search: Search, booking_id: str, series_id: str, day: datetime, customer_id: str | None
) -> bool:
    """Whether an occurrence was booked and is no longer as it was, so that only its series tells it.

    Raises:
        IdConflictError: If its id is of another occurrence, customer or calendar, or of no series.
    """
    booking, question = search.ledger.bookings.get(booking_id), search.question
    if booking is None:
        return False
    own = booking.series_id, booking.original_start, booking.calendar_id, booking.customer_id
    asked = question.request.calendar_id, customer_id or question.request.customer_id
    if own != (series_id, day, *asked) or booking.tags - {OVERBOOKED} != question.tags:
        raise IdConflictError("booking", booking_id)
    return booking.version > 1 or booking.status in GIVEN_BACK


def check_overlap(search: Search, recurrence: Recurrence, series_id: str) -> None:
    """Refuse a series of which one occurrence lasts into the next, by the clock."""
    overlap = recurrence.overlap(search.question.request.duration)
    if overlap is not None:
        raise BookingRefused((Refusal(RefusalCode.SELF_OVERLAP, series_id, overlap),))


# Ending --------------------------------------------------------------------


def plan_cancel_series(
    ledger: Ledger,
    catalogue: Catalogue,
    bookings: Sequence[Booking],
    now: datetime,
    terms: Terms,
    command: str,
) -> Plan:
    """Decide the cancellation of all these bookings that have not begun; of no others."""
    before = tuple(each for each in bookings if lies_ahead(each, Event.CANCEL, now))
    after = tuple(cancelled(ledger, catalogue, each, now, terms) for each in before)
    return ledger.plan(command, before=before, after=after, at=now) if before else Plan(command)


def cancelled(
    ledger: Ledger, catalogue: Catalogue, booking: Booking, now: datetime, terms: Terms
) -> Booking:
    """The booking, cancelled on these terms."""
    return commands.plan_cancel(ledger, catalogue, booking.id, now, terms).bookings_after[0]


def is_missed_too_often(bookings: Sequence[Booking], now: datetime) -> bool:
    """Whether the last occurrences whose outcome is known were missed, as often in a row as may be.

    How often that is says the check-in policy that the last of them was booked under (SPEC N29).
    """
    known = [(each, missed) for each in bookings if (missed := _is_missed(each, now)) is not None]
    known.sort(key=lambda pair: (pair[0].start, pair[0].id), reverse=True)
    row = 0
    for _, missed in known:
        if not missed:
            break
        row += 1
    policy = known[0][0].check_in if row else None
    most = None if policy is None else policy.most_missed
    return most is not None and row >= most


def _is_missed(booking: Booking, now: datetime) -> bool | None:
    """Whether nobody came; None where that is not known, or where there was nothing to come to.

    Rooms tell that nobody came where they were given up by the check-in deadline, once it has passed;
    not where they were given up before it, as when the guests declined.
    """
    if booking.status in _MET:
        return False
    if booking.status in _MISSED:
        return True
    policy = booking.check_in
    if booking.status is not BookingStatus.CONFIRMED or policy is None:
        return None
    deadline = policy.deadline(booking.start, booking.end)
    is_due = policy.scope is CheckInScope.ROOM and deadline is not None and deadline <= now
    return True if is_due and booking.rooms_until == deadline else None

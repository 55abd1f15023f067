"""What happens to a booking after it was made: each decision gives a plan or refuses (SPEC N26 to N29).

Which event may happen in which state is `domain.life.TRANSITIONS`. The ledger that a decision reads
is the one as of its instant, so an expired hold or a released booking is one here without any job. What
would hold its time anew is decided by the whole capacity check, without itself: safety rests on no clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs

from bookable.availability.freshness import versions
from bookable.availability.search import Search
from bookable.availability.slot import Slot
from bookable.checks import check_id
from bookable.commands import booking_of, check_same, check_version, plan_book
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.effective import ended, next_status
from bookable.domain.life import TRANSITIONS, BookingStatus, CheckIn, CheckInMethod, Event
from bookable.domain.metadata import NO_METADATA
from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidValueError,
    WrongTimeError,
)
from bookable.frozen_map import FrozenMap
from bookable.limits import DEFAULT_HOLD, LONGEST_EARLY, LONGEST_HOLD
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.rechecking import Recheck
from bookable.timeline.instant import duration_us, instant_us

_SOON = timedelta(microseconds=1)


def changed(ledger: Ledger, command: str, before: Booking, after: Booking, at: datetime) -> Plan:
    """The plan that puts one booking in the place of another, a version on."""
    after = attrs.evolve(after, version=before.version + 1)
    return ledger.plan(command, before=(before,), after=(after,), at=at)


# Holds and approval ----------------------------------------------------------


def check_expiry(expires_at: datetime, created_at: datetime, now: datetime) -> None:
    """Refuse a hold that is over before it begins, or longer than any may be (SPEC N27)."""
    earliest, latest = max(created_at, now), created_at + LONGEST_HOLD
    if not earliest < expires_at <= latest:
        expected = f"an instant after {earliest.isoformat()}, at the latest {latest.isoformat()}"
        raise InvalidValueError("expires_at", expires_at, expected, "hold")


def plan_hold(
    search: Search,
    slot: Slot,
    booking_id: str,
    customer_id: str | None,
    times: tuple[datetime, datetime | None],
    metadata: FrozenMap[str, str] = NO_METADATA,
) -> Plan:
    """Decide a hold like the booking that it may become; ``times`` are its creation and expiry.

    Where nobody says when it expires, one that is there is as good as a new one.
    """
    created_at, asked = times
    instant_us(slot.start, "slot.start")
    present = search.ledger.bookings.get(check_id(booking_id, "booking_id"))
    if present is not None:
        check_same(search, slot, booking_id, customer_id, metadata, is_hold=True)
        if asked not in {None, present.expires_at}:
            raise IdConflictError("booking", booking_id)
        return Plan("hold")
    expires_at = created_at + DEFAULT_HOLD if asked is None else asked
    check_expiry(expires_at, created_at, created_at)
    plan = plan_book(search, slot, booking_id, customer_id, metadata)
    booked = plan.bookings_after[0]
    held = attrs.evolve(
        booked,
        status=BookingStatus.HOLD,
        needs_approval=booked.status is BookingStatus.PENDING,
        created_at=created_at,
        expires_at=expires_at,
    )
    return search.ledger.plan("hold", after=(held,), rests_on=plan.rests_on, at=created_at)


def plan_extend(
    ledger: Ledger, booking_id: str, expires_at: datetime, now: datetime, version: int | None
) -> Plan:
    """Decide that a hold expires at another time."""
    booking = booking_of(ledger, booking_id)
    next_status(booking, Event.EXTEND)
    assert booking.created_at is not None
    check_expiry(expires_at, booking.created_at, now)
    if booking.expires_at == expires_at:
        return Plan("extend")
    check_version(booking, version)
    return changed(ledger, "extend", booking, attrs.evolve(booking, expires_at=expires_at), now)


def plan_confirm(
    ledger: Ledger, catalogue: Catalogue, booking_id: str, now: datetime, version: int | None
) -> Plan:
    """Decide that what was held, or waited for approval, takes place: by the whole capacity check."""
    booking = booking_of(ledger, booking_id)
    if booking.status in {BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN}:
        return Plan("confirm")
    if booking.status is BookingStatus.PENDING and booking.needs_approval and version is None:
        # Whoever confirmed the hold may be asking once more: that is no approval.
        return Plan("confirm")
    status = next_status(booking, Event.CONFIRM)
    check_version(booking, version)
    if booking.status is BookingStatus.HOLD and booking.needs_approval:
        status = BookingStatus.PENDING
    policy = CheckIn.in_time(booking.check_in, booking.start, booking.end, now)
    after = attrs.evolve(booking, status=status, check_in=policy, version=booking.version + 1)
    check = Recheck.of(ledger, catalogue, booking, after, now)
    refusals = check.refusals()
    if refusals:
        raise BookingRefused(refusals)
    rests_on = versions(catalogue, ledger, check.rests_on())
    return ledger.plan("confirm", before=(booking,), after=(after,), rests_on=rests_on, at=now)


def plan_decline(ledger: Ledger, booking_id: str, now: datetime, version: int | None) -> Plan:
    """Decide that what waited for approval does not take place."""
    booking = booking_of(ledger, booking_id)
    if booking.status is BookingStatus.DECLINED:
        return Plan("decline")
    status = next_status(booking, Event.DECLINE)
    check_version(booking, version)
    return changed(ledger, "decline", booking, attrs.evolve(booking, status=status), now)


# Check-in and check-out ------------------------------------------------------


def plan_check_in(
    ledger: Ledger, booking_id: str, at: datetime, method: CheckInMethod, version: int | None
) -> Plan:
    """Decide a check-in (SPEC N29); an empty plan where somebody is there already."""
    booking = booking_of(ledger, booking_id)
    if booking.status is BookingStatus.CHECKED_IN:
        return Plan("check_in")
    status = next_status(booking, Event.CHECK_IN)
    check_version(booking, version)
    opens, deadline = window_of(booking)
    if opens is not None and at < opens:
        raise WrongTimeError(booking.id, Event.CHECK_IN.value, at, opens, "too_early")
    if at >= deadline:
        raise WrongTimeError(booking.id, Event.CHECK_IN.value, at, deadline - _SOON, "too_late")
    after = attrs.evolve(booking, status=status, checked_in_at=at, check_in_method=method)
    return changed(ledger, "check_in", booking, after, at)


def window_of(booking: Booking) -> tuple[datetime | None, datetime]:
    """From when, and until before when, one may check in: at any time before the end without a policy."""
    policy = booking.check_in
    if policy is None:
        return None, booking.end
    return policy.opens(booking.start), policy.deadline(booking.start, booking.end) or booking.end


def noticed_in(ledger: Ledger, room_id: str, at: int, now: datetime) -> tuple[str, ...]:
    """The bookings that activity in a room stands for: those that run, else the next that may begin.

    What happens while one meeting has the room, or while its people are there already, is no sign of
    the one after it.
    """
    record, reach = ledger.record(room_id), duration_us(LONGEST_EARLY)
    near = [
        each
        for each in map(ledger.bookings.__getitem__, record.index.overlapping(at, at + reach + 1))
        if room_id in each.room_ids and each.body_us(room_id)[1] > at
    ]
    running = [
        each for each in near if each.start <= now or each.status is BookingStatus.CHECKED_IN
    ]
    if running:
        return tuple(each.id for each in running if _may_check_in(each, now))
    coming = [each for each in near if _may_check_in(each, now)]
    first = min((each.start for each in coming), default=None)
    return tuple(each.id for each in coming if each.start == first)


def _may_check_in(booking: Booking, now: datetime) -> bool:
    opens, deadline = window_of(booking)
    is_open = opens is not None and opens <= now < deadline
    return is_open and (booking.status, Event.CHECK_IN) in TRANSITIONS


def plan_activity(ledger: Ledger, room_id: str, at: int, now: datetime) -> Plan:
    """Decide what activity in a room means: check-in for whom it stands for (SPEC N29)."""
    before = tuple(ledger.bookings[key] for key in noticed_in(ledger, room_id, at, now))
    after = tuple(
        attrs.evolve(
            each,
            status=BookingStatus.CHECKED_IN,
            checked_in_at=now,
            check_in_method=CheckInMethod.INFERRED,
            version=each.version + 1,
        )
        for each in before
    )
    if not before:
        return Plan("record_activity")
    return ledger.plan("record_activity", before=before, after=after, at=now)


def plan_end(
    ledger: Ledger, booking_id: str, at: datetime, event: Event, version: int | None
) -> Plan:
    """Decide that a booking is over: by check-out, as completed, or since nobody came (SPEC N29)."""
    booking = booking_of(ledger, booking_id)
    command = event.value
    done = BookingStatus.NO_SHOW if event is Event.MISS else BookingStatus.COMPLETED
    if booking.status is done:
        return Plan(command)
    status = next_status(booking, event)
    check_version(booking, version)
    bound = _earliest_end(booking, event)
    if bound is not None and at < bound:
        raise WrongTimeError(booking.id, command, at, bound, "too_early")
    in_session = booking.calendar_id in ledger.rules.sessions
    if booking.status is BookingStatus.RELEASED:
        after = attrs.evolve(booking, status=status)
    else:
        until = booking.end if event is Event.COMPLETE else at
        after = ended(booking, until, status, in_session=in_session)
    return changed(ledger, command, booking, after, at)


def _earliest_end(booking: Booking, event: Event) -> datetime | None:
    """The first instant at which a booking may be said to be over; None for any."""
    if event is Event.CHECK_OUT:
        return None
    policy = booking.check_in
    if event is Event.MISS and policy is not None:
        return policy.deadline(booking.start, booking.end) or booking.start
    return booking.start


# What is kept beside ---------------------------------------------------------


def plan_annotate(
    ledger: Ledger, booking_id: str, metadata: FrozenMap[str, str], version: int | None
) -> Plan:
    """Decide other metadata for a booking as it was written; an empty plan where it has just these.

    It is for no instant, and takes and gives back nothing.
    """
    booking = booking_of(ledger, booking_id)
    if booking.metadata == metadata:
        return Plan("annotate")
    check_version(booking, version)
    after = attrs.evolve(booking, metadata=metadata, version=booking.version + 1)
    return Plan("annotate", bookings_before=(booking,), bookings_after=(after,))

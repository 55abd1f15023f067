"""Slots of Cal.com: what a scheduler answers, and where they start with an offset."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from attrs import frozen

from bookable.availability.gatherings import SessionState
from bookable.availability.slot import Slot, Slots
from bookable.checks import check_duration, check_type
from bookable.codecs._forms import client_text
from bookable.codecs._open import unread
from bookable.codecs.calcom._slots import RANGE, CalError, CalSlot, SlotQuery, SlotsAnswer
from bookable.domain.calendar import Calendar
from bookable.domain.request import Request
from bookable.domain.requirement import all_of
from bookable.domain.resources import Member
from bookable.errors import (
    InvalidValueError,
    LimitExceededError,
    SearchLimitError,
    UnknownIdError,
)
from bookable.limits import MOST_CANDIDATES
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.grid import FixedStarts
from bookable.timeline.instant import DAY, duration_us, from_us, to_utc
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet
from bookable.timeline.packing import AlignedHour

DYNAMIC_MINUTES: Final = 30
"""How long several people meet where nobody says."""

MOST_SLOTS: Final = 50_000
"""The most slots of one answer: more than all quarters of an hour of a year."""

NOT_FOUND: Final = "NotFoundException"
BAD_REQUEST: Final = "BadRequestException"

_UTC: Final = Zone("UTC")


def answer_slots(
    query: SlotQuery,
    scheduler: Scheduler,
    *,
    now: datetime,
    calendar_id: str | None = None,
    unknown_ids: Iterable[str] = (),
) -> SlotsAnswer | CalError:
    """What a scheduler answers: slots by date, or why not, as a value.

    ``calendar_id`` is the calendar of the event type; None is the one whose id is that of the event type, or
    its slug. Several people are members who meet for 30 minutes unless the query says otherwise.
    A booking that is to be moved does not stand in its own way. ``unknown_ids`` are those whose time the host
    could not read: they are never free. More than 50,000 slots are too many.
    """
    moment = to_utc(now, "now")
    missing = unread(unknown_ids, scheduler)
    try:
        asked = _Asked.of(query, scheduler, moment, calendar_id, missing)
        return SlotsAnswer(asked.days())
    except UnknownIdError as error:
        return CalError(NOT_FOUND, client_text(error))
    except (InvalidValueError, LimitExceededError, SearchLimitError) as error:
        return CalError(BAD_REQUEST, client_text(error))


@frozen
class _Asked:
    """A query as what is asked of a scheduler."""

    query: SlotQuery
    scheduler: Scheduler
    now: datetime
    calendar: Calendar | None
    request: Request

    @classmethod
    def of(
        cls,
        query: SlotQuery,
        scheduler: Scheduler,
        now: datetime,
        calendar_id: str | None,
        missing: tuple[str, ...],
    ) -> _Asked:
        length = None if query.minutes is None else timedelta(minutes=query.minutes)
        if query.usernames and calendar_id is None:
            for username in query.usernames:
                if not isinstance(scheduler.catalogue.get(username), Member):
                    raise UnknownIdError("user", username)
            length = length or timedelta(minutes=DYNAMIC_MINUTES)
            request = Request(
                length,
                [all_of(*query.usernames)],
                grid=AlignedHour(length),
                zone=query.zone or _UTC,
                unknown_ids=missing,
            )
            return cls(query, scheduler, now, None, request)
        named = query.event_type_slug if query.event_type_id is None else str(query.event_type_id)
        key = calendar_id or named or ""
        if scheduler.catalogue.calendar_or_none(key) is None:
            raise UnknownIdError("event type", named or key)
        request = scheduler.request(key, duration=length, unknown_ids=missing)
        return cls(query, scheduler, now, scheduler.catalogue.settled_calendar(key), request)

    def days(self) -> dict[date, list[CalSlot]]:
        """The slots by the date of the clock that is asked for."""
        within = self.query.within & Interval(self.now, a_year_after(self.now))
        moved = () if self.query.rescheduled_id is None else (self.query.rescheduled_id,)
        if within is None:
            return {}
        slots = self.scheduler.free_slots(self.request, within=within, now=self.now, ignoring=moved)
        if len(slots) > MOST_SLOTS:
            raise LimitExceededError("slots of one answer", len(slots), MOST_SLOTS)
        sessions = self._sessions(within)
        found = slots.by_date(self.query.zone or _UTC)
        return {day: self._told(each, sessions) for day, each in found.items()}

    def _sessions(self, within: Interval) -> dict[tuple[datetime, datetime], SessionState]:
        if self.calendar is None or not self.calendar.has_sessions:
            return {}
        states = self.scheduler.sessions(self.calendar.id, within=within, now=self.now)
        # Of several at one time the one with most seats left, which would be joined.
        ordered = sorted(states, key=lambda each: each.seats_left)
        return {(each.start, each.end): each for each in ordered}

    def _told(
        self, slots: Slots, sessions: dict[tuple[datetime, datetime], SessionState]
    ) -> list[CalSlot]:
        return [self._slot(slot, sessions.get((slot.start, slot.end))) for slot in slots]

    def _slot(self, slot: Slot, session: SessionState | None) -> CalSlot:
        end = slot.end if self.query.format == RANGE else None
        if self.calendar is None or not self.calendar.has_sessions:
            return CalSlot(slot.start, end)
        booked = 0 if session is None else session.attendees
        booking_id = None if session is None else session.booking_ids[0]
        return CalSlot(slot.start, end, booked, slot.seats_left, self.calendar.seats, booking_id)


def a_year_after(now: datetime) -> datetime:
    """The same date and time of the next year, of 29 February the 28th."""
    try:
        return now.replace(year=now.year + 1)
    except ValueError:
        return now.replace(year=now.year + 1, day=28)


def offset_starts(
    periods: IntervalSet, *, interval: timedelta, offset: timedelta, zone: Zone | str
) -> FixedStarts:
    """The starts that Cal.com offers with an ``offsetStart``, as a grid.

    ``periods`` are maximal intervals of feasible starts, as `Scheduler.start_periods` has them: ask for
    whole days, as one that is cut begins where it was cut. Each begins with its first start that is round
    on the zone's clock (`AlignedHour`) plus the offset; each next is an interval *and an offset* later.

    >>> nine = datetime.fromisoformat("2026-03-02T09:10:00+00:00")
    >>> free = IntervalSet([Interval(nine, nine + timedelta(hours=2))])
    >>> grid = offset_starts(free, interval=timedelta(minutes=30), offset=timedelta(minutes=5), zone="UTC")
    >>> [f"{start:%H:%M}" for start in grid.starts]
    ['09:35', '10:10', '10:45']

    Raises:
        SearchLimitError: If there are more than a million starts.
    """
    given = check_type(periods, IntervalSet, "periods", "an IntervalSet")
    after = duration_us(check_duration(offset, "offset"))
    aligned, clock = AlignedHour(interval), to_zone(zone)
    step = duration_us(interval) + after
    needed = sum((high - low) // step + 1 for low, high in given.pieces_us)
    if needed > MOST_CANDIDATES:
        raise SearchLimitError("candidate starts of one question", needed, MOST_CANDIDATES)
    found: list[datetime] = []
    for low, high in given.pieces_us:
        # The first round start lies within an hour, and the day makes the range hold it.
        (rounded,) = aligned.ranges_in(((low, low + DAY),), clock)
        found += map(from_us, range(rounded.start + after, high, step))
    return FixedStarts(found)

"""A change of a recurring series, decided as one plan: all of it, or nothing (SPEC N28, N31).

Model: old original starts are paired with the new ones, so that bookings keep their ids and what was
left out stays left out. What is to move leaves its place first; then each finds its new one beside
its siblings, by the one predicate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import attrs
from attrs import define, frozen

from bookable import commands
from bookable.availability.effort import Effort, cost_of
from bookable.availability.feasibility import Starts
from bookable.availability.freshness import versions_of
from bookable.availability.notice import with_ledger
from bookable.availability.search import Search
from bookable.availability.slot import Slot
from bookable.checks import check_id
from bookable.commands import Terms
from bookable.domain.booking import Booking
from bookable.domain.life import BookingStatus, Event
from bookable.domain.recurring import Recurrence
from bookable.domain.refusal import Refusal
from bookable.errors import BookingRefused, IdConflictError, InvalidValueError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_SERIES_TRIES
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.series_plans import (
    alive,
    cancelled,
    check_overlap,
    day_of,
    lies_ahead,
    members_of,
    occurrence_id,
    occurrences_of,
)
from bookable.timeline.instant import from_us, to_us


@frozen
class SeriesEdit:
    """A change of a series, decided: one plan for all its bookings, and its recurrences after it.

    ``recurrence`` is what the changed part, ``series_id``, is booked by: None where nothing is left of
    it. ``ended`` is what is left of the old series, where some of its occurrences stay as they are.
    """

    series_id: str
    recurrence: Recurrence | None
    ended: Recurrence | None
    plan: Plan


@frozen
class Change:
    """What is asked of a series: from ``following`` on, or all that lies ahead, take place by ``to``."""

    series_id: str
    recurrence: Recurrence
    to: Recurrence
    following: datetime | None
    new_series_id: str | None
    terms: Terms
    search_of: Callable[[Booking], Search]
    """For a move of this booking, which keeps what a move keeps."""
    customer_id: str | None = None


def plan_change(search: Search, change: Change) -> SeriesEdit:
    """Decide a change of a series: all of it, or nothing (SPEC N28, N31)."""
    now = from_us(search.now)
    live = alive(occurrences_of(search.ledger, change.series_id))
    planned = sorted(change.recurrence.planned())
    moving = _ahead(change, live, planned, now)
    staying = [day for each in live for day in day_of(each) if day not in moving]
    series_id = _id_of_changed(search.ledger, change, bool(staying))
    cut = change.following or (min(moving) if staying else planned[0])
    part = _part(change.to, [day for day in planned if day < cut], cut, now)
    check_overlap(search, part, series_id)
    wanted = sorted(part.planned())
    pairs = pair_up([day for day in planned if day >= cut], wanted, set(moving))
    edit = _Edit(search, change, series_id)
    left_out = set(part.exdates).union(day for day, old in pairs.items() if old not in moving)
    booked = [day for day in wanted if day not in left_out]
    kept = {pairs[day] for day in booked if day in pairs}
    edit.drop(moving[old] for old in moving if old not in kept)
    edit.place([(day, moving[pairs[day]] if day in pairs else None) for day in booked], part)
    ended = change.recurrence.only(staying) if staying else None
    return SeriesEdit(series_id, part.only(booked), ended, edit.plan())


def _ahead(
    change: Change, live: Sequence[Booking], planned: Sequence[datetime], now: datetime
) -> dict[datetime, Booking]:
    """The bookings that a change is about, by their original starts."""
    days = [day for each in live for day in day_of(each)]
    if len(set(days)) < len(days):
        expected = "a series with one booking for each original start"
        raise InvalidValueError("series_id", change.series_id, expected, "twin")
    if not set(days).issubset(planned):
        expected = "the recurrence that the series is booked by"
        raise InvalidValueError("recurrence", change.recurrence, expected, "other_recurrence")
    found = {
        day: each
        for each in live
        for day in day_of(each)
        if lies_ahead(each, Event.RESCHEDULE, now)
        and (change.following is None or day >= change.following)
    }
    if not found:
        expected = (
            "an original start of an occurrence that has not begun, or None where one has not"
        )
        raise InvalidValueError("following", change.following, expected, "nothing_ahead")
    return found


def _id_of_changed(ledger: Ledger, change: Change, is_split: bool) -> str:  # noqa: FBT001  a fact
    """The id of the series that changes: another one where some of the old stays."""
    new_id = change.series_id if change.new_series_id is None else change.new_series_id
    check_id(new_id, "new_series_id")
    if is_split and new_id == change.series_id:
        expected = "an id of its own: some occurrences stay as they are"
        raise InvalidValueError("new_series_id", change.new_series_id, expected, "series")
    if new_id != change.series_id and members_of(ledger, new_id):
        raise IdConflictError("series", new_id)
    return new_id


def _part(to: Recurrence, before: Sequence[datetime], cut: datetime, now: datetime) -> Recurrence:
    """What is still to come of a recurrence, after all that comes before the change."""
    for day in sorted(to.planned()):
        if to.at(day) <= now or (before and day < cut and day.date() <= before[-1].date()):
            continue
        part = to.starting_from(day)
        if part is not None:
            return part
        break
    raise InvalidValueError("to", to, "a recurrence with occurrences still to come", "empty_series")


def pair_up(
    old: Sequence[datetime], new: Sequence[datetime], moving: set[datetime]
) -> dict[datetime, datetime]:
    """For each new original start the old one that it takes the place of, where there is one.

    The same one, else the first left of the same date, else by order; where they are not equally many,
    only occurrences that can be moved are paired by order, not what was left out.
    """
    pairs: dict[datetime, datetime] = {}
    for by_date in (False, True):
        taken = set(pairs.values())
        free: dict[object, list[datetime]] = {}
        for day in reversed(old):
            if day not in taken:
                free.setdefault(day.date() if by_date else day, []).append(day)
        for day in new:
            found = free.get(day.date() if by_date else day)
            if found and day not in pairs:
                pairs[day] = found.pop()
    taken = set(pairs.values())
    left, open_ = [day for day in old if day not in taken], [day for day in new if day not in pairs]
    if len(left) != len(open_):
        left = [day for day in left if day in moving]
    return pairs | dict(zip(open_, left, strict=False))


@define
class _Edit:
    """A change of a series while it is decided: what is put in the place of what, and the state so far."""

    search: Search
    change: Change
    series_id: str
    before: list[Booking] = attrs.field(factory=list)
    after: list[Booking] = attrs.field(factory=list)
    refusals: list[Refusal] = attrs.field(factory=list)
    rests_on: dict[str, int] = attrs.field(factory=dict)
    state: Ledger = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.state = self.search.ledger

    def drop(self, bookings: Iterator[Booking]) -> None:
        """Cancel what has no place any more."""
        ledger, catalogue, now = self.search.ledger, self.search.catalogue, from_us(self.search.now)
        for each in bookings:
            after = cancelled(ledger, catalogue, each, now, self.change.terms)
            self.before.append(each)
            self.after.append(after)
        self._put(self.before, self.after)

    def place(self, days: Sequence[tuple[datetime, Booking | None]], part: Recurrence) -> None:
        """Bring each booking to its new original start, or make one where there is none.

        What was moved by itself keeps its own time, and what is right already stays.

        Raises:
            BookingRefused: With every reason, if some of them find no place.
        """
        due: list[tuple[datetime, Booking | None]] = []
        for day, booking in days:
            if booking is not None and self._keeps(booking, part.at(day)):
                self._rename(booking, day)
                continue
            due.append((day, booking))
        leaving = [booking for _, booking in due if booking is not None]
        # As if they were not there at all: what expired is never counted.
        self._put(leaving, [attrs.evolve(each, status=BookingStatus.EXPIRED) for each in leaving])
        effort = Effort("tries for one series", MOST_SERIES_TRIES)
        for day, booking in due:
            start = to_us(part.at(day))
            state = with_ledger(self._search_for(booking), self.state)
            try:
                self._decide(state, part.at(day), day, booking)
            except BookingRefused as refused:
                self.refusals.extend(refused.refusals)
            effort.count(cost_of(state, start, start + 1))
        if self.refusals:
            raise BookingRefused(tuple(self.refusals))

    def plan(self) -> Plan:
        """All of it as one plan."""
        if not self.after:
            return Plan("change_series")
        return self.search.ledger.plan(
            "change_series",
            before=tuple(self.before),
            after=tuple(self.after),
            rests_on=FrozenMap(sorted(self.rests_on.items())),
            at=from_us(self.search.now),
        )

    def _keeps(self, booking: Booking, start: datetime) -> bool:
        moved = any(booking.start != self.change.recurrence.at(day) for day in day_of(booking))
        search = self._search_for(booking)
        return moved or commands.stays(search, _slot(search, start), booking)

    def _search_for(self, booking: Booking | None) -> Search:
        return self.search if booking is None else self.change.search_of(booking)

    def _rename(self, booking: Booking, day: datetime) -> None:
        after = attrs.evolve(booking, series_id=self.series_id, original_start=day)
        if after != booking:
            self.before.append(booking)
            self.after.append(attrs.evolve(after, version=booking.version + 1))

    def _decide(
        self, state: Search, start: datetime, day: datetime, booking: Booking | None
    ) -> None:
        slot, ledger, customer_id = _slot(state, start), self.search.ledger, self.change.customer_id
        if booking is None:
            plan = commands.plan_book(state, slot, self._free_id(day), customer_id)
        else:
            plan = commands.plan_reschedule(ledger, state, slot, booking, self.change.terms)
            self.before.append(booking)
        (found,) = plan.bookings_after
        after = attrs.evolve(found, series_id=self.series_id, original_start=day)
        self.after.append(after)
        self.rests_on |= versions_of(state, ledger, after)
        left = () if booking is None else (self.state.bookings[booking.id],)
        self._put(left, [after])

    def _put(self, before: Sequence[Booking], after: Sequence[Booking]) -> None:
        plan = self.state.plan("change_series", before=tuple(before), after=tuple(after))
        self.state = self.state.applying(plan)

    def _free_id(self, day: datetime) -> str:
        """The id of a new occurrence; another one where one that was cancelled has that."""
        found = wanted = occurrence_id(self.series_id, day)
        number = 1
        while found in self.state.bookings:
            number += 1
            found = f"{wanted}~{number}"
        return found


def _slot(search: Search, start: datetime) -> Slot:
    return Slot(search.question.request, start, search.offer(Starts(())))

"""Cronofy's availability query: what a scheduler answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from bookable.availability.slot import Slot
from bookable.checks import check_ids
from bookable.codecs._open import with_hours
from bookable.codecs.cronofy._values import (
    DEFAULT_STEP,
    MOST_RESULTS,
    Availability,
    AvailabilityQuery,
    AvailableTime,
    CronofyErrors,
    Participant,
    ResponseFormat,
)
from bookable.domain.calendar import Calendar
from bookable.domain.hours import Hours, OpeningHours
from bookable.domain.policy import BufferPolicy
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Member
from bookable.scheduler import Scheduler
from bookable.timeline._kernel import Pieces
from bookable.timeline.grid import Epoch, FixedStarts
from bookable.timeline.instant import duration_us
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

_US: Final = timedelta(microseconds=1)


def answer_availability(
    query: AvailabilityQuery,
    scheduler: Scheduler,
    *,
    now: datetime,
    unknown_ids: Iterable[str] = (),
) -> Availability | CronofyErrors:
    """What a scheduler answers, in order of time; an error for a sub that it does not have.

    ``unknown_ids`` are those whose time the host could not read: they are never free.
    """
    entries = {each.sub: scheduler.catalogue.get(each.sub) for each in query.members}
    missing = [
        key for key, entry in entries.items() if entry is None or isinstance(entry, Calendar)
    ]
    if missing:
        told = [("errors.not_found", f"there is no {sub!r}") for sub in missing]
        return CronofyErrors({"participants": told})
    unread = [key for key in check_ids(unknown_ids, "unknown_ids") if key in entries]
    asked = _Asked(query, with_hours(scheduler, _hours(query, scheduler)), now, tuple(unread))
    limit = query.max_results or MOST_RESULTS
    if query.response_format is ResponseFormat.PERIODS:
        found = asked.periods()
        return Availability([time for _, time in zip(range(limit), found, strict=False)])
    return Availability(asked.slots(limit), are_slots=True)


def _hours(query: AvailabilityQuery, scheduler: Scheduler) -> dict[str, OpeningHours | None]:
    """The hours of everybody for this question: their own where they count, inside their periods."""
    windows = list(query.windows)
    hull = IntervalSet([Interval(windows[0].start, windows[-1].end)])
    found: dict[str, list[Participant]] = {}
    for each in query.members:
        found.setdefault(each.sub, []).append(each)
    hours: dict[str, OpeningHours | None] = {}
    for sub, members in found.items():
        settled = scheduler.catalogue.settled_resource(sub).hours
        own = settled if any(each.managed_availability for each in members) else None
        periods = [each.available_periods for each in members if each.available_periods is not None]
        closed = IntervalSet()
        for inside in periods:
            closed |= hull - IntervalSet(inside)
        if closed:
            own = Hours(closures=closed, restrictions=() if own is None else [own])
        hours[sub] = own
    return hours


@frozen
class _Asked:
    """A query as what is asked of a scheduler."""

    query: AvailabilityQuery
    scheduler: Scheduler
    now: datetime
    unread: tuple[str, ...]

    def request(self, requirements: Iterable[Requirement]) -> Request:
        # The query's buffers are those of other meetings: seen from this one, the other way round.
        return Request(
            self.query.duration,
            requirements,
            buffer_before=self.query.buffer_after,
            buffer_after=self.query.buffer_before,
            buffer_policy=BufferPolicy.SHARED,
            grid=self.grid,
            unknown_ids=self.unread,
        )

    @property
    def grid(self) -> Epoch | FixedStarts:
        if self.query.slots:
            return FixedStarts([each.start for each in self.query.slots])
        return Epoch(self.query.step or DEFAULT_STEP)

    @property
    def whole(self) -> Request:
        """All groups at once."""
        return self.request(
            Requirement([each.sub for each in group.members], count=group.count, name=f"{number}")
            for number, group in enumerate(self.query.groups)
        )

    def slots(self, limit: int) -> list[AvailableTime]:
        """The slots, in order of start."""
        request, found = self.whole, list[AvailableTime]()
        for window in self.query.windows:
            if window.duration < self.query.duration or len(found) == limit:
                continue
            within = Interval(window.start, window.end - self.query.duration + _US)
            slots = self.scheduler.free_slots(request, within=within, now=self.now)
            if self.query.response_format is ResponseFormat.SLOTS:
                slots = slots.apart()
            found += [self._told(slot) for slot in slots[: limit - len(found)]]
        return found

    def _told(self, slot: Slot) -> AvailableTime:
        free = {sub for options in slot.options.values() for sub in options}
        subs = [each.sub for each in self.query.members if each.sub in free]
        return AvailableTime(slot.interval, subs)

    def periods(self) -> Iterator[AvailableTime]:
        """The periods that are maximal for those who are free in all of each, by start, then end."""
        free = self._free()
        request = self.whole if self._compete() else None
        shortest = duration_us(self.query.duration)
        least = max(group.count for group in self.query.groups)
        for start, end, subs in maximal_periods(free, shortest_us=shortest, least=least):
            low = start if self.query.step is None else _rounded_up(start, self.query.step)
            if end - low >= shortest and self._enough(subs, request, Interval.from_us(low, end)):
                order = [each.sub for each in self.query.members if each.sub in subs]
                yield AvailableTime(Interval.from_us(low, end), order)

    def _free(self) -> dict[str, Pieces]:
        """When each member alone is free for long enough."""
        found = {}
        for sub in dict.fromkeys(each.sub for each in self.query.members):
            request = self.request([Requirement([sub])])
            pieces = IntervalSet()
            for window in self.query.windows:
                if window.duration >= self.query.duration:
                    pieces |= self.scheduler.free_periods(request, within=window, now=self.now)
            found[sub] = pieces.pieces_us
        return found

    def _compete(self) -> bool:
        """Whether one of those who are asked for may stand in the way of another: in two groups, or as a room."""
        subs = [each.sub for each in self.query.members]
        entries = (self.scheduler.catalogue.get(sub) for sub in subs)
        return len(set(subs)) < len(subs) or not all(isinstance(each, Member) for each in entries)

    def _enough(self, subs: frozenset[str], request: Request | None, period: Interval) -> bool:
        """Whether those can be enough for all groups at once, as the engine decides where they compete."""
        for group in self.query.groups:
            if len(subs.intersection(each.sub for each in group.members)) < group.count:
                return False
        if request is None:
            return True
        longer = evolve(request, duration=period.duration)
        start = Interval(period.start, period.start + _US)
        return bool(self.scheduler.start_periods(longer, within=start, now=self.now))


def maximal_periods(
    free: dict[str, Pieces], *, shortest_us: int = 0, least: int = 1
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """The times that cannot be longer without losing somebody who is free in all of it, and who that is.

    By start, then end; none shorter than that, or of fewer people. O(s·m²) for *m* people and *s* starts of
    all their times.
    """
    starts = sorted({low for pieces in free.values() for low, _ in pieces})
    places = dict.fromkeys(free, 0)
    for start in starts:
        there: dict[str, tuple[int, int]] = {}
        for sub, pieces in free.items():
            while places[sub] < len(pieces) and pieces[places[sub]][1] <= start:
                places[sub] += 1
            if places[sub] < len(pieces) and pieces[places[sub]][0] <= start:
                there[sub] = pieces[places[sub]]
        ends = sorted((high for _, high in there.values()), reverse=True)
        # Longer than whoever begins here it could begin earlier; and fewer stay to a later end.
        latest = max(high for low, high in there.values() if low == start)
        for end in sorted({each for each in ends[least - 1 :] if each <= latest}):
            if end - start >= shortest_us:
                yield start, end, frozenset(sub for sub, (_, high) in there.items() if high >= end)


def _rounded_up(moment_us: int, step: timedelta) -> int:
    return moment_us + -moment_us % duration_us(step)

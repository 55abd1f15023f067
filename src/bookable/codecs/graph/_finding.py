"""``findMeetingTimes``: what a scheduler answers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import takewhile
from typing import Final

import attrs
from attrs import frozen

from bookable.availability.ranked import confidence
from bookable.availability.slot import Slot
from bookable.checks import check_ids
from bookable.codecs._open import not_known, with_hours
from bookable.codecs.graph._meetings import (
    MOST_SUGGESTIONS,
    Attendee,
    AttendeeAvailability,
    MeetingPlace,
    MeetingQuery,
    MeetingSuggestion,
    MeetingSuggestions,
    TimeSlot,
)
from bookable.codecs.graph._telling import WORDS
from bookable.codecs.graph._times import GraphTime
from bookable.codecs.windows_zones import to_any_zone
from bookable.domain.free_busy import STRONGEST_FIRST, FreeBusy
from bookable.domain.policy import BLOCKING_KINDS, BusyKind
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement, ResourceKind, all_of
from bookable.domain.resources import Equipment, Member, Room
from bookable.errors import LimitExceededError
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone
from bookable.timeline.grid import LocalMidnight
from bookable.timeline.instant import to_utc
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

STEP: Final = timedelta(minutes=30)
"""Suggestions start every half-hour of the clock."""

DEFAULT_SEARCH: Final = timedelta(days=7)
"""How far ahead is looked where no time is named."""

LONGEST_SEARCH: Final = timedelta(days=62)
"""The most time that one query may name, all its slots together."""

_US: Final = timedelta(microseconds=1)
_ALL: Final = "Suggested because it is one of the nearest times when all attendees are available."
_SOME: Final = (
    "Suggested because it is one of the nearest times when enough attendees are available."
)
_UNAVAILABLE: Final = "attendeesUnavailable"
_UNKNOWN: Final = "attendeesUnavailableOrUnknown"
_NO_PLACE: Final = "locationsUnavailable"
_NO_ORGANIZER: Final = "organizerUnavailable"
_PLACE, _PEOPLE, _ORGANIZER, _RESOURCES = "place", "people", "organizer", "resources"


@frozen
class _Meeting:
    """A query with who of those it names a scheduler knows."""

    query: MeetingQuery
    scheduler: Scheduler
    now: datetime
    organizer_id: str | None
    zone: str
    unread: frozenset[str]
    people: tuple[str, ...]
    """The members among the attendees whose time is known, but for the organizer."""
    things: tuple[str, ...]
    """The rooms and equipment among them."""
    unknown: frozenset[str]
    """Those of whom nothing is known."""

    @classmethod
    def of(
        cls,
        query: MeetingQuery,
        scheduler: Scheduler,
        now: datetime,
        organizer_id: str | None,
        zone: str,
        unread: frozenset[str],
    ) -> _Meeting:
        addresses = dict.fromkeys(each.address for each in query.attendees)
        addresses.pop(organizer_id or "", None)
        entries = {key: scheduler.catalogue.get(key) for key in addresses}
        members = [key for key, entry in entries.items() if isinstance(entry, Member)]
        people = tuple(key for key in members if key not in unread)
        things = tuple(key for key, each in entries.items() if isinstance(each, Room | Equipment))
        unknown = frozenset(addresses).difference(people, things)
        if query.domain == "unrestricted":
            asked = (*people, *things, *([] if organizer_id is None else [organizer_id]))
            scheduler = with_hours(scheduler, dict.fromkeys(asked))
        return cls(query, scheduler, now, organizer_id, zone, unread, people, things, unknown)

    @property
    def needs_organizer(self) -> bool:
        return self.organizer_id is not None and not self.query.is_organizer_optional

    @property
    def minimum(self) -> Fraction:
        return Fraction(self.query.minimum_percentage)

    def confidence(self, missing: Iterable[str], unread: Iterable[str] = ()) -> Fraction:
        """How likely it is that all come, where these do not: nobody knows of some of them."""
        away = set(missing).intersection(self.people)
        unknown = len(away.intersection(unread))
        free = len(self.people) - len(away) + len(self.things)
        return confidence(free=free, unknown=len(self.unknown) + unknown, busy=len(away) - unknown)

    def needed(self) -> int:
        """The fewest people who have to be free for enough confidence."""
        people = self.people
        return next(
            (
                count
                for count in range(len(people) + 1)
                if self.confidence(people[count:]) >= self.minimum
            ),
            len(people) + 1,
        )

    def requirements(self) -> list[Requirement] | None:
        """Who and what has to be there; None where a place has to and there is none."""
        found = []
        if self.needs_organizer and self.organizer_id is not None:
            found.append(Requirement([self.organizer_id], name=_ORGANIZER))
        if self.things:
            found.append(attrs.evolve(all_of(*self.things), name=_RESOURCES))
        place = self.query.place
        if place is not None and place.is_required:
            addresses = (each.address for each in place.places if each.address is not None)
            rooms = [
                key for key in addresses if isinstance(self.scheduler.catalogue.get(key), Room)
            ]
            if rooms:
                found.append(Requirement(rooms, name=_PLACE))
            elif place.suggest and not place.places and self.scheduler.catalogue.rooms():
                found.append(Requirement(kind=ResourceKind.ROOM, name=_PLACE))
            else:
                return None
        count = max(self.needed(), 1 if not found else 0)
        if count and self.people:
            found.append(Requirement(self.people, count=count, name=_PEOPLE))
        return found

    def windows(self) -> list[Interval]:
        """The time that is asked about, in which the whole meeting has to be."""
        if not self.query.time_slots:
            start = to_utc(self.now, "now")
            return [Interval(start, start + DEFAULT_SEARCH)]
        found = [each.interval for each in self.query.time_slots]
        total = sum((each.duration for each in found), timedelta(0))
        if total > LONGEST_SEARCH:
            raise LimitExceededError("days of one query", total.days + 1, LONGEST_SEARCH.days)
        return found

    def clock(self) -> Zone:
        """The clock that suggestions are round on: that of the first time slot."""
        named = self.query.time_slots[0].start.zone if self.query.time_slots else self.zone
        return to_any_zone(named)

    def request(self, requirements: Iterable[Requirement]) -> Request:
        """What is asked of the scheduler."""
        return Request(
            self.query.duration,
            requirements,
            party_size=max(len(self.people) + self.needs_organizer, 1),
            grid=LocalMidnight(self.clock(), STEP),
            unknown_ids=[key for key in self.unread if self.scheduler.catalogue.get(key)],
        )

    def starts_within(self) -> list[Interval]:
        """Where a meeting that ends in time may start."""
        pairs = ((each.start, each.end - self.query.duration + _US) for each in self.windows())
        return [Interval(first, last) for first, last in pairs if first < last]

    def slots(self, requirements: Iterable[Requirement]) -> dict[datetime, Slot]:
        """What is on offer, by start."""
        request = self.request(requirements)
        found: dict[datetime, Slot] = {}
        for within in self.starts_within():
            slots = self.scheduler.free_slots(request, within=within, now=self.now)
            found.update((slot.start, slot) for slot in slots)
        return found

    def free_starts(self) -> dict[str, IntervalSet]:
        """When each of the people could start, alone."""
        found = {}
        for key in self.people:
            request, starts = self.request([Requirement([key])]), IntervalSet()
            for within in self.starts_within():
                starts |= self.scheduler.start_periods(request, within=within, now=self.now)
            found[key] = starts
        return found


def answer_find_meeting_times(
    query: MeetingQuery,
    scheduler: Scheduler,
    *,
    now: datetime,
    organizer_id: str | None = None,
    zone: str = "UTC",
    unknown_ids: Iterable[str] = (),
) -> MeetingSuggestions:
    """What a scheduler suggests, the most confident first, then the earliest.

    ``organizer_id`` is the member who asks: the body does not say; None is somebody whose time is not
    looked at. ``zone`` is what the client prefers for times. Attendees are members, and rooms and
    equipment, by id; others are unknown, as are those whose time the host could not read
    (``unknown_ids``): they count 49, who is free 100, who is not 0; and rooms and
    equipment, and the organizer, have to be known and free. Nothing is suggested below the minimum.

    Raises:
        LimitExceededError: If the time slots together are longer than 62 days.
        UnknownIdError: If nobody knows the organizer, whom the host has named.
    """
    unread = frozenset(check_ids(unknown_ids, "unknown_ids"))
    meeting = _Meeting.of(query, scheduler, to_utc(now, "now"), organizer_id, zone, unread)
    requirements = meeting.requirements()
    if requirements is None:
        return MeetingSuggestions((), _NO_PLACE)
    if not requirements or meeting.needed() > len(meeting.people):
        return MeetingSuggestions((), _UNKNOWN if meeting.unknown else _UNAVAILABLE)
    offered = meeting.slots(requirements)
    if not offered:
        return MeetingSuggestions((), _why_none(meeting, requirements))
    told = scheduler.busy_times(_asked(meeting), within=_hull(meeting), now=now)
    told = not_known(told, dict.fromkeys(unread, ""))
    free = meeting.free_starts()
    missing = {
        start: frozenset(key for key in free if not free[key].contains(start)) for start in offered
    }
    scored = [
        (-meeting.confidence(missing[start], slot.unknown_ids), start, slot)
        for start, slot in offered.items()
    ]
    best = sorted(
        (each for each in scored if -each[0] >= meeting.minimum), key=lambda each: each[:2]
    )
    most = query.max_candidates or MOST_SUGGESTIONS
    return MeetingSuggestions(
        [
            _suggestion(_Found(meeting, slot, -less, missing[start], told), order)
            for order, (less, start, slot) in enumerate(best[:most], start=1)
        ]
    )


def _why_none(meeting: _Meeting, requirements: list[Requirement]) -> str:
    """The first that alone leaves nothing: the organizer, what has to be there, or else the people."""
    alone = [each for each in requirements if each.name == _ORGANIZER]
    if alone and not meeting.slots(alone):
        return _NO_ORGANIZER
    places = [each for each in requirements if each.name in {_PLACE, _RESOURCES}]
    if places and not meeting.slots(places):
        return _NO_PLACE
    return _UNKNOWN if meeting.unknown else _UNAVAILABLE


def _asked(meeting: _Meeting) -> list[str]:
    return [key for key in (*meeting.people, meeting.organizer_id) if key is not None]


def _hull(meeting: _Meeting) -> Interval:
    windows = meeting.windows()
    return Interval(min(each.start for each in windows), max(each.end for each in windows))


@frozen
class _Found:
    """A slot that is to be suggested, who cannot come, and what is told of everybody's time."""

    meeting: _Meeting
    slot: Slot
    likely: Fraction
    missing: frozenset[str]
    told: FreeBusy

    def kind(self, subject: str) -> BusyKind | None:
        """How strongly somebody is away; None where nobody knows. O(log n + k)."""
        times = self.told.busy.get(subject)
        if times is None:
            return None
        first = bisect_right(times, self.slot.start, key=lambda each: each.interval.end)
        there = takewhile(lambda each: each.interval.start < self.slot.end, times[first:])
        kinds = {each.kind for each in there}
        return next((kind for kind in STRONGEST_FIRST if kind in kinds), BusyKind.FREE)


def _suggestion(found: _Found, order: int) -> MeetingSuggestion:
    query, zone = found.meeting.query, found.meeting.zone
    reason = (_ALL if found.likely == 100 else _SOME) if query.wants_reasons else None
    return MeetingSuggestion(
        order,
        TimeSlot(GraphTime.of(found.slot.start, zone), GraphTime.of(found.slot.end, zone)),
        float(found.likely),
        _organizer(found),
        [AttendeeAvailability(each, _availability(found, each)) for each in query.attendees],
        _places(found),
        reason,
    )


def _organizer(found: _Found) -> str:
    if found.meeting.organizer_id is None:
        return "unknown"
    if found.meeting.needs_organizer:
        return "free"
    kind = found.kind(found.meeting.organizer_id)
    return "unknown" if kind is None else WORDS[kind]


def _availability(found: _Found, attendee: Attendee) -> str:
    if attendee.address == found.meeting.organizer_id:
        return _organizer(found)
    if attendee.address in {*found.meeting.unknown, *found.slot.unknown_ids}:
        return "unknown"
    if attendee.address not in found.missing:
        return "free"
    kind = found.kind(attendee.address)
    # Who is closed, and not busy, cannot come either.
    return WORDS[kind] if kind in BLOCKING_KINDS else "busy"


def _places(found: _Found) -> list[MeetingPlace]:
    """The rooms that it would take; without any, the places that were named."""
    catalogue, place = found.meeting.scheduler.catalogue, found.meeting.query.place
    rooms = [catalogue.room(key) for key in found.slot.allocation.room_ids]
    if rooms or place is None:
        return [MeetingPlace(room.name or room.id, room.id) for room in rooms]
    return [attrs.evolve(each, resolve_availability=None) for each in place.places]

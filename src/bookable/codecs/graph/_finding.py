"""``findMeetingTimes``: what a scheduler answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
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
from bookable.domain.free_busy import FreeBusy
from bookable.domain.policy import BLOCKING_KINDS
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement, ResourceKind, all_of
from bookable.domain.resources import Equipment, Member, Room
from bookable.errors import LimitExceededError
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone
from bookable.timeline.grid import LocalMidnight
from bookable.timeline.instant import to_utc
from bookable.timeline.interval import Interval

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

    def known(self, kind: type[Member | Room | Equipment]) -> tuple[str, ...]:
        """The attendees of one kind that there are, but for the organizer."""
        found = (each.address for each in self.query.attendees)
        entries = self.scheduler.catalogue
        return tuple(
            dict.fromkeys(
                key
                for key in found
                if key != self.organizer_id and isinstance(entries.get(key), kind)
            )
        )

    @property
    def people(self) -> tuple[str, ...]:
        """The members among the attendees whose time is known."""
        return tuple(key for key in self.known(Member) if key not in self.unread)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The attendees of whom nothing is known."""
        told = {*self.people, *self.known(Room), *self.known(Equipment), self.organizer_id}
        addresses = (each.address for each in self.query.attendees)
        return tuple(dict.fromkeys(key for key in addresses if key not in told))

    @property
    def needs_organizer(self) -> bool:
        return self.organizer_id is not None and not self.query.is_organizer_optional

    @property
    def minimum(self) -> Fraction:
        return Fraction(self.query.minimum_percentage)

    def confidence(self, missing: Iterable[str]) -> Fraction:
        """How likely it is that all come, where these do not."""
        busy = len(set(missing).intersection(self.people))
        things = len(self.known(Room)) + len(self.known(Equipment))
        free = len(self.people) - busy + things
        return confidence(free=free, unknown=len(self.unknown), busy=busy)

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
        resources = (*self.known(Room), *self.known(Equipment))
        if resources:
            found.append(attrs.evolve(all_of(*resources), name=_RESOURCES))
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
            optional_ids=self.people,
            unknown_ids=[key for key in self.unread if self.scheduler.catalogue.get(key)],
        )

    def slots(self, requirements: Iterable[Requirement]) -> dict[datetime, Slot]:
        """What is on offer, by start."""
        request = self.request(requirements)
        found: dict[datetime, Slot] = {}
        for window in self.windows():
            last = window.end - self.query.duration + _US
            if last > window.start:
                within = Interval(window.start, last)
                slots = self.scheduler.free_slots(request, within=within, now=self.now)
                found.update((slot.start, slot) for slot in slots)
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
    """
    unread = frozenset(check_ids(unknown_ids, "unknown_ids"))
    meeting = _Meeting(query, scheduler, to_utc(now, "now"), organizer_id, zone, unread)
    if query.domain == "unrestricted":
        asked = [*_asked(meeting), *meeting.known(Room), *meeting.known(Equipment)]
        meeting = attrs.evolve(meeting, scheduler=with_hours(scheduler, dict.fromkeys(asked)))
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
    scored = [
        (-meeting.confidence(slot.missing_ids), start, slot) for start, slot in offered.items()
    ]
    best = sorted(
        (each for each in scored if -each[0] >= meeting.minimum), key=lambda each: each[:2]
    )
    most = query.max_candidates or MOST_SUGGESTIONS
    return MeetingSuggestions(
        [
            _suggestion(meeting, order, slot, told)
            for order, (_, _, slot) in enumerate(best[:most], start=1)
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


def _suggestion(meeting: _Meeting, order: int, slot: Slot, told: FreeBusy) -> MeetingSuggestion:
    likely = meeting.confidence(slot.missing_ids)
    organizer = _organizer(meeting, slot, told)
    reason = (_ALL if likely == 100 else _SOME) if meeting.query.wants_reasons else None
    return MeetingSuggestion(
        order,
        TimeSlot(GraphTime.of(slot.start, meeting.zone), GraphTime.of(slot.end, meeting.zone)),
        float(likely),
        organizer,
        [
            AttendeeAvailability(
                each,
                organizer
                if each.address == meeting.organizer_id
                else _availability(meeting, each, slot, told),
            )
            for each in meeting.query.attendees
        ],
        _places(meeting, slot),
        reason,
    )


def _organizer(meeting: _Meeting, slot: Slot, told: FreeBusy) -> str:
    if meeting.organizer_id is None:
        return "unknown"
    if meeting.needs_organizer:
        return "free"
    kind = told.strongest(meeting.organizer_id, slot.interval)
    return "unknown" if kind is None else WORDS[kind]


def _availability(meeting: _Meeting, attendee: Attendee, slot: Slot, told: FreeBusy) -> str:
    if attendee.address in meeting.unknown:
        return "unknown"
    if attendee.address not in slot.missing_ids:
        return "free"
    kind = told.strongest(attendee.address, slot.interval)
    # Who is closed, and not busy, cannot come either.
    return WORDS[kind] if kind in BLOCKING_KINDS else "busy"


def _places(meeting: _Meeting, slot: Slot) -> list[MeetingPlace]:
    """The rooms that it would take; without any, the places that were named."""
    rooms = [meeting.scheduler.catalogue.room(key) for key in slot.allocation.room_ids]
    if rooms:
        return [MeetingPlace(room.name or room.id, room.id) for room in rooms]
    place = meeting.query.place
    return (
        []
        if place is None
        else [attrs.evolve(each, resolve_availability=None) for each in place.places]
    )

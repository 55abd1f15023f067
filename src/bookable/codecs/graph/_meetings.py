"""``findMeetingTimes``: what is asked and answered, as values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_duration,
    check_flag,
    check_id,
    check_items,
    check_text,
    check_type,
)
from bookable.codecs.graph._schedules import STATUSES
from bookable.codecs.graph._times import GraphTime, span
from bookable.errors import InvalidValueError
from bookable.timeline.interval import Interval

MOST_ATTENDEES: Final = 100
"""The most attendees of one query, and of one suggestion that is read."""

MOST_TIME_SLOTS: Final = 100
"""The most time slots of one query."""

MOST_LOCATIONS: Final = 100
"""The most locations of one query or suggestion."""

MOST_SUGGESTIONS: Final = 1_000
"""The most suggestions of one answer."""

DEFAULT_DURATION: Final = timedelta(minutes=30)
DEFAULT_PERCENTAGE: Final = 50.0

ATTENDEE_KINDS: Final = ("required", "optional", "resource")
DOMAINS: Final = ("work", "personal", "unrestricted", "unknown")
EMPTY_REASONS: Final = (
    *("", "attendeesUnavailable", "attendeesUnavailableOrUnknown"),
    *("locationsUnavailable", "organizerUnavailable", "unknown"),
)


def _check_choice(value: object, words: tuple[str, ...], name: str) -> None:
    if value not in words:
        raise InvalidValueError(name, value, f"one of {', '.join(map(repr, words))}", "choice")


def _check_percentage(value: object, name: str) -> None:
    if type(value) is not float or not 0 <= value <= 100:
        raise InvalidValueError(name, value, "a float from 0 to 100", "quantity")


def _float(value: object) -> object:
    return float(value) if type(value) is int and abs(value) <= 100 else value


@frozen
class Attendee:
    """Somebody who is invited, or a room or thing (``resource``), by address."""

    address: str
    kind: str = "required"
    name: str = ""

    def __attrs_post_init__(self) -> None:
        check_id(self.address, "address")
        _check_choice(self.kind, ATTENDEE_KINDS, "kind")
        check_text(self.name, "name")


@frozen
class MeetingPlace:
    """A place where to meet: a name, the address of a room, or both."""

    name: str = ""
    address: str | None = None
    resolve_availability: bool | None = None

    def __attrs_post_init__(self) -> None:
        check_text(self.name, "name")
        if self.address is not None:
            check_id(self.address, "address")
        if self.resolve_availability is not None:
            check_flag(self.resolve_availability, "resolve_availability")


def _places(values: Iterable[MeetingPlace]) -> tuple[MeetingPlace, ...]:
    return check_items(values, MeetingPlace, "places", "a MeetingPlace(name, address)")


@frozen
class PlaceConstraint:
    """Whether there has to be a place, whether one is to be suggested, and which will do."""

    is_required: bool = False
    suggest: bool = False
    places: tuple[MeetingPlace, ...] = field(default=(), converter=_places)

    def __attrs_post_init__(self) -> None:
        check_flag(self.is_required, "is_required")
        check_flag(self.suggest, "suggest")


@frozen
class TimeSlot:
    """From when to when, by the clocks that are named.

    Raises:
        InvalidIntervalError: If it ends before it starts.
    """

    start: GraphTime
    end: GraphTime

    def __attrs_post_init__(self) -> None:
        for name in ("start", "end"):
            check_type(getattr(self, name), GraphTime, name, "a GraphTime(civil, zone)")
        span(self.start, self.end)

    @property
    def interval(self) -> Interval:
        """All the time that may be meant."""
        return span(self.start, self.end)


def _attendees(values: Iterable[Attendee]) -> tuple[Attendee, ...]:
    return check_items(values, Attendee, "attendees", "an Attendee(address)")


def _slots(values: Iterable[TimeSlot]) -> tuple[TimeSlot, ...]:
    return check_items(values, TimeSlot, "time_slots", "a TimeSlot(start, end)")


@frozen
class MeetingQuery:
    """When could they meet for so long, with at least so much confidence, in percent?"""

    attendees: tuple[Attendee, ...] = field(default=(), converter=_attendees)
    time_slots: tuple[TimeSlot, ...] = field(default=(), converter=_slots)
    duration: timedelta = DEFAULT_DURATION
    domain: str = "work"
    max_candidates: int | None = None
    minimum_percentage: float = field(default=DEFAULT_PERCENTAGE, converter=_float)
    is_organizer_optional: bool = False
    wants_reasons: bool = False
    place: PlaceConstraint | None = None

    def __attrs_post_init__(self) -> None:
        check_duration(self.duration, "duration", positive=True)
        _check_choice(self.domain, DOMAINS, "domain")
        if self.max_candidates is not None:
            check_amount(self.max_candidates, "max_candidates", minimum=1, maximum=MOST_SUGGESTIONS)
        _check_percentage(self.minimum_percentage, "minimum_percentage")
        check_flag(self.is_organizer_optional, "is_organizer_optional")
        check_flag(self.wants_reasons, "wants_reasons")
        like = "a PlaceConstraint, or None"
        check_type(self.place, (PlaceConstraint, type(None)), "place", like)


@frozen
class AttendeeAvailability:
    """Whether somebody can come: a word of ``freeBusyStatus``."""

    attendee: Attendee
    availability: str

    def __attrs_post_init__(self) -> None:
        check_type(self.attendee, Attendee, "attendee", "an Attendee(address)")
        _check_choice(self.availability, STATUSES, "availability")


def _availabilities(values: Iterable[AttendeeAvailability]) -> tuple[AttendeeAvailability, ...]:
    like = "an AttendeeAvailability(attendee, availability)"
    return check_items(values, AttendeeAvailability, "attendees", like)


@frozen
class MeetingSuggestion:
    """A time to meet, how likely it is that all come, in percent, and who could."""

    order: int
    slot: TimeSlot
    confidence: float = field(converter=_float)
    organizer: str = "free"
    attendees: tuple[AttendeeAvailability, ...] = field(default=(), converter=_availabilities)
    places: tuple[MeetingPlace, ...] = field(default=(), converter=_places)
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        check_amount(self.order, "order")
        check_type(self.slot, TimeSlot, "slot", "a TimeSlot(start, end)")
        _check_percentage(self.confidence, "confidence")
        _check_choice(self.organizer, STATUSES, "organizer")
        if self.reason is not None:
            check_text(self.reason, "reason")


def _suggestions(values: Iterable[MeetingSuggestion]) -> tuple[MeetingSuggestion, ...]:
    return check_items(values, MeetingSuggestion, "suggestions", "a MeetingSuggestion")


@frozen
class MeetingSuggestions:
    """Suggestions in their order; where there are none, why."""

    suggestions: tuple[MeetingSuggestion, ...] = field(default=(), converter=_suggestions)
    empty_reason: str = ""

    def __attrs_post_init__(self) -> None:
        _check_choice(self.empty_reason, EMPTY_REASONS, "empty_reason")

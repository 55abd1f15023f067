"""The bodies of Square's SearchAvailability as values; see `bookable.codecs.square`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
from attrs import field, frozen

from bookable.checks import check_amount, check_flag, check_id, check_ids, check_items, check_text
from bookable.codecs._bodies import Body, flag, identifier, instant, items, text, whole
from bookable.codecs._forms import errors_at, key_path
from bookable.codecs.iso import instant_text
from bookable.domain.calendar import Calendar
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import MOST_CHAIN_SEGMENTS
from bookable.timeline.instant import to_utc
from bookable.timeline.interval import Interval

SHORTEST_RANGE: Final = timedelta(hours=24)
LONGEST_RANGE: Final = timedelta(days=32)
MOST_SEGMENTS: Final = MOST_CHAIN_SEGMENTS
"""The most segments of one search."""
MOST_MEMBERS: Final = 1_000
"""The most team members that a filter may name."""
MOST_AVAILABILITIES: Final = 100_000
"""The most availabilities, and errors, that are read from one response."""
LONGEST_SEGMENT: Final = 1_500
"""The most minutes of one segment, and of the time after it."""

_MOST_VERSION: Final = 2**63 - 1
_MINUTE: Final = timedelta(minutes=1)
_FILTER: Final = "$.query.filter"
_RANGE: Final = f"{_FILTER}.start_at_range"


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "team_member_id_filter", known="team member ids")


def _utc(value: datetime) -> datetime:
    return to_utc(value, "start_at_range")


@frozen
class SegmentFilter:
    """One service that is wanted, and by whom; None names nobody in particular."""

    service_variation_id: str
    any_of: tuple[str, ...] | None = field(default=None, converter=attrs.converters.optional(_ids))
    all_of: tuple[str, ...] | None = field(default=None, converter=attrs.converters.optional(_ids))
    none_of: tuple[str, ...] | None = field(default=None, converter=attrs.converters.optional(_ids))

    def __attrs_post_init__(self) -> None:
        check_id(self.service_variation_id, "service_variation_id")
        for name in ("any_of", "all_of", "none_of"):
            if len(getattr(self, name) or ()) > MOST_MEMBERS:
                raise LimitExceededError(name, len(getattr(self, name)), MOST_MEMBERS)

    @property
    def names_anybody(self) -> bool:
        """Whether it asks for some members rather than others."""
        return any((self.any_of, self.all_of, self.none_of))

    def accepts(self, member_id: str) -> bool:
        """Whether somebody may serve this segment alone.

        >>> SegmentFilter("cut", any_of=["ada", "grace"], none_of=["grace"]).accepts("grace")
        False
        """
        return (
            (not self.any_of or member_id in self.any_of)
            and all(each == member_id for each in self.all_of or ())
            and member_id not in (self.none_of or ())
        )


def _segments(values: Iterable[SegmentFilter]) -> tuple[SegmentFilter, ...]:
    return check_items(values, SegmentFilter, "segment_filters", "a SegmentFilter(id)")


@frozen
class AvailabilitySearch:
    """What is searched for: services in their order, or another time for a booking.

    Raises:
        InvalidValueError: If the range runs backwards, there is neither a segment nor a booking
            (code ``missing_key``), or a booking beside others (code ``two_questions``).
        LimitExceededError: If the range is shorter than 24 hours or longer than 32 days, or there are
            more than ten segments.
    """

    start_at: datetime = field(converter=_utc)
    end_at: datetime = field(converter=_utc)
    segments: tuple[SegmentFilter, ...] = field(default=(), converter=_segments)
    location_id: str | None = None
    booking_id: str | None = None

    def __attrs_post_init__(self) -> None:
        length = self.end_at - self.start_at
        if not SHORTEST_RANGE <= length <= LONGEST_RANGE:
            given = f"{instant_text(self.start_at)} to {instant_text(self.end_at)}"
            expected = "a range of at least 24 hours and at most 32 days"
            raise InvalidValueError("start_at_range", given, expected, "range")
        if len(self.segments) > MOST_SEGMENTS:
            raise LimitExceededError("segment_filters", len(self.segments), MOST_SEGMENTS)
        for name in ("location_id", "booking_id"):
            if getattr(self, name) is not None:
                check_id(getattr(self, name), name)
        if self.booking_id is None and not self.segments:
            expected = "at least one segment filter, or a booking_id"
            raise InvalidValueError("segment_filters", (), expected, "missing_key")
        if self.booking_id is not None and (self.segments or self.location_id is not None):
            expected = "no location_id and no segment_filters beside it"
            raise InvalidValueError("booking_id", self.booking_id, expected, "two_questions")

    @property
    def within(self) -> Interval:
        """The window in which starts lie."""
        return Interval(self.start_at, self.end_at)


@frozen
class AppointmentSegment:
    """One service of what is available: for how long, by whom."""

    duration_minutes: int
    team_member_id: str
    service_variation_id: str | None = None
    service_variation_version: int | None = None
    intermission_minutes: int | None = None
    any_team_member: bool | None = None
    resource_ids: tuple[str, ...] = field(default=(), converter=_ids)

    def __attrs_post_init__(self) -> None:
        check_amount(self.duration_minutes, "duration_minutes", maximum=LONGEST_SEGMENT)
        check_id(self.team_member_id, "team_member_id")
        if self.service_variation_id is not None:
            check_id(self.service_variation_id, "service_variation_id")
        if self.service_variation_version is not None:
            given, name = self.service_variation_version, "service_variation_version"
            check_amount(given, name, maximum=_MOST_VERSION)
        if self.intermission_minutes is not None:
            given, name = self.intermission_minutes, "intermission_minutes"
            check_amount(given, name, maximum=LONGEST_SEGMENT)
        if self.any_team_member is not None:
            check_flag(self.any_team_member, "any_team_member")


def _appointment(values: Iterable[AppointmentSegment]) -> tuple[AppointmentSegment, ...]:
    return check_items(values, AppointmentSegment, "appointment_segments", "an AppointmentSegment")


@frozen
class Availability:
    """A start at which all segments could be booked."""

    start_at: datetime = field(converter=_utc)
    segments: tuple[AppointmentSegment, ...] = field(default=(), converter=_appointment)
    location_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.location_id is not None:
            check_id(self.location_id, "location_id")


@frozen
class SquareError:
    """One error in the shape of all Square APIs."""

    category: str
    code: str
    detail: str | None = None
    field: str | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("category", "code", "detail", "field"):
            if getattr(self, name) is not None:
                check_text(getattr(self, name), name)


def _availabilities(values: Iterable[Availability]) -> tuple[Availability, ...]:
    return check_items(values, Availability, "availabilities", "an Availability")


def _errors(values: Iterable[SquareError]) -> tuple[SquareError, ...]:
    return check_items(values, SquareError, "errors", "a SquareError")


@frozen
class SearchAnswer:
    """What is available, in order of start, or what went wrong."""

    availabilities: tuple[Availability, ...] = field(default=(), converter=_availabilities)
    errors: tuple[SquareError, ...] = field(default=(), converter=_errors)


# Bodies ------------------------------------------------------------------------


def read_search(body: object) -> AvailabilitySearch:
    """The search that a body asks for.

    Raises:
        CodecError: If it is no such body.
    """
    found = Body.of(body).read("query", Body.of).read("filter", Body.of)
    given = found.read("start_at_range", Body.of)
    start, end = given.read("start_at", instant), given.read("end_at", instant)
    reader = items(_segment_filter, at_most=MOST_SEGMENTS)
    with errors_at(found.path, {"start_at_range": given.fields, **_NAMED, **found.fields}):
        return AvailabilitySearch(
            start,
            end,
            found.read("segment_filters", reader, ()),
            found.read("location_id", identifier, None),
            found.read("booking_id", identifier, None),
        )


_NAMED: Final[dict[str, object]] = {"segment_filters": (), "booking_id": None}


def write_search(search: AvailabilitySearch) -> dict[str, object]:
    """The body of a search; `read_search` gives the same one."""
    found: dict[str, object] = {
        "start_at_range": {
            "start_at": instant_text(search.start_at),
            "end_at": instant_text(search.end_at),
        }
    }
    if search.location_id is not None:
        found["location_id"] = search.location_id
    if search.segments:
        found["segment_filters"] = [_filter_body(each) for each in search.segments]
    if search.booking_id is not None:
        found["booking_id"] = search.booking_id
    return {"query": {"filter": found}}


_TERMS: Final = (("any", "any_of"), ("all", "all_of"), ("none", "none_of"))


def _segment_filter(value: object, path: str) -> SegmentFilter:
    body = Body.of(value, path)
    terms, reader = body.body("team_member_id_filter"), items(identifier, at_most=MOST_MEMBERS)
    named: dict[str, Any] = {name: terms.read(key, reader, None) for key, name in _TERMS}
    with errors_at(path):
        return SegmentFilter(body.read("service_variation_id", identifier), **named)


def _filter_body(segment: SegmentFilter) -> dict[str, object]:
    body: dict[str, object] = {"service_variation_id": segment.service_variation_id}
    terms = {
        key: list(getattr(segment, name))
        for key, name in _TERMS
        if getattr(segment, name) is not None
    }
    if terms:
        body["team_member_id_filter"] = terms
    return body


def read_answer(body: object) -> SearchAnswer:
    """The answer that a response gives; lists that are left out, or null, are empty.

    Raises:
        CodecError: If it is no such response.
    """
    document = Body.of(body)
    return SearchAnswer(
        document.read("availabilities", items(_availability, at_most=MOST_AVAILABILITIES), ()),
        document.read("errors", items(_error, at_most=MOST_AVAILABILITIES), ()),
    )


def write_answer(answer: SearchAnswer) -> dict[str, object]:
    """The body of a response; where there are errors they are all that it has."""
    errors = [
        {key: value for key, value in attrs.asdict(each).items() if value is not None}
        for each in answer.errors
    ]
    if errors and not answer.availabilities:
        return {"errors": errors}
    found = [_availability_body(each) for each in answer.availabilities]
    return {"availabilities": found, "errors": errors}


def _availability(value: object, path: str) -> Availability:
    body = Body.of(value, path)
    return Availability(
        body.read("start_at", instant),
        body.read("appointment_segments", items(_appointment_segment, at_most=MOST_SEGMENTS), ()),
        body.read("location_id", identifier, None),
    )


def _appointment_segment(value: object, path: str) -> AppointmentSegment:
    body, minutes = Body.of(value, path), whole(0, LONGEST_SEGMENT)
    version = whole(0, _MOST_VERSION)
    return AppointmentSegment(
        body.read("duration_minutes", minutes),
        body.read("team_member_id", identifier),
        body.read("service_variation_id", identifier, None),
        body.read("service_variation_version", version, None),
        body.read("intermission_minutes", minutes, None),
        body.read("any_team_member", flag, None),
        body.read("resource_ids", items(identifier, at_most=MOST_MEMBERS), ()),
    )


def _availability_body(each: Availability) -> dict[str, object]:
    body: dict[str, object] = {"start_at": instant_text(each.start_at)}
    if each.location_id is not None:
        body["location_id"] = each.location_id
    body["appointment_segments"] = [_segment_body(segment) for segment in each.segments]
    return body


def _segment_body(segment: AppointmentSegment) -> dict[str, object]:
    body = {key: value for key, value in attrs.asdict(segment).items() if value is not None}
    body["resource_ids"] = list(segment.resource_ids)
    if not segment.resource_ids:
        del body["resource_ids"]
    return body


def _error(value: object, path: str) -> SquareError:
    body = Body.of(value, path)
    return SquareError(
        body.read("category", text),
        body.read("code", text),
        body.read("detail", text, None),
        body.read("field", text, None),
    )


# What a service keeps clear ----------------------------------------------------


def read_transition_time(calendar: Calendar, value: object, path: str = "$") -> Calendar:
    """The calendar with so many minutes kept clear after an appointment, and none before."""
    where = key_path(path, "transition_time_minutes")
    after = whole(0, LONGEST_SEGMENT)(value, where) * _MINUTE
    return attrs.evolve(calendar, buffer_before=timedelta(0), buffer_after=after)


def write_transition_time(calendar: Calendar) -> int:
    """The minutes that a calendar keeps clear after an appointment, begun ones as whole ones."""
    return -(-calendar.buffer_after // _MINUTE)

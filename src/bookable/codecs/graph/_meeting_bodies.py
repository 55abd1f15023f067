"""``findMeetingTimes``: how what is asked and answered is read and written."""

from __future__ import annotations

from datetime import timedelta

from bookable.checks import check_duration
from bookable.codecs._bodies import Body, identifier, items, text, whole
from bookable.codecs._forms import errors_at
from bookable.codecs.graph._meetings import (
    ATTENDEE_KINDS,
    DEFAULT_DURATION,
    DEFAULT_PERCENTAGE,
    DOMAINS,
    EMPTY_REASONS,
    MOST_ATTENDEES,
    MOST_LOCATIONS,
    MOST_SUGGESTIONS,
    MOST_TIME_SLOTS,
    Attendee,
    AttendeeAvailability,
    MeetingPlace,
    MeetingQuery,
    MeetingSuggestion,
    MeetingSuggestions,
    PlaceConstraint,
    TimeSlot,
)
from bookable.codecs.graph._schedules import STATUSES
from bookable.codecs.graph._times import (
    any_case,
    graph_body,
    loose_flag,
    loose_number,
    percentage,
    read_time,
    short,
    write_time,
)
from bookable.codecs.iso import duration_text, parse_duration


def read_meeting_query(body: object) -> MeetingQuery:
    """The query of a body of ``POST /me/findMeetingTimes``; all of it is optional.

    Raises:
        CodecError: If it is none, or beyond a limit.
    """
    document = graph_body(body)
    times = document.read("timeConstraint", graph_body, Body({}, "$.timeConstraint"))
    duration = document.read("meetingDuration", _duration, DEFAULT_DURATION)
    with errors_at("$"):
        return MeetingQuery(
            document.read("attendees", items(_read_attendee, at_most=MOST_ATTENDEES), ()),
            times.read("timeSlots", items(_read_slot, at_most=MOST_TIME_SLOTS), ()),
            duration,
            times.read("activityDomain", any_case(*DOMAINS), "work"),
            document.read("maxCandidates", _candidates, None),
            document.read("minimumAttendeePercentage", percentage, DEFAULT_PERCENTAGE),
            document.read("isOrganizerOptional", loose_flag, False),
            document.read("returnSuggestionReasons", loose_flag, False),
            document.read("locationConstraint", _read_constraint, None),
        )


def write_meeting_query(query: MeetingQuery) -> dict[str, object]:
    """The body of a query; what has its default is left out, save attendees, time and duration."""
    body: dict[str, object] = {"attendees": [_write_attendee(each) for each in query.attendees]}
    if query.place is not None:
        body["locationConstraint"] = {
            "isRequired": query.place.is_required,
            "suggestLocation": query.place.suggest,
            "locations": [_write_place(each) for each in query.place.places],
        }
    slots = [_write_slot(each, long=False) for each in query.time_slots]
    body["timeConstraint"] = {"activityDomain": query.domain, "timeSlots": slots}
    if query.is_organizer_optional:
        body["isOrganizerOptional"] = True
    body["meetingDuration"] = duration_text(query.duration)
    if query.max_candidates is not None:
        body["maxCandidates"] = query.max_candidates
    if query.wants_reasons:
        body["returnSuggestionReasons"] = True
    if query.minimum_percentage != DEFAULT_PERCENTAGE:
        body["minimumAttendeePercentage"] = short(query.minimum_percentage)
    return body


def _duration(value: object, path: str) -> timedelta:
    with errors_at(path):
        return check_duration(parse_duration(value), "duration", positive=True)


def _candidates(value: object, path: str) -> int:
    return whole(1, MOST_SUGGESTIONS)(loose_number(value), path)


def _read_attendee(value: object, path: str) -> Attendee:
    body = graph_body(value, path)
    email = body.read("emailAddress", graph_body)
    return Attendee(
        email.read("address", identifier),
        body.read("type", any_case(*ATTENDEE_KINDS), "required"),
        email.read("name", text, ""),
    )


def _write_attendee(attendee: Attendee) -> dict[str, object]:
    email = {"name": attendee.name} if attendee.name else {}
    return {"type": attendee.kind, "emailAddress": {**email, "address": attendee.address}}


def _read_slot(value: object, path: str) -> TimeSlot:
    body = graph_body(value, path)
    start, end = body.read("start", read_time), body.read("end", read_time)
    with errors_at(body.at("end")):
        return TimeSlot(start, end)


def _write_slot(slot: TimeSlot, *, long: bool = True) -> dict[str, object]:
    return {"start": write_time(slot.start, long=long), "end": write_time(slot.end, long=long)}


def _read_constraint(value: object, path: str) -> PlaceConstraint:
    body = graph_body(value, path)
    return PlaceConstraint(
        body.read("isRequired", loose_flag, False),
        body.read("suggestLocation", loose_flag, False),
        body.read("locations", items(_read_place, at_most=MOST_LOCATIONS), ()),
    )


def _read_place(value: object, path: str) -> MeetingPlace:
    body = graph_body(value, path)
    return MeetingPlace(
        body.read("displayName", text, ""),
        body.read("locationEmailAddress", identifier, None),
        body.read("resolveAvailability", loose_flag, None),
    )


def _write_place(place: MeetingPlace) -> dict[str, object]:
    body: dict[str, object] = {}
    if place.resolve_availability is not None:
        body["resolveAvailability"] = place.resolve_availability
    if place.name:
        body["displayName"] = place.name
    if place.address is not None:
        body["locationEmailAddress"] = place.address
    return body


# The answer ------------------------------------------------------------------


def read_meeting_suggestions(body: object) -> MeetingSuggestions:
    """What an answer of ``findMeetingTimes`` suggests, in its order.

    Raises:
        CodecError: If it is none.
    """
    document = graph_body(body)
    found = items(_read_suggestion, at_most=MOST_SUGGESTIONS)
    return MeetingSuggestions(
        document.read("meetingTimeSuggestions", found, ()),
        document.read("emptySuggestionsReason", any_case(*EMPTY_REASONS), ""),
    )


def write_meeting_suggestions(told: MeetingSuggestions) -> dict[str, object]:
    """The body of an answer."""
    return {
        "emptySuggestionsReason": told.empty_reason,
        "meetingTimeSuggestions": [_write_suggestion(each) for each in told.suggestions],
    }


def _read_suggestion(value: object, path: str) -> MeetingSuggestion:
    body = graph_body(value, path)
    return MeetingSuggestion(
        body.read("order", whole(), 0),
        body.read("meetingTimeSlot", _read_slot),
        body.read("confidence", percentage),
        body.read("organizerAvailability", any_case(*STATUSES), "unknown"),
        body.read("attendeeAvailability", items(_read_available, at_most=MOST_ATTENDEES), ()),
        body.read("locations", items(_read_place, at_most=MOST_LOCATIONS), ()),
        body.read("suggestionReason", text, None),
    )


def _read_available(value: object, path: str) -> AttendeeAvailability:
    body = graph_body(value, path)
    attendee = body.read("attendee", _read_attendee)
    return AttendeeAvailability(attendee, body.read("availability", any_case(*STATUSES)))


def _write_suggestion(told: MeetingSuggestion) -> dict[str, object]:
    body: dict[str, object] = {
        "confidence": short(told.confidence),
        "order": told.order,
        "organizerAvailability": told.organizer,
        "attendeeAvailability": [
            {"availability": each.availability, "attendee": _write_attendee(each.attendee)}
            for each in told.attendees
        ],
        "locations": [_write_place(each) for each in told.places],
        "meetingTimeSlot": _write_slot(told.slot),
    }
    if told.reason is not None:
        body["suggestionReason"] = told.reason
    return body

"""Microsoft Graph's findMeetingTimes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bookable import (
    Block,
    CodecError,
    InvalidAmountError,
    InvalidIntervalError,
    InvalidValueError,
    LimitExceededError,
    UnknownIdError,
    WeeklyHours,
)
from bookable.codecs import graph
from bookable.codecs.graph import (
    Attendee,
    AttendeeAvailability,
    GraphTime,
    MeetingPlace,
    MeetingQuery,
    MeetingSuggestion,
    MeetingSuggestions,
    PlaceConstraint,
    TimeSlot,
)
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    minutes,
    monday,
    refused,
)

PACIFIC = "Pacific Standard Time"
ALEX = {"address": "alexw@contoso.onmicrosoft.com"}
HOOD = {"displayName": "Conf room Hood"}


def pacific(text: str) -> dict:
    return {"dateTime": text, "timeZone": PACIFIC}


# The example of the reference.
QUERY = {
    "attendees": [{"type": "required", "emailAddress": {"name": "Alex Wilbur", **ALEX}}],
    "locationConstraint": {
        "isRequired": False,
        "suggestLocation": False,
        "locations": [{"resolveAvailability": False, **HOOD}],
    },
    "timeConstraint": {
        "activityDomain": "work",
        "timeSlots": [
            {"start": pacific("2019-04-16T09:00:00"), "end": pacific("2019-04-18T17:00:00")}
        ],
    },
    "isOrganizerOptional": "false",
    "meetingDuration": "PT1H",
    "returnSuggestionReasons": "true",
    "minimumAttendeePercentage": "100",
}
SUGGESTION = {
    "confidence": 100,
    "order": 1,
    "organizerAvailability": "free",
    "suggestionReason": "Suggested because it is one of the nearest times when all attendees are available.",
    "attendeeAvailability": [{"availability": "free", "attendee": {"emailAddress": ALEX}}],
    "locations": [HOOD],
    "meetingTimeSlot": {
        "start": pacific("2019-04-18T16:00:00.0000000"),
        "end": pacific("2019-04-18T17:00:00.0000000"),
    },
}
ANSWER = {"emptySuggestionsReason": "", "meetingTimeSuggestions": [SUGGESTION]}


def slot(first: str, last: str) -> TimeSlot:
    return TimeSlot(GraphTime.of(at(first)), GraphTime.of(at(last)))


def ask(*people: str, first: str = "09:00", last: str = "12:00", **fields) -> MeetingQuery:
    fields.setdefault("duration", HOUR)
    attendees = [Attendee(each) for each in people]
    return MeetingQuery(
        [*attendees, *fields.pop("more", ())],
        fields.pop("time_slots", [slot(first, last)]),
        **fields,
    )


def an_office(*blocks: tuple[str, str, str], **more):
    """Ada, Ben and Cem, all of them in from 9 to 17; who is blocked when."""
    people = [a_member(key, hours=OFFICE) for key in ("ada", "ben", "cem")]
    rooms = [a_room("hall", 10, name="The hall"), a_room("box", 2), an_item("screen", 1)]
    found = [
        Block(f"K-{number}", subject, monday(first, last), more.get("kind", "busy"))
        for number, (subject, first, last) in enumerate(blocks)
    ]
    return a_scheduler(*people, *rooms, blocks=found)


def answer(query: MeetingQuery, state=None, **named) -> MeetingSuggestions:
    return graph.answer_find_meeting_times(query, state or an_office(), now=NOW, **named)


def told(found: MeetingSuggestions) -> list[tuple[str, float]]:
    assert [each.order for each in found.suggestions] == [
        number + 1 for number in range(len(found.suggestions))
    ]
    return [(f"{each.slot.start.instant:%H:%M}", each.confidence) for each in found.suggestions]


def words(suggestion: MeetingSuggestion) -> dict[str, str]:
    return {each.attendee.address: each.availability for each in suggestion.attendees}


# Bodies ----------------------------------------------------------------------


def test_the_documented_query_is_read():
    found = graph.read_meeting_query(QUERY)

    assert found == MeetingQuery(
        [Attendee("alexw@contoso.onmicrosoft.com", name="Alex Wilbur")],
        [
            TimeSlot(
                GraphTime(datetime(2019, 4, 16, 9), PACIFIC),
                GraphTime(datetime(2019, 4, 18, 17), PACIFIC),
            )
        ],
        HOUR,
        minimum_percentage=100,
        wants_reasons=True,
        place=PlaceConstraint(places=[MeetingPlace("Conf room Hood", resolve_availability=False)]),
    )
    assert graph.write_meeting_query(found) == {
        **{key: value for key, value in QUERY.items() if key != "isOrganizerOptional"},
        "returnSuggestionReasons": True,
        "minimumAttendeePercentage": 100,
    }


def test_the_documented_answer_is_read():
    found = graph.read_meeting_suggestions(ANSWER)
    (suggestion,) = found.suggestions

    assert suggestion.slot.interval.start == datetime.fromisoformat("2019-04-18T16:00-07:00")
    assert words(suggestion) == {"alexw@contoso.onmicrosoft.com": "free"}
    attendee = {"type": "required", "emailAddress": ALEX}
    assert graph.write_meeting_suggestions(found) == {
        **ANSWER,
        "meetingTimeSuggestions": [
            {
                **SUGGESTION,
                "attendeeAvailability": [{"availability": "free", "attendee": attendee}],
            }
        ],
    }


def test_all_of_a_query_is_optional():
    found = graph.read_meeting_query({})

    assert found == MeetingQuery()
    assert (found.duration, found.minimum_percentage, found.domain) == (minutes(30), 50, "work")


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"attendees": {}}, "type", "$.attendees"),
        ({"attendees": [{}]}, "missing_key", "$.attendees[0].emailAddress"),
        (
            {"attendees": [{"emailAddress": {}}]},
            "missing_key",
            "$.attendees[0].emailAddress.address",
        ),
        (
            {"attendees": [{"emailAddress": ALEX, "type": "guest"}]},
            "choice",
            "$.attendees[0].type",
        ),
        ({"attendees": [{"emailAddress": ALEX}] * 101}, "limit_exceeded", "$.attendees"),
        ({"timeConstraint": []}, "type", "$.timeConstraint"),
        (
            {"timeConstraint": {"activityDomain": "play"}},
            "choice",
            "$.timeConstraint.activityDomain",
        ),
        (
            {"timeConstraint": {"timeSlots": [{"start": pacific("2019-04-16T09:00:00")}]}},
            "missing_key",
            "$.timeConstraint.timeSlots[0].end",
        ),
        (
            {
                "timeConstraint": {
                    "timeSlots": [
                        {
                            "start": pacific("2019-04-16T09:00:00"),
                            "end": pacific("2019-04-16T09:00:00"),
                        }
                    ]
                }
            },
            "empty_interval",
            "$.timeConstraint.timeSlots[0].end",
        ),
        ({"meetingDuration": "1 hour"}, "duration", "$.meetingDuration"),
        ({"meetingDuration": "PT0S"}, "zero_step", "$.meetingDuration"),
        ({"meetingDuration": 60}, "duration", "$.meetingDuration"),
        ({"maxCandidates": 0}, "quantity", "$.maxCandidates"),
        ({"maxCandidates": 1_001}, "quantity", "$.maxCandidates"),
        ({"minimumAttendeePercentage": 100.5}, "quantity", "$.minimumAttendeePercentage"),
        ({"minimumAttendeePercentage": -1}, "quantity", "$.minimumAttendeePercentage"),
        ({"minimumAttendeePercentage": "much"}, "quantity", "$.minimumAttendeePercentage"),
        ({"minimumAttendeePercentage": float("nan")}, "quantity", "$.minimumAttendeePercentage"),
        ({"minimumAttendeePercentage": True}, "quantity", "$.minimumAttendeePercentage"),
        ({"isOrganizerOptional": "no"}, "type", "$.isOrganizerOptional"),
        ({"isOrganizerOptional": 1}, "type", "$.isOrganizerOptional"),
        ({"locationConstraint": 1}, "type", "$.locationConstraint"),
        (
            {"locationConstraint": {"locations": [{"locationEmailAddress": ""}]}},
            "id",
            "$.locationConstraint.locations[0].locationEmailAddress",
        ),
    ],
)
def test_a_bad_query_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        graph.read_meeting_query({**QUERY, **change})

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"confidence": 101}, "quantity", "confidence"),
        ({"confidence": None}, "missing_key", "confidence"),
        ({"order": -1}, "quantity", "order"),
        ({"organizerAvailability": "asleep"}, "choice", "organizerAvailability"),
        ({"meetingTimeSlot": None}, "missing_key", "meetingTimeSlot"),
        ({"attendeeAvailability": [{}]}, "missing_key", "attendeeAvailability[0].attendee"),
        ({"locations": [[]]}, "type", "locations[0]"),
        ({"suggestionReason": []}, "type", "suggestionReason"),
    ],
)
def test_a_bad_suggestion_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        graph.read_meeting_suggestions({"meetingTimeSuggestions": [{**SUGGESTION, **change}]})

    assert caught.value.path == f"$.meetingTimeSuggestions[0].{path}"


def test_a_half_of_a_percent_is_kept():
    body = {"minimumAttendeePercentage": "33.5"}

    assert graph.read_meeting_query(body).minimum_percentage == 33.5
    assert (
        graph.write_meeting_query(graph.read_meeting_query(body))["minimumAttendeePercentage"]
        == 33.5
    )


def test_values_check_themselves():
    with refused(InvalidValueError, "quantity", "minimum_percentage"):
        MeetingQuery(minimum_percentage=101)
    with refused(InvalidValueError, "quantity", "minimum_percentage"):
        MeetingQuery(minimum_percentage=True)
    with refused(InvalidAmountError, "quantity", "max_candidates"):
        MeetingQuery(max_candidates=0)
    with refused(InvalidValueError, "choice", "domain"):
        MeetingQuery(domain="play")
    with refused(InvalidValueError, "zero_step", "duration"):
        MeetingQuery(duration=timedelta(0))
    with refused(InvalidValueError, "choice", "kind"):
        Attendee("ada", "guest")
    with refused(InvalidValueError, "choice", "availability"):
        AttendeeAvailability(Attendee("ada"), "asleep")
    with refused(InvalidValueError, "choice", "empty_reason"):
        MeetingSuggestions((), "dunno")
    with refused(InvalidIntervalError, "empty_interval"):
        slot("09:00", "09:00")


# Answering -------------------------------------------------------------------


def test_times_are_suggested_every_half_hour_inside_the_slot():
    assert told(answer(ask("ada", "ben"))) == [
        (clock, 100) for clock in ("09:00", "09:30", "10:00", "10:30", "11:00")
    ]


def test_the_most_confident_come_first_then_the_earliest():
    state = an_office(("ben", "09:00", "10:30"))

    assert told(answer(ask("ada", "ben"), state)) == [
        ("10:30", 100),
        ("11:00", 100),
        ("09:00", 50),
        ("09:30", 50),
        ("10:00", 50),
    ]


def test_confidence_is_the_mean_of_all_attendees():
    state = an_office(("cem", "09:00", "12:00"))
    (first, *_) = answer(ask("ada", "zoe", "cem", minimum_percentage=40), state).suggestions

    assert first.confidence == pytest.approx(49.66, abs=0.01)
    assert words(first) == {"ada": "free", "zoe": "unknown", "cem": "busy"}


@pytest.mark.parametrize(
    ("minimum", "count"), [(0, 4), (33, 4), (33.5, 3), (50, 3), (66, 3), (67, 0), (100, 0)]
)
def test_nothing_is_suggested_below_the_minimum(minimum, count):
    state = an_office(("ben", "09:00", "10:30"), ("cem", "10:30", "11:30"))
    asked = ask("ada", "ben", "cem", last="11:30", minimum_percentage=minimum)

    found = answer(asked, state)
    assert len(found.suggestions) == count
    assert found.empty_reason == ("" if count else "attendeesUnavailable")


def test_not_more_than_so_many():
    assert told(answer(ask("ada", max_candidates=2))) == [("09:00", 100), ("09:30", 100)]


def test_the_organizer_has_to_be_there_unless_optional():
    state = an_office(("cem", "09:00", "11:00"))

    assert told(answer(ask("ada"), state, organizer_id="cem")) == [("11:00", 100)]
    found = answer(ask("ada", is_organizer_optional=True), state, organizer_id="cem")
    assert [each.organizer for each in found.suggestions] == ["busy"] * 4 + ["free"]


def test_without_attendees_it_is_about_the_organizer_alone():
    assert told(answer(ask(), organizer_id="cem"))[0] == ("09:00", 100)
    assert answer(ask()).empty_reason == "attendeesUnavailable"


def test_an_organizer_who_is_invited_is_asked_once():
    (first, *_) = answer(ask("ada", "cem"), organizer_id="cem").suggestions

    assert words(first) == {"ada": "free", "cem": "free"}


def test_an_organizer_who_is_invited_and_optional_may_be_away():
    state = an_office(("cem", "09:00", "12:00"))
    query = ask("ada", "cem", is_organizer_optional=True)
    (first, *_) = answer(query, state, organizer_id="cem").suggestions

    assert (first.organizer, words(first)) == ("busy", {"ada": "free", "cem": "busy"})


def test_who_could_not_be_read_is_unknown():
    (first, *_) = answer(ask("ada", "ben"), unknown_ids=["ben", "nobody"]).suggestions

    assert (first.confidence, words(first)) == (74.5, {"ada": "free", "ben": "unknown"})
    hidden = ask("ada", is_organizer_optional=True)
    assert (
        answer(hidden, organizer_id="cem", unknown_ids=["cem"]).suggestions[0].organizer
        == "unknown"
    )
    assert answer(ask("ada"), organizer_id="cem", unknown_ids=["cem"]).empty_reason == (
        "organizerUnavailable"
    )
    in_hall = ask("ada", more=[Attendee("hall", "resource")])
    assert answer(in_hall, unknown_ids=["hall"]).empty_reason == "locationsUnavailable"


def test_an_organizer_whom_nobody_knows_is_a_mistake_of_the_host():
    with refused(UnknownIdError, "unknown_id"):
        answer(ask("ada"), organizer_id="zoe")


def test_rooms_and_things_that_are_invited_have_to_be_free():
    state = an_office(("hall", "09:00", "10:00"), ("screen", "10:30", "11:30"))
    asked = ask("ada", more=[Attendee("hall", "resource"), Attendee("screen", "resource")])

    assert told(answer(asked, state)) == []
    found = answer(ask("ada", more=[Attendee("hall", "resource")]), state)
    assert told(found)[0] == ("10:00", 100)
    assert found.suggestions[0].places == (MeetingPlace("The hall", "hall"),)


def test_a_place_that_is_required_is_one_of_those_named():
    state = an_office(("hall", "09:00", "10:00"))
    places = [MeetingPlace("The hall", "hall"), MeetingPlace("Elsewhere")]
    asked = ask("ada", place=PlaceConstraint(is_required=True, places=places))

    assert told(answer(asked, state))[0] == ("10:00", 100)
    nowhere = PlaceConstraint(is_required=True, places=places[1:])
    assert answer(ask("ada", place=nowhere)).empty_reason == "locationsUnavailable"


def test_a_place_may_be_suggested():
    place = PlaceConstraint(is_required=True, suggest=True)
    (first, *_) = answer(ask("ada", "ben", "cem", place=place)).suggestions

    assert first.places == (MeetingPlace("The hall", "hall"),)
    assert answer(ask("ada", place=place), a_scheduler(a_member("ada"))).empty_reason == (
        "locationsUnavailable"
    )


def test_a_place_that_is_not_required_is_only_named():
    place = PlaceConstraint(places=[MeetingPlace("Conf room Hood", resolve_availability=False)])
    (first, *_) = answer(ask("ada", place=place)).suggestions

    assert first.places == (MeetingPlace("Conf room Hood"),)


def test_hours_count_unless_anything_will_do():
    asked = ask("ada", first="07:00", last="10:00")

    assert told(answer(asked)) == [("09:00", 100)]
    free = ask("ada", first="07:00", last="10:00", domain="unrestricted")
    assert told(answer(free))[0] == ("07:00", 100)
    assert len(answer(free).suggestions) == 5


def test_who_could_not_be_read_when_it_was_asked_is_unknown():
    state = a_scheduler(a_member("ada"), a_member("ben"))
    state = state.block("ben", monday("09:00", "10:00"), block_id="K", kind="unknown")
    found = {
        f"{each.slot.start.instant:%H:%M}": (each.confidence, words(each))
        for each in answer(ask("ada", "ben"), state).suggestions
    }

    assert found["09:00"] == (74.5, {"ada": "free", "ben": "unknown"})
    assert found["10:00"] == (100, {"ada": "free", "ben": "free"})


def test_who_is_closed_counts_as_busy():
    state = a_scheduler(
        a_member("ada"), a_member("ben", hours=WeeklyHours.parse("Tu 09:00-17:00", zone="UTC"))
    )
    (first, *_) = answer(ask("ada", "ben"), state).suggestions

    assert (first.confidence, words(first)) == (50, {"ada": "free", "ben": "busy"})


@pytest.mark.parametrize(
    ("kind", "word"),
    [("tentative", "tentative"), ("out_of_office", "oof"), ("maintenance", "busy")],
)
def test_how_somebody_is_away_is_told(kind, word):
    state = an_office(("ben", "09:00", "12:00"), kind=kind)
    (first, *_) = answer(ask("ada", "ben"), state).suggestions

    assert words(first) == {"ada": "free", "ben": word}


@pytest.mark.parametrize(
    ("people", "blocks", "organizer", "reason"),
    [
        (["ada"], [("ada", "09:00", "12:00")], None, "attendeesUnavailable"),
        (["ada", "zoe"], [("ada", "09:00", "12:00")], None, "attendeesUnavailableOrUnknown"),
        (["zoe"], [], None, "attendeesUnavailableOrUnknown"),
        (["ada"], [("cem", "09:00", "12:00")], "cem", "organizerUnavailable"),
        (["ada"], [("ada", "09:00", "12:00")], "cem", "attendeesUnavailable"),
    ],
)
def test_why_there_is_nothing(people, blocks, organizer, reason):
    found = answer(ask(*people), an_office(*blocks), organizer_id=organizer)

    assert found == MeetingSuggestions((), reason)


def test_no_resource_is_free():
    asked = ask("ada", more=[Attendee("hall", "resource")])

    assert (
        answer(asked, an_office(("hall", "09:00", "12:00"))).empty_reason == "locationsUnavailable"
    )


def test_reasons_are_told_where_they_are_wanted():
    state = an_office(("ben", "10:00", "12:00"))
    found = answer(ask("ada", "ben", wants_reasons=True), state).suggestions

    assert found[0].reason == SUGGESTION["suggestionReason"]
    assert "enough attendees" in found[-1].reason
    assert answer(ask("ada")).suggestions[0].reason is None


def test_several_time_slots_are_one_list():
    slots = [slot("10:00", "11:30"), slot("09:00", "10:30"), slot("11:00", "11:30")]

    assert [clock for clock, _ in told(answer(ask("ada", time_slots=slots)))] == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
    ]


def test_without_a_time_the_next_week_is_looked_at():
    found = answer(MeetingQuery([Attendee("ada")], duration=HOUR))

    assert found.suggestions[0].slot.start.instant == at("09:00")
    assert found.suggestions[-1].slot.start.instant == at("16:00", day=6)


def test_times_are_shown_as_the_client_prefers():
    (first, *_) = answer(ask("ada"), zone=PACIFIC).suggestions

    assert first.slot.start == GraphTime(datetime(2026, 3, 2, 1), PACIFIC)


def test_the_time_that_is_looked_at_is_bounded():
    far = [TimeSlot(GraphTime.of(at("00:00")), GraphTime.of(at("00:01") + timedelta(days=62)))]

    with refused(LimitExceededError, "limit_exceeded"):
        answer(ask("ada", time_slots=far))

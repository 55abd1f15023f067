"""Appointments: their bodies, their statuses both ways, overrides, series, moves and ends."""

from __future__ import annotations

from datetime import UTC, datetime, timezone

import pytest

from bookable import BookingStatus, CodecError
from bookable.codecs.highlevel.appointments import (
    FITTING,
    USUAL,
    read_appointment,
    read_appointment_changes,
    read_rrule,
)
from bookable.codecs.statuses import HIGHLEVEL
from bookable.domain.policy import BookingPolicy
from bookable.domain.refusal import DATE_RULES, OVERRIDABLE
from bookable.timeline.civil import to_zone
from bookable.timeline.interval import Interval
from tests.support.builders import HOUR, NOW, a_calendar, at, offered
from tests.support.highlevel_api import (
    APPOINTMENTS,
    LOCATION,
    a_business,
    an_appointment,
    asked,
    done,
    failed,
    made,
    ms,
    problem,
)

DAY = {"locationId": LOCATION, "startTime": ms(at("00:00")), "endTime": ms(at("24:00"))}
E1 = f"{APPOINTMENTS}/E1"


def status_of(state, event_id="E1"):
    return state.booking(event_id).status


def word(state, event_id="E1", now=NOW):
    told = done(state, "GET", f"{APPOINTMENTS}/{event_id}", now=now)[0]
    return told["event"]["appointmentStatus"]


def refusal_rules(told):
    assert told["statusCode"] == 400
    return [each["rule"] for each in told["refusals"]]


# The tables ------------------------------------------------------------------


def test_every_state_has_a_word_that_fits_it():
    assert set(USUAL) == set(BookingStatus)
    assert set(FITTING) == set(HIGHLEVEL)
    for status, usual in USUAL.items():
        if status not in {BookingStatus.CHECKED_IN, BookingStatus.RELEASED}:
            assert status in FITTING[usual]
    for said, status in HIGHLEVEL.items():
        assert status in FITTING[said]


# Reading ---------------------------------------------------------------------


@pytest.mark.parametrize("key", ["calendarId", "locationId", "contactId", "startTime"])
def test_a_creation_needs(key):
    body = {name: value for name, value in an_appointment().items() if name != key}

    assert problem(a_business(), "POST", APPOINTMENTS, body) == (f"$.{key}", "missing_key")


@pytest.mark.parametrize(
    "change, found",
    [
        ({"calendarId": "ada"}, ("$.calendarId", "unknown_id")),
        ({"calendarId": 3}, ("$.calendarId", "id")),
        ({"calendarId": "elsewhere"}, ("$.locationId", "other_location")),
        ({"assignedUserId": "bob"}, ("$.assignedUserId", "unknown_id")),
        ({"assignedUserId": "blue"}, ("$.assignedUserId", "unknown_id")),
        ({"calendarId": "talk", "assignedUserId": "grace"}, ("$.assignedUserId", "unknown_id")),
        ({"contactId": "\u200b"}, ("$.contactId", "id")),
        ({"contactId": ""}, ("$.contactId", "id")),
        ({"locationId": ""}, ("$.locationId", "id")),
        ({"startTime": "2026-03-02T09:00:00"}, ("$.startTime", "naive_datetime")),
        ({"startTime": None}, ("$.startTime", "missing_key")),
        ({"endTime": "2026-03-02T09:00:00Z"}, ("$.endTime", "empty_interval")),
        ({"endTime": "2026-03-02T09:45:00Z"}, ("$.endTime", "duration")),
        ({"endTime": "9800-03-02T09:45:00Z"}, ("$.endTime", "limit_exceeded")),
        ({"appointmentStatus": "Confirmed"}, ("$.appointmentStatus", "choice")),
        ({"appointmentStatus": ["new"]}, ("$.appointmentStatus", "choice")),
        ({"ignoreDateRange": "true"}, ("$.ignoreDateRange", "type")),
        ({"ignoreFreeSlotValidation": 1}, ("$.ignoreFreeSlotValidation", "type")),
        ({"overrideLocationConfig": 1}, ("$.overrideLocationConfig", "type")),
        ({"meetingLocationType": "pub"}, ("$.meetingLocationType", "choice")),
        ({"title": "x" * 10_001}, ("$.title", "limit_exceeded")),
        ({"rrule": "RRULE:FREQ=DAILY;COUNT=2"}, ("$.rrule", "rrule")),
    ],
)
def test_a_bad_appointment_is_refused(change, found):
    assert problem(a_business(), "POST", APPOINTMENTS, an_appointment(**change)) == found


def test_what_it_leaves_aside():
    assert read_appointment(an_appointment()).override == frozenset()
    assert read_appointment(an_appointment(ignoreDateRange=True)).override == DATE_RULES
    both = an_appointment(ignoreDateRange=True, ignoreFreeSlotValidation=True)
    assert read_appointment(both).override == OVERRIDABLE


def test_unknown_fields_are_let_through():
    assert read_appointment(an_appointment(x=1)) == read_appointment(an_appointment())
    assert read_appointment_changes({}).status is None


# Creating and getting --------------------------------------------------------


def test_an_appointment_takes_what_its_calendar_needs():
    sent = an_appointment(
        assignedUserId="grace",
        title="Test Event",
        address="Zoom",
        description="Booking a call",
        meetingLocationId="custom_0",
        overrideLocationConfig=True,
        toNotify=False,
    )

    status, told, state = asked(a_business(), "POST", APPOINTMENTS, sent, new_id="E1")

    assert status == 201
    assert told == {
        "id": "E1",
        "calendarId": "massage",
        "locationId": LOCATION,
        "contactId": "ann",
        "startTime": at("09:00").isoformat(),
        "endTime": at("10:00").isoformat(),
        "appointmentStatus": "confirmed",
        "assignedUserId": "grace",
        "title": "Test Event",
        "description": "Booking a call",
        "address": "Zoom",
        "meetingLocationId": "custom_0",
        "overrideLocationConfig": True,
        "meetingLocationType": "custom",
        "isRecurring": False,
        "assignedResources": ["blue", "oil"],
    }
    booking = state.booking("E1")
    assert (booking.customer_id, booking.host_ids) == ("ann", ("grace",))
    added = {"dateAdded": "2026-03-02T00:00:00Z", "dateUpdated": "2026-03-02T00:00:00Z"}
    event = {**told, **added, "groupId": "G1", "users": []}
    assert done(state, "GET", E1)[0] == {"event": event}


def test_whoever_of_a_collective_calendar_is_named_all_its_members_meet():
    board = a_calendar("board", kind="collective", member_ids=["ada", "grace"], primary_id="grace")
    state = a_business(calendars=[board], rooms=[], equipment=[])
    query = {"startDate": DAY["startTime"], "endDate": DAY["endTime"]}
    path = "/calendars/board/free-slots"
    for users in ({"userId": "ada"}, {"userIds": ["ada", "grace"]}):
        assert done(state, "GET", path, query={**query, **users}) == done(
            state, "GET", path, query=query
        )

    told, state = done(
        state,
        "POST",
        APPOINTMENTS,
        an_appointment(calendar_id="board", assignedUserId="ada"),
        new_id="E1",
    )
    assert told["assignedUserId"] == "grace"
    event = done(state, "GET", E1)[0]["event"]
    times = {"startTime": at("11:00").isoformat(), "endTime": at("12:00").isoformat()}
    state = done(state, "PUT", E1, {**event, **times})[1]
    assert state.booking("E1").start == at("11:00")
    assert {*state.booking("E1").host_ids} == {"ada", "grace"}


def test_the_usual_length_unless_an_end_is_given():
    half = an_appointment(endTime="2026-03-02T10:30:00+01:00")
    told = done(a_business(), "POST", APPOINTMENTS, half)[0]
    assert (told["startTime"], told["endTime"]) == (
        at("09:00").isoformat(),
        at("09:30").isoformat(),
    )


def test_what_cannot_be_booked_is_told_with_every_reason():
    state = made(a_business())

    told = failed(state, "POST", APPOINTMENTS, an_appointment())

    assert refusal_rules(told) == ["full"]
    assert told["refusals"][0]["bookingIds"] == ["E1"]
    assert told["message"] == told["refusals"][0]["message"]


def test_a_class_takes_as_many_as_it_has_seats():
    state = a_business()
    for number in (1, 2, 3):
        state = made(state, event_id=f"E{number}", calendar_id="yoga", contactId=f"c{number}")

    told = failed(state, "POST", APPOINTMENTS, an_appointment(calendar_id="yoga"))

    assert "full" in refusal_rules(told)
    assert {each.session_key for each in state.bookings.values()} == {
        state.booking("E1").session_key
    }


def test_the_same_creation_with_the_same_id_is_the_same_thing():
    state = made(a_business())

    told, after = done(state, "POST", APPOINTMENTS, an_appointment(), new_id="E1", now=at("01:00"))
    assert after is state
    assert told["id"] == "E1"
    for other in (
        an_appointment("11:00"),
        an_appointment(title="x"),
        an_appointment(contactId="b"),
    ):
        assert failed(state, "POST", APPOINTMENTS, other, new_id="E1")["code"] == "id_conflict"


@pytest.mark.parametrize("now", [at("08:30"), at("09:30"), at("09:00", day=20)])
@pytest.mark.parametrize("calendar_id", ["massage", "yoga", "talk"])
def test_the_same_creation_is_the_same_thing_however_late_it_comes_again(calendar_id, now):
    """Also where it could not be booked any more: it is too late, and somebody is away."""
    state = made(a_business(), calendar_id=calendar_id)
    state = state.block("ada", Interval(at("09:00"), at("09:30")), block_id="K")

    body = an_appointment(calendar_id=calendar_id)
    assert done(state, "POST", APPOINTMENTS, body, new_id="E1", now=now)[1] is state
    other = failed(state, "POST", APPOINTMENTS, {**body, "contactId": "b"}, new_id="E1", now=now)
    assert other["code"] == "id_conflict"


def test_the_date_range_may_be_left_aside():
    late, early = an_appointment("09:00"), at("08:30")
    assert refusal_rules(failed(a_business(), "POST", APPOINTMENTS, late, now=early)) == [
        "notice_too_short"
    ]
    sent = {**late, "ignoreDateRange": True}
    state = done(a_business(), "POST", APPOINTMENTS, sent, now=early, new_id="E1")[1]
    assert refusal_rules(failed(state, "POST", APPOINTMENTS, sent, now=early)) == ["full"]


def test_all_of_the_validation_may_be_left_aside():
    sent = an_appointment("03:15", ignoreFreeSlotValidation=True)
    state = made(a_business(), "03:15", ignoreFreeSlotValidation=True)

    told, state = done(state, "POST", APPOINTMENTS, sent, new_id="E2", now=at("05:00"))

    assert told["startTime"] == at("03:15").isoformat()
    assert "overcommitted" in {each.rule.value for each in state.violations(now=NOW)}


# Statuses --------------------------------------------------------------------


def test_what_has_to_be_approved_is_new():
    state = made(a_business(), calendar_id="talk")
    assert (word(state), status_of(state)) == ("new", BookingStatus.PENDING)

    told, after = done(state, "PUT", E1, {"appointmentStatus": "confirmed"})
    assert told["appointmentStatus"] == "confirmed"
    assert status_of(after) is BookingStatus.CONFIRMED

    for said, status in (("invalid", "declined"), ("cancelled", "cancelled")):
        after = done(state, "PUT", E1, {"appointmentStatus": said})[1]
        assert (word(after), status_of(after).value) == (said, status)


def test_what_has_to_be_approved_is_new_whatever_is_left_aside():
    aside = {"ignoreFreeSlotValidation": True}
    state = made(a_business(), "03:15", calendar_id="talk", **aside)
    assert word(state) == "new"

    moved = {"startTime": at("04:15").isoformat(), **aside}
    told, state = done(state, "PUT", E1, {**moved, "appointmentStatus": "confirmed"})
    assert (told["startTime"], told["appointmentStatus"]) == (at("04:15").isoformat(), "confirmed")
    assert word(done(state, "PUT", E1, {"startTime": at("10:00").isoformat()})[1]) == "new"


def test_what_somebody_approved_elsewhere_is_no_longer_new():
    state = made(a_business(), calendar_id="talk", appointmentStatus="new")
    state = state.confirm("E1", now=NOW, version=state.booking("E1").version)

    assert word(state) == "confirmed"


@pytest.mark.parametrize("said", ["new", "confirmed", "active", "cancelled", "invalid"])
@pytest.mark.parametrize("calendar_id", ["massage", "talk"])
def test_a_word_comes_back_as_it_was_sent(said, calendar_id):
    sent = an_appointment(calendar_id=calendar_id, appointmentStatus=said)

    told, state = done(a_business(), "POST", APPOINTMENTS, sent, new_id="E1")

    assert told["appointmentStatus"] == word(state) == said
    assert status_of(state) in FITTING[said]


@pytest.mark.parametrize("said", ["showed", "completed", "noshow"])
def test_what_is_over_comes_back_as_it_was_sent(said):
    state = made(a_business())
    told = failed(state, "PUT", E1, {"appointmentStatus": said}, now=at("08:59"))
    assert (told["statusCode"], told["code"]) == (409, "too_early")

    told, state = done(state, "PUT", E1, {"appointmentStatus": said}, now=at("10:00"))

    assert told["appointmentStatus"] == word(state, now=at("10:00")) == said
    assert done(state, "PUT", E1, {"appointmentStatus": said}, now=at("11:00"))[0] == told
    told = failed(state, "PUT", E1, {"appointmentStatus": "new"}, now=at("11:00"))
    assert (told["statusCode"], told["code"]) == (409, "wrong_state")


def test_what_happened_is_written_down_afterwards():
    sent = an_appointment(ignoreDateRange=True, appointmentStatus="showed")

    told, state = done(a_business(), "POST", APPOINTMENTS, sent, now=at("12:00"), new_id="E1")

    assert told["appointmentStatus"] == "showed"
    assert status_of(state) is BookingStatus.COMPLETED


def test_who_checked_in_has_shown():
    state = made(a_business()).check_in("E1", at=at("09:00"))

    assert word(state) == "showed"
    told = done(state, "PUT", E1, {"appointmentStatus": "showed"}, now=at("09:30"))[0]
    assert told["appointmentStatus"] == "showed"
    assert word(done(state, "PUT", E1, {"appointmentStatus": "confirmed"})[1]) == "showed"


def test_what_is_cancelled_does_not_come_back():
    state = done(made(a_business()), "PUT", E1, {"appointmentStatus": "cancelled"})[1]

    assert offered(state, "massage")[0] == "09:00"
    told = failed(state, "PUT", E1, {"appointmentStatus": "confirmed"})
    assert (told["statusCode"], told["code"]) == (409, "wrong_state")


def test_a_hold_is_confirmed():
    state = a_business()
    slot = state.slot(state.request("talk"), start=at("09:00"), now=NOW)
    state = state.hold(slot, booking_id="E1", now=NOW)
    assert word(state) == "new"

    state = done(state, "PUT", E1, {"appointmentStatus": "confirmed"})[1]

    assert status_of(state) is BookingStatus.CONFIRMED


# Updating --------------------------------------------------------------------


def test_an_update_moves_and_keeps_who_serves():
    state = made(a_business(), assignedUserId="grace")

    told, state = done(state, "PUT", E1, {"startTime": "2026-03-02T12:00:00+01:00"})

    assert (told["startTime"], told["endTime"], told["assignedUserId"]) == (
        at("11:00").isoformat(),
        at("12:00").isoformat(),
        "grace",
    )
    assert state.booking("E1").start == at("11:00")


def test_an_update_makes_it_shorter_or_hands_it_over():
    state = made(a_business(), assignedUserId="grace")

    told, state = done(state, "PUT", E1, {"endTime": at("09:30").isoformat()})
    assert told["endTime"] == at("09:30").isoformat()
    told, state = done(state, "PUT", E1, {"assignedUserId": "ada"})
    assert (told["assignedUserId"], told["endTime"]) == ("ada", at("09:30").isoformat())
    sent = {"assignedUserId": "grace", "startTime": at("10:00").isoformat()}
    told, state = done(state, "PUT", E1, sent)
    assert (told["assignedUserId"], told["endTime"]) == ("grace", at("10:30").isoformat())


def test_a_move_that_is_refused_changes_nothing():
    state = made(made(a_business()), "11:00", "E2")

    told = failed(state, "PUT", E1, {"startTime": at("11:00").isoformat(), "title": "x"})

    assert refusal_rules(told) == ["full"]
    assert refusal_rules(failed(state, "PUT", E1, {"startTime": at("11:30").isoformat()}))
    sent = {"startTime": at("11:00").isoformat(), "ignoreFreeSlotValidation": True}
    assert done(state, "PUT", E1, sent)[0]["startTime"] == at("11:00").isoformat()


def test_what_was_given_up_early_is_told_with_its_whole_time():
    state = made(a_business())

    told, state = done(state, "PUT", E1, {"appointmentStatus": "noshow"}, now=at("09:20"))

    assert state.booking("E1").end == at("09:20")
    assert told["endTime"] == at("10:00").isoformat()
    event = done(state, "GET", E1, now=at("12:00"))[0]["event"]
    assert done(state, "PUT", E1, event, now=at("12:00"))[0] == told


def test_cut_offs_are_for_who_books():
    policy = BookingPolicy(cancel_notice=12 * HOUR, reschedule_notice=12 * HOUR)
    calendar = a_calendar("massage", member_ids=["ada"], location_id=LOCATION, policy=policy)
    state = made(a_business(rooms=[], equipment=[], calendars=[calendar]))
    late = {"now": at("08:00")}

    moved = {"startTime": at("10:00").isoformat()}
    assert done(state, "PUT", E1, moved, **late)[0]["startTime"] == moved["startTime"]
    assert (
        word(done(state, "PUT", E1, {"appointmentStatus": "cancelled"}, **late)[1]) == "cancelled"
    )
    assert done(state, "DELETE", "/calendars/events/E1", **late)[0] == {"succeeded": True}


def test_a_moved_party_keeps_its_size():
    state = a_business()
    slot = state.slot(state.request("yoga", party_size=2), start=at("09:00"), now=NOW)
    state = state.book(slot, booking_id="E1", now=NOW)

    state = done(state, "PUT", E1, {"startTime": at("10:00").isoformat()})[1]

    assert state.booking("E1").party_size == 2


def test_what_it_is_told_changes_nothing_but_the_date():
    state = made(a_business(), title="Trial", appointmentStatus="active")
    told = done(state, "GET", E1)[0]["event"]

    after = done(state, "PUT", E1, told, now=at("12:00"))[1]

    again = done(after, "GET", E1)[0]["event"]
    assert again == {**told, "dateUpdated": "2026-03-02T12:00:00Z"}


def test_an_instance_of_a_series_may_be_told_again_as_it_was_told():
    state = made(a_business(), **DAILY)
    path = f"{APPOINTMENTS}/{instance(3)}"
    told = done(state, "GET", path)[0]["event"]

    after = done(state, "PUT", path, told, now=at("01:00"))[1]

    again = done(after, "GET", path)[0]["event"]
    assert again == {**told, "dateUpdated": "2026-03-02T01:00:00Z"}
    done(state, "PUT", E1, {"rrule": told["rrule"], "title": "Course"})
    assert problem(state, "PUT", path, {"rrule": "FREQ=DAILY;COUNT=2"}) == ("$.rrule", "rrule")


def test_what_nobody_serves_or_has_booked_may_be_told_again_as_it_was_told():
    """An event has no host, and what the host itself booked neither contact nor location."""
    fair = a_calendar("fair", kind="event", seats_per_slot=2)
    state = a_business(calendars=[fair], rooms=[], equipment=[])
    slot = state.slot(state.request("fair"), start=at("09:00"), now=NOW)
    state = state.book(slot, booking_id="E1", now=NOW)
    told = done(state, "GET", E1)[0]["event"]
    assert (told["assignedUserId"], told["contactId"], told["locationId"]) == ("", "", "")

    after = done(state, "PUT", E1, told)[1]

    assert done(after, "GET", E1)[0]["event"] == {**told, "dateUpdated": "2026-03-02T00:00:00Z"}


@pytest.mark.parametrize(
    "change, found",
    [
        ({"calendarId": "yoga"}, ("$.calendarId", "other_calendar")),
        ({"rrule": "FREQ=DAILY", "ignoreFreeSlotValidation": True}, ("$.rrule", "rrule")),
        ({"endTime": at("09:00").isoformat()}, ("$.endTime", "empty_interval")),
        ({"endTime": at("09:45").isoformat()}, ("$.endTime", "duration")),
        ({"assignedUserId": "bob"}, ("$.assignedUserId", "unknown_id")),
    ],
)
def test_a_bad_update_is_refused(change, found):
    assert problem(made(a_business()), "PUT", E1, change) == found


def test_a_user_who_does_not_serve_it_cannot_take_it_over():
    state = made(a_business(), calendar_id="talk")

    assert problem(state, "PUT", E1, {"assignedUserId": "grace"}) == (
        "$.assignedUserId",
        "unknown_id",
    )


@pytest.mark.parametrize("event_id", ["E9", "x" * 200, "\0", "\ud800"])
@pytest.mark.parametrize("operation", ["GET", "PUT"])
def test_an_unknown_appointment_is_not_found(event_id, operation):
    told = failed(made(a_business()), operation, f"{APPOINTMENTS}/{event_id}", {})

    assert told["statusCode"] == 404


# Deleting --------------------------------------------------------------------


def test_a_deleted_appointment_is_gone_and_its_time_free():
    state = made(a_business())

    status, told, state = asked(state, "DELETE", "/calendars/events/E1")

    assert (status, told) == (201, {"succeeded": True})
    assert offered(state, "massage")[0] == "09:00"
    for operation, path in (("GET", E1), ("PUT", E1), ("DELETE", "/calendars/events/E1")):
        assert failed(state, operation, path, {})["statusCode"] == 404
    assert failed(state, "POST", APPOINTMENTS, an_appointment(), new_id="E1")["code"] == (
        "id_conflict"
    )


@pytest.mark.parametrize("calendar_id", ["massage", "talk"])
def test_what_was_given_back_can_be_deleted(calendar_id):
    state = made(a_business(), calendar_id=calendar_id)
    state = done(state, "PUT", E1, {"appointmentStatus": "invalid"})[1]
    state = done(state, "DELETE", "/calendars/events/E1")[1]
    assert failed(state, "GET", E1)["statusCode"] == 404


def test_what_took_place_is_not_deleted():
    state = done(made(a_business()), "PUT", E1, {"appointmentStatus": "showed"}, now=at("10:00"))[1]
    told = failed(state, "DELETE", "/calendars/events/E1", now=at("10:00"))
    assert (told["statusCode"], told["code"]) == (409, "wrong_state")


# Listing ---------------------------------------------------------------------


def test_events_are_listed_for_whom_they_are():
    state = made(a_business(), "11:00", "E2", assignedUserId="ada")
    state = made(state, "09:00", "E1", assignedUserId="grace")
    state = made(state, "14:00", "E3", calendar_id="talk")
    state = made(state, "15:00", "E4", calendar_id="talk", appointmentStatus="cancelled")

    def listed(**query):
        told = done(state, "GET", "/calendars/events", query={**DAY, **query})[0]
        return [each["id"] for each in told["events"]]

    assert listed(calendarId="massage") == listed(groupId="G1") == ["E1", "E2"]
    assert listed(userId="ada") == ["E2", "E3"]
    assert listed(userId="ada", endTime=ms(at("14:00"))) == ["E2"]
    assert listed(userId="ada", startTime=ms(at("12:00"))) == ["E3"]
    assert listed(userId="ada", locationId="L2") == []
    assert listed(groupId="G9") == []


def test_a_listed_event_is_as_it_is_got():
    state = made(a_business(), title="Trial")

    query = {**DAY, "calendarId": "massage"}
    (event,) = done(state, "GET", "/calendars/events", query=query)[0]["events"]

    assert {"event": event} == done(state, "GET", E1)[0]


# Series ----------------------------------------------------------------------

DAILY = {"ignoreFreeSlotValidation": True, "rrule": "RRULE:FREQ=DAILY;INTERVAL=1;COUNT=5"}


def instance(day, clock="09:00"):
    return f"E1_{ms(at(clock, day=day))}_3600"


def test_a_series_is_booked_instance_by_instance():
    status, told, state = asked(
        a_business(), "POST", APPOINTMENTS, an_appointment(**DAILY), new_id="E1"
    )

    assert (status, told["id"], told["isRecurring"], told["rrule"]) == (
        201,
        "E1",
        True,
        DAILY["rrule"],
    )
    assert sorted(state.bookings) == [instance(day) for day in range(2, 7)]
    event = done(state, "GET", f"{APPOINTMENTS}/{instance(3)}")[0]["event"]
    assert (event["id"], event["masterEventId"]) == (instance(3), "E1")
    assert done(state, "GET", E1)[0]["event"]["startTime"] == at("09:00").isoformat()


def test_the_same_series_with_the_same_id_is_the_same_thing():
    state = made(a_business(), **DAILY)

    again = an_appointment(**DAILY)
    assert done(state, "POST", APPOINTMENTS, again, new_id="E1", now=at("01:00"))[1] is state
    longer = {**DAILY, "rrule": "RRULE:FREQ=DAILY;INTERVAL=1;COUNT=6"}
    for other in ({**DAILY, "title": "x"}, longer, {**DAILY, "contactId": "bob"}):
        told = failed(state, "POST", APPOINTMENTS, an_appointment(**other), new_id="E1")
        assert told["code"] == "id_conflict"


@pytest.mark.parametrize("sent", [{}, {"title": "Trial"}, {"rrule": "FREQ=DAILY;COUNT=2"}])
def test_a_creation_that_comes_again_after_a_change_leaves_it(sent):
    sent = {"ignoreFreeSlotValidation": True, **sent}
    state = made(a_business(), **sent)
    state = done(state, "PUT", E1, {"title": "Course"})[1]

    told, after = done(state, "POST", APPOINTMENTS, an_appointment(**sent), new_id="E1")

    assert (after is state, told["title"]) == (True, "Course")
    for change in ({"contactId": "bob"}, {"rrule": "FREQ=DAILY;COUNT=1"}):
        other = an_appointment(**{**sent, **change})
        assert failed(state, "POST", APPOINTMENTS, other, new_id="E1")["code"] == "id_conflict"


def test_days_may_be_left_out_of_a_series():
    rule = "RRULE:FREQ=DAILY;INTERVAL=1;UNTIL=20260306T090000Z\nEXDATE:20260303T090000Z,20260305T090000Z"

    state = made(a_business(), **{**DAILY, "rrule": rule})

    assert sorted(state.bookings) == [instance(day) for day in (2, 4, 6)]


@pytest.mark.parametrize("offset", [2, 1])
def test_a_series_begins_at_the_instant_that_was_asked_for_also_where_the_clock_repeats_it(offset):
    start = datetime(2026, 10, 25, 2, 30, tzinfo=timezone(offset * HOUR))
    state = a_business(
        calendars=[a_calendar("night", member_ids=["ada"], zone="Europe/Berlin")],
        rooms=[],
        equipment=[],
    )
    body = an_appointment(calendar_id="night", **DAILY)

    told, state = done(state, "POST", APPOINTMENTS, {**body, "startTime": start.isoformat()})

    assert told["startTime"] == start.isoformat()
    starts = sorted(each.start for each in state.bookings.values())
    assert starts[:2] == [start, datetime(2026, 10, 26, 1, 30, tzinfo=UTC)]


def test_instances_are_moved_one_by_one():
    state = made(a_business(), **DAILY)
    assert problem(state, "PUT", E1, {"startTime": at("10:00").isoformat()}) == (
        "$.startTime",
        "series",
    )

    path = f"{APPOINTMENTS}/{instance(3)}"
    told, state = done(state, "PUT", path, {"startTime": at("10:00", day=3).isoformat()})

    assert told["id"] == instance(3)
    assert told["startTime"] == at("10:00", day=3).isoformat()


def test_a_series_is_updated_and_deleted_by_its_own_id():
    state = made(a_business(), **DAILY)
    later = at("12:00", day=3)
    sent = {"appointmentStatus": "showed"}
    state = done(state, "PUT", f"{APPOINTMENTS}/{instance(2)}", sent, now=later)[1]

    told, state = done(state, "PUT", E1, {"title": "Course"}, now=later)
    assert told["id"] == "E1"
    assert {each.metadata["title"] for each in state.bookings.values()} == {"Course"}

    state = done(state, "DELETE", "/calendars/events/E1", now=later)[1]
    left = [key for key, each in state.bookings.items() if each.status is BookingStatus.COMPLETED]
    assert left == [instance(2)]
    assert done(state, "GET", E1, now=later)[0]["event"]["title"] == "Course"
    told = failed(state, "GET", f"{APPOINTMENTS}/{instance(3)}", now=later)
    assert told["statusCode"] == 404


@pytest.mark.parametrize(
    "rule, code",
    [
        ("", "rule_part"),
        ("FREQ=HOURLY;COUNT=2", "unsupported"),
        ("FREQ=DAILY", "unbounded"),
        ("FREQ=DAILY;COUNT=1001", "limit_exceeded"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=2", "interval"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "empty_series"),
        ("FREQ=DAILY;COUNT=2\nRDATE:20260303T090000Z", "rule"),
        ("FREQ=DAILY;COUNT=2\nEXDATE:20260303", "rule"),
        ("FREQ=DAILY;COUNT=2\nEXDATE:00010101T000000Z", "limit_exceeded"),
        ("FREQ=DAILY;COUNT=2\nEXDATE:" + ",".join(["20260303T090000Z"] * 400), "limit_exceeded"),
    ],
)
def test_a_bad_rule_is_refused(rule, code):
    body = an_appointment(**{**DAILY, "rrule": rule})

    assert problem(a_business(), "POST", APPOINTMENTS, body)[0] == "$.rrule"
    assert problem(a_business(), "POST", APPOINTMENTS, body)[1] == code


def test_a_series_keeps_its_time_by_the_clock():
    berlin = to_zone("Europe/Berlin")
    start = datetime(2026, 3, 28, 8, tzinfo=UTC)

    starts = read_rrule("FREQ=DAILY;COUNT=2", start, berlin).starts()

    assert [each.hour for each in starts] == [8, 7]
    with pytest.raises(CodecError):
        read_rrule("RRULE:RRULE:FREQ=DAILY", start, berlin)

"""HighLevel calendars: the documented example, what each field stands for, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from attrs import evolve

from bookable import (
    BookingPolicy,
    BookingStatus,
    Calendar,
    CalendarKind,
    Catalogue,
    CodecError,
    InvalidValueError,
    LastDate,
    Limit,
    Listing,
    Member,
    Months,
    Ranking,
    Room,
    Scheduler,
    WrongTimeError,
)
from bookable.codecs import _json
from bookable.codecs.highlevel.calendars import (
    carried_fields,
    read_calendar,
    recurring_policy,
    update_calendar,
    write_calendar,
)
from tests.support.builders import NOW, WHOLE_DAY, at, minutes, refused

ZONE = "America/Chicago"
NOTIFICATION = {
    "type": "email",
    "shouldSendToContact": True,
    "shouldSendToGuest": True,
    "shouldSendToUser": True,
    "shouldSendToSelectedUsers": True,
    "selectedUsers": "user1@testemail.com,user2@testemail.com",
}
ALL_DAY = {"openHour": 0, "openMinute": 0, "closeHour": 0, "closeMinute": 0}
NINE_TO_FIVE = {"openHour": 9, "openMinute": 0, "closeHour": 17, "closeMinute": 0}

# The example of HighLevel's documentation, placeholders and all.
DOCUMENTED = {
    "isActive": True,
    "notifications": [NOTIFICATION],
    "locationId": "ocQHyuzHvysMo5N5VsXc",
    "groupId": "BqTwX8QFwXzpegMve9EQ",
    "teamMembers": [
        {
            "userId": "ocQHyuzHvysMo5N5VsXc",
            "priority": 0.5,
            "meetingLocationType": "custom",
            "meetingLocation": "string",
            "isPrimary": True,
            "locationConfigurations": [{"kind": "custom", "location": "string"}],
        }
    ],
    "eventType": "RoundRobin_OptimizeForAvailability",
    "name": "test calendar",
    "description": "this is used for testing",
    "slug": "test1",
    "widgetSlug": "test1",
    "calendarType": "round_robin",
    "widgetType": "classic",
    "eventTitle": "{{contact.name}}",
    "eventColor": "#039be5",
    "meetingLocation": "string",
    "locationConfigurations": [{"kind": "custom", "location": "string"}],
    "slotDuration": 30,
    "slotDurationUnit": "mins",
    "slotInterval": 30,
    "slotIntervalUnit": "mins",
    "slotBuffer": 0,
    "slotBufferUnit": "mins",
    "preBuffer": 0,
    "preBufferUnit": "mins",
    "appoinmentPerSlot": 1,
    "appoinmentPerDay": 0,
    "allowBookingAfter": 0,
    "allowBookingAfterUnit": "days",
    "allowBookingFor": 0,
    "allowBookingForUnit": "days",
    "openHours": [{"daysOfTheWeek": [0], "hours": [ALL_DAY]}],
    "enableRecurring": False,
    "recurring": {
        "freq": "DAILY",
        "count": 0,
        "bookingOption": "skip",
        "bookingOverlapDefaultStatus": "confirmed",
    },
    "formId": "string",
    "stickyContact": True,
    "isLivePaymentMode": True,
    "autoConfirm": True,
    "shouldSendAlertEmailsToAssignedMember": True,
    "alertEmail": "string",
    "googleInvitationEmails": False,
    "allowReschedule": True,
    "allowCancellation": True,
    "shouldAssignContactToTeamMember": True,
    "shouldSkipAssigningContactForExisting": True,
    "notes": "string",
    "pixelId": "string",
    "formSubmitType": "ThankYouMessage",
    "formSubmitRedirectURL": "string",
    "formSubmitThanksMessage": "string",
    "availabilityType": 0,
    "availabilities": [{"date": "2023-09-24T00:00:00.000Z", "hours": [ALL_DAY], "deleted": False}],
    "guestType": "count_only",
    "consentLabel": "string",
    "calendarCoverImage": "https://path-to-image.com",
    "lookBusyConfig": {"enabled": True, "LookBusyPercentage": 0},
}


def read(zone=ZONE, **fields):
    """A calendar of one person with these fields."""
    body = {
        "locationId": "berlin",
        "name": "cut",
        "calendarType": "personal",
        "teamMembers": [{"userId": "ada"}],
        **fields,
    }
    return read_calendar(body, "c1", zone=zone)


def team(*users, **fields):
    return [{"userId": user, **fields} for user in users]


# The whole ------------------------------------------------------------------


def test_the_documented_example_comes_back_as_it_is():
    written = write_calendar(read_calendar(DOCUMENTED, "c1", zone=ZONE))

    without_zeros = {
        key: value
        for key, value in DOCUMENTED.items()
        if key not in {"appoinmentPerDay", "allowBookingFor", "allowBookingForUnit"}
    }
    assert written == {**without_zeros, "id": "c1"}


def test_a_body_needs_only_a_location_and_a_name():
    body = write_calendar(read_calendar({"locationId": "berlin", "name": "cut"}, "c1"))

    assert body == {
        "id": "c1",
        "locationId": "berlin",
        "name": "cut",
        "isActive": True,
        "calendarType": "event",
        "teamMembers": [],
        "eventType": "RoundRobin_OptimizeForAvailability",
        "slotDuration": 30,
        "slotDurationUnit": "mins",
        "slotInterval": 30,
        "slotIntervalUnit": "mins",
        "slotBuffer": 0,
        "slotBufferUnit": "mins",
        "preBuffer": 0,
        "preBufferUnit": "mins",
        "appoinmentPerSlot": 1,
        "allowBookingAfter": 0,
        "allowBookingAfterUnit": "hours",
        "autoConfirm": True,
        "allowReschedule": True,
        "allowCancellation": True,
        "enableRecurring": False,
        "widgetType": "classic",
        "eventTitle": "{{contact.name}}",
        "eventColor": "#039be5",
        "googleInvitationEmails": False,
        "formSubmitType": "ThankYouMessage",
    }


@pytest.mark.parametrize("key", ["locationId", "name"])
@pytest.mark.parametrize("value", [None, 3, [], "leave out"])
def test_a_body_without_location_or_name_is_refused(key, value):
    body = {"locationId": "berlin", "name": "cut", key: value}
    if value == "leave out":
        del body[key]

    with pytest.raises(CodecError) as caught:
        read_calendar(body, "c1")

    assert caught.value.path == f"$.{key}"


@pytest.mark.parametrize("body", [None, [], "x", 3, b"{}"])
def test_what_is_no_object_is_refused(body):
    with refused(CodecError, "type"):
        read_calendar(body, "c1")
    with refused(CodecError, "type"):
        update_calendar(read(), body)


def test_the_id_and_the_zone_are_the_callers():
    with refused(InvalidValueError, "id", "calendar_id"):
        read_calendar({"locationId": "berlin", "name": "cut"}, "")
    with refused(InvalidValueError, "unknown_zone"):
        read_calendar({"locationId": "berlin", "name": "cut"}, "c1", zone="Mars")


# Types and teams ------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("round_robin", CalendarKind.ROUND_ROBIN),
        ("class_booking", CalendarKind.CLASS),
        ("collective", CalendarKind.COLLECTIVE),
        ("service_booking", CalendarKind.SERVICE),
        ("personal", CalendarKind.PERSONAL),
    ],
)
def test_every_type_with_a_team_is_a_kind_of_calendar(word, kind):
    calendar = read(calendarType=word, teamMembers=team("ada", isPrimary=True))

    assert (calendar.kind, calendar.member_ids, calendar.primary_id) == (kind, ("ada",), "ada")
    assert write_calendar(calendar)["calendarType"] == word


def test_a_type_that_is_left_out_follows_from_the_team():
    assert read(calendarType=None).kind is CalendarKind.ROUND_ROBIN
    assert read(calendarType=None, teamMembers=[]).kind is CalendarKind.EVENT


@pytest.mark.parametrize("word", ["round_robin", "class_booking", "collective", "service_booking"])
@pytest.mark.parametrize("members", [None, []])
def test_a_team_is_required_where_members_serve(word, members):
    with pytest.raises(CodecError, match="at least one member") as caught:
        read(calendarType=word, teamMembers=members)

    assert caught.value.path == "$.teamMembers"
    assert caught.value.code == ("missing_key" if members is None else "member_ids")


@pytest.mark.parametrize("members", [[], team("ada", "ben")])
def test_a_personal_calendar_has_exactly_one_member(members):
    with pytest.raises(CodecError, match="exactly one member"):
        read(teamMembers=members)


def test_an_event_calendar_has_no_members():
    with refused(CodecError, "member_ids"):
        read(calendarType="event")


def test_priorities_are_whole_numbers_in_the_ranking():
    calendar = read(
        calendarType="round_robin",
        teamMembers=[
            {"userId": "ada", "priority": 0},
            {"userId": "ben", "priority": 0.5},
            {"userId": "eve", "priority": 1},
            {"userId": "kim"},
        ],
    )

    assert dict(calendar.ranking.priorities) == {"ada": 0, "ben": 1, "eve": 2, "kim": 1}
    written = write_calendar(calendar)["teamMembers"]
    assert [each["priority"] for each in written] == [0, 0.5, 1, 0.5]


def test_a_priority_that_a_calendar_leaves_open_is_the_members_own():
    calendar = Calendar(
        "c1",
        minutes(30),
        member_ids=["ada", "ben", "eve"],
        ranking=Ranking(priorities={"ada": 7}),
    )
    catalogue = Catalogue(
        members=[Member("ada"), Member("ben", priority=-3), Member("eve")], calendars=[calendar]
    )

    def written(catalogue):
        return [each["priority"] for each in write_calendar(calendar, catalogue)["teamMembers"]]

    assert written(catalogue) == [1, 0, 0.5]
    assert written(None) == [1, 0.5, 0.5]


@pytest.mark.parametrize("value", [0.25, 2, -1, True, "1", float("nan"), [], {}])
def test_another_priority_is_refused(value):
    with refused(CodecError, "choice") as caught:
        read(teamMembers=team("ada", priority=value))

    assert caught.value.path == "$.teamMembers[0].priority"


def test_a_collective_calendar_has_one_primary_member():
    two = team("ada", "ben")
    both = team("ada", "ben", isPrimary=True)
    with refused(CodecError, "member_ids"):
        read(calendarType="collective", teamMembers=two)
    with refused(CodecError, "member_ids") as caught:
        read(calendarType="collective", teamMembers=both)

    assert caught.value.path == "$.teamMembers[1].isPrimary"
    one = [{"userId": "ada"}, {"userId": "ben", "isPrimary": True}]
    assert read(calendarType="collective", teamMembers=one).primary_id == "ben"


def test_a_user_is_named_once():
    with refused(CodecError, "duplicate_id") as caught:
        read(calendarType="round_robin", teamMembers=team("ada", "ben", "ada"))

    assert caught.value.path == "$.teamMembers[2].userId"


@pytest.mark.parametrize(
    ("kind", "users", "is_allowed"),
    [
        ("personal", ["ada"], True),
        ("round_robin", ["ada"], True),
        ("round_robin", ["ada", "ben"], False),
        ("class_booking", ["ada"], False),
        ("collective", ["ada"], False),
    ],
)
def test_several_places_to_meet_are_for_one_member(kind, users, is_allowed):
    places = [{"kind": "physical"}, {"kind": "zoom_conference", "location": None}]
    members = [
        {"userId": user, "isPrimary": user == "ada", "locationConfigurations": places}
        for user in users
    ]

    if is_allowed:
        assert write_calendar(read(calendarType=kind, teamMembers=members))["teamMembers"] == [
            {**each, "priority": 0.5} for each in members
        ]
        return
    with refused(CodecError, "limit_exceeded") as caught:
        read(calendarType=kind, teamMembers=members)
    assert caught.value.path == "$.teamMembers[0].locationConfigurations"


def test_an_event_calendar_has_no_conferences():
    places = [{"kind": "physical"}, {"kind": "google_conference"}]
    with refused(CodecError, "choice") as caught:
        read(calendarType="event", teamMembers=None, locationConfigurations=places)

    assert caught.value.path == "$.locationConfigurations[1].kind"
    assert carried_fields(read(locationConfigurations=places)) == {"locationConfigurations": places}
    with refused(CodecError, "choice"):
        read(locationConfigurations=[{"kind": "tent"}])


@pytest.mark.parametrize(
    ("word", "ranking"),
    [
        ("RoundRobin_OptimizeForAvailability", Ranking.availability()),
        ("RoundRobin_OptimizeForEqualDistribution", Ranking.equal_distribution()),
    ],
)
def test_the_event_type_is_how_members_are_chosen(word, ranking):
    calendar = read(eventType=word)

    assert calendar.ranking.order == ranking.order
    assert write_calendar(calendar)["eventType"] == word


# Amounts --------------------------------------------------------------------


def test_the_slot_buffer_comes_after_and_the_pre_buffer_before():
    calendar = read(slotBuffer=10, preBuffer=1, preBufferUnit="hours")

    assert calendar.buffer_after == minutes(10)
    assert calendar.buffer_before == minutes(60)


def test_durations_keep_their_unit_where_they_are_whole_in_it():
    calendar = read(slotDuration=2, slotDurationUnit="hours")

    assert calendar.duration == minutes(120)
    assert write_calendar(calendar)["slotDurationUnit"] == "hours"
    longer = evolve(calendar, duration=minutes(100))
    assert write_calendar(longer)["slotDuration"] == 100
    assert write_calendar(longer)["slotDurationUnit"] == "mins"


def test_an_hour_and_a_half_is_ninety_minutes():
    calendar = read(slotDuration=1.5, slotDurationUnit="hours")

    assert calendar.duration == minutes(90)
    assert write_calendar(calendar)["slotDuration"] == 90


@pytest.mark.parametrize("key", ["slotDuration", "slotInterval", "slotBuffer", "preBuffer"])
@pytest.mark.parametrize(
    "value", [-1, 0.5, 1e-9, "30", True, [], {}, float("nan"), float("inf"), 10**400, 1e300]
)
def test_an_amount_that_comes_to_no_whole_minutes_is_refused(key, value):
    with refused(CodecError, "quantity") as caught:
        read(**{key: value})

    assert caught.value.path == f"$.{key}"
    assert "minutes" in str(caught.value)


def test_a_number_with_nothing_after_its_point_is_whole():
    assert read(slotDuration=45.0).duration == minutes(45)
    assert read(slotInterval=0.1, slotIntervalUnit="hours").slot_step == minutes(6)


@pytest.mark.parametrize("key", ["slotDuration", "slotInterval"])
def test_a_duration_of_nothing_is_refused(key):
    with refused(CodecError, "zero_step") as caught:
        read(**{key: 0})

    assert caught.value.path == f"$.{key}"


def test_ten_years_are_the_most():
    with refused(CodecError, "limit_exceeded") as caught:
        read(slotDuration=100_000, slotDurationUnit="hours")

    assert caught.value.path == "$.slotDuration"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("slotDurationUnit", "days"),
        ("slotIntervalUnit", "minutes"),
        ("slotBufferUnit", 3),
        ("preBufferUnit", ""),
        ("allowBookingAfterUnit", "years"),
        ("allowBookingForUnit", "hours"),
        ("eventType", "RoundRobin"),
        ("calendarType", "service"),
        ("guestType", "count"),
    ],
)
def test_another_word_is_refused_with_those_that_there_are(key, value):
    with refused(CodecError, "choice") as caught:
        read(**{key: value})

    assert caught.value.path == f"$.{key}"
    assert "one of" in str(caught.value)


@pytest.mark.parametrize(
    ("amount", "unit", "notice"),
    [
        (90, "mins", minutes(90)),
        (4, "hours", minutes(240)),
        (2, "days", timedelta(days=2)),
        (1, "weeks", timedelta(weeks=1)),
        (3, "months", Months(3)),
        (3, None, minutes(180)),
    ],
)
def test_notice_is_counted_from_now_on(amount, unit, notice):
    calendar = read(allowBookingAfter=amount, allowBookingAfterUnit=unit)

    assert calendar.minimum_notice == notice
    written = write_calendar(calendar)
    assert (written["allowBookingAfter"], written["allowBookingAfterUnit"]) == (
        amount,
        unit or "hours",
    )


@pytest.mark.parametrize(
    ("amount", "unit", "horizon"),
    [(30, "days", timedelta(days=30)), (2, "weeks", timedelta(weeks=2)), (6, "months", Months(6))],
)
def test_the_horizon_is_counted_from_now_on(amount, unit, horizon):
    calendar = read(allowBookingFor=amount, allowBookingForUnit=unit)

    assert calendar.booking_horizon == horizon
    written = write_calendar(calendar)
    assert (written["allowBookingFor"], written["allowBookingForUnit"]) == (amount, unit)


@pytest.mark.parametrize("unit", ["days", "weeks", "months"])
def test_a_horizon_of_nothing_is_none(unit):
    assert read(allowBookingFor=0, allowBookingForUnit=unit).booking_horizon is None


@pytest.mark.parametrize(
    ("key", "value"),
    [("allowBookingFor", 1.5), ("allowBookingFor", 3_661), ("allowBookingFor", -1)],
)
def test_a_horizon_is_a_whole_number_of_days(key, value):
    with refused(CodecError, "quantity"):
        read(**{key: value})


def test_what_highlevel_has_no_words_for_is_not_written():
    calendar = evolve(
        read(),
        booking_horizon=LastDate(3),
        duration=timedelta(seconds=90),
        minimum_notice=Months(1, ZONE),
    )
    written = write_calendar(calendar)

    assert not {"allowBookingFor", "allowBookingAfter", "slotDuration"} & written.keys()
    # What is not named stays, be it ever so odd.
    assert update_calendar(calendar, {"preBuffer": 5}).booking_horizon == LastDate(3)


# How much -------------------------------------------------------------------


def test_per_slot_are_the_seats_of_a_class_and_the_bookings_of_a_host_elsewhere():
    members = team("ada")
    yoga = read(calendarType="class_booking", teamMembers=members, appoinmentPerSlot=20)

    assert (yoga.seats_per_slot, yoga.bookings_per_host) == (20, 1)
    assert read(appoinmentPerSlot=3).bookings_per_host == 3
    seated = evolve(read(), seats_per_slot=5)
    assert write_calendar(seated)["appoinmentPerSlot"] == 5
    assert update_calendar(seated, {"appoinmentPerSlot": 6}).seats_per_slot == 6


@pytest.mark.parametrize("rooms", [[], [Room("hall", 50, ["c1"])]])
@pytest.mark.parametrize("most", [1, 2])
def test_an_event_calendar_takes_so_many_bookings_at_once(rooms, most):
    body = {"locationId": "berlin", "name": "fair", "appoinmentPerSlot": most, "slotDuration": 60}
    event = read_calendar(body, "c1", zone="UTC")
    scheduler = Scheduler(Catalogue(rooms=rooms, calendars=[event]))
    first = scheduler.free_slots(scheduler.request("c1"), within=WHOLE_DAY, now=NOW)[0]
    for number in range(most):
        scheduler = scheduler.book(first, booking_id=f"B-{number}", now=NOW)
    left = scheduler.free_slots(scheduler.request("c1"), within=WHOLE_DAY, now=NOW)

    assert left[0].start == at("01:00")
    assert write_calendar(event)["appoinmentPerSlot"] == most
    assert (
        write_calendar(update_calendar(event, {"appoinmentPerSlot": 7}))["appoinmentPerSlot"] == 7
    )


def test_the_right_spelling_is_read_as_well():
    calendar = read(appointmentPerSlot=3, appointmentPerDay=4)

    assert calendar.bookings_per_host == 3
    assert calendar.limits == (Limit(4, "day"),)
    assert "appointmentPerDay" not in write_calendar(calendar)
    assert read(appointmentPerSlot=3, appoinmentPerSlot=3) == read(appoinmentPerSlot=3)
    with refused(CodecError, "duplicate_key") as caught:
        read(appointmentPerSlot=3, appoinmentPerSlot=2)
    assert caught.value.path == "$.appointmentPerSlot"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("appoinmentPerSlot", 0),
        ("appoinmentPerSlot", 1.5),
        ("appoinmentPerSlot", True),
        ("appoinmentPerSlot", 10**7),
        ("appoinmentPerDay", -1),
        ("appoinmentPerDay", "8"),
    ],
)
def test_a_number_of_appointments_is_whole(key, value):
    with refused(CodecError, "quantity") as caught:
        read(**{key: value})

    assert caught.value.path == f"$.{key}"


def test_per_day_is_a_limit_among_those_of_the_host():
    calendar = evolve(read(appoinmentPerDay=8), limits=[Limit(8, "day"), Limit(20, "week")])

    more = update_calendar(calendar, {"appoinmentPerDay": 9})
    assert more.limits == (Limit(9, "day"), Limit(20, "week"))
    assert update_calendar(calendar, {"appoinmentPerDay": 0}).limits == (Limit(20, "week"),)
    named = evolve(read(), limits=[Limit(8, "day", name="of the house")])
    assert "appoinmentPerDay" not in write_calendar(named)


# Terms ----------------------------------------------------------------------


def test_without_auto_confirm_bookings_wait_for_approval():
    assert read(autoConfirm=False).policy == BookingPolicy(otherwise="request")
    assert read(autoConfirm=True).policy is None


def test_what_may_never_be_done_is_asked_for_ten_years_ahead():
    calendar = read(allowCancellation=False, allowReschedule=False, zone="UTC")
    scheduler = Scheduler(Catalogue(members=[Member("ada")], calendars=[calendar]))
    slot = scheduler.free_slots(scheduler.request("c1"), within=WHOLE_DAY, now=NOW)[5]
    scheduler = scheduler.book(slot, booking_id="B-1", now=NOW)

    with refused(WrongTimeError, "too_late"):
        scheduler.cancel("B-1", now=NOW)
    assert scheduler.cancel("B-1", now=NOW, ignore_cut_off=True).bookings


def test_a_cut_off_of_the_hosts_is_no_matter_of_highlevels():
    day = timedelta(days=1)
    calendar = evolve(read(), policy=BookingPolicy(cancel_notice=day, deny=["guests"]))

    assert write_calendar(calendar)["allowCancellation"] is True
    never = update_calendar(calendar, {"allowCancellation": False})
    assert never.policy.deny == {"guests"}
    assert update_calendar(never, {"allowCancellation": True}).policy.cancel_notice is None


@pytest.mark.parametrize(
    "key", ["isActive", "autoConfirm", "allowReschedule", "allowCancellation", "enableRecurring"]
)
@pytest.mark.parametrize("value", [0, 1, "true", []])
def test_a_flag_is_true_or_false(key, value):
    with pytest.raises(CodecError) as caught:
        read(**{key: value})

    assert caught.value.path == f"$.{key}"


def test_an_inactive_calendar_is_a_draft():
    assert not read(isActive=False).is_active


def test_look_busy_hides_slots_but_not_those_of_a_class():
    config = {"enabled": True, "LookBusyPercentage": 40}
    off = {"enabled": False, "LookBusyPercentage": 40}
    yoga = read(calendarType="class_booking", lookBusyConfig=config)

    assert read(lookBusyConfig=config).listing == Listing(look_busy=40)
    assert read(lookBusyConfig=off).listing is None
    assert write_calendar(read(lookBusyConfig=off))["lookBusyConfig"] == off
    assert yoga.listing is None
    assert write_calendar(yoga)["lookBusyConfig"] == config
    more = evolve(read(lookBusyConfig=off), listing=Listing(look_busy=10))
    assert write_calendar(more)["lookBusyConfig"] == {"enabled": True, "LookBusyPercentage": 10}


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"enabled": True}, "$.lookBusyConfig.LookBusyPercentage"),
        ({"LookBusyPercentage": 3}, "$.lookBusyConfig.enabled"),
        ({"enabled": True, "LookBusyPercentage": 101}, "$.lookBusyConfig.LookBusyPercentage"),
        ({"enabled": True, "LookBusyPercentage": 3.5}, "$.lookBusyConfig.LookBusyPercentage"),
        ([], "$.lookBusyConfig"),
    ],
)
def test_look_busy_needs_both_of_its_fields(config, path):
    with pytest.raises(CodecError) as caught:
        read(lookBusyConfig=config)

    assert caught.value.path == path


# Recurring ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "on_conflict", "overrides"),
    [
        ("skip", "skip", set()),
        ("book_next", "next_free", set()),
        ("continue", "skip", {"busy", "full"}),
    ],
)
def test_recurring_appointments_have_a_policy(option, on_conflict, overrides):
    said = {"freq": "WEEKLY", "count": 24, "bookingOption": option}
    calendar = read(enableRecurring=True, recurring={**said, "bookingOverlapDefaultStatus": "new"})
    policy = recurring_policy(calendar)

    assert policy.rule == "FREQ=WEEKLY;COUNT=24"
    assert policy.policy.on_conflict.value == on_conflict
    assert {each.value for each in policy.override} == overrides
    assert policy.overlap_status is BookingStatus.PENDING


def test_recurring_says_little_by_itself():
    assert recurring_policy(read(recurring={"freq": "DAILY"})) is None
    policy = recurring_policy(read(enableRecurring=True))
    assert (policy.rule, policy.policy.on_conflict.value) == (None, "skip")
    assert recurring_policy(
        read(enableRecurring=True, recurring={"freq": "DAILY", "count": 0})
    ).rule == ("FREQ=DAILY")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"freq": "YEARLY"}, "freq"),
        ({"count": 25}, "count"),
        ({"count": -1}, "count"),
        ({"bookingOption": "accept"}, "bookingOption"),
        ({"bookingOverlapDefaultStatus": "showed"}, "bookingOverlapDefaultStatus"),
    ],
)
def test_recurring_has_its_words_and_at_most_24(said, key):
    with pytest.raises(CodecError) as caught:
        read(recurring=said)

    assert caught.value.path == f"$.recurring.{key}"


def test_recurring_is_for_calendars_with_one_member():
    fields = {"calendarType": "round_robin", "teamMembers": team("ada", "ben")}
    with refused(CodecError, "member_ids") as caught:
        read(enableRecurring=True, **fields)
    assert caught.value.path == "$.enableRecurring"

    alone = read(enableRecurring=True, calendarType="round_robin")
    with refused(CodecError, "member_ids") as caught:
        update_calendar(alone, {"teamMembers": team("ada", "ben")})
    assert caught.value.path == "$.teamMembers"


# Updates --------------------------------------------------------------------


def test_the_type_cannot_be_changed():
    assert update_calendar(read(), {"calendarType": "personal"}) == read()
    with refused(CodecError, "not_changeable") as caught:
        update_calendar(read(), {"calendarType": "collective"})

    assert caught.value.path == "$.calendarType"


def test_null_is_as_if_a_field_had_been_left_out():
    calendar = read(slotDuration=45, slotBuffer=5, appoinmentPerDay=3, allowBookingFor=9)
    nothing = dict.fromkeys(["slotDuration", "slotBuffer", "appoinmentPerDay", "allowBookingFor"])

    assert update_calendar(calendar, nothing) == read()
    with refused(CodecError, "missing_key"):
        update_calendar(calendar, {"name": None})


def test_an_update_reads_with_what_it_leaves_out():
    calendar = read(slotDuration=45)

    assert update_calendar(calendar, {"slotDurationUnit": "hours"}).duration == minutes(45 * 60)


def test_every_field_may_be_updated():
    calendar = read()
    changes = {
        "name": "shave",
        "description": "wet",
        "isActive": False,
        "teamMembers": team("ben", priority=1, isPrimary=True),
        "eventType": "RoundRobin_OptimizeForEqualDistribution",
        "slotDuration": 20,
        "slotInterval": 10,
        "slotBuffer": 5,
        "preBuffer": 6,
        "appoinmentPerSlot": 2,
        "appoinmentPerDay": 3,
        "allowBookingAfter": 4,
        "allowBookingFor": 5,
        "openHours": [{"daysOfTheWeek": [1], "hours": [ALL_DAY]}],
        "autoConfirm": False,
        "allowReschedule": False,
        "allowCancellation": False,
        "lookBusyConfig": {"enabled": True, "LookBusyPercentage": 9},
        "notes": "new",
    }
    written = write_calendar(update_calendar(calendar, changes))

    assert {key: written[key] for key in changes} == changes


def test_an_update_is_refused_as_a_whole():
    calendar = read()
    with refused(CodecError, "quantity"):
        update_calendar(calendar, {"name": "new", "slotDuration": -1})

    assert calendar == read()


# What is carried ------------------------------------------------------------


def test_what_is_carried_keeps_nulls_floats_and_nesting():
    odd = {"a": [None, 1.0, 1, True, {"b": [[]]}], "": "\0 ä"}
    calendar = read(notes=odd, formSubmitThanksMessage="x" * 25_000, widgetType=None)

    assert json.dumps(carried_fields(calendar)["notes"]) == json.dumps(odd)
    assert write_calendar(calendar)["formSubmitThanksMessage"] == "x" * 25_000
    assert write_calendar(calendar)["widgetType"] is None
    shorter = update_calendar(calendar, {"formSubmitThanksMessage": "y", "widgetType": "classic"})
    assert write_calendar(shorter)["formSubmitThanksMessage"] == "y"
    assert "widgetType" not in carried_fields(shorter)


def test_metadata_of_the_host_is_left_alone():
    own = {"highlevel": "mine", "highlevelx.body.notes": "mine", "colour": "red"}
    calendar = update_calendar(evolve(read(), metadata=own), {"notes": "new"})

    assert own.items() <= calendar.metadata.items()
    assert carried_fields(calendar) == {"notes": "new"}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "type"),
        (10**30, "type"),
        (object(), "type"),
        ({1: 2}, "type"),
        (_json.parse('{"a": 1, "a": 2}'), "duplicate_key"),
        (_json.parse("1e999"), "type"),
        (_json.parse("NaN"), "type"),
        ("\ud800", "text"),
        ([{"\udfff": 1}], "text"),
        (_json.parse("[" * 50 + "]" * 50), "too_deep"),
    ],
)
def test_what_is_no_json_is_not_carried(value, code):
    with refused(CodecError, code) as caught:
        read(notes=value)

    assert caught.value.path.startswith("$.notes")


@pytest.mark.parametrize("key", ["", "x" * 101, "a\nb", "\u202e"])
def test_a_field_of_an_odd_name_is_refused(key):
    with pytest.raises(CodecError):
        read(**{key: 1})


def test_too_much_to_carry_is_refused():
    with refused(CodecError, "limit_exceeded"):
        read(**{f"field {number}": number for number in range(101)})
    with refused(CodecError, "limit_exceeded"):
        read(notes="x" * 1_000_100)


def test_a_team_has_a_limit():
    with refused(CodecError, "limit_exceeded") as caught:
        read(calendarType="round_robin", teamMembers=team(*map(str, range(1_001))))

    assert caught.value.path == "$.teamMembers"

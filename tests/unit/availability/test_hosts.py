"""Who serves a calendar, and when they can."""

from __future__ import annotations

import pytest

from bookable import (
    Catalogue,
    Hours,
    IntervalSet,
    InvalidValueError,
    Request,
    Requirement,
    UnknownIdError,
    WeeklyHours,
    all_of,
)
from bookable.availability.hosts import absence_detail, hours_for, hours_here, schedule_of
from bookable.availability.question import Candidate
from bookable.availability.resolve import resolve
from bookable.domain.hours import AnyHours
from bookable.domain.ranking import Ranking
from bookable.domain.service import Absence
from tests.support.builders import (
    HOUR,
    OFFICE,
    a_calendar,
    a_catalogue,
    a_member,
    a_room,
    minutes,
    monday,
    refused,
    us,
)

EARLY = WeeklyHours.parse("Mo 06:00-10:00", zone="UTC")
LATE = WeeklyHours.parse("Mo 08:00-20:00", zone="UTC")
MONDAY = us("00:00"), us("24:00")


def asked(*entries, duration=HOUR, **fields):
    return resolve(Request(duration, calendar_id="massage", **fields), a_catalogue(*entries))


def opening(hours):
    return None if hours is None else IntervalSet.from_us(hours.open_us(*MONDAY))


def roles(question):
    return [
        (role.name, [each.resource.id for each in role.candidates], role.count)
        for role in question.roles
    ]


# Hours ------------------------------------------------------------------------


def test_without_a_calendar_the_hours_are_the_members_own():
    ada = a_member(hours=EARLY, calendar_schedules={"massage": "late"})

    assert schedule_of(ada, None, a_catalogue(), is_host=True) is EARLY
    assert hours_for(ada, None, a_catalogue(), is_host=False) is EARLY


def test_those_kept_for_the_calendar_come_first():
    catalogue = Catalogue(schedules={"late": LATE})
    ada = a_member(hours=EARLY, calendar_schedules={"massage": "late"})

    assert schedule_of(ada, a_calendar("massage"), catalogue, is_host=False) is LATE
    assert schedule_of(ada, a_calendar("other"), catalogue, is_host=False) is EARLY


@pytest.mark.parametrize(
    ("mode", "own", "expected"),
    [
        ("replace", LATE, opening(EARLY)),
        ("replace", None, opening(EARLY)),
        ("intersect", LATE, IntervalSet([monday("08:00", "10:00")])),
        ("intersect", None, opening(EARLY)),
    ],
)
def test_common_hours_hold_for_hosts(mode, own, expected):
    calendar = a_calendar(host_hours=EARLY, host_hours_mode=mode)
    ada = a_member(hours=own)

    assert opening(schedule_of(ada, calendar, a_catalogue(), is_host=True)) == expected
    assert schedule_of(ada, calendar, a_catalogue(), is_host=False) is own


def test_absences_are_taken_out_of_all_of_them_and_rooms_have_none():
    away = [Absence(monday("07:00", "09:00"))]
    calendar = a_calendar(host_hours=EARLY)
    ada, room = a_member(absences=away), a_room(hours=OFFICE)

    assert opening(hours_for(ada, calendar, a_catalogue(), is_host=True)) == IntervalSet(
        [monday("06:00", "07:00"), monday("09:00", "10:00")]
    )
    assert opening(hours_for(ada, calendar, a_catalogue(), is_host=False)) == IntervalSet(
        [monday("00:00", "07:00"), monday("09:00", "24:00")]
    )
    assert hours_for(room, calendar, a_catalogue(), is_host=True) is OFFICE


def test_what_holds_for_anybody_in_a_question_is_known_whether_asked_for_or_not():
    entries = [
        a_member("ada", absences=[Absence(monday("06:00", "07:00"), delegate_id="dan")]),
        a_member("zed", weight=0),
        a_member("dan", hours=LATE),
        a_member("guest", hours=LATE),
        a_room(hours=OFFICE),
        a_calendar(member_ids=["ada", "zed"], host_hours=EARLY),
    ]
    catalogue = a_catalogue(*entries)
    question = asked(*entries, use_delegates=True)
    own = resolve(Request(HOUR, [all_of("guest")]), catalogue)

    def here(key, of=question):
        return opening(hours_here(of, catalogue.resource(key), catalogue))

    assert here("zed") == here("dan") == opening(EARLY)
    assert here("ada") == IntervalSet([monday("07:00", "10:00")])
    assert here("guest") == here("guest", own) == opening(LATE)
    assert here("blue room") == opening(OFFICE)
    # The delegate as a candidate is tied to the absence.
    candidate = question.candidate_of("dan")
    assert candidate is not None
    assert opening(candidate.hours) == IntervalSet([monday("06:00", "07:00")])


def test_why_somebody_is_away():
    ada = a_member(
        absences=[
            Absence(monday("09:00", "10:00"), "holiday"),
            Absence(monday("09:30", "11:00"), "course"),
            Absence(monday("09:30", "10:30"), "holiday"),
            Absence(monday("12:00", "13:00")),
        ]
    )
    candidate = Candidate(ada, 1, 0, 0, 0)
    hour = us("01:00") - us("00:00")

    def why(clock):
        return absence_detail(candidate, us(clock), hour)

    assert why("09:00") == {"absence": "holiday, course"}
    assert why("10:30") == {"absence": "course"}
    assert why("12:30") == {"absence": ""}
    assert why("08:00") == why("11:00") == why("13:00") == {}
    assert absence_detail(Candidate(a_room(), 1, 0, 0, 0), us("09:00"), hour) == {}


# Who --------------------------------------------------------------------------


TEAM = [a_member("ada"), a_member("bob"), a_member("zed", weight=0)]


@pytest.mark.parametrize("kind", ["round_robin", "class", "service"])
def test_who_has_no_weight_is_only_had_by_name(kind):
    calendar = a_calendar(kind=kind, member_ids=["ada", "zed"])

    assert roles(asked(*TEAM, calendar)) == [("hosts", ["ada"], 1)]
    assert roles(asked(*TEAM, calendar, host_ids=["zed"])) == [("hosts", ["zed"], 1)]


@pytest.mark.parametrize("kind", ["personal", "collective"])
def test_where_everybody_is_needed_weights_do_not_matter(kind):
    calendar = a_calendar(kind=kind, member_ids=["zed"])

    assert roles(asked(*TEAM, calendar)) == [("hosts", ["zed"], 1)]


def test_the_weights_of_the_calendar_win():
    ranking = Ranking(weights={"ada": 0, "zed": 3})
    calendar = a_calendar(member_ids=["ada", "bob", "zed"], ranking=ranking)

    assert roles(asked(*TEAM, calendar)) == [("hosts", ["bob", "zed"], 1)]


def test_a_calendar_that_nobody_is_picked_for_still_needs_a_host():
    calendar = a_calendar(member_ids=["zed"])

    assert roles(asked(*TEAM, calendar)) == [("hosts", [], 1)]
    with refused(InvalidValueError, "duration", "duration"):
        asked(*TEAM, calendar, duration=2 * HOUR)


def test_hosts_who_take_another_time_are_left_out():
    calendar = a_calendar(
        member_ids=["ada", "bob"], host_durations={"bob": minutes(30)}, durations=[2 * HOUR]
    )

    assert roles(asked(*TEAM, calendar)) == [("hosts", ["ada"], 1)]
    assert roles(asked(*TEAM, calendar, duration=2 * HOUR)) == [("hosts", ["ada"], 1)]
    assert roles(asked(*TEAM, calendar, duration=minutes(30))) == [("hosts", ["bob"], 1)]


@pytest.mark.parametrize(
    ("fields", "host_ids", "listed"),
    [
        ({}, None, "0:30:00, 1:00:00, 2:00:00"),
        ({}, ["bob"], "0:30:00"),
        ({"shortest": minutes(50)}, ["ada"], "1:00:00, 2:00:00, or any from 0:50:00"),
        ({"longest": minutes(150)}, ["ada"], "1:00:00, 2:00:00, or any from 0:00:00 to 2:30:00"),
        ({"kind": "collective"}, None, "0:30:00, 1:00:00, 2:00:00"),
    ],
)
def test_what_nobody_may_be_booked_for_is_refused_with_what_is_allowed(fields, host_ids, listed):
    calendar = a_calendar(
        member_ids=["ada", "bob"],
        host_durations={"bob": minutes(30)},
        durations=[2 * HOUR],
        **fields,
    )
    wrong = minutes(45) if fields.get("shortest") else 3 * HOUR

    with refused(InvalidValueError, "duration", "duration") as caught:
        asked(*TEAM, calendar, duration=wrong, host_ids=host_ids)
    assert str(caught.value).split("allows: ")[1].startswith(listed)


@pytest.mark.parametrize(
    ("duration", "is_allowed"), [(29, False), (30, True), (90, True), (91, False)]
)
def test_D9_a_calendar_may_allow_any_duration_between_two(duration, is_allowed):
    calendar = a_calendar(member_ids=["ada"], shortest=minutes(30), longest=minutes(90))

    if is_allowed:
        assert roles(asked(*TEAM, calendar, duration=minutes(duration))) == [("hosts", ["ada"], 1)]
    else:
        with refused(InvalidValueError, "duration", "duration"):
            asked(*TEAM, calendar, duration=minutes(duration))


def test_a_calendar_without_hosts_has_durations_too():
    calendar, room = a_calendar(durations=[2 * HOUR]), a_room(calendar_ids=["massage"])

    assert roles(asked(room, calendar, duration=2 * HOUR)) == [("rooms", ["blue room"], 1)]
    with refused(InvalidValueError, "duration", "duration"):
        asked(room, calendar, duration=3 * HOUR)


# Delegates -----------------------------------------------------------------------


def away(*delegate_ids, first="09:00", last="12:00"):
    return [Absence(monday(first, last), delegate_id=each) for each in delegate_ids]


def test_delegates_join_the_pool_where_they_are_asked_for():
    entries = [
        a_member("ada", absences=away("bob", "zed", None)),
        *TEAM[1:],
        a_calendar(member_ids=["ada"]),
    ]

    assert roles(asked(*entries)) == [("hosts", ["ada"], 1)]
    question = asked(*entries, use_delegates=True)
    assert roles(question) == [("hosts", ["ada", "bob", "zed"], 1)]
    assert question.delegate_ids == {"bob", "zed"}
    assert question.wants(["bob"])
    assert asked(*entries, use_delegates=True, host_ids=["ada"]).wants(["zed"])
    assert not asked(*entries, host_ids=["ada"]).wants(["zed"])


def test_the_absence_of_a_host_who_does_not_come_into_question_brings_nobody():
    entries = [
        a_member("ada", absences=away("bob")),
        a_member("cem"),
        a_member("bob"),
        a_calendar(member_ids=["ada", "cem"], host_durations={"ada": minutes(30)}),
    ]

    assert roles(asked(*entries, use_delegates=True)) == [("hosts", ["cem"], 1)]
    assert roles(asked(*entries, use_delegates=True, duration=minutes(30))) == [
        ("hosts", ["ada"], 1)
    ]


def test_a_delegate_who_takes_another_time_is_none():
    entries = [
        a_member("ada", absences=away("bob")),
        a_member("bob"),
        a_calendar(member_ids=["ada"], host_durations={"bob": minutes(30)}),
    ]

    assert roles(asked(*entries, use_delegates=True)) == [("hosts", ["ada"], 1)]


def test_a_host_who_is_a_delegate_too_stays_a_host():
    entries = [
        a_member("ada", absences=away("bob")),
        a_member("bob"),
        a_calendar(member_ids=["ada", "bob"]),
    ]
    question = asked(*entries, use_delegates=True)

    assert roles(question) == [("hosts", ["ada", "bob"], 1)]
    assert question.delegate_ids == frozenset()
    candidate = question.candidate_of("bob")
    assert candidate is not None
    assert candidate.hours is None


def test_a_delegate_of_two_is_there_for_both_of_their_absences():
    entries = [
        a_member("ada", absences=away("dan", first="08:00", last="09:00")),
        a_member("bob", absences=away("dan", first="09:00", last="10:00")),
        a_member("dan", absences=away(None, first="08:30", last="08:45")),
        a_calendar(member_ids=["ada", "bob"]),
    ]
    candidate = asked(*entries, use_delegates=True).candidate_of("dan")

    assert candidate is not None
    assert opening(candidate.hours) == IntervalSet(
        [monday("08:00", "08:30"), monday("08:45", "10:00")]
    )


def test_where_all_are_needed_each_absent_host_has_a_role_with_the_delegates():
    entries = [
        a_member("ada", absences=away("dan")),
        a_member("bob"),
        a_member("cem", absences=away("dan")),
        a_member("dan"),
        a_calendar(kind="collective", member_ids=["bob", "cem", "ada"]),
    ]

    assert roles(asked(*entries, use_delegates=True)) == [
        ("hosts", ["cem", "dan"], 1),
        ("hosts", ["ada", "dan"], 1),
        ("hosts", ["bob"], 1),
    ]
    personal = [*entries[:4], a_calendar(kind="personal", member_ids=["ada"])]
    assert roles(asked(*personal, use_delegates=True)) == [("hosts", ["ada", "dan"], 1)]


# Zones of hours stay ----------------------------------------------------------------


def test_hours_made_of_any_hours_keep_what_they_open():
    both = AnyHours([EARLY, Hours(LATE)])
    ada = a_member(hours=both, absences=[Absence(monday("07:00", "19:00"))])

    assert opening(hours_for(ada, None, a_catalogue(), is_host=False)) == IntervalSet(
        [monday("06:00", "07:00"), monday("19:00", "20:00")]
    )


def test_unknown_attendees_and_preferences_are_named():
    entries = [*TEAM, a_room(), a_calendar(member_ids=["ada"])]

    for field, value in (
        ("attendee_ids", "blue room"),
        ("optional_ids", "nobody"),
        ("prefer_ids", "massage"),
    ):
        with refused(UnknownIdError, "unknown_id", field) as caught:
            asked(*entries, **{field: [value]})
        assert caught.value.id == value
    assert asked(*entries, prefer_ids=["blue room"], optional_ids=["bob"], attendee_ids=["bob"])


def test_crowds_are_those_of_the_hosts_alone():
    calendar = a_calendar(
        member_ids=["ada"], bookings_per_host=3, requirements=[Requirement(["bob"])]
    )

    question = asked(*TEAM, calendar, attendee_ids=["zed"])

    found = [
        (each.resource.id, each.crowd, each.at_once)
        for role in question.roles
        for each in role.candidates
    ]
    assert found == [("ada", "massage", 3), ("bob", None, 1), ("zed", None, 1)]

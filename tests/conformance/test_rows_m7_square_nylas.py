"""Row M7 for Square and Nylas, and examples of check-in, workspaces and ranges through their bodies.

The documented bodies are those of the API references of Square and Nylas.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable import (
    Block,
    Booking,
    BookingStatus,
    Calendar,
    Catalogue,
    CheckIn,
    Interval,
    Member,
    Scheduler,
    WeeklyHours,
)
from bookable.codecs import nylas, square, zoom
from bookable.codecs.zoom_workspaces import calendar_of, read_policy
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
    a_calendar,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    offered,
)

# Square ----------------------------------------------------------------------------

SERVICE, PLACE, VERSION = "RU3PBTZTK7DXZDQFCJHOK2MC", "LEQHH0YY8B42M", 1599775456731
FIRST, SECOND = "TMXUrsBWWcHTt79t", "TMaJcbiRqPIGZuS9"
LISTED = {
    "2020-11-26": [
        *[("13:00", FIRST), ("13:30", FIRST), ("14:00", SECOND), ("14:30", SECOND)],
        *[("15:00", SECOND), ("15:30", SECOND), ("16:00", SECOND)],
    ],
    "2020-11-27": [
        *[("09:00", FIRST), ("09:30", SECOND), ("10:00", FIRST), ("10:30", FIRST)],
        *[("11:00", FIRST), ("11:30", SECOND), ("12:00", SECOND), ("12:30", SECOND)],
        *[("13:00", FIRST), ("13:30", FIRST), ("14:00", SECOND)],
    ],
}


def square_query(first="2020-11-26T13:00:00Z", last="2020-11-27T13:00:00Z"):
    wanted = {
        "service_variation_id": SERVICE,
        "team_member_id_filter": {"any": [FIRST, SECOND]},
    }
    found = {
        "start_at_range": {"start_at": first, "end_at": last},
        "location_id": PLACE,
        "segment_filters": [wanted],
    }
    return {"query": {"filter": found}}


SQUARE_ANSWER = {
    "availabilities": [
        {
            "start_at": f"{day}T{clock}:00Z",
            "location_id": PLACE,
            "appointment_segments": [
                {
                    "duration_minutes": 60,
                    "service_variation_id": SERVICE,
                    "team_member_id": member,
                    "service_variation_version": VERSION,
                }
            ],
        }
        for day, times in LISTED.items()
        for clock, member in times
    ],
    "errors": [],
}


def a_square_shop():
    """A state in which the documented answer is right: the second is asked first, and away at times."""

    def moment(day, clock):
        return datetime.fromisoformat(f"2020-11-{day}T{clock}:00+00:00")

    away = [
        *[(26, "13:30", "14:00"), (27, "09:00", "09:30")],
        *[(27, "10:30", "11:30"), (27, "13:30", "14:00")],
    ]
    hours = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")
    service = Calendar(
        SERVICE,
        timedelta(hours=1),
        member_ids=[FIRST, SECOND],
        slot_step=timedelta(minutes=30),
        location_id=PLACE,
        metadata={square.VERSION_KEY: str(VERSION)},
    )
    members = [Member(FIRST, hours), Member(SECOND, hours, priority=1)]
    return Scheduler(
        Catalogue(members=members, calendars=[service]),
        blocks=[
            Block(f"K-{number}", SECOND, Interval(moment(day, first), moment(day, last)))
            for number, (day, first, last) in enumerate(away)
        ],
    )


def test_M7_square_s_documented_bodies_are_read_and_written():
    search = square.read_search(square_query())
    assert square.write_search(search) == square_query()
    assert square.write_answer(square.read_answer(SQUARE_ANSWER)) == SQUARE_ANSWER


def test_M7_square_s_documented_answer_is_what_a_scheduler_answers():
    """Each start, and which one member serves it.

    The documented query ends at 13:00 while its answer goes on to 14:00, so this one ends later.
    """
    query = square_query(last="2020-11-27T14:30:00Z")

    status, body = square.respond(query, a_square_shop(), now=datetime(2020, 11, 25, tzinfo=UTC))

    assert status == 200
    assert body == SQUARE_ANSWER


def test_M7_square_starts_lie_inside_the_range():
    now = datetime(2020, 11, 25, tzinfo=UTC)
    found = square.answer_search(square.read_search(square_query()), a_square_shop(), now=now)

    assert found.availabilities == square.read_answer(SQUARE_ANSWER).availabilities[:15]


@pytest.mark.parametrize(
    ("length", "status"), [(23, 400), (24, 200), (32 * 24, 200), (33 * 24, 400)]
)
def test_ex_L15_the_range_of_square_is_of_24_hours_to_32_days(length, status):
    last = datetime(2020, 11, 26, 13, tzinfo=UTC) + length * HOUR
    query = square_query(last=last.isoformat())

    found, body = square.respond(query, a_square_shop(), now=datetime(2020, 11, 25, tzinfo=UTC))

    assert found == status
    if status == 400:
        (error,) = body["errors"]
        assert (error["category"], error["code"]) == ("INVALID_REQUEST_ERROR", "INVALID_TIME_RANGE")
        assert error["field"] == "query.filter.start_at_range"


# Nylas -----------------------------------------------------------------------------

NYLA, LEYAH = "nyla@example.com", "leyah@example.com"
TORONTO = {"days": [0, 1, 2], "timezone": "America/Toronto", "start": "9:00", "end": "17:00"}
NYLAS_QUERY = {
    "participants": [
        {"email": NYLA, "calendar_ids": ["primary"], "open_hours": [TORONTO]},
        {"email": LEYAH},
    ],
    "start_time": 1659366000,
    "end_time": 1659733200,
    "duration_minutes": 30,
    "interval_minutes": 30,
    "round_to": 15,
    "availability_rules": {
        "availability_method": "collective",
        "buffer": {"before": 15, "after": 15},
    },
}


def from_epoch(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def a_team(**busy):
    """Nyla and Leyah, always at work, with these meetings in seconds since 1970."""
    bookings = [
        Booking(f"{name} {number}", from_epoch(first), from_epoch(last), host_ids=[email])
        for name, email in (("nyla", NYLA), ("leyah", LEYAH))
        for number, (first, last) in enumerate(busy.get(name, ()))
    ]
    return Scheduler(Catalogue(members=[Member(NYLA), Member(LEYAH)]), bookings)


def test_M7_nylas_s_documented_query_is_read_written_and_answered():
    """From 11:00 in Toronto on a Monday: that day and Tuesday, as Wednesday is day 3."""
    query = nylas.read_query(NYLAS_QUERY)
    assert nylas.write_query(query) == NYLAS_QUERY

    found = nylas.answer_availability(query, a_team(), now=from_epoch(1659366000))

    starts = [each.start_time for each in found.time_slots]
    monday_, tuesday = datetime(2022, 8, 1, 15, tzinfo=UTC), datetime(2022, 8, 2, 13, tzinfo=UTC)
    half = minutes(30)
    assert starts == [
        *(monday_ + number * half for number in range(12)),
        *(tuesday + number * half for number in range(16)),
    ]
    assert {each.emails for each in found.time_slots} == {(LEYAH, NYLA)}


def test_M7_nylas_keeps_its_buffers_around_what_is_booked():
    """A meeting from 12:00 to 12:30 with a quarter on both sides takes 11:45 to 12:45."""
    noon = 1659369600
    query = nylas.read_query(NYLAS_QUERY)

    found = nylas.answer_availability(
        query, a_team(leyah=[(noon, noon + 1_800)]), now=from_epoch(1659366000)
    )

    starts = [f"{each.start_time:%H:%M}" for each in found.time_slots[:4]]
    assert starts == ["15:00", "17:00", "17:30", "18:00"]


def test_ex_P8_round_robin_of_nylas():
    """Both at 11:30, only Nyla at 14:00, and Nyla is next: who was booked last comes last."""
    rules = {"availability_method": "max-fairness", "round_robin_group_id": "group"}
    body = {
        **NYLAS_QUERY,
        "participants": [{"email": NYLA}, {"email": LEYAH}],
        "availability_rules": rules,
    }
    day = [(1659369600, 1659376800), (1659378600, 1659733200)]
    before = [(1659366000, 1659367800)]
    state = a_team(nyla=before + day, leyah=[*before, (1659369600, 1659733200)])
    group = Calendar("group", HOUR, member_ids=[NYLA, LEYAH])
    had = Booking(
        "had", from_epoch(1659300000), from_epoch(1659301800), calendar_id="group", host_ids=[LEYAH]
    )
    state = Scheduler(state.catalogue.add(group), [*state.bookings.values(), had])

    answer = nylas.answer_availability(nylas.read_query(body), state, now=from_epoch(1659366000))

    assert nylas.write_answer(answer) == {
        "data": {
            "order": [NYLA, LEYAH],
            "time_slots": [
                {"emails": [LEYAH, NYLA], "start_time": 1659367800, "end_time": 1659369600},
                {"emails": [NYLA], "start_time": 1659376800, "end_time": 1659378600},
            ],
        }
    }


def test_ex_W13_a_date_of_nylas_from_midnight_to_midnight_is_closed():
    closed = {"date": "2022-08-02", "start": "00:00", "end": "00:00", "timezone": "America/Toronto"}
    person = {"email": NYLA, "open_hours": [TORONTO], "specific_time_availability": [closed]}
    query = nylas.read_query({**NYLAS_QUERY, "participants": [person]})

    found = nylas.answer_availability(query, a_team(), now=from_epoch(1659366000))

    assert {each.start_time.date().day for each in found.time_slots} == {1}


def test_ex_W14_only_the_dates_of_nylas_count_where_it_says_so():
    single = {"date": "2022-08-03", "start": "09:00", "end": "10:00", "timezone": "America/Toronto"}
    person = {
        "email": NYLA,
        "open_hours": [TORONTO],
        "specific_time_availability": [single],
        "only_specific_time_availability": True,
    }
    query = nylas.read_query({**NYLAS_QUERY, "participants": [person]})

    found = nylas.answer_availability(query, a_team(), now=from_epoch(1659366000))

    nine = datetime(2022, 8, 3, 13, tzinfo=UTC)
    assert [each.start_time for each in found.time_slots] == [nine, nine + minutes(30)]


def test_T3_who_cannot_be_read_is_unknown_and_not_free():
    body = {
        "data": [
            {"email": NYLA, "object": "free_busy", "time_slots": []},
            {"email": LEYAH, "object": "error", "error": "Unable to resolve e-mail address."},
        ]
    }
    told = nylas.read_free_busy(body, within=monday("00:00", "24:00"))

    assert told.times(NYLA) is not None
    assert told.times(LEYAH) is None
    assert nylas.write_free_busy(told)["data"][0] == body["data"][1]


# Zoom Rooms check-in ---------------------------------------------------------------

KEY = {zoom.RESOURCE_EMAIL: "blue@example.com"}


def a_meeting(policy, duration=HOUR):
    """From ten, with starts every five minutes."""
    state = a_scheduler(
        a_calendar("meeting", duration, slot_step=minutes(5)),
        a_room(calendar_ids=["meeting"], check_in=policy, metadata=KEY),
    )
    return booked(state, "10:00", calendar="meeting", booking_id="B")


def patch(state, method, now, *, event_id="B", key=None):
    """What Zoom's body does to an event, by the change key that it has unless one is given."""
    known = zoom.change_key_of(state.booking(event_id)) if key is None else key
    params = {"event_id": event_id, "change_key": known, "resource_email": "blue@example.com"}
    body = {"method": f"zoomroom.{method}", "params": params}
    return zoom.handle("PATCH", "/rooms/blue%20room/events", {}, body, state, now)


TEN = CheckIn(early=minutes(10), grace=minutes(10))


@pytest.mark.parametrize(("clock", "expected"), [("09:50", 202), ("09:49", 409)])
def test_ex_H1_through_the_body_of_zoom(clock, expected):
    state = a_meeting(TEN)

    status, _, after = patch(state, "check_in", at(clock))

    assert status == expected
    assert (after is state) == (expected == 409)


def test_ex_H2_through_the_body_of_zoom():
    state = a_meeting(TEN)

    assert patch(state, "check_in", at("10:10") - US)[0] == 202
    status, body, _ = patch(state, "check_in", at("10:10"))
    assert status == 409
    assert "released" in body["message"]
    assert not state.free_busy("blue room", within=monday("10:10", "11:00"), now=at("10:10"))


def test_ex_H3_through_the_body_of_zoom():
    """After a call in the room a check-in is no news, however late, and the old key is good."""
    state = a_meeting(TEN).record_activity("blue room", at=at("10:05"))

    status, body, after = patch(state, "check_in", at("10:30"), key="1")

    assert (status, body["status"], after) == (202, "checked_in", state)


def test_ex_H4_through_the_body_of_zoom():
    _, _, here = patch(a_meeting(TEN), "check_in", at("10:00"))

    status, body, gone = patch(here, "check_out", at("10:25"))

    assert (status, body["end_time"]) == (202, "2026-03-02T10:25:00Z")
    starts = offered(gone, "meeting", monday("10:00", "11:00"), now=at("10:25"))
    assert starts[0] == "10:25"


def test_ex_H5_through_the_body_of_zoom():
    policy = CheckIn(early=minutes(10), grace=minutes(10), most_missed=3)
    bookings = [
        Booking(
            f"S-{number}",
            at("10:00") + number * DAY,
            at("11:00") + number * DAY,
            room_ids=["blue room"],
            check_in=policy,
            series_id="S",
            original_start=datetime(2026, 3, 2 + number, 10),
        )
        for number in range(6)
    ]
    state = a_scheduler(a_room(metadata=KEY), bookings=bookings)
    fourth = at("09:55") + 3 * DAY

    assert patch(state, "check_in", fourth, event_id="S-3")[0] == 409
    dropped = zoom.dropping_missed(state, now=fourth)
    assert [dropped.booking(f"S-{number}").status for number in (3, 4, 5)] == (
        [BookingStatus.CANCELLED] * 3
    )


def test_ex_H6_through_the_body_of_zoom():
    state = a_meeting(CheckIn(early=minutes(15), grace=minutes(20)), minutes(10))

    assert patch(state, "check_in", at("10:10") - US)[0] == 202
    assert patch(state, "check_in", at("10:10"))[0] == 409


def test_ex_H7_through_the_body_of_zoom():
    state = a_meeting(TEN)
    to = state.slot(state.request("meeting"), start=at("12:00"), now=NOW, ignoring=["B"])
    state = state.reschedule("B", to=to, now=NOW)

    status, body, after = patch(state, "check_in", at("12:00"), key="1")

    assert (status, after) == (409, state)
    assert "version 2, not 1" in body["message"]
    assert patch(state, "check_in", at("12:00"), key="2")[0] == 202


# Zoom workspaces -------------------------------------------------------------------


def test_ex_L12_through_the_body_of_zoom():
    calendar = calendar_of(read_policy({"timezone": "UTC", "days_ahead": 181}), "desks")
    state = a_scheduler(calendar, a_room("desk", calendar_ids=["desks"]))
    request = state.request("desks")

    def refused(days):
        found = state.explain(request, start=at("23:00") + days * DAY, now=NOW)
        return [each.rule.value for each in found]

    assert refused(181) == []
    assert refused(182) == ["beyond_horizon"]

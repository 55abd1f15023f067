"""Free slots: the documented example, the window, the zone, whose slots."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bookable import Catalogue, Interval, Scheduler, WeeklyHours
from bookable.codecs.highlevel.free_slots import answer_free_slots, read_free_slots
from bookable.domain.listing import Listing
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    a_calendar,
    a_member,
    at,
    minutes,
)
from tests.support.highlevel_api import a_business, done, failed, made, ms, problem

PATH = "/calendars/massage/free-slots"
DAY = {"startDate": ms(at("00:00")), "endDate": ms(at("24:00"))}


def starts(told):
    return [start[11:16] for day in told.values() for start in day["slots"]]


def test_s1_is_reproduced():
    hours = WeeklyHours.parse("Mo 10:00-12:00", zone="America/Chicago")
    ada, calendar = a_member("ada", hours=hours), a_calendar("C1", member_ids=["ada"])
    state = Scheduler(Catalogue(members=[ada], calendars=[calendar]))
    day = Interval.day(date(2024, 10, 28), zone="America/Chicago")
    query = {"startDate": ms(day.start), "endDate": ms(day.end), "timezone": "America/Chicago"}

    told, after = done(
        state, "GET", "/calendars/C1/free-slots", query=query, now=datetime(2024, 10, 1, tzinfo=UTC)
    )

    assert told == {
        "2024-10-28": {"slots": ["2024-10-28T10:00:00-05:00", "2024-10-28T11:00:00-05:00"]}
    }
    assert after is state


def test_the_zone_is_the_calendars_unless_another_is_asked_for():
    told = done(a_business(), "GET", PATH, query=DAY)[0]
    assert told["2026-03-02"]["slots"][0] == "2026-03-02T09:00:00+00:00"

    told = done(a_business(), "GET", PATH, query={**DAY, "timezone": "Pacific/Kiritimati"})[0]
    assert list(told) == ["2026-03-02", "2026-03-03"]
    assert told["2026-03-02"]["slots"] == ["2026-03-02T23:00:00+14:00"]
    assert told["2026-03-03"]["slots"][0] == "2026-03-03T00:00:00+14:00"


def test_windows_that_touch_list_each_start_once():
    noon = ms(at("12:00"))
    state = a_business()

    first = done(state, "GET", PATH, query={**DAY, "endDate": noon})[0]
    second = done(state, "GET", PATH, query={**DAY, "startDate": noon})[0]

    assert starts(first) + starts(second) == starts(done(state, "GET", PATH, query=DAY)[0])
    assert starts(first) == ["09:00", "10:00", "11:00"]


def test_a_window_without_free_time_is_empty():
    sunday = {"startDate": ms(at("00:00", day=8)), "endDate": ms(at("00:00", day=9))}

    assert done(a_business(), "GET", PATH, query=sunday)[0] == {}


def test_notice_and_horizon_are_the_calendars():
    assert starts(done(a_business(), "GET", PATH, query=DAY, now=at("10:30"))[0])[0] == "12:00"
    week = {**DAY, "endDate": ms(at("00:00", day=31))}
    assert max(done(a_business(), "GET", PATH, query=week)[0]) == "2026-03-06"


def test_whose_slots():
    busy = made(a_business(rooms=[]), "09:00", assignedUserId="ada")

    def listed(**query):
        return starts(done(busy, "GET", PATH, query={**DAY, **query})[0])[0]

    assert listed() == listed(userId="grace") == listed(userIds=["grace"]) == "09:00"
    assert listed(userId="ada") == listed(**{"userIds[]": ["ada"]}) == "10:00"
    assert listed(userIds=["ada", "grace"]) == listed(userId="ada", userIds="grace") == "09:00"


def test_a_calendar_that_looks_busy_shows_less():
    listing = Listing(look_busy=50, seed="x")
    calendar = a_calendar("massage", member_ids=["ada"], listing=listing)
    state = a_business(rooms=[], equipment=[], calendars=[calendar])

    assert len(starts(done(state, "GET", PATH, query=DAY)[0])) == 4


def test_a_draft_shows_nothing():
    draft = a_calendar("massage", member_ids=["ada"], is_active=False)

    state = a_business(rooms=[], equipment=[], calendars=[draft])

    assert done(state, "GET", PATH, query=DAY)[0] == {}


# The window ------------------------------------------------------------------


def berlin(year, month, day):
    return Interval.day(date(year, month, day), zone="Europe/Berlin").start


@pytest.mark.parametrize(
    "start, end, fits",
    [
        (at("00:00"), at("00:00") + timedelta(days=31), True),
        (at("00:00"), at("00:00") + timedelta(days=31, milliseconds=1), False),
        # 31 dates in which the clock is put back last an hour longer than 31 days.
        (berlin(2026, 10, 1), berlin(2026, 11, 1), True),
        (berlin(2026, 10, 1), berlin(2026, 11, 1) + timedelta(milliseconds=1), False),
        # Where it is put on, 31 days by the clock are shorter, and 31 whole days allowed all the same.
        (berlin(2026, 3, 1), berlin(2026, 3, 1) + timedelta(days=31), True),
    ],
)
def test_a_window_has_at_most_31_days(start, end, fits):
    query = {"startDate": ms(start), "endDate": ms(end), "timezone": "Europe/Berlin"}
    if fits:
        done(a_business(), "GET", PATH, query=query)
    else:
        assert problem(a_business(), "GET", PATH, query=query) == (
            "query.endDate",
            "limit_exceeded",
        )


@pytest.mark.parametrize(
    "change, found",
    [
        ({"startDate": ""}, ("query.startDate", "missing_key")),
        ({"endDate": ""}, ("query.endDate", "missing_key")),
        ({"startDate": "2026-03-02"}, ("query.startDate", "quantity")),
        ({"startDate": "1e3"}, ("query.startDate", "quantity")),
        ({"endDate": "9" * 20}, ("query.endDate", "quantity")),
        ({"endDate": "-" + "9" * 20}, ("query.endDate", "quantity")),
        ({"endDate": DAY["startDate"]}, ("query.endDate", "empty_interval")),
        ({"endDate": "0"}, ("query.endDate", "reversed_interval")),
        ({"timezone": "Mars"}, ("query.timezone", "unknown_zone")),
        ({"timezone": "../etc/passwd"}, ("query.timezone", "unknown_zone")),
        ({"timezone": ["UTC", "UTC"]}, ("query.timezone", "repeated")),
        ({"userId": "bob"}, ("query.userIds", "unknown_id")),
        ({"userIds": ["ada", "blue"]}, ("query.userIds", "unknown_id")),
        ({"userIds": ["ada", 3]}, ("query.userIds", "id")),
        ({"userIds": ["x"] * 1_001}, ("query.userIds", "limit_exceeded")),
    ],
)
def test_a_bad_query_is_refused(change, found):
    assert problem(a_business(), "GET", PATH, query={**DAY, **change}) == found


def test_a_user_who_serves_another_calendar_is_named():
    query = {**DAY, "userId": "grace"}

    assert problem(a_business(), "GET", "/calendars/yoga/free-slots", query=query)[0] == (
        "query.userIds"
    )


def test_a_window_that_the_calendar_does_not_show_is_refused():
    calendar = a_calendar("massage", member_ids=["ada"], listing=Listing(longest_window=HOUR))
    state = a_business(rooms=[], equipment=[], calendars=[calendar])

    assert problem(state, "GET", PATH, query=DAY) == ("query.endDate", "window")


@pytest.mark.parametrize("entry_id", ["nothing", "ada", "blue", "x" * 200, "\0"])
def test_only_calendars_have_slots(entry_id):
    told = failed(a_business(), "GET", f"/calendars/{entry_id}/free-slots", query=DAY)

    assert told["statusCode"] == 404


def test_the_pieces_for_who_routes_otherwise():
    asked = read_free_slots({"startDate": int(DAY["startDate"]), "endDate": DAY["endDate"]})
    ada = a_member("ada", hours=OFFICE)
    half = a_calendar("C1", minutes(30), member_ids=["ada"])
    state = Scheduler(Catalogue(members=[ada], calendars=[half]))

    assert len(answer_free_slots("C1", asked, state, now=NOW)["2026-03-02"]["slots"]) == 16

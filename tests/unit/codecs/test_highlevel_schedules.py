"""HighLevel schedules: the documented example, their place in a catalogue, and what is refused."""

from __future__ import annotations

from datetime import date, time, timedelta

import attrs
import pytest

from bookable import (
    Calendar,
    Catalogue,
    CodecError,
    Hours,
    IdConflictError,
    InvalidValueError,
    Limit,
    Member,
    Place,
    ResourceInUseError,
    UnknownIdError,
    WeeklyHours,
    Window,
)
from bookable.codecs.highlevel.schedules import (
    MOST_SCHEDULES_LISTED,
    SCHEDULES_LISTED,
    Schedule,
    ScheduleRule,
    read_schedule,
    schedules_of,
    update_schedule,
    with_schedule,
    without_schedule,
    write_schedule,
)
from tests.support.builders import HOUR, OFFICE, refused

# The example of HighLevel's documentation.
DOCUMENTED = {
    "id": "IkqiJlXJ7o9h61tCHHod",
    "name": "Business Hours Schedule",
    "locationId": "IkqiJlXJ7o9h61tCHHod",
    "rules": [
        {"type": "wday", "day": "monday", "intervals": [{"from": "09:00", "to": "17:00"}]},
        {"type": "date", "date": "2023-04-15", "intervals": []},
    ],
    "timezone": "America/New_York",
    "dateAdded": "2023-01-15T10:30:00.000Z",
    "dateUpdated": "2023-01-20T14:45:00.000Z",
    "userId": "ada",
    "calendarIds": ["cut", "wash"],
    "deleted": False,
}
PLACES = {"places": [Place("here"), Place("there")]}
CATALOGUE = Catalogue(
    members=[Member("ada", OFFICE), Member("ben")],
    calendars=[
        Calendar("cut", HOUR, "personal", ["ada"]),
        Calendar("wash", HOUR, member_ids=["ada", "ben"]),
        Calendar("fair", HOUR, "event", hours=OFFICE),
        Calendar("party", HOUR, "event", schedule_id="own"),
    ],
    schedules={"own": OFFICE},
    limits=[Limit(9, "day")],
    **PLACES,
    travel={("here", "there"): HOUR},
)


def read(**fields):
    return read_schedule({**DOCUMENTED, **fields}, "s1")


def rule(day="monday", *texts):
    intervals = [dict(zip(("from", "to"), text.split("-"), strict=True)) for text in texts]
    return {"type": "wday", "day": day, "intervals": intervals}


def event(calendar_id="fair", schedule_id="s3", **fields):
    body = {"calendarId": calendar_id, "timezone": "UTC", "rules": [rule("monday", "9:00-23:59")]}
    return read_schedule({**body, **fields}, schedule_id)


# Bodies ---------------------------------------------------------------------


def test_the_documented_example_comes_back_as_it_is():
    schedule = read_schedule(DOCUMENTED, DOCUMENTED["id"])

    assert write_schedule(schedule) == DOCUMENTED
    weekly = WeeklyHours.parse("Mo 09:00-17:00", zone="America/New_York")
    assert schedule.hours == Hours(weekly, {date(2023, 4, 15): []})


def test_a_search_lists_fifty_and_at_most_five_hundred():
    assert (SCHEDULES_LISTED, MOST_SCHEDULES_LISTED) == (50, 500)


def test_a_day_that_ends_at_23_59_ends_at_24():
    schedule = read(rules=[rule("sunday", "0:00-23:59"), rule("monday", "9:00-23:58")])

    assert str(schedule.hours) == "Mo 09:00-23:58; Su 00:00-24:00"
    assert write_schedule(schedule)["rules"][0]["intervals"] == [{"from": "00:00", "to": "23:59"}]


def test_rules_of_one_day_are_joined_and_without_rules_it_is_never_open():
    rules = [rule("monday", "13:00-17:00", "9:00-12:00"), rule("monday", "11:00-13:00")]

    assert str(read(rules=rules).hours) == "Mo 09:00-17:00"
    assert read(rules=None).hours == WeeklyHours({}, "America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "24:00",
        "9",
        "9:0",
        "09:60",
        "9:00:00",
        "-9:00",
        "09.00",
        "٠٩:٠٠",
        "",
        "9: 00",
        "+9:00",
        9,
        None,
    ],
)
@pytest.mark.parametrize("key", ["from", "to"])
def test_times_are_hh_mm(key, text):
    interval = {"from": "00:30", "to": "23:30", key: text}
    rules = [rule(), {**rule(), "intervals": [interval]}]
    with pytest.raises(CodecError) as caught:
        read(rules=rules)

    assert caught.value.path == f"$.rules[1].intervals[0].{key}"


@pytest.mark.parametrize("text", ["9:00-9:00", "22:00-2:00", "23:59-23:59", "9:00-0:00"])
def test_nothing_goes_on_past_midnight(text):
    with refused(CodecError, "reversed_interval") as caught:
        read(rules=[rule("friday", text)])

    assert caught.value.path == "$.rules[0].intervals[0].to"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"type": "day"}, "$.rules[0].type"),
        ({"day": "monday", "intervals": []}, "$.rules[0].type"),
        ({"type": "wday", "day": "Monday", "intervals": []}, "$.rules[0].day"),
        ({"type": "wday", "intervals": []}, "$.rules[0].day"),
        ({"type": "date", "intervals": []}, "$.rules[0].date"),
        ({"type": "date", "date": "2023-4-15", "intervals": []}, "$.rules[0].date"),
        ({"type": "date", "date": "2023-02-30", "intervals": []}, "$.rules[0].date"),
        ({"type": "wday", "day": "monday"}, "$.rules[0].intervals"),
        ({"type": "wday", "day": "monday", "intervals": [[]]}, "$.rules[0].intervals[0]"),
        (rule("monday", *["9:00-9:30"] * 1_441), "$.rules[0].intervals"),
        ([], "$.rules[0]"),
    ],
)
def test_a_rule_that_is_none_is_refused_by_its_path(value, path):
    with pytest.raises(CodecError) as caught:
        read(rules=[value])

    assert caught.value.path == path


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        ("timezone", None, "$.timezone"),
        ("timezone", "Mars/Olympus", "$.timezone"),
        ("timezone", "../../etc", "$.timezone"),
        ("name", None, "$.name"),
        ("name", 3, "$.name"),
        ("locationId", None, "$.locationId"),
        ("userId", "", "$.userId"),
        ("userId", None, "$.userId"),
        ("calendarIds", "cut", "$.calendarIds"),
        ("calendarIds", [3], "$.calendarIds[0]"),
        ("calendarIds", ["cut"] * 1_001, "$.calendarIds"),
        ("rules", {}, "$.rules"),
        ("rules", [rule()] * 10_001, "$.rules"),
        ("deleted", True, "$.deleted"),
        ("deleted", "no", "$.deleted"),
        ("somethingNew", float("nan"), "$.somethingNew"),
        ("somethingNew", ["\ud800"], "$.somethingNew[0]"),
        ("somethingNew", "x" * 10_001, "$"),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_its_path(key, value, path):
    with pytest.raises(CodecError) as caught:
        read(**{key: value})

    assert caught.value.path == path


def test_the_id_is_the_callers():
    with refused(InvalidValueError, "id", "schedule_id"):
        read_schedule(DOCUMENTED, "")


def test_the_schedule_of_an_event_calendar_has_no_user():
    schedule = event()

    assert (schedule.user_id, schedule.calendar_ids) == (None, ("fair",))
    assert write_schedule(schedule) == {
        "calendarId": "fair",
        "timezone": "UTC",
        "rules": [rule("monday", "09:00-23:59")],
    }
    named = event(name="common", locationId="berlin", calendarIds=["fair"])
    assert read_schedule(write_schedule(named), "s3") == named
    with refused(CodecError, "calendar_ids"):
        event(calendarIds=["cut"])


def test_an_update_changes_name_rules_zone_and_calendars():
    changes = {
        "name": "new",
        "rules": [rule("friday", "08:00-18:00")],
        "timezone": "America/Los_Angeles",
        "calendarIds": ["wash"],
    }

    assert write_schedule(update_schedule(read(), changes)) == {
        **DOCUMENTED,
        **changes,
        "id": "s1",
    }


@pytest.mark.parametrize("key", ["userId", "locationId", "calendarId"])
def test_whose_schedule_it_is_cannot_be_changed(key):
    with refused(CodecError, "not_changeable") as caught:
        update_schedule(read(), {key: "another"})

    assert caught.value.path == f"$.{key}"


# Values ---------------------------------------------------------------------


def test_a_rule_is_for_a_weekday_or_a_date_and_within_its_day():
    for on in (0, 8, True, "monday", None):
        with refused(InvalidValueError, "weekday", "on"):
            ScheduleRule(on)
    for ends in (
        (time(22), time(2)),
        (time(9, 0, 1), time(10)),
        (time(9), time(23, 59)),
        (time(23, 59), time(0)),
    ):
        with refused(InvalidValueError, "windows", "windows"):
            ScheduleRule(1, [Window(*ends)])
    with refused(InvalidValueError, "type", "windows"):
        ScheduleRule(1, None)


def test_a_schedule_is_a_users_at_a_location_or_that_of_one_calendar():
    with refused(InvalidValueError, "id", "location_id"):
        Schedule("s1", "", "UTC", user_id="ada")
    with refused(InvalidValueError, "calendar_ids", "calendar_ids"):
        Schedule("s1", "", "UTC", calendar_ids=["fair", "party"])
    with refused(InvalidValueError, "id"):
        Schedule("", "", "UTC", calendar_ids=["fair"])


# In a catalogue -------------------------------------------------------------


def test_a_schedule_counts_for_its_user_and_calendars():
    kept = with_schedule(CATALOGUE, read())

    assert dict(kept.member("ada").calendar_schedules) == {"cut": "s1", "wash": "s1"}
    assert kept.settings.schedules["s1"] == read().hours
    schedules = CATALOGUE.settings.schedules
    assert attrs.evolve(kept.settings, schedules=schedules, **PLACES) == CATALOGUE.settings
    assert schedules_of(CATALOGUE) == ()


@pytest.mark.parametrize(
    ("schedule", "field"),
    [
        (read(calendarIds=["cut", "nowhere"]), "calendar_ids"),
        (read(userId="nobody"), "user_id"),
        (event("nowhere"), "calendar_ids"),
        (read(calendarIds=["ada"]), "calendar_ids"),
    ],
)
def test_unknown_users_and_calendars_are_refused(schedule, field):
    with refused(UnknownIdError, "unknown_id", field):
        with_schedule(CATALOGUE, schedule)


def test_a_common_schedule_is_for_an_event_calendar():
    with refused(InvalidValueError, "calendar_ids", "calendar_ids"):
        with_schedule(CATALOGUE, event("cut"))


def test_an_id_of_the_hosts_own_is_taken():
    with pytest.raises(IdConflictError):
        with_schedule(CATALOGUE, read_schedule(DOCUMENTED, "own"))
    with pytest.raises(UnknownIdError, match="own"):
        without_schedule(with_schedule(CATALOGUE, read()), "own")


@pytest.mark.parametrize("calendar_id", ["fair", "party"])
def test_the_hours_of_an_event_calendar_are_put_aside(calendar_id):
    kept = with_schedule(CATALOGUE, event(calendar_id))

    assert kept.calendar(calendar_id).hours is None
    assert kept.settled_calendar(calendar_id).hours == event(calendar_id).hours
    second = with_schedule(kept, event(calendar_id, "s4"))
    assert [each.id for each in schedules_of(second)] == ["s4"]
    assert without_schedule(second, "s4") == CATALOGUE


def test_a_schedule_is_replaced_by_one_of_the_same_id():
    kept = with_schedule(CATALOGUE, read())
    other = read(userId="ben", calendarIds=["wash"], rules=[rule("friday", "9:00-10:00")])
    moved = with_schedule(kept, other)

    assert schedules_of(moved) == (other,)
    assert moved.member("ada") == CATALOGUE.member("ada")
    assert without_schedule(moved, "s1") == CATALOGUE


def test_a_schedule_that_something_else_names_is_in_use():
    kept = with_schedule(CATALOGUE, read())
    used = kept.replace(attrs.evolve(kept.member("ben"), schedule_id="s1"))

    with pytest.raises(ResourceInUseError, match="ben"):
        without_schedule(used, "s1")
    assert schedules_of(with_schedule(used, read(name="new")))[0].name == "new"


def test_what_the_host_changes_is_told():
    kept = with_schedule(CATALOGUE, read())
    ada = attrs.evolve(kept.member("ada"), calendar_schedules={"wash": "s1"})
    hours = WeeklyHours.parse("Tu 08:00-24:00", zone="Europe/Berlin")
    schedules = {**kept.settings.schedules, "s1": hours}
    settings = attrs.evolve(kept.settings, schedules=schedules, places=[], travel={})
    changed = kept.replace(ada).with_settings(settings)

    found = schedules_of(changed)[0]
    assert found.calendar_ids == ("wash",)
    assert write_schedule(found)["timezone"] == "Europe/Berlin"
    assert write_schedule(found)["rules"] == [rule("tuesday", "08:00-23:59")]


@pytest.mark.parametrize(
    "hours",
    [
        WeeklyHours.parse("Mo 22:00-02:00", zone="UTC"),
        Hours(OFFICE, layering="weekly_only"),
        Hours(overrides={date(2026, 3, 2): []}, zone="UTC"),
        Hours(OFFICE, valid_until=None, restrictions=[OFFICE]),
        Hours(OFFICE, {date(2026, 3, 2): [Window(time(9), time(23, 59))]}),
        Hours(OFFICE, zone="Europe/Berlin"),
    ],
)
def test_a_schedule_that_highlevel_cannot_say_is_left_out(hours):
    kept = with_schedule(CATALOGUE, read())
    schedules = {**kept.settings.schedules, "s1": hours}
    settings = attrs.evolve(kept.settings, schedules=schedules, places=[], travel={})

    assert schedules_of(kept.with_settings(settings)) == ()


def test_a_calendar_that_is_gone_is_no_longer_named():
    kept = with_schedule(CATALOGUE, read()).remove("wash")

    assert schedules_of(kept)[0].calendar_ids == ("cut",)
    assert with_schedule(kept, schedules_of(kept)[0]).calendars()


def test_many_dates_are_kept():
    first = date(2026, 1, 1)
    rules = [
        {
            "type": "date",
            "date": (first + timedelta(days=number)).isoformat(),
            "intervals": [{"from": "09:00", "to": "17:00"}],
        }
        for number in range(2_000)
    ]
    schedule = read(rules=rules)

    assert schedules_of(with_schedule(CATALOGUE, schedule)) == (schedule,)


@pytest.mark.parametrize(
    "text", ["mine", "3", '[3, {"id": 4}, {"name": "x"}]', '{"id": "s1"}', "[" * 9_999]
)
def test_texts_of_a_host_under_the_same_name_are_no_schedules(text):
    ada = Member("ada", metadata={"highlevel.schedules": text})

    assert schedules_of(Catalogue(members=[ada])) == ()

"""A schedule of HighLevel's loses nothing in a catalogue, and opens its user when its rules say."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given

from bookable import Calendar, Catalogue, CodecError, Interval, Member, Scheduler, WeeklyHours
from bookable.codecs.highlevel.schedules import (
    read_schedule,
    schedules_of,
    update_schedule,
    with_schedule,
    without_schedule,
    write_schedule,
)
from tests.support import strategies as st
from tests.support.highlevel import rules, schedule_bodies, spoilt

HOUR = timedelta(hours=1)
OFFICE = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")
CATALOGUE = Catalogue(
    members=[Member("ada", OFFICE), Member("ben")],
    calendars=[
        Calendar("cut", HOUR, "personal", ["ada"], zone="UTC"),
        Calendar("wash", HOUR, member_ids=["ada", "ben"]),
        Calendar("fair", HOUR, "event", hours=OFFICE, seats_per_slot=2),
    ],
    schedules={"host's own": OFFICE},
)


def canonical(body: dict) -> dict:
    """What a body says in full: times with two digits, defaults filled in, null as left out."""
    said = {key: each for key, each in body.items() if each is not None or key == "somethingNew"}
    found = {"calendarIds": [], "rules": [], "deleted": False, "id": "s1", **said}
    found["rules"] = [
        {
            **rule,
            "intervals": [{**each, "from": each["from"].zfill(5)} for each in rule["intervals"]],
        }
        for rule in found["rules"]
    ]
    return found


@st.composite
def event_bodies(draw):
    """The body of the schedule of an event calendar."""
    zone = draw(st.sampled_from(["Europe/Berlin", "UTC"]))
    return {"calendarId": "fair", "timezone": zone, "rules": draw(rules)}


@given(schedule_bodies())
def test_a_body_is_written_as_it_was_read_with_defaults_filled_in(body):
    written = write_schedule(read_schedule(body, "s1"))

    expected = canonical(body)
    if not body["name"]:
        assert written["name"] == ""
    assert json.dumps(written, sort_keys=True) == json.dumps(expected, sort_keys=True)


@given(st.one_of(schedule_bodies(), event_bodies()))
def test_reading_what_was_written_gives_the_same_schedule(body):
    schedule = read_schedule(body, "s1")
    through_text = json.loads(json.dumps(write_schedule(schedule)))

    assert read_schedule(through_text, "s1") == schedule


@given(schedule_bodies(), schedule_bodies())
def test_an_update_changes_what_it_names_and_nothing_else(body, other):
    schedule = read_schedule(body, "s1")

    assert update_schedule(schedule, {}) == schedule
    assert update_schedule(schedule, write_schedule(schedule)) == schedule
    assert update_schedule(schedule, other) == read_schedule({**body, **other}, "s1")


@given(schedule_bodies(), schedule_bodies("ben", ("wash",)), event_bodies())
def test_a_catalogue_keeps_schedules_as_they_are_and_gives_them_up_again(first, second, event):
    one, two, three = (
        read_schedule(body, f"s{number}") for number, body in enumerate((first, second, event), 1)
    )
    kept = with_schedule(with_schedule(with_schedule(CATALOGUE, one), two), three)

    assert schedules_of(kept) == (one, two, three)
    assert with_schedule(kept, one) == kept
    assert without_schedule(without_schedule(without_schedule(kept, "s1"), "s3"), "s2") == CATALOGUE


@given(schedule_bodies(), schedule_bodies())
def test_each_calendar_has_one_schedule_of_a_user(first, second):
    one, two = read_schedule(first, "s1"), read_schedule(second, "s2")
    kept = with_schedule(with_schedule(CATALOGUE, one), two)

    taken = [each for schedule in schedules_of(kept) for each in schedule.calendar_ids]
    assert len(taken) == len(set(taken))
    assert set(taken) == {*one.calendar_ids, *two.calendar_ids}
    assert schedules_of(kept)[1] == two
    assert without_schedule(without_schedule(kept, "s2"), "s1") == CATALOGUE


def open_minutes(body: dict, day: date) -> set[int]:
    """The minutes of a local date in which the rules of a body are open."""
    dated = [each for each in body["rules"] if each.get("date") == day.isoformat()]
    weekly = [each for each in body["rules"] if each.get("day") == f"{day:%A}".lower()]
    found: set[int] = set()
    for rule in dated or weekly:
        for interval in rule["intervals"]:
            (low, first), (high, last) = (
                map(int, interval[key].split(":")) for key in ("from", "to")
            )
            end = high * 60 + last
            found.update(range(low * 60 + first, 24 * 60 if end == 23 * 60 + 59 else end))
    return found


@given(schedule_bodies(), st.booleans())
def test_its_user_is_offered_when_the_rules_say(body, is_event):
    body = {"rules": [], **body, "timezone": "Europe/Berlin", "calendarIds": ["cut"]}
    calendar_id = "cut"
    if is_event:
        calendar_id = body["calendarId"] = "fair"
        del body["userId"], body["calendarIds"]
    scheduler = Scheduler(with_schedule(CATALOGUE, read_schedule(body, "s1")))
    low = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Berlin"))
    days = [date(2026, 3, 2) + timedelta(days=number) for number in range(4)]
    request = scheduler.request(calendar_id)
    slots = scheduler.free_slots(request, within=Interval(low, low + timedelta(days=4)), now=low)

    minutes = {
        number * 1_440 + each for number, day in enumerate(days) for each in open_minutes(body, day)
    }
    minutes |= {4 * 1_440 + each for each in open_minutes(body, days[-1] + timedelta(days=1))}
    expected = [
        start for start in range(0, 4 * 1_440, 60) if minutes.issuperset(range(start, start + 60))
    ]
    assert [(slot.start - low) // timedelta(minutes=1) for slot in slots] == expected


@given(spoilt(schedule_bodies()), spoilt(schedule_bodies()))
def test_a_spoilt_body_is_read_or_refused_by_its_path(body, update):
    try:
        schedule = read_schedule(body, "s1")
    except CodecError as error:
        assert error.path.startswith("$")
        schedule = read_schedule({"calendarId": "fair", "timezone": "UTC"}, "s1")
    try:
        updated = update_schedule(schedule, update)
    except CodecError as error:
        assert error.path.startswith("$")
        return
    assert update_schedule(updated, write_schedule(updated)) == updated

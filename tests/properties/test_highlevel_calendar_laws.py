"""A calendar of HighLevel's loses nothing on its way through the engine, and offers what its body says."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import evolve
from hypothesis import given, note

from bookable import (
    BookingPolicy,
    Calendar,
    Catalogue,
    CodecError,
    Hours,
    Interval,
    Limit,
    Listing,
    Member,
    Months,
    Ranking,
    Scheduler,
    Variant,
    WeeklyHours,
    Window,
)
from bookable.codecs.highlevel.calendars import (
    DEFAULTS,
    carried_fields,
    read_calendar,
    update_calendar,
    write_calendar,
)
from tests.support import strategies as st
from tests.support.highlevel import calendar_bodies, opening, presentation, spoilt

ZONE = "Europe/Berlin"
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 5)
_UNITS = {"slotDuration": "mins", "slotInterval": "mins", "slotBuffer": "mins", "preBuffer": "mins"}
_OPENING = ("openHours", "availabilities", "availabilityType")


def text_of(value: object) -> str:
    """JSON text that tells true from 1, and does not mind the order of keys."""
    return json.dumps(value, sort_keys=True)


def canonical(body: dict) -> dict:
    """What a body says in full: null is as left out and defaults are filled in, deleted dates are gone.

    Amounts that are not whole in their unit are in minutes; a limit or horizon of zero is none. Carried
    fields, hours and the other fields of team members stay as they are.
    """
    carried = {key: body[key] for key in body if key not in _ENGINE and key not in _OPENING}
    said = {key: each for key, each in body.items() if key in _ENGINE and each is not None}
    found = {**_FILLED, "slotBuffer": 0, "preBuffer": 0, **said, **DEFAULTS, **carried}
    team = found["teamMembers"]
    found.setdefault("calendarType", "round_robin" if team else "event")
    found["teamMembers"] = [
        {**each, "priority": 0.5 if each.get("priority") is None else each["priority"]}
        for each in team
    ]
    for key, unit in _UNITS.items():
        if found.setdefault(f"{key}Unit", unit) == "hours" and found[key] != int(found[key]):
            found |= {key: int(found[key] * 60), f"{key}Unit": "mins"}
    found.setdefault("allowBookingAfter", 0)
    found.setdefault("allowBookingAfterUnit", "hours")
    if not found.get("allowBookingFor"):
        found = {key: each for key, each in found.items() if not key.startswith("allowBookingFor")}
    else:
        found.setdefault("allowBookingForUnit", "days")
    empty = {"description": "", "appoinmentPerDay": 0}
    found = {key: each for key, each in found.items() if key not in empty or each != empty[key]}
    opening_said = {key: body[key] for key in _OPENING if key in body}
    if opening_said.get("availabilities") is not None:
        dates = opening_said["availabilities"]
        opening_said["availabilities"] = [each for each in dates if not each.get("deleted")]
    return {**found, **opening_said, "id": "c1"}


_FILLED = {
    "isActive": True,
    "teamMembers": [],
    "eventType": "RoundRobin_OptimizeForAvailability",
    "slotDuration": 30,
    "slotInterval": 30,
    "appoinmentPerSlot": 1,
    "autoConfirm": True,
    "allowReschedule": True,
    "allowCancellation": True,
}
_ENGINE = {
    *_FILLED,
    *("locationId", "name", "description", "calendarType", "lookBusyConfig", "appoinmentPerDay"),
    *("slotBuffer", "preBuffer", *(f"{key}Unit" for key in _UNITS)),
    *("allowBookingAfter", "allowBookingAfterUnit", "allowBookingFor", "allowBookingForUnit"),
}


@given(calendar_bodies())
def test_a_body_is_written_as_it_was_read_with_defaults_filled_in(body):
    written = write_calendar(read_calendar(body, "c1", zone=ZONE))

    assert text_of(written) == text_of(canonical(body))


@given(calendar_bodies())
def test_reading_what_was_written_gives_the_same_calendar(body):
    calendar = read_calendar(body, "c1", zone=ZONE)
    through_text = json.loads(json.dumps(write_calendar(calendar)))

    assert read_calendar(through_text, "c1", zone=ZONE) == calendar


moments = st.integers(1, 12).map(lambda count: timedelta(minutes=15 * count))


@st.composite
def shapes(draw) -> dict:
    """Who serves a calendar, and how many at once."""
    kind = draw(st.sampled_from(["round_robin", "service", "collective", "class", "personal"]))
    ids = ["ada"] if kind == "personal" else draw(st.sampled_from([["ada"], ["ben", "ada"]]))
    most = draw(st.integers(1, 3))
    make = draw(st.sampled_from([Ranking.availability, Ranking.equal_distribution]))
    return {
        "kind": kind,
        "member_ids": ids,
        "primary_id": "ada" if kind == "collective" else draw(st.sampled_from([None, "ada"])),
        "ranking": make(priorities={each: draw(st.integers(0, 2)) for each in ids}),
        "seats_per_slot" if kind == "class" else "bookings_per_host": most,
        "limits": draw(st.sampled_from([[], [Limit(3, "day")]])),
        "listing": None if kind == "class" else draw(looks),
    }


looks = st.sampled_from([None, Listing(look_busy=30)])
policies = st.sampled_from(
    [
        None,
        BookingPolicy(otherwise="request"),
        BookingPolicy(cancel_notice=timedelta(days=3_660)),
    ]
)
hours = st.sampled_from(
    [
        None,
        WeeklyHours.parse("Mo-Fr 09:00-24:00", zone=ZONE),
        Hours(
            WeeklyHours.parse("Su 22:00-02:00", zone=ZONE),
            {FIRST: [], LAST: [Window.parse("08:00-09:00")]},
        ),
        Hours(WeeklyHours({}, ZONE), {LAST: []}, layering="dates_only"),
    ]
)


@st.composite
def sayable(draw) -> Calendar:
    """A calendar that a host made, of what HighLevel has words for."""
    event = {
        "kind": "event",
        "seats_per_slot": 1_000_000,
        "limits": [Limit(2, "concurrent"), Limit(9, "day")],
        "ranking": Ranking.availability(),
    }
    return Calendar(
        "c1",
        draw(moments),
        **draw(st.one_of(shapes(), st.just(event))),
        name="cut",
        description=draw(st.sampled_from(["", "dry"])),
        location_id="berlin",
        is_active=draw(st.booleans()),
        slot_step=draw(moments),
        buffer_before=draw(moments),
        buffer_after=draw(moments),
        minimum_notice=draw(st.one_of(moments, st.builds(Months, st.integers(0, 3)))),
        booking_horizon=draw(st.sampled_from([None, Months(2), timedelta(days=9)])),
        zone=ZONE,
        hours=draw(hours),
        policy=draw(policies),
    )


@given(sayable())
def test_a_calendar_that_can_be_said_comes_back(calendar):
    assert read_calendar(write_calendar(calendar), "c1", zone=ZONE) == calendar


def beyond(calendar: Calendar) -> Calendar:
    """The same calendar, with what HighLevel has no words for."""
    return evolve(
        calendar,
        variants=[Variant("long", timedelta(minutes=50))],
        limits=[*calendar.limits, Limit(timedelta(hours=9), "week"), Limit(7, "month")],
        policy=evolve(calendar.policy or BookingPolicy(), deny=["guests"]),
        listing=evolve(calendar.listing or Listing(), seed="s", first_per_day=4),
        duration=timedelta(seconds=1_801),
        grid=None,
        metadata={**calendar.metadata, "colour of the host": "red"},
    )


@given(calendar_bodies(), st.booleans())
def test_an_update_that_says_nothing_new_changes_nothing(body, is_more):
    calendar = read_calendar(body, "c1", zone=ZONE)
    calendar = beyond(calendar) if is_more else calendar

    assert update_calendar(calendar, {}) == calendar
    assert update_calendar(calendar, write_calendar(calendar)) == calendar


@given(calendar_bodies(), calendar_bodies())
def test_an_update_with_all_of_another_body_is_that_calendar(body, other):
    kind = {"calendarType": body.get("calendarType")}
    calendar = read_calendar(body, "c1", zone=ZONE)
    other = {**other, **{key: None for key in body if key not in other}, **kind}
    other["teamMembers"] = body.get("teamMembers")
    other["enableRecurring"], other["locationConfigurations"] = False, []
    if calendar.hours is not None:
        other |= {"openHours": None, "availabilities": None, "availabilityType": None}
    found = update_calendar(calendar, other)

    assert found == read_calendar(other, "c1", zone=ZONE)


@given(calendar_bodies(), presentation, presentation)
def test_what_the_engine_never_asks_for_comes_through_untouched(body, first, second):
    calendar = read_calendar({**body, **first}, "c1", zone=ZONE)
    updated = update_calendar(calendar, second)

    kept = {**body, **first, **second}
    for key in {**first, **second}:
        assert text_of(write_calendar(updated)[key]) == text_of(kept[key])
    unusual = {key for key in kept if key in carried_fields(updated)}
    assert all(text_of(carried_fields(updated)[key]) == text_of(kept[key]) for key in unusual)


@given(calendar_bodies(), presentation)
def test_an_update_leaves_alone_what_it_does_not_name(body, new):
    calendar = beyond(read_calendar(body, "c1", zone=ZONE))
    updated = update_calendar(calendar, {**new, "slotBuffer": 7, "slotBufferUnit": "mins"})

    expected = evolve(calendar, buffer_after=timedelta(minutes=7))
    assert evolve(updated, metadata={}) == evolve(expected, metadata={})


@given(spoilt(calendar_bodies()), spoilt(calendar_bodies()))
def test_a_spoilt_body_is_read_or_refused_by_its_path(body, update):
    try:
        calendar = read_calendar(body, "c1", zone=ZONE)
    except CodecError as error:
        assert error.path.startswith("$")
        calendar = read_calendar({"locationId": "berlin", "name": "cut"}, "c1", zone=ZONE)
    try:
        updated = update_calendar(calendar, update)
    except CodecError as error:
        assert error.path.startswith("$")
        return
    assert update_calendar(updated, write_calendar(updated)) == updated


# What the engine makes of it ------------------------------------------------

NOW = datetime(2026, 3, 1, 23, tzinfo=UTC)  # Monday, midnight, in Berlin
DAYS = 4
DAY = 24 * 60


def span(hours: dict) -> tuple[int, int]:
    """A range of hours, in minutes since its midnight."""
    opens = hours["openHour"] * 60 + hours["openMinute"]
    closes = hours["closeHour"] * 60 + hours["closeMinute"]
    return opens, closes if closes > opens else closes + DAY


def ranges_on(body: dict, day: date) -> list[dict]:
    """The ranges of hours that begin on a date, as a body says them."""
    weekday = day.isoweekday() % 7
    weekly = [
        hours
        for entry in body.get("openHours") or []
        if weekday in entry["daysOfTheWeek"]
        for hours in entry["hours"]
    ]
    dated = [
        each["hours"]
        for each in body.get("availabilities") or []
        if each["date"].startswith(day.isoformat()) and not each.get("deleted")
    ]
    mode = body.get("availabilityType")
    if mode == 0 or (mode is None and not dated):
        return weekly
    return [hours for group in dated for hours in group]


def open_minutes(body: dict) -> set[int]:
    """The minutes since the first midnight in which it is open."""
    says_none = body.get("openHours") is None and body.get("availabilities") is None
    if says_none and body.get("availabilityType") != 1:
        return set(range(DAYS * DAY + DAY))
    found = set()
    for number in range(-1, DAYS + 1):
        for hours in ranges_on(body, FIRST + timedelta(days=number)):
            opens, closes = span(hours)
            found.update(range(number * DAY + opens, number * DAY + closes))
    return found


def minutes_of(body: dict, key: str) -> int:
    length = body.get(key, 30 if key in {"slotDuration", "slotInterval"} else 0)
    return int(length * (60 if body.get(f"{key}Unit") == "hours" else 1))


def offered(body: dict, taken: list[int]) -> list[int]:
    """The starts that a body allows, in minutes since the first midnight, beside bookings at others."""
    is_open = open_minutes(body)
    length, step = minutes_of(body, "slotDuration"), minutes_of(body, "slotInterval")
    before, after = minutes_of(body, "preBuffer"), minutes_of(body, "slotBuffer")
    notice = body.get("allowBookingAfter", 0) * 60
    horizon = body.get("allowBookingFor", 0) * DAY or DAYS * DAY
    gap = length + before + after
    return [
        start
        for day in range(DAYS)
        for start in range(day * DAY, day * DAY + DAY, step)
        if notice <= start < horizon
        and is_open.issuperset(range(start, start + length))
        and all(abs(start - other) >= gap for other in taken)
    ]


@st.composite
def simple_bodies(draw):
    """A calendar of one person, at full and half hours."""
    half = st.sampled_from([30, 60])
    body = {
        "locationId": "berlin",
        "name": "cut",
        "calendarType": "personal",
        "teamMembers": [{"userId": "ada"}],
        "slotDuration": draw(half),
        "slotInterval": draw(st.sampled_from([30, 45, 60])),
        "slotBuffer": draw(st.sampled_from([0, 30])),
        "preBuffer": draw(st.sampled_from([0, 15])),
        "allowBookingAfter": draw(st.sampled_from([0, 1, 25])),
        "allowBookingFor": draw(st.sampled_from([0, 1, 2])),
        "allowBookingForUnit": "days",
    }
    return body | draw(opening)


def starts(scheduler: Scheduler) -> list:
    low = datetime(2026, 3, 2, tzinfo=ZoneInfo(ZONE))
    within = Interval(low, low + timedelta(days=DAYS))
    return list(scheduler.free_slots(scheduler.request("c1"), within=within, now=NOW))


def minute(slot) -> int:
    return (slot.start - NOW) // timedelta(minutes=1)


@given(simple_bodies(), st.data())
def test_what_is_offered_is_what_the_body_says(body, data):
    calendar = read_calendar(body, "c1", zone=ZONE)
    scheduler = Scheduler(Catalogue(members=[Member("ada")], calendars=[calendar]))
    slots = starts(scheduler)
    note([minute(slot) for slot in slots])

    assert [minute(slot) for slot in slots] == offered(body, [])
    if slots:
        slot = data.draw(st.sampled_from(slots))
        later = scheduler.book(slot, booking_id="B-1", now=NOW)
        assert [minute(each) for each in starts(later)] == offered(body, [minute(slot)])

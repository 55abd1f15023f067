"""Opening hours as VAVAILABILITY and back: what both can say, and what only one of them can."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from bookable import AnyHours, CodecError, Hours, Interval, InvalidValueError, WeeklyHours, Window
from bookable.codecs.ical import read_hours, write_availability
from bookable.errors import LimitExceededError
from bookable.timeline.interval_set import IntervalSet
from tests.support.calendars import MARCH, calendar, part

STAMP = datetime(2026, 2, 20, 12, tzinfo=UTC)
OFFICE = WeeklyHours.parse("Mo-Fr 09:00-17:00; Sa 10:00-12:00", zone="Europe/Berlin")
NIGHTS = WeeklyHours.parse("Mo-Su 22:00-06:00", zone="America/New_York")


def at(day, hour=0):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def lines_of(hours, **options):
    text = write_availability(hours, **{"uid": "ada", "dtstamp": STAMP, **options})
    return text.replace("\r\n ", "").splitlines()


def test_M3_weekly_hours_are_rules_of_one_component():
    lines = lines_of(OFFICE)

    assert lines[lines.index("BEGIN:VAVAILABILITY") :] == [
        "BEGIN:VAVAILABILITY",
        "UID:ada-3",
        "DTSTAMP:20260220T120000Z",
        "BEGIN:AVAILABLE",
        "UID:ada-1",
        "DTSTAMP:20260220T120000Z",
        "DTSTART;TZID=Europe/Berlin:19700105T090000",
        "DTEND;TZID=Europe/Berlin:19700105T170000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "END:AVAILABLE",
        "BEGIN:AVAILABLE",
        "UID:ada-2",
        "DTSTAMP:20260220T120000Z",
        "DTSTART;TZID=Europe/Berlin:19700110T100000",
        "DTEND;TZID=Europe/Berlin:19700110T120000",
        "RRULE:FREQ=WEEKLY;BYDAY=SA",
        "END:AVAILABLE",
        "END:VAVAILABILITY",
        "END:VCALENDAR",
    ]


HOURS = {
    "weekly": OFFICE,
    "overnight": NIGHTS,
    "never": WeeklyHours({}, zone="UTC"),
    "whole days": WeeklyHours.parse("Mo-We 00:00-24:00", zone="UTC"),
    "always, between two instants": Hours(valid_from=at(5), valid_until=at(20)),
    "from an instant in the night on": Hours(NIGHTS, valid_from=at(5, 8)),
    "until an instant": Hours(OFFICE, valid_until=at(12, 11)),
    "another day": Hours(
        OFFICE, overrides={date(2026, 3, 4): [Window(time(7), time(8))], date(2026, 3, 7): ()}
    ),
    "only single dates": Hours(
        OFFICE, {date(2026, 3, 8): [Window(time(7), time(8))]}, layering="dates_only"
    ),
    "dates beside": Hours(
        OFFICE, {date(2026, 3, 4): [Window(time(16), time(20))]}, layering="union"
    ),
    "dates that do not count": Hours(OFFICE, {date(2026, 3, 4): ()}, layering="weekly_only"),
    "closures": Hours(
        NIGHTS, closures=IntervalSet([Interval(at(3, 4), at(5)), Interval(at(9), at(10))])
    ),
    "closures beyond the end": Hours(
        OFFICE, valid_until=at(10), closures=IntervalSet([Interval(at(9, 10), at(30))])
    ),
    "a change": AnyHours(
        [
            Hours(OFFICE, valid_until=at(10, 9)),
            Hours(NIGHTS, valid_from=at(10, 9), valid_until=at(20)),
        ]
    ),
    "two at one time": AnyHours([OFFICE, AnyHours([NIGHTS])]),
}


@pytest.mark.parametrize("name", HOURS)
def test_what_is_written_is_read_as_hours_that_open_at_the_same_times(name):
    hours = HOURS[name]
    text = write_availability(hours, uid="ada", dtstamp=STAMP)

    assert read_hours(text).open_within(MARCH) == hours.open_within(MARCH)


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        (Hours(OFFICE, restrictions=[NIGHTS]), "unsupported"),
        (Hours(OFFICE, ambiguous_end="last"), "unsupported"),
        (
            AnyHours([Hours(OFFICE, valid_until=at(10)), Hours(NIGHTS, valid_from=at(9))]),
            "unsupported",
        ),
        (
            AnyHours([OFFICE, Hours(NIGHTS, closures=IntervalSet([Interval(at(3), at(5))]))]),
            "unsupported",
        ),
        (WeeklyHours({1: [Window(time(9, 0, 0, 1), time(10))]}, zone="UTC"), "whole_seconds"),
        (Hours(OFFICE, valid_from=at(3).replace(microsecond=1)), "whole_seconds"),
        ("Mo-Fr 09:00-17:00", "type"),
    ],
)
def test_what_hours_alone_can_say_is_refused(hours, code):
    with pytest.raises(InvalidValueError) as caught:
        write_availability(hours, uid="ada", dtstamp=STAMP)

    assert caught.value.code == code


def test_no_more_components_are_written_than_are_read():
    days = {
        date.fromordinal(730_000 + number): [Window(time(9), time(10))] for number in range(5_000)
    }

    with pytest.raises(LimitExceededError):
        write_availability(Hours(OFFICE, days, layering="union"), uid="ada", dtstamp=STAMP)


def test_many_exceptions_are_written_on_lines_that_can_be_read():
    days = {date.fromordinal(735_000 + number): () for number in range(4_000)}
    hours = Hours(OFFICE, days)

    text = write_availability(hours, uid="ada", dtstamp=STAMP)

    window = Interval(datetime(2014, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
    assert read_hours(text).open_within(window) == hours.open_within(window)


# Read ---------------------------------------------------------------------------


def hours_of(*available, head=()):
    parts = [part("AVAILABLE", *lines) for lines in available]
    return read_hours(calendar(part("VAVAILABILITY", *head, *parts)))


NINE = ("DTSTART:20260302T090000Z", "DTEND:20260302T170000Z")


def open_days(hours):
    return [f"{each.start:%d %H}-{each.end:%H}" for each in hours.open_within(MARCH)]


def test_a_rule_with_an_end_ends_with_its_last_occurrence():
    assert open_days(hours_of((*NINE, "RRULE:FREQ=DAILY;UNTIL=20260304T100000Z"))) == [
        "02 09-17",
        "03 09-17",
        "04 09-17",
    ]
    assert open_days(hours_of((*NINE, "RRULE:FREQ=WEEKLY;BYDAY=TU;UNTIL=20260302T100000Z"))) == []


def test_dates_are_added_left_out_and_moved():
    found = hours_of(
        (
            *NINE,
            "UID:1",
            "RRULE:FREQ=WEEKLY;BYDAY=MO",
            "EXDATE:20260309T090000Z",
            "RDATE:20260310T090000Z",
        ),
        (
            "UID:1",
            "RECURRENCE-ID:20260316T090000Z",
            "DTSTART:20260317T100000Z",
            "DURATION:PT1H",
        ),
        ("DTSTART:20260320T100000Z", "DURATION:PT1H", "RDATE;VALUE=PERIOD:20260321T100000Z/PT2H"),
    )

    assert open_days(found) == [
        "02 09-17",
        "10 09-17",
        "17 10-11",
        "20 10-11",
        "21 10-12",
        "23 09-17",
        "30 09-17",
    ]


def test_priorities_become_parts_that_hold_one_after_the_other():
    low = part("VAVAILABILITY", part("AVAILABLE", *NINE, "RRULE:FREQ=DAILY"))
    high = part("VAVAILABILITY", "PRIORITY:1", "DTSTART:20260304T120000Z", "DTEND:20260329T000000Z")

    assert open_days(read_hours(calendar(low, high))) == [
        "02 09-17",
        "03 09-17",
        "04 09-12",
        "29 09-17",
        "30 09-17",
        "31 09-17",
    ]


def test_what_no_component_covers_is_open():
    found = hours_of(head=("DTSTART:20260302T000000Z", "DTEND:20260330T000000Z"))

    assert [f"{each.start:%d}-{each.end:%d}" for each in found.open_within(MARCH)] == [
        "01-02",
        "30-01",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        (*NINE, "RRULE:FREQ=MONTHLY"),
        (*NINE, "RRULE:FREQ=WEEKLY;INTERVAL=2"),
        (*NINE, "RRULE:FREQ=WEEKLY;COUNT=2"),
        (*NINE, "RRULE:FREQ=DAILY;BYHOUR=9,10"),
        (*NINE, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"),
        ("DTSTART:20260302T090000Z", "DURATION:PT25H"),
        ("DTSTART:20260302T090000Z",),
    ],
)
def test_what_availability_alone_can_say_is_refused(lines):
    with pytest.raises(CodecError) as caught:
        hours_of(lines)

    assert caught.value.code == "unsupported"


def test_later_occurrences_moved_alike_are_refused():
    moved = ("UID:1", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260309T090000Z", *NINE)

    with pytest.raises(CodecError) as caught:
        hours_of(("UID:1", *NINE, "RRULE:FREQ=WEEKLY"), moved)

    assert caught.value.code == "unsupported"


def test_two_components_of_one_priority_for_one_time_are_refused():
    with pytest.raises(CodecError) as caught:
        read_hours(calendar(part("VAVAILABILITY"), part("VAVAILABILITY")))

    assert caught.value.code == "unsupported"


def test_a_zone_that_the_calendar_defines_is_refused():
    phase = part("STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200")
    zone = part("VTIMEZONE", "TZID:Ours", phase)
    mine = part("AVAILABLE", "DTSTART;TZID=Ours:20260302T090000", "DURATION:PT1H")

    with pytest.raises(CodecError) as caught:
        read_hours(calendar(zone, part("VAVAILABILITY", mine)))

    assert caught.value.code == "unsupported"


def test_a_calendar_without_availability_has_no_hours():
    with pytest.raises(CodecError) as caught:
        read_hours(calendar())

    assert caught.value.code == "missing_key"

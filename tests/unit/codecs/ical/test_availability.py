"""VAVAILABILITY: examples of RFC 7953 and of a test suite for servers (row M3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable import BusyKind, CodecError, Interval, InvalidValueError
from bookable.codecs.ical import read_availability, read_hours
from bookable.timeline.interval_set import IntervalSet
from tests.support.calendars import MARCH, calendar, part

MONTREAL = "TZID=America/Montreal"


def within(first, last):
    """From one UTC time to another, as ``20060101T000000``."""
    ends = (datetime.strptime(each, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) for each in (first, last))
    return Interval(*ends)


def availability(*lines):
    return part("VAVAILABILITY", *lines)


def available(start, end, *lines, zone=MONTREAL):
    head = [f"DTSTART;{zone}:{start}", f"DTEND;{zone}:{end}"]
    return part("AVAILABLE", *head, *lines)


def free(window, *components):
    """When somebody is available, as ``03 13:00-17:00`` in UTC."""
    found = read_availability(calendar(*components), subject="bernard", within=window)
    assert dict(found.unknown) == {}
    busy = IntervalSet([time.interval for time in found.busy["bernard"]])
    return [f"{each.start:%d %H:%M}-{each.end:%d %H:%M}" for each in IntervalSet([window]) - busy]


# RFC 7953, section 3.1 -------------------------------------------------------------

MONDAY_TO_FRIDAY = available(
    "20111002T090000", "20111002T170000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
)


def test_M3_always_available_from_monday_to_friday():
    found = free(within("20111001T000000", "20111005T000000"), availability(MONDAY_TO_FRIDAY))

    assert found == ["03 13:00-03 21:00", "04 13:00-04 21:00"]


def test_M3_two_offices_between_two_dates():
    office = availability(
        f"DTSTART;{MONTREAL}:20111002T000000",
        f"DTEND;{MONTREAL}:20111202T000000",
        available("20111002T090000", "20111002T170000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"),
        available("20111007T090000", "20111007T120000", "RRULE:FREQ=WEEKLY"),
    )

    assert free(within("20111005T000000", "20111009T000000"), office) == [
        "05 13:00-05 21:00",
        "06 13:00-06 21:00",
        "07 13:00-07 16:00",
    ]
    assert free(within("20111201T000000", "20111204T000000"), office) == [
        "01 14:00-01 22:00",
        "02 05:00-04 00:00",
    ]


def test_M3_a_week_in_another_zone():
    denver = "TZID=America/Denver"
    weekdays = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    journey = (
        availability(
            f"DTSTART;{MONTREAL}:20111002T000000",
            f"DTEND;{MONTREAL}:20111023T030000",
            available("20111002T090000", "20111002T170000", weekdays),
        ),
        availability(
            f"DTSTART;{denver}:20111023T000000",
            f"DTEND;{denver}:20111030T000000",
            available("20111023T090000", "20111023T170000", weekdays, zone=denver),
        ),
        availability(
            f"DTSTART;{MONTREAL}:20111030T030000",
            available("20111030T090000", "20111030T170000", weekdays),
        ),
    )

    assert free(within("20111021T000000", "20111025T000000"), *journey) == [
        "21 13:00-21 21:00",
        "24 15:00-24 23:00",
    ]
    assert free(within("20111028T060000", "20111101T000000"), *journey)[0] == "28 15:00-28 23:00"
    assert free(within("20111031T000000", "20111102T000000"), *journey)[0] == "31 13:00-31 21:00"


# Apple's CalDAVTester, scripts/tests/CalDAV/availability.xml -------------------------

APPLE = (
    availability(
        f"DTEND;{MONTREAL}:20060101T000000",
        available("20050103T090000", "20050103T170000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ),
    availability(
        f"DTSTART;{MONTREAL}:20060101T000000",
        f"DTEND;{MONTREAL}:20060108T000000",
        available(
            "20060102T090000", "20060102T120000", "UID:1", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR"
        ),
        available(
            "20060106T120000",
            "20060106T170000",
            "UID:1",
            f"RECURRENCE-ID;{MONTREAL}:20060106T090000",
        ),
    ),
)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("20060101T000000", "20060105T000000", ["02 14:00-02 17:00", "04 14:00-04 17:00"]),
        ("20060104T000000", "20060108T000000", ["04 14:00-04 17:00", "06 17:00-06 22:00"]),
        (
            "20050501T000000",
            "20050508T000000",
            [f"{day:02} 13:00-{day:02} 21:00" for day in range(2, 7)],
        ),
    ],
)
def test_M3_what_other_servers_answer(first, last, expected):
    assert free(within(first, last), *APPLE) == expected


# Priorities -----------------------------------------------------------------------


def day(*lines, hours=None):
    """A component for 2 March, available at these hours."""
    times = (
        []
        if hours is None
        else [
            part(
                "AVAILABLE",
                f"DTSTART:20260302T{hours[0]:02}0000Z",
                f"DTEND:20260302T{hours[1]:02}0000Z",
            )
        ]
    )
    return availability("DTSTART:20260302T000000Z", "DTEND:20260303T000000Z", *lines, *times)


THE_DAY = within("20260302T000000", "20260303T000000")


@pytest.mark.parametrize(
    ("high", "low"),
    [("1", "2"), ("1", "9"), ("9", "0"), ("9", None), ("1", None), ("8", "9")],
)
def test_M3_the_higher_priority_covers_the_lower_one(high, low):
    first = day(f"PRIORITY:{high}", hours=(9, 11))
    second = day(*([f"PRIORITY:{low}"] if low else []), hours=(10, 12))

    assert free(THE_DAY, first, second) == free(THE_DAY, second, first) == ["02 09:00-02 11:00"]


def test_of_one_priority_all_must_leave_the_time_free():
    assert free(THE_DAY, day(hours=(9, 11)), day("PRIORITY:0", hours=(10, 12))) == [
        "02 10:00-02 11:00"
    ]


def test_M3_what_no_component_covers_is_free():
    assert free(within("20260301T000000", "20260304T000000"), day()) == [
        "01 00:00-02 00:00",
        "03 00:00-04 00:00",
    ]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([], BusyKind.OUT_OF_OFFICE),
        (["BUSYTYPE:BUSY-UNAVAILABLE"], BusyKind.OUT_OF_OFFICE),
        (["BUSYTYPE:BUSY"], BusyKind.BUSY),
        (["BUSYTYPE:BUSY-TENTATIVE"], BusyKind.TENTATIVE),
        (["BUSYTYPE:X-OTHER"], BusyKind.OUT_OF_OFFICE),
    ],
)
def test_M3_how_somebody_is_busy(lines, kind):
    found = read_availability(calendar(day(*lines)), subject="a", within=THE_DAY)

    assert [time.kind for time in found.busy["a"]] == [kind]


def test_a_higher_component_weakens_a_lower_one_too():
    low, high = day("BUSYTYPE:BUSY"), day("BUSYTYPE:BUSY-TENTATIVE", "PRIORITY:3")

    found = read_availability(calendar(low, high), subject="a", within=THE_DAY)

    assert [time.kind for time in found.busy["a"]] == [BusyKind.TENTATIVE]


def test_a_length_in_place_of_an_end():
    found = free(MARCH, availability("DTSTART:20260301T000000Z", "DURATION:P30D"))

    assert found == ["31 00:00-01 00:00"]


EVERY_DAY = ("DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260303", "RRULE:FREQ=DAILY")


@pytest.mark.parametrize(
    "lines",
    [
        [part("AVAILABLE", "DTSTART:soon")],
        [part("AVAILABLE", "DTEND:20260302T100000Z")],
        [part("AVAILABLE", "DTSTART:20260302T090000Z", "RRULE:FREQ=SOMETIMES")],
        [part("AVAILABLE", "DTSTART:20260302T090000Z", "EXDATE:never")],
        ["PRIORITY:10"],
        ["PRIORITY:high"],
        ["DTSTART:20260303T000000Z", "DTEND:20260302T000000Z"],
        ["DTSTART;TZID=Nowhere:20260303T000000"],
        ["DTSTART:20260303T000000"],
        ["no line"],
        ["STATUS:CANCELLED"],
        [part("AVAILABLE", "DTSTART:20260302T090000Z", "STATUS:CANCELLED")],
        [part("AVAILABLE", *EVERY_DAY, "EXDATE:20260303T000000Z")],
        [
            part("AVAILABLE", "UID:a", *EVERY_DAY),
            part("AVAILABLE", "UID:a", "RECURRENCE-ID:20260303T000000Z", *EVERY_DAY[:1]),
        ],
        [
            part("AVAILABLE", "UID:a", *EVERY_DAY),
            part(
                "AVAILABLE", "UID:a", "RECURRENCE-ID:20260303", *EVERY_DAY[:1], "STATUS:CANCELLED"
            ),
        ],
    ],
)
def test_what_cannot_be_read_leaves_nobody_available(lines):
    text = calendar(availability(*lines))

    zone = "America/New_York" if "VALUE=DATE" in text else None
    found = read_availability(text, subject="ada", within=MARCH, zone=zone)

    assert dict(found.busy) == {}
    assert found.unknown["ada"].startswith("$.")


@pytest.mark.parametrize(
    ("line", "code"), [("METHOD:CANCEL", "method"), ("METHOD:REPLY", "method"), ("x", "syntax")]
)
def test_a_cancellation_makes_nobody_available(line, code):
    text = calendar(line, availability(part("AVAILABLE", "DTSTART:20260302T090000Z")))

    for read in (
        lambda: read_availability(text, subject="ada", within=MARCH),
        lambda: read_hours(text),
    ):
        with pytest.raises(CodecError) as caught:
            read()
        assert caught.value.code == code


def test_a_calendar_without_availability_is_no_answer():
    with pytest.raises(CodecError) as caught:
        read_availability(calendar(), subject="ada", within=MARCH)

    assert caught.value.code == "missing_key"


def test_too_much_work_ends_the_reading():
    every_hour = part("AVAILABLE", "DTSTART:20260101T000000Z", "DURATION:PT1M", "RRULE:FREQ=HOURLY")
    window = Interval(MARCH.start, MARCH.start + timedelta(days=300))

    with pytest.raises(CodecError) as caught:
        read_availability(calendar(availability(*[every_hour] * 200)), subject="ada", within=window)

    assert caught.value.code == "work"


def test_arguments_are_checked():
    with pytest.raises(InvalidValueError):
        read_availability(calendar(availability()), subject="", within=MARCH)

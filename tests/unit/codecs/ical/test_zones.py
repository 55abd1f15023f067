"""Which clock a calendar means by the names that it gives to zones, and by zones of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bookable import Interval
from bookable.codecs.ical import read_busy
from tests.support.calendars import MARCH, calendar, event, part, told

YEAR = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def phase(name, start, before, after, *lines):
    head = [f"DTSTART:{start}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}"]
    return part(name, *head, *lines)


def zone(*phases, tzid="Ours"):
    return part("VTIMEZONE", f"TZID:{tzid}", *phases)


# One that goes forward by two hours at the turn of March, and back at the turn of October.
OURS = zone(
    phase("STANDARD", "16011001T030000", "+0300", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=10"),
    phase("DAYLIGHT", "16010301T020000", "+0100", "+0300", "RRULE:FREQ=YEARLY;BYMONTH=3"),
)


def at(tzid, start="20260302T090000", *others, **options):
    lines = (*others, event(f"DTSTART;TZID={tzid}:{start}", start=""))
    found = read_busy(calendar(*lines), subject="ada", within=YEAR, **options)
    return found.unknown.get("ada") or f"{found.busy['ada'][0].interval.start:%H:%M}"


@pytest.mark.parametrize(
    ("tzid", "expected"),
    [
        ("Europe/Berlin", "08:00"),
        ('"Europe/Berlin"', "08:00"),
        ("/Europe/Berlin", "08:00"),
        ("UTC", "09:00"),
        ("America/Argentina/Buenos_Aires", "12:00"),
        ("W. Europe Standard Time", "08:00"),
        ("Tokyo Standard Time", "00:00"),
        ("/mozilla.org/20050126_1/Europe/Berlin", "08:00"),
        ("/softwarestudio.org/Tzfile/America/Argentina/Buenos_Aires", "12:00"),
        ("/freeassociation.sourceforge.net/Asia/Tokyo", "00:00"),
    ],
)
def test_zones_have_many_names(tzid, expected):
    assert at(tzid) == expected


@pytest.mark.parametrize(
    "tzid", ["", "CET-ish", '"(UTC+01:00) Berlin"', "../../etc/passwd", "x" * 5_000]
)
def test_a_zone_that_nobody_knows_cannot_be_read(tzid):
    assert "expected a zone that is known or that the calendar defines" in at(tzid)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("20260228T090000", "08:00"),
        ("20260302T090000", "06:00"),
        ("20260301T015959", "00:59"),
        ("20260301T023000", "01:30"),  # skipped: with the offset before
        ("20260301T040000", "01:00"),
        ("20261001T010000", "22:00"),  # shown twice: the first
        ("20261001T025959", "23:59"),
        ("20261001T030000", "02:00"),
    ],
)
def test_a_zone_that_the_calendar_defines(start, expected):
    assert at("Ours", start, OURS) == expected


def test_a_calendar_defines_no_zone_that_everybody_knows():
    assert at("Europe/Berlin", "20260302T090000", OURS.replace("Ours", "Europe/Berlin")) == "08:00"


def test_what_a_calendar_defines_comes_before_a_short_name_that_others_use_for_something_else():
    summer = zone(phase("DAYLIGHT", "20260301T020000", "-0500", "-0400"), tzid="EST")

    assert at("EST", "20260702T090000", summer) == "13:00"
    assert at("EST", "20260702T090000") == "14:00"


def test_what_a_calendar_defines_comes_before_a_name_of_windows():
    tzid = "Tokyo Standard Time"

    assert at(tzid, "20260302T090000", OURS.replace("Ours", tzid)) == "06:00"


def test_one_calendar_tells_the_next_nothing():
    assert at("Ours", "20260302T090000", OURS) == "06:00"
    assert "expected a zone that is known" in at("Ours")
    assert (
        at("Ours", "20260302T090000", zone(phase("STANDARD", "19700101T000000", "+0000", "+0500")))
        == "04:00"
    )


def test_a_zone_by_single_dates_and_with_an_end():
    mine = zone(
        phase(
            "STANDARD", "20200101T000000", "+0100", "+0200", "RDATE:20260201T000000,20260401T000000"
        ),
        phase(
            "DAYLIGHT",
            "20250101T000000",
            "+0200",
            "+0500",
            "RRULE:FREQ=YEARLY;UNTIL=20260301T000000Z",
        ),
    )

    assert at("Ours", "20260115T090000", mine) == "04:00"
    assert at("Ours", "20260302T090000", mine) == "07:00"


def test_before_its_first_change_a_zone_is_as_it_was():
    mine = zone(phase("STANDARD", "20260601T000000", "+0100", "+0230"))

    assert at("Ours", "20260302T090000", mine) == "08:00"
    assert at("Ours", "20260702T090000", mine) == "06:30"


@pytest.mark.parametrize(
    ("mine", "expected"),
    [
        (zone(), "expected STANDARD or DAYLIGHT inside"),
        (
            zone(part("STANDARD", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200")),
            "DTSTART: this is required",
        ),
        (
            zone(part("STANDARD", "DTSTART:20200101T000000", "TZOFFSETTO:+0200")),
            "TZOFFSETFROM: this is",
        ),
        (zone(phase("STANDARD", "20200101T000000", "1", "+0200")), "an offset from UTC"),
        (zone(phase("STANDARD", "20200101T000000", "+2500", "+0200")), "an offset from UTC"),
        (zone(phase("STANDARD", "noon", "+0100", "+0200")), "expected a date or a time"),
        (
            zone(phase("STANDARD", "20200101T000000", "+0100", "+0200", "RRULE:FREQ=HOURLY")),
            "expected FREQ=YEARLY, MONTHLY, WEEKLY or DAILY",
        ),
        (
            zone(phase("STANDARD", "19700101T000000", "+0100", "+0200", "RRULE:FREQ=DAILY")),
            "the limit on occurrences is 10,000",
        ),
        (
            zone(phase("STANDARD", "20200101T000000", "+0100", "+0200", "no line")),
            "expected a line",
        ),
    ],
)
def test_a_zone_that_cannot_be_understood(mine, expected):
    assert expected in at("Ours", "20260302T090000", mine)


def test_a_series_in_a_zone_of_its_own_follows_its_clock():
    daily = event("DTSTART;TZID=Ours:20260227T090000", "RRULE:FREQ=DAILY;COUNT=4", start="")
    within = Interval(datetime(2026, 2, 1, tzinfo=UTC), MARCH.end)

    found = told(read_busy(calendar(OURS, daily), subject="ada", within=within))

    assert [each[:8] for each in found] == ["27 08:00", "28 08:00", "01 06:00", "02 06:00"]

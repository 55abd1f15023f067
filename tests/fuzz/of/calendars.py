"""iCalendar and JSCalendar: busy time, free/busy and availability in texts of others."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from bookable import FreeBusy
from bookable.codecs import jscalendar
from bookable.codecs.ical import (
    read_availability,
    read_busy,
    read_busy_leniently,
    read_free_busy,
    read_hours,
    read_schedule_tag,
    schedule_tag,
    write_availability,
    write_free_busy,
)
from bookable.errors import InvalidValueError
from tests.fuzz.targets import Target, of_json
from tests.support.builders import NOW, a_booking
from tests.support.calendars import MARCH, calendar, event, part
from tests.unit.codecs.ical.test_availability import APPLE
from tests.unit.codecs.ical.test_zones import OURS
from tests.unit.codecs.test_jscalendar import daily
from tests.unit.codecs.test_jscalendar import event as js_event

UID = "UID:1@example.com"
SERIES = (
    event(
        UID,
        "RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20260327T080000Z",
        "EXDATE;TZID=Europe/Berlin:20260309T100000",
        "RDATE;TZID=Europe/Berlin:20260310T100000,20260311T100000",
        'ATTENDEE;PARTSTAT=TENTATIVE;CN="Ada; of: London":MAILTO:Ada@Example.com',
        start="",
    ).replace("DURATION", "DTSTART;TZID=Europe/Berlin:20260302T100000\nDURATION"),
    event(UID, "RECURRENCE-ID:20260305T090000Z", "SEQUENCE:2", start="20260306T130000Z"),
    event(
        UID,
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260319T090000Z",
        start="20260319T100000Z",
        lasts="PT90M",
    ),
)
ALL_DAY = part(
    *("VEVENT", "DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260304", "RRULE:FREQ=MONTHLY"),
    *("EXDATE;VALUE=DATE:20260402", "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "SUMMARY:Away; far, \\nfar"),
    part("VALARM", "TRIGGER:-PT15M", "ACTION:DISPLAY"),
)
YEARLY = event(
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU,1MO;BYHOUR=9,11;BYSETPOS=1,-1;COUNT=40",
    "RDATE;VALUE=PERIOD:20260307T090000Z/PT2H,20260308T090000Z/20260308T100000Z",
    "STATUS:TENTATIVE",
    start="20200302T090000Z",
)


def _zoned(*tzids: str) -> list[str]:
    return [
        part(
            "VEVENT",
            f"UID:{number}",
            f"DTSTART;TZID={tzid}:20260329T023000",
            "DTEND:20260329T060000Z",
            "RRULE:FREQ=DAILY;INTERVAL=3",
        )
        for number, tzid in enumerate(tzids)
    ]


CALENDARS = (
    calendar(event(), event("TRANSP:TRANSPARENT"), event("STATUS:CANCELLED")),
    calendar(*SERIES),
    calendar("X-WR-TIMEZONE:Europe/Berlin", ALL_DAY, YEARLY),
    calendar(OURS, *_zoned("Ours", "W. Europe Standard Time", "/mozilla.org/x/Asia/Tokyo")),
)
FREE_BUSY = (
    calendar(
        "METHOD:REPLY",
        part(
            "VFREEBUSY",
            *("UID:1", "DTSTART:20260301T000000Z", "DTEND:20260401T000000Z", "ATTENDEE:mailto:ada"),
            "FREEBUSY:20260302T090000Z/PT1H,20260303T090000Z/20260303T100000Z",
            "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260304T090000Z/PT1H",
            "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260305T090000Z/P1D",
        ),
        part(
            "VFREEBUSY",
            *("DTSTART:20260301T000000Z", "DTEND:20260401T000000Z", "ATTENDEE:mailto:bob"),
            "REQUEST-STATUS:3.7;Invalid calendar user;ATTENDEE:mailto:bob",
        ),
    ),
    calendar(part("VFREEBUSY", "ORGANIZER:mailto:ada", "FREEBUSY:20260302T090000Z/PT1H")),
)
OFFICE = part(
    "AVAILABLE",
    "UID:a",
    "DTSTART;TZID=Europe/Berlin:20260302T090000",
    "DTEND;TZID=Europe/Berlin:20260302T170000",
    "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE",
    "EXDATE;TZID=Europe/Berlin:20260303T090000",
)
INSTEAD = part(
    "AVAILABLE",
    "UID:a",
    "RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000",
    "DTSTART;TZID=Europe/Berlin:20260309T120000",
    "DURATION:PT2H",
)
AVAILABILITY = (
    calendar(part("VAVAILABILITY", "PRIORITY:5", OFFICE, INSTEAD)),
    calendar(
        part("VAVAILABILITY", "DTEND:20260310T000000Z", "PRIORITY:5", OFFICE),
        part("VAVAILABILITY", "DTSTART:20260310T000000Z", "PRIORITY:5", OFFICE.replace("17", "12")),
        part("VAVAILABILITY", "DTSTART:20260305T000000Z", "DURATION:P1D", "PRIORITY:1"),
    ),
)

_SPACES = {number: " " for number in range(32) if number not in b"\t\n"}
_OPTIONS: dict[str, Any] = {"subject": "ada", "within": MARCH}
_ATTENDEE = {**_OPTIONS, "zone": "Europe/Berlin", "attendee": "ada@example.com"}


def _bytes(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(each.encode() for each in texts)


def _of_text(name: str, read: Any, texts: tuple[str, ...], **more: Any) -> Target:
    # What the rules of one calendar may cost together is bounded at somewhat more than a second.
    more = {"is_text": True, "is_lines": True, "longest": 2.0, **more}
    return Target(name, read, _bytes(texts), **more)


def _busy(text: bytes) -> FreeBusy:
    strict, lenient = read_busy(text, **_OPTIONS), read_busy_leniently(text, **_OPTIONS)
    assert bool(lenient.skipped) is ("ada" in strict.unknown)
    assert lenient.skipped or lenient.free_busy == strict
    for fault in lenient.skipped:
        str(fault).encode()
    return strict


def _told_again(told: FreeBusy) -> None:
    """What is written of free/busy is read again as it was, but for control characters in reasons."""
    if told.subjects:
        again = read_free_busy(write_free_busy(told, dtstamp=NOW))
        assert (again.within, again.busy) == (told.within, told.busy)
        reasons = {
            key: reason.replace("\r", "\n").translate(_SPACES)
            for key, reason in told.unknown.items()
        }
        assert again.unknown == reasons


def _open_again(hours: Any) -> None:
    """What is written of hours opens at the same times, where they can be written at all."""
    with suppress(InvalidValueError):
        text = write_availability(hours, uid="ada", dtstamp=NOW)
        assert read_hours(text).open_within(MARCH) == hours.open_within(MARCH)


TARGETS: tuple[Target, ...] = (
    _of_text("ical.read_busy", _busy, CALENDARS, holds=_told_again, weight=3),
    _of_text(
        "ical.read_busy of an attendee",
        lambda text: read_busy(text, **_ATTENDEE),
        CALENDARS,
        weight=2,
    ),
    _of_text("ical.read_free_busy", read_free_busy, FREE_BUSY[:1], holds=_told_again, weight=2),
    _of_text(
        "ical.read_free_busy of a window",
        lambda text: read_free_busy(text, within=MARCH, subject="ada"),
        FREE_BUSY[1:] + FREE_BUSY[:1],
        holds=_told_again,
    ),
    _of_text(
        "ical.read_availability",
        lambda text: read_availability(text, **_OPTIONS),
        (*AVAILABILITY, calendar(*APPLE)),
        holds=_told_again,
        weight=2,
    ),
    _of_text("ical.read_hours", read_hours, AVAILABILITY, holds=_open_again, weight=2),
    Target(
        "ical.read_schedule_tag",
        lambda text: read_schedule_tag(text.decode("utf-8", "surrogateescape")),
        (schedule_tag(a_booking()).encode(), schedule_tag(a_booking(version=12)).encode()),
        is_text=True,
    ),
    of_json(
        "jscalendar.read_busy",
        lambda body: jscalendar.read_busy(body, **_OPTIONS),
        daily(),
        [js_event(), js_event(status="tentative", uid="2")],
        {
            "@type": "Group",
            "entries": [
                js_event(
                    recurrenceRules=[
                        {
                            "@type": "RecurrenceRule",
                            "frequency": "monthly",
                            "byDay": [{"day": "mo", "nthOfPeriod": -1}],
                            "bySetPosition": [1],
                            "until": "2027-01-01T00:00:00",
                        }
                    ],
                    recurrenceOverrides={
                        "2026-03-30T10:00:00": {"excluded": True},
                        "2026-03-31T10:00:00": {"duration": "PT2H", "start": "2026-03-31T12:00:00"},
                    },
                )
            ],
        },
        weight=2,
    ),
)

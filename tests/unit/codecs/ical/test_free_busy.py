"""VFREEBUSY, read and written (rows M1, M2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable import (
    BusyKind,
    BusyTime,
    Catalogue,
    CodecError,
    FreeBusy,
    Interval,
    InvalidValueError,
    Member,
    Scheduler,
)
from bookable.codecs.ical import read_free_busy, write_free_busy
from tests.support.calendars import MARCH, calendar, part, told

STAMP = datetime(2026, 2, 20, 12, tzinfo=UTC)
WINDOW = ("DTSTART:20260301T000000Z", "DTEND:20260401T000000Z")


def at(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def component(*lines, attendee="mailto:ada", window=WINDOW):
    return part("VFREEBUSY", *window, *([f"ATTENDEE:{attendee}"] if attendee else []), *lines)


def read(*lines, **fields):
    return read_free_busy(calendar(component(*lines, **fields)))


def test_M2_the_words_of_rfc_5545_and_what_others_mean():
    found = read(
        "FREEBUSY:20260302T090000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY:20260303T090000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260304T090000Z/20260304T100000Z",
        "FREEBUSY;FBTYPE=busy-tentative:20260305T090000Z/PT1H",
        "FREEBUSY;FBTYPE=FREE:20260306T090000Z/PT1H",
        "FREEBUSY;FBTYPE=X-ON-THE-PHONE:20260307T090000Z/PT1H",
    )

    assert told(found) == [
        "02 09:00-10:00 busy",
        "03 09:00-10:00 busy",
        "04 09:00-10:00 out_of_office",
        "05 09:00-10:00 tentative",
        "07 09:00-10:00 busy",
    ]
    assert found.within == MARCH


def test_M2_periods_by_their_end_or_their_length():
    found = read(
        "FREEBUSY:19970308T160000Z/PT3H,20260308T200000Z/PT1H,20260308T230000Z/20260309T000000Z"
    )

    assert told(found) == ["08 20:00-21:00 busy", "08 23:00-09 00:00 busy"]


def test_M2_each_kind_is_written_as_its_word_and_what_is_lost_is_known():
    busy = [
        BusyTime(Interval(at(2 + number, 9), at(2 + number, 10)), kind)
        for number, kind in enumerate(each for each in BusyKind if each is not BusyKind.UNKNOWN)
    ]

    text = write_free_busy(FreeBusy(MARCH, {"ada": busy}), dtstamp=STAMP)

    assert [line for line in text.splitlines() if line.startswith("FREEBUSY")] == [
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260307T090000Z/20260307T100000Z",
        "FREEBUSY;FBTYPE=BUSY:20260305T090000Z/20260305T100000Z,20260306T090000Z/20",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260304T090000Z/20260304T100000Z",
    ]


def test_M1_who_is_unknown_is_told_beside_the_others():
    given = FreeBusy(
        MARCH,
        {"ada": [BusyTime(Interval(at(2, 9), at(2, 10)))], "bob": []},
        {"eve": "no permission; ask Zoë\nor her manager"},
    )

    text = write_free_busy(given, dtstamp=STAMP, method="REPLY", organizer="host@example.com")

    assert read_free_busy(text) == given
    assert "METHOD:REPLY\r\n" in text
    assert "ORGANIZER:mailto:host@example.com\r\n" in text
    assert "REQUEST-STATUS:5.1;no permission\\; ask Zoë\\nor her manager" in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


@pytest.mark.parametrize(
    "reason", [r"C:\New", r"\n \\N \; \,", "a\nb;c,d\\", '"quoted": \t', r"\\\N"]
)
def test_a_reason_is_read_as_it_was_written(reason):
    given = FreeBusy(MARCH, {}, {"eve": reason})

    assert read_free_busy(write_free_busy(given, dtstamp=STAMP)) == given


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (
            "REQUEST-STATUS:3.7;Invalid calendar user;ATTENDEE:mailto:x",
            "Invalid calendar user;ATTENDEE:mailto:x",
        ),
        ("REQUEST-STATUS:5.3;", ""),
        ("REQUEST-STATUS:2.0;Success", None),
    ],
)
def test_a_status_of_failure_is_no_free_time(status, expected):
    found = read(status, "FREEBUSY:20260302T090000Z/PT1H")

    assert found.unknown.get("ada") == expected
    assert ("ada" in found.busy) is (expected is None)


def test_M1_who_could_not_be_read_when_it_was_asked_is_written_as_unknown():
    state = Scheduler(Catalogue(members=[Member("ada")]))
    state = state.with_busy_times(FreeBusy(MARCH, {}, {"ada": "no permission"}), source="caldav")

    found = state.busy_times(["ada"], within=MARCH, now=STAMP)
    assert read_free_busy(write_free_busy(found, dtstamp=STAMP)) == found
    assert found.unknown == {"ada": "no permission"}


def test_who_it_is_about():
    assert read(attendee="MAILTO:Ada@Example.com").subjects == ("Ada@Example.com",)
    assert read("ORGANIZER:mailto:bob", attendee=None).subjects == ("bob",)
    assert read("ORGANIZER:mailto:bob").subjects == ("ada",)
    assert read(attendee="https://example.com/ada").subjects == ("https://example.com/ada",)
    text = calendar(component(attendee=None))
    assert read_free_busy(text, subject="room 7").subjects == ("room 7",)


def test_several_components_of_one_subject_are_one():
    text = calendar(
        component("FREEBUSY:20260302T090000Z/PT1H"),
        component("FREEBUSY:20260303T090000Z/PT1H", window=("DTSTART:20260302T000000Z", WINDOW[1])),
    )

    found = read_free_busy(text)

    assert found.within == Interval(at(2, 0), MARCH.end)
    assert len(found.busy["ada"]) == 2


def test_what_tells_of_less_than_the_window_tells_of_nobody():
    text = calendar(
        component(), component(attendee="mailto:bob", window=("DTSTART:20260302T000000Z",))
    )

    found = read_free_busy(text, within=MARCH)

    assert list(found.busy) == ["ada"]
    assert dict(found.unknown) == {"bob": "it tells of less than the window"}


def test_a_window_may_be_a_start_and_a_length():
    assert read(window=("DTSTART:20260302T000000Z", "DURATION:P1D")).within.duration == timedelta(
        days=1
    )


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], "missing_key"),
        ([component(attendee=None)], "missing_key"),
        ([component(window=())], "missing_key"),
        ([component(window=WINDOW[:1])], "missing_key"),
        ([component(attendee="mailto:")], "id"),
        ([component(attendee="urn:x-bookable:%FF")], "encoding"),
        ([component("FREEBUSY:20260302T090000/PT1H")], "not_utc"),
        ([component("FREEBUSY:20260302T090000Z/20260302T100000")], "not_utc"),
        ([component("FREEBUSY:20260302T090000Z/20260302T080000Z")], "reversed_interval"),
        ([component("FREEBUSY:20260302T090000Z/-PT1H")], "duration"),
        ([component("FREEBUSY:20260302T090000Z")], "period"),
        ([component("FREEBUSY:")], "period"),
        ([component(window=("DTSTART:20260302", WINDOW[1]))], "not_utc"),
        ([component(window=(WINDOW[0], "DTEND:20260301T000000Z"))], "reversed_interval"),
        (
            [component(), component(window=("DTSTART:20260501T000000Z", "DTEND:20260502T000000Z"))],
            "reversed_interval",
        ),
        ([component("no line")], "syntax"),
    ],
)
def test_what_cannot_be_read_is_refused(lines, code):
    with pytest.raises(CodecError) as caught:
        read_free_busy(calendar(*lines))

    assert caught.value.code == code


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "X-OTHER"])
def test_a_question_is_no_answer(method):
    with pytest.raises(CodecError, match="METHOD:") as caught:
        read_free_busy(calendar(f"METHOD:{method}", component()))

    assert caught.value.code == "method"


def test_ends_between_seconds_are_written_outside():
    busy = [
        BusyTime(
            Interval(at(2, 9) + timedelta(microseconds=1), at(2, 10) + timedelta(microseconds=1))
        )
    ]

    text = write_free_busy(FreeBusy(MARCH, {"ada": busy}), dtstamp=STAMP)

    assert "20260302T090000Z/20260302T100001Z" in text.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("given", "options", "code"),
    [
        (None, {}, "type"),
        (FreeBusy(Interval(at(1, 0), at(2, 0) + timedelta(microseconds=1))), {}, "whole_seconds"),
        (FreeBusy(MARCH), {"method": "REQUEST"}, "choice"),
        (FreeBusy(MARCH), {"organizer": ""}, "id"),
        (FreeBusy(MARCH), {"prodid": 7}, "text"),
        (FreeBusy(MARCH), {"dtstamp": datetime(2026, 3, 1)}, "naive_datetime"),
    ],
)
def test_what_cannot_be_written_is_refused(given, options, code):
    with pytest.raises(InvalidValueError) as caught:
        write_free_busy(given, **{"dtstamp": STAMP, **options})

    assert caught.value.code == code

"""Bookings as a calendar, and their versions as Schedule-Tags (row M6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import Booking, BookingStatus, Catalogue, CodecError, Interval, Room, Scheduler
from bookable.codecs.ical import read_busy, read_schedule_tag, schedule_tag, write_bookings
from bookable.errors import InvalidValueError, UnknownIdError
from tests.support.builders import (
    NOW,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    at,
    monday,
    refused,
)
from tests.support.calendars import told

DAY = Interval(at("00:00"), at("24:00"))


def lines_of(*bookings, **options):
    text = write_bookings(bookings, **{"dtstamp": NOW, **options})
    return text.replace("\r\n ", "").splitlines()


def a_visit(status="confirmed", **fields):
    return Booking("B-1", at("09:00"), at("10:00"), room_ids=["blue"], status=status, **fields)


def test_a_booking_is_an_event():
    booking = Booking(
        "B,1",
        at("09:00"),
        at("10:00"),
        room_ids=["blue; big", "red"],
        equipment={"lamp, old": 2},
        version=3,
        calendar_id="massage",
    )

    lines = lines_of(booking, domain="example.com")

    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "UID:B\\,1@example.com",
        "DTSTAMP:20260302T000000Z",
        "DTSTART:20260302T090000Z",
        "DTEND:20260302T100000Z",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "SUMMARY:massage",
        "LOCATION:blue\\; big\\, red",
        "RESOURCES:lamp\\, old",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


def test_the_calendar_has_no_method_and_is_no_longer_than_its_bookings():
    assert lines_of() == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bookable//bookable//EN",
        "CALSCALE:GREGORIAN",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(
    ("status", "fields", "expected"),
    [
        ("confirmed", {}, ("CONFIRMED", "OPAQUE")),
        ("checked_in", {}, ("CONFIRMED", "OPAQUE")),
        ("hold", {"expires_at": at("12:00"), "created_at": NOW}, ("TENTATIVE", "OPAQUE")),
        ("pending", {}, ("TENTATIVE", "OPAQUE")),
        ("pending", {"pending_blocks": False}, ("TENTATIVE", "TRANSPARENT")),
        ("completed", {}, ("CONFIRMED", "OPAQUE")),
        ("cancelled", {}, ("CANCELLED", "TRANSPARENT")),
        ("declined", {}, ("CANCELLED", "TRANSPARENT")),
        ("expired", {}, ("CANCELLED", "TRANSPARENT")),
    ],
)
def test_M6_status_and_transparency(status, fields, expected):
    lines = lines_of(a_visit(status, **fields))

    assert (f"STATUS:{expected[0]}", f"TRANSP:{expected[1]}") == tuple(
        line for line in lines if line.startswith(("STATUS", "TRANSP"))
    )


def test_every_status_has_its_words():
    for status in BookingStatus:
        ends = {"created_at": NOW, "expires_at": at("12:00")} if status == "hold" else {}
        assert any(line.startswith("STATUS:") for line in lines_of(a_visit(status, **ends)))


def test_a_scheduler_tells_the_names_of_its_catalogue_and_bookings_as_they_are_by_then():
    room = Room("blue", name="The Blue Room", capacity=1)
    hold = a_visit("hold", created_at=at("08:00"), expires_at=at("08:05"))
    state = Scheduler(Catalogue(rooms=[room]), bookings=[hold])

    before = write_bookings(state, dtstamp=at("08:00"))
    after = write_bookings(state, dtstamp=at("08:05"))

    assert "LOCATION:The Blue Room" in before
    assert "STATUS:TENTATIVE" in before
    assert "STATUS:CANCELLED" in after


def test_a_resource_is_told_the_time_that_it_is_had():
    booking = Booking(
        "B-1",
        at("09:00"),
        at("10:00"),
        host_ids=["ada"],
        room_ids=["blue"],
        rooms_until=at("09:30"),
    )

    def of(resource_id):
        text = write_bookings([booking], dtstamp=NOW, resource_id=resource_id)
        return told(read_busy(text, subject="ada", within=DAY))

    assert of("ada") == ["02 09:00-10:00 busy"]
    assert of("blue") == ["02 09:00-09:30 busy"]
    assert of("red") == []


def test_a_room_that_was_given_up_at_the_start_is_free():
    booking = Booking(
        "B-1",
        at("09:00"),
        at("10:00"),
        host_ids=["ada"],
        room_ids=["blue"],
        rooms_until=at("09:00"),
    )

    assert "TRANSP:TRANSPARENT" in lines_of(booking, resource_id="blue")


def test_a_scheduler_knows_whose_calendar_there_is():
    state = Scheduler(Catalogue([a_room("blue")]))

    assert "VEVENT" not in write_bookings(state, dtstamp=NOW, resource_id="blue")
    with refused(UnknownIdError, "unknown_id", "resource_id"):
        write_bookings(state, dtstamp=NOW, resource_id="nobody")
    assert "VEVENT" not in write_bookings([a_visit()], dtstamp=NOW, resource_id="nobody")


def test_ends_between_seconds_are_written_outside():
    late = timedelta(microseconds=1)
    lines = lines_of(Booking("B-1", at("09:00") + late, at("10:00") + late, host_ids=["ada"]))

    assert "DTSTART:20260302T090000Z" in lines
    assert "DTEND:20260302T100001Z" in lines


def test_what_is_written_of_a_scheduler_is_busy_when_it_is():
    state = Scheduler(
        Catalogue(rooms=[a_room("blue room")], members=[a_member("ada")], calendars=[a_calendar()]),
        bookings=[
            a_booking("B-1", "09:00", "10:00"),
            a_booking("B-2", "11:00", "12:00", status="pending"),
            a_booking("B-3", "13:00", "14:00", status="cancelled"),
        ],
    )

    text = write_bookings(state, dtstamp=NOW)

    assert told(read_busy(text, subject="ada", within=monday("00:00", "24:00"))) == [
        "02 09:00-10:00 busy",
        "02 11:00-12:00 tentative",
    ]


@pytest.mark.parametrize(
    "options", [{"prodid": 7}, {"domain": ""}, {"resource_id": ""}, {"dtstamp": "now"}]
)
def test_arguments_are_checked(options):
    with pytest.raises(InvalidValueError):
        lines_of(a_visit(), **options)


def test_only_bookings_are_written():
    with pytest.raises(InvalidValueError):
        write_bookings(["B-1"], dtstamp=NOW)


def test_M6_the_schedule_tag_is_the_version():
    assert schedule_tag(a_visit(version=7)) == '"7"'
    assert read_schedule_tag(schedule_tag(a_visit(version=7))) == 7


@pytest.mark.parametrize(
    "tag", ["7", '"07"', '""', '"x"', 'W/"7"', '"-7"', '"²"', f'"{"9" * 99}"', None, 7]
)
def test_a_schedule_tag_of_others_is_refused(tag):
    with pytest.raises(CodecError) as caught:
        read_schedule_tag(tag)

    assert caught.value.code == "choice"

"""Rows of the feature table that no worked example shows, each under its id."""

from __future__ import annotations

from datetime import date

import pytest

from bookable import (
    Hours,
    Interval,
    IntervalSet,
    Layering,
    LocalMidnight,
    UnknownIdError,
    WeeklyHours,
    Window,
    all_of,
    any_of,
)
from tests.support.builders import (
    HOUR,
    NOW,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_catalogue,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    offered,
    rules,
)


def hours(text, zone="UTC"):
    return WeeklyHours.parse(text, zone=zone)


def book_all(scheduler, calendar, *clocks_, party_size=1):
    for number, clock in enumerate(clocks_):
        scheduler = booked(
            scheduler,
            clock,
            calendar=calendar,
            booking_id=f"{calendar} {clock} {len(scheduler.bookings)} {number}",
            party_size=party_size,
        )
    return scheduler


# People and schedules ------------------------------------------------------


def test_C1_hours_come_in_any_order_and_may_overlap():
    one = hours("Mo 13:00-17:00,09:00-12:00,11:00-12:30")
    scheduler = a_scheduler(a_member("ada", hours=one), a_calendar(member_ids=["ada"]))

    assert offered(scheduler, "massage") == [
        "09:00",
        "10:00",
        "11:00",
        "13:00",
        "14:00",
        "15:00",
        "16:00",
    ]


@pytest.mark.parametrize(
    ("layering", "expected"),
    [
        (Layering.DATES_OVERRIDE, ["13:00", "14:00"]),
        (Layering.WEEKLY_ONLY, ["09:00", "10:00"]),
        (Layering.DATES_ONLY, ["13:00", "14:00"]),
        (Layering.UNION, ["09:00", "10:00", "13:00", "14:00"]),
    ],
)
def test_C2_C3_an_override_of_a_date_is_layered_as_asked(layering, expected):
    layered = Hours(
        hours("Mo 09:00-11:00"),
        {date(2026, 3, 2): [Window.parse("13:00-15:00")]},
        layering=layering,
    )
    scheduler = a_scheduler(a_member("ada", hours=layered), a_calendar(member_ids=["ada"]))

    assert offered(scheduler, "massage") == expected


def test_C5_each_layer_has_a_zone_of_its_own():
    scheduler = a_scheduler(
        a_member("ada", hours=hours("Mo 09:00-17:00", "Europe/Berlin")),
        a_room(hours=hours("Mo 08:00-12:00", "Europe/London"), calendar_ids=["massage"]),
        a_calendar(member_ids=["ada"], hours=hours("Mo 12:00-16:00", "Asia/Kolkata"), zone="UTC"),
    )

    # 08:00Z to 16:00Z, and 08:00Z to 12:00Z, and 06:30Z to 10:30Z.
    assert offered(scheduler, "massage") == ["08:00", "09:00"]


def test_C7_a_restriction_only_ever_takes_away():
    restricted = Hours(hours("Mo 07:00-23:00"), restrictions=[hours("Mo 08:00-21:00")])
    scheduler = a_scheduler(a_member("ada", hours=restricted), a_calendar(member_ids=["ada"]))

    found = offered(scheduler, "massage")

    assert (found[0], found[-1]) == ("08:00", "20:00")


def test_C9_days_off_are_closed():
    away = Hours(hours("Mo-Tu 09:00-11:00"), closures=IntervalSet([WHOLE_DAY]))
    scheduler = a_scheduler(a_member("ada", hours=away), a_calendar(member_ids=["ada"]))
    both = Interval(at("00:00"), at("24:00", day=3))

    found = scheduler.free_slots(scheduler.request("massage"), within=both, now=NOW)

    assert [slot.start for slot in found] == [at("09:00", day=3), at("10:00", day=3)]


def test_C13_one_fixed_person_and_two_of_a_pool():
    people = [a_member(name) for name in "abcd"]
    request = a_request(all_of("a"), any_of("b", "c", "d", count=2))

    def is_free(*busy):
        bookings = [a_booking(f"B-{name}", host_ids=[name]) for name in busy]
        scheduler = a_scheduler(*people, bookings=bookings)
        return scheduler.explain(request, start=at("09:00"), now=NOW) == ()

    assert is_free()
    assert is_free("b")
    assert not is_free("a")
    assert not is_free("b", "c")


@pytest.mark.parametrize("subject", ["ada", "massage", "blue room"])
def test_C15_a_block_takes_time_from_a_person_a_service_or_a_resource(subject):
    scheduler = a_scheduler(
        a_calendar(member_ids=["ada"]), a_member("ada"), a_room(calendar_ids=["massage"])
    )

    blocked = scheduler.block(subject, monday("09:30", "10:30"), block_id="K-1")

    assert set(offered(scheduler, "massage")) - set(offered(blocked, "massage")) == {
        "09:00",
        "10:00",
    }


# The catalogue -------------------------------------------------------------


def test_A4_a_mapping_to_an_unknown_calendar_names_it():
    with pytest.raises(UnknownIdError) as caught:
        a_catalogue(a_room(calendar_ids=["massage", "sauna"]), a_calendar("massage"))
    assert caught.value.id == "sauna"


def test_A10_an_inactive_resource_keeps_what_it_has_and_takes_no_more():
    scheduler = book_all(
        a_scheduler(a_calendar(), a_room(capacity=2, calendar_ids=["massage"])), "massage", "09:00"
    )

    inactive = scheduler.with_catalogue(
        scheduler.catalogue.replace(a_room(capacity=2, calendar_ids=["massage"], is_active=False))
    )

    assert offered(inactive, "massage") == []
    assert inactive.violations(now=NOW) == ()
    assert len(inactive.agenda("blue room", within=WHOLE_DAY)) == 1


@pytest.mark.parametrize(("most", "expected"), [(1, False), (2, True), (None, True)])
def test_B1_a_room_bounds_how_many_bookings_it_holds_at_once(most, expected):
    room = a_room(capacity=50, max_concurrent=most)
    scheduler = a_scheduler(room, bookings=[a_booking()])

    assert (scheduler.explain(a_request(), start=at("09:00"), now=NOW) == ()) is expected


def test_B4_a_party_takes_its_seats_and_one_booking():
    room = a_room(capacity=5, max_concurrent=2)
    scheduler = a_scheduler(room)
    slot = scheduler.slot(a_request(party_size=4), start=at("09:00"), now=NOW)

    after = scheduler.book(slot, booking_id="B-1", now=NOW)

    assert after.slot(a_request(), start=at("09:00"), now=NOW).seats_left == 1
    assert rules(after.explain(a_request(party_size=2), start=at("09:00"), now=NOW)) == [
        ("full", "blue room")
    ]


def test_E3_an_offset_moves_every_start():
    grid = LocalMidnight("UTC", step=HOUR, offset=minutes(10))
    scheduler = a_scheduler(a_calendar(grid=grid), a_room(calendar_ids=["massage"]))

    assert offered(scheduler, "massage", monday("09:00", "12:00")) == ["09:10", "10:10", "11:10"]

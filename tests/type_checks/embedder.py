"""A host that embeds the library, as the type checker sees it. Never run: ``mypy --strict`` reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, assert_type
from zoneinfo import ZoneInfo

from bookable import (
    Booking,
    BookingRefused,
    BusyKind,
    BusyTime,
    Calendar,
    Catalogue,
    Equipment,
    FreeBusy,
    Hours,
    Interval,
    IntervalSet,
    LocalMidnight,
    Member,
    Refusal,
    Request,
    Requirement,
    Room,
    Scheduler,
    Slot,
    Slots,
    WeeklyHours,
    all_of,
    any_of,
    units_of,
)
from bookable.codecs import plain

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def a_catalogue() -> Catalogue:
    office = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone=BERLIN)
    assert_type(office, WeeklyHours)
    holidays = Hours(office, overrides={date(2026, 12, 25): ()})
    assert_type(holidays.open_within(Interval.day(date(2026, 3, 2), zone=BERLIN)), IntervalSet)

    # Lists, tuples and sets of ids are all welcome; hours are of either kind.
    catalogue = Catalogue(
        calendars=[
            Calendar("massage", duration=HOUR, member_ids=["ada", "grace"]),
            Calendar(
                "yoga",
                duration=HOUR,
                kind="class",
                member_ids=("ada",),
                seats_per_slot=12,
                buffer_after=timedelta(minutes=15),
                minimum_notice=2 * HOUR,
                booking_horizon=timedelta(days=60),
                grid=LocalMidnight(BERLIN, timedelta(minutes=30)),
                hours=holidays,
            ),
        ],
        members=(Member("ada", hours=office), Member("grace", hours=holidays, priority=1)),
        rooms=[Room("blue room", capacity=1, calendar_ids=["massage"], max_concurrent=1)],
        equipment=[Equipment("table", quantity=2, out_of_service=1, calendar_ids=["massage"])],
    )
    assert_type(catalogue.add(Room("attic", capacity=4)), Catalogue)
    assert_type(catalogue.remove("attic"), Catalogue)
    assert_type(catalogue.rooms(limit=10, skip=0), tuple[Room, ...])
    assert_type(catalogue.members(), tuple[Member, ...])
    assert_type(catalogue.room("blue room"), Room)
    assert_type(catalogue.calendar("yoga"), Calendar)
    return catalogue


def questions(scheduler: Scheduler, now: datetime) -> Slot | None:
    request = scheduler.request("massage", party_size=1)
    assert_type(request, Request)
    within = Interval.day(date(2026, 3, 2), zone="Europe/Berlin")

    slots = scheduler.free_slots(request, within=within, now=now, limit=20)
    assert_type(slots, Slots)
    page: Sequence[Slot] = slots[:20]
    assert_type(page[0].start, datetime)
    assert_type(scheduler.free_periods(request, within=within, now=now), IntervalSet)
    assert_type(scheduler.start_periods(request, within=within, now=now), IntervalSet)
    assert_type(scheduler.explain(request, start=within.start, now=now), tuple[Refusal, ...])
    assert_type(scheduler.agenda("ada", within=within), tuple[Booking, ...])
    assert_type(scheduler.free_busy("ada", within=within, now=now), IntervalSet)
    busy = scheduler.busy_times(["ada", "grace"], within=within, now=now)
    assert_type(busy.times("ada"), IntervalSet | None)
    assert_type(scheduler.with_busy_times(busy, source="elsewhere"), Scheduler)
    told = FreeBusy(within, {"ada": [BusyTime(within, "tentative")]}, {"grace": "no permission"})
    assert_type(told.strongest("ada", within), BusyKind | None)
    partial = scheduler.request("yoga", unknown_ids=told.unknown, unknown="left_out")
    assert_type(scheduler.free_slots(partial, within=within, now=now).unknown_ids, tuple[str, ...])
    assert_type(scheduler.version, int)
    assert_type(scheduler.catalogue, Catalogue)
    bookings: Mapping[str, Booking] = scheduler.bookings
    assert_type(bookings["B-1"].start, datetime)
    first = scheduler.first_slot(request, within=within, now=now, ignoring=("B-1",))
    assert_type(first, Slot | None)
    return first


def a_request_of_ones_own() -> Request:
    everyone = all_of("ada", "grace")
    assert_type(everyone, Requirement)
    return Request(
        duration=HOUR,
        requirements=(everyone, any_of("blue room", "attic", count=1), units_of("projector", 2)),
        party_size=4,
    )


def commands(scheduler: Scheduler, slot: Slot, now: datetime) -> Scheduler:
    assert_type(slot.start, datetime)
    assert_type(slot.end, datetime)
    assert_type(slot.seats_left, int)
    assert_type(slot.host_ids, tuple[str, ...])
    assert_type(slot.room_ids, tuple[str, ...])
    assert_type(slot.allocation.host_ids, tuple[str, ...])
    try:
        booked = scheduler.book(slot, booking_id="B-1", now=now, customer_id="C-1")
    except BookingRefused as refused:
        assert_type(refused.refusals, tuple[Refusal, ...])
        raise
    assert_type(booked, Scheduler)
    moved = booked.reschedule("B-1", to=slot, now=now)
    blocked = moved.block("ada", Interval(now, now + HOUR), block_id="K-1", kind="busy")
    assert_type(blocked.unblock("K-1"), Scheduler)
    assert_type(booked.booking("B-1"), Booking)
    assert_type(booked.with_catalogue(a_catalogue()), Scheduler)
    assert_type(booked.remove("attic", now=now, cascade=True), Scheduler)
    return booked.cancel("B-1", now=now)


def sets(morning: IntervalSet, closed: Interval) -> int:
    assert_type(morning | IntervalSet([closed]), IntervalSet)
    assert_type(morning & morning, IntervalSet)
    assert_type(morning - IntervalSet([closed]), IntervalSet)
    assert_type(closed & closed, Interval | None)
    assert_type(morning.covers(closed), bool)
    assert_type(morning.at_least(HOUR), IntervalSet)
    for interval in morning:
        assert_type(interval, Interval)
    return len(morning)


def rows(scheduler: Scheduler) -> list[str]:
    kept = [plain.encode_booking(each) for each in scheduler.bookings.values()]
    assert_type(kept, list[dict[str, Any]])
    assert_type(plain.decode_booking(kept[0]), Booking)
    return [each["id"] for each in plain.encode(scheduler)["bookings"]]

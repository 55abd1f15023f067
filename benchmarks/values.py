"""The engine's own values, made from the facts of a world."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from benchmarks.facts import Facts, Row, Schedule, Windows
from bookable import (
    Booking,
    Calendar,
    Catalogue,
    Equipment,
    Hours,
    Interval,
    Member,
    Request,
    Requirement,
    Room,
    Scheduler,
    WeeklyHours,
    any_of,
)
from bookable.domain.hours import Window

CALENDAR = "visit"
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def moment(seconds: int) -> datetime:
    """An instant as the engine takes it."""
    return datetime.fromtimestamp(seconds, UTC)


def window_of(facts: Facts) -> Interval:
    """The window of the question."""
    return Interval(moment(facts.window[0]), moment(facts.window[1]))


def catalogue_of(facts: Facts) -> Catalogue:
    """Resources and the calendar, all made anew: no value is shared with an earlier catalogue."""
    hours = [hours_of(schedule) for schedule in facts.schedules]
    serving = [CALENDAR] if facts.by_calendar else []
    rooms, members, equipment = [], [], []
    for each in facts.resources:
        own = None if each.schedule is None else hours[each.schedule]
        if each.kind == "room":
            most = None if each.shared else 1
            rooms.append(Room(each.id, each.capacity, serving, max_concurrent=most, hours=own))
        elif each.kind == "member":
            members.append(Member(each.id, hours=own))
        else:
            equipment.append(Equipment(each.id, each.capacity, calendar_ids=serving, hours=own))
    calendars = [calendar_of(facts)] if facts.by_calendar else []
    return Catalogue(rooms=rooms, members=members, equipment=equipment, calendars=calendars)


def calendar_of(facts: Facts) -> Calendar:
    """The one calendar of a world: any of its members, any of its rooms."""
    staff = [each.id for each in facts.resources if each.kind == "member"]
    kind = "class" if facts.seats > 1 else "round_robin" if staff else "event"
    return Calendar(
        CALENDAR,
        duration=timedelta(seconds=facts.duration),
        kind=kind,
        member_ids=staff,
        slot_step=timedelta(seconds=facts.step),
        seats_per_slot=facts.seats,
        buffer_before=timedelta(seconds=facts.before),
        buffer_after=timedelta(seconds=facts.after),
        zone=facts.zone,
    )


def request_of(facts: Facts, scheduler: Scheduler) -> Request:
    """The question of a world."""
    if facts.by_calendar:
        return scheduler.request(CALENDAR, party_size=facts.party)
    return Request(
        timedelta(seconds=facts.duration),
        requirements_of(facts),
        slot_step=timedelta(seconds=facts.step),
        zone=facts.zone,
        party_size=facts.party,
    )


def requirements_of(facts: Facts) -> list[Requirement]:
    """The pools, where no calendar states them."""
    return [
        any_of(*(facts.resources[each].id for each in pool.candidates), count=pool.needed)
        for pool in facts.pools
    ]


def bookings_of(
    facts: Facts, rows: Iterable[Row] | None = None, prefix: str = "B"
) -> list[Booking]:
    """The bookings of a world, or of other rows of it."""
    calendar_id = CALENDAR if facts.by_calendar else None
    found = []
    for number, row in enumerate(facts.rows if rows is None else rows):
        taken: dict[str, list[str]] = {"member": [], "room": [], "equipment": []}
        for each in row.resources:
            resource = facts.resources[each]
            taken[resource.kind].append(resource.id)
        found.append(
            Booking(
                f"{prefix}-{number}",
                moment(row.start),
                moment(row.end),
                calendar_id=calendar_id,
                party_size=row.party,
                host_ids=taken["member"],
                room_ids=taken["room"],
                equipment=dict.fromkeys(taken["equipment"], 1),
            )
        )
    return found


def hours_of(schedule: Schedule) -> WeeklyHours | Hours:
    """The same hours as the engine takes them."""
    text = "; ".join(
        f"{DAYS[day]} {','.join(f'{_clock(low)}-{_clock(high)}' for low, high in windows)}"
        for day, windows in enumerate(schedule.weekly)
        if windows
    )
    weekly = WeeklyHours.parse(text, zone=schedule.zone)
    if not schedule.overrides:
        return weekly
    return Hours(weekly, overrides={day: _times(own) for day, own in schedule.overrides.items()})


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _times(windows: Windows) -> tuple[Window, ...]:
    return tuple(Window.parse(f"{_clock(low)}-{_clock(high)}") for low, high in windows)

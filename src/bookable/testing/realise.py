"""The plain world of `bookable.testing.plain` as values of `bookable`.

A unit is an hour and the axis begins on Monday 2 March 2026, at midnight in UTC. Opening
hours are written in turn as weekly hours, as dated hours and as weekly hours with
overrides, so that every form takes part in every test.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from bookable.domain.booking import Block, Booking, BookingStatus, Buffers
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.references import Entry
from bookable.domain.hours import Hours, OpeningHours, WeeklyHours, Window
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, OutOfService, Room
from bookable.testing.plain import (
    DAY,
    PlainAsk,
    PlainBlock,
    PlainBooking,
    PlainCalendar,
    PlainEquipment,
    PlainGrid,
    PlainMember,
    PlainRole,
    PlainRoom,
    Resource,
    Units,
    World,
)
from bookable.timeline.grid import Epoch, FixedStarts, Grid, LocalMidnight
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

ORIGIN: Final = datetime(2026, 3, 2, tzinfo=UTC)
UNIT: Final = timedelta(hours=1)
UNIT_US: Final = 3_600_000_000
ORIGIN_US: Final = 492_336 * UNIT_US
ZONE: Final = "Etc/UTC"


@lru_cache(maxsize=1_024)
def moment(unit: int) -> datetime:
    """The instant at which a unit begins."""
    return ORIGIN + unit * UNIT


def unit_of(instant: datetime) -> int:
    """The unit that begins at an instant.

    Raises:
        AssertionError: If none does.
    """
    units, rest = divmod(instant - ORIGIN, UNIT)
    assert not rest, f"{instant} lies between two units"
    return units


@lru_cache(maxsize=4_096)
def interval(start: int, end: int) -> Interval:
    """The units from *start* up to *end*."""
    return Interval(moment(start), moment(end))


def length(units: int | None) -> timedelta | None:
    """So many units of time."""
    return None if units is None else units * UNIT


def interval_set(units: Units | frozenset[int]) -> IntervalSet:
    """Units as a set of time."""
    return IntervalSet(interval(unit, unit + 1) for unit in sorted(units))


def units_in(found: IntervalSet, within: range) -> frozenset[int]:
    """The units of the window that the set covers.

    Raises:
        AssertionError: If it begins or ends inside a unit.
    """
    covered: set[int] = set()
    for piece in found:
        covered.update(range(unit_of(piece.start), unit_of(piece.end)))
    return frozenset(covered & set(within))


# Opening hours ---------------------------------------------------------------


def _runs(units: Units) -> list[tuple[int, int]]:
    """The maximal runs of units, split at each midnight."""
    runs: list[tuple[int, int]] = []
    for unit in sorted(units):
        if runs and runs[-1][1] == unit and unit % DAY:
            runs[-1] = (runs[-1][0], unit + 1)
        else:
            runs.append((unit, unit + 1))
    return runs


@lru_cache(maxsize=2_048)
def hours(units: Units | None) -> OpeningHours | None:
    """Opening hours that are open in exactly these units of the axis."""
    if units is None:
        return None
    by_day: dict[int, list[Window]] = {}
    for start, end in _runs(units):
        window = Window(time(start % DAY), time(end % DAY))
        by_day.setdefault(start // DAY, []).append(window)
    form = sum(units) % 3
    dates = {
        date(2026, 3, 2) + timedelta(days=day): tuple(windows) for day, windows in by_day.items()
    }
    weekly = {day + 1: tuple(windows) for day, windows in by_day.items()}
    if form == 0:
        return WeeklyHours(weekly, zone=ZONE)
    if form == 1:
        return Hours(overrides=dates, zone=ZONE, layering="dates_only")
    closed = {date(2026, 3, 2): (), date(2026, 3, 3): ()}
    daily = {weekday: (Window(time(0), time(0)),) for weekday in range(1, 8)}
    return Hours(WeeklyHours(daily, zone=ZONE), overrides={**closed, **dates})


# Catalogue -------------------------------------------------------------------


def grid(plain: PlainGrid | None) -> Grid | None:
    """The grid; None stands for none."""
    if plain is None:
        return None
    if plain.kind == "fixed":
        return FixedStarts(tuple(moment(start) for start in sorted(plain.starts)))
    if plain.kind == "local":
        return LocalMidnight(ZONE, plain.step * UNIT, plain.offset * UNIT)
    return Epoch(plain.step * UNIT, plain.offset * UNIT)


def room(plain: PlainRoom) -> Room:
    """The room."""
    return Room(
        plain.id,
        capacity=plain.capacity,
        calendar_ids=plain.calendar_ids,
        is_active=plain.is_active,
        max_concurrent=plain.max_concurrent,
        hours=hours(plain.open_units),
        buffer_before=length(plain.before),
        buffer_after=length(plain.after),
    )


def equipment(plain: PlainEquipment) -> Equipment:
    """The equipment; the same number out of service at all times is written as a number."""
    broken = plain.out_of_service
    if len(set(broken)) == 1:
        out: int | tuple[OutOfService, ...] = broken[0]
    else:
        out = tuple(
            OutOfService(interval(unit, unit + 1), units)
            for unit, units in enumerate(broken)
            if units
        )
    return Equipment(
        plain.id,
        quantity=plain.quantity,
        out_of_service=out,
        calendar_ids=plain.calendar_ids,
        is_active=plain.is_active,
        hours=hours(plain.open_units),
        buffer_before=length(plain.before),
        buffer_after=length(plain.after),
    )


def member(plain: PlainMember) -> Member:
    """The member."""
    return Member(
        plain.id,
        hours=hours(plain.open_units),
        priority=plain.priority,
        is_active=plain.is_active,
    )


def requirement(plain: PlainRole) -> Requirement:
    """The requirement."""
    return Requirement(
        plain.pool,
        count=plain.count,
        units=plain.units,
        buffer_before=length(plain.before),
        buffer_after=length(plain.after),
    )


def calendar(plain: PlainCalendar) -> Calendar:
    """The calendar."""
    needs = plain.requirements
    return Calendar(
        plain.id,
        duration=plain.duration * UNIT,
        kind=plain.kind,
        member_ids=plain.member_ids,
        slot_step=length(plain.step),
        seats_per_slot=plain.seats,
        buffer_before=plain.before * UNIT,
        buffer_after=plain.after * UNIT,
        buffer_within_hours=plain.within_hours,
        minimum_notice=plain.notice * UNIT,
        booking_horizon=length(plain.horizon),
        grid=grid(plain.grid),
        hours=hours(plain.open_units),
        requirements=None if needs is None else [requirement(need) for need in needs],
        durations=[units * UNIT for units in plain.durations],
        is_active=plain.is_active,
    )


def entry(plain: Resource | PlainCalendar) -> Entry:
    """Any part of the catalogue."""
    if isinstance(plain, PlainRoom):
        return room(plain)
    if isinstance(plain, PlainEquipment):
        return equipment(plain)
    return member(plain) if isinstance(plain, PlainMember) else calendar(plain)


def catalogue(world: World) -> Catalogue:
    """The catalogue of a world."""
    return Catalogue(
        rooms=[room(plain) for plain in world.rooms.values()],
        equipment=[equipment(plain) for plain in world.equipment.values()],
        members=[member(plain) for plain in world.members.values()],
        calendars=[calendar(plain) for plain in world.calendars.values()],
    )


# Bookings, blocks, questions -------------------------------------------------


def booking(plain: PlainBooking) -> Booking:
    """The booking, with explicit buffers."""
    return Booking(
        plain.id,
        moment(plain.start),
        moment(plain.end),
        calendar_id=plain.calendar_id,
        party_size=plain.party,
        host_ids=plain.hosts,
        room_ids=plain.rooms,
        equipment=dict(plain.equipment),
        status=BookingStatus(plain.status),
        customer_id=plain.customer_id,
        buffers={
            id_: Buffers(before * UNIT, after * UNIT) for id_, (before, after) in plain.buffers
        },
    )


def plain_booking(found: Booking) -> PlainBooking:
    """The booking of the engine as a plain record."""
    return PlainBooking(
        found.id,
        unit_of(found.start),
        unit_of(found.end),
        found.calendar_id,
        found.party_size,
        found.host_ids,
        found.room_ids,
        tuple(sorted(found.equipment.items())),
        tuple(
            (id_, (found.buffers_on(id_).before // UNIT, found.buffers_on(id_).after // UNIT))
            for id_ in sorted(found.resource_ids)
        ),
        found.status.value,
        found.customer_id,
    )


def block(plain: PlainBlock) -> Block:
    """The block."""
    return Block(plain.id, plain.resource_id, interval(plain.start, plain.end))


def request(ask: PlainAsk) -> Request:
    """The question, for one that states its own rules."""
    return Request(
        duration=ask.duration * UNIT,
        requirements=[requirement(role) for role in ask.roles],
        party_size=ask.party,
        buffer_before=ask.before * UNIT,
        buffer_after=ask.after * UNIT,
        buffer_within_hours=ask.within_hours,
        minimum_notice=ask.notice * UNIT,
        booking_horizon=length(ask.horizon),
        grid=grid(ask.grid),
        hours=hours(ask.open_units),
    )

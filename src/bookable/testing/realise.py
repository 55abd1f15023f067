"""The plain world of `bookable.testing.plain` as values of `bookable`.

Times are read in `realise_time`, rules in `realise_rules`, questions in `realise_asks`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bookable.domain.block import Block
from bookable.domain.booking import Booking, Buffers
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.life import BookingStatus
from bookable.domain.place import Place
from bookable.domain.references import Entry
from bookable.domain.resources import Equipment, Member, OutOfService, Room
from bookable.domain.service import Absence, AddOn, Variant
from bookable.testing.plain import (
    PlainBlock,
    PlainBooking,
    PlainCalendar,
    PlainEquipment,
    PlainMember,
    PlainPlace,
    PlainRoom,
    Resource,
)
from bookable.testing.realise_rules import (
    check_in,
    grid,
    horizon,
    limit,
    notice,
    plain_check_in,
    policy,
    ranking,
    requirement,
)
from bookable.testing.realise_time import (
    ORIGIN,
    ORIGIN_US,
    UNIT,
    UNIT_US,
    hours,
    interval,
    interval_set,
    length,
    moment,
    unit_of,
    units_in,
    zone,
)
from bookable.testing.world import World

__all__ = [
    "ORIGIN",
    "ORIGIN_US",
    "UNIT",
    "UNIT_US",
    "block",
    "booking",
    "calendar",
    "catalogue",
    "entry",
    "equipment",
    "hours",
    "interval",
    "interval_set",
    "member",
    "moment",
    "place",
    "plain_booking",
    "requirement",
    "room",
    "unit_of",
    "units_in",
]

# Resources -------------------------------------------------------------------


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
        buffer_policy=plain.policy,
        enforce_capacity=plain.enforce,
        overbook_percent=plain.overbook,
        parts=plain.parts,
        features=plain.features,
        attributes=dict(plain.attributes),
        location_id=plain.location_id,
        schedule_id=plain.schedule_id,
        check_in=check_in(plain.check_in),
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
        buffer_policy=plain.policy,
        overbook_percent=plain.overbook,
        features=plain.features,
        attributes=dict(plain.attributes),
        location_id=plain.location_id,
        schedule_id=plain.schedule_id,
    )


def member(plain: PlainMember) -> Member:
    """The member."""
    return Member(
        plain.id,
        hours=hours(plain.open_units),
        priority=plain.priority,
        weight=plain.weight,
        is_active=plain.is_active,
        features=plain.features,
        attributes=dict(plain.attributes),
        schedule_id=plain.schedule_id,
        calendar_schedules=dict(plain.calendar_schedules),
        absences=[
            Absence(interval(each.start, each.end), delegate_id=each.delegate_id)
            for each in plain.absences
        ],
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
        minimum_notice=notice(plain.notice),
        booking_horizon=horizon(plain.horizon),
        grid=grid(plain.grid),
        hours=hours(plain.open_units),
        requirements=None if needs is None else [requirement(need) for need in needs],
        durations=[units * UNIT for units in plain.durations],
        is_active=plain.is_active,
        **_settings_of(plain),
    )


def _settings_of(plain: PlainCalendar) -> dict[str, Any]:
    return {
        "buffer_policy": plain.policy,
        "bookings_per_host": plain.per_host,
        "overbook_percent": plain.overbook,
        "limits": [limit(each) for each in plain.limits],
        "policy": policy(plain.access),
        "ranking": ranking(plain.ranking),
        "location_id": plain.location_id,
        "schedule_id": plain.schedule_id,
        "zone": zone(plain.shift),
        "host_hours": hours(plain.host_units),
        "host_hours_mode": plain.host_mode,
        "booker_hours": hours(plain.booker_units),
        "longest": length(plain.longest),
        "most_days": plain.most_days,
        "host_durations": {id_: units * UNIT for id_, units in plain.host_durations},
        "variants": [
            Variant(each.id, each.duration * UNIT, {k: v * UNIT for k, v in each.host_durations})
            for each in plain.variants
        ],
        "add_ons": [
            AddOn(each.id, each.duration * UNIT, [requirement(role) for role in each.roles])
            for each in plain.add_ons
        ],
        "check_in": check_in(plain.check_in),
        "pending_blocks": plain.pending_blocks,
    }


# The catalogue -----------------------------------------------------------------


def place(plain: PlainPlace) -> Place:
    """The place."""
    names = {"open_units": "hours", "enforce": "enforce_capacity", "shift": "zone"}
    names |= {"before": "buffer_before", "after": "buffer_after"}
    names |= {"notice": "minimum_notice", "horizon": "booking_horizon"}
    read: dict[str, Any] = {
        "open_units": hours,
        "shift": zone,
        "before": length,
        "after": length,
        "notice": length,
        "horizon": length,
        "check_in": check_in,
    }
    return Place(
        plain.id,
        plain.parent_id,
        locked=[names.get(name, name) for name in sorted(plain.locked)],
        **{
            names.get(name, name): read.get(name, lambda value: value)(value)
            for name, value in plain.settings
        },
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
    schedules = {id_: hours(units) for id_, units in world.schedules.items()}
    return Catalogue(
        rooms=[room(plain) for plain in world.rooms.values()],
        equipment=[equipment(plain) for plain in world.equipment.values()],
        members=[member(plain) for plain in world.members.values()],
        calendars=[calendar(plain) for plain in world.calendars.values()],
        places=[place(plain) for plain in world.places.values()],
        schedules={id_: each for id_, each in schedules.items() if each is not None},
        limits=[limit(plain) for plain in world.limits],
        travel={pair: units * UNIT for pair, units in world.travel.items()},
    )


# Bookings and blocks -----------------------------------------------------------


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
            id_: Buffers(before * UNIT, after * UNIT, how)
            for id_, (before, after, how) in plain.buffers
        },
        location_id=plain.location_id,
        tags=plain.tags,
        individual_ids=plain.individual,
        attendee_ids=plain.attendees,
        companion_ids=plain.companions,
        **_life_of(plain),
    )


def _life_of(plain: PlainBooking) -> dict[str, Any]:
    return {
        "created_at": _moment(plain.created),
        "expires_at": _moment(plain.expires),
        "needs_approval": plain.needs_approval,
        "pending_blocks": plain.pending_blocks,
        "check_in": check_in(plain.check_in),
        "checked_in_at": _moment(plain.checked_in),
        "check_in_method": plain.method,
        "ended_at": _moment(plain.ended),
        "planned_end": _moment(plain.planned_end),
        "rooms_until": _moment(plain.rooms_until),
        "cancelled_at": _moment(plain.cancelled),
        "version": plain.version,
        "override": plain.override,
    }


def _moment(unit: int | None) -> datetime | None:
    return None if unit is None else moment(unit)


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
            (id_, (buffers.before // UNIT, buffers.after // UNIT, buffers.policy.value))
            for id_ in sorted(found.resource_ids)
            for buffers in [found.buffers_on(id_)]
        ),
        found.status.value,
        found.customer_id,
        found.location_id,
        found.tags,
        found.individual_ids,
        found.attendee_ids,
        found.companion_ids,
        _unit_of(found.created_at),
        _unit_of(found.expires_at),
        found.needs_approval,
        found.pending_blocks,
        plain_check_in(found.check_in),
        _unit_of(found.checked_in_at),
        None if found.check_in_method is None else found.check_in_method.value,
        _unit_of(found.ended_at),
        _unit_of(found.planned_end),
        _unit_of(found.rooms_until),
        _unit_of(found.cancelled_at),
        found.version,
        frozenset(rule.value for rule in found.override),
    )


def _unit_of(moment: datetime | None) -> int | None:
    return None if moment is None else unit_of(moment)


def block(plain: PlainBlock) -> Block:
    """The block."""
    return Block(
        plain.id,
        plain.resource_id,
        interval(plain.start, plain.end),
        plain.kind,
        buffer_before=plain.before * UNIT,
        buffer_after=plain.after * UNIT,
    )

"""Holding the engine's answers against the oracle's, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bookable.availability.slot import Slot
from bookable.domain.refusal import Refusal, RefusalCode, Violation
from bookable.domain.request import Request
from bookable.scheduler import Scheduler
from bookable.testing import answers, realise
from bookable.testing.axis import Ids
from bookable.testing.oracle import (
    NONE,
    Allocation,
    allocations,
    general_refusals,
    is_overbooked,
    seats_left,
)
from bookable.testing.oracle_capacity import meet
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.world import World

GENERAL = frozenset({"off_grid", "notice_too_short", "beyond_horizon", "not_allowed"})
"""Rules of the gate alone: refusals of these are exact whoever is asked."""

OF_CALENDAR = frozenset({"inactive", "outside_hours", "unknown", "busy"})
"""Rules of the gate where the calendar is the subject, of a resource where that is."""


class Disagreement(AssertionError):  # noqa: N818  what it is, as `BookingRefused`
    """The engine and the oracle do not answer the same."""


def check(expected: object, actual: object, about: str) -> None:
    """Raise `Disagreement` unless both are equal."""
    if expected != actual:
        raise Disagreement(f"{about}: the oracle says {expected!r}, the engine {actual!r}")


APART = frozenset({"limit_reached", "travel_time"})
"""Rules whose witnesses need not be in the time that is asked for."""

NONE_UNITS: frozenset[int] = frozenset()


def check_slot(
    world: World,
    ask: PlainAsk,
    slot: Slot,
    start: int,
    expected: Allocation,
    *,
    now: int,
    ignoring: Ids = NONE,
) -> None:
    """An offer: its place in time, what it would take, what it shows."""
    check(start, realise.unit_of(slot.start), "start of a slot")
    check(start + ask.duration, realise.unit_of(slot.end), "end of a slot")
    taken = slot.allocation
    actual = (taken.host_ids, taken.room_ids, tuple(sorted(taken.equipment.items())))
    legal = {
        (found.hosts, found.rooms, found.equipment)
        for found in allocations(world, ask, start, now, ignoring)
    }
    if actual not in legal:
        raise Disagreement(f"slot at {start} would take {actual}; legal: {sorted(legal)}")
    check((expected.hosts, expected.rooms, expected.equipment), actual, f"choice at {start}")
    check(expected.individual, taken.individual_ids, f"individual_ids at {start}")
    check(expected.companions, taken.companion_ids, f"companion_ids at {start}")
    left = seats_left(world, ask, start, expected, ignoring)
    check(left, slot.seats_left, f"seats_left at {start}")
    overbooked = is_overbooked(world, ask, start, expected, ignoring)
    check(overbooked, slot.is_overbooked, f"is_overbooked at {start}")
    check(answers.missing(world, ask, start, ignoring), slot.missing_ids, f"missing at {start}")
    check(
        answers.unknown_ids(world, ask, range(start, start)),
        slot.unknown_ids,
        f"unknown at {start}",
    )
    free = answers.candidate_ids(world, ask, start, now, ignoring) | set(expected.resources)
    check(tuple(sorted(free & world.members.keys())), slot.host_ids, f"host_ids at {start}")
    check(tuple(sorted(free & world.rooms.keys())), slot.room_ids, f"room_ids at {start}")


def check_refusals(
    world: World,
    ask: PlainAsk,
    start: int,
    now: int,
    refusals: tuple[Refusal, ...],
    ignoring: Ids = NONE,
) -> None:
    """Reasons: there is one, those of time are exact, and every witness is really there."""
    if not refusals:
        raise Disagreement(f"start {start} cannot be booked, and no reason is given")
    actual = {refusal.rule.value for refusal in refusals}
    expected = general_refusals(world, ask, start, now, ignoring)
    check(expected & GENERAL, actual & GENERAL, f"rules of time at {start}")
    # A calendar is busy by a block, or by a session in no place that cannot be joined.
    own = {
        refusal.rule.value
        for refusal in refusals
        if refusal.subject == ask.calendar_id
        and not (refusal.rule is RefusalCode.BUSY and refusal.booking_ids)
    }
    if ask.calendar_id is not None:
        check(expected & OF_CALENDAR, own & OF_CALENDAR, f"rules of the calendar at {start}")
    # A session that nobody may join is full by the limits of its own place, which may be another.
    elsewhere = world.places.keys() - {ask.location_id}
    limited = any(
        refusal.rule.value == "limit_reached"
        and world.resource(refusal.subject) is None
        and refusal.subject not in elsewhere
        for refusal in refusals
    )
    check("limit_reached" in expected, limited, f"limits for everybody at {start}")
    for refusal in refusals:
        if not str(refusal) or not all(_witnessed(world, refusal)):
            raise Disagreement(f"a witness is not where the refusal says: {refusal!r}")


def _witnessed(world: World, refusal: Refusal) -> Iterator[bool]:
    """Whether each booking and block that a refusal names is in the way, there and then."""
    start, end = (realise.unit_of(at) for at in (refusal.interval.start, refusal.interval.end))
    block_ids = refusal.detail.get("block_ids", ())
    for booking_id in refusal.booking_ids:
        booking = world.bookings.get(booking_id)
        yield booking is not None and booking.is_blocking
        if booking is not None and refusal.rule.value not in APART:
            own = {refusal.subject} | world.overlapping(refusal.subject)
            times = [booking.footprint(id_) for id_ in booking.resources if id_ in own]
            there = any(meet(time, range(start, end)) for time in times or [booking.body])
            yield there or (not times and _crowds(world, refusal, booking))
    for block_id in block_ids if isinstance(block_ids, tuple) else ():
        block = world.blocks[block_id]
        yield block.resource_id in {refusal.subject} | world.overlapping(refusal.subject)
        yield meet(block.footprint, range(start, end))
    if refusal.rule.value == "busy":
        yield bool(refusal.booking_ids or block_ids or refusal.detail.get("out_of_service"))


def _crowds(world: World, refusal: Refusal, booking: PlainBooking) -> bool:
    """Whether a booking takes seats or units that a full session of the refusal needs."""
    return refusal.rule.value == "full" and any(
        meet(booking.footprint(id_), other.footprint(id_))
        for other in map(world.bookings.__getitem__, refusal.booking_ids)
        if other.calendar_id == refusal.subject and other.id != booking.id
        for id_ in booking.resources
        if id_ in other.resources
    )


def check_starts(
    scheduler: Scheduler, world: World, ask: PlainAsk, request: Request, *, within: range, now: int
) -> None:
    """Listing, first slot, starts and periods of a window, all against the oracle."""
    window = realise.interval(within.start, within.stop)
    at = realise.moment(now)
    slots = scheduler.free_slots(request, within=window, now=at)
    found = tuple(realise.unit_of(slot.start) for slot in slots)
    check(answers.starts(world, ask, within, now), found, f"free_slots in {within}")
    check(len(found), len(slots), "length of a listing")
    check(answers.unknown_ids(world, ask, within), slots.unknown_ids, "unknown in a listing")
    first = scheduler.first_slot(request, within=window, now=at)
    check(found[:1], () if first is None else (realise.unit_of(first.start),), "first_slot")


def check_pieces(
    scheduler: Scheduler, world: World, ask: PlainAsk, request: Request, *, within: range, now: int
) -> None:
    """Free periods and start periods, to the microsecond."""
    window, at = realise.interval(within.start, within.stop), realise.moment(now)
    starts = scheduler.start_periods(request, within=window, now=at).pieces_us
    scale = realise.UNIT_US
    check(
        answers.start_pieces(world, ask, within, now, scale=scale),
        tuple((s - realise.ORIGIN_US, e - realise.ORIGIN_US) for s, e in starts),
        f"start_periods in {within}",
    )
    periods = scheduler.free_periods(request, within=window, now=at).pieces_us
    check(
        answers.period_pieces(world, ask, within, now, scale=scale),
        tuple((s - realise.ORIGIN_US, e - realise.ORIGIN_US) for s, e in periods),
        f"free_periods in {within}",
    )


def check_resource(
    scheduler: Scheduler, world: World, resource_id: str, within: range, now: int
) -> None:
    """Agenda and busy time of one resource."""
    window, at = realise.interval(within.start, within.stop), realise.moment(now)
    agenda = scheduler.agenda(resource_id, within=window, now=at)
    check(
        answers.agenda(world, resource_id, within),
        tuple(booking.id for booking in agenda),
        f"agenda of {resource_id}",
    )
    told = scheduler.busy_times([resource_id], within=window, now=at)
    kinds = [told.strongest(resource_id, realise.interval(unit, unit + 1)) for unit in within]
    check(
        answers.busy_kinds(world, resource_id, within),
        [kind if kind is None else kind.value for kind in kinds],
        f"busy_times of {resource_id}",
    )
    if resource_id in world.calendars:
        return
    busy = scheduler.free_busy(resource_id, within=window, now=at)
    check(
        sorted(answers.busy_units(world, resource_id, within)),
        sorted(realise.units_in(busy, within)),
        f"free_busy of {resource_id}",
    )


def check_state(scheduler: Scheduler, world: World, now: int) -> None:
    """Everything stored, and every violation."""
    check(set(world.bookings), set(scheduler.bookings), "booking ids")
    at = realise.moment(now)
    for booking_id, booking in scheduler.bookings.items():
        check(world.written[booking_id], realise.plain_booking(booking), f"{booking_id}, written")
        seen = scheduler.booking(booking_id, now=at)
        check(world.bookings[booking_id], realise.plain_booking(seen), booking_id)
    check(
        {block.id: realise.block(block) for block in world.blocks.values()},
        dict(scheduler.blocks),
        "blocks",
    )
    check(realise.catalogue(world), scheduler.catalogue, "catalogue")
    found = scheduler.violations(now=at)
    check(_readable(answers.violations(world, now)), _readable(merged(found)), "violations")


def _readable(found: answers.Found) -> list[tuple[tuple[str, str], list[int], list[str]]]:
    return [(key, sorted(units), sorted(ids)) for key, (units, ids) in sorted(found.items())]


def merged(found: Iterable[Violation]) -> answers.Found:
    """The units of each rule and subject with the bookings, as the oracle tells them."""
    together: answers.Found = {}
    for violation in found:
        key = (violation.rule.value, violation.subject)
        units, ids = together.get(key, (NONE_UNITS, NONE))
        start = realise.unit_of(violation.interval.start)
        end = realise.unit_of(violation.interval.end)
        together[key] = (units | set(range(start, end)), ids | set(violation.booking_ids))
    return together

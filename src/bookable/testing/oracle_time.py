"""Dates, notices, horizons and limits, counted by walking units and dates (SPEC N18, N19, N30)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from bookable.testing.axis import AXIS, DAY, FIRST_DATE, NOBODY, Ids, Units
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.plain_rules import PlainLimit, PlainTerm
from bookable.testing.world import World

NEVER = 10**6
"""A unit far beyond everything."""

SATURDAY = 5


# Dates -----------------------------------------------------------------------


def day_of(unit: int, shift: int) -> int:
    """The number of the local date of a unit; the first date of the axis is 0."""
    return (unit + shift) // DAY


def units_of_day(day: int, shift: int) -> range:
    """The units of a local date."""
    return range(day * DAY - shift, (day + 1) * DAY - shift)


def date_of(day: int) -> date:
    """The date of that number."""
    return FIRST_DATE + timedelta(days=day)


def is_working(day: int, open_units: Units | None, shift: int) -> bool:
    """Whether there is any open time on a date; without hours, from Monday to Friday."""
    if open_units is None:
        return date_of(day).weekday() < SATURDAY
    return any(unit in open_units for unit in units_of_day(day, shift))


def working_day_after(today: int, count: int, open_units: Units | None, shift: int) -> int | None:
    """The n-th working date that follows today; today itself for none; None where it is far off."""
    day = today
    while count:
        day += 1
        if day > AXIS:
            return None
        count -= is_working(day, open_units, shift)
    return day


# Notice and horizon ------------------------------------------------------------


def earliest(ask: PlainAsk, now: int) -> int:
    """The first start that the notice allows (SPEC N18), or the date range of the horizon."""
    first = _after_notice(ask, now)
    if isinstance(ask.horizon, PlainTerm) and ask.horizon.kind == "date_range":
        first = max(first, units_of_day(ask.horizon.first, _shift(ask, ask.horizon)).start)
    return first


def _after_notice(ask: PlainAsk, now: int) -> int:
    notice = ask.notice
    if isinstance(notice, int):
        return now + notice
    if notice.count == 0:
        return now
    if notice.kind == "months":
        return NEVER
    hours = ask.open_units if notice.open_units is None else notice.open_units
    if notice.kind == "working_time":
        if hours is None:
            return now + notice.count
        opened = [unit for unit in sorted(hours) if unit >= now]
        return opened[notice.count - 1] + 1 if notice.count <= len(opened) else NEVER
    shift = _shift(ask, notice)
    last = working_day_after(day_of(now, shift), notice.count, hours, shift)
    return NEVER if last is None else units_of_day(last, shift).stop


def _shift(ask: PlainAsk, term: PlainTerm) -> int:
    return ask.shift if term.shift is None else term.shift


def is_beyond(ask: PlainAsk, start: int, now: int, has_start: Callable[[range], bool]) -> bool:
    """Whether a start lies beyond the horizon (SPEC N19).

    ``has_start`` tells whether any of the units is a start that could be booked.
    """
    horizon = ask.horizon
    if horizon is None:
        return False
    if isinstance(horizon, int):
        return start >= now + horizon
    if horizon.kind == "months":
        return start >= (now if horizon.count == 0 else NEVER)
    shift = _shift(ask, horizon)
    today, day = day_of(now, shift), day_of(start, shift)
    if horizon.kind == "last_date":
        return day > today + horizon.count
    if horizon.kind == "date_range":
        return day > horizon.count
    if horizon.kind == "working_days":
        hours = ask.open_units if horizon.open_units is None else horizon.open_units
        last = working_day_after(today, horizon.count, hours, shift)
        return last is not None and day > last
    before = [each for each in range(today, day) if has_start(units_of_day(each, shift))]
    return len(before) >= horizon.count


# Limits ------------------------------------------------------------------------


def bucket_of(limit: PlainLimit, unit: int, shift: int) -> object:
    """What the starts that a limit counts together have in common."""
    local = date_of(day_of(unit, shift))
    if limit.period == "day":
        return local
    if limit.period == "week":
        while local.weekday() != limit.week_start:
            local -= timedelta(days=1)
        return local
    return (local.year, local.month) if limit.period == "month" else local.year


def applies(ask: PlainAsk, limit: PlainLimit, resource_id: str | None, kind: str | None) -> bool:
    """Whether a limit is for this question and, where one is given, for this resource."""
    if limit.tag is not None and limit.tag not in ask.tags:
        return False
    if resource_id is None and limit.per & {"host", "resource"}:
        return False
    if resource_id is not None and kind not in limit.per:
        return False
    return not (
        ("calendar" in limit.per and ask.calendar_id is None)
        or ("customer" in limit.per and ask.customer_id is None)
        or ("location" in limit.per and ask.location_id is None)
    )


def counts(
    ask: PlainAsk, limit: PlainLimit, booking: PlainBooking, resource_id: str | None
) -> bool:
    """Whether a booking is counted together with what is asked for."""
    return (
        (limit.tag is None or limit.tag in booking.tags)
        and ("calendar" not in limit.per or booking.calendar_id == ask.calendar_id)
        and ("customer" not in limit.per or booking.customer_id == ask.customer_id)
        and ("location" not in limit.per or booking.location_id == ask.location_id)
        and (resource_id is None or resource_id in booking.resources)
    )


def counted(
    world: World, ask: PlainAsk, limit: PlainLimit, resource_id: str | None, ignoring: Ids
) -> list[range]:
    """The times that a limit counts: of bookings, for resources of sessions, while they have them."""
    found: dict[object, range] = {}
    for booking in world.bookings.values():
        if not booking.is_blocking or booking.id in ignoring:
            continue
        time = booking.body if resource_id is None else booking.time_of(resource_id)
        if time and counts(ask, limit, booking, resource_id):
            key = (booking.id,) if resource_id is None else world.session_of(booking)
            found[key] = time
    return list(found.values())


def is_reached(
    world: World,
    ask: PlainAsk,
    limit: PlainLimit,
    start: int,
    now: int,
    *,
    resource_id: str | None = None,
    ignoring: Ids = NOBODY,
) -> bool:
    """Whether a booking there would be one too many, or too much time (SPEC N30)."""
    if not limit.maximum:
        return True
    times = counted(world, ask, limit, resource_id, ignoring)
    body = range(start, start + ask.duration)
    if limit.period == "active":
        return sum(time.stop > now for time in times) + 1 > limit.maximum
    if limit.period == "concurrent":
        peak = max(sum(unit in time for time in times) for unit in body)
        return peak + 1 > limit.maximum
    shift = ask.shift if limit.shift is None else limit.shift
    if not limit.is_timed:
        mine = bucket_of(limit, start, shift)
        same = [time for time in times if bucket_of(limit, time.start, shift) == mine]
        return len(same) + 1 > limit.maximum
    for bucket in {bucket_of(limit, unit, shift) for unit in body}:
        booked = [u for time in times for u in time if bucket_of(limit, u, shift) == bucket]
        own = [unit for unit in body if bucket_of(limit, unit, shift) == bucket]
        if len(booked) + min(len(own), ask.duration - ask.slack) > limit.maximum:
            return True
    return False


def joining_reaches(
    world: World,
    ask: PlainAsk,
    members: list[PlainBooking],
    now: int,
    *,
    resource_id: str,
    ignoring: Ids = NOBODY,
) -> bool:
    """Whether who joins a session makes it count for a limit of one of its resources, once too often.

    It counts already where somebody in it is counted.
    """
    kind = "host" if resource_id in world.members else "resource"
    return any(
        applies(ask, limit, resource_id, kind)
        and not any(counts(ask, limit, booking, resource_id) for booking in members)
        and is_reached(
            world, ask, limit, members[0].start, now, resource_id=resource_id, ignoring=ignoring
        )
        for limit in ask.limits
    )


def limits_reached(
    world: World,
    ask: PlainAsk,
    start: int,
    now: int,
    *,
    resource_id: str | None = None,
    ignoring: Ids = NOBODY,
) -> bool:
    """Whether any limit of the question, or of that resource, is reached."""
    kind = None
    if resource_id is not None:
        kind = "host" if resource_id in world.members else "resource"
    return any(
        applies(ask, limit, resource_id, kind)
        and is_reached(world, ask, limit, start, now, resource_id=resource_id, ignoring=ignoring)
        for limit in ask.limits
    )


def travels_in_time(
    world: World, ask: PlainAsk, member_id: str, start: int, ignoring: Ids = NOBODY
) -> bool:
    """Whether a member can come from the booking before, and go on to the next one (D12)."""
    end = start + ask.duration
    own = [
        booking
        for booking in world.bookings.values()
        if booking.is_blocking and booking.id not in ignoring and member_id in booking.hosts
    ]
    earlier = [booking.end for booking in own if booking.end <= start]
    later = [booking.start for booking in own if booking.start >= end]
    for booking in own:
        there, here = booking.location_id or "", ask.location_id or ""
        out, back = world.travel.get((there, here), 0), world.travel.get((here, there), 0)
        at_once = booking.start < end and start < booking.end
        if at_once and (out or back):
            return False
        if earlier and booking.end == max(earlier) and start - booking.end < out:
            return False
        if later and booking.start == min(later) and booking.start - end < back:
            return False
    return True

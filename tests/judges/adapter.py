"""Connects the external judges to the library: it translates, and works nothing out itself.

Run by hand: ``python run_all.py --adapter tests/judges/adapter.py`` in the judges' folder.
"""

from datetime import date

from bookable import (
    AnyHours,
    BookingRefused,
    Catalogue,
    Equipment,
    Hours,
    Interval,
    Member,
    Request,
    Room,
    Scheduler,
    WeeklyHours,
    Window,
    units_of,
)
from bookable.limits import MOST_UNITS
from bookable.timeline.recurrence import expand
from bookable.timeline.rule import Rule

name = "bookable"


class World:
    """The judges' handle: which scheduler is the present one.

    A judge uses the id of a cancelled booking again; the engine keeps cancelled bookings under
    their ids for ever. So every attempt books under an id of its own.
    """

    def __init__(self, scheduler):
        self.scheduler = scheduler
        self.booking_ids = {}
        self.attempts = 0


def make_world(resources):
    """A scheduler with these rooms, equipment and members, and their unavailable time blocked."""
    entries = {"room": [], "equipment": [], "member": []}
    for resource in resources:
        entries[resource["kind"]].append(_entry(resource))
    catalogue = Catalogue(
        rooms=entries["room"], equipment=entries["equipment"], members=entries["member"]
    )
    scheduler = Scheduler(catalogue)
    for resource in resources:
        for number, (start, end) in enumerate(resource.get("unavailable") or ()):
            block_id = f"{resource['id']} {number}"
            scheduler = scheduler.block(resource["id"], Interval(start, end), block_id=block_id)
    return World(scheduler)


def _entry(resource):
    hours = _hours(resource.get("hours"))
    if resource["kind"] == "room":
        seats = resource.get("capacity")
        capacity = MOST_UNITS if seats is None else seats
        return Room(resource["id"], capacity=capacity, max_concurrent=1, hours=hours)
    if resource["kind"] == "equipment":
        return Equipment(resource["id"], quantity=resource.get("quantity") or 1, hours=hours)
    return Member(resource["id"], hours=hours)


def _hours(segments):
    if segments is None:
        return None
    return AnyHours([_segment(segment) for segment in segments])


def _segment(segment):
    days = {}
    for weekdays, opens, closes in segment["weekly"]:
        for weekday in weekdays:
            days.setdefault(weekday + 1, []).append(Window.parse(f"{opens}-{closes}"))
    dated = {
        date.fromisoformat(day): [Window.parse(f"{opens}-{closes}") for opens, closes in windows]
        for day, windows in (segment.get("exceptions") or {}).items()
    }
    first, last = segment.get("valid") or (None, None)
    weekly = WeeklyHours(days, zone=segment["tz"])
    return Hours(weekly, overrides=dated, valid_from=first, valid_until=last)


def _request(demands, duration, attendees=None):
    return Request(
        duration=duration,
        requirements=[units_of(resource_id, units) for resource_id, units in demands.items()],
        party_size=1 if attendees is None else attendees,
    )


def try_book(world, booking):
    """Book, unless the engine refuses."""
    length = booking["end"] - booking["start"]
    request = _request(booking["demands"], length, booking.get("attendees"))
    now = booking["start"]
    try:
        slot = world.scheduler.slot(request, start=now, now=now)
        booking_id = f"{booking['id']} #{world.attempts}"
        world.scheduler = world.scheduler.book(slot, booking_id=booking_id, now=now)
    except BookingRefused:
        return False
    world.booking_ids[booking["id"]] = booking_id
    world.attempts += 1
    return True


def cancel(world, booking_id):
    """Cancel the booking that the judge knows by this id."""
    booking = world.scheduler.booking(world.booking_ids[booking_id])
    world.scheduler = world.scheduler.cancel(booking.id, now=booking.start)


def free_slots(world, demands, start, end, min_duration):
    """The maximal free intervals of the window."""
    request = _request(demands, min_duration)
    window = Interval(start, end)
    periods = world.scheduler.free_periods(request, within=window, now=start)
    return [(period.start, period.end) for period in periods]


def earliest_start(world, demands, duration, not_before, horizon):
    """The first start of a booking that lies inside the window."""
    request = _request(demands, duration)
    window = Interval(not_before, horizon)
    periods = world.scheduler.free_periods(request, within=window, now=not_before)
    return next((period.start for period in periods), None)


def conflicts(world, booking):
    """The bookings in the way of another one."""
    request = _request(booking["demands"], booking["end"] - booking["start"])
    start = booking["start"]
    refusals = world.scheduler.explain(request, start=start, now=start)
    found = {booking_id for refusal in refusals for booking_id in refusal.booking_ids}
    return {booking_id.rsplit(" #", 1)[0] for booking_id in found}


def expand_rrule(rrule, dtstart, limit):
    """The first occurrences of a rule, sub-daily ones too, as imported calendars have them."""
    return list(expand(Rule.parse(rrule), dtstart, first=limit, sub_daily=True, may_be_empty=True))

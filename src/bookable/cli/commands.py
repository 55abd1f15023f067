"""The commands: each asks the scheduler one question and answers with its `Answer`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bookable.availability.resolve import zone_of
from bookable.cli import worldfile
from bookable.cli.facts import (
    block_facts,
    block_row,
    booking_facts,
    booking_row,
    finding_facts,
    interval_facts,
    sentence_of,
    slot_facts,
    slot_row,
    taken,
)
from bookable.cli.output import Answer, clean, table
from bookable.cli.times import Clock
from bookable.codecs.iso import instant_text, parse_duration
from bookable.domain.calendar import Calendar
from bookable.domain.resources import Equipment, Room
from bookable.errors import BookingRefused, IdConflictError, UnknownIdError
from bookable.timeline.civil import to_zone

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable
    from datetime import datetime

    from bookable.domain.booking import Booking
    from bookable.domain.catalogue import Catalogue
    from bookable.domain.references import Entry
    from bookable.domain.refusal import Refusal
    from bookable.domain.request import Request
    from bookable.scheduler import Scheduler
    from bookable.timeline.civil import Zone
    from bookable.timeline.interval import Interval


def slots(arguments: Namespace) -> Answer:
    """The free slots of a calendar; exit code 1 when there are none."""
    scheduler = worldfile.load(arguments.world)
    request, clock = _question(scheduler, arguments)
    now = clock.now(arguments.now)
    window = clock.window(arguments, now)
    found = scheduler.free_slots(request, within=window, now=now)
    listed = list(islice(found, arguments.limit))
    data = {
        "calendar_id": request.calendar_id,
        "zone": clock.zone.key,
        "now": instant_text(now),
        "within": interval_facts(window),
        "count": len(found),
        "slots": [slot_facts(slot) for slot in listed],
    }
    when = f"from {clock.moment(window.start)} to {clock.moment(window.end)}"
    if not found:
        return Answer(1, data, (f"nothing is free {when}; 'explain' says why for one start",))
    rows = table(slot_row(slot, clock) for slot in listed) if listed else []
    more = len(found) - len(listed)
    tail = [f"  and {more} more: --limit"] if more else []
    head = f"{_count(len(found), 'free slot')} {when}, {clock.zone.key}:"
    return Answer(0, data, (head, *rows, *tail))


def explain(arguments: Namespace) -> Answer:
    """Whether a start can be booked; exit code 1, with every reason, when not."""
    scheduler = worldfile.load(arguments.world)
    request, clock = _question(scheduler, arguments)
    now, start = clock.now(arguments.now), clock.read(arguments.start, "--start")
    refusals = scheduler.explain(request, start=start, now=now)
    data: dict[str, object] = {
        "calendar_id": request.calendar_id,
        "start": instant_text(start),
        "now": instant_text(now),
        "bookable": not refusals,
        "refusals": [finding_facts(refusal, clock.zone) for refusal in refusals],
        "slot": None,
    }
    if refusals:
        return Answer(1, data, _refused(f"{clock.moment(start)} cannot be booked", refusals, clock))
    slot = scheduler.slot(request, start=start, now=now)
    data["slot"] = slot_facts(slot)
    lines = [f"{clock.moment(start)} can be booked:", *table([slot_row(slot, clock)])]
    return Answer(0, data, (*lines, f"  it would take {taken(slot.allocation)}"))


def book(arguments: Namespace) -> Answer:
    """Book a start and write the world file; the same booking once more changes nothing."""

    def decide(scheduler: Scheduler) -> tuple[Scheduler, Answer]:
        request, clock = _question(scheduler, arguments)
        now, start = clock.now(arguments.now), clock.read(arguments.start, "--start")
        present = scheduler.bookings.get(arguments.id)
        if present is not None:
            if not _is_same(present, request, start, arguments.customer):
                raise IdConflictError("booking", arguments.id)
            return scheduler, _booked(present, clock, "is booked already")
        try:
            slot = scheduler.slot(request, start=start, now=now)
            after = scheduler.book(
                slot, booking_id=arguments.id, now=now, customer_id=arguments.customer
            )
        except BookingRefused as error:
            refusals = error.refusals
            data = {
                "booked": False,
                "refusals": [finding_facts(each, clock.zone) for each in refusals],
            }
            return scheduler, Answer(1, data, _refused("not booked", refusals, clock))
        return after, _booked(after.booking(arguments.id), clock, "is booked")

    return worldfile.change(arguments.world, decide, wait_seconds=arguments.wait)


def _is_same(booking: Booking, request: Request, start: datetime, customer_id: str | None) -> bool:
    """Whether a booking is what the request asks for, so that asking twice books once."""
    asked = (request.calendar_id, start, start + request.duration, request.party_size, customer_id)
    held = (
        *(booking.calendar_id, booking.start, booking.end),
        *(booking.party_size, booking.customer_id),
    )
    hosts_fit = request.host_ids is None or set(booking.host_ids) <= set(request.host_ids)
    return booking.is_blocking and asked == held and hosts_fit


def _booked(booking: Booking, clock: Clock, words: str) -> Answer:
    rows = table([booking_row(booking, clock)])
    return Answer(
        0, {"booked": True, "booking": booking_facts(booking)}, (f"{booking.id} {words}:", *rows)
    )


def cancel(arguments: Namespace) -> Answer:
    """Cancel a booking and write the world file; once more changes nothing."""

    def decide(scheduler: Scheduler) -> tuple[Scheduler, Answer]:
        clock = _clock(scheduler, arguments, None)
        before = scheduler.booking(arguments.booking)
        after = scheduler.cancel(before.id, now=clock.now(arguments.now))
        booking = after.booking(before.id)
        data = {"cancelled": True, "booking": booking_facts(booking)}
        words = "is cancelled" if before.is_blocking else "was cancelled already"
        return after, Answer(0, data, (f"{booking.id} {words}",))

    return worldfile.change(arguments.world, decide, wait_seconds=arguments.wait)


def agenda(arguments: Namespace) -> Answer:
    """The bookings and blocks on a resource or calendar, by start."""
    scheduler = worldfile.load(arguments.world)
    resource_id = arguments.resource
    if resource_id not in scheduler.catalogue:
        raise UnknownIdError("resource or calendar", resource_id, "RESOURCE")
    clock = _clock(scheduler, arguments, resource_id)
    window = clock.window(arguments, clock.now(arguments.now))
    bookings = scheduler.agenda(resource_id, within=window)
    blocks = sorted(
        (
            block
            for block in scheduler.blocks.values()
            if block.resource_id == resource_id and block.interval.overlaps(window)
        ),
        key=lambda block: (block.interval.start, block.id),
    )
    data = {
        "resource_id": resource_id,
        "zone": clock.zone.key,
        "within": interval_facts(window),
        "bookings": [booking_facts(booking) for booking in bookings],
        "blocks": [block_facts(block) for block in blocks],
    }
    timed = [(booking.start, booking_row(booking, clock)) for booking in bookings]
    timed += [(block.interval.start, block_row(block, clock)) for block in blocks]
    return Answer(0, data, _agenda_lines(timed, resource_id, clock, window))


def _agenda_lines(
    timed: list[tuple[datetime, tuple[str, ...]]], resource_id: str, clock: Clock, window: Interval
) -> list[str]:
    when = f"from {clock.moment(window.start)} to {clock.moment(window.end)}, {clock.zone.key}"
    if not timed:
        return [f"{resource_id}: nothing {when}"]
    rows = [row for _, row in sorted(timed, key=lambda pair: pair[0])]
    return [f"{resource_id}, {when}:", *table(rows)]


def check(arguments: Namespace) -> Answer:
    """Every violation of capacities, blocks and sessions; exit code 1 when there is one."""
    scheduler = worldfile.load(arguments.world)
    clock = _clock(scheduler, arguments, None)
    now = clock.now(arguments.now)
    violations = scheduler.violations(now=now)
    held = f"{_count(len(scheduler.bookings), 'booking')}, {_count(len(scheduler.blocks), 'block')}"
    data = {
        "now": instant_text(now),
        "bookings": len(scheduler.bookings),
        "blocks": len(scheduler.blocks),
        "violations": [finding_facts(violation, clock.zone) for violation in violations],
    }
    if not violations:
        return Answer(0, data, (f"{held}: no violations",))
    head = f"{held}: {_count(len(violations), 'violation')}:"
    found = (f"  {sentence_of(violation, clock.zone)}" for violation in violations)
    return Answer(1, data, (head, *found))


def copy(arguments: Namespace) -> Answer:
    """Make a world file of a shipped world."""
    worldfile.copy(arguments.name, arguments.file)
    data = {"copied": arguments.name, "file": arguments.file}
    return Answer(0, data, (f"{clean(arguments.file)} is a copy of {arguments.name}",))


def _question(scheduler: Scheduler, arguments: Namespace) -> tuple[Request, Clock]:
    duration = arguments.duration
    request = scheduler.request(
        arguments.calendar,
        party_size=arguments.party_size,
        duration=None if duration is None else parse_duration(duration, "--duration"),
        host_ids=arguments.hosts,
    )
    return request, _clock(scheduler, arguments, arguments.calendar)


def _clock(scheduler: Scheduler, arguments: Namespace, about: str | None) -> Clock:
    """The clock of ``--zone``, else of the calendar or resource in question."""
    if arguments.zone is not None:
        return Clock(to_zone(arguments.zone, "--zone"))
    entry = None if about is None else scheduler.catalogue.get(about)
    return Clock(_zone_of(entry, scheduler.catalogue))


def _zone_of(entry: Entry | None, catalogue: Catalogue) -> Zone:
    """The zone of an entry: its own, else the one of all calendars that it serves, else UTC."""
    if isinstance(entry, Calendar):
        return zone_of(entry, catalogue)
    if entry is not None and entry.hours is not None and entry.hours.zone is not None:
        return entry.hours.zone
    served: Iterable[Calendar] = catalogue.calendars()
    if isinstance(entry, Room | Equipment) and entry.calendar_ids:
        served = (catalogue.calendar(calendar_id) for calendar_id in entry.calendar_ids)
    zones = {zone_of(calendar, catalogue) for calendar in served}
    return zones.pop() if len(zones) == 1 else to_zone("UTC")


def _refused(what: str, refusals: Iterable[Refusal], clock: Clock) -> list[str]:
    return [f"{what}:", *(f"  {sentence_of(refusal, clock.zone)}" for refusal in refusals)]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"

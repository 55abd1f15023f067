"""The values of the library as JSON data with stable keys, and as rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookable.cli.output import clean, quoted
from bookable.codecs.iso import instant_text
from bookable.domain.refusal import Refusal

if TYPE_CHECKING:
    from bookable.availability.assignment import Allocation
    from bookable.availability.slot import Slot
    from bookable.cli.times import Clock
    from bookable.domain.block import Block
    from bookable.domain.booking import Booking
    from bookable.domain.refusal import Violation
    from bookable.timeline.civil import Zone
    from bookable.timeline.interval import Interval


def interval_facts(interval: Interval) -> dict[str, object]:
    """An interval."""
    return {"start": instant_text(interval.start), "end": instant_text(interval.end)}


def slot_facts(slot: Slot) -> dict[str, object]:
    """An offer, with what booking it now would take."""
    return {
        **interval_facts(slot.interval),
        "party_size": slot.party_size,
        "seats_left": slot.seats_left,
        "host_ids": list(slot.host_ids),
        "room_ids": list(slot.room_ids),
        "allocation": _allocation_facts(slot.allocation),
    }


def _allocation_facts(allocation: Allocation) -> dict[str, object]:
    return {
        "host_ids": list(allocation.host_ids),
        "room_ids": list(allocation.room_ids),
        "equipment": dict(allocation.equipment),
    }


def booking_facts(booking: Booking) -> dict[str, object]:
    """A booking; every key, whatever it holds."""
    return {
        "id": booking.id,
        **interval_facts(booking.interval),
        "calendar_id": booking.calendar_id,
        "party_size": booking.party_size,
        "host_ids": list(booking.host_ids),
        "room_ids": list(booking.room_ids),
        "equipment": dict(booking.equipment),
        "status": booking.status.value,
        "version": booking.version,
        "customer_id": booking.customer_id,
    }


def block_facts(block: Block) -> dict[str, object]:
    """A block."""
    return {
        "id": block.id,
        "resource_id": block.resource_id,
        **interval_facts(block.interval),
        "kind": block.kind,
    }


def finding_facts(finding: Refusal | Violation, zone: Zone) -> dict[str, object]:
    """A refusal or a violation; ``sentence`` is for people and may change."""
    return {
        "rule": finding.rule.value,
        "subject": finding.subject,
        **interval_facts(finding.interval),
        "booking_ids": list(finding.booking_ids),
        "detail": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in finding.detail.items()
        },
        "sentence": sentence_of(finding, zone),
    }


def sentence_of(finding: Refusal | Violation, zone: Zone) -> str:
    """The finding in words, in the time of the zone."""
    return finding.sentence(zone=zone)


def slot_row(slot: Slot, clock: Clock) -> tuple[str, ...]:
    """An offer as cells: start, end, hosts, rooms, seats."""
    seats = f"{slot.seats_left} seat{'' if slot.seats_left == 1 else 's'} left"
    return (
        clock.moment(slot.start),
        f"to {clock.time(slot.end)}",
        quoted(slot.host_ids),
        quoted(slot.room_ids),
        seats,
    )


def booking_row(booking: Booking, clock: Clock) -> tuple[str, ...]:
    """A booking as cells: start, end, id, what it takes, for how many, its status."""
    return (
        clock.moment(booking.start),
        f"to {clock.time(booking.end)}",
        booking.id,
        quoted(booking.resource_ids),
        f"party of {booking.party_size}",
        booking.status.value,
    )


def block_row(block: Block, clock: Clock) -> tuple[str, ...]:
    """A block as cells, under those of the bookings."""
    return (
        clock.moment(block.interval.start),
        f"to {clock.time(block.interval.end)}",
        block.id,
        block.resource_id,
        "blocked",
        clean(block.kind),
    )


def taken(source: Allocation | Booking) -> str:
    """What is taken, in words: hosts, rooms, and units where there are several."""
    units = (f"{count} × {key}" if count > 1 else key for key, count in source.equipment.items())
    return quoted((*source.host_ids, *source.room_ids, *units))

"""When several subjects are busy: told to others, and heard from them as blocks.

What one calendar system tells and another hears is a `FreeBusy`. Told are blocks by their kind, and
what bookings leave nothing of; heard becomes blocks of the source that told it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

import attrs

from bookable import upkeep
from bookable.availability.feasibility import limits
from bookable.domain.block import Block
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.free_busy import STRONGEST_FIRST, BusyTime, FreeBusy
from bookable.domain.life import BookingStatus
from bookable.domain.policy import BusyKind
from bookable.domain.references import Entry
from bookable.errors import IdConflictError, LimitExceededError
from bookable.limits import MOST_FREE_BUSY
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.occupancy.record import Record
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import as_duration
from bookable.timeline.interval import Interval

NOT_FOUND: Final = "not_found"
"""Why a subject could not be read that the catalogue does not have."""

_TENTATIVE: Final = frozenset({BookingStatus.HOLD, BookingStatus.PENDING})

# Told ----------------------------------------------------------------------


def full_pieces(record: Record, entry: Entry, low: int, high: int) -> Pieces:
    """Where in ``[low, high)`` bookings with their buffers leave nothing of an entry."""
    full = record.whole.above(0, low, high)
    if not isinstance(entry, Calendar):
        for load, limit in limits(record, entry):
            full = kernel.union(full, load.above(limit - 1, low, high))
    return full


def busy_times_of(
    ledger: Ledger, catalogue: Catalogue, ids: tuple[str, ...], within: Interval
) -> FreeBusy:
    """When each of these is busy, in a ledger as it is by then."""
    if len(ids) > MOST_FREE_BUSY:
        raise LimitExceededError("ids of one question for busy times", len(ids), MOST_FREE_BUSY)
    low, high = within.start_us, within.end_us
    entries = {key: catalogue.settled(key) for key in ids}
    known = {key: entry for key, entry in entries.items() if entry is not None}
    tentative = {
        booking_id
        for key in known
        if not isinstance(known[key], Calendar)
        for booking_id in ledger.record(key).index.overlapping(low, high)
        if ledger.bookings[booking_id].status in _TENTATIVE
    }
    firm = ledger.ignoring(sorted(tentative))
    busy = {}
    for key, entry in known.items():
        record = ledger.record(key)
        pieces = [(kind, record.blocked_by((kind,), low, high)) for kind in STRONGEST_FIRST]
        pieces.append((BusyKind.BUSY, full_pieces(firm.record(key), entry, low, high)))
        pieces.append((BusyKind.TENTATIVE, full_pieces(record, entry, low, high)))
        busy[key] = [
            BusyTime(Interval.from_us(*times), kind) for kind, found in pieces for times in found
        ]
    return FreeBusy(within, busy, {key: NOT_FOUND for key in ids if key not in known})


# Heard ---------------------------------------------------------------------


def plan_busy_times(ledger: Ledger, catalogue: Catalogue, told: FreeBusy, source: str) -> Plan:
    """Decide the blocks of what a source tells; an empty plan where they are there already."""
    low, high = told.within.start_us, told.within.end_us
    for subject in told.busy:
        upkeep.check_known(catalogue, subject, "free_busy")
    old: dict[str, Block] = {}
    new: dict[str, Block] = {}
    for subject, times in told.busy.items():
        for block_id in ledger.record(subject).blocks_overlapping(low, high):
            block = ledger.blocks[block_id]
            if (block.resource_id, block.source) == (subject, source):
                old[block_id] = block
                new |= {each.id: each for each in _outside(block, low, high)}
        for time in times:
            block = _named(Block("-", subject, time.interval, time.kind, source))
            new[block.id] = block
    for key, block in new.items():
        if key not in old and ledger.blocks.get(key, block) != block:
            raise IdConflictError("block", key)
    gone = tuple(block for key, block in old.items() if new.get(key) != block)
    come = tuple(block for key, block in new.items() if ledger.blocks.get(key) != block)
    return Plan("busy_times", blocks_before=gone, blocks_after=come)


def _outside(block: Block, low: int, high: int) -> Iterator[Block]:
    """What of a block that meets ``[low, high)`` lies outside, with as much of its buffers as does.

    Where nothing but a buffer does, that is blocked.
    """
    start, end = block.interval.start_us, block.interval.end_us
    first, last = block.footprint_us
    if first < low:
        body = (start, min(end, low)) if start < low else (first, low)
        yield _cut(block, (first, low), body)
    if last > high:
        body = (max(start, high), end) if end > high else (high, last)
        yield _cut(block, (high, last), body)


def _cut(block: Block, footprint: tuple[int, int], body: tuple[int, int]) -> Block:
    before, after = as_duration(body[0] - footprint[0]), as_duration(footprint[1] - body[1])
    interval = Interval.from_us(*body)
    return _named(attrs.evolve(block, interval=interval, buffer_before=before, buffer_after=after))


def _named(block: Block) -> Block:
    """The block under an id that follows from all that it says."""
    said = (
        (block.resource_id, block.source, block.kind.value),
        (block.interval.start_us, block.interval.end_us, *block.footprint_us),
        tuple(block.metadata.items()),
    )
    digest = blake2b(repr(said).encode("utf-8"), digest_size=16).hexdigest()
    return attrs.evolve(block, id=f"busy-{digest}")

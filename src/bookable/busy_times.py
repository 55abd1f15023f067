"""When several subjects are busy: told to others, and heard from them as blocks.

What one calendar system tells and another hears is a `FreeBusy`. Told are blocks by their kind, and
what bookings leave nothing of; heard becomes blocks of the source that told it. Who could not be read
is heard as well, as a block of kind ``unknown``: told on, they are unknown again.
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
from bookable.domain.policy import UNREAD, BusyKind
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

NOT_READ: Final = "not_read"
"""Why, where nobody said."""

REASON: Final = "reason"
"""Where the metadata of a block says why."""

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
    unknown = {key: NOT_FOUND for key in ids if key not in known}
    for key, entry in known.items():
        record = ledger.record(key)
        if record.blocked_by(UNREAD, low, high):
            unknown[key] = _why_unread(ledger, record, low, high)
            continue
        pieces = [(kind, record.blocked_by((kind,), low, high)) for kind in STRONGEST_FIRST]
        pieces.append((BusyKind.BUSY, full_pieces(firm.record(key), entry, low, high)))
        pieces.append((BusyKind.TENTATIVE, full_pieces(record, entry, low, high)))
        busy[key] = [
            BusyTime(Interval.from_us(*times), kind) for kind, found in pieces for times in found
        ]
    return FreeBusy(within, busy, unknown)


def _why_unread(ledger: Ledger, record: Record, low: int, high: int) -> str:
    """Why nobody could tell what is there in a window: what the first block says that says it."""
    blocks = map(ledger.blocks.__getitem__, sorted(record.blocks_overlapping(low, high)))
    said = (each.metadata.get(REASON) for each in blocks if each.kind in UNREAD)
    return next(filter(None, said), NOT_READ)


# Heard ---------------------------------------------------------------------


def plan_busy_times(ledger: Ledger, catalogue: Catalogue, told: FreeBusy, source: str) -> Plan:
    """Decide the blocks of what a source tells; an empty plan where they are there already."""
    low, high = told.within.start_us, told.within.end_us
    for subject in told.busy:
        upkeep.check_known(catalogue, subject, "free_busy")
    old: dict[str, Block] = {}
    new: dict[str, Block] = {}
    for subject, blocks in _heard(catalogue, told, source):
        for block_id in ledger.record(subject).blocks_overlapping(low, high):
            block = ledger.blocks[block_id]
            if (block.resource_id, block.source) != (subject, source):
                continue
            # Of who could not be read all that was known before stays.
            if subject in told.busy or block.kind in UNREAD:
                old[block_id] = block
                new |= {each.id: each for each in _outside(block, low, high)}
        new |= {each.id: each for each in map(_named, blocks)}
    for key, block in new.items():
        if key not in old and ledger.blocks.get(key, block) != block:
            raise IdConflictError("block", key)
    gone = tuple(block for key, block in old.items() if new.get(key) != block)
    come = tuple(block for key, block in new.items() if ledger.blocks.get(key) != block)
    return Plan("busy_times", blocks_before=gone, blocks_after=come)


def _heard(catalogue: Catalogue, told: FreeBusy, source: str) -> Iterator[tuple[str, list[Block]]]:
    """What a source says of each subject, as blocks: of who could not be read, that nobody knows."""
    for subject, times in told.busy.items():
        yield subject, [Block("-", subject, each.interval, each.kind, source) for each in times]
    for subject, reason in told.unknown.items():
        if subject in catalogue:
            block = Block("-", subject, told.within, BusyKind.UNKNOWN, source)
            yield subject, [attrs.evolve(block, metadata={REASON: reason} if reason else {})]


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

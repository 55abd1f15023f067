"""What stands in the way on one resource: which bookings, which blocks, and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from bookable.availability.feasibility import body_of, limits, shares_buffers, taken_pieces
from bookable.availability.question import Candidate
from bookable.domain.policy import UNREAD, BufferPolicy, BusyKind
from bookable.domain.refusal import Detail, Refusal, RefusalCode
from bookable.domain.resources import Equipment, Resource, Room
from bookable.limits import EARLIEST, LATEST
from bookable.occupancy.record import Record
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import to_us
from bookable.timeline.interval import Interval

if TYPE_CHECKING:
    from bookable.availability.search import Search

_EARLIEST: Final = to_us(EARLIEST)
_LATEST: Final = to_us(LATEST) - 1


def refusal(
    rule: RefusalCode,
    subject: str,
    times: tuple[int, int],
    booking_ids: Iterable[str] = (),
    **detail: Detail,
) -> Refusal:
    """A refusal whose times stay on the time line."""
    ids = tuple(sorted(set(booking_ids)))
    # At the very ends of the time line a footprint may stick out.
    high = min(times[1], _LATEST)
    low = min(max(times[0], _EARLIEST), high - 1)
    return Refusal(rule, subject, Interval.from_us(low, high), ids, detail)


def occupied(search: Search, start: int, candidate: Candidate) -> Iterator[Refusal]:
    """Why what is taken of a resource leaves too little for a candidate."""
    question, resource = search.question, candidate.resource
    record, end = search.ledger.record(resource.id), start + question.duration
    times = start - candidate.before, end + candidate.after
    if not candidate.is_unknown:
        yield from _unread_around(search, candidate, (start, end), times)
    if shares_buffers(candidate):
        if RefusalCode.BUSY not in candidate.aside:
            yield from _meeting(search, candidate, (start, end), times)
        return
    if candidate.policy is BufferPolicy.EXISTING_ONLY:
        times = start, end
    crowded: Pieces = ()
    counts_seats = RefusalCode.FULL not in candidate.aside
    if counts_seats and isinstance(resource, Room) and resource.seat_limit is not None:
        crowded = record.seats.above(resource.seat_limit - candidate.seats, *times)
        if crowded:
            left = resource.seat_limit - record.seats.peak(*times)
            yield refusal(
                RefusalCode.FULL,
                resource.id,
                (crowded[0][0], crowded[-1][1]),
                _bookings_in(record, crowded),
                seats_left=max(left, 0),
                party_size=candidate.seats,
            )
    if RefusalCode.BUSY in candidate.aside:
        return
    if candidate.crowd is not None:
        taken = taken_pieces(record, candidate, *times)
    else:
        taken = _without_units(record, resource, candidate.units, times)
    yield from _busy(search, resource, taken, times, candidate.units)


def overcommitted(search: Search, resource: Resource, times: tuple[int, int]) -> Iterator[Refusal]:
    """Where more of a resource is taken than there is, or where it is blocked."""
    taken = _without_units(search.ledger.record(resource.id), resource, 0, times)
    yield from _busy(search, resource, taken, times)


def _without_units(
    record: Record, resource: Resource, units: int, times: tuple[int, int]
) -> Pieces:
    """Where so many units are not left, seats aside."""
    taken = record.whole.above(0, *times)
    for load, limit in limits(record, resource):
        if load is not record.seats:
            taken = kernel.union(taken, load.above(limit - units, *times))
    return taken


def _busy(
    search: Search, resource: Resource, taken: Pieces, times: tuple[int, int], needed: int = 0
) -> Iterator[Refusal]:
    """Where a resource is taken or blocked: one refusal for both."""
    record = search.ledger.record(resource.id)
    blocked = record.blocked_by(search.question.blocking_kinds - UNREAD, *times)
    pieces = kernel.union(taken, blocked)
    if not pieces:
        return
    detail: dict[str, Detail] = {}
    if blocked:
        detail |= blocks_in(search, resource.id, *times)
    if taken and isinstance(resource, Equipment):
        broken = _out_of_service(resource, *times)
        if broken:
            detail["out_of_service"] = broken
        if needed and resource.unit_limit > 1:
            loads = limits(record, resource)
            free = min(limit - load.peak(*times) for load, limit in loads)
            detail |= {"needed": needed, "free": max(free, 0)}
    interval = pieces[0][0], pieces[-1][1]
    yield refusal(RefusalCode.BUSY, resource.id, interval, _bookings_in(record, taken), **detail)


def _meeting(
    search: Search, candidate: Candidate, body: tuple[int, int], times: tuple[int, int]
) -> Iterator[Refusal]:
    """What is too near where buffers may be shared: the body of the one in the time of the other."""
    key, ledger = candidate.resource.id, search.ledger
    record, found, spans = ledger.record(key), [], []
    for booking_id in record.index.overlapping(*times):
        booking = ledger.bookings[booking_id]
        own = body_of(booking, candidate.resource)
        if _meet(own, times) or _meet(record.index.entries()[booking_id], body):
            found.append(booking_id)
            spans.append(own)
    blocks = []
    for block_id in record.blocks_overlapping(*times):
        block = ledger.blocks[block_id]
        own = block.interval.start_us, block.interval.end_us
        if block.kind in candidate.kinds - UNREAD and (
            _meet(own, times) or _meet(block.footprint_us, body)
        ):
            blocks.append(block_id)
            spans.append(own)
    resource, broken = candidate.resource, 0
    if isinstance(resource, Equipment):
        repairs = resource.broken_pieces(candidate.units, *times)
        spans += repairs
        broken = _out_of_service(resource, *times) if repairs else 0
    if spans:
        detail = _named(search, tuple(blocks)) if blocks else {}
        if broken:
            detail["out_of_service"] = broken
        interval = min(low for low, _ in spans), max(high for _, high in spans)
        yield refusal(RefusalCode.BUSY, key, interval, found, **detail)


def unread(
    search: Search,
    subject: str,
    times: tuple[int, int],
    body: tuple[int, int] | None = None,
    kinds: frozenset[BusyKind] = UNREAD,
) -> Iterator[Refusal]:
    """Whether it could not be read what is on something in a time, where that is of these kinds.

    With a ``body`` buffers may be shared: those of the block count there alone.
    """
    ledger, found = search.ledger, []
    low, high = times[1], times[0]
    for block_id in ledger.record(subject).blocks_overlapping(*times):
        block = ledger.blocks[block_id]
        own = block.interval.start_us, block.interval.end_us
        near = body is None or _meet(own, times) or _meet(block.footprint_us, body)
        if block.kind in kinds & UNREAD and near:
            found.append(block_id)
            low, high = min(low, block.footprint_us[0]), max(high, block.footprint_us[1])
    if found:
        interval = max(low, times[0]), min(high, times[1])
        detail = _named(search, tuple(found))
        yield refusal(RefusalCode.UNKNOWN, subject, interval, (), **detail)


def _unread_around(
    search: Search, candidate: Candidate, body: tuple[int, int], times: tuple[int, int]
) -> Iterator[Refusal]:
    """Whether it could not be read what is on a candidate in the time that it would take."""
    key, kinds = candidate.resource.id, candidate.kinds
    if shares_buffers(candidate):
        yield from unread(search, key, times, body, kinds)
    else:
        counted = body if candidate.policy is BufferPolicy.EXISTING_ONLY else times
        yield from unread(search, key, counted, None, kinds)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def blocks_in(search: Search, subject: str, low: int, high: int) -> dict[str, Detail]:
    """The blocks that are busy in ``[low, high)``, and where they come from, as a detail."""
    record, kinds = search.ledger.record(subject), search.question.blocking_kinds - UNREAD
    found = record.blocks_overlapping(low, high)
    return _named(search, tuple(key for key in found if search.ledger.blocks[key].kind in kinds))


def _named(search: Search, block_ids: tuple[str, ...]) -> dict[str, Detail]:
    detail: dict[str, Detail] = {"block_ids": block_ids}
    sources = {search.ledger.blocks[key].source for key in block_ids} - {""}
    if sources:
        detail["sources"] = tuple(sorted(sources))
    return detail


def _bookings_in(record: Record, pieces: Iterable[tuple[int, int]]) -> set[str]:
    return {booking_id for piece in pieces for booking_id in record.index.overlapping(*piece)}


def _out_of_service(equipment: Equipment, low: int, high: int) -> int:
    if isinstance(equipment.out_of_service, int):
        return equipment.out_of_service
    return equipment.out_of_service_profile.peak(low, high)

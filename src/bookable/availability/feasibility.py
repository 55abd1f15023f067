"""When one resource can serve: as pieces of the time line, and as a mask over starts.

A start *t* is feasible when the body ``[t, t + duration)`` lies inside one opening and the
footprint ``[t − before, t + duration + after)`` meets no instant at which too little is
left (SPEC N8, N11, N15, N17). Opening and free time are eroded separately, which makes "no
hand-over" (SPEC N13) true by construction: one resource serves the whole time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

import attrs
from attrs import field, frozen

from bookable.availability import masks
from bookable.availability.question import Candidate, Question
from bookable.domain.booking import Booking
from bookable.domain.hours import OpeningHours
from bookable.domain.policy import BufferPolicy, BusyKind
from bookable.domain.refusal import RefusalCode
from bookable.domain.resources import Equipment, Resource, Room
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.record import Record
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.grid import Grid
from bookable.timeline.profile import Profile, ProfileSum

Span = tuple[int, int]
"""A start and an end."""

# Masks over more starts than this are worked out anew each time, so that caches stay small.
_MOST_KEPT: Final = 50_000


class GridWindow(NamedTuple):
    """What determines a list of candidate starts: a grid, and the window in microseconds."""

    grid: Grid
    low: int
    high: int


@frozen
class Starts:
    """Candidate starts in order; ``key`` stands for them in caches, None keeps them out."""

    times: tuple[int, ...]
    key: GridWindow | None = None
    step: int = field(init=False, eq=False, repr=False)
    """The time between any two that follow each other, where that is the same for all; else zero."""

    @step.default
    def _find_step(self) -> int:
        times = self.times
        if len(times) < 2:
            return 0
        first, last, step = times[0], times[-1], times[1] - times[0]
        if last - first != step * (len(times) - 1):
            return 0
        return step if times == tuple(range(first, last + 1, step)) else 0

    @classmethod
    def of(cls, grid: Grid, low: int, high: int) -> Starts:
        """The starts of a grid in ``[low, high)``; very long lists are kept out of caches."""
        if not may_keep(grid, low, high):
            return cls(grid.starts_us(low, high))
        return _kept_starts(GridWindow(grid, low, high))


def may_keep(grid: Grid, low: int, high: int) -> bool:
    """Whether the starts of a grid in ``[low, high)`` are few enough to be kept. O(1)."""
    return grid.candidate_bound(low, high) <= _MOST_KEPT


class Shape(NamedTuple):
    """A duration with the time before and after it, in microseconds."""

    duration: int
    before: int
    after: int


# Opening -------------------------------------------------------------------


def open_starts(hours: OpeningHours | None, shape: Shape, low: int, high: int) -> Pieces:
    """The starts in ``[low, high)`` whose body, widened by the shape, lies inside one opening."""
    if hours is None:
        return ((low, high),)
    reach = shape.before, shape.duration + shape.after
    pieces = hours.open_us(low - reach[0], high + reach[1])
    fitting = kernel.starts_fitting(pieces, sum(reach))
    moved = tuple((start + reach[0], end + reach[0]) for start, end in fitting)
    return kernel.clip(moved, low, high)


def open_mask(hours: OpeningHours | None, shape: Shape, starts: Starts) -> int:
    """`open_starts` over candidate starts."""
    if len(starts.times) == 1:
        return 1 if is_open_at(hours, shape, starts.times[0]) else 0
    if hours is None:
        return masks.everything(len(starts.times))
    if starts.key is None:
        return _open_mask(hours, shape, starts)
    return _kept_open_mask(hours, shape, starts.key)


@lru_cache(maxsize=2048)
def is_open_at(hours: OpeningHours | None, shape: Shape, start: int) -> bool:
    """`open_starts` at a single start; kept, as many candidates have the same hours."""
    return bool(open_starts(hours, shape, start, start + 1))


@lru_cache(maxsize=2048)
def _kept_open_mask(hours: OpeningHours, shape: Shape, key: GridWindow) -> int:
    return _open_mask(hours, shape, _kept_starts(key))


@lru_cache(maxsize=16)
def _kept_starts(key: GridWindow) -> Starts:
    return Starts(key.grid.starts_us(key.low, key.high), key)


def _open_mask(hours: OpeningHours, shape: Shape, starts: Starts) -> int:
    low, high = starts.times[0], starts.times[-1] + 1
    return mask_of(open_starts(hours, shape, low, high), starts)


def hours_shape(question: Question, before: int, after: int) -> Shape:
    """What must lie inside opening hours: the body, or the footprint where asked (SPEC N17)."""
    if question.buffer_within_hours:
        return Shape(question.duration, before, after)
    return Shape(question.duration, 0, 0)


# Occupancy -----------------------------------------------------------------


def limits(record: Record, resource: Resource) -> Iterator[tuple[Profile | ProfileSum, int]]:
    """Each load on a resource with the most that it may reach (SPEC N9, N10)."""
    if isinstance(resource, Room):
        if resource.seat_limit is not None:
            yield record.seats, resource.seat_limit
        if resource.booking_limit is not None:
            yield record.load, resource.booking_limit
    elif not isinstance(resource, Equipment):
        yield record.load, 1
    elif isinstance(resource.out_of_service, int):
        yield record.load, resource.unit_limit - resource.out_of_service
    else:
        yield ProfileSum(record.load, resource.out_of_service_profile), resource.unit_limit


def is_single(resource: Resource) -> bool:
    """Whether it takes one booking at a time, so that buffers may be shared (SPEC N16)."""
    if isinstance(resource, Room):
        return resource.booking_limit == 1 or resource.seat_limit == 1
    return resource.unit_limit == 1 if isinstance(resource, Equipment) else True


def shares_buffers(candidate: Candidate) -> bool:
    """Whether buffers around the candidate may overlap those of others, but no booking."""
    is_one = is_single(candidate.resource) and candidate.crowd is None
    return candidate.policy is BufferPolicy.SHARED and is_one


def counted_times(resource: Resource, policy: BufferPolicy, footprint: Span, body: Span) -> Span:
    """The part of a booking that must find room beside what is stored (SPEC N15, N16).

    Its footprint; its body where its own buffers do not count, or need only keep clear of bodies.
    """
    shared = policy is BufferPolicy.SHARED and is_single(resource)
    return body if shared or policy is BufferPolicy.EXISTING_ONLY else footprint


def taken_pieces(record: Record, candidate: Candidate, low: int, high: int) -> Pieces:
    """Where in ``[low, high)`` the footprints of bookings leave too little for the candidate."""
    return kernel.clip(kernel.normalise(taken_spans(record, candidate, low, high)), low, high)


def taken_spans(record: Record, candidate: Candidate, low: int, high: int) -> Iterable[Span]:
    """Spans that make up `taken_pieces`; they may touch, overlap, and reach beyond."""
    aside = candidate.aside
    if RefusalCode.BUSY in aside:
        room = candidate.resource
        if RefusalCode.FULL in aside or not isinstance(room, Room) or room.seat_limit is None:
            return ()
        return record.seats.spans_above(room.seat_limit - candidate.seats, low, high)
    spans: list[Iterable[Span]] = [record.whole.above(0, low, high)]
    if candidate.crowd is not None:
        own = record.crowd(candidate.crowd)
        spans.append(ProfileSum(record.load, own, -1).above(0, low, high))
        spans.append(own.above(candidate.at_once - 1, low, high))
        return chain.from_iterable(spans)
    for load, limit in limits(record, candidate.resource):
        if load is record.seats and RefusalCode.FULL in aside:
            continue
        taken = candidate.seats if load is record.seats else candidate.units
        spans.append(load.spans_above(limit - taken, low, high))
    return chain.from_iterable(spans)


def busy_spans(record: Record, candidate: Candidate, low: int, high: int) -> Iterable[Span]:
    """Spans of ``[low, high)``, and beyond, in which too little is left for the candidate, or it is blocked."""
    spans = taken_spans(record, candidate, low, high)
    return chain(spans, record.blocked_by(candidate.closing_kinds, low, high))


def widened(pieces: Pieces, before: int, reach: int) -> Pieces:
    """The starts whose time, from *before* earlier to *reach* later, meets one of the pieces."""
    return kernel.normalise(_meeting(pieces, before, reach))


def _meeting(spans: Iterable[Span], before: int, reach: int) -> Iterable[Span]:
    return [(start - reach + 1, end + before) for start, end in spans]


def blocked_starts(
    ledger: Ledger, candidate: Candidate, duration: int, low: int, high: int
) -> Pieces:
    """The starts around ``[low, high)`` at which bookings or blocks are in the way (SPEC N15)."""
    return kernel.normalise(blocked_spans(ledger, candidate, duration, low, high))


def blocked_spans(
    ledger: Ledger, candidate: Candidate, duration: int, low: int, high: int
) -> Iterable[Span]:
    """Spans that make up `blocked_starts`; they may touch and overlap."""
    record = ledger.record(candidate.resource.id)
    before, reach = candidate.before, duration + candidate.after
    if shares_buffers(candidate):
        # Where one thing at a time is all there is room for, no seats are counted apart.
        if RefusalCode.BUSY in candidate.aside:
            return closed_spans(ledger, candidate, candidate.closing_kinds, duration, low, high)
        if candidate.aside:
            candidate = attrs.evolve(candidate, aside=frozenset())
        # What is there already with its buffers and without ours, and the other way round.
        spans = busy_spans(record, candidate, low, high - 1 + duration)
        bodies = body_pieces(ledger, candidate, low - before, high - 1 + reach)
        return chain(_meeting(spans, 0, duration), _meeting(bodies, before, reach))
    if candidate.policy is BufferPolicy.EXISTING_ONLY:
        before, reach = 0, duration
    spans = busy_spans(record, candidate, low - before, high - 1 + reach)
    return _meeting(spans, before, reach)


def closed_spans(
    ledger: Ledger,
    candidate: Candidate,
    kinds: frozenset[BusyKind],
    duration: int,
    low: int,
    high: int,
) -> Iterable[Span]:
    """Spans of the starts around ``[low, high)`` at which blocks of these kinds are in the way."""
    record = ledger.record(candidate.resource.id)
    if not record.blocks:
        return ()
    before, reach = candidate.before, duration + candidate.after
    if shares_buffers(candidate):
        closed = record.blocked_by(kinds, low, high - 1 + duration)
        bodies = _closed_bodies(ledger, record, kinds, low - before, high - 1 + reach)
        return chain(_meeting(closed, 0, duration), _meeting(bodies, before, reach))
    if candidate.policy is BufferPolicy.EXISTING_ONLY:
        before, reach = 0, duration
    return _meeting(record.blocked_by(kinds, low - before, high - 1 + reach), before, reach)


def _closed_bodies(
    ledger: Ledger, record: Record, kinds: frozenset[BusyKind], low: int, high: int
) -> list[Span]:
    blocks = map(ledger.blocks.__getitem__, record.blocks_overlapping(low, high))
    return [(each.interval.start_us, each.interval.end_us) for each in blocks if each.kind in kinds]


def body_pieces(ledger: Ledger, candidate: Candidate, low: int, high: int) -> Pieces:
    """What is on a resource in ``[low, high)``, without buffers: bookings, blocks, repairs."""
    record = ledger.record(candidate.resource.id)
    found = [ledger.bookings[key] for key in record.index.overlapping(low, high)]
    bodies = [body_of(each, candidate.resource) for each in found]
    bodies += _closed_bodies(ledger, record, candidate.kinds, low, high)
    resource = candidate.resource
    if isinstance(resource, Equipment):
        bodies += resource.broken_pieces(candidate.units, low, high)
    return kernel.clip(kernel.normalise(bodies), low, high)


def body_of(booking: Booking, resource: Resource) -> Span:
    """When a booking has a resource, buffers left aside: itself, or rooms that overlap it."""
    is_own = resource.id in booking.resource_ids
    return booking.body_us(resource.id if is_own else booking.room_ids[0])


def busy_mask(ledger: Ledger, candidate: Candidate, duration: int, starts: Starts) -> int:
    """The starts at which bookings or blocks are in the way."""
    record = ledger.record(candidate.resource.id)
    if starts.key is None or record.is_untouched:
        return _busy_mask(ledger, candidate, duration, starts)
    key = candidate, duration, starts.key
    kept = record.recall(key)
    if isinstance(kept, int):
        return kept
    return record.remember(key, _busy_mask(ledger, candidate, duration, starts))


def _busy_mask(ledger: Ledger, candidate: Candidate, duration: int, starts: Starts) -> int:
    first, last = starts.times[0], starts.times[-1]
    spans = blocked_spans(ledger, candidate, duration, first, last + 1)
    if first == last:
        return 1 if any(low <= first < high for low, high in spans) else 0
    return mask_of(spans, starts)


def mask_of(spans: Iterable[Span], starts: Starts) -> int:
    """The candidate starts that lie in one of the spans, which may be in any order and overlap."""
    times, step = starts.times, starts.step
    if not step:
        ranges = ((bisect_left(times, low), bisect_left(times, high)) for low, high in spans)
        return masks.of_ranges(ranges, len(times))
    return masks.of_spans(spans, times[0], step, len(times))


# Both ----------------------------------------------------------------------


def feasible_mask(ledger: Ledger, candidate: Candidate, question: Question, starts: Starts) -> int:
    """The starts that the candidate can serve."""
    if not candidate.can_serve:
        return 0
    shape = hours_shape(question, candidate.before, candidate.after)
    opening = open_mask(candidate.hours, shape, starts)
    if not opening:
        return 0
    return opening & ~busy_mask(ledger, candidate, question.duration, starts)


def feasible_starts(
    ledger: Ledger, candidate: Candidate, question: Question, low: int, high: int
) -> Pieces:
    """The starts in ``[low, high)`` that the candidate can serve, at any microsecond."""
    if not candidate.can_serve:
        return ()
    shape = hours_shape(question, candidate.before, candidate.after)
    opening = open_starts(candidate.hours, shape, low, high)
    blocked = blocked_starts(ledger, candidate, question.duration, low, high)
    return kernel.subtract(opening, blocked)

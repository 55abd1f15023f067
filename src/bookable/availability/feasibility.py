"""When one resource can serve: as pieces of the time line, and as a mask over starts.

A start *t* is feasible when the body ``[t, t + duration)`` lies inside one opening and the
footprint ``[t − before, t + duration + after)`` meets no instant at which too little is
left (SPEC N8, N11, N15, N17). Opening and free time are eroded separately, which makes "no
hand-over" (SPEC N13) true by construction: one resource serves the whole time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from attrs import frozen

from bookable.availability import masks
from bookable.availability.question import Candidate, Question
from bookable.domain.hours import OpeningHours
from bookable.domain.resources import Equipment, Resource, Room
from bookable.occupancy.record import Record
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.grid import Grid
from bookable.timeline.profile import Profile, ProfileSum

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

    @classmethod
    def of(cls, grid: Grid, low: int, high: int) -> Starts:
        """The starts of a grid in ``[low, high)``; very long lists are kept out of caches."""
        times = grid.starts_us(low, high)
        return cls(times, GridWindow(grid, low, high) if len(times) <= _MOST_KEPT else None)


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
    if hours is None:
        return masks.everything(len(starts.times))
    if starts.key is None:
        return _open_mask(hours, shape, starts.times)
    return _kept_open_mask(hours, shape, starts.key)


@lru_cache(maxsize=2048)
def _kept_open_mask(hours: OpeningHours, shape: Shape, key: GridWindow) -> int:
    return _open_mask(hours, shape, key.grid.starts_us(key.low, key.high))


def _open_mask(hours: OpeningHours, shape: Shape, times: tuple[int, ...]) -> int:
    pieces = open_starts(hours, shape, times[0], times[-1] + 1)
    ranges = ((bisect_left(times, low), bisect_left(times, high)) for low, high in pieces)
    return masks.of_ranges(ranges, len(times))


def hours_shape(question: Question, before: int, after: int) -> Shape:
    """What must lie inside opening hours: the body, or the footprint where asked (SPEC N17)."""
    if question.buffer_within_hours:
        return Shape(question.duration, before, after)
    return Shape(question.duration, 0, 0)


# Occupancy -----------------------------------------------------------------


def busy_pieces(record: Record, candidate: Candidate, low: int, high: int) -> Pieces:
    """Where in ``[low, high)`` too little is left for the candidate, or it is blocked."""
    pieces = record.blocked.above(0, low, high)
    for load, limit in limits(record, candidate.resource):
        taken = candidate.seats if load is record.seats else candidate.units
        pieces = kernel.union(pieces, load.above(limit - taken, low, high))
    return pieces


def limits(record: Record, resource: Resource) -> Iterator[tuple[Profile | ProfileSum, int]]:
    """Each load on a resource with the most that it may reach (SPEC N9, N10)."""
    if isinstance(resource, Room):
        yield record.seats, resource.capacity
        if resource.max_concurrent is not None:
            yield record.load, resource.max_concurrent
    elif not isinstance(resource, Equipment):
        yield record.load, 1
    elif isinstance(resource.out_of_service, int):
        yield record.load, resource.quantity - resource.out_of_service
    else:
        yield ProfileSum(record.load, resource.out_of_service_profile), resource.quantity


def busy_mask(record: Record, candidate: Candidate, duration: int, starts: Starts) -> int:
    """The starts whose footprint meets a busy piece."""
    if starts.key is None or record.is_untouched:
        return _busy_mask(record, candidate, duration, starts)
    key = candidate, duration, starts.key
    kept = record.recall(key)
    if isinstance(kept, int):
        return kept
    return record.remember(key, _busy_mask(record, candidate, duration, starts))


def _busy_mask(record: Record, candidate: Candidate, duration: int, starts: Starts) -> int:
    times, before, reach = starts.times, candidate.before, duration + candidate.after
    pieces = busy_pieces(record, candidate, times[0] - before, times[-1] + reach)
    ranges = (
        (bisect_right(times, start - reach), bisect_left(times, end + before))
        for start, end in pieces
    )
    return masks.of_ranges(ranges, len(times))


# Both ----------------------------------------------------------------------


def feasible_mask(record: Record, candidate: Candidate, question: Question, starts: Starts) -> int:
    """The starts that the candidate can serve."""
    if not candidate.can_serve:
        return 0
    shape = hours_shape(question, candidate.before, candidate.after)
    opening = open_mask(candidate.resource.hours, shape, starts)
    return opening & ~busy_mask(record, candidate, question.duration, starts)


def feasible_starts(
    record: Record, candidate: Candidate, question: Question, low: int, high: int
) -> Pieces:
    """The starts in ``[low, high)`` that the candidate can serve, at any microsecond."""
    if not candidate.can_serve:
        return ()
    shape = hours_shape(question, candidate.before, candidate.after)
    opening = open_starts(candidate.resource.hours, shape, low, high)
    before, reach = candidate.before, question.duration + candidate.after
    busy = busy_pieces(record, candidate, low - before, high + reach)
    blocked = kernel.normalise((start - reach + 1, end + before) for start, end in busy)
    return kernel.subtract(opening, blocked)

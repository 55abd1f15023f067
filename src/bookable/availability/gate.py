"""The gate: what the calendar or the request itself asks of a start, whoever serves.

Each rule is a set of starts that it forbids. The set is read over the time line and over
candidate starts alike, so both ways agree by construction; opening hours are kept as
masks of their own, because they cost most and change least.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from bookable.availability import masks
from bookable.availability.feasibility import (
    Starts,
    hours_shape,
    mask_of,
    open_mask,
    open_starts,
    widened,
)
from bookable.availability.limiting import limited_starts
from bookable.availability.notice import earliest_start, latest_start
from bookable.domain.policy import UNREAD, Access, BufferPolicy, BusyKind
from bookable.domain.refusal import RefusalCode
from bookable.limits import EARLIEST, LATEST
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import to_us

if TYPE_CHECKING:
    from bookable.availability.search import Search

_EARLIEST: Final = to_us(EARLIEST)
_LATEST: Final = to_us(LATEST)

BLOCKS: Final = frozenset(BusyKind)
"""Blocks of every kind."""

TOLD: Final = BLOCKS - UNREAD
"""Blocks that somebody could tell."""


def takes_bookings(search: Search) -> bool:
    """Whether it is active, open to the customer, large enough, and bounded by anything."""
    question, calendar = search.question, search.question.calendar
    if calendar is not None and not calendar.is_active:
        return False
    if question.access is Access.DENY:
        return False
    # Nothing would ever bound what takes no resource and no seat: that is never "all".
    seats = question.seats_per_slot
    return bool(question.roles) if seats is None else question.party_size <= seats


def gate_mask(search: Search, starts: Starts) -> int:
    """The starts that no rule of the gate forbids."""
    if not takes_bookings(search):
        return 0
    question, times = search.question, starts.times
    gate = masks.everything(len(times))
    if question.opening_hours is not None:
        shape = hours_shape(question, question.before, question.after)
        gate = open_mask(question.opening_hours, shape, starts)
    if question.booker_hours is not None:
        gate &= open_mask(question.booker_hours, hours_shape(question, 0, 0), starts)
    earliest, latest = bounds(search)
    if earliest > times[0]:
        gate &= -1 << bisect_left(times, earliest)
    if latest <= times[-1]:
        gate &= masks.everything(bisect_left(times, latest))
    forbidden = _forbidden(search, times[0], times[-1] + 1)
    return gate & ~mask_of(forbidden, starts) if forbidden else gate


def gate_starts(search: Search, low: int, high: int, *, timely: bool = True) -> Pieces:
    """The starts of ``[low, high)`` that no rule of the gate forbids.

    ``timely=False`` leaves out notice and horizon.
    """
    if low >= high or not takes_bookings(search):
        return ()
    question = search.question
    shape = hours_shape(question, question.before, question.after)
    gate = open_starts(question.opening_hours, shape, low, high)
    own = open_starts(question.booker_hours, hours_shape(question, 0, 0), low, high)
    return kernel.intersect(kernel.intersect(gate, own), _allowed(search, low, high, timely=timely))


def _allowed(search: Search, low: int, high: int, *, timely: bool = True) -> Pieces:
    earliest, latest = bounds(search) if timely else time_line(search)
    inside = kernel.clip(((low, high),), earliest, latest)
    return kernel.subtract(inside, _forbidden(search, low, high))


def _forbidden(search: Search, low: int, high: int) -> Pieces:
    return kernel.union(calendar_blocked(search, low, high), limited_starts(search, low, high))


def bounds(search: Search) -> tuple[int, int]:
    """The earliest start, inclusive, and the latest, exclusive (SPEC N18, N19)."""
    (first, last), aside = time_line(search), search.question.aside
    if RefusalCode.NOTICE_TOO_SHORT not in aside:
        first = max(first, earliest_start(search))
    latest = None if RefusalCode.BEYOND_HORIZON in aside else latest_start(search)
    return first, last if latest is None else min(last, latest)


def time_line(search: Search) -> tuple[int, int]:
    """The ends of the time line are bounds as well: no footprint leaves it."""
    before, after = search.question.widest_buffers
    return _EARLIEST + before, _LATEST - search.question.duration - after


def calendar_blocked(
    search: Search, low: int, high: int, kinds: frozenset[BusyKind] = BLOCKS
) -> Pieces:
    """The starts of ``[low, high)`` at which the calendar itself is blocked, by some of these kinds."""
    question = search.question
    if question.calendar is None:
        return ()
    before, reach = question.before, question.duration + question.after
    if question.policy is BufferPolicy.EXISTING_ONLY:
        before, reach = 0, question.duration
    record = search.ledger.record(question.calendar.id)
    if not record.blocks:
        return ()
    pieces = record.blocked_by(question.closing_kinds & kinds, low - before, high - 1 + reach)
    return widened(pieces, before, reach)

"""The one predicate: which starts can be booked, in one state, at one ``now`` (SPEC N3).

A start can be booked when it passes the *gate* (the calendar is active and open, notice
and horizon are kept, the start is on the grid) and either all roles can be filled at once or a
session can be joined. Listings ask it of a grid, `periods` of the whole time line, and
`slot`, `explain` and every command of a single start: the same functions each time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

import attrs
from attrs import field, frozen

from bookable.availability import masks
from bookable.availability.feasibility import Starts, may_keep
from bookable.availability.gate import gate_mask, gate_starts
from bookable.availability.joint import (
    KeptMasks,
    PlaceMasks,
    joint_mask,
    joint_starts,
    place_masks,
)
from bookable.availability.offer import Offer, mask_at
from bookable.availability.overriding import beyond_capacity
from bookable.availability.packed import packed_starts
from bookable.availability.question import Question
from bookable.availability.session_window import (
    NO_SESSIONS,
    Sessions,
    held_places,
    placeless_starts,
    sessions_between,
)
from bookable.availability.slot import Slot, Slots
from bookable.domain.catalogue import Catalogue
from bookable.errors import SearchLimitError
from bookable.limits import (
    LONGEST_WINDOW,
    MOST_CANDIDATES,
    MOST_MASK_BITS,
    MOST_OPENING_WINDOWS,
)
from bookable.occupancy.ledger import Ledger
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import DAY, duration_us
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet
from bookable.timeline.packing import Packing

_ALL: Final = -1
"""The mask of any number of starts."""
_FIRST_PART: Final = 2
"""The days that are looked at first for a first slot."""
_MANY_DAYS: Final = 4 * DAY
"""Windows from here on are looked at in whole days, which is little more than was asked for."""


@frozen(eq=False)
class Search:
    """A question put to one state at one ``now``, in microseconds since the epoch."""

    ledger: Ledger
    catalogue: Catalogue
    question: Question
    now: int
    _bounds: dict[str, int] = field(factory=dict, init=False, repr=False)
    _beyond: list[Search | None] = field(factory=list, init=False, repr=False)

    @property
    def plain(self) -> Search:
        """The search as customers ask it: with every rule."""
        customary = self.question.customary
        return self if customary is None else attrs.evolve(self, question=customary)

    @property
    def beyond(self) -> Search | None:
        """The search without rules of capacity that are left aside; None where all of them hold."""
        if not self._beyond:
            question = beyond_capacity(self.question)
            more = None if question is None else attrs.evolve(self, question=question)
            self._beyond.append(more)
        return self._beyond[0]

    @property
    def widest(self) -> Search:
        """The search without any rule that is left aside."""
        return self.beyond or self

    # Listings --------------------------------------------------------------

    def slots(self, window: Interval, limit: int | None = None) -> Slots:
        """The bookable starts on the grid with ``window.start <= start < window.end``."""
        starts, inside = self._listed(window)
        offer = self.offer(starts, inside)
        kept = masks.chosen(starts.times, offer.bookable, limit)
        cut = offer.bookable.bit_count() > len(kept)
        times = window.start_us, window.end_us
        return Slots(self.question.request, kept, offer, truncated=cut, window=times)

    def _listed(self, window: Interval) -> tuple[Starts, int]:
        """The starts of the grid for a window, and the mask of those inside.

        A long window is looked at in whole days: as time goes by the same days are asked about again.
        """
        low, high = window.start_us, window.end_us
        if high - low < _MANY_DAYS:
            return self.grid_starts(window), _ALL
        known = self._in_days(low, high, low, high)
        return (self.grid_starts(window), _ALL) if known is None else known

    def first_slot(self, window: Interval) -> Slot | None:
        """The first of `slots`: looked for in parts of the window that double until there is one."""
        for starts, inside in self._parts(window):
            offer = self.offer(starts, inside)
            if offer.bookable:
                first = starts.times[masks.lowest(offer.bookable)]
                return Slots(self.question.request, (first,), offer)[0]
        return None

    def _parts(self, window: Interval) -> Iterator[tuple[Starts, int]]:
        """The starts in parts whose borders are the same for every window, with the masks of those inside.

        Packed starts depend on free time around them, which would be worked out for each part.
        """
        self.check_window(window)
        if isinstance(self.question.listing_grid, Packing):
            yield self.grid_starts(window), _ALL
            return
        low, high, days = window.start_us, window.end_us, _FIRST_PART
        self._check_candidates(low, high)
        while low < high:
            border = (low // DAY + days) * DAY
            part = self._in_days(low, min(border, high), low, high)
            if part is None:
                part = self._grid_starts(low, min(border, high)), _ALL
            yield part
            low, days = border, 2 * days

    def _in_days(self, first: int, last: int, low: int, high: int) -> tuple[Starts, int] | None:
        """The starts of the days of ``[first, last)`` with the mask of those in ``[low, high)``.

        None where limits make that more work than was asked for, or packing other starts.
        """
        question, first, last = self.question, first // DAY * DAY, -(-last // DAY) * DAY
        grid = question.listing_grid
        if question.limits or isinstance(grid, Packing) or not may_keep(grid, first, last):
            return None
        starts = question.kept.get((first, last))
        if not isinstance(starts, Starts):
            try:
                starts = self._grid_starts(first, last)
            except SearchLimitError:
                return None
        times = starts.times
        if not times or (low <= times[0] and times[-1] < high):
            return starts, _ALL
        return starts, masks.everything(bisect_left(times, high)) & -1 << bisect_left(times, low)

    def start_periods(self, window: Interval) -> IntervalSet:
        """Every bookable start of the window, whatever the grid (SPEC N22)."""
        self.check_window(window)
        return IntervalSet.from_us(self.bookable_starts(window.start_us, window.end_us))

    def free_periods(self, window: Interval) -> IntervalSet:
        """The time that bookings inside the window could take (SPEC N13, N22)."""
        self.check_window(window)
        duration = self.question.duration
        starts = self.bookable_starts(window.start_us, window.end_us - duration + 1)
        return IntervalSet.from_us(kernel.dilate(starts, duration))

    # One start -------------------------------------------------------------

    def at(self, start: int) -> Offer:
        """The offer at a single start, which is checked against the grid."""
        return self.offer(Starts((start,)), on_grid=self.is_on_grid(start))

    def is_on_grid(self, start: int) -> bool:
        """Whether the start is one of those that may be offered at all."""
        grid = self.question.grid
        if isinstance(grid, Packing):
            return start in self.packed(grid, start, start + 1)
        return grid is None or grid.includes_us(start)

    def packed(self, grid: Packing, low: int, high: int) -> tuple[int, ...]:
        """The packed starts of ``[low, high)``: those for customers, and any at which one may join."""
        starts, plain, widest = packed_starts(self.plain, grid, low, high), self.plain, self.widest
        if plain is self:
            return starts
        sessions = sessions_between(widest, low, high)
        return tuple(sorted({*starts, *sessions.joinable_starts(widest.question.seats_needed)}))

    # The predicate ---------------------------------------------------------

    def offer(self, starts: Starts, inside: int = _ALL, *, on_grid: bool = True) -> Offer:
        """What can be booked of these candidate starts; beyond capacity only what cannot within.

        *inside* is the mask of those that are asked about.
        """
        inside = inside if on_grid else 0
        own, beyond = self._offer(starts, inside), self.beyond
        if beyond is None or not starts.times:
            return own
        sessions = sessions_between(self, starts.times[0], starts.times[-1] + 1)
        free = own.places or self.places(starts, sessions)
        more = attrs.evolve(beyond._offer(starts, inside), free=free)
        return attrs.evolve(own, beyond=more)

    def _offer(self, starts: Starts, inside: int) -> Offer:
        question, size = self.question, len(starts.times)
        gate = gate_mask(self, starts) & inside if size and inside else 0
        if not gate:
            return Offer(self, starts, {}, 0, 0, NO_SESSIONS)
        low, high = starts.times[0], starts.times[-1] + 1
        sessions = sessions_between(self, low, high)
        places = self._places(starts, sessions)
        new = gate & joint_mask(question, places, size)
        join = 0
        if sessions:
            new &= ~mask_at(placeless_starts(question, sessions.hostless), starts)
            join = sessions.joinable_mask(starts, gate & ~new, question.seats_needed)
        return Offer(self, starts, places.places, new, join, sessions)

    def places(self, starts: Starts, sessions: Sessions) -> PlaceMasks:
        """The starts that each candidate can serve, in a session of its own."""
        return self._places(starts, sessions).places

    def _places(self, starts: Starts, sessions: Sessions) -> KeptMasks:
        kept = place_masks(self, starts)
        held = held_places(self.question, sessions) if sessions else {}
        if not held:
            return kept
        places = dict(kept.places)
        for place, times in held.items():
            places[place] &= ~mask_at(times, starts)
        return KeptMasks(kept.mark, {}, places)

    def bookable_starts(self, low: int, high: int, *, timely: bool = True) -> Pieces:
        """The bookable starts of ``[low, high)``, grid aside; notice and horizon too, if asked."""
        if self.beyond is not None:
            # Without a rule there is all that there is with it, and more.
            return self.beyond.bookable_starts(low, high, timely=timely)
        question = self.question
        gate = gate_starts(self, low, high, timely=timely)
        if not gate:
            return ()
        sessions = sessions_between(self, low, high)
        joinable = sessions.joinable_starts(question.seats_needed)
        joins = kernel.normalise((start, start + 1) for start in joinable)
        held = held_places(question, sessions)
        new = joint_starts(self, low, high, held)
        placeless = placeless_starts(question, sessions.hostless)
        new = kernel.subtract(new, kernel.normalise((start, start + 1) for start in placeless))
        return kernel.intersect(gate, kernel.union(new, joins))

    def free_starts(self, low: int, high: int) -> Pieces:
        """The starts of ``[low, high)`` that a session of its own could have: grid, notice, horizon
        and the instants at which a session stands already aside.
        """
        gate = gate_starts(self, low, high, timely=False)
        return kernel.intersect(gate, joint_starts(self, low, high, {})) if gate else ()

    def check_window(self, window: Interval) -> None:
        """Refuse a window that is too long, before any work (SPEC N34)."""
        self._check_length(window.start_us, window.end_us)

    def _check_length(self, low: int, high: int) -> None:
        days = -(-(high - low) // DAY)
        if high - low > duration_us(LONGEST_WINDOW):
            raise SearchLimitError("days of one window", days, LONGEST_WINDOW.days)
        needed = days * self.question.windows_a_day
        if needed > MOST_OPENING_WINDOWS:
            raise SearchLimitError("opening windows to look at", needed, MOST_OPENING_WINDOWS)

    def grid_starts(self, window: Interval) -> Starts:
        """The starts of the grid that a listing of the window walks, within the limits."""
        return self._grid_starts(window.start_us, window.end_us)

    def _grid_starts(self, low: int, high: int) -> Starts:
        known = self.question.kept.get((low, high))
        if isinstance(known, Starts):
            return known
        self._check_length(low, high)
        grid = self.question.listing_grid
        if isinstance(grid, Packing):
            return Starts(self.packed(grid, low, high))
        self._check_candidates(low, high)
        starts = Starts.of(grid, low, high)
        if starts.key is not None:
            self.question.keep((low, high), starts)
        return starts

    def _check_candidates(self, low: int, high: int) -> None:
        """Refuse too many starts of a grid that is not packed, before they are made (SPEC N34)."""
        grid = self.question.listing_grid
        assert not isinstance(grid, Packing)
        needed = grid.candidate_bound(low, high)
        if needed > MOST_CANDIDATES:
            raise SearchLimitError("candidate starts", needed, MOST_CANDIDATES)
        bits = needed * sum(len(role.candidates) for role in self.question.roles)
        if bits > MOST_MASK_BITS:
            raise SearchLimitError("candidates times starts", bits, MOST_MASK_BITS)

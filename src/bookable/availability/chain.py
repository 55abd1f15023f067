"""Ordered requests that are booked together: each where the state still has room for it.

A chain is feasible when its segments can be booked one after the other, each being decided by
the one predicate against a state that holds the segments before it already (SPEC N3). So
buffers, limits, travel and a host who cannot be in two places are kept among the segments too.

Both the starts and what is taken are searched, exactly. Starts come first: of all that the gaps
allow, the earliest; of all ways to fill them, the preferred ones, the first segment choosing first. An
earlier segment gives up what it prefers when a later one can have nothing else. Ways that
differ only in what no later segment can notice are tried once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from attrs import field, frozen

from bookable.availability import masks
from bookable.availability.details import Details
from bookable.availability.drafting import as_booking
from bookable.availability.effort import STARTS_OF_A_TRY, Effort, cost_of
from bookable.availability.explain import explain
from bookable.availability.feasibility import Starts
from bookable.availability.gate import time_line
from bookable.availability.notice import with_ledger
from bookable.availability.search import Search
from bookable.availability.slot import Slot
from bookable.domain.booking import Booking
from bookable.domain.chain import Chain
from bookable.domain.policy import RollingDays
from bookable.domain.refusal import Refusal
from bookable.limits import MOST_CHAIN_TRIES
from bookable.occupancy.ledger import Ledger
from bookable.timeline.instant import duration_us, from_us
from bookable.timeline.interval import Interval
from bookable.timeline.packing import Packing


@frozen
class ChainSlot:
    """An offer to book a whole chain: one slot for each segment, in their order.

    The allocation of each slot is what booking the chain now would take of it. A chain slot is
    not a promise: booking decides again.
    """

    chain: Chain
    slots: tuple[Slot, ...]

    @property
    def start(self) -> datetime:
        """The start of the first segment."""
        return self.slots[0].start

    @property
    def end(self) -> datetime:
        """The end of the last segment."""
        return self.slots[-1].end

    @property
    def interval(self) -> Interval:
        """From the first start to the last end, gaps included."""
        return Interval(self.start, self.end)


@frozen
class _Settled:
    """The details of a slot that were chosen already."""

    known: Details

    def details(self, start_us: int) -> Details:
        """Those details, whatever the start."""
        assert start_us is not None
        return self.known


@frozen
class Decided:
    """A chain that can be booked: the bookings of its segments, under ids of their own."""

    bookings: tuple[Booking, ...]


Way = tuple[Ledger, tuple[Booking, ...], tuple[Details, ...]]
"""A state that holds the first segments, with their bookings and details."""


@frozen(eq=False)
class Links:
    """A chain put to one state: a search for each segment, all over the same ledger."""

    chain: Chain
    searches: tuple[Search, ...]
    _noticed: tuple[frozenset[str] | None, ...] = field(init=False, repr=False)

    @_noticed.default
    def _find_noticed(self) -> tuple[frozenset[str] | None, ...]:
        return tuple(noticed_later(self, number) for number in range(len(self.searches)))

    # Listings --------------------------------------------------------------

    def slots(self, window: Interval, limit: int | None) -> tuple[ChainSlot, ...]:
        """One offer for each start of the first segment that the rest can follow."""
        return tuple(islice(self._offers(window), limit))

    def _offers(self, window: Interval) -> Iterator[ChainSlot]:
        first = self.searches[0]
        starts = first.grid_starts(window)
        offer = first.offer(starts)
        tries = _effort()
        for start in masks.chosen(starts.times, offer.bookable):
            way = next(self.ways((start,), tries))
            found = self._completed((start,), way, tries)
            if found is not None:
                yield self._slot(*found)

    def _completed(
        self, starts: tuple[int, ...], way: Way, tries: Effort
    ) -> tuple[tuple[int, ...], Way] | None:
        """The earliest starts that complete these, with the preferred way to fill them.

        ``way`` is the preferred one for these starts: what can follow it is preferred as well.
        """
        if len(starts) == len(self.searches):
            return starts, way
        for start in self._next_starts(starts, tries):
            longer = (*starts, start)
            more = next(self._ways(way, longer, tries), None)
            if more is None:
                more = next(self.ways(longer, tries), None)
            found = None if more is None else self._completed(longer, more, tries)
            if found is not None:
                return found
        return None

    def _slot(self, starts: tuple[int, ...], way: Way) -> ChainSlot:
        parts = zip(self.chain.segments, starts, way[2], strict=True)
        return ChainSlot(
            self.chain,
            tuple(Slot(each.request, from_us(at), _Settled(known)) for each, at, known in parts),
        )

    # Starts ----------------------------------------------------------------

    def gap(self, number: int, starts: Sequence[int]) -> tuple[int, int]:
        """The first and the last start of a segment, given those before it; both included."""
        segment = self.chain.segments[number]
        end = starts[number - 1] + self.searches[number - 1].question.duration
        return end + duration_us(segment.minimum_gap), end + duration_us(segment.longest_gap)

    def _next_starts(self, starts: tuple[int, ...], tries: Effort) -> tuple[int, ...]:
        """The starts on the grid of the next segment that its gap allows.

        A segment whose request has no grid may follow as soon as the gap allows, as well.
        """
        number = len(starts)
        search = self.searches[number]
        first, last = self.gap(number, starts)
        last = min(last, time_line(search)[1] - 1)
        if first > last:
            return ()
        grid = search.question.listing_grid
        if isinstance(grid, Packing):
            # They are packed into what the segments before leave free.
            states = (way[0] for way in self.ways(starts, tries))
            found: set[int] = set()
            for state in (with_ledger(search, each) for each in states):
                found.update(state.packed(grid, first, last + 1))
                tries.count(cost_of(state, first, last + 1))
            return tuple(sorted(found))
        times = set(grid.starts_us(first, last + 1))
        if search.question.grid is None:
            times.add(first)
        ordered = tuple(sorted(times))
        tries.count(len(ordered) // STARTS_OF_A_TRY)
        if not ordered or not only_takes(search):
            return ordered
        # What is taken before only ever takes away, so the state without it rules most out.
        offer = search.offer(Starts(ordered))
        return masks.chosen(ordered, offer.bookable)

    # Ways ------------------------------------------------------------------

    def ways(self, starts: tuple[int, ...], tries: Effort) -> Iterator[Way]:
        """The ways to book the first segments at these starts, preferred ones first.

        Of those that are the same to all later segments, only the first.
        """
        yield from self._ways((self.searches[0].ledger, (), ()), starts, tries)

    def _ways(self, way: Way, starts: tuple[int, ...], tries: Effort) -> Iterator[Way]:
        ledger, bookings, details = way
        number = len(details)
        if number == len(starts):
            yield way
            return
        search, start = with_ledger(self.searches[number], ledger), starts[number]
        offer = search.at(start)
        tries.count(cost_of(search, start, start + 1))
        seen: set[object] = set()
        for place, choice in enumerate(offer.choices(start) if offer.bookable else ()):
            # The first is counted with the start.
            tries.count(1 if place else 0)
            mark = self._mark(number, choice)
            if mark not in seen:
                seen.add(mark)
                booking = self._draft(search, start, choice)
                state = ledger.applying(ledger.plan("chain", after=(booking,)))
                yield from self._ways(
                    (state, (*bookings, booking), (*details, choice)), starts, tries
                )
            if self._noticed[number] == frozenset():
                return

    def _draft(self, search: Search, start: int, details: Details) -> Booking:
        number = len(search.ledger.bookings)
        while f"segment {number}" in search.ledger.bookings:
            number += 1
        customer_id = search.question.request.customer_id
        return as_booking(search, start, details, f"segment {number}", customer_id)

    def _mark(self, number: int, details: Details) -> object:
        """What later segments can notice of a choice."""
        allocation, noticed = details.allocation, self._noticed[number]
        if noticed is None:
            return allocation
        return tuple(
            (key, allocation.equipment.get(key, 1), allocation.buffers.get(key))
            for key in allocation.resource_ids
            if key in noticed
        )


def decide_chain(links: Links, starts: tuple[int, ...]) -> Decided | tuple[Refusal, ...]:
    """The bookings of a chain at these starts; else why its first segment that cannot be is refused.

    The refusals are those in the state that holds the segments before it as they would prefer.

    Raises:
        SearchLimitError: If too many allocations had to be tried.
    """
    whole = next(links.ways(starts, _effort()), None)
    if whole is not None:
        return Decided(whole[1])
    tries, held, number = _effort(), links.searches[0].ledger, 0
    while (way := next(links.ways(starts[: number + 1], tries), None)) is not None:
        held, number = way[0], number + 1
    return explain(with_ledger(links.searches[number], held), starts[number])


def _effort() -> Effort:
    return Effort("allocations tried for one chain", MOST_CHAIN_TRIES)


# What one segment is to another --------------------------------------------


def only_takes(search: Search) -> bool:
    """Whether what is booked can only take starts away from a question (SPEC N21).

    Not so where windows are packed, where a full date opens another, where a host is owed the
    booking, and where a booking in between shortens the way.
    """
    question = search.question
    return not (
        isinstance(question.grid, Packing)
        or isinstance(question.booking_horizon, RollingDays)
        or question.ranking.strict
        or search.catalogue.settings.travel
    )


def noticed_later(links: Links, number: int) -> frozenset[str] | None:
    """The resources of which later segments notice what a segment takes; None for any."""
    found: set[str] = set()
    reach = _widest_after(links.searches[number])
    for later in range(number + 1, len(links.searches)):
        search, segment = links.searches[later], links.chain.segments[later]
        reach -= duration_us(segment.minimum_gap)
        question = search.question
        apart = reach <= -question.widest_buffers[0]
        if not (apart and only_takes(search) and not question.limits):
            # Any resource may be in a session that could be joined, or have its turn now.
            if question.seats_per_slot is not None or question.ranking.strict:
                return None
            found |= _touching(search)
        reach -= question.duration
    return frozenset(found)


def _widest_after(search: Search) -> int:
    return search.question.widest_buffers[1]


def _touching(search: Search) -> set[str]:
    """The candidates of a question, and the rooms that share a part with one of them."""
    ids = {each.resource.id for role in search.question.roles for each in role.candidates}
    overlapping = search.catalogue.overlapping_rooms
    return ids.union(*(overlapping.get(key, ()) for key in ids))

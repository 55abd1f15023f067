"""The one predicate: which starts can be booked, in one state, at one ``now`` (SPEC N3).

A start can be booked when it passes the *gate* (the calendar is active and open, notice
and horizon are kept, the start is on the grid) and either all roles can be filled at once or a
session can be joined. Listings ask it of a grid, `periods` of the whole time line, and
`slot`, `explain` and every command of a single start: the same functions each time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import timedelta
from itertools import islice
from typing import Final

from attrs import field, frozen

from bookable.availability import masks
from bookable.availability.assignment import Allocation, Options, able_candidates, assign
from bookable.availability.feasibility import (
    Shape,
    Starts,
    hours_shape,
    open_mask,
    open_starts,
)
from bookable.availability.joint import PlaceMasks, joint_mask, joint_starts, place_masks
from bookable.availability.question import Question
from bookable.availability.sessions import (
    Session,
    held_places,
    joinable,
    placeless_starts,
    sessions_between,
)
from bookable.availability.slot import Details, Slot, Slots
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.resources import Member, Room
from bookable.errors import InvalidValueError, SearchLimitError
from bookable.limits import (
    EARLIEST,
    LATEST,
    LONGEST_WINDOW,
    MOST_CANDIDATES,
    MOST_MASK_BITS,
    MOST_OPENING_WINDOWS,
)
from bookable.occupancy.ledger import Ledger
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import from_us, to_us
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

_EARLIEST: Final = to_us(EARLIEST)
_LATEST: Final = to_us(LATEST)


@frozen(eq=False)
class Search:
    """A question put to one state at one ``now``, in microseconds since the epoch."""

    ledger: Ledger
    catalogue: Catalogue
    question: Question
    now: int

    # Listings --------------------------------------------------------------

    def slots(self, window: Interval, limit: int | None = None) -> Slots:
        """The bookable starts on the grid with ``window.start <= start < window.end``."""
        starts = self._grid_starts(window)
        offer = self.offer(starts)
        found = masks.chosen(starts.times, offer.bookable)
        kept = tuple(found if limit is None else islice(found, limit))
        cut = offer.bookable.bit_count() > len(kept)
        return Slots(self.question.request, kept, offer, truncated=cut)

    def first_slot(self, window: Interval) -> Slot | None:
        """The first of `slots`."""
        starts = self._grid_starts(window)
        offer = self.offer(starts)
        if not offer.bookable:
            return None
        first = starts.times[masks.lowest(offer.bookable)]
        return Slots(self.question.request, (first,), offer)[0]

    def start_periods(self, window: Interval) -> IntervalSet:
        """Every bookable start of the window, whatever the grid (SPEC N22)."""
        self.check_window(window)
        return IntervalSet.from_us(self._bookable_starts(window.start_us, window.end_us))

    def free_periods(self, window: Interval) -> IntervalSet:
        """The time that bookings inside the window could take (SPEC N13, N22)."""
        self.check_window(window)
        duration = self.question.duration
        starts = self._bookable_starts(window.start_us, window.end_us - duration + 1)
        return IntervalSet.from_us(kernel.dilate(starts, duration))

    # One start -------------------------------------------------------------

    def at(self, start: int) -> Offer:
        """The offer at a single start, which is checked against the grid."""
        return self.offer(Starts((start,)), on_grid=self.is_on_grid(start))

    def is_on_grid(self, start: int) -> bool:
        """Whether the start is one of those that may be offered at all."""
        grid = self.question.grid
        return grid is None or grid.includes_us(start)

    # The predicate ---------------------------------------------------------

    def offer(self, starts: Starts, *, on_grid: bool = True) -> Offer:
        """What can be booked of these candidate starts."""
        question, size = self.question, len(starts.times)
        gate = self.gate_mask(starts) if size and on_grid else 0
        if not gate:
            return Offer(self, starts, {}, 0, 0, ())
        low, high = starts.times[0], starts.times[-1] + 1
        sessions = sessions_between(self.ledger, self.catalogue, question, low, high)
        places = self.places(starts, sessions)
        new = gate & joint_mask(question, places, size)
        new &= ~_mask_at(placeless_starts(question, sessions), starts)
        fitting = joinable(sessions, question.party_size)
        join = gate & _mask_at((session.start for session in fitting), starts)
        return Offer(self, starts, places, new, join, sessions)

    def places(self, starts: Starts, sessions: tuple[Session, ...]) -> PlaceMasks:
        """The starts that each candidate can serve, in a session of its own."""
        places = place_masks(self.ledger, self.question, starts)
        for place, times in held_places(self.question, sessions).items():
            places[place] &= ~_mask_at(times, starts)
        return places

    def gate_mask(self, starts: Starts) -> int:
        """The starts that no rule of the calendar or request itself forbids."""
        question, times = self.question, starts.times
        if not self.takes_bookings:
            return 0
        low, high = self.notice_and_horizon
        allowed = bisect_left(times, low), bisect_left(times, high)
        gate = masks.of_ranges([allowed], len(times))
        gate &= open_mask(question.hours, self._shape, starts)
        before, reach = question.before, question.duration + question.after
        blocked = (
            (bisect_left(times, start - reach + 1), bisect_left(times, end + before))
            for start, end in self._blocked(times[0] - before, times[-1] + reach)
        )
        return gate & ~masks.of_ranges(blocked, len(times))

    def _bookable_starts(self, low: int, high: int) -> Pieces:
        question = self.question
        earliest, latest = self.notice_and_horizon
        low, high = max(low, earliest), min(high, latest)
        if low >= high or not self.takes_bookings:
            return ()
        gate = open_starts(question.hours, self._shape, low, high)
        before, reach = question.before, question.duration + question.after
        blocked = self._blocked(low - before, high + reach)
        gate = kernel.subtract(
            gate, kernel.normalise((start - reach + 1, end + before) for start, end in blocked)
        )
        sessions = sessions_between(self.ledger, self.catalogue, question, low, high)
        joins = kernel.normalise(
            (session.start, session.start + 1)
            for session in joinable(sessions, question.party_size)
        )
        held = held_places(question, sessions)
        new = joint_starts(self.ledger, question, low, high, held)
        placeless = placeless_starts(question, sessions)
        new = kernel.subtract(new, kernel.normalise((start, start + 1) for start in placeless))
        return kernel.intersect(gate, kernel.union(new, joins))

    @property
    def takes_bookings(self) -> bool:
        """Whether the calendar is active, large enough for the party and bounded by anything."""
        calendar, seats = self.question.calendar, self.question.seats_per_slot
        if calendar is not None and not calendar.is_active:
            return False
        # Nothing would ever bound what takes no resource and no seat: that is never "all".
        return bool(self.question.roles) if seats is None else self.question.party_size <= seats

    @property
    def notice_and_horizon(self) -> tuple[int, int]:
        """The earliest start, inclusive, and the latest, exclusive (SPEC N18, N19).

        Without a horizon the end of the time line is one: no footprint leaves it.
        """
        before, after = self.question.widest_buffers
        earliest = max(self.now + self.question.minimum_notice, _EARLIEST + before)
        latest = _LATEST - self.question.duration - after
        horizon = self.question.booking_horizon
        return earliest, latest if horizon is None else min(latest, self.now + horizon)

    @property
    def _shape(self) -> Shape:
        return hours_shape(self.question, self.question.before, self.question.after)

    def _blocked(self, low: int, high: int) -> Pieces:
        """Where the calendar itself is blocked."""
        if self.question.calendar is None:
            return ()
        return self.ledger.record(self.question.calendar.id).blocked.above(0, low, high)

    def check_window(self, window: Interval) -> None:
        """Refuse a window that is too long, before any work (SPEC N34)."""
        days = -(-window.duration // timedelta(days=1))
        if window.duration > LONGEST_WINDOW:
            raise SearchLimitError("days of one window", days, LONGEST_WINDOW.days)
        needed = days * self.question.windows_a_day
        if needed > MOST_OPENING_WINDOWS:
            raise SearchLimitError("opening windows to look at", needed, MOST_OPENING_WINDOWS)

    def _grid_starts(self, window: Interval) -> Starts:
        self.check_window(window)
        grid = self.question.listing_grid
        low, high = window.start_us, window.end_us
        needed = grid.candidate_bound(low, high)
        if needed > MOST_CANDIDATES:
            raise SearchLimitError("candidate starts", needed, MOST_CANDIDATES)
        bits = needed * sum(len(role.candidates) for role in self.question.roles)
        if bits > MOST_MASK_BITS:
            raise SearchLimitError("candidates times starts", bits, MOST_MASK_BITS)
        return Starts.of(grid, low, high)


@frozen(eq=False)
class Offer:
    """The bookable ones among some starts, with all that is needed to tell of each.

    ``new`` are the starts at which all roles can be filled, ``join`` those at which a session
    can be joined.
    """

    search: Search
    starts: Starts
    places: PlaceMasks
    new: int
    join: int
    sessions: tuple[Session, ...]
    _kept: dict[int, Details] = field(factory=dict, init=False, repr=False)

    @property
    def bookable(self) -> int:
        """The mask of all bookable starts."""
        return self.new | self.join

    def details(self, start_us: int) -> Details:
        """The facts of the slot that starts then.

        Raises:
            InvalidValueError: If that start was not offered.
        """
        details = self._kept.get(start_us)
        if details is None:
            if not self.bookable & _mask_at([start_us], self.starts):
                moment = from_us(start_us)
                raise InvalidValueError("slot.start", moment, "a start that was offered", "slot")
            details = self._kept[start_us] = self._work_out(start_us)
        return details

    def _work_out(self, start: int) -> Details:
        options = self._options(start)
        able = [each.resource for role in options for each in role]
        session = self._session_to_join(start)
        hosts = {each.id for each in able if isinstance(each, Member)}
        rooms = {each.id for each in able if isinstance(each, Room)}
        if session is not None:
            booking = session.bookings[0]
            hosts.update(booking.host_ids)
            rooms.update(booking.room_ids)
            allocation, seats = _allocation_of(booking), session.seats_left
        else:
            taken = assign(self.search.question, options, self.search.ledger)
            assert taken is not None, "a bookable start can be filled"
            allocation = Allocation.of(taken)
            seats = self._seats_left(start, allocation)
        return Details(tuple(sorted(hosts)), tuple(sorted(rooms)), seats, allocation)

    def _options(self, start: int) -> Options:
        position = bisect_left(self.starts.times, start)
        able = (place for place, mask in self.places.items() if mask >> position & 1)
        return able_candidates(self.search.question, able)

    def _session_to_join(self, start: int) -> Session | None:
        low = bisect_left(self.sessions, start, key=_session_start)
        here = self.sessions[low : bisect_right(self.sessions, start, key=_session_start)]
        fitting = joinable(here, self.search.question.party_size)
        return fitting[0] if fitting else None

    def _seats_left(self, start: int, allocation: Allocation) -> int:
        """The free seats of the scarcest room taken; the party's own where there is no room."""
        question = self.search.question
        seats = [] if question.seats_per_slot is None else [question.seats_per_slot]
        for room_id in allocation.room_ids:
            capacity = self.search.catalogue.room(room_id).capacity
            load = self.search.ledger.record(room_id).seats
            footprint = allocation.footprint_us(room_id, start, start + question.duration)
            seats.append(capacity - load.peak(*footprint))
        return min(seats, default=question.party_size)


def _session_start(session: Session) -> int:
    return session.start


def _allocation_of(booking: Booking) -> Allocation:
    return Allocation(
        booking.host_ids,
        booking.room_ids,
        booking.equipment,
        Allocation().buffers if booking.buffers is None else booking.buffers,
    )


def _mask_at(times: Iterable[int], starts: Starts) -> int:
    """Those of the starts that are among the given times."""
    ranges = (
        (bisect_left(starts.times, time), bisect_left(starts.times, time + 1))
        for time in sorted(times)
    )
    return masks.of_ranges(ranges, len(starts.times))

"""One immutable state and every question to it.

A snapshot is a catalogue and a ledger. Asking changes nothing but caches, which hold only what
the state determines, so snapshots are shared freely between threads.

Nothing here reads a clock: ``now`` is always an argument (SPEC N2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bookable import commands
from bookable.availability.explain import explain
from bookable.availability.feasibility import limits
from bookable.availability.question import Question
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.availability.slot import Slot, Slots
from bookable.checks import check_amount, check_id, check_ids, check_items, check_type
from bookable.domain.booking import Block, Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.policy import BLOCKING_KINDS
from bookable.domain.refusal import Refusal, Violation
from bookable.domain.request import Request
from bookable.errors import BookingRefused, UnknownIdError
from bookable.occupancy.audit import check_ledger, find_violations
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.ledger import Ledger
from bookable.timeline import _kernel as kernel
from bookable.timeline.instant import instant_us, to_utc
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.interval_set import IntervalSet

_MOST_QUESTIONS: Final = 256


class Snapshot:
    """What can be booked, what is booked, and every answer that follows from the two.

    `Scheduler` adds the commands.
    """

    __slots__ = ("_catalogue", "_ledger", "_questions")
    _catalogue: Catalogue
    _ledger: Ledger
    _questions: dict[Request, Question]

    def __init__(
        self,
        catalogue: Catalogue,
        bookings: Iterable[Booking] = (),
        blocks: Iterable[Block] = (),
    ) -> None:
        check_type(catalogue, Catalogue, "catalogue", "a Catalogue")
        known = check_items(bookings, Booking, "bookings", "a Booking")
        closed = check_items(blocks, Block, "blocks", "a Block")
        for block in closed:
            commands.check_known(catalogue, block.resource_id, "blocks: resource_id")
        resolved = [commands.with_buffers(booking, catalogue) for booking in known]
        self._catalogue = catalogue
        self._ledger = Ledger.of(resolved, closed, ClaimRules.of(catalogue))
        self._questions = {}

    # What there is ---------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        """What can be booked."""
        return self._catalogue

    @property
    def bookings(self) -> Mapping[str, Booking]:
        """Every booking by id, cancelled ones included; it never changes."""
        return self._ledger.bookings

    @property
    def blocks(self) -> Mapping[str, Block]:
        """Every block by id; it never changes."""
        return self._ledger.blocks

    @property
    def version(self) -> int:
        """How many commands led here from the scheduler that was built first."""
        return self._ledger.version

    def booking(self, booking_id: str) -> Booking:
        """The booking of this id.

        Raises:
            UnknownIdError: If there is none.
        """
        return commands.booking_of(self._ledger, booking_id)

    def __eq__(self, other: object) -> bool:
        """Whether two states mean the same: catalogue, bookings and blocks, not the version."""
        if not isinstance(other, Snapshot):
            return NotImplemented
        return (
            self._catalogue == other._catalogue
            and self.bookings == other.bookings
            and self.blocks == other.blocks
        )

    def __hash__(self) -> int:
        return hash((self._catalogue, len(self.bookings), len(self.blocks)))

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} version {self.version}: {len(self._catalogue)} entries, "
            f"{len(self.bookings)} bookings, {len(self.blocks)} blocks>"
        )

    # Questions -------------------------------------------------------------

    def request(
        self,
        calendar_id: str,
        *,
        party_size: int = 1,
        duration: timedelta | None = None,
        host_ids: Iterable[str] | None = None,
    ) -> Request:
        """A request for a calendar, checked against it.

        ``duration=None`` means the calendar's own; ``host_ids`` are the only hosts wanted.

        Raises:
            UnknownIdError: If the calendar or a host does not exist.
            InvalidValueError: If the calendar does not allow the duration.
        """
        calendar = self._catalogue.calendar(calendar_id)
        request = Request(
            duration=calendar.duration if duration is None else duration,
            party_size=party_size,
            calendar_id=calendar_id,
            host_ids=None if host_ids is None else check_ids(host_ids, "host_ids"),
        )
        self._question(request)
        return request

    def free_slots(
        self,
        request: Request,
        *,
        within: Interval,
        now: datetime,
        limit: int | None = None,
        ignoring: Iterable[str] = (),
    ) -> Slots:
        """The slots on offer, in order of start; each could be booked in this state (SPEC N3).

        ``within`` bounds the starts, so adjoining windows list every slot once (SPEC N22).
        ``ignoring`` are bookings that the answer disregards, as when one is to be moved.
        O(r·m/64 + b) for *r* candidates, *m* grid starts and *b* breakpoints not yet seen.

        Raises:
            SearchLimitError: If the window or its number of grid starts is too large.
            UnknownIdError: If the request or ``ignoring`` names what does not exist.
        """
        check_interval(within, "within")
        if limit is not None:
            check_amount(limit, "limit")
        return self._search(request, now, ignoring).slots(within, limit)

    def first_slot(
        self, request: Request, *, within: Interval, now: datetime, ignoring: Iterable[str] = ()
    ) -> Slot | None:
        """The first of `free_slots`, or None."""
        check_interval(within, "within")
        return self._search(request, now, ignoring).first_slot(within)

    def free_periods(
        self, request: Request, *, within: Interval, now: datetime, ignoring: Iterable[str] = ()
    ) -> IntervalSet:
        """The time inside ``within`` that bookings of this request could take (SPEC N22).

        The grid is left aside. One host and one room serve each booking whole (SPEC N13).
        """
        check_interval(within, "within")
        return self._search(request, now, ignoring).free_periods(within)

    def start_periods(
        self, request: Request, *, within: Interval, now: datetime, ignoring: Iterable[str] = ()
    ) -> IntervalSet:
        """Every start inside ``within`` at which the request could be met, grid aside (SPEC N22)."""
        check_interval(within, "within")
        return self._search(request, now, ignoring).start_periods(within)

    def slot(
        self, request: Request, *, start: datetime, now: datetime, ignoring: Iterable[str] = ()
    ) -> Slot:
        """The offer for one start.

        Raises:
            BookingRefused: If it cannot be booked; it carries what `explain` answers.
        """
        search, start_us = self._search(request, now, ignoring), instant_us(start, "start")
        offer = search.at(start_us)
        if not offer.bookable:
            raise BookingRefused(explain(search, start_us))
        return Slots(request, (start_us,), offer)[0]

    def explain(
        self, request: Request, *, start: datetime, now: datetime, ignoring: Iterable[str] = ()
    ) -> tuple[Refusal, ...]:
        """Every reason why a start cannot be booked; ``()`` when it can (SPEC N32).

        Ordered by rule, subject and time.
        """
        return explain(self._search(request, now, ignoring), instant_us(start, "start"))

    def agenda(self, resource_id: str, *, within: Interval) -> tuple[Booking, ...]:
        """The blocking bookings of a resource or calendar whose time overlaps ``within``.

        Buffers do not count. Ordered by start, then id. O(log n + k) once its tree is built, with a small
        share of what changed since.

        Raises:
            UnknownIdError: If nothing is or was known under that id.
        """
        window = check_interval(within, "within")
        record = self._ledger.record(self._known(resource_id))
        ids = record.index.overlapping(window.start_us, window.end_us)
        found = [self.bookings[booking_id] for booking_id in ids]
        kept = [each for each in found if each.start < window.end and window.start < each.end]
        return tuple(sorted(kept, key=lambda each: (each.start, each.id)))

    def free_busy(self, resource_id: str, *, within: Interval, now: datetime) -> IntervalSet:
        """The busy time of a resource: where claims with their buffers, or blocks, leave nothing.

        Opening hours are not looked at. For a calendar it is the time that is blocked.

        Raises:
            UnknownIdError: If nothing is known under that id.
        """
        to_utc(now, "now")
        window = check_interval(within, "within")
        entry = self._catalogue.settled(
            commands.check_known(self._catalogue, resource_id, "resource_id")
        )
        record, low, high = self._ledger.record(resource_id), window.start_us, window.end_us
        busy = kernel.union(
            record.blocked_by(BLOCKING_KINDS, low, high), record.whole.above(0, low, high)
        )
        if entry is not None and not isinstance(entry, Calendar):
            for load, limit in limits(record, entry):
                busy = kernel.union(busy, load.above(limit - 1, low, high))
        return IntervalSet.from_us(busy)

    def violations(self, *, now: datetime) -> tuple[Violation, ...]:
        """Every overcommitment, booking in a block, overfull session and unknown id (SPEC N9).

        What is *not* looked at are the rules that decide what is offered: hours, grid, notice and
        what a calendar requires. A booking that breaks one of them took nothing twice. Worked out from the bookings themselves, without the structures that decide.
        Ordered by rule, subject and time.
        """
        moment = to_utc(now, "now")
        bookings, blocks = self.bookings.values(), self.blocks.values()
        return find_violations(self._catalogue, bookings, blocks, now=moment)

    def check(self) -> None:
        """Assert that the fast structures hold exactly what the bookings and blocks say.

        For tests: made of assertions, it says nothing under ``python -O``.
        """
        check_ledger(self._ledger)

    # -----------------------------------------------------------------------

    def _known(self, resource_id: str) -> str:
        """The id of something in the catalogue or in the history."""
        if check_id(resource_id, "resource_id") in self._ledger.record_ids:
            return resource_id
        return commands.check_known(self._catalogue, resource_id, "resource_id")

    def _question(self, request: Request) -> Question:
        check_type(request, Request, "request", "a Request, as scheduler.request answers")
        question = self._questions.get(request)
        if question is None:
            question = resolve(request, self._catalogue)
            if len(self._questions) >= _MOST_QUESTIONS:
                self._questions.clear()
            self._questions[request] = question
        return question

    def _search(self, request: Request, now: datetime, ignoring: Iterable[str]) -> Search:
        question, moment = self._question(request), instant_us(now, "now")
        ids = check_ids(ignoring, "ignoring")
        for booking_id in ids:
            if booking_id not in self.bookings:
                raise UnknownIdError("booking", booking_id, "ignoring")
        ledger = self._ledger.ignoring(ids) if ids else self._ledger
        return Search(ledger, self._catalogue, question, moment)

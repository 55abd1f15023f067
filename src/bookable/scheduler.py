"""The facade: one immutable state, questions to it, and commands that make the next.

Theory: a scheduler is a catalogue and a ledger. Questions never change it. A command is two
pure steps: *decide* evaluates the same predicate that listed the slot and gives a `Plan`
or the refusals; *apply* makes the next scheduler from the plan. So an old scheduler never
sees a later command, values are shared freely between threads, and a backend can
commit the plan in its database instead of applying it here.

Nothing here reads a clock: ``now`` is always an argument (SPEC N2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from bookable import commands
from bookable.availability.explain import explain
from bookable.availability.feasibility import limits
from bookable.availability.question import Question, resolve
from bookable.availability.search import Search
from bookable.availability.slot import Slot, Slots
from bookable.checks import check_amount, check_flag, check_id, check_ids, check_items, check_type
from bookable.domain.booking import Block, Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.refusal import Refusal, Violation
from bookable.domain.request import Request
from bookable.errors import BookingRefused, UnknownIdError
from bookable.occupancy.audit import check_ledger, find_violations
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline import _kernel as kernel
from bookable.timeline.instant import instant_us, to_utc
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.interval_set import IntervalSet

_MOST_QUESTIONS: Final = 256


class Scheduler:
    """What can be booked, what is booked, and everything that follows from the two.

    A history that breaks capacities loads: `violations` reports it, and only what touches
    the overloaded instants is refused (SPEC N9). Bookings that tell no buffers get those of
    the catalogue. Building is O(n log n) in the bookings.

    Raises:
        InvalidValueError: If two bookings or two blocks have the same id.
        UnknownIdError: If a block names something that does not exist.
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
        self._ledger = Ledger.of(resolved, closed, commands.session_rule(catalogue))
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
        if not isinstance(other, Scheduler):
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
            f"<Scheduler version {self.version}: {len(self._catalogue)} entries, "
            f"{len(self.bookings)} bookings, {len(self.blocks)} blocks>"
        )

    def __reduce__(self) -> tuple[object, ...]:
        parts = self._catalogue, tuple(self.bookings.values()), tuple(self.blocks.values())
        versions = dict(self._ledger.versions(self._ledger.record_ids))
        return _restored, (*parts, self.version, versions)

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

        Buffers do not count. Ordered by start, then id. O(log n + k) once its tree is built.

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
        entry = self._catalogue.get(
            commands.check_known(self._catalogue, resource_id, "resource_id")
        )
        record, low, high = self._ledger.record(resource_id), window.start_us, window.end_us
        busy = record.blocked.above(0, low, high)
        if entry is not None and not isinstance(entry, Calendar):
            for load, limit in limits(record, entry):
                busy = kernel.union(busy, load.above(limit - 1, low, high))
        return IntervalSet.from_us(busy)

    def violations(self, *, now: datetime) -> tuple[Violation, ...]:
        """Everything in this state that no command would have allowed (SPEC N9).

        Worked out from the bookings themselves, without the structures that decide.
        Ordered by rule, subject and time.
        """
        moment = to_utc(now, "now")
        bookings, blocks = self.bookings.values(), self.blocks.values()
        return find_violations(self._catalogue, bookings, blocks, now=moment)

    def check(self) -> None:
        """Assert that the fast structures hold exactly what the bookings and blocks say."""
        check_ledger(self._ledger)

    # Commands: decide, then apply ------------------------------------------

    def book(
        self, slot: Slot, *, booking_id: str, now: datetime, customer_id: str | None = None
    ) -> Scheduler:
        """The next state, with the slot booked; decided again by the same predicate (SPEC N3).

        The same id with the same content changes nothing (SPEC N33).

        Raises:
            BookingRefused: If the slot cannot be booked in this state.
            IdConflictError: If the id is taken by another booking.
        """
        plan = self.plan_book(slot, booking_id=booking_id, now=now, customer_id=customer_id)
        return self.apply(plan)

    def plan_book(
        self, slot: Slot, *, booking_id: str, now: datetime, customer_id: str | None = None
    ) -> Plan:
        """The decision of `book` as plain data."""
        check_type(slot, Slot, "slot", "a Slot, as free_slots and slot answer")
        search = self._search(slot.request, now, ())
        return commands.plan_book(search, slot, booking_id, customer_id)

    def cancel(self, booking_id: str, *, now: datetime) -> Scheduler:
        """The next state, with the booking cancelled; once more changes nothing.

        Raises:
            UnknownIdError: If there is no such booking.
        """
        return self.apply(self.plan_cancel(booking_id, now=now))

    def plan_cancel(self, booking_id: str, *, now: datetime) -> Plan:
        """The decision of `cancel` as plain data."""
        to_utc(now, "now")
        return commands.plan_cancel(self._ledger, booking_id)

    def reschedule(self, booking_id: str, *, to: Slot, now: datetime) -> Scheduler:
        """The next state, with the booking moved to a slot; a refusal leaves it where it is.

        The slot is decided again without the booking itself (SPEC N28): list it with
        ``ignoring=[booking_id]``. Moving to where it is already changes nothing.

        Raises:
            BookingRefused: If the slot cannot be booked in this state.
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If the booking is cancelled.
            InvalidValueError: If the slot belongs to another calendar.
        """
        return self.apply(self.plan_reschedule(booking_id, to=to, now=now))

    def plan_reschedule(self, booking_id: str, *, to: Slot, now: datetime) -> Plan:
        """The decision of `reschedule` as plain data."""
        check_type(to, Slot, "to", "a Slot, as free_slots and slot answer")
        booking = commands.booking_of(self._ledger, booking_id)
        search = self._search(to.request, now, (booking_id,))
        return commands.plan_reschedule(self._ledger, search, to, booking)

    def block(
        self, resource_id: str, interval: Interval, *, block_id: str, kind: str = "busy"
    ) -> Scheduler:
        """The next state, in which a resource or calendar takes no booking in the interval.

        Never refused: bookings that are inside stay and become violations (SPEC N9). The
        same id with the same content changes nothing.

        Raises:
            UnknownIdError: If there is no such resource or calendar.
            IdConflictError: If the id is taken by another block.
        """
        commands.check_known(self._catalogue, resource_id, "resource_id")
        return self.apply(
            commands.plan_block(self._ledger, Block(block_id, resource_id, interval, kind))
        )

    def unblock(self, block_id: str) -> Scheduler:
        """The next state, without a block.

        Raises:
            UnknownIdError: If there is no such block.
        """
        return self.apply(commands.plan_unblock(self._ledger, block_id))

    def apply(self, plan: Plan) -> Scheduler:
        """The next state from a plan that was decided on this one, or on one as good.

        Raises:
            StaleLedgerError: If something that the plan rests on has changed since.
        """
        check_type(plan, Plan, "plan", "a Plan, as plan_book answers")
        ledger = self._ledger.applying(plan)
        return self if ledger is self._ledger else self._with(self._catalogue, ledger)

    # The catalogue ---------------------------------------------------------

    def with_catalogue(self, catalogue: Catalogue) -> Scheduler:
        """The next state, with another catalogue. Bookings stay as they are.

        What no longer fits is reported by `violations`, never moved or dropped (SPEC N9).

        Raises:
            UnknownIdError: If a block names something that the catalogue lacks.
        """
        check_type(catalogue, Catalogue, "catalogue", "a Catalogue")
        if catalogue == self._catalogue:
            return self
        for block in self.blocks.values():
            commands.check_known(catalogue, block.resource_id, "blocks: resource_id")
        changed = self._catalogue.difference(catalogue)
        rule = commands.session_rule(catalogue)
        return self._with(catalogue, self._ledger.ruled_by(rule, changed))

    def remove(
        self, entry_id: str, *, now: datetime, detach: bool = False, cascade: bool = False
    ) -> Scheduler:
        """The next state, without a resource or calendar.

        Bookings that end after ``now`` and blocks keep it, unless ``cascade=True`` cancels and
        lifts them; calendars, rooms and equipment that name it keep it, unless
        ``detach=True`` takes it out of them.

        Raises:
            UnknownIdError: If there is no such entry.
            ResourceInUseError: If it is used and nobody said what shall become of its users.
        """
        check_flag(cascade, "cascade")
        lean = self._catalogue.remove(entry_id, detach=detach)
        users, blocks = commands.users_of(self._ledger, entry_id, to_utc(now, "now"))
        commands.check_unused(self._catalogue, entry_id, [*users, *blocks], cascade=cascade)
        state = self
        for booking_id in users:
            state = state.cancel(booking_id, now=now)
        for block_id in blocks:
            state = state.unblock(block_id)
        return state.with_catalogue(lean)

    # -----------------------------------------------------------------------

    def _with(self, catalogue: Catalogue, ledger: Ledger) -> Scheduler:
        new = Scheduler.__new__(Scheduler)
        new._catalogue, new._ledger = catalogue, ledger
        new._questions = self._questions if catalogue is self._catalogue else {}
        return new

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


def _restored(
    catalogue: Catalogue,
    bookings: Sequence[Booking],
    blocks: Sequence[Block],
    version: int,
    versions: Mapping[str, int],
) -> Scheduler:
    """A scheduler that was pickled; plans made before still apply, and stale ones do not."""
    scheduler = Scheduler(catalogue, bookings, blocks)
    return scheduler._with(catalogue, scheduler._ledger.restored(version, versions))

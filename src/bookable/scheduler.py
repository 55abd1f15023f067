"""The facade: an immutable state, questions to it, and commands that make the next.

Theory: a command is two pure steps. *Decide* evaluates the same predicate that listed the slot
and gives a `Plan` or the refusals; *apply* makes the next scheduler from the plan. So an old
scheduler never sees a later command, values are shared freely between threads, and a
backend can commit the plan in its database instead of applying it here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bookable import commands
from bookable.availability.slot import Slot
from bookable.checks import check_flag, check_type
from bookable.domain.booking import Block, Booking
from bookable.domain.catalogue import Catalogue
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.snapshot import Snapshot
from bookable.timeline.instant import to_utc
from bookable.timeline.interval import Interval


class Scheduler(Snapshot):
    """What can be booked, what is booked, and everything that follows from the two.

    A history that breaks capacities loads: `violations` reports it, and only what touches
    the overloaded instants is refused (SPEC N9). Bookings that tell no buffers get those of
    the catalogue. Building is O(n log n) in the bookings.

    Raises:
        InvalidValueError: If two bookings or two blocks have the same id.
        UnknownIdError: If a block names something that does not exist.
    """

    __slots__ = ()

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
        commands.check_fresh(plan, self._catalogue, self._ledger)
        ledger = self._ledger.applying(plan)
        return self if ledger is self._ledger else self._with(self._catalogue, ledger)

    # The catalogue ---------------------------------------------------------

    def with_catalogue(self, catalogue: Catalogue, *, now: datetime | None = None) -> Scheduler:
        """The next state, with another catalogue. Bookings stay as they are.

        Bookings beyond a lowered capacity are reported by `violations`, never moved or dropped
        (SPEC N9); new hours only matter to what is booked from now on.
        Nothing that is used may vanish: no entry with blocks or with blocking bookings,
        where ``now`` is given with those that end after it. `remove` can cascade.

        Raises:
            ResourceInUseError: If an entry that is used is missing.
        """
        check_type(catalogue, Catalogue, "catalogue", "a Catalogue")
        moment = None if now is None else to_utc(now, "now")
        if catalogue == self._catalogue:
            return self
        for entry_id in self._catalogue.without_those_of(catalogue):
            commands.check_unused(self._catalogue, self._ledger, entry_id, moment)
        rules = ClaimRules.of(catalogue)
        return self._with(catalogue, self._ledger.ruled_by(rules))

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
        lean, state = self._catalogue.remove(entry_id, detach=detach), self
        bookings, blocks = commands.users_of(self._ledger, entry_id, to_utc(now, "now"))
        for booking_id in bookings if cascade else ():
            state = state.cancel(booking_id, now=now)
        for block_id in blocks if cascade else ():
            state = state.unblock(block_id)
        return state.with_catalogue(lean, now=now)

    # -----------------------------------------------------------------------

    def _with(self, catalogue: Catalogue, ledger: Ledger) -> Scheduler:
        new = Scheduler.__new__(Scheduler)
        new._catalogue, new._ledger = catalogue, ledger
        new._questions = self._questions if catalogue is self._catalogue else {}
        return new

    def __reduce__(self) -> tuple[object, ...]:
        parts = self._catalogue, tuple(self.bookings.values()), tuple(self.blocks.values())
        return _restored, (*parts, self.version)


def _restored(
    catalogue: Catalogue, bookings: Sequence[Booking], blocks: Sequence[Block], version: int
) -> Scheduler:
    """A scheduler that was pickled."""
    scheduler = Scheduler(catalogue, bookings, blocks)
    return scheduler._with(catalogue, scheduler._ledger.at_version(version))

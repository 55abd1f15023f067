"""The facade: an immutable state, questions to it, and commands that make the next.

Theory: a command is two pure steps. *Decide* evaluates the same predicate that listed the slot
and gives a `Plan` or the refusals; *apply* makes the next scheduler from the plan. So an old
scheduler never sees a later command, values are shared freely between threads, and a
backend can commit the plan in its database instead of applying it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Self

from bookable import commands, upkeep
from bookable.availability.chain import ChainSlot
from bookable.availability.keeping import as_moved, with_hosts
from bookable.availability.slot import Slot
from bookable.busy_times import plan_busy_times
from bookable.checks import check_flag, check_id, check_ids, check_type
from bookable.domain.block import Block
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.free_busy import FreeBusy
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.domain.policy import BusyKind
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.plan import Plan
from bookable.planning import Planning
from bookable.recurring import Recurring
from bookable.resolving import Resolving
from bookable.timeline.instant import instant_us, to_us, to_utc
from bookable.timeline.interval import Interval
from bookable.waiting import Waiting


class Scheduler(Planning, Recurring, Resolving, Waiting):
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
        self,
        slot: Slot,
        *,
        booking_id: str,
        now: datetime,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Self:
        """The next state, with the slot booked; decided again by the same predicate (SPEC N3).

        ``customer_id`` is who books, unless the request says so already: limits and access are
        theirs. ``metadata`` are texts of the host's own, which the booking keeps (see `annotate`).
        The same id with the same content changes nothing (SPEC N33); metadata are compared while the
        booking is as it was booked. The id of what was cancelled, declined or held and has expired is
        taken for good; a hold is booked by `confirm`.

        Raises:
            BookingRefused: If the slot cannot be booked in this state.
            InvalidValueError: If the request is another customer's.
            IdConflictError: If the id is taken by another booking, a hold, or one that is gone.
        """
        plan = self.plan_book(
            slot, booking_id=booking_id, now=now, customer_id=customer_id, metadata=metadata
        )
        return self.apply(plan)

    def plan_book(
        self,
        slot: Slot,
        *,
        booking_id: str,
        now: datetime,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Plan:
        """The decision of `book` as plain data."""
        check_type(slot, Slot, "slot", "a Slot, as free_slots and slot answer")
        request = commands.asked_by(self._question(slot.request), customer_id)
        search = self._search(request, now, ())
        return commands.plan_book(search, slot, booking_id, customer_id, to_metadata(metadata))

    def book_chain(
        self,
        chain_slot: ChainSlot,
        *,
        booking_ids: Iterable[str],
        now: datetime,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Self:
        """The next state, with every segment of a chain booked, or none: decided again, as one.

        The starts are those of the slot; ``booking_ids`` has one id for each segment, and each booking
        keeps the ``metadata``, texts of the host's own.
        The same ids with the same content change nothing (SPEC N33).

        Raises:
            BookingRefused: If a segment cannot be booked after those before it.
            IdConflictError: If one of the ids is taken.
            SearchLimitError: If more than 5,000 allocations had to be tried.
        """
        plan = self.plan_chain(
            chain_slot,
            booking_ids=booking_ids,
            now=now,
            customer_id=customer_id,
            metadata=metadata,
        )
        return self.apply(plan)

    def plan_chain(
        self,
        chain_slot: ChainSlot,
        *,
        booking_ids: Iterable[str],
        now: datetime,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Plan:
        """The decision of `book_chain` as plain data."""
        check_type(chain_slot, ChainSlot, "chain_slot", "a ChainSlot, as chain_slots answers")
        ids = check_ids(booking_ids, "booking_ids", known="booking ids")
        links = self._links(chain_slot.chain, now, (), customer_id)
        return commands.plan_chain(links, chain_slot, ids, customer_id, to_metadata(metadata))

    def cancel(
        self,
        booking_id: str,
        *,
        now: datetime,
        version: int | None = None,
        ignore_cut_off: bool = False,
    ) -> Self:
        """The next state, with the booking cancelled, or a hold given back; once more changes nothing.

        ``version`` is the one that the caller knows it by (its change key); None does not ask. What
        has begun, or is past, while nobody said what became of it can be cancelled still: only a
        ``cancel_notice`` of its policy, which may be zero, ends that. All of its time is given back then, also
        what has gone by.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If somebody checked in, or if it is completed, missed, released,
                declined or expired by ``now``.
            WrongTimeError: If it is later than the calendar's policy allows (code ``too_late``), unless
                the cut-off is ignored.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(
            self.plan_cancel(booking_id, now=now, version=version, ignore_cut_off=ignore_cut_off)
        )

    def plan_cancel(
        self,
        booking_id: str,
        *,
        now: datetime,
        version: int | None = None,
        ignore_cut_off: bool = False,
    ) -> Plan:
        """The decision of `cancel` as plain data."""
        moment, terms = to_utc(now, "now"), commands.terms_of(version, ignore_cut_off)
        ledger = self._ledger.at(to_us(moment))
        return commands.plan_cancel(ledger, self._catalogue, booking_id, moment, terms)

    def reschedule(
        self,
        booking_id: str,
        *,
        to: Slot,
        now: datetime,
        keep_hosts: bool = False,
        version: int | None = None,
        ignore_cut_off: bool = False,
    ) -> Self:
        """The next state, with the booking moved to a slot; a refusal leaves it where it is.

        The slot is decided again without the booking itself (SPEC N28): list it with
        ``ignoring=[booking_id]``. Moving to where it is already changes nothing. It keeps its metadata,
        its tags and, where the slot's request names none, its place with rooms that lie there. With
        ``keep_hosts`` its own hosts serve it there too, all of them and nobody else, whomever the slot's
        request names; where they cannot it is refused. Its ``attendee_ids`` attend there as well, unless the slot's request names others: then those do. Who came with
        an add-on comes along only where the request names it again. It waits for approval
        again (``pending``) where the calendar's policy lets its customer only ask. Groups are not
        kept with a booking: give ``customer_id`` and ``groups`` again with the slot's request, or
        that policy sees the customer's id alone.

        Raises:
            BookingRefused: If the slot cannot be booked in this state.
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If somebody checked in, or if the booking is cancelled, completed,
                missed, released, declined or expired by ``now``. Nothing else keeps one that has
                begun, or is past, from moving, save a ``reschedule_notice``.
            InvalidValueError: If the slot belongs to another calendar, or its request to another
                customer.
            WrongTimeError: If it is later than the calendar's policy allows (code ``too_late``), unless
                the cut-off is ignored.
            StaleVersionError: If it has another version by now.
        """
        plan = self.plan_reschedule(
            booking_id,
            to=to,
            now=now,
            keep_hosts=keep_hosts,
            version=version,
            ignore_cut_off=ignore_cut_off,
        )
        return self.apply(plan)

    def plan_reschedule(
        self,
        booking_id: str,
        *,
        to: Slot,
        now: datetime,
        keep_hosts: bool = False,
        version: int | None = None,
        ignore_cut_off: bool = False,
    ) -> Plan:
        """The decision of `reschedule` as plain data."""
        check_type(to, Slot, "to", "a Slot, as free_slots and slot answer")
        terms = commands.terms_of(version, ignore_cut_off)
        ledger = self._ledger.at(instant_us(now, "now"))
        booking = commands.booking_of(ledger, booking_id)
        request = commands.asked_by(self._question(to.request), booking.customer_id)
        check_flag(keep_hosts, "keep_hosts")
        request = as_moved(request, booking, self._catalogue, keep_hosts=keep_hosts)
        search = self._search(request, now, (booking_id,))
        if keep_hosts:
            search = with_hosts(search, booking.serving_ids)
        return commands.plan_reschedule(ledger, search, to, booking, terms)

    def block(
        self,
        resource_id: str,
        interval: Interval,
        *,
        block_id: str,
        kind: BusyKind | str = BusyKind.BUSY,
        source: str = "",
        buffer_before: timedelta = timedelta(0),
        buffer_after: timedelta = timedelta(0),
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Self:
        """The next state, in which a resource or calendar takes no booking in the interval.

        ``kind`` says how strongly it stands, ``source`` where it comes from; both are told to who
        asks why not; ``metadata`` are texts of the host's own. A blocked room blocks those that share
        a part with it. Never refused: bookings that are inside stay and become violations (SPEC N9).
        The same id with the same content changes nothing.

        Raises:
            UnknownIdError: If there is no such resource or calendar.
            IdConflictError: If the id is taken by another block.
        """
        upkeep.check_known(self._catalogue, resource_id, "resource_id")
        buffers = buffer_before, buffer_after
        block = Block(block_id, resource_id, interval, kind, source, *buffers, metadata)
        return self.apply(upkeep.plan_block(self._ledger, block))

    def unblock(self, block_id: str) -> Self:
        """The next state, without a block.

        Raises:
            UnknownIdError: If there is no such block.
        """
        return self.apply(upkeep.plan_unblock(self._ledger, block_id))

    def with_busy_times(self, free_busy: FreeBusy, *, source: str) -> Self:
        """The next state, in which a source says just this of its subjects in that window.

        Blocks of the source (`Block.source`) on the subjects in ``free_busy.busy`` give way to what is told
        now, one for each time; what of them lies outside the window stays. Nobody becomes free because they
        could not be read: each ``unknown`` subject that the catalogue knows is blocked for the whole window,
        as of kind ``unknown`` (`BusyKind`), with why in the block's metadata (``reason``), and all that
        was known of it is kept. Once the source tells its time, that takes the place of both. Until then it is
        never offered, and `Slots.unknown_ids` names it: no request has to. The ids follow from what
        blocks say. Telling the same once more changes nothing.

        Raises:
            UnknownIdError: If one who is told to be busy is no resource or calendar; nothing changes.
            IdConflictError: If the host gave the id of one of the blocks to another.
        """
        told = check_type(free_busy, FreeBusy, "free_busy", "a FreeBusy, as busy_times answers")
        named = check_id(source, "source")
        return self.apply(plan_busy_times(self._ledger, self._catalogue, told, named))

    # The catalogue ---------------------------------------------------------

    def with_catalogue(self, catalogue: Catalogue, *, now: datetime | None = None) -> Self:
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
        ledger = self._ledger if now is None else self._as_of(now)
        for entry_id in self._catalogue.without_those_of(catalogue):
            upkeep.check_unused(self._catalogue, ledger, entry_id, moment)
        rules = ClaimRules.of(catalogue)
        return self._with(catalogue, self._ledger.ruled_by(rules))

    def remove(
        self, entry_id: str, *, now: datetime, detach: bool = False, cascade: bool = False
    ) -> Self:
        """The next state, without a resource or calendar.

        Bookings that end after ``now`` and blocks keep it, unless ``cascade=True`` cancels and
        lifts them, cut-offs aside; what somebody checked in to keeps it even so. Calendars, rooms and
        equipment that name it keep it, unless ``detach=True`` takes it out of them.

        Raises:
            UnknownIdError: If there is no such entry.
            ResourceInUseError: If it is used and nobody said what shall become of its users.
        """
        check_flag(cascade, "cascade")
        lean, state = self._catalogue.remove(entry_id, detach=detach), self
        ledger = self._as_of(now)
        bookings, blocks = upkeep.users_of(ledger, entry_id, to_utc(now, "now"))
        for booking_id in upkeep.cancellable(ledger, bookings) if cascade else ():
            state = state.cancel(booking_id, now=now, ignore_cut_off=True)
        for block_id in blocks if cascade else ():
            state = state.unblock(block_id)
        return state.with_catalogue(lean, now=now)

    def __reduce__(self) -> tuple[object, ...]:
        parts = self._catalogue, tuple(self.bookings.values()), tuple(self.blocks.values())
        return _restored, (*parts, self.version)


def _restored(
    catalogue: Catalogue, bookings: Sequence[Booking], blocks: Sequence[Block], version: int
) -> Scheduler:
    """A scheduler that was pickled."""
    scheduler = Scheduler(catalogue, bookings, blocks)
    return scheduler._with(catalogue, scheduler._ledger.at_version(version))

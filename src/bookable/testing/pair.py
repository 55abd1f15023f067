"""The engine and the oracle side by side: every command goes to both, every answer is compared.

A command is plain data, a word and a few numbers, and the numbers are read against what
exists at that moment: *cancel the third booking*, *start one unit before the end of the
second block*. So any run of numbers is a history, a history that fails can be shortened
by leaving commands out, and the same commands serve the seeded simulator and Hypothesis.

What numbers mean is in `bookable.testing.reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bookable.availability.slot import Slot
from bookable.domain.request import Request
from bookable.errors import BookingRefused, IdConflictError, InvalidTransitionError
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.asks import ask_again
from bookable.testing.axis import AXIS, MARGIN, Ids
from bookable.testing.changes import Change, change_catalogue
from bookable.testing.choices import Choices, spread
from bookable.testing.compare import (
    Disagreement,
    check,
    check_pieces,
    check_refusals,
    check_resource,
    check_slot,
    check_starts,
    check_state,
)
from bookable.testing.oracle import NONE, Allocation, decide, is_overbooked
from bookable.testing.oracle_met import is_met
from bookable.testing.plain import PlainAsk, PlainBlock, PlainBooking
from bookable.testing.reading import LAST, WINDOW, Question, Reading
from bookable.testing.realise_asks import request as as_request

Command = tuple[str, int, int, int, int]


@dataclass(slots=True)
class Offer:
    """A slot that was offered, and the question behind it."""

    slot: Slot
    calendar_id: str | None
    ask: PlainAsk
    start: int


@dataclass(slots=True, repr=False)
class Pair(Reading):
    """One history, told to the engine and to the oracle.

    ``compared`` counts the starts at which both were asked and gave the same answer.
    """

    offers: list[Offer] = field(default_factory=list)
    answered: dict[str, Offer] = field(default_factory=dict)
    history: list[Command] = field(default_factory=list)
    compared: int = 0

    def __repr__(self) -> str:
        return f"<Pair: {self.world} after {self.history}>"

    def run(self, command: Command) -> None:
        """Carry out one command on both sides.

        Raises:
            Disagreement: If they answer differently.
        """
        self.history.append(command)
        version = self.scheduler.version
        word, *numbers = command
        COMMANDS[word](self, *numbers)
        if self.scheduler.version < version:
            raise Disagreement(f"version went from {version} to {self.scheduler.version}")

    def audit(self) -> None:
        """Compare everything stored, and every listing of every question."""
        check_state(self.scheduler, self.world, self.now)
        for number in range(len(self.world.calendars) + len(self.asks)):
            asked = self.question(number, 0)
            if asked is not None:
                check_starts(self.scheduler, self.world, *asked, within=WINDOW, now=self.now)
                self.compared += len(WINDOW)

    # Questions -----------------------------------------------------------------

    def offer(
        self, ask: PlainAsk, request: Request, start: int, ignoring: Ids = NONE
    ) -> tuple[Slot, Allocation] | None:
        """The slot there, when both sides agree that there is one and what it takes."""
        self.compared += 1
        expected = decide(self.world, ask, start, self.now, ignoring)
        at, now = realise.moment(start), realise.moment(self.now)
        try:
            slot = self.scheduler.slot(request, start=at, now=now, ignoring=sorted(ignoring))
        except BookingRefused as refused:
            if expected is not None:
                raise Disagreement(f"{expected} is free at {start}, refused: {refused}") from None
            check_refusals(self.world, ask, start, self.now, refused.refusals, ignoring)
            return None
        if expected is None:
            raise Disagreement(f"offered at {start}, which cannot be booked: {slot.allocation}")
        check_slot(self.world, ask, slot, start, expected, now=self.now, ignoring=ignoring)
        return slot, expected

    def do_list(self, which: int, how: int, first: int, length: int) -> None:
        """Every start in a window."""
        asked = self.question(which, how)
        if asked is None:
            return
        start = MARGIN + first % (LAST - MARGIN)
        within = range(start, min(LAST, start + 1 + length % (LAST - MARGIN)))
        check_starts(self.scheduler, self.world, *asked, within=within, now=self.now)
        self.compared += len(within)

    def do_pieces(self, which: int, how: int, first: int, length: int) -> None:
        """Free periods and start periods of a window."""
        asked = self.question(which, how)
        if asked is None:
            return
        start = MARGIN + first % (LAST - MARGIN)
        within = range(start, min(LAST, start + 1 + length % (LAST - MARGIN)))
        check_pieces(self.scheduler, self.world, *asked, within=within, now=self.now)
        self.compared += 2 * len(within)

    def do_look(self, which: int, _how: int, first: int, length: int) -> None:
        """Agenda and busy time of anything in the catalogue."""
        world = self.world
        ids = sorted({**world.rooms, **world.equipment, **world.members, **world.calendars})
        start = first % (AXIS - 1)
        within = range(start, min(AXIS, start + 1 + length % AXIS))
        check_resource(self.scheduler, world, ids[which % len(ids)], within, self.now)

    # Commands ------------------------------------------------------------------

    def do_book(self, which: int, how: int, thing: int, edge: int) -> None:
        """Book a question at a start, or be refused."""
        asked = self.question(which, how)
        if asked is not None:
            self._book(asked, self.start(asked[0], thing, edge))

    def _book(self, asked: Question, start: int) -> None:
        found = self.offer(*asked, start)
        if found is not None:
            self.take(Offer(found[0], asked[0].calendar_id, asked[0], start), found[1])

    def do_join(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """Book the calendar and the very time of some booking: a session, or a conflict."""
        booking = self.some_booking(which)
        if booking is None or booking.calendar_id not in self.world.calendars:
            return
        asked = self.question(sorted(self.world.calendars).index(booking.calendar_id), how)
        if asked is not None:
            self._book(asked, booking.start)

    def take(self, offer: Offer, expected: Allocation) -> None:
        """Book an offer that is known to be good."""
        booking_id, ask = self.name("b"), offer.ask
        now = realise.moment(self.now)
        after = self.scheduler.book(
            offer.slot, booking_id=booking_id, now=now, customer_id=ask.customer_id
        )
        booking = PlainBooking(
            booking_id,
            offer.start,
            offer.start + ask.duration,
            ask.calendar_id,
            ask.party,
            expected.hosts,
            expected.rooms,
            expected.equipment,
            expected.buffers,
            "pending" if ask.access == "request" else "confirmed",
            ask.customer_id,
            ask.location_id,
            self._tags(ask, offer.start, expected),
            expected.individual,
            tuple(sorted(ask.attendee_ids)),
            expected.companions,
        )
        check(booking, realise.plain_booking(after.booking(booking_id)), "booked")
        check(False, booking_id in self.scheduler.bookings, "an old scheduler sees the booking")
        self._moved_on(after)
        self.world.keep(booking)
        self.answered[booking_id] = offer
        self.offers = [*self.offers[-3:], offer]

    def _tags(
        self, ask: PlainAsk, start: int, taken: Allocation, ignoring: Ids = NONE
    ) -> frozenset[str]:
        """The tags of a booking, with the library's own where it is one too many."""
        beyond = is_overbooked(self.world, ask, start, taken, ignoring)
        return ask.tags | ({"overbooked"} if beyond else set())

    def do_book_late(self, which: int, _how: int, _thing: int, _edge: int) -> None:
        """Book an offer of the past: it is decided again, as things stand now."""
        offer = self.offers[which % len(self.offers)] if self.offers else None
        ask = self.asked_again(offer.ask) if offer is not None else None
        if offer is None or ask is None:
            return
        expected = decide(self.world, ask, offer.start, self.now)
        if expected is not None:
            self.take(replace(offer, ask=ask), expected)
            return
        before = self.scheduler
        try:
            before.book(
                offer.slot,
                booking_id=self.name("b"),
                now=realise.moment(self.now),
                customer_id=ask.customer_id,
            )
        except BookingRefused as refused:
            check_refusals(self.world, ask, offer.start, self.now, refused.refusals)
            return
        raise Disagreement(f"booked at {offer.start}, where nothing is free any more")

    def do_repeat(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """The same id again: the same content is the same result, other content a conflict."""
        booking = self.some_booking(which)
        if booking is None or booking.id not in self.answered:
            return
        offer, now = self.answered[booking.id], realise.moment(self.now)
        ask = self.asked_again(offer.ask)
        if ask is None:
            return
        is_other = how % 3 == 2 and ask.customer_id is None
        customer = "someone else" if is_other else booking.customer_id
        same = customer == booking.customer_id and booking.tags - {"overbooked"} == ask.tags
        same = same and is_met(self.world, ask, offer.start, booking)
        try:
            after = self.scheduler.book(
                offer.slot, booking_id=booking.id, now=now, customer_id=customer
            )
        except IdConflictError:
            check(False, same, f"conflict about {booking.id}")
            return
        check(True, same, f"{booking.id} booked again")
        check(self.scheduler.version, after.version, "version after a repeated command")
        check(self.scheduler.bookings, after.bookings, "bookings after a repeated command")

    def do_cancel(self, which: int, _how: int, _thing: int, _edge: int) -> None:
        """Cancel a booking; once more changes nothing."""
        booking = self.some_booking(which)
        if booking is None:
            return
        after = self.scheduler.cancel(booking.id, now=realise.moment(self.now))
        check("cancelled", after.booking(booking.id).status.value, booking.id)
        if booking.is_blocking:
            self._moved_on(after)
        else:
            check(self.scheduler.version, after.version, "version after cancelling twice")
        self.world.keep(replace(booking, status="cancelled"))

    def do_reschedule(self, which: int, how: int, thing: int, edge: int) -> None:
        """Move a booking to another start, for another party perhaps, itself ignored."""
        booking = self.some_booking(which)
        if booking is None or not set(booking.attendees) <= self.world.members.keys():
            return
        calendars = sorted(self.world.calendars)
        if booking.calendar_id is None:
            asked = self.question(len(calendars) + how % len(self.asks), 0)
        elif booking.calendar_id in calendars:
            asked = self.question(calendars.index(booking.calendar_id), how)
        else:
            return
        if asked is None:
            return
        own = replace(asked[0], tags=booking.tags - {"overbooked"}, customer_id=booking.customer_id)
        ask = ask_again(self.world, own)
        start = self.start(ask, thing, edge) if how % 7 else booking.start
        found = self.offer(ask, as_request(ask), start, frozenset({booking.id}))
        if found is not None:
            self._move(booking, Offer(found[0], ask.calendar_id, ask, start))

    def _move(self, booking: PlainBooking, offer: Offer) -> None:
        now, ignoring = realise.moment(self.now), frozenset({booking.id})
        ask = self.moving(offer.ask, booking)
        taken = decide(self.world, ask, offer.start, self.now, ignoring)
        try:
            after = self.scheduler.reschedule(booking.id, to=offer.slot, now=now)
        except InvalidTransitionError:
            check(False, booking.is_blocking, f"{booking.id} cannot be moved")
            return
        except BookingRefused as refused:
            check(None, taken, f"{booking.id} may not be moved")
            check_refusals(self.world, ask, offer.start, self.now, refused.refusals, ignoring)
            return
        check(True, booking.is_blocking, f"{booking.id} was moved")
        if is_met(self.world, ask, offer.start, booking):
            check(self.scheduler.version, after.version, "version after moving nowhere")
            check(booking, realise.plain_booking(after.booking(booking.id)), "moved nowhere")
            return
        if taken is None:
            raise Disagreement(f"{booking.id} was moved to {offer.start}, where nothing is free")
        moved = replace(
            booking,
            start=offer.start,
            end=offer.start + offer.ask.duration,
            party=offer.ask.party,
            hosts=taken.hosts,
            rooms=taken.rooms,
            equipment=taken.equipment,
            buffers=taken.buffers,
            location_id=ask.location_id,
            tags=self._tags(ask, offer.start, taken, ignoring),
            individual=taken.individual,
            attendees=tuple(sorted(ask.attendee_ids)),
            companions=taken.companions,
            # Who may only ask for it has to ask again.
            status="pending" if ask.access == "request" else booking.status,
        )
        check(moved, realise.plain_booking(after.booking(booking.id)), "moved")
        version = self.scheduler.booking(booking.id).version
        check(version + 1, after.booking(booking.id).version, "version of a booking")
        self._moved_on(after)
        self.world.keep(moved)

    def do_block(self, which: int, how: int, thing: int, edge: int) -> None:
        """Block a resource or a calendar."""
        plain = self.some_block(which, how, thing, edge)
        after = self._blocked(self.scheduler, plain)
        self._moved_on(after)
        again = self._blocked(after, plain)
        check(after.version, again.version, "version after blocking twice")
        self.world.close(plain)

    def _blocked(self, scheduler: Scheduler, plain: PlainBlock) -> Scheduler:
        return scheduler.block(
            plain.resource_id,
            realise.interval(plain.start, plain.end),
            block_id=plain.id,
            kind=plain.kind,
            buffer_before=plain.before * realise.UNIT,
            buffer_after=plain.after * realise.UNIT,
        )

    def do_unblock(self, which: int, _how: int, _thing: int, _edge: int) -> None:
        """Take a block away."""
        found = list(self.world.blocks)
        if found:
            block_id = found[which % len(found)]
            self._moved_on(self.scheduler.unblock(block_id))
            self.world.reopen(block_id)

    def do_change(self, which: int, how: int, thing: int, edge: int) -> None:
        """Change the catalogue."""
        pick = Choices(spread(which, how, thing, edge), self.world.rules)
        keep = frozenset(
            id_
            for ask in self.asks
            for id_ in (*ask.attendee_ids, *ask.optional_ids, *ask.prefer_ids)
        )
        keep |= frozenset(id_ for ask in self.asks for role in ask.roles for id_ in role.pool)
        change = Change(pick, self.name, self.now, keep)
        after = change_catalogue(self.scheduler, self.world, change)
        if after is not None:
            self._moved_on(after)

    def do_tick(self, which: int, _how: int, _thing: int, _edge: int) -> None:
        """Another *now*, earlier ones included."""
        dated = self.world.rules & {"notices", "horizons"}
        self.now = which % 48 - 24 if dated else which % 24

    def _moved_on(self, after: Scheduler) -> None:
        if not after.version > self.scheduler.version:
            raise Disagreement(f"version {after.version} after {self.scheduler.version}")
        self.scheduler = after


COMMANDS: dict[str, Callable[[Pair, int, int, int, int], None]] = {
    "book": Pair.do_book,
    "join": Pair.do_join,
    "book_late": Pair.do_book_late,
    "repeat": Pair.do_repeat,
    "cancel": Pair.do_cancel,
    "reschedule": Pair.do_reschedule,
    "block": Pair.do_block,
    "unblock": Pair.do_unblock,
    "change": Pair.do_change,
    "tick": Pair.do_tick,
    "list": Pair.do_list,
    "pieces": Pair.do_pieces,
    "look": Pair.do_look,
}

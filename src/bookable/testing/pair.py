"""The engine and the oracle side by side: every command goes to both, every answer is compared.

A command is plain data, a word and a few numbers, and the numbers are read against what
exists at that moment: *cancel the third booking*, *start one unit before the end of the
second block*. So any run of numbers is a history, a history that fails can be shortened
by leaving commands out, and the same commands serve the seeded simulator and Hypothesis.

What numbers mean is in `bookable.testing.reading`; what happens to bookings that exist in
`bookable.testing.telling_life`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidTransitionError,
    StaleVersionError,
    WrongTimeError,
)
from bookable.scheduler import Scheduler
from bookable.testing import oracle_life, realise
from bookable.testing.asks import ask_again
from bookable.testing.changes import Change, change_catalogue
from bookable.testing.choices import Choices, choose, spread
from bookable.testing.compare import Disagreement, check, check_refusals, check_starts, check_state
from bookable.testing.oracle import Allocation, decide
from bookable.testing.oracle_met import is_met
from bookable.testing.oracle_unknown import attending
from bookable.testing.plain import PlainAsk, PlainBlock, PlainBooking
from bookable.testing.plain_life import in_time
from bookable.testing.reading import LATEST, WINDOW
from bookable.testing.realise_asks import request as as_request
from bookable.testing.telling import Command, Offer
from bookable.testing.telling_life import edges_of
from bookable.testing.telling_many import TellingMany

__all__ = ["COMMANDS", "Command", "Offer", "Pair"]


@dataclass(slots=True, repr=False)
class Pair(TellingMany):
    """One history, told to the engine and to the oracle."""

    def run(self, command: Command) -> None:
        """Carry out one command on both sides.

        Raises:
            Disagreement: If they answer differently.
        """
        self.history.append(command)
        before = self.scheduler
        word, *numbers = command
        COMMANDS[word](self, *numbers)
        if self.scheduler.version < before.version:
            raise Disagreement(f"version went from {before.version} to {self.scheduler.version}")
        for booking_id, booking in before.bookings.items():
            was, now = booking.status.value, self.scheduler.booking(booking_id).status.value
            if now != was and now not in oracle_life.LATER[was]:
                raise Disagreement(f"{booking_id} was {was} and is {now}")

    def audit(self) -> None:
        """Compare everything stored, and every listing of every question."""
        check_state(self.scheduler, self.world, self.now)
        for number in range(len(self.world.calendars) + len(self.asks)):
            asked = self.question(number, 0)
            if asked is not None:
                check_starts(self.scheduler, self.world, *asked, within=WINDOW, now=self.now)
                self.compared += len(WINDOW)

    # Commands ------------------------------------------------------------------

    def do_book(self, which: int, how: int, thing: int, edge: int) -> None:
        """Book a question at a start, or be refused."""
        asked = self.question(which, how)
        if asked is not None:
            self.book_at(asked, self.wanted(asked, thing, edge))

    def do_join(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """Book the calendar and the very time of some booking: a session, or a conflict."""
        booking = self.some_booking(which)
        if booking is None or booking.calendar_id not in self.world.calendars:
            return
        asked = self.question(sorted(self.world.calendars).index(booking.calendar_id), how)
        if asked is not None:
            self.book_at(asked, booking.start)

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
        same = same and is_met(self.world, ask, offer.start, booking) and booking.status != "hold"
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
            self._move(booking, Offer(found[0], ask.calendar_id, ask, start), edge)

    def _move(self, booking: PlainBooking, offer: Offer, edge: int) -> None:
        now, ignoring = realise.moment(self.now), frozenset({booking.id})
        ask = self.moving(offer.ask, booking)
        taken = decide(self.world, ask, offer.start, self.now, ignoring)
        version, ignores = self.known_version(booking, edge), edge % 3 == 2
        refused = oracle_life.cannot(
            self.world, booking, self.now, version, ignores=ignores, what="reschedule_notice"
        )
        same = refused != oracle_life.WRONG_STATE and is_met(self.world, ask, offer.start, booking)
        try:
            after = self.scheduler.reschedule(
                booking.id, to=offer.slot, now=now, version=version, ignore_cut_off=ignores
            )
        except (InvalidTransitionError, StaleVersionError, WrongTimeError) as error:
            check(None if same else refused, error.code, f"{booking.id} cannot be moved")
            return
        except BookingRefused as error:
            check((None, None), (refused, taken), f"{booking.id} may not be moved")
            check_refusals(self.world, ask, offer.start, self.now, error.refusals, ignoring)
            return
        if same:
            check(self.scheduler.version, after.version, "version after moving nowhere")
            check(self.scheduler.bookings, after.bookings, "moved nowhere")
            return
        check(None, refused, f"{booking.id} was moved")
        if taken is None:
            raise Disagreement(f"{booking.id} was moved to {offer.start}, where nothing is free")
        moved = self._moved(booking, offer, ask, taken)
        check(moved, realise.plain_booking(after.booking(booking.id)), "moved")
        self.accepted(after)
        self.world.keep(moved)

    def _moved(
        self, booking: PlainBooking, offer: Offer, ask: PlainAsk, taken: Allocation
    ) -> PlainBooking:
        """The booking, where it was moved to."""
        moved = replace(
            booking,
            start=offer.start,
            end=offer.start + offer.ask.duration,
            party=offer.ask.party,
            hosts=taken.hosts,
            rooms=taken.rooms,
            equipment=taken.equipment,
            buffers=taken.buffers,
            location_id=taken.place if taken.joins else ask.location_id,
            tags=self.tags(ask, offer.start, taken, frozenset({booking.id})),
            individual=taken.individual,
            attendees=tuple(sorted(attending(ask))),
            companions=taken.companions,
            check_in=oracle_life.policy_for(self.world, ask.calendar_id, taken.rooms),
            rooms_until=None,
            version=booking.version + 1,
            override=frozenset(),
        )
        # Who may only ask for it has to ask again, for what is held once it is confirmed.
        asks = ask.access == "request"
        if booking.status == "hold":
            moved = replace(moved, needs_approval=asks)
        elif asks:
            moved = replace(moved, status="pending")
        return in_time(moved, self.now)

    def do_block(self, which: int, how: int, thing: int, edge: int) -> None:
        """Block a resource or a calendar."""
        plain = self.some_block(which, how, thing, edge)
        after = self._blocked(self.scheduler, plain)
        self.moved_on(after)
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
            self.moved_on(self.scheduler.unblock(block_id))
            self.world.reopen(block_id)

    def do_change(self, which: int, how: int, thing: int, edge: int) -> None:
        """Change the catalogue."""
        pick = Choices(spread(which, how, thing, edge), self.world.rules)
        keep = frozenset(
            id_
            for ask in self.asks
            for id_ in (*ask.attendee_ids, *ask.optional_ids, *ask.prefer_ids, *ask.unknown_ids)
        )
        keep |= frozenset(id_ for ask in self.asks for role in ask.roles for id_ in role.pool)
        change = Change(pick, self.name, self.now, keep)
        after = change_catalogue(self.scheduler, self.world, change)
        if after is not None:
            self.moved_on(after)

    def do_tick(self, which: int, how: int, thing: int, edge: int) -> None:
        """Another *now*, earlier ones included; where bookings have a life mostly one that matters."""
        dated = self.world.rules & {"notices", "horizons"}
        booking = self.some_booking(thing) if self.has_life else None
        if booking is None or how % 4 == 0:
            self.pass_to(which % 48 - 24 if dated else which % 24)
        elif how % 4 == 1:
            self.pass_to(min(self.now + 1 + which % 3, LATEST))
        else:
            at = choose(spread(edge), edges_of(booking)) - edge % 2
            self.pass_to(min(at if how % 4 == 2 else max(at, self.now), LATEST))


COMMANDS: dict[str, Callable[[Pair, int, int, int, int], None]] = {
    "book": Pair.do_book,
    "join": Pair.do_join,
    "book_late": Pair.do_book_late,
    "repeat": Pair.do_repeat,
    "cancel": Pair.do_cancel,
    "hold": Pair.do_hold,
    "extend": Pair.do_extend,
    "confirm": Pair.do_confirm,
    "decline": Pair.do_decline,
    "check_in": Pair.do_check_in,
    "activity": Pair.do_activity,
    "check_out": Pair.do_check_out,
    "complete": Pair.do_complete,
    "miss": Pair.do_miss,
    "sweep": Pair.do_sweep,
    "reschedule": Pair.do_reschedule,
    "block": Pair.do_block,
    "unblock": Pair.do_unblock,
    "change": Pair.do_change,
    "tick": Pair.do_tick,
    "reassign": Pair.do_reassign,
    "series": Pair.do_series,
    "recur": Pair.do_recur,
    "change_series": Pair.do_change_series,
    "cancel_series": Pair.do_cancel_series,
    "drop_series": Pair.do_drop_series,
    "promote": Pair.do_promote,
    "group": Pair.do_group,
    "repair": Pair.do_repair,
    "override": Pair.do_override,
    "list": Pair.do_list,
    "pieces": Pair.do_pieces,
    "look": Pair.do_look,
}

"""What every command of a pair needs: questions to both sides, offers that are taken, time that passes."""

from __future__ import annotations

from dataclasses import dataclass, field

from bookable.availability.slot import Slot
from bookable.domain.request import Request
from bookable.errors import BookingRefused
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.axis import AXIS, MARGIN, Ids
from bookable.testing.choices import LIFE
from bookable.testing.compare import (
    Disagreement,
    check,
    check_pieces,
    check_refusals,
    check_resource,
    check_slot,
    check_starts,
    merged,
)
from bookable.testing.oracle import NONE, Allocation, decide, is_overbooked
from bookable.testing.oracle_life import policy_for
from bookable.testing.oracle_unknown import attending
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.plain_life import in_time
from bookable.testing.reading import LAST, WINDOW, Question, Reading

Command = tuple[str, int, int, int, int]
BEFORE_ALL = -24
"""A time at which nothing that was booked is over, so that everything written counts."""


@dataclass(slots=True)
class Offer:
    """A slot that was offered, and the question behind it."""

    slot: Slot
    calendar_id: str | None
    ask: PlainAsk
    start: int


@dataclass(slots=True, repr=False)
class Telling(Reading):
    """One history, told to the engine and to the oracle.

    ``compared`` counts the starts at which both were asked and gave the same answer.
    """

    offers: list[Offer] = field(default_factory=list)
    answered: dict[str, Offer] = field(default_factory=dict)
    history: list[Command] = field(default_factory=list)
    compared: int = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.world} after {self.history}>"

    @property
    def has_life(self) -> bool:
        """Whether more happens to bookings in this world than that they are made, moved and cancelled."""
        return bool(self.world.rules & LIFE)

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

    def wanted(self, asked: Question, thing: int, edge: int) -> int:
        """A start at an edge; where bookings have a life often the next that is free."""
        start = self.start(asked[0], thing, edge)
        if self.has_life and edge % 2:
            now, within = realise.moment(self.now), realise.interval(WINDOW.start, WINDOW.stop)
            slot = self.scheduler.first_slot(asked[1], within=within, now=now)
            return start if slot is None else realise.unit_of(slot.start)
        return start

    def book_at(self, asked: Question, start: int, expires: int | None = None) -> None:
        """Book a question at a start, or hold it, or be refused."""
        found = self.offer(*asked, start)
        if found is not None:
            self.take(Offer(found[0], asked[0].calendar_id, asked[0], start), found[1], expires)

    def take(self, offer: Offer, expected: Allocation, expires: int | None = None) -> None:
        """Book an offer that is known to be good, or hold it until then."""
        booking_id, now = self.name("b"), realise.moment(self.now)
        customer_id = offer.ask.customer_id
        if expires is None:
            after = self.scheduler.book(
                offer.slot, booking_id=booking_id, now=now, customer_id=customer_id
            )
        else:
            after = self.scheduler.hold(
                offer.slot,
                booking_id=booking_id,
                now=now,
                expires_at=realise.moment(expires),
                customer_id=customer_id,
            )
        booking = self.taken(booking_id, offer.ask, offer.start, expected, expires)
        check(booking, realise.plain_booking(after.booking(booking_id)), "booked")
        check(False, booking_id in self.scheduler.bookings, "an old scheduler sees the booking")
        self.accepted(after)
        self.world.keep(booking)
        self.answered[booking_id] = offer
        self.offers = [*self.offers[-3:], offer]

    def taken(
        self,
        booking_id: str,
        ask: PlainAsk,
        start: int,
        expected: Allocation,
        expires: int | None = None,
    ) -> PlainBooking:
        """The booking, or the hold until then, that takes this."""
        asks = ask.access == "request"
        calendar = self.world.calendars.get(ask.calendar_id or "")
        status = "pending" if asks else "confirmed"
        taken = PlainBooking(
            booking_id,
            start,
            start + ask.duration,
            ask.calendar_id,
            ask.party,
            expected.hosts,
            expected.rooms,
            expected.equipment,
            expected.buffers,
            status if expires is None else "hold",
            ask.customer_id,
            expected.place if expected.joins else ask.location_id,
            self.tags(ask, start, expected),
            expected.individual,
            tuple(sorted(attending(ask))),
            expected.companions,
            created=None if expires is None else self.now,
            expires=expires,
            needs_approval=asks and expires is not None,
            pending_blocks=calendar is None or calendar.pending_blocks,
            check_in=policy_for(self.world, ask.calendar_id, expected.rooms),
        )
        return in_time(taken, self.now)

    def tags(
        self, ask: PlainAsk, start: int, taken: Allocation, ignoring: Ids = NONE
    ) -> frozenset[str]:
        """The tags of a booking, with the library's own where it is one too many."""
        beyond = is_overbooked(self.world, ask, start, taken, ignoring)
        return ask.tags | ({"overbooked"} if beyond else set())

    def moved_on(self, after: Scheduler) -> None:
        """The next state."""
        if not after.version > self.scheduler.version:
            raise Disagreement(f"version {after.version} after {self.scheduler.version}")
        self.scheduler = after

    def accepted(self, after: Scheduler) -> None:
        """The next state, after something was booked: nothing is wrong that was not wrong before.

        Judged by all that is written, whatever the time: safety rests on no clock.
        """
        now = realise.moment(BEFORE_ALL)
        before = merged(self.scheduler.violations(now=now))
        for key, (units, ids) in merged(after.violations(now=now)).items():
            known = before.get(key, (NONE, NONE))[0]
            # Who asks may let blocks of some kinds not count.
            if key[0] != "unknown_resource" and "kinds" not in self.world.rules and units - known:
                raise Disagreement(f"{key} at {sorted(units - known)} by {sorted(ids)}")
        self.moved_on(after)

    def pass_to(self, now: int) -> None:
        """Let it be another time."""
        self.now = now
        self.world.turn_to(now)

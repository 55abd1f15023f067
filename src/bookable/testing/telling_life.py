"""What happens to bookings that exist: held, confirmed, cancelled, come to, over (SPEC N26 to N29)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidTransitionError,
    InvalidValueError,
    StaleVersionError,
    WrongTimeError,
)
from bookable.scheduler import Scheduler
from bookable.testing import oracle_life, realise
from bookable.testing.compare import check
from bookable.testing.oracle_met import is_met
from bookable.testing.plain import PlainBooking
from bookable.testing.plain_life import deadline_of
from bookable.testing.telling import Telling

METHODS = ("manual", "verified", "inferred", "unspecified")
WRONG_WORDS = (InvalidTransitionError, StaleVersionError, WrongTimeError, InvalidValueError)
LONGEST = 24

Tell = Callable[[Scheduler], Scheduler]


def edges_of(booking: PlainBooking) -> list[int]:
    """The units at which something becomes of a booking, or may be done with it."""
    early = 0 if booking.check_in is None else booking.check_in.early
    known = (deadline_of(booking), booking.expires, booking.rooms_until)
    edges = [booking.start, booking.start - early, booking.end, booking.start - 3]
    return edges + [unit for unit in known if unit is not None]


@dataclass(slots=True, repr=False)
class TellingLife(Telling):
    """The part of a `bookable.testing.pair.Pair` that tells of the life of bookings."""

    def known_version(self, booking: PlainBooking, how: int) -> int | None:
        """The version that somebody knows a booking by: mostly none, its own, or another one."""
        return (None, None, booking.version, None, None, booking.version, booking.version + 1)[
            how % 7
        ]

    def tell(
        self, booking: PlainBooking, expected: oracle_life.Answer, command: Tell, *, takes: bool
    ) -> None:
        """Give a command for a booking, and hold what comes of it against what the oracle says.

        ``takes`` says that it may make the booking keep time anew.
        """
        before = self.scheduler
        try:
            after = command(before)
        except WRONG_WORDS as error:
            check(expected, error.code, f"{booking.id} is refused: {error}")
            return
        except BookingRefused as error:
            check(expected, error.code, f"{booking.id} is refused: {error}")
            check(True, bool(error.refusals) and all(map(str, error.refusals)), "reasons")
            return
        made = realise.plain_booking(after.booking(booking.id))
        if expected == booking:
            check(before.version, after.version, f"version after nothing happened to {booking.id}")
            check(before.bookings, after.bookings, f"nothing happened to {booking.id}")
            return
        check(expected, made, booking.id)
        assert isinstance(expected, PlainBooking)
        if takes and not expected.override:
            self.accepted(after)
        else:
            self.moved_on(after)
        self.world.keep(expected)

    def _happens(
        self,
        which: int,
        how: int,
        event: Callable[[PlainBooking, int | None], oracle_life.Answer],
        command: Callable[..., Scheduler],
        states: tuple[str, ...],
        **said: Any,
    ) -> None:
        """An event, once and once more: then it has happened already.

        Mostly for a booking in one of the states where it may happen.
        """
        found = [each.id for each in self.world.bookings.values() if each.status in states]
        any_one = self.some_booking(which)
        if any_one is None or not (self.has_life or command is Scheduler.cancel):
            return
        booking_id = found[-1 - which % len(found)] if found and how % 4 else any_one.id
        for again in (False, True):
            booking = self.world.bookings[booking_id]
            version = self.known_version(booking, how // 4 + again)
            told = partial(command, booking_id=booking.id, version=version, **said)
            takes = command is Scheduler.confirm
            self.tell(booking, event(booking, version), told, takes=takes)

    @property
    def at(self) -> Any:
        """The time, as the engine is told it."""
        return realise.moment(self.now)

    # Holds and approval --------------------------------------------------------

    def do_hold(self, which: int, how: int, thing: int, edge: int) -> None:
        """Hold a question at a start; a plain booking where nobody holds anything."""
        asked = self.question(which, how)
        if asked is None:
            return
        start = self.wanted(asked, thing, edge)
        expires = self.now + 1 + (edge + how) % 6
        if "holds" not in self.world.rules:
            self.book_at(asked, start)
            return
        known = set(self.scheduler.bookings)
        self.book_at(asked, start, expires)
        for booking_id in set(self.scheduler.bookings) - known:
            self._hold_again(booking_id, expires, how)

    def _held_again(self, which: int, how: int) -> None:
        """What was held is held once more, whatever became of it since."""
        held = [each for each in self.world.bookings.values() if each.expires is not None]
        found = [each for each in held if each.id in self.answered]
        if found:
            booking = found[-1 - which % len(found)]
            self._hold_again(booking.id, booking.expires or 0, how)

    def _hold_again(self, booking_id: str, expires: int, how: int) -> None:
        """The same hold once more is the same, confirmed too; until another time it is another one."""
        other = expires + how % 2
        offer, scheduler = self.answered[booking_id], self.scheduler
        ask, booking = self.asked_again(offer.ask), self.world.bookings[booking_id]
        if ask is None:
            return
        same = other == expires and is_met(self.world, ask, offer.start, booking)
        same = same and booking.customer_id == ask.customer_id
        same = same and booking.tags - {"overbooked"} == ask.tags
        try:
            after = scheduler.hold(
                offer.slot,
                booking_id=booking_id,
                now=self.at,
                expires_at=realise.moment(other),
                customer_id=ask.customer_id,
            )
        except IdConflictError:
            check(False, same, f"conflict about {booking_id}")
            return
        check(True, same, f"{booking_id} held again")
        check(scheduler.bookings, after.bookings, f"{booking_id} held again")

    def do_extend(self, which: int, how: int, thing: int, _edge: int) -> None:
        """A hold is kept for longer, or shorter."""
        expires = self.now + thing % (LONGEST + 3) - 1

        def event(booking: PlainBooking, version: int | None) -> oracle_life.Answer:
            return oracle_life.extend(booking, expires, self.now, version)

        until = realise.moment(expires)
        self._happens(which, how, event, Scheduler.extend, ("hold",), now=self.at, expires_at=until)

    def do_confirm(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """What is held, or waits, takes place."""

        def event(booking: PlainBooking, version: int | None) -> oracle_life.Answer:
            return oracle_life.confirm(self.world, booking, self.now, version)

        self._happens(which, how, event, Scheduler.confirm, ("hold", "pending"), now=self.at)
        self._held_again(which, how)

    def do_decline(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """What waits does not take place."""
        self._happens(which, how, oracle_life.decline, Scheduler.decline, ("pending",), now=self.at)

    def do_cancel(self, which: int, how: int, thing: int, _edge: int) -> None:
        """Cancel a booking; once more changes nothing."""
        ignores = thing % 3 == 2

        def event(booking: PlainBooking, version: int | None) -> oracle_life.Answer:
            return oracle_life.cancel(self.world, booking, self.now, version, ignores=ignores)

        said = {"now": self.at, "ignore_cut_off": ignores}
        self._happens(which, how, event, Scheduler.cancel, ("hold", "pending", "confirmed"), **said)
        self._held_again(which, how)

    # Check-in and check-out ------------------------------------------------------

    def do_check_in(self, which: int, how: int, thing: int, _edge: int) -> None:
        """Somebody comes."""
        method = METHODS[thing % len(METHODS)]

        def event(booking: PlainBooking, version: int | None) -> oracle_life.Answer:
            return oracle_life.check_in(booking, self.now, method, version)

        self._happens(
            which, how, event, Scheduler.check_in, ("confirmed",), at=self.at, method=method
        )

    def do_activity(self, which: int, _how: int, _thing: int, _edge: int) -> None:
        """Something happens in a room, and goes on: that is no sign of anything more."""
        rooms = sorted(self.world.rooms)
        if not rooms or not self.has_life:
            return
        for _ in range(2):
            self._noticed(rooms[which % len(rooms)])

    def _noticed(self, room_id: str) -> None:
        expected = oracle_life.activity(self.world, room_id, self.now)
        after = self.scheduler.record_activity(room_id, at=self.at)
        for booking in expected:
            found = realise.plain_booking(after.booking(booking.id))
            check(booking, found, f"activity in {room_id}")
        if not expected:
            check(self.scheduler.version, after.version, f"version after nothing in {room_id}")
            check(self.scheduler.bookings, after.bookings, f"nothing in {room_id}")
            return
        self.moved_on(after)
        for booking in expected:
            self.world.keep(booking)

    def do_check_out(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """Who came leaves."""
        self._ends(which, how, oracle_life.check_out, Scheduler.check_out, ("checked_in",))

    def do_complete(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """It took place."""
        self._ends(
            which, how, oracle_life.complete, Scheduler.complete, ("confirmed", "checked_in")
        )

    def do_miss(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """Nobody came."""
        self._ends(which, how, oracle_life.miss, Scheduler.mark_no_show, ("confirmed", "released"))

    def _ends(
        self,
        which: int,
        how: int,
        ends: Callable[..., oracle_life.Answer],
        command: Callable[..., Scheduler],
        states: tuple[str, ...],
    ) -> None:
        def event(booking: PlainBooking, version: int | None) -> oracle_life.Answer:
            return ends(self.world, booking, self.now, version)

        self._happens(which, how, event, command, states, at=self.at)

    def do_sweep(self, _which: int, _how: int, _thing: int, _edge: int) -> None:
        """Write down what became of bookings by themselves; nobody has to."""
        after = self.scheduler.swept(now=self.at)
        check(self.scheduler.version, after.version, "version after a sweep")
        self.scheduler = after
        self.world.write()

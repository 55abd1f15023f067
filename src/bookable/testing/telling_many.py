"""Commands about many things at once, and those that decide for others: told to both sides.

Hand-overs, waitlists, groups, repairs and what an administrator leaves aside (SPEC N9, N14,
N28). What the oracle can foretell it foretells; otherwise the engine decides, and its
outcome is judged: nothing else changed, nothing is lost, and nothing is newly wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import attrs

from bookable.domain.refusal import Refusal
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.errors import (
    BookingRefused,
    GroupError,
    InvalidTransitionError,
    InvalidValueError,
    StaleVersionError,
    UnknownIdError,
)
from bookable.occupancy.plan import Plan
from bookable.scheduler import Scheduler
from bookable.testing import answers, oracle_life, realise
from bookable.testing.axis import DAY, Ids
from bookable.testing.compare import Disagreement, check
from bookable.testing.oracle import NONE, decide
from bookable.testing.oracle_capacity import closing
from bookable.testing.oracle_hours import settled
from bookable.testing.plain import PlainAsk, PlainBooking
from bookable.testing.reading import LAST, Question
from bookable.testing.telling_ends import TellingEnds
from bookable.testing.telling_series import AHEAD, GONE

MOST_WAITING = 4
OVERRIDES = (
    ("busy",),
    ("full",),
    ("busy", "full"),
    ("busy", "full", "outside_hours", "inactive"),
    ("notice_too_short", "beyond_horizon", "off_grid"),
    ("not_allowed", "limit_reached", "not_next", "travel_time"),
)
CAPACITY = frozenset({"busy", "full"})
SERVED = ("hold", "pending", "confirmed", "checked_in")

Foretold = PlainBooking | str | None
Part = tuple[Callable[[Scheduler], Plan], Callable[[], Foretold]]


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits, and for what."""

    entry: WaitlistEntry
    ask: PlainAsk
    within: range


@dataclass(slots=True, repr=False)
class TellingMany(TellingEnds):
    """The part of a `bookable.testing.pair.Pair` that tells of many things at once."""

    waiters: list[Waiter] = field(default_factory=list)

    # Other hosts ---------------------------------------------------------------

    def do_reassign(self, which: int, how: int, thing: int, edge: int) -> None:
        """Other hosts for a booking, those named or whoever can."""
        several = [each.id for each in self.world.calendars.values() if len(each.member_ids) > 1]
        found = [
            each
            for each in self.world.bookings.values()
            if each.calendar_id in several and each.status in SERVED and len(each.hosts) == 1
        ]
        booking = found[-1 - which % len(found)] if found else self.some_booking(which)
        if booking is None:
            return
        version, named = self.known_version(booking, edge), self._named(booking, how, thing)
        try:
            after = self.scheduler.reassign(
                booking.id, now=self.at, host_ids=named, version=version
            )
        except InvalidTransitionError as error:
            check(False, booking.status in SERVED, f"{booking.id} is refused: {error}")
            return
        except StaleVersionError:
            check(True, oracle_life.is_stale(booking, version), f"{booking.id} is stale")
            return
        except BookingRefused as error:
            check(True, bool(error.refusals) and all(map(str, error.refusals)), "reasons")
            gone = () if booking.rooms_until is None else booking.rooms
            check(set(), {each.subject for each in error.refusals} & {*gone}, "rooms asked for")
            return
        except (InvalidValueError, UnknownIdError):
            return
        check(True, booking.status in SERVED, f"{booking.id} changes hands")
        self._handed_over(booking, after, named)

    def _named(self, booking: PlainBooking, how: int, thing: int) -> list[str] | None:
        """Nobody, or all who serve with one of them replaced."""
        calendar = self.world.calendars.get(booking.calendar_id or "")
        stay = {*booking.attendees, *booking.companions}
        serving = [id_ for id_ in booking.hosts if id_ not in stay]
        if how % 3 == 0 or calendar is None or not serving or not calendar.member_ids:
            return None
        serving[thing % len(serving)] = calendar.member_ids[how // 3 % len(calendar.member_ids)]
        return sorted(set(serving))

    def _handed_over(self, was: PlainBooking, after: Scheduler, named: list[str] | None) -> None:
        world = self.world.copy()
        together = [was]
        if world.is_in_session(was) and was.is_blocking:
            key = world.session_of(was)
            together = [
                each
                for each in world.bookings.values()
                if each.is_blocking and world.session_of(each) == key
            ]
        found = self.outcome(after, frozenset(each.id for each in together))
        if not found:
            if named is None:
                raise Disagreement(f"nobody else was found for {was.id}, and nothing refused")
            check(True, set(named) <= set(was.hosts), f"{was.id} has whom it shall have")
            return
        check({each.id for each in together}, set(found), "a session changes hands together")
        for old in together:
            made = found[old.id]
            same = replace(
                made, hosts=old.hosts, buffers=old.buffers, tags=old.tags, version=old.version
            )
            check(old, same, f"{old.id} has other hosts, no more")
            check(len(old.hosts), len(set(made.hosts)), f"hosts of {old.id}")
            check(False, set(old.hosts) == set(made.hosts), f"{old.id} has others")
            stay = {*old.attendees, *old.companions}
            check(True, stay <= set(made.hosts), f"who stays with {old.id}")
            if named is not None:
                check(set(named) | stay, set(made.hosts) | stay, f"{old.id} has those named")

    # Who waits -----------------------------------------------------------------

    def do_promote(self, which: int, how: int, thing: int, edge: int) -> None:
        """Somebody more waits; then whoever can be served is given a hold, and only once."""
        asked = self.question(which, how)
        if asked is not None and len(self.waiters) < MOST_WAITING:
            self.waiters.append(self._waiter(asked, thing, edge))
        if not self.waiters:
            return
        length = 1 + how % 6
        waitlist = Waitlist(tuple(each.entry for each in self.waiters))
        with self.foretelling():
            expected = self._served(self.now + length)
        hold_for = length * realise.UNIT
        after, left = self.scheduler.promote(waitlist, now=self.at, hold_for=hold_for)
        waiting = [each for each in self.waiters if each.entry.id not in expected]
        check({each.entry.id for each in waiting}, {each.id for each in left.entries}, "who waits")
        made = {each.id: each for each in expected.values()}
        check(made, self.outcome(after, NONE, frozenset(made)), "who is served")
        again, still = after.promote(waitlist, now=self.at, hold_for=hold_for)
        check(after.version, again.version, "version after promoting twice")
        check(left, still, "who waits on")
        self.waiters = waiting

    def _waiter(self, asked: Question, thing: int, edge: int) -> Waiter:
        ask, request = asked
        first = self.next_free(asked, thing, edge)
        within = range(first, min(LAST, first + 1 + edge % 12))
        entry = WaitlistEntry(
            self.name("w"),
            request,
            realise.interval(within.start, within.stop),
            realise.moment(self.now),
            priority=edge % 2,
            customer_id=ask.customer_id,
        )
        return Waiter(entry, ask, within)

    def _served(self, expires: int) -> dict[str, PlainBooking]:
        """The hold of each who is served: again and again the first who can be."""
        found: dict[str, PlainBooking] = {}
        line = sorted(
            self.waiters,
            key=lambda each: (-each.entry.priority, each.entry.joined_at, each.entry.id),
        )
        while True:
            served = next((each for each in line if self._is_served(each, expires, found)), None)
            if served is None:
                return found
            line.remove(served)

    def _is_served(self, waiter: Waiter, expires: int, found: dict[str, PlainBooking]) -> bool:
        ask = self.asked_again(waiter.ask)
        if ask is None:
            return False
        starts = answers.starts(self.world, ask, waiter.within, self.now)
        if not starts:
            return False
        expected = decide(self.world, ask, starts[0], self.now)
        assert expected is not None
        hold = self.taken(f"{waiter.entry.id}~1", ask, starts[0], expected, expires)
        self.world.keep(hold)
        found[waiter.entry.id] = hold
        return True

    # Groups --------------------------------------------------------------------

    def do_group(self, which: int, how: int, thing: int, edge: int) -> None:
        """Cancel a booking, book twice, perhaps where it was: all of it, or nothing."""
        booking, asked = self.some_booking(which), self.question(thing, how)
        if booking is None or asked is None:
            return
        start = booking.start if edge % 2 else self.next_free(asked, thing, edge // 2)
        cancels = self._cancelling(booking, ignores=how % 2 == 0)
        books = [self._booking(asked, each) for each in (start, start + asked[0].duration)]
        parts = [books[0], cancels, books[1]] if edge % 5 == 0 else [cancels, *books]
        self._grouped(parts[: 2 + (how % 4 == 3)])

    def _cancelling(self, booking: PlainBooking, *, ignores: bool) -> Part:
        def plan(state: Scheduler) -> Plan:
            return state.plan_cancel(booking.id, now=self.at, ignore_cut_off=ignores)

        def foretell() -> Foretold:
            now_is = self.world.bookings[booking.id]
            return oracle_life.cancel(self.world, now_is, self.now, None, ignores=ignores)

        return plan, foretell

    def _booking(self, asked: Question, start: int) -> Part:
        (ask, request), id_ = asked, self.name("b")

        def plan(state: Scheduler) -> Plan:
            slot = state.slot(request, start=realise.moment(start), now=self.at)
            return state.plan_book(slot, booking_id=id_, now=self.at, customer_id=ask.customer_id)

        def foretell() -> Foretold:
            expected = decide(self.world, ask, start, self.now)
            return None if expected is None else self.taken(id_, ask, start, expected)

        return plan, foretell

    def _grouped(self, parts: list[Part]) -> None:
        expected: dict[str, PlainBooking] = {}
        fails = None
        with self.foretelling() as world:
            for number, (_, foretell) in enumerate(parts):
                made = foretell()
                if not isinstance(made, PlainBooking):
                    fails = number
                    break
                if made != world.bookings.get(made.id):
                    world.keep(made)
                    expected[made.id] = made
        try:
            after = self.scheduler.apply_group([plan for plan, _ in parts])
        except GroupError as error:
            check(fails, error.position, f"a group fails: {error}")
            return
        check(None, fails, "a group was carried out")
        version, may = self.scheduler.version, frozenset(expected)
        check(expected, self.outcome(after, may, may), "what a group made")
        check(version + bool(expected), after.version, "version after a group")

    # Repairs -------------------------------------------------------------------

    def do_repair(self, which: int, how: int, _thing: int, _edge: int) -> None:
        """Move as little as possible out of violations; perhaps one booking that shall move."""
        movable = [
            each.id
            for each in self.world.bookings.values()
            if each.status in AHEAD and each.start >= self.now
        ]
        also = [movable[which % len(movable)]] if movable and how % 2 else []
        before, old = answers.violations(self.world, self.now), dict(self.world.bookings)
        repair = self.scheduler.plan_repair(now=self.at, moving=also)
        again = self.scheduler.plan_repair(now=self.at, moving=also)
        check(repair, again, "the same state gives the same repair")
        found = self.outcome(self.scheduler.apply(repair.plan), frozenset(movable))
        if not (before or also):
            check({}, found, "nothing to repair")
        check({each.after.id for each in repair.mended}, set(found), "what was mended")
        wrong = {id_ for _, ids in before.values() for id_ in ids}
        for id_, made in found.items():
            was = old[id_]
            check(True, id_ in wrong or id_ in also, f"{id_} had to move")
            same = (was.calendar_id, was.party, was.customer_id, self._date(was))
            is_now = (made.calendar_id, made.party, made.customer_id, self._date(made))
            check(same, is_now, f"{id_} where it was moved to")
            check(was.last - was.start, made.end - made.start, f"how long {id_} lasts")
        left = answers.violations(self.world, self.now)
        for id_ in found:
            if any(id_ in ids for key, (_, ids) in left.items() if key[0] != "unknown_resource"):
                raise Disagreement(f"{id_} was moved into {left}")

    def _date(self, booking: PlainBooking) -> int:
        """The local date of the start of a booking, counted from the first."""
        calendar = self.world.calendars.get(booking.calendar_id or "")
        shift = None if calendar is None else settled(self.world, calendar).shift
        return (booking.start + (shift or 0)) // DAY

    # What is left aside ----------------------------------------------------------

    def do_override(self, which: int, how: int, thing: int, edge: int) -> None:
        """Book where some rules are left aside."""
        asked = self.question(which, how)
        if asked is None:
            return
        (ask, request), aside = asked, OVERRIDES[edge % len(OVERRIDES)]
        start, booking_id = self.wanted(asked, thing, edge // 6), self.name("b")
        asked_so = attrs.evolve(request, override=aside)
        expected = decide(self.world, ask, start, self.now)
        try:
            slot = self.scheduler.slot(asked_so, start=realise.moment(start), now=self.at)
            after = self.scheduler.book(
                slot, booking_id=booking_id, now=self.at, customer_id=ask.customer_id
            )
        except BookingRefused as error:
            check(None, expected, f"refused though rules are left aside: {error}")
            rules = {
                each.rule.value
                for each in error.refusals
                if each.subject != ask.calendar_id and not self._has_session(ask, start, each)
            }
            check(set(), rules & set(aside), "reasons that were left aside")
            return
        if expected is not None and CAPACITY.issuperset(aside):
            plain = self.taken(booking_id, ask, start, expected)
            check(
                plain, realise.plain_booking(after.booking(booking_id)), "booked as for customers"
            )
        self._beyond(ask, after, booking_id, frozenset(aside))

    def _has_session(self, ask: PlainAsk, start: int, refusal: Refusal) -> bool:
        """Whether a session of the calendar has it then: a second one of the same would be the same.

        So what a session that nobody may join has, or the calendar where it has nothing, is busy all
        the same.
        """
        bookings = [self.world.bookings[each] for each in refusal.booking_ids]
        return bool(bookings) and all(
            each.calendar_id == ask.calendar_id
            and each.start == start
            and self.world.is_in_session(each)
            for each in bookings
        )

    def _beyond(self, ask: PlainAsk, after: Scheduler, booking_id: str, aside: Ids) -> None:
        beyond = aside & CAPACITY
        wrong = {"overcommitted", "session_overfull", "blocked"} if beyond else set()
        made = self.outcome(after, NONE, frozenset({booking_id}), aside=frozenset(wrong))
        booking = made[booking_id]
        check(True, booking.override <= beyond, f"what was left aside for {booking_id}")
        check((ask.duration, ask.party), (booking.end - booking.start, booking.party), "asked for")
        check(False, booking.status in GONE, f"{booking_id} is booked")
        again = realise.plain_booking(self.scheduler.booking(booking_id))
        check(self.world.written[booking_id], again, booking_id)
        taken = {*booking.resources, booking.calendar_id or ""}
        closed = {rule for id_ in taken for rule in closing(self.world, ask, id_, booking.body)}
        check(False, "unknown" in closed, f"{booking_id} takes who could not be read")

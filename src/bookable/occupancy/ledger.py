"""Who holds what, when: all bookings and blocks as one immutable, versioned value.

Model: a booking is kept under its id for ever, whatever becomes of it; while it blocks,
it has one claim in the record of each resource that it takes, and one in the record of its
calendar. A command makes the next ledger by replacing the records that it touches;
all others are shared, and a ledger that somebody kept never changes.

The surprising decision: a resource that the catalogue does not know may have claims here.
History outlives the catalogue (SPEC N9); the audit reports it, nothing is dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Final, TypeVar

from bookable.domain.block import Block
from bookable.domain.booking import Booking
from bookable.domain.claim import SessionKey
from bookable.domain.effective import as_of, due_at
from bookable.errors import InvalidValueError, StaleLedgerError
from bookable.frozen_map import FrozenMap
from bookable.limits import EARLIEST
from bookable.occupancy.claims import (
    NOWHERE,
    ClaimRules,
    Taken,
    as_claim,
    counted_as,
    customer_key,
    taken_by,
)
from bookable.occupancy.gathered import Gathered, History
from bookable.occupancy.index import BookingIndex
from bookable.occupancy.plan import Plan
from bookable.occupancy.record import EMPTY, Closed, Record
from bookable.occupancy.sessions import SessionTable
from bookable.occupancy.shared_map import SharedMap
from bookable.occupancy.trail import Trail
from bookable.timeline.instant import from_us, to_us

_EARLIEST: Final = to_us(EARLIEST)


class Ledger:
    """Bookings, blocks and one `Record` per resource and calendar.

    ``version`` counts the commands that were applied; ``trail`` tells what came and went lately.
    """

    __slots__ = (
        "_due",
        "_later",
        "_records",
        "_sessions",
        "blocks",
        "bookings",
        "rules",
        "trail",
        "version",
    )
    bookings: SharedMap[str, Booking]
    blocks: SharedMap[str, Block]
    version: int
    rules: ClaimRules
    trail: Trail
    _due: BookingIndex
    _later: tuple[int, Ledger] | None
    _records: SharedMap[str, Record]
    _sessions: SessionTable

    @classmethod
    def of(cls, bookings: Iterable[Booking], blocks: Iterable[Block], rules: ClaimRules) -> Ledger:
        """The ledger of a history, whether it keeps to the capacities or not. O(n log n).

        Raises:
            InvalidValueError: If two bookings or two blocks have the same id.
        """
        new = cls.__new__(cls)
        new.rules, new.version, new.trail = rules, 0, Trail()
        every = _by_id(bookings, "bookings")
        new.bookings = SharedMap(every)
        new.blocks = SharedMap(_by_id(blocks, "blocks"))
        gathered = Gathered.of(every.values(), rules)
        claims: dict[str, list[Taken]] = defaultdict(list)
        beside: dict[SessionKey, list[Booking]] = defaultdict(list)
        for booking in gathered.special:
            for claim in new.claims_of(booking):
                claims[claim.resource_id].append(claim)
                if claim.session is not None and claim.resource_id == booking.calendar_id:
                    beside[claim.session].append(booking)
        new._records = SharedMap(new._records_of(gathered.histories(), claims))
        known = gathered.sessions
        new._sessions = SessionTable(
            known | {key: [*known.get(key, ()), *group] for key, group in beside.items()}
        )
        new._due, new._later = BookingIndex(new._due_times(every.values())), None
        return new

    def _records_of(
        self, gathered: dict[str, History], claims: dict[str, list[Taken]]
    ) -> dict[str, Record]:
        closed: dict[str, dict[str, Closed]] = defaultdict(dict)
        for block in self.blocks.values():
            for resource_id in self._closed_by(block):
                closed[resource_id][block.id] = (*block.footprint_us, block.kind)
        found: dict[str, Record] = {}
        for key in sorted({*gathered, *claims, *closed}):
            history, own = gathered.get(key), closed.get(key, {})
            if history is None or key in claims:
                found[key] = Record.of(chain(history or (), claims.get(key, ())), own)
            else:
                found[key] = Record.of_history(history, own)
        return found

    # Questions -------------------------------------------------------------

    def record(self, resource_id: str) -> Record:
        """What is taken of a resource, or booked through a calendar."""
        return self._records.get(resource_id, EMPTY)

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The resources and calendars that ever had a claim or a block."""
        return tuple(self._records)

    @property
    def sessions(self) -> dict[SessionKey, tuple[str, ...]]:
        """Every session with the ids of its blocking bookings, sorted."""
        return self._sessions.ids()

    def claims_of(self, booking: Booking) -> tuple[Taken, ...]:
        """What a booking takes of its resources, and its entries for calendar and customer."""
        if not booking.is_blocking:
            return counted_as(booking, self.rules, ())
        claims = taken_by(booking, self.rules)
        body = booking.start_us, booking.end_us
        size, key = booking.party_size, booking.id
        if booking.calendar_id is not None:
            in_session = booking.calendar_id in self.rules.sessions
            session = booking.session_key if in_session else None
            claims += (Taken(booking.calendar_id, *body, 1, size, key, session, body),)
        if booking.customer_id is not None:
            customer = customer_key(booking.customer_id)
            claims += (Taken(customer, *body, 1, size, key, None, body),)
        elif booking.calendar_id is None and booking.rooms_until is not None:
            claims += (Taken(NOWHERE, *body, 1, size, key, None, body),)
        return counted_as(booking, self.rules, claims)

    def session(self, key: SessionKey) -> tuple[Booking, ...]:
        """The blocking bookings of a session, by id; none where there is no such session."""
        return self._sessions.members(key)

    def sessions_of(self, calendar_id: str, low: int, high: int) -> tuple[SessionKey, ...]:
        """The sessions of a calendar that start in ``[low, high)``, by start, end, hosts, rooms."""
        found = self._sessions.starting(calendar_id, low, high).values()
        return tuple(sorted(chain.from_iterable(found)))

    @property
    def session_table(self) -> SessionTable:
        """Every session."""
        return self._sessions

    def ignoring(self, booking_ids: Iterable[str]) -> Ledger:
        """The ledger as it would be without some blocking bookings, for one decision.

        Only records and sessions are without them; the bookings stay listed.
        """
        gone = [self.bookings[key] for key in booking_ids if key in self.bookings]
        if not gone:
            return self
        new = self._next()
        new._give_back([claim for booking in gone for claim in self.claims_of(booking)])
        return new

    def at(self, now: int) -> Ledger:
        """The ledger with what has expired or been released by then (SPEC N27, N29).

        What nobody did makes no version. Itself where nothing is due; the last answer is kept, and a
        later one starts from it. O(log n + k) for *k* bookings that became due since.
        """
        known = self._later
        if known is not None and known[0] <= now:
            settled = known[1]._settled(now)
        else:
            settled = self._settled(now)
        if settled is not self:
            self._later = now, settled
        return settled

    def _settled(self, now: int) -> Ledger:
        ids = self._due.overlapping(_EARLIEST, now + 1) if self._due else ()
        if not ids:
            return self
        moment, new = from_us(now), self._next()
        before = tuple(self.bookings[booking_id] for booking_id in ids)
        after = tuple(
            as_of(each, moment, in_session=each.calendar_id in self.rules.sessions)
            for each in before
        )
        new._replace(before, after)
        return new

    # The one command -------------------------------------------------------

    def applying(self, plan: Plan) -> Ledger:
        """The next ledger. Amortised O(√n) for each record touched.

        What the plan rests on is the caller's to check.

        Raises:
            StaleLedgerError: If a booking or block is no longer what it was.
        """
        self._check_same(plan)
        if plan.is_empty:
            return self
        new = self._next()
        new.version = self.version + 1
        new._replace(plan.bookings_before, plan.bookings_after)
        new._move_blocks(plan.blocks_before, plan.blocks_after)
        return new

    def ruled_by(self, rules: ClaimRules) -> Ledger:
        """The next ledger, under the rules of another catalogue.

        Claims are worked out anew only where the rules make a difference.
        """
        remembers = rules.keeps_history != self.rules.keeps_history
        if remembers or any(key in self._records for key in rules.differing(self.rules)):
            new = Ledger.of(self.bookings.values(), self.blocks.values(), rules)
        else:
            new = self._next()
            new.rules = rules
        new.version = self.version + 1
        return new

    def at_version(self, version: int) -> Ledger:
        """The same content after so many commands."""
        new = self._next()
        new.version = version
        return new

    def plan(
        self,
        command: str,
        *,
        before: tuple[Booking, ...] = (),
        after: tuple[Booking, ...] = (),
        rests_on: FrozenMap[str, int] = FrozenMap(),
        at: datetime | None = None,
    ) -> Plan:
        """A plan for bookings, with its claims, on this state, decided for an instant."""
        given_back, taken = self._taken_by(before), self._taken_by(after)
        return Plan(
            command,
            bookings_before=before,
            bookings_after=after,
            given_back=tuple(map(as_claim, given_back)),
            taken=tuple(map(as_claim, taken)),
            rests_on=rests_on,
            at=at,
        )

    # -----------------------------------------------------------------------

    def _next(self) -> Ledger:
        new = Ledger.__new__(Ledger)
        new.rules, new.version = self.rules, self.version
        new.bookings, new.blocks = self.bookings, self.blocks
        new._records, new._sessions = self._records, self._sessions
        new._due, new._later, new.trail = self._due, None, self.trail
        return new

    def _replace(self, before: tuple[Booking, ...], after: tuple[Booking, ...]) -> None:
        """Put bookings in the place of others; only ever called on a new ledger."""
        self._give_back([claim for booking in before for claim in self.claims_of(booking)])
        self.bookings = self.bookings.setting({each.id: each for each in after})
        self._take([claim for booking in after for claim in self.claims_of(booking)])
        for booking in before:
            if booking.id in self._due:
                self._due = self._due.removing(booking.id)
        for booking_id, times in self._due_times(after).items():
            self._due = self._due.adding(booking_id, *times)

    def _taken_by(self, bookings: tuple[Booking, ...]) -> list[Taken]:
        """What bookings take of their resources, without their entries in the calendars."""
        return [claim for booking in bookings for claim in taken_by(booking, self.rules)]

    def _check_same(self, plan: Plan) -> None:
        replaced = {booking.id for booking in plan.bookings_before}
        for booking in plan.bookings_before:
            present = self.bookings.get(booking.id)
            if present != booking:
                actual = 0 if present is None else present.version
                raise StaleLedgerError(booking.id, booking.version, actual)
        for booking in plan.bookings_after:
            if booking.id not in replaced and booking.id in self.bookings:
                raise StaleLedgerError(booking.id, 0, self.bookings[booking.id].version)
        for block in plan.blocks_before:
            if self.blocks.get(block.id) != block:
                raise StaleLedgerError(block.id, 1, 0)
        lifted = {block.id for block in plan.blocks_before}
        for block in plan.blocks_after:
            if block.id not in lifted and block.id in self.blocks:
                raise StaleLedgerError(block.id, 0, 1)

    def _give_back(self, claims: list[Taken]) -> None:
        """Take claims out of records and sessions; only ever called on a new ledger."""
        if not claims:
            return
        records = dict.fromkeys(claim.resource_id for claim in claims)
        changed = {key: self.record(key) for key in records}
        left: dict[SessionKey, list[str]] = defaultdict(list)
        for claim in claims:
            key = claim.resource_id
            changed[key] = changed[key].removing(claim)
            if claim.session is not None and key == claim.session[0]:
                left[claim.session].append(claim.booking_id)
        self._records = self._records.setting(changed)
        self._sessions = self._sessions.left(left)
        self.trail = self.trail.onward(changed, left)

    def _take(self, claims: list[Taken]) -> None:
        """Put claims into records and sessions; only ever called on a new ledger."""
        if not claims:
            return
        changed = {claim.resource_id: self.record(claim.resource_id) for claim in claims}
        joined: dict[SessionKey, list[Booking]] = defaultdict(list)
        for claim in claims:
            key = claim.resource_id
            changed[key] = changed[key].adding(claim)
            if claim.session is not None and key == claim.session[0]:
                joined[claim.session].append(self.bookings[claim.booking_id])
        self._records = self._records.setting(changed)
        self._sessions = self._sessions.joined(joined)
        self.trail = self.trail.onward(changed, joined)

    def _due_times(self, bookings: Iterable[Booking]) -> dict[str, tuple[int, int]]:
        """When bookings become something else by themselves, as instants that an index can hold."""
        due = (
            (each.id, due_at(each, in_session=each.calendar_id in self.rules.sessions))
            for each in bookings
        )
        return {key: (to_us(at), to_us(at) + 1) for key, at in due if at is not None}

    def _closed_by(self, block: Block) -> tuple[str, ...]:
        """What a block closes: a room with all that share a part with it, else the one thing."""
        return (block.resource_id, *self.rules.overlapping.get(block.resource_id, ()))

    def _move_blocks(self, before: tuple[Block, ...], after: tuple[Block, ...]) -> None:
        every = [key for block in (*before, *after) for key in self._closed_by(block)]
        changed = {key: self.record(key) for key in every}
        for block in before:
            for key in self._closed_by(block):
                changed[key] = changed[key].unblocking(block.id)
        for block in after:
            closed = (*block.footprint_us, block.kind)
            for key in self._closed_by(block):
                changed[key] = changed[key].blocking(block.id, closed)
        self._records = self._records.setting(changed)
        self.trail = self.trail.onward(changed)
        self.blocks = self.blocks.without([block.id for block in before])
        self.blocks = self.blocks.setting({block.id: block for block in after})


E = TypeVar("E", Booking, Block)


def _by_id(entries: Iterable[E], field: str) -> Mapping[str, E]:
    found: dict[str, E] = {}
    for entry in entries:
        if entry.id in found:
            raise InvalidValueError(f"{field}: id", entry.id, "an id used once", "duplicate_id")
        found[entry.id] = entry
    return found

"""Moving the fewest bookings so that what was double-booked no longer is (SPEC N9, N28).

Theory: taking bookings away never makes a violation. So what must move is a set of bookings
whose absence leaves no other movable booking in a violation; of each violation at least one of its
bookings is in that set. Bookings that meet in violations form one *conflict*; each conflict is
solved alone. The set is the smallest there is where the conflict is small (a search as deep as
the answer, which begins with one booking), and a good one where it is large.

What moves is then placed by the predicate that lists slots, in a state that is without all of it: first
at its own time, keeping what it can, else at the nearest start of its own day. What has no place
stays where it is, and the choice is made again without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

import attrs
from attrs import define, frozen

from bookable.availability.freshness import versions_of
from bookable.availability.impact import counted
from bookable.availability.placing import Placing
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.life import TRANSITIONS, BookingStatus, Event
from bookable.domain.refusal import Refusal, Violation
from bookable.errors import SearchLimitError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_EXACT_REPAIR, MOST_REPAIR_LOOKS, MOST_REPAIR_TRIES, MOST_REPAIRED
from bookable.occupancy.audit import find_violations
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import to_us
from bookable.timeline.interval import Interval


class RepairKind(StrEnum):
    """How a booking is mended."""

    OTHER_RESOURCES = "other_resources"
    """The same time, with other hosts, rooms or equipment."""
    OTHER_TIME = "other_time"
    """Another time on the same day."""


@frozen
class Mended:
    """A booking that a repair moves: as it was, and as it will be."""

    kind: RepairKind
    before: Booking
    after: Booking

    def __str__(self) -> str:
        return f"{self.before.id!r}: {self.kind.value.replace('_', ' ')}"


@frozen
class Unrepaired:
    """A booking in a violation that found no other place on its day, with why not at its own time."""

    booking: Booking
    refusals: tuple[Refusal, ...]

    def __str__(self) -> str:
        return f"{self.booking.id!r}: {'; '.join(map(str, self.refusals))}"


@frozen
class Repair:
    """A decision about violations: what moves, what found no place, and one plan for all of it.

    ``is_fewest`` says that no smaller set of bookings could have been moved instead, what found no
    place aside; False where a conflict was too large to know. ``left`` are the violations that
    remain, whatever their cause: of bookings that nobody may move, too.
    """

    mended: tuple[Mended, ...]
    unrepaired: tuple[Unrepaired, ...]
    left: tuple[Violation, ...]
    is_fewest: bool
    plan: Plan

    def __str__(self) -> str:
        moved, left = counted(self.mended, "booking"), counted(self.left, "violation")
        first = f"{moved} moved, {len(self.unrepaired):,} without a place, {left} left"
        return "\n".join([first, *map(str, self.mended), *map(str, self.unrepaired)])


def check_moved(count: int) -> None:
    """Refuse a repair that would have to move too many."""
    if count > MOST_REPAIRED:
        raise SearchLimitError("bookings that one repair moves", count, MOST_REPAIRED)


# What must move ---------------------------------------------------------------


def is_movable(booking: Booking, now: datetime) -> bool:
    """Whether a repair may move it: it may be rescheduled, and has not begun."""
    return (booking.status, Event.RESCHEDULE) in TRANSITIONS and booking.start >= now


class Conflict(NamedTuple):
    """Bookings that meet in violations, directly or through others, with the blocks they meet."""

    booking_ids: tuple[str, ...]
    block_ids: tuple[str, ...]


def conflicts_of(violations: Iterable[Violation]) -> list[Conflict]:
    """The conflicts, in the order of their first bookings. O(n log n) in the ids."""
    found = list(violations)
    group = {key: {key} for each in found for key in each.booking_ids}
    for each in found:
        first, *others = each.booking_ids
        for key in others:
            small, large = sorted((group[key], group[first]), key=len)
            if small is not large:
                large |= small
                group |= dict.fromkeys(small, large)
    blocks: dict[str, set[str]] = defaultdict(set)
    for each in found:
        if "block_id" in each.detail:
            blocks[min(group[each.booking_ids[0]])].add(str(each.detail["block_id"]))
    firsts = {min(ids): ids for ids in group.values()}
    return [
        Conflict(tuple(sorted(firsts[key])), tuple(sorted(blocks[key]))) for key in sorted(firsts)
    ]


@define
class Looks:
    """How many bookings may still be looked at while a smallest set is searched."""

    left: int


@frozen(eq=False)
class Mover:
    """Chooses what must move, in one ledger at one instant."""

    ledger: Ledger
    catalogue: Catalogue
    now: datetime

    def chosen(
        self, violations: Iterable[Violation], movable: Collection[str]
    ) -> tuple[tuple[str, ...], bool]:
        """The bookings to move so that none that may is in a violation; and if they are the fewest."""
        found: list[str] = []
        is_fewest = True
        for conflict in conflicts_of(violations):
            may_move = {key for key in conflict.booking_ids if key in movable}
            if not may_move:
                continue
            few = len(may_move) <= MOST_EXACT_REPAIR and len(conflict.booking_ids) <= MOST_REPAIRED
            fewest = self._fewest(conflict, may_move) if few else None
            is_fewest = is_fewest and fewest is not None
            found += self._many(conflict, may_move) if fewest is None else fewest
        return tuple(sorted(found, key=self._order)), is_fewest

    def _fewest(self, conflict: Conflict, may_move: set[str]) -> tuple[str, ...] | None:
        """The first of the smallest sets: of one booking, of two, until some are enough.

        None where that takes too long.
        """
        alone = ((key, self._violations(conflict, may_move - {key})) for key in may_move)
        # What could not stay if all others went has to go, whatever else does.
        forced = [key for key, found in alone if any(key in each.booking_ids for each in found)]
        gone, looks = tuple(sorted(forced, key=self._order)), Looks(MOST_REPAIR_LOOKS)
        found, depth = self._enough(conflict, may_move, gone, frozenset(), 0, looks), 0
        while found is None and looks.left >= 0:
            depth += 1
            found = self._enough(conflict, may_move, gone, frozenset(), depth, looks)
        return found

    def _enough(
        self,
        conflict: Conflict,
        may_move: set[str],
        gone: tuple[str, ...],
        staying: frozenset[str],
        depth: int,
        looks: Looks,
    ) -> tuple[str, ...] | None:
        """At most so many bookings more, or None: of every violation one must go.

        Those that are staying were tried before: no set is looked at twice.
        """
        looks.left -= len(conflict.booking_ids)
        left = self._violations(conflict, gone)
        wanted = [(each, [*may_move.intersection(each.booking_ids)]) for each in left]
        open_ones = [(each, ids) for each, ids in wanted if ids]
        if not open_ones:
            return gone
        if looks.left < 0 or max(self._at_least(each) for each, _ in open_ones) > depth:
            return None
        smallest = min((ids for _, ids in open_ones), key=len)
        first = sorted(smallest, key=self._order)
        for number, key in enumerate(first):
            if key not in staying:
                kept = staying.union(first[:number])
                found = self._enough(conflict, may_move, (*gone, key), kept, depth - 1, looks)
                if found is not None:
                    return found
        return None

    def _at_least(self, violation: Violation) -> int:
        """How many bookings must go at least: as many as take what there is too much of."""
        detail = violation.detail
        taken, capacity = detail.get("taken"), detail.get("capacity")
        # What meets a block, or has something unknown, has gone: it could not stay alone.
        assert isinstance(taken, int)
        assert isinstance(capacity, int)
        bookings = (self.ledger.bookings[key] for key in violation.booking_ids)
        most = max(max(each.party_size, *each.equipment.values(), 1) for each in bookings)
        return max(1, -(-(taken - capacity) // most))

    def _many(self, conflict: Conflict, may_move: set[str]) -> list[str]:
        """What is in the way of most, one after the other, until nothing is left."""
        gone: list[str] = []
        while True:
            counts = dict.fromkeys(may_move, 0)
            for each in self._violations(conflict, gone):
                for key in may_move.intersection(each.booking_ids):
                    counts[key] += len(each.booking_ids)
            worst = min(may_move, key=lambda key: (-counts[key], self._order(key)))
            if not counts[worst]:
                return gone
            gone.append(worst)
            check_moved(len(gone))

    def _violations(self, conflict: Conflict, gone: Collection[str]) -> tuple[Violation, ...]:
        """What is left of a conflict without some of its bookings. O(k log k)."""
        kept = (self.ledger.bookings[key] for key in conflict.booking_ids if key not in gone)
        blocks = (self.ledger.blocks[key] for key in conflict.block_ids)
        return find_violations(self.catalogue, kept, blocks, now=self.now)

    def _order(self, booking_id: str) -> tuple[int, float, str]:
        """What rather moves comes first: what is least settled, then what is latest."""
        booking = self.ledger.bookings[booking_id]
        return _rank(booking), -booking.start.timestamp(), booking_id


_SETTLED: Final = (BookingStatus.HOLD, BookingStatus.PENDING, BookingStatus.CONFIRMED)


# Where it goes ----------------------------------------------------------------


@frozen(eq=False)
class Repairer:
    """Decides a repair, in one ledger as of ``now``."""

    ledger: Ledger
    catalogue: Catalogue
    now: datetime

    def decided(self, within: Interval | None, also: Collection[str]) -> Repair:
        """The repair of what starts in the window; what is placed anew in any case is part of it.

        Raises:
            SearchLimitError: If more must move, or more places must be tried, than one repair may.
        """
        movable = {
            key
            for key, each in self.ledger.bookings.items()
            if is_movable(each, self.now)
            and (within is None or within.start <= each.start < within.end)
        }
        check_moved(len(also))
        fixed: dict[str, Placing] = {}
        tries = 0
        while True:
            wanted = [key for key in also if key not in fixed]
            chosen, is_fewest = self._chosen(wanted, movable.difference(fixed))
            tries += 2 * len(chosen)
            if tries > MOST_REPAIR_TRIES:
                limit = "places that one repair looks for"
                raise SearchLimitError(limit, tries, MOST_REPAIR_TRIES)
            rests_on: dict[str, int] = {}
            mended, stuck = self._placed(chosen, rests_on)
            if not stuck:
                plan = self._plan(mended, rests_on)
                return self._repair(mended, tuple(fixed.values()), also, plan, is_fewest=is_fewest)
            fixed |= {each.booking.id: each for each in stuck}

    def _chosen(
        self, wanted: Sequence[str], may_move: Collection[str]
    ) -> tuple[tuple[str, ...], bool]:
        """What is placed anew in any case, and what must move beside it."""
        ledger = without(self.ledger, wanted)
        violations = self._violations(ledger)
        chosen, is_fewest = Mover(ledger, self.catalogue, self.now).chosen(violations, may_move)
        check_moved(len(wanted) + len(chosen))
        return (*wanted, *chosen), is_fewest

    def _violations(self, ledger: Ledger) -> tuple[Violation, ...]:
        bookings, blocks = ledger.bookings.values(), ledger.blocks.values()
        return find_violations(self.catalogue, bookings, blocks, now=self.now)

    def _placed(
        self, chosen: Sequence[str], rests_on: dict[str, int]
    ) -> tuple[list[Mended], list[Placing]]:
        """Each in its new place, and those that have none; ``rests_on`` is told what decided.

        First all that can stay at their time, then the others, each time the most settled first.
        """
        ledger = without(self.ledger, chosen)
        every = [self.ledger.bookings[key] for key in chosen]
        every.sort(key=lambda each: (-_rank(each), each.start, each.id))
        mended: list[Mended] = []
        for kind in RepairKind:
            stuck: list[Placing] = []
            for booking in every:
                placing = Placing.of(ledger, self.catalogue, booking, to_us(self.now))
                stays = kind is RepairKind.OTHER_RESOURCES
                after = placing.same_time() if stays else placing.other_time()
                if after is None:
                    stuck.append(placing)
                    continue
                assert placing.search is not None, "what has a place was looked for"
                rests_on |= versions_of(placing.search, self.ledger, after)
                gone = ledger.bookings[booking.id]
                ledger = ledger.applying(ledger.plan("repair", before=(gone,), after=(after,)))
                if not _is_same(booking, after):
                    mended.append(Mended(kind, booking, after))
            every = [each.booking for each in stuck]
        return sorted(mended, key=lambda each: (each.before.start, each.before.id)), stuck

    def _repair(
        self,
        mended: Sequence[Mended],
        stuck: Sequence[Placing],
        also: Collection[str],
        plan: Plan,
        *,
        is_fewest: bool,
    ) -> Repair:
        after = self.ledger.applying(plan)
        left = self._violations(after)
        bad = {key for each in left for key in each.booking_ids} | {*also}
        unrepaired = tuple(
            Unrepaired(each.booking, each.reasons()) for each in stuck if each.booking.id in bad
        )
        return Repair(tuple(mended), unrepaired, left, is_fewest, plan)

    def _plan(self, mended: Sequence[Mended], rests_on: Mapping[str, int]) -> Plan:
        """One plan for all, which rests on all that decided about the places."""
        if not mended:
            return Plan("repair")
        before, after = zip(*((each.before, each.after) for each in mended), strict=True)
        rests = FrozenMap(sorted(rests_on.items()))
        return self.ledger.plan("repair", before=before, after=after, rests_on=rests, at=self.now)


def without(ledger: Ledger, booking_ids: Iterable[str]) -> Ledger:
    """The ledger as it would be if these were cancelled; it is only thought about."""
    before = tuple(ledger.bookings[key] for key in booking_ids)
    gone = tuple(attrs.evolve(each, status=BookingStatus.CANCELLED) for each in before)
    return ledger.applying(ledger.plan("repair", before=before, after=gone))


def _is_same(booking: Booking, after: Booking) -> bool:
    """Whether it is still where it was, and takes there just what it took."""
    return booking == attrs.evolve(
        after,
        version=booking.version,
        check_in=booking.check_in,
        rooms_until=booking.rooms_until,
        tags=booking.tags,
        override=booking.override,
    )


def _rank(booking: Booking) -> int:
    return _SETTLED.index(booking.status)

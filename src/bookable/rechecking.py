"""Whether a booking that exists may have its time: the whole capacity check, without itself (SPEC N27).

It reads what the audit reads, not what listings do, so that one fault cannot hide in both. Which
buffers count depends on whether the booking had its time before. What never had it is decided as when it
is booked: its own buffers as its policy says, those of all others in full, every limit, travel, and who
takes no bookings any more. What has its
time already only has to be within the capacities: others may have come closer than it would
go itself, and may be there on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import attrs
from attrs import frozen

from bookable.availability.explain import gate_refusals
from bookable.availability.feasibility import counted_times
from bookable.availability.limiting import counted_in, standing_refusals
from bookable.availability.placing import Placing
from bookable.availability.search import Search
from bookable.availability.travel import travel_refusals_for
from bookable.domain.block import Block
from bookable.domain.booking import NO_BUFFERS, Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.policy import BLOCKING_KINDS, KNOWN_KINDS, UNREAD, BufferPolicy
from bookable.domain.refusal import Detail, Refusal, RefusalCode, Violation, ViolationCode
from bookable.domain.resources import Resource
from bookable.occupancy.audit import find_violations
from bookable.occupancy.ledger import Ledger
from bookable.timeline.instant import to_us
from bookable.timeline.interval import Interval

_OF_CALENDARS: Final = frozenset(
    {
        RefusalCode.INACTIVE,
        RefusalCode.UNKNOWN,
        RefusalCode.BUSY,
        RefusalCode.LIMIT_REACHED,
    }
)
"""The rules of the gate that hold for what waited as well."""


@frozen(eq=False)
class Recheck:
    """A booking that would have its time, and what is there beside it.

    ``others`` are the bookings that it could meet, ``mates`` those of its session. ``search`` is the
    question that it answers; None where it had its time before, or nobody can ask for it any more.
    """

    catalogue: Catalogue
    booking: Booking
    others: tuple[Booking, ...]
    mates: tuple[Booking, ...]
    blocks: tuple[Block, ...]
    now: datetime
    is_new: bool
    search: Search | None

    @classmethod
    def of(
        cls, ledger: Ledger, catalogue: Catalogue, before: Booking, after: Booking, now: datetime
    ) -> Recheck:
        """The check of a booking in its next state. O(k log k) for *k* bookings that it could meet."""
        is_new = not before.is_blocking and after.is_blocking
        near: set[str] = set()
        closing: set[str] = set()
        for claim in ledger.claims_of(after):
            record = ledger.record(claim.resource_id)
            near.update(record.index.overlapping(claim.start, claim.end))
            closing.update(record.blocks_overlapping(claim.start, claim.end))
        key = after.session_key if after.calendar_id in ledger.rules.sessions else None
        found = [ledger.bookings[each] for each in sorted(near - {after.id})]
        # Others for which capacities were left aside came on top of what has its time already.
        found = [each for each in found if is_new or not each.override]
        mates = tuple(each for each in found if key is not None and each.session_key == key)
        search = None
        if is_new:
            bare = ledger.ignoring([before.id])
            search = Placing.of(bare, catalogue, after, to_us(now)).search
        return cls(
            catalogue,
            after,
            tuple(each for each in found if each not in mates),
            mates,
            tuple(ledger.blocks[each] for each in sorted(closing)),
            now,
            is_new,
            search,
        )

    def refusals(self) -> tuple[Refusal, ...]:
        """What there would be too little of with the booking, in the order of refusals.

        What an administrator left aside for it is left aside here.
        """
        found = [self._as_refusal(each) for each in self._violations()]
        if self.search is not None:
            found += self._as_if_booked(self.search)
        kept = dict.fromkeys(each for each in found if each.rule not in self.booking.override)
        order = list(RefusalCode)
        return tuple(sorted(kept, key=lambda each: (order.index(each.rule), each.subject)))

    def rests_on(self) -> set[str]:
        """The records that decide: of all that it takes, of its calendar, and what limits count."""
        ids = {*self.booking.resource_ids, *filter(None, [self.booking.calendar_id])}
        search = self.search
        if search is not None:
            ids |= counted_in(search.question, search.catalogue, search.ledger)
        return ids

    def _as_if_booked(self, search: Search) -> Iterator[Refusal]:
        """What else a new booking would be refused for: who takes none any more, limits, travel."""
        booking, start = self.booking, self.booking.start_us
        yield from (each for each in gate_refusals(search, start) if each.rule in _OF_CALENDARS)
        for key in booking.resource_ids:
            entry, candidate = self.catalogue.settled(key), search.question.candidate_of(key)
            if isinstance(entry, Resource) and not entry.is_active:
                yield Refusal(RefusalCode.INACTIVE, key, booking.interval)
            yield from standing_refusals(search, booking, self.mates, key)
            if candidate is not None and not self.mates:
                yield from travel_refusals_for(search, candidate, start)

    # What the audit says -----------------------------------------------------

    def _violations(self) -> Iterator[Violation]:
        """The violations that the booking has a part in."""
        if self.mates or not self.is_new:
            # What has its time has it; who joins a session takes seats beside, and what is for each of them.
            yield from self._audited((self.booking, *self.mates), self.others, self.blocks)
            if self.is_new:
                yield from filter(self._is_for_each, self._beside_footprints())
            return
        yield from self._beside_footprints()
        own = tuple(self._fully(self.booking, is_single=True))
        if own:
            yield from self._audited(own, map(_without_buffers, self.others), self.blocks)

    def _audited(
        self, own: Iterable[Booking], others: Iterable[Booking], blocks: Iterable[Block]
    ) -> Iterator[Violation]:
        own = tuple(own)
        # What has its time keeps it, whoever could not be read since.
        kinds = BLOCKING_KINDS if self.is_new else KNOWN_KINDS
        found = find_violations(self.catalogue, (*own, *others), blocks, now=self.now, kinds=kinds)
        return (each for each in found if _takes_part(own[0], each))

    def _beside_footprints(self) -> Iterator[Violation]:
        """With what counts of its own buffers beside all that is kept for others."""
        own = [
            next(self._fully(each, is_single=False), each) for each in (self.booking, *self.mates)
        ]
        others = (_with_policy(each, each.resource_ids) for each in self.others)
        closed = (
            attrs.evolve(each, interval=Interval.from_us(*each.footprint_us))
            for each in self.blocks
        )
        return self._audited(own, others, closed)

    def _fully(self, booking: Booking, *, is_single: bool) -> Iterator[Booking]:
        """The booking with buffers that count in full where its own do so beside others' footprints.

        With ``is_single`` where they count beside others' bodies; nothing where there are none such.
        """
        ids = [
            key
            for key in booking.resource_ids
            if isinstance(entry := self.catalogue.settled(key), Resource)
            and self._counts(booking, entry, is_single=is_single)
        ]
        if ids:
            yield _with_policy(booking, ids)

    def _counts(self, booking: Booking, entry: Resource, *, is_single: bool) -> bool:
        policy, full, body = booking.buffers_on(entry.id).policy, (0, 1), (0, 0)
        calendar = self.catalogue.calendar_or_none(booking.calendar_id)
        in_crowd = calendar is not None and calendar.bookings_per_host > 1
        if in_crowd and entry.id in booking.host_ids and policy is BufferPolicy.SHARED:
            counts = True
        else:
            counts = counted_times(entry, policy, full, body) == full
        if is_single:
            return not counts and policy is BufferPolicy.SHARED
        return counts

    def _as_refusal(self, violation: Violation) -> Refusal:
        """Why the booking cannot take what it would take, in the words of refusals."""
        found = _as_refusal(violation, self.booking)
        block_id = violation.detail.get("block_id")
        kinds = {each.id: each.kind for each in self.blocks}
        if block_id is None or kinds[str(block_id)] not in UNREAD:
            return found
        return attrs.evolve(found, rule=RefusalCode.UNKNOWN)

    def _is_for_each(self, violation: Violation) -> bool:
        """Whether it is about what everybody takes who joins a session: seats, or units of their own."""
        what, subject = violation.detail.get("what"), violation.subject
        return what == "seats" or (what == "units" and subject in self.booking.individual_ids)


def _takes_part(booking: Booking, violation: Violation) -> bool:
    """Whether something is wrong while the booking is there, not only with others of its crowd."""
    subject, when = violation.subject, violation.interval
    if booking.id not in violation.booking_ids or subject not in booking.resource_ids:
        return booking.id in violation.booking_ids
    low, high = booking.kept_us(subject)
    return when.start_us < high and low < when.end_us


def _with_policy(booking: Booking, ids: Iterable[str]) -> Booking:
    """The booking with buffers on these resources that nobody else may share."""
    strict = {
        key: attrs.evolve(booking.buffers_on(key), policy=BufferPolicy.EXCLUSIVE) for key in ids
    }
    return attrs.evolve(booking, buffers={**(booking.buffers or {}), **strict})


def _without_buffers(booking: Booking) -> Booking:
    return attrs.evolve(booking, buffers=dict.fromkeys(booking.resource_ids, NO_BUFFERS))


def _as_refusal(violation: Violation, booking: Booking) -> Refusal:
    """Why a booking cannot take what it would take, in the words of refusals."""
    detail, others = violation.detail, set(violation.booking_ids) - {booking.id}
    capacity, taken = detail.get("capacity"), detail.get("taken")
    if violation.rule is ViolationCode.UNKNOWN_RESOURCE:
        return Refusal(RefusalCode.INACTIVE, violation.subject, violation.interval)
    seats = violation.rule is ViolationCode.SESSION_OVERFULL or detail.get("what") == "seats"
    if seats and isinstance(capacity, int) and isinstance(taken, int):
        left = max(capacity - taken + booking.party_size, 0)
        told: dict[str, Detail] = {"seats_left": left, "party_size": booking.party_size}
        rule = RefusalCode.FULL
    else:
        told, rule = {}, RefusalCode.BUSY
        if violation.rule is ViolationCode.BLOCKED:
            told["block_ids"] = (str(detail["block_id"]),)
    return Refusal(rule, violation.subject, violation.interval, tuple(sorted(others)), told)

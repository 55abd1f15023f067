"""What becomes of stored instants under another zone database: every booking, in one plan (SPEC N6, N28).

Model: bookings are stored as instants, and no release of the zone database moves them. Where
what was agreed is a time by the clock, that is resolved again on purpose: what no longer begins when
the clock shows it leaves its place, and finds its new one beside the others by the one predicate, with
just what it has. What does not find one stays where it is, and takes that place again: then those
that it is in the way of stay as well, and at the end each that stays is tried once more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import attrs
from attrs import define, frozen

from bookable.availability.effort import Effort, cost_of
from bookable.availability.freshness import versions_of
from bookable.availability.placing import Placing
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.civil_time import CivilTime
from bookable.domain.life import BookingStatus, Event
from bookable.domain.refusal import Refusal
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_SERIES_TRIES
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.series_plans import lies_ahead
from bookable.timeline.instant import to_us

_COMMAND: Final = "re_resolve"


class ResolvedKind(StrEnum):
    """What becomes of one booking that is resolved again."""

    UNCHANGED = "unchanged"
    """It begins when the clock shows its time."""
    MOVED = "moved"
    """It moves to when the clock shows its time, with all that it has."""
    CONFLICT = "conflict"
    """It should move, and cannot: it stays where it is."""
    SETTLED = "settled"
    """It has begun, is over or was never to be: it stays as it is."""


@frozen
class Resolved:
    """One booking, with when the clock shows its time and what becomes of it.

    ``after`` is the booking as it is then: moved, or the same. ``refusals`` say why it cannot move.
    """

    kind: ResolvedKind
    before: Booking
    after: Booking
    start: datetime
    refusals: tuple[Refusal, ...] = ()


@frozen
class ReResolution:
    """Bookings resolved again: what becomes of each, by their starts, and one plan for those that move."""

    resolved: tuple[Resolved, ...]
    plan: Plan

    @property
    def moved(self) -> tuple[Resolved, ...]:
        """Those that move, in the same order."""
        return self._of(ResolvedKind.MOVED)

    @property
    def conflicts(self) -> tuple[Resolved, ...]:
        """Those that should move and cannot, in the same order."""
        return self._of(ResolvedKind.CONFLICT)

    def _of(self, kind: ResolvedKind) -> tuple[Resolved, ...]:
        return tuple(each for each in self.resolved if each.kind is kind)


def decide(
    ledger: Ledger, catalogue: Catalogue, times: Mapping[str, CivilTime], now: datetime
) -> ReResolution:
    """Decide about bookings of the ledger, each with its time by the clock."""
    every = [(ledger.bookings[key], times[key].instant) for key in times]
    every.sort(key=lambda pair: (pair[0].start, pair[0].id))
    leaving = {
        booking.id: (booking, start)
        for booking, start in every
        if start != booking.start and lies_ahead(booking, Event.RESCHEDULE, now)
    }
    staying: list[tuple[Booking, datetime]] = []
    effort = Effort("tries for bookings resolved again", MOST_SERIES_TRIES)
    while True:
        attempt = _Attempt(ledger, catalogue, now, effort)
        refused = attempt.place(list(leaving.values()))
        if not refused:
            break
        # What stays takes its time again, and may be in the way of what moved there.
        staying += (leaving.pop(key) for key in refused)
    refused = attempt.retry(staying)
    found = []
    for booking, start in every:
        after = attempt.moved.get(booking.id, booking)
        kind = ResolvedKind.SETTLED
        if after is not booking:
            kind = ResolvedKind.MOVED
        elif booking.id in refused:
            kind = ResolvedKind.CONFLICT
        elif lies_ahead(booking, Event.RESCHEDULE, now):
            kind = ResolvedKind.UNCHANGED
        found.append(Resolved(kind, booking, after, start, refused.get(booking.id, ())))
    return ReResolution(tuple(found), attempt.plan())


@define
class _Attempt:
    """Bookings that move all at once, decided one by one: what found its place, and the state so far."""

    ledger: Ledger
    catalogue: Catalogue
    now: datetime
    effort: Effort
    moved: dict[str, Booking] = attrs.field(factory=dict)
    rests_on: dict[str, int] = attrs.field(factory=dict)
    state: Ledger = attrs.field(init=False)

    def place(self, leaving: list[tuple[Booking, datetime]]) -> dict[str, tuple[Refusal, ...]]:
        """Bring each to its start, in a state that they have all left; why some cannot be there."""
        bookings = [booking for booking, _ in leaving]
        # As if they were not there at all: what expired is never counted.
        gone = [attrs.evolve(each, status=BookingStatus.EXPIRED) for each in bookings]
        self.state = _with(self.ledger, bookings, gone)
        return self._round(leaving)

    def retry(self, staying: list[tuple[Booking, datetime]]) -> dict[str, tuple[Refusal, ...]]:
        """Bring those to their starts that can be there in the end; why the others cannot."""
        while refused := self._round(staying):
            if len(refused) == len(staying):
                break
            staying = [pair for pair in staying if pair[0].id in refused]
        return refused

    def _round(self, pairs: list[tuple[Booking, datetime]]) -> dict[str, tuple[Refusal, ...]]:
        """Try each in the order of the starts; why some cannot be there."""
        refused: dict[str, tuple[Refusal, ...]] = {}
        for booking, start in sorted(pairs, key=lambda pair: (pair[1], pair[0].id)):
            bare, at = self.state.ignoring([booking.id]), to_us(start)
            place = Placing.of(bare, self.catalogue, booking, to_us(self.now), keep_hosts=True)
            found = place.there(at)
            if isinstance(found, Booking):
                assert place.search is not None
                self.rests_on |= versions_of(place.search, self.ledger, found)
                self.moved[booking.id] = found
                self.state = _with(self.state, [self.state.bookings[booking.id]], [found])
            else:
                refused[booking.id] = found
            self.effort.count(1 if place.search is None else cost_of(place.search, at, at + 1))
        return refused

    def plan(self) -> Plan:
        """All that moved, as one plan."""
        if not self.moved:
            return Plan(_COMMAND)
        return self.ledger.plan(
            _COMMAND,
            before=tuple(self.ledger.bookings[key] for key in self.moved),
            after=tuple(self.moved.values()),
            rests_on=FrozenMap(sorted(self.rests_on.items())),
            at=self.now,
        )


def _with(ledger: Ledger, before: list[Booking], after: list[Booking]) -> Ledger:
    plan = ledger.plan(_COMMAND, before=tuple(before), after=tuple(after))
    return ledger.applying(plan)

"""What freed capacity becomes: holds for the first who wait (row H4).

Every entry is decided by the one predicate, against a state that holds those who were served before
it (SPEC N3). Whoever can be served is served, always the first in the order of the waitlist; who
cannot is passed over, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import count, takewhile
from typing import Final

from attrs import define, field, frozen

from bookable import transitions
from bookable.availability.chain import only_takes
from bookable.availability.effort import Effort, cost_of
from bookable.availability.emptiness import EmptyListing, why_empty
from bookable.availability.freshness import versions_of
from bookable.availability.notice import with_ledger
from bookable.availability.search import Search
from bookable.availability.slot import Slot
from bookable.domain.booking import Booking
from bookable.domain.life import BookingStatus
from bookable.domain.request import Request
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.errors import BookableError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_PROMOTION_TRIES
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.interval import Interval

_GIVEN_BACK: Final = frozenset(
    {BookingStatus.EXPIRED, BookingStatus.CANCELLED, BookingStatus.DECLINED}
)

Ask = Callable[[WaitlistEntry], Search]
"""Puts the request of an entry to the present state, or raises where it can no longer be asked."""


@frozen
class Promoted:
    """Somebody who no longer waits, with the booking: a hold, or what has become of one since."""

    entry: WaitlistEntry
    booking: Booking


@frozen
class PassedOver:
    """Somebody who waits on: ``why`` nothing is free, or the ``error`` for which nothing can be asked."""

    entry: WaitlistEntry
    why: EmptyListing | None = None
    error: BookableError | None = None


@frozen
class Promotion:
    """The decision about a waitlist: one plan for all holds, and what becomes of every entry.

    ``waitlist`` is who waits on. ``promoted`` and ``passed_over`` are in its order. Where holds
    were made by an earlier promotion the plan does not make them again.
    """

    plan: Plan
    waitlist: Waitlist
    promoted: tuple[Promoted, ...]
    passed_over: tuple[PassedOver, ...]


def decide_promotion(
    ledger: Ledger, waitlist: Waitlist, ask: Ask, now: datetime, expires_at: datetime
) -> Promotion:
    """Decide who is served; ``ledger`` is the state as of now.

    Raises:
        InvalidValueError: If the holds would expire at once, or only after more than a day.
        SearchLimitError: If deciding takes more than `MOST_PROMOTION_TRIES`.
    """
    transitions.check_expiry(expires_at, now, now)
    effort = Effort("tries for one promotion", MOST_PROMOTION_TRIES)
    desk = _Desk(ledger, ledger, ask, (now, expires_at), effort)
    found = desk.serve_all(waitlist.entries)
    promoted = tuple(each for each in found if isinstance(each, Promoted))
    passed = tuple(each for each in found if isinstance(each, PassedOver))
    left = Waitlist(tuple(each.entry for each in passed))
    return Promotion(desk.plan(), left, promoted, passed)


@define
class _Desk:
    """Serves one entry after the other; ``state`` holds those who were served.

    ``empty`` are the questions that have no answer in it; ``may_open`` the entries whose question a later
    booking may open: where a full date opens another, or windows are packed anew.
    """

    ledger: Ledger
    state: Ledger
    ask: Ask
    times: tuple[datetime, datetime]
    effort: Effort
    made: list[Booking] = field(factory=list)
    empty: dict[tuple[Request, Interval], EmptyListing | None] = field(factory=dict)
    may_open: set[str] = field(factory=set)
    rests_on: dict[str, int] = field(factory=dict)

    def serve_all(self, entries: tuple[WaitlistEntry, ...]) -> list[Promoted | PassedOver]:
        """What becomes of each entry: always the first who can be served is served next."""
        found: dict[str, Promoted | PassedOver] = {}
        again: list[WaitlistEntry] = []
        for entry in entries:
            found[entry.id] = self.serve(entry)
            if isinstance(found[entry.id], Promoted):
                self._serve_again(again, found)
            elif entry.id in self.may_open:
                again.append(entry)
        return [found[entry.id] for entry in entries]

    def _serve_again(
        self, again: list[WaitlistEntry], found: dict[str, Promoted | PassedOver]
    ) -> None:
        """Serve those who were passed over and for whom the last hold may have opened something."""
        number = 0
        while number < len(again):
            entry = again[number]
            found[entry.id] = self.serve(entry)
            if isinstance(found[entry.id], Promoted):
                del again[number]
                number = 0
            else:
                number += 1

    def serve(self, entry: WaitlistEntry) -> Promoted | PassedOver:
        """What becomes of an entry: a hold at the first free slot of its window, if there is one."""
        known = _served(self.ledger.bookings, entry)
        if known is not None:
            return Promoted(entry, known)
        try:
            search, slot, why = self._look(entry)
        except BookableError as error:
            # What can no longer be asked, as of a calendar that is gone, keeps nobody else waiting.
            self.effort.count(1)
            return PassedOver(entry, error=error)
        asked = search.question.request, entry.within
        if asked not in self.empty:
            self.effort.count(cost_of(search, entry.within.start_us, entry.within.end_us))
        if slot is not None:
            return Promoted(entry, self._hold(search, slot, entry))
        self.empty[asked] = why
        if not only_takes(search):
            self.may_open.add(entry.id)
        return PassedOver(entry, why)

    def _look(self, entry: WaitlistEntry) -> tuple[Search, Slot | None, EmptyListing | None]:
        """The first free slot of an entry's window, or why there is none."""
        search = with_ledger(self.ask(entry), self.state)
        asked = search.question.request, entry.within
        if asked in self.empty:
            # Somebody waits for the same, and nothing has been given to anybody since.
            return search, None, self.empty[asked]
        slot = search.first_slot(entry.within)
        return search, slot, why_empty(search, entry.within) if slot is None else None

    def _hold(self, search: Search, slot: Slot, entry: WaitlistEntry) -> Booking:
        hold_id = next(key for key in _hold_ids(entry) if key not in self.state.bookings)
        plan = transitions.plan_hold(search, slot, hold_id, entry.customer_id, self.times)
        booking = plan.bookings_after[0]
        self.state = self.state.applying(plan)
        self.made.append(booking)
        self.empty.clear()
        self.rests_on |= versions_of(search, self.ledger, booking)
        return booking

    def plan(self) -> Plan:
        """One plan for all holds, on the state that was given."""
        if not self.made:
            return Plan("promote")
        rests, at = FrozenMap(self.rests_on), self.times[0]
        return self.ledger.plan("promote", after=tuple(self.made), rests_on=rests, at=at)


# The holds of an entry -------------------------------------------------------


def _hold_ids(entry: WaitlistEntry) -> Iterator[str]:
    """The ids of the holds that an entry may get, one after the other has been given back."""
    return (f"{entry.id}~{number}" for number in count(1))


def _served(bookings: Mapping[str, Booking], entry: WaitlistEntry) -> Booking | None:
    """The booking that an entry has already from an earlier promotion; None if it still waits."""
    for key in takewhile(bookings.__contains__, _hold_ids(entry)):
        booking = bookings[key]
        if booking.status not in _GIVEN_BACK and _is_of(entry, booking):
            return booking
    return None


def _is_of(entry: WaitlistEntry, booking: Booking) -> bool:
    """Whether a booking is what an entry waits for, wherever it has been moved since."""
    request = entry.request
    customer_id = entry.customer_id or request.customer_id
    return (booking.calendar_id, booking.party_size, booking.customer_id) == (
        request.calendar_id,
        request.party_size,
        customer_id,
    )

"""What freed capacity becomes: holds for the first who wait (row H4).

Every entry is decided by the one predicate, against a state that holds those who were served before
it (SPEC N3). Whoever can be served is served, always the first in the order of the waitlist; who
cannot is passed over, with the reason.
"""

from __future__ import annotations

from collections import deque
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
from bookable.timeline.instant import to_us
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


@define(eq=False)
class _Reason:
    """Why nothing is free for a question: worked out once, for all who wait for the same."""

    asked: tuple[Search, Interval] | None = None
    known: EmptyListing | None = None

    def listing(self) -> EmptyListing:
        asked = self.asked
        if asked is not None:
            # First what is known, then that nothing is left to ask: others may be reading.
            self.known = why_empty(*asked)
            self.asked = None
        assert self.known is not None
        return self.known

    def __reduce__(self) -> tuple[type[_Reason], tuple[None, EmptyListing]]:
        return _Reason, (None, self.listing())


@frozen(eq=False)
class PassedOver:
    """Somebody who waits on: ``why`` nothing is free, or the ``error`` for which nothing can be asked.

    Why is worked out when it is first read. Those with equal facts are equal.
    """

    entry: WaitlistEntry
    error: BookableError | None = None
    _reason: _Reason | None = field(default=None, repr=False)

    @property
    def why(self) -> EmptyListing | None:
        """Why nothing was free when this was last asked for; None where there is an error.

        Worked out once for all who wait for the same: O(rules) times a listing.
        """
        return None if self._reason is None else self._reason.listing()

    def _facts(self) -> tuple[WaitlistEntry, BookableError | None, EmptyListing | None]:
        return self.entry, self.error, self.why

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PassedOver) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self.entry)


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


Asked = tuple[Request, Interval]
"""What somebody waits for: in one state whoever waits for the same has the same answer."""


@define
class _Desk:
    """Serves one entry after the other; ``state`` holds those who were served.

    ``empty`` are the questions that have no answer in it. ``again`` are those who wait for something
    that a later booking may open, by question: where a full date opens another, or windows are
    packed anew.
    """

    ledger: Ledger
    state: Ledger
    ask: Ask
    times: tuple[datetime, datetime]
    effort: Effort
    found: dict[str, Promoted | PassedOver] = field(factory=dict)
    made: list[Booking] = field(factory=list)
    empty: set[Asked] = field(factory=set)
    reasons: dict[Asked, _Reason] = field(factory=dict)
    again: dict[Asked, deque[WaitlistEntry]] = field(factory=dict)
    rests_on: dict[str, int] = field(factory=dict)

    def serve_all(self, entries: tuple[WaitlistEntry, ...]) -> list[Promoted | PassedOver]:
        """What becomes of each entry: always the first who can be served is served next."""
        for entry in entries:
            if self._serve(entry):
                while self._serve_again():
                    continue
        return [self.found[entry.id] for entry in entries]

    def _serve_again(self) -> bool:
        """Serve the first who was passed over and for whom a hold has opened something, if any."""
        for asked, waiting in sorted(self.again.items(), key=_first_place):
            # Where the first who waits for something cannot have it, nobody else can.
            if self._serve(waiting[0]):
                waiting.popleft()
                if not waiting:
                    del self.again[asked]
                return True
        return False

    def _serve(self, entry: WaitlistEntry) -> bool:
        """Whether an entry gets a hold: at the first free slot of its window, if there is one."""
        known = _served(self.ledger.bookings, entry)
        if known is not None:
            self.found[entry.id] = Promoted(entry, known)
            return False
        try:
            search = with_ledger(self.ask(entry), self.state)
            asked = search.question.request, entry.within
            # Where somebody waits for the same, nothing has been given to anybody since.
            is_new = asked not in self.empty
            slot = search.first_slot(entry.within) if is_new else None
        except BookableError as error:
            # What can no longer be asked, as of a calendar that is gone, keeps nobody else waiting.
            self.effort.count(1)
            self.found[entry.id] = PassedOver(entry, error)
            return False
        if is_new:
            self.effort.count(cost_of(search, entry.within.start_us, entry.within.end_us))
        if slot is None:
            self._pass_over(entry, search, asked)
            return False
        self.found[entry.id] = Promoted(entry, self._hold(search, slot, entry))
        return True

    def _pass_over(self, entry: WaitlistEntry, search: Search, asked: Asked) -> None:
        """Let an entry wait on; why nothing is free for it is worked out when somebody reads it."""
        reason = self.reasons.setdefault(asked, _Reason())
        if asked not in self.empty:
            self.empty.add(asked)
            reason.asked = search, entry.within
        is_new = entry.id not in self.found
        self.found[entry.id] = PassedOver(entry, reason=reason)
        if is_new and not only_takes(search):
            self.again.setdefault(asked, deque()).append(entry)

    def _hold(self, search: Search, slot: Slot, entry: WaitlistEntry) -> Booking:
        self.effort.count(cost_of(search, to_us(slot.start), to_us(slot.start) + 1))
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


def _first_place(waiting: tuple[Asked, deque[WaitlistEntry]]) -> tuple[int, datetime, str]:
    return waiting[1][0].place


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

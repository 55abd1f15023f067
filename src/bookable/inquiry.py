"""Questions beyond a listing: sessions, standings, alternatives and what else helps to decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Unpack

import attrs

from bookable import commands
from bookable.availability.asking import Asked, requests_for
from bookable.availability.chain import ChainSlot, Links
from bookable.availability.days import day_requests
from bookable.availability.difference import SlotDifference, slot_difference
from bookable.availability.effort import check_together
from bookable.availability.emptiness import EmptyListing, why_empty
from bookable.availability.gatherings import SessionState, session_states
from bookable.availability.listing import check_length, listed, shown
from bookable.availability.reassignment import HandOver
from bookable.availability.relaxation import Alternative, alternatives
from bookable.availability.slot import Slots
from bookable.availability.standing import HostStanding, standings_of
from bookable.checks import check_amount, check_ids, check_items, check_type
from bookable.domain.chain import Chain
from bookable.domain.refusal import Refusal
from bookable.domain.request import Request
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import LONGEST_DURATION, MOST_REQUESTS
from bookable.snapshot import Snapshot
from bookable.timeline.instant import instant_us
from bookable.timeline.interval import Interval, check_interval


class Inquiry(Snapshot):
    """What a backend may want to know before and after it lists slots."""

    __slots__ = ()

    def requests(self, calendar_id: str, **asked: Unpack[Asked]) -> tuple[Request, ...]:
        """The requests for a calendar, one for each duration that somebody may be booked for.

        Shortest first; what may be given is that of `request`. `list_slots` lists them in one.

        Raises:
            UnknownIdError: If something that is named does not exist, or a host does not serve it.
            InvalidValueError: If nobody may be booked, or whole days are asked for (see `free_days`).
        """
        requests = requests_for(self._catalogue, calendar_id, asked)
        for request in requests:
            self._question(request)
        return requests

    def sessions(
        self, calendar_id: str, *, within: Interval, now: datetime
    ) -> tuple[SessionState, ...]:
        """The sessions of a calendar that start within the window, as they stand (SPEC N12).

        Ordered by start, then duration, seats left, hosts, rooms; none for a calendar without
        sessions. A session is short while too few people come: that is reported and changes nothing.

        Raises:
            UnknownIdError: If there is no such calendar.
        """
        window = check_interval(within, "within")
        search = self._search(self.requests(calendar_id)[0], now, ())
        search.check_window(window)
        return session_states(search, window)

    def list_slots(
        self,
        requests: Iterable[Request],
        *,
        within: Interval,
        now: datetime,
        limit: int | None = None,
        ignoring: Iterable[str] = (),
    ) -> Slots:
        """The slots of several requests in one list (SPEC N22, N23).

        ``requests`` are any requests, of several durations (`requests` makes them), several
        calendars, or both: at most 100, and none is fine. One that is given twice is listed once.
        Each is listed as `free_slots` does. Slots come by start, then duration, then the order of
        the requests; `Slot.request` tells them apart. ``limit`` cuts the whole.

        Raises:
            SearchLimitError: If the window is too large, or the grid starts of all requests
                together are more than one listing may look at.
            LimitExceededError: If there are more than 100 requests.
            InvalidValueError: If a calendar's listing does not allow the window.
            UnknownIdError: If a request or ``ignoring`` names what does not exist.
        """
        window = check_interval(within, "within")
        asked = check_items(requests, Request, "requests", "a Request")
        if len(asked) > MOST_REQUESTS:
            raise LimitExceededError("requests of one listing", len(asked), MOST_REQUESTS)
        if limit is not None:
            check_amount(limit, "limit")
        ids = check_ids(ignoring, "ignoring")
        searches = [self._search(request, now, ids) for request in dict.fromkeys(asked)]
        check_together(searches, window)
        slots = Slots.merged(listed(search, window, None) for search in searches)
        return slots if limit is None else slots.at_most(limit)

    def free_days(
        self,
        calendar_id: str,
        *,
        within: Interval,
        now: datetime,
        days: int = 1,
        limit: int | None = None,
        ignoring: Iterable[str] = (),
        **asked: Unpack[Asked],
    ) -> Slots:
        """The free dates of a calendar: from local midnight to the midnight so many dates later.

        ``within`` bounds that first midnight, in the calendar's zone. One date lasts 24 hours, and 23 or 25
        where the clock changes: each slot has the length of its dates, all of which it takes
        whole. The calendar says how many it allows (``most_days``). All else may be asked as in
        `request`. In order of start; O(days) on top of what a listing costs.

        Raises:
            UnknownIdError: If there is no such calendar, or something else that is named.
            InvalidValueError: If the calendar does not allow so many whole days.
            SearchLimitError: If the window is too large.
        """
        window = check_interval(within, "within")
        check_amount(days, "days", minimum=1, maximum=LONGEST_DURATION.days - 1)
        if asked.setdefault("whole_days", days) != days:
            raise InvalidValueError("whole_days", asked["whole_days"], f"{days}, as days", "days")
        request = self.request(calendar_id, **asked)
        if limit is not None:
            check_amount(limit, "limit")
        ids = check_ids(ignoring, "ignoring")
        search = self._search(request, now, ids)
        search.check_window(window)
        check_length(search.question, window)
        dates = day_requests(request, window, days=days, zone=search.question.zone)
        slots = Slots.merged(self._search(each, now, ids).slots(window) for each in dates)
        return shown(search.question, slots, limit)

    def host_standings(
        self, calendar_id: str, *, now: datetime, counted_within: Interval | None = None
    ) -> tuple[HostStanding, ...]:
        """Where each host of a calendar stands: all that explains who is picked next (SPEC N24).

        Of the calendar's own members only: neither delegates nor those whom a requirement brings are
        among them, though they are compared by the same keys where they compete.
        In the order of the pick, as if everybody were free; who is never picked automatically comes
        last. ``counted_within`` counts the bookings of another period than the ranking's.
        O(n) in the bookings of the hosts; those of a host are read once, until the next of that host.

        Raises:
            UnknownIdError: If there is no such calendar.
        """
        ledger = self._as_of(now)
        if counted_within is not None:
            check_interval(counted_within, "counted_within")
        calendar = self._catalogue.settled_calendar(calendar_id)
        return standings_of(ledger, self._catalogue, calendar, counted_within)

    def stand_ins(self, booking_id: str, *, now: datetime) -> tuple[str, ...]:
        """The other hosts who could take a booking over, in the order in which they would be picked.

        Nobody once it has begun. At the same time, with the same rooms and equipment, each instead of one who serves;
        `Scheduler.reassign` does it. `explain_reassign` tells why there is nobody. Whoever
        attends, or came with an add-on, stays (`Booking.serving_ids`). Hosts of weight 0 are left out:
        they only take over what they are named for. O(p·k) for *p* hosts and the *k* that it has.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If the booking is cancelled.
            InvalidValueError: If it has no calendar.
            SearchLimitError: If there are more than 10,000 ways to put another host in.
        """
        return self._hand_over(booking_id, now, None).stand_ins()

    def explain_reassign(
        self, booking_id: str, *, now: datetime, host_ids: Iterable[str] | None = None
    ) -> tuple[Refusal, ...]:
        """Every reason why these hosts cannot take a booking over; None: why nobody else can.

        Ordered by rule, subject and time; ``()`` where it is possible, as with the hosts that it
        has already. ``never_fits`` of "other hosts" where there is nobody whom it could be, or
        nobody serves; with None, hosts of weight 0 are left out, and it tells of them as
        ``only_named``. O(p·k) for *p* hosts and the *k* that it has. Raises as `Scheduler.reassign`.
        """
        ids = None if host_ids is None else check_ids(host_ids, "host_ids", known="member ids")
        return self._hand_over(booking_id, now, ids).refusals()

    def _hand_over(
        self, booking_id: str, now: datetime, host_ids: tuple[str, ...] | None
    ) -> HandOver:
        moment = instant_us(now, "now")
        ledger = self._ledger.at(moment)
        booking = commands.booking_of(ledger, booking_id)
        return HandOver.of(ledger, self._catalogue, booking, moment, host_ids)

    def chain_slots(
        self,
        chain: Chain,
        *,
        within: Interval,
        now: datetime,
        limit: int | None = None,
        ignoring: Iterable[str] = (),
    ) -> tuple[ChainSlot, ...]:
        """Offers for a whole chain, in order of start; each could be booked in this state.

        ``within`` bounds the start of the first segment, which is on its grid; there is one offer
        for each such start that the rest can follow: at the earliest starts that fit, each on its
        own grid. A request without a grid may also follow as soon as its gap allows. Every segment is
        decided against the state that holds those before it already (SPEC N3, N14), exactly: an
        earlier one gives up the resource that it prefers where a later one can have no other.

        Raises:
            SearchLimitError: If the window is too wide, or all offers together would need more than
                5,000 allocations to be tried; those of much to look at count for more. A smaller
                window or ``limit`` needs fewer.
            UnknownIdError: If a request or ``ignoring`` names what does not exist.
        """
        check_interval(within, "within")
        if limit is not None:
            check_amount(limit, "limit")
        return self._links(chain, now, ignoring).slots(within, limit)

    def why_empty(
        self, request: Request, *, within: Interval, now: datetime, ignoring: Iterable[str] = ()
    ) -> EmptyListing | None:
        """Why `free_slots` lists nothing in a window; None where it lists something (SPEC N32).

        Counts of starts by rule, the rule that removed the last ones, and the rules without
        which something could be booked. O(rules) times a listing.

        Raises:
            SearchLimitError: If the window or its number of grid starts is too large.
        """
        ids = check_ids(ignoring, "ignoring")
        if len(self.free_slots(request, within=within, now=now, ignoring=ids)):
            return None
        return why_empty(self._search(request, now, ids), within)

    def alternatives(
        self,
        request: Request,
        *,
        start: datetime,
        now: datetime,
        within: Interval | None = None,
        limit: int = 5,
        ignoring: Iterable[str] = (),
    ) -> tuple[Alternative, ...]:
        """What can be booked instead of a start, the cheapest first.

        The two nearest starts on offer before and after it, inside ``within`` or else a week
        either way; and, for a start that cannot be booked, the smallest changes that would
        make it so, one rule at a time: another host or room, a shorter time, fewer people,
        tentative blocks left aside, less notice, a longer horizon. Each is decided by the same
        predicate as every slot (SPEC N3). Ordered by cost, kind and start.

        Raises:
            SearchLimitError: If the window or its number of grid starts is too large.
            UnknownIdError: If the request or ``ignoring`` names what does not exist.
        """
        moment = instant_us(start, "start")
        if within is not None:
            check_interval(within, "within")
        check_amount(limit, "limit")
        search = self._search(request, now, ignoring)
        return alternatives(search, moment, within, limit)

    def _links(
        self,
        chain: Chain,
        now: datetime,
        ignoring: Iterable[str],
        customer_id: str | None = None,
    ) -> Links:
        check_type(chain, Chain, "chain", "a Chain([Segment(request), ...])")
        ids = check_ids(ignoring, "ignoring")
        questions = [self._question(each.request) for each in chain.segments]
        requests = [commands.asked_by(each, customer_id) for each in questions]
        searches = [self._search(each, now, ids) for each in requests]
        # One ledger for all, so that what ignores bookings is one state.
        first = searches[0].ledger
        return Links(chain, tuple(attrs.evolve(each, ledger=first) for each in searches))

    def difference(
        self, other: Snapshot, request: Request, *, within: Interval, now: datetime
    ) -> SlotDifference:
        """What becomes of a listing in another state: the slots lost and gained, in order of start.

        The other state may be one command away, have another catalogue, or be an older snapshot.

        Raises:
            SearchLimitError: If the window or its number of grid starts is too large.
        """
        check_type(other, Snapshot, "other", "a Scheduler")
        listings = (each.free_slots(request, within=within, now=now) for each in (self, other))
        return slot_difference(*listings)

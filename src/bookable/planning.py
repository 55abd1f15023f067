"""Many at once: groups of commands, what-if, and the repair of what is double-booked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Self

from bookable.availability.effort import check_together
from bookable.availability.impact import (
    Compared,
    Impact,
    broken_bookings,
    calendars_of,
    day_impacts,
)
from bookable.availability.listing import listed
from bookable.availability.search import Search
from bookable.checks import check_ids, check_items, check_type
from bookable.domain.effective import next_status
from bookable.domain.life import Event
from bookable.domain.request import Request
from bookable.errors import (
    BookableError,
    GroupError,
    InvalidValueError,
    LimitExceededError,
    UnknownIdError,
)
from bookable.group import Decision, combined, moment_of, plan_of
from bookable.lifecycle import Lifecycle
from bookable.limits import MOST_GROUPED, MOST_REQUESTS
from bookable.occupancy.plan import Plan
from bookable.repair import Repair, Repairer
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import to_us, to_utc
from bookable.timeline.interval import Interval, check_interval


class Planning(Lifecycle):
    """Decisions about many things at once, each as one plan or as data."""

    __slots__ = ()

    # Groups ----------------------------------------------------------------

    def apply_group(self, commands: Iterable[Callable[[Self], Decision]]) -> Self:
        """The next state, with all of these commands carried out, or none of them.

        Each command is a function that is given the state after those before it and answers the plan
        of one command (or the `Series` of a series)::

            state.apply_group([
                lambda now_is: now_is.plan_cancel("B-1", now=now),
                lambda now_is: now_is.plan_book(slot, booking_id="B-2", now=now),
            ])

        The result is that of the commands one after the other, as one version.

        Raises:
            GroupError: If one of them cannot be carried out; it names which, and carries its error.
            InvalidValueError: If something in it is no function.
            LimitExceededError: If there are more than 1,000.
        """
        return self.apply(self.plan_group(commands))

    def plan_group(self, commands: Iterable[Callable[[Self], Decision]]) -> Plan:
        """The decision of `apply_group` as one plan.

        A booking that is changed twice is changed once in it. It rests on all that each of the
        decisions rests on, as that is in this state. The plan of one command alone is that
        command's. O(k) beside the decisions, for *k* records that change.
        """
        like = "a list of functions, such as lambda state: state.plan_cancel('B-1', now=now)"
        if isinstance(commands, str | bytes | Mapping) or not isinstance(commands, Iterable):
            raise InvalidValueError("commands", commands, like, "type")
        every = list(islice(commands, MOST_GROUPED + 1))
        if len(every) > MOST_GROUPED:
            raise LimitExceededError("commands of a group", len(every), MOST_GROUPED)
        for each in every:
            if not callable(each):
                raise InvalidValueError("commands", each, like, "type")
        state, plans, moment = self, list[Plan](), None
        for position, command in enumerate(every):
            try:
                plan = plan_of(command(state))
                moment = moment_of(plan, moment)
                state = state.apply(plan)
            except BookableError as error:
                raise GroupError(position, error) from error
            plans.append(plan)
        return combined(self._ledger, self._catalogue, plans)

    # What-if ---------------------------------------------------------------

    def impact(
        self,
        other: Planning,
        requests: Iterable[Request] | None = None,
        *,
        within: Interval,
        now: datetime,
        zone: Zone | str | None = None,
    ) -> Impact:
        """What another state would break, and what it would offer less or more, in a window.

        The other state may have another catalogue (a room closed, a person gone, fewer of something),
        other bookings, or both. Broken are bookings that meet the window and that the other state
        has in violations which this one lacks, leaves without something they take, or does not have.
        ``requests`` are listed in both states and compared by time, on the local dates of ``zone``
        or else of each calendar; None takes those of every calendar. Nothing changes.

        New hours break nothing: they only matter to what is booked from now on. What is booked shows
        where the other state has a `block`, for a time, or an entry with ``is_active=False``, for good.
        `repair` there moves what is blocked; what has something inactive has to be named to it,
        ``moving=[...]``, save what somebody checked in to.

        Raises:
            LimitExceededError: If there are more than 100 requests.
            SearchLimitError: If the window is too large for their listings.
            UnknownIdError: If a request names what neither state knows.
        """
        check_type(other, Planning, "other", "a Scheduler")
        window, moment = check_interval(within, "within"), to_utc(now, "now")
        shown = None if zone is None else to_zone(zone)
        asked = self._requests_of(other) if requests is None else requests
        every = tuple(dict.fromkeys(check_items(asked, Request, "requests", "a Request")))
        if len(every) > MOST_REQUESTS:
            raise LimitExceededError("requests of one comparison", len(every), MOST_REQUESTS)
        pairs = [(self._listing(each, now), other._listing(each, now)) for each in every]
        for request, pair in zip(every, pairs, strict=True):
            if pair == (None, None):
                self._search(request, now, ())
        for number in (0, 1):
            searches = (pair[number] for pair in pairs)
            check_together((each for each in searches if each is not None), window)
        us = to_us(moment)
        broken = broken_bookings(
            (self._ledger.at(us).bookings, other._ledger.at(us).bookings),
            (self._catalogue, other._catalogue),
            (self.violations(now=now), other.violations(now=now)),
            window,
        )
        return Impact(tuple(broken), day_impacts(_compared(pair, window, shown) for pair in pairs))

    def _listing(self, request: Request, now: datetime) -> Search | None:
        """The search for a request; None where this state does not know what it asks for."""
        try:
            return self._search(request, now, ())
        except (UnknownIdError, InvalidValueError):
            return None

    def _requests_of(self, other: Planning) -> Iterable[Request]:
        """The requests of every calendar of one state or the other."""
        for key in calendars_of(self._catalogue, other._catalogue):
            for state in (self, other):
                if key in state._catalogue:
                    yield from state.requests(key)

    # Repair ----------------------------------------------------------------

    def repair(
        self, *, now: datetime, within: Interval | None = None, moving: Iterable[str] = ()
    ) -> Self:
        """The next state, in which as few bookings as possible have moved out of violations (SPEC N9).

        `plan_repair` tells what moves, and what found no place and stays as it is. Raises as it does.
        """
        return self.apply(self.plan_repair(now=now, within=within, moving=moving).plan)

    def plan_repair(
        self, *, now: datetime, within: Interval | None = None, moving: Iterable[str] = ()
    ) -> Repair:
        """The decision of `repair`: what moves, how, what could not, and one plan for all of it.

        Only bookings that may be rescheduled and have not begun move; those that start ``within``,
        where it is given. Of each conflict the fewest move: exactly where at most 12 of its bookings
        could; of larger ones what is in the way of most, and ``is_fewest`` says so. Each keeps its
        time and what else it can, or else goes to the nearest start of its own local date, decided by
        the predicate that lists slots; notice, horizon and who may book were settled before. What
        has no place is left out and the choice made again. ``moving`` are bookings that are placed anew,
        violation or window or not, such as those of a room that is closed by now: at their own time and
        with what they have where that is still possible, and then they do not move; else as above. To
        empty a room that is open, close it first. The same state gives the same repair.

        Raises:
            UnknownIdError: If ``moving`` names what does not exist.
            InvalidTransitionError: If it names what cannot be rescheduled.
            SearchLimitError: If more than 100 bookings would have to move, or more than 2,000 places
                would be looked for.
        """
        window = None if within is None else check_interval(within, "within")
        ids, ledger = check_ids(moving, "moving", known="booking ids"), self._as_of(now)
        for booking_id in ids:
            if booking_id not in ledger.bookings:
                raise UnknownIdError("booking", booking_id, "moving")
            next_status(ledger.bookings[booking_id], Event.RESCHEDULE)
        return Repairer(ledger, self._catalogue, to_utc(now, "now")).decided(window, ids)


def _compared(
    pair: tuple[Search | None, Search | None], window: Interval, zone: Zone | None
) -> Compared:
    """What both states list for one request; nothing where a state does not know what it asks for."""
    known = next(each for each in pair if each is not None).question
    here, there = (() if each is None else listed(each, window, None) for each in pair)
    return Compared(known.request.calendar_id, zone or known.zone, here, there)

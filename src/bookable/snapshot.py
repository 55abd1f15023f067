"""One immutable state and every question to it.

A snapshot is a catalogue and a ledger. Asking changes nothing but caches, which hold only what
the state determines, so snapshots are shared freely between threads.

Nothing here reads a clock: ``now`` is always an argument (SPEC N2).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Unpack

from bookable import busy_times, upkeep
from bookable.availability.asking import Asked, request_for
from bookable.availability.explain import explain
from bookable.availability.listing import check_length, listed, listing_of
from bookable.availability.slot import Slot, Slots
from bookable.checks import check_amount, check_ids
from bookable.domain.booking import Booking
from bookable.domain.free_busy import FreeBusy
from bookable.domain.policy import BLOCKING_KINDS
from bookable.domain.refusal import Refusal, Violation
from bookable.domain.request import Request
from bookable.errors import BookingRefused
from bookable.occupancy.audit import check_ledger, find_violations
from bookable.state import State
from bookable.timeline import _kernel as kernel
from bookable.timeline.instant import instant_us, to_utc
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.interval_set import IntervalSet


class Snapshot(State):
    """Every answer that follows from what can be booked and what is booked.

    `Inquiry` adds the questions beyond a listing, `Scheduler` the commands.
    """

    __slots__ = ()

    def request(
        self, calendar_id: str, *, duration: timedelta | None = None, **asked: Unpack[Asked]
    ) -> Request:
        """A request for a calendar, checked against it.

        Every question-level field of `Request` may be given: ``party_size``; ``host_ids``, the only
        hosts wanted; ``variant_id`` and ``add_on_ids``; ``features``, ``where`` and ``location_id`` of
        rooms; ``attendee_ids``, ``optional_ids``, ``prefer_ids``; ``customer_id``, ``groups``, ``tags``;
        ``blocking_kinds``, ``booker_zone``, ``use_delegates``, ``whole_days``, ``override``; ``unknown_ids``
        with ``unknown``.

        ``duration=None`` means as long as such a booking lasts: with the hosts who come into
        question, where they all take the same time, else the calendar's own or the variant's; add-ons
        make it longer. `requests` gives one request for each duration.

        Raises:
            UnknownIdError: If something that is named does not exist, or a host does not serve it.
            InvalidValueError: If the calendar does not allow the duration.
        """
        request = request_for(self._catalogue, calendar_id, duration, asked)
        self._question(request)
        return request

    def free_slots(
        self,
        request: Request,
        *,
        within: Interval,
        now: datetime,
        limit: int | None = None,
        ignoring: Iterable[str] = (),
    ) -> Slots:
        """The slots on offer, in order of start; each could be booked in this state (SPEC N3).

        ``within`` bounds the starts, so adjoining windows list every slot once (SPEC N22).
        ``ignoring`` are bookings that the answer disregards, as when one is to be moved.
        A calendar's `Listing` says what is shown of them; ``limit`` cuts what is left.
        O(r·m/64 + b) for *r* candidates, *m* grid starts and *b* breakpoints not yet seen.

        Raises:
            SearchLimitError: If the window or its number of grid starts is too large.
            InvalidValueError: If the window is shorter or longer than the calendar's listing allows.
            UnknownIdError: If the request or ``ignoring`` names what does not exist.
        """
        check_interval(within, "within")
        if limit is not None:
            check_amount(limit, "limit")
        return listed(self._search(request, now, ignoring), within, limit)

    def first_slot(
        self, request: Request, *, within: Interval, now: datetime, ignoring: Iterable[str] = ()
    ) -> Slot | None:
        """The first of `free_slots`, or None."""
        check_interval(within, "within")
        search = self._search(request, now, ignoring)
        if listing_of(search.question) is None:
            return search.first_slot(within)
        return next(iter(listed(search, within, None)), None)

    def free_periods(
        self, request: Request, *, within: Interval, now: datetime, ignoring: Iterable[str] = ()
    ) -> IntervalSet:
        """The time inside ``within`` that bookings of this request could take (SPEC N22).

        The grid is left aside. One host and one room serve each booking whole (SPEC N13). Periods cannot
        tell who was not read: `Slots.unknown_ids` can.
        """
        check_interval(within, "within")
        search = self._search(request, now, ignoring)
        check_length(search.question, within)
        return search.free_periods(within)

    def start_periods(
        self, request: Request, *, within: Interval, now: datetime, ignoring: Iterable[str] = ()
    ) -> IntervalSet:
        """Every start inside ``within`` at which the request could be met, grid aside (SPEC N22).

        Periods cannot tell who was not read: `Slots.unknown_ids` can.
        """
        check_interval(within, "within")
        search = self._search(request, now, ignoring)
        check_length(search.question, within)
        return search.start_periods(within)

    def slot(
        self, request: Request, *, start: datetime, now: datetime, ignoring: Iterable[str] = ()
    ) -> Slot:
        """The offer for one start.

        Raises:
            BookingRefused: If it cannot be booked; it carries what `explain` answers.
        """
        search, start_us = self._search(request, now, ignoring), instant_us(start, "start")
        offer = search.at(start_us)
        if not offer.bookable:
            raise BookingRefused(explain(search, start_us))
        return Slots(request, (start_us,), offer)[0]

    def explain(
        self, request: Request, *, start: datetime, now: datetime, ignoring: Iterable[str] = ()
    ) -> tuple[Refusal, ...]:
        """Every reason why a start cannot be booked; ``()`` when it can (SPEC N32).

        Ordered by rule, subject and time.
        """
        return explain(self._search(request, now, ignoring), instant_us(start, "start"))

    def agenda(
        self, resource_id: str, *, within: Interval, now: datetime | None = None
    ) -> tuple[Booking, ...]:
        """The bookings that take a resource or calendar at some time inside ``within``.

        As they were written, or as they are by ``now``: without expired holds and what was released.
        Buffers do not count. Ordered by start, then id. O(log n + k) once its tree is built, with a small
        share of what changed since.

        Raises:
            UnknownIdError: If nothing is or was known under that id.
        """
        window = check_interval(within, "within")
        ledger = self._ledger if now is None else self._ledger.at(instant_us(now, "now"))
        record = ledger.record(self._known(resource_id))
        ids = record.index.overlapping(window.start_us, window.end_us)
        found = [ledger.bookings[booking_id] for booking_id in ids]
        times = [each.body_us(_held_by(each, resource_id)) for each in found]
        kept = [
            each
            for each, (start, end) in zip(found, times, strict=True)
            if start < window.end_us and window.start_us < end
        ]
        return tuple(sorted(kept, key=lambda each: (each.start, each.id)))

    def free_busy(self, resource_id: str, *, within: Interval, now: datetime) -> IntervalSet:
        """The busy time of a resource: where claims with their buffers, or blocks, leave nothing.

        Opening hours are not looked at. For a calendar it is the time that is blocked.

        Raises:
            UnknownIdError: If nothing is known under that id.
        """
        ledger = self._ledger.at(instant_us(now, "now"))
        window = check_interval(within, "within")
        entry = self._catalogue.settled(
            upkeep.check_known(self._catalogue, resource_id, "resource_id")
        )
        assert entry is not None, "what is known is settled"
        record, low, high = ledger.record(resource_id), window.start_us, window.end_us
        blocked = record.blocked_by(BLOCKING_KINDS, low, high)
        full = busy_times.full_pieces(record, entry, low, high)
        return IntervalSet.from_us(kernel.union(blocked, full))

    def busy_times(
        self, resource_ids: Iterable[str], *, within: Interval, now: datetime
    ) -> FreeBusy:
        """When each of these resources and calendars is busy inside ``within``, and in what way.

        Blocks are told by their kind, with their buffers. Where bookings with theirs leave nothing, that is
        ``busy``, or ``tentative`` if pending bookings and holds have a part in it and without them there
        would be something left. What blocks by default (`BLOCKING_KINDS`) is, together, what `free_busy`
        tells. Ids that the catalogue does not have are ``unknown``, as ``not_found``. So is who has a block
        of kind ``unknown`` that meets the window, for the ``reason`` in its metadata or as ``not_read``:
        `free_busy` counts that as busy. O(blocks + claims) of each in the window.

        Raises:
            LimitExceededError: If there are more than 1,000 ids.
        """
        window, ids = check_interval(within, "within"), check_ids(resource_ids, "resource_ids")
        return busy_times.busy_times_of(self._as_of(now), self._catalogue, ids, window)

    def violations(self, *, now: datetime) -> tuple[Violation, ...]:
        """Every overcommitment, booking in a block, overfull session and unknown id (SPEC N9).

        What is *not* looked at are the rules that decide what is offered: hours, grid, notice and
        what a calendar requires. A booking that breaks one of them took nothing twice. Blocks are
        judged by their default (tentative and stronger count), whatever ``blocking_kinds`` a
        request had: what it booked over such a block shows up here. A booking in a block of kind
        ``unknown`` does not: nobody knows. Worked out from the bookings themselves, without the structures that decide.
        Ordered by rule, subject and time.
        """
        moment = to_utc(now, "now")
        bookings = self._ledger.at(instant_us(now, "now")).bookings.values()
        return find_violations(self._catalogue, bookings, self.blocks.values(), now=moment)

    def check(self) -> None:
        """Assert that the fast structures hold exactly what the bookings and blocks say.

        For tests: made of assertions, it says nothing under ``python -O``.
        """
        check_ledger(self._ledger)


def _held_by(booking: Booking, resource_id: str) -> str:
    """The resource by which a booking has another: itself, or a room that shares a part with it."""
    if resource_id in (*booking.resource_ids, booking.calendar_id):
        return resource_id
    return booking.room_ids[0]

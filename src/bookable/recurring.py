"""Commands for series: book one, change or cancel what follows or all of it where it recurs, drop it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Self

from bookable import commands, series_plans
from bookable.availability.keeping import as_moved, with_hosts
from bookable.availability.search import Search
from bookable.availability.series import (
    ALL_OR_NOTHING,
    Series,
    SeriesPolicy,
    occurrences_asked,
)
from bookable.checks import check_flag, check_type
from bookable.domain.booking import Booking
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.domain.recurring import Recurrence, original_or_none
from bookable.domain.request import Request
from bookable.errors import BookingRefused
from bookable.lifecycle import Lifecycle
from bookable.occupancy.plan import Plan
from bookable.series_edits import Change, SeriesEdit, plan_change
from bookable.series_plans import RecurringSeries
from bookable.timeline.instant import to_utc

_LIKE = "a Recurrence, for example Recurrence('FREQ=WEEKLY;COUNT=10', start, 'Europe/Berlin')"


class Recurring(Lifecycle):
    """What becomes of series: of starts that are listed, and of what recurs (SPEC N6, N31).

    Every occurrence of what recurs is a booking with the ``series_id`` and its ``original_start``, the
    name that the `Recurrence` gives it. The recurrence itself is the caller's to keep: commands take
    it, and their plans tell what it is afterwards. One occurrence is moved and cancelled as any booking is, by
    `reschedule` and `cancel`; `recurrence_of` then leaves out what is no longer booked.
    """

    __slots__ = ()

    # Questions -------------------------------------------------------------

    def occurrences(self, series_id: str, *, now: datetime | None = None) -> tuple[Booking, ...]:
        """The bookings of a series by original start, whatever became of them: as written, or by ``now``.

        O(bookings).

        Raises:
            UnknownIdError: If there is no such series.
        """
        ledger = self._ledger if now is None else self._as_of(now)
        return series_plans.occurrences_of(ledger, series_id)

    def recurrence_of(
        self, series_id: str, recurrence: Recurrence, *, now: datetime | None = None
    ) -> Recurrence | None:
        """The recurrence with just those of its occurrences that are booked; None where none is.

        Booked is what is not cancelled, declined or expired; what is over was booked.

        Raises:
            UnknownIdError: If there is no such series.
            InvalidValueError: If the series has occurrences that are none of the recurrence
                (``unknown_occurrence``).
        """
        check_type(recurrence, Recurrence, "recurrence", _LIKE)
        return series_plans.recurrence_of(self.occurrences(series_id, now=now), recurrence)

    # Booking ---------------------------------------------------------------

    def book_series(
        self,
        request: Request,
        starts: Iterable[datetime],
        *,
        booking_ids: Iterable[str],
        now: datetime,
        policy: SeriesPolicy = ALL_OR_NOTHING,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Self:
        """The next state, with a series booked as its policy allows, or not at all (SPEC N31).

        One booking id for each start. `plan_series` answers what becomes of each occurrence. Each is
        given hosts of its own: for the same one throughout, name it in the request's ``host_ids``
        (or ``prefer_ids``, where others may stand in).
        The same ids with the same content change nothing, even where what was left out the first
        time could be booked now (SPEC N33): it is reported as ``left_out``. Each booking keeps the
        ``metadata``, texts of the host's own.

        Raises:
            BookingRefused: If the series is declined, with the refusals of all its conflicts.
            IdConflictError: If one of the ids is taken by another booking, or if some are booked
                and more are not than the policy leaves out.
            LimitExceededError: If there are more than 1,000 starts.
            SearchLimitError: If deciding them would take too long.
        """
        series = self.plan_series(
            request,
            starts,
            booking_ids=booking_ids,
            now=now,
            policy=policy,
            customer_id=customer_id,
            metadata=metadata,
        )
        if not series.is_accepted:
            raise BookingRefused(series.refusals)
        return self.apply(series.plan)

    def plan_series(
        self,
        request: Request,
        starts: Iterable[datetime],
        *,
        booking_ids: Iterable[str],
        now: datetime,
        policy: SeriesPolicy = ALL_OR_NOTHING,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Series:
        """The decision of `book_series`: every occurrence, and one plan as plain data.

        Accepted with a plan that changes nothing where the series is booked already.
        """
        check_type(policy, SeriesPolicy, "policy", "a SeriesPolicy")
        asked = occurrences_asked(starts, booking_ids)
        own = commands.asked_by(self._question(request), customer_id)
        search, kept = self._search(own, now, ()), to_metadata(metadata)
        return series_plans.plan_series(search, asked, policy, customer_id, kept)

    def book_recurring(
        self,
        request: Request,
        recurrence: Recurrence,
        *,
        series_id: str,
        now: datetime,
        policy: SeriesPolicy = ALL_OR_NOTHING,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Self:
        """The next state, with every occurrence booked as the policy allows, or none (SPEC N31).

        Each lasts as long as the request; its id is the series' with its original start, as
        ``yoga/20260302T090000``. The same series with the same content changes nothing (SPEC N33),
        whatever became of its occurrences since: what was cancelled stays so, and is ``left_out``. Each
        booking keeps the ``metadata``, texts of the host's own.

        Raises:
            BookingRefused: If the series is declined, with the refusals of all its conflicts, or if
                its occurrences would overlap each other.
            InvalidValueError: If the recurrence has no occurrence.
            IdConflictError: If the id is taken, by another series or for one of its bookings.
            LimitExceededError: If there are more than 1,000 occurrences, no end, or more than 366 that
                the policy leaves out between others.
            SearchLimitError: If deciding them would take too long.
        """
        found = self.plan_recurring(
            request,
            recurrence,
            series_id=series_id,
            now=now,
            policy=policy,
            customer_id=customer_id,
            metadata=metadata,
        )
        if not found.is_accepted:
            raise BookingRefused(found.refusals)
        return self.apply(found.plan)

    def plan_recurring(
        self,
        request: Request,
        recurrence: Recurrence,
        *,
        series_id: str,
        now: datetime,
        policy: SeriesPolicy = ALL_OR_NOTHING,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> RecurringSeries:
        """The decision of `book_recurring`: every occurrence, one plan, and what is booked by."""
        check_type(recurrence, Recurrence, "recurrence", _LIKE)
        check_type(policy, SeriesPolicy, "policy", "a SeriesPolicy")
        own = commands.asked_by(self._question(request), customer_id)
        search, kept = self._search(own, now, ()), to_metadata(metadata)
        return series_plans.plan_recurring(search, recurrence, series_id, policy, customer_id, kept)

    # Changing --------------------------------------------------------------

    def change_series(
        self,
        series_id: str,
        recurrence: Recurrence,
        *,
        to: Recurrence,
        request: Request,
        now: datetime,
        following: datetime | None = None,
        new_series_id: str | None = None,
        keep_hosts: bool = False,
        ignore_cut_off: bool = False,
    ) -> Self:
        """The next state, in which what lies ahead of a series takes place by another recurrence.

        ``following`` is the original start from which on; None for all. What has begun or is over stays
        as it is, and so does what comes before: then the rest becomes a series of its own,
        ``new_series_id``. Of ``to`` count the occurrences after ``now`` and after the dates of those
        before. Bookings keep their ids: each goes to the new occurrence that is the same, else of the
        same date, else the next in order. Each moves as `reschedule` would move it: it keeps its
        metadata, its tags, its place, who attends and, with ``keep_hosts``, its own hosts. What was moved
        by itself keeps its own time; what was cancelled stays so; what has no new occurrence is
        cancelled. What is booked anew has no metadata. Rooms that were given up are taken again only by
        what moves to another time, or has to have other things.

        Raises:
            BookingRefused: If one of them cannot be booked: nothing changes then.
            UnknownIdError: If there is no such series.
            InvalidValueError: If it is not booked by ``recurrence``, nothing lies ahead in it or in
                ``to``, or another id is needed.
            IdConflictError: If there is a series of the new id.
            WrongTimeError: If a cut-off of the calendar has passed for one of them.
            SearchLimitError: If deciding them would take too long.
        """
        edit = self.plan_change_series(
            series_id,
            recurrence,
            to=to,
            request=request,
            now=now,
            following=following,
            new_series_id=new_series_id,
            keep_hosts=keep_hosts,
            ignore_cut_off=ignore_cut_off,
        )
        return self.apply(edit.plan)

    def plan_change_series(
        self,
        series_id: str,
        recurrence: Recurrence,
        *,
        to: Recurrence,
        request: Request,
        now: datetime,
        following: datetime | None = None,
        new_series_id: str | None = None,
        keep_hosts: bool = False,
        ignore_cut_off: bool = False,
    ) -> SeriesEdit:
        """The decision of `change_series`: one plan, and the recurrences after it."""
        check_type(recurrence, Recurrence, "recurrence", _LIKE)
        check_type(to, Recurrence, "to", _LIKE)
        terms = commands.terms_of(None, ignore_cut_off)
        customer_id = self.occurrences(series_id)[0].customer_id
        question, keeps = self._question(request), check_flag(keep_hosts, "keep_hosts")
        own = commands.asked_by(question, customer_id)
        day = original_or_none(following)
        known: dict[tuple[Request, tuple[str, ...]], Search] = {}

        def search_of(booking: Booking) -> Search:
            asked = commands.asked_by(question, booking.customer_id)
            asked = as_moved(asked, booking, self._catalogue, keep_hosts=keeps)
            key = asked, booking.serving_ids if keeps else ()
            if key not in known:
                search = self._search(asked, now, ())
                known[key] = with_hosts(search, booking.serving_ids) if keeps else search
            return known[key]

        change = Change(
            series_id, recurrence, to, day, new_series_id, terms, search_of, customer_id
        )
        return plan_change(self._search(own, now, ()), change)

    # Ending ----------------------------------------------------------------

    def cancel_series(
        self,
        series_id: str,
        *,
        now: datetime,
        following: datetime | None = None,
        ignore_cut_off: bool = False,
    ) -> Self:
        """The next state, with all occurrences cancelled that have not begun; once more changes nothing.

        ``following`` is the original start from which on; None for all.

        Raises:
            UnknownIdError: If there is no such series.
            WrongTimeError: If it is later than the calendar's policy allows for one of them, unless
                the cut-off is ignored: nothing changes then.
        """
        plan = self.plan_cancel_series(
            series_id, now=now, following=following, ignore_cut_off=ignore_cut_off
        )
        return self.apply(plan)

    def plan_cancel_series(
        self,
        series_id: str,
        *,
        now: datetime,
        following: datetime | None = None,
        ignore_cut_off: bool = False,
    ) -> Plan:
        """The decision of `cancel_series` as plain data."""
        terms, first = commands.terms_of(None, ignore_cut_off), original_or_none(following)
        chosen = tuple(
            each
            for each in self.occurrences(series_id, now=now)
            if first is None or (each.original_start is not None and each.original_start >= first)
        )
        return self._ending_of(chosen, now, terms, "cancel_series")

    def drop_series(self, series_id: str, *, now: datetime) -> Self:
        """The next state, without what lies ahead of a series that was missed too often (SPEC N29).

        That is so where nobody came to the last of its occurrences, ``most_missed`` of them in a row, as
        the `CheckIn` policy of the last one says: by ``now`` they, or their rooms, were released at the
        check-in deadline, or they are no-shows. Rooms that were given up before it, as when the guests
        declined, tell nothing. Otherwise it changes nothing; no job has to run.

        Raises:
            UnknownIdError: If there is no such series.
        """
        return self.apply(self.plan_drop_series(series_id, now=now))

    def plan_drop_series(self, series_id: str, *, now: datetime) -> Plan:
        """The decision of `drop_series` as plain data."""
        moment = to_utc(now, "now")
        bookings = self.occurrences(series_id, now=moment)
        if not series_plans.is_missed_too_often(bookings, moment):
            return Plan("drop_series")
        terms = commands.terms_of(None, ignores_cut_off=True)
        return self._ending_of(bookings, now, terms, "drop_series")

    def _ending_of(
        self, bookings: tuple[Booking, ...], now: datetime, terms: commands.Terms, command: str
    ) -> Plan:
        moment, ledger = to_utc(now, "now"), self._as_of(now)
        return series_plans.plan_cancel_series(
            ledger, self._catalogue, bookings, moment, terms, command
        )

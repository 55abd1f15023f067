"""Commands for bookings that exist: hold, confirm, check in, check out; and how a plan is applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Self

from bookable import commands, transitions
from bookable.availability.freshness import check_fresh
from bookable.availability.slot import Slot
from bookable.checks import check_choice, check_ids, check_type
from bookable.domain.catalogue import Catalogue
from bookable.domain.life import CheckInMethod, Event
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.inquiry import Inquiry
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import to_us, to_utc


class Lifecycle(Inquiry):
    """What becomes of bookings (SPEC N26 to N29).

    What has expired or been released by ``now`` counts as such in every decision; no job has to
    run. Every command takes the ``version`` that the caller knows the booking by (its change key):
    another one is refused with `StaleVersionError`, None does not ask. A command whose
    event has happened already changes nothing.
    """

    __slots__ = ()

    # Holds and approval ----------------------------------------------------

    def hold(
        self,
        slot: Slot,
        *,
        booking_id: str,
        now: datetime,
        expires_at: datetime | None = None,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Self:
        """The next state, with the slot kept for somebody, for five minutes unless something is said.

        It takes what a booking would, and nothing from ``expires_at`` on (SPEC N27). List with
        ``ignoring=[booking_id]`` for whom it is kept; `confirm` makes a booking of it. The same id
        with the same content changes nothing (SPEC N33), nor once it is confirmed; but the id of a hold
        that has expired, or that was given back, is taken for good: who comes again needs another.
        ``metadata`` are texts of the host's own, which the booking keeps (see `annotate`).

        Raises:
            BookingRefused: If the slot cannot be booked in this state.
            InvalidValueError: If it would expire at once, or only after more than a day.
            IdConflictError: If the id is taken by another booking or hold, or by one that is gone.
        """
        plan = self.plan_hold(
            slot,
            booking_id=booking_id,
            now=now,
            expires_at=expires_at,
            customer_id=customer_id,
            metadata=metadata,
        )
        return self.apply(plan)

    def plan_hold(
        self,
        slot: Slot,
        *,
        booking_id: str,
        now: datetime,
        expires_at: datetime | None = None,
        customer_id: str | None = None,
        metadata: Mapping[str, str] = NO_METADATA,
    ) -> Plan:
        """The decision of `hold` as plain data."""
        check_type(slot, Slot, "slot", "a Slot, as free_slots and slot answer")
        kept, moment = to_metadata(metadata), to_utc(now, "now")
        until = None if expires_at is None else to_utc(expires_at, "expires_at")
        request = commands.asked_by(self._question(slot.request), customer_id)
        search = self._search(request, now, ())
        return transitions.plan_hold(search, slot, booking_id, customer_id, (moment, until), kept)

    def extend(
        self, booking_id: str, *, expires_at: datetime, now: datetime, version: int | None = None
    ) -> Self:
        """The next state, in which a hold expires at another time, at most a day after it was made.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If it is no hold, or has expired.
            InvalidValueError: If it would expire at once, or too late.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(
            self.plan_extend(booking_id, expires_at=expires_at, now=now, version=version)
        )

    def plan_extend(
        self, booking_id: str, *, expires_at: datetime, now: datetime, version: int | None = None
    ) -> Plan:
        """The decision of `extend` as plain data."""
        until, ledger = to_utc(expires_at, "expires_at"), self._as_of(now)
        return transitions.plan_extend(ledger, booking_id, until, to_utc(now, "now"), version)

    def confirm(self, booking_id: str, *, now: datetime, version: int | None = None) -> Self:
        """The next state, in which what was held, or waited for approval, takes place.

        Everything that it takes is checked again, without itself: whatever came in between, nothing is
        booked twice. What did not keep its time while it waited is decided as if it were booked now, by its
        own buffer policy, all limits and travel times; but grid, hours, notice, horizon and who may book were
        settled when it was asked for. A hold of somebody who may only ask waits for approval then: to approve it,
        give its ``version``, for without one the same command told twice changes nothing.

        Raises:
            BookingRefused: If what it takes is no longer free.
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If it has expired, or is cancelled, declined or over.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(self.plan_confirm(booking_id, now=now, version=version))

    def plan_confirm(self, booking_id: str, *, now: datetime, version: int | None = None) -> Plan:
        """The decision of `confirm` as plain data."""
        moment, ledger = to_utc(now, "now"), self._as_of(now)
        return transitions.plan_confirm(ledger, self._catalogue, booking_id, moment, version)

    def decline(self, booking_id: str, *, now: datetime, version: int | None = None) -> Self:
        """The next state, in which what waited for approval does not take place.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If it does not wait for approval.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(self.plan_decline(booking_id, now=now, version=version))

    def plan_decline(self, booking_id: str, *, now: datetime, version: int | None = None) -> Plan:
        """The decision of `decline` as plain data."""
        ledger = self._as_of(now)
        return transitions.plan_decline(ledger, booking_id, to_utc(now, "now"), version)

    # Check-in and check-out ------------------------------------------------

    def check_in(
        self,
        booking_id: str,
        *,
        at: datetime,
        method: CheckInMethod | str = CheckInMethod.MANUAL,
        version: int | None = None,
    ) -> Self:
        """The next state, in which somebody came (SPEC N29).

        Under a `CheckIn` policy from its ``early`` time on, and before its deadline; without one at any
        time before the end.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If it is not confirmed, or has been released.
            WrongTimeError: If it is too early, or too late.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(self.plan_check_in(booking_id, at=at, method=method, version=version))

    def plan_check_in(
        self,
        booking_id: str,
        *,
        at: datetime,
        method: CheckInMethod | str = CheckInMethod.MANUAL,
        version: int | None = None,
    ) -> Plan:
        """The decision of `check_in` as plain data."""
        how = check_choice(method, CheckInMethod, "method")
        ledger, moment = self._as_of(at, "at"), to_utc(at, "at")
        return transitions.plan_check_in(ledger, booking_id, moment, how, version)

    def record_activity(self, room_id: str, *, at: datetime) -> Self:
        """The next state, after something happened in a room: a call, a meeting begun, a screen shared.

        It checks in whatever runs in the room, or else the next bookings whose check-in is open (SPEC
        N29). Where there are none it changes nothing.

        Raises:
            UnknownIdError: If there is no such room or resource.
        """
        return self.apply(self.plan_activity(room_id, at=at))

    def plan_activity(self, room_id: str, *, at: datetime) -> Plan:
        """The decision of `record_activity` as plain data."""
        moment = to_utc(at, "at")
        ledger = self._as_of(at, "at")
        return transitions.plan_activity(
            ledger, self._known(room_id, "room_id"), to_us(moment), moment
        )

    def check_out(self, booking_id: str, *, at: datetime, version: int | None = None) -> Self:
        """The next state, in which a booking that somebody came to is over (SPEC N29).

        The rest of its time is free; the buffer after it follows its end. A session ends as a whole:
        who leaves one early leaves its time as it is.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If nobody has checked in.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(self.plan_check_out(booking_id, at=at, version=version))

    def plan_check_out(self, booking_id: str, *, at: datetime, version: int | None = None) -> Plan:
        """The decision of `check_out` as plain data."""
        return self._ending(booking_id, at, Event.CHECK_OUT, version)

    def complete(self, booking_id: str, *, at: datetime, version: int | None = None) -> Self:
        """The next state, in which a booking took place, though nobody checked out; it keeps its time.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If it is not confirmed or checked in.
            WrongTimeError: If it has not started.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(self.plan_complete(booking_id, at=at, version=version))

    def plan_complete(self, booking_id: str, *, at: datetime, version: int | None = None) -> Plan:
        """The decision of `complete` as plain data."""
        return self._ending(booking_id, at, Event.COMPLETE, version)

    def mark_no_show(self, booking_id: str, *, at: datetime, version: int | None = None) -> Self:
        """The next state, in which nobody came: from the start on, or from the check-in deadline on.

        The rest of its time is free, as after a release, which this may be written down after.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If it is not confirmed or released.
            WrongTimeError: If they might still come.
            StaleVersionError: If it has another version by now.
        """
        return self.apply(self.plan_no_show(booking_id, at=at, version=version))

    def plan_no_show(self, booking_id: str, *, at: datetime, version: int | None = None) -> Plan:
        """The decision of `mark_no_show` as plain data."""
        return self._ending(booking_id, at, Event.MISS, version)

    def _ending(self, booking_id: str, at: datetime, event: Event, version: int | None) -> Plan:
        ledger = self._as_of(at, "at")
        return transitions.plan_end(ledger, booking_id, to_utc(at, "at"), event, version)

    # What is kept beside -----------------------------------------------------

    def annotate(
        self, booking_id: str, *, metadata: Mapping[str, str], version: int | None = None
    ) -> Self:
        """The next state, with other metadata for a booking, whatever has become of it.

        They replace all that it has, ``{}`` leaves none. It takes what it took, so no answer changes;
        but its version does. The same metadata once more change nothing. No instant is asked for, and
        nothing expires by this.

        Raises:
            UnknownIdError: If there is no such booking.
            StaleVersionError: If it has another version by now.
            InvalidValueError: If they are no mapping of ids to texts.
            LimitExceededError: If there are more than 100, or one is longer than 10,000 characters.
        """
        return self.apply(self.plan_annotate(booking_id, metadata=metadata, version=version))

    def plan_annotate(
        self, booking_id: str, *, metadata: Mapping[str, str], version: int | None = None
    ) -> Plan:
        """The decision of `annotate` as plain data."""
        return transitions.plan_annotate(self._ledger, booking_id, to_metadata(metadata), version)

    # Who serves --------------------------------------------------------------

    def reassign(
        self,
        booking_id: str,
        *,
        now: datetime,
        host_ids: Iterable[str] | None = None,
        version: int | None = None,
    ) -> Self:
        """The next state, with other hosts for a booking: the same time, rooms and equipment.

        Decided as for a new booking, with this one ignored, save that notice, horizon, grid and
        duration were settled when it was booked. None takes the first of `stand_ins`. All
        bookings of a session change hands together. The hosts that it has already change nothing.
        Rooms that it gave up stay so, and are not asked for.
        What an administrator left aside for it stays so for its rooms and equipment and whoever goes on
        serving; who comes in has to be free.

        ``host_ids`` are all who serve, as many as now (`Booking.serving_ids`). Who attends, or came
        with an add-on, stays and need not be named; optional attendees were never booked. All
        hosts of a booking that tells nobody who comes along, as one from elsewhere may, serve it.

        Raises:
            BookingRefused: If they cannot serve it, or nobody else can; with every reason.
            UnknownIdError: If there is no such booking, or a host does not serve its calendar.
            InvalidTransitionError: If the booking is cancelled or over.
            InvalidValueError: If it has no calendar, or other than so many hosts.
            StaleVersionError: If it has another version by now.
            SearchLimitError: If there are more than 10,000 ways to put another host in.
        """
        plan = self.plan_reassign(booking_id, host_ids=host_ids, now=now, version=version)
        return self.apply(plan)

    def plan_reassign(
        self,
        booking_id: str,
        *,
        now: datetime,
        host_ids: Iterable[str] | None = None,
        version: int | None = None,
    ) -> Plan:
        """The decision of `reassign` as plain data."""
        ids = None if host_ids is None else check_ids(host_ids, "host_ids", known="member ids")
        ledger, hand_over = self._as_of(now), self._hand_over(booking_id, now, ids)
        plan = commands.plan_reassign(ledger, hand_over)
        if not plan.is_empty:
            commands.check_version(commands.booking_of(ledger, booking_id), version)
        return plan

    # -----------------------------------------------------------------------

    def swept(self, *, now: datetime) -> Self:
        """The same state, with what has expired or been released by ``now`` written down.

        Nobody has to ask for it: whatever is asked or decided at ``now`` or later is the same without.
        That holds across a change of the catalogue too, unless the calendar of what is released
        begins or ceases to have sessions by it: a session keeps its time when it is over (SPEC N12, N29),
        and what nobody wrote down is read by the catalogue of the day. Sweep before such a change to
        keep what was.
        """
        ledger = self._as_of(now)
        return self if ledger is self._ledger else self._with(self._catalogue, ledger)

    def apply(self, plan: Plan) -> Self:
        """The next state from a plan that was decided on this one, or on one as good.

        Raises:
            StaleLedgerError: If something that the plan rests on has changed since.
        """
        has_one = hasattr(type(plan), "plan")
        expected = "a Plan: apply its .plan" if has_one else "a Plan, as plan_book answers"
        check_type(plan, Plan, "plan", expected)
        ledger = self._ledger if plan.at is None else self._ledger.at(to_us(plan.at))
        check_fresh(plan, self._catalogue, ledger)
        after = ledger.applying(plan)
        return self if after is ledger else self._with(self._catalogue, after)

    def _with(self, catalogue: Catalogue, ledger: Ledger) -> Self:
        new = type(self).__new__(type(self))
        new._catalogue, new._ledger = catalogue, ledger
        new._questions = self._questions if catalogue is self._catalogue else {}
        return new

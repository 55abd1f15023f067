"""Commands for what is given back: holds for those who wait, rooms whose guests declined."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

import attrs

from bookable import commands, transitions
from bookable.availability.search import Search
from bookable.checks import check_duration, check_type
from bookable.domain.declining import DeclineRule, Kept, Reply, Response
from bookable.domain.effective import next_status
from bookable.domain.life import Event
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.lifecycle import Lifecycle
from bookable.limits import DEFAULT_HOLD
from bookable.occupancy.plan import Plan
from bookable.promotion import Promotion, decide_promotion
from bookable.timeline.instant import to_utc


class Waiting(Lifecycle):
    """What becomes of capacity that is free again (rows H3, H4, I7)."""

    __slots__ = ()

    # The waitlist ----------------------------------------------------------

    def promote(
        self, waitlist: Waitlist, *, now: datetime, hold_for: timedelta = DEFAULT_HOLD
    ) -> tuple[Self, Waitlist]:
        """The next state, with holds for the first who wait and can be served, and who waits on.

        Promoting again changes nothing more. A hold that nobody confirms expires, and the
        next promotion gives its time to the next who waits.

        Raises:
            InvalidValueError: If the holds would expire at once, or only after more than a day.
            SearchLimitError: If deciding takes more than 10,000 tries.
        """
        promotion = self.plan_promotion(waitlist, now=now, hold_for=hold_for)
        return self.apply(promotion.plan), promotion.waitlist

    def plan_promotion(
        self, waitlist: Waitlist, *, now: datetime, hold_for: timedelta = DEFAULT_HOLD
    ) -> Promotion:
        """The decision of `promote` as plain data: one plan, and what becomes of every entry.

        Again and again the first entry that can be served gets a hold at the first free slot of its
        window, decided against a state that holds those before it (SPEC N3). Who cannot be served is
        passed over, with the reason, which is worked out when it is read. The holds of entry ``W-1`` have
        the ids ``W-1~1``, ``W-1~2`` and so on: another one once the one before was given back. O(n)
        times a listing; where a hold may open something, O(n) for each hold.
        """
        check_type(waitlist, Waitlist, "waitlist", "a Waitlist")
        check_duration(hold_for, "hold_for", positive=True)
        moment, ledger = to_utc(now, "now"), self._as_of(now)

        def ask(entry: WaitlistEntry) -> Search:
            question = self._question(entry.request)
            return self._search(commands.asked_by(question, entry.customer_id), now, ())

        return decide_promotion(ledger, waitlist, ask, moment, moment + hold_for)

    # Rooms whose guests declined --------------------------------------------

    def release_declined(
        self,
        booking_id: str,
        *,
        replies: Mapping[str, Reply | Response | str],
        now: datetime,
        rule: DeclineRule | None,
        released_before: bool = False,
        version: int | None = None,
    ) -> Self:
        """The next state, in which a booking whose guests declined has given up its rooms.

        The rest of it stands. A rule of None gives up nothing, and so does any reason of
        `kept_although_declined`. Rooms that are given up already change nothing.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidTransitionError: If it is not confirmed.
            StaleVersionError: If it has another version by now.
        """
        plan = self.plan_release_declined(
            booking_id,
            replies=replies,
            now=now,
            rule=rule,
            released_before=released_before,
            version=version,
        )
        return self.apply(plan)

    def plan_release_declined(
        self,
        booking_id: str,
        *,
        replies: Mapping[str, Reply | Response | str],
        now: datetime,
        rule: DeclineRule | None,
        released_before: bool = False,
        version: int | None = None,
    ) -> Plan:
        """The decision of `release_declined` as plain data."""
        moment, ledger = to_utc(now, "now"), self._as_of(now)
        booking = commands.booking_of(ledger, booking_id)
        in_session = booking.calendar_id in ledger.rules.sessions
        if booking.rooms_until is not None or not booking.room_ids or in_session:
            # What is given up already, or never was; a session keeps its room as long as it lasts.
            return Plan("release_declined")
        next_status(booking, Event.RELEASE)
        commands.check_version(booking, version)
        kept = self.kept_although_declined(
            booking_id, replies=replies, now=now, rule=rule, released_before=released_before
        )
        if rule is None or kept:
            return Plan("release_declined")
        until = max(booking.start, min(booking.end, moment))
        after = attrs.evolve(booking, rooms_until=until)
        return transitions.changed(ledger, "release_declined", booking, after, moment)

    def kept_although_declined(
        self,
        booking_id: str,
        *,
        replies: Mapping[str, Reply | Response | str],
        now: datetime,
        rule: DeclineRule | None,
        released_before: bool = False,
    ) -> tuple[Kept, ...]:
        """Every reason why a rule keeps the rooms of a booking; ``()`` where it gives them up.

        Without a rule there is no reason, and nothing is given up.

        Raises:
            UnknownIdError: If there is no such booking.
        """
        booking = commands.booking_of(self._as_of(now), booking_id)
        if rule is None:
            return ()
        check_type(rule, DeclineRule, "rule", "a DeclineRule, or None")
        return rule.reasons(booking, replies, now=now, released_before=released_before)

"""Commands for another zone database: what was agreed by the clock is resolved again (SPEC N6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self

import attrs

from bookable import resolutions, series_plans
from bookable.checks import check_id, check_type
from bookable.domain.civil_time import CivilTime
from bookable.domain.life import Event
from bookable.errors import LimitExceededError, UnknownIdError
from bookable.frozen_map import FrozenMap
from bookable.lifecycle import Lifecycle
from bookable.limits import MOST_OCCURRENCES
from bookable.resolutions import ReResolution
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import to_utc

_LIKE = "a mapping of booking ids to CivilTime(civil, zone)"


class Resolving(Lifecycle):
    """What becomes of instants when the zone database changes.

    Stored instants never move with it. Where a time by the clock was agreed, the host tells which,
    for each booking or for a series (`civil_times`), and resolves it again. Here Berlin has put its
    clocks on by an hour since nine o'clock was agreed:

    >>> from datetime import UTC, timedelta
    >>> from bookable import Booking, Catalogue, CivilTime, Room, Scheduler
    >>> now, nine = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> booking = Booking("B-1", nine, nine + timedelta(hours=1), room_ids=["blue"])
    >>> state = Scheduler(Catalogue(rooms=[Room("blue", 4)]), [booking])
    >>> times = {"B-1": CivilTime(datetime(2026, 3, 2, 9), "Europe/Berlin")}
    >>> found = state.plan_re_resolve(times, now=now)
    >>> [(each.kind.value, each.after.start.hour) for each in found.resolved], found.conflicts
    ([('moved', 8)], ())
    >>> state.apply(found.plan).plan_re_resolve(times, now=now).plan.is_empty
    True
    """

    __slots__ = ()

    def civil_times(
        self, series_id: str, zone: Zone | str, *, now: datetime, was: Zone | None = None
    ) -> FrozenMap[str, CivilTime]:
        """When the occurrences of a series that lie ahead begin by the clock of its recurrence.

        In the order of their original starts, by the ids of their bookings. ``was`` is the zone
        by the data under which they were booked (``ZoneInfo.from_file``): what is not where that put it
        was moved by itself and is left out. None leaves nothing out; then the caller does.

        Raises:
            UnknownIdError: If there is no such series.
        """
        shown, before = to_zone(zone), None if was is None else to_zone(was, "was")
        moment, ledger = to_utc(now, "now"), self._as_of(now)
        found: dict[str, CivilTime] = {}
        for each in series_plans.occurrences_of(ledger, series_id):
            for day in series_plans.day_of(each):
                time = CivilTime(day, shown)
                own = before is None or attrs.evolve(time, zone=before).instant == each.start
                if own and series_plans.lies_ahead(each, Event.RESCHEDULE, moment):
                    found[each.id] = time
        return FrozenMap(found)

    def re_resolve(self, civil_times: Mapping[str, CivilTime], *, now: datetime) -> Self:
        """The next state, in which bookings begin when the clock shows their time, as the zones are now.

        `plan_re_resolve` tells what moves, and what cannot and stays as it is. Raises as it does.
        """
        return self.apply(self.plan_re_resolve(civil_times, now=now).plan)

    def plan_re_resolve(
        self, civil_times: Mapping[str, CivilTime], *, now: datetime
    ) -> ReResolution:
        """The decision of `re_resolve`: what becomes of each booking, and one plan for all of it.

        A booking that has not begun and may be rescheduled moves with just what it has, for as long as
        it lasts; all that move leave first. Where it cannot be there it stays, and so does what that is
        in the way of; the refusals tell of every blocker in the state that results. Hours, capacities,
        buffers, limits and travel are asked again; grid, notice, horizon and who may book were settled
        when it was booked, and nothing moves into the past. Under unchanged zones nothing changes.

        Raises:
            UnknownIdError: If there is no such booking.
            InvalidValueError: If it is no mapping of ids to `CivilTime`.
            LimitExceededError: If there are more than 1,000.
            SearchLimitError: If deciding them takes more than 10,000 tries.
        """
        given: Mapping[str, CivilTime] = check_type(civil_times, Mapping, "civil_times", _LIKE)
        if len(given) > MOST_OCCURRENCES:
            raise LimitExceededError("bookings resolved again", len(given), MOST_OCCURRENCES)
        ledger = self._as_of(now)
        for key, time in given.items():
            if check_id(key, "civil_times") not in ledger.bookings:
                raise UnknownIdError("booking", key, "civil_times")
            check_type(time, CivilTime, f"civil_times[{key!r}]", _LIKE)
        return resolutions.decide(ledger, self._catalogue, given, to_utc(now, "now"))

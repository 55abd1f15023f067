"""What a recurring series costs, as multiples of one checked booking of the same state.

A weekly series of ten years, 520 occurrences, on a member with other bookings: booked, asked for
without booking it, expanded only, moved by an hour, and one week of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.measure import CLOCKS, quotients, timed
from bookable import Booking, Catalogue, Interval, Member, Request, Scheduler, WeeklyHours, all_of
from bookable.domain.recurring import Recurrence

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
NINE = FIRST.replace(hour=9, tzinfo=None)
HOUR = timedelta(hours=1)
OCCURRENCES = 520
OTHERS = 1_000


def state() -> Scheduler:
    """A member with office hours in Berlin, and other bookings in the afternoons."""
    hours = WeeklyHours.parse("Mo-Fr 09:00-18:00", zone="Europe/Berlin")
    others = [
        Booking(f"B-{number}", start, start + HOUR, host_ids=["ada"])
        for number in range(OTHERS)
        for start in [FIRST + timedelta(days=number, hours=14)]
    ]
    return Scheduler(Catalogue(members=[Member("ada", hours=hours)]), others)


def works() -> dict[str, Callable[[], object]]:
    """What is measured; the first is the unit."""
    free, request = state(), Request(HOUR, [all_of("ada")])
    weekly = Recurrence(f"FREQ=WEEKLY;COUNT={OCCURRENCES}", NINE, "Europe/Berlin")
    later = Recurrence(f"FREQ=WEEKLY;COUNT={OCCURRENCES}", NINE + HOUR, "Europe/Berlin")
    since = Recurrence("FREQ=WEEKLY", NINE - timedelta(weeks=574), "Europe/Berlin")
    slot = free.slot(request, start=FIRST + timedelta(hours=9), now=FIRST)
    full = free.book_recurring(request, weekly, series_id="S", now=FIRST)
    week = Interval(FIRST, FIRST + timedelta(weeks=1))
    last = full.occurrences("S")[-1].id
    return {
        "one booking": lambda: free.book(slot, booking_id="N", now=FIRST),
        "series booked": lambda: free.book_recurring(request, weekly, series_id="S", now=FIRST),
        "series asked": lambda: free.plan_recurring(request, weekly, series_id="S", now=FIRST),
        "series moved by an hour": lambda: full.change_series(
            "S", weekly, to=later, request=request, now=FIRST
        ),
        "series cancelled": lambda: full.cancel_series("S", now=FIRST),
        "one of it cancelled": lambda: full.cancel(last, now=FIRST),
        "expanded only": weekly.starts,
        "one week of eleven years": lambda: since.starts(within=week),
    }


def series(rounds: int, clock: str) -> dict[str, Any]:
    """Each as a multiple of one single booking, in turns."""
    todo, ticks = works(), CLOCKS[clock]
    took: dict[str, list[float]] = {name: [] for name in todo}
    for _ in range(rounds):
        for name, work in todo.items():
            took[name].append(timed(work, ticks)[0])
    unit = took["one booking"]
    return {
        "occurrences": OCCURRENCES,
        "beside": OTHERS,
        "bookings": {name: quotients(times, unit).as_json() for name, times in took.items()},
    }

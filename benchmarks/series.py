"""What a recurring series costs: ``python -m benchmarks.series``.

A weekly series of ten years, 520 occurrences, on a member with other bookings: booked, asked for
without booking it, expanded only, moved by an hour, and one week of it. All as multiples of one single
checked booking of the same state. Medians of interleaved runs, garbage collected before each.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bookable import Booking, Catalogue, Interval, Member, Request, Scheduler, WeeklyHours, all_of
from bookable.domain.recurring import Recurrence

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
NINE = FIRST.replace(hour=9, tzinfo=None)
HOUR = timedelta(hours=1)
OCCURRENCES = 520
OTHERS = 1_000
RUNS = 15


def state() -> Scheduler:
    """A member with office hours in Berlin, and other bookings in the afternoons."""
    hours = WeeklyHours.parse("Mo-Fr 09:00-18:00", zone="Europe/Berlin")
    others = [
        Booking(f"B-{number}", start, start + HOUR, host_ids=["ada"])
        for number in range(OTHERS)
        for start in [FIRST + timedelta(days=number, hours=14)]
    ]
    return Scheduler(Catalogue(members=[Member("ada", hours=hours)]), others)


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


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

    def book() -> Scheduler:
        return free.book(slot, booking_id="N", now=FIRST)

    def book_series() -> Scheduler:
        return free.book_recurring(request, weekly, series_id="S", now=FIRST)

    def ask_series() -> object:
        return free.plan_recurring(request, weekly, series_id="S", now=FIRST)

    def move_series() -> object:
        return full.change_series("S", weekly, to=later, request=request, now=FIRST)

    def cancel_series() -> object:
        return full.cancel_series("S", now=FIRST)

    return {
        "one booking": book,
        "series booked": book_series,
        "series asked": ask_series,
        "series moved by an hour": move_series,
        "series cancelled": cancel_series,
        "one of it cancelled": lambda: full.cancel(last, now=FIRST),
        "expanded only": weekly.starts,
        "one week of eleven years": lambda: since.starts(within=week),
    }


def main() -> None:
    """Print a line for each: the time, and how many single bookings it is."""
    todo = works()
    took: dict[str, list[float]] = {name: [] for name in todo}
    for _ in range(RUNS):
        for name, work in todo.items():
            took[name].append(seconds(work))
    unit = statistics.median(took["one booking"])
    print(f"{OCCURRENCES} occurrences, beside {OTHERS:,} other bookings of one member")
    for name, times in took.items():
        found = statistics.median(times)
        print(f"{name:>26}: {found * 1e3:8.2f} ms = {found / unit:7.1f} × one booking")


if __name__ == "__main__":
    main()

"""What one checked booking costs on a resource with many: ``python -m benchmarks.booking``.

Beside it a bare ``IntervalTree.overlap`` and ``add`` on the same intervals, which checks no
hours, no notice, no capacity and keeps no history. Medians of interleaved commands.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from intervaltree import IntervalTree

from bookable import Booking, Catalogue, Member, Request, Scheduler, all_of
from bookable.timeline.instant import to_us

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000)
COMMANDS = 200
LENGTH = timedelta(minutes=20)


def measure(size: int) -> tuple[float, float]:
    """Microseconds for one booking, and for the bare tree, on a member with so many bookings."""
    rows = [
        Booking(
            f"B-{number}",
            FIRST + timedelta(hours=number),
            FIRST + timedelta(hours=number, minutes=30),
            host_ids=["ada"],
        )
        for number in range(size)
    ]
    scheduler = Scheduler(Catalogue(members=[Member("ada")]), rows)
    tree = IntervalTree.from_tuples((to_us(row.start), to_us(row.end), row.id) for row in rows)
    request = Request(LENGTH, [all_of("ada")])
    engine, bare = [], []
    for number in range(COMMANDS):
        start = FIRST + timedelta(hours=number * 37 % size, minutes=32)
        slot = scheduler.slot(request, start=start, now=FIRST)
        began = time.perf_counter()
        scheduler = scheduler.book(slot, booking_id=f"N-{number}", now=FIRST)
        engine.append(time.perf_counter() - began)
        low, high = to_us(start), to_us(start + LENGTH)
        began = time.perf_counter()
        tree.overlap(low, high)
        tree.addi(low, high, number)
        bare.append(time.perf_counter() - began)
    return statistics.median(engine) * 1e6, statistics.median(bare) * 1e6


def main() -> None:
    """Print a line for each size."""
    for size in SIZES:
        engine, bare = measure(size)
        print(f"{size:>8,} bookings: {engine:6.0f} µs a booking, {engine / bare:4.1f} × the tree")


if __name__ == "__main__":
    main()

"""What one checked booking costs on a resource with many, beside a bare tree that checks nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from intervaltree import IntervalTree

from benchmarks.measure import CLOCKS, Sample, percentiles
from bookable import Booking, Catalogue, Member, Request, Scheduler, all_of
from bookable.timeline.instant import to_us

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
LENGTH = timedelta(minutes=20)


def hourly(size: int) -> list[Booking]:
    """One member, booked for the first half of every hour."""
    half = timedelta(minutes=30)
    return [
        Booking(f"B-{number}", start, start + half, host_ids=["ada"])
        for number in range(size)
        for start in [FIRST + timedelta(hours=number)]
    ]


def booking(size: int, commands: int, clock: str) -> dict[str, Any]:
    """Bookings in the gaps, one after the other; a tree is asked and filled for each in turn."""
    ticks = CLOCKS[clock]
    rows = hourly(size)
    scheduler = Scheduler(Catalogue(members=[Member("ada")]), rows)
    tree = IntervalTree.from_tuples((to_us(row.start), to_us(row.end), row.id) for row in rows)
    request = Request(LENGTH, [all_of("ada")])
    engine, bare = [], []
    for number in range(commands):
        start = FIRST + timedelta(hours=number * 37 % size, minutes=32)
        slot = scheduler.slot(request, start=start, now=FIRST)
        began = ticks()
        scheduler = scheduler.book(slot, booking_id=f"N-{number}", now=FIRST)
        engine.append(ticks() - began)
        low, high = to_us(start), to_us(start + LENGTH)
        began = ticks()
        tree.overlap(low, high)
        tree.addi(low, high, number)
        bare.append(ticks() - began)
    return {
        "bookings": size,
        "engine": Sample.of(engine).as_json(),
        "tree": Sample.of(bare).as_json(),
        "ratio": Sample.of(engine).median / Sample.of(bare).median,
        "latency": percentiles(engine),
    }

"""What the bookings of a world take of memory, everything included."""

from __future__ import annotations

import gc
import resource
import sys
import tracemalloc
from pathlib import Path
from typing import Any

from benchmarks.facts import Facts
from benchmarks.process import isolated
from benchmarks.values import bookings_of, catalogue_of, moment, request_of, window_of
from bookable import Scheduler

STATUS = Path("/proc/self/smaps_rollup")


def private_kb() -> int | None:
    """What this process alone has in memory; None where the system does not say.

    Pages that a fork shares with its parent are not its own; that is why a plain resident size
    would count the parent's too.
    """
    try:
        lines = STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    kept = ("Private_Clean:", "Private_Dirty:")
    return sum(int(line.split()[1]) for line in lines if line.startswith(kept))


def peak_kb() -> int:
    """The most that this process had resident."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def memory(facts: Facts, *, every_byte: bool) -> dict[str, Any]:
    """What the system says, in this process; and what was asked for, in one more fork."""
    found: dict[str, Any] = {}
    if every_byte:
        found = isolated(traced, facts, budget=3_600)
    return {**found, **resident(facts)}


def resident(facts: Facts) -> dict[str, Any]:
    """Private memory after loading, and after a listing that was read; and the peak."""
    rows = tuple(facts.rows)
    for row in rows:
        hash(row)  # touched, so that pages shared with the parent are copied before, not during
    gc.collect()
    before = private_kb()
    bookings = bookings_of(facts, rows)
    scheduler = Scheduler(catalogue_of(facts), bookings)
    gc.collect()
    built = private_kb()
    listed = len(list(_ask(facts, scheduler)))
    after = private_kb()
    count = len(rows)
    found: dict[str, Any] = {
        "world": facts.world,
        "size": facts.size,
        "bookings": count,
        "starts": listed,
        "peak MB": peak_kb() / 1024,
    }
    if before is not None and built is not None and after is not None:
        found["resident built bytes per booking"] = (built - before) * 1024 / count
        found["resident bytes per booking"] = (after - before) * 1024 / count
    return found


def traced(facts: Facts) -> dict[str, Any]:
    """The same by `tracemalloc`, which counts every byte that was asked for; slow."""
    gc.collect()
    tracemalloc.start()
    bookings = bookings_of(facts)
    values, _ = tracemalloc.get_traced_memory()
    scheduler = Scheduler(catalogue_of(facts), bookings)
    gc.collect()
    built, _ = tracemalloc.get_traced_memory()
    list(_ask(facts, scheduler))
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    count = len(bookings)
    return {
        "world": facts.world,
        "size": facts.size,
        "bookings": count,
        "values bytes per booking": values / count,
        "traced built bytes per booking": built / count,
        "traced bytes per booking": after / count,
        "traced peak bytes per booking": peak / count,
    }


def _ask(facts: Facts, scheduler: Scheduler) -> Any:
    request = request_of(facts, scheduler)
    return scheduler.free_slots(request, within=window_of(facts), now=moment(facts.now))

"""How long the engine takes, as ratios to building the same answer from ready values.

``python -m benchmarks`` builds each world, asks it cold (the first question to a fresh
scheduler) and warm (the same question again), and prints a table. The unit is the time that it
takes to build the very same `Slot` objects from their starts; medians of interleaved runs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from bookable import Request, Scheduler, Slot
from bookable.availability.slot import Slots, Source

from .workloads import NOW, SIZES, World, practice


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def forget() -> None:
    """Empty what is shared between schedulers, so that cold means cold."""
    for name, module in list(sys.modules.items()):
        if name.startswith("bookable"):
            for value in vars(module).values():
                clear = getattr(value, "cache_clear", None)
                if clear is not None:
                    clear()


def build(parts: list[tuple[Request, datetime, Source]]) -> list[Slot]:
    """The same slots from ready values: what no listing can do without."""
    return [Slot(*each) for each in parts]


def measure(world: World, runs: int) -> dict[str, float | int | str]:
    """The figures of one world."""
    building = statistics.median(
        seconds(lambda: Scheduler(world.catalogue, world.bookings)) for _ in range(min(runs, 5))
    )
    cold, warm, page, slots_only = [], [], [], []
    listed = 0
    for _ in range(runs):
        forget()
        scheduler = Scheduler(world.catalogue, world.bookings)
        request = scheduler.request("visit")

        def ask(scheduler: Scheduler = scheduler, request: Request = request) -> Slots:
            return scheduler.free_slots(request, within=world.window, now=NOW)

        cold.append(seconds(lambda: list(ask())))
        warm.append(seconds(lambda: list(ask())))
        page.append(seconds(lambda: list(ask()[:20])))
        ready = [(slot.request, slot.start, slot._source) for slot in ask()]
        slots_only.append(seconds(partial(build, ready)))
        listed = len(ready)
    unit = statistics.median(slots_only)
    return {
        "size": world.size.name,
        "bookings": len(world.bookings),
        "slots": listed,
        "warm / slots": statistics.median(warm) / unit,
        "cold / slots": statistics.median(cold) / unit,
        "cold µs / booking": statistics.median(cold) * 1e6 / len(world.bookings),
        "page of 20 ms": statistics.median(page) * 1e3,
        "build µs / booking": building * 1e6 / len(world.bookings),
    }


def main() -> int:
    """Print the table; ``--json`` for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each question (7)")
    parser.add_argument("--sizes", default="SML", help="which worlds (SML)")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    options = parser.parse_args()
    rows = []
    for size in SIZES:
        if size.name in options.sizes:
            print(f"{size.name}: {size.members} members …", file=sys.stderr, flush=True)
            rows.append(measure(practice(size), options.runs))
    if options.json:
        print(json.dumps({"at": datetime.now(UTC).isoformat(), "rows": rows}, indent=1))
        return 0
    print("  ".join(f"{name:>18}" for name in rows[0]))
    for row in rows:
        cells = (
            f"{value:.2f}" if isinstance(value, float) else str(value) for value in row.values()
        )
        print("  ".join(f"{cell:>18}" for cell in cells))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

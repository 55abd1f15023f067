"""Listings as multiples of the least that their answer costs: making its slots from ready values."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from benchmarks.asking import load, prepared
from benchmarks.engine import Engine
from benchmarks.facts import Facts
from benchmarks.measure import CLOCKS, Sample, quotients, repeated, timed
from benchmarks.values import bookings_of, catalogue_of
from bookable import Request, Scheduler, Slot
from bookable.availability.slot import Source

Parts = list[tuple[Request, datetime, Source]]


def parts_of(slots: Iterable[Slot]) -> Parts:
    """What slots are made of."""
    return [(slot.request, slot.start, slot._source) for slot in slots]


def ready(parts: Parts) -> list[Slot]:
    """The same slots from ready values: what no listing can do without."""
    return [Slot(*each) for each in parts]


def listing(facts: Facts, rounds: int, clock: str) -> dict[str, Any]:
    """Cold and warm listings, first pages and the slots alone, in turns."""
    ticks = CLOCKS[clock]
    engine = prepared(Engine, facts)
    assert isinstance(engine, Engine)
    load(engine, clock)
    low, high = facts.window
    times: dict[str, list[float]] = {
        name: [] for name in ("slots", "cold", "warm", "bare", "page", "first")
    }
    # Nobody has asked anything in this process: if later ones are much faster, something was kept.
    very_first, _ = timed(engine.iterated, ticks)
    for _ in range(rounds):
        engine.forget()
        took, slots = timed(engine.iterated, ticks)
        times["cold"].append(took)
        parts = parts_of(slots)
        works: dict[str, Callable[[], object]] = {
            "slots": partial(ready, parts),
            "warm": engine.iterated,
            "bare": lambda: engine.starts(low, high),
            "page": lambda: list(engine.slots(low, high)[:20]),
            "first": lambda: engine.first(low, high),
        }
        for name, work in works.items():
            times[name].append(repeated(work, ticks))
    in_window = sum(row.start < high and row.end > low for row in facts.rows)
    return {
        "world": facts.world,
        "size": facts.size,
        "bookings": len(facts.rows),
        "in window": in_window,
        "starts": len(slots),
        **{name: Sample.of(found).as_json() for name, found in times.items()},
        "warm / slots": quotients(times["warm"], times["slots"]).as_json(),
        "bare / slots": quotients(times["bare"], times["slots"]).as_json(),
        "cold / slots": quotients(times["cold"], times["slots"]).as_json(),
        "very first / cold": very_first / Sample.of(times["cold"]).median,
        "cold us per booking": Sample.of(times["cold"]).as_json(1e6 / max(in_window, 1)),
        "page ms": Sample.of(times["page"]).as_json(1e3),
    }


def building(facts: Facts, rounds: int, clock: str) -> dict[str, Any]:
    """A scheduler from bookings that are values already; and what those values cost before."""
    ticks = CLOCKS[clock]
    catalogue = catalogue_of(facts)
    valued, bookings = timed(lambda: bookings_of(facts), ticks)
    gc.collect()
    gc.freeze()
    times = [timed(lambda: Scheduler(catalogue, bookings), ticks)[0] for _ in range(rounds)]
    count = len(bookings)
    return {
        "world": facts.world,
        "size": facts.size,
        "bookings": count,
        "seconds": Sample.of(times).as_json(),
        "us per booking": Sample.of(times).as_json(1e6 / count),
        "values us per booking": valued * 1e6 / count,
    }

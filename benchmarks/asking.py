"""What a contestant's process is told to do."""

from __future__ import annotations

import gc
import hashlib
from array import array
from collections.abc import Sequence
from importlib import import_module

from benchmarks.engine import Engine
from benchmarks.facts import Facts, Row
from benchmarks.measure import CLOCKS, repeated, timed
from benchmarks.rivals.base import Contestant


def prepared(kind: type[Contestant], facts: Facts) -> Contestant:
    """A contestant that has not loaded its world yet; its packages are there already."""
    for package in kind.packages:
        import_module(package)
    made = kind()
    made.facts = facts
    return made


def load(held: Contestant, clock: str) -> float:
    """How long it takes to load. What is loaded is not looked at by the collector from now on."""
    took, _ = timed(lambda: held.load(held.facts), CLOCKS[clock])
    gc.collect()
    gc.freeze()
    return took


def answer(held: Contestant, low: int, high: int) -> tuple[int, str, list[int]]:
    """The starts that it finds."""
    return digest(list(held.starts(low, high)))


def time_of(held: Contestant, operation: str, clock: str) -> float:
    """One turn: a cold one after everything was forgotten, or a warm one, repeated if it is short."""
    low, high = held.facts.window
    ticks = CLOCKS[clock]
    if operation == "iterated":
        held.starts(low, high)
        return repeated(held.iterated, ticks)
    asked = held.first if operation.startswith("first") else held.starts
    if operation.endswith("cold"):
        held.forget()
        return timed(lambda: asked(low, high), ticks)[0]
    if held.keeps:
        asked(low, high)
    return repeated(lambda: asked(low, high), ticks)


def book_and_list(held: Engine, number: int, clock: str) -> tuple[Row, float, float]:
    """The engine books a start of its listing: what was taken, what that took, and a listing of all."""
    facts, found = held.facts, held.starts(*held.facts.window)
    start = found[number * 7_919 % len(found)]
    row = Row(start, start + facts.duration, (), facts.party)
    booked, _ = timed(lambda: held.take(row), CLOCKS[clock])
    listed, _ = timed(lambda: held.starts(*facts.window), CLOCKS[clock])
    numbers = {each.id: number for number, each in enumerate(facts.resources)}
    taken = held.scheduler.booking(f"T-{held.taken}").resource_ids
    return row._replace(resources=tuple(numbers[each] for each in taken)), booked, listed


def take_and_list(held: Contestant, row: Row, clock: str) -> tuple[float, float]:
    """The same booking taken in, and the listing that follows."""
    taken, _ = timed(lambda: held.take(row), CLOCKS[clock])
    listed, _ = timed(lambda: held.starts(*held.facts.window), CLOCKS[clock])
    return taken, listed


def digest(starts: Sequence[int]) -> tuple[int, str, list[int]]:
    """How many starts, what tells them from others, and the first of them."""
    text = hashlib.sha256(array("q", starts).tobytes()).hexdigest()
    return len(starts), text, list(starts[:5_000])

"""What a contestant's process is told to do."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib import import_module

from benchmarks.engine import Engine
from benchmarks.facts import Facts, Row, Span
from benchmarks.measure import CLOCKS, repeated, timed
from benchmarks.rivals.base import VALUES, Contestant, Pair

Answer = tuple[int, str, list[str]]
"""How many there are, what tells them from others, and the first of them."""


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


def answer(held: Contestant, low: int, high: int) -> Answer:
    """The starts that it finds."""
    return digest(map(str, held.starts(low, high)))


def answer_in_values(held: Contestant, low: int, high: int) -> Answer:
    """The pairs that it finds, and the one that it finds first."""
    first, pairs = held.first_pair(*moments(low, high)), held.pairs(*moments(low, high))
    if first != (pairs[0] if pairs else None):
        problem = f"{held.name} lists {pairs[:1]} first, and finds {first}"
        raise AssertionError(problem)
    return digest(map(words, pairs))


def moments(low: int, high: int) -> Pair:
    """A span in values."""
    return datetime.fromtimestamp(low, UTC), datetime.fromtimestamp(high, UTC)


def words(pair: Pair) -> str:
    """A pair with its offsets from UTC."""
    return " ".join(each.isoformat() for each in pair)


def time_of(held: Contestant, operation: str, clock: str) -> float:
    """One turn: a cold one after everything was forgotten, or a warm one, repeated if it is short."""
    asked, ticks = question(held, operation, held.facts.window), CLOCKS[clock]
    if operation.endswith("cold"):
        held.forget()
        return timed(asked, ticks)[0]
    if held.keeps:
        asked()
    return repeated(asked, ticks)


def question(held: Contestant, operation: str, window: Span) -> Callable[[], object]:
    """What is asked: in values, ready before, where the answer is in values."""
    low, high = moments(*window)
    if operation == VALUES:
        return lambda: held.pairs(low, high)
    if operation.startswith("first"):
        return lambda: held.first_pair(low, high)
    return lambda: held.starts(*window)


def book_and_list(held: Engine, number: int, clock: str) -> tuple[Row, float, float]:
    """The engine books a start of its listing: what was taken, what that took, and a listing of all."""
    facts, row = held.facts, bookable_row(held, number)
    booked, _ = timed(lambda: held.take(row), CLOCKS[clock])
    listed, _ = timed(lambda: held.starts(*facts.window), CLOCKS[clock])
    numbers = {each.id: number for number, each in enumerate(facts.resources)}
    taken = held.scheduler.booking(f"T-{held.taken}").resource_ids
    return row._replace(resources=tuple(numbers[each] for each in taken)), booked, listed


def bookable_row(held: Engine, number: int) -> Row:
    """One of the starts that are listed now, far from those of the numbers beside it, as a booking."""
    facts, found = held.facts, held.starts(*held.facts.window)
    start = found[number * 7_919 % len(found)]
    return Row(start, start + facts.duration, (), facts.party)


def take_and_list(held: Contestant, row: Row, clock: str) -> tuple[float, float]:
    """The same booking taken in, and the listing that follows."""
    taken, _ = timed(lambda: held.take(row), CLOCKS[clock])
    listed, _ = timed(lambda: held.starts(*held.facts.window), CLOCKS[clock])
    return taken, listed


def digest(found: Iterable[str]) -> Answer:
    """An answer in short."""
    lines = list(found)
    text = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return len(lines), text, lines[:5_000]

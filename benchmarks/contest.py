"""One world, all contestants: loaded, their answers compared, then timed in turns.

Each lives in a process of its own. A round asks every one of them once, so that what slows the machine
for a while slows all of them. Who needs longer than the budget is ended: its time for that
operation is at least the budget, and of those that follow nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.asking import (
    Answer,
    answer,
    answer_in_values,
    book_and_list,
    load,
    prepared,
    take_and_list,
    time_of,
)
from benchmarks.engine import Engine
from benchmarks.facts import DAY, Facts, Span
from benchmarks.measure import Sample, quotients
from benchmarks.process import OverBudget, Worker
from benchmarks.rivals.base import VALUES, Contestant

OPERATIONS = ("cold", "warm", VALUES, "first cold", "first warm")
"""What is timed: all starts of the window and the first of them, each cold and warm; firsts are values."""

CHANGED = "after a booking"
"""The listing that follows a booking, which what was kept has to follow."""

ANSWERS = (answer, answer_in_values)
"""What is compared before anything is timed."""

OURS = Engine.name


@dataclass(frozen=True)
class Rules:
    """How a contest is held."""

    rounds: int = 7
    budget: float = 20.0
    load_budget: float = 1_800.0
    clock: str = "wall"
    progress: Callable[[str], None] = print


@dataclass
class Standing:
    """What became of one contestant."""

    kind: type[Contestant]
    worker: Worker | None = None
    status: str = "ok"
    checked: str = "not compared"
    load: float | None = None
    times: dict[str, list[float]] = field(default_factory=dict)
    over: dict[str, float] = field(default_factory=dict)


class DisagreementError(AssertionError):
    """A contestant answers otherwise than the engine: nothing may be timed."""


def contest(facts: Facts, rivals: Sequence[type[Contestant]], rules: Rules) -> dict[str, Any]:
    """The figures of one world, as they are written to the file of results."""
    kinds: list[type[Contestant]] = [Engine, *rivals]
    standings = {kind.name: Standing(kind) for kind in kinds}
    try:
        for standing in standings.values():
            _enter(facts, standing, rules)
        starts = _compare(facts, standings, rules)
        for operation in OPERATIONS:
            _time(operation, standings, rules)
        if facts.seats == 1:
            _change(facts, standings, rules)
    finally:
        for standing in standings.values():
            if standing.worker is not None:
                standing.worker.end()
    return {
        "world": facts.world,
        "size": facts.size,
        "bookings": len(facts.rows),
        "starts": starts,
        "clock": rules.clock,
        "contestants": {name: _summary(each, standings[OURS]) for name, each in standings.items()},
    }


def _enter(facts: Facts, standing: Standing, rules: Rules) -> None:
    """A process for who takes part, with the world loaded."""
    kind = standing.kind
    reason = kind.missing()
    if reason is not None:
        standing.status = f"skipped: {reason}"
    else:
        standing.worker = Worker(partial(prepared, kind, facts))
        try:
            clock = _clock(kind, rules)
            standing.load = standing.worker.ask(load, clock, budget=rules.load_budget)
        except OverBudget:
            standing.status = f"not loaded within {rules.load_budget:g} s"
            standing.worker = None
    took = "" if standing.load is None else f", loaded in {standing.load:.2f} s"
    rules.progress(f"  {kind.name}: {standing.status}{took}")


def _clock(kind: type[Contestant], rules: Rules) -> str:
    return "wall" if kind.outside else rules.clock


def _compare(facts: Facts, standings: dict[str, Standing], rules: Rules) -> int:
    """All answers are those of the engine: for the whole window, or where that is too slow, a day."""
    whole = facts.window
    day = whole[0], min(whole[1], whole[0] + DAY)
    ours = standings[OURS].worker
    assert ours is not None
    wanted: dict[Span, list[Answer]] = {
        span: [ours.ask(work, *span, budget=rules.load_budget) for work in ANSWERS]
        for span in (whole, day)
    }
    for standing in standings.values():
        for span, words in ((whole, "whole window"), (day, "first day only")):
            if standing.worker is None:
                continue
            asked: Callable[..., Answer] = answer
            try:
                for work, mine in zip(ANSWERS, wanted[span], strict=True):
                    asked = work
                    found = standing.worker.ask(work, *span, budget=2 * rules.budget)
                    _check(standing.kind.name, facts, found, mine)
            except OverBudget:
                # Its process is gone; another one is asked for less.
                _enter(facts, standing, rules)
                _leave(standing, asked, rules)
                continue
            standing.checked = words
            break
    return wanted[whole][0][0]


def _leave(standing: Standing, asked: Callable[..., Answer], rules: Rules) -> None:
    """What the comparison took too long for is not timed."""
    if asked is answer_in_values:
        # Listing and first start together took twice the budget; bare starts were there in time.
        standing.over[VALUES] = rules.budget
        return
    standing.over["cold"] = 2 * rules.budget
    if not standing.kind.keeps:
        standing.over["warm"] = 2 * rules.budget


def _check(name: str, facts: Facts, found: Answer, wanted: Answer) -> None:
    if found[:2] != wanted[:2]:
        differing = sorted(set(found[2]) ^ set(wanted[2]))[:5]
        problem = f"{name} and the engine differ in {facts.name} at {differing}"
        raise DisagreementError(problem)


def _time(operation: str, standings: dict[str, Standing], rules: Rules) -> None:
    """As many rounds as the rules say; who is over the budget leaves for good."""
    rules.progress(f"  {operation}, {rules.rounds} rounds")
    for _ in range(rules.rounds):
        for name, standing in standings.items():
            if standing.worker is None or "cold" in standing.over or operation in standing.over:
                continue
            clock = _clock(standing.kind, rules)
            try:
                took = standing.worker.ask(time_of, operation, clock, budget=_budget(name, rules))
            except OverBudget:
                standing.over[operation] = rules.budget
                standing.worker = None
                continue
            standing.times.setdefault(operation, []).append(took)


def _change(facts: Facts, standings: dict[str, Standing], rules: Rules) -> None:
    """Bookings that the engine decides and everybody takes in; each listing after one is timed."""
    ours = standings[OURS].worker
    assert ours is not None
    rules.progress(f"  {CHANGED}, {rules.rounds} rounds")
    for number in range(rules.rounds):
        clock = rules.clock
        row, *took = ours.ask(book_and_list, number, clock, budget=rules.load_budget)
        _note(standings[OURS], took)
        for name, standing in standings.items():
            if standing.worker is None or standing.over or name == OURS:
                continue
            given = row, _clock(standing.kind, rules)
            try:
                _note(
                    standing,
                    standing.worker.ask(take_and_list, *given, budget=_budget(name, rules)),
                )
            except OverBudget:
                standing.over[CHANGED] = rules.budget
                standing.worker = None
    wanted = ours.ask(answer, *facts.window, budget=rules.load_budget)
    for name, standing in standings.items():
        if standing.worker is not None and not standing.over:
            found = standing.worker.ask(answer, *facts.window, budget=_budget(name, rules))
            _check(name, facts, found, wanted)


def _note(standing: Standing, took: Sequence[float]) -> None:
    for operation, seconds in zip(("taking a booking", CHANGED), took, strict=True):
        standing.times.setdefault(operation, []).append(seconds)


def _budget(name: str, rules: Rules) -> float:
    # Before a cold question the engine makes its scheduler anew, which is not timed.
    return rules.load_budget if name == OURS else rules.budget + 10


def _summary(standing: Standing, ours: Standing) -> dict[str, Any]:
    """The figures of one contestant, and its ratios to the engine."""
    found: dict[str, Any] = {
        "status": standing.status,
        "checked": standing.checked,
        "how": standing.kind.how,
        "load": standing.load,
    }
    for operation, times in standing.times.items():
        found[operation] = Sample.of(times).as_json()
        mine = ours.times.get(operation)
        if mine and standing is not ours and operation != "taking a booking":
            found[f"{operation} ratio"] = quotients(times, mine).as_json()
    for operation, seconds in standing.over.items():
        found[f"{operation} over"] = seconds
    return found

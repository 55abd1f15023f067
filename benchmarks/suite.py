"""Everything that is measured, in order, into one file of results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.contest import DisagreementError, Rules, contest
from benchmarks.environment import environment
from benchmarks.facts import Facts
from benchmarks.figures.commands import booking
from benchmarks.figures.growth import SWEEPS, growth
from benchmarks.figures.listing import building, listing
from benchmarks.figures.memory import memory
from benchmarks.figures.operations import operations
from benchmarks.figures.profile import profile
from benchmarks.figures.series import series
from benchmarks.process import Broken, OverBudget, isolated
from benchmarks.rivals import RIVALS
from benchmarks.rivals.server import serving
from benchmarks.worlds import AT_XL, WORLDS, world

PARTS = (
    "listings",
    "profile",
    "buildings",
    "bookings",
    "memory",
    "contests",
    "operations",
    "series",
    "growth",
)

PROFILED = ("clinic", "training", "marketplace")
"""The worlds whose listings are looked into."""

EVERYDAY = ("clinic", "training", "coworking", "marketplace")


@dataclass(frozen=True)
class Plan:
    """What shall be measured, and how thoroughly."""

    parts: Sequence[str] = PARTS
    worlds: Sequence[str] = tuple(WORLDS)
    at_xl: Sequence[str] = AT_XL
    sizes: Sequence[str] = ("S", "M", "L", "XL")
    rivals: Sequence[str] = tuple(kind.name for kind in RIVALS)
    rounds: int = Rules.rounds
    budget: float = Rules.budget
    limit: float = Rules.load_budget
    seconds: float = 5.0
    most: int = 1_000
    clock: str = Rules.clock
    seed: int = 1
    quick: bool = False


def say(text: str) -> None:
    """Progress, beside the results."""
    print(text, file=sys.stderr, flush=True)


class Suite:
    """One run of a plan; what cannot be measured is said and left out."""

    def __init__(self, plan: Plan, save: Callable[[dict[str, Any]], None]) -> None:
        self.plan, self.save = plan, save
        self.began = time.monotonic()
        self.results: dict[str, Any] = {
            "environment": environment(),
            "mode": "quick" if plan.quick else "full",
            "clock": plan.clock,
            "rounds": plan.rounds,
            "budget": plan.budget,
            "server": "not looked for",
            "failures": [],
            "measured at": {},
        }

    def run(self) -> dict[str, Any]:
        """All parts, in order; what there is so far is saved after each."""
        for part in PARTS:
            if part in self.plan.parts:
                self.results[part] = []
                self.results["measured at"][part] = self.results["environment"]["commit"]
                getattr(self, part)()
                self.save(self.results)
        self.results["minutes"] = round((time.monotonic() - self.began) / 60, 1)
        return self.results

    def measured(self, part: str, name: str, work: Callable[..., Any], *given: Any) -> None:
        """One figure, in a process of its own."""
        say(f"[{time.monotonic() - self.began:6.0f} s] {part}: {name}")
        try:
            self.results[part].append(isolated(work, *given, budget=self.plan.limit))
        except OverBudget:
            self.failed(part, name, f"not done within {self.plan.limit:g} s")
        except Broken as error:
            self.failed(part, name, str(error).strip().splitlines()[-1])

    def failed(self, part: str, name: str, why: str) -> None:
        """What could not be measured, for the report."""
        say(f"  {why}")
        self.results["failures"].append({"part": part, "name": name, "why": why})

    def facts(self, name: str, size: str) -> Facts:
        """A world of this run."""
        return world(name, size, self.plan.seed)

    def worlds(self, size: str) -> list[str]:
        """The worlds of a size."""
        return [name for name in self.plan.worlds if size != "XL" or name in self.plan.at_xl]

    def rounds(self, size: str) -> int:
        """Fewer where each takes long."""
        return min(self.plan.rounds, 3) if size == "XL" else self.plan.rounds

    # The parts -------------------------------------------------------------

    def listings(self) -> None:
        """Listings as multiples of what making their slots costs."""
        for size in self.plan.sizes:
            for name in self.worlds(size):
                facts = self.facts(name, size)
                self.measured(
                    "listings", facts.name, listing, facts, self.rounds(size), self.plan.clock
                )

    def profile(self) -> None:
        """Where the time of listings goes."""
        for size in self.plan.sizes:
            for name in PROFILED:
                if name in self.worlds(size):
                    facts = self.facts(name, size)
                    given = facts, self.rounds(size), self.plan.clock
                    self.measured("profile", facts.name, profile, *given)

    def buildings(self) -> None:
        """Schedulers of clinics, to nearly a million bookings at XL."""
        for size in self.plan.sizes:
            facts = self.facts("clinic", size)
            rounds = self.rounds(size)
            self.measured("buildings", facts.name, building, facts, rounds, self.plan.clock)

    def bookings(self) -> None:
        """One checked booking, beside a bare tree."""
        for size in (1_000, 10_000, 100_000)[: 2 if self.plan.quick else 3]:
            commands = 100 if self.plan.quick else 300
            self.measured("bookings", f"{size:,}", booking, size, commands, self.plan.clock)

    def memory(self) -> None:
        """Bytes per booking, by the system and, where that does not take too long, one by one."""
        for size in self.plan.sizes:
            facts = self.facts("clinic", size)
            work = partial(memory, every_byte=size != "XL")
            self.measured("memory", facts.name, work, facts)

    def contests(self) -> None:
        """The engine and its rivals."""
        rivals = [kind for kind in RIVALS if kind.name in self.plan.rivals]
        with serving() as line:
            self.results["server"] = line
            say(f"PostgreSQL: {line}")
            for size in self.plan.sizes:
                for name in self.worlds(size):
                    rules = Rules(
                        self.rounds(size), self.plan.budget, self.plan.limit, self.plan.clock, say
                    )
                    say(f"[{time.monotonic() - self.began:6.0f} s] contest: {name} {size}")
                    facts = self.facts(name, size)
                    try:
                        self.results["contests"].append(contest(facts, rivals, rules))
                    except (OverBudget, Broken, DisagreementError) as error:
                        why = str(error).strip().splitlines()
                        self.failed("contests", facts.name, why[-1] if why else "over the budget")

    def operations(self) -> None:
        """Latencies of everyday worlds."""
        for size in self.plan.sizes:
            for name in EVERYDAY:
                if name in self.worlds(size):
                    facts = self.facts(name, size)
                    work = partial(operations, files=size != "XL" and name == "clinic")
                    given = facts, self.plan.clock, self.plan.seconds, self.plan.most
                    self.measured("operations", facts.name, work, *given)

    def series(self) -> None:
        """A recurring series."""
        self.measured("series", "ten years", series, self.plan.rounds, self.plan.clock)

    def growth(self) -> None:
        """Exponents beside the claims of the docstrings."""
        rounds = 20 if self.plan.quick else 60
        for sweep in SWEEPS:
            work = partial(growth, longest=not self.plan.quick)
            name = f"{sweep.name}, over {sweep.of}"
            self.measured("growth", name, work, sweep, rounds, self.plan.clock)

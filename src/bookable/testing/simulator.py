"""Long random histories, told to the engine and to the oracle alike.

The cheapest way to find a fault: a seed makes a small crowded world and a run of
commands, and `bookable.testing.pair` compares every answer and, now and then,
everything stored. The same seed always makes the same history. One that fails is
shortened by leaving commands out, and what is left can be replayed here or given to
the Hypothesis machine.

    python -m bookable.testing.simulator --seeds 1000 --steps 120
    python -m bookable.testing.simulator --seed 417
    python -m bookable.testing.simulator --rules limits,travel

Each world has some of the rules beyond the plain ones (`bookable.testing.choices`); ``--rules`` says
which may take part, so that a family of rules can be looked at alone. A seed makes the same history
for the same rules only.

Outside the ring: here, and only here, numbers are drawn at random.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from bookable.testing.choices import EVERY_RULE
from bookable.testing.pair import COMMANDS, Command, Pair

WEIGHTS = {
    "book": 36,
    "join": 6,
    "book_late": 3,
    "repeat": 3,
    "cancel": 8,
    "reschedule": 12,
    "block": 5,
    "unblock": 3,
    "change": 8,
    "tick": 12,
    "hold": 10,
    "extend": 2,
    "confirm": 6,
    "decline": 2,
    "check_in": 6,
    "activity": 2,
    "check_out": 3,
    "complete": 2,
    "miss": 2,
    "sweep": 1,
    "reassign": 8,
    "series": 4,
    "recur": 4,
    "change_series": 4,
    "cancel_series": 1,
    "drop_series": 2,
    "promote": 4,
    "group": 3,
    "repair": 2,
    "override": 3,
    "list": 5,
    "pieces": 4,
    "look": 4,
}
assert WEIGHTS.keys() == COMMANDS.keys()
NUMBERS = 5_040  # a multiple of every small count, so that remainders are even
AUDIT_EVERY = 20
PROGRESS_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """A history that the two sides tell differently, or that the engine cannot survive."""

    seed: int
    commands: tuple[Command, ...]
    message: str
    rules: frozenset[str] | None = None

    def __str__(self) -> str:
        lines = [f"seed {self.seed} fails after {len(self.commands)} commands:"]
        lines += [f"    {command}," for command in self.commands]
        return "\n".join([*lines, self.message])


def commands_of(seed: int, steps: int) -> tuple[Command, ...]:
    """The commands of a seed."""
    random = Random(f"commands {seed}")  # noqa: S311  a simulation, nothing secret
    words = random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=steps)
    below = random.random
    return tuple(
        (
            word,
            int(below() * NUMBERS),
            int(below() * NUMBERS),
            int(below() * NUMBERS),
            int(below() * NUMBERS),
        )
        for word in words
    )


def pair_of(seed: int, rules: Iterable[str] | None = None) -> Pair:
    """The small world of a seed, in which some of these rules take part."""
    pick = Random(f"world {seed}").randrange  # noqa: S311  a simulation
    return Pair.of(pick, rules)


def replay(
    seed: int,
    commands: Sequence[Command],
    *,
    audit_every: int = AUDIT_EVERY,
    rules: Iterable[str] | None = None,
) -> Pair:
    """Tell these commands to both sides, in the world of the seed.

    Raises:
        Disagreement: At the first command after which they differ.
    """
    pair = pair_of(seed, rules)
    for number, command in enumerate(commands, start=1):
        pair.run(command)
        if number % audit_every == 0:
            pair.audit()
    pair.audit()
    return pair


def simulate(
    seed: int,
    steps: int,
    tally: Counter[str] | None = None,
    rules: frozenset[str] | None = None,
) -> Failure | None:
    """The history of a seed; a failure, cut off where it fails, if there is one.

    *tally* is told how many commands there were and how many starts were compared.
    """
    pair: Pair | None = None
    commands = commands_of(seed, steps)
    try:
        pair = pair_of(seed, rules)
        for number, command in enumerate(commands, start=1):
            pair.run(command)
            if number % AUDIT_EVERY == 0:
                pair.audit()
        pair.audit()
    except Exception:  # noqa: BLE001  whatever the engine raises is what we look for
        told = tuple(pair.history) if pair is not None else ()
        return Failure(seed, told, traceback.format_exc(limit=-4), rules)
    if tally is not None:
        tally.update(commands=len(pair.history), starts=pair.compared)
    return None


def shorten(failure: Failure) -> Failure:
    """The same failure in fewer commands: those are left out that it does not need."""
    best, size = failure, max(1, len(failure.commands) // 2)
    while size:
        start = 0
        while start < len(best.commands):
            fewer = best.commands[:start] + best.commands[start + size :]
            shorter = _failing(best.seed, fewer, best.rules)
            if shorter is None:
                start += size
            else:
                best = shorter
        size //= 2
    return best


def _failing(
    seed: int, commands: tuple[Command, ...], rules: frozenset[str] | None
) -> Failure | None:
    try:
        replay(seed, commands, audit_every=1, rules=rules)
    except Exception:  # noqa: BLE001  as above
        return Failure(seed, commands, traceback.format_exc(limit=-4), rules)
    return None


def _pace(tally: Counter[str], seconds: float) -> str:
    commands, starts = tally["commands"], tally["starts"]
    return (
        f"{commands:,} commands ({commands / seconds:,.0f}/s), "
        f"{starts:,} starts compared ({starts / seconds:,.0f}/s)"
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _rules(text: str) -> frozenset[str]:
    names = frozenset(filter(None, text.split(",")))
    if not names <= EVERY_RULE:
        known = ", ".join(sorted(EVERY_RULE))
        raise SystemExit(f"unknown rules: {', '.join(sorted(names - EVERY_RULE))}; known: {known}")
    return names


def main(arguments: Sequence[str] | None = None) -> int:
    """Run many seeds; 1 when one of them failed."""
    parser = argparse.ArgumentParser(prog="bookable.testing.simulator", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many seeds")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--steps", type=int, default=120, help="commands for each seed")
    parser.add_argument("--rules", help="only these rules beyond the plain ones, by comma")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at a failure")
    parser.add_argument("--brief", action="store_true", help="do not shorten a failure")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    chosen = parser.parse_args(arguments)
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    if chosen.seed is not None:
        seeds = range(chosen.seed, chosen.seed + 1)
    rules = None if chosen.rules is None else _rules(chosen.rules)
    began, shown, failed, tally = time.perf_counter(), 0.0, 0, Counter[str]()
    for done, seed in enumerate(seeds, start=1):
        failure = simulate(seed, chosen.steps, tally, rules)
        if failure is not None:
            failed += 1
            _say(str(failure if chosen.brief else shorten(failure)))
            if not chosen.keep_going:
                break
        since = time.perf_counter() - began
        if not chosen.quiet and since > shown + PROGRESS_SECONDS:
            shown = since
            _say(f"{done}/{len(seeds)} seeds, {_pace(tally, since)}")
    took = time.perf_counter() - began
    _say(f"{len(seeds)} seeds in {took:.1f} s, {_pace(tally, took)}, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

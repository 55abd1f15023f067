"""Measure the engine, compare it, and write the report: ``python -m benchmarks``.

    python -m benchmarks --quick                     a first look, some minutes
    python -m benchmarks                             everything, some hours at XL
    python -m benchmarks --sizes S,M,L --worlds clinic,hot --only contests
    python -m benchmarks --only growth --keep        measure one part again, keep the others
    python -m benchmarks --report --readme README.md write tables and README from the last results

Progress is on stderr. Results are ``results.json``, ``report.md`` and, with matplotlib, plots.
Optional rivals: ``pip install 'bookable[benchmarks]'``; PostgreSQL is started for the run where
``initdb`` and ``pg_ctl`` are found on PATH, or named by ``BOOKABLE_BENCH_DSN``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.facts import SIZES
from benchmarks.goals import goals
from benchmarks.measure import CLOCKS
from benchmarks.plots import plots
from benchmarks.readme import write_readme
from benchmarks.report import BUSY, is_busy, report
from benchmarks.rivals import RIVALS
from benchmarks.rivals.server import VARIABLE
from benchmarks.suite import PARTS, Plan, Suite, say
from benchmarks.tables import goal_table
from benchmarks.worlds import AT_XL, WORLDS

RESULTS = Path(__file__).resolve().parent / "results"
QUICK = Plan(sizes=("S", "M"), rounds=3, budget=5.0, seconds=1.0, most=100, quick=True)


def names(known: Sequence[str], text: str) -> list[str]:
    """Some of the known names, in their order."""
    given = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in given if each not in known]
    if unknown:
        problem = f"{unknown[0]!r} is none of {', '.join(known)}"
        raise argparse.ArgumentTypeError(problem)
    if not given:
        problem = f"name at least one of {', '.join(known)}"
        raise argparse.ArgumentTypeError(problem)
    return [each for each in known if each in given]


def above_zero(kind: type[int | float]) -> Callable[[str], float]:
    """Numbers that something can be done with."""

    def number(text: str) -> float:
        try:
            found = kind(text)
        except ValueError:
            found = 0
        if not 0 < found < float("inf"):
            problem = f"{text!r} is no {'whole ' if kind is int else ''}number above 0"
            raise argparse.ArgumentTypeError(problem)
        return found

    return number


def parser() -> argparse.ArgumentParser:
    """The options."""
    rivals = [kind.name for kind in RIVALS]
    found = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    whole, real = above_zero(int), above_zero(float)
    either = f"{Plan.rounds}; quick {QUICK.rounds}", f"{Plan.budget:g}; quick {QUICK.budget:g}"
    add("--quick", action="store_true", help="fewer sizes and rounds, less of each, a short budget")
    sizes = f"of {','.join(SIZES)} (all; quick {','.join(QUICK.sizes)})"
    add("--sizes", type=lambda text: names(list(SIZES), text), help=sizes)
    worlds = f"of {','.join(WORLDS)} (all)"
    add("--worlds", type=lambda text: names(list(WORLDS), text), help=worlds)
    at_xl = f"worlds at XL ({','.join(AT_XL)})"
    add("--at-xl", type=lambda text: names(list(WORLDS), text), help=at_xl)
    add("--rivals", type=lambda text: names(rivals, text), help=f"of {','.join(rivals)} (all)")
    add("--only", type=lambda text: names(PARTS, text), help=f"parts of {','.join(PARTS)} (all)")
    add("--rounds", type=whole, help=f"interleaved rounds ({either[0]}; at XL 3 at most)")
    add("--budget", type=real, help=f"seconds that a rival may take for one question ({either[1]})")
    add("--limit", type=real, help=f"seconds for one figure of the engine ({Plan.limit:g})")
    clock = f"cpu leaves out other processes ({Plan.clock})"
    add("--clock", choices=tuple(CLOCKS), default=Plan.clock, help=clock)
    add("--seed", type=int, default=Plan.seed, help=f"of the worlds ({Plan.seed})")
    add("--dsn", help=f"a PostgreSQL server, as {VARIABLE} (one is started)")
    out = "folder of the results (benchmarks/results; quick: a new temporary folder, which is told)"
    add("--out", type=Path, help=out)
    add("--keep", action="store_true", help="keep the parts that are not measured again")
    add("--report", action="store_true", help="measure nothing, write from the last results")
    add("--readme", type=Path, help="write the section about speed of this README as well")
    return found


def plan_of(options: argparse.Namespace) -> Plan:
    """What the options mean."""
    given = {
        "parts": options.only,
        "worlds": options.worlds,
        "at_xl": options.at_xl,
        "sizes": options.sizes,
        "rivals": options.rivals,
        "rounds": options.rounds,
        "budget": options.budget,
        "limit": options.limit,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    usual = QUICK if options.quick else Plan()
    return replace(usual, clock=options.clock, seed=options.seed, **changed)


def folder_of(options: argparse.Namespace) -> Path:
    """Where results are, or shall be: a quick look leaves those of a full run alone."""
    if options.out is not None or options.report or not options.quick:
        found: Path = options.out or RESULTS
        return found
    return Path(tempfile.mkdtemp(prefix="bookable-benchmarks-"))


def kept(results: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """New results, with those parts of the old ones that were not measured again."""
    parts = [part for part in PARTS if part not in results and part in old]
    at = {part: old["measured at"].get(part, "unknown") for part in parts}
    failures = [row for row in old.get("failures", ()) if row["part"] in parts]
    joined = {**results, **{part: old[part] for part in parts}}
    if "contests" in parts:
        joined |= {key: old[key] for key in ("server", "budget")}
        # Which clock it was is told with each contest since it may be another one now.
        clock = old.get("clock", Plan.clock)
        joined["contests"] = [{"clock": clock, **row} for row in old["contests"]]
    joined["measured at"] = {**at, **results["measured at"]}
    joined["failures"] = [*failures, *results["failures"]]
    return joined


def main() -> int:
    """Measure, write, and print the goals."""
    options = parser().parse_args()
    if options.keep and options.quick and options.out is None:
        parser().error("--keep with --quick needs --out: a new folder has nothing to keep")
    folder = folder_of(options)
    path = folder / "results.json"
    if options.report and not path.is_file():
        parser().error(
            f"--report needs results, and {path} is not there: measure first, or name --out"
        )
    folder.mkdir(parents=True, exist_ok=True)
    say(f"results: {folder}")
    if options.dsn:
        os.environ[VARIABLE] = options.dsn
    if options.report:
        results = json.loads(path.read_text(encoding="utf-8"))
    else:
        old = json.loads(path.read_text(encoding="utf-8")) if options.keep and path.exists() else {}

        def save(found: dict[str, Any]) -> None:
            path.write_text(json.dumps(kept(found, old), indent=1) + "\n", encoding="utf-8")

        suite = Suite(plan_of(options), save)
        if is_busy(suite.results):
            say(BUSY)
        results = kept(suite.run(), old)
        save(results)
    drawn = plots(results, folder)
    if not drawn:
        say("no plots: matplotlib is not installed, or there is too little to draw")
    text = report(results) + "".join(f"\n![{name}]({name})\n" for name in drawn)
    (folder / "report.md").write_text(text, encoding="utf-8")
    if options.readme is not None:
        write_readme(options.readme, results)
    print(goal_table(results))
    say(
        f"{sum(goal.verdict == 'met' for goal in goals(results))} of {len(goals(results))} goals are met"
    )
    return 1 if results["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())

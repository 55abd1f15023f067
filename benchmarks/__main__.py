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
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.facts import SIZES
from benchmarks.goals import goals
from benchmarks.plots import plots
from benchmarks.readme import write_readme
from benchmarks.report import report
from benchmarks.rivals import RIVALS
from benchmarks.rivals.server import VARIABLE
from benchmarks.suite import PARTS, Plan, Suite, say
from benchmarks.tables import goal_table
from benchmarks.worlds import AT_XL, WORLDS

RESULTS = Path(__file__).resolve().parent / "results"


def names(known: Sequence[str], text: str) -> list[str]:
    """Some of the known names, in their order."""
    given = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in given if each not in known]
    if unknown:
        problem = f"{unknown[0]!r} is none of {', '.join(known)}"
        raise argparse.ArgumentTypeError(problem)
    return [each for each in known if each in given]


def parser() -> argparse.ArgumentParser:
    """The options."""
    rivals = [kind.name for kind in RIVALS]
    found = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = found.add_argument
    add("--quick", action="store_true", help="S and M, three rounds, a short budget")
    add("--sizes", type=lambda text: names(list(SIZES), text), help="of S,M,L,XL")
    add("--worlds", type=lambda text: names(list(WORLDS), text), help=", ".join(WORLDS))
    add("--at-xl", type=lambda text: names(list(WORLDS), text), help=f"at XL ({','.join(AT_XL)})")
    add("--rivals", type=lambda text: names(rivals, text), help=", ".join(rivals))
    add("--only", type=lambda text: names(PARTS, text), help=f"parts: {', '.join(PARTS)}")
    add("--rounds", type=int, help="interleaved rounds (7)")
    add("--budget", type=float, help="seconds that a rival may take for one question (20)")
    add("--limit", type=float, help="seconds for one figure of the engine (1800)")
    add("--clock", choices=("wall", "cpu"), default="wall", help="cpu leaves out other processes")
    add("--seed", type=int, default=1, help="of the worlds (1)")
    add("--dsn", help=f"a PostgreSQL server, as {VARIABLE}")
    add("--out", type=Path, default=RESULTS, help="folder of the results")
    add("--keep", action="store_true", help="keep the parts that are not measured again")
    add("--report", action="store_true", help="measure nothing, write from the last results")
    add("--readme", type=Path, help="write the section about speed of this README as well")
    return found


def plan_of(options: argparse.Namespace) -> Plan:
    """What the options mean."""
    quick = options.quick
    full = Plan()
    return Plan(
        parts=options.only or PARTS,
        worlds=options.worlds or full.worlds,
        at_xl=options.at_xl or full.at_xl,
        sizes=options.sizes or (("S", "M") if quick else full.sizes),
        rivals=full.rivals if options.rivals is None else options.rivals,
        rounds=options.rounds or (3 if quick else full.rounds),
        budget=options.budget or (5.0 if quick else full.budget),
        limit=options.limit or full.limit,
        seconds=1.0 if quick else full.seconds,
        most=100 if quick else full.most,
        clock=options.clock,
        seed=options.seed,
        quick=quick,
    )


def kept(results: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """New results, with those parts of the old ones that were not measured again."""
    parts = [part for part in PARTS if part not in results and part in old]
    at = {part: old["measured at"].get(part, "unknown") for part in parts}
    failures = [row for row in old.get("failures", ()) if row["part"] in parts]
    joined = {**results, **{part: old[part] for part in parts}}
    if "contests" in parts:
        joined |= {key: old[key] for key in ("server", "budget")}
    joined["measured at"] = {**at, **results["measured at"]}
    joined["failures"] = [*failures, *results["failures"]]
    return joined


def main() -> int:
    """Measure, write, and print the goals."""
    options = parser().parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / "results.json"
    if options.dsn:
        os.environ[VARIABLE] = options.dsn
    if options.report:
        results = json.loads(path.read_text(encoding="utf-8"))
    else:
        old = json.loads(path.read_text(encoding="utf-8")) if options.keep and path.exists() else {}

        def save(found: dict[str, Any]) -> None:
            path.write_text(json.dumps(kept(found, old), indent=1) + "\n", encoding="utf-8")

        results = kept(Suite(plan_of(options), save).run(), old)
        save(results)
    drawn = plots(results, options.out)
    if not drawn:
        say("no plots: matplotlib is not installed, or there is too little to draw")
    text = report(results) + "".join(f"\n![{name}]({name})\n" for name in drawn)
    (options.out / "report.md").write_text(text, encoding="utf-8")
    if options.readme is not None:
        write_readme(options.readme, results)
    print(goal_table(results))
    say(
        f"{sum(goal.verdict == 'met' for goal in goals(results))} of {len(goals(results))} goals are met"
    )
    return 1 if results["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())

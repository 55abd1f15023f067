"""The README's section about speed: written between two markers, from the file of results alone.

It has ratios only: what the design states in seconds is told as a share of that.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.goals import Results
from benchmarks.rivals.base import VALUES
from benchmarks.stages import in_words
from benchmarks.tables import clock_of, goal_table, world_table
from benchmarks.worlds import WORLDS

BEGIN = "<!-- speed -->"
END = "<!-- /speed -->"


class NoMarkers(ValueError):  # noqa: N818  what it says is what is wrong
    """The text does not have both markers once, in order."""


def section(results: Results) -> str:
    """What stands between the markers."""
    found = results["environment"]
    commits = dict.fromkeys([found["commit"], *results.get("measured at", {}).values()])
    intro = (
        f"Made by `python -m benchmarks` with {found['python']} on {found['cpu']}, {found['cores']} cores; "
        f"{results['mode']} run, {results['clock']} clock, {results['rounds']} rounds, "
        f"commit {' and '.join(commits)}, {found['at']}. "
        "Sizes: S, M, L, XL are 5, 20, 200 and 2,000 members, 3, 10, 50 and 500 rooms, 7, 30, 90 and 90 days, "
        "in the clinic with six bookings a member and working day (at XL seven or eight, nearly 1,000,000 in all). "
        "*× goal*: as a multiple of the most that it may be."
    )
    parts = [intro, goal_table(results, plain=True)]
    clinics = [row for row in results.get("contests", ()) if row["world"] == "clinic"]
    if clinics:
        parts.append(
            "The same question put to what one would use instead, as multiples of the engine's time; "
            "answers were compared before anything was timed. *Cold* and *warm* answer bare starts, *as values* "
            "start and end of each as datetimes. Warm, rivals keep free times of each resource; the engine also keeps, for "
            "the window asked, when all roles are free together, which is nearly its answer. Below 1 × (in bold) the rival is ahead."
        )
        shown, clock = ("cold", "warm", VALUES), clock_of(clinics, results)
        if clock != "wall":
            parts[-1] += (
                " Of the engine and of rivals within Python the time of the processor counts, of those "
                "marked *wall*, which work in other processes or threads, that of the wall."
            )
        parts += [world_table(clinics, each, spread=False, clock=clock) for each in shown]
    left = in_words(results)
    if left is not None:
        parts.append(left)
    parts.append(f"{_more(results)}: [benchmarks/results](benchmarks/results/report.md).")
    return "\n\n".join(parts)


def _more(results: Results) -> str:
    """What else the report tells, of what was measured."""
    worlds = {row["world"] for row in results.get("contests", ())}
    found = (
        [f"{'all' if len(worlds) == len(WORLDS) else len(worlds)} worlds"]
        if len(worlds) > 1
        else []
    )
    found += [part for part in ("operations", "growth") if results.get(part)]
    said = " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)
    return said[:1].upper() + said[1:] or "The whole report"


def with_section(text: str, results: Results) -> str:
    """A README's text with the section in its place.

    Raises:
        NoMarkers: If there is no such place.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after or END in after or END in before:
        problem = f"expected {BEGIN} and {END} once, each on a line of its own"
        raise NoMarkers(problem)
    return f"{before}{BEGIN}\n{section(results)}\n{END}{after}"


def write_readme(path: Path, results: Results) -> None:
    """Put the section into a README; nothing else of it changes."""
    text = path.read_text(encoding="utf-8")
    path.write_text(with_section(text, results), encoding="utf-8")

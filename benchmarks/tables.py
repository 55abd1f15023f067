"""Tables as Markdown, from the file of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from benchmarks.facts import SIZES
from benchmarks.goals import Results, goals
from benchmarks.rivals import RIVALS, named
from benchmarks.rivals.base import ALWAYS, NOTES, VALUES

Cell = str | float | int | None


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, left: int = 1) -> str:
    """One table; so many columns stand on the left, numbers on the right."""
    body = [[text(cell) for cell in row] for row in rows]
    sides = ["---" if number < left else "--:" for number in range(len(head))]
    lines = [_line(head), _line(sides)]
    return "\n".join([*lines, *(_line(row) for row in body)])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def text(cell: Cell) -> str:
    """A cell in words: three digits will do."""
    if cell is None:
        return "–"
    if isinstance(cell, int):
        return f"{cell:,}"
    return short(cell) if isinstance(cell, float) else cell


def short(value: float) -> str:
    """A number with two or three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


def times(sample: Mapping[str, float] | None, *, spread: bool = False) -> str | None:
    """A ratio with its quartiles; below one in bold, as there the engine is behind."""
    if sample is None:
        return None
    found = f"{short(sample['median'])} ×"
    if sample["median"] < 1:
        found = f"**{found}**"
    if spread and sample["runs"] > 1:
        found += f" ({short(sample['low'])}–{short(sample['high'])})"
    return found


def ratio(
    contest: Mapping[str, Any], name: str, operation: str, *, spread: bool = False
) -> str | None:
    """A contestant's ratio to the engine; a bound where it was too slow to be run to the end."""
    found = contest["contestants"].get(name)
    if found is None:
        return None
    sample = ratio_of(contest, name, operation)
    if sample is not None:
        return times(sample, spread=spread)
    ours = contest["contestants"]["bookable"].get(operation)
    # Who is too slow for the bare starts of a warm listing is so for its values.
    bounds = (f"{operation} over", "warm over") if operation == VALUES else (f"{operation} over",)
    over = next((found[each] for each in bounds if each in found), None)
    return f"> {short(over / ours['median'])} ×" if over is not None and ours else None


def ratio_of(contest: Mapping[str, Any], name: str, operation: str) -> Mapping[str, float] | None:
    """The ratio itself, where it was measured."""
    found = contest["contestants"].get(name, {})
    if operation != "load and cold":
        sample: Mapping[str, float] | None = found.get(f"{operation} ratio")
        return sample
    ours = contest["contestants"].get("bookable", {})
    if "cold" not in found or found.get("load") is None or ours.get("load") is None:
        return None
    # Loading and the first question together, of both.
    value = (found["load"] + found["cold"]["median"]) / (ours["load"] + ours["cold"]["median"])
    return {"median": value, "low": value, "high": value, "runs": 1}


def rivals_of(contests: Iterable[Mapping[str, Any]]) -> list[str]:
    """Everybody but the engine, in order."""
    names = dict.fromkeys(name for each in contests for name in each["contestants"])
    return [name for name in names if name != "bookable"]


def clock_of(contests: Iterable[Mapping[str, Any]], results: Results) -> str:
    """The clock of the contests, which may have been held in an earlier run than the rest."""
    clocks = [each.get("clock", results.get("clock", "wall")) for each in contests]
    return clocks[0] if clocks else "wall"


def contest_table(
    contests: Sequence[Mapping[str, Any]], operation: str, clock: str = "wall"
) -> str:
    """The rivals below each other, the worlds beside each other, of one size."""
    head = [operation, *(each["world"] for each in contests)]
    rows = [
        [named(name, clock), *(ratio(each, name, operation) for each in contests)]
        for name in rivals_of(contests)
    ]
    return table(head, rows)


def world_table(
    contests: Sequence[Mapping[str, Any]], operation: str, *, spread: bool, clock: str = "wall"
) -> str:
    """The rivals below each other, the sizes beside each other, of one world."""
    head = [operation, *(each["size"] for each in contests)]
    rows = [
        [named(name, clock), *(ratio(each, name, operation, spread=spread) for each in contests)]
        for name in rivals_of(contests)
    ]
    return table(head, rows)


class Case(NamedTuple):
    """A world at a size in which a rival is ahead, and how far."""

    ratio: float
    world: str
    size: str


def behind(
    contests: Sequence[Mapping[str, Any]], rival: str, operations: Iterable[str]
) -> dict[str, list[Case]]:
    """The operations in which a rival is ahead of the engine anywhere, with every case."""
    found: dict[str, list[Case]] = {}
    for operation in operations:
        for each in contests:
            sample = ratio_of(each, rival, operation)
            if sample is not None and sample["median"] < 1:
                case = Case(sample["median"], each["world"], each["size"])
                found.setdefault(operation, []).append(case)
    return found


def behind_table(
    contests: Sequence[Mapping[str, Any]], operations: Sequence[str], clock: str = "wall"
) -> str:
    """Where each rival is ahead, how far, and why; then the notes that the reasons point to."""
    reasons = {kind.name: kind.ahead for kind in RIVALS}
    rows = []
    for rival in rivals_of(contests):
        cases = behind(contests, rival, operations)
        if not cases:
            measured = any(ratio_of(row, rival, each) for row in contests for each in operations)
            where = "nowhere, of what was measured" if measured else "did not take part"
            rows.append([named(rival, clock), where, "", ""])
        why = reasons.get(rival, {})
        for operation, found in cases.items():
            asked = [row for row in contests if ratio_of(row, rival, operation) is not None]
            reason = why.get(operation, why.get(ALWAYS, ""))
            rows.append([named(rival, clock), operation, _cases(found, len(asked)), reason])
    told = table(["rival", "ahead in", "where", "why"], rows, left=4)
    notes = [f"- {key}: {note}" for key, note in NOTES.items() if key in told]
    return "\n".join([told, "", *notes] if notes else [told])


def _cases(found: Sequence[Case], asked: int) -> str:
    """The worlds with their sizes, and the furthest."""
    sizes: dict[str, list[str]] = {}
    for case in found:
        sizes.setdefault(case.world, []).append(case.size)
    furthest = min(found)
    said = ", ".join(f"{world} {' '.join(some)}" for world, some in sizes.items())
    if len(found) == asked > 1:
        said = "wherever it was measured"
    return f"{said}; furthest {furthest.world} {furthest.size}, **{short(furthest.ratio)} ×**"


def goal_table(results: Results, *, plain: bool = False) -> str:
    """The design's rows; *plain* tells amounts as multiples of their goals."""
    found = goals(results)
    shown = dict.fromkeys(size for goal in found for size in goal.figures)
    columns = [
        *(size for size in SIZES if size in shown),
        *(each for each in shown if each not in SIZES),
    ]
    rows: list[list[Cell]] = []
    for goal in found:
        cells: list[Cell] = [goal.what, goal.goal]
        for column in columns:
            figure = goal.figures.get(column)
            if figure is None:
                cells.append("")
            elif plain and figure.of_goal is not None and "×" not in figure.text:
                cells.append(f"{short(figure.of_goal)} × goal")
            else:
                aside = f" ({figure.aside})" if figure.aside and not plain else ""
                cells.append(f"{figure.text}{aside}")
        rows.append([*cells, goal.verdict])
    return table(["what", "goal", *columns, ""], rows)

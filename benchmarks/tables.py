"""Tables as Markdown, from the file of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.facts import SIZES
from benchmarks.goals import Results, goals

Cell = str | float | int | None


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """One table; numbers stand on the right."""
    body = [[text(cell) for cell in row] for row in rows]
    lines = [_line(head), _line(["---", *("--:" for _ in head[1:])])]
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
    if operation == "load and cold":
        return _from_rows(contest, name)
    if f"{operation} ratio" in found:
        return times(found[f"{operation} ratio"], spread=spread)
    measured = "warm" if operation == "iterated" else operation
    ours = contest["contestants"]["bookable"].get(operation)
    if f"{measured} over" in found and ours:
        return f"> {short(found[f'{measured} over'] / ours['median'])} ×"
    return None


def _from_rows(contest: Mapping[str, Any], name: str) -> str | None:
    """Loading and the first question together, of both."""
    found, ours = contest["contestants"][name], contest["contestants"]["bookable"]
    if "cold" not in found or found["load"] is None or ours["load"] is None:
        return None
    value = (found["load"] + found["cold"]["median"]) / (ours["load"] + ours["cold"]["median"])
    return times({"median": value, "runs": 1})


def rivals_of(contests: Iterable[Mapping[str, Any]]) -> list[str]:
    """Everybody but the engine, in order."""
    names = dict.fromkeys(name for each in contests for name in each["contestants"])
    return [name for name in names if name != "bookable"]


def contest_table(contests: Sequence[Mapping[str, Any]], operation: str) -> str:
    """The rivals below each other, the worlds beside each other, of one size."""
    head = [operation, *(each["world"] for each in contests)]
    rows = [
        [name, *(ratio(each, name, operation) for each in contests)] for name in rivals_of(contests)
    ]
    return table(head, rows)


def world_table(contests: Sequence[Mapping[str, Any]], operation: str, *, spread: bool) -> str:
    """The rivals below each other, the sizes beside each other, of one world."""
    head = [operation, *(each["size"] for each in contests)]
    rows = [
        [name, *(ratio(each, name, operation, spread=spread) for each in contests)]
        for name in rivals_of(contests)
    ]
    return table(head, rows)


def behind(contests: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every case in which a rival is ahead, in words."""
    lines = []
    for each in contests:
        for operation in ("cold", "warm", "iterated"):
            ahead = [
                f"{name} ({times(found[f'{operation} ratio'])})"
                for name, found in each["contestants"].items()
                if found.get(f"{operation} ratio", {"median": 2})["median"] < 1
            ]
            if ahead:
                lines.append(f"- {each['world']} {each['size']}, {operation}: {', '.join(ahead)}")
    return lines


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
                cells.append(figure.text)
        rows.append([*cells, goal.verdict])
    return table(["what", "goal", *columns, ""], rows)

"""The goals of the design, each with its figures at every size and whether they are met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from benchmarks.rivals.base import VALUES

Results = Mapping[str, Any]
"""The file of results, as `benchmarks.suite` writes it."""


class Figure(NamedTuple):
    """One figure in words, as a multiple of what it may be at most, and whether it meets the goal."""

    text: str
    met: bool
    of_goal: float | None = None


class Goal(NamedTuple):
    """A row of the design's table."""

    what: str
    goal: str
    figures: Mapping[str, Figure]

    @property
    def verdict(self) -> str:
        """Met at all sizes that were measured, at some, or at none."""
        met = [figure.met for figure in self.figures.values()]
        if not met:
            return "not measured"
        if all(met):
            return "met"
        return "missed" if not any(met) else "met in part"


def goals(results: Results) -> list[Goal]:
    """Every row of the design's table, from the clinic, which it was stated for."""
    return [
        _listing(
            results,
            "warm `free_slots`, iterating every `Slot`",
            "≤ 1.5 × making the same slots",
            lambda row: _at_most(row["warm / slots"]["median"], 1.5, "{:.1f} ×"),
        ),
        _page(results),
        _listing(
            results,
            "cold query",
            "≤ 2 µs per booking in the window",
            lambda row: _at_most(row["cold us per booking"]["median"], 2.0, "{:.2f} µs"),
        ),
        _building(results),
        *_booking(results),
        _memory(results),
        _ahead(results, "cold", "cold listing, bare starts"),
        _ahead(results, "warm", "warm listing, bare starts"),
        _ahead(results, VALUES, "warm listing as values, start and end of each"),
        _ahead(results, "after a booking", "listing after a booking, bare starts"),
    ]


def _at_most(value: float, limit: float, words: str) -> Figure:
    return Figure(words.format(value), value <= limit, value / limit)


def _clinic(results: Results, part: str) -> dict[str, Any]:
    return {row["size"]: row for row in results.get(part, ()) if row["world"] == "clinic"}


def _listing(results: Results, what: str, goal: str, figure: Callable[[Any], Figure]) -> Goal:
    rows = _clinic(results, "listings")
    return Goal(what, goal, {size: figure(row) for size, row in rows.items()})


def _page(results: Results) -> Goal:
    """In milliseconds; the growth says whether it depends on the number of slots."""
    figures = {
        size: _at_most(row["page ms"]["median"], 1.0, "{:.2f} ms")
        for size, row in _clinic(results, "listings").items()
    }
    grown = [row for row in results.get("growth", ()) if row["name"] == "warm first page"]
    if grown:
        figures["growth"] = Figure(f"n^{grown[0]['exponent']:.2f}", grown[0]["holds"])
    what = "warm `free_slots`, first page of 20"
    return Goal(what, "≤ 1 ms, whatever the number of slots", figures)


def _building(results: Results) -> Goal:
    figures = {
        size: _at_most(row["us per booking"]["median"], 5.0, "{:.1f} µs")
        for size, row in _clinic(results, "buildings").items()
    }
    return Goal(
        "building a scheduler from n bookings", "≤ 5 µs per booking, linear to 1,000,000", figures
    )


def _booking(results: Results) -> list[Goal]:
    rows = {row["bookings"]: row for row in results.get("bookings", ())}
    bare, more = {}, {}
    if 10_000 in rows:
        bare["10,000"] = _at_most(rows[10_000]["ratio"], 10.0, "{:.1f} ×")
    if 10_000 in rows and 100_000 in rows:
        ratio = rows[100_000]["engine"]["median"] / rows[10_000]["engine"]["median"]
        more["100,000"] = _at_most(ratio, 2.0, "{:.1f} ×")
    what = "one `book` on a resource with 10,000 bookings"
    return [
        Goal(what, "≤ 10 × a bare `IntervalTree.overlap` + `add`", bare),
        Goal("the same at 100,000", "≤ 2 × as much as at 10,000", more),
    ]


def _memory(results: Results) -> Goal:
    """Every byte that was asked for where that was counted, else what the system says."""
    figures = {}
    for size, row in _clinic(results, "memory").items():
        taken = row.get("traced bytes per booking", row.get("resident bytes per booking"))
        if taken is not None:
            figures[size] = _at_most(taken / 1024, 1.0, "{:.2f} KB")
    return Goal("memory, everything included", "≤ 1 KB per booking", figures)


def _ahead(results: Results, operation: str, what: str) -> Goal:
    """The nearest rival in any world at each size; above 1 × the engine is ahead."""
    nearest: dict[str, tuple[float, str]] = {}
    for row in results.get("contests", ()):
        for name, each in row["contestants"].items():
            ratio = each.get(f"{operation} ratio")
            if ratio is not None:
                told = ratio["median"], f"{name}, {row['world']}"
                nearest[row["size"]] = min(told, nearest.get(row["size"], told))
    figures = {
        size: Figure(f"{ratio:.2g} × ({told})", ratio > 1)
        for size, (ratio, told) in nearest.items()
    }
    return Goal(f"{what}: the nearest rival of any world", "ahead of each (above 1 ×)", figures)

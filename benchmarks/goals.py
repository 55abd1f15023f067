"""The goals of the design, each with its figures at every size and whether they are met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from benchmarks.rivals import RIVALS, named
from benchmarks.rivals.base import VALUES
from benchmarks.worlds import AT_XL, CLASSES, WORLDS

Results = Mapping[str, Any]
"""The file of results, as `benchmarks.suite` writes it."""


class Figure(NamedTuple):
    """One figure in words, as a multiple of what it may be at most, and whether it meets the goal."""

    text: str
    met: bool
    of_goal: float | None = None
    aside: str = ""
    """What else is known, for the report."""


class Goal(NamedTuple):
    """A row of the design's table."""

    what: str
    goal: str
    figures: Mapping[str, Figure]
    is_whole: bool = True
    """Whether all that the goal speaks of was measured."""

    @property
    def verdict(self) -> str:
        """Met at all sizes that were measured, at some, or at none; and whether there is more to measure."""
        met = [figure.met for figure in self.figures.values()]
        if not met:
            return "not measured"
        if all(met):
            return "met" if self.is_whole else "met as far as measured"
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
            "≤ 2 µs per booking, when the window holds all bookings",
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
    figures |= _grown(results, "warm first page")
    what = "warm `free_slots`, first page of 20"
    goal = "≤ 1 ms, whatever the number of slots (growth: n^0, at most n^0.2)"
    return Goal(what, goal, figures, "growth" in figures)


def _grown(results: Results, name: str) -> dict[str, Figure]:
    """The exponent of a sweep, where it was measured."""
    found = [row for row in results.get("growth", ()) if row["name"] == name]
    if not found:
        return {}
    return {"growth": Figure(f"n^{found[0]['exponent']:.2f}", found[0]["holds"])}


def _building(results: Results) -> Goal:
    figures = {
        size: _at_most(row["us per booking"]["median"], 5.0, "{:.1f} µs")
        for size, row in _clinic(results, "buildings").items()
    }
    figures |= _grown(results, "a scheduler is built")
    what = "building a scheduler from n bookings"
    goal = "≤ 5 µs per booking, linear to 1,000,000 (XL; growth: at most n^1.2)"
    return Goal(what, goal, figures, {"XL", "growth"} <= set(figures))


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
    figures, by_system = {}, []
    for size, row in _clinic(results, "memory").items():
        traced, resident = (row.get(f"{how} bytes per booking") for how in ("traced", "resident"))
        if traced is not None:
            aside = f"system {resident / 1024:.2f} KB" if resident is not None else ""
            figures[size] = _at_most(traced / 1024, 1.0, "{:.2f} KB")._replace(aside=aside)
        elif resident is not None:
            by_system.append(size)
            figures[size] = _at_most(resident / 1024, 1.0, "{:.2f} KB")
    what = "memory, everything included, as Python counts it"
    if by_system:
        what += f" ({', '.join(by_system)}: as the system does)"
    return Goal(what, "≤ 1 KB per booking", figures)


def _ahead(results: Results, operation: str, what: str) -> Goal:
    """The nearest rival in any world at each size; above 1 × the engine is ahead."""
    nearest: dict[str, tuple[float, str]] = {}
    took_part: dict[str, dict[str, int]] = {}
    for row in results.get("contests", ()):
        clock = row.get("clock", results.get("clock", "wall"))
        for name, each in row["contestants"].items():
            ratio = each.get(f"{operation} ratio")
            if ratio is not None:
                told = ratio["median"], f"{named(name, clock)}, {row['world']}"
                nearest[row["size"]] = min(told, nearest.get(row["size"], told))
        # Of classes no listing after a booking is compared.
        if operation in row["contestants"].get("bookable", {}):
            count = sum(_took_part(each, operation) for each in row["contestants"].values())
            took_part.setdefault(row["size"], {})[row["world"]] = count
    figures = {
        size: Figure(f"{ratio:.2g} × ({told})", ratio > 1)
        for size, (ratio, told) in nearest.items()
    }
    notes: dict[str, list[str]] = {}
    for size, counts in took_part.items():
        notes.setdefault(_short_of_all(counts), []).append(size)
    said = "; ".join(f"{', '.join(some)}: {note}" for note, some in notes.items() if note)
    return Goal(
        f"{what}: the nearest rival of any world{f' ({said})' if said else ''}",
        "ahead of each (above 1 ×)",
        figures,
        all(_is_whole(size, counts, operation) for size, counts in took_part.items()),
    )


def _took_part(contestant: Mapping[str, Any], operation: str) -> bool:
    """Whether a rival was timed, or was too slow to be."""
    return any(f"{operation} {each}" in contestant for each in ("ratio", "over")) or any(
        f"{each} over" in contestant for each in ("cold", "warm")
    )


def _is_whole(size: str, counts: Mapping[str, int], operation: str) -> bool:
    """Whether all rivals took part in all worlds that a full run compares."""
    wanted = set(AT_XL if size == "XL" else WORLDS)
    if operation == "after a booking":
        wanted -= set(CLASSES)
    return wanted <= set(counts) and min(counts.values()) == len(RIVALS)


def _short_of_all(counts: Mapping[str, int]) -> str:
    """How many rivals took part, and where; nothing if all did everywhere."""
    few, many, lacking = min(counts.values()), max(counts.values()), WORLDS.keys() - counts.keys()
    if few == len(RIVALS) and not lacking:
        return ""
    worlds = "all worlds"
    if lacking:
        without = ", ".join(each for each in WORLDS if each in lacking)
        worlds = f"all worlds but {without}" if len(lacking) < len(counts) else ", ".join(counts)
    rivals = str(many) if few == many else f"{few} to {many}"
    return f"{rivals} of {len(RIVALS)} rivals, {worlds}"

"""Plots as SVG, where matplotlib is installed; without it there are the tables."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.goals import Results
from benchmarks.rivals import named
from benchmarks.rivals.base import VALUES
from benchmarks.stages import LISTINGS, by_world
from benchmarks.tables import clock_of, rivals_of

NAMES = ("rivals.svg", "profile.svg", "growth.svg")


def plots(results: Results, folder: Path) -> list[str]:
    """Write what can be drawn, and remove plots of earlier results; the names of the files."""
    written = _drawn(results, folder) if find_spec("matplotlib") is not None else []
    for name in NAMES:
        if name not in written:
            (folder / name).unlink(missing_ok=True)
    return written


def _drawn(results: Results, folder: Path) -> list[str]:
    import matplotlib as mpl

    mpl.use("svg")
    # The same figures make the same file.
    mpl.rcParams.update({"svg.hashsalt": "bookable", "svg.fonttype": "none", "font.size": 9})
    written = []
    contests = [row for row in results.get("contests", ()) if row["world"] == "clinic"]
    if len(contests) > 1:
        written.append(_rivals(contests, folder, clock_of(contests, results)))
    if results.get("profile"):
        written.append(_profile(by_world(results["profile"]), folder))
    if results.get("growth"):
        written.append(_growth(results["growth"], folder))
    return written


def _rivals(contests: list[Any], folder: Path, clock: str) -> str:
    """Each rival's ratio over the size of the clinic, cold, warm, and warm as values."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4), layout="constrained")
    places = figure.subplots(1, 3, sharey=True)
    for place, operation in zip(places, ("cold", "warm", VALUES), strict=True):
        for name in rivals_of(contests):
            points = [
                (at, found["median"])
                for at, row in enumerate(contests)
                if (found := row["contestants"].get(name, {}).get(f"{operation} ratio"))
            ]
            if points:
                place.plot(*zip(*points, strict=True), marker="o", label=named(name, clock))
        place.axhline(1, color="black", linewidth=1)
        place.set(yscale="log", title=f"listing, {operation}, the clinic")
        labels = [f"{row['size']}\n{row['bookings']:,} bookings" for row in contests]
        place.set_xticks(range(len(contests)), labels)
    places[0].set_ylabel("multiples of the engine's time")
    figure.legend(*places[0].get_legend_handles_labels(), loc="outside right center", fontsize=8)
    return _save(figure, folder, "rivals.svg")


def _profile(rows: list[Any], folder: Path) -> str:
    """Each listing as one bar of its stages, with its floor as a line across it."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 1.5 + 0.35 * len(rows)), layout="constrained")
    places = figure.subplots(1, len(LISTINGS), sharey=True)
    labels = [f"{row['world']} {row['size']}" for row in rows]
    for place, name in zip(places, LISTINGS, strict=True):
        found = [row["listings"][name] for row in rows]
        since = [0.0] * len(rows)
        for number, stage in enumerate(found[0]["stages"]):
            wide = [each["stages"][stage] for each in found]
            colour = "lightgrey" if stage == "rest" else f"C{number}"
            place.barh(labels, wide, left=since, label=stage, color=colour)
            since = [low + width for low, width in zip(since, wide, strict=True)]
        for at, each in enumerate(found):
            floor = min(sum(each["floors"].values()), 1)
            place.plot([floor, floor], [at - 0.4, at + 0.4], color="black", linewidth=2)
        place.set(title=name, xlim=(0, 1), xlabel="share of its time; black: the floor")
    places[0].invert_yaxis()
    figure.legend(*places[0].get_legend_handles_labels(), loc="outside right center", fontsize=8)
    return _save(figure, folder, "profile.svg")


def _growth(rows: list[Any], folder: Path) -> str:
    """Each sweep's times as multiples of its first."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 5), layout="constrained")
    place = figure.subplots()
    styles = ("-", "--", ":")
    for number, row in enumerate(rows):
        sizes = [size / row["sizes"][0] for size in row["sizes"]]
        label = f"{row['name']} ({row['of']}): n^{row['exponent']:.2f}"
        times = [each / row["us"][0] for each in row["us"]]
        place.plot(sizes, times, styles[number // 10 % 3], marker=".", label=label)
    place.set(xscale="log", yscale="log", xlabel="size, of the first", ylabel="time, of the first")
    figure.legend(*place.get_legend_handles_labels(), loc="outside right center", fontsize=7)
    return _save(figure, folder, "growth.svg")


def _save(figure: Any, folder: Path, name: str) -> str:
    figure.savefig(folder / name, metadata={"Date": None, "Creator": None})
    return name

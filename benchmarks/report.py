"""The report: every table, from the file of results alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from benchmarks.goals import Results
from benchmarks.rivals import OUTSIDE
from benchmarks.rivals.base import VALUES
from benchmarks.stages import FLOORS, MEANINGS, stage_tables
from benchmarks.tables import (
    Cell,
    behind_table,
    clock_of,
    contest_table,
    goal_table,
    short,
    table,
    text,
    world_table,
)

CONTESTS = {
    "cold": "The first question after loading, nothing kept from any question before.",
    "warm": "The same question again, answered by bare starts. Rivals may keep the free times of a resource, not the answer. "
    "The engine keeps more: for the window that was asked, at which starts all roles can be filled together, which is the "
    "answer short of notice, horizon, blocks and sessions. In the clinic at L about half of its lead over the numpy grid comes from that.",
    VALUES: "The same, asked and answered in values, as a backend hands them out: of every start the aware UTC "
    "datetimes of start and end. The engine makes each `Slot` and reads both, rivals make them of their starts.",
    "after a booking": "The listing that follows one more booking, which all of them have taken in.",
    "load and cold": "From rows to the first answer: loading, indexes, and the first question.",
    "first cold": "Start and end of the first slot, asked for as such and told in values; rivals look at a day, then at twice as much.",
    "first warm": "The same again.",
}

PARTS_WITH_ROUNDS = ("listings", "profile", "buildings", "contests")

BUSY = "More processes wanted to run than there are cores when this began: times of the wall are too long."


def is_busy(results: Results) -> bool:
    """Whether others were at work when measuring began."""
    found = results["environment"]
    return (found["load"] or 0) > (found["cores"] or 1)


def report(results: Results) -> str:
    """The whole report as Markdown."""
    sections: list[Callable[[Results], Iterable[str]]] = [
        _header,
        _goals,
        _contests,
        _listings,
        _profile,
        _buildings,
        _bookings,
        _memory,
        _operations,
        _series,
        _growth,
        _failures,
    ]
    return "\n\n".join(part for section in sections for part in section(results)) + "\n"


def surroundings(results: Results) -> str:
    """Where it was measured, in one sentence."""
    found = results["environment"]
    packages = ", ".join(f"{name} {version}" for name, version in found["packages"].items())
    return (
        f"{found['python']} on {found['system']}, {found['cpu']}, {found['cores']} cores, "
        f"load {found['load']} at the start; commit {found['commit']}, {found['at']}; "
        f"{packages}, SQLite {found['sqlite']}."
    )


def _header(results: Results) -> Iterable[str]:
    yield "# How fast"
    yield "Made by `python -m benchmarks`; do not edit."
    yield surroundings(results)
    if is_busy(results):
        yield f"**{BUSY}**"
    at_xl = results["rounds"] > 3 and any(
        row.get("size") == "XL" for part in PARTS_WITH_ROUNDS for row in results.get(part, ())
    )
    yield (
        f"Mode {results['mode']}, {results['clock']} clock; medians of {results['rounds']} "
        f"interleaved rounds{' (three at XL)' if at_xl else ''}, each contestant in a process of its own. "
        "Quartiles are in `results.json`. Ratios are medians of the ratios of each round. Otherwise: "
        "loading, and with it *load and cold*, is timed once, as is the *very first* question; one checked booking is "
        "compared by the ratio of two medians over many bookings; operations are latencies of many runs; "
        "memory is counted once; growth takes mostly the fastest run of each size."
    )
    if clock_of(results.get("contests", ()), results) != "wall":
        yield (
            f"{' and '.join(sorted(OUTSIDE))} do their work in other processes or threads, which the clock of "
            "the processor does not see: they are timed by the wall, and marked *(wall)*. What else "
            "the machine did makes them slower than they are."
        )
    others = {
        part: commit
        for part, commit in results["measured at"].items()
        if commit != results["environment"]["commit"]
    }
    if others:
        said = ", ".join(f"{part} at {commit}" for part, commit in others.items())
        yield f"Some parts were measured at other commits: {said}."


def _goals(results: Results) -> Iterable[str]:
    yield "## The goals of the design"
    yield (
        "Each cell has the unit of its row's goal: a multiple (×) of what the goal names, or a time, or KB, per what it names; "
        "below *growth*, the exponent of time over size. Empty: not measured. Verdicts are about what was measured."
    )
    yield goal_table(results)


def _contests(results: Results) -> Iterable[str]:
    contests = results.get("contests", ())
    if not contests:
        return
    yield "## Rivals"
    yield (
        "Multiples of the engine's time for the same answer, which all of them gave before "
        "anything was timed. Below 1 × (in bold) the rival is ahead. `>`: stopped after "
        f"{results['budget']:g} seconds or twice that. –: not measured. PostgreSQL server: {results['server']}."
    )
    yield (
        "Rivals are given opening hours as spans, which is not timed; the engine works them out within "
        "its first question. *Cold* starts from what each keeps its rows in: sorted lists, trees, an "
        "occupancy grid, tables with indexes; *load and cold* counts making those as well. Collections "
        "of rubbish leave out what was loaded. Rivals make datetimes anew each time, in the quickest of the plain "
        "ways that were tried; the engine keeps those of starts that it told before, 65,536 at most."
    )
    hows = {name: each["how"] for row in contests for name, each in row["contestants"].items()}
    yield "\n".join(f"- *{name}*: {how}" for name, how in hows.items())
    worlds, clock = (
        list(dict.fromkeys(row["world"] for row in contests)),
        clock_of(contests, results),
    )
    looked_into = worlds[0] if len(worlds) == 1 else "clinic"
    yield f"### The {looked_into}, with quartiles"
    for operation, words in CONTESTS.items():
        yield f"**{operation}**: {words}"
        rows = [row for row in contests if row["world"] == looked_into]
        if rows:
            yield world_table(rows, operation, spread=True, clock=clock)
    for size in dict.fromkeys(row["size"] for row in contests):
        rows = [row for row in contests if row["size"] == size]
        if len(worlds) > 1:
            yield f"### All worlds at {size}"
            for operation in CONTESTS:
                yield contest_table(rows, operation, clock)
        yield f"{size}: {_compared(rows)}"
    yield "### Where a rival is ahead"
    yield behind_table(contests, tuple(CONTESTS), clock)


def _compared(rows: list[Mapping[str, Any]]) -> str:
    less = [
        f"{name} in {row['world']} ({each['checked'] if each['status'] == 'ok' else each['status']})"
        for row in rows
        for name, each in row["contestants"].items()
        if each["checked"] != "whole window"
    ]
    if not less:
        return "All answers were compared over the whole window."
    return f"Answers were compared over the whole window, but for: {', '.join(less)}."


def _listings(results: Results) -> Iterable[str]:
    rows = results.get("listings", ())
    if not rows:
        return
    yield "## Listings"
    yield (
        "The unit of the ratios is making the same `Slot` objects from ready values. *very first*: the "
        "first question of a new process, as a multiple of the cold ones, for which caches were emptied. –: not measured."
    )
    head = [
        "world",
        "bookings",
        "slots",
        "warm",
        "bare starts",
        "cold",
        "very first, × cold",
        "cold, µs per booking",
    ]
    body: list[list[Cell]] = [
        [
            f"{row['world']} {row['size']}",
            row["bookings"],
            row["starts"],
            f"{short(row['warm / slots']['median'])} ×",
            f"{short(row['bare / slots']['median'])} ×",
            f"{short(row['cold / slots']['median'])} ×",
            row.get("very first / cold"),
            row["cold us per booking"]["median"],
            row["page ms"]["median"],
            row["first"]["median"] * 1e3,
        ]
        for row in rows
    ]
    yield table([*head, "page of 20, ms", "first slot, ms"], body)


def _profile(results: Results) -> Iterable[str]:
    rows = results.get("profile", ())
    if rows:
        in_rounds = all(row.get("floors in rounds", False) for row in rows)
        yield "## What is left"
        yield (
            "Where a listing with every `Slot` made spends its time: shares of the time under `cProfile`, which makes short calls "
            "look longer; the whole is timed without it. *Floor*, as a share of the whole, timed "
            f"{'in the same rounds' if in_rounds else 'after the rounds'}: what no listing can do without, which is {', '.join(FLOORS.values())} (cold only). Where it is more than the whole, "
            "the machine was disturbed. Empty: next to nothing."
        )
        yield f"Stages: {'; '.join(f'*{name}*, {words}' for name, words in MEANINGS.items())}."
        yield from stage_tables(rows)


def _buildings(results: Results) -> Iterable[str]:
    rows = results.get("buildings", ())
    if rows:
        yield "## Building a scheduler"
        yield table(
            ["clinic", "bookings", "µs per booking", "making the `Booking` values, µs each"],
            [
                [
                    row["size"],
                    row["bookings"],
                    row["us per booking"]["median"],
                    row["values us per booking"],
                ]
                for row in rows
            ],
        )


def _bookings(results: Results) -> Iterable[str]:
    rows = results.get("bookings", ())
    if rows:
        yield "## One checked booking"
        yield "Beside a bare `IntervalTree.overlap` and `add`, which check nothing and keep no history."
        yield table(
            ["bookings of the resource", "× the tree", "p50, µs", "p95, µs", "p99, µs"],
            [
                [
                    f"{row['bookings']:,}",
                    row["ratio"],
                    row["latency"]["p50"],
                    row["latency"]["p95"],
                    row["latency"]["p99"],
                ]
                for row in rows
            ],
        )


def _memory(results: Results) -> Iterable[str]:
    rows = results.get("memory", ())
    if rows:
        keys = (
            "values bytes per booking",
            "traced built bytes per booking",
            "traced bytes per booking",
            "resident built bytes per booking",
            "resident bytes per booking",
        )
        yield "## Memory"
        yield (
            "Bytes per booking: the values, the scheduler with them, and after a listing, as Python counts "
            "(`tracemalloc`: what was asked for); the last two as the system does, which adds what Python and the "
            "modules of the library need besides, much where bookings are few. –: not measured, as that would take too long. The peak is that of the process, with the plain rows that all was made from."
        )
        yield table(
            ["clinic", "values", "built", "asked", "built, system", "asked, system", "peak, MB"],
            [[row["size"], *(row.get(key) for key in keys), row["peak MB"]] for row in rows],
        )


def _operations(results: Results) -> Iterable[str]:
    rows = results.get("operations", ())
    if not rows:
        return
    yield "## Operations"
    yield (
        "`listing`: all of the window, every `Slot` made; `page`: its first 20. `stream`: nine pages read for each "
        "booking. `series of four weeks`: decided as one, then booked or declined. Latencies in µs, operations per "
        "second of one thread."
    )
    for row in rows:
        yield f"### {row['world']} {row['size']}, {text(row['bookings'])} bookings"
        yield table(
            ["operation", "p50", "p95", "p99", "max", "per second", "runs"],
            [
                [name, *(found[key] for key in ("p50", "p95", "p99", "max", "per_second", "runs"))]
                for name, found in row["latencies"].items()
            ],
        )
        kept = row["snapshots"]
        yield (
            f"{text(kept['kept'])} states kept: {text(kept['bytes each'])} bytes each; "
            f"the oldest listed again in {text(kept['oldest ms'])} ms."
        )
        if row["file"]:
            read = row["file"]["read us per booking"]["median"]
            yield (
                f"World file of {text(row['file']['megabytes'])} MB: {text(read)} µs per booking to "
                f"read, {text(row['file']['write us per booking'])} µs to write."
            )


def _series(results: Results) -> Iterable[str]:
    for row in results.get("series", ()):
        yield "## Series"
        yield (
            f"{row['occurrences']} occurrences beside {row['beside']:,} other bookings, as multiples "
            "of one checked booking of the same state."
        )
        yield table(
            ["what", "single bookings"],
            [[name, found["median"]] for name, found in row["bookings"].items()],
        )


def _growth(results: Results) -> Iterable[str]:
    rows = results.get("growth", ())
    if rows:
        yield "## Growth"
        yield (
            "The slope of log time over log size. A claim holds if the slope is at most 0.2 above "
            "its exponent (a logarithm counts as 0)."
        )
        yield table(
            ["what", "over", "claim", "of the docstring of", "exponent", "sizes", "µs", ""],
            [
                [
                    row["name"],
                    row["of"],
                    row["claim"],
                    f"`{row['said by'].partition(':')[2]}`" if row.get("said by") else "",
                    row["exponent"],
                    " ".join(f"{size:,}" for size in row["sizes"]),
                    " ".join(short(each) for each in row["us"]),
                    "holds" if row["holds"] else "does not hold",
                ]
                for row in rows
            ],
            left=4,
        )


def _failures(results: Results) -> Iterable[str]:
    rows = results.get("failures", ())
    if rows:
        yield "## What could not be measured"
        yield "\n".join(f"- {row['part']}, {row['name']}: {row['why']}" for row in rows)

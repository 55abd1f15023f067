"""Where the time of a listing goes, by stage, beside the least that its answer costs.

Stages are groups of modules and functions. A function's own time counts for its stage; that of what belongs to
none (builtins, the kernel of intervals, small helpers) for the stages that called it, in proportion.
The profiler makes short calls look longer than they are, so that it tells shares only; what a listing takes is
timed without it. Of several runs the median of each function counts: what else the machine did falls out, and
collections of rubbish wait meanwhile, as they would count for whoever happens to be at work.
"""

from __future__ import annotations

import gc
import pstats
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from cProfile import Profile
from functools import partial
from itertools import compress
from pathlib import Path
from typing import Any, NamedTuple

import bookable
from benchmarks.asking import bookable_row, load, prepared
from benchmarks.engine import Engine
from benchmarks.facts import Facts
from benchmarks.figures.listing import parts_of, ready
from benchmarks.measure import CLOCKS, Sample, quotients, repeated, timed
from benchmarks.stages import FLOORS, LISTINGS
from benchmarks.values import window_of
from bookable import Slot
from bookable.timeline.instant import to_us

MODULES: Mapping[str, tuple[str, ...]] = {
    "question": (
        *("snapshot", "state", "scheduler", "checks", "domain.request", "domain.catalogue"),
        *(
            f"availability.{name}"
            for name in ("asking", "hosts", "listing", "pools", "question", "resolve", "roles")
        ),
        *("availability.search", "availability.keeping"),
    ),
    "reading bookings": ("occupancy", "domain.booking", "domain.claim", "domain.block"),
    "profiles": ("timeline.profile",),
    "opening hours": (
        *("domain.hours", "domain.opening", "domain.weekly_hours", "domain.window"),
        *("domain.hours_zone", "domain.layers", "timeline.civil", "timeline.rule"),
    ),
    "grid": ("timeline.grid", "timeline.packing", "availability.packed"),
    "masks": ("availability.masks", "availability.feasibility", "availability.offer"),
    "sessions": tuple(f"availability.{name}" for name in ("sessions", "serving", "gatherings")),
    "rules": tuple(
        f"availability.{name}"
        for name in (
            *("freshness", "gate", "limit_buckets", "limit_scopes", "limiting"),
            *("notice", "overriding", "presence", "standing", "travel"),
        )
    ),
    "joint": ("availability.joint", "availability.competition", "availability.assignment"),
    "answer": ("availability.slot", "availability.search.slots"),
}
"""The stages in order, each with its packages, modules and functions."""

ANSWER, REST = "answer", "rest"
STAGES = (*MODULES, REST)
STAGE_OF = {module: stage for stage, modules in MODULES.items() for module in modules}

WARM_RUNS = 5
"""How often in each round a warm listing, which is short, is run under the profiler."""

SWITCHED_OFF = "<method 'disable' of '_lsprof.Profiler' objects>"
"""The profiler's own last step, which is no work of the listing."""

PACKAGE = Path(bookable.__file__).parent
DIGITS = bytes(1 if byte == ord("1") else 0 for byte in range(256))

Function = tuple[str, int, str]
"""What `pstats` knows a function by: file, line and name."""

Spent = tuple[float, float]
"""Its own time, and that with all that it called; in seconds."""


class Work(NamedTuple):
    """What a function spent, and what of it for each caller."""

    spent: Spent
    callers: Mapping[Function, Spent]


Stats = Mapping[Function, Work]
"""What was seen in one run."""


def profile(facts: Facts, rounds: int, clock: str) -> dict[str, Any]:
    """Cold, warm, and after a booking: how long every slot takes, the shares of stages, and floors."""
    engine = prepared(Engine, facts)
    assert isinstance(engine, Engine)
    load(engine, clock)
    ticks = CLOCKS[clock]
    listed = _listing(engine)
    times: dict[str, list[float]] = {name: [] for name in LISTINGS}
    seen: dict[str, list[Stats]] = {name: [] for name in times}
    floors: dict[str, list[float]] = {name: [] for name in FLOORS}
    for number in range(rounds):
        engine.forget()
        took, slots = timed(listed, ticks)
        times["cold"].append(took)
        for name, work in _floors(engine, slots).items():
            floors[name].append(repeated(work, ticks))
        engine.forget()
        seen["cold"].append(_watched(listed))
        times["warm"].append(repeated(listed, ticks))
        seen["warm"] += [_watched(listed) for _ in range(WARM_RUNS)]
        engine.take(bookable_row(engine, 2 * number))
        times["after a booking"].append(timed(listed, ticks)[0])
        engine.take(bookable_row(engine, 2 * number + 1))
        seen["after a booking"].append(_watched(listed))
    engine.forget()
    return {
        "world": facts.world,
        "size": facts.size,
        "bookings": len(facts.rows),
        "starts": len(listed()),
        "floors in rounds": True,
        "floors": {name: Sample.of(each).as_json() for name, each in floors.items()},
        "listings": {
            name: _summary(found, seen[name], floors, is_cold=name == "cold")
            for name, found in times.items()
        },
    }


def _listing(engine: Engine) -> Callable[[], list[Slot]]:
    """The question with every slot of its answer; the window is there already."""
    within = window_of(engine.facts)

    def listed() -> list[Slot]:
        # The scheduler is another one after each booking.
        return list(engine.scheduler.free_slots(engine.request, within=within, now=engine.now))

    return listed


def _watched(work: Callable[[], object]) -> Stats:
    """One run under the profiler."""
    gc.collect()
    gc.disable()
    seen = Profile()
    seen.enable()
    work()
    seen.disable()
    gc.enable()
    rows = pstats.Stats(seen).stats  # type: ignore[attr-defined]  # typeshed lacks it
    return {
        function: Work(row[2:4], {caller: each[2:4] for caller, each in row[4].items()})
        for function, row in rows.items()
        if function[2] != SWITCHED_OFF
    }


def _floors(engine: Engine, slots: list[Slot]) -> dict[str, Callable[[], object]]:
    """What the answer itself costs, and a look at the bookings of the window, in Python as it is."""
    low, high = engine.facts.window
    grid = tuple(start * 1_000_000 for start in engine.facts.grid(low, high))
    listed = {to_us(slot.start) for slot in slots}
    bits = sum(1 << number for number, start in enumerate(grid) if start in listed)
    parts, within = parts_of(slots), window_of(engine.facts)
    bookings = [
        each for each in engine.bookings if each.start < within.end and each.end > within.start
    ]
    return {
        "starts": lambda: tuple(compress(grid, f"{bits:b}".encode().translate(DIGITS)[::-1])),
        "slots": partial(ready, parts),
        "touching": lambda: [(each.start, each.end) for each in bookings],
    }


def _summary(
    times: Sequence[float],
    seen: list[Stats],
    floors: Mapping[str, Sequence[float]],
    *,
    is_cold: bool,
) -> dict[str, Any]:
    """One listing: shares of the profiled time, and its floors as shares of the time of the same round, not profiled."""
    stats = merged(seen)
    total = sum(work.spent[0] for work in stats.values())
    stages, functions = stages_of(stats), _functions_of(stats)
    names = [name for name in FLOORS if is_cold or name != "touching"]
    return {
        "seconds": Sample.of(times).as_json(),
        "stages": {stage: stages.get(stage, 0.0) / total for stage in STAGES},
        "floors": {name: quotients(floors[name], times).median for name in names},
        "largest": [
            [name, spent / total]
            for name, spent in sorted(functions.items(), key=lambda each: -each[1])[:5]
        ],
    }


def merged(runs: Sequence[Stats]) -> Stats:
    """The same work over again as one run: the median of each function, and of what is due to each caller."""
    found = {}
    for function in dict.fromkeys(each for run in runs for each in run):
        works = [run[function] for run in runs if function in run]
        callers = {
            caller: _median(each.callers[caller] for each in works if caller in each.callers)
            for caller in dict.fromkeys(caller for each in works for caller in each.callers)
        }
        found[function] = Work(_median(each.spent for each in works), callers)
    return found


def _median(spent: Iterable[Spent]) -> Spent:
    own, whole = zip(*spent, strict=True)
    return statistics.median(own), statistics.median(whole)


def _functions_of(stats: Stats) -> dict[str, float]:
    """The own time of each function by its name; several in one module may have the same."""
    found: dict[str, float] = defaultdict(float)
    for function, work in stats.items():
        found[_named(function)] += work.spent[0]
    return found


# Stages ----------------------------------------------------------------------


def stages_of(stats: Stats) -> dict[str, float]:
    """The own time of all functions by stage, in seconds."""
    found: dict[str, float] = defaultdict(float)
    for function, work in stats.items():
        due = {caller: own for caller, (own, _) in work.callers.items()}
        for stage, share in _shares(function, due, stats, frozenset()).items():
            found[stage] += share * work.spent[0]
    return found


def _shares(
    function: Function, due: Mapping[Function, float], stats: Stats, below: frozenset[Function]
) -> Mapping[str, float]:
    """The stages that a function works for: its own, or those of its callers by what is due to them."""
    own = stage_of(function)
    if own is not None:
        return {own: 1.0}
    below |= {function}
    above = {caller: spent for caller, spent in due.items() if caller not in below}
    total = sum(above.values())
    found: dict[str, float] = defaultdict(float)
    for caller, spent in above.items():
        further = {each: whole for each, (_, whole) in stats[caller].callers.items()}
        for stage, share in _shares(caller, further, stats, below).items():
            found[stage] += share * spent / max(total, 1e-12)
    return found if total else {REST: 1.0}


def stage_of(function: Function) -> str | None:
    """The stage of a function, or else of the module that it is in; None where that has none either.

    What asks, outside the package, only takes the answer.
    """
    file, _, name = function
    module = module_of(file)
    if module is None:
        return ANSWER if Path(file) == Path(__file__) else None
    path = f"{module}.{name}"
    while path and path not in STAGE_OF:
        path = path.rpartition(".")[0]
    return STAGE_OF.get(path)


def module_of(file: str) -> str | None:
    """A module of the package by its file, or by the name that attrs gives what it generates."""
    generated = re.search(r"\bbookable\.([\w.]+)\.\w+>$", file)
    if generated:
        return generated[1]
    path = Path(file)
    if not path.is_relative_to(PACKAGE):
        return None
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def _named(function: Function) -> str:
    """A function as the report names it."""
    file, _, name = function
    if file == "~":
        return re.sub(r"^<(?:built-in )?method '?([\w.]+)'?.*>$", r"\1", name)
    if Path(file) == Path(__file__):
        return "list of the slots"
    generated = re.search(r"\.(\w+)>$", file)
    module = (module_of(file) or Path(file).stem).rpartition(".")[2]
    return f"{generated[1] if generated else module}.{name}"

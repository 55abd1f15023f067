"""How times grow with size, beside what the docstrings claim.

A sweep measures one thing at sizes that double or triple; the slope of the logarithms is its exponent.
The same work over again counts as its fastest run; works that differ, such as commands, as their median.
A logarithm in a claim adds little to it: that much is allowed for, and for noise.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from benchmarks.asking import bookable_row
from benchmarks.engine import Engine
from benchmarks.facts import Size
from benchmarks.figures.commands import FIRST, LENGTH, hourly
from benchmarks.measure import CLOCKS, Clock, Sample, exponent, repeated, timed
from benchmarks.worlds import world
from bookable import Catalogue, Interval, Member, Request, Scheduler, all_of
from bookable.domain.recurring import Recurrence
from bookable.timeline import _kernel as kernel
from bookable.timeline.profile import Profile

ALLOWANCE = 0.2
"""How much more than the claim an exponent may be."""

HOUR = timedelta(hours=1)

Measure = Callable[[int, Clock, int], float]


class Sweep(NamedTuple):
    """One thing that is measured at several sizes."""

    name: str
    claim: str
    said_by: str | None
    """The module and the name whose docstring says so."""
    of: str
    expected: float
    sizes: tuple[int, ...]
    measure: Measure


def _scheduler(size: int) -> Scheduler:
    return Scheduler(Catalogue(members=[Member("ada")]), hourly(size))


def _median(works: Callable[[int], Callable[[], object]], clock: Clock, rounds: int) -> float:
    """The median of calls that each do a thing of their own; what is there already is not collected."""
    gc.collect()
    gc.freeze()
    return Sample.of(timed(works(number), clock)[0] for number in range(rounds)).median


def _fastest(work: Callable[[], object], clock: Clock, rounds: int) -> float:
    """The fastest of the same work over again: what else the machine does only ever adds to it."""
    gc.collect()
    gc.freeze()
    return min(timed(work, clock)[0] for _ in range(rounds))


def _build(size: int, clock: Clock, rounds: int) -> float:
    catalogue, rows = Catalogue(members=[Member("ada")]), hourly(size)
    return _fastest(lambda: Scheduler(catalogue, rows), clock, min(rounds, 5))


def _book(size: int, clock: Clock, rounds: int) -> float:
    state, request = _scheduler(size), Request(LENGTH, [all_of("ada")])
    slots = [
        state.slot(request, start=FIRST + number * 37 % size * HOUR + LENGTH * 1.6, now=FIRST)
        for number in range(rounds + 1)
    ]
    state = state.book(slots.pop(), booking_id="N", now=FIRST)
    return _median(
        lambda number: lambda: state.book(slots[number], booking_id=f"N-{number}", now=FIRST),
        clock,
        rounds,
    )


def _cancel(size: int, clock: Clock, rounds: int) -> float:
    state = _scheduler(size).cancel("B-1", now=FIRST)
    return _median(
        lambda number: lambda: state.cancel(f"B-{2 + number * 37 % (size - 2)}", now=FIRST),
        clock,
        rounds,
    )


def _reschedule(size: int, clock: Clock, rounds: int) -> float:
    state, request = _scheduler(size), Request(LENGTH, [all_of("ada")])
    slots = [
        state.slot(request, start=FIRST + number * 37 % size * HOUR + LENGTH * 1.6, now=FIRST)
        for number in range(rounds + 1)
    ]
    state = state.reschedule("B-1", to=slots.pop(), now=FIRST)
    return _median(
        lambda number: (
            lambda: state.reschedule(
                f"B-{2 + number * 53 % (size - 2)}", to=slots[number], now=FIRST
            )
        ),
        clock,
        rounds,
    )


def _changed(size: int, clock: Clock, rounds: int) -> float:
    before = _scheduler(size)
    after = before.cancel("B-1", now=FIRST).cancel(f"B-{size // 2}", now=FIRST)
    return _fastest(lambda: after.changed_since(before), clock, rounds)


def _occurrences(size: int, clock: Clock, rounds: int) -> float:
    state, request = _scheduler(size), Request(LENGTH, [all_of("ada")])
    daily = Recurrence("FREQ=DAILY;COUNT=10", FIRST.replace(minute=32, tzinfo=None), "UTC")
    state = state.book_recurring(request, daily, series_id="S", now=FIRST)
    return _fastest(lambda: state.occurrences("S"), clock, rounds)


def _agenda(size: int, clock: Clock, rounds: int) -> float:
    state = _scheduler(size)

    def day(number: int) -> Callable[[], object]:
        start = FIRST + number * 37 % (size - 24) * HOUR
        return lambda: state.agenda("ada", within=Interval(start, start + 24 * HOUR))

    day(0)()
    return _median(day, clock, rounds)


def _violations(size: int, clock: Clock, rounds: int) -> float:
    state = _scheduler(size)
    return _fastest(lambda: state.violations(now=FIRST), clock, min(rounds, 5))


def _loads(size: int) -> list[tuple[int, int, int]]:
    return [(number * 4, number * 4 + 3, 1 + number % 3) for number in range(size)]


def _profile_of(size: int, clock: Clock, rounds: int) -> float:
    loads = _loads(size)
    return _fastest(lambda: Profile.of(loads), clock, min(rounds, 9))


def _profile_adding(size: int, clock: Clock, rounds: int) -> float:
    profile = Profile.of(_loads(size))

    def add(number: int) -> Callable[[], object]:
        start = number * 37 % size * 4 + 1
        return lambda: profile.adding(start, start + 5, 1)

    return _median(add, clock, rounds)


def _profile_peak(size: int, clock: Clock, rounds: int) -> float:
    profile = Profile.of(_loads(size))
    return _median(lambda number: lambda: profile.peak(number, size * 4 - number), clock, rounds)


def _profile_level(size: int, clock: Clock, rounds: int) -> float:
    profile = Profile.of(_loads(size))

    def levels(number: int) -> Callable[[], object]:
        return lambda: [profile.level_at(at * 97 % (size * 4) + number) for at in range(100)]

    return _median(levels, clock, rounds)


def _union(size: int, clock: Clock, rounds: int) -> float:
    one = tuple((number * 4, number * 4 + 1) for number in range(size))
    other = tuple((number * 6 + 1, number * 6 + 3) for number in range(size))
    return _fastest(lambda: kernel.union(one, other), clock, min(rounds, 9))


def _clinic(members: int, days: int) -> Engine:
    engine = Engine()
    engine.load(world("clinic", Size("sweep", members, max(1, members // 4), days)))
    return engine


def _cold(size: int, clock: Clock, rounds: int) -> float:
    engine, times = _clinic(size, 30), []
    for _ in range(min(rounds, 5)):
        engine.forget()
        times.append(timed(engine.iterated, clock)[0])
    return min(times)


def _warm_days(size: int, clock: Clock, rounds: int) -> float:
    engine = _clinic(20, size)
    engine.iterated()
    return min(repeated(engine.iterated, clock) for _ in range(min(rounds, 7)))


def _warm_members(size: int, clock: Clock, rounds: int) -> float:
    engine = _clinic(size, 30)
    engine.iterated()
    return min(repeated(engine.iterated, clock) for _ in range(min(rounds, 7)))


def _after_members(size: int, clock: Clock, rounds: int) -> float:
    engine, times = _clinic(size, 30), []
    for number in range(max(rounds // 4, 5)):
        engine.take(bookable_row(engine, number))
        times.append(timed(engine.iterated, clock)[0])
    return Sample.of(times).median


def _page_days(size: int, clock: Clock, rounds: int) -> float:
    engine = _clinic(20, size)

    def page() -> object:
        low, high = engine.facts.window
        return list(engine.slots(low, high)[:20])

    page()
    return min(repeated(page, clock) for _ in range(min(rounds, 7)))


RESOURCE = (1_000, 3_000, 10_000, 30_000)
PURE = (1_000, 4_000, 16_000, 64_000)
LISTED = "O(r·m/64 + b)"
ASKED = "bookable.snapshot:Snapshot.free_slots"
APPLIED = "bookable.occupancy.ledger:Ledger.applying"
LEVELS = "bookable.timeline.profile:Profile"
ON_ONE = "bookings of the resource"
MEMBERS = (10, 30, 90)
DAYS = (30, 60, 120, 240)

SWEEPS = (
    Sweep(
        "a scheduler is built",
        "O(n log n)",
        "bookable.scheduler:Scheduler",
        "bookings",
        1.0,
        RESOURCE,
        _build,
    ),
    Sweep("book", "amortised O(√n)", APPLIED, ON_ONE, 0.5, RESOURCE, _book),
    Sweep("reschedule", "amortised O(√n)", APPLIED, ON_ONE, 0.5, RESOURCE, _reschedule),
    Sweep("cancel", "amortised O(√n)", APPLIED, ON_ONE, 0.5, RESOURCE, _cancel),
    Sweep(
        "changed since a booking",
        "O(√n)",
        "bookable.state:State.changed_since",
        "bookings",
        0.5,
        RESOURCE,
        _changed,
    ),
    Sweep(
        "agenda of a day",
        "O(log n + k)",
        "bookable.snapshot:Snapshot.agenda",
        ON_ONE,
        0.0,
        RESOURCE,
        _agenda,
    ),
    Sweep(
        "occurrences",
        "O(bookings)",
        "bookable.recurring:Recurring.occurrences",
        "bookings",
        1.0,
        RESOURCE,
        _occurrences,
    ),
    Sweep(
        "violations",
        "O(n log n + k)",
        "bookable.occupancy.audit:find_violations",
        "bookings",
        1.0,
        RESOURCE,
        _violations,
    ),
    Sweep("cold listing", LISTED, ASKED, "members, and their bookings", 1.0, MEMBERS, _cold),
    Sweep("warm listing", LISTED, ASKED, "days", 1.0, DAYS, _warm_days),
    Sweep("warm listing", LISTED, ASKED, "members", 1.0, MEMBERS, _warm_members),
    Sweep("listing after a booking", LISTED, ASKED, "members", 1.0, MEMBERS, _after_members),
    Sweep("warm first page", "none; the goal is 0", None, "days", 0.0, DAYS, _page_days),
    Sweep("Profile.of", "O(n log n)", f"{LEVELS}.of", "loads", 1.0, PURE, _profile_of),
    Sweep("Profile.adding", "O(√n)", f"{LEVELS}.adding", "loads", 0.5, PURE, _profile_adding),
    Sweep("Profile.peak", "O(√n)", f"{LEVELS}.peak", "loads", 0.5, PURE, _profile_peak),
    Sweep("Profile.level_at", "O(log n)", f"{LEVELS}.level_at", "loads", 0.0, PURE, _profile_level),
    Sweep(
        "union of two sets", "O(n)", "bookable.timeline._kernel:union", "pieces", 1.0, PURE, _union
    ),
)


def growth(sweep: Sweep, rounds: int, clock: str, *, longest: bool) -> dict[str, Any]:
    """One sweep; without *longest* it stops before the last size."""
    sizes = sweep.sizes if longest else sweep.sizes[:-1]
    times = [sweep.measure(size, CLOCKS[clock], rounds) for size in sizes]
    found = exponent(sizes, times)
    return {
        "name": sweep.name,
        "claim": sweep.claim,
        "said by": sweep.said_by,
        "of": sweep.of,
        "sizes": list(sizes),
        "us": [took * 1e6 for took in times],
        "expected": sweep.expected,
        "exponent": found,
        "holds": found <= sweep.expected + ALLOWANCE,
    }

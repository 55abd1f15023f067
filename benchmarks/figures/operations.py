"""Latencies of what a backend does all day, one world at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.asking import load, prepared
from benchmarks.engine import Engine
from benchmarks.facts import DAY, Facts
from benchmarks.measure import CLOCKS, Clock, Sample, percentiles, timed
from benchmarks.values import moment, window_of
from bookable import BookingRefused, Interval, Scheduler, Slot
from bookable.codecs import plain
from bookable.domain.recurring import Recurrence

MINUTE = timedelta(minutes=1)
PAGE = 20


class Desk:
    """One world that is worked with: what changes it keeps the next state."""

    def __init__(self, facts: Facts, clock: Clock, seconds: float, most: int) -> None:
        engine = prepared(Engine, facts)
        assert isinstance(engine, Engine)
        load(engine, "wall")
        self.engine = engine
        self.facts, self.clock, self.seconds, self.most = facts, clock, seconds, most
        self.scheduler, self.request = engine.scheduler, engine.request
        self.now, self.window = moment(facts.now), window_of(facts)
        self.dice = random.Random(facts.name)
        self.count = 0

    def turns(self) -> Iterator[int]:
        """Until there are enough of them, or the time for them is up."""
        import time

        until = time.monotonic() + self.seconds
        for number in range(self.most):
            yield number
            if time.monotonic() > until:
                return

    def new_id(self) -> str:
        """An id that nobody has."""
        self.count += 1
        return f"N-{self.count}"

    def page(self, state: Scheduler | None = None, *, later: timedelta = MINUTE * 0) -> list[Slot]:
        """The first page of the listing."""
        listing = (state or self.scheduler).free_slots(
            self.request, within=self.window, now=self.now + later
        )
        return list(listing[:PAGE])

    def offers(self) -> list[Slot]:
        """Slots on offer now, in a random order, as many as there are turns at most."""
        slots = self.scheduler.free_slots(self.request, within=self.window, now=self.now)
        chosen = self.dice.sample(range(len(slots)), min(len(slots), self.most))
        return [slots[number] for number in chosen]

    def timed(self, work: Callable[[], Any]) -> tuple[float, Any]:
        """One call, without a collection of rubbish before it: these are many."""
        began = self.clock()
        found = work()
        return self.clock() - began, found


def pages(desk: Desk) -> list[float]:
    """The first page, again and again."""
    return [desk.timed(desk.page)[0] for _ in desk.turns()]


def listings(desk: Desk) -> list[float]:
    """The whole listing, every slot made, again and again."""
    return [desk.timed(desk.engine.iterated)[0] for _ in desk.turns()]


def cold_listings(desk: Desk) -> list[float]:
    """The same, each time the first question to a scheduler just made, with all caches empty."""
    found = []
    for _ in desk.turns():
        desk.engine.forget()
        found.append(timed(desk.engine.iterated, desk.clock)[0])
    return found


def moving_pages(desk: Desk) -> list[float]:
    """The first page while the clock goes on, a second each time."""
    return [
        desk.timed(partial(desk.page, later=timedelta(seconds=number)))[0]
        for number in desk.turns()
    ]


def first_slots(desk: Desk) -> list[float]:
    """The first slot from one day of the window on, another day each time."""
    low, high = desk.facts.window
    found = []
    for number in desk.turns():
        within = Interval(moment(low + number * DAY % (high - low)), moment(high))
        took, _ = desk.timed(
            partial(desk.scheduler.first_slot, desk.request, within=within, now=desk.now)
        )
        found.append(took)
    return found


def explanations(desk: Desk) -> list[float]:
    """Why not, or that it can be: any start of the grid."""
    grid, found = desk.facts.grid(*desk.facts.window), []
    for _ in desk.turns():
        start = moment(grid[desk.dice.randrange(len(grid))])
        took, _ = desk.timed(
            partial(desk.scheduler.explain, desk.request, start=start, now=desk.now)
        )
        found.append(took)
    return found


def changes(desk: Desk) -> dict[str, list[float]]:
    """Bookings of random slots, each then moved to another and cancelled."""
    times: dict[str, list[float]] = {"book": [], "reschedule": [], "cancel": []}
    offers = desk.offers()
    for number, _ in zip(range(len(offers)), desk.turns(), strict=False):
        slot, other, name = offers[number], offers[number - 1], desk.new_id()
        try:
            took, booked = desk.timed(
                partial(desk.scheduler.book, slot, booking_id=name, now=desk.now)
            )
        except BookingRefused:
            continue
        times["book"].append(took)
        try:
            took, moved = desk.timed(partial(booked.reschedule, name, to=other, now=desk.now))
            times["reschedule"].append(took)
        except BookingRefused:
            moved = booked
        took, desk.scheduler = desk.timed(partial(moved.cancel, name, now=desk.now))
        times["cancel"].append(took)
    return times


def holds(desk: Desk) -> dict[str, list[float]]:
    """Holds for five minutes, and a page that is asked for once they have expired."""
    times: dict[str, list[float]] = {"hold": [], "page after expiry": []}
    offers = desk.offers()
    for number, _ in zip(range(len(offers)), desk.turns(), strict=False):
        slot, name = offers[number], desk.new_id()
        took, held = desk.timed(
            partial(
                desk.scheduler.hold,
                slot,
                booking_id=name,
                now=desk.now,
                expires_at=desk.now + 5 * MINUTE,
            )
        )
        times["hold"].append(took)
        took, _ = desk.timed(partial(desk.page, held, later=6 * MINUTE))
        times["page after expiry"].append(took)
    return times


def weekly_series(desk: Desk) -> list[float]:
    """Four weeks at the local time of a random slot: decided as one and booked, or declined."""
    zone, found = ZoneInfo(desk.facts.zone), []

    def decided(recurrence: Recurrence, name: str) -> Scheduler:
        series = desk.scheduler.plan_recurring(
            desk.request, recurrence, series_id=name, now=desk.now
        )
        return desk.scheduler.apply(series.plan) if series.is_accepted else desk.scheduler

    for slot, _ in zip(desk.offers(), desk.turns(), strict=False):
        first = slot.start.astimezone(zone).replace(tzinfo=None)
        weekly = Recurrence("FREQ=WEEKLY;COUNT=4", first, zone)
        found.append(desk.timed(partial(decided, weekly, desk.new_id()))[0])
    return found


def stream(desk: Desk) -> dict[str, list[float]]:
    """Nine readers of a page for each who books; the first of them sees what has just changed."""
    times: dict[str, list[float]] = {
        "stream": [],
        "page after a booking": [],
        "listing after a booking": [],
    }
    offers = iter(desk.offers())
    for _ in desk.turns():
        try:
            slot = next(offers, None)
            if slot is None:
                break
            took, desk.scheduler = desk.timed(
                partial(desk.scheduler.book, slot, booking_id=desk.new_id(), now=desk.now)
            )
        except BookingRefused:
            continue
        reads = [desk.timed(desk.page)[0] for _ in range(9)]
        times["page after a booking"].append(reads[0])
        times["stream"] += [took, *reads]
    offers = iter(desk.offers())
    for slot, _ in zip(offers, desk.turns(), strict=False):
        try:
            desk.scheduler = desk.scheduler.book(slot, booking_id=desk.new_id(), now=desk.now)
        except BookingRefused:
            continue
        took, _ = desk.timed(
            lambda: list(desk.scheduler.free_slots(desk.request, within=desk.window, now=desk.now))
        )
        times["listing after a booking"].append(took)
    return times


def snapshots(desk: Desk) -> dict[str, Any]:
    """Every state of a series of bookings kept: what each costs, and that none of them changes."""
    import tracemalloc

    before = len(desk.scheduler.free_slots(desk.request, within=desk.window, now=desk.now))
    kept, offers = [desk.scheduler], desk.offers()
    tracemalloc.start()
    for slot, _ in zip(offers, desk.turns(), strict=False):
        try:
            kept.append(kept[-1].book(slot, booking_id=desk.new_id(), now=desk.now))
        except BookingRefused:
            continue
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    took, found = timed(
        lambda: len(kept[0].free_slots(desk.request, within=desk.window, now=desk.now)), desk.clock
    )
    assert found == before, "an old state has changed"
    versions = [state.version for state in kept]
    assert versions == sorted(set(versions)), "two states have one version"
    return {"kept": len(kept), "bytes each": size / max(len(kept) - 1, 1), "oldest ms": took * 1e3}


def world_file(desk: Desk) -> dict[str, Any]:
    """The world written as a file and read again."""
    written, text = timed(lambda: plain.dumps(desk.scheduler), desk.clock)
    times = [timed(lambda: plain.loads(text), desk.clock)[0] for _ in range(3)]
    count = len(desk.facts.rows)
    return {
        "megabytes": len(text) / 1e6,
        "write us per booking": written * 1e6 / count,
        "read us per booking": Sample.of(times).as_json(1e6 / count),
    }


def operations(
    facts: Facts, clock: str, seconds: float, most: int, *, files: bool
) -> dict[str, Any]:
    """The latencies of one world, each operation for so many seconds or so many times."""
    desk = Desk(facts, CLOCKS[clock], seconds, most)
    desk.page()
    start = desk.scheduler
    times: dict[str, list[float]] = {
        "listing": listings(desk),
        "page": pages(desk),
        "page, now moving": moving_pages(desk),
        "first slot": first_slots(desk),
        "explain": explanations(desk),
        "series of four weeks": weekly_series(desk),
    }
    for work in (changes, holds, stream):
        times |= work(desk)
        desk.scheduler = start
    kept, file = snapshots(desk), world_file(desk) if files else None
    # Last, as it empties what the others are measured with.
    times = {"cold listing": cold_listings(desk), **times}
    return {
        "world": facts.world,
        "size": facts.size,
        "bookings": len(facts.rows),
        "latencies": {name: percentiles(found) for name, found in times.items() if found},
        "snapshots": kept,
        "file": file,
    }

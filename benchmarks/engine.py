"""The engine as a contestant, and what makes its next question a cold one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from benchmarks.facts import Facts, Row
from benchmarks.rivals.base import Contestant, Pair
from benchmarks.values import bookings_of, catalogue_of, moment, request_of, window_of
from bookable import Interval, Scheduler, Slot
from bookable.availability.slot import Slots
from bookable.timeline.instant import to_us


def caches() -> Iterator[object]:
    """Everything in the engine's modules and classes that can be emptied."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "bookable":
            for value in list(vars(module).values()):
                yield value
                if isinstance(value, type) and value.__module__.startswith("bookable"):
                    yield from list(vars(value).values())


def empty_caches() -> None:
    """Empty what is shared between schedulers, so that cold means cold."""
    for value in caches():
        clear = getattr(value, "cache_clear", None)
        if callable(clear) and not isinstance(value, type):
            clear()


class Engine(Contestant):
    """The library as an embedder uses it."""

    name: ClassVar[str] = "bookable"
    how: ClassVar[str] = "`Scheduler.free_slots`"
    keeps: ClassVar[bool] = True

    def load(self, facts: Facts) -> None:
        """Bookings as values, and the scheduler made of them."""
        self.facts = facts
        self.bookings = bookings_of(facts)
        self.make()

    def make(self) -> None:
        """A fresh scheduler: catalogue and schedules are made anew, the bookings are those loaded."""
        self.scheduler = Scheduler(catalogue_of(self.facts), self.bookings)
        self.request = request_of(self.facts, self.scheduler)
        self.now = moment(self.facts.now)
        self.taken = 0

    def slots(self, low: int, high: int) -> Slots:
        """The listing itself: sized, its slots made when read."""
        within = Interval(moment(low), moment(high))
        return self.scheduler.free_slots(self.request, within=within, now=self.now)

    def starts(self, low: int, high: int) -> Sequence[int]:
        """The starts of the listing, bare."""
        return Starts(self.slots(low, high))

    def iterated(self) -> list[Slot]:
        """Every slot of the question, made."""
        return list(
            self.scheduler.free_slots(self.request, within=window_of(self.facts), now=self.now)
        )

    def pairs(self, low: datetime, high: datetime) -> list[Pair]:
        """Start and end of every slot, each of which is made for it."""
        within = Interval(low, high)
        listing = self.scheduler.free_slots(self.request, within=within, now=self.now)
        return [(slot.start, slot.end) for slot in listing]

    def first(self, low: int, high: int) -> int | None:
        """The start of the first slot."""
        found = self.first_pair(moment(low), moment(high))
        return None if found is None else to_us(found[0]) // 1_000_000

    def first_pair(self, low: datetime, high: datetime) -> Pair | None:
        """The first slot, which the engine is asked for as such."""
        within = Interval(low, high)
        slot = self.scheduler.first_slot(self.request, within=within, now=self.now)
        return None if slot is None else (slot.start, slot.end)

    def take(self, row: Row) -> None:
        """A checked booking of that time: the engine decides by itself who serves it."""
        slot = self.scheduler.slot(self.request, start=moment(row.start), now=self.now)
        self.taken += 1
        self.scheduler = self.scheduler.book(slot, booking_id=f"T-{self.taken}", now=self.now)

    def forget(self) -> None:
        """All caches, and every value that could carry one but for the bookings."""
        empty_caches()
        self.make()


class Starts(Sequence[int]):
    """The starts of a listing, bare and all worked out, in seconds where they are compared.

    The listing's own numbers are read, so that one that put off its work would still do it here.
    """

    def __init__(self, slots: Slots) -> None:
        self.numbers: Sequence[int] = slots._starts
        self.size = len(self.numbers)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int) -> int:  # type: ignore[override]  # slices are not needed
        return self.numbers[index] // 1_000_000

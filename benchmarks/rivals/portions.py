"""`portion`: interval algebra, opening hours less what is busy."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, ClassVar

from benchmarks.facts import Facts, Row, Span
from benchmarks.rivals.base import (
    ALWAYS,
    VALUES,
    Contestant,
    agreed,
    full_times,
    joinable,
    on_grid,
)


class Portions(Contestant):
    """One `portion.Interval` of busy time for each resource, and its complement in opening hours."""

    name: ClassVar[str] = "portion"
    how: ClassVar[str] = "`portion` intervals per resource: opening less busy, which is kept"
    keeps: ClassVar[bool] = True
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "Its unions of busy time are made on loading; where they have few pieces, little is left (*cold*).",
        "first cold": "The same difference of two unions for each resource (*cold*).",
        "load and cold": "It makes unions of rows as they come (*loading*).",
        VALUES: "With one hall or a few members its lists of free starts are short, and pairs are quickly made (*checks*, *slots*).",
        ALWAYS: "With one hall or a few members its lists of free starts are short (*checks*).",
    }
    packages: ClassVar[tuple[str, ...]] = ("portion",)

    def load(self, facts: Facts) -> None:
        """Busy time and opening hours, each as one interval that is a union."""
        import portion

        self.facts, self.portion = facts, portion
        self.claims: list[list[tuple[int, int, int]]] = [[] for _ in facts.resources]
        for claim in facts.claims():
            self.claims[claim.resource].append((claim.start, claim.end, claim.units))
        self.busy = [self._busy(number) for number in range(len(facts.resources))]
        kept: dict[int | None, Any] = {}
        for number, resource in enumerate(facts.resources):
            if resource.schedule not in kept:
                kept[resource.schedule] = self._union(facts.opening(number))
        self.opening = [kept[resource.schedule] for resource in facts.resources]
        self.sessions = facts.sessions()
        self.forget()

    def _union(self, spans: Any) -> Any:
        closed_open = self.portion.closedopen
        return self.portion.Interval(*(closed_open(low, high) for low, high in spans))

    def _busy(self, number: int) -> Any:
        resource, claims = self.facts.resources[number], self.claims[number]
        if resource.counted:
            return self._union(full_times(claims, resource.capacity - self.facts.units(number)))
        return self._union((start, end) for start, end, _ in claims)

    def starts(self, low: int, high: int) -> list[int]:
        """The union of ranges on the grid, need by need."""
        facts = self.facts

        def of(candidate: int) -> list[int]:
            if candidate not in self._kept:
                self._kept[candidate] = self._spans(candidate)
            spans = self._kept[candidate]
            first = max(bisect_left(spans, (low,)) - 1, 0)
            until = bisect_left(spans, (high,))
            return list(on_grid(spans[first:until], facts.step, low, high))

        joined = [each for each in joinable(self.sessions, facts.party) if low <= each < high]
        return agreed(facts, of, joined)

    def _spans(self, candidate: int) -> list[Span]:
        """Free time first; buffers may lie outside opening hours, so busy times grow by them."""
        facts, busy = self.facts, self.busy[candidate]
        if facts.before or facts.after:
            grown = ((each.lower - facts.after, each.upper + facts.before) for each in busy)
            busy = self._union(grown)
        free = self.opening[candidate] - busy
        return [
            (each.lower, each.upper - facts.duration)
            for each in free
            if each.upper - each.lower >= facts.duration
        ]

    def take(self, row: Row) -> None:
        """One more; busy time is joined with it, or found again where there are seats."""
        for claim in self.facts.claims_of(row):
            number, resource = claim.resource, self.facts.resources[claim.resource]
            self.claims[number].append((claim.start, claim.end, claim.units))
            if resource.counted:
                self.busy[number] = self._busy(number)
            else:
                self.busy[number] |= self.portion.closedopen(claim.start, claim.end)
            self._kept.pop(number, None)

    def forget(self) -> None:
        """The free starts of the resources."""
        self._kept: dict[int, list[Span]] = {}

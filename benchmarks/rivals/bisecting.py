"""Sorted lists and `bisect`: what a careful programmer writes without any package."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from typing import ClassVar

from benchmarks.facts import Facts, Row, Span
from benchmarks.rivals.base import (
    ALWAYS,
    VALUES,
    Contestant,
    agreed,
    full_times,
    joinable,
    merged,
    on_grid,
    start_ranges,
)


class SortedLists(Contestant):
    """A sorted list of bookings for each resource; one walk beside its opening hours."""

    name: ClassVar[str] = "sorted lists"
    how: ClassVar[str] = (
        "sorted lists of bookings, bisected; one sweep per resource, whose free starts are kept"
    )
    keeps: ClassVar[bool] = True
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "Its lists are sorted on loading; one sweep of bare numbers for each resource is left (*cold*).",
        "first cold": "The same sweep, of every resource (*cold*).",
        "load and cold": "It sorts rows as they come (*loading*).",
        VALUES: "With one hall or a few members its lists are short, and pairs are quickly made (*checks*, *slots*).",
        ALWAYS: "With one hall or a few members its lists are short (*checks*).",
    }
    _kept: dict[int, list[Span]]
    _joinable: list[int] | None

    def load(self, facts: Facts) -> None:
        """Sorted lists, and opening hours."""
        self.facts = facts
        self.claims: list[list[tuple[int, int, int]]] = [[] for _ in facts.resources]
        for claim in facts.claims():
            self.claims[claim.resource].append((claim.start, claim.end, claim.units))
        for claims in self.claims:
            claims.sort()
        self.opening = [facts.opening(number) for number in range(len(facts.resources))]
        self.sessions = facts.sessions()
        self.forget()

    def starts(self, low: int, high: int) -> list[int]:
        """The union of ranges on the grid, need by need."""
        facts = self.facts

        def of(candidate: int) -> list[int]:
            spans = self._spans(candidate)
            # From the last that begins before the window.
            first = max(bisect_left(spans, (low,)) - 1, 0)
            until = bisect_left(spans, (high,))
            return list(on_grid(spans[first:until], facts.step, low, high))

        if self._joinable is None:
            self._joinable = joinable(self.sessions, facts.party)
        joined = self._joinable
        return agreed(facts, of, joined[bisect_left(joined, low) : bisect_left(joined, high)])

    def _spans(self, candidate: int) -> list[Span]:
        """Where one resource can start: worked out when first asked for, then kept."""
        spans = self._kept.get(candidate)
        if spans is None:
            resource, claims = self.facts.resources[candidate], self.claims[candidate]
            if resource.counted:
                full = full_times(claims, resource.capacity - self.facts.units(candidate))
            else:
                full = merged((start, end) for start, end, _ in claims)
            spans = start_ranges(self.opening[candidate], full, self.facts)
            self._kept[candidate] = spans
        return spans

    def take(self, row: Row) -> None:
        """One more, in its place; only the resources that it takes are worked out again."""
        for claim in self.facts.claims_of(row):
            insort(self.claims[claim.resource], (claim.start, claim.end, claim.units))
            self._kept.pop(claim.resource, None)

    def forget(self) -> None:
        """The free starts of the resources, and the classes with seats."""
        self._kept = {}
        self._joinable = None

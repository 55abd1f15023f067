"""`intervaltree` used plainly: one tree for each resource, asked once for each opening window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from intervaltree import IntervalTree

from benchmarks.facts import Facts, Row, Span
from benchmarks.rivals.base import (
    ALWAYS,
    Contestant,
    agreed,
    full_times,
    joinable,
    merged,
    on_grid,
    start_ranges,
)


class PlainTrees(Contestant):
    """What the package's own documentation suggests."""

    name: ClassVar[str] = "intervaltree"
    how: ClassVar[str] = (
        "one `IntervalTree` per resource, `overlap` once per opening window; nothing kept"
    )
    packages: ClassVar[tuple[str, ...]] = ("intervaltree",)
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "Its trees are made on loading, and asked little in a small world (*cold*).",
        "first cold": "Its trees are made on loading, and asked for a day or two only; the engine reads all bookings of a "
        "resource when it first looks at it (*cold*).",
        "load and cold": "It makes trees of rows as they come (*loading*).",
        ALWAYS: "It is asked little in a small world (*checks*).",
    }

    def load(self, facts: Facts) -> None:
        """A tree for each resource; bookings are numbered, as equal entries collapse."""
        self.facts = facts
        entries: list[list[tuple[int, int, tuple[int, int]]]] = [[] for _ in facts.resources]
        for number, claim in enumerate(facts.claims()):
            entries[claim.resource].append((claim.start, claim.end, (claim.units, number)))
        self.trees = [IntervalTree.from_tuples(each) for each in entries]
        self.opening = [facts.opening(number) for number in range(len(facts.resources))]
        self.sessions = facts.sessions()
        self.taken = 0

    def starts(self, low: int, high: int) -> list[int]:
        """Window by window and resource by resource."""
        facts = self.facts

        def of(candidate: int) -> list[int]:
            spans: list[Span] = []
            for opens, closes in self.opening[candidate]:
                if opens < high and closes > low:
                    inside = max(opens, low), min(closes, high + facts.duration)
                    spans += start_ranges((inside,), self._full(candidate, *inside), facts)
            return list(on_grid(spans, facts.step, low, high))

        joined = [each for each in joinable(self.sessions, facts.party) if low <= each < high]
        return agreed(facts, of, joined)

    def _full(self, candidate: int, opens: int, closes: int) -> list[Span]:
        """When the resource cannot take the question's share, around one window."""
        facts, resource = self.facts, self.facts.resources[candidate]
        met = self.trees[candidate].overlap(opens - facts.before, closes + facts.after)
        if resource.counted:
            load = ((each.begin, each.end, each.data[0]) for each in met)
            return full_times(load, resource.capacity - facts.units(candidate))
        return merged(sorted((each.begin, each.end) for each in met))

    def take(self, row: Row) -> None:
        """One more entry in each tree."""
        for claim in self.facts.claims_of(row):
            self.taken += 1
            data = claim.units, -self.taken
            self.trees[claim.resource].addi(claim.start, claim.end, data)

    def forget(self) -> None:
        """Nothing is kept."""

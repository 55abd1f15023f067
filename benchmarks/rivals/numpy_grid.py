"""A numpy occupancy grid: one row for each resource, one column for each few minutes."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import Any, ClassVar

from benchmarks.facts import Facts, Row
from benchmarks.rivals.base import ALWAYS, VALUES, Contestant, joinable


class NumpyGrid(Contestant):
    """Columns as wide as all times allow; where a resource can start is kept as booleans."""

    name: ClassVar[str] = "numpy grid"
    how: ClassVar[str] = (
        "occupancy per resource and cell, made on loading; feasible starts from prefix sums, kept"
    )
    keeps: ClassVar[bool] = True
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "Occupancy per cell is made on loading; what is cold are a few array operations in C (*cold*). It cannot say "
        "who is in the way, whose buffers count, a capacity that changes, or a time between its cells: one booking at an "
        "odd minute makes all cells a minute wide.",
        "first cold": "The same array operations in C, over all cells (*cold*).",
        "after a booking": "Taking the booking overwrote a few cells in place, so that only booleans are left to be joined in "
        "C. The engine keeps the state before as it was, and what it knows of the resources that changed is made new "
        "when it is asked next.",
        "load and cold": "Rows become one array, and sums of differences in C (*loading*).",
        VALUES: "A line of booleans for each resource, joined in C, and pairs are quickly made (*checks*, *slots*).",
        ALWAYS: "A line of booleans for each resource, joined in C (*checks*).",
    }
    packages: ClassVar[tuple[str, ...]] = ("numpy",)
    _kept: Any
    _joined: list[int] | None

    def load(self, facts: Facts) -> None:
        """The occupancy of every cell, by adding up differences; cells that are open."""
        import numpy as np

        self.facts, self.numpy = facts, np
        claims = np.array(list(facts.claims()), dtype=np.int64).reshape(-1, 4)
        self.origin, end = facts.reach
        self.cell = self._cell(claims)
        self.origin = self.origin // facts.step * facts.step - facts.step
        self.cells = -(-(end - self.origin) // self.cell) + 1
        count = len(facts.resources)
        # Those that only begin or end outside are cut.
        low = np.clip((claims[:, 1] - self.origin) // self.cell, 0, self.cells)
        high = np.clip(-((self.origin - claims[:, 2]) // self.cell), 0, self.cells)
        steps: Any = np.zeros((count, self.cells + 1), dtype=np.int32)
        np.add.at(steps, (claims[:, 0], low), claims[:, 3])
        np.add.at(steps, (claims[:, 0], high), -claims[:, 3])
        self.load_of = np.cumsum(steps, axis=1, dtype=np.int32)[:, : self.cells]
        self.closed: Any = np.ones((count, self.cells), dtype=bool)
        for number in range(count):
            for opens, closes in facts.opening(number):
                first = max(-((self.origin - opens) // self.cell), 0)
                until = max((closes - self.origin) // self.cell, 0)
                self.closed[number, first:until] = False
        self.sessions = facts.sessions()
        self.forget()

    def _cell(self, claims: Any) -> int:
        """The widest cell that every time falls on the edge of."""
        facts = self.facts
        width = gcd(facts.step, facts.duration, facts.before, facts.after)
        for number in range(len(facts.resources)):
            for span in facts.opening(number):
                width = gcd(width, *span)
        times = self.numpy.unique(claims[:, 1:3])
        return gcd(width, int(self.numpy.gcd.reduce(times))) if len(times) else width

    def starts(self, low: int, high: int) -> list[int]:
        """Columns with enough candidates, need by need."""
        facts, numpy = self.facts, self.numpy
        grid = facts.grid(low, high)
        if not grid:
            return []
        if self._kept is None:
            self._kept = self._feasible(numpy.arange(len(facts.resources)))
        if self._joined is None:
            self._joined = joinable(self.sessions, facts.party)
        first = (grid[0] - self.origin) // facts.step
        feasible = self._kept[:, first : first + len(grid)]
        enough = numpy.ones(len(grid), dtype=bool)
        for need in facts.needs:
            candidates = need.candidates
            if candidates[-1] - candidates[0] + 1 == len(candidates):
                rows = feasible[candidates[0] : candidates[-1] + 1]  # no copy
            else:
                rows = feasible[list(candidates)]
            if need.needed == 1:
                enough &= rows.any(axis=0)
            else:
                enough &= rows.sum(axis=0, dtype=numpy.int32) >= need.needed
        for start in self._joined:
            if low <= start < high:
                enough[(start - grid[0]) // facts.step] = True
        found: list[int] = (numpy.flatnonzero(enough) * facts.step + grid[0]).tolist()
        return found

    def _feasible(self, numbers: Any) -> Any:
        """For some resources: at which starts of the whole grid they could serve."""
        facts, numpy = self.facts, self.numpy
        room_for = numpy.array(
            [self._capacity(number) - facts.units(number) for number in numbers], dtype=numpy.int32
        )
        full = self.load_of[numbers] > room_for[:, None]
        ahead, behind = facts.duration + facts.after, facts.before
        fits = self._clear(full, -behind // self.cell, ahead // self.cell)
        fits &= self._clear(self.closed[numbers], 0, facts.duration // self.cell)
        return fits

    def _clear(self, taken: Any, low: int, high: int) -> Any:
        """Where none of the cells from *low* to *high* beside a start is taken."""
        numpy, step = self.numpy, self.facts.step // self.cell
        sums = numpy.zeros((taken.shape[0], self.cells + 1), dtype=numpy.int32)
        numpy.cumsum(taken, axis=1, out=sums[:, 1:])
        at = numpy.arange(0, self.cells, step)
        lows = numpy.clip(at + low, 0, self.cells)
        highs = numpy.clip(at + high, 0, self.cells)
        return sums[:, lows] == sums[:, highs]

    def _capacity(self, number: int) -> int:
        resource = self.facts.resources[number]
        return resource.capacity if resource.counted else 1

    def take(self, row: Row) -> None:
        """Its cells, and the starts of the resources that it takes."""
        numbers = []
        for claim in self.facts.claims_of(row):
            first = max((claim.start - self.origin) // self.cell, 0)
            until = max(-((self.origin - claim.end) // self.cell), 0)
            self.load_of[claim.resource, first:until] += claim.units
            numbers.append(claim.resource)
        if self._kept is not None and numbers:
            self._kept[numbers] = self._feasible(self.numpy.array(numbers))

    def forget(self) -> None:
        """The feasible starts, and the classes with seats."""
        self._kept = self._joined = None

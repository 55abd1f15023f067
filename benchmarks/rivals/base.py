"""What every contestant can do, and the few steps that those written in Python share.

What may be kept between two questions is what follows from the data and the calendar alone: sorted
lists, trees, free times of a resource, a grid of starts. What follows from the question (its window,
`now`) is worked out again each time by every rival, and none keeps its answer.

The engine goes further than that: of the windows asked last it keeps at which starts all roles can be
filled together (`KeptMasks.joint`). That is the answer short of notice, horizon, blocks and
sessions, which are looked at each time; rivals could keep as much and do not, so that
a part of the engine's lead in warm questions comes from that alone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import repeat
from operator import add
from typing import ClassVar

from benchmarks.facts import DAY, Facts, Row, Session, Span

Pair = tuple[datetime, datetime]
"""A start and its end, aware and in UTC: what a backend hands out."""

VALUES = "warm as values"
"""The operation in which a warm listing is handed out as such pairs."""

ALWAYS = "always"
"""The key of what explains any operation in which a rival is ahead and that has no words of its own."""

NOTES: Mapping[str, str] = {
    "*cold*": "within its first question the engine works out opening hours, which rivals are given as spans, and of "
    "every booking what it takes from when to when, in a class also who may still come; all that is kept for later questions.",
    "*loading*": "the engine makes a checked, frozen `Booking` of each row, with its claims and an index by id, which "
    "commands, `explain` and older states go on to use; rivals keep whole numbers.",
    "*checks*": "a question to the engine is checked, and asks for calendar, notice, horizon, limits, blocks and journeys "
    "before any booking, and in every class whether so many may still come, which is most of it where there is little else "
    "to look at; rivals know capacity and hours, for one duration and one party.",
    "*slots*": "the engine makes a `Slot` of each start, which can be booked and of which hosts, rooms, seats and the "
    "allocation can be read; rivals make the two datetimes.",
}
"""What several of them point to: what the engine does meanwhile."""


class Contestant(ABC):
    """One way to answer the question of a world."""

    name: ClassVar[str]
    how: ClassVar[str]
    """How it is written, in one line for the report."""
    packages: ClassVar[tuple[str, ...]] = ()
    outside: ClassVar[bool] = False
    """Whether other processes or threads do the work, so that only the clock on the wall tells."""
    keeps: ClassVar[bool] = False
    """Whether a warm question costs less than a cold one, as something is kept from question to question."""
    ahead: ClassVar[Mapping[str, str]] = {}
    """Why it is ahead, by operation or `ALWAYS`; the report tells it only where it is, with the `NOTES` it points to."""
    facts: Facts

    @classmethod
    def missing(cls) -> str | None:
        """Why it cannot take part here; None if it can."""
        lacking = [each for each in cls.packages if find_spec(each) is None]
        return f"{', '.join(lacking)} is not installed" if lacking else None

    @abstractmethod
    def load(self, facts: Facts) -> None:
        """Take in a world: everything that it keeps before anybody asks."""

    @abstractmethod
    def starts(self, low: int, high: int) -> Sequence[int]:
        """All starts that can be booked in ``[low, high)``, in order."""

    def first(self, low: int, high: int) -> int | None:
        """The first of them: a day is looked at, then twice as much, as listing all would be a waste."""
        days = DAY
        while low < high:
            found = self.starts(low, min(low + days, high))
            if found:
                return found[0]
            low, days = low + days, 2 * days
        return None

    def pairs(self, low: datetime, high: datetime) -> list[Pair]:
        """Asked and answered in values: start and end of each, made of bare starts in the quickest plain way."""
        found = self.starts(int(low.timestamp()), int(high.timestamp()))
        starts = list(map(datetime.fromtimestamp, found, repeat(UTC)))
        return list(zip(starts, map(add, starts, repeat(self.length)), strict=True))

    def first_pair(self, low: datetime, high: datetime) -> Pair | None:
        """The first of them, asked for as such."""
        found = self.first(int(low.timestamp()), int(high.timestamp()))
        if found is None:
            return None
        start = datetime.fromtimestamp(found, UTC)
        return start, start + self.length

    @property
    def length(self) -> timedelta:
        """From start to end."""
        return timedelta(seconds=self.facts.duration)

    @abstractmethod
    def take(self, row: Row) -> None:
        """One more booking, which is known to fit."""

    @abstractmethod
    def forget(self) -> None:
        """Drop what it has kept since it was loaded: the next question is a cold one."""

    def close(self) -> None:  # noqa: B027  most hold nothing
        """Give back what it holds outside this process."""


def joinable(sessions: Iterable[Session], party: int) -> list[int]:
    """The starts of the classes that so many people may still join, in order."""
    return sorted({each.start for each in sessions if each.taken + party <= each.limit})


def full_times(load: Iterable[tuple[int, int, int]], room_for: int) -> list[Span]:
    """The times at which more than *room_for* units are taken, from ``(start, end, units)``."""
    steps: dict[int, int] = defaultdict(int)
    for start, end, units in load:
        steps[start] += units
        steps[end] -= units
    level, since, full = 0, None, []
    for at in sorted(steps):
        level += steps[at]
        if level > room_for and since is None:
            since = at
        elif level <= room_for and since is not None:
            full.append((since, at))
            since = None
    return full


def merged(spans: Iterable[Span]) -> list[Span]:
    """The union of spans that are sorted."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def start_ranges(opening: Iterable[Span], full: Sequence[Span], facts: Facts) -> list[Span]:
    """The spans of feasible starts of one resource: both ends can be booked.

    From where it is open, body and all, less where the footprint would meet a time that is full.
    Both are sorted and disjoint, so that one walk over the two does.
    """
    before, after, duration = facts.before, facts.after, facts.duration
    found, number = [], 0
    for opens, closes in opening:
        low, last = opens, closes - duration
        while number and full[number - 1][1] + before > low:
            number -= 1
        while low <= last:
            while number < len(full) and full[number][1] + before <= low:
                number += 1
            if number == len(full):
                found.append((low, last))
                break
            until = full[number][0] - duration - after
            if until >= low:
                found.append((low, min(until, last)))
            low = full[number][1] + before
    return found


def on_grid(spans: Iterable[Span], step: int, low: int, high: int) -> Iterable[int]:
    """The starts of the grid inside spans, both ends included, and inside the window."""
    for first, last in spans:
        begin = -(-max(first, low) // step) * step
        yield from range(begin, min(last, high - 1) + 1, step)


def agreed(facts: Facts, of: Callable[[int], Iterable[int]], extra: Sequence[int]) -> list[int]:
    """The starts at which every need has enough candidates, and *extra* ones, in order."""
    answer: set[int] | None = None
    for need in facts.needs:
        if need.needed == 1:
            enough: set[int] = set()
            for candidate in need.candidates:
                enough.update(of(candidate))
        else:
            counts: Counter[int] = Counter()
            for candidate in need.candidates:
                counts.update(of(candidate))
            enough = {start for start, count in counts.items() if count >= need.needed}
        answer = enough if answer is None else answer & enough
    return sorted((answer or set()).union(extra))

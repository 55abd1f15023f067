"""What a world holds, as plain numbers: the one source of the engine's values and of its rivals' rows.

Times are whole seconds since the epoch. Nothing here imports the engine, so that what a rival
is loaded with is not something that the engine has worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = 60
HOUR = 3_600
DAY = 86_400

Span = tuple[int, int]
"""A half-open interval."""

Windows = tuple[Span, ...]
"""Opening windows of one date, in minutes since local midnight."""


class Size(NamedTuple):
    """How large a world is; the clinic has six bookings per member and working day, nearly 1,000,000 in all at XL."""

    name: str
    members: int
    rooms: int
    days: int


SIZES: Mapping[str, Size] = {
    size.name: size
    for size in (
        Size("S", 5, 3, 7),
        Size("M", 20, 10, 30),
        Size("L", 200, 50, 90),
        Size("XL", 2_000, 500, 90),
    )
}


class Schedule(NamedTuple):
    """Opening hours: windows by weekday (Monday is 0), and dates that have others."""

    weekly: tuple[Windows, ...]
    zone: str
    overrides: Mapping[date, Windows] = {}


class Resource(NamedTuple):
    """Something that bookings take: whole, in seats where it is ``shared``, or a unit of equipment."""

    id: str
    kind: str
    capacity: int = 1
    shared: bool = False
    schedule: int | None = None

    @property
    def counted(self) -> bool:
        """Whether what is taken adds up: seats, or units; what is taken whole has one."""
        return self.shared or self.kind == "equipment"


class Row(NamedTuple):
    """A booking: when, which resources by their number, how many people, which session."""

    start: int
    end: int
    resources: tuple[int, ...]
    party: int = 1
    session: int = -1


class Claim(NamedTuple):
    """What a booking keeps of one resource, its buffers included."""

    resource: int
    start: int
    end: int
    units: int


class Pool(NamedTuple):
    """So many different ones of these resources."""

    candidates: tuple[int, ...]
    needed: int = 1


class Session(NamedTuple):
    """A class that takes place: who comes, and how many may."""

    start: int
    taken: int
    limit: int


@dataclass(frozen=True)
class Facts:
    """A world and the question that is asked of it.

    A start on the grid is an answer if in every pool so many different candidates are open for
    the whole duration and have the capacity for its footprint, or if a session starts
    there that has seats left.
    """

    world: str
    size: str
    now: int
    window: Span
    duration: int
    step: int
    resources: tuple[Resource, ...]
    pools: tuple[Pool, ...]
    rows: Sequence[Row]
    schedules: tuple[Schedule, ...] = ()
    before: int = 0
    after: int = 0
    party: int = 1
    seats: int = 1
    zone: str = "UTC"
    by_calendar: bool = True
    _expanded: dict[int, tuple[Span, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def name(self) -> str:
        """The world with its size."""
        return f"{self.world} {self.size}"

    def grid(self, low: int, high: int) -> range:
        """The candidate starts in ``[low, high)``: every step since midnight."""
        return range(-(-low // self.step) * self.step, high, self.step)

    @property
    def reach(self) -> Span:
        """All the time that the question can look at."""
        low, high = self.window
        return low - self.before, high + self.duration + self.after

    @cached_property
    def needs(self) -> tuple[Pool, ...]:
        """How many feasible candidates suffice, for exact answers.

        Where pools overlap these are Hall's conditions: for any of the pools together, as many
        different candidates as they need. Rivals are given them ready.
        """
        pools = self.pools
        seen = [candidate for pool in pools for candidate in pool.candidates]
        if len(seen) == len(set(seen)):
            return pools
        return tuple(
            Pool(
                tuple(sorted({each for pool in some for each in pool.candidates})),
                sum(pool.needed for pool in some),
            )
            for size in range(1, len(pools) + 1)
            for some in combinations(pools, size)
        )

    @cached_property
    def wanted(self) -> tuple[int, ...]:
        """Every candidate, by number."""
        return tuple(sorted({each for pool in self.pools for each in pool.candidates}))

    def units(self, resource: int) -> int:
        """What the question takes of a resource."""
        return self.party if self.resources[resource].shared else 1

    def claims(self) -> Iterator[Claim]:
        """What the bookings keep; the bookings of a session keep its host and room once."""
        seen: set[int] = set()
        for row in self.rows:
            if row.session >= 0:
                if row.session in seen:
                    continue
                seen.add(row.session)
            yield from self.claims_of(row)

    def claims_of(self, row: Row) -> Iterator[Claim]:
        """What one booking keeps."""
        low, high = row.start - self.before, row.end + self.after
        for resource in row.resources:
            units = row.party if self.resources[resource].shared else 1
            yield Claim(resource, low, high, units)

    def sessions(self) -> list[Session]:
        """The classes that take place, from the bookings of each."""
        taken: dict[int, tuple[int, int, int]] = {}
        for row in self.rows:
            if row.session >= 0:
                start, party, limit = taken.get(row.session, (row.start, 0, self.seats))
                rooms = (self.resources[each] for each in row.resources)
                limit = min([limit, *(room.capacity for room in rooms if room.kind == "room")])
                taken[row.session] = (start, party + row.party, limit)
        return [Session(*each) for each in taken.values()]

    def opening(self, resource: int) -> tuple[Span, ...]:
        """The times at which a resource is open, over the reach of the question."""
        number = self.resources[resource].schedule
        if number is None:
            return (self.reach,)
        if number not in self._expanded:
            self._expanded[number] = expand(self.schedules[number], *self.reach)
        return self._expanded[number]


def expand(schedule: Schedule, low: int, high: int) -> tuple[Span, ...]:
    """The opening windows of a schedule that meet ``[low, high)``, merged where they touch."""
    zone = ZoneInfo(schedule.zone)
    day = datetime.fromtimestamp(low, zone).date() - timedelta(days=2)
    last = datetime.fromtimestamp(high, zone).date() + timedelta(days=1)
    found: list[Span] = []
    while day <= last:
        windows = schedule.overrides.get(day, schedule.weekly[day.weekday()])
        for first, until in windows:
            start, end = clock(day, first, zone), clock(day, until, zone)
            if found and found[-1][1] == start:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        day += timedelta(days=1)
    return tuple((start, end) for start, end in found if low < end and start < high)


def clock(day: date, minutes: int, zone: ZoneInfo) -> int:
    """The instant at which a local clock shows so many minutes since midnight."""
    later, rest = divmod(minutes, 24 * 60)
    local = datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=zone)
    return int((local + timedelta(days=later)).timestamp())


def seconds_of(year: int, month: int, day: int) -> int:
    """Midnight of a date in UTC."""
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())

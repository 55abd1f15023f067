"""What the numbers of a command mean, read against what exists at that moment.

Times seek edges: the starts and ends of what is there, with and without buffers, the end
of the notice and of the horizon, each minus one, exactly, or plus one unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from bookable.domain.request import Request
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.asks import ask_calendar
from bookable.testing.making import Pick, make_ask, make_world
from bookable.testing.plain import AXIS, MARGIN, PlainAsk, PlainBlock, PlainBooking, World

LAST = AXIS - MARGIN
WINDOW = range(MARGIN, LAST)
PARTIES = (1, 2, 1, 3)


@dataclass(slots=True)
class Reading:
    """A world for the oracle, the same for the engine, and some questions."""

    world: World
    scheduler: Scheduler
    asks: tuple[PlainAsk, ...] = ()
    requests: tuple[Request, ...] = ()
    now: int = 0
    named: int = 0

    @classmethod
    def of(cls, pick: Pick) -> Self:
        """A small world that the choices make, with two questions of their own rules."""
        world = make_world(pick)
        ids = (*world.equipment, *world.rooms, *world.members)
        asks = (make_ask(pick, ids), make_ask(pick, ids))
        scheduler = Scheduler(realise.catalogue(world))
        return cls(world, scheduler, asks, tuple(realise.request(ask) for ask in asks))

    def question(self, which: int, how: int) -> tuple[PlainAsk, Request]:
        """A calendar's question, for some party, duration and hosts, or one of its own rules."""
        calendars = sorted(self.world.calendars)
        place = which % (len(calendars) + len(self.asks))
        if place >= len(calendars):
            place -= len(calendars)
            return self.asks[place], self.requests[place]
        calendar = self.world.calendars[calendars[place]]
        party, how = PARTIES[how % 4], how // 4
        allowed = (calendar.duration, *calendar.durations)
        duration, how = allowed[how % len(allowed)], how // len(allowed)
        hosts = None
        if calendar.member_ids and how % 4 == 3:
            hosts = frozenset({calendar.member_ids[how // 4 % len(calendar.member_ids)]})
            if calendar.kind == "collective":
                hosts = frozenset(calendar.member_ids)
        ask = ask_calendar(self.world, calendar.id, party=party, duration=duration, host_ids=hosts)
        request = self.scheduler.request(
            calendar.id,
            party_size=party,
            duration=duration * realise.UNIT,
            host_ids=None if hosts is None else sorted(hosts),
        )
        return ask, request

    def start(self, ask: PlainAsk, which: int, edge: int) -> int:
        """A start at an edge of something that is there, or anywhere."""
        things: list[PlainBooking | PlainBlock] = [*self.world.bookings.values()]
        things += self.world.blocks.values()
        place = which % (len(things) + 2)
        if place == len(things):
            return self.near(ask, MARGIN + edge % (LAST - MARGIN), snap=edge % 3 > 0)
        step, edge = edge % 3 - 1, edge // 3
        if place > len(things):
            horizon = ask.horizon or ask.notice
            at = self.now + (ask.notice, horizon)[edge % 2]
        else:
            thing = things[-1 - place]
            reach = ask.before + ask.after
            at = (
                thing.start,
                thing.end,
                thing.end + reach,
                thing.start - ask.duration,
                thing.start - ask.duration - reach,
                thing.end + ask.before,
                thing.start - ask.duration - ask.after,
            )[edge % 7]
        return self.near(ask, at + step, snap=which % 3 > 0)

    def near(self, ask: PlainAsk, at: int, *, snap: bool) -> int:
        """That start, kept inside the axis; the next one on the grid where *snap* says so."""
        at = min(max(at, MARGIN), LAST - 1)
        if snap and ask.grid is not None:
            return next((start for start in range(at, LAST) if ask.grid.includes(start)), at)
        return at

    def some_booking(self, which: int) -> PlainBooking | None:
        """One of the bookings, the latest first."""
        found = list(self.world.bookings.values())
        return found[-1 - which % len(found)] if found else None

    def name(self, kind: str) -> str:
        """An id that was never used."""
        self.named += 1
        return f"{kind}-{self.named}"

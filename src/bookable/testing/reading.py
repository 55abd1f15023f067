"""What the numbers of a command mean, read against what exists at that moment.

Times seek edges: the starts and ends of what is there, with and without buffers, the end
of the notice and of the horizon, each minus one, exactly, or plus one unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from bookable.domain.request import Request
from bookable.errors import InvalidValueError
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.asks import allowed_durations, ask_again, ask_calendar, is_askable
from bookable.testing.axis import AXIS, MARGIN
from bookable.testing.choices import Choices, Pick, choose, spread
from bookable.testing.compare import Disagreement
from bookable.testing.making import make_ask, make_world
from bookable.testing.making_wishes import wishes
from bookable.testing.oracle_hours import is_within
from bookable.testing.oracle_time import earliest
from bookable.testing.plain import PlainAsk, PlainBlock, PlainBooking
from bookable.testing.realise_asks import request as as_request
from bookable.testing.world import World

LAST = AXIS - MARGIN
WINDOW = range(MARGIN, LAST)
LATEST = 30
"""It gets no later, else nothing could be booked any more."""
PARTIES = (1, 2, 1, 3)

Question = tuple[PlainAsk, Request]


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
    def of(cls, pick: Pick, rules: Iterable[str] | None = None) -> Self:
        """A small world that the choices make, with two questions of their own rules."""
        world = make_world(pick, rules)
        chosen = Choices(pick, world.rules)
        ids = (*world.equipment, *world.rooms, *world.members)
        made = (make_ask(chosen, ids), make_ask(chosen, ids))
        asks = tuple(replace(ask, limits=world.limits) for ask in made)
        scheduler = Scheduler(realise.catalogue(world))
        return cls(world, scheduler, asks, tuple(as_request(ask) for ask in asks))

    def question(self, which: int, how: int) -> Question | None:
        """A calendar's question, for some party, duration and hosts, or one of its own rules.

        None for one that nobody can ask.
        """
        calendars = sorted(self.world.calendars)
        place = which % (len(calendars) + len(self.asks))
        if place >= len(calendars):
            place -= len(calendars)
            return self.asks[place], self.requests[place]
        return self.checked(self._calendar_ask(calendars[place], how))

    def checked(self, ask: PlainAsk) -> Question | None:
        """The question with its request, once both sides agree whether it can be asked."""
        request = as_request(ask)
        at = realise.moment(MARGIN)
        try:
            self.scheduler.explain(request, start=at, now=at)
        except InvalidValueError as error:
            if is_askable(self.world, ask):
                raise Disagreement(f"cannot be asked: {ask}: {error}") from None
            return None
        if not is_askable(self.world, ask):
            raise Disagreement(f"can be asked, but should not: {ask}")
        return ask, request

    def _calendar_ask(self, calendar_id: str, how: int) -> PlainAsk:
        calendar = self.world.calendars[calendar_id]
        said: dict[str, object] = {"party": PARTIES[how % 4]}
        how //= 4
        pick = Choices(spread(how), self.world.rules)
        members, places = sorted(self.world.members), [*self.world.rooms, *self.world.equipment]
        said |= wishes(pick, calendar, members, (*members, *places))
        host = calendar.member_ids[how % len(calendar.member_ids)] if calendar.member_ids else None
        variant_id, add_on_ids = said.get("variant_id"), said.get("add_on_ids", ())
        assert variant_id is None or isinstance(variant_id, str)
        assert isinstance(add_on_ids, tuple)
        allowed = [
            *allowed_durations(calendar, None, variant_id, add_on_ids),
            *allowed_durations(calendar, host, variant_id, add_on_ids),
        ]
        if "durations" in self.world.rules:
            allowed.append(3)
        said.setdefault("duration", allowed[how % len(allowed)])
        how //= len(allowed)
        if host is not None and how % 4 == 3:
            wanted = {calendar.member_ids[how // 4 % len(calendar.member_ids)]}
            if calendar.kind == "collective":
                wanted = set(calendar.member_ids)
            said["host_ids"] = frozenset(wanted)
        return ask_calendar(self.world, calendar.id, **said)

    def asked_again(self, ask: PlainAsk) -> PlainAsk | None:
        """The question as it is decided now; None if nobody can ask it any more."""
        if ask.calendar_id is None:
            return ask
        calendar = self.world.calendars.get(ask.calendar_id)
        if calendar is None or not set(ask.attendee_ids) <= self.world.members.keys():
            return None
        if not set(ask.optional_ids) <= self.world.members.keys():
            return None
        if any(self.world.resource(id_) is None for id_ in (*ask.prefer_ids, *ask.unknown_ids)):
            return None
        if ask.host_ids is not None and not ask.host_ids <= set(calendar.member_ids):
            return None
        again = ask_again(self.world, ask)
        return again if is_askable(self.world, again) else None

    def moving(self, ask: PlainAsk, booking: PlainBooking) -> PlainAsk:
        """The question by which a booking moves: it keeps its place and who attends, unless named."""
        if not ask.attendee_ids and booking.is_blocking and booking.attendees:
            ask = ask_again(self.world, replace(ask, attendee_ids=booking.attendees))
        place, rooms = booking.location_id, booking.rooms
        if ask.location_id is None and place and booking.is_blocking and rooms:
            found = [self.world.rooms.get(room_id) for room_id in rooms]
            if all(room and is_within(self.world, room.location_id, place) for room in found):
                ask = ask_again(self.world, replace(ask, wanted_location=place))
        return replace(ask, location_id=ask.location_id or place)

    def start(self, ask: PlainAsk, which: int, edge: int) -> int:
        """A start at an edge of something that is there, or anywhere."""
        things: list[PlainBooking | PlainBlock] = [*self.world.bookings.values()]
        things += self.world.blocks.values()
        place = which % (len(things) + 2)
        if place == len(things):
            return self.near(ask, MARGIN + edge % (LAST - MARGIN), snap=edge % 3 > 0)
        step, edge = edge % 3 - 1, edge // 3
        if place > len(things):
            first = earliest(ask, self.now)
            horizon = ask.horizon if isinstance(ask.horizon, int) else 24 - self.now
            at = (first, self.now + horizon)[edge % 2]
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
        if snap and ask.grid is not None and not ask.grid.is_packed:
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

    def some_block(self, which: int, how: int, thing: int, edge: int) -> PlainBlock:
        """A block on anything, of some kind."""
        world = self.world
        ids = sorted({**world.rooms, **world.equipment, **world.members, **world.calendars})
        length = 1 + how % 4
        start = self.start(PlainAsk(length, ()), thing, edge)
        kind, before, after = "busy", 0, 0
        if "kinds" in world.rules:
            pick = spread(how)
            kinds = ("busy", "tentative", "elsewhere", "free", "maintenance", "out_of_office")
            kind, before, after = choose(pick, (*kinds, "unknown")), pick(3), pick(3)
        return PlainBlock(
            self.name("k"), ids[which % len(ids)], start, start + length, kind, before, after
        )

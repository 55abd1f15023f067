"""Hypothesis strategies for the values of this package.

Every value is built valid, nothing is drawn and thrown away, and times lie on a tiny
axis (`bookable.testing.plain`): crowded, so that boundaries meet, and short, so that a
failure is readable. Everything shrinks towards one plain calendar on a Monday.

    from hypothesis import given
    from bookable.testing.strategies import catalogues

    @given(catalogues())
    def test_my_store_keeps_any_catalogue(catalogue): ...
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

from bookable.domain.block import Block
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.hours import OpeningHours
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Room
from bookable.testing import realise
from bookable.testing.axis import AXIS, MARGIN
from bookable.testing.choices import EVERY_RULE, PLAIN_RULES, Pick, open_units
from bookable.testing.making import (
    CALENDARS,
    EQUIPMENT,
    MEMBERS,
    ROOMS,
    make_ask,
    make_calendar,
    make_equipment,
    make_member,
    make_roles,
    make_room,
    make_world,
)
from bookable.testing.pair import COMMANDS, Command, Pair
from bookable.testing.realise_asks import request
from bookable.testing.world import World
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

T = TypeVar("T")
NINE = 9
MOST = 5_039


def made(make: Callable[[Pick], T]) -> st.SearchStrategy[T]:
    """What *make* makes of a run of choices."""

    @st.composite
    def build(draw: st.DrawFn) -> T:
        return make(lambda below: draw(st.integers(0, below - 1)))

    return build()


def intervals() -> st.SearchStrategy[Interval]:
    """Intervals of whole hours, one to four long, from Monday 9:00 on."""
    return st.builds(
        lambda start, length: realise.interval(start, start + length),
        st.integers(NINE, NINE + 8),
        st.integers(1, 4),
    )


def windows() -> st.SearchStrategy[Interval]:
    """Windows to ask about, up to the whole of the axis."""
    return st.builds(
        lambda start, length: realise.interval(start, min(start + length, AXIS - MARGIN)),
        st.integers(MARGIN, AXIS - MARGIN - 1),
        st.integers(1, AXIS),
    )


def interval_sets() -> st.SearchStrategy[IntervalSet]:
    """Sets of whole hours, the empty one included."""
    return st.builds(realise.interval_set, st.frozensets(st.integers(NINE, NINE + 10), max_size=8))


def opening_hours() -> st.SearchStrategy[OpeningHours | None]:
    """Opening hours in any of their forms; None for always open."""
    return made(lambda pick: realise.hours(open_units(pick)))


def rooms(id_: str = ROOMS[0], *, calendar_ids: tuple[str, ...] = ()) -> st.SearchStrategy[Room]:
    """Rooms of this id, serving some of the calendars."""
    return made(lambda pick: realise.room(make_room(pick, id_, calendar_ids)))


def equipment(
    id_: str = EQUIPMENT[0], *, calendar_ids: tuple[str, ...] = ()
) -> st.SearchStrategy[Equipment]:
    """Equipment of this id, serving at most one of the calendars."""
    return made(lambda pick: realise.equipment(make_equipment(pick, id_, calendar_ids)))


def members(id_: str = MEMBERS[0]) -> st.SearchStrategy[Member]:
    """Members of this id."""
    return made(lambda pick: realise.member(make_member(pick, id_)))


def calendars(
    id_: str = CALENDARS[0],
    *,
    member_ids: tuple[str, ...] = MEMBERS,
    resource_ids: tuple[str, ...] = (),
) -> st.SearchStrategy[Calendar]:
    """Calendars of this id and any kind; those that state requirements draw on the resources."""
    return made(lambda pick: realise.calendar(make_calendar(pick, id_, member_ids, resource_ids)))


def requirements(
    resource_ids: tuple[str, ...] = (*ROOMS, *EQUIPMENT),
) -> st.SearchStrategy[tuple[Requirement, ...]]:
    """One to three requirements, whose pools may overlap."""
    return made(
        lambda pick: tuple(realise.requirement(role) for role in make_roles(pick, resource_ids))
    )


def requests(
    resource_ids: tuple[str, ...] = (*ROOMS, *EQUIPMENT),
) -> st.SearchStrategy[Request]:
    """Requests that state their own rules."""
    return made(lambda pick: request(make_ask(pick, resource_ids)))


def blocks(resource_ids: tuple[str, ...], id_: str = "K-1") -> st.SearchStrategy[Block]:
    """Blocks of this id on one of the resources."""
    return st.builds(Block, st.just(id_), st.sampled_from(resource_ids), intervals())


def worlds(rules: frozenset[str] = EVERY_RULE) -> st.SearchStrategy[World]:
    """Plain worlds for the oracle, nothing booked yet, with some of these rules."""
    return made(lambda pick: make_world(pick, rules))


def catalogues(rules: frozenset[str] = EVERY_RULE) -> st.SearchStrategy[Catalogue]:
    """Whole catalogues whose parts fit together, with some of these rules."""
    return made(lambda pick: realise.catalogue(make_world(pick, rules)))


def numbers() -> st.SearchStrategy[int]:
    """What a command is read with: any number, small ones first."""
    return st.one_of(st.integers(0, 48), st.integers(0, MOST))


def commands(*words: str) -> st.SearchStrategy[Command]:
    """Commands for a `Pair`, those of the given words where any are given."""
    return st.tuples(
        st.sampled_from(words or tuple(COMMANDS)), numbers(), numbers(), numbers(), numbers()
    )


def pairs(rules: frozenset[str] = PLAIN_RULES) -> st.SearchStrategy[Pair]:
    """The engine and the oracle, on the same small world.

    Beside the plain rules it has some of those given, for instance of
    `bookable.testing.choices.EVERY_RULE`.
    """
    return made(lambda pick: Pair.of(pick, rules))

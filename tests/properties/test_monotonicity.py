"""SPEC N21: what is taken never makes room, what is given back never takes any."""

from __future__ import annotations

import attrs
from hypothesis import given

from bookable.domain.hours import Hours, WeeklyHours
from bookable.testing import realise
from bookable.testing.choices import EVERY_RULE
from bookable.testing.pair import Pair
from bookable.testing.strategies import commands, interval_sets
from tests.properties.histories import histories, questions, starts

# With all rules but those that are made to give way: packed starts and rolling horizons move, strict
# fairness moves on to another host, travel looks at the nearest booking only, and a session that
# was opened by name, or by somebody who stands in, can then be joined by everybody.
STABLE = EVERY_RULE - {"packing", "horizons", "strict", "travel", "weights", "absences"}


def all_starts(pair: Pair) -> list[set[int]]:
    return [starts(pair.scheduler, request, pair.now) for _, request in questions(pair)]


def all_periods(pair: Pair) -> list:
    within, now = realise.interval(8, 40), realise.moment(pair.now)
    return [
        pair.scheduler.start_periods(request, within=within, now=now)
        for _, request in questions(pair)
    ]


def less(pair: Pair, command) -> None:
    """The command took something: nothing is free now that was not before."""
    before, periods = all_starts(pair), all_periods(pair)
    pair.run(command)

    assert all(now <= then for then, now in zip(before, all_starts(pair), strict=True))
    assert all(not now - then for then, now in zip(periods, all_periods(pair), strict=True))


def more(pair: Pair, command) -> None:
    """The command gave something back: everything is free now that was before."""
    before, periods = all_starts(pair), all_periods(pair)
    pair.run(command)

    assert all(then <= now for then, now in zip(before, all_starts(pair), strict=True))
    assert all(not then - now for then, now in zip(periods, all_periods(pair), strict=True))


@given(histories(rules=STABLE), commands("book"))
def test_a_booking_never_adds_a_slot(pair: Pair, command):
    less(pair, command)


@given(histories(rules=STABLE), commands("block"))
def test_a_block_never_adds_a_slot(pair: Pair, command):
    less(pair, command)


@given(histories(rules=STABLE), commands("cancel"))
def test_a_cancellation_never_removes_a_slot(pair: Pair, command):
    more(pair, command)


@given(histories(rules=STABLE), commands("unblock"))
def test_taking_a_block_away_never_removes_a_slot(pair: Pair, command):
    more(pair, command)


@given(histories(), interval_sets())
def test_a_closure_never_adds_a_slot(pair: Pair, closures):
    before = all_starts(pair)
    catalogue = pair.scheduler.catalogue
    for room in catalogue.rooms():
        hours = room.hours or WeeklyHours.parse("Mo-Su 00:00-24:00", zone="UTC")
        weekly = hours if isinstance(hours, WeeklyHours) else None
        closed = (
            attrs.evolve(hours, closures=closures)
            if weekly is None
            else Hours(weekly, closures=closures)
        )
        catalogue = catalogue.replace(attrs.evolve(room, hours=closed))
    pair.scheduler = pair.scheduler.with_catalogue(catalogue)

    assert all(now <= then for then, now in zip(before, all_starts(pair), strict=True))

"""Schedulers that have been through something, for the laws."""

from __future__ import annotations

from bookable.domain.request import Request
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.choices import PLAIN_RULES
from bookable.testing.pair import Pair
from bookable.testing.plain import PlainAsk
from bookable.testing.reading import WINDOW
from bookable.testing.strategies import commands, pairs
from bookable.timeline.interval import Interval
from tests.support import strategies as st

WHOLE = realise.interval(WINDOW.start, WINDOW.stop)
_pairs, _commands = st.made_once(pairs), st.made_once(commands)
BUSY_LIFE = ("book", "book", "book", "block", "cancel", "reschedule", "unblock")


@st.composite
def histories(draw, *words: str, most: int = 8, rules: frozenset[str] = PLAIN_RULES) -> Pair:
    """A pair that has been told some commands; it fails by itself where the two disagree.

    Its world has some of the ``rules`` beside the plain ones.
    """
    pair = draw(_pairs(rules))
    for command in draw(st.lists(_commands(*(words or BUSY_LIFE)), max_size=most)):
        pair.run(command)
    return pair


def questions(pair: Pair) -> list[tuple[PlainAsk, Request]]:
    """Every calendar's question, for one and for two people, and those of their own rules."""
    count = len(pair.world.calendars)
    asked = [
        pair.question(place, how)
        for place in range(count + len(pair.asks))
        for how in ((0, 1) if place < count else (0,))
    ]
    return [each for each in asked if each is not None]


def starts(scheduler: Scheduler, request: Request, now: int, within: Interval = WHOLE) -> set[int]:
    """The starts that the scheduler lists, in units."""
    slots = scheduler.free_slots(request, within=within, now=realise.moment(now))
    return {realise.unit_of(slot.start) for slot in slots}

"""Choices, and the rules that take part in a world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from bookable.testing.axis import AXIS, MARGIN, Units

Pick = Callable[[int], int]
T = TypeVar("T")

EVERY_RULE: Final = frozenset(
    {
        "absences",
        "access",
        "add_ons",
        "attendees",
        "booker_hours",
        "check_in",
        "crowds",
        "cut_offs",
        "durations",
        "features",
        "holds",
        "horizons",
        "host_hours",
        "kinds",
        "limits",
        "locations",
        "notices",
        "overbooking",
        "packing",
        "parts",
        "pending",
        "per_attendees",
        "places",
        "policies",
        "preferring",
        "rankings",
        "schedules",
        "strict",
        "travel",
        "unknown",
        "weights",
        "whole_days",
        "zones",
    }
)
"""What may be switched on beside the plain rules; a world has some of them."""

LIFE: Final = frozenset({"check_in", "cut_offs", "holds", "pending"})
"""Those by which bookings have a life: in a world with one of them more happens to bookings."""

PLAIN_RULES: Final[frozenset[str]] = frozenset()
"""Only what every world has."""


@dataclass(frozen=True, slots=True)
class Choices:
    """A run of choices for a world in which these rules take part."""

    pick: Pick
    rules: frozenset[str]

    def __call__(self, below: int) -> int:
        """A number below that one."""
        return self.pick(below)


def is_on(pick: Pick, rule: str) -> bool:
    """Whether a rule takes part; without a word about rules every one does."""
    assert rule in EVERY_RULE, rule
    return not isinstance(pick, Choices) or rule in pick.rules


def choose(pick: Pick, values: Sequence[T]) -> T:
    """One of the values."""
    return values[pick(len(values))]


def some(pick: Pick, values: Sequence[str]) -> tuple[str, ...]:
    """At least one of the values, in their order."""
    bits = 1 + pick(2 ** len(values) - 1)
    return tuple(value for place, value in enumerate(values) if bits >> place & 1)


def open_units(pick: Pick) -> Units | None:
    """Always open, or some windows: within a day, over midnight, with a break, never."""
    return opened(pick) if pick(12) > 7 else None


def opened(pick: Pick) -> Units:
    """Some windows."""
    form, first = pick(4), MARGIN + pick(8)
    closes = first + 4 + pick(40)
    units = set(range(first, min(closes, AXIS)))
    if form == 1:
        units -= {first + 2 + pick(8)}
    if form == 2:
        units |= set(range(28, 34 + pick(8)))
    return frozenset() if form == 3 and pick(4) == 3 else frozenset(units)


def spread(*numbers: int) -> Pick:
    """A run of choices out of a few numbers; zeros make the simplest choices."""
    state = 0
    for number in numbers:
        state = state * 1_009 + number

    def pick(below: int) -> int:
        nonlocal state
        state = (state * 6_364_136_223_846_793_005 + (1 if state else 0)) % 2**64
        return (state >> 33) % below

    return pick

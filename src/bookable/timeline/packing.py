"""Grids that depend on what is free: starts packed into each free window (SPEC N20).

Booking something moves them; the grids of `bookable.timeline.grid` never move.
"""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen

from bookable.checks import check_duration
from bookable.errors import InvalidValueError
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import Zone
from bookable.timeline.grid import Epoch, FixedStarts, Grid, LocalMidnight
from bookable.timeline.instant import duration_us


def _step(value: timedelta) -> timedelta:
    return check_duration(value, "step", positive=True)


@frozen(cache_hash=True)
class WindowStart:
    """Packed by the step from the first start of each free window."""

    step: timedelta = field(converter=_step)

    def starts_in(self, windows: Pieces, zone: Zone) -> tuple[int, ...]:
        """The starts, given the intervals of feasible starts of every free window."""
        step = duration_us(self.step)
        return tuple(start for low, high in windows for start in range(low, high, step))


@frozen(cache_hash=True)
class AlignedHour:
    """As `WindowStart`, the first start of each window being rounded up to a round local time."""

    step: timedelta = field(converter=_step)

    def starts_in(self, windows: Pieces, zone: Zone) -> tuple[int, ...]:
        """The starts, given the intervals of feasible starts of every free window."""
        raise NotImplementedError


@frozen(cache_hash=True)
class Optimised:
    """As `AlignedHour`, with the roundest first start that costs no slot."""

    step: timedelta = field(converter=_step)

    def starts_in(self, windows: Pieces, zone: Zone) -> tuple[int, ...]:
        """The starts, given the intervals of feasible starts of every free window."""
        raise NotImplementedError


Packing = AlignedHour | WindowStart | Optimised
"""Everything that packs starts into free windows."""

AnyGrid = Grid | Packing
"""Everything that can say where bookings start."""


def check_grid(value: object, name: str = "grid") -> AnyGrid:
    """A grid, for the argument of that name."""
    if not isinstance(value, LocalMidnight | Epoch | FixedStarts | Packing):
        expected = (
            "a grid: LocalMidnight, Epoch, FixedStarts, AlignedHour, WindowStart or Optimised"
        )
        raise InvalidValueError(name, value, expected, "type")
    return value

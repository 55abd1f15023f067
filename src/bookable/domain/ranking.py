"""How a calendar chooses among the resources that could serve (SPEC N14, N24)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Final

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_flag,
    check_id,
    check_number,
    check_type,
)
from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap
from bookable.timeline.interval import Interval, check_interval


class Preference(StrEnum):
    """One key by which candidates are compared; what comes first in its order is taken first."""

    SMALLEST_ROOM = "smallest_room"
    """Fewest wasted seats."""
    LARGEST_ROOM = "largest_room"
    PRIORITY = "priority"
    """Highest priority."""
    LEAST_LOADED = "least_loaded"
    """Fewest bookings held."""
    FAIR_SHARE = "fair_share"
    """Largest shortfall (SPEC N24)."""
    WEIGHT = "weight"
    """Highest weight."""
    LEAST_RECENT = "least_recent"
    """Booked longest ago, by the start of the last booking; never booked comes first."""


DEFAULT_ORDER: Final = (Preference.SMALLEST_ROOM, Preference.PRIORITY, Preference.LEAST_LOADED)
_FAIR: Final = (
    Preference.SMALLEST_ROOM,
    Preference.FAIR_SHARE,
    Preference.WEIGHT,
    Preference.PRIORITY,
    Preference.LEAST_RECENT,
)
_AVAILABLE: Final = (Preference.SMALLEST_ROOM, Preference.PRIORITY, Preference.LEAST_RECENT)


def _order(values: Iterable[Preference | str]) -> tuple[Preference, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        expected = "a list of preferences, for example ['priority', 'least_loaded']"
        raise InvalidValueError("order", values, expected, "type")
    return tuple(dict.fromkeys(check_choice(value, Preference, "order") for value in values))


def _numbers(values: Mapping[str, int], name: str, *, signed: bool) -> FrozenMap[str, int]:
    like = "a mapping of member ids to whole numbers"
    found: Mapping[str, int] = check_type(values, Mapping, name, like)
    check = check_number if signed else check_amount
    return FrozenMap(
        {check_id(key, name): check(found[key], f"{name}[{key!r}]") for key in sorted(found)}
    )


def _weights(values: Mapping[str, int]) -> FrozenMap[str, int]:
    return _numbers(values, "weights", signed=False)


def _priorities(values: Mapping[str, int]) -> FrozenMap[str, int]:
    return _numbers(values, "priorities", signed=True)


def _calibration(values: Mapping[str, int | Fraction]) -> FrozenMap[str, Fraction]:
    like = "a mapping of member ids to whole numbers or fractions"
    found: Mapping[str, int | Fraction] = check_type(values, Mapping, "calibration", like)
    for key in found:
        if type(found[key]) not in (int, Fraction):
            raise InvalidValueError(f"calibration[{key!r}]", found[key], "a Fraction", "quantity")
    return FrozenMap({check_id(key, "calibration"): Fraction(found[key]) for key in sorted(found)})


@frozen(cache_hash=True)
class Ranking:
    """The keys by which candidates are compared, the last always being the lowest id.

    ``weights`` and ``priorities`` win over those of the members. Shortfalls count the blocking
    bookings of the calendar that start within ``counted_within`` (all of them, where it is None), plus
    ``calibration`` for those who joined late or were away. ``strict`` offers only
    the hosts with the largest shortfall (SPEC N24).
    """

    order: tuple[Preference, ...] = field(default=DEFAULT_ORDER, converter=_order)
    weights: FrozenMap[str, int] = field(default=FrozenMap(), converter=_weights)
    priorities: FrozenMap[str, int] = field(default=FrozenMap(), converter=_priorities)
    calibration: FrozenMap[str, Fraction] = field(default=FrozenMap(), converter=_calibration)
    counted_within: Interval | None = None
    strict: bool = False

    def __attrs_post_init__(self) -> None:
        check_flag(self.strict, "strict")
        if self.counted_within is not None:
            check_interval(self.counted_within, "counted_within")

    @classmethod
    def equal_distribution(cls, **settings: object) -> Ranking:
        """Largest shortfall first, then weight, priority and longest without a booking."""
        return cls(order=_FAIR, **settings)  # type: ignore[arg-type]  # as the constructor takes them

    @classmethod
    def availability(cls, **settings: object) -> Ranking:
        """Highest priority first, then longest without a booking."""
        return cls(order=_AVAILABLE, **settings)  # type: ignore[arg-type]  # as the constructor takes them


DEFAULT_RANKING: Final = Ranking()
"""Least wasted seats, then priority, then fewest bookings held (SPEC N14)."""

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
    check_ids,
    check_number,
    check_type,
    listed,
)
from bookable.domain.counting import Counting
from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_UNITS
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
    """Booked longest ago through this calendar, by the start of the last booking; never comes first."""


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
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        expected = "a list of preferences, for example ['priority', 'least_loaded']"
        raise InvalidValueError("order", values, expected, "type")
    found = (check_choice(value, Preference, "order") for value in listed(values, "order"))
    return tuple(dict.fromkeys(found))


def _numbers(values: Mapping[str, int], name: str, *, signed: bool) -> FrozenMap[str, int]:
    like = "a mapping of member ids to whole numbers"
    found: Mapping[str, int] = check_type(values, Mapping, name, like)
    check = check_number if signed else check_amount
    return FrozenMap(
        {key: check(found[key], f"{name}[{key!r}]") for key in _member_ids(found, name)}
    )


def _member_ids(found: Mapping[str, object], name: str) -> list[str]:
    return sorted(check_ids(list(found), name, known="member ids"))


def _weights(values: Mapping[str, int]) -> FrozenMap[str, int]:
    return _numbers(values, "weights", signed=False)


def _priorities(values: Mapping[str, int]) -> FrozenMap[str, int]:
    return _numbers(values, "priorities", signed=True)


def _calibration(values: Mapping[str, int | Fraction]) -> FrozenMap[str, Fraction]:
    like = "a mapping of member ids to whole numbers or fractions"
    found: Mapping[str, int | Fraction] = check_type(values, Mapping, "calibration", like)
    ids = _member_ids(found, "calibration")
    return FrozenMap({key: _credit(found[key], f"calibration[{key!r}]") for key in ids})


def _credit(value: int | Fraction, name: str) -> Fraction:
    credit = Fraction(value) if type(value) in {int, Fraction} else None
    if credit is None or abs(credit) > MOST_UNITS or credit.denominator > MOST_UNITS:
        expected = f"a whole number or Fraction within {MOST_UNITS:,}, of at most that denominator"
        raise InvalidValueError(name, value, expected, "quantity")
    return credit


@frozen(cache_hash=True)
class Ranking:
    """The keys by which candidates are compared, the last always being the lowest id.

    ``weights`` and ``priorities`` win over those of the members. Shortfalls count the blocking
    bookings of the calendar that start within ``counted_within`` (all of them, where it is None),
    those of one session as one, plus ``calibration`` for those who joined late or were away; only
    active hosts with a weight have a share. ``strict`` offers only the hosts with the largest
    shortfall to requests that name no hosts (SPEC N24). ``counting`` says in which statuses bookings
    count, such as no-shows; None counts whatever takes time.
    """

    order: tuple[Preference, ...] = field(default=DEFAULT_ORDER, converter=_order)
    weights: FrozenMap[str, int] = field(default=FrozenMap(), converter=_weights)
    priorities: FrozenMap[str, int] = field(default=FrozenMap(), converter=_priorities)
    calibration: FrozenMap[str, Fraction] = field(default=FrozenMap(), converter=_calibration)
    counted_within: Interval | None = None
    strict: bool = False
    counting: Counting | None = None

    def __attrs_post_init__(self) -> None:
        check_flag(self.strict, "strict")
        Counting.check(self.counting)
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


def calibration_for(
    bookings_of_others: Mapping[str, int],
    *,
    weights: Mapping[str, int] = FrozenMap(),
    weight: int = 1,
) -> Fraction:
    """What a host who joined late, or was away, is credited with: a value for ``Ranking.calibration``.

    That is what the others were given in the missed time, on average; with ``weights``, the part
    of it that this host's own ``weight`` would have had: ``Σ bookings · weight / Σ weights``. Others
    without a weight here count as 1. Nothing where nobody else has a weight (SPEC N24).

    >>> calibration_for({"jane": 6, "john": 8})
    Fraction(7, 1)
    >>> calibration_for({"jane": 6, "john": 8}, weights={"jane": 100, "john": 200}, weight=50)
    Fraction(7, 3)

    Raises:
        InvalidAmountError: If a number of bookings or a weight is not a whole number of at least 0.
    """
    had = _numbers(bookings_of_others, "bookings_of_others", signed=False)
    known = _weights(weights)
    whole = sum(known.get(key, 1) for key in had)
    share = check_amount(weight, "weight")
    return Fraction(sum(had.values()) * share, whole) if whole else Fraction()


DEFAULT_RANKING: Final = Ranking()
"""Least wasted seats, then priority, then fewest bookings held (SPEC N14)."""

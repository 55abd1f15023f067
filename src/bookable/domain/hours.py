"""Opening hours: when something may be used at all, before anybody books it.

One kind of value for members, rooms, equipment and calendars (SPEC N8). Windows
are wall-clock time on local dates and *clip* at the changes of the clock (SPEC N5):
inside a gap there is no time to be open in, and a fold is open as often as the
clock runs through the window.

The layers, in this order: weekly hours, replaced or joined by the overrides of
single dates; then only within the validity; then only where every restriction is
open as well; then never during a closure. Each layer may have a zone of its own.

No hours at all, ``None``, means always open, and so it does for the ``weekly`` of
`Hours`. *Weekly hours without a window* are never open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from itertools import chain
from typing import Final

from attrs import field, frozen

from bookable.checks import check_choice, check_items, check_type
from bookable.domain.opening import EPOCH_ORDINAL, Opening, resolved
from bookable.domain.weekly_hours import WeeklyHours
from bookable.domain.window import Pairs, Window, check_windows, wall_pairs, windows_of
from bookable.errors import InvalidIntervalError, InvalidValueError, LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_OVERRIDES
from bookable.timeline import _kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import AmbiguousEnd, Zone, to_zone
from bookable.timeline.instant import DAY, check_date, to_us, to_utc
from bookable.timeline.interval_set import IntervalSet

__all__ = [
    "AmbiguousEnd",
    "AnyHours",
    "DateOverride",
    "Hours",
    "Layering",
    "OpeningHours",
    "WeeklyHours",
    "Window",
    "check_hours",
    "windows_of",
]

MOST_NESTED: Final = 10
"""The most hours inside hours inside hours."""

_LIKE: Final = "opening hours: WeeklyHours, Hours or AnyHours"
_WHOLE_DAY: Final[Pairs] = ((0, DAY),)


def _override_date(value: date) -> date:
    return check_date(value, "date")


@frozen(cache_hash=True)
class DateOverride:
    """What one local date has instead of its weekly windows; no windows close it."""

    date: date = field(converter=_override_date)
    windows: tuple[Window, ...] = field(default=(), converter=check_windows)


class Layering(StrEnum):
    """How overrides of single dates meet the weekly hours (SPEC N7)."""

    WEEKLY_ONLY = "weekly_only"
    """The overrides do not count."""

    DATES_ONLY = "dates_only"
    """The weekly hours do not count: closed on every date without an override."""

    DATES_OVERRIDE = "dates_override"
    """An override replaces the weekly windows that open on its date: the default."""

    UNION = "union"
    """An override adds to them."""


_Overrides = Mapping[date, Iterable[Window]] | Iterable[DateOverride]


def _overrides(values: _Overrides) -> FrozenMap[date, tuple[Window, ...]]:
    """Windows by date, in order; several overrides of one date are unioned (SPEC N7)."""
    if isinstance(values, Mapping):
        items = [DateOverride(day, windows) for day, windows in values.items()]
    else:
        like = "a DateOverride(date, windows)"
        items = list(check_items(values, DateOverride, "overrides", like))
    if len(items) > MOST_OVERRIDES:
        raise LimitExceededError("date overrides", len(items), MOST_OVERRIDES)
    by_date = {item.date: item.windows for item in items}
    if len(by_date) < len(items):
        shared: dict[date, list[Window]] = {}
        for item in items:
            shared.setdefault(item.date, []).extend(item.windows)
        by_date = {day: check_windows(windows) for day, windows in shared.items()}
    return FrozenMap(sorted(by_date.items()))


def _weekly(value: WeeklyHours | None) -> WeeklyHours | None:
    like = "WeeklyHours, or None for always open"
    return None if value is None else check_type(value, WeeklyHours, "weekly", like)


def _closures(value: IntervalSet) -> IntervalSet:
    return check_type(value, IntervalSet, "closures", "an IntervalSet")


def _layering(value: Layering | str) -> Layering:
    return check_choice(value, Layering, "layering")


def _ambiguous_end(value: AmbiguousEnd | str) -> AmbiguousEnd:
    return check_choice(value, AmbiguousEnd, "ambiguous_end")


def _restrictions(values: Iterable[OpeningHours]) -> tuple[OpeningHours, ...]:
    return _hours_in(values, "restrictions")


def _parts(values: Iterable[OpeningHours]) -> tuple[OpeningHours, ...]:
    return _hours_in(values, "parts")


def _hours_in(values: Iterable[OpeningHours], name: str) -> tuple[OpeningHours, ...]:
    parts = tuple(_opening(value, name) for value in check_items(values, Opening, name, _LIKE))
    if any(part._depth >= MOST_NESTED for part in parts):
        raise LimitExceededError("hours inside hours", MOST_NESTED + 1, MOST_NESTED)
    return tuple(dict.fromkeys(parts))


def _from(value: datetime | None) -> datetime | None:
    return None if value is None else to_utc(value, "valid_from")


def _until(value: datetime | None) -> datetime | None:
    return None if value is None else to_utc(value, "valid_until")


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


@frozen(cache_hash=True)
class Hours(Opening):
    """Weekly hours with date overrides, validity, restrictions and closures.

    ``overrides`` are windows by local date in ``zone``, the zone of the weekly hours
    unless given. An override replaces the weekly windows that open on its date (the
    tail of the night before stays), without windows it closes the date; ``layering``
    may say otherwise. Without ``weekly``, every date that has no override is open.

    ``valid_from`` and ``valid_until`` are instants: outside, nothing is open. Only
    what every one of the ``restrictions`` has open too remains, less the ``closures``.
    ``ambiguous_end`` says which occurrence of a repeated wall time closes a window.

    >>> from bookable.timeline.interval import Interval
    >>> office = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")
    >>> hours = Hours(office, overrides={date(2026, 3, 2): [Window.parse("10:00-12:00")]})
    >>> print(hours.open_within(Interval.day(date(2026, 3, 2), zone="Europe/Berlin")))
    {[2026-03-02T09:00:00+00:00, 2026-03-02T11:00:00+00:00)}

    Raises:
        InvalidValueError: If a part is of the wrong kind or a zone is missing.
        InvalidIntervalError: If ``valid_from`` is not before ``valid_until``.
        LimitExceededError: If there are too many overrides, or hours inside hours.
    """

    weekly: WeeklyHours | None = field(default=None, converter=_weekly)
    overrides: FrozenMap[date, tuple[Window, ...]] = field(default=(), converter=_overrides)
    closures: IntervalSet = field(default=IntervalSet(), converter=_closures, kw_only=True)
    layering: Layering = field(default=Layering.DATES_OVERRIDE, converter=_layering, kw_only=True)
    restrictions: tuple[OpeningHours, ...] = field(
        default=(), converter=_restrictions, kw_only=True
    )
    valid_from: datetime | None = field(default=None, converter=_from, kw_only=True)
    valid_until: datetime | None = field(default=None, converter=_until, kw_only=True)
    _given_zone: Zone | None = field(
        default=None, converter=_zone, alias="zone", kw_only=True, repr=False, eq=False
    )
    ambiguous_end: AmbiguousEnd = field(
        default=AmbiguousEnd.FIRST, converter=_ambiguous_end, kw_only=True
    )

    zone: Zone | None = field(init=False)
    _dated: Mapping[int, Pairs] = field(init=False, repr=False, eq=False)
    _weight: int = field(init=False, repr=False, eq=False)
    _depth: int = field(init=False, repr=False, eq=False)

    @zone.default
    def _own_zone(self) -> Zone | None:
        if self._given_zone is None and self.weekly is not None:
            return self.weekly.zone
        if self._given_zone is None and self.overrides:
            expected = "the zone of the overrides, as there are no weekly hours to take it from"
            raise InvalidValueError("zone", None, expected, "unknown_zone")
        return self._given_zone

    @_dated.default
    def _count_dates(self) -> Mapping[int, Pairs]:
        return {
            day.toordinal() - EPOCH_ORDINAL: wall_pairs(windows)
            for day, windows in self.overrides.items()
        }

    @_weight.default
    def _count_weight(self) -> int:
        own = self.weekly._weight if self.weekly is not None else 1
        dated = max(map(len, self.overrides.values()), default=0)
        return own + dated + sum(part._weight for part in self.restrictions)

    @_depth.default
    def _count_depth(self) -> int:
        return 1 + max((part._depth for part in self.restrictions), default=0)

    def __attrs_post_init__(self) -> None:
        start, end = self.valid_from, self.valid_until
        if start is not None and end is not None and start >= end:
            raise InvalidIntervalError.of(start, end, name="valid_from")

    def _open_between(self, lo_us: int, hi_us: int) -> Pieces:
        lo = lo_us if self.valid_from is None else max(lo_us, to_us(self.valid_from))
        hi = hi_us if self.valid_until is None else min(hi_us, to_us(self.valid_until))
        if lo >= hi:
            return ()
        found = self._layered(lo, hi)
        for part in self.restrictions:
            found = _kernel.intersect(found, part.open_us(lo, hi))
        return _kernel.subtract(found, _kernel.clip(self.closures.pieces_us, lo, hi))

    def _layered(self, lo_us: int, hi_us: int) -> Pieces:
        dated = self._dated_between(lo_us, hi_us)
        if self.layering is Layering.DATES_ONLY:
            return dated
        kept = self._dated if self.layering is Layering.DATES_OVERRIDE else {}
        weekly = self._weekly_between(lo_us, hi_us, kept=kept)
        return weekly if self.layering is Layering.WEEKLY_ONLY else _kernel.union(weekly, dated)

    def _weekly_between(self, lo_us: int, hi_us: int, *, kept: Mapping[int, Pairs]) -> Pieces:
        """The weekly hours, without the windows of the dates that are *kept* for overrides."""
        weekly = self.weekly
        zone = self.zone if weekly is None else weekly.zone
        if zone is None or (weekly is None and not kept):
            return ((lo_us, hi_us),)

        def pairs_on(day: int) -> Pairs:
            if day in kept:
                return ()
            return _WHOLE_DAY if weekly is None else weekly._pairs_on(day)

        return resolved(pairs_on, zone, lo_us, hi_us, ambiguous_end=self.ambiguous_end)

    def _dated_between(self, lo_us: int, hi_us: int) -> Pieces:
        if self.zone is None or not self._dated:
            return ()

        def pairs_on(day: int) -> Pairs:
            return self._dated.get(day, ())

        return resolved(pairs_on, self.zone, lo_us, hi_us, ambiguous_end=self.ambiguous_end)


@frozen(cache_hash=True)
class AnyHours(Opening):
    """Open whenever one of its parts is; never, if it has none.

    For hours that change on a date (parts with ``valid_from`` and ``valid_until``),
    also into another zone.

    Raises:
        InvalidValueError: If a part is not opening hours.
        LimitExceededError: If there are too many hours inside hours.
    """

    parts: tuple[OpeningHours, ...] = field(converter=_parts)
    _weight: int = field(init=False, repr=False, eq=False)
    _depth: int = field(init=False, repr=False, eq=False)

    @_weight.default
    def _count_weight(self) -> int:
        return 1 + sum(part._weight for part in self.parts)

    @_depth.default
    def _count_depth(self) -> int:
        return 1 + max((part._depth for part in self.parts), default=0)

    @property
    def zone(self) -> Zone | None:
        """The zone of all the parts; None if they have several, or none."""
        zones = {part.zone for part in self.parts}
        return zones.pop() if len(zones) == 1 else None

    def _open_between(self, lo_us: int, hi_us: int) -> Pieces:
        parts = (part.open_us(lo_us, hi_us) for part in self.parts)
        return _kernel.normalise(chain.from_iterable(parts))


OpeningHours = WeeklyHours | Hours | AnyHours
"""Every kind of opening hours; each has ``open_within``, ``open_us`` and ``zone``."""


def check_hours(value: object, name: str = "hours") -> OpeningHours | None:
    """Opening hours, or None for always open."""
    return None if value is None else _opening(value, name)


def _opening(value: object, name: str) -> OpeningHours:
    if not isinstance(value, WeeklyHours | Hours | AnyHours):
        raise InvalidValueError(name, value, _LIKE, "type")
    return value

"""Weekly hours: the same windows every week (SPEC N4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from bookable.checks import check_type
from bookable.domain import hours_text
from bookable.domain.opening import EPOCH_ORDINAL, Opening, resolved
from bookable.domain.window import Pairs, Window, check_windows, merged_windows, wall_pairs
from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import AmbiguousEnd, Zone, to_zone


def _days(values: Mapping[int, Iterable[Window]]) -> FrozenMap[int, tuple[Window, ...]]:
    like = "windows by ISO weekday, for example {1: (Window(time(9), time(17)),)}"
    week: dict[int, tuple[Window, ...]] = {}
    for weekday, windows in check_type(values, Mapping, "days", like).items():
        if type(weekday) is not int or not 1 <= weekday <= 7:
            like = "an ISO weekday from 1 (Monday) to 7 (Sunday)"
            raise InvalidValueError("days", weekday, like, "weekday")
        week[weekday] = check_windows(windows)
    return FrozenMap({weekday: week[weekday] for weekday in sorted(week) if week[weekday]})


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


@frozen(cache_hash=True)
class WeeklyHours(Opening):
    """The same windows every week, in the wall-clock time of one zone.

    ``days`` maps ISO weekdays, 1 (Monday) to 7, to the windows that open on them, in
    any order; those that overlap or touch become one. A weekday that is left out is
    closed, and without any window the hours are never open.

    >>> from datetime import time
    >>> str(WeeklyHours({5: [Window(time(22), time(2))]}, zone="Europe/Berlin"))
    'Fr 22:00-02:00'

    Raises:
        InvalidValueError: If a weekday, a window or the zone is none.
    """

    days: FrozenMap[int, tuple[Window, ...]] = field(converter=_days)
    zone: Zone = field(converter=_zone)
    _week: tuple[Pairs, ...] = field(init=False, repr=False, eq=False)
    _weight: int = field(init=False, repr=False, eq=False)
    _depth: int = field(init=False, repr=False, eq=False, default=1)

    @_week.default
    def _count_week(self) -> tuple[Pairs, ...]:
        return tuple(wall_pairs(self.days.get(weekday, ())) for weekday in range(1, 8))

    @_weight.default
    def _count_weight(self) -> int:
        return max(1, *map(len, self._week))

    @classmethod
    def parse(cls, text: str, *, zone: Zone | str) -> WeeklyHours:
        """From text; ``str()`` gives text that reads back as the same hours.

        >>> WeeklyHours.parse("Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00", zone="UTC").days[6]
        (Window(opens=datetime.time(10, 0), closes=datetime.time(14, 0)),)

        Raises:
            HoursSyntaxError: If the text cannot be read; it says where and why.
        """
        week = hours_text.parse_weekly(text)
        return cls({day: merged_windows(windows) for day, windows in week.items()}, zone)

    def __str__(self) -> str:
        return hours_text.format_weekly({day: wall_pairs(self.days[day]) for day in self.days})

    def _pairs_on(self, day: int) -> Pairs:
        return self._week[(day + EPOCH_ORDINAL - 1) % 7]

    def _open_between(self, lo_us: int, hi_us: int) -> Pieces:
        return resolved(self._pairs_on, self.zone, lo_us, hi_us, ambiguous_end=AmbiguousEnd.FIRST)

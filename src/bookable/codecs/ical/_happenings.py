"""When the components of one UID happen inside a span of the time line, and what cannot be read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from attrs import Factory, define, frozen

from bookable.codecs._forms import errors_at
from bookable.codecs._occurrences import Series, Work
from bookable.codecs.ical._lines import Component
from bookable.codecs.ical._series import (
    Group,
    Replaced,
    Times,
    periods_of,
    replaced,
    series_of,
    span_of,
    times_of,
)
from bookable.codecs.ical._zones import Zones
from bookable.errors import CodecError

_WORK: Final = "work"
"""The code of the error for a calendar whose rules cost too much: it ends the reading of all of it."""
_LONGEST_UID: Final = 255

Happening = tuple[Component, int, int]
"""What happens, and both ends in microseconds since the epoch."""


@frozen
class Fault:
    """A component that cannot be read: where it stands, which one it is, and why."""

    path: str
    uid: str
    code: str
    reason: str

    @classmethod
    def of(cls, part: Component, error: CodecError) -> Fault:
        """The fault that an error tells of."""
        uid = part.raw("UID")
        return cls(error.path, uid[:_LONGEST_UID], error.code, error.reason)

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@frozen
class _Others:
    """What stands for occurrences of a series: for single ones, and for all from an instant on.

    ``reach`` is how far from a span occurrences may begin that were moved into it.
    """

    instants: frozenset[int]
    days: frozenset[date]
    later: tuple[Replaced, ...]
    reach: timedelta

    @classmethod
    def of(cls, instead: list[Replaced]) -> _Others:
        """Told apart once for all masters of a group."""
        alone = [each for each in instead if not each.is_future]
        later = sorted((each for each in instead if each.is_future), key=lambda e: e.instant_us)
        moves = (abs(each.moved) + each.times.length.most for each in later if each.times)
        return cls(
            frozenset(each.instant_us for each in alone if each.day is None),
            frozenset(each.day for each in alone if each.day is not None),
            tuple(later),
            max(moves, default=timedelta(0)),
        )


@define
class Reading:
    """How components are read: for which span, which of them count, and what cannot be read.

    ``generous`` as in `series_of`.
    """

    zones: Zones
    lo_us: int
    hi_us: int
    work: Work
    counts: Callable[[Component], bool]
    generous: bool = True
    faults: list[Fault] = Factory(list)

    def of(self, group: Group) -> list[Happening]:
        """What happens of a group in the span; what cannot be read is noted as a fault.

        Raises:
            CodecError: If all of the calendar costs too much (code ``work``).
        """
        if not any(map(self.counts, (*group.masters, *group.overrides))):
            return []
        masters = [(part, times) for part in group.masters if (times := self._times(part))]
        first = masters[0][1] if masters else None
        instead = [each for part in group.overrides if (each := self._instead(part, first))]
        found = [
            happening
            for each in instead
            if each.times is not None
            for happening in self._listed(each.part, _alone(each.part, each.times))
        ]
        others = _Others.of(instead)
        for part, times in masters:
            found += self._listed(part, self._series(part, times, others))
        return [
            (part, start, end)
            for part, start, end in found
            if start < end and start < self.hi_us and end > self.lo_us
        ]

    def _listed(self, part: Component, happenings: Iterator[Happening]) -> list[Happening]:
        """All that happens of a component; nothing where that cannot be told."""
        try:
            with errors_at(part.path):
                return list(happenings)
        except CodecError as error:
            self._note(part, error)
            return []

    def _note(self, part: Component, error: CodecError) -> None:
        if error.code == _WORK:
            raise error
        self.faults.append(Fault.of(part, error))

    def _times(self, part: Component) -> Times | None:
        try:
            return times_of(part, self.zones)
        except CodecError as error:
            self._note(part, error)
            return None

    def _instead(self, part: Component, master: Times | None) -> Replaced | None:
        counts = self.counts(part)
        try:
            if counts:
                part.check()
            return replaced(part, master, self.zones, counts=counts, generous=self.generous)
        except CodecError as error:
            if counts or error.code == _WORK:
                self._note(part, error)
            return None

    def _series(self, part: Component, times: Times, others: _Others) -> Iterator[Happening]:
        """The occurrences of a master, without those for which something else stands."""
        series = series_of(part, times, self.zones, generous=self.generous)
        counts = self.counts(part)
        for start in series.starts(self.lo_us, self.hi_us, self.work, reach=others.reach):
            instant = series.clock.instant_us(start)
            if instant in others.instants or start.date() in others.days:
                continue
            passed = bisect_right(others.later, instant, key=lambda each: each.instant_us)
            if passed:
                moved = others.later[passed - 1]
                if moved.times is not None:
                    yield moved.part, *span_of(_shifted(start, times, moved, moved.times))
            elif counts:
                yield part, instant, series.length.end_us(start, series.clock)
        if counts:
            yield from self._periods(part, times, series, others.instants)

    def _periods(
        self, part: Component, times: Times, series: Series, instants: frozenset[int]
    ) -> Iterator[Happening]:
        for each in periods_of(part, times, self.zones):
            if each.start_us not in series.left_out and each.start_us not in instants:
                yield part, *span_of(each)


def _alone(part: Component, times: Times) -> Iterator[Happening]:
    yield part, *span_of(times)


def _shifted(start: datetime, master: Times, later: Replaced, times: Times) -> Times:
    """The times of an occurrence after a component moved it and all later ones."""
    civil = start + later.moved
    if times.clock == master.clock:
        return Times(civil, master.clock, times.length, master.is_day)
    shown = times.clock.civil_of(master.clock.instant_us(civil))
    return Times(shown, times.clock, times.length, master.is_day)

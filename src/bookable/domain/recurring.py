"""When a series takes place: a rule, with dates that it adds and dates that it leaves out.

Model: an occurrence is known by its *original start*, the wall time that the rule or an added
date gives it. That stays its name whatever becomes of it, under another zone database too; the
instant at which it begins follows from it by SPEC N6. A `Recurrence` never says where an
occurrence was moved to: that is the booking's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice, pairwise
from math import prod
from typing import Final

from attrs import evolve, field, frozen

from bookable.checks import check_amount, check_duration, check_type
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import MOST_EXCEPTIONS, MOST_OCCURRENCES
from bookable.timeline.civil import Zone, check_civil, civil_of_us, event_us, to_zone
from bookable.timeline.instant import from_us
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.recurrence import expand
from bookable.timeline.rule import SUB_DAILY, Rule

_AROUND: Final = timedelta(days=2)
"""Longer than any clock was ever put on or back: how far wall time may lie from its instant."""

_FAR: Final = timedelta(days=36_600)
"""For so long a rule may go without an occurrence."""


def original(value: datetime, name: str = "original_start") -> datetime:
    """An original start: civil time on a whole second.

    Raises:
        InvalidValueError: If it is anything else.
    """
    if check_civil(value, name).microsecond:
        raise InvalidValueError(name, value, "a start on a whole second", "whole_seconds")
    return value.replace(fold=0)


def original_or_none(value: datetime | None) -> datetime | None:
    """As `original`, or None."""
    return None if value is None else original(value)


def key_of(start: datetime) -> str:
    """An original start as text that sorts as it does, for ids.

    >>> key_of(datetime(2026, 3, 2, 9))
    '20260302T090000'
    """
    return start.isoformat().replace("-", "").replace(":", "")


def _start(value: datetime) -> datetime:
    return original(value, "start")


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


def _rule(value: Rule | str | None) -> Rule | None:
    like = "a Rule, or the text of one, for example 'FREQ=WEEKLY;COUNT=10'"
    if value is None:
        return None
    return Rule.parse(value) if isinstance(value, str) else check_type(value, Rule, "rule", like)


def _originals(values: Iterable[datetime], name: str, most: int) -> tuple[datetime, ...]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidValueError(name, values, "a list of civil datetimes", "type")
    found = [original(value, name) for value in islice(values, most + 1)]
    if len(found) > most:
        raise LimitExceededError(f"dates in {name}", len(found), most)
    return tuple(sorted(set(found)))


def _rdates(values: Iterable[datetime]) -> tuple[datetime, ...]:
    return _originals(values, "rdates", MOST_EXCEPTIONS)


def _exdates(values: Iterable[datetime]) -> tuple[datetime, ...]:
    return _originals(values, "exdates", MOST_EXCEPTIONS)


@frozen(cache_hash=True)
class Recurrence:
    """The occurrences of a series: those of a rule and ``rdates``, without ``exdates`` (RFC 5545).

    All are civil times in ``zone``. Without a rule the start itself is an occurrence; with one it is
    where the rule says so. A start that the clock skips is shifted by as much (SPEC N6); where it
    then coincides with another occurrence, there is only that one.

    >>> mondays = Recurrence("FREQ=WEEKLY;COUNT=3", datetime(2026, 3, 16, 9), "Europe/Berlin")
    >>> [str(start) for start in mondays.starts()][1:]
    ['2026-03-23 08:00:00+00:00', '2026-03-30 07:00:00+00:00']

    Raises:
        InvalidValueError: If the rule or a date is no good; UNTIL must be in UTC (``until``), and the
            rule not by the hour or shorter (``unsupported``).
        LimitExceededError: If the rule's text or COUNT is too long, or a list of dates.
    """

    rule: Rule | None = field(converter=_rule)
    start: datetime = field(converter=_start)
    zone: Zone = field(converter=_zone)
    rdates: tuple[datetime, ...] = field(default=(), converter=_rdates, kw_only=True)
    exdates: tuple[datetime, ...] = field(default=(), converter=_exdates, kw_only=True)

    def __attrs_post_init__(self) -> None:
        rule = self.rule
        if rule is None:
            return
        if rule.frequency in SUB_DAILY:
            expected = "FREQ=DAILY, WEEKLY, MONTHLY or YEARLY"
            raise InvalidValueError("rule", str(rule), expected, "unsupported")
        if rule.until is not None and not rule.until_is_utc:
            expected = "UNTIL in UTC, for example 20260302T080000Z"
            raise InvalidValueError("rule", str(rule), expected, "until")
        if rule.count is not None and rule.count > MOST_OCCURRENCES:
            raise LimitExceededError("occurrences", rule.count, MOST_OCCURRENCES)

    # Questions -------------------------------------------------------------

    def at(self, original_start: datetime) -> datetime:
        """The instant at which an occurrence begins, by its original start (SPEC N6)."""
        return from_us(event_us(original(original_start), self.zone))

    def originals(
        self, *, within: Interval | None = None, limit: int = MOST_OCCURRENCES
    ) -> tuple[datetime, ...]:
        """The original starts of the occurrences, in order of their instants.

        ``within`` asks for those that begin in it. Work is that of the window, however long ago
        the series began; with COUNT, that of the whole series.

        Raises:
            InvalidValueError: If the rule never comes true (``empty_series``), or ends before it
                starts (``until``).
            LimitExceededError: If there are more than *limit*, or no end (``unbounded``).
        """
        left_out = set(self.exdates)
        found = [day for day in self.planned(within=within, limit=limit) if day not in left_out]
        if len(found) > limit:
            raise LimitExceededError("occurrences", len(found), limit)
        return tuple(found)

    def starts(
        self, *, within: Interval | None = None, limit: int = MOST_OCCURRENCES
    ) -> tuple[datetime, ...]:
        """When the occurrences begin, in UTC: strictly increasing. As `originals` else."""
        return tuple(self.at(day) for day in self.originals(within=within, limit=limit))

    def planned(
        self, *, within: Interval | None = None, limit: int = MOST_OCCURRENCES
    ) -> tuple[datetime, ...]:
        """As `originals`, with those that are left out; perhaps a few more than *limit*."""
        check_amount(limit, "limit", minimum=1)
        window = None if within is None else check_interval(within, "within")
        civils: tuple[datetime, ...] = (self.start,)
        if self.rule is not None:
            near, most = None, MOST_OCCURRENCES + MOST_EXCEPTIONS
            if window is not None:
                low = civil_of_us(window.start_us, self.zone) - _AROUND
                high = civil_of_us(window.end_us, self.zone) + _AROUND
                near, most = (low, high), _most(self.rule)
            civils = self._expanded(self.rule, within=near, limit=max(limit, most))
        found = self._at_instants((*civils, *self.rdates))
        if window is None:
            return tuple(found[moment] for moment in sorted(found))
        low_us, high_us = window.start_us, window.end_us
        return tuple(found[moment] for moment in sorted(found) if low_us <= moment < high_us)

    def overlap(self, duration: timedelta) -> Interval | None:
        """The first time in which an occurrence of this length lasts into the next; None for never.

        By the clock: what only a change of the clock brings about is no overlap of the series.
        """
        check_duration(duration, "duration", positive=True)
        for first, second in pairwise(sorted(self.originals())):
            if second - first < duration:
                begin = self.at(second)
                return Interval(begin, begin + (first + duration - second))
        return None

    # Other recurrences -----------------------------------------------------

    def without(self, *original_starts: datetime) -> Recurrence:
        """With these occurrences left out."""
        return evolve(self, exdates=(*self.exdates, *original_starts))

    def ending_before(self, original_start: datetime) -> Recurrence | None:
        """The occurrences whose original start is earlier; None where there are none."""
        cut = original(original_start)
        rule = None if self.rule is None or self.start >= cut else self._cut(self.rule, cut)
        rdates = [day for day in self._added() if day < cut]
        exdates = {day for day in self.exdates if day < cut}
        if rule is not None:
            # Where the clock changes, UNTIL alone keeps too much, or less hides one of the same instant.
            near, limit = (cut - _AROUND, cut + _AROUND), _most(rule)
            kept = self._expanded(rule, within=near, limit=limit, empty=True)
            whole = self._expanded(self.rule or rule, within=near, limit=limit, empty=True)
            own = set(self._at_instants((*whole, *self.rdates)).values())
            exdates |= {day for day in kept if day >= cut or day not in own}
        return self._of(rule, self.start, rdates, exdates)

    def starting_from(self, original_start: datetime) -> Recurrence | None:
        """The occurrences whose original start is no earlier; None where there are none."""
        cut, rule, start = original(original_start), self.rule, self.start
        if rule is not None and start < cut:
            # It has all that a rule takes from its start: the time of day, the date.
            after = self._expanded(rule, within=(cut, cut + _FAR), first=1, empty=True)
            if rule.count is not None:
                passed = sum(day < cut for day in self._expanded(rule))
                rule = evolve(rule, count=max(rule.count - passed, 1))
            rule, start = (rule, after[0]) if after else (None, start)
        rdates = [day for day in self._added() if day >= cut]
        return self._of(rule, start, rdates, {day for day in self.exdates if day >= cut})

    def only(self, original_starts: Iterable[datetime]) -> Recurrence | None:
        """With just these of its occurrences, all others left out or cut off; None for none.

        Raises:
            InvalidValueError: If one of them is none of its own (``unknown_occurrence``).
            LimitExceededError: If too many would have to be left out, or it has no end.
        """
        every = sorted(self.planned())
        wanted = set(_originals(original_starts, "originals", len(every)))
        for day in sorted(wanted.difference(every)):
            expected = "an original start of the recurrence"
            raise InvalidValueError("originals", day, expected, "unknown_occurrence")
        if wanted == set(every).difference(self.exdates):
            return self
        size = _best_cut(every, wanted)
        ended = self.ending_before(every[size]) if size < len(every) else self
        late = [day for day in every[size:] if day in wanted]
        missing = [day for day in every[:size] if day not in wanted]
        if ended is None:
            return self._of(None, self.start, late, set())
        guards = set(ended.exdates).difference(every[:size], late)
        rdates = [*ended._added(), *late]
        return self._of(ended.rule, ended.start, rdates, guards.union(missing))

    # -----------------------------------------------------------------------

    def _added(self) -> tuple[datetime, ...]:
        """The occurrences that are not the rule's."""
        return self.rdates if self.rule is not None else (self.start, *self.rdates)

    def _at_instants(self, civils: Iterable[datetime]) -> dict[int, datetime]:
        """By its instant, each occurrence: of two at one instant that whose time the clock shows."""
        # A skipped time is put on, to where the later one of the two is by itself.
        return {event_us(day, self.zone): day for day in sorted(civils)}

    def _expanded(
        self,
        rule: Rule,
        *,
        within: tuple[datetime, datetime] | None = None,
        first: int | None = None,
        limit: int = MOST_OCCURRENCES,
        empty: bool = False,
    ) -> tuple[datetime, ...]:
        return expand(
            rule,
            self.start,
            within=within,
            first=first,
            limit=limit,
            zone=self.zone,
            may_be_empty=empty or bool(self.rdates),
        )

    def _cut(self, rule: Rule, cut: datetime) -> Rule | None:
        """The rule for what comes before, but for changes of the clock; None where nothing does."""
        if rule.count is not None:
            passed = sum(day < cut for day in self._expanded(rule, empty=True))
            return evolve(rule, count=passed) if passed else None
        until = (self.at(cut) - timedelta(seconds=1)).replace(tzinfo=None)
        if rule.until is None or until < rule.until:
            rule = evolve(rule, until=until, until_is_utc=True)
        return rule if self._expanded(rule, first=1, empty=True) else None

    def _of(
        self,
        rule: Rule | None,
        start: datetime,
        rdates: Sequence[datetime],
        exdates: set[datetime],
    ) -> Recurrence | None:
        """The recurrence of these parts; None where it would have no occurrence."""
        if rule is None:
            if not rdates:
                return None
            start, *rdates = sorted(rdates)
        found = evolve(self, rule=rule, start=start, rdates=rdates, exdates=exdates)
        some = found._added()
        if rule is not None:
            some += found._expanded(rule, first=len(found.exdates) + 1, empty=True)
        return found if set(some).difference(found.exdates) else None


def _most(rule: Rule) -> int:
    """More occurrences than a series may have, with those of the dates around a window."""
    times = prod(len(each) or 1 for each in (rule.by_hour, rule.by_minute, rule.by_second))
    return MOST_OCCURRENCES + MOST_EXCEPTIONS + 8 * times


def _best_cut(every: Sequence[datetime], wanted: set[datetime]) -> int:
    """Where to end a recurrence so that the fewest dates have to be left out before or added after."""
    cost = best = sum(day in wanted for day in every)
    size = 0
    for number, day in enumerate(every, 1):
        cost += -1 if day in wanted else 1
        if cost <= best:
            best, size = cost, number
    return size

"""Components that happen in time: their series, and what single components put in place of it.

The same for VEVENT and for AVAILABLE (RFC 7953): components of one UID belong together; one of them
with a RECURRENCE-ID stands for that occurrence, or with RANGE=THISANDFUTURE for that one and all
after it, which are then moved as far as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from attrs import frozen

from bookable.codecs._clocks import Clock
from bookable.codecs._durations import duration
from bookable.codecs._forms import errors_at, fault
from bookable.codecs._occurrences import Length, Series, rule_of
from bookable.codecs.ical._lines import Component, Line
from bookable.codecs.ical._values import Moment, moment, period
from bookable.codecs.ical._zones import Zones
from bookable.errors import CodecError
from bookable.limits import LONGEST_DURATION

_A_DAY: Final = Length(timedelta(days=1))
_LARGEST_SEQUENCE: Final = 2**31


@frozen
class Times:
    """When a component takes place for the first time, and for how long."""

    start: datetime
    clock: Clock
    length: Length
    is_day: bool

    @property
    def start_us(self) -> int:
        """The first start, in microseconds since the epoch."""
        return self.clock.instant_us(self.start)


@frozen
class Group:
    """The components of one UID: those that stand for themselves, and those for one occurrence."""

    masters: list[Component]
    overrides: list[Component]


def grouped(components: list[Component]) -> list[Group]:
    """Components by UID, in order; those without one by themselves."""
    by_uid: dict[str, list[Component]] = {}
    for part in components:
        by_uid.setdefault(part.raw("UID") or part.path, []).append(part)
    groups = []
    for parts in by_uid.values():
        masters = [part for part in parts if "RECURRENCE-ID" not in part]
        overrides = [part for part in parts if "RECURRENCE-ID" in part]
        groups.append(Group(_latest(masters), overrides))
    return groups


def _latest(parts: list[Component]) -> list[Component]:
    """Those of the highest SEQUENCE."""
    if len(parts) < 2:
        return parts
    highest = max(sequence(part) for part in parts)
    return [part for part in parts if sequence(part) == highest]


def sequence(part: Component) -> int:
    """The SEQUENCE of a component; 0 where there is none that could be one."""
    text = part.raw("SEQUENCE")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return min(number, _LARGEST_SEQUENCE)


def times_of(part: Component, zones: Zones) -> Times:
    """The times of a component.

    Without an end or a duration a date lasts its day, and a time no time at all (RFC 5545, 3.6.1);
    an end on its own start is read the same way. Where both stand, the later end counts.

    Raises:
        CodecError: If there is no start, the end is before it, or one of them cannot be read.
    """
    line = part.one("DTSTART")
    if line is None:
        raise CodecError(f"{part.path}.DTSTART", "this is required", "missing_key")
    begin = moment(line.value, line.path)
    clock = zones.clock(line, begin)
    first = Times(begin.civil, clock, Length(), begin.is_day)
    lengths = []
    if (given := part.one("DTEND")) is not None:
        lengths.append(_until(given, first, zones))
    if (given := part.one("DURATION")) is not None:
        lengths.append(_lasting(given, first))
    if not any(each.by_clock or each.exact for each in lengths):
        lengths = [_A_DAY if begin.is_day else Length()]
    longest = max(lengths, key=lambda each: each.by_clock + each.exact)
    return Times(begin.civil, clock, longest, begin.is_day)


def _until(line: Line, first: Times, zones: Zones) -> Length:
    end = moment(line.value, line.path)
    if end.is_day is not first.is_day:
        expected = "a date, as the start is" if first.is_day else "a time, as the start is"
        raise fault(line.path, expected, line.value, "mixed")
    clock = zones.clock(line, end)
    by_clock = exact = timedelta(0)
    if clock == first.clock:
        by_clock = end.civil - first.start
    else:
        exact = _apart(clock.instant_us(end.civil) - first.start_us)
    return _length(by_clock, exact, line)


def _length(by_clock: timedelta, exact: timedelta, line: Line) -> Length:
    if by_clock + exact < timedelta(0):
        raise fault(
            line.path, "an end that is not before its start", line.value, "reversed_interval"
        )
    with errors_at(line.path):
        return Length(by_clock, exact)


def _lasting(line: Line, first: Times) -> Length:
    lasts = duration(line.value, line.path)
    if first.is_day and lasts.exact:
        # A date and some hours: the days that they touch.
        days = -(-(lasts.by_clock + lasts.exact) // timedelta(days=1))
        return Length(timedelta(days=days))
    return lasts


def _apart(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


def series_of(part: Component, times: Times, zones: Zones, *, generous: bool) -> Series:
    """The series of a component with its rules and single dates.

    ``generous`` takes the start for an occurrence beside any rule, and the last day of a rule whole:
    so that nothing which takes time is missed. What is free must be read the other way: then exceptions
    that are told as times of a series of dates, which would not meet it, are refused.

    Raises:
        CodecError: If a rule or a date cannot be read.
    """
    part.check()
    if not generous:
        check_counts(part)
    for line in part.all("EXRULE"):
        raise fault(line.path, "EXDATE: RFC 5545 has no EXRULE", line.value, "unsupported")
    rules = []
    for line in part.all("RRULE"):
        with errors_at(line.path):
            rules.append(
                rule_of(line.value, times.clock, whole_days=times.is_day, generous=generous)
            )
    added = [day for line in part.all("RDATE") for day in _plain_dates(line, times, zones)]
    left_out: set[int] = set()
    days: set[date] = set()
    for line in part.all("EXDATE"):
        for word in _words(line):
            read = moment(word, line.path)
            if read.is_day:
                days.add(read.civil.date())
            else:
                _check_alike(line, times, generous=generous)
                left_out.add(_clock(line, read, times, zones).instant_us(read.civil))
    return Series(
        times.start,
        times.clock,
        times.length,
        tuple(rules),
        tuple(added),
        frozenset(left_out),
        frozenset(days),
        with_start=generous,
    )


def check_counts(part: Component) -> None:
    """Refuse what tells of free time and is cancelled, which RFC 7953 does not know."""
    if part.word("STATUS") == "CANCELLED":
        reason = "RFC 7953 has no STATUS: leave it out, or an occurrence by EXDATE"
        raise CodecError(f"{part.path}.STATUS", reason, "unsupported")


def _check_alike(line: Line, times: Times, *, generous: bool) -> None:
    """Refuse the time of an exception to a series of dates, where it would leave more time free."""
    if times.is_day and not generous:
        raise fault(line.path, "a date, as the start is", line.value, "mixed")


def _words(line: Line) -> list[str]:
    return [word for word in line.value.split(",") if word.strip()]


def _clock(line: Line, read: Moment, times: Times, zones: Zones) -> Clock:
    """The clock of a date of a series: without a zone of its own, that of the series."""
    if read.is_utc or line.parameter("TZID") is not None:
        return zones.clock(line, read)
    return times.clock


def _plain_dates(line: Line, times: Times, zones: Zones) -> Iterator[datetime]:
    """The dates of an RDATE that are no periods, as the clock of the series shows them."""
    for word in _words(line):
        if "/" in word:
            continue
        read = moment(word, line.path)
        if read.is_day is not times.is_day:
            expected = "a date, as the start is" if times.is_day else "a time, as the start is"
            raise fault(line.path, expected, word, "mixed")
        clock = _clock(line, read, times, zones)
        same = clock == times.clock
        yield read.civil if same else times.clock.civil_of(clock.instant_us(read.civil))


def periods_of(part: Component, times: Times, zones: Zones) -> Iterator[Times]:
    """The periods of the RDATEs of a component, each as times of its own."""
    for line in part.all("RDATE"):
        for word in _words(line):
            if "/" not in word:
                continue
            begin, rest = period(word, line.path)
            clock = _clock(line, begin, times, zones)
            if isinstance(rest, Length):
                yield Times(begin.civil, clock, rest, begin.is_day)
                continue
            end = _clock(line, rest, times, zones).instant_us(rest.civil)
            length = _length(timedelta(0), _apart(end - clock.instant_us(begin.civil)), line)
            yield Times(begin.civil, clock, length, begin.is_day)


@frozen
class Replaced:
    """A component that stands for an occurrence: which one, and by how much it moves later ones."""

    part: Component
    times: Times | None
    instant_us: int
    day: date | None
    is_future: bool
    moved: timedelta


def replaced(
    part: Component, master: Times | None, zones: Zones, *, counts: bool, generous: bool
) -> Replaced:
    """What a component with a RECURRENCE-ID stands for; without its times unless it *counts*.

    ``generous`` as in `series_of`.

    Raises:
        CodecError: If that cannot be read, or it moves all later ones in a way that is none.
    """
    line = part.one("RECURRENCE-ID")
    assert line is not None, "it is an override"
    read = moment(line.value, line.path)
    times = times_of(part, zones) if counts else None
    if not generous:
        check_counts(part)
    if master is not None and not read.is_day:
        _check_alike(line, master, generous=generous)
    if read.is_utc or line.parameter("TZID") is not None:
        clock = zones.clock(line, read)
    else:
        own = master or times
        clock = zones.clock(line, read) if own is None else own.clock
    instant = clock.instant_us(read.civil)
    spread = (line.parameter("RANGE") or "").upper()
    if spread not in {"", "THISANDFUTURE"}:
        raise fault(line.path, "RANGE=THISANDFUTURE or none", spread, "unsupported")
    moved = timedelta(0)
    if spread and master is not None and times is not None:
        if "RRULE" in part or "RDATE" in part or times.is_day is not master.is_day:
            raise fault(line.path, "later occurrences that are moved alike", spread, "unsupported")
        moved = _moved(times, master, instant)
        if abs(moved) > LONGEST_DURATION:
            raise fault(line.path, "a move of at most ten years", line.value, "limit_exceeded")
    day = read.civil.date() if read.is_day else None
    return Replaced(part, times, instant, day, bool(spread), moved)


def _moved(times: Times, master: Times, instant_us: int) -> timedelta:
    """How far the clock of the series moved an occurrence."""
    shown = times.start if times.clock == master.clock else master.clock.civil_of(times.start_us)
    return shown - master.clock.civil_of(instant_us)


def span_of(times: Times) -> tuple[int, int]:
    """Both ends of what happens once, in microseconds since the epoch."""
    return times.start_us, times.length.end_us(times.start, times.clock)

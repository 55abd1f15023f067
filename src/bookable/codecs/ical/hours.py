"""VAVAILABILITY as opening hours, and opening hours as VAVAILABILITY (RFC 7953).

What both can say: windows of weekdays, without end or between two instants, other windows on single
dates, closures, and hours that change on a date. What hours alone can say is refused when it is
written (restrictions, parts that hold at the same time with different validity, closures of one such
part, the last occurrence of a repeated closing time); what availability alone can say is refused when
it is read (any rule but one by the day or week, lengths above a day, clocks that a calendar defines
itself). How somebody is busy is lost: hours know open and closed.

At a change of the clock windows clip and events shift (SPEC N5, N6), so that the two differ by what
the clock skips or repeats, where a window begins or ends there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from bookable.checks import check_text
from bookable.codecs._clocks import Clock, ZoneClock
from bookable.codecs._forms import errors_at
from bookable.codecs._occurrences import Work
from bookable.codecs.ical._lines import MOST_COMPONENTS, PUBLISHED, Component, read_calendars
from bookable.codecs.ical._series import (
    Times,
    grouped,
    periods_of,
    replaced,
    series_of,
    times_of,
)
from bookable.codecs.ical._values import civil_text, utc_text
from bookable.codecs.ical._writing import PRODID, calendar, component, stamp_line, text_line
from bookable.codecs.ical._zones import Zones
from bookable.codecs.ical.availability import rank_of, span_us
from bookable.domain.hours import AnyHours, Hours, Layering, OpeningHours, WeeklyHours, check_hours
from bookable.domain.window import Window
from bookable.errors import CodecError, InvalidValueError, LimitExceededError
from bookable.limits import EARLIEST, LATEST
from bookable.timeline import _kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import AmbiguousEnd, Zone, to_zone
from bookable.timeline.instant import check_date, from_us, to_us
from bookable.timeline.interval import Interval
from bookable.timeline.rule import WEEKDAYS, Frequency, Rule

_DAY: Final = timedelta(days=1)
_EVER: Final = (to_us(EARLIEST), to_us(LATEST))
_PLAIN: Final = frozenset({Frequency.DAILY, Frequency.WEEKLY})
_PER_LINE: Final = 50
_SINCE: Final = date(1970, 1, 5)


def read_hours(text: str | bytes, *, zone: Zone | str | None = None) -> OpeningHours:
    """The opening hours that the VAVAILABILITY components of a calendar describe.

    Open is what they leave free: so also whatever none of them covers. ``zone`` is that of times
    without one.

    >>> from datetime import UTC
    >>> office = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")
    >>> text = write_availability(office, uid="ada", dtstamp=datetime(2026, 3, 2, tzinfo=UTC))
    >>> str(read_hours(text).weekly)
    'Mo-Fr 09:00-17:00'

    Raises:
        CodecError: If the text cannot be read, or says what opening hours cannot (``unsupported``).
    """
    given = None if zone is None else to_zone(zone)
    found: list[tuple[int, tuple[int, int], Component, Zones]] = []
    for root in read_calendars(text):
        root.check()
        root.check_method(PUBLISHED)
        # No window: only what VTIMEZONE defines depends on one, and that is refused.
        zones = Zones(root, Interval.from_us(0, 1), Work(), given)
        parts_here = root.of("VAVAILABILITY")
        found += [(rank_of(part), span_us(part, zones), part, zones) for part in parts_here]
    if not found:
        raise CodecError("$", "expected a VAVAILABILITY component", "missing_key")
    parts: list[OpeningHours] = []
    taken: Pieces = ()
    for rank in sorted({rank for rank, _, _, _ in found}):
        level = [each for each in found if each[0] == rank]
        _check_apart(level)
        for _, span, part, zones in level:
            left = _kernel.subtract((span,), taken)
            parts += [hours for piece in left for hours in _available(part, zones, piece)]
        taken = _kernel.union(taken, _kernel.normalise(span for _, span, _, _ in level))
    for piece in _kernel.complement(taken, *_EVER):
        parts.append(Hours(valid_from=_from(piece), valid_until=_until(piece)))
    with errors_at("$"):
        return parts[0] if len(parts) == 1 else AnyHours(parts)


def _check_apart(level: list[tuple[int, tuple[int, int], Component, Zones]]) -> None:
    spans = sorted((span, part.path) for _, span, part, _ in level)
    for (before, _), (after, path) in pairwise(spans):
        if after[0] < before[1]:
            reason = "expected components of one PRIORITY that cover different times"
            raise CodecError(path, reason, "unsupported")


def _from(piece: tuple[int, int]) -> datetime | None:
    return from_us(piece[0]) if piece[0] > _EVER[0] else None


def _until(piece: tuple[int, int]) -> datetime | None:
    return from_us(piece[1]) if piece[1] < _EVER[1] else None


def _available(part: Component, zones: Zones, piece: tuple[int, int]) -> Iterator[Hours]:
    """The hours of the AVAILABLE components inside one, as far as they hold in a piece of time."""
    for group in grouped(part.of("AVAILABLE")):
        first = times_of(group.masters[0], zones) if group.masters else None
        gone: set[date] = set()
        dated: list[Times] = []
        for each in group.overrides:
            instead = replaced(each, first, zones, counts=True, generous=False)
            assert instead.times is not None, "it counts"
            if instead.is_future:
                raise _unsaid(each, "RANGE=THISANDFUTURE")
            clock = instead.times.clock if first is None else first.clock
            gone.add(instead.day or clock.civil_of(instead.instant_us).date())
            dated.append(instead.times)
        for master in group.masters:
            yield from _weekly(master, zones, piece, gone, dated)
        yield from _dated(part, dated, piece)


def _weekly(
    part: Component, zones: Zones, piece: tuple[int, int], gone: set[date], dated: list[Times]
) -> Iterator[Hours]:
    """The hours of one rule; what it has on single dates is added to *dated*."""
    times = times_of(part, zones)
    series = series_of(part, times, zones, generous=False)
    gone = (
        gone
        | series.left_out_days
        | {times.clock.civil_of(instant).date() for instant in series.left_out}
    )
    single = series.added if series.rules else (times.start, *series.added)
    dated += [
        Times(start, times.clock, times.length, times.is_day)
        for start in single
        if start.date() not in gone
    ]
    dated += [each for each in periods_of(part, times, zones) if each.start.date() not in gone]
    if not series.rules:
        return
    if len(series.rules) > 1:
        raise _unsaid(part, "more than one RRULE")
    days = _days(part, series.rules[0], times)
    window, zone = _window(part, times), _zone(part, times.clock)
    last = _last_end(series.rules[0], times, days)
    start_us = max(piece[0], times.start_us)
    end_us = piece[1] if last is None else min(piece[1], last)
    if start_us < end_us:
        with errors_at(part.path):
            weekly = WeeklyHours({day: [window] for day in days}, zone)
            closed: dict[date, tuple[Window, ...]] = dict.fromkeys(sorted(gone), ())
            left = (start_us, end_us)
            yield Hours(weekly, closed, valid_from=_from(left), valid_until=_until(left))


def _dated(part: Component, dated: list[Times], piece: tuple[int, int]) -> Iterator[Hours]:
    zones: dict[Zone, dict[date, list[Window]]] = {}
    for times in dated:
        days = zones.setdefault(_zone(part, times.clock), {})
        days.setdefault(times.start.date(), []).append(_window(part, times))
    for zone, days in zones.items():
        with errors_at(part.path):
            yield Hours(
                overrides=days,
                zone=zone,
                layering=Layering.DATES_ONLY,
                valid_from=_from(piece),
                valid_until=_until(piece),
            )


def _unsaid(part: Component, what: str) -> CodecError:
    return CodecError(part.path, f"opening hours cannot say {what}", "unsupported")


def _zone(part: Component, clock: Clock) -> Zone:
    if not isinstance(clock, ZoneClock):
        raise _unsaid(part, "times of a zone that the calendar defines")
    return clock.zone


def _window(part: Component, times: Times) -> Window:
    length = times.length.by_clock + times.length.exact
    if not timedelta(0) < length <= _DAY:
        raise _unsaid(part, "a length of nothing or of more than a day")
    with errors_at(part.path):
        return Window(times.start.time(), (times.start + length).time())


def _days(part: Component, rule: Rule, times: Times) -> list[int]:
    others = (rule.by_month, rule.by_week, rule.by_year_day, rule.by_month_day)
    clocks = (rule.by_hour, rule.by_minute, rule.by_second, rule.by_position)
    if rule.frequency not in _PLAIN or rule.interval > 1 or rule.count or any(others + clocks):
        raise _unsaid(part, str(rule))
    if rule.by_day:
        return [weekday for _, weekday in rule.by_day]
    return list(range(1, 8)) if rule.frequency is Frequency.DAILY else [times.start.isoweekday()]


def _last_end(rule: Rule, times: Times, days: list[int]) -> int | None:
    """When the last occurrence ends; None if there is none that is the last."""
    if rule.until is None:
        return None
    for back in range(8):
        start = datetime.combine(rule.until.date() - back * _DAY, times.start.time())
        if start <= rule.until and start.isoweekday() in days:
            return times.length.end_us(start, times.clock)
    raise AssertionError("one of eight days has the weekday")


# Written -------------------------------------------------------------------------


class _Span(NamedTuple):
    """From when until when hours hold."""

    start: datetime
    end: datetime


def write_availability(
    hours: OpeningHours,
    *,
    uid: str,
    dtstamp: datetime,
    prodid: str = PRODID,
    since: date = _SINCE,
) -> str:
    """A calendar whose VAVAILABILITY components leave free when the hours are open.

    Hours without ``valid_from`` are written from *since* on. The components are those of ``uid``,
    numbered. Zones are named, and not defined beside (RFC 7809).

    Raises:
        InvalidValueError: If the hours say what availability cannot (``unsupported``), or times
            between whole seconds (``whole_seconds``), or an argument is no good.
        LimitExceededError: If it takes more than 5,000 components.
    """
    check_date(since, "since")
    groups: dict[_Span, list[Hours]] = {}
    for leaf in _leaves(hours):
        span = _Span(leaf.valid_from or EARLIEST, leaf.valid_until or LATEST)
        groups.setdefault(span, []).append(leaf)
    order = sorted(groups)
    for before, after in pairwise(order):
        if after.start < before.end:
            raise _unwritten(hours, "parts that hold at different times, one after the other")
    stamp = stamp_line(dtstamp)
    writer = _Writer(check_text(uid, "uid"), stamp)
    bounded = order != [_Span(EARLIEST, LATEST)]
    parts = [writer.part("VAVAILABILITY")] if bounded else []
    for span in order:
        leaves = groups[span]
        head = [*_ends(span), "PRIORITY:5"] if bounded else []
        inside = [lines for leaf in leaves for lines in _leaf_lines(leaf, span, since, writer)]
        parts.append(writer.part("VAVAILABILITY", head, *inside))
        if len(leaves) > 1 and any(leaf.closures for leaf in leaves):
            raise _unwritten(hours, "closures of all parts that hold at one time")
        parts += [
            writer.part("VAVAILABILITY", _ends(_Span(*map(from_us, piece))), ["PRIORITY:1"])
            for piece in _kernel.clip(leaves[0].closures.pieces_us, *map(to_us, span))
        ]
    return calendar(prodid, parts)


class _Writer:
    """Components that belong to one UID, numbered, and no more of them than can be read."""

    def __init__(self, uid: str, stamp: str) -> None:
        self._uid, self._stamp = uid, stamp
        self._count = 1

    def part(self, name: str, *lines: Iterable[str]) -> list[str]:
        """The lines of a component with a UID of its own."""
        self._count += 1
        if self._count > MOST_COMPONENTS:
            raise LimitExceededError("components of a calendar", self._count, MOST_COMPONENTS)
        uid = text_line("UID", f"{self._uid}-{self._count - 1}")
        return component(name, uid, self._stamp, *lines)


def _unwritten(value: object, expected: str) -> InvalidValueError:
    return InvalidValueError("hours", value, expected, "unsupported")


def _leaves(hours: OpeningHours) -> Iterator[Hours]:
    check_hours(hours)
    match hours:
        case WeeklyHours():
            yield Hours(hours)
        case AnyHours():
            for part in hours.parts:
                yield from _leaves(part)
        case Hours():
            if hours.restrictions:
                raise _unwritten(hours, "hours without restrictions")
            if hours.ambiguous_end is not AmbiguousEnd.FIRST:
                raise _unwritten(hours, "hours with ambiguous_end='first'")
            yield hours


def _ends(span: _Span) -> list[str]:
    _check_seconds(span.start, span.end)
    start = [f"DTSTART:{utc_text(span.start)}"] if span.start > EARLIEST else []
    return [*start, f"DTEND:{utc_text(span.end)}"] if span.end < LATEST else start


def _check_seconds(*moments: datetime | time) -> None:
    for moment in moments:
        if moment.microsecond:
            raise InvalidValueError("hours", moment, "times on whole seconds", "whole_seconds")


def _leaf_lines(leaf: Hours, span: _Span, since: date, writer: _Writer) -> Iterator[list[str]]:
    """The AVAILABLE components of hours without parts."""
    zone = leaf.zone or Zone("UTC")
    weekly = leaf.weekly or WeeklyHours(
        {day: [Window(time(), time())] for day in range(1, 8)}, zone
    )
    dated = {} if leaf.layering is Layering.WEEKLY_ONLY else leaf.overrides
    kept = dated if leaf.layering is Layering.DATES_OVERRIDE else {}
    begin = since
    if span.start > EARLIEST:
        begin = span.start.astimezone(weekly.zone).date() - _DAY
    windows: dict[Window, list[int]] = {}
    for day, each in weekly.days.items():
        for window in each:
            windows.setdefault(window, []).append(day)
    if leaf.layering is not Layering.DATES_ONLY:
        for window, days in windows.items():
            first = next(d for d in (begin + n * _DAY for n in range(7)) if d.isoweekday() in days)
            head = _window_lines(first, window, weekly.zone)
            by_day = ",".join(WEEKDAYS[day - 1] for day in days)
            gone = [d for d in kept if d.isoweekday() in days and d >= first]
            left_out = _left_out(gone, window, weekly.zone)
            yield writer.part("AVAILABLE", head, [f"RRULE:FREQ=WEEKLY;BYDAY={by_day}"], left_out)
    for dated_day, each in dated.items():
        for window in each:
            yield writer.part("AVAILABLE", _window_lines(dated_day, window, zone))


def _window_lines(day: date, window: Window, zone: Zone) -> list[str]:
    _check_seconds(window.opens, window.closes)
    start = datetime.combine(day, window.opens)
    end = datetime.combine(day, window.closes)
    if end <= start:
        end += _DAY
    return [_civil_line("DTSTART", [start], zone), _civil_line("DTEND", [end], zone)]


def _left_out(days: list[date], window: Window, zone: Zone) -> Iterator[str]:
    starts = [datetime.combine(day, window.opens) for day in days]
    for first in range(0, len(starts), _PER_LINE):
        yield _civil_line("EXDATE", starts[first : first + _PER_LINE], zone)


def _civil_line(name: str, civils: list[datetime], zone: Zone) -> str:
    texts = [civil_text(civil) for civil in civils]
    if zone.key == "UTC":
        return f"{name}:{','.join(f'{each}Z' for each in texts)}"
    return f"{name};TZID={zone.key}:{','.join(texts)}"

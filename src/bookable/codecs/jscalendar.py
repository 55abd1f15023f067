"""JSCalendar events as busy time (RFC 8984).

Read of an ``Event``: ``start`` in ``timeZone`` and ``duration``; ``freeBusyStatus`` and ``status``
(free or cancelled is not busy, tentative is tentative); ``recurrenceRules`` as far as
`bookable.timeline.rule` has them, and ``recurrenceOverrides``, in which an occurrence is left out
(``excluded``), changed or added. A ``Group`` stands for its entries.

*Never silently free*: an event that cannot be read makes the subject unknown, with the reason. Among
these are rules of other calendars than the Gregorian one, ``excludedRecurrenceRules``,
``recurrenceRule`` (what drafts after RFC 8984 have instead of the list), zones that the
object defines itself, and repetition from a start between whole seconds. An event without ``timeZone`` is in the zone
that the caller gives; without one it cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, NamedTuple

from attrs import evolve

from bookable.checks import check_id
from bookable.codecs._bodies import Body, civil, flag, items, text, whole, word, zone
from bookable.codecs._clocks import Clock, ZoneClock
from bookable.codecs._durations import duration
from bookable.codecs._forms import errors_at, fault
from bookable.codecs._occurrences import Length, Series, Work
from bookable.domain.free_busy import BusyTime, FreeBusy
from bookable.domain.policy import BusyKind
from bookable.errors import CodecError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.rule import WEEKDAYS, Frequency, Rule

MOST_EVENTS: Final = 5_000
"""The most events of one document, its overrides among them."""

_MOST_LISTED: Final = 366
_FREQUENCIES: Final = tuple(each.lower() for each in Frequency)
_DAYS: Final = tuple(each.lower() for each in WEEKDAYS)
_SHOWN_FAULTS: Final = 3


def read_busy(
    body: object, *, subject: str, within: Interval, zone: Zone | str | None = None
) -> FreeBusy:
    """When a subject is busy inside a window, by an ``Event``, a ``Group`` or a list of them.

    *body* is plain JSON data; ``zone`` that of events that name none.

    >>> from datetime import UTC
    >>> event = {"@type": "Event", "start": "2026-03-02T09:00:00", "timeZone": "Europe/Berlin"}
    >>> event |= {"duration": "PT1H", "recurrenceRules": [{"frequency": "daily"}]}
    >>> day = Interval(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC))
    >>> [str(time.interval.start) for time in read_busy(event, subject="ada", within=day).busy["ada"]]
    ['2026-04-01 07:00:00+00:00']

    Raises:
        CodecError: If the body is none of these, or goes beyond a limit.
        InvalidValueError: If an argument is no good.
    """
    check_id(subject, "subject")
    check_interval(within, "within")
    own = None if zone is None else ZoneClock(to_zone(zone))
    work = Work()
    found: list[BusyTime] = []
    faults: list[CodecError] = []
    number = 0
    for event in _events(body, "$"):
        number += 1 + _count(event)
        if number > MOST_EVENTS:
            reason = f"the limit on events and overrides is {MOST_EVENTS:,}; this has more"
            raise CodecError("$", reason, "limit_exceeded")
        try:
            with errors_at(event.path):
                found += list(_times(event, own, within, work))
        except CodecError as error:
            if error.code == "work":
                raise
            faults.append(error)
    if faults:
        reasons = "; ".join(str(each) for each in faults[:_SHOWN_FAULTS])
        return FreeBusy(within, {}, {subject: reasons})
    with errors_at("$"):
        return FreeBusy(within, {subject: found})


def _events(body: object, path: str) -> Iterator[Body]:
    if isinstance(body, list):
        for number, each in enumerate(body):
            yield from _event(Body.of(each, f"{path}[{number}]"))
    else:
        yield from _event(Body.of(body, path))


def _event(body: Body) -> Iterator[Body]:
    """An event; of a group its entries, which are no groups themselves."""
    if body.read("@type", word("Event", "Group", "Task")) == "Group":
        at = body.at("entries")
        for number, each in enumerate(body.read("entries", items(_as_it_is, at_most=MOST_EVENTS))):
            entry = Body.of(each, f"{at}[{number}]")
            if entry.read("@type", word("Event", "Task")) == "Event":
                yield entry
    elif body.fields["@type"] == "Event":
        yield body


def _as_it_is(value: object, _: str) -> object:
    return value


def _kind(event: Body) -> BusyKind:
    status = event.read("status", text, "confirmed").lower()
    if status == "cancelled" or event.read("freeBusyStatus", text, "busy").lower() == "free":
        return BusyKind.FREE
    return BusyKind.TENTATIVE if status == "tentative" else BusyKind.BUSY


class _Override(NamedTuple):
    """An occurrence by its original start, and what it is instead; None where it is left out."""

    original: datetime
    event: Body | None


def _count(event: Body) -> int:
    overrides = event.fields.get("recurrenceOverrides")
    return len(overrides) if isinstance(overrides, dict) else 0


def _overrides(event: Body) -> list[_Override]:
    given = event.body("recurrenceOverrides")
    found = []
    for key in given.fields:
        patch = Body.of(given.fields[key], given.at(key))
        original = civil(key, patch.path)
        if patch.read("excluded", flag, default=False):
            found.append(_Override(original, None))
        else:
            fields = {**event.fields, "start": key, **patch.fields}
            found.append(_Override(original, Body(fields, patch.path)))
    return found


def _times(event: Body, own: Clock | None, within: Interval, work: Work) -> Iterator[BusyTime]:
    overrides = _overrides(event)
    changed = [each.event for each in overrides if each.event is not None]
    busy = [each for each in (event, *changed) if _kind(each) is not BusyKind.FREE]
    if not busy:
        return
    master = _once(event, own)
    rules = event.read("recurrenceRules", items(_rule, at_most=_MOST_LISTED), ())
    if "recurrenceRule" in event:
        at = event.at("recurrenceRule")
        raise CodecError(at, "RFC 8984 has recurrenceRules, a list", "unsupported")
    if event.read("excludedRecurrenceRules", items(_as_it_is, at_most=_MOST_LISTED), ()):
        at = event.at("excludedRecurrenceRules")
        raise CodecError(at, "rules that leave occurrences out cannot be read", "unsupported")
    gone = frozenset(master.clock.instant_us(each.original) for each in overrides)
    series = evolve(master, rules=rules, left_out=gone)
    for each in busy:
        one = series if each is event else _once(each, own)
        kind = _kind(each)
        for start in one.starts(within.start_us, within.end_us, work):
            begin, end = one.clock.instant_us(start), one.length.end_us(start, one.clock)
            begin, end = max(begin, within.start_us), min(end, within.end_us)
            if begin < end:
                yield BusyTime(Interval.from_us(begin, end), kind)


def _once(event: Body, own: Clock | None) -> Series:
    """An event without what happens again."""
    start = event.read("start", civil)
    length = event.read("duration", _length, Length())
    found = event.read("timeZone", zone, None)
    clock = own if found is None else ZoneClock(found)
    if clock is None:
        reason = "a time without a zone, and no zone is given for it"
        raise CodecError(event.at("timeZone"), reason, "floating")
    return Series(start, clock, length)


def _length(value: object, path: str) -> Length:
    given = text(value, path)
    if not given.startswith("P"):
        raise fault(path, "a duration, for example PT1H30M", value, "duration")
    return duration(given, path)


# Rules ---------------------------------------------------------------------------


def _rule(value: object, path: str) -> Rule:
    given = Body.of(value, path)
    given.read("rscale", word("gregorian", "GREGORIAN"), "gregorian")
    given.read("skip", word("omit"), "omit")
    frequency = given.read("frequency", word(*_FREQUENCIES))
    first = given.read("firstDayOfWeek", word(*_DAYS), "mo")
    with errors_at(path):
        return Rule(
            frequency=frequency.upper(),
            interval=given.read("interval", whole(1), 1),
            count=given.read("count", whole(1), None),
            until=given.read("until", civil, None),
            by_month=given.read("byMonth", items(_month, at_most=_MOST_LISTED), ()),
            by_day=given.read("byDay", items(_nth_day, at_most=_MOST_LISTED), ()),
            by_month_day=_listed(given, "byMonthDay"),
            by_year_day=_listed(given, "byYearDay"),
            by_week=_listed(given, "byWeekNo"),
            by_hour=_listed(given, "byHour"),
            by_minute=_listed(given, "byMinute"),
            by_second=_listed(given, "bySecond"),
            by_position=_listed(given, "bySetPosition"),
            week_start=_DAYS.index(first) + 1,
        )


def _listed(given: Body, key: str) -> tuple[int, ...]:
    return given.read(key, items(whole(-366, 366), at_most=_MOST_LISTED), ())


def _month(value: object, path: str) -> int:
    """A month as a text, as RFC 8984 has it: of other calendars there are leap months."""
    given = text(value, path)
    if not (given.isascii() and given.isdigit() and len(given) <= 2):
        raise fault(path, "a month from '1' to '12'", value, "choice")
    return int(given)


def _nth_day(value: object, path: str) -> tuple[int, int]:
    given = Body.of(value, path)
    day = given.read("day", word(*_DAYS))
    nth = given.read("nthOfPeriod", whole(-53, 53), None)
    if nth == 0:
        raise fault(given.at("nthOfPeriod"), "which of them, from 1 or from -1", nth, "quantity")
    return nth or 0, _DAYS.index(day) + 1

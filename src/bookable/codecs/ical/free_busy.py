"""VFREEBUSY: when somebody is busy, without a word about why (RFC 5545, 3.6.4).

==================  ================  ==================================================
kind of busy time   FBTYPE            what is lost
==================  ================  ==================================================
BUSY                BUSY              nothing
OUT_OF_OFFICE       BUSY-UNAVAILABLE  nothing
TENTATIVE           BUSY-TENTATIVE    nothing
MAINTENANCE         BUSY              the kind: it comes back as BUSY, which is as strong
ELSEWHERE           is not written    the kind: it comes back as free
FREE                FREE              FREE is read, and is never needed
==================  ================  ==================================================

An FBTYPE that is none of these is read as BUSY (RFC 5545, 3.2.9). Ends between whole seconds are
written on the whole second outside. A subject that is unknown is written with a REQUEST-STATUS of
5.1 and its reason; one that begins with 3, 4 or 5 is read as unknown. So is one whose component tells
of less than the window that is asked for: nobody knows what it leaves out. ``METHOD:REQUEST`` is a
question, and refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from icalendar.parser import unescape_backslash

from bookable.checks import check_id, check_type
from bookable.codecs._clocks import UTC_CLOCK
from bookable.codecs._durations import duration
from bookable.codecs._forms import errors_at, fault
from bookable.codecs._occurrences import Length
from bookable.codecs.ical._lines import Component, Line, read_calendars
from bookable.codecs.ical._values import Moment, moment, period, utc_text
from bookable.codecs.ical._writing import (
    PRODID,
    address_of,
    calendar,
    component,
    stamp_line,
    subject_of,
    text_line,
)
from bookable.domain.free_busy import STRONGEST_FIRST, BusyTime, FreeBusy
from bookable.domain.policy import BusyKind
from bookable.errors import CodecError, InvalidValueError
from bookable.timeline.instant import from_us
from bookable.timeline.interval import Interval, check_interval

_READ: Final = {
    "FREE": BusyKind.FREE,
    "BUSY": BusyKind.BUSY,
    "BUSY-UNAVAILABLE": BusyKind.OUT_OF_OFFICE,
    "BUSY-TENTATIVE": BusyKind.TENTATIVE,
}
_WRITTEN: Final = {
    BusyKind.BUSY: "BUSY",
    BusyKind.MAINTENANCE: "BUSY",
    BusyKind.OUT_OF_OFFICE: "BUSY-UNAVAILABLE",
    BusyKind.TENTATIVE: "BUSY-TENTATIVE",
}
_METHODS: Final = frozenset({"", "PUBLISH", "REPLY"})
_FAILED: Final = ("3", "4", "5")
_PER_LINE: Final = 50
_SECOND: Final = timedelta(seconds=1)

_Times = tuple[tuple[datetime, datetime, BusyKind], ...]


def read_free_busy(
    text: str | bytes, *, within: Interval | None = None, subject: str | None = None
) -> FreeBusy:
    """What the VFREEBUSY components of a text tell.

    The subjects are those of ATTENDEE, else of ORGANIZER, without ``mailto:``; ``subject`` is who it
    is about where the caller knows better. The window is ``within``, else that of the components:
    from the latest DTSTART to the earliest DTEND.

    >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VFREEBUSY", "ATTENDEE:mailto:ada@example.com"]
    >>> lines += ["DTSTART:20260302T000000Z", "DTEND:20260303T000000Z"]
    >>> lines += ["FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T090000Z/PT1H"]
    >>> told = read_free_busy(chr(10).join([*lines, "END:VFREEBUSY", "END:VCALENDAR"]))
    >>> [time.kind.value for time in told.busy["ada@example.com"]]
    ['out_of_office']

    Raises:
        CodecError: If the text cannot be read, tells of nobody, or of no time both know.
    """
    if within is not None:
        check_interval(within, "within")
    parts = [part for root in read_calendars(text) for part in _answers(root)]
    if not parts:
        raise CodecError("$", "expected a VFREEBUSY component", "missing_key")
    told = [(_subject(part, subject), part, _window(part)) for part in parts]
    with errors_at("$"):
        asked = _common([window for _, _, window in told]) if within is None else within
    busy: dict[str, list[BusyTime]] = {}
    unknown: dict[str, str] = {}
    for who, part, (start, end) in told:
        short = (start and start > asked.start) or (end and end < asked.end)
        reason = "it tells of less than the window" if short else _failure(part)
        times = list(_times(part, asked))
        if reason is None:
            busy.setdefault(who, []).extend(times)
        else:
            unknown.setdefault(who, reason)
    known = {who: times for who, times in busy.items() if who not in unknown}
    with errors_at("$"):
        return FreeBusy(asked, known, unknown)


def _answers(root: Component) -> list[Component]:
    """The VFREEBUSY components of a calendar that answers: one that asks tells of no time at all."""
    root.check()
    root.check_method(_METHODS)
    return root.of("VFREEBUSY")


def _subject(part: Component, given: str | None) -> str:
    if given is not None:
        return check_id(given, "subject")
    line = part.one("ATTENDEE") or part.one("ORGANIZER")
    if line is None:
        raise CodecError(f"{part.path}.ATTENDEE", "this is required", "missing_key")
    with errors_at(line.path):
        return check_id(subject_of(line.value, line.path), "id")


def _utc(read: Moment, line: Line) -> datetime:
    if not read.is_utc:
        raise fault(line.path, "a time in UTC, for example 20260302T080000Z", line.value, "not_utc")
    return from_us(UTC_CLOCK.instant_us(read.civil))


def _window(part: Component) -> tuple[datetime | None, datetime | None]:
    part.check()
    first, last, lasts = part.one("DTSTART"), part.one("DTEND"), part.one("DURATION")
    start = None if first is None else _utc(moment(first.value, first.path), first)
    end = None if last is None else _utc(moment(last.value, last.path), last)
    if end is None and start is not None and lasts is not None:
        length = duration(lasts.value, lasts.path)
        end = start + length.by_clock + length.exact
    if start is not None and end is not None and start >= end:
        raise fault(f"{part.path}.DTEND", "an end after the start", end, "reversed_interval")
    return start, end


def _common(windows: list[tuple[datetime | None, datetime | None]]) -> Interval:
    starts = [start for start, _ in windows if start is not None]
    ends = [end for _, end in windows if end is not None]
    if not starts or not ends:
        raise CodecError("$", "neither within is given, nor DTSTART and DTEND", "missing_key")
    if max(starts) >= min(ends):
        raise CodecError("$", "expected components that tell of one window", "reversed_interval")
    return Interval(max(starts), min(ends))


def _failure(part: Component) -> str | None:
    for line in part.all("REQUEST-STATUS"):
        code, _, reason = line.value.lstrip().partition(";")
        if code.startswith(_FAILED):
            return str(unescape_backslash(reason))
    return None


def _times(part: Component, asked: Interval) -> Iterator[BusyTime]:
    for line in part.all("FREEBUSY"):
        kind = _READ.get((line.parameter("FBTYPE") or "BUSY").strip().upper(), BusyKind.BUSY)
        for word in line.value.split(","):
            begin, rest = period(word, line.path)
            start = _utc(begin, line)
            if isinstance(rest, Length):
                end = start + rest.by_clock + rest.exact
            else:
                end = _utc(rest, line)
            if end < start:
                raise fault(
                    line.path, "a period that ends after its start", word, "reversed_interval"
                )
            if start < end and start < asked.end and end > asked.start:
                yield BusyTime(Interval(max(start, asked.start), min(end, asked.end)), kind)


# Written -------------------------------------------------------------------------


def write_free_busy(
    free_busy: FreeBusy,
    *,
    dtstamp: datetime,
    prodid: str = PRODID,
    organizer: str | None = None,
    method: str | None = None,
) -> str:
    """A calendar with one VFREEBUSY for each subject, in order, as `read_free_busy` reads it.

    ``organizer`` is who asked, by an id; ``method`` is REPLY in an answer and PUBLISH where nobody asked.

    Raises:
        InvalidValueError: If an argument is no good, or the window does not begin and end on a whole
            second (``whole_seconds``).
    """
    check_type(free_busy, FreeBusy, "free_busy", "a FreeBusy")
    within = free_busy.within
    if within.start.microsecond or within.end.microsecond:
        raise InvalidValueError("within", within, "a window of whole seconds", "whole_seconds")
    if method not in {None, "PUBLISH", "REPLY"}:
        raise InvalidValueError("method", method, "'PUBLISH', 'REPLY' or None", "choice")
    asked = (
        [] if organizer is None else [f"ORGANIZER:{address_of(check_id(organizer, 'organizer'))}"]
    )
    stamp = stamp_line(dtstamp)
    span = f"{utc_text(within.start)}-{utc_text(within.end)}"
    parts: list[list[str]] = [] if method is None else [[f"METHOD:{method}"]]
    for subject in free_busy.subjects:
        address = address_of(subject)
        head = [
            f"UID:{span}-{address}",
            stamp,
            *asked,
            f"ATTENDEE:{address}",
            f"DTSTART:{utc_text(within.start)}",
            f"DTEND:{utc_text(within.end)}",
        ]
        if subject in free_busy.unknown:
            _, _, reason = text_line("X", free_busy.unknown[subject]).partition(":")
            parts.append(component("VFREEBUSY", head, f"REQUEST-STATUS:5.1;{reason}"))
        else:
            parts.append(component("VFREEBUSY", head, _lines(free_busy.busy[subject])))
    return calendar(prodid, parts)


def _lines(times: tuple[BusyTime, ...]) -> Iterator[str]:
    for word in dict.fromkeys(_WRITTEN[kind] for kind in STRONGEST_FIRST if kind in _WRITTEN):
        of = [_period(time.interval) for time in times if _WRITTEN.get(time.kind) == word]
        for first in range(0, len(of), _PER_LINE):
            yield f"FREEBUSY;FBTYPE={word}:{','.join(of[first : first + _PER_LINE])}"


def _period(interval: Interval) -> str:
    late = timedelta(0) if not interval.end.microsecond else _SECOND
    return f"{utc_text(interval.start)}/{utc_text(interval.end + late)}"

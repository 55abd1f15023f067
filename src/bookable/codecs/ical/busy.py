"""Busy time from the events of a calendar (RFC 5545, 3.6.1).

What counts: every VEVENT of the calendar, with its rules, single dates and exceptions. Not busy are
events with ``STATUS:CANCELLED`` or ``TRANSP:TRANSPARENT``; how busy the others are is told by
``X-MICROSOFT-CDO-BUSYSTATUS`` where it stands (OOF, TENTATIVE, WORKINGELSEWHERE; FREE only where
nothing says that the event is opaque), else by ``STATUS:TENTATIVE``. Where the subject's address is
given, an event that it declined is not busy, and one that it accepted tentatively is tentative.

*Never silently free.* An event that cannot be read (a rule, a zone, a time) makes the subject
unknown, with the reason; `read_busy_leniently` leaves such events out and tells which. A text that
is no calendar, is not complete or is beyond a limit is refused as a whole.

Traps: all-day events and times without a zone are those of ``zone``, else of the calendar's
``X-WR-TIMEZONE``, else they cannot be read. Rules by the hour, minute or second are read within
10,000 occurrences each. The start of an event counts even where its rule says otherwise. Tasks and
journals take no time, nor does VAVAILABILITY here: `read_availability` reads it. A VFREEBUSY that
tells of time, or of a failure, cannot be read here: `read_free_busy` does.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from attrs import frozen

from bookable.checks import check_id, check_text
from bookable.codecs._occurrences import Work
from bookable.codecs.ical._happenings import Fault, Reading
from bookable.codecs.ical._lines import PUBLISHED, Component, read_calendars
from bookable.codecs.ical._series import grouped
from bookable.codecs.ical._zones import Zones
from bookable.domain.free_busy import BusyTime, FreeBusy
from bookable.domain.policy import BusyKind
from bookable.errors import CodecError
from bookable.timeline import _kernel
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.interval import Interval, check_interval

_SHOWN_FAULTS: Final = 3
_BUSYSTATUS: Final = "X-MICROSOFT-CDO-BUSYSTATUS"
_OUTLOOK: Final = {
    "FREE": BusyKind.FREE,
    "TENTATIVE": BusyKind.TENTATIVE,
    "BUSY": BusyKind.BUSY,
    "OOF": BusyKind.OUT_OF_OFFICE,
    "WORKINGELSEWHERE": BusyKind.ELSEWHERE,
}


@frozen
class LenientBusy:
    """Busy time as far as it could be read, and what was left out."""

    free_busy: FreeBusy
    skipped: tuple[Fault, ...]


def read_busy(
    text: str | bytes,
    *,
    subject: str,
    within: Interval,
    zone: Zone | str | None = None,
    attendee: str | None = None,
) -> FreeBusy:
    """When a subject is busy inside a window, by the events of a calendar.

    ``zone`` is that of its dates and of times without one; ``attendee`` its address, if what it
    answered is to count. Where some event cannot be read the subject is unknown.

    >>> from datetime import UTC, datetime
    >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART:20260302T090000Z", "DURATION:PT1H"]
    >>> lines += ["RRULE:FREQ=DAILY", "STATUS:TENTATIVE", "END:VEVENT", "END:VCALENDAR"]
    >>> day = Interval(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
    >>> told = read_busy(chr(10).join(lines), subject="ada", within=day)
    >>> [(str(time.interval.start), time.kind.value) for time in told.busy["ada"]]
    [('2026-03-05 09:00:00+00:00', 'tentative')]

    Raises:
        CodecError: If the text is no calendar that can be read.
        InvalidValueError: If an argument is no good.

    Complexity: linear in the text; rules cost the occurrences in the window (with COUNT, all), and
    all of them together no more than a fixed budget (code ``work``).
    """
    busy, faults = _read(text, subject, within, zone, attendee)
    if faults:
        return FreeBusy(within, {}, {subject: _told(faults)})
    return FreeBusy(within, {subject: busy})


def read_busy_leniently(
    text: str | bytes,
    *,
    subject: str,
    within: Interval,
    zone: Zone | str | None = None,
    attendee: str | None = None,
) -> LenientBusy:
    """As `read_busy`, but what cannot be read is left out, and told: there the subject may be busy.

    Raises:
        CodecError: If the text is no calendar that can be read.
        InvalidValueError: If an argument is no good.
    """
    busy, faults = _read(text, subject, within, zone, attendee)
    return LenientBusy(FreeBusy(within, {subject: busy}), tuple(faults))


def _read(
    text: str | bytes,
    subject: str,
    within: Interval,
    zone: Zone | str | None,
    attendee: str | None,
) -> tuple[list[BusyTime], list[Fault]]:
    check_id(subject, "subject")
    check_interval(within, "within")
    given = None if zone is None else to_zone(zone)
    address = None if attendee is None else _address(check_text(attendee, "attendee"))
    found: list[BusyTime] = []
    faults: list[Fault] = []
    work = Work()
    for calendar in read_calendars(text):
        calendar.check_method(PUBLISHED)
        times, told = _read_calendar(calendar, within, given, address, work)
        found += times
        faults += told
    return found, faults


def _read_calendar(
    calendar: Component,
    within: Interval,
    zone: Zone | None,
    address: str | None,
    work: Work,
) -> tuple[list[BusyTime], list[Fault]]:
    kinds: dict[str, BusyKind] = {}
    faults = _beside(calendar)
    events = []
    for part in calendar.of("VEVENT"):
        try:
            kinds[part.path] = _kind(part, address)
            events.append(part)
        except CodecError as error:
            faults.append(Fault.of(part, error))
    reading = Reading(
        Zones(calendar, within, work, zone),
        within.start_us,
        within.end_us,
        work,
        lambda part: kinds[part.path] is not BusyKind.FREE,
    )
    pieces: dict[BusyKind, list[tuple[int, int]]] = defaultdict(list)
    for group in grouped(events):
        for part, start, end in reading.of(group):
            pieces[kinds[part.path]].append((start, end))
    found = []
    for kind, pairs in pieces.items():
        merged = _kernel.clip(_kernel.normalise(pairs), within.start_us, within.end_us)
        found += [BusyTime(Interval.from_us(*piece), kind) for piece in merged]
    return found, faults + reading.faults


def _beside(calendar: Component) -> list[Fault]:
    """What is wrong with a calendar beside its events."""
    faults = []
    try:
        calendar.check()
    except CodecError as error:
        faults.append(Fault.of(calendar, error))
    for part in calendar.of("VFREEBUSY"):
        if "FREEBUSY" in part or "REQUEST-STATUS" in part:
            unread = CodecError(part.path, "read_free_busy reads VFREEBUSY", "unsupported")
            faults.append(Fault.of(part, unread))
    return faults


def _told(faults: list[Fault]) -> str:
    shown = "; ".join(str(fault) for fault in faults[:_SHOWN_FAULTS])
    more = len(faults) - _SHOWN_FAULTS
    return shown + (f"; and {more:,} more" if more > 0 else "")


# How busy ----------------------------------------------------------------------


def _kind(part: Component, address: str | None) -> BusyKind:
    status, shown = part.word("STATUS"), part.word("TRANSP")
    if status == "CANCELLED":
        return BusyKind.FREE
    answer = None if address is None else _answer(part, address)
    if answer == "DECLINED":
        return BusyKind.FREE
    told = _OUTLOOK.get(part.word(_BUSYSTATUS) or "")
    if told is None:
        if shown == "TRANSPARENT":
            return BusyKind.FREE
        told = BusyKind.TENTATIVE if status == "TENTATIVE" else BusyKind.BUSY
    elif told is BusyKind.FREE and shown == "OPAQUE":
        told = BusyKind.BUSY
    return BusyKind.TENTATIVE if told is BusyKind.BUSY and answer == "TENTATIVE" else told


def _answer(part: Component, address: str) -> str | None:
    for line in part.all("ATTENDEE"):
        if _address(line.value) == address:
            return (line.parameter("PARTSTAT") or "").upper()
    return None


def _address(text: str) -> str:
    return text.strip().casefold().removeprefix("mailto:")

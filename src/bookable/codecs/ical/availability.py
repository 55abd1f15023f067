"""VAVAILABILITY: when somebody may be asked at all (RFC 7953).

A component covers the time from its DTSTART to its DTEND, or without bound. In it somebody is
unavailable, in the way that BUSYTYPE says (BUSY-UNAVAILABLE by default, and for words that are not
known), except while one of its AVAILABLE components takes place. Of components that cover the same
time the one of the higher PRIORITY counts alone, 1 before 9, and 0 or none last. Of those of one
priority all count, on which RFC 7953 leaves us alone: free is what each of them that covers the time
says is free. Time that no component covers is free.

An AVAILABLE takes place when its rule says so: its own DTSTART, which may lie beside the rule, makes
nothing free. One that cannot be read makes the subject unknown.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from bookable.checks import check_id
from bookable.codecs._durations import duration
from bookable.codecs._forms import errors_at, fault
from bookable.codecs._occurrences import Work
from bookable.codecs.ical._happenings import Reading
from bookable.codecs.ical._lines import PUBLISHED, Component, read_calendars
from bookable.codecs.ical._series import check_counts, grouped
from bookable.codecs.ical._values import moment
from bookable.codecs.ical._zones import Zones
from bookable.domain.free_busy import BusyTime, FreeBusy
from bookable.domain.policy import BusyKind
from bookable.errors import CodecError
from bookable.limits import EARLIEST, LATEST
from bookable.timeline import _kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import to_us
from bookable.timeline.interval import Interval, check_interval

_KINDS: Final = {"BUSY": BusyKind.BUSY, "BUSY-TENTATIVE": BusyKind.TENTATIVE}
_LOWEST: Final = 10
"""The rank of PRIORITY 0, which comes after 9."""


def read_availability(
    text: str | bytes, *, subject: str, within: Interval, zone: Zone | str | None = None
) -> FreeBusy:
    """When a subject is not available inside a window, by the VAVAILABILITY of a calendar.

    ``zone`` is that of dates and of times without one.

    >>> from datetime import UTC, datetime
    >>> lines = ["BEGIN:VCALENDAR", "BEGIN:VAVAILABILITY", "BEGIN:AVAILABLE"]
    >>> lines += ["DTSTART:20260302T090000Z", "DTEND:20260302T170000Z", "RRULE:FREQ=DAILY"]
    >>> lines += ["END:AVAILABLE", "END:VAVAILABILITY", "END:VCALENDAR"]
    >>> day = Interval(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
    >>> told = read_availability(chr(10).join(lines), subject="ada", within=day)
    >>> [f"{each.interval.start:%H} to {each.interval.end:%H}" for each in told.busy["ada"]]
    ['00 to 09', '17 to 00']

    Raises:
        CodecError: If the text is no calendar that can be read.
        InvalidValueError: If an argument is no good.
    """
    check_id(subject, "subject")
    check_interval(within, "within")
    given = None if zone is None else to_zone(zone)
    work = Work()
    levels: dict[int, list[tuple[BusyKind, Pieces, Pieces]]] = defaultdict(list)
    faults: list[str] = []
    for root in read_calendars(text):
        root.check()
        root.check_method(PUBLISHED)
        zones = Zones(root, within, work, given)
        for part in root.of("VAVAILABILITY"):
            try:
                covered = _kernel.clip((span_us(part, zones),), within.start_us, within.end_us)
                free, told = _free(part, zones, within, work)
                level = (busy_type(part), covered, _kernel.subtract(covered, free))
                levels[rank_of(part)].append(level)
                faults += told
            except CodecError as error:
                if error.code == "work":
                    raise
                faults.append(str(error))
    if not levels and not faults:
        raise CodecError("$", "expected a VAVAILABILITY component", "missing_key")
    if faults:
        return FreeBusy(within, {}, {subject: "; ".join(faults[:3])})
    times = [
        BusyTime(Interval.from_us(*piece), kind)
        for kind, pieces in _settled(levels).items()
        for piece in pieces
    ]
    return FreeBusy(within, {subject: times})


def span_us(part: Component, zones: Zones) -> tuple[int, int]:
    """What a VAVAILABILITY covers, in microseconds since the epoch.

    Raises:
        CodecError: If its ends cannot be read, or the end is not after the start.
    """
    part.check()
    check_counts(part)
    begin, end, lasts = part.one("DTSTART"), part.one("DTEND"), part.one("DURATION")
    start_us, end_us = to_us(EARLIEST), to_us(LATEST)
    if begin is not None:
        first = moment(begin.value, begin.path)
        clock = zones.clock(begin, first)
        start_us = clock.instant_us(first.civil)
        if end is None and lasts is not None:
            with errors_at(lasts.path):
                end_us = duration(lasts.value, lasts.path).end_us(first.civil, clock)
    if end is not None:
        last = moment(end.value, end.path)
        end_us = zones.clock(end, last).instant_us(last.civil)
    if start_us >= end_us:
        at = f"{part.path}.DTEND"
        raise CodecError(at, "expected an end that is after the start", "reversed_interval")
    return start_us, end_us


def busy_type(part: Component) -> BusyKind:
    """How busy somebody is where a VAVAILABILITY says nothing else."""
    return _KINDS.get(part.word("BUSYTYPE") or "", BusyKind.OUT_OF_OFFICE)


def rank_of(part: Component) -> int:
    """The priority of a VAVAILABILITY: 1 is the highest, 10 stands for 0 or none.

    Raises:
        CodecError: If it is none of 0 to 9.
    """
    line = part.one("PRIORITY")
    text = "0" if line is None else line.value.strip()
    if len(text) != 1 or text not in "0123456789":
        raise fault(f"{part.path}.PRIORITY", "a whole number from 0 to 9", text, "choice")
    return int(text) or _LOWEST


def _free(part: Component, zones: Zones, within: Interval, work: Work) -> tuple[Pieces, list[str]]:
    """When the AVAILABLE components of one take place, and which of them cannot be read."""
    reading = Reading(zones, within.start_us, within.end_us, work, lambda _: True, generous=False)
    with errors_at(part.path):
        found = [
            (start, end)
            for group in grouped(part.of("AVAILABLE"))
            for _, start, end in reading.of(group)
        ]
    return _kernel.normalise(found), [str(each) for each in reading.faults]


def _settled(levels: dict[int, list[tuple[BusyKind, Pieces, Pieces]]]) -> dict[BusyKind, Pieces]:
    """The busy time of each kind, higher priorities laid over lower ones."""
    settled: dict[BusyKind, Pieces] = {}
    for rank in sorted(levels, reverse=True):
        for _, covered, _ in levels[rank]:
            settled = {kind: _kernel.subtract(old, covered) for kind, old in settled.items()}
        for kind, _, busy in levels[rank]:
            settled[kind] = _kernel.union(settled.get(kind, ()), busy)
    return settled

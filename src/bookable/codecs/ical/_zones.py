"""Which clock a calendar means: zones by their many names, and zones that it defines itself.

A ``TZID`` is looked up in this order: a zone of the IANA database, if it is named as an area and a place
(short names, as EST, are often used for something else); a VTIMEZONE of the same calendar, whose
changes are then the clock; any zone of the database; a name that Windows has for a zone; a name with a maker's prefix, as
``/mozilla.org/20050126_1/Europe/Berlin``. Anything else cannot be read, and says so.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bookable.codecs._clocks import UTC_CLOCK, Clock, ToldClock, ZoneClock
from bookable.codecs._forms import errors_at, fault
from bookable.codecs._occurrences import Work, occurrences, rule_of
from bookable.codecs.ical._lines import Component, Line
from bookable.codecs.ical._values import Moment, moment, offset
from bookable.codecs.windows_zones import WINDOWS_ZONES
from bookable.errors import CodecError, InvalidValueError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import SECOND
from bookable.timeline.interval import Interval
from bookable.timeline.rule import SUB_DAILY

_FIRST: Final = datetime(1900, 1, 1)  # noqa: DTZ001  civil
"""Changes of defined zones are looked up from then on."""

_BEHIND: Final = timedelta(days=3_800)
"""And so far behind the window that is asked about: longer than any event lasts."""

_MOST_SPAN: Final = timedelta(days=99_000)


class Zones:
    """The clocks of one calendar, each made once.

    ``zone`` is what dates and floating times are in; without it, what the calendar says of itself
    in ``X-WR-TIMEZONE``; without that, they cannot be read.
    """

    def __init__(
        self, calendar: Component, within: Interval, work: Work, zone: Zone | str | None
    ) -> None:
        self._defined: dict[str, Component] = {}
        for part in calendar.of("VTIMEZONE"):
            tzid = part.raw("TZID")
            self._defined.setdefault(tzid, part)
        self._within, self._work = within, work
        self._known: dict[str, Clock] = {}
        self._given = None if zone is None else ZoneClock(to_zone(zone))
        self._calendar = calendar

    def clock(self, line: Line, read: Moment) -> Clock:
        """The clock of a time that stands in a line."""
        if read.is_utc:
            return UTC_CLOCK
        tzid = line.parameter("TZID")
        if read.is_day or tzid is None:
            return self.local(line.path, read)
        return self.named(tzid, f"{line.path};TZID")

    def local(self, path: str, read: Moment) -> Clock:
        """The clock of dates and of times that name no zone."""
        if self._given is not None:
            return self._given
        told = self._calendar.one("X-WR-TIMEZONE")
        if told is not None and told.value.strip():
            return self.named(told.value, told.path)
        what = "a date" if read.is_day else "a time without a zone"
        raise CodecError(path, f"{what}, and no zone is given for it", "floating")

    def named(self, tzid: str, path: str) -> Clock:
        """The clock of a TZID, or `CodecError` (code ``unknown_zone``)."""
        name = tzid.strip().strip('"')
        if name not in self._known:
            self._known[name] = self._found(name, path)
        return self._known[name]

    def _found(self, name: str, path: str) -> Clock:
        exact = _zone(name.strip("/"))
        if exact is not None and ("/" in exact.key or name not in self._defined):
            return ZoneClock(exact)
        if name in self._defined:
            return self._told(self._defined[name])
        if name in WINDOWS_ZONES:
            return ZoneClock(to_zone(WINDOWS_ZONES[name]))
        words = name.strip("/").split("/")[-3:]
        for first in range(len(words) - 1):
            behind = _zone("/".join(words[first:]))
            if behind is not None:
                return ZoneClock(behind)
        expected = "a zone that is known or that the calendar defines"
        raise fault(path, expected, name, "unknown_zone")

    def _told(self, part: Component) -> Clock:
        """The clock of a VTIMEZONE, as far as the window that is asked about needs it."""
        part.check()
        until = (self._within.end + _BEHIND).replace(tzinfo=None)
        since = max(until, _FIRST + _MOST_SPAN) - _MOST_SPAN
        changes = []
        for phase in part.of("STANDARD", "DAYLIGHT"):
            phase.check()
            before, after = (_offset(phase, name) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
            onsets = self._onsets(phase, before, since, until)
            changes += [(shown, before, after) for shown in onsets]
        if not changes:
            raise CodecError(part.path, "expected STANDARD or DAYLIGHT inside", "unknown_zone")
        return ToldClock.of(changes)

    def _onsets(
        self, phase: Component, before: int, since: datetime, until: datetime
    ) -> set[datetime]:
        """What the clock shows whenever a phase begins, as it goes before that."""
        line = phase.one("DTSTART")
        if line is None:
            raise CodecError(f"{phase.path}.DTSTART", "this is required", "missing_key")
        start = moment(line.value, line.path).civil
        found = {start}
        clock = ToldClock(before * SECOND, (), ())
        for rule_line in phase.all("RRULE"):
            with errors_at(rule_line.path):
                rule = rule_of(rule_line.value, clock, whole_days=False, generous=True)
                if rule.frequency in SUB_DAILY:
                    expected = "FREQ=YEARLY, MONTHLY, WEEKLY or DAILY"
                    raise InvalidValueError("rule", str(rule), expected, "unsupported")
                found.update(occurrences(rule, start, since, until, self._work))
        for dates in phase.all("RDATE"):
            for word in dates.value.split(","):
                found.add(moment(word.partition("/")[0], dates.path).civil)
        return found


def _zone(name: str) -> Zone | None:
    try:
        return to_zone(name)
    except InvalidValueError:
        return None


def _offset(phase: Component, name: str) -> int:
    line = phase.one(name)
    if line is None:
        raise CodecError(f"{phase.path}.{name}", "this is required", "missing_key")
    return offset(line.value, line.path)

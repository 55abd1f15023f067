"""Times on the command line: read in a zone, shown in a zone.

A time is RFC 3339 text with an offset, a wall time (``2026-03-02T09:00``) or a date,
which means its first instant. Wall times are read in the zone of the question and
never guessed: one that the clocks skip, or show twice, is refused, and an offset
says which instant is meant.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from attrs import frozen

from bookable.codecs.iso import has_offset, parse_civil, parse_date, parse_instant
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, exact_us, resolve_us
from bookable.timeline.instant import from_us
from bookable.timeline.interval import Interval

if TYPE_CHECKING:
    from argparse import Namespace

LIKE_TIME: Final = "a time: 2026-03-02T09:00, 2026-03-02T09:00+01:00 or 2026-03-02"
_USUAL_WINDOW: Final = timedelta(days=7)


@frozen
class Clock:
    """The wall clock of one zone."""

    zone: Zone

    def read(self, text: str, field: str) -> datetime:
        """The instant that a text means here, in UTC.

        Raises:
            InvalidValueError: If it is no time.
            SkippedTimeError: If it is a wall time that the clocks skip.
            RepeatedTimeError: If it is a wall time that they show twice.
        """
        if has_offset(text):
            return parse_instant(text, field)
        if len(text) == len("2026-03-02"):
            return from_us(resolve_us(parse_date(text, field), 0, self.zone))
        try:
            civil = parse_civil(text, field)
        except InvalidValueError as error:
            raise InvalidValueError(field, text, LIKE_TIME, error.code) from error
        return from_us(exact_us(civil, self.zone))

    def now(self, text: str | None) -> datetime:
        """The instant given as ``--now``; without one, the second that the system's clock says."""
        if text is None:
            return datetime.now(UTC).replace(microsecond=0)
        return self.read(text, "--now")

    def window(self, arguments: Namespace, now: datetime) -> Interval:
        """The window that ``--date``, or ``--from`` and ``--to``, ask for.

        A date is its whole local day; without an end a window lasts seven days, and
        without a start it starts now.
        """
        if arguments.date is not None:
            if arguments.start is not None or arguments.end is not None:
                expected = "either --date or --from and --to"
                raise InvalidValueError("--date", arguments.date, expected, "window")
            return Interval.day(parse_date(arguments.date, "--date"), zone=self.zone)
        start = now if arguments.start is None else self.read(arguments.start, "--from")
        if arguments.end is not None:
            return Interval(start, self.read(arguments.end, "--to"))
        return Interval(start, start + _USUAL_WINDOW)

    def moment(self, instant: datetime) -> str:
        """The instant as text that `read` reads back.

        >>> from zoneinfo import ZoneInfo
        >>> Clock(ZoneInfo("Europe/Berlin")).moment(datetime(2026, 3, 2, 8, tzinfo=UTC))
        '2026-03-02T09:00+01:00'
        """
        local = instant.astimezone(self.zone)
        return local.isoformat(timespec=_precision(local))

    def time(self, instant: datetime) -> str:
        """What the clock shows at that instant."""
        local = instant.astimezone(self.zone)
        return local.time().isoformat(timespec=_precision(local))

    def day(self, instant: datetime) -> str:
        """The local date in words: ``Monday 2 March 2026``."""
        local = instant.astimezone(self.zone)
        return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"


def _precision(local: datetime) -> str:
    return "auto" if local.second or local.microsecond else "minutes"


# Not from the locale: the same input gives the same output.
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

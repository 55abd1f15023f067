"""Times of Microsoft Graph: what a wall clock shows, and the name of its zone; and readers of its bodies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from attrs import field, frozen

from bookable.codecs._bodies import Body, Reader, civil, flag, text
from bookable.codecs._forms import errors_at, fault, read_object
from bookable.codecs.windows_zones import to_any_zone
from bookable.timeline.civil import AmbiguousEnd, Zone, check_civil, civil_of_us, resolve_us
from bookable.timeline.instant import HOUR, MINUTE, SECOND, from_us, instant_us
from bookable.timeline.interval import Interval

_DIGITS: Final = len("2026-03-02T09:00:00.0000000")
_FLAGS: Final[Mapping[str, bool]] = {"true": True, "false": False}
_LONGEST_NUMBER: Final = 20
_UTC: Final = "UTC"


def _civil(value: datetime) -> datetime:
    return check_civil(value, "civil")


@frozen
class GraphTime:
    """A wall time with the name of its zone, as Windows or the IANA database has it.

    Nothing tells apart the two of a time that the clock shows twice: ``instant`` is the first,
    ``last_instant`` the second. A time that it skips is the moment of the change (SPEC N5).

    >>> GraphTime(datetime(2019, 3, 15, 9), "Pacific Standard Time").instant.isoformat()
    '2019-03-15T16:00:00+00:00'

    Raises:
        InvalidValueError: If it is no datetime without a zone, or there is no such zone.
    """

    civil: datetime = field(converter=_civil)
    zone: str = _UTC

    def __attrs_post_init__(self) -> None:
        to_any_zone(self.zone)

    @classmethod
    def of(cls, moment: datetime, zone: str = _UTC) -> GraphTime:
        """An instant as that zone's clock shows it; in UTC, where that clock shows the same one twice.

        >>> GraphTime.of(datetime.fromisoformat("2026-10-25T02:30:00+01:00"), "Europe/Berlin").zone
        'UTC'
        """
        shown = cls(civil_of_us(instant_us(moment), to_any_zone(zone)), zone)
        if shown.instant == shown.last_instant:
            return shown
        return cls(civil_of_us(instant_us(moment), Zone(_UTC)), _UTC)

    @property
    def instant(self) -> datetime:
        """The first instant that it may be, in UTC."""
        return self._resolved(AmbiguousEnd.FIRST)

    @property
    def last_instant(self) -> datetime:
        """The last instant that it may be, in UTC."""
        return self._resolved(AmbiguousEnd.LAST)

    def _resolved(self, ambiguous: AmbiguousEnd) -> datetime:
        clock = self.civil
        us = clock.hour * HOUR + clock.minute * MINUTE + clock.second * SECOND + clock.microsecond
        zone = to_any_zone(self.zone)
        return from_us(resolve_us(clock.date(), us, zone, ambiguous=ambiguous))


def span(start: GraphTime, end: GraphTime) -> Interval:
    """All the time that may be meant.

    Raises:
        InvalidIntervalError: If it ends before it starts, or at once.
    """
    return Interval(start.instant, end.last_instant)


def read_time(value: object, path: str) -> GraphTime:
    """A ``dateTimeTimeZone``: ``{"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"}``.

    Seven digits after the second are read where the last one is 0: nothing here is finer than a microsecond.
    """
    body = graph_body(value, path)
    shown, zone = body.read("dateTime", _read_civil), body.read("timeZone", text)
    with errors_at(body.at("timeZone")):
        to_any_zone(zone)
    with errors_at(path):
        return GraphTime(shown, zone)


def _read_civil(value: object, path: str) -> datetime:
    if type(value) is str and len(value) == _DIGITS and value.endswith("0"):
        value = value[:-1]
    return civil(value, path)


def write_time(time: GraphTime, *, long: bool = True) -> dict[str, object]:
    """The ``dateTimeTimeZone`` of a time, with seven digits after the second, or, not long, as few as do."""
    if long:
        shown = f"{time.civil.isoformat(timespec='microseconds')}0"
    else:
        shown = time.civil.isoformat()
    return {"dateTime": shown, "timeZone": time.zone}


# Readers ---------------------------------------------------------------------


def graph_body(value: object, path: str = "$") -> Body:
    """An object, whose keys may begin with a capital, as in some examples of the documents."""
    given = read_object(value, path)
    keys = {key: key[:1].lower() + key[1:] for key in given}
    return Body(
        {keys[key]: given[key] for key in given if key == keys[key] or keys[key] not in given}, path
    )


def loose_flag(value: object, path: str) -> bool:
    """True or false, also as a text: the documents have ``"isOrganizerOptional": "false"``."""
    return flag(_FLAGS.get(value.lower(), value) if type(value) is str else value, path)


def loose_number(value: object) -> object:
    """A number that may stand in a text, as in ``"availabilityViewInterval": "15"``; else as it is."""
    if type(value) is str and len(value) <= _LONGEST_NUMBER and value.isascii():
        if value.isdecimal():
            return int(value)
        whole, point, rest = value.partition(".")
        if point and whole.isdecimal() and rest.isdecimal():
            return float(value)
    return value


def percentage(value: object, path: str) -> float:
    """A number from 0 to 100, which may stand in a text."""
    found = loose_number(value)
    if type(found) not in {int, float} or not 0 <= found <= 100:  # type: ignore[operator]  # a number
        raise fault(path, "a number from 0 to 100", value, "quantity")
    return float(found)  # type: ignore[arg-type]  # a number


def short(number: float) -> float:
    """A number as JSON writes it best: without a point where it is whole."""
    return int(number) if number == int(number) else number


def any_case(*words: str) -> Reader[str]:
    """A reader of one of a few words, in any case: the documents write ``Busy`` and ``busy``."""
    known = {each.lower(): each for each in words}

    def read(value: object, path: str) -> str:
        found = known.get(value.lower()) if type(value) is str else None
        if found is None:
            raise fault(path, f"one of {', '.join(map(repr, words))}", value, "choice")
        return found

    return read

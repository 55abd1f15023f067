"""Instants: aware datetimes outside, integer microseconds since 1970 in UTC inside.

Everything between the edges counts in integers: exact for any datetime, ordered
without surprises, and an order of magnitude cheaper than datetime objects. Two
datetimes in the same ``ZoneInfo`` subtract and compare by wall clock, so nothing
here compares before it has converted.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from bookable.errors import (
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    SkippedTimeError,
)
from bookable.limits import EARLIEST, LATEST

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
_MICROSECOND: Final = timedelta(microseconds=1)
_MOST_MOMENTS: Final = 65_536

_EXPECTED = "an aware datetime, for example datetime(2026, 3, 2, 9, tzinfo=UTC)"
_READ = f"{_EXPECTED} (datetime.fromisoformat reads text)"


def to_utc(moment: object, field: str = "moment") -> datetime:
    """The same instant in UTC.

    Accepts aware datetimes whose zone is UTC, a fixed offset of whole minutes or a
    ``ZoneInfo``; a repeated wall time is decided by its ``fold``.

    Raises:
        NaiveDatetimeError: If *moment* has no UTC offset.
        InvalidValueError: If it is not exactly a datetime, or its zone is of another kind.
        SkippedTimeError: If its wall time does not exist in its zone.
        LimitExceededError: If it lies outside the years 100 to 9899.
    """
    if type(moment) is not datetime:
        code = "exact_type" if isinstance(moment, datetime) else "not_datetime"
        expected = _READ if isinstance(moment, str) else _EXPECTED
        raise InvalidValueError(field, moment, expected, code)
    zone = moment.tzinfo
    if zone is UTC:
        if EARLIEST <= moment < LATEST:
            return moment
        raise _out_of_range(moment, field)
    if zone is None:
        raise NaiveDatetimeError(field, moment)
    if type(zone) is not timezone and type(zone) is not ZoneInfo:
        expected = "a zone of type zoneinfo.ZoneInfo or datetime.timezone"
        raise InvalidValueError(f"{field}.tzinfo", zone, expected, "tz_type")
    if not EARLIEST.year <= moment.year < LATEST.year:
        raise _out_of_range(moment, field)
    if type(zone) is timezone and moment.utcoffset() % timedelta(minutes=1):  # type: ignore[operator]  # aware
        raise InvalidValueError(field, moment, "an offset of whole minutes", "offset")
    instant = moment.astimezone(UTC)
    if type(zone) is ZoneInfo:
        shown_again = instant.astimezone(zone).replace(tzinfo=None)
        if shown_again != moment.replace(tzinfo=None):
            raise SkippedTimeError(moment.replace(tzinfo=None), zone.key or "the zone")
    if not EARLIEST <= instant < LATEST:
        raise _out_of_range(moment, field)
    return instant


def _out_of_range(moment: datetime, field: str) -> LimitExceededError:
    return LimitExceededError(f"years in {field} (100 to 9899)", moment.year, LATEST.year - 1)


def to_us(instant: datetime) -> int:
    """Microseconds since the epoch of a datetime that is in UTC already."""
    # One exact division: a sum of days and seconds asks for more memory than its digits need.
    return (instant - EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    """The UTC datetime of an instant in microseconds since the epoch."""
    return EPOCH + timedelta(microseconds=microseconds)


class _Moments(dict[int, datetime]):
    """The datetimes of instants that are told again and again; all are forgotten when they are too many."""

    def __missing__(self, microseconds: int) -> datetime:
        if len(self) >= _MOST_MOMENTS:
            self.clear()
        found = self[microseconds] = from_us(microseconds)
        return found

    cache_clear = dict.clear


_MOMENTS: Final = _Moments()
shared_moment: Final = _MOMENTS.__getitem__
"""`from_us`, where the same instants are told again and again: starts of slots. A look-up at C speed."""


def instant_us(moment: object, field: str = "moment") -> int:
    """Check an aware datetime and count it in microseconds since the epoch."""
    return to_us(to_utc(moment, field))


def duration_us(duration: timedelta) -> int:
    """A duration in microseconds."""
    return duration.days * DAY + duration.seconds * SECOND + duration.microseconds


def check_date(value: object, field: str) -> date:
    """Exactly a ``date``; a datetime, which is a date to Python, is refused."""
    if type(value) is not date:
        expected = "a date, for example date(2026, 3, 2)"
        raise InvalidValueError(field, value, expected, "not_date")
    if not EARLIEST.year < value.year < LATEST.year - 1:
        raise LimitExceededError(f"years in {field} (101 to 9898)", value.year, LATEST.year - 2)
    return value


def as_duration(microseconds: int) -> timedelta:
    """A duration counted in microseconds."""
    return timedelta(microseconds=microseconds)

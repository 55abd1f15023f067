"""Instants, wall times, dates, durations and fractions as text: RFC 3339 and ISO 8601.

Closed grammars and nothing else: what these functions accept is what their
docstrings say, so no text ever means two things. Seconds may be left out, for
people who write by hand; digits beyond the microsecond are refused, not rounded.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Final

from bookable.errors import InvalidValueError, LimitExceededError, NaiveDatetimeError
from bookable.limits import LONGEST_DURATION
from bookable.timeline.civil import check_civil
from bookable.timeline.instant import DAY, HOUR, MINUTE, SECOND, check_date, duration_us, to_utc

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_CLOCK = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
_OFFSET = r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
# Every pattern here is linear: no quantifier stands inside another.
_MOMENT = re.compile(f"{_DATE}[Tt ]{_CLOCK}({_OFFSET})?")
_DURATION = re.compile(
    r"P(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(T(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12})(?:\.([0-9]{1,6}))?S)?)?"
)
_FRACTION = re.compile(r"-?[0-9]{1,20}(?:/[0-9]{1,20})?")

LIKE_INSTANT: Final = "an instant with its offset, for example '2026-03-02T09:00:00+01:00'"
LIKE_CIVIL: Final = "a wall time, for example '2026-03-02T09:00'"
LIKE_DATE: Final = "a date, for example '2026-03-02'"
LIKE_DURATION: Final = "a duration, for example 'PT30M', 'PT1H15M' or 'P1DT2H'"
LIKE_FRACTION: Final = "a fraction as text, for example '3/7' or '2'"


def parse_instant(text: object, field: str = "instant") -> datetime:
    """The instant, in UTC, that an RFC 3339 text names.

    >>> parse_instant("2026-03-02T09:00:00+01:00").isoformat()
    '2026-03-02T08:00:00+00:00'

    Raises:
        NaiveDatetimeError: If the text names no offset.
        InvalidValueError: If it is anything else.
        LimitExceededError: If it lies outside the years 100 to 9899.
    """
    civil, offset = _moment(text, field, LIKE_INSTANT)
    if offset is None:
        raise NaiveDatetimeError(field, text, LIKE_INSTANT)
    return to_utc(civil.replace(tzinfo=timezone(offset)), field)


def parse_civil(text: object, field: str = "civil") -> datetime:
    """The wall time, without a zone, that a text like ``2026-03-02T09:00`` shows.

    Raises:
        InvalidValueError: If it is anything else, an offset included.
    """
    civil, offset = _moment(text, field, LIKE_CIVIL)
    if offset is not None:
        raise InvalidValueError(field, text, LIKE_CIVIL, "not_civil")
    return check_civil(civil, field)


def has_offset(text: str) -> bool:
    """Whether the text is written as an instant: it has an offset."""
    matched = _MOMENT.fullmatch(text)
    return matched is not None and matched[8] is not None


def _moment(text: object, field: str, like: str) -> tuple[datetime, timedelta | None]:
    matched = _MOMENT.fullmatch(text) if type(text) is str else None
    if matched is None:
        raise InvalidValueError(field, text, like, "not_datetime")
    year, month, day, hour, minute, second, fraction, zoned, sign, hours, minutes = matched.groups()
    us = int((fraction or "").ljust(6, "0"))
    clock = int(hour), int(minute), int(second or 0), us
    try:
        civil = datetime(int(year), int(month), int(day), *clock)  # noqa: DTZ001  a wall time
    except ValueError as error:
        raise InvalidValueError(field, text, like, "not_datetime") from error
    if zoned is None:
        return civil, None
    if sign is None:
        return civil, timedelta(0)
    if int(hours) > 23 or int(minutes) > 59:
        raise InvalidValueError(field, text, like, "offset")
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return civil, -offset if sign == "-" else offset


def instant_text(moment: datetime) -> str:
    """The one RFC 3339 text of an instant, in UTC.

    >>> instant_text(parse_instant("2026-03-02 09:00+01:00"))
    '2026-03-02T08:00:00Z'
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def parse_date(text: object, field: str = "date") -> date:
    """The date that a text like ``2026-03-02`` names.

    Raises:
        InvalidValueError: If it is anything else.
        LimitExceededError: If it lies outside the years 101 to 9898.
    """
    matched = re.fullmatch(_DATE, text) if type(text) is str else None
    if matched is None:
        raise InvalidValueError(field, text, LIKE_DATE, "not_date")
    try:
        found = date(*map(int, matched.groups()))
    except ValueError as error:
        raise InvalidValueError(field, text, LIKE_DATE, "not_date") from error
    return check_date(found, field)


def parse_duration(text: object, field: str = "duration") -> timedelta:
    """The exact duration that an ISO 8601 text names: weeks, days, hours, minutes, seconds.

    A day is 24 hours. Years and months are refused: they are no fixed time.

    >>> parse_duration("P1DT2H"), parse_duration("PT0.000001S")
    (datetime.timedelta(days=1, seconds=7200), datetime.timedelta(microseconds=1))

    Raises:
        InvalidValueError: If it is anything else.
        LimitExceededError: If it is longer than ten years.
    """
    matched = _DURATION.fullmatch(text) if type(text) is str else None
    if matched is None or matched[0] == "P" or matched[3] == "T":
        raise InvalidValueError(field, text, LIKE_DURATION, "duration")
    weeks, days, _, hours, minutes, seconds, fraction = matched.groups()
    counted = ((weeks, 7 * DAY), (days, DAY), (hours, HOUR), (minutes, MINUTE), (seconds, SECOND))
    total = sum(int(number or 0) * unit for number, unit in counted)
    total += int((fraction or "").ljust(6, "0"))
    if total > duration_us(LONGEST_DURATION):
        raise LimitExceededError(f"days in {field}", -(-total // DAY), LONGEST_DURATION.days)
    return timedelta(microseconds=total)


def duration_text(duration: timedelta) -> str:
    """The one ISO 8601 text of a duration that is not negative.

    >>> duration_text(timedelta(minutes=90)), duration_text(timedelta(0))
    ('PT1H30M', 'PT0S')
    """
    minutes, seconds = divmod(duration.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{duration.microseconds:06}".rstrip("0") if duration.microseconds else ""
    clock = "".join(f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M")) if number)
    if seconds or fraction:
        clock += f"{seconds}{fraction}S"
    days = f"{duration.days}D" if duration.days else ""
    if not days and not clock:
        return "PT0S"
    return f"P{days}" + (f"T{clock}" if clock else "")


def parse_fraction(text: object, field: str = "fraction") -> Fraction:
    """The exact fraction that a text like ``3/7``, ``-1/2`` or ``2`` names.

    Raises:
        InvalidValueError: If it is anything else, or has more than 20 digits above or below.
    """
    if type(text) is not str or not _FRACTION.fullmatch(text):
        raise InvalidValueError(field, text, LIKE_FRACTION, "fraction")
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise InvalidValueError(field, text, LIKE_FRACTION, "fraction") from error

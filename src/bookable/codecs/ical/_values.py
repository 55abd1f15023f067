"""The values of iCalendar lines: dates, times, durations, periods, offsets (RFC 5545, 3.3).

Civil times and dates are read as they stand; whose clock shows them is for `_clocks` to say.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from attrs import frozen

from bookable.codecs._durations import duration
from bookable.codecs._forms import errors_at, fault
from bookable.codecs._occurrences import Length
from bookable.timeline.civil import check_civil

_DIGITS: Final = frozenset("0123456789")
_LIKE_TIME: Final = "a date or a time, for example 20260302, 20260302T090000 or 20260302T080000Z"


@frozen
class Moment:
    """What a calendar tells of a time: civil, whether it is a whole day, whether it is in UTC."""

    civil: datetime
    is_day: bool = False
    is_utc: bool = False


def moment(text: str, path: str) -> Moment:
    """A date, or a date and time.

    The 60th second of a minute, which RFC 5545 allows, is its 59th here.

    Raises:
        CodecError: If it is neither, or lies outside the years 101 to 9898.
    """
    text = text.strip()
    word = text.removesuffix("Z").removesuffix("z")
    day, t, clock = word.upper().partition("T")
    shaped = len(day) == 8 and len(clock) == (6 if t else 0) and _DIGITS.issuperset(day + clock)
    if not shaped or (word != text and not t):
        raise fault(path, _LIKE_TIME, text, "not_datetime")
    if clock.endswith("60"):
        clock = f"{clock[:4]}59"
    try:
        found = datetime.fromisoformat(f"{day}T{clock or '000000'}")
    except ValueError as error:
        raise fault(path, _LIKE_TIME, text, "not_datetime") from error
    with errors_at(path):
        return Moment(check_civil(found), is_day=not t, is_utc=word != text)


def offset(text: str, path: str) -> int:
    """An offset from UTC in seconds, as ``+0100``."""
    text = text.strip()
    digits = text[1:]
    shaped = len(digits) in {4, 6} and _DIGITS.issuperset(digits) and text[:1] in {"+", "-"}
    like = "an offset from UTC, for example +0100"
    if not shaped:
        raise fault(path, like, text, "offset")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise fault(path, like, text, "offset")
    total = hours * 3_600 + minutes * 60 + seconds
    return -total if text[0] == "-" else total


def period(text: str, path: str) -> tuple[Moment, Moment | Length]:
    """A start, and the end or the length that follows it."""
    start, slash, rest = text.strip().partition("/")
    if not slash:
        like = "a period, for example 20260302T080000Z/20260302T090000Z or 20260302T080000Z/PT1H"
        raise fault(path, like, text, "period")
    begin = moment(start, path)
    if rest.upper().startswith(("P", "+P", "-P")):
        return begin, duration(rest, path)
    return begin, moment(rest, path)


# Written ---------------------------------------------------------------------


def utc_text(instant: datetime) -> str:
    """An instant in UTC to the second, as ``20260302T080000Z``; what is less is cut off."""
    return civil_text(instant.astimezone(UTC).replace(tzinfo=None)) + "Z"


def civil_text(civil: datetime) -> str:
    """A civil time to the second, as ``20260302T090000``."""
    return civil.replace(microsecond=0).isoformat().replace("-", "").replace(":", "")

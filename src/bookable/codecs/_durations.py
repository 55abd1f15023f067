"""Durations of events as calendars write them: ``P1DT2H``, ``P2W`` (RFC 5545, 3.3.6; RFC 8984, 1.4.6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bookable.codecs._forms import errors_at, fault
from bookable.codecs._occurrences import Length

_DIGITS: Final = frozenset("0123456789")
_LIKE_DURATION: Final = "a duration, for example PT1H30M, P1DT2H or P2W"
_UNITS: Final = {"W": "weeks", "D": "days", "H": "hours", "M": "minutes", "S": "seconds"}
_MOST_DIGITS: Final = 12


def duration(text: str, path: str) -> Length:
    """A duration: its weeks and days by the clock, its hours, minutes and seconds exact.

    Raises:
        CodecError: If it is none, is negative or longer than ten years.
    """
    text = text.strip().upper()
    negative, rest = text.startswith("-"), text.lstrip("+-")
    days, t, clock = rest.removeprefix("P").partition("T")
    if not rest.startswith("P") or len(text) - len(rest) > 1 or (t and not clock):
        raise fault(path, _LIKE_DURATION, text, "duration")
    found = {**_units(days, "WD", text, path), **_units(clock, "HMS", text, path)}
    if not found:
        raise fault(path, _LIKE_DURATION, text, "duration")
    try:
        by_clock = timedelta(weeks=found.get("weeks", 0), days=found.get("days", 0))
        exact = timedelta(
            **{key: found[key] for key in ("hours", "minutes", "seconds") if key in found}
        )
        whole = by_clock + exact
    except OverflowError as error:
        raise fault(path, "a duration of at most ten years", text, "limit_exceeded") from error
    if negative and whole:
        raise fault(path, "a duration that is not negative", text, "duration")
    with errors_at(path):
        return Length(by_clock, exact)


def _units(text: str, letters: str, whole: str, path: str) -> dict[str, int]:
    """Numbers by their units, each followed by its letter, in the order of the letters."""
    found: dict[str, int] = {}
    left, digits = letters, ""
    for character in text:
        if character in _DIGITS and len(digits) < _MOST_DIGITS:
            digits += character
        elif digits and character in left:
            found[_UNITS[character]] = int(digits)
            left, digits = left.partition(character)[2], ""
        else:
            raise fault(path, _LIKE_DURATION, whole, "duration")
    if digits:
        raise fault(path, _LIKE_DURATION, whole, "duration")
    return found

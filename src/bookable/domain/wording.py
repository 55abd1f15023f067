"""Lengths of time as people say them."""

from __future__ import annotations

from typing import Final

from bookable.errors import join_words
from bookable.timeline.instant import DAY, HOUR, MINUTE, SECOND

_UNITS: Final = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"))


def spelled(length: int) -> str:
    """A length of microseconds in words.

    >>> spelled(22 * 3_600_000_000), spelled(75 * 60_000_000), spelled(0)
    ('22 hours', '1 hour and 15 minutes', 'no time')
    """
    parts = []
    for size, name in _UNITS:
        number, length = divmod(length, size)
        if number:
            parts.append(f"{number:,} {name}{'s' if number > 1 else ''}")
    if length:
        parts.append(f"{length:,} µs")
    return join_words(parts) or "no time"

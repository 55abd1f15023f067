"""What other systems call the states of a booking: HighLevel appointments and Square bookings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bookable.checks import check_text
from bookable.domain.life import BookingStatus
from bookable.errors import InvalidValueError, shown
from bookable.frozen_map import FrozenMap

HIGHLEVEL: Final[Mapping[str, BookingStatus]] = FrozenMap(
    {
        "new": BookingStatus.PENDING,
        "confirmed": BookingStatus.CONFIRMED,
        "active": BookingStatus.CONFIRMED,
        "showed": BookingStatus.COMPLETED,
        "completed": BookingStatus.COMPLETED,
        "noshow": BookingStatus.NO_SHOW,
        "cancelled": BookingStatus.CANCELLED,
        "invalid": BookingStatus.CANCELLED,
    }
)
"""The ``appointmentStatus`` of HighLevel."""

SQUARE: Final[Mapping[str, BookingStatus]] = FrozenMap(
    {
        "PENDING": BookingStatus.PENDING,
        "ACCEPTED": BookingStatus.CONFIRMED,
        "DECLINED": BookingStatus.DECLINED,
        "CANCELLED_BY_CUSTOMER": BookingStatus.CANCELLED,
        "CANCELLED_BY_SELLER": BookingStatus.CANCELLED,
        "NO_SHOW": BookingStatus.NO_SHOW,
    }
)
"""The ``status`` of a Square booking."""


def status_of(word: str, words: Mapping[str, BookingStatus]) -> BookingStatus:
    """The status that a word of another system stands for.

    >>> status_of("showed", HIGHLEVEL).value
    'completed'

    Raises:
        InvalidValueError: If it is none of these words.
    """
    status = words.get(check_text(word, "status"))
    if status is None:
        expected = f"one of {', '.join(map(shown, words))}"
        raise InvalidValueError("status", word, expected, "choice")
    return status

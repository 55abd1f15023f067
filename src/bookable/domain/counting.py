"""Which bookings count, in limits and in fairness (SPEC N24, N30)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from bookable.checks import check_choice, check_duration, check_type, listed
from bookable.domain.booking import Booking
from bookable.domain.life import BookingStatus
from bookable.errors import InvalidValueError

NEVER_COUNTED: Final = frozenset({BookingStatus.DECLINED, BookingStatus.EXPIRED})
"""What was never agreed to counts for nobody."""

_USUAL: Final = (
    BookingStatus.HOLD,
    BookingStatus.PENDING,
    BookingStatus.CONFIRMED,
    BookingStatus.CHECKED_IN,
    BookingStatus.COMPLETED,
)


def _statuses(values: Iterable[BookingStatus | str]) -> frozenset[BookingStatus]:
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        expected = "a list of statuses, for example ['confirmed', 'no_show']"
        raise InvalidValueError("statuses", values, expected, "type")
    found = frozenset(
        check_choice(value, BookingStatus, "statuses") for value in listed(values, "statuses")
    )
    never = sorted(found & NEVER_COUNTED)
    if never:
        expected = "statuses of what was agreed to: neither declined nor expired"
        raise InvalidValueError("statuses", never[0].value, expected, "statuses")
    return found


@frozen(cache_hash=True)
class Counting:
    """The statuses in which bookings count, whether they still take any time or not.

    Of those that were cancelled, with ``cancelled_within`` only the ones given up less than so long
    before their start: a cancellation as late as that counts like a no-show. Exactly so long
    before is in time. Whose time of cancellation nobody knows does not count then.

    >>> Counting.with_no_shows(cancelled_within=timedelta(days=1)).statuses >= {"cancelled", "no_show"}
    True

    Raises:
        InvalidValueError: If a status can never count, or ``cancelled_within`` is no duration.
    """

    statuses: frozenset[BookingStatus] = field(converter=_statuses)
    cancelled_within: timedelta | None = None

    def __attrs_post_init__(self) -> None:
        if self.cancelled_within is not None:
            check_duration(self.cancelled_within, "cancelled_within")

    @classmethod
    def with_no_shows(cls, *, cancelled_within: timedelta | None = None) -> Counting:
        """What blocks or took place, and whoever did not come: no-shows, released, late cancellations."""
        missed = [BookingStatus.NO_SHOW, BookingStatus.RELEASED]
        if cancelled_within is not None:
            missed.append(BookingStatus.CANCELLED)
        return cls([*_USUAL, *missed], cancelled_within)

    @staticmethod
    def check(value: Counting | None, name: str = "counting") -> None:
        """Refuse what is neither a `Counting` nor None."""
        if value is not None:
            check_type(value, Counting, name, "a Counting, or None")

    def counts(self, booking: Booking) -> bool:
        """Whether a booking counts."""
        if booking.status not in self.statuses:
            return False
        if booking.status is not BookingStatus.CANCELLED or self.cancelled_within is None:
            return True
        given_up = booking.cancelled_at
        return given_up is not None and given_up > booking.start - self.cancelled_within

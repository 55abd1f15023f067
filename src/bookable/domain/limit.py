"""Limits: how much may be booked in a period, by whom, of what (SPEC N30)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

from attrs import field, frozen

from bookable.checks import check_amount, check_choice, check_duration, check_id, check_text, listed
from bookable.domain.counting import Counting
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, to_zone


class Period(StrEnum):
    """The bucket in which bookings are counted."""

    DAY = "day"
    """The local date of the start."""
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ACTIVE = "active"
    """Everything that ends after ``now``, in one bucket."""
    CONCURRENT = "concurrent"
    """At once: the peak at any instant of the booking."""


class LimitSubject(StrEnum):
    """Whose bookings are counted together."""

    CALENDAR = "calendar"
    HOST = "host"
    RESOURCE = "resource"
    """Each room and each piece of equipment."""
    LOCATION = "location"
    CUSTOMER = "customer"


def _subjects(values: Iterable[LimitSubject | str]) -> frozenset[LimitSubject]:
    if isinstance(values, str | Mapping) or not isinstance(values, Iterable):
        expected = "a list of subjects, for example ['calendar', 'host']"
        raise InvalidValueError("per", values, expected, "type")
    return frozenset(check_choice(value, LimitSubject, "per") for value in listed(values, "per"))


def _period(value: Period | str) -> Period:
    return check_choice(value, Period, "period")


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


@frozen(cache_hash=True)
class Limit:
    """At most so many bookings, or so much booked time, in every bucket of a period.

    A bucket holds the blocking bookings whose start has its local date in ``zone`` (the
    calendar's where it is None) and that agree in every subject of ``per``: one
    bucket for each calendar by default, one for each customer and host with
    ``per=["customer", "host"]``, a single one with ``per=[]``. A limit on time splits
    bookings at the borders of the buckets. ``week_start`` is 0 for Monday to 6 for Sunday.
    With a ``tag`` only bookings that carry it are counted, and only they are limited.
    Bookings of one session are one booking to their hosts and resources. ``counting`` says in which
    statuses bookings count, such as no-shows; None counts whatever takes time.

    What ended early counts with the time that is left of it (SPEC N29). A booking that gave up its rooms
    goes on, and counts with all of its time; in a limit of the room itself with what it had of
    it. What has nothing left counts only where ``counting`` names its status, as planned.

    Who lacks a subject is not limited by it: a limit for each customer says nothing about requests
    without one. Where bookings of calendars in several zones are counted together,
    ``zone`` says whose dates count for all of them. A limit that a calendar states holds for
    requests of that calendar, whatever it counts; those of a catalogue hold for every request.

    >>> Limit(2, "day", per=["customer"]).is_for_resources
    False

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
            ``per`` has hosts or resources, not both: each of them is asked for itself.
    """

    maximum: int | timedelta
    period: Period = field(converter=_period)
    per: frozenset[LimitSubject] = field(
        default=frozenset({LimitSubject.CALENDAR}), converter=_subjects
    )
    zone: Zone | None = field(default=None, converter=_zone)
    week_start: int = 0
    tag: str | None = None
    name: str = ""
    counting: Counting | None = None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.maximum, timedelta):
            check_duration(self.maximum, "maximum")
            if self.period in {Period.ACTIVE, Period.CONCURRENT}:
                expected = f"a number of bookings for the period {self.period.value!r}"
                raise InvalidValueError("maximum", self.maximum, expected, "quantity")
        else:
            check_amount(self.maximum, "maximum")
        check_amount(self.week_start, "week_start", maximum=6)
        if {LimitSubject.HOST, LimitSubject.RESOURCE} <= self.per:
            expected = "a limit for hosts or one for resources; state two limits for both"
            raise InvalidValueError("per", sorted(self.per), expected, "per")
        check_text(self.name, "name")
        Counting.check(self.counting)
        if self.tag is not None:
            check_id(self.tag, "tag")

    @property
    def is_for_resources(self) -> bool:
        """Whether each host, or each room and piece of equipment, is asked for itself."""
        return not self.per.isdisjoint({LimitSubject.HOST, LimitSubject.RESOURCE})

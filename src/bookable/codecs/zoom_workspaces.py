"""The rules of Zoom's Workspace Reservation, as a policy, its body and a calendar of the engine.

What an administrator may set for desks: how many days ahead they may be reserved (181 at the
most), in steps of how many minutes (1, 5, 15 or 30), how many desks one user may have at once (up
to 5), how many reservations or hours in a period, how long one may last, business hours with
holidays and whether reservations keep to them, how long one lasts unless somebody says, and check-in
with or without release. `calendar_of` says all of it in values of the engine, which decides:

- days ahead are `LastDate`, the last of them included, counted in the policy's zone;
- starts are multiples of the increment since local midnight, and so are durations;
- desks at once, reservations and hours are limits per customer: requests that name no customer are
  not limited, and what the customer has booked through other calendars counts as well;
- business hours are the calendar's hours where reservations keep to them, and there alone a holiday
  closes its date.

The settings of a hierarchy of locations with locks are those of `Place`. Zoom publishes no body for
these settings; the one here is of this library. Zoom says nothing of the longest reservation: it is
24 hours here unless the policy says less.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from attrs import field, frozen

from bookable.checks import check_amount, check_choice, check_flag, check_type, listed
from bookable.codecs._bodies import Body, day, flag, items, text, whole, word, zone
from bookable.codecs._forms import errors_at
from bookable.codecs.zoom_settings import check_policy, read_check_in, write_check_in
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.hours import DateOverride, Hours, OpeningHours, WeeklyHours
from bookable.domain.life import CheckIn
from bookable.domain.limit import Limit, LimitSubject, Period
from bookable.domain.policy import LastDate
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.grid import LocalMidnight
from bookable.timeline.instant import check_date

MOST_DAYS_AHEAD: Final = 181
"""The most days ahead."""
INCREMENTS: Final = (1, 5, 15, 30)
"""The minutes of a step."""
MOST_DESKS: Final = 5
"""The most desks of one user at once."""
MOST_A_PERIOD: Final = 10_000
"""The most reservations or hours in a period."""
LONGEST_HOURS: Final = 24
"""The most hours of one reservation."""
MOST_HOLIDAYS: Final = 1_000
"""The most holidays of a policy."""

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_PERIODS: Final = (Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR)
_PER_CUSTOMER: Final = frozenset({LimitSubject.CUSTOMER})
_KEYS: Final = (
    "timezone",
    "days_ahead",
    "increment_minutes",
    "default_minutes",
    "desks_at_once",
    "max_hours_per_reservation",
    "max_reservations",
    "max_hours",
    "business_hours",
    "holidays",
    "restrict_to_business_hours",
    "check_in",
)


def _period(value: Period | str) -> Period:
    return check_choice(value, Period, "period")


@frozen
class Quota:
    """At most so many, of reservations or hours, in every day, week, month or year."""

    most: int
    period: Period = field(converter=_period)

    def __attrs_post_init__(self) -> None:
        check_amount(self.most, "most", maximum=MOST_A_PERIOD)
        if self.period not in _PERIODS:
            raise InvalidValueError("period", self.period, "day, week, month or year", "choice")


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


def _holidays(values: Iterable[date]) -> tuple[date, ...]:
    found = sorted({check_date(each, "holidays") for each in listed(values, "holidays")})
    if len(found) > MOST_HOLIDAYS:
        raise LimitExceededError("holidays", len(found), MOST_HOLIDAYS)
    return tuple(found)


@frozen
class WorkspacePolicy:
    """What may be reserved, how far ahead and how much of it by one user.

    ``business_hours`` and ``holidays`` are kept to only where ``is_restricted``; None are all hours. ``check_in=None``
    asks nobody to check in.

    >>> WorkspacePolicy("Europe/Berlin", days_ahead=14).increment_minutes
    15

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
        LimitExceededError: If there are more than 1,000 holidays.
    """

    zone: Zone = field(converter=_zone)
    days_ahead: int = MOST_DAYS_AHEAD
    increment_minutes: int = 15
    default_minutes: int = 60
    desks_at_once: int = 1
    longest_hours: int = LONGEST_HOURS
    reservations: Quota | None = None
    hours: Quota | None = None
    business_hours: WeeklyHours | None = None
    holidays: tuple[date, ...] = field(default=(), converter=_holidays)
    is_restricted: bool = False
    check_in: CheckIn | None = None

    def __attrs_post_init__(self) -> None:
        check_amount(self.days_ahead, "days_ahead", maximum=MOST_DAYS_AHEAD)
        check_amount(self.increment_minutes, "increment_minutes")
        if self.increment_minutes not in INCREMENTS:
            step = self.increment_minutes
            raise InvalidValueError("increment_minutes", step, "1, 5, 15 or 30", "choice")
        check_amount(self.longest_hours, "longest_hours", minimum=1, maximum=LONGEST_HOURS)
        longest = self.longest_hours * 60
        check_amount(self.default_minutes, "default_minutes", minimum=1, maximum=longest)
        if self.default_minutes % self.increment_minutes:
            expected = f"a multiple of the increment, {self.increment_minutes} minutes"
            raise InvalidValueError("default_minutes", self.default_minutes, expected, "increment")
        check_amount(self.desks_at_once, "desks_at_once", minimum=1, maximum=MOST_DESKS)
        for name in ("reservations", "hours"):
            if getattr(self, name) is not None:
                check_type(getattr(self, name), Quota, name, "a Quota(most, period), or None")
        if self.business_hours is not None:
            check_type(self.business_hours, WeeklyHours, "business_hours", "WeeklyHours, or None")
            if self.business_hours.zone != self.zone:
                other, expected = (
                    self.business_hours.zone.key,
                    f"the policy's zone, {self.zone.key}",
                )
                raise InvalidValueError("business_hours", other, expected, "zone")
        check_flag(self.is_restricted, "is_restricted")
        check_policy(self.check_in)

    @property
    def opening_hours(self) -> OpeningHours | None:
        """When reservations may be, holidays left out; None for always."""
        if not self.is_restricted:
            return None
        closed = [DateOverride(each) for each in self.holidays]
        return Hours(self.business_hours, closed, zone=self.zone)

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What one user may have: at once, and in a period."""
        found = [Limit(self.desks_at_once, Period.CONCURRENT, _PER_CUSTOMER, name="desks at once")]
        if self.reservations is not None:
            most, period = self.reservations.most, self.reservations.period
            found.append(Limit(most, period, _PER_CUSTOMER, self.zone, name="reservations"))
        if self.hours is not None:
            most, period = self.hours.most, self.hours.period
            found.append(Limit(most * _HOUR, period, _PER_CUSTOMER, self.zone, name="hours"))
        return tuple(found)


def calendar_of(policy: WorkspacePolicy, calendar_id: str, *, name: str = "") -> Calendar:
    """The calendar through which desks are reserved: those whose ``calendar_ids`` name it.

    Nobody serves it: make each desk a `Room` of one seat, or all that are alike one
    `Equipment`. Every duration that the policy allows is one of the calendar's: O(longest / increment).

    Raises:
        InvalidValueError: If the id cannot be one.
    """
    check_type(policy, WorkspacePolicy, "policy", "a WorkspacePolicy")
    step = policy.increment_minutes * _MINUTE
    return Calendar(
        calendar_id,
        policy.default_minutes * _MINUTE,
        kind=CalendarKind.EVENT,
        durations=[step * count for count in range(1, policy.longest_hours * _HOUR // step + 1)],
        grid=LocalMidnight(policy.zone, step),
        zone=policy.zone,
        hours=policy.opening_hours,
        booking_horizon=LastDate(policy.days_ahead, policy.zone),
        limits=policy.limits,
        check_in=policy.check_in,
        name=name,
    )


# Bodies ------------------------------------------------------------------------


def read_policy(body: object, path: str = "$") -> WorkspacePolicy:
    """The policy that a body states; what it leaves out is as in `WorkspacePolicy`.

    Raises:
        CodecError: If it is no such body, or has other keys.
    """
    document = Body.of(body, path).only(_KEYS)
    place = document.read("timezone", zone)
    weekly = document.read("business_hours", text, None)
    with errors_at(document.at("business_hours")):
        hours = None if weekly is None else WeeklyHours.parse(weekly, zone=place)
    with errors_at(path, document.fields):
        return WorkspacePolicy(
            place,
            document.read("days_ahead", whole(0, MOST_DAYS_AHEAD), MOST_DAYS_AHEAD),
            document.read("increment_minutes", whole(1, INCREMENTS[-1]), 15),
            document.read("default_minutes", whole(1, LONGEST_HOURS * 60), 60),
            document.read("desks_at_once", whole(1, MOST_DESKS), 1),
            document.read("max_hours_per_reservation", whole(1, LONGEST_HOURS), LONGEST_HOURS),
            document.read("max_reservations", _quota, None),
            document.read("max_hours", _quota, None),
            hours,
            document.read("holidays", items(day, at_most=MOST_HOLIDAYS), ()),
            document.read("restrict_to_business_hours", flag, False),
            document.read("check_in", read_check_in, None),
        )


def write_policy(policy: WorkspacePolicy) -> dict[str, object]:
    """The body that states a policy; what may be left out is, where nothing is set."""
    body: dict[str, object] = {
        "timezone": policy.zone.key,
        "days_ahead": policy.days_ahead,
        "increment_minutes": policy.increment_minutes,
        "default_minutes": policy.default_minutes,
        "desks_at_once": policy.desks_at_once,
        "max_hours_per_reservation": policy.longest_hours,
        "restrict_to_business_hours": policy.is_restricted,
    }
    for key, quota in (("max_reservations", policy.reservations), ("max_hours", policy.hours)):
        if quota is not None:
            body[key] = {"most": quota.most, "per": quota.period.value}
    if policy.business_hours is not None:
        body["business_hours"] = str(policy.business_hours)
    if policy.holidays:
        body["holidays"] = [each.isoformat() for each in policy.holidays]
    if policy.check_in is not None:
        body["check_in"] = write_check_in(policy.check_in)
    return body


def _quota(value: object, path: str) -> Quota:
    body = Body.of(value, path).only(("most", "per"))
    return Quota(
        body.read("most", whole(0, MOST_A_PERIOD)), Period(body.read("per", word(*_PERIODS)))
    )

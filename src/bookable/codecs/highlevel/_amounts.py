"""Amounts with units: duration, interval, buffers, notice and horizon of a HighLevel calendar.

Amounts are read exactly, as the decimal that stands there, and must come to whole minutes. The unit is
carried, so that two hours stay two hours; an amount that is not whole in its unit is written in minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Final

from bookable.checks import check_duration
from bookable.codecs._bodies import Body, Reader, whole, word
from bookable.codecs._forms import errors_at, fault
from bookable.codecs.highlevel._carried import carried
from bookable.codecs.highlevel._parts import NOTHING, Fields, Part, changed, noting
from bookable.domain.calendar import ZERO, Calendar
from bookable.domain.policy import Horizon, Months, Notice
from bookable.limits import LONGEST_DURATION

MINUTE: Final = timedelta(minutes=1)
DEFAULT_MINUTES: Final = 30
"""The duration and the interval of a calendar that does not say them."""

MOST_MONTHS: Final = 120
"""The most months of notice or horizon."""

_LENGTHS: Final[Mapping[str, timedelta]] = {
    "mins": MINUTE,
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
_SHORT: Final = ("mins", "hours")
_NOTICE: Final = ("mins", "hours", "days", "weeks", "months")
_IN_TURN: Final = ("hours", "mins")
_HORIZON: Final = ("days", "weeks", "months")
_LARGEST: Final = LONGEST_DURATION // MINUTE


def _amount_of(unit: str) -> Reader[timedelta]:
    """So many of a unit, in whole minutes."""

    def read(value: object, path: str) -> timedelta:
        expected = f"a number of {unit} from 0 on that comes to whole minutes"
        # Compared first: no digit more than the limit has is ever worked with.
        if type(value) not in {int, float} or not 0 <= value <= _LARGEST:  # type: ignore[operator]  # a number
            raise fault(path, expected, value, "quantity")
        minutes = Fraction(str(value)) * (_LENGTHS[unit] // MINUTE)
        if minutes.denominator != 1:
            raise fault(path, expected, value, "quantity")
        with errors_at(path):
            return check_duration(minutes.numerator * MINUTE, "amount")

    return read


def _written(amount: timedelta, unit: str, units: tuple[str, ...]) -> tuple[int, str] | None:
    """An amount in its unit, else in the first of the others in which it is whole."""
    for each in (unit, *units):
        length = _LENGTHS.get(each)
        if length is not None and not amount % length:
            return amount // length, each
    return None


def _unit_carried(calendar: Calendar, key: str) -> str:
    return str(carried(calendar.metadata, f"unit.{key}"))


def _with_unit(
    calendar: Calendar, key: str, amount: object, unit: str, units: tuple[str, ...]
) -> Calendar:
    """The calendar with the unit of an amount carried, where it would be written in another one."""
    is_other = isinstance(amount, timedelta) and (
        _written(amount, unit, units) != _written(amount, "", units)
    )
    return noting(calendar, f"unit.{key}", unit if is_other else None)


def length_part(key: str, field: str, *, default: int = 0) -> Part:
    """A length in minutes or hours; with a *default* it is never zero."""
    unit_key = f"{key}Unit"

    def read(body: Body, calendar: Calendar) -> Calendar:
        unit = body.read(unit_key, word(*_SHORT), _SHORT[0])
        given = body.fields.get(key)
        length = _amount_of(unit)(default if given is None else given, body.at(key))
        with errors_at(body.at(key)):
            check_duration(length, key, positive=default > 0)
        return _with_unit(changed(calendar, **{field: length}), key, length, unit, _SHORT)

    def write(calendar: Calendar) -> Fields:
        length = getattr(calendar, field)
        if length is None:  # a step that the calendar leaves open is its duration
            length = calendar.duration
        found = _written(length, _unit_carried(calendar, key), _SHORT)
        return NOTHING if found is None else {key: found[0], unit_key: found[1]}

    return Part((key, unit_key), read, write)


# Notice and horizon --------------------------------------------------------

_AFTER: Final = "allowBookingAfter"
_AFTER_UNIT: Final = "allowBookingAfterUnit"
_FOR: Final = "allowBookingFor"
_FOR_UNIT: Final = "allowBookingForUnit"


def _read_notice(body: Body, calendar: Calendar) -> Calendar:
    unit = body.read(_AFTER_UNIT, word(*_NOTICE), "hours")
    notice: Notice
    if unit == "months":
        notice = Months(body.read(_AFTER, whole(0, MOST_MONTHS), 0))
    else:
        notice = body.read(_AFTER, _amount_of(unit), ZERO)
    calendar = changed(calendar, minimum_notice=notice)
    return _with_unit(calendar, _AFTER, notice, unit, _IN_TURN)


def _write_notice(calendar: Calendar) -> Fields:
    notice = calendar.minimum_notice
    if isinstance(notice, Months) and notice.zone is None:
        return {_AFTER: notice.count, _AFTER_UNIT: "months"}
    if not isinstance(notice, timedelta):
        return NOTHING
    found = _written(notice, _unit_carried(calendar, _AFTER), _IN_TURN)
    return NOTHING if found is None else {_AFTER: found[0], _AFTER_UNIT: found[1]}


def _read_horizon(body: Body, calendar: Calendar) -> Calendar:
    unit = body.read(_FOR_UNIT, word(*_HORIZON), "days")
    length = _LENGTHS.get(unit)
    most = MOST_MONTHS if length is None else LONGEST_DURATION // length
    amount = body.read(_FOR, whole(0, most), 0)
    horizon: Horizon | None = None
    if amount:
        horizon = Months(amount) if length is None else amount * length
    calendar = changed(calendar, booking_horizon=horizon)
    return _with_unit(calendar, _FOR, horizon, unit, _HORIZON)


def _write_horizon(calendar: Calendar) -> Fields:
    horizon = calendar.booking_horizon
    if isinstance(horizon, Months) and horizon.zone is None:
        return {_FOR: horizon.count, _FOR_UNIT: "months"}
    if not isinstance(horizon, timedelta):
        return NOTHING
    found = _written(horizon, _unit_carried(calendar, _FOR), _HORIZON)
    if found is None:
        return NOTHING
    return {_FOR: found[0], _FOR_UNIT: found[1]}


NOTICE: Final = Part((_AFTER, _AFTER_UNIT), _read_notice, _write_notice)
HORIZON: Final = Part((_FOR, _FOR_UNIT), _read_horizon, _write_horizon)
DURATION: Final = length_part("slotDuration", "duration", default=DEFAULT_MINUTES)
INTERVAL: Final = length_part("slotInterval", "slot_step", default=DEFAULT_MINUTES)
AFTER: Final = length_part("slotBuffer", "buffer_after")
BEFORE: Final = length_part("preBuffer", "buffer_before")

"""On what terms a HighLevel calendar is booked: how much, whether at once, and what is shown.

An event calendar has no hosts whose bookings could be counted: ``appoinmentPerSlot`` limits the bookings
that run at once, and its bookings share sessions whose seats are never what is short, so that it can be
booked without a room. HighLevel says no by ``allowCancellation`` and ``allowReschedule``: a notice of ten
years is never met. Staff who may do it all the same ignore the cut-off (`Scheduler.cancel`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import attrs

from bookable.codecs._bodies import Body, flag, identifier, text, whole
from bookable.codecs.highlevel._carried import carried_object, plain, same
from bookable.codecs.highlevel._parts import NOTHING, Fields, Part, changed, noting
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.limit import Limit, Period
from bookable.domain.listing import Listing
from bookable.domain.policy import Access, BookingPolicy
from bookable.limits import LONGEST_DURATION, MOST_UNITS

NEVER: Final[timedelta] = LONGEST_DURATION
"""A notice for what may never be done."""

EVENT_SEATS: Final = MOST_UNITS
"""The seats of a session of an event calendar: bookings are counted there, not people."""

PER_SLOT: Final = "appoinmentPerSlot"
PER_DAY: Final = "appoinmentPerDay"
SPELT: Final[Mapping[str, str]] = {"appointmentPerSlot": PER_SLOT, "appointmentPerDay": PER_DAY}
"""Fields by the right spelling of their names."""

LOOK_BUSY: Final = "lookBusyConfig"


# Limits --------------------------------------------------------------------


def _limit(calendar: Calendar, period: Period) -> Limit | None:
    """The first limit of a calendar that HighLevel has words for."""
    return next((each for each in calendar.limits if _is_plain(each, period)), None)


def _is_plain(limit: Limit, period: Period) -> bool:
    return isinstance(limit.maximum, int) and limit == Limit(limit.maximum, period)


def _limits(calendar: Calendar, period: Period, most: int | None) -> tuple[Limit, ...]:
    """The limits with this one in place of the first of its kind; without it where there is none."""
    present = _limit(calendar, period)
    wanted = () if most is None else (Limit(most, period),)
    if present is None:
        return (*calendar.limits, *wanted)
    index = calendar.limits.index(present)
    return (*calendar.limits[:index], *wanted, *calendar.limits[index + 1 :])


def _read_per_slot(body: Body, calendar: Calendar) -> Calendar:
    most = body.read(PER_SLOT, whole(1, MOST_UNITS), 1)
    if calendar.kind is CalendarKind.EVENT:
        limits = _limits(calendar, Period.CONCURRENT, most)
        seats = calendar.seats_per_slot if calendar.seats_per_slot > 1 else EVENT_SEATS
        return changed(calendar, limits=limits, seats_per_slot=seats)
    if calendar.has_sessions:
        return changed(calendar, seats_per_slot=most)
    return changed(calendar, bookings_per_host=most)


def _write_per_slot(calendar: Calendar) -> Fields:
    if calendar.kind is CalendarKind.EVENT:
        limit = _limit(calendar, Period.CONCURRENT)
        return NOTHING if limit is None else {PER_SLOT: limit.maximum}
    sessions = calendar.has_sessions
    return {PER_SLOT: calendar.seats_per_slot if sessions else calendar.bookings_per_host}


def _read_per_day(body: Body, calendar: Calendar) -> Calendar:
    most = body.read(PER_DAY, whole(0, MOST_UNITS), 0)
    return changed(calendar, limits=_limits(calendar, Period.DAY, most or None))


def _write_per_day(calendar: Calendar) -> Fields:
    limit = _limit(calendar, Period.DAY)
    return NOTHING if limit is None else {PER_DAY: limit.maximum}


# Policy --------------------------------------------------------------------


def _with_policy(calendar: Calendar, **changes: Any) -> Calendar:
    policy = attrs.evolve(calendar.policy or BookingPolicy(), **changes)
    return changed(calendar, policy=None if policy == BookingPolicy() else policy)


def _policy(calendar: Calendar) -> BookingPolicy:
    return calendar.policy or BookingPolicy()


def _read_auto_confirm(body: Body, calendar: Calendar) -> Calendar:
    is_auto = body.read("autoConfirm", flag, True)
    return _with_policy(calendar, otherwise=Access.ALLOW if is_auto else Access.REQUEST)


def _write_auto_confirm(calendar: Calendar) -> Fields:
    return {"autoConfirm": _policy(calendar).otherwise is Access.ALLOW}


def _permission(key: str, field: str) -> Part:
    """A flag that says whether customers may do something at all."""

    def read(body: Body, calendar: Calendar) -> Calendar:
        present = getattr(_policy(calendar), field)
        if not body.read(key, flag, True):
            return _with_policy(calendar, **{field: NEVER})
        return _with_policy(calendar, **{field: None if present == NEVER else present})

    def write(calendar: Calendar) -> Fields:
        return {key: getattr(_policy(calendar), field) != NEVER}

    return Part((key,), read, write)


# What is shown -------------------------------------------------------------


def _percent(body: Body, calendar: Calendar) -> int:
    """The percentage of slots that are hidden; nothing of a class, which has no look busy."""
    config = body.body(LOOK_BUSY)
    if LOOK_BUSY not in body:
        return 0
    is_enabled = config.read("enabled", flag)
    percent = config.read("LookBusyPercentage", whole(0, 100))
    return percent if is_enabled and calendar.kind is not CalendarKind.CLASS else 0


def _hidden(calendar: Calendar) -> int:
    return 0 if calendar.listing is None else calendar.listing.look_busy


def _plain_look_busy(percent: int) -> Fields:
    if not percent:
        return NOTHING
    return {LOOK_BUSY: {"enabled": True, "LookBusyPercentage": percent}}


def _read_look_busy(body: Body, calendar: Calendar) -> Calendar:
    percent = _percent(body, calendar)
    listing = attrs.evolve(calendar.listing or Listing(), look_busy=percent)
    calendar = changed(calendar, listing=None if listing == Listing() else listing)
    given = {LOOK_BUSY: plain(body.fields.get(LOOK_BUSY), body.at(LOOK_BUSY))}
    noted = LOOK_BUSY not in body or same(given, _plain_look_busy(percent))
    return noting(calendar, LOOK_BUSY, None if noted else given)


def _write_look_busy(calendar: Calendar) -> Fields:
    given = carried_object(calendar.metadata, LOOK_BUSY)
    if given and _percent(Body(given), calendar) == _hidden(calendar):
        return given
    return _plain_look_busy(_hidden(calendar))


# Names ---------------------------------------------------------------------


def _read_name(body: Body, calendar: Calendar) -> Calendar:
    return changed(calendar, name=body.read("name", text))


def _write_name(calendar: Calendar) -> Fields:
    return {"name": calendar.name}


def _read_description(body: Body, calendar: Calendar) -> Calendar:
    return changed(calendar, description=body.read("description", text, ""))


def _write_description(calendar: Calendar) -> Fields:
    return {"description": calendar.description} if calendar.description else NOTHING


def _read_is_active(body: Body, calendar: Calendar) -> Calendar:
    return changed(calendar, is_active=body.read("isActive", flag, True))


def _write_is_active(calendar: Calendar) -> Fields:
    return {"isActive": calendar.is_active}


def _read_location(body: Body, calendar: Calendar) -> Calendar:
    return changed(calendar, location_id=body.read("locationId", identifier))


def _write_location(calendar: Calendar) -> Fields:
    return NOTHING if calendar.location_id is None else {"locationId": calendar.location_id}


LOCATION: Final = Part(("locationId",), _read_location, _write_location)
NAME: Final = Part(("name",), _read_name, _write_name)
DESCRIPTION: Final = Part(("description",), _read_description, _write_description)
IS_ACTIVE: Final = Part(("isActive",), _read_is_active, _write_is_active)
PER_SLOT_PART: Final = Part((PER_SLOT,), _read_per_slot, _write_per_slot)
PER_DAY_PART: Final = Part((PER_DAY,), _read_per_day, _write_per_day)
AUTO_CONFIRM: Final = Part(("autoConfirm",), _read_auto_confirm, _write_auto_confirm)
RESCHEDULE: Final = _permission("allowReschedule", "reschedule_notice")
CANCELLATION: Final = _permission("allowCancellation", "cancel_notice")
LOOK_BUSY_PART: Final = Part((LOOK_BUSY,), _read_look_busy, _write_look_busy)

"""Requests for a calendar, with all that may be left to it: above all how long a booking lasts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TypedDict

import attrs

from bookable.availability.hosts import eligible_hosts, needs_all
from bookable.availability.pools import Reading
from bookable.domain.calendar import ZERO
from bookable.domain.catalogue import Catalogue
from bookable.domain.features import Where
from bookable.domain.policy import BusyKind, Unknown
from bookable.domain.refusal import RefusalCode
from bookable.domain.request import Request
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone


class Asked(TypedDict, total=False):
    """What may narrow a request for a calendar; the fields of `Request` say what each means."""

    party_size: int
    host_ids: Iterable[str] | None
    variant_id: str | None
    add_on_ids: Iterable[str]
    features: Iterable[str]
    where: Iterable[Where]
    location_id: str | None
    customer_id: str | None
    groups: Iterable[str]
    tags: Iterable[str]
    attendee_ids: Iterable[str]
    optional_ids: Iterable[str]
    prefer_ids: Iterable[str]
    blocking_kinds: Iterable[BusyKind | str] | None
    booker_zone: Zone | str | None
    use_delegates: bool
    whole_days: int
    override: Iterable[RefusalCode | str]
    unknown_ids: Iterable[str]
    unknown: Unknown | str


def request_for(
    catalogue: Catalogue, calendar_id: str, duration: timedelta | None, asked: Asked
) -> Request:
    """A request for a calendar; without a duration it lasts as long as such a booking does.

    That is what all the hosts who come into question have in common, where that is one duration;
    else the calendar's own, or that of the variant. Add-ons make it longer. Whole days are taken to
    have 24 hours.

    Raises:
        UnknownIdError: If the calendar, a host, the variant or an add-on does not exist.
    """
    if duration is not None:
        return _asking(catalogue, calendar_id, duration, asked)
    request = _asking(catalogue, calendar_id, catalogue.calendar(calendar_id).duration, asked)
    if request.whole_days:
        return attrs.evolve(request, duration=timedelta(days=request.whole_days))
    return attrs.evolve(request, duration=_usual(_reading(request, catalogue)))


def requests_for(catalogue: Catalogue, calendar_id: str, asked: Asked) -> tuple[Request, ...]:
    """One request for each listed duration that somebody may be booked for, shortest first.

    Raises:
        UnknownIdError: As for `request_for`.
        InvalidValueError: If whole days are asked for, whose lengths differ from date to date.
    """
    request = _asking(catalogue, calendar_id, catalogue.calendar(calendar_id).duration, asked)
    if request.whole_days:
        expected = "0: the free days of a calendar are a question of their own"
        raise InvalidValueError("whole_days", request.whole_days, expected, "duration")
    reading = _reading(request, catalogue)
    durations = _listed(reading) or {_usual(reading)}
    return tuple(attrs.evolve(request, duration=each) for each in sorted(durations))


def _asking(catalogue: Catalogue, calendar_id: str, duration: timedelta, asked: Asked) -> Request:
    known = catalogue.calendar(calendar_id).id
    return Request(duration=duration, calendar_id=known, **asked)


def _reading(request: Request, catalogue: Catalogue) -> Reading:
    assert request.calendar_id is not None, "only calendars leave anything open"
    return Reading(request, catalogue.settled_calendar(request.calendar_id), catalogue)


def _usual(reading: Reading) -> timedelta:
    """What a booking lasts for all who come into question, else for anybody without a time of their own."""
    request, calendar = reading.request, reading.calendar
    assert calendar is not None, "only calendars leave anything open"
    own, plain = calendar.host_durations, calendar.duration
    if request.variant_id is not None:
        variant = calendar.variant(request.variant_id)
        own, plain = variant.host_durations, variant.duration
    extra = sum((calendar.add_on(key).duration for key in request.add_on_ids), ZERO)
    usual = {own.get(host_id, plain) for host_id in eligible_hosts(reading)}
    return (usual.pop() if len(usual) == 1 else plain) + extra


def _listed(reading: Reading) -> set[timedelta]:
    """Every listed duration of one who may be booked; of all of them, where all are needed."""
    request, calendar = reading.request, reading.calendar
    assert calendar is not None, "only calendars leave anything open"
    hosts: tuple[str | None, ...] = eligible_hosts(reading) or (None,)
    every = [
        set(calendar.durations_with(host_id, request.variant_id, request.add_on_ids))
        for host_id in hosts
    ]
    return set.intersection(*every) if needs_all(calendar) else set.union(*every)

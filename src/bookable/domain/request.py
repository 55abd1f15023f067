"""A question: what shall be booked, as a frozen value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import attrs
from attrs import field, frozen

from bookable.checks import check_amount, check_duration, check_flag, check_id, check_ids
from bookable.domain.calendar import ZERO
from bookable.domain.hours import OpeningHours, check_hours
from bookable.domain.requirement import Requirement, check_requirements
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.grid import Grid, check_grid


def _host_ids(values: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if values is None else check_ids(values, "host_ids", known="member ids")


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


@frozen(cache_hash=True)
class Request:
    """So much time, for so many people, of these resources or of this calendar.

    With a ``calendar_id`` the rules are the calendar's, as they stand when the
    question is asked: `Scheduler.request` makes these. Without one the request
    states its own: ``requirements`` and, where wanted, hours, notice, horizon,
    buffers and starts: on ``grid``, or every ``slot_step`` from local midnight in ``zone``
    (unless given, the one zone of all that is required, else UTC). A request that names neither may be booked at any start;
    listing it then walks its duration.

    Raises:
        InvalidValueError: If a field cannot be what it must be, or if there is
            neither a calendar nor a requirement (code ``empty_request``).
    """

    duration: timedelta
    requirements: tuple[Requirement, ...] = field(default=(), converter=check_requirements)
    party_size: int = 1
    calendar_id: str | None = None
    host_ids: tuple[str, ...] | None = field(default=None, converter=_host_ids)
    buffer_before: timedelta = ZERO
    buffer_after: timedelta = ZERO
    buffer_within_hours: bool = False
    minimum_notice: timedelta = ZERO
    booking_horizon: timedelta | None = None
    slot_step: timedelta | None = None
    grid: Grid | None = None
    zone: Zone | None = field(default=None, converter=_zone)
    hours: OpeningHours | None = None

    def __attrs_post_init__(self) -> None:
        check_duration(self.duration, "duration", positive=True)
        check_amount(self.party_size, "party_size", minimum=1)
        check_duration(self.buffer_before, "buffer_before")
        check_duration(self.buffer_after, "buffer_after")
        check_flag(self.buffer_within_hours, "buffer_within_hours")
        check_duration(self.minimum_notice, "minimum_notice")
        check_hours(self.hours, "hours")
        if self.booking_horizon is not None:
            check_duration(self.booking_horizon, "booking_horizon", positive=True)
        if self.slot_step is not None:
            check_duration(self.slot_step, "slot_step", positive=True)
        if self.grid is not None:
            check_grid(self.grid, "grid")
        self._check_subject()

    def _check_subject(self) -> None:
        if self.calendar_id is None:
            if not self.requirements:
                expected = "at least one requirement, for example all_of('studio')"
                raise InvalidValueError("requirements", (), expected, "empty_request")
            if self.host_ids is not None:
                expected = "None without a calendar; name the hosts in a requirement"
                raise InvalidValueError("host_ids", self.host_ids, expected, "host_ids")
            return
        check_id(self.calendar_id, "calendar_id")
        for attribute in attrs.fields(Request):
            if attribute.name in _QUESTION_FIELDS:
                continue
            if getattr(self, attribute.name) != attribute.default:
                expected = "nothing beside a calendar_id, whose calendar states the rules"
                value = getattr(self, attribute.name)
                raise InvalidValueError(attribute.name, value, expected, "two_rules")
        if self.host_ids is not None and not self.host_ids:
            expected = "at least one host id, or None for any host"
            raise InvalidValueError("host_ids", (), expected, "empty_request")


_QUESTION_FIELDS = frozenset({"duration", "party_size", "calendar_id", "host_ids"})

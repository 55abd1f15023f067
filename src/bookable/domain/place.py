"""Places: a tree of locations whose settings rooms, equipment and calendars inherit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_duration,
    check_flag,
    check_id,
    check_ids,
    check_text,
)
from bookable.domain.hours import OpeningHours, check_hours
from bookable.domain.life import CheckIn
from bookable.domain.policy import Horizon, Notice, check_horizon, check_notice
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, to_zone

SETTINGS: Final = (
    "hours",
    "zone",
    "buffer_before",
    "buffer_after",
    "max_concurrent",
    "enforce_capacity",
    "minimum_notice",
    "booking_horizon",
    "check_in",
)
"""What a place may set for everything in it."""


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


def _locked(values: Iterable[str]) -> frozenset[str]:
    names = check_ids(values, "locked", known="settings")
    for name in names:
        if name not in SETTINGS:
            raise InvalidValueError("locked", name, f"one of {', '.join(SETTINGS)}", "choice")
    return frozenset(names)


@frozen(cache_hash=True)
class Place:
    """A location inside another one: account, site, building, floor.

    A room, piece of equipment or calendar in it that leaves a setting open takes it from the
    nearest place that states one. What a place has ``locked`` holds for everything inside, whatever
    that says itself: the value that the place states or has from further out. A lock on what
    nobody states locks nothing. A calendar leaves its buffers and its notice open where they are
    zero.

    >>> Place("floor 2", parent_id="house", locked=["hours"]).parent_id
    'house'

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
    """

    id: str
    parent_id: str | None = None
    name: str = ""
    hours: OpeningHours | None = None
    zone: Zone | None = field(default=None, converter=_zone)
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    max_concurrent: int | None = None
    enforce_capacity: bool | None = None
    minimum_notice: Notice | None = None
    booking_horizon: Horizon | None = None
    check_in: CheckIn | None = None
    locked: frozenset[str] = field(default=frozenset(), converter=_locked)

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_text(self.name, "name")
        check_hours(self.hours, "hours")
        if self.parent_id is not None:
            check_id(self.parent_id, "parent_id")
        for name in ("buffer_before", "buffer_after"):
            if getattr(self, name) is not None:
                check_duration(getattr(self, name), name)
        if self.max_concurrent is not None:
            check_amount(self.max_concurrent, "max_concurrent", minimum=1)
        if self.enforce_capacity is not None:
            check_flag(self.enforce_capacity, "enforce_capacity")
        if self.minimum_notice is not None:
            check_notice(self.minimum_notice)
        check_horizon(self.booking_horizon)
        CheckIn.check(self.check_in)

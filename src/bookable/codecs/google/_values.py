"""Google's free/busy query and its answer, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

from attrs import field, frozen

from bookable.checks import check_amount, check_id, check_ids, check_items, check_text, check_type
from bookable.errors import LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.interval import Interval, check_interval

MOST_PER_GROUP: Final = 100
"""The largest ``groupExpansionMax``."""

MOST_CALENDARS: Final = 50
"""The largest ``calendarExpansionMax``."""

MOST_ITEMS: Final = 1_000
"""The most items of a query, and the most calendars or groups of an answer, that are read."""

T = TypeVar("T")

GLOBAL: Final = "global"


def _item_ids(values: Iterable[str]) -> tuple[str, ...]:
    found = check_ids(values, "item_ids", known="ids of calendars and groups")
    if len(found) > MOST_ITEMS:
        raise LimitExceededError("items of a query", len(found), MOST_ITEMS)
    return found


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "calendar_ids", known="calendar ids")


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


@frozen
class FreeBusyQuery:
    """When the calendars, and those in the groups, of ``item_ids`` are busy inside ``within``.

    ``zone`` is the clock of the answer; None is UTC. Items come once each, in their order.

    Raises:
        InvalidAmountError: If an expansion is not from 1 to its limit.
        LimitExceededError: If there are more than 1,000 items.
    """

    within: Interval
    item_ids: tuple[str, ...] = field(converter=_item_ids)
    zone: Zone | None = field(default=None, converter=_zone)
    group_expansion: int | None = None
    calendar_expansion: int | None = None

    def __attrs_post_init__(self) -> None:
        check_interval(self.within, "within")
        for name, limit in (
            ("group_expansion", MOST_PER_GROUP),
            ("calendar_expansion", MOST_CALENDARS),
        ):
            if getattr(self, name) is not None:
                check_amount(getattr(self, name), name, minimum=1, maximum=limit)


@frozen
class GoogleError:
    """Why a calendar or group could not be told of, as ``notFound`` in the domain ``global``."""

    reason: str
    domain: str = GLOBAL

    def __attrs_post_init__(self) -> None:
        check_text(self.reason, "reason")
        check_text(self.domain, "domain")


def _errors(values: Iterable[GoogleError]) -> tuple[GoogleError, ...]:
    return check_items(values, GoogleError, "errors", "a GoogleError(reason)")


def _busy(values: Iterable[Interval]) -> tuple[Interval, ...]:
    return check_items(values, Interval, "busy", "an Interval(start, end)")


@frozen
class CalendarAnswer:
    """When one calendar is busy, as told; or why nobody knows."""

    busy: tuple[Interval, ...] = field(default=(), converter=_busy)
    errors: tuple[GoogleError, ...] = field(default=(), converter=_errors)


@frozen
class GroupAnswer:
    """Who is in a group; or why it was not expanded."""

    calendar_ids: tuple[str, ...] = field(default=(), converter=_ids)
    errors: tuple[GoogleError, ...] = field(default=(), converter=_errors)


def _calendars(values: Mapping[str, CalendarAnswer]) -> FrozenMap[str, CalendarAnswer]:
    return _by_ids(values, CalendarAnswer, "calendars")


def _groups(values: Mapping[str, GroupAnswer]) -> FrozenMap[str, GroupAnswer]:
    return _by_ids(values, GroupAnswer, "groups")


def _by_ids(values: Mapping[str, T], kind: type[T], name: str) -> FrozenMap[str, T]:
    like = f"a mapping of ids to {kind.__name__}"
    given: Mapping[str, T] = check_type(values, Mapping, name, like)
    return FrozenMap(
        {check_id(key, name): check_type(each, kind, name, like) for key, each in given.items()}
    )


@frozen
class FreeBusyAnswer:
    """What was told about a window: of each calendar, and of each group that was asked for."""

    within: Interval
    calendars: FrozenMap[str, CalendarAnswer] = field(default=FrozenMap(), converter=_calendars)
    groups: FrozenMap[str, GroupAnswer] = field(default=FrozenMap(), converter=_groups)

    def __attrs_post_init__(self) -> None:
        check_interval(self.within, "within")

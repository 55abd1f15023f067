"""The fields of a booking that are more than a number or an id: what each takes, and as what it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Final

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_id,
    check_ids,
    check_type,
)
from bookable.domain.booking_slots import NO_OVERRIDE, NO_TAGS
from bookable.domain.life import CheckInMethod
from bookable.domain.policy import BufferPolicy
from bookable.domain.refusal import CAPACITY_RULES, RefusalCode, to_override
from bookable.frozen_map import FrozenMap


def _buffer_policy(value: BufferPolicy | str) -> BufferPolicy:
    return check_choice(value, BufferPolicy, "buffers.policy")


@frozen
class Buffers:
    """The time kept clear before and after a booking on one resource, and how (SPEC N15)."""

    before: timedelta = timedelta(0)
    after: timedelta = timedelta(0)
    policy: BufferPolicy = field(default=BufferPolicy.EXCLUSIVE, converter=_buffer_policy)

    def __attrs_post_init__(self) -> None:
        check_duration(self.before, "buffers.before")
        check_duration(self.after, "buffers.after")


NO_BUFFERS: Final = Buffers()

NO_EQUIPMENT: Final[FrozenMap[str, int]] = FrozenMap()


def to_method(value: CheckInMethod | str | None) -> CheckInMethod | None:
    """How somebody came."""
    return None if value is None else check_choice(value, CheckInMethod, "check_in_method")


def _sorted(values: Iterable[str], field: str, known: str) -> tuple[str, ...]:
    # A history has many bookings, and most of their fields are left as they are.
    if type(values) is tuple and not values:
        return values
    return _shared(tuple(sorted(check_ids(values, field, known=known))))


@lru_cache(maxsize=8_192)
def _shared(ids: tuple[str, ...]) -> tuple[str, ...]:
    """The tuple of these ids that is there already: bookings name the same hosts and rooms again."""
    return ids


def to_host_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Members, in order."""
    return _sorted(values, "host_ids", "member ids")


def to_room_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Rooms, in order."""
    return _sorted(values, "room_ids", "room ids")


def to_equipment(items: Mapping[str, int]) -> FrozenMap[str, int]:
    """Units by the id of the equipment."""
    if items is NO_EQUIPMENT:
        return NO_EQUIPMENT
    like = "a mapping of equipment ids to units, for example {'table': 1}"
    found: Mapping[str, int] = check_type(items, Mapping, "equipment", like)
    units = {
        check_id(key, "equipment"): check_amount(value, f"equipment[{key!r}]", minimum=1)
        for key, value in found.items()
    }
    return FrozenMap(sorted(units.items())) if units else NO_EQUIPMENT


def to_buffers(items: Mapping[str, Buffers] | None) -> FrozenMap[str, Buffers] | None:
    """Buffers by what they are kept on; None where nothing is said."""
    if items is None:
        return None
    like = "a mapping of resource ids to Buffers(before, after)"
    found: Mapping[str, Buffers] = check_type(items, Mapping, "buffers", like)
    buffers = {
        check_id(key, "buffers"): check_type(
            value, Buffers, f"buffers[{key!r}]", "Buffers(before, after)"
        )
        for key, value in found.items()
    }
    return FrozenMap(sorted(buffers.items()))


def to_tags(values: Iterable[str]) -> frozenset[str]:
    """Words of the host."""
    if values is NO_TAGS:
        return NO_TAGS
    return frozenset(check_ids(values, "tags", known="tags")) or NO_TAGS


def to_individual_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Equipment, in order."""
    return _sorted(values, "individual_ids", "equipment ids")


def to_attendee_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Members who attend, in order."""
    return _sorted(values, "attendee_ids", "member ids")


def to_companion_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Members who come along, in order."""
    return _sorted(values, "companion_ids", "member ids")


def to_rules_aside(values: Iterable[RefusalCode | str]) -> frozenset[RefusalCode]:
    """Rules of capacity."""
    if values is NO_OVERRIDE:
        return NO_OVERRIDE
    return to_override(values, among=CAPACITY_RULES) or NO_OVERRIDE

"""What a booking needs: roles, each filled by *k* of *n* resources (SPEC N14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_ids,
    check_items,
    check_text,
)
from bookable.domain.features import Where, check_features, check_where
from bookable.domain.policy import BufferPolicy
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import MOST_REQUIREMENTS


def _pool(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "pool", known="resource ids")


class ResourceKind(StrEnum):
    """What can be required."""

    ROOM = "room"
    EQUIPMENT = "equipment"
    MEMBER = "member"


def _kind(value: ResourceKind | str | None) -> ResourceKind | None:
    return None if value is None else check_choice(value, ResourceKind, "kind")


def _policy(value: BufferPolicy | str | None) -> BufferPolicy | None:
    return None if value is None else check_choice(value, BufferPolicy, "buffer_policy")


@frozen(cache_hash=True)
class Requirement:
    """One role: ``count`` different resources out of ``pool``, each giving ``units``.

    Instead of a pool, ``kind`` takes everything of that kind. Of either, only what has all the
    ``features`` and meets every demand of ``where`` will do. Rooms and members give
    themselves; ``units`` matter for equipment: so many in all, or so many for
    every ``per_attendees`` people begun. Buffers that are set here win over those of the
    resource and of the calendar. Pools of several requirements may overlap; different roles get
    different resources.

    Raises:
        InvalidValueError: If there is neither a pool nor a kind (code ``empty_request``).
        InvalidAmountError: If ``count`` or ``units`` is not a positive whole number.
    """

    pool: tuple[str, ...] = field(default=(), converter=_pool)
    count: int = 1
    units: int = 1
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    name: str = ""
    kind: ResourceKind | None = field(default=None, converter=_kind)
    features: frozenset[str] = field(default=frozenset(), converter=check_features)
    where: tuple[Where, ...] = field(default=(), converter=check_where)
    per_attendees: int | None = None
    buffer_policy: BufferPolicy | None = field(default=None, converter=_policy)

    def __attrs_post_init__(self) -> None:
        if not self.pool and self.kind is None:
            expected = "at least one resource id, for example any_of('ada', 'grace')"
            raise InvalidValueError("pool", self.pool, expected, "empty_request")
        check_amount(self.count, "count", minimum=1)
        check_amount(self.units, "units", minimum=1)
        check_text(self.name, "name")
        if self.per_attendees is not None:
            check_amount(self.per_attendees, "per_attendees", minimum=1)
        for name in ("buffer_before", "buffer_after"):
            value = getattr(self, name)
            if value is not None:
                check_duration(value, name)

    @property
    def is_fixed(self) -> bool:
        """Whether every resource of the pool is needed."""
        return self.kind is None and self.count >= len(self.pool)

    def units_for(self, party_size: int) -> int:
        """The units that so many people take.

        >>> Requirement(["kit"], per_attendees=2).units_for(5)
        3
        """
        if self.per_attendees is None:
            return self.units
        return self.units * -(-party_size // self.per_attendees)


def all_of(*ids: str) -> Requirement:
    """Every one of these resources together.

    >>> all_of("ada", "studio").count
    2
    """
    pool = _pool(ids)
    return Requirement(pool, count=max(1, len(pool)))


def any_of(*ids: str, count: int = 1) -> Requirement:
    """Any ``count`` of these resources, whose ids are given one by one.

    >>> any_of("ada", "grace").pool
    ('ada', 'grace')
    """
    return Requirement(ids, count=count)


def share_of(share: Fraction | str, *ids: str) -> Requirement:
    """At least that share of these resources, rounded up to whole ones.

    >>> share_of("1/2", "ada", "ben", "cem").count
    2

    Raises:
        InvalidValueError: If the share is not above 0 and at most 1.
    """
    expected = "a Fraction or its text above 0 and at most 1, for example '1/2' or '80%'"
    try:
        text = share.removesuffix("%") if isinstance(share, str) else share
        part = Fraction(text) / (100 if text != share else 1)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
        raise InvalidValueError("share", share, expected, "quantity") from error
    if isinstance(share, float | bool) or not 0 < part <= 1:
        raise InvalidValueError("share", share, expected, "quantity")
    pool = _pool(ids)
    return Requirement(pool, count=max(1, ceil(part * len(pool))))


def units_of(equipment_id: str, units: int) -> Requirement:
    """So many units of one piece of equipment.

    >>> units_of("projector", 2).units
    2
    """
    return Requirement((equipment_id,), units=units)


def check_requirements(values: object, field_name: str = "requirements") -> tuple[Requirement, ...]:
    """Requirements, with those on the same single equipment summed into one.

    Raises:
        LimitExceededError: If there are more than 50.
        InvalidAmountError: If summed units exceed a million.
    """
    like = "a Requirement, for example all_of('studio')"
    requirements = check_items(values, Requirement, field_name, like)
    if len(requirements) > MOST_REQUIREMENTS:
        raise LimitExceededError(field_name, len(requirements), MOST_REQUIREMENTS)
    return requirements

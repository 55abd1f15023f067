"""What a booking needs: roles, each filled by *k* of *n* resources (SPEC N14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from attrs import field, frozen

from bookable.checks import check_amount, check_duration, check_ids, check_items, check_text
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import MOST_REQUIREMENTS


def _pool(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "pool", known="resource ids")


@frozen(cache_hash=True)
class Requirement:
    """One role: ``count`` different resources out of ``pool``, each giving ``units``.

    Rooms and members give themselves; ``units`` matter for equipment. Buffers that
    are set here win over those of the resource and of the calendar. Pools of
    several requirements may overlap; different roles get different resources.

    Raises:
        InvalidValueError: If the pool is empty (code ``empty_request``).
        InvalidAmountError: If ``count`` or ``units`` is not a positive whole number.
    """

    pool: tuple[str, ...] = field(converter=_pool)
    count: int = 1
    units: int = 1
    buffer_before: timedelta | None = None
    buffer_after: timedelta | None = None
    name: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.pool:
            expected = "at least one resource id, for example any_of('ada', 'grace')"
            raise InvalidValueError("pool", self.pool, expected, "empty_request")
        check_amount(self.count, "count", minimum=1)
        check_amount(self.units, "units", minimum=1)
        check_text(self.name, "name")
        for name in ("buffer_before", "buffer_after"):
            value = getattr(self, name)
            if value is not None:
                check_duration(value, name)

    @property
    def is_fixed(self) -> bool:
        """Whether every resource of the pool is needed."""
        return self.count >= len(self.pool)


def all_of(*ids: str) -> Requirement:
    """Every one of these resources together.

    >>> all_of("ada", "studio").count
    2
    """
    pool = _pool(ids)
    return Requirement(pool, count=max(1, len(pool)))


def any_of(*ids: str, count: int = 1) -> Requirement:
    """Any ``count`` of these resources.

    >>> any_of("ada", "grace").pool
    ('ada', 'grace')
    """
    return Requirement(ids, count=count)


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

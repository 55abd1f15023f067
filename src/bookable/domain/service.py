"""What a calendar offers beside its plain booking: variants, add-ons, absences of its staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from attrs import field, frozen

from bookable.checks import check_duration, check_id, check_text, check_type
from bookable.domain.requirement import Requirement, check_requirements
from bookable.frozen_map import FrozenMap
from bookable.timeline.interval import Interval, check_interval


def host_durations(values: Mapping[str, timedelta]) -> FrozenMap[str, timedelta]:
    """How long each host takes, by member id."""
    like = "a mapping of member ids to durations"
    found: Mapping[str, timedelta] = check_type(values, Mapping, "host_durations", like)
    ids = sorted(check_id(key, "host_durations") for key in found)
    return FrozenMap(
        {key: check_duration(found[key], f"host_durations[{key!r}]", positive=True) for key in ids}
    )


def _requirements(values: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return check_requirements(values)


@frozen(cache_hash=True)
class Variant:
    """A form of a service with a duration of its own, which may depend on the host."""

    id: str
    duration: timedelta
    host_durations: FrozenMap[str, timedelta] = field(default=FrozenMap(), converter=host_durations)
    name: str = ""

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_duration(self.duration, "duration", positive=True)
        check_text(self.name, "name")


@frozen(cache_hash=True)
class AddOn:
    """Something that makes a booking longer, and may need resources for all of it."""

    id: str
    duration: timedelta = timedelta(0)
    requirements: tuple[Requirement, ...] = field(default=(), converter=_requirements)
    name: str = ""

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_duration(self.duration, "duration")
        check_text(self.name, "name")


@frozen(cache_hash=True)
class Absence:
    """Time in which a member is away: a holiday, out of office.

    ``delegate_id`` names the member who stands in, for requests that ask for delegates.
    """

    interval: Interval
    reason: str = ""
    delegate_id: str | None = None

    def __attrs_post_init__(self) -> None:
        check_interval(self.interval, "absences.interval")
        check_text(self.reason, "absences.reason")
        if self.delegate_id is not None:
            check_id(self.delegate_id, "absences.delegate_id")

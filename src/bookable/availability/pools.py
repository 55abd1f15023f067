"""Who could fill a role: what is named or of a kind, and has what is asked of it (SPEC N14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import field, frozen

from bookable.availability.question import Role
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.hours import OpeningHours
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement, ResourceKind
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap

_KINDS: Final[Mapping[ResourceKind, type[Resource]]] = {
    ResourceKind.ROOM: Room,
    ResourceKind.EQUIPMENT: Equipment,
    ResourceKind.MEMBER: Member,
}


@frozen
class Reading:
    """A request, the settled calendar that it names, if any, and the catalogue it is read against."""

    request: Request
    calendar: Calendar | None
    catalogue: Catalogue
    unknown: frozenset[str] = field(init=False, repr=False)
    """Who is unknown, with the rooms that share a part with one that is."""

    @unknown.default
    def _find_unknown(self) -> frozenset[str]:
        ids, sharing = self.request.unknown_ids, self.catalogue.overlapping_rooms
        return frozenset(ids).union(*(sharing.get(key, ()) for key in ids))

    @property
    def rules(self) -> Request | Calendar:
        """Whatever states the rules: the calendar, else the request itself."""
        return self.request if self.calendar is None else self.calendar


@frozen
class Pool:
    """A requirement with all that could fill it, ordered by id; maybe nothing.

    ``is_hosts`` marks those who serve the calendar; ``stand_ins`` are the hours of delegates.
    ``is_for_add_on`` marks what an add-on needs, ``is_attendees`` those who only have to be there.
    """

    need: Requirement
    resources: tuple[Resource, ...]
    count: int
    is_hosts: bool = False
    stand_ins: Mapping[str, OpeningHours] = FrozenMap()
    is_for_add_on: bool = False
    is_attendees: bool = False


def pool_of(need: Requirement, reading: Reading, *, is_for_add_on: bool = False) -> Pool:
    """What could fill a requirement: of its pool or kind, all that will do.

    A request that asks for features, attributes or a location asks them of the rooms of every role.

    Raises:
        UnknownIdError: If the requirement names a resource that does not exist.
    """
    resources = tuple(_of_pool(need, reading))
    return Pool(need, resources, need.count, is_for_add_on=is_for_add_on)


def named(needs: Iterable[Requirement], catalogue: Catalogue) -> list[Resource]:
    """The settled resources that requirements name by id."""
    return [
        catalogue.settled_resource(key, name="requirements") for need in needs for key in need.pool
    ]


def _of_pool(need: Requirement, reading: Reading) -> list[Resource]:
    catalogue = reading.catalogue
    found = named([need], catalogue)
    if need.kind is not None:
        kind = _KINDS[need.kind]
        if not need.pool:
            ids = [entry.id for entry in catalogue if isinstance(entry, kind)]
            found = [catalogue.settled_resource(key) for key in ids]
        found = [each for each in found if isinstance(each, kind)]
    return sorted((each for each in found if _will_do(each, need, reading)), key=_by_id)


def _by_id(resource: Resource) -> str:
    return resource.id


def _will_do(resource: Resource, need: Requirement, reading: Reading) -> bool:
    """Whether it has what its requirement asks for, and a room what the request asks for."""
    asking: list[Requirement | Request] = [need]
    if isinstance(resource, Room):
        wanted = reading.request.location_id
        settings = reading.catalogue.settings
        if wanted is not None and not settings.is_within(resource.location_id, wanted):
            return False
        asking.append(reading.request)
    return all(
        each.features <= resource.features
        and all(where.is_met_by(resource.attributes) for where in each.where)
        for each in asking
    )


def check_apart(roles: Sequence[Role], overlapping: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse roles that could take two rooms which share a part: one would take the other's.

    Raises:
        InvalidValueError: With code ``parts``, for the field ``requirements``.
    """
    if not overlapping:
        return
    rooms = [
        {each.resource.id for each in role.candidates if each.resource.id in overlapping}
        for role in roles
    ]
    for number, role in enumerate(roles):
        others = rooms[number + 1 :] if role.count < 2 else rooms[number:]
        reach = {other for room_id in rooms[number] for other in overlapping[room_id]}
        clash = sorted(reach & set[str]().union(*others))
        if clash:
            expected = "rooms that share no part, in different roles and where one takes several"
            raise InvalidValueError("requirements", clash[0], expected, "parts")

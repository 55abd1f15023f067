"""Which roles compete for the same resources, and what must hold so that all can be filled.

Hall's theorem: for every group of roles whose pools overlap and every subset of that group, at
least as many different resources must be able to serve as those roles need together (SPEC N14).
"""

from __future__ import annotations

from itertools import combinations

from bookable.availability.question import Condition, Place, Role
from bookable.errors import LimitExceededError
from bookable.limits import (
    MOST_COMPETING_PLACES,
    MOST_COMPETING_RESOURCES,
    MOST_COMPETING_ROLES,
)


def conditions_of(roles: tuple[Role, ...]) -> tuple[Condition, ...]:
    """What must hold so that all roles can be filled at once (Hall's theorem)."""
    found: list[Condition] = []
    for group in competing(roles):
        _check_group(roles, group)
        for size in range(1, len(group) + 1):
            found += [_condition(roles, subset) for subset in combinations(group, size)]
    return tuple(found)


def _check_group(roles: tuple[Role, ...], group: tuple[int, ...]) -> None:
    """Competition is decided exactly, so it is bounded (SPEC N34)."""
    if len(group) > MOST_COMPETING_ROLES:
        limit = "requirements whose pools overlap"
        raise LimitExceededError(limit, len(group), MOST_COMPETING_ROLES)
    places = sum(len(roles[number].candidates) for number in group) << len(group) - 1
    if len(group) > 1 and places > MOST_COMPETING_PLACES:
        limit = "candidates in requirements whose pools overlap, for each subset of them"
        raise LimitExceededError(limit, places, MOST_COMPETING_PLACES)
    seats = sum(roles[number].count for number in group)
    if len(group) > 1 and seats > MOST_COMPETING_RESOURCES:
        limit = "resources needed out of pools that overlap"
        raise LimitExceededError(limit, seats, MOST_COMPETING_RESOURCES)


def _condition(roles: tuple[Role, ...], subset: tuple[int, ...]) -> Condition:
    places: dict[str, list[Place]] = {}
    for role in subset:
        for position, candidate in enumerate(roles[role].candidates):
            places.setdefault(candidate.resource.id, []).append((role, position))
    needed = sum(roles[role].count for role in subset)
    return Condition(needed, subset, tuple(tuple(places[key]) for key in sorted(places)))


def competing(roles: tuple[Role, ...]) -> tuple[tuple[int, ...], ...]:
    """Roles in groups whose pools overlap, directly or in a chain."""
    groups: list[tuple[set[int], set[str]]] = []
    for number, role in enumerate(roles):
        members, pool = {number}, {candidate.resource.id for candidate in role.candidates}
        apart = []
        for others, taken in groups:
            if taken & pool:
                members |= others
                pool |= taken
            else:
                apart.append((others, taken))
        groups = [*apart, (members, pool)]
    return tuple(sorted(tuple(sorted(members)) for members, _ in groups))

"""Which features keep a pool too small, so that a refusal can name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from bookable.availability.pools import Reading, pool_of
from bookable.domain.resources import Resource, Room

if TYPE_CHECKING:
    from bookable.availability.question import Role
    from bookable.availability.search import Search


def missing_features(search: Search, role: Role) -> tuple[str, ...]:
    """The features that nothing in the pool of a role has, sorted; all, where no one has them all.

    None where the pool would be too small without any wish for features as well, or where it is
    something else that rules out what has them.
    """
    need, request = role.need, search.question.request
    if need is None:
        return ()
    pool = _plain_pool(search, role)
    if len(pool) < role.count:
        return ()

    def wanted(resource: Resource) -> frozenset[str]:
        return need.features | (request.features if isinstance(resource, Room) else frozenset())

    asked = frozenset[str]().union(*map(wanted, pool))
    there = frozenset[str]().union(*(each.features for each in pool))
    return tuple(sorted(asked - there or asked))


def _plain_pool(search: Search, role: Role) -> tuple[Resource, ...]:
    """What could fill a role if nobody asked for features."""
    question = search.question
    assert role.need is not None, "a role without a requirement lacks nothing"
    reading = Reading(
        attrs.evolve(question.request, features=()), question.calendar, search.catalogue
    )
    return pool_of(attrs.evolve(role.need, features=()), reading).resources

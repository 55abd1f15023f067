"""Whose time nobody could read: never free, and left out where the request goes on without them.

Who is unknown never serves, and joins no session. So in a role that takes some of many it makes no
difference whether they count as busy or are left out. It does where a role needs all whom it names:
left out, they are not needed there.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from attrs import frozen

from bookable.availability.pools import Pool, Reading
from bookable.domain.policy import Unknown
from bookable.domain.resources import Equipment, Member, Resource


@frozen
class Asked:
    """The pools that are to be filled, and what is to be said of who is unknown.

    ``unknown_ids`` are those of the request that it could have taken, ``left_out_ids`` the people
    whom it would need and goes on without; both sorted.
    """

    pools: list[Pool]
    unknown_ids: tuple[str, ...] = ()
    left_out_ids: tuple[str, ...] = ()


def asked_of(pools: list[Pool], reading: Reading) -> Asked:
    """The pools of a request, without who is to be left out. O(1) where nobody is unknown."""
    request, unknown = reading.request, reading.unknown
    if not unknown:
        return Asked(pools)
    concerned = {each.id for pool in pools for each in pool.resources} | {*request.optional_ids}
    sharing = reading.catalogue.overlapping_rooms
    ids = tuple(
        key for key in request.unknown_ids if not concerned.isdisjoint((key, *sharing.get(key, ())))
    )
    if request.unknown is not Unknown.LEFT_OUT:
        return Asked(pools, ids)
    left = [_without(pool, unknown) for pool in pools]
    if not any(each.is_hosts for each in left if each is not None):
        # Somebody has to serve: where nobody is known all of them are waited for.
        left = [pool if pool.is_hosts else each for pool, each in zip(pools, left, strict=True)]
    kept = [each for each in left if each is not None]
    gone = {
        each.id
        for before, after in zip(pools, left, strict=True)
        if after is not before
        for each in _unknown_of(before, unknown)
        if isinstance(each, Member)
    }
    return Asked(kept, ids, tuple(sorted(gone)))


def _without(pool: Pool, unknown: frozenset[str]) -> Pool | None:
    """A pool with what is known of all that it needs; None where nothing of it is needed any more."""
    gone = {each.id for each in _unknown_of(pool, unknown)}
    if not gone:
        return pool
    if pool.count > len(gone):
        left = tuple(each for each in pool.resources if each.id not in gone)
        return attrs.evolve(pool, resources=left, count=pool.count - len(gone))
    may_go = pool.is_hosts or pool.is_attendees
    may_go = may_go or all(isinstance(each, Equipment) for each in pool.resources)
    return None if may_go else pool


def _unknown_of(pool: Pool, unknown: frozenset[str]) -> Iterable[Resource]:
    """Those of a pool that needs all whom it names who are unknown; delegates are not named."""
    if not pool.need.is_fixed:
        return ()
    named = unknown.intersection(pool.need.pool)
    return tuple(each for each in pool.resources if each.id in named)

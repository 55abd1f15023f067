"""Whose time nobody knows: they never serve, and may be left out of what needs them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bookable.testing.axis import Ids
from bookable.testing.plain import PlainAsk
from bookable.testing.plain_rules import PlainRole
from bookable.testing.world import World

LEFT_OUT = "left_out"


def is_unknown(world: World, ask: PlainAsk, resource_id: str) -> bool:
    """Whether nobody knows if a resource is free: it, or a room that shares a part with it."""
    return resource_id in ask.unknown_ids or any(
        other in ask.unknown_ids for other in world.overlapping(resource_id)
    )


def attending(ask: PlainAsk) -> tuple[str, ...]:
    """Who is asked to attend, without those who are left out."""
    if ask.unknown != LEFT_OUT:
        return ask.attendee_ids
    return tuple(id_ for id_ in ask.attendee_ids if id_ not in ask.unknown_ids)


def in_question(world: World, ask: PlainAsk, pools: Iterable[PlainRole]) -> tuple[str, ...]:
    """Those who are unknown, and of whom, or of whose parts, the question asks anything."""
    asked = {id_ for role in pools for id_ in role.pool} | {*ask.optional_ids}
    return tuple(
        sorted(
            id_
            for id_ in ask.unknown_ids
            if id_ in asked or any(other in asked for other in world.overlapping(id_))
        )
    )


def dropped(world: World, ask: PlainAsk, role: PlainRole, able: Ids) -> Ids:
    """Those of a role that it goes on without: of all whom it names, none of whom is one too many.

    ``able`` are those of its pool that would do. Delegates are not named.
    """
    named = {id_ for id_ in role.pool if id_ not in dict(role.limited)}
    if ask.unknown != LEFT_OUT or role.kind is not None or role.count < len(named):
        return frozenset()
    return frozenset(id_ for id_ in named & able if is_unknown(world, ask, id_))


def going_on(
    world: World, ask: PlainAsk, asked: Sequence[tuple[PlainRole, PlainRole]]
) -> tuple[list[tuple[PlainRole, PlainRole]], Ids]:
    """What is left of roles, each with the same with those of its pool that would do; and who is missing.

    Somebody must serve: where none of the hosts is known, all stay. So it is with the people and rooms of
    any other role; who only attends, and equipment, may be missing altogether.
    """
    gone = [dropped(world, ask, role, frozenset(able.pool)) for role, able in asked]
    some_host = any(
        role.are_hosts and role.count > len(out) for (role, _), out in zip(asked, gone, strict=True)
    )
    left: list[tuple[PlainRole, PlainRole]] = []
    missing: set[str] = set()
    for (role, able), out in zip(asked, gone, strict=True):
        if role.count > len(out):
            pool = tuple(id_ for id_ in able.pool if id_ not in out)
            left.append((role, replace(able, pool=pool, count=role.count - len(out))))
            missing |= out
        elif (some_host and role.are_hosts) or role.are_attendees:
            missing |= out
        elif role.are_hosts or not out <= world.equipment.keys():
            left.append((role, able))
    return left, frozenset(missing & world.members.keys())

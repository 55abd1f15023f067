"""Rooms that are made of others: what their parts say of the whole (SPEC N8, N10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from bookable.domain.layers import all_open
from bookable.domain.references import Entry
from bookable.domain.resources import Room


def with_parts(
    entry: Entry, entries: Mapping[str, Entry], settled: Callable[[Entry], Entry]
) -> Entry:
    """The settled entry; a room that has parts is open and active only where all of them are.

    *settled* fills in what one entry leaves to its place or schedule. O(parts, however deep).

    Raises:
        LimitExceededError: If that would be too many hours inside hours.
    """
    whole = settled(entry)
    if not isinstance(whole, Room) or not whole.parts:
        return whole
    inner = [settled(each) for each in _within(whole, entries)]
    return attrs.evolve(
        whole,
        hours=all_open([whole.hours, *(each.hours for each in inner)]),
        is_active=whole.is_active and all(each.is_active for each in inner),
    )


def _within(room: Room, entries: Mapping[str, Entry]) -> list[Entry]:
    """The rooms that a room is made of and theirs, however deep, each once."""
    found: dict[str, Entry] = {}
    waiting = list(room.parts)
    for part_id in waiting:
        part = entries[part_id]
        if part_id not in found and isinstance(part, Room):
            found[part_id] = part
            waiting += part.parts
    return list(found.values())

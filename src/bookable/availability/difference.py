"""What one state offers and another does not."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from bookable.availability.slot import Slot


@frozen
class SlotDifference:
    """The slots that only the first state has, and those that only the other one has, by start."""

    lost: tuple[Slot, ...]
    gained: tuple[Slot, ...]


def slot_difference(before: Sequence[Slot], after: Sequence[Slot]) -> SlotDifference:
    """The slots whose time is on offer in one listing only. Linear."""
    was, now_is = {slot.interval for slot in before}, {slot.interval for slot in after}
    return SlotDifference(
        tuple(slot for slot in before if slot.interval not in now_is),
        tuple(slot for slot in after if slot.interval not in was),
    )

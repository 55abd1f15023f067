"""What stands behind an offer: the facts of a slot, and whatever can work them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from bookable.availability.assignment import Allocation
from bookable.domain.refusal import RefusalCode
from bookable.frozen_map import FrozenMap

if TYPE_CHECKING:
    from bookable.availability.search import Search


@frozen
class Details:
    """What stands behind a slot: candidates, seats and the allocation that would be taken.

    ``override`` are the rules of capacity without which alone it can be had.
    """

    host_ids: tuple[str, ...]
    room_ids: tuple[str, ...]
    seats_left: int
    allocation: Allocation
    options: FrozenMap[str, tuple[str, ...]] = FrozenMap()
    missing_ids: tuple[str, ...] = ()
    is_overbooked: bool = False
    override: frozenset[RefusalCode] = frozenset()
    location_id: str | None = None
    unknown_ids: tuple[str, ...] = ()


class Source(Protocol):
    """Whatever can work out the details of its own slots."""

    def details(self, start_us: int) -> Details:
        """The details of the slot that starts then."""


class Survey(Source, Protocol):
    """A source that also tells what it searched: what stands behind a listing."""

    @property
    def search(self) -> Search:
        """The question with the state that it was put to."""


@frozen
class Known:
    """Details that are known already: what a slot carries when it is pickled."""

    known: Details

    def details(self, start_us: int) -> Details:
        """The known details."""
        assert start_us is not None
        return self.known

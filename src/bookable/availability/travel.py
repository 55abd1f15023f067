"""The time that people need from one place to the next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bookable.availability.question import Candidate
from bookable.domain.refusal import Refusal
from bookable.timeline._kernel import Pieces

if TYPE_CHECKING:
    from bookable.availability.search import Search


def travelling_for(search: Search, candidate: Candidate, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that a member could not come to, or go on from, in time."""
    return ()


def travel_refusals_for(search: Search, candidate: Candidate, start: int) -> Iterator[Refusal]:
    """The bookings that are too far away from a start for a member."""
    yield from ()

"""Where each host stands: who is owed the next booking, and why (SPEC N24)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bookable.availability.question import Candidate
from bookable.domain.refusal import Refusal
from bookable.timeline._kernel import Pieces

if TYPE_CHECKING:
    from bookable.availability.search import Search


def not_next_for(search: Search, candidate: Candidate, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that strict fairness keeps from a host: all or none."""
    return ()


def not_next_refusals_for(search: Search, candidate: Candidate, start: int) -> Iterator[Refusal]:
    """Who is owed the booking instead."""
    yield from ()

"""Which starts limits forbid, for everybody and for single resources (SPEC N30)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bookable.availability.question import Candidate
from bookable.domain.refusal import Refusal
from bookable.timeline._kernel import Pieces

if TYPE_CHECKING:
    from bookable.availability.search import Search


def limited_starts(search: Search, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that limits forbid whatever resources are taken."""
    return ()


def limit_refusals(search: Search, start: int) -> Iterator[Refusal]:
    """Every such limit that forbids a start."""
    yield from ()


def limited_for(search: Search, candidate: Candidate, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that limits of a single resource forbid it."""
    return ()


def limit_refusals_for(search: Search, candidate: Candidate, start: int) -> Iterator[Refusal]:
    """Every limit that forbids a resource a start."""
    yield from ()

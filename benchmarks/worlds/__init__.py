"""The worlds, by name: each is made from a size and a seed, and the same two make the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.facts import SIZES, Facts, Size
from benchmarks.worlds.adversarial import competing, overlapping, overrides, years
from benchmarks.worlds.everyday import clinic, coworking, marketplace, training
from benchmarks.worlds.hot import hot

WORLDS: Mapping[str, Callable[[Size, int], Facts]] = {
    "clinic": clinic,
    "training": training,
    "coworking": coworking,
    "marketplace": marketplace,
    "hot": hot,
    "overlapping": overlapping,
    "years": years,
    "overrides": overrides,
    "competing": competing,
}

AT_XL = ("clinic", "marketplace", "hot")
"""The worlds that are measured at the largest size, unless the plan says more."""

CLASSES = ("training",)
"""The worlds of seats, in which no listing after a booking is compared."""


def world(name: str, size: str | Size, seed: int = 1) -> Facts:
    """A world by its name, at a size that has a name or at any other."""
    return WORLDS[name](SIZES[size] if isinstance(size, str) else size, seed)

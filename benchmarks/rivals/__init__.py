"""Other ways to answer the same question, each written as a competent user of it would."""

from __future__ import annotations

from benchmarks.rivals.base import Contestant
from benchmarks.rivals.bisecting import SortedLists
from benchmarks.rivals.brute import BruteForce
from benchmarks.rivals.duck import DuckDB
from benchmarks.rivals.numpy_grid import NumpyGrid
from benchmarks.rivals.portions import Portions
from benchmarks.rivals.postgres import Postgres
from benchmarks.rivals.sqlite import Sqlite
from benchmarks.rivals.trees import PlainTrees

RIVALS: tuple[type[Contestant], ...] = (
    SortedLists,
    NumpyGrid,
    PlainTrees,
    Portions,
    Sqlite,
    DuckDB,
    Postgres,
    BruteForce,
)

OUTSIDE = frozenset(kind.name for kind in RIVALS if kind.outside)
"""Who works in other processes or threads, and is timed by the wall whatever the clock of the run."""


def named(name: str, clock: str) -> str:
    """A contestant as tables name it: marked where its clock is not that of the run."""
    return f"{name} (wall)" if clock != "wall" and name in OUTSIDE else name

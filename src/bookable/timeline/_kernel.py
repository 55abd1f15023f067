"""Sweeps over sorted pairs of integers: what every set of instants is made of.

*Pieces* are canonical: half-open pairs ``(start, end)`` of microseconds with
``start < end``, sorted, and with at least one instant between any two of them,
so two sets of the same instants are always the same tuple. Every function takes
and returns pieces in that form (only `normalise` takes any pairs) and none of
them looks at a clock, a zone or a datetime: small enough that a symbolic checker
can go through all paths. A leading ``assert`` states what the caller owes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Pieces = tuple[tuple[int, int], ...]

_start = itemgetter(0)
_end = itemgetter(1)


def normalise(pairs: Iterable[tuple[int, int]]) -> Pieces:
    """The canonical form of any pairs; empty and inverted ones hold no instant.

    Complexity: O(n log n), linear when the pairs are sorted already.
    """
    merged: list[tuple[int, int]] = []
    reach = None
    for start, end in sorted(pairs):
        if start >= end:
            continue
        if reach is None or start > reach:
            merged.append((start, end))
            reach = end
        elif end > reach:
            merged[-1] = (merged[-1][0], end)
            reach = end
    return tuple(merged)


def union(a: Pieces, b: Pieces) -> Pieces:
    """The instants of either. Complexity: O(n): two sorted runs merge linearly."""
    if not a or not b:
        return a or b
    return normalise(a + b)


def intersect(a: Pieces, b: Pieces) -> Pieces:
    """The instants of both. Complexity: O(n)."""
    common: list[tuple[int, int]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        start = max(a[i][0], b[j][0])
        end = min(a[i][1], b[j][1])
        if start < end:
            common.append((start, end))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return tuple(common)


def subtract(a: Pieces, b: Pieces) -> Pieces:
    """The instants of *a* that are not of *b*. Complexity: O(n)."""
    left: list[tuple[int, int]] = []
    j = 0
    for start, end in a:
        while j < len(b) and b[j][1] <= start:
            j += 1
        cursor, k = start, j
        while k < len(b) and b[k][0] < end:
            if cursor < b[k][0]:
                left.append((cursor, b[k][0]))
            cursor = b[k][1]
            k += 1
        if cursor < end:
            left.append((cursor, end))
        # The last piece of *b* that was met may reach into the next piece of *a*.
        j = max(j, k - 1)
    return tuple(left)


def complement(a: Pieces, lo: int, hi: int) -> Pieces:
    """The instants of ``[lo, hi)`` that are not of *a*. Complexity: O(n)."""
    return subtract(((lo, hi),), a) if lo < hi else ()


def clip(a: Pieces, lo: int, hi: int) -> Pieces:
    """The instants of *a* within ``[lo, hi)``. Complexity: O(log n + k)."""
    first = bisect_right(a, lo, key=_end)
    last = bisect_left(a, hi, lo=first, key=_start)
    if first >= last or lo >= hi:
        return ()
    if a[first][0] >= lo and a[last - 1][1] <= hi:
        return a[first:last]
    inside = list(a[first:last])
    inside[0] = (max(inside[0][0], lo), inside[0][1])
    inside[-1] = (inside[-1][0], min(inside[-1][1], hi))
    return tuple(inside)


def at_least(count: int, sets: Sequence[Pieces]) -> Pieces:
    """The instants that at least *count* of the sets hold. Complexity: O(n log n)."""
    assert count > 0, "zero sets hold every instant there is"
    # Ends sort before starts at the same instant: touching pieces never add up.
    changes = sorted(
        chain.from_iterable(((start, 1), (end, -1)) for start, end in chain.from_iterable(sets))
    )
    found: list[tuple[int, int]] = []
    level = 0
    since = 0
    for instant, change in changes:
        level += change
        if level == count and change == 1:
            since = instant
        elif level == count - 1 and change == -1:
            found.append((since, instant))
    # One set may end where another starts: the level dips for no time at all.
    return normalise(found)


def starts_fitting(a: Pieces, length: int) -> Pieces:
    """The instants *t* for which all of ``[t, t + length)`` lies in one piece. Complexity: O(n)."""
    assert length > 0, "a length of nothing fits everywhere"
    return tuple((start, end - length + 1) for start, end in a if end - start >= length)


def dilate(a: Pieces, length: int) -> Pieces:
    """The instants of ``[t, t + length)`` for any instant *t* of *a*. Complexity: O(n)."""
    assert length > 0, "a length of nothing holds no instant"
    return normalise((start, end + length - 1) for start, end in a)

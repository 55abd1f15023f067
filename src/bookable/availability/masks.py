"""Sets of grid starts as single integers: bit *i* stands for start *i*.

Intersection, union and complement of thousands of starts cost one machine word
per 64 of them. A mask is built from ranges as the difference of two sparse integers, so
that building is linear in the ranges and the bits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import compress
from operator import and_, or_
from typing import Final, TypeVar

T = TypeVar("T")

_DIGITS: Final = bytes(1 if byte == ord("1") else 0 for byte in range(256))


def everything(size: int) -> int:
    """The mask of all starts."""
    return (1 << size) - 1


def of_ranges(ranges: Iterable[tuple[int, int]], size: int) -> int:
    """The mask of half-open ranges of positions, sorted by their first; they may overlap.

    >>> bin(of_ranges([(0, 2), (1, 3), (5, 6)], 8))
    '0b100111'
    """
    firsts, lasts = bytearray(size // 8 + 1), bytearray(size // 8 + 1)
    low, high = 0, 0
    for first, last in ranges:
        if first > high:
            _mark(firsts, lasts, low, high)
            low, high = first, last
        elif last > high:
            high = last
    _mark(firsts, lasts, low, high)
    return int.from_bytes(lasts, "little") - int.from_bytes(firsts, "little")


def _mark(firsts: bytearray, lasts: bytearray, low: int, high: int) -> None:
    if low < high:
        firsts[low >> 3] |= 1 << (low & 7)
        lasts[high >> 3] |= 1 << (high & 7)


def at_least(count: int, masks: Sequence[int]) -> int:
    """The starts that are in at least *count* of the masks, *count* being positive.

    One for OR, all for AND, a bit-sliced counter between.

    >>> bin(at_least(2, [0b0011, 0b0110, 0b1111]))
    '0b111'
    """
    if count > len(masks):
        return 0
    if count == 1:
        return reduce(or_, masks)
    if count == len(masks):
        return reduce(and_, masks)
    planes = [0] * len(masks).bit_length()
    for mask in masks:
        carry = mask
        for position, plane in enumerate(planes):
            planes[position], carry = plane ^ carry, plane & carry
    return _reaching(count, planes, reduce(or_, masks))


def _reaching(count: int, planes: list[int], anywhere: int) -> int:
    """The starts whose bit-sliced number is *count* or more."""
    above, equal = 0, anywhere
    for position in reversed(range(len(planes))):
        if count >> position & 1:
            equal &= planes[position]
        else:
            above |= equal & planes[position]
            equal &= ~planes[position]
    return above | equal


def chosen(items: Sequence[T], mask: int) -> Iterator[T]:
    """The items whose bit is set, in order. Linear in the bits, at C speed."""
    return compress(items, f"{mask:b}".encode().translate(_DIGITS)[::-1])


def lowest(mask: int) -> int:
    """The position of the lowest bit of a mask that has one."""
    return (mask & -mask).bit_length() - 1


def among(times: Iterable[int], starts: Sequence[int]) -> int:
    """Those of the starts, which are in order, that are among the given times."""
    ranges = ((bisect_left(starts, time), bisect_left(starts, time + 1)) for time in sorted(times))
    return of_ranges(ranges, len(starts))

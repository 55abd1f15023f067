"""Sets of grid starts as single integers: bit *i* stands for start *i*.

Intersection, union and complement of thousands of starts cost one machine word
per 64 of them. A mask is built from ranges by writing its digits, so that building is linear in the
ranges and the bits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, compress, islice
from operator import and_, or_
from typing import Final, TypeVar

T = TypeVar("T")

_FEW: Final = 4
"""So many ranges are written as digits: fewer are quicker added up."""

_RUN: Final = 32
"""So many bits are looked at one by one as quickly as one run of them is found and copied."""

_DIGITS: Final = bytes(1 if byte == ord("1") else 0 for byte in range(256))


def everything(size: int) -> int:
    """The mask of all starts."""
    return (1 << size) - 1


def of_ranges(ranges: Iterator[tuple[int, int]], size: int) -> int:
    """The mask of half-open ranges of positions, in any order; they may overlap.

    >>> bin(of_ranges(iter([(1, 3), (0, 2), (5, 6)]), 8))
    '0b100111'
    """
    few = list(islice(ranges, _FEW))
    if len(few) < _FEW:
        every = ((1 << last) - (1 << first) for first, last in few if first < last)
        return reduce(or_, every, 0)
    return _written(chain(few, ranges), size)


def of_spans(spans: Iterable[tuple[int, int]], first: int, step: int, size: int) -> int:
    """The mask of the times *first*, *first + step*, … that lie in one of the half-open spans.

    >>> bin(of_spans([(14, 21), (3, 11)], 10, 5, 4))
    '0b111'
    """
    # Positions are rounded up: a time lies in a span from its first instant on.
    base = first - step + 1
    digits, ones = bytearray(b"0") * size, b"1" * size
    # All from `run` to `until` is written: spans that overlap are not written again.
    run = until = 0
    for low, high in spans:
        if high > first:
            left, right = (low - base) // step if low > first else 0, (high - base) // step
            if run <= left < until:
                left = until
            elif left < right:
                run = left
            if left < right:
                digits[left:right] = ones[left:right]
                until = right
    digits.reverse()
    return int(digits, 2)


def _written(ranges: Iterable[tuple[int, int]], size: int) -> int:
    digits, ones = bytearray(b"0") * size, b"1" * size
    for first, last in ranges:
        digits[first:last] = ones[first:last]
    digits.reverse()
    return int(digits, 2)


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


def chosen(items: Sequence[T], mask: int, limit: int | None = None) -> tuple[T, ...]:
    """The items whose bit is set, in order, at most *limit*.

    Linear in the bits, at C speed; quicker where they are few runs.
    """
    digits = f"{mask:b}"[::-1]
    if (mask & ~(mask << 1)).bit_count() * _RUN > len(digits):
        bits = digits.encode().translate(_DIGITS)
        return tuple(islice(compress(items, bits), limit))
    found: list[T] = []
    high = 0
    while (low := digits.find("1", high)) >= 0 and (limit is None or len(found) < limit):
        high = digits.find("0", low)
        high = len(digits) if high < 0 else high
        found += items[low:high]
    return tuple(found if limit is None else found[:limit])


def lowest(mask: int) -> int:
    """The position of the lowest bit of a mask that has one."""
    return (mask & -mask).bit_length() - 1


def among(times: Iterable[int], starts: Sequence[int]) -> int:
    """Those of the starts, which are in order, that are among the given times."""
    ranges = ((bisect_left(starts, time), bisect_left(starts, time + 1)) for time in times)
    return of_ranges(ranges, len(starts))

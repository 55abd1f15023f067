"""A chain: several requests in a fixed order, with time between them that is bounded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from attrs import field, frozen

from bookable.checks import check_duration, check_items, check_type
from bookable.domain.request import Request
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import MOST_CHAIN_SEGMENTS

ZERO = timedelta(0)


@frozen(cache_hash=True)
class Segment:
    """One request of a chain, with how long after the end of the one before it may start.

    The gap is at least ``minimum_gap`` and at most ``maximum_gap``, both inclusive and without
    buffers; ``maximum_gap=None`` means exactly the minimum, so by default a segment follows at
    once. The first segment of a chain has no gap.

    Each segment is given hosts of its own: one host may serve several where buffers and hours
    allow it, and different hosts may follow each other; neither is asked for nor preferred. For
    the same host throughout, or for different ones, name them in the ``host_ids`` of the requests.

    Raises:
        InvalidValueError: If a gap cannot be one, or the longest is below the shortest
            (code ``gap``).
    """

    request: Request
    minimum_gap: timedelta = ZERO
    maximum_gap: timedelta | None = None

    def __attrs_post_init__(self) -> None:
        check_type(self.request, Request, "request", "a Request, as scheduler.request answers")
        check_duration(self.minimum_gap, "minimum_gap")
        if self.maximum_gap is not None:
            check_duration(self.maximum_gap, "maximum_gap")
            if self.maximum_gap < self.minimum_gap:
                expected = "at least the minimum gap, or None for exactly that"
                raise InvalidValueError("maximum_gap", self.maximum_gap, expected, "gap")

    @property
    def longest_gap(self) -> timedelta:
        """The longest gap: ``maximum_gap``, or the minimum where it is None."""
        return self.minimum_gap if self.maximum_gap is None else self.maximum_gap


def _segments(values: Iterable[Segment]) -> tuple[Segment, ...]:
    found = check_items(values, Segment, "segments", "a Segment(request)")
    if len(found) > MOST_CHAIN_SEGMENTS:
        raise LimitExceededError("segments of a chain", len(found), MOST_CHAIN_SEGMENTS)
    return found


@frozen(cache_hash=True)
class Chain:
    """Segments in their order: all of them are booked, or none.

    Raises:
        InvalidValueError: If there is no segment (code ``empty_request``), or the first
            has a gap (code ``gap``).
        LimitExceededError: If there are more than ten.
    """

    segments: tuple[Segment, ...] = field(converter=_segments)

    def __attrs_post_init__(self) -> None:
        if not self.segments:
            raise InvalidValueError("segments", (), "at least one segment", "empty_request")
        first = self.segments[0]
        if first.longest_gap:
            expected = "no gap before the first segment"
            raise InvalidValueError("segments[0].maximum_gap", first.longest_gap, expected, "gap")

"""Time in which nothing can be booked: a block."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen

from bookable.checks import check_choice, check_duration, check_id, check_text
from bookable.domain.metadata import NO_METADATA, to_metadata
from bookable.domain.policy import BusyKind
from bookable.frozen_map import FrozenMap
from bookable.timeline.instant import duration_us
from bookable.timeline.interval import Interval, check_interval


def _kind(value: BusyKind | str) -> BusyKind:
    return check_choice(value, BusyKind, "kind")


@frozen
class Block:
    """Time in which a resource or calendar takes no booking: external busy time, maintenance.

    A block only ever subtracts. Bookings that it finds inside stay and are reported
    as violations (SPEC N9). ``kind`` says how strongly it stands: kinds from ``tentative``
    up block, unless a request names others. ``source`` tells where it came from, such as one
    of several calendars of a person. Its buffers are kept clear like those of a booking (SPEC N15).

    >>> from datetime import date
    >>> Block("B-1", "ada", Interval.day(date(2026, 3, 2), zone="UTC"), "out_of_office").kind.value
    'out_of_office'
    """

    id: str
    resource_id: str
    interval: Interval
    kind: BusyKind = field(default=BusyKind.BUSY, converter=_kind)
    source: str = ""
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)
    metadata: FrozenMap[str, str] = field(default=NO_METADATA, converter=to_metadata)

    def __attrs_post_init__(self) -> None:
        check_id(self.id, "block_id")
        check_id(self.resource_id, "resource_id")
        check_interval(self.interval, "interval")
        check_text(self.source, "source")
        check_duration(self.buffer_before, "buffer_before")
        check_duration(self.buffer_after, "buffer_after")

    @property
    def footprint_us(self) -> tuple[int, int]:
        """The blocked time with its buffers, in microseconds since the epoch."""
        before, after = duration_us(self.buffer_before), duration_us(self.buffer_after)
        return self.interval.start_us - before, self.interval.end_us + after

"""What a booking keeps, and where: a slot for each thing that most of them tell, one for all the others.

A history is mostly bookings of which little is said. What few of them tell would take as much memory
in each as all that they do tell; so those that tell nothing of it share one value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Final, NamedTuple

from bookable.domain.life import CheckInMethod
from bookable.domain.metadata import NO_METADATA
from bookable.domain.refusal import RefusalCode
from bookable.frozen_map import FrozenMap

# Empty ones are shared: each would take as much memory as a booking's time.
NO_TAGS: Final[frozenset[str]] = frozenset()
NO_OVERRIDE: Final[frozenset[RefusalCode]] = frozenset()


class Seldom(NamedTuple):
    """What few bookings tell: the fields of `Booking` of the same names."""

    tags: frozenset[str] = NO_TAGS
    individual_ids: tuple[str, ...] = ()
    needs_approval: bool = False
    pending_blocks: bool = True
    checked_in_at: datetime | None = None
    check_in_method: CheckInMethod | None = None
    ended_at: datetime | None = None
    planned_end: datetime | None = None
    rooms_until: datetime | None = None
    attendee_ids: tuple[str, ...] = ()
    companion_ids: tuple[str, ...] = ()
    cancelled_at: datetime | None = None
    override: frozenset[RefusalCode] = NO_OVERRIDE
    series_id: str | None = None
    original_start: datetime | None = None
    metadata: FrozenMap[str, str] = NO_METADATA


USUAL: Final = Seldom()
"""What is kept of a booking that tells nothing of all that."""


class BookingSlots:
    """Where the fields of a booking are kept; frozen by `Booking` itself."""

    __slots__ = (
        "__weakref__",
        "_seldom",
        "buffers",
        "calendar_id",
        "check_in",
        "created_at",
        "customer_id",
        "end",
        "end_us",
        "equipment",
        "expires_at",
        "host_ids",
        "id",
        "location_id",
        "party_size",
        "room_ids",
        "start",
        "start_us",
        "status",
        "version",
    )

    _seldom: Seldom

    def __getstate__(self) -> dict[str, object]:
        return dict(zip(KEPT, VALUES(self), strict=True))

    def __setstate__(self, state: Mapping[str, object]) -> None:
        for name, put in zip(KEPT, PUTS, strict=True):
            put(self, state[name])
        if self._seldom == USUAL:
            PUTS[KEPT.index("_seldom")](self, USUAL)


KEPT: Final = tuple(name for name in BookingSlots.__slots__ if name != "__weakref__")
VALUES: Final = attrgetter(*KEPT)
"""All that a booking keeps, in the order of `KEPT`."""
PUTS: Final = tuple(getattr(BookingSlots, name).__set__ for name in KEPT)
"""How each of it is put where it is kept, whoever is frozen."""

for _name in Seldom._fields:
    setattr(BookingSlots, _name, property(attrgetter(f"_seldom.{_name}")))

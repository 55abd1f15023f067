"""When something begins by the clock on the wall."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from bookable.timeline.civil import Zone, check_civil, event_us, to_zone
from bookable.timeline.instant import from_us


def _civil(value: datetime) -> datetime:
    return check_civil(value)


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


@frozen(cache_hash=True)
class CivilTime:
    """What the clock of a zone shows when a booking begins, as it was agreed (SPEC N6).

    Which instant that is follows from the zone database, and another release of it may say
    another one. A time that the clock skips is shifted by as much; of two it is the first.

    >>> CivilTime(datetime(2026, 3, 29, 2, 22), "Europe/Berlin").instant.isoformat()
    '2026-03-29T01:22:00+00:00'

    Raises:
        InvalidValueError: If it is no datetime without a zone, or there is no such zone.
    """

    civil: datetime = field(converter=_civil)
    zone: Zone = field(converter=_zone)

    @property
    def instant(self) -> datetime:
        """The instant, in UTC, by the zone as it is."""
        return from_us(event_us(self.civil, self.zone))

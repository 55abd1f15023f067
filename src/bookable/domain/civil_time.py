"""When something begins by the clock on the wall."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from bookable.timeline.civil import Fold, Zone, check_civil, classify, event_us, to_zone
from bookable.timeline.instant import from_us


def _civil(value: datetime) -> datetime:
    # Which of two it is belongs to what is agreed: it is kept.
    return check_civil(value).replace(fold=value.fold)


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


@frozen(eq=False)
class CivilTime:
    """What the clock of a zone shows when a booking begins, as it was agreed (SPEC N6).

    Which instant that is follows from the zone database, and another release of it may say
    another one. A time that the clock skips is shifted by as much. Of two it is the first, unless the
    ``fold`` of ``civil`` is 1 (PEP 495): then it is the second. Where the clock shows it once, or never,
    ``fold`` makes no difference, not even to equality.

    >>> CivilTime(datetime(2026, 3, 29, 2, 22), "Europe/Berlin").instant.isoformat()
    '2026-03-29T01:22:00+00:00'
    >>> CivilTime(datetime(2026, 10, 25, 2, 30, fold=1), "Europe/Berlin").instant.isoformat()
    '2026-10-25T01:30:00+00:00'

    Raises:
        InvalidValueError: If it is no datetime without a zone, or there is no such zone.
    """

    civil: datetime = field(converter=_civil)
    zone: Zone = field(converter=_zone)

    @property
    def instant(self) -> datetime:
        """The instant, in UTC, by the zone as it is."""
        later = self._later_us
        return from_us(event_us(self.civil, self.zone) if later is None else later)

    @property
    def _later_us(self) -> int | None:
        """The second of two instants, where it is that one; None where it is the first or the only one."""
        found = classify(self.civil, self.zone) if self.civil.fold else None
        return found.later_us if isinstance(found, Fold) else None

    def _key(self) -> tuple[datetime, Zone, bool]:
        # Datetimes are equal whatever their fold.
        return self.civil, self.zone, self._later_us is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CivilTime) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

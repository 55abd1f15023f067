"""Civil time: the only place where wall clocks become instants.

A zone's clock jumps: forward over a *gap*, which no clock ever shows, or back
over a *fold*, which it shows twice. What a wall time means then depends on what
is asked, so every question has its own function, and its policy in its name:

- *windows clip* (SPEC N5, `resolve_us`, `window_us`): the end of a window is the
  first instant at which the clock shows that time **or a later one**. In a gap
  that is the transition; in a fold the first occurrence. A closing time may ask
  for the last occurrence instead.
- *events shift* (SPEC N6, `event_us`): RFC 5545, a start in a gap uses the offset
  before the change, a start in a fold is the first occurrence.
- *exact times refuse* (`exact_us`): neither gap nor fold is guessed away;
  `classify` says which it is.

The clock of a zone is constant between two changes, and no two changes of one
zone in the zone database are less than three days apart, of late less than six (the laws check
every zone): one reading every other day finds them all. `offset_runs` keeps what it read in bounded
blocks, so bulk work (hours, grids) is integer arithmetic between the changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from attrs import frozen

from bookable.errors import (
    InvalidValueError,
    LimitExceededError,
    RepeatedTimeError,
    SkippedTimeError,
)
from bookable.limits import EARLIEST, LATEST
from bookable.timeline.instant import DAY, SECOND, duration_us, from_us

Zone = ZoneInfo

_NAIVE_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001  a wall clock's zero, not an instant
_EPOCH_ORDINAL: Final = date(1970, 1, 1).toordinal()
_BLOCK: Final = 64 * DAY
_READING: Final = 2 * DAY
"""The time between two readings of a clock: no two changes lie so near to each other."""
_READINGS: Final = tuple(timedelta(microseconds=at) for at in range(0, _BLOCK + 1, _READING))
_EXPECTED_ZONE: Final = "an IANA time zone, for example 'Europe/Berlin'"
_EXPECTED_CIVIL: Final = "a datetime without a zone, for example datetime(2026, 3, 2, 9, 0)"
_LONGEST_NAME: Final = 64
_NAME_CHARACTERS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/"
)
# What the host happens to be set to, and clocks that count leap seconds.
_HOST_ZONES: Final = frozenset({"localtime", "posixrules"})
_LEAP_ZONES: Final = "right/"

OffsetRun = tuple[int, int, int]
"""``(start_us, end_us, offset_us)``: from start to end, the clock is UTC + offset."""


class AmbiguousEnd(StrEnum):
    """Which occurrence of a repeated wall time closes a window (SPEC N5)."""

    FIRST = "first"
    """The first one: the default."""

    LAST = "last"
    """The last one: the window is an hour longer, where the clock goes back by one."""


@frozen
class Unambiguous:
    """A wall time that the clock shows once."""

    instant_us: int


@frozen
class Gap:
    """A wall time that the clock skips.

    ``transition_us`` is when it jumps; ``before_us`` and ``after_us`` read the wall
    time with the offset before and after the jump.
    """

    transition_us: int
    before_us: int
    after_us: int


@frozen
class Fold:
    """A wall time that the clock shows twice."""

    earlier_us: int
    later_us: int


def to_zone(zone: object, field: str = "zone") -> Zone:
    """The time zone of that name.

    Accepts the name of a zone of the IANA database, a ``ZoneInfo`` that has a name,
    and ``datetime.UTC``.

    Raises:
        InvalidValueError: With code ``unknown_zone``, if there is no such zone.
    """
    if type(zone) is ZoneInfo and type(zone.key) is str and _is_name(zone.key):
        return zone
    if zone is UTC:
        return ZoneInfo("UTC")
    if type(zone) is str and _is_name(zone):
        try:
            return ZoneInfo(zone)
        except (LookupError, ValueError, OSError) as error:
            raise InvalidValueError(field, zone, _EXPECTED_ZONE, "unknown_zone") from error
    raise InvalidValueError(field, zone, _EXPECTED_ZONE, "unknown_zone")


def _is_name(name: str) -> bool:
    """Whether the name may be looked up at all: it names a file of the zone database."""
    return (
        0 < len(name) <= _LONGEST_NAME
        and _NAME_CHARACTERS.issuperset(name)
        and name not in _HOST_ZONES
        and not name.startswith(_LEAP_ZONES)
    )


def resolve_us(
    day: date, us_of_day: int, zone: Zone, *, ambiguous: AmbiguousEnd = AmbiguousEnd.FIRST
) -> int:
    """The instant at which the zone's clock reaches a wall time (SPEC N5).

    *us_of_day* may run into the following days (24:00 and beyond). In a gap the
    answer is the transition; in a fold *ambiguous* says which occurrence.
    """
    wall = (day.toordinal() - _EPOCH_ORDINAL) * DAY + us_of_day
    found = _classify(wall, zone)
    if isinstance(found, Gap):
        return found.transition_us
    if isinstance(found, Fold):
        return found.later_us if ambiguous is AmbiguousEnd.LAST else found.earlier_us
    return found.instant_us


def window_us(
    day: date,
    opens_us: int,
    closes_us: int,
    zone: Zone,
    *,
    ambiguous_end: AmbiguousEnd = AmbiguousEnd.FIRST,
) -> tuple[int, int]:
    """The two ends of a window that opens on that local date (SPEC N4, N5).

    Both ends are microseconds of the wall clock since that midnight; a window past
    midnight closes at more than 24 h. The two ends may coincide, for a window
    inside a gap: such a window holds no instant, and the caller drops it.
    """
    return (
        resolve_us(day, opens_us, zone),
        resolve_us(day, closes_us, zone, ambiguous=ambiguous_end),
    )


def event_us(civil: datetime, zone: Zone) -> int:
    """The instant of a recurring event's wall time, as RFC 5545 has it (SPEC N6).

    In a gap the offset before the change counts (02:22 happens at 03:22); in a fold
    the first occurrence.
    """
    found = classify(civil, zone)
    if isinstance(found, Gap):
        return found.before_us
    if isinstance(found, Fold):
        return found.earlier_us
    return found.instant_us


def exact_us(civil: datetime, zone: Zone) -> int:
    """The one instant at which the zone's clock shows that time.

    Raises:
        SkippedTimeError: If it never does.
        RepeatedTimeError: If it does so twice.
    """
    found = classify(civil, zone)
    if isinstance(found, Gap):
        raise SkippedTimeError(civil, zone.key)
    if isinstance(found, Fold):
        earlier, later = from_us(found.earlier_us), from_us(found.later_us)
        raise RepeatedTimeError(civil, zone.key, earlier.astimezone(zone), later.astimezone(zone))
    return found.instant_us


def classify(civil: datetime, zone: Zone) -> Unambiguous | Gap | Fold:
    """How often the zone's clock shows that time, and when; its ``fold`` is ignored.

    >>> classify(datetime(2026, 3, 29, 2, 30), to_zone("Europe/Berlin")).transition_us
    1774746000000000

    Raises:
        InvalidValueError: If *civil* is not a datetime without a zone.
        LimitExceededError: If its year is not one of 101 to 9898.
    """
    return _classify(duration_us(check_civil(civil) - _NAIVE_EPOCH), zone)


def check_civil(civil: object, field: str = "civil") -> datetime:
    """Exactly a datetime without a zone, in the years 101 to 9898; its ``fold`` is dropped."""
    if type(civil) is not datetime or civil.tzinfo is not None:
        code = "not_datetime" if type(civil) is not datetime else "not_civil"
        raise InvalidValueError(field, civil, _EXPECTED_CIVIL, code)
    if not EARLIEST.year < civil.year < LATEST.year - 1:
        limited = f"years in {field} (101 to 9898)"
        raise LimitExceededError(limited, civil.year, LATEST.year - 2)
    return civil.replace(fold=0)


def civil_of_us(instant_us: int, zone: Zone) -> datetime:
    """What the zone's clock shows at that instant, without the zone."""
    return from_us(instant_us).astimezone(zone).replace(tzinfo=None, fold=0)


def date_of_us(instant_us: int, zone: Zone) -> date:
    """The local date of that instant."""
    return from_us(instant_us).astimezone(zone).date()


def _classify(wall_us: int, zone: Zone) -> Unambiguous | Gap | Fold:
    wall = (_NAIVE_EPOCH + timedelta(microseconds=wall_us)).replace(tzinfo=zone)
    # PEP 495: in a gap, fold 0 has the offset before the change; in a fold, the larger one.
    first = wall_us - _offset_us(wall)
    second = wall_us - _offset_us(wall.replace(fold=1))
    if first == second:
        return Unambiguous(first)
    if first < second:
        return Fold(first, second)
    return Gap(_change_us(second, first, zone), before_us=first, after_us=second)


def _offset_us(moment: datetime) -> int:
    offset = moment.utcoffset()
    assert offset is not None, "a ZoneInfo always has an offset for a datetime"
    return duration_us(offset)


def _offset_at_us(instant_us: int, zone: Zone) -> int:
    return _offset_us(from_us(instant_us).astimezone(zone))


def _change_us(before_us: int, after_us: int, zone: Zone) -> int:
    """When the one change between two instants happens, the second of them included.

    Zones change on whole seconds. Complexity: O(log of the distance) readings.
    """
    old = _offset_at_us(before_us, zone)
    low, high = before_us // SECOND, -(-after_us // SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_at_us(middle * SECOND, zone) == old:
            low = middle
        else:
            high = middle
    return high * SECOND


def offset_runs(lo_us: int, hi_us: int, zone: Zone) -> tuple[OffsetRun, ...]:
    """The offsets of the zone's clock over ``[lo_us, hi_us)``, in order and without a hole.

    Neighbouring runs differ in their offset. Complexity: O(blocks of 64 days), amortised.
    """
    runs: list[OffsetRun] = []
    for block in range(lo_us // _BLOCK, -(-hi_us // _BLOCK)):
        for start, end, offset in _runs_of_block(block, zone):
            from_, until = max(start, lo_us), min(end, hi_us)
            if from_ >= until:
                continue
            if runs and runs[-1][2] == offset:
                runs[-1] = (runs[-1][0], until, offset)
            else:
                runs.append((from_, until, offset))
    return tuple(runs)


@lru_cache(maxsize=4_096)
def _runs_of_block(block: int, zone: Zone) -> tuple[OffsetRun, ...]:
    runs: list[OffsetRun] = []
    start, stop = block * _BLOCK, (block + 1) * _BLOCK
    first = from_us(start).replace(tzinfo=zone)
    moments = [first + each for each in _READINGS]
    # Both are labels of the same zone, so their difference is that of what clocks show.
    offsets = [zone.fromutc(moment) - moment for moment in moments]
    for number, (before, after) in enumerate(pairwise(offsets)):
        if before != after:
            cursor = block * _BLOCK + number * _READING
            change = _change_us(cursor, cursor + _READING, zone)
            runs.append((start, change, duration_us(before)))
            start = change
    runs.append((start, stop, duration_us(offsets[-1])))
    return tuple(runs)

"""What-if: what another state breaks, and what it offers less or more, as data (SPEC N9).

The other state is a value like any: a catalogue in which a room is closed, a person is gone or there
are fewer of something, with the same bookings. Nothing has happened; two answers are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from datetime import date
from typing import Final, NamedTuple

from attrs import frozen

from bookable.availability.difference import slot_difference
from bookable.availability.slot import Slot
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.refusal import Violation
from bookable.errors import shown
from bookable.timeline.civil import Zone, date_of_us
from bookable.timeline.instant import to_us
from bookable.timeline.interval import Interval

_MOST_LINES: Final = 20


@frozen
class BrokenBooking:
    """A booking that another state leaves without something that it has in this one.

    ``violations`` are those of the other state that it has a part in and that this state lacks;
    ``lost_ids`` what it takes that takes bookings here and takes none there: closed, or gone. One
    that ``is_dropped`` takes place here and does not there. ``booking`` is as in this state.
    """

    booking: Booking
    violations: tuple[Violation, ...] = ()
    lost_ids: tuple[str, ...] = ()
    is_dropped: bool = False

    def __str__(self) -> str:
        said = [str(each) for each in self.violations]
        said += [f"{shown(each)} takes no bookings" for each in self.lost_ids]
        said += ["it does not take place"] if self.is_dropped else []
        return f"{shown(self.booking.id)}: {'; '.join(said)}"


@frozen
class DayImpact:
    """The slots that one calendar loses and gains on one local date, by start and then duration.

    ``calendar_id`` is None for requests that state their own rules.
    """

    day: date
    calendar_id: str | None
    lost: tuple[Slot, ...]
    gained: tuple[Slot, ...]

    def __str__(self) -> str:
        whose = "own requests" if self.calendar_id is None else shown(self.calendar_id)
        return f"{self.day} {whose}: {counted(self.lost, 'slot')} lost, {len(self.gained)} gained"


@frozen
class Impact:
    """What becomes of bookings and listings in another state; ``str()`` tells it in a few lines.

    ``broken`` are ordered by start and id, ``days`` by date and calendar; days without a difference
    are left out.
    """

    broken: tuple[BrokenBooking, ...] = ()
    days: tuple[DayImpact, ...] = ()

    @property
    def is_none(self) -> bool:
        """Whether nothing is broken, lost or gained."""
        return not self.broken and not self.days

    @property
    def lost(self) -> tuple[Slot, ...]:
        """Every slot that is lost, day by day."""
        return tuple(slot for each in self.days for slot in each.lost)

    @property
    def gained(self) -> tuple[Slot, ...]:
        """Every slot that is gained, day by day."""
        return tuple(slot for each in self.days for slot in each.gained)

    def __str__(self) -> str:
        broken, lost = counted(self.broken, "booking"), counted(self.lost, "slot")
        first = f"{broken} broken, {lost} lost, {len(self.gained):,} gained"
        lines = [*map(str, self.broken), *map(str, self.days)]
        more = len(lines) - _MOST_LINES
        rest = [f"… and {more:,} lines more"] if more > 0 else []
        return "\n".join([first, *lines[:_MOST_LINES], *rest])


def counted(things: Sized, word: str) -> str:
    """How many there are: 1 slot, 2 slots."""
    return f"{len(things):,} {word}{'' if len(things) == 1 else 's'}"


def broken_bookings(
    bookings: tuple[Mapping[str, Booking], Mapping[str, Booking]],
    catalogues: tuple[Catalogue, Catalogue],
    violations: tuple[Iterable[Violation], Iterable[Violation]],
    within: Interval,
) -> Iterator[BrokenBooking]:
    """The bookings that meet the window and have lost something, in order of start. O(n log n)."""
    here, there = bookings
    known = set(violations[0])
    worse: dict[str, list[Violation]] = defaultdict(list)
    for each in violations[1]:
        for booking_id in each.booking_ids if each not in known else ():
            worse[booking_id].append(each)
    for key in sorted(here, key=lambda key: (here[key].start, key)):
        booking, then = here[key], there.get(key)
        if not booking.is_blocking or booking.status.is_over:
            continue
        if not (booking.start < within.end and within.start < booking.end):
            continue
        is_dropped = then is None or not then.is_blocking
        ids = () if is_dropped else _lost_ids(booking, *catalogues)
        if is_dropped or ids or worse[key]:
            yield BrokenBooking(booking, tuple(worse[key]), ids, is_dropped)


def _lost_ids(booking: Booking, here: Catalogue, there: Catalogue) -> tuple[str, ...]:
    ids = [*booking.resource_ids, *filter(None, [booking.calendar_id])]
    return tuple(key for key in ids if _is_open(here, key) and not _is_open(there, key))


def _is_open(catalogue: Catalogue, entry_id: str) -> bool:
    entry = catalogue.settled(entry_id)
    return entry is not None and entry.is_active


class Compared(NamedTuple):
    """What two states list for one request, with its calendar and the zone of its dates."""

    calendar_id: str | None
    zone: Zone
    here: Sequence[Slot]
    there: Sequence[Slot]


def day_impacts(listings: Iterable[Compared]) -> tuple[DayImpact, ...]:
    """The differences of listings, by local date and calendar."""
    lost: dict[tuple[date, str], list[Slot]] = defaultdict(list)
    gained: dict[tuple[date, str], list[Slot]] = defaultdict(list)
    for calendar_id, zone, before, after in listings:
        found = slot_difference(before, after)
        for slots, kept in ((found.lost, lost), (found.gained, gained)):
            for slot in slots:
                kept[date_of_us(to_us(slot.start), zone), calendar_id or ""].append(slot)
    return tuple(
        DayImpact(key[0], key[1] or None, _ordered(lost[key]), _ordered(gained[key]))
        for key in sorted({*lost, *gained})
    )


def _ordered(slots: list[Slot]) -> tuple[Slot, ...]:
    return tuple(sorted(slots, key=lambda slot: (slot.start, slot.end)))


def calendars_of(*catalogues: Catalogue) -> tuple[str, ...]:
    """The calendars that take bookings in one of the catalogues, by id."""
    found: dict[str, Calendar] = {}
    for catalogue in catalogues:
        found |= {each.id: each for each in catalogue.calendars() if each.is_active}
    return tuple(sorted(found))

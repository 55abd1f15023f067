"""An offer: a time with the resources that could serve it, worked out when asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from itertools import islice, repeat
from typing import NamedTuple, overload

from attrs import field, frozen

from bookable.availability import listing
from bookable.availability.assignment import Allocation
from bookable.availability.details import Details, Known, Source, Survey
from bookable.availability.presence import unread_ids
from bookable.availability.ranked import RankedSlot, Term, check_weights, confidence_in, rank
from bookable.checks import check_amount, check_ids, check_items, check_text
from bookable.domain.request import Request
from bookable.frozen_map import FrozenMap
from bookable.timeline import _kernel as kernel
from bookable.timeline.civil import Zone, date_of_us, to_zone
from bookable.timeline.instant import duration_us, instant_us, shared_moment
from bookable.timeline.interval import Interval


@frozen(eq=False, repr=False)
class Slot:
    """An offer to book a time: a slot is not a promise, and booking decides again (SPEC N3).

    ``start`` and ``end`` are in UTC and leave out buffers. The other facts are those of the
    state that was asked: ``host_ids`` and ``room_ids`` are all candidates that are free for
    this time, sorted; ``allocation`` is what would be taken; ``seats_left`` is how many
    people could still come, in the session that would be joined or the room that would be
    taken; ``missing_ids`` are the people who would not be there, ``unknown_ids`` those whose time
    could not be read. They are worked out when first read. Slots with equal facts are equal.
    """

    request: Request
    start: datetime
    _source: Source = field(repr=False)

    @property
    def end(self) -> datetime:
        """The end: ``start`` plus the duration of the request."""
        return self.start + self.request.duration

    @property
    def interval(self) -> Interval:
        """The offered time."""
        return Interval(self.start, self.end)

    @property
    def party_size(self) -> int:
        """The people that the offer is for."""
        return self.request.party_size

    @property
    def host_ids(self) -> tuple[str, ...]:
        """Every candidate host that is free, sorted."""
        return self._details.host_ids

    @property
    def room_ids(self) -> tuple[str, ...]:
        """Every candidate room that is free, sorted."""
        return self._details.room_ids

    @property
    def seats_left(self) -> int:
        """How many people could still come."""
        return self._details.seats_left

    @property
    def allocation(self) -> Allocation:
        """The concrete resources that booking now would take."""
        return self._details.allocation

    @property
    def options(self) -> FrozenMap[str, tuple[str, ...]]:
        """For each role by its name the resources that are free for it, sorted."""
        return self._details.options

    @property
    def missing_ids(self) -> tuple[str, ...]:
        """The people who would be missing, sorted.

        Those of the request's ``optional_ids`` who cannot come or are unknown, and all who would be
        needed but are left out because they are unknown.
        """
        return self._details.missing_ids

    @property
    def unknown_ids(self) -> tuple[str, ...]:
        """Those whom it could have taken if anybody knew that they are free, sorted.

        Named in the request's ``unknown_ids``, or with a block of kind ``unknown`` in the time that it would
        take, with buffers; of a room that shares a part with others, the one that could not be read.
        """
        return self._details.unknown_ids

    @property
    def is_overbooked(self) -> bool:
        """Whether booking it takes more than there nominally is.

        Its catalogue allows that, or else an administrator who leaves capacities aside: then the
        candidates named are those who could be taken, free or not.
        """
        return self._details.is_overbooked

    def times_in(self, zone: Zone | str) -> tuple[datetime, datetime]:
        """Start and end as a zone's clock shows them, each with its offset (``isoformat``)."""
        shown = to_zone(zone)
        return self.start.astimezone(shown), self.end.astimezone(shown)

    def confidence(self, *, unknown_ids: Iterable[str] | None = None) -> Fraction:
        """How likely it is that the request's attendees can come, in percent.

        The mean over ``attendee_ids`` and ``optional_ids``: 100 for who is free, 0 for who is not, 49 for
        those of them whose time the host does not know (``unknown_ids``; None: its own).
        """
        ids = self.unknown_ids if unknown_ids is None else unknown_ids
        return confidence_in(self, check_ids(ids, "unknown_ids", known="member ids"))

    @property
    def _details(self) -> Details:
        return self._source.details(instant_us(self.start, "slot.start"))

    def _facts(self) -> tuple[Request, datetime, Details]:
        return self.request, self.start, self._details

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slot) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash((self.request, self.start))

    def __repr__(self) -> str:
        return f"Slot({self.start.isoformat()}, {self.end.isoformat()}, {self._details})"

    def __reduce__(self) -> tuple[type[Slot], tuple[Request, datetime, Source]]:
        return Slot, (self.request, self.start, Known(self._details))


class _Part(NamedTuple):
    """What was asked, what answered, and the window of starts that it was about, in microseconds."""

    request: Request
    source: Survey
    window: tuple[int, int]


class Slots(Sequence[Slot]):
    """Slots in order of their start: lazy, sized, and as often readable as one likes.

    ``truncated`` tells whether a limit cut the listing. The methods that leave slots out answer
    `Slots` again, in the same order: they say what is shown, and booking never asks them. Who could not
    be read is in ``unknown_ids``, also where nothing is listed; each slot has its own, and ``missing_ids``.
    """

    __slots__ = ("_parts", "_starts", "_which", "truncated")
    _parts: tuple[_Part, ...]
    _starts: tuple[int, ...]
    _which: tuple[int, ...] | None

    def __init__(
        self,
        request: Request,
        starts: tuple[int, ...],
        source: Survey,
        *,
        truncated: bool = False,
        window: tuple[int, int] | None = None,
    ) -> None:
        """The slots of a window of starts; without one, those starts are all that was asked about."""
        if window is None:
            window = starts[0], starts[-1] + 1
        self._parts = (_Part(request, source, window),)
        self._starts = starts
        # Which part each start is of; None where there is only one.
        self._which = None
        self.truncated = truncated

    @classmethod
    def merged(cls, listings: Iterable[Slots]) -> Slots:
        """The slots of several listings, by start, then duration, then the order given (SPEC N22).

        Cut where one of them was. O(n log n).

        Raises:
            InvalidValueError: If they are no listings.
        """
        given = check_items(listings, Slots, "listings", "a Slots, as free_slots answers")
        parts = tuple(part for each in given for part in each._parts)
        keys: list[tuple[int, int, int]] = []
        first = 0
        for each in given:
            lengths = [duration_us(part.request.duration) for part in each._parts]
            keys += (
                (start, lengths[part], first + part)
                for start, part in zip(each._starts, each._numbers, strict=True)
            )
            first += len(each._parts)
        keys.sort()
        starts = tuple(start for start, _, _ in keys)
        which = tuple(number for _, _, number in keys)
        return cls._of(parts, starts, which, truncated=any(each.truncated for each in given))

    @classmethod
    def _of(
        cls,
        parts: tuple[_Part, ...],
        starts: tuple[int, ...],
        which: tuple[int, ...] | None,
        *,
        truncated: bool,
    ) -> Slots:
        slots = cls.__new__(cls)
        slots._parts, slots._starts, slots._which = parts, starts, which
        slots.truncated = truncated
        return slots

    @property
    def _numbers(self) -> tuple[int, ...]:
        return (0,) * len(self._starts) if self._which is None else self._which

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Slot: ...

    @overload
    def __getitem__(self, index: slice) -> Slots: ...

    def __getitem__(self, index: int | slice) -> Slot | Slots:
        which = self._which
        if isinstance(index, slice):
            cut = None if which is None else which[index]
            return Slots._of(self._parts, self._starts[index], cut, truncated=self.truncated)
        return self._slot(self._starts[index], 0 if which is None else which[index])

    def __iter__(self) -> Iterator[Slot]:
        if self._which is None:
            ((request, source, _),) = self._parts
            return map(Slot, repeat(request), map(shared_moment, self._starts), repeat(source))
        return map(self._slot, self._starts, self._which)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str | bytes):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    def __hash__(self) -> int:
        # As that of the tuple of the same slots, which is equal.
        return hash(tuple(self))

    def __repr__(self) -> str:
        first = ", ".join(slot.start.isoformat() for slot in islice(self, 3))
        more = ", …" if len(self) > 3 else ""
        return f"<{len(self)} slots: {first}{more}>" if self._starts else "<no slots>"

    @property
    def unknown_ids(self) -> tuple[str, ...]:
        """Those whom slots of the window could have taken if anybody knew that they are free, sorted.

        As for each `Slot`, in all the time that bookings with a start in the window would take; so who could
        not be read is told of no slots as well. Worked out when it is read. O(candidates).
        """
        every = (unread_ids(part.source.search, *part.window) for part in self._parts)
        return tuple(sorted({key for ids in every for key in ids}))

    # What is shown ---------------------------------------------------------

    def first_per_day(self, count: int = 1, *, zone: Zone | str) -> Slots:
        """The first slots of every local date, at most *count*."""
        check_amount(count, "count", minimum=1)
        shown = to_zone(zone)
        days = (date_of_us(start, shown) for start in self._starts)
        return self._kept(listing.first_of_each(days, count))

    def first_per_window(self, count: int = 1) -> Slots:
        """The first slots of every run of free time, at most *count*.

        A run is a maximal interval of time that bookings of the same request could take, whatever the
        grid, from the first slot that is listed to the last.
        """
        check_amount(count, "count", minimum=1)
        firsts = [self._windows(number) for number in range(len(self._parts))]
        runs = (
            (number, bisect_right(firsts[number], start))
            for start, number in zip(self._starts, self._numbers, strict=True)
        )
        return self._kept(listing.first_of_each(runs, count))

    def _windows(self, number: int) -> list[int]:
        """Where each run of free time begins, for one of the parts."""
        if not self._starts:
            return []
        request, source, _ = self._parts[number]
        starts = source.search.bookable_starts(self._starts[0], self._starts[-1] + 1)
        return [low for low, _ in kernel.dilate(starts, duration_us(request.duration))]

    def look_busy(self, percent: int, *, seed: str = "") -> Slots:
        """Without that share of the slots, rounded down, chosen by *seed* and start alone.

        A stable hash puts the slots in an order in which they are hidden; no process, no other slot and
        no clock changes that order.
        """
        check_amount(percent, "percent", maximum=100)
        return self._kept(listing.not_hidden(self._starts, percent, check_text(seed, "seed")))

    def apart(self) -> Slots:
        """Without those that overlap one that is kept: the first, and each next that begins after it."""
        lengths = [duration_us(part.request.duration) for part in self._parts]
        times = (
            (start, start + lengths[number])
            for start, number in zip(self._starts, self._numbers, strict=True)
        )
        return self._kept(listing.not_overlapping(times))

    def at_most(self, count: int) -> Slots:
        """The first *count*; ``truncated`` where there are more."""
        check_amount(count, "count")
        cut = self[:count]
        cut.truncated = self.truncated or len(self) > count
        return cut

    def confident(self, minimum: int, *, unknown_ids: Iterable[str] | None = None) -> Slots:
        """Those whose `Slot.confidence` is at least so many percent."""
        check_amount(minimum, "minimum", maximum=100)
        ids = None if unknown_ids is None else check_ids(unknown_ids, "unknown_ids")
        found = enumerate(slot.confidence(unknown_ids=ids) for slot in self)
        return self._kept([position for position, percent in found if percent >= minimum])

    def by_date(self, zone: Zone | str) -> FrozenMap[date, Slots]:
        """The slots of each local date that has some, in order; `Slot.times_in` shows their times."""
        shown = to_zone(zone)
        found: dict[date, list[int]] = {}
        for position, start in enumerate(self._starts):
            found.setdefault(date_of_us(start, shown), []).append(position)
        return FrozenMap({day: self._kept(positions) for day, positions in found.items()})

    def ranked(
        self, weights: Mapping[Term, int | Fraction] | Mapping[str, int | Fraction] | None = None
    ) -> tuple[RankedSlot, ...]:
        """The slots by how desirable they are, with what speaks for each.

        The score is the sum of the `Term` values times their weights, in exact fractions: with None all
        weigh the same, with a mapping only the terms named count. The highest score comes
        first, and among equals the earlier slot. Works out the details of every slot.

        Raises:
            InvalidValueError: If there is no such term, or a weight is not a number.
        """
        searches = [self._parts[number].source.search for number in self._numbers]
        return rank(self, searches, check_weights(weights))

    # -----------------------------------------------------------------------

    def _kept(self, positions: Sequence[int]) -> Slots:
        which = None if self._which is None else tuple(self._which[each] for each in positions)
        starts = tuple(self._starts[each] for each in positions)
        return Slots._of(self._parts, starts, which, truncated=self.truncated)

    def _slot(self, start: int, number: int = 0) -> Slot:
        request, source, _ = self._parts[number]
        return Slot(request, shared_moment(start), source)

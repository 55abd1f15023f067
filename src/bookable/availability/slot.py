"""An offer: a time with the resources that could serve it, worked out when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Protocol, overload

from attrs import field, frozen

from bookable.availability.assignment import Allocation
from bookable.domain.request import Request
from bookable.timeline.instant import from_us, instant_us
from bookable.timeline.interval import Interval


@frozen
class Details:
    """What stands behind a slot: candidates, seats and the allocation that would be taken."""

    host_ids: tuple[str, ...]
    room_ids: tuple[str, ...]
    seats_left: int
    allocation: Allocation


class Source(Protocol):
    """Whatever can work out the details of its own slots."""

    def details(self, start_us: int) -> Details:
        """The details of the slot that starts then."""


@frozen
class _Known:
    """Details that are known already: what a slot carries when it is pickled."""

    known: Details

    def details(self, start_us: int) -> Details:
        """The known details."""
        assert start_us is not None
        return self.known


@frozen(eq=False, repr=False)
class Slot:
    """An offer to book a time: a slot is not a promise, and booking decides again (SPEC N3).

    ``start`` and ``end`` are in UTC and leave out buffers. The other facts are those of the
    state that was asked: ``host_ids`` and ``room_ids`` are all candidates that are free for
    this time, sorted; ``allocation`` is what would be taken; ``seats_left`` is how many
    people could still come, in the session that would be joined or the room that would be
    taken. They are worked out when first read. Slots with equal facts are equal.
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
        return Slot, (self.request, self.start, _Known(self._details))


class Slots(Sequence[Slot]):
    """Slots in order of their start: lazy, sized, and as often readable as one likes.

    ``truncated`` tells whether a limit cut the listing.
    """

    __slots__ = ("_request", "_source", "_starts", "truncated")

    def __init__(
        self,
        request: Request,
        starts: tuple[int, ...],
        source: Source,
        *,
        truncated: bool = False,
    ) -> None:
        self._request = request
        self._starts = starts
        self._source = source
        self.truncated = truncated

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Slot: ...

    @overload
    def __getitem__(self, index: slice) -> Slots: ...

    def __getitem__(self, index: int | slice) -> Slot | Slots:
        if isinstance(index, slice):
            cut = self._starts[index]
            return Slots(self._request, cut, self._source, truncated=self.truncated)
        return self._slot(self._starts[index])

    def __iter__(self) -> Iterator[Slot]:
        return map(self._slot, self._starts)

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

    def _slot(self, start: int) -> Slot:
        return Slot(self._request, from_us(start), self._source)

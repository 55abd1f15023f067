"""One immutable state: a catalogue and a ledger, with what both are read through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bookable import commands, upkeep
from bookable.availability.question import Question
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.checks import check_id, check_ids, check_items, check_type
from bookable.domain.block import Block
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.request import Request
from bookable.errors import UnknownIdError
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.ledger import Ledger
from bookable.timeline.instant import instant_us

_MOST_QUESTIONS: Final = 256
_MOST_BITS: Final = 1_000_000_000
"""Of the masks of all questions, before another one: 125 MB."""


class State:
    """What can be booked and what is booked; `Snapshot` adds the questions, `Scheduler` the commands."""

    __slots__ = ("_catalogue", "_ledger", "_questions")
    _catalogue: Catalogue
    _ledger: Ledger
    _questions: dict[Request, Question]

    def __init__(
        self,
        catalogue: Catalogue,
        bookings: Iterable[Booking] = (),
        blocks: Iterable[Block] = (),
    ) -> None:
        check_type(catalogue, Catalogue, "catalogue", "a Catalogue")
        known = check_items(bookings, Booking, "bookings", "a Booking")
        closed = check_items(blocks, Block, "blocks", "a Block")
        for block in closed:
            upkeep.check_known(catalogue, block.resource_id, "blocks: resource_id")
        resolved = upkeep.with_buffers(known, catalogue)
        self._catalogue = catalogue
        self._ledger = Ledger.of(resolved, closed, ClaimRules.of(catalogue))
        self._questions = {}

    # What there is ---------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        """What can be booked."""
        return self._catalogue

    @property
    def bookings(self) -> Mapping[str, Booking]:
        """Every booking by id, cancelled ones included; it never changes."""
        return self._ledger.bookings

    @property
    def blocks(self) -> Mapping[str, Block]:
        """Every block by id; it never changes."""
        return self._ledger.blocks

    @property
    def version(self) -> int:
        """How many commands led here from the scheduler that was built first."""
        return self._ledger.version

    def booking(self, booking_id: str, *, now: datetime | None = None) -> Booking:
        """The booking of this id: as it was written, or as it is by ``now`` (SPEC N27, N29).

        Raises:
            UnknownIdError: If there is none.
        """
        ledger = self._ledger if now is None else self._ledger.at(instant_us(now, "now"))
        return commands.booking_of(ledger, booking_id)

    def changed_since(self, before: State) -> tuple[Booking, ...]:
        """The bookings that are not what they were in an earlier state, by id: the rows to store.

        Beside those that a plan names, these are all that had expired or been released when it was
        decided. No booking is ever lost, so there is nothing to delete. O(√n) where one state came from
        the other by a few commands, else O(n).

        >>> from datetime import UTC, datetime, timedelta
        >>> from bookable import Booking, Catalogue, Room, Scheduler
        >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
        >>> booking = Booking("B-1", nine, nine + timedelta(hours=1), room_ids=["blue"])
        >>> before = Scheduler(Catalogue(rooms=[Room("blue", 4)]), [booking])
        >>> after = before.apply(before.plan_cancel("B-1", now=nine))
        >>> [(each.id, each.status.value, each.version) for each in after.changed_since(before)]
        [('B-1', 'cancelled', 2)]
        """
        check_type(before, State, "before", "a state, as the rows were before")
        mine, theirs = self._ledger.bookings, before._ledger.bookings
        return tuple(mine[key] for key in sorted(mine.differing(theirs)) if key in mine)

    def __eq__(self, other: object) -> bool:
        """Whether two states mean the same: catalogue, bookings and blocks, not the version."""
        if not isinstance(other, State):
            return NotImplemented
        return (
            self._catalogue == other._catalogue
            and self.bookings == other.bookings
            and self.blocks == other.blocks
        )

    def __hash__(self) -> int:
        return hash((self._catalogue, len(self.bookings), len(self.blocks)))

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} version {self.version}: {len(self._catalogue)} entries, "
            f"{len(self.bookings)} bookings, {len(self.blocks)} blocks>"
        )

    # -----------------------------------------------------------------------

    def _known(self, resource_id: str, field: str = "resource_id") -> str:
        """The id of something in the catalogue or in the history."""
        if check_id(resource_id, field) in self._ledger.record_ids:
            return resource_id
        return upkeep.check_known(self._catalogue, resource_id, field)

    def _question(self, request: Request) -> Question:
        check_type(request, Request, "request", "a Request, as scheduler.request answers")
        question = self._questions.get(request)
        if question is None:
            question = resolve(request, self._catalogue)
            kept = sum(each.kept_bits for each in list(self._questions.values()))
            if len(self._questions) >= _MOST_QUESTIONS or kept > _MOST_BITS:
                self._questions.clear()
            self._questions[request] = question
        return question

    def _as_of(self, now: datetime, name: str = "now") -> Ledger:
        """What is booked as it is by then: without expired holds and what was released."""
        return self._ledger.at(instant_us(now, name))

    def _known_bookings(self, ignoring: Iterable[str]) -> tuple[str, ...]:
        ids = check_ids(ignoring, "ignoring")
        for booking_id in ids:
            if booking_id not in self.bookings:
                raise UnknownIdError("booking", booking_id, "ignoring")
        return ids

    def _search(self, request: Request, now: datetime, ignoring: Iterable[str]) -> Search:
        question, moment = self._question(request), instant_us(now, "now")
        ledger = self._ledger.at(moment)
        if type(ignoring) is not tuple or ignoring:
            ledger = ledger.ignoring(self._known_bookings(ignoring))
        return Search(ledger, self._catalogue, question, moment)

"""A decision as plain data: what a command will change, before it is changed.

A plan is what a database commits by comparing versions, and what a log replays:
the records before and after, the claims given back and taken, and the version of every
resource that the decision rests on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from bookable.checks import check_items, check_text, check_type
from bookable.domain.block import Block
from bookable.domain.booking import Booking
from bookable.domain.claim import Claim
from bookable.frozen_map import FrozenMap
from bookable.timeline.instant import to_utc


def _bookings(values: Iterable[Booking]) -> tuple[Booking, ...]:
    return check_items(values, Booking, "bookings", "a Booking")


def _blocks(values: Iterable[Block]) -> tuple[Block, ...]:
    return check_items(values, Block, "blocks", "a Block")


def _claims(values: Iterable[Claim]) -> tuple[Claim, ...]:
    return check_items(values, Claim, "claims", "a Claim")


def _at(value: datetime | None) -> datetime | None:
    return None if value is None else to_utc(value, "at")


@frozen
class Plan:
    """One command, decided: apply it with `Scheduler.apply`.

    ``rests_on`` gives for each resource that is taken, and for the calendar, a number for all
    that the decision rests on: its rules and what is taken of it. A state in which one of them
    is another refuses the plan; equal states have equal numbers, wherever they came from. ``at`` is
    the instant that it was decided for: what had expired or been released by then counts as such. A
    command that changes nothing has neither records before nor after.
    What it says is not all that is different in the next state, for that counts in every booking as it is by
    then: `Scheduler.changed_since` tells which rows to store.
    """

    command: str
    bookings_before: tuple[Booking, ...] = field(default=(), converter=_bookings)
    bookings_after: tuple[Booking, ...] = field(default=(), converter=_bookings)
    blocks_before: tuple[Block, ...] = field(default=(), converter=_blocks)
    blocks_after: tuple[Block, ...] = field(default=(), converter=_blocks)
    given_back: tuple[Claim, ...] = field(default=(), converter=_claims)
    taken: tuple[Claim, ...] = field(default=(), converter=_claims)
    rests_on: FrozenMap[str, int] = FrozenMap()
    at: datetime | None = field(default=None, converter=_at)

    def __attrs_post_init__(self) -> None:
        check_text(self.command, "command")
        expected = "a FrozenMap of ids to versions"
        check_type(self.rests_on, FrozenMap, "rests_on", expected)
        for key, version in self.rests_on.items():
            check_type(key, str, "rests_on", expected)
            check_type(version, int, "rests_on", expected)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change."""
        return self.bookings_before == self.bookings_after and (
            self.blocks_before == self.blocks_after
        )

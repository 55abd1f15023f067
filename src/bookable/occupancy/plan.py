"""A decision as plain data: what a command will change, before it is changed.

A plan is what a database commits by comparing versions, and what a log replays:
the records before and after, the claims given back and taken, and the version of every
resource that the decision rests on.
"""

from __future__ import annotations

from attrs import frozen

from bookable.domain.booking import Block, Booking, Claim
from bookable.frozen_map import FrozenMap


@frozen
class Plan:
    """One command, decided: apply it with `Scheduler.apply`.

    ``rests_on`` gives for each resource and calendar that was looked at the version that
    it had; a ledger in which one of them has moved on refuses the plan. A command
    that changes nothing has neither records before nor after.
    """

    command: str
    bookings_before: tuple[Booking, ...] = ()
    bookings_after: tuple[Booking, ...] = ()
    blocks_before: tuple[Block, ...] = ()
    blocks_after: tuple[Block, ...] = ()
    given_back: tuple[Claim, ...] = ()
    taken: tuple[Claim, ...] = ()
    rests_on: FrozenMap[str, int] = FrozenMap()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to change."""
        return self.bookings_before == self.bookings_after and (
            self.blocks_before == self.blocks_after
        )

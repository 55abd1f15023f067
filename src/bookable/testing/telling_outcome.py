"""What came of a command that the engine decides alone: judged in the words of the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bookable.scheduler import Scheduler
from bookable.testing import answers, oracle_life, realise
from bookable.testing.axis import Ids
from bookable.testing.compare import Disagreement, check
from bookable.testing.oracle import NONE
from bookable.testing.plain import PlainBooking
from bookable.testing.reading import LAST, Question
from bookable.testing.telling import BEFORE_ALL
from bookable.testing.telling_life import TellingLife
from bookable.testing.world import World


@dataclass(slots=True, repr=False)
class TellingOutcome(TellingLife):
    """The part of a `bookable.testing.pair.Pair` that judges outcomes."""

    # What came of it -----------------------------------------------------------

    @contextmanager
    def foretelling(self) -> Iterator[World]:
        """Tell the world what would come, and forget it again."""
        kept, self.world = self.world, self.world.copy()
        try:
            yield self.world
        finally:
            self.world = kept

    def outcome(
        self, after: Scheduler, may: Ids, new: Ids = NONE, *, aside: Ids = NONE
    ) -> dict[str, PlainBooking]:
        """Take over what the engine decided, after judging it: what changed, by id.

        Only bookings that may change did, by a legal step; nothing is lost; and nothing is newly
        wrong by the oracle's own count, but for rules that were left ``aside``.
        """
        before, world = self.scheduler, self.world
        check(set(), set(world.bookings) - set(after.bookings), "bookings that are lost")
        found: dict[str, PlainBooking] = {}
        for id_, booking in after.bookings.items():
            made, was = realise.plain_booking(booking), world.bookings.get(id_)
            if made in (was, world.written.get(id_)):
                continue
            if id_ not in (new if was is None else may):
                raise Disagreement(f"{id_} became {made}, was {was}")
            if was is not None:
                if made.status != was.status and made.status not in oracle_life.LATER[was.status]:
                    raise Disagreement(f"{id_} was {was.status} and is {made.status}")
                check(was.version + 1, made.version, f"version of {id_}")
            found[id_] = made
        if not found:
            check(before.version, after.version, "version after nothing happened")
            check(before.bookings, after.bookings, "nothing happened")
            return found
        known = self._wrong()
        self.moved_on(after)
        for made in found.values():
            self.world.keep(made)
        self._nothing_newly_wrong(known, aside)
        return found

    def _wrong(self) -> answers.Found:
        """All that is wrong by what is written, whatever the time."""
        early = self.world.copy()
        early.turn_to(BEFORE_ALL)
        return answers.violations(early, BEFORE_ALL)

    def _nothing_newly_wrong(self, known: answers.Found, aside: Ids) -> None:
        for key, (units, ids) in self._wrong().items():
            if key[0] in aside or key[0] == "unknown_resource" or "kinds" in self.world.rules:
                continue
            if units - known.get(key, (NONE, NONE))[0]:
                raise Disagreement(f"{key} at {sorted(units)} by {sorted(ids)} is newly wrong")

    def next_free(self, asked: Question, thing: int, edge: int) -> int:
        """A start at an edge; often the next from there on that is free."""
        start = self.start(asked[0], thing, edge)
        if edge % 3 == 0:
            return start
        within = realise.interval(start, LAST)
        slot = self.scheduler.first_slot(asked[1], within=within, now=self.at)
        return start if slot is None else realise.unit_of(slot.start)

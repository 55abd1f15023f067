"""A plan tells all that is different in the next state, whatever the command (SPEC N27, N29, N33).

A database that stores what plans say has the same bookings as the state that they were applied to.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings

from bookable import InvalidTransitionError, Scheduler, all_of
from bookable.occupancy.plan import Plan
from bookable.testing.simulator import commands_of, replay
from tests.support.builders import NOW, US, a_booking, a_request, a_scheduler, at, refused

SEEDS = max(25, min(settings.default.max_examples, 500) // 5)


@pytest.mark.parametrize(
    "rules",
    [{"holds", "check_in"}, {"holds", "check_in", "pending", "policies", "parts"}],
    ids=["life", "life and more"],
)
def test_a_plan_tells_all_that_is_different_in_the_next_state(rules: set[str]) -> None:
    told: dict[str, int] = {"settled": 0, "plans": 0}
    apply = Scheduler.apply

    def watched(self: Scheduler, plan: Plan) -> Any:
        after = apply(self, plan)
        rows = {**self.bookings}
        rows |= {each.id: each for each in (*plan.settled, *plan.bookings_after)}
        assert rows == {**after.bookings}
        assert not {each.id for each in plan.settled} & {each.id for each in plan.bookings_after}
        told["settled"] += len(plan.settled)
        told["plans"] += not plan.is_empty
        return after

    with patch.object(Scheduler, "apply", watched):
        for seed in range(SEEDS):
            replay(seed, commands_of(seed, 40), rules=rules)

    assert told["plans"] > SEEDS
    assert told["settled"] > 0, told


def test_whoever_stores_a_plan_stores_what_it_counts_on() -> None:
    """Else a clock that goes back could bring back what gave way."""
    early = a_booking("A", expires_at=at("08:00"), status="hold", created_at=NOW)
    state = a_scheduler(bookings=[early])
    slot = state.slot(a_request(all_of("blue room")), start=early.start, now=at("08:00"))
    plan = state.plan_book(slot, booking_id="B", now=at("08:00"))

    assert [(each.id, each.status.value) for each in plan.settled] == [("A", "expired")]
    rows = {**state.bookings} | {each.id: each for each in (*plan.settled, *plan.bookings_after)}
    again = Scheduler(state.catalogue, bookings=rows.values())
    with refused(InvalidTransitionError, "wrong_state"):
        again.extend("A", expires_at=at("09:00"), now=at("08:00") - US)

"""What a database stores of a plan is all that is different in the next state (SPEC N27, N29, N33)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import settings

from bookable import (
    Booking,
    Catalogue,
    InvalidTransitionError,
    Scheduler,
    StaleLedgerError,
    all_of,
)
from bookable.occupancy.plan import Plan
from bookable.testing.simulator import commands_of, replay
from tests.support.builders import NOW, US, a_booking, a_request, a_scheduler, at, refused

SEEDS = max(25, min(settings.default.max_examples, 500) // 5)


@pytest.mark.parametrize(
    "rules",
    [{"holds", "check_in"}, {"holds", "check_in", "pending", "policies", "parts"}],
    ids=["life", "life and more"],
)
def test_who_stores_what_changed_has_all_of_the_next_state(rules: set[str]) -> None:
    """And what changed is what the plan names, and what had become something by itself."""
    told: dict[str, int] = {"by itself": 0, "plans": 0}
    apply = Scheduler.apply

    def watched(self: Scheduler, plan: Plan) -> Any:
        after = apply(self, plan)
        changed = after.changed_since(self)
        assert {**self.bookings} | {each.id: each for each in changed} == {**after.bookings}
        named = {each.id: each for each in plan.bookings_after}
        for each in changed:
            if each.id in named:
                assert named[each.id] == each
                continue
            assert plan.at is not None
            assert each == self.booking(each.id, now=plan.at) != self.bookings[each.id]
            told["by itself"] += 1
        told["plans"] += not plan.is_empty
        return after

    with patch.object(Scheduler, "apply", watched):
        for seed in range(SEEDS):
            replay(seed, commands_of(seed, 40), rules=rules)

    assert told["plans"] > SEEDS
    assert told["by itself"] > 0, told


def rows_of(state: Scheduler) -> dict[str, Booking]:
    return {**state.bookings}


def stored(rows: dict[str, Booking], catalogue: Catalogue, plan: Plan) -> dict[str, Booking]:
    """The rows after a plan was committed: all in one transaction, as the README says."""
    before = Scheduler(catalogue, bookings=rows.values())
    after = before.apply(plan)
    return rows | {each.id: each for each in after.changed_since(before)}


HELD = a_booking("H", expires_at=at("08:00"), status="hold", created_at=NOW)


def planned(state: Scheduler, booking_id: str, start: datetime, now: datetime) -> Plan:
    slot = state.slot(a_request(all_of("blue room")), start=start, now=now)
    return state.plan_book(slot, booking_id=booking_id, now=now)


def test_who_stores_a_plan_stores_what_it_counts_on() -> None:
    """Else a clock that goes back could bring back what gave way."""
    state = a_scheduler(bookings=[HELD])
    plan = planned(state, "B", HELD.start, at("08:00"))

    rows = stored(rows_of(state), state.catalogue, plan)

    assert rows["H"].status.value == "expired"
    again = Scheduler(state.catalogue, bookings=rows.values())
    with refused(InvalidTransitionError, "wrong_state"):
        again.extend("H", expires_at=at("09:00"), now=at("08:00") - US)


def test_what_was_confirmed_in_between_is_not_written_over() -> None:
    """A plan that counts a hold as expired, and somebody who confirmed it before it was."""
    state = a_scheduler(bookings=[HELD])
    unrelated = planned(state, "B", at("12:00"), at("08:00"))
    confirmed = state.plan_confirm("H", now=at("08:00") - US)

    rows = stored(rows_of(state), state.catalogue, confirmed)
    with suppress(StaleLedgerError):
        rows = stored(rows, state.catalogue, unrelated)

    assert (rows["H"].status.value, rows["H"].version) == ("confirmed", 2)


def test_what_was_held_in_between_and_expired_is_stored_as_such() -> None:
    """The plan was decided when there was no hold, which is over by the time that it speaks of."""
    state = a_scheduler()
    plan = planned(state, "B", HELD.start, at("08:00"))

    rows = stored({"H": HELD}, state.catalogue, plan)

    assert (rows["H"].status.value, rows["B"].status.value) == ("expired", "confirmed")

"""Several decisions as one: each on the state that those before it lead to, all applied or none.

The combined plan says what becomes of the first state: records as they were in it, and as they are
after the last decision. It rests on everything that one of the decisions rests on, with the
versions of the first state. Those determine every state in between, so a state in which all of
them are the same would have led to the same decisions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import attrs

from bookable.availability.freshness import version_of
from bookable.availability.series import Series
from bookable.checks import check_type
from bookable.domain.block import Block
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.effective import as_of
from bookable.errors import BookingRefused, InvalidValueError
from bookable.frozen_map import FrozenMap
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import to_us

Decision = Plan | Series
"""What one command of a group answers: a plan, or a series, which has one."""

E = TypeVar("E", Booking, Block)


def plan_of(decision: object) -> Plan:
    """The plan of one decision.

    Raises:
        BookingRefused: If it is a series that was declined.
        InvalidValueError: If it is no decision at all.
    """
    if isinstance(decision, Series):
        if not decision.is_accepted:
            raise BookingRefused(decision.refusals)
        return decision.plan
    like = "commands that answer a Plan or a Series, as the plan_… methods do"
    return check_type(decision, Plan, "commands", like)


def moment_of(plan: Plan, moment: datetime | None) -> datetime | None:
    """The instant that a group is decided for, with one more plan in it; None while no plan says.

    Raises:
        InvalidValueError: If the plan was decided for another one.
    """
    if moment is None or plan.at is None:
        return moment or plan.at
    if plan.at != moment:
        expected = f"one instant for all commands of a group, {moment.isoformat()}"
        raise InvalidValueError("commands", plan.at, expected, "now")
    return moment


def combined(ledger: Ledger, catalogue: Catalogue, plans: Sequence[Plan]) -> Plan:
    """One plan for several, each of which was decided on the ledger after those before it.

    One plan alone is itself. What is changed twice is changed once, and what is as it was at the end
    is not changed at all. O(k) for *k* records and what they take.
    """
    if len(plans) == 1:
        return plans[0]
    at = next((each.at for each in plans if each.at is not None), None)
    ledger = ledger if at is None else ledger.at(to_us(at))
    before, after = _collapsed(
        ledger.bookings, ((each.bookings_before, _left_by(each, ledger, at)) for each in plans)
    )
    lifted, put = _collapsed(
        ledger.blocks, ((each.blocks_before, each.blocks_after) for each in plans)
    )
    ids = sorted({key for each in plans for key in each.rests_on})
    rests_on = FrozenMap({key: version_of(catalogue, ledger, key) for key in ids})
    plan = ledger.plan("group", before=before, after=after, rests_on=rests_on, at=at)
    return attrs.evolve(plan, blocks_before=lifted, blocks_after=put)


def _left_by(plan: Plan, ledger: Ledger, at: datetime | None) -> tuple[Booking, ...]:
    """The bookings after a plan, as they are when the group is decided: the plan may be for no instant."""
    if at is None or plan.at is not None:
        return plan.bookings_after
    sessions = ledger.rules.sessions
    return tuple(
        as_of(each, at, in_session=each.calendar_id in sessions) for each in plan.bookings_after
    )


def _collapsed(
    present: Mapping[str, E], changes: Iterable[tuple[tuple[E, ...], tuple[E, ...]]]
) -> tuple[tuple[E, ...], tuple[E, ...]]:
    """What was there at first and what is there at last, of all that is not the same."""
    last: dict[str, E | None] = {}
    for before, after in changes:
        last |= dict.fromkeys(each.id for each in before)
        last |= {each.id: each for each in after}
    changed = [key for key in last if last[key] != present.get(key)]
    was = tuple(present[key] for key in changed if key in present)
    is_now = (last[key] for key in changed)
    return was, tuple(each for each in is_now if each is not None)

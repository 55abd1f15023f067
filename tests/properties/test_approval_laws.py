"""What is approved late is decided as if it were booked then (SPEC N15, N27, N30).

A booking that waits without keeping its time has one host, one room, one piece of equipment to choose
from. So it can be approved exactly where the same could be booked in its place at that moment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from hypothesis import event, given

from bookable import (
    BookingPolicy,
    BookingRefused,
    Calendar,
    Catalogue,
    Equipment,
    Interval,
    Limit,
    Member,
    Place,
    Room,
    Scheduler,
)
from bookable.domain.policy import BufferPolicy
from tests.support import strategies as st
from tests.support.builders import NOW, at

QUARTER = timedelta(minutes=15)
FIRST = at("04:00")
TIMES, LONGEST = 12, 3


class Rules(NamedTuple):
    """How a calendar keeps time clear, in quarters, and how many come to each of its sessions."""

    before: int
    after: int
    policy: BufferPolicy
    seats: int | None


class World(NamedTuple):
    """Two calendars that take the same host, room and equipment, and what there is of them."""

    asks: Rules
    other: Rules
    seats: int
    at_once: int | None
    quantity: int
    per_host: int
    most: int | None
    takes: frozenset[str]
    travel: int


class Step(NamedTuple):
    """Something that comes in between: a booking through one of the calendars, or a block."""

    who: str
    start: int
    party: int


RULES = st.builds(
    Rules,
    st.integers(0, 2),
    st.integers(0, 2),
    st.sampled_from(list(BufferPolicy)),
    st.sampled_from([None, None, 3]),
)
WORLDS = st.builds(
    World,
    RULES,
    RULES,
    st.sampled_from([1, 2, 4]),
    st.sampled_from([None, 1, 2]),
    st.sampled_from([1, 2, 3]),
    st.sampled_from([1, 1, 2]),
    st.sampled_from([None, None, 1, 2]),
    st.sampled_from([frozenset({"host"}), frozenset({"host", "room"}), frozenset({"room", "kit"})]),
    st.sampled_from([0, 0, 1, 2]),
)
STEPS = st.builds(
    Step,
    st.sampled_from(["asks", "other", "other", "block", "close"]),
    st.integers(0, TIMES),
    st.integers(1, 2),
)


def calendar(name: str, rules: Rules, world: World) -> Calendar:
    asks = name == "asks"
    return Calendar(
        name,
        2 * QUARTER,
        kind="class" if rules.seats else "service",
        member_ids=["ada"] if "host" in world.takes else [],
        seats_per_slot=rules.seats or 1,
        slot_step=QUARTER,
        buffer_before=rules.before * QUARTER,
        buffer_after=rules.after * QUARTER,
        buffer_policy=rules.policy,
        bookings_per_host=1 if rules.seats else world.per_host,
        policy=BookingPolicy(allow=["friend"], otherwise="request") if asks else None,
        pending_blocks=not asks,
        location_id="here" if asks else "there",
        limits=[Limit(world.most, "day", per=["calendar"])] if asks and world.most else [],
    )


def scheduler(world: World) -> Scheduler:
    served, far = ["asks", "other"], world.travel * QUARTER
    rooms = [Room("r", world.seats, max_concurrent=world.at_once, calendar_ids=served)]
    return Scheduler(
        Catalogue(
            calendars=[calendar("asks", world.asks, world), calendar("other", world.other, world)],
            members=[Member("ada")] if "host" in world.takes else [],
            rooms=rooms if "room" in world.takes else [],
            equipment=[Equipment("k", world.quantity, calendar_ids=["asks"])]
            if "kit" in world.takes
            else [],
            places=[Place("here"), Place("there")],
            travel={("here", "there"): far, ("there", "here"): far},
        )
    )


def try_to_book(
    state: Scheduler, name: str, start: int, party: int, booking_id: str, customer_id: str
) -> Scheduler:
    request = state.request(name, party_size=party, customer_id=customer_id)
    try:
        slot = state.slot(request, start=FIRST + start * QUARTER, now=NOW)
    except BookingRefused:
        return state
    return state.book(slot, booking_id=booking_id, now=NOW)


@given(WORLDS, st.integers(0, TIMES), st.integers(1, 2), st.lists(STEPS, max_size=4))
def test_approving_is_booking_at_that_moment(
    world: World, start: int, party: int, steps: list[Step]
) -> None:
    state = try_to_book(scheduler(world), "asks", start, party, "P", "stranger")
    if "P" not in state.bookings:
        return
    assert not state.bookings["P"].is_blocking
    for number, step in enumerate(steps):
        if step.who in {"block", "close"}:
            low = FIRST + step.start * QUARTER
            resource_id = "ada" if "host" in world.takes else "r"
            state = state.block(
                "asks" if step.who == "close" else resource_id,
                Interval(low, low + QUARTER),
                block_id=f"K-{number}",
                buffer_after=QUARTER,
            )
        else:
            state = try_to_book(state, step.who, step.start, step.party, f"B-{number}", "friend")

    instead = try_to_book(state.decline("P", now=NOW), "asks", start, party, "Q", "friend")
    try:
        approved = state.confirm("P", now=NOW, version=1)
    except BookingRefused as refused:
        approved = None
        assert refused.refusals
        assert all(map(str, refused.refusals))

    event("approved" if approved else "refused")
    assert ("Q" in instead.bookings) == (approved is not None)
    if approved is not None:
        assert not any("P" in each.booking_ids for each in approved.violations(now=NOW))

"""Plans of several bookings in a world of buffers, for laws about what shows that they fit."""

from __future__ import annotations

from datetime import datetime

from bookable import (
    Booking,
    Calendar,
    Catalogue,
    Equipment,
    Interval,
    Member,
    OutOfService,
    Plan,
    Room,
    Scheduler,
)
from bookable.availability.series import SeriesPolicy
from bookable.domain.chain import Chain, Segment
from bookable.domain.recurring import Recurrence
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.errors import BookableError
from tests.properties.lives import WORDS, asked_of, concrete, lived, steps
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, at, monday

WINDOW = Interval(at("08:00"), at("18:00"))
POLICIES = st.sampled_from(["exclusive", "shared", "existing_only"])
LENGTHS = st.sampled_from([0 * HOUR, HOUR / 2, HOUR, 3 * HOUR / 2])
STARTS = [at(f"{hour}:00") for hour in range(8, 18)]

own = st.fixed_dictionaries(
    {
        "buffer_before": st.none() | LENGTHS,
        "buffer_after": st.none() | LENGTHS,
        "buffer_policy": st.none() | POLICIES,
    }
)
"""The buffers of a room or a piece of equipment; None for those of the calendar."""

KINDS = (
    {"kind": "round_robin"},
    {"kind": "round_robin", "bookings_per_host": 2},
    {"kind": "class", "seats_per_slot": 3},
    {"kind": "collective"},
    {"kind": "service"},
)


@st.composite
def calendars(draw, key: str) -> Calendar:
    members = draw(st.sampled_from([["ada"], ["ada", "bob"], ["bob"]]))
    return Calendar(
        key,
        draw(st.sampled_from([HOUR, 2 * HOUR])),
        member_ids=members,
        slot_step=HOUR / 2,
        buffer_before=draw(LENGTHS),
        buffer_after=draw(LENGTHS),
        buffer_policy=draw(POLICIES),
        **draw(st.sampled_from(KINDS)),
    )


@st.composite
def buffered(draw) -> Catalogue:
    """All three policies, on what takes one booking at a time and on what takes several."""
    ids = ["massage", "yoga"]
    names = draw(st.sampled_from([[], ["attic"], ["left", "attic"], ["left", "hall"]]))
    rooms = [
        Room(
            key,
            draw(st.sampled_from([1, 2, 4])),
            max_concurrent=draw(st.sampled_from([None, None, 1, 2])),
            calendar_ids=draw(st.lists(st.sampled_from(ids), unique=True)),
            parts=["left"] if key == "hall" else [],
            **draw(own),
        )
        for key in names
    ]
    broken = st.sampled_from([0, 0, 1, [OutOfService(monday("09:00", "11:00"), 1)]])
    lamp = Equipment(
        "lamp",
        draw(st.sampled_from([1, 2, 3])),
        out_of_service=draw(broken),
        calendar_ids=draw(st.lists(st.sampled_from(ids), max_size=1)),
        **draw(own),
    )
    return Catalogue(
        members=[Member("ada"), Member("bob")],
        rooms=rooms,
        equipment=[lamp] if draw(st.booleans()) else [],
        calendars=[draw(calendars(key)) for key in ids],
    )


@st.composite
def worlds(draw) -> Scheduler:
    """A scheduler of buffers with what was booked in it; now and then something of no calendar."""
    stray = [
        Booking(
            f"O-{number}", start, start + HOUR, host_ids=[draw(st.sampled_from(["ada", "bob"]))]
        )
        for number, start in enumerate(draw(st.lists(st.sampled_from(STARTS), max_size=1)))
    ]
    state = Scheduler(draw(buffered()), stray)
    told = draw(st.lists(steps("book", "book", "book", "hold", "cancel"), max_size=5))
    return lived(state, told, NOW, "L")


def _series(draw, state: Scheduler) -> Plan:
    starts = draw(st.lists(st.sampled_from(STARTS), min_size=2, max_size=5, unique=True))
    policy = SeriesPolicy("skip")
    ids = [f"N-{number}" for number in range(len(starts))]
    request = asked_of(state, draw(st.integers(0, 9)))
    return state.plan_series(request, sorted(starts), booking_ids=ids, now=NOW, policy=policy).plan


def _chain(draw, state: Scheduler) -> Plan:
    segments = [
        Segment(asked_of(state, draw(st.integers(0, 9))), maximum_gap=most * HOUR)
        for most in [0, *draw(st.lists(st.integers(0, 3), min_size=1, max_size=2))]
    ]
    found = state.chain_slots(Chain(segments), within=WINDOW, now=NOW, limit=8)
    if not found:
        return Plan("book_chain")
    ids = [f"N-{number}" for number in range(len(segments))]
    return state.plan_chain(found[draw(st.integers(0, 7)) % len(found)], booking_ids=ids, now=NOW)


def _promotion(draw, state: Scheduler) -> Plan:
    entries = [
        WaitlistEntry(
            f"W-{number}",
            asked_of(state, draw(st.integers(0, 9))),
            Interval(draw(st.sampled_from(STARTS)), WINDOW.end + HOUR),
            NOW,
            priority=draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(2, 5)))
    ]
    return state.plan_promotion(Waitlist(entries), now=NOW).plan


def _recurrence(draw) -> Recurrence:
    hours = draw(st.lists(st.integers(8, 17), min_size=1, max_size=4, unique=True))
    text = f"FREQ=DAILY;COUNT={len(hours) + 1};BYHOUR={','.join(map(str, sorted(hours)))}"
    return Recurrence(text, datetime(2026, 3, 2, min(hours)), "UTC")


def _change(draw, state: Scheduler) -> Plan:
    request, first, to = (
        asked_of(state, draw(st.integers(0, 9))),
        _recurrence(draw),
        _recurrence(draw),
    )
    booked = state.plan_recurring(
        request, first, series_id="S", now=NOW, policy=SeriesPolicy("skip")
    )
    if not booked.is_accepted or booked.recurrence is None or draw(st.booleans()):
        return booked.plan
    return state.plan_group(
        [
            lambda then: booked,
            lambda then: (
                then.plan_change_series(
                    "S", booked.recurrence, to=to, request=request, now=NOW
                ).plan
            ),
        ]
    )


def _group(draw, state: Scheduler) -> Plan:
    commands, then = [], state
    words = [*WORDS, *["book", "reschedule"] * 8]
    for number, step in enumerate(draw(st.lists(steps(*words), min_size=2, max_size=8))):
        command = concrete(then, step, NOW, f"N-{number}")
        try:
            then = then.apply(command(then))
        except BookableError:
            continue
        commands.append(command)
    return state.plan_group(commands)


def _repair(draw, state: Scheduler) -> tuple[Scheduler, Plan]:
    closed = draw(st.sampled_from([each.id for each in state.catalogue]))
    first = draw(st.sampled_from(STARTS))
    state = state.block(closed, Interval(first, first + 2 * HOUR), block_id="K")
    moving = [
        each.id
        for each in state.bookings.values()
        if each.status.value in {"hold", "confirmed"} and draw(st.booleans())
    ]
    return state, state.plan_repair(now=NOW, moving=moving).plan


KINDS_OF_PLANS = {
    "series": _series,
    "chain": _chain,
    "promotion": _promotion,
    "change_series": _change,
    "group": _group,
    "repair": _repair,
}


@st.composite
def decided(draw, *kinds: str) -> tuple[Scheduler, Plan]:
    """A state with a plan of several bookings that was decided on it; an empty one if refused."""
    state = draw(worlds())
    kind = draw(st.sampled_from(kinds or sorted(KINDS_OF_PLANS)))
    try:
        found = KINDS_OF_PLANS[kind](draw, state)
    except BookableError:
        return state, Plan(kind)
    return found if isinstance(found, tuple) else (state, found)

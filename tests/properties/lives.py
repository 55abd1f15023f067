"""Commands as data, for laws about the life of bookings: what to do, told to any state.

A step says a word and some numbers; `concrete` makes of it a function of a state that always asks for
the very same thing, chosen once by looking at a first state.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import attrs

from bookable import Booking, Catalogue, Equipment, Interval, Plan, Room, Scheduler
from bookable.domain.life import CheckIn
from bookable.errors import BookableError
from tests.properties.small_worlds import DAY, catalogues, schedulers, times
from tests.support import strategies as st
from tests.support.builders import HOUR, MINUTE, NOW, at

Command = Callable[[Scheduler], Plan]

WORDS = (
    *["book"] * 6,
    *["hold", "hold", "confirm", "extend", "cancel", "cancel", "reschedule", "reschedule"],
    *["reassign", "check_in", "check_out", "complete", "no_show", "activity", "block", "unblock"],
    "annotate",
)


NOTES = ({}, {"title": "Trial lesson"}, {"colour": "red", "title": ""})
"""What may be kept beside a booking."""


class Step(NamedTuple):
    """A word, and numbers that choose among what there is."""

    word: str
    first: int
    second: int


@st.made_once
def steps(*words: str) -> st.SearchStrategy[Step]:
    return st.builds(Step, st.sampled_from(words or WORDS), st.integers(0, 40), st.integers(0, 40))


def asked_of(state: Scheduler, number: int) -> object:
    """One of the questions that can be put to the calendars."""
    found = [
        request
        for calendar in state.catalogue.calendars()
        for party in (1, 2)
        for request in state.requests(calendar.id, party_size=party)
    ]
    return found[number % len(found)]


def concrete(state: Scheduler, step: Step, now: datetime, key: str) -> Command:
    """The command that a step means in this state; it may fail there, and means the same elsewhere."""
    ids = sorted(state.bookings) or ["nobody"]
    one = ids[step.first % len(ids)]
    if step.word in {"book", "hold", "reschedule"}:
        request = asked_of(state, step.first)
        if step.word == "reschedule":
            mine = [
                each.id
                for each in state.bookings.values()
                if each.calendar_id == request.calendar_id
            ]
            one = sorted(mine)[step.second % len(mine)] if mine else one
        ignoring = [one] if step.word == "reschedule" and one in state.bookings else []
        slots = state.free_slots(request, within=DAY, now=now, ignoring=ignoring)
        if not slots:
            return lambda then: then.plan_cancel("nothing is free", now=now)
        slot = slots[step.second % len(slots)]
        if step.word == "book":
            return lambda then: then.plan_book(slot, booking_id=key, now=now)
        if step.word == "hold":
            until = now + (1 + step.first % 5) * HOUR
            return lambda then: then.plan_hold(slot, booking_id=key, now=now, expires_at=until)
        return lambda then: then.plan_reschedule(one, to=slot, now=now)
    if step.word == "block":
        resource = [each.id for each in state.catalogue][step.first % len(state.catalogue)]
        start = at(f"{9 + step.second % 6}:00")
        return lambda then: Plan(
            "block",
            blocks_after=tuple(
                block
                for block in then.block(
                    resource, Interval(start, start + HOUR), block_id=f"K {key}"
                ).blocks.values()
                if block.id == f"K {key}" and block.id not in then.blocks
            ),
        )
    if step.word == "unblock":
        known = sorted(state.blocks) or ["nothing"]
        block_id = known[step.first % len(known)]
        return lambda then: Plan("unblock", blocks_before=(_lifted(then, block_id),))
    if step.word == "activity":
        rooms = [each.id for each in state.catalogue.rooms()] or ["nowhere"]
        return lambda then: then.plan_activity(rooms[step.first % len(rooms)], at=now)
    return {
        "confirm": lambda then: then.plan_confirm(one, now=now),
        "extend": lambda then: then.plan_extend(one, expires_at=now + 2 * HOUR, now=now),
        "cancel": lambda then: then.plan_cancel(one, now=now),
        "reassign": lambda then: then.plan_reassign(one, now=now),
        "check_in": lambda then: then.plan_check_in(one, at=now),
        "check_out": lambda then: then.plan_check_out(one, at=now),
        "complete": lambda then: then.plan_complete(one, at=now),
        "no_show": lambda then: then.plan_no_show(one, at=now),
        "annotate": lambda then: then.plan_annotate(one, metadata=NOTES[step.second % 3]),
    }[step.word]


def _lifted(state: Scheduler, block_id: str) -> object:
    state.unblock(block_id)  # fails as the command does
    return state.blocks[block_id]


def lived(state: Scheduler, told: list[Step], now: datetime, name: str) -> Scheduler:
    """The state after these steps, those left out that cannot be."""
    for number, step in enumerate(told):
        try:
            state = state.apply(concrete(state, step, now, f"{name}-{number}")(state))
        except BookableError:
            continue
    return state


@st.composite
def lives(draw, *, rich: bool = False, most: int = 6, clean: bool = False) -> Scheduler:
    """A scheduler whose bookings are in every state; some check in, or else are released.

    A *clean* one has only what commands have booked.
    """
    state = Scheduler(draw(catalogues(rich=rich))) if clean else draw(schedulers(rich=rich))
    policy = draw(st.sampled_from([None, CheckIn(early=HOUR, grace=15 * MINUTE)]))
    if policy is not None:
        catalogue = state.catalogue
        for calendar in catalogue.calendars():
            catalogue = catalogue.replace(attrs.evolve(calendar, check_in=policy))
        state = state.with_catalogue(catalogue)
    now = NOW
    for number in range(draw(st.integers(0, 2))):
        told = draw(st.lists(steps(), max_size=most))
        state = lived(state, told, now, f"L{number}")
        now += timedelta(hours=draw(st.sampled_from([1, 9, 10, 11])))
    return state


@st.made_once
def moments() -> st.SearchStrategy[datetime]:
    """Instants before, during and after the day; some on edges."""
    return st.sampled_from(
        [NOW, at("08:00"), at("09:00"), at("09:15"), at("10:00"), at("10:00:01"), at("13:30")]
    )


@st.composite
def crowded(draw) -> Scheduler:
    """A history that nobody checked: bookings of anything at any time, some through calendars."""
    catalogue = draw(catalogues(rich=draw(st.booleans())))
    bookings = []
    for number in range(draw(st.integers(1, 7))):
        interval = draw(times())
        calendar = draw(st.sampled_from([None, *catalogue.calendars()]))
        hosts = [each.id for each in catalogue.members()]
        if calendar is not None:
            hosts = list(calendar.member_ids)
        rooms = [each.id for each in catalogue.rooms()]
        items = [each.id for each in catalogue.equipment()]
        bookings.append(
            Booking(
                f"C-{number}",
                interval.start,
                interval.end,
                calendar_id=None if calendar is None else calendar.id,
                host_ids=[draw(st.sampled_from(hosts))],
                room_ids=draw(st.lists(st.sampled_from(rooms), max_size=1)) if rooms else [],
                equipment={"lamp": 1} if items and draw(st.booleans()) else {},
                party_size=draw(st.sampled_from([1, 1, 2])),
                status=draw(
                    st.sampled_from(["confirmed"] * 6 + ["pending", "checked_in", "cancelled"])
                ),
            )
        )
    state = Scheduler(catalogue, bookings)
    for number in range(draw(st.integers(0, 1))):
        ids = [entry.id for entry in catalogue]
        state = state.block(draw(st.sampled_from(ids)), draw(times()), block_id=f"K-{number}")
    return state


def lowered(catalogue: Catalogue) -> Catalogue:
    """The catalogue with less of everything that can be counted."""
    for entry in catalogue:
        if isinstance(entry, Room):
            catalogue = catalogue.replace(attrs.evolve(entry, capacity=max(0, entry.capacity - 1)))
        elif isinstance(entry, Equipment):
            less = max(0, entry.quantity - 1)
            catalogue = catalogue.replace(attrs.evolve(entry, quantity=less))
    return catalogue

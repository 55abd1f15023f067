"""Rooms that were given up: whatever others do with them makes no difference to who gave them up.

A hand-over, another zone database and a change of series to the same times decide the same, or refuse
for the same reasons, whether the room is free, taken, blocked or closed for good.
"""

from __future__ import annotations

from datetime import datetime

import attrs
from hypothesis import given

from bookable import (
    BookableError,
    Booking,
    BookingRefused,
    CivilTime,
    DeclineRule,
    Interval,
    Limit,
    Recurrence,
    Scheduler,
)
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, a_calendar, a_member, a_room, a_scheduler, minutes

NINE, DAYS = datetime(2026, 3, 2, 9), 3
DAILY = Recurrence(f"FREQ=DAILY;COUNT={DAYS}", NINE, "UTC")
hours = st.integers(0, 24 * DAYS - 2).map(lambda number: NOW + number * HOUR)
busy = st.lists(st.tuples(st.sampled_from(["ada", "bob"]), hours), max_size=4)
others = st.lists(st.tuples(st.booleans(), hours), min_size=1, max_size=12, unique=True)
calendars = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["round_robin", "service", "collective"]),
        "buffer_before": st.sampled_from([minutes(0), minutes(30)]),
        "buffer_policy": st.sampled_from(["exclusive", "shared"]),
        "limits": st.sampled_from([(), (Limit(1, "day", per=["resource"]),)]),
    }
)


def a_state(fields, which):
    """A series in the attic, of which one occurrence has given that up."""
    calendar = a_calendar(member_ids=["ada", "bob"], **fields)
    attic = a_room("attic", 4, max_concurrent=1, calendar_ids=["massage"])
    state = a_scheduler(calendar, a_member("ada"), a_member("bob"), attic)
    state = state.book_recurring(state.request("massage"), DAILY, series_id="S", now=NOW)
    key = sorted(state.bookings)[which]
    said = {"replies": {"a guest": "declined"}, "rule": DeclineRule()}
    return state.release_declined(key, now=NOW, **said), key


def with_others(state, found, *, is_open):
    """The state in which others have the attic, or it is blocked, however many of them at once."""
    taken = [
        Booking(f"C-{number}", start, start + HOUR, room_ids=["attic"])
        for number, (is_taken, start) in enumerate(found)
        if is_taken
    ]
    catalogue = state.catalogue
    if not is_open:
        attic = attrs.evolve(catalogue.get("attic"), is_active=False, capacity=0)
        catalogue = catalogue.replace(attic)
    state = Scheduler(catalogue, [*state.bookings.values(), *taken], state.blocks.values())
    for number, (is_taken, start) in enumerate(found):
        if not is_taken:
            state = state.block("attic", Interval(start, start + HOUR), block_id=f"K-{number}")
    return state


def decided(command):
    """What becomes of the bookings of the series, or why nothing does."""
    try:
        after = command()
    except BookingRefused as error:
        return error.refusals
    except BookableError as error:
        return type(error), error.code
    return after if isinstance(after, tuple) else after.occurrences("S")


@given(calendars, st.integers(0, DAYS - 1), busy, others, st.booleans(), hours)
def test_what_others_do_with_a_room_is_nothing_to_who_gave_it_up(
    fields, which, away, found, is_open, start
):
    state, key = a_state(fields, which)
    for number, (host, busy_from) in enumerate(away):
        times = Interval(busy_from, busy_from + HOUR)
        state = state.block(host, times, block_id=f"A-{number}")
    other, was = with_others(state, found, is_open=is_open), state.bookings[key]
    assert was.rooms_until == was.start
    time = {key: CivilTime(start.replace(tzinfo=None), "UTC")}

    for command in (
        lambda at: at.reassign(key, now=NOW),
        lambda at: at.reassign(key, host_ids=["bob"], now=NOW),
        lambda at: at.stand_ins(key, now=NOW),
        lambda at: at.plan_re_resolve(time, now=NOW).resolved,
    ):
        alone, beside = (
            decided(lambda ask=command: ask(state)),
            decided(lambda ask=command: ask(other)),
        )
        assert alone == beside

    resolved = other.re_resolve(time, now=NOW).bookings[key]
    assert (resolved.room_ids, resolved.rooms_until) == (was.room_ids, resolved.start)
    request = state.request("massage")
    same = {"to": DAILY, "request": request, "now": NOW}
    for each in (state, other):
        assert each.plan_change_series("S", DAILY, **same).plan.is_empty

"""What is remembered is never to be seen in an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from bookable import (
    BookingRefused,
    Calendar,
    Catalogue,
    Interval,
    InvalidValueError,
    Request,
    Scheduler,
)
from bookable.availability import joint
from bookable.availability.search import Search
from bookable.testing.simulator import commands_of, pair_of, replay
from tests.support.builders import (
    DAY,
    NOW,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_scheduler,
    at,
    booked,
)
from tests.support.caches import caches_off, most_kept
from tests.support.reach import kept_beside, kinds, reached

HOURS = range(9, 12)

SEEDS = range(max(5, min(settings.default.max_examples, 500) // 10))


def requests_of(state: Scheduler) -> Iterator[Request]:
    """A request for each calendar for which the world has one at all."""
    for calendar in state.catalogue.calendars():
        with suppress(InvalidValueError):
            yield state.request(calendar.id)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_answered_otherwise_where_nothing_is_remembered(seed: int) -> None:
    """The oracle judges every answer; elsewhere it judges the same with all caches."""
    with caches_off():
        replay(seed, commands_of(seed, 30))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_state_answers_the_same_with_and_without_what_its_questions_remember(seed: int) -> None:
    pair = replay(seed, commands_of(seed, 30))
    window = Interval(NOW, NOW + 2 * DAY)
    for request in requests_of(pair.scheduler):
        asked = {"within": window, "now": NOW}
        first = list(pair.scheduler.free_slots(request, **asked))
        again = list(pair.scheduler.free_slots(request, **asked))
        with caches_off():
            fresh = type(pair.scheduler)(
                pair.scheduler.catalogue,
                pair.scheduler.bookings.values(),
                pair.scheduler.blocks.values(),
            )
            assert first == again == list(fresh.free_slots(request, **asked))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_patched_after_each_command_is_what_a_new_scheduler_works_out(seed: int) -> None:
    """The same windows are asked about after every command, so that what is kept is patched again and again."""
    pair = pair_of(seed)
    day = NOW.replace(hour=0)
    windows = Interval(day, day + 3 * DAY), Interval(day + DAY, day + 2 * DAY)
    for command in commands_of(seed, 12):
        pair.run(command)
        state = pair.scheduler
        for request in requests_of(state):
            kept = [list(state.free_slots(request, within=each, now=NOW)) for each in windows]
            with caches_off():
                fresh = Scheduler(state.catalogue, state.bookings.values(), state.blocks.values())
                assert kept == [
                    list(fresh.free_slots(request, within=each, now=NOW)) for each in windows
                ]


def a_life(kind: str, count: int, customers: int) -> Iterator[Scheduler]:
    """The states of a calendar that always has three bookings ahead of it, and many that were cancelled."""
    seats = {"kind": "class", "seats_per_slot": 2} if kind == "class" else {}
    calendar = a_calendar(member_ids=["ada", "bob"], **seats)
    state = a_scheduler(calendar, a_member(), a_member("bob"))
    for number in range(count):
        now = NOW + number * timedelta(hours=6)
        within = Interval(now.replace(hour=0), now.replace(hour=0) + 2 * DAY)
        for asked in ({}, {"host_ids": ["bob"]}, {"customer_id": f"c-{number % customers}"}):
            request = state.request("massage", **asked)
            slots = state.free_slots(request, within=within, now=now)
        assert len(slots) > 0
        state = state.book(slots[-1], booking_id=f"B-{number}", now=now)
        if number > 2:
            state = state.cancel(f"B-{number - 3}", now=now)
        yield state


@pytest.mark.parametrize("kind", ["plain", "class"])
def test_a_long_life_keeps_no_more_alive_than_a_short_one(kind: str) -> None:
    """But for the bookings themselves, of which none is ever lost."""
    sizes = [
        kept_beside(state, state._ledger.bookings)
        for number, state in enumerate(a_life(kind, 400, customers=3))
        if number % 20 == 0 and number >= 60
    ]

    early, late = ([size for size, _ in part] for part in (sizes[:6], sizes[-6:]))
    assert max(late) <= 1.01 * max(early)
    assert {found["Ledger"] for _, found in sizes} == {1}


@pytest.mark.parametrize("kind", ["plain", "class"])
def test_what_is_kept_of_questions_keeps_no_state_alive(kind: str) -> None:
    """Each is of the state that it was asked of last, which may be long ago."""
    *_, state = a_life(kind, 60, customers=3)

    found = kinds(reached(state._questions))
    parts = {"Ledger", "Record", "SharedMap", "SessionTable", "PlainHistory", "BookingIndex"}
    assert found["KeptMasks"] > 0
    assert found.keys().isdisjoint(parts)


def test_nothing_remembered_outgrows_its_bound() -> None:
    *_, state = a_life("class", 300, customers=300)
    most = most_kept()

    found: dict[tuple[type, str], int] = {}
    for value in reached(state).values():
        for kind, name in most:
            if isinstance(value, kind):
                size = len(getattr(value, name))
                found[kind, name] = max(found.get((kind, name), 0), size)

    assert {each: size for each, size in found.items() if size > most[each]} == {}
    assert {name for _, name in found} >= {"kept", "_questions", "_memo", "_past"}


@given(
    seed=st.integers(0, 10_000),
    start=st.integers(-900, 900),
    length=st.integers(1, 12 * 24 * 60),
)
def test_what_is_worked_out_in_whole_days_is_what_its_window_holds(seed, start, length) -> None:
    """Long windows, and the parts of a first slot, are cut out of days that are kept."""
    scheduler = replay(seed, commands_of(seed, 6)).scheduler
    low = NOW + timedelta(minutes=start)
    window = Interval(low, low + timedelta(minutes=length))
    for request in requests_of(scheduler):
        asked = {"within": window, "now": NOW}
        slots = list(scheduler.free_slots(request, **asked))
        first = scheduler.first_slot(request, **asked)
        with patch.object(Search, "_in_days", lambda *_: None):
            plain = list(scheduler.free_slots(request, **asked))
            assert slots == plain
            assert first == scheduler.first_slot(request, **asked)
        if scheduler.catalogue.calendar(request.calendar_id).listing is None:
            assert first == (plain[0] if plain else None)


@given(
    taken=st.lists(st.tuples(st.integers(0, 17), st.integers(0, 40)), max_size=12),
    asked=st.lists(st.tuples(st.integers(0, 44), st.sampled_from([0, 0, 5])), max_size=6),
    width=st.sampled_from([1, 2, 40]),
)
def test_a_single_start_is_the_same_looked_up_in_a_window_and_worked_out(
    taken, asked, width
) -> None:
    """With many places it is looked up, unless it lies off the grid, or in no window that is known."""
    ids = [f"M-{number:02}" for number in range(18)]
    quarter = timedelta(minutes=15)
    calendar = Calendar("visit", quarter, member_ids=ids, buffer_after=quarter, slot_step=quarter)
    bookings = [
        a_booking(f"B-{number}", host_ids=[ids[who]], calendar_id="visit")
        for number, (who, _) in enumerate(taken)
    ]
    starts = [NOW + quarter * when for _, when in taken]
    state = Scheduler(
        Catalogue(members=map(a_member, ids), calendars=[calendar]),
        [
            evolve(each, start=start, end=start + quarter)
            for each, start in zip(bookings, starts, strict=True)
        ],
    )
    request = state.request("visit")
    window = Interval(NOW, NOW + width * quarter)

    def told(scheduler: Scheduler, start: datetime) -> object:
        try:
            slot = scheduler.slot(request, start=start, now=NOW)
        except BookingRefused as error:
            return error.refusals
        return slot.host_ids, slot.allocation

    for number, (quarters, minutes) in enumerate(asked):
        start = NOW + quarters * quarter + timedelta(minutes=minutes)
        list(state.free_slots(request, within=window, now=NOW))
        fresh = Scheduler(state.catalogue, state.bookings.values())
        found = told(state, start)
        with patch.object(joint, "_MANY", 1_000):
            assert found == told(fresh, start)
        if isinstance(found[0], tuple):
            slot = state.slot(request, start=start, now=NOW)
            state = state.book(slot, booking_id=f"N-{number}", now=NOW)


def test_very_long_listings_are_worked_out_each_time() -> None:
    minute = timedelta(minutes=1)
    calendar = Calendar("calls", minute, member_ids=["ada"], slot_step=minute)
    state = a_scheduler(calendar, a_member())
    window = Interval(NOW, NOW + 40 * DAY)
    request = state.request("calls")

    first = state.free_slots(request, within=window, now=NOW)
    after = booked(state, "09:00", calendar="calls", booking_id="B-1")

    assert len(first) == 40 * 24 * 60 == len(state.free_slots(request, within=window, now=NOW))
    assert len(after.free_slots(request, within=window, now=NOW)) == len(first) - 1


def test_sessions_are_taken_over_where_nothing_happened_to_them() -> None:
    """Somebody joins one session, the hall of another closes, a third is as it was."""
    calendar = a_class(member_ids=["ada", "bob"], seats=3)
    state = a_scheduler(calendar, a_member("ada"), a_member("bob"))
    for number, clock in enumerate(("09:00", "10:00", "11:00")):
        state = booked(state, clock, calendar="yoga", booking_id=f"B-{number}")
    window, request = Interval(NOW, NOW + DAY), state.request("yoga")

    def seats(asked: Scheduler) -> dict[str, int]:
        slots = asked.free_slots(request, within=window, now=NOW)
        return {
            f"{each.start:%H:%M}": each.seats_left for each in slots if each.start.hour in HOURS
        }

    before = seats(state)
    joined = booked(state, "09:00", calendar="yoga", booking_id="J")
    busy = joined.block("bob", Interval(at("10:30"), at("10:45")), block_id="K")

    assert {"09:00": 2, "10:00": 2, "11:00": 2} == before
    assert {"09:00": 1, "10:00": 2, "11:00": 2} == seats(joined) == seats(joined)
    assert seats(busy) == seats(
        Scheduler(busy.catalogue, busy.bookings.values(), busy.blocks.values())
    )
    assert before == seats(state)


def test_who_has_to_travel_is_free_far_from_what_was_cancelled() -> None:
    calendar = a_calendar("visit", member_ids=["ada"], location_id="south")
    travel = {("north", "south"): timedelta(hours=3), ("south", "north"): timedelta(hours=3)}
    catalogue = Catalogue(members=[a_member()], calendars=[calendar], travel=travel)
    away = a_booking("B-1", host_ids=["ada"], location_id="north")
    window = Interval(at("10:00"), at("12:00"))

    def free(state: Scheduler) -> int:
        return len(state.free_slots(state.request("visit"), within=window, now=NOW))

    state = Scheduler(catalogue, [away])
    assert free(state) == 0
    assert free(state.cancel("B-1", now=NOW)) > 0

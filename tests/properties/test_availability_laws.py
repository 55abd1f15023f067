"""The two laws that carry the promise, and those around them, each against the oracle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given

from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.request import Request
from bookable.domain.requirement import all_of, any_of
from bookable.domain.resources import Member, Room
from bookable.errors import BookingRefused
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.axis import AXIS, EPOCH_UNITS
from bookable.testing.choices import EVERY_RULE
from bookable.testing.compare import check_pieces, check_starts
from bookable.testing.oracle import decide
from bookable.testing.pair import Pair
from bookable.testing.plain import PlainAsk
from bookable.testing.reading import WINDOW
from bookable.testing.strategies import commands, numbers, pairs
from bookable.timeline.interval import Interval
from tests.properties.histories import BUSY_LIFE, WHOLE, histories, questions, starts
from tests.support import strategies as st

ANY_LIFE = ("book", "book", "block", "cancel", "reschedule", "unblock", "change", "tick")


def question_of(pair: Pair, which: int, how: int) -> tuple[PlainAsk, Request]:
    """One question of the world, where it is one that can be asked at all."""
    asked = pair.question(which, how)
    assume(asked is not None)
    assert asked is not None
    return asked


# Offered <=> bookable ---------------------------------------------------------


@given(histories(*ANY_LIFE, rules=EVERY_RULE))
def test_every_offered_slot_can_be_booked_and_breaks_nothing(pair: Pair):
    scheduler, now = pair.scheduler, realise.moment(pair.now)
    before = scheduler.violations(now=now)
    for _, request in questions(pair):
        for slot in scheduler.free_slots(request, within=WHOLE, now=now):
            booked = scheduler.book(slot, booking_id="new", now=now)

            booking = booked.booking("new")
            taken = (booking.host_ids, booking.room_ids, booking.equipment)
            offered = slot.allocation
            assert (offered.host_ids, offered.room_ids, offered.equipment) == taken
            assert booked.violations(now=now) == before


@given(histories(*ANY_LIFE, rules=EVERY_RULE))
def test_no_bookable_start_is_missing_from_the_listing(pair: Pair):
    for ask, request in questions(pair):
        check_starts(pair.scheduler, pair.world, ask, request, within=WINDOW, now=pair.now)


@given(histories(*ANY_LIFE, rules=EVERY_RULE), numbers(), numbers())
def test_a_start_is_listed_exactly_when_nothing_speaks_against_it(pair: Pair, which, how):
    ask, request = question_of(pair, which, how)
    now = realise.moment(pair.now)
    listed = starts(pair.scheduler, request, pair.now)
    for unit in WINDOW:
        start = realise.moment(unit)
        refusals = pair.scheduler.explain(request, start=start, now=now)

        bookable = decide(pair.world, ask, unit, pair.now) is not None
        assert bookable == (refusals == ())
        if ask.grid is not None:
            assert bookable == (unit in listed)


@given(pairs(), st.lists(commands("book", "reschedule", "cancel", "tick"), max_size=25))
def test_nothing_is_ever_double_booked(pair: Pair, told):
    for command in told:
        pair.run(command)

        assert pair.scheduler.violations(now=realise.moment(pair.now)) == ()
        for resource in (*pair.world.members.values(), *pair.world.rooms.values()):
            load = pair.world.load(resource.id)
            for unit in range(AXIS):
                if resource.id in pair.world.members:
                    assert len(load.sessions[unit]) <= 1
                else:
                    assert load.people[unit] <= resource.capacity


@given(pairs(EVERY_RULE), st.lists(commands("book", "reschedule", "cancel", "tick"), max_size=25))
def test_no_rule_ever_lets_anything_be_taken_twice(pair: Pair, told):
    for command in told:
        pair.run(command)

        assert pair.scheduler.violations(now=realise.moment(pair.now)) == ()
    pair.scheduler.check()


@given(histories(*ANY_LIFE, rules=EVERY_RULE), numbers(), numbers())
def test_a_refused_command_changes_nothing(pair: Pair, which, how):
    ask, request = question_of(pair, which, how)
    now, scheduler = realise.moment(pair.now), pair.scheduler
    kept = dict(scheduler.bookings), dict(scheduler.blocks), scheduler.version
    for unit in WINDOW:
        if decide(pair.world, ask, unit, pair.now) is None:
            with pytest.raises(BookingRefused) as refused:
                scheduler.slot(request, start=realise.moment(unit), now=now)

            explained = scheduler.explain(request, start=realise.moment(unit), now=now)
            assert explained == refused.value.refusals
    assert kept == (dict(scheduler.bookings), dict(scheduler.blocks), scheduler.version)


# Windows ----------------------------------------------------------------------


@given(histories(rules=EVERY_RULE), numbers(), numbers())
def test_the_first_slot_is_the_first_of_the_listing(pair: Pair, which, how):
    _, request = question_of(pair, which, how)
    now = realise.moment(pair.now)
    slots = pair.scheduler.free_slots(request, within=WHOLE, now=now)
    first = pair.scheduler.first_slot(request, within=WHOLE, now=now)

    assert (slots[0] if slots else None) == first


@given(histories(rules=EVERY_RULE), numbers(), numbers(), st.lists(st.integers(9, 38), max_size=4))
def test_adjoining_windows_list_every_slot_exactly_once(pair: Pair, which, how, cuts):
    _, request = question_of(pair, which, how)
    now = realise.moment(pair.now)
    ends = sorted({WINDOW.start, *cuts, WINDOW.stop})
    whole = pair.scheduler.free_slots(request, within=WHOLE, now=now)
    parts = [
        slot
        for low, high in zip(ends, ends[1:], strict=False)
        for slot in pair.scheduler.free_slots(request, within=realise.interval(low, high), now=now)
    ]

    assert list(whole) == parts
    assert [slot.start for slot in parts] == sorted({slot.start for slot in parts})


@given(histories(rules=EVERY_RULE), numbers(), numbers(), st.integers(0, 6))
def test_a_limit_cuts_the_listing_and_changes_nothing_else(pair: Pair, which, how, limit):
    _, request = question_of(pair, which, how)
    now = realise.moment(pair.now)
    whole = pair.scheduler.free_slots(request, within=WHOLE, now=now)
    some = pair.scheduler.free_slots(request, within=WHOLE, now=now, limit=limit)

    assert list(whole)[:limit] == list(some)


@given(
    histories(*ANY_LIFE, rules=EVERY_RULE),
    numbers(),
    numbers(),
    st.integers(8, 38),
    st.integers(1, 32),
)
def test_periods_and_starts_are_what_every_single_start_says(pair: Pair, which, how, low, length):
    ask, request = question_of(pair, which, how)
    within = range(low, min(low + length, WINDOW.stop))

    check_pieces(pair.scheduler, pair.world, ask, request, within=within, now=pair.now)


@given(histories(*ANY_LIFE, rules=EVERY_RULE), numbers(), numbers())
def test_every_listed_start_lies_in_the_start_periods(pair: Pair, which, how):
    _, request = question_of(pair, which, how)
    now = realise.moment(pair.now)
    periods = pair.scheduler.start_periods(request, within=WHOLE, now=now)
    for slot in pair.scheduler.free_slots(request, within=WHOLE, now=now):
        assert periods.contains(slot.start)


# One person, one room ---------------------------------------------------------

HOUR = timedelta(hours=1)
FIRST_MIDNIGHT = datetime(1970, 1, 1, tzinfo=UTC) + EPOCH_UNITS * HOUR


def at(hours: int) -> datetime:
    return FIRST_MIDNIGHT + hours * HOUR


open_hours = st.frozensets(st.integers(8, 15))


@given(st.lists(open_hours, min_size=1, max_size=3), st.integers(1, 3))
def test_nobody_hands_over_within_a_booking(team, duration):
    """SPEC N13: somebody serves all of it, or it is not offered."""
    members = [Member(f"m{n}", hours=realise.hours(units)) for n, units in enumerate(team)]
    calendar = Calendar("c", duration * HOUR, member_ids=[m.id for m in members], slot_step=HOUR)
    scheduler = Scheduler(Catalogue(members=members, calendars=[calendar]))
    within = Interval(at(7), at(17))
    slots = scheduler.free_slots(scheduler.request("c"), within=within, now=at(0))

    expected = [
        at(start)
        for start in range(7, 17)
        if any(units >= set(range(start, start + duration)) for units in team)
    ]
    assert expected == [slot.start for slot in slots]


taken = st.tuples(st.integers(8, 14), st.integers(1, 3), st.integers(1, 2))


@given(st.lists(taken, max_size=5), st.integers(1, 4), st.integers(1, 3), st.integers(1, 3))
def test_what_counts_is_the_peak_of_the_sum(stored, capacity, duration, party):
    """SPEC N11: never the number of bookings that overlap."""
    bookings = [
        Booking(f"b{n}", at(start), at(start + length), party_size=people, room_ids=["hall"])
        for n, (start, length, people) in enumerate(stored)
    ]
    scheduler = Scheduler(Catalogue(rooms=[Room("hall", capacity)]), bookings)
    request = Request(duration * HOUR, [all_of("hall")], party, slot_step=HOUR)
    slots = scheduler.free_slots(request, within=Interval(at(7), at(18)), now=at(0))

    def people_at(hour: int) -> int:
        return sum(people for s, length, people in stored if s <= hour < s + length)

    expected = [
        at(start)
        for start in range(7, 18)
        if all(people_at(hour) + party <= capacity for hour in range(start, start + duration))
    ]
    assert expected == [slot.start for slot in slots]


def test_two_bookings_one_after_the_other_leave_the_second_seat_free():
    bookings = [
        Booking("b1", at(9), at(10), room_ids=["hall"]),
        Booking("b2", at(10), at(11), room_ids=["hall"]),
    ]
    scheduler = Scheduler(Catalogue(rooms=[Room("hall", 2)]), bookings)
    request = Request(HOUR, [all_of("hall")])

    assert scheduler.explain(request, start=at(9) + HOUR / 2, now=at(0)) == ()


def test_a_greedy_choice_would_leave_the_second_role_empty():
    """SPEC N14: ada is preferred for the first role and needed for the second."""
    members = [Member("ada", priority=1), Member("bob")]
    scheduler = Scheduler(Catalogue(members=members))
    request = Request(HOUR, [any_of("ada", "bob"), all_of("ada")])

    slot = scheduler.slot(request, start=at(9), now=at(0))

    assert slot.allocation.host_ids == ("ada", "bob")


pools = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abcde"), min_size=1), st.integers(1, 3)),
    min_size=1,
    max_size=4,
)


@given(pools, st.frozensets(st.sampled_from("abcde")))
def test_roles_are_filled_whenever_different_people_can_fill_them(roles, away):
    """SPEC N14 against every assignment there is."""
    members = [Member(name, is_active=name not in away) for name in "abcde"]
    scheduler = Scheduler(Catalogue(members=members))
    request = Request(HOUR, [any_of(*sorted(pool), count=count) for pool, count in roles])

    def can_fill(rest: list[frozenset[str]], used: frozenset[str]) -> bool:
        return not rest or any(can_fill(rest[1:], used | {name}) for name in rest[0] - used - away)

    places = [pool for pool, count in roles for _ in range(count)]
    found = scheduler.explain(request, start=at(9), now=at(0))
    assert can_fill(places, frozenset()) == (found == ())


# What changes -----------------------------------------------------------------


@given(histories(*ANY_LIFE, rules=EVERY_RULE), st.lists(commands(*BUSY_LIFE), max_size=3))
def test_a_difference_is_what_turns_one_listing_into_the_other(pair: Pair, more):
    before, now = pair.scheduler, realise.moment(pair.now)
    asked = questions(pair)
    for command in more:
        pair.run(command)
    for _, request in asked:
        first, second = starts(before, request, pair.now), starts(pair.scheduler, request, pair.now)
        found = before.difference(pair.scheduler, request, within=WHOLE, now=now)

        assert {realise.unit_of(slot.start) for slot in found.lost} == first - second
        assert {realise.unit_of(slot.start) for slot in found.gained} == second - first

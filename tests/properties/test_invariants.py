"""The invariants of the library by number: each is a law here, or says which laws elsewhere show it.

*q* of a booking on a resource counts while it is active: what is held, pending, confirmed or checked in,
and of what is over the time that it took. 28 to 31 are also promises of a store; here is what the
engine itself can keep of them.
"""

from __future__ import annotations

import copy
import inspect
import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import example, given

from bookable import (
    Booking,
    Calendar,
    CheckIn,
    Equipment,
    Interval,
    Member,
    Room,
    Scheduler,
    WeeklyHours,
)
from bookable.domain.booking import Buffers
from bookable.domain.life import TRANSITIONS, BookingStatus, Event
from bookable.errors import BookableError, InvalidTransitionError
from bookable.timeline.instant import to_us
from bookable.timeline.interval_set import IntervalSet
from tests.properties import (
    test_assignment_laws,
    test_availability_laws,
    test_buffer_laws,
    test_certificate_laws,
    test_chain_laws,
    test_grid_laws,
    test_group_laws,
    test_idempotence,
    test_interval_laws,
    test_life_laws,
    test_monotonicity,
    test_notice_laws,
    test_order_independence,
    test_profile_laws,
    test_recurrence_laws,
    test_recurring_laws,
    test_resolving_laws,
    test_translation,
)
from tests.properties.lives import Step, asked_of, concrete, lives, moments, steps
from tests.properties.small_worlds import DAY
from tests.support import strategies as st
from tests.support.builders import (
    HOUR,
    MINUTE,
    NOW,
    US,
    a_booking,
    a_request,
    a_room,
    a_scheduler,
    at,
)

ELSEWHERE = {
    "4 touching is free": [
        test_interval_laws.test_abutting_is_touching_without_sharing,
        test_availability_laws.test_two_bookings_one_after_the_other_leave_the_second_seat_free,
    ],
    "6 translation": [test_translation.test_moving_everything_moves_every_answer],
    "7 peak lemma": [
        test_profile_laws.test_the_peak_is_the_largest_level_inside,
        test_availability_laws.test_what_counts_is_the_peak_of_the_sum,
    ],
    "8 monotone": [
        test_monotonicity.test_a_booking_never_adds_a_slot,
        test_monotonicity.test_a_cancellation_never_removes_a_slot,
    ],
    "10 slots are complete": [
        test_availability_laws.test_no_bookable_start_is_missing_from_the_listing,
        test_availability_laws.test_adjoining_windows_list_every_slot_exactly_once,
    ],
    "12 all or nothing": [
        test_chain_laws.test_a_chain_is_booked_whole_or_not_at_all,
        test_group_laws.test_a_group_is_its_commands_one_after_the_other,
    ],
    "13 alternatives": [
        test_assignment_laws.test_the_choice_is_the_first_of_all_ways_whatever_the_order_of_the_keys,
    ],
    "14 pinned units": [test_availability_laws.test_nobody_hands_over_within_a_booking],
    "20 check out early": [
        test_life_laws.test_who_checks_out_has_nothing_after_that_but_the_buffer,
    ],
    "22 series": [
        test_notice_laws.test_whatever_the_policy_a_series_books_all_that_it_says_and_nothing_twice,
        test_recurring_laws.test_every_occurrence_obeys_the_rules_also_beside_its_siblings,
    ],
    "23 series edit": [test_recurring_laws.test_edits_leave_no_orphan_and_no_twin],
    "24 dst": [
        test_grid_laws.test_local_grids_near_a_change_start_by_the_wall_clock,
        test_recurrence_laws.test_the_occurrences_in_a_window_are_those_of_the_calendar,
        test_recurring_laws.test_starts_are_those_of_a_walk_through_the_dates,
    ],
    "25 zone data, resolving again is a command": [
        test_resolving_laws.test_under_the_same_data_nothing_changes,
        test_resolving_laws.test_what_was_agreed_by_the_clock_is_there_or_it_is_told_why_not,
    ],
    "26 pure": [
        test_order_independence.test_the_order_of_supply_changes_no_answer,
        test_order_independence.test_neither_the_hash_seed_nor_the_zone_of_the_host_changes_an_answer,
    ],
    "28 idempotent": [
        test_idempotence.test_booking_twice_under_one_id_books_once,
        test_life_laws.test_what_has_happened_already_does_not_happen_again,
        test_life_laws.test_what_is_booked_or_held_already_is_not_booked_again,
    ],
    "29 conservation": [
        test_life_laws.test_nothing_is_lost_and_every_history_is_one_that_the_table_tells,
        test_life_laws.test_the_same_commands_give_an_equal_scheduler,
    ],
    "32 witness": [
        test_certificate_laws.test_the_certificate_of_every_refusal_holds,
        test_buffer_laws.test_a_start_is_refused_by_just_those_who_stand_in_its_way,
    ],
    "33 bounded": [
        test_recurrence_laws.test_whatever_the_text_the_answer_is_occurrences_or_a_typed_error,
    ],
}
"""Run under their own names, with the same examples; here they are only named."""


@pytest.mark.parametrize("invariant", ELSEWHERE)
def test_an_invariant_that_is_shown_elsewhere_is_shown_by_tests_that_run(invariant):
    for law in ELSEWHERE[invariant]:
        file = Path(inspect.getfile(inspect.unwrap(law)))
        assert file.parent == Path(__file__).parent
        assert file.name.startswith("test_")
        assert law.__name__.startswith("test_")
        assert not [mark for mark in getattr(law, "pytestmark", []) if mark.name != "parametrize"]


def test_every_invariant_is_shown():
    here = (re.match(r"test_invariant_(\d+)_", name) for name in globals())
    shown = {int(found[1]) for found in here if found}

    assert shown | {int(name.split()[0]) for name in ELSEWHERE} == {*range(1, 34)}


def active(state: Scheduler, now: object) -> list[Booking]:
    """What has claims by then."""
    return [each for each in state.swept(now=now).bookings.values() if each.is_blocking]


def taken(state: Scheduler, now: object) -> dict[str, list[tuple[int, int, int, int, object]]]:
    """For each resource: from when to when, so many units and seats, counted once by which key."""
    found = defaultdict(list)
    for booking in active(state, now):
        calendar = state.catalogue.calendar_or_none(booking.calendar_id)
        shared = calendar is not None and calendar.has_sessions
        for key in filter(booking.has, booking.resource_ids):
            once = (
                booking.session_key if shared and key not in booking.individual_ids else booking.id
            )
            units, seats = booking.equipment.get(key, 1), booking.party_size
            found[key].append((*booking.kept_us(key), units, seats, once))
    return found


def capacity(entry: object, which: str) -> int | None:
    if isinstance(entry, Room):
        return entry.seat_limit if which == "seats" else entry.booking_limit
    return None if which == "seats" else entry.unit_limit if isinstance(entry, Equipment) else 1


def step_of(state: Scheduler, step: object, now: object) -> Scheduler | None:
    """The state after a step as it is by then, for what changes nothing writes nothing down; None if refused."""
    try:
        return state.apply(concrete(state, step, now, "N")(state)).swept(now=now)
    except BookableError:
        return None


@given(lives(clean=True), moments())
def test_invariant_1_capacity(state, now):
    for key, claims in taken(state, now).items():
        entry = state.catalogue.get(key)
        for instant in {low for low, *_ in claims}:
            here = [each for each in claims if each[0] <= instant < each[1]]
            units = sum({once: units for _, _, units, _, once in here}.values())
            seats = sum(seats for _, _, _, seats, _ in here)
            limit = capacity(entry, "units"), capacity(entry, "seats")
            assert limit[0] is None or units <= limit[0]
            assert limit[1] is None or seats <= limit[1]
    assert state.violations(now=now) == ()


@given(lives(clean=True), moments())
def test_invariant_2_exclusive(state, now):
    for key, claims in taken(state, now).items():
        if isinstance(state.catalogue.get(key), Member):
            ordered = sorted({(low, high, str(once)) for low, high, _, _, once in claims})
            for one, other in zip(ordered, ordered[1:], strict=False):
                assert one[1] <= other[0]


@given(lives(rich=True), moments())
def test_invariant_3_well_formed(state, now):
    for booking in state.swept(now=now).bookings.values():
        assert booking.start < booking.end
        assert booking.start.utcoffset() == booking.end.utcoffset() == timedelta(0)
        assert booking.party_size >= 1
        assert all(units >= 1 for units in booking.equipment.values())
        for key in booking.resource_ids:
            low, high = booking.footprint_us(key)
            assert low <= booking.body_us(key)[0] <= booking.body_us(key)[1] <= high


def test_invariant_4_touching_is_free():
    state = a_scheduler(a_room(), bookings=[a_booking("B-1", "09:00", "10:00")])
    state = Scheduler(
        state.catalogue, [*state.bookings.values(), a_booking("B-2", "10:00", "11:00")]
    )

    assert state.violations(now=NOW) == ()


@given(
    st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(-8, 8)
)
def test_invariant_5_symmetry(before, after, other_before, other_after, shift):
    one = a_booking("B-1", buffers=_buffers(before, after))
    other = _moved(a_booking("B-2", buffers=_buffers(other_before, other_after)), shift)
    room = a_room(capacity=2, max_concurrent=1)
    found = [
        bool(a_scheduler(room, bookings=pair).violations(now=NOW))
        for pair in ((one, other), (other, one))
    ]

    gap, needed = (
        (shift - 4, after + other_before) if shift > 0 else (-shift - 4, other_after + before)
    )
    assert found[0] == found[1] == (gap < needed)


def _buffers(before: int, after: int) -> dict:
    return {"blue room": Buffers(before * 15 * MINUTE, after * 15 * MINUTE)}


def _moved(booking: Booking, quarters: int) -> Booking:
    by = quarters * 15 * MINUTE
    return attrs.evolve(booking, start=booking.start + by, end=booking.end + by)


@given(lives(rich=True), st.integers(0, 40), moments())
def test_invariant_9_slots_are_sound(state, number, now):
    for slot in state.free_slots(asked_of(state, number), within=DAY, now=now):
        booked = state.book(slot, booking_id="N", now=now).bookings["N"]
        assert (booked.host_ids, booked.room_ids) == (
            slot.allocation.host_ids,
            slot.allocation.room_ids,
        )
        assert booked.equipment == slot.allocation.equipment


def open_until_four() -> Scheduler:
    """Two hours with Ada may begin before three, and end after it."""
    hours = WeeklyHours.parse("Mo 10:00-16:00", zone="UTC")
    calendar = Calendar("long", 2 * HOUR, member_ids=["ada"], slot_step=HOUR, zone="UTC")
    return a_scheduler(calendar, Member("ada", hours=hours))


@given(lives(), st.integers(0, 40), moments())
@example(open_until_four(), 0, NOW)  # where slots start is bounded, not where they end (SPEC N22)
def test_invariant_11_product(state, number, now):
    """A slot lies in the free time of every resource that it takes, or joins a session that has it."""
    request = asked_of(state, number)
    for slot in state.free_slots(request, within=DAY, now=now):
        allocation = slot.allocation
        joins = any(
            each.calendar_id == request.calendar_id and each.start == slot.start
            for each in active(state, now)
        )
        for key in () if joins else allocation.resource_ids:
            busy = state.free_busy(key, within=slot.interval, now=now)
            hours = state.catalogue.settled(key).hours
            assert not busy & IntervalSet([slot.interval])
            assert hours is None or hours.open_within(slot.interval).covers(slot.interval)


@given(lives(), steps(), moments())
def test_invariant_12_all_or_nothing(state, step, now):
    known = dict(state.bookings), state.version
    after = step_of(state, step, now)

    assert known == (dict(state.bookings), state.version)
    for booking in [] if after is None else active(after, now):
        ledger = after.swept(now=now)._ledger
        for key in filter(booking.has, booking.resource_ids):
            assert booking.id in ledger.record(key).index


@given(lives(), steps(), moments())
def test_invariant_15_transitions(state, step, now):
    after = step_of(state, step, now)
    before = state.swept(now=now)
    for booking in () if after is None else after.bookings.values():
        was = before.bookings.get(booking.id)
        if was is None or was.status is booking.status:
            continue
        assert any(
            TRANSITIONS.get((was.status, event)) is booking.status
            or (event is Event.CONFIRM and booking.status is BookingStatus.PENDING)
            for event in Event
            if (was.status, event) in TRANSITIONS
        ), (was.status, booking.status)


@given(st.integers(1, 600))
def test_invariant_16_hold_edge(seconds):
    until = NOW + timedelta(seconds=seconds)
    state = a_scheduler(a_room())
    slot = _slot(state)
    state = state.hold(slot, booking_id="H", now=NOW, expires_at=until)

    assert state.explain(slot.request, start=slot.start, now=until - US)
    assert not state.explain(slot.request, start=slot.start, now=until)
    assert state.booking("H", now=until - US).is_blocking
    assert not state.booking("H", now=until).is_blocking


def _slot(state: Scheduler, clock: str = "12:00"):
    return state.slot(a_request(), start=at(clock), now=NOW)


@given(lives(clean=True), moments())
def test_invariant_17_a_hold_is_confirmed_by_the_whole_check(state, now):
    for booking in state.swept(now=now).bookings.values():
        if booking.status is BookingStatus.HOLD:
            after = state.confirm(booking.id, now=now)
            assert after.bookings[booking.id].status is BookingStatus.CONFIRMED
            assert after.violations(now=now) == ()
            with pytest.raises(InvalidTransitionError):
                state.confirm(booking.id, now=booking.expires_at)


@given(lives(clean=True), steps("reschedule"), moments())
def test_invariant_18_reschedule(state, step, now):
    after = step_of(state, step, now)
    if after is None:
        return
    assert {*after.bookings} == {*state.bookings}
    assert after.violations(now=now) == ()
    after.check()


def one_came() -> Scheduler:
    """Somebody checked in already; somebody else has to by a quarter past nine."""
    came = a_booking("B-0", "10:00", "11:00", room_ids=["attic"], status="checked_in")
    late = a_booking("B-1", check_in=CheckIn(grace=15 * MINUTE))
    return a_scheduler(a_room(), a_room("attic"), bookings=[came, late])


@given(lives(), steps("check_in", "check_out", "complete", "no_show", "extend"), moments())
@example(one_came(), Step("check_in", 0, 0), at("09:15"))  # once more, when another is released
def test_invariant_19_footprints_only_shrink_without_a_check(state, step, now):
    after = step_of(state, step, now)
    before = state.swept(now=now)
    for booking in () if after is None else after.bookings.values():
        for key in filter(booking.has, booking.resource_ids if booking.is_blocking else ()):
            low, high = booking.footprint_us(key)
            was = before.bookings[booking.id].footprint_us(key)
            assert was[0] <= low
            assert high <= was[1]


@given(lives(), steps("no_show"), moments())
def test_invariant_21_no_show(state, step, now):
    after = step_of(state, step, now)
    before = state.swept(now=now)
    for booking in () if after is None else after.bookings.values():
        was = before.bookings[booking.id]
        if booking.status is BookingStatus.NO_SHOW and was.status is not BookingStatus.NO_SHOW:
            policy = was.check_in
            deadline = (
                None if policy is None else policy.deadline(was.start, was.planned_end or was.end)
            )
            assert now >= (deadline or was.start)
            assert was.checked_in_at is None
            assert booking.end <= max(now, was.end)
            if was.status is BookingStatus.CONFIRMED and booking.calendar_id is None:
                assert not booking.is_blocking or to_us(booking.end) <= to_us(
                    max(now, booking.start)
                )


@given(lives())
def test_invariant_25_zone_data(state):
    """Instants are UTC: nothing that is stored names a zone whose rules could change."""
    for booking in state.bookings.values():
        for moment in (booking.start, booking.end, booking.created_at, booking.expires_at):
            assert moment is None or str(moment.tzinfo) == "UTC"


@given(lives(rich=True), steps(), moments())
def test_invariant_27_immutable(state, step, now):
    known = (
        copy.copy(dict(state.bookings)),
        dict(state.blocks),
        hash(state.catalogue),
        state.version,
    )
    records = {key: state._ledger.record(key).version for key in state._ledger.record_ids}
    step_of(state, step, now)
    state.violations(now=now)
    state.plan_repair(now=now)

    assert known == (dict(state.bookings), dict(state.blocks), hash(state.catalogue), state.version)
    assert records == {key: state._ledger.record(key).version for key in state._ledger.record_ids}
    state.check()


@given(lives(), steps(), moments())
def test_invariant_30_versions(state, step, now):
    """Every change of a booking is a version on, and changes the numbers of just what it touches."""
    before, after = state.swept(now=now), step_of(state, step, now)
    if after is None:
        return
    after, touched = after.swept(now=now), set()
    for key, booking in after.bookings.items():
        was = before.bookings.get(key)
        if was != booking:
            assert booking.version == (1 if was is None else was.version + 1)
            for each in filter(None, (was, booking)):
                touched |= {claim.resource_id for claim in before._ledger.claims_of(each)}
    touched |= {
        resource
        for each in {*before.blocks.values()} ^ {*after.blocks.values()}
        for resource in before._ledger._closed_by(each)
    }
    ids = {*before._ledger.record_ids, *after._ledger.record_ids}
    moved = {
        key
        for key in ids
        if before._ledger.record(key).version != after._ledger.record(key).version
    }
    assert moved <= touched


BOTH = steps("book", "hold", "reschedule")


@given(lives(), BOTH, BOTH, moments())
def test_invariant_31_serial(state, one, other, now):
    """Of two plans of one state the second applies after the first only as if decided after it."""
    first, second = concrete(state, one, now, "X"), concrete(state, other, now, "Y")
    try:
        plans = first(state), second(state)
        after = state.apply(plans[0]).apply(plans[1])
    except BookableError:
        return
    told = [
        command for command, plan in zip((first, second), plans, strict=True) if not plan.is_empty
    ]
    assert after == state.apply_group(told)
    assert {*after.violations(now=now)} <= {*state.violations(now=now)}


def test_invariant_33_bounded():
    state = a_scheduler(a_room())
    ages = Interval(at("00:00"), at("00:00") + timedelta(days=200_000))
    with pytest.raises(BookableError, match="days of one window"):
        state.free_slots(_slot(state).request, within=ages, now=NOW)

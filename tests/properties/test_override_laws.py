"""What an administrator leaves aside: the same predicate, with fewer rules (row G8)."""

from __future__ import annotations

import attrs
from hypothesis import assume, given

from bookable import BookingRefused, BookingStatus, BufferPolicy, Interval, Refusal
from bookable.domain.booking import OVERBOOKED
from bookable.domain.refusal import CAPACITY_RULES, OVERRIDABLE, RefusalCode
from tests.properties.small_worlds import asked, requests, schedulers
from tests.support import strategies as st
from tests.support.builders import NOW, at

WINDOW = Interval(at("07:00"), at("19:00"))
STARTS = [*(at(f"{hour:02}:00") for hour in range(7, 19)), at("09:30"), at("13:30")]
RULES = sorted(OVERRIDABLE)


@st.made_once
def rule_sets(most=len(RULES)) -> st.SearchStrategy[frozenset[RefusalCode]]:
    return st.one_of(
        st.frozensets(st.sampled_from(RULES), max_size=most),
        st.frozensets(st.sampled_from(sorted(CAPACITY_RULES)), min_size=1),
        st.sampled_from([OVERRIDABLE, OVERRIDABLE - CAPACITY_RULES]),
    )


def starts(state, request):
    return [slot.start for slot in state.free_slots(request, within=WINDOW, now=NOW)]


def stands_in_a_session(state, request, refusal: Refusal) -> bool:
    """Whether it is a session that stands there: nobody opens a second one."""
    calendar = state.catalogue.calendar_or_none(request.calendar_id)
    ids = refusal.booking_ids
    return (
        refusal.rule is RefusalCode.BUSY
        and calendar is not None
        and calendar.has_sessions
        and bool(ids)
        and all(state.bookings[key].calendar_id == calendar.id for key in ids)
    )


@given(asked(rich=True), rule_sets())
def test_a_start_is_offered_exactly_when_it_can_be_booked_and_nothing_is_said_against_it(
    world, override
):
    state, plain = world
    request = attrs.evolve(plain, override=override)
    listed = set(starts(state, request))

    for start in STARTS:
        refusals = state.explain(request, start=start, now=NOW)
        try:
            slot = state.slot(request, start=start, now=NOW)
            booked = state.book(slot, booking_id="new", now=NOW)
        except BookingRefused as refused:
            assert refused.refusals == refusals != ()
            assert start not in listed
        else:
            assert refusals == ()
            taken = booked.booking("new")
            assert taken.resource_ids == slot.allocation.resource_ids
            assert (OVERBOOKED in taken.tags) is slot.is_overbooked
            if RefusalCode.OFF_GRID not in override:
                assert start in listed
    if RefusalCode.OFF_GRID not in override:
        assert listed <= {*STARTS}


@given(asked(rich=True), rule_sets())
def test_only_rules_that_hold_refuse(world, override):
    state, plain = world
    request = attrs.evolve(plain, override=override)

    for start in STARTS:
        for refusal in state.explain(request, start=start, now=NOW):
            assert refusal.rule not in override or stands_in_a_session(state, request, refusal)


@given(asked(rich=True), rule_sets(), st.sampled_from(RULES))
def test_one_rule_less_never_takes_a_start_away(world, override, rule):
    state, plain = world
    fewer = attrs.evolve(plain, override=override)
    more = attrs.evolve(plain, override=override | {rule})

    assert {*starts(state, fewer)} <= {*starts(state, more)}
    periods = [state.start_periods(each, within=WINDOW, now=NOW) for each in (fewer, more)]
    assert not tuple(periods[0] - periods[1])


@given(asked(rich=True), rule_sets())
def test_what_can_be_had_within_capacity_is_taken_just_so(world, override):
    state, plain = world
    within = attrs.evolve(plain, override=override - CAPACITY_RULES)
    beyond = attrs.evolve(plain, override=override)
    known = {each.start: each for each in state.free_slots(within, within=WINDOW, now=NOW)}

    for slot in state.free_slots(beyond, within=WINDOW, now=NOW):
        if slot.start in known:
            assert slot.allocation == known[slot.start].allocation
            assert slot.is_overbooked is known[slot.start].is_overbooked
        else:
            assert slot.is_overbooked


@given(asked(rich=True), rule_sets())
def test_what_takes_more_than_there_is_says_so_and_is_reported(world, override):
    state, plain = world
    request = attrs.evolve(plain, override=override)
    before = state.violations(now=NOW)

    for slot in state.free_slots(request, within=WINDOW, now=NOW):
        booked = state.book(slot, booking_id="new", now=NOW)
        booking, reported = booked.booking("new"), booked.violations(now=NOW)

        booked.check()
        assert booking.override == (override & CAPACITY_RULES if booking.override else frozenset())
        if reported != before:
            assert OVERBOOKED in booking.tags
            assert booking.override
        buffers = [*(booking.buffers or {}).values()]
        if booking.override and all(each.policy is BufferPolicy.EXCLUSIVE for each in buffers):
            near = [
                each
                for other in booked.bookings.values()
                for each in (other.buffers or {}).values()
            ]
            if all(each.policy is BufferPolicy.EXCLUSIVE for each in near):
                assert reported != before


@given(asked(rich=True), rule_sets())
def test_a_hold_beyond_capacity_can_be_confirmed(world, override):
    state, plain = world
    slots = state.free_slots(attrs.evolve(plain, override=override), within=WINDOW, now=NOW)
    for slot in slots[:3]:
        held = state.hold(slot, booking_id="new", now=NOW)

        assert held.confirm("new", now=NOW).booking("new").status is BookingStatus.CONFIRMED


@given(schedulers(rich=True), st.data())
def test_a_hold_does_not_give_way_to_what_came_on_top_of_it(state, data):
    slots = state.free_slots(data.draw(requests(state.catalogue)), within=WINDOW, now=NOW)
    assume(len(slots))
    state = state.hold(data.draw(st.sampled_from(list(slots))), booking_id="held", now=NOW)
    request = attrs.evolve(data.draw(requests(state.catalogue)), override=CAPACITY_RULES)
    more = list(state.free_slots(request, within=WINDOW, now=NOW))
    assume(more)

    crowded = state.book(data.draw(st.sampled_from(more)), booking_id="on top", now=NOW)

    assert crowded.confirm("held", now=NOW).booking("held").status is BookingStatus.CONFIRMED


@given(asked(rich=True), rule_sets())
def test_moving_what_was_booked_beyond_capacity_decides_again(world, override):
    state, plain = world
    slots = state.free_slots(attrs.evolve(plain, override=override), within=WINDOW, now=NOW)
    assume(len(slots))
    booked = state.book(slots[0], booking_id="new", now=NOW)
    free = booked.free_slots(plain, within=WINDOW, now=NOW, ignoring=["new"])

    for slot in free[:3]:
        if slot.start != slots[0].start:
            moved = booked.reschedule("new", to=slot, now=NOW).booking("new")
            assert not moved.override
            assert (OVERBOOKED in moved.tags) is slot.is_overbooked


@given(asked(rich=True), rule_sets())
def test_why_nothing_is_listed_names_no_rule_that_is_left_aside(world, override):
    state, plain = world
    request = attrs.evolve(plain, override=override)
    why = state.why_empty(request, within=WINDOW, now=NOW)

    assert (why is None) is bool(starts(state, request))
    if why is not None and why.rules:
        named = {each.rule for each in why.rules if each.left < why.starts}
        assert named & override <= {RefusalCode.BUSY}

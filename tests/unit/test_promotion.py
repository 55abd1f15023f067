"""Promotion: how much is looked at, and when it is said why nothing is free."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta

import pytest

from bookable import (
    Interval,
    Request,
    Requirement,
    SearchLimitError,
    WeeklyHours,
    all_of,
    promotion,
)
from bookable.availability.search import Search
from bookable.domain.policy import RollingDays
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.timeline.packing import WindowStart
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    a_block,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    minutes,
    monday,
    tuesday,
)


def waiting(number, request=None, within=None, **fields):
    """Somebody who waits; with a window that nobody else has, unless one is given."""
    first = at("09:00") + number * timedelta(seconds=1)
    within = within or Interval(first, first + 2 * HOUR)
    request = request or a_request(slot_step=minutes(15))
    return WaitlistEntry(f"W-{number:04}", request, within, NOW + minutes(number), **fields)


CLOSED = a_scheduler(blocks=[a_block("K-1", "blue room", "08:00", "13:00")])


@pytest.fixture
def told(monkeypatch):
    """Every listing that is explained, as it is explained."""
    found, original = [], promotion.why_empty

    def counting(search, window):
        found.append(window)
        return original(search, window)

    monkeypatch.setattr(promotion, "why_empty", counting)
    return found


@pytest.fixture
def looked(monkeypatch):
    """Every window that is listed."""
    found, original = [], Search.first_slot

    def counting(search, window):
        found.append(window)
        return original(search, window)

    monkeypatch.setattr(Search, "first_slot", counting)
    return found


def test_three_thousand_who_wait_in_vain_are_looked_at_once_each_and_not_explained(looked, told):
    entries = [waiting(number) for number in range(3_000)]
    decided = CLOSED.plan_promotion(Waitlist(entries), now=NOW)

    assert len(decided.passed_over) == len(looked) == 3_000
    assert told == []


@pytest.mark.about_a_cache("the very same reason, told once")
def test_why_nothing_is_free_is_worked_out_once_for_all_who_wait_for_the_same(told):
    entries = [waiting(number, within=monday("09:00", "11:00")) for number in range(3)]
    decided = CLOSED.plan_promotion(Waitlist([*entries, waiting(9)]), now=NOW)
    first, second, third, other = decided.passed_over

    assert first.why is first.why is second.why is third.why
    assert str(first.why) == "of 8 starts none can be booked: 8 are taken ('blue room')"
    assert len(told) == 1
    assert other.why.window == other.entry.within
    assert len(told) == 2


def test_what_one_is_passed_over_for_is_of_the_state_that_it_was_decided_in():
    """Whoever waits longer took the room; nothing else was in the way."""
    first, second = (waiting(number, within=monday("09:00", "09:15")) for number in range(2))
    state = a_scheduler()
    decided = state.plan_promotion(Waitlist([first, second]), now=NOW)
    (passed,) = decided.passed_over

    assert str(passed.why) == "the only start cannot be booked: it is full ('blue room')"


def test_those_who_are_passed_over_are_values():
    entries = [waiting(1), waiting(2)]
    one, other = (CLOSED.plan_promotion(Waitlist(entries), now=NOW) for _ in range(2))

    assert one == other
    assert hash(one.passed_over[0]) == hash(other.passed_over[0])
    assert one.passed_over[0] != one.passed_over[1]
    assert one.passed_over[0] != "W-0001"
    assert one.passed_over[0].error is None
    assert pickle.loads(pickle.dumps(one)) == copy.deepcopy(one) == one
    assert "W-0001" in repr(one.passed_over[0])


def test_packed_starts_that_are_too_many_to_look_at_are_an_error_of_their_own():
    request = a_request(grid=WindowStart(minutes(1)))
    within = Interval(NOW, NOW + 1_000 * DAY)
    state = a_scheduler().block("blue room", Interval(NOW, NOW + 1_001 * DAY), block_id="K")
    (passed,) = state.plan_promotion(Waitlist([waiting(1, request, within)]), now=NOW).passed_over

    assert isinstance(passed.error, SearchLimitError)
    assert passed.why is None


def test_a_hold_counts_for_two_decisions(monkeypatch):
    monkeypatch.setattr(promotion, "MOST_PROMOTION_TRIES", 1)

    with pytest.raises(SearchLimitError):
        a_scheduler().plan_promotion(Waitlist([waiting(1)]), now=NOW)
    assert len(CLOSED.plan_promotion(Waitlist([waiting(1)]), now=NOW).passed_over) == 1


def test_what_holds_may_open_is_asked_once_for_all_who_wait_for_it(looked):
    """Each hold may open another date to those who wait for one: only the first of them asks."""
    one_a_day = a_calendar(
        member_ids=["ada"],
        hours=WeeklyHours.parse("Mo-Fr 09:00-10:00", zone="UTC"),
        booking_horizon=RollingDays(1),
    )
    state = a_scheduler(one_a_day, a_member())
    request = state.request("massage")
    ahead = [waiting(number, request, tuesday("09:00", "10:00")) for number in range(50)]
    today = waiting(60, request, monday("09:00", "10:00"))
    decided = state.plan_promotion(Waitlist([*ahead, today]), now=NOW)

    # Tuesday; Monday, which opens Tuesday; Tuesday twice more, of which the second is full.
    assert [each.entry.id for each in decided.promoted] == ["W-0000", "W-0060"]
    assert len(looked) == 4
    assert len({each.why for each in decided.passed_over}) == 1


# Whose holds they are --------------------------------------------------------------


def served_by(state, entry):
    """The booking by which an entry has been served, or is now."""
    (found,) = state.plan_promotion(Waitlist([entry]), now=NOW).promoted
    return found.booking.id


def holding(key, request=None, clock="09:00", **fields):
    """A state in which the host itself holds something under an id."""
    state = a_scheduler(a_room(capacity=2), a_room("attic"))
    request = request or a_request(slot_step=minutes(15))
    slot = state.slot(request, start=at(clock), now=NOW)
    return state.hold(slot, booking_id=key, now=NOW, **fields)


def test_what_was_booked_under_the_id_of_a_hold_is_none():
    entry = waiting(1)
    state = a_scheduler(bookings=[a_booking("W-0001~1", "14:00", "15:00")])
    assert served_by(state, entry) == "W-0001~2"
    inside = a_scheduler(a_room(capacity=2), bookings=[a_booking("W-0001~1", "09:15", "10:15")])
    assert served_by(inside, entry) == "W-0001~2"


def test_a_hold_under_the_id_is_the_entrys_where_it_is_what_was_asked_for():
    entry, key = waiting(1, within=monday("09:00", "11:00")), "W-0001~1"
    assert served_by(holding(key), entry) == key
    others = [
        holding(key, clock="11:00"),
        holding(key, clock="11:00").confirm(key, now=NOW),
        holding(key, a_request(slot_step=minutes(15), party_size=2)),
        holding(key, a_request(all_of("attic"), slot_step=minutes(15))),
        holding(key, customer_id="dan"),
    ]
    for state in others:
        assert served_by(state, entry) == "W-0001~2"
    rooms = Requirement(kind="room", name="room")
    anywhere = waiting(1, Request(HOUR, [rooms], slot_step=minutes(15)), entry.within)
    assert served_by(others[3], anywhere) == key


def test_a_hold_stays_the_entrys_when_it_is_confirmed_and_moved():
    entry, key = waiting(1, within=monday("09:00", "11:00")), "W-0001~1"
    state, _ = a_scheduler().promote(Waitlist([entry]), now=NOW)
    slot = state.slot(entry.request, start=at("15:00"), now=NOW)
    moved = state.reschedule(key, to=slot, now=NOW)
    for each in (moved, moved.confirm(key, now=NOW), state.confirm(key, now=NOW)):
        assert served_by(each, entry) == key
        assert each.promote(Waitlist([entry]), now=NOW) == (each, Waitlist())
    later = state.confirm(key, now=NOW).reschedule(key, to=slot, now=NOW)
    assert served_by(later, entry) == key

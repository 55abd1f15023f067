"""The time that people need from one place to the next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from bookable import Booking, Catalogue, Member, Request, Room, Scheduler, all_of
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.availability.travel import travel_refusals_for, travelling_for
from bookable.domain.refusal import RefusalCode
from bookable.timeline.instant import MINUTE as US_MINUTE
from tests.support import strategies as st
from tests.support.builders import NOW, a_booking, a_calendar, a_member, at, minutes, monday, us

PLACES = ("here", "there", "afar")
ORIGIN = us("12:00")
SPAN = 12 * US_MINUTE

BOOKED = st.lists(
    st.tuples(st.integers(-14, 14), st.integers(1, 5), st.sampled_from([*PLACES, None])), max_size=5
)
TRAVEL = st.dictionaries(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)), st.integers(0, 6)
)


def a_search(booked, travel, duration=2, location="here", need="ada"):
    """Bookings of Ada as (first minute from noon, minutes, place), and a question about her."""
    catalogue = Catalogue(
        members=[Member("ada")],
        rooms=[Room("blue", 1, location_id="here")],
        travel={pair: minutes(count) for pair, count in travel.items()},
    )
    bookings = [
        Booking(
            f"B-{number}",
            at("12:00") + minutes(first),
            at("12:00") + minutes(first + length),
            host_ids=["ada"],
            location_id=place,
        )
        for number, (first, length, place) in enumerate(booked)
    ]
    request = Request(minutes(duration), [all_of(need)], location_id=location)
    scheduler = Scheduler(catalogue, bookings)
    return Search(scheduler._ledger, catalogue, resolve(request, catalogue), us("00:00"))


def candidate_of(search):
    return search.question.roles[0].candidates[0]


def is_too_far(booked, travel, duration, start):
    """From the rule: both neighbours, each with the time that the way from or to it takes."""
    end = start + duration
    ends = [first + length for first, length, _ in booked if first + length <= start]
    starts = [first for first, _, _ in booked if first >= end]
    return any(
        (
            ends
            and first + length == max(ends)
            and start - max(ends) < travel.get((place, "here"), 0)
        )
        or (starts and first == min(starts) and min(starts) - end < travel.get(("here", place), 0))
        for first, length, place in booked
    )


@given(BOOKED, TRAVEL, st.integers(1, 4))
def test_D12_forbidden_are_the_starts_too_near_to_a_neighbour_in_another_place(
    booked, travel, duration
):
    search = a_search(booked, travel, duration)
    candidate = candidate_of(search)

    pieces = travelling_for(search, candidate, ORIGIN - SPAN, ORIGIN + SPAN)

    assert pieces == tuple(sorted(pieces))
    for start in range(-12, 12):
        instant = ORIGIN + start * US_MINUTE
        forbidden = any(low <= instant < high for low, high in pieces)
        assert forbidden == is_too_far(booked, travel, duration, start), start
        assert forbidden == bool([*travel_refusals_for(search, candidate, instant)])
        assert travelling_for(search, candidate, instant, instant + 1) == (
            ((instant, instant + 1),) if forbidden else ()
        )


@given(BOOKED, TRAVEL)
def test_D12_less_time_to_travel_never_forbids_more(booked, travel):
    less = {pair: count - 1 for pair, count in travel.items() if count}
    window = ORIGIN - SPAN, ORIGIN + SPAN
    search, quicker = a_search(booked, travel), a_search(booked, less)

    more = travelling_for(search, candidate_of(search), *window)

    for low, high in travelling_for(quicker, candidate_of(quicker), *window):
        assert any(first <= low and high <= last for first, last in more)


def test_D12_the_way_there_and_the_way_back_differ():
    booked, travel = [(0, 60, "there")], {("there", "here"): 30, ("here", "there"): 15}
    search = a_search(booked, travel, duration=60)

    found = travelling_for(search, candidate_of(search), us("09:00"), us("16:00"))

    # An hour before noon less fifteen minutes, up to an hour before noon; and half an hour after one.
    assert found == (
        (us("10:45") + 1, us("11:00") + 1),
        (us("13:00"), us("13:30")),
    )


@pytest.mark.parametrize(
    ("location", "place", "need"),
    [
        (None, "there", "ada"),
        ("here", None, "ada"),
        ("here", "afar", "ada"),
        ("here", "there", "blue"),
    ],
)
def test_D12_nobody_travels_between_unknown_places_and_rooms_never_do(location, place, need):
    search = a_search([(0, 60, place)], {("there", "here"): 90}, location=location, need=need)

    assert travelling_for(search, candidate_of(search), us("09:00"), us("16:00")) == ()
    assert [*travel_refusals_for(search, candidate_of(search), us("13:00"))] == []


def test_D12_the_refusal_names_the_neighbours_and_both_times_in_minutes():
    travel = {("there", "here"): 30, ("here", "there"): 45}
    search = a_search([(0, 60, "there"), (130, 60, "there")], travel, duration=60)
    start = us("13:05")

    before, after = travel_refusals_for(search, candidate_of(search), start + 1)

    assert {before.rule, after.rule} == {RefusalCode.TRAVEL_TIME}
    assert (before.subject, after.subject) == ("ada", "ada")
    assert (before.booking_ids, after.booking_ids) == (("B-0",), ("B-1",))
    assert dict(before.detail) == {"needed": 30, "available": 5}
    # Four minutes and a bit are four.
    assert dict(after.detail) == {"needed": 45, "available": 4}
    assert before.interval.start == at("13:00")
    assert after.interval.end == at("14:10")
    assert str(before).startswith("'ada' needs 30 minutes of travel and has 5 around")


def test_D12_a_needed_time_is_rounded_up():
    catalogue_us = timedelta(minutes=30, microseconds=1)
    search = a_search([(0, 60, "there")], {("there", "here"): 30}, duration=60)
    settings = search.catalogue.settings
    longer = Catalogue(members=[Member("ada")], travel=dict.fromkeys(settings.travel, catalogue_us))
    search = Search(search.ledger, longer, search.question, search.now)

    (refusal,) = travel_refusals_for(search, candidate_of(search), us("13:30"))

    assert dict(refusal.detail) == {"needed": 31, "available": 30}


def test_D12_bookings_of_one_session_are_neighbours_together():
    """Two who come to the same class end it at the same time."""
    search = a_search([(0, 60, "there"), (0, 60, "there")], {("there", "here"): 30})

    found = [*travel_refusals_for(search, candidate_of(search), us("13:00"))]

    assert [each.booking_ids for each in found] == [("B-0",), ("B-1",)]


def test_D12_moving_a_booking_leaves_it_aside():
    catalogue = Catalogue(members=[Member("ada")], travel={("there", "here"): minutes(30)})
    booking = Booking("B-1", at("12:00"), at("13:00"), host_ids=["ada"], location_id="there")
    scheduler = Scheduler(catalogue, [booking])
    request = Request(minutes(60), [all_of("ada")], location_id="here")

    def starts(**asked):
        within = monday("13:00", "13:01")
        return len(scheduler.start_periods(request, within=within, now=NOW, **asked))

    assert starts() == 0
    assert starts(ignoring=["B-1"]) == 1


def test_D12_nobody_is_in_two_places_at_once_even_where_bookings_may_run_together():
    desk = a_calendar("desk", member_ids=["ada"], bookings_per_host=2)
    catalogue = Catalogue(
        members=[a_member("ada")],
        calendars=[desk],
        travel={("there", "here"): minutes(10)},
    )
    bookings = [
        a_booking("B-1", calendar_id="desk", host_ids=["ada"], location_id="there"),
        a_booking("B-2", "12:00", "13:00", calendar_id="desk", host_ids=["ada"]),
    ]
    scheduler = Scheduler(catalogue, bookings)
    here = scheduler.request("desk", location_id="here")

    (found,) = scheduler.explain(here, start=at("09:00"), now=NOW)

    assert (found.rule, found.booking_ids) == (RefusalCode.TRAVEL_TIME, ("B-1",))
    assert found.detail["available"] == 0
    assert found.interval == monday("09:00", "10:00")
    assert scheduler.explain(here, start=at("12:00"), now=NOW) == ()
    there = scheduler.request("desk", location_id="there")
    assert scheduler.explain(there, start=at("09:00"), now=NOW) == ()

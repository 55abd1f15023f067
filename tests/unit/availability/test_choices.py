"""Every way to fill the roles of a start: all of them, each once, the best first."""

from __future__ import annotations

from itertools import combinations, islice, product

import pytest

from bookable import all_of, any_of
from bookable.availability.assignment import assign
from bookable.availability.choices import assignments
from tests.support.builders import (
    NOW,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_scheduler,
    booked,
    us,
)

NAMES = ("ada", "bob", "cyd", "dan")


def search_for(*needs):
    members = [a_member(name, priority=-place) for place, name in enumerate(NAMES)]
    return a_scheduler(*members)._search(a_request(*needs), NOW, ())


def options_of(search):
    return tuple(role.candidates for role in search.question.roles)


def told(search, *, most=None):
    found = islice(assignments(search, options_of(search)), most)
    return [tuple(each.resource.id for each in taken) for taken in found]


def every(search):
    """All ways, found by trying them; of each role the candidates in order of priority."""
    roles = search.question.roles
    picks = (
        combinations(sorted(each.resource.id for each in role.candidates), role.count)
        for role in roles
    )
    ways = [tuple(key for chosen in taken for key in chosen) for taken in product(*picks)]
    return [way for way in ways if len(set(way)) == len(way)]


@pytest.mark.parametrize(
    "needs",
    [
        [any_of(*NAMES)],
        [any_of(*NAMES, count=2)],
        [any_of(*NAMES, count=4)],
        [any_of("ada", "bob"), any_of("cyd", "dan")],
        [any_of(*NAMES), any_of(*NAMES)],
        [any_of(*NAMES, count=2), any_of("ada", "bob")],
        [any_of("ada", "bob", "cyd", count=2), any_of("ada", "bob"), any_of(*NAMES)],
        [any_of("ada", "bob"), any_of("bob", "cyd"), any_of("cyd", "ada")],
    ],
)
def test_all_ways_come_once_in_order_of_preference(needs):
    assert told(search_for(*needs)) == every(search_for(*needs))


def test_the_best_is_what_would_be_assigned():
    search = search_for(any_of(*NAMES, count=2), any_of("ada", "bob"))

    assert next(assignments(search, options_of(search))) == assign(search, options_of(search))


def test_where_roles_cannot_be_filled_there_is_no_way():
    assert told(search_for(all_of("ada"), all_of("ada"))) == []


def test_only_as_many_are_worked_out_as_are_asked_for():
    assert told(search_for(any_of(*NAMES)), most=2) == [("ada",), ("bob",)]


def test_without_roles_there_is_one_way_which_takes_nothing():
    state = a_scheduler(a_calendar("talk", kind="event", seats_per_slot=9))
    search = state._search(state.request("talk"), NOW, ())

    assert list(assignments(search, ())) == [()]
    (choice,) = search.at(us("09:00")).choices(us("09:00"))
    assert choice.allocation.resource_ids == ()


def test_a_session_that_can_be_joined_comes_before_one_of_its_own():
    yoga = a_class(seats=2, member_ids=["ada", "bob"])
    state = booked(
        a_scheduler(yoga, a_member("ada"), a_member("bob")),
        "09:00",
        calendar="yoga",
        booking_id="B",
    )
    held = state.booking("B").host_ids[0]
    for request, hosts in (
        (state.request("yoga"), ["ada", "bob"]),
        (state.request("yoga", host_ids=[held]), [held]),
    ):
        offer = state._search(request, NOW, ()).at(us("09:00"))
        found = list(offer.choices(us("09:00")))
        assert [each.allocation.host_ids[0] for each in found] == hosts
        assert found[0] == offer.details(us("09:00"))

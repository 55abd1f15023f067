"""Which resources are taken: the best by preference that leave every role filled."""

from __future__ import annotations

import itertools

import pytest

from bookable import Allocation, Buffers, Requirement, all_of, any_of, units_of
from bookable.availability.assignment import able_candidates, assign, preference
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.availability.standing import Standings
from bookable.domain.ranking import Preference, Ranking
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.ledger import Ledger
from tests.support.builders import (
    HOUR,
    NOW,
    a_booking,
    a_calendar,
    a_catalogue,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    minutes,
    us,
)


def searching(request, catalogue, *bookings) -> Search:
    ledger = Ledger.of(bookings, (), ClaimRules())
    return Search(ledger, catalogue, resolve(request, catalogue), us("00:00"))


def all_options(search):
    return tuple(role.candidates for role in search.question.roles)


def ids(taken):
    return [each.resource.id for each in taken]


def chosen(request, *entries, bookings=()):
    """The allocation of a request at 09:00."""
    scheduler = a_scheduler(*entries, bookings=bookings)
    return scheduler.slot(request, start=at("09:00"), now=NOW).allocation


# Preference ----------------------------------------------------------------


def test_the_room_that_wastes_the_fewest_seats_is_taken():
    rooms = [a_room(name, size) for name, size in [("a", 10), ("b", 4), ("c", 6), ("d", 3)]]

    allocation = chosen(a_request(any_of("a", "b", "c", "d"), party_size=4), *rooms)

    assert allocation.room_ids == ("b",)


def test_the_member_of_the_highest_priority_is_taken():
    people = [a_member("a"), a_member("b", priority=2), a_member("c", priority=-1)]

    assert chosen(a_request(any_of("a", "b", "c")), *people).host_ids == ("b",)


def test_priority_goes_before_load_and_load_before_the_id():
    loads = [a_booking(f"B-{n}", f"{n}:00", f"{n}:30", host_ids=["a"]) for n in (11, 12)]
    one = a_booking("B-3", "13:00", "14:00", host_ids=["b"])
    gone = a_booking("B-4", "14:00", "15:00", host_ids=["c"], status="cancelled")
    request = a_request(any_of("a", "b", "c"))
    people = [a_member("a"), a_member("b"), a_member("c")]

    assert chosen(request, *people, bookings=[*loads, one, gone]).host_ids == ("c",)
    assert chosen(request, *people, bookings=[*loads]).host_ids == ("b",)
    assert chosen(request, *people).host_ids == ("a",)
    first = [a_member("a", priority=1), *people[1:]]
    assert chosen(request, *first, bookings=[*loads, one]).host_ids == ("a",)


def test_preference_is_wasted_seats_then_priority_then_load_then_id():
    needs = all_of("blue room"), all_of("ada"), units_of("table", 2)
    search = searching(
        a_request(*needs, party_size=3, prefer_ids=["red room", "table"]),
        a_catalogue(a_room(capacity=5), a_room("red room"), a_member(priority=7), an_item()),
        a_booking(),
        a_booking("B-2", host_ids=["ada"]),
    )
    room, member, item = (role.candidates[0] for role in search.question.roles)

    def keys(candidate):
        return preference(candidate, search.question, Standings.of(search))

    assert keys(room) == (2, [2, 0, 1], "blue room")
    assert keys(member) == (2, [0, -7, 1], "ada")
    assert keys(item) == (1, [0, 0, 0], "table")


def test_what_is_preferred_is_taken_first_in_the_order_given():
    people = [a_member("a", priority=9), *map(a_member, "bc")]
    rooms = [a_room(name, size) for name, size in [("r", 1), ("s", 9)]]
    needs = any_of("a", "b", "c"), any_of("r", "s")

    def taken(*names, bookings=()):
        request = a_request(*needs, prefer_ids=names)
        return chosen(request, *people, *rooms, bookings=bookings).resource_ids

    busy = a_booking("B-1", "09:30", "10:00", host_ids=["c"])
    assert taken() == ("a", "r")
    assert taken("c", "b", "s") == ("c", "s")
    assert taken("b", "c") == ("b", "r")
    assert taken("c", "b", bookings=[busy]) == ("b", "r")


@pytest.mark.parametrize(
    ("order", "room"),
    [
        ([], "a"),
        (["smallest_room"], "b"),
        (["largest_room"], "c"),
        (["least_loaded", "largest_room"], "b"),
        (["priority", "weight", "fair_share", "least_recent"], "a"),
    ],
)
def test_the_order_of_a_calendar_says_which_room_is_taken(order, room):
    rooms = [
        a_room(name, size, calendar_ids=["massage"])
        for name, size in zip("abc", (6, 4, 9), strict=True)
    ]
    calendar = a_calendar(member_ids=["ada"], ranking=Ranking(order=order))
    loads = [
        a_booking(f"{name}{n}", f"{n}:00", f"{n}:30", room_ids=[name])
        for name, count in (("a", 2), ("b", 1), ("c", 2))
        for n in range(11, 11 + count)
    ]
    scheduler = a_scheduler(*rooms, calendar, a_member("ada"), bookings=loads)
    request = scheduler.request("massage", party_size=3)

    assert scheduler.slot(request, start=at("09:00"), now=NOW).allocation.room_ids == (room,)


def test_a_room_that_would_be_overbooked_comes_after_those_that_hold_everybody():
    rooms = [a_room("a", 10, overbook_percent=20), a_room("b", 10, overbook_percent=30)]
    request = a_request(any_of("a", "b", "c"), party_size=11)

    assert chosen(request, *rooms, a_room("c", 90)).room_ids == ("c",)
    assert chosen(a_request(any_of("a", "b"), party_size=11), *rooms).room_ids == ("a",)
    tighter = a_room("a", 9, overbook_percent=30)
    assert chosen(a_request(any_of("a", "b"), party_size=11), tighter, rooms[1]).room_ids == ("b",)
    assert chosen(a_request(any_of("a", "b"), party_size=13), *rooms).room_ids == ("b",)


@pytest.mark.parametrize("order", list(itertools.permutations(Preference, 2)))
def test_a_key_decides_only_where_those_before_it_are_equal(order):
    people = [a_member("a", weight=3, priority=1), a_member("b", weight=2, priority=2)]
    calendar = a_calendar(member_ids=["a", "b"], ranking=Ranking(order=order))
    bookings = [
        a_booking(f"{host}{n}", f"{n}:00", f"{n}:30", host_ids=[host], calendar_id=calendar_id)
        for host, n, calendar_id in [("a", 11, "massage"), ("b", 12, "massage"), ("a", 13, None)]
    ]
    first = {
        "priority": "b",
        "least_loaded": "b",
        "weight": "a",
        "fair_share": "a",  # 2 · 3/5 - 1 = 1/5 against -1/5
        "least_recent": "a",
    }
    scheduler = a_scheduler(*people, calendar, bookings=bookings)
    slot = scheduler.slot(scheduler.request("massage"), start=at("09:00"), now=NOW)

    wanted = next((first[key.value] for key in order if key.value in first), "a")
    assert slot.allocation.host_ids == (wanted,)


# Competing roles -----------------------------------------------------------


def test_a_role_never_takes_the_only_resource_of_another():
    people = [a_member("a", priority=-1), a_member("b", priority=5)]

    allocation = chosen(a_request(any_of("a", "b"), all_of("b")), *people)

    assert allocation.host_ids == ("a", "b")


def test_the_first_role_has_the_first_choice():
    people = [a_member("a", priority=1), a_member("b", priority=3), a_member("c", priority=2)]
    search = searching(a_request(any_of("a", "b", "c"), any_of("b", "c")), a_catalogue(*people))

    assert ids(assign(search, all_options(search))) == ["b", "c"]


def best_by_trying(pools, counts, ranked):
    """By trying everything: the first choice in lexicographic order of rank."""
    seats = [pool for pool, count in zip(pools, counts, strict=True) for _ in range(count)]
    options = [sorted(pool, key=ranked.index) for pool in seats]
    ways = [way for way in itertools.product(*options) if len(set(way)) == len(way)]
    keys = [[ranked.index(name) for name in way] for way in ways]
    return list(ways[keys.index(min(keys))]) if ways else None


@pytest.mark.parametrize(
    ("pools", "counts"),
    [
        (["ab", "ab"], [1, 1]),
        (["abc", "b", "c"], [1, 1, 1]),
        (["abcd", "ab", "cd"], [2, 1, 1]),
        (["abcd", "abc", "ab"], [1, 1, 1]),
        (["abcd", "abc", "ab", "a"], [1, 1, 1, 1]),
        (["abcd", "bc"], [2, 2]),
        (["ab", "bc", "cd", "da"], [1, 1, 1, 1]),
        (["abcd", "ab"], [3, 1]),
        (["abcd", "ab"], [3, 2]),
        (["ab", "ab", "ab"], [1, 1, 1]),
        (["abcd"], [2]),
        (["ab"], [3]),
        (["ab", "ce", "ac", "bf"], [1, 1, 1, 1]),
        (["abc", "de", "ad"], [2, 1, 1]),
    ],
)
def test_the_choice_is_the_first_of_all_that_exist(pools, counts):
    needs = [any_of(*pool, count=count) for pool, count in zip(pools, counts, strict=True)]
    names = sorted(set("".join(pools)))
    for order in itertools.permutations(names):
        people = [a_member(name, priority=-order.index(name)) for name in names]
        search = searching(a_request(*needs), a_catalogue(*people))

        taken = assign(search, all_options(search))

        assert (taken and ids(taken)) == best_by_trying(pools, counts, order)


def test_only_those_who_are_free_are_chosen_from():
    people = [a_member(name) for name in "abc"]
    search = searching(a_request(any_of("a", "b", "c", count=2)), a_catalogue(*people))

    def taken(*places):
        return assign(search, able_candidates(search.question, iter(places)))

    assert ids(taken((0, 2), (0, 1))) == ["b", "c"]
    assert taken((0, 1)) is None


def test_able_candidates_come_by_role():
    question = resolve(
        a_request(any_of("a", "b"), all_of("c")), a_catalogue(*(a_member(name) for name in "abc"))
    )

    options = able_candidates(question, iter([(0, 1), (1, 0)]))

    assert [[each.resource.id for each in role] for role in options] == [["b"], ["c"]]


# Allocations ---------------------------------------------------------------


def test_an_allocation_sorts_hosts_rooms_and_equipment_apart_with_their_buffers():
    allocation = chosen(
        a_request(
            Requirement(["grace", "ada"], count=2, buffer_before=minutes(5)),
            all_of("studio"),
            units_of("towel", 2),
            all_of("attic"),
            units_of("mat", 3),
            buffer_after=minutes(10),
        ),
        a_member("ada"),
        a_member("grace"),
        a_room("studio", buffer_after=HOUR),
        a_room("attic"),
        an_item("towel"),
        an_item("mat"),
    )

    assert allocation.host_ids == ("ada", "grace")
    assert allocation.room_ids == ("attic", "studio")
    assert dict(allocation.equipment) == {"mat": 3, "towel": 2}
    assert allocation.resource_ids == ("ada", "grace", "attic", "studio", "mat", "towel")
    assert allocation.buffers["ada"] == Buffers(minutes(5), minutes(10))
    assert allocation.buffers["studio"] == Buffers(minutes(0), HOUR)
    assert allocation.footprint_us("studio", 0, 10) == (0, 10 + 3_600_000_000)
    assert allocation.footprint_us("ada", 0, 10) == (-300_000_000, 10 + 600_000_000)


def test_an_allocation_of_nothing_is_empty():
    assert Allocation() == Allocation.of([])
    assert Allocation().resource_ids == ()

"""Rooms that are made of others: open and active only where all their parts are."""

from __future__ import annotations

import attrs
import pytest

from bookable import Catalogue, Hours, LimitExceededError, Place, Room, WeeklyHours
from bookable.domain.hours import MOST_NESTED


def opening(text: str) -> WeeklyHours:
    return WeeklyHours.parse(text, zone="UTC")


A, B = opening("Mo 09:00-14:00"), opening("Mo 11:00-16:00")
ROOMS = [
    Room("A", 5, hours=A),
    Room("B", 5, hours=B),
    Room("AB", 9, parts=["A", "B"]),
    Room("all", 9, parts=["AB", "A"], hours=opening("Mo 12:00-20:00")),
]


def settled(*rooms: Room, **settings: object) -> Catalogue:
    return Catalogue(rooms=rooms, **settings)


def test_A12_a_room_is_open_while_each_of_its_parts_is_however_deep():
    house = settled(*ROOMS)
    both = Hours(A, restrictions=[B])

    assert house.settled("AB").hours == both
    assert house.settled("all").hours == Hours(ROOMS[3].hours, restrictions=[A, B])
    assert house.settled("A").hours == A
    assert house.room("AB").hours is None


def test_A12_what_a_part_inherits_counts_as_well():
    rooms = [Room("A", 5, location_id="house"), Room("AB", 9, parts=["A"])]

    assert settled(*rooms, places=[Place("house", hours=A)]).settled("AB").hours == A
    assert settled(*rooms, places=[Place("house")]).settled("AB").hours is None


def test_A12_the_stamp_of_a_hall_takes_in_the_hours_of_its_parts():
    house = settled(*ROOMS)
    later = house.replace(attrs.evolve(ROOMS[1], hours=A))

    assert house.stamp("all") != later.stamp("all")
    assert house.stamp("A") == later.stamp("A")


def test_A12_hours_that_would_lie_too_deep_are_refused_at_once():
    deep = Hours(A)
    for _ in range(MOST_NESTED - 1):
        deep = Hours(restrictions=[deep])
    rooms = [Room("A", 5, hours=deep), Room("AB", 9, parts=["A"], hours=B)]

    assert settled(rooms[0]).settled("A").hours == deep
    with pytest.raises(LimitExceededError, match="hours inside hours"):
        settled(*rooms)

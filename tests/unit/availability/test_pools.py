"""What could fill a role, and which rooms may not be taken together."""

from __future__ import annotations

import pytest

from bookable import (
    Catalogue,
    InvalidValueError,
    Request,
    Requirement,
    UnknownIdError,
    all_of,
    any_of,
)
from bookable.availability.pools import Reading, check_apart, named, pool_of
from bookable.availability.question import Candidate, Role
from bookable.domain.features import Where
from bookable.domain.place import Place
from tests.support.builders import HOUR, OFFICE, a_calendar, a_member, a_room, an_item, refused

BIG = Where("inches", ">=", 50)
CATALOGUE = Catalogue(
    rooms=[
        a_room("attic", features=["sofa"], location_id="floor"),
        a_room("hall", features=["screen"], attributes={"inches": 65}, location_id="site"),
        a_room("nook", features=["screen"], is_active=False),
    ],
    equipment=[an_item("beamer", features=["screen"], location_id="shed"), an_item("lamp")],
    members=[a_member("ada", features=["french"], attributes={"inches": 70}), a_member("bob")],
    calendars=[a_calendar("massage")],
    places=[Place("site"), Place("floor", "site", hours=OFFICE), Place("shed")],
)


def ids(need, **asked):
    pool = pool_of(need, Reading(Request(HOUR, [all_of("ada")], **asked), None, CATALOGUE))
    assert (pool.need, pool.count, pool.is_hosts, dict(pool.stand_ins)) == (
        need,
        need.count,
        False,
        {},
    )
    return [each.id for each in pool.resources]


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        (any_of("lamp", "ada", "hall"), ["ada", "hall", "lamp"]),
        (Requirement(kind="room"), ["attic", "hall", "nook"]),
        (Requirement(kind="equipment"), ["beamer", "lamp"]),
        (Requirement(kind="member"), ["ada", "bob"]),
        (Requirement(["lamp", "bob", "hall"], kind="member"), ["bob"]),
        (Requirement(["hall"], kind="member"), []),
        (Requirement(kind="room", features=["screen"]), ["hall", "nook"]),
        (Requirement(["attic", "hall"], where=[BIG]), ["hall"]),
        (Requirement(kind="member", where=[BIG]), ["ada"]),
        (Requirement(kind="member", features=["french", "tango"]), []),
    ],
)
def test_a_requirement_takes_what_it_names_or_a_kind_and_what_has_all_it_asks(need, expected):
    assert ids(need) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"features": ["screen"]}, ["ada", "beamer", "hall", "lamp"]),
        ({"where": [BIG]}, ["ada", "beamer", "hall", "lamp"]),
        ({"location_id": "site"}, ["ada", "attic", "beamer", "hall", "lamp"]),
        ({"location_id": "floor"}, ["ada", "attic", "beamer", "lamp"]),
        ({"location_id": "floor", "features": ["screen"]}, ["ada", "beamer", "lamp"]),
        ({"location_id": "shed"}, ["ada", "beamer", "lamp"]),
    ],
)
def test_what_the_request_asks_is_asked_of_rooms_alone(asked, expected):
    assert ids(any_of("ada", "attic", "beamer", "hall", "lamp"), **asked) == expected


def test_resources_are_settled():
    reading = Reading(Request(HOUR, [all_of("ada")]), None, CATALOGUE)

    (attic,) = pool_of(all_of("attic"), reading).resources

    assert attic.hours == OFFICE
    assert [each.hours for each in named([all_of("attic"), all_of("ada")], CATALOGUE)] == [
        OFFICE,
        None,
    ]
    for wrong in ("massage", "nowhere"):
        with refused(UnknownIdError, "unknown_id", "requirements"):
            pool_of(all_of(wrong), reading)


def test_the_rules_are_those_of_the_calendar_else_of_the_request():
    request, calendar = Request(HOUR, [all_of("ada")]), a_calendar()

    assert Reading(request, None, CATALOGUE).rules is request
    assert Reading(request, calendar, CATALOGUE).rules is calendar


# Rooms that share a part ---------------------------------------------------------


OVERLAPPING = {"A": ("AB",), "B": ("AB",), "AB": ("A", "B")}


def role(rooms, count=1):
    return Role("r", tuple(Candidate(a_room(name), 1, 1, 0, 0) for name in rooms.split()), count)


@pytest.mark.parametrize(
    "roles",
    [
        [role("A"), role("AB")],
        [role("AB"), role("C"), role("C B")],
        [role("A AB", count=2)],
        [role("C"), role("B AB C", count=2)],
    ],
)
def test_two_rooms_that_share_a_part_are_not_taken_by_one_request(roles):
    with refused(InvalidValueError, "parts", "requirements"):
        check_apart(roles, OVERLAPPING)
    check_apart(roles, {})


@pytest.mark.parametrize(
    "roles", [[], [role("")], [role("A B AB")], [role("A B", count=2)], [role("A"), role("A B")]]
)
def test_others_may_be(roles):
    check_apart(roles, OVERLAPPING)

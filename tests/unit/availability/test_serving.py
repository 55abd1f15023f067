"""Who serves a booking and who only comes along, as far as the catalogue tells."""

from __future__ import annotations

import pytest

from bookable import Request, any_of
from bookable.availability.resolve import resolve
from bookable.availability.serving import Company
from tests.support.builders import HOUR, a_booking, a_calendar, a_catalogue, a_member, a_room

EVERYBODY = [a_member(name) for name in "abcdxyz"]
ROOMS = [a_room("blue"), a_room("red")]


def company(held, members, *needs, rooms=()):
    """Of a booking with these hosts, for a calendar of these members and requirements."""
    calendar = a_calendar(member_ids=list(members), requirements=needs)
    catalogue = a_catalogue(*EVERYBODY, *ROOMS, calendar)
    question = resolve(Request(HOUR, calendar_id=calendar.id), catalogue)
    booking = a_booking(calendar_id="massage", host_ids=list(held), room_ids=list(rooms))
    found = Company.of(question, booking)
    return *(
        "".join(each) for each in (found.serving, found.attending, found.unsure)
    ), found.staying


@pytest.mark.parametrize(
    ("held", "members", "needs", "found"),
    [
        ("a", "ab", [], ("a", "", "", 0)),
        ("x", "ab", [], ("x", "", "", 0)),
        ("ax", "ab", [], ("a", "x", "", 0)),
        ("ab", "abc", [], ("", "", "ab", 1)),
        ("abx", "abc", [], ("", "x", "ab", 1)),
        ("xy", "ab", [], ("", "", "xy", 1)),
        ("ab", "a", ["bc"], ("ab", "", "", 0)),
        ("abc", "a", ["bc"], ("a", "", "bc", 1)),
        ("abx", "ab", ["c"], ("x", "", "ab", 1)),
        ("abc", "ab", ["bc"], ("", "", "abc", 1)),
        ("abx", "ab", ["a"], ("ab", "x", "", 0)),
        ("abcx", "ab", ["ab", "cd"], ("abc", "x", "", 0)),
    ],
)
def test_places_tell_who_serves_and_who_is_beyond_them(held, members, needs, found):
    assert company(held, members, *(any_of(*each) for each in needs)) == found


def test_a_room_takes_a_place_that_a_member_could_have_only_where_none_else_needs_it():
    either, rooms = any_of("b", "blue"), any_of("blue", "red")

    assert company("ab", "a", either, rooms, rooms=["red"]) == ("ab", "", "", 0)
    assert company("ab", "a", any_of("blue"), either, rooms=["blue"]) == ("ab", "", "", 0)
    assert company("ax", "a", either, rooms=["blue"]) == ("a", "x", "", 0)
    assert company("ab", "a", either, rooms=["blue"]) == ("a", "", "b", 1)

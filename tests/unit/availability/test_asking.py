"""Requests for a calendar: what is left to it, above all how long a booking lasts."""

from __future__ import annotations

import pytest

from bookable import InvalidValueError, LimitExceededError, UnknownIdError
from bookable.availability.asking import request_for, requests_for
from bookable.domain.features import Where
from bookable.domain.service import AddOn, Variant
from tests.support.builders import DAY, HOUR, a_calendar, a_catalogue, a_member, minutes, refused

PEOPLE = [a_member("ada"), a_member("bob"), a_member("zed", weight=0)]


def salon(**fields):
    usual = {
        "member_ids": ["ada", "bob", "zed"],
        "durations": [2 * HOUR],
        "host_durations": {"bob": minutes(30), "zed": minutes(20)},
        "variants": [
            Variant("long", minutes(90), {"ada": 2 * HOUR}),
            Variant("even", minutes(40), {"ada": minutes(50), "bob": minutes(50)}),
        ],
        "add_ons": [AddOn("beard", minutes(15)), AddOn("tea")],
    }
    return a_catalogue(*PEOPLE, a_calendar("cut", **{**usual, **fields}))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, 60),
        ({"host_ids": ["ada"]}, 60),
        ({"host_ids": ["bob"]}, 30),
        ({"host_ids": ["zed"]}, 20),
        ({"host_ids": ["ada", "bob"]}, 60),
        ({"add_on_ids": ["beard", "tea"]}, 75),
        ({"host_ids": ["bob"], "add_on_ids": ["beard"]}, 45),
        ({"variant_id": "long"}, 90),
        ({"variant_id": "even"}, 50),
        ({"variant_id": "even", "host_ids": ["zed"]}, 40),
        ({"variant_id": "long", "host_ids": ["ada"], "add_on_ids": ["beard"]}, 135),
    ],
)
def test_a_booking_lasts_as_long_as_those_in_question_have_in_common(asked, expected):
    assert request_for(salon(), "cut", None, asked).duration == minutes(expected)


def test_without_hosts_it_lasts_as_long_as_the_calendar_says():
    catalogue = salon(member_ids=[], host_durations={"bob": minutes(30)})

    assert request_for(catalogue, "cut", None, {}).duration == HOUR


def test_a_duration_that_is_given_is_kept_and_so_is_all_that_is_asked():
    asked = {
        "party_size": 3,
        "host_ids": ["ada"],
        "features": ["screen"],
        "where": [Where("inches", ">=", 50)],
        "location_id": "site",
        "customer_id": "C-1",
        "groups": ["staff"],
        "tags": ["new"],
        "attendee_ids": ["bob"],
        "optional_ids": ["zed"],
        "prefer_ids": ["ada"],
        "blocking_kinds": ["busy"],
        "booker_zone": "Asia/Tokyo",
        "use_delegates": True,
        "variant_id": "long",
        "add_on_ids": ["tea"],
        "whole_days": 0,
    }

    request = request_for(salon(), "cut", minutes(7), asked)

    assert (request.calendar_id, request.duration) == ("cut", minutes(7))
    assert (request.features, request.tags) == ({"screen"}, {"new"})
    assert (request.attendee_ids, request.optional_ids) == (("bob",), ("zed",))
    assert request.booker_zone is not None
    assert request.booker_zone.key == "Asia/Tokyo"
    assert all(getattr(request, name) is not None for name in asked)


def test_whole_days_have_twenty_four_hours_each_unless_told():
    assert request_for(salon(), "cut", None, {"whole_days": 2}).duration == 2 * DAY


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [30, 60, 120]),
        ({"host_ids": ["ada"]}, [60, 120]),
        ({"host_ids": ["zed", "bob"]}, [20, 30]),
        ({"add_on_ids": ["beard"]}, [45, 75, 135]),
        ({"variant_id": "even"}, [50]),
        ({"variant_id": "long"}, [90, 120]),
    ],
)
def test_there_is_a_request_for_each_duration_of_anybody(asked, expected):
    found = requests_for(salon(), "cut", asked)

    assert [each.duration for each in found] == [minutes(count) for count in expected]
    assert {each.add_on_ids for each in found} == {tuple(asked.get("add_on_ids", ()))}


def test_where_all_are_needed_it_is_what_all_of_them_take():
    together = salon(kind="collective", member_ids=["ada", "bob"], host_durations={"bob": 2 * HOUR})
    apart = salon(kind="collective", member_ids=["ada", "bob"])
    nobody = salon(member_ids=["zed"])

    assert [each.duration for each in requests_for(together, "cut", {})] == [2 * HOUR]
    # Nothing in common: the question itself is then refused.
    assert [each.duration for each in requests_for(apart, "cut", {})] == [HOUR]
    assert [each.duration for each in requests_for(nobody, "cut", {})] == [HOUR, 2 * HOUR]


def test_whole_days_have_a_question_of_their_own():
    with refused(InvalidValueError, "duration", "whole_days"):
        requests_for(salon(), "cut", {"whole_days": 1})


@pytest.mark.parametrize("ask", [lambda *a: request_for(*a[:2], None, *a[2:]), requests_for])
def test_what_does_not_exist_is_named(ask):
    for calendar_id, asked, field in (
        ("sauna", {}, "calendar_id"),
        ("cut", {"host_ids": ["cem"]}, "host_ids"),
        ("cut", {"variant_id": "x"}, "variant_id"),
        ("cut", {"add_on_ids": ["x"]}, "add_on_id"),
    ):
        with refused(UnknownIdError, "unknown_id", field):
            ask(salon(), calendar_id, asked)
    with refused(InvalidValueError, "ids", "host_ids"):
        ask(salon(), "cut", {"host_ids": "ada"})


def test_what_gets_too_long_is_refused():
    catalogue = salon(add_ons=[AddOn("a", 3_000 * DAY), AddOn("b", 3_000 * DAY)])

    with pytest.raises(LimitExceededError):
        request_for(catalogue, "cut", None, {"add_on_ids": ["a", "b"]})

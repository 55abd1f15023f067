"""Where hosts stand: what is counted, what each is owed, and who is kept from serving."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from bookable import InvalidValueError, StaleLedgerError, UnknownIdError, any_of
from bookable.availability.standing import automatic_hosts
from bookable.domain.ranking import Ranking
from tests.support.builders import (
    NOW,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_catalogue,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
    monday,
    offered,
    refused,
    rules,
)

FAIR = Ranking.equal_distribution()
STRICT = Ranking.equal_distribution(strict=True)


def a_team(*hosts, bookings=(), kind="round_robin", ranking=FAIR, **calendar):
    """A calendar of these members, by default with equal distribution."""
    members = [host if not isinstance(host, str) else a_member(host) for host in hosts]
    team = a_calendar(
        member_ids=[each.id for each in members], kind=kind, ranking=ranking, **calendar
    )
    return a_scheduler(*members, team, bookings=bookings)


def had(host, *hours, calendar_id="massage", **fields):
    """A booking of the host in each of these hours."""
    return [
        a_booking(
            f"{calendar_id} {host} {hour}",
            f"{hour}:00",
            f"{hour}:30",
            host_ids=[host],
            calendar_id=calendar_id,
            **fields,
        )
        for hour in hours
    ]


def standings(scheduler, **asked):
    return scheduler.host_standings("massage", now=NOW, **asked)


def facts(scheduler, name, **asked):
    return {each.host_id: getattr(each, name) for each in standings(scheduler, **asked)}


# What is counted -----------------------------------------------------------


def test_a_standing_tells_all_that_decides():
    bookings = [*had("a", 8, 9), *had("b", 10), *had("b", 7, calendar_id="other")]
    team = a_team(a_member("a", weight=3, priority=1), a_member("b", priority=2), bookings=bookings)

    first, second = standings(team)

    assert attrs.asdict(first) == {
        "host_id": "a",
        "weight": 3,
        "priority": 1,
        "bookings": 2,
        "calibration": Fraction(0),
        "shortfall": Fraction(1, 4),
        "last_booked": at("09:00"),
        "held": 2,
        "is_automatic": True,
    }
    assert (second.host_id, second.bookings, second.held) == ("b", 1, 2)
    assert second.shortfall == Fraction(-1, 4)
    assert second.last_booked == at("10:00")


def test_only_blocking_bookings_of_the_calendar_count():
    bookings = [
        *had("a", 8),
        *had("a", 9, status="cancelled"),
        *had("a", 10, status="pending"),
        *had("a", 11, calendar_id="other"),
    ]

    assert facts(a_team("a", "b", bookings=bookings), "bookings") == {"a": 2, "b": 0}


def test_a_period_counts_the_bookings_that_start_in_it():
    bookings = had("a", 8, 9, 10)
    team = a_team(
        "a",
        "b",
        bookings=bookings,
        ranking=Ranking.equal_distribution(counted_within=monday("09:00", "10:00")),
    )

    assert facts(team, "bookings") == {"a": 1, "b": 0}
    assert facts(team, "last_booked") == {"a": at("10:00"), "b": None}
    assert facts(team, "bookings", counted_within=WHOLE_DAY) == {"a": 3, "b": 0}
    assert facts(team, "bookings", counted_within=monday("08:00", "08:30"))["a"] == 1


def test_bookings_of_one_session_count_as_one():
    a, b = a_member("a"), a_member("b")
    yoga = a_class("yoga", 10, member_ids=["a", "b"], ranking=FAIR)
    state = a_scheduler(a, b, yoga)
    for number in range(3):
        state = booked(state, "09:00", calendar="yoga", booking_id=f"Y-{number}")
    state = booked(state, "10:00", calendar="yoga", booking_id="Y-9")

    assert len(state.bookings) == 4
    found = {each.host_id: each.bookings for each in state.host_standings("yoga", now=NOW)}
    assert found == {"a": 1, "b": 1}


def test_calibration_counts_like_bookings():
    ranking = Ranking.equal_distribution(calibration={"b": Fraction(7, 2), "gone": 99})
    team = a_team("a", "b", bookings=had("a", 8, 9, 10), ranking=ranking)

    assert facts(team, "shortfall") == {"a": Fraction(1, 4), "b": Fraction(-1, 4)}
    assert facts(team, "calibration") == {"a": 0, "b": Fraction(7, 2)}


def test_who_has_no_weight_or_is_not_active_has_no_share():
    members = a_member("z", weight=0), a_member("y", is_active=False), "b", "a"
    bookings = [*had("z", 8, 9), *had("y", 10, 11, 12), *had("a", 13, 14)]
    team = a_team(*members, bookings=bookings)

    assert facts(team, "shortfall") == {"b": 1, "a": -1, "y": -3, "z": -2}
    assert [each.host_id for each in standings(team)] == ["b", "a", "z", "y"]
    assert facts(team, "is_automatic") == {"b": True, "a": True, "z": False, "y": False}


def test_the_ranking_of_the_calendar_has_the_last_word_on_weights_and_priorities():
    ranking = Ranking.equal_distribution(
        weights={"a": 0, "b": 5, "x": 9}, priorities={"b": 4, "x": 9}
    )
    team = a_team(a_member("a", weight=3), a_member("b", priority=1), ranking=ranking)

    assert facts(team, "weight") == {"a": 0, "b": 5}
    assert facts(team, "priority") == {"a": 0, "b": 4}
    assert facts(team, "is_automatic") == {"a": False, "b": True}


def test_a_calendar_without_hosts_has_no_standings():
    team = a_scheduler(a_room(calendar_ids=["massage"]), a_calendar(kind="event"))

    assert standings(team) == ()


def test_who_asks_where_hosts_stand_names_a_calendar_and_an_interval():
    team = a_team("a")
    with refused(UnknownIdError, "unknown_id", "calendar_id"):
        team.host_standings("a", now=NOW)
    with refused(InvalidValueError, "type", "counted_within"):
        team.host_standings("massage", now=NOW, counted_within=3)
    with refused(InvalidValueError, "not_datetime", "now"):
        team.host_standings("massage", now="today")


@pytest.mark.parametrize(
    ("kind", "hosts"),
    [
        ("round_robin", ("c", "a")),
        ("service", ("c", "a")),
        ("class", ("c", "a")),
        ("collective", ("c", "b", "a")),
    ],
)
def test_a_calendar_chooses_among_its_members_with_a_weight(kind, hosts):
    members = a_member("a"), a_member("b", weight=0), a_member("c", is_active=False)
    calendar = a_calendar(member_ids=["c", "b", "a"], kind=kind)

    assert automatic_hosts(calendar, a_catalogue(*members, calendar)) == hosts


# The order of the pick ------------------------------------------------------


def test_members_of_another_role_share_among_themselves():
    calendar = a_calendar(member_ids=["a"], requirements=[any_of("c", "d")], ranking=FAIR)
    bookings = [
        a_booking(f"B{n}", f"{n}:00", f"{n}:30", host_ids=["a", host], calendar_id="massage")
        for n, host in ((8, "c"), (9, "c"), (10, "d"))
    ]
    members = [a_member(name) for name in "acd"]

    def picked(*taken):
        state = a_scheduler(*members, calendar, bookings=taken)
        slot = state.slot(state.request("massage"), start=at("12:00"), now=NOW)
        return slot.allocation.host_ids

    assert picked() == ("a", "c")
    assert picked(*bookings) == ("a", "d")


def test_a_host_of_the_calendar_shares_with_its_hosts_in_every_role():
    # ben is short of 2 beside ada, though he has more than cem, who is short of 1/2 beside him.
    bookings = [*had("ada", *range(2, 8)), *had("ben", 8, 9), *had("cem", 10)]
    state = a_scheduler(
        *map(a_member, ("ada", "ben", "cem")),
        a_calendar(member_ids=["ada", "ben"], requirements=[any_of("ben", "cem")], ranking=FAIR),
        bookings=bookings,
    )
    request = state.request("massage", prefer_ids=["ada"])

    slot = state.slot(request, start=at("12:00"), now=NOW)
    assert slot.allocation.host_ids == ("ada", "ben")


def test_who_was_never_booked_here_comes_first_then_who_was_booked_longest_ago():
    ranking = Ranking(order=["least_recent"])
    bookings = [*had("a", 10), *had("b", 9, 8), *had("c", 7, calendar_id="other")]

    team = a_team("a", "b", "c", ranking=ranking, bookings=bookings)
    assert [each.host_id for each in standings(team)] == ["c", "b", "a"]
    assert facts(team, "last_booked") == {"c": None, "b": at("09:00"), "a": at("10:00")}


# Strict fairness ------------------------------------------------------------


def slot_hosts(state, clock="12:00", **asked):
    return state.slot(state.request("massage", **asked), start=at(clock), now=NOW).host_ids


def test_strict_fairness_offers_none_but_those_with_the_largest_shortfall():
    bookings = [*had("a", 8), *had("b", 9), *had("c", 10, 11)]

    assert slot_hosts(a_team("a", "b", "c", bookings=bookings)) == ("a", "b", "c")
    strict = a_team("a", "b", "c", bookings=bookings, ranking=STRICT)
    assert slot_hosts(strict) == ("a", "b")
    first = booked(strict, "12:00", calendar="massage", booking_id="B-1")
    assert first.booking("B-1").host_ids == ("a",)
    assert slot_hosts(first, "13:00") == ("b",)
    assert "12:00" in offered(first, "massage")


def test_where_only_others_are_free_nothing_is_offered_and_it_is_told_who_is_owed():
    busy = a_booking("X", "12:00", "13:00", host_ids=["b"])
    state = a_team("a", "b", bookings=[*had("a", 8), busy], ranking=STRICT)
    request = state.request("massage")

    refusals = state.explain(request, start=at("12:00"), now=NOW)

    assert rules(refusals) == [("not_next", "a"), ("busy", "b")]
    assert refusals[0].detail == {"owed_to": ("b",)}
    assert str(refusals[0]) == "'a' is not next: the booking is owed to 'b'"
    assert "12:00" not in offered(state, "massage")


def test_who_is_asked_for_by_id_serves_whoever_is_next():
    members = a_member("a"), a_member("b"), a_member("z", weight=0)
    state = a_team(*members, bookings=had("a", 8), ranking=STRICT)

    assert slot_hosts(state) == ("b",)
    assert slot_hosts(state, host_ids=["a"]) == ("a",)
    assert slot_hosts(state, host_ids=["z"]) == ("z",)


def test_nobody_is_owed_anything_where_nobody_has_a_share():
    state = a_team(a_member("a", is_active=False), ranking=STRICT)

    refusals = state.explain(state.request("massage"), start=at("09:00"), now=NOW)

    assert rules(refusals) == [("inactive", "a")]


def test_who_serve_together_are_never_kept_apart():
    state = a_team("a", "b", kind="collective", ranking=STRICT, bookings=had("a", 8))

    assert slot_hosts(state) == ("a", "b")


def test_only_the_hosts_of_the_calendar_take_turns():
    state = a_scheduler(
        a_member("a"),
        a_member("b"),
        a_member("c"),
        a_room("blue room", calendar_ids=["massage"]),
        a_calendar(member_ids=["a", "b"], requirements=[any_of("c")], ranking=STRICT),
        bookings=[*had("b", 8), *had("c", 9)],
    )

    assert slot_hosts(state) == ("a", "c")


def test_a_plan_under_strict_fairness_rests_on_every_host():
    state = a_team("a", "b", "c", ranking=STRICT, bookings=[*had("a", 8), *had("c", 9)])
    request = state.request("massage")
    plan = state.plan_book(
        state.slot(request, start=at("12:00"), now=NOW), booking_id="B-1", now=NOW
    )
    assert plan.bookings_after[0].host_ids == ("b",)
    assert set(plan.rests_on) == {"a", "b", "c", "massage"}

    moved_on = state.reassign("massage a 8", host_ids=["c"], now=NOW)
    with refused(StaleLedgerError, "stale"):
        moved_on.apply(plan)

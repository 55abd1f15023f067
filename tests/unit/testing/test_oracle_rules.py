"""The judge's rules beyond the plain ones, one example for each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bookable.testing import answers, oracle
from bookable.testing.asks import ask_calendar, is_askable
from bookable.testing.plain import (
    PlainAbsence,
    PlainAsk,
    PlainBlock,
    PlainBooking,
    PlainCalendar,
    PlainEquipment,
    PlainMember,
    PlainPlace,
    PlainRoom,
)
from bookable.testing.plain_rules import (
    PlainAccess,
    PlainAddOn,
    PlainGrid,
    PlainLimit,
    PlainRanking,
    PlainRole,
    PlainTerm,
)
from bookable.testing.world import World

EVERY_UNIT = PlainGrid("local")


def world_of(*things) -> World:
    world = World()
    for thing in things:
        if isinstance(thing, PlainBooking):
            world.keep(thing)
        elif isinstance(thing, PlainBlock):
            world.close(thing)
        elif isinstance(thing, PlainPlace):
            world.places[thing.id] = thing
        else:
            world.put(thing)
    return world


def starts(world: World, ask: PlainAsk, low: int = 8, high: int = 14, now: int = 0) -> list[int]:
    return list(answers.starts(world, ask, range(low, high), now))


def of_ada(calendar_id: str = "talk", **rules) -> PlainCalendar:
    return PlainCalendar(calendar_id, 1, member_ids=("ada",), grid=EVERY_UNIT, **rules)


def booked(id_: str, start: int, end: int, *, of: str = "talk", **more) -> PlainBooking:
    return PlainBooking(id_, start, end, of, hosts=("ada",), **more)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("exclusive", [8, 9, 14]),
        ("shared", [8, 9, 13, 14]),
        ("existing_only", [8, 9, 10, 13, 14]),
    ],
)
def test_buffers_count_as_the_policy_says(policy: str, expected: list[int]):
    stored = PlainBooking("b", 11, 12, hosts=("ada",), buffers=(("ada", (0, 1, "exclusive")),))
    world = world_of(PlainMember("ada"), stored)
    ask = PlainAsk(1, (PlainRole(("ada",)),), before=1, after=1, policy=policy, grid=EVERY_UNIT)

    assert expected == starts(world, ask, 8, 15)


def test_only_the_kinds_that_are_asked_for_block():
    world = world_of(PlainMember("ada"), PlainBlock("k", "ada", 9, 10, "tentative", after=1))
    ask = PlainAsk(1, (PlainRole(("ada",)),), grid=EVERY_UNIT)

    assert [8, 11, 12, 13] == starts(world, ask)
    assert [8, 9, 10, 11] == starts(world, replace(ask, kinds=frozenset({"busy"})), high=12)


def test_overbooked_seats_are_taken_and_named():
    ask = PlainAsk(1, (PlainRole(("hall",)),), party=2, grid=EVERY_UNIT)
    stored = PlainBooking("b", 9, 10, party=2, rooms=("hall",))
    world = world_of(PlainRoom("hall", 2, overbook=100), stored)

    found = oracle.decide(world, ask, 9, 0)

    assert found is not None
    assert oracle.is_overbooked(world, ask, 9, found)
    assert not oracle.is_overbooked(world, ask, 10, found)
    assert oracle.decide(world_of(PlainRoom("hall", 2), stored), ask, 9, 0) is None


def test_without_enforced_capacity_a_room_takes_one_booking_of_any_size():
    world = world_of(
        PlainRoom("hall", 1, enforce=False), PlainBooking("b", 9, 10, party=9, rooms=("hall",))
    )

    ask = PlainAsk(1, (PlainRole(("hall",)),), party=5, grid=EVERY_UNIT)

    assert [8, 10] == starts(world, ask, high=11)


def test_a_room_takes_those_that_share_a_part_with_it():
    rooms = (PlainRoom("a", 1), PlainRoom("b", 1), PlainRoom("ab", 2, parts=("a", "b")))
    world = world_of(*rooms, PlainBooking("x", 9, 10, rooms=("ab",)))

    assert [8, 10] == starts(world, PlainAsk(1, (PlainRole(("a",)),), grid=EVERY_UNIT), high=11)
    world = world_of(*rooms, PlainBooking("x", 9, 10, rooms=("a",)), PlainBlock("k", "b", 8, 9))
    assert [10] == starts(world, PlainAsk(1, (PlainRole(("ab",)),), grid=EVERY_UNIT), high=11)
    assert [9, 10] == starts(world, PlainAsk(1, (PlainRole(("b",)),), grid=EVERY_UNIT), high=11)


def test_so_many_bookings_of_one_calendar_may_be_with_a_host_and_nothing_else():
    world = world_of(PlainMember("ada"), of_ada(per_host=2), of_ada("other"), booked("b", 9, 10))

    assert [8, 9, 10] == starts(world, ask_calendar(world, "talk"), high=11)
    assert [8, 10] == starts(world, ask_calendar(world, "other"), high=11)
    world.keep(booked("c", 9, 10))
    assert [8, 10] == starts(world, ask_calendar(world, "talk"), high=11)


def test_each_of_a_session_takes_units_of_their_own():
    each_two = PlainRole(("kit",), per_attendees=2)
    rules = {"seats": 9, "requirements": (each_two,)}
    world = world_of(PlainMember("ada"), PlainEquipment("kit", 3), of_ada(**rules))
    ask = ask_calendar(world, "talk", party=3)
    first = oracle.decide(world, ask, 9, 0)
    assert first is not None
    assert (("kit", 2),) == first.equipment
    assert 6 == oracle.seats_left(world, ask, 9, first)
    world.keep(booked("b", 9, 10, party=3, equipment=first.equipment, buffers=first.buffers))
    world.keep(replace(world.bookings["b"], individual=("kit",)))

    assert oracle.decide(world, ask, 9, 0) is None
    joined = oracle.decide(world, ask_calendar(world, "talk", party=2), 9, 0)
    assert joined is not None
    assert joined.joins is not None


@pytest.mark.parametrize(
    ("term", "first"),
    [
        (PlainTerm("working_time", 2, open_units=frozenset({9, 11, 12})), 12),
        (PlainTerm("working_time", 0), 8),
        (PlainTerm("working_days", 0), 8),
        (PlainTerm("months", 1), None),
    ],
)
def test_notice_is_counted_by_a_clock_or_a_schedule(term: PlainTerm, first: int | None):
    world = world_of(PlainMember("ada"), of_ada(notice=term))

    assert first == next(iter(starts(world, ask_calendar(world, "talk"), now=8)), None)


def test_a_working_day_of_notice_ends_at_midnight():
    term = PlainTerm("working_days", 1, open_units=frozenset({9}))
    world = world_of(PlainMember("ada"), of_ada(notice=term))

    assert [24, 25] == starts(world, ask_calendar(world, "talk"), 20, 26, now=-5)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (PlainTerm("last_date", 0), [22, 23]),
        (PlainTerm("last_date", 0, shift=-1), [22, 23, 24]),
        (PlainTerm("date_range", 1, first=1), [24, 25]),
        (PlainTerm("rolling", 1), [22, 23]),
        (PlainTerm("rolling", 2), [22, 23, 24, 25]),
        (PlainTerm("working_days", 1, open_units=frozenset({30})), [22, 23, 24, 25]),
    ],
)
def test_a_horizon_is_a_last_date(term: PlainTerm, expected: list[int]):
    world = world_of(PlainMember("ada"), of_ada(horizon=term))

    assert expected == starts(world, ask_calendar(world, "talk"), 22, 26, now=20)


def test_the_next_date_opens_when_one_is_full():
    world = world_of(PlainMember("ada"), of_ada(horizon=PlainTerm("rolling", 1)))
    world.keep(booked("b", 20, 24))

    assert [24, 25] == starts(world, ask_calendar(world, "talk"), 20, 26, now=20)


def test_starts_are_packed_behind_what_is_booked():
    ask = PlainAsk(2, (PlainRole(("ada",)),), grid=PlainGrid("window", 2))
    world = world_of(PlainMember("ada", open_units=frozenset(range(9, 20))))

    assert [9, 11, 13, 15, 17] == starts(world, ask, 8, 20)
    world.keep(PlainBooking("b", 11, 12, hosts=("ada",)))
    assert [9, 12, 14, 16, 18] == starts(world, ask, 8, 20)


def test_what_never_closes_is_packed_from_midnight():
    ask = PlainAsk(1, (PlainRole(("ada",)),), grid=PlainGrid("window", 5))

    assert [10, 15, 20, 24, 29] == starts(world_of(PlainMember("ada")), ask, 8, 30)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (PlainLimit(1, "day"), [24, 25]),
        (PlainLimit(1, "day", shift=5), [17, 18]),
        (PlainLimit(1, "week"), []),
        (PlainLimit(1, "week", week_start=6), [24, 25]),
        (PlainLimit(1, "month"), [24, 25]),
        (PlainLimit(1, "year"), []),
        (PlainLimit(2, "day"), [17, 18, 23, 24, 25]),
        (PlainLimit(3, "day", is_timed=True), [17, 18, 23, 24, 25]),
        (PlainLimit(2, "day", is_timed=True), [24, 25]),
        (PlainLimit(1, "active"), []),
        (PlainLimit(1, "day", per=frozenset({"host"})), [24, 25]),
        (PlainLimit(1, "day", per=frozenset({"customer"})), [17, 18, 23, 24, 25]),
        (PlainLimit(1, "day", tag="vip"), [17, 18, 23, 24, 25]),
        (PlainLimit(0, "day"), []),
    ],
)
def test_limits_count_what_is_booked_in_their_period(limit: PlainLimit, expected: list[int]):
    world = world_of(PlainMember("ada"), of_ada(limits=(limit,)), booked("b", 20, 22))
    ask = ask_calendar(world, "talk")

    assert expected == [start for start in starts(world, ask, 17, 26) if start not in (19, 22)]


def test_who_may_not_book_is_refused():
    access = PlainAccess(deny=frozenset({"ann"}), request=frozenset({"staff"}))
    world = world_of(PlainMember("ada"), of_ada(access=access))

    assert {"not_allowed"} == oracle.general_refusals(
        world, ask_calendar(world, "talk", customer_id="ann"), 9, 0
    )
    assert "request" == ask_calendar(world, "talk", groups=("staff",)).access


def test_shortfalls_are_exact_and_strict():
    calendar = PlainCalendar(
        "talk",
        1,
        member_ids=("ada", "bob"),
        grid=EVERY_UNIT,
        ranking=PlainRanking(("fair_share",), weights=(("bob", 2),), strict=True),
    )
    world = world_of(PlainMember("ada"), PlainMember("bob"), calendar)
    chosen = []
    for number in range(6):
        found = oracle.decide(world, ask_calendar(world, "talk"), 9 + number, 0)
        assert found is not None
        chosen += found.hosts
        world.keep(PlainBooking(f"b{number}", 9 + number, 10 + number, "talk", hosts=found.hosts))

    assert 4 == chosen.count("bob")
    alone = ask_calendar(world, "talk", host_ids=frozenset({"ada"}))
    assert oracle.decide(world, alone, 20, 0) is not None


def test_nobody_without_a_weight_is_picked_unless_asked_for():
    world = world_of(PlainMember("ada", weight=0), of_ada())

    assert [] == starts(world, ask_calendar(world, "talk"))
    assert starts(world, ask_calendar(world, "talk", host_ids=frozenset({"ada"})))


def test_a_delegate_stands_in_while_somebody_is_away():
    absent = PlainMember("ada", absences=(PlainAbsence(9, 11, "bob"),))
    world = world_of(absent, PlainMember("bob"), of_ada())

    assert [8, 11] == starts(world, ask_calendar(world, "talk"), high=12)
    ask = ask_calendar(world, "talk", use_delegates=True)
    found = oracle.decide(world, ask, 9, 0)
    assert found is not None
    assert ("bob",) == found.hosts


def test_features_attributes_and_places_narrow_the_rooms():
    rooms = (
        PlainRoom("a", 1, features=frozenset({"light"}), attributes=(("size", 3),)),
        PlainRoom("b", 1, attributes=(("size", True),), location_id="north"),
    )
    world = world_of(*rooms, PlainPlace("site"), PlainPlace("north", "site"))
    ask = PlainAsk(1, (PlainRole(kind="room"),), grid=EVERY_UNIT)

    def choice(**wishes) -> tuple[str, ...]:
        found = oracle.decide(world, replace(ask, **wishes), 9, 0)
        return () if found is None else found.rooms

    assert ("a",) == choice(features=frozenset({"light"}))
    assert ("a",) == choice(where=(("size", ">=", 2),))
    assert () == choice(where=(("size", ">=", 4),))
    assert ("b",) == choice(wanted_location="site")


def test_places_set_what_is_left_open_and_what_is_locked():
    places = (
        PlainPlace("site", settings=(("before", 2), ("after", 2)), locked=frozenset({"after"})),
        PlainPlace("north", "site", settings=(("before", 1),)),
    )
    world = world_of(
        *places, PlainMember("ada"), of_ada(location_id="north", after=0), booked("b", 11, 12)
    )
    ask = ask_calendar(world, "talk")

    assert (1, 2) == (ask.before, ask.after)
    assert [8, 13] == starts(world, ask)


def test_people_need_time_to_travel():
    world = world_of(PlainMember("ada"), of_ada(location_id="north"))
    world.travel = {("south", "north"): 2, ("north", "south"): 1}
    world.keep(booked("b", 11, 12, of="elsewhere", location_id="south"))

    assert [8, 9, 14, 15] == starts(world, ask_calendar(world, "talk"), 8, 16)


def test_hosts_add_ons_and_days_decide_how_long_it_lasts():
    calendar = of_ada(host_durations=(("ada", 2),), add_ons=(PlainAddOn("more", 1),), most_days=1)
    world = world_of(PlainMember("ada"), calendar)

    assert not is_askable(world, ask_calendar(world, "talk"))
    assert is_askable(world, ask_calendar(world, "talk", duration=2))
    assert is_askable(world, ask_calendar(world, "talk", duration=3, add_on_ids=("more",)))
    days = ask_calendar(world, "talk", duration=24, whole_days=1)
    assert [24] == starts(world, days, 8, 40)


def test_who_attends_must_be_free_and_who_may_come_is_only_missed():
    world = world_of(
        PlainMember("ada"), PlainMember("bob"), of_ada(), PlainBooking("b", 9, 10, hosts=("bob",))
    )

    assert [8, 10] == starts(world, ask_calendar(world, "talk", attendee_ids=("bob",)), high=11)
    ask = ask_calendar(world, "talk", optional_ids=("bob",))
    assert [8, 9, 10] == starts(world, ask, high=11)
    assert ("bob",) == answers.missing(world, ask, 9)
    assert () == answers.missing(world, ask, 10)

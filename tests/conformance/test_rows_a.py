"""Group A of the feature table, resources and inventory, each row under its id."""

from __future__ import annotations

from itertools import product

import attrs
import pytest

from bookable import (
    BookingRefused,
    Catalogue,
    InvalidAmountError,
    InvalidValueError,
    OutOfService,
    Requirement,
    Scheduler,
    UnknownIdError,
    WeeklyHours,
    all_of,
    any_of,
    units_of,
)
from bookable.domain.features import Where
from bookable.domain.place import Place
from bookable.domain.policy import LastDate
from bookable.domain.ranking import Ranking
from tests.support.builders import (
    HOUR,
    NOW,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
    minutes,
    monday,
    offered,
    refused,
    rules,
)


def refusals(scheduler, request, clock="09:00"):
    return rules(scheduler.explain(request, start=at(clock), now=NOW))


def rooms_for(scheduler, request, clock="09:00"):
    """The rooms that could be had; None where it is refused."""
    try:
        return scheduler.slot(request, start=at(clock), now=NOW).room_ids
    except BookingRefused:
        return None


# Rooms and equipment ---------------------------------------------------------


@pytest.mark.parametrize("capacity", [0, 1, 3])
def test_A1_the_seats_of_a_room_are_shared_by_all_that_is_in_it(capacity):
    stored = [a_booking(f"B-{number}", party_size=1) for number in range(capacity)]
    for taken in range(capacity + 1):
        scheduler = a_scheduler(a_room(capacity=capacity), bookings=stored[:taken])
        for party in range(1, capacity + 3):
            found = refusals(scheduler, a_request(party_size=party))
            if party > capacity:
                assert found == [("never_fits", "blue room")]
            else:
                assert found == ([] if taken + party <= capacity else [("full", "blue room")])


def test_A1_bookings_at_once_are_bounded_beside_the_seats():
    for most, taken in product([None, 1, 2], range(3)):
        room = a_room(capacity=10, max_concurrent=most)
        bookings = [a_booking(f"B-{number}") for number in range(taken)]

        found = refusals(a_scheduler(room, bookings=bookings), a_request())

        assert (found == []) == (most is None or taken < most)


@pytest.mark.parametrize(("quantity", "broken"), [(3, 0), (3, 1), (3, 3), (0, 0)])
def test_A2_equipment_gives_what_is_there_and_works(quantity, broken):
    item = an_item(quantity=quantity, out_of_service=broken)
    usable = quantity - broken

    assert item.usable == usable
    for taken in range(usable + 1):
        stored = [a_booking(f"B-{number}", equipment={"table": 1}) for number in range(taken)]
        scheduler = a_scheduler(item, bookings=stored)
        for units in range(1, quantity + 2):
            assert (refusals(scheduler, a_request(units_of("table", units))) == []) == (
                taken + units <= usable
            )


def test_A2_no_more_can_be_broken_than_there_are():
    with refused(InvalidAmountError, "quantity", "out_of_service"):
        an_item(quantity=2, out_of_service=3)


def test_A3_repairs_take_units_for_their_time_and_no_longer():
    item = an_item(
        quantity=3,
        out_of_service=[
            OutOfService(monday("10:00", "12:00"), 1),
            OutOfService(monday("11:00", "13:00"), 2),
        ],
    )
    scheduler = a_scheduler(item)

    for units, expected in (
        (1, ["09:00", "10:00", "12:00", "13:00"]),
        (2, ["09:00", "10:00", "13:00"]),
        (3, ["09:00", "13:00"]),
    ):
        request = a_request(units_of("table", units))
        found = scheduler.free_slots(request, within=monday("09:00", "14:00"), now=NOW)
        assert [f"{slot.start:%H:%M}" for slot in found] == expected
    (why,) = scheduler.explain(a_request(units_of("table", 1)), start=at("11:00"), now=NOW)
    assert (why.rule.value, why.detail["out_of_service"]) == ("busy", 3)


# What is asked of them --------------------------------------------------------


ROOMS = [
    a_room("attic", features=["sofa"], attributes={"inches": 40, "floor": 3}),
    a_room("hall", features=["screen", "phone"], attributes={"inches": 65, "floor": 1}),
    a_room("loft", features=["screen"], attributes={"inches": 50, "silent": True}),
]


@pytest.mark.parametrize(
    ("features", "where", "expected"),
    [
        ([], [], ("attic", "hall", "loft")),
        (["screen"], [], ("hall", "loft")),
        (["screen", "phone"], [], ("hall",)),
        (["whiteboard"], [], None),
        ([], [Where("inches", ">=", 50)], ("hall", "loft")),
        ([], [Where("inches", ">=", 50), Where("floor", "<=", 1)], ("hall",)),
        (["screen"], [Where("silent", "==", True)], ("loft",)),
        (["sofa"], [Where("inches", ">=", 50)], None),
    ],
)
def test_A5_only_what_has_the_features_and_attributes_will_do(features, where, expected):
    rooms = [each.id for each in ROOMS]
    calendar = a_calendar("meet", requirements=[any_of(*rooms)])
    scheduler = a_scheduler(*ROOMS, calendar)
    asked = {"features": features, "where": where}

    by_kind = a_request(Requirement(kind="room", **asked))
    by_pool = a_request(Requirement(rooms, **asked))
    of_request = a_request(any_of(*rooms), **asked)
    of_calendar = scheduler.request("meet", **asked)

    for request in (by_kind, by_pool, of_request, of_calendar):
        assert rooms_for(scheduler, request) == expected


def test_A5_what_nothing_has_is_refused_and_not_an_error():
    scheduler = a_scheduler(*ROOMS)
    request = a_request(Requirement(kind="room", features=["pool"]))

    assert list(scheduler.free_slots(request, within=WHOLE_DAY, now=NOW)) == []
    (why,) = scheduler.explain(request, start=at("09:00"), now=NOW)
    assert (why.rule.value, dict(why.detail)) == (
        "never_fits",
        {"what": "resources", "needed": 1, "available": 0, "features": ("pool",)},
    )
    assert str(why) == ("the request can never serve this: 1 resource with 'pool' needed, 0 exist")


def test_A5_people_and_equipment_have_features_too():
    scheduler = a_scheduler(
        a_member("ada", features=["french"]),
        a_member("bob"),
        an_item("beamer", features=["hdmi"]),
        an_item("lamp"),
        a_room(),
    )
    request = a_request(
        Requirement(kind="member", features=["french"]),
        Requirement(kind="equipment", features=["hdmi"]),
        any_of("blue room"),
    )

    allocation = scheduler.slot(request, start=at("09:00"), now=NOW).allocation

    assert allocation.host_ids == ("ada",)
    assert dict(allocation.equipment) == {"beamer": 1}


def test_A5_a_pool_and_a_kind_together_are_those_of_the_pool_that_are_of_the_kind():
    scheduler = a_scheduler(a_member("ada"), *ROOMS)

    assert rooms_for(scheduler, a_request(Requirement(["ada", "loft"], kind="room"))) == ("loft",)


def test_A6_a_setting_comes_from_the_nearest_place_unless_an_outer_one_is_locked():
    morning, noon = (
        WeeklyHours.parse(f"Mo {text}", zone="UTC") for text in ("08:00-12:00", "11:00-15:00")
    )
    places = [
        Place("site", hours=morning, buffer_after=minutes(30), locked=["buffer_after"]),
        Place("floor", "site", hours=noon, buffer_after=HOUR),
    ]

    def starts(**fields):
        calendar = a_calendar("meet", slot_step=minutes(30))
        room = a_room(calendar_ids=["meet"], **fields)
        scheduler = Scheduler(
            Catalogue(rooms=[room], calendars=[calendar], places=places),
            [a_booking("B-1", "11:30", "12:00")],
        )
        return offered(scheduler, "meet")

    # What is booked takes until 12:30, as the site has locked; and so will what is new.
    assert starts(location_id="site") == ["08:00", "08:30", "09:00", "09:30", "10:00"]
    assert starts(location_id="floor") == ["12:30", "13:00", "13:30", "14:00"]
    assert starts(location_id="floor", buffer_after=minutes(0)) == [
        "12:30",
        "13:00",
        "13:30",
        "14:00",
    ]
    assert starts(location_id="floor", hours=morning) == [
        "08:00",
        "08:30",
        "09:00",
        "09:30",
        "10:00",
    ]


def test_A6_a_calendar_inherits_as_well():
    place = Place("site", zone="Asia/Kolkata", minimum_notice=HOUR, booking_horizon=LastDate(0))
    calendar = a_calendar(location_id="site", member_ids=["ada"])
    catalogue = Catalogue(members=[a_member("ada")], calendars=[calendar], places=[place])

    found = Scheduler(catalogue).free_slots(
        Scheduler(catalogue).request("massage"), within=WHOLE_DAY, now=at("06:00")
    )

    # Full hours in Kolkata; from 07:00Z on, to its midnight.
    assert (found[0].start, found[-1].start) == (at("07:30"), at("17:30"))


def test_A6_a_request_for_a_place_is_met_anywhere_inside_it():
    places = [Place("site"), Place("floor", "site"), Place("shed")]
    rooms = [
        a_room("a", location_id="floor"),
        a_room("b", location_id="site"),
        a_room("c", location_id="shed"),
        a_room("d"),
    ]
    scheduler = Scheduler(Catalogue(rooms=rooms, places=places))

    for location, expected in (
        ("site", ("a", "b")),
        ("floor", ("a",)),
        ("shed", ("c",)),
        (None, ("a", "b", "c", "d")),
    ):
        request = a_request(Requirement(kind="room"), location_id=location)
        assert rooms_for(scheduler, request) == expected
    request = a_request(Requirement(kind="room"), location_id="elsewhere")
    with refused(UnknownIdError, "unknown_id", "location_id") as caught:
        rooms_for(scheduler, request)
    assert (caught.value.id, caught.value.known) == ("elsewhere", ("floor", "shed", "site"))


# Several at once ---------------------------------------------------------------


def test_A7_any_so_many_of_a_pool_and_different_ones_for_every_role():
    names = "abcd"
    request = a_request(any_of("a", "b", "c", count=2), any_of("c", "d"))
    for busy in product([False, True], repeat=4):
        away = {name for name, is_busy in zip(names, busy, strict=True) if is_busy}
        stored = [a_booking(f"B-{name}", host_ids=[name]) for name in sorted(away)]
        scheduler = a_scheduler(*map(a_member, names), bookings=stored)
        free = set(names) - away
        possible = any(len((free - {other}) & set("abc")) >= 2 for other in free & set("cd"))

        assert (refusals(scheduler, request) == []) == possible, away


def test_A8_all_are_free_at_the_same_time_or_it_is_not_offered():
    scheduler = a_scheduler(
        a_member("ada"),
        a_room(capacity=5, max_concurrent=1),
        an_item(quantity=1),
        bookings=[
            a_booking("B-1", "09:00", "10:00", host_ids=["ada"]),
            a_booking("B-2", "10:00", "11:00", room_ids=["blue room"]),
            a_booking("B-3", "11:00", "12:00", equipment={"table": 1}),
        ],
    )
    request = a_request(all_of("ada", "blue room", "table"))

    found = scheduler.free_slots(request, within=monday("08:00", "14:00"), now=NOW)

    assert [f"{slot.start:%H:%M}" for slot in found] == ["08:00", "12:00", "13:00"]
    for clock, subject in (("09:00", "ada"), ("10:00", "blue room"), ("11:00", "table")):
        assert refusals(scheduler, request, clock) == [("busy", subject)]


@pytest.mark.parametrize(("party", "units"), [(1, 1), (2, 1), (3, 2), (5, 3), (6, 3), (7, None)])
def test_A9_units_for_every_so_many_people(party, units):
    kit = an_item("kit", quantity=3)
    scheduler = a_scheduler(kit)
    request = a_request(Requirement(["kit"], per_attendees=2), party_size=party)

    if units is None:
        assert refusals(scheduler, request) == [("never_fits", "kit")]
    else:
        slot = scheduler.slot(request, start=at("09:00"), now=NOW)
        assert dict(slot.allocation.equipment) == {"kit": units}


def test_A9_in_a_class_everybody_brings_their_own_share():
    yoga = a_class(seats=10, requirements=[Requirement(["mat"], per_attendees=1), all_of("sound")])
    scheduler = a_scheduler(
        a_member("ada"), an_item("mat", quantity=5), an_item("sound", quantity=1), yoga
    )

    one = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1", party_size=2)
    two = booked(one, "09:00", calendar="yoga", booking_id="B-2", party_size=2)

    assert two.slot(two.request("yoga"), start=at("09:00"), now=NOW).seats_left == 1
    assert dict(two.booking("B-2").equipment) == {"mat": 2, "sound": 1}
    assert refusals(two, two.request("yoga", party_size=2)) != []
    assert two.violations(now=NOW) == ()


def test_A9_the_same_equipment_is_not_needed_once_and_per_head():
    request = a_request(units_of("table", 1), Requirement(["table"], per_attendees=2))

    with refused(InvalidValueError, "per_attendees", "requirements"):
        a_scheduler(an_item()).explain(request, start=at("09:00"), now=NOW)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, {1: "small", 2: "small", 3: "middle", 5: "large"}),
        (["largest_room"], {1: "large", 2: "large", 3: "large", 5: "large"}),
    ],
)
def test_A11_the_smallest_room_that_is_large_enough_unless_asked_otherwise(order, expected):
    ranking = {} if order is None else {"ranking": Ranking(order=order)}
    rooms = [
        a_room(name, capacity, calendar_ids=["meet"])
        for name, capacity in (("large", 9), ("middle", 4), ("small", 2))
    ]
    scheduler = a_scheduler(*rooms, a_calendar("meet", **ranking))

    taken = {
        party: scheduler.slot(
            scheduler.request("meet", party_size=party), start=at("09:00"), now=NOW
        ).allocation.room_ids[0]
        for party in expected
    }

    assert taken == expected


# Rooms made of rooms --------------------------------------------------------------


HALVES = [a_room("A"), a_room("B"), a_room("AB", parts=["A", "B"]), a_room("C")]


@pytest.mark.parametrize(
    ("taken", "free"),
    [("A", {"B", "C"}), ("B", {"A", "C"}), ("AB", {"C"}), ("C", {"A", "B", "AB"})],
)
def test_A12_who_has_a_hall_has_its_parts_and_the_other_way_round(taken, free):
    scheduler = a_scheduler(*HALVES, bookings=[a_booking(room_ids=[taken])])

    bookable = {each.id for each in HALVES if not refusals(scheduler, a_request(all_of(each.id)))}

    assert bookable == free


@pytest.mark.parametrize(
    ("closed", "free"),
    [("A", {"B", "C"}), ("AB", {"A", "B", "C"}), ("all", {"A", "B", "AB", "C"})],
)
def test_A12_a_room_is_inactive_while_a_part_of_it_is(closed, free):
    rooms = [*HALVES, a_room("all", parts=["AB", "C"])]
    rooms = [attrs.evolve(each, is_active=each.id != closed) for each in rooms]
    scheduler = Scheduler(Catalogue(rooms=rooms))

    found = {
        each.id: scheduler.explain(a_request(all_of(each.id)), start=at("09:00"), now=NOW)
        for each in rooms
    }

    assert {key for key, refusals in found.items() if not refusals} == free
    for key in {each.id for each in rooms} - free:
        assert rules(found[key]) == [("inactive", key)]


@pytest.mark.parametrize(
    "needs",
    [
        [all_of("A"), all_of("AB")],
        [any_of("AB", "C"), any_of("B", "C")],
        [any_of("A", "AB", "C", count=2)],
        [all_of("A", "AB")],
    ],
)
def test_A12_one_request_does_not_take_the_same_walls_twice(needs):
    with refused(InvalidValueError, "parts", "requirements"):
        a_scheduler(*HALVES).explain(a_request(*needs), start=at("09:00"), now=NOW)


@pytest.mark.parametrize(
    "needs",
    [
        [any_of("A", "B", "AB")],
        [all_of("A", "B")],
        [any_of("A", "C"), any_of("A", "B")],
        [any_of("A", "AB"), any_of("C")],
    ],
)
def test_A12_rooms_that_are_never_taken_together_may_share_a_pool(needs):
    assert refusals(a_scheduler(*HALVES), a_request(*needs)) == []


def test_A12_what_features_leave_out_does_not_count():
    rooms = [a_room("A", features=["small"]), a_room("B"), a_room("AB", parts=["A", "B"])]
    request = a_request(Requirement(kind="room", features=["small"]), all_of("B"))

    slot = a_scheduler(*rooms).slot(request, start=at("09:00"), now=NOW)

    assert slot.allocation.room_ids == ("A", "B")


def test_A12_a_hall_is_open_only_while_its_parts_are():
    noon = WeeklyHours.parse("Mo 12:00-14:00", zone="UTC")
    rooms = [attrs.evolve(HALVES[0], hours=noon), *HALVES[1:], a_room("all", parts=["AB", "C"])]
    scheduler = Scheduler(Catalogue(rooms=rooms))

    def found(room_id, time):
        return rules(scheduler.explain(a_request(all_of(room_id)), start=at(time), now=NOW))

    for room_id in ("A", "AB", "all"):
        assert found(room_id, "09:00") == [("outside_hours", room_id)]
        assert found(room_id, "12:00") == []
    assert found("B", "09:00") == found("C", "09:00") == []


def test_A13_resources_have_hours_of_their_own_and_all_of_them_hold():
    def hours(text):
        return WeeklyHours.parse(f"Mo {text}", zone="UTC")

    scheduler = a_scheduler(
        a_calendar(hours=hours("08:00-16:00"), member_ids=["ada"], zone="UTC"),
        a_member("ada", hours=hours("09:00-17:00")),
        a_room(calendar_ids=["massage"], hours=hours("07:00-14:00")),
        an_item(calendar_ids=["massage"], hours=hours("10:00-12:00,13:00-18:00")),
    )

    assert offered(scheduler, "massage") == ["10:00", "11:00", "13:00"]
    request = scheduler.request("massage")
    assert refusals(scheduler, request, "08:00") == [
        ("outside_hours", "ada"),
        ("outside_hours", "table"),
    ]


def test_A13_hours_may_come_from_a_named_schedule():
    room = a_room(calendar_ids=["massage"], schedule_id="short")
    short = WeeklyHours.parse("Mo 09:00-11:00", zone="UTC")
    catalogue = Catalogue([room], calendars=[a_calendar()], schedules={"short": short})

    assert offered(Scheduler(catalogue), "massage") == ["09:00", "10:00"]


def test_A9_the_share_of_each_is_known_where_another_role_could_take_the_same():
    scheduler = a_scheduler(an_item("kit", quantity=6), a_member("ada"))
    request = a_request(Requirement(["kit"], units=2, per_attendees=1), any_of("ada", "kit"))

    slot = scheduler.slot(request, start=at("09:00"), now=NOW)

    assert dict(slot.allocation.equipment) == {"kit": 2}
    assert slot.seats_left == 3


def test_A9_what_a_session_holds_once_does_not_count_heads():
    """The lamp is held for all; the mats, which it could have been instead, are taken by each."""
    yoga = a_class(
        seats=10,
        requirements=[all_of("lamp"), Requirement(["lamp", "mat"], per_attendees=1)],
    )
    scheduler = a_scheduler(
        a_member("ada"), an_item("lamp", quantity=1), an_item("mat", quantity=4), yoga
    )

    one = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1", party_size=3)

    assert one.slot(one.request("yoga"), start=at("09:00"), now=NOW).seats_left == 1

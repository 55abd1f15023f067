"""Rooms, equipment and members: what they accept, and the amounts that they can give."""

from __future__ import annotations

import attrs
import pytest

from bookable import (
    Absence,
    Equipment,
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
    Member,
    OutOfService,
    Room,
)
from bookable.timeline.profile import Profile
from tests.support.builders import (
    DAY,
    HOUR,
    OFFICE,
    a_member,
    a_room,
    an_item,
    monday,
    refused,
    us,
)


def test_a_room_needs_only_an_id_and_its_seats():
    room = Room("blue room", 2)

    assert (room.id, room.capacity, room.calendar_ids, room.is_active) == ("blue room", 2, (), True)
    assert (room.max_concurrent, room.hours, room.features) == (None, None, frozenset())
    assert (room.buffer_before, room.buffer_after, room.location_id) == (None, None, None)


@pytest.mark.parametrize("capacity", [0, 1, 1_000_000])
def test_a_capacity_is_any_whole_number_from_zero_to_a_million(capacity):
    assert a_room(capacity=capacity).capacity == capacity


@pytest.mark.parametrize("capacity", [-1, 1_000_001, True, 1.0, float("nan"), "20", None])
def test_any_other_capacity_is_refused(capacity):
    with refused(InvalidAmountError, "quantity", "capacity"):
        a_room(capacity=capacity)


@pytest.mark.parametrize("most", [0, -1, True, 1.0, 1_000_001])
def test_a_room_that_bounds_its_bookings_allows_at_least_one(most):
    assert a_room(max_concurrent=1).max_concurrent == 1
    with refused(InvalidAmountError, "quantity", "max_concurrent"):
        a_room(max_concurrent=most)


def test_a_room_serves_up_to_a_hundred_calendars_without_counting_one_twice():
    names = [f"c{number}" for number in range(100)]

    assert a_room(calendar_ids=[*names, *names]).calendar_ids == tuple(names)
    with pytest.raises(LimitExceededError) as caught:
        a_room(calendar_ids=[*names, "one more"])
    assert (caught.value.needed, caught.value.allowed) == (101, 100)


def test_lists_are_kept_as_frozen_values():
    calendars, features = ["massage"], ["sauna", "sauna"]

    room = a_room(calendar_ids=calendars, features=features)
    calendars.append("later")
    features.append("later")

    assert room.calendar_ids == ("massage",)
    assert room.features == frozenset({"sauna"})
    assert hash(room) == hash(a_room(calendar_ids=["massage"], features=["sauna"]))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        room.capacity = 9


@pytest.mark.parametrize("build", [a_room, an_item])
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("id", "", "id"),
        ("id", 7, "id"),
        ("name", None, "text"),
        ("description", b"", "text"),
        ("location_id", "", "id"),
        ("is_active", 1, "flag"),
        ("hours", "Mo-Fr 09:00-17:00", "type"),
        ("buffer_before", -HOUR, "duration"),
        ("buffer_after", 15, "duration"),
        ("calendar_ids", "massage", "ids"),
        ("calendar_ids", [None], "id"),
    ],
)
def test_a_place_with_a_bad_field_is_refused(build, name, value, code):
    with refused(InvalidValueError, code, name):
        build(**{name: value})


@pytest.mark.parametrize("build", [a_room, an_item])
def test_a_place_keeps_every_good_field(build):
    place = build(
        name="Blue",
        description="by the window",
        location_id="berlin",
        is_active=False,
        hours=OFFICE,
        buffer_before=0 * HOUR,
        buffer_after=HOUR,
    )

    assert (place.name, place.description, place.location_id) == ("Blue", "by the window", "berlin")
    assert (place.is_active, place.hours) == (False, OFFICE)
    assert (place.buffer_before, place.buffer_after) == (0 * HOUR, HOUR)


def test_features_are_ids():
    with refused(InvalidValueError, "ids", "features"):
        a_room(features="sauna")
    with refused(InvalidValueError, "id", "features"):
        a_room(features=[""])


# Equipment -----------------------------------------------------------------


def test_usable_units_are_those_in_service_at_every_instant():
    assert an_item(quantity=3).usable == 3
    assert an_item(quantity=3, out_of_service=1).usable == 2
    assert an_item(quantity=3, out_of_service=3).usable == 0
    sliced = [OutOfService(monday("09:00", "11:00"), 1), OutOfService(monday("10:00", "12:00"), 1)]
    assert an_item(quantity=3, out_of_service=sliced).usable == 1


def test_slices_that_only_touch_do_not_add_up():
    slices = [OutOfService(monday("09:00", "10:00"), 3), OutOfService(monday("10:00", "11:00"), 3)]

    assert an_item(quantity=3, out_of_service=slices).usable == 0


@pytest.mark.parametrize("broken", [4, 1_000_000])
def test_no_more_can_be_out_of_service_than_there_is(broken):
    with refused(InvalidAmountError, "quantity", "out_of_service") as caught:
        an_item(quantity=3, out_of_service=broken)
    assert caught.value.value == broken


def test_overlapping_slices_together_never_exceed_the_quantity():
    slices = [OutOfService(monday("09:00", "11:00"), 2), OutOfService(monday("10:00", "12:00"), 2)]

    assert an_item(quantity=4, out_of_service=slices).usable == 0
    with refused(InvalidAmountError, "quantity", "out_of_service") as caught:
        an_item(quantity=3, out_of_service=slices)
    assert caught.value.value == 4


def test_slices_make_a_load_over_time_and_a_plain_number_makes_none():
    slices = [OutOfService(monday("09:00", "11:00"), 1), OutOfService(monday("10:00", "12:00"), 2)]

    profile = an_item(out_of_service=slices).out_of_service_profile

    assert list(profile.steps(us("08:00"), us("13:00"))) == [
        (us("08:00"), us("09:00"), 0),
        (us("09:00"), us("10:00"), 1),
        (us("10:00"), us("11:00"), 3),
        (us("11:00"), us("12:00"), 2),
        (us("12:00"), us("13:00"), 0),
    ]
    assert an_item(out_of_service=2).out_of_service_profile == Profile()


def test_slices_mean_the_same_in_any_order():
    one = OutOfService(monday("09:00", "11:00"), 1)
    two = OutOfService(monday("09:00", "10:00"), 1)
    three = OutOfService(monday("09:00", "10:00"), 2)

    item = an_item(quantity=4, out_of_service=[one, three, two])

    assert item == an_item(quantity=4, out_of_service=(part for part in (two, three, one)))
    assert item.out_of_service == (two, three, one)


@pytest.mark.parametrize("broken", [-1, True, 1.0, float("nan"), "1", 10**19])
def test_a_bad_number_out_of_service_is_refused(broken):
    with refused(InvalidAmountError, "quantity", "out_of_service"):
        an_item(out_of_service=broken)


@pytest.mark.parametrize("broken", [None, object(), {"a": 1}, [1], [None]])
def test_what_are_not_slices_is_refused(broken):
    with refused(InvalidValueError, "type", "out_of_service"):
        an_item(out_of_service=broken)


@pytest.mark.parametrize("units", [0, -1, True, 1.5])
def test_a_slice_takes_at_least_one_unit(units):
    with refused(InvalidAmountError, "quantity", "out_of_service.units"):
        OutOfService(monday("09:00", "10:00"), units)


def test_a_slice_needs_an_interval():
    with refused(InvalidValueError, "type", "out_of_service.interval"):
        OutOfService(("09:00", "10:00"), 1)


@pytest.mark.parametrize("quantity", [-1, True, 2.0, float("inf"), "3", None])
def test_a_bad_quantity_is_refused(quantity):
    with refused(InvalidAmountError, "quantity", "quantity"):
        an_item(quantity=quantity)


def test_equipment_without_a_unit_can_be_described():
    assert Equipment("table", 0).usable == 0


def test_equipment_serves_at_most_one_calendar():
    assert an_item(calendar_ids=["massage", "massage"]).calendar_ids == ("massage",)
    with pytest.raises(LimitExceededError) as caught:
        an_item(calendar_ids=["massage", "sauna"])
    assert (caught.value.needed, caught.value.allowed) == (2, 1)


# Members -------------------------------------------------------------------


def test_a_member_needs_only_an_id():
    member = Member("ada")

    assert (member.priority, member.weight, member.is_active, member.hours) == (0, 1, True, None)


@pytest.mark.parametrize("priority", [-1_000_000, -1, 0, 1_000_000])
def test_a_priority_is_a_number_of_either_sign(priority):
    assert a_member(priority=priority).priority == priority


@pytest.mark.parametrize(
    ("name", "value", "kind", "code"),
    [
        ("id", " \n", InvalidValueError, "id"),
        ("name", 3, InvalidValueError, "text"),
        ("priority", 0.5, InvalidAmountError, "quantity"),
        ("priority", -1_000_001, InvalidAmountError, "quantity"),
        ("weight", -1, InvalidAmountError, "quantity"),
        ("weight", True, InvalidAmountError, "quantity"),
        ("is_active", None, InvalidValueError, "flag"),
        ("hours", DAY, InvalidValueError, "type"),
    ],
)
def test_a_member_with_a_bad_field_is_refused(name, value, kind, code):
    with refused(kind, code, name):
        a_member(**{name: value})


def test_a_weight_may_be_zero():
    assert a_member(weight=0).weight == 0


# Limits with what is overbooked or not enforced -----------------------------


@pytest.mark.parametrize(
    ("fields", "seats", "nominal", "bookings"),
    [
        ({}, 10, None, None),
        ({"max_concurrent": 2}, 10, 2, 2),
        ({"overbook_percent": 25}, 12, None, None),
        ({"overbook_percent": 100, "max_concurrent": 3}, 20, 3, 6),
        ({"enforce_capacity": True}, 10, None, None),
        ({"enforce_capacity": False}, None, 1, 1),
        ({"enforce_capacity": False, "max_concurrent": 3}, None, 3, 3),
        ({"enforce_capacity": False, "overbook_percent": 100}, None, 1, 2),
        ({"enforce_capacity": False, "overbook_percent": 99}, None, 1, 1),
    ],
)
def test_B3_B7_the_limits_of_a_room(fields, seats, nominal, bookings):
    room = a_room(capacity=10, **fields)

    assert room.seat_limit == seats
    assert (room.nominal_concurrent, room.booking_limit) == (nominal, bookings)


@pytest.mark.parametrize(("percent", "units"), [(0, 3), (33, 3), (34, 4), (100, 6), (1_000, 33)])
def test_B7_equipment_is_overbooked_by_whole_units(percent, units):
    item = an_item(quantity=3, out_of_service=1, overbook_percent=percent)

    assert (item.unit_limit, item.usable) == (units, 2)


def test_A12_a_room_is_no_part_of_itself():
    assert a_room("hall", parts=["left", "right", "left"]).parts == ("left", "right")
    with refused(InvalidValueError, "parts", "parts"):
        a_room("hall", parts=["left", "hall"])


def test_A5_attributes_tell_true_from_one():
    one, true = (a_room(attributes={"lift": value}) for value in (1, True))

    assert one != true
    assert one.attributes["lift"] == true.attributes["lift"]
    assert a_room(attributes={"a": 1, "b": "x"}) == a_room(attributes={"b": "x", "a": 1})


def test_C9_absences_come_in_the_order_of_their_times():
    early, late = Absence(monday("09:00", "10:00"), "b"), Absence(monday("11:00", "12:00"), "a")

    assert a_member(absences=[late, early]).absences == (early, late)
    with refused(InvalidValueError, "absences", "absences.delegate_id"):
        a_member("ada", absences=[attrs.evolve(early, delegate_id="ada")])
    with refused(InvalidValueError, "type", "absences"):
        a_member(absences=[monday("09:00", "10:00")])


def test_C4_schedules_for_single_calendars_are_named_by_ids():
    member = a_member(calendar_schedules={"yoga": "late", "massage": "early"})

    assert list(member.calendar_schedules.items()) == [("massage", "early"), ("yoga", "late")]
    with refused(InvalidValueError, "id", "calendar_schedules['yoga']"):
        a_member(calendar_schedules={"yoga": OFFICE})

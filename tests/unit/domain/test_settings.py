"""What a catalogue says beside its entries, and what entries take from it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from bookable import Calendar, Equipment, Member, Room, UnknownIdError, WeeklyHours
from bookable.domain.limit import Limit
from bookable.domain.place import Place
from bookable.domain.settings import Settings
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.limits import MOST_PLACES_DEEP
from tests.support.builders import HOUR, OFFICE, minutes, refused

EARLY = WeeklyHours.parse("Mo-Fr 06:00-12:00", zone="UTC")
LATE = WeeklyHours.parse("Mo-Fr 12:00-20:00", zone="UTC")


def a_room(**fields):
    return Room("blue", 1, **{"location_id": "floor", **fields})


# What it is made of ----------------------------------------------------------


def test_nothing_is_said_unless_told():
    settings = Settings()

    assert (dict(settings.places), dict(settings.schedules)) == ({}, {})
    assert (settings.limits, dict(settings.travel)) == ((), {})


def test_the_order_in_which_things_are_said_is_none():
    one = Settings(
        [Place("b"), Place("a")],
        {"y": EARLY, "x": LATE},
        [Limit(1, "day")],
        {("b", "a"): HOUR, ("a", "b"): minutes(5)},
    )
    other = Settings(
        [Place("a"), Place("b")],
        {"x": LATE, "y": EARLY},
        [Limit(1, "day"), Limit(1, "day")],
        {("a", "b"): minutes(5), ("b", "a"): HOUR},
    )

    assert one == other
    assert hash(one) == hash(other)
    assert list(one.places) == ["a", "b"]
    assert list(one.schedules) == ["x", "y"]
    assert list(one.travel) == [("a", "b"), ("b", "a")]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"places": [Place("a"), Place("a")]}, "duplicate_id", "places"),
        ({"places": ["a"]}, "type", "places"),
        ({"schedules": [OFFICE]}, "type", "schedules"),
        ({"schedules": {"x": None}}, "type", "schedules['x']"),
        ({"schedules": {"x": "always"}}, "type", "schedules['x']"),
        ({"schedules": {"": OFFICE}}, "id", "schedules"),
        ({"limits": [1]}, "type", "limits"),
        ({"travel": [("a", "b")]}, "type", "travel"),
        ({"travel": {"ab": HOUR}}, "type", "travel"),
        ({"travel": {("a", "b", "c"): HOUR}}, "type", "travel"),
        ({"travel": {("a", ""): HOUR}}, "id", "travel"),
        ({"travel": {("a", "b"): 5}}, "duration", "travel[('a', 'b')]"),
        ({"travel": {("a", "b"): -HOUR}}, "duration", "travel[('a', 'b')]"),
    ],
)
def test_what_it_cannot_be_made_of_is_refused(fields, code, field):
    with refused(InvalidValueError, code, field):
        Settings(**fields)


def test_a_parent_that_does_not_exist_is_named():
    with refused(UnknownIdError, "unknown_id", "place 'floor': parent_id") as caught:
        Settings([Place("floor", "house")])
    assert caught.value.id == "house"


@pytest.mark.parametrize("count", [1, 2, 3, MOST_PLACES_DEEP])
def test_no_place_is_inside_itself(count):
    ring = [Place(f"p{number}", f"p{(number + 1) % count}") for number in range(count)]

    with refused(InvalidValueError, "parent_id", "place 'p0': parent_id"):
        Settings(ring)


def test_a_place_below_a_ring_is_refused_as_well():
    with pytest.raises(InvalidValueError) as caught:
        Settings([Place("a", "b"), Place("b", "c"), Place("c", "b")])
    assert caught.value.code == "parent_id"


def test_places_are_so_many_deep_and_no_more():
    line = [Place("p0"), *(Place(f"p{number}", f"p{number - 1}") for number in range(1, 21))]

    assert len(list(Settings(line[:-1]).above("p19"))) == MOST_PLACES_DEEP
    with pytest.raises(LimitExceededError) as caught:
        Settings(line)
    assert (caught.value.needed, caught.value.allowed) == (21, MOST_PLACES_DEEP)


# Where things are --------------------------------------------------------------


TREE = Settings([Place("site"), Place("house", "site"), Place("floor", "house"), Place("shed")])


def test_what_is_around_a_place_comes_innermost_first():
    assert [each.id for each in TREE.above("floor")] == ["floor", "house", "site"]
    assert [each.id for each in TREE.above("nowhere")] == []
    assert [each.id for each in TREE.above(None)] == []


def test_a_location_is_within_itself_and_all_around_it():
    ids = ("site", "house", "floor", "shed", "nowhere")
    inside = {(one, other) for one, other in product(ids, ids) if TREE.is_within(one, other)}

    assert inside == {(each, each) for each in ids} | {
        ("house", "site"),
        ("floor", "site"),
        ("floor", "house"),
    }
    assert not TREE.is_within(None, "site")


# What is settled ------------------------------------------------------------------


def in_force(levels):
    """Read from the outside in: what a locked place has in force, nothing inside changes."""
    value, is_locked = None, False
    for hours, lock in levels:
        if not is_locked and hours is not None:
            value = hours
        is_locked = is_locked or (lock and value is not None)
    return value


def test_A6_the_outermost_lock_then_the_entry_then_the_nearest_place():
    ids, parents = ["site", "house", "floor"], [None, "site", "house"]
    every = product([None, EARLY], product([None, OFFICE, LATE], [False, True], repeat=3))
    for own, values in every:
        levels = [*zip(values[::2], values[1::2], strict=True)]
        settings = Settings(
            Place(id_, parent, hours=hours, locked=["hours"] if lock else [])
            for id_, parent, (hours, lock) in zip(ids, parents, levels, strict=True)
        )

        assert settings.settled(a_room(hours=own)).hours == in_force([*levels, (own, False)])


def test_A6_calendars_rooms_and_equipment_inherit_what_they_know():
    place = Place(
        "floor",
        hours=OFFICE,
        zone="Europe/Berlin",
        buffer_before=minutes(5),
        buffer_after=minutes(6),
        max_concurrent=3,
        enforce_capacity=False,
        minimum_notice=HOUR,
        booking_horizon=24 * HOUR,
    )
    settings = Settings([place])

    room = settings.settled(a_room())
    item = settings.settled(Equipment("table", 1, location_id="floor"))
    calendar = settings.settled(Calendar("massage", HOUR, location_id="floor"))

    assert (room.hours, room.buffer_before, room.buffer_after) == (OFFICE, minutes(5), minutes(6))
    assert (room.max_concurrent, room.enforce_capacity) == (3, False)
    assert (item.hours, item.buffer_before, item.buffer_after) == (OFFICE, minutes(5), minutes(6))
    assert (calendar.hours, calendar.zone) == (OFFICE, place.zone)
    assert (calendar.buffer_before, calendar.buffer_after) == (minutes(5), minutes(6))
    assert (calendar.minimum_notice, calendar.booking_horizon) == (HOUR, 24 * HOUR)


def test_A6_what_an_entry_says_itself_stays():
    settings = Settings([Place("floor", hours=OFFICE, buffer_before=HOUR, zone="Europe/Berlin")])
    calendar = Calendar("massage", HOUR, location_id="floor", zone="UTC", buffer_before=minutes(1))

    settled = settings.settled(calendar)

    assert settled.zone is not None
    assert settled.zone.key == "UTC"
    assert (settled.buffer_before, settled.hours) == (minutes(1), OFFICE)


def test_A6_a_lock_holds_even_against_a_schedule():
    settings = Settings(
        [Place("floor", hours=OFFICE, locked=["hours"])], schedules={"early": EARLY}
    )

    assert settings.settled(a_room(schedule_id="early")).hours == OFFICE


def test_who_has_no_place_and_no_schedule_is_settled_as_it_is():
    room, ada = a_room(location_id=None), Member("ada")

    assert Settings([Place("floor", hours=OFFICE)]).settled(room) is room
    assert Settings([Place("floor", hours=OFFICE)]).settled(ada) is ada


def test_C4_a_named_schedule_gives_the_hours_that_are_left_open():
    settings = Settings([Place("floor", hours=LATE)], schedules={"early": EARLY})

    assert settings.settled(a_room(schedule_id="early")).hours == EARLY
    assert settings.settled(a_room(schedule_id="early", hours=OFFICE)).hours == OFFICE
    assert settings.settled(Member("ada", schedule_id="early")).hours == EARLY


def test_C4_a_schedule_that_does_not_exist_is_named():
    settings = Settings(schedules={"early": EARLY})

    settings.check_entry(Member("ada", schedule_id="early", calendar_schedules={"c": "early"}))
    for entry in (
        a_room(schedule_id="late"),
        Member("blue", calendar_schedules={"massage": "late"}),
    ):
        with refused(UnknownIdError, "unknown_id", "'blue': schedule_id") as caught:
            settings.check_entry(entry)
        assert caught.value.id == "late"
        assert str(caught.value).endswith("no schedule 'late'; known: 'early'")


NAMED = [Room("x", 1, location_id="shed"), Equipment("x", 1, location_id="shed")]
NAMED += [Calendar("x", HOUR, location_id="shed")]


@pytest.mark.parametrize("entry", NAMED)
def test_a_location_is_one_of_the_places_where_there_are_any(entry):
    Settings().check_entry(entry)
    Settings([Place("shed")]).check_entry(entry)
    with refused(UnknownIdError, "unknown_id") as caught:
        Settings([Place("floor"), Place("attic")]).check_entry(entry)
    assert caught.value.field.endswith("'x': location_id")
    assert (caught.value.kind, caught.value.id) == ("place", "shed")
    assert caught.value.known == ("attic", "floor")


@pytest.mark.parametrize("way", [("floor", "shed"), ("shed", "floor")])
def test_travel_is_between_places_where_there_are_any(way):
    assert way in Settings(travel={way: HOUR}).travel
    with refused(UnknownIdError, "unknown_id", "travel") as caught:
        Settings([Place("floor")], travel={way: HOUR})
    assert caught.value.id == "shed"


def test_travel_of_no_time_is_allowed():
    assert Settings(travel={("a", "b"): timedelta(0)}).travel["a", "b"] == timedelta(0)

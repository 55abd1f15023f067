"""The catalogue: what fits together, and the operations that keep it so."""

from __future__ import annotations

import pickle

import attrs
import pytest

from bookable import (
    Absence,
    AddOn,
    Calendar,
    Catalogue,
    Equipment,
    IdConflictError,
    InvalidAmountError,
    InvalidValueError,
    Limit,
    LimitExceededError,
    Member,
    Place,
    Requirement,
    ResourceInUseError,
    Room,
    Settings,
    UnknownIdError,
    all_of,
    any_of,
)
from bookable.domain import catalogue as module
from bookable.domain import references
from tests.support.builders import (
    HOUR,
    OFFICE,
    a_calendar,
    a_catalogue,
    a_class,
    a_member,
    a_room,
    an_item,
    monday,
    refused,
)


def the_clinic() -> Catalogue:
    return a_catalogue(
        a_room("blue room", capacity=2, calendar_ids=["massage", "sauna"], location_id="berlin"),
        a_room("red room", capacity=4, calendar_ids=["massage"], location_id="paris"),
        an_item("table", calendar_ids=["massage"], location_id="berlin"),
        a_member("ada"),
        a_member("grace"),
        a_calendar("massage", member_ids=["ada", "grace"], location_id="berlin"),
        a_calendar("sauna"),
    )


# What fits together --------------------------------------------------------


def test_a_catalogue_holds_everything_by_its_id():
    clinic = the_clinic()

    assert clinic.room("blue room").capacity == 2
    assert clinic.equipment_item("table").quantity == 3
    assert clinic.member("ada") == a_member("ada")
    assert clinic.calendar("sauna") == a_calendar("sauna")
    assert clinic.resource("ada") == clinic.get("ada")
    assert clinic.get("nobody") is None
    assert "ada" in clinic
    assert "nobody" not in clinic
    assert len(clinic) == 7
    assert [entry.id for entry in clinic] == [
        "blue room",
        "red room",
        "table",
        "ada",
        "grace",
        "massage",
        "sauna",
    ]


def test_the_order_of_the_input_does_not_matter():
    rooms = [a_room("blue room"), a_room("red room")]
    one, two = Catalogue(rooms=rooms), Catalogue(rooms=iter(rooms[::-1]))

    assert one == two
    assert hash(one) == hash(two)
    assert list(one) == list(two)
    assert one != Catalogue(rooms=rooms[:1])


def test_an_empty_catalogue_is_a_catalogue():
    assert len(Catalogue()) == 0
    assert Catalogue() == Catalogue()


@pytest.mark.parametrize(
    ("second", "field"),
    [
        (a_room("x", capacity=2), "room.id"),
        (an_item("x"), "equipment.id"),
        (a_member("x"), "member.id"),
        (a_calendar("x"), "calendar.id"),
    ],
)
def test_one_id_names_one_thing_across_all_kinds(second, field):
    with refused(InvalidValueError, "duplicate_id", field):
        Catalogue(
            rooms=[a_room("x"), *([second] if field == "room.id" else [])],
            equipment=[second] if field == "equipment.id" else [],
            members=[second] if field == "member.id" else [],
            calendars=[second] if field == "calendar.id" else [],
        )


def test_ids_that_differ_in_case_are_different():
    assert len(a_catalogue(a_room("x"), a_room("X"))) == 2


@pytest.mark.parametrize(
    ("entries", "kind", "field"),
    [
        ([a_room("r", calendar_ids=["no"])], "calendar", "room 'r': calendar_ids"),
        ([an_item("e", calendar_ids=["no"])], "calendar", "equipment 'e': calendar_ids"),
        ([a_calendar("c", member_ids=["no"])], "member", "calendar 'c': member_ids"),
        (
            [a_calendar("c", requirements=[all_of("no")])],
            "resource",
            "calendar 'c': requirements",
        ),
    ],
)
def test_a_name_of_nothing_is_refused(entries, kind, field):
    with refused(UnknownIdError, "unknown_id", field) as caught:
        a_catalogue(*entries)
    assert (caught.value.kind, caught.value.id) == (kind, "no")


@pytest.mark.parametrize(
    ("entries", "kind"),
    [
        ([a_room("r", calendar_ids=["ada"]), a_member("ada")], "calendar"),
        ([a_calendar("c", member_ids=["r"]), a_room("r")], "member"),
        ([a_calendar("c", requirements=[all_of("d")]), a_calendar("d")], "resource"),
    ],
)
def test_a_name_of_the_wrong_kind_is_refused(entries, kind):
    with pytest.raises(UnknownIdError) as caught:
        a_catalogue(*entries)
    assert caught.value.kind == kind


@pytest.mark.parametrize("name", ["rooms", "equipment", "members", "calendars"])
@pytest.mark.parametrize("values", [None, 3, "room", {"a": 1}, [None], [object()]])
def test_what_is_no_list_of_entries_is_refused(name, values):
    with refused(InvalidValueError, "type", name):
        Catalogue(**{name: values})


def test_a_room_among_the_members_is_refused():
    with refused(InvalidValueError, "type", "members"):
        Catalogue(members=[a_room()])


def test_the_number_of_entries_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST_RESOURCES", 2)

    assert len(a_catalogue(a_room("a"), a_room("b"))) == 2
    with pytest.raises(LimitExceededError) as caught:
        a_catalogue(a_room("a"), a_room("b"), a_member("c"))
    assert (caught.value.needed, caught.value.allowed) == (3, 2)


# Questions -----------------------------------------------------------------


ASKED_BY_ID = [
    ("room", "room", "room_id"),
    ("equipment_item", "equipment", "equipment_id"),
    ("member", "member", "member_id"),
    ("calendar", "calendar", "calendar_id"),
    ("resource", "resource", "resource_id"),
]


@pytest.mark.parametrize(("ask", "kind", "field"), ASKED_BY_ID)
def test_an_id_of_nothing_is_unknown(ask, kind, field):
    with refused(UnknownIdError, "unknown_id", field) as caught:
        getattr(the_clinic(), ask)("nobody")
    assert (caught.value.kind, caught.value.id) == (kind, "nobody")


@pytest.mark.parametrize("kind", ["room", "equipment_item", "member", "calendar", "resource"])
def test_an_unknown_id_tells_some_of_those_of_its_kind(kind):
    catalogue = the_clinic()
    like = {"room": Room, "equipment_item": Equipment, "member": Member, "calendar": Calendar}
    ids = sorted(
        entry.id
        for entry in catalogue
        if isinstance(entry, like.get(kind, Room | Equipment | Member))
    )

    with refused(UnknownIdError, "unknown_id") as caught:
        getattr(catalogue, kind)("nobody")

    assert caught.value.known == tuple(ids[:5])
    assert caught.value.known_in_all == len(ids) > 0


def test_an_id_of_any_kind_may_be_asked_for_the_removal():
    with refused(UnknownIdError, "unknown_id", "id") as caught:
        the_clinic().remove("nobody")
    assert caught.value.known_in_all == len(the_clinic())


@pytest.mark.parametrize(("ask", "kind", "field"), ASKED_BY_ID)
@pytest.mark.parametrize("entry_id", ["", None, 3, [], {}])
def test_what_can_be_no_id_is_refused_as_such(ask, kind, field, entry_id):
    with refused(InvalidValueError, "id", field):
        getattr(the_clinic(), ask)(entry_id)


@pytest.mark.parametrize(
    ("ask", "entry_id"),
    [
        ("room", "ada"),
        ("equipment_item", "blue room"),
        ("member", "massage"),
        ("calendar", "table"),
        ("resource", "massage"),
    ],
)
def test_an_id_of_another_kind_is_unknown(ask, entry_id):
    with pytest.raises(UnknownIdError):
        getattr(the_clinic(), ask)(entry_id)


def test_a_calendar_has_the_rooms_and_equipment_that_name_it():
    clinic = the_clinic()

    assert [room.id for room in clinic.rooms_of("massage")] == ["blue room", "red room"]
    assert [room.id for room in clinic.rooms_of("sauna")] == ["blue room"]
    assert [item.id for item in clinic.equipment_of("massage")] == ["table"]
    assert clinic.equipment_of("sauna") == ()
    assert clinic.rooms_of("nothing") == ()


def test_entries_are_listed_by_id_location_and_page():
    rooms = a_catalogue(
        *(a_room(name, location_id=place) for name, place in [("d", "x"), ("b", "x"), ("a", "y")]),
        a_room("c", location_id="x"),
    )

    def ids(**asked):
        return [room.id for room in rooms.rooms(**asked)]

    assert ids() == ["a", "b", "c", "d"]
    assert ids(location_id="x") == ["b", "c", "d"]
    assert ids(limit=2) == ["a", "b"]
    assert ids(limit=0) == []
    assert ids(skip=3) == ["d"]
    assert ids(skip=4) == []
    assert ids(location_id="x", skip=1, limit=1) == ["c"]
    assert ids(location_id="nowhere") == []


def test_each_kind_is_listed_apart():
    clinic = the_clinic()

    assert [entry.id for entry in clinic.rooms(location_id="berlin")] == ["blue room"]
    assert [entry.id for entry in clinic.equipment(location_id="berlin")] == ["table"]
    assert clinic.equipment(location_id="paris") == ()
    assert [entry.id for entry in clinic.members(skip=1)] == ["grace"]
    assert [entry.id for entry in clinic.calendars()] == ["massage", "sauna"]
    assert [entry.id for entry in clinic.calendars(location_id="berlin")] == ["massage"]


@pytest.mark.parametrize("listed", ["rooms", "equipment", "members", "calendars"])
@pytest.mark.parametrize("name", ["limit", "skip"])
@pytest.mark.parametrize("value", [-1, True, 1.0, "1", float("nan")])
def test_a_page_is_counted_in_whole_numbers(listed, name, value):
    with refused(InvalidAmountError, "quantity", name):
        getattr(the_clinic(), listed)(**{name: value})


@pytest.mark.parametrize("ask", ["get", "rooms_of", "equipment_of"])
@pytest.mark.parametrize("entry_id", ["", None, 3, [], {}])
def test_a_question_about_what_can_be_no_id_is_refused(ask, entry_id):
    with refused(InvalidValueError, "id"):
        getattr(the_clinic(), ask)(entry_id)


@pytest.mark.parametrize("entry_id", ["", None, 3, [], {}])
def test_what_can_be_no_id_is_in_no_catalogue(entry_id):
    assert entry_id not in the_clinic()


@pytest.mark.parametrize("listed", ["rooms", "equipment", "calendars"])
def test_a_location_is_an_id(listed):
    with refused(InvalidValueError, "id", "location_id"):
        getattr(the_clinic(), listed)(location_id=[])


def test_the_calendar_of_a_booking_may_be_none_or_gone():
    clinic = the_clinic()

    assert clinic.calendar_or_none("sauna") == a_calendar("sauna")
    assert clinic.calendar_or_none(None) is None
    assert clinic.calendar_or_none("gone") is None
    assert clinic.calendar_or_none("ada") is None


def test_a_catalogue_knows_what_another_one_lacks():
    before = the_clinic()
    after = before.remove("red room").add(a_member("linus")).replace(a_member("ada", weight=2))

    assert before.without_those_of(after) == ("red room",)
    assert after.without_those_of(before) == ("linus",)
    assert before.without_those_of(the_clinic()) == ()


def test_a_stamp_follows_from_what_the_catalogue_says_of_an_entry():
    before = the_clinic()
    after = before.replace(a_member("ada", weight=2))

    assert before.stamp("ada") == the_clinic().stamp("ada")
    assert before.stamp("ada") != after.stamp("ada")
    assert before.stamp("grace") == after.stamp("grace")
    assert before.stamp("nobody") == 0


def test_the_stamp_of_a_calendar_takes_in_what_serves_it():
    before = a_catalogue(a_calendar(), a_room(calendar_ids=["massage"]), a_room("attic"))
    larger = before.replace(a_room(capacity=9, calendar_ids=["massage"]))
    elsewhere = before.replace(a_room("attic", capacity=9))

    assert before.stamp("massage") != larger.stamp("massage")
    assert before.stamp("massage") == elsewhere.stamp("massage")


def test_the_stamp_of_a_calendar_takes_in_the_schedules_that_its_members_have_for_it():
    def stamp(**schedules):
        members = [a_member("ada", calendar_schedules=schedules)]
        calendars = [a_calendar(member_ids=["ada"])]
        known = {"early": OFFICE, "late": OFFICE}
        catalogue = Catalogue(members=members, calendars=calendars, schedules=known)
        return catalogue.stamp("massage")

    assert stamp(massage="early") != stamp(massage="late")
    assert stamp(massage="early", yoga="early") == stamp(massage="early", yoga="late")


# Commands ------------------------------------------------------------------


def test_adding_makes_another_catalogue_and_leaves_the_first_alone():
    before = the_clinic()

    after = before.add(a_member("linus"))

    assert after.member("linus") == a_member("linus")
    assert "linus" not in before
    assert before == the_clinic()
    assert after == a_catalogue(*before, a_member("linus"))


def test_adding_a_room_links_it_to_its_calendars():
    after = the_clinic().add(a_room("attic", calendar_ids=["sauna"]))

    assert [room.id for room in after.rooms_of("sauna")] == ["attic", "blue room"]


def test_adding_the_same_content_again_changes_nothing():
    clinic = the_clinic()

    assert clinic.add(a_member("ada")) is clinic


def test_adding_other_content_under_a_taken_id_is_a_conflict():
    clinic = the_clinic()

    with refused(IdConflictError, "id_conflict") as caught:
        clinic.add(a_member("ada", priority=1))
    assert (caught.value.kind, caught.value.id) == ("member", "ada")
    with pytest.raises(IdConflictError):
        clinic.add(a_room("ada"))
    assert clinic == the_clinic()


def test_replacing_changes_any_field_of_one_entry():
    before = the_clinic()

    after = before.replace(a_member("ada", hours=OFFICE, is_active=False))

    assert after.member("ada").hours == OFFICE
    assert before.member("ada").hours is None
    assert before.replace(a_member("ada")) is before


@pytest.mark.parametrize("entry", [a_member("linus"), a_room("ada"), a_class("ada")])
def test_only_what_is_there_in_the_same_kind_can_be_replaced(entry):
    with refused(UnknownIdError, "unknown_id", "id") as caught:
        the_clinic().replace(entry)
    assert caught.value.id == entry.id


def test_a_replacement_that_names_nothing_known_is_refused():
    with refused(UnknownIdError, "unknown_id", "room 'red room': calendar_ids"):
        the_clinic().replace(a_room("red room", calendar_ids=["no"]))


@pytest.mark.parametrize("command", ["add", "replace"])
@pytest.mark.parametrize("value", [None, 3, "ada", object(), all_of("ada")])
def test_what_is_no_entry_is_refused(command, value):
    with refused(InvalidValueError, "type", "entry"):
        getattr(the_clinic(), command)(value)


def test_what_nobody_names_can_be_removed():
    after = the_clinic().remove("red room")

    assert "red room" not in after
    assert [room.id for room in after.rooms_of("massage")] == ["blue room"]


@pytest.mark.parametrize(
    ("entry_id", "kind", "used_by"),
    [
        ("massage", "calendar", ("blue room", "red room", "table")),
        ("sauna", "calendar", ("blue room",)),
        ("ada", "member", ("massage",)),
    ],
)
def test_what_others_name_stays_unless_it_is_taken_out_of_them(entry_id, kind, used_by):
    clinic = the_clinic()

    with refused(ResourceInUseError, "in_use") as caught:
        clinic.remove(entry_id)
    assert (caught.value.kind, caught.value.id, caught.value.used_by) == (kind, entry_id, used_by)
    assert clinic == the_clinic()

    after = clinic.remove(entry_id, detach=True)
    assert entry_id not in after
    assert all(entry_id not in module.references_of(entry) for entry in after)


def test_taking_a_calendar_out_of_a_room_leaves_its_other_calendars():
    after = the_clinic().remove("massage", detach=True)

    assert after.room("blue room").calendar_ids == ("sauna",)
    assert after.room("red room").calendar_ids == ()
    assert after.equipment_item("table").calendar_ids == ()


def test_taking_a_member_out_of_a_calendar_leaves_the_others():
    team = a_catalogue(
        a_member("ada"),
        a_member("grace"),
        a_calendar("show", kind="collective", member_ids=["ada", "grace"], primary_id="ada"),
    )

    without_primary = team.remove("ada", detach=True).calendar("show")
    without_other = team.remove("grace", detach=True).calendar("show")

    assert (without_primary.member_ids, without_primary.primary_id) == (("grace",), None)
    assert (without_other.member_ids, without_other.primary_id) == (("ada",), "ada")


@pytest.mark.parametrize(
    "calendar",
    [
        a_calendar("talk", kind="personal", member_ids=["ada"]),
        a_calendar("talk", kind="collective", member_ids=["ada"]),
        a_calendar("talk", requirements=[all_of("ada")]),
        a_calendar("talk", kind="round_robin", member_ids=["ada"]),
        a_class("talk", member_ids=["ada"]),
    ],
)
def test_what_a_calendar_cannot_do_without_is_never_taken_out_of_it(calendar):
    team = a_catalogue(a_member("ada"), calendar)

    with refused(ResourceInUseError, "in_use") as caught:
        team.remove("ada", detach=True)
    assert caught.value.used_by == ("talk",)
    assert team == a_catalogue(a_member("ada"), calendar)


def test_a_role_that_needed_all_needs_all_that_are_left():
    names = ["ada", "grace", "linus"]
    members = [a_member(name) for name in names]
    both = a_catalogue(*members, a_calendar("talk", requirements=[all_of(*names)]))
    some = a_catalogue(*members, a_calendar("talk", requirements=[any_of(*names, count=2)]))

    assert both.remove("ada", detach=True).calendar("talk").requirements == (
        all_of("grace", "linus"),
    )
    assert some.remove("ada", detach=True).calendar("talk").requirements == (
        any_of("grace", "linus", count=2),
    )


def test_a_calendar_without_requirements_of_its_own_stays_so():
    team = a_catalogue(
        a_member("ada"), a_member("grace"), a_calendar("talk", member_ids=["ada", "grace"])
    )

    assert team.remove("ada", detach=True).calendar("talk").requirements is None


def test_what_is_not_there_cannot_be_removed():
    with refused(UnknownIdError, "unknown_id", "id"):
        the_clinic().remove("nobody")
    with refused(InvalidValueError, "id", "id"):
        the_clinic().remove(None)


@pytest.mark.parametrize("detach", [None, 1, "yes"])
def test_whether_to_detach_is_true_or_false(detach):
    with refused(InvalidValueError, "flag", "detach"):
        the_clinic().remove("red room", detach=detach)


# Parts of rooms -------------------------------------------------------------


def halls(**parts: list[str]) -> Catalogue:
    """Rooms by name with their parts; those that are only named have none."""
    named = {*parts, *(part for each in parts.values() for part in each)}
    return a_catalogue(*(a_room(name, parts=parts.get(name, ())) for name in sorted(named)))


def test_A12_rooms_overlap_where_they_share_a_part():
    catalogue = halls(hall=["left", "right"], suite=["right", "attic"])

    assert catalogue.overlapping_rooms == {
        "attic": ("suite",),
        "hall": ("left", "right", "suite"),
        "left": ("hall",),
        "right": ("hall", "suite"),
        "suite": ("attic", "hall", "right"),
    }
    assert a_catalogue(a_room("a"), a_room("b")).overlapping_rooms == {}


def test_A12_parts_may_have_parts():
    catalogue = halls(floor=["hall", "attic"], hall=["left", "right"])

    assert catalogue.overlapping_rooms["left"] == ("floor", "hall")
    assert catalogue.overlapping_rooms["floor"] == ("attic", "hall", "left", "right")
    assert "right" not in catalogue.overlapping_rooms["left"]


@pytest.mark.parametrize(
    "parts",
    [
        {"a": ["b"], "b": ["a"]},
        {"a": ["b", "x"], "b": ["c"], "c": ["x", "a"]},
        {"x": ["a"], "a": ["b"], "b": ["a"]},
    ],
)
def test_A12_no_room_contains_itself(parts):
    with refused(InvalidValueError, "parts", "parts"):
        halls(**parts)


@pytest.mark.parametrize("names", [range(30), range(30, 0, -1)])
def test_A12_rooms_lie_so_deep_inside_each_other_and_no_deeper(names):
    line = [f"room {number:02}" for number in names]

    def nested(count):
        return halls(**{line[number]: [line[number + 1]] for number in range(count - 1)})

    assert len(nested(20).overlapping_rooms[line[0]]) == 19
    for count in (21, 30):
        with pytest.raises(LimitExceededError, match="rooms inside each other"):
            nested(count)


def test_A12_a_part_of_many_rooms_is_looked_at_once():
    # 2 ** 18 ways lead from the first room to the last.
    parts = {}
    for level in range(18):
        if level % 2 == 0:
            parts[f"r{level}"] = [f"r{level + 1}a", f"r{level + 1}b"]
        else:
            parts[f"r{level}a"] = parts[f"r{level}b"] = [f"r{level + 1}"]

    assert "r18" in halls(**parts).overlapping_rooms["r0"]


def test_A12_a_part_is_a_room():
    with refused(UnknownIdError, "unknown_id", "room 'hall': parts") as caught:
        a_catalogue(a_room("hall", parts=["table"]), an_item("table"))
    assert (caught.value.kind, caught.value.id) == ("room", "table")


def test_a_part_that_goes_is_taken_out_of_what_it_was_a_part_of():
    catalogue = halls(hall=["left", "right"])

    with refused(ResourceInUseError, "in_use") as caught:
        catalogue.remove("left")
    assert caught.value.used_by == ("hall",)

    after = catalogue.remove("left", detach=True)
    assert after.room("hall").parts == ("right",)
    assert after.overlapping_rooms == {"hall": ("right",), "right": ("hall",)}


# What else is named ---------------------------------------------------------


AWAY = Absence(monday("09:00", "10:00"), "a course", "eve")


def test_C9_a_delegate_is_a_member():
    away = a_member("ada", absences=[AWAY])

    assert a_catalogue(away, a_member("eve")).member("ada").absences == (AWAY,)
    for others in ([], [a_room("eve")]):
        with refused(UnknownIdError, "unknown_id", "member 'ada': absences.delegate_id"):
            a_catalogue(away, *others)


def test_a_delegate_who_goes_is_taken_out_of_the_absences():
    other = Absence(monday("11:00", "12:00"), "", "bob")
    away = a_member("ada", absences=[AWAY, other])
    team = a_catalogue(away, a_member("eve"), a_member("bob"))

    with refused(ResourceInUseError, "in_use"):
        team.remove("eve")
    after = team.remove("eve", detach=True).member("ada")

    assert after.absences == (Absence(AWAY.interval, "a course"), other)


def test_C14_what_add_ons_need_exists():
    wash = AddOn("wash", HOUR, [any_of("basin", "shower")])
    calendar = a_calendar("cut", add_ons=[wash], requirements=[any_of("shower", "sink")])

    with refused(UnknownIdError, "unknown_id", "calendar 'cut': requirements") as caught:
        a_catalogue(calendar, an_item("shower"), an_item("sink"))
    assert caught.value.id == "basin"

    salon = a_catalogue(calendar, an_item("basin"), an_item("shower"), an_item("sink"))
    with refused(ResourceInUseError, "in_use"):
        salon.remove("basin")
    (left,) = salon.remove("basin", detach=True).calendar("cut").add_ons
    assert left.requirements == (any_of("shower"),)
    with refused(ResourceInUseError, "in_use"):
        salon.remove("basin", detach=True).remove("shower", detach=True)


def test_a_pool_that_is_emptied_never_comes_to_mean_everything_of_its_kind():
    calendar = a_calendar("talk", requirements=[Requirement(["attic"], kind="room")])
    house = a_catalogue(calendar, a_room("attic"), a_room("hall"))

    with refused(ResourceInUseError, "in_use") as caught:
        house.remove("attic", detach=True)
    assert caught.value.used_by == ("talk",)


def test_a_role_of_a_kind_names_nobody():
    calendar = a_calendar("talk", requirements=[Requirement(kind="room")])

    assert a_catalogue(calendar, a_room("attic")).remove("attic").calendar("talk") == calendar


# Beside the entries ---------------------------------------------------------


HOUSE = Settings(
    places=[
        Place("house", hours=OFFICE, buffer_after=HOUR),
        Place("floor", parent_id="house"),
        Place("park"),
    ],
    schedules={"office": OFFICE},
    limits=[Limit(3, "day")],
    travel={("house", "park"): HOUR},
)


def a_house() -> Catalogue:
    entries = a_room(location_id="floor"), a_member(schedule_id="office"), a_calendar()
    return Catalogue(
        entries[:1],
        members=entries[1:2],
        calendars=entries[2:],
        places=HOUSE.places.values(),
        schedules=HOUSE.schedules,
        limits=HOUSE.limits,
        travel=HOUSE.travel,
    )


def test_settings_are_part_of_what_a_catalogue_says():
    house = a_house()

    assert house.settings == HOUSE
    assert house == a_house()
    assert hash(house) == hash(a_house())
    assert house != house.with_settings(Settings(schedules=HOUSE.schedules))
    assert house.with_settings(HOUSE) == house


def test_settings_stay_through_every_command_and_through_pickling():
    house = a_house()

    changed = [
        house.add(a_room("attic")),
        house.replace(a_member(schedule_id="office", weight=2)),
        house.remove("massage"),
        pickle.loads(pickle.dumps(house)),
    ]

    assert all(each.settings == HOUSE for each in changed)
    assert changed[-1] == house


def test_settled_entries_keep_their_kind():
    house = a_house()

    assert house.settled_resource("blue room").hours == OFFICE
    assert house.settled_resource("blue room").buffer_after == HOUR
    assert house.settled_resource("ada").hours == OFFICE
    assert house.settled_calendar("massage") == house.calendar("massage")
    assert house.room("blue room").hours is None
    assert house.settled("nobody") is None


@pytest.mark.about_a_cache("the very same entry")
def test_an_entry_is_settled_once():
    house = a_house()

    assert house.settled("blue room") is house.settled("blue room")


@pytest.mark.parametrize("entry_id", ["", None, [], {}, 3])
def test_what_can_be_no_id_is_never_settled(entry_id):
    for ask in ("settled", "settled_resource", "settled_calendar", "stamp"):
        with pytest.raises(InvalidValueError):
            getattr(a_house(), ask)(entry_id)


def test_settling_what_is_not_there_is_refused():
    for ask, kind in (("settled_resource", "resource"), ("settled_calendar", "calendar")):
        with refused(UnknownIdError, "unknown_id", f"{kind}_id"):
            getattr(a_house(), ask)("nobody")


@pytest.mark.parametrize("entry", [a_room, a_member, a_calendar, an_item])
def test_C4_a_schedule_that_is_named_exists(entry):
    with refused(UnknownIdError, "unknown_id") as caught:
        a_catalogue(entry("x", schedule_id="night"))
    assert (caught.value.kind, caught.value.id) == ("schedule", "night")


def test_a_schedule_that_is_still_named_stays():
    with refused(UnknownIdError, "unknown_id"):
        a_house().with_settings(Settings())
    with refused(InvalidValueError, "type", "settings"):
        a_house().with_settings({})


def test_the_stamp_of_an_entry_takes_in_what_it_inherits():
    house = a_house()
    later = house.with_settings(
        attrs.evolve(
            HOUSE, places=[Place("floor", buffer_after=2 * HOUR), Place("house"), Place("park")]
        )
    )

    assert house.stamp("blue room") != later.stamp("blue room")
    assert house.stamp("nobody") == later.stamp("nobody") == 0


def test_a_part_is_shared_by_a_bounded_number_of_rooms(monkeypatch):
    monkeypatch.setattr(references, "MOST_ROOMS_PER_PART", 3)
    halls = [Room(f"hall {number}", 9, parts=["attic"]) for number in range(3)]

    assert len(Catalogue(rooms=[Room("attic", 1), *halls[:2]]).overlapping_rooms["attic"]) == 2
    with refused(LimitExceededError, "limit_exceeded") as caught:
        Catalogue(rooms=[Room("attic", 1), *halls])
    assert (caught.value.needed, caught.value.allowed) == (4, 3)


def test_the_pairs_of_rooms_that_share_parts_are_bounded(monkeypatch):
    monkeypatch.setattr(references, "MOST_OVERLAPS", 13)
    rooms = [Room("attic", 1), Room("hall", 9, parts=["attic"]), Room("cellar", 1)]
    rooms += [Room("lobby", 9, parts=["attic"])]

    assert len(Catalogue(rooms=rooms).overlapping_rooms["attic"]) == 2
    with refused(LimitExceededError, "limit_exceeded") as caught:
        Catalogue(rooms=[*rooms, Room("bar", 9, parts=["attic"])])
    assert (caught.value.limit, caught.value.needed) == ("pairs of rooms that share a part", 16)


def test_the_parts_of_rooms_are_bounded_before_they_are_put_together(monkeypatch):
    monkeypatch.setattr(references, "MOST_OVERLAPS", 13)
    atoms = [Room(f"atom {number}", 1) for number in range(5)]
    hall = Room("hall", 9, parts=[each.id for each in atoms])
    others = [Room("one", 9, parts=["hall"]), Room("two", 9, parts=["hall"])]

    with refused(LimitExceededError, "limit_exceeded") as caught:
        Catalogue(rooms=[*atoms, hall, *others])
    assert (caught.value.limit, caught.value.needed) == ("parts of rooms", 15)


@pytest.mark.about_a_cache("stamps are not worked out again")
def test_what_all_entries_share_is_stamped_once(monkeypatch):
    asked = []
    real = module.stamp_of
    monkeypatch.setattr(module, "stamp_of", lambda value: asked.append(value) or real(value))
    house = a_house()

    for entry in (*house, *house):
        house.stamp(entry.id)

    assert sum(isinstance(value, Settings) for value in asked) == 1
    assert sum(value == house.settled("blue room") for value in asked) == 1

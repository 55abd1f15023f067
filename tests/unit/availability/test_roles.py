"""What each candidate would give, and for how long it is kept."""

from __future__ import annotations

from itertools import product

import pytest

from bookable import InvalidValueError, Request, Requirement, UnknownIdError, all_of, units_of
from bookable.availability.pools import Reading
from bookable.availability.resolve import resolve
from bookable.availability.roles import candidate_of
from bookable.domain.policy import BLOCKING_KINDS, BufferPolicy
from bookable.domain.service import AddOn
from tests.support.builders import (
    HOUR,
    OFFICE,
    a_calendar,
    a_catalogue,
    a_member,
    a_request,
    a_room,
    an_item,
    minutes,
    refused,
)

TABLE = an_item("table", 9)


def own(*needs, entries=(TABLE, a_room(), a_member("ada")), **fields):
    return resolve(a_request(*needs, **fields), a_catalogue(*entries))


def only(question):
    ((candidate,),) = (role.candidates for role in question.roles)
    return candidate


def names(question):
    return [(role.name, [each.resource.id for each in role.candidates]) for role in question.roles]


# What is needed ------------------------------------------------------------------


def test_add_ons_and_who_attends_come_after_what_the_calendar_needs():
    calendar = a_calendar(
        member_ids=["ada"],
        add_ons=[AddOn("dye", requirements=[all_of("basin"), all_of("chair")]), AddOn("tea")],
    )
    entries = [
        calendar,
        a_member("ada"),
        a_member("bob"),
        a_member("cem"),
        an_item("basin"),
        an_item("chair"),
        a_room(calendar_ids=["massage"]),
    ]
    request = Request(
        HOUR, calendar_id="massage", add_on_ids=["tea", "dye"], attendee_ids=["cem", "bob"]
    )

    assert names(resolve(request, a_catalogue(*entries))) == [
        ("hosts", ["ada"]),
        ("rooms", ["blue room"]),
        ("basin", ["basin"]),
        ("chair", ["chair"]),
        ("attendees", ["bob", "cem"]),
    ]
    with refused(UnknownIdError, "unknown_id", "add_on_id"):
        resolve(Request(HOUR, calendar_id="massage", add_on_ids=["x"]), a_catalogue(*entries))


def test_roles_are_named_by_their_need_else_by_what_it_names():
    question = own(
        Requirement(["table"], name="desk"),
        Requirement(kind="room"),
        all_of("ada"),
        attendee_ids=["ada"],
    )

    assert [role.name for role in question.roles] == ["desk", "room", "ada", "attendees"]
    assert question.roles[3].count == 1


# What a candidate gives --------------------------------------------------------------


def test_blocks_of_the_kinds_that_the_request_names_count():
    assert only(own(all_of("ada"))).kinds == BLOCKING_KINDS
    assert only(own(all_of("ada"), blocking_kinds=["free"])).kinds == {"free", "unknown"}
    assert own(all_of("ada"), blocking_kinds=[]).blocking_kinds == {"unknown"}


@pytest.mark.parametrize(("need", "resource"), [*product([None, *BufferPolicy], repeat=2)])
def test_the_policy_is_the_requirements_else_the_resources_else_the_rules(need, resource):
    room = a_room(buffer_policy=resource)
    requirement = Requirement(["blue room"], buffer_policy=need)

    found = only(own(requirement, entries=[room], buffer_policy="existing_only"))

    assert found.policy == (need or resource or BufferPolicy.EXISTING_ONLY)


def test_a_member_takes_the_policy_of_the_rules():
    assert only(own(all_of("ada"), buffer_policy="shared")).policy is BufferPolicy.SHARED


def test_units_for_every_so_many_people_are_taken_one_by_one():
    candidate = only(own(Requirement(["table"], units=2, per_attendees=3), party_size=4))

    assert (candidate.units, candidate.individual) == (4, (2, 3))
    assert only(own(units_of("table", 2), party_size=4)).individual is None


@pytest.mark.parametrize("name", ["ada", "blue room"])
@pytest.mark.parametrize(("field", "value"), [("units", 2), ("per_attendees", 1)])
def test_only_equipment_comes_in_units(name, field, value):
    with refused(InvalidValueError, "quantity", field):
        own(Requirement([name], **{field: value}))


# The same equipment twice --------------------------------------------------------------


def test_needs_per_head_add_up_with_others_of_the_same_number_of_people():
    question = own(
        Requirement(["table"], units=1, per_attendees=2),
        Requirement(["table"], units=3, per_attendees=2),
        party_size=3,
    )

    assert (only(question).units, only(question).individual) == (8, (4, 2))


@pytest.mark.parametrize(("one", "other"), [(None, 2), (2, None), (2, 3)])
def test_needs_for_other_numbers_of_people_do_not(one, other):
    with refused(InvalidValueError, "per_attendees", "requirements"):
        own(Requirement(["table"], per_attendees=one), Requirement(["table"], per_attendees=other))


@pytest.mark.parametrize(("one", "other"), [*product(BufferPolicy, repeat=2)])
def test_the_stricter_policy_holds_for_the_sum(one, other):
    order = [BufferPolicy.EXCLUSIVE, BufferPolicy.SHARED, BufferPolicy.EXISTING_ONLY]

    found = only(
        own(Requirement(["table"], buffer_policy=one), Requirement(["table"], buffer_policy=other))
    )

    assert found.policy is next(each for each in order if each in {one, other})


@pytest.mark.parametrize(
    "need", [Requirement(kind="equipment"), Requirement(["table"], kind="equipment")]
)
def test_a_kind_that_happens_to_be_one_thing_is_another_thing_than_what_is_named(need):
    question = own(all_of("table"), need)

    assert len(question.roles) == 2
    assert question.groups == ((0, 1),)


def test_what_will_not_do_does_not_add_up():
    question = own(all_of("table"), Requirement(["table"], features=["wood"]))

    assert names(question) == [("table", ["table"]), ("table", [])]


# One more -----------------------------------------------------------------------------


def test_a_resource_as_one_more_of_what_is_asked_for():
    calendar = a_calendar(member_ids=["ada"], buffer_before=minutes(5), host_hours=OFFICE)
    catalogue = a_catalogue(calendar, a_member("ada"), a_member("bob"))
    reading = Reading(Request(HOUR, calendar_id="massage"), calendar, catalogue)

    ada, bob = (candidate_of(catalogue.member(key), reading) for key in ("ada", "bob"))

    assert (ada.before, ada.hours) == (300_000_000, OFFICE)
    assert (bob.before, bob.hours) == (300_000_000, None)

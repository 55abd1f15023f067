"""A request read against a catalogue: roles, candidates, rules and conditions."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bookable import (
    AnyHours,
    Catalogue,
    Epoch,
    Hours,
    InvalidValueError,
    LimitExceededError,
    LocalMidnight,
    OutOfService,
    Request,
    Requirement,
    UnknownIdError,
    WeeklyHours,
    all_of,
    any_of,
    units_of,
)
from bookable.availability import competition as module
from bookable.availability import question as questions
from bookable.availability.question import Candidate
from bookable.availability.resolve import resolve, zone_of
from bookable.domain.limit import Limit
from bookable.domain.policy import BookingPolicy
from bookable.timeline.grid import WholeDays
from tests.support.builders import (
    DAY,
    HOUR,
    OFFICE,
    a_calendar,
    a_catalogue,
    a_class,
    a_member,
    a_request,
    a_room,
    an_item,
    minutes,
    monday,
    refused,
)

TEAM = [a_member("ada"), a_member("grace")]
US_OF = {"hour": 3_600_000_000}


def asked(*entries, calendar="massage", duration=HOUR, **fields):
    return resolve(Request(duration, calendar_id=calendar, **fields), a_catalogue(*entries))


def roles(question):
    return [
        (role.name, [each.resource.id for each in role.candidates], role.count)
        for role in question.roles
    ]


# Roles ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "members", "hosts"),
    [
        ("personal", ["ada"], [("hosts", ["ada"], 1)]),
        ("collective", ["grace", "ada"], [("hosts", ["ada", "grace"], 2)]),
        ("round_robin", ["grace", "ada"], [("hosts", ["ada", "grace"], 1)]),
        ("class", ["ada", "grace"], [("hosts", ["ada", "grace"], 1)]),
        ("service", ["ada", "grace"], [("hosts", ["ada", "grace"], 1)]),
        ("round_robin", [], []),
        ("event", [], []),
    ],
)
def test_the_kind_of_a_calendar_says_how_many_hosts_it_needs(kind, members, hosts):
    calendar = a_calendar(kind=kind, member_ids=members)

    question = asked(*TEAM, a_room(calendar_ids=["massage"]), calendar)

    assert roles(question) == [*hosts, ("rooms", ["blue room"], 1)]


def test_a_calendar_needs_any_one_of_its_rooms_and_one_unit_of_each_equipment():
    question = asked(
        a_room("red room", calendar_ids=["massage"]),
        a_room("blue room", calendar_ids=["massage"]),
        a_room("other room"),
        an_item("towel", calendar_ids=["massage"]),
        an_item("table", calendar_ids=["massage"]),
        a_calendar(),
    )

    assert roles(question) == [
        ("rooms", ["blue room", "red room"], 1),
        ("equipment", ["table"], 1),
        ("equipment", ["towel"], 1),
    ]
    assert [each.units for role in question.roles for each in role.candidates] == [1, 1, 1, 1]


def test_requirements_of_its_own_replace_rooms_and_equipment_but_not_the_hosts():
    question = asked(
        *TEAM,
        a_room(calendar_ids=["massage"]),
        a_room("attic"),
        an_item(calendar_ids=["massage"]),
        a_calendar(
            member_ids=["ada"],
            requirements=[Requirement(["attic"], name="place"), any_of("grace", "blue room")],
        ),
    )

    assert roles(question) == [
        ("hosts", ["ada"], 1),
        ("place", ["attic"], 1),
        ("grace blue room", ["blue room", "grace"], 1),
    ]


def test_empty_requirements_leave_only_the_hosts():
    question = asked(
        *TEAM,
        a_room(calendar_ids=["massage"]),
        a_calendar(member_ids=["ada"], requirements=[]),
    )

    assert roles(question) == [("hosts", ["ada"], 1)]


def test_wanted_hosts_are_the_only_candidates():
    question = asked(*TEAM, a_calendar(member_ids=["ada", "grace"]), host_ids=["grace"])

    assert roles(question) == [("hosts", ["grace"], 1)]


def test_a_wanted_host_who_does_not_serve_the_calendar_is_unknown():
    with refused(UnknownIdError, "unknown_id", "host_ids") as caught:
        asked(*TEAM, a_calendar(member_ids=["ada"]), host_ids=["grace"])
    assert caught.value.id == "grace"


def test_a_collective_calendar_cannot_do_with_some_of_its_members():
    calendar = a_calendar(kind="collective", member_ids=["ada", "grace"])

    assert roles(asked(*TEAM, calendar, host_ids=["grace", "ada"]))[0][2] == 2
    with refused(InvalidValueError, "host_ids", "host_ids"):
        asked(*TEAM, calendar, host_ids=["ada"])


def test_an_unknown_calendar_is_refused():
    with refused(UnknownIdError, "unknown_id", "calendar_id"):
        asked(a_calendar(), calendar="sauna")
    with refused(UnknownIdError, "unknown_id", "calendar_id"):
        asked(a_room("massage"))


def test_only_the_durations_of_a_calendar_can_be_asked_for():
    calendar = a_calendar(durations=[2 * HOUR])

    assert asked(calendar, duration=2 * HOUR).duration == 2 * US_OF["hour"]
    with refused(InvalidValueError, "duration", "duration") as caught:
        asked(calendar, duration=3 * HOUR)
    assert "1:00:00, 2:00:00" in str(caught.value)


def test_a_request_of_its_own_rules_names_resources_that_exist():
    with refused(UnknownIdError, "unknown_id", "requirements"):
        resolve(a_request(all_of("nowhere")), a_catalogue(a_room()))
    with refused(UnknownIdError, "unknown_id", "requirements"):
        resolve(a_request(all_of("massage")), a_catalogue(a_calendar()))


@pytest.mark.parametrize("name", ["ada", "blue room"])
def test_only_equipment_comes_in_several_units(name):
    need = Requirement([name], units=2)

    with refused(InvalidValueError, "quantity", "units"):
        resolve(a_request(need), a_catalogue(a_room(), a_member()))


# Candidates ----------------------------------------------------------------


def candidate(resource, units=1, seats=0):
    return Candidate(resource, units, seats, 0, 0)


@pytest.mark.parametrize(
    ("resource", "units", "seats", "shortage"),
    [
        (a_room(capacity=4), 1, 4, None),
        (a_room(capacity=4), 1, 5, ("seats", 5, 4)),
        (a_room(capacity=0), 1, 1, ("seats", 1, 0)),
        (an_item(quantity=3), 3, 0, None),
        (an_item(quantity=3), 4, 0, ("units", 4, 3)),
        (an_item(quantity=3, out_of_service=1), 2, 0, None),
        (an_item(quantity=3, out_of_service=1), 3, 0, ("units", 3, 2)),
        (an_item(quantity=0), 1, 0, ("units", 1, 0)),
        (a_member(), 1, 0, None),
    ],
)
def test_what_a_resource_can_never_give_is_known_before_any_search(
    resource, units, seats, shortage
):
    assert candidate(resource, units, seats).shortage == shortage
    assert candidate(resource, units, seats).can_serve is (shortage is None)


def test_units_that_are_out_of_service_for_a_while_may_be_back_at_another_time():
    item = an_item(quantity=3, out_of_service=[OutOfService(monday("09:00", "10:00"), 3)])

    assert candidate(item, 3).shortage is None
    assert candidate(item, 4).shortage == ("units", 4, 3)


def test_an_inactive_resource_cannot_serve():
    assert not candidate(a_member(is_active=False)).can_serve


def test_a_room_gives_seats_to_the_whole_party_and_the_others_give_none():
    question = asked(
        *TEAM,
        a_room(calendar_ids=["massage"], capacity=5),
        an_item(calendar_ids=["massage"]),
        a_calendar(member_ids=["ada"]),
        party_size=3,
    )

    assert [each.seats for role in question.roles for each in role.candidates] == [0, 3, 0]
    assert question.party_size == 3


@pytest.mark.parametrize(
    ("own", "resource", "expected"),
    [
        ({}, {}, (10, 20)),
        ({}, {"buffer_before": minutes(1)}, (1, 20)),
        ({}, {"buffer_before": minutes(0), "buffer_after": minutes(0)}, (0, 0)),
        ({"buffer_after": minutes(2)}, {"buffer_after": minutes(1)}, (10, 2)),
        ({"buffer_before": minutes(0)}, {"buffer_before": minutes(5)}, (0, 20)),
    ],
)
def test_buffers_are_the_requirements_else_the_resources_else_the_calendars(
    own, resource, expected
):
    calendar = a_calendar(
        buffer_before=minutes(10),
        buffer_after=minutes(20),
        requirements=[Requirement(["blue room"], **own)],
    )

    question = asked(a_room(**resource), calendar)

    ((one,),) = (role.candidates for role in question.roles)
    minute = 60_000_000
    assert (one.before // minute, one.after // minute) == expected
    assert (question.before // minute, question.after // minute) == (10, 20)


def test_a_member_takes_the_buffers_of_the_calendar():
    question = asked(*TEAM, a_calendar(member_ids=["ada"], buffer_after=HOUR))

    assert question.roles[0].candidates[0].after == US_OF["hour"]


def test_the_widest_buffers_cover_every_candidate_and_the_calendar():
    question = asked(
        a_room("a", calendar_ids=["massage"], buffer_before=HOUR, buffer_after=0 * HOUR),
        a_room("b", calendar_ids=["massage"], buffer_before=0 * HOUR, buffer_after=2 * HOUR),
        a_calendar(buffer_before=minutes(30), buffer_after=minutes(30)),
    )

    assert question.widest_buffers == (US_OF["hour"], 2 * US_OF["hour"])
    assert asked(a_calendar(buffer_before=HOUR)).widest_buffers == (US_OF["hour"], 0)


# Sums and conditions -------------------------------------------------------


def own(*needs, entries=None):
    entries = entries or [an_item("table", 9), an_item("towel", 9), *TEAM, a_room()]
    return resolve(a_request(*needs), a_catalogue(*entries))


def test_units_of_the_same_equipment_add_up():
    question = own(
        Requirement(["table"], units=2, buffer_before=HOUR, buffer_after=minutes(1), name="first"),
        units_of("towel", 1),
        Requirement(["table"], units=3, buffer_before=minutes(1), buffer_after=HOUR),
        units_of("table", 1),
    )

    assert roles(question) == [("first", ["table"], 1), ("towel", ["towel"], 1)]
    table = question.roles[0].candidates[0]
    assert (table.units, table.seats) == (6, 0)
    assert (table.before, table.after) == (US_OF["hour"], US_OF["hour"])


@pytest.mark.parametrize(
    "needs",
    [
        [any_of("table", "towel"), all_of("table")],
        [Requirement(["table"], count=2), all_of("table")],
        [all_of("ada"), all_of("ada")],
        [all_of("blue room"), all_of("blue room")],
    ],
)
def test_whatever_else_is_named_twice_must_be_different_resources(needs):
    assert len(own(*needs).roles) == 2


def test_roles_whose_pools_overlap_in_a_chain_compete_together():
    entries = [a_member(name) for name in "abcdef"]

    question = own(
        any_of("a", "b"), all_of("e"), any_of("c", "d"), any_of("b", "c"), entries=entries
    )

    assert question.groups == ((0, 2, 3), (1,))
    wanted = [(0,), (2,), (3,), (0, 2), (0, 3), (2, 3), (0, 2, 3), (1,)]
    assert sorted(each.roles for each in question.conditions) == sorted(wanted)


def test_a_condition_counts_each_resource_once_with_all_its_places():
    question = own(any_of("ada", "grace", count=2), any_of("grace", "blue room"))

    both = next(each for each in question.conditions if each.roles == (0, 1))

    assert both.needed == 3
    assert sorted(both.resources) == [((0, 0),), ((0, 1), (1, 1)), ((1, 0),)]


def test_no_more_than_ten_roles_compete():
    entries = [a_member(f"m{number}") for number in range(12)]
    shared = any_of(*(entry.id for entry in entries))

    assert len(own(*[shared] * 10, entries=entries).conditions) == 2**10 - 1
    with pytest.raises(LimitExceededError) as caught:
        own(*[shared] * 11, entries=entries)
    assert (caught.value.needed, caught.value.allowed) == (11, 10)


def test_any_number_of_roles_that_do_not_compete_is_fine():
    entries = [a_member(f"m{number}") for number in range(50)]

    assert len(own(*(all_of(entry.id) for entry in entries), entries=entries).conditions) == 50


def test_competing_roles_need_at_most_two_hundred_resources():
    entries = [a_member(f"m{number}") for number in range(3)]
    names = [entry.id for entry in entries]

    assert len(own(any_of(*names, count=199), any_of(*names), entries=entries).conditions) == 3
    with pytest.raises(LimitExceededError) as caught:
        own(any_of(*names, count=200), any_of(*names), entries=entries)
    assert (caught.value.needed, caught.value.allowed) == (201, 200)
    assert len(own(any_of(*names, count=1000), entries=entries).conditions) == 1


def test_the_places_of_competing_roles_are_bounded_for_all_their_subsets(monkeypatch):
    entries = [a_member(f"m{number}") for number in range(4)]
    pools = [entry.id for entry in entries]
    monkeypatch.setattr(module, "MOST_COMPETING_PLACES", 4 * 3 * 4)

    # Three roles of four candidates: twelve places, each in four of the subsets.
    assert len(own(*[any_of(*pools)] * 3, entries=entries).conditions) == 7
    monkeypatch.setattr(module, "MOST_COMPETING_PLACES", 4 * 3 * 4 - 1)
    with pytest.raises(LimitExceededError) as caught:
        own(*[any_of(*pools)] * 3, entries=entries)
    assert (caught.value.needed, caught.value.allowed) == (48, 47)
    monkeypatch.setattr(module, "MOST_COMPETING_PLACES", 1)
    assert len(own(any_of(*pools), entries=entries).conditions) == 1


# Rules ---------------------------------------------------------------------


def test_the_rules_of_a_calendar_become_those_of_the_question():
    question = asked(
        a_room(calendar_ids=["massage"]),
        a_calendar(
            hours=OFFICE,
            minimum_notice=HOUR,
            booking_horizon=DAY,
            buffer_within_hours=True,
            grid=Epoch(HOUR),
        ),
    )

    assert question.subject == "massage"
    assert (question.hours, question.buffer_within_hours) == (OFFICE, True)
    assert (question.minimum_notice, question.booking_horizon) == (HOUR, DAY)
    assert question.grid == question.listing_grid == Epoch(HOUR)
    assert question.seats_per_slot is None


def test_the_rules_of_a_request_become_those_of_the_question():
    question = own(
        all_of("ada"),
        entries=TEAM,
    )
    full = resolve(
        a_request(
            all_of("ada"),
            hours=OFFICE,
            minimum_notice=HOUR,
            booking_horizon=DAY,
            buffer_within_hours=True,
            buffer_before=HOUR,
            buffer_after=2 * HOUR,
        ),
        a_catalogue(*TEAM),
    )

    assert (question.subject, question.calendar, question.booking_horizon) == ("", None, None)
    assert (full.hours, full.buffer_within_hours) == (OFFICE, True)
    assert (full.minimum_notice, full.booking_horizon) == (HOUR, DAY)
    assert (full.before, full.after) == (US_OF["hour"], 2 * US_OF["hour"])
    assert full.seats_per_slot is None


def test_sessions_have_the_seats_of_the_calendar():
    assert asked(*TEAM, a_class("massage", seats=7)).seats_per_slot == 7
    assert asked(a_calendar(seats_per_slot=2)).seats_per_slot == 2
    assert asked(a_calendar()).booking_horizon is None


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        ({}, HOUR),
        ({"slot_step": minutes(15)}, minutes(15)),
        ({"duration": DAY}, DAY),
        ({"duration": 3 * DAY}, DAY),
        ({"duration": 3 * DAY, "slot_step": 2 * DAY}, DAY),
    ],
)
def test_starts_of_a_calendar_lie_a_step_apart_from_local_midnight(fields, step):
    calendar = a_calendar(zone="Europe/Berlin", **fields)

    question = asked(calendar, duration=calendar.duration)

    assert question.grid == question.listing_grid == LocalMidnight("Europe/Berlin", step=step)


def test_a_request_that_names_no_grid_may_be_booked_at_any_start_but_is_listed_on_one():
    free = own(all_of("ada"))
    stepped = resolve(
        a_request(all_of("ada"), slot_step=minutes(15), zone="Europe/Berlin"), a_catalogue(*TEAM)
    )
    zoned = resolve(a_request(all_of("ada"), zone="Europe/Berlin"), a_catalogue(*TEAM))
    own_grid = resolve(
        a_request(all_of("ada"), grid=Epoch(HOUR), slot_step=DAY), a_catalogue(*TEAM)
    )
    long = resolve(a_request(all_of("ada"), duration=2 * DAY), a_catalogue(*TEAM))

    assert (free.grid, free.listing_grid) == (None, LocalMidnight("UTC", step=HOUR))
    assert stepped.grid == stepped.listing_grid
    assert stepped.grid == LocalMidnight("Europe/Berlin", step=minutes(15))
    assert (zoned.grid, zoned.listing_grid) == (None, LocalMidnight("Europe/Berlin", step=HOUR))
    assert own_grid.grid == own_grid.listing_grid == Epoch(HOUR)
    assert long.listing_grid == LocalMidnight("UTC", step=DAY)


def hours_in(zone):
    return WeeklyHours.parse("Mo-Fr 09:00-17:00", zone=zone)


BERLIN, PARIS, LONDON = (hours_in(f"Europe/{city}") for city in ("Berlin", "Paris", "London"))


@pytest.mark.parametrize(
    ("calendar", "members", "rooms", "zone"),
    [
        ({"zone": "Asia/Tokyo", "hours": BERLIN}, [PARIS], [LONDON], "Asia/Tokyo"),
        ({"hours": BERLIN}, [PARIS], [LONDON], "Europe/Berlin"),
        ({}, [PARIS], [LONDON], "Europe/Paris"),
        ({}, [PARIS, None], [LONDON], "Europe/Paris"),
        ({}, [PARIS, PARIS], [LONDON], "Europe/Paris"),
        ({}, [PARIS, BERLIN], [LONDON], "Europe/London"),
        ({}, [None], [LONDON], "Europe/London"),
        ({}, [], [LONDON, None], "Europe/London"),
        ({}, [], [LONDON, BERLIN], "UTC"),
        ({}, [], [], "UTC"),
        ({"hours": AnyHours([])}, [PARIS], [], "Europe/Paris"),
        ({}, [Hours()], [LONDON], "Europe/London"),
    ],
)
def test_the_zone_of_a_calendar_is_its_own_else_that_of_what_serves_it(
    calendar, members, rooms, zone
):
    people = [a_member(f"m{number}", hours=hours) for number, hours in enumerate(members)]
    places = [
        a_room(f"r{number}", hours=hours, calendar_ids=["massage"])
        for number, hours in enumerate(rooms)
    ]
    massage = a_calendar(member_ids=[person.id for person in people], **calendar)

    assert zone_of(massage, a_catalogue(*people, *places, massage)).key == zone


def test_what_a_calendar_requires_gives_its_zone_before_its_rooms_do():
    surgeon = a_member("surgeon", hours=PARIS)
    room = a_room("r", hours=LONDON, calendar_ids=["massage"])
    massage = a_calendar(member_ids=[], requirements=[all_of("surgeon")])

    assert zone_of(massage, a_catalogue(surgeon, room, massage)).key == "Europe/Paris"


@pytest.mark.parametrize(
    ("own", "hours", "zone"),
    [
        (None, [PARIS, None], "Europe/Paris"),
        (None, [PARIS, LONDON], "UTC"),
        (None, [None], "UTC"),
        ("Asia/Tokyo", [PARIS], "Asia/Tokyo"),
    ],
)
def test_a_request_without_a_grid_is_listed_in_its_zone_else_in_the_one_of_its_resources(
    own, hours, zone
):
    people = [a_member(f"m{number}", hours=each) for number, each in enumerate(hours)]
    request = a_request(all_of(*(person.id for person in people)), zone=own)

    assert resolve(request, a_catalogue(*people)).listing_grid == LocalMidnight(zone, step=HOUR)


# What the request adds ---------------------------------------------------------


def test_optional_people_are_no_role():
    question = asked(*TEAM, a_calendar(member_ids=["ada"]), optional_ids=["grace"])

    assert roles(question) == [("hosts", ["ada"], 1)]


@pytest.mark.parametrize(
    ("zone", "expected"), [(None, "UTC"), ("UTC", "UTC"), ("Asia/Tokyo", "Asia/Tokyo")]
)
def test_hours_for_who_books_are_read_in_the_zone_of_who_books(zone, expected):
    calendar = a_calendar(member_ids=["ada"], booker_hours=OFFICE)

    found = asked(*TEAM, calendar, booker_zone=zone).booker_hours

    assert found is not None
    assert found.zone is not None
    assert (found.days, found.zone.key) == (OFFICE.days, expected)
    assert asked(*TEAM, a_calendar(member_ids=["ada"]), booker_zone=zone).booker_hours is None


def test_whole_days_start_at_the_midnights_of_the_calendar():
    calendar = a_calendar(member_ids=["ada"], most_days=2, zone="Europe/Berlin", grid=Epoch(HOUR))

    question = asked(*TEAM, calendar, duration=2 * DAY, whole_days=2)

    assert question.grid == question.listing_grid == WholeDays("Europe/Berlin", 2, 2 * DAY)
    assert asked(*TEAM, calendar).grid == Epoch(HOUR)
    with refused(InvalidValueError, "duration", "whole_days"):
        asked(*TEAM, calendar, duration=3 * DAY, whole_days=3)


def test_a_request_of_its_own_rules_may_be_for_whole_days():
    request = a_request(
        all_of("ada"), duration=DAY, whole_days=1, zone="Asia/Tokyo", grid=Epoch(HOUR)
    )

    question = resolve(request, a_catalogue(*TEAM))

    assert question.grid == question.listing_grid == WholeDays("Asia/Tokyo", 1, DAY)


def test_an_unknown_variant_is_refused_even_for_whole_days():
    calendar = a_calendar(member_ids=["ada"], most_days=1)

    with refused(UnknownIdError, "unknown_id", "variant_id"):
        asked(*TEAM, calendar, duration=DAY, whole_days=1, variant_id="long")


@pytest.mark.parametrize(
    ("asked_for", "calendar", "expected"),
    [(None, None, None), ("a", None, "a"), (None, "b", "b"), ("a", "b", "a")],
)
def test_a_booking_takes_place_where_it_is_asked_for_else_where_its_calendar_is(
    asked_for, calendar, expected
):
    massage = a_calendar(member_ids=["ada"], location_id=calendar)

    assert asked(*TEAM, massage, location_id=asked_for).location_id == expected
    assert resolve(a_request(all_of("ada")), a_catalogue(*TEAM)).location_id is None


@pytest.mark.parametrize(
    ("customer", "groups", "expected"),
    [
        (None, [], "request"),
        ("ann", [], "allow"),
        ("bob", ["staff"], "allow"),
        ("eve", ["staff"], "deny"),
    ],
)
def test_who_books_may_do_what_the_calendar_says(customer, groups, expected):
    policy = BookingPolicy(allow=["ann", "staff"], deny=["eve"], otherwise="request")
    calendar = a_calendar(member_ids=["ada"], policy=policy)

    assert asked(*TEAM, calendar, customer_id=customer, groups=groups).access == expected
    assert asked(*TEAM, a_calendar(member_ids=["ada"]), customer_id=customer).access == "allow"


def test_the_limits_are_those_of_the_calendar_and_of_everything():
    one, other = Limit(1, "day"), Limit(2, "week")
    catalogue = Catalogue(
        members=TEAM, calendars=[a_calendar(member_ids=["ada"], limits=[one])], limits=[other]
    )

    assert resolve(Request(HOUR, calendar_id="massage"), catalogue).limits == (one, other)
    assert resolve(a_request(all_of("ada")), catalogue).limits == (other,)


def test_the_hours_that_members_keep_for_a_calendar_give_its_zone():
    ada = a_member("ada", hours=PARIS, calendar_schedules={"massage": "here"})
    massage = a_calendar(member_ids=["ada"])
    catalogue = Catalogue(members=[ada], calendars=[massage], schedules={"here": BERLIN})
    common = a_calendar(member_ids=["ada"], host_hours=LONDON)

    assert zone_of(massage, catalogue).key == "Europe/Berlin"
    assert zone_of(common, catalogue.replace(common)).key == "Europe/London"


def test_the_last_things_that_were_kept_of_windows_stay_and_the_oldest_goes(monkeypatch):
    monkeypatch.setattr(questions, "_MOST_KEPT", 3)
    question = resolve(a_request(), a_catalogue(a_room()))

    for number in range(3):
        question.keep(number, "first")
        assert list(question.kept) == list(range(number + 1))
    question.keep(0, "again")
    question.keep(3, "new")

    assert question.kept == {2: "first", 0: "again", 3: "new"}


def test_of_large_masks_less_is_kept(monkeypatch):
    monkeypatch.setattr(questions, "_MOST_BITS", 10)
    question = resolve(a_request(), a_catalogue(a_room()))

    for key, bits in (("a", 4), ("small", 0), ("b", 5), ("c", 3), ("b", 6)):
        question.keep(key, SimpleNamespace(bits=bits))
        assert question.kept_bits <= 10
    assert list(question.kept) == ["small", "c", "b"]
    question.keep("huge", SimpleNamespace(bits=99))

    assert list(question.kept) == ["small", "huge"]
    assert question.kept_bits == 99

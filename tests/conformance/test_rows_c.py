"""Group C of the feature table, people and schedules, and travel (D12), each row under its id."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bookable import (
    Block,
    BookingRefused,
    Catalogue,
    Hours,
    Interval,
    InvalidValueError,
    Scheduler,
    UnknownIdError,
    WeeklyHours,
    all_of,
    any_of,
)
from bookable.domain.hours_zone import travelling
from bookable.domain.policy import BusyKind
from bookable.domain.requirement import share_of
from bookable.domain.service import Absence, AddOn, Variant
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
    clocks,
    minutes,
    monday,
    offered,
    refused,
    rules,
    tuesday,
)


def hours(text, zone="UTC"):
    return WeeklyHours.parse(text, zone=zone)


def why_not(scheduler, request, clock="09:00", *, day=2):
    return scheduler.explain(request, start=at(clock, day=day), now=NOW)


# Schedules -------------------------------------------------------------------


def test_C4_one_schedule_for_a_person_and_a_service_else_the_default():
    schedules = {
        "mornings": hours("Mo 08:00-10:00"),
        "evenings": hours("Mo 18:00-20:00"),
        "usual": hours("Mo 12:00-14:00"),
    }
    people = [
        a_member("ada", schedule_id="usual", calendar_schedules={"cut": "mornings"}),
        a_member("bob", hours=hours("Mo 15:00-16:00"), calendar_schedules={"dye": "evenings"}),
    ]
    calendars = [a_calendar(name, member_ids=["ada", "bob"]) for name in ("cut", "dye", "wash")]
    scheduler = Scheduler(Catalogue(members=people, calendars=calendars, schedules=schedules))

    assert offered(scheduler, "cut") == ["08:00", "09:00", "15:00"]
    assert offered(scheduler, "dye") == ["12:00", "13:00", "18:00", "19:00"]
    assert offered(scheduler, "wash") == ["12:00", "13:00", "15:00"]


def test_C4_a_service_is_counted_in_the_zone_of_the_schedules_kept_for_it():
    ada = a_member("ada", hours=hours("Mo 09:00-17:00"), calendar_schedules={"call": "kathmandu"})
    catalogue = Catalogue(
        members=[ada],
        calendars=[a_calendar("call", member_ids=["ada"])],
        schedules={"kathmandu": hours("Mo 09:00-11:00", "Asia/Kathmandu")},
    )

    assert offered(Scheduler(catalogue), "call") == ["03:15", "04:15"]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("replace", ["08:00", "09:00", "10:00", "11:00"]), ("intersect", ["10:00", "11:00"])],
)
def test_C6_hosts_share_the_hours_of_a_service(mode, expected):
    scheduler = a_scheduler(
        a_member("ada", hours=hours("Mo 10:00-17:00")),
        a_calendar(member_ids=["ada"], host_hours=hours("Mo 08:00-12:00"), host_hours_mode=mode),
    )

    assert offered(scheduler, "massage") == expected


def test_C6_they_are_those_of_its_hosts_and_of_nobody_else():
    surgeon = a_member("surgeon", hours=hours("Mo 11:00-13:00"))
    calendar = a_calendar(
        member_ids=["ada"], host_hours=hours("Mo 08:00-12:00"), requirements=[all_of("surgeon")]
    )
    scheduler = a_scheduler(a_member("ada", hours=hours("Mo 13:00-14:00")), surgeon, calendar)

    assert offered(scheduler, "massage") == ["11:00"]


def test_C6_whoever_is_away_is_away_whatever_the_hours_of_the_service():
    ada = a_member("ada", absences=[Absence(monday("09:00", "11:30"))])
    calendar = a_calendar(member_ids=["ada"], host_hours=hours("Mo 08:00-14:00"))

    assert offered(a_scheduler(ada, calendar), "massage") == ["08:00", "12:00", "13:00"]


def test_C7_hours_for_who_books_are_read_in_the_zone_of_who_books():
    """Host 7 to 23 in Berlin, booker 8 to 21 in New York: example L13."""
    calendar = a_calendar(
        member_ids=["ada"], booker_hours=hours("Mo-Su 08:00-21:00"), zone="Europe/Berlin"
    )
    scheduler = a_scheduler(
        a_member("ada", hours=hours("Mo 07:00-23:00", "Europe/Berlin")), calendar
    )

    here = offered(scheduler, "massage", booker_zone="Europe/Berlin")
    away = offered(scheduler, "massage", booker_zone="America/New_York")
    as_is = offered(scheduler, "massage")

    assert (here[0], here[-1]) == ("07:00", "19:00")
    assert (away[0], away[-1]) == ("13:00", "21:00")
    assert (as_is[0], as_is[-1]) == ("08:00", "20:00")
    request = scheduler.request("massage", booker_zone="America/New_York")
    (why,) = why_not(scheduler, request, "12:00")
    assert (why.rule.value, why.detail["whose"]) == ("outside_hours", "booker")


def test_C8_who_travels_keeps_the_hours_of_where_they_are():
    home = hours("Mo-Su 09:00-11:00", "Europe/Berlin")
    moves = [(date(2026, 3, 5), "Europe/Berlin"), (date(2026, 3, 3), "Asia/Tokyo")]
    scheduler = a_scheduler(
        a_member("ada", hours=travelling(home, moves)), a_calendar(member_ids=["ada"], zone="UTC")
    )
    week = Interval(at("00:00"), at("24:00", day=5))

    found = scheduler.free_slots(scheduler.request("massage"), within=week, now=NOW)

    # Berlin on the 2nd, Tokyo from midnight there on (the 3rd is still the 2nd in Berlin), Berlin again.
    assert [f"{slot.start:%d %H:%M}" for slot in found] == [
        "02 08:00",
        "02 09:00",
        "03 00:00",
        "03 01:00",
        "04 00:00",
        "04 01:00",
        "05 08:00",
        "05 09:00",
    ]


# Away --------------------------------------------------------------------------


HOLIDAY = Absence(monday("09:00", "13:00"), "holiday", "bob")


def a_team(kind="personal", **fields):
    calendar = a_calendar(kind=kind, member_ids=["ada"], hours=hours("Mo 08:00-16:00"), **fields)
    return a_scheduler(
        a_member("ada", absences=[HOLIDAY]),
        a_member("bob", hours=hours("Mo 11:00-15:00")),
        calendar,
    )


def test_C9_an_absence_closes_its_time_and_says_why():
    scheduler = a_team()

    assert offered(scheduler, "massage") == ["08:00", "13:00", "14:00", "15:00"]
    (why,) = why_not(scheduler, scheduler.request("massage"), "10:00")
    assert (why.rule.value, why.subject, dict(why.detail)) == (
        "outside_hours",
        "ada",
        {"absence": "holiday"},
    )


def test_C9_what_is_closed_without_an_absence_has_no_such_reason():
    scheduler = a_scheduler(
        a_member(
            "ada", hours=hours("Mo 10:00-12:00"), absences=[Absence(tuesday("09:00", "10:00"))]
        ),
        a_calendar(member_ids=["ada"]),
    )

    (why,) = why_not(scheduler, scheduler.request("massage"), "09:00")

    assert dict(why.detail) == {}


@pytest.mark.parametrize("kind", ["personal", "round_robin", "collective", "service"])
def test_C9_a_delegate_stands_in_for_the_time_of_the_absence_and_in_own_hours(kind):
    scheduler = a_team(kind)

    found = offered(scheduler, "massage", use_delegates=True)
    request = scheduler.request("massage", use_delegates=True, host_ids=["ada"])
    slot = scheduler.slot(request, start=at("11:00"), now=NOW)

    # Bob until one, and Ada from one on, when Bob would be there too.
    assert found == ["08:00", "11:00", "12:00", "13:00", "14:00", "15:00"]
    assert (slot.host_ids, slot.allocation.host_ids) == (("bob",), ("bob",))
    assert scheduler.slot(request, start=at("13:00"), now=NOW).host_ids == ("ada",)
    after = scheduler.book(slot, booking_id="B-1", now=NOW)
    assert after.book(slot, booking_id="B-1", now=NOW) == after
    assert offered(after, "massage", use_delegates=True) == [
        clock for clock in found if clock != "11:00"
    ]


def test_C9_nobody_is_replaced_by_the_delegate_of_another():
    """Ada's two delegates could both come, but not instead of Cem, who is busy."""
    ada = a_member(
        "ada",
        absences=[Absence(WHOLE_DAY, delegate_id="bob"), Absence(WHOLE_DAY, delegate_id="dan")],
    )
    calendar = a_calendar(kind="collective", member_ids=["ada", "cem"])
    scheduler = a_scheduler(
        ada,
        *map(a_member, ["bob", "cem", "dan"]),
        calendar,
        bookings=[a_booking("B-1", "09:00", "10:00", host_ids=["cem"])],
    )
    request = scheduler.request("massage", use_delegates=True)

    assert rules(why_not(scheduler, request, "09:00")) == [("busy", "cem")]
    assert len(scheduler.slot(request, start=at("10:00"), now=NOW).allocation.host_ids) == 2


def test_C9_a_delegate_who_is_needed_for_themselves_cannot_be_in_two_places():
    calendar = a_calendar(kind="collective", member_ids=["ada", "bob"])
    scheduler = a_scheduler(a_member("ada", absences=[HOLIDAY]), a_member("bob"), calendar)
    request = scheduler.request("massage", use_delegates=True)

    assert ("roles_compete", "massage") in rules(why_not(scheduler, request, "10:00"))
    assert why_not(scheduler, request, "14:00") == ()


def test_C9_a_class_of_the_delegate_can_be_joined():
    scheduler = a_scheduler(
        a_member("ada", absences=[HOLIDAY]), a_member("bob"), a_class(member_ids=["ada"], seats=2)
    )
    asked = {"use_delegates": True, "host_ids": ["ada"]}

    one = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1", **asked)
    two = booked(one, "09:00", calendar="yoga", booking_id="B-2", **asked)

    assert two.booking("B-1").host_ids == two.booking("B-2").host_ids == ("bob",)
    assert rules(why_not(two, two.request("yoga", **asked))) == [
        ("outside_hours", "ada"),
        ("busy", "bob"),
        ("full", "yoga"),
    ]


# Busy -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", list(BusyKind))
def test_C10_what_blocks_is_what_the_request_says_else_from_tentative_up(kind):
    scheduler = a_scheduler(
        a_member("ada"),
        a_calendar(member_ids=["ada"]),
        blocks=[Block("K-1", "ada", monday("09:00", "10:00"), kind)],
    )
    never_free = kind is BusyKind.UNKNOWN
    usual = {BusyKind.TENTATIVE, BusyKind.BUSY, BusyKind.MAINTENANCE, BusyKind.OUT_OF_OFFICE}

    def is_free(**asked):
        request = scheduler.request("massage", **asked)
        refusals = why_not(scheduler, request)
        assert (refusals == ()) == ("09:00" in offered(scheduler, "massage", **asked))
        return refusals == ()

    assert is_free() == (kind not in usual and not never_free)
    assert is_free(blocking_kinds=[]) is not never_free
    assert not is_free(blocking_kinds=[kind])
    for other in BusyKind:
        assert is_free(blocking_kinds=[other]) == (other is not kind and not never_free)


def test_C10_the_kinds_count_for_the_service_itself_as_well():
    scheduler = a_scheduler(
        a_member("ada"),
        a_calendar(member_ids=["ada"]),
        blocks=[Block("K-1", "massage", monday("09:00", "10:00"), BusyKind.TENTATIVE)],
    )

    assert "09:00" not in offered(scheduler, "massage")
    assert "09:00" in offered(scheduler, "massage", blocking_kinds=["busy"])


def test_C11_optional_people_never_block_and_are_listed_when_they_are_missing():
    scheduler = a_scheduler(
        a_member("ada"),
        a_member("bob", hours=hours("Mo 10:00-12:00")),
        a_member("cem", absences=[Absence(monday("10:00", "11:00"))]),
        a_member("dan"),
        a_calendar(member_ids=["ada"]),
        bookings=[a_booking("B-1", "11:00", "12:00", host_ids=["dan"])],
    )
    request = scheduler.request("massage", optional_ids=["dan", "cem", "bob"])

    slots = scheduler.free_slots(request, within=monday("09:00", "13:00"), now=NOW)

    assert {f"{slot.start:%H:%M}": slot.missing_ids for slot in slots} == {
        "09:00": ("bob",),
        "10:00": ("cem",),
        "11:00": ("dan",),
        "12:00": ("bob",),
    }
    assert slots[0].allocation.host_ids == ("ada",)
    with refused(UnknownIdError, "unknown_id", "optional_ids"):
        scheduler.request("massage", optional_ids=["blue room"])


@pytest.mark.parametrize("share", ["1/2", "50%"])
def test_C12_at_least_a_share_of_those_who_are_equal(share):
    names = ["a", "b", "c", "d", "e"]
    request = a_request(share_of(share, *names))
    for away in range(6):
        stored = [a_booking(f"B-{name}", host_ids=[name]) for name in names[:away]]
        scheduler = a_scheduler(*map(a_member, names), bookings=stored)

        assert (why_not(scheduler, request) == ()) == (5 - away >= 3)


def test_C16_several_calendars_of_one_person_block_together_and_are_told_apart():
    blocks = [
        Block("K-1", "ada", monday("09:00", "10:00"), source="work"),
        Block("K-2", "ada", monday("09:30", "11:00"), source="private"),
        Block("K-3", "ada", monday("09:00", "11:00"), BusyKind.ELSEWHERE, source="travel"),
        Block("K-4", "ada", monday("15:00", "16:00")),
    ]
    scheduler = a_scheduler(a_member("ada"), a_calendar(member_ids=["ada"]), blocks=blocks)
    request = scheduler.request("massage")

    assert offered(scheduler, "massage", monday("08:00", "17:00")) == [
        "08:00",
        "11:00",
        "12:00",
        "13:00",
        "14:00",
        "16:00",
    ]
    (why,) = why_not(scheduler, request, "09:00")
    assert why.detail["block_ids"] == ("K-1", "K-2")
    assert why.detail["sources"] == ("private", "work")
    (why,) = why_not(scheduler, request, "15:00")
    assert dict(why.detail) == {"block_ids": ("K-4",)}


def test_C17_the_booker_may_be_one_of_the_people_who_must_be_free():
    scheduler = a_scheduler(
        a_member("ada", hours=hours("Mo 09:00-12:00")),
        a_member("booker", absences=[Absence(monday("11:00", "12:00"))]),
        a_calendar(member_ids=["ada"]),
        bookings=[a_booking("B-1", "09:00", "10:00", host_ids=["booker"])],
    )

    assert offered(scheduler, "massage") == ["09:00", "10:00", "11:00"]
    assert offered(scheduler, "massage", attendee_ids=["booker"]) == ["10:00"]
    request = scheduler.request("massage", attendee_ids=["booker"])
    assert rules(why_not(scheduler, request, "09:00")) == [("busy", "booker")]
    after = booked(
        scheduler, "10:00", calendar="massage", booking_id="B-2", attendee_ids=["booker"]
    )
    assert after.booking("B-2").host_ids == ("ada", "booker")
    with refused(UnknownIdError, "unknown_id", "attendee_ids"):
        scheduler.request("massage", attendee_ids=["massage"])


def test_C17_nobody_both_attends_and_serves():
    scheduler = a_scheduler(*map(a_member, ["ada", "bob"]), a_calendar(member_ids=["ada", "bob"]))
    request = scheduler.request("massage", attendee_ids=["ada"])

    slot = scheduler.slot(request, start=at("09:00"), now=NOW)

    assert slot.allocation.host_ids == ("ada", "bob")
    alone = scheduler.request("massage", attendee_ids=["ada", "bob"])
    assert ("roles_compete", "massage") in rules(why_not(scheduler, alone))


# How long ----------------------------------------------------------------------------


def a_salon(**fields):
    calendar = a_calendar(
        "cut",
        minutes(60),
        member_ids=["ada", "bob"],
        slot_step=minutes(30),
        host_durations={"bob": minutes(30)},
        variants=[Variant("long hair", minutes(90), {"ada": minutes(120)})],
        add_ons=[
            AddOn("beard", minutes(15)),
            AddOn("dye", minutes(30), [all_of("basin")]),
        ],
        **fields,
    )
    return a_scheduler(
        a_member("ada", hours=hours("Mo 09:00-11:00")),
        a_member("bob", hours=hours("Mo 10:00-12:00")),
        an_item("basin", quantity=1),
        calendar,
    )


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, 60),
        ({"host_ids": ["ada"]}, 60),
        ({"host_ids": ["bob"]}, 30),
        ({"host_ids": ["bob"], "add_on_ids": ["beard"]}, 45),
        ({"host_ids": ["ada"], "add_on_ids": ["beard", "dye"]}, 105),
        ({"variant_id": "long hair"}, 90),
        ({"variant_id": "long hair", "host_ids": ["ada"]}, 120),
        ({"variant_id": "long hair", "host_ids": ["ada"], "add_on_ids": ["dye"]}, 150),
    ],
)
def test_C14_the_duration_follows_from_host_variant_and_add_ons(asked, expected):
    assert a_salon().request("cut", **asked).duration == minutes(expected)


def test_C14_the_step_of_the_grid_does_not_depend_on_it():
    scheduler = a_salon()

    assert offered(scheduler, "cut", host_ids=["ada"]) == ["09:00", "09:30", "10:00"]
    assert offered(scheduler, "cut", host_ids=["bob"]) == ["10:00", "10:30", "11:00", "11:30"]
    assert offered(scheduler, "cut", host_ids=["ada"], add_on_ids=["beard"]) == ["09:00", "09:30"]


def test_C14_who_takes_another_time_does_not_come_into_question():
    scheduler = a_salon()
    short = scheduler.request("cut", duration=minutes(30))
    usual = scheduler.request("cut", duration=minutes(60))

    assert scheduler.slot(short, start=at("10:00"), now=NOW).host_ids == ("bob",)
    assert scheduler.slot(usual, start=at("10:00"), now=NOW).host_ids == ("ada",)
    for asked in (
        {"duration": minutes(45)},
        {"duration": minutes(60), "host_ids": ["bob"]},
        {"duration": minutes(60), "variant_id": "long hair"},
    ):
        with refused(InvalidValueError, "duration", "duration"):
            scheduler.request("cut", **asked)


def test_C14_every_duration_is_a_request_and_all_are_listed_in_one():
    scheduler = a_salon()
    requests = scheduler.requests("cut")

    found = scheduler.list_slots(requests, within=WHOLE_DAY, now=NOW)

    assert [each.duration for each in requests] == [minutes(30), minutes(60)]
    assert [(f"{slot.start:%H:%M}", slot.request.duration // minutes(1)) for slot in found] == [
        ("09:00", 60),
        ("09:30", 60),
        ("10:00", 30),
        ("10:00", 60),
        ("10:30", 30),
        ("11:00", 30),
        ("11:30", 30),
    ]


def test_C14_an_add_on_needs_its_resources_for_all_of_the_booking():
    scheduler = a_salon()
    one = booked(
        scheduler, "10:00", calendar="cut", booking_id="B-1", host_ids=["bob"], add_on_ids=["dye"]
    )

    assert dict(one.booking("B-1").equipment) == {"basin": 1}
    assert one.booking("B-1").end == at("11:00")
    assert offered(one, "cut", host_ids=["ada"], add_on_ids=["dye"]) == []
    assert offered(one, "cut", host_ids=["ada"]) == ["09:00", "09:30", "10:00"]
    for asked in ({"variant_id": "dye"}, {"add_on_ids": ["long hair"]}):
        with pytest.raises(UnknownIdError):
            scheduler.request("cut", **asked)


def test_C14_everybody_who_serves_together_takes_the_same_time():
    scheduler = a_salon(kind="collective")

    with refused(InvalidValueError, "duration", "duration"):
        scheduler.request("cut")
    with refused(InvalidValueError, "duration", "duration"):
        scheduler.requests("cut")
    both = a_scheduler(
        a_member("ada"),
        a_member("bob"),
        a_calendar(
            "cut",
            kind="collective",
            member_ids=["ada", "bob"],
            host_durations={"ada": minutes(30), "bob": minutes(30)},
        ),
    )
    assert both.request("cut").duration == minutes(30)


# From place to place ---------------------------------------------------------------------


def test_D12_the_way_from_one_customer_to_the_next_takes_its_time():
    calendar = a_calendar("visit", member_ids=["ada"], slot_step=minutes(15))
    catalogue = Catalogue(
        members=[a_member("ada", hours=hours("Mo 08:00-16:00"))],
        calendars=[calendar],
        travel={("north", "south"): minutes(40), ("south", "north"): minutes(20)},
    )
    scheduler = booked(
        Scheduler(catalogue), "11:00", calendar="visit", booking_id="B-1", location_id="north"
    )

    def around(**asked):
        found = offered(scheduler, "visit", **asked)
        before, after = (
            [clock for clock in found if (clock < "11:00") is early] for early in (True, False)
        )
        return before[-1], after[0]

    assert scheduler.booking("B-1").location_id == "north"
    # Twenty minutes from the south to the north before eleven, forty back from noon on.
    assert around(location_id="south") == ("09:30", "12:45")
    assert (
        around(location_id="north") == around() == around(location_id="moon") == ("10:00", "12:00")
    )
    request = scheduler.request("visit", location_id="south")
    (why,) = why_not(scheduler, request, "12:30")
    assert (why.rule.value, why.subject, why.booking_ids) == ("travel_time", "ada", ("B-1",))
    assert (why.detail["needed"], why.detail["available"]) == (40, 30)
    with pytest.raises(BookingRefused):
        scheduler.slot(request, start=at("12:30"), now=NOW)


def test_D12_another_booking_in_between_is_the_neighbour():
    catalogue = Catalogue(
        members=[a_member("ada")],
        calendars=[a_calendar("visit", minutes(30), member_ids=["ada"])],
        travel={("north", "south"): 3 * HOUR},
    )
    stored = [
        a_booking("B-1", "09:00", "10:00", host_ids=["ada"], location_id="north"),
        a_booking("B-2", "10:30", "11:00", host_ids=["ada"], location_id="south"),
    ]
    scheduler = Scheduler(catalogue, stored)

    found = offered(scheduler, "visit", monday("10:00", "13:00"), location_id="south")

    assert found == ["11:00", "11:30", "12:00", "12:30"]
    assert clocks(
        Scheduler(catalogue, stored[:1]).free_slots(
            scheduler.request("visit", location_id="south"), within=WHOLE_DAY, now=NOW
        )
    )[-1:] == ["23:30"]


def test_C9_a_delegate_of_several_is_there_for_any_of_their_absences():
    people = [
        a_member("ada", absences=[Absence(monday("09:00", "10:00"), delegate_id="bob")]),
        a_member("cem", absences=[Absence(monday("11:00", "12:00"), delegate_id="bob")]),
        a_member("bob"),
    ]
    calendar = a_calendar(member_ids=["ada", "cem"])
    stored = [a_booking("B-1", "08:00", "13:00", host_ids=[name]) for name in ("ada",)]
    stored.append(a_booking("B-2", "08:00", "13:00", host_ids=["cem"]))
    scheduler = a_scheduler(*people, calendar, bookings=stored)

    found = offered(scheduler, "massage", monday("08:00", "13:00"), use_delegates=True)

    assert found == ["09:00", "11:00"]


def test_C14_who_is_never_picked_automatically_may_be_asked_for():
    scheduler = a_scheduler(
        a_member("ada", weight=0),
        a_member("bob", hours=hours("Mo 10:00-11:00")),
        a_calendar(member_ids=["ada", "bob"], host_durations={"ada": minutes(30)}),
    )

    assert offered(scheduler, "massage") == ["10:00"]
    assert scheduler.request("massage", host_ids=["ada"]).duration == minutes(30)
    assert [each.duration for each in scheduler.requests("massage")] == [HOUR]


def test_C9_restrictions_inside_hours_hold_beside_absences():
    layered = Hours(hours("Mo 08:00-14:00"), restrictions=[hours("Mo 09:00-12:00")])
    ada = a_member("ada", hours=layered, absences=[Absence(monday("10:00", "11:00"))])

    assert offered(a_scheduler(ada, a_calendar(member_ids=["ada"])), "massage") == [
        "09:00",
        "11:00",
    ]


def test_C13_a_pool_of_rooms_and_people_beside_an_attendee():
    scheduler = a_scheduler(*map(a_member, "abc"), a_room())
    request = a_request(any_of("a", "b"), all_of("blue room"), attendee_ids=["c"])

    allocation = scheduler.slot(request, start=at("09:00"), now=NOW).allocation

    assert (allocation.host_ids, allocation.room_ids) == (("a", "c"), ("blue room",))
    assert timedelta(0) == allocation.buffers["c"].before


def test_C9_the_class_of_somebody_who_is_away_takes_nobody_else():
    """Also where that host does not come into question for a class of one's own."""
    classes = [a_class(member_ids=["ada", "zed"], seats=5)]
    people = [a_member("ada"), a_member("zed", weight=0)]
    scheduler = booked(
        a_scheduler(*people, *classes), "09:00", calendar="yoga", booking_id="B-1", host_ids=["zed"]
    )
    taken = a_booking("B-2", "09:00", "10:00", host_ids=["ada"])
    sick = a_member("zed", weight=0, absences=[Absence(monday("08:00", "12:00"), "ill")])
    busy = Scheduler(scheduler.catalogue, [*scheduler.bookings.values(), taken])

    away = busy.with_catalogue(busy.catalogue.replace(sick))

    assert "09:00" in offered(busy, "yoga")
    assert "09:00" not in offered(away, "yoga")
    assert rules(why_not(away, away.request("yoga"))) == [("outside_hours", "zed"), ("busy", "ada")]


def test_C14_the_sessions_of_a_class_whose_hosts_take_other_times_are_known():
    yoga = a_class(member_ids=["ada"], host_durations={"ada": minutes(30)})
    scheduler = booked(
        a_scheduler(a_member("ada"), yoga), "09:00", calendar="yoga", booking_id="B-1"
    )

    (session,) = scheduler.sessions("yoga", within=WHOLE_DAY, now=NOW)

    assert session.end == at("09:30")

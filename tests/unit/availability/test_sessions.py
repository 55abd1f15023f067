"""Sessions: who joins takes seats and nothing else, and only where all is well (SPEC N12)."""

from __future__ import annotations

import pytest

from bookable import (
    BookingRefused,
    Buffers,
    Hours,
    Interval,
    IntervalSet,
    Limit,
    OutOfService,
    Place,
    Requirement,
    Scheduler,
    Settings,
    WeeklyHours,
    all_of,
)
from tests.support.builders import (
    HOUR,
    NOW,
    US,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_catalogue,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
    clocks,
    minutes,
    monday,
    offered,
    rules,
)

NINE = monday("09:00", "10:00")
FIRST_INSTANT = IntervalSet([Interval(at("09:00"), at("09:00") + US)])


def yoga(key="B-1", party=1, first="09:00", last="10:00", **fields):
    fields = {"host_ids": ["ada"], "room_ids": ["studio"], **fields}
    return a_booking(key, first, last, calendar_id="yoga", party_size=party, **fields)


def the_studio(*bookings, seats=10, capacity=20, entries=(), blocks=(), **calendar):
    """One class with one host and one room, unless more entries are given."""
    calendar = {"member_ids": ["ada"], **calendar}
    return a_scheduler(
        a_class(seats=seats, **calendar),
        *(entries or (a_member(), a_room("studio", capacity, calendar_ids=["yoga"]))),
        bookings=bookings,
        blocks=blocks,
    )


def slot_at(scheduler, clock="09:00", **asked):
    return scheduler.slot(scheduler.request("yoga", **asked), start=at(clock), now=NOW)


def why(scheduler, clock="09:00", **asked):
    request = scheduler.request("yoga", **asked)
    return rules(scheduler.explain(request, start=at(clock), now=NOW))


def left(scheduler, clock="09:00", **asked):
    return slot_at(scheduler, clock, **asked).seats_left


# Seats ---------------------------------------------------------------------


@pytest.mark.parametrize(("party", "is_offered"), [(1, True), (7, True), (8, False)])
def test_a_session_is_offered_while_it_has_seats_for_the_party(party, is_offered):
    scheduler = the_studio(yoga(party=3))

    assert ("09:00" in offered(scheduler, "yoga", party_size=party)) is is_offered


def test_seats_left_are_those_of_the_session_or_of_the_room_whichever_are_fewer():
    assert left(the_studio()) == 10
    assert left(the_studio(yoga(party=3))) == 7
    assert left(the_studio(capacity=8)) == 8
    assert left(the_studio(yoga(party=3), capacity=8)) == 5
    other = a_booking("X", room_ids=["studio"], party_size=2)
    assert left(the_studio(other, capacity=8)) == 6
    assert left(the_studio(yoga(party=3), other, capacity=8)) == 3


def test_the_room_is_counted_over_the_footprint_of_the_session():
    buffers = {"studio": Buffers(after=HOUR)}
    later = a_booking("X", "10:30", "11:30", room_ids=["studio"], party_size=4)

    assert left(the_studio(yoga(party=3, buffers=buffers), later, capacity=8)) == 1
    assert left(the_studio(yoga(party=3), later, capacity=8)) == 5


def test_who_joins_shares_the_host_the_room_and_the_equipment():
    entries = [
        a_member(),
        a_room("studio", 20, calendar_ids=["yoga"], max_concurrent=1),
        an_item("speaker", 1, calendar_ids=["yoga"]),
    ]
    scheduler = the_studio(entries=entries)

    for number in range(10):
        scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id=f"B-{number}")

    one, ten = scheduler.booking("B-0"), scheduler.booking("B-9")
    assert (one.host_ids, one.room_ids, one.equipment) == (
        ten.host_ids,
        ten.room_ids,
        ten.equipment,
    )
    assert scheduler.violations(now=NOW) == ()
    assert why(scheduler) == [
        ("busy", "ada"),
        ("busy", "speaker"),
        ("busy", "studio"),
        ("full", "yoga"),
    ]


def test_who_joins_keeps_the_buffers_of_the_session():
    scheduler = the_studio(buffer_after=HOUR / 2)
    for number in range(2):
        scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id=f"B-{number}")

    assert scheduler.booking("B-1").buffers == scheduler.booking("B-0").buffers
    assert scheduler.booking("B-1").buffers_on("ada") == Buffers(after=HOUR / 2)
    assert scheduler.violations(now=NOW) == ()


def test_a_class_of_one_seat_holds_one():
    scheduler = booked(the_studio(seats=1), "09:00", calendar="yoga", booking_id="B-1")

    assert "09:00" not in offered(scheduler, "yoga")
    assert "10:00" in offered(scheduler, "yoga")


def test_a_party_larger_than_any_session_never_fits():
    scheduler = the_studio(seats=4)

    assert offered(scheduler, "yoga", party_size=5) == []
    assert why(scheduler, party_size=5) == [("never_fits", "yoga")]
    assert why(scheduler, party_size=4) == []


def test_without_sessions_seats_do_not_bound_the_party():
    massage = a_calendar(member_ids=["ada"])
    scheduler = a_scheduler(massage, a_member())

    slot = scheduler.slot(scheduler.request("massage", party_size=9), start=at("09:00"), now=NOW)

    assert slot.seats_left == 9


# Which session -------------------------------------------------------------


TWO_HOSTS = [
    a_member("ada"),
    a_member("eve", priority=9),
    a_room("studio", 90, calendar_ids=["yoga"]),
]


def test_joining_goes_before_opening_another_session():
    scheduler = the_studio(yoga(), entries=TWO_HOSTS, member_ids=["ada", "eve"])

    slot = slot_at(scheduler)

    assert slot.allocation.host_ids == ("ada",)
    assert slot.seats_left == 9
    assert slot.host_ids == ("ada", "eve")


def test_the_fullest_session_with_seats_for_the_party_is_joined():
    scheduler = the_studio(
        yoga("B-1", 8),
        yoga("B-2", 5, host_ids=["eve"]),
        entries=TWO_HOSTS,
        member_ids=["ada", "eve"],
    )

    assert slot_at(scheduler, party_size=2).allocation.host_ids == ("ada",)
    assert slot_at(scheduler, party_size=3).allocation.host_ids == ("eve",)


def test_of_equally_full_sessions_that_of_the_lowest_host_is_joined():
    bookings = [yoga("B-1", 5, host_ids=["eve"]), yoga("B-2", 5)]

    scheduler = the_studio(*bookings, entries=TWO_HOSTS, member_ids=["ada", "eve"])

    assert slot_at(scheduler).allocation.host_ids == ("ada",)


def test_only_a_session_of_the_wanted_host_is_joined():
    scheduler = the_studio(yoga(), entries=TWO_HOSTS, member_ids=["ada", "eve"])

    assert slot_at(scheduler, host_ids=["ada"]).seats_left == 9
    new = slot_at(scheduler, host_ids=["eve"])
    assert (new.seats_left, new.allocation.host_ids) == (10, ("eve",))
    assert new.host_ids == ("eve",)


def test_a_full_session_leaves_room_for_another_with_another_host():
    scheduler = the_studio(yoga(party=10), entries=TWO_HOSTS, member_ids=["ada", "eve"])

    slot = slot_at(scheduler)

    assert (slot.allocation.host_ids, slot.seats_left) == (("eve",), 10)


@pytest.mark.parametrize("clock", ["08:30", "09:30"])
def test_a_session_is_joined_at_its_own_start_only(clock):
    grid = WeeklyHours.parse("Mo 00:00-24:00", zone="UTC")
    scheduler = the_studio(yoga(), slot_step=HOUR / 2, hours=grid)

    assert clock not in offered(scheduler, "yoga")
    assert "09:00" in offered(scheduler, "yoga")


def test_a_session_of_another_duration_is_another_session():
    scheduler = the_studio(yoga(), durations=[2 * HOUR])

    assert why(scheduler, duration=2 * HOUR) == [("busy", "ada")]
    assert left(scheduler) == 9


def test_another_calendar_cannot_join():
    entries = [
        a_member(),
        a_room("studio", 20, calendar_ids=["yoga", "pilates"]),
        a_class("pilates"),
    ]

    scheduler = the_studio(yoga(), entries=entries)

    assert "09:00" not in offered(scheduler, "pilates")
    assert "09:00" in offered(scheduler, "yoga")


# Trouble -------------------------------------------------------------------


def troubled(*bookings, host=None, room=None, item=None, blocks=(), **calendar):
    entries = [
        host or a_member(),
        room or a_room("studio", 20, calendar_ids=["yoga"]),
        item or an_item("speaker", 1, calendar_ids=["yoga"]),
    ]
    held = yoga(equipment={"speaker": 1})
    return the_studio(held, *bookings, entries=entries, blocks=blocks, **calendar)


def test_a_session_without_trouble_can_be_joined():
    assert why(troubled()) == []


@pytest.mark.parametrize(
    ("fields", "rule", "subject"),
    [
        ({"host": a_member(is_active=False)}, "inactive", "ada"),
        ({"room": a_room("studio", 20, is_active=False)}, "inactive", "studio"),
        ({"item": an_item("speaker", 1, is_active=False)}, "inactive", "speaker"),
        ({"item": an_item("speaker", 1, out_of_service=1)}, "busy", "speaker"),
        (
            {
                "item": an_item(
                    "speaker", 1, out_of_service=[OutOfService(monday("09:59", "11:00"), 1)]
                )
            },
            "busy",
            "speaker",
        ),
        (
            {"host": a_member(hours=WeeklyHours.parse("Mo 09:00-09:59", zone="UTC"))},
            "outside_hours",
            "ada",
        ),
        ({"host": a_member(hours=Hours(closures=FIRST_INSTANT))}, "outside_hours", "ada"),
        ({"blocks": [a_block(resource_id="ada", first="09:59")]}, "busy", "ada"),
        ({"blocks": [a_block(resource_id="studio", last="09:01")]}, "busy", "studio"),
    ],
)
def test_nobody_joins_a_session_that_lost_something_it_holds(fields, rule, subject):
    scheduler = troubled(**fields)

    assert "09:00" not in offered(scheduler, "yoga")
    assert (rule, subject) in why(scheduler)
    with pytest.raises(BookingRefused):
        slot_at(scheduler)


@pytest.mark.parametrize(
    "fields",
    [
        {"blocks": [a_block(resource_id="ada", first="10:00", last="11:00")]},
        {"item": an_item("speaker", 1, out_of_service=[OutOfService(monday("10:00", "11:00"), 1)])},
        {"host": a_member(hours=WeeklyHours.parse("Mo 09:00-10:00", zone="UTC"))},
    ],
)
def test_trouble_that_only_touches_is_no_trouble(fields):
    assert why(troubled(**fields)) == []


def test_nobody_joins_a_session_whose_host_is_double_booked():
    other = a_booking("X", "09:30", "10:30", host_ids=["ada"])

    assert ("busy", "ada") in why(troubled(other))


@pytest.mark.parametrize("host", ["nobody", "pilates"])
def test_nobody_joins_a_session_of_something_that_is_no_resource(host):
    studio = a_room("studio", 20, calendar_ids=["yoga"])
    busy = a_booking("X", host_ids=["ada"])
    entries = [a_member(), studio, a_class("pilates")]

    scheduler = the_studio(yoga(host_ids=[host]), busy, entries=entries)

    assert why(scheduler) == [("inactive", host), ("busy", "ada")]


def test_a_session_may_be_held_up_by_buffers_outside_hours():
    nine = WeeklyHours.parse("Mo 09:00-10:00", zone="UTC")
    studio = a_room("studio", 20, calendar_ids=["yoga"], hours=nine)
    held = yoga(buffers={"studio": Buffers(after=HOUR)})
    entries = [a_member(), studio]

    assert why(the_studio(held, entries=entries)) == []
    strict = the_studio(held, entries=entries, buffer_within_hours=True)
    assert ("outside_hours", "studio") in why(strict)


def test_the_gate_of_the_calendar_holds_for_joining_too():
    closed = the_studio(yoga(), hours=WeeklyHours.parse("Mo 10:00-12:00", zone="UTC"))
    blocked = the_studio(yoga(), blocks=[a_block(resource_id="yoga", first="09:30")])
    inactive = the_studio(yoga(), is_active=False)
    late = the_studio(yoga())

    assert why(closed) == [("outside_hours", "yoga")]
    assert why(blocked) == [("busy", "yoga")]
    assert why(inactive) == [("inactive", "yoga")]
    refusals = late.explain(late.request("yoga"), start=at("09:00"), now=at("09:01"))
    assert rules(refusals) == [("notice_too_short", "yoga")]


# Without hosts -------------------------------------------------------------


def a_hall(*bookings, names=("hall",), capacity=50, **calendar):
    """A class without hosts: its rooms alone tell its sessions apart."""
    rooms = [a_room(name, capacity, calendar_ids=["yoga"]) for name in names]
    return the_studio(*bookings, entries=rooms, **{"member_ids": [], "seats": 10, **calendar})


def in_hall(key="B-1", party=1, room="hall"):
    return yoga(key, party, host_ids=[], room_ids=[room])


def test_a_room_holds_one_session_without_hosts_of_a_calendar_at_a_time():
    scheduler = a_hall(in_hall(party=10))

    assert why(scheduler) == [("full", "yoga")]
    assert "09:00" not in offered(scheduler, "yoga")
    assert clocks(scheduler.free_slots(scheduler.request("yoga"), within=NINE, now=NOW)) == []
    periods = scheduler.start_periods(scheduler.request("yoga"), within=NINE, now=NOW)
    assert not periods.contains(at("09:00"))
    assert periods.contains(at("09:30"))


def test_another_room_takes_another_session_without_hosts():
    scheduler = a_hall(in_hall(party=10), names=("hall", "loft"))

    slot = slot_at(scheduler)

    assert (slot.allocation.room_ids, slot.room_ids, slot.seats_left) == (("loft",), ("loft",), 10)


def test_a_session_without_hosts_is_joined_before_another_room_is_opened():
    scheduler = a_hall(in_hall(party=4, room="loft"), names=("hall", "loft"))

    slot = slot_at(scheduler)

    assert (slot.allocation.room_ids, slot.seats_left) == (("loft",), 6)
    assert slot.room_ids == ("hall", "loft")


def test_another_calendar_may_use_the_rest_of_the_room():
    hall = a_room("hall", 12, calendar_ids=["yoga", "talk"])
    talk = a_calendar("talk", kind="event", seats_per_slot=30)
    scheduler = the_studio(in_hall(party=4), entries=[hall, talk], member_ids=[])

    assert "09:00" in offered(scheduler, "talk", party_size=8)
    assert "09:00" not in offered(scheduler, "talk", party_size=9)


def test_what_has_neither_host_nor_room_has_one_session_at_a_time():
    webinar = a_scheduler(a_class(seats=3, member_ids=[]))

    for number in range(3):
        webinar = booked(webinar, "09:00", calendar="yoga", booking_id=f"B-{number}")

    assert "09:00" not in offered(webinar, "yoga")
    assert "10:00" in offered(webinar, "yoga")
    request = webinar.request("yoga")
    assert rules(webinar.explain(request, start=at("09:00"), now=NOW)) == [("full", "yoga")]
    assert not webinar.start_periods(request, within=WHOLE_DAY, now=NOW).contains(at("09:00"))


def test_equipment_alone_does_not_tell_sessions_apart():
    mats = an_item("mat", 9, calendar_ids=["yoga"])
    scheduler = a_scheduler(a_class(seats=1, member_ids=[]), mats)

    scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1")

    assert why(scheduler) == [("full", "yoga")]


def test_a_session_from_before_there_were_rooms_does_not_keep_a_room_from_one():
    scheduler = a_hall(yoga(party=10, host_ids=[], room_ids=[]))

    assert slot_at(scheduler).allocation.room_ids == ("hall",)


def test_a_calendar_that_states_its_requirements_has_sessions_like_any_other():
    scheduler = the_studio(
        yoga(party=2, room_ids=["studio"]), requirements=[all_of("studio")], seats=5
    )

    assert left(scheduler) == 3


@pytest.mark.parametrize("held", [{"host_ids": ["ada"], "room_ids": []}, {"host_ids": []}])
def test_a_session_from_before_with_a_host_or_a_room_is_not_the_one_without(held):
    entries = [a_member(), a_room("studio", 20)]
    webinar = the_studio(yoga(party=3, **held), seats=3, entries=entries, member_ids=[])

    assert left(webinar) == 3
    assert slot_at(webinar).allocation.resource_ids == ()


def test_a_session_without_hosts_keeps_its_room_from_a_host_who_is_asked_for():
    held = yoga(party=1, host_ids=[])
    scheduler = the_studio(held)

    assert why(scheduler) == []
    assert why(scheduler, host_ids=["ada"]) == [("busy", "studio")]
    request = scheduler.request("yoga", host_ids=["ada"])
    (refusal,) = scheduler.explain(request, start=at("09:00"), now=NOW)
    assert (refusal.interval, refusal.booking_ids) == (NINE, ("B-1",))


def test_a_host_who_is_asked_for_takes_part_beside_those_that_are_required():
    calendar = {"member_ids": ["ada"], "requirements": [all_of("eve", "studio")]}
    entries = [a_member("ada"), a_member("eve"), a_room("studio", 20)]
    scheduler = the_studio(yoga(host_ids=["ada", "eve"]), entries=entries, **calendar)

    assert left(scheduler, host_ids=["ada"]) == 9


def test_a_session_without_hosts_is_only_named_where_its_room_is_missing():
    rooms = [a_room("studio", 20, calendar_ids=["yoga"]), a_room("attic", 20)]
    old = yoga("old", host_ids=[], room_ids=["studio"])
    busy = a_booking("X", host_ids=["ada"], room_ids=["attic"])

    def reasons(*bookings, more_rooms=()):
        entries = [a_member(), *rooms, *more_rooms]
        scheduler = the_studio(*bookings, entries=entries)
        request = scheduler.request("yoga", host_ids=["ada"])
        return rules(scheduler.explain(request, start=at("09:00"), now=NOW))

    spare = a_room("cellar", 20, calendar_ids=["yoga"])
    assert reasons(old) == [("busy", "studio")]
    assert reasons(old, more_rooms=[spare]) == []
    assert reasons(old, busy, more_rooms=[spare]) == [("busy", "ada")]


def test_a_session_of_somebody_else_is_not_named():
    entries = [a_member(), a_member("grace"), a_room("studio", 20, calendar_ids=["yoga"])]
    grace = yoga("G", host_ids=["grace"])
    busy = a_booking("X", host_ids=["ada"], room_ids=[])

    scheduler = the_studio(grace, busy, entries=entries, member_ids=["ada", "grace"])

    assert why(scheduler, host_ids=["ada"]) == [("busy", "ada")]
    assert why(scheduler, host_ids=["grace"]) == []


# Buffers that may be shared -------------------------------------------------


def shared_after(minutes_after):
    return {"ada": Buffers(minutes(0), minutes(minutes_after), "shared")}


@pytest.mark.parametrize(("second", "joins"), [("10:15", True), ("09:45", False)])
def test_a_session_is_sound_while_only_shared_buffers_meet(second, joins):
    yoga = a_class("yoga", seats=3, buffer_after=minutes(30), buffer_policy="shared")
    other = a_calendar("massage", member_ids=["ada"])
    bookings = [
        a_booking("B-1", calendar_id="yoga", host_ids=["ada"], buffers=shared_after(30)),
        a_booking(
            "B-2", second, "11:15", calendar_id="massage", host_ids=["ada"], buffers=shared_after(0)
        ),
    ]
    scheduler = Scheduler(a_catalogue(a_member("ada"), yoga, other), bookings)

    found = scheduler.explain(scheduler.request("yoga"), start=at("09:00"), now=NOW)

    assert (found == ()) is joins


# What each one has for themselves ------------------------------------------------


def wheels(per):
    """A class in which everybody needs a wheel of their own, or which needs one for all."""
    needs = [Requirement(["wheel"], per_attendees=per)]
    return a_class("pottery", member_ids=["ada"], requirements=needs)


def test_what_nobody_needs_for_themselves_any_more_is_not_taken_by_who_joins():
    wheel = an_item("wheel", quantity=2, calendar_ids=["pottery"])
    scheduler = a_scheduler(wheels(1), a_member(), wheel)
    scheduler = booked(scheduler, "09:00", calendar="pottery", booking_id="B-1", party_size=2)
    assert scheduler.booking("B-1").equipment == {"wheel": 2}
    assert offered(scheduler, "pottery", NINE) == []
    scheduler = scheduler.with_catalogue(scheduler.catalogue.replace(wheels(None)))
    joined = booked(scheduler, "09:00", calendar="pottery", booking_id="B-2")
    assert joined.booking("B-2").equipment == {}
    assert joined.violations(now=NOW) == ()
    # And when everybody needs one again, nobody can join until the first goes.
    again = joined.with_catalogue(joined.catalogue.replace(wheels(1)))
    assert offered(again, "pottery", NINE) == []


def test_who_joins_has_their_own_whoever_of_the_session_is_asked():
    wheel = an_item("wheel", quantity=3, calendar_ids=["pottery"])
    buffers = {"ada": Buffers(), "wheel": Buffers(minutes(0), minutes(5))}
    stored = [
        a_booking("B-1", calendar_id="pottery", host_ids=["ada"]),
        a_booking(
            "B-2",
            calendar_id="pottery",
            host_ids=["ada"],
            equipment={"wheel": 1},
            individual_ids=["wheel"],
            buffers=buffers,
        ),
    ]
    scheduler = a_scheduler(wheels(1), a_member(), wheel, bookings=stored)
    joined = booked(scheduler, "09:00", calendar="pottery", booking_id="B-3").booking("B-3")
    assert (joined.equipment, joined.individual_ids) == ({"wheel": 1}, ("wheel",))
    assert joined.buffers == buffers


# Where it takes place ------------------------------------------------------------

PLACES = [Place("site"), Place("north", parent_id="site"), Place("south", parent_id="site")]


@pytest.mark.parametrize(
    ("there", "asked", "joins"),
    [
        ("north", "north", True),
        ("north", "south", False),
        (None, "south", False),
        ("north", None, True),
        ("north", "site", True),
        ("site", "north", False),
    ],
)
@pytest.mark.parametrize("hosts", [["ada"], []])
def test_nobody_joins_a_session_at_another_place(there, asked, joins, hosts):
    session = a_booking("B-1", calendar_id="yoga", host_ids=hosts, location_id=there)
    catalogue = a_catalogue(a_class(member_ids=hosts, requirements=[]), a_member())
    scheduler = Scheduler(catalogue.with_settings(Settings(PLACES)), [session])
    asking = scheduler.request("yoga", location_id=asked)
    assert offered(scheduler, "yoga", NINE, location_id=asked) == (["09:00"] if joins else [])
    refusals = scheduler.explain(asking, start=at("09:00"), now=NOW)
    subject = "ada" if hosts else "yoga"
    assert rules(refusals) == ([] if joins else [("busy", subject)])


def test_a_wider_place_that_is_asked_for_leaves_the_place_of_the_calendar():
    catalogue = a_catalogue(a_class(location_id="north", requirements=[]), a_member())
    scheduler = Scheduler(catalogue.with_settings(Settings(PLACES)))
    asked = {"calendar": "yoga", "location_id": "site"}
    scheduler = booked(scheduler, "09:00", booking_id="B-1", **asked)
    assert scheduler.booking("B-1").location_id == "north"
    both = booked(scheduler, "09:00", calendar="yoga", booking_id="B-2")
    assert both.booking("B-2").location_id == "north"


def at_places(*entries, **settings):
    """A state with a site of two places, and nothing booked."""
    catalogue = a_catalogue(*entries).with_settings(Settings(PLACES, **settings))
    return Scheduler(catalogue)


def test_a_session_in_a_room_may_be_joined_though_nobody_said_where_it_is():
    studio = a_room("studio", 20, calendar_ids=["yoga"], location_id="north")
    scheduler = at_places(a_class(), a_member(), studio)
    scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1")
    assert offered(scheduler, "yoga", NINE, location_id="south") == []
    there = {"calendar": "yoga", "location_id": "north"}
    joined = booked(scheduler, "09:00", booking_id="B-2", **there)
    assert joined.booking("B-2").location_id is None
    assert booked(joined, "09:00", booking_id="B-2", **there) is joined


def test_limits_of_a_place_count_whoever_joins_a_session_there():
    limit = Limit(2, "day", per=["location"])
    scheduler = at_places(a_class(), a_member(), limits=[limit])
    scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1", location_id="north")
    scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id="B-2")
    assert scheduler.booking("B-2").location_id == "north"
    assert offered(scheduler, "yoga", NINE) == []
    found = scheduler.explain(scheduler.request("yoga"), start=at("09:00"), now=NOW)
    assert rules(found) == [("limit_reached", "north"), ("busy", "ada")]


def test_nobody_is_a_host_of_a_session_that_they_attend():
    catalogue = a_catalogue(
        a_class(member_ids=["ada", "cem"], requirements=[]), a_member(), a_member("cem")
    )
    scheduler = booked(
        Scheduler(catalogue),
        "09:00",
        calendar="yoga",
        booking_id="B-1",
        host_ids=["ada"],
        attendee_ids=["cem"],
    )
    assert offered(scheduler, "yoga", NINE, host_ids=["ada"]) == ["09:00"]
    assert offered(scheduler, "yoga", NINE, host_ids=["cem"]) == []


# What is in the way of who would join -----------------------------------------


def full_of(scheduler, calendar, party=1):
    """The time and the bookings that the refusal of a full session names."""
    request = scheduler.request(calendar, party_size=party)
    found = scheduler.explain(request, start=at("09:00"), now=NOW)
    (full,) = [each for each in found if each.subject == calendar]
    return full.interval, full.booking_ids


def test_a_full_session_names_the_time_in_which_others_are_in_its_way():
    own = {"studio": Buffers(after=minutes(15))}
    alone = the_studio(yoga(buffers=own), seats=1)
    assert full_of(alone, "yoga") == (NINE, ("B-1",))
    crowded = the_studio(
        yoga(buffers=own),
        a_booking("N", "10:00", "11:00", room_ids=["studio"]),
        a_booking("O", "10:15", "11:00", room_ids=["studio"]),
        capacity=2,
    )
    assert full_of(crowded, "yoga") == (monday("09:00", "10:15"), ("B-1", "N"))


def test_who_takes_too_little_to_be_in_the_way_of_a_session_is_not_named():
    own = {"studio": Buffers(after=HOUR)}
    scheduler = the_studio(
        yoga(party=2, buffers=own),
        a_booking("S", "10:00", "10:30", room_ids=["studio"]),
        a_booking("L", "10:30", "11:00", room_ids=["studio"], party_size=2),
        capacity=5,
    )
    assert full_of(scheduler, "yoga", 2) == (monday("09:00", "11:00"), ("B-1", "L"))


def test_a_session_without_enough_units_names_who_has_them_and_when():
    wheel = an_item("wheel", quantity=3, calendar_ids=["pottery"])
    buffers = {"ada": Buffers(), "wheel": Buffers(after=minutes(30))}
    stored = [
        a_booking(
            "B-1",
            calendar_id="pottery",
            host_ids=["ada"],
            equipment={"wheel": 1},
            individual_ids=["wheel"],
            buffers=buffers,
        ),
        a_booking("W", "10:00", "11:00", equipment={"wheel": 1}),
        a_booking("X", "10:30", "11:00", equipment={"wheel": 1}),
    ]
    scheduler = a_scheduler(wheels(1), a_member(), wheel, bookings=stored)
    assert full_of(scheduler, "pottery", 2) == (monday("09:00", "10:30"), ("B-1", "W"))

"""What capacity means: the rows of group B, each under its id, and the examples that show them."""

from __future__ import annotations

import pytest

from bookable import BookingRefused, OutOfService, Requirement, StaleLedgerError
from tests.support.builders import (
    NOW,
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
    rules,
)

HALF_HOUR = minutes(30)
SHARED_HALF_HOUR = {
    "buffer_before": HALF_HOUR,
    "buffer_after": HALF_HOUR,
    "buffer_policy": "shared",
}


def slot_at(scheduler, calendar, clock, **asked):
    return scheduler.slot(scheduler.request(calendar, **asked), start=at(clock), now=NOW)


def why(scheduler, calendar, clock, **asked):
    request = scheduler.request(calendar, **asked)
    return scheduler.explain(request, start=at(clock), now=NOW)


def test_B2_the_seats_of_a_slot_are_those_of_its_session():
    """Seats per slot (group, class)."""
    scheduler = a_scheduler(a_member(), a_class(seats=3))

    scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1", party_size=2)

    assert slot_at(scheduler, "yoga", "09:00").seats_left == 1
    assert slot_at(scheduler, "yoga", "10:00").seats_left == 3
    assert rules(why(scheduler, "yoga", "09:00", party_size=2)) == [
        ("busy", "ada"),
        ("full", "yoga"),
    ]


def test_B3_the_least_of_all_seats_counts():
    """Seats of the slot and capacity of the room: the smaller one."""
    room = a_room("studio", capacity=4, calendar_ids=["yoga"])

    scheduler = a_scheduler(a_member(), room, a_class(seats=9))

    assert slot_at(scheduler, "yoga", "09:00").seats_left == 4
    with pytest.raises(BookingRefused):
        slot_at(scheduler, "yoga", "09:00", party_size=5)


def test_B5_the_peak_counts_and_not_the_sum():
    """Two bookings one after the other take one of two places at any instant."""
    room = a_room("lab", capacity=2)
    bookings = [
        a_booking("B-1", "09:00", "10:00", room_ids=["lab"]),
        a_booking("B-2", "10:00", "11:00", room_ids=["lab"]),
    ]
    scheduler = a_scheduler(room, bookings=bookings)

    request = a_request(Requirement(["lab"]))

    assert scheduler.explain(request, start=at("09:30"), now=NOW) == ()


def desks(most=2):
    """Ada serves two calendars; several customers of the first may come at once."""
    return a_scheduler(
        a_member("ada"),
        a_calendar("desk", member_ids=["ada"], bookings_per_host=most),
        a_calendar("other", member_ids=["ada"]),
    )


def test_B6_one_host_serves_as_many_bookings_at_once_as_the_calendar_says():
    """Parallel bookings of one person: of one calendar, and of nothing else beside."""
    scheduler = booked(desks(), "09:00", calendar="desk", booking_id="B-1")

    twice = booked(scheduler, "09:00", calendar="desk", booking_id="B-2")

    assert offered(scheduler, "other", monday("08:00", "11:00")) == ["08:00", "10:00"]
    assert rules(why(twice, "desk", "09:00")) == [("busy", "ada")]
    assert twice.violations(now=NOW) == ()
    one_left = twice.cancel("B-1", now=NOW)
    assert why(one_left, "desk", "09:00") == ()
    assert rules(why(one_left, "other", "09:00")) == [("busy", "ada")]


def test_B6_what_overlaps_in_part_counts_at_its_peak():
    """A second booking fits beside two that follow each other."""
    bookings = [
        a_booking("B-1", "09:00", "09:30", host_ids=["ada"], calendar_id="desk"),
        a_booking("B-2", "09:30", "10:00", host_ids=["ada"], calendar_id="desk"),
    ]
    scheduler = type(desks())(desks().catalogue, bookings)

    assert slot_at(scheduler, "desk", "09:00").host_ids == ("ada",)
    assert rules(why(scheduler, "other", "09:00")) == [("busy", "ada")]


def test_B6_whoever_has_something_else_takes_no_crowd():
    """A booking of another calendar keeps the crowd away, and names itself."""
    scheduler = booked(desks(), "09:00", calendar="other", booking_id="B-9")

    (found,) = why(scheduler, "desk", "09:00")

    assert (found.rule.value, found.booking_ids) == ("busy", ("B-9",))


def test_B7_overbooking_is_a_choice_and_is_reported():
    """A tenth more people than seats may come; the booking that goes beyond says so."""
    room = a_room("hall", capacity=10, overbook_percent=10, calendar_ids=["talk"])
    scheduler = a_scheduler(room, a_calendar("talk", kind="event"))

    scheduler = booked(scheduler, "09:00", calendar="talk", booking_id="B-1", party_size=10)
    slot = slot_at(scheduler, "talk", "09:00")
    over = scheduler.book(slot, booking_id="B-2", now=NOW)

    assert (slot.is_overbooked, slot.seats_left) == (True, 1)
    assert scheduler.booking("B-1").tags == frozenset()
    assert over.booking("B-2").tags == {"overbooked"}
    assert over.violations(now=NOW) == ()
    assert rules(why(over, "talk", "09:00")) == [("full", "hall")]


@pytest.mark.parametrize(
    ("entries", "party"),
    [
        ([a_class("talk", seats=2, overbook_percent=50), a_member()], 3),
        (
            [
                a_calendar("talk", kind="event"),
                an_item("kit", quantity=2, overbook_percent=50, calendar_ids=["talk"]),
            ],
            None,
        ),
        (
            [
                a_calendar("talk", kind="event"),
                a_room(
                    "hall",
                    capacity=99,
                    max_concurrent=2,
                    overbook_percent=50,
                    calendar_ids=["talk"],
                ),
            ],
            None,
        ),
    ],
    ids=["seats of a session", "units", "bookings at once"],
)
def test_B7_seats_units_and_bookings_at_once_can_be_overbooked(entries, party):
    """Half as many again, and no more."""
    scheduler = a_scheduler(*entries)
    marks = []
    for number in range(3):
        size = 1 if party is None or number < 2 else party - 2
        slot = slot_at(scheduler, "talk", "09:00", party_size=size)
        marks.append(slot.is_overbooked)
        scheduler = scheduler.book(slot, booking_id=f"B-{number}", now=NOW)

    assert marks == [False, False, True]
    assert scheduler.violations(now=NOW) == ()
    assert why(scheduler, "talk", "09:00") != ()


def test_B7_moving_to_where_there_is_room_takes_the_mark_off():
    """The mark is about where a booking is now."""
    room = a_room("hall", capacity=1, overbook_percent=100, calendar_ids=["talk"])
    scheduler = a_scheduler(room, a_calendar("talk", kind="event"))
    for key in ("B-1", "B-2"):
        scheduler = booked(scheduler, "09:00", calendar="talk", booking_id=key)

    moved = scheduler.reschedule("B-2", to=slot_at(scheduler, "talk", "10:00"), now=NOW)

    assert scheduler.booking("B-2").tags == {"overbooked"}
    assert moved.booking("B-2").tags == frozenset()


def test_B8_a_session_is_short_until_enough_people_come():
    """Minimum attendees: a state that is told and changes nothing."""
    scheduler = a_scheduler(a_member(), a_class(seats=6, minimum_attendees=3))
    one = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1", party_size=2)
    two = booked(one, "09:00", calendar="yoga", booking_id="B-2")

    (before,) = one.sessions("yoga", within=monday("00:00", "24:00"), now=NOW)
    (after,) = two.sessions("yoga", within=monday("00:00", "24:00"), now=NOW)

    assert (before.attendees, before.is_short) == (2, True)
    assert (after.attendees, after.is_short, after.booking_ids) == (3, False, ("B-1", "B-2"))
    assert (after.seats_left, after.host_ids) == (3, ("ada",))
    assert scheduler.sessions("yoga", within=monday("00:00", "24:00"), now=NOW) == ()
    assert offered(one, "yoga") == offered(scheduler, "yoga")


def test_B9_a_slot_tells_the_seats_that_are_left():
    """Remaining seats in the answer."""
    room = a_room("studio", capacity=7, calendar_ids=["yoga"])
    scheduler = a_scheduler(a_member(), room, a_class(seats=5))

    scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id="B-1", party_size=3)

    request = scheduler.request("yoga", party_size=2)
    slots = scheduler.free_slots(request, within=monday("09:00", "11:00"), now=NOW)
    assert [slot.seats_left for slot in slots] == [2, 5]


# Equipment of one's own ------------------------------------------------------


def potters(quantity=4, per=2):
    """A pottery class: a wheel for every two people begun."""
    wheel = Requirement(["wheel"], per_attendees=per)
    return a_scheduler(
        a_member(),
        an_item("wheel", quantity=quantity),
        a_class("pottery", seats=20, requirements=[wheel]),
    )


def test_A9_units_follow_the_number_of_people():
    """Per-attendee quantity, also inside a session: everybody takes what they need."""
    scheduler = potters()

    assert slot_at(scheduler, "pottery", "09:00").seats_left == 8
    scheduler = booked(scheduler, "09:00", calendar="pottery", booking_id="B-1", party_size=3)
    assert scheduler.booking("B-1").equipment == {"wheel": 2}
    assert slot_at(scheduler, "pottery", "09:00").seats_left == 4
    scheduler = booked(scheduler, "09:00", calendar="pottery", booking_id="B-2", party_size=4)
    assert scheduler.booking("B-2").equipment == {"wheel": 2}
    assert ("busy", "ada") in rules(why(scheduler, "pottery", "09:00"))
    assert scheduler.violations(now=NOW) == ()
    assert scheduler.cancel("B-1", now=NOW).violations(now=NOW) == ()


# Rooms that are made of rooms -------------------------------------------------


def test_A12_a_hall_and_its_parts_exclude_each_other():
    """Composite rooms: who has the hall has both rooms, who has a room keeps the hall."""
    scheduler = a_scheduler(
        a_room("east", capacity=5),
        a_room("west", capacity=5),
        a_room("hall", capacity=12, parts=["east", "west"]),
    )

    def take(state, room, clock, key):
        slot = state.slot(a_request(Requirement([room])), start=at(clock), now=NOW)
        return state.book(slot, booking_id=key, now=NOW)

    def blockers(state, room, clock):
        found = state.explain(a_request(Requirement([room])), start=at(clock), now=NOW)
        return [(each.rule.value, each.subject, each.booking_ids) for each in found]

    state = take(take(scheduler, "hall", "09:00", "B-1"), "east", "10:00", "B-2")
    assert blockers(state, "west", "09:30") == [("busy", "west", ("B-1",))]
    assert blockers(state, "hall", "10:30") == [("busy", "hall", ("B-2",))]
    assert blockers(state, "west", "10:00") == []
    # More people fit beside each other in one of them, as ever.
    state = take(state, "east", "10:00", "B-3")
    assert state.violations(now=NOW) == ()
    state.check()
    freed = state.cancel("B-1", now=NOW)
    assert blockers(freed, "west", "09:30") == []
    blocked = freed.block("west", monday("12:00", "13:00"), block_id="K-1")
    assert blockers(blocked, "hall", "12:30") == [("busy", "hall", ())]
    assert blockers(blocked, "east", "12:30") == []
    assert blockers(blocked.unblock("K-1"), "hall", "12:30") == []
    blocked.check()


def test_A12_a_part_that_is_taken_makes_a_plan_for_the_hall_stale():
    """Two plans from the same state: the second one is refused."""
    scheduler = a_scheduler(
        a_room("east", calendar_ids=["talk"]),
        a_room("hall", capacity=2, parts=["east"], calendar_ids=["ball"]),
        a_calendar("talk", kind="event"),
        a_calendar("ball", kind="event"),
    )
    ball, talk = (
        scheduler.plan_book(slot_at(scheduler, key, "09:00"), booking_id=f"B {key}", now=NOW)
        for key in ("ball", "talk")
    )

    after = scheduler.apply(ball)

    assert rules(why(after, "talk", "09:00")) == [("busy", "east")]
    with pytest.raises(StaleLedgerError):
        after.apply(talk)


# Worked examples ----------------------------------------------------------------


def test_ex_C12_capacity_is_a_field_and_never_read_from_a_name():
    """A name with a number in it says nothing."""
    room = a_room("1A", capacity=16, name="NYC-2-Training Room 1A (99)", location_id="NYC-2")

    scheduler = a_scheduler(room)

    assert scheduler.catalogue.room("1A").capacity == 16
    request = a_request(Requirement(["1A"]), party_size=17)
    (found,) = scheduler.explain(request, start=at("09:00"), now=NOW)
    assert (found.rule.value, found.detail["available"]) == ("never_fits", 16)


@pytest.mark.parametrize(("enforced", "accepted"), [(False, True), (True, False), (None, False)])
def test_ex_C13_a_room_may_leave_its_seats_uncounted(enforced, accepted):
    """Fourteen people in a room for ten."""
    room = a_room("board", capacity=10, enforce_capacity=enforced)
    scheduler = a_scheduler(room)
    request = a_request(Requirement(["board"]), party_size=14)

    found = scheduler.explain(request, start=at("09:00"), now=NOW)

    assert (found == ()) is accepted
    if accepted:
        # Uncounted seats do not make two meetings of one.
        slot = scheduler.slot(request, start=at("09:00"), now=NOW)
        after = scheduler.book(slot, booking_id="B-1", now=NOW)
        assert rules(after.explain(request, start=at("09:30"), now=NOW)) == [("busy", "board")]


def test_D2_shared_buffers_keep_clear_of_repairs_as_of_blocks():
    """What is out of service is like something that stands there, without buffers of its own."""
    repair = OutOfService(monday("12:00", "13:00"), 1)
    broken = an_item("lamp", quantity=1, out_of_service=[repair], **SHARED_HALF_HOUR)
    whole = an_item("lamp", quantity=1, **SHARED_HALF_HOUR)
    request = a_request(Requirement(["lamp"]), slot_step=HALF_HOUR)

    repaired = a_scheduler(broken)
    blocked = a_scheduler(whole).block("lamp", monday("12:00", "13:00"), block_id="K-1")

    window = monday("09:00", "16:00")
    starts = [
        [slot.start for slot in each.free_slots(request, within=window, now=NOW)]
        for each in (repaired, blocked)
    ]
    assert starts[0] == starts[1]
    assert at("10:30") in starts[0]
    assert at("11:00") not in starts[0]
    (found,) = repaired.explain(request, start=at("11:00"), now=NOW)
    assert (found.rule.value, found.detail["out_of_service"]) == ("busy", 1)


def test_B7_where_nobody_counts_seats_only_bookings_at_once_can_be_overbooked():
    """A room that leaves its seats uncounted, for two meetings and one more."""
    room = a_room(
        "loft",
        capacity=1,
        enforce_capacity=False,
        max_concurrent=2,
        overbook_percent=50,
        calendar_ids=["talk"],
    )
    scheduler = a_scheduler(room, a_calendar("talk", kind="event"))
    marks = []
    for number in range(3):
        slot = slot_at(scheduler, "talk", "09:00", party_size=7)
        marks.append(slot.is_overbooked)
        scheduler = scheduler.book(slot, booking_id=f"B-{number}", now=NOW)

    assert marks == [False, False, True]
    assert rules(why(scheduler, "talk", "09:00")) == [("busy", "loft")]

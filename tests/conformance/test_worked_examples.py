"""The worked examples that other systems are known by, each under its name.

Times are local to the example's zone (UTC where it does not matter); ``day`` is Monday 2
March 2026. Grids are `LocalMidnight`, buffers count for both neighbours.
"""

from __future__ import annotations

from datetime import date

import pytest

from bookable import (
    Booking,
    BookingRefused,
    DateOverride,
    Hours,
    Interval,
    IntervalSet,
    RefusalCode,
    Requirement,
    WeeklyHours,
    Window,
    all_of,
    any_of,
    units_of,
)
from tests.support.builders import (
    HOUR,
    NOW,
    US,
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
    rules,
)


def hours(text, zone="UTC"):
    return WeeklyHours.parse(text, zone=zone)


def book_all(scheduler, calendar, *clocks_, party_size=1):
    for number, clock in enumerate(clocks_):
        scheduler = booked(
            scheduler,
            clock,
            calendar=calendar,
            booking_id=f"{calendar} {clock} {len(scheduler.bookings)} {number}",
            party_size=party_size,
        )
    return scheduler


# Grid ----------------------------------------------------------------------


GRIDS = [
    pytest.param(
        {"hours": "Mo 22:30-02:00", "step": 30},
        "00:00",
        ["22:30", "23:00", "23:30", "00:00", "00:30", "01:00"],
        id="ex-G24",
    ),
    pytest.param(
        {"hours": "Mo 22:30-01:30", "step": 30},
        "00:00",
        ["22:30", "23:00", "23:30", "00:00", "00:30"],
        id="ex-G25",
    ),
    pytest.param(
        {"hours": "Mo 00:00-24:00"}, "00:00", [f"{hour:02}:00" for hour in range(24)], id="ex-G26"
    ),
    pytest.param(
        {"hours": "Mo 09:00-22:00", "duration": 15},
        "21:05",
        ["21:15", "21:30", "21:45"],
        id="ex-G27",
    ),
]


@pytest.mark.parametrize(("rules_", "now", "expected"), GRIDS)
def test_ex_grid(rules_, now, expected):
    calendar = a_calendar(
        duration=minutes(rules_.get("duration", 60)),
        slot_step=minutes(rules_["step"]) if "step" in rules_ else None,
        hours=hours(rules_["hours"]),
        requirements=[all_of("blue room")],
    )
    scheduler = a_scheduler(calendar, a_room())
    window = Interval(at("00:00"), at("12:00", day=3))

    assert offered(scheduler, "massage", window, now=at(now)) == expected


def test_ex_G28_what_is_booked_does_not_push_the_next_start_away():
    calendar = a_calendar(duration=minutes(5), hours=hours("Mo 01:00-01:20"))
    scheduler = a_scheduler(calendar, a_room(calendar_ids=["massage"]))

    after = book_all(scheduler, "massage", "01:00")

    assert offered(after, "massage") == ["01:05", "01:10", "01:15"]


# Buffers -------------------------------------------------------------------


def a_day(*, before=0, after=0, duration=60, step=None, open_="08:00-17:00", bookings=()):
    """One room, open on that day, with a service that has these buffers."""
    calendar = a_calendar(
        duration=minutes(duration),
        slot_step=None if step is None else minutes(step),
        buffer_before=minutes(before),
        buffer_after=minutes(after),
        hours=hours(f"Mo {open_}"),
        durations=[2 * HOUR],
    )
    room = a_room(calendar_ids=["massage"])
    taken = [
        a_booking(f"B-{number}", *times, calendar_id="massage", room_ids=["blue room"])
        for number, times in enumerate(bookings)
    ]
    return a_scheduler(calendar, room, bookings=taken)


def test_ex_B1_a_buffer_before_counts_before_both():
    scheduler = a_day(before=60, bookings=[("10:00", "12:00")])

    assert offered(scheduler, "massage") == ["08:00", "13:00", "14:00", "15:00", "16:00"]


def test_ex_B2_a_buffer_after_counts_after_both():
    scheduler = a_day(after=60, bookings=[("10:00", "12:00")])

    assert offered(scheduler, "massage") == ["08:00", "13:00", "14:00", "15:00", "16:00"]


def test_ex_B3_buffers_of_two_neighbours_add_up():
    scheduler = a_day(before=30, after=30, step=15, bookings=[("10:00", "11:00")])

    found = offered(scheduler, "massage")

    assert "11:45" not in found
    assert "12:00" in found
    assert [clock for clock in found if clock < "10:00"] == ["08:00"]


def test_ex_B4_after_thirty_and_before_fifteen_make_forty_five():
    scheduler = a_scheduler(
        a_calendar("old", buffer_after=minutes(30)),
        a_calendar("new", buffer_before=minutes(15), slot_step=minutes(15)),
        a_room(calendar_ids=["old", "new"]),
    )

    after = book_all(scheduler, "old", "10:00")

    found = offered(after, "new", monday("10:00", "24:00"))
    assert found[0] == "11:45"
    request = after.request("new")
    assert [refusal.interval for refusal in after.explain(request, start=at("11:30"), now=NOW)] == [
        monday("11:15", "11:30")
    ]


def test_ex_B5_a_buffer_may_lie_outside_the_opening_hours():
    day = {"before": 30, "after": 30, "open_": "09:00-17:00"}

    assert offered(a_day(**day), "massage")[0] == "09:00"
    assert "10:00" not in offered(a_day(**day, bookings=[("09:00", "10:00")]), "massage")
    assert "09:00" not in offered(a_day(**day, bookings=[("10:00", "11:00")]), "massage")


def test_ex_B7_fifteen_before_and_thirty_after():
    scheduler = a_day(
        before=15,
        after=30,
        duration=30,
        step=15,
        open_="00:00-24:00",
        bookings=[("02:00", "02:30")],
    )
    found = offered(scheduler, "massage")

    assert min(clock for clock in found if clock > "02:00") == "03:15"
    # It ends at 01:15.
    assert max(clock for clock in found if clock < "02:00") == "00:45"
    assert "01:00" not in found


def test_ex_B9_a_buffer_reaches_into_a_window_that_starts_after_the_booking():
    calendar = a_calendar(duration=minutes(30), slot_step=minutes(5), buffer_after=minutes(30))
    scheduler = a_scheduler(
        calendar,
        a_room(calendar_ids=["massage"]),
        bookings=[
            a_booking("B-1", "08:15", "09:15", calendar_id="massage", room_ids=["blue room"])
        ],
    )

    assert offered(scheduler, "massage", monday("09:20", "12:00"))[0] == "09:45"


def test_ex_B10_another_hall_of_the_pool_takes_what_the_buffers_of_one_forbid():
    halls = [a_room(f"hall {name}", calendar_ids=["show"]) for name in "AB"]
    show = a_calendar(
        "show", buffer_before=minutes(30), buffer_after=minutes(30), slot_step=minutes(30)
    )
    taken = a_booking("B-1", "10:00", "11:00", calendar_id="show", room_ids=["hall A"])
    scheduler = a_scheduler(show, *halls, bookings=[taken])

    found = scheduler.free_slots(
        scheduler.request("show"), within=monday("11:00", "12:01"), now=NOW
    )

    assert [(clocks([slot])[0], slot.room_ids) for slot in found] == [
        ("11:00", ("hall B",)),
        ("11:30", ("hall B",)),
        ("12:00", ("hall A", "hall B")),
    ]


# Several people ------------------------------------------------------------


def test_ex_P5_the_hours_of_each_bound_the_answer():
    team = hours("We-Th 09:00-18:00")
    limited = Hours(
        None,
        [
            DateOverride(date(2026, 3, 18), [Window.parse("09:00-12:00")]),
            DateOverride(date(2026, 3, 19), [Window.parse("10:00-20:00")]),
        ],
        zone="UTC",
    )
    show = a_calendar(
        kind="collective",
        member_ids=["A", "B"],
        hours=team,
        buffer_before=minutes(30),
        buffer_after=minutes(15),
    )
    busy = [
        Booking("B-1", at("11:15", day=18), at("12:00", day=18), host_ids=["B"]),
        Booking("B-2", at("10:00", day=19), at("10:30", day=19), host_ids=["B"]),
        Booking("B-3", at("17:15", day=19), at("18:00", day=19), host_ids=["A"]),
    ]
    people = [a_member("A"), a_member("B", hours=limited)]
    window = Interval(at("09:00", day=18), at("18:00", day=19))

    def periods(*bookings):
        scheduler = a_scheduler(show, *people, bookings=bookings)
        return scheduler.free_periods(scheduler.request("massage"), within=window, now=NOW)

    def both_days(first, second):
        times = [(18, *first), (19, *second)]
        return IntervalSet(Interval(at(a, day=day), at(b, day=day)) for day, a, b in times)

    assert periods() == both_days(("09:00", "12:00"), ("10:00", "18:00"))
    assert periods(*busy) == both_days(("09:00", "11:00"), ("11:00", "17:00"))


def test_ex_P6_every_free_room_is_listed_with_the_people():
    people, rooms = [a_member("A"), a_member("B")], [a_room(f"room {n}") for n in range(1, 4)]
    taken = a_booking("X", room_ids=["room 2"])
    scheduler = a_scheduler(*people, *rooms, bookings=[taken])
    request = a_request(all_of("A", "B"), any_of("room 1", "room 2", "room 3"))

    slot = scheduler.slot(request, start=at("09:00"), now=NOW)

    assert (slot.host_ids, slot.room_ids) == (("A", "B"), ("room 1", "room 3"))
    assert slot.allocation.room_ids == ("room 1",)


def test_ex_P10_a_role_leaves_the_other_its_only_candidate():
    people = [a_member("A"), a_member("B", priority=1)]
    x, y = Requirement(["A", "B"], name="X"), Requirement(["B"], name="Y")
    scheduler = a_scheduler(*people)

    after = scheduler.book(
        scheduler.slot(a_request(x, y), start=at("09:00"), now=NOW), booking_id="B-1", now=NOW
    )

    assert after.booking("B-1").host_ids == ("A", "B")


def test_ex_P11_three_roles_for_two_people_compete():
    needs = [Requirement(["A", "B"], name=name) for name in "XYZ"]
    scheduler = a_scheduler(a_member("A"), a_member("B"))

    (refusal,) = scheduler.explain(a_request(*needs), start=at("09:00"), now=NOW)

    assert refusal.rule is RefusalCode.ROLES_COMPETE
    assert refusal.detail["roles"] == ("X", "Y", "Z")
    assert refusal.detail["pool"] == ("A", "B")
    assert (refusal.detail["needed"], refusal.detail["available"]) == (3, 2)


# Rooms, seats, quantities --------------------------------------------------


@pytest.mark.parametrize(("room_seats", "taken"), [(20, 20), (15, 15)], ids=["ex-C1", "ex-C2"])
def test_ex_seats_are_those_of_the_class_or_of_the_room(room_seats, taken):
    scheduler = a_scheduler(
        a_class(seats=20, member_ids=["ada"]),
        a_member("ada"),
        a_room("studio", room_seats, calendar_ids=["yoga"]),
    )

    full = book_all(scheduler, "yoga", *["09:00"] * taken)

    assert len(full.bookings) == taken
    assert "09:00" not in offered(full, "yoga")
    with pytest.raises(BookingRefused):
        book_all(full, "yoga", "09:00")
    assert full.violations(now=NOW) == ()


def test_ex_C3_two_calendars_share_the_massage_room():
    room = a_room("The Massage Room", 2, calendar_ids=["massage", "thai"])
    scheduler = a_scheduler(
        a_calendar("massage", member_ids=["ada", "eve"]),
        a_calendar("thai", member_ids=["kim", "lin"]),
        *(a_member(name) for name in ("ada", "eve", "kim", "lin")),
        room,
    )

    one = book_all(scheduler, "massage", "09:00")
    two = book_all(one, "thai", "09:00")

    assert [("09:00" in offered(one, name)) for name in ("massage", "thai")] == [True, True]
    assert [("09:00" in offered(two, name)) for name in ("massage", "thai")] == [False, False]


def equipped(out_of_service):
    return a_scheduler(
        a_calendar(),
        an_item("table", 3, out_of_service=out_of_service, calendar_ids=["massage"]),
    )


def test_ex_C4_one_of_three_units_out_of_service_leaves_two():
    two = book_all(equipped(1), "massage", "09:00", "09:00")

    assert "09:00" not in offered(two, "massage")
    assert "10:00" in offered(two, "massage")


def test_ex_C5_units_that_break_later_keep_their_bookings_and_are_reported():
    two = book_all(equipped(1), "massage", "09:00", "11:00")

    broken = two.with_catalogue(
        two.catalogue.replace(an_item("table", 3, out_of_service=3, calendar_ids=["massage"]))
    )

    assert offered(broken, "massage") == []
    assert rules(broken.violations(now=NOW)) == [("overcommitted", "table")] * 2
    assert {key for each in broken.violations(now=NOW) for key in each.booking_ids} == set(
        two.bookings
    )


def test_ex_C6_the_peak_counts_and_not_the_number_of_overlapping_bookings():
    bookings = [a_booking("B-1", "09:00", "10:00"), a_booking("B-2", "10:00", "11:00")]
    scheduler = a_scheduler(a_room(capacity=2), bookings=bookings)

    assert scheduler.explain(a_request(), start=at("09:30"), now=NOW) == ()

    third = a_scheduler(
        a_room(capacity=2), bookings=[*bookings, a_booking("B-3", "09:30", "10:00")]
    )
    assert rules(third.explain(a_request(), start=at("09:30"), now=NOW)) == [("full", "blue room")]


def test_ex_C7_a_booking_strictly_inside_counts():
    inside = [a_booking(f"B-{number}", "10:15", "10:30") for number in range(3)]

    def is_free(count):
        scheduler = a_scheduler(a_room(capacity=3), bookings=inside[:count])
        return scheduler.explain(a_request(), start=at("10:00"), now=NOW) == ()

    assert [is_free(count) for count in range(4)] == [True, True, True, False]


def test_ex_C8_eighty_devices():
    scheduler = a_scheduler(an_item("device", 80))

    left = []
    for number, units in enumerate([12, 8, 15]):
        request = a_request(units_of("device", units))
        slot = scheduler.slot(request, start=at("09:00"), now=NOW)
        scheduler = scheduler.book(slot, booking_id=f"B-{number}", now=NOW)
        left.append(
            max(
                amount
                for amount in range(1, 81)
                if not scheduler.explain(
                    a_request(units_of("device", amount)), start=at("09:00"), now=NOW
                )
            )
        )

    assert left == [68, 60, 45]


def test_ex_C9_the_seventh_student_is_refused_only_while_six_are_present():
    stays = [("10:00", "14:00")] * 4 + [("10:00", "12:00"), ("11:00", "13:00")]
    bookings = [a_booking(f"B-{number}", *stay) for number, stay in enumerate(stays)]
    lab = a_room(capacity=6, hours=hours("Mo 10:00-14:00"))
    scheduler = a_scheduler(lab, bookings=bookings)

    def periods(duration):
        request = a_request(duration=duration)
        return scheduler.free_periods(request, within=WHOLE_DAY, now=NOW)

    assert periods(minutes(15)) == IntervalSet([monday("10:00", "11:00"), monday("12:00", "14:00")])
    assert periods(2 * HOUR) == IntervalSet([monday("12:00", "14:00")])


def test_ex_C11_a_provider_in_one_session_is_not_in_another():
    scheduler = a_scheduler(
        a_class("S1", seats=3, member_ids=["ada"]),
        a_class("S2", seats=3, member_ids=["ada"]),
        a_member("ada"),
    )

    after = book_all(scheduler, "S1", "10:00")

    slot = after.slot(after.request("S1"), start=at("10:00"), now=NOW)
    assert slot.seats_left == 2
    assert "10:00" not in offered(after, "S2")
    assert "11:00" in offered(after, "S2")


# Notice --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "is_bookable"),
    [(at("15:00") - US, True), (at("15:00"), True), (at("15:00") + US, False)],
)
def test_ex_L1_two_hours_notice_is_kept_until_the_last_microsecond(now, is_bookable):
    scheduler = a_scheduler(
        a_calendar(minimum_notice=minutes(120)), a_room(calendar_ids=["massage"])
    )

    assert ("17:00" in offered(scheduler, "massage", now=now)) is is_bookable

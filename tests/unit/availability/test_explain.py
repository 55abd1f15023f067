"""Why not: all the reasons, none that does not matter, in a fixed order."""

from __future__ import annotations

import pytest

from bookable import (
    AddOn,
    BookingRefused,
    Buffers,
    FixedStarts,
    Hours,
    Interval,
    IntervalSet,
    OutOfService,
    RefusalCode,
    Requirement,
    Scheduler,
    WeeklyHours,
    all_of,
    any_of,
    units_of,
)
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    US,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    minutes,
    monday,
    rules,
    tuesday,
)

NINE = monday("09:00", "10:00")


def why(scheduler, request=None, *, start="09:00", now=NOW):
    return scheduler.explain(request or a_request(), start=at(start), now=now)


def facts(refusals):
    return [
        (each.rule.value, each.subject, each.interval, each.booking_ids, dict(each.detail))
        for each in refusals
    ]


# One rule at a time --------------------------------------------------------


def test_what_can_be_booked_has_no_reason_against_it():
    assert why(a_scheduler()) == ()


def test_an_inactive_resource_is_named():
    assert facts(why(a_scheduler(a_room(is_active=False)))) == [
        ("inactive", "blue room", NINE, (), {})
    ]


@pytest.mark.parametrize(
    ("entry", "request_", "detail"),
    [
        (a_room(), a_request(party_size=3), {"what": "seats", "needed": 3, "available": 1}),
        (a_room(capacity=0), a_request(), {"what": "seats", "needed": 1, "available": 0}),
        (
            an_item("blue room", 3, out_of_service=1),
            a_request(units_of("blue room", 3)),
            {"what": "units", "needed": 3, "available": 2},
        ),
    ],
)
def test_more_than_exists_never_fits(entry, request_, detail):
    assert facts(why(a_scheduler(entry), request_)) == [
        ("never_fits", "blue room", NINE, (), detail)
    ]


def test_what_never_fits_is_not_also_called_full_or_busy():
    scheduler = a_scheduler(a_room(), bookings=[a_booking()])

    assert rules(why(scheduler, a_request(party_size=2))) == [("never_fits", "blue room")]


def test_more_resources_than_the_pool_has_never_fit():
    request = a_request(any_of("ada", count=2))

    assert facts(why(a_scheduler(a_member()), request)) == [
        ("never_fits", "", NINE, (), {"what": "resources", "needed": 2, "available": 1})
    ]


def test_a_start_off_the_grid_is_told():
    request = a_request(grid=FixedStarts([at("10:00")]))

    assert facts(why(a_scheduler(), request)) == [("off_grid", "", NINE, (), {})]


def test_a_start_in_the_past_is_said_to_be():
    (found,) = why(a_scheduler(), now=at("09:00") + US)

    assert found.detail["past"] is True
    assert found.sentence() == "2026-03-02 09:00 UTC is in the past"
    assert why(a_scheduler(), now=at("09:00")) == ()


def test_a_start_too_soon_or_too_far_tells_from_and_until_when():
    soon = a_request(minimum_notice=2 * HOUR)
    far = a_request(booking_horizon=2 * HOUR)

    assert facts(why(a_scheduler(), soon, now=at("07:00") + US)) == [
        ("notice_too_short", "", NINE, (), {"earliest": "2026-03-02T09:00:00.000001+00:00"})
    ]
    assert facts(why(a_scheduler(), far, now=at("07:00"))) == [
        ("beyond_horizon", "", NINE, (), {"latest": "2026-03-02T09:00:00+00:00"})
    ]
    assert why(a_scheduler(), soon, now=at("07:00")) == ()
    assert why(a_scheduler(), far, now=at("07:00") + US) == ()


def test_closed_hours_are_told_with_what_should_have_been_open():
    late = WeeklyHours.parse("Mo 09:30-17:00", zone="UTC")
    body = a_scheduler(a_room(hours=late))
    buffers = {"buffer_before": minutes(45), "buffer_after": minutes(15)}
    strict = a_request(**buffers, buffer_within_hours=True)

    assert facts(why(body)) == [("outside_hours", "blue room", NINE, (), {})]
    assert facts(why(body, strict, start="10:00")) == [
        ("outside_hours", "blue room", monday("09:15", "11:15"), (), {})
    ]
    assert why(body, strict, start="10:15") == ()
    assert facts(why(a_scheduler(), a_request(hours=late))) == [("outside_hours", "", NINE, (), {})]
    assert facts(
        why(
            a_scheduler(),
            a_request(hours=late, buffer_before=HOUR, buffer_within_hours=True),
            start="10:00",
        )
    ) == [("outside_hours", "", monday("09:00", "11:00"), (), {})]


def test_a_busy_member_is_told_with_its_bookings_and_when_they_are_in_the_way():
    bookings = [
        a_booking("B-2", "08:30", "09:15", host_ids=["ada"]),
        a_booking("B-1", "09:45", "11:00", host_ids=["ada"]),
        a_booking("B-3", "10:00", "11:00", host_ids=["eve"]),
        a_booking("B-4", "08:00", "08:30", host_ids=["ada"]),
    ]
    scheduler = a_scheduler(a_member(), a_member("eve"), bookings=bookings)

    assert facts(why(scheduler, a_request(all_of("ada")))) == [
        ("busy", "ada", NINE, ("B-1", "B-2"), {})
    ]
    wide = a_request(all_of("ada"), buffer_before=HOUR)
    assert facts(why(scheduler, wide)) == [
        ("busy", "ada", monday("08:00", "10:00"), ("B-1", "B-2", "B-4"), {})
    ]


def test_blocks_in_the_way_are_named():
    blocks = [
        a_block("K-2", "ada", "09:30", "09:45"),
        a_block("K-1", "ada", "09:50", "12:00"),
        a_block("K-3", "ada", "10:00", "12:00"),
    ]

    assert facts(why(a_scheduler(a_member(), blocks=blocks), a_request(all_of("ada")))) == [
        ("busy", "ada", monday("09:30", "10:00"), (), {"block_ids": ("K-2", "K-1")})
    ]


def test_a_blocked_room_is_busy_and_a_crowded_one_is_full():
    crowd = a_booking(party_size=3)
    blocked = a_scheduler(a_room(capacity=4), bookings=[crowd], blocks=[a_block(first="09:30")])

    assert facts(why(blocked, a_request(party_size=2))) == [
        ("busy", "blue room", monday("09:30", "10:00"), (), {"block_ids": ("K-1",)}),
        ("full", "blue room", NINE, ("B-1",), {"seats_left": 1, "party_size": 2}),
    ]
    assert rules(why(blocked, a_request(party_size=1))) == [("busy", "blue room")]


def test_a_room_with_seats_but_without_a_free_booking_is_busy():
    scheduler = a_scheduler(a_room(capacity=9, max_concurrent=1), bookings=[a_booking()])

    assert facts(why(scheduler)) == [("busy", "blue room", NINE, ("B-1",), {})]


def test_an_overfull_room_has_no_seats_left_and_never_fewer():
    crowd = [a_booking("B-1", party_size=3), a_booking("B-2", "09:30", "10:30", party_size=4)]
    scheduler = a_scheduler(a_room(capacity=4), bookings=crowd)

    assert facts(why(scheduler)) == [
        (
            "full",
            "blue room",
            monday("09:30", "10:00"),
            ("B-1", "B-2"),
            {"seats_left": 0, "party_size": 1},
        )
    ]


@pytest.mark.parametrize(
    "broken",
    [2, [OutOfService(monday("09:30", "12:00"), 1), OutOfService(monday("09:45", "12:00"), 1)]],
)
def test_units_in_repair_are_counted_among_the_reasons(broken):
    item = an_item("table", 3, out_of_service=broken)
    scheduler = a_scheduler(item, bookings=[a_booking(equipment={"table": 1})])

    (refusal,) = why(scheduler, a_request(all_of("table")))

    assert (refusal.rule, refusal.subject, refusal.booking_ids) == ("busy", "table", ("B-1",))
    assert dict(refusal.detail) == {"out_of_service": 2, "needed": 1, "free": 0}


@pytest.mark.parametrize(("quantity", "detail"), [(1, {}), (4, {"needed": 3, "free": 2})])
def test_units_are_counted_where_there_are_several(quantity, detail):
    held = {"table": min(quantity, 2)}
    scheduler = a_scheduler(an_item("table", quantity), bookings=[a_booking(equipment=held)])

    (refusal,) = why(scheduler, a_request(units_of("table", min(quantity, 3))))

    assert dict(refusal.detail) == detail


def test_units_of_which_too_many_are_booked_are_free_to_nobody():
    bookings = [a_booking(f"B-{number}", equipment={"table": 2}) for number in range(2)]
    scheduler = a_scheduler(an_item("table", 2), bookings=bookings)

    (refusal,) = why(scheduler, a_request(units_of("table", 1)))

    assert dict(refusal.detail) == {"needed": 1, "free": 0}


HALLS = [a_room("hall", features=["stage"]), a_room("loft", features=["piano"])]


@pytest.mark.parametrize(
    ("need", "asked", "missing"),
    [
        (Requirement(kind="room", features=["organ"]), [], ("organ",)),
        (Requirement(["hall", "loft"]), ["organ", "stage"], ("organ",)),
        (Requirement(["hall", "loft"]), ["piano", "stage"], ("piano", "stage")),
        (Requirement(["hall", "loft"], features=["stage"]), ["piano"], ("piano", "stage")),
        (Requirement(["hall", "loft"], count=2), ["stage"], ("stage",)),
        (Requirement(["hall"], kind="member"), ["stage"], None),
        (Requirement(["ada"], kind="room"), ["stage"], None),
        (any_of("ada", "table", count=3), ["stage"], None),
    ],
)
def test_a_pool_that_is_too_small_for_want_of_features_names_them(need, asked, missing):
    scheduler = a_scheduler(*HALLS, a_member("ada"), an_item("table"))

    (refusal,) = why(scheduler, a_request(need, features=asked))

    assert refusal.rule == "never_fits"
    assert refusal.detail.get("features") == missing


def test_a_blocked_calendar_is_busy_itself():
    blocks = [
        a_block("K-1", "massage", "09:45", "10:15"),
        a_block("K-2", "massage", "10:30", "11:00"),
    ]
    scheduler = a_scheduler(
        a_calendar(buffer_after=minutes(45)), a_room(calendar_ids=["massage"]), blocks=blocks
    )

    assert facts(why(scheduler, scheduler.request("massage"))) == [
        ("busy", "massage", monday("09:45", "10:45"), (), {"block_ids": ("K-1", "K-2")})
    ]
    assert rules(why(scheduler, scheduler.request("massage"), start="11:00")) == []


def test_a_rule_that_is_just_kept_is_no_reason():
    bookings = [a_booking(host_ids=["ada"])]
    scheduler = a_scheduler(a_member(hours=OFFICE), bookings=bookings)
    rules_ = {"minimum_notice": 9 * HOUR, "booking_horizon": 9 * HOUR + US, "hours": OFFICE}

    assert rules(why(scheduler, a_request(all_of("ada"), **rules_))) == [("busy", "ada")]


def test_a_first_instant_that_is_closed_is_a_reason():
    late = Hours(closures=IntervalSet([Interval(at("09:00"), at("09:00") + US)]))

    assert rules(why(a_scheduler(a_room(hours=late)))) == [("outside_hours", "blue room")]
    assert rules(why(a_scheduler(), a_request(hours=late))) == [("outside_hours", "")]


def test_what_is_met_by_the_buffer_after_is_told():
    bookings = [a_booking("B-1", "10:30", "11:30", host_ids=["ada"])]
    scheduler = a_scheduler(a_member(), bookings=bookings)

    reasons = why(scheduler, a_request(all_of("ada"), buffer_after=HOUR))

    assert facts(reasons) == [("busy", "ada", monday("10:30", "11:00"), ("B-1",), {})]


def test_a_block_of_the_calendar_that_its_buffer_before_meets_is_told():
    scheduler = a_scheduler(
        a_calendar(buffer_before=HOUR),
        a_room(calendar_ids=["massage"]),
        blocks=[a_block("K-1", "massage", "07:00", "08:15")],
    )

    assert facts(why(scheduler, scheduler.request("massage"))) == [
        ("busy", "massage", monday("08:00", "08:15"), (), {"block_ids": ("K-1",)})
    ]


def test_a_session_in_trouble_with_seats_for_the_party_is_not_called_full():
    held = a_booking("B-1", calendar_id="yoga", host_ids=["ada"], party_size=2)
    scheduler = a_scheduler(
        a_class(seats=4), a_member(), bookings=[held], blocks=[a_block(resource_id="ada")]
    )

    def reasons(party_size):
        return set(rules(why(scheduler, scheduler.request("yoga", party_size=party_size))))

    assert reasons(2) == {("busy", "ada")}
    assert reasons(3) == {("busy", "ada"), ("full", "yoga")}


# Roles ---------------------------------------------------------------------


def team(*busy, names=("ada", "eve", "kim")):
    bookings = [a_booking(f"B-{name}", host_ids=[name]) for name in busy]
    return a_scheduler(*(a_member(name) for name in names), bookings=bookings)


def test_nobody_is_named_while_somebody_else_is_free():
    assert why(team("ada", "eve"), a_request(any_of("ada", "eve", "kim"))) == ()
    reasons = why(team("ada", "eve", "kim"), a_request(any_of("ada", "eve", "kim")))
    assert rules(reasons) == [("busy", "ada"), ("busy", "eve"), ("busy", "kim")]


def test_too_few_of_a_pool_name_those_who_are_missing():
    reasons = why(team("ada"), a_request(any_of("ada", "eve", count=2)))

    assert rules(reasons) == [("busy", "ada")]


def test_roles_that_compete_are_told_with_their_pool_and_who_is_in_the_way():
    needs = [
        Requirement(["ada", "eve"], name="teacher"),
        Requirement(["eve", "ada"], name="assistant"),
    ]

    assert facts(why(team("eve"), a_request(*needs))) == [
        ("busy", "eve", NINE, ("B-eve",), {}),
        (
            "roles_compete",
            "",
            NINE,
            (),
            {
                "roles": ("teacher", "assistant"),
                "pool": ("ada", "eve"),
                "needed": 2,
                "available": 1,
            },
        ),
    ]


def test_more_roles_than_people_compete_whoever_is_free():
    needs = [any_of("ada", "eve")] * 3

    (refusal,) = why(team(), a_request(*needs))

    assert (refusal.rule, refusal.detail["needed"], refusal.detail["available"]) == (
        "roles_compete",
        3,
        2,
    )


def test_a_role_that_fails_alone_is_not_also_said_to_compete():
    needs = [all_of("ada"), any_of("ada", "eve")]

    assert rules(why(team("ada"), a_request(*needs))) == [("busy", "ada")]


def test_each_role_that_fails_is_told():
    needs = [all_of("ada"), all_of("eve"), all_of("kim")]

    assert rules(why(team("ada", "kim"), a_request(*needs))) == [("busy", "ada"), ("busy", "kim")]


def test_a_resource_that_cannot_serve_for_several_reasons_tells_them_all():
    room = a_room(
        capacity=2, is_active=False, hours=WeeklyHours.parse("Tu 09:00-17:00", zone="UTC")
    )
    scheduler = a_scheduler(
        room, bookings=[a_booking()], blocks=[a_block(first="09:30", last="12:00")]
    )

    assert rules(why(scheduler, a_request(party_size=2))) == [
        ("inactive", "blue room"),
        ("outside_hours", "blue room"),
        ("busy", "blue room"),
        ("full", "blue room"),
    ]


def test_the_reasons_of_the_gate_and_of_the_roles_come_together_in_order():
    calendar = a_calendar(
        is_active=False,
        hours=WeeklyHours.parse("Tu 09:00-17:00", zone="UTC"),
        minimum_notice=10 * HOUR,
        booking_horizon=minutes(1),
        member_ids=["eve", "ada"],
    )
    entries = [
        calendar,
        a_member("ada"),
        a_member("eve", is_active=False),
        a_room(capacity=1, calendar_ids=["massage"]),
    ]
    bookings = [a_booking("B-1", host_ids=["ada"]), a_booking("B-2")]
    scheduler = a_scheduler(*entries, bookings=bookings, blocks=[a_block("K-1", "massage")])
    request = scheduler.request("massage")

    reasons = scheduler.explain(request, start=at("09:00") + US, now=at("00:00"))

    assert rules(reasons) == [
        ("inactive", "eve"),
        ("inactive", "massage"),
        ("off_grid", "massage"),
        ("notice_too_short", "massage"),
        ("beyond_horizon", "massage"),
        ("outside_hours", "massage"),
        ("busy", "ada"),
        ("busy", "massage"),
        ("full", "blue room"),
    ]
    assert list(RefusalCode).index(reasons[0].rule) == 0


def test_equal_reasons_of_two_roles_are_told_once():
    needs = [
        Requirement(["blue room"], name="one"),
        Requirement(["blue room", "red room"], name="two"),
    ]
    rooms = [a_room(is_active=False), a_room("red room", is_active=False)]

    reasons = why(a_scheduler(*rooms), a_request(*needs))

    assert rules(reasons) == [("inactive", "blue room"), ("inactive", "red room")]


def test_a_full_session_is_told_with_its_bookings():
    calendar = a_class(seats=4)
    bookings = [
        a_booking(key, calendar_id="yoga", host_ids=["ada"], party_size=2) for key in ("B-2", "B-1")
    ]
    scheduler = a_scheduler(calendar, a_member(), bookings=bookings)

    assert facts(why(scheduler, scheduler.request("yoga"))) == [
        ("busy", "ada", NINE, ("B-1", "B-2"), {}),
        ("full", "yoga", NINE, ("B-1", "B-2"), {"seats_left": 0, "party_size": 1}),
    ]


def test_a_command_that_is_refused_carries_the_same_reasons():
    scheduler = a_scheduler(bookings=[a_booking()])

    with pytest.raises(BookingRefused) as caught:
        scheduler.slot(a_request(), start=at("09:00"), now=NOW)

    assert caught.value.refusals == why(scheduler)
    assert str(caught.value) == str(why(scheduler)[0])


def test_a_refusal_of_a_start_says_nothing_of_another_day():
    scheduler = a_scheduler(a_room(hours=OFFICE), bookings=[a_booking()])

    assert scheduler.explain(a_request(), start=tuesday("09:00", "10:00").start, now=NOW) == ()
    assert Interval(at("09:00"), at("10:00")) == why(scheduler)[0].interval


# Roles that would still compete ---------------------------------------------


def test_roles_that_compete_behind_a_busy_resource_are_named_too():
    scheduler = a_scheduler(a_member(), bookings=[a_booking(host_ids=["ada"])])
    found = why(scheduler, a_request(all_of("ada"), all_of("ada")))

    assert rules(found) == [("busy", "ada"), ("roles_compete", "")]


def test_more_roles_are_not_named_where_fewer_lack_resources():
    people = [a_member(name) for name in ("ada", "bob", "cyd")]
    need, wide = any_of("ada", "bob"), any_of("ada", "bob", "cyd")
    busy = a_booking(host_ids=["cyd"])

    free = why(a_scheduler(*people), a_request(need, need, need, wide))
    assert [each.detail["pool"] for each in free] == [("ada", "bob")]
    # With one more for the three, the fourth would need the one who is busy.
    tied = why(a_scheduler(*people, bookings=[busy]), a_request(need, need, need, wide))
    assert rules(tied) == [("busy", "cyd"), ("roles_compete", ""), ("roles_compete", "")]


def test_a_session_in_no_place_that_cannot_be_joined_says_that_it_is_there():
    more = AddOn("more")
    scheduler = a_scheduler(
        a_calendar("webinar", kind="event", seats_per_slot=9, add_ons=[more]),
        bookings=[a_booking("B-1", calendar_id="webinar")],
    )
    request = scheduler.request("webinar", add_on_ids=["more"])

    (found,) = scheduler.explain(request, start=at("09:00"), now=NOW)

    assert (found.rule.value, found.subject, found.booking_ids) == ("busy", "webinar", ("B-1",))
    assert scheduler.explain(scheduler.request("webinar"), start=at("09:00"), now=NOW) == ()


def test_rooms_that_were_given_up_keep_buffers_that_may_be_shared_clear_only_until_then():
    quarter = minutes(15)
    shared = {"buffer_before": quarter, "buffer_after": quarter, "buffer_policy": "shared"}
    left = a_booking(
        "A",
        "09:00",
        "12:00",
        host_ids=["ada"],
        room_ids=["hall"],
        rooms_until=at("09:15"),
        buffers={key: Buffers(quarter, quarter, "shared") for key in ("ada", "hall")},
    )
    scheduler = a_scheduler(
        a_member(),
        a_room("blue room", 1, **shared),
        a_room("hall", 1, parts=["blue room"], **shared),
        bookings=[left],
    )
    for room in ("blue room", "hall"):
        asked = a_request(any_of(room), slot_step=quarter)
        assert why(scheduler, asked, start="09:30") == ()
        (busy,) = why(scheduler, asked, start="09:15")
        assert (busy.interval, busy.booking_ids) == (monday("09:00", "09:15"), ("A",))
        wide, narrow = (
            [each.start for each in scheduler.free_slots(asked, within=window, now=NOW)]
            for window in (monday("08:00", "12:00"), monday("09:30", "09:31"))
        )
        assert at("09:30") in wide
        assert narrow == [at("09:30")]
        later = a_booking("B", "10:00", "11:00", room_ids=["hall"])
        beside = Scheduler(scheduler.catalogue, [*scheduler.bookings.values(), later])
        (busy,) = why(beside, asked, start="09:30")
        assert (busy.interval, busy.booking_ids) == (monday("10:00", "11:00"), ("B",))

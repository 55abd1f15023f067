"""The audit: every violation, worked out from the bookings alone."""

from __future__ import annotations

import pytest

from bookable import Block, Buffers, OutOfService, ViolationCode
from bookable.occupancy.audit import check_ledger, find_violations
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.sessions import SessionTable
from bookable.timeline.profile import Profile
from tests.support.builders import (
    NOW,
    US,
    a_block,
    a_booking,
    a_calendar,
    a_catalogue,
    a_class,
    a_member,
    a_room,
    an_item,
    at,
    minutes,
    monday,
    rules,
)


def found(*entries, bookings=(), blocks=(), now=NOW):
    return find_violations(a_catalogue(*entries), bookings, blocks, now=now)


def summary(violations):
    return [
        (each.subject, each.interval, each.booking_ids, dict(each.detail)) for each in violations
    ]


def over(what, taken, capacity):
    return {"what": what, "taken": taken, "capacity": capacity}


# Capacity ------------------------------------------------------------------


def test_a_history_within_its_capacities_has_no_violation():
    bookings = [a_booking("B-1"), a_booking("B-2", "10:00", "11:00")]

    assert found(a_room(), bookings=bookings) == ()


def test_too_many_people_in_a_room_are_reported_with_time_bookings_and_numbers():
    bookings = [
        a_booking("B-2", "09:00", "10:00", party_size=2),
        a_booking("B-1", "09:30", "10:30", party_size=2),
        a_booking("B-3", "11:00", "12:00", party_size=3),
    ]

    violations = found(a_room(capacity=3), bookings=bookings)

    assert rules(violations) == [("overcommitted", "blue room")]
    assert summary(violations) == [
        ("blue room", monday("09:30", "10:00"), ("B-1", "B-2"), over("seats", 4, 3))
    ]


def test_a_violation_is_one_maximal_interval_with_its_highest_load():
    bookings = [
        a_booking("B-1", "09:00", "12:00"),
        a_booking("B-2", "09:00", "10:00"),
        a_booking("B-3", "09:30", "11:00"),
        a_booking("B-4", "11:00", "12:00"),
        a_booking("B-5", "13:00", "14:00"),
        a_booking("B-6", "13:00", "14:00"),
    ]

    assert summary(found(a_room(), bookings=bookings)) == [
        (
            "blue room",
            monday("09:00", "12:00"),
            ("B-1", "B-2", "B-3", "B-4"),
            over("seats", 3, 1),
        ),
        ("blue room", monday("13:00", "14:00"), ("B-5", "B-6"), over("seats", 2, 1)),
    ]


def test_cancelled_bookings_break_nothing():
    bookings = [a_booking("B-1"), a_booking("B-2", status="cancelled")]

    assert found(a_room(), bookings=bookings) == ()


def test_the_concurrency_of_a_room_counts_bookings_and_not_people():
    bookings = [a_booking("B-1", party_size=5), a_booking("B-2", party_size=5)]
    room = a_room(capacity=20, max_concurrent=1)

    assert summary(found(room, bookings=bookings)) == [
        ("blue room", monday("09:00", "10:00"), ("B-1", "B-2"), over("bookings", 2, 1))
    ]
    assert found(a_room(capacity=20, max_concurrent=2), bookings=bookings) == ()
    assert found(a_room(capacity=10), bookings=bookings) == ()


def test_buffers_count():
    buffers = {"blue room": Buffers(after=minutes(15))}
    late = a_booking("B-2", "10:15", "11:00")
    soon = a_booking("B-2", "10:00", "11:00")

    assert found(a_room(), bookings=[a_booking(buffers=buffers), late]) == ()
    assert summary(found(a_room(), bookings=[a_booking(buffers=buffers), soon])) == [
        ("blue room", monday("10:00", "10:15"), ("B-1", "B-2"), over("seats", 2, 1))
    ]


def test_a_member_is_in_one_place_at_a_time():
    bookings = [a_booking(key, host_ids=["ada"]) for key in ("B-1", "B-2")]

    assert summary(found(a_member(), bookings=bookings)) == [
        ("ada", monday("09:00", "10:00"), ("B-1", "B-2"), over("bookings", 2, 1))
    ]


@pytest.mark.parametrize(
    ("quantity", "broken", "is_fine"), [(4, 0, True), (3, 0, False), (4, 1, False)]
)
def test_equipment_gives_what_is_in_service(quantity, broken, is_fine):
    bookings = [a_booking(key, equipment={"table": 2}) for key in ("B-1", "B-2")]

    violations = found(an_item(quantity=quantity, out_of_service=broken), bookings=bookings)

    wanted = ("table", monday("09:00", "10:00"), ("B-1", "B-2"), over("units", 4, 3))
    assert summary(violations) == ([] if is_fine else [wanted])


def test_equipment_that_breaks_for_a_while_is_overcommitted_for_that_while():
    slices = [
        OutOfService(monday("09:30", "11:00"), 1),
        OutOfService(monday("09:45", "11:00"), 1),
        OutOfService(monday("12:00", "13:00"), 2),
    ]
    item = an_item(quantity=2, out_of_service=slices)

    violations = found(item, bookings=[a_booking(equipment={"table": 2})])

    assert summary(violations) == [
        ("table", monday("09:30", "10:00"), ("B-1",), over("units", 4, 2))
    ]


def test_one_session_takes_host_room_and_equipment_once():
    takes = {
        "calendar_id": "yoga",
        "host_ids": ["ada"],
        "room_ids": ["studio"],
        "equipment": {"mat": 1},
    }
    bookings = [a_booking(key, **takes) for key in ("B-1", "B-2", "B-3")]
    studio = a_room("studio", capacity=9, max_concurrent=1)
    entries = [studio, an_item("mat", 1), a_member()]

    assert found(*entries, a_class(), bookings=bookings) == ()
    apart = found(*entries, a_calendar("yoga", member_ids=["ada"]), bookings=bookings)
    assert [(each.subject, each.detail["taken"]) for each in apart] == [
        ("ada", 3),
        ("mat", 3),
        ("studio", 3),
    ]


def test_two_sessions_of_one_host_at_a_time_are_one_too_many():
    bookings = [
        a_booking("B-1", calendar_id="yoga", host_ids=["ada"]),
        a_booking("B-2", calendar_id="yoga", host_ids=["ada"]),
        a_booking("B-3", calendar_id="yoga", host_ids=["ada"], first="09:30", last="10:30"),
    ]

    assert summary(found(a_member(), a_class(), bookings=bookings)) == [
        ("ada", monday("09:30", "10:00"), ("B-1", "B-2", "B-3"), over("bookings", 2, 1))
    ]


def test_bookings_of_a_calendar_that_is_gone_are_counted_each_for_itself():
    bookings = [a_booking(key, calendar_id="gone", host_ids=["ada"]) for key in ("B-1", "B-2")]

    violations = found(a_member(), bookings=bookings, now=at("24:00"))

    assert rules(violations) == [("overcommitted", "ada")]


# Sessions ------------------------------------------------------------------


@pytest.mark.parametrize(("seats", "is_fine"), [(5, True), (4, False)])
def test_a_session_holds_no_more_people_than_its_calendar_allows(seats, is_fine):
    bookings = [
        a_booking("B-1", calendar_id="yoga", host_ids=["ada"], party_size=2),
        a_booking("B-2", calendar_id="yoga", host_ids=["ada"], party_size=3),
        a_booking("B-3", "11:00", "12:00", calendar_id="yoga", host_ids=["ada"]),
    ]

    violations = found(a_member(), a_class(seats=seats), bookings=bookings)

    wanted = ("yoga", monday("09:00", "10:00"), ("B-1", "B-2"), {"taken": 5, "capacity": 4})
    assert summary(violations) == ([] if is_fine else [wanted])
    assert is_fine or violations[0].rule is ViolationCode.SESSION_OVERFULL


def test_a_calendar_without_sessions_is_never_overfull():
    booking = a_booking(calendar_id="massage", party_size=9)

    assert found(a_calendar(), bookings=[booking]) == ()


# Blocks --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("08:00", "09:00", None),
        ("08:00", "09:15", ("09:00", "09:15")),
        ("09:15", "09:30", ("09:15", "09:30")),
        ("08:00", "12:00", ("09:00", "10:00")),
        ("09:45", "12:00", ("09:45", "10:00")),
        ("10:00", "12:00", None),
    ],
)
def test_a_booking_in_a_block_is_reported_for_the_time_they_share(first, last, inside):
    violations = found(a_room(), bookings=[a_booking()], blocks=[a_block(first=first, last=last)])

    wanted = (
        [] if inside is None else [("blue room", monday(*inside), ("B-1",), {"block_id": "K-1"})]
    )
    assert summary(violations) == wanted
    assert rules(violations) == [("blocked", "blue room")] * len(wanted)


def test_a_block_meets_the_buffers_on_a_resource_but_only_the_time_on_a_calendar():
    booking = a_booking(
        calendar_id="massage",
        room_ids=["blue room"],
        buffers={"blue room": Buffers(minutes(30), minutes(30))},
    )
    after = [
        a_block("K-1", "blue room", "10:00", "11:00"),
        a_block("K-2", "massage", "10:00", "11:00"),
        a_block("K-3", "massage", "09:59", "11:00"),
    ]

    violations = found(a_room(), a_calendar(), bookings=[booking], blocks=after)

    assert summary(violations) == [
        ("blue room", monday("10:00", "10:30"), ("B-1",), {"block_id": "K-1"}),
        ("massage", monday("09:59", "10:00"), ("B-1",), {"block_id": "K-3"}),
    ]


# What the catalogue lacks --------------------------------------------------


def test_a_booking_of_something_unknown_is_reported_while_it_is_to_come():
    bookings = [a_booking(room_ids=["gone"], host_ids=["nobody"], calendar_id="lost")]

    ids = ["gone", "lost", "nobody"]
    assert rules(found(bookings=bookings)) == [("unknown_resource", name) for name in ids]
    assert len(found(bookings=bookings, now=at("10:00") - US)) == 3
    assert found(bookings=bookings, now=at("10:00")) == ()


@pytest.mark.parametrize(
    "takes",
    [
        {"host_ids": ["blue room"]},
        {"equipment": {"blue room": 1}},
        {"room_ids": ["ada"]},
        {"equipment": {"ada": 1}},
        {"host_ids": ["table"]},
        {"room_ids": ["table"]},
    ],
)
def test_a_resource_that_is_used_as_something_else_is_reported(takes):
    booking = a_booking(**takes)
    entries = [a_room(), a_member(), an_item()]

    assert rules(found(*entries, bookings=[booking])) == [
        ("unknown_resource", booking.resource_ids[0])
    ]
    assert found(*entries, bookings=[booking], now=at("10:00")) == ()


def test_a_booking_of_something_known_is_not_reported_as_unknown():
    booking = a_booking(room_ids=["blue room"], host_ids=["ada"], equipment={"table": 1})

    assert found(a_room(), a_member(), an_item(), bookings=[booking]) == ()


# Order ---------------------------------------------------------------------


def test_violations_come_by_rule_subject_time_and_bookings_in_any_order_of_input():
    bookings = [
        a_booking("B-4", room_ids=["gone"]),
        a_booking("B-3", room_ids=["attic"]),
        a_booking("B-2", room_ids=["attic"]),
        a_booking("B-1", "07:00", "08:00", room_ids=["attic"], party_size=2),
        a_booking("B-6", calendar_id="yoga", party_size=2),
        a_booking("B-5", room_ids=["blue room"], party_size=2),
    ]
    blocks = [a_block("K-2"), a_block("K-1", "attic"), a_block("K-3", "attic")]
    entries = [a_room(), a_room("attic"), a_class(seats=1, member_ids=[])]

    violations = found(*entries, bookings=bookings, blocks=blocks)

    assert [
        (*pair, each.booking_ids) for pair, each in zip(rules(violations), violations, strict=True)
    ] == [
        ("overcommitted", "attic", ("B-1",)),
        ("overcommitted", "attic", ("B-2", "B-3")),
        ("overcommitted", "blue room", ("B-5",)),
        ("blocked", "attic", ("B-2",)),
        ("blocked", "attic", ("B-2",)),
        ("blocked", "attic", ("B-3",)),
        ("blocked", "attic", ("B-3",)),
        ("blocked", "blue room", ("B-5",)),
        ("session_overfull", "yoga", ("B-6",)),
        ("unknown_resource", "gone", ("B-4",)),
    ]
    assert found(*entries[::-1], bookings=bookings[::-1], blocks=blocks[::-1]) == violations


# The ledger held to the truth ----------------------------------------------


def test_a_ledger_that_is_what_its_bookings_make_it_passes():
    ledger = Ledger.of([a_booking()], [a_block(first="11:00", last="12:00")], ClaimRules())

    check_ledger(ledger)
    assert ledger.record("blue room").load.highest == 1


@pytest.mark.parametrize("name", ["load", "seats", "_blocked", "index", "shares", "blocks"])
def test_a_ledger_with_a_wrong_record_does_not_pass(name):
    bookings = [a_booking(calendar_id="yoga", room_ids=["blue room"])]
    ledger = Ledger.of(bookings, [a_block()], ClaimRules(frozenset({"yoga"})))
    empty = Ledger.of([], [], ClaimRules(frozenset({"yoga"}))).record("blue room")

    kept = f"_{name}" if name in {"load", "seats", "index", "shares"} else name
    setattr(ledger.record("blue room"), kept, getattr(empty, name))

    with pytest.raises(AssertionError):
        check_ledger(ledger)


def test_a_ledger_with_a_wrong_session_or_a_broken_profile_does_not_pass():
    bookings = [a_booking(calendar_id="yoga", room_ids=["blue room"])]
    ledger = Ledger.of(bookings, [], ClaimRules(frozenset({"yoga"})))
    ledger._sessions = SessionTable({})
    with pytest.raises(AssertionError):
        check_ledger(ledger)

    ledger = Ledger.of(bookings, [], ClaimRules(frozenset({"yoga"})))
    times = tuple(reversed(ledger.record("blue room").load._chunks[0].times))
    broken = Profile((ledger.record("blue room").load._chunks[0]._replace(times=times),))
    ledger.record("blue room")._load = broken
    with pytest.raises(AssertionError):
        check_ledger(ledger)


# Everything a room can be ----------------------------------------------------


def parted(**more):
    """A hall that is two rooms together."""
    rooms = [a_room("east"), a_room("west"), a_room("hall", parts=["east", "west"], **more)]
    return a_catalogue(*rooms)


def test_a_room_and_its_part_cannot_be_used_at_once():
    together = [
        a_booking("B-1", "09:00", "10:00", room_ids=["hall"]),
        a_booking("B-2", "09:30", "10:30", room_ids=["east"]),
        a_booking("B-3", "10:00", "11:00", room_ids=["west"]),
    ]

    (found,) = find_violations(parted(), together, [], now=at("00:00"))

    assert (found.subject, found.booking_ids) == ("east", ("B-1", "B-2"))
    assert found.interval == monday("09:30", "10:00")
    assert dict(found.detail) == {"what": "parts", "taken": 2, "capacity": 1}


def test_one_booking_may_have_a_room_and_its_part():
    both = a_booking("B-1", "09:00", "10:00", room_ids=["east", "hall"])

    assert find_violations(parted(), [both], [], now=at("00:00")) == ()


def test_a_block_on_a_part_is_one_on_the_whole():
    booking = a_booking("B-1", "09:00", "10:00", room_ids=["hall"])
    block = a_block("K-1", "east", "09:30", "12:00")

    (found,) = find_violations(parted(), [booking], [block], now=at("00:00"))

    assert (found.rule, found.subject) == (ViolationCode.BLOCKED, "hall")
    assert found.interval == monday("09:30", "10:00")


def test_a_block_that_does_not_block_is_no_violation():
    booking = a_booking("B-1", "09:00", "10:00", room_ids=["blue room"])
    block = Block("K-1", "blue room", monday("09:00", "10:00"), "elsewhere")

    assert find_violations(a_catalogue(a_room()), [booking], [block], now=at("00:00")) == ()


@pytest.mark.parametrize(
    ("policy", "count"),
    [("exclusive", 1), ("shared", 0), ("existing_only", 0)],
)
def test_buffers_that_may_be_shared_are_no_violation(policy, count):
    buffers = {"ada": Buffers(minutes(0), minutes(30), policy)}
    bookings = [
        a_booking("B-1", "09:00", "10:00", host_ids=["ada"], buffers=buffers),
        a_booking("B-2", "10:15", "11:00", host_ids=["ada"], buffers=buffers),
    ]

    found = find_violations(a_catalogue(a_member("ada")), bookings, [], now=at("00:00"))

    assert len(found) == count


def crowded(*bookings, most=2):
    calendar = a_calendar("desk", member_ids=["ada"], bookings_per_host=most)
    catalogue = a_catalogue(a_member("ada"), calendar, a_calendar("other", member_ids=["ada"]))
    return find_violations(catalogue, bookings, [], now=at("00:00"))


def with_ada(key, first, last, calendar="desk"):
    return a_booking(key, first, last, host_ids=["ada"], calendar_id=calendar)


def test_a_host_may_have_as_many_bookings_of_one_calendar_as_that_allows():
    two = with_ada("B-1", "09:00", "10:00"), with_ada("B-2", "09:30", "10:30")

    assert crowded(*two) == ()
    (found,) = crowded(*two, with_ada("B-3", "09:45", "10:15"))
    assert (found.interval, found.detail["taken"]) == (monday("09:45", "10:00"), 3)


def test_beside_a_crowd_a_host_does_nothing_else():
    one, two = with_ada("B-1", "09:00", "10:00"), with_ada("B-2", "09:30", "10:30")

    (found,) = crowded(one, two, with_ada("B-3", "10:00", "11:00", "other"))

    assert (found.interval, found.booking_ids) == (
        monday("10:00", "10:30"),
        ("B-2", "B-3"),
    )
    assert crowded(one, two, with_ada("B-3", "10:30", "11:00", "other")) == ()


@pytest.mark.parametrize(
    ("more", "party", "count"),
    [
        ({}, 10, 0),
        ({}, 11, 1),
        ({"overbook_percent": 20}, 12, 0),
        ({"overbook_percent": 20}, 13, 1),
        ({"enforce_capacity": False}, 99, 0),
    ],
)
def test_a_room_holds_what_it_may(more, party, count):
    room = a_room("blue room", capacity=10, **more)
    booking = a_booking("B-1", room_ids=["blue room"], party_size=party)

    assert len(find_violations(a_catalogue(room), [booking], [], now=at("00:00"))) == count


def test_equipment_of_ones_own_adds_up_inside_a_session():
    catalogue = a_catalogue(
        an_item("kit", quantity=2), a_calendar("yoga", kind="class", seats_per_slot=9)
    )
    bookings = [
        a_booking(f"B-{number}", calendar_id="yoga", equipment={"kit": 1}, individual_ids=["kit"])
        for number in range(3)
    ]

    (found,) = find_violations(catalogue, bookings, [], now=at("00:00"))

    assert (found.subject, found.detail["taken"], found.detail["capacity"]) == ("kit", 3, 2)

"""Claims: what one booking takes of each of its resources."""

from __future__ import annotations

import attrs
import pytest

from bookable import (
    Buffers,
    Claim,
    Counting,
    Interval,
    InvalidAmountError,
    InvalidValueError,
    Limit,
    Ranking,
)
from bookable.checks import check_id
from bookable.occupancy.claims import (
    ClaimRules,
    as_claim,
    customer_key,
    history_key,
    history_of,
    taken_by,
)
from tests.support.builders import (
    HOUR,
    a_booking,
    a_calendar,
    a_catalogue,
    a_class,
    a_member,
    a_room,
    at,
    minutes,
    monday,
    refused,
    us,
)

BOOKING = a_booking(
    calendar_id="yoga",
    host_ids=["ada"],
    room_ids=["studio"],
    equipment={"mat": 4},
    party_size=3,
    buffers={"studio": Buffers(minutes(15), minutes(30)), "mat": Buffers(after=HOUR)},
)
ALONE = ClaimRules()
SHARED = ClaimRules(sessions=frozenset({"yoga"}))
KEY = ("yoga", us("09:00"), us("10:00"), ("ada",), ("studio",))


def test_a_host_gives_itself_a_room_its_seats_and_equipment_its_units():
    host, room, item = taken_by(BOOKING, ALONE)

    assert (host.resource_id, host.units, host.seats) == ("ada", 1, 0)
    assert (room.resource_id, room.units, room.seats) == ("studio", 1, 3)
    assert (item.resource_id, item.units, item.seats) == ("mat", 4, 0)
    assert {claim.booking_id for claim in (host, room, item)} == {"B-1"}


def test_each_claim_lasts_as_long_as_the_buffers_of_its_resource_make_it():
    host, room, item = taken_by(BOOKING, ALONE)

    assert (host.start, host.end) == (us("09:00"), us("10:00"))
    assert (room.start, room.end) == (us("08:45"), us("10:30"))
    assert (item.start, item.end) == (us("09:00"), us("11:00"))


def test_each_claim_knows_the_booked_time_without_buffers():
    for claim in taken_by(BOOKING, ALONE):
        assert claim.body == (us("09:00"), us("10:00"))


@pytest.mark.parametrize(("status", "count"), [("pending", 3), ("confirmed", 3), ("cancelled", 0)])
def test_only_what_blocks_takes_anything(status, count):
    booking = a_booking(host_ids=["ada"], room_ids=["studio"], equipment={"mat": 1}, status=status)

    assert len(taken_by(booking, SHARED)) == count


def test_claims_of_one_session_have_their_share_in_common():
    other = a_booking(
        "B-2",
        calendar_id="yoga",
        host_ids=["ada"],
        room_ids=["studio"],
        equipment={"mat": 4},
        buffers=BOOKING.buffers,
    )

    ones, others = taken_by(BOOKING, SHARED), taken_by(other, SHARED)

    assert [claim.share for claim in ones] == [claim.share for claim in others]
    assert ones[1].share == (KEY, us("08:45"), us("10:30"), 1)
    assert ones[0].session == KEY


@pytest.mark.parametrize(
    "changed",
    [
        {"equipment": {"mat": 5}},
        {"buffers": {"mat": Buffers(after=HOUR + minutes(1))}},
        {"buffers": {"mat": Buffers(before=minutes(1), after=HOUR)}},
        {"host_ids": ["grace"]},
        {"room_ids": ["attic"]},
        {"calendar_id": "pilates"},
    ],
)
def test_claims_that_differ_are_not_shared(changed):
    fields = {
        "calendar_id": "yoga",
        "host_ids": ["ada"],
        "room_ids": ["studio"],
        "equipment": {"mat": 4},
        "buffers": BOOKING.buffers,
    }

    ours, theirs = (
        taken_by(booking, SHARED)[-1]
        for booking in (a_booking(**fields), a_booking(**{**fields, **changed}))
    )

    assert ours.share != theirs.share


def test_claims_outside_sessions_share_nothing():
    for claim in taken_by(BOOKING, ALONE):
        assert (claim.session, claim.share) == (None, None)


def test_a_booking_without_a_calendar_has_no_session():
    (claim,) = taken_by(a_booking(), SHARED)

    assert (claim.session, claim.share) == (None, None)


def test_equipment_that_is_taken_for_oneself_is_outside_the_session():
    booking = attrs.evolve(BOOKING, individual_ids=["mat"])

    host, room, item = taken_by(booking, SHARED)

    assert (host.session, room.session) == (KEY, KEY)
    assert (item.session, item.share) == (None, None)


def test_hosts_are_crowded_only_where_a_calendar_lets_several_bookings_run_at_once():
    crowds = ClaimRules(crowds=frozenset({"yoga"}))

    host, room, item = taken_by(BOOKING, crowds)

    assert (host.crowd, room.crowd, item.crowd) == ("yoga", None, None)
    assert [claim.crowd for claim in taken_by(BOOKING, ALONE)] == [None] * 3
    assert taken_by(a_booking(), crowds)[0].crowd is None


HALVES = ClaimRules(overlapping={"hall": ("left", "right"), "left": ("hall",), "right": ("hall",)})


def test_a_room_takes_every_room_that_shares_a_part_with_it_whole():
    hall = a_booking(room_ids=["hall"], party_size=5, buffers={"hall": Buffers(after=HOUR)})

    own, left, right = taken_by(hall, HALVES)

    assert (own.resource_id, own.seats, own.whole) == ("hall", 5, False)
    for part, name in ((left, "left"), (right, "right")):
        assert part.resource_id == name
        assert (part.start, part.end) == (us("09:00"), us("11:00"))
        assert (part.units, part.seats, part.whole) == (1, 0, True)
        assert part.body == (us("09:00"), us("10:00"))
    assert as_claim(left).whole


def test_two_rooms_take_a_third_once_for_as_long_as_either_does():
    buffers = {"left": Buffers(after=HOUR), "right": Buffers(before=HOUR)}
    both = a_booking(room_ids=["left", "right"], buffers=buffers)

    taken = [claim for claim in taken_by(both, HALVES) if claim.whole]

    assert [claim.resource_id for claim in taken] == ["hall"]
    assert (taken[0].start, taken[0].end) == (us("08:00"), us("11:00"))


def test_rooms_of_the_booking_itself_are_not_taken_whole_as_well():
    everything = a_booking(room_ids=["hall", "left"])

    assert [(claim.resource_id, claim.whole) for claim in taken_by(everything, HALVES)] == [
        ("hall", False),
        ("left", False),
        ("right", True),
    ]


def test_rooms_without_parts_take_nothing_else():
    assert len(taken_by(a_booking(room_ids=["attic"]), HALVES)) == 1


def test_the_rules_follow_from_the_catalogue():
    catalogue = a_catalogue(
        a_room("left"),
        a_room("right"),
        a_room("hall", parts=["left", "right"]),
        a_member("ada"),
        a_class("yoga"),
        a_calendar("massage"),
        a_calendar("phone", member_ids=["ada"], bookings_per_host=2),
    )

    rules = ClaimRules.of(catalogue)

    assert (rules.sessions, rules.crowds) == ({"yoga"}, {"phone"})
    assert rules.overlapping == HALVES.overlapping


def test_rules_differ_in_the_calendars_and_rooms_that_they_treat_differently():
    assert HALVES.differing(HALVES) == set()
    assert SHARED.differing(ALONE) == ALONE.differing(SHARED) == {"yoga"}
    assert ClaimRules(crowds=frozenset({"phone"})).differing(SHARED) == {"yoga", "phone"}
    assert HALVES.differing(ALONE) == ALONE.differing(HALVES) == {"hall", "left", "right"}
    fewer = ClaimRules(overlapping={"hall": ("left",), "left": ("hall",)})
    assert fewer.differing(HALVES) == {"hall", "right"}


def test_no_id_is_the_key_of_a_customer():
    with pytest.raises(InvalidValueError):
        check_id(customer_key("ada"))
    assert customer_key("ada") != customer_key("eve")


def test_a_claim_is_plain_data_of_the_domain():
    claim = as_claim(taken_by(BOOKING, SHARED)[1])

    assert claim == Claim("studio", monday("08:45", "10:30"), 1, 3, "B-1", KEY)


@pytest.mark.parametrize(
    ("name", "value", "kind", "code"),
    [
        ("resource_id", "", InvalidValueError, "id"),
        ("footprint", (at("09:00"), at("10:00")), InvalidValueError, "type"),
        ("units", 0, InvalidAmountError, "quantity"),
        ("units", True, InvalidAmountError, "quantity"),
        ("seats", -1, InvalidAmountError, "quantity"),
        ("booking_id", 7, InvalidValueError, "id"),
        ("whole", 1, InvalidValueError, "flag"),
    ],
)
def test_a_claim_with_a_bad_field_is_refused(name, value, kind, code):
    fields = {
        "resource_id": "studio",
        "footprint": Interval(at("09:00"), at("10:00")),
        "units": 1,
        "seats": 0,
        "booking_id": "B-1",
    }
    with refused(kind, code, name):
        Claim(**{**fields, name: value})


# What is remembered --------------------------------------------------------


COUNTED = ClaimRules(keeps_history=True)


def test_what_takes_no_time_is_remembered_where_somebody_counts_it():
    booking = a_booking(
        status="cancelled", calendar_id="massage", host_ids=["ada"], customer_id="ann"
    )
    body = us("09:00"), us("10:00")

    found = history_of(booking, COUNTED)

    keys = ["massage", "ada", customer_key("ann")]
    assert {each.resource_id for each in found} == {history_key(key) for key in keys}
    assert {(each.start, each.end) for each in found} == {each.body for each in found} == {body}
    assert history_of(booking, ClaimRules()) == ()
    nameless = history_of(a_booking(status="cancelled"), COUNTED)
    assert [each.resource_id for each in nameless] == [history_key("blue room")]


@pytest.mark.parametrize("status", ["confirmed", "pending", "completed", "declined", "expired"])
def test_what_takes_time_or_was_never_agreed_to_is_not_remembered(status):
    assert history_of(a_booking(status=status), COUNTED) == ()


@pytest.mark.parametrize("place", ["limit", "ranking", "nowhere"])
def test_somebody_counts_where_a_limit_or_a_ranking_says_so(place):
    counting = Counting(["no_show"])
    calendar = a_calendar(
        limits=[Limit(1, "day", counting=counting)] if place == "limit" else [],
        ranking=Ranking(counting=counting) if place == "ranking" else Ranking(),
    )

    assert ClaimRules.of(a_catalogue(calendar)).keeps_history is (place != "nowhere")

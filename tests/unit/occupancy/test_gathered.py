"""Histories, sorted by how much is to be said of them."""

from __future__ import annotations

import pytest

from bookable import Buffers
from bookable.occupancy.claims import ClaimRules, Kind, customer_key
from bookable.occupancy.gathered import Gathered, JointClaims, SessionClaims
from bookable.occupancy.record import Record
from bookable.timeline.profile import Profile
from tests.support.builders import HOUR, a_block, a_booking, at, minutes, us

RULES = ClaimRules(frozenset({"yoga"}), frozenset({"massage"}))
NINE, TEN, ELEVEN = us("09:00"), us("10:00"), us("11:00")
KEY = ("yoga", NINE, TEN, ("ada",), ("studio",))


def yoga(key="B-1", first="09:00", last="10:00", **fields):
    fields = {"host_ids": ["ada"], "room_ids": ["studio"], **fields}
    return a_booking(key, first, last, calendar_id="yoga", **fields)


def histories(*bookings, rules=RULES):
    return Gathered.of(bookings, rules).histories()


# Sorting -------------------------------------------------------------------


def test_bookings_of_sessions_are_kept_by_session_and_others_as_they_are():
    ones, alone = [yoga("B-1"), yoga("B-2")], a_booking("B-3")

    gathered = Gathered.of([*ones, alone], RULES)

    assert gathered.sessions == {KEY: ones}
    assert (gathered.plain, gathered.special) == ([alone], [])
    assert ones[0].session_key == KEY


@pytest.mark.parametrize(
    "special",
    [
        yoga(status="cancelled"),
        yoga(rooms_until=at("09:30")),
        yoga(planned_end=at("11:00")),
        yoga(equipment={"mat": 1}, individual_ids=["mat"]),
        a_booking(calendar_id="massage", host_ids=["ada"]),
    ],
)
def test_what_more_is_to_be_said_of_is_special(special):
    gathered = Gathered.of([special], RULES)

    assert (gathered.plain, gathered.sessions, gathered.special) == ([], {}, [special])


@pytest.mark.parametrize(
    "rules",
    [ClaimRules(keeps_history=True), ClaimRules(overlapping={"hall": ("left",)})],
)
def test_everything_is_special_where_rooms_overlap_or_statuses_count(rules):
    assert Gathered.of([yoga(), a_booking("B-2")], rules).special == [yoga(), a_booking("B-2")]


# Sessions ------------------------------------------------------------------


def test_units_of_a_session_are_taken_once_and_its_seats_add_up():
    found = histories(yoga("B-1", party_size=2), yoga("B-2", party_size=3))

    host, room, calendar = found["ada"], found["studio"], found["yoga"]
    once, people = Profile.of([(NINE, TEN, 1)]), Profile.of([(NINE, TEN, 5)])
    assert host.profiles() == (once, Profile())
    assert room.profiles() == calendar.profiles() == (once, people)
    assert room.shares() == {(KEY, NINE, TEN, 1): 2}
    assert room.entries() == {"B-1": (NINE, TEN), "B-2": (NINE, TEN)}
    assert len(room) == 2


def test_bookings_of_a_session_with_other_buffers_are_told_apart():
    later, same = {"studio": Buffers(after=HOUR)}, {"studio": Buffers(minutes(0))}
    found = histories(yoga("B-1"), yoga("B-2", buffers=later), yoga("B-3", buffers=same))

    room = found["studio"]
    assert room.profiles()[0] == Profile.of([(NINE, TEN, 1), (NINE, ELEVEN, 1)])
    assert room.shares() == {(KEY, NINE, TEN, 1): 2, (KEY, NINE, ELEVEN, 1): 1}
    assert found["ada"].shares() == {(KEY, NINE, TEN, 1): 3}
    assert room.entries()["B-2"] == (NINE, ELEVEN)


def test_equipment_is_taken_by_those_who_have_it_and_once_for_as_many_units():
    found = histories(
        yoga("B-1", equipment={"mat": 2}), yoga("B-2", equipment={"mat": 3}), yoga("B-3")
    )

    mats = found["mat"]
    assert mats.profiles() == (Profile.of([(NINE, TEN, 5)]), Profile())
    assert mats.shares() == {(KEY, NINE, TEN, 2): 1, (KEY, NINE, TEN, 3): 1}
    assert [claim.seats for claim in mats] == [0, 0]


def test_claims_of_sessions_are_those_of_the_ledger():
    booking = yoga(party_size=3, buffers={"studio": Buffers(after=HOUR)})

    (claim,) = histories(booking)["studio"]

    assert (claim.start, claim.end, claim.body) == (NINE, ELEVEN, (NINE, TEN))
    assert (claim.units, claim.seats, claim.session) == (1, 3, KEY)


def test_customers_share_nothing():
    found = histories(yoga("B-1", customer_id="zoe"), yoga("B-2", customer_id="zoe"))

    taken, people = found[customer_key("zoe")].profiles()
    assert taken == people == Profile.of([(NINE, TEN, 2)])


# Both ----------------------------------------------------------------------


def test_who_serves_sessions_and_others_has_both():
    found = histories(yoga("B-1"), yoga("B-2"), a_booking("B-3", host_ids=["ada"]))

    host = found["ada"]
    assert isinstance(host, JointClaims)
    assert len(host) == len(list(host)) == 3
    assert host.profiles() == (Profile.of([(NINE, TEN, 2)]), Profile())
    assert host.shares() == {(KEY, NINE, TEN, 1): 2}
    assert host.entries() == dict.fromkeys(["B-1", "B-2", "B-3"], (NINE, TEN))


def test_a_record_of_a_history_has_its_blocks_as_well():
    (history,) = (
        each for _, each in SessionClaims.gathered(Gathered.of([yoga()], RULES).sessions)
        if each._kind is Kind.ROOM
    )  # fmt: skip
    block = a_block(resource_id="studio")
    closed = {block.id: (*block.footprint_us, block.kind)}

    record, bare = Record.of_history(history, closed), Record.of_history(history, {})

    assert not record.is_untouched
    assert not bare.is_untouched
    assert record.blocked_by([block.kind], NINE, ELEVEN) == ((NINE, TEN),)
    assert record.version == Record.of(history, closed).version
    assert record.unblocking(block.id).version == bare.version


@pytest.mark.about_a_cache("the very same profiles")
def test_the_profiles_of_a_record_are_always_the_same():
    record = Record.of_history(histories(yoga())["studio"], {})

    assert record.seats is record.seats
    assert record.load is not record.seats
    again = record._count()
    assert (record.load, record.seats) == again
    assert again[0] is record.load
    assert again[1] is record.seats
    assert len(record._counted) == 1

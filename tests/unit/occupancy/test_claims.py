"""Claims: what one booking takes of each of its resources."""

from __future__ import annotations

import pytest

from bookable import Buffers, Claim, Interval, InvalidAmountError, InvalidValueError
from bookable.occupancy.claims import as_claim, taken_by
from tests.support.builders import HOUR, a_booking, at, minutes, monday, refused, us

BOOKING = a_booking(
    calendar_id="yoga",
    host_ids=["ada"],
    room_ids=["studio"],
    equipment={"mat": 4},
    party_size=3,
    buffers={"studio": Buffers(minutes(15), minutes(30)), "mat": Buffers(after=HOUR)},
)
KEY = ("yoga", us("09:00"), us("10:00"), ("ada",), ("studio",))


def test_a_host_gives_itself_a_room_its_seats_and_equipment_its_units():
    host, room, item = taken_by(BOOKING, in_session=False)

    assert (host.resource_id, host.units, host.seats) == ("ada", 1, 0)
    assert (room.resource_id, room.units, room.seats) == ("studio", 1, 3)
    assert (item.resource_id, item.units, item.seats) == ("mat", 4, 0)
    assert {claim.booking_id for claim in (host, room, item)} == {"B-1"}


def test_each_claim_lasts_as_long_as_the_buffers_of_its_resource_make_it():
    host, room, item = taken_by(BOOKING, in_session=False)

    assert (host.start, host.end) == (us("09:00"), us("10:00"))
    assert (room.start, room.end) == (us("08:45"), us("10:30"))
    assert (item.start, item.end) == (us("09:00"), us("11:00"))


@pytest.mark.parametrize(("status", "count"), [("pending", 3), ("confirmed", 3), ("cancelled", 0)])
def test_only_what_blocks_takes_anything(status, count):
    booking = a_booking(host_ids=["ada"], room_ids=["studio"], equipment={"mat": 1}, status=status)

    assert len(taken_by(booking, in_session=True)) == count


def test_claims_of_one_session_have_their_share_in_common():
    other = a_booking(
        "B-2",
        calendar_id="yoga",
        host_ids=["ada"],
        room_ids=["studio"],
        equipment={"mat": 4},
        buffers=BOOKING.buffers,
    )

    ones, others = taken_by(BOOKING, in_session=True), taken_by(other, in_session=True)

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
        taken_by(booking, in_session=True)[-1]
        for booking in (a_booking(**fields), a_booking(**{**fields, **changed}))
    )

    assert ours.share != theirs.share


def test_claims_outside_sessions_share_nothing():
    for claim in taken_by(BOOKING, in_session=False):
        assert (claim.session, claim.share) == (None, None)


def test_a_booking_without_a_calendar_has_no_session():
    (claim,) = taken_by(a_booking(), in_session=True)

    assert (claim.session, claim.share) == (None, None)


def test_a_claim_is_plain_data_of_the_domain():
    claim = as_claim(taken_by(BOOKING, in_session=True)[1])

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

"""Bookings and blocks: what they hold, when, and what cannot be one."""

from __future__ import annotations

from datetime import datetime

import pytest

from bookable import (
    BLOCKING_KINDS,
    Block,
    Booking,
    BookingStatus,
    BufferPolicy,
    Buffers,
    BusyKind,
    FrozenMap,
    InvalidAmountError,
    InvalidIntervalError,
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
)
from bookable.limits import EARLIEST, LATEST
from tests.support.builders import (
    DAY,
    HOUR,
    US,
    a_block,
    a_booking,
    at,
    minutes,
    monday,
    refused,
    us,
)


def test_a_booking_is_confirmed_for_one_person_at_version_one_unless_it_says_otherwise():
    booking = Booking("B-1", at("09:00"), at("10:00"), room_ids=["blue room"])

    assert (booking.status, booking.party_size, booking.version) == (BookingStatus.CONFIRMED, 1, 1)
    assert (booking.calendar_id, booking.customer_id, booking.buffers) == (None, None, None)


def test_times_are_kept_in_utc_whatever_zone_they_came_in():
    berlin = datetime.fromisoformat("2026-03-02T10:00:00+01:00")

    booking = Booking("B-1", berlin, berlin + HOUR, room_ids=["blue room"])

    assert booking.start.isoformat() == "2026-03-02T09:00:00+00:00"
    assert booking.interval == monday("09:00", "10:00")


@pytest.mark.parametrize(
    ("status", "is_blocking"), [("pending", True), ("confirmed", True), ("cancelled", False)]
)
def test_pending_and_confirmed_bookings_block_and_cancelled_ones_do_not(status, is_blocking):
    assert a_booking(status=status).is_blocking is is_blocking


def test_what_is_taken_is_hosts_then_rooms_then_equipment_each_sorted():
    booking = a_booking(
        host_ids=["grace", "ada"],
        room_ids=["studio", "blue room"],
        equipment={"table": 2, "mat": 1},
    )

    assert booking.resource_ids == ("ada", "grace", "blue room", "studio", "mat", "table")
    assert booking == a_booking(
        host_ids=["ada", "grace"],
        room_ids=["blue room", "studio"],
        equipment={"mat": 1, "table": 2},
    )


def test_a_session_is_the_calendar_the_time_the_hosts_and_the_rooms():
    booking = a_booking(calendar_id="yoga", host_ids=["ada"], room_ids=["studio"])

    assert booking.session_key == ("yoga", us("09:00"), us("10:00"), ("ada",), ("studio",))
    assert a_booking().session_key is None


def test_a_footprint_is_the_time_with_the_buffers_of_that_resource():
    booking = a_booking(
        room_ids=["studio"],
        host_ids=["ada"],
        buffers={"studio": Buffers(before=minutes(30), after=US)},
    )

    assert booking.footprint_us("studio") == (us("08:30"), us("10:00") + 1)
    assert booking.footprint_us("ada") == (us("09:00"), us("10:00"))
    assert booking.buffers_on("ada") == Buffers()
    assert a_booking().footprint_us("blue room") == (us("09:00"), us("10:00"))


def test_a_booking_of_a_calendar_alone_is_a_booking():
    assert a_booking(calendar_id="talk").resource_ids == ()


def test_a_booking_of_nothing_is_refused():
    with refused(InvalidValueError, "empty_request", "calendar_id"):
        Booking("B-1", at("09:00"), at("10:00"))


@pytest.mark.parametrize(
    "fields",
    [
        {"host_ids": ["x"], "room_ids": ["x"]},
        {"host_ids": ["x"], "equipment": {"x": 1}},
        {"room_ids": ["x"], "equipment": {"x": 1}},
        {"room_ids": ["x"], "calendar_id": "x"},
    ],
)
def test_one_id_cannot_be_two_things_in_a_booking(fields):
    with refused(InvalidValueError, "duplicate_id", "room_ids"):
        a_booking(**fields)


def test_buffers_that_are_none_are_told_what_they_should_be():
    with refused(InvalidValueError, "type", "buffers['ada']") as caught:
        a_booking(buffers={"ada": (HOUR, HOUR)})

    assert caught.value.expected == "Buffers(before, after)"


def test_a_booking_lasts_from_a_microsecond_to_ten_years():
    start = at("09:00")

    assert Booking("B-1", start, start + US, room_ids=["r"]).interval.duration == US
    assert Booking("B-1", start, start + 3660 * DAY, room_ids=["r"]).end == start + 3660 * DAY
    with refused(InvalidIntervalError, "empty_interval"):
        Booking("B-1", start, start, room_ids=["r"])
    with refused(InvalidIntervalError, "reversed_interval"):
        Booking("B-1", start, start - US, room_ids=["r"])
    with pytest.raises(LimitExceededError):
        Booking("B-1", start, start + 3660 * DAY + US, room_ids=["r"])


@pytest.mark.parametrize(
    ("start", "buffers", "is_fine"),
    [
        (EARLIEST + HOUR, Buffers(before=HOUR), True),
        (EARLIEST + HOUR, Buffers(before=HOUR + US), False),
        (LATEST - 3 * HOUR, Buffers(after=2 * HOUR - US), True),
        (LATEST - 3 * HOUR, Buffers(after=2 * HOUR), False),
    ],
)
def test_a_footprint_never_leaves_the_time_line(start, buffers, is_fine):
    fields = {"room_ids": ["r"], "buffers": {"r": buffers}}

    if is_fine:
        assert Booking("B-1", start, start + HOUR, **fields).buffers_on("r") == buffers
    else:
        with pytest.raises(LimitExceededError, match="footprint"):
            Booking("B-1", start, start + HOUR, **fields)


@pytest.mark.parametrize("name", ["start", "end"])
def test_a_naive_time_is_refused(name):
    times = {"start": at("09:00"), "end": at("10:00")}
    with refused(NaiveDatetimeError, "naive_datetime", name):
        Booking("B-1", **{**times, name: datetime(2026, 3, 2, 9, 30)}, room_ids=["r"])


@pytest.mark.parametrize(
    ("name", "value", "kind", "code", "field"),
    [
        ("id", "", InvalidValueError, "id", "id"),
        ("calendar_id", 7, InvalidValueError, "id", "calendar_id"),
        ("customer_id", "", InvalidValueError, "id", "customer_id"),
        ("party_size", 0, InvalidAmountError, "quantity", "party_size"),
        ("party_size", True, InvalidAmountError, "quantity", "party_size"),
        ("version", 0, InvalidAmountError, "quantity", "version"),
        ("version", 1.0, InvalidAmountError, "quantity", "version"),
        ("status", "held", InvalidValueError, "choice", "status"),
        ("host_ids", "ada", InvalidValueError, "ids", "host_ids"),
        ("room_ids", None, InvalidValueError, "ids", "room_ids"),
        ("equipment", ["table"], InvalidValueError, "type", "equipment"),
        ("equipment", {3: 1}, InvalidValueError, "id", "equipment"),
        ("equipment", {"table": 0}, InvalidAmountError, "quantity", "equipment['table']"),
        ("equipment", {"table": True}, InvalidAmountError, "quantity", "equipment['table']"),
        ("buffers", [], InvalidValueError, "type", "buffers"),
        ("buffers", {"": Buffers()}, InvalidValueError, "id", "buffers"),
        ("buffers", {"table": 15}, InvalidValueError, "type", "buffers['table']"),
    ],
)
def test_a_booking_with_a_bad_field_is_refused(name, value, kind, code, field):
    with refused(kind, code, field):
        a_booking(**{"room_ids": ["blue room"], name: value})


def test_mappings_are_kept_as_frozen_values():
    equipment, buffers = {"table": 1}, {"table": Buffers()}

    booking = a_booking(equipment=equipment, buffers=buffers)
    equipment["mat"] = 1
    buffers["mat"] = Buffers()

    assert booking.equipment == {"table": 1}
    assert isinstance(booking.equipment, FrozenMap)
    assert booking.buffers == {"table": Buffers()}
    assert hash(booking) == hash(a_booking(equipment={"table": 1}, buffers={"table": Buffers()}))


@pytest.mark.parametrize("name", ["before", "after"])
@pytest.mark.parametrize("value", [-US, None, 15])
def test_a_buffer_is_a_duration_that_is_not_negative(name, value):
    with refused(InvalidValueError, "duration", f"buffers.{name}"):
        Buffers(**{name: value})


@pytest.mark.parametrize("policy", list(BufferPolicy))
def test_what_nobody_else_may_have_depends_on_the_policy(policy):
    buffers = {"ada": Buffers(minutes(5), minutes(20), policy)}
    booking = a_booking(host_ids=["ada"], room_ids=["attic"], buffers=buffers)
    whole, body = (us("08:55"), us("10:20")), (us("09:00"), us("10:00"))

    assert booking.footprint_us("ada") == whole
    assert booking.kept_us("ada") == (whole if policy is BufferPolicy.EXCLUSIVE else body)
    assert booking.kept_us("attic") == body


def test_a_booking_keeps_where_it_is_and_what_its_host_says_of_it():
    booking = a_booking(
        location_id="berlin", tags=["vip", "trial", "vip"], individual_ids=["mat", "ball", "mat"]
    )

    assert booking.location_id == "berlin"
    assert booking.tags == {"vip", "trial"}
    assert booking.individual_ids == ("ball", "mat")
    assert a_booking().tags == frozenset()


def test_a_booking_tells_who_serves_it_from_who_comes_along():
    booking = a_booking(host_ids=[*"dcba"], attendee_ids=["d", "c"], companion_ids=["a"])

    assert (booking.attendee_ids, booking.companion_ids) == (("c", "d"), ("a",))
    assert booking.serving_ids == ("b",)
    assert a_booking(host_ids=["b", "a"]).serving_ids == ("a", "b")


@pytest.mark.parametrize(
    ("along", "field"),
    [
        ({"attendee_ids": ["x"]}, "attendee_ids"),
        ({"companion_ids": ["x"]}, "companion_ids"),
        ({"attendee_ids": ["a"], "companion_ids": ["a"]}, "companion_ids"),
    ],
)
def test_who_comes_along_is_one_of_the_hosts_in_one_way_only(along, field):
    with refused(InvalidValueError, field, field):
        a_booking(host_ids=["a", "b"], **along)


# Blocks --------------------------------------------------------------------


def test_a_block_is_busy_time_unless_it_says_otherwise():
    block = a_block()

    assert (block.kind, block.source) == (BusyKind.BUSY, "")
    assert block.kind in BLOCKING_KINDS
    assert block.footprint_us == (us("09:00"), us("10:00"))


@pytest.mark.parametrize("kind", list(BusyKind))
def test_a_block_may_be_of_any_kind_as_text_or_as_itself(kind):
    for given in (kind, kind.value):
        assert Block("K-1", "ada", monday("09:00", "10:00"), kind=given).kind is kind


def test_a_block_keeps_its_buffers_clear_as_well():
    block = Block(
        "K-1", "ada", monday("09:00", "10:00"), "free", "her phone", minutes(5), minutes(20)
    )

    assert block.footprint_us == (us("08:55"), us("10:20"))
    assert block.source == "her phone"


@pytest.mark.parametrize(
    ("name", "value", "code", "field"),
    [
        ("id", "", "id", "block_id"),
        ("resource_id", None, "id", "resource_id"),
        ("interval", (at("09:00"), at("10:00")), "type", "interval"),
        ("kind", None, "choice", "kind"),
        ("kind", "holiday", "choice", "kind"),
        ("source", None, "text", "source"),
        ("buffer_before", -US, "duration", "buffer_before"),
        ("buffer_after", 15, "duration", "buffer_after"),
    ],
)
def test_a_block_with_a_bad_field_is_refused(name, value, code, field):
    fields = {"id": "K-1", "resource_id": "ada", "interval": monday("09:00", "10:00"), name: value}
    with refused(InvalidValueError, code, field):
        Block(**fields)


# Its life --------------------------------------------------------------------


def test_what_is_over_blocks_for_as_long_as_it_lasted():
    assert a_booking(status="completed").is_blocking
    assert a_booking(status="released", ended_at=at("09:10")).is_blocking
    assert not a_booking(status="no_show", ended_at=at("09:00")).is_blocking


def test_what_waits_blocks_unless_it_says_otherwise():
    assert a_booking(status="pending").is_blocking
    assert not a_booking(status="pending", pending_blocks=False).is_blocking
    assert a_booking(pending_blocks=False).is_blocking


@pytest.mark.parametrize("status", ["expired", "declined", "cancelled"])
def test_what_does_not_take_place_blocks_nothing(status):
    assert not a_booking(status=status).is_blocking


def test_a_hold_says_when_it_was_made_and_when_it_expires():
    hold = a_booking(status="hold", created_at=at("08:00"), expires_at=at("08:00") + US)

    assert (hold.is_blocking, hold.expires_at) == (True, at("08:00") + US)
    for times in (
        {},
        {"created_at": at("08:00")},
        {"expires_at": at("08:00")},
        {"created_at": at("08:00"), "expires_at": at("08:00")},
    ):
        with refused(InvalidValueError, "hold", "expires_at"):
            a_booking(status="hold", **times)


def test_rooms_that_were_given_up_are_only_its_own_until_then():
    booking = a_booking(
        host_ids=["ada"],
        room_ids=["studio"],
        rooms_until=at("09:10"),
        buffers={"studio": Buffers(after=US)},
    )
    gone = a_booking(host_ids=["ada"], room_ids=["studio"], rooms_until=at("09:00"))

    assert booking.body_us("studio") == (us("09:00"), us("09:10"))
    assert booking.footprint_us("studio") == (us("09:00"), us("09:10") + 1)
    assert booking.body_us("ada") == (us("09:00"), us("10:00"))
    assert booking.has("studio")
    assert (gone.has("studio"), gone.has("ada")) == (False, True)


def test_a_session_stays_what_it_was_when_one_of_it_ended_early():
    fields = {"calendar_id": "yoga", "host_ids": ["ada"]}
    over = a_booking("B-1", "09:00", "09:20", planned_end=at("10:00"), status="completed", **fields)

    assert over.session_key == a_booking("B-2", **fields).session_key


def test_times_of_its_life_are_kept_in_utc():
    berlin = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
    names = ("created_at", "checked_in_at", "ended_at", "planned_end", "rooms_until")
    times = {key: berlin if key != "planned_end" else berlin + HOUR for key in names}

    booking = a_booking(**times)

    for key in names:
        assert getattr(booking, key).isoformat().endswith("+00:00")


def test_what_nobody_may_have_is_the_footprint_unless_buffers_may_be_shared():
    apart = Buffers(after=minutes(10))
    shared = Buffers(after=minutes(10), policy=BufferPolicy.SHARED)

    assert a_booking(buffers={"blue room": apart}).kept_us("blue room") == (
        us("09:00"),
        us("10:10"),
    )
    assert a_booking(buffers={"blue room": shared}).kept_us("blue room") == (
        us("09:00"),
        us("10:00"),
    )

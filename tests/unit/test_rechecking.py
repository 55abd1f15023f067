"""What can be approved: capacities, buffers and limits as if it were booked at that moment."""

from __future__ import annotations

import pytest

from bookable import Block, BookingRefused, Buffers, Interval, Limit, Requirement
from bookable.domain.life import BookingStatus
from tests.support.builders import (
    NOW,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    minutes,
    refused,
    rules,
)

QUARTER = minutes(15)


def waiting(first="10:00", last="11:00", **fields):
    """Somebody who waits for approval without keeping the time."""
    return a_booking("P", first, last, status="pending", pending_blocks=False, **fields)


def approved(*entries, bookings=(), blocks=()):
    state = a_scheduler(*entries, bookings=bookings, blocks=blocks)
    return state.confirm("P", now=NOW, version=1).booking("P").status


def why_not(*entries, bookings=(), blocks=()):
    with refused(BookingRefused, "refused") as caught:
        approved(*entries, bookings=bookings, blocks=blocks)
    return rules(caught.value.refusals)


def kept(policy, before=0, after=0, key="ada"):
    return {key: Buffers(minutes(before), minutes(after), policy)}


@pytest.mark.parametrize("policy", ["exclusive", "shared", "existing_only"])
def test_others_keep_their_buffers_whatever_its_own_are(policy):
    other = a_booking("B", "09:00", "09:45", host_ids=["ada"], buffers=kept("existing_only", 0, 30))

    near = waiting(host_ids=["ada"], buffers=kept(policy))
    far = waiting("10:15", "11:15", host_ids=["ada"], buffers=kept(policy))

    assert [("busy", "ada")] == why_not(a_member(), bookings=[other, near])
    assert BookingStatus.CONFIRMED is approved(a_member(), bookings=[other, far])


@pytest.mark.parametrize(
    ("policy", "free"), [("exclusive", False), ("shared", False), ("existing_only", True)]
)
def test_its_own_buffers_count_as_their_policy_says(policy, free):
    booking = waiting(host_ids=["ada"], buffers=kept(policy, 30))
    other = a_booking("B", "09:00", "09:45", host_ids=["ada"])

    if free:
        assert BookingStatus.CONFIRMED is approved(a_member(), bookings=[other, booking])
    else:
        assert [("busy", "ada")] == why_not(a_member(), bookings=[other, booking])


def test_shared_buffers_may_meet():
    booking = waiting(host_ids=["ada"], buffers=kept("shared", 15))
    other = a_booking("B", "09:00", "09:45", host_ids=["ada"], buffers=kept("exclusive", 0, 15))

    assert BookingStatus.CONFIRMED is approved(a_member(), bookings=[other, booking])


def test_a_block_keeps_its_buffers():
    block = Block("K", "ada", Interval(at("11:15"), at("12:00")), buffer_before=minutes(30))

    assert [("busy", "ada")] == why_not(
        a_member(), bookings=[waiting(host_ids=["ada"])], blocks=[block]
    )


def test_buffers_of_a_crowd_are_not_shared():
    fields = {"host_ids": ["ada"], "calendar_id": "massage"}
    crowd = a_calendar(member_ids=["ada"], bookings_per_host=2)
    other = a_booking("B", "09:00", "09:45", host_ids=["ada"], buffers=kept("shared", 0, 15))

    near = waiting(**fields, buffers=kept("shared", 30))

    assert [("busy", "ada")] == why_not(a_member(), crowd, bookings=[other, near])


def test_who_is_alike_in_a_crowd_is_no_reason_for_what_happens_after_it():
    fields = {"host_ids": ["ada"], "calendar_id": "massage"}
    crowd = a_calendar(member_ids=["ada"], bookings_per_host=2)
    mate = a_booking("M", "10:00", "11:00", **fields, buffers=kept("existing_only", 0, 30))
    after = a_booking("B", "11:00", "12:00", host_ids=["ada"])

    booking = waiting(**fields, buffers=kept("existing_only", 0, 30))

    assert BookingStatus.CONFIRMED is approved(a_member(), crowd, bookings=[mate, after, booking])


# Sessions ------------------------------------------------------------------


def a_session(**fields):
    return {"calendar_id": "yoga", "host_ids": ["ada"], "room_ids": ["hall"], **fields}


def test_who_joins_a_session_takes_seats_only():
    hall = a_room("hall", 2, max_concurrent=1)
    mate = a_booking("M", "10:00", "11:00", **a_session())

    joins = waiting(**a_session())

    assert BookingStatus.CONFIRMED is approved(a_class(), a_member(), hall, bookings=[mate, joins])
    assert [("full", "hall")] == why_not(
        a_class(), a_member(), hall, bookings=[mate, waiting(**a_session(), party_size=2)]
    )


def test_seats_that_others_keep_before_and_after_are_taken():
    hall = a_room("hall", 2)
    mate = a_booking("M", "10:00", "11:00", **a_session(buffers=kept("existing_only", key="hall")))
    other = a_booking(
        "B", "09:00", "09:45", room_ids=["hall"], buffers=kept("existing_only", 0, 30, "hall")
    )

    joins = waiting(**a_session(buffers=kept("existing_only", key="hall")))

    assert [("full", "hall")] == why_not(a_class(), a_member(), hall, bookings=[mate, other, joins])


def test_units_of_their_own_have_to_be_there():
    mats = an_item("mat", 2)
    own = a_session(room_ids=[], equipment={"mat": 1}, individual_ids=["mat"])
    mates = [a_booking(key, "10:00", "11:00", **own) for key in ("M", "N")]

    assert [("busy", "mat")] == why_not(
        a_class(), a_member(), mats, bookings=[*mates, waiting(**own)]
    )
    assert BookingStatus.CONFIRMED is approved(
        a_class(), a_member(), mats, bookings=[mates[0], waiting(**own)]
    )


# Limits --------------------------------------------------------------------


@pytest.mark.parametrize("per", ["calendar", "host", "customer"])
def test_limits_are_kept(per):
    limited = a_calendar(member_ids=["ada"], limits=[Limit(1, "day", per=[per])])
    fields = {"host_ids": ["ada"], "calendar_id": "massage", "customer_id": "cem"}
    other = a_booking("B", "14:00", "15:00", **fields)

    subject = {"calendar": "massage", "host": "ada", "customer": "cem"}[per]
    assert [("limit_reached", subject)] == why_not(
        limited, a_member(), bookings=[other, waiting(**fields)]
    )
    assert BookingStatus.CONFIRMED is approved(limited, a_member(), bookings=[waiting(**fields)])


def test_a_session_counts_once_for_its_host():
    limited = a_class(limits=[Limit(1, "day", per=["host"])])
    hall = a_room("hall", 5)
    mate = a_booking("M", "10:00", "11:00", **a_session())

    assert BookingStatus.CONFIRMED is approved(
        limited, a_member(), hall, bookings=[mate, waiting(**a_session())]
    )


def test_what_holds_its_time_is_within_the_limits_already():
    limited = a_calendar(member_ids=["ada"], limits=[Limit(1, "day", per=["calendar"])])
    fields = {"host_ids": ["ada"], "calendar_id": "massage"}
    other = a_booking("B", "14:00", "15:00", **fields)
    keeps = a_booking("P", "10:00", "11:00", status="pending", **fields)

    assert BookingStatus.CONFIRMED is approved(limited, a_member(), bookings=[other, keeps])


def test_an_approval_rests_on_all_that_its_limits_count():
    limited = a_calendar(member_ids=["ada"], limits=[Limit(1, "day", per=[])])
    other = a_calendar("other", requirements=[Requirement(("blue room",))])
    state = a_scheduler(
        limited,
        other,
        a_member(),
        a_room(),
        bookings=[waiting(host_ids=["ada"], calendar_id="massage")],
    )

    plan = state.plan_confirm("P", now=NOW, version=1)

    assert "blue room" in plan.rests_on

"""The life cycle of a booking: rows G1 to G7, G9 and G10."""

from __future__ import annotations

import pytest

from bookable import (
    TRANSITIONS,
    Access,
    BookingPolicy,
    BookingRefused,
    BookingStatus,
    IdConflictError,
    InvalidTransitionError,
    Limit,
    StaleLedgerError,
    StaleVersionError,
    WrongTimeError,
)
from bookable.codecs.statuses import HIGHLEVEL, SQUARE, status_of
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    offered,
    refused,
    rules,
)


def a_clinic(**calendar):
    """Ada, who does massages."""
    return a_scheduler(a_calendar(member_ids=["ada"], **calendar), a_member("ada"))


def slot_at(state, clock, *, calendar="massage", now=NOW, ignoring=(), **asked):
    request = state.request(calendar, **asked)
    return state.slot(request, start=at(clock), now=now, ignoring=ignoring)


def massage(state, clock="10:00", booking_id="B", **rest):
    return state.book(slot_at(state, clock), booking_id=booking_id, now=NOW, **rest)


# G1 --------------------------------------------------------------------------


def test_G1_a_booking_stands_in_one_of_ten_states():
    named = "hold pending confirmed checked_in completed no_show cancelled declined released"

    assert {each.value for each in BookingStatus} == {*named.split(), "expired"}
    for status in BookingStatus:
        times = {"created_at": NOW, "expires_at": NOW + HOUR} if status == "hold" else {}
        state = a_scheduler(bookings=[a_booking(status=status, **times)])
        assert state.booking("B-1").status is status


def test_G1_what_blocks_is_what_may_still_take_place_or_did():
    blocks = {each: a_booking(status=each).is_blocking for each in BookingStatus if each != "hold"}

    assert {each.value for each, is_blocking in blocks.items() if not is_blocking} == {
        "cancelled",
        "declined",
        "expired",
    }


def test_G1_only_the_table_leads_from_one_state_to_the_next():
    over = {"completed", "no_show", "cancelled", "declined", "expired"}

    assert {status.value for status, _ in TRANSITIONS}.isdisjoint(over)
    state = a_scheduler(bookings=[a_booking(status="declined")])
    with refused(InvalidTransitionError, "wrong_state"):
        state.confirm("B-1", now=NOW)


@pytest.mark.parametrize(
    ("word", "table", "status"),
    [
        ("new", HIGHLEVEL, "pending"),
        ("confirmed", HIGHLEVEL, "confirmed"),
        ("showed", HIGHLEVEL, "completed"),
        ("noshow", HIGHLEVEL, "no_show"),
        ("cancelled", HIGHLEVEL, "cancelled"),
        ("invalid", HIGHLEVEL, "cancelled"),
        ("PENDING", SQUARE, "pending"),
        ("ACCEPTED", SQUARE, "confirmed"),
        ("DECLINED", SQUARE, "declined"),
        ("CANCELLED_BY_CUSTOMER", SQUARE, "cancelled"),
        ("CANCELLED_BY_SELLER", SQUARE, "cancelled"),
        ("NO_SHOW", SQUARE, "no_show"),
    ],
)
def test_G1_the_words_of_others_are_read(word, table, status):
    assert status_of(word, table) is BookingStatus(status)


# G2 --------------------------------------------------------------------------


IN_POLICY = BookingPolicy(allow=["staff"], request=["guests"], otherwise=Access.DENY)


@pytest.mark.parametrize(("group", "status"), [("staff", "confirmed"), ("guests", "pending")])
def test_G2_some_book_and_others_ask(group, status):
    state = a_clinic(policy=IN_POLICY)
    state = state.book(slot_at(state, "10:00", groups=[group]), booking_id="B", now=NOW)

    assert state.booking("B").status == status


def test_G2_who_may_neither_book_nor_ask_is_refused():
    state = a_clinic(policy=IN_POLICY)

    with refused(BookingRefused, "refused") as caught:
        slot_at(state, "10:00")
    assert rules(caught.value.refusals) == [("not_allowed", "massage")]


def test_G2_what_was_asked_for_is_confirmed_or_declined():
    state = a_clinic(policy=IN_POLICY)
    state = state.book(slot_at(state, "10:00", groups=["guests"]), booking_id="B", now=NOW)

    confirmed, declined = state.confirm("B", now=NOW), state.decline("B", now=NOW)

    assert (confirmed.booking("B").status, declined.booking("B").status) == (
        "confirmed",
        "declined",
    )
    assert "10:00" not in offered(confirmed, "massage", groups=["staff"])
    assert "10:00" in offered(declined, "massage", groups=["staff"])
    with refused(InvalidTransitionError, "wrong_state"):
        confirmed.decline("B", now=NOW)
    with refused(InvalidTransitionError, "wrong_state"):
        declined.confirm("B", now=NOW)


# G3 --------------------------------------------------------------------------


def test_G3_what_waits_for_approval_keeps_its_time():
    state = massage(a_clinic(policy=BookingPolicy(otherwise=Access.REQUEST)))

    assert state.booking("B").status == "pending"
    assert "10:00" not in offered(state, "massage")


def test_G3_where_it_does_not_the_first_to_be_confirmed_has_the_time():
    asking = BookingPolicy(otherwise=Access.REQUEST)
    state = massage(a_clinic(policy=asking, pending_blocks=False), booking_id="A")
    assert "10:00" in offered(state, "massage")
    state = massage(state, booking_id="B").confirm("A", now=NOW)

    with refused(BookingRefused, "refused") as caught:
        state.confirm("B", now=NOW)

    assert rules(caught.value.refusals) == [("busy", "ada")]
    assert caught.value.refusals[0].booking_ids == ("A",)
    assert state.cancel("A", now=NOW).confirm("B", now=NOW).booking("B").status == "confirmed"


# G4 --------------------------------------------------------------------------


def test_G4_a_booking_is_not_in_its_own_way_nor_are_its_buffers():
    state = massage(a_clinic(slot_step=minutes(15), buffer_before=HOUR, buffer_after=HOUR))

    to = slot_at(state, "10:15", ignoring=["B"])
    moved = state.reschedule("B", to=to, now=NOW)

    assert (moved.booking("B").start, moved.booking("B").version) == (at("10:15"), 2)
    assert moved.violations(now=NOW) == ()


def test_G4_a_booking_does_not_count_against_its_own_limit():
    state = massage(a_clinic(limits=[Limit(1, "day")]))
    assert offered(state, "massage") == []

    to = slot_at(state, "14:00", ignoring=["B"])

    assert state.reschedule("B", to=to, now=NOW).booking("B").start == at("14:00")


def test_G4_a_move_that_is_refused_leaves_everything_as_it_is():
    state = a_clinic()
    to = slot_at(state, "14:00")
    state = massage(massage(state), "14:00", booking_id="C")

    with refused(BookingRefused, "refused"):
        state.reschedule("B", to=to, now=NOW)
    assert state.booking("B").start == at("10:00")


# G5 --------------------------------------------------------------------------


def test_G5_every_command_makes_a_version_of_the_state_and_of_the_booking():
    state = massage(a_clinic())
    after = state.check_in("B", at=at("10:00")).check_out("B", at=at("10:30"))

    assert (state.version, after.version) == (1, 3)
    assert (state.booking("B").version, after.booking("B").version) == (1, 3)


def test_G5_a_stale_plan_is_refused_and_the_first_write_stands():
    state = a_clinic()
    first, second = (
        state.plan_book(slot_at(state, "10:00"), booking_id=key, now=NOW) for key in ("A", "B")
    )
    written = state.apply(first)

    with refused(StaleLedgerError, "stale"):
        written.apply(second)
    assert list(written.bookings) == ["A"]


COMMANDS = {
    "cancel": lambda state, key: state.cancel("B", now=NOW, version=key),
    "reschedule": lambda state, key: state.reschedule(
        "B", to=slot_at(state, "14:00", ignoring=["B"]), now=NOW, version=key
    ),
    "check_in": lambda state, key: state.check_in("B", at=at("10:00"), version=key),
    "complete": lambda state, key: state.complete("B", at=at("10:00"), version=key),
    "mark_no_show": lambda state, key: state.mark_no_show("B", at=at("10:00"), version=key),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_G5_a_stale_change_key_is_refused_and_nothing_changes(name):
    state = massage(a_clinic())
    state = state.reschedule("B", to=slot_at(state, "11:00", ignoring=["B"]), now=NOW)
    state = state.reschedule("B", to=slot_at(state, "10:00", ignoring=["B"]), now=NOW)

    for stale in (1, 2, 4):
        with refused(StaleVersionError, "stale_version") as caught:
            COMMANDS[name](state, stale)
        assert (caught.value.given, caught.value.actual) == (stale, 3)
    for good in (3, None):
        assert COMMANDS[name](state, good).booking("B").version == 4


# G6 --------------------------------------------------------------------------


def test_G6_the_same_id_with_the_same_content_is_booked_once():
    state = a_clinic()
    slot = slot_at(state, "10:00")
    once = state.book(slot, booking_id="B", now=NOW, customer_id="ann")

    assert once.book(slot, booking_id="B", now=NOW + HOUR, customer_id="ann") is once
    over = once.check_in("B", at=at("10:00")).check_out("B", at=at("10:20"))
    assert over.book(slot, booking_id="B", now=NOW, customer_id="ann") is over


@pytest.mark.parametrize(
    ("clock", "customer"), [("11:00", "ann"), ("10:00", "bob"), ("10:00", None)]
)
def test_G6_the_same_id_with_other_content_is_a_conflict(clock, customer):
    state = a_clinic()
    once = state.book(slot_at(state, "10:00"), booking_id="B", now=NOW, customer_id="ann")

    with refused(IdConflictError, "id_conflict"):
        once.book(slot_at(state, clock), booking_id="B", now=NOW, customer_id=customer)


# G7 --------------------------------------------------------------------------


@pytest.mark.parametrize("event", ["cancel", "reschedule"])
def test_G7_one_may_think_again_until_the_notice_inclusive(event):
    state = massage(a_clinic(policy=BookingPolicy(**{f"{event}_notice": 2 * HOUR})))

    def do(now, **terms):
        if event == "cancel":
            return state.cancel("B", now=now, **terms)
        to = slot_at(state, "14:00", now=now, ignoring=["B"])
        return state.reschedule("B", to=to, now=now, **terms)

    assert do(at("08:00")).booking("B").version == 2
    with refused(WrongTimeError, "too_late") as caught:
        do(at("08:00") + US)
    assert (caught.value.bound, caught.value.at) == (at("08:00"), at("08:00") + US)
    assert do(at("09:59"), ignore_cut_off=True).booking("B").version == 2


# G9 --------------------------------------------------------------------------


def two_classes():
    """Yoga and pilates, both with Ada in the studio, where two things may happen at once."""
    return a_scheduler(
        a_class("yoga", 3, member_ids=["ada"]),
        a_class("pilates", 3, member_ids=["eve"]),
        a_member("ada"),
        a_member("eve"),
        a_room("studio", 20, max_concurrent=2, calendar_ids=["yoga", "pilates"]),
    )


def test_G9_others_join_a_session_until_its_seats_are_taken():
    state = two_classes()
    for number in (1, 2, 3):
        state = booked(state, "10:00", calendar="yoga", booking_id=f"B-{number}")

    (session,) = state.sessions("yoga", within=WHOLE_DAY, now=NOW)
    assert session.booking_ids == ("B-1", "B-2", "B-3")
    assert "10:00" not in offered(state, "yoga")
    assert "10:00" in offered(state.cancel("B-2", now=NOW), "yoga")


def test_G9_another_service_cannot_join_and_takes_its_own_place():
    state = two_classes()
    state = booked(state, "10:00", calendar="yoga", booking_id="B-1")
    state = booked(state, "10:00", calendar="pilates", booking_id="B-2")

    assert state.booking("B-1").session_key != state.booking("B-2").session_key
    other = a_class("dance", 3, member_ids=["zoe"])
    full = state.catalogue.add(a_member("zoe")).add(other)
    full = full.replace(
        a_room("studio", 20, max_concurrent=2, calendar_ids=["yoga", "pilates", "dance"])
    )
    state = state.with_catalogue(full)
    assert "10:00" not in offered(state, "dance")
    assert {"10:00"} <= set(offered(state, "yoga")) & set(offered(state, "pilates"))


def test_G9_a_hold_takes_a_seat_of_the_session():
    state = two_classes()
    state = booked(state, "10:00", calendar="yoga", booking_id="B-1", party_size=2)
    request = state.request("yoga")
    slot = state.slot(request, start=at("10:00"), now=NOW)
    state = state.hold(slot, booking_id="H", now=NOW)

    assert "10:00" not in offered(state, "yoga")
    assert "10:00" in offered(state, "yoga", now=NOW + minutes(5))


# G10 -------------------------------------------------------------------------


def test_G10_an_offer_is_decided_again_when_it_is_booked():
    state = a_clinic()
    slot = slot_at(state, "10:00")
    state = massage(state, booking_id="A")

    with refused(BookingRefused, "refused") as caught:
        state.book(slot, booking_id="B", now=NOW)
    assert rules(caught.value.refusals) == [("busy", "ada")]


def test_G10_an_offer_is_decided_again_by_the_rules_that_hold_now():
    state = a_clinic()
    slot = slot_at(state, "10:00")
    later = state.with_catalogue(
        state.catalogue.replace(a_calendar(member_ids=["ada"], minimum_notice=DAY))
    )

    with refused(BookingRefused, "refused") as caught:
        later.book(slot, booking_id="B", now=NOW)
    assert rules(caught.value.refusals) == [("notice_too_short", "massage")]


def test_G10_a_confirmation_and_a_hold_are_decided_again_too():
    state = a_clinic()
    slot = slot_at(state, "10:00")
    state = massage(state, booking_id="A")
    with refused(BookingRefused, "refused"):
        state.hold(slot, booking_id="H", now=NOW)

    both = a_scheduler(
        a_member("ada"),
        bookings=[
            a_booking("A", host_ids=["ada"]),
            a_booking("P", host_ids=["ada"], status="pending", pending_blocks=False),
        ],
    )
    with refused(BookingRefused, "refused"):
        both.confirm("P", now=NOW)

"""Holds, approval, check-in and check-out: every event, when it may happen, and what it leaves."""

from __future__ import annotations

import attrs
import pytest

from bookable import (
    TRANSITIONS,
    Access,
    BookingPolicy,
    BookingRefused,
    BookingStatus,
    CheckIn,
    CheckInMethod,
    Event,
    IdConflictError,
    InvalidTransitionError,
    InvalidValueError,
    Plan,
    StaleLedgerError,
    StaleVersionError,
    UnknownIdError,
    WrongTimeError,
)
from bookable.transitions import noticed_in, window_of
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
    minutes,
    monday,
    offered,
    refused,
    rules,
    us,
)

TEN_MINUTES = CheckIn(early=minutes(10), grace=minutes(10))
ROOM_ONLY = attrs.evolve(TEN_MINUTES, scope="room")
ASKING = BookingPolicy(otherwise=Access.REQUEST)


def a_clinic(*entries, bookings=(), **calendar):
    """One host and one room."""
    return a_scheduler(
        a_calendar(member_ids=["ada"], **calendar),
        a_member("ada"),
        a_room(calendar_ids=["massage"]),
        *entries,
        bookings=bookings,
    )


def slot_at(state, clock="09:00", *, now=NOW, ignoring=(), **asked):
    request = state.request("massage", **asked)
    return state.slot(request, start=at(clock), now=now, ignoring=ignoring)


def held(state, clock="09:00", *, booking_id="H", now=NOW, **rest):
    return state.hold(slot_at(state, clock, now=now), booking_id=booking_id, now=now, **rest)


def a_hold(id="H", **fields):
    times = {"created_at": NOW, "expires_at": NOW + minutes(5)}
    return a_booking(id, status="hold", **{**times, **fields})


# Holds ---------------------------------------------------------------------


def test_a_hold_is_the_booking_that_it_may_become():
    state = a_clinic(buffer_after=minutes(5), check_in=TEN_MINUTES)
    slot = slot_at(state)

    hold = state.hold(slot, booking_id="H", now=NOW, customer_id="ann").booking("H")
    booking = state.book(slot, booking_id="H", now=NOW, customer_id="ann").booking("H")

    assert hold == attrs.evolve(booking, status="hold", created_at=NOW, expires_at=NOW + minutes(5))


def test_a_plan_to_hold_takes_and_rests_on_what_a_booking_would():
    state = a_clinic()
    slot = slot_at(state)
    held_by, booked_by = (
        plan(slot, booking_id="H", now=NOW) for plan in (state.plan_hold, state.plan_book)
    )

    assert (held_by.taken, held_by.rests_on) == (booked_by.taken, booked_by.rests_on)
    assert (held_by.command, held_by.at, held_by.given_back) == ("hold", NOW, ())


def test_a_hold_takes_everything_until_it_expires_and_nothing_from_then_on():
    state = held(a_clinic())

    for now, free in ((NOW, 0), (NOW + minutes(5) - US, 0), (NOW + minutes(5), 1)):
        assert offered(state, "massage", monday("09:00", "09:01"), now=now) == ["09:00"] * free
        assert len(state.agenda("ada", within=WHOLE_DAY, now=now)) == 1 - free
        assert bool(state.free_busy("ada", within=WHOLE_DAY, now=now)) is not bool(free)
    assert state.booking("H").status is BookingStatus.HOLD
    assert state.booking("H", now=NOW + minutes(5)).status is BookingStatus.EXPIRED


@pytest.mark.parametrize(
    ("expires_at", "is_good"),
    [(NOW, False), (NOW - US, False), (NOW + US, True), (NOW + DAY, True), (NOW + DAY + US, False)],
)
def test_a_hold_lasts_more_than_nothing_and_at_most_a_day(expires_at, is_good):
    state = a_clinic()

    if is_good:
        assert held(state, expires_at=expires_at).booking("H").expires_at == expires_at
        return
    with refused(InvalidValueError, "hold", "expires_at"):
        held(state, expires_at=expires_at)


def test_the_same_hold_again_changes_nothing():
    state = a_clinic()
    slot = slot_at(state)
    once = state.hold(slot, booking_id="H", now=NOW, expires_at=NOW + HOUR)

    assert once.hold(slot, booking_id="H", now=NOW, expires_at=NOW + HOUR) is once
    assert once.hold(slot, booking_id="H", now=NOW + minutes(1)) is once
    with refused(IdConflictError, "id_conflict"):
        once.hold(slot, booking_id="H", now=NOW, expires_at=NOW + 2 * HOUR)
    with refused(IdConflictError, "id_conflict"):
        once.hold(slot, booking_id="H", now=NOW, expires_at=NOW + HOUR, customer_id="ann")
    with refused(IdConflictError, "id_conflict"):
        once.hold(slot, booking_id="H", now=NOW + HOUR)
    with refused(IdConflictError, "id_conflict"):
        once.hold(slot_at(state, "11:00"), booking_id="H", now=NOW)


def test_a_hold_that_was_confirmed_is_held_again_without_any_change():
    state = a_clinic()
    slot = slot_at(state)
    terms = {"booking_id": "H", "expires_at": NOW + HOUR}
    once = state.hold(slot, now=NOW, **terms).confirm("H", now=NOW)

    for late in (once, once.check_in("H", at=at("09:00"))):
        assert late.hold(slot, now=NOW + minutes(1), **terms) is late
        assert late.hold(slot, booking_id="H", now=NOW + 2 * HOUR) is late
    for other in ({"expires_at": NOW + 2 * HOUR}, {"customer_id": "ann"}):
        with refused(IdConflictError, "id_conflict"):
            once.hold(slot, now=NOW, **{**terms, **other})
    moved = once.reschedule("H", to=slot_at(once, "11:00"), now=NOW)
    with refused(IdConflictError, "id_conflict"):
        moved.hold(slot, now=NOW, **terms)


def test_a_hold_that_waits_for_approval_is_held_again_without_any_change():
    state = a_clinic(policy=BookingPolicy(request=["ann"]))
    slot = slot_at(state, customer_id="ann")
    asked = state.hold(slot, booking_id="H", now=NOW).confirm("H", now=NOW)

    assert asked.booking("H").status is BookingStatus.PENDING
    assert asked.hold(slot, booking_id="H", now=NOW) is asked
    with refused(IdConflictError, "id_conflict"):
        asked.decline("H", now=NOW).hold(slot, booking_id="H", now=NOW)


@pytest.mark.parametrize("again", ["hold", "book"])
def test_the_id_of_a_hold_that_is_gone_is_taken(again):
    state = a_clinic()
    slot = slot_at(state)
    once = state.hold(slot, booking_id="H", now=NOW)
    later = NOW + HOUR

    for gone in (once, once.swept(now=later), once.cancel("H", now=NOW)):
        with refused(IdConflictError, "id_conflict"):
            getattr(gone, again)(slot, booking_id="H", now=later)


def test_a_hold_and_a_booking_do_not_share_an_id():
    state = a_clinic()
    slot = slot_at(state)
    holding = state.hold(slot, booking_id="X", now=NOW)
    booking = state.book(slot, booking_id="X", now=NOW)

    with refused(IdConflictError, "id_conflict"):
        holding.book(slot, booking_id="X", now=NOW)
    with refused(IdConflictError, "id_conflict"):
        booking.hold(slot, booking_id="X", now=NOW)
    with refused(IdConflictError, "id_conflict"):
        holding.book_series(holding.request("massage"), [at("09:00")], booking_ids=["X"], now=NOW)


def test_a_hold_is_given_back_by_cancelling_it():
    state = held(a_clinic()).cancel("H", now=NOW)

    assert state.booking("H").status is BookingStatus.CANCELLED
    assert "09:00" in offered(state, "massage")


def test_a_hold_stays_a_hold_wherever_it_is_moved():
    state = held(a_clinic(policy=ASKING))
    to = slot_at(state, "11:00", ignoring=["H"])

    moved = state.reschedule("H", to=to, now=NOW).booking("H")

    assert (moved.status, moved.start, moved.version) == (BookingStatus.HOLD, at("11:00"), 2)
    assert (moved.expires_at, moved.needs_approval) == (NOW + minutes(5), True)


def test_extending_counts_from_when_the_hold_was_made():
    state = held(a_clinic())
    later = NOW + minutes(4)

    longer = state.extend("H", expires_at=NOW + DAY, now=later)

    assert (longer.booking("H").expires_at, longer.booking("H").version) == (NOW + DAY, 2)
    assert longer.extend("H", expires_at=NOW + DAY, now=later, version=1) is longer
    shorter = longer.extend("H", expires_at=later + US, now=later, version=2)
    assert shorter.booking("H", now=later + US).status is BookingStatus.EXPIRED
    for wrong in (later, NOW + DAY + US):
        with refused(InvalidValueError, "hold", "expires_at"):
            state.extend("H", expires_at=wrong, now=later)
    with refused(StaleVersionError, "stale_version"):
        longer.extend("H", expires_at=NOW + HOUR, now=later, version=1)
    with refused(InvalidTransitionError, "wrong_state"):
        state.extend("H", expires_at=NOW + HOUR, now=NOW + minutes(5))


# Confirm and decline -------------------------------------------------------


def test_a_hold_is_confirmed_until_it_expires():
    state = held(a_clinic())

    confirmed = state.confirm("H", now=NOW + minutes(5) - US, version=1)

    assert confirmed.booking("H").status is BookingStatus.CONFIRMED
    assert confirmed.booking("H", now=NOW + HOUR).version == 2
    assert confirmed.confirm("H", now=NOW + HOUR, version=1) is confirmed
    with refused(InvalidTransitionError, "wrong_state") as caught:
        state.confirm("H", now=NOW + minutes(5))
    assert caught.value.status == "expired"


def test_what_happened_is_not_undone_by_a_clock_that_goes_back():
    state = held(a_clinic()).swept(now=NOW + minutes(5))

    with refused(InvalidTransitionError, "wrong_state"):
        state.confirm("H", now=NOW)


@pytest.mark.parametrize("status", ["checked_in", "confirmed"])
def test_what_takes_place_is_confirmed_already(status):
    state = a_scheduler(bookings=[a_booking(status=status)])

    assert state.confirm("B-1", now=NOW, version=9) is state


def test_a_hold_of_somebody_who_may_only_ask_waits_then():
    state = held(a_clinic(policy=ASKING))
    asked = state.confirm("H", now=NOW)
    approved = asked.confirm("H", now=NOW, version=2)

    assert asked.confirm("H", now=NOW) is asked, "the customer's own retry approved the request"
    assert state.booking("H").needs_approval
    assert [each.booking("H").status.value for each in (state, asked, approved)] == [
        "hold",
        "pending",
        "confirmed",
    ]


def test_two_holds_of_one_room_are_never_both_confirmed():
    """Whatever came in between: the capacity is looked at again, without the booking itself."""
    state = a_scheduler(bookings=[a_hold("H"), a_booking("B-1", "09:30", "10:30")])

    with refused(BookingRefused, "refused") as caught:
        state.confirm("H", now=NOW)

    (refusal,) = caught.value.refusals
    assert (refusal.rule, refusal.subject, refusal.booking_ids) == ("full", "blue room", ("B-1",))
    assert refusal.interval == monday("09:30", "10:00")
    assert state.cancel("B-1", now=NOW).confirm("H", now=NOW).violations(now=NOW) == ()


def test_what_did_not_block_while_it_waited_is_looked_at_again():
    state = booked(
        a_clinic(policy=ASKING, pending_blocks=False), "09:00", calendar="massage", booking_id="P"
    )
    assert "09:00" in offered(state, "massage")
    both = booked(state, "09:00", calendar="massage", booking_id="Q")

    first = both.confirm("P", now=NOW)

    with refused(BookingRefused, "refused") as caught:
        first.confirm("Q", now=NOW)
    assert ("busy", "ada") in rules(caught.value.refusals)
    assert first.booking("Q").status is BookingStatus.PENDING
    assert first.decline("Q", now=NOW).booking("Q").status is BookingStatus.DECLINED


def test_a_block_that_came_since_refuses_a_confirmation():
    state = held(a_clinic()).block("ada", monday("09:30", "09:45"), block_id="K")

    with refused(BookingRefused, "refused") as caught:
        state.confirm("H", now=NOW)

    (refusal,) = caught.value.refusals
    assert (refusal.rule, refusal.subject, dict(refusal.detail)) == (
        "busy",
        "ada",
        {"block_ids": ("K",)},
    )


def test_too_few_seats_are_told_as_such():
    studio = a_room("studio", 5)
    bookings = [
        a_booking("B-1", room_ids=["studio"], party_size=3),
        a_hold("H", room_ids=["studio"], party_size=3),
    ]
    state = a_scheduler(studio, bookings=bookings)

    with refused(BookingRefused, "refused") as caught:
        state.confirm("H", now=NOW)

    (refusal,) = caught.value.refusals
    assert (refusal.rule, refusal.subject) == ("full", "studio")
    assert refusal.detail == {"seats_left": 2, "party_size": 3}


def test_too_few_seats_in_a_session_are_told_as_such():
    fields = {"calendar_id": "yoga", "host_ids": ["ada"], "party_size": 6}
    state = a_scheduler(
        a_class(seats=10), a_member(), bookings=[a_booking("B-1", **fields), a_hold("H", **fields)]
    )

    with refused(BookingRefused, "refused") as caught:
        state.confirm("H", now=NOW)

    assert [(each.rule, each.detail["seats_left"]) for each in caught.value.refusals] == [
        ("full", 4)
    ]


def test_what_the_catalogue_has_lost_cannot_be_confirmed():
    state = a_scheduler(a_room(), bookings=[a_hold(room_ids=["attic"])])

    with refused(BookingRefused, "refused") as caught:
        state.confirm("H", now=NOW)

    assert rules(caught.value.refusals) == [("inactive", "attic")]


def test_what_was_overbooked_on_purpose_is_confirmed_unless_it_is_blocked():
    bookings = [a_booking("B-1"), a_hold("H", override=["full"])]
    state = a_scheduler(bookings=bookings)
    blocked = a_scheduler(bookings=bookings, blocks=[a_block()])

    assert state.confirm("H", now=NOW).booking("H").status is BookingStatus.CONFIRMED
    with refused(BookingRefused, "refused") as caught:
        blocked.confirm("H", now=NOW)
    assert caught.value.refusals[0].detail == {"block_ids": ("K-1",)}


def test_trouble_that_a_booking_has_no_part_in_does_not_matter():
    state = a_scheduler(
        a_room(),
        a_room("attic"),
        bookings=[
            a_hold("H"),
            a_booking("B-1", room_ids=["attic"]),
            a_booking("B-2", room_ids=["attic"]),
        ],
    )

    assert len(state.violations(now=NOW)) > 0
    assert state.confirm("H", now=NOW).booking("H").status is BookingStatus.CONFIRMED


def test_only_what_waits_is_declined():
    state = a_scheduler(
        bookings=[a_booking("P", status="pending"), a_booking("B-1", "12:00", "13:00")]
    )

    declined = state.decline("P", now=NOW, version=1)

    assert declined.booking("P").version == 2
    assert declined.decline("P", now=NOW, version=1) is declined
    assert declined.agenda("blue room", within=monday("09:00", "10:00")) == ()
    for event in (state.decline, lambda key, **rest: declined.confirm("P", **rest)):
        with refused(InvalidTransitionError, "wrong_state"):
            event("B-1", now=NOW)
    with refused(StaleVersionError, "stale_version"):
        state.decline("P", now=NOW, version=2)


# Check-in ------------------------------------------------------------------


def a_meeting(policy=TEN_MINUTES, **fields):
    return a_scheduler(bookings=[a_booking(check_in=policy, **fields)])


def test_check_in_opens_early_and_closes_at_the_deadline():
    state = a_meeting()

    for moment in (at("08:50"), at("09:00"), at("09:10") - US):
        booking = state.check_in("B-1", at=moment).booking("B-1")
        assert (booking.status, booking.checked_in_at) == (BookingStatus.CHECKED_IN, moment)
        assert (booking.check_in_method, booking.version) == (CheckInMethod.MANUAL, 2)
    with refused(WrongTimeError, "too_early") as caught:
        state.check_in("B-1", at=at("08:50") - US)
    assert caught.value.bound == at("08:50")
    with refused(InvalidTransitionError, "wrong_state") as late:
        state.check_in("B-1", at=at("09:10"))
    assert late.value.status == "released"


def test_without_a_policy_one_comes_any_time_before_the_end():
    state = a_meeting(None)

    assert state.check_in("B-1", at=at("09:00") - 30 * DAY).booking("B-1").checked_in_at
    assert state.check_in("B-1", at=at("10:00") - US).booking("B-1").checked_in_at
    with refused(WrongTimeError, "too_late") as caught:
        state.check_in("B-1", at=at("10:00"))
    assert caught.value.bound == at("10:00") - US


def test_where_nothing_is_given_up_one_may_come_until_the_end():
    state = a_meeting(CheckIn(early=minutes(10)))

    assert window_of(state.booking("B-1")) == (at("08:50"), at("10:00"))
    assert state.check_in("B-1", at=at("10:00") - US).booking("B-1").checked_in_at
    with refused(WrongTimeError, "too_late"):
        state.check_in("B-1", at=at("10:00"))


def test_where_only_rooms_are_given_up_it_is_too_late_all_the_same():
    state = a_meeting(ROOM_ONLY)

    with refused(WrongTimeError, "too_late") as caught:
        state.check_in("B-1", at=at("09:10"))
    assert caught.value.bound == at("09:10") - US
    assert state.check_in("B-1", at=at("09:10") - US).booking("B-1").rooms_until is None


def test_checking_in_again_changes_nothing_however_late():
    state = a_meeting().check_in("B-1", at=at("09:00"), method="verified", version=1)

    assert state.check_in("B-1", at=at("23:00"), version=1) is state
    assert state.booking("B-1").check_in_method is CheckInMethod.VERIFIED
    assert state.booking("B-1", now=at("23:00")).status is BookingStatus.CHECKED_IN


def test_a_stale_key_changes_nothing():
    state = a_meeting()
    for wrong in (2, 99):
        with refused(StaleVersionError, "stale_version") as caught:
            state.check_in("B-1", at=at("09:00"), version=wrong)
        assert (caught.value.given, caught.value.actual) == (wrong, 1)
    assert state.booking("B-1").status is BookingStatus.CONFIRMED


# Activity ------------------------------------------------------------------


def test_activity_checks_in_what_runs():
    state = a_meeting().record_activity("blue room", at=at("09:05"))

    booking = state.booking("B-1")
    assert (booking.status, booking.version) == (BookingStatus.CHECKED_IN, 2)
    assert booking.check_in_method is CheckInMethod.INFERRED
    assert state.record_activity("blue room", at=at("09:06")) is state


def test_activity_checks_in_what_comes_next_once_its_window_is_open():
    state = a_meeting()

    assert state.record_activity("blue room", at=at("08:50") - US) is state
    assert state.record_activity("blue room", at=at("08:50")).booking("B-1").checked_in_at


def test_activity_is_noticed_as_early_as_check_in_may_open():
    state = a_meeting(CheckIn(early=DAY))

    noticed = state.record_activity("blue room", at=at("09:00") - DAY)

    assert noticed.booking("B-1").checked_in_at == at("09:00") - DAY
    assert state.record_activity("blue room", at=at("09:00") - DAY - US) is state


def test_activity_while_one_meeting_runs_is_no_sign_of_the_next():
    state = a_scheduler(
        bookings=[
            a_booking("B-1", check_in=TEN_MINUTES, status="checked_in"),
            a_booking("B-2", "10:00", "11:00", check_in=TEN_MINUTES),
        ]
    )

    assert state.record_activity("blue room", at=at("09:55")) is state
    assert state.check_out("B-1", at=at("09:52")).record_activity(
        "blue room", at=at("09:55")
    ).booking("B-2").checked_in_at == at("09:55")


def test_activity_means_the_first_of_those_to_come():
    early = CheckIn(early=HOUR)
    state = a_scheduler(
        bookings=[
            a_booking("B-1", check_in=early),
            a_booking("B-2", "09:30", "10:00", room_ids=["attic"], check_in=early),
            a_booking("B-3", "10:00", "10:30", check_in=early),
        ],
    )

    assert noticed_in(state._ledger, "blue room", us("08:59"), at("08:59")) == ("B-1",)
    assert noticed_in(state._ledger, "attic", us("08:59"), at("08:59")) == ("B-2",)


@pytest.mark.parametrize(
    "booking",
    [
        a_booking(),
        a_booking(status="pending", check_in=TEN_MINUTES),
        a_booking(status="cancelled", check_in=TEN_MINUTES),
        a_booking(status="completed", check_in=TEN_MINUTES),
        a_booking("B-1", "12:00", "13:00", check_in=TEN_MINUTES),
        a_booking(host_ids=["blue room"], check_in=TEN_MINUTES),
    ],
)
def test_activity_means_nothing_for_what_asks_for_no_check_in(booking):
    state = a_scheduler(bookings=[booking])

    assert state.record_activity("blue room", at=at("09:00")) is state


def test_activity_happens_in_a_room_that_there_is_or_was():
    state = a_meeting(room_ids=["attic"])

    assert state.record_activity("attic", at=at("09:00")).booking("B-1").checked_in_at
    with refused(UnknownIdError, "unknown_id", "room_id"):
        state.record_activity("cellar", at=at("09:00"))


def test_activity_in_a_part_is_none_of_the_whole():
    state = a_scheduler(
        a_room("hall", parts=["half"]),
        a_room("half"),
        bookings=[a_booking(room_ids=["hall"], check_in=TEN_MINUTES)],
    )

    assert state.record_activity("half", at=at("09:00")) is state
    assert state.record_activity("half", at=at("08:55")) is state
    assert state.record_activity("hall", at=at("09:00")).version == 1


def test_activity_means_everybody_of_a_session():
    fields = {"calendar_id": "yoga", "host_ids": ["ada"], "room_ids": ["studio"]}
    state = a_scheduler(
        a_class(),
        a_member(),
        a_room("studio", 20),
        bookings=[a_booking(key, check_in=TEN_MINUTES, **fields) for key in ("B-1", "B-2")],
    )

    after = state.record_activity("studio", at=at("09:00"))

    assert {each.status for each in after.bookings.values()} == {BookingStatus.CHECKED_IN}
    assert after.version == 1


# Over ----------------------------------------------------------------------


def test_check_out_frees_the_rest_and_the_buffer_follows():
    state = a_clinic(buffer_after=minutes(15))
    state = booked(state, "10:00", calendar="massage", booking_id="B")
    state = state.check_in("B", at=at("10:00")).check_out("B", at=at("10:25"), version=2)

    booking = state.booking("B")
    assert (booking.status, booking.end) == (BookingStatus.COMPLETED, at("10:25"))
    assert (booking.planned_end, booking.ended_at, booking.version) == (at("11:00"), at("10:25"), 3)
    assert booking.footprint_us("ada") == (us("10:00"), us("10:40"))
    request = state.request("massage")
    before, after = (
        {each.rule for each in state.explain(request, start=at(clock), now=NOW)}
        for clock in ("10:39", "10:40")
    )
    assert before - after == {"busy", "full"}
    assert after == {"off_grid"}
    assert state.check_out("B", at=at("10:50"), version=1) is state
    assert state.complete("B", at=at("10:50")) is state


def test_check_out_before_the_start_leaves_nothing():
    state = a_meeting().check_in("B-1", at=at("08:55")).check_out("B-1", at=at("08:58"))

    assert not state.booking("B-1").is_blocking
    assert state.booking("B-1").ended_at == at("09:00")
    assert state.free_busy("blue room", within=WHOLE_DAY, now=NOW).duration == 0 * HOUR


def test_check_out_after_the_end_changes_no_time():
    state = a_meeting().check_in("B-1", at=at("09:00")).check_out("B-1", at=at("11:00"))

    assert (state.booking("B-1").end, state.booking("B-1").planned_end) == (at("10:00"), None)


@pytest.mark.parametrize("status", ["confirmed", "pending", "released", "cancelled", "no_show"])
def test_nobody_checks_out_who_did_not_check_in(status):
    state = a_meeting(None, status=status)

    with refused(InvalidTransitionError, "wrong_state"):
        state.check_out("B-1", at=at("09:30"))


@pytest.mark.parametrize("status", ["confirmed", "checked_in"])
def test_what_took_place_keeps_its_time(status):
    state = a_meeting(None, status=status)

    done = state.complete("B-1", at=at("09:00"), version=1).booking("B-1")

    assert (done.status, done.end, done.ended_at) == ("completed", at("10:00"), at("10:00"))
    with refused(WrongTimeError, "too_early") as caught:
        state.complete("B-1", at=at("09:00") - US)
    assert caught.value.bound == at("09:00")
    with refused(StaleVersionError, "stale_version"):
        state.complete("B-1", at=at("09:00"), version=2)


def test_nobody_came_is_written_down_from_the_start_on_without_a_policy():
    state = a_meeting(None)

    missed = state.mark_no_show("B-1", at=at("09:20"))

    assert (missed.booking("B-1").status, missed.booking("B-1").end) == ("no_show", at("09:20"))
    assert missed.mark_no_show("B-1", at=at("09:50"), version=1) is missed
    assert state.mark_no_show("B-1", at=at("12:00")).booking("B-1").end == at("10:00")
    with refused(WrongTimeError, "too_early"):
        state.mark_no_show("B-1", at=at("09:00") - US)


def test_nobody_came_is_written_down_after_the_deadline():
    state = a_meeting()

    missed = state.mark_no_show("B-1", at=at("09:30")).booking("B-1")

    assert (missed.status, missed.end, missed.planned_end) == ("no_show", at("09:10"), at("10:00"))
    assert missed.ended_at == at("09:10")
    with refused(WrongTimeError, "too_early") as caught:
        state.mark_no_show("B-1", at=at("09:10") - US)
    assert caught.value.bound == at("09:10")
    with refused(WrongTimeError, "too_early"):
        a_meeting(CheckIn()).mark_no_show("B-1", at=at("09:00") - US)
    assert a_meeting(CheckIn()).mark_no_show("B-1", at=at("09:00")).booking("B-1").ended_at


def test_nobody_came_to_what_gave_up_its_room():
    state = a_meeting(ROOM_ONLY, host_ids=["ada"], room_ids=["blue room"])

    missed = state.mark_no_show("B-1", at=at("09:30")).booking("B-1")

    assert (missed.end, missed.rooms_until) == (at("09:30"), at("09:10"))


def test_who_leaves_a_session_early_leaves_its_time():
    fields = {"calendar_id": "yoga", "host_ids": ["ada"], "status": "checked_in"}
    state = a_scheduler(
        a_class(), a_member(), bookings=[a_booking(key, **fields) for key in ("B-1", "B-2")]
    )

    state = state.check_out("B-1", at=at("09:20"))

    assert (state.booking("B-1").end, state.booking("B-1").ended_at) == (at("10:00"), at("09:20"))
    assert len(state.sessions("yoga", within=WHOLE_DAY, now=NOW)) == 1
    state.check()


# Every event in every state -------------------------------------------------


def given(status):
    """A state with one booking in that status."""
    times = {"created_at": NOW, "expires_at": NOW + DAY} if status == "hold" else {}
    booking = a_booking(
        status=status, calendar_id="massage", host_ids=["ada"], room_ids=["blue room"], **times
    )
    return a_clinic(a_member("eve"), bookings=[booking])


COMMANDS = {
    Event.EXTEND: lambda state: state.extend("B-1", expires_at=NOW + HOUR, now=NOW),
    Event.CONFIRM: lambda state: state.confirm("B-1", now=NOW),
    Event.DECLINE: lambda state: state.decline("B-1", now=NOW),
    Event.CANCEL: lambda state: state.cancel("B-1", now=NOW),
    Event.RESCHEDULE: lambda state: state.reschedule(
        "B-1", to=slot_at(state, "15:00", ignoring=["B-1"]), now=NOW
    ),
    Event.REASSIGN: lambda state: state.reassign("B-1", now=NOW, host_ids=["ada"]),
    Event.CHECK_IN: lambda state: state.check_in("B-1", at=at("09:30")),
    Event.CHECK_OUT: lambda state: state.check_out("B-1", at=at("09:30")),
    Event.COMPLETE: lambda state: state.complete("B-1", at=at("09:30")),
    Event.MISS: lambda state: state.mark_no_show("B-1", at=at("09:30")),
}
DONE = {
    (BookingStatus.CONFIRMED, Event.CONFIRM),
    (BookingStatus.CHECKED_IN, Event.CONFIRM),
    (BookingStatus.CHECKED_IN, Event.CHECK_IN),
    (BookingStatus.DECLINED, Event.DECLINE),
    (BookingStatus.CANCELLED, Event.CANCEL),
    (BookingStatus.COMPLETED, Event.CHECK_OUT),
    (BookingStatus.COMPLETED, Event.COMPLETE),
    (BookingStatus.NO_SHOW, Event.MISS),
}
"""What has happened already: it changes nothing and is no error (SPEC N33)."""


def test_every_event_has_a_command_or_a_time():
    assert set(COMMANDS) | {Event.EXPIRE, Event.RELEASE} == set(Event)


@pytest.mark.parametrize("status", BookingStatus)
@pytest.mark.parametrize("event", COMMANDS)
def test_commands_keep_to_the_table(status, event):
    state = given(status)

    if (status, event) in DONE:
        assert COMMANDS[event](state) is state
    elif (status, event) in TRANSITIONS:
        after = COMMANDS[event](state)
        assert after.booking("B-1").status is TRANSITIONS[status, event]
        after.check()
    else:
        with refused(InvalidTransitionError, "wrong_state"):
            COMMANDS[event](state)


def test_seats_of_a_table_are_units():
    """Units that are gone are told as busy."""
    state = a_scheduler(
        an_item(quantity=2),
        bookings=[
            a_booking("B-1", equipment={"table": 2}),
            a_hold("H", equipment={"table": 1}),
        ],
    )

    with refused(BookingRefused, "refused") as caught:
        state.confirm("H", now=NOW)
    assert rules(caught.value.refusals) == [("busy", "table")]


@pytest.mark.parametrize("status", ["hold", "pending"])
def test_what_is_confirmed_after_its_check_in_deadline_is_not_given_up_at_once(status):
    policy = CheckIn(grace=minutes(5))
    times = {"created_at": at("08:00"), "expires_at": at("11:00")} if status == "hold" else {}
    late = a_booking(status=status, check_in=policy, **times)
    state = a_scheduler(bookings=[late])

    confirmed = state.confirm("B-1", now=at("09:05"))

    assert confirmed.booking("B-1", now=at("09:59")).status.value == "confirmed"
    assert state.confirm("B-1", now=at("09:04")).booking("B-1").check_in == policy


# What is kept beside ---------------------------------------------------------


TITLE = {"title": "Trial lesson"}


def test_a_hold_keeps_its_metadata_and_is_another_with_others():
    state = a_clinic()
    slot = slot_at(state)
    once = state.hold(slot, booking_id="H", now=NOW, metadata=TITLE)

    assert once.booking("H").metadata == TITLE
    for there in (once, once.confirm("H", now=NOW)):
        assert there.booking("H").metadata == TITLE
        assert there.hold(slot, booking_id="H", now=NOW, metadata=TITLE) is there
    with refused(IdConflictError, "id_conflict"):
        once.hold(slot, booking_id="H", now=NOW)


@pytest.mark.parametrize("status", BookingStatus)
def test_whatever_became_of_a_booking_it_is_annotated(status):
    state = given(status)
    before = state.booking("B-1")
    after = state.annotate("B-1", metadata=TITLE)

    assert after.booking("B-1") == attrs.evolve(before, metadata=TITLE, version=before.version + 1)
    assert after.version == state.version + 1
    after.check()
    gone = after.annotate("B-1", metadata={})
    assert gone.booking("B-1") == attrs.evolve(before, version=before.version + 2)


def test_a_plan_to_annotate_is_for_no_instant_and_takes_nothing():
    state = a_scheduler(bookings=[a_booking()])
    plan = state.plan_annotate("B-1", metadata=TITLE)

    assert state.apply(plan) == state.annotate("B-1", metadata=TITLE)
    assert (plan.command, plan.at, plan.rests_on) == ("annotate", None, {})
    assert (plan.given_back, plan.taken) == ((), ())
    assert plan.bookings_before == (state.booking("B-1"),)


def test_the_same_metadata_once_more_change_nothing():
    state = a_scheduler(bookings=[a_booking(metadata=TITLE, version=3)])

    assert state.annotate("B-1", metadata=TITLE) is state
    assert state.annotate("B-1", metadata=dict(TITLE), version=2) is state
    assert state.plan_annotate("B-1", metadata=TITLE) == Plan("annotate")


def test_they_replace_all_that_there_was():
    state = a_scheduler(bookings=[a_booking(metadata={"notes": "x", "title": "y"})])

    assert state.annotate("B-1", metadata=TITLE).booking("B-1").metadata == TITLE


def test_an_older_key_is_refused_and_so_is_what_is_unknown_or_no_metadata():
    state = a_scheduler(bookings=[a_booking(version=3)])

    assert state.annotate("B-1", metadata=TITLE, version=3).booking("B-1").version == 4
    with refused(StaleVersionError, "stale_version"):
        state.annotate("B-1", metadata=TITLE, version=2)
    with refused(UnknownIdError, "unknown_id", "booking_id"):
        state.annotate("B-2", metadata=TITLE)
    with refused(InvalidValueError, "text", "metadata['title']"):
        state.annotate("B-1", metadata={"title": 3})


def test_annotating_settles_nothing():
    """What has expired or been released is written down by others."""
    late = a_booking("R", "11:00", "12:00", check_in=TEN_MINUTES)
    state = a_scheduler(bookings=[a_hold(), late])
    after = state.annotate("H", metadata=TITLE).annotate("R", metadata=TITLE)

    assert [each.status for each in after.bookings.values()] == ["hold", "confirmed"]
    settled = after.swept(now=at("11:10"))
    assert [each.status for each in settled.bookings.values()] == ["expired", "released"]
    assert [each.metadata for each in settled.bookings.values()] == [TITLE, TITLE]
    swept = state.swept(now=at("11:10"))
    assert settled == swept.annotate("H", metadata=TITLE).annotate("R", metadata=TITLE)


def test_a_plan_from_before_is_refused_where_it_changes_what_was_annotated():
    state = a_scheduler(a_room(capacity=2), bookings=[a_booking("B-1"), a_booking("B-2")])
    mine, theirs = (state.plan_cancel(key, now=NOW) for key in ("B-1", "B-2"))
    after = state.annotate("B-1", metadata=TITLE)

    with refused(StaleLedgerError, "stale"):
        after.apply(mine)
    assert after.apply(theirs) == after.cancel("B-2", now=NOW)

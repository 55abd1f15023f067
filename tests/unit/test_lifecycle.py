"""The commands of the life cycle as one state after another: plans, versions, what nobody had to do."""

from __future__ import annotations

import pickle
from datetime import timedelta

import attrs
import pytest

from bookable import (
    Access,
    BookingPolicy,
    BookingStatus,
    CheckIn,
    InvalidTransitionError,
    InvalidValueError,
    Plan,
    StaleLedgerError,
    StaleVersionError,
    WrongTimeError,
)
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    at,
    booked,
    clocks,
    minutes,
    offered,
    refused,
)

TEN_MINUTES = CheckIn(early=minutes(10), grace=minutes(10))


def a_hold(id="H", first="12:00", last="13:00", **fields):
    times = {"created_at": NOW, "expires_at": NOW + minutes(5)}
    return a_booking(id, first, last, status="hold", **times, **fields)


def a_day():
    """A hold, one who waits, one to come, one that nobody checks in to."""
    return a_scheduler(
        bookings=[
            a_hold(),
            a_booking("P", "13:00", "14:00", status="pending"),
            a_booking("C", "14:00", "15:00"),
            a_booking("R", "09:00", "10:00", check_in=TEN_MINUTES),
        ]
    )


# Plans ---------------------------------------------------------------------


COMMANDS = {
    "extend": ("extend", "plan_extend", {"booking_id": "H", "expires_at": NOW + HOUR, "now": NOW}),
    "confirm": ("confirm", "plan_confirm", {"booking_id": "H", "now": NOW}),
    "decline": ("decline", "plan_decline", {"booking_id": "P", "now": NOW}),
    "cancel": ("cancel", "plan_cancel", {"booking_id": "H", "now": NOW}),
    "check_in": ("check_in", "plan_check_in", {"booking_id": "C", "at": at("14:00")}),
    "record_activity": (
        "record_activity",
        "plan_activity",
        {"room_id": "blue room", "at": at("09:00")},
    ),
    "complete": ("complete", "plan_complete", {"booking_id": "C", "at": at("14:00")}),
    "miss": ("mark_no_show", "plan_no_show", {"booking_id": "C", "at": at("14:20")}),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_its_plan_applied(name):
    command, plan_name, given = COMMANDS[name]
    state = a_day()
    plan = getattr(state, plan_name)(**given)
    moment = given.get("now") or given["at"]

    after = getattr(state, command)(**given)

    assert state.apply(plan) == after
    assert (plan.command, plan.at) == (name, moment)
    assert plan == getattr(state, plan_name)(**given)
    (before,), (then,) = plan.bookings_before, plan.bookings_after
    assert (before.id, then.version) == (then.id, before.version + 1)
    assert after.version == state.version + 1
    after.check()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_plan_is_refused_once_its_booking_has_changed(name):
    command, plan_name, given = COMMANDS[name]
    state = a_day()
    plan = getattr(state, plan_name)(**given)
    after = getattr(state, command)(**given)

    with refused(StaleLedgerError, "stale"):
        after.apply(plan)


def test_a_plan_is_decided_for_an_instant_whatever_was_swept():
    """What has expired by then is out of the way of the plan, with or without a job."""
    state = a_scheduler(
        a_calendar(member_ids=["ada"]), a_member("ada"), bookings=[a_hold(host_ids=["ada"])]
    )
    later = NOW + minutes(5)
    slot = state.slot(state.request("massage"), start=at("12:00"), now=later)
    plan = state.plan_book(slot, booking_id="B", now=later)

    assert plan.at == later
    assert state.apply(plan) == state.swept(now=later).apply(plan)
    assert state.apply(plan).booking("H").status is BookingStatus.EXPIRED
    early = state.swept(now=NOW).apply(attrs.evolve(plan, at=later))
    assert early == state.apply(plan)


def test_a_plan_for_an_instant_before_is_stale_where_the_hold_still_stands():
    state = a_scheduler(
        a_calendar(member_ids=["ada"]), a_member("ada"), bookings=[a_hold(host_ids=["ada"])]
    )
    later = NOW + minutes(5)
    slot = state.slot(state.request("massage"), start=at("12:00"), now=later)
    plan = state.plan_book(slot, booking_id="B", now=later)

    with refused(StaleLedgerError, "stale"):
        state.apply(attrs.evolve(plan, at=NOW))
    with refused(StaleLedgerError, "stale"):
        state.apply(attrs.evolve(plan, at=None))


def test_an_empty_plan_sweeps_nothing():
    state = a_day()

    assert state.apply(Plan("nothing", at=at("23:00"))) is state
    assert (
        state.cancel("H", now=NOW).cancel("H", now=at("23:00")).booking("R").status == "confirmed"
    )


# What nobody had to do ------------------------------------------------------


def test_sweeping_writes_down_what_every_answer_says_anyway():
    state = a_day()
    swept = state.swept(now=at("09:10"))

    assert {key: each.status.value for key, each in swept.bookings.items()} == {
        "H": "expired",
        "P": "pending",
        "C": "confirmed",
        "R": "released",
    }
    assert all(state.booking(key, now=at("09:10")) == swept.booking(key) for key in state.bookings)
    assert swept.version == state.version
    assert swept.swept(now=at("09:10")) is swept
    assert a_scheduler().swept(now=NOW).version == 0
    swept.check()


def test_an_agenda_is_as_written_or_as_of_an_instant():
    state = a_day()

    def ids(**rest):
        return [each.id for each in state.agenda("blue room", within=WHOLE_DAY, **rest)]

    assert ids() == ids(now=NOW) == ["R", "H", "P", "C"]
    assert ids(now=NOW + minutes(5)) == ["R", "P", "C"]
    (released, *_) = state.agenda("blue room", within=WHOLE_DAY, now=at("09:10"))
    assert released.end == at("09:10")


def test_what_was_swept_survives_a_restart():
    state = a_day()
    again = pickle.loads(pickle.dumps(state))

    assert again.swept(now=at("09:10")) == state.swept(now=at("09:10"))
    assert pickle.loads(pickle.dumps(state.swept(now=at("09:10")))) == state.swept(now=at("09:10"))


def test_old_states_are_untouched_by_later_questions():
    state = a_day()
    later = state.swept(now=at("09:10"))

    assert state.booking("R").status is BookingStatus.CONFIRMED
    assert state.booking("R", now=at("09:09")).status is BookingStatus.CONFIRMED
    assert later.booking("R", now=at("09:09")).status is BookingStatus.RELEASED


# On which terms ------------------------------------------------------------


def with_cut_offs(**policy):
    state = a_scheduler(
        a_calendar(member_ids=["ada"], policy=BookingPolicy(**policy)), a_member("ada")
    )
    return booked(state, "12:00", calendar="massage", booking_id="B")


def moved(state, now, **terms):
    request = state.request("massage")
    to = state.slot(request, start=at("15:00"), now=now, ignoring=["B"])
    return state.reschedule("B", to=to, now=now, **terms)


def test_one_may_cancel_until_the_notice_inclusive():
    state = with_cut_offs(cancel_notice=2 * HOUR)

    assert state.cancel("B", now=at("10:00")).booking("B").status is BookingStatus.CANCELLED
    with refused(WrongTimeError, "too_late") as caught:
        state.cancel("B", now=at("10:00") + US)
    assert (caught.value.event, caught.value.bound) == ("cancel", at("10:00"))
    late = state.cancel("B", now=at("11:59"), ignore_cut_off=True)
    assert late.cancel("B", now=at("11:59")) is late
    assert moved(state, at("11:59")).booking("B").start == at("15:00")


def test_one_may_move_until_the_notice_inclusive():
    state = with_cut_offs(reschedule_notice=2 * HOUR)

    assert moved(state, at("10:00")).booking("B").start == at("15:00")
    with refused(WrongTimeError, "too_late") as caught:
        moved(state, at("10:00") + US)
    assert (caught.value.event, caught.value.bound) == ("reschedule", at("10:00"))
    assert moved(state, at("11:59"), ignore_cut_off=True).booking("B").start == at("15:00")
    assert state.cancel("B", now=at("11:59")).booking("B").status is BookingStatus.CANCELLED


def test_a_hold_is_given_back_or_moved_at_any_time():
    """Nothing is agreed to yet, so that there is nothing to think again about."""
    policy = BookingPolicy(cancel_notice=24 * HOUR, reschedule_notice=24 * HOUR)
    state = a_scheduler(a_calendar(member_ids=["ada"], policy=policy), a_member("ada"))
    slot = state.slot(state.request("massage"), start=at("12:00"), now=NOW)
    state = state.hold(slot, booking_id="B", now=NOW)

    assert state.cancel("B", now=NOW, version=1).booking("B").status is BookingStatus.CANCELLED
    assert moved(state, NOW).booking("B").start == at("15:00")
    with refused(WrongTimeError, "too_late"):
        state.confirm("B", now=NOW).cancel("B", now=NOW)
    with refused(StaleVersionError, "stale_version"):
        state.cancel("B", now=NOW, version=2)


def test_without_a_notice_one_may_think_again_even_after_the_start():
    state = with_cut_offs()

    assert state.cancel("B", now=at("12:30")).booking("B").status is BookingStatus.CANCELLED


def test_what_nobody_came_to_may_still_be_cancelled_or_moved_when_it_is_past():
    """Nobody said what became of it; all of its time is given back, also what has gone by."""
    state, past = with_cut_offs(), at("13:30")

    cancelled = state.cancel("B", now=past)
    assert cancelled.booking("B").status is BookingStatus.CANCELLED
    assert not cancelled.free_busy("ada", within=WHOLE_DAY, now=past)
    there = moved(state, past)
    assert there.booking("B").status is BookingStatus.CONFIRMED
    assert clocks(there.free_busy("ada", within=WHOLE_DAY, now=past)) == ["15:00"]


def test_no_notice_at_all_ends_with_the_start():
    state = with_cut_offs(cancel_notice=timedelta(0), reschedule_notice=timedelta(0))

    assert state.cancel("B", now=at("12:00")).booking("B").status is BookingStatus.CANCELLED
    assert moved(state, at("12:00")).booking("B").start == at("15:00")
    with refused(WrongTimeError, "too_late"):
        state.cancel("B", now=at("12:00") + US)
    with refused(WrongTimeError, "too_late"):
        moved(state, at("12:00") + US)


@pytest.mark.parametrize("how", ["checked_in", "completed", "no_show", "released"])
def test_what_somebody_came_to_or_what_is_over_is_neither_cancelled_nor_moved(how):
    state = with_cut_offs()
    ends = {
        "checked_in": lambda: state.check_in("B", at=at("11:00")),
        "completed": lambda: state.complete("B", at=at("12:00")),
        "no_show": lambda: state.mark_no_show("B", at=at("12:00")),
        "released": lambda: a_scheduler(
            *state.catalogue,
            bookings=[attrs.evolve(state.booking("B"), check_in=TEN_MINUTES)],
        ),
    }
    state, now = ends[how](), at("12:10")
    assert state.booking("B", now=now).status == how

    with refused(InvalidTransitionError, "wrong_state"):
        state.cancel("B", now=now, ignore_cut_off=True)
    with refused(InvalidTransitionError, "wrong_state"):
        moved(state, now, ignore_cut_off=True)


def test_what_has_no_calendar_or_one_that_is_gone_has_no_cut_off():
    state = a_scheduler(
        bookings=[a_booking("B-1"), a_booking("B-2", "12:00", "13:00", calendar_id="gone")]
    )

    for key in ("B-1", "B-2"):
        assert state.cancel(key, now=at("23:00")).booking(key).status is BookingStatus.CANCELLED


def test_a_stale_key_is_refused_before_the_cut_off_and_changes_nothing():
    state = with_cut_offs(cancel_notice=2 * HOUR)

    for wrong in (2, 7):
        with refused(StaleVersionError, "stale_version"):
            state.cancel("B", now=at("11:00"), version=wrong)
        with refused(StaleVersionError, "stale_version"):
            moved(state, NOW, version=wrong)
    assert moved(state, NOW, version=1).cancel("B", now=NOW, version=2).booking("B").version == 3


@pytest.mark.parametrize("value", [1, "no", None])
def test_a_cut_off_is_ignored_by_true_or_false(value):
    state = with_cut_offs()

    with refused(InvalidValueError, "flag", "ignore_cut_off"):
        state.cancel("B", now=NOW, ignore_cut_off=value)


# Approval ------------------------------------------------------------------


def test_whoever_may_only_ask_waits_and_blocks_unless_the_calendar_says_otherwise():
    asking = BookingPolicy(otherwise=Access.REQUEST)
    for blocks in (True, False):
        state = a_scheduler(
            a_calendar(member_ids=["ada"], policy=asking, pending_blocks=blocks), a_member("ada")
        )
        state = booked(state, "12:00", calendar="massage", booking_id="P")
        booking = state.booking("P")
        assert (booking.status, booking.pending_blocks) == (BookingStatus.PENDING, blocks)
        assert ("12:00" in offered(state, "massage")) is not blocks
        state.check()


# The policy of a booking ----------------------------------------------------


def test_a_booking_keeps_the_policy_that_it_was_booked_under():
    state = a_scheduler(
        a_calendar(member_ids=["ada"], check_in=TEN_MINUTES),
        a_member("ada"),
        a_room(calendar_ids=["massage"], check_in=CheckIn(grace=HOUR)),
    )
    state = booked(state, "12:00", calendar="massage", booking_id="B")
    free = state.catalogue.replace(a_calendar(member_ids=["ada"]))
    state = state.with_catalogue(free)

    assert state.booking("B").check_in == TEN_MINUTES
    assert state.booking("B", now=at("12:10")).status is BookingStatus.RELEASED
    again = moved(state, NOW).booking("B")
    assert again.check_in == CheckIn(grace=HOUR)


def test_a_moved_booking_has_its_rooms_again():
    state = a_scheduler(
        a_calendar(member_ids=["ada"], check_in=attrs.evolve(TEN_MINUTES, scope="room")),
        a_member("ada"),
        a_room(calendar_ids=["massage"]),
    )
    state = booked(state, "12:00", calendar="massage", booking_id="B")

    again = moved(state, at("12:20")).booking("B")

    assert (again.start, again.rooms_until) == (at("15:00"), None)


def test_a_hold_read_a_day_later_is_over():
    state = a_scheduler(bookings=[a_hold()])

    assert state.booking("H", now=NOW + DAY).status is BookingStatus.EXPIRED


def test_a_hand_over_takes_the_key_of_the_booking_too():
    state = a_scheduler(
        a_calendar(member_ids=["ada", "eve"]),
        a_member("ada"),
        a_member("eve"),
        bookings=[a_booking("B", calendar_id="massage", host_ids=["ada"], version=4)],
    )

    for wrong in (3, 5):
        with refused(StaleVersionError, "stale_version"):
            state.reassign("B", now=NOW, host_ids=["eve"], version=wrong)
    done = state.reassign("B", now=NOW, host_ids=["eve"], version=4)
    assert (done.booking("B").host_ids, done.booking("B").version) == (("eve",), 5)
    assert done.reassign("B", now=NOW, host_ids=["eve"], version=4) is done

"""Check-in and check-out: rows I1 to I5, and the settings of the Zoom Rooms check-in."""

from __future__ import annotations

import attrs
import pytest

from bookable import (
    BookingStatus,
    Catalogue,
    CheckIn,
    CheckInMethod,
    InvalidTransitionError,
    Place,
    Scheduler,
    StaleVersionError,
    WrongTimeError,
)
from tests.support.builders import (
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
    monday,
    offered,
    refused,
    us,
)

TEN_MINUTES = CheckIn(early=minutes(10), grace=minutes(10))


def a_meeting(policy=TEN_MINUTES, **calendar):
    """Ten to eleven with Ada in the blue room."""
    state = a_scheduler(
        a_calendar("meeting", member_ids=["ada"], **calendar),
        a_member("ada"),
        a_room(calendar_ids=["meeting"], check_in=policy),
    )
    return booked(state, "10:00", calendar="meeting", booking_id="B")


# I1 --------------------------------------------------------------------------


def test_I1_somebody_comes_and_goes():
    state = a_meeting()
    here = state.check_in("B", at=at("10:05"))
    gone = here.check_out("B", at=at("10:40"))

    assert [each.booking("B").status.value for each in (state, here, gone)] == [
        "confirmed",
        "checked_in",
        "completed",
    ]
    assert gone.booking("B").checked_in_at == at("10:05")
    assert gone.booking("B").ended_at == at("10:40")


def test_I1_coming_and_going_twice_is_once():
    state = a_meeting().check_in("B", at=at("10:05"), version=1)
    assert state.check_in("B", at=at("10:06"), version=1) is state

    gone = state.check_out("B", at=at("10:40"), version=2)
    assert gone.check_out("B", at=at("10:50"), version=2) is gone


def test_I1_nobody_checks_out_who_did_not_check_in():
    with refused(InvalidTransitionError, "wrong_state") as caught:
        a_meeting().check_out("B", at=at("10:05"))
    assert (caught.value.status, caught.value.event) == ("confirmed", "check_out")


@pytest.mark.parametrize("status", ["pending", "hold", "cancelled", "declined", "completed"])
def test_I1_only_what_is_confirmed_can_be_checked_in_to(status):
    times = {"created_at": NOW, "expires_at": at("23:00")} if status == "hold" else {}
    state = a_scheduler(bookings=[a_booking(status=status, **times)])

    with refused(InvalidTransitionError, "wrong_state"):
        state.check_in("B-1", at=at("09:00"))


def test_I1_a_stale_change_key_changes_nothing():
    state = a_meeting().check_in("B", at=at("10:00"))
    for key in (1, 3):
        with refused(StaleVersionError, "stale_version"):
            state.check_out("B", at=at("10:40"), version=key)
    assert state.booking("B").status is BookingStatus.CHECKED_IN


# I2 --------------------------------------------------------------------------


def test_I2_one_may_come_early_but_not_too_early():
    state = a_meeting()

    assert state.check_in("B", at=at("09:50")).booking("B").checked_in_at == at("09:50")
    with refused(WrongTimeError, "too_early") as caught:
        state.check_in("B", at=at("09:50") - US)
    assert caught.value.bound == at("09:50")


def test_I2_without_a_policy_one_may_come_as_early_as_one_likes():
    state = a_meeting(None)

    assert state.check_in("B", at=NOW).booking("B").status is BookingStatus.CHECKED_IN


# I3 --------------------------------------------------------------------------


def test_I3_what_nobody_came_to_is_free_from_the_deadline_on():
    state = a_meeting()
    tail = monday("10:10", "10:11")

    assert state.free_busy("blue room", within=tail, now=at("10:10") - US)
    assert not state.free_busy("blue room", within=tail, now=at("10:10"))
    assert state.free_busy("blue room", within=WHOLE_DAY, now=at("10:10")).duration == minutes(10)
    assert state.booking("B", now=at("10:10")).status is BookingStatus.RELEASED


def test_I3_no_job_has_to_run_for_the_rest_to_be_booked():
    state = a_meeting(slot_step=minutes(10))
    now = at("10:10")
    slot = state.slot(state.request("meeting"), start=now, now=now)

    state = state.book(slot, booking_id="C", now=now)

    assert state.booking("B").status is BookingStatus.RELEASED
    assert (state.booking("B").end, state.booking("B").planned_end) == (now, at("11:00"))
    assert state.violations(now=now) == ()
    state.check()


def test_I3_the_buffer_follows_what_is_left():
    state = a_meeting(buffer_after=minutes(15))

    busy = state.free_busy("blue room", within=WHOLE_DAY, now=at("10:10"))

    assert list(busy) == [monday("10:00", "10:25")]


def test_I3_without_a_grace_nothing_is_ever_released():
    state = a_meeting(CheckIn(early=minutes(10)))

    assert state.booking("B", now=at("23:00")).status is BookingStatus.CONFIRMED
    assert a_meeting(None).booking("B", now=at("23:00")).status is BookingStatus.CONFIRMED


def test_I3_who_came_keeps_the_room():
    state = a_meeting().check_in("B", at=at("10:10") - US)

    assert state.booking("B", now=at("10:10")).status is BookingStatus.CHECKED_IN


def test_I3_only_the_room_may_be_given_up():
    """The people meet elsewhere."""
    state = a_meeting(attrs.evolve(TEN_MINUTES, scope="room"))
    now = at("10:10")

    assert state.booking("B", now=now).status is BookingStatus.CONFIRMED
    assert state.booking("B", now=now).rooms_until == now
    rest = monday("10:10", "11:00")
    assert not state.free_busy("blue room", within=rest, now=now)
    assert state.free_busy("ada", within=rest, now=now).duration == minutes(50)
    with refused(WrongTimeError, "too_late"):
        state.check_in("B", at=now)
    done = state.complete("B", at=now).booking("B")
    assert (done.status, done.end, done.rooms_until) == ("completed", at("11:00"), now)


def test_I3_a_released_booking_can_be_written_down_as_a_no_show():
    state = a_meeting().mark_no_show("B", at=at("10:10"))

    assert state.booking("B").status is BookingStatus.NO_SHOW
    assert state.booking("B").end == at("10:10")


# I4 --------------------------------------------------------------------------


def test_I4_what_happens_in_the_room_counts_as_check_in():
    state = a_meeting().record_activity("blue room", at=at("10:05"))

    assert state.booking("B").check_in_method is CheckInMethod.INFERRED
    assert state.booking("B", now=at("10:10")).status is BookingStatus.CHECKED_IN


def test_I4_activity_before_the_window_or_after_the_deadline_means_nothing():
    state = a_meeting()

    assert state.record_activity("blue room", at=at("09:50") - US) is state
    assert state.record_activity("blue room", at=at("10:10")) is state


@pytest.mark.parametrize("method", CheckInMethod)
def test_I4_how_it_was_noticed_is_kept(method):
    state = a_meeting().check_in("B", at=at("10:00"), method=method.value)

    assert state.booking("B").check_in_method is method


def test_I4_activity_of_the_meeting_before_is_no_check_in_of_the_next():
    state = a_meeting()
    state = booked(state, "11:00", calendar="meeting", booking_id="C")
    state = state.check_in("B", at=at("10:00"))

    assert state.record_activity("blue room", at=at("10:55")) is state
    assert state.record_activity("blue room", at=at("11:00")).booking("C").checked_in_at


# I5 --------------------------------------------------------------------------


def test_I5_the_rest_is_free_at_once_and_the_buffer_follows_the_end():
    state = a_meeting(buffer_after=minutes(15), slot_step=minutes(5))
    state = state.check_in("B", at=at("10:00")).check_out("B", at=at("10:25"))

    assert state.booking("B").footprint_us("blue room") == (us("10:00"), us("10:40"))
    starts = offered(state, "meeting", monday("10:30", "11:00"), now=at("10:25"))
    assert starts == ["10:40", "10:45", "10:50", "10:55"]


def test_I5_going_before_the_start_leaves_nothing_and_after_the_end_everything():
    state = a_meeting().check_in("B", at=at("09:55"))
    before = state.check_out("B", at=at("09:58"))
    after = state.check_out("B", at=at("11:30"))

    assert not before.free_busy("blue room", within=WHOLE_DAY, now=NOW)
    assert after.free_busy("blue room", within=WHOLE_DAY, now=NOW).duration == HOUR
    assert (before.booking("B").ended_at, after.booking("B").ended_at) == (
        at("10:00"),
        at("11:00"),
    )


def test_I5_who_leaves_a_session_does_not_end_it():
    state = a_scheduler(a_class(seats=5), a_member(), a_room("studio", 9, calendar_ids=["yoga"]))
    for key in ("B-1", "B-2"):
        state = booked(state, "10:00", calendar="yoga", booking_id=key)
    state = state.check_in("B-1", at=at("10:00")).check_out("B-1", at=at("10:20"))

    assert (state.booking("B-1").end, state.booking("B-1").ended_at) == (at("11:00"), at("10:20"))
    assert state.free_busy("ada", within=WHOLE_DAY, now=at("10:30")).duration == HOUR
    assert state.sessions("yoga", within=WHOLE_DAY, now=NOW)[0].booking_ids == ("B-1", "B-2")


# Settings, as in Zoom Rooms: account, floor, room -----------------------------


ACCOUNT = CheckIn(early=minutes(5), grace=minutes(15))
FLOOR = CheckIn(early=minutes(10), grace=minutes(10))
ROOM = CheckIn(early=minutes(20), grace=minutes(20))


def policy_of(account, floor, room):
    """What a booking of the room comes under."""
    catalogue = Catalogue(
        [a_room(calendar_ids=["meeting"], location_id="floor", check_in=room)],
        calendars=[a_calendar("meeting")],
        places=[account, attrs.evolve(floor, parent_id="account")],
    )
    state = booked(Scheduler(catalogue), "10:00", calendar="meeting", booking_id="B")
    return state.booking("B").check_in


@pytest.mark.parametrize(
    ("account", "floor", "room", "expected"),
    [
        ({}, {}, None, None),
        ({"check_in": ACCOUNT}, {}, None, ACCOUNT),
        ({"check_in": ACCOUNT}, {"check_in": FLOOR}, None, FLOOR),
        ({"check_in": ACCOUNT}, {"check_in": FLOOR}, ROOM, ROOM),
        ({"check_in": ACCOUNT}, {"check_in": FLOOR, "locked": ["check_in"]}, ROOM, FLOOR),
        ({"check_in": ACCOUNT, "locked": ["check_in"]}, {"check_in": FLOOR}, ROOM, ACCOUNT),
        ({"check_in": ACCOUNT}, {"locked": ["check_in"]}, ROOM, ACCOUNT),
        ({"locked": ["check_in"]}, {}, ROOM, ROOM),
        ({"check_in": ACCOUNT, "locked": ["hours"]}, {}, ROOM, ROOM),
    ],
    ids=range(9),
)
def test_I2_I3_settings_come_from_the_nearest_place_unless_an_outer_one_is_locked(
    account, floor, room, expected
):
    assert policy_of(Place("account", **account), Place("floor", **floor), room) == expected


def test_I2_I3_the_calendar_of_a_booking_goes_before_its_room():
    state = a_meeting(ROOM, check_in=FLOOR)

    assert state.booking("B").check_in == FLOOR


def test_I2_I3_a_calendar_takes_its_policy_from_its_place_too():
    catalogue = Catalogue(
        members=[a_member("ada")],
        calendars=[a_calendar("meeting", member_ids=["ada"], location_id="site")],
        places=[Place("site", check_in=ACCOUNT)],
    )
    state = booked(Scheduler(catalogue), "10:00", calendar="meeting", booking_id="B")

    assert state.booking("B").check_in == ACCOUNT


def test_I2_I3_a_changed_setting_is_for_what_is_booked_from_then_on():
    state = a_meeting()
    state = state.with_catalogue(
        state.catalogue.replace(a_room(calendar_ids=["meeting"], check_in=ROOM))
    )
    state = booked(state, "12:00", calendar="meeting", booking_id="C")

    assert (state.booking("B").check_in, state.booking("C").check_in) == (TEN_MINUTES, ROOM)

"""States over time: none ever changes, other catalogues, removal, and plans across states."""

from __future__ import annotations

import copy
import pickle

import pytest

from bookable import (
    Block,
    Booking,
    Catalogue,
    InvalidValueError,
    ResourceInUseError,
    Scheduler,
    StaleLedgerError,
    UnknownIdError,
    all_of,
)
from tests.support.builders import (
    NOW,
    OFFICE,
    US,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_catalogue,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    monday,
    offered,
    refused,
    rules,
)

# Immutability --------------------------------------------------------------


def test_an_old_scheduler_never_sees_a_later_command():
    start = a_scheduler(a_class(), a_member(), a_room("studio", 20, calendar_ids=["yoga"]))
    request = start.request("yoga")
    listing = start.free_slots(request, within=WHOLE_DAY, now=NOW)
    states = [start]
    states.append(booked(states[-1], "09:00", calendar="yoga", booking_id="B-1"))
    states.append(booked(states[-1], "09:00", calendar="yoga", booking_id="B-2", party_size=9))
    states.append(states[-1].block("studio", monday("12:00", "13:00"), block_id="K-1"))
    states.append(states[-1].cancel("B-1", now=NOW))
    states.append(states[-1].unblock("K-1"))
    states.append(states[-1].with_catalogue(states[-1].catalogue.add(a_member("eve"))))

    assert [state.version for state in states] == list(range(7))
    assert [len(state.bookings) for state in states] == [0, 1, 2, 2, 2, 2, 2]
    assert [len(state.blocks) for state in states] == [0, 0, 0, 1, 1, 0, 0]
    assert [offered(state, "yoga").count("09:00") for state in states] == [1, 1, 0, 0, 1, 1, 1]
    assert [offered(state, "yoga").count("12:00") for state in states] == [1, 1, 1, 0, 0, 1, 1]
    assert list(listing) == list(start.free_slots(request, within=WHOLE_DAY, now=NOW))
    for state in states:
        state.check()


def test_the_mappings_cannot_be_written_to():
    scheduler = a_scheduler(bookings=[a_booking()])

    with pytest.raises(TypeError):
        scheduler.bookings["B-2"] = a_booking("B-2")
    with pytest.raises(AttributeError):
        scheduler.version = 7
    assert list(scheduler.bookings) == ["B-1"]


def test_changing_the_input_afterwards_changes_no_scheduler():
    bookings, blocks = [a_booking()], [a_block(first="12:00", last="13:00")]
    scheduler = Scheduler(a_catalogue(a_room()), bookings, blocks)

    bookings.append(a_booking("B-2"))
    blocks.clear()

    assert (len(scheduler.bookings), len(scheduler.blocks)) == (1, 1)


# Pickling ------------------------------------------------------------------


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))]
)
def test_a_scheduler_survives_pickling_with_its_versions(again):
    state = a_scheduler(a_class(), a_member(), a_room())
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1").cancel("B-1", now=NOW)
    plan = state.plan_book(
        state.slot(state.request("yoga"), start=at("09:00"), now=NOW), booking_id="B-2", now=NOW
    )

    restored = again(state)

    assert restored == state
    assert restored.version == state.version == 2
    assert restored.apply(plan) == state.apply(plan)
    assert restored.apply(plan).version == 3
    restored.check()


# Other catalogues ----------------------------------------------------------


def test_another_catalogue_keeps_bookings_and_reports_what_no_longer_fits():
    before = a_scheduler(a_room(capacity=2), bookings=[a_booking("B-1"), a_booking("B-2")])

    after = before.with_catalogue(a_catalogue(a_room(capacity=1)))

    assert after.bookings == before.bookings
    assert rules(after.violations(now=NOW)) == [("overcommitted", "blue room")]
    assert before.violations(now=NOW) == ()
    assert after.version == 1


def test_the_same_catalogue_is_the_same_state():
    scheduler = a_scheduler(bookings=[a_booking()])

    assert scheduler.with_catalogue(a_catalogue(a_room())) is scheduler


def test_a_question_that_was_asked_is_read_anew_against_another_catalogue():
    before = a_scheduler(a_calendar(), a_room(calendar_ids=["massage"]))
    request = before.request("massage")
    after = before.with_catalogue(before.catalogue.replace(a_calendar(hours=OFFICE)))

    assert len(before.free_slots(request, within=WHOLE_DAY, now=NOW)) == 24
    assert len(after.free_slots(request, within=WHOLE_DAY, now=NOW)) == 8
    assert len(before.free_slots(request, within=WHOLE_DAY, now=NOW)) == 24


def test_a_calendar_that_becomes_a_class_shares_its_sessions_from_then_on():
    takes = {"calendar_id": "yoga", "host_ids": ["ada"]}
    before = a_scheduler(
        a_calendar("yoga", member_ids=["ada"]),
        a_member(),
        bookings=[a_booking("B-1", **takes), a_booking("B-2", **takes)],
    )

    after = before.with_catalogue(before.catalogue.replace(a_class(seats=3)))

    assert rules(before.violations(now=NOW)) == [("overcommitted", "ada")]
    assert after.violations(now=NOW) == ()
    assert after.slot(after.request("yoga"), start=at("09:00"), now=NOW).seats_left == 1
    after.check()


@pytest.mark.parametrize(
    ("bookings", "blocks"), [([a_booking()], []), ([], [a_block()]), ([a_booking()], [a_block()])]
)
def test_nothing_that_is_used_may_vanish_from_the_catalogue(bookings, blocks):
    scheduler = a_scheduler(a_room(), a_room("attic"), bookings=bookings, blocks=blocks)

    with refused(ResourceInUseError, "in_use") as caught:
        scheduler.with_catalogue(a_catalogue(a_room("attic")))
    ids = [each.id for each in (*bookings, *blocks)]
    assert (caught.value.kind, caught.value.id) == ("room", "blue room")
    assert list(caught.value.used_by) == ids
    assert len(scheduler.with_catalogue(a_catalogue(a_room())).catalogue) == 1


def test_what_was_used_only_in_the_past_may_vanish():
    scheduler = a_scheduler(a_room(), a_room("attic"), bookings=[a_booking()])
    lean = a_catalogue(a_room("attic"))

    assert "blue room" not in scheduler.with_catalogue(lean, now=at("10:00")).catalogue
    with pytest.raises(ResourceInUseError):
        scheduler.with_catalogue(lean, now=at("10:00") - US)
    with pytest.raises(ResourceInUseError):
        scheduler.with_catalogue(lean)


def test_cancelled_bookings_keep_nothing_in_the_catalogue():
    scheduler = a_scheduler(bookings=[a_booking(status="cancelled")])

    assert len(scheduler.with_catalogue(a_catalogue()).catalogue) == 0


# Removal -------------------------------------------------------------------


def test_what_nobody_uses_can_be_removed():
    before = a_scheduler(a_room(), a_room("attic"))

    after = before.remove("attic", now=NOW)

    assert [room.id for room in after.catalogue.rooms()] == ["blue room"]
    assert "attic" in before.catalogue


def test_what_bookings_to_come_use_is_only_removed_with_them():
    before = a_scheduler(
        bookings=[a_booking("B-1", "09:00", "10:00"), a_booking("B-2", "12:00", "13:00")],
        blocks=[a_block("K-1", first="20:00", last="21:00")],
    )

    with refused(ResourceInUseError, "in_use") as caught:
        before.remove("blue room", now=at("10:00"))
    assert caught.value.used_by == ("B-2", "K-1")

    after = before.remove("blue room", now=at("10:00"), cascade=True)
    assert [each.status.value for each in after.bookings.values()] == ["confirmed", "cancelled"]
    assert len(after.blocks) == 0
    assert len(after.catalogue) == 0
    assert after.violations(now=at("10:00")) == ()
    assert len(before.blocks) == 1
    after.check()


def test_a_calendar_is_removed_with_its_bookings_and_out_of_its_rooms():
    room = a_room(calendar_ids=["massage"])
    before = a_scheduler(
        a_calendar(), room, bookings=[a_booking(calendar_id="massage", room_ids=["blue room"])]
    )

    with pytest.raises(ResourceInUseError) as caught:
        before.remove("massage", now=NOW, cascade=True)
    assert caught.value.used_by == ("blue room",)
    with pytest.raises(ResourceInUseError) as caught:
        before.remove("massage", now=NOW, detach=True)
    assert caught.value.used_by == ("B-1",)

    after = before.remove("massage", now=NOW, detach=True, cascade=True)
    assert after.catalogue == a_catalogue(a_room())
    assert not after.booking("B-1").is_blocking


def test_what_is_not_there_cannot_be_removed():
    with refused(UnknownIdError, "unknown_id", "id"):
        a_scheduler().remove("nobody", now=NOW)


@pytest.mark.parametrize("name", ["detach", "cascade"])
@pytest.mark.parametrize("value", [None, 1, "yes"])
def test_what_shall_become_of_the_users_is_said_by_true_or_false(name, value):
    with refused(InvalidValueError, "flag", name):
        a_scheduler().remove("blue room", now=NOW, **{name: value})


# Plans across states -------------------------------------------------------


def a_plan(scheduler, booking_id="P", request=None):
    slot = scheduler.slot(request or a_request(), start=at("09:00"), now=NOW)
    return scheduler.plan_book(slot, booking_id=booking_id, now=NOW)


def test_a_plan_may_be_applied_where_nothing_it_rests_on_has_moved():
    scheduler = a_scheduler(a_room(), a_room("attic"))
    plan = a_plan(scheduler)

    elsewhere = scheduler.block("attic", WHOLE_DAY, block_id="K-1")
    elsewhere = elsewhere.with_catalogue(elsewhere.catalogue.add(a_member()))

    assert elsewhere.apply(plan).booking("P").room_ids == ("blue room",)


@pytest.mark.parametrize(
    "move",
    [
        lambda it: it.apply(a_plan(it, "Q")),
        lambda it: it.block("blue room", WHOLE_DAY, block_id="K-1"),
        lambda it: it.apply(a_plan(it, "Q")).cancel("Q", now=NOW).apply(a_plan(it, "R")),
        lambda it: Scheduler(Catalogue(rooms=[a_room(is_active=False)]), it.bookings.values()),
        lambda it: Scheduler(Catalogue(), it.bookings.values()),
        lambda it: it.with_catalogue(it.catalogue.replace(a_room(is_active=False))),
        lambda it: pickle.loads(pickle.dumps(it.apply(a_plan(it, "Q")))),
        lambda it: Scheduler(it.catalogue, it.apply(a_plan(it, "Q")).bookings.values()),
    ],
    ids=[
        "book",
        "block",
        "another branch",
        "reload with another catalogue",
        "reload without the room",
        "catalogue",
        "pickle",
        "reload",
    ],
)
@pytest.mark.parametrize("history", [[], [a_booking("B-0", "07:00", "08:00")]], ids=["new", "old"])
def test_a_plan_is_refused_where_something_it_rests_on_has_moved(move, history):
    before = a_scheduler(bookings=history)
    plan = a_plan(before)
    after = move(before)
    kept = pickle.dumps(after)

    with refused(StaleLedgerError, "stale") as caught:
        after.apply(plan)

    assert caught.value.subject == "blue room"
    assert pickle.dumps(after) == kept


def test_a_plan_holds_wherever_all_that_it_rests_on_is_the_same_again():
    before = a_scheduler()
    plan = a_plan(before)

    again = before.apply(a_plan(before, "Q")).cancel("Q", now=NOW)

    assert set(again.apply(plan).bookings) == {"P", "Q"}
    assert again.apply(plan).violations(now=NOW) == ()


def test_a_plan_for_a_calendar_rests_on_the_calendar_too():
    before = a_scheduler(a_calendar(), a_room(calendar_ids=["massage"]))
    plan = a_plan(before, request=before.request("massage"))

    for after in (
        before.block("massage", WHOLE_DAY, block_id="K-1"),
        before.with_catalogue(before.catalogue.replace(a_calendar(is_active=False))),
    ):
        with refused(StaleLedgerError, "stale") as caught:
            after.apply(plan)
        assert caught.value.subject == "massage"


def test_the_same_history_read_again_takes_the_same_plans():
    bookings = [a_booking("B-1", "07:00", "08:00"), a_booking("B-2", "12:00", "13:00")]
    plan = a_plan(a_scheduler(bookings=bookings))

    again = a_scheduler(bookings=bookings[::-1])

    assert set(again.apply(plan).bookings) == {"B-1", "B-2", "P"}


def test_an_empty_plan_gives_the_same_state():
    scheduler = a_scheduler(bookings=[a_booking(status="cancelled")])

    assert scheduler.apply(scheduler.plan_cancel("B-1", now=NOW)) is scheduler


def test_a_booking_of_unknown_things_keeps_its_history():
    booking = Booking("B-1", at("09:00"), at("10:00"), host_ids=["nobody"])
    scheduler = a_scheduler(bookings=[booking])

    assert rules(scheduler.violations(now=NOW)) == [("unknown_resource", "nobody")]
    assert not scheduler.cancel("B-1", now=NOW).booking("B-1").is_blocking
    assert Block("K", "blue room", WHOLE_DAY) not in scheduler.blocks.values()
    assert scheduler.explain(a_request(all_of("blue room")), start=at("09:00"), now=NOW) == ()

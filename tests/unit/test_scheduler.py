"""The facade: what it holds, what it answers, and that a kept state never changes."""

from __future__ import annotations

import copy
import pickle

import pytest

from bookable import (
    Block,
    Booking,
    Buffers,
    InvalidValueError,
    OutOfService,
    ResourceInUseError,
    Scheduler,
    StaleLedgerError,
    UnknownIdError,
    all_of,
)
from tests.support.builders import (
    HOUR,
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
    an_item,
    at,
    booked,
    clocks,
    minutes,
    monday,
    offered,
    refused,
    rules,
)


def ends(intervals):
    return [(f"{each.start:%H:%M}", f"{each.end:%H:%M}") for each in intervals]


# What there is -------------------------------------------------------------


def test_a_scheduler_holds_its_catalogue_bookings_and_blocks():
    scheduler = a_scheduler(bookings=[a_booking()], blocks=[a_block()])

    assert scheduler.catalogue == a_catalogue(a_room())
    assert list(scheduler.bookings) == ["B-1"]
    assert dict(scheduler.blocks) == {"K-1": a_block()}
    assert scheduler.booking("B-1").id == "B-1"
    assert scheduler.version == 0
    assert repr(scheduler) == "<Scheduler version 0: 1 entries, 1 bookings, 1 blocks>"
    scheduler.check()


def test_an_unknown_booking_is_refused():
    with refused(UnknownIdError, "unknown_id", "booking_id"):
        a_scheduler().booking("B-1")


def test_bookings_that_tell_no_buffers_get_those_of_the_catalogue():
    entries = [
        a_calendar(buffer_before=minutes(5), buffer_after=minutes(10)),
        a_room("own", buffer_before=HOUR),
        a_room("blue room"),
        an_item("table", buffer_after=0 * HOUR),
        a_member(),
    ]
    takes = {
        "host_ids": ["ada"],
        "room_ids": ["own", "blue room", "gone"],
        "equipment": {"table": 1},
    }

    with_calendar = a_booking("B-1", calendar_id="massage", **takes)
    without = a_booking("B-2", **takes)
    lost = a_booking("B-3", calendar_id="ada", room_ids=["own"])
    scheduler = a_scheduler(*entries, bookings=[with_calendar, without, lost])

    five_ten = Buffers(minutes(5), minutes(10))
    assert scheduler.booking("B-1").buffers == {
        "ada": five_ten,
        "blue room": five_ten,
        "gone": five_ten,
        "own": Buffers(HOUR, minutes(10)),
        "table": Buffers(minutes(5), 0 * HOUR),
    }
    assert scheduler.booking("B-2").buffers == {
        "ada": Buffers(),
        "blue room": Buffers(),
        "gone": Buffers(),
        "own": Buffers(HOUR, 0 * HOUR),
        "table": Buffers(),
    }
    assert scheduler.booking("B-3").buffers == {"own": Buffers(HOUR, 0 * HOUR)}


def test_buffers_that_a_booking_tells_are_kept():
    booking = a_booking(buffers={"blue room": Buffers(US, US)})

    scheduler = a_scheduler(a_room(buffer_before=HOUR), bookings=[booking])

    assert scheduler.booking("B-1") == booking
    assert (
        a_scheduler(a_room(buffer_before=HOUR), bookings=[a_booking(buffers={})])
        .booking("B-1")
        .buffers
        == {}
    )


@pytest.mark.parametrize(
    ("bookings", "blocks", "kind", "code", "field"),
    [
        ([a_booking(), a_booking()], [], InvalidValueError, "duplicate_id", "bookings: id"),
        ([], [a_block(), a_block()], InvalidValueError, "duplicate_id", "blocks: id"),
        ([], [a_block(resource_id="gone")], UnknownIdError, "unknown_id", "blocks: resource_id"),
        ([a_block()], [], InvalidValueError, "type", "bookings"),
        ([], [a_booking()], InvalidValueError, "type", "blocks"),
        (None, [], InvalidValueError, "type", "bookings"),
        ([], 3, InvalidValueError, "type", "blocks"),
    ],
)
def test_a_history_that_cannot_be_one_is_refused(bookings, blocks, kind, code, field):
    with refused(kind, code, field):
        a_scheduler(bookings=bookings, blocks=blocks)


def test_a_history_that_breaks_capacities_loads_and_is_reported():
    scheduler = a_scheduler(bookings=[a_booking("B-1"), a_booking("B-2")])

    assert rules(scheduler.violations(now=NOW)) == [("overcommitted", "blue room")]
    assert "11:00" in clocks(scheduler.free_slots(a_request(), within=WHOLE_DAY, now=NOW))
    assert rules(scheduler.cancel("B-1", now=NOW).violations(now=NOW)) == []


def test_states_that_mean_the_same_are_equal_whatever_their_history():
    one = a_scheduler(bookings=[a_booking("B-1"), a_booking("B-2", "11:00", "12:00")])
    other = a_scheduler(bookings=[a_booking("B-2", "11:00", "12:00"), a_booking("B-1")])
    there_and_back = one.block("blue room", monday("20:00", "21:00"), block_id="K").unblock("K")

    assert one == other == there_and_back
    assert hash(one) == hash(other) == hash(there_and_back)
    assert there_and_back.version == 2
    assert one != a_scheduler(bookings=[a_booking("B-1")])
    assert one != a_scheduler(a_room(capacity=2), bookings=one.bookings.values())
    assert one != one.block("blue room", monday("20:00", "21:00"), block_id="K")
    assert one != "state"


# Questions -----------------------------------------------------------------


def test_a_request_for_a_calendar_is_checked_against_it():
    scheduler = a_scheduler(
        a_calendar(member_ids=["ada"], durations=[2 * HOUR]), a_member("ada"), a_member("eve")
    )

    request = scheduler.request("massage", party_size=3, duration=2 * HOUR, host_ids=iter(["ada"]))

    assert (request.calendar_id, request.party_size, request.duration) == ("massage", 3, 2 * HOUR)
    assert request.host_ids == ("ada",)
    assert scheduler.request("massage").duration == HOUR
    with refused(UnknownIdError, "unknown_id", "calendar_id"):
        scheduler.request("sauna")
    with refused(UnknownIdError, "unknown_id", "host_ids"):
        scheduler.request("massage", host_ids=["eve"])
    with refused(InvalidValueError, "duration", "duration"):
        scheduler.request("massage", duration=3 * HOUR)


def test_a_question_may_leave_bookings_out_of_account():
    scheduler = a_scheduler(bookings=[a_booking("B-1"), a_booking("B-2", "09:30", "10:30")])
    request = a_request()

    def first(**options):
        return scheduler.first_slot(request, within=monday("09:00", "12:00"), now=NOW, **options)

    assert first().start == at("11:00")
    assert first(ignoring=["B-1"]).start == at("11:00")
    assert first(ignoring=["B-2"]).start == at("10:00")
    assert first(ignoring=["B-1", "B-2", "B-1"]).start == at("09:00")
    assert scheduler.explain(request, start=at("09:00"), now=NOW, ignoring=["B-1", "B-2"]) == ()
    both = ["B-1", "B-2"]
    assert scheduler.slot(request, start=at("09:00"), now=NOW, ignoring=both).seats_left == 1
    periods = scheduler.free_periods(
        request, within=monday("09:00", "11:00"), now=NOW, ignoring=both
    )
    assert ends(periods) == [("09:00", "11:00")]
    starts = scheduler.start_periods(
        request, within=monday("09:00", "11:00"), now=NOW, ignoring=both
    )
    assert ends(starts) == [("09:00", "11:00")]
    with refused(UnknownIdError, "unknown_id", "ignoring"):
        first(ignoring=["B-9"])


def test_ignoring_a_cancelled_booking_changes_nothing():
    scheduler = a_scheduler(bookings=[a_booking(status="cancelled"), a_booking("B-2")])

    slots = scheduler.free_slots(
        a_request(), within=monday("09:00", "11:00"), now=NOW, ignoring=["B-1"]
    )

    assert clocks(slots) == ["10:00"]


def test_an_agenda_lists_the_blocking_bookings_by_start_and_then_by_id():
    bookings = [
        a_booking("B-4", "09:00", "12:00"),
        a_booking("B-3", "09:00", "10:00"),
        a_booking("B-2", "08:00", "09:30"),
        a_booking("B-1", "10:00", "11:00", status="pending"),
        a_booking("B-0", "09:00", "10:00", status="cancelled"),
        a_booking("B-9", "09:00", "10:00", room_ids=["red room"]),
    ]
    scheduler = a_scheduler(a_room(), a_room("red room"), bookings=bookings)

    def agenda(first, last):
        return [each.id for each in scheduler.agenda("blue room", within=monday(first, last))]

    assert agenda("00:00", "24:00") == ["B-2", "B-3", "B-4", "B-1"]
    assert agenda("10:00", "10:01") == ["B-4", "B-1"]
    assert agenda("09:59", "10:00") == ["B-3", "B-4"]
    assert agenda("12:00", "13:00") == []
    assert agenda("07:00", "08:00") == []
    assert scheduler.agenda("blue room", within=WHOLE_DAY)[0] == scheduler.booking("B-2")


def test_an_agenda_counts_time_and_not_buffers():
    buffers = {"blue room": Buffers(HOUR, HOUR)}
    bookings = [a_booking("B-1", buffers=buffers), a_booking("B-0", "09:30", "11:00")]
    scheduler = a_scheduler(bookings=bookings)

    assert scheduler.agenda("blue room", within=monday("08:00", "09:00")) == ()
    assert [each.id for each in scheduler.agenda("blue room", within=WHOLE_DAY)] == ["B-1", "B-0"]
    assert [each.id for each in scheduler.agenda("blue room", within=monday("10:00", "10:30"))] == [
        "B-0"
    ]


def test_an_agenda_may_be_that_of_a_calendar_or_of_something_that_is_gone():
    bookings = [a_booking("B-1", calendar_id="massage"), a_booking("B-2", room_ids=["gone"])]
    scheduler = a_scheduler(a_calendar(), a_room(), bookings=bookings)

    assert [each.id for each in scheduler.agenda("massage", within=WHOLE_DAY)] == ["B-1"]
    assert [each.id for each in scheduler.agenda("gone", within=WHOLE_DAY)] == ["B-2"]
    assert scheduler.agenda("blue room", within=WHOLE_DAY) == ()
    with refused(UnknownIdError, "unknown_id", "resource_id"):
        scheduler.agenda("never", within=WHOLE_DAY)


def test_free_busy_is_where_nothing_is_left():
    slices = [OutOfService(monday("15:00", "16:00"), 3)]
    entries = [
        a_room("blue room", 3),
        a_room("cell", 9, max_concurrent=1),
        a_member(),
        an_item("table", 3, out_of_service=1),
        an_item("lamp", 3, out_of_service=slices),
    ]
    takes = {
        "room_ids": ["blue room", "cell"],
        "host_ids": ["ada"],
        "equipment": {"table": 2, "lamp": 1},
    }
    bookings = [
        a_booking("B-1", "09:00", "11:00", party_size=2, **takes),
        a_booking("B-2", "10:00", "12:00", party_size=1, room_ids=["blue room"]),
    ]
    scheduler = a_scheduler(*entries, bookings=bookings)

    def busy(resource_id):
        return ends(scheduler.free_busy(resource_id, within=WHOLE_DAY, now=NOW))

    assert busy("blue room") == [("10:00", "11:00")]
    assert busy("cell") == busy("ada") == busy("table") == [("09:00", "11:00")]
    assert busy("lamp") == [("15:00", "16:00")]


def test_free_busy_counts_buffers_and_blocks_and_is_clipped_to_the_window():
    booking = a_booking(buffers={"blue room": Buffers(minutes(15), minutes(30))})
    scheduler = a_scheduler(
        a_room(),
        a_calendar(hours=OFFICE),
        bookings=[booking],
        blocks=[a_block(first="10:15", last="11:00"), a_block("K-2", "massage", "12:00", "13:00")],
    )

    def busy(resource_id, first="00:00", last="24:00"):
        return ends(scheduler.free_busy(resource_id, within=monday(first, last), now=NOW))

    assert busy("blue room") == [("08:45", "11:00")]
    assert busy("blue room", "09:00", "10:45") == [("09:00", "10:45")]
    assert busy("massage") == [("12:00", "13:00")]
    with refused(UnknownIdError, "unknown_id", "resource_id"):
        busy("never")


def test_questions_change_nothing_and_may_be_asked_in_any_order():
    scheduler = a_scheduler(
        a_class(), a_member(), bookings=[a_booking(calendar_id="yoga", host_ids=["ada"])]
    )
    kept = pickle.dumps(scheduler)
    request = scheduler.request("yoga")

    answers = [
        (
            list(scheduler.free_slots(request, within=WHOLE_DAY, now=NOW)),
            scheduler.explain(request, start=at("09:30"), now=NOW),
            scheduler.agenda("ada", within=WHOLE_DAY),
            scheduler.free_busy("ada", within=WHOLE_DAY, now=NOW),
            scheduler.violations(now=NOW),
        )
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert pickle.dumps(scheduler) == kept


def test_many_different_questions_do_not_pile_up():
    scheduler = a_scheduler()
    for number in range(300):
        request = a_request(party_size=1, duration=(number + 1) * minutes(1))
        assert scheduler.explain(request, start=at("09:00"), now=NOW) == ()

    assert 0 < len(scheduler._questions) <= 256


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
        lambda it: it.apply(a_plan(it, "Q")).cancel("Q", now=NOW),
        lambda it: it.with_catalogue(it.catalogue.replace(a_room(is_active=False))),
        lambda it: pickle.loads(pickle.dumps(it.apply(a_plan(it, "Q")))),
        lambda it: Scheduler(it.catalogue, it.apply(a_plan(it, "Q")).bookings.values()),
    ],
    ids=["book", "block", "book and cancel", "catalogue", "pickle", "reload"],
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

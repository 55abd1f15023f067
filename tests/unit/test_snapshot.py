"""The questions of a state: what it holds, and what it answers without ever changing."""

from __future__ import annotations

import pickle

import pytest

from bookable import (
    Buffers,
    InvalidValueError,
    OutOfService,
    UnknownIdError,
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
    clocks,
    minutes,
    monday,
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


def test_an_agenda_of_a_room_ends_where_the_room_was_given_up():
    scheduler = a_scheduler(
        a_room("hall", parts=["half"]),
        a_room("half"),
        a_member("ada"),
        bookings=[a_booking(host_ids=["ada"], room_ids=["hall"], rooms_until=at("09:10"))],
    )
    first, rest = monday("09:00", "09:10"), monday("09:10", "10:00")

    for key in ("hall", "half", "ada"):
        assert [each.id for each in scheduler.agenda(key, within=first)] == ["B-1"]
    assert [key for key in ("hall", "half", "ada") if scheduler.agenda(key, within=rest)] == ["ada"]

"""Busy times of several subjects: told by kind, and heard as blocks of the source that tells them."""

from __future__ import annotations

import attrs
import pytest

from bookable import (
    Block,
    Buffers,
    BusyTime,
    FreeBusy,
    IdConflictError,
    InvalidValueError,
    LimitExceededError,
    OutOfService,
    Room,
    UnknownIdError,
)
from bookable.limits import LONGEST_ID, MOST_FREE_BUSY
from tests.support.builders import (
    NOW,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    minutes,
    monday,
    refused,
)

ADA = a_member("ada")


def told(scheduler, *ids, within=WHOLE_DAY, now=NOW):
    return scheduler.busy_times(ids, within=within, now=now)


def shown(free_busy, subject="ada"):
    return [
        (f"{each.interval.start:%H:%M}", f"{each.interval.end:%H:%M}", each.kind.value)
        for each in free_busy.busy[subject]
    ]


def of_ada(scheduler, **asked):
    return shown(told(scheduler, "ada", **asked))


def a_hold(id="H", first="09:00", last="10:00", **fields):
    times = {"created_at": NOW, "expires_at": NOW + minutes(5)}
    return a_booking(id, first, last, status="hold", **times, **fields)


# Told ------------------------------------------------------------------------


def test_blocks_are_told_by_their_kind_with_their_buffers():
    scheduler = a_scheduler(
        ADA,
        blocks=[
            attrs.evolve(a_block("K-1", "ada"), kind="tentative", buffer_after=minutes(30)),
            attrs.evolve(a_block("K-2", "ada", "10:00", "11:00"), kind="out_of_office"),
            attrs.evolve(a_block("K-3", "ada", "10:30", "12:00"), kind="elsewhere"),
            attrs.evolve(a_block("K-4", "ada", "12:00", "13:00"), kind="free"),
            attrs.evolve(a_block("K-5", "ada", "23:00", "24:00"), kind="maintenance"),
        ],
    )

    assert of_ada(scheduler) == [
        ("09:00", "10:00", "tentative"),
        ("10:00", "11:00", "out_of_office"),
        ("11:00", "12:00", "elsewhere"),
        ("23:00", "00:00", "maintenance"),
    ]
    assert of_ada(scheduler, within=monday("09:30", "10:15")) == [
        ("09:30", "10:00", "tentative"),
        ("10:00", "10:15", "out_of_office"),
    ]


def test_bookings_are_told_with_their_buffers_and_only_while_they_last():
    kept = {"ada": Buffers(minutes(15), minutes(30))}
    scheduler = a_scheduler(
        ADA,
        bookings=[
            a_booking("B-1", host_ids=["ada"], buffers=kept),
            a_booking("B-2", "12:00", "13:00", host_ids=["ada"], status="cancelled"),
        ],
    )

    assert of_ada(scheduler) == [("08:45", "10:30", "busy")]


def test_holds_and_what_waits_for_approval_are_tentative_until_they_are_gone():
    scheduler = a_scheduler(
        ADA,
        bookings=[
            a_hold(host_ids=["ada"]),
            a_booking("B-1", "11:00", "12:00", host_ids=["ada"], status="pending"),
            a_booking("B-2", "11:30", "13:00", host_ids=["ada"]),
        ],
    )

    assert of_ada(scheduler) == [
        ("09:00", "10:00", "tentative"),
        ("11:00", "11:30", "tentative"),
        ("11:30", "13:00", "busy"),
    ]
    assert of_ada(scheduler, now=NOW + minutes(5))[0] == ("11:00", "11:30", "tentative")


def test_a_room_is_busy_when_it_is_full_and_tentative_where_that_may_change():
    room = a_room("hall", 3)
    scheduler = a_scheduler(
        room,
        bookings=[
            a_booking("B-1", "09:00", "12:00", room_ids=["hall"], party_size=2),
            a_booking("B-2", "10:00", "11:00", room_ids=["hall"], status="pending"),
            a_booking("B-3", "10:30", "11:30", room_ids=["hall"]),
        ],
    )

    assert shown(told(scheduler, "hall"), "hall") == [
        ("10:00", "10:30", "tentative"),
        ("10:30", "11:30", "busy"),
    ]


def test_rooms_that_share_a_part_are_busy_together():
    scheduler = a_scheduler(
        Room("left", 4),
        Room("hall", 8, parts=["left"]),
        bookings=[
            a_booking("B-1", room_ids=["left"]),
            a_booking("B-2", "11:00", "12:00", room_ids=["left"], status="pending"),
        ],
        blocks=[a_block("K", "left", "14:00", "15:00")],
    )

    found = told(scheduler, "hall", "left")
    assert shown(found, "hall") == [
        ("09:00", "10:00", "busy"),
        ("11:00", "12:00", "tentative"),
        ("14:00", "15:00", "busy"),
    ]
    assert shown(found, "left") == [("14:00", "15:00", "busy")]


def test_equipment_that_is_broken_is_busy():
    broken = [OutOfService(monday("09:00", "10:00"), 3)]
    scheduler = a_scheduler(an_item("table", 3, out_of_service=broken))

    assert shown(told(scheduler, "table"), "table") == [("09:00", "10:00", "busy")]


def test_a_calendar_is_busy_while_it_is_blocked():
    scheduler = a_scheduler(
        ADA,
        a_calendar(member_ids=["ada"]),
        bookings=[
            a_booking(calendar_id="massage", host_ids=["ada"]),
            a_hold(first="13:00", last="14:00", calendar_id="massage", host_ids=["ada"]),
        ],
        blocks=[a_block("K", "massage", "11:00", "12:00")],
    )

    assert shown(told(scheduler, "massage"), "massage") == [("11:00", "12:00", "busy")]


def test_a_session_stays_busy_while_one_of_its_bookings_is_sure():
    yoga = {"calendar_id": "yoga", "host_ids": ["ada"]}
    scheduler = a_scheduler(
        ADA,
        a_class(),
        bookings=[
            a_booking("B-1", **yoga),
            a_booking("B-2", status="pending", **yoga),
            a_booking("B-3", "11:00", "12:00", status="pending", **yoga),
        ],
    )

    assert of_ada(scheduler) == [("09:00", "10:00", "busy"), ("11:00", "12:00", "tentative")]


def test_one_bad_id_does_not_spoil_the_others():
    scheduler = a_scheduler(ADA, blocks=[a_block("K", "ada")])
    found = told(scheduler, "nobody", "ada")

    assert shown(found) == [("09:00", "10:00", "busy")]
    assert found.unknown == {"nobody": "not_found"}
    assert found.within == WHOLE_DAY
    assert told(scheduler).subjects == ()


@pytest.mark.parametrize("kind", ["elsewhere", "tentative", "busy", "maintenance"])
def test_what_blocks_is_what_free_busy_tells(kind):
    scheduler = a_scheduler(
        ADA,
        bookings=[a_hold(host_ids=["ada"]), a_booking("B", "09:30", "11:00", host_ids=["ada"])],
        blocks=[attrs.evolve(a_block("K", "ada", "10:00", "14:00"), kind=kind)],
    )
    within = monday("09:15", "13:00")

    found = told(scheduler, "ada", within=within).times("ada")
    assert found == scheduler.free_busy("ada", within=within, now=NOW)


def test_only_so_many_are_asked_at_once():
    scheduler = a_scheduler(ADA)
    ids = [f"m-{number}" for number in range(MOST_FREE_BUSY)]
    assert len(told(scheduler, *ids).unknown) == MOST_FREE_BUSY
    assert len(told(scheduler, *ids, ids[0]).unknown) == MOST_FREE_BUSY

    with refused(LimitExceededError, "limit_exceeded") as caught:
        told(scheduler, *ids, "ada")
    assert (caught.value.needed, caught.value.allowed) == (MOST_FREE_BUSY + 1, MOST_FREE_BUSY)


# Heard -------------------------------------------------------------------------


def heard(within, *times, **others):
    return FreeBusy(
        within, {"ada": [BusyTime(monday(a, b), kind) for a, b, kind in times]}, **others
    )


MORNING = monday("09:00", "12:00")
TOLD = heard(MORNING, ("09:30", "10:00", "busy"), ("10:00", "11:00", "tentative"))


def test_what_a_source_tells_becomes_its_blocks():
    state = a_scheduler(ADA).with_busy_times(TOLD, source="google")

    assert [(each.resource_id, each.source, each.kind.value) for each in state.blocks.values()] == [
        ("ada", "google", "busy"),
        ("ada", "google", "tentative"),
    ]
    assert told(state, "ada", within=MORNING) == TOLD
    assert all(len(key) <= LONGEST_ID for key in state.blocks)
    assert state.version == 1
    state.check()


def test_telling_the_same_again_changes_nothing():
    state = a_scheduler(ADA).with_busy_times(TOLD, source="google")

    assert state.with_busy_times(TOLD, source="google") is state
    other = a_scheduler(ADA).with_busy_times(TOLD, source="google")
    assert other == state
    moved = state.with_busy_times(heard(MORNING), source="google")
    assert dict(moved.blocks) == {}
    assert moved.with_busy_times(TOLD, source="google") == state


def test_only_blocks_of_that_source_and_subject_give_way():
    blocks = [
        attrs.evolve(a_block("K-1", "ada"), source="google"),
        attrs.evolve(a_block("K-2", "ada"), source="outlook"),
        a_block("K-3", "ada"),
        attrs.evolve(a_block("K-4", "bob"), source="google"),
        attrs.evolve(a_block("K-5", "ada", "12:00", "13:00"), source="google"),
    ]
    state = a_scheduler(ADA, a_member("bob"), blocks=blocks)

    after = state.with_busy_times(heard(MORNING), source="google")

    assert set(after.blocks) == {"K-2", "K-3", "K-4", "K-5"}


UNREAD = FreeBusy(MORNING, {}, {"ada": "no permission", "nobody": "not_found"})


def test_who_is_unknown_keeps_what_was_known_and_is_blocked():
    block = attrs.evolve(a_block("K-1", "ada"), source="google")
    state = a_scheduler(ADA, blocks=[block])

    after = state.with_busy_times(UNREAD, source="google")

    new = next(each for key, each in after.blocks.items() if key != "K-1")
    assert after.blocks["K-1"] == block
    assert (new.resource_id, new.interval, new.kind, new.source) == (
        ("ada", MORNING, "unknown", "google")
    )
    assert new.metadata == {"reason": "no permission"}
    assert after.with_busy_times(UNREAD, source="google") is after
    after.check()


def test_another_reason_takes_the_place_of_the_one_before():
    state = a_scheduler(ADA).with_busy_times(UNREAD, source="google")

    after = state.with_busy_times(FreeBusy(MORNING, {}, {"ada": ""}), source="google")
    assert [dict(each.metadata) for each in after.blocks.values()] == [{}]
    assert told(after, "ada").unknown == {"ada": "not_read"}


def test_once_it_is_told_nothing_is_unknown_any_more():
    state = a_scheduler(ADA).with_busy_times(TOLD, source="google")
    unread = state.with_busy_times(UNREAD, source="google")

    assert unread.with_busy_times(TOLD, source="google") == state
    assert unread.with_busy_times(heard(MORNING), source="outlook").blocks == unread.blocks
    # In its window alone: what nobody read around it is as unknown as before.
    part = unread.with_busy_times(heard(monday("10:00", "11:00")), source="google")
    assert [each.interval for each in part.blocks.values() if each.kind == "unknown"] == [
        monday("09:00", "10:00"),
        monday("11:00", "12:00"),
    ]


def test_who_could_not_be_read_is_told_as_unknown_where_a_block_meets_the_window():
    state = a_scheduler(ADA, a_member("bob")).with_busy_times(UNREAD, source="google")
    state = state.block("bob", monday("10:00", "11:00"), block_id="K", kind="unknown")

    found = told(state, "ada", "bob", "nobody")
    assert found.unknown == {"ada": "no permission", "bob": "not_read", "nobody": "not_found"}
    assert told(state, "ada", within=monday("12:00", "13:00")).busy == {"ada": ()}
    assert [*state.free_busy("ada", within=WHOLE_DAY, now=NOW)] == [MORNING]


def test_a_room_that_shares_a_part_with_one_is_unknown():
    state = a_scheduler(Room("left", 4), Room("hall", 8, parts=["left"]))
    after = state.with_busy_times(FreeBusy(MORNING, {}, {"left": "timeout"}), source="google")

    assert told(after, "hall", "left").unknown == {"hall": "timeout", "left": "timeout"}


def test_nobody_is_told_to_be_busy_in_an_unknown_way():
    with refused(InvalidValueError, "kind", "kind"):
        BusyTime(MORNING, "unknown")


def test_what_lies_outside_the_window_stays():
    old = Block("K", "ada", monday("08:00", "14:00"), "tentative", "google", metadata={"e": "1"})
    state = a_scheduler(ADA, blocks=[old])

    after = state.with_busy_times(heard(MORNING, ("10:00", "11:00", "busy")), source="google")

    assert of_ada(after) == [
        ("08:00", "09:00", "tentative"),
        ("10:00", "11:00", "busy"),
        ("12:00", "14:00", "tentative"),
    ]
    pieces = [each for each in after.blocks.values() if each.kind.value == "tentative"]
    assert [each.metadata for each in pieces] == [{"e": "1"}, {"e": "1"}]
    assert (
        after.with_busy_times(heard(MORNING, ("10:00", "11:00", "busy")), source="google") is after
    )


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # The body sticks out on one side, with the whole of its buffer there.
        ("08:00", "10:00", [("08:00", "09:00", 15, 0)]),
        ("11:00", "13:00", [("12:00", "13:00", 0, 30)]),
        ("08:00", "13:00", [("08:00", "09:00", 15, 0), ("12:00", "13:00", 0, 30)]),
        # The body is outside, and some of a buffer inside.
        ("08:00", "08:50", [("08:00", "08:50", 15, 10)]),
        ("12:10", "13:00", [("12:10", "13:00", 10, 30)]),
        # Only some of a buffer is outside: that is blocked.
        ("09:10", "10:00", [("08:55", "09:00", 0, 0)]),
        ("11:00", "11:45", [("12:00", "12:15", 0, 0)]),
        ("09:00", "10:00", [("08:45", "09:00", 0, 0)]),
        ("11:00", "12:00", [("12:00", "12:30", 0, 0)]),
        # Nothing is.
        ("09:15", "11:30", []),
    ],
)
def test_what_sticks_out_keeps_its_buffers_there(first, last, expected):
    buffers = {"buffer_before": minutes(15), "buffer_after": minutes(30)}
    old = Block("K", "ada", monday(first, last), source="google", **buffers)
    state = a_scheduler(ADA, blocks=[old])

    after = state.with_busy_times(heard(MORNING), source="google")

    found = [
        (
            f"{each.interval.start:%H:%M}",
            f"{each.interval.end:%H:%M}",
            each.buffer_before // minutes(1),
            each.buffer_after // minutes(1),
        )
        for each in after.blocks.values()
    ]
    assert found == expected
    for within in (monday("00:00", "09:00"), monday("12:00", "24:00")):
        assert of_ada(after, within=within) == of_ada(state, within=within)
    assert of_ada(after, within=MORNING) == []
    after.check()


def test_blocks_next_to_the_window_stay_as_they_are():
    blocks = [
        attrs.evolve(a_block("K-1", "ada", "08:00", "09:00"), source="google"),
        attrs.evolve(a_block("K-2", "ada", "12:00", "13:00"), source="google"),
    ]
    state = a_scheduler(ADA, blocks=blocks)

    assert state.with_busy_times(heard(MORNING), source="google") is state


def test_pieces_that_say_the_same_are_one():
    blocks = [
        Block(key, "ada", monday("08:00", last), source="google")
        for key, last in (("K-1", "10:00"), ("K-2", "11:00"))
    ]
    state = a_scheduler(ADA, blocks=blocks)

    after = state.with_busy_times(heard(MORNING), source="google")

    assert len(after.blocks) == 1
    assert of_ada(after) == [("08:00", "09:00", "busy")]


def test_a_block_of_a_part_is_not_one_of_the_whole():
    state = a_scheduler(
        Room("left", 4),
        Room("hall", 8, parts=["left"]),
        blocks=[attrs.evolve(a_block("K", "left"), source="google")],
    )

    after = state.with_busy_times(FreeBusy(MORNING, {"hall": []}), source="google")

    assert after is state


def test_a_calendar_may_be_told_of_as_well():
    state = a_scheduler(ADA, a_calendar(member_ids=["ada"]))
    busy = {"massage": [BusyTime(monday("10:00", "11:00"))]}
    state = state.with_busy_times(FreeBusy(MORNING, busy), source="google")

    request = state.request("massage")
    found = state.free_slots(request, within=MORNING, now=NOW)
    assert [f"{each.start:%H:%M}" for each in found] == ["09:00", "11:00"]


def test_bookings_that_are_in_the_way_stay_and_are_reported():
    state = a_scheduler(ADA, bookings=[a_booking(host_ids=["ada"])])
    after = state.with_busy_times(heard(MORNING, ("09:00", "10:00", "busy")), source="google")

    assert after.bookings == state.bookings
    assert [each.rule.value for each in after.violations(now=NOW)] == ["blocked"]


def test_nothing_changes_where_somebody_is_not_in_the_catalogue():
    state = a_scheduler(ADA)
    busy = {"ada": [BusyTime(monday("09:00", "10:00"))], "nobody": []}

    with refused(UnknownIdError, "unknown_id", "free_busy"):
        state.with_busy_times(FreeBusy(MORNING, busy), source="google")
    assert state == a_scheduler(ADA)


def test_an_id_that_the_host_gave_to_another_block_is_a_conflict():
    (block,) = (
        a_scheduler(ADA)
        .with_busy_times(heard(MORNING, ("09:00", "10:00", "busy")), source="google")
        .blocks.values()
    )
    taken = attrs.evolve(block, interval=monday("20:00", "21:00"))
    state = a_scheduler(ADA, blocks=[taken])

    with refused(IdConflictError, "id_conflict"):
        state.with_busy_times(heard(MORNING, ("09:00", "10:00", "busy")), source="google")


@pytest.mark.parametrize("source", ["", None, 7, "a\nb", "x" * (LONGEST_ID + 1)])
def test_a_source_has_a_name(source):
    with refused(InvalidValueError, "id", "source"):
        a_scheduler(ADA).with_busy_times(TOLD, source=source)


def test_what_is_no_free_busy_is_refused():
    with refused(InvalidValueError, "type", "free_busy"):
        a_scheduler(ADA).with_busy_times({"ada": []}, source="google")


def test_what_was_told_of_one_state_can_be_heard_in_another():
    first = a_scheduler(
        ADA,
        bookings=[
            a_booking(host_ids=["ada"]),
            a_hold(first="10:00", last="11:00", host_ids=["ada"]),
        ],
    )
    found = told(first, "ada", "nobody")

    second = a_scheduler(ADA).with_busy_times(found, source="first")

    assert of_ada(second) == of_ada(first)
    assert second.free_busy("ada", within=WHOLE_DAY, now=NOW) == first.free_busy(
        "ada", within=WHOLE_DAY, now=NOW
    )

"""Book, cancel, reschedule, block, unblock: decided again, whole, and idempotent."""

from __future__ import annotations

import attrs
import pytest

from bookable import (
    AddOn,
    Block,
    BookingRefused,
    BookingStatus,
    Buffers,
    Chain,
    FixedStarts,
    IdConflictError,
    InvalidTransitionError,
    InvalidValueError,
    Place,
    Requirement,
    Scheduler,
    Segment,
    Settings,
    UnknownIdError,
    all_of,
    any_of,
    units_of,
)
from tests.support.builders import (
    HOUR,
    NOW,
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
    minutes,
    monday,
    offered,
    refused,
    rules,
)

TITLE = {"title": "Trial lesson"}


def a_clinic(**calendar):
    """A calendar with two hosts and one room for two."""
    return a_scheduler(
        a_calendar(member_ids=["ada", "eve"], **calendar),
        a_member("ada"),
        a_member("eve"),
        a_room("blue room", 2, calendar_ids=["massage"]),
    )


def slot_at(scheduler, clock="09:00", request=None, now=NOW, **asked):
    request = request or scheduler.request("massage", **asked)
    return scheduler.slot(request, start=at(clock), now=now)


def unchanged(scheduler):
    """What must be the same after a refusal."""
    return scheduler.version, dict(scheduler.bookings), dict(scheduler.blocks), scheduler.catalogue


# Book ----------------------------------------------------------------------


def test_a_booking_keeps_what_was_asked_and_what_it_takes():
    scheduler = a_clinic(buffer_after=minutes(10))

    after = scheduler.book(
        slot_at(scheduler, party_size=2), booking_id="B-1", now=NOW, customer_id="C-7"
    )

    booking = after.booking("B-1")
    assert (booking.start, booking.end) == (at("09:00"), at("10:00"))
    assert (booking.calendar_id, booking.party_size, booking.customer_id) == ("massage", 2, "C-7")
    assert (booking.host_ids, booking.room_ids) == (("ada",), ("blue room",))
    assert (booking.status, booking.version) == (BookingStatus.CONFIRMED, 1)
    assert booking.buffers_on("ada") == Buffers(after=minutes(10))
    assert (scheduler.version, after.version) == (0, 1)
    assert len(scheduler.bookings) == 0
    assert after.violations(now=NOW) == ()


def test_what_is_booked_is_taken():
    scheduler = a_clinic()

    after = scheduler.book(slot_at(scheduler, party_size=2), booking_id="B-1", now=NOW)

    assert "09:00" not in offered(after, "massage")
    assert {"08:00", "10:00"} <= set(offered(after, "massage"))


def test_a_slot_is_no_promise_and_is_decided_again():
    scheduler = a_clinic()
    slot = slot_at(scheduler, party_size=2)
    taken = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)
    kept = unchanged(taken)

    with refused(BookingRefused, "refused") as caught:
        taken.book(slot, booking_id="B-2", now=NOW)

    assert rules(caught.value.refusals) == [("full", "blue room")]
    assert unchanged(taken) == kept


def test_a_slot_is_decided_at_the_now_of_the_booking():
    scheduler = a_clinic()
    slot = slot_at(scheduler)

    assert scheduler.book(slot, booking_id="B-1", now=at("09:00")).version == 1
    with pytest.raises(BookingRefused) as caught:
        scheduler.book(slot, booking_id="B-1", now=at("09:01"))
    assert rules(caught.value.refusals) == [("notice_too_short", "massage")]


def test_a_slot_takes_what_is_best_when_it_is_booked_and_not_when_it_was_listed():
    scheduler = a_clinic()
    slot = slot_at(scheduler)
    assert slot.allocation.host_ids == ("ada",)

    later = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)
    later = later.book(slot, booking_id="B-2", now=NOW)

    assert later.booking("B-2").host_ids == ("eve",)


def test_a_slot_may_be_booked_in_any_state_that_can_take_it():
    other = a_clinic()

    after = a_clinic().book(slot_at(other), booking_id="B-1", now=NOW)

    assert list(after.bookings) == ["B-1"]


def test_a_slot_of_a_calendar_that_is_gone_is_refused():
    slot = slot_at(a_clinic())

    with refused(UnknownIdError, "unknown_id", "calendar_id"):
        a_scheduler().book(slot, booking_id="B-1", now=NOW)


def test_the_start_of_a_slot_is_all_that_can_be_moved():
    scheduler = a_scheduler(bookings=[a_booking("B-0", "11:00", "12:00")])
    slot = slot_at(scheduler, request=a_request())

    moved = attrs.evolve(slot, start=at("10:00"))

    assert scheduler.book(moved, booking_id="B-1", now=NOW).booking("B-1").end == at("11:00")
    with pytest.raises(BookingRefused):
        scheduler.book(attrs.evolve(slot, start=at("10:01")), booking_id="B-1", now=NOW)


def test_booking_again_with_the_same_content_changes_nothing():
    scheduler = a_clinic()
    slot = slot_at(scheduler, party_size=2)
    once = scheduler.book(slot, booking_id="B-1", now=NOW, customer_id="C-7")

    assert once.book(slot, booking_id="B-1", now=NOW, customer_id="C-7") is once
    late = at("20:00")
    assert once.book(slot, booking_id="B-1", now=late, customer_id="C-7") is once
    assert once.plan_book(slot, booking_id="B-1", now=NOW, customer_id="C-7").is_empty


@pytest.mark.parametrize(
    "ask",
    [
        {"clock": "10:00"},
        {"party_size": 2},
        {"duration": 2 * HOUR},
        {"host_ids": ["eve"]},
    ],
)
def test_an_id_that_is_taken_by_another_content_is_a_conflict(ask):
    scheduler = a_clinic(durations=[2 * HOUR])
    once = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)
    kept = unchanged(once)

    with refused(IdConflictError, "id_conflict") as caught:
        once.book(slot_at(scheduler, **ask), booking_id="B-1", now=NOW)

    assert (caught.value.kind, caught.value.id) == ("booking", "B-1")
    assert unchanged(once) == kept


@pytest.mark.parametrize(("first", "second"), [("C-7", None), (None, "C-7"), ("C-7", "C-8")])
def test_an_id_that_is_taken_by_another_customer_is_a_conflict(first, second):
    scheduler = a_clinic()
    slot = slot_at(scheduler)
    once = scheduler.book(slot, booking_id="B-1", now=NOW, customer_id=first)

    with pytest.raises(IdConflictError):
        once.book(slot, booking_id="B-1", now=NOW, customer_id=second)


def test_a_booking_keeps_the_metadata_that_it_is_booked_with():
    scheduler = a_clinic()
    slot = slot_at(scheduler)
    plain = scheduler.plan_book(slot, booking_id="B-1", now=NOW)
    plan = scheduler.plan_book(slot, booking_id="B-1", now=NOW, metadata=TITLE)
    once = scheduler.book(slot, booking_id="B-1", now=NOW, metadata=TITLE)

    assert plan.bookings_after == (attrs.evolve(plain.bookings_after[0], metadata=TITLE),)
    assert (plan.taken, plan.rests_on) == (plain.taken, plain.rests_on)
    assert once == scheduler.apply(plan)
    assert scheduler.apply(plain).booking("B-1").metadata == {}


def test_other_metadata_under_the_same_id_is_a_conflict():
    scheduler = a_clinic()
    slot = slot_at(scheduler)
    once = scheduler.book(slot, booking_id="B-1", now=NOW, metadata=TITLE)

    assert once.book(slot, booking_id="B-1", now=NOW, metadata=dict(TITLE)) is once
    for other in ({}, {"title": "Another"}, {**TITLE, "notes": ""}):
        with refused(IdConflictError, "id_conflict"):
            once.book(slot, booking_id="B-1", now=NOW, metadata=other)
    bare = scheduler.book(slot, booking_id="B-1", now=NOW)
    with refused(IdConflictError, "id_conflict"):
        bare.book(slot, booking_id="B-1", now=NOW, metadata=TITLE)


def test_a_command_that_comes_again_after_a_note_changes_nothing():
    scheduler = a_clinic()
    slot = slot_at(scheduler)
    once = scheduler.book(slot, booking_id="B-1", now=NOW, metadata=TITLE)
    noted = once.annotate("B-1", metadata={"title": "Another"})

    assert noted.book(slot, booking_id="B-1", now=NOW, metadata=TITLE) is noted


def test_every_booking_of_a_chain_keeps_the_metadata():
    scheduler = a_clinic()
    chain = Chain([Segment(scheduler.request("massage"))] * 2)
    slot = scheduler.chain_slots(chain, within=WHOLE_DAY, now=NOW)[0]
    given = {"booking_ids": ["B-1", "B-2"], "now": NOW, "metadata": TITLE}
    once = scheduler.book_chain(slot, **given)

    assert [each.metadata for each in once.bookings.values()] == [TITLE, TITLE]
    assert once.book_chain(slot, **given) is once
    with refused(IdConflictError, "id_conflict"):
        once.book_chain(slot, **{**given, "metadata": {}})


def test_a_block_keeps_its_metadata():
    scheduler = a_clinic()
    given = {"resource_id": "ada", "interval": monday("09:00", "10:00"), "block_id": "K"}
    once = scheduler.block(**given, metadata=TITLE)

    assert once.blocks["K"].metadata == TITLE
    assert once.block(**given, metadata=TITLE) is once
    with refused(IdConflictError, "id_conflict"):
        once.block(**given)


def test_an_id_that_belongs_to_a_cancelled_booking_is_a_conflict():
    scheduler = a_clinic()
    slot = slot_at(scheduler)
    gone = scheduler.book(slot, booking_id="B-1", now=NOW).cancel("B-1", now=NOW)

    with pytest.raises(IdConflictError):
        gone.book(slot, booking_id="B-1", now=NOW)
    assert gone.book(slot, booking_id="B-2", now=NOW).booking("B-2").is_blocking


def test_an_id_that_belongs_to_another_calendar_is_a_conflict():
    scheduler = a_scheduler(
        a_calendar("massage"),
        a_calendar("sauna"),
        a_room("blue room", 9, calendar_ids=["massage", "sauna"]),
    )
    once = booked(scheduler, "09:00", calendar="massage", booking_id="B-1")

    with pytest.raises(IdConflictError):
        booked(once, "09:00", calendar="sauna", booking_id="B-1")
    with pytest.raises(IdConflictError):
        once.book(slot_at(once, request=a_request()), booking_id="B-1", now=NOW)


def test_a_wanted_host_who_serves_the_booking_already_is_the_same_content():
    scheduler = a_clinic()
    once = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)

    wanted = slot_at(scheduler, host_ids=["ada"])

    assert once.book(wanted, booking_id="B-1", now=NOW) is once


ENTRIES = [a_member("a"), a_member("b"), a_member("c"), a_room("blue room", 9), an_item("table", 9)]


@pytest.mark.parametrize(
    ("first", "again", "is_same"),
    [
        ([all_of("a")], [all_of("a")], True),
        ([all_of("a")], [any_of("a", "b")], True),
        ([all_of("b")], [any_of("a", "b")], True),
        ([all_of("a")], [all_of("b")], False),
        ([all_of("a")], [all_of("a", "b")], False),
        ([all_of("a", "b")], [all_of("a")], False),
        ([all_of("b")], [any_of("a", "b"), all_of("b")], False),
        ([all_of("a", "b")], [any_of("a", "b"), all_of("b")], True),
        ([all_of("a", "c")], [any_of("a", "b"), all_of("b")], False),
        ([units_of("table", 2)], [units_of("table", 2)], True),
        ([units_of("table", 2)], [units_of("table", 1), units_of("table", 1)], True),
        ([units_of("table", 1)], [units_of("table", 3)], False),
        ([units_of("table", 3)], [units_of("table", 1)], False),
        ([all_of("a"), all_of("table")], [all_of("table"), all_of("a")], True),
    ],
)
def test_without_a_calendar_the_same_content_is_what_would_have_been_taken(first, again, is_same):
    scheduler = a_scheduler(*ENTRIES)
    once = scheduler.book(slot_at(scheduler, request=a_request(*first)), booking_id="B-1", now=NOW)
    slot = slot_at(scheduler, request=a_request(*again))

    if is_same:
        assert once.book(slot, booking_id="B-1", now=NOW) is once
    else:
        with pytest.raises(IdConflictError):
            once.book(slot, booking_id="B-1", now=NOW)


def test_a_plan_to_book_is_the_booking_before_it_is_made():
    scheduler = a_clinic()

    plan = scheduler.plan_book(slot_at(scheduler), booking_id="B-1", now=NOW)

    assert plan.command == "book"
    assert [booking.id for booking in plan.bookings_after] == ["B-1"]
    assert [claim.resource_id for claim in plan.taken] == ["ada", "blue room"]
    assert set(plan.rests_on) == {"ada", "blue room", "massage"}
    assert scheduler.apply(plan) == scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)


# Cancel --------------------------------------------------------------------


def test_a_cancelled_booking_stays_known_and_gives_everything_back():
    before = a_clinic()
    taken = before.book(slot_at(before, party_size=2), booking_id="B-1", now=NOW)

    after = taken.cancel("B-1", now=NOW)

    booking = after.booking("B-1")
    assert (booking.status, booking.version) == (BookingStatus.CANCELLED, 2)
    assert booking.cancelled_at == NOW
    assert attrs.evolve(booking, status="confirmed", version=1, cancelled_at=None) == taken.booking(
        "B-1"
    )
    assert offered(after, "massage") == offered(before, "massage")
    assert after.agenda("ada", within=WHOLE_DAY) == ()
    after.check()


def test_cancelling_again_changes_nothing():
    once = a_scheduler(bookings=[a_booking()]).cancel("B-1", now=NOW)

    assert once.cancel("B-1", now=NOW) is once
    assert once.plan_cancel("B-1", now=NOW).is_empty


def test_a_pending_booking_can_be_cancelled_and_so_can_one_of_the_past():
    scheduler = a_scheduler(bookings=[a_booking(status="pending")])

    assert not scheduler.cancel("B-1", now=at("23:00")).booking("B-1").is_blocking


def test_a_plan_to_cancel_tells_what_is_given_back():
    scheduler = a_scheduler(bookings=[a_booking()])

    plan = scheduler.plan_cancel("B-1", now=NOW)

    assert [claim.resource_id for claim in plan.given_back] == ["blue room"]
    assert (plan.command, plan.taken) == ("cancel", ())


def test_an_unknown_booking_can_be_neither_cancelled_nor_moved():
    scheduler = a_scheduler()
    slot = slot_at(scheduler, request=a_request())

    with refused(UnknownIdError, "unknown_id", "booking_id"):
        scheduler.cancel("B-9", now=NOW)
    with refused(UnknownIdError, "unknown_id", "booking_id"):
        scheduler.reschedule("B-9", to=slot, now=NOW)


# Reschedule ----------------------------------------------------------------


def ahead(scheduler, clock, booking_id="B-1", **asked):
    """The slot that a booking could move to."""
    request = scheduler.request("massage", **asked)
    return scheduler.slot(request, start=at(clock), now=NOW, ignoring=[booking_id])


def test_a_moved_booking_keeps_its_id_and_customer_and_frees_its_old_time():
    scheduler = a_clinic()
    before = scheduler.book(
        slot_at(scheduler, party_size=2), booking_id="B-1", now=NOW, customer_id="C-7"
    )

    after = before.reschedule("B-1", to=ahead(before, "11:00", party_size=2), now=NOW)

    booking = after.booking("B-1")
    assert (booking.start, booking.end, booking.version) == (at("11:00"), at("12:00"), 2)
    assert (booking.customer_id, booking.status) == ("C-7", BookingStatus.CONFIRMED)
    assert "09:00" in offered(after, "massage")
    assert "11:00" not in offered(after, "massage")
    assert len(after.bookings) == 1
    assert after.version == 2
    after.check()


def test_a_booking_is_never_in_its_own_way():
    scheduler = a_clinic(slot_step=minutes(30))
    before = scheduler.book(slot_at(scheduler, party_size=2), booking_id="B-1", now=NOW)

    after = before.reschedule("B-1", to=ahead(before, "09:30", party_size=2), now=NOW)

    assert after.booking("B-1").start == at("09:30")
    assert after.violations(now=NOW) == ()


def test_a_refused_move_leaves_the_booking_where_it_is():
    scheduler = booked(a_clinic(), "11:00", calendar="massage", booking_id="B-0", party_size=2)
    before = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)
    slot = slot_at(a_clinic(), "11:00")
    kept = unchanged(before)

    with refused(BookingRefused, "refused") as caught:
        before.reschedule("B-1", to=slot, now=NOW)

    assert rules(caught.value.refusals) == [("full", "blue room")]
    assert unchanged(before) == kept


def test_moving_a_booking_to_where_it_is_changes_nothing():
    scheduler = a_clinic()
    before = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)

    assert before.reschedule("B-1", to=ahead(before, "09:00"), now=NOW) is before
    late = at("23:00")
    assert before.reschedule("B-1", to=ahead(before, "09:00"), now=late) is before


def test_a_move_may_change_party_duration_and_host_alone():
    scheduler = a_clinic(durations=[2 * HOUR])
    before = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)

    def moved(**asked):
        return before.reschedule("B-1", to=ahead(before, "09:00", **asked), now=NOW).booking("B-1")

    assert moved(party_size=2).party_size == 2
    assert moved(duration=2 * HOUR).end == at("11:00")
    assert moved(host_ids=["eve"]).host_ids == ("eve",)
    assert moved(host_ids=["ada"]) == before.booking("B-1")


def test_units_can_be_changed_by_a_move():
    scheduler = a_scheduler(an_item("table", 3))
    one, three = a_request(units_of("table", 1)), a_request(units_of("table", 3))
    before = scheduler.book(slot_at(scheduler, request=one), booking_id="B-1", now=NOW)
    slot = scheduler.slot(three, start=at("09:00"), now=NOW)

    after = before.reschedule("B-1", to=slot, now=NOW)

    assert dict(after.booking("B-1").equipment) == {"table": 3}


def test_a_cancelled_booking_cannot_be_moved():
    scheduler = a_clinic()
    gone = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW).cancel("B-1", now=NOW)
    kept = unchanged(gone)

    with refused(InvalidTransitionError, "wrong_state") as caught:
        gone.reschedule("B-1", to=slot_at(gone, "11:00"), now=NOW)

    assert (caught.value.booking_id, caught.value.status, caught.value.event) == (
        "B-1",
        "cancelled",
        "reschedule",
    )
    assert unchanged(gone) == kept


def test_a_booking_cannot_be_moved_to_another_calendar():
    scheduler = a_clinic()
    before = scheduler.book(slot_at(scheduler), booking_id="B-1", now=NOW)
    slot = before.slot(a_request(), start=at("12:00"), now=NOW)

    with refused(InvalidValueError, "other_calendar", "to"):
        before.reschedule("B-1", to=slot, now=NOW)


def test_a_pending_booking_stays_pending_when_it_moves():
    before = a_scheduler(bookings=[a_booking(status="pending")])
    slot = before.slot(a_request(), start=at("11:00"), now=NOW)

    assert before.reschedule("B-1", to=slot, now=NOW).booking("B-1").status == "pending"


def test_a_move_takes_the_buffers_of_its_new_request():
    before = a_scheduler(bookings=[a_booking(buffers={"blue room": Buffers(HOUR, HOUR)})])
    slot = before.slot(a_request(buffer_after=minutes(5)), start=at("14:00"), now=NOW)

    after = before.reschedule("B-1", to=slot, now=NOW)

    assert after.booking("B-1").buffers == {"blue room": Buffers(after=minutes(5))}


def test_a_member_of_a_session_can_leave_it_for_another():
    scheduler = a_scheduler(
        a_class(seats=2), a_member(), a_room("studio", 9, calendar_ids=["yoga"])
    )
    for number in range(2):
        scheduler = booked(scheduler, "09:00", calendar="yoga", booking_id=f"B-{number}")
    scheduler = booked(scheduler, "11:00", calendar="yoga", booking_id="B-2")
    slot = scheduler.slot(scheduler.request("yoga"), start=at("11:00"), now=NOW, ignoring=["B-0"])

    after = scheduler.reschedule("B-0", to=slot, now=NOW)

    assert "09:00" in offered(after, "yoga")
    assert "11:00" not in offered(after, "yoga")
    after.check()


def test_a_plan_to_move_gives_back_and_takes_in_one():
    before = a_scheduler(bookings=[a_booking()])
    slot = before.slot(a_request(), start=at("11:00"), now=NOW)

    plan = before.plan_reschedule("B-1", to=slot, now=NOW)

    assert [claim.footprint for claim in plan.given_back] == [monday("09:00", "10:00")]
    assert [claim.footprint for claim in plan.taken] == [monday("11:00", "12:00")]
    assert plan.command == "reschedule"
    assert before.apply(plan).booking("B-1").start == at("11:00")


# Blocks --------------------------------------------------------------------


def test_a_block_takes_time_away_until_it_is_lifted():
    scheduler = a_clinic()

    blocked = scheduler.block(
        "blue room", monday("09:30", "09:31"), block_id="K-1", kind="maintenance"
    )
    again = blocked.unblock("K-1")

    assert blocked.blocks["K-1"] == Block(
        "K-1", "blue room", monday("09:30", "09:31"), "maintenance"
    )
    assert set(offered(scheduler, "massage")) - set(offered(blocked, "massage")) == {"09:00"}
    assert again == scheduler
    assert offered(again, "massage") == offered(scheduler, "massage")
    assert [each.version for each in (scheduler, blocked, again)] == [0, 1, 2]


@pytest.mark.parametrize("subject", ["blue room", "ada", "massage", "table"])
def test_anything_in_the_catalogue_can_be_blocked(subject):
    scheduler = a_scheduler(
        a_calendar(member_ids=["ada"]),
        a_member(),
        a_room(calendar_ids=["massage"]),
        an_item(calendar_ids=["massage"]),
    )

    blocked = scheduler.block(subject, monday("09:00", "10:00"), block_id="K-1")

    assert "09:00" not in offered(blocked, "massage")
    assert {"08:00", "10:00"} <= set(offered(blocked, "massage"))


def test_a_block_is_never_refused_and_reports_the_bookings_inside():
    scheduler = a_scheduler(bookings=[a_booking()])

    blocked = scheduler.block("blue room", WHOLE_DAY, block_id="K-1")

    assert blocked.bookings == scheduler.bookings
    assert rules(blocked.violations(now=NOW)) == [("blocked", "blue room")]
    assert blocked.unblock("K-1").violations(now=NOW) == ()


def test_blocks_may_overlap_and_each_is_lifted_for_itself():
    scheduler = a_scheduler().block("blue room", monday("09:00", "11:00"), block_id="K-1")
    both = scheduler.block("blue room", monday("10:00", "12:00"), block_id="K-2")

    first = both.unblock("K-1")

    assert first.explain(a_request(), start=at("09:00"), now=NOW) == ()
    assert rules(first.explain(a_request(), start=at("10:00"), now=NOW)) == [("busy", "blue room")]


def test_the_same_block_again_changes_nothing_and_another_one_is_a_conflict():
    scheduler = a_scheduler().block("blue room", monday("09:00", "10:00"), block_id="K-1")
    kept = unchanged(scheduler)

    assert scheduler.block("blue room", monday("09:00", "10:00"), block_id="K-1") is scheduler
    for interval, kind in (
        (monday("09:00", "11:00"), "busy"),
        (monday("09:00", "10:00"), "out_of_office"),
    ):
        with refused(IdConflictError, "id_conflict") as caught:
            scheduler.block("blue room", interval, block_id="K-1", kind=kind)
        assert (caught.value.kind, caught.value.id) == ("block", "K-1")
    assert unchanged(scheduler) == kept


def test_only_what_is_known_can_be_blocked_or_lifted():
    scheduler = a_scheduler(blocks=[a_block()])

    with refused(UnknownIdError, "unknown_id", "resource_id"):
        scheduler.block("nobody", WHOLE_DAY, block_id="K-2")
    with refused(UnknownIdError, "unknown_id", "block_id"):
        scheduler.unblock("K-2")


def test_a_now_that_goes_backwards_is_accepted():
    scheduler = a_scheduler(
        a_calendar(grid=FixedStarts([at("09:00")])), a_room(calendar_ids=["massage"])
    )
    slot = scheduler.slot(scheduler.request("massage"), start=at("09:00"), now=at("08:00"))
    once = scheduler.book(slot, booking_id="B-1", now=at("08:00"))

    assert once.cancel("B-1", now=at("07:00")).version == 2
    with pytest.raises(BookingRefused):
        once.book(slot, booking_id="B-2", now=at("06:00"))


# Whether it is booked already ------------------------------------------------


def two_rooms(*entries, places=(), **calendar):
    """One calendar with a plain room in the north, and one with a camera in the south."""
    catalogue = a_catalogue(
        a_calendar(**calendar),
        a_room("r1", 2, calendar_ids=["massage"], location_id="north"),
        a_room("r2", 5, calendar_ids=["massage"], location_id="south", features=["camera"]),
        *entries,
    )
    return Scheduler(catalogue.with_settings(Settings(places)))


PLACES = [Place("site"), Place("north", parent_id="site"), Place("south", parent_id="site")]


@pytest.mark.parametrize("asked", [{"features": ["camera"]}, {"location_id": "south"}])
def test_a_move_to_another_room_at_the_same_time_takes_place(asked):
    scheduler = booked(two_rooms(), "09:00", calendar="massage", booking_id="B-1")
    assert scheduler.booking("B-1").room_ids == ("r1",)
    request = scheduler.request("massage", **asked)
    slot = scheduler.slot(request, start=at("09:00"), now=NOW, ignoring=["B-1"])
    with refused(IdConflictError, "id_conflict"):
        scheduler.book(slot, booking_id="B-1", now=NOW)
    moved = scheduler.reschedule("B-1", to=slot, now=NOW)
    assert moved.booking("B-1").room_ids == ("r2",)
    assert moved.reschedule("B-1", to=slot, now=NOW) is moved
    assert moved.book(slot, booking_id="B-1", now=NOW) is moved


def test_a_move_to_another_place_at_the_same_time_takes_place():
    scheduler = booked(
        two_rooms(places=PLACES), "09:00", calendar="massage", booking_id="B-1", location_id="north"
    )
    request = scheduler.request("massage", location_id="south")
    slot = scheduler.slot(request, start=at("09:00"), now=NOW, ignoring=["B-1"])
    moved = scheduler.reschedule("B-1", to=slot, now=NOW).booking("B-1")
    assert (moved.room_ids, moved.location_id) == (("r2",), "south")


def test_a_move_to_a_slot_with_an_add_on_takes_what_the_add_on_needs():
    kit = Requirement(["kit"])
    scheduler = a_scheduler(
        a_calendar(member_ids=["ada"], add_ons=[AddOn("care", minutes(0), [kit])]),
        a_member(),
        an_item("kit", 1),
    )
    scheduler = booked(scheduler, "09:00", calendar="massage", booking_id="B-1")
    request = scheduler.request("massage", add_on_ids=["care"])
    slot = scheduler.slot(request, start=at("09:00"), now=NOW, ignoring=["B-1"])
    moved = scheduler.reschedule("B-1", to=slot, now=NOW)
    assert moved.booking("B-1").equipment == {"kit": 1}
    assert moved.reschedule("B-1", to=slot, now=NOW) is moved


def test_a_wider_place_that_was_asked_for_is_met_by_the_narrower_one():
    scheduler = two_rooms(places=PLACES, location_id="north")
    slot = scheduler.slot(
        scheduler.request("massage", location_id="site"), start=at("09:00"), now=NOW
    )
    after = scheduler.book(slot, booking_id="B-1", now=NOW)
    assert after.booking("B-1").location_id == "north"
    assert after.book(slot, booking_id="B-1", now=NOW) is after
    assert after.reschedule("B-1", to=slot, now=NOW) is after


def test_a_host_who_attends_is_not_one_who_serves():
    team = [a_member("ada"), a_member("bob"), a_member("cem")]
    scheduler = a_scheduler(a_calendar(member_ids=["ada", "bob", "cem"]), *team)
    asked = {"host_ids": ["ada"], "attendee_ids": ["bob"]}
    scheduler = booked(scheduler, "09:00", calendar="massage", booking_id="B-1", **asked)
    other = scheduler.request("massage", host_ids=["bob", "cem"], attendee_ids=["bob"])
    slot = scheduler.slot(other, start=at("09:00"), now=NOW, ignoring=["B-1"])
    assert scheduler.reschedule("B-1", to=slot, now=NOW).booking("B-1").serving_ids == ("cem",)


# What a move keeps -----------------------------------------------------------


def test_a_move_stays_in_rooms_of_the_place():
    scheduler = booked(
        two_rooms(places=PLACES), "09:00", calendar="massage", booking_id="B-1", location_id="south"
    )
    plain = scheduler.request("massage")
    slot = scheduler.slot(plain, start=at("14:00"), now=NOW, ignoring=["B-1"])
    moved = scheduler.reschedule("B-1", to=slot, now=NOW).booking("B-1")
    assert (moved.room_ids, moved.location_id) == (("r2",), "south")


def test_a_room_that_has_moved_away_does_not_keep_a_booking_there():
    scheduler = booked(
        two_rooms(), "09:00", calendar="massage", booking_id="B-1", location_id="south"
    )
    away = a_room("r2", 5, calendar_ids=["massage"], location_id="north", features=["camera"])
    scheduler = scheduler.with_catalogue(scheduler.catalogue.replace(away))
    slot = scheduler.slot(scheduler.request("massage"), start=at("14:00"), now=NOW)
    moved = scheduler.reschedule("B-1", to=slot, now=NOW).booking("B-1")
    assert (moved.room_ids, moved.location_id) == (("r1",), "south")

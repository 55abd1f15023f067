"""Groups, what-if and repair: the public methods."""

from __future__ import annotations

import pickle
from datetime import timedelta

import attrs
import pytest

from bookable import (
    BookingRefused,
    Interval,
    InvalidValueError,
    LimitExceededError,
    Plan,
    Scheduler,
    SearchLimitError,
    UnknownIdError,
)
from bookable.errors import GroupError, InvalidTransitionError
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    monday,
    refused,
)


def a_studio(**fields):
    """Ada or Bob, in the blue room or the attic, from nine to five."""
    calendar = a_calendar(kind="round_robin", member_ids=["ada", "bob"], hours=OFFICE)
    rooms = [a_room(key, calendar_ids=["massage"]) for key in ("attic", "blue room")]
    return a_scheduler(calendar, a_member("ada"), a_member("bob"), *rooms, **fields)


def booking(state: Scheduler, clock: str, key: str):
    slot = state.slot(state.request("massage"), start=at(clock), now=NOW)
    return lambda then: then.plan_book(slot, booking_id=key, now=NOW)


def cancelling(key: str):
    return lambda then: then.plan_cancel(key, now=NOW)


# Groups ------------------------------------------------------------------------


def test_a_group_books_and_cancels_as_one_decision():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    told = [cancelling("B-1"), booking(state, "10:00", "B-2"), booking(state, "10:00", "B-3")]
    plan = state.plan_group(told)
    after = state.apply_group(told)

    assert (plan.command, plan.at) == ("group", NOW)
    assert [each.id for each in plan.bookings_before] == ["B-1"]
    assert [(each.id, each.status.value) for each in plan.bookings_after] == [
        ("B-1", "cancelled"),
        ("B-2", "confirmed"),
        ("B-3", "confirmed"),
    ]
    assert after == state.apply(plan)
    assert after.version == state.version + 1


def test_a_booking_that_is_changed_twice_is_changed_once():
    state = a_studio()
    plan = state.plan_group([booking(state, "10:00", "B-1"), cancelling("B-1")])

    assert plan.bookings_before == ()
    assert [(each.id, each.status.value, each.version) for each in plan.bookings_after] == [
        ("B-1", "cancelled", 2)
    ]
    assert plan.taken == ()


def test_blocks_that_come_and_go_in_a_group_leave_nothing_behind():
    state = a_studio(blocks=[a_block("K-1", "ada")])
    gone = Plan("unblock", blocks_before=(a_block("K-1", "ada"),))
    back = Plan("block", blocks_after=(a_block("K-1", "ada"),))
    other = Plan("block", blocks_after=(a_block("K-1", "bob"),))

    assert state.plan_group([lambda _: gone, lambda _: back]).is_empty
    after = state.apply_group([lambda _: gone, lambda _: other])
    assert dict(after.blocks) == {"K-1": a_block("K-1", "bob")}
    after.check()


def test_what_is_annotated_in_a_group_is_what_it_is_by_then():
    """A note is for no instant; what has expired when the group is decided stays so."""
    times = {"created_at": NOW - HOUR, "expires_at": NOW}
    late = a_booking("H", "12:00", "13:00", host_ids=["ada"], status="hold", **times)
    state = a_studio(bookings=[late])

    def note(then):
        return then.plan_annotate("H", metadata={"title": "Late"})

    told = [note, booking(state, "12:00", "B-1")]
    one_by_one = state.apply(note(state))
    one_by_one = one_by_one.apply(told[1](one_by_one))
    after = state.apply_group(told)

    assert after == one_by_one == state.apply_group(reversed(told))
    assert (after.booking("H").status, after.booking("H").metadata) == (
        "expired",
        {"title": "Late"},
    )
    assert state.apply_group([note, note]) == state.apply(note(state))


def test_a_group_of_nothing_changes_nothing():
    state = a_studio()

    assert state.plan_group([]).is_empty
    assert state.apply_group([]) is state


def test_a_group_of_one_is_the_command():
    state = a_studio()
    one = booking(state, "10:00", "B-1")

    assert state.plan_group([one]) == one(state)


def test_a_series_is_a_command_of_a_group():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    state = booked(state, "09:00", calendar="massage", booking_id="B-2")
    request = state.request("massage")

    def series(starts, ids):
        return lambda then: then.plan_series(
            request, [at(start) for start in starts], booking_ids=ids, now=NOW
        )

    after = state.apply_group([series(["10:00", "11:00"], ["S-1", "S-2"]), cancelling("S-1")])
    assert after.bookings["S-1"].status.value == "cancelled"
    assert after.bookings["S-2"].status.value == "confirmed"
    with pytest.raises(GroupError) as caught:
        state.apply_group([series(["11:00", "09:00"], ["S-1", "S-2"])])
    assert isinstance(caught.value.error, BookingRefused)


def test_what_fails_in_a_group_is_named_and_nothing_is_changed():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    known = dict(state.bookings)
    with refused(GroupError, "group") as caught:
        state.apply_group([cancelling("B-1"), cancelling("B-9")])
    error = caught.value

    assert error.position == 1
    assert isinstance(error.error, UnknownIdError)
    assert error.__cause__ is error.error
    assert str(error).startswith("command 1 of the group (the first is 0): booking_id: there is no")
    assert dict(state.bookings) == known
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.position, str(copy)) == (1, str(error))


def test_all_commands_of_a_group_are_decided_for_one_instant():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    later = booking(state, "10:00", "B-2")

    with pytest.raises(GroupError) as caught:
        state.apply_group([later, lambda then: then.plan_cancel("B-1", now=NOW + HOUR)])
    assert (caught.value.position, caught.value.error.code) == (1, "now")


@pytest.mark.parametrize("odd", [None, "B-1", 7, [None], ["plan_cancel"]])
def test_a_group_is_a_list_of_functions(odd):
    with refused(InvalidValueError, "type", "commands"):
        a_studio().plan_group(odd)


def test_a_command_of_a_group_answers_a_plan():
    with pytest.raises(GroupError) as caught:
        a_studio().plan_group([lambda state: state])
    assert caught.value.error.field == "commands"


def test_a_group_is_bounded():
    with pytest.raises(LimitExceededError, match="commands of a group"):
        a_studio().plan_group([cancelling("B-1")] * 1_001)


# What-if -------------------------------------------------------------------------


def closed(state: Scheduler, room_id: str) -> Scheduler:
    room = attrs.evolve(state.catalogue.room(room_id), is_active=False)
    return state.with_catalogue(state.catalogue.replace(room))


def test_what_closing_a_room_would_break_and_lose():
    state = a_studio()
    state = booked(state, "09:00", calendar="massage", booking_id="B-1")
    state = booked(state, "09:00", calendar="massage", booking_id="B-2")
    found = state.impact(closed(state, "attic"), within=WHOLE_DAY, now=NOW)

    assert [(each.booking.id, each.lost_ids) for each in found.broken] == [("B-1", ("attic",))]
    assert found.days == ()
    both = state.impact(closed(closed(state, "attic"), "blue room"), within=WHOLE_DAY, now=NOW)
    (day,) = both.days
    assert (str(day.day), day.calendar_id, len(day.lost), day.gained) == (
        "2026-03-02",
        "massage",
        7,
        (),
    )
    assert both.lost == day.lost
    assert str(both).splitlines() == [
        "2 bookings broken, 7 slots lost, 0 gained",
        "'B-1': 'attic' takes no bookings",
        "'B-2': 'blue room' takes no bookings",
        "2026-03-02 'massage': 7 slots lost, 0 gained",
    ]
    back = closed(closed(state, "attic"), "blue room").impact(state, within=WHOLE_DAY, now=NOW)
    assert (back.broken, len(back.gained)) == ((), 7)


def test_what_losing_a_person_would_break():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    lean = state.catalogue.remove("ada", detach=True)
    imported = Scheduler(lean, state.bookings.values())
    cancelled = state.remove("ada", now=NOW, detach=True, cascade=True)

    (broken,) = state.impact(imported, within=WHOLE_DAY, now=NOW).broken
    assert [each.rule.value for each in broken.violations] == ["unknown_resource"]
    assert broken.lost_ids == ("ada",)
    (broken,) = state.impact(cancelled, within=WHOLE_DAY, now=NOW).broken
    assert (broken.is_dropped, broken.violations, broken.lost_ids) == (True, (), ())
    assert str(broken) == "'B-1': it does not take place"
    without = Scheduler(lean)
    (broken,) = state.impact(without, within=WHOLE_DAY, now=NOW).broken
    assert broken.is_dropped


def test_what_is_over_or_elsewhere_is_not_broken():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    state = booked(state, "12:00", calendar="massage", booking_id="B-2")
    state = state.cancel("B-2", now=NOW)
    other = closed(state, "attic")

    assert state.impact(other, within=monday("10:00", "18:00"), now=NOW).broken == ()
    done = state.complete("B-1", at=at("10:00"))
    assert done.impact(closed(done, "attic"), within=WHOLE_DAY, now=at("10:00")).broken == ()
    assert state.impact(state, within=WHOLE_DAY, now=NOW).is_none


def test_requests_and_the_zone_of_the_days_may_be_given():
    state = a_studio()
    own = a_request()
    other = closed(state, "blue room")
    found = state.impact(
        other, [own, own], within=monday("00:00", "02:00"), now=NOW, zone="America/New_York"
    )

    (day,) = found.days
    assert (str(day.day), day.calendar_id, len(day.lost)) == ("2026-03-01", None, 2)
    assert str(day) == "2026-03-01 own requests: 2 slots lost, 0 gained"


def test_what_only_one_state_knows_is_offered_by_that_one():
    state = a_studio()
    more = Scheduler(
        state.catalogue.add(a_calendar("yoga", kind="personal", member_ids=["ada"], hours=OFFICE))
    )
    found = state.impact(more, within=WHOLE_DAY, now=NOW)

    assert [(each.calendar_id, len(each.gained)) for each in found.days] == [("yoga", 8)]
    back = more.impact(state, within=WHOLE_DAY, now=NOW)
    assert [(each.calendar_id, len(each.lost)) for each in back.days] == [("yoga", 8)]
    with pytest.raises(UnknownIdError):
        state.impact(
            more,
            [attrs.evolve(more.request("yoga"), calendar_id="judo")],
            within=WHOLE_DAY,
            now=NOW,
        )


def test_a_long_impact_is_told_in_a_few_lines():
    state = a_studio()
    month = Interval(at("00:00"), at("00:00") + 40 * DAY)
    text = str(state.impact(closed(closed(state, "attic"), "blue room"), within=month, now=NOW))

    assert len(text.splitlines()) == 22
    assert text.splitlines()[-1] == "… and 10 lines more"


def test_an_impact_is_bounded():
    state = a_studio()
    requests = [a_request(duration=timedelta(minutes=1 + n)) for n in range(101)]

    with pytest.raises(LimitExceededError, match="requests of one comparison"):
        state.impact(state, requests, within=WHOLE_DAY, now=NOW)
    ages = Interval(at("00:00"), at("00:00") + 90_000 * DAY)
    with pytest.raises(SearchLimitError):
        state.impact(state, requests[:100], within=ages, now=NOW)
    with refused(InvalidValueError, "type", "other"):
        state.impact(state.catalogue, within=WHOLE_DAY, now=NOW)


# Repair --------------------------------------------------------------------------


def test_a_repair_gives_other_resources_first_and_other_times_then():
    state = a_studio()
    for key, clock in (("B-1", "09:00"), ("B-2", "09:00"), ("B-3", "10:00")):
        state = booked(state, clock, calendar="massage", booking_id=key)
    lean = Scheduler(state.catalogue.remove("ada", detach=True), state.bookings.values())
    repair = lean.plan_repair(now=NOW)
    after = lean.repair(now=NOW)

    assert [(each.before.id, each.kind.value) for each in repair.mended] == [
        ("B-1", "other_time"),
        ("B-3", "other_resources"),
    ]
    assert after.bookings["B-3"].host_ids == ("bob",)
    assert after.bookings["B-3"].room_ids == state.bookings["B-3"].room_ids
    assert f"{after.bookings['B-1'].start:%H:%M}" == "11:00"
    assert after.violations(now=NOW) == ()
    assert (repair.is_fewest, repair.left, repair.unrepaired) == (True, (), ())
    assert str(repair).splitlines() == [
        "2 bookings moved, 0 without a place, 0 violations left",
        "'B-1': other time",
        "'B-3': other resources",
    ]
    assert repair.plan.command == "repair"
    assert after == lean.apply(repair.plan)


def test_what_finds_no_place_is_told_with_the_reasons():
    state = a_scheduler(
        a_calendar(member_ids=["ada"], kind="personal", hours=OFFICE),
        a_member("ada"),
        bookings=[
            a_booking("B-1", "09:00", "17:00", host_ids=["ada"], calendar_id="massage"),
            a_booking("B-2", "09:00", "17:00", host_ids=["ada"], calendar_id="massage"),
        ],
    )
    repair = state.plan_repair(now=NOW)

    assert [each.booking.id for each in repair.unrepaired] == ["B-1", "B-2"]
    assert [each.rule.value for each in repair.unrepaired[0].refusals] == ["busy"]
    assert repair.plan.is_empty
    assert len(repair.left) == 1
    assert str(repair.unrepaired[0]).startswith("'B-1': 'ada' is busy")
    assert state.repair(now=NOW) == state


def test_what_has_begun_stays_and_the_others_make_room():
    state = a_scheduler(
        a_room(),
        bookings=[
            a_booking("B-1", "09:00", "11:00", status="checked_in"),
            a_booking("B-2", "09:30", "10:30"),
        ],
    )
    repair = state.plan_repair(now=at("09:15"))

    assert [each.before.id for each in repair.mended] == ["B-2"]
    assert f"{repair.mended[0].after.start:%H:%M}" == "11:00"


def test_what_moves_in_any_case_may_be_named():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    state = closed(state, "attic")
    repair = state.plan_repair(now=NOW, moving=["B-1"])

    assert state.plan_repair(now=NOW).mended == ()
    assert [each.after.room_ids for each in repair.mended] == [("blue room",)]
    with refused(UnknownIdError, "unknown_id", "moving"):
        state.plan_repair(now=NOW, moving=["B-9"])
    gone = state.cancel("B-1", now=NOW)
    with pytest.raises(InvalidTransitionError):
        gone.plan_repair(now=NOW, moving=["B-1"])


def test_what_need_not_move_stays_though_it_was_named():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    repair = state.plan_repair(now=NOW, moving=["B-1"])

    assert (repair.mended, repair.unrepaired, repair.plan.is_empty) == ((), (), True)


def test_what_was_named_and_finds_no_place_is_told():
    state = closed(
        closed(booked(a_studio(), "09:00", calendar="massage", booking_id="B-1"), "attic"),
        "blue room",
    )
    (stuck,) = state.plan_repair(now=NOW, moving=["B-1"]).unrepaired

    assert [each.rule.value for each in stuck.refusals] == ["inactive", "inactive"]


def test_only_what_starts_in_the_window_is_repaired():
    pairs = [(f"B-{n}", "09:00") for n in (1, 2)] + [(f"C-{n}", "13:00") for n in (1, 2)]
    bookings = [a_booking(key, start, f"{int(start[:2]) + 1}:00") for key, start in pairs]
    state = a_scheduler(a_room(), bookings=bookings)
    repair = state.plan_repair(now=NOW, within=monday("12:00", "14:00"))

    assert [each.before.id for each in repair.mended] == ["C-1"]
    assert [each.booking_ids for each in repair.left] == [("B-1", "B-2")]


def test_a_repair_is_bounded():
    crowd = [a_booking(f"B-{n:03}") for n in range(102)]
    with pytest.raises(SearchLimitError, match="bookings that one repair moves"):
        a_scheduler(a_room(), bookings=crowd).plan_repair(now=NOW)
    apart = [a_booking(f"B-{n}-{twin}", room_ids=[f"R-{n}"]) for n in range(101) for twin in (1, 2)]
    rooms = [a_room(f"R-{n}") for n in range(101)]
    with pytest.raises(SearchLimitError, match="bookings that one repair moves"):
        a_scheduler(*rooms, bookings=apart).plan_repair(now=NOW)
    with pytest.raises(SearchLimitError, match="bookings that one repair moves"):
        a_scheduler(*rooms, bookings=apart).plan_repair(now=NOW, moving=[b.id for b in apart])


def test_a_repair_that_would_look_for_ever_is_stopped(monkeypatch):
    monkeypatch.setattr("bookable.repair.MOST_REPAIR_TRIES", 3)
    bookings = [a_booking("B-1", "00:00", "24:00"), a_booking("B-2", "00:00", "24:00")]

    with pytest.raises(SearchLimitError, match="places that one repair looks for"):
        a_scheduler(a_room(), bookings=bookings).plan_repair(now=NOW)

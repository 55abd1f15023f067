"""Row G8: what an administrator leaves aside."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from bookable import (
    BookingPolicy,
    BookingRefused,
    BookingStatus,
    Catalogue,
    InvalidValueError,
    Limit,
    Ranking,
    Scheduler,
    WindowStart,
)
from bookable.domain.booking import OVERBOOKED
from bookable.domain.policy import DateRange, RollingDays
from bookable.domain.refusal import CAPACITY_RULES, DATE_RULES, OVERRIDABLE, RefusalCode
from bookable.domain.request import Request
from bookable.domain.requirement import all_of, any_of
from bookable.domain.service import Absence
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    offered,
    refused,
)


def why_not(state, request, clock="09:00", now=NOW):
    return [each.rule.value for each in state.explain(request, start=at(clock), now=now)]


def leaving(request, *rules):
    return attrs.evolve(request, override=rules)


def taken(state, request, clock="09:00", booking_id="admin", now=NOW):
    """The booking that an administrator makes, and the state after it."""
    slot = state.slot(request, start=at(clock), now=now)
    after = state.book(slot, booking_id=booking_id, now=now)
    return after.booking(booking_id), after


# The rules of the gate -------------------------------------------------------


def test_G8_the_date_rules_are_notice_and_horizon():
    calendar = a_calendar(
        member_ids=["ada"], minimum_notice=timedelta(hours=12), booking_horizon=timedelta(hours=13)
    )
    state = a_scheduler(calendar, a_member())
    request = state.request("massage")

    assert offered(state, "massage") == ["12:00"]
    assert len(offered(state, "massage", override=DATE_RULES)) == 24
    assert why_not(state, leaving(request, "notice_too_short"), "13:00") == ["beyond_horizon"]
    assert why_not(state, leaving(request, "beyond_horizon"), "11:00") == ["notice_too_short"]


def test_G8_without_the_notice_even_what_is_over_can_be_written_down():
    state = a_scheduler()
    request = a_request()

    assert why_not(state, request, "09:00", now=at("12:00")) == ["notice_too_short"]
    booking, _ = taken(state, leaving(request, "notice_too_short"), now=at("12:00"))
    assert (booking.start, booking.tags) == (at("09:00"), frozenset())


def test_G8_a_range_of_dates_is_left_aside_at_both_ends():
    dates = DateRange(at("00:00", day=3).date(), at("00:00", day=4).date())
    state = a_scheduler(a_calendar(member_ids=["ada"], booking_horizon=dates), a_member())
    request = state.request("massage")

    assert why_not(state, request) == ["notice_too_short"]
    assert why_not(state, leaving(request, *DATE_RULES)) == []


RULES = {
    "off_grid": ({"slot_step": HOUR}, {}, "09:30"),
    "outside_hours": ({"hours": OFFICE}, {}, "08:00"),
    "limit_reached": ({"limits": [Limit(0, "day")]}, {}, "09:00"),
    "not_allowed": ({"policy": BookingPolicy(otherwise="deny")}, {}, "09:00"),
    "inactive": ({"is_active": False}, {}, "09:00"),
}


@pytest.mark.parametrize("rule", RULES)
def test_G8_a_rule_of_the_calendar_is_left_aside_and_no_other(rule):
    fields, ada, clock = RULES[rule]
    state = a_scheduler(a_calendar(member_ids=["ada"], **fields), a_member(**ada))
    request = state.request("massage")
    others = OVERRIDABLE - {RefusalCode(rule)}

    assert why_not(state, request, clock) == [rule]
    assert why_not(state, leaving(request, *others), clock) == [rule]
    booking, after = taken(state, leaving(request, rule), clock)
    assert (booking.start, booking.status) == (at(clock), BookingStatus.CONFIRMED)
    assert not booking.tags
    assert after.violations(now=NOW) == ()


def test_G8_hours_and_rest_of_a_member_and_of_who_books_are_left_aside():
    away = Absence(monday("09:00", "10:00"), "dentist")
    ada = a_member(hours=OFFICE, absences=[away])
    calendar = a_calendar(member_ids=["ada"], booker_hours=OFFICE)
    state = a_scheduler(calendar, ada)

    assert len(offered(state, "massage", override=["outside_hours"])) == 24
    assert len(offered(state, "massage")) == 7


def test_G8_an_inactive_room_and_member_serve():
    state = a_scheduler(
        a_calendar(member_ids=["ada"]),
        a_member(is_active=False),
        a_room(calendar_ids=["massage"], is_active=False),
    )
    request = state.request("massage")

    assert why_not(state, request) == ["inactive", "inactive"]
    booking, _ = taken(state, leaving(request, "inactive"))
    assert booking.resource_ids == ("ada", "blue room")


def test_G8_who_is_not_next_may_serve():
    ranking = Ranking.equal_distribution(strict=True)
    calendar = a_calendar(kind="round_robin", member_ids=["ada", "bob"], ranking=ranking)
    state = a_scheduler(
        calendar, a_member(), a_member("bob"), bookings=[a_booking(host_ids=["bob"])]
    )
    state = booked(state, "12:00", calendar="massage", booking_id="B-2")
    request = state.request("massage")

    # Ada had the last booking: it is Bob's turn, and he is busy.
    assert why_not(state, request) == ["not_next", "busy"]
    booking, _ = taken(state, leaving(request, "not_next"))
    assert booking.host_ids == ("ada",)


def test_G8_travel_is_left_aside():
    calendar = a_calendar(member_ids=["ada"], location_id="west")
    there = a_booking(host_ids=["ada"], location_id="east")
    travel = {("east", "west"): minutes(30)}
    state = Scheduler(Catalogue(members=[a_member()], calendars=[calendar], travel=travel), [there])
    request = state.request("massage")

    assert why_not(state, request, "10:00") == ["travel_time"]
    assert why_not(state, leaving(request, "travel_time"), "10:00") == []


def test_G8_packed_starts_are_those_for_customers():
    calendar = a_calendar(member_ids=["ada"], grid=WindowStart(HOUR), hours=OFFICE)
    state = a_scheduler(
        calendar, a_member(), bookings=[a_booking("B-1", "09:00", "09:30", host_ids=["ada"])]
    )
    plain = state.request("massage")
    known = offered(state, "massage")

    assert known[0] == "09:30"
    assert offered(state, "massage", override=["busy"]) == known
    assert why_not(state, leaving(plain, "busy"), "09:00") == ["off_grid"]
    assert why_not(state, leaving(plain, "busy", "off_grid"), "09:00") == []


def test_G8_what_could_not_be_booked_in_any_state_cannot_be_overridden():
    for rule in ("never_fits", "roles_compete", "self_overlap"):
        with refused(InvalidValueError, "override", "override"):
            a_request(override=[rule])
    state = a_scheduler(a_room(capacity=2))
    assert why_not(state, a_request(party_size=3, override=OVERRIDABLE)) == ["never_fits"]


# Capacity --------------------------------------------------------------------


def test_G8_a_busy_room_is_taken_all_the_same_and_that_leaves_a_tag():
    state = a_scheduler(bookings=[a_booking()])
    request = a_request()

    assert why_not(state, request, "09:30") == ["full"]
    booking, after = taken(state, leaving(request, "full"), "09:30")

    assert booking.tags == {OVERBOOKED}
    assert booking.override == {RefusalCode.FULL}
    (violation,) = after.violations(now=NOW)
    assert violation.booking_ids == ("B-1", "admin")
    after.check()


def test_G8_what_is_free_is_taken_without_a_tag():
    state = a_scheduler(bookings=[a_booking()])
    request = a_request(override=CAPACITY_RULES)

    booking, after = taken(state, request, "10:00")
    assert (booking.tags, booking.override) == (frozenset(), frozenset())
    assert after.violations(now=NOW) == ()


def test_G8_of_a_pool_what_is_free_is_taken_first():
    rooms = a_room("a"), a_room("b"), a_room("c")
    both = Request(HOUR, [any_of("a", "b", "c"), all_of("ada")], override=CAPACITY_RULES)
    state = a_scheduler(
        *rooms,
        a_member(),
        bookings=[
            a_booking(room_ids=["a"], host_ids=["ada"]),
            a_booking("B-2", room_ids=["c"]),
            # It is used more than the others, and would come last.
            a_booking("B-3", "12:00", "13:00", room_ids=["b"]),
            a_booking("B-4", "13:00", "14:00", room_ids=["b"]),
        ],
    )

    booking, _ = taken(state, both)
    assert booking.room_ids == ("b",)
    assert booking.tags == {OVERBOOKED}


def test_G8_where_the_calendar_is_blocked_too_what_is_free_is_still_taken_first():
    state = a_scheduler(
        a_calendar(requirements=[any_of("a", "b")]),
        a_room("a"),
        a_room("b"),
        bookings=[
            a_booking(room_ids=["a"]),
            a_booking("B-2", "12:00", "13:00", room_ids=["b"]),
            a_booking("B-3", "13:00", "14:00", room_ids=["b"]),
        ],
        blocks=[a_block(resource_id="massage")],
    )

    booking, after = taken(state, state.request("massage", override=["busy", "full"]))
    assert booking.room_ids == ("b",)
    assert [each.rule.value for each in after.violations(now=NOW)] == ["blocked"]


def test_G8_a_full_class_is_joined():
    state = a_scheduler(a_class(seats=1), a_member())
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    request = state.request("yoga")

    assert why_not(state, request) == ["busy", "full"]
    assert why_not(state, leaving(request, "busy")) == ["full"]
    booking, after = taken(state, leaving(request, "full"))
    assert booking.tags == {OVERBOOKED}
    assert [each.rule.value for each in after.violations(now=NOW)] == ["session_overfull"]
    assert after.slot(leaving(request, "full"), start=at("09:00"), now=NOW).seats_left == 0


def test_G8_a_hold_beyond_capacity_is_confirmed_and_so_is_what_it_came_on_top_of():
    state = a_scheduler()
    slot = state.slot(a_request(), start=at("09:00"), now=NOW)
    state = state.hold(slot, booking_id="guest", now=NOW)
    extra = state.slot(a_request(override=["full"]), start=at("09:00"), now=NOW)
    state = state.hold(extra, booking_id="admin", now=NOW)

    assert state.confirm("guest", now=NOW).booking("guest").status is BookingStatus.CONFIRMED
    assert state.confirm("admin", now=NOW).booking("admin").status is BookingStatus.CONFIRMED


def test_G8_a_hold_beyond_capacity_does_not_pass_a_block_that_came_later():
    state = a_scheduler(bookings=[a_booking()])
    extra = state.slot(a_request(override=["full"]), start=at("09:00"), now=NOW)
    state = state.hold(extra, booking_id="admin", now=NOW)
    blocked = state.block("blue room", monday("09:00", "10:00"), block_id="K-1")

    with pytest.raises(BookingRefused) as error:
        blocked.confirm("admin", now=NOW)
    assert [each.rule.value for each in error.value.refusals] == ["busy"]


def test_G8_what_had_no_time_of_its_own_yet_does_not_take_it_twice():
    # It waits without blocking; somebody came before, with capacities left aside for another reason.
    waits = a_booking("waits", status="pending", pending_blocks=False)
    state = a_scheduler(bookings=[waits])
    extra = attrs.evolve(a_booking("admin"), override=["full"])
    state = Scheduler(state.catalogue, [waits, extra])

    with pytest.raises(BookingRefused):
        state.confirm("waits", now=NOW)


def test_G8_a_move_decides_anew_what_is_left_aside():
    state = a_scheduler(bookings=[a_booking()])
    _, state = taken(state, a_request(override=["full"]))
    free = state.slot(a_request(), start=at("12:00"), now=NOW)

    moved = state.reschedule("admin", to=free, now=NOW).booking("admin")
    assert (moved.tags, moved.override) == (frozenset(), frozenset())


def test_G8_why_nothing_is_free_names_only_what_still_stands():
    state = a_scheduler(
        a_calendar(member_ids=["ada"], is_active=False),
        a_member(),
        bookings=[a_booking("B-1", "00:00", "23:00", host_ids=["ada"])],
        blocks=[a_block(resource_id="ada", first="23:00", last="24:00")],
    )
    request = state.request("massage", override=["busy"])

    why = state.why_empty(request, within=WHOLE_DAY, now=NOW)
    assert [each.rule.value for each in why.rules] == ["inactive"]


def test_G8_a_rolling_horizon_counts_what_customers_are_offered():
    calendar = a_calendar(
        member_ids=["ada"], hours=OFFICE, booking_horizon=RollingDays(1), slot_step=HOUR
    )
    full = a_booking("B-1", "00:00", "24:00", host_ids=["ada"])
    state = a_scheduler(calendar, a_member(), bookings=[full])
    tuesday = at("09:00", day=3)
    request = state.request("massage", override=["busy"])

    assert state.explain(request, start=tuesday, now=NOW) == ()
    assert state.explain(request, start=tuesday + DAY, now=NOW) != ()


def test_G8_who_may_only_ask_is_asked_no_more():
    policy = BookingPolicy(otherwise="request")
    state = a_scheduler(a_calendar(member_ids=["ada"], policy=policy), a_member())
    request = state.request("massage")

    assert taken(state, request)[0].status is BookingStatus.PENDING
    assert taken(state, leaving(request, "busy"))[0].status is BookingStatus.PENDING
    assert taken(state, leaving(request, "not_allowed"))[0].status is BookingStatus.CONFIRMED

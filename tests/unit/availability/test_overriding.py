from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from bookable import (
    AddOn,
    BufferPolicy,
    Buffers,
    Ranking,
    Request,
    Scheduler,
    WeeklyHours,
    WindowStart,
)
from bookable.availability.overriding import beyond_capacity, leaving_aside
from bookable.availability.resolve import resolve
from bookable.domain.policy import WorkingTime
from bookable.domain.refusal import CAPACITY_RULES, OVERRIDABLE, RefusalCode
from bookable.domain.requirement import all_of, any_of, units_of
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
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
    rules,
    us,
)


def leaving(request, *codes):
    return attrs.evolve(request, override=codes)


def why(state, request, clock="09:00"):
    return rules(state.explain(request, start=at(clock), now=NOW))


# The questions ---------------------------------------------------------------


def test_a_question_that_leaves_nothing_aside_is_left_as_it_is():
    question = resolve(a_request(), a_catalogue(a_room()))

    assert leaving_aside(question) is question
    assert question.customary is None
    assert beyond_capacity(question) is None


def test_a_question_knows_itself_as_customers_ask_it():
    question = resolve(a_request(override=OVERRIDABLE), a_catalogue(a_room()))

    assert question.aside == OVERRIDABLE - CAPACITY_RULES
    assert question.customary.request == a_request()
    assert question.customary.aside == frozenset()


def test_beyond_capacity_there_is_nothing_beyond():
    question = resolve(a_request(override=["busy"]), a_catalogue(a_room()))
    beyond = beyond_capacity(question)

    assert beyond.aside == {RefusalCode.BUSY}
    assert [each.aside for role in beyond.roles for each in role.candidates] == [{"busy"}]
    assert beyond_capacity(beyond) is None
    assert (question.seats_needed, beyond.seats_needed) == (1, 1)
    both = beyond_capacity(resolve(a_request(override=CAPACITY_RULES), a_catalogue(a_room())))
    assert both.seats_needed == 0


def test_working_time_is_counted_by_the_hours_that_are_left_aside():
    calendar = a_calendar(
        member_ids=["ada"], hours=OFFICE, minimum_notice=WorkingTime(timedelta(hours=2))
    )
    state = a_scheduler(calendar, a_member())
    request = leaving(state.request("massage"), "outside_hours")

    assert why(state, request, "10:00") == [("notice_too_short", "massage")]
    assert why(state, request, "11:00") == []
    assert why(state, request, "23:00") == []


# One resource ----------------------------------------------------------------

EXCLUSIVE_ROOM = a_room(capacity=2, max_concurrent=1)


@pytest.mark.parametrize(
    ("room", "party", "codes", "left"),
    [
        (EXCLUSIVE_ROOM, 1, [], ["busy"]),
        (EXCLUSIVE_ROOM, 1, ["full"], ["busy"]),
        (EXCLUSIVE_ROOM, 1, ["busy"], []),
        (EXCLUSIVE_ROOM, 2, ["busy"], ["full"]),
        (EXCLUSIVE_ROOM, 2, ["busy", "full"], []),
        (a_room(capacity=2), 2, ["busy"], ["full"]),
        (a_room(capacity=2), 2, ["full"], []),
        (a_room(capacity=2, enforce_capacity=False), 9, [], ["busy"]),
        (a_room(capacity=2, enforce_capacity=False), 9, ["busy"], []),
    ],
)
def test_seats_and_bookings_at_once_are_left_aside_each_for_itself(room, party, codes, left):
    state = a_scheduler(room, bookings=[a_booking()])
    request = a_request(party_size=party, override=codes, slot_step=HOUR)

    assert [rule for rule, _ in why(state, request)] == left
    listed = state.free_slots(request, within=monday("09:00", "10:00"), now=NOW)
    assert len(listed) == (not left)
    periods = state.start_periods(request, within=monday("09:00", "09:30"), now=NOW)
    assert bool(periods) is (not left)


@pytest.mark.parametrize("codes", [["busy"], ["full"], ["busy", "full"]])
def test_shared_buffers_are_left_aside_with_what_is_busy(codes):
    # One at a time: nobody counts seats apart.
    state = a_scheduler(a_room(), bookings=[a_booking()])
    request = a_request(
        buffer_policy=BufferPolicy.SHARED,
        buffer_after=minutes(30),
        slot_step=HOUR,
        override=codes,
    )
    left = [] if "busy" in codes else [("busy", "blue room")]

    assert why(state, request) == left
    empty = state.why_empty(request, within=monday("09:00", "10:00"), now=NOW)
    assert (empty is None) is (left == [])


def test_equipment_hosts_and_blocks_are_left_aside():
    request = Request(HOUR, [units_of("table", 2), all_of("ada")], override=["busy"])
    state = a_scheduler(
        an_item(),
        a_member(),
        bookings=[a_booking(equipment={"table": 2}, host_ids=["ada"])],
        blocks=[a_block("K-1", "ada")],
    )
    assert why(state, request) == []
    assert why(state, leaving(request, "full")) == [("busy", "ada"), ("busy", "table")]


def test_hosts_who_may_do_several_at_once_do_more():
    calendar = a_calendar(member_ids=["ada"], kind="personal", bookings_per_host=2)
    state = a_scheduler(calendar, a_member())
    state = booked(state, "09:00", calendar="massage", booking_id="B-1")
    state = booked(state, "09:00", calendar="massage", booking_id="B-2")
    request = state.request("massage")

    assert why(state, request) == [("busy", "ada")]
    assert why(state, leaving(request, "busy")) == []


def test_a_block_of_the_calendar_itself_is_left_aside():
    state = a_scheduler(
        a_calendar(member_ids=["ada"]), a_member(), blocks=[a_block(resource_id="massage")]
    )
    request = state.request("massage")

    assert why(state, request) == [("busy", "massage")]
    assert why(state, leaving(request, "busy")) == []


def test_an_inactive_member_who_is_active_in_the_question_is_left_as_it_is():
    state = a_scheduler(a_member(), a_member("bob", is_active=False))
    request = Request(HOUR, [all_of("ada", "bob")], override=["inactive"])

    slot = state.slot(request, start=at("09:00"), now=NOW)
    assert slot.host_ids == ("ada", "bob")


# Sessions --------------------------------------------------------------------


def a_course(bookings=1, seats=3, **fields):
    """Ada's class at nine, with so many bookings."""
    state = a_scheduler(a_class(seats=seats, **fields), a_member(), a_member("bob"))
    for number in range(bookings):
        state = booked(state, "09:00", calendar="yoga", booking_id=f"B-{number}")
    return state


def test_nobody_opens_a_session_where_one_stands_that_is_not_wanted():
    state = a_course()
    request = state.request("yoga", attendee_ids=["bob"], override=["busy", "full"])

    # Who brings somebody cannot join, and Ada has her session already.
    assert why(state, request) == [("busy", "ada")]
    empty = state.why_empty(request, within=monday("09:00", "10:00"), now=NOW)
    assert [each.rule.value for each in empty.rules] == ["busy"]
    # Another session of hers, that runs at the same time, is another matter.
    assert why(state, attrs.evolve(request, override=OVERRIDABLE), "09:30") == []


def test_a_session_in_trouble_is_joined_where_that_is_left_aside():
    state = a_course().block("ada", monday("09:00", "10:00"), block_id="K-1")
    request = state.request("yoga")

    assert ("busy", "ada") in why(state, request)
    assert why(state, leaving(request, "full")) != []
    slot = state.slot(leaving(request, "busy"), start=at("09:00"), now=NOW)
    assert slot.allocation.host_ids == ("ada",)
    assert slot.is_overbooked


def test_a_session_whose_host_is_closed_down_or_away_is_joined():
    state = a_course()
    catalogue = state.catalogue
    for change, code in (({"is_active": False}, "inactive"), ({"hours": OFFICE}, "outside_hours")):
        early = {"is_active": True, "hours": None} | change
        members = [attrs.evolve(catalogue.member("ada"), **early), catalogue.member("bob")]
        other = Scheduler(
            type(catalogue)(members=members, calendars=catalogue.calendars()),
            [
                attrs.evolve(each, start=at("06:00"), end=at("07:00"))
                for each in state.bookings.values()
            ],
        )
        request = other.request("yoga")
        assert (code, "ada") in why(other, request, "06:00")
        slot = other.slot(leaving(request, code), start=at("06:00"), now=NOW)
        assert not slot.is_overbooked


def test_a_session_in_an_overfull_room_is_joined_without_counting_seats():
    room = a_room(capacity=2, calendar_ids=["yoga"])
    state = a_scheduler(a_class(), a_member(), room)
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1", party_size=2)
    crowd = a_booking("B-2", room_ids=["blue room"], party_size=2)
    state = Scheduler(state.catalogue, [*state.bookings.values(), crowd])
    request = state.request("yoga")

    assert why(state, leaving(request, "busy")) == [
        ("full", "blue room"),
        ("full", "yoga"),
    ]
    slot = state.slot(leaving(request, "full"), start=at("09:00"), now=NOW)
    assert (slot.seats_left, slot.is_overbooked) == (0, True)


def test_full_sessions_are_on_a_packed_grid():
    state = a_course(seats=1, grid=WindowStart(HOUR), hours=OFFICE)
    request = state.request("yoga")

    assert "09:00" not in clocks(state.free_slots(request, within=WHOLE_DAY, now=NOW))
    wide = state.free_slots(leaving(request, "full"), within=WHOLE_DAY, now=NOW)
    assert clocks(wide)[:2] == ["09:00", "10:00"]
    assert [each.is_overbooked for each in wide][:2] == [True, False]


# What goes on from there -----------------------------------------------------


def test_seats_left_are_never_below_none():
    crowd = [a_booking(party_size=2), a_booking("B-2", party_size=2)]
    state = a_scheduler(a_room(capacity=2), bookings=crowd)
    slot = state.slot(a_request(party_size=2, override=["full"]), start=at("09:00"), now=NOW)

    assert slot.seats_left == 0


def test_what_is_preferred_comes_after_what_is_free():
    rooms = a_room("a"), a_room("b")
    state = a_scheduler(*rooms, bookings=[a_booking(room_ids=["a"])], blocks=[])
    pool = Request(HOUR, [all_of("a", "b")], override=["full"])
    one = attrs.evolve(pool, requirements=[attrs.evolve(pool.requirements[0], count=1)])
    slot = state.slot(attrs.evolve(one, prefer_ids=["a"]), start=at("09:00"), now=NOW)

    assert slot.allocation.room_ids == ("b",)
    assert not slot.is_overbooked


def test_an_empty_listing_beyond_capacity_has_nothing_in_it():
    state = a_scheduler(bookings=[a_booking()])
    request = a_request(override=["full"], grid=WindowStart(HOUR))
    blocked = state.block("blue room", WHOLE_DAY, block_id="K-1")

    assert len(blocked.free_slots(request, within=monday("09:00", "10:00"), now=NOW)) == 0


def test_a_ranking_without_turns_keeps_its_other_keys():
    ranking = Ranking.equal_distribution(strict=True)
    calendar = a_calendar(kind="round_robin", member_ids=["ada"], ranking=ranking)
    question = resolve(
        Request(HOUR, calendar_id="massage", override=["not_next"]),
        a_catalogue(calendar, a_member()),
    )
    assert question.ranking == attrs.evolve(ranking, strict=False)
    kept = resolve(
        Request(HOUR, calendar_id="massage", override=["busy"]), a_catalogue(calendar, a_member())
    )
    assert kept.ranking == ranking


def test_add_ons_too_may_be_taken():
    lamp = an_item("lamp", 1)
    calendar = a_calendar(
        member_ids=["ada"], add_ons=[AddOn("light", requirements=[all_of("lamp")])]
    )
    state = a_scheduler(calendar, a_member(), lamp, bookings=[a_booking(equipment={"lamp": 1})])
    request = state.request("massage", add_on_ids=["light"])

    assert why(state, request) == [("busy", "lamp")]
    assert why(state, leaving(request, "busy")) == []


def test_stored_buffers_are_kept_clear_where_only_seats_are_left_aside():
    stored = a_booking(buffers={"blue room": Buffers(after=minutes(30), policy="shared")})
    state = a_scheduler(a_room(), bookings=[stored])
    request = a_request(buffer_policy=BufferPolicy.SHARED, override=["full"])

    assert why(state, request, "10:15") == [("busy", "blue room")]
    assert why(state, request, "10:30") == []


# Reasons beside ---------------------------------------------------------------


def test_what_is_left_aside_is_not_named_beside_what_stands():
    closed = a_room(hours=OFFICE)
    state = a_scheduler(closed, bookings=[a_booking("B-1", "07:00", "08:00")])
    for policy in BufferPolicy:
        request = a_request(buffer_policy=policy, slot_step=HOUR, override=CAPACITY_RULES)
        assert why(state, request, "07:00") == [("outside_hours", "blue room")]
        empty = state.why_empty(request, within=monday("07:00", "08:00"), now=NOW)
        assert [each.rule.value for each in empty.rules] == ["outside_hours"]


def test_every_way_beyond_capacity_comes_once_and_what_is_free_first():
    rooms = a_room("a"), a_room("b")
    everywhere = [a_booking(room_ids=["a"]), a_booking("B-2", room_ids=["b"], host_ids=["ada"])]
    state = a_scheduler(*rooms, a_member(), a_member("bob"), bookings=everywhere)
    need = [any_of("a", "b"), any_of("ada", "bob")]
    request = Request(HOUR, need, override=["full", "busy"])
    search, start = state._search(request, NOW, ()), us("09:00")

    ways = [each.allocation.resource_ids for each in search.at(start).choices(start)]
    assert ways == [("bob", "a"), ("ada", "a"), ("bob", "b"), ("ada", "b")]


def test_nobody_offers_what_no_rule_of_capacity_keeps_away():
    state = a_scheduler(a_room(hours=OFFICE))
    search = state._search(a_request(override=["full"]), NOW, ())

    assert search.beyond is not None
    assert search.beyond.beyond is None
    assert search.widest.question.aside == search.beyond.question.aside
    assert search.plain is not search
    assert search.plain.plain.beyond is None
    assert not search.at(us("08:00")).bookable


@pytest.mark.about_a_cache("the very same search")
def test_the_search_beyond_capacity_is_made_once():
    search = a_scheduler(a_room())._search(a_request(override=["full"]), NOW, ())

    assert search.beyond is search.beyond is search.widest


def test_an_overfull_room_is_full_and_not_also_busy():
    crowd = [a_booking(party_size=2), a_booking("B-2", party_size=2)]
    state = a_scheduler(a_room(capacity=2), bookings=crowd)
    request = a_request(slot_step=HOUR, override=["busy"])

    empty = state.why_empty(request, within=monday("09:00", "10:00"), now=NOW)
    assert [each.rule.value for each in empty.rules] == ["full"]


def test_a_session_that_stays_closed_tells_only_why():
    state = a_course(seats=1).block("ada", monday("09:00", "10:00"), block_id="K-1")
    members = [a_member(is_active=False), a_member("bob")]
    catalogue = type(state.catalogue)(members=members, calendars=state.catalogue.calendars())
    state = Scheduler(catalogue, state.bookings.values(), state.blocks.values())
    request = state.request("yoga")

    assert {rule for rule, _ in why(state, request)} == {"inactive", "busy", "full"}
    assert {rule for rule, _ in why(state, leaving(request, "full"))} == {"inactive", "busy"}
    assert {rule for rule, _ in why(state, leaving(request, "busy", "full"))} == {"inactive"}


def test_a_session_of_a_host_who_is_away_tells_of_no_block_that_is_left_aside():
    state = a_course(seats=1).block("ada", monday("09:00", "10:00"), block_id="K-1")
    late = WeeklyHours.parse("Mo 12:00-17:00", zone="UTC")
    members = [a_member(hours=late), a_member("bob")]
    catalogue = type(state.catalogue)(members=members, calendars=state.catalogue.calendars())
    state = Scheduler(catalogue, state.bookings.values(), state.blocks.values())
    request = state.request("yoga")

    assert ("busy", "ada") in why(state, leaving(request, "full"))
    assert why(state, leaving(request, "busy", "full")) == [("outside_hours", "ada")]

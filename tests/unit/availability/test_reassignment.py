"""Other hosts for a booking: who could take it over, who does, and why nobody can."""

from __future__ import annotations

import attrs
import pytest

from bookable import (
    Block,
    Booking,
    BookingRefused,
    Catalogue,
    InvalidTransitionError,
    InvalidValueError,
    Scheduler,
    SearchLimitError,
    StaleLedgerError,
    UnknownIdError,
    WeeklyHours,
    any_of,
    commands,
)
from bookable.availability import freshness, judging, reassignment
from bookable.domain.limit import Limit
from bookable.domain.policy import Access, BookingPolicy
from bookable.domain.ranking import Ranking
from bookable.domain.service import Absence, AddOn
from bookable.occupancy.claims import customer_key
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    a_booking,
    a_calendar,
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
    refused,
    rules,
)


def a_clinic(*hosts, bookings=(), others=(), blocks=(), **calendar):
    """A calendar of these members with two rooms and a table."""
    members = [a_member(host) if isinstance(host, str) else host for host in hosts]
    return a_scheduler(
        a_calendar(member_ids=[each.id for each in members], **calendar),
        *members,
        a_room("blue", 2, calendar_ids=["massage"], buffer_after=minutes(10)),
        a_room("red", 9, calendar_ids=["massage"]),
        an_item(calendar_ids=["massage"]),
        *others,
        bookings=bookings,
        blocks=blocks,
    )


def taken(state, clock="09:00", booking_id="B-1", **asked):
    return booked(state, clock, calendar="massage", booking_id=booking_id, **asked)


def hosts_of(state, booking_id="B-1"):
    return state.booking(booking_id).host_ids


# Who could ------------------------------------------------------------------


def test_those_who_are_free_could_take_a_booking_over_best_first():
    members = [
        a_member("a", priority=9),
        a_member("b"),
        a_member("c", priority=5),
        a_member("d", hours=OFFICE),
        a_member("e", is_active=False),
        a_member("f", weight=0),
        a_member("g"),
    ]
    other = a_booking("X", "08:30", "09:30", host_ids=["g"])
    state = taken(a_clinic(*members, bookings=[other]), "08:00")

    assert hosts_of(state) == ("a",)
    assert state.stand_ins("B-1", now=NOW) == ("c", "b")
    assert state.explain_reassign("B-1", now=NOW) == ()


def test_the_time_is_settled_notice_horizon_grid_and_duration_are_not_asked_again():
    state = taken(a_clinic("a", "b"), "09:00")
    calendar = a_calendar(
        duration=minutes(50),
        slot_step=minutes(7),
        member_ids=["a", "b"],
        minimum_notice=5 * HOUR,
        booking_horizon=minutes(1),
        booker_hours=WeeklyHours.parse("Tu 09:00-10:00", zone="UTC"),
        policy=BookingPolicy(otherwise=Access.DENY),
    )
    later = state.with_catalogue(state.catalogue.replace(calendar))

    assert later.stand_ins("B-1", now=at("08:00")) == ("b",)
    assert later.stand_ins("B-1", now=at("09:01")) == ()
    refusals = later.explain_reassign("B-1", now=at("09:01"))
    assert rules(refusals) == [("notice_too_short", "massage")]


def test_a_booking_keeps_its_rooms_and_what_is_longer_than_usual():
    add_on = AddOn("oil", minutes(30))
    state = a_clinic("a", "b", add_ons=[add_on])
    request = state.request("massage", duration=minutes(90), add_on_ids=["oil"])
    slot = state.slot(request, start=at("09:00"), now=NOW)
    state = state.book(slot, booking_id="B-1", now=NOW)
    before = state.booking("B-1")

    after = state.reassign("B-1", now=NOW).booking("B-1")

    assert (before.host_ids, after.host_ids) == (("a",), ("b",))
    assert (after.start, after.end) == (before.start, before.end)
    assert (after.room_ids, after.equipment) == (before.room_ids, before.equipment)
    assert set(after.buffers) == {"b", "blue", "table"}
    assert after.buffers["blue"] == before.buffers["blue"]
    assert after.version == 2


def test_the_place_of_the_booking_counts_not_that_of_the_calendar():
    """b comes from the north, where the calendar is; the booking takes place in the south."""
    members = a_member("a"), a_member("b"), a_member("c")
    calendar = a_calendar(member_ids=["a", "b", "c"], location_id="north")
    before = a_booking("X", "08:00", "09:00", host_ids=["b"], location_id="north")
    own = Booking(
        "B-1",
        at("09:00"),
        at("10:00"),
        calendar_id="massage",
        host_ids=["a"],
        location_id="south",
    )
    catalogue = Catalogue(
        members=members, calendars=[calendar], travel={("north", "south"): minutes(30)}
    )
    state = Scheduler(catalogue, [before, own])

    assert state.stand_ins("B-1", now=NOW) == ("c",)
    with refused(BookingRefused, "refused") as caught:
        state.reassign("B-1", host_ids=["b"], now=NOW)
    assert rules(caught.value.refusals) == [("travel_time", "b")]


def test_limits_count_the_booking_by_its_tags():
    limit = Limit(1, "day", per=["host"], tag="vip")
    done = a_booking("X", "14:00", "15:00", host_ids=["b"], calendar_id="massage", tags=["vip"])
    state = taken(a_clinic("a", "b", "c", limits=[limit], bookings=[done]), tags=["vip"])
    assert hosts_of(state) == ("a",)

    assert state.stand_ins("B-1", now=NOW) == ("c",)
    plain = taken(a_clinic("a", "b", "c", limits=[limit], bookings=[done]))
    assert plain.stand_ins("B-1", now=NOW) == ("c", "b")


def test_a_room_that_another_booking_has_is_not_asked_for_twice():
    state = taken(a_clinic("a", "b", "c"), "09:00", party_size=2)
    state = taken(state, "09:00", "B-2")

    assert state.booking("B-1").room_ids == ("blue",)
    assert state.booking("B-2").room_ids == ("red",)
    assert state.stand_ins("B-1", now=NOW) == ("c",)


def test_delegates_stand_in_for_those_who_are_away():
    state = taken(a_clinic("a", others=[a_member("z")]))
    away = a_member("a", absences=[Absence(monday("08:00", "12:00"), "ill", "z")])
    state = state.with_catalogue(state.catalogue.replace(away))

    assert state.stand_ins("B-1", now=NOW) == ("z",)
    assert hosts_of(state.reassign("B-1", now=NOW)) == ("z",)
    assert hosts_of(state.reassign("B-1", host_ids=["z"], now=NOW)) == ("z",)


def test_each_of_several_hosts_could_be_replaced_while_the_others_stay():
    members = [a_member(name) for name in "cde"]
    needs = [any_of("c", "d", "e", count=2)]
    state = taken(a_clinic("a", "b", requirements=needs, others=members))

    assert hosts_of(state) == ("a", "c", "d")
    assert state.stand_ins("B-1", now=NOW) == ("b", "e")
    assert hosts_of(state.reassign("B-1", host_ids=["a", "d", "e"], now=NOW)) == ("a", "d", "e")
    assert hosts_of(state.reassign("B-1", host_ids=["b", "c", "e"], now=NOW)) == ("b", "c", "e")
    with refused(BookingRefused, "refused"):
        state.reassign("B-1", host_ids=["a", "b", "c"], now=NOW)


def test_one_whom_two_roles_want_stands_in_where_the_others_can_stay():
    state = taken(
        a_clinic("a", "b", requirements=[any_of("b", "c")], others=[a_member("c")]),
        host_ids=["a"],
    )
    assert hosts_of(state) == ("a", "b")

    assert state.stand_ins("B-1", now=NOW) == ("c",)
    # For a: then b serves the calendar. For b would do as well.
    assert hosts_of(state.reassign("B-1", now=NOW)) == ("b", "c")
    assert hosts_of(state.reassign("B-1", host_ids=["a", "c"], now=NOW)) == ("a", "c")


def test_who_attends_stays_whoever_serves():
    guests = [a_member("y"), a_member("z")]
    state = taken(a_clinic("a", "b", others=guests), attendee_ids=["z"])
    assert hosts_of(state) == ("a", "z")

    assert state.stand_ins("B-1", now=NOW) == ("b",)
    assert state.explain_reassign("B-1", host_ids=["b"], now=NOW) == ()
    assert hosts_of(state.reassign("B-1", host_ids=["b"], now=NOW)) == ("b", "z")
    assert hosts_of(state.reassign("B-1", now=NOW)) == ("b", "z")
    with refused(UnknownIdError, "unknown_id", "host_ids"):
        state.reassign("B-1", host_ids=["y"], now=NOW)


def test_a_member_who_attends_is_never_taken_for_the_one_who_serves():
    """Both could serve; the booking tells that b attends."""
    state = taken(a_clinic("a", "b", "c"), attendee_ids=["b"])
    assert hosts_of(state) == ("a", "b")

    assert state.stand_ins("B-1", now=NOW) == ("c",)
    assert state.explain_reassign("B-1", now=NOW) == ()
    for host_ids in (None, ["c"], ["b", "c"]):
        moved = state.reassign("B-1", host_ids=host_ids, now=NOW).booking("B-1")
        assert (moved.serving_ids, moved.attendee_ids) == (("c",), ("b",))
    for host_ids in (["b"], ["a", "c"]):
        with refused(InvalidValueError, "host_ids", "host_ids") as wrong:
            state.reassign("B-1", host_ids=host_ids, now=NOW)
        assert "as many hosts as serve the booking: 1" in str(wrong.value)


def test_who_attends_has_to_be_free_still():
    state = taken(a_clinic("a", "b", "c"), attendee_ids=["b"])
    state = state.block("b", monday("09:00", "10:00"), block_id="K-1")

    assert state.stand_ins("B-1", now=NOW) == ()
    assert rules(state.explain_reassign("B-1", now=NOW)) == [("busy", "b")]


def test_a_booking_of_which_all_come_along_has_nobody_to_replace():
    lone = a_booking("X", host_ids=["a"], attendee_ids=["a"], calendar_id="massage")
    state = a_clinic("a", "b", bookings=[lone])

    assert state.stand_ins("X", now=NOW) == ()
    (reason,) = state.explain_reassign("X", now=NOW)
    assert dict(reason.detail) == {"available": 0, "needed": 1, "what": "other hosts"}


def test_who_comes_with_an_add_on_stays_whoever_serves():
    add_on = AddOn("oil", requirements=[any_of("z")])
    state = taken(a_clinic("a", "b", add_ons=[add_on], others=[a_member("z")]), add_on_ids=["oil"])
    assert hosts_of(state) == ("a", "z")

    assert state.stand_ins("B-1", now=NOW) == ("b",)
    moved = state.reassign("B-1", now=NOW).booking("B-1")
    assert (moved.serving_ids, moved.companion_ids) == (("b",), ("z",))


def test_an_add_on_may_bring_one_who_could_serve():
    add_on = AddOn("oil", requirements=[any_of("b", "c")])
    state = taken(a_clinic("a", "b", "c", add_ons=[add_on]), add_on_ids=["oil"])
    assert hosts_of(state) == ("a", "b")

    assert state.stand_ins("B-1", now=NOW) == ("c",)
    assert hosts_of(state.reassign("B-1", now=NOW)) == ("b", "c")


def test_who_comes_along_for_one_booking_of_a_session_stays_for_all():
    yoga = a_class(
        "yoga", 5, member_ids=["a", "b"], add_ons=[AddOn("oil", requirements=[any_of("z")])]
    )
    state = a_scheduler(*map(a_member, "abyz"), yoga)
    along = {"attendee_ids": ["y"], "add_on_ids": ["oil"]}
    state = booked(state, "09:00", calendar="yoga", booking_id="Y-1", **along)
    state = booked(state, "09:00", calendar="yoga", booking_id="Y-2")
    joined = state.booking("Y-2")
    assert joined.session_key == state.booking("Y-1").session_key
    assert (joined.attendee_ids, joined.companion_ids) == ((), ("y", "z"))

    assert state.stand_ins("Y-2", now=NOW) == ("b",)
    moved = state.reassign("Y-2", now=NOW)
    assert [hosts_of(moved, key) for key in ("Y-1", "Y-2")] == [("b", "y", "z")] * 2
    assert moved.cancel("Y-1", now=NOW).stand_ins("Y-2", now=NOW) == ("a",)
    to = state.slot(state.request("yoga"), start=at("11:00"), now=NOW)
    assert hosts_of(state.reschedule("Y-2", to=to, now=NOW), "Y-2") == to.allocation.host_ids


def test_who_serves_in_place_of_a_room_stays_although_the_room_would_do():
    add_on = AddOn("oil", requirements=[any_of("blue")])
    needs = [any_of("blue", "c"), any_of("table")]
    others = [a_member("c")]
    rules_of = {"requirements": needs, "add_ons": [add_on], "ranking": Ranking(order=())}
    state = taken(a_clinic("a", "b", others=others, **rules_of), add_on_ids=["oil"])
    assert (hosts_of(state), state.booking("B-1").room_ids) == (("a", "c"), ("blue",))

    assert state.stand_ins("B-1", now=NOW) == ("b",)
    moved = state.reassign("B-1", now=NOW)
    assert (hosts_of(moved), moved.booking("B-1").room_ids) == (("b", "c"), ("blue",))


def test_who_attends_may_be_named_with_those_who_serve():
    state = taken(a_clinic("a", "b", others=[a_member("z")]), attendee_ids=["z"])

    assert hosts_of(state.reassign("B-1", host_ids=["z", "b"], now=NOW)) == ("b", "z")
    assert state.reassign("B-1", host_ids=["z", "a"], now=NOW) is state
    assert state.explain_reassign("B-1", host_ids=["a"], now=NOW) == ()


def test_the_own_hosts_change_nothing_even_where_they_could_not_serve_by_now():
    state = taken(a_clinic("a", "b")).block("a", monday("09:00", "10:00"), block_id="K-1")

    assert state.explain_reassign("B-1", host_ids=["a"], now=NOW) == ()
    assert state.reassign("B-1", host_ids=["a"], now=NOW) is state


def test_who_has_left_the_calendar_since_can_be_replaced():
    state = taken(a_clinic("a", "b"))
    assert hosts_of(state) == ("a",)
    state = state.with_catalogue(state.catalogue.replace(a_calendar(member_ids=["b"])))

    assert state.stand_ins("B-1", now=NOW) == ("b",)
    assert hosts_of(state.reassign("B-1", now=NOW)) == ("b",)


def test_under_strict_fairness_only_who_is_owed_stands_in_unless_named():
    ranking = Ranking.equal_distribution(strict=True)
    done = [
        a_booking(f"X{n}", f"{n}:00", f"{n}:30", host_ids=["b"], calendar_id="massage")
        for n in (10, 11)
    ]
    state = taken(a_clinic("a", "b", "c", ranking=ranking, bookings=done))
    assert hosts_of(state) == ("a",)

    assert state.stand_ins("B-1", now=NOW) == ("c",)
    assert hosts_of(state.reassign("B-1", host_ids=["b"], now=NOW)) == ("b",)


def test_under_strict_fairness_it_is_told_whose_turn_it_is():
    ranking = Ranking.equal_distribution(strict=True)
    done = a_booking("X", "10:00", "10:30", host_ids=["b"], calendar_id="massage")
    state = taken(a_clinic("a", "b", ranking=ranking, bookings=[done]))
    assert hosts_of(state) == ("a",)

    reasons = state.explain_reassign("B-1", now=NOW)
    assert rules(reasons) == [("not_next", "b")]
    assert dict(reasons[0].detail) == {"owed_to": ("a",)}
    assert set(state.plan_reassign("B-1", host_ids=["b"], now=NOW).rests_on) >= {"a", "b"}


def test_with_a_limit_for_all_and_one_for_each_both_are_told():
    limits = [Limit(1, "day"), Limit(1, "day", per=["host"])]
    done = [
        a_booking(f"X{n}", f"{n}:00", f"{n}:30", host_ids=[host], calendar_id="massage")
        for n, host in ((10, "b"), (11, "c"))
    ]
    state = taken(a_clinic("a", "b", "c"))
    calendar = a_calendar(member_ids=["a", "b", "c"], limits=limits)
    state = Scheduler(state.catalogue.replace(calendar), [*state.bookings.values(), *done])

    reasons = state.explain_reassign("B-1", now=NOW)
    assert rules(reasons) == [(("limit_reached"), who) for who in ("b", "c", "massage")]


def test_the_ways_to_hand_over_are_bounded(monkeypatch):
    state = taken(a_clinic("a", "b", "c"))
    monkeypatch.setattr(reassignment, "MOST_HAND_OVERS", 2)
    assert state.stand_ins("B-1", now=NOW) == ("b", "c")

    monkeypatch.setattr(reassignment, "MOST_HAND_OVERS", 1)
    for ask in (state.stand_ins, state.explain_reassign, state.reassign):
        with refused(SearchLimitError, "search_limit"):
            ask("B-1", now=NOW)
    assert hosts_of(state.reassign("B-1", host_ids=["b"], now=NOW)) == ("b",)


def test_each_other_host_is_judged_once(monkeypatch):
    """Reading whole pools again for each of them was quadratic."""
    names = [f"m{number}" for number in range(30)]
    busy = [a_booking(f"X-{name}", host_ids=[name]) for name in names[1:]]
    state = taken(a_clinic(*names, bookings=busy))
    judged = []

    def explain(search, start):
        judged.append(
            [each.resource.id for role in search.question.roles for each in role.candidates]
        )
        return told(search, start)

    told = judging.explain
    monkeypatch.setattr(judging, "explain", explain)

    assert len(state.explain_reassign("B-1", now=NOW)) == 29
    assert [set(each) - {"blue", "table"} for each in judged] == [
        {name} for name in sorted(names[1:])
    ]


def counting(monkeypatch, module, name):
    """A list that grows with every call of a function."""
    calls, original = [], getattr(module, name)

    def counted(*args, **fields):
        calls.append(args)
        return original(*args, **fields)

    monkeypatch.setattr(module, name, counted)
    return calls


def test_each_other_host_is_judged_once_however_many_serve(monkeypatch):
    """Who of them leaves made no difference, and was tried for each."""
    names = [f"m{number:02}" for number in range(20)]
    members = [a_member(name) for name in names]
    state = a_scheduler(a_calendar(kind="event", requirements=[any_of(*names, count=10)]), *members)
    state = taken(state)
    for name in names[10:]:
        state = state.block(name, monday("08:00", "12:00"), block_id=name)
    judged = counting(monkeypatch, judging, "explain")

    reasons = state.explain_reassign("B-1", now=NOW)
    assert rules(reasons) == [("busy", name) for name in names[10:]]
    assert len(judged) == 11

    for name in ("m03", "m07"):
        state = state.block(name, monday("08:00", "12:00"), block_id=name)
    judged.clear()
    reasons = state.explain_reassign("B-1", now=NOW)
    assert rules(reasons) == [("busy", name) for name in ("m03", "m07", *names[10:])]
    assert len(judged) == 2 * 10 + 2


def test_it_is_looked_for_stand_ins_once_for_all_who_could_leave(monkeypatch):
    names = [f"m{number:02}" for number in range(20)]
    members = [a_member(name) for name in names]
    state = a_scheduler(a_calendar(kind="event", requirements=[any_of(*names, count=10)]), *members)
    state = taken(state)
    for name in ("m03", "m07"):
        state = state.block(name, monday("08:00", "12:00"), block_id=name)
    tried = counting(monkeypatch, judging, "assign")

    assert state.stand_ins("B-1", now=NOW) == ()
    assert len(tried) == 2 * 10


# Sessions -------------------------------------------------------------------


def a_crowd(size, **fields):
    """A class led by a, of so many customers under a limit for each; b could lead it."""
    limit = Limit(9, "day", per=["customer"])
    yoga = a_class("yoga", 1_000_000, member_ids=["a", "b"], limits=[limit])
    bookings = [
        a_booking(
            f"Y-{number}", calendar_id="yoga", host_ids=["a"], customer_id=f"c{number}", **fields
        )
        for number in range(size)
    ]
    return a_scheduler(a_member("a"), a_member("b"), yoga, bookings=bookings)


def test_what_a_session_rests_on_is_read_once_for_each_customer(monkeypatch):
    """It was read for each booking and each customer: that was quadratic."""
    state = a_crowd(30)
    stamped = counting(monkeypatch, freshness, "version_of")
    limited = [counting(monkeypatch, module, "counted_in") for module in (commands, freshness)]

    for host_ids in (["b"], None):
        plan = state.plan_reassign("Y-0", host_ids=host_ids, now=NOW)
        assert set(plan.rests_on) == {"yoga", "b", *(customer_key(f"c{n}") for n in range(30))}
        assert len(stamped) == len(plan.rests_on)
        assert sum(map(len, limited)) == 30
        for each in (stamped, *limited):
            each.clear()


def test_the_ways_to_named_hosts_are_bounded_too(monkeypatch):
    state = a_crowd(3)
    monkeypatch.setattr(reassignment, "MOST_HAND_OVERS", 2)
    for ask in (state.explain_reassign, state.reassign):
        for host_ids in (["b"], None):
            with refused(SearchLimitError, "search_limit"):
                ask("Y-0", host_ids=host_ids, now=NOW)
    assert state.reassign("Y-0", host_ids=["a"], now=NOW) is state
    assert state.explain_reassign("Y-0", host_ids=["a"], now=NOW) == ()


def test_a_session_of_more_people_than_one_may_ask_for_changes_hands():
    state = a_crowd(3, party_size=600_000)

    moved = state.reassign("Y-0", now=NOW)
    assert {hosts_of(moved, f"Y-{number}") for number in range(3)} == {("b",)}


def a_studio(**fields):
    yoga = a_class("yoga", 5, member_ids=["a", "b"], **fields)
    room = a_room("hall", 9, calendar_ids=["yoga"], max_concurrent=1)
    state = a_scheduler(a_member("a"), a_member("b"), yoga, room)
    for name, size in (("Y-1", 2), ("Y-2", 3)):
        state = booked(state, "09:00", calendar="yoga", booking_id=name, party_size=size)
    return state


def test_all_bookings_of_a_session_change_hands_together():
    state = a_studio()
    assert state.stand_ins("Y-1", now=NOW) == ("b",)

    plan = state.plan_reassign("Y-1", now=NOW)
    moved = state.apply(plan)

    assert [each.id for each in plan.bookings_after] == ["Y-1", "Y-2"]
    assert [hosts_of(moved, key) for key in ("Y-1", "Y-2")] == [("b",), ("b",)]
    assert not moved.violations(now=NOW)
    moved.check()
    assert moved.reassign("Y-2", host_ids=["a"], now=NOW).booking("Y-1").host_ids == ("a",)


def test_who_leads_another_session_at_that_time_does_not_stand_in():
    state = a_studio()
    lobby = a_room("lobby", 9, calendar_ids=["yoga"], max_concurrent=1)
    state = state.with_catalogue(state.catalogue.add(lobby))
    request = state.request("yoga", host_ids=["b"])
    slot = state.slot(request, start=at("09:00"), now=NOW)
    state = state.book(slot, booking_id="Y-3", now=NOW)
    assert state.booking("Y-3").room_ids == ("lobby",)

    assert state.stand_ins("Y-1", now=NOW) == ()
    assert rules(state.explain_reassign("Y-1", now=NOW)) == [("busy", "b")]


def test_limits_are_kept_for_everybody_in_a_session():
    limit = Limit(1, "day", per=["customer", "host"])
    state = a_scheduler(
        *map(a_member, "abc"), a_class("yoga", 5, member_ids=["a", "b", "c"], limits=[limit])
    )
    for name, customer, clock, host in (
        ("Y-1", "ann", "09:00", "a"),
        ("Y-2", "bea", "09:00", "a"),
        ("Y-3", "bea", "10:00", "b"),
    ):
        state = booked(
            state, clock, calendar="yoga", booking_id=name, customer_id=customer, host_ids=[host]
        )

    assert state.stand_ins("Y-1", now=NOW) == ("c",)
    reasons = state.explain_reassign("Y-1", host_ids=["b"], now=NOW)
    assert rules(reasons) == [("limit_reached", "b")]
    with refused(BookingRefused, "refused") as caught:
        state.reassign("Y-1", host_ids=["b"], now=NOW)
    assert caught.value.refusals == reasons


# To whom --------------------------------------------------------------------


def test_a_session_changes_hands_only_as_a_whole():
    state = a_studio()
    hall = a_room("hall", 4, calendar_ids=["yoga"], max_concurrent=1)
    state = state.with_catalogue(state.catalogue.replace(hall))

    assert state.stand_ins("Y-1", now=NOW) == ()
    assert rules(state.explain_reassign("Y-1", now=NOW)) == [("never_fits", "hall")]


def test_the_hosts_that_it_has_already_change_nothing():
    state = taken(a_clinic("a", "b"))

    assert state.plan_reassign("B-1", host_ids=["a"], now=NOW).is_empty
    assert state.reassign("B-1", host_ids=["a"], now=NOW) is state


def test_who_has_no_weight_can_be_asked_for_by_id():
    state = taken(a_clinic("a", a_member("z", weight=0)))

    assert state.stand_ins("B-1", now=NOW) == ()
    assert hosts_of(state.reassign("B-1", host_ids=["z"], now=NOW)) == ("z",)


def test_why_nobody_else_can_is_told_for_everybody():
    members = "a", a_member("b", hours=OFFICE), a_member("c", is_active=False), "d"
    other = a_booking("X", "08:00", "08:30", host_ids=["d"])
    state = taken(a_clinic(*members, bookings=[other]), "08:00")
    assert hosts_of(state) == ("a",)

    refusals = state.explain_reassign("B-1", now=NOW)

    assert rules(refusals) == [("inactive", "c"), ("outside_hours", "b"), ("busy", "d")]
    with refused(BookingRefused, "refused") as caught:
        state.reassign("B-1", now=NOW)
    assert caught.value.refusals == refusals
    with refused(BookingRefused, "refused") as caught:
        state.reassign("B-1", host_ids=["d"], now=NOW)
    assert rules(caught.value.refusals) == [("busy", "d")]
    assert state.explain_reassign("B-1", host_ids=["d"], now=NOW) == caught.value.refusals
    assert state.booking("B-1").version == 1


def test_a_room_that_was_blocked_since_refuses_other_hosts():
    state = taken(a_clinic("a", "b")).block("blue", monday("09:00", "09:30"), block_id="K-1")

    assert state.stand_ins("B-1", now=NOW) == ()
    assert rules(state.explain_reassign("B-1", now=NOW)) == [("busy", "blue")]


# What was left aside ----------------------------------------------------------


def a_full_clinic(*hosts, override=("busy",)):
    """Bookings of *a* and then of *b*, at once in a room for one: the second by an administrator."""
    members = map(a_member, hosts)
    room = a_room("r", 9, max_concurrent=1, calendar_ids=["massage"])
    state = a_scheduler(a_calendar(member_ids=hosts), room, *members)
    state = taken(state, booking_id="B-1", host_ids=["a"])
    return taken(state, booking_id="B-2", host_ids=["b"], override=override)


def test_what_was_left_aside_for_a_booking_is_left_aside_for_what_stays_with_it():
    state = a_full_clinic("a", "b", "c")
    assert state.booking("B-2").override == {"busy"}

    after = state.reassign("B-2", host_ids=["c"], now=NOW).booking("B-2")

    assert (after.host_ids, after.room_ids, after.override) == (("c",), ("r",), {"busy"})
    assert "overbooked" in after.tags
    assert state.stand_ins("B-2", now=NOW) == ("c",)


def test_what_others_were_given_on_top_of_a_booking_does_not_count_against_it():
    state = a_full_clinic("a", "b", "c")

    assert hosts_of(state.reassign("B-1", host_ids=["c"], now=NOW)) == ("c",)


def test_who_takes_over_what_was_overbooked_has_to_be_free():
    state = a_full_clinic("a", "b", "c").block("c", monday("09:00", "09:30"), block_id="K-1")

    for booking_id in ("B-1", "B-2"):
        assert state.stand_ins(booking_id, now=NOW) == ()
        with refused(BookingRefused, "refused") as caught:
            state.reassign(booking_id, host_ids=["c"], now=NOW)
        assert rules(caught.value.refusals) == [("busy", "c")]
    with refused(BookingRefused, "refused") as caught:
        state.reassign("B-2", host_ids=["a"], now=NOW)
    assert rules(caught.value.refusals) == [("busy", "a")]


def test_only_what_was_left_aside_is_left_aside_when_it_changes_hands():
    room = a_room("r", 1, calendar_ids=["massage"])
    state = a_scheduler(a_calendar(member_ids=["a", "b"]), room, a_member("a"), a_member("b"))
    state = taken(
        state.block("massage", monday("08:00", "12:00"), block_id="K-1"), override=["busy"]
    )

    assert hosts_of(state.reassign("B-1", host_ids=["b"], now=NOW)) == ("b",)
    fuller = attrs.evolve(room, capacity=0)
    later = state.with_catalogue(state.catalogue.replace(fuller))
    assert {each.rule.value for each in later.explain_reassign("B-1", now=NOW)} == {"never_fits"}
    other = a_booking("X", "09:00", "10:00", room_ids=["r"])
    crowded = a_scheduler_with(state, state.booking("B-1"), other)
    assert rules(crowded.explain_reassign("B-1", now=NOW)) == [("full", "r")]


@pytest.mark.parametrize(
    ("calendar", "hosts"),
    [
        ({"kind": "personal"}, ["a"]),
        ({"kind": "collective"}, ["a", "b"]),
        ({"kind": "event"}, []),
    ],
)
def test_where_there_is_nobody_else_that_is_the_reason(calendar, hosts):
    state = taken(a_clinic(*hosts, **calendar))

    assert state.stand_ins("B-1", now=NOW) == ()
    (reason,) = state.explain_reassign("B-1", now=NOW)
    assert rules([reason]) == [("never_fits", "massage")]
    assert dict(reason.detail) == {"available": 0, "needed": 1, "what": "other hosts"}
    assert str(reason) == "'massage' can never serve this: 1 other host needed, 0 exist"


def test_who_is_only_picked_when_named_is_told_of():
    left_out = [a_member(name, weight=0) for name in "dc"]
    state = taken(a_clinic("a", "b", *left_out))
    state = state.block("b", monday("08:00", "12:00"), block_id="K-1")
    assert rules(state.explain_reassign("B-1", now=NOW)) == [("busy", "b")]

    alone = taken(a_clinic("a", *left_out))
    (reason,) = alone.explain_reassign("B-1", now=NOW)
    assert reason.detail["only_named"] == ("c", "d")
    assert str(reason) == (
        "'massage' can never serve this: 1 other host needed, 0 exist, "
        "beside 'c' and 'd' who may only be asked for by id"
    )
    assert hosts_of(alone.reassign("B-1", host_ids=["c"], now=NOW)) == ("c",)


def test_a_calendar_that_needs_everybody_takes_nobody_else():
    state = taken(a_clinic("a", "b", kind="collective", others=[a_member("z")]))

    with refused(UnknownIdError, "unknown_id", "host_ids"):
        state.reassign("B-1", host_ids=["a", "z"], now=NOW)
    assert state.reassign("B-1", host_ids=["b", "a"], now=NOW) is state


def test_what_cannot_change_hands_is_refused():
    other = a_booking("X", "12:00", "13:00", host_ids=["a"])
    state = taken(a_clinic("a", "b", bookings=[other])).cancel("B-1", now=NOW)

    with refused(InvalidTransitionError, "wrong_state"):
        state.stand_ins("B-1", now=NOW)
    with refused(InvalidValueError, "no_calendar", "booking_id"):
        state.reassign("X", now=NOW)
    with refused(UnknownIdError, "unknown_id", "booking_id"):
        state.reassign("Z", now=NOW)


@pytest.mark.parametrize(
    ("host_ids", "kind", "code"),
    [
        (["x"], UnknownIdError, "unknown_id"),
        (["z"], UnknownIdError, "unknown_id"),
        (["b", "c"], InvalidValueError, "host_ids"),
        ([], InvalidValueError, "host_ids"),
        ("b", InvalidValueError, "ids"),
    ],
)
def test_other_hosts_are_as_many_members_of_the_calendar(host_ids, kind, code):
    state = taken(a_clinic("a", "b", "c", others=[a_member("z")]))

    for ask in (state.reassign, state.explain_reassign, state.plan_reassign):
        with refused(kind, code, "host_ids"):
            ask("B-1", host_ids=host_ids, now=NOW)


def test_a_booking_with_more_who_serve_than_its_calendar_has_places_for_stays_as_it_is():
    state = taken(a_clinic("a", "b", requirements=[any_of("c", "d")], others=map(a_member, "cd")))
    assert hosts_of(state) == ("a", "c")
    fewer = a_calendar(member_ids=["a", "b", "c"], requirements=[])
    state = state.with_catalogue(state.catalogue.replace(fewer))

    assert state.stand_ins("B-1", now=NOW) == ()
    with refused(BookingRefused, "refused") as caught:
        state.reassign("B-1", host_ids=["b", "c"], now=NOW)
    assert rules(caught.value.refusals) == [("never_fits", "massage")]


def test_a_plan_to_reassign_grows_stale():
    state = taken(a_clinic("a", "b"))
    plan = state.plan_reassign("B-1", now=NOW)
    assert set(plan.rests_on) == {"b", "blue", "massage", "table"}

    with refused(StaleLedgerError, "stale"):
        taken(state, "10:00", "B-2", host_ids=["b"]).apply(plan)


# Staying with the same host ------------------------------------------------


def test_a_booking_can_be_moved_with_its_own_host():
    state = taken(a_clinic("a", "b"), host_ids=["b"])
    to = state.slot(state.request("massage"), start=at("11:00"), now=NOW, ignoring=["B-1"])

    assert hosts_of(state.reschedule("B-1", to=to, now=NOW)) == ("a",)
    kept = state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)
    assert hosts_of(kept) == ("b",)
    assert kept.booking("B-1").start == at("11:00")
    with refused(InvalidValueError, "flag", "keep_hosts"):
        state.reschedule("B-1", to=to, now=NOW, keep_hosts=1)


@pytest.mark.parametrize("kind", ["round_robin", "personal"])
def test_a_booking_can_be_moved_with_the_delegate_who_took_it_over(kind):
    hosts = ["a"] if kind == "personal" else ["a", "b"]
    state = taken(a_clinic(*hosts, kind=kind, others=[a_member("z")]), host_ids=["a"])
    away = a_member("a", absences=[Absence(monday("08:00", "12:00"), "ill", "z")])
    state = state.with_catalogue(state.catalogue.replace(away))
    state = state.reassign("B-1", host_ids=["z"], now=NOW)
    request = state.request("massage", use_delegates=True)
    to = state.slot(request, start=at("11:00"), now=NOW, ignoring=["B-1"])
    plain = attrs.evolve(to, request=state.request("massage"))

    for slot in (to, plain):
        assert hosts_of(state.reschedule("B-1", to=slot, now=NOW, keep_hosts=True)) == ("z",)


@pytest.mark.parametrize(
    "host",
    [a_member("b", weight=0), a_member("b", weight=1)],
)
def test_a_host_who_is_kept_need_be_neither_next_nor_picked_unasked(host):
    strict = Ranking.equal_distribution(strict=True)
    done = a_booking("X", "08:00", "08:30", host_ids=["b"], calendar_id="massage")
    state = taken(a_clinic("a", host, ranking=strict, bookings=[done]), host_ids=["b"])
    to = state.slot(state.request("massage"), start=at("11:00"), now=NOW, ignoring=["B-1"])

    assert to.host_ids == ("a",)
    assert hosts_of(state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)) == ("b",)


def test_a_booking_keeps_its_host_even_where_more_are_needed_by_now():
    state = taken(a_clinic("a", "b"))
    together = a_calendar(member_ids=["a", "b"], kind="collective")
    state = state.with_catalogue(state.catalogue.replace(together))
    to = state.slot(state.request("massage"), start=at("11:00"), now=NOW, ignoring=["B-1"])

    assert hosts_of(state.reschedule("B-1", to=to, now=NOW)) == ("a", "b")
    with refused(BookingRefused, "refused") as caught:
        state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)
    assert rules(caught.value.refusals) == [("never_fits", "massage")]


def test_where_its_own_host_is_busy_a_booking_stays_where_it_is():
    busy = Block("K-1", "b", monday("11:00", "12:00"))
    state = taken(a_clinic("a", "b", blocks=[busy]), host_ids=["b"])
    to = state.slot(state.request("massage"), start=at("11:00"), now=NOW, ignoring=["B-1"])

    with refused(BookingRefused, "refused") as caught:
        state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)
    assert rules(caught.value.refusals) == [("busy", "b")]


def test_everybody_whom_a_booking_has_is_kept_in_every_role():
    members = [a_member(name) for name in "cd"]
    collective = a_clinic("a", kind="collective", requirements=[any_of("c", "d")], others=members)
    busy = a_booking("X", "09:00", "10:00", host_ids=["c"])
    state = taken(a_scheduler_with(collective, busy)).cancel("X", now=NOW)
    assert hosts_of(state) == ("a", "d")
    to = state.slot(state.request("massage"), start=at("11:00"), now=NOW, ignoring=["B-1"])

    assert hosts_of(state.reschedule("B-1", to=to, now=NOW)) == ("a", "c")
    assert hosts_of(state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)) == ("a", "d")


def test_a_booking_is_moved_with_those_who_attend():
    busy = a_booking("X", "11:00", "12:00", host_ids=["z"])
    guests = [a_member("y"), a_member("z")]
    state = taken(a_clinic("a", "b", others=guests, bookings=[busy]), attendee_ids=["z"])

    def to(clock, **asked):
        request = state.request("massage", **asked)
        return state.slot(request, start=at(clock), now=NOW, ignoring=["B-1"])

    moved = state.reschedule("B-1", to=to("10:00"), now=NOW).booking("B-1")
    assert (moved.host_ids, moved.attendee_ids) == (("a", "z"), ("z",))
    with refused(BookingRefused, "refused") as caught:
        state.reschedule("B-1", to=to("11:00"), now=NOW)
    assert rules(caught.value.refusals) == [("busy", "z")]
    other = state.reschedule("B-1", to=to("11:00", attendee_ids=["y"]), now=NOW).booking("B-1")
    assert (other.host_ids, other.attendee_ids) == (("a", "y"), ("y",))
    assert state.reschedule("B-1", to=to("09:00"), now=NOW) is state
    there = state.reschedule("B-1", to=to("09:00", attendee_ids=["y"]), now=NOW)
    assert there.booking("B-1").attendee_ids == ("y",)


def test_who_came_with_an_add_on_moves_only_with_the_add_on():
    add_on = AddOn("oil", requirements=[any_of("b", "z")])
    state = a_clinic("a", "b", add_ons=[add_on], others=[a_member("z")])
    state = taken(state, add_on_ids=["oil"], host_ids=["a"])
    assert hosts_of(state) == ("a", "b")

    for asked, hosts, along in (({}, ("a",), ()), ({"add_on_ids": ["oil"]}, ("a", "b"), ("b",))):
        request = state.request("massage", **asked)
        to = state.slot(request, start=at("11:00"), now=NOW, ignoring=["B-1"])
        for keep_hosts in (False, True):
            moved = state.reschedule("B-1", to=to, now=NOW, keep_hosts=keep_hosts).booking("B-1")
            assert (moved.host_ids, moved.companion_ids) == (hosts, along)


def a_scheduler_with(state, *bookings):
    return type(state)(state.catalogue, bookings)


def test_a_request_without_a_calendar_keeps_its_people_too():
    state = a_scheduler(a_member("a"), a_member("b"))
    request = a_request(any_of("a", "b"), duration=HOUR)
    other = a_booking("X", "09:00", "10:00", host_ids=["a"])
    state = a_scheduler_with(state, other)
    slot = state.slot(request, start=at("09:00"), now=NOW)
    state = state.book(slot, booking_id="B-1", now=NOW).cancel("X", now=NOW)
    to = state.slot(request, start=at("11:00"), now=NOW, ignoring=["B-1"])

    assert hosts_of(state.reschedule("B-1", to=to, now=NOW)) == ("a",)
    assert hosts_of(state.reschedule("B-1", to=to, now=NOW, keep_hosts=True)) == ("b",)


def test_what_takes_nothing_shares_no_session_and_changes_hands_alone():
    asking = BookingPolicy(otherwise=Access.REQUEST)
    state = a_scheduler(
        a_class(member_ids=["ada", "bob"], policy=asking, pending_blocks=False),
        a_member("ada"),
        a_member("bob"),
    )
    for booking_id in ("B-1", "B-2"):
        state = booked(state, "09:00", calendar="yoga", booking_id=booking_id)
    (host,) = hosts_of(state)
    (other,) = {"ada", "bob"} - {host}

    after = state.reassign("B-1", now=NOW)

    assert (other,) == hosts_of(after)
    assert hosts_of(state, "B-2") == hosts_of(after, "B-2")

"""Why nothing is listed: counts of starts, rule by rule, and one plain sentence."""

from __future__ import annotations

import pytest

from bookable import (
    FixedStarts,
    RefusalCode,
    Requirement,
    SearchLimitError,
    WeeklyHours,
    all_of,
    any_of,
)
from bookable.availability import emptiness
from bookable.domain.limit import Limit
from bookable.domain.listing import Listing
from bookable.domain.policy import BookingPolicy, BufferPolicy
from bookable.timeline.packing import WindowStart
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
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
    refused,
)

MORNING = monday("09:00", "12:00")


def why(state, request, *, within=MORNING, now=NOW, **asked):
    return state.why_empty(request, within=within, now=now, **asked)


def counts(found):
    """What each rule blocks, would free and leaves."""
    return [(each.rule.value, each.blocks, each.frees, each.left) for each in found.rules]


def hourly(*needs, **fields):
    return a_request(*needs, **{"slot_step": HOUR, **fields})


def test_a_listing_with_a_slot_is_not_empty():
    assert why(a_scheduler(bookings=[a_booking()]), hourly()) is None


def test_what_never_fits_is_said_at_once():
    found = why(a_scheduler(), hourly(party_size=2))

    assert counts(found) == [("never_fits", 3, 3, 0)]
    assert found.decisive is RefusalCode.NEVER_FITS
    assert str(found) == "of 3 starts none can be booked: 3 could never fit ('blue room')"


def test_a_window_without_starts_is_told_as_such():
    found = why(a_scheduler(), a_request(grid=FixedStarts([at("08:00")])))

    assert (found.starts, found.rules, found.decisive) == (0, (), RefusalCode.OFF_GRID)
    assert str(found) == "no start of the grid lies in the window"


def test_starts_fall_through_the_rules_in_their_order():
    late = WeeklyHours.parse("Mo 10:00-17:00", zone="UTC")
    calendar = a_calendar(
        member_ids=["ada"], minimum_notice=HOUR, booking_horizon=4 * HOUR, hours=late
    )
    state = a_scheduler(
        calendar, a_member(), bookings=[a_booking("B", "10:00", "12:00", host_ids=["ada"])]
    )
    request = state.request("massage")
    found = why(state, request, within=monday("07:00", "13:00"), now=at("07:30"))

    assert found.starts == 6
    assert counts(found) == [
        ("notice_too_short", 2, 0, 4),
        ("beyond_horizon", 1, 1, 3),
        ("outside_hours", 3, 1, 2),
        ("busy", 2, 2, 0),
    ]
    assert found.decisive is RefusalCode.BUSY
    assert found.remedies == (
        RefusalCode.BUSY,
        RefusalCode.BEYOND_HORIZON,
        RefusalCode.OUTSIDE_HOURS,
    )
    assert str(found) == (
        "of 6 starts none can be booked: 2 come too soon, 1 is too far ahead, "
        "1 is outside opening hours, 2 are taken ('ada')"
    )


@pytest.mark.parametrize(
    ("calendar", "rule"),
    [
        ({"is_active": False}, "inactive"),
        ({"policy": BookingPolicy(otherwise="deny")}, "not_allowed"),
        ({"hours": WeeklyHours.parse("Tu 09:00-17:00", zone="UTC")}, "outside_hours"),
        ({"booker_hours": WeeklyHours.parse("Tu 09:00-17:00", zone="UTC")}, "outside_hours"),
        ({"limits": [Limit(0, "day")]}, "limit_reached"),
        ({"limits": [Limit(0, "day", per=["host"])]}, "limit_reached"),
        ({"minimum_notice": 20 * HOUR}, "notice_too_short"),
        ({"booking_horizon": HOUR}, "beyond_horizon"),
    ],
)
def test_one_rule_of_the_calendar_is_enough(calendar, rule):
    state = a_scheduler(a_calendar(member_ids=["ada"], **calendar), a_member())
    found = why(state, state.request("massage"))

    assert counts(found) == [(rule, 3, 3, 0)]
    assert found.decisive is RefusalCode(rule)


@pytest.mark.parametrize(
    ("room", "request_", "rule"),
    [
        ({"is_active": False}, {}, "inactive"),
        ({"hours": WeeklyHours.parse("Tu 09:00-17:00", zone="UTC")}, {}, "outside_hours"),
        ({"capacity": 2}, {"party_size": 2, "policy": "exclusive"}, "full"),
        ({"capacity": 2}, {"party_size": 2, "policy": "existing_only"}, "full"),
        ({"capacity": 2, "max_concurrent": 1}, {"party_size": 2, "policy": "shared"}, "busy"),
        ({"enforce_capacity": False}, {}, "busy"),
    ],
)
def test_one_rule_of_the_only_resource_is_enough(room, request_, rule):
    asked = dict(request_)
    policy = asked.pop("policy", BufferPolicy.EXCLUSIVE)
    state = a_scheduler(a_room(**room), bookings=[a_booking("B", "09:00", "12:00")])
    found = why(state, hourly(buffer_policy=policy, **asked))

    assert found.decisive is RefusalCode(rule)
    assert counts(found)[0][0] == rule


def test_a_blocked_calendar_is_taken():
    state = a_scheduler(
        a_calendar(member_ids=["ada"]),
        a_member(),
        blocks=[a_block("K", "massage", "09:00", "12:00")],
    )

    assert counts(why(state, state.request("massage"))) == [("busy", 3, 3, 0)]


def test_two_who_are_each_away_at_another_time_take_two_rules():
    state = a_scheduler(
        a_member("ada", hours=WeeklyHours.parse("Tu 09:00-17:00", zone="UTC")),
        a_member("bob"),
        bookings=[a_booking("B", "09:00", "12:00", host_ids=["bob"])],
    )
    found = why(state, hourly(any_of("ada", "bob")))

    # Either would do: if ada were there, or if bob were free.
    assert counts(found) == [("outside_hours", 0, 3, 3), ("busy", 0, 3, 0)]
    assert found.remedies == (RefusalCode.OUTSIDE_HOURS, RefusalCode.BUSY)


def test_roles_that_compete_are_the_last_rule():
    state = a_scheduler(
        a_member("ada"), a_member("bob"), blocks=[a_block("K", "bob", "09:00", "12:00")]
    )
    found = why(state, hourly(any_of("ada", "bob"), any_of("ada", "bob")))

    assert counts(found) == [("busy", 0, 3, 3), ("roles_compete", 0, 3, 0)]
    assert str(found).endswith("3 have too few for all roles")


def test_more_than_the_pool_has_never_fits():
    found = why(a_scheduler(a_member()), hourly(Requirement(["ada"], count=2)))

    assert counts(found) == [("never_fits", 3, 3, 0)]


def test_a_full_session_is_full_and_its_host_is_taken():
    state = a_scheduler(a_class(seats=1, slot_step=HOUR), a_member())
    for number, clock in enumerate(("09:00", "10:00", "11:00")):
        state = booked(state, clock, calendar="yoga", booking_id=f"B-{number}")
    found = why(state, state.request("yoga"))

    assert {each.rule.value for each in found.rules} == {"busy", "full"}
    assert found.decisive is RefusalCode.FULL


def test_a_party_larger_than_a_session_never_fits():
    state = a_scheduler(a_class(seats=2, slot_step=HOUR), a_member())
    found = why(state, state.request("yoga", party_size=3))

    assert counts(found) == [("never_fits", 3, 3, 0)]


def test_a_session_of_another_host_cannot_be_joined():
    state = a_scheduler(
        a_class(seats=2, member_ids=["ada", "bob"]),
        a_member("ada"),
        a_member("bob"),
        blocks=[a_block("K", "bob", "08:00", "12:00")],
    )
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1", party_size=1)
    found = why(state, state.request("yoga", host_ids=["bob"]))

    assert counts(found) == [("busy", 3, 3, 0)]


def test_a_session_without_hosts_keeps_its_room():
    calendar = a_calendar("talk", kind="event", seats_per_slot=2)
    state = a_scheduler(calendar, a_room(capacity=9, calendar_ids=["talk"]))
    state = booked(state, "09:00", calendar="talk", booking_id="B-1", party_size=2)
    found = why(state, state.request("talk"), within=monday("09:00", "10:00"))

    assert found.decisive is RefusalCode.FULL


def test_a_webinar_without_places_is_full_as_well():
    calendar = a_calendar("talk", kind="event", seats_per_slot=2)
    state = booked(a_scheduler(calendar), "09:00", calendar="talk", booking_id="B-1", party_size=2)
    found = why(state, state.request("talk"), within=monday("09:00", "10:00"))

    assert found.decisive is RefusalCode.FULL
    assert RefusalCode.FULL in found.remedies


def test_what_the_calendar_hides_is_not_refused():
    calendar = a_calendar(member_ids=["ada"], listing=Listing(look_busy=100))
    state = a_scheduler(calendar, a_member())
    found = why(state, state.request("massage"))

    assert (found.hidden, found.rules, found.decisive) == (3, (), None)
    assert str(found) == "the calendar hides all 3 starts that can be booked"
    alone = why(state, state.request("massage"), within=monday("09:00", "09:01"))
    assert str(alone) == "the calendar hides the only start that can be booked"


def test_of_one_start_it_speaks_in_the_singular():
    state = a_scheduler(a_calendar(member_ids=["ada"]), a_member(is_active=False))
    found = why(state, state.request("massage"), within=monday("09:00", "09:01"))

    said = "the only start cannot be booked: it is of what is inactive ('ada')"
    assert (found.starts, str(found)) == (1, said)


def test_where_nothing_is_free_packed_starts_are_looked_for_by_the_clock():
    request = a_request(grid=WindowStart(minutes(30)))
    found = why(a_scheduler(blocks=[a_block("K", first="09:00", last="13:00")]), request)

    assert (found.starts, found.decisive) == (6, RefusalCode.BUSY)


def test_between_two_packed_starts_there_is_none():
    request = a_request(grid=WindowStart(2 * HOUR))
    state = a_scheduler(a_room(hours=OFFICE))
    found = why(state, request, within=monday("10:00", "11:00"))

    assert (found.starts, found.rules, found.decisive) == (0, (), RefusalCode.OFF_GRID)


def test_bookings_can_be_ignored_and_windows_are_bounded():
    state = a_scheduler(bookings=[a_booking("B", "09:00", "12:00")])

    assert why(state, hourly()).decisive is RefusalCode.FULL
    assert why(state, hourly(), ignoring=["B"]) is None
    with refused(SearchLimitError, "search_limit"):
        why(state, a_request(all_of("blue room"), slot_step=minutes(0.0001)))


def test_who_alone_refuses_is_named_and_none_of_several():
    rooms = [a_room("attic", hours=OFFICE), a_room("blue")]
    bookings = [
        a_booking("B-1", "09:00", "11:00", room_ids=["attic"]),
        a_booking("B-2", "09:00", "12:00", room_ids=["blue"]),
        a_booking("B-3", "11:30", "12:00", room_ids=["attic"]),
    ]
    state = a_scheduler(*rooms, bookings=bookings)

    for pool, subject, who in ((["attic", "blue"], "", ""), (["blue"], "blue", " ('blue')")):
        found = why(state, hourly(Requirement(pool)))
        assert [each.subject for each in found.rules] == [subject]
        assert str(found) == f"of 3 starts none can be booked: 3 are full{who}"


def test_nobody_is_named_where_each_refuses_some():
    calendar = a_calendar(member_ids=["ada", "ben"], kind="collective", slot_step=HOUR)
    blocks = [a_block("K-1", "ada", "09:00", "10:00"), a_block("K-2", "ben", "10:00", "12:00")]
    state = a_scheduler(calendar, a_member("ada"), a_member("ben"), blocks=blocks)

    found = why(state, state.request("massage"))

    assert [each.subject for each in found.rules] == [""]


def test_the_calendar_itself_is_not_named_again():
    state = a_scheduler(
        a_calendar(is_active=False, slot_step=HOUR), a_room(calendar_ids=["massage"])
    )

    found = why(state, state.request("massage"))

    assert (found.subject, found.rules[0].subject) == ("massage", "massage")
    assert str(found) == "of 3 starts none can be booked: 3 are of what is inactive"


def test_only_the_first_starts_are_explained(monkeypatch):
    asked = []
    real = emptiness.explain
    monkeypatch.setattr(
        emptiness, "explain", lambda search, start: asked.append(start) or real(search, start)
    )
    state = a_scheduler(bookings=[a_booking("B-1", "09:00", "12:00")])

    found = why(state, a_request(slot_step=minutes(1)))

    assert found.starts == 180
    assert len(asked) == len(set(asked)) == 20

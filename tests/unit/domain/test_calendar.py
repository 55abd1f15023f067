"""Calendars: their kinds, their durations and what each field accepts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import (
    AddOn,
    Calendar,
    CalendarKind,
    Epoch,
    InvalidAmountError,
    InvalidValueError,
    Limit,
    LimitExceededError,
    UnknownIdError,
    Variant,
    all_of,
)
from tests.support.builders import DAY, HOUR, OFFICE, US, a_calendar, minutes, refused


def test_a_calendar_needs_only_an_id_and_a_duration():
    calendar = Calendar("massage", HOUR)

    assert calendar.kind is CalendarKind.ROUND_ROBIN
    assert (calendar.member_ids, calendar.primary_id, calendar.requirements) == ((), None, None)
    assert (calendar.buffer_before, calendar.minimum_notice) == (0 * HOUR, 0 * HOUR)
    assert (calendar.booking_horizon, calendar.grid, calendar.zone) == (None, None, None)
    assert (calendar.seats_per_slot, calendar.slot_step, calendar.is_active) == (1, None, True)


@pytest.mark.parametrize("kind", list(CalendarKind))
def test_a_kind_may_be_given_as_text(kind):
    members = [] if kind is CalendarKind.EVENT else ["ada"]

    assert a_calendar(kind=kind.value, member_ids=members).kind is kind


@pytest.mark.parametrize("kind", ["meeting", "PERSONAL", "", None, 3])
def test_an_unknown_kind_is_refused(kind):
    with refused(InvalidValueError, "choice", "kind"):
        a_calendar(kind=kind)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("personal", []),
        ("personal", ["ada", "grace"]),
        ("collective", []),
        ("event", ["ada"]),
    ],
)
def test_a_kind_that_its_members_do_not_suit_is_refused(kind, members):
    with refused(InvalidValueError, "member_ids", "member_ids"):
        a_calendar(kind=kind, member_ids=members)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("personal", ["ada"]),
        ("collective", ["ada"]),
        ("collective", ["ada", "grace"]),
        ("event", []),
        ("round_robin", []),
        ("class", []),
        ("service", []),
    ],
)
def test_a_kind_that_its_members_suit_is_accepted(kind, members):
    assert a_calendar(kind=kind, member_ids=members).member_ids == tuple(members)


def test_the_primary_is_one_of_the_members():
    team = ["ada", "grace"]

    calendar = a_calendar(kind="collective", member_ids=team, primary_id="grace")

    assert calendar.primary_id == "grace"
    with refused(InvalidValueError, "member_ids", "primary_id"):
        a_calendar(kind="collective", member_ids=team, primary_id="linus")


@pytest.mark.parametrize(
    ("kind", "seats", "has_sessions"),
    [("class", 1, True), ("class", 9, True), ("service", 1, False), ("service", 2, True)],
)
def test_bookings_share_sessions_in_a_class_or_where_a_slot_has_several_seats(
    kind, seats, has_sessions
):
    assert a_calendar(kind=kind, seats_per_slot=seats).has_sessions is has_sessions


def test_allowed_durations_are_the_duration_and_those_beside_it_shortest_first():
    calendar = a_calendar(duration=HOUR, durations=[2 * HOUR, minutes(30), HOUR, 2 * HOUR])

    assert calendar.allowed_durations == (minutes(30), HOUR, 2 * HOUR)
    assert a_calendar(duration=HOUR).allowed_durations == (HOUR,)
    assert calendar == a_calendar(duration=HOUR, durations=[HOUR, minutes(30), 2 * HOUR])


@pytest.mark.parametrize("name", ["duration", "slot_step", "booking_horizon"])
def test_what_must_last_is_not_zero(name):
    assert getattr(a_calendar(**{name: US}), name) == US
    with refused(InvalidValueError, "zero_step", name):
        a_calendar(**{name: 0 * HOUR})


@pytest.mark.parametrize(
    "name",
    [
        "duration",
        "slot_step",
        "booking_horizon",
        "buffer_before",
        "buffer_after",
        "minimum_notice",
    ],
)
def test_durations_are_neither_negative_nor_longer_than_ten_years(name):
    assert getattr(a_calendar(**{name: 3660 * DAY}), name) == 3660 * DAY
    with refused(InvalidValueError, "duration", name):
        a_calendar(**{name: -US})
    with pytest.raises(LimitExceededError, match=name):
        a_calendar(**{name: 3660 * DAY + US})


@pytest.mark.parametrize("name", ["buffer_before", "buffer_after", "minimum_notice"])
@pytest.mark.parametrize("value", [None, 15, 1.5, "15", float("nan")])
def test_a_duration_is_a_timedelta_and_nothing_else(name, value):
    with refused(InvalidValueError, "duration", name):
        a_calendar(**{name: value})


@pytest.mark.parametrize(
    ("name", "value", "kind", "code"),
    [
        ("id", "a\u202eb", InvalidValueError, "id"),
        ("name", 1, InvalidValueError, "text"),
        ("description", 1, InvalidValueError, "text"),
        ("location_id", "", InvalidValueError, "id"),
        ("is_active", "yes", InvalidValueError, "flag"),
        ("buffer_within_hours", 0, InvalidValueError, "flag"),
        ("seats_per_slot", 0, InvalidAmountError, "quantity"),
        ("seats_per_slot", True, InvalidAmountError, "quantity"),
        ("hours", "Mo", InvalidValueError, "type"),
        ("grid", HOUR, InvalidValueError, "type"),
        ("zone", "Europe", InvalidValueError, "unknown_zone"),
        ("member_ids", "ada", InvalidValueError, "ids"),
        ("requirements", all_of("ada"), InvalidValueError, "type"),
        ("durations", HOUR, InvalidValueError, "type"),
        ("durations", [60], InvalidValueError, "type"),
        ("durations", [0 * HOUR], InvalidValueError, "zero_step"),
    ],
)
def test_a_calendar_with_a_bad_field_is_refused(name, value, kind, code):
    with refused(kind, code, name):
        a_calendar(**{name: value})


def test_a_calendar_keeps_every_good_field():
    calendar = a_calendar(
        grid=Epoch(HOUR),
        zone="Europe/Berlin",
        hours=OFFICE,
        requirements=[all_of("studio")],
        location_id="berlin",
        buffer_within_hours=True,
        name="Massage",
        description="an hour",
        is_active=False,
    )

    assert (calendar.grid, calendar.zone.key) == (Epoch(HOUR), "Europe/Berlin")
    assert (calendar.hours, calendar.requirements) == (OFFICE, (all_of("studio"),))
    assert (calendar.location_id, calendar.name, calendar.is_active) == ("berlin", "Massage", False)
    assert calendar.buffer_within_hours


def test_requirements_may_be_none_at_all():
    assert a_calendar(requirements=[]).requirements == ()
    assert a_calendar(requirements=None).requirements is None


def test_a_subclass_of_timedelta_is_no_duration():
    class Odd(timedelta):
        pass

    with refused(InvalidValueError, "duration", "duration"):
        a_calendar(duration=Odd(hours=1))


# How long a booking lasts ---------------------------------------------------


def the_salon(**fields):
    return a_calendar(
        "cut",
        HOUR,
        durations=[minutes(45)],
        member_ids=["ada", "ben"],
        host_durations={"ben": minutes(50)},
        variants=[
            Variant("long", 2 * HOUR, {"ada": minutes(90)}),
            Variant("short", minutes(30)),
        ],
        add_ons=[AddOn("wash", minutes(10)), AddOn("tea")],
        **fields,
    )


@pytest.mark.parametrize(
    ("host", "variant", "add_ons", "expected"),
    [
        (None, None, [], [45, 60]),
        ("ada", None, [], [45, 60]),
        ("ben", None, [], [50]),
        (None, None, ["wash"], [55, 70]),
        ("ben", None, ["wash", "tea"], [60]),
        (None, None, ["tea"], [45, 60]),
        (None, "long", [], [120]),
        ("ada", "long", [], [90]),
        # A variant has hosts of its own: those of the calendar do not count for it.
        ("ben", "long", [], [120]),
        ("ben", "short", ["wash"], [40]),
    ],
)
def test_C14_how_long_a_booking_lasts_depends_on_host_variant_and_add_ons(
    host, variant, add_ons, expected
):
    found = the_salon().durations_with(host, variant, add_ons)

    assert found == tuple(minutes(each) for each in expected)
    for duration in found:
        assert the_salon().allows(duration, host, variant, add_ons)
        assert not the_salon().allows(duration + US, host, variant, add_ons)


@pytest.mark.parametrize(
    ("bounds", "allowed", "refused_"),
    [
        ({}, [45, 60], [30, 50, 61, 90]),
        ({"shortest": minutes(20)}, [20, 21, 45, 60, 1_000], [19]),
        ({"longest": minutes(90)}, [1, 45, 60, 90], [91]),
        ({"shortest": minutes(50), "longest": minutes(55)}, [45, 50, 52, 55, 60], [44, 49, 56]),
    ],
)
def test_D9_any_duration_between_the_bounds_is_allowed_beside_the_listed_ones(
    bounds, allowed, refused_
):
    calendar = the_salon(**bounds)

    assert all(calendar.allows(minutes(each), None) for each in allowed)
    assert not any(calendar.allows(minutes(each), None) for each in refused_)


def test_a_variant_lasts_as_long_as_it_says_whatever_the_bounds():
    calendar = the_salon(shortest=minutes(1), longest=3 * HOUR)

    assert not calendar.allows(minutes(31), None, "short")
    assert calendar.allows(minutes(30), None, "short")


def test_bounds_may_be_equal_but_not_turned_around():
    assert the_salon(shortest=HOUR, longest=HOUR).longest == HOUR
    with refused(InvalidValueError, "duration", "longest"):
        the_salon(shortest=HOUR, longest=HOUR - US)


@pytest.mark.parametrize("ask", ["variant", "add_on"])
def test_variants_and_add_ons_are_found_by_their_id(ask):
    calendar, known = the_salon(), {"variant": "short", "add_on": "tea"}[ask]

    assert getattr(calendar, ask)(known).id == known
    for bare in (calendar, a_calendar()):
        with refused(UnknownIdError, "unknown_id", f"{ask}_id") as caught:
            getattr(bare, ask)("nothing")
        assert (caught.value.kind, caught.value.id) == (ask.replace("_", "-"), "nothing")
        with refused(InvalidValueError, "id", f"{ask}_id"):
            getattr(bare, ask)(["short"])


@pytest.mark.parametrize(
    ("seats", "percent", "expected"),
    [(10, 0, 10), (10, 15, 11), (10, 19, 11), (1, 99, 1), (3, 100, 6)],
)
def test_seats_of_a_session_may_be_overbooked_by_whole_ones(seats, percent, expected):
    assert a_calendar(seats_per_slot=seats, overbook_percent=percent).seats == expected


def test_several_bookings_at_once_with_a_host_are_for_calendars_without_sessions():
    assert a_calendar(bookings_per_host=3).bookings_per_host == 3
    for fields in ({"seats_per_slot": 2}, {"kind": "class"}):
        with refused(InvalidValueError, "quantity", "bookings_per_host"):
            a_calendar(bookings_per_host=2, **fields)


def test_limits_come_once_each_in_their_order_and_at_most_fifty():
    day, week = Limit(1, "day"), Limit(5, "week")

    assert a_calendar(limits=[week, day, week]).limits == (week, day)
    assert len(a_calendar(limits=[Limit(n, "day") for n in range(50)]).limits) == 50
    with pytest.raises(LimitExceededError, match="limits"):
        a_calendar(limits=[Limit(n, "day") for n in range(51)])


@pytest.mark.parametrize(
    ("name", "value"),
    [("policy", {}), ("listing", 3), ("ranking", None), ("grid", HOUR), ("variants", [AddOn("a")])],
)
def test_a_rule_is_a_value_of_its_type(name, value):
    with refused(InvalidValueError, "type", name):
        a_calendar(**{name: value})

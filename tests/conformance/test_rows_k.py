"""Limits and who may book: the rows of group K, each under its id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from bookable import (
    BookingRefused,
    Calendar,
    Catalogue,
    Interval,
    Member,
    Room,
    Scheduler,
    StaleLedgerError,
    any_of,
)
from bookable.domain.limit import Limit
from bookable.domain.policy import BookingPolicy
from tests.support.builders import HOUR, NOW, a_calendar, a_member, a_room, at, clocks, rules


def a_state(*entries, limits=()):
    kinds = {"rooms": Room, "members": Member, "calendars": Calendar}
    parts = {
        name: [each for each in entries if isinstance(each, kind)] for name, kind in kinds.items()
    }
    return Scheduler(Catalogue(**parts, limits=limits))


def asked(scheduler, calendar_id, *, customer=None, tags=(), groups=(), **fields):
    plain = scheduler.request(calendar_id, **fields)
    return attrs.evolve(plain, customer_id=customer, tags=tags, groups=groups)


def book(scheduler, calendar_id, *starts, now=NOW, **fields):
    """The state with these starts booked, one after the other."""
    for start in starts:
        slot = scheduler.slot(asked(scheduler, calendar_id, **fields), start=start, now=now)
        scheduler = scheduler.book(slot, booking_id=f"B-{len(scheduler.bookings)}", now=now)
    return scheduler


def why(scheduler, calendar_id, start, *, now=NOW, **fields):
    request = asked(scheduler, calendar_id, **fields)
    return rules(scheduler.explain(request, start=start, now=now))


def limited(subject):
    return [("limit_reached", subject)]


def day(date, clock="09:00"):
    return at(clock, day=date)


def massage(*limits, **fields):
    """Ada and Bob, an hour at a time."""
    calendar = a_calendar(member_ids=["ada", "bob"], limits=limits, **fields)
    return calendar, a_member("ada"), a_member("bob")


# K1 to K3: how much in a period ---------------------------------------------


def test_K1_a_calendar_takes_so_many_bookings_a_day():
    scheduler = book(a_state(*massage(Limit(2, "day"))), "massage", at("09:00"), at("14:00"))

    (refusal,) = scheduler.explain(scheduler.request("massage"), start=at("20:00"), now=NOW)

    assert (refusal.rule.value, refusal.subject) == ("limit_reached", "massage")
    assert refusal.booking_ids == ("B-0", "B-1")
    assert refusal.interval == Interval(at("00:00"), at("24:00"))
    assert dict(refusal.detail) == {
        "period": "day",
        "maximum": 2,
        "taken": 2,
        "needed": 1,
        "unit": "bookings",
        "per": ("calendar",),
    }
    assert why(scheduler, "massage", day(3, "00:00")) == []


def test_K1_a_person_takes_so_many_bookings_a_day_and_others_take_over():
    scheduler = a_state(*massage(), limits=[Limit(1, "day", per=["host"])])
    scheduler = book(scheduler, "massage", at("09:00"))
    taken = scheduler.bookings["B-0"].host_ids[0]
    other = {"ada": "bob", "bob": "ada"}[taken]

    slot = scheduler.slot(scheduler.request("massage"), start=at("12:00"), now=NOW)

    assert slot.host_ids == (other,)
    assert why(scheduler, "massage", at("12:00"), host_ids=[taken]) == limited(taken)


def test_K1_a_room_takes_so_many_bookings_a_day():
    rooms = [a_room(name, calendar_ids=["massage"]) for name in ("blue", "red")]
    scheduler = a_state(a_calendar(), *rooms, limits=[Limit(1, "day", per=["resource"])])

    scheduler = book(scheduler, "massage", at("09:00"), at("11:00"))

    assert {each.room_ids for each in scheduler.bookings.values()} == {("blue",), ("red",)}
    assert why(scheduler, "massage", at("13:00")) == [*limited("blue"), *limited("red")]


def test_K1_a_location_takes_so_many_bookings_a_day():
    north = a_calendar("north cut", member_ids=["ada"], location_id="north")
    wash = a_calendar("north wash", member_ids=["bob"], location_id="north")
    south = a_calendar("south cut", member_ids=["ada"], location_id="south")
    people = a_member("ada"), a_member("bob")
    scheduler = a_state(north, wash, south, *people, limits=[Limit(1, "day", per=["location"])])

    scheduler = book(scheduler, "north cut", at("09:00"))

    assert why(scheduler, "north wash", at("09:00")) == limited("north")
    assert why(scheduler, "south cut", at("11:00")) == []


@pytest.mark.parametrize(
    ("week_start", "sunday", "monday"),
    [(0, "full", "free"), (6, "free", "free"), (1, "full", "full")],
)
def test_K2_a_week_starts_where_the_limit_says(week_start, sunday, monday):
    """Saturday 7 March is booked; Sunday the 8th and Monday the 9th are asked for."""
    scheduler = a_state(*massage(Limit(1, "week", week_start=week_start)))

    scheduler = book(scheduler, "massage", day(7))

    for date, expected in ((8, sunday), (9, monday)):
        found = why(scheduler, "massage", day(date))
        assert found == (limited("massage") if expected == "full" else [])


@pytest.mark.parametrize(
    ("period", "last", "first"),
    [
        ("month", datetime(2026, 3, 31, 23, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)),
        ("year", datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_K2_months_and_years_begin_on_their_first(period, last, first):
    scheduler = book(a_state(*massage(Limit(1, period))), "massage", at("09:00"))

    assert why(scheduler, "massage", last) == limited("massage")
    assert why(scheduler, "massage", first) == []


def test_K3_so_much_time_a_day_split_at_midnight():
    """Three hours from 23:00 are one hour of the Monday and two of the Tuesday."""
    calendar, *people = massage(Limit(3 * HOUR, "day"), durations=[3 * HOUR], slot_step=HOUR)
    scheduler = book(a_state(calendar, *people), "massage", at("23:00"), duration=3 * HOUR)

    assert why(scheduler, "massage", at("12:00"), duration=3 * HOUR) == limited("massage")
    scheduler = book(scheduler, "massage", at("12:00"), at("14:00"))
    assert why(scheduler, "massage", at("16:00")) == limited("massage")
    scheduler = book(scheduler, "massage", day(3, "12:00"))
    (refusal,) = scheduler.explain(scheduler.request("massage"), start=day(3, "15:00"), now=NOW)

    assert refusal.booking_ids == ("B-0", "B-3")
    amounts = {key: refusal.detail[key] for key in ("maximum", "taken", "needed", "unit")}
    assert amounts == {"maximum": 180, "taken": 180, "needed": 60, "unit": "minutes"}


def test_K3_a_booking_over_midnight_must_fit_on_both_days():
    calendar, *people = massage(Limit(HOUR, "day"), durations=[2 * HOUR], slot_step=HOUR / 2)
    scheduler = a_state(calendar, *people)

    request = scheduler.request("massage", duration=2 * HOUR)

    found = scheduler.free_slots(request, within=Interval(at("00:00"), at("24:00")), now=NOW)
    evening = scheduler.explain(request, start=at("22:30"), now=NOW)

    assert clocks(found) == ["23:00"]
    assert [(each.detail["taken"], each.detail["needed"]) for each in evening] == [(0, 90)]


# K4: what somebody has ahead ------------------------------------------------


def test_K4_a_customer_has_so_many_bookings_ahead():
    scheduler = a_state(*massage(), limits=[Limit(2, "active", per=["customer"])])
    scheduler = book(scheduler, "massage", day(3), day(9), customer="ann")

    assert why(scheduler, "massage", day(20), customer="ann") == limited("ann")
    assert why(scheduler, "massage", day(20), customer="bea") == []
    assert why(scheduler, "massage", day(20)) == []

    almost, over = day(3, "10:00") - timedelta(microseconds=1), day(3, "10:00")
    assert why(scheduler, "massage", day(20), customer="ann", now=almost) == limited("ann")
    assert why(scheduler, "massage", day(20), customer="ann", now=over) == []

    cancelled = scheduler.cancel("B-1", now=NOW)
    assert why(cancelled, "massage", day(20), customer="ann") == []


# K5: any combination --------------------------------------------------------


def test_K5_one_person_is_limited_across_services():
    cut, wash = (a_calendar(name, member_ids=["ada"]) for name in ("cut", "wash"))
    scheduler = a_state(cut, wash, a_member(), limits=[Limit(2, "day", per=["host"])])

    scheduler = book(book(scheduler, "cut", at("09:00")), "wash", at("12:00"))

    assert why(scheduler, "cut", at("15:00")) == limited("ada")
    assert why(scheduler, "wash", at("15:00")) == limited("ada")


def test_K5_a_limit_counts_what_agrees_in_all_its_subjects():
    scheduler = a_state(*massage(), limits=[Limit(1, "day", per=["customer", "host"])])
    scheduler = book(scheduler, "massage", at("09:00"), customer="ann", host_ids=["ada"])

    assert why(scheduler, "massage", at("12:00"), customer="ann", host_ids=["ada"]) == limited(
        "ada"
    )
    assert why(scheduler, "massage", at("12:00"), customer="ann", host_ids=["bob"]) == []
    assert why(scheduler, "massage", at("12:00"), customer="bea", host_ids=["ada"]) == []


def test_K5_everything_together_is_limited():
    cut, wash = (a_calendar(name, member_ids=["ada"]) for name in ("cut", "wash"))
    scheduler = a_state(cut, wash, a_member(), a_room(), limits=[Limit(2, "day", per=[])])
    scheduler = book(scheduler, "cut", at("09:00"))
    own = attrs.evolve(
        scheduler.request("cut"), calendar_id=None, requirements=[any_of("blue room")]
    )
    slot = scheduler.slot(own, start=at("09:00"), now=NOW)

    scheduler = scheduler.book(slot, booking_id="own", now=NOW)

    assert why(scheduler, "wash", at("15:00")) == limited("")


def a_class_of(*limits):
    yoga = Calendar("yoga", HOUR, kind="class", member_ids=["ada"], seats_per_slot=3)
    return a_state(yoga, a_member(), limits=limits)


def test_K5_a_session_is_one_booking_to_its_host():
    scheduler = a_class_of(Limit(1, "day", per=["host"]))

    scheduler = book(scheduler, "yoga", at("09:00"), at("09:00"))

    assert why(scheduler, "yoga", at("09:00")) == []
    assert why(scheduler, "yoga", at("10:00")) == limited("ada")


def test_K5_who_joins_a_session_counts_for_the_calendar():
    scheduler = a_class_of(Limit(2, "day"))

    scheduler = book(scheduler, "yoga", at("09:00"), at("09:00"))

    assert limited("yoga")[0] in why(scheduler, "yoga", at("09:00"))


def test_K5_who_joins_sessions_is_counted_with_their_host():
    scheduler = a_class_of(Limit(1, "day", per=["customer", "host"]))
    scheduler = book(scheduler, "yoga", at("09:00"), at("10:00", day=3), customer="bea")
    scheduler = book(scheduler, "yoga", at("10:00"), customer="cat")

    scheduler = book(scheduler, "yoga", at("09:00"), customer="ann")

    assert why(scheduler, "yoga", at("09:00"), customer="ann") == []
    assert limited("ada")[0] in why(scheduler, "yoga", at("10:00"), customer="ann")
    assert why(scheduler, "yoga", at("10:00", day=3), customer="ann") == []


# K6: whose midnight ----------------------------------------------------------


def test_K6_a_booking_at_half_past_eleven_counts_for_that_day():
    """23:30 in Auckland on Tuesday is 10:30 UTC; half an hour later it is Wednesday there."""
    limit = Limit(1, "day", zone="Pacific/Auckland")
    calendar, *people = massage(limit, slot_step=HOUR / 2)
    scheduler = book(a_state(calendar, *people), "massage", day(3, "10:30"))

    assert why(scheduler, "massage", day(2, "10:30")) == []
    assert why(scheduler, "massage", day(2, "11:00")) == limited("massage")
    assert why(scheduler, "massage", day(3, "09:30")) == limited("massage")
    assert why(scheduler, "massage", day(3, "11:00")) == []


def test_K6_without_a_zone_of_its_own_the_zone_of_the_calendar_counts():
    calendar, *people = massage(Limit(1, "day"), zone="America/New_York")
    scheduler = book(a_state(calendar, *people), "massage", day(3, "04:00"))

    # Midnight in New York is at 05:00 UTC.
    assert why(scheduler, "massage", day(3, "03:00")) == limited("massage")
    assert why(scheduler, "massage", day(3, "05:00")) == []


def test_K6_the_day_on_which_clocks_change_is_a_whole_day():
    calendar, *people = massage(Limit(1, "day", zone="Europe/Berlin"), zone="UTC")
    scheduler = book(a_state(calendar, *people), "massage", day(29, "10:00"))

    within = Interval(day(28, "00:00"), day(31, "00:00"))
    found = scheduler.start_periods(scheduler.request("massage"), within=within, now=NOW)

    # 29 March lasts 23 hours in Berlin: from 23:00 UTC to 22:00 UTC.
    assert [(each.start, each.end) for each in found] == [
        (day(28, "00:00"), day(28, "23:00")),
        (day(29, "22:00"), day(31, "00:00")),
    ]


# K7: tags ---------------------------------------------------------------------


def test_K7_a_limit_with_a_tag_counts_and_limits_what_carries_it():
    scheduler = a_state(*massage(Limit(1, "day", tag="first visit")))
    scheduler = book(scheduler, "massage", at("09:00"))
    scheduler = book(scheduler, "massage", at("09:00"), tags=["first visit"])

    assert why(scheduler, "massage", at("12:00"), tags=["first visit", "x"]) == limited("massage")
    assert why(scheduler, "massage", at("12:00"), tags=["x"]) == []
    assert why(scheduler, "massage", at("12:00")) == []


# K8: who may book -------------------------------------------------------------


def governed(**policy):
    return a_state(*massage(policy=BookingPolicy(**policy)))


@pytest.mark.parametrize(
    ("policy", "who", "expected"),
    [
        ({}, {}, "confirmed"),
        ({"otherwise": "deny"}, {}, None),
        ({"otherwise": "deny", "allow": ["ann"]}, {"customer": "ann"}, "confirmed"),
        ({"otherwise": "deny", "allow": ["staff"]}, {"groups": ["staff"]}, "confirmed"),
        ({"otherwise": "deny", "request": ["staff"]}, {"groups": ["staff"]}, "pending"),
        ({"otherwise": "request"}, {"customer": "ann"}, "pending"),
        ({"allow": ["ann"], "deny": ["staff"]}, {"customer": "ann", "groups": ["staff"]}, None),
        (
            {"allow": ["ann"], "request": ["staff"]},
            {"customer": "ann", "groups": ["staff"]},
            "confirmed",
        ),
    ],
)
def test_K8_a_policy_allows_lets_ask_or_denies(policy, who, expected):
    scheduler = governed(**policy)

    if expected is None:
        assert why(scheduler, "massage", at("09:00"), **who) == [("not_allowed", "massage")]
        request = asked(scheduler, "massage", **who)
        within = Interval(at("00:00"), at("24:00"))
        assert not scheduler.free_slots(request, within=within, now=NOW)
    else:
        booking = book(scheduler, "massage", at("09:00"), **who).bookings["B-0"]
        assert booking.status.value == expected
        assert booking.customer_id == who.get("customer")


@pytest.mark.parametrize(
    ("settings", "policy", "expected"),
    [
        ("AllBookInPolicy", {"otherwise": "allow"}, "confirmed"),
        ("BookInPolicy: ann", {"allow": ["ann"], "otherwise": "deny"}, "confirmed"),
        ("AllRequestInPolicy", {"otherwise": "request"}, "pending"),
        ("RequestInPolicy: ann", {"request": ["ann"], "otherwise": "deny"}, "pending"),
        ("none of them", {"otherwise": "deny"}, None),
    ],
)
def test_K8_the_settings_of_a_room_mailbox_are_policies(settings, policy, expected):
    scheduler = governed(**policy)
    if expected is None:
        assert why(scheduler, "massage", at("09:00"), customer="ann") == [
            ("not_allowed", "massage")
        ], settings
    else:
        booked = book(scheduler, "massage", at("09:00"), customer="ann")
        assert booked.bookings["B-0"].status.value == expected, settings


def test_K8_who_books_is_judged_although_the_slot_was_listed_for_anybody():
    scheduler = governed(deny=["ann"], request=["bea"])
    slot = scheduler.slot(scheduler.request("massage"), start=at("09:00"), now=NOW)

    with pytest.raises(BookingRefused) as refused:
        scheduler.book(slot, booking_id="B-1", now=NOW, customer_id="ann")

    assert rules(refused.value.refusals) == [("not_allowed", "massage")]
    assert refused.value.refusals[0].detail["customer"] == "ann"
    asking = scheduler.book(slot, booking_id="B-1", now=NOW, customer_id="bea")
    assert asking.bookings["B-1"].status.value == "pending"


def test_K8_denial_comes_before_time():
    scheduler = governed(deny=["ann"])

    found = why(scheduler, "massage", at("09:00"), customer="ann", now=at("12:00"))

    assert found == [("not_allowed", "massage"), ("notice_too_short", "massage")]


# K10: at once, everywhere -------------------------------------------------------


def desks(*limits):
    rooms = [a_room(f"desk {number}", calendar_ids=["desk"]) for number in range(8)]
    return a_state(a_calendar("desk"), *rooms, limits=limits)


def test_K10_a_customer_has_at_most_five_desks_at_once():
    scheduler = desks(Limit(5, "concurrent", per=["customer"]))

    scheduler = book(scheduler, "desk", *[at("09:00")] * 5, customer="ann")

    assert why(scheduler, "desk", at("09:00"), customer="ann") == limited("ann")
    assert why(scheduler, "desk", at("10:00"), customer="ann") == []
    assert why(scheduler, "desk", at("09:00"), customer="bea") == []


def test_K10_the_whole_site_has_a_cap():
    scheduler = desks(Limit(3, "concurrent", per=[], name="licences"))

    scheduler = book(scheduler, "desk", *[at("09:00")] * 3)
    (refusal,) = scheduler.explain(scheduler.request("desk"), start=at("09:00"), now=NOW)

    assert (refusal.subject, refusal.detail["name"]) == ("", "licences")
    assert refusal.booking_ids == ("B-0", "B-1", "B-2")
    assert why(scheduler, "desk", at("10:00")) == []


@pytest.mark.parametrize("per", [["customer"], [], ["location"]])
def test_K10_of_two_plans_for_the_last_place_only_one_is_applied(per):
    """Different rooms, different calendars: only the limit makes the two meet."""
    one, two = (a_calendar(name, location_id="north") for name in ("one", "two"))
    rooms = a_room("red", calendar_ids=["one"]), a_room("blue", calendar_ids=["two"])
    scheduler = a_state(one, two, *rooms, limits=[Limit(1, "concurrent", per=per)])
    plans = [
        scheduler.plan_book(
            scheduler.slot(asked(scheduler, name), start=at("09:00"), now=NOW),
            booking_id=name,
            now=NOW,
            customer_id="ann",
        )
        for name in ("one", "two")
    ]

    scheduler = scheduler.apply(plans[0])

    with pytest.raises(StaleLedgerError):
        scheduler.apply(plans[1])


def test_K10_a_plan_without_such_a_limit_rests_on_what_it_takes():
    limits = [Limit(9, "day"), Limit(9, "day", per=["host"]), Limit(9, "day", per=["location"])]
    scheduler = a_state(*massage(*limits), a_room())
    slot = scheduler.slot(scheduler.request("massage"), start=at("09:00"), now=NOW)

    plan = scheduler.plan_book(slot, booking_id="B-1", now=NOW, customer_id="ann")

    assert set(plan.rests_on) == {*slot.allocation.host_ids, "massage"}

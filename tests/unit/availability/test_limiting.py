"""Limits on one state: what is counted, what is forbidden, and what is said about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from bookable import (
    Booking,
    BookingRefused,
    Buffers,
    Calendar,
    Catalogue,
    Counting,
    Interval,
    InvalidValueError,
    Member,
    Request,
    Room,
    Scheduler,
    SearchLimitError,
    StaleLedgerError,
    any_of,
)
from bookable.availability import limiting
from bookable.availability.limit_buckets import Buckets, sharing_more
from bookable.availability.limiting import counted_in, joining_refusals, limited_for, limited_starts
from bookable.domain.limit import Limit, Period
from bookable.domain.policy import BookingPolicy
from bookable.timeline import _kernel as kernel
from bookable.timeline.civil import to_zone
from bookable.timeline.instant import from_us
from tests.support.builders import (
    HOUR,
    NOW,
    WHOLE_DAY,
    a_booking,
    at,
    clocks,
    minutes,
    refused,
    rules,
    us,
)

MASSAGE = Calendar("massage", HOUR, member_ids=["ada"])


def a_state(*limits, calendars=(MASSAGE,), bookings=(), rooms=(), **own):
    """Ada gives massages under these limits; ``own`` are fields of her calendar."""
    calendars = [attrs.evolve(each, **own) for each in calendars]
    catalogue = Catalogue(
        members=[Member("ada"), Member("bob")], calendars=calendars, rooms=rooms, limits=limits
    )
    return Scheduler(catalogue, bookings)


def a_massage(id="B-1", clock="09:00", length=HOUR, **fields):
    start = at(clock)
    fields = {"calendar_id": "massage", "host_ids": ["ada"], **fields}
    return Booking(id, start, start + length, **fields)


def request(scheduler, **fields):
    return attrs.evolve(scheduler.request("massage"), **fields)


def search_of(scheduler, now=NOW, **fields):
    return scheduler._search(request(scheduler, **fields), now, ())


def forbidden(scheduler, low="00:00", high="24:00", **fields):
    return limited_starts(search_of(scheduler, **fields), us(low), us(high))


ALL_DAY = ((us("00:00"), us("24:00")),)


# What is counted -----------------------------------------------------------


def test_without_limits_nothing_is_forbidden():
    scheduler = a_state(bookings=[a_massage()])

    assert forbidden(scheduler) == ()


@pytest.mark.parametrize("maximum", [0, timedelta(0)])
def test_a_limit_of_nothing_forbids_everything(maximum):
    scheduler = a_state(Limit(maximum, "day"))

    assert forbidden(scheduler) == ALL_DAY
    (refusal,) = scheduler.explain(request(scheduler), start=at("09:00"), now=NOW)
    assert (refusal.booking_ids, refusal.detail["taken"]) == ((), 0)


@pytest.mark.parametrize("period", ["active", "concurrent"])
def test_a_limit_of_nothing_at_any_time_says_what_is_there(period):
    scheduler = a_state(Limit(0, period), bookings=[a_massage()])

    (free,) = scheduler.explain(request(scheduler), start=at("12:00"), now=at("11:00"))

    assert (free.interval, free.booking_ids) == (Interval(at("12:00"), at("13:00")), ())
    assert free.detail["taken"] == 0


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({}, True),
        ({"calendar_id": "other"}, False),
        ({"calendar_id": None}, False),
        ({"status": "pending"}, True),
        ({"status": "cancelled"}, False),
    ],
)
def test_blocking_bookings_of_the_calendar_count(fields, counts):
    other = Calendar("other", HOUR, member_ids=["ada"])
    scheduler = a_state(Limit(1, "day"), calendars=(MASSAGE, other), bookings=[a_massage(**fields)])

    assert forbidden(scheduler) == (ALL_DAY if counts else ())


def test_bookings_with_the_tag_count():
    bookings = [a_massage(), a_massage("B-2", "12:00", tags=["vip"])]

    for most, expected in ((1, ALL_DAY), (2, ())):
        scheduler = a_state(Limit(most, "day", tag="vip"), bookings=bookings)
        assert forbidden(scheduler, tags=["vip"]) == expected
        assert forbidden(scheduler) == ()


@pytest.mark.parametrize(
    ("per", "asked"),
    [(["customer"], {}), (["location"], {}), ([], {"tags": ["b"]})],
)
def test_a_limit_says_nothing_about_who_lacks_its_subject(per, asked):
    limit = Limit(0, "day", per=per, tag="a" if not per else None)

    assert forbidden(a_state(limit), **asked) == ()


def test_a_limit_for_calendars_says_nothing_about_requests_without_one():
    scheduler = a_state(Limit(0, "day"))
    own = attrs.evolve(scheduler.request("massage"), calendar_id=None, requirements=[any_of("ada")])

    assert scheduler.explain(own, start=at("09:00"), now=NOW) == ()


def test_each_candidate_has_limits_of_its_own_kind():
    room = Room("red", 1, calendar_ids=["massage"])
    scheduler = a_state(
        Limit(1, "day", per=["resource"]), rooms=[room], bookings=[a_massage(room_ids=["red"])]
    )
    search = search_of(scheduler)
    hosts, rooms = search.question.roles

    assert limited_for(search, hosts.candidates[0], us("00:00"), us("24:00")) == ()
    assert limited_for(search, rooms.candidates[0], us("00:00"), us("24:00")) == ALL_DAY


def test_a_room_counts_what_is_booked_in_it_and_not_what_overlaps_it():
    """A booking of a part takes the whole, but is no booking of the whole."""
    parts = Room("half", 1), Room("whole", 9, parts=["half"], calendar_ids=["massage"])
    scheduler = a_state(
        Limit(1, "day", per=["resource"]),
        rooms=parts,
        bookings=[a_massage(room_ids=["half"], host_ids=["bob"])],
    )

    assert rules(scheduler.explain(request(scheduler), start=at("12:00"), now=NOW)) == []


def test_only_the_buckets_around_the_question_are_read():
    week = [a_massage(f"B-{day}", f"{24 * day + 9}:00") for day in range(7)]
    scheduler = a_state(Limit(1, "day"), bookings=week)
    looked_at = []
    ledger = scheduler._ledger
    index = ledger.record("massage").index

    class Watched:
        def overlapping(self, low, high):
            looked_at.append((low, high))
            return index.overlapping(low, high)

        def __bool__(self):
            return True

    ledger.record("massage")._index = Watched()

    assert forbidden(scheduler, "48:00", "72:00") == ((us("48:00"), us("72:00")),)
    assert looked_at == [(us("48:00"), us("72:00"))]


@pytest.mark.parametrize(
    ("now", "is_limited"), [("09:59:59", True), ("10:00", False), ("10:30", False)]
)
def test_what_is_over_is_no_longer_ahead_although_its_buffer_runs(now, is_limited):
    buffers = {"ada": Buffers(after=HOUR)}
    scheduler = a_state(Limit(1, "active", per=["host"]), bookings=[a_massage(buffers=buffers)])

    found = scheduler.explain(request(scheduler), start=at("15:00"), now=at(now))

    assert rules(found) == ([("limit_reached", "ada")] if is_limited else [])


# Concurrency and time ------------------------------------------------------


def test_what_is_booked_at_once_is_counted_without_buffers():
    scheduler = a_state(
        Limit(1, "concurrent", per=[]),
        bookings=[a_massage()],
        buffer_before=HOUR / 2,
        buffer_after=HOUR / 2,
    )

    assert forbidden(scheduler) == ((us("08:00") + 1, us("10:00")),)


def test_the_peak_counts_and_not_the_sum():
    bookings = [a_massage("B-1", "09:00"), a_massage("B-2", "10:00")]
    scheduler = a_state(Limit(2, "concurrent"), bookings=bookings)

    assert forbidden(scheduler) == ()


def test_a_crowd_is_named_by_who_is_in_it():
    bookings = [
        a_massage("B-1", "09:00", 3 * HOUR),
        a_massage("B-2", "09:30", HOUR / 2, host_ids=["bob"]),
        a_massage("B-3", "11:30", HOUR / 4, host_ids=["bob"]),
    ]
    scheduler = a_state(Limit(2, "concurrent"), bookings=bookings, duration=4 * HOUR)

    refusal = scheduler.explain(scheduler.request("massage"), start=at("08:00"), now=NOW)[0]

    assert refusal.interval == Interval(at("09:30"), at("10:00"))
    assert refusal.booking_ids == ("B-1", "B-2")
    assert refusal.detail["taken"] == 2


def test_a_history_with_more_time_than_the_limit_leaves_nothing():
    scheduler = a_state(Limit(HOUR, "day"), bookings=[a_massage(length=3 * HOUR)])

    assert forbidden(scheduler) == ALL_DAY
    assert forbidden(scheduler, "-2:00", "00:00") == ((us("-1:00") + 1, us("00:00")),)


def test_minutes_begun_are_taken_and_whole_ones_are_allowed():
    limit = Limit(timedelta(minutes=90, seconds=30), "day", name="rest")
    bookings = [a_massage(length=timedelta(minutes=30, seconds=31))]
    scheduler = a_state(limit, bookings=bookings)

    (refusal,) = scheduler.explain(request(scheduler), start=at("12:00"), now=NOW)

    assert {key: refusal.detail[key] for key in ("maximum", "taken", "needed", "name")} == {
        "maximum": 90,
        "taken": 31,
        "needed": 60,
        "name": "rest",
    }


@pytest.mark.parametrize(("per", "days"), [(["calendar"], 90), (["host"], 60)])
def test_limits_shorter_than_the_booking_look_at_so_many_days(monkeypatch, per, days):
    """Bob is required beside ada: a limit for hosts is asked of both."""
    monkeypatch.setattr(limiting, "MOST_LIMITED_DAYS", 240)
    short = [Limit(HOUR / number, "day", per=per) for number in (2, 3)]
    scheduler = a_state(
        *short, Limit(9, "day"), Limit(9 * HOUR, "day"), requirements=[any_of("bob")]
    )
    window = Interval(NOW, NOW + timedelta(days=days))
    refused_at_once = Interval(NOW, NOW + timedelta(days=121))

    assert len(scheduler.start_periods(request(scheduler), within=window, now=NOW)) == 0
    with refused(SearchLimitError, "search_limit") as caught:
        scheduler.start_periods(request(scheduler), within=refused_at_once, now=NOW)

    assert caught.value.needed == 2 * 121 * (2 if per == ["host"] else 1)
    assert caught.value.allowed == 240


@pytest.mark.parametrize("full", [(0,), (1,), (0, 1)])
def test_every_bucket_that_is_full_is_named(full):
    """An hour from 23:30, where one or both days have an hour already."""
    bookings = [a_massage("B-0", "12:00"), a_massage("B-1", "36:00")]
    kept = [bookings[number] for number in full]
    scheduler = a_state(Limit(HOUR, "day"), bookings=kept, slot_step=HOUR / 2)

    found = scheduler.explain(request(scheduler), start=at("23:30"), now=NOW)

    named = [(each.interval.start, each.booking_ids) for each in found]
    assert named == [(at(f"{24 * number}:00"), (f"B-{number}",)) for number in full]


def test_the_ends_of_the_time_line_have_buckets_too():
    scheduler = a_state(Limit(0, "year"), Limit(timedelta(0), "week"), Limit(0, "day"))

    for start in (datetime(100, 1, 1, tzinfo=UTC), datetime(9899, 12, 31, 22, tzinfo=UTC)):
        found = scheduler.explain(request(scheduler), start=start, now=start)
        assert {each.rule.value for each in found} == {"limit_reached"}
        assert len(found) == 3


# Who is named ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("per", "subject"),
    [
        ([], ""),
        (["calendar"], "massage"),
        (["calendar", "location"], "north"),
        (["calendar", "location", "customer"], "ann"),
        (["calendar", "location", "customer", "host"], "ada"),
    ],
)
def test_the_most_particular_subject_refuses(per, subject):
    booking = a_massage(customer_id="ann", location_id="north")
    scheduler = a_state(Limit(1, "day", per=per), bookings=[booking], location_id="north")
    mine = request(scheduler, customer_id="ann")

    (refusal,) = scheduler.explain(mine, start=at("12:00"), now=NOW)

    assert (refusal.subject, refusal.booking_ids) == (subject, ("B-1",))
    assert refusal.detail["per"] == tuple(sorted(per))
    assert refusal.detail.get("customer") == ("ann" if "customer" in per else None)


def test_the_tag_is_named():
    scheduler = a_state(Limit(0, "day", tag="vip"))

    (refusal,) = scheduler.explain(request(scheduler, tags=["vip"]), start=at("12:00"), now=NOW)

    assert refusal.detail["tag"] == "vip"


# Sessions --------------------------------------------------------------------


def a_session(*limits, **fields):
    yoga = Calendar("massage", HOUR, kind="class", member_ids=["ada"], seats_per_slot=5)
    bookings = [
        a_massage("B-1", customer_id="ann", tags=["vip"]),
        a_massage("B-2", customer_id="bea"),
        a_massage("B-3", "11:00", customer_id="cat"),
    ]
    return a_state(*limits, calendars=(yoga,), bookings=bookings, **fields)


def test_a_session_is_counted_once_and_all_its_bookings_are_named():
    scheduler = a_session(Limit(2, "day", per=["host"]))

    found = scheduler.explain(request(scheduler), start=at("15:00"), now=NOW)

    assert rules(found) == [("limit_reached", "ada")]
    assert found[0].booking_ids == ("B-1", "B-2", "B-3")
    assert found[0].detail["taken"] == 2


@pytest.mark.parametrize(
    ("per", "asked", "is_kept_out"),
    [
        (["host"], {}, False),
        (["host", "customer"], {"customer_id": "ann"}, False),
        (["host", "customer"], {"customer_id": "cat"}, True),
        (["host", "customer"], {"customer_id": "dan"}, False),
        (["host", "customer"], {}, False),
        (["customer"], {"customer_id": "cat"}, False),
    ],
)
def test_a_session_takes_whom_its_host_may_still_take(per, asked, is_kept_out):
    scheduler = a_session(Limit(1, "day", per=per))
    search = search_of(scheduler, **asked)
    session = tuple(scheduler.bookings[key] for key in ("B-1", "B-2"))

    found = list(joining_refusals(search, session, "ada"))

    assert rules(found) == ([("limit_reached", "ada")] if is_kept_out else [])


# Decisions --------------------------------------------------------------------


def test_who_books_is_who_the_request_says():
    scheduler = a_state()
    slot = scheduler.slot(request(scheduler, customer_id="ann"), start=at("09:00"), now=NOW)

    for customer_id in (None, "ann"):
        booked = scheduler.book(slot, booking_id="B-1", now=NOW, customer_id=customer_id)
        assert booked.booking("B-1").customer_id == "ann"
        assert booked.book(slot, booking_id="B-1", now=NOW) is booked
    with refused(InvalidValueError, "other_customer", "customer_id"):
        scheduler.book(slot, booking_id="B-1", now=NOW, customer_id="bea")


@pytest.mark.parametrize("limits", [(), (Limit(9, "day", per=["customer"]),)])
def test_who_books_is_remembered_whether_limits_mind_or_not(limits):
    scheduler = a_state(*limits)
    slot = scheduler.slot(request(scheduler), start=at("09:00"), now=NOW)

    booked = scheduler.book(slot, booking_id="B-1", now=NOW, customer_id="ann")

    assert booked.booking("B-1").customer_id == "ann"
    with refused(InvalidValueError, "id", "customer_id"):
        scheduler.book(slot, booking_id="B-2", now=NOW, customer_id="")


def test_a_slot_listed_for_anybody_is_decided_for_the_customer():
    scheduler = a_state(Limit(1, "day", per=["customer"]), bookings=[a_massage(customer_id="ann")])
    slot = scheduler.slot(request(scheduler), start=at("12:00"), now=NOW)

    with pytest.raises(BookingRefused) as caught:
        scheduler.book(slot, booking_id="B-2", now=NOW, customer_id="ann")

    assert rules(caught.value.refusals) == [("limit_reached", "ann")]
    assert scheduler.book(slot, booking_id="B-2", now=NOW, customer_id="bea").version == 1


def test_a_move_is_decided_for_the_customer_of_the_booking():
    bookings = [a_massage("B-1", customer_id="ann"), a_massage("B-2", "33:00", customer_id="ann")]
    scheduler = a_state(Limit(1, "day", per=["customer"]), bookings=bookings)
    within = {"now": NOW, "ignoring": ["B-2"]}
    same = scheduler.slot(request(scheduler), start=at("36:00"), **within)
    other = scheduler.slot(request(scheduler), start=at("12:00"), **within)
    beas = scheduler.slot(request(scheduler, customer_id="bea"), start=at("36:00"), **within)

    assert scheduler.reschedule("B-2", to=same, now=NOW).booking("B-2").start == at("36:00")
    with pytest.raises(BookingRefused):
        scheduler.reschedule("B-2", to=other, now=NOW)
    with refused(InvalidValueError, "other_customer", "customer_id"):
        scheduler.reschedule("B-2", to=beas, now=NOW)


@pytest.mark.parametrize("limit", [Limit(1, "day", tag="vip"), Limit(1, "day", per=["location"])])
def test_a_move_is_decided_with_the_tags_and_the_place_of_the_booking(limit):
    kept = {"tags": ["vip", "overbooked"], "location_id": "north"}
    bookings = [a_massage("B-1", **kept), a_massage("B-2", "33:00", **kept)]
    scheduler = a_state(limit, bookings=bookings)
    slot = scheduler.slot(request(scheduler), start=at("12:00"), now=NOW, ignoring=["B-2"])
    later = scheduler.slot(request(scheduler), start=at("36:00"), now=NOW, ignoring=["B-2"])

    with pytest.raises(BookingRefused) as caught:
        scheduler.reschedule("B-2", to=slot, now=NOW)

    assert caught.value.refusals[0].rule.value == "limit_reached"
    moved = scheduler.reschedule("B-2", to=later, now=NOW).booking("B-2")
    assert (moved.tags, moved.location_id) == ({"vip"}, "north")


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        (["calendar"], set()),
        (["calendar", "customer"], set()),
        (["host"], set()),
        (["host", "customer"], set()),
        (["customer"], {"\nann"}),
        (["customer", "location"], {"\nann"}),
        (["location"], {"ada", "bob", "massage", "gone"}),
        ([], {"ada", "bob", "massage", "gone"}),
    ],
)
def test_a_decision_rests_on_all_that_its_limits_count(per, expected):
    scheduler = a_state(
        Limit(5, "day", per=per),
        bookings=[a_massage(room_ids=["gone"], customer_id="bea")],
        location_id="north",
    )
    search = search_of(scheduler, customer_id="ann")

    assert counted_in(search.question, search.catalogue, search.ledger) == expected


def test_plans_for_one_customer_meet_in_the_record_of_the_customer():
    other = Calendar("other", HOUR, member_ids=["bob"])
    scheduler = a_state(Limit(1, "active", per=["customer"]), calendars=(MASSAGE, other))
    slots = [
        scheduler.slot(scheduler.request(name), start=at("09:00"), now=NOW)
        for name in ("massage", "other")
    ]
    mine, also_mine, hers = (
        scheduler.plan_book(slot, booking_id=str(number), now=NOW, customer_id=customer_id)
        for number, (slot, customer_id) in enumerate(
            [(slots[0], "ann"), (slots[1], "ann"), (slots[1], "bea")]
        )
    )

    booked = scheduler.apply(mine)

    assert booked.apply(hers).version == 2
    with pytest.raises(StaleLedgerError) as caught:
        booked.apply(also_mine)
    assert (caught.value.subject, caught.value.kind) == ("ann", "customer")


def test_a_plan_for_a_customer_is_refused_where_the_policy_changed():
    scheduler = a_state(policy=BookingPolicy(allow=["ann"]))
    slot = scheduler.slot(request(scheduler), start=at("09:00"), now=NOW)
    plan = scheduler.plan_book(slot, booking_id="B-1", now=NOW, customer_id="ann")
    closed = attrs.evolve(
        scheduler.catalogue.calendar("massage"), policy=BookingPolicy(deny=["ann"])
    )

    later = scheduler.with_catalogue(scheduler.catalogue.replace(closed))

    with pytest.raises(StaleLedgerError):
        later.apply(plan)


def test_listings_and_bookings_agree_under_limits():
    scheduler = a_state(Limit(3, "day"))
    taken = []
    while found := scheduler.free_slots(request(scheduler), within=WHOLE_DAY, now=NOW):
        scheduler = scheduler.book(found[0], booking_id=str(len(taken)), now=NOW)
        taken.append(clocks(found)[0])

    assert taken == ["00:00", "01:00", "02:00"]


@pytest.mark.parametrize(
    ("pieces", "duration", "room", "expected"),
    [
        (((0, 10),), 4, 4, []),
        (((0, 10),), 4, 0, [(-3, 10)]),
        (((0, 10),), 4, 3, [(0, 7)]),
        (((0, 2),), 4, 2, []),
        (((0, 2), (4, 6)), 5, 2, [(0, 2)]),
        ((), 4, 0, []),
    ],
)
def test_starts_share_more_than_so_much_with_a_bucket(pieces, duration, room, expected):
    found = list(sharing_more(pieces, duration, room))

    assert kernel.normalise(found) == kernel.normalise(expected)


# Buckets ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "week_start", "first", "following"),
    [
        (Period.DAY, 0, date(2026, 3, 4), date(2026, 3, 5)),
        (Period.WEEK, 0, date(2026, 3, 2), date(2026, 3, 9)),
        (Period.WEEK, 2, date(2026, 3, 4), date(2026, 3, 11)),
        (Period.WEEK, 3, date(2026, 2, 26), date(2026, 3, 5)),
        (Period.MONTH, 0, date(2026, 3, 1), date(2026, 4, 1)),
        (Period.YEAR, 0, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_bucket_has_a_first_date_and_one_that_follows(period, week_start, first, following):
    buckets = Buckets(period, to_zone("UTC"), week_start)

    assert buckets.of(us("12:00", day=4)) == first
    assert buckets.after(first) == following


def test_a_date_that_comes_twice_is_a_bucket_in_two_parts():
    """In Newfoundland clocks went back from 00:01 to 23:01 of the day before."""
    zone = to_zone("America/St_Johns")
    buckets = Buckets(Period.DAY, zone)

    saturday = buckets.times(date(2010, 11, 6))
    sunday = buckets.times(date(2010, 11, 7))

    lengths = [[(end - start) // 60_000_000 for start, end in each] for each in (saturday, sunday)]
    assert lengths == [[24 * 60, 59], [1, 24 * 60]]
    assert saturday[0][1] == sunday[0][0]
    assert from_us(sunday[0][1]) == from_us(saturday[1][0])


def test_a_date_that_never_came_has_no_instant():
    """Samoa went from 29 to 31 December 2011."""
    assert Buckets(Period.DAY, to_zone("Pacific/Apia")).times(date(2011, 12, 30)) == ()


def test_what_gave_up_its_only_rooms_at_once_still_counts():
    catalogue = Catalogue(rooms=[Room("studio", 4)], limits=[Limit(1, "active", per=())])
    request = Request(HOUR, [any_of("studio")])
    begins = at("09:00")
    gone = Booking(
        "B-1",
        begins,
        begins + HOUR,
        room_ids=["studio"],
        customer_id="ben",
        rooms_until=begins,
    )

    free, full = (Scheduler(catalogue, bookings=found) for found in ((), (gone,)))

    assert free.free_slots(request, within=WHOLE_DAY, now=NOW)
    assert not full.free_slots(request, within=WHOLE_DAY, now=NOW)


@pytest.mark.parametrize(
    ("limit", "until", "clock", "is_reached"),
    [
        (Limit(1, "day", per=()), "09:00", "14:00", True),
        (Limit(1, "concurrent", per=()), "09:00", "09:30", True),
        (Limit(1, "concurrent", per=()), "09:15", "09:30", True),
        (Limit(1, "concurrent", per=["resource"]), "09:15", "09:30", False),
        (Limit(1, "day", per=["resource"]), "09:15", "14:00", True),
        (Limit(1, "day", per=["resource"]), "09:00", "14:00", False),
        (
            Limit(1, "day", per=["resource"], counting=Counting(["confirmed"])),
            "09:00",
            "14:00",
            True,
        ),
        (Limit(minutes(75), "day", per=["resource"]), "09:15", "14:00", False),
        (Limit(minutes(74), "day", per=["resource"]), "09:15", "14:00", True),
    ],
)
def test_what_gave_up_its_rooms_goes_on_for_all_limits_but_those_of_the_rooms(
    limit, until, clock, is_reached
):
    catalogue = Catalogue(rooms=[Room("studio", 4)], limits=[limit])
    gone = a_booking(room_ids=["studio"], rooms_until=at(until))
    scheduler = Scheduler(catalogue, [gone])

    refusals = scheduler.explain(Request(HOUR, [any_of("studio")]), start=at(clock), now=NOW)

    assert is_reached == bool(refusals)


def test_in_a_limit_for_customers_and_rooms_a_room_given_up_at_once_was_never_had():
    limits = [Limit(1, "day", per=["customer", "resource"])]
    catalogue = Catalogue(rooms=[Room("studio", 4)], limits=limits)
    gone = a_booking(room_ids=["studio"], customer_id="ben", rooms_until=at("09:00"))
    request = Request(HOUR, [any_of("studio")], customer_id="ben")
    free, full = (
        Scheduler(catalogue, [each]).explain(request, start=at("14:00"), now=NOW)
        for each in (gone, attrs.evolve(gone, rooms_until=None))
    )

    assert not free
    assert full


def test_what_one_limit_remembers_is_nothing_to_another():
    limits = [Limit(1, "day", per=()), Limit(9, "day", counting=Counting.with_no_shows())]
    catalogue = Catalogue(rooms=[Room("studio", 4)], limits=limits)
    scheduler = Scheduler(catalogue, [a_booking(room_ids=["studio"], status="cancelled")])

    assert not scheduler.explain(Request(HOUR, [any_of("studio")]), start=at("14:00"), now=NOW)

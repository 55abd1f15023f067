"""What of a listing is shown: the choices, and those that a calendar makes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import attrs
import pytest

from bookable import Booking, Interval, InvalidValueError, Slots
from bookable.availability import listing as choices
from bookable.domain.listing import Listing
from bookable.errors import InvalidAmountError, LimitExceededError, UnknownIdError
from bookable.limits import MOST_REQUESTS
from bookable.timeline.grid import LocalMidnight
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    clocks,
    minutes,
    monday,
    offered,
    refused,
)

WEEK = Interval(at("00:00"), at("00:00", day=9))


def a_place(*bookings, **fields):
    """A room for an hour at a time, from nine to five."""
    calendar = a_calendar(**{"hours": OFFICE, **fields})
    return a_scheduler(calendar, a_room(calendar_ids=["massage"]), bookings=bookings)


def slots_of(scheduler=None, within=WHOLE_DAY, **asked):
    scheduler = scheduler or a_place()
    return scheduler.free_slots(scheduler.request("massage", **asked), within=within, now=NOW)


# Choices -------------------------------------------------------------------


def test_the_first_of_each_day_are_counted_by_the_date_of_a_zone():
    slots = slots_of(a_place(hours=None), within=Interval(at("00:00"), at("24:00")))

    assert clocks(slots.first_per_day(zone="UTC")) == ["00:00"]
    assert clocks(slots.first_per_day(2, zone="UTC")) == ["00:00", "01:00"]
    assert clocks(slots.first_per_day(zone="Europe/Berlin")) == ["00:00", "23:00"]
    assert slots.first_per_day(24, zone="UTC") == slots


def test_the_next_is_first_when_the_first_is_taken():
    taken = a_place(a_booking("B-1", "09:00", "10:00"))

    assert clocks(slots_of(taken).first_per_day(zone="UTC")) == ["10:00"]


def test_the_first_of_each_window_follow_what_is_booked():
    scheduler = a_place(
        a_booking("B-1", "10:00", "11:30"),
        a_booking("B-2", "14:00", "15:00"),
        slot_step=minutes(30),
    )

    assert clocks(slots_of(scheduler).first_per_window()) == ["09:00", "11:30", "15:00"]
    assert clocks(slots_of(scheduler).first_per_window(2)) == [
        *["09:00", "11:30", "12:00", "15:00", "15:30"]
    ]
    assert slots_of(scheduler, within=monday("10:00", "11:00")).first_per_window() == ()


def test_a_window_is_free_time_and_not_a_run_of_slots():
    # Every two hours: the slots do not touch, the time between them is free all the same.
    scheduler = a_place(slot_step=2 * HOUR)

    assert clocks(slots_of(scheduler).first_per_window()) == ["10:00"]


def test_slots_apart_do_not_overlap():
    slots = slots_of(a_place(slot_step=minutes(15)))

    assert clocks(slots.apart()) == [f"{hour:02}:00" for hour in range(9, 17)]
    assert clocks(slots[1:].apart())[:2] == ["09:15", "10:15"]
    assert slots[:0].apart() == ()


def test_looking_busy_hides_a_share_rounded_down():
    slots = slots_of()

    assert len(slots) == 8
    assert slots.look_busy(0) == slots
    assert [len(slots.look_busy(percent)) for percent in (12, 13, 50, 99, 100)] == [8, 7, 4, 1, 0]


def test_looking_busy_is_the_same_in_every_process():
    shown = clocks(slots_of(a_place(hours=None)).look_busy(75, seed="ada"))

    assert shown == ["03:00", "09:00", "11:00", "13:00", "17:00", "21:00"]
    other = clocks(slots_of(a_place(hours=None)).look_busy(75, seed="grace"))
    assert len(other) == 6
    assert other != shown


def test_what_is_hidden_at_one_share_is_hidden_at_every_larger_one():
    slots = slots_of(a_place(hours=None))
    shown = [set(clocks(slots.look_busy(percent, seed="x"))) for percent in range(101)]

    assert all(more <= less for less, more in pairwise(shown))


def test_the_order_in_which_slots_are_hidden_does_not_depend_on_the_others():
    starts = [minutes(30 * number) // timedelta(microseconds=1) for number in range(48)]
    order = sorted(starts, key=lambda start: choices._hash("x", start))

    for some in (starts, starts[::3], starts[5:9]):
        hidden = set(some) - {some[at] for at in choices.not_hidden(some, 50, "x")}
        assert hidden == set([start for start in order if start in some][: len(some) // 2])


def test_at_most_so_many_says_whether_there_were_more():
    slots = slots_of()

    assert (len(slots.at_most(3)), slots.at_most(3).truncated) == (3, True)
    assert (len(slots.at_most(8)), slots.at_most(8).truncated) == (8, False)
    assert slots.at_most(3).at_most(3).truncated
    assert (slots.at_most(0), slots.at_most(0).truncated) == ((), True)
    assert not slots.truncated


def test_slots_by_date_keep_their_order_and_their_offsets():
    scheduler = a_place(hours=None, slot_step=12 * HOUR)
    slots = slots_of(scheduler, within=Interval(at("00:00"), at("24:00", day=3)))

    grouped = slots.by_date("America/New_York")

    assert list(grouped) == [date(2026, 3, day) for day in (1, 2, 3)]
    assert all(isinstance(each, Slots) for each in grouped.values())
    assert [slot for each in grouped.values() for slot in each] == list(slots)
    assert [
        each.isoformat() for each in grouped[date(2026, 3, 1)][0].times_in("America/New_York")
    ] == [*["2026-03-01T19:00:00-05:00", "2026-03-01T20:00:00-05:00"]]
    assert slots[:0].by_date("UTC") == {}


def test_filters_keep_that_a_limit_cut_the_listing():
    cut = slots_of().at_most(5)

    assert cut.apart().truncated
    assert cut.by_date("UTC")[date(2026, 3, 2)].truncated


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda slots: slots.first_per_day(0, zone="UTC"), "count"),
        (lambda slots: slots.first_per_window(True), "count"),
        (lambda slots: slots.look_busy(101), "percent"),
        (lambda slots: slots.look_busy(-1), "percent"),
        (lambda slots: slots.at_most(-1), "count"),
        (lambda slots: slots.confident(101), "minimum"),
    ],
)
def test_filters_refuse_what_is_no_number(call, field):
    with refused(InvalidAmountError, "quantity", field):
        call(slots_of())


@pytest.mark.parametrize(
    "call",
    [
        lambda slots: slots.first_per_day(zone="Nowhere"),
        lambda slots: slots.by_date("Nowhere"),
        lambda slots: slots[0].times_in("Nowhere"),
    ],
)
def test_filters_refuse_an_unknown_zone(call):
    with refused(InvalidValueError, "unknown_zone", "zone"):
        call(slots_of())


def test_a_seed_is_text():
    with refused(InvalidValueError, "text", "seed"):
        slots_of().look_busy(10, seed=7)


# A calendar's listing ------------------------------------------------------


def shown(listing, *bookings, within=WHOLE_DAY, **fields):
    return slots_of(a_place(*bookings, listing=listing, **fields), within)


def test_a_calendar_that_hides_nothing_shows_all():
    assert shown(Listing()) == shown(None)


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        (Listing(first_per_day=2), ["09:00", "09:30"]),
        (Listing(first_per_window=1), ["09:00", "13:00"]),
        (Listing(apart=True), ["09:00", "10:00", "13:00", "14:00", "15:00", "16:00"]),
        (Listing(most_slots=2), ["09:00", "09:30"]),
        (Listing(look_busy=100), []),
        (Listing(first_per_day=2, apart=True), ["09:00"]),
        (Listing(first_per_window=3, apart=True, most_slots=3), ["09:00", "10:00", "13:00"]),
        (Listing(first_per_day=4, first_per_window=1), ["09:00", "13:00"]),
    ],
)
def test_a_calendar_shows_what_its_listing_leaves(listing, expected):
    taken = a_booking("B-1", "11:00", "13:00")

    assert clocks(shown(listing, taken, slot_step=minutes(30))) == expected


def test_a_calendar_looks_busy_before_it_shows_the_first_of_a_day():
    listing = Listing(look_busy=50, seed="c", first_per_day=1)
    plain = shown(None)

    assert shown(listing) == plain.look_busy(50, seed="c")[:1]
    assert clocks(shown(listing)) != clocks(plain)[:1]


def test_dates_count_in_the_zone_of_the_listing_or_else_of_the_calendar():
    fields = {"hours": None, "slot_step": 8 * HOUR}
    within = Interval(at("00:00"), at("24:00"))
    listing = Listing(first_per_day=1)

    tokyo = attrs.evolve(listing, zone="Asia/Tokyo")
    assert [len(shown(each, within=within, **fields)) for each in (listing, tokyo)] == [1, 2]
    grid = LocalMidnight("UTC", 8 * HOUR)
    local = shown(listing, within=within, **fields, grid=grid, zone="Asia/Tokyo")
    assert clocks(local) == clocks(shown(tokyo, within=within, **fields))


@pytest.mark.parametrize(
    ("most", "limit", "expected"), [(3, None, 3), (3, 2, 2), (2, 3, 2), (None, 4, 4), (9, 9, 8)]
)
def test_the_smaller_limit_cuts(most, limit, expected):
    scheduler = a_place(listing=Listing(most_slots=most, apart=True))
    slots = scheduler.free_slots(
        scheduler.request("massage"), within=WHOLE_DAY, now=NOW, limit=limit
    )

    assert (len(slots), slots.truncated) == (expected, expected < 8)


def test_the_first_slot_is_the_first_that_is_shown():
    listing = Listing(look_busy=50, seed="c")
    scheduler = a_place(listing=listing)
    request = scheduler.request("massage")

    first = scheduler.first_slot(request, within=WHOLE_DAY, now=NOW)

    assert first == shown(listing)[0]
    assert first.start != at("09:00")
    closed = scheduler.first_slot(request, within=monday("00:00", "08:00"), now=NOW)
    assert closed is None


def test_what_is_hidden_can_be_booked():
    scheduler = a_place(listing=Listing(look_busy=100))
    request = scheduler.request("massage")

    slot = scheduler.slot(request, start=at("10:00"), now=NOW)

    assert offered(scheduler, "massage") == []
    assert scheduler.book(slot, booking_id="B-1", now=NOW).booking("B-1").start == at("10:00")


@pytest.mark.parametrize("question", ["free_slots", "first_slot", "free_periods", "start_periods"])
def test_every_question_keeps_to_the_length_of_its_window(question):
    scheduler = a_place(listing=Listing(shortest_window=2 * HOUR, longest_window=4 * HOUR))
    request = scheduler.request("massage")

    for last in ("11:00", "13:00"):
        getattr(scheduler, question)(request, within=monday("09:00", last), now=NOW)
    for last in ("10:59", "13:01"):
        with refused(InvalidValueError, "window", "within"):
            getattr(scheduler, question)(request, within=monday("09:00", last), now=NOW)


# Several requests in one list ----------------------------------------------


def two_calendars(**fields):
    calendars = [
        a_calendar(hours=OFFICE, durations=[2 * HOUR], **fields),
        a_calendar("facial", hours=OFFICE, slot_step=minutes(90)),
    ]
    room = a_room(capacity=9, calendar_ids=["massage", "facial"])
    return a_scheduler(*calendars, room)


def named(slots):
    """Start, hours and calendar of each slot."""
    return [
        (f"{slot.start:%H:%M}", slot.request.duration // HOUR, slot.request.calendar_id)
        for slot in slots
    ]


def asked(scheduler):
    return (
        scheduler.request("massage", duration=2 * HOUR),
        scheduler.request("facial"),
        scheduler.request("massage"),
    )


def test_a_list_of_several_requests_goes_by_start_then_duration_then_request():
    scheduler = two_calendars()

    slots = scheduler.list_slots(asked(scheduler), within=monday("09:00", "11:00"), now=NOW)

    assert named(slots) == [
        ("09:00", 1, "facial"),
        ("09:00", 1, "massage"),
        ("09:00", 2, "massage"),
        ("10:00", 1, "massage"),
        ("10:00", 2, "massage"),
        ("10:30", 1, "facial"),
    ]
    assert named(slots[::2]) == named(slots)[::2]
    assert slots[5] == list(slots)[5]
    assert not slots.truncated
    for slot in slots:
        assert scheduler.book(slot, booking_id="B-1", now=NOW).booking("B-1").end == slot.end


def test_filters_read_a_list_of_several_requests_as_one():
    scheduler = two_calendars()
    slots = scheduler.list_slots(asked(scheduler), within=monday("09:00", "17:00"), now=NOW)

    assert named(slots.apart())[:2] == [("09:00", 1, "facial"), ("10:00", 1, "massage")]
    assert named(slots.first_per_day(2, zone="UTC")) == named(slots)[:2]
    assert len(slots.first_per_window()) == 3  # one for each request
    assert len(slots.look_busy(50)) == len(slots) - len(slots) // 2
    again = Slots.merged([slots[:3], slots[3:]])
    assert named(again) == named(slots)


def test_a_limit_cuts_the_whole_list():
    scheduler = two_calendars(listing=Listing(most_slots=2))
    requests = asked(scheduler)[1:]

    slots = scheduler.list_slots(requests, within=WHOLE_DAY, now=NOW)
    short = scheduler.list_slots(requests, within=WHOLE_DAY, now=NOW, limit=1)

    assert [name for _, _, name in named(slots)].count("massage") == 2
    assert slots.truncated
    assert named(short) == [("09:00", 1, "facial")]
    assert short.truncated


def test_the_same_request_twice_is_listed_once():
    scheduler = two_calendars()
    request = scheduler.request("massage")

    slots = scheduler.list_slots([request, request], within=WHOLE_DAY, now=NOW)

    assert slots == scheduler.free_slots(request, within=WHOLE_DAY, now=NOW)
    assert scheduler.list_slots([], within=WHOLE_DAY, now=NOW) == ()


def test_a_list_disregards_what_is_to_be_moved():
    scheduler = a_place(a_booking("B-1", "09:00", "10:00"))
    requests = [scheduler.request("massage")]

    first = scheduler.list_slots(requests, within=WHOLE_DAY, now=NOW, ignoring=["B-1"])[0]

    assert first.start == at("09:00")
    assert scheduler.list_slots(requests, within=WHOLE_DAY, now=NOW)[0].start == at("10:00")


def test_a_list_refuses_what_it_cannot_read():
    scheduler = a_place()
    request = scheduler.request("massage")
    room = a_request()
    many = [attrs.evolve(room, party_size=number) for number in range(1, MOST_REQUESTS + 2)]

    assert scheduler.list_slots(many[1:], within=WHOLE_DAY, now=NOW) == ()
    with pytest.raises(LimitExceededError):
        scheduler.list_slots(many, within=WHOLE_DAY, now=NOW)
    with refused(InvalidValueError, "type", "requests"):
        scheduler.list_slots(request, within=WHOLE_DAY, now=NOW)
    with refused(InvalidValueError, "type", "within"):
        scheduler.list_slots([request], within=NOW, now=NOW)
    with refused(InvalidAmountError, "quantity", "limit"):
        scheduler.list_slots([request], within=WHOLE_DAY, now=NOW, limit=-1)
    with pytest.raises(UnknownIdError):
        scheduler.list_slots([request], within=WHOLE_DAY, now=NOW, ignoring=["B-9"])


# Whole days ----------------------------------------------------------------


def a_cottage(*bookings, days=7, **fields):
    """A room by the day, in Berlin, whose clock goes forward on 29 March."""
    calendar = a_calendar("cottage", zone="Europe/Berlin", most_days=days, **fields)
    return a_scheduler(calendar, a_room(calendar_ids=["cottage"]), bookings=bookings)


MARCH = Interval(at("12:00", day=27), at("12:00", day=31))


def free_dates(scheduler, within=MARCH, **asked):
    slots = scheduler.free_days("cottage", within=within, now=NOW, **asked)
    return [
        (f"{slot.times_in('Europe/Berlin')[0]:%d %H:%M}", slot.request.duration // HOUR)
        for slot in slots
    ]


def test_free_days_are_whole_local_dates():
    assert free_dates(a_cottage()) == [
        *[("28 00:00", 24), ("29 00:00", 23), ("30 00:00", 24), ("31 00:00", 24)]
    ]
    assert free_dates(a_cottage(), days=3) == [
        *[("28 00:00", 71), ("29 00:00", 71), ("30 00:00", 72), ("31 00:00", 72)]
    ]


def test_a_date_is_free_only_as_a_whole():
    late = Booking("B-1", at("21:00", day=29), at("22:00", day=29), room_ids=["blue room"])

    assert [start for start, _ in free_dates(a_cottage(late))] == [
        *["28 00:00", "30 00:00", "31 00:00"]
    ]
    assert [start for start, _ in free_dates(a_cottage(late), days=2)] == ["30 00:00", "31 00:00"]


def test_free_days_can_be_booked():
    scheduler = a_cottage()
    slot = scheduler.free_days("cottage", within=MARCH, now=NOW, days=2)[1]

    after = scheduler.book(slot, booking_id="B-1", now=NOW)

    assert after.booking("B-1").interval.duration == 47 * HOUR
    assert [start for start, _ in free_dates(after)] == ["28 00:00", "31 00:00"]
    with_it = after.free_days("cottage", within=MARCH, now=NOW, ignoring=["B-1"])
    assert len(with_it) == 4


def test_free_days_keep_to_the_listing_of_the_calendar():
    scheduler = a_cottage(listing=Listing(most_slots=2, longest_window=100 * HOUR))

    assert [start for start, _ in free_dates(scheduler)] == ["28 00:00", "29 00:00"]
    assert [start for start, _ in free_dates(scheduler, limit=1)] == ["28 00:00"]
    assert free_dates(a_cottage(), limit=1) == [("28 00:00", 24)]
    with refused(InvalidValueError, "window", "within"):
        free_dates(scheduler, within=Interval(at("00:00"), at("12:00", day=31)))


def test_no_date_begins_in_a_short_window():
    assert free_dates(a_cottage(), within=monday("01:00", "20:00")) == []


def test_free_days_may_ask_for_a_party_and_for_hosts():
    calendar = a_calendar("cottage", most_days=1, member_ids=["ada", "grace"])
    scheduler = a_scheduler(
        calendar, a_room(capacity=4, calendar_ids=["cottage"]), a_member(), a_member("grace")
    )

    slots = scheduler.free_days("cottage", within=WEEK, now=NOW, party_size=3, host_ids=["grace"])

    assert len(slots) == 7
    assert (slots[0].host_ids, slots[0].seats_left) == (("grace",), 4)
    assert scheduler.free_days("cottage", within=WEEK, now=NOW, party_size=5) == ()


def test_free_days_may_ask_for_all_that_a_request_asks_for():
    scheduler = a_cottage()
    asked = {"customer_id": "eve", "tags": ["holiday"], "whole_days": 2}

    slots = scheduler.free_days("cottage", within=MARCH, now=NOW, days=2, **asked)

    assert {slot.request.customer_id for slot in slots} == {"eve"}
    assert scheduler.book(slots[0], booking_id="B-1", now=NOW).booking("B-1").tags == {"holiday"}


def test_free_days_refuse_what_the_calendar_does_not_allow():
    with refused(InvalidValueError, "duration", "whole_days"):
        free_dates(a_cottage(days=1), days=2)
    with refused(InvalidAmountError, "quantity", "days"):
        free_dates(a_cottage(), days=0)
    with refused(InvalidAmountError, "quantity", "limit"):
        free_dates(a_cottage(), limit=-1)
    with refused(InvalidValueError, "days", "whole_days"):
        free_dates(a_cottage(), days=2, whole_days=3)
    with pytest.raises(UnknownIdError):
        a_cottage().free_days("castle", within=MARCH, now=NOW)
    with pytest.raises(LimitExceededError):
        a_cottage().free_days(
            "cottage", within=Interval(at("00:00"), at("00:00") + timedelta(days=100_001)), now=NOW
        )

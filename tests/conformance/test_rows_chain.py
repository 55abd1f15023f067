"""Several segments in a row: rows D13 and D14, and the series of two that hides a start."""

from __future__ import annotations

from datetime import date, timedelta
from datetime import datetime as moment
from zoneinfo import ZoneInfo

import pytest

from bookable import (
    Booking,
    BookingRefused,
    Interval,
    WeeklyHours,
    all_of,
    any_of,
    units_of,
)
from bookable.domain.chain import Chain, Segment
from tests.support.builders import (
    HOUR,
    NOW,
    a_block,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    minutes,
    monday,
)

WEEK = timedelta(weeks=1)


def told(offers):
    return [
        [(f"{slot.start:%H:%M}", *slot.allocation.resource_ids) for slot in offer.slots]
        for offer in offers
    ]


def a_spa(**fields):
    """A masseur, a beautician, and a sauna that needs a towel."""
    return a_scheduler(
        a_member("ada"),
        a_member("bob"),
        a_room("sauna", capacity=2),
        an_item("towel", 2),
        a_calendar("massage", HOUR, member_ids=["ada", "bob"], slot_step=minutes(30)),
        a_calendar("facial", minutes(30), member_ids=["bob"], slot_step=minutes(30)),
        **fields,
    )


def a_visit(state, **gaps):
    """A massage, a facial at once, then the sauna."""
    sauna = a_request(all_of("sauna"), units_of("towel", 1), duration=minutes(45))
    return Chain(
        [
            Segment(state.request("massage")),
            Segment(state.request("facial")),
            Segment(sauna, **gaps),
        ]
    )


def test_D13_segments_follow_each_other_with_roles_and_durations_of_their_own():
    state = a_spa()
    offers = state.chain_slots(a_visit(state), within=monday("09:00", "10:00"), now=NOW)

    assert told(offers) == [
        [("09:00", "ada"), ("10:00", "bob"), ("10:30", "sauna", "towel")],
        [("09:30", "ada"), ("10:30", "bob"), ("11:00", "sauna", "towel")],
    ]
    assert offers[0].interval == monday("09:00", "11:15")


def test_D13_the_whole_chain_is_feasible_together_not_each_part_alone():
    rest = a_calendar(
        "facial", minutes(30), member_ids=["bob"], slot_step=minutes(30), buffer_before=HOUR
    )
    state = a_spa()
    state = state.with_catalogue(state.catalogue.replace(rest))
    state = state.block("ada", monday("09:00", "10:00"), block_id="K")
    window = monday("09:00", "09:30")

    # Bob could give the massage at nine, and the facial at ten: but not both.
    alone = [
        state.free_slots(state.request(key), within=within, now=NOW)
        for key, within in (("massage", window), ("facial", monday("10:00", "10:30")))
    ]
    assert [len(each) for each in alone] == [1, 1]
    assert state.chain_slots(a_visit(state), within=window, now=NOW) == ()


def test_D13_an_earlier_segment_leaves_the_only_host_to_a_later_one():
    rest = a_calendar(
        "facial", minutes(30), member_ids=["bob"], slot_step=minutes(30), buffer_before=HOUR
    )
    state = a_spa(bookings=[a_booking("B-1", "18:00", "19:00", host_ids=["ada"])])
    state = state.with_catalogue(state.catalogue.replace(rest))
    window = monday("09:00", "09:30")

    # Bob has less to do, so a massage alone would be his.
    first = state.free_slots(state.request("massage"), within=window, now=NOW)[0]
    assert first.allocation.host_ids == ("bob",)
    (offer,) = state.chain_slots(a_visit(state), within=window, now=NOW)
    assert told([offer])[0][:2] == [("09:00", "ada"), ("10:00", "bob")]


def test_D13_a_chain_is_booked_whole_or_not_at_all():
    state = a_spa()
    offer = state.chain_slots(a_visit(state), within=monday("09:00", "09:30"), now=NOW)[0]
    ids = ["B-1", "B-2", "B-3"]
    booked = state.book_chain(offer, booking_ids=ids, now=NOW)

    assert [booked.booking(key).interval for key in ids] == [
        monday("09:00", "10:00"),
        monday("10:00", "10:30"),
        monday("10:30", "11:15"),
    ]
    assert booked.violations(now=NOW) == ()
    closed = state.block("sauna", monday("11:00", "12:00"), block_id="K")
    with pytest.raises(BookingRefused):
        closed.book_chain(offer, booking_ids=ids, now=NOW)
    assert not closed.bookings


@pytest.mark.parametrize(
    ("minimum", "maximum", "expected"),
    [
        (0, None, "10:30"),
        (15, None, "10:45"),
        (0, 60, "10:30"),
        (20, 60, "10:50"),
    ],
)
def test_D14_an_intermission_has_a_shortest_and_a_longest(minimum, maximum, expected):
    state = a_spa()
    longest = None if maximum is None else minutes(maximum)
    chain = a_visit(state, minimum_gap=minutes(minimum), maximum_gap=longest)
    (offer,) = state.chain_slots(chain, within=monday("09:00", "09:30"), now=NOW)

    assert f"{offer.slots[2].start:%H:%M}" == expected


def test_D14_the_intermission_stretches_to_its_longest_and_no_further():
    state = a_spa(blocks=[a_block("K", "sauna", "10:00", "11:15")])
    window = monday("09:00", "09:30")

    for longest, expected in ((44, 0), (45, 1)):
        chain = a_visit(state, maximum_gap=minutes(longest))
        assert len(state.chain_slots(chain, within=window, now=NOW)) == expected


def test_ex_L10_a_start_whose_second_occurrence_collides_is_hidden():
    zone = ZoneInfo("Europe/Berlin")

    def five(day):
        return moment(2024, *day, 17, tzinfo=zone)

    hours = WeeklyHours.parse("Mo 17:00-18:00", zone=zone)
    taken = [
        Booking(f"B-{day}", five((12, day)), five((12, day)) + HOUR, host_ids=["ada"])
        for day in (9, 16)
    ]
    state = a_scheduler(
        a_calendar("lesson", member_ids=["ada"], hours=hours), a_member("ada"), bookings=taken
    )
    lesson = state.request("lesson")
    weekly = Chain([Segment(lesson), Segment(lesson, WEEK - HOUR)])
    within = Interval(moment(2024, 11, 20, tzinfo=zone), moment(2025, 1, 1, tzinfo=zone))
    now = moment(2024, 11, 10, tzinfo=zone)

    single = [each.start.date() for each in state.free_slots(lesson, within=within, now=now)]
    double = [each.start.date() for each in state.chain_slots(weekly, within=within, now=now)]
    assert date(2024, 12, 2) in single
    assert double == [date(2024, 11, 25), date(2024, 12, 23), date(2024, 12, 30)]


def test_D13_the_segments_may_be_of_different_people():
    state = a_scheduler(
        a_member("ada"), a_member("bob"), blocks=[a_block("K", "ada", "10:00", "11:00")]
    )
    request = a_request(any_of("ada", "bob"))
    (offer,) = state.chain_slots(
        Chain([Segment(request)] * 3), within=monday("09:00", "10:00"), now=NOW
    )

    assert told([offer]) == [[("09:00", "ada"), ("10:00", "bob"), ("11:00", "ada")]]
    assert offer.start == at("09:00")

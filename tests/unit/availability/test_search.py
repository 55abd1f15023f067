"""The one predicate: the gate, the grid, the windows and the answers that are made of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bookable import (
    Epoch,
    FixedStarts,
    Interval,
    LimitExceededError,
    LocalMidnight,
    SearchLimitError,
    WeeklyHours,
    all_of,
    any_of,
)
from bookable.availability import search
from bookable.limits import EARLIEST, LATEST
from tests.support.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OFFICE,
    US,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    clocks,
    minutes,
    monday,
    offered,
    rules,
)


def massage(*entries, bookings=(), blocks=(), **fields):
    """A calendar with the blue room, unless more entries are given."""
    entries = entries or (a_room(calendar_ids=["massage"]),)
    return a_scheduler(a_calendar(**fields), *entries, bookings=bookings, blocks=blocks)


def is_offered(scheduler, start, now=NOW, calendar="massage") -> bool:
    """Asked in three ways, which must agree."""
    request = scheduler.request(calendar)
    within = Interval(start, start + US)
    listed = len(scheduler.free_slots(request, within=within, now=now)) == 1
    assert listed is (scheduler.explain(request, start=start, now=now) == ())
    assert listed is (scheduler.first_slot(request, within=within, now=now) is not None)
    return listed


def clock(moment):
    return f"{moment:%H:%M}" if moment == moment.replace(second=0, microsecond=0) else str(moment)


def ends(periods):
    return [(clock(each.start), clock(each.end)) for each in periods]


# The window ----------------------------------------------------------------


def test_the_window_bounds_the_start_and_not_the_end():
    scheduler = massage()

    assert offered(scheduler, "massage", monday("09:00", "11:00")) == ["09:00", "10:00"]
    assert offered(scheduler, "massage", Interval(at("09:00"), at("10:00") + US)) == [
        "09:00",
        "10:00",
    ]
    assert offered(scheduler, "massage", Interval(at("09:00") + US, at("11:00"))) == ["10:00"]


def test_adjoining_windows_list_every_slot_once():
    scheduler = massage(bookings=[a_booking()])

    halves = [
        offered(scheduler, "massage", each)
        for each in (monday("00:00", "09:30"), monday("09:30", "24:00"))
    ]

    assert halves[0] + halves[1] == offered(scheduler, "massage", WHOLE_DAY)


def test_a_window_of_centuries_is_refused_before_any_work():
    request = a_request(grid=FixedStarts([at("09:00")]))
    scheduler = a_scheduler()
    whole = Interval(at("00:00"), at("00:00") + 100_000 * DAY)
    beyond = Interval(at("00:00"), at("00:00") + 100_000 * DAY + US)

    assert scheduler.free_periods(request, within=whole, now=NOW).duration > 99_999 * DAY
    assert len(scheduler.start_periods(request, within=whole, now=NOW)) == 1
    for ask in (
        scheduler.free_slots,
        scheduler.first_slot,
        scheduler.free_periods,
        scheduler.start_periods,
    ):
        with pytest.raises(SearchLimitError) as caught:
            ask(request, within=beyond, now=NOW)
        assert (caught.value.needed, caught.value.allowed) == (100_001, 100_000)


@pytest.mark.parametrize("grid", [Epoch(US), LocalMidnight("Europe/Berlin", step=US)])
def test_a_step_of_a_microsecond_is_refused_before_any_work(grid):
    scheduler = a_scheduler()
    request = a_request(grid=grid)

    with pytest.raises(SearchLimitError) as caught:
        scheduler.free_slots(request, within=WHOLE_DAY, now=NOW)
    assert caught.value.needed >= 86_400_000_000
    assert caught.value.allowed == 1_000_000
    second = Interval(at("09:00"), at("09:00") + 1000 * US)
    assert len(scheduler.free_slots(request, within=second, now=NOW)) == 1000


def test_as_many_candidates_as_the_limit_are_looked_at(monkeypatch):
    monkeypatch.setattr(search, "MOST_CANDIDATES", 3)
    scheduler = a_scheduler()

    def listed(*starts):
        request = a_request(grid=FixedStarts(starts))
        return clocks(scheduler.free_slots(request, within=WHOLE_DAY, now=NOW))

    three = at("09:00"), at("10:00"), at("11:00")
    assert listed(*three) == ["09:00", "10:00", "11:00"]
    with pytest.raises(SearchLimitError) as caught:
        listed(*three, at("12:00"))
    assert (caught.value.needed, caught.value.allowed) == (4, 3)


def test_candidates_times_starts_are_bounded(monkeypatch):
    monkeypatch.setattr(search, "MOST_MASK_BITS", 6)
    scheduler = a_scheduler(a_member("ada"), a_member("eve"))
    three = FixedStarts([at("09:00"), at("10:00"), at("11:00")])

    def listed(*needs):
        request = a_request(*needs, grid=three)
        return len(scheduler.free_slots(request, within=WHOLE_DAY, now=NOW))

    assert listed(any_of("ada", "eve")) == listed(all_of("ada"), all_of("eve")) == 3
    with pytest.raises(SearchLimitError) as caught:
        listed(any_of("ada", "eve"), all_of("eve"))
    assert (caught.value.needed, caught.value.allowed) == (9, 6)


def test_days_times_opening_hours_are_bounded(monkeypatch):
    monkeypatch.setattr(search, "MOST_OPENING_WINDOWS", 4)
    night = WeeklyHours.parse("Mo-Su 20:00-22:00", zone="UTC")
    people = [a_member("ada", hours=OFFICE), a_member("eve", hours=OFFICE), a_member("kim")]
    scheduler = a_scheduler(*people)
    request = a_request(any_of("ada", "eve", "kim"), hours=night)

    def asked(days, request):
        within = Interval(NOW, NOW + days)
        return scheduler.start_periods(request, within=within, now=NOW).duration > 0 * HOUR

    # Two different opening hours: those of ada and eve, and those of the request.
    assert asked(2 * DAY, request)
    with pytest.raises(SearchLimitError) as caught:
        asked(2 * DAY + US, request)
    assert (caught.value.needed, caught.value.allowed) == (6, 4)
    assert asked(4 * DAY, a_request(any_of("ada", "eve", "kim")))
    assert asked(90 * DAY, a_request(all_of("kim")))


# Notice and horizon --------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "expected"),
    [(at("11:00") - US, False), (at("11:00"), True), (at("11:00") + US, True)],
)
def test_notice_is_inclusive(start, expected):
    scheduler = massage(minimum_notice=2 * HOUR, grid=FixedStarts([start]))

    assert is_offered(scheduler, start, now=at("09:00")) is expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [(at("09:00") - US, False), (at("09:00"), True), (at("09:00") + US, True)],
)
def test_without_notice_nothing_is_offered_in_the_past(start, expected):
    scheduler = massage(grid=FixedStarts([start]))

    assert is_offered(scheduler, start, now=at("09:00")) is expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [(at("11:00") - US, True), (at("11:00"), False), (at("11:00") + US, False)],
)
def test_the_horizon_is_exclusive(start, expected):
    scheduler = massage(booking_horizon=2 * HOUR, grid=FixedStarts([start]))

    assert is_offered(scheduler, start, now=at("09:00")) is expected


def test_notice_and_horizon_bound_listings_and_periods_alike():
    scheduler = massage(minimum_notice=2 * HOUR, booking_horizon=4 * HOUR)
    request = scheduler.request("massage")

    assert offered(scheduler, "massage", now=at("07:30")) == ["10:00", "11:00"]
    starts = scheduler.start_periods(request, within=WHOLE_DAY, now=at("07:30"))
    assert ends(starts) == [("09:30", "11:30")]
    periods = scheduler.free_periods(request, within=WHOLE_DAY, now=at("07:30"))
    assert ends(periods) == [("09:30", str(at("12:30") - US))]
    assert periods.pieces_us[0][1] == starts.pieces_us[0][1] + 3_600_000_000 - 1


def test_a_notice_beyond_the_horizon_leaves_nothing():
    scheduler = massage(minimum_notice=2 * HOUR, booking_horizon=HOUR)
    request = scheduler.request("massage")

    assert offered(scheduler, "massage") == []
    assert len(scheduler.start_periods(request, within=WHOLE_DAY, now=NOW)) == 0
    refusals = scheduler.explain(request, start=at("01:00"), now=NOW)
    assert rules(refusals) == [("notice_too_short", "massage"), ("beyond_horizon", "massage")]


# The ends of the time line -------------------------------------------------


def test_no_footprint_leaves_the_time_line():
    scheduler = a_scheduler()
    request = a_request(grid=Epoch(minutes(30)), buffer_before=HOUR, buffer_after=minutes(30))

    late = scheduler.free_slots(request, within=Interval(LATEST - 4 * HOUR, LATEST - US), now=NOW)
    early = scheduler.free_slots(
        request, within=Interval(EARLIEST, EARLIEST + 3 * HOUR), now=EARLIEST
    )

    assert late[-1].end + minutes(30) == LATEST - minutes(30)
    assert early[0].start == EARLIEST + HOUR
    for slot in (late[-1], early[0]):
        assert scheduler.book(slot, booking_id="B-1", now=EARLIEST).violations(now=NOW) == ()
    for start in (late[-1].start + minutes(30), LATEST - US, EARLIEST):
        refusals = scheduler.explain(request, start=start, now=EARLIEST)
        assert {rule for rule, _ in rules(refusals)} & {"notice_too_short", "beyond_horizon"}
        assert all(str(refusal) for refusal in refusals)


# The calendar itself -------------------------------------------------------


def test_the_calendars_own_hours_bound_its_bookings():
    scheduler = massage(hours=OFFICE)

    assert offered(scheduler, "massage")[0] == "09:00"
    assert offered(scheduler, "massage")[-1] == "16:00"


def test_buffers_of_the_calendar_may_be_asked_to_lie_inside_its_hours():
    fields = {"hours": OFFICE, "buffer_before": minutes(30), "buffer_after": minutes(30)}

    assert offered(massage(**fields), "massage") == [f"{hour:02}:00" for hour in range(9, 17)]
    strict = massage(**fields, buffer_within_hours=True)
    assert offered(strict, "massage") == [f"{hour:02}:00" for hour in range(10, 16)]


def test_an_inactive_calendar_offers_nothing():
    scheduler = massage(is_active=False)
    request = scheduler.request("massage")

    assert offered(scheduler, "massage") == []
    assert len(scheduler.free_periods(request, within=WHOLE_DAY, now=NOW)) == 0
    assert scheduler.first_slot(request, within=WHOLE_DAY, now=NOW) is None


def test_a_calendar_that_needs_nothing_at_all_is_never_bookable():
    scheduler = a_scheduler(a_calendar())
    request = scheduler.request("massage")

    assert offered(scheduler, "massage") == []
    assert len(scheduler.start_periods(request, within=WHOLE_DAY, now=NOW)) == 0
    (refusal,) = scheduler.explain(request, start=at("09:00"), now=NOW)
    assert (refusal.rule, dict(refusal.detail)) == (
        "never_fits",
        {"what": "requirements", "needed": 1, "available": 0},
    )
    said = "'massage' needs nothing: give it members, rooms, equipment or requirements"
    empty = scheduler.why_empty(request, within=WHOLE_DAY, now=NOW)
    assert str(refusal) == str(empty) == said


@pytest.mark.parametrize(
    ("first", "last", "gone"),
    [
        ("09:00", "10:00", {"09:00"}),
        ("09:30", "10:30", {"09:00", "10:00"}),
        ("09:59", "10:00", {"09:00"}),
        ("10:00", "10:01", {"10:00"}),
    ],
)
def test_a_block_of_the_calendar_blocks_whatever_is_free(first, last, gone):
    block = a_block(resource_id="massage", first=first, last=last)
    scheduler = massage(blocks=[block])

    assert set(offered(massage(), "massage")) - set(offered(scheduler, "massage")) == gone


def test_the_buffers_of_the_calendar_keep_away_from_its_blocks():
    block = a_block(resource_id="massage", first="09:00", last="10:00")
    fields = {"buffer_before": MINUTE, "buffer_after": MINUTE, "blocks": [block]}
    room = a_room(calendar_ids=["massage"], buffer_before=0 * HOUR, buffer_after=0 * HOUR)
    scheduler = massage(room, **fields)
    request = scheduler.request("massage")

    assert {"08:00", "09:00", "10:00"}.isdisjoint(offered(scheduler, "massage"))
    starts = scheduler.start_periods(request, within=WHOLE_DAY, now=NOW)
    assert [each.end for each in starts][:-1] == [at("07:59") + US]
    assert [each.start for each in starts][1:] == [at("10:01")]


def test_blocks_of_the_calendar_beside_the_window_reach_into_it():
    blocks = [
        a_block("K-1", "massage", "08:30", "09:00"),
        a_block("K-2", "massage", "12:30", "13:00"),
    ]
    fields = {"buffer_before": HOUR, "buffer_after": minutes(15), "blocks": blocks}
    scheduler = massage(a_room(calendar_ids=["massage"]), **fields)

    starts = scheduler.start_periods(
        scheduler.request("massage"), within=monday("09:00", "12:00"), now=NOW
    )

    assert [(each.start, each.end) for each in starts] == [(at("10:00"), at("11:15") + US)]


# Grids ---------------------------------------------------------------------


def test_a_start_off_the_grid_is_refused_even_where_all_is_free():
    scheduler = massage()

    assert is_offered(scheduler, at("09:00"))
    assert not is_offered(scheduler, at("09:00") + US)
    refusals = scheduler.explain(scheduler.request("massage"), start=at("09:30"), now=NOW)
    assert rules(refusals) == [("off_grid", "massage")]


def test_booking_something_never_moves_the_grid():
    scheduler = massage(bookings=[a_booking("B-1", "09:15", "10:15")])

    assert offered(scheduler, "massage", monday("08:00", "12:00")) == ["08:00", "11:00"]


def test_a_request_without_a_grid_may_be_booked_at_any_microsecond():
    scheduler = a_scheduler()

    slot = scheduler.slot(a_request(), start=at("09:17") + US, now=NOW)

    assert slot.start == at("09:17") + US
    listed = scheduler.free_slots(a_request(), within=monday("09:00", "11:00"), now=NOW)
    assert clocks(listed) == ["09:00", "10:00"]


def test_the_grid_follows_the_wall_clock_of_its_zone():
    scheduler = massage(zone="Asia/Kathmandu")

    assert offered(scheduler, "massage", monday("00:00", "03:00")) == ["00:15", "01:15", "02:15"]


# Periods -------------------------------------------------------------------


def test_free_periods_are_the_time_that_bookings_inside_the_window_could_take():
    scheduler = massage(bookings=[a_booking("B-1", "10:00", "11:00")], hours=OFFICE)
    request = scheduler.request("massage")

    def periods(first, last):
        return ends(scheduler.free_periods(request, within=monday(first, last), now=NOW))

    assert periods("00:00", "24:00") == [("09:00", "10:00"), ("11:00", "17:00")]
    assert periods("09:00", "12:00") == [("09:00", "10:00"), ("11:00", "12:00")]
    assert periods("09:30", "12:00") == [("11:00", "12:00")]
    assert periods("11:15", "12:15") == [("11:15", "12:15")]
    assert periods("11:15", "12:14") == []
    assert periods("09:00", "09:01") == []


def test_start_periods_are_the_starts_inside_the_window():
    scheduler = massage(bookings=[a_booking("B-1", "10:00", "11:00")], hours=OFFICE)
    request = scheduler.request("massage")

    starts = scheduler.start_periods(request, within=monday("08:00", "15:30"), now=NOW)

    assert [(each.start, each.end) for each in starts] == [
        (at("09:00"), at("09:00") + US),
        (at("11:00"), at("15:30")),
    ]


def test_two_people_who_are_each_free_for_half_the_time_do_not_make_one():
    bookings = [
        a_booking("B-1", "09:00", "09:30", host_ids=["ada"]),
        a_booking("B-2", "09:30", "10:00", host_ids=["grace"]),
    ]
    scheduler = a_scheduler(a_member("ada"), a_member("grace"), bookings=bookings)
    request = a_request(any_of("ada", "grace"))

    periods = scheduler.free_periods(request, within=monday("09:00", "10:00"), now=NOW)

    assert len(periods) == 0
    assert ends(scheduler.free_periods(request, within=monday("09:00", "10:30"), now=NOW)) == [
        ("09:30", "10:30")
    ]


def test_starts_of_joinable_sessions_are_bookable_starts():
    session = a_booking("B-1", calendar_id="massage", host_ids=["ada"])
    scheduler = massage(a_member(), member_ids=["ada"], seats_per_slot=3, bookings=[session])
    request = scheduler.request("massage")

    starts = scheduler.start_periods(request, within=monday("08:30", "09:30"), now=NOW)

    assert [(each.start, each.end) for each in starts] == [(at("09:00"), at("09:00") + US)]
    assert is_offered(scheduler, at("09:00"))


# Facts ---------------------------------------------------------------------


def test_every_free_candidate_is_listed_and_what_would_be_taken_is_told():
    people = [a_member("ada"), a_member("grace"), a_member("linus")]
    scheduler = massage(
        *people,
        a_room("blue room", 3, calendar_ids=["massage"]),
        a_room("red room", 2, calendar_ids=["massage"]),
        an_item(calendar_ids=["massage"]),
        member_ids=["ada", "grace", "linus"],
        bookings=[a_booking(host_ids=["ada"])],
    )

    slot = scheduler.slot(scheduler.request("massage"), start=at("09:00"), now=NOW)

    assert slot.host_ids == ("grace", "linus")
    assert slot.room_ids == ("blue room", "red room")
    assert slot.allocation.host_ids == ("grace",)
    assert slot.allocation.room_ids == ("red room",)
    assert dict(slot.allocation.equipment) == {"table": 1}
    assert slot.seats_left == 2


def test_seats_left_are_those_of_the_scarcest_room_over_the_footprint():
    bookings = [a_booking("B-1", "10:00", "11:00", room_ids=["a"], party_size=3)]
    scheduler = a_scheduler(a_room("a", 9), a_room("b", 7), bookings=bookings)

    def left(**fields):
        request = a_request(all_of("a", "b"), **fields)
        return scheduler.slot(request, start=at("09:00"), now=NOW).seats_left

    assert left() == 7
    assert left(buffer_after=US) == 6
    assert left(party_size=2) == 7


def test_without_a_room_the_seats_left_are_those_of_the_party():
    scheduler = a_scheduler(a_member())

    slot = scheduler.slot(a_request(all_of("ada"), party_size=4), start=at("09:00"), now=NOW)

    assert slot.seats_left == 4
    assert slot.room_ids == ()


def test_the_first_slot_is_the_first_of_the_listing():
    scheduler = massage(bookings=[a_booking()], hours=OFFICE)
    request = scheduler.request("massage")

    first = scheduler.first_slot(request, within=WHOLE_DAY, now=NOW)

    assert first == scheduler.free_slots(request, within=WHOLE_DAY, now=NOW)[0]
    assert first.start == at("10:00")
    assert scheduler.first_slot(request, within=monday("18:00", "24:00"), now=NOW) is None
    assert scheduler.first_slot(request, within=monday("00:30", "00:31"), now=NOW) is None


def test_a_fixed_timetable_is_offered_as_it_is():
    starts = [at("09:05"), at("13:40")]
    scheduler = massage(grid=FixedStarts(starts))

    assert offered(scheduler, "massage") == ["09:05", "13:40"]
    assert rules(scheduler.explain(scheduler.request("massage"), start=at("09:00"), now=NOW)) == [
        ("off_grid", "massage")
    ]


def test_a_search_over_a_century_on_a_sparse_grid_is_an_ordinary_search():
    far = datetime(2200, 3, 2, 9, tzinfo=UTC)
    scheduler = massage(grid=FixedStarts([far]))
    request = scheduler.request("massage")

    within = Interval(NOW, datetime(2260, 1, 1, tzinfo=UTC))

    assert scheduler.first_slot(request, within=within, now=NOW).start == far


def test_too_many_fixed_starts_are_no_grid(monkeypatch):
    from bookable.timeline import grid

    monkeypatch.setattr(grid, "MOST_CANDIDATES", 2)
    with pytest.raises(LimitExceededError):
        FixedStarts([at("09:00"), at("10:00"), at("11:00")])
    assert len(FixedStarts([at("09:00"), at("09:00"), at("10:00")]).starts) == 2


def test_opening_hours_over_midnight_are_one_opening():
    night = WeeklyHours.parse("Mo 22:00-02:00", zone="UTC")
    scheduler = massage(hours=night, slot_step=minutes(30))

    window = Interval(at("00:00"), at("12:00", day=3))

    assert offered(scheduler, "massage", window)[-1] == "01:00"

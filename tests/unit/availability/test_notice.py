"""The first and the last start that notice and horizon leave, for every kind of rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bookable import (
    Epoch,
    FixedStarts,
    Hours,
    Interval,
    IntervalSet,
    LocalMidnight,
    SearchLimitError,
    WeeklyHours,
    all_of,
)
from bookable.availability import notice as module
from bookable.domain.policy import (
    DateRange,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from bookable.limits import EARLIEST, LATEST, MOST_ROLLING_DAYS
from bookable.timeline.packing import WindowStart
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    OFFICE,
    US,
    a_block,
    a_booking,
    a_calendar,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    rules,
)

FRIDAY = 6
NEVER_OPEN = Hours(closures=IntervalSet([Interval(datetime(101, 1, 1, tzinfo=UTC), LATEST - DAY)]))


def hours(text, zone="UTC"):
    return WeeklyHours.parse(text, zone=zone)


def state(*, bookings=(), blocks=(), **fields):
    calendar = a_calendar(**fields)
    room = a_room(calendar_ids=["massage"])
    return a_scheduler(calendar, room, bookings=bookings, blocks=blocks)


def bounds(now=NOW, *, bookings=(), blocks=(), **fields):
    """The earliest start and the end of the horizon, as datetimes."""
    scheduler = state(bookings=bookings, blocks=blocks, **fields)
    search = scheduler._search(scheduler.request("massage"), now, ())
    earliest, latest = module.earliest_start(search), module.latest_start(search)
    return tuple(
        None if us is None else datetime(1970, 1, 1, tzinfo=UTC) + us * US
        for us in (earliest, latest)
    )


def earliest(rule, now=NOW, **fields):
    return bounds(now, minimum_notice=rule, **fields)[0]


def latest(rule, now=NOW, **fields):
    return bounds(now, booking_horizon=rule, **fields)[1]


# Elapsed time and months ---------------------------------------------------


def test_without_rules_only_the_past_is_out():
    assert bounds() == (NOW, None)


def test_elapsed_time_is_added_to_now():
    assert earliest(minutes(90)) == at("01:30")
    assert latest(2 * DAY) == at("00:00", day=4)


@pytest.mark.parametrize(
    ("now", "count", "expected"),
    [
        (datetime(2026, 1, 31, 9, tzinfo=UTC), 1, datetime(2026, 2, 28, 9, tzinfo=UTC)),
        (datetime(2028, 1, 31, 9, tzinfo=UTC), 1, datetime(2028, 2, 29, 9, tzinfo=UTC)),
        (datetime(2026, 11, 30, 9, tzinfo=UTC), 3, datetime(2027, 2, 28, 9, tzinfo=UTC)),
        (datetime(2026, 12, 15, tzinfo=UTC), 12, datetime(2027, 12, 15, tzinfo=UTC)),
        (at("09:00") + US, 0, at("09:00") + US),
    ],
)
def test_months_keep_the_day_where_the_month_has_it(now, count, expected):
    assert earliest(Months(count), now) == expected
    assert latest(Months(count), now) == expected


def test_months_keep_the_wall_clock_of_their_zone_or_else_of_the_calendar():
    # 1 March 12:00 is 11:00Z in Berlin; on 1 April it is 10:00Z there.
    now = datetime(2026, 3, 1, 11, tzinfo=UTC)
    expected = datetime(2026, 4, 1, 10, tzinfo=UTC)

    assert earliest(Months(1, "Europe/Berlin"), now) == expected
    assert earliest(Months(1), now, zone="Europe/Berlin") == expected
    assert earliest(Months(1), now) == expected + HOUR


def test_a_wall_time_that_is_skipped_is_the_moment_of_the_change():
    now = datetime(2026, 2, 28, 1, 30, tzinfo=UTC)  # 02:30 in Berlin

    found = earliest(Months(13, "Europe/Berlin"), now)

    assert found == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_no_months_in_the_second_of_two_equal_hours_is_now_and_not_before():
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 02:30 for the second time

    assert earliest(Months(0, "Europe/Berlin"), second) == second


# Working time --------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "duration", "expected"),
    [
        (at("10:00"), 2 * HOUR, at("12:00")),
        (at("07:00"), 2 * HOUR, at("11:00")),
        (at("15:00"), 2 * HOUR, at("17:00")),
        (at("15:00") + US, 2 * HOUR, at("09:00", day=3) + US),
        (at("17:00", day=FRIDAY), HOUR, at("10:00", day=FRIDAY + 3)),
        (at("09:00"), 40 * HOUR, at("17:00", day=FRIDAY)),
        (at("09:00"), 400 * HOUR, at("17:00", day=FRIDAY) + 9 * 7 * DAY),
        (at("20:00"), timedelta(0), at("20:00")),
    ],
)
def test_working_time_runs_while_the_hours_are_open(now, duration, expected):
    assert earliest(WorkingTime(duration, OFFICE), now) == expected


def test_working_time_is_the_calendars_where_it_has_hours_and_else_all_time():
    assert earliest(WorkingTime(2 * HOUR), at("16:00"), hours=OFFICE) == at("10:00", day=3)
    assert earliest(WorkingTime(2 * HOUR), at("16:00")) == at("18:00")


def test_working_time_that_never_comes_leaves_no_start():
    calendar = {"minimum_notice": WorkingTime(HOUR, NEVER_OPEN)}
    scheduler = state(**calendar)
    request = scheduler.request("massage")

    assert earliest(WorkingTime(HOUR, NEVER_OPEN)) == LATEST
    within = Interval(NOW, NOW + 30 * DAY)
    assert len(scheduler.free_slots(request, within=within, now=NOW)) == 0
    (refusal,) = scheduler.explain(request, start=at("09:00"), now=NOW)
    assert (refusal.rule.value, refusal.detail["earliest"]) == (
        "notice_too_short",
        LATEST.isoformat(),
    )


def test_hours_too_fine_to_look_at_are_a_typed_error():
    every_minute = ",".join(
        f"{m // 60:02}:{m % 60:02}-{m // 60:02}:{m % 60 + 1:02}" for m in range(0, 1438, 2)
    )
    dense = WeeklyHours.parse(f"Mo-Su {every_minute}", zone="UTC")
    scheduler = state(minimum_notice=WorkingTime(3_000 * DAY, dense))

    with pytest.raises(SearchLimitError):
        scheduler.explain(scheduler.request("massage"), start=at("09:00"), now=NOW)


# Working days --------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "first", "end"),
    [
        (0, at("12:00", day=FRIDAY), at("00:00", day=FRIDAY + 1)),
        (1, at("00:00", day=FRIDAY + 4), at("00:00", day=FRIDAY + 4)),
        (2, at("00:00", day=FRIDAY + 5), at("00:00", day=FRIDAY + 5)),
        (6, at("00:00", day=FRIDAY + 11), at("00:00", day=FRIDAY + 11)),
        (20, at("00:00", day=FRIDAY) + 29 * DAY, at("00:00", day=FRIDAY) + 29 * DAY),
    ],
)
@pytest.mark.parametrize("own", [None, OFFICE])
def test_working_days_are_counted_from_tomorrow(count, first, end, own):
    now = at("12:00", day=FRIDAY)

    assert earliest(WorkingDays(count, own), now) == first
    assert latest(WorkingDays(count, own), now) == end


def test_working_days_are_the_calendars_where_it_has_hours():
    assert earliest(WorkingDays(1), hours=hours("Sa 10:00-11:00")) == at("00:00", day=8)


def test_a_night_shift_makes_working_dates_of_both_its_days():
    night = hours("Sa 22:00-02:00")

    assert earliest(WorkingDays(1, night)) == at("00:00", day=8)
    assert earliest(WorkingDays(2, night)) == at("00:00", day=9)


def test_working_days_begin_at_the_midnight_of_their_zone():
    berlin = timedelta(hours=-1)

    assert earliest(WorkingDays(1, zone="Europe/Berlin")) == at("00:00", day=4) + berlin
    assert latest(WorkingDays(0, zone="Europe/Berlin")) == at("00:00", day=3) + berlin
    assert latest(WorkingDays(0), zone="Europe/Berlin") == at("00:00", day=3) + berlin


def test_working_days_that_never_come_forbid_as_notice_and_allow_as_horizon():
    assert earliest(WorkingDays(1, NEVER_OPEN)) == LATEST
    assert latest(WorkingDays(1, NEVER_OPEN)) == LATEST


# Dates ---------------------------------------------------------------------


def test_the_last_date_is_included():
    now = at("23:00")

    assert latest(LastDate(0), now) == at("24:00")
    assert latest(LastDate(2), now) == at("24:00", day=4)
    # In Kathmandu it is Tuesday already, until 18:15Z.
    assert latest(LastDate(0, "Asia/Kathmandu"), now) == at("18:15", day=3)
    assert latest(LastDate(0), now, zone="Asia/Kathmandu") == at("18:15", day=3)


def test_a_range_of_dates_bounds_both_ends():
    days = DateRange(date(2026, 3, 4), date(2026, 3, 5))

    assert bounds(booking_horizon=days) == (at("00:00", day=4), at("24:00", day=5))
    later = bounds(at("12:00", day=4), booking_horizon=days, minimum_notice=HOUR)
    assert later == (at("13:00", day=4), at("24:00", day=5))
    zoned = DateRange(date(2026, 3, 4), date(2026, 3, 5), "Asia/Kathmandu")
    assert bounds(booking_horizon=zoned) == (at("18:15", day=3), at("18:15", day=5))


def test_a_start_before_the_range_and_one_after_it_say_so():
    scheduler = state(booking_horizon=DateRange(date(2026, 3, 4), date(2026, 3, 5)))
    request = scheduler.request("massage")

    def why(day):
        (refusal,) = scheduler.explain(request, start=at("09:00", day=day), now=NOW)
        return refusal.rule.value, refusal.detail

    assert why(3) == ("notice_too_short", {"earliest": "2026-03-04T00:00:00+00:00"})
    assert why(6) == ("beyond_horizon", {"latest": "2026-03-06T00:00:00+00:00"})


# Rolling dates -------------------------------------------------------------


def test_rolling_days_are_the_next_that_have_a_start():
    monday_and_friday = hours("Mo,Fr 09:00-11:00")

    def rolling(count, now=NOW, **fields):
        return latest(RollingDays(count), now, hours=monday_and_friday, **fields)

    assert rolling(1) == at("24:00")
    assert rolling(2) == at("24:00", day=FRIDAY)
    assert rolling(3) == at("24:00", day=9)
    # Nothing starts on a Monday after 10:00, nor where notice or bookings leave nothing.
    assert rolling(1, at("10:00") + US) == at("24:00", day=FRIDAY)
    assert rolling(1, minimum_notice=12 * HOUR) == at("24:00", day=FRIDAY)
    full = a_booking("B-1", "09:00", "11:00", calendar_id="massage", room_ids=["blue room"])
    assert rolling(1, bookings=[full]) == at("24:00", day=FRIDAY)
    closed = a_block("K-1", "massage", "09:00", "11:00")
    assert rolling(1, blocks=[closed]) == at("24:00", day=FRIDAY)


def test_a_date_whose_free_time_has_no_start_of_the_grid_does_not_count():
    def rolling(grid):
        return latest(RollingDays(1), hours=hours("Mo 09:00-10:30; We 09:30-11:00"), grid=grid)

    assert rolling(LocalMidnight("UTC", 2 * HOUR)) == at("24:00", day=4)
    assert rolling(FixedStarts([at("09:30", day=9)])) == at("24:00", day=9)


@pytest.mark.parametrize("grid", [Epoch(US), LocalMidnight("UTC", US), WindowStart(HOUR), None])
def test_every_kind_of_grid_says_which_dates_have_a_start(grid):
    found = latest(RollingDays(2), hours=hours("Mo,Fr 09:00-11:00"), grid=grid)

    assert found == at("24:00", day=FRIDAY)


def test_a_packed_start_that_a_full_session_holds_does_not_count():
    webinar = a_calendar(
        kind="event",
        seats_per_slot=2,
        grid=WindowStart(HOUR),
        hours=hours("Mo-Su 08:00-10:30"),
        minimum_notice=minutes(8.5 * 60),
        booking_horizon=RollingDays(1),
    )
    scheduler = a_scheduler(webinar)
    within = Interval(NOW, NOW + 7 * DAY)

    def listed(state):
        slots = state.free_slots(state.request("massage"), within=within, now=NOW)
        return [slot.start for slot in slots]

    full = booked(scheduler, "09:00", calendar="massage", booking_id="B-1", party_size=2)

    assert listed(scheduler) == [at("09:00")]
    assert listed(full) == [at("08:00", day=3), at("09:00", day=3)]


def test_rolling_days_are_dates_of_their_zone():
    early = hours("Mo-Su 20:00-21:00")

    # 20:00Z on Monday is Tuesday in Kathmandu, which ends at 18:15Z.
    assert latest(RollingDays(1, "Asia/Kathmandu"), hours=early) == at("18:15", day=3)
    assert latest(RollingDays(1), hours=early) == at("24:00")


def test_rolling_days_look_only_so_far():
    expected = NOW + MOST_ROLLING_DAYS * DAY

    assert latest(RollingDays(1), hours=NEVER_OPEN) == expected
    assert latest(RollingDays(366), hours=hours("Mo 09:00-10:00")) == expected


def test_a_request_with_rules_of_its_own_has_a_rolling_horizon_too():
    scheduler = a_scheduler()
    request = a_request(
        all_of("blue room"), hours=hours("Mo 09:00-11:00"), booking_horizon=RollingDays(1)
    )
    within = Interval(NOW, NOW + 30 * DAY)

    listed = [slot.start for slot in scheduler.free_slots(request, within=within, now=NOW)]

    assert listed == [at("09:00"), at("10:00")]
    # Any start may be booked, but only up to there.
    assert scheduler.explain(request, start=at("09:17"), now=NOW) == ()
    refused = scheduler.explain(request, start=at("09:17", day=9), now=NOW)
    assert rules(refused) == [("beyond_horizon", "")]
    assert refused[0].detail["latest"] == "2026-03-03T00:00:00+00:00"


@pytest.mark.about_a_cache("the second question does no work")
def test_the_bounds_are_worked_out_once_for_a_search(monkeypatch):
    scheduler = state(booking_horizon=RollingDays(2), minimum_notice=WorkingTime(HOUR, OFFICE))
    search = scheduler._search(scheduler.request("massage"), NOW, ())
    first = module.earliest_start(search), module.latest_start(search)

    monkeypatch.setattr(module, "_earliest", None)
    monkeypatch.setattr(module, "_latest", None)

    assert (module.earliest_start(search), module.latest_start(search)) == first


def test_a_date_that_a_zone_skipped_is_no_working_date():
    # Apia had no 30 December 2011, a Friday.
    now = datetime(2011, 12, 29, 20, tzinfo=UTC)  # Thursday 29, 10:00 there

    found = earliest(WorkingDays(1, zone="Pacific/Apia"), now)

    assert found == datetime(2012, 1, 2, 10, tzinfo=UTC)  # the midnight after Monday


@pytest.mark.parametrize("now", [EARLIEST, LATEST - US])
@pytest.mark.parametrize(
    "rules_",
    [
        {"minimum_notice": rule}
        for rule in (HOUR, Months(120), WorkingTime(DAY, OFFICE), WorkingDays(9))
    ]
    + [
        {"booking_horizon": rule}
        for rule in (DAY, Months(120), WorkingDays(9), LastDate(3_660), RollingDays(2))
    ]
    + [{"booking_horizon": RollingDays(2), "grid": WindowStart(HOUR)}],
    ids=repr,
)
def test_the_ends_of_the_time_line_are_no_trap(now, rules_):
    scheduler = state(**rules_)
    request = scheduler.request("massage")

    found = scheduler.explain(request, start=now, now=now)

    codes = {refusal.rule.value for refusal in found}
    assert codes <= {"notice_too_short", "beyond_horizon", "off_grid"}
    assert ("beyond_horizon" in codes) is (now > EARLIEST)


def test_rolling_days_count_whole_dates_at_their_own_length():
    """29 March has 23 hours in Berlin; a week from the 27th holds it, whichever length is asked for."""
    scheduler = state(zone="Europe/Berlin", most_days=1, booking_horizon=RollingDays(3))
    now = at("12:00", day=26)

    days = scheduler.free_days("massage", within=Interval(now, now + 9 * DAY), now=now)

    assert [(slot.start.day, slot.end - slot.start) for slot in days] == [
        (26, DAY),
        (27, DAY),
        (28, 23 * HOUR),
    ]


def test_another_state_keeps_the_bounds_that_bookings_cannot_change():
    def bounds_after(horizon):
        scheduler = state(booking_horizon=horizon, minimum_notice=WorkingTime(HOUR, OFFICE))
        search = scheduler._search(scheduler.request("massage"), NOW, ())
        module.earliest_start(search), module.latest_start(search)
        taken = booked(scheduler, "10:00", calendar="massage", booking_id="B-1")
        other = module.with_ledger(search, taken._ledger)
        assert module.with_ledger(search, search.ledger) is search
        assert other.ledger is taken._ledger
        return set(other._bounds)

    assert bounds_after(Months(1)) == {"earliest", "latest"}
    assert bounds_after(RollingDays(3)) == {"earliest"}


def test_how_far_a_rolling_horizon_looked_is_known_once_it_has_looked():
    scheduler = state(booking_horizon=RollingDays(3))
    search = scheduler._search(scheduler.request("massage"), NOW, ())

    assert module.days_looked(search) == 0
    module.latest_start(search)
    assert module.days_looked(search) == 3

"""Notice, horizon and series against what they say, start by start and date by date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given

from bookable import (
    Block,
    BookingRefused,
    Calendar,
    Catalogue,
    Epoch,
    FixedStarts,
    Interval,
    LocalMidnight,
    Room,
    Scheduler,
    WeeklyHours,
)
from bookable.availability.series import SeriesPolicy
from bookable.domain.policy import (
    DateRange,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from bookable.timeline.packing import WindowStart
from tests.support import strategies as st
from tests.support.builders import DAY, HOUR, MINUTE, US

ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
# Around changes of the clock, a date that Apia skipped, and the ends of months.
DAYS = [
    date(2011, 12, 28),
    date(2023, 3, 10),
    date(2023, 11, 4),
    date(2024, 4, 5),
    date(2024, 2, 27),
    date(2026, 1, 31),
]
LOOK = 12

zones = st.sampled_from(ZONES)
moments = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day, tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(DAYS),
    st.integers(0, 2 * 24 * 60),
)
weekdays = st.lists(
    st.sampled_from(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]), min_size=1, unique=True
)
windows = st.sampled_from(["09:00-17:00", "08:00-12:00,13:00-18:00", "22:00-02:00", "00:00-24:00"])
schedules = st.builds(
    lambda days, window, zone: WeeklyHours.parse(f"{','.join(days)} {window}", zone=zone),
    weekdays,
    windows,
    zones,
)


def state(zone, grid=None, blocks=(), **fields):
    """A calendar with one room, a start every three hours unless a grid is given."""
    calendar = Calendar(
        "it",
        HOUR,
        kind="event",
        zone=zone,
        grid=grid or LocalMidnight(zone, 3 * HOUR),
        **fields,
    )
    return Scheduler(
        Catalogue([Room("room", 9, max_concurrent=1, calendar_ids=["it"])], calendars=[calendar]),
        blocks=blocks,
    )


def listed(scheduler, now, days=LOOK):
    within = Interval(now - 2 * DAY, now + days * DAY)
    return [
        slot.start for slot in scheduler.free_slots(scheduler.request("it"), within=within, now=now)
    ]


def check_rule(now, zone, allowed, **rule):
    """Exactly the starts that a rule allows are left, and single starts say the same."""
    plain, ruled = state(zone), state(zone, **rule)
    request = ruled.request("it")
    every = listed(plain, now)
    found = listed(ruled, now)

    assert found == [start for start in every if allowed(start)]
    for start in every[:: len(every) // 8 or 1]:
        assert (ruled.explain(request, start=start, now=now) == ()) is (start in found)


def local(moment, zone):
    return moment.astimezone(ZoneInfo(zone)).date()


def exists(day, zone):
    """Whether a zone had that date; Apia had no 30 December 2011."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(zone))
    return local(noon.astimezone(UTC), zone) == day


def is_working(day, hours, zone):
    """Whether any minute of a local date is open, looked at one by one."""
    if not exists(day, zone):
        return False
    if hours is None:
        return day.weekday() < 5
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - DAY
    around = hours.open_within(Interval(first, first + 3 * DAY))
    minutes = (
        each.start + number * MINUTE
        for each in around
        for number in range(int(each.duration / MINUTE))
    )
    return any(local(minute, zone) == day for minute in minutes)


# Dates ---------------------------------------------------------------------


@given(moments, zones, zones, st.integers(0, LOOK))
def test_a_last_date_leaves_the_starts_up_to_it(now, zone, own, days):
    last = local(now, own) + timedelta(days=days)

    check_rule(
        now, zone, lambda start: local(start, own) <= last, booking_horizon=LastDate(days, own)
    )


@given(moments, zones, st.integers(-3, LOOK), st.integers(0, 5))
def test_a_range_of_dates_leaves_the_starts_in_it(now, zone, offset, length):
    first = local(now, zone) + timedelta(days=offset)
    last = first + timedelta(days=length)

    check_rule(
        now,
        zone,
        lambda start: first <= local(start, zone) <= last,
        booking_horizon=DateRange(first, last),
    )


@given(moments, zones, st.integers(0, 14))
def test_months_are_those_of_the_calendar_on_the_wall(now, zone, count):
    wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + relativedelta(months=count)
    moved = wall.replace(tzinfo=ZoneInfo(zone))
    there = moved.astimezone(UTC)
    # What a clock skips or shows twice has unit tests of its own.
    assume(there.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall)
    assume(moved.replace(fold=1).utcoffset() == moved.utcoffset())

    early, late = (
        state(zone, minimum_notice=Months(count)),
        state(zone, booking_horizon=Months(count), grid=Epoch(US)),
    )

    for start in (there - US, there, there + US):
        notice = early.explain(early.request("it"), start=start, now=now)
        horizon = late.explain(late.request("it"), start=start, now=now)
        too_early = any(each.rule.value == "notice_too_short" for each in notice)
        too_late = any(each.rule.value == "beyond_horizon" for each in horizon)
        assert too_early is (start < there)
        assert too_late is not (start < there)


# Working time and days -----------------------------------------------------


@given(moments, zones, st.none() | schedules, st.integers(0, 40))
def test_working_time_is_the_open_time_from_now_to_the_start(now, zone, hours, count):
    needed = count * HOUR / 2

    def allowed(start):
        if start < now:
            return False
        between = Interval(now, max(start, now + US))
        worked = between.duration if hours is None else hours.open_within(between).duration
        return start >= now and (worked >= needed or not needed)

    check_rule(now, zone, allowed, minimum_notice=WorkingTime(needed, hours))


@given(moments, zones, zones, st.none() | schedules, st.integers(0, 6))
def test_working_days_are_the_dates_with_open_time_after_today(now, zone, own, hours, count):
    today = local(now, own)
    days = (today + timedelta(days=number) for number in range(1, 7 * LOOK))
    working = [day for day in days if is_working(day, hours, own)][:count]
    last = working[-1] if working else today

    check_rule(
        now,
        zone,
        lambda start: start >= now and (not count or local(start, own) > last),
        minimum_notice=WorkingDays(count, hours, own),
    )
    check_rule(
        now,
        zone,
        lambda start: start >= now and local(start, own) <= last,
        booking_horizon=WorkingDays(count, hours, own),
    )


# The next dates that have a start ------------------------------------------

grids = st.sampled_from(
    [
        None,
        Epoch(5 * HOUR),
        WindowStart(7 * HOUR),
        FixedStarts([datetime(2026, 2, day, 9 + day % 3, tzinfo=UTC) for day in range(1, 29)]),
    ]
)
blocks = st.lists(
    st.builds(
        lambda hour, length: (hour * HOUR, (hour + length) * HOUR),
        st.integers(0, 200),
        st.integers(1, 80),
    ),
    max_size=3,
)


@given(moments, zones, grids, schedules, blocks, st.integers(1, 4), st.integers(0, 50), st.data())
def test_rolling_days_are_the_first_dates_on_which_anything_can_be_booked(
    now, zone, grid, hours, closed, count, notice, data
):
    taken = [
        Block(f"K{number}", "room", Interval(now + low, now + high))
        for number, (low, high) in enumerate(closed)
    ]
    fields = {"grid": grid, "hours": hours, "minimum_notice": notice * HOUR}
    plain = state(zone, blocks=taken, **fields)
    rolling = state(zone, blocks=taken, booking_horizon=RollingDays(count), **fields)

    for number in range(2):
        every = listed(plain, now, days=70)
        dates = list(dict.fromkeys(local(start, zone) for start in every))
        expected = [start for start in every if local(start, zone) in dates[:count]]
        assert listed(rolling, now, days=70) == expected
        for start in every[:: len(every) // 5 or 1]:
            refusals = rolling.explain(rolling.request("it"), start=start, now=now)
            assert (refusals == ()) is (start in expected)
        if not expected:
            break
        # What is offered can be booked, and then the horizon rolls on.
        start = data.draw(st.sampled_from(expected))
        slot = rolling.slot(rolling.request("it"), start=start, now=now)
        rolling = rolling.book(slot, booking_id=f"B{number}", now=now)
        plain = plain.book(slot_of(plain, start, now), booking_id=f"B{number}", now=now)


def slot_of(scheduler, start, now):
    return scheduler.slot(scheduler.request("it"), start=start, now=now)


whole_zones = st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
changes = st.sampled_from(
    [date(2023, 3, 8), date(2023, 11, 1), date(2024, 3, 28), date(2024, 4, 3)]
)


@given(changes, whole_zones, st.integers(1, 3), st.integers(1, 5), st.integers(0, 40), st.data())
def test_rolling_days_count_whole_dates_at_their_own_length(first, zone, days, count, notice, data):
    """Day by day: a date of 23 or 25 hours counts as one, whichever length is asked for."""
    now = datetime(first.year, first.month, first.day, data.draw(st.integers(0, 23)), tzinfo=UTC)
    taken = data.draw(st.sets(st.integers(0, LOOK - 1), max_size=5))
    today = local(now, zone)
    closed = [
        Block(f"K{number}", "room", Interval(noon, noon + HOUR))
        for number, noon in ((each, wall(today, each, zone, hour=12)) for each in sorted(taken))
    ]
    fields = {"minimum_notice": notice * HOUR, "blocks": closed, "most_days": 3}
    rolling = state(zone, booking_horizon=RollingDays(count), **fields)
    every = range(-1, LOOK + 5)
    free = [
        number
        for number in every
        if wall(today, number, zone) >= now + notice * HOUR
        and taken.isdisjoint(range(number, number + days))
    ]
    expected = [
        (wall(today, number, zone), wall(today, number + days, zone)) for number in free[:count]
    ]
    within = Interval(now - 2 * DAY, now + (LOOK + 6) * DAY)

    found = rolling.free_days("it", within=within, now=now, days=days)

    assert [(slot.start, slot.end) for slot in found] == expected
    for number in free:
        start, end = wall(today, number, zone), wall(today, number + days, zone)
        request = attrs.evolve(rolling.request("it", whole_days=days), duration=end - start)
        refusals = rolling.explain(request, start=start, now=now)
        assert (refusals == ()) is ((start, end) in expected)


def wall(day, later, zone, hour=0):
    """An instant of a local date so many dates later."""
    there = day + timedelta(days=later)
    moment = datetime(there.year, there.month, there.day, hour, tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)


# Series --------------------------------------------------------------------

NOW = datetime(2026, 3, 2, tzinfo=UTC)
many_starts = st.lists(st.integers(0, 30), min_size=1, max_size=8)
policies = st.builds(
    SeriesPolicy,
    st.sampled_from(["all_or_nothing", "skip", "next_free"]),
    st.sampled_from(["decline", "truncate"]),
    st.none() | st.integers(0, 3),
    st.sampled_from([0, 25, 50, 100]),
    st.sampled_from([HOUR, 4 * HOUR]),
)


def crowded(closed):
    taken = [
        Block(f"K{number}", "room", Interval(NOW + low, NOW + high))
        for number, (low, high) in enumerate(closed)
    ]
    return state(
        "UTC",
        grid=Epoch(HOUR),
        blocks=taken,
        buffer_after=HOUR / 2,
        booking_horizon=RollingDays(1),
    )


def planned(scheduler, hours, policy):
    return scheduler.plan_series(
        scheduler.request("it"),
        [NOW + hour * HOUR for hour in hours],
        booking_ids=[f"S{number}" for number, _ in enumerate(hours)],
        now=NOW,
        policy=policy,
    )


@given(blocks, many_starts)
def test_a_series_that_skips_is_what_booking_one_by_one_gives(closed, hours):
    scheduler = one_by_one = crowded(closed)
    refused = {}
    for number, hour in enumerate(hours):
        request = one_by_one.request("it")
        try:
            slot = one_by_one.slot(request, start=NOW + hour * HOUR, now=NOW)
        except BookingRefused as why:
            refused[f"S{number}"] = why.refusals
        else:
            one_by_one = one_by_one.book(slot, booking_id=f"S{number}", now=NOW)

    series = planned(scheduler, hours, SeriesPolicy("skip", "truncate"))

    if series.is_accepted:
        assert scheduler.apply(series.plan) == one_by_one
    answers = {each.booking_id: each.refusals for each in series.occurrences if each.refusals}
    assert answers == refused
    assert series.is_accepted is (len(refused) < len(hours))


@given(blocks, many_starts, policies)
def test_whatever_the_policy_a_series_books_all_that_it_says_and_nothing_twice(
    closed, hours, policy
):
    scheduler = crowded(closed)

    series = planned(scheduler, hours, policy)
    after = scheduler.apply(series.plan)

    booked = {each.booking_id: each.start for each in series.occurrences if each.start}
    assert {key: each.start for key, each in after.bookings.items()} == (
        booked if series.is_accepted else {}
    )
    assert after.violations(now=NOW) == ()
    after.check()
    outcomes = [each.outcome.value for each in series.occurrences]
    counted = len(outcomes) - outcomes.count("truncated")
    if series.is_accepted:
        assert policy.allows(outcomes.count("declined"), counted)
        again = planned(after, hours, policy)
        assert {each.booking_id for each in again.occurrences if each.start} >= set(booked)
    for each in series.occurrences:
        moved = each.start is not None and each.start != each.asked
        assert (each.outcome.value == "moved") is moved
        assert not moved or each.asked < each.start <= each.asked + policy.within
        assert bool(each.refusals) is (each.start != each.asked)

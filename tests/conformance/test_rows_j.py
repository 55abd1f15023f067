"""Groups J and I6 of the feature table, recurring series and time, each row under its id."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import attrs
import pytest

from bookable import (
    BookingRefused,
    Calendar,
    Catalogue,
    CheckIn,
    Hours,
    Interval,
    InvalidValueError,
    LimitExceededError,
    LocalMidnight,
    Member,
    Scheduler,
    WeeklyHours,
)
from bookable.availability.series import Outcome, SeriesPolicy
from bookable.domain.recurring import Recurrence
from tests.support.builders import (
    HOUR,
    NOW,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    minutes,
    refused,
    rules,
)
from tests.support.zones import zone_with

NINE = datetime(2026, 3, 2, 9)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
ROOM = a_request()


def weekly(count=4, start=NINE, zone="UTC", **fields):
    return Recurrence(f"FREQ=WEEKLY;COUNT={count}", start, zone, **fields)


def starts(scheduler, series_id="S"):
    return [
        f"{each.start:%m-%d %H:%M}"
        for each in scheduler.occurrences(series_id)
        if each.status.value == "confirmed"
    ]


# J1 --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", ["03-02", "03-05", "03-08"]),
        ("FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260311T090000Z", ["03-02", "03-04", "03-09", "03-11"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3", ["03-31", "04-30", "05-31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", ["03-31", "04-30"]),
        ("FREQ=YEARLY;BYMONTH=7;BYDAY=1SU;COUNT=1", ["07-05"]),
    ],
)
def test_J1_a_rule_books_its_occurrences_each_under_an_id_of_its_own(rule, dates):
    """A recurring series: each occurrence is a booking with an id from its original start."""
    recurrence = Recurrence(rule, NINE, "UTC")
    state = a_scheduler().book_recurring(ROOM, recurrence, series_id="S", now=NOW)
    assert starts(state) == [f"{day} 09:00" for day in dates]
    assert [each.id for each in state.occurrences("S")] == [
        f"S/2026{day.replace('-', '')}T090000" for day in dates
    ]


def test_J1_dates_are_added_and_left_out():
    """RDATE and EXDATE."""
    recurrence = weekly(rdates=[NINE + DAY], exdates=[NINE + WEEK])
    state = a_scheduler().book_recurring(ROOM, recurrence, series_id="S", now=NOW)
    assert starts(state) == ["03-02 09:00", "03-03 09:00", "03-16 09:00", "03-23 09:00"]


def test_J1_ids_survive_edits():
    """Moved, split off, changed: a booking keeps its id, and an override its original start."""
    state, before = a_scheduler(), weekly()
    state = state.book_recurring(ROOM, before, series_id="S", now=NOW)
    ids = [each.id for each in state.occurrences("S")]
    slot = state.slot(ROOM, start=at("15:00", day=18), now=NOW)
    state = state.reschedule(ids[2], to=slot, now=NOW)
    edit = state.plan_change_series(
        "S",
        before,
        to=weekly(3, NINE + WEEK + HOUR),
        request=ROOM,
        now=NOW,
        following=NINE + WEEK,
        new_series_id="T",
    )
    state = state.apply(edit.plan)
    assert [each.id for each in state.occurrences("T")] == ids[1:]
    assert starts(state) == ["03-02 09:00"]
    assert starts(state, "T") == ["03-09 10:00", "03-18 15:00", "03-23 10:00"]
    assert state.booking(ids[2]).original_start == NINE + 2 * WEEK + HOUR
    assert edit.ended.originals() == (NINE,)
    assert edit.recurrence == weekly(3, NINE + WEEK + HOUR)


def test_J1_one_following_or_all_are_cancelled():
    state = a_scheduler().book_recurring(ROOM, weekly(), series_id="S", now=NOW)
    one = state.cancel("S/20260309T090000", now=NOW)
    assert one.recurrence_of("S", weekly()) == weekly(exdates=[NINE + WEEK])
    some = state.cancel_series("S", now=NOW, following=NINE + 2 * WEEK)
    assert some.recurrence_of("S", weekly()) == weekly(2)
    assert starts(state.cancel_series("S", now=NOW)) == []


def test_J1_endless_rules_and_those_that_never_come_true_are_refused():
    for rule, kind, code in (
        ("FREQ=WEEKLY", LimitExceededError, "unbounded"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", InvalidValueError, "empty_series"),
    ):
        with refused(kind, code):
            a_scheduler().book_recurring(
                ROOM, Recurrence(rule, NINE, "UTC"), series_id="S", now=NOW
            )
    with pytest.raises(BookingRefused) as caught:
        a_scheduler().book_recurring(a_request(duration=8 * DAY), weekly(), series_id="S", now=NOW)
    assert rules(caught.value.refusals) == [("self_overlap", "S")]


# J2 --------------------------------------------------------------------------


TAKEN = [a_booking("T", "09:30", "10:30")]


@pytest.mark.parametrize(
    ("policy", "found"),
    [
        (SeriesPolicy(), None),
        (SeriesPolicy("skip"), ["03-09 09:00", "03-16 09:00", "03-23 09:00"]),
        (
            SeriesPolicy("next_free", within=timedelta(hours=3)),
            ["03-02 11:00", "03-09 09:00", "03-16 09:00", "03-23 09:00"],
        ),
        (SeriesPolicy("skip", most_conflicts=0), None),
        (SeriesPolicy("skip", most_conflicts=1, most_percent=24), None),
        (
            SeriesPolicy("skip", most_conflicts=1, most_percent=25),
            ["03-09 09:00", "03-16 09:00", "03-23 09:00"],
        ),
    ],
)
def test_J2_what_happens_to_an_occurrence_in_conflict_is_the_policys_to_say(policy, found):
    """All or nothing, skip, next free slot; thresholds by count and percent."""
    state = a_scheduler(bookings=TAKEN)
    series = state.plan_recurring(ROOM, weekly(), series_id="S", now=NOW, policy=policy)
    assert series.is_accepted is (found is not None)
    if found is not None:
        after = state.apply(series.plan)
        assert starts(after) == found
        assert after.recurrence_of("S", weekly()) == series.recurrence
    first = series.occurrences[0]
    assert first.outcome in {Outcome.DECLINED, Outcome.MOVED}
    assert [refusal.booking_ids for refusal in first.refusals] == [("T",)]


# J3 --------------------------------------------------------------------------


def test_J3_every_occurrence_is_checked():
    """Not the first two: the last of twelve is in conflict, and the series is declined."""
    last = NINE + 11 * WEEK
    state = a_scheduler().book_recurring(
        ROOM, Recurrence(None, last, "UTC"), series_id="T", now=NOW
    )
    with pytest.raises(BookingRefused):
        state.book_recurring(ROOM, weekly(12), series_id="S", now=NOW)
    assert state.book_recurring(ROOM, weekly(11), series_id="S", now=NOW).violations(now=NOW) == ()


def test_J3_occurrences_are_checked_against_each_other():
    """Where an hour is skipped, the second of two would begin inside the first."""
    twice = Recurrence(
        "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30;BYSETPOS=2,3;COUNT=2",
        datetime(2026, 3, 29, 2),
        "Europe/Berlin",
    )
    request = a_request(duration=minutes(30))
    # 02:30 happens at 03:30, and 03:00 at 03:00: they do not meet; an hour of each would.
    state = a_scheduler().book_recurring(request, twice, series_id="S", now=NOW)
    assert starts(state) == ["03-29 01:30", "03-29 01:00"]
    near = Recurrence(
        None, datetime(2026, 3, 29, 2, 15), "Europe/Berlin", rdates=[datetime(2026, 3, 29, 3)]
    )
    found = a_scheduler().plan_recurring(request, near, series_id="S", now=NOW)
    assert [each.outcome for each in found.occurrences] == [Outcome.BOOKED, Outcome.DECLINED]
    assert not found.is_accepted


# J4 --------------------------------------------------------------------------


@pytest.mark.parametrize("beyond", ["decline", "truncate"])
def test_J4_a_series_beyond_the_horizon_is_declined_or_truncated(beyond):
    calendar = a_calendar(member_ids=["ada"], booking_horizon=timedelta(days=15))
    scheduler = a_scheduler(a_member(), calendar)
    request = scheduler.request("massage")
    policy = SeriesPolicy(beyond_horizon=beyond)
    series = scheduler.plan_recurring(request, weekly(), series_id="S", now=NOW, policy=policy)
    assert series.is_accepted is (beyond == "truncate")
    if series.is_accepted:
        assert series.recurrence == weekly(3)
        assert [each.outcome for each in series.occurrences][-1] is Outcome.TRUNCATED


# J5 --------------------------------------------------------------------------


def test_J5_a_skipped_start_is_shifted_and_a_repeated_one_happens_once():
    """SPEC N6: 02:30 happens at 03:30 on the day that skips it, at the first 02:30 where there are two."""
    nightly = Recurrence("FREQ=DAILY;COUNT=3", datetime(2026, 3, 28, 2, 30), "Europe/Berlin")
    assert [f"{start:%d %H:%M}" for start in nightly.starts()] == [
        "28 01:30",
        "29 01:30",
        "30 00:30",
    ]
    autumn = Recurrence("FREQ=DAILY;COUNT=3", datetime(2026, 10, 24, 2, 30), "Europe/Berlin")
    assert [f"{start:%d %H:%M}" for start in autumn.starts()] == [
        "24 00:30",
        "25 00:30",
        "26 01:30",
    ]


def test_J5_a_weekly_series_keeps_its_wall_time():
    """ex-Z6 and ex-Z8: the clock's, not the sun's; and the duration is exact."""
    york = weekly(2, datetime(2023, 3, 5, 12, 30), "America/New_York")
    assert [f"{start:%H:%M}" for start in york.starts()] == ["17:30", "16:30"]
    hours = timedelta(hours=24)
    nights = Recurrence("FREQ=DAILY;INTERVAL=2;COUNT=2", datetime(2026, 3, 28, 12), "Europe/Berlin")
    state = a_scheduler().book_recurring(a_request(duration=hours), nights, series_id="S", now=NOW)
    assert {each.end - each.start for each in state.occurrences("S")} == {hours}


def test_J5_a_rule_of_long_ago_is_asked_about_one_week():
    since = Recurrence("FREQ=WEEKLY", datetime(2015, 1, 5, 9), "Europe/Berlin")
    week = Interval(at("00:00"), at("00:00", day=9))
    assert since.starts(within=week) == (at("08:00"),)


# J6 --------------------------------------------------------------------------


def grid_of(zone, day, *, hours="00:00-04:00", step=60):
    calendar = Calendar(
        "visit",
        minutes(step),
        member_ids=["ada"],
        hours=WeeklyHours.parse(f"Mo-Su {hours}", zone=zone),
        grid=LocalMidnight(zone, minutes(step)),
    )
    state = Scheduler(Catalogue(members=[Member("ada")], calendars=[calendar]))
    within = Interval.day(day, zone=zone)
    found = state.free_slots(state.request("visit"), within=within, now=within.start - DAY)
    return [f"{slot.start.astimezone(ZoneInfo(zone)):%H:%M}" for slot in found]


def test_J6_grids_and_series_follow_the_label_in_zones_of_half_and_quarter_hours():
    """ex-Z11 and ex-Z12: Lord Howe puts its clock on by half an hour; Kathmandu is at +05:45."""
    assert grid_of("Australia/Lord_Howe", date(2024, 4, 7)) == ["00:00", "01:00", "02:00", "03:00"]
    assert grid_of("Australia/Lord_Howe", date(2024, 10, 6)) == ["00:00", "01:00", "03:00"]
    assert grid_of("Asia/Kathmandu", date(2026, 3, 2), hours="09:00-12:00") == [
        "09:00",
        "10:00",
        "11:00",
    ]
    kathmandu = weekly(2, zone="Asia/Kathmandu")
    assert [f"{start:%H:%M}" for start in kathmandu.starts()] == ["03:15", "03:15"]
    howe = Recurrence("FREQ=DAILY;COUNT=2", datetime(2024, 10, 5, 2, 15), "Australia/Lord_Howe")
    first, second = howe.starts()
    assert second - first == DAY
    assert howe.originals()[1] == datetime(2024, 10, 6, 2, 15)


# J7, J8 ----------------------------------------------------------------------


def night(hours, **fields):
    calendar = a_calendar(member_ids=["ada"], hours=hours, slot_step=HOUR, **fields)
    return a_scheduler(a_member(), calendar)


def test_J7_a_series_runs_in_an_overnight_window():
    """22:00 to 02:00 is one window: a booking may cross midnight, on every date of the series."""
    state = night(WeeklyHours.parse("Mo-Su 22:00-02:00", zone="UTC"))
    request = state.request("massage", duration=HOUR)
    nights = weekly(3, datetime(2026, 3, 2, 23, 30))
    with pytest.raises(BookingRefused):
        state.book_recurring(request, nights, series_id="X", now=NOW)
    late = weekly(3, datetime(2026, 3, 2, 23))
    after = state.book_recurring(request, late, series_id="S", now=NOW)
    early = weekly(3, datetime(2026, 3, 3, 1))
    after = after.book_recurring(request, early, series_id="T", now=NOW)
    assert starts(after) + starts(after, "T") == [
        "03-02 23:00",
        "03-09 23:00",
        "03-16 23:00",
        "03-03 01:00",
        "03-10 01:00",
        "03-17 01:00",
    ]


def test_J8_whole_days_and_closed_ones():
    """00:00 to 24:00 is the whole local day; a date without windows is closed."""
    hours = Hours(WeeklyHours.parse("Mo-Su 00:00-24:00", zone="UTC"), {date(2026, 3, 9): ()})
    state = night(hours)
    series = state.plan_recurring(
        state.request("massage"),
        weekly(3, datetime(2026, 3, 2, 23)),
        series_id="S",
        now=NOW,
        policy=SeriesPolicy("skip"),
    )
    assert [each.outcome for each in series.occurrences] == [
        Outcome.BOOKED,
        Outcome.DECLINED,
        Outcome.BOOKED,
    ]
    assert rules(series.occurrences[1].refusals) == [("outside_hours", "massage")]


# J9 --------------------------------------------------------------------------


def test_J9_the_zone_database_is_the_callers_to_choose():
    """A zone is an argument: one from another database counts, and original starts stay the same."""
    folder = next(Path(each) for each in TZPATH if (Path(each) / "Europe/London").is_file())
    with (folder / "Europe/London").open("rb") as file:
        changed = ZoneInfo.from_file(file, key="Europe/Berlin")
    ours, theirs = weekly(zone="Europe/Berlin"), weekly(zone=changed)
    assert ours.starts()[0] == at("08:00")
    assert theirs.starts()[0] == at("09:00")
    assert ours.originals() == theirs.originals()
    state = a_scheduler().book_recurring(ROOM, ours, series_id="S", now=NOW)
    assert state.recurrence_of("S", theirs) is theirs


def test_J9_under_another_database_instants_stay_until_they_are_resolved_again():
    """A command answers what moves and what cannot: of the last two Mondays one finds somebody there."""
    thought = zone_with("Europe/Berlin", HOUR)
    decided = zone_with("Europe/Berlin", HOUR, (datetime(2026, 3, 12), 2 * HOUR))
    there = a_booking("X", "07:00", "08:00")
    there = attrs.evolve(there, start=there.start + 3 * WEEK, end=there.end + 3 * WEEK)
    state = a_scheduler(bookings=[there])
    state = state.book_recurring(ROOM, weekly(zone=thought), series_id="S", now=NOW)
    times = state.civil_times("S", decided, now=NOW)

    found = state.plan_re_resolve(times, now=NOW)

    assert [each.start.hour for each in state.occurrences("S")] == [8, 8, 8, 8]
    kinds = [each.kind.value for each in found.resolved]
    assert kinds == ["unchanged", "unchanged", "moved", "conflict"]
    assert found.conflicts[0].refusals[0].booking_ids == ("X",)
    after = state.apply(found.plan)
    assert [each.start.hour for each in after.occurrences("S")] == [8, 8, 7, 8]


def test_J9_floating_times_need_a_zone():
    with refused(InvalidValueError, "unknown_zone", "zone"):
        Recurrence("FREQ=DAILY;COUNT=2", NINE, None)
    with refused(InvalidValueError, "not_civil", "start"):
        Recurrence("FREQ=DAILY;COUNT=2", NINE.replace(tzinfo=UTC), "UTC")


# I6 --------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "day"), [(1, 2), (2, 9), (3, 16)])
def test_I6_so_many_misses_in_a_row_drop_the_rest_of_a_series(most, day):
    """A pure plan: it cancels what is to come once the last K occurrences were released."""
    policy = CheckIn(early=minutes(10), grace=minutes(10), most_missed=most)
    state = a_scheduler(a_room(check_in=policy)).book_recurring(
        ROOM, weekly(), series_id="S", now=NOW
    )
    deadline = at("09:10", day=day)
    assert state.drop_series("S", now=deadline - minutes(1)) is state
    after = state.drop_series("S", now=deadline)
    assert [each.status.value for each in after.occurrences("S")] == [
        *most * ["released"],
        *(4 - most) * ["cancelled"],
    ]
    came = state.check_in("S/20260302T090000", at=at("09:00"))
    assert came.plan_drop_series("S", now=deadline).is_empty

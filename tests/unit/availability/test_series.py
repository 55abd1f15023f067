"""Series: what becomes of every occurrence, and one plan for all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from bookable import (
    BookingRefused,
    FixedStarts,
    IdConflictError,
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    SearchLimitError,
    StaleLedgerError,
    WeeklyHours,
    all_of,
)
from bookable.availability import series as series_module
from bookable.availability.series import (
    ALL_OR_NOTHING,
    BeyondHorizon,
    OnConflict,
    Outcome,
    SeriesPolicy,
)
from bookable.domain.policy import RollingDays
from bookable.limits import LATEST, MOST_OCCURRENCES
from bookable.timeline.packing import WindowStart
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    US,
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
    refused,
    rules,
)

NEXT_FREE, SKIP = SeriesPolicy("next_free"), SeriesPolicy("skip")


def state(*taken, **fields):
    """A calendar with one room, and bookings of that room at these clocks on Monday."""
    bookings = [
        a_booking(f"T-{number}", start, f"{int(start[:2]) + 1:02}:00")
        for number, start in enumerate(taken)
    ]
    calendar = a_calendar(**fields)
    return a_scheduler(calendar, a_room(calendar_ids=["massage"]), bookings=bookings)


def ids_for(starts):
    return [f"S-{number}" for number, _ in enumerate(starts)]


def plan(scheduler, starts, policy=ALL_OR_NOTHING, ids=None, now=NOW, **asked):
    request = asked.pop("request", None) or scheduler.request("massage")
    ids = ids_for(starts) if ids is None else ids
    return scheduler.plan_series(request, starts, booking_ids=ids, now=now, policy=policy, **asked)


def book(scheduler, starts, policy=ALL_OR_NOTHING, ids=None, now=NOW, **asked):
    return scheduler.book_series(
        scheduler.request("massage"),
        starts,
        booking_ids=ids_for(starts) if ids is None else ids,
        now=now,
        policy=policy,
        **asked,
    )


def mornings(*clocks):
    return [at(clock) for clock in clocks]


def outcomes(series):
    return [each.outcome.value for each in series.occurrences]


def starts(series):
    return [None if each.start is None else f"{each.start:%H:%M}" for each in series.occurrences]


# What becomes of each ------------------------------------------------------


def test_a_series_without_conflicts_is_booked_as_one_plan():
    scheduler = state()
    times = mornings("09:00", "11:00", "13:00")

    series = plan(scheduler, times)
    after = scheduler.apply(series.plan)

    assert series.is_accepted
    assert outcomes(series) == ["booked"] * 3
    assert [after.booking(key).start for key in ids_for(times)] == times
    assert after.version == scheduler.version + 1
    assert after == book(scheduler, times)
    assert (series.refusals, after.violations(now=NOW)) == ((), ())
    after.check()


def test_all_or_nothing_declines_for_one_conflict_and_says_which():
    scheduler = state("11:00")

    series = plan(scheduler, mornings("09:00", "11:00", "13:00"))

    assert not series.is_accepted
    assert series.plan.is_empty
    assert outcomes(series) == ["booked", "declined", "booked"]
    assert rules(series.occurrences[1].refusals) == [("full", "blue room")]
    assert series.refusals == series.occurrences[1].refusals
    with pytest.raises(BookingRefused) as caught:
        book(scheduler, mornings("09:00", "11:00", "13:00"))
    assert caught.value.refusals == series.refusals


def test_skip_leaves_conflicts_out():
    scheduler = state("11:00")

    after = book(scheduler, mornings("09:00", "11:00", "13:00"), SKIP)

    assert sorted(set(after.bookings) - {"T-0"}) == ["S-0", "S-2"]


def test_a_series_of_nothing_but_conflicts_is_declined():
    scheduler = state("11:00")

    assert not plan(scheduler, mornings("11:00"), SKIP).is_accepted


def test_occurrences_stand_in_each_others_way():
    """A state that holds its siblings decides each: two at one time are one too many."""
    scheduler = state(buffer_after=minutes(30), slot_step=minutes(30))

    series = plan(scheduler, mornings("09:00", "10:00", "10:30", "09:00"), SKIP)

    assert outcomes(series) == ["booked", "declined", "booked", "declined"]
    assert [each.booking_ids for each in series.occurrences[1].refusals] == [("S-0",)]
    assert series.occurrences[3].refusals[0].booking_ids == ("S-0",)


def test_a_horizon_that_rolls_sees_the_dates_that_siblings_fill():
    hours = WeeklyHours.parse("Mo-Su 09:00-10:00", zone="UTC")
    scheduler = state(hours=hours, booking_horizon=RollingDays(1))

    series = plan(scheduler, [at("09:00", day=day) for day in (2, 3, 4)])

    assert series.is_accepted


def test_the_next_free_slot_is_taken_where_there_is_one_in_time():
    scheduler = state("11:00", "12:00")
    times = mornings("09:00", "11:00")

    near = plan(scheduler, times, SeriesPolicy("next_free", within=HOUR))
    far = plan(scheduler, times, SeriesPolicy("next_free", within=2 * HOUR))

    assert (starts(near), outcomes(near)) == (["09:00", None], ["booked", "declined"])
    assert (starts(far), outcomes(far)) == (["09:00", "13:00"], ["booked", "moved"])
    assert rules(far.occurrences[1].refusals) == [("full", "blue room")]
    assert near.is_accepted
    assert far.is_accepted
    assert far.refusals == ()
    assert scheduler.apply(far.plan).booking("S-1").start == at("13:00")


def test_nobody_is_moved_to_where_a_sibling_wants_to_be():
    scheduler = state("11:00")

    series = plan(scheduler, mornings("11:00", "12:00", "13:00"), NEXT_FREE)

    assert starts(series) == ["14:00", "12:00", "13:00"]
    assert outcomes(series) == ["moved", "booked", "booked"]


def test_two_that_move_do_not_move_to_the_same_place():
    scheduler = state("11:00", "12:00")

    series = plan(scheduler, mornings("11:00", "12:00"), NEXT_FREE)

    assert starts(series) == ["13:00", "14:00"]
    assert scheduler.apply(series.plan).violations(now=NOW) == ()


def test_the_next_free_slot_may_be_days_away():
    hours = WeeklyHours.parse("Mo,Th 09:00-10:00", zone="UTC")
    scheduler = state("09:00", hours=hours)

    near = plan(scheduler, mornings("09:00"), SeriesPolicy("next_free", within=3 * DAY - US))
    far = plan(scheduler, mornings("09:00"), SeriesPolicy("next_free", within=3 * DAY))

    assert outcomes(near) == ["declined"]
    assert [each.start for each in far.occurrences] == [at("09:00", day=5)]


def test_a_search_through_centuries_is_refused_before_any_work():
    scheduler, times = state(), [at("00:00") + number * HOUR for number in range(28)]
    bound = 3_600 * DAY

    assert plan(scheduler, times[:27], SeriesPolicy("next_free", within=bound)).is_accepted
    with pytest.raises(SearchLimitError) as caught:
        plan(scheduler, times, SeriesPolicy("next_free", within=bound))
    assert (caught.value.needed, caught.value.allowed) == (100_800, 100_000)
    assert plan(scheduler, times, SeriesPolicy("skip", within=bound)).is_accepted


def test_the_very_next_instant_is_soon_enough():
    first, second = at("10:00") - US, at("10:00")
    scheduler = state("09:00", grid=FixedStarts([first, second]))

    (found,) = plan(scheduler, [first], SeriesPolicy("next_free", within=US)).occurrences

    assert found.start == second


def test_a_search_that_goes_on_for_days_leaves_no_instant_out():
    """It looks at ever longer windows: the first instant of the second is found as well."""
    for later in (DAY, DAY + US, 3 * DAY + US):
        first, second = at("09:00"), at("09:00") + later
        scheduler = state("09:00", grid=FixedStarts([first, second]))

        (found,) = plan(scheduler, [first], SeriesPolicy("next_free", within=9 * DAY)).occurrences

        assert found.start == second


def test_bookings_are_planned_in_the_order_asked_for():
    scheduler = state("11:00")

    series = plan(scheduler, mornings("11:00", "09:00", "13:00"), NEXT_FREE)

    assert [each.id for each in series.plan.bookings_after] == ["S-0", "S-1", "S-2"]


def test_what_is_beyond_the_horizon_when_its_turn_comes_does_not_move():
    """The date after opens only once the last sibling has filled this one."""
    hours = WeeklyHours.parse("Mo-Su 09:00-11:00", zone="UTC")
    scheduler = state(hours=hours, booking_horizon=RollingDays(1))
    times = [at("09:00"), at("09:00", day=3), at("10:00")]

    series = plan(scheduler, times, NEXT_FREE)

    assert outcomes(series) == ["booked", "declined", "booked"]
    assert not series.is_accepted


def test_at_the_end_of_the_time_line_nothing_is_next():
    last = LATEST - HOUR
    scheduler = state()

    series = plan(scheduler, [at("09:00"), last, LATEST - timedelta(microseconds=1)], NEXT_FREE)

    assert outcomes(series) == ["booked", "declined", "declined"]


# How much may fail ---------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "conflicts", "occurrences", "allowed"),
    [
        (ALL_OR_NOTHING, 0, 10, True),
        (ALL_OR_NOTHING, 1, 10, False),
        (SKIP, 9, 10, True),
        (SeriesPolicy("skip", most_percent=20), 2, 10, True),
        (SeriesPolicy("skip", most_percent=19), 2, 10, False),
        (SeriesPolicy("skip", most_percent=0), 0, 10, True),
        (SeriesPolicy("skip", most_conflicts=2), 2, 2, True),
        (SeriesPolicy("skip", most_conflicts=1), 2, 100, False),
        (SeriesPolicy("next_free", most_conflicts=2, most_percent=10), 2, 10, False),
        (SeriesPolicy("all_or_nothing", most_conflicts=5), 1, 10, False),
    ],
)
def test_conflicts_count_as_a_number_and_as_a_share(policy, conflicts, occurrences, allowed):
    assert policy.allows(conflicts, occurrences) is allowed


def test_what_is_moved_is_no_conflict():
    scheduler = state("11:00")
    policy = SeriesPolicy("next_free", most_conflicts=0)

    assert plan(scheduler, mornings("09:00", "11:00"), policy).is_accepted


# Beyond the horizon --------------------------------------------------------


def far_off(beyond, on_conflict="all_or_nothing"):
    scheduler = state("10:00", booking_horizon=5 * HOUR)
    policy = SeriesPolicy(on_conflict, beyond)
    return plan(scheduler, mornings("03:00", "04:00", "05:00", "10:00"), policy)


def test_a_series_beyond_the_horizon_is_declined_as_a_whole():
    for on_conflict in OnConflict:
        series = far_off(BeyondHorizon.DECLINE, on_conflict)

        assert not series.is_accepted
        assert outcomes(series) == ["booked", "booked", "declined", "declined"]
        assert ("beyond_horizon", "massage") in rules(series.refusals)


def test_or_it_is_cut_off_there_and_that_is_no_conflict():
    for on_conflict in OnConflict:
        series = far_off("truncate", on_conflict)

        assert series.is_accepted
        assert outcomes(series) == ["booked", "booked", "truncated", "truncated"]
        assert sorted(each.id for each in series.plan.bookings_after) == ["S-0", "S-1"]


def test_a_conflict_is_a_conflict_also_in_a_series_that_may_be_cut_off():
    scheduler = state("01:00", booking_horizon=5 * HOUR)
    times = mornings("01:00", "02:00", "09:00")

    series = plan(scheduler, times, SeriesPolicy("skip", "truncate", most_percent=50))

    assert outcomes(series) == ["declined", "booked", "truncated"]
    assert series.is_accepted
    assert not plan(scheduler, times, SeriesPolicy("skip", "truncate", most_percent=49)).is_accepted


def test_a_series_that_is_cut_off_entirely_is_declined():
    scheduler = state(booking_horizon=HOUR)

    assert not plan(scheduler, mornings("09:00"), SeriesPolicy("skip", "truncate")).is_accepted


# Once more, and stale ------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "expected"),
    [(SKIP, ["booked", "left_out", "booked"]), (NEXT_FREE, ["booked", "moved", "booked"])],
)
def test_the_same_series_once_more_changes_nothing(policy, expected):
    scheduler, times = state("11:00", "16:00"), mornings("09:00", "11:00", "13:00")
    after = book(scheduler, times, policy)

    again = plan(after, times, policy)

    assert again.is_accepted
    assert again.plan.is_empty
    assert again.plan.command == "book_series"
    assert outcomes(again) == expected
    assert starts(again) == starts(plan(scheduler, times, policy))
    assert book(after, times, policy) is after


def test_what_a_series_left_out_stays_out_though_it_is_free_by_then():
    scheduler, times = state("11:00"), mornings("09:00", "11:00", "13:00")
    after = book(scheduler, times, SKIP).cancel("T-0", now=NOW)

    again = plan(after, times, SKIP)

    assert outcomes(again) == ["booked", "left_out", "booked"]
    assert again.refusals == ()
    assert book(after, times, SKIP) is after


def test_a_series_that_was_cut_off_stays_so_when_the_horizon_has_moved_on():
    scheduler = state(booking_horizon=5 * HOUR)
    times, cut = mornings("03:00", "04:00", "09:00"), SeriesPolicy(beyond_horizon="truncate")
    after = book(scheduler, times, cut)

    again = plan(after, times, cut, now=at("06:00"))

    assert (again.is_accepted, again.plan.is_empty) == (True, True)
    assert outcomes(again) == ["booked", "booked", "left_out"]


def test_more_than_a_policy_leaves_out_is_another_series():
    """To go on with a series is to book the rest under ids of its own."""
    scheduler = book(state(), mornings("09:00", "10:00"))
    times = mornings("09:00", "10:00", "11:00")

    for policy in (ALL_OR_NOTHING, SeriesPolicy("skip", most_percent=33)):
        with refused(IdConflictError, "id_conflict"):
            plan(scheduler, times, policy)
    assert plan(scheduler, times, SeriesPolicy("skip", most_percent=34)).plan.is_empty


def test_a_booking_of_the_series_that_is_gone_is_a_conflict():
    scheduler, times = state(), mornings("09:00", "11:00")
    after = book(scheduler, times, SKIP)

    with refused(IdConflictError, "id_conflict"):
        book(after.cancel("S-0", now=NOW), times, SKIP)


def test_other_tags_are_another_series():
    scheduler, times = state(), mornings("09:00")
    after = book(scheduler, times)

    with refused(IdConflictError, "id_conflict"):
        plan(after, times, request=scheduler.request("massage", tags=["vip"]))


def test_another_booking_under_one_of_the_ids_is_a_conflict():
    scheduler = book(state(), mornings("09:00"))

    for policy in (SKIP, NEXT_FREE):
        with refused(IdConflictError, "id_conflict"):
            plan(scheduler, mornings("10:00", "11:00"), policy)
    with refused(IdConflictError, "id_conflict"):
        plan(
            scheduler, mornings("11:00", "08:00"), NEXT_FREE, ids=["new", "S-0"], customer_id="ann"
        )


def test_a_plan_is_stale_when_anything_that_one_booking_takes_has_changed():
    rooms = [a_room("red", calendar_ids=["massage"]), a_room("blue", calendar_ids=["massage"])]
    scheduler = a_scheduler(a_calendar(), *rooms)
    times = mornings("09:00", "09:00", "11:00")
    series = plan(scheduler, times)
    taken = {key for each in series.plan.bookings_after for key in each.room_ids}
    other = scheduler.slot(a_request(all_of("red")), start=at("20:00"), now=NOW)

    assert taken == {"red", "blue"}
    assert set(series.plan.rests_on) == {"red", "blue", "massage"}
    with pytest.raises(StaleLedgerError):
        scheduler.book(other, booking_id="other", now=NOW).apply(series.plan)


def test_a_plan_for_nothing_but_a_class_that_exists_joins_it():
    scheduler = booked(
        a_scheduler(a_class(seats=2, member_ids=["ada"]), a_member("ada")),
        "09:00",
        calendar="yoga",
        booking_id="first",
    )
    request = scheduler.request("yoga")

    series = plan(scheduler, mornings("09:00", "09:00", "10:00"), SKIP, request=request)

    assert outcomes(series) == ["booked", "declined", "booked"]
    assert scheduler.apply(series.plan).violations(now=NOW) == ()


def test_the_customer_is_that_of_every_booking():
    after = book(state(), mornings("09:00", "10:00"), customer_id="ann")

    assert {each.customer_id for each in after.bookings.values()} == {"ann"}


# What is given -------------------------------------------------------------


@pytest.mark.parametrize("given", ["09:00", b"", 3, None])
def test_starts_must_be_a_list(given):
    scheduler = state()

    with refused(InvalidValueError, "type", "starts"):
        scheduler.plan_series(scheduler.request("massage"), given, booking_ids=[], now=NOW)


def test_starts_must_be_instants_at_least_one_and_not_too_many():
    scheduler = state()

    with pytest.raises(NaiveDatetimeError):
        plan(scheduler, [datetime(2026, 3, 2, 9)])
    with refused(InvalidValueError, "empty_series", "starts"):
        plan(scheduler, [])
    endless = (datetime(2026, 3, 2, tzinfo=UTC) + number * HOUR for number in count())
    with refused(LimitExceededError, "limit_exceeded"):
        plan(scheduler, endless, ids=["a"])
    assert MOST_OCCURRENCES == 1_000


def test_a_series_is_bounded_by_what_it_has_to_look_at():
    """Each decision of a rolling horizon looks at a year, and each next free slot once more."""
    scheduler = state(booking_horizon=RollingDays(366), grid=WindowStart(HOUR))
    daily = [at("09:00") + number * DAY for number in range(1_000)]
    policy = SeriesPolicy("next_free", "truncate")

    with pytest.raises(SearchLimitError) as caught:
        plan(scheduler, [at("09:00")] * 1_000, policy)
    assert (caught.value.limit, caught.value.allowed) == ("tries for one series", 10_000)
    with pytest.raises(SearchLimitError):
        plan(scheduler, daily, policy)
    assert plan(scheduler, daily[:200], policy).is_accepted


def test_every_decision_of_a_series_counts(monkeypatch):
    monkeypatch.setattr(series_module, "MOST_SERIES_TRIES", 4)
    scheduler, times = state("11:00"), mornings("09:00", "11:00", "13:00")

    # Three at their own times, and one window in which a next free slot is looked for.
    assert plan(scheduler, times, NEXT_FREE).is_accepted
    monkeypatch.setattr(series_module, "MOST_SERIES_TRIES", 3)
    assert plan(scheduler, times, SKIP).is_accepted
    with refused(SearchLimitError, "search_limit"):
        plan(scheduler, times, NEXT_FREE)
    monkeypatch.setattr(series_module, "MOST_SERIES_TRIES", 2)
    with refused(SearchLimitError, "search_limit"):
        plan(scheduler, times, SKIP)


@pytest.mark.parametrize("ids", [["a"], ["a", "a"], ["a", "b", "c"]])
def test_there_is_one_id_for_each_start(ids):
    with refused(InvalidValueError, "ids", "booking_ids"):
        plan(state(), mornings("09:00", "10:00"), ids=ids)


def test_a_policy_checks_its_parts():
    with refused(InvalidValueError, "choice", "on_conflict"):
        SeriesPolicy("continue")
    with refused(InvalidValueError, "choice", "beyond_horizon"):
        SeriesPolicy(beyond_horizon="extend")
    with refused(InvalidAmountError, "quantity", "most_conflicts"):
        SeriesPolicy(most_conflicts=-1)
    with refused(InvalidAmountError, "quantity", "most_percent"):
        SeriesPolicy(most_percent=101)
    with refused(InvalidValueError, "zero_step", "within"):
        SeriesPolicy(within=timedelta(0))
    with refused(InvalidValueError, "type", "policy"):
        plan(state(), mornings("09:00"), "skip")
    assert SeriesPolicy("skip").on_conflict is OnConflict.SKIP


def test_what_is_beyond_the_horizon_does_not_move():
    series = far_off(BeyondHorizon.DECLINE, "next_free")

    assert [each.outcome for each in series.occurrences[2:]] == [Outcome.DECLINED] * 2
    assert series.occurrences[2].start is None

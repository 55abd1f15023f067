"""Recurring series: booked, changed, cancelled and dropped, each as one plan."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import pytest

from bookable import (
    BookingRefused,
    CheckIn,
    IdConflictError,
    InvalidValueError,
    LimitExceededError,
    UnknownIdError,
    WrongTimeError,
    all_of,
)
from bookable.availability.series import Outcome, SeriesPolicy
from bookable.codecs.plain import dumps, loads
from bookable.domain.life import CheckInScope
from bookable.domain.policy import BookingPolicy
from bookable.domain.recurring import Recurrence
from bookable.series_edits import pair_up
from bookable.series_plans import occurrence_id
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

NINE = datetime(2026, 3, 2, 9)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKLY = Recurrence("FREQ=WEEKLY;COUNT=4", NINE, "UTC")
LATER = Recurrence("FREQ=WEEKLY;COUNT=4", NINE + HOUR, "UTC")
ROOM = a_request()
SKIP, NEXT_FREE = SeriesPolicy("skip"), SeriesPolicy("next_free")
TERMS = {"series_id": "S", "now": NOW}
TITLE = {"title": "Trial lesson"}


def id_of(number, series_id="S"):
    return occurrence_id(series_id, NINE + number * WEEK)


def booked(scheduler=None, recurrence=WEEKLY, request=ROOM, **fields):
    scheduler = a_scheduler() if scheduler is None else scheduler
    return scheduler.book_recurring(request, recurrence, **(TERMS | fields))


def changed(scheduler, to, recurrence=WEEKLY, **fields):
    """The state after a change, and what was decided."""
    series_id = fields.pop("series_id", "S")
    fields = {"request": ROOM, "now": NOW, **fields}
    edit = scheduler.plan_change_series(series_id, recurrence, to=to, **fields)
    after = scheduler.change_series(series_id, recurrence, to=to, **fields)
    assert after == scheduler.apply(edit.plan)
    return after, edit


def times(scheduler, series_id="S"):
    """What is booked of a series: original starts as weeks and hours from the first, and the starts."""
    return {
        each.original_start: each.start.replace(tzinfo=None)
        for each in scheduler.occurrences(series_id)
        if each.status.value in {"confirmed", "pending"}
    }


def slot(scheduler, moment, ignoring=()):
    return scheduler.slot(ROOM, start=moment, now=NOW, ignoring=ignoring)


# Booking ---------------------------------------------------------------------


def test_every_occurrence_is_a_booking_with_its_original_start():
    state = booked(customer_id="carol")
    assert times(state) == {NINE + n * WEEK: NINE + n * WEEK for n in range(4)}
    assert [each.id for each in state.occurrences("S")] == [id_of(n) for n in range(4)]
    assert {each.customer_id for each in state.bookings.values()} == {"carol"}
    assert state.recurrence_of("S", WEEKLY) is WEEKLY


def test_the_same_series_once_more_changes_nothing():
    state = booked()
    assert booked(state) is state
    found = state.plan_recurring(ROOM, WEEKLY, **TERMS)
    assert found.is_accepted
    assert found.recurrence is WEEKLY


def test_every_occurrence_keeps_the_metadata_wherever_it_goes():
    state = booked(metadata=TITLE)
    assert [each.metadata for each in state.occurrences("S")] == [TITLE] * 4
    assert booked(state, metadata=TITLE) is state
    for other in ({}, {"title": "Another"}):
        with pytest.raises(IdConflictError, match="booking"):
            booked(state, metadata=other)

    longer = attrs.evolve(LATER, rule="FREQ=WEEKLY;COUNT=5")
    after, _ = changed(state, longer)
    assert [each.metadata for each in after.occurrences("S")] == [*[TITLE] * 4, {}]
    gone = after.cancel_series("S", now=NOW)
    assert [each.metadata for each in gone.occurrences("S")] == [*[TITLE] * 4, {}]


def test_the_same_series_is_the_same_after_a_note_on_one_of_its_occurrences():
    state = booked(metadata=TITLE).annotate(id_of(1), metadata={})

    assert booked(state, metadata=TITLE) is state


def test_every_booking_of_listed_starts_keeps_the_metadata():
    given = {"starts": [at("09:00"), at("11:00")], "booking_ids": ["B-1", "B-2"], "now": NOW}
    state = a_scheduler().book_series(ROOM, **given, metadata=TITLE)

    assert [each.metadata for each in state.bookings.values()] == [TITLE, TITLE]
    assert state.book_series(ROOM, **given, metadata=TITLE) is state
    with pytest.raises(IdConflictError, match="booking"):
        state.book_series(ROOM, **given)


def test_an_id_that_is_taken():
    with pytest.raises(IdConflictError, match="series"):
        booked(booked(), LATER)
    taken = a_scheduler(bookings=[a_booking(id_of(1), "20:00", "21:00")])
    with pytest.raises(IdConflictError, match="booking"):
        booked(taken)


def test_the_same_series_is_the_same_whatever_became_of_its_occurrences():
    state = booked(customer_id="carol")
    state = state.cancel(id_of(1), now=NOW)
    state = state.reschedule(id_of(2), to=slot(state, at("15:00", day=17)), now=NOW)
    found = state.plan_recurring(ROOM, WEEKLY, **TERMS, customer_id="carol")
    assert [each.outcome for each in found.occurrences] == [
        Outcome.BOOKED,
        Outcome.LEFT_OUT,
        Outcome.MOVED,
        Outcome.BOOKED,
    ]
    assert (found.plan.is_empty, found.is_accepted, found.refusals) == (True, True, ())
    assert found.recurrence == state.recurrence_of("S", WEEKLY)
    gone = state.cancel_series("S", now=NOW)
    for each in (state, gone):
        assert booked(each, customer_id="carol") is each
    assert gone.plan_recurring(ROOM, WEEKLY, **TERMS, customer_id="carol").recurrence is None


def test_other_content_is_a_conflict_whatever_became_of_the_occurrences():
    studio = a_scheduler(
        *(a_calendar(key, kind="round_robin", member_ids=["ada"]) for key in ("massage", "yoga")),
        a_member(),
    )
    asked = studio.request("massage")
    state = booked(studio, request=asked, customer_id="carol").cancel_series("S", now=NOW)
    assert booked(state, request=asked, customer_id="carol") is state
    others = {
        "customer": (asked, WEEKLY, "dan"),
        "no customer": (asked, WEEKLY, None),
        "calendar": (state.request("yoga"), WEEKLY, "carol"),
        "tags": (state.request("massage", tags=["trial"]), WEEKLY, "carol"),
        "hour": (asked, LATER, "carol"),
        "fewer": (asked, Recurrence("FREQ=WEEKLY;COUNT=3", NINE, "UTC"), "carol"),
        "more": (asked, Recurrence("FREQ=WEEKLY;COUNT=5", NINE, "UTC"), "carol"),
    }
    for request, recurrence, customer_id in others.values():
        with pytest.raises(IdConflictError):
            booked(state, recurrence, request, customer_id=customer_id)


def test_what_nobody_changed_is_compared_in_full():
    state = a_scheduler(a_room(capacity=3))
    state = booked(state).cancel(id_of(1), now=NOW)
    assert booked(state) is state
    with pytest.raises(IdConflictError, match="booking"):
        booked(state, request=a_request(party_size=2))


def test_what_was_given_to_another_occurrence_is_no_longer_of_the_same_series():
    state, edit = changed(booked(), LATER)
    assert edit.recurrence == LATER
    with pytest.raises(IdConflictError):
        booked(state)


def test_what_is_not_booked_is_an_exception():
    taken = [a_booking("T", "09:30", "10:30")]
    state = a_scheduler(bookings=taken)
    found = state.plan_recurring(ROOM, WEEKLY, **TERMS, policy=SKIP)
    assert [each.outcome for each in found.occurrences] == [Outcome.DECLINED, *3 * [Outcome.BOOKED]]
    assert found.recurrence.originals() == WEEKLY.originals()[1:]
    after = state.apply(found.plan)
    assert after.recurrence_of("S", WEEKLY) == found.recurrence
    declined = state.plan_recurring(ROOM, WEEKLY, **TERMS)
    assert not declined.is_accepted
    assert declined.recurrence is None
    with pytest.raises(BookingRefused):
        booked(state)


def test_what_is_moved_at_once_keeps_its_original_start():
    state = booked(a_scheduler(bookings=[a_booking("T", "09:30", "10:30")]), policy=NEXT_FREE)
    assert times(state)[NINE] == NINE + 2 * HOUR


def test_an_empty_an_endless_and_an_overlapping_series_are_refused():
    with refused(InvalidValueError, "empty_series", "recurrence"):
        booked(recurrence=Recurrence(None, NINE, "UTC", exdates=[NINE]))
    with pytest.raises(LimitExceededError) as caught:
        booked(recurrence=Recurrence("FREQ=DAILY", NINE, "UTC"))
    assert caught.value.code == "unbounded"
    with pytest.raises(BookingRefused) as caught:
        booked(request=a_request(duration=timedelta(days=8)))
    assert rules(caught.value.refusals) == [("self_overlap", "S")]
    assert str(caught.value) == (
        "occurrences of 'S' would overlap each other during 2026-03-09 09:00–2026-03-10 09:00 UTC"
    )


def test_what_is_no_recurrence_or_no_policy_is_refused():
    for wrong in ({"recurrence": "FREQ=DAILY"}, {"policy": "skip"}):
        with refused(InvalidValueError, "type", next(iter(wrong))):
            booked(**wrong)
    with refused(InvalidValueError, "type", "recurrence"):
        booked().recurrence_of("S", None)
    with refused(InvalidValueError, "type", "to"):
        changed(booked(), "FREQ=DAILY")
    with refused(InvalidValueError, "type", "recurrence"):
        changed(booked(), LATER, None)


def test_a_series_that_nobody_booked():
    state = booked()
    for ask in (
        lambda: state.occurrences("X"),
        lambda: state.recurrence_of("X", WEEKLY),
        lambda: changed(state, LATER, series_id="X"),
        lambda: state.cancel_series("X", now=NOW),
        lambda: state.drop_series("X", now=NOW),
    ):
        with refused(UnknownIdError, "unknown_id", "series_id"):
            ask()


def test_a_booking_of_a_series_has_both_or_neither():
    for wrong in ({"series_id": "S"}, {"original_start": NINE}):
        with refused(InvalidValueError, "series", "original_start"):
            a_booking(**wrong)
    with refused(InvalidValueError, "id", "series_id"):
        a_booking(series_id="", original_start=NINE)
    with refused(InvalidValueError, "whole_seconds", "original_start"):
        a_booking(series_id="S", original_start=NINE.replace(microsecond=1))


def test_a_series_survives_a_file():
    state = booked()
    assert loads(dumps(state)) == state


# One occurrence --------------------------------------------------------------


def test_one_that_is_moved_stays_tied_to_its_original_start():
    state = booked()
    later = slot(state, at("12:00", day=10))
    state = state.reschedule(id_of(1), to=later, now=NOW)
    assert times(state)[NINE + WEEK] == NINE + WEEK + DAY + 3 * HOUR
    assert state.recurrence_of("S", WEEKLY) is WEEKLY


def test_one_that_is_cancelled_is_an_exception():
    state = booked().cancel(id_of(1), now=NOW)
    left = state.recurrence_of("S", WEEKLY)
    assert left.exdates == (NINE + WEEK,)
    assert left.originals() == tuple(times(state))
    with refused(InvalidValueError, "unknown_occurrence", "originals"):
        state.recurrence_of("S", LATER)


# All, and this and following -------------------------------------------------


def test_all_move_and_keep_their_ids():
    state, edit = changed(booked(), LATER)
    assert times(state) == {NINE + HOUR + n * WEEK: NINE + HOUR + n * WEEK for n in range(4)}
    assert [each.id for each in state.occurrences("S")] == [id_of(n) for n in range(4)]
    assert {each.version for each in state.bookings.values()} == {2}
    assert (edit.series_id, edit.recurrence, edit.ended) == ("S", LATER, None)


def test_a_change_to_what_is_so_already_changes_nothing():
    state = booked()
    after, edit = changed(state, WEEKLY)
    assert after is state
    assert edit.plan.is_empty
    assert edit.recurrence == WEEKLY


def test_occurrences_may_take_each_others_place():
    daily = Recurrence("FREQ=DAILY;COUNT=4", NINE, "UTC")
    state = booked(recurrence=daily)
    # Each lasts to where the next one began.
    longer = a_request(duration=timedelta(hours=24))
    after, _ = changed(
        state, Recurrence("FREQ=DAILY;COUNT=4", NINE + HOUR, "UTC"), daily, request=longer
    )
    assert [each.end - each.start for each in after.occurrences("S")] == 4 * [DAY]


def test_this_and_following_become_a_series_of_their_own():
    state, edit = changed(booked(), LATER, following=NINE + 2 * WEEK, new_series_id="T")
    assert times(state) == {NINE: NINE, NINE + WEEK: NINE + WEEK}
    moved = {NINE + HOUR + n * WEEK: NINE + HOUR + n * WEEK for n in (2, 3)}
    assert times(state, "T") == moved
    assert [each.id for each in state.occurrences("T")] == [id_of(2), id_of(3)]
    assert edit.series_id == "T"
    assert edit.recurrence.originals() == tuple(moved)
    assert edit.ended.originals() == (NINE, NINE + WEEK)


def test_what_has_begun_stays_when_all_change():
    state = booked()
    now = at("09:30", day=9)
    with refused(InvalidValueError, "series", "new_series_id"):
        changed(state, LATER, now=now)
    state, edit = changed(state, LATER, now=now, new_series_id="T")
    assert times(state) == {NINE: NINE, NINE + WEEK: NINE + WEEK}
    assert list(times(state, "T")) == [NINE + HOUR + n * WEEK for n in (2, 3)]
    assert edit.ended.originals() == (NINE, NINE + WEEK)


def test_an_id_of_a_series_that_there_is():
    state = booked(booked(), LATER, series_id="T")
    with pytest.raises(IdConflictError, match="series"):
        changed(state, WEEKLY, following=NINE + WEEK, new_series_id="T")


def test_a_series_may_get_another_id_as_a_whole():
    state, edit = changed(booked(), WEEKLY, new_series_id="T")
    assert list(times(state, "T")) == list(WEEKLY.originals())
    assert (edit.series_id, edit.ended) == ("T", None)
    with pytest.raises(UnknownIdError):
        state.occurrences("S")


def test_what_was_cancelled_stays_so_when_all_move():
    state = booked().cancel(id_of(1), now=NOW)
    after, edit = changed(state, LATER)
    assert list(times(after)) == [NINE + HOUR + n * WEEK for n in (0, 2, 3)]
    assert edit.recurrence.exdates == (NINE + HOUR + WEEK,)
    # By another date each takes the place of the one with its number.
    tuesdays = Recurrence("FREQ=WEEKLY;COUNT=4", NINE + DAY, "UTC")
    after, edit = changed(state, tuesdays)
    assert list(times(after)) == [NINE + DAY + n * WEEK for n in (0, 2, 3)]


def test_what_was_moved_by_itself_keeps_its_time():
    state = booked()
    state = state.reschedule(id_of(1), to=slot(state, at("15:00", day=10)), now=NOW)
    after, edit = changed(state, LATER)
    assert times(after)[NINE + WEEK + HOUR] == NINE + WEEK + DAY + 6 * HOUR
    assert edit.recurrence == LATER
    assert after.recurrence_of("S", LATER) is LATER


def test_more_and_fewer_occurrences():
    longer = Recurrence("FREQ=WEEKLY;COUNT=6", NINE, "UTC")
    state, edit = changed(booked(), longer)
    assert tuple(times(state)) == longer.originals()
    assert edit.recurrence == longer
    shorter, edit = changed(state, WEEKLY, longer)
    assert tuple(times(shorter)) == WEEKLY.originals()
    assert shorter.booking(id_of(5)).status.value == "cancelled"
    again, _ = changed(shorter, longer, WEEKLY)
    assert tuple(times(again)) == longer.originals()
    assert again.booking(f"{id_of(5)}~2").original_start == NINE + 5 * WEEK
    third, _ = changed(changed(again, WEEKLY, longer)[0], longer)
    assert f"{id_of(5)}~3" in third.bookings


def test_exceptions_of_the_new_recurrence_are_cancelled():
    state, edit = changed(booked(), WEEKLY.without(NINE + WEEK))
    assert list(times(state)) == [NINE + n * WEEK for n in (0, 2, 3)]
    assert edit.recurrence == WEEKLY.without(NINE + WEEK)


def test_who_attends_goes_where_the_occurrence_goes():
    people = a_scheduler(a_member(), a_member("bob"), a_calendar(member_ids=["ada"]))
    request = people.request("massage", attendee_ids=["bob"])
    state = booked(people, request=request)
    plain = people.request("massage")
    after, _ = changed(state, LATER, request=plain)
    assert {each.attendee_ids for each in after.occurrences("S")} == {("bob",)}
    assert changed(after, LATER, LATER, request=plain)[1].plan.is_empty


def test_a_place_is_kept_where_the_occurrence_goes():
    state = a_scheduler(
        a_calendar(kind="event"),
        a_room("a", location_id="east", calendar_ids=["massage"]),
        a_room("b", location_id="west", calendar_ids=["massage"]),
    )
    state = booked(state, request=state.request("massage", location_id="west"))
    after, _ = changed(state, LATER, request=state.request("massage"))
    assert {each.room_ids for each in after.occurrences("S")} == {("b",)}
    there, _ = changed(state, LATER, request=state.request("massage", location_id="east"))
    assert {each.room_ids for each in there.occurrences("S")} == {("a",)}
    # What is new keeps nothing.
    longer = Recurrence("FREQ=WEEKLY;COUNT=5", NINE + HOUR, "UTC")
    more, _ = changed(state, longer, request=state.request("massage"))
    assert [each.room_ids for each in more.occurrences("S")] == [*4 * [("b",)], ("a",)]


def test_hosts_are_kept_where_that_is_asked_for():
    people = a_scheduler(*map(a_member, "ab"), a_calendar(member_ids=["a", "b"]))
    request = people.request("massage")
    state = booked(people, request=people.request("massage", host_ids=["b"]))
    kept, _ = changed(state, LATER, request=request, keep_hosts=True)
    assert {each.host_ids for each in kept.occurrences("S")} == {("b",)}
    assert changed(kept, LATER, LATER, request=request, keep_hosts=True)[1].plan.is_empty
    free, _ = changed(state, LATER, request=request)
    assert {each.host_ids for each in free.occurrences("S")} != {("b",)}
    with refused(InvalidValueError, "flag", "keep_hosts"):
        changed(state, LATER, request=request, keep_hosts="yes")


def test_new_occurrences_are_their_customers():
    state = booked(customer_id="carol")
    state, _ = changed(state, Recurrence("FREQ=DAILY;COUNT=9", NINE, "UTC"))
    assert len(times(state)) == 9
    assert {each.customer_id for each in state.bookings.values()} == {"carol"}
    # The Mondays kept their own.
    assert state.booking(id_of(1)).original_start == NINE + WEEK


def test_a_change_that_finds_no_place_changes_nothing_and_says_why():
    taken = [a_booking("T", "10:00", "11:00"), a_booking("U", "10:30", "12:00", room_ids=["red"])]
    rooms = a_room(), a_room("red")
    state = booked(a_scheduler(*rooms, bookings=taken))
    with pytest.raises(BookingRefused) as caught:
        changed(state, LATER)
    assert rules(caught.value.refusals) == [("full", "blue room")]
    after, _ = changed(state, Recurrence("FREQ=WEEKLY;COUNT=4", NINE + 2 * HOUR, "UTC"))
    assert next(iter(times(after))) == NINE + 2 * HOUR


def test_only_what_overlaps_by_the_clock_is_refused_as_a_whole():
    with pytest.raises(BookingRefused) as caught:
        changed(
            booked(),
            Recurrence("FREQ=DAILY;COUNT=4", NINE, "UTC"),
            request=a_request(duration=2 * DAY),
        )
    assert rules(caught.value.refusals) == [("self_overlap", "S")]


def test_changed_occurrences_are_checked_against_each_other():
    twice = Recurrence(None, datetime(2026, 3, 28, 2), "Europe/Berlin", rdates=[NINE + 27 * DAY])
    state = booked(recurrence=twice, request=a_request(duration=minutes(30)))
    # By the clock they are 45 minutes apart, but 02:15 is skipped, and happens at 03:15.
    first = datetime(2026, 3, 29, 2, 15)
    near = Recurrence(None, first, "Europe/Berlin", rdates=[first + minutes(45)])
    with pytest.raises(BookingRefused) as caught:
        changed(state, near, twice, request=a_request(duration=minutes(30)))
    assert rules(caught.value.refusals) == [("full", "blue room")]


def test_what_is_over_before_its_time_is_kept_by_the_old_series():
    policy = CheckIn(early=minutes(10), grace=minutes(10))
    scheduler = a_scheduler(a_room(check_in=policy))
    state = booked(scheduler)
    # The last occurrence is brought forward and takes place first.
    state = state.reschedule(id_of(3), to=slot(state, at("07:00")), now=NOW)
    state = state.check_in(id_of(3), at=at("07:00")).check_out(id_of(3), at=at("07:30"))
    after, edit = changed(state, LATER, now=at("08:00"), new_series_id="T")
    assert list(times(after, "T")) == [NINE + HOUR + n * WEEK for n in range(3)]
    assert edit.ended == Recurrence(None, NINE + 3 * WEEK, "UTC")
    assert [each.id for each in after.occurrences("S")] == [id_of(3)]
    assert edit.recurrence.originals() == LATER.originals()[:3]


def test_a_cut_between_occurrences_of_one_date():
    twice = Recurrence("FREQ=DAILY;BYHOUR=9,14;COUNT=4", NINE, "UTC")
    state = booked(recurrence=twice)
    later = Recurrence("FREQ=DAILY;BYHOUR=9,15;COUNT=4", NINE, "UTC")
    after, edit = changed(state, later, twice, following=NINE + 5 * HOUR, new_series_id="T")
    assert list(times(after)) == [NINE]
    assert list(times(after, "T")) == [NINE + 6 * HOUR, NINE + DAY, NINE + DAY + 6 * HOUR]
    assert edit.recurrence.rule.count == 3


def test_nothing_ahead():
    state = booked()
    with refused(InvalidValueError, "nothing_ahead", "following"):
        changed(state, LATER, following=NINE + 9 * WEEK)
    with refused(InvalidValueError, "nothing_ahead", "following"):
        changed(state, LATER, now=at("00:00", day=30))
    past = Recurrence("FREQ=DAILY;COUNT=2", NINE - WEEK, "UTC")
    for to in (
        past,
        Recurrence("FREQ=DAILY;COUNT=2", NINE + WEEK, "UTC").without(
            NINE + WEEK, NINE + WEEK + DAY
        ),
    ):
        with refused(InvalidValueError, "empty_series", "to"):
            changed(state, to)


def test_another_recurrence_than_it_is_booked_by():
    with refused(InvalidValueError, "other_recurrence", "recurrence"):
        changed(booked(), WEEKLY, LATER)


def test_a_history_with_twins_is_not_changed():
    twins = [a_booking(name, "09:00", "10:00", series_id="S", original_start=NINE) for name in "AB"]
    with refused(InvalidValueError, "twin", "series_id"):
        changed(a_scheduler(bookings=twins), LATER)


def test_a_change_rests_on_what_it_takes():
    state = booked()
    edit = state.plan_change_series("S", WEEKLY, to=LATER, request=ROOM, now=NOW)
    assert set(edit.plan.rests_on) == {"blue room"}
    assert edit.plan.command == "change_series"
    assert edit.plan.at == NOW


def test_pairs():
    old = [NINE + n * DAY for n in range(4)]
    assert pair_up(old, old, set(old)) == dict(zip(old, old, strict=True))
    later = [day + HOUR for day in old]
    assert pair_up(old, later, set()) == dict(zip(later, old, strict=True))
    assert pair_up(old[2:], later, set(old)) == {later[2]: old[2], later[3]: old[3]}
    assert pair_up(old[:2], [NINE + WEEK], {old[1]}) == {NINE + WEEK: old[1]}
    assert pair_up([NINE, NINE + HOUR], [NINE + HOUR, NINE + 2 * HOUR], {NINE}) == {
        NINE + HOUR: NINE + HOUR,
        NINE + 2 * HOUR: NINE,
    }


# Cancelling ------------------------------------------------------------------


def test_cancelling_all_that_lies_ahead():
    state = booked()
    after = state.cancel_series("S", now=at("09:30", day=9))
    assert list(times(after)) == [NINE, NINE + WEEK]
    assert after.recurrence_of("S", WEEKLY).originals() == (NINE, NINE + WEEK)
    assert after.cancel_series("S", now=at("09:30", day=9)) is after
    gone = state.cancel_series("S", now=NOW)
    assert times(gone) == {}
    assert gone.recurrence_of("S", WEEKLY) is None


def test_cancelling_this_and_following():
    state = booked()
    state = state.reschedule(id_of(3), to=slot(state, at("12:00")), now=NOW)
    state = state.reschedule(id_of(1), to=slot(state, at("12:00", day=31)), now=NOW)
    after = state.cancel_series("S", now=NOW, following=NINE + 2 * WEEK)
    assert list(times(after)) == [NINE, NINE + WEEK]
    with refused(InvalidValueError, "not_civil", "original_start"):
        state.cancel_series("S", now=NOW, following=at("09:00"))


def test_a_cut_off_holds_for_every_occurrence():
    policy = BookingPolicy(cancel_notice=timedelta(hours=12), reschedule_notice=timedelta(hours=12))
    calendar = a_calendar(member_ids=["ada"], policy=policy)
    scheduler = a_scheduler(a_member(), calendar)
    request = scheduler.request("massage")
    state = booked(scheduler, request=request)
    for ask in (
        lambda **more: state.cancel_series("S", now=NOW, **more),
        lambda **more: changed(state, LATER, request=request, **more)[0],
    ):
        with pytest.raises(WrongTimeError) as caught:
            ask()
        assert caught.value.code == "too_late"
        assert NINE not in times(ask(ignore_cut_off=True))


# Dropping --------------------------------------------------------------------


def checked(most=2, **fields):
    policy = CheckIn(early=minutes(10), grace=minutes(10), most_missed=most, **fields)
    return booked(
        a_scheduler(a_room(check_in=policy), a_member()),
        request=a_request(all_of("blue room"), all_of("ada")),
    )


def test_as_many_misses_in_a_row_as_may_be_drop_the_rest():
    state = checked()
    assert state.drop_series("S", now=at("09:05", day=9)) is state
    after = state.drop_series("S", now=at("09:10", day=9))
    assert [each.status.value for each in after.occurrences("S")] == [
        *2 * ["released"],
        *2 * ["cancelled"],
    ]
    assert after.drop_series("S", now=at("09:10", day=9)) == after
    plan = state.plan_drop_series("S", now=at("09:10", day=9))
    assert [each.id for each in plan.bookings_before] == [id_of(2), id_of(3)]


def test_who_came_ends_the_row():
    state = checked().check_in(id_of(1), at=at("09:00", day=9))
    assert state.plan_drop_series("S", now=at("12:00", day=16)).is_empty
    assert not state.plan_drop_series("S", now=at("12:00", day=23)).bookings_before
    done = checked().check_in(id_of(0), at=at("09:00")).check_out(id_of(0), at=at("09:20"))
    assert done.plan_drop_series("S", now=at("12:00", day=9)).is_empty
    assert not done.plan_drop_series("S", now=at("12:00", day=16)).is_empty


def test_rooms_that_were_given_up_are_a_miss():
    state = checked(scope=CheckInScope.ROOM)
    assert not state.plan_drop_series("S", now=at("09:10", day=9)).is_empty


def test_no_policy_or_none_of_misses_drops_nothing():
    assert checked(most=None).plan_drop_series("S", now=at("09:10", day=23)).is_empty
    state = booked()
    for number in range(3):
        moment = at("10:00", day=2 + 7 * number)
        state = state.mark_no_show(id_of(number), at=moment)
    assert state.plan_drop_series("S", now=at("10:00", day=20)).is_empty


def test_no_shows_count_whoever_wrote_them_down():
    state = (
        checked()
        .mark_no_show(id_of(0), at=at("10:00"))
        .mark_no_show(id_of(1), at=at("10:00", day=9))
    )
    assert not state.plan_drop_series("S", now=at("10:00", day=9)).is_empty

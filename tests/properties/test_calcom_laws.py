"""What Cal.com says keeps everything, means what it says, and is refused by its type."""

from __future__ import annotations

import json
from datetime import date, time, timedelta

from hypothesis import given

from bookable import AlignedHour, Hours, Interval, IntervalSet, WeeklyHours, Window
from bookable.codecs.calcom import (
    CalError,
    CalSchedule,
    CalSlot,
    SlotQuery,
    SlotsAnswer,
    answer_slots,
    offset_starts,
    read_schedule,
    read_slot_query,
    read_slots,
    write_schedule,
    write_slot_query,
    write_slots,
)
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone
from tests.fuzz.mutants import by_shape
from tests.support import strategies as st
from tests.support.builders import NOW, OFFICE, a_calendar, a_member, a_scheduler
from tests.support.file_strategies import (
    ALL_IDS,
    MONDAY,
    dates,
    instants,
    intervals,
    lengths,
    perhaps,
    texts,
    windows,
    zones,
)
from tests.support.spoiled import chances, read_or_refused

MINUTE = timedelta(minutes=1)

ids = st.sampled_from(ALL_IDS)
subjects = st.one_of(
    st.fixed_dictionaries({"event_type_id": st.integers(0, 2**53)}),
    st.fixed_dictionaries({"event_type_slug": ids, "username": ids}),
    st.fixed_dictionaries({"event_type_slug": ids, "team_slug": ids}),
    st.fixed_dictionaries({"usernames": st.lists(ids, min_size=2, max_size=4, unique=True)}),
)
queries = st.builds(
    lambda within, subject, **rest: SlotQuery(within, **subject, **rest),
    intervals,
    subjects,
    organization=perhaps(ids),
    zone=perhaps(zones),
    minutes=perhaps(st.integers(1, 1_440)),
    format=st.sampled_from(["time", "range"]),
    rescheduled_id=perhaps(ids),
)
seats = perhaps(st.integers(0, 1_000_000))
slots = st.one_of(
    st.builds(CalSlot, instants, st.none(), seats, seats, seats, perhaps(ids)),
    st.builds(lambda within: CalSlot(within.start, within.end), intervals),
)
answers = st.one_of(
    st.builds(SlotsAnswer, st.dictionaries(dates, st.lists(slots, max_size=3), max_size=3)),
    st.builds(CalError, texts, texts),
)


def a_window(first: int, length: int) -> Window:
    last = min(first + length, 1_440) % 1_440
    return Window(time(first // 60, first % 60), time(last // 60, last % 60))


day_windows = st.lists(
    st.builds(a_window, st.integers(0, 1_438), st.integers(1, 600)).filter(
        lambda window: window.closes != time(23, 59)
    ),
    max_size=3,
)
said_hours = st.builds(
    lambda week, overrides, zone: Hours(WeeklyHours(week, zone), overrides, zone=zone),
    st.dictionaries(st.integers(1, 7), day_windows),
    st.dictionaries(st.dates(date(2020, 1, 1), date(2030, 1, 1)), day_windows, max_size=3),
    zones,
)
schedules = st.builds(CalSchedule, texts, said_hours, st.booleans(), perhaps(st.integers(0, 2**53)))


@given(queries)
def test_a_query_comes_back_as_it_was(query) -> None:
    parameters = write_slot_query(query)

    assert all(type(value) is str for value in parameters.values())
    assert read_slot_query(parameters) == query
    assert write_slot_query(read_slot_query(parameters)) == parameters


@given(answers, zones)
def test_an_answer_comes_back_as_it_was(answer, zone) -> None:
    body = json.loads(json.dumps(write_slots(answer, zone=zone)))

    assert read_slots(body) == answer
    assert write_slots(read_slots(body), zone=zone) == body


@given(schedules)
def test_a_schedule_comes_back_as_it_was(schedule) -> None:
    body = json.loads(json.dumps(write_schedule(schedule)))

    assert read_schedule(body) == schedule
    assert write_schedule(read_schedule(body)) == body


@given(st.dictionaries(st.integers(1, 7), windows), st.dictionaries(dates, windows, max_size=2))
def test_hours_are_written_as_they_are_or_not_at_all(week, overrides) -> None:
    schedule = CalSchedule("x", Hours(WeeklyHours(week, "UTC"), overrides, zone="UTC"))

    try:
        body = write_schedule(schedule)
    except InvalidValueError as error:
        assert error.code == "not_expressible"
    else:
        assert read_schedule(body) == schedule


pieces = st.lists(
    st.builds(
        lambda first, length: Interval(MONDAY + first * MINUTE, MONDAY + (first + length) * MINUTE),
        st.integers(0, 2_000),
        st.integers(1, 500),
    ),
    max_size=3,
).map(IntervalSet)


@given(pieces, st.integers(1, 120), st.integers(0, 90), zones)
def test_starts_with_an_offset_are_round_ones_moved_on(periods, interval, offset, zone) -> None:
    step = (interval + offset) * MINUTE
    grid = offset_starts(periods, interval=interval * MINUTE, offset=offset * MINUTE, zone=zone)
    round_to = next((each for each in (60, 30, 20, 15, 10, 5) if interval % each == 0), 1)

    expected = []
    for piece in periods:
        start = piece.start
        while start.astimezone(Zone(zone)).minute % round_to:
            start += MINUTE
        start += offset * MINUTE
        while start < piece.end:
            expected.append(start)
            start += step
    assert list(grid.starts) == expected


@given(st.integers(5, 90), st.integers(0, 1_200), lengths, zones)
def test_what_is_answered_can_be_booked(step, first, length, zone) -> None:
    calendar = a_calendar("7", member_ids=["ada"], hours=OFFICE, grid=AlignedHour(step * MINUTE))
    state = a_scheduler(calendar, a_member("ada"))
    start = MONDAY + first * MINUTE
    within = Interval(start, start + min(length, timedelta(days=2)))
    found = answer_slots(SlotQuery(within, 7, zone=zone), state, now=NOW)
    request = state.request("7")

    told = [slot.start for each in found.days.values() for slot in each]
    assert told == [slot.start for slot in state.free_slots(request, within=within, now=NOW)]
    for day, each in found.days.items():
        assert {slot.start.astimezone(Zone(zone)).date() for slot in each} == {day}


@given(queries, answers, schedules, chances)
def test_spoiled_bodies_are_read_or_refused(query, answer, schedule, chance) -> None:
    read_or_refused(read_slot_query, by_shape(write_slot_query(query), chance))
    read_or_refused(read_slots, by_shape(write_slots(answer), chance))
    read_or_refused(read_schedule, by_shape(write_schedule(schedule), chance))

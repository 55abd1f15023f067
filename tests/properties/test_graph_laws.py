"""The bodies of Microsoft Graph keep everything, mean what they say, and are refused by their type."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import given

from bookable import BookableError, BusyKind, BusyTime, FreeBusy, Interval
from bookable.codecs import graph
from bookable.codecs.graph import (
    Attendee,
    AttendeeAvailability,
    FreeBusyError,
    GraphTime,
    MeetingPlace,
    MeetingQuery,
    MeetingSuggestion,
    MeetingSuggestions,
    PlaceConstraint,
    ScheduleInformation,
    ScheduleItem,
    ScheduleQuery,
    TimeSlot,
    WorkingHours,
)
from bookable.domain.free_busy import STRONGEST_FIRST
from tests.fuzz.mutants import by_shape
from tests.support import strategies as st
from tests.support.builders import NOW, OFFICE, a_member, a_room, a_scheduler
from tests.support.file_strategies import (
    ALL_IDS,
    MONDAY,
    durations,
    instants,
    intervals,
    lengths,
    perhaps,
    some,
    texts,
    times,
)
from tests.support.spoiled import chances, read_or_refused

MINUTE = timedelta(minutes=1)

names = st.sampled_from(
    ["UTC", "W. Europe Standard Time", "Europe/Berlin", "Pacific Standard Time", "UTC+12"]
)
moments = st.builds(GraphTime.of, instants, names)
civil_moments = st.builds(
    GraphTime, st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26)), names
)
ids = st.sampled_from(ALL_IDS)
minutes = st.one_of(st.just(30), st.integers(5, 1_440))


def in_order(first: GraphTime, last: GraphTime) -> tuple[GraphTime, GraphTime]:
    """Two times, the earlier one first; never the same."""
    if last.last_instant < first.instant:
        first, last = last, first
    if first.instant < last.last_instant:
        return first, last
    return first, GraphTime.of(first.instant + MINUTE, first.zone)


pairs = st.one_of(
    st.builds(in_order, moments, moments), st.builds(in_order, civil_moments, civil_moments)
)
short_pairs = st.builds(
    lambda first, length, zone: in_order(first, GraphTime.of(first.instant + length, zone)),
    civil_moments,
    st.integers(1, 61 * 1_440).map(lambda count: count * MINUTE),
    names,
)
queries = st.builds(
    lambda schedules, pair, step: ScheduleQuery(schedules, *pair, step),
    some(ALL_IDS),
    short_pairs,
    minutes,
)
items = st.builds(
    lambda status, pair, *rest: ScheduleItem(status, *pair, *rest),
    st.sampled_from(graph.STATUSES),
    pairs,
    perhaps(texts),
    perhaps(texts),
    perhaps(st.booleans()),
)
details = st.one_of(
    st.just(""), st.dictionaries(st.sampled_from(["bias", "x y"]), texts).map(json.dumps)
)
working_hours = st.builds(
    WorkingHours, st.lists(st.integers(1, 7), max_size=7), times, times, texts, details
)
schedules = st.lists(
    st.builds(
        ScheduleInformation,
        ids,
        perhaps(st.text("01234", max_size=9)),
        perhaps(st.lists(items, max_size=3)),
        perhaps(working_hours),
        perhaps(st.builds(FreeBusyError, texts, texts)),
    ),
    max_size=3,
)
percents = st.one_of(st.integers(0, 100), st.floats(0, 100))
attendees = st.builds(Attendee, ids, st.sampled_from(["required", "optional", "resource"]), texts)
places = st.lists(st.builds(MeetingPlace, texts, perhaps(ids), perhaps(st.booleans())), max_size=2)
slots = pairs.map(lambda pair: TimeSlot(*pair))
meetings = st.builds(
    MeetingQuery,
    st.lists(attendees, max_size=3),
    st.lists(slots, max_size=2),
    lengths,
    st.sampled_from(["work", "personal", "unrestricted", "unknown"]),
    perhaps(st.integers(1, 1_000)),
    percents,
    st.booleans(),
    st.booleans(),
    perhaps(st.builds(PlaceConstraint, st.booleans(), st.booleans(), places)),
)
statuses = st.sampled_from(graph.STATUSES)
suggestions = st.builds(
    MeetingSuggestions,
    st.lists(
        st.builds(
            MeetingSuggestion,
            st.integers(0, 9),
            slots,
            percents,
            statuses,
            st.lists(st.builds(AttendeeAvailability, attendees, statuses), max_size=2),
            places,
            perhaps(texts),
        ),
        max_size=3,
    ),
    st.sampled_from(["", "unknown", "attendeesUnavailable"]),
)


def through(write, read, value) -> None:
    body = json.loads(json.dumps(write(value)))

    assert read(body) == value
    assert write(read(body)) == body


@given(queries)
def test_a_schedule_query_comes_back_as_it_was(query) -> None:
    through(graph.write_schedule_query, graph.read_schedule_query, query)


@given(schedules)
def test_schedules_come_back_as_they_were(told) -> None:
    through(graph.write_schedules, graph.read_schedules, tuple(told))


@given(meetings)
def test_a_meeting_query_comes_back_as_it_was(query) -> None:
    through(graph.write_meeting_query, graph.read_meeting_query, query)


@given(suggestions)
def test_suggestions_come_back_as_they_were(told) -> None:
    through(graph.write_meeting_suggestions, graph.read_meeting_suggestions, told)


@given(instants, names)
def test_a_time_that_is_written_is_one_instant(moment, zone) -> None:
    shown = GraphTime.of(moment, zone)

    assert shown.instant == shown.last_instant == moment


kinds = st.sampled_from(sorted(set(BusyKind) - {BusyKind.UNKNOWN}))
near = st.builds(
    lambda first, length: Interval(MONDAY + first * MINUTE, MONDAY + (first + length) * MINUTE),
    st.integers(-100, 900),
    st.integers(1, 300),
)
busy_times = st.lists(st.builds(BusyTime, near, kinds), max_size=6)


@given(busy_times, near, minutes)
def test_every_digit_is_the_strongest_of_its_step(busy, within, step) -> None:
    view = graph.availability_view(busy, within, minutes=step)
    digits = dict(zip(STRONGEST_FIRST, "32214", strict=True))

    assert len(view) == -(-within.duration // (step * MINUTE))
    for place, digit in enumerate(view):
        low = within.start + place * step * MINUTE
        part = Interval(low, min(low + step * MINUTE, within.end))
        there = [each.kind for each in busy if each.interval.overlaps(part)]
        expected = next((digits[kind] for kind in STRONGEST_FIRST if kind in there), "0")
        assert digit == expected


def as_told(free_busy: FreeBusy) -> FreeBusy:
    """Without what cannot be told apart: maintenance is busy."""
    busy = {
        key: [
            BusyTime(each.interval, "busy" if each.kind is BusyKind.MAINTENANCE else each.kind)
            for each in times
        ]
        for key, times in free_busy.busy.items()
    }
    return FreeBusy(free_busy.within, busy, free_busy.unknown)


@given(
    queries,
    st.dictionaries(st.sampled_from(ALL_IDS[:3]), st.lists(st.builds(BusyTime, intervals, kinds))),
    st.dictionaries(st.sampled_from(ALL_IDS[3:]), texts.filter(bool)),
    names,
)
def test_what_is_told_means_the_same_afterwards(query, busy, unknown, zone) -> None:
    asked = ScheduleQuery([*busy, *unknown], query.start, query.end, query.view_interval)
    free_busy = FreeBusy(asked.within, busy, unknown)
    told = graph.from_free_busy(free_busy, asked, zone=zone)

    assert graph.to_free_busy(graph.read_schedules(graph.write_schedules(told)), asked) == as_told(
        free_busy
    )


@given(queries, busy_times)
def test_digits_never_tell_somebody_free_who_is_not(query, busy) -> None:
    exact = FreeBusy(query.within, {"ada": busy})
    asked = ScheduleQuery(["ada"], query.start, query.end, query.view_interval)
    (told,) = graph.from_free_busy(exact, asked)
    read = graph.to_free_busy([ScheduleInformation("ada", told.view)], asked)

    assert not exact.times("ada") - read.times("ada")
    assert not exact.times("ada", BusyKind) - read.times("ada", BusyKind)
    assert not exact.times("ada", ["out_of_office"]) - read.times("ada", ["out_of_office"])


@given(
    st.lists(st.sampled_from(["ada", "ben", "zoe"]), unique=True, min_size=1),
    st.dictionaries(st.sampled_from(["ada", "ben"]), near),
    percents,
    st.integers(15, 120),
)
def test_what_is_suggested_can_be_booked_and_is_likely_enough(
    people, away, percent, length
) -> None:
    state = a_scheduler(a_member("ada", hours=OFFICE), a_member("ben"), a_room("hall"))
    for subject, interval in away.items():
        state = state.block(subject, interval, block_id=subject)
    query = MeetingQuery(
        [Attendee(each) for each in people],
        [TimeSlot(GraphTime.of(MONDAY), GraphTime.of(MONDAY + 18 * 60 * MINUTE))],
        length * MINUTE,
        minimum_percentage=percent,
    )
    found = graph.answer_find_meeting_times(query, state, now=NOW)

    keys = [(-each.confidence, each.slot.start.instant) for each in found.suggestions]
    assert keys == sorted(keys)
    assert bool(found.empty_reason) != bool(keys)
    for each in found.suggestions:
        words = [who.availability for who in each.attendees]
        likely = Fraction(100 * words.count("free") + 49 * words.count("unknown"), len(words))
        assert each.confidence == float(likely)
        assert likely >= Fraction(percent)
        for who in each.attendees:
            blocked = away.get(who.attendee.address)
            if who.availability == "free" and blocked is not None:
                assert not blocked.overlaps(each.slot.interval)


@given(queries, schedules, meetings, suggestions, chances)
def test_spoiled_bodies_are_read_or_refused(query, told, meeting, found, chance) -> None:
    for read, body in (
        (graph.read_schedule_query, graph.write_schedule_query(query)),
        (graph.read_schedules, graph.write_schedules(told)),
        (graph.read_meeting_query, graph.write_meeting_query(meeting)),
        (graph.read_meeting_suggestions, graph.write_meeting_suggestions(found)),
    ):
        read_or_refused(read, by_shape(body, chance))


@given(durations)
def test_a_duration_is_written_as_it_is(duration) -> None:
    try:
        query = MeetingQuery(duration=duration)
    except BookableError:
        assert not duration
    else:
        assert graph.read_meeting_query(graph.write_meeting_query(query)).duration == duration

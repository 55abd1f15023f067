"""Cronofy's bodies keep everything, mean what they say, and are refused by their type."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import combinations

from hypothesis import given

from bookable import CodecError, Interval, IntervalSet
from bookable.codecs.cronofy import (
    Availability,
    AvailabilityQuery,
    AvailableTime,
    CronofyErrors,
    Group,
    Participant,
    answer_availability,
    errors_of,
    read_availability,
    read_availability_query,
    read_errors,
    write_availability,
    write_availability_query,
    write_errors,
)
from bookable.codecs.cronofy._answering import maximal_periods
from tests.fuzz.mutants import by_shape
from tests.support import strategies as st
from tests.support.builders import NOW, a_member, a_scheduler
from tests.support.file_strategies import ALL_IDS, MONDAY, intervals, perhaps, some, texts
from tests.support.spoiled import chances, read_or_refused

MINUTE = timedelta(minutes=1)


def minutes(least: int, most: int = 1_440):
    return st.integers(least, most).map(lambda count: count * MINUTE)


def span(first: int, length: int) -> Interval:
    return Interval(MONDAY + first * MINUTE, MONDAY + (first + length) * MINUTE)


ids = st.sampled_from(ALL_IDS)
spans = st.builds(span, st.integers(0, 10_000), st.integers(1, 1_000))
participants = st.builds(
    Participant,
    ids,
    perhaps(some(ALL_IDS)),
    perhaps(st.lists(spans, max_size=2)),
    st.booleans(),
)
groups = st.builds(
    lambda members, share: Group(members, None if share is None else 1 + share % len(members)),
    st.lists(participants, min_size=1, max_size=3, unique_by=lambda each: each.sub),
    perhaps(st.integers(0, 9)),
)
rest = {
    "step": perhaps(minutes(1)),
    "buffer_before": minutes(0),
    "buffer_after": minutes(0),
    "max_results": perhaps(st.integers(1, 512)),
}
queries = st.one_of(
    st.builds(
        AvailabilityQuery,
        st.lists(groups, min_size=1, max_size=2),
        minutes(1),
        st.lists(spans, min_size=1, max_size=3),
        response_format=st.sampled_from(["periods", "slots", "overlapping_slots"]),
        **rest,
    ),
    st.builds(
        lambda groups, length, starts, **rest: AvailabilityQuery(
            groups,
            length,
            slots=[Interval(each.start, each.start + length) for each in starts],
            **rest,
        ),
        st.lists(groups, min_size=1, max_size=2),
        minutes(1),
        st.lists(intervals, min_size=1, max_size=3),
        response_format=st.sampled_from(["slots", "overlapping_slots"]),
        **rest,
    ),
)
answers = st.builds(
    Availability,
    st.lists(st.builds(AvailableTime, intervals, some(ALL_IDS)), max_size=3),
    st.booleans(),
)
refusals = st.builds(
    CronofyErrors, st.dictionaries(texts, st.lists(st.tuples(texts, texts), max_size=2), max_size=2)
)


def through(write, read, value) -> None:
    body = json.loads(json.dumps(write(value)))

    assert read(body) == value
    assert write(read(body)) == body


@given(queries)
def test_a_query_comes_back_as_it_was(query) -> None:
    through(write_availability_query, read_availability_query, query)


@given(answers)
def test_an_answer_comes_back_as_it_was(answer) -> None:
    through(write_availability, read_availability, answer)


@given(refusals)
def test_a_refusal_comes_back_as_it_was(refusal) -> None:
    through(write_errors, read_errors, refusal)


@given(queries, answers, refusals, chances)
def test_spoiled_bodies_are_read_or_refused(query, answer, refusal, chance) -> None:
    body = by_shape(write_availability_query(query), chance)
    read_or_refused(read_availability_query, body)
    read_or_refused(read_availability, by_shape(write_availability(answer), chance))
    read_or_refused(read_errors, by_shape(write_errors(refusal), chance))
    try:
        read_availability_query(body)
    except CodecError as error:
        told = errors_of(error)
        assert read_errors(write_errors(told)) == told


people = ("ada", "ben", "cem")
small_spans = st.builds(span, st.integers(0, 30), st.integers(1, 12))
times = st.fixed_dictionaries(
    {key: st.lists(small_spans, max_size=3).map(IntervalSet) for key in people}
)


@given(times, st.integers(0, 12).map(lambda each: each * 60_000_000), st.integers(1, 4))
def test_maximal_periods_are_the_closed_ones(free, shortest, least) -> None:
    """By the meaning: of every set of people the times that all share, widened by nobody else."""
    expected = set()
    for size in range(1, len(people) + 1):
        for some_of in combinations(people, size):
            shared = free[some_of[0]]
            for each in some_of[1:]:
                shared &= free[each]
            for piece in shared:
                all_there = [each for each in people if free[each].covers(piece)]
                if list(some_of) == all_there:
                    expected.add((piece.start_us, piece.end_us, frozenset(some_of)))
    pieces = {key: free[key].pieces_us for key in people}
    found = list(maximal_periods(pieces))

    assert set(found) == expected
    assert list(maximal_periods(pieces, shortest_us=shortest, least=least)) == [
        (start, end, subs)
        for start, end, subs in found
        if end - start >= shortest and len(subs) >= least
    ]
    assert [each[:2] for each in found] == sorted(each[:2] for each in found)


@given(
    st.fixed_dictionaries(
        {
            key: st.lists(
                st.builds(
                    span,
                    st.integers(0, 60).map(lambda n: 5 * n),
                    st.integers(1, 20).map(lambda n: 5 * n),
                ),
                max_size=2,
            )
            for key in people
        }
    ),
    st.lists(
        st.tuples(st.lists(st.sampled_from(people), min_size=1, unique=True), st.integers(0, 2)),
        min_size=1,
        max_size=2,
    ),
    st.integers(1, 12).map(lambda count: 5 * count),
    st.tuples(st.integers(0, 3), st.integers(0, 3)),
    st.sampled_from(["periods", "slots", "overlapping_slots"]),
)
def test_enough_of_every_group_are_free_in_whatever_is_answered(
    busy, asked, length, buffers, response_format
) -> None:
    before, after = (5 * each * MINUTE for each in buffers)
    state = a_scheduler(*map(a_member, people))
    for subject, blocked in busy.items():
        for number, interval in enumerate(blocked):
            state = state.block(subject, interval, block_id=f"{subject}-{number}")
    wanted = [
        Group([Participant(sub) for sub in subs], 1 + share % len(subs)) for subs, share in asked
    ]
    window = span(0, 400)
    query = AvailabilityQuery(
        wanted,
        length * MINUTE,
        [window],
        response_format=response_format,
        step=5 * MINUTE,
        buffer_before=before,
        buffer_after=after,
    )
    found = answer_availability(query, state, now=NOW)

    # The meaning, minute by minute: meetings with their buffers, on a grid of five minutes.
    taken = {
        subject: IntervalSet(Interval(each.start - before, each.end + after) for each in blocked)
        for subject, blocked in busy.items()
    }
    for each in found.times:
        free = [sub for sub in people if not taken[sub].clip(each.interval)]
        named = [sub for sub in people if any(sub in subs for subs, _ in asked)]
        assert set(each.subs) == set(free).intersection(named)
        assert window.encloses(each.interval)
        assert each.interval.duration >= query.duration
    possible = {
        start
        for start in range(0, 400 - length + 1, 5)
        if can_serve(wanted, [sub for sub in people if not taken[sub].clip(span(start, length))])
    }
    told = {
        start
        for start in range(0, 400 - length + 1, 5)
        if any(each.interval.encloses(span(start, length)) for each in found.times)
    }
    if response_format == "slots":
        assert told <= possible
        assert bool(told) == bool(possible)
    else:
        assert told == possible


def can_serve(wanted: list[Group], free: list[str]) -> bool:
    """Whether different people can be found for all groups, by trying."""
    if not wanted:
        return True
    first, *others = wanted
    there = [each.sub for each in first.members if each.sub in free]
    return any(
        can_serve(others, [sub for sub in free if sub not in taken])
        for taken in combinations(there, first.count)
    )

"""Google's free/busy bodies keep everything, mean what they say, and are refused by their type."""

from __future__ import annotations

import json

from hypothesis import given

from bookable import BusyKind, BusyTime, FreeBusy
from bookable.codecs.google import (
    CalendarAnswer,
    FreeBusyAnswer,
    FreeBusyQuery,
    GoogleError,
    GroupAnswer,
    from_free_busy,
    read_free_busy_answer,
    read_free_busy_query,
    to_free_busy,
    write_free_busy_answer,
    write_free_busy_query,
)
from tests.fuzz.mutants import by_shape
from tests.support import strategies as st
from tests.support.file_strategies import ALL_IDS, intervals, perhaps, some, texts, zones
from tests.support.spoiled import chances, read_or_refused

queries = st.builds(
    FreeBusyQuery,
    intervals,
    some(ALL_IDS),
    zone=perhaps(zones),
    group_expansion=perhaps(st.integers(1, 100)),
    calendar_expansion=perhaps(st.integers(1, 50)),
)
errors = st.lists(st.builds(GoogleError, texts, texts), max_size=2)
answers = st.builds(
    FreeBusyAnswer,
    intervals,
    st.dictionaries(
        st.sampled_from(ALL_IDS),
        st.builds(CalendarAnswer, st.lists(intervals, max_size=3), errors),
    ),
    st.dictionaries(st.sampled_from(ALL_IDS), st.builds(GroupAnswer, some(ALL_IDS), errors)),
)
told = st.builds(
    lambda within, busy, unknown: FreeBusy(
        within, {key: times for key, times in busy.items() if key not in unknown}, unknown
    ),
    intervals,
    st.dictionaries(
        st.sampled_from(ALL_IDS),
        st.lists(
            st.builds(
                BusyTime, intervals, st.sampled_from(sorted(set(BusyKind) - {BusyKind.UNKNOWN}))
            ),
            max_size=3,
        ),
    ),
    st.dictionaries(st.sampled_from(ALL_IDS), texts, max_size=2),
)


@given(queries)
def test_a_query_comes_back_as_it_was(query) -> None:
    body = json.loads(json.dumps(write_free_busy_query(query)))

    assert read_free_busy_query(body) == query
    assert write_free_busy_query(read_free_busy_query(body)) == body


@given(answers, zones)
def test_an_answer_comes_back_as_it_was(answer, zone) -> None:
    body = json.loads(json.dumps(write_free_busy_answer(answer, zone=zone)))

    assert read_free_busy_answer(body) == answer
    assert write_free_busy_answer(read_free_busy_answer(body), zone=zone) == body


@given(told)
def test_what_is_told_means_the_same_afterwards_but_for_the_kind(free_busy) -> None:
    found = to_free_busy(from_free_busy(free_busy))

    assert found.unknown.keys() == free_busy.unknown.keys()
    assert found.subjects == free_busy.subjects
    for subject in free_busy.busy:
        assert found.times(subject, ["busy"]) == free_busy.times(subject)
        assert found.times(subject, list(BusyKind)) == free_busy.times(subject)
    assert to_free_busy(from_free_busy(found)) == found


@given(answers)
def test_nobody_is_free_of_whom_there_are_errors(answer) -> None:
    found = to_free_busy(answer)

    for key, calendar in answer.calendars.items():
        assert (found.times(key) is None) == bool(calendar.errors)


@given(queries, answers, chances)
def test_spoiled_bodies_are_read_or_refused(query, answer, chance) -> None:
    read_or_refused(read_free_busy_query, by_shape(write_free_busy_query(query), chance))
    read_or_refused(read_free_busy_answer, by_shape(write_free_busy_answer(answer), chance))

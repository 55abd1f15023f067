"""Free/busy, held against a table of minutes: the strongest kind that anybody told for each."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given

from bookable import BLOCKING_KINDS, BusyKind, BusyTime, FreeBusy, Interval, IntervalSet
from tests.support import strategies as st
from tests.support.builders import MINUTE, at

STRENGTH = {
    "free": 0,
    "elsewhere": 1,
    "tentative": 2,
    "busy": 3,
    "maintenance": 4,
    "out_of_office": 5,
}
"""What wins, by hand."""

AXIS = range(14)
NAMES = ("ada", "bob", "cem")


def span(start, length):
    return Interval(at("09:00") + start * MINUTE, at("09:00") + (start + length) * MINUTE)


spans = st.builds(span, st.integers(0, 9), st.integers(1, 4))
kinds = st.sampled_from(sorted(STRENGTH))
times = st.builds(BusyTime, spans, kinds)
told = st.dictionaries(st.sampled_from(NAMES), st.lists(times, max_size=5), max_size=3)
windows = st.builds(span, st.integers(0, 8), st.integers(1, 6))


def minutes(interval):
    return [m for m in AXIS if interval.start <= at("09:00") + m * MINUTE < interval.end]


def table(within, given_times):
    """For each minute of the window the strongest kind that somebody told; nobody told: free."""
    found = dict.fromkeys(minutes(within), "free")
    for each in given_times:
        for minute in minutes(each.interval):
            if minute in found and STRENGTH[each.kind.value] > STRENGTH[found[minute]]:
                found[minute] = each.kind.value
    return found


@given(windows, told)
def test_what_is_kept_says_for_each_minute_what_was_told(within, busy):
    found = FreeBusy(within, busy)

    assert {key: table(within, busy[key]) for key in busy} == {
        key: table(within, found.busy[key]) for key in found.busy
    }


@given(windows, told)
def test_what_is_kept_is_inside_in_order_apart_and_not_free(within, busy):
    found = FreeBusy(within, busy)

    assert list(found.busy) == sorted(busy)
    for pieces in found.busy.values():
        assert all(within.encloses(each.interval) for each in pieces)
        assert all(each.kind is not BusyKind.FREE for each in pieces)
        for one, other in pairwise(pieces):
            assert one.interval.end <= other.interval.start
            assert one.interval.end < other.interval.start or one.kind is not other.kind


@given(windows, told, told, st.booleans())
def test_two_are_equal_exactly_when_they_say_the_same(within, one, other, same):
    if same:
        # The same minutes, told one by one, the weakest last.
        other = {
            key: [
                BusyTime(span(minute, 1), kind)
                for minute, kind in sorted(table(within, one[key]).items(), reverse=True)
            ]
            for key in one
        }
    says_the_same = {key: table(within, one[key]) for key in one} == {
        key: table(within, other[key]) for key in other
    }
    first, second = FreeBusy(within, one), FreeBusy(within, other)

    assert (first == second) == says_the_same
    assert says_the_same or not same
    if says_the_same:
        assert hash(first) == hash(second)
    assert FreeBusy(within, first.busy) == first


@given(windows, told, spans)
def test_the_strongest_is_that_of_the_minutes(within, busy, asked):
    found = FreeBusy(within, busy)
    for key in busy:
        known = table(within, busy[key])
        inside = all(minute in known for minute in minutes(asked))
        expected = (
            max((known[each] for each in minutes(asked)), key=STRENGTH.get) if inside else None
        )

        answer = found.strongest(key, asked)

        assert (None if answer is None else answer.value) == expected


@given(windows, told, st.frozensets(kinds, max_size=4))
def test_times_are_the_minutes_of_the_kinds_asked_for(within, busy, asked):
    found = FreeBusy(within, busy)
    for key in busy:
        known = table(within, busy[key])
        for wanted, answer in (
            (asked, found.times(key, asked)),
            ({each.value for each in BLOCKING_KINDS}, found.times(key)),
        ):
            expected = {m for m, kind in known.items() if kind in wanted and kind != "free"}

            assert answer == IntervalSet(span(minute, 1) for minute in expected)


@given(windows, told, st.dictionaries(st.sampled_from(("dan", "eve")), st.just("gone"), max_size=2))
def test_who_is_unknown_stays_unknown_and_changes_nothing_else(within, busy, unknown):
    found = FreeBusy(within, busy, unknown)

    assert found.busy == FreeBusy(within, busy).busy
    assert found.subjects == tuple(sorted({*busy, *unknown}))
    for key in unknown:
        assert found.times(key) is None
        assert found.strongest(key, within) is None

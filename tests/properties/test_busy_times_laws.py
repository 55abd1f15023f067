"""Busy times: what is told is what is busy, and what is heard is told again."""

from __future__ import annotations

import attrs
from hypothesis import given

from bookable import (
    BLOCKING_KINDS,
    Block,
    BusyTime,
    Calendar,
    Catalogue,
    FreeBusy,
    Interval,
    IntervalSet,
    Member,
    Room,
    Scheduler,
)
from bookable.testing import realise
from bookable.testing.axis import AXIS
from bookable.testing.choices import EVERY_RULE
from tests.properties.histories import histories
from tests.support import strategies as st
from tests.support.builders import MINUTE, NOW, at

LIFE = ("book", "book", "hold", "block", "block", "cancel", "change", "tick")
SOURCES = ("google", "outlook")
SUBJECTS = ("ada", "blue", "lesson")
CATALOGUE = Catalogue(
    rooms=[Room("blue", 2)], members=[Member("ada")], calendars=[Calendar("lesson", 60 * MINUTE)]
)
NINE = at("09:00")


def span(start, length):
    return Interval(NINE + start * MINUTE, NINE + (start + length) * MINUTE)


EVERYTHING = span(-20, 60)
spans = st.builds(span, st.integers(0, 9), st.integers(1, 5))
windows = st.builds(span, st.integers(0, 9), st.integers(1, 6))
kinds = st.sampled_from(["free", "elsewhere", "tentative", "busy", "maintenance", "out_of_office"])
buffers = st.sampled_from([0 * MINUTE, 0 * MINUTE, MINUTE, 3 * MINUTE])
times = st.lists(st.builds(BusyTime, spans, kinds), max_size=4)


@st.composite
def states(draw, sources=SOURCES) -> Scheduler:
    """Nothing booked, and some blocks of several sources."""
    made = draw(
        st.lists(
            st.builds(
                Block,
                st.just("-"),
                st.sampled_from(SUBJECTS),
                spans,
                st.one_of(kinds, st.just("unknown")),
                st.sampled_from(sources),
                buffers,
                buffers,
            ),
            max_size=5,
        )
    )
    blocks = [attrs.evolve(each, id=f"K-{number}") for number, each in enumerate(made)]
    return Scheduler(CATALOGUE, blocks=blocks)


@st.composite
def tellings(draw) -> FreeBusy:
    busy = draw(st.dictionaries(st.sampled_from(SUBJECTS), times, max_size=3))
    others = sorted({*SUBJECTS, "nobody"} - {*busy})
    unknown = draw(st.lists(st.sampled_from(others), unique=True, max_size=2))
    return FreeBusy(draw(windows), busy, dict.fromkeys(unknown, "no permission"))


def told(scheduler, within=EVERYTHING):
    return scheduler.busy_times(SUBJECTS, within=within, now=NOW)


# Told ------------------------------------------------------------------------


@given(histories(*LIFE, rules=EVERY_RULE), st.integers(0, AXIS - 2), st.integers(1, AXIS))
def test_what_blocks_is_together_what_is_busy(pair, start, length):
    within = realise.interval(start, min(start + length, AXIS))
    now, catalogue = realise.moment(pair.now), pair.scheduler.catalogue
    ids = [each.id for each in catalogue]
    found = pair.scheduler.busy_times([*ids, "nobody"], within=within, now=now)
    unread = [
        (each.resource_id, Interval.from_us(*each.footprint_us))
        for each in pair.scheduler.blocks.values()
        if each.kind == "unknown"
    ]

    assert found.subjects == tuple(sorted([*ids, "nobody"]))
    assert found.unknown["nobody"] == "not_found"
    for key in ids:
        busy = pair.scheduler.free_busy(key, within=within, now=now)
        alone = pair.scheduler.busy_times([key], within=within, now=now)
        closing = {key, *catalogue.overlapping_rooms.get(key, ())}
        times = [each for subject, each in unread if subject in closing and each.overlaps(within)]
        assert found.unknown.get(key) == ("not_read" if times else None)
        assert alone.times(key) == found.times(key)
        if times:
            assert all(not IntervalSet([each]).clip(within) - busy for each in times)
        else:
            assert found.times(key, BLOCKING_KINDS) == busy
            assert alone.busy[key] == found.busy[key]


@given(histories(*LIFE, rules=EVERY_RULE))
def test_without_what_is_tentative_nothing_is(pair):
    within, now = realise.interval(0, AXIS), realise.moment(pair.now)
    scheduler = pair.scheduler
    ids = [each.id for each in scheduler.catalogue if not isinstance(each, Calendar)]
    sure = [
        each
        for each in (scheduler.booking(key, now=now) for key in scheduler.bookings)
        if each.status.value not in {"hold", "pending"}
    ]
    firm = Scheduler(scheduler.catalogue, sure)
    bare = Scheduler(scheduler.catalogue, [scheduler.booking(key) for key in scheduler.bookings])
    found = bare.busy_times(ids, within=within, now=now)

    for key in ids:
        assert found.times(key, ["busy"]) == firm.free_busy(key, within=within, now=now)


# Heard -------------------------------------------------------------------------


@given(states(sources=("google",)), tellings())
def test_what_is_heard_is_told_again_and_nothing_else_changes(state, heard):
    """Of one source alone: inside the window it says just what was told, outside what it said."""
    after = state.with_busy_times(heard, source="google")
    after.check()

    inside = told(after, heard.within)
    before = told(state, heard.within)
    for key in SUBJECTS:
        expected = heard if key in heard.subjects else before
        assert inside.busy.get(key) == expected.busy.get(key)
        assert (key in inside.unknown) is (key in expected.unknown)
    for low, high in (
        (EVERYTHING.start, heard.within.start),
        (heard.within.end, EVERYTHING.end),
    ):
        around = Interval(low, high)
        assert told(after, around) == told(state, around)


@given(states(), tellings(), st.sampled_from(SOURCES))
def test_what_others_say_and_who_is_not_told_of_stay_as_they_are(state, heard, source):
    after = state.with_busy_times(heard, source=source)

    def others(blocks):
        return {
            key: block
            for key, block in blocks.items()
            if block.source != source
            or block.resource_id not in heard.subjects
            or (block.resource_id in heard.unknown and block.kind != "unknown")
        }

    assert others(after.blocks) == others(state.blocks)
    assert after.bookings == state.bookings


@given(states(), tellings())
def test_twice_is_once_in_any_order_of_sources(state, heard):
    once = state.with_busy_times(heard, source="google")

    assert once.with_busy_times(heard, source="google") is once
    both = once.with_busy_times(heard, source="outlook")
    other = state.with_busy_times(heard, source="outlook").with_busy_times(heard, source="google")
    assert both == other


@given(states(), st.lists(tellings(), max_size=4))
def test_the_last_word_of_a_source_holds(state, several):
    for heard in several:
        state = state.with_busy_times(heard, source="google")
    state.check()

    own = Scheduler(CATALOGUE, blocks=[b for b in state.blocks.values() if b.source == "google"])
    if several:
        last = several[-1]
        found = told(own, last.within)
        assert all(found.busy[key] == last.busy[key] for key in last.busy)
        assert {*found.unknown} >= {*last.unknown}.intersection(SUBJECTS)

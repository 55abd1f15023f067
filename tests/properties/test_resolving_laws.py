"""Instants resolved again under another zone database (invariant 25).

Nothing moves by itself, and under the same data nothing moves at all. Under other data each booking
that was agreed by the clock is then where the clock shows its time, or it is told why not and stays:
against a list of who has the room in which hour.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
from hypothesis import given

from bookable import CivilTime, Recurrence, Scheduler
from bookable.availability.series import SeriesPolicy
from tests.properties.wall_clock import ODD_ZONES, changes
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, a_booking, a_request, a_room, a_scheduler
from tests.support.zones import zone_with

NAME, NINE, DAY = "Europe/Berlin", datetime(2026, 3, 2, 9), timedelta(days=1)
OLD = zone_with(NAME, HOUR)
ROOM = a_request()

zones = st.builds(
    lambda hours, day, later: zone_with(
        NAME, HOUR, (NINE + day * DAY, hours * HOUR), (NINE + (day + 3) * DAY, later * HOUR)
    ),
    st.integers(-2, 3),
    st.integers(-1, 4),
    st.integers(0, 3),
)
taken = st.lists(st.tuples(st.integers(0, 6), st.integers(5, 14)), max_size=12, unique=True).map(
    lambda cells: [
        attrs.evolve(
            a_booking(f"T-{day}-{hour}"),
            start=NOW + day * DAY + hour * HOUR,
            end=NOW + day * DAY + (hour + 1) * HOUR,
        )
        for day, hour in cells
    ]
)
hours_a_day = st.sets(st.integers(7, 14), min_size=1, max_size=3)


def a_state(bookings, hours, seats):
    """A room for so many, taken here and there, with a series booked under the old data."""
    daily = f"FREQ=DAILY;COUNT=9;BYHOUR={','.join(map(str, sorted(hours)))}"
    recurrence = Recurrence(daily, NINE.replace(hour=min(hours)), OLD)
    state = a_scheduler(a_room("blue room", seats), bookings=bookings)
    found = state.plan_recurring(
        ROOM, recurrence, series_id="S", now=NOW, policy=SeriesPolicy("skip")
    )
    return state.apply(found.plan) if found.is_accepted else None


@given(taken, hours_a_day, st.integers(1, 2), st.integers(0, 9 * 24))
def test_under_the_same_data_nothing_changes(bookings, hours, seats, passed):
    state, now = a_state(bookings, hours, seats), NOW + passed * HOUR
    if state is None:
        return
    times = {
        each.id: CivilTime(each.original_start, OLD) for each in state.occurrences("S", now=now)
    }

    found = state.plan_re_resolve(times, now=now)

    assert found.plan.is_empty
    assert state.re_resolve(times, now=now) is state
    assert {each.kind.value for each in found.resolved} <= {"unchanged", "settled"}
    # Nor does anything that is stored move with other data.
    assert Scheduler(state.catalogue, state.bookings.values()) == state


@given(taken, hours_a_day, st.integers(1, 2), zones, st.integers(0, 6 * 24), st.data())
def test_what_was_agreed_by_the_clock_is_there_or_it_is_told_why_not(
    bookings, hours, seats, zone, passed, data
):
    state, now = a_state(bookings, hours, seats), NOW + passed * HOUR
    if state is None:
        return
    times = dict(state.civil_times("S", zone, now=now, was=OLD))
    for key in data.draw(st.sets(st.sampled_from(sorted(times)))) if times else ():
        del times[key]

    found = state.plan_re_resolve(times, now=now)
    after = state.apply(found.plan)

    assert {each.before.id for each in found.resolved} == set(times)
    starts = {each.id: each.start for each in state.bookings.values()}
    late = []
    for each in found.resolved:
        key, wanted = each.before.id, times[each.before.id].instant
        assert each.before == state.bookings[key]
        assert each.after == after.bookings[key]
        assert each.start == wanted
        match each.kind.value:
            case "moved":
                starts[key] = wanted
                assert now <= wanted != each.before.start
                moved = attrs.evolve(each.before, start=wanted, end=wanted + HOUR)
                assert each.after == attrs.evolve(moved, version=each.before.version + 1)
            case "conflict":
                assert wanted != each.before.start
                assert each.refusals
                late.append((key, wanted))
            case _:
                assert wanted == each.before.start
    # What was not asked about is where it was, and at no hour are there more than may be.
    assert {each.id: each.start for each in after.bookings.values()} == starts
    assert all([*starts.values()].count(hour) <= seats for hour in starts.values())
    # Where one stays, its time has passed or others fill the room.
    for key, wanted in late:
        others = [start for other, start in starts.items() if other != key and start == wanted]
        assert wanted < now or len(others) == seats
    if not found.conflicts:
        assert after.re_resolve(times, now=now) is after


# The clock ---------------------------------------------------------------------

NAMES = [name for name in ODD_ZONES if changes(name)]
anywhere = st.tuples(
    st.sampled_from(sorted(ODD_ZONES)),
    st.datetimes(datetime(1950, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC)),
)


@st.composite
def changing(draw):
    """A zone with an instant around a change of its clock."""
    name = draw(st.sampled_from(NAMES))
    change = draw(st.sampled_from(changes(name)))
    return name, datetime.fromtimestamp(60 * (change + draw(st.integers(-120, 120))), UTC)


def shown(instant, name):
    """What the clock of a zone shows: which of two it is says the fold (PEP 495)."""
    return CivilTime(instant.astimezone(ZoneInfo(name)).replace(tzinfo=None), name)


@given(st.one_of(changing(), anywhere))
def test_what_the_clock_shows_at_an_instant_is_that_instant(where):
    name, instant = where

    assert shown(instant, name).instant == instant


@given(changing(), st.sampled_from([0, 30, 60, 120]))
def test_times_are_equal_if_they_are_the_same_instant_of_one_clock(where, apart):
    name, one = where
    other = one + timedelta(minutes=apart)
    times = [shown(one, name), shown(other, name)]

    assert (times[0] == times[1]) is (one == other)
    assert len(set(times)) == len({one, other})


@given(changing())
def test_a_booking_stays_where_its_own_clock_shows_it(where):
    name, start = where
    booking = attrs.evolve(a_booking("B"), start=start, end=start + HOUR)
    state = a_scheduler(bookings=[booking])

    found = state.plan_re_resolve({"B": shown(start, name)}, now=start - 24 * HOUR)

    assert found.plan.is_empty
    assert [each.kind.value for each in found.resolved] == ["unchanged"]

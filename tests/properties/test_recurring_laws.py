"""Recurring series: their starts against a naive walk, their bookings against one at a time, their
edits against a list of what is booked.

The walk goes through the dates one by one and looks at a clock that is only read from UTC to local
time. What edits must keep is invariant 23: what is booked is what the recurrence has, each once, at
its own time or where it was moved to by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given

from bookable import (
    BookableError,
    Booking,
    BookingRefused,
    IdConflictError,
    Interval,
    Scheduler,
    Slot,
    all_of,
)
from bookable.availability.series import SeriesPolicy
from bookable.domain.counting import Counting
from bookable.domain.life import CheckIn
from bookable.domain.ranking import Ranking
from bookable.domain.recurring import Recurrence
from bookable.series_plans import occurrence_id
from bookable.timeline.rule import WEEKDAYS
from tests.properties.wall_clock import ODD_ZONES, changes
from tests.support import strategies as st
from tests.support.builders import (
    HOUR,
    MINUTE,
    NOW,
    US,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    minutes,
)

NINE = datetime(2026, 3, 2, 9)
DAY = timedelta(days=1)

# Expansion -------------------------------------------------------------------


@st.composite
def recurrences(draw):
    """A rule as text with the dates that it wants, its start, zone and the number of days to walk."""
    zone = draw(st.sampled_from([name for name in ODD_ZONES if changes(name)]))
    # Just before a change of the clock, at about the time that it skips or shows twice.
    jump = datetime.fromtimestamp(60 * draw(st.sampled_from(changes(zone))) - 60, ZoneInfo(zone))
    shift = draw(st.sampled_from([-90, -30, 0, 1, 15, 30, 45, 61, 90, 600]))
    start = jump.replace(tzinfo=None, fold=0) + shift * MINUTE - draw(st.integers(0, 40)) * DAY
    step = draw(st.integers(1, 3))
    match draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"])):
        case "DAILY":
            rule, wants = f"FREQ=DAILY;INTERVAL={step}", lambda day: (day - start).days % step == 0
        case "WEEKLY":
            week = start - timedelta(days=start.weekday())
            chosen = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True))
            rule = f"FREQ=WEEKLY;INTERVAL={step};BYDAY={','.join(WEEKDAYS[n] for n in chosen)}"

            def wants(day):
                return day.weekday() in chosen and (day - week).days // 7 % step == 0
        case _:
            date = draw(st.integers(1, 31))
            rule = f"FREQ=MONTHLY;INTERVAL={step};BYMONTHDAY={date}"

            def wants(day):
                months = (day.year - start.year) * 12 + day.month - start.month
                return day.day == date and months % step == 0

    hours = {start.hour}
    if draw(st.booleans()):
        hours.add((start.hour + 1) % 24)
        rule += f";BYHOUR={','.join(map(str, sorted(hours)))}"
    return rule, wants, hours, start, zone


def happens(civil, zone):
    """When a clock first shows a time; where it skips it, with the offset before (RFC 5545)."""
    hours = [civil.replace(tzinfo=UTC) + n * HOUR for n in range(-28, 29)]
    # No clock changes and changes back within an hour.
    offsets = sorted({step.astimezone(zone).utcoffset() for step in hours})
    moments = [(civil - offset).replace(tzinfo=UTC) for offset in offsets]
    exact = [
        each for each in moments if each.astimezone(zone).replace(tzinfo=None, fold=0) == civil
    ]
    if exact:
        return min(exact)
    steps = [civil.replace(tzinfo=UTC) + 15 * n * MINUTE for n in range(-4 * 28, 4 * 28)]
    shown = [step.astimezone(zone).replace(tzinfo=None, fold=0) for step in steps]
    before = next(
        face - step.replace(tzinfo=None)
        for face, later, step in zip(shown, shown[1:], steps, strict=False)
        if face < civil < later and later - face > 15 * MINUTE
    )
    return (civil - before).replace(tzinfo=UTC)


@given(recurrences(), st.data())
def test_starts_are_those_of_a_walk_through_the_dates(drawn, data):
    text, wants, hours, start, name = drawn
    dates = [start + n * DAY for n in range(420) if wants(start + n * DAY)]
    walked = [day.replace(hour=hour) for day in dates for hour in sorted(hours)]
    walked = [day for day in walked if day >= start]
    by_start = {happens(day, ZoneInfo(name)): day for day in walked}
    end = (start + 418 * DAY).replace(tzinfo=UTC)
    window = Interval(start.replace(tzinfo=UTC) - 2 * DAY, end)
    expected = {at: day for at, day in sorted(by_start.items()) if at < end}
    series = Recurrence(text, start, name)
    found = series.starts(within=window)
    assert found == tuple(expected)
    assert all(first < second for first, second in zip(found, found[1:], strict=False))
    # At most one for each time of the rule; each is told by its original start.
    days = series.originals(within=window)
    assert days == tuple(expected.values())
    assert len(set(days)) == len(days) <= len(dates) * len(hours)
    assert tuple(map(series.at, days)) == found
    # A part of the window has what lies in it.
    low, high = sorted(
        data.draw(st.lists(st.integers(0, 419 * 24), min_size=2, max_size=2, unique=True))
    )
    part = Interval(window.start + low * HOUR, window.start + high * HOUR)
    assert series.starts(within=part) == tuple(at for at in found if part.start <= at < part.end)


@given(recurrences(), st.integers(1, 40), st.booleans(), st.data())
def test_cuts_divide_and_subsets_are_kept(drawn, count, by_until, data):
    text, _, _, start, name = drawn
    whole = Recurrence(f"{text};COUNT={count}", start, name)
    every = whole.originals()
    if by_until:
        starts, until = whole.starts(), f"{whole.at(every[-1]):%Y%m%dT%H%M%SZ}"
        whole = Recurrence(f"{text};UNTIL={until}", start, name)
        assert whole.starts()[: len(starts)] == starts
        every = whole.originals()
    cut = data.draw(st.sampled_from(every)) + data.draw(st.sampled_from([0 * DAY, HOUR, DAY]))
    before, after = whole.ending_before(cut), whole.starting_from(cut)
    assert (before.originals() if before else ()) == tuple(day for day in every if day < cut)
    assert (after.originals() if after else ()) == tuple(day for day in every if day >= cut)
    kept = tuple(day for day in every if data.draw(st.booleans()))
    part = whole.only(kept)
    assert (part.originals() if part else ()) == kept


# Booking ---------------------------------------------------------------------


ROOM = a_request()
taken = st.lists(st.tuples(st.integers(0, 8), st.integers(7, 18)), max_size=8, unique=True).map(
    lambda cells: [
        attrs.evolve(
            a_booking(f"T-{day}-{hour}"),
            start=NOW + day * DAY + hour * HOUR,
            end=NOW + day * DAY + (hour + 1) * HOUR,
        )
        for day, hour in cells
    ]
)
series = st.builds(
    lambda count, step, hour, hours: Recurrence(
        f"FREQ=DAILY;INTERVAL={step};COUNT={count};BYHOUR={','.join(map(str, sorted(hours)))}",
        NINE.replace(hour=hour),
        "UTC",
    ),
    st.integers(1, 8),
    st.integers(1, 3),
    st.integers(7, 16),
    st.sets(st.integers(7, 18), min_size=1, max_size=2),
)


@given(taken, series)
def test_every_occurrence_obeys_the_rules_also_beside_its_siblings(bookings, recurrence):
    state = a_scheduler(bookings=bookings)
    found = state.plan_recurring(
        ROOM, recurrence, series_id="S", now=NOW, policy=SeriesPolicy("skip")
    )
    # One by one, each where it finds room.
    alone, booked = state, []
    for day in recurrence.originals():
        key = occurrence_id("S", day)
        try:
            slot = alone.slot(ROOM, start=recurrence.at(day), now=NOW)
            alone = alone.book(slot, booking_id=key, now=NOW)
        except (BookingRefused, BookableError):
            continue
        booked.append(day)
    assert [each.start is not None for each in found.occurrences] == [
        day in booked for day in recurrence.originals()
    ]
    if booked:
        assert found.recurrence.originals() == tuple(booked)
        after = state.apply(found.plan)
        assert after.violations(now=NOW) == ()
        assert {key: (each.start, each.room_ids) for key, each in after.bookings.items()} == {
            key: (each.start, each.room_ids) for key, each in alone.bookings.items()
        }


# Edits -----------------------------------------------------------------------


class Host:
    """Who keeps the recurrences of a state's series, as a backend would, and what was moved."""

    def __init__(self, state: Scheduler, recurrence: Recurrence) -> None:
        self.state, self.now = state, NOW
        self.kept: dict[str, Recurrence | None] = {"S": recurrence}
        self.moved: dict[str, datetime] = {}
        self.seen = {key: each.version for key, each in state.bookings.items()}
        self.number = 0

    def check(self) -> None:
        """Invariant 23, and that nothing is lost."""
        assert self.state.violations(now=self.now) == ()
        for series_id, recurrence in self.kept.items():
            members = [each for each in self.state.bookings.values() if each.series_id == series_id]
            live = [each for each in members if each.status.value != "cancelled"]
            days = sorted(each.original_start for each in live)
            assert days == sorted(recurrence.originals() if recurrence else ())
            for each in live:
                own = self.moved.get(each.id)
                assert each.start == (recurrence.at(each.original_start) if own is None else own)
        for key, version in self.seen.items():
            assert self.state.bookings[key].version >= version
        self.seen = {key: each.version for key, each in self.state.bookings.items()}

    def step(self, draw) -> None:
        names = sorted(key for key, each in self.kept.items() if each is not None)
        if not names:
            return
        series_id = draw(st.sampled_from(names))
        days = self.kept[series_id].originals()
        day = draw(st.sampled_from(days))
        what = draw(st.sampled_from(["move", "cancel", "end", "following", "all", "wait"]))
        before, copy = self.state, dict(self.state.bookings)
        try:
            getattr(self, what)(series_id, day, draw)
        except BookableError:
            assert self.state is before
        assert dict(before.bookings) == copy

    def booking(self, series_id, day):
        return next(
            each
            for each in self.state.occurrences(series_id)
            if each.original_start == day and each.status.value != "cancelled"
        )

    def move(self, series_id, day, draw):
        key = self.booking(series_id, day).id
        start = self.now + draw(st.integers(1, 240)) * HOUR
        slot = self.state.slot(ROOM, start=start, now=self.now, ignoring=[key])
        self.state = self.state.reschedule(key, to=slot, now=self.now)
        self.moved[key] = start

    def cancel(self, series_id, day, draw):
        self.state = self.state.cancel(self.booking(series_id, day).id, now=self.now)
        self.kept[series_id] = self.state.recurrence_of(series_id, self.kept[series_id])

    def end(self, series_id, day, draw):
        after = self.state.cancel_series(series_id, now=self.now, following=day)
        self.only_ahead(after)
        self.state = after
        self.kept[series_id] = self.state.recurrence_of(series_id, self.kept[series_id])

    def following(self, series_id, day, draw):
        self.change(series_id, draw, day)

    def all(self, series_id, day, draw):
        self.change(series_id, draw, None)

    def change(self, series_id, draw, following):
        self.number += 1
        to = draw(series)
        if following is not None:
            to = attrs.evolve(to, start=datetime.combine(following, to.start.time()))
        new_id = draw(st.sampled_from([None, f"S-{self.number}"]))
        edit = self.state.plan_change_series(
            series_id,
            self.kept[series_id],
            to=to,
            request=ROOM,
            now=self.now,
            following=following,
            new_series_id=new_id,
        )
        ahead = {
            each.id
            for each in self.state.occurrences(series_id)
            if each.start > self.now
            and each.status.value == "confirmed"
            and (following is None or each.original_start >= following)
        }
        after = self.state.apply(edit.plan)
        # As many as can keep their ids: no occurrence is new while one that was ahead is cancelled
        # on a date of its own.
        assert ahead <= {
            each.id
            for each in after.bookings.values()
            if each.series_id == edit.series_id or each.status.value == "cancelled"
        }
        self.only_ahead(after)
        self.state = after
        self.kept[series_id], self.kept[edit.series_id] = edit.ended, edit.recurrence

    def only_ahead(self, after):
        """Whatever has begun is left alone, and nothing is put where it would have begun."""
        for key, each in after.bookings.items():
            assert each == self.state.bookings.get(key) or each.start > self.now

    def wait(self, series_id, day, draw):
        self.now += draw(st.integers(1, 40)) * HOUR


@given(taken, series, st.data())
def test_edits_leave_no_orphan_and_no_twin(bookings, recurrence, data):
    state = a_scheduler(bookings=bookings)
    try:
        found = state.plan_recurring(
            ROOM, recurrence, series_id="S", now=NOW, policy=SeriesPolicy("next_free")
        )
    except BookableError:
        return
    if not found.is_accepted:
        return
    host = Host(state.apply(found.plan), found.recurrence)
    for each in found.occurrences:
        if each.start is not None and each.start != each.asked:
            host.moved[each.booking_id] = each.start
    host.check()
    for _ in range(data.draw(st.integers(2, 9))):
        host.step(data.draw)
        host.check()


others = st.lists(
    st.tuples(
        st.sampled_from(["ada", "bob", "east", "west", "table"]),
        st.sampled_from([0, 7, 14]),
        st.integers(8, 14),
    ),
    max_size=8,
    unique=True,
)


FAIR = Ranking.equal_distribution(counting=Counting(["confirmed", "cancelled"]))


def a_studio(places):
    """Two hosts, a room in each of two houses, a table and a guest; taken here and there."""
    fields = {"ada": "host_ids", "bob": "host_ids", "east": "room_ids", "west": "room_ids"}
    taken = [
        Booking(
            f"T-{number}",
            NOW + day * DAY + hour * HOUR,
            NOW + day * DAY + (hour + 1) * HOUR,
            **({fields[key]: [key]} if key in fields else {"equipment": {key: 1}}),
        )
        for number, (key, day, hour) in enumerate(places)
    ]
    return a_scheduler(
        a_calendar("yoga", kind="service", member_ids=["ada", "bob"], ranking=FAIR),
        *(a_member(key) for key in ("ada", "bob", "eve")),
        a_room("east", 2, location_id="east", calendar_ids=["yoga"], max_concurrent=1),
        a_room("west", 2, location_id="west", calendar_ids=["yoga"], max_concurrent=1),
        an_item("table", 1, calendar_ids=["yoga"]),
        bookings=taken,
    )


def outcome(decide):
    """What a booking became, the series aside, or why it did not."""
    try:
        return [attrs.evolve(each, series_id=None, original_start=None) for each in decide()]
    except BookingRefused as error:
        return error.refusals


@given(others, st.booleans(), st.data())
def test_one_occurrence_moves_in_its_series_as_it_moves_alone(places, keep_hosts, data):
    state, draw = a_studio(places), data.draw
    wishes = {"location_id": draw(st.sampled_from([None, "east", "west"]))}
    wishes |= draw(st.sampled_from([{}, {"attendee_ids": ["eve"]}, {"host_ids": ["bob"]}]))
    wishes |= draw(st.sampled_from([{}, {"tags": ["trial"]}]))
    weekly = Recurrence("FREQ=WEEKLY;COUNT=3", NINE, "UTC")
    found = state.plan_recurring(
        state.request("yoga", **wishes),
        weekly,
        series_id="S",
        now=NOW,
        policy=SeriesPolicy("skip"),
        customer_id=draw(st.sampled_from([None, "cem"])),
    )
    if not found.is_accepted:
        return
    state, last = state.apply(found.plan), found.recurrence.originals()[-1]
    key, hour = occurrence_id("S", last), draw(st.integers(8, 14))
    gone = draw(st.sampled_from([None, *(each for each in state.bookings if each[0] == "T")]))
    if gone is not None:
        state = state.cancel(gone, now=NOW)
    to, request = Recurrence(None, last.replace(hour=hour), "UTC"), state.request("yoga")
    slot = Slot(request, to.starts()[0], None)
    alone = outcome(
        lambda: (
            state.plan_reschedule(key, to=slot, now=NOW, keep_hosts=keep_hosts).bookings_after
            or [state.bookings[key]]
        )
    )
    within = outcome(
        lambda: [
            state.apply(
                state.plan_change_series(
                    "S",
                    found.recurrence,
                    to=to,
                    request=request,
                    now=NOW,
                    following=last,
                    new_series_id="N" if len(found.recurrence.originals()) > 1 else None,
                    keep_hosts=keep_hosts,
                ).plan
            ).bookings[key]
        ]
    )
    if last.hour == hour and isinstance(alone, list) and alone[0].version == 1:
        # It moved nowhere, into a series of its own.
        alone = [attrs.evolve(alone[0], version=within[0].version)]
    assert within == alone


# Told twice --------------------------------------------------------------------


EVENTS = ("cancel", "reschedule", "confirm", "reassign", "check_in", "complete", "block", "repair")


def after_event(state, event, key, hour):
    """The state after something happened to a booking; as it was, where that may not happen."""
    start = state.bookings[key].start
    try:
        match event:
            case "cancel" | "confirm" | "reassign":
                return getattr(state, event)(key, now=NOW)
            case "check_in" | "complete":
                return getattr(state, event)(key, at=start)
            case "block":
                return state.block("west", Interval(start, start + HOUR), block_id=f"K-{key}")
            case "repair":
                return state.repair(now=NOW)
            case _:
                request = state.request("yoga", party_size=1 + hour % 2)
                to = Slot(request, start + (hour - start.hour) * HOUR, None)
                return state.reschedule(key, to=to, now=NOW)
    except BookableError:
        return state


happenings = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.integers(0, 2), st.integers(8, 14)), max_size=6
)


@given(others, happenings, st.sampled_from([None, "cem"]), st.booleans())
def test_a_series_booked_twice_is_booked_once_whatever_became_of_it(places, told, customer, some):
    state = a_studio(places)
    weekly = Recurrence("FREQ=WEEKLY;COUNT=3", NINE, "UTC")
    request = state.request("yoga", tags=["trial"] if some else [])
    terms = {"series_id": "S", "now": NOW, "policy": SeriesPolicy("skip")}
    try:
        state = state.book_recurring(request, weekly, **terms, customer_id=customer)
    except BookingRefused:
        return
    ids = [each.id for each in state.occurrences("S")]
    for event, which, hour in told:
        state = after_event(state, event, ids[which % len(ids)], hour)

    again = state.plan_recurring(request, weekly, **terms, customer_id=customer)
    assert again.is_accepted
    assert again.plan.is_empty
    assert again.recurrence == state.recurrence_of("S", weekly)
    later = Recurrence("FREQ=WEEKLY;COUNT=3", NINE + HOUR, "UTC")
    for asked, recurrence, name in (
        (request, weekly, "dan"),
        (state.request("yoga", tags=["other"]), weekly, customer),
        (request, later, customer),
        (a_request(all_of("east")), weekly, customer),
    ):
        with pytest.raises(IdConflictError):
            state.book_recurring(asked, recurrence, **terms, customer_id=name)


# Misses ----------------------------------------------------------------------


@given(st.integers(1, 4), st.lists(st.sampled_from("cm."), max_size=8), st.integers(0, 9 * 24))
def test_a_series_is_dropped_after_so_many_misses_in_a_row(most, history, hours):
    """``c``: somebody comes; ``.``: nobody does; ``m``: nobody does, and somebody writes it down."""
    policy = CheckIn(grace=minutes(10), most_missed=most)
    recurrence = Recurrence("FREQ=DAILY;COUNT=9", NINE, "UTC")
    state = a_scheduler(a_room(check_in=policy)).book_recurring(
        ROOM, recurrence, series_id="S", now=NOW
    )
    now = NOW + hours * HOUR
    row = 0
    for number in range(9):
        start = recurrence.at(NINE + number * DAY)
        what = history[number] if number < len(history) else "."
        key = occurrence_id("S", NINE + number * DAY)
        if what == "c" and start <= now:
            state, row = state.check_in(key, at=start), 0
        elif start + 10 * MINUTE <= now:
            row += 1
            if what == "m":
                state = state.mark_no_show(key, at=start + 10 * MINUTE)
    plan = state.plan_drop_series("S", now=now)
    ahead = tuple(each for each in state.occurrences("S", now=now) if each.start > now)
    assert plan.bookings_before == (ahead if row >= most else ())
    # A job that never ran changes no answer.
    swept = state.swept(now=now - US) if now > NOW else state
    assert swept.plan_drop_series("S", now=now) == plan
    after = state.apply(plan)
    assert {each.status.value for each in after.occurrences("S", now=now) if each.start > now} <= {
        "cancelled" if row >= most else "confirmed"
    }

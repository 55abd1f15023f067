"""Whatever is passed to a public call: an answer or a typed error, and the state as it was."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from bookable import (
    Absence,
    AddOn,
    AlignedHour,
    Block,
    BookableError,
    Booking,
    BookingPolicy,
    Buffers,
    Calendar,
    Catalogue,
    Chain,
    Epoch,
    FixedStarts,
    FrozenMap,
    Interval,
    IntervalSet,
    LastDate,
    Limit,
    Listing,
    LocalMidnight,
    Member,
    Months,
    Optimised,
    Place,
    Plan,
    Ranking,
    Request,
    Requirement,
    RollingDays,
    Room,
    Scheduler,
    Segment,
    SeriesPolicy,
    Settings,
    Variant,
    WeeklyHours,
    Where,
    WindowStart,
    WorkingDays,
    WorkingTime,
)
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, US, WHOLE_DAY, at
from tests.support.calls import a_state, calls, values

STATE = a_state()
CALLS = calls(STATE)
VALUES = values()
KEPT = pickle.dumps(STATE)


class OddText(str):
    """Text that equals everything and has no hash."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = None


class Hostile:
    """Fails whatever is asked of it."""

    def __getattr__(self, name):
        raise RuntimeError(name)

    def __repr__(self):
        raise RuntimeError

    __eq__ = __hash__ = None


MOMENTS = [
    at("09:00"),
    at("09:00") + US,
    datetime(2026, 3, 2, 9),
    datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime(100, 1, 1, tzinfo=UTC),
    datetime(9899, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(seconds=1))),
]
AGES = Interval(datetime(100, 1, 1, tzinfo=UTC), datetime(9899, 1, 1, tzinfo=UTC))
OUR_OWN = [
    WHOLE_DAY,
    Interval(NOW, NOW + US),
    AGES,
    IntervalSet(),
    STATE,
    STATE.catalogue,
    Catalogue(),
    Room("blue room", 1),
    Member("eve"),
    Calendar("new", HOUR),
    Requirement(["ada"]),
    Request(HOUR, [Requirement(["nobody"])]),
    Request(HOUR, [Requirement(["table"], units=1_000_000)]),
    Request(3660 * 24 * HOUR, [Requirement(["ada"])], buffer_before=3660 * 24 * HOUR),
    Request(US, [Requirement(["ada", "blue room"], count=9)], slot_step=US),
    Booking("B-1", at("09:00"), at("10:00"), room_ids=["gone"]),
    Block("K-1", "ada", WHOLE_DAY),
    Buffers(HOUR, HOUR),
    Limit(1, "day"),
    Limit(HOUR, "week", per=["host"]),
    Ranking(weights={"ada": 0}, strict=True),
    BookingPolicy(otherwise="deny"),
    Listing(look_busy=100, shortest_window=3660 * 24 * HOUR),
    Place("berlin", parent_id="nowhere"),
    Settings(schedules={"office": WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")}),
    Absence(AGES, delegate_id="ada"),
    Variant("long", 3660 * 24 * HOUR),
    AddOn("oil", 3660 * 24 * HOUR, [Requirement(["nobody"])]),
    Where("inches", ">=", 50),
    Requirement(kind="room", features=["gold"], per_attendees=1),
    Chain([Segment(Request(HOUR, [Requirement(["ada"])]))]),
    SeriesPolicy("next_free", within=3660 * 24 * HOUR),
    Months(120),
    WorkingTime(3660 * 24 * HOUR),
    WorkingDays(3660),
    LastDate(3660),
    RollingDays(366),
    AlignedHour(US),
    Optimised(HOUR),
    WindowStart(US),
    CALLS["book_chain"]["chain_slot"],
    Plan("x"),
    Plan("x", bookings_after=[Booking("B-1", NOW, NOW + US, host_ids=["x"])]),
    Plan("x", rests_on=FrozenMap({"x": 3})),
    CALLS["book"]["slot"],
    CALLS["reschedule"]["to"],
    Epoch(US),
    LocalMidnight("Europe/Berlin", step=US),
    FixedStarts([]),
    WeeklyHours.parse("Mo-Su 00:00-24:00", zone="Pacific/Apia"),
]
DURATIONS = [timedelta(0), US, -US, HOUR, timedelta.max, timedelta.min, timedelta(days=3660)]
TEXTS = ["", "ada", "B-1", "K-1", "massage", "blue room", "x" * 200, "a\0", "\ud800", "e\u0301"]
NUMBERS = [0, 1, -1, 5, 10**6, 10**19, 10**5000, True, 1.0, float("nan"), float("inf"), Decimal(1)]
SINGLE = [
    None,
    *MOMENTS,
    *OUR_OWN,
    *DURATIONS,
    *TEXTS,
    *NUMBERS,
    OddText("ada"),
    date(2026, 3, 2),
    time(9),
    UTC,
    ZoneInfo("Europe/Berlin"),
    b"ada",
    object(),
    type,
    len,
    Hostile(),
    range(3),
]


ASKED_BY_ID = [
    "get",
    "room",
    "equipment_item",
    "member",
    "calendar",
    "resource",
    "rooms_of",
    "equipment_of",
    "calendar_or_none",
    "settled",
    "settled_calendar",
    "settled_resource",
    "stamp",
    "with_settings",
    "add",
    "replace",
    "remove",
    "__contains__",
]


ANYTHING = st.sampled_from(SINGLE)
LISTS = st.lists(ANYTHING, max_size=3)
KEYS = st.sampled_from([*TEXTS, None, 3, ("berlin", "park"), ("berlin", 3), b"ada"])
HOSTILE = ANYTHING | LISTS | LISTS.map(tuple) | st.dictionaries(KEYS, ANYTHING, max_size=3)


@st.composite
def spoilt(draw, given_arguments):
    """The good arguments, with some of them spoilt."""
    spoil = draw(st.sets(st.sampled_from(sorted(given_arguments)), min_size=1, max_size=3))
    return {**given_arguments, **{key: draw(HOSTILE) for key in spoil}}


@pytest.mark.parametrize("name", CALLS)
@given(data=st.data())
def test_a_call_answers_or_raises_a_typed_error(name, data):
    arguments = data.draw(spoilt(CALLS[name]))
    commands = arguments.get("commands")
    if isinstance(commands, list | tuple) and any(each is len for each in commands):
        return  # what a caller's own function raises is the caller's own error

    try:
        result = getattr(STATE, name)(**arguments)
    except BookableError as error:
        assert str(error)
        assert isinstance(error.code, str)
    else:
        assert result is not None or name in {"first_slot", "why_empty"}
        if isinstance(result, Scheduler):
            result.check()
    assert pickle.dumps(STATE) == KEPT


@pytest.mark.parametrize("kind", VALUES)
@given(data=st.data())
def test_a_value_is_built_or_refused_by_a_typed_error(kind, data):
    arguments = data.draw(spoilt(VALUES[kind]))

    try:
        value = kind(**arguments)
    except BookableError as error:
        assert str(error)
    else:
        assert hash(value) == hash(kind(**arguments))
        assert value == kind(**arguments)
        assert repr(value)


@given(data=st.data())
def test_a_catalogue_answers_or_raises_a_typed_error(data):
    catalogue = STATE.catalogue
    name = data.draw(st.sampled_from(ASKED_BY_ID))

    try:
        getattr(catalogue, name)(data.draw(HOSTILE))
    except BookableError as error:
        assert str(error)
    assert pickle.dumps(STATE) == KEPT

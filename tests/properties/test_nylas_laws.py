"""Nylas: bodies lose nothing, and what is answered is what the words of its documents mean."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta

from hypothesis import given

from bookable import Block, Booking, BusyTime, CodecError, FreeBusy, Interval, Window
from bookable.codecs.nylas import (
    AvailabilityAnswer,
    AvailabilityQuery,
    AvailabilityRules,
    FreeBusyQuery,
    Method,
    OpenHours,
    Participant,
    SpecificTime,
    TimeSlot,
    answer_availability,
    opening_hours,
    read_answer,
    read_free_busy,
    read_free_busy_query,
    read_query,
    write_answer,
    write_free_busy,
    write_free_busy_query,
    write_query,
)
from tests.support import strategies as st
from tests.support.builders import DAY, NOW, a_member, a_scheduler, at, minutes
from tests.support.file_strategies import perhaps, zones
from tests.support.spoiled import broken, plain_data

PEOPLE = ["ada@example.com", "grace@example.com", "linus@example.com"]
dates = st.integers(-1, 8).map(lambda number: date(2026, 3, 2) + number * DAY)


@st.composite
def windows(draw) -> Window:
    """A window of one day, in whole minutes."""
    first = draw(st.integers(0, 1_438))
    last = draw(st.one_of(st.integers(first + 1, 1_438 + 2), st.just(1_440)))
    return Window(time(first // 60, first % 60), time(last // 60 % 24, last % 60))


blocks = st.builds(
    OpenHours,
    st.lists(st.integers(0, 6), max_size=4),
    zones,
    windows(),
    st.lists(dates, max_size=2),
)
singles = st.builds(SpecificTime, dates, zones, perhaps(windows()))
few_blocks = perhaps(st.lists(blocks, max_size=2))


@st.composite
def participants(draw) -> list[Participant]:
    names = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True))
    return [
        Participant(
            each,
            draw(st.lists(st.sampled_from(["primary", "work"]), max_size=2, unique=True)),
            draw(few_blocks),
            draw(st.lists(singles, max_size=2)),
            draw(st.booleans()),
        )
        for each in names
    ]


rules = st.builds(
    AvailabilityRules,
    st.sampled_from(Method),
    st.integers(0, 24).map(lambda number: number * 5),
    st.integers(0, 24).map(lambda number: number * 5),
    few_blocks,
    st.sampled_from([None, "group"]),
    st.booleans(),
)


@st.composite
def queries(draw) -> AvailabilityQuery:
    start = NOW + draw(st.integers(0, 300)) * minutes(5)
    return AvailabilityQuery(
        start,
        start + draw(st.integers(1, 600)) * minutes(5),
        draw(st.integers(1, 30)) * 5,
        draw(participants()),
        draw(perhaps(st.integers(1, 30).map(lambda number: number * 5))),
        draw(st.integers(1, 12)) * 5,
        draw(rules),
    )


@given(queries())
def test_a_query_is_the_same_after_a_journey(query) -> None:
    body = write_query(query)

    assert read_query(json.loads(json.dumps(body))) == query
    assert write_query(read_query(body)) == body


seconds = st.integers(0, 2**33).map(lambda at_: datetime.fromtimestamp(at_, NOW.tzinfo))
lengths = st.integers(1, 10**6).map(lambda length: timedelta(seconds=length))
slots = st.builds(
    lambda start, length, emails: TimeSlot(start, start + length, emails),
    seconds,
    lengths,
    st.lists(st.sampled_from(PEOPLE), unique=True),
)
answers = st.builds(
    AvailabilityAnswer,
    st.lists(slots, max_size=4),
    st.lists(st.sampled_from(PEOPLE), unique=True),
)


@given(answers, st.sampled_from([None, "5fa64c92"]))
def test_an_answer_is_the_same_after_a_journey(answer, request_id) -> None:
    body = write_answer(answer, request_id=request_id)

    assert read_answer(json.loads(json.dumps(body))) == answer
    assert write_answer(read_answer(body), request_id=request_id) == body


asked = st.builds(
    lambda start, days, emails, tentative: FreeBusyQuery(
        start, start + days * DAY, emails, tentative
    ),
    seconds,
    st.integers(1, 93),
    st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True),
    st.booleans(),
)


@given(asked)
def test_a_free_busy_query_is_the_same_after_a_journey(query) -> None:
    body = write_free_busy_query(query)

    assert read_free_busy_query(json.loads(json.dumps(body))) == query
    assert write_free_busy_query(read_free_busy_query(body)) == body


@st.composite
def told(draw) -> FreeBusy:
    """Who is busy when, in whole seconds, and who could not be read."""
    window = Interval(NOW, NOW + DAY)
    names = draw(st.lists(st.sampled_from(PEOPLE), unique=True))
    found, unknown = {}, {}
    for each in names:
        if draw(st.booleans()):
            unknown[each] = draw(st.sampled_from(["", "Unable to resolve it."]))
            continue
        pairs = draw(st.lists(st.tuples(st.integers(0, 96), st.integers(1, 8)), max_size=4))
        found[each] = [
            BusyTime(Interval(NOW + a * minutes(15), NOW + (a + b) * minutes(15))) for a, b in pairs
        ]
    return FreeBusy(window, found, unknown)


@given(told())
def test_free_and_busy_time_is_the_same_after_a_journey(free_busy) -> None:
    body = write_free_busy(free_busy)

    assert read_free_busy(json.loads(json.dumps(body)), within=free_busy.within) == free_busy
    assert write_free_busy(read_free_busy(body, within=free_busy.within)) == body


# Hours, by the words of the documents ----------------------------------------------


def is_open(moment, weekly, dates_, *, only_dates) -> bool:
    """Whether the minute that begins then is open, judged by the clocks of each zone."""
    replaced = {each.date for each in dates_}
    for each in dates_:
        clock = moment.astimezone(each.zone)
        if each.window is not None and clock.date() == each.date and lies_in(clock, each.window):
            return True
    if only_dates:
        return False
    for block in weekly:
        clock = moment.astimezone(block.zone)
        if (
            clock.isoweekday() % 7 in block.days
            and clock.date() not in replaced
            and clock.date() not in block.exdates
            and lies_in(clock, block.window)
        ):
            return True
    return False


def lies_in(clock: datetime, window: Window) -> bool:
    now = clock.hour * 60 + clock.minute
    last = window.closes.hour * 60 + window.closes.minute or 1_440
    return window.opens.hour * 60 + window.opens.minute <= now < last


@given(st.lists(blocks, max_size=2), st.lists(singles, max_size=2), st.booleans())
def test_hours_are_those_that_clocks_show(weekly, single, only_dates) -> None:
    hours = opening_hours(weekly, single, only_dates=only_dates)

    # Two days in March on which no clock of these zones changes.
    for number in range(0, 2 * 1_440, 7):
        moment = NOW + number * minutes(1)
        found = bool(hours.open_within(Interval(moment, moment + minutes(1))))
        assert found == is_open(moment, weekly, single, only_dates=only_dates)


# Answers, by the words of the documents --------------------------------------------

taken = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.integers(0, 280), st.integers(1, 40), st.booleans()),
    max_size=6,
)


def a_team(meetings):
    """Everybody always works; they have these meetings, booked or told from elsewhere."""
    bookings, told_ = [], []
    last = dict.fromkeys(PEOPLE, -1)
    for number, (who, earliest, length, is_booked) in enumerate(sorted(meetings)):
        first = max(earliest, last[who])
        last[who] = first + length
        begin, end = at("00:00") + first * minutes(5), at("00:00") + last[who] * minutes(5)
        if is_booked:
            bookings.append(Booking(f"B-{number}", begin, end, host_ids=[who]))
        else:
            told_.append(Block(f"K-{number}", who, Interval(begin, end)))
    state = a_scheduler(*[a_member(each) for each in PEOPLE], bookings=bookings, blocks=told_)
    busy = [(each.host_ids[0], each.start, each.end) for each in bookings]
    busy += [(each.resource_id, each.interval.start, each.interval.end) for each in told_]
    return state, busy


@given(
    taken,
    st.sampled_from(Method),
    st.tuples(*[st.integers(0, 4).map(lambda number: number * 15)] * 2),
    st.tuples(st.integers(0, 200), st.integers(1, 80)),
    st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12)),
)
def test_a_slot_is_where_no_meeting_with_its_buffers_is(
    meetings, method, buffers, window, lengths_
) -> None:
    state, busy = a_team(meetings)
    start, (duration, interval, unit) = NOW + window[0] * minutes(5), [n * 5 for n in lengths_]
    end = start + window[1] * minutes(5)
    people = [Participant(each) for each in PEOPLE[:2]]
    query = AvailabilityQuery(
        start, end, duration, people, interval, unit, AvailabilityRules(method, *buffers)
    )

    found = answer_availability(query, state, now=NOW - DAY)

    before, after = (minutes(each) for each in buffers)
    expected, moment = {}, start
    while moment + minutes(duration) <= end:
        since = int(moment.timestamp()) // 60
        begin = moment + minutes(-since % unit)
        until = begin + minutes(duration)
        free = tuple(
            each.email
            for each in people
            if all(
                who != each.email or until <= first - before or last + after <= begin
                for who, first, last in busy
            )
        )
        enough = len(free) == len(people) if method is Method.COLLECTIVE else free
        if enough and until <= end:
            expected[begin] = free
        moment += minutes(interval)
    assert {each.start_time: each.emails for each in found.time_slots} == expected
    assert sorted(found.order) == ([] if method is Method.COLLECTIVE else PEOPLE[:2])


# Clients --------------------------------------------------------------------------

KEYS = ["start_time", "end_time", "participants", "email", "open_hours", "days", "start", "end"]


@given(broken(queries().map(write_query), plain_data(KEYS)))
def test_a_query_is_read_or_refused_with_a_path(body) -> None:
    try:
        read_query(body)
    except CodecError as error:
        assert error.path.startswith("$")


@given(broken(answers.map(write_answer), plain_data(["data", "time_slots", "emails"])))
def test_an_answer_is_read_or_refused_with_a_path(body) -> None:
    try:
        read_answer(body)
    except CodecError as error:
        assert error.path.startswith("$")


@given(broken(told().map(write_free_busy), plain_data(["data", "email", "object"])))
def test_a_free_busy_answer_is_read_or_refused_with_a_path(body) -> None:
    try:
        read_free_busy(body, within=Interval(NOW, NOW + DAY))
    except CodecError as error:
        assert error.path.startswith("$")


@given(broken(asked.map(write_free_busy_query), plain_data(["emails", "end_time"])))
def test_a_free_busy_query_is_read_or_refused_with_a_path(body) -> None:
    try:
        read_free_busy_query(body)
    except CodecError as error:
        assert error.path.startswith("$")

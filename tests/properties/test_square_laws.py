"""Square: bodies lose nothing, no client can break it, and what is listed is what could be booked."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given

from bookable import BookableError, Booking, CodecError
from bookable.codecs.square import (
    AppointmentSegment,
    Availability,
    AvailabilitySearch,
    SearchAnswer,
    SegmentFilter,
    SquareError,
    answer_search,
    read_answer,
    read_search,
    respond,
    write_answer,
    write_search,
)
from tests.support import strategies as st
from tests.support.builders import (
    DAY,
    NOW,
    OFFICE,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    at,
    minutes,
)
from tests.support.file_strategies import instants, perhaps
from tests.support.spoiled import broken, plain_data

services = st.sampled_from(["cut", "cut/long", "dye", "nobody"])
people = st.lists(st.sampled_from(["ada", "grace", "linus"]), max_size=3, unique=True)
filters = st.builds(SegmentFilter, services, perhaps(people), perhaps(people), perhaps(people))


@st.composite
def searches(draw) -> AvailabilitySearch:
    start = draw(st.integers(0, 5)) * minutes(15) + NOW
    length = draw(st.sampled_from([DAY, DAY + minutes(1), 2 * DAY, 32 * DAY]))
    if draw(st.integers(0, 4)) == 0:
        return AvailabilitySearch(start, start + length, booking_id=draw(st.sampled_from("BCD")))
    segments = draw(st.lists(filters, min_size=1, max_size=3))
    return AvailabilitySearch(start, start + length, segments, draw(st.sampled_from([None, "L"])))


@given(searches())
def test_a_search_is_the_same_after_a_journey(search) -> None:
    body = write_search(search)

    assert read_search(json.loads(json.dumps(body))) == search
    assert write_search(read_search(body)) == body


parts = st.builds(
    AppointmentSegment,
    st.integers(0, 1_500),
    st.sampled_from(["ada", "TMXUrsBWWcHTt79t"]),
    perhaps(services),
    perhaps(st.integers(0, 2**63 - 1)),
    perhaps(st.integers(0, 1_500)),
    perhaps(st.booleans()),
    people,
)
availabilities = st.builds(
    Availability, instants, st.lists(parts, max_size=3), perhaps(st.just("LEQHH0YY8B42M"))
)
some_words, perhaps_words = st.text("A_z ", max_size=4), perhaps(st.text("a.", max_size=3))
errors = st.builds(SquareError, some_words, some_words, perhaps_words, perhaps_words)
answers = st.builds(
    SearchAnswer, st.lists(availabilities, max_size=3), st.lists(errors, max_size=2)
)


@given(answers)
def test_an_answer_is_the_same_after_a_journey(answer) -> None:
    body = write_answer(answer)

    assert read_answer(json.loads(json.dumps(body))) == answer
    assert write_answer(read_answer(body)) == body


# What is listed -------------------------------------------------------------------

busy = st.lists(
    st.tuples(st.sampled_from(["ada", "grace"]), st.integers(0, 30), st.integers(1, 6)), max_size=5
)


def a_salon(taken=(), **fields):
    """Two who cut, one of whom dyes as well; busy at these quarters of the day."""
    bookings = [
        Booking(
            "BCDEF"[number],
            at("09:00") + first * minutes(15),
            at("09:00") + (first + length) * minutes(15),
            host_ids=[who],
            calendar_id=None if number else "cut",
        )
        for number, (who, first, length) in enumerate(taken)
    ]
    return a_scheduler(
        a_calendar(
            "cut", minutes(60), member_ids=["ada", "grace"], slot_step=minutes(30), **fields
        ),
        a_calendar("dye", minutes(45), member_ids=["grace"], slot_step=minutes(15)),
        a_member("ada", hours=OFFICE),
        a_member("grace", hours=OFFICE),
        a_room("chair", 2, calendar_ids=["cut"]),
        bookings=bookings,
    )


def search_of(*names):
    return AvailabilitySearch(NOW, NOW + DAY, [SegmentFilter(each) for each in names])


@given(busy)
def test_every_start_of_the_grid_is_listed_once_with_who_would_serve(taken) -> None:
    state = a_salon(taken)
    slots = list(state.free_slots(state.request("cut"), within=search_of("cut").within, now=NOW))

    found = answer_search(search_of("cut"), state, now=NOW).availabilities

    assert [each.start_at for each in found] == [each.start for each in slots]
    for each, slot in zip(found, slots, strict=True):
        (part,) = each.segments
        after = state.book(slot, booking_id="new", now=NOW)
        assert after.booking("new").host_ids == (part.team_member_id,)
        assert after.booking("new").room_ids == part.resource_ids


@given(busy)
def test_segments_follow_each_other_and_nobody_is_in_two_places(taken) -> None:
    state = a_salon(taken, buffer_after=minutes(15))
    host_of = {each: state.bookings[each].host_ids[0] for each in state.bookings}

    for each in answer_search(search_of("cut", "dye"), state, now=NOW).availabilities:
        first, second = each.segments
        assert second.team_member_id == "grace"
        start = each.start_at
        end = start + minutes(first.duration_minutes)
        follows = end + minutes(first.intermission_minutes or 0)
        assert timedelta(0) <= follows - end <= minutes(15)
        if first.team_member_id == "grace":
            assert follows - end == minutes(15)
        for part, begins in ((first, start), (second, follows)):
            ends = begins + minutes(part.duration_minutes)
            for key, host in host_of.items():
                other = state.bookings[key]
                if host == part.team_member_id:
                    assert ends <= other.start or other.end <= begins


# Clients --------------------------------------------------------------------------

KEYS = [
    *("query", "filter", "start_at_range", "start_at", "end_at", "location_id", "booking_id"),
    *("segment_filters", "service_variation_id", "team_member_id_filter", "any", "all", "none"),
]
good = searches().map(write_search)
sent = st.one_of(
    good,
    broken(good, plain_data(KEYS)),
    plain_data(KEYS),
    st.binary(max_size=12),
    st.text(max_size=9),
)


@given(sent, busy)
def test_no_client_can_break_it(body, taken) -> None:
    state = a_salon(taken)

    status, answer = respond(body, state, now=NOW)

    json.dumps(answer).encode()
    assert status in {200, 400, 404}
    found = read_answer(json.loads(json.dumps(answer)))
    assert (status == 200) == (not found.errors)
    assert write_answer(found) == answer


@given(broken(answers.map(write_answer), plain_data(["start_at", "team_member_id"])))
def test_an_answer_is_read_or_refused_with_a_path(body) -> None:
    try:
        read_answer(body)
    except CodecError as error:
        assert error.path.startswith("$")


@given(searches(), busy)
def test_a_search_is_answered_or_refused_by_an_error_of_this_package(search, taken) -> None:
    try:
        answer_search(search, a_salon(taken), now=NOW)
    except BookableError as error:
        assert str(error)

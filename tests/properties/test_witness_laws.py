"""What a refusal names checks out: each booking takes part of what is named, in the time that is named."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from hypothesis import given

from bookable import Booking, BookingRefused, Buffers, Refusal, RefusalCode, Request, Scheduler
from bookable.codecs.certificates import refusal_certificate
from bookable.verify import verify
from tests.properties import deciding
from tests.properties.lives import asked_of, crowded, lives, moments
from tests.properties.small_worlds import HOURS_OF_DAY, asked
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, a_class, a_member, a_room, a_scheduler, at

HALVES = [at(f"{hour:02}:{minute}") for hour in range(8, 13) for minute in ("00", "30")]


@st.composite
def beside_sessions(draw) -> tuple[Scheduler, Request, datetime]:
    """A class whose rooms have neighbours that nobody checked, and who would join or come between."""
    lengths, rooms = st.sampled_from([0 * HOUR, HOUR / 2, HOUR]), ["attic", "cellar"]
    studio = a_room(
        "attic",
        draw(st.integers(1, 4)),
        max_concurrent=draw(st.sampled_from([None, None, 1, 2])),
        calendar_ids=["yoga"],
    )
    yoga = a_class(
        seats=draw(st.integers(1, 3)),
        slot_step=HOUR / 2,
        buffer_before=draw(lengths),
        buffer_after=draw(lengths),
        buffer_policy=draw(deciding.POLICIES),
    )
    hall = draw(st.sampled_from([[], ["attic"]]))
    state = a_scheduler(
        a_member(), studio, a_room("cellar", 2, parts=hall, calendar_ids=["yoga"]), yoga
    )
    for number in range(draw(st.integers(1, 2))):
        request = state.request("yoga", party_size=draw(st.integers(1, 2)))
        with suppress(BookingRefused):
            slot = state.slot(request, start=at("10:00"), now=NOW)
            state = state.book(slot, booking_id=f"Y-{number}", now=NOW)
    strays = []
    for number in range(draw(st.integers(0, 3))):
        start, room = draw(st.sampled_from(HALVES)), draw(st.sampled_from(rooms))
        stray = Booking(
            f"X-{number}",
            start,
            start + draw(st.sampled_from([HOUR / 2, HOUR])),
            room_ids=[room],
            party_size=draw(st.integers(1, 2)),
            buffers={room: Buffers(draw(lengths), draw(lengths), draw(deciding.POLICIES))},
        )
        strays.append(stray)
    state = Scheduler(state.catalogue, [*state.bookings.values(), *strays])
    request = state.request("yoga", party_size=draw(st.integers(1, 3)))
    return state, request, draw(st.sampled_from([at("10:00"), at("10:00"), *HALVES]))


def taken_of(state: Scheduler, booking: Booking, refusal: Refusal) -> list[str]:
    """What a booking takes in the time that a refusal names, buffers as they are stored."""
    named = refusal.interval.start_us, refusal.interval.end_us
    return [
        each.resource_id
        for each in state._ledger.claims_of(booking)
        if each.start < named[1] and named[0] < each.end
    ]


def check_witnesses(state: Scheduler, request: Request, start: datetime, now: datetime) -> None:
    refusals = state.explain(request, start=start, now=now)
    then = state.swept(now=now)
    calendar = state.catalogue.calendar_or_none(request.calendar_id)
    for each in refusals:
        if each.rule not in {RefusalCode.BUSY, RefusalCode.FULL}:
            continue
        for key in each.booking_ids:
            taken = taken_of(then, then.bookings[key], each)
            if calendar is None or each.subject != calendar.id:
                assert each.subject in taken, (str(each), key)
            assert taken, (str(each), key)
    if refusals:
        verify(refusal_certificate(state, request, start=start, now=now))


@given(beside_sessions())
def test_beside_sessions_with_buffers_every_witness_checks_out(question):
    state, request, start = question
    check_witnesses(state, request, start, NOW)


@given(deciding.worlds(), st.integers(0, 9), st.sampled_from(HALVES))
def test_in_worlds_of_buffers_every_witness_checks_out(state, number, start):
    check_witnesses(state, asked_of(state, number), start, NOW)


@given(asked(rich=True))
def test_in_small_worlds_every_witness_checks_out(question):
    state, request = question
    for hour in HOURS_OF_DAY:
        check_witnesses(state, request, at(f"{hour}:00"), NOW)


@given(lives(rich=True) | crowded(), st.integers(0, 40), moments(), st.integers(9, 14))
def test_in_every_state_of_life_every_witness_checks_out(state, number, now, hour):
    check_witnesses(state, asked_of(state, number), at(f"{hour}:00"), now)

"""Chains against trying everything: all starts that the gaps allow, with every choice of resources."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations, product

import attrs
import pytest
from hypothesis import given

from bookable import (
    Block,
    BookingRefused,
    Catalogue,
    IdConflictError,
    Member,
    Request,
    Requirement,
    Scheduler,
)
from bookable.availability.assignment import Allocation
from bookable.availability.competition import competing, conditions_of
from bookable.availability.details import Details
from bookable.availability.drafting import as_booking
from bookable.domain.chain import Chain, Segment
from tests.properties.small_worlds import DAY, HOURS_OF_DAY, asked, few, requests, schedulers, times
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, at, us

HOUR_US = us("10:00") - us("09:00")


@st.composite
def chains(draw) -> tuple[Scheduler, Chain]:
    state = draw(schedulers(rich=True, most=2))
    segments = [Segment(draw(requests(state.catalogue, packed=True)))]
    for _ in range(draw(st.integers(1, 2))):
        least = draw(st.sampled_from((0, 0, 0, 1)))
        most = least + draw(st.integers(0, 1))
        segments.append(
            Segment(draw(requests(state.catalogue, packed=True)), least * HOUR, most * HOUR)
        )
    return state, Chain(segments)


@st.composite
def tight_chains(draw) -> tuple[Scheduler, Chain]:
    """Three people for several segments with buffers: who goes first must often give way."""
    names = ["ada", "bob", "cyd"]
    blocks = [
        Block(f"K-{number}", draw(st.sampled_from(names)), draw(times()))
        for number in range(draw(st.integers(0, 2)))
    ]
    state = Scheduler(Catalogue(members=[Member(name) for name in names]), blocks=blocks)
    segments = []
    for number in range(draw(st.integers(2, 3))):
        pools = [draw(few(names)) for _ in range(draw(st.integers(1, 2)))]
        request = Request(
            HOUR,
            [Requirement(pool) for pool in pools],
            slot_step=HOUR,
            buffer_before=draw(st.sampled_from([timedelta(0), HOUR])),
            buffer_policy=draw(st.sampled_from(["exclusive", "shared"])),
        )
        most = draw(st.integers(0, 1)) * HOUR if number else timedelta(0)
        segments.append(Segment(request, maximum_gap=most))
    return state, Chain(segments)


def narrowed(search, taken):
    """The same question, with these candidates as the only ones of their roles."""
    roles = tuple(
        attrs.evolve(role, candidates=chosen)
        for role, chosen in zip(search.question.roles, taken, strict=True)
    )
    question = attrs.evolve(
        search.question, roles=roles, groups=competing(roles), conditions=conditions_of(roles)
    )
    return attrs.evolve(search, question=question)


def allocations(search, start):
    """Every allocation that a start could have, found by trying all of them."""
    for session in search.at(start)._sessions_to_join(start):
        yield search.at(start)._share_of(session)
    picks = [combinations(role.candidates, role.count) for role in search.question.roles]
    for taken in product(*picks):
        offer = narrowed(search, taken).at(start)
        if offer.new:
            yield Allocation.of([each for chosen in taken for each in chosen])


def can_follow(searches, ledger, starts):
    """Whether all segments can be booked at these starts, on top of a ledger."""
    if not starts:
        return True
    search = attrs.evolve(searches[0], ledger=ledger)
    for allocation in set(allocations(search, starts[0])):
        details = Details((), (), 0, allocation)
        key = f"N-{len(searches)}"
        booking = as_booking(search, starts[0], details, key, None)
        state = ledger.applying(ledger.plan("try", after=(booking,)))
        if can_follow(searches[1:], state, starts[1:]):
            return True
    return False


def vectors(chain, searches, start):
    """All starts of a chain that its gaps allow, in order."""
    found = [(start,)]
    for segment, before in zip(chain.segments[1:], searches, strict=False):
        gaps = range(segment.minimum_gap // HOUR, segment.longest_gap // HOUR + 1)
        found = [
            (*starts, starts[-1] + before.question.duration + gap * HOUR_US)
            for starts in found
            for gap in gaps
        ]
    return found


@given(st.one_of(chains(), tight_chains()))
def test_a_chain_is_offered_exactly_where_trying_everything_finds_one(question):
    state, chain = question
    searches = [state._search(each.request, NOW, ()) for each in chain.segments]
    offers = {
        us(f"{each.start:%H:%M}"): each for each in state.chain_slots(chain, within=DAY, now=NOW)
    }
    for hour in HOURS_OF_DAY:
        start = us(f"{hour}:00")
        possible = vectors(chain, searches, start)
        first = next((each for each in possible if can_follow(searches, state._ledger, each)), None)

        found = offers.get(start)
        assert (found is None) == (first is None)
        if found is not None:
            assert tuple(us(f"{each.start:%H:%M}") for each in found.slots) == first


@given(st.one_of(chains(), tight_chains()))
def test_a_chain_that_is_offered_can_be_booked_as_it_says_and_breaks_nothing(question):
    state, chain = question
    before = state.violations(now=NOW)
    ids = [f"N-{number}" for number in range(len(chain.segments))]
    for offer in state.chain_slots(chain, within=DAY, now=NOW, limit=2):
        booked = state.book_chain(offer, booking_ids=ids, now=NOW)

        for key, slot in zip(ids, offer.slots, strict=True):
            booking, taken = booked.booking(key), slot.allocation
            assert (booking.start, booking.end) == (slot.start, slot.end)
            assert booking.resource_ids == taken.resource_ids
        assert booked.violations(now=NOW) == before
        assert booked.book_chain(offer, booking_ids=ids, now=NOW) is booked
        assert booked.version == state.version + 1


@given(st.one_of(chains(), tight_chains()))
def test_a_chain_is_booked_whole_or_not_at_all(question):
    state, chain = question
    for offer in state.chain_slots(chain, within=DAY, now=NOW, limit=1):
        closed = state
        for number, key in enumerate(offer.slots[-1].allocation.resource_ids):
            closed = closed.block(key, offer.slots[-1].interval, block_id=f"closed {number}")
        left = closed.chain_slots(chain, within=DAY, now=NOW)
        ids = [f"N-{number}" for number in range(len(chain.segments))]
        same = [
            each for each in left if [s.start for s in each.slots] == [s.start for s in offer.slots]
        ]
        if same:
            assert len(closed.book_chain(offer, booking_ids=ids, now=NOW).bookings) > len(
                closed.bookings
            )
        elif not any(each.start == offer.start for each in left):
            with pytest.raises(BookingRefused) as refused:
                closed.book_chain(offer, booking_ids=ids, now=NOW)
            assert refused.value.refusals


@given(asked(rich=True))
def test_a_chain_of_one_is_a_slot(question):
    state, request = question
    slots = state.free_slots(request, within=DAY, now=NOW)
    offers = state.chain_slots(Chain([Segment(request)]), within=DAY, now=NOW)

    assert [each.slots for each in offers] == [(slot,) for slot in slots]


@given(asked(rich=True))
def test_the_choices_of_a_start_are_all_that_there_are_and_the_best_comes_first(question):
    state, request = question
    search = state._search(request, NOW, ())
    for hour in HOURS_OF_DAY:
        offer = search.at(us(f"{hour}:00"))
        if offer.bookable:
            found = [each.allocation for each in offer.choices(us(f"{hour}:00"))]

            assert found[0] == state.slot(request, start=at(f"{hour}:00"), now=NOW).allocation
            assert set(found) == set(allocations(search, us(f"{hour}:00")))


@given(chains(), st.sampled_from(["nothing", "cancel", "block"]))
def test_booking_a_chain_twice_books_it_once(question, between):
    """Whatever becomes free or is closed meanwhile; and a part of it is no chain."""
    state, chain = question
    ids = [f"N-{number}" for number in range(len(chain.segments))]
    for offer in state.chain_slots(chain, within=DAY, now=NOW, limit=1):
        once = state.book_chain(offer, booking_ids=ids, now=NOW)
        for key in state.bookings if between == "cancel" else ():
            once = once.cancel(key, now=NOW)
        for number, slot in enumerate(offer.slots if between == "block" else ()):
            for key in slot.allocation.resource_ids:
                once = once.block(key, slot.interval, block_id=f"closed {number} {key}")

        assert once.book_chain(offer, booking_ids=ids, now=NOW) is once
        with pytest.raises(IdConflictError):
            once.cancel(ids[-1], now=NOW).book_chain(offer, booking_ids=ids, now=NOW)
        with pytest.raises(IdConflictError):
            once.book_chain(offer, booking_ids=[*ids[:-1], "another"], now=NOW)

"""Chains: what is searched, in which order, and what is refused."""

from __future__ import annotations

import pickle
from contextlib import suppress

import attrs
import pytest

from bookable import (
    BookingRefused,
    Catalogue,
    IdConflictError,
    InvalidValueError,
    Requirement,
    Scheduler,
    SearchLimitError,
    StaleLedgerError,
    UnknownIdError,
    all_of,
    any_of,
)
from bookable.availability import chain as chain_module
from bookable.availability.chain import ChainSlot, only_takes
from bookable.domain.chain import Chain, Segment
from bookable.domain.limit import Limit
from bookable.domain.policy import RollingDays
from bookable.domain.ranking import Ranking
from bookable.limits import MOST_CHAIN_TRIES
from bookable.timeline.packing import WindowStart
from tests.support.builders import (
    HOUR,
    NOW,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    minutes,
    monday,
    refused,
    rules,
)

NINE = monday("09:00", "10:00")
ADA, ANYONE = all_of("ada"), any_of("ada", "bob")


def two(**fields):
    """Ada and Bob, with nothing to do."""
    return a_scheduler(a_member("ada"), a_member("bob"), **fields)


def chained(*segments):
    return Chain([each if isinstance(each, Segment) else Segment(each) for each in segments])


def told(offers):
    """Start and hosts of each segment of each offer."""
    return [
        [(f"{slot.start:%H:%M}", *slot.allocation.resource_ids) for slot in offer.slots]
        for offer in offers
    ]


def ask(state, *segments, within=NINE, **asked):
    return state.chain_slots(chained(*segments), within=within, now=NOW, **asked)


# Starts --------------------------------------------------------------------


def test_a_segment_without_a_grid_follows_as_soon_as_its_gap_allows():
    short = a_request(ADA, duration=minutes(45))

    assert told(ask(two(), short, a_request(ADA)))[0] == [("09:00", "ada"), ("09:45", "ada")]
    after = Segment(a_request(ADA), minutes(10), minutes(30))
    assert told(ask(two(), short, after))[0] == [("09:00", "ada"), ("09:55", "ada")]


def test_a_segment_with_a_grid_starts_on_it_inside_its_gap():
    short, hourly = a_request(ADA, duration=minutes(45)), a_request(ADA, slot_step=HOUR)

    assert ask(two(), a_request(ADA, slot_step=HOUR, duration=minutes(45)), hourly) == ()
    reached = Segment(hourly, maximum_gap=minutes(15))
    assert told(ask(two(), short, reached))[0] == [("09:00", "ada"), ("10:00", "ada")]
    assert ask(two(), short, Segment(hourly, maximum_gap=minutes(14)), limit=1) == ()


def test_the_longest_gap_is_inclusive_and_so_is_the_shortest():
    hourly = a_request(ADA, slot_step=HOUR)
    late = two(blocks=[a_block("K", "ada", "10:00", "12:00")])

    assert told(ask(late, hourly, Segment(hourly, maximum_gap=2 * HOUR))) == [
        [("09:00", "ada"), ("12:00", "ada")]
    ]
    assert ask(late, hourly, Segment(hourly, maximum_gap=2 * HOUR - minutes(1))) == ()
    assert told(ask(two(), hourly, Segment(hourly, HOUR, 3 * HOUR))) == [
        [("09:00", "ada"), ("11:00", "ada")]
    ]


def test_the_earliest_starts_come_before_the_preferred_host():
    state = a_scheduler(a_member("ada", priority=9), a_member("bob"))
    state = state.block("ada", monday("10:00", "11:00"), block_id="K")
    hourly = a_request(ANYONE, slot_step=HOUR)

    assert told(ask(state, hourly, Segment(hourly, maximum_gap=HOUR))) == [
        [("09:00", "ada"), ("10:00", "bob")]
    ]


def test_a_later_start_is_taken_when_a_segment_after_it_needs_that():
    hourly = a_request(ADA, slot_step=HOUR)
    state = two(blocks=[a_block("K", "ada", "11:00", "12:00")])

    assert told(ask(state, hourly, Segment(hourly, maximum_gap=3 * HOUR), hourly)) == [
        [("09:00", "ada"), ("12:00", "ada"), ("13:00", "ada")]
    ]


def test_offers_come_by_start_and_a_limit_cuts_them():
    hourly = a_request(ADA, slot_step=HOUR)
    window = monday("09:00", "12:00")

    every = ask(two(), hourly, hourly, within=window)
    assert [f"{each.start:%H:%M}" for each in every] == ["09:00", "10:00", "11:00"]
    assert ask(two(), hourly, hourly, within=window, limit=2) == every[:2]
    assert ask(two(), hourly, hourly, within=window, limit=0) == ()
    assert every[0].interval == monday("09:00", "11:00")
    assert every[0].end == at("11:00")


def test_beyond_the_end_of_the_time_line_nothing_follows():
    request = a_request(ADA, slot_step=HOUR)
    last = request, Segment(request, 3_000 * 24 * HOUR)
    state = two()
    window = attrs.evolve(
        NINE, start=NINE.start.replace(year=9899), end=NINE.end.replace(year=9899)
    )

    assert ask(state, *last, within=window) == ()


def test_packed_starts_are_packed_into_what_the_segments_before_leave():
    first = a_request(ADA, duration=minutes(50), slot_step=HOUR)
    packed = a_request(ADA, duration=minutes(30), grid=WindowStart(minutes(30)))
    state = two(blocks=[a_block("K", "ada", "00:00", "09:00")])

    assert told(ask(state, first, packed)) == [[("09:00", "ada"), ("09:50", "ada")]]


# Allocations ---------------------------------------------------------------


def test_a_preferred_host_is_left_to_the_segment_that_has_no_other():
    tired = a_request(ADA, buffer_before=HOUR)

    assert told(ask(two(), a_request(ANYONE), tired)) == [[("09:00", "bob"), ("10:00", "ada")]]
    assert ask(two(), a_request(ADA), tired) == ()


def test_every_way_is_tried_for_several_hosts_at_once():
    state = a_scheduler(*(a_member(each) for each in ("ada", "bob", "cyd", "dan")))
    pair = a_request(any_of("ada", "bob", "cyd", "dan", count=2))
    later = a_request(all_of("ada", "bob"), buffer_before=HOUR)

    assert told(ask(state, pair, later)) == [[("09:00", "cyd", "dan"), ("10:00", "ada", "bob")]]


def test_rooms_that_share_a_part_are_noticed():
    whole = a_room("whole", parts=["left", "right"])
    state = a_scheduler(whole, *map(a_room, ["left", "right", "west"]))
    first = a_request(any_of("left", "west"))
    then = a_request(all_of("whole"), buffer_before=HOUR)

    assert told(ask(state, first, then)) == [[("09:00", "west"), ("10:00", "whole")]]


def test_a_limit_counts_the_segments_before():
    daily = a_calendar(member_ids=["ada", "bob"], limits=[Limit(1, "day", per=["host"])])
    state = a_scheduler(daily, a_member("ada"), a_member("bob"))
    request = state.request("massage")

    assert told(ask(state, request, request)) == [[("09:00", "ada"), ("10:00", "bob")]]
    assert ask(state, request, request, request) == ()


def test_whose_turn_it_is_follows_from_who_served_before():
    ranking = Ranking.equal_distribution(strict=True)
    lesson = a_calendar(member_ids=["ada", "bob"], ranking=ranking)
    state = a_scheduler(lesson, a_member("ada"), a_member("bob"))
    anyone = state.request("massage")

    assert told(ask(state, anyone, anyone, anyone)) == [
        [("09:00", "ada"), ("10:00", "bob"), ("11:00", "ada")]
    ]


def test_a_session_can_be_a_segment():
    state = a_scheduler(a_class(seats=2), a_member("ada"), a_member("bob"))
    joined = state.request("yoga")
    slot = state.slot(joined, start=at("10:00"), now=NOW)
    state = state.book(slot, booking_id="B-1", now=NOW)
    offer = ask(state, a_request(all_of("bob")), joined)[0]

    assert told([offer]) == [[("09:00", "bob"), ("10:00", "ada")]]
    assert offer.slots[1].seats_left == 1
    after = state.book_chain(offer, booking_ids=["B-2", "B-3"], now=NOW)
    assert after.booking("B-3").session_key == after.booking("B-1").session_key


def test_a_host_is_left_to_a_session_that_needs_it():
    yoga = a_class(seats=2, buffer_before=HOUR)
    state = a_scheduler(yoga, a_member("ada"), a_member("bob"))
    joined = state.request("yoga")

    assert told(ask(state, a_request(ANYONE), joined)) == [[("09:00", "bob"), ("10:00", "ada")]]


def test_where_a_session_is_all_that_can_be_joined_there_is_no_other_way():
    state = a_scheduler(a_class(seats=2), a_member("ada"), a_member("bob"))
    joined = state.request("yoga")
    slot = state.slot(joined, start=at("09:00"), now=NOW)
    state = state.book(slot, booking_id="B-1", now=NOW)
    tired = a_request(ADA, buffer_before=HOUR)

    assert ask(state, joined, tired) == ()
    assert ask(state, joined, Segment(tired, HOUR))


def test_more_tries_than_allowed_are_an_error(monkeypatch):
    monkeypatch.setattr(chain_module, "MOST_CHAIN_TRIES", 4)
    members = [a_member(f"m{number}") for number in range(5)]
    state = a_scheduler(*members, blocks=[a_block("K", "m4", "10:00", "11:00")])
    everyone = any_of(*(each.id for each in members))
    both = a_request(all_of("m0", "m1", "m2", "m3"), buffer_before=HOUR)

    assert told(ask(state, a_request(everyone)))
    with refused(SearchLimitError, "search_limit"):
        ask(state, a_request(everyone), both)


def test_all_offers_share_one_number_of_tries(monkeypatch):
    """Two for each start of the day: what one of them may cost bounds no listing."""
    monkeypatch.setattr(chain_module, "MOST_CHAIN_TRIES", 4)
    state, hourly = two(), a_request(ADA, slot_step=HOUR)

    assert len(ask(state, hourly, hourly, within=monday("09:00", "11:00"))) == 2
    with refused(SearchLimitError, "search_limit"):
        ask(state, hourly, hourly, within=monday("09:00", "12:00"))
    assert len(ask(state, hourly, hourly, within=monday("09:00", "12:00"), limit=2)) == 2


def test_starts_that_come_to_nothing_are_counted_too():
    """Every minute of three weeks is tried for the last segment, and Ada is never free."""
    state = two(bookings=[a_booking("B", "08:00", "10:00", host_ids=["bob"])])
    often = Segment(a_request(ADA, ANYONE, slot_step=minutes(1)), maximum_gap=500 * HOUR)
    away = Segment(a_request(ADA, ANYONE, slot_step=minutes(1), buffer_before=300 * HOUR), HOUR)

    with pytest.raises(SearchLimitError) as caught:
        ask(state, a_request(ADA, slot_step=HOUR), often, away, within=monday("09:00", "24:00"))
    assert caught.value.limit == "allocations tried for one chain"
    assert caught.value.allowed == MOST_CHAIN_TRIES


def test_starts_that_are_packed_are_counted_too(monkeypatch):
    monkeypatch.setattr(chain_module, "MOST_CHAIN_TRIES", 3)
    packed = a_request(ADA, grid=WindowStart(HOUR))

    # One for the first segment and one for what is packed behind it, each tried once more.
    with refused(SearchLimitError, "search_limit"):
        ask(two(), a_request(ADA), packed)
    monkeypatch.setattr(chain_module, "MOST_CHAIN_TRIES", 4)
    assert len(ask(two(), a_request(ADA), packed)) == 1


def test_what_is_offered_within_the_limit_can_be_booked_within_it(monkeypatch):
    members = [a_member(f"m{number}") for number in range(5)]
    state = a_scheduler(*members, blocks=[a_block("K", "m4", "10:00", "11:00")])
    everyone = any_of(*(each.id for each in members))
    both = a_request(all_of("m0", "m1", "m2"), buffer_before=HOUR)
    (offer,) = ask(state, a_request(everyone), both)
    assert told([offer])[0][0] == ("09:00", "m3")

    enough = []
    for allowed in range(30):
        monkeypatch.setattr(chain_module, "MOST_CHAIN_TRIES", allowed)
        with suppress(SearchLimitError):
            assert ask(state, a_request(everyone), both) == (offer,)
            enough.append(allowed)
    assert len(members) < enough[0] < 20
    monkeypatch.setattr(chain_module, "MOST_CHAIN_TRIES", enough[0])
    assert state.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW)


def test_other_tags_are_another_chain():
    state = two()
    offer, tagged = an_offer(state), a_request(ADA, tags=["vip"])
    booked = state.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW)

    with refused(IdConflictError, "id_conflict"):
        booked.book_chain(an_offer(state, tagged, tagged), booking_ids=["B-1", "B-2"], now=NOW)


def test_what_no_later_segment_can_notice_is_tried_once(monkeypatch):
    monkeypatch.setattr(chain_module, "MOST_CHAIN_TRIES", 4)
    members = [a_member(f"m{number}") for number in range(9)]
    state = a_scheduler(*members, a_room())
    everyone = a_request(any_of(*(each.id for each in members)))
    week = Segment(everyone, 24 * HOUR)

    # Neither the room that comes next nor the day after can tell who was there.
    assert told(ask(state, everyone, a_request()))
    assert told(ask(state, everyone, week))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, True),
        ({"grid": WindowStart(HOUR)}, False),
        ({"booking_horizon": RollingDays(3)}, False),
        ({"ranking": Ranking(strict=True)}, False),
    ],
)
def test_some_rules_can_give_starts_back_when_something_is_booked(rule, expected):
    state = a_scheduler(a_calendar(member_ids=["ada"], **rule), a_member())

    assert only_takes(state._search(state.request("massage"), NOW, ())) is expected


def test_a_way_that_a_booking_shortens_can_give_starts_back():
    state = Scheduler(Catalogue(members=[a_member("ada")], travel={("a", "b"): HOUR}))
    request = a_request(ADA)

    assert not only_takes(state._search(request, NOW, ()))
    assert told(ask(state, request, request)) == [[("09:00", "ada"), ("10:00", "ada")]]


# Booking -------------------------------------------------------------------


def an_offer(state, *segments):
    return ask(state, *(segments or (a_request(ANYONE), a_request(ADA))))[0]


def test_all_segments_are_booked_in_one_step():
    state = two()
    offer = an_offer(state)
    plan = state.plan_chain(offer, booking_ids=["B-1", "B-2"], now=NOW, customer_id="C-1")
    booked = state.apply(plan)

    assert plan.command == "book_chain"
    assert [each.id for each in plan.bookings_after] == ["B-1", "B-2"]
    assert {each.customer_id for each in booked.bookings.values()} == {"C-1"}
    assert set(plan.rests_on) == {"ada"}
    assert booked.version == 1
    booked.check()


def test_the_same_ids_with_the_same_content_change_nothing():
    state = two()
    offer = an_offer(state)
    booked = state.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW)

    assert booked.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW) is booked
    for ids in (["B-2", "B-1"], ["B-1", "B-3"]):
        with refused(IdConflictError, "id_conflict"):
            booked.book_chain(offer, booking_ids=ids, now=NOW)
    with refused(IdConflictError, "id_conflict"):
        booked.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW, customer_id="C-1")


def test_the_request_may_say_who_books():
    state = two()
    mine = a_request(ADA, customer_id="C-1")
    offer = an_offer(state, mine, mine)
    booked = state.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW)

    assert {each.customer_id for each in booked.bookings.values()} == {"C-1"}
    assert booked.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW) is booked


def test_a_chain_is_decided_again_and_refused_as_a_whole():
    state = two()
    offer = an_offer(state, a_request(ADA), a_request(ADA))
    taken = state.block("ada", monday("10:30", "11:00"), block_id="K")

    with pytest.raises(BookingRefused) as caught:
        taken.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW)
    assert rules(caught.value.refusals) == [("busy", "ada")]
    assert caught.value.refusals[0].interval.start == at("10:30")
    assert not taken.bookings
    taken = state.block("ada", monday("09:30", "10:00"), block_id="K")
    with pytest.raises(BookingRefused):
        taken.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW)


def test_a_chain_that_can_be_served_otherwise_is_booked_so():
    state = two()
    offer = an_offer(state)
    changed = state.block("ada", NINE, block_id="K")
    booked = changed.book_chain(offer, booking_ids=["B-1", "B-2"], now=NOW)

    assert told([offer]) == [[("09:00", "ada"), ("10:00", "ada")]]
    assert booked.booking("B-1").host_ids == ("bob",)


def test_a_plan_of_a_chain_that_is_out_of_date_is_refused():
    state = two()
    plan = state.plan_chain(an_offer(state), booking_ids=["B-1", "B-2"], now=NOW)
    moved = state.block("ada", monday("20:00", "21:00"), block_id="K")

    with refused(StaleLedgerError, "stale"):
        moved.apply(plan)


def test_ids_of_its_own_are_never_taken_from_others():
    state = two(bookings=[a_booking("segment 1", "07:00", "08:00", host_ids=["ada"])])
    state = state.book_chain(an_offer(state), booking_ids=["segment 2", "segment 3"], now=NOW)

    assert set(state.bookings) == {"segment 1", "segment 2", "segment 3"}


# Bad input -----------------------------------------------------------------


def test_every_segment_needs_an_id_of_its_own():
    state = two()
    for ids in (["B-1"], ["B-1", "B-1"], ["B-1", "B-2", "B-3"]):
        with refused(InvalidValueError, "ids", "booking_ids"):
            state.book_chain(an_offer(state), booking_ids=ids, now=NOW)


def test_a_chain_slot_that_was_tampered_with_is_refused():
    state = two()
    offer = an_offer(state)
    later = attrs.evolve(offer.slots[1], start=at("10:30"))
    for slots in (offer.slots[:1], (offer.slots[0], later), offer.slots[::-1]):
        with refused(InvalidValueError, "slot", "chain_slot"):
            state.book_chain(ChainSlot(offer.chain, slots), booking_ids=["1", "2"], now=NOW)
    for wrong in (None, offer.slots[0], offer.chain):
        with refused(InvalidValueError, "type", "chain_slot"):
            state.book_chain(wrong, booking_ids=["1", "2"], now=NOW)


def test_unknown_things_are_told():
    with refused(InvalidValueError, "type", "chain"):
        two().chain_slots([], within=NINE, now=NOW)
    with refused(UnknownIdError, "unknown_id"):
        ask(two(), a_request(Requirement(["eve"])))
    with refused(UnknownIdError, "unknown_id", "ignoring"):
        ask(two(), a_request(ADA), ignoring=["B-1"])


def test_bookings_can_be_ignored():
    state = two(bookings=[a_booking("B-1", "10:00", "11:00", host_ids=["ada"])])

    assert ask(state, a_request(ADA), a_request(ADA)) == ()
    assert ask(state, a_request(ADA), a_request(ADA), ignoring=["B-1"])


def test_chain_slots_are_values():
    first, again = (an_offer(two()) for _ in range(2))

    assert first == again
    assert hash(first) == hash(again)
    assert pickle.loads(pickle.dumps(first)) == first
    assert first.slots[1].options["ada"] == ("ada",)

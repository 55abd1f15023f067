"""Buffer policies against a brute force that looks at every quarter of an hour (SPEC N15, N16)."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest
from hypothesis import assume, event, given

from bookable import (
    Block,
    BookingRefused,
    Buffers,
    Calendar,
    Catalogue,
    Equipment,
    Interval,
    LocalMidnight,
    Member,
    Request,
    Requirement,
    Room,
    Scheduler,
)
from bookable.domain.policy import BufferPolicy, BusyKind
from tests.support import strategies as st
from tests.support.builders import NOW, at

QUARTER = timedelta(minutes=15)
FIRST, LAST = 16, 30  # 04:00 to 07:30: near enough to stand in each other's way
POLICIES = tuple(BufferPolicy)


class Rule(NamedTuple):
    """What one level says about buffers, in quarters; None leaves it to the next."""

    before: int | None
    after: int | None
    policy: BufferPolicy | None


class Service(NamedTuple):
    """What is booked: how long, how many units, and the buffers of calendar and requirement."""

    duration: int
    units: int
    own: Rule
    need: Rule


class Place(NamedTuple):
    """One resource: its kind, how much fits, and the buffers that it sets."""

    kind: str
    capacity: int
    rule: Rule


class Used(NamedTuple):
    """A stored booking or block on one resource, with its buffers."""

    id: str
    start: int
    end: int
    before: int
    after: int
    units: int
    kind: BusyKind = BusyKind.BUSY

    @property
    def body(self) -> range:
        return range(self.start, self.end)

    @property
    def footprint(self) -> range:
        return range(self.start - self.before, self.end + self.after)


# The brute force -----------------------------------------------------------


def settled(service: Service, place: Place) -> Rule:
    """The requirement's word counts first, then the resource's, then the calendar's."""
    middle = Rule(None, None, None) if place.kind == "member" else place.rule
    levels = list(zip(service.need, middle, service.own, strict=True))
    return Rule(*(next(each for each in level if each is not None) for level in levels))


def meet(one: range, other: range) -> bool:
    return bool(set(one) & set(other))


def is_single(place: Place) -> bool:
    return place.kind == "member" or place.capacity == 1


def in_the_way(
    service: Service, place: Place, bookings: list[Used], blocks: list[Used], start: int
) -> set[str]:
    """Who stands in the way of a booking at that start; nobody where it can be booked."""
    rule = settled(service, place)
    new = Used("new", start, start + service.duration, rule.before, rule.after, service.units)
    if is_single(place):
        return {each.id for each in (*bookings, *blocks) if clash(new, each, rule.policy)}
    seen = new.body if rule.policy is BufferPolicy.EXISTING_ONLY else new.footprint
    crowded = [
        moment
        for moment in seen
        if sum(each.units for each in bookings if moment in each.footprint) + service.units
        > place.capacity
    ]
    full = {each.id for each in bookings if meet(each.footprint, crowded)}
    return full | {each.id for each in blocks if meet(each.footprint, seen)}


def clash(new: Used, stored: Used, policy: BufferPolicy) -> bool:
    if policy is BufferPolicy.EXCLUSIVE:
        return meet(new.footprint, stored.footprint)
    if policy is BufferPolicy.EXISTING_ONLY:
        return meet(new.body, stored.footprint)
    return meet(new.body, stored.footprint) or meet(new.footprint, stored.body)


# The same worlds, twice ----------------------------------------------------

quarters = st.integers(0, 4)
maybe = st.none() | quarters
rules = st.builds(Rule, maybe, maybe, st.none() | st.sampled_from(POLICIES))
own_rules = st.builds(Rule, quarters, quarters, st.sampled_from(POLICIES))
services = st.builds(Service, st.integers(1, 4), st.integers(1, 2), own_rules, rules)
places = st.one_of(
    st.builds(Place, st.just("member"), st.just(1), rules),
    st.builds(Place, st.sampled_from(["room", "seats", "equipment"]), st.integers(1, 3), rules),
)
starts = st.integers(FIRST, LAST)
blocked = st.builds(
    lambda start, length, before, after, kind: Used(
        "", start, start + length, before, after, 0, kind
    ),
    starts,
    st.integers(1, 3),
    quarters,
    quarters,
    st.sampled_from([BusyKind.BUSY, BusyKind.TENTATIVE, BusyKind.ELSEWHERE]),
)


def length(count):
    return None if count is None else count * QUARTER


def moment(count):
    return NOW + count * QUARTER


def resource(place: Place, name: str):
    fields = {
        "buffer_before": length(place.rule.before),
        "buffer_after": length(place.rule.after),
        "buffer_policy": place.rule.policy,
    }
    if place.kind == "member":
        return Member(name)
    if place.kind == "room":
        # Seats never bind: what does is how many bookings it takes at once.
        return Room(name, 100, max_concurrent=place.capacity, **fields)
    if place.kind == "seats":
        return Room(name, place.capacity, **fields)
    return Equipment(name, place.capacity, **fields)


def calendar(service: Service, place: Place, name: str) -> Calendar:
    need = Requirement(
        ["it"],
        units=service.units if place.kind == "equipment" else 1,
        buffer_before=length(service.need.before),
        buffer_after=length(service.need.after),
        buffer_policy=service.need.policy,
    )
    return Calendar(
        name,
        service.duration * QUARTER,
        kind="event",
        grid=LocalMidnight("UTC", QUARTER),
        buffer_before=length(service.own.before),
        buffer_after=length(service.own.after),
        buffer_policy=service.own.policy,
        requirements=[need],
    )


def world(place: Place, offers: list[Service], blocks: list[Used]) -> Scheduler:
    entries = {"members": [], "rooms": [], "equipment": []}
    entries[{"member": "members", "equipment": "equipment"}.get(place.kind, "rooms")] = [
        resource(place, "it")
    ]
    calendars = [calendar(each, place, f"C{number}") for number, each in enumerate(offers)]
    closed = [
        Block(
            each.id,
            "it",
            Interval(moment(each.start), moment(each.end)),
            each.kind,
            buffer_before=length(each.before),
            buffer_after=length(each.after),
        )
        for each in blocks
    ]
    return Scheduler(Catalogue(calendars=calendars, **entries), blocks=closed)


def fitting(place: Place, offers: list[Service]) -> list[Service]:
    """Units count for equipment only, and no more than there are."""
    most = place.capacity if place.kind == "equipment" else 1
    return [each._replace(units=min(each.units, most)) for each in offers]


worlds = st.tuples(
    places,
    st.lists(services, min_size=1, max_size=3),
    st.lists(blocked, max_size=2),
    st.lists(st.tuples(st.integers(0, 2), starts), min_size=1, max_size=10),
)


def named(refusals) -> set[str]:
    ids = {key for each in refusals for key in each.booking_ids}
    return ids | {key for each in refusals for key in each.detail.get("block_ids", ())}


def nothing(*_):
    """Ask nothing."""


def play(drawn, *, check):
    """Book one after the other, asking *check* before each; both sides must always agree."""
    place, offers, closed, tries = drawn
    offers = fitting(place, offers)
    every = [each._replace(id=f"K{number}") for number, each in enumerate(closed)]
    scheduler, stored = world(place, offers, every), []
    blocks = [each for each in every if each.kind is not BusyKind.ELSEWHERE]
    for number, (which, start) in enumerate(tries):
        chosen = which % len(offers)
        service = offers[chosen]
        request = Request(service.duration * QUARTER, calendar_id=f"C{chosen}")
        against = in_the_way(service, place, stored, blocks, start)
        check(scheduler, request, start, against)
        if not against:
            slot = scheduler.slot(request, start=moment(start), now=NOW)
            scheduler = scheduler.book(slot, booking_id=f"B{number}", now=NOW)
            rule = settled(service, place)
            end = start + service.duration
            stored.append(Used(f"B{number}", start, end, rule.before, rule.after, service.units))
        assert scheduler.violations(now=NOW) == ()
    return scheduler, place, offers, blocks, stored


@given(worlds)
def test_a_start_is_refused_by_just_those_who_stand_in_its_way(drawn):
    def check(scheduler, request, start, against):
        refusals = scheduler.explain(request, start=moment(start), now=NOW)
        assert named(refusals) == against
        assert bool(refusals) is bool(against)
        if refusals:
            event("refused")

    play(drawn, check=check)


@given(worlds)
def test_listings_and_periods_show_what_can_be_booked(drawn):
    scheduler, place, offers, blocks, stored = play(drawn, check=nothing)
    within = Interval(moment(FIRST), moment(LAST + 1))
    for number, service in enumerate(offers):
        request = Request(service.duration * QUARTER, calendar_id=f"C{number}")
        free = [
            start
            for start in range(FIRST, LAST + 1)
            if not in_the_way(service, place, stored, blocks, start)
        ]

        listed = scheduler.free_slots(request, within=within, now=NOW)
        periods = scheduler.start_periods(request, within=within, now=NOW)

        assert [slot.start for slot in listed] == [moment(start) for start in free]
        inside = [
            start
            for start in range(FIRST, LAST + 1)
            if any(each.start <= moment(start) < each.end for each in periods)
        ]
        assert inside == free


@given(worlds)
def test_a_booking_keeps_the_buffers_that_it_was_decided_with(drawn):
    scheduler, place, offers, _, stored = play(drawn, check=nothing)
    for each in stored:
        kept = scheduler.booking(each.id)
        number = int(kept.calendar_id.removeprefix("C"))
        policy = settled(offers[number], place).policy
        expected = Buffers(each.before * QUARTER, each.after * QUARTER, policy)
        assert dict(kept.buffers) == {"it": expected}


# Gaps ----------------------------------------------------------------------


@given(
    st.sampled_from(["member", "room", "seats", "equipment"]),
    st.builds(Rule, quarters, quarters, st.sampled_from(POLICIES)),
    st.builds(Rule, quarters, quarters, st.sampled_from(POLICIES)),
)
def test_the_smallest_gap_to_what_is_booked_is_that_of_the_policy(kind, old, new):
    silent = Rule(None, None, None)
    place = Place(kind, 1, silent)
    offers = [Service(4, 1, old, silent), Service(4, 1, new, silent)]
    scheduler = world(place, offers, [])
    first = Request(4 * QUARTER, calendar_id="C0")
    slot = scheduler.slot(first, start=moment(40), now=NOW)
    scheduler = scheduler.book(slot, booking_id="old", now=NOW)

    found = scheduler.free_slots(
        Request(4 * QUARTER, calendar_id="C1"), within=Interval(NOW, at("24:00")), now=NOW
    )

    later = min(each.start for each in found if each.start > moment(40)) - moment(44)
    earlier = moment(40) - max(each.end for each in found if each.start < moment(40))
    gap = {
        BufferPolicy.EXCLUSIVE: lambda theirs, ours: theirs + ours,
        BufferPolicy.SHARED: max,
        BufferPolicy.EXISTING_ONLY: lambda theirs, ours: theirs,
    }[new.policy]
    assert (earlier, later) == (
        gap(old.before, new.after) * QUARTER,
        gap(old.after, new.before) * QUARTER,
    )


@given(worlds)
def test_no_policy_offers_more_than_one_that_asks_for_less(drawn):
    """What `exclusive` allows, `shared` does as well; what that allows, `existing_only` does."""
    place, offers, closed, tries = drawn
    assume(place.rule.policy is None)

    bare = [each._replace(need=each.need._replace(policy=None)) for each in offers]
    scheduler, place, offers, _, _ = play((place, bare, closed, tries), check=nothing)
    within = Interval(moment(FIRST), moment(LAST + 1))
    service = offers[0]

    def listed(policy):
        changed = service._replace(own=service.own._replace(policy=policy))
        catalogue = scheduler.catalogue.replace(calendar(changed, place, "C0"))
        request = Request(service.duration * QUARTER, calendar_id="C0")
        state = scheduler.with_catalogue(catalogue)
        return {each.start for each in state.free_slots(request, within=within, now=NOW)}

    assert listed(BufferPolicy.EXCLUSIVE) <= listed(BufferPolicy.SHARED)
    assert listed(BufferPolicy.SHARED) <= listed(BufferPolicy.EXISTING_ONLY)


@given(worlds)
def test_an_offer_is_decided_again_where_it_is_blocked_by_now(drawn):
    def check(scheduler, request, at_, against):
        if not against:
            slot = scheduler.slot(request, start=moment(at_), now=NOW)
            taken = Interval(moment(at_), moment(at_ + 1))
            closed = scheduler.block("it", taken, block_id="last")
            with pytest.raises(BookingRefused) as caught:
                closed.book(slot, booking_id="new", now=NOW)
            assert named(caught.value.refusals) == {"last"}

    play(drawn, check=check)

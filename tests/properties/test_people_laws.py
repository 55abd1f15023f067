"""Who can serve, by all the rules about people and places, drawn at random.

The world is small: one Monday morning in hours, three people, three rooms. What the rules say is
told once more in plain hours (`free_hosts`), and the engine must agree.
"""

from __future__ import annotations

import random

import attrs
from hypothesis import given

from bookable import (
    Block,
    Booking,
    BookingRefused,
    Calendar,
    Catalogue,
    Hours,
    Interval,
    IntervalSet,
    InvalidValueError,
    Member,
    Requirement,
    Room,
    Scheduler,
    ViolationCode,
)
from bookable.domain.policy import BusyKind
from bookable.domain.ranking import Ranking
from bookable.domain.service import Absence, AddOn, Variant
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, at

PEOPLE = ("ada", "bob", "cem")
ROOMS = ("red", "blue", "red+blue")
FEATURES = ("screen", "phone")
LAST = 12
DAY = Interval(at("00:00"), at("12:00"))


def hour(count):
    return at("00:00") + count * HOUR


def times(first, length):
    return Interval(hour(first), hour(first + length))


def opened(hours):
    """Open in just these hours of the morning; None is always."""
    if hours is None:
        return None
    shut = [times(each, 1) for each in range(-2, LAST + 4) if each not in hours]
    return Hours(closures=IntervalSet(shut), valid_from=hour(-2), valid_until=hour(LAST + 4))


SPANS = st.tuples(st.integers(0, LAST - 1), st.integers(1, 4))
OPEN = st.one_of(
    st.none(), st.builds(lambda a, b: set(range(a, a + b)), st.integers(0, 6), st.integers(1, 9))
)


@st.composite
def people(draw, id_):
    others = st.sampled_from([None, *(name for name in PEOPLE if name != id_)])
    own, special = draw(OPEN), draw(OPEN)
    absences = draw(st.lists(st.tuples(SPANS, others), max_size=2))
    return attrs.evolve(
        Member(id_, features=draw(st.sets(st.sampled_from(FEATURES)))),
        hours=opened(own),
        weight=draw(st.sampled_from([0, 1, 1])),
        calendar_schedules={"cut": id_} if special is not None else {},
        absences=[Absence(times(*span), "away", delegate) for span, delegate in absences],
    ), (own, special, absences)


@st.composite
def worlds(draw):
    """A scheduler, and what its people do in plain data."""
    team = [draw(people(name)) for name in PEOPLE]
    plain = {member.id: facts for member, facts in team}
    durations = draw(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([1, 2])))
    common = draw(OPEN)
    facts = {
        "member_ids": draw(st.sampled_from([PEOPLE, PEOPLE[:2], PEOPLE[:1]])),
        "kind": draw(st.sampled_from(["round_robin", "service", "collective"])),
        "host_hours_mode": draw(st.sampled_from(["replace", "intersect"])),
        "bookings_per_host": draw(st.sampled_from([1, 1, 2])),
    }
    calendar = Calendar(
        "cut",
        HOUR,
        zone="UTC",
        host_hours=opened(common),
        host_durations={name: count * HOUR for name, count in durations.items()},
        variants=[Variant("long", 2 * HOUR)],
        add_ons=[AddOn("tea", HOUR, draw(st.sampled_from([[], [Requirement(kind="room")]])))],
        ranking=Ranking(weights=draw(st.sampled_from([{}, {"ada": 1, "bob": 1, "cem": 1}]))),
        requirements=draw(st.sampled_from([None, [Requirement(kind="room", features=["screen"])]])),
        **facts,
    )
    rooms = [
        Room(
            name,
            4,
            calendar_ids=draw(st.sampled_from([[], ["cut"]])),
            features=draw(st.sets(st.sampled_from(FEATURES))),
            location_id=draw(st.sampled_from([None, "here"])),
            parts=["red", "blue"] if name == "red+blue" else [],
        )
        for name in ROOMS
    ]
    catalogue = Catalogue(
        rooms=rooms,
        members=[member for member, _ in team],
        calendars=[calendar],
        schedules={name: opened(special or set()) for name, (_, special, _) in plain.items()},
        travel=draw(
            st.sampled_from([{}, {("there", "here"): HOUR}, {("here", "there"): 2 * HOUR}])
        ),
    )
    bookings = [
        Booking(
            f"B-{number}",
            hour(first),
            hour(first + length),
            host_ids=[who] if who in PEOPLE else (),
            room_ids=[who] if who in ROOMS else (),
            location_id=place,
        )
        for number, (who, (first, length), place) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from([*PEOPLE, *ROOMS]), SPANS, st.sampled_from([None, "there"])
                    ),
                    max_size=4,
                )
            )
        )
    ]
    blocks = [
        Block(f"K-{number}", who, times(*span), kind)
        for number, (who, span, kind) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        st.sampled_from([*PEOPLE, *ROOMS]), SPANS, st.sampled_from(list(BusyKind))
                    ),
                    max_size=2,
                )
            )
        )
    ]
    return Scheduler(catalogue, bookings, blocks), plain, common


def asking():
    """What a request may narrow, each sometimes."""
    return st.fixed_dictionaries(
        {},
        optional={
            "features": st.sets(st.sampled_from(FEATURES)),
            "location_id": st.sampled_from(["here", "there"]),
            "attendee_ids": st.sets(st.sampled_from(PEOPLE), max_size=2).map(sorted),
            "optional_ids": st.sets(st.sampled_from(PEOPLE)).map(sorted),
            "blocking_kinds": st.sets(st.sampled_from(list(BusyKind))).map(sorted),
            "use_delegates": st.booleans(),
            "add_on_ids": st.sampled_from([[], ["tea"]]),
            "variant_id": st.sampled_from([None, "long"]),
            "party_size": st.integers(1, 5),
        },
    )


def requests_of(scheduler, asked):
    """Every duration that somebody may be booked for; nothing where nobody can be."""
    try:
        return scheduler.requests("cut", **asked)
    except InvalidValueError as error:
        assert error.code in {"duration", "parts"}
        return ()


def broken(scheduler, asked):
    """All violations; without blocks where the request disregards some of them on purpose."""
    return [
        each
        for each in scheduler.violations(now=NOW)
        if "blocking_kinds" not in asked or each.rule is not ViolationCode.BLOCKED
    ]


@given(worlds(), asking())
def test_offered_is_what_can_be_booked_and_breaks_nothing(world, asked):
    scheduler, _, _ = world
    before = broken(scheduler, asked)
    for request in requests_of(scheduler, asked):
        offered = {slot.start: slot for slot in scheduler.free_slots(request, within=DAY, now=NOW)}
        periods = scheduler.start_periods(request, within=DAY, now=NOW)
        for start in map(hour, range(LAST)):
            refusals = scheduler.explain(request, start=start, now=NOW)

            assert (start in offered) == (refusals == ()) == periods.contains(start)
            if start not in offered:
                continue
            after = scheduler.book(offered[start], booking_id="new", now=NOW)
            assert broken(after, asked) == before
            assert after.book(offered[start], booking_id="new", now=NOW) == after


def schedule_of(who, plain, calendar, common):
    """The hours in which a host may serve, in whole hours; None is always."""
    own, special, _ = plain[who]
    hours = own if special is None else special
    if common is None:
        return hours
    if calendar.host_hours_mode == "replace":
        return common
    return common if hours is None else common & hours


def free_hosts(scheduler, plain, common, request, first):
    """Who could serve in these hours, and who of them only as a delegate; bookings of others aside."""
    calendar, length = scheduler.catalogue.calendar("cut"), request.duration // HOUR
    body = set(range(first, first + length))

    def is_open(who):
        hours = schedule_of(who, plain, calendar, common)
        away = {each for (start, span), _ in plain[who][2] for each in range(start, start + span)}
        return (hours is None or body <= hours) and not body & away

    def is_free(who):
        taken = [
            (booking.start, booking.end)
            for booking in scheduler.bookings.values()
            if who in booking.host_ids
        ]
        taken += [
            (block.interval.start, block.interval.end)
            for block in scheduler.blocks.values()
            if block.resource_id == who and block.kind not in {BusyKind.FREE, BusyKind.ELSEWHERE}
        ]
        return all(end <= hour(first) or hour(first + length) <= start for start, end in taken)

    able = {
        who
        for who in calendar.member_ids
        if calendar.allows(request.duration, who)
        and (calendar.ranking.weights or {}).get(who, scheduler.catalogue.member(who).weight)
    }
    stand_ins = {
        delegate
        for who in able
        for (start, span), delegate in plain[who][2]
        if request.use_delegates
        and delegate is not None
        and calendar.allows(request.duration, delegate)
        and body <= together(plain[who][2], delegate, plain, able)
    }
    return {who for who in able | stand_ins if is_open(who) and is_free(who)}


def together(absences, delegate, plain, able):
    """All hours for which somebody is stood in for by a delegate."""
    return {
        each
        for who in able
        for (start, span), name in plain[who][2]
        if name == delegate
        for each in range(start, start + span)
    }


@given(worlds(), st.booleans())
def test_the_free_hosts_are_those_whom_the_rules_leave(world, use_delegates):
    scheduler, plain, common = world
    kept = scheduler.catalogue.calendar("cut")
    calendar = attrs.evolve(kept, kind="round_robin", requirements=[], bookings_per_host=1)
    scheduler = Scheduler(
        scheduler.catalogue.replace(calendar),
        scheduler.bookings.values(),
        scheduler.blocks.values(),
    )
    for request in requests_of(scheduler, {"use_delegates": use_delegates}):
        for first in range(LAST):
            wanted = free_hosts(scheduler, plain, common, request, first)
            try:
                found = set(scheduler.slot(request, start=hour(first), now=NOW).host_ids)
            except BookingRefused:
                found = set()
            assert found == wanted, first


def all_starts(scheduler, request):
    return {slot.start for slot in scheduler.free_slots(request, within=DAY, now=NOW)}


@given(worlds(), asking(), st.sampled_from(FEATURES), st.data())
def test_asking_for_more_never_adds_a_slot(world, asked, feature, data):
    scheduler, _, _ = world
    for request in requests_of(scheduler, asked):
        narrower = data.draw(
            st.sampled_from(
                [
                    attrs.evolve(request, features={*request.features, feature}),
                    attrs.evolve(request, location_id=request.location_id or "here"),
                    attrs.evolve(request, attendee_ids={*request.attendee_ids, "cem"}),
                    attrs.evolve(request, blocking_kinds=list(BusyKind)),
                    attrs.evolve(request, use_delegates=False),
                    attrs.evolve(request, party_size=request.party_size + 1),
                ]
            )
        )
        assert all_starts(scheduler, narrower) <= all_starts(scheduler, request)


@given(worlds(), asking(), st.sampled_from(PEOPLE), SPANS, OPEN)
def test_being_away_or_restricted_never_adds_a_slot(world, asked, who, span, restriction):
    scheduler, _, _ = world
    catalogue = scheduler.catalogue
    member = catalogue.member(who)
    away = attrs.evolve(member, absences=[*member.absences, Absence(times(*span))])
    limits = [each for each in [opened(restriction)] if each is not None]
    base = member.hours
    restricted = attrs.evolve(
        member,
        hours=Hours(restrictions=limits)
        if base is None
        else attrs.evolve(base, restrictions=limits),
    )
    for request in requests_of(scheduler, asked):
        for changed in (away, restricted):
            less = scheduler.with_catalogue(catalogue.replace(changed))

            assert all_starts(less, request) <= all_starts(scheduler, request)


@given(worlds(), asking(), st.integers(0, 999))
def test_the_order_of_anything_is_none(world, asked, seed):
    scheduler, _, _ = world
    pick, catalogue = random.Random(seed), scheduler.catalogue

    def shuffled(values):
        return pick.sample(list(values), len(values))

    other = Scheduler(
        Catalogue(
            rooms=shuffled(catalogue.rooms()),
            members=[
                attrs.evolve(each, absences=shuffled(each.absences))
                for each in shuffled(catalogue.members())
            ],
            calendars=catalogue.calendars(),
            schedules=dict(shuffled(catalogue.settings.schedules.items())),
            travel=catalogue.settings.travel,
        ),
        shuffled(scheduler.bookings.values()),
        shuffled(scheduler.blocks.values()),
    )
    mixed = {
        key: shuffled(sorted(value)) if isinstance(value, list | set) else value
        for key, value in asked.items()
    }
    ours, theirs = requests_of(scheduler, asked), requests_of(other, mixed)
    assert [each.duration for each in ours] == [each.duration for each in theirs]
    for one, two in zip(ours, theirs, strict=True):
        slots = scheduler.free_slots(one, within=DAY, now=NOW)
        others = other.free_slots(two, within=DAY, now=NOW)

        facts = [(slot.start, slot.host_ids, slot.room_ids, slot.missing_ids) for slot in slots]
        assert facts == [
            (slot.start, slot.host_ids, slot.room_ids, slot.missing_ids) for slot in others
        ]
        assert [slot.allocation for slot in slots] == [slot.allocation for slot in others]

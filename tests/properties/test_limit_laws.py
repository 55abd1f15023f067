"""Limits hold whatever is booked, and forbid nothing else: against a count half hour by half hour.

The count here knows no buckets with borders. It asks every half hour which local date it has,
so the two agree only where the borders are right. The window lies around the night in
which Berlin's clocks go forward.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import given

from bookable import (
    BookableError,
    Booking,
    BookingRefused,
    Calendar,
    Catalogue,
    CheckIn,
    Counting,
    Epoch,
    Interval,
    Member,
    Room,
    Scheduler,
    StaleLedgerError,
)
from bookable.availability.limit_buckets import Buckets, shared_time, sharing_more
from bookable.domain.limit import Limit, LimitSubject, Period
from bookable.timeline import _kernel as kernel
from bookable.timeline.civil import to_zone
from bookable.timeline.instant import DAY, from_us, to_us
from tests.support import strategies as st

HALF = timedelta(minutes=30)
US = timedelta(microseconds=1)
BEGIN = datetime(2026, 3, 28, 12, tzinfo=UTC)
UNITS = 72
WINDOW = Interval(BEGIN, BEGIN + UNITS * HALF)
NOW = BEGIN - timedelta(days=2)
GRID = Epoch(HALF)
LENGTHS = (1, 2, 5, 50)
CUSTOMERS = ("ann", "bea", None)
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")
DATED = (Period.DAY, Period.WEEK, Period.MONTH, Period.YEAR)


def moment(unit):
    return BEGIN + unit * HALF


@st.composite
def limits(draw, subjects=tuple(LimitSubject)):
    per = set(draw(st.lists(st.sampled_from(subjects), max_size=3)))
    if {LimitSubject.HOST, LimitSubject.RESOURCE} <= per:
        per.discard(LimitSubject.RESOURCE)
    counts = draw(st.booleans())
    most = draw(st.integers(0, 3)) if counts else draw(st.integers(0, 12)) * HALF
    return Limit(
        most,
        draw(st.sampled_from(tuple(Period) if counts else DATED)),
        per=per,
        zone=draw(st.sampled_from(ZONES)),
        week_start=draw(st.integers(0, 6)),
        tag=draw(st.sampled_from([None, None, "vip"])),
    )


wishes = st.tuples(
    st.sampled_from(["cut", "wash", "yoga"]),
    st.sampled_from([0, 1, 12, 13, 14, 21, 22, 23, 24, 31, 32]),
    st.sampled_from(LENGTHS),
    st.sampled_from(CUSTOMERS),
    st.booleans(),
)
"""Calendar, start, length, customer, and whether it has the tag."""


def calendar(name, **fields):
    durations = [length * HALF for length in LENGTHS]
    return Calendar(name, HALF, durations=durations, grid=GRID, zone="UTC", **fields)


def staffed(found):
    """Two people who do one thing at a time, and a class that one of them holds."""
    return Catalogue(
        members=[Member("ada"), Member("bob")],
        calendars=[
            calendar("cut", member_ids=["ada", "bob"], location_id="north"),
            calendar("wash", member_ids=["ada", "bob"], location_id="south"),
            calendar("yoga", kind="class", member_ids=["ada"], seats_per_slot=3),
        ],
        limits=found,
    )


def spacious(found):
    """One hall that takes whatever comes: only limits ever refuse."""
    return Catalogue(
        rooms=[Room("hall", 1_000, calendar_ids=["cut", "wash", "yoga"])],
        calendars=[
            calendar("cut", kind="event", location_id="north"),
            calendar("wash", kind="event", location_id="south"),
            calendar("yoga", kind="event", location_id="north"),
        ],
        limits=found,
    )


def request_of(scheduler, wish):
    name, _, length, customer_id, has_tag = wish
    plain = scheduler.request(name, duration=length * HALF)
    return attrs.evolve(plain, customer_id=customer_id, tags=["vip"] if has_tag else [])


# The count -----------------------------------------------------------------


def bucket(limit, instant):
    """The bucket that an instant is in, by a name that is good for comparing only."""
    day = instant.astimezone(limit.zone).date()
    if limit.period is Period.WEEK:
        days = (day - timedelta(days=back) for back in range(7))
        return next(each for each in days if each.weekday() == limit.week_start)
    return {
        Period.DAY: day.isoformat(),
        Period.MONTH: f"{day:%Y-%m}",
        Period.YEAR: f"{day:%Y}",
    }[limit.period]


def wholes(limit, booking):
    """Whose buckets a booking is in: for each host or resource, where the limit asks for them."""
    if limit.tag is not None and limit.tag not in booking.tags:
        return
    fixed = []
    for subject, value in (
        (LimitSubject.CALENDAR, booking.calendar_id),
        (LimitSubject.CUSTOMER, booking.customer_id),
        (LimitSubject.LOCATION, booking.location_id),
    ):
        if subject in limit.per:
            if value is None:
                return
            fixed.append(value)
    if LimitSubject.HOST in limit.per:
        yield from ((*fixed, host) for host in booking.host_ids)
    elif LimitSubject.RESOURCE in limit.per:
        yield from ((*fixed, each) for each in (*booking.room_ids, *booking.equipment))
    else:
        yield tuple(fixed)


def half_hours(booking):
    unit = booking.start
    while unit < booking.end:
        yield unit
        unit += HALF


def amounts(limit, bookings, now):
    """How much is taken in each bucket of a limit, from nothing but the bookings."""
    shared = {LimitSubject.HOST, LimitSubject.RESOURCE} & limit.per
    seen, taken = set(), Counter()
    for booking in bookings:
        in_class = booking.calendar_id == "yoga" and booking.host_ids
        session = booking.session_key if in_class else None
        for whose in wholes(limit, booking):
            if shared and session is not None:
                if (whose, session) in seen:
                    continue
                seen.add((whose, session))
            if isinstance(limit.maximum, timedelta):
                for unit in half_hours(booking):
                    taken[whose, bucket(limit, unit)] += 1
            elif limit.period is Period.ACTIVE:
                taken[whose] += booking.end > now
            elif limit.period is Period.CONCURRENT:
                for unit in half_hours(booking):
                    taken[whose, unit] += 1
            else:
                taken[whose, bucket(limit, booking.start)] += 1
    return taken


def most_of(limit):
    return limit.maximum // HALF if isinstance(limit.maximum, timedelta) else limit.maximum


def is_kept(limit, bookings, now):
    return all(count <= most_of(limit) for count in amounts(limit, bookings, now).values())


def blocking(scheduler):
    return [each for each in scheduler.bookings.values() if each.is_blocking]


def booked(scheduler, wish, booking_id, now=NOW):
    """The next state, or the same one where the wish is refused."""
    try:
        slot = scheduler.slot(request_of(scheduler, wish), start=moment(wish[1]), now=now)
        return scheduler.book(slot, booking_id=booking_id, now=now)
    except BookingRefused:
        return scheduler


def a_history(wished):
    """Bookings that nobody decided, so that limits may be broken already."""
    return [
        Booking(
            f"B-{number}",
            moment(unit),
            moment(unit + length),
            calendar_id=name,
            room_ids=["hall"],
            customer_id=customer_id,
            location_id="south" if name == "wash" else "north",
            tags=["vip"] if has_tag else [],
        )
        for number, (name, unit, length, customer_id, has_tag) in enumerate(wished)
    ]


# Buckets -------------------------------------------------------------------

ODD_ZONES = ("America/St_Johns", "Pacific/Apia", "America/Sao_Paulo", "Asia/Manila", *ZONES)
pieces = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3).map(
    kernel.normalise
)


@given(
    st.builds(
        Buckets,
        st.sampled_from(DATED),
        st.sampled_from(ODD_ZONES).map(to_zone),
        st.integers(0, 6),
    ),
    st.datetimes(datetime(1840, 1, 1), datetime(2060, 1, 1)),
    st.integers(1, 3 * DAY),
)
def test_every_instant_is_in_its_bucket_and_in_no_other(buckets, moment, length):
    low = to_us(moment.replace(tzinfo=UTC))
    high = low + length
    around = list(buckets.between(low, high))
    times = [buckets.times(each) for each in around]

    assert sum(map(len, times)) == len({piece for each in times for piece in each})
    begin, end = buckets.span(low, high)
    assert (
        kernel.subtract(((low, high),), kernel.normalise(p for each in times for p in each)) == ()
    )
    assert begin <= low < high <= end
    for instant in (low, high - 1):
        holding = [
            each
            for each, held in zip(around, times, strict=True)
            if kernel.clip(held, instant, instant + 1)
        ]
        assert holding == [buckets.of(instant)]


@given(
    st.sampled_from(ODD_ZONES).map(to_zone),
    st.datetimes(datetime(1840, 1, 1), datetime(2060, 1, 1)),
)
def test_a_day_is_all_instants_of_its_date(zone, moment):
    buckets, instant = Buckets(Period.DAY, zone), to_us(moment.replace(tzinfo=UTC))
    day = buckets.of(instant)

    assert day == from_us(instant).astimezone(zone).date()
    for start, end in buckets.times(day):
        for inside, outside in ((start, start - 1), (end - 1, end)):
            assert from_us(inside).astimezone(zone).date() == day
            assert from_us(outside).astimezone(zone).date() != day


@given(pieces, st.integers(1, 12), st.integers(0, 12))
def test_the_starts_that_share_too_much_are_those_counted_one_by_one(held, duration, room):
    found = kernel.normalise(sharing_more(held, duration, room))

    slow = [start for start in range(-20, 50) if shared_time(start, start + duration, held) > room]

    assert slow == [start for low, high in found for start in range(low, high)]
    hours = {each for low, high in held for each in range(low, high)}
    assert shared_time(3, 3 + duration, held) == len(hours & set(range(3, 3 + duration)))


# The laws ------------------------------------------------------------------


@given(
    st.lists(limits(), min_size=1, max_size=3),
    st.lists(
        st.tuples(wishes, st.sampled_from(["book", "book", "book", "cancel", "move"])), max_size=25
    ),
)
def test_no_bucket_ever_holds_more_than_its_limit(found, told):
    scheduler, now = Scheduler(staffed(found)), NOW
    for number, (wish, command) in enumerate(told):
        known = sorted(each.id for each in blocking(scheduler))
        if command == "book" or not known:
            scheduler = booked(scheduler, wish, f"B-{number:02}", now)
        elif command == "cancel":
            scheduler = scheduler.cancel(known[wish[1] % len(known)], now=now)
        else:
            scheduler = moved(scheduler, known[wish[1] % len(known)], wish, now)

        for limit in found:
            assert is_kept(limit, blocking(scheduler), now)


def moved(scheduler, booking_id, wish, now):
    booking = scheduler.booking(booking_id)
    own = (booking.calendar_id, *wish[1:3], booking.customer_id, "vip" in booking.tags)
    request = request_of(scheduler, own)
    try:
        slot = scheduler.slot(request, start=moment(wish[1]), now=now, ignoring=[booking_id])
    except BookingRefused:
        return scheduler
    return scheduler.reschedule(booking_id, to=slot, now=now)


@given(
    limits(subjects=tuple(set(LimitSubject) - {LimitSubject.HOST})),
    st.lists(wishes, max_size=8),
    wishes,
)
def test_a_limit_forbids_just_the_starts_that_would_break_it(limit, wished, wish):
    history = a_history(wished)
    scheduler = Scheduler(spacious([limit]), history)
    request = request_of(scheduler, wish)

    listed = {slot.start for slot in scheduler.free_slots(request, within=WINDOW, now=NOW)}

    for unit in range(UNITS):
        start = moment(unit)
        (mine,) = a_history([(wish[0], unit, *wish[2:])])
        mine = attrs.evolve(mine, id="mine")
        before, after = amounts(limit, history, NOW), amounts(limit, [*history, mine], NOW)
        expected = all(
            count <= most_of(limit) for key, count in after.items() if count > before[key]
        )
        assert (start in listed) == expected
        if unit % 9 == wish[1] % 9:
            refusals = scheduler.explain(request, start=start, now=NOW)
            assert expected == (refusals == ())
            assert {each.rule.value for each in refusals} <= {"limit_reached"}


@given(st.lists(limits(), min_size=1, max_size=3), st.lists(wishes, max_size=8), wishes)
def test_ranges_and_single_starts_say_the_same(found, wished, wish):
    scheduler = Scheduler(spacious(found), a_history(wished))
    request = request_of(scheduler, wish)

    periods = scheduler.start_periods(request, within=WINDOW, now=NOW)

    borders = {edge for period in periods for edge in (period.start, period.end)}
    asked = {edge + step for edge in borders for step in (-US, 0 * US, US)}
    for start in {*asked, WINDOW.start, WINDOW.end - US}:
        if WINDOW.start <= start < WINDOW.end:
            alone = Interval(start, start + US)
            single = scheduler.start_periods(request, within=alone, now=NOW)
            assert bool(single) == any(each.start <= start < each.end for each in periods)


@given(
    st.lists(limits(), min_size=1, max_size=3), st.lists(wishes, max_size=8), wishes, st.randoms()
)
def test_the_order_of_bookings_and_limits_does_not_matter(
    found, wished, wish, shuffling: random.Random
):
    history = a_history(wished)
    scheduler = Scheduler(spacious(found), history)
    request = request_of(scheduler, wish)
    mixed = sorted(history, key=lambda _: shuffling.random())
    other = Scheduler(spacious(sorted(found, key=lambda _: shuffling.random())), mixed)

    start = moment(wish[1])

    assert [each.start_periods(request, within=WINDOW, now=NOW) for each in (scheduler, other)] == [
        scheduler.start_periods(request, within=WINDOW, now=NOW)
    ] * 2
    assert sorted(map(str, scheduler.explain(request, start=start, now=NOW))) == sorted(
        map(str, other.explain(request, start=start, now=NOW))
    )


@given(st.lists(limits(), min_size=1, max_size=3), st.lists(wishes, max_size=8), wishes, wishes)
def test_what_is_cancelled_is_given_back(found, wished, wish, other):
    scheduler = Scheduler(staffed(found))
    for number, each in enumerate(wished):
        scheduler = booked(scheduler, each, f"B-{number}")
    asked = request_of(scheduler, other)
    before = [slot.start for slot in scheduler.free_slots(asked, within=WINDOW, now=NOW)]

    later = booked(scheduler, wish, "mine")

    if later is not scheduler:
        later = later.cancel("mine", now=NOW)
    assert [slot.start for slot in later.free_slots(asked, within=WINDOW, now=NOW)] == before


@given(st.lists(limits(), min_size=1, max_size=3), st.lists(wishes, max_size=8), wishes)
def test_a_booking_that_moves_does_not_stand_in_its_own_way(found, wished, wish):
    scheduler = booked(Scheduler(staffed(found)), wish, "mine")
    if not scheduler.bookings:
        return
    for number, each in enumerate(wished):
        scheduler = booked(scheduler, each, f"B-{number}")
    request, start = request_of(scheduler, wish), moment(wish[1])

    explained = scheduler.explain(request, start=start, now=NOW, ignoring=["mine"])

    assert "limit_reached" not in {each.rule.value for each in explained}


joiners = st.tuples(
    st.just("yoga"),
    st.sampled_from([21, 22, 23]),
    st.just(1),
    st.sampled_from(CUSTOMERS),
    st.booleans(),
)


@given(st.lists(limits(), min_size=1, max_size=3), st.lists(joiners, min_size=2, max_size=12))
def test_who_joins_a_session_keeps_to_the_limits(found, wished):
    scheduler = Scheduler(staffed(found))
    for number, wish in enumerate(wished):
        refusals = scheduler.explain(request_of(scheduler, wish), start=moment(wish[1]), now=NOW)
        later = booked(scheduler, wish, f"B-{number}")

        assert (later is not scheduler) == (refusals == ())
        scheduler = later
        for limit in found:
            assert is_kept(limit, blocking(scheduler), NOW)


@given(st.lists(limits(), min_size=1, max_size=2), st.lists(wishes, max_size=6), wishes)
def test_a_slot_for_anybody_is_decided_for_who_books_it(found, wished, wish):
    scheduler = Scheduler(staffed(found))
    for number, each in enumerate(wished):
        scheduler = booked(scheduler, each, f"B-{number}")
    mine, start = request_of(scheduler, wish), moment(wish[1])
    anybody = attrs.evolve(mine, customer_id=None)
    if scheduler.explain(anybody, start=start, now=NOW):
        return
    slot = scheduler.slot(anybody, start=start, now=NOW)

    refusals = scheduler.explain(mine, start=start, now=NOW)

    try:
        later = scheduler.book(slot, booking_id="mine", now=NOW, customer_id=wish[3])
    except BookingRefused as refused:
        assert refused.refusals == refusals != ()
    else:
        assert refusals == ()
        assert later.booking("mine").customer_id == wish[3]


@given(
    st.lists(limits(), min_size=1, max_size=3),
    st.lists(wishes, max_size=4),
    st.lists(wishes, min_size=2, max_size=4),
)
def test_plans_of_one_state_never_break_a_limit_together(found, wished, planned):
    scheduler = Scheduler(staffed(found))
    for number, wish in enumerate(wished):
        scheduler = booked(scheduler, wish, f"B-{number}")
    plans = []
    for number, wish in enumerate(planned):
        try:
            slot = scheduler.slot(request_of(scheduler, wish), start=moment(wish[1]), now=NOW)
        except BookingRefused:
            continue
        plans.append(scheduler.plan_book(slot, booking_id=f"P-{number}", now=NOW))

    for plan in plans:
        with suppress(StaleLedgerError):
            scheduler = scheduler.apply(plan)
        for limit in found:
            assert is_kept(limit, blocking(scheduler), NOW)


# What is over, and what gave up its rooms --------------------------------------


@st.composite
def fates(draw):
    """A booking of the hall, by hand: it took place or not, was cut short or gave up the hall."""
    start, length = draw(st.sampled_from([0, 1, 12, 22, 23, 24])), draw(st.sampled_from([1, 2, 4]))
    status = draw(st.sampled_from(["confirmed", "confirmed", "released", "no_show", "cancelled"]))
    gone = {"rooms_until": moment(start + draw(st.integers(0, length)))}
    over = {"ended_at": moment(start + draw(st.integers(0, 1)) * length)}
    return Booking(
        "later",
        moment(start),
        moment(start + length),
        calendar_id=draw(st.sampled_from([None, None, "cut"])),
        customer_id=draw(st.sampled_from([None, None, "ann"])),
        room_ids=["hall"],
        status=status,
        **draw(st.sampled_from([{}, gone])) if status == "confirmed" else over,
    )


def counted_times(limit, bookings):
    """The half hours of each booking that a limit counts, told for the hall or for everything."""
    is_room = LimitSubject.RESOURCE in limit.per
    for each in bookings:
        until = each.rooms_until if is_room and each.rooms_until is not None else each.end
        lasts = each.is_blocking and until > each.start
        if lasts if limit.counting is None else each.status in limit.counting.statuses:
            yield attrs.evolve(each, end=until if until > each.start else each.end)


@given(
    st.lists(fates(), max_size=6),
    st.sampled_from([LimitSubject.RESOURCE, LimitSubject.CUSTOMER, LimitSubject.CALENDAR, None]),
    st.sampled_from([1, 2, 3, 2 * HALF, 5 * HALF]),
    st.sampled_from(list(Period)),
    st.sampled_from([None, None, Counting.with_no_shows(), Counting(["confirmed"])]),
    st.booleans(),
    st.sampled_from([0, 1, 12, 21, 22, 23, 24]),
)
def test_a_limit_counts_what_takes_time_or_is_in_a_status_that_counts(
    found, subject, most, period, counting, remembers, start
):
    if isinstance(most, timedelta) and period not in DATED:
        period = Period.DAY
    per = () if subject is None else (subject,)
    limit = Limit(most, period, per=per, zone="UTC", counting=counting)
    other = [Limit(1_000, "year", counting=Counting.with_no_shows())] if remembers else []
    history = [attrs.evolve(each, id=f"B-{number}") for number, each in enumerate(found)]
    scheduler = Scheduler(spacious([limit, *other]), history)
    request = attrs.evolve(scheduler.request("cut", duration=2 * HALF), customer_id="ann")
    mine = Booking("mine", moment(start), moment(start + 2), calendar_id="cut", customer_id="ann")
    mine = attrs.evolve(mine, room_ids=["hall"])

    agreeing = [
        each
        for each in counted_times(limit, history)
        if subject is not LimitSubject.CALENDAR or each.calendar_id == "cut"
        if subject is not LimitSubject.CUSTOMER or each.customer_id == "ann"
    ]
    before, after = (amounts(limit, each, NOW) for each in (agreeing, [*agreeing, mine]))
    expected = all(count <= most_of(limit) for key, count in after.items() if count > before[key])
    assert expected == (scheduler.explain(request, start=moment(start), now=NOW) == ())


STATUSES = ("confirmed", "checked_in", "completed", "no_show", "released", "cancelled")
EVENTS = ("check_in", "check_out", "complete", "no_show", "cancel")


def happened(scheduler, event, booking_id, now):
    """The state after an event, or the same one where it cannot be."""
    tell = {
        "check_in": lambda: scheduler.check_in(booking_id, at=now),
        "check_out": lambda: scheduler.check_out(booking_id, at=now),
        "complete": lambda: scheduler.complete(booking_id, at=now),
        "no_show": lambda: scheduler.mark_no_show(booking_id, at=now),
        "cancel": lambda: scheduler.cancel(booking_id, now=now),
    }
    with suppress(BookableError):
        return tell[event]()
    return scheduler


@given(
    st.sets(st.sampled_from(STATUSES), min_size=1, max_size=3),
    st.sampled_from([(), ("customer",), ("host",), ("calendar",), ("location",)]),
    st.sampled_from([None, CheckIn(grace=timedelta(0)), CheckIn(grace=HALF)]),
    st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, 4)), max_size=2),
    st.tuples(st.sampled_from(EVENTS), st.integers(0, 4)),
)
def test_a_plan_is_stale_once_another_status_counts_against_it(statuses, per, check_in, told, last):
    limit = Limit(1, "month", per=per, zone="UTC", counting=Counting(statuses))
    catalogue = staffed([limit])
    cut = attrs.evolve(catalogue.calendar("cut"), member_ids=["ada"], check_in=check_in)
    scheduler = Scheduler(catalogue.replace(cut))
    request = request_of(scheduler, ("cut", 2, 2, "ann", False))
    slot = scheduler.slot(request, start=moment(2), now=NOW)
    scheduler = scheduler.book(slot, booking_id="B", now=NOW)
    for event, unit in told:
        scheduler = happened(scheduler, event, "B", moment(unit))
    now = moment(5)
    if scheduler.explain(request, start=moment(20), now=now):
        return
    plan = scheduler.plan_book(
        scheduler.slot(request, start=moment(20), now=now), booking_id="P", now=now
    )

    scheduler = happened(scheduler, last[0], "B", moment(last[1]))

    refused = scheduler.explain(request, start=moment(20), now=now)
    with suppress(StaleLedgerError):
        scheduler.apply(plan)
        assert not refused

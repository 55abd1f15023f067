"""Who may be free or not: never taken, and as busy as who is blocked all the time."""

from __future__ import annotations

import attrs
from hypothesis import assume, given

from bookable import BusyKind, Calendar, Request, Scheduler
from bookable.testing import realise
from bookable.testing.choices import EVERY_RULE
from bookable.testing.pair import Pair
from bookable.testing.strategies import numbers
from tests.properties.histories import WHOLE, histories, starts
from tests.support import strategies as st

LIFE = ("book", "book", "book", "block", "cancel", "change", "tick")
ALWAYS = realise.interval(-500, 600)
FIXED_STARTS = EVERY_RULE - {"packing", "horizons"}
"""Where what is on offer does not depend on what else is: more to take never takes a start away."""


@st.composite
def cases(draw, rules=EVERY_RULE) -> tuple[Pair, Request, list[str]]:
    """A history, one of its questions, and some who may be free or not."""
    pair = draw(histories(*LIFE, rules=rules))
    asked = pair.question(draw(numbers()), draw(numbers()))
    assume(asked is not None)
    entries = [each for each in pair.scheduler.catalogue if not isinstance(each, Calendar)]
    ids = draw(st.lists(st.sampled_from(sorted(each.id for each in entries)), unique=True))
    return pair, asked[1], ids


def asking(request, ids, unknown="busy"):
    return attrs.evolve(request, unknown_ids=ids, unknown=unknown)


def listed(scheduler: Scheduler, request: Request, now: int):
    return scheduler.free_slots(request, within=WHOLE, now=realise.moment(now))


def facts(slot):
    """All that a slot tells, but for what is said of who is unknown."""
    return (
        slot.start,
        slot.allocation,
        slot.host_ids,
        slot.room_ids,
        slot.seats_left,
        slot.options,
        slot.missing_ids,
        slot.is_overbooked,
    )


@given(cases())
def test_who_is_unknown_is_as_busy_as_who_is_blocked_all_the_time(case):
    pair, request, ids = case
    assume(request.blocking_kinds is None or BusyKind.BUSY in request.blocking_kinds)
    blocked = pair.scheduler
    for key in ids:
        blocked = blocked.block(key, ALWAYS, block_id=f"always {key}")

    found = listed(pair.scheduler, asking(request, ids), pair.now)
    expected = listed(blocked, asking(request, []), pair.now)

    assert list(map(facts, found)) == list(map(facts, expected))


@given(cases(), st.sampled_from(["busy", "left_out"]))
def test_nobody_who_is_unknown_is_ever_taken(case, unknown):
    pair, request, ids = case
    now = realise.moment(pair.now)
    slots = listed(pair.scheduler, asking(request, ids, unknown), pair.now)
    blocks = pair.scheduler.blocks.values()
    unread = {each.resource_id for each in blocks if each.kind is BusyKind.UNKNOWN}

    assert set(slots.unknown_ids) <= {*ids} | unread
    for slot in slots:
        # Who was not read for a while is told of by the slots of that while alone.
        assert {*slot.unknown_ids} - unread == {*slots.unknown_ids} - unread
        assert {*slot.unknown_ids} <= {*slots.unknown_ids}
        assert not {*slot.host_ids, *slot.room_ids, *slot.allocation.resource_ids} & {*ids}
        booking = pair.scheduler.book(slot, booking_id="new", now=now).booking("new")
        assert not {*booking.resource_ids} & {*ids}
        assert booking.resource_ids == slot.allocation.resource_ids


@given(cases(FIXED_STARTS))
def test_what_is_offered_with_them_busy_is_offered_without_them(case):
    pair, request, ids = case
    busy, left_out = (asking(request, ids, unknown) for unknown in ("busy", "left_out"))

    assert starts(pair.scheduler, busy, pair.now) <= starts(pair.scheduler, left_out, pair.now)
    assert (
        listed(pair.scheduler, busy, pair.now).unknown_ids
        == listed(pair.scheduler, left_out, pair.now).unknown_ids
    )


@given(cases())
def test_people_are_missing_only_because_they_are_unknown_or_optional(case):
    pair, request, ids = case
    slots = listed(pair.scheduler, asking(request, ids, "left_out"), pair.now)
    known = {slot.start: slot for slot in listed(pair.scheduler, asking(request, []), pair.now)}

    for slot in slots:
        assert {*slot.missing_ids} <= {*slot.unknown_ids, *request.optional_ids}
        if slot.start in known:
            assert {*known[slot.start].missing_ids} <= {*slot.missing_ids}


@given(cases(), st.sampled_from(["busy", "left_out"]))
def test_who_has_nothing_to_do_with_it_makes_no_difference(case, unknown):
    pair, request, ids = case
    slots = listed(pair.scheduler, asking(request, ids, unknown), pair.now)
    concerned = asking(request, slots.unknown_ids, unknown)

    if (
        request.calendar_id is None
        or not pair.scheduler.catalogue.calendar(request.calendar_id).has_sessions
    ):
        # Sessions from elsewhere may have what nobody would take any more.
        again = listed(pair.scheduler, concerned, pair.now)
        assert list(map(facts, slots)) == list(map(facts, again))
    plain = asking(request, [], unknown)
    same = listed(pair.scheduler, plain, pair.now)
    expected = listed(pair.scheduler, asking(request, []), pair.now)
    assert list(map(facts, same)) == list(map(facts, expected))

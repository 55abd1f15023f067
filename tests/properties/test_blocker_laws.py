"""What refuses is what is in the way: blockers, and why a listing is empty, against the predicate."""

from __future__ import annotations

from datetime import timedelta

import attrs
from hypothesis import given

from bookable import Calendar, Equipment, Room, Scheduler
from bookable.availability.explain import explain
from bookable.availability.feasibility import Starts
from bookable.availability.sieve import Sieve
from bookable.domain.refusal import RefusalCode
from tests.properties.small_worlds import HOURS_OF_DAY, asked
from tests.support.builders import NOW, at, us

EVERY_RULE = tuple(RefusalCode)
STARTS = Starts(tuple(us(f"{hour}:00") for hour in HOURS_OF_DAY))


def sieve_of(state, request) -> Sieve:
    return Sieve(state._search(request, NOW, ()), STARTS)


@given(asked(rich=True))
def test_a_sieve_of_all_rules_lets_through_what_can_be_booked(question):
    sieve = sieve_of(*question)

    assert sieve.bookable() == sieve.search.offer(STARTS).bookable


@given(asked(rich=True))
def test_without_a_rule_nothing_is_lost_and_without_all_everything_can_be_booked(question):
    sieve = sieve_of(*question)
    kept = sieve.bookable()

    for rule in EVERY_RULE:
        assert sieve.bookable((rule,)) & kept == kept
    assert sieve.bookable(EVERY_RULE) == (1 << len(STARTS.times)) - 1


@given(asked(rich=True))
def test_a_start_could_be_booked_without_the_rules_that_it_is_refused_for(question):
    sieve = sieve_of(*question)
    for position, start in enumerate(STARTS.times):
        told = {each.rule for each in explain(sieve.search, start)}

        assert sieve.bookable(told) >> position & 1


# Removing what is named ------------------------------------------------------

TIMELY = {
    RefusalCode.NOTICE_TOO_SHORT: "minimum_notice",
    RefusalCode.BEYOND_HORIZON: "booking_horizon",
}
NONE = {"minimum_notice": timedelta(0), "booking_horizon": None, "hours": None}


def can_be_mended(refusal) -> bool:
    """Whether somebody could do something about it: nobody can be in two roles at once."""
    if refusal.rule is RefusalCode.ROLES_COMPETE:
        return refusal.detail["needed"] <= len(refusal.detail["pool"])
    return refusal.detail.get("what") != "resources"


def changes(refusal, entry):
    """The fields of an entry, or of the request, that no longer refuse."""
    name = TIMELY.get(refusal.rule)
    if name is not None:
        return {name: NONE[name]}
    if refusal.rule is RefusalCode.INACTIVE:
        return {"is_active": True}
    if refusal.rule is RefusalCode.OUTSIDE_HOURS:
        return {"hours": None}
    if refusal.rule is RefusalCode.NEVER_FITS:
        sizes = {Room: "capacity", Equipment: "quantity", Calendar: "seats_per_slot"}
        lacking = refusal.detail["needed"] - refusal.detail["available"]
        return {sizes[type(entry)]: getattr(entry, sizes[type(entry)]) + lacking}
    return {}


def mended(state, request, refusals):
    """The state and the request without what these refusals name."""
    catalogue = state.catalogue
    gone = {key for each in refusals for key in each.booking_ids}
    lifted = {key for each in refusals for key in each.detail.get("block_ids", ())}
    if any(each.rule is RefusalCode.NOT_NEXT for each in refusals):
        calendar = catalogue.calendar(request.calendar_id)
        fair = attrs.evolve(calendar.ranking, strict=False)
        catalogue = catalogue.replace(attrs.evolve(calendar, ranking=fair))
    for refusal in refusals:
        entry = catalogue.get(refusal.subject) if refusal.subject else None
        new = changes(refusal, entry)
        if new and entry is None:
            request = attrs.evolve(request, **new)
        elif new:
            catalogue = catalogue.replace(attrs.evolve(entry, **new))
            if refusal.rule in {RefusalCode.INACTIVE, RefusalCode.OUTSIDE_HOURS}:
                catalogue = with_parts(catalogue, entry, new)
    bookings = [each for each in state.bookings.values() if each.id not in gone]
    blocks = [each for each in state.blocks.values() if each.id not in lifted]
    return Scheduler(catalogue, bookings, blocks), request


def with_parts(catalogue, entry, new):
    """A hall is open, and active, only while all its parts are: these change along with it."""
    for key in getattr(entry, "parts", ()):
        part = catalogue.room(key)
        catalogue = with_parts(catalogue.replace(attrs.evolve(part, **new)), part, new)
    return catalogue


def refused_starts(state, request):
    for hour in HOURS_OF_DAY:
        start = at(f"{hour}:00")
        refusals = state.explain(request, start=start, now=NOW)
        if refusals and all(map(can_be_mended, refusals)):
            yield start, refusals


def shows_more_later(state, request, refusals) -> bool:
    """Whether mending one thing may bring up another.

    What never fits is not also called busy; without a neighbour the next one counts for the way;
    and whose turn it is depends on what is booked.
    """
    if any(each.rule is RefusalCode.NEVER_FITS for each in refusals):
        return True
    calendar = state.catalogue.calendar_or_none(request.calendar_id)
    strict = calendar is not None and calendar.ranking.strict
    return strict or bool(state.catalogue.settings.travel)


@given(asked(rich=True))
def test_without_everything_that_is_named_a_start_can_be_booked(question):
    state, request = question
    for start, refusals in refused_starts(state, request):
        left, asked_for = mended(state, request, refusals)
        for _ in range(5 if shows_more_later(state, request, refusals) else 0):
            more = left.explain(asked_for, start=start, now=NOW)
            left, asked_for = mended(left, asked_for, more)

        assert left.explain(asked_for, start=start, now=NOW) == ()


@given(asked())
def test_without_everything_that_is_not_named_a_start_is_refused_all_the_same(question):
    state, request = question
    for start, refusals in refused_starts(state, request):
        named = {key for each in refusals for key in each.booking_ids}
        stands = {key for each in refusals for key in each.detail.get("block_ids", ())}
        left = Scheduler(
            state.catalogue,
            [each for key, each in state.bookings.items() if key in named],
            [each for key, each in state.blocks.items() if key in stands],
        )

        assert left.explain(request, start=start, now=NOW) != ()


@given(asked())
def test_each_reason_of_the_calendar_is_enough_and_those_of_resources_are_together(question):
    state, request = question
    for start, refusals in refused_starts(state, request):
        own = [each for each in refusals if each.subject == (request.calendar_id or "")]
        own = [
            each for each in own if each.rule not in {RefusalCode.FULL, RefusalCode.ROLES_COMPETE}
        ]
        for refusal in own:
            others = [each for each in refusals if each != refusal]
            left, asked_for = mended(state, request, others)
            assert left.explain(asked_for, start=start, now=NOW) != ()
        if len(own) < len(refusals):
            left, asked_for = mended(state, request, own)
            assert left.explain(asked_for, start=start, now=NOW) != ()

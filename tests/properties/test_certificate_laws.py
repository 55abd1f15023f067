"""A certificate holds without the engine, and one that was tampered with does not."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import given, settings

from bookable.codecs.certificates import certificate, refusal_certificate
from bookable.errors import BookableError
from bookable.verify import SHARED, CertificateError, check, digest, verify
from tests.properties.lives import (
    asked_of,
    concrete,
    crowded,
    lives,
    lowered,
    moments,
    steps,
)
from tests.support import strategies as st
from tests.support.builders import (
    HOUR,
    NOW,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
)

# Tampering -------------------------------------------------------------------


def places(value: object, path: tuple = ()) -> Iterator[tuple]:
    """The way to everything inside a certificate."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


def at_path(value: object, path: tuple) -> object:
    for key in path:
        value = value[key]
    return value


def others_than(value: object) -> Iterator[object]:
    """Other values for a field: near ones, above all."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1, value + 10, None)
    elif value is None:
        yield from (1, "tampered")
    elif isinstance(value, str) and value[4:5] == "-" and "T" in value:
        yield from (f"2026-03-02T{hour:02d}:30:00+00:00" for hour in (8, 9, 10, 14))
        yield "2031-01-01T00:00:00+00:00"
    elif isinstance(value, str):
        yield from ("tampered", "")


def mutants(good: dict) -> Iterator[tuple[str, dict]]:
    """Certificates that differ from a good one in one place, with what was done."""
    for path in places(good):
        value, key = at_path(good, path), path[-1]
        for other in others_than(value):
            if other == value and type(other) is type(value):
                continue
            bad = copy.deepcopy(good)
            at_path(bad, path[:-1])[key] = other
            yield f"changed {_name(path)}", bad
        bad = copy.deepcopy(good)
        del at_path(bad, path[:-1])[key]
        yield f"dropped {_name(path)}", bad
        if isinstance(value, list) and value:
            bad = copy.deepcopy(good)
            at_path(bad, path).append(copy.deepcopy(value[0]))
            yield f"doubled {_name(path)}", bad
    yield from swapped(good)


def swapped(good: dict) -> Iterator[tuple[str, dict]]:
    """With the ids of two claims changed about."""
    claims = [path for path in places(good) if path[-1] == "booking_id"]
    for one, other in zip(claims, claims[1:], strict=False):
        first, second = at_path(good, one), at_path(good, other)
        if first != second:
            bad = copy.deepcopy(good)
            at_path(bad, one[:-1])["booking_id"] = second
            at_path(bad, other[:-1])["booking_id"] = first
            yield "swapped ids", bad


def _name(path: tuple) -> str:
    return ".".join(key for key in path if isinstance(key, str))


def survives(certificate: dict, *, signed_again: bool) -> bool:
    """Whether a tampered certificate is believed."""
    if signed_again and isinstance(certificate, dict):
        parts = {key: certificate[key] for key in certificate if key != "digest"}
        certificate = {**parts, "digest": digest(parts)}
    try:
        verify(certificate)
    except CertificateError:
        return False
    return True


# Laws ------------------------------------------------------------------------


@given(lives(rich=True), steps(), moments())
def test_the_certificate_of_every_acceptance_holds(state, step, now):
    try:
        plan = concrete(state, step, now, "N")(state)
    except BookableError:
        return
    found = certificate(state, plan)

    verify(found)
    verify(json.loads(json.dumps(found)))


@given(lives(rich=True), st.integers(0, 40), moments(), st.integers(9, 14))
def test_the_certificate_of_every_refusal_holds(state, number, now, hour):
    request, start = asked_of(state, number), at(f"{hour}:00")
    if state.explain(request, start=start, now=now):
        verify(json.loads(json.dumps(refusal_certificate(state, request, start=start, now=now))))


@given(crowded(), moments(), st.booleans())
def test_the_certificate_of_every_repair_holds(state, now, less):
    state = state.with_catalogue(lowered(state.catalogue)) if less else state

    verify(certificate(state, state.plan_repair(now=now).plan))


@given(lives(), st.lists(steps(), min_size=1, max_size=4), moments())
def test_the_certificate_of_every_group_holds(state, told, now):
    commands = [concrete(state, step, now, f"N-{number}") for number, step in enumerate(told)]
    try:
        plan = state.plan_group(commands)
    except BookableError:
        return

    verify(certificate(state, plan))


def joins(entry) -> bool:
    """Whether a claim is one more of a session, which takes no more of what is shared there."""
    keys = ("session", "start", "end", "units")
    own = [entry["claim"][key] for key in keys]
    return own[0] is not None and own in [[each[key] for key in keys] for each in entry["others"]]


@given(st.data())
def test_a_certificate_of_more_than_there_is_does_not_hold(data):
    """What an engine without any check would say of bookings that do not fit."""
    state = data.draw(crowded())
    troubled = [each for each in state.violations(now=NOW) if each.rule.value == "overcommitted"]
    for each in troubled:
        booking = state.bookings[each.booking_ids[0]]
        plan = state._ledger.plan("book", after=(booking,))
        bare = state._with(state.catalogue, state._ledger._next())
        bare._ledger.bookings = bare._ledger.bookings.without([booking.id])
        bare._ledger._give_back(list(state._ledger.claims_of(booking)))
        claims = certificate(bare, plan)["allocation"]
        over = [
            check["left"]
            for entry in claims
            for check in entry["checks"]
            if check["left"] is not None and not (joins(entry) and check["what"] in SHARED)
        ]
        if min(over, default=0) < 0:
            with pytest.raises(CertificateError, match="than there is"):
                verify(certificate(bare, plan))


@given(lives(rich=True), steps("book", "hold", "reschedule"), moments())
@settings(max_examples=15)
def test_a_certificate_that_was_tampered_with_does_not_hold(state, step, now):
    try:
        plan = concrete(state, step, now, "N")(state)
    except BookableError:
        return
    for done, bad in islice(mutants(certificate(state, plan)), 600):
        assert not survives(bad, signed_again=False), done


# The score ---------------------------------------------------------------------


def samples() -> list[dict]:
    """Certificates of many kinds: pooled seats, a session, units, refusals, a group, a repair."""
    state = a_scheduler(
        a_class(seats=4, buffer_after=HOUR / 2),
        a_calendar(kind="round_robin", member_ids=["ada", "bob"], slot_step=HOUR / 4),
        a_member("ada"),
        a_member("bob"),
        a_room("blue room", 4, calendar_ids=["massage", "yoga"]),
        an_item("table", 3, calendar_ids=["massage"]),
    )
    state = booked(state, "09:00", calendar="yoga", booking_id="Y-1", party_size=2)
    state = booked(state, "09:00", calendar="massage", booking_id="M-1")
    state = booked(state, "11:00", calendar="massage", booking_id="M-2")
    state = booked(state, "12:30", calendar="massage", booking_id="M-3")
    asked = state.request("yoga"), state.request("massage", party_size=2)
    full = booked(state, "09:00", calendar="yoga", booking_id="Y-2")
    slots = [state.slot(each, start=at("09:00"), now=NOW) for each in asked[:1]]
    slots.append(state.slot(asked[1], start=at("11:15"), now=NOW))
    lost = state.with_catalogue(state.catalogue.replace(a_member("bob", is_active=False)))
    return [
        *(certificate(state, state.plan_book(each, booking_id="N", now=NOW)) for each in slots),
        certificate(lost, lost.plan_repair(now=NOW, moving=["M-1", "M-2"]).plan),
        refusal_certificate(full, full.request("yoga", party_size=2), start=at("09:00"), now=NOW),
        refusal_certificate(full, full.request("massage"), start=at("09:00"), now=NOW),
        refusal_certificate(full, asked[1], start=at("09:00"), now=at("12:00")),
    ]


def test_every_mutant_of_the_samples_is_refused():
    score = Counter(
        survives(bad, signed_again=False) for good in samples() for _, bad in mutants(good)
    )

    assert score[True] == 0
    assert score[False] > 2_500


def test_most_mutants_are_refused_even_when_they_are_signed_again():
    """By what the numbers say alone: what is left is text that nothing else depends on."""
    score, left = Counter(), Counter()
    for good in samples():
        for done, bad in mutants(good):
            if done.endswith("digest"):
                continue
            believed = survives(bad, signed_again=True)
            score[believed] += 1
            left[done] += believed
    killed = score[False] / score.total()

    print(f"{killed:.1%} of {score.total()} mutants refused without the digest")
    print("\n".join(f"{count} {done}" for done, count in left.most_common() if count))
    assert killed > 0.9


def test_the_checks_alone_hold_for_the_samples():
    for good in samples():
        check(good)
        verify(good)

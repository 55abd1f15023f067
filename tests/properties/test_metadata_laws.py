"""Metadata are carried along and never read: no answer and no decision tells whether there are any."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import itemgetter

import attrs
import pytest
from hypothesis import given

from bookable import (
    BookableError,
    Catalogue,
    CivilTime,
    IdConflictError,
    Plan,
    Recurrence,
    Scheduler,
    SeriesPolicy,
)
from tests.properties.deciding import KINDS_OF_PLANS, worlds
from tests.properties.lives import (
    WORDS,
    Command,
    asked_of,
    concrete,
    lived,
    lives,
    moments,
    steps,
)
from tests.properties.small_worlds import DAY
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW

metadata = st.dictionaries(
    st.sampled_from(["title", "status", "Übung"]), st.sampled_from(["", "cancelled", "ö\n"])
)
some_metadata = metadata.filter(bool)
OTHERS = [word for word in WORDS if word != "annotate"]
other_steps = steps(*OTHERS)
LIFE = ("hold", "reschedule", "check_in", "check_out", "no_show")
eventful = st.tuples(steps(*OTHERS, *LIFE * 4), moments())


def noted(draw, state: Scheduler, *, also_entries: bool = True) -> Scheduler:
    """The same state with metadata beside everything, or beside what is booked and blocked."""
    catalogue = state.catalogue
    for entry in catalogue if also_entries else ():
        catalogue = catalogue.replace(attrs.evolve(entry, metadata=draw(metadata)))
    return Scheduler(
        catalogue,
        [attrs.evolve(each, metadata=draw(some_metadata)) for each in state.bookings.values()],
        [attrs.evolve(each, metadata=draw(some_metadata)) for each in state.blocks.values()],
    )


def bare(state: Scheduler) -> Scheduler:
    """The state without any metadata."""
    catalogue: Catalogue = state.catalogue
    for entry in catalogue:
        catalogue = catalogue.replace(attrs.evolve(entry, metadata={}))
    return Scheduler(
        catalogue,
        [attrs.evolve(each, metadata={}) for each in state.bookings.values()],
        [attrs.evolve(each, metadata={}) for each in state.blocks.values()],
    )


def kept(state: Scheduler) -> dict[str, object]:
    """The metadata of every booking."""
    return {each.id: each.metadata for each in state.bookings.values()}


def answers(state: Scheduler, now: datetime) -> dict[str, object]:
    """What the state says of every calendar and resource, metadata left aside."""
    found: dict[str, object] = {"violations": state.violations(now=now)}
    for number in range(4):
        request = asked_of(state, number)
        asked = {"within": DAY, "now": now}
        slots = state.free_slots(request, **asked)
        found[f"{number}, slots"] = [
            (each.start, each.allocation, each.seats_left, each.is_overbooked) for each in slots
        ]
        found[f"{number}, periods"] = state.free_periods(request, **asked)
        found[f"{number}, starts"] = state.start_periods(request, **asked)
        found[f"{number}, why"] = [
            state.explain(request, start=DAY.start + hour * HOUR, now=now) for hour in range(-1, 7)
        ]
        found[f"{number}, none"] = state.why_empty(request, **asked)
        start = DAY.start + 2 * HOUR
        found[f"{number}, else"] = [
            (each.kind, each.slot.start, each.slot.allocation)
            for each in state.alternatives(request, start=start, **asked)
        ]
    for calendar in state.catalogue.calendars():
        found[f"{calendar.id}, sessions"] = state.sessions(calendar.id, within=DAY, now=now)
        found[f"{calendar.id}, hosts"] = state.host_standings(calendar.id, now=now)
    for entry in state.catalogue:
        found[f"{entry.id}, busy"] = state.free_busy(entry.id, within=DAY, now=now)
        found[f"{entry.id}, agenda"] = [
            attrs.evolve(each, metadata={}) for each in state.agenda(entry.id, within=DAY, now=now)
        ]
    return found


def outcome(command: Callable[[], Plan]) -> Plan | tuple[str, str]:
    """The plan, or what is wrong."""
    try:
        return command()
    except BookableError as error:
        return type(error).__name__, str(error)


@given(lives(rich=True), moments(), st.data())
def test_no_answer_tells_whether_there_are_metadata(state, now, data):
    other = noted(data.draw, state)

    assert answers(other, now) == answers(state, now)
    assert bare(other) == bare(state)
    other.check()


def told_to(state: Scheduler, command: Command) -> tuple[object, Scheduler | None]:
    """What a command decides, metadata left aside, and the state after it."""
    plan = outcome(lambda: command(state))
    if not isinstance(plan, Plan):
        return plan, None
    said = (plan.command, plan.at, plan.rests_on, plan.given_back, plan.taken)
    return said, state.apply(plan)


@given(lives(rich=True), other_steps, moments(), st.data())
def test_no_decision_tells_whether_what_is_booked_has_metadata(state, step, now, data):
    """It rests on the same versions, takes the same and leads to the same state, or fails alike."""
    command = concrete(state, step, now, "new")
    other = noted(data.draw, state, also_entries=False)
    (plain, after), (said, then) = told_to(state, command), told_to(other, command)

    assert said == plain
    assert (then is None) == (after is None)
    if then is not None and after is not None:
        assert bare(then) == bare(after)
        then.check()


@given(lives(rich=True), st.lists(eventful, max_size=10), st.data())
def test_every_booking_keeps_its_metadata_whatever_happens_to_it(state, told, data):
    """As time goes by: what nobody did, and what was booked in between, too."""
    state = noted(data.draw, state)
    for number, (step, now) in enumerate(sorted(told, key=itemgetter(1))):
        before = kept(state)
        state = lived(state, [step], now, f"N-{number}").swept(now=now)
        assert before.items() <= kept(state).items()
        for key in sorted(state.bookings.keys() - before.keys()):
            assert not state.bookings[key].metadata
            state = state.annotate(key, metadata=data.draw(some_metadata))


@pytest.mark.parametrize("kind", KINDS_OF_PLANS)
@given(data=st.data())
def test_plans_of_several_bookings_keep_the_metadata_of_each(kind, data):
    state = noted(data.draw, data.draw(worlds()))
    try:
        found = KINDS_OF_PLANS[kind](data.draw, state)
    except BookableError:
        return
    state, plan = found if isinstance(found, tuple) else (state, found)
    before, after = kept(state), kept(state.apply(plan))
    if kind == "group":
        # Some of its commands may be to change them.
        assert before.keys() <= after.keys()
        return

    assert before.items() <= after.items()


recurring = st.builds(
    lambda hours, count: Recurrence(
        f"FREQ=DAILY;COUNT={count};BYHOUR={','.join(map(str, sorted(hours)))}",
        datetime(2026, 3, 2, min(hours)),
        "UTC",
    ),
    st.sets(st.sampled_from([8, 11, 14, 16]), min_size=1, max_size=3),
    st.integers(1, 4),
)


@given(worlds(), recurring, recurring, st.integers(0, 9), some_metadata, st.integers(0, 48))
def test_a_series_keeps_its_metadata_wherever_it_goes(state, first, to, number, texts, hours):
    request, now = asked_of(state, number), NOW + hours * HOUR
    try:
        booked = state.plan_recurring(
            request, first, series_id="S", now=NOW, policy=SeriesPolicy("skip"), metadata=texts
        )
    except BookableError:
        return  # they would overlap each other
    if not booked.is_accepted or booked.recurrence is None:
        return
    state = state.apply(booked.plan)
    assert {each.id for each in state.bookings.values() if each.metadata} == {
        each.id for each in state.occurrences("S")
    }
    clocks = {
        each.id: CivilTime(each.original_start + timedelta(hours=1), "UTC")
        for each in state.occurrences("S")
    }
    for change in (
        lambda: state.change_series(
            "S", booked.recurrence, to=to, request=request, now=now, new_series_id="T"
        ),
        lambda: state.re_resolve(clocks, now=now),
        lambda: state.cancel_series("S", now=now),
        lambda: state.drop_series("S", now=now),
    ):
        try:
            after = change()
        except BookableError:
            continue
        assert kept(state).items() <= kept(after).items()


@given(
    lives(rich=True),
    st.sampled_from(["book", "hold"]),
    st.integers(0, 40),
    st.integers(0, 40),
    moments(),
    metadata,
    metadata,
)
def test_what_is_booked_again_with_other_metadata_is_another(
    state, word, number, which, now, texts, others
):
    slots = state.free_slots(asked_of(state, number), within=DAY, now=now)
    if not slots:
        return
    slot = slots[which % len(slots)]

    def booked(then: Scheduler, said: dict[str, str]) -> Scheduler:
        return getattr(then, word)(slot, booking_id="new", now=now, metadata=said)

    once = booked(state, texts)
    assert once.bookings["new"].metadata == texts
    assert booked(once, texts) is once
    if texts == others:
        return
    with pytest.raises(IdConflictError):
        booked(once, others)
    assert bare(booked(state, others)) == bare(once)


# Annotating ------------------------------------------------------------------


def some_id(state: Scheduler, number: int) -> str | None:
    ids = sorted(state.bookings)
    return ids[number % len(ids)] if ids else None


@given(lives(rich=True), st.integers(0, 40), metadata, metadata, moments(), moments())
def test_a_note_changes_its_booking_and_no_answer(state, number, had, texts, asked, now):
    key = some_id(state, number)
    if key is None:
        return
    state = state.annotate(key, metadata=had)
    before, answered = state.bookings[key], answers(state, asked)
    after = state.annotate(key, metadata=texts)
    changed = attrs.evolve(before, metadata=texts, version=before.version + 1)

    if before.metadata == texts:
        assert after is state
        return
    assert dict(after.bookings) == {**state.bookings, key: changed}
    assert (after.blocks, after.catalogue) == (state.blocks, state.catalogue)
    assert after.version == state.version + 1
    assert after.annotate(key, metadata=texts, version=before.version) is after
    assert after.swept(now=now) == state.swept(now=now).annotate(key, metadata=texts)
    told = answers(after, asked)
    for name in answered:
        if name.endswith("agenda"):
            told[name] = [
                attrs.evolve(each, version=each.version - (each.id == key)) for each in told[name]
            ]
    assert told == answered
    after.check()


@given(lives(rich=True), st.integers(0, 40), some_metadata, steps(), moments())
def test_a_note_and_what_happens_to_others_may_come_in_any_order(state, number, texts, step, now):
    """A plan that was decided before the note still applies, unless it changes what was noted."""
    key = some_id(state, number)
    plan = outcome(lambda: concrete(state, step, now, "new")(state))
    if key is None or not isinstance(plan, Plan):
        return
    if key in {each.id for each in plan.bookings_before}:
        return

    first = state.annotate(key, metadata=texts).apply(plan)
    last = state.apply(plan).annotate(key, metadata=texts)
    assert first == last
    assert first.bookings[key].metadata == texts
    first.check()

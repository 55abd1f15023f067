"""Laws of the life of bookings (SPEC N26 to N29, N33): whatever happens, in any order, at any times.

A history is plain data: steps, each an event with its time, so that it can be told again, with sweeps
in between, with its times turned round, or as plans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import combinations, count

import attrs
import pytest
from hypothesis import given

from bookable import (
    BookableError,
    BookingPolicy,
    BookingRefused,
    BookingStatus,
    Calendar,
    Catalogue,
    CheckIn,
    Interval,
    Member,
    Request,
    ResourceInUseError,
    Room,
    Scheduler,
    StaleLedgerError,
    all_of,
)
from bookable.domain.life import TRANSITIONS
from bookable.occupancy.plan import Plan
from bookable.timeline.interval_set import IntervalSet
from tests.support import strategies as st
from tests.support.builders import HOUR, at, minutes, monday

QUARTER = minutes(15)
BEFORE_ALL, AFTER_ALL = at("00:00"), at("23:00")
OPEN = monday("09:00", "14:00")
FIRST, TIMES = at("08:00"), 24
CALENDARS = ("massage", "yoga")
ROOMS = ("blue", "hall")


@dataclass(frozen=True)
class Step:
    """An event, which booking it happens to, when, and what else it may need to know."""

    event: str
    number: int
    now: datetime
    more: int = 0

    @property
    def id(self) -> str:
        return f"B-{self.number}"


# Histories -------------------------------------------------------------------


def request_of(scheduler: Scheduler, step: Step):
    """Bookings with even numbers are massages, others yoga: two halves that share nothing."""
    return scheduler.request(CALENDARS[step.number % 2])


def slot_of(scheduler: Scheduler, step: Step, ignoring: Iterable[str] = ()):
    """The first slot from some start on; refused where there is none."""
    start, request = at("09:00") + step.more % 8 * minutes(30), request_of(scheduler, step)
    within = Interval(start, OPEN.end)
    slot = scheduler.first_slot(request, within=within, now=step.now, ignoring=ignoring)
    if slot is not None:
        return slot
    return scheduler.slot(request, start=start, now=step.now, ignoring=ignoring)


def fresh(step: Step) -> Step:
    """The step for a booking that no history knows."""
    return replace(step, number=step.number + 6)


def plan_of(scheduler: Scheduler, step: Step) -> Plan:
    """The decision of a step."""
    known: dict[str, Callable[[], Plan]] = {
        "book": lambda: scheduler.plan_book(
            slot_of(scheduler, step), booking_id=step.id, now=step.now
        ),
        "hold": lambda: scheduler.plan_hold(
            slot_of(scheduler, step),
            booking_id=step.id,
            now=step.now,
            expires_at=step.now + (1 + step.more % 5) * QUARTER,
        ),
        "reschedule": lambda: scheduler.plan_reschedule(
            step.id,
            to=slot_of(scheduler, step, [step.id]),
            now=step.now,
            ignore_cut_off=step.more % 2 == 1,
        ),
        "extend": lambda: scheduler.plan_extend(
            step.id, expires_at=step.now + (1 + step.more % 9) * QUARTER, now=step.now
        ),
        "confirm": lambda: scheduler.plan_confirm(step.id, now=step.now),
        "decline": lambda: scheduler.plan_decline(step.id, now=step.now),
        "cancel": lambda: scheduler.plan_cancel(
            step.id, now=step.now, ignore_cut_off=step.more % 2 == 1
        ),
        "check_in": lambda: scheduler.plan_check_in(step.id, at=step.now),
        "activity": lambda: scheduler.plan_activity(ROOMS[step.number % 2], at=step.now),
        "check_out": lambda: scheduler.plan_check_out(step.id, at=step.now),
        "complete": lambda: scheduler.plan_complete(step.id, at=step.now),
        "miss": lambda: scheduler.plan_no_show(step.id, at=step.now),
    }
    return known[step.event]()


def told(scheduler: Scheduler, step: Step) -> Scheduler:
    """The state after the command of a step."""
    known: dict[str, Callable[[], Scheduler]] = {
        "book": lambda: scheduler.book(slot_of(scheduler, step), booking_id=step.id, now=step.now),
        "hold": lambda: scheduler.hold(
            slot_of(scheduler, step),
            booking_id=step.id,
            now=step.now,
            expires_at=step.now + (1 + step.more % 5) * QUARTER,
        ),
        "reschedule": lambda: scheduler.reschedule(
            step.id,
            to=slot_of(scheduler, step, [step.id]),
            now=step.now,
            ignore_cut_off=step.more % 2 == 1,
        ),
        "extend": lambda: scheduler.extend(
            step.id, expires_at=step.now + (1 + step.more % 9) * QUARTER, now=step.now
        ),
        "confirm": lambda: scheduler.confirm(step.id, now=step.now),
        "decline": lambda: scheduler.decline(step.id, now=step.now),
        "cancel": lambda: scheduler.cancel(
            step.id, now=step.now, ignore_cut_off=step.more % 2 == 1
        ),
        "check_in": lambda: scheduler.check_in(step.id, at=step.now),
        "activity": lambda: scheduler.record_activity(ROOMS[step.number % 2], at=step.now),
        "check_out": lambda: scheduler.check_out(step.id, at=step.now),
        "complete": lambda: scheduler.complete(step.id, at=step.now),
        "miss": lambda: scheduler.mark_no_show(step.id, at=step.now),
    }
    return known[step.event]()


EVENTS = (
    *("book", "book", "hold", "hold", "confirm", "confirm", "check_in", "check_in"),
    *("reschedule", "extend", "decline", "cancel", "activity", "check_out", "complete", "miss"),
)


def after(scheduler: Scheduler, step: Step) -> Scheduler:
    """The state after a step; the same where it is refused."""
    try:
        return told(scheduler, step)
    except BookableError:
        return scheduler


def run(scheduler: Scheduler, steps: Iterable[Step]) -> Scheduler:
    for step in steps:
        scheduler = after(scheduler, step)
    return scheduler


# Strategies --------------------------------------------------------------------


@st.made_once
def times() -> st.SearchStrategy[datetime]:
    numbers = st.one_of(st.integers(0, 4), st.integers(0, TIMES))
    return numbers.map(lambda number: FIRST + number * QUARTER)


@st.made_once
def steps(*events: str) -> st.SearchStrategy[Step]:
    numbers, more = st.integers(0, 5), st.sampled_from([0, 0, 0, 1, 2, 3, 5, 7])
    return st.builds(Step, st.sampled_from(events or EVENTS), numbers, times(), more)


def in_order(many: list[Step]) -> list[Step]:
    return sorted(many, key=lambda each: each.now)


FITTING = {
    "extend": {"hold"},
    "confirm": {"hold", "pending"},
    "decline": {"pending"},
    "cancel": {"hold", "pending", "confirmed"},
    "reschedule": {"hold", "pending", "confirmed"},
    "check_in": {"confirmed"},
    "activity": {"confirmed"},
    "check_out": {"checked_in"},
    "complete": {"confirmed", "checked_in"},
    "miss": {"confirmed", "released"},
}


def aimed(draw, state: Scheduler, events: tuple[str, ...]) -> Step:
    """A step that mostly fits: a booking in a state where it may happen, near a time that matters."""
    step = draw(steps(*events))
    if step.event in {"book", "hold"} and draw(st.integers(0, 4)) < 4:
        # A booking that is not there yet, of the same half.
        unknown = (n for n in count(step.number % 2, 2) if f"B-{n}" not in state.bookings)
        return replace(step, number=next(unknown))
    fits = FITTING.get(step.event, set())
    found = sorted(key for key, each in state.bookings.items() if each.status.value in fits)
    if not found or draw(st.integers(0, 4)) == 4:
        return step
    booking = state.bookings[draw(st.sampled_from(found))]
    edge = booking.created_at if booking.status is BookingStatus.HOLD else booking.start
    now = edge + draw(st.integers(-4, 5)) * QUARTER
    return replace(step, number=int(booking.id.removeprefix("B-")), now=now)


@dataclass(frozen=True)
class Life:
    """A history: where it began, what happened, where it stands."""

    first: Scheduler
    steps: tuple[Step, ...]
    state: Scheduler


def draw_life(draw, most: int = 10) -> Life:
    first = state = draw(schedulers())
    many: list[Step] = []
    for _ in range(draw(st.integers(min(4, most), most))):
        many.append(aimed(draw, state, EVENTS))
        state = after(state, many[-1])
    return Life(first, tuple(many), state)


@st.composite
def lives(draw, most: int = 10) -> Life:
    """Some history."""
    return draw_life(draw, most)


@st.composite
def approvals(draw) -> Life:
    """Some who ask for much the same time, which nobody has before one of them is approved."""
    first = draw(schedulers(asks=True))
    half, asking = draw(st.integers(0, 1)), draw(st.integers(2, 4))
    soon, more = st.integers(0, 4).map(lambda each: FIRST + each * QUARTER), st.integers(0, 1)
    many = [
        Step(draw(st.sampled_from(["book", "hold"])), half + 2 * each, draw(soon), draw(more))
        for each in range(asking)
    ]
    for _ in range(draw(st.integers(2, 6))):
        event = draw(st.sampled_from(["confirm", "confirm", "confirm", "reschedule", "cancel"]))
        number = half + 2 * draw(st.integers(0, asking - 1))
        many.append(Step(event, number, draw(soon), draw(more)))
    return Life(first, tuple(many), run(first, many))


@st.composite
def lives_and(draw, *events: str, more: int = 1) -> tuple[Life, list[Step]]:
    """Some history, and so many steps that may come next."""
    life = draw_life(draw)
    return life, [aimed(draw, life.state, events or EVENTS) for _ in range(more)]


@st.made_once
def policies() -> st.SearchStrategy[CheckIn | None]:
    return st.none() | st.builds(
        CheckIn,
        st.sampled_from([timedelta(0), QUARTER, HOUR]),
        st.sampled_from([None, timedelta(0), QUARTER, HOUR]),
        st.sampled_from(["booking", "room"]),
    )


@st.composite
def calendars(draw, id_: str, member_id: str, *, asks: bool) -> Calendar:
    notice = st.sampled_from([None, None, timedelta(0), HOUR])
    return Calendar(
        id_,
        draw(st.sampled_from([HOUR, minutes(30)])),
        kind="round_robin" if id_ == "massage" else draw(st.sampled_from(["class", "service"])),
        member_ids=[member_id],
        slot_step=minutes(30),
        seats_per_slot=1 if id_ == "massage" else draw(st.sampled_from([1, 2])),
        buffer_after=draw(st.sampled_from([timedelta(0), timedelta(0), QUARTER])),
        check_in=draw(policies()),
        pending_blocks=not asks and draw(st.booleans()),
        policy=BookingPolicy(
            otherwise="request" if asks else draw(st.sampled_from(["allow", "request"])),
            cancel_notice=draw(notice),
            reschedule_notice=draw(notice),
        ),
    )


@st.composite
def schedulers(draw, *, asks: bool = False) -> Scheduler:
    """Two halves that share nothing, so that what happens in one is nothing to the other."""
    return Scheduler(
        Catalogue(
            members=[Member("ada"), Member("bob")],
            rooms=[
                Room("blue", 2, calendar_ids=["massage"], check_in=draw(policies())),
                Room("hall", draw(st.sampled_from([1, 2, 4])), calendar_ids=["yoga"]),
            ],
            calendars=[
                draw(calendars("massage", "ada", asks=asks)),
                draw(calendars("yoga", "bob", asks=asks)),
            ],
        )
    )


# What a state answers ------------------------------------------------------------


def answers(scheduler: Scheduler, now: datetime) -> dict[str, object]:
    """All that can be asked of a state at a time."""
    found: dict[str, object] = {"violations": scheduler.violations(now=now)}
    for calendar_id in CALENDARS:
        request = scheduler.request(calendar_id)
        slots = scheduler.free_slots(request, within=OPEN, now=now)
        found[calendar_id] = [(each.start, each.allocation, each.seats_left) for each in slots]
        found[f"{calendar_id}, periods"] = scheduler.free_periods(request, within=OPEN, now=now)
    for key in ("ada", "bob", *ROOMS, *CALENDARS):
        found[f"{key}, agenda"] = scheduler.agenda(key, within=OPEN, now=now)
        found[f"{key}, busy"] = scheduler.free_busy(key, within=OPEN, now=now)
    for booking_id in scheduler.bookings:
        found[booking_id] = scheduler.booking(booking_id, now=now)
    return found


def free(scheduler: Scheduler, now: datetime) -> dict[str, IntervalSet]:
    """The starts that are free at a time, for each calendar."""
    return {
        key: scheduler.start_periods(scheduler.request(key), within=OPEN, now=now)
        for key in CALENDARS
    }


def busy(scheduler: Scheduler, now: datetime) -> dict[str, IntervalSet]:
    return {key: scheduler.free_busy(key, within=OPEN, now=now) for key in ("ada", "bob", *ROOMS)}


def is_safe(scheduler: Scheduler) -> bool:
    """Nothing that is written is taken twice, whatever the time: told by the audit, and by pairs."""
    if scheduler.violations(now=BEFORE_ALL):
        return False
    kept = [each for each in scheduler.bookings.values() if each.is_blocking]
    for one, other in combinations(kept, 2):
        shares = set(one.host_ids) & set(other.host_ids)
        at_once = one.start < other.end and other.start < one.end
        is_session = one.calendar_id == "yoga" == other.calendar_id and one.start == other.start
        if shares and at_once and not is_session:
            return False
    return True


# No job has to run ---------------------------------------------------------------


@given(lives(), st.lists(times(), max_size=8), times())
def test_a_job_that_never_ran_changes_no_answer(life, sweeps, last):
    """Asking at a time is asking after having swept at any times before."""
    many = in_order([each for each in life.steps if each.now <= last])
    sweeping = [Step("sweep", 0, now) for now in sweeps if now <= last]
    swept = life.first
    for step in in_order([*many, *sweeping]):
        swept = swept.swept(now=step.now) if step.event == "sweep" else after(swept, step)
    lazy = run(life.first, many)

    assert answers(lazy, last) == answers(swept, last)
    assert lazy.swept(now=last) == swept.swept(now=last)
    lazy.check()
    swept.check()


@st.composite
def changed(draw, catalogue: Catalogue) -> Catalogue:
    """Other rules, by which no calendar begins or ceases to have sessions."""
    for room in catalogue.rooms():
        capacity = draw(st.sampled_from([0, 1, 2, 4]))
        catalogue = catalogue.replace(
            attrs.evolve(room, capacity=capacity, check_in=draw(policies()))
        )
    for calendar in catalogue.calendars():
        other = draw(calendars(calendar.id, calendar.member_ids[0], asks=draw(st.booleans())))
        if other.has_sessions is calendar.has_sessions:
            catalogue = catalogue.replace(other)
    return catalogue


@st.composite
def lives_and_changes(draw) -> tuple[Life, Catalogue, Step]:
    life = draw_life(draw)
    return life, draw(changed(life.state.catalogue)), aimed(draw, life.state, EVENTS)


@given(lives_and_changes(), times(), times())
def test_a_sweep_before_the_rules_change_changes_no_answer_either(given_, one, other):
    (life, catalogue, step), (first, last) = given_, sorted((one, other))
    lazy = life.state.with_catalogue(catalogue)
    swept = life.state.swept(now=first).with_catalogue(catalogue)

    assert answers(lazy, last) == answers(swept, last)
    assert lazy.swept(now=last) == swept.swept(now=last)
    step = replace(step, now=last)
    assert after(lazy, step).swept(now=last) == after(swept, step).swept(now=last)


@pytest.mark.parametrize(("seats", "then", "end"), [(1, 2, "11:00"), (2, 1, "10:15")])
def test_what_nobody_wrote_down_is_released_by_the_sessions_of_the_day(seats, then, end):
    """Alone the rest of its time is free, in a session it is kept; once swept nothing changes it."""
    known = {"member_ids": ["ada"], "check_in": CheckIn(grace=QUARTER)}
    calendar = Calendar("massage", HOUR, seats_per_slot=seats, **known)
    state = Scheduler(Catalogue(members=[Member("ada")], calendars=[calendar]))
    slot = state.slot(state.request("massage"), start=at("10:00"), now=FIRST)
    state = state.book(slot, booking_id="B-1", now=FIRST)
    catalogue = state.catalogue.replace(attrs.evolve(calendar, seats_per_slot=then))
    late = at("10:30")
    before = state.booking("B-1", now=late)
    swept = state.swept(now=late).with_catalogue(catalogue)

    assert before == swept.booking("B-1", now=late)
    lazy = state.with_catalogue(catalogue).booking("B-1", now=late)
    assert (lazy.status, lazy.end) == ("released", at(end))
    assert lazy.end != before.end


@given(lives(), times(), times())
def test_sweeping_twice_is_sweeping_once_for_the_later_time(life, one, other):
    state, (first, last) = life.state, sorted((one, other))

    assert state.swept(now=last) == state.swept(now=first).swept(now=last)
    assert state.swept(now=last) == state.swept(now=last).swept(now=first)
    assert state.version == state.swept(now=last).version


@given(lives(), times())
def test_asking_writes_nothing_down(life, now):
    before = dict(life.state.bookings)
    answers(life.state, AFTER_ALL)

    assert before == dict(life.state.bookings)
    assert answers(life.state, now) == answers(run(life.first, life.steps), now)


# Safety ------------------------------------------------------------------------


@given(lives(most=16) | approvals())
def test_nothing_is_taken_twice_whatever_the_clocks_say(life):
    """Times go forwards and backwards as they please."""
    state = life.first
    for step in life.steps:
        state = after(state, step)
        assert is_safe(state), step
    state.check()


@given(lives_and("confirm", "confirm", "book", "hold", "reschedule", more=2))
def test_a_plan_from_before_is_refused_or_does_no_harm(given_):
    life, (step, between) = given_
    try:
        plan = plan_of(life.state, step)
        later = after(life.state, between).apply(plan)
    except BookableError:
        return

    assert is_safe(later)


@given(approvals())
def test_approvals_that_were_decided_together_do_no_harm_one_after_the_other(life):
    plans = []
    for key, booking in life.state.bookings.items():
        if booking.status is BookingStatus.PENDING:
            with suppress(BookingRefused):
                plans.append(life.state.plan_confirm(key, now=FIRST))
    state = life.state
    for plan in plans:
        with suppress(StaleLedgerError):
            state = state.apply(plan)

    assert is_safe(state)


@given(lives())
def test_nothing_is_lost_and_every_history_is_one_that_the_table_tells(life):
    legal = {(before, to) for (before, _), to in TRANSITIONS.items()}
    legal |= {(BookingStatus.HOLD, BookingStatus.PENDING)}  # who may only ask
    legal |= {(BookingStatus.CONFIRMED, BookingStatus.PENDING)}  # moved by one who may only ask
    state = life.first
    for step in life.steps:
        before, made = state.swept(now=step.now), after(state, step)
        for key, was in before.bookings.items() if made is not state else ():
            present = made.bookings[key]
            moved = was.status, present.status
            assert present == was or (moved in legal and present.version == was.version + 1), step
            assert (was.created_at, was.calendar_id) == (present.created_at, present.calendar_id)
        assert made.bookings.keys() >= state.bookings.keys()
        state = made


# Algebra -------------------------------------------------------------------------


@given(lives())
def test_the_same_commands_give_an_equal_scheduler(life):
    again = run(life.first, life.steps)

    assert again == life.state
    assert again.version == life.state.version


@given(lives(most=6))
def test_an_old_state_never_sees_a_later_command(life):
    now = life.steps[0].now
    states, seen = [life.first], [answers(life.first, now)]
    for step in life.steps:
        states.append(after(states[-1], step))
        seen.append(answers(states[-1], now))

    assert seen == [answers(state, now) for state in states]


@given(lives_and())
def test_a_command_is_its_plan_applied(given_):
    life, (step,) = given_
    try:
        made = told(life.state, step)
    except BookableError as error:
        with pytest.raises(type(error)) as same:
            plan_of(life.state, step)
        assert str(same.value) == str(error)
        return
    applied = life.state.apply(plan_of(life.state, step))

    assert made == applied
    assert made.version == applied.version


@given(lives_and(more=3), st.integers(1, 3))
def test_the_rows_of_a_plan_are_all_that_there_is_to_store(given_, most):
    """What is decided, one command or several, and what had expired or been released by then."""
    life, steps = given_
    told = [partial(plan_of, step=replace(step, now=steps[0].now)) for step in steps[:most]]
    try:
        plan = life.state.plan_group(told)
    except BookableError:
        return
    made = life.state.apply(plan)
    rows = {each.id: each for each in made.changed_since(life.state)}

    assert Scheduler(made.catalogue, {**life.state.bookings, **rows}.values()) == made
    assert {each.id for each in plan.bookings_after} <= rows.keys()
    assert all(life.state.bookings.get(key) != each for key, each in rows.items())
    assert made is life.state if plan.is_empty else made.swept(now=steps[0].now) is made


@given(lives_and(more=2))
def test_what_happens_to_one_half_is_nothing_to_the_other(given_):
    """Commands of the same time that share nothing may come in any order."""
    life, (one, other) = given_
    theirs = replace(other, number=other.number // 2 * 2 + 1 - one.number % 2, now=one.now)

    assert run(life.state, [one, theirs]) == run(life.state, [theirs, one])


@given(lives_and())
def test_what_has_happened_already_does_not_happen_again(given_):
    """Save that who confirms twice approves what the first time only asked for."""
    life, (step,) = given_
    once = after(life.state, step)
    if once is life.state or step.event in {"book", "hold", "reschedule"}:
        return  # the first free slot is another one now
    if step.event == "confirm" and once.bookings[step.id].status is BookingStatus.PENDING:
        return
    twice = told(once, step)

    assert twice == once
    assert twice.version == once.version


@given(lives_and("book", "hold"))
def test_what_is_booked_or_held_already_is_not_booked_again(given_):
    life, (step,) = given_
    step = fresh(step)
    try:
        slot = slot_of(life.state, step)
    except BookableError:
        return
    until = step.now + QUARTER

    def book(state: Scheduler) -> Scheduler:
        if step.event == "book":
            return state.book(slot, booking_id=step.id, now=step.now)
        return state.hold(slot, booking_id=step.id, now=step.now, expires_at=until)

    once = book(life.state)
    assert book(once) == once
    assert book(once).version == once.version


@given(lives_and("book", "hold"))
def test_cancelling_gives_back_just_what_booking_took(given_):
    life, (step,) = given_
    before, step = life.state.swept(now=step.now), fresh(step)
    made = after(before, step)
    if made is before or made.booking(step.id, now=step.now).status.is_over:
        return  # who books at the start and has to come before it has missed it already
    cancelled = made.cancel(step.id, now=step.now, ignore_cut_off=True)

    assert free(before, step.now) == free(cancelled, step.now)
    assert busy(before, step.now) == busy(cancelled, step.now)


@given(lives_and("hold"), times())
def test_an_expired_hold_was_never_there(given_, now):
    life, (step,) = given_
    before, step = life.state, fresh(step)
    made = after(before, step)
    if made is before:
        return
    later = max(now, made.bookings[step.id].expires_at)

    assert free(before, later) == free(made, later)
    assert busy(before, later) == busy(made, later)


@given(lives_and("decline", "cancel", "check_out", "miss", "complete"))
def test_what_ends_only_gives_time_back(given_):
    life, (step,) = given_
    taken, left = busy(life.state, step.now), busy(after(life.state, step), step.now)

    assert all(not left[key] - taken[key] for key in taken)


@given(lives(), times(), times())
def test_what_passes_by_itself_only_gives_time_back(life, one, other):
    first, last = sorted((one, other))
    taken, left = busy(life.state, first), busy(life.state, last)

    assert all(not left[key] - taken[key] for key in taken)


@given(lives_and("check_out"))
def test_who_checks_out_has_nothing_after_that_but_the_buffer(given_):
    life, (step,) = given_
    made = after(life.state, step)
    if made is life.state:
        return
    over = made.bookings[step.id]
    in_session = made.catalogue.calendar(over.calendar_id).has_sessions
    planned = over.planned_end or over.end

    assert over.start <= over.ended_at <= planned
    assert over.end == (planned if in_session or over.ended_at == over.start else over.ended_at)
    if over.is_blocking and over.end < planned:
        rest = Interval(over.end, planned)
        for key in over.resource_ids:
            kept = made.agenda(key, within=rest, now=step.now)
            assert over.id not in [each.id for each in kept]


@given(lives_and("activity"))
def test_activity_is_a_sign_of_one_meeting_alone(given_):
    """However often something happens at one time, only meetings of one start are noticed."""
    life, (step,) = given_
    made = after(after(life.state, step), step)
    before = life.state.swept(now=step.now).bookings
    noticed = {
        each.start
        for each in made.bookings.values()
        if each.status is BookingStatus.CHECKED_IN and before[each.id] != each
    }

    assert len(noticed) <= 1


# What laws have found, each told once ------------------------------------------------


def pending(**fields: object) -> Scheduler:
    """Two who ask for the same hour, which nobody has while they wait."""
    policy = BookingPolicy(otherwise="request")
    known = {"member_ids": ["ada"], "policy": policy, "pending_blocks": False, **fields}
    state = Scheduler(
        Catalogue(members=[Member("ada")], calendars=[Calendar("massage", HOUR, **known)])
    )
    slot = state.slot(state.request("massage"), start=at("10:00"), now=FIRST)
    for booking_id in ("B-1", "B-2"):
        state = state.book(slot, booking_id=booking_id, now=FIRST)
    return state


def test_of_two_approvals_that_were_decided_together_one_is_applied():
    state = pending()
    plans = [state.plan_confirm(key, now=FIRST) for key in ("B-1", "B-2")]

    with pytest.raises(StaleLedgerError):
        state.apply(plans[0]).apply(plans[1])


def met_in(room: Room, *starts: str) -> Scheduler:
    """Meetings of an hour in a room, by its check-in policy."""
    state = Scheduler(Catalogue(rooms=[room]))
    for number, clock in enumerate(starts):
        request = Request(HOUR, (all_of(room.id),))
        slot = state.slot(request, start=at(clock), now=FIRST)
        state = state.book(slot, booking_id=f"B-{number}", now=FIRST)
    return state


def test_activity_once_more_is_no_sign_of_the_meeting_after():
    early = Room("blue", 1, check_in=CheckIn(early=2 * HOUR))
    state = met_in(early, "10:00", "11:00").record_activity("blue", at=at("09:30"))
    assert ["checked_in", "confirmed"] == [each.status for each in state.bookings.values()]

    assert state == state.record_activity("blue", at=at("09:30"))
    assert state == state.record_activity("blue", at=at("10:30"))


def given_up() -> Scheduler:
    """A meeting that gave up its room at 10:15, and one that has it from 10:30 on; it is tidied between."""
    policy = CheckIn(early=QUARTER, grace=QUARTER, scope="room")
    state = met_in(Room("blue", 1, buffer_after=QUARTER, check_in=policy), "10:00")
    slot = state.slot(Request(HOUR, (all_of("blue"),)), start=at("10:30"), now=at("10:20"))
    return state.book(slot, booking_id="B-next", now=at("10:20"))


def test_who_gave_up_the_room_is_not_there_any_more():
    state, rest = given_up(), monday("10:15", "10:30")
    assert at("10:15") == state.bookings["B-0"].rooms_until

    assert () == state.agenda("blue", within=rest)
    assert ["B-0"] == [each.id for each in state.agenda("blue", within=monday("10:00", "10:15"))]
    noticed = state.record_activity("blue", at=at("10:20"))
    assert ["confirmed", "checked_in"] == [each.status for each in noticed.bookings.values()]


def test_an_agenda_tells_of_the_rooms_that_share_a_part():
    hall = Room("hall", 9, parts=["blue"])
    blue = Room("blue", 1)
    state = Scheduler(Catalogue(rooms=[hall, blue]))
    slot = state.slot(Request(HOUR, (all_of("blue"),)), start=at("10:00"), now=FIRST)
    state = state.book(slot, booking_id="B-0", now=FIRST)

    assert ["B-0"] == [each.id for each in state.agenda("hall", within=OPEN)]


def test_a_clock_that_goes_back_lets_nobody_check_out_after_the_room_was_given_up():
    state = given_up().check_in("B-0", at=at("10:05")).check_out("B-0", at=at("10:10"))
    over = state.bookings["B-0"]

    assert (at("10:10"), at("10:10"), at("11:00")) == (
        over.end,
        over.rooms_until,
        over.planned_end,
    )


def test_a_hold_that_moves_stays_a_hold_and_asks_once_it_is_confirmed():
    state = pending(pending_blocks=True, bookings_per_host=2, policy=None)
    request = state.request("massage")
    held = state.hold(state.slot(request, start=at("12:00"), now=FIRST), booking_id="H", now=FIRST)
    calendar = held.catalogue.calendar("massage")
    asks = attrs.evolve(calendar, policy=BookingPolicy(otherwise="request"))
    held = held.with_catalogue(held.catalogue.replace(asks))
    to = held.slot(request, start=at("13:00"), now=FIRST, ignoring=["H"])
    moved = held.reschedule("H", to=to, now=FIRST)

    assert ("hold", True) == (moved.bookings["H"].status, moved.bookings["H"].needs_approval)
    assert "pending" == moved.confirm("H", now=FIRST).bookings["H"].status


def test_what_is_removed_cancels_its_bookings_however_late_it_is():
    cut_off = BookingPolicy(cancel_notice=5 * HOUR)
    state = pending(pending_blocks=True, bookings_per_host=2, policy=cut_off)
    gone = state.remove("massage", now=at("09:00"), cascade=True)
    assert ["cancelled", "cancelled"] == [each.status for each in gone.bookings.values()]

    there = state.check_in("B-1", at=at("10:00"))
    with pytest.raises(ResourceInUseError):
        there.remove("massage", now=at("10:00"), cascade=True)


def test_an_expired_hold_keeps_nothing_from_being_removed():
    state = pending(pending_blocks=True, policy=None, bookings_per_host=3)
    slot = state.slot(state.request("massage"), start=at("12:00"), now=FIRST)
    held = state.hold(slot, booking_id="H", now=FIRST)
    for key in ("B-1", "B-2"):
        held = held.cancel(key, now=FIRST)

    with pytest.raises(ResourceInUseError):
        held.remove("massage", now=FIRST)
    assert "massage" not in held.remove("massage", now=FIRST + HOUR).catalogue

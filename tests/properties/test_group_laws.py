"""A group of commands is those commands one after the other, as one decision, or nothing."""

from __future__ import annotations

from hypothesis import given

from bookable import Plan, Scheduler
from bookable.errors import BookableError, GroupError, StaleLedgerError
from tests.properties.lives import Command, concrete, lived, lives, lowered, moments, steps
from tests.support import strategies as st


def one_by_one(
    state: Scheduler, told: list, now: object
) -> tuple[list[Command], list[Plan], Scheduler, BookableError | None]:
    """The commands that the steps mean, their plans, and the state after the last that could be."""
    commands, plans = [], []
    for number, step in enumerate(told):
        commands.append(concrete(state, step, now, f"N-{number}"))
        try:
            plan = commands[-1](state)
            state = state.apply(plan)
        except BookableError as error:
            return commands, plans, state, error
        plans.append(plan)
    return commands, plans, state, None


@given(lives(), st.lists(steps(), max_size=5), moments())
def test_a_group_is_its_commands_one_after_the_other(state, told, now):
    commands, _, after, error = one_by_one(state, told, now)
    known = dict(state.bookings), dict(state.blocks), state.version

    if error is None:
        assert state.apply_group(commands) == after
    else:
        try:
            state.apply_group(commands)
        except GroupError as caught:
            assert caught.position == len(commands) - 1
            assert (type(caught.error), str(caught.error)) == (type(error), str(error))
            assert caught.__cause__ is caught.error
        else:
            raise AssertionError(error)
    assert known == (dict(state.bookings), dict(state.blocks), state.version)
    state.check()


@given(lives(), steps(), moments())
def test_a_group_of_one_is_that_command(state, step, now):
    commands, plans, after, error = one_by_one(state, [step], now)

    if error is None:
        assert [state.plan_group(commands)] == plans
        assert state.apply_group(commands) == after


@given(lives(), st.lists(steps(), min_size=2, max_size=5), moments())
def test_the_combined_plan_says_what_becomes_of_the_first_state(state, told, now):
    commands, plans, after, _ = one_by_one(state, told, now)
    commands = commands[: len(plans)]
    plan = state.plan_group(commands)
    first = state if plan.at is None else state.swept(now=plan.at)

    assert all(first.bookings[each.id] == each for each in plan.bookings_before)
    assert all(after.bookings[each.id] == each for each in plan.bookings_after)
    ids = [each.id for each in plan.bookings_after]
    assert len(set(ids)) == len(ids)
    untouched = {key for key in first.bookings if first.bookings[key] == after.bookings[key]}
    assert untouched.isdisjoint(ids)
    assert {*plan.rests_on} == {key for each in plans for key in each.rests_on}
    assert state.apply(plan) == after
    state.apply(plan).check()


@given(
    lives(),
    st.lists(steps(), min_size=1, max_size=4),
    moments(),
    st.lists(steps(), max_size=3),
    st.booleans(),
)
def test_a_combined_plan_that_still_applies_is_what_would_be_decided_now(
    state, told, now, since, less
):
    commands, plans, _, _ = one_by_one(state, told, now)
    commands = commands[: len(plans)]
    plan = state.plan_group(commands)
    # What was so already changed nothing, and rests on nothing.
    changing = [command for command, each in zip(commands, plans, strict=True) if not each.is_empty]
    other = lived(state, since, now, "S")
    other = other.with_catalogue(lowered(other.catalogue)) if less else other

    try:
        applied = other.apply(plan)
    except StaleLedgerError:
        return
    assert applied == other.apply_group(changing)


@given(lives(), st.lists(steps(), min_size=1, max_size=4), moments())
def test_a_combined_plan_applies_only_once(state, told, now):
    commands, plans, _, _ = one_by_one(state, told, now)
    plan = state.plan_group(commands[: len(plans)])
    after = state.apply(plan)

    try:
        again = after.apply(plan)
    except StaleLedgerError:
        return
    assert plan.is_empty
    assert again == after

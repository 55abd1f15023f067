"""A plan: a decision as data, checked like any other value."""

from __future__ import annotations

import attrs
import pytest

from bookable import FrozenMap, InvalidValueError, Plan
from tests.support.builders import a_block, a_booking, refused


def test_a_plan_that_changes_nothing_is_empty():
    assert Plan("book").is_empty
    assert Plan("x", bookings_before=[a_booking()], bookings_after=[a_booking()]).is_empty
    assert Plan("x", blocks_before=[a_block()], blocks_after=[a_block()]).is_empty


@pytest.mark.parametrize(
    "changes",
    [
        {"bookings_after": [a_booking()]},
        {"bookings_before": [a_booking()]},
        {"blocks_after": [a_block()]},
        {"blocks_before": [a_block()]},
    ],
)
def test_a_plan_that_changes_a_booking_or_a_block_is_not_empty(changes):
    assert not Plan("x", **changes).is_empty


def test_a_plan_is_a_frozen_value():
    plan = Plan("book", bookings_after=[a_booking()])

    assert plan.bookings_after == (a_booking(),)
    assert plan == Plan("book", bookings_after=(a_booking(),))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        plan.command = "cancel"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("bookings_before", "bookings"),
        ("bookings_after", "bookings"),
        ("blocks_before", "blocks"),
        ("blocks_after", "blocks"),
        ("given_back", "claims"),
        ("taken", "claims"),
    ],
)
@pytest.mark.parametrize("value", [3, None, "B-1", [3], [None], {"a": 1}])
def test_a_part_of_the_wrong_kind_is_refused(name, field, value):
    with refused(InvalidValueError, "type", field):
        Plan("book", **{name: value})


@pytest.mark.parametrize(
    "value", [None, 3, {"blue room": 1}, FrozenMap({3: 1}), FrozenMap({"blue room": "x"})]
)
def test_versions_come_as_a_frozen_map(value):
    assert Plan("book", rests_on=FrozenMap({"blue room": 1})).rests_on == {"blue room": 1}
    with refused(InvalidValueError, "type", "rests_on"):
        Plan("book", rests_on=value)


def test_a_command_is_text():
    with refused(InvalidValueError, "text", "command"):
        Plan(None)

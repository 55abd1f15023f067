"""How a calendar shows what is free: a value with bounds of its own."""

from __future__ import annotations

import pickle
from datetime import timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from bookable import InvalidValueError
from bookable.domain.listing import Listing
from bookable.errors import InvalidAmountError, LimitExceededError
from tests.support.builders import HOUR, a_calendar, refused


def test_a_listing_hides_nothing_unless_it_says_so():
    plain = Listing()

    assert attrs.asdict(plain) == {
        "look_busy": 0,
        "seed": "",
        "first_per_day": None,
        "first_per_window": None,
        "apart": False,
        "most_slots": None,
        "shortest_window": None,
        "longest_window": None,
        "zone": None,
    }


def test_listings_are_values():
    one = Listing(look_busy=20, seed="ada", zone="Europe/Berlin", longest_window=31 * 24 * HOUR)

    assert one.zone == ZoneInfo("Europe/Berlin")
    assert one == pickle.loads(pickle.dumps(one))
    assert hash(one) == hash(attrs.evolve(one))
    assert one != attrs.evolve(one, seed="grace")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        one.seed = "grace"


@pytest.mark.parametrize("name", ["first_per_day", "first_per_window", "most_slots"])
@pytest.mark.parametrize("value", [0, -1, True, 1.0, "1"])
def test_a_number_of_slots_is_at_least_one(name, value):
    with refused(InvalidAmountError, "quantity", name):
        Listing(**{name: value})

    assert getattr(Listing(**{name: 1}), name) == 1


@pytest.mark.parametrize("value", [-1, 101, True, 0.5, None])
def test_look_busy_is_a_percentage(value):
    with refused(InvalidAmountError, "quantity", "look_busy"):
        Listing(look_busy=value)

    assert Listing(look_busy=100).look_busy == 100


@pytest.mark.parametrize("name", ["shortest_window", "longest_window"])
@pytest.mark.parametrize(
    ("value", "code"), [(timedelta(0), "zero_step"), (-HOUR, "duration"), (24, "duration")]
)
def test_a_bound_of_the_window_is_a_time_above_zero(name, value, code):
    with refused(InvalidValueError, code, name):
        Listing(**{name: value})

    with pytest.raises(LimitExceededError):
        Listing(**{name: timedelta(days=100_000)})


def test_the_shortest_window_is_not_longer_than_the_longest():
    assert Listing(shortest_window=HOUR, longest_window=HOUR).longest_window == HOUR
    with refused(InvalidValueError, "duration", "longest_window"):
        Listing(shortest_window=2 * HOUR, longest_window=HOUR)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("apart", 1, "flag"), ("seed", 7, "text"), ("zone", "Europe/Atlantis", "unknown_zone")],
)
def test_a_listing_refuses_what_it_cannot_read(field, value, code):
    with refused(InvalidValueError, code, field):
        Listing(**{field: value})


def test_a_calendar_takes_a_listing_and_nothing_else():
    assert a_calendar(listing=Listing(apart=True)).listing == Listing(apart=True)
    with refused(InvalidValueError, "type", "listing"):
        a_calendar(listing={"apart": True})

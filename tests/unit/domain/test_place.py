"""Places: a tree of locations with settings for what is in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable.domain.place import SETTINGS, Place
from bookable.domain.policy import LastDate, WorkingDays
from bookable.errors import InvalidAmountError, InvalidValueError, LimitExceededError
from tests.support.builders import DAY, HOUR, OFFICE, refused


def test_a_place_states_nothing_unless_told():
    place = Place("house")

    assert [getattr(place, name) for name in SETTINGS] == [None] * len(SETTINGS)
    assert (place.parent_id, place.name, place.locked) == (None, "", frozenset())


def test_a_place_keeps_what_it_is_told():
    place = Place(
        "floor",
        "house",
        "First floor",
        hours=OFFICE,
        zone="Europe/Berlin",
        buffer_before=HOUR,
        buffer_after=timedelta(0),
        max_concurrent=2,
        enforce_capacity=False,
        minimum_notice=WorkingDays(1),
        booking_horizon=LastDate(0),
        locked=["zone", "hours", "zone"],
    )

    assert (place.parent_id, place.name) == ("house", "First floor")
    assert place.zone is not None
    assert place.zone.key == "Europe/Berlin"
    assert place.locked == {"hours", "zone"}
    assert hash(place) == hash(Place(**{name: getattr(place, name) for name in _FIELDS}))


_FIELDS = ("id", "parent_id", "name", *SETTINGS, "locked")


@pytest.mark.parametrize(
    ("field", "value", "kind", "code"),
    [
        ("id", "", InvalidValueError, "id"),
        ("parent_id", 7, InvalidValueError, "id"),
        ("name", 7, InvalidValueError, "text"),
        ("hours", "9-5", InvalidValueError, "type"),
        ("zone", "Nowhere/Else", InvalidValueError, "unknown_zone"),
        ("buffer_before", -HOUR, InvalidValueError, "duration"),
        ("buffer_after", 5, InvalidValueError, "duration"),
        ("max_concurrent", 0, InvalidAmountError, "quantity"),
        ("enforce_capacity", 1, InvalidValueError, "flag"),
        ("minimum_notice", 5, InvalidValueError, "duration"),
        ("booking_horizon", timedelta(0), InvalidValueError, "zero_step"),
        ("locked", ["name"], InvalidValueError, "choice"),
        ("locked", "hours", InvalidValueError, "ids"),
    ],
)
def test_what_a_place_cannot_be_is_refused(field, value, kind, code):
    with refused(kind, code, field):
        Place(**{"id": "house", field: value})


def test_what_is_too_long_is_refused():
    with pytest.raises(LimitExceededError):
        Place("house", minimum_notice=4_000 * DAY)

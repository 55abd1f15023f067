"""What the clock of a zone shows, and which instant that is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable import CivilTime, InvalidValueError
from tests.support.builders import refused
from tests.support.zones import zone_with


@pytest.mark.parametrize(
    ("civil", "hour", "minute"),
    [
        (datetime(2026, 3, 29, 1, 59), 0, 59),
        (datetime(2026, 3, 29, 2, 22), 1, 22),
        (datetime(2026, 3, 29, 3), 1, 0),
        (datetime(2026, 10, 25, 2, 30), 0, 30),
    ],
)
def test_a_skipped_time_is_put_on_and_of_two_it_is_the_first(civil, hour, minute):
    time = CivilTime(civil, "Europe/Berlin")

    assert time.instant == datetime(civil.year, civil.month, civil.day, hour, minute, tzinfo=UTC)


def test_the_zone_says_which_instant_it_is():
    nine = datetime(2026, 3, 2, 9)
    ahead = zone_with("Europe/Berlin", timedelta(hours=2))

    assert CivilTime(nine, "Europe/Berlin").instant.hour == 8
    assert CivilTime(nine, ahead).instant.hour == 7


def test_it_is_a_time_without_a_zone_and_a_zone():
    with refused(InvalidValueError, "not_civil", "civil"):
        CivilTime(datetime(2026, 3, 2, 9, tzinfo=UTC), "UTC")
    with refused(InvalidValueError, "unknown_zone", "zone"):
        CivilTime(datetime(2026, 3, 2, 9), "Berlin")


SECOND = datetime(2026, 10, 25, 2, 30, fold=1)
"""Half past two in Berlin, when the clock shows it for the second time."""


@pytest.mark.parametrize(
    ("civil", "hour"),
    [
        (SECOND, 1),
        (SECOND.replace(fold=0), 0),
        (datetime(2026, 10, 25, 1, 30, fold=1), 23),
        (datetime(2026, 3, 29, 2, 30, fold=1), 1),
    ],
)
def test_of_two_it_is_the_second_where_that_is_said(civil, hour):
    assert CivilTime(civil, "Europe/Berlin").instant.hour == hour


def test_times_differ_where_they_are_shown_twice():
    first, second = (CivilTime(SECOND.replace(fold=n), "Europe/Berlin") for n in (0, 1))

    assert first != second
    assert len({first, second, CivilTime(SECOND, "Europe/Berlin")}) == 2
    for civil, zone in ((datetime(2026, 3, 2, 9), "Europe/Berlin"), (SECOND, "UTC")):
        one, other = (CivilTime(civil.replace(fold=n), zone) for n in (0, 1))
        assert one == other
        assert hash(one) == hash(other)
    assert first != CivilTime(SECOND.replace(fold=0), "UTC")
    assert first != CivilTime(SECOND.replace(minute=31), "Europe/Berlin")
    assert first != SECOND

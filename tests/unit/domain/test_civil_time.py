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

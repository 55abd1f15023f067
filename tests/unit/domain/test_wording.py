"""Lengths of time in words."""

from __future__ import annotations

import pytest

from bookable.domain.wording import spelled
from bookable.timeline.instant import DAY, HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (0, "no time"),
        (MINUTE, "1 minute"),
        (22 * HOUR, "22 hours"),
        (75 * MINUTE, "1 hour and 15 minutes"),
        (2 * DAY + HOUR + SECOND, "2 days, 1 hour and 1 second"),
        (SECOND + 7, "1 second and 7 µs"),
        (1_500 * DAY, "1,500 days"),
    ],
)
def test_a_length_is_spelled(length, words):
    assert spelled(length) == words

"""What other systems call the states of a booking."""

from __future__ import annotations

import pytest

from bookable import BookingStatus, InvalidValueError
from bookable.codecs.statuses import HIGHLEVEL, SQUARE, status_of
from tests.support.builders import refused


@pytest.mark.parametrize("table", [HIGHLEVEL, SQUARE])
def test_every_word_stands_for_a_status(table):
    for word, status in table.items():
        assert status_of(word, table) is BookingStatus(status)


@pytest.mark.parametrize(
    ("word", "code"), [("New", "choice"), ("", "choice"), (None, "text"), (3, "text"), ([], "text")]
)
def test_what_is_none_of_them_is_refused(word, code):
    with refused(InvalidValueError, code, "status"):
        status_of(word, HIGHLEVEL)

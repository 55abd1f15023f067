"""Looking something up by a list, or by text without a hash, raised a bare TypeError.

Rule: nothing but the errors of this package leaves a public call.
"""

from __future__ import annotations

import pytest

from bookable import InvalidValueError
from tests.support.builders import WHOLE_DAY, a_booking, a_scheduler


class OddText(str):
    """Text that equals everything and has no hash."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = None


class EqualText(OddText):
    """Text that equals everything."""

    __slots__ = ()
    __hash__ = str.__hash__


ASKED = ["get", "resource", "room", "member", "calendar", "rooms_of", "equipment_of"]


@pytest.mark.parametrize("odd", [[], {}, OddText("blue room"), EqualText("blue room")])
def test_an_id_is_plain_text_wherever_it_is_asked_for(odd):
    scheduler = a_scheduler(bookings=[a_booking()])

    for name in ASKED:
        with pytest.raises(InvalidValueError):
            getattr(scheduler.catalogue, name)(odd)
    for ask in (
        lambda: scheduler.request(odd),
        lambda: scheduler.booking(odd),
        lambda: scheduler.agenda(odd, within=WHOLE_DAY),
    ):
        with pytest.raises(InvalidValueError):
            ask()
    assert odd not in scheduler.catalogue

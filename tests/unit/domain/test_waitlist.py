from __future__ import annotations

import pytest

from bookable import InvalidAmountError, InvalidValueError, LimitExceededError, NaiveDatetimeError
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from tests.support.builders import NOW, WHOLE_DAY, a_request, refused

GOOD = {"id": "W-1", "request": a_request(), "within": WHOLE_DAY, "joined_at": NOW}


@pytest.mark.parametrize(
    ("changes", "error", "code", "field"),
    [
        ({"id": ""}, InvalidValueError, "id", "id"),
        ({"request": "yoga"}, InvalidValueError, "type", "request"),
        ({"within": 3}, InvalidValueError, "type", "within"),
        ({"joined_at": NOW.replace(tzinfo=None)}, NaiveDatetimeError, "naive_datetime", None),
        ({"priority": 1.0}, InvalidAmountError, "quantity", "priority"),
        ({"customer_id": ""}, InvalidValueError, "id", "customer_id"),
    ],
)
def test_an_entry_is_what_it_must_be(changes, error, code, field):
    with refused(error, code) as caught:
        WaitlistEntry(**GOOD | changes)
    assert field in {None, getattr(caught.value, "field", None)}


def test_an_entry_leaves_room_for_the_ids_of_its_holds():
    assert len(WaitlistEntry(**GOOD | {"id": "x" * 120}).id) == 120
    with refused(LimitExceededError, "limit_exceeded"):
        WaitlistEntry(**GOOD | {"id": "x" * 121})


def test_a_waitlist_has_entries_each_once():
    entry = WaitlistEntry(**GOOD)
    assert Waitlist([entry]).entries == (entry,)
    with refused(InvalidValueError, "duplicate_id", "entries: id"):
        Waitlist([entry, entry])
    with refused(InvalidValueError, "type", "entries"):
        Waitlist([a_request()])
    with refused(InvalidValueError, "type", "entry"):
        Waitlist().add("W-1")
    with refused(InvalidValueError, "id", "entry_id"):
        Waitlist().remove("")

"""Plain claims with what came and went since: whatever was worked out before, the same comes out."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bookable.domain.booking import Buffers
from bookable.occupancy.claims import ClaimRules, Taken
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.record import Record
from bookable.timeline.instant import SECOND, as_duration
from tests.support.builders import a_booking
from tests.support.reach import kinds, reached

KEYS = ("ada", "blue room", "table", "massage", "\nc-1")


def bookings():
    """Three bookings that take all of these, at the same time or not, with buffers or without."""
    clear = Buffers(as_duration(3 * SECOND), as_duration(0))
    takes = {"host_ids": ["ada"], "room_ids": ["blue room"], "equipment": {"table": 2}}
    whose = {"calendar_id": "massage", "customer_id": "c-1"}
    return [
        a_booking("B-1", "09:00", "10:00", **takes, **whose),
        a_booking("B-2", "09:00", "10:00", party_size=3, buffers={"ada": clear}, **takes, **whose),
        a_booking("B-3", "10:00", "11:00", party_size=2, **takes, **whose),
    ]


def content(record: Record) -> tuple[object, ...]:
    return record.profiles(), record.index.entries(), record.version, len(record)


PARTS = {
    "nothing": lambda record: None,
    "number": len,
    "version": lambda record: record.version,
    "load": lambda record: record.load,
    "seats": lambda record: record.seats,
    "index": lambda record: record.index,
    "everything": content,
}


@given(
    key=st.sampled_from(KEYS),
    steps=st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.sampled_from(sorted(PARTS)))),
)
@example(key="ada", steps=[(0, "nothing"), (0, "everything"), (1, "index"), (1, "seats")])
@example(key="ada", steps=[(0, "number"), (0, "seats"), (0, "nothing"), (1, "load")])
def test_a_record_is_what_its_claims_make_it_whatever_was_worked_out_on_the_way(key, steps):
    every, rules = bookings(), ClaimRules()
    ledger = Ledger.of(every, [], rules)
    record, there = ledger.record(key), dict(enumerate(every))
    for number, part in steps:
        (claim,) = (each for each in ledger.claims_of(every[number]) if each.resource_id == key)
        before = content(record) if part == "everything" else None
        changed = record.removing(claim) if number in there else record.adding(claim)
        if before is not None:
            assert content(record) == before
        PARTS[part](changed)
        record = changed
        if there.pop(number, None) is None:
            there[number] = every[number]

    claims = [
        claim
        for booking in there.values()
        for claim in ledger.claims_of(booking)
        if claim.resource_id == key
    ]
    assert content(record) == content(Record.of(claims, {}))


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_record_leads_to_what_there_is_and_to_nothing_that_was(part):
    """Of thousands of claims ten are there; no older record, and no claim that went long ago."""
    ledger = Ledger.of(bookings(), [], ClaimRules())
    record = ledger.record("massage")
    (own,) = (each for each in ledger.claims_of(bookings()[0]) if each.resource_id == "massage")
    for number in range(3_000):
        # One that was there from the beginning comes and goes as well.
        record = record.removing(own).adding(own)
        record = record.adding(own._replace(booking_id=f"C-{number}"))
        if number >= 10:
            record = record.removing(own._replace(booking_id=f"C-{number - 10}"))
        PARTS[part](record)

    found = kinds(reached(record))
    assert len(record) == 13
    assert found["Record"] == 1
    assert found["PlainHistory"] <= 1
    assert found["Taken"] < 100
    assert sum(found.values()) < 1_000


@pytest.mark.parametrize("key", KEYS)
def test_what_is_special_or_closed_is_worked_out_at_once(key):
    record = Ledger.of(bookings(), [], ClaimRules()).record(key)
    special = Taken(key, 0, 5, 1, 1, "B-9", None, (0, 5), crowd="massage")

    crowded = record.adding(special)

    assert crowded.crowd("massage").peak(0, 5) == 1
    assert content(crowded.removing(special)) == content(record)
    assert len(crowded) == 4

"""Slots by how desirable they are: exact terms, exact scores, one order."""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from bookable import InvalidValueError, Slots, any_of
from bookable.availability.ranked import Term, confidence
from bookable.errors import InvalidAmountError
from bookable.limits import MOST_UNITS
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    minutes,
    monday,
    refused,
)

HALL = a_room("hall", 6)
PEOPLE = [a_member("ada"), a_member("bob")]
IN_HALL = a_request(any_of("hall"), party_size=2)


def slots_of(request=IN_HALL, *, bookings=(), blocks=(), within=None):
    scheduler = a_scheduler(HALL, *PEOPLE, bookings=bookings, blocks=blocks)
    return scheduler.free_slots(request, within=within or monday("09:00", "13:00"), now=NOW)


def by_start(ranked):
    """The only term of each slot, by its start."""
    found = {}
    for each in ranked:
        (value,) = each.terms.values()
        assert each.score == value
        found[f"{each.slot.start:%H:%M}"] = value
    return dict(sorted(found.items()))


def test_the_score_is_the_sum_of_weighted_terms():
    bookings = [a_booking("B-1", "10:00", "11:00", room_ids=["hall"])]
    request = attrs.evolve(IN_HALL, optional_ids=["ada"], prefer_ids=["hall"])
    weights = {Term.SEATS: 3, "earliness": Fraction(1, 2), Term.PREFERENCE: -1}

    even = slots_of(request, bookings=bookings).ranked()
    some = slots_of(request, bookings=bookings).ranked(weights)

    assert [len(each.terms) for each in even] == [5] * 4
    for each in (*even, *some):
        assert each.score == sum(each.terms.values())
        assert type(each.score) is Fraction
    for each in some:
        plain = next(other for other in even if other.slot == each.slot)
        assert each.terms == {
            Term.EARLINESS: plain.terms[Term.EARLINESS] / 2,
            Term.SEATS: plain.terms[Term.SEATS] * 3,
            Term.PREFERENCE: -plain.terms[Term.PREFERENCE],
        }


def test_the_highest_score_comes_first_and_else_the_earlier_slot():
    slots = slots_of()

    assert [each.slot for each in slots.ranked({"attendance": 1})] == list(slots)
    assert [each.slot for each in slots.ranked({})] == list(slots)
    assert [each.slot for each in slots.ranked({"earliness": -1})] == list(slots)[::-1]
    assert slots[:0].ranked() == ()


def test_earliness_falls_evenly_from_the_first_to_the_last():
    assert by_start(slots_of().ranked({"earliness": 1})) == {
        "09:00": 1,
        "10:00": Fraction(2, 3),
        "11:00": Fraction(1, 3),
        "12:00": 0,
    }
    assert slots_of()[:1].ranked({"earliness": 1})[0].score == 1


def test_fewer_empty_seats_are_better():
    bookings = [a_booking("B-1", "10:00", "11:00", room_ids=["hall"], party_size=4)]

    assert by_start(slots_of(bookings=bookings).ranked({"seats": 1})) == {
        "09:00": Fraction(1, 5),
        "10:00": 1,
        "11:00": Fraction(1, 5),
        "12:00": Fraction(1, 5),
    }


def test_a_slot_next_to_a_booking_is_closer_than_one_further_away():
    bookings = [a_booking("B-1", "09:00", "10:00", host_ids=["ada"])]
    request = a_request(any_of("ada"))

    found = by_start(slots_of(request, bookings=bookings).ranked({"closeness": 1}))

    assert found == {"10:00": 1, "11:00": Fraction(23, 24), "12:00": Fraction(22, 24)}


def test_closeness_is_the_mean_of_all_that_would_be_taken():
    bookings = [a_booking("B-1", "09:00", "10:00", host_ids=["ada"])]
    request = a_request(any_of("ada"), any_of("hall"))

    found = by_start(slots_of(request, bookings=bookings).ranked({"closeness": 1}))

    assert found["11:00"] == Fraction(23, 48)


@pytest.mark.parametrize(
    ("start", "end", "value"),
    [
        (at("10:00") + DAY, at("11:00") + DAY, 0),
        (at("10:00") + DAY - minutes(90), at("11:00") + DAY, Fraction(90, 24 * 60)),
        (at("09:00") - DAY - HOUR, at("09:00") - DAY, 0),
        (at("08:00"), at("10:00"), 1),  # in the hall at the same time
    ],
)
def test_what_is_a_day_away_is_far(start, end, value):
    booking = attrs.evolve(a_booking("B-1", room_ids=["hall"]), start=start, end=end)
    slots = slots_of(bookings=[booking], within=monday("09:00", "10:00"))

    assert slots.ranked({"closeness": 1})[0].score == value


def test_what_takes_neither_host_nor_room_is_close_to_nothing():
    calendar = a_calendar("talk", kind="event", seats_per_slot=5)
    scheduler = a_scheduler(calendar)
    slots = scheduler.free_slots(scheduler.request("talk"), within=WHOLE_DAY, now=NOW)

    assert slots[:1].ranked({"closeness": 1})[0].score == 0


def test_preferred_resources_count_where_they_would_be_taken():
    bookings = [a_booking("B-1", "10:00", "11:00", host_ids=["bob"])]
    request = a_request(any_of("ada", "bob"), prefer_ids=["bob", "hall"])

    found = by_start(slots_of(request, bookings=bookings).ranked({"preference": 1}))

    assert found == {
        "09:00": Fraction(1, 2),
        "10:00": 0,
        "11:00": Fraction(1, 2),
        "12:00": Fraction(1, 2),
    }
    assert slots_of().ranked({"preference": 1})[0].score == 0


def test_preferred_equipment_counts_as_well():
    scheduler = a_scheduler(an_item("lamp"), an_item("table"))
    request = a_request(any_of("lamp", "table"), prefer_ids=["table"])
    slots = scheduler.free_slots(request, within=monday("09:00", "10:00"), now=NOW)

    assert slots.ranked({"preference": 1})[0].score == 1


def test_slots_that_more_of_the_optional_people_can_attend_are_better():
    request = attrs.evolve(IN_HALL, optional_ids=["ada", "bob"])
    slots = slots_of(
        request,
        bookings=[a_booking("B-1", "10:00", "12:00", host_ids=["bob"])],
        blocks=[a_block("K-1", "ada", "11:00", "12:00")],
    )

    assert by_start(slots.ranked({"attendance": 1})) == {
        "09:00": 1,
        "10:00": Fraction(1, 2),
        "11:00": 0,
        "12:00": 1,
    }
    assert [slot.missing_ids for slot in slots] == [(), ("bob",), ("ada", "bob"), ()]
    assert slots_of().ranked({"attendance": 1})[0].score == 1


def test_a_list_of_several_requests_is_ranked_as_one():
    both = Slots.merged([slots_of(), slots_of(a_request(any_of("ada")))])

    ranked = both.ranked({"seats": 1})

    assert len(ranked) == 8
    assert {each.slot.party_size for each in ranked[:4]} == {1}
    assert [each.slot.start for each in ranked[:4]] == [slot.start for slot in slots_of()]


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        ([("earliness", 1)], "type"),
        ({"beauty": 1}, "choice"),
        ({7: 1}, "choice"),
        ({"earliness": 0.5}, "quantity"),
        ({"earliness": True}, "quantity"),
        ({"earliness": MOST_UNITS + 1}, "quantity"),
        ({"earliness": Fraction(1, MOST_UNITS + 1)}, "quantity"),
        ({"earliness": Fraction(-MOST_UNITS - 1)}, "quantity"),
    ],
)
def test_weights_are_numbers_of_known_terms(weights, code):
    with refused(InvalidValueError, code, "weights"):
        slots_of().ranked(weights)

    assert slots_of().ranked({"earliness": -MOST_UNITS, "seats": Fraction(1, MOST_UNITS)})


# Confidence ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({}, 100),
        ({"free": 3}, 100),
        ({"busy": 2}, 0),
        ({"unknown": 1}, 49),
        ({"free": 1, "unknown": 1, "busy": 2}, Fraction(149, 4)),
    ],
)
def test_confidence_is_the_mean_over_all_who_are_asked(people, expected):
    assert confidence(**people) == expected


@pytest.mark.parametrize("name", ["free", "unknown", "busy"])
def test_confidence_counts_people(name):
    with refused(InvalidAmountError, "quantity", name):
        confidence(**{name: -1})


def test_a_slot_counts_those_who_must_and_those_who_may_come():
    request = a_request(any_of("hall"), attendee_ids=["ada"], optional_ids=["bob"])
    slots = slots_of(request, bookings=[a_booking("B-1", "10:00", "11:00", host_ids=["bob"])])

    assert [slot.confidence() for slot in slots] == [100, 50, 100, 100]
    assert [slot.confidence(unknown_ids=["bob"]) for slot in slots] == [Fraction(149, 2)] * 4
    assert [slot.confidence(unknown_ids=["eve"]) for slot in slots[:2]] == [100, 50]
    assert slots_of()[0].confidence() == 100


def test_slots_that_too_few_can_attend_are_dropped():
    request = a_request(any_of("hall"), attendee_ids=["ada"], optional_ids=["bob"])
    slots = slots_of(request, bookings=[a_booking("B-1", "10:00", "11:00", host_ids=["bob"])])

    assert [len(slots.confident(least)) for least in (0, 50, 51, 100)] == [4, 4, 3, 3]
    assert len(slots.confident(75, unknown_ids=["bob"])) == 0
    with refused(InvalidValueError, "ids", "unknown_ids"):
        slots.confident(75, unknown_ids="bob")

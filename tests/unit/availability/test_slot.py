"""Slots: lazy facts, ordinary sequences, values that can be compared and pickled."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest

from bookable import InvalidValueError, OutOfService, Slot, Slots, any_of, units_of
from bookable.timeline.interval import Interval
from tests.support.builders import (
    HOUR,
    NOW,
    WHOLE_DAY,
    a_booking,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    clocks,
    minutes,
    monday,
    refused,
)

PAIR = [a_member("ada"), a_member("grace", priority=1), a_room(capacity=4)]
ASKED = a_request(any_of("ada", "grace"), any_of("blue room"), party_size=2)


def listed(scheduler=None, within=None, **options) -> Slots:
    scheduler = scheduler or a_scheduler(*PAIR)
    return scheduler.free_slots(
        ASKED, within=within or monday("09:00", "12:00"), now=NOW, **options
    )


def test_a_slot_tells_time_party_candidates_seats_and_what_would_be_taken():
    slot = listed()[0]

    assert (slot.start, slot.end, slot.interval) == (
        at("09:00"),
        at("10:00"),
        monday("09:00", "10:00"),
    )
    assert (slot.party_size, slot.seats_left, slot.request) == (2, 4, ASKED)
    assert (slot.host_ids, slot.room_ids) == (("ada", "grace"), ("blue room",))
    assert slot.allocation.host_ids == ("grace",)


def test_a_slot_of_one_state_keeps_the_facts_of_that_state():
    before = a_scheduler(*PAIR)
    slot = listed(before)[0]

    before.book(slot, booking_id="B-1", now=NOW)

    assert slot.host_ids == ("ada", "grace")
    assert slot.seats_left == 4


def test_facts_are_worked_out_when_they_are_read():
    calls = []

    class Source:
        def details(self, start_us):
            calls.append(start_us)
            return listed()[0]._details

    slots = Slots(ASKED, (0, 1, 2), Source())

    assert len(slots) == 3
    assert [slot.start.microsecond for slot in slots] == [0, 1, 2]
    assert calls == []
    assert slots[1].seats_left == 4
    assert calls == [1]


@pytest.mark.about_a_cache("the very same facts")
def test_the_facts_of_a_start_are_worked_out_once():
    slots = listed()

    assert slots[0]._details is slots[0]._details


def test_slots_are_a_sequence():
    slots = listed()

    assert clocks(slots) == ["09:00", "10:00", "11:00"]
    assert clocks(reversed(slots)) == ["11:00", "10:00", "09:00"]
    assert clocks(slots[1:]) == ["10:00", "11:00"]
    assert isinstance(slots[::2], Slots)
    assert slots[-1].start == at("11:00")
    assert slots[0] in slots
    assert slots.index(slots[2]) == 2
    assert clocks(slots) == clocks(slots)
    with pytest.raises(IndexError):
        slots[3]


def test_a_listing_tells_whether_a_limit_cut_it():
    assert not listed().truncated
    assert not listed(limit=3).truncated
    assert listed(limit=2).truncated
    assert listed(limit=2)[:1].truncated
    assert clocks(listed(limit=2)) == ["09:00", "10:00"]
    assert (clocks(listed(limit=0)), listed(limit=0).truncated) == ([], True)
    assert not listed(within=Interval(at("00:00"), at("00:00") + minutes(1)), limit=1).truncated


def test_slots_with_equal_facts_are_equal():
    one, other = listed(), listed()

    assert one == other
    assert hash(one) == hash(other)
    assert one[0] == other[0]
    assert hash(one[0]) == hash(other[0])
    assert one == list(other)
    assert one == tuple(other)
    assert hash(one) == hash(tuple(other))
    assert hash(one[:0]) == hash(())
    assert one != one[:2]
    assert one[0] != one[1]
    assert one != "slots"
    assert one != b""
    assert one != 3
    assert one[0] != at("09:00")


def test_slots_with_other_facts_are_different():
    busy = a_scheduler(*PAIR, bookings=[a_booking(host_ids=["grace"])])

    assert listed()[0] != listed(busy)[0]
    assert listed()[1:] == listed(busy)[1:]
    assert listed() != listed(busy)


def test_slots_show_how_many_there_are_and_the_first_three():
    many = listed(within=WHOLE_DAY)

    assert repr(many[:3]) == (
        "<3 slots: 2026-03-02T00:00:00+00:00, 2026-03-02T01:00:00+00:00, 2026-03-02T02:00:00+00:00>"
    )
    assert repr(many).endswith(", …>")
    assert repr(many).startswith("<24 slots: ")
    assert repr(many[:4]).endswith(", …>")
    assert repr(many[:0]) == "<no slots>"
    assert repr(many[0]).startswith("Slot(2026-03-02T00:00:00+00:00, 2026-03-02T01:00:00+00:00, ")


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))]
)
def test_a_slot_survives_being_copied_and_pickled_with_its_facts(again):
    slot = listed()[0]

    twin = again(slot)

    assert twin == slot
    assert type(twin) is Slot
    assert twin.allocation == slot.allocation
    assert again(twin) == slot
    scheduler = a_scheduler(*PAIR).book(twin, booking_id="B-1", now=NOW)
    assert scheduler.booking("B-1").host_ids == ("grace",)


def test_a_slot_cannot_be_changed():
    slot = listed()[0]

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        slot.start = at("10:00")
    with pytest.raises(AttributeError):
        slot.end = at("12:00")
    with pytest.raises(TypeError):
        attrs.evolve(slot, end=at("12:00"))


def test_a_moved_copy_of_a_slot_ends_after_the_duration_of_its_request():
    moved = attrs.evolve(listed()[0], start=at("09:30"))

    assert moved.end == at("09:30") + HOUR


def test_the_facts_of_a_start_that_was_not_offered_are_refused():
    moved = attrs.evolve(listed()[0], start=at("09:30"))

    with refused(InvalidValueError, "slot"):
        _ = moved.seats_left


def test_a_slot_shows_its_times_as_the_clock_of_a_zone_does():
    start, end = listed()[0].times_in("Asia/Kathmandu")

    assert (start.isoformat(), end.isoformat()) == (
        "2026-03-02T14:45:00+05:45",
        "2026-03-02T15:45:00+05:45",
    )


def test_merged_slots_are_a_sequence_like_any_other():
    one = listed(within=monday("09:00", "11:00"))
    other = a_scheduler(*PAIR).free_slots(
        a_request(any_of("ada"), duration=minutes(30)), within=monday("09:00", "10:00"), now=NOW
    )

    both = Slots.merged([one, other])

    assert clocks(both) == ["09:00", "09:00", "09:30", "10:00"]
    assert [slot.end - slot.start for slot in both] == [minutes(30), HOUR, minutes(30), HOUR]
    assert both == Slots.merged([Slots.merged([other]), one])
    assert hash(both) == hash(tuple(both))
    assert both[1] == one[0]
    assert clocks(both[1:3]) == ["09:00", "09:30"]
    assert both[1:3][0] == one[0]
    assert repr(both).startswith("<4 slots: ")
    assert Slots.merged([]) == ()
    assert not both.truncated
    assert Slots.merged([one.at_most(1), other]).truncated
    assert pickle.loads(pickle.dumps(both[1])) == one[0]


def test_a_slot_names_who_is_free_for_each_role():
    slot = listed()[0]

    assert slot.options == {"ada grace": ("ada", "grace"), "blue room": ("blue room",)}
    assert not slot.is_overbooked


def test_a_slot_says_whether_it_would_be_overbooked():
    room = a_room(capacity=2, overbook_percent=50)
    scheduler = a_scheduler(room, bookings=[a_booking(party_size=2)])
    slots = scheduler.free_slots(a_request(), within=monday("09:00", "11:00"), now=NOW)

    assert [slot.is_overbooked for slot in slots] == [True, False]


@pytest.mark.parametrize("out_of_service", [1, [OutOfService(WHOLE_DAY, 1)]])
def test_units_beyond_those_that_are_in_service_are_overbooked(out_of_service):
    table = an_item(quantity=2, overbook_percent=50, out_of_service=out_of_service)
    booking = a_booking(equipment={"table": 1})
    slots = a_scheduler(table, bookings=[booking]).free_slots(
        a_request(units_of("table", 1)), within=monday("09:00", "11:00"), now=NOW
    )

    assert [slot.is_overbooked for slot in slots] == [True, False]


@pytest.mark.parametrize("value", [5, None, "slots", [5], [None]])
def test_only_listings_can_be_merged(value):
    with refused(InvalidValueError, "type", "listings"):
        Slots.merged(value)

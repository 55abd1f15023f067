"""Stored bookings that no command would make, and questions about them that have answers all the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import Booking, Calendar, Catalogue, Interval, Member, Room, Scheduler
from bookable.domain.booking import Buffers
from tests.support.builders import HOUR, NOW, at

NINE = at("09:00")


def a_class(room_seats: int, **fields: object) -> Catalogue:
    yoga = Calendar("yoga", HOUR, kind="class", seats_per_slot=5, member_ids=["ada"], **fields)
    people = [Member("ada"), Member("bob")]
    return Catalogue(rooms=[Room("hall", room_seats)], members=people, calendars=[yoga])


def a_session(**fields: object) -> Booking:
    takes = {"calendar_id": "yoga", "host_ids": ["ada"], "room_ids": ["hall"]}
    return Booking("B-1", NINE, NINE + HOUR, **takes, **fields)


def test_a_session_that_gave_up_its_room_at_once_is_looked_at_whatever_is_in_the_room():
    crowd = Booking("B-2", NINE, NINE + HOUR, host_ids=["bob"], room_ids=["hall"], party_size=3)
    state = Scheduler(a_class(2), [a_session(rooms_until=NINE), crowd])

    request = state.request("yoga")
    slots = state.free_slots(request, within=Interval(NINE, NINE + HOUR), now=NOW)

    assert bool(slots) is not bool(state.explain(request, start=NINE, now=NOW))


def test_buffers_that_are_said_of_nothing_are_none():
    state = Scheduler(a_class(9), [a_session(buffers={})])

    slots = state.free_slots(state.request("yoga"), within=Interval(NINE, NINE + HOUR), now=NOW)

    assert [slot.seats_left for slot in slots] == [4]


@pytest.mark.parametrize("kind", ["class", "personal"])
def test_buffers_on_a_calendar_take_none_of_its_time(kind):
    calendar = Calendar("visit", HOUR, kind=kind, member_ids=["ada"])
    catalogue = Catalogue(members=[Member("ada")], calendars=[calendar])
    long = {"visit": Buffers(HOUR, HOUR), "ada": Buffers(HOUR, timedelta(0))}
    booking = Booking("B-1", NINE, NINE + HOUR, calendar_id="visit", host_ids=["ada"], buffers=long)
    state = Scheduler(catalogue, [booking])
    state.check()

    after = state.cancel("B-1", now=NOW)

    after.check()
    assert after._ledger.record("visit").profiles() == {}

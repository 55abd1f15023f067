"""Who of the people that are asked only if they can come could come."""

from __future__ import annotations

from itertools import product

from bookable import Request, all_of
from bookable.availability.presence import missing_people
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.domain.service import Absence
from tests.support.builders import (
    HOUR,
    OFFICE,
    a_booking,
    a_calendar,
    a_member,
    a_scheduler,
    minutes,
    monday,
    us,
)


def missing(clock, *entries, bookings=(), request=None, **asked):
    scheduler = a_scheduler(*entries, bookings=bookings)
    request = request or Request(HOUR, calendar_id="massage", **asked)
    question = resolve(request, scheduler.catalogue)
    search = Search(scheduler._ledger, scheduler.catalogue, question, us("00:00"))
    return missing_people(search, us(clock))


def test_C11_who_is_closed_away_busy_or_inactive_is_missing():
    for closed, away, busy, is_active in product(
        [False, True], [False, True], [False, True], [True, False]
    ):
        bob = a_member(
            "bob",
            hours=OFFICE if closed else None,
            absences=[Absence(monday("06:00", "08:00"))] if away else [],
            is_active=is_active,
        )
        bookings = [a_booking("B-1", "07:30", "08:30", host_ids=["bob"])] if busy else []

        found = missing(
            "07:00",
            bob,
            a_member("ada"),
            a_calendar(member_ids=["ada"]),
            bookings=bookings,
            optional_ids=["bob", "ada"],
        )

        expected = ("bob",) if closed or away or busy or not is_active else ()
        assert found == expected


def test_C11_the_buffers_of_the_calendar_are_kept_with_them_as_well():
    calendar = a_calendar(member_ids=["ada"], buffer_after=minutes(15))
    people = a_member("ada"), a_member("bob"), a_member("cem")
    bookings = [
        a_booking("B-1", "10:10", "11:00", host_ids=["bob"]),
        a_booking("B-2", "10:15", "11:00", host_ids=["cem"]),
    ]

    found = missing("09:00", *people, calendar, bookings=bookings, optional_ids=["cem", "bob"])

    assert found == ("bob",)


def test_C11_a_request_of_its_own_rules_may_ask_them_too():
    request = Request(HOUR, [all_of("ada")], optional_ids=["bob"])
    people = a_member("ada"), a_member("bob", hours=OFFICE)

    assert missing("07:00", *people, request=request) == ("bob",)
    assert missing("09:00", *people, request=request) == ()

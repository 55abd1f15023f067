"""Many at once, and certificates: rows F14, L6 and L7."""

from __future__ import annotations

import json

import attrs

from bookable import Scheduler
from bookable.codecs.certificates import certificate, refusal_certificate
from bookable.verify import verify
from tests.support.builders import (
    NOW,
    OFFICE,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    booked,
)


def a_studio() -> Scheduler:
    """Ada or Bob, in the attic or the blue room, with one of three tables."""
    calendar = a_calendar(kind="round_robin", member_ids=["ada", "bob"], hours=OFFICE)
    rooms = [a_room(key, calendar_ids=["massage"]) for key in ("attic", "blue room")]
    item = an_item("table", 3, calendar_ids=["massage"])
    return a_scheduler(calendar, a_member("ada"), a_member("bob"), *rooms, item)


# F14 ---------------------------------------------------------------------------


def test_F14_a_repair_moves_the_fewest_bookings():
    state = a_scheduler(
        a_room(),
        a_room("attic"),
        bookings=[
            a_booking("long", "09:00", "12:00"),
            a_booking("B-1", "09:00", "10:00"),
            a_booking("B-2", "10:00", "11:00"),
            a_booking("B-3", "11:00", "12:00"),
        ],
    )
    repair = state.plan_repair(now=NOW)

    assert [each.before.id for each in repair.mended] == ["long"]
    assert repair.is_fewest
    assert state.apply(repair.plan).violations(now=NOW) == ()


# L6 ----------------------------------------------------------------------------


def test_L6_what_closing_a_room_breaks_and_loses():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    attic = attrs.evolve(state.catalogue.room("attic"), is_active=False)
    closed = state.with_catalogue(state.catalogue.replace(attic))
    found = state.impact(closed, within=WHOLE_DAY, now=NOW)

    assert [(each.booking.id, each.lost_ids) for each in found.broken] == [("B-1", ("attic",))]
    assert found.lost == found.gained == ()
    both = closed.with_catalogue(closed.catalogue.replace(a_room(is_active=False)))
    assert [f"{slot.start:%H}" for slot in state.impact(both, within=WHOLE_DAY, now=NOW).lost] == [
        *("09", "10", "11", "12", "13", "14", "15", "16"),
    ]


def test_L6_what_losing_a_person_breaks():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    lean = Scheduler(state.catalogue.remove("ada", detach=True), state.bookings.values())
    (broken,) = state.impact(lean, within=WHOLE_DAY, now=NOW).broken

    assert [(each.rule.value, each.subject) for each in broken.violations] == [
        ("unknown_resource", "ada")
    ]


def test_L6_what_fewer_of_something_breaks():
    state = a_studio()
    for key in ("B-1", "B-2"):
        state = booked(state, "09:00", calendar="massage", booking_id=key)
    fewer = state.with_catalogue(
        state.catalogue.replace(an_item("table", 1, calendar_ids=["massage"]))
    )
    found = state.impact(fewer, within=WHOLE_DAY, now=NOW)

    assert [each.booking.id for each in found.broken] == ["B-1", "B-2"]
    assert {each.detail["taken"] for row in found.broken for each in row.violations} == {2}


# L7 ----------------------------------------------------------------------------


def test_L7_an_acceptance_is_checked_without_the_engine():
    state = booked(a_studio(), "09:00", calendar="massage", booking_id="B-1")
    slot = state.slot(state.request("massage"), start=at("09:00"), now=NOW)
    found = certificate(state, state.plan_book(slot, booking_id="B-2", now=NOW))

    verify(json.loads(json.dumps(found)))
    shown = {entry["claim"]["resource_id"]: entry for entry in found["allocation"]}
    assert set(shown) == {"bob", "blue room", "table"}
    peak = next(each for each in shown["table"]["checks"] if each["what"] == "units")
    assert (peak["capacity"], peak["peak"], peak["left"]) == (3, 2, 1)
    assert (peak["at"], peak["present"]) == ("2026-03-02T09:00:00+00:00", ["B-1", "B-2"])


def test_L7_a_refusal_names_its_blockers_with_their_claims():
    state = a_studio()
    for key in ("B-1", "B-2"):
        state = booked(state, "09:00", calendar="massage", booking_id=key)
    request = state.request("massage")
    found = refusal_certificate(state, request, start=at("09:00"), now=NOW)

    verify(json.loads(json.dumps(found)))
    named = {key for each in found["refusals"] for key in each["booking_ids"]}
    assert named == {"B-1", "B-2"}
    assert all(each["claims"] for each in found["refusals"])

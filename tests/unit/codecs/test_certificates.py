"""Certificates: what they say of each kind of claim."""

from __future__ import annotations

import json
from datetime import timedelta

import attrs
import pytest

from bookable import Equipment, InvalidValueError, OutOfService, Plan, Scheduler, all_of
from bookable.codecs.certificates import certificate, refusal_certificate
from bookable.domain.declining import DeclineRule
from bookable.errors import StaleLedgerError
from bookable.verify import CertificateError, verify
from tests.support.builders import (
    HOUR,
    NOW,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    monday,
    refused,
)


def book(state: Scheduler, request, clock: str = "09:00", key: str = "N") -> Plan:
    return state.plan_book(state.slot(request, start=at(clock), now=NOW), booking_id=key, now=NOW)


def checks(found: dict, resource_id: str) -> dict:
    """The checks of a resource: what is limited, to how many, and how many are left."""
    (entry,) = [each for each in found["allocation"] if each["claim"]["resource_id"] == resource_id]
    return {
        (each["what"], each["own"], each["others"]): (each["capacity"], each["peak"], each["left"])
        for each in entry["checks"]
    }


FEET = ("footprint", "footprint")


def test_an_acceptance_shows_the_peak_and_who_is_there():
    state = a_scheduler(
        a_room(capacity=3),
        bookings=[a_booking("B-1", "09:00", "10:00"), a_booking("B-2", "10:00", "11:00")],
    )
    found = certificate(state, book(state, a_request(duration=2 * HOUR, party_size=2)))
    (entry,) = found["allocation"]
    verify(json.loads(json.dumps(found)))

    seats = next(each for each in entry["checks"] if each["what"] == "seats")
    assert (seats["capacity"], seats["peak"], seats["left"]) == (3, 3, 0)
    assert (seats["at"], seats["present"]) == ("2026-03-02T09:00:00+00:00", ["B-1", "N"])
    assert seats["taken_us"] == 3 * 2 * 3_600_000_000
    assert checks(found, "blue room")["bookings", *FEET] == (None, 2, None)


def test_a_session_is_taken_once_and_its_seats_add_up():
    state = a_scheduler(
        a_class(seats=5), a_member("ada"), a_room(capacity=4, calendar_ids=["yoga"])
    )
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    found = certificate(state, book(state, state.request("yoga", party_size=2)))
    verify(found)

    assert checks(found, "ada")["bookings", *FEET] == (1, 1, 0)
    assert checks(found, "blue room")["seats", *FEET] == (4, 3, 1)


@pytest.mark.parametrize(
    "policy, sides",
    [
        ("exclusive", {FEET}),
        ("existing_only", {("body", "footprint")}),
        ("shared", {("body", "footprint"), ("footprint", "body")}),
    ],
)
def test_buffers_are_checked_as_their_policy_says(policy, sides):
    calendar = a_calendar(
        kind="personal",
        member_ids=["ada"],
        buffer_before=HOUR,
        buffer_after=HOUR,
        buffer_policy=policy,
    )
    state = booked(
        a_scheduler(calendar, a_member("ada")), "09:00", calendar="massage", booking_id="B"
    )
    found = certificate(state, book(state, state.request("massage"), "12:00"))
    verify(found)

    assert {key[1:] for key in checks(found, "ada") if key[0] == "bookings"} == sides


def test_shared_buffers_of_a_pool_are_checked_by_footprints():
    room = a_room(capacity=4, buffer_after=HOUR, buffer_policy="shared")
    state = a_scheduler(room)
    found = certificate(state, book(state, a_request()))
    verify(found)

    assert {key[1:] for key in checks(found, "blue room")} == {FEET}


def test_a_crowd_of_one_host_is_one_thing_to_everybody_else():
    calendar = a_calendar(kind="personal", member_ids=["ada"], bookings_per_host=3)
    state = booked(
        a_scheduler(calendar, a_member("ada")), "09:00", calendar="massage", booking_id="B"
    )
    found = certificate(state, book(state, state.request("massage")))
    verify(found)

    assert checks(found, "ada")["bookings", *FEET] == (1, 1, 0)
    assert checks(found, "ada")["crowd", *FEET] == (3, 2, 1)


@pytest.mark.parametrize("broken", [1, [OutOfService(monday("09:00", "12:00"), 1)]])
def test_what_is_out_of_service_is_nobodys(broken):
    item = Equipment("table", quantity=3, out_of_service=broken)
    state = a_scheduler(item, bookings=[a_booking("B-1", equipment={"table": 1})])
    found = certificate(state, book(state, a_request(all_of("table"))))
    verify(json.loads(json.dumps(found)))

    assert checks(found, "table")["units", *FEET][2] == 0
    later = certificate(state, book(state, a_request(all_of("table")), "15:00"))
    verify(later)


def test_rooms_that_share_a_part_are_taken_whole():
    rooms = [a_room("hall", 9, parts=["left", "right"]), a_room("left", 4), a_room("right", 4)]
    state = a_scheduler(*rooms, bookings=[a_booking("B-1", room_ids=["right"])])
    found = certificate(state, book(state, a_request(all_of("left"))))
    verify(found)

    assert {each["claim"]["resource_id"] for each in found["allocation"]} == {"left", "hall"}
    assert set(checks(found, "hall")) == {("whole", *FEET)}


def test_what_takes_a_room_whole_leaves_nothing_of_it():
    rooms = [a_room("hall", 9, parts=["left", "right"]), a_room("left", 4), a_room("right", 4)]
    state = a_scheduler(*rooms, bookings=[a_booking("B-1", room_ids=["left"])])
    found = certificate(state, Plan("book", bookings_after=(a_booking("N", room_ids=["hall"]),)))

    assert checks(found, "hall")["whole", *FEET] == (0, 1, -1)
    assert checks(found, "hall")["bookings", *FEET] == (None, 1, None)
    with pytest.raises(CertificateError, match="more is taken"):
        verify(found)


def test_who_stands_in_a_buffer_that_does_not_count_is_not_counted():
    calendar = a_calendar(
        kind="personal", member_ids=["ada"], buffer_before=HOUR, buffer_policy="existing_only"
    )
    before = a_booking("B-1", "09:00", "10:00", host_ids=["ada"])
    state = a_scheduler(calendar, a_member("ada"), bookings=[before])
    found = certificate(state, book(state, state.request("massage"), "10:00"))
    verify(found)

    assert len(found["allocation"][0]["others"]) == 1
    assert checks(found, "ada")["bookings", "body", "footprint"] == (1, 1, 0)


def test_what_is_kept_though_there_is_too_little_by_now_is_kept():
    state = a_scheduler(a_room(capacity=2), bookings=[a_booking("B-1"), a_booking("B-2")])
    state = state.with_catalogue(state.catalogue.replace(a_room(capacity=1)))
    plan = state.plan_check_in("B-1", at=at("09:00"))
    found = certificate(state, plan)
    verify(found)
    (entry,) = found["allocation"]

    assert entry["kept_from"]["seats"] == 1
    assert entry["checks"] == []
    entry["claim"]["seats"] = 2
    with pytest.raises(CertificateError):
        verify(found)


def test_what_is_taken_beyond_capacity_without_leave_does_not_hold():
    state = a_scheduler(a_room(), bookings=[a_booking("B-1")])
    plan = Plan("book", bookings_after=(a_booking("N"),))
    found = certificate(state, plan)

    with pytest.raises(CertificateError, match="more is taken than there is"):
        verify(found)
    allowed = Plan("book", bookings_after=(a_booking("N", tags=["overbooked"]),))
    verify(certificate(state, allowed))
    moved = state.plan_group([])
    assert certificate(state, moved)["allocation"] == []
    larger = attrs.evolve(a_booking("B-1", "09:00", "11:00"), version=2)
    other = a_scheduler(a_room(), bookings=[a_booking("B-1"), a_booking("B-2")])
    grown = other._ledger.plan("move", before=(other.bookings["B-1"],), after=(larger,))
    with pytest.raises(CertificateError, match="more is taken"):
        verify(certificate(other, grown))


def nothing(state: Scheduler, plan: Plan) -> tuple[str, list[str | None]]:
    """What a certificate says of a plan, and of each booking that takes nothing."""
    found = certificate(state, plan)
    verify(json.loads(json.dumps(found)))
    assert found["allocation"] == []
    return found["kind"], [each["nothing"] for each in found["bookings"]]


def test_what_takes_nothing_says_why():
    state = a_scheduler(a_room(), a_class(member_ids=[]), bookings=[a_booking("B-1")])

    assert nothing(state, state.plan_cancel("B-1", now=NOW)) == ("nothing_taken", ["over"])
    assert nothing(state, Plan("confirm")) == ("no_booking", [])
    waits = a_booking("N", status="pending", pending_blocks=False)
    assert nothing(state, Plan("book", bookings_after=(waits,))) == ("nothing_taken", ["waits"])
    bare = a_booking("N", calendar_id="yoga")
    assert nothing(state, Plan("book", bookings_after=(bare,))) == ("nothing_taken", ["needs_none"])
    declined = state.plan_release_declined(
        "B-1", replies={"guest": "declined"}, now=at("08:00"), rule=DeclineRule()
    )
    assert nothing(state, declined) == ("nothing_taken", ["gave_up"])


def test_an_acceptance_that_takes_something_says_so():
    state = a_scheduler()
    found = certificate(state, book(state, a_request()))

    assert (found["kind"], found["bookings"][0]["nothing"]) == ("taken", None)
    assert (found["bookings"][0]["status"], found["bookings"][0]["takes"]) == (
        "confirmed",
        ["blue room"],
    )


# Several ------------------------------------------------------------------------


def existing_only() -> Scheduler:
    """A calendar of one person, before whose bookings two hours are kept clear of later ones."""
    buffers = {"buffer_before": 2 * HOUR, "buffer_policy": "existing_only"}
    calendar = a_calendar(kind="personal", member_ids=["ada"], **buffers)
    return a_scheduler(calendar, a_member("ada"))


def test_a_booking_is_shown_beside_those_that_were_decided_before_it():
    """The buffers of the later one do not count for the earlier, but the other way round."""
    state = existing_only()
    starts = [at("09:00"), at("10:00")]
    plan = state.plan_series(state.request("massage"), starts, booking_ids=["A", "B"], now=NOW).plan
    found = certificate(state, plan)
    verify(found)

    assert [each["id"] for each in found["bookings"]] == ["A", "B"]
    first, second = found["allocation"]
    assert first["others"] == []
    assert [each["booking_id"] for each in second["others"]] == ["A"]


def test_an_order_is_found_where_a_plan_does_not_name_it():
    state = existing_only()

    def move(then: Scheduler) -> Plan:
        slot = then.slot(then.request("massage"), start=at("10:00"), now=NOW, ignoring=["A"])
        return then.plan_reschedule("A", to=slot, now=NOW)

    # A is decided last, though it stands first: what it keeps clear is where B is already.
    plan = state.plan_group(
        [
            lambda then: book(then, then.request("massage"), "12:00", "A"),
            lambda then: book(then, then.request("massage"), "09:00", "B"),
            move,
        ]
    )
    found = certificate(state, plan)
    verify(found)

    assert [each.id for each in plan.bookings_after] == ["A", "B"]
    assert [each["id"] for each in found["bookings"]] == ["B", "A"]


def test_what_fits_in_no_order_does_not_hold():
    state = a_scheduler()
    plan = Plan("book", bookings_after=(a_booking("A"), a_booking("B"), a_booking("C")))

    with pytest.raises(CertificateError, match="more is taken"):
        verify(certificate(state, plan))


# Whole rooms --------------------------------------------------------------------


def halves(**fields: object) -> list:
    left, right = (a_room(key, 4, **fields) for key in ("left", "right"))
    return [a_room("hall", 9, parts=["left", "right"], buffer_after=HOUR), left, right]


@pytest.mark.parametrize(
    "fields, sides",
    [
        ({}, {FEET}),
        ({"buffer_policy": "existing_only"}, {("body", "footprint")}),
        (
            {"buffer_policy": "shared", "max_concurrent": 1},
            {("body", "footprint"), ("footprint", "body")},
        ),
        ({"buffer_policy": "shared"}, {FEET}),
    ],
)
def test_what_is_taken_whole_is_so_under_the_policy_of_the_room_that_takes_it(fields, sides):
    """The hall is booked until nine and kept until ten; the left half is kept an hour before."""
    rooms = halves(buffer_before=HOUR, **fields)
    state = a_scheduler(*rooms, bookings=[a_booking("B-1", "08:00", "09:00", room_ids=["hall"])])
    clock = "11:00" if sides == {FEET} else "10:00"
    found = certificate(state, book(state, a_request(all_of("left")), clock))
    verify(json.loads(json.dumps(found)))

    assert {key[1:] for key in checks(found, "hall")} == sides
    assert {key[1:] for key in checks(found, "left") if key[0] == "whole"} == sides


def test_rooms_of_several_policies_take_a_third_under_the_weakest():
    rooms = halves(buffer_before=HOUR)
    rooms[1] = a_room("left", 4, buffer_before=HOUR, buffer_policy="existing_only")
    state = a_scheduler(*rooms)
    both = Plan("book", bookings_after=(state_booking(state),))
    found = certificate(state, both)
    verify(found)

    assert {key[1:] for key in checks(found, "hall")} == {("body", "footprint")}


def state_booking(state: Scheduler):
    """A booking of both halves, with the buffers that the catalogue gives it."""
    given = Scheduler(state.catalogue, [a_booking("N", room_ids=["left", "right"])])
    return given.bookings["N"]


def test_one_unit_of_two_of_which_one_is_broken_is_a_pool():
    """Buffers are shared where there is one unit, not where one is left (SPEC N16)."""
    item = Equipment(
        "table", quantity=2, out_of_service=1, buffer_after=HOUR, buffer_policy="shared"
    )
    state = a_scheduler(item)
    found = certificate(state, book(state, a_request(all_of("table"))))
    verify(found)

    assert checks(found, "table")["units", *FEET] == (2, 2, 0)


def test_a_plan_of_another_state_or_of_what_is_gone_has_no_certificate():
    state = a_scheduler(a_room(capacity=9))
    plan = book(state, a_request())

    with pytest.raises(StaleLedgerError):
        certificate(state.apply(book(state, a_request(), key="M")), plan)
    with refused(InvalidValueError, "unknown_resource", "plan"):
        certificate(state, Plan("book", bookings_after=(a_booking("N", room_ids=["attic"]),)))
    with refused(InvalidValueError, "type", "plan"):
        certificate(state, state)


def test_a_refusal_shows_its_blockers():
    state = a_scheduler(
        a_calendar(kind="personal", member_ids=["ada"]),
        a_member("ada"),
        bookings=[a_booking("B-1", "09:00", "09:30", host_ids=["ada"])],
        blocks=[a_block("K-1", "ada", "09:30", "12:00")],
    )
    found = refusal_certificate(state, state.request("massage"), start=at("09:00"), now=NOW)
    verify(json.loads(json.dumps(found)))
    (reason,) = found["refusals"]

    assert [each["booking_id"] for each in reason["claims"]] == ["B-1"]
    assert [(each["id"], each["closes"]) for each in reason["blocks"]] == [("K-1", ["ada"])]
    assert reason["taken_us"] == 1_800_000_000


def test_a_full_session_shows_who_is_in_it():
    state = a_scheduler(a_class(seats=2), a_member("ada"))
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1", party_size=2)
    found = refusal_certificate(state, state.request("yoga"), start=at("09:00"), now=NOW)
    verify(found)

    full = found["refusals"][-1]
    assert (full["rule"], full["booking_ids"], full["seats"]) == ("full", ["B-1"], 2)


def test_other_reasons_are_told_with_their_numbers():
    state = a_scheduler(
        a_calendar(kind="personal", member_ids=["ada"], minimum_notice=timedelta(hours=30)),
        a_member("ada"),
    )
    found = refusal_certificate(state, state.request("massage"), start=at("09:00"), now=NOW)
    verify(found)

    assert found["refusals"][0]["rule"] == "notice_too_short"


def test_what_can_be_booked_is_not_refused():
    state = a_scheduler()
    with refused(InvalidValueError, "bookable", "start"):
        refusal_certificate(state, a_request(), start=at("09:00"), now=NOW)


def test_who_joins_a_session_takes_no_more_of_what_it_has():
    state = a_scheduler(a_class(seats=3), a_member("ada"))
    state = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    stray = a_booking("X", "09:30", "10:30", host_ids=["ada"])
    crowded = Scheduler(state.catalogue, [*state.bookings.values(), stray])
    first = state.bookings["B-1"]
    joined = Plan("book", bookings_after=(attrs.evolve(first, id="N"),))
    found = certificate(crowded, joined)
    verify(found)

    assert checks(found, "ada")["bookings", *FEET] == (1, 2, -1)
    assert found["allocation"][0]["overridden"] is False

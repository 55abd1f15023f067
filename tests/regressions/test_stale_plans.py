"""Plans that were once applied to a state in which they did not hold."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bookable import (
    Calendar,
    Catalogue,
    Equipment,
    Member,
    Request,
    Room,
    Scheduler,
    StaleLedgerError,
    WeeklyHours,
    all_of,
    units_of,
)
from tests.support.builders import HOUR, NOW, at, refused


def test_a_plan_of_one_branch_of_a_history_is_refused_in_another():
    request = Request(HOUR, [all_of("studio")])
    booked = Scheduler(Catalogue(rooms=[Room("studio", 1)]))
    booked = booked.book(booked.slot(request, start=at("09:00"), now=NOW), booking_id="X", now=NOW)
    one = booked.cancel("X", now=NOW)
    plan = one.plan_book(one.slot(request, start=at("09:00"), now=NOW), booking_id="P", now=NOW)
    slot = booked.slot(request, start=at("12:00"), now=NOW)
    other = booked.book(slot, booking_id="Y", now=NOW)

    with refused(StaleLedgerError, "stale"):
        other.apply(plan)


def test_a_plan_is_refused_when_one_session_has_become_two():
    yoga = Calendar("yoga", HOUR, kind="class", seats_per_slot=5, member_ids=["ada", "grace"])
    mats = Equipment("mats", 2, calendar_ids=["yoga"])
    catalogue = Catalogue(
        members=[Member("ada"), Member("grace")], equipment=[mats], calendars=[yoga]
    )
    state = Scheduler(catalogue)
    for booking_id in ("B-1", "B-2"):
        wanted = state.request("yoga", host_ids=["ada"])
        slot = state.slot(wanted, start=at("09:00"), now=NOW)
        state = state.book(slot, booking_id=booking_id, now=NOW)
    one_mat = Request(HOUR, [units_of("mats", 1)])
    slot = state.slot(one_mat, start=at("09:00"), now=NOW)
    plan = state.plan_book(slot, booking_id="P", now=NOW)
    with_grace = state.slot(
        state.request("yoga", host_ids=["grace"]), start=at("09:00"), now=NOW, ignoring=["B-2"]
    )

    apart = state.reschedule("B-2", to=with_grace, now=NOW)

    with refused(StaleLedgerError, "stale"):
        apart.apply(plan)


def test_a_plan_is_refused_when_the_zone_of_the_grid_has_changed():
    def catalogue(zone: str) -> Catalogue:
        hours = WeeklyHours.parse("Mo-Su 00:00-24:00", zone=ZoneInfo(zone))
        kathmandu = WeeklyHours.parse("Mo-Su 00:00-24:00", zone="Asia/Kathmandu")
        return Catalogue(
            members=[Member("ada", hours=kathmandu), Member("grace", hours=hours)],
            calendars=[Calendar("talk", HOUR, member_ids=["ada", "grace"])],
        )

    before = Scheduler(catalogue("Asia/Kathmandu"))
    talk = before.request("talk", host_ids=["ada"])
    slot = before.slot(talk, start=at("10:15"), now=NOW)
    plan = before.plan_book(slot, booking_id="P", now=NOW)

    after = before.with_catalogue(catalogue("Europe/Berlin"))

    assert [each.rule.value for each in after.explain(talk, start=slot.start, now=NOW)] == [
        "off_grid"
    ]
    with refused(StaleLedgerError, "stale"):
        after.apply(plan)

"""What plans rest on: read once for all that they book."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from bookable import Catalogue, CheckIn, Counting, Scheduler, SeriesPolicy, StaleLedgerError
from bookable.availability import freshness
from bookable.domain.limit import Limit
from bookable.domain.place import Place
from tests.support.builders import (
    HOUR,
    NOW,
    a_calendar,
    a_member,
    a_scheduler,
    at,
    booked,
    refused,
)

STARTS = [at("08:00") + number * HOUR for number in range(8)]
IDS = [f"S-{number}" for number in range(8)]


def a_branch():
    """A calendar at a place whose bookings are limited, whoever takes them."""
    limit = Limit(9, "day", per=["location"])
    calendar = a_calendar(member_ids=["m0"], location_id="north", limits=[limit])
    members = [a_member(f"m{number}") for number in range(5)]
    return Scheduler(Catalogue(members=members, calendars=[calendar], places=[Place("north")]))


@pytest.mark.parametrize("policy", [SeriesPolicy(), SeriesPolicy("next_free", within=3 * HOUR)])
def test_what_a_series_rests_on_is_read_once_for_all_of_it(monkeypatch, policy):
    """It was read for each occurrence, with every entry of the catalogue, and twice."""
    state, stamped, original = a_branch(), [], freshness.version_of

    def counted(*args):
        stamped.append(args)
        return original(*args)

    monkeypatch.setattr(freshness, "version_of", counted)
    request = state.request("massage")
    series = state.plan_series(request, STARTS, booking_ids=IDS, policy=policy, now=NOW)

    assert [each.id for each in series.plan.bookings_after] == IDS
    assert set(series.plan.rests_on) == {"massage", *(f"m{n}" for n in range(5))}
    assert len(stamped) == len(series.plan.rests_on)


def test_a_series_grows_stale_with_what_a_limit_counts_anywhere():
    state = a_branch()
    request = state.request("massage")
    plan = state.plan_series(request, STARTS, booking_ids=IDS, now=NOW).plan
    later = booked(state, "16:00", calendar="massage", booking_id="B-1")

    with refused(StaleLedgerError, "stale"):
        later.apply(plan)


@pytest.mark.parametrize("counts", [True, False])
def test_a_plan_rests_on_what_is_over_where_that_counts(counts):
    """Who missed the start had nothing left to give back, and counts against the host from then on."""
    limit = Limit(1, "month", per=["host"], counting=Counting(["no_show"]) if counts else None)
    policy = CheckIn(grace=timedelta(0))
    calendar = a_calendar(member_ids=["ada"], check_in=policy, limits=[limit])
    state = booked(
        a_scheduler(calendar, a_member("ada")), "09:00", calendar="massage", booking_id="B"
    )
    slot = state.slot(state.request("massage"), start=at("14:00"), now=at("10:00"))
    plan = state.plan_book(slot, booking_id="B-2", now=at("10:00"))

    missed = state.mark_no_show("B", at=at("10:00"))

    if counts:
        with refused(StaleLedgerError, "stale") as caught:
            missed.apply(plan)
        assert caught.value.subject == "ada"
    else:
        assert missed.apply(plan).bookings["B-2"].host_ids == ("ada",)


def test_a_customer_whose_status_counts_is_named_as_one():
    limit = Limit(1, "month", per=["customer"], counting=Counting(["no_show"]))
    calendar = a_calendar(member_ids=["ada"], check_in=CheckIn(grace=timedelta(0)), limits=[limit])
    state = a_scheduler(calendar, a_member("ada"), a_member("bob"))
    request = attrs.evolve(state.request("massage"), customer_id="ann")
    state = state.book(state.slot(request, start=at("09:00"), now=NOW), booking_id="B", now=NOW)
    slot = state.slot(request, start=at("14:00"), now=at("10:00"))
    plan = state.plan_book(slot, booking_id="B-2", now=at("10:00"))

    with pytest.raises(StaleLedgerError, match=r"^customer 'ann' has changed"):
        state.mark_no_show("B", at=at("10:00")).apply(plan)

"""Other hours for the sake of one question."""

from __future__ import annotations

from bookable import Catalogue, FreeBusy, Place, Scheduler, WeeklyHours, all_of
from bookable.codecs._open import not_known, with_hours
from tests.support.builders import (
    NOW,
    OFFICE,
    WHOLE_DAY,
    a_calendar,
    a_member,
    a_request,
    a_room,
    clocks,
)

TUESDAYS = WeeklyHours.parse("Tu 09:00-17:00", zone="UTC")
MORNING = WeeklyHours.parse("Mo 08:00-10:00", zone="UTC")


def a_house() -> Scheduler:
    return Scheduler(
        Catalogue(
            rooms=[a_room("hall", schedule_id="late")],
            members=[a_member("ada", hours=TUESDAYS)],
            calendars=[a_calendar("massage", hours=TUESDAYS)],
            schedules={"late": TUESDAYS},
        )
    )


def starts(state: Scheduler, *ids: str) -> list[str]:
    return clocks(state.free_slots(a_request(all_of(*ids)), within=WHOLE_DAY, now=NOW))


def test_resources_keep_the_hours_that_are_given():
    state = a_house()
    found = with_hours(state, {"ada": MORNING, "hall": None})

    assert starts(state, "ada") == starts(state, "hall") == []
    assert starts(found, "ada", "hall") == ["08:00", "09:00"]
    assert starts(state, "ada") == []


def test_neither_a_schedule_nor_a_place_has_a_say_then():
    state = Scheduler(
        Catalogue(
            rooms=[a_room("hall", location_id="house")], places=[Place("house", hours=TUESDAYS)]
        )
    )

    assert starts(state, "hall") == []
    assert len(starts(with_hours(state, {"hall": None}), "hall")) == 24


def test_only_those_that_are_told_of_become_unknown():
    told = FreeBusy(WHOLE_DAY, {"ada": [], "ben": []}, {"cem": "x"})

    assert not_known(told, {"ben": "y", "dan": "z"}) == FreeBusy(
        WHOLE_DAY, {"ada": []}, {"ben": "y", "cem": "x"}
    )


def test_what_it_has_not_and_calendars_are_let_be():
    state = a_house()

    assert with_hours(state, {"zoe": None, "massage": None, "ada": TUESDAYS}) is state
    assert with_hours(state, {}) is state
    assert with_hours(state, {"ada": OFFICE}).catalogue.member("ada").hours == OFFICE

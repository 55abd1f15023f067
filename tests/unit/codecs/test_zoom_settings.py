"""The settings of the check-in feature, level by level."""

from __future__ import annotations

import attrs
import pytest

from bookable import Catalogue, CheckIn, CodecError, InvalidValueError, Place, Room
from bookable.codecs.zoom_settings import (
    OFF,
    CheckInSettings,
    read_settings,
    settings_of,
    with_settings,
    write_check_in,
    write_settings,
)
from bookable.limits import LONGEST_EARLY
from tests.support.builders import minutes, refused

FULL = {
    "check_in": {
        "enabled": True,
        "minutes_before": 10,
        "release_after_minutes": 15,
        "remove_after_missed": 3,
        "release": "room",
    },
    "locked": True,
}


def test_every_setting_has_its_place_in_the_policy():
    policy = CheckIn(minutes(10), minutes(15), "room", most_missed=3)

    assert read_settings(FULL) == CheckInSettings(policy, is_locked=True)
    assert write_settings(CheckInSettings(policy, is_locked=True)) == FULL


@pytest.mark.parametrize(
    ("body", "settings"),
    [
        ({}, CheckInSettings()),
        ({"check_in": None, "locked": None}, CheckInSettings()),
        ({"check_in": {"enabled": False}}, CheckInSettings(OFF)),
        ({"check_in": {"enabled": True}}, CheckInSettings(CheckIn())),
        (
            {"check_in": {"enabled": True, "minutes_before": 1_440, "release_after_minutes": 0}},
            CheckInSettings(CheckIn(LONGEST_EARLY, minutes(0))),
        ),
    ],
)
def test_what_is_left_open_is_taken_from_above_and_off_is_said(body, settings):
    assert read_settings(body) == settings
    assert read_settings(write_settings(settings)) == settings


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ([], "$", "type"),
        ({"early": 3}, "$.early", "unknown_key"),
        ({"locked": 1}, "$.locked", "type"),
        ({"check_in": {}}, "$.check_in.enabled", "missing_key"),
        ({"check_in": {"enabled": "yes"}}, "$.check_in.enabled", "type"),
        ({"check_in": {"enabled": False, "release": "room"}}, "$.check_in.release", "unknown_key"),
        ({"check_in": {"enabled": True, "grace": 3}}, "$.check_in.grace", "unknown_key"),
        (
            {"check_in": {"enabled": True, "minutes_before": 1_441}},
            *("$.check_in.minutes_before", "quantity"),
        ),
        (
            {"check_in": {"enabled": True, "release_after_minutes": -1}},
            *("$.check_in.release_after_minutes", "quantity"),
        ),
        (
            {"check_in": {"enabled": True, "remove_after_missed": 0}},
            *("$.check_in.remove_after_missed", "quantity"),
        ),
        ({"check_in": {"enabled": True, "release": "all"}}, "$.check_in.release", "choice"),
    ],
)
def test_a_body_that_is_none_is_refused(body, path, code):
    with pytest.raises(CodecError) as caught:
        read_settings(body)
    assert (caught.value.path, caught.value.code) == (path, code)


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (CheckIn(minutes(0.5)), "check_in.early"),
        (CheckIn(grace=minutes(1_441)), "check_in.grace"),
        ("ten", "check_in"),
    ],
)
def test_only_whole_minutes_can_be_said(policy, field):
    with pytest.raises(InvalidValueError) as caught:
        CheckInSettings(policy)
    assert caught.value.field == field
    if field != "check_in":
        with pytest.raises(InvalidValueError):
            write_check_in(policy)


def test_a_room_takes_the_settings_of_its_floor_and_a_lock_holds():
    ten, off = CheckInSettings(CheckIn(minutes(10), minutes(10))), CheckInSettings(OFF)
    floor = with_settings(Place("floor", locked=["hours"]), attrs.evolve(ten, is_locked=True))
    rooms = [Room("open", 1, location_id="floor")]
    rooms.append(with_settings(Room("own", 1, location_id="floor"), off))

    def settled(place):
        found = Catalogue(rooms, places=[place])
        return [found.settled(each).check_in for each in ("open", "own")]

    assert settled(floor) == [ten.check_in] * 2
    assert floor.locked == {"hours", "check_in"}
    assert settings_of(floor) == attrs.evolve(ten, is_locked=True)
    free = with_settings(floor, ten)
    assert settled(free) == [ten.check_in, OFF]
    assert free.locked == {"hours"}
    assert [settings_of(each) for each in rooms] == [CheckInSettings(), off]


def test_a_room_locks_nothing():
    with refused(InvalidValueError, "locked", "is_locked"):
        with_settings(Room("blue", 1), CheckInSettings(is_locked=True))
    with refused(InvalidValueError, "type", "level"):
        with_settings("blue", CheckInSettings())
    with refused(InvalidValueError, "type", "settings"):
        with_settings(Place("floor"), CheckIn())
    with refused(InvalidValueError, "type", "level"):
        settings_of(None)

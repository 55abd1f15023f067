"""The names that Windows has for zones."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bookable import InvalidValueError
from bookable.codecs.windows_zones import WINDOWS_ZONES, to_any_zone, windows_name
from tests.support.builders import refused


def test_every_name_stands_for_a_zone_of_its_own():
    zones = {name: to_any_zone(name) for name in WINDOWS_ZONES}

    assert len(zones) == len(set(zones.values())) == 139
    assert {name: zone.key for name, zone in zones.items()} == WINDOWS_ZONES


def test_the_way_back_finds_the_name_again():
    assert {windows_name(to_any_zone(name)) for name in WINDOWS_ZONES} == set(WINDOWS_ZONES)


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("India Standard Time", "Asia/Kolkata"),
        ("FLE Standard Time", "Europe/Kyiv"),
        ("UTC-11", "Etc/GMT+11"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("UTC", "UTC"),
    ],
)
def test_names_of_both_kinds_are_read(name, zone):
    assert to_any_zone(name) == ZoneInfo(zone)


def test_a_zone_without_a_name_of_its_own_has_none():
    assert windows_name(ZoneInfo("Europe/Vienna")) is None


@pytest.mark.parametrize(
    "name", ["Pacific", "Customized Time Zone", "", None, 3, [], {}, "x" * 999]
)
def test_what_is_neither_is_refused(name):
    with refused(InvalidValueError, "unknown_zone", "home"):
        to_any_zone(name, "home")

"""The release of the time zone database, as the folder that zones come from tells it."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from bookable.codecs.zones import zone_database


def folder(path, **files):
    """A folder with a zone, and files that tell its release."""
    path.mkdir()
    (path / "UTC").write_bytes(b"TZif")
    for name, text in files.items():
        (path / {"zi": "tzdata.zi", "version": "+VERSION"}[name]).write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("files", "release"),
    [
        ({"zi": "# version 2026a\n# more\n"}, "2026a"),
        ({"version": "2025b\n"}, "2025b"),
        ({"zi": "R a 1990\n", "version": "2025b"}, "2025b"),
        ({}, None),
    ],
)
def test_J9_the_release_of_the_zone_database_can_be_kept_beside_answers(tmp_path, files, release):
    """The first folder that has zones tells the release, where it tells any."""
    empty = tmp_path / "empty"
    empty.mkdir()
    later = folder(tmp_path / "later", version="1999z")
    assert zone_database([str(empty), folder(tmp_path / "zones", **files), later]) == release


def test_without_folders_it_is_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "tzdata", SimpleNamespace(IANA_VERSION="2024a"))
    assert zone_database([]) == "2024a"
    monkeypatch.setitem(sys.modules, "tzdata", None)
    assert zone_database([]) is None


def test_the_host_itself_is_asked_without_an_argument():
    found = zone_database()
    assert found is None or found[:4].isdigit()

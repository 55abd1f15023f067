"""``book``, ``cancel`` and ``copy``: the file changes as a whole, or not at all."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from bookable import worlds
from bookable.codecs import plain
from bookable.codecs.files import only_writer
from tests.unit.cli.support import NOW, Ran, assert_no_traceback, run, start

NINE = ("--start", "2026-03-02T09:00", *NOW)


@pytest.fixture
def clinic(tmp_path: Path) -> str:
    path = tmp_path / "clinic.json"
    assert run("copy", "clinic", str(path)).status == 0
    return str(path)


def test_a_copy_is_the_shipped_world(clinic: str) -> None:
    assert Path(clinic).read_text(encoding="utf-8") == worlds.world_text("clinic")


def test_a_copy_replaces_nothing(clinic: str) -> None:
    ran = run("copy", "training", clinic)

    assert ran.status == 3
    assert ran.err == f"bookable: {clinic}: File exists\n"
    assert Path(clinic).read_text(encoding="utf-8") == worlds.world_text("clinic")


def test_what_is_booked_is_in_the_file_and_gone_from_the_offer(clinic: str) -> None:
    before = run("slots", clinic, "shockwave", "--date", "2026-03-02", *NOW, "--json").data

    ran = run("book", clinic, "shockwave", *NINE, "--id", "S9", "--customer", "me", "--json")

    after = run("slots", clinic, "shockwave", "--date", "2026-03-02", *NOW, "--json").data
    offered = before["slots"][0]
    booking = plain.read_world(clinic).booking("S9")
    assert ran.status == 0
    assert ran.data["booked"] is True
    assert ran.data["booking"]["start"] == offered["start"] == "2026-03-02T08:00:00Z"
    assert list(booking.host_ids) == offered["allocation"]["host_ids"]
    assert booking.customer_id == "me"
    assert offered["start"] not in {slot["start"] for slot in after["slots"]}
    assert run("check", clinic, *NOW).status == 0


def test_booking_the_same_once_more_changes_nothing(clinic: str) -> None:
    asked = ("book", clinic, "shockwave", *NINE, "--id", "S9")
    run(*asked)
    written = Path(clinic).stat()

    ran = run(*asked)

    assert ran.status == 0
    assert ran.out.startswith("S9 is booked already:")
    assert Path(clinic).stat().st_mtime_ns == written.st_mtime_ns
    assert Path(clinic).stat().st_ino == written.st_ino


@pytest.mark.parametrize(
    "other",
    [
        ("--start", "2026-03-02T15:00"),
        ("--customer", "somebody"),
        ("--host", "clara"),
        ("--party-size", "2"),
    ],
)
def test_an_id_that_is_taken_is_a_no(clinic: str, other: tuple[str, str]) -> None:
    run("book", clinic, "shockwave", *NINE, "--id", "S9")
    before = Path(clinic).read_bytes()

    ran = run("book", clinic, "shockwave", *NINE, "--id", "S9", *other, "--json")

    assert ran.status == 1
    assert ran.data["error"]["code"] == "id_conflict"
    assert Path(clinic).read_bytes() == before


def test_a_refusal_has_its_reasons_and_changes_nothing(clinic: str) -> None:
    run("book", clinic, "shockwave", *NINE, "--id", "S9")
    before = Path(clinic).read_bytes()
    asked = ("shockwave", *NINE)
    reasons = run("explain", clinic, *asked, "--json").data["refusals"]

    ran = run("book", clinic, *asked, "--id", "S10")
    data = run("book", clinic, *asked, "--id", "S10", "--json").data

    assert ran.status == 1
    assert ran.out.startswith("not booked:\n")
    assert "'shockwave-device' is busy" in ran.out
    assert data == {"booked": False, "refusals": reasons}
    assert Path(clinic).read_bytes() == before


def test_cancelling_frees_the_time_and_once_more_changes_nothing(clinic: str) -> None:
    run("book", clinic, "shockwave", *NINE, "--id", "S9")

    first = run("cancel", clinic, "S9", *NOW, "--json")
    written = Path(clinic).stat().st_mtime_ns
    second = run("cancel", clinic, "S9", *NOW)

    assert (first.status, first.data["booking"]["status"]) == (0, "cancelled")
    assert (second.status, second.out) == (0, "S9 was cancelled already\n")
    assert Path(clinic).stat().st_mtime_ns == written
    assert run("explain", clinic, "shockwave", *NINE).status == 0


def test_shipped_worlds_are_not_written_to() -> None:
    for asked in (
        ("book", "clinic", "shockwave", *NINE, "--id", "S9"),
        ("cancel", "clinic", "P1", *NOW),
    ):
        ran = run(*asked)

        assert ran.status == 2
        assert "bookable copy clinic FILE" in ran.err


def test_a_file_that_is_named_like_a_shipped_world_needs_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("copy", "training", "./clinic")

    assert run("cancel", "./clinic", "FA1", *NOW).status == 0
    assert run("agenda", "clinic", "physio", *NOW).status == 0


def test_a_file_without_permission_is_not_written(
    clinic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Path(clinic).read_bytes()
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)

    ran = run("cancel", clinic, "P1", *NOW)

    assert ran.status == 3
    assert ran.err.endswith("Permission denied\n")
    assert Path(clinic).read_bytes() == before


def test_a_writer_that_waits_in_vain_says_so(clinic: str) -> None:
    with only_writer(clinic):
        ran = run("cancel", clinic, "P1", *NOW, "--wait", "0", "--json")

    assert ran.status == 3
    assert ran.data["error"]["code"] == "busy_file"
    assert plain.read_world(clinic).booking("P1").is_blocking


def test_an_interrupted_writer_leaves_no_trace(clinic: str) -> None:
    before = Path(clinic).read_bytes()
    with only_writer(clinic):
        writer = start("cancel", clinic, "P1", *NOW, "--wait", "60")
        time.sleep(1.5)  # it is waiting by then; earlier would be as good
        writer.send_signal(signal.SIGINT)
        out, err = writer.communicate(timeout=60)

    assert writer.returncode in {130, -signal.SIGINT}
    assert (out, Path(clinic).read_bytes()) == ("", before)
    assert [path.name for path in Path(clinic).parent.iterdir()] == ["clinic.json"]
    assert writer.returncode != 130 or "Traceback" not in err


def test_no_booking_of_parallel_writers_is_lost(clinic: str) -> None:
    # Six want six different times, six want the same one: of those, one gets it.
    times = ["09:00", "11:00", "11:20", "11:40", "14:20", "14:40"]
    asked = [(f"D{n}", f"2026-03-02T{text}", f"c{n}") for n, text in enumerate(times)]
    asked += [(f"E{n}", "2026-03-03T13:00", f"d{n}") for n in range(6)]

    running = [
        start("book", clinic, "physio", "--start", when, "--id", id_, "--customer", customer, *NOW)
        for id_, when, customer in asked
    ]
    ended = {}
    for (id_, _, _), process in zip(asked, running, strict=True):
        out, err = process.communicate(timeout=120)
        ended[id_] = Ran(process.returncode, out, err)

    world = plain.read_world(clinic)
    booked = {id_ for id_, ran in ended.items() if ran.status == 0}
    assert booked <= set(world.bookings)
    assert set(world.bookings) - set(worlds.load("clinic").bookings) == booked
    assert Counter(ran.status for ran in ended.values()).keys() <= {0, 1}
    assert any(id_.startswith("D") for id_ in booked)
    for ran in ended.values():
        assert_no_traceback(ran)
    assert world.violations(now=world.booking("P1").start) == ()
    world.check()


def test_the_file_can_be_read_at_every_moment_while_it_is_written(clinic: str) -> None:
    writers = [
        start("book", clinic, "physio", "--start", f"2026-03-03T{hour}:00", "--id", hour, *NOW)
        for hour in ("11", "12", "13", "14")
    ]
    readings = 0
    while any(writer.poll() is None for writer in writers) or not readings:
        json.loads(Path(clinic).read_bytes())
        readings += 1

    for writer in writers:
        writer.communicate(timeout=60)
    assert {writer.returncode for writer in writers} <= {0, 1}

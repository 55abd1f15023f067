"""Whatever is typed, there is an exit code and a sentence, never a traceback."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from bookable import worlds
from bookable.cli import main
from tests.unit.cli.support import COMMAND, NOW, assert_no_traceback, run, start

ASK = ("slots", "clinic", "physio", *NOW)
EXPLAIN = ("explain", "clinic", "physio", *NOW)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((), "the following arguments are required"),
        (("dance",), "invalid choice"),
        (("demo", "moon"), "invalid choice"),
        (("slots", "clinic"), "the following arguments are required"),
        (("slots", "clinic", "physio", "--dat", "2026-03-02"), "unrecognized arguments"),
        ((*ASK, "--limit", "-1"), "--limit"),
        ((*ASK, "--limit", "1e3"), "--limit"),
        ((*ASK, "--limit", "٣"), "--limit"),
        ((*ASK, "--limit", "9" * 5_000), "--limit"),
        ((*ASK, "--party-size", "two"), "--party-size"),
        (("book", "w.json", "physio", "--start", "2026-03-02"), "--id"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], words: str) -> None:
    ran = run(*arguments)

    assert ran.status == 2
    assert ran.err.startswith("usage: bookable")
    assert words in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    "arguments, code",
    [
        (("slots", "clinic", "yoga", *NOW), "unknown_id"),
        (("slots", "clinic", "room-1", *NOW), "unknown_id"),
        (("slots", "clinic", "", *NOW), "id"),
        ((*ASK, "--host", "nobody"), "unknown_id"),
        ((*ASK, "--host", "a" * 200), "id"),
        ((*ASK, "--party-size", "0"), "quantity"),
        ((*ASK, "--party-size", "999999999"), "quantity"),
        ((*ASK, "--duration", "30"), "duration"),
        ((*ASK, "--duration", "PT31M"), None),
        ((*ASK, "--duration", "PT0S"), "zero_step"),
        ((*ASK, "--zone", "Europe"), "unknown_zone"),
        ((*ASK, "--zone", "../../etc/passwd"), "unknown_zone"),
        ((*ASK, "--date", "2026-02-30"), "not_date"),
        ((*ASK, "--date", "0001-01-01"), "limit_exceeded"),
        ((*ASK, "--date", "2026-03-02", "--to", "2026-03-03"), "window"),
        ((*ASK, "--from", "2026-03-02", "--to", "2026-03-02"), "empty_interval"),
        ((*ASK, "--from", "2026-03-03", "--to", "2026-03-02"), "reversed_interval"),
        ((*ASK, "--from", "0200-01-01", "--to", "9000-01-01"), None),
        ((*ASK, "--from", "2026-03-02", "--to", "2260-03-02"), None),
        ((*ASK, "--from", "2026-03-02T25:00"), "not_datetime"),
        ((*ASK, "--to", "9999-12-31T23:59:59Z"), "limit_exceeded"),
        ((*EXPLAIN, "--start", "tomorrow"), "not_datetime"),
        ((*EXPLAIN, "--start", ""), "not_datetime"),
        ((*EXPLAIN, "--start", "2026-03-29T02:30"), "skipped_time"),
        ((*EXPLAIN, "--start", "2026-10-25T02:30"), "repeated_time"),
        ((*EXPLAIN, "--start", "2026-03-02T09:00:00.1234567"), "not_datetime"),
        ((*EXPLAIN[:3], "--start", "2026-03-02", "--now", "noon"), "not_datetime"),
        (("agenda", "clinic", "nobody", *NOW), "unknown_id"),
        (("cancel", "clinic", "P1", *NOW), "read_only"),
        (("check", ""), "path"),
        (("check", "a\0b"), "path"),
    ],
)
def test_questions_without_sense_are_told(arguments: tuple[str, ...], code: str | None) -> None:
    ran = run(*arguments, "--json")

    assert ran.status == 2
    assert_no_traceback(ran)
    assert ran.err.count("\n") == 1
    error = ran.data["error"]
    assert ran.err == f"bookable: {error['message']}\n"
    assert code in {None, error["code"]}


def test_an_offset_decides_about_a_repeated_time() -> None:
    for offset in ("+01:00", "+02:00"):
        assert run(*EXPLAIN, "--start", f"2026-10-25T02:30{offset}").status == 1


@pytest.mark.parametrize(
    "arguments", [("slots", "{}", "physio"), ("check", "{}"), ("cancel", "{}", "P1")]
)
@pytest.mark.parametrize("kind", ["missing", "folder", "in a file", "in a missing folder"])
def test_a_file_that_cannot_be_read_is_told(
    arguments: tuple[str, ...], kind: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("{}", encoding="utf-8")
    path = {
        "missing": tmp_path / "missing.json",
        "folder": tmp_path,
        "in a file": tmp_path / "file" / "world.json",
        "in a missing folder": tmp_path / "missing" / "world.json",
    }[kind]

    ran = run(*(part.format(path) for part in arguments), *NOW, "--json")

    assert ran.status == 3
    assert ran.data["error"]["code"] == "file"
    assert_no_traceback(ran)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"format": "bookable-world", "version": 3}',
        worlds.world_text("clinic").encode().replace(b'"capacity": 1', b'"capacity": true', 1),
    ],
)
def test_a_broken_world_is_told_with_its_file_and_path(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_bytes(data)

    for arguments in (
        ("check", str(path)),
        ("slots", str(path), "physio"),
        ("cancel", str(path), "P1"),
    ):
        ran = run(*arguments, *NOW, "--json")

        assert ran.status == 2
        assert ran.data["error"]["path"].startswith("$")
        assert ran.err.startswith(f"bookable: {path}: $")
        assert_no_traceback(ran)
    assert path.read_bytes() == data


def test_a_file_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "check", os.fsencode(tmp_path) + b"/\xff\x1b[2J.json"],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert b"\x1b" not in done.stderr


def test_help_tells_the_exit_codes() -> None:
    for arguments in (("--help",), ("book", "--help")):
        ran = run(*arguments)

        assert ran.status == 0
        assert "exit codes:" in ran.out


def test_a_reader_that_goes_away_is_no_error() -> None:
    years = ("--from", "2026-03-02", "--to", "2046-03-02")
    with start("slots", "training", "first-aid", *years, *NOW) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()

    assert (process.returncode, err) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        process = start("demo", stdout=full)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 3
    assert "No space left on device" in err
    assert "Traceback" not in err


def test_an_interruption_ends_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(worlds, "load", interrupt)

    assert main(["check", "clinic"]) == 130


def test_a_process_without_an_output_still_answers() -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" >&-', "sh", *COMMAND, "check", "clinic", *NOW],
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")


def test_python_can_run_it_as_a_module() -> None:
    done = subprocess.run([*COMMAND, "check", "clinic", *NOW], capture_output=True, check=False)

    assert done.returncode == 0
    assert done.stdout == b"7 bookings, 2 blocks: no violations\n"

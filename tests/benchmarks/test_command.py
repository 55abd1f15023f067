"""The command's options, and results that are measured in parts."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks are no part of the package")

from benchmarks import __main__ as command
from benchmarks.rivals import RIVALS
from benchmarks.suite import PARTS, Plan, Suite
from benchmarks.worlds import WORLDS

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def plan(*words: str) -> Plan:
    return command.plan_of(command.parser().parse_args(words))


def test_without_options_everything_is_measured() -> None:
    found = plan()

    assert found.parts == PARTS
    assert found.worlds == tuple(WORLDS)
    assert found.sizes == ("S", "M", "L", "XL")
    assert len(found.rivals) == len(RIVALS) == 8


def test_a_quick_run_is_small_unless_more_is_asked_for() -> None:
    assert plan("--quick").sizes == ("S", "M")
    assert plan("--quick", "--sizes", "L", "--rounds", "9").sizes == ["L"]
    assert plan("--quick", "--rounds", "9").rounds == 9


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="'XS' is none of S, M, L, XL"):
        command.names(["S", "M", "L", "XL"], "S,XS")


def test_parts_that_are_not_measured_again_are_kept_with_their_commit() -> None:
    old = {
        "growth": [1],
        "listings": [2],
        "measured at": {"growth": "a", "listings": "a"},
        "failures": [{"part": "growth", "why": "x"}, {"part": "listings", "why": "y"}],
    }
    new = {"listings": [3], "measured at": {"listings": "b"}, "failures": []}

    assert command.kept(new, old) == {
        "growth": [1],
        "listings": [3],
        "measured at": {"growth": "a", "listings": "b"},
        "failures": [{"part": "growth", "why": "x"}],
    }


def test_contests_that_are_kept_keep_their_clock() -> None:
    old = {
        "clock": "cpu",
        "server": "none",
        "budget": 5,
        "contests": [{"size": "S"}, {"size": "M", "clock": "wall"}],
        "measured at": {},
    }
    new = {"clock": "wall", "measured at": {}, "failures": []}

    found = command.kept(new, old)

    assert [row["clock"] for row in found["contests"]] == ["cpu", "wall"]
    assert (found["clock"], found["server"]) == ("wall", "none")


def test_what_cannot_be_measured_is_told_and_the_rest_goes_on() -> None:
    saved: list[dict[str, Any]] = []
    small = Plan(parts=("buildings", "series"), sizes=("S",), rounds=1, limit=1e-6)

    found = Suite(small, saved.append).run()

    assert [each["part"] for each in found["failures"]] == ["buildings", "series"]
    assert len(saved) == 2


def test_the_profile_is_a_part_and_looks_into_the_worlds_that_are_asked_for() -> None:
    small = Plan(parts=("profile",), worlds=("clinic", "hot"), sizes=("S",), rounds=2, clock="cpu")

    found = Suite(small, lambda _: None).run()

    assert found["failures"] == []
    assert [(row["world"], row["size"]) for row in found["profile"]] == [("clinic", "S")]


def test_a_run_writes_results_a_report_and_the_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("<!-- speed -->\n<!-- /speed -->\n", encoding="utf-8")
    words = ["--sizes", "S", "--worlds", "clinic", "--only", "buildings", "--rounds", "1"]
    given = ["benchmarks", *words, "--out", str(tmp_path), "--readme", str(readme)]
    monkeypatch.setattr("sys.argv", given)

    assert command.main() == 0

    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert [row["size"] for row in found["buildings"]] == ["S"]
    assert "## Building a scheduler" in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "building a scheduler" in readme.read_text(encoding="utf-8")
    assert "≤ 5 µs per booking" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["--rounds", "0"],
        ["--rounds", "1.5"],
        ["--budget", "0"],
        ["--budget", "nan"],
        ["--limit", "-1"],
        ["--sizes", ""],
        ["--rivals", ","],
    ],
)
def test_what_nothing_can_be_measured_with_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        plan(*words)

    assert f"argument {words[0]}: " in capsys.readouterr().err


def test_a_quick_run_leaves_the_results_of_a_full_one_alone() -> None:
    def folder(*words: str) -> Path:
        return command.folder_of(command.parser().parse_args(words))

    temporary = folder("--quick")
    temporary.rmdir()

    assert temporary != command.RESULTS == folder() == folder("--report")
    assert folder("--quick", "--out", "there") == Path("there")


@pytest.mark.parametrize("words", [["--report"], ["--quick", "--keep"]])
def test_without_results_there_is_a_message(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = ["--out", str(tmp_path)] if words == ["--report"] else []
    monkeypatch.setattr("sys.argv", ["benchmarks", *words, *out])

    with pytest.raises(SystemExit, match="2"):
        command.main()

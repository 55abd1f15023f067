"""The report and the README's section are made from results alone, and are well formed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks are no part of the package")

from benchmarks import environment as surroundings
from benchmarks.asking import answer, answer_in_values
from benchmarks.contest import Rules, Standing, _leave, contest
from benchmarks.environment import environment
from benchmarks.facts import Size
from benchmarks.figures.growth import SWEEPS
from benchmarks.figures.listing import building, listing
from benchmarks.figures.operations import operations
from benchmarks.figures.profile import profile
from benchmarks.goals import goals
from benchmarks.plots import plots
from benchmarks.readme import BEGIN, END, NoMarkers, section, with_section
from benchmarks.report import CONTESTS, report
from benchmarks.rivals import RIVALS
from benchmarks.rivals.base import ALWAYS, NOTES, VALUES, Contestant
from benchmarks.rivals.bisecting import SortedLists
from benchmarks.rivals.brute import BruteForce
from benchmarks.rivals.postgres import Postgres
from benchmarks.suite import PARTS
from benchmarks.tables import behind_table, ratio, table, text
from benchmarks.worlds import AT_XL, WORLDS, world

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

SMALL = Size("S", 3, 2, 3)


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """What a very short run measures; the rest is made up where only its form matters."""
    facts = world("clinic", SMALL)
    rules = Rules(rounds=2, budget=20, progress=lambda _: None)
    found: dict[str, Any] = {
        "environment": environment(),
        "mode": "quick",
        "clock": "wall",
        "rounds": 2,
        "budget": 20,
        "server": "none",
        "failures": [{"part": "memory", "name": "clinic XL", "why": "not done in time"}],
        "measured at": dict.fromkeys(PARTS, "another"),
        "listings": [listing(facts, 2, "wall")],
        "profile": [profile(facts, 2, "wall")],
        "buildings": [building(facts, 2, "cpu")],
        "contests": [contest(facts, [SortedLists, Postgres], rules)],
        "operations": [operations(facts, "wall", 0.2, 3, files=True)],
    }
    sample = {"median": 2e-4, "low": 1e-4, "high": 3e-4, "runs": 3}
    latency = {"p50": 1.0, "p95": 2.0, "p99": 3.0, "max": 4.0, "per_second": 5.0, "runs": 3}
    for size, times in ((10_000, 7.0), (100_000, 8.0)):
        row = {"bookings": size, "engine": sample, "tree": sample, "ratio": times}
        found.setdefault("bookings", []).append({**row, "latency": latency})
    memory = {"traced bytes per booking": 512.0, "resident bytes per booking": 900.0}
    found["memory"] = [{"world": "clinic", "size": "S", "peak MB": 10.5, **memory}]
    found["series"] = [{"occurrences": 5, "beside": 9, "bookings": {"one booking": sample}}]
    found["growth"] = [
        {
            "name": sweep.name,
            "of": sweep.of,
            "claim": sweep.claim,
            "said by": sweep.said_by,
            "sizes": list(sweep.sizes),
            "us": [1.0 for _ in sweep.sizes],
            "expected": sweep.expected,
            "exponent": 0.0,
            "holds": True,
        }
        for sweep in SWEEPS
    ]
    return json.loads(json.dumps(found))


def tables_of(markdown: str) -> list[list[str]]:
    blocks = re.findall(r"(?:^\|.*\|$\n?)+", markdown, flags=re.MULTILINE)
    return [block.strip().splitlines() for block in blocks]


def test_every_table_of_the_report_has_as_many_cells_in_each_row(results: dict[str, Any]) -> None:
    found = tables_of(report(results))

    assert len(found) > 15
    for lines in found:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1, lines[0]


def test_every_row_of_the_design_has_a_figure_and_a_verdict(results: dict[str, Any]) -> None:
    rows = goals(results)

    assert len(rows) == 11
    assert all(row.figures for row in rows)
    assert {row.verdict for row in rows} <= {
        "met",
        "missed",
        "met in part",
        "met as far as measured",
    }
    assert not any(row.verdict != "not measured" for row in goals({}))


def test_contestants_that_are_not_there_are_told(results: dict[str, Any]) -> None:
    found = results["contests"][0]["contestants"]

    assert found["sorted lists"]["checked"] == "whole window"
    assert found["sorted lists"]["cold ratio"]["median"] > 0
    if found["PostgreSQL"]["status"] != "ok":
        assert "PostgreSQL in clinic (skipped" in report(results)


def one_contest(world: str, size: str, **ratios: float) -> dict[str, Any]:
    found = {
        f"{name} ratio": {"median": each, "low": each, "high": each, "runs": 1}
        for name, each in ratios.items()
    }
    return {"world": world, "size": size, "contestants": {"sorted lists": found, "SQLite": {}}}


def test_who_is_ahead_is_named_with_every_case_and_the_reason() -> None:
    given = [
        one_contest("clinic", "S", cold=0.5, warm=2),
        one_contest("clinic", "M", cold=0.3, warm=2),
        one_contest("hot", "M", cold=1.5, warm=0.9),
    ]

    told, _, notes = behind_table(given, ["cold", "warm"]).partition("\n\n")
    rows = [line.split(" | ") for line in told.splitlines()[2:]]

    assert [row[:3] for row in rows] == [
        ["| sorted lists", "cold", "clinic S M; furthest clinic M, **0.30 ×**"],
        ["| sorted lists", "warm", "hot M; furthest hot M, **0.90 ×**"],
        ["| SQLite", "did not take part", ""],
    ]
    assert SortedLists.ahead["cold"] in rows[0][3]
    assert SortedLists.ahead[ALWAYS] in rows[1][3]
    assert [line.split(":")[0] for line in notes.splitlines()] == ["- *cold*", "- *checks*"]


def test_who_is_ahead_everywhere_is_told_in_short() -> None:
    given = [one_contest("clinic", size, cold=0.5) for size in ("S", "M")]

    assert "| cold | wherever it was measured; furthest" in behind_table(given, ["cold"])


def test_who_is_ahead_nowhere_is_told_so_and_explained_nowhere() -> None:
    found = behind_table([one_contest("clinic", "S", cold=1.5)], ["cold", "warm"])

    assert "| sorted lists | nowhere, of what was measured |  |  |" in found
    assert not any(note in found for note in NOTES.values())


@pytest.mark.parametrize("kind", RIVALS, ids=lambda kind: kind.name)
def test_every_rival_has_words_for_wherever_it_may_be_ahead(kind: type[Contestant]) -> None:
    assert {ALWAYS, "cold", "first cold", "load and cold"} <= set(kind.ahead)
    assert set(kind.ahead) - {ALWAYS} <= set(CONTESTS)
    for why in kind.ahead.values():
        assert why.endswith(".")
        assert set(re.findall(r"\*\w+\*", why)) <= set(NOTES)


def test_values_are_a_row_of_the_goals_and_of_the_readme(results: dict[str, Any]) -> None:
    told = [row for row in goals(results) if row.what.startswith("warm listing as values")]

    assert [list(row.figures) for row in told] == [["S"]]
    assert f"| {VALUES} | S |" in section(results)
    assert f"**{VALUES}**" in report(results)


def test_the_section_stands_between_its_markers_and_nothing_else_changes(
    results: dict[str, Any],
) -> None:
    before = f"# A\n\n{BEGIN}\nthe figures of then\n{END}\n\n## B\n"

    once = with_section(before, results)

    assert once.startswith(f"# A\n\n{BEGIN}\n")
    assert once.endswith(f"\n{END}\n\n## B\n")
    assert "figures of then" not in once
    assert with_section(once, results) == once


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END}{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_readme_without_a_place_for_it_is_refused(text: str, results: dict[str, Any]) -> None:
    with pytest.raises(NoMarkers):
        with_section(text, results)


def test_what_is_left_is_told_in_the_report_and_in_one_sentence_of_the_readme(
    results: dict[str, Any],
) -> None:
    listings = {
        name: {**each, "floors": {"slots": 0.5}}
        for name, each in results["profile"][0]["listings"].items()
    }
    undisturbed = {**results, "profile": [{**results["profile"][0], "listings": listings}]}
    told = section(undisturbed)

    assert "\n## What is left\n" in report(results)
    assert "timed in the same rounds: " in report(results)
    assert len(re.findall(r"^What is left, in the clinic at S: ", told, re.MULTILINE)) == 1


def test_the_readme_has_ratios_and_no_times(results: dict[str, Any]) -> None:
    cells = [line.split("|")[3:] for lines in tables_of(section(results)) for line in lines]

    assert cells
    assert not [cell for row in cells for cell in row if re.search(r"\d (?:µs|ms|s|KB)\b", cell)]


def test_the_environment_names_no_machine() -> None:
    import platform

    found = json.dumps(environment())

    assert platform.node() not in found or len(platform.node()) < 4
    assert "/" not in found.replace("\\/", "")


def test_cells_are_short_and_bars_do_not_break_a_table() -> None:
    assert [text(each) for each in (None, 1234, 1234.5, 12.34, 1.234, 0.01234)] == [
        *("–", "1,234", "1,234", "12.3", "1.23", "0.012"),
    ]
    assert table(["a", "b"], [["x|y", 1]]).splitlines()[-1] == "| x\\|y | 1 |"


# What a verdict rests on -----------------------------------------------------


def verdict_of(results: dict[str, Any], what: str) -> str:
    return next(row.verdict for row in goals(results) if row.what.startswith(what))


def test_a_goal_is_met_only_where_all_of_it_was_measured() -> None:
    rows = [
        {"world": "clinic", "size": size, "us per booking": {"median": 3.0}} for size in ("L", "XL")
    ]
    grown = [{"name": "a scheduler is built", "exponent": 1.0, "holds": True}]

    assert verdict_of({"buildings": rows}, "building") == "met as far as measured"
    assert verdict_of({"buildings": rows[:1], "growth": grown}, "building") == (
        "met as far as measured"
    )
    assert verdict_of({"buildings": rows, "growth": grown}, "building") == "met"


def ahead_of(worlds: tuple[str, ...], size: str, rivals: list[str]) -> list[dict[str, Any]]:
    theirs = {name: {"warm ratio": {"median": 2.0}} for name in rivals}
    return [
        {"world": each, "size": size, "contestants": {"bookable": {"warm": {}}, **theirs}}
        for each in worlds
    ]


def test_who_was_not_compared_and_where_is_told_with_the_verdict() -> None:
    every, some = [kind.name for kind in RIVALS], ["sorted lists", "PostgreSQL"]

    def told(rows: list[dict[str, Any]], clock: str = "wall") -> tuple[str, str]:
        row = next(
            row
            for row in goals({"contests": rows, "clock": clock})
            if row.what.startswith("warm listing, bare starts")
        )
        return row.what.partition("any world")[2], row.verdict

    assert told(ahead_of(tuple(WORLDS), "S", every)) == ("", "met")
    assert told(ahead_of(AT_XL, "XL", every)) == (
        *(" (XL: 8 of 8 rivals, clinic, marketplace, hot)", "met"),
    )
    assert told(ahead_of(("clinic",), "S", some)) == (
        *(" (S: 2 of 8 rivals, clinic)", "met as far as measured"),
    )


def test_who_is_timed_by_the_wall_is_marked_where_the_clock_is_another(
    results: dict[str, Any],
) -> None:
    rows = ahead_of(("clinic",), "S", ["PostgreSQL"])
    goal = next(row for row in goals({"contests": rows, "clock": "cpu"}) if row.figures)
    said = {**results, "clock": "cpu", "contests": [{**results["contests"][0], "clock": "cpu"}]}

    assert goal.figures["S"].text == "2 × (PostgreSQL (wall), clinic)"
    assert "| PostgreSQL (wall) |" in report(said)
    assert "marked *(wall)*" in report(said)
    assert "(wall)" not in report(results) + section(results)


def test_values_that_took_too_long_say_nothing_of_bare_starts() -> None:
    rules = Rules(budget=10)
    values, starts = Standing(BruteForce), Standing(BruteForce)
    _leave(values, answer_in_values, rules)
    _leave(starts, answer, rules)

    assert values.over == {VALUES: 10}
    assert starts.over == {"cold": 20, "warm": 20}


@pytest.mark.parametrize(("given", "bound"), [({f"{VALUES} over": 3}, 6), ({"warm over": 4}, 8)])
def test_a_rival_that_is_too_slow_has_a_bound(given: dict[str, float], bound: int) -> None:
    ours = {VALUES: {"median": 0.5}}
    row = {"contestants": {"bookable": ours, "brute force": given}}

    assert ratio(row, "brute force", VALUES) == f"> {bound}.00 ×"
    assert ratio(row, "brute force", "cold") is None


def test_one_world_has_no_table_of_all_and_many_have(results: dict[str, Any]) -> None:
    hot = {**results["contests"][0], "world": "hot"}

    assert "All worlds at" not in report(results)
    assert "### The hot, with quartiles" in report({**results, "contests": [hot]})
    assert "### All worlds at S" in report({**results, "contests": [*results["contests"], hot]})


def test_the_section_tells_the_run_and_what_else_the_report_has(results: dict[str, Any]) -> None:
    told, without = section(results), {**results, "operations": [], "growth": []}

    assert "quick run, wall clock, 2 rounds, commit " in told
    assert "\nOperations and growth: [" in told
    assert "\nThe whole report: [" in section(without)


def test_a_busy_machine_is_told(results: dict[str, Any]) -> None:
    def told(load: float) -> str:
        return report({**results, "environment": {**environment(), "cores": 2, "load": load}})

    assert "More processes wanted to run" in told(2.5)
    assert "More processes wanted to run" not in told(2)


def test_plots_of_earlier_results_do_not_stay(tmp_path: Any) -> None:
    for name in ("growth.svg", "mine.svg"):
        (tmp_path / name).write_text("<svg/>")

    assert plots({}, tmp_path) == []
    assert [each.name for each in tmp_path.iterdir()] == ["mine.svg"]


def test_a_copy_that_is_measured_instead_of_the_checkout_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    assert "elsewhere" not in surroundings.commit() or not surroundings.is_checkout()

    monkeypatch.setattr(surroundings.bookable, "__file__", str(tmp_path / "__init__.py"))

    assert surroundings.commit() == "unknown" or "from elsewhere" in surroundings.commit()

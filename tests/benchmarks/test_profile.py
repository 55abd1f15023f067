"""The profile of a listing: stages that add up, callers that are charged, floors that are below."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("benchmarks", reason="the benchmarks are no part of the package")

from benchmarks.figures import profile as figures
from benchmarks.figures.profile import (
    MODULES,
    PACKAGE,
    STAGE_OF,
    STAGES,
    Function,
    Work,
    merged,
    module_of,
    profile,
    stage_of,
    stages_of,
)
from benchmarks.stages import FLOORS, LISTINGS, MEANINGS, above_floor, in_words, stage_tables
from benchmarks.suite import PROFILED
from benchmarks.worlds import world

MASKS: Function = (str(PACKAGE / "availability" / "masks.py"), 1, "of_ranges")
GRID: Function = (str(PACKAGE / "timeline" / "grid.py"), 1, "starts_us")
KERNEL: Function = (str(PACKAGE / "timeline" / "_kernel.py"), 1, "union")
SORTED: Function = ("~", 0, "<built-in method builtins.sorted>")


@pytest.fixture(scope="module", params=PROFILED)
def found(request: pytest.FixtureRequest) -> dict[str, Any]:
    return profile(world(request.param, "S"), 2, "cpu")


def test_the_stages_of_a_listing_are_shares_of_all_of_it(found: dict[str, Any]) -> None:
    assert tuple(found["listings"]) == LISTINGS
    for listing in found["listings"].values():
        assert tuple(listing["stages"]) == STAGES
        assert sum(listing["stages"].values()) == pytest.approx(1)
        assert listing["stages"]["rest"] < 0.2
        assert listing["stages"]["answer"] > 0


@pytest.mark.about_a_cache("a warm listing does less")
def test_only_a_cold_listing_reads_hours_and_has_to_touch_every_booking(
    found: dict[str, Any],
) -> None:
    cold, warm = found["listings"]["cold"], found["listings"]["warm"]

    assert cold["stages"]["opening hours"] > warm["stages"]["opening hours"]
    assert tuple(cold["floors"]) == tuple(FLOORS)
    assert "touching" not in warm["floors"]
    assert all(0 < each for each in cold["floors"].values())
    assert above_floor(cold) > above_floor(warm)


def test_the_profile_is_told_in_tables_and_in_words(found: dict[str, Any]) -> None:
    told = list(stage_tables([found]))

    assert [each.splitlines()[0].split(" | ")[0] for each in told] == [
        f"| {name}, shares" for name in LISTINGS
    ]
    words = in_words({"profile": [found]})
    assert found["world"] == "clinic" or words is None
    assert words is None or "as long as making its answer" in words
    assert in_words({}) is None
    assert tuple(MEANINGS) == STAGES


def listing_of(floor: float) -> dict[str, Any]:
    return {"stages": {"answer": 1.0}, "floors": {"slots": floor}}


def test_the_readme_says_nothing_of_what_is_left_where_a_listing_is_below_its_floor() -> None:
    def told(cold: float, warm: float) -> str | None:
        listings = {"cold": listing_of(cold), "warm": listing_of(warm)}
        return in_words({"profile": [{"world": "clinic", "size": "S", "listings": listings}]})

    assert "takes 2.00 × as long" in (told(0.5, 0.9) or "")
    assert told(1.2, 0.9) is None
    assert told(0.5, 1.2) is None


def test_every_module_of_a_stage_exists_and_stands_in_one_stage() -> None:
    for path in STAGE_OF:
        whole, parent = PACKAGE.joinpath(*path.split(".")), path.rpartition(".")[0]
        in_module = PACKAGE.joinpath(*parent.split(".")).with_suffix(".py")
        is_function = in_module.is_file() and f"def {whole.name}(" in in_module.read_text(
            encoding="utf-8"
        )
        assert whole.is_dir() or whole.with_suffix(".py").is_file() or is_function, path
    assert len(STAGE_OF) == sum(map(len, MODULES.values()))


def test_a_function_works_for_its_module_and_generated_ones_for_their_class() -> None:
    generated = "<attrs generated methods bookable.availability.slot.Slot>"

    assert stage_of(MASKS) == "masks"
    assert stage_of((str(PACKAGE / "occupancy" / "record.py"), 9, "load")) == "reading bookings"
    assert stage_of((str(PACKAGE / "availability" / "search.py"), 9, "slots")) == "answer"
    assert stage_of((str(PACKAGE / "availability" / "search.py"), 9, "_offer")) == "question"
    assert stage_of((figures.__file__, 9, "listed")) == "answer"
    assert (module_of(generated), stage_of((generated, 1, "__init__"))) == (
        *("availability.slot", "answer"),
    )
    assert stage_of(KERNEL) is None
    assert stage_of(SORTED) is None
    assert stage_of((__file__, 1, "anything")) is None


def test_what_belongs_to_no_stage_is_charged_to_its_callers_in_proportion() -> None:
    given = {
        MASKS: Work((3.0, 9.0), {}),
        GRID: Work((1.0, 2.0), {}),
        KERNEL: Work((4.0, 8.0), {MASKS: (3.0, 6.0), GRID: (1.0, 2.0)}),
        SORTED: Work((4.0, 4.0), {KERNEL: (4.0, 4.0)}),
    }

    assert stages_of(given) == pytest.approx({"masks": 3 + 3 + 3, "grid": 1 + 1 + 1})


def test_what_nobody_called_and_what_calls_itself_is_the_rest_or_counted_once() -> None:
    given = {
        SORTED: Work((2.0, 2.0), {}),
        MASKS: Work((1.0, 4.0), {}),
        KERNEL: Work((3.0, 3.0), {KERNEL: (2.0, 2.0), MASKS: (1.0, 1.0)}),
    }

    assert stages_of(given) == pytest.approx({"rest": 2, "masks": 4})


def test_one_disturbed_run_does_not_show() -> None:
    runs = [{SORTED: Work((each, each), {MASKS: (each, each)})} for each in (1.0, 1.0, 50.0, 1.0)]

    assert merged(runs) == runs[0]
    assert merged([{MASKS: Work((1.0, 1.0), {})}, {}]) == {MASKS: Work((1.0, 1.0), {})}

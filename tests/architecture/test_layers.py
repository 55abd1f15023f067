"""Imports point down, and the runtime packages stay behind their fences."""

from __future__ import annotations

import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.sources import MODULES, Module, imports_of, layer_of

FENCES = {"intervaltree": "bookable.occupancy.index", "dateutil": "bookable.timeline.recurrence"}
# Names of types that an inner layer mentions without importing them at run time.
TYPE_ONLY_UPWARDS = {
    ("bookable.errors", "bookable.domain.refusal"),  # BookingRefused carries refusals
}
# Beyond attrs, what the outermost layer may import besides the standard library.
EDGE_PACKAGES = {
    "bookable.codecs.ical": {"icalendar"},
    "bookable.testing": {"hypothesis", "pytest"},
}


def layer_faults(module: Module) -> list[str]:
    """Imports that point up, or of and into modules without a layer."""
    if module.layer is None:
        return [f"{module.name} has no layer"]
    faults = []
    for target, line, type_only in imports_of(module):
        where = f"{module.name}:{line} imports {target}"
        if target.startswith("."):
            faults.append(f"{where}: relative")
        if target.partition(".")[0] != "bookable":
            continue
        layer = layer_of(target)
        if layer is None:
            faults.append(f"{where}, which has no layer")
        elif target == "bookable" and module.in_ring:
            faults.append(f"{where}: the ring does not import its own front")
        elif layer > module.layer and not (
            type_only and (module.name, target) in TYPE_ONLY_UPWARDS
        ):
            faults.append(f"{where}: layer {layer} above layer {module.layer}")
    return faults


def fence_faults(module: Module) -> list[str]:
    """Imports of packages that this module has no business with."""
    faults = []
    allowed = {"bookable", "attrs"}
    for prefix, packages in EDGE_PACKAGES.items():
        if module.name == prefix or module.name.startswith(f"{prefix}."):
            allowed |= packages
    for target, line, _ in imports_of(module):
        package = target.partition(".")[0]
        if package in FENCES:
            if FENCES[package] != module.name:
                faults.append(f"{module.name}:{line} imports {package}: outside its fence")
        elif package and package not in allowed and package not in sys.stdlib_module_names:
            faults.append(f"{module.name}:{line} imports {package}: not a package of ours")
    return faults


def cycle_faults(modules: tuple[Module, ...]) -> list[str]:
    """The first cycle of imports that run."""
    names = {module.name for module in modules}
    graph = {
        module.name: {
            target
            for target, _, type_only in imports_of(module)
            if not type_only and target in names and target != module.name
        }
        for module in modules
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [" -> ".join(error.args[1])]
    return []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_imports_point_down(module: Module) -> None:
    assert layer_faults(module) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_packages_stay_behind_their_fences(module: Module) -> None:
    assert fence_faults(module) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert cycle_faults(MODULES) == []


@pytest.mark.parametrize("package", FENCES)
def test_each_fence_stands_around_something(package: str) -> None:
    inside = [module for module in MODULES if module.name == FENCES[package]]

    used = {target.partition(".")[0] for module in inside for target, _, _ in imports_of(module)}

    assert package in used


@pytest.mark.parametrize(
    "name, text",
    [
        ("bookable.domain.room", "from bookable.scheduler import Scheduler"),
        ("bookable.domain.room", "import bookable.occupancy.ledger"),
        ("bookable.domain.room", "from bookable import Room"),
        ("bookable.domain.room", "from .hours import Hours"),
        ("bookable.domain.room", "def late():\n    from bookable.cli import main"),
        ("bookable.domain.room", "from bookable.novelty import thing"),
        ("bookable.novelty", ""),
        (
            "bookable.domain.room",
            "if TYPE_CHECKING:\n    from bookable.scheduler import Scheduler",
        ),
    ],
)
def test_a_planted_import_upwards_is_caught(name: str, text: str) -> None:
    assert layer_faults(Module(name, text))


@pytest.mark.parametrize(
    "text", ["from bookable.timeline.interval import Interval", "from datetime import date"]
)
def test_an_import_downwards_is_no_fault(text: str) -> None:
    assert layer_faults(Module("bookable.domain.room", text)) == []


@pytest.mark.parametrize(
    "name, text",
    [
        ("bookable.occupancy.ledger", "import intervaltree"),
        ("bookable.domain.room", "from dateutil.rrule import rrule"),
        ("bookable.timeline.recurrence", "import sortedcontainers"),
        ("bookable.scheduler", "import hypothesis"),
        ("bookable.testing_not", "import hypothesis"),
    ],
)
def test_a_planted_package_is_caught(name: str, text: str) -> None:
    assert fence_faults(Module(name, text))


def test_a_planted_circle_is_caught() -> None:
    first = Module("bookable.domain.first", "import bookable.domain.second")
    second = Module("bookable.domain.second", "def late():\n    import bookable.domain.first")

    assert cycle_faults((first, second))
    assert cycle_faults((first,)) == []


def test_the_verifier_of_certificates_knows_nothing_of_the_engine() -> None:
    (verifier,) = [module for module in MODULES if module.name == "bookable.verify"]
    targets = {target.partition(".")[0] for target, _, _ in imports_of(verifier)}

    assert targets <= sys.stdlib_module_names
    assert not {"importlib", "pkgutil", "runpy"} & targets

"""Every example in a docstring runs, and shows what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import bookable

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
# Running the package is the work of the command's own tests.
NOT_IMPORTED = {"bookable.__main__", "bookable.cli.__main__"}

MODULES = sorted(
    {
        "bookable",
        *(each.name for each in pkgutil.walk_packages(bookable.__path__, prefix="bookable.")),
    }
    - NOT_IMPORTED
)
FINDER = doctest.DocTestFinder(exclude_empty=True)


def examples_in(name: str) -> list[doctest.DocTest]:
    """The docstrings of a module that hold examples."""
    return [test for test in FINDER.find(importlib.import_module(name)) if test.examples]


def run(test: doctest.DocTest) -> tuple[doctest.TestResults, str]:
    """Run the examples of one docstring: the count, and what went wrong as text."""
    report: list[str] = []
    results = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append)
    return results, "".join(report)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_module_hold(name: str) -> None:
    for test in examples_in(name):
        results, report = run(test)

        assert results.failed == 0, report


def test_there_are_examples_to_run() -> None:
    count = sum(len(test.examples) for name in MODULES for test in examples_in(name))

    assert count >= 20


def test_a_planted_wrong_example_is_caught() -> None:
    parsed = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "planted", None, None)

    results, report = run(parsed)

    assert results.failed == 1
    assert "Expected" in report

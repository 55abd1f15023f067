"""Small functions, small modules, documented names, nothing left behind."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import MODULES, Module

LONGEST_BODY = 50
LONGEST_MODULE = 400
TESTS = Path(__file__).resolve().parent.parent

# Spelt in two halves, so that this file is not caught by itself.
# Whole words: the VTODO of a calendar is none.
LEFT_BEHIND = re.compile(rf"\b({'|'.join(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'])})\b")
# A path of one machine: it means nothing on another.
MACHINE_PATH = re.compile(
    r"(?:^|[^\w.])/(?:"
    + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers", "tm" + "p"])
    + ")/"
)
# What switches a check off must say why, beside it.
EXEMPTION = re.compile(
    r"#\s*(?:type:\s*ignore(?:\[[\w, -]+\])?|no"
    r"qa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|pragma:\s*no (?:cover|branch))(?P<reason>.*)"
)
# A test that does not run, without a word.
SWITCHED_OFF = re.compile(r"mark\.(?:skip|xfail)\b(?!.*reason=)")


def size_faults(module: Module) -> list[str]:
    """Functions and modules that are too long to be read at once."""
    faults = []
    lines = module.text.count("\n")
    if lines > LONGEST_MODULE:
        faults.append(f"{module.name} has {lines} lines")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if length > LONGEST_BODY:
                faults.append(f"{module.name}:{node.lineno} {node.name} has {length} lines")
    return faults


def docstring_faults(module: Module) -> list[str]:
    """Modules, public classes, functions and methods without a docstring."""
    tree = module.tree
    faults = [] if ast.get_docstring(tree) else [f"{module.name} has no docstring"]
    pending: list[ast.Module | ast.ClassDef] = [tree]
    while pending:
        for node in pending.pop().body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            if node.name.startswith("_"):
                continue
            decorators = [ast.unparse(each) for each in node.decorator_list]
            if not ast.get_docstring(node) and not any("overload" in d for d in decorators):
                faults.append(f"{module.name}:{node.lineno} {node.name} has no docstring")
            if isinstance(node, ast.ClassDef):
                pending.append(node)
    return faults


def phrase_faults(name: str, text: str) -> list[str]:
    """Marks of unfinished work, paths of one machine, exemptions without a reason."""
    faults = []
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{name}:{number}"
        if LEFT_BEHIND.search(line):
            faults.append(f"{where} leaves something behind: {line.strip()}")
        if MACHINE_PATH.search(line):
            faults.append(f"{where} names a path of one machine: {line.strip()}")
        exempted = EXEMPTION.search(line)
        if exempted and not exempted["reason"].strip(" #"):
            faults.append(f"{where} exempts without a reason: {line.strip()}")
        if SWITCHED_OFF.search(line):
            faults.append(f"{where} switches a test off without a reason: {line.strip()}")
    return faults


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_functions_and_modules_can_be_read_at_once(module: Module) -> None:
    assert size_faults(module) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_public_names_have_docstrings(module: Module) -> None:
    assert docstring_faults(module) == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_the_package_leaves_nothing_behind(module: Module) -> None:
    assert phrase_faults(module.name, module.text) == []


def test_the_tests_leave_nothing_behind() -> None:
    mine = Path(__file__).resolve()
    faults = [
        fault
        for path in sorted(TESTS.rglob("*.py"))
        if path != mine
        for fault in phrase_faults(str(path.relative_to(TESTS)), path.read_text(encoding="utf-8"))
    ]

    assert faults == []


def test_a_planted_long_function_is_caught() -> None:
    lines = "\n".join(f"    x{number} = {number}" for number in range(LONGEST_BODY))
    just_fits = f'def f():\n    """Doc."""\n{lines}\n'

    assert size_faults(Module("bookable.domain.room", just_fits)) == []
    assert size_faults(Module("bookable.domain.room", just_fits + "    y = 1\n"))


def test_a_planted_long_module_is_caught() -> None:
    just_fits = "x = 1\n" * LONGEST_MODULE

    assert size_faults(Module("bookable.domain.room", just_fits)) == []
    assert size_faults(Module("bookable.domain.room", just_fits + "x = 1\n"))


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        '"""Doc."""\ndef f(): ...',
        '"""Doc."""\nclass A: ...',
        '"""Doc."""\nclass A:\n    """Doc."""\n    def f(self): ...',
        '"""Doc."""\nclass A:\n    """Doc."""\n    @property\n    def f(self): ...',
    ],
)
def test_a_planted_name_without_docstring_is_caught(text: str) -> None:
    assert docstring_faults(Module("bookable.domain.room", text))


def test_private_names_need_no_docstring() -> None:
    text = '"""Doc."""\ndef _f(): ...\nclass _A:\n    def f(self): ...\n'

    assert docstring_faults(Module("bookable.domain.room", text)) == []


@pytest.mark.parametrize(
    "line",
    [
        "# TO" + "DO: later",
        "path = '/ho" + "me/ada/world.json'",
        "x = y  # no" + "qa",
        "x = y  # no" + "qa: E501",
        "x = y  # type: ig" + "nore[arg-type]",
        "if x:  # pragma: no " + "cover",
        "@pytest.mark.sk" + "ip",
        "@pytest.mark.xf" + "ail(strict=True)",
    ],
)
def test_a_planted_phrase_is_caught(line: str) -> None:
    assert phrase_faults("planted", line)


@pytest.mark.parametrize(
    "line",
    [
        "x = y  # no" + "qa: E501  a table",
        "x = y  # type: ig" + "nore[arg-type]  # hostile on purpose",
        "@pytest.mark.sk" + "ip(reason='needs a database')",
        "a working day /homework/",
    ],
)
def test_a_reason_beside_it_is_enough(line: str) -> None:
    assert phrase_faults("planted", line) == []

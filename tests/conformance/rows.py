"""The list of feature rows and worked examples, with the tests that show each.

A test is named after what it shows: ``test_A7_...`` for row A7, ``test_C2_C3_...`` for two rows,
``test_ex_B5_...`` for a worked example; a case of a parametrised test has the id ``ex-B5``,
perhaps with more behind it (``ex-B5-shared``). What a row is about is said by its tests: by
the first line of their docstrings, else by their names.

    python -m tests.conformance.rows            prints the list
    python -m tests.conformance.rows --write    writes it to tests/conformance/ROWS.md
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("ROWS.md")

_NAMED = re.compile(r"test_(ex_)?((?:[A-Z][0-9]+_)*[A-Z][0-9]+)(?:_(.*))?")
_CASE = re.compile(r"(ex-[A-Z][0-9]+)(?:-.*)?")
_HEAD = """# Feature rows and worked examples, and the tests that show them

Made by `python -m tests.conformance.rows --write`; a test says when it is stale.
"""


class Shown(NamedTuple):
    """One test that shows a row or an example: what it says, and where it stands."""

    title: str
    place: str


Found = dict[str, list[Shown]]


def collect(folder: Path = TESTS) -> Found:
    """Every row and example that some test in a folder shows, in order."""
    found: Found = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        place = path.relative_to(folder).as_posix()
        for key, shown in shown_in(path.read_text(encoding="utf-8"), place):
            found[key].append(shown)
    return {key: found[key] for key in sorted(found, key=_order)}


def shown_in(text: str, place: str) -> Iterator[tuple[str, Shown]]:
    """What the tests of one module show, in the order in which they stand."""
    tree = ast.parse(text)
    tables = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if node.name.startswith("test_"):
            shown = Shown(_title(node), f"{place}::{node.name}")
            for key in dict.fromkeys([*_ids_of_name(node.name), *_cases(node, tables)]):
                yield key, shown


def _ids_of_name(name: str) -> list[str]:
    named = _NAMED.fullmatch(name)
    if named is None:
        return []
    return [f"ex-{each}" if named[1] else each for each in named[2].split("_")]


def _title(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    said = (ast.get_docstring(node) or "").partition("\n")[0].rstrip(".")
    named = _NAMED.fullmatch(node.name)
    words = (named[3] or "") if named else node.name.removeprefix("test_")
    return said or words.replace("_", " ")


def _cases(
    node: ast.FunctionDef | ast.AsyncFunctionDef, tables: Mapping[str, ast.expr]
) -> Iterator[str]:
    """The examples that are cases of a test, in its decorators or in a table that they name."""
    for decorator in node.decorator_list:
        named = [each.id for each in ast.walk(decorator) if isinstance(each, ast.Name)]
        for part in (decorator, *(tables[name] for name in named if name in tables)):
            for each in ast.walk(part):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    case = _CASE.fullmatch(each.value)
                    if case is not None:
                        yield case[1]


def _order(key: str) -> tuple[bool, str, int]:
    """Rows before examples, by letter and then by number."""
    plain = key.removeprefix("ex-")
    return plain != key, plain[0], int(plain[1:])


def markdown(found: Mapping[str, Iterable[Shown]]) -> str:
    """The list as two Markdown tables."""
    lines = [_HEAD]
    for heading, is_example in (("Rows", False), ("Worked examples", True)):
        keys = [key for key in found if key.startswith("ex-") is is_example]
        lines += [f"## {heading} ({len(keys)})", "", "| id | shown | test |", "|---|---|---|"]
        for key in keys:
            for number, shown in enumerate(found[key]):
                title = shown.title.replace("|", "\\|")
                lines.append(f"| {'' if number else key} | {title} | `{shown.place}` |")
        lines.append("")
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print the list, or write it; 2 for any other argument."""
    if arguments not in ([], ["--write"]):
        sys.stderr.write("usage: python -m tests.conformance.rows [--write]\n")
        return 2
    text = markdown(collect())
    if arguments:
        LIST.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The ring decides from its arguments alone: no clock, no chance, no input or output, no memory.

Bounded caches of pure functions are the one exception: they change no answer.
"""

from __future__ import annotations

import ast

import pytest

from tests.architecture.sources import RING, Module, imports_of

# zoneinfo is not among them: the time zone database is data of the language, and read only.
IMPURE_MODULES = {
    *("time", "random", "secrets", "uuid", "os", "sys", "io", "pathlib", "glob", "shutil"),
    *("socket", "ssl", "http", "urllib", "subprocess", "multiprocessing", "asyncio", "signal"),
    *("logging", "warnings", "tempfile", "sqlite3", "locale", "platform", "getpass"),
    # Nested quantifiers take exponential time; without `re` there are none.
    "re",
}
IMPURE_CALLS = {"open", "print", "input", "eval", "exec", "compile", "breakpoint", "__import__"}
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp", "monotonic"}
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MUTABLE_MAKERS = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter"}
WRITERS = {
    *("append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse"),
    *("add", "discard", "update", "setdefault", "appendleft", "popleft"),
}


def import_faults(module: Module) -> list[str]:
    """Imports of what reads the world."""
    return [
        f"{module.name}:{line} imports {target}"
        for target, line, _ in imports_of(module)
        if target.partition(".")[0] in IMPURE_MODULES
    ]


def call_faults(module: Module) -> list[str]:
    """Calls that read the clock, the host's zone or the world, and caches without a bound."""
    faults = []
    for node in ast.walk(module.tree):
        where = f"{module.name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            name = called.rpartition(".")[2]
            if called in IMPURE_CALLS or (name in CLOCKS and "." in called):
                faults.append(f"{where} calls {called}")
            if name == "astimezone" and not node.args and not node.keywords:
                faults.append(f"{where} converts to the zone of the host")
            if name == "lru_cache" and not _has_bound(node):
                faults.append(f"{where} caches without a bound")
        elif isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if ast.unparse(decorator) in {"lru_cache", "functools.lru_cache"}:
                    faults.append(f"{where} caches without saying its bound")
                if ast.unparse(decorator) in {"cache", "functools.cache"}:
                    faults.append(f"{where} caches without a bound")
    return faults


def _has_bound(node: ast.Call) -> bool:
    bounds = [keyword.value for keyword in node.keywords if keyword.arg == "maxsize"]
    return any(not (isinstance(b, ast.Constant) and b.value is None) for b in bounds + node.args)


def state_faults(module: Module) -> list[str]:
    """State that outlives a call: globals that are written, and mutable defaults."""
    tree = module.tree
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            faults.append(f"{module.name}:{node.lineno} declares global {', '.join(node.names)}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            given = [*node.args.defaults, *node.args.kw_defaults]
            faults += [
                f"{module.name}:{default.lineno} has a mutable default"
                for default in given
                if default is not None and _is_mutable(default)
            ]
    mutable = {name for name, value in _module_level(tree) if _is_mutable(value)}
    faults += [
        f"{module.name}:{line} writes to the module's {name}"
        for name, line in _writes(tree)
        if name in mutable
    ]
    return faults


def _is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.Call):
        return ast.unparse(value.func).rpartition(".")[2] in MUTABLE_MAKERS
    return isinstance(value, MUTABLE)


def _module_level(tree: ast.Module) -> list[tuple[str, ast.expr]]:
    found = []
    for node in tree.body:
        if isinstance(node, ast.Assign):
            found += [(t.id, node.value) for t in node.targets if isinstance(t, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.append((node.target.id, node.value))
    return found


def _writes(tree: ast.Module) -> list[tuple[str, int]]:
    """Names whose object is changed in place anywhere, with the line."""
    found = []
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign | ast.Delete):
            targets = node.targets
        elif isinstance(node, ast.AugAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
                found.append((target.value.id, target.lineno))
            elif isinstance(node, ast.AugAssign) and isinstance(target, ast.Name):
                found.append((target.id, target.lineno))
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.attr in WRITERS
        ):
            found.append((node.func.value.id, node.lineno))
    return found


@pytest.mark.parametrize("module", RING, ids=lambda module: module.name)
def test_the_ring_imports_nothing_that_reads_the_world(module: Module) -> None:
    assert import_faults(module) == []


@pytest.mark.parametrize("module", RING, ids=lambda module: module.name)
def test_the_ring_calls_nothing_that_reads_the_world(module: Module) -> None:
    assert call_faults(module) == []


@pytest.mark.parametrize("module", RING, ids=lambda module: module.name)
def test_the_ring_keeps_no_state_between_calls(module: Module) -> None:
    assert state_faults(module) == []


@pytest.mark.parametrize(
    "text",
    [
        "import time",
        "import os.path",
        "from random import choice",
        "from os import environ",
        "from uuid import uuid4",
        "import socket, subprocess",
        "def late():\n    import re",
    ],
)
def test_a_planted_import_is_caught(text: str) -> None:
    assert import_faults(Module("bookable.domain.room", text))


@pytest.mark.parametrize(
    "text",
    [
        "now = datetime.now(UTC)",
        "now = datetime.datetime.utcnow()",
        "day = date.today()",
        "open('file')",
        "print('hello')",
        "answer = input()",
        "moment.astimezone()",
        "@lru_cache(maxsize=None)\ndef f(): ...",
        "@lru_cache\ndef f(): ...",
        "@lru_cache()\ndef f(): ...",
        "@functools.cache\ndef f(): ...",
    ],
)
def test_a_planted_call_is_caught(text: str) -> None:
    assert call_faults(Module("bookable.domain.room", text))


@pytest.mark.parametrize(
    "text",
    [
        "_seen = 0\ndef f():\n    global _seen\n    _seen = 1",
        "def f(values=[]): ...",
        "def f(*, values={}): ...",
        "f = lambda values=set(): values",
        "SEEN = {}\ndef f(key):\n    SEEN[key] = 1",
        "SEEN: list[int] = []\ndef f(key):\n    SEEN.append(key)",
        "SEEN = defaultdict(list)\ndef f(key):\n    del SEEN[key]",
        "SEEN = []\ndef f(key):\n    SEEN[0] += 1",
        "SEEN = set()\ndef f(key):\n    SEEN.add(key)",
    ],
)
def test_planted_state_is_caught(text: str) -> None:
    assert state_faults(Module("bookable.domain.room", text))


@pytest.mark.parametrize(
    "text",
    [
        "@lru_cache(maxsize=64)\ndef f(): ...",
        "@lru_cache(64)\ndef f(): ...",
        "moment.astimezone(UTC)",
        "NAMES = {'a': 1}\ndef f():\n    found = []\n    found.append(NAMES['a'])",
        "def f(values=(), other=None): ...",
    ],
)
def test_pure_code_is_no_fault(text: str) -> None:
    module = Module("bookable.domain.room", text)

    assert import_faults(module) + call_faults(module) + state_faults(module) == []


def test_the_ring_has_been_found() -> None:
    layers = {module.layer for module in RING}

    assert layers == {0, 1, 2, 3, 4, 5}

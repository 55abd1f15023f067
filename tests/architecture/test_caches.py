"""Whatever the package remembers is listed, bounded and can be turned off: `tests.support.caches`.

The rules are about names, as they are written: whoever adds a cache meets one of them.
"""

from __future__ import annotations

import ast
import importlib

import attrs
import pytest

from bookable import Interval, WeeklyHours
from bookable import state as states
from bookable.availability import joint
from bookable.availability.question import Question
from bookable.frozen_map import FrozenMap
from bookable.testing.simulator import commands_of, replay
from tests.architecture.sources import MODULES, Module
from tests.support import caches
from tests.support.builders import DAY, NOW, a_calendar, a_member, a_scheduler

KEEPING = {"lru_cache", "cache", "cached_property"}
WRITERS = {
    *("append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse"),
    *("add", "discard", "update", "setdefault", "appendleft", "popleft", "__setattr__"),
}
MAKING = {"__init__", "__new__", "__attrs_post_init__"}
MAKERS = ("__new__", "cls", "_next", "evolve", "Record")

NOTED = {*caches.MEMOS, *caches.NOTES, *caches.POSTPONED, "bookable.frozen_map.FrozenMap._hash"}

_WINDOW = "bookable.availability.session_window"

NOTED_BY_OTHERS = {
    "bookable.availability.joint:kept.joint": "bookable.availability.joint.KeptMasks.joint",
    "bookable.availability.notice:search._bounds": "bookable.availability.search.Search._bounds",
    f"{_WINDOW}.Sessions._found.examined": f"{_WINDOW}._Found.examined",
    f"{_WINDOW}.Sessions._found.known": f"{_WINDOW}._Found.known",
    "bookable.promotion:reason.asked": "bookable.promotion._Reason.asked",
}
"""The same attributes, where they are not written through ``self``."""

UNSEEN = {f"{_WINDOW}._Found.standings"}
"""What is filled where it is only an argument."""

WORKING = {
    # Values while they are made.
    "bookable.availability.slot:cut.truncated",
    *(
        f"bookable.occupancy.ledger.Ledger.{name}"
        for name in ("blocks", "bookings", "_due", "_records", "_sessions", "trail")
    ),
    *(f"{_WINDOW}:new.{name}" for name in ("examined", "known", "standings")),
    # What one call works with, and nobody has after it.
    *("bookable.availability.effort.Effort", "bookable.domain.hours_text._Reader"),
    *("bookable.domain.references._Atoms", "bookable.occupancy.audit._Crowd"),
    *("bookable.promotion._Desk", "bookable.resolutions._Attempt", "bookable.series_edits._Edit"),
    *("bookable.repair:looks.left", "bookable.timeline.recurrence._Pace"),
    *("bookable.codecs._json:repeated.key", "bookable.errors:error.__dict__"),
    *("bookable.codecs._occurrences.Work", "bookable.codecs.ical._happenings.Reading"),
    *("bookable.codecs.ical._zones.Zones", "bookable.codecs.ical.hours._Writer"),
    "bookable.codecs.ical._lines.Component",
    # Not written: its `remove` answers another one.
    "bookable.scheduler.Scheduler._catalogue",
}
"""What is written after it was made and remembers nothing, as a class or an attribute."""

EDGES = ("bookable.cli", "bookable.testing")
"""What judges the engine, and what shows it: beside their functions nothing is looked at here."""


def written(module: Module) -> list[tuple[str, int]]:
    """Attributes that are written, or changed in place, on what was made before; with the line."""
    found: list[tuple[str, int]] = []
    shared = _shared_names(module)

    def look(node: ast.AST, kind: str, named: dict[str, ast.expr] | None) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.ClassDef):
                look(part, f"{kind}.{part.name}", None)
            elif isinstance(part, ast.FunctionDef):
                if part.name == "__getattr__":
                    found.append((f"{module.name}{kind}.{part.name}", part.lineno))
                elif part.name not in MAKING:
                    look(part, kind, shared | _named_in(part))
            else:
                for name in () if named is None else _written_by(part, named):
                    own = name.startswith("self.")
                    where = f"{module.name}{kind}{name[4:]}" if own else f"{module.name}:{name}"
                    found.append((where, part.lineno))
                look(part, kind, named)

    look(module.tree, "", None)
    return found


def _written_by(node: ast.AST, named: dict[str, ast.expr]) -> list[str]:
    """What a statement or call of a function with these names writes, but for what it has made."""
    aliases = {key: each for key, each in named.items() if isinstance(each, ast.Attribute)}
    return [
        ast.unparse(target)
        for target in _targets(node, aliases)
        if not (isinstance(target.value, ast.Name) and _is_made(named.get(target.value.id)))
    ]


def _is_made(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] in MAKERS


def _shared_names(module: Module) -> dict[str, ast.expr]:
    """The names of a module, as what every function of it may fill."""
    every = [each for each in module.tree.body if isinstance(each, ast.Assign | ast.AnnAssign)]
    names = {part.id for each in every for part in ast.walk(each) if _is_put(part)}
    return {name: ast.Attribute(ast.Name("here"), name) for name in names}


def _is_put(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _named_in(function: ast.FunctionDef) -> dict[str, ast.expr]:
    """The local names of a function with what they were last given."""
    found = {}
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets = [node.target]
        found |= {name: value for each in targets for name, value in _pairs(each, node.value)}
    return found


def _pairs(target: ast.expr, value: ast.expr) -> list[tuple[str, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        both = zip(target.elts, value.elts, strict=True)
        return [pair for one, other in both for pair in _pairs(one, other)]
    return [(target.id, value)] if isinstance(target, ast.Name) else []


def _targets(node: ast.AST, known: dict[str, ast.Attribute]) -> list[ast.Attribute]:
    """The attributes that one statement or call writes."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign | ast.Delete):
        targets = [part for each in node.targets for part in getattr(each, "elts", [each])]
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "__setattr__" and len(node.args) == 3:
            name = node.args[1]
            assert isinstance(name, ast.Constant)
            return [ast.Attribute(node.args[0], str(name.value))]
        if node.func.attr in WRITERS:
            targets = [ast.Subscript(node.func.value, ast.Constant(None))]
    found = []
    for target in targets:
        inner = target
        while isinstance(inner, ast.Subscript):
            inner = inner.value
        if isinstance(inner, ast.Name) and inner is not target and inner.id in known:
            inner = known[inner.id]
        if isinstance(inner, ast.Attribute):
            found.append(inner)
    return found


def unlisted(module: Module) -> list[str]:
    """What is written although it is neither a known cache nor what somebody works with."""
    return [
        f"{name} in line {line}"
        for name, line in written(module)
        if name not in {*NOTED, *NOTED_BY_OTHERS, *WORKING}
        and name.rpartition(".")[0] not in WORKING
    ]


def keepers(module: Module) -> int:
    """How often something that keeps answers is named, imports left aside, or a table is filled."""
    return sum(
        (isinstance(node, ast.Name) and node.id in KEEPING)
        or (isinstance(node, ast.Attribute) and node.attr in KEEPING)
        or (isinstance(node, ast.FunctionDef) and node.name == "__missing__")
        for node in ast.walk(module.tree)
    )


# The list is complete ----------------------------------------------------------


def test_every_function_that_keeps_answers_is_listed_with_its_bound():
    with_caches = caches.cached_functions()

    assert with_caches == ({} if caches.are_off() else caches.FUNCTIONS)


@pytest.mark.parametrize("module", MODULES, ids=lambda each: each.name)
def test_nothing_keeps_answers_where_nobody_would_look(module):
    listed = sum(name.rpartition(".")[0] == module.name for name in caches.FUNCTIONS)

    assert keepers(module) == listed


@pytest.mark.parametrize(
    "module",
    [each for each in MODULES if not each.name.startswith(EDGES)],
    ids=lambda each: each.name,
)
def test_whatever_is_noted_on_a_value_is_listed(module):
    assert unlisted(module) == []


def test_every_class_that_keeps_hashes_is_known():
    saying = sum(module.text.count("(cache_hash=True") for module in MODULES)

    assert sum("_attrs_cached_hash" in vars(kind) for kind in caches.classes()) == saying


def test_what_is_listed_is_there():
    for path in {*caches.MEMOS, *caches.NOTES, *caches.POSTPONED}:
        where, kind, name = path.rsplit(".", 2)
        assert name in vars(getattr(importlib.import_module(where), kind)), path
    every = {name for module in MODULES for name, _ in written(module)}
    kinds = {name.rpartition(".")[0] for name in every}
    assert NOTED - every - set(NOTED_BY_OTHERS.values()) == UNSEEN
    assert every >= NOTED_BY_OTHERS.keys()
    assert WORKING <= every | kinds


def test_no_frozen_value_has_something_to_fill_that_is_not_listed():
    fillable = {
        f"{kind.__module__}.{kind.__qualname__}.{each.name}"
        for kind in caches.classes()
        if "__attrs_attrs__" in vars(kind) and not kind.__module__.startswith(EDGES)
        for each in attrs.fields(kind)
        if isinstance(each.default, attrs.Factory)
        and each.default.factory in (dict, list, set)
        and f"{kind.__module__}.{kind.__qualname__}" not in WORKING
    }

    assert fillable <= set(caches.MEMOS)


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def f(self):\n        self._known = 1",
        "class A:\n    def f(self):\n        self._known[1] = 1",
        "class A:\n    def f(self):\n        self._known.setdefault(1, [])",
        "class A:\n    def f(self):\n        known = self._known\n        known[1] = 1",
        "class A:\n    def f(self):\n        one, known = 1, self._known\n        known.append(1)",
        "class A:\n    def f(self):\n        object.__setattr__(self, '_known', 1)",
        "def f(question):\n    question._known |= {1}",
        "KNOWN = {}\ndef f():\n    KNOWN[1] = 1",
        "KNOWN: list[int] = []\nclass A:\n    def f(self):\n        KNOWN.append(1)",
        "class A:\n    def __getattr__(self, name):\n        self.__init__()",
        "def f():\n    f.known = 1",
        "def f():\n    def g():\n        g.known[1] = 1",
    ],
)
def test_what_would_be_a_cache_is_seen(text):
    assert unlisted(Module("bookable.state", text))


@pytest.mark.parametrize(
    "text",
    [
        "class A:\n    def __init__(self):\n        self._known = {}",
        "class A:\n    def of(cls):\n        new = cls.__new__(cls)\n        new.known = {}",
        "def f():\n    known = {}\n    known[1] = 1",
        "known = {}\ndef f():\n    known = {}\n    known[1] = 1",
    ],
)
def test_what_is_made_is_no_cache(text):
    assert unlisted(Module("bookable.state", text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "f = lru_cache(2)(g)",
        "@functools.cache\ndef f(): ...",
        "@cached_property\ndef f(): ...",
        "class A(dict):\n    def __missing__(self, key): ...",
    ],
)
def test_what_keeps_answers_is_seen(text):
    assert keepers(Module("bookable.state", text)) == 1


# The switch turns everything off -------------------------------------------------


def test_with_caches_off_no_function_knows_an_answer():
    if caches.are_off():
        assert caches.cached_functions() == {}
        return
    before = asked_of_functions()
    with caches.caches_off():
        much_is_asked()

    assert before == asked_of_functions()
    much_is_asked()
    assert before != asked_of_functions()


def asked_of_functions():
    """How often each function was asked, and knew the answer."""
    keepers = {path: keeper(path) for path in caches.FUNCTIONS}
    return {
        path: len(each.__self__) if hasattr(each, "__self__") else each.cache_info()[:2]
        for path, each in keepers.items()
    }


def keeper(path):
    where, name = path.rsplit(".", 1)
    return vars(importlib.import_module(where))[name]


def much_is_asked():
    state = replay(0, commands_of(0, 10)).scheduler
    window = Interval(NOW, NOW + 2 * DAY)
    for calendar in state.catalogue.calendars():
        request = state.request(calendar.id)
        for _ in range(2):
            assert state.free_slots(request, within=window, now=NOW) is not None


@pytest.mark.parametrize("path", sorted({*caches.MEMOS, *caches.NOTES}))
def test_with_caches_off_nothing_that_was_noted_is_found(path):
    where, kind, name = path.rsplit(".", 2)
    holder = getattr(importlib.import_module(where), kind)
    was_off = caches.are_off()

    with caches.caches_off():
        assert isinstance(vars(holder)[name], property)
    assert isinstance(vars(holder)[name], property) is was_off


def test_with_caches_off_the_same_question_is_worked_out_again(monkeypatch):
    worked_out = []
    for module, name in ((states, "resolve"), (joint, "_place_mask"), (joint, "_joint_mask")):
        real = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *asked, real=real: worked_out.append(real) or real(*asked)
        )
    state = a_scheduler(a_calendar(member_ids=["ada"]), a_member("ada"))
    request, window = state.request("massage"), Interval(NOW, NOW + DAY)

    def work():
        worked_out.clear()
        assert len(state.free_slots(request, within=window, now=NOW)) > 0
        return len(worked_out)

    with caches.caches_off():
        assert work() == work() == 3
    work()
    assert work() == (3 if caches.are_off() else 0)


def test_hashes_and_what_follows_from_other_attributes_are_worked_out_at_each_reading():
    hours = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")
    wrong = WeeklyHours.parse("Mo-Fr 09:00-12:00,13:00-17:00", zone="UTC")
    items = FrozenMap({1: 2})
    assert hash(wrong) != hash(hours)
    assert hash(items) != hash(FrozenMap())
    object.__setattr__(wrong, "days", hours.days)
    object.__setattr__(items, "_items", {})

    with caches.caches_off():
        assert (wrong._week, wrong._weight) == (hours._week, hours._weight)
        assert (hash(wrong), hash(items)) == (hash(hours), hash(FrozenMap()))
    assert caches.derived(Question).keys() >= {"widest_buffers", "windows_a_day", "places"}

"""Mutants of a module: every small change that should make some test fail.

A mutant is the source with one node changed: a comparison turned, a number moved by one, `and`
for `or`, a sign, a truth value, `min` for `max`, a condition negated, a statement left out. Docstrings,
annotations and the texts of messages are left alone.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
CALLS = {"bisect_left": "bisect_right", "bisect_right": "bisect_left"}


@dataclass(frozen=True)
class Mutant:
    """One change of one line."""

    module: str
    line: int
    change: str
    source: str

    @property
    def name(self) -> str:
        """Where and what, for a report."""
        return f"{self.module}:{self.line} {self.change}"


def mutants_of(module: str, text: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(text)
    skipped = _skipped(tree)
    found = []
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for change, make in _changes(node):
            twin = copy.deepcopy(tree)
            target = list(ast.walk(twin))[number]
            make(twin, target)
            source = ast.unparse(ast.fix_missing_locations(twin))
            found.append(Mutant(module, getattr(node, "lineno", 0), change, source))
    return sorted(found, key=lambda each: (each.line, each.change))


def _skipped(tree: ast.Module) -> set[int]:
    """Nodes that say nothing at run time, or only how a message reads."""
    skipped: set[int] = set()

    def leave(node: ast.AST | None) -> None:
        skipped.update(id(each) for each in ast.walk(node)) if node is not None else None

    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            leave(node.returns)
            for argument in (*node.args.args, *node.args.kwonlyargs):
                leave(argument.annotation)
            for decorator in node.decorator_list:
                leave(decorator)
        if isinstance(node, ast.AnnAssign):
            leave(node.annotation)
        if isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                leave(decorator)
        if isinstance(node, ast.Raise | ast.JoinedStr | ast.Assert):
            leave(node)
        is_type_only = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        is_repr = isinstance(node, ast.FunctionDef) and node.name in {"__repr__", "check"}
        if is_type_only or is_repr:
            leave(node)
    return skipped


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            other = COMPARISONS.get(type(operator))
            if other is not None:
                yield _text(node, f"with {other.__name__}"), _set_comparison(place, other)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        other = OPERATORS[type(node.op)]
        yield _text(node, f"with {other.__name__}"), _set_operator(other)
    elif isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield _text(node, f"with {other.__name__}"), _set_operator(other)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield _text(node, "without its sign"), _drop_sign
    elif isinstance(node, ast.Constant):
        yield from _constants(node)
    elif isinstance(node, ast.Name) and node.id in NAMES | CALLS:
        other_name = (NAMES | CALLS)[node.id]
        yield f"{node.id} becomes {other_name}", _set_name(other_name)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _text(node.test, "negated"), _negate
    elif isinstance(node, ast.AugAssign):
        yield _text(node, "left out"), _leave_out
    elif isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant):
        if not isinstance(node.value, ast.Yield | ast.YieldFrom):
            yield _text(node, "left out"), _leave_out
    elif isinstance(node, ast.Break | ast.Continue):
        yield f"{type(node).__name__.lower()} left out", _leave_out


def _constants(node: ast.Constant) -> Iterator[tuple[str, object]]:
    if isinstance(node.value, bool):
        yield f"{node.value} becomes {not node.value}", _set_value(not node.value)
    elif isinstance(node.value, int):
        yield f"{node.value} becomes {node.value + 1}", _set_value(node.value + 1)


def _text(node: ast.AST, what: str) -> str:
    text = " ".join(ast.unparse(node).split())
    return f"`{text[:70]}` {what}"


def _set_comparison(place: int, other: type) -> object:
    def make(_: ast.AST, node: ast.Compare) -> None:
        node.ops[place] = other()

    return make


def _set_operator(other: type) -> object:
    def make(_: ast.AST, node: ast.BinOp) -> None:
        node.op = other()

    return make


def _set_name(name: str) -> object:
    def make(_: ast.AST, node: ast.Name) -> None:
        node.id = name

    return make


def _set_value(value: object) -> object:
    def make(_: ast.AST, node: ast.Constant) -> None:
        node.value = value

    return make


def _negate(_: ast.AST, node: ast.If) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _drop_sign(tree: ast.AST, node: ast.AST) -> None:
    _replace(tree, node, node.operand)


def _leave_out(tree: ast.AST, node: ast.AST) -> None:
    _replace(tree, node, ast.Pass())


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and old in value:
                value[value.index(old)] = new

"""The modules of the installed package, parsed, and the ring among them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import bookable

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(bookable.__file__).parent

# Layer by longest matching prefix. A module that none matches has no place yet: give it one here.
LAYERS = {
    "bookable.errors": 0,
    "bookable.limits": 0,
    "bookable.checks": 0,
    "bookable.frozen_map": 0,
    "bookable.timeline": 1,
    "bookable.domain": 2,
    "bookable.occupancy": 3,
    "bookable.availability": 4,
    "bookable.busy_times": 5,
    "bookable.commands": 5,
    "bookable.state": 5,
    "bookable.snapshot": 5,
    "bookable.inquiry": 5,
    "bookable.lifecycle": 5,
    "bookable.group": 5,
    "bookable.repair": 5,
    "bookable.planning": 5,
    "bookable.recurring": 5,
    "bookable.resolutions": 5,
    "bookable.resolving": 5,
    "bookable.series_edits": 5,
    "bookable.series_plans": 5,
    "bookable.scheduler": 5,
    "bookable.transitions": 5,
    "bookable.rechecking": 5,
    "bookable.upkeep": 5,
    "bookable.promotion": 5,
    "bookable.waiting": 5,
    "bookable.ports": 5,
    "bookable.codecs": 6,
    "bookable.stores": 6,
    "bookable.desk": 6,
    "bookable.testing": 6,
    "bookable.worlds": 6,
    "bookable.cli": 6,
    "bookable.verify": 6,
    "bookable.__main__": 6,
}
OUTERMOST_OF_THE_RING = 5


@dataclass(frozen=True)
class Module:
    """One module: its dotted name and its text."""

    name: str
    text: str
    is_package: bool = False

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def layer(self) -> int | None:
        return layer_of(self.name)

    @property
    def in_ring(self) -> bool:
        return self.layer is not None and self.layer <= OUTERMOST_OF_THE_RING


def layer_of(name: str) -> int | None:
    """The layer of a module; the package itself, which re-exports the ring, sits on top of it."""
    if name == "bookable":
        return OUTERMOST_OF_THE_RING
    parts = name.split(".")
    for length in range(len(parts), 1, -1):
        if ".".join(parts[:length]) in LAYERS:
            return LAYERS[".".join(parts[:length])]
    return None


def read_modules(folder: Path = PACKAGE) -> tuple[Module, ...]:
    """Every module of the package, by name."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        parts = ["bookable", *path.relative_to(folder).with_suffix("").parts]
        is_package = parts[-1] == "__init__"
        if is_package:
            parts.pop()
        found.append(Module(".".join(parts), path.read_text(encoding="utf-8"), is_package))
    return tuple(found)


MODULES = read_modules()
RING = tuple(module for module in MODULES if module.in_ring)


def imports_of(module: Module) -> Iterator[tuple[str, int, bool]]:
    """Each imported module with its line, and whether for the type checker alone."""
    tree = module.tree
    type_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for part in node.body
        for inner in ast.walk(part)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in type_only
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "." * node.level + (node.module or ""), node.lineno, id(node) in type_only
                continue
            for alias in node.names:
                # `from bookable.timeline import grid` imports a module, if there is one of that name.
                inner_name = f"{node.module}.{alias.name}"
                known = any(each.name == inner_name for each in MODULES)
                yield inner_name if known else str(node.module), node.lineno, id(node) in type_only
